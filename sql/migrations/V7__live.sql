-- What dashboards watch: figures kept by each organization's rollup, the numbers of their changes, and the changes
-- themselves for whoever was away for a moment.

-- What a transaction touched: one row for each transaction, written with its changes. Rows are only ever added by writers
-- and only ever taken by the rollup, so that writers wait for nobody and a row that commits late is taken later. Taking a
-- row means counting again what it names: doing so twice changes nothing.
create table routiq.dirty (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    -- Conversations whose messages must be counted again.
    conversations uuid[] not null default '{}',
    -- Whether conversations came, went or changed their status.
    states boolean not null default false,
    -- Whether contacts came or went.
    contacts boolean not null default false,
    -- What just happened, for people who watch: kinds, ids and times, never a text or a name.
    events jsonb not null default '[]' check (jsonb_typeof(events) = 'array'),
    cause text not null check (cause in ('sync', 'webhook', 'outreach', 'clock')),
    created_at timestamptz not null,
    primary key (organization_id, id)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

-- The number of the last change. `epoch` names the numbering.
create table routiq.live_sequences (
    organization_id uuid not null references routiq.organizations (id),
    epoch uuid not null,
    sequence bigint not null check (sequence >= 0),
    primary key (organization_id)
) with (fillfactor = 50);

-- The last changes, each against the one before.
create table routiq.live_changes (
    organization_id uuid not null references routiq.organizations (id),
    sequence bigint not null check (sequence > 0),
    epoch uuid not null,
    patch jsonb not null check (jsonb_typeof(patch) = 'object'),
    events jsonb not null default '[]' check (jsonb_typeof(events) = 'array'),
    cause text not null check (cause in ('sync', 'webhook', 'outreach', 'clock')),
    at timestamptz not null,
    primary key (organization_id, sequence)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

-- How many messages each conversation has on each day of the practice's own calendar; a message without a time stands at
-- the beginning of all days.
create table routiq.conversation_figures (
    organization_id uuid not null references routiq.organizations (id),
    conversation_id uuid not null,
    day date not null,
    incoming integer not null,
    outgoing integer not null,
    last_at timestamptz,
    primary key (organization_id, conversation_id, day)
);
create index conversation_figures_day on routiq.conversation_figures (organization_id, day);

-- The same for the whole organization.
create table routiq.day_figures (
    organization_id uuid not null references routiq.organizations (id),
    day date not null,
    incoming integer not null,
    outgoing integer not null,
    primary key (organization_id, day)
);

-- How an organization stands. `data` is what a subscriber has after the last change.
create table routiq.organization_figures (
    organization_id uuid not null references routiq.organizations (id),
    version integer not null,
    timezone text not null,
    conversations integer not null,
    conversations_open integer not null,
    conversations_pending integer not null,
    conversations_resolved integer not null,
    conversations_snoozed integer not null,
    contacts integer not null,
    messages bigint not null,
    incoming bigint not null,
    outgoing bigint not null,
    messages_today bigint not null,
    last_message_at timestamptz,
    proven_until timestamptz,
    last_sync_at timestamptz,
    sync_running boolean not null,
    data jsonb not null check (jsonb_typeof(data) = 'object'),
    -- When a figure changes next although nothing happens.
    next_change_at timestamptz,
    computed_at timestamptz not null,
    primary key (organization_id)
) with (fillfactor = 50);

-- Few: runs under way.
create index sync_logs_running on routiq.sync_logs (organization_id, started_at) where status = 'running';

do $$
declare t text;
begin
    foreach t in array array['dirty', 'live_sequences', 'live_changes', 'conversation_figures', 'day_figures', 'organization_figures']
    loop
        execute format('alter table routiq.%I enable row level security', t);
        execute format('alter table routiq.%I force row level security', t);
        execute format($p$create policy tenant on routiq.%I to routiq_daemon, routiq_dashboard
            using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))$p$, t);
    end loop;
end $$;

grant select, insert, delete on routiq.dirty, routiq.live_changes to routiq_daemon;
grant select, insert, update on routiq.live_sequences, routiq.organization_figures to routiq_daemon;
grant select, insert, update, delete on routiq.conversation_figures, routiq.day_figures to routiq_daemon;
grant select on routiq.day_figures, routiq.organization_figures to routiq_dashboard;
