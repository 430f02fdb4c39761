-- The journal of webhooks. `intake_…` statements are asked by the intake's own login, across organizations; the others
-- inside a tenant transaction.

--! intake_insert (organizations[?], accounts[?], endpoints[?], subjects[?], occurred_ats[?])
-- A batch in one statement: one commit for all. Keys first, in one order, so that two batches with the same keys wait for
-- each other and never deadlock; the journal gets what was new among them. What names no organization is the house's own.
-- Answers the ids that were new; a repetition answers nothing.
with given as (
    select g.id, g.organization_id, g.account_id, g.endpoint_id, g.platform, g.event_key, g.event_type, g.subject, g.signed,
           g.query, g.headers, g.body, g.occurred_at, g.received_at, g.state, g.place
    from unnest(:ids::uuid[], :organizations::uuid[], :accounts::uuid[], :endpoints::uuid[], :platforms::text[],
                :event_keys::text[], :event_types::text[], :subjects::bytea[], :signeds::boolean[], :queries::text[],
                :headers::jsonb[], :bodies::bytea[], :occurred_ats::timestamptz[], :received_ats::timestamptz[],
                :states::text[]) with ordinality
        as g (id, organization_id, account_id, endpoint_id, platform, event_key, event_type, subject, signed, query, headers,
              body, occurred_at, received_at, state, place)
), fresh as (
    insert into routiq.webhook_keys as k (organization_id, platform, event_key, event_id, received_at)
    select g.organization_id, g.platform, g.event_key, g.id, g.received_at
    from given g
    where g.organization_id is not null
    order by g.organization_id, g.platform, g.event_key, g.place
    on conflict (organization_id, platform, event_key) do nothing
    returning k.event_id
), kept as (
    insert into routiq.webhook_events (organization_id, id, account_id, endpoint_id, platform, event_key, event_type, subject,
        signed, query, headers, body, occurred_at, received_at, state, next_attempt_at, applied_at)
    select g.organization_id, g.id, g.account_id, g.endpoint_id, g.platform, g.event_key, g.event_type, g.subject, g.signed,
           g.query, g.headers, g.body, g.occurred_at, g.received_at, g.state, g.received_at,
           case when g.state = 'ignored' then g.received_at end
    from given g
    join fresh f on f.event_id = g.id
), directory as (
    insert into routiq.directory_events as d (id, platform, event_key, event_type, signed, headers, body, occurred_at, received_at,
        state, next_attempt_at, applied_at)
    select g.id, g.platform, g.event_key, g.event_type, g.signed, g.headers, g.body, g.occurred_at, g.received_at, g.state,
           g.received_at, case when g.state = 'ignored' then g.received_at end
    from given g
    where g.organization_id is null
    order by g.platform, g.event_key, g.place
    on conflict (platform, event_key) do nothing
    returning d.id
)
select event_id as id from fresh
union all
select id from directory;

--! intake_stray
-- Keeps what an unknown sender sent to a shared address, unless enough of it is kept already.
insert into routiq.msg_webhook_quarantine (id, platform, kind, account_sid, reason, headers, body, received_at)
select :id::uuid, :platform::text, :kind::text, :account_sid::text, :reason::text, :headers::jsonb, :body::bytea, :received_at::timestamptz
where (select count(*) from routiq.msg_webhook_quarantine q) < :most::bigint;

--! extend_webhook_events
-- Makes the partitions of the coming weeks.
select routiq.extend_webhook_events(:now, :weeks) as made;

--! expire_webhook_events
-- Drops the partitions that ended before.
select routiq.expire_webhook_events(:before) as dropped;

--! prune_webhooks
-- Forgets old keys, the house's old events, strangers' deliveries; ends retired addresses.
select routiq.prune_webhooks(:now, :keys_before, :directory_before) as gone;

--! pending_events : (subject?, occurred_at?)
-- What an account's actor applies next, in the order of arrival. What waits for another attempt lets the rest pass.
select id, received_at, endpoint_id, platform, event_key, event_type, subject, signed, query, headers, body, occurred_at, attempts
from routiq.webhook_events
where organization_id = :organization and account_id = :account and state = 'pending' and next_attempt_at <= :now
order by received_at, id
limit :most;

--! next_event_due : (due?)
-- When an account has something to apply next; null when nothing waits.
select min(next_attempt_at) as due from routiq.webhook_events
where organization_id = :organization and account_id = :account and state = 'pending';

--! events_aside
-- How many of an account's deliveries stand aside.
select count(*) as aside from routiq.webhook_events
where organization_id = :organization and account_id = :account and state = 'quarantined';

--! settle_events (reasons[?])
-- How a batch ended. `due` is when what stays pending is tried again; attempts count only failures.
update routiq.webhook_events e
set state = s.state,
    attempts = e.attempts + case when s.failed then 1 else 0 end,
    next_attempt_at = s.due,
    failure_reason = s.reason,
    applied_at = case when s.state in ('applied', 'ignored') then :now::timestamptz end,
    generation = :generation
from unnest(:ids::uuid[], :received_ats::timestamptz[], :states::text[], :reasons::text[], :faileds::boolean[], :dues::timestamptz[])
    as s (id, received_at, state, reason, failed, due)
where e.organization_id = :organization and e.id = s.id and e.received_at = s.received_at and e.state = 'pending';

--! unapplied_of
-- Whether something that one of these subjects sent is not applied yet.
select exists (
    select from routiq.webhook_events e
    where e.organization_id = :organization and e.subject = any (:subjects::bytea[]) and e.state in ('pending', 'quarantined')
) as waiting;
