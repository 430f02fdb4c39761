-- What a practice's own system holds. A page's records travel as JSON, one for each row, and become columns in the statement
-- that writes them, so that every kind is written by the same code. Look-ups and arrays have the forms that the head of
-- people.sql explains.

--: Known (deletion_id?, source_version?)
--: Upsert (source_versions[?])
--: Written ()
--: Bury ()
--: Fallen ()
--: Link ()

--! known_records : Known
select k.external_id, k.fingerprint, k.observed_at, k.deletion_id, k.source_version, k.provisional
from unnest((select :external_ids::text[])) as e (external_id)
cross join lateral (
    select t.external_id, t.fingerprint, t.observed_at, t.deletion_id, t.source_version, t.provisional
    from routiq.records t
    where t.kind = :kind and t.organization_id = :organization and t.account_id = :account and t.external_id between e.external_id and e.external_id
    order by t.external_id limit 1
) k;

--! upsert_metadata Upsert : Written
insert into routiq.integration_metadata as t
    (organization_id, id, account_id, external_id, kind, name, details, fingerprint, source_version, payload_id,
     transform_version, generation, observed_at, provisional, created_at, updated_at)
select :organization, i.id, :account, r.external_id, r.kind, r.name, coalesce(r.details, '{}'), i.fingerprint,
       i.source_version, :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        external_id text, kind text, name text, details jsonb)
on conflict (organization_id, account_id, external_id) do update set
    kind = excluded.kind, name = excluded.name, details = excluded.details, fingerprint = excluded.fingerprint,
    source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at,
                    excluded.provisional, excluded.source_version, excluded.observed_at)
returning id, external_id;

--! upsert_locations Upsert : Written
insert into routiq.locations as t
    (organization_id, id, account_id, external_id, name, timezone, phone, email, address, active, attributes,
     source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation,
     observed_at, provisional, created_at, updated_at)
select :organization, i.id, :account, r.external_id, r.name, r.timezone, r.phone, r.email, coalesce(r.address, '{}'),
       r.active, coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at, i.fingerprint, i.source_version,
       :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        external_id text, name text, timezone text, phone text, email text, address jsonb, active boolean, attributes jsonb,
        source_created_at timestamptz, source_updated_at timestamptz)
on conflict (organization_id, account_id, external_id) do update set
    name = excluded.name, timezone = excluded.timezone, phone = excluded.phone, email = excluded.email,
    address = excluded.address, active = excluded.active, attributes = excluded.attributes,
    source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at,
                    excluded.provisional, excluded.source_version, excluded.observed_at)
returning id, external_id;

--! upsert_practitioners Upsert : Written
insert into routiq.practitioners as t
    (organization_id, id, account_id, external_id, name, title, first_name, last_name, email, speciality, active, locations,
     attributes, source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version,
     generation, observed_at, provisional, created_at, updated_at)
select :organization, i.id, :account, r.external_id, r.name, r.title, r.first_name, r.last_name, r.email, r.speciality,
       r.active, r.locations, coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at, i.fingerprint,
       i.source_version, :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        external_id text, name text, title text, first_name text, last_name text, email text, speciality text,
        active boolean, locations text[], attributes jsonb, source_created_at timestamptz, source_updated_at timestamptz)
on conflict (organization_id, account_id, external_id) do update set
    name = excluded.name, title = excluded.title, first_name = excluded.first_name, last_name = excluded.last_name,
    email = excluded.email, speciality = excluded.speciality, active = excluded.active, locations = excluded.locations,
    attributes = excluded.attributes, source_created_at = excluded.source_created_at,
    source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint,
    source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at,
                    excluded.provisional, excluded.source_version, excluded.observed_at)
returning id, external_id;

--! upsert_appointment_types Upsert : Written
insert into routiq.appointment_types as t
    (organization_id, id, account_id, external_id, name, description, category, duration_minutes, price, is_group, capacity,
     active, attributes, source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version,
     generation, observed_at, provisional, created_at, updated_at)
