-- What a practice's own system holds: where, who, what for, when, and for how much. What a record names of another stands
-- twice: as the platform's id, and as ours once that record is there.

create table routiq.locations (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    name text,
    timezone text,
    phone text,
    email text,
    address jsonb not null,
    active boolean not null,
    attributes jsonb not null,
    source_created_at timestamptz,
    source_updated_at timestamptz
);

create table routiq.practitioners (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    name text,
    title text,
    first_name text,
    last_name text,
    email text,
    speciality text,
    active boolean not null,
    locations text[] not null,
    attributes jsonb not null,
    source_created_at timestamptz,
    source_updated_at timestamptz
);

create table routiq.appointment_types (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    name text,
    description text,
    category text,
    duration_minutes integer,
    price numeric(14, 2),
    is_group boolean not null,
    capacity integer,
    active boolean not null,
    attributes jsonb not null,
    source_created_at timestamptz,
    source_updated_at timestamptz
);

-- A contact who exists in a practice system. The contact carries name, e-mail and phone; its id is the patient's.
create table routiq.patients (
    organization_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    account_id uuid not null,
    external_id text not null,
    title text,
    first_name text,
    middle_name text,
    last_name text,
    preferred_name text,
    date_of_birth date,
    sex text,
    gender_identity text,
    pronouns text,
    phones jsonb not null check (jsonb_typeof(phones) = 'array'),
    address jsonb not null,
    timezone text,
    location_external_id text,
    location_id uuid,
    occupation text,
    referral_source text,
    accepts_email_marketing boolean,
    accepts_sms_marketing boolean,
    accepts_privacy_policy boolean,
    reminder_type text,
    active boolean not null,
    deceased boolean not null,
    source_updated_at timestamptz,
    unique (organization_id, contact_id),
    check (id = contact_id)
);

-- Facts alone: the status follows from them and from the time of day (`routiq.appointment_status`).
create table routiq.appointments (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    shape text not null check (shape in ('individual', 'group', 'attendance', 'event')),
    group_external_id text,
    group_id uuid,
    contact_external_id text,
    contact_id uuid,
    practitioner_external_id text,
    practitioner_id uuid,
    location_external_id text,
    location_id uuid,
    appointment_type_external_id text,
    appointment_type_id uuid,
    type_name text,
    starts_at timestamptz,
    ends_at timestamptz,
    cancelled_at timestamptz,
    cancelled boolean not null,
    cancellation_reason text,
    did_not_arrive boolean,
    arrived boolean,
    confirmed boolean,
    replaced_by text,
    booked_online boolean,
    capacity integer,
    notes text,
    attributes jsonb not null,
    -- When it was booked.
    source_created_at timestamptz,
    source_updated_at timestamptz
);
create index appointments_starts on routiq.appointments (organization_id, starts_at);
create index appointments_contact on routiq.appointments (organization_id, contact_id, starts_at);
create index appointments_group on routiq.appointments (organization_id, group_id) where group_id is not null;

create table routiq.invoices (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    number text,
    contact_external_id text,
    contact_id uuid,
    appointment_external_id text,
    appointment_id uuid,
    practitioner_external_id text,
    practitioner_id uuid,
    location_external_id text,
    location_id uuid,
    status text,
    issued_on date,
    net numeric(14, 2),
    tax numeric(14, 2),
    total numeric(14, 2),
    paid numeric(14, 2),
    refunded numeric(14, 2),
    outstanding numeric(14, 2),
    currency text,
    third_party boolean not null,
    lines jsonb not null,
    attributes jsonb not null,
    source_created_at timestamptz,
    source_updated_at timestamptz
);
create index invoices_contact on routiq.invoices (organization_id, contact_id, issued_on);
create index invoices_appointment on routiq.invoices (organization_id, appointment_id) where appointment_id is not null;

create table routiq.payments (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    invoice_external_id text,
    invoice_id uuid,
    contact_external_id text,
    contact_id uuid,
    location_external_id text,
    location_id uuid,
    amount numeric(14, 2),
    method text,
    paid_on date,
    active boolean not null,
    attributes jsonb not null
);
create index payments_contact on routiq.payments (organization_id, contact_id, paid_on);

