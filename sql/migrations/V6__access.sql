-- Who is let in besides members: services by key or machine, people by grant, sockets by ticket.

-- A key of a service, as its digest alone, or a machine of Clerk's that is bound to the organization.
create table routiq.service_keys (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    name text not null check (name <> ''),
    role text not null check (role in ('viewer', 'member', 'admin', 'owner')),
    key_hash bytea check (octet_length(key_hash) = 32),
    -- The key's first letters, by which people tell keys apart.
    hint text,
    machine_id text check (machine_id ~ '^mch_[A-Za-z0-9_]+$'),
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    -- Kept to the hour, so that reading costs no writing.
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_by text,
    primary key (organization_id, id),
    unique (organization_id, key_hash),
    check ((key_hash is null) <> (machine_id is null)),
    check ((revoked_at is null) = (revoked_by is null))
);
create unique index service_keys_machine on routiq.service_keys (organization_id, machine_id)
    where machine_id is not null and revoked_at is null;

-- Access for somebody from outside: for a reason and until then. Kept for ever, as the practice's record of who looked.
create table routiq.access_grants (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    user_id text not null check (user_id <> ''),
    role text not null check (role in ('viewer', 'member', 'admin', 'owner')),
    reason text not null check (length(btrim(reason)) between 1 and 500),
    granted_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by text,
    primary key (organization_id, id),
    check (expires_at > created_at),
    check ((revoked_at is null) = (revoked_by is null))
);
create index access_grants_user on routiq.access_grants (organization_id, user_id, expires_at);

-- What opens one socket of one clinic once: taken by deleting it.
create table routiq.live_tickets (
    organization_id uuid not null references routiq.organizations (id),
    ticket_hash bytea not null check (octet_length(ticket_hash) = 32),
    kind text not null check (kind in ('user', 'service')),
    -- Clerk's id of the user, or our id of the service's key.
    subject text not null check (subject <> ''),
    session_id text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (organization_id, ticket_hash)
);
create index live_tickets_expiry on routiq.live_tickets (organization_id, expires_at);

do $$
declare t text;
begin
    foreach t in array array['service_keys', 'access_grants', 'live_tickets']
    loop
        execute format('alter table routiq.%I enable row level security', t);
        execute format('alter table routiq.%I force row level security', t);
        execute format($p$create policy tenant on routiq.%I to routiq_daemon, routiq_dashboard
            using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))$p$, t);
    end loop;
end $$;

grant select, insert, update on routiq.service_keys, routiq.access_grants to routiq_daemon;
grant select, insert, delete on routiq.live_tickets to routiq_daemon;

-- The directory looks up who comes, before any organization is set; of a key it may note only that it was used.
grant select on routiq.service_keys, routiq.access_grants to routiq_directory;
grant update (last_used_at) on routiq.service_keys to routiq_directory;
create policy directory on routiq.service_keys to routiq_directory using (true) with check (true);
create policy directory on routiq.access_grants for select to routiq_directory using (true);
-- Taking a ticket is deleting it: who comes with one is not known before.
grant select, delete on routiq.live_tickets to routiq_directory;
create policy directory on routiq.live_tickets to routiq_directory using (true) with check (true);

-- What a practice may show of it: never a digest.
grant select (organization_id, id, name, role, hint, machine_id, created_by, created_at, expires_at, last_used_at, revoked_at, revoked_by)
    on routiq.service_keys to routiq_dashboard;
grant select on routiq.access_grants to routiq_dashboard;

-- The news that somebody's access changed: names the organization alone. Open sockets are looked at again.
create function routiq.access_changed() returns trigger language plpgsql set search_path = '' as $$
begin
    perform pg_notify('routiq_access', coalesce(new.organization_id, old.organization_id)::text);
    return null;
end $$;

create trigger access_changed after insert or update of role, expires_at, revoked_at on routiq.service_keys
    for each row execute function routiq.access_changed();
create trigger access_changed after insert or update of role, expires_at, revoked_at on routiq.access_grants
    for each row execute function routiq.access_changed();
create trigger access_changed after insert or update of clerk_role, owner, status, deleted_at on routiq.organization_members
    for each row execute function routiq.access_changed();