select :organization, i.id, :account, r.external_id, r.name, r.description, r.category, r.duration_minutes, r.price,
       r."group", r.capacity, r.active, coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at,
       i.fingerprint, i.source_version, :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        external_id text, name text, description text, category text, duration_minutes integer, price numeric,
        "group" boolean, capacity integer, active boolean, attributes jsonb, source_created_at timestamptz,
        source_updated_at timestamptz)
on conflict (organization_id, account_id, external_id) do update set
    name = excluded.name, description = excluded.description, category = excluded.category,
    duration_minutes = excluded.duration_minutes, price = excluded.price, is_group = excluded.is_group,
    capacity = excluded.capacity, active = excluded.active, attributes = excluded.attributes,
    source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at,
                    excluded.provisional, excluded.source_version, excluded.observed_at)
returning id, external_id;

--! upsert_appointments Upsert : Written
-- An attendance has the time, place, practitioner and type of its group, as far as the group is there.
insert into routiq.appointments as t
    (organization_id, id, account_id, external_id, shape, group_external_id, group_id, contact_external_id, contact_id,
     practitioner_external_id, practitioner_id, location_external_id, location_id, appointment_type_external_id,
     appointment_type_id, type_name, starts_at, ends_at, cancelled_at, cancelled, cancellation_reason, did_not_arrive,
     arrived, confirmed, replaced_by, booked_online, capacity, notes, attributes, source_created_at, source_updated_at,
     fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at,
     updated_at)
select :organization, i.id, :account, r.external_id, r.shape, r."group", g.id, r.contact, c.id, w.practitioner_external_id,
       w.practitioner_id, w.location_external_id, w.location_id, w.appointment_type_external_id, w.appointment_type_id,
       w.type_name, w.starts_at, w.ends_at, r.cancelled_at, r.cancelled, r.cancellation_reason, r.did_not_arrive, r.arrived,
       r.confirmed, r.replaced_by, r.booked_online, r.capacity, r.notes, coalesce(r.attributes, '{}'), r.source_created_at,
       r.source_updated_at, i.fingerprint, i.source_version, :payload, :transform_version, :generation, :observed_at,
       :provisional, :now, :now
from unnest(:ids::uuid[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        external_id text, shape text, "group" text, contact text, practitioner text, location text, appointment_type text,
        type_name text, starts_at timestamptz, ends_at timestamptz, cancelled_at timestamptz, cancelled boolean,
        cancellation_reason text, did_not_arrive boolean, arrived boolean, confirmed boolean, replaced_by text,
        booked_online boolean, capacity integer, notes text, attributes jsonb, source_created_at timestamptz,
        source_updated_at timestamptz)
left join lateral (
    select t.* from routiq.appointments t
    where r.shape = 'attendance' and t.organization_id = :organization and t.account_id = :account and t.external_id between r."group" and r."group"
    order by t.external_id limit 1
) g on true
left join lateral (
    select t.id from routiq.contacts t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.contact and r.contact
    order by t.external_id limit 1
) c on true
left join lateral (
    select t.id from routiq.practitioners t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.practitioner and r.practitioner
    order by t.external_id limit 1
) p on true
left join lateral (
    select t.id from routiq.locations t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.location and r.location
    order by t.external_id limit 1
) l on true
left join lateral (
    select t.id from routiq.appointment_types t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.appointment_type and r.appointment_type
    order by t.external_id limit 1
) k on true
cross join lateral (
    select g.practitioner_external_id, g.practitioner_id, g.location_external_id, g.location_id, g.appointment_type_external_id,
           g.appointment_type_id, g.type_name, g.starts_at, g.ends_at where g.id is not null
    union all
    select r.practitioner, p.id, r.location, l.id, r.appointment_type, k.id, r.type_name, r.starts_at, r.ends_at where g.id is null
) w
on conflict (organization_id, account_id, external_id) do update set
    shape = excluded.shape, group_external_id = excluded.group_external_id, group_id = excluded.group_id,
    contact_external_id = excluded.contact_external_id, contact_id = excluded.contact_id,
    practitioner_external_id = excluded.practitioner_external_id, practitioner_id = excluded.practitioner_id,
    location_external_id = excluded.location_external_id, location_id = excluded.location_id,
    appointment_type_external_id = excluded.appointment_type_external_id,
    appointment_type_id = excluded.appointment_type_id, type_name = excluded.type_name, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, cancelled_at = excluded.cancelled_at, cancelled = excluded.cancelled,
    cancellation_reason = excluded.cancellation_reason, did_not_arrive = excluded.did_not_arrive,
    arrived = excluded.arrived, confirmed = excluded.confirmed, replaced_by = excluded.replaced_by,
    booked_online = excluded.booked_online, capacity = excluded.capacity, notes = excluded.notes,
    attributes = excluded.attributes, source_created_at = excluded.source_created_at,
    source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint,
    source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at,
                    excluded.provisional, excluded.source_version, excluded.observed_at)