-- The text is sealed, bound to the organization, the account and the note's id there.
create table routiq.clinical_notes (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    contact_external_id text,
    contact_id uuid,
    appointment_external_id text,
    appointment_id uuid,
    practitioner_external_id text,
    practitioner_id uuid,
    title text,
    draft boolean not null,
    key_version integer not null check (key_version > 0),
    wrapped_key bytea not null,
    body bytea not null,
    source_created_at timestamptz,
    source_updated_at timestamptz
);
create index clinical_notes_contact on routiq.clinical_notes (organization_id, contact_id);

-- What an account has besides records.
create table routiq.integration_metadata (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    external_id text not null,
    kind text not null,
    name text,
    details jsonb not null
);
create index integration_metadata_kind on routiq.integration_metadata (organization_id, account_id, kind);

-- What every record has: where it came from, when it fell.
do $$
declare t text;
begin
    foreach t in array array['locations', 'practitioners', 'appointment_types', 'patients', 'appointments', 'invoices', 'payments',
                             'clinical_notes', 'integration_metadata']
    loop
        execute format($s$
            alter table routiq.%I
                add column payload_id uuid,
                add column transform_version integer not null,
                add column generation bigint not null,
                add column observed_at timestamptz not null,
                add column provisional boolean not null,
                add column source_version bigint,
                add column fingerprint bytea not null,
                add column created_at timestamptz not null default now(),
                add column updated_at timestamptz not null default now(),
                add column deleted_at timestamptz,
                add column deletion_id uuid,
                add primary key (organization_id, id),
                add unique (organization_id, account_id, external_id),
                add foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
                add check ((deleted_at is null) = (deletion_id is null))$s$, t);
    end loop;
end $$;

-- What names what. Few rows name a record before it arrives, and those are found by that name.
do $$
declare link record;
begin
    for link in
        select * from (values
            ('patients', 'location', 'locations'),
            ('appointments', 'group', 'appointments'),
            ('appointments', 'contact', 'contacts'),
            ('appointments', 'practitioner', 'practitioners'),
            ('appointments', 'location', 'locations'),
            ('appointments', 'appointment_type', 'appointment_types'),
            ('invoices', 'contact', 'contacts'),
            ('invoices', 'appointment', 'appointments'),
            ('invoices', 'practitioner', 'practitioners'),
            ('invoices', 'location', 'locations'),
            ('payments', 'invoice', 'invoices'),
            ('payments', 'contact', 'contacts'),
            ('payments', 'location', 'locations'),
            ('clinical_notes', 'contact', 'contacts'),
            ('clinical_notes', 'appointment', 'appointments'),
            ('clinical_notes', 'practitioner', 'practitioners')) as l (source, name, target)
    loop
        execute format('alter table routiq.%I add foreign key (organization_id, %I) references routiq.%I (organization_id, id)',
                       link.source, link.name || '_id', link.target);
        execute format('create index %I on routiq.%I (organization_id, account_id, %I) where %I is null and %I is not null',
                       link.source || '_unlinked_' || link.name, link.source, link.name || '_external_id',
                       link.name || '_id', link.name || '_external_id');
    end loop;
end $$;
alter table routiq.patients add foreign key (organization_id, contact_id) references routiq.contacts (organization_id, id);

-- The record that took a buried contact's place, by its id at the platform.
alter table routiq.contacts add column merged_into text;

-- What one complete listing did not show, where the platform answers for no single record: missed once more, it is gone.
create table routiq.sync_missed (
    organization_id uuid not null,
    account_id uuid not null,
    stream text not null,
    external_id text not null,
    listing timestamptz not null,
    primary key (organization_id, account_id, stream, external_id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id)
);

