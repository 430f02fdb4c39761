-- Inboxes, agents and contacts. `known_…` tells what the tables hold of a page, so that an unchanged record is not
-- even sent; the upserts guard once more against an older observation overwriting a newer one.
--
-- Here and wherever a page's ids meet a table, statements are written so that one plan, made once for a connection and
-- perhaps while the table was empty, is right at every size (docs/decisions/0011-statements-are-planned-once.md):
-- Records are looked up in a lateral subquery, `between id and id order by id limit 1`: of several indexes that begin with
-- the organization only the unique one is in that order, so it is taken even where nothing is known of the table.
-- An array comes as `(select …)`: a planner that sees how many elements it has believes that planning anew is worth it.
-- Where there are several, one that says nothing (`as_if_ten`) hides the others: the longest counts, and behind a
-- sub-select ten are supposed.

--! known_inboxes : (deletion_id?)
select k.external_id, k.fingerprint, k.observed_at, k.deletion_id
from unnest((select :external_ids::text[])) as e (external_id)
cross join lateral (
    select t.external_id, t.fingerprint, t.observed_at, t.deletion_id from routiq.inboxes t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between e.external_id and e.external_id
    order by t.external_id limit 1
) k;

--! upsert_inboxes (names[?], channels[?], phones[?], providers[?], source_versions[?])
insert into routiq.inboxes as t
    (organization_id, id, account_id, external_id, name, channel, phone, provider, fingerprint, source_version,
     payload_id, transform_version, generation, observed_at, created_at, updated_at)
select :organization, i.id, :account, i.external_id, i.name, i.channel, i.phone, i.provider, i.fingerprint, i.source_version,
       :payload, :transform_version, :generation, :observed_at, :now, :now
from unnest(:ids::uuid[], :external_ids::text[], :names::text[], :channels::text[], :phones::text[], :providers::text[],
            :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, external_id, name, channel, phone, provider, fingerprint, source_version, as_if_ten)
on conflict (organization_id, account_id, external_id) do update set
    name = excluded.name, channel = excluded.channel, phone = excluded.phone, provider = excluded.provider,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where t.observed_at <= excluded.observed_at
  and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version)
returning id, external_id;

--! known_agents : (deletion_id?)
select k.external_id, k.fingerprint, k.observed_at, k.deletion_id
from unnest((select :external_ids::text[])) as e (external_id)
cross join lateral (
    select t.external_id, t.fingerprint, t.observed_at, t.deletion_id from routiq.agents t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between e.external_id and e.external_id
    order by t.external_id limit 1
) k;

--! upsert_agents (names[?], emails[?], roles[?], source_versions[?])
insert into routiq.agents as t
    (organization_id, id, account_id, external_id, name, email, role, fingerprint, source_version,
     payload_id, transform_version, generation, observed_at, created_at, updated_at)
select :organization, i.id, :account, i.external_id, i.name, i.email, i.role, i.fingerprint, i.source_version,
       :payload, :transform_version, :generation, :observed_at, :now, :now
from unnest(:ids::uuid[], :external_ids::text[], :names::text[], :emails::text[], :roles::text[],
            :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, external_id, name, email, role, fingerprint, source_version, as_if_ten)
on conflict (organization_id, account_id, external_id) do update set
    name = excluded.name, email = excluded.email, role = excluded.role,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at,
    updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where t.observed_at <= excluded.observed_at
  and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version)
returning id, external_id;

--! known_contacts : (deletion_id?, source_version?, last_activity_at?)
select k.id, k.external_id, k.fingerprint, k.observed_at, k.deletion_id, k.source_version, k.provisional, k.last_activity_at
from unnest((select :external_ids::text[])) as e (external_id)
cross join lateral (
    select t.id, t.external_id, t.fingerprint, t.observed_at, t.deletion_id, t.source_version, t.provisional, t.last_activity_at
    from routiq.contacts t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between e.external_id and e.external_id
    order by t.external_id limit 1
) k;

--! upsert_contacts (names[?], emails[?], phones[?], phones_original[?], identifiers[?], created_ats[?], activity_ats[?], source_versions[?])
-- A payload that does not say when the contact was made leaves what is known. Dashboards know three types of contact.
insert into routiq.contacts as t
    (organization_id, id, account_id, external_id, contact_type, name, email, phone, phone_original, identifier, blocked, attributes,
     source_created_at, last_activity_at, fingerprint, source_version,
     payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at)
