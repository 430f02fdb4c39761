-- Users, organizations, memberships and subscriptions, as Clerk and Stripe tell them. Asked by the directory's own login, over
-- all organizations. Every write is newer-wins by its source's time, so that order and repetition of events do not matter.

--! next_event
-- The oldest event that is due, for this transaction alone.
select id, platform, event_type, body, received_at, attempts
from routiq.directory_events
where state = 'pending' and next_attempt_at <= :now
order by received_at, id
limit 1
for update skip locked;

--! settle_event (reason?)
update routiq.directory_events
set state = :state, attempts = attempts + 1, failure_reason = :reason,
    applied_at = case when :state in ('applied', 'ignored') then :now::timestamptz end
where id = :id and state = 'pending';

--! postpone_event
update routiq.directory_events
set attempts = attempts + 1, failure_reason = :reason, next_attempt_at = :again_at
where id = :id and state = 'pending';

--! wake_events
-- What waited for something that is there now.
update routiq.directory_events set next_attempt_at = :now
where state = 'pending' and failure_reason = :reason and next_attempt_at > :now;

--! next_due : (due?)
-- When time alone makes something due.
select least((select min(next_attempt_at) from routiq.directory_events where state = 'pending'),
             (select min(standing_due_at) from routiq.organizations where standing_due_at is not null)) as due;

--! standings_due
select id from routiq.organizations where standing_due_at <= :now order by standing_due_at, id limit 20;

--! put_user (email?, first_name?, last_name?, image_url?, last_login_at?, clerk_created_at?)
insert into routiq.users as u (id, clerk_user_id, email, first_name, last_name, image_url, banned, last_login_at, clerk_created_at,
                               clerk_updated_at, created_at, updated_at)
values (:id, :clerk_user_id, :email, :first_name, :last_name, :image_url, :banned, :last_login_at, :clerk_created_at,
        :clerk_updated_at, :now, :now)
on conflict (clerk_user_id) do update
set email = excluded.email, first_name = excluded.first_name, last_name = excluded.last_name, image_url = excluded.image_url,
    banned = excluded.banned, last_login_at = excluded.last_login_at, clerk_created_at = excluded.clerk_created_at,
    clerk_updated_at = excluded.clerk_updated_at, updated_at = excluded.updated_at
where u.deleted_at is null and (u.clerk_updated_at is null or u.clerk_updated_at < excluded.clerk_updated_at)
returning id;

--! stub_user (email?, first_name?, last_name?, image_url?)
-- What others say of a user who has not come yet.
insert into routiq.users (id, clerk_user_id, email, first_name, last_name, image_url, created_at, updated_at)
values (:id, :clerk_user_id, :email, :first_name, :last_name, :image_url, :now, :now)
on conflict (clerk_user_id) do nothing;

--! find_user
select id from routiq.users where clerk_user_id = :clerk_user_id;

--! end_user
-- The id stays, so that nothing brings the user back; what was personal goes.
insert into routiq.users as u (id, clerk_user_id, created_at, updated_at, deleted_at)
values (:id, :clerk_user_id, :now, :now, :at)
on conflict (clerk_user_id) do update
set email = null, first_name = null, last_name = null, image_url = null, banned = false, last_login_at = null,
    clerk_created_at = null, clerk_updated_at = null, preferences = '{}', timezone = null,
    updated_at = excluded.updated_at, deleted_at = least(u.deleted_at, excluded.deleted_at)
where u.deleted_at is null or u.deleted_at > excluded.deleted_at
returning id;

--! free_slug
-- A slug moves between organizations, and its news may come in any order: it belongs to whoever had it last.
update routiq.organizations o set slug = null, updated_at = :now
where o.slug = :slug and o.clerk_org_id <> :clerk_org_id
  and (o.clerk_updated_at is null or (o.clerk_updated_at, o.clerk_org_id) < (:clerk_updated_at, :clerk_org_id))
  and not exists (select from routiq.organizations x
                  where x.clerk_org_id = :clerk_org_id and x.clerk_updated_at >= :clerk_updated_at);

--! put_organization (slug?, clerk_created_at?)
-- A deleted one takes a newer name as well, and stays deleted.
insert into routiq.organizations as o (id, clerk_org_id, name, slug, status, clerk_created_at, clerk_updated_at, onboarded_at,
                                       created_at, updated_at)
values (:id, :clerk_org_id, :name,
        (select :slug::text where not exists (select from routiq.organizations x
                                              where x.slug = :slug and x.clerk_org_id is distinct from :clerk_org_id)),
        'pending', :clerk_created_at, :clerk_updated_at, :now, :now, :now)