do $$
declare t text;
begin
    foreach t in array array['locations', 'practitioners', 'appointment_types', 'patients', 'appointments', 'invoices', 'payments',
                             'clinical_notes', 'integration_metadata', 'sync_missed']
    loop
        execute format('alter table routiq.%I enable row level security', t);
        execute format('alter table routiq.%I force row level security', t);
        execute format($p$create policy tenant on routiq.%I to routiq_daemon, routiq_dashboard
            using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))$p$, t);
    end loop;
end $$;

grant select, insert, update on
    routiq.locations, routiq.practitioners, routiq.appointment_types, routiq.patients, routiq.appointments, routiq.invoices,
    routiq.payments, routiq.clinical_notes, routiq.integration_metadata
    to routiq_daemon;
grant select, insert, update, delete on routiq.sync_missed to routiq_daemon;
-- Not the clinical notes.
grant select on
    routiq.locations, routiq.practitioners, routiq.appointment_types, routiq.patients, routiq.appointments, routiq.invoices,
    routiq.payments, routiq.integration_metadata
    to routiq_dashboard;

-- ---------------------------------------------------------------------------------------------------------------
-- Rules that several statements share.

-- Whether a row yields to a record that is shown. A version decides before the time of the sight. What a webhook alone has
-- told (provisional) yields to any page of the same version or without one; a webhook writes only over an older version.
create function routiq.yields(
    deleted_at timestamptz, provisional boolean, source_version bigint, observed_at timestamptz,
    shown_provisional boolean, shown_version bigint, shown_at timestamptz
) returns boolean language sql immutable parallel safe
return case
    when shown_provisional then deleted_at is null and source_version < shown_version
    when deleted_at is null and source_version <> shown_version then source_version < shown_version
    else ((provisional and deleted_at is null) or observed_at <= shown_at)
         and (source_version is null or shown_version is null or source_version <= shown_version)
end;

-- What an appointment that is not deleted has become by a time.
create function routiq.appointment_status(
    starts_at timestamptz, ends_at timestamptz, cancelled_at timestamptz, cancelled boolean, replaced_by text,
    did_not_arrive boolean, confirmed boolean, as_of timestamptz
) returns text language sql immutable parallel safe
return case
    when starts_at - cancelled_at < interval '24 hours' then 'cancelled_late'
    when cancelled_at is not null or cancelled then 'cancelled'
    when replaced_by is not null then 'rescheduled'
    when did_not_arrive then 'no_show'
    when ends_at <= as_of or (ends_at is null and as_of - starts_at >= interval '30 minutes') then 'completed'
    when confirmed then 'confirmed'
    else 'scheduled'
end;

-- Every record that a page may bring or a listing may miss, whatever its kind; a statement names the kind, and only its
-- table is looked into.
create view routiq.records with (security_invoker = true) as
select 'metadata' as kind, organization_id, account_id, id, external_id, null::timestamptz as starts_at, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.integration_metadata
union all
select 'locations', organization_id, account_id, id, external_id, null, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.locations
union all
select 'practitioners', organization_id, account_id, id, external_id, null, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.practitioners
union all
select 'appointment_types', organization_id, account_id, id, external_id, null, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.appointment_types
union all
select 'contacts', organization_id, account_id, id, external_id, null, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.contacts
union all
select 'appointments', organization_id, account_id, id, external_id, starts_at, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.appointments
union all
select 'invoices', organization_id, account_id, id, external_id, null, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.invoices
union all
select 'payments', organization_id, account_id, id, external_id, null, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.payments
union all
select 'clinical_notes', organization_id, account_id, id, external_id, null, fingerprint,
       source_version, observed_at, provisional, deleted_at, deletion_id from routiq.clinical_notes;
grant select on routiq.records to routiq_daemon;

-- Appointments as visits: what somebody comes to, or an entry of a calendar. A group is a time for visits; its attendances
-- are the visits.
create view routiq.visits with (security_invoker = true) as
select a.organization_id, a.id, a.account_id, a.external_id, a.shape, a.contact_id, a.practitioner_id, a.location_id,
       a.appointment_type_id, coalesce(k.name, a.type_name) as type_name, a.starts_at, a.ends_at,
       a.source_created_at as booked_at, a.booked_online, a.notes, s.status,
       s.status not in ('cancelled', 'cancelled_late', 'rescheduled') as counted
