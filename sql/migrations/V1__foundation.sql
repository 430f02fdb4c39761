-- The house's first tables. Forward only; expand, then contract.
-- Runs as the owner, `routiq_owner`. The logins it grants to are made beforehand and are never owners.

create schema routiq;
create schema dashboard;

-- What every policy reads: the organization of this transaction, or nothing.
-- (Written out in each policy, so that an unset setting shows no rows.)

create table routiq.organizations (
    id uuid primary key,
    clerk_org_id text unique,
    name text not null check (name <> ''),
    slug text unique,
    display_name text,
    description text,
    region text not null default 'AU' check (region ~ '^[A-Z]{2}$'),
    timezone text not null default 'UTC',
    locale text not null default 'en-AU',
    phone text,
    website text,
    address jsonb,
    settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
    status text not null default 'active' check (status in ('active', 'inactive', 'suspended', 'pending')),
    status_reason text,
    onboarded_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);

-- One row per account of an organization at a platform: the roster, its schedule and its settings.
-- `version` rises with every change that a running actor must notice.
create table routiq.integrations (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    platform text not null check (platform ~ '^[a-z][a-z0-9_]*$'),
    external_id text not null check (external_id <> ''),
    name text,
    settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
    is_primary boolean not null default true,
    is_active boolean not null default true,
    sync_enabled boolean not null default true,
    paused_reason text,
    paused_until timestamptz,
    paused_by text,
    poll_requested_at timestamptz,
    sweep_requested_at timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, platform, external_id),
    check (paused_until is null or paused_reason is not null)
);

-- Credentials, sealed under a key of their own that is wrapped by a version of the master key. At most one is active.
create table routiq.api_credentials (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    key_version integer not null check (key_version > 0),
    wrapped_key bytea not null,
    sealed bytea not null,
    status text not null default 'active' check (status in ('active', 'rejected', 'superseded')),
    rejected_reason text,
    last_validated_at timestamptz,
    created_by text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    check ((status = 'rejected') = (rejected_reason is not null))
);
create unique index api_credentials_current on routiq.api_credentials (organization_id, account_id)
    where status <> 'superseded';

-- Fencing tokens: a commit of an actor locks its row at its own generation.
create table routiq.actor_fences (
    organization_id uuid not null references routiq.organizations (id),
    actor text not null,
    generation bigint not null check (generation > 0),
    raised_at timestamptz not null,
    primary key (organization_id, actor)
);

-- Raw records that changed something: one compressed, encrypted blob per page, under a key of its own.
create table routiq.raw_payloads (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    stream text not null,
    source text not null check (source in ('page', 'webhook')),
    request text not null,
    records integer not null check (records > 0),
    transform_version integer not null,
    generation bigint not null,
    observed_at timestamptz not null,
    key_version integer not null,
    wrapped_key bytea not null,
    body bytea not null,
    created_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id)
);

-- Whom a blob mentions, so that erasure finds it.
create table routiq.payload_subjects (
    organization_id uuid not null,
    payload_id uuid not null,
    subject text not null,
    primary key (organization_id, subject, payload_id),
    foreign key (organization_id, payload_id) references routiq.raw_payloads (organization_id, id) on delete cascade
);

