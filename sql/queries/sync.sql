-- Where accounts and their streams stand: always written in the transaction of the changes.

--! streams_of : (proven_until?, backfill_done?, backfill_total?)
select stream, cursor, proven_until, records, changed, rejected, backfill_done, backfill_total, updated_at
from routiq.sync_stream_state
where organization_id = :organization and account_id = :account
order by stream;

--! stream_cursor
select cursor from routiq.sync_stream_state
where organization_id = :organization and account_id = :account and stream = :stream;

--! write_stream (cursor?, proven_until?, backfill_done?, backfill_total?)
-- An absent cursor or proven time leaves what is there; a proven time never goes back, unless it lies in the future:
-- a clock was wrong, and nothing is known.
insert into routiq.sync_stream_state as t
    (organization_id, account_id, stream, cursor, proven_until, records, changed, rejected, backfill_done, backfill_total, told, updated_at)
values (:organization, :account, :stream, coalesce(:cursor, 'null'::jsonb), :proven_until, :records, :changed, :rejected,
        :backfill_done, :backfill_total, :told, :now)
on conflict (organization_id, account_id, stream) do update set
    cursor = coalesce(:cursor, t.cursor),
    proven_until = greatest(case when t.proven_until <= excluded.updated_at + interval '1 minute' then t.proven_until end, excluded.proven_until),
    records = t.records + excluded.records,
    changed = t.changed + excluded.changed,
    rejected = t.rejected + excluded.rejected,
    backfill_done = coalesce(excluded.backfill_done, t.backfill_done),
    backfill_total = coalesce(excluded.backfill_total, t.backfill_total),
    told = excluded.told,
    updated_at = excluded.updated_at;

--! prove_stream : (proven_until?)
-- A stream made of items is complete up to what its parent stream proves, or up to the oldest time from which an item
-- still owes something. Nothing is proven before the parent is, nor while an item was never read (it owes from the epoch).
with parent as (
    select s.proven_until from routiq.sync_stream_state s
    where s.organization_id = :organization and s.account_id = :account and s.stream = :parent
), owed as (
    -- Always one row; the oldest stands first in its index, however many items are due.
    select (
        select i.owed_since from routiq.sync_items i
        where i.organization_id = :organization and i.account_id = :account and i.stream = :stream
          and i.owed_since is not null
        order by i.owed_since
        limit 1
    ) as since
), proof as (
    select least(p.proven_until, o.since) as until from parent p, owed o
    where p.proven_until <= :now::timestamptz + interval '1 minute' and (o.since is null or o.since > 'epoch')
)
update routiq.sync_stream_state t
set proven_until = proof.until, updated_at = :now
from proof
where t.organization_id = :organization and t.account_id = :account and t.stream = :stream
  and (t.proven_until is null or t.proven_until < proof.until or t.proven_until > :now::timestamptz + interval '1 minute')
returning t.proven_until;

--! next_items : (stream?, external_id?, cursor?, work?, urgency?, request?, waits_until?)
-- The most urgent item that need not wait and the one after it, each with when the first of those that wait may be read.
-- Always a row.
select i.stream, i.external_id, i.cursor, i.work, i.urgency, i.request, (
    select min(w.not_before) from routiq.sync_items w
    where w.organization_id = :organization and w.account_id = :account
      and w.work is not null and w.not_before > 'epoch' and w.not_before > :now
) as waits_until
from (select 1) one
left join lateral (
    select t.stream, t.external_id, t.cursor, t.work, t.urgency, t.request, t.requested_at from routiq.sync_items t
    where t.organization_id = :organization and t.account_id = :account and t.work is not null and t.not_before <= :now
    order by t.urgency, t.requested_at, t.stream, t.external_id
    limit 2
) i on true
order by i.urgency, i.requested_at, i.stream, i.external_id;

--! item_progress
-- How many records of a stream of items were read at least once, of how many.
select count(done_at) as done, count(*) as total from routiq.sync_items
where organization_id = :organization and account_id = :account and stream = :stream;

--! make_due (owed_since_stream?)
-- An item that is due already keeps the more urgent of both, the older time and the shorter wait, and takes the new work
-- over the old: a poll must not take away what a sweep wants. A new item owes everything; a live request owes from what
-- the given stream is proven; reading again what was read owes nothing.
insert into routiq.sync_items as t
    (organization_id, account_id, stream, external_id, work, urgency, requested_at, not_before, owed_since)