from routiq.appointments a
left join routiq.appointment_types k on k.organization_id = a.organization_id and k.id = a.appointment_type_id
cross join lateral (
    select routiq.appointment_status(a.starts_at, a.ends_at, a.cancelled_at, a.cancelled, a.replaced_by, a.did_not_arrive,
                                     a.confirmed, now()) as status
) s
where a.deleted_at is null and a.shape <> 'group';
grant select on routiq.visits to routiq_daemon, routiq_dashboard;

-- ---------------------------------------------------------------------------------------------------------------
-- What dashboards read.

create or replace view dashboard.organizations with (security_invoker = true) as
select coalesce(o.clerk_org_id, o.id::text) as id, o.name, o.slug, o.display_name, o.description,
       i.cliniko as cliniko_instance_id, i.chatwoot as chatwoot_account_id, i.manychat as manychat_workspace_id,
       o.stripe_customer_id, o.stripe_subscription_id, o.subscription_status, o.subscription_plan, o.billing_email,
       o.billing_address, o.current_period_end,
       o.settings, o.timezone, o.locale, o.phone, o.website, o.address, o.status, o.onboarded_at, o.trial_ends_at,
       true as auto_sync_enabled, o.created_at, o.updated_at, o.deleted_at,
       i.google_calendar as google_calendar_id
from routiq.organizations o
cross join lateral (
    select (array_agg(a.external_id order by a.is_primary desc, a.created_at, a.id) filter (where a.platform = 'cliniko'))[1] as cliniko,
           (array_agg(a.external_id order by a.is_primary desc, a.created_at, a.id) filter (where a.platform = 'chatwoot'))[1] as chatwoot,
           (array_agg(a.external_id order by a.is_primary desc, a.created_at, a.id) filter (where a.platform = 'manychat'))[1] as manychat,
           (array_agg(a.external_id order by a.is_primary desc, a.created_at, a.id) filter (where a.platform = 'google_calendar'))[1]
               as google_calendar
    from routiq.integrations a
    where a.organization_id = o.id and a.deleted_at is null
) i;

create view dashboard.appointments with (security_invoker = true) as
select v.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, v.contact_id as patient_id, v.contact_id,
       v.starts_at as appointment_date, v.status, coalesce(v.type_name, 'Unknown') as type, v.notes,
       case when i.platform = 'cliniko' then v.external_id end as cliniko_appointment_id,
       case when i.platform = 'google_calendar' then v.external_id end as google_calendar_event_id,
       jsonb_build_object('shape', v.shape, 'source', i.platform, 'ends_at', v.ends_at, 'practitioner', p.name,
                          'location', l.name, 'booked_online', v.booked_online) as metadata,
       coalesce(v.booked_at, a.created_at) as created_at, coalesce(a.source_updated_at, a.updated_at) as updated_at,
       a.deleted_at
from routiq.visits v
join routiq.appointments a on a.organization_id = v.organization_id and a.id = v.id
join routiq.organizations o on o.id = v.organization_id
join routiq.integrations i on i.organization_id = v.organization_id and i.id = v.account_id
left join routiq.practitioners p on p.organization_id = v.organization_id and p.id = v.practitioner_id
left join routiq.locations l on l.organization_id = v.organization_id and l.id = v.location_id;

