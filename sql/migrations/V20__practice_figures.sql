-- Figures of what practice systems bring, and of who is whom.

alter table routiq.dirty
    -- Whether patients or appointments came, went or changed.
    add column visits boolean not null default false,
    -- Whether merges or pairs to decide came or went.
    add column people boolean not null default false;

alter table routiq.organization_figures
    -- Patients and bookings as they were counted last, null before.
    add column practice jsonb,
    add column patients integer not null default 0,
    add column patients_active integer not null default 0,
    add column bookings_today integer not null default 0,
    add column bookings_upcoming integer not null default 0,
    -- People of several contacts, merges that stand, pairs for somebody to decide; null before they were counted.
    add column people_connected integer,
    add column people_merges integer,
    add column people_candidates integer;

-- Counting a practice's visits, or one patient's, asks the index alone.
drop index routiq.appointments_contact;
create index appointments_contact on routiq.appointments (organization_id, contact_id, starts_at)
    include (cancelled_at, cancelled, replaced_by) where deleted_at is null and shape <> 'group';

-- Few: most people are one contact.
create index persons_connected on routiq.persons (organization_id, id) where contacts > 1;

-- The operators' page shows numbers, and nothing that a number hangs on.
create policy health on routiq.organization_figures for select to routiq_health using (true);
grant select (organization_id, patients, patients_active, bookings_today, bookings_upcoming, people_connected,
              people_merges, people_candidates)
    on routiq.organization_figures to routiq_health;
