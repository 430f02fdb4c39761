-- Organizations. `directory_…` statements are asked by the directory's own login; the others inside a tenant transaction.

--! directory_insert (clerk_org_id?)
insert into routiq.organizations (id, clerk_org_id, name, region, timezone, onboarded_at, created_at, updated_at)
values (:id, :clerk_org_id, :name, :region, :timezone, :now, :now, :now)
on conflict (clerk_org_id) do nothing
returning id;

--! directory_find : (clerk_org_id?)
-- By our id, by Clerk's id, or by name where it is unambiguous to the caller.
select id, clerk_org_id, name, region, timezone, status from routiq.organizations
where deleted_at is null and (id::text = :key or clerk_org_id = :key or name = :key)
order by created_at, id;

--! directory_list : (clerk_org_id?)
select id, clerk_org_id, name, region, timezone, status from routiq.organizations
where deleted_at is null
order by name, id;