-- Counters hang on the time of day and are made when they are read.
create view dashboard.patients with (security_invoker = true) as
select p.id, coalesce(o.clerk_org_id, o.id::text) as organization_id,
       coalesce(nullif(c.name, ''), nullif(concat_ws(' ', p.first_name, p.last_name), ''), 'Patient ' || p.external_id) as name,
       c.email, coalesce(c.phone, c.phone_original) as phone, c.contact_type,
       case when i.platform = 'cliniko' then p.external_id end as cliniko_patient_id,
       case when p.active and not p.deceased then 'active' else 'inactive' end as status,
       v.recent + v.upcoming > 0 as is_active,
       case when v.recent > 0 and v.upcoming > 0 then 'active'
            when v.recent > 0 then 'recently_active'
            when v.upcoming > 0 then 'upcoming_only'
            else 'inactive' end as activity_status,
       v.recent as recent_appointment_count, v.upcoming as upcoming_appointment_count, v.total as total_appointment_count,
       v.first_at as first_appointment_date, v.last_at as last_appointment_date, v.next_at as next_appointment_time,
       v.next_type as next_appointment_type, k.type_name as primary_appointment_type, v.notes as treatment_notes,
       v.recent_list as recent_appointments, v.upcoming_list as upcoming_appointments,
       null::date as search_date_from, null::date as search_date_to,
       greatest(s.last_successful_sync, c.observed_at) as last_synced_at,
       coalesce(c.source_created_at, p.created_at) as created_at, coalesce(p.source_updated_at, p.updated_at) as updated_at
from routiq.patients p
join routiq.contacts c on c.organization_id = p.organization_id and c.id = p.contact_id
join routiq.organizations o on o.id = p.organization_id
join routiq.integrations i on i.organization_id = p.organization_id and i.id = p.account_id
left join routiq.sync_state s on s.organization_id = p.organization_id and s.account_id = p.account_id
cross join lateral (
    select count(*) filter (where t.recent)::integer as recent, count(*) filter (where not t.past)::integer as upcoming,
           count(*)::integer as total, min(t.starts_at) as first_at, max(t.starts_at) filter (where t.past) as last_at,
           min(t.starts_at) filter (where not t.past) as next_at,
           (array_agg(t.type_name order by t.starts_at, t.id) filter (where not t.past))[1] as next_type,
           (array_agg(t.notes order by t.starts_at desc, t.id) filter (where t.past and t.notes <> ''))[1] as notes,
           coalesce(jsonb_agg(t.shown order by t.starts_at desc, t.id) filter (where t.recent), '[]') as recent_list,
           coalesce(jsonb_agg(t.shown order by t.starts_at, t.id) filter (where not t.past), '[]') as upcoming_list
    from (
        select a.id, a.starts_at, coalesce(a.type_name, 'Unknown') as type_name, a.notes, a.starts_at <= now() as past,
               a.starts_at <= now() and a.starts_at >= now() - interval '30 days' as recent,
               jsonb_build_object('id', a.id, 'type', coalesce(a.type_name, 'Unknown'), 'notes', coalesce(a.notes, ''),
                                  'date', to_char(a.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as shown
        from routiq.visits a
        where a.organization_id = p.organization_id and a.contact_id = p.contact_id and a.counted and a.starts_at is not null
    ) t
) v
left join lateral (
    select coalesce(a.type_name, 'Unknown') as type_name
    from routiq.visits a
    where a.organization_id = p.organization_id and a.contact_id = p.contact_id and a.counted and a.starts_at is not null
    group by coalesce(a.type_name, 'Unknown')
    order by count(*) desc, max(a.starts_at) desc, 1
    limit 1
) k on true
where p.deleted_at is null;

-- `id` is a number that stays the same, small enough for a reader whose numbers are floating: 52 bits of a digest of ours.
create view dashboard.active_patients with (security_invoker = true) as
select ('x' || substr(encode(sha256(uuid_send(p.id)), 'hex'), 1, 13))::bit(52)::bigint as id, p.id as contact_id,
       p.organization_id, p.cliniko_patient_id, p.name, p.name as contact_name, p.email, p.phone, p.phone as contact_phone,
       p.recent_appointment_count, p.upcoming_appointment_count, p.total_appointment_count, p.last_appointment_date,
       p.recent_appointments, p.upcoming_appointments, p.search_date_from, p.search_date_to, p.created_at, p.updated_at
from dashboard.patients p
where p.is_active;

grant select on dashboard.appointments, dashboard.patients, dashboard.active_patients to routiq_dashboard, routiq_daemon;