create table routiq.inboxes (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    name text,
    channel text,
    phone text,
    provider text,
    payload_id uuid,
    transform_version integer not null,
    generation bigint not null,
    observed_at timestamptz not null,
    source_version bigint,
    fingerprint bytea not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    deletion_id uuid,
    primary key (organization_id, id),
    unique (organization_id, account_id, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    check ((deleted_at is null) = (deletion_id is null))
);

create table routiq.agents (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    name text,
    email text,
    role text,
    payload_id uuid,
    transform_version integer not null,
    generation bigint not null,
    observed_at timestamptz not null,
    source_version bigint,
    fingerprint bytea not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    deletion_id uuid,
    primary key (organization_id, id),
    unique (organization_id, account_id, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    check ((deleted_at is null) = (deletion_id is null))
);

create table routiq.contacts (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    name text,
    email text,
    phone text check (phone ~ '^\+[0-9]{2,15}$'),
    phone_original text,
    identifier text,
    contact_type text not null default 'chatwoot_contact',
    blocked boolean not null default false,
    attributes jsonb not null default '{}',
    source_created_at timestamptz,
    last_activity_at timestamptz,
    payload_id uuid,
    transform_version integer not null,
    generation bigint not null,
    observed_at timestamptz not null,
    source_version bigint,
    fingerprint bytea not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    deletion_id uuid,
    primary key (organization_id, id),
    unique (organization_id, account_id, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    check ((deleted_at is null) = (deletion_id is null))
);
create index contacts_phone on routiq.contacts (organization_id, phone) where phone is not null;
-- Cut, since an index holds no longer text and a platform may send any.
create index contacts_email on routiq.contacts (organization_id, lower(left(email, 320))) where email is not null;

-- How a contact is known and reached: by phone, by e-mail, through an inbox.
create table routiq.contact_identities (
    organization_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    account_id uuid not null,
    kind text not null check (kind in ('channel', 'phone', 'email', 'identifier')),
    inbox_external_id text not null default '',
    channel text,
    value text not null check (value <> ''),
    generation bigint not null,
    payload_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, id),
    unique (organization_id, contact_id, kind, inbox_external_id, value),
    foreign key (organization_id, contact_id) references routiq.contacts (organization_id, id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id)
);
create index contact_identities_value on routiq.contact_identities (organization_id, kind, value);

create table routiq.conversations (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    external_uuid text,
    source text not null,
    contact_id uuid,
    contact_external_id text,
    inbox_id uuid,
    inbox_external_id text,
    channel text,
    status text not null,
    priority text,
    labels text[] not null default '{}',
    assignee_external_id text,
    assignee_name text,
    team_name text,
    can_reply boolean,
    muted boolean,
    unread_count integer,
    attributes jsonb not null default '{}',
    source_created_at timestamptz,
    source_updated_at timestamptz,
    last_activity_at timestamptz,
    first_reply_at timestamptz,
    waiting_since timestamptz,
    snoozed_until timestamptz,
    payload_id uuid,
    transform_version integer not null,
    generation bigint not null,
    observed_at timestamptz not null,
    source_version bigint,
    fingerprint bytea not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    deletion_id uuid,
    primary key (organization_id, id),
    unique (organization_id, account_id, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    foreign key (organization_id, contact_id) references routiq.contacts (organization_id, id),
    foreign key (organization_id, inbox_id) references routiq.inboxes (organization_id, id),
    check ((deleted_at is null) = (deletion_id is null))
);
create index conversations_contact on routiq.conversations (organization_id, contact_id);
-- Few: conversations that named a contact or an inbox before it arrived.
create index conversations_unlinked on routiq.conversations (organization_id, account_id)
    where contact_id is null or inbox_id is null;
create index conversations_activity on routiq.conversations (organization_id, last_activity_at desc);

create table routiq.messages (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    conversation_id uuid not null,
    direction text not null check (direction in ('incoming', 'outgoing', 'activity', 'template')),
    sender_type text not null check (sender_type in ('patient', 'agent', 'system', 'bot', 'user')),
    sender_external_id text,
    sender_name text,
    content text,
    content_type text,
    delivery_status text,
    is_private boolean not null default false,
    deleted_at_source boolean not null default false,
    channel_message_id text,
    attributes jsonb not null default '{}',
    sent_at timestamptz,
    sequence bigint,
    payload_id uuid,
    transform_version integer not null,
    generation bigint not null,
    observed_at timestamptz not null,
    source_version bigint,
    fingerprint bytea not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    deletion_id uuid,
    primary key (organization_id, id),
    unique (organization_id, account_id, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    foreign key (organization_id, conversation_id) references routiq.conversations (organization_id, id),
    check ((deleted_at is null) = (deletion_id is null))
);
-- A conversation in order: when it was said, then the platform's own sequence.
create index messages_conversation on routiq.messages (organization_id, conversation_id, sent_at, sequence);

create table routiq.attachments (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    message_id uuid not null,
    file_type text not null,
    content_type text,
    extension text,
    file_size bigint check (file_size >= 0),
    width integer,
    height integer,
    source_url text,
    details jsonb not null default '{}',
    payload_id uuid,
    generation bigint not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    deletion_id uuid,
    primary key (organization_id, id),
    unique (organization_id, account_id, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    foreign key (organization_id, message_id) references routiq.messages (organization_id, id),
    check ((deleted_at is null) = (deletion_id is null))
);
create index attachments_message on routiq.attachments (organization_id, message_id);

-- Where an account stands as a whole.
create table routiq.sync_state (
    organization_id uuid not null,
    account_id uuid not null,
    service_name text not null,
    last_sync_timestamp timestamptz,
    last_successful_sync timestamptz,
    sync_status text not null default 'pending'
        check (sync_status in ('pending', 'running', 'completed', 'failed', 'denied')),
    records_processed bigint not null default 0,
    errors_count bigint not null default 0,
    consecutive_failures integer not null default 0,
    last_error text,
    last_error_at timestamptz,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (organization_id, account_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id)
);

-- Where each stream of an account stands.
create table routiq.sync_stream_state (
    organization_id uuid not null,
    account_id uuid not null,
    stream text not null,
    cursor jsonb not null default 'null',
    proven_until timestamptz,
    records bigint not null default 0,
    changed bigint not null default 0,
    rejected bigint not null default 0,
    backfill_done bigint,
    backfill_total bigint,
    updated_at timestamptz not null,
    primary key (organization_id, account_id, stream),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id)
);

-- Records with a cursor of their own, and what is due of them: the follow-up requests of a stream.
create table routiq.sync_items (
    organization_id uuid not null,
    account_id uuid not null,
    stream text not null,
    external_id text not null,
    cursor jsonb not null default 'null',
    work jsonb,
    urgency smallint not null default 1 check (urgency in (0, 1)),
    request bigint not null default 1,
    requested_at timestamptz not null,
    -- From when on the record may be incomplete; null when it owes nothing, the epoch when it was never read.
    owed_since timestamptz,
    done_at timestamptz,
    primary key (organization_id, account_id, stream, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id)
);
create index sync_items_due on routiq.sync_items (organization_id, account_id, urgency, requested_at, stream, external_id)
    where work is not null;
-- What a listing under way has shown so far.
create table routiq.sync_listed (
    organization_id uuid not null,
    account_id uuid not null,
    stream text not null,
    listing timestamptz not null,
    external_id text not null,
    primary key (organization_id, account_id, stream, listing, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id)
);

create table routiq.sync_logs (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    sync_id uuid not null,
    source_system text not null,
    operation_type text not null,
    status text not null check (status in ('running', 'completed', 'failed', 'cancelled', 'skipped', 'partial')),
    records_processed bigint not null default 0,
    records_success bigint not null default 0,
    records_failed bigint not null default 0,
    error_message text,
    error_details jsonb,
    metadata jsonb not null default '{}',
    started_at timestamptz not null,
    completed_at timestamptz,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    check ((status = 'running') = (completed_at is null))
);
create index sync_logs_recent on routiq.sync_logs (organization_id, started_at desc);
create unique index sync_logs_sync on routiq.sync_logs (organization_id, sync_id);

-- What could not be understood or done. One open row per record and kind of error.
create table routiq.sync_errors (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    service_name text not null,
    stream text not null,
    external_id text not null default '',
    error_type text not null,
    error_message text not null,
    error_details jsonb not null default '{}',
    payload_id uuid,
    transform_version integer,
    fingerprint bytea,
    retry_count integer not null default 0,
    resolved boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    resolved_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    check (resolved = (resolved_at is not null))
);
create unique index sync_errors_open on routiq.sync_errors (organization_id, account_id, stream, external_id, error_type)
    where not resolved;

-- Append only, by grants.
create table routiq.audit_logs (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    user_id text not null,
    action text not null,
    resource_type text not null,
    resource_id text,
    ip_address inet,
    user_agent text,
    session_id text,
    request_id text,
    details jsonb not null default '{}',
    success boolean not null default true,
    error_message text,
    created_at timestamptz not null,
    primary key (organization_id, id)
);
create index audit_logs_recent on routiq.audit_logs (organization_id, created_at desc);

-- ---------------------------------------------------------------------------------------------------------------
-- Row security: forced on every table, one policy, the same text everywhere.

do $$
declare t text;
begin
    for t in
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'routiq' and c.relkind in ('r', 'p') and c.relname <> 'organizations'
    loop
        execute format('alter table routiq.%I enable row level security', t);
        execute format('alter table routiq.%I force row level security', t);
        execute format($p$create policy tenant on routiq.%I to routiq_daemon, routiq_dashboard
            using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))$p$, t);
    end loop;
end $$;

alter table routiq.organizations enable row level security;
alter table routiq.organizations force row level security;
create policy tenant on routiq.organizations to routiq_daemon, routiq_dashboard
    using (id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
    with check (id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid));

-- ---------------------------------------------------------------------------------------------------------------
-- Grants. The daemon's tenant work:

grant usage on schema routiq to routiq_daemon, routiq_directory, routiq_roster, routiq_health, routiq_audit, routiq_intake, routiq_dashboard;
grant usage on schema dashboard to routiq_daemon, routiq_dashboard;

grant select, update on routiq.organizations to routiq_daemon;
grant select, insert, update on
    routiq.integrations, routiq.api_credentials, routiq.raw_payloads, routiq.inboxes, routiq.agents, routiq.contacts,
    routiq.contact_identities, routiq.conversations, routiq.messages, routiq.attachments, routiq.sync_state,
    routiq.sync_stream_state, routiq.sync_items, routiq.sync_logs, routiq.sync_errors
    to routiq_daemon;
grant select, insert, delete on routiq.payload_subjects, routiq.sync_listed to routiq_daemon;
grant delete on routiq.sync_items, routiq.contact_identities to routiq_daemon;
grant select, insert on routiq.audit_logs to routiq_daemon;
-- Locking a row FOR SHARE needs the right to update some column; the generation itself is the roster's to raise.
grant select, update (actor) on routiq.actor_fences to routiq_daemon;

-- Directory: finds and makes organizations.
grant select, insert, update on routiq.organizations to routiq_directory;
create policy directory on routiq.organizations to routiq_directory using (true) with check (true);

-- Roster: who should run, and the fences of all.
grant select (id, name, display_name, status, status_reason, deleted_at) on routiq.organizations to routiq_roster;
grant select (organization_id, id, platform, is_active, sync_enabled, paused_reason, paused_until, version, deleted_at)
    on routiq.integrations to routiq_roster;
grant select (organization_id, account_id, status, rejected_reason) on routiq.api_credentials to routiq_roster;
grant select, insert, update on routiq.actor_fences to routiq_roster;
create policy roster on routiq.organizations for select to routiq_roster using (true);
create policy roster on routiq.integrations for select to routiq_roster using (true);
create policy roster on routiq.api_credentials for select to routiq_roster using (true);
create policy roster on routiq.actor_fences to routiq_roster using (true) with check (true);

-- Health: how every account stands, without contents.
grant select (id, name, display_name, clerk_org_id, timezone, status) on routiq.organizations to routiq_health;
grant select (organization_id, id, platform, is_active) on routiq.integrations to routiq_health;
grant select on routiq.sync_state, routiq.sync_stream_state to routiq_health;
create policy health on routiq.organizations for select to routiq_health using (true);
create policy health on routiq.integrations for select to routiq_health using (true);
create policy health on routiq.sync_state for select to routiq_health using (true);
create policy health on routiq.sync_stream_state for select to routiq_health using (true);

-- Audit: what operators did, for any organization; writes and reads, never changes.
grant select, insert on routiq.audit_logs to routiq_audit;
create policy audit on routiq.audit_logs to routiq_audit using (true) with check (true);

grant select on
    routiq.organizations, routiq.integrations, routiq.inboxes, routiq.agents, routiq.contacts, routiq.contact_identities,
    routiq.conversations, routiq.messages, routiq.attachments, routiq.sync_state, routiq.sync_stream_state,
    routiq.sync_logs, routiq.sync_errors, routiq.audit_logs
    to routiq_dashboard;
grant select (organization_id, id, account_id, status, rejected_reason, last_validated_at, created_by, created_at, updated_at)
    on routiq.api_credentials to routiq_dashboard;

-- ---------------------------------------------------------------------------------------------------------------
-- The roster's news: says only that something changed.

create function routiq.roster_changed() returns trigger language plpgsql set search_path = '' as $$
begin
    perform pg_notify('routiq_roster', '');
    return null;
end $$;

create trigger roster_changed after insert or update or delete on routiq.integrations
    for each statement execute function routiq.roster_changed();
create trigger roster_changed after insert or update or delete on routiq.organizations
    for each statement execute function routiq.roster_changed();
create trigger roster_changed after insert or update or delete on routiq.api_credentials
    for each statement execute function routiq.roster_changed();