select :organization, :account, :stream, e.external_id, :work, :urgency, :requested_at, :not_before, 'epoch'
from unnest((select :external_ids::text[])) as e (external_id)
on conflict (organization_id, account_id, stream, external_id) do update set
    work = coalesce(t.work, '{}'::jsonb) || excluded.work,
    urgency = case when t.work is null then excluded.urgency else least(t.urgency, excluded.urgency) end,
    request = t.request + 1,
    requested_at = case when t.work is null then excluded.requested_at else least(t.requested_at, excluded.requested_at) end,
    not_before = case when t.work is null then excluded.not_before else least(t.not_before, excluded.not_before) end,
    owed_since = case when :urgency = 0 then least(t.owed_since, coalesce((
        select s.proven_until from routiq.sync_stream_state s
        where s.organization_id = :organization and s.account_id = :account and s.stream = :owed_since_stream
          and s.proven_until <= :now::timestamptz + interval '1 minute'
    ), 'epoch'::timestamptz)) else t.owed_since end;

--! finish_item (rest?)
-- A request made meanwhile stays due.
update routiq.sync_items
set cursor = :cursor,
    work = case when request = :request then :rest else work end,
    owed_since = case when request = :request and :rest::jsonb is null then null else owed_since end,
    done_at = :now
where organization_id = :organization and account_id = :account and stream = :stream and external_id = :external_id;

--! add_listed
insert into routiq.sync_listed (organization_id, account_id, stream, listing, external_id)
select :organization, :account, :stream, :listing, e.external_id from unnest(:external_ids::text[]) as e (external_id)
on conflict do nothing;

--! missing_contacts
-- Living contacts that a complete listing did not show, but for those known to be never listed and looked at lately. Here and
-- below each record is looked up in the listing: joined, a plan from when both were empty would compare every pair.
select t.external_id from routiq.contacts t
left join lateral (
    select i.cursor, i.done_at from routiq.sync_items i
    where i.organization_id = :organization and i.account_id = :account and i.stream = 'contacts'
      and i.external_id between t.external_id and t.external_id
    order by i.external_id limit 1
) s on true
left join lateral (
    select true as shown from routiq.sync_listed l
    where l.organization_id = :organization and l.account_id = :account and l.stream = 'contacts' and l.listing = :listing
      and l.external_id between t.external_id and t.external_id
    order by l.external_id limit 1
) l on true
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null and t.created_at < :listing
  and l.shown is null
  and not coalesce((s.cursor ->> 'unlisted')::boolean and s.done_at > :recheck_before, false)
order by t.external_id;

--! missing_conversations
select t.external_id from routiq.conversations t
left join lateral (
    select true as shown from routiq.sync_listed l
    where l.organization_id = :organization and l.account_id = :account and l.stream = 'conversations' and l.listing = :listing
      and l.external_id between t.external_id and t.external_id
    order by l.external_id limit 1
) l on true
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null and t.created_at < :listing
  and l.shown is null
order by t.external_id;

--! missing_messages
select t.external_id from routiq.messages t
left join lateral (
    select true as shown from routiq.sync_listed l
    where l.organization_id = :organization and l.account_id = :account and l.stream = 'messages' and l.listing = :listing
      and l.external_id between t.external_id and t.external_id
    order by l.external_id limit 1
) l on true
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null and t.created_at < :listing
  and l.shown is null
order by t.external_id;

--! missing_inboxes
select t.external_id from routiq.inboxes t
left join lateral (
    select true as shown from routiq.sync_listed l
    where l.organization_id = :organization and l.account_id = :account and l.stream = 'inboxes' and l.listing = :listing
      and l.external_id between t.external_id and t.external_id
    order by l.external_id limit 1
) l on true
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null and t.observed_at <= :listing
  and l.shown is null
order by t.external_id;

--! missing_agents
select t.external_id from routiq.agents t
left join lateral (
    select true as shown from routiq.sync_listed l
    where l.organization_id = :organization and l.account_id = :account and l.stream = 'agents' and l.listing = :listing
      and l.external_id between t.external_id and t.external_id
    order by l.external_id limit 1
) l on true
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null and t.observed_at <= :listing
  and l.shown is null
order by t.external_id;

--! forget_listing
-- What listings of this stream up to this one have shown; it is compared and no longer needed.
delete from routiq.sync_listed
where organization_id = :organization and account_id = :account and stream = :stream and listing <= :listing;

--! write_state (last_sync?, last_success?, last_error?)
insert into routiq.sync_state as t
    (organization_id, account_id, service_name, last_sync_timestamp, last_successful_sync, sync_status, records_processed,
     errors_count, consecutive_failures, last_error, last_error_at, created_at, updated_at)
values (:organization, :account, :service, :last_sync, :last_success, :status, :records, :errors::bigint, (:errors::bigint)::int, :last_error,
        case when :last_error::text is not null then :now::timestamptz end, :now, :now)
