-- Full checks of the directory against Clerk and Stripe: where each stands, and what it has not seen. Asked by the directory's
-- own login.

--! load_check : (check_id?, requested_at?, started_at?, finished_at?, last_error?, last_error_at?)
select check_id, requested_at, started_at, finished_at, cursor, listed, repaired, last_error, last_error_at
from routiq.directory_checks where platform = :platform;

--! begin_check
-- Unless one is under way. What a first one brings was not missed by anybody.
insert into routiq.directory_checks as c (platform, check_id, requested_at, started_at, cursor, updated_at)
values (:platform, :id, :now, :now, '{"first": true}', :now)
on conflict (platform) do update
set check_id = excluded.check_id, requested_at = excluded.requested_at, started_at = excluded.started_at, finished_at = null,
    cursor = jsonb_build_object('first', c.started_at is null), listed = 0, repaired = 0, updated_at = excluded.updated_at
where c.finished_at is not null or c.started_at is null
returning check_id;

--! advance_check (finished_at?)
-- Only from where the step began: of two steps that hold the same place one is undone.
insert into routiq.directory_checks as c (platform, check_id, started_at, finished_at, cursor, listed, repaired, updated_at)
values (:platform, :check_id, :started_at, :finished_at, :cursor, :listed, :repaired, :now)
on conflict (platform) do update
set check_id = excluded.check_id, started_at = excluded.started_at, finished_at = excluded.finished_at, cursor = excluded.cursor,
    listed = case when c.check_id = excluded.check_id then c.listed else 0 end + excluded.listed,
    repaired = case when c.check_id = excluded.check_id then c.repaired else 0 end + excluded.repaired,
    last_error = null, updated_at = excluded.updated_at
where c.cursor = :was
returning platform;

--! fail_check
insert into routiq.directory_checks as c (platform, last_error, last_error_at, updated_at) values (:platform, :reason, :now, :now)
on conflict (platform) do update
set last_error = excluded.last_error, last_error_at = excluded.last_error_at, updated_at = excluded.updated_at;

--! saw_users
update routiq.users set checked_at = :at where clerk_user_id = any (:ids::text[]);

--! saw_organizations
update routiq.organizations set checked_at = :at where clerk_org_id = any (:ids::text[]);

--! saw_members
update routiq.organization_members set checked_at = :at where organization_id = :tenant and clerk_membership_id = any (:ids::text[]);

--! saw_all_members
update routiq.organizations set members_checked_at = :at where id = :tenant;

--! next_to_list : (clerk_org_id)
-- The next organization whose members this check has not listed.
select id, clerk_org_id from routiq.organizations
where clerk_org_id is not null and deleted_at is null and (members_checked_at is null or members_checked_at < :started_at)
order by id
limit 1;

--! next_unseen_user
-- Somebody whom the listing did not show although it should have.
select id, clerk_user_id from routiq.users
where deleted_at is null and created_at < :started_at and (checked_at is null or checked_at < :started_at)
order by id
limit 1;

--! next_unseen_organization : (clerk_org_id)
select id, clerk_org_id from routiq.organizations
where clerk_org_id is not null and deleted_at is null and created_at < :started_at and (checked_at is null or checked_at < :started_at)
order by id
limit 1;

--! next_unseen_member : (clerk_org_id)
select m.organization_id, m.id, m.user_id, o.clerk_org_id, u.clerk_user_id
from routiq.organization_members m
join routiq.users u on u.id = m.user_id
join routiq.organizations o on o.id = m.organization_id
where m.deleted_at is null and o.clerk_org_id is not null and m.created_at < :started_at
  and (m.checked_at is null or m.checked_at < :started_at)
order by m.organization_id, m.id
limit 1;

--! end_member
-- Clerk knows it no more.
update routiq.organization_members set removed_at = :at, updated_at = :now
where organization_id = :tenant and id = :id and removed_at is null
returning user_id;

--! saw_member
update routiq.organization_members set checked_at = :at where organization_id = :tenant and id = :id;

--! counts
-- Over everything, or over some organizations: what their member may know.
with members as (
    select m.* from routiq.organization_members m
    where m.deleted_at is null and (:everywhere or m.organization_id = any (:tenants::uuid[]))
), people as (
    select u.* from routiq.users u
    where u.deleted_at is null and (:everywhere or exists (select from members m where m.user_id = u.id))
), places as (
    select o.* from routiq.organizations o
    where o.deleted_at is null and (:everywhere or o.id = any (:tenants::uuid[]))
)
select (select count(*) from people) as users,
       (select count(*) from people where created_at > :since) as users_new,
       (select count(*) from people where last_login_at is not null) as users_with_login,
       (select count(*) from places) as organizations,
       (select count(*) from places where created_at > :since) as organizations_new,
       (select count(*) from places where status = 'active') as organizations_active,
       (select count(*) from members) as memberships,
       (select count(*) from members where status = 'active') as memberships_active,
       (select count(distinct organization_id) from members) as organizations_with_members,
       (select count(distinct user_id) from members) as users_with_organizations;

--! roles
select role, count(*) as count from routiq.organization_members
where deleted_at is null and (:everywhere or organization_id = any (:tenants::uuid[]))
group by role
order by count(*) desc, role;