returning id, external_id;

--! upsert_invoices Upsert : Written
insert into routiq.invoices as t
    (organization_id, id, account_id, external_id, number, contact_external_id, contact_id, appointment_external_id,
     appointment_id, practitioner_external_id, practitioner_id, location_external_id, location_id, status, issued_on, net,
     tax, total, paid, refunded, outstanding, currency, third_party, lines, attributes, source_created_at,
     source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional,
     created_at, updated_at)
select :organization, i.id, :account, r.external_id, r.number, r.contact, c.id, r.appointment, a.id, r.practitioner, p.id,
       r.location, l.id, r.status, r.issued_on, r.net, r.tax, r.total, r.paid, r.refunded, r.outstanding, r.currency,
       r.third_party, coalesce(r.lines, '[]'), coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at,
       i.fingerprint, i.source_version, :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        external_id text, number text, contact text, appointment text, practitioner text, location text, status text,
        issued_on date, net numeric, tax numeric, total numeric, paid numeric, refunded numeric, outstanding numeric,
        currency text, third_party boolean, lines jsonb, attributes jsonb, source_created_at timestamptz,
        source_updated_at timestamptz)
left join lateral (
    select t.id from routiq.contacts t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.contact and r.contact
    order by t.external_id limit 1
) c on true
left join lateral (
    select t.id from routiq.appointments t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.appointment and r.appointment
    order by t.external_id limit 1
) a on true
left join lateral (
    select t.id from routiq.practitioners t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.practitioner and r.practitioner
    order by t.external_id limit 1
) p on true
left join lateral (
    select t.id from routiq.locations t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.location and r.location
    order by t.external_id limit 1
) l on true
on conflict (organization_id, account_id, external_id) do update set
    number = excluded.number, contact_external_id = excluded.contact_external_id, contact_id = excluded.contact_id,
    appointment_external_id = excluded.appointment_external_id, appointment_id = excluded.appointment_id,
    practitioner_external_id = excluded.practitioner_external_id, practitioner_id = excluded.practitioner_id,
    location_external_id = excluded.location_external_id, location_id = excluded.location_id, status = excluded.status,
    issued_on = excluded.issued_on, net = excluded.net, tax = excluded.tax, total = excluded.total, paid = excluded.paid,
    refunded = excluded.refunded, outstanding = excluded.outstanding, currency = excluded.currency,
    third_party = excluded.third_party, lines = excluded.lines, attributes = excluded.attributes,
    source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at,
                    excluded.provisional, excluded.source_version, excluded.observed_at)
returning id, external_id;

--! upsert_payments Upsert : Written
insert into routiq.payments as t
    (organization_id, id, account_id, external_id, invoice_external_id, invoice_id, contact_external_id, contact_id,
     location_external_id, location_id, amount, method, paid_on, active, attributes, fingerprint, source_version,
     payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at)
