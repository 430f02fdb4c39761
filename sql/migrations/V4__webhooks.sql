-- Webhooks: who may send them (endpoints), what was sent (the journal), and what was seen before (keys).

-- One address that a platform sends to: an unguessable token in its path, of which only the hash is kept, and the secrets
-- its signatures are checked with (a sealed list, newest first, at most two).
create table routiq.webhook_endpoints (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    account_id uuid not null,
    -- Which verifier reads its deliveries: the account's platform, or `hint` for a signed hint to look now.
    platform text not null check (platform ~ '^[a-z][a-z0-9_]*$'),
    token_hash bytea not null unique check (length(token_hash) = 32),
    status text not null default 'active' check (status in ('active', 'retiring', 'revoked')),
    retires_at timestamptz,
    key_version integer check (key_version > 0),
    wrapped_key bytea,
    sealed bytea,
    -- Our registration at the platform, where it has an interface for that.
    remote_id text,
    last_checked_at timestamptz,
    last_problem text,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    check ((status = 'retiring') = (retires_at is not null)),
    check (num_nonnulls(key_version, wrapped_key, sealed) in (0, 3))
);
-- One active address of a kind for each account; those that retire stand beside it.
create unique index webhook_endpoints_active on routiq.webhook_endpoints (organization_id, account_id, platform)
    where status = 'active';

-- The journal: every delivery as it came, kept before it is answered; the row is the queue's item. It names its account by
-- the endpoint, which has a foreign key; a key of its own would lock the account's row for each delivery.
create table routiq.webhook_events (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    endpoint_id uuid not null,
    platform text not null,
    event_key text not null check (length(event_key) between 1 and 300),
    event_type text not null check (length(event_type) <= 200),
    -- Keyed hash of the sender's address, so that what is not applied yet can be found by it.
    subject bytea,
    signed boolean not null,
    -- The request's query, without the path, which holds the token.
    query text not null default '',
    headers jsonb not null default '{}' check (jsonb_typeof(headers) = 'object'),
    body bytea not null,
    -- What the sender says of when it happened.
    occurred_at timestamptz,
    received_at timestamptz not null,
    state text not null default 'pending' check (state in ('pending', 'applied', 'ignored', 'quarantined')),
    attempts integer not null default 0 check (attempts >= 0),
    next_attempt_at timestamptz not null,
    failure_reason text,
    applied_at timestamptz,
    generation bigint,
    primary key (organization_id, id, received_at),
    check ((state in ('applied', 'ignored')) = (applied_at is not null))
) partition by range (received_at);

-- Takes what no partition covers; upkeep makes partitions ahead and moves such rows into them.
create table routiq.webhook_events_default partition of routiq.webhook_events default;

-- The queue of an account, in the order of arrival.
create index webhook_events_pending on routiq.webhook_events (organization_id, account_id, received_at, id)
    where state = 'pending';
create index webhook_events_quarantined on routiq.webhook_events (organization_id, account_id, received_at, id)
    where state = 'quarantined';
-- Whether something of a sender waits to be applied.
create index webhook_events_unapplied on routiq.webhook_events (organization_id, subject)
    where subject is not null and state in ('pending', 'quarantined');

-- What was delivered before, across all partitions; written by the statement that writes the journal, pruned after the
-- longest time in which a platform repeats a delivery.
create table routiq.webhook_keys (
    organization_id uuid not null,
    platform text not null,
    event_key text not null check (length(event_key) between 1 and 300),
    event_id uuid not null,
    received_at timestamptz not null,
    primary key (organization_id, platform, event_key)
);
create index webhook_keys_age on routiq.webhook_keys using brin (received_at);

-- What comes for the house itself, before it is known which organization it is about: identities and subscriptions.
create table routiq.directory_events (
    id uuid primary key,
    platform text not null check (platform in ('clerk', 'stripe')),
    event_key text not null check (length(event_key) between 1 and 300),
    event_type text not null check (length(event_type) <= 200),
    signed boolean not null,
    headers jsonb not null default '{}' check (jsonb_typeof(headers) = 'object'),
    body bytea not null,
    occurred_at timestamptz,
    received_at timestamptz not null,
    state text not null default 'pending' check (state in ('pending', 'applied', 'ignored', 'quarantined')),
    attempts integer not null default 0 check (attempts >= 0),
    next_attempt_at timestamptz not null,
    failure_reason text,
    applied_at timestamptz,
    unique (platform, event_key),
    check ((state in ('applied', 'ignored')) = (applied_at is not null))
);
create index directory_events_pending on routiq.directory_events (received_at, id) where state = 'pending';
create index directory_events_age on routiq.directory_events (received_at);