on conflict (organization_id, account_id) do update set
    last_sync_timestamp = coalesce(excluded.last_sync_timestamp, t.last_sync_timestamp),
    last_successful_sync = coalesce(excluded.last_successful_sync, t.last_successful_sync),
    sync_status = excluded.sync_status,
    records_processed = t.records_processed + excluded.records_processed,
    errors_count = t.errors_count + excluded.errors_count,
    consecutive_failures = case when excluded.errors_count > 0 then t.consecutive_failures + 1 else 0 end,
    last_error = coalesce(excluded.last_error, t.last_error),
    last_error_at = coalesce(excluded.last_error_at, t.last_error_at),
    updated_at = excluded.updated_at;

--! write_log (error_message?, completed_at?)
insert into routiq.sync_logs as t
    (organization_id, id, account_id, sync_id, source_system, operation_type, status, records_processed, records_success,
     records_failed, error_message, metadata, started_at, completed_at, updated_at)
values (:organization, :id, :account, :sync_id, :source, :operation, :status, :processed, :success, :failed, :error_message,
        :metadata, :started_at, :completed_at, :now)
on conflict (organization_id, sync_id) do update set
    operation_type = excluded.operation_type, status = excluded.status, records_processed = excluded.records_processed,
    records_success = excluded.records_success, records_failed = excluded.records_failed,
    error_message = excluded.error_message, metadata = excluded.metadata, completed_at = excluded.completed_at,
    updated_at = excluded.updated_at;

--! close_logs
-- Runs that an earlier incarnation left open.
update routiq.sync_logs set status = 'cancelled', completed_at = :now, updated_at = :now
where organization_id = :organization and account_id = :account and status = 'running';

--! write_rejections (external_ids[?])
-- One open row per record and kind of error; the same record again writes nothing.
insert into routiq.sync_errors as t
    (organization_id, id, account_id, service_name, stream, external_id, error_type, error_message, payload_id,
     transform_version, fingerprint, created_at, updated_at)
select :organization, r.id, :account, :service, r.stream, coalesce(r.external_id, encode(r.fingerprint, 'hex')), 'malformed_record',
       r.reason, :payload, :transform_version, r.fingerprint, :now, :now
from unnest(:ids::uuid[], :streams::text[], :external_ids::text[], :reasons::text[], :fingerprints::bytea[])
     as r (id, stream, external_id, reason, fingerprint)
on conflict (organization_id, account_id, stream, external_id, error_type) where not resolved do update set
    error_message = excluded.error_message, payload_id = excluded.payload_id, fingerprint = excluded.fingerprint,
    transform_version = excluded.transform_version, retry_count = t.retry_count + 1, updated_at = excluded.updated_at
where t.fingerprint is distinct from excluded.fingerprint;

--! known_rejections
-- Which of these records are open as errors, whatever they hold.
select stream, external_id, coalesce(fingerprint, ''::bytea) as fingerprint from routiq.sync_errors
where organization_id = :organization and account_id = :account and not resolved and error_type = 'malformed_record'
  and external_id = any(:external_ids);

--! resolve_rejections
-- The record was understood after all.
update routiq.sync_errors set resolved = true, resolved_at = :now, updated_at = :now
where organization_id = :organization and account_id = :account and not resolved and error_type = 'malformed_record'
  and (stream, external_id) in (select * from unnest(:streams::text[], :external_ids::text[]));

--! insert_payload
-- The blob, and whom it mentions.
with kept as (
    insert into routiq.raw_payloads
        (organization_id, id, account_id, stream, source, request, records, transform_version, generation, observed_at,
         key_version, wrapped_key, body, created_at)
    values (:organization, :id, :account, :stream, :source, :request, :records, :transform_version, :generation, :observed_at,
            :key_version, :wrapped_key, :body, :now)
)
insert into routiq.payload_subjects (organization_id, payload_id, subject)
select :organization, :id, s from unnest(:subjects::text[]) as s
on conflict do nothing;

--! load_payload
select account_id, stream, source, request, transform_version, generation, observed_at, created_at, key_version, wrapped_key, body
from routiq.raw_payloads where organization_id = :organization and id = :id;

--! logs_of : (error_message?, completed_at?)
select id, sync_id, source_system, operation_type, status, records_processed, records_success, records_failed,
       error_message, started_at, completed_at
from routiq.sync_logs
where organization_id = :organization and account_id = :account
order by started_at desc, id
limit :most;

--! errors_of : (payload_id?)
select id, stream, external_id, error_type, error_message, payload_id, retry_count, created_at, updated_at
from routiq.sync_errors
where organization_id = :organization and account_id = :account and not resolved
order by updated_at desc, id
limit :most;