select :organization, i.id, :account, r.external_id, r.invoice, v.id, r.contact, c.id, r.location, l.id, r.amount, r.method,
       r.paid_on, r.active, coalesce(r.attributes, '{}'), i.fingerprint, i.source_version, :payload, :transform_version,
       :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        external_id text, invoice text, contact text, location text, amount numeric, method text, paid_on date,
        active boolean, attributes jsonb)
left join lateral (
    select t.id from routiq.invoices t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.invoice and r.invoice
    order by t.external_id limit 1
) v on true
left join lateral (
    select t.id from routiq.contacts t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.contact and r.contact
    order by t.external_id limit 1
) c on true
left join lateral (
    select t.id from routiq.locations t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.location and r.location
    order by t.external_id limit 1
) l on true
on conflict (organization_id, account_id, external_id) do update set
    invoice_external_id = excluded.invoice_external_id, invoice_id = excluded.invoice_id,
    contact_external_id = excluded.contact_external_id, contact_id = excluded.contact_id,
    location_external_id = excluded.location_external_id, location_id = excluded.location_id, amount = excluded.amount,
    method = excluded.method, paid_on = excluded.paid_on, active = excluded.active, attributes = excluded.attributes,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at,
                    excluded.provisional, excluded.source_version, excluded.observed_at)
returning id, external_id;

--! upsert_clinical_notes Upsert : Written
-- The text comes sealed; its bytes are written as PostgreSQL writes them.
insert into routiq.clinical_notes as t
    (organization_id, id, account_id, external_id, contact_external_id, contact_id, appointment_external_id, appointment_id,
     practitioner_external_id, practitioner_id, title, draft, key_version, wrapped_key, body, source_created_at,
     source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional,
     created_at, updated_at)
select :organization, i.id, :account, r.external_id, r.contact, c.id, r.appointment, a.id, r.practitioner, p.id, r.title,
       r.draft, r.key_version, r.wrapped_key, r.body, r.source_created_at, r.source_updated_at, i.fingerprint,
       i.source_version, :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        external_id text, contact text, appointment text, practitioner text, title text, draft boolean, key_version integer,
        wrapped_key bytea, body bytea, source_created_at timestamptz, source_updated_at timestamptz)
left join lateral (
    select t.id from routiq.contacts t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.contact and r.contact
    order by t.external_id limit 1
) c on true
left join lateral (
    select t.id from routiq.appointments t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.appointment and r.appointment
    order by t.external_id limit 1
) a on true
left join lateral (
    select t.id from routiq.practitioners t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.practitioner and r.practitioner
    order by t.external_id limit 1
) p on true
on conflict (organization_id, account_id, external_id) do update set
    contact_external_id = excluded.contact_external_id, contact_id = excluded.contact_id,
    appointment_external_id = excluded.appointment_external_id, appointment_id = excluded.appointment_id,
    practitioner_external_id = excluded.practitioner_external_id, practitioner_id = excluded.practitioner_id,
    title = excluded.title, draft = excluded.draft, key_version = excluded.key_version, wrapped_key = excluded.wrapped_key,
    body = excluded.body, source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at,
                    excluded.provisional, excluded.source_version, excluded.observed_at)
returning id, external_id;

--! upsert_patients (source_versions[?])
-- What a practice system says of contacts that were just written: only what differs.
insert into routiq.patients as t
    (organization_id, id, contact_id, account_id, external_id, title, first_name, middle_name, last_name, preferred_name,
     date_of_birth, sex, gender_identity, pronouns, phones, address, timezone, location_external_id, location_id,
     occupation, referral_source, accepts_email_marketing, accepts_sms_marketing, accepts_privacy_policy, reminder_type,
     active, deceased, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation,
     observed_at, provisional, created_at, updated_at)