-- What came to an address that all accounts share, from a sender nobody knows. Small, few, and gone after a week.
create table routiq.msg_webhook_quarantine (
    id uuid primary key,
    platform text not null,
    kind text not null check (kind in ('inbound', 'status')),
    account_sid text not null check (length(account_sid) <= 64),
    reason text not null,
    headers jsonb not null default '{}',
    body bytea not null check (length(body) <= 65536),
    received_at timestamptz not null
);
create index msg_webhook_quarantine_age on routiq.msg_webhook_quarantine (received_at);

-- ---------------------------------------------------------------------------------------------------------------
-- Row security.

do $$
declare t text;
begin
    foreach t in array array['webhook_endpoints', 'webhook_events', 'webhook_events_default', 'webhook_keys', 'directory_events',
        'msg_webhook_quarantine']
    loop
        execute format('alter table routiq.%I enable row level security', t);
        execute format('alter table routiq.%I force row level security', t);
    end loop;
    foreach t in array array['webhook_endpoints', 'webhook_events']
    loop
        execute format($p$create policy tenant on routiq.%I to routiq_daemon, routiq_dashboard
            using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))$p$, t);
    end loop;
end $$;

-- Intake writes, for everybody, and sees of it only what tells a repetition.
create policy intake on routiq.webhook_events for insert to routiq_intake with check (true);
create policy intake_writes on routiq.webhook_keys for insert to routiq_intake with check (true);
create policy intake_reads on routiq.webhook_keys for select to routiq_intake using (true);
create policy intake_writes on routiq.directory_events for insert to routiq_intake with check (true);
create policy intake_reads on routiq.directory_events for select to routiq_intake using (true);
create policy intake_writes on routiq.msg_webhook_quarantine for insert to routiq_intake with check (true);
create policy intake_reads on routiq.msg_webhook_quarantine for select to routiq_intake using (true);

-- Directory finds whose an address is, and works off its own events.
create policy directory on routiq.webhook_endpoints for select to routiq_directory using (true);
create policy directory on routiq.integrations for select to routiq_directory using (true);
create policy directory on routiq.directory_events to routiq_directory using (true) with check (true);

-- Upkeep works as the owner, whom forced row security binds too. Read by it, through the parent: times and states.
create policy upkeep on routiq.webhook_events to routiq_owner using (true) with check (true);
create policy upkeep on routiq.webhook_events_default to routiq_owner using (true) with check (true);
create policy upkeep on routiq.webhook_keys to routiq_owner using (true);
create policy upkeep on routiq.directory_events to routiq_owner using (true);
create policy upkeep on routiq.msg_webhook_quarantine to routiq_owner using (true);
create policy upkeep on routiq.webhook_endpoints to routiq_owner using (true) with check (true);

-- ---------------------------------------------------------------------------------------------------------------
-- Grants.

grant insert on routiq.webhook_events, routiq.webhook_keys, routiq.directory_events, routiq.msg_webhook_quarantine to routiq_intake;
grant select on routiq.webhook_keys to routiq_intake;
grant select (id, platform, event_key) on routiq.directory_events to routiq_intake;
grant select (id, received_at) on routiq.msg_webhook_quarantine to routiq_intake;

grant select, insert, update on routiq.webhook_endpoints to routiq_daemon;
grant select on routiq.webhook_events to routiq_daemon;
grant update (state, attempts, next_attempt_at, failure_reason, applied_at, generation) on routiq.webhook_events to routiq_daemon;

grant select (organization_id, id, account_id, platform, token_hash, status, retires_at, key_version, wrapped_key, sealed)
    on routiq.webhook_endpoints to routiq_directory;
grant select (organization_id, id, platform, external_id, settings, is_active, deleted_at) on routiq.integrations to routiq_directory;
grant select on routiq.directory_events to routiq_directory;
grant update (state, attempts, next_attempt_at, failure_reason, applied_at) on routiq.directory_events to routiq_directory;

-- ---------------------------------------------------------------------------------------------------------------
-- Upkeep. Only the owner may make and drop partitions; these functions do that and nothing else. The intake's login calls
-- them. They give up soon where somebody works with the table; the next call goes on.

