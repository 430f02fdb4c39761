-- How every account stands: asked by the health login, without contents.

--! accounts : (clerk_org_id?, last_successful_sync?, last_error?, last_error_at?, sync_status?)
select o.id as organization_id, o.clerk_org_id, coalesce(o.display_name, o.name) as organization_name, o.timezone,
       i.id as account_id, i.platform, s.sync_status, s.last_successful_sync, s.last_error, s.last_error_at
from routiq.integrations i
join routiq.organizations o on o.id = i.organization_id
left join routiq.sync_state s on s.organization_id = i.organization_id and s.account_id = i.id
order by organization_name, o.id, i.platform, i.id;

--! streams : (proven_until?, backfill_done?, backfill_total?)
-- What is only told proves nothing and is never fresh; neither does what counts deliveries.
select organization_id, account_id, stream, told, proven_until, records, changed, rejected, backfill_done, backfill_total,
       updated_at
from routiq.sync_stream_state
order by organization_id, account_id, stream;

--! figures : (people_connected?, people_merges?, people_candidates?)
select organization_id, patients, patients_active, bookings_today, bookings_upcoming, people_connected, people_merges,
       people_candidates
from routiq.organization_figures;

--! ping
select 1 as one;