on conflict (clerk_org_id) do update
set name = excluded.name, slug = excluded.slug, clerk_created_at = excluded.clerk_created_at,
    clerk_updated_at = excluded.clerk_updated_at, updated_at = excluded.updated_at
where o.clerk_updated_at is null or o.clerk_updated_at < excluded.clerk_updated_at
returning id;

--! end_organization
insert into routiq.organizations as o (id, clerk_org_id, name, status, created_at, updated_at, deleted_at)
values (:id, :clerk_org_id, :clerk_org_id, 'inactive', :now, :now, :at)
on conflict (clerk_org_id) do update
set updated_at = excluded.updated_at, deleted_at = least(o.deleted_at, excluded.deleted_at)
where o.deleted_at is null or o.deleted_at > excluded.deleted_at
returning id;

--! find_organization
-- By Clerk's id or ours, deleted or not.
select id from routiq.organizations where clerk_org_id = :reference or id::text = :reference;

--! put_member (clerk_created_at?, removed_at?)
-- A later membership of the same user wins over an earlier one; of one membership its end wins, then the newer word.
insert into routiq.organization_members as m (organization_id, id, user_id, clerk_membership_id, clerk_role_key, clerk_role,
                                              permissions, joined_at, clerk_created_at, clerk_updated_at, removed_at, created_at,
                                              updated_at)
values (:tenant, :id, :user, :clerk_membership_id, :clerk_role_key, :clerk_role, :permissions, :clerk_created_at, :clerk_created_at,
        :clerk_updated_at, :removed_at, :now, :now)
on conflict (organization_id, user_id) do update
set clerk_membership_id = excluded.clerk_membership_id, clerk_role_key = excluded.clerk_role_key, clerk_role = excluded.clerk_role,
    permissions = excluded.permissions, joined_at = excluded.joined_at, clerk_created_at = excluded.clerk_created_at,
    clerk_updated_at = excluded.clerk_updated_at, removed_at = excluded.removed_at, updated_at = excluded.updated_at,
    owner = m.owner and m.clerk_membership_id is not distinct from excluded.clerk_membership_id
where (coalesce(m.clerk_created_at, '-infinity'), coalesce(m.clerk_membership_id, ''), m.removed_at is not null,
       coalesce(m.clerk_updated_at, '-infinity'))
    < (coalesce(excluded.clerk_created_at, '-infinity'), coalesce(excluded.clerk_membership_id, ''),
       excluded.removed_at is not null, coalesce(excluded.clerk_updated_at, '-infinity'))
returning id;

--! access_of_user
-- What memberships count for now, before and after a change.
select m.organization_id, u.clerk_user_id, m.role, (m.deleted_at is null and m.status = 'active') as counts
from routiq.organization_members m
join routiq.users u on u.id = m.user_id
where m.user_id = :user
order by m.organization_id;

--! access_of_organization
select m.organization_id, u.clerk_user_id, m.role, (m.deleted_at is null and m.status = 'active') as counts
from routiq.organization_members m
join routiq.users u on u.id = m.user_id
where m.organization_id = :tenant
order by u.clerk_user_id;

--! settle_members_of_user
-- A membership counts as long as it, its user and its organization do.
update routiq.organization_members m
set deleted_at = coalesce(m.removed_at, u.deleted_at, o.deleted_at),
    status = case when u.banned then 'suspended' else 'active' end, updated_at = :now
from routiq.users u, routiq.organizations o
where m.user_id = :user and u.id = m.user_id and o.id = m.organization_id
  and (m.deleted_at is distinct from coalesce(m.removed_at, u.deleted_at, o.deleted_at)
       or m.status is distinct from case when u.banned then 'suspended' else 'active' end);

--! settle_members_of_organization
update routiq.organization_members m
set deleted_at = coalesce(m.removed_at, u.deleted_at, o.deleted_at), updated_at = :now
from routiq.users u, routiq.organizations o
where m.organization_id = :tenant and u.id = m.user_id and o.id = m.organization_id
  and m.deleted_at is distinct from coalesce(m.removed_at, u.deleted_at, o.deleted_at);

--! set_owner
update routiq.organization_members m set owner = :owner, updated_at = :now
from routiq.users u
where m.organization_id = :tenant and u.id = m.user_id and u.clerk_user_id = :clerk_user_id and m.deleted_at is null
returning m.role;