-- Makes the partitions (a week each, from Monday, UTC) from the week of `at` to `weeks` weeks later; answers how many.
create function routiq.extend_webhook_events(at timestamptz, weeks integer) returns integer
language plpgsql security definer set search_path = '' set lock_timeout = '2s' as $$
declare
    monday timestamptz;
    part text;
    made integer := 0;
begin
    for ahead in 0 .. least(greatest(weeks, 0), 52) loop
        monday := pg_catalog.date_trunc('week', at, 'UTC') + pg_catalog.make_interval(weeks => ahead);
        part := 'webhook_events_' || pg_catalog.to_char(monday at time zone 'UTC', 'YYYYMMDD');
        continue when pg_catalog.to_regclass('routiq.' || part) is not null;
        lock table routiq.webhook_events_default in access exclusive mode;
        execute pg_catalog.format('create table routiq.%I (like routiq.webhook_events including defaults including constraints)', part);
        execute pg_catalog.format('alter table routiq.%I enable row level security, force row level security', part);
        execute pg_catalog.format('create policy upkeep on routiq.%I to routiq_owner using (true) with check (true)', part);
        execute pg_catalog.format(
            'with moved as (delete from routiq.webhook_events_default where received_at >= $1 and received_at < $2 returning *)
             insert into routiq.%I select * from moved', part)
            using monday, monday + interval '1 week';
        execute pg_catalog.format('alter table routiq.webhook_events attach partition routiq.%I for values from (%L) to (%L)',
            part, monday, monday + interval '1 week');
        made := made + 1;
    end loop;
    return made;
end $$;

-- Drops the partitions that ended before `before`. What is not applied keeps its partition, without the rest of it.
-- Answers how many were dropped.
create function routiq.expire_webhook_events(before timestamptz) returns integer
language plpgsql security definer set search_path = '' set lock_timeout = '2s' as $$
declare
    part record;
    kept boolean;
    dropped integer := 0;
begin
    for part in
        select c.relname, (pg_catalog.to_date(pg_catalog.right(c.relname, 8), 'YYYYMMDD')::timestamp at time zone 'UTC') + interval '1 week' as ended
        from pg_catalog.pg_inherits i
        join pg_catalog.pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'routiq.webhook_events'::pg_catalog.regclass and c.relname ~ '^webhook_events_[0-9]{8}$'
        order by c.relname
    loop
        continue when part.ended > before;
        execute pg_catalog.format('select exists (select from routiq.%I where state in (''pending'', ''quarantined''))', part.relname) into kept;
        if kept then
            execute pg_catalog.format('delete from routiq.%I where state in (''applied'', ''ignored'')', part.relname);
        else
            execute pg_catalog.format('drop table routiq.%I', part.relname);
            dropped := dropped + 1;
        end if;
    end loop;
    delete from routiq.webhook_events_default where received_at < before and state in ('applied', 'ignored');
    return dropped;
end $$;

-- Forgets what no platform repeats any more, and what was kept of strangers; retired addresses end. Answers how many rows.
create function routiq.prune_webhooks(at timestamptz, keys_before timestamptz, directory_before timestamptz) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
    gone bigint;
    total bigint := 0;
begin
    delete from routiq.webhook_keys where received_at < keys_before;
    get diagnostics gone = row_count;
    total := total + gone;
    delete from routiq.directory_events where received_at < directory_before and state in ('applied', 'ignored');
    get diagnostics gone = row_count;
    total := total + gone;
    delete from routiq.msg_webhook_quarantine where received_at < at - interval '7 days';
    get diagnostics gone = row_count;
    total := total + gone;
    update routiq.webhook_endpoints set status = 'revoked', retires_at = null, updated_at = at
    where status = 'retiring' and retires_at <= at;
    return total;
end $$;

revoke all on function routiq.extend_webhook_events(timestamptz, integer) from public;
revoke all on function routiq.expire_webhook_events(timestamptz) from public;
revoke all on function routiq.prune_webhooks(timestamptz, timestamptz, timestamptz) from public;
grant execute on function routiq.extend_webhook_events(timestamptz, integer) to routiq_intake;
grant execute on function routiq.expire_webhook_events(timestamptz) to routiq_intake;
grant execute on function routiq.prune_webhooks(timestamptz, timestamptz, timestamptz) to routiq_intake;