select :organization, i.id, i.id, :account, i.external_id, r.title, r.first_name, r.middle_name, r.last_name,
       r.preferred_name, r.date_of_birth, r.sex, r.gender_identity, r.pronouns, coalesce(r.phones, '[]'),
       coalesce(r.address, '{}'), r.timezone, r.location, l.id, r.occupation, r.referral_source, r.accepts_email_marketing,
       r.accepts_sms_marketing, r.accepts_privacy_policy, r.reminder_type, r.active, r.deceased, r.source_updated_at,
       i.fingerprint, i.source_version, :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :external_ids::text[], :records::jsonb[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, external_id, record, fingerprint, source_version, as_if_ten)
cross join lateral jsonb_to_record(i.record) as r (
        title text, first_name text, middle_name text, last_name text, preferred_name text, date_of_birth date, sex text,
        gender_identity text, pronouns text, phones jsonb, address jsonb, timezone text, location text, occupation text,
        referral_source text, accepts_email_marketing boolean, accepts_sms_marketing boolean,
        accepts_privacy_policy boolean, reminder_type text, active boolean, deceased boolean, source_updated_at timestamptz)
left join lateral (
    select t.id from routiq.locations t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between r.location and r.location
    order by t.external_id limit 1
) l on true
on conflict (organization_id, account_id, external_id) do update set
    title = excluded.title, first_name = excluded.first_name, middle_name = excluded.middle_name,
    last_name = excluded.last_name, preferred_name = excluded.preferred_name, date_of_birth = excluded.date_of_birth,
    sex = excluded.sex, gender_identity = excluded.gender_identity, pronouns = excluded.pronouns, phones = excluded.phones,
    address = excluded.address, timezone = excluded.timezone, location_external_id = excluded.location_external_id,
    location_id = excluded.location_id, occupation = excluded.occupation, referral_source = excluded.referral_source,
    accepts_email_marketing = excluded.accepts_email_marketing, accepts_sms_marketing = excluded.accepts_sms_marketing,
    accepts_privacy_policy = excluded.accepts_privacy_policy, reminder_type = excluded.reminder_type,
    active = excluded.active, deceased = excluded.deceased, source_updated_at = excluded.source_updated_at,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where t.fingerprint <> excluded.fingerprint or t.deleted_at is not null;

