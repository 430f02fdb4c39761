-- Patients and bookings as figures. What is a visit, and what became of it, says `routiq.visits`; these say the same of a
-- time that is given. Nothing here is joined by the planner's choice, so that one plan serves every size.

--! count_patients : (next_at?, leaves_at?)
-- Patients by what they have before and behind them, and all visits that were not called off, in one pass over the index by
-- contact. `next_at` is when the next one
-- begins, `leaves_at` which of a patient's recent ones is the oldest.
select count(*) filter (where e.patient) as patients,
       count(*) filter (where e.patient and e.recent + e.upcoming > 0) as active,
       count(*) filter (where e.patient and e.upcoming > 0) as with_upcoming,
       count(*) filter (where e.patient and e.recent > 0) as with_recent,
       coalesce(sum(e.upcoming) filter (where e.patient), 0) as patients_upcoming,
       coalesce(sum(e.recent) filter (where e.patient), 0) as patients_recent,
       coalesce(sum(e.total) filter (where e.patient), 0) as patients_total,
       coalesce(sum(e.total) filter (where e.patient and e.recent + e.upcoming > 0), 0) as active_total,
       coalesce(sum(e.upcoming), 0) as upcoming, coalesce(sum(e.total), 0) as total,
       min(e.next_at) as next_at, min(e.leaves_at) filter (where e.patient) as leaves_at
from (
    select bool_or(t.patient) as patient, max(t.total) as total, max(t.upcoming) as upcoming, max(t.recent) as recent,
           min(t.next_at) as next_at, min(t.leaves_at) as leaves_at
    from (
        select a.contact_id, false as patient, count(*)::integer as total,
               count(*) filter (where a.starts_at > :now)::integer as upcoming,
               count(*) filter (where a.starts_at >= :since and a.starts_at <= :now)::integer as recent,
               min(a.starts_at) filter (where a.starts_at > :now) as next_at,
               min(a.starts_at) filter (where a.starts_at >= :since and a.starts_at <= :now) as leaves_at
        from routiq.appointments a
        where a.organization_id = :organization and a.deleted_at is null and a.shape <> 'group' and a.starts_at is not null
          and a.cancelled_at is null and not a.cancelled and a.replaced_by is null
        group by a.contact_id
        union all
        select p.contact_id, true, 0, 0, 0, null, null
        from routiq.patients p
        where p.organization_id = :organization and p.deleted_at is null
    ) t
    group by t.contact_id
) e;

--! new_patients
-- Patients who became one in a span of time, by their source; by when they were first seen where it does not say.
select count(*)
from routiq.patients p
cross join lateral (
    select c.source_created_at from routiq.contacts c
    where c.organization_id = :organization and c.id between p.contact_id and p.contact_id
    order by c.id limit 1
) c
where p.organization_id = :organization and p.deleted_at is null
  and coalesce(c.source_created_at, p.created_at) >= :first and coalesce(c.source_created_at, p.created_at) < :before;

--! booked : (next_at?)
-- Visits of a span of time by the day and hour at which they begin there. Who called off late or did not come had booked.
-- `next_at` is when the next of them begins or is over.
select (v.starts_at at time zone :zone)::date as day, extract(hour from v.starts_at at time zone :zone)::integer as hour,
       count(*) filter (where v.status not in ('cancelled', 'rescheduled')) as bookings,
       count(*) filter (where v.status not in ('cancelled', 'rescheduled') and v.starts_at <= :now) as begun,
       count(*) filter (where v.status = 'completed') as completed,
       count(*) filter (where v.status in ('no_show', 'cancelled_late') and v.starts_at <= :now) as missed,
       count(*) filter (where v.status = 'cancelled') as cancelled,
       count(*) filter (where v.status in ('no_show', 'confirmed', 'scheduled') and v.starts_at > :now) as upcoming,
       min(case when v.starts_at > :now then v.starts_at
                when v.status in ('confirmed', 'scheduled') then coalesce(v.ends_at, v.starts_at + interval '30 minutes') end)
           as next_at
from (
    select a.starts_at, a.ends_at,
           routiq.appointment_status(a.starts_at, a.ends_at, a.cancelled_at, a.cancelled, a.replaced_by, a.did_not_arrive,
                                     a.confirmed, :now) as status
    from routiq.appointments a
    where a.organization_id = :organization and a.starts_at >= :first and a.starts_at < :before
      and a.deleted_at is null and a.shape <> 'group'
    order by a.starts_at offset 0
) v
group by 1, 2
order by 1, 2;
