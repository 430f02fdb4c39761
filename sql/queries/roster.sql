-- Asked by the roster's own login, over all organizations.

--! roster : (organization_reason?, paused_reason?, paused_until?, credential_status?, rejected_reason?)
-- Every account that should have an actor. An account that may not run now is listed with the reason.
select o.id as organization_id, coalesce(o.display_name, o.name) as organization_name, o.status as organization_status,
       o.status_reason as organization_reason,
       i.id as account_id, i.platform, i.version, i.paused_reason, i.paused_until,
       c.status as credential_status, c.rejected_reason
from routiq.integrations i
join routiq.organizations o on o.id = i.organization_id
left join routiq.api_credentials c
       on c.organization_id = i.organization_id and c.account_id = i.id and c.status <> 'superseded'
where i.deleted_at is null and o.deleted_at is null and i.is_active and i.sync_enabled
order by o.id, i.id;

--! raise_fences
-- One statement for the whole roster.
insert into routiq.actor_fences as f (organization_id, actor, generation, raised_at)
select k.organization_id, k.actor, 1, :now
from unnest(:organizations::uuid[], :actors::text[]) as k (organization_id, actor)
on conflict (organization_id, actor) do update set generation = f.generation + 1, raised_at = excluded.raised_at
returning organization_id, actor, generation;
