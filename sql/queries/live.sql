-- What dashboards watch. Only the rollup counts, numbers and takes; everybody else reads, or adds to `dirty`.

--! mark_dirty
-- One row for all that a transaction touched.
insert into routiq.dirty (organization_id, id, conversations, states, contacts, visits, people, events, cause, created_at)
values (:organization, :id, :conversations, :states, :contacts, :visits, :people, :events, :cause, :now);

--! take_dirty
-- What commits after this statement began stays for the next time.
delete from routiq.dirty d
where d.organization_id = :organization
  and d.id in (select t.id from routiq.dirty t where t.organization_id = :organization order by t.id limit :most)
returning d.conversations, d.states, d.contacts, d.visits, d.people, d.events, d.cause;

--! standing : (clerk_org_id?, version?, zone?, proven_until?, data?, next_change_at?, conversations?, conversations_open?, conversations_pending?, conversations_resolved?, conversations_snoozed?, contacts?, practice?, people_connected?, people_merges?, people_candidates?, epoch?, sequence?)
-- The organization, its figures as last written, and their number.
select o.clerk_org_id, o.timezone, f.version, f.timezone as zone, f.data, f.proven_until, f.next_change_at, f.conversations, f.conversations_open,
       f.conversations_pending, f.conversations_resolved, f.conversations_snoozed, f.contacts, f.practice,
       f.people_connected, f.people_merges, f.people_candidates, s.epoch, s.sequence
from routiq.organizations o
left join routiq.organization_figures f on f.organization_id = o.id
left join routiq.live_sequences s on s.organization_id = o.id
where o.id = :organization;

--! forget_counts
-- Everything is counted anew.
with conversations as (delete from routiq.conversation_figures where organization_id = :organization),
     days as (delete from routiq.day_figures where organization_id = :organization)
select 1 as done;

--! recount
-- Counts the messages of these conversations again and brings the days to the difference. What people and bots said
-- counts; notes between colleagues and the platform's own remarks do not. Look-ups have the forms of people.sql.
with touched as (
    select distinct e.id from unnest((select :conversations::uuid[])) as e (id)
), fresh as (
    select t.id as conversation_id, m.day, count(*) filter (where m.direction = 'incoming') as incoming,
           count(*) filter (where m.direction <> 'incoming') as outgoing, max(m.sent_at) as last_at
    from touched t
    cross join lateral (
        select c.id from routiq.conversations c
        where c.organization_id = :organization and c.id between t.id and t.id and c.deleted_at is null
        order by c.id limit 1
    ) c
    cross join lateral (
        select m.direction, m.sent_at, coalesce((m.sent_at at time zone :zone)::date, '-infinity'::date) as day
        from routiq.messages m
        where m.organization_id = :organization and m.conversation_id = c.id and m.deleted_at is null
          and not m.deleted_at_source and not m.is_private and m.direction <> 'activity'
        order by m.sent_at, m.sequence offset 0
    ) m
    group by t.id, m.day
), before as (
    select f.* from touched t
    cross join lateral (
        select * from routiq.conversation_figures f
        where f.organization_id = :organization and f.conversation_id between t.id and t.id
        order by f.conversation_id, f.day offset 0
    ) f
), gone as (
    delete from routiq.conversation_figures f
    using before b
    where f.organization_id = :organization and f.conversation_id = b.conversation_id and f.day = b.day
      and not exists (select from fresh x where x.conversation_id = b.conversation_id and x.day = b.day)
), written as (
    insert into routiq.conversation_figures as f (organization_id, conversation_id, day, incoming, outgoing, last_at)
    select :organization, x.conversation_id, x.day, x.incoming, x.outgoing, x.last_at
    from fresh x
    left join before b on b.conversation_id = x.conversation_id and b.day = x.day
    where b.day is null or (b.incoming, b.outgoing, b.last_at) is distinct from (x.incoming::integer, x.outgoing::integer, x.last_at)
    on conflict (organization_id, conversation_id, day) do update set
        incoming = excluded.incoming, outgoing = excluded.outgoing, last_at = excluded.last_at
), moved as (
    select a.day, sum(a.incoming) as incoming, sum(a.outgoing) as outgoing
    from (
        select day, incoming, outgoing from fresh
        union all
        select day, -incoming, -outgoing from before
    ) a
    group by a.day
    having sum(a.incoming) <> 0 or sum(a.outgoing) <> 0
)
insert into routiq.day_figures as d (organization_id, day, incoming, outgoing)
select :organization, m.day, m.incoming, m.outgoing from moved m
on conflict (organization_id, day) do update set
    incoming = d.incoming + excluded.incoming, outgoing = d.outgoing + excluded.outgoing;

--! all_conversations
select id from routiq.conversations where organization_id = :organization;

--! count_conversations
select count(*) as total,
       count(*) filter (where status = 'open') as open,
       count(*) filter (where status = 'pending') as pending,
       count(*) filter (where status = 'resolved') as resolved,
       count(*) filter (where status = 'snoozed') as snoozed
from routiq.conversations
where organization_id = :organization and deleted_at is null;

--! count_contacts
select count(*) from routiq.contacts where organization_id = :organization and deleted_at is null;