select :organization, i.id, :account, i.external_id,
       case :platform when 'chatwoot' then 'chatwoot_contact' when 'cliniko' then 'cliniko_patient' else 'contact' end,
       i.name, i.email, i.phone, i.phone_original, i.identifier, i.blocked, i.attributes, i.created_at, i.activity_at,
       i.fingerprint, i.source_version,
       :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :external_ids::text[], :names::text[], :emails::text[], :phones::text[],
            :phones_original::text[], :identifiers::text[], :blocked::boolean[], :attributes::jsonb[],
            :created_ats::timestamptz[], :activity_ats::timestamptz[], :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, external_id, name, email, phone, phone_original, identifier, blocked, attributes, created_at, activity_at,
           fingerprint, source_version, as_if_ten)
on conflict (organization_id, account_id, external_id) do update set
    name = excluded.name, email = excluded.email, phone = excluded.phone, phone_original = excluded.phone_original,
    identifier = excluded.identifier, blocked = excluded.blocked, attributes = excluded.attributes,
    source_created_at = coalesce(excluded.source_created_at, t.source_created_at),
    last_activity_at = excluded.last_activity_at, merged_into = null,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional,
    updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
-- A version decides before the time of the sight. What a webhook alone has told (provisional) yields to any page of the
-- same version or without one; a webhook writes only over an older version.
where case
    when excluded.provisional then t.deleted_at is null and t.source_version < excluded.source_version
    when t.deleted_at is null and t.source_version <> excluded.source_version then t.source_version < excluded.source_version
    else ((t.provisional and t.deleted_at is null) or t.observed_at <= excluded.observed_at)
         and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version)
end
returning id, external_id;

--! known_identities (channels[?]) : (known_id?)
-- The identities of some contacts, wanted and held, where the two differ: what is missing has no id, what is no longer
-- said has one. Only kinds that the payload spoke of are compared.
with wanted as (
    select c.id as contact_id, w.contact, w.kind, w.inbox, w.channel, w.value
    from unnest(:contacts::text[], :kinds::text[], :inboxes::text[], :channels::text[], :values::text[], (select null::boolean[]))
         as w (contact, kind, inbox, channel, value, as_if_ten)
    cross join lateral (
        select t.id from routiq.contacts t
        where t.organization_id = :organization and t.account_id = :account and t.external_id between w.contact and w.contact
        order by t.external_id limit 1
    ) c
), held as (
    select d.id, d.contact_id, s.contact, d.kind, d.inbox_external_id as inbox, d.channel, d.value
    from unnest(:spoken_contacts::text[], :spoken_kinds::text[], (select null::boolean[])) as s (contact, kind, as_if_ten)
    cross join lateral (
        select t.id from routiq.contacts t
        where t.organization_id = :organization and t.account_id = :account and t.external_id between s.contact and s.contact
        order by t.external_id limit 1
    ) c
    -- `offset 0` keeps it a look-up for each contact.
    cross join lateral (
        select t.* from routiq.contact_identities t
        where t.organization_id = :organization and t.contact_id = c.id and t.kind = s.kind
        order by t.inbox_external_id, t.value offset 0
    ) d
)
select h.id as known_id, coalesce(w.contact_id, h.contact_id) as contact_id, coalesce(w.contact, h.contact) as contact, coalesce(w.kind, h.kind) as kind,
       coalesce(w.inbox, h.inbox) as inbox, coalesce(w.channel, h.channel, '') as channel, coalesce(w.value, h.value) as value
from wanted w
full join held h on h.contact_id = w.contact_id and h.kind = w.kind and h.inbox = w.inbox and h.value = w.value
where w.contact_id is null or h.id is null;

--! insert_identities
insert into routiq.contact_identities
    (organization_id, id, contact_id, account_id, kind, inbox_external_id, channel, value, generation, payload_id,
     created_at, updated_at)
select :organization, i.id, i.contact_id, :account, i.kind, i.inbox, nullif(i.channel, ''), i.value, :generation, :payload, :now, :now
from unnest(:ids::uuid[], :contact_ids::uuid[], :kinds::text[], :inboxes::text[], :channels::text[], :values::text[], (select null::boolean[]))
     as i (id, contact_id, kind, inbox, channel, value, as_if_ten)
on conflict (organization_id, contact_id, kind, inbox_external_id, value) do nothing;

--! delete_identities
delete from routiq.contact_identities where organization_id = :organization and id = any(:ids);