--! bury_metadata Bury : Fallen
with gone as (
    update routiq.integration_metadata t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select external_id from gone;

--! bury_locations Bury : Fallen
with gone as (
    update routiq.locations t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select external_id from gone;

--! bury_practitioners Bury : Fallen
with gone as (
    update routiq.practitioners t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select external_id from gone;

--! bury_appointment_types Bury : Fallen
with gone as (
    update routiq.appointment_types t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select external_id from gone;

--! bury_invoices Bury : Fallen
with gone as (
    update routiq.invoices t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select external_id from gone;

--! bury_payments Bury : Fallen
with gone as (
    update routiq.payments t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select external_id from gone;

--! bury_clinical_notes Bury : Fallen
with gone as (
    update routiq.clinical_notes t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select external_id from gone;

--! bury_appointments Bury : Fallen
-- A group takes its attendances with it, but for those that are gone by themselves.
with gone as (
    update routiq.appointments t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.id, t.external_id, t.deletion_id
), attendances as (
    update routiq.appointments t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = greatest(t.observed_at, :observed_at), updated_at = :now
    from gone g
    where t.organization_id = :organization and t.group_id = g.id and t.deleted_at is null
      and not (t.external_id = any(:external_ids))
)
select external_id from gone;

--! revive_attendances
-- What fell with groups that live again.
update routiq.appointments t set deleted_at = null, deletion_id = null, updated_at = :now
from unnest(:ids::uuid[], :deletion_ids::uuid[]) as g (id, deletion_id)
where t.organization_id = :organization and t.group_id = g.id and t.deletion_id = g.deletion_id;

--! astray
-- Attendances of groups, just written, that differ from them in time, place, practitioner or type. Asked before anything is
-- written, since most groups come as they were.
select t.id
from unnest(:ids::uuid[]) as e (id)
cross join lateral (
    select s.* from routiq.appointments s where s.organization_id = :organization and s.id = e.id
    limit 1
) g
-- `offset 0` keeps it a look-up for each group.
cross join lateral (
    select a.id from routiq.appointments a
    where a.organization_id = :organization and a.group_id = g.id and a.shape = 'attendance'
      and (a.starts_at, a.ends_at, a.type_name, a.practitioner_external_id, a.practitioner_id, a.location_external_id,
           a.location_id, a.appointment_type_external_id, a.appointment_type_id)
          is distinct from
          (g.starts_at, g.ends_at, g.type_name, g.practitioner_external_id, g.practitioner_id, g.location_external_id,
           g.location_id, g.appointment_type_external_id, g.appointment_type_id)
    offset 0
) t;

--! follow_groups
-- Attendances go where their groups are now.
update routiq.appointments t
set starts_at = g.starts_at, ends_at = g.ends_at, type_name = g.type_name,
    practitioner_external_id = g.practitioner_external_id, practitioner_id = g.practitioner_id,
    location_external_id = g.location_external_id, location_id = g.location_id,
    appointment_type_external_id = g.appointment_type_external_id, appointment_type_id = g.appointment_type_id,
    updated_at = :now
from unnest(:ids::uuid[]) as e (id), routiq.appointments g
where t.organization_id = :organization and t.id = e.id and g.organization_id = :organization and g.id = t.group_id;

--! link_contacts Link
-- Ties records that named others before those arrived, here and below.
with conversations as (
    update routiq.conversations t set contact_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.contact_external_id = a.external_id
      and t.contact_id is null and t.contact_external_id is not null
), appointments as (
    update routiq.appointments t set contact_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.contact_external_id = a.external_id
      and t.contact_id is null and t.contact_external_id is not null
), invoices as (
    update routiq.invoices t set contact_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.contact_external_id = a.external_id
      and t.contact_id is null and t.contact_external_id is not null
), payments as (
    update routiq.payments t set contact_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.contact_external_id = a.external_id
      and t.contact_id is null and t.contact_external_id is not null
)
update routiq.clinical_notes t set contact_id = a.id, updated_at = :now
from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
where t.organization_id = :organization and t.account_id = :account and t.contact_external_id = a.external_id
  and t.contact_id is null and t.contact_external_id is not null;

--! link_practitioners Link
with appointments as (
    update routiq.appointments t set practitioner_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.practitioner_external_id = a.external_id
      and t.practitioner_id is null and t.practitioner_external_id is not null
), invoices as (
    update routiq.invoices t set practitioner_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.practitioner_external_id = a.external_id
      and t.practitioner_id is null and t.practitioner_external_id is not null
)
update routiq.clinical_notes t set practitioner_id = a.id, updated_at = :now
from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
where t.organization_id = :organization and t.account_id = :account and t.practitioner_external_id = a.external_id
  and t.practitioner_id is null and t.practitioner_external_id is not null;

--! link_locations Link
with appointments as (
    update routiq.appointments t set location_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.location_external_id = a.external_id
      and t.location_id is null and t.location_external_id is not null
), invoices as (
    update routiq.invoices t set location_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.location_external_id = a.external_id
      and t.location_id is null and t.location_external_id is not null
), payments as (
    update routiq.payments t set location_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.location_external_id = a.external_id
      and t.location_id is null and t.location_external_id is not null
)
update routiq.patients t set location_id = a.id, updated_at = :now
from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
where t.organization_id = :organization and t.account_id = :account and t.location_external_id = a.external_id
  and t.location_id is null and t.location_external_id is not null;

--! link_appointment_types Link
update routiq.appointments t set appointment_type_id = a.id, updated_at = :now
from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
where t.organization_id = :organization and t.account_id = :account and t.appointment_type_external_id = a.external_id
  and t.appointment_type_id is null and t.appointment_type_external_id is not null;

--! link_appointments Link
with appointments as (
    update routiq.appointments t set group_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.group_external_id = a.external_id
      and t.group_id is null and t.group_external_id is not null
), invoices as (
    update routiq.invoices t set appointment_id = a.id, updated_at = :now
    from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
    where t.organization_id = :organization and t.account_id = :account and t.appointment_external_id = a.external_id
      and t.appointment_id is null and t.appointment_external_id is not null
)
update routiq.clinical_notes t set appointment_id = a.id, updated_at = :now
from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
where t.organization_id = :organization and t.account_id = :account and t.appointment_external_id = a.external_id
  and t.appointment_id is null and t.appointment_external_id is not null;

--! link_invoices Link
update routiq.payments t set invoice_id = a.id, updated_at = :now
from unnest(:ids::uuid[], :external_ids::text[], (select null::boolean[])) as a (id, external_id, as_if_ten)
where t.organization_id = :organization and t.account_id = :account and t.invoice_external_id = a.external_id
  and t.invoice_id is null and t.invoice_external_id is not null;

--! missing_records (starting_from?, starting_before?, recheck_before?) : (missed_at?)
-- Living records that a complete listing did not show, as far as it reaches, but for those known to be never listed and looked
-- at lately. `missed_at` is an earlier listing that missed them too, when they were not seen since.
-- Each record is looked up: joined, a plan from when all was empty would compare every pair.
select t.external_id, m.listing as missed_at
from routiq.records t
left join lateral (
    select i.cursor, i.done_at from routiq.sync_items i
    where i.organization_id = :organization and i.account_id = :account and i.stream = :kind
      and i.external_id between t.external_id and t.external_id
    order by i.external_id limit 1
) s on true
left join lateral (
    select i.listing from routiq.sync_missed i
    where i.organization_id = :organization and i.account_id = :account and i.stream = :kind
      and i.external_id between t.external_id and t.external_id
      and i.listing < :listing and i.listing >= t.observed_at
    order by i.external_id limit 1
) m on true
left join lateral (
    select true as shown from routiq.sync_listed i
    where i.organization_id = :organization and i.account_id = :account and i.stream = :kind and i.listing = :listing
      and i.external_id between t.external_id and t.external_id
    order by i.external_id limit 1
) l on true
where t.kind = :kind and t.organization_id = :organization and t.account_id = :account
  and t.deleted_at is null and t.observed_at <= :listing
  and (:starting_from::timestamptz is null or t.starts_at >= :starting_from)
  and (:starting_before::timestamptz is null or t.starts_at < :starting_before)
  and l.shown is null
  and not coalesce((s.cursor ->> 'unlisted')::boolean and s.done_at > :recheck_before, false)
order by t.external_id;

--! note_missed
-- Remembers what a listing missed for the first time; forgets what it showed, and what is gone now.
with forgotten as (
    delete from routiq.sync_missed m
    where m.organization_id = :organization and m.account_id = :account and m.stream = :kind
      and (m.external_id = any(:gone)
           or exists (select from routiq.sync_listed l
                      where l.organization_id = :organization and l.account_id = :account and l.stream = :kind
                        and l.listing = :listing and l.external_id = m.external_id))
)
insert into routiq.sync_missed (organization_id, account_id, stream, external_id, listing)
select :organization, :account, :kind, e.external_id, :listing from unnest(:missed::text[]) as e (external_id)
on conflict (organization_id, account_id, stream, external_id) do update set listing = excluded.listing;

--! clinical_note
select t.account_id, t.external_id, t.key_version, t.wrapped_key, t.body
from routiq.clinical_notes t
where t.organization_id = :organization and t.id = :id and t.deleted_at is null;