--! message_figures : (last_message_at?)
-- All messages, those of one day, and when the last one was said.
select coalesce(sum(d.incoming), 0)::bigint as incoming, coalesce(sum(d.outgoing), 0)::bigint as outgoing,
       coalesce(sum(d.incoming) filter (where d.day = :today), 0)::bigint as incoming_today,
       coalesce(sum(d.outgoing) filter (where d.day = :today), 0)::bigint as outgoing_today,
       (select max(f.last_at) from routiq.conversation_figures f
         where f.organization_id = :organization
           and f.day = (select max(l.day) from routiq.day_figures l
                         where l.organization_id = :organization and l.incoming + l.outgoing > 0)) as last_message_at
from routiq.day_figures d
where d.organization_id = :organization;

--! days
select day, incoming, outgoing from routiq.day_figures
where organization_id = :organization and day between :first and :last
order by day;

--! sync_facts : (proven_until?, last_sync_at?, sync_id?, operation?, processed?, started_at?, backfill_done?, backfill_total?)
-- How far every active account is proven complete, when one was last complete, and the run under way.
select (select case when bool_and(a.proven is not null) then min(a.proven) end
          from (select case when bool_and(s.proven_until is not null) then min(s.proven_until) end as proven
                  from routiq.integrations i
                  left join routiq.sync_stream_state s on s.organization_id = i.organization_id and s.account_id = i.id
                       -- What is only told proves nothing and is never fresh; neither does what counts deliveries.
                       and not s.told
                 where i.organization_id = :organization and i.is_active and i.deleted_at is null
                 group by i.id) a) as proven_until,
       (select max(s.last_successful_sync) from routiq.sync_state s where s.organization_id = :organization) as last_sync_at,
       r.sync_id, r.operation_type as operation, r.records_processed as processed, r.started_at,
       (select sum(b.backfill_done)::bigint from routiq.sync_stream_state b
         where b.organization_id = :organization and r.sync_id is not null) as backfill_done,
       (select sum(b.backfill_total)::bigint from routiq.sync_stream_state b
         where b.organization_id = :organization and r.sync_id is not null) as backfill_total
from (select 1) one
left join lateral (
    select l.sync_id, l.operation_type, l.records_processed, l.started_at from routiq.sync_logs l
    where l.organization_id = :organization and l.status = 'running'
    order by l.started_at desc
    limit 1
) r on true;

--! write_figures (last_message_at?, proven_until?, last_sync_at?, practice?, people_connected?, people_merges?, people_candidates?, next_change_at?)
insert into routiq.organization_figures as f
    (organization_id, version, timezone, conversations, conversations_open, conversations_pending, conversations_resolved,
     conversations_snoozed, contacts, messages, incoming, outgoing, messages_today, last_message_at, proven_until, last_sync_at,
     sync_running, data, practice, patients, patients_active, bookings_today, bookings_upcoming, people_connected,
     people_merges, people_candidates, next_change_at, computed_at)
values (:organization, :version, :timezone, :conversations, :conversations_open, :conversations_pending, :conversations_resolved,
        :conversations_snoozed, :contacts, :messages, :incoming, :outgoing, :messages_today, :last_message_at, :proven_until,
        :last_sync_at, :sync_running, :data, :practice, :patients, :patients_active, :bookings_today, :bookings_upcoming,
        :people_connected, :people_merges, :people_candidates, :next_change_at, :now)
on conflict (organization_id) do update set
    version = excluded.version, timezone = excluded.timezone, conversations = excluded.conversations,
    conversations_open = excluded.conversations_open, conversations_pending = excluded.conversations_pending,
    conversations_resolved = excluded.conversations_resolved, conversations_snoozed = excluded.conversations_snoozed,
    contacts = excluded.contacts, messages = excluded.messages, incoming = excluded.incoming, outgoing = excluded.outgoing,
    messages_today = excluded.messages_today, last_message_at = excluded.last_message_at, proven_until = excluded.proven_until,
    last_sync_at = excluded.last_sync_at, sync_running = excluded.sync_running, data = excluded.data,
    practice = excluded.practice, patients = excluded.patients, patients_active = excluded.patients_active,
    bookings_today = excluded.bookings_today, bookings_upcoming = excluded.bookings_upcoming,
    people_connected = excluded.people_connected, people_merges = excluded.people_merges,
    people_candidates = excluded.people_candidates,
    next_change_at = excluded.next_change_at, computed_at = excluded.computed_at;

--! number_change
-- The next number and the change that has it.
with numbered as (
    insert into routiq.live_sequences as s (organization_id, epoch, sequence)
    values (:organization, :epoch, :sequence)
    on conflict (organization_id) do update set sequence = excluded.sequence, epoch = excluded.epoch
)
insert into routiq.live_changes (organization_id, sequence, epoch, patch, events, cause, at)
values (:organization, :sequence, :epoch, :patch, :events, :cause, :now);

--! prune_changes
delete from routiq.live_changes
where organization_id = :organization and (sequence <= :oldest or at < :before);

--! changes_after
select sequence, patch, events, cause, at from routiq.live_changes
where organization_id = :organization and epoch = :epoch and sequence > :after
order by sequence
limit :most;

--! recent_events
-- What just happened, newest change first.
select sequence, events from routiq.live_changes
where organization_id = :organization and events <> '[]'
order by sequence desc
limit :most;

--! add_watch_key
-- What lets an operator's page watch for a while, as a service of the practice: it outlives the daemon, and ends by itself.
insert into routiq.service_keys (organization_id, id, name, role, key_hash, hint, created_by, created_at, expires_at)
values (:organization, :id, :name, 'viewer', :hash, :hint, :by, :now, :expires_at);
