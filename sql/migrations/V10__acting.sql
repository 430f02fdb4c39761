-- A ticket keeps who really acts and how its holder came in; and whatever else ends access is news of access.

alter table routiq.live_tickets
    drop constraint live_tickets_kind_check,
    add constraint live_tickets_kind_check check (kind in ('user', 'support', 'service')),
    -- Clerk's id of who acts as the user, and of their own session.
    add column acting_user text check (acting_user <> ''),
    add column acting_session text,
    add constraint live_tickets_acting check (acting_user is null or kind = 'user'),
    add constraint live_tickets_acting_session check (acting_session is null or acting_user is not null);

-- An organization that ends or is no longer readable.
create function routiq.organization_access_changed() returns trigger language plpgsql set search_path = '' as $$
begin
    perform pg_notify('routiq_access', new.id::text);
    return null;
end $$;

create trigger access_changed after update of status, deleted_at on routiq.organizations
    for each row when (old.status is distinct from new.status or old.deleted_at is distinct from new.deleted_at)
    execute function routiq.organization_access_changed();

-- A user who is banned or gone may be let in by grants alone: memberships tell it themselves.
create function routiq.user_access_changed() returns trigger language plpgsql set search_path = '' as $$
begin
    perform pg_notify('routiq_access', g.organization_id::text)
    from routiq.access_grants g
    where g.user_id = new.clerk_user_id and g.revoked_at is null;
    return null;
end $$;

create trigger access_changed after update of banned, deleted_at on routiq.users
    for each row when (old.banned is distinct from new.banned or old.deleted_at is distinct from new.deleted_at)
    execute function routiq.user_access_changed();
