-- Who belongs to which organization, as what. Asked by the directory's own login, over all organizations.

--! membership : (organization_clerk_id?)
-- The user's membership that counts, by Clerk's id or ours of the organization. A banned or deleted user has none, nor is there
-- one in a deleted organization.
select m.organization_id, o.clerk_org_id as organization_clerk_id, o.name as organization_name, o.status as organization_status,
       u.id as user_id, m.role, m.status, m.updated_at
from routiq.organization_members m
join routiq.users u on u.id = m.user_id
join routiq.organizations o on o.id = m.organization_id
where u.clerk_user_id = :clerk_user_id and (o.id = :key_id or o.clerk_org_id = :key_clerk)
  and m.deleted_at is null and u.deleted_at is null and not u.banned and o.deleted_at is null;

--! organizations_of : (organization_clerk_id?)
select m.organization_id, o.clerk_org_id as organization_clerk_id, o.name as organization_name, o.status as organization_status,
       u.id as user_id, m.role, m.status, m.updated_at
from routiq.organization_members m
join routiq.users u on u.id = m.user_id
join routiq.organizations o on o.id = m.organization_id
where u.clerk_user_id = :clerk_user_id
  and m.deleted_at is null and u.deleted_at is null and not u.banned and o.deleted_at is null
order by o.name, o.id;

--! user_by_clerk_id : (email?, first_name?, last_name?, image_url?, last_login_at?)
select id, clerk_user_id, email, first_name, last_name, image_url, banned, last_login_at
from routiq.users
where clerk_user_id = :clerk_user_id and deleted_at is null;

--! members_of : (email?, first_name?, last_name?, joined_at?)
-- Who counts in an organization.
select u.clerk_user_id, u.email, u.first_name, u.last_name, m.role, m.status, m.joined_at
from routiq.organization_members m
join routiq.users u on u.id = m.user_id
where m.organization_id = :of and m.deleted_at is null and u.deleted_at is null
order by u.clerk_user_id;
