-- Who is let in. `directory_…` statements are asked by the directory's own login, before any organization is set.

--! directory_place_of_user (id?, clerk_org_id?) : (clerk_org_id?, member_role?, grant_id?, grant_role?, grant_expires_at?)
-- The organization with what this user may do in it: one answer, whoever asks and whether or not it exists.
select o.id, o.clerk_org_id, o.name, o.status, m.role as member_role,
       g.id as grant_id, g.role as grant_role, g.expires_at as grant_expires_at
from routiq.organizations o
left join routiq.users u on u.clerk_user_id = :user
left join routiq.organization_members m
       on m.organization_id = o.id and m.user_id = u.id and m.status = 'active' and m.deleted_at is null
      and u.deleted_at is null and not u.banned
left join lateral (
    select a.id, a.role, a.expires_at
    from routiq.access_grants a
    where a.organization_id = o.id and a.user_id = :user and a.revoked_at is null and a.expires_at > :now
      and u.deleted_at is null and u.banned is not true
    order by case a.role when 'owner' then 3 when 'admin' then 2 when 'member' then 1 else 0 end desc, a.expires_at desc
    limit 1
) g on true
where o.deleted_at is null and (o.id = :id or o.clerk_org_id = :clerk_org_id);

--! directory_place_of_service (id?, clerk_org_id?, key_hash?, machine?, key?) : (clerk_org_id?, key_id?, key_name?, key_role?, key_expires_at?, key_used_at?)
-- The organization with what this key, machine or known binding may do in it.
select o.id, o.clerk_org_id, o.name, o.status,
       k.id as key_id, k.name as key_name, k.role as key_role, k.expires_at as key_expires_at, k.last_used_at as key_used_at
from routiq.organizations o
left join routiq.service_keys k
       on k.organization_id = o.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > :now)
      and (k.key_hash = :key_hash or k.machine_id = :machine or k.id = :key)
where o.deleted_at is null and (o.id = :id or o.clerk_org_id = :clerk_org_id);

--! directory_note_use
update routiq.service_keys set last_used_at = :now
where organization_id = :organization and id = :id and (last_used_at is null or last_used_at < :before);

--! drop_stale_tickets
delete from routiq.live_tickets where organization_id = :organization and expires_at <= :now;

--! insert_ticket (session?, acting_user?, acting_session?)
insert into routiq.live_tickets
    (organization_id, ticket_hash, kind, subject, session_id, acting_user, acting_session, created_at, expires_at)
values (:organization, :hash, :kind, :subject, :session, :acting_user, :acting_session, :now, :expires_at);

--! directory_take_ticket (id?, clerk_org_id?) : (session_id?, acting_user?, acting_session?)
-- One use: whoever deletes it has it. A ticket of another organization is not there.
delete from routiq.live_tickets t
using routiq.organizations o
where o.id = t.organization_id and o.deleted_at is null and (o.id = :id or o.clerk_org_id = :clerk_org_id)
  and t.ticket_hash = :hash
returning t.kind, t.subject, t.session_id, t.acting_user, t.acting_session, t.expires_at;

--! insert_key (key_hash?, hint?, machine?, expires_at?)
insert into routiq.service_keys (organization_id, id, name, role, key_hash, hint, machine_id, created_by, created_at, expires_at)
values (:organization, :id, :name, :role, :key_hash, :hint, :machine, :by, :now, :expires_at)
on conflict do nothing
returning id;

--! keys_of : (hint?, machine_id?, expires_at?, last_used_at?, revoked_at?, revoked_by?)
-- Newest first; never a digest.
select id, name, role, hint, machine_id, created_by, created_at, expires_at, last_used_at, revoked_at, revoked_by
from routiq.service_keys
where organization_id = :organization
order by created_at desc, id
limit :most;

--! revoke_key
update routiq.service_keys set revoked_at = :now, revoked_by = :by
where organization_id = :organization and id = :id and revoked_at is null
returning name;

--! insert_grant
insert into routiq.access_grants (organization_id, id, user_id, role, reason, granted_by, created_at, expires_at)
values (:organization, :id, :user, :role, :reason, :by, :now, :expires_at);

--! grants_of : (revoked_at?, revoked_by?)
-- Newest first, those that ended too: the practice's record of who was let in.
select id, user_id, role, reason, granted_by, created_at, expires_at, revoked_at, revoked_by
from routiq.access_grants
where organization_id = :organization
order by created_at desc, id
limit :most;

--! revoke_grant
update routiq.access_grants set revoked_at = :now, revoked_by = :by
where organization_id = :organization and id = :id and revoked_at is null and expires_at > :now
returning user_id;

--! directory_invented_user
-- For development alone: a person nobody invented before.
insert into routiq.users as u (id, clerk_user_id, email, first_name, created_at, updated_at)
values (:id, :user, :email, :name, :now, :now)
on conflict (clerk_user_id) do update set updated_at = u.updated_at
returning u.id;

--! directory_invented_member
-- For development alone: what that person is in an organization.
insert into routiq.organization_members as m
    (organization_id, id, user_id, clerk_role, owner, joined_at, created_at, updated_at)
values (:organization, :id, :user, :role, :owner, :now, :now, :now)
on conflict (organization_id, user_id) do update set clerk_role = excluded.clerk_role, owner = excluded.owner
where m.clerk_role <> excluded.clerk_role or m.owner <> excluded.owner;
