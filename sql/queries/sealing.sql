-- Contact identifiers that an organization keeps sealed: the switch, the values, and how rows are brought to what the
-- switch says.

--! sealing : (done_until?, settled_at?)
select s.fields, s.phase, s.done_until, s.done, s.key_version, s.wrapped_key, s.body, s.changed_by, s.changed_at, s.settled_at
from routiq.sealing s where s.organization_id = :organization;

--! pass_fences
-- Waits for every transaction of an actor that may not know of the switch yet; those that begin later see it.
update routiq.actor_fences set actor = actor where organization_id = :organization;

--! keep_switch
-- Whoever works without a fence of its own keeps the switch where it is until it is done. No row is locked: who raises fences
-- waits for nobody who works so.
select true as kept from pg_advisory_xact_lock_shared(hashtextextended('routiq sealing ' || :organization::uuid::text, 0));

--! take_switch
-- Waits for those who keep it.
select true as taken from pg_advisory_xact_lock(hashtextextended('routiq sealing ' || :organization::uuid::text, 0));

--! begin_sealing
insert into routiq.sealing
    (organization_id, fields, phase, key_version, wrapped_key, body, changed_by, changed_at)
values (:organization, :fields::text[], 'keys', :key_version, :wrapped_key, :body, :by, :now);

--! switch_sealing
-- Every contact is looked at once more. What is digested anew goes on where it stood.
update routiq.sealing
set fields = :fields::text[], phase = case phase when 'keys' then 'keys' else 'rows' end,
    done_until = case phase when 'keys' then done_until end, done = case phase when 'keys' then done else 0 end,
    changed_by = :by, changed_at = :now, settled_at = null
where organization_id = :organization;

--! advance_sealing (done_until?)
-- A portion is done; the phase may be over.
update routiq.sealing
set phase = :phase, done_until = :done_until, done = :done, settled_at = case :phase when 'settled' then :now::timestamptz end
where organization_id = :organization;

--! rewrap_sealing
update routiq.sealing set key_version = :key_version, wrapped_key = :wrapped_key
where organization_id = :organization and key_version = :old_version;

--! sealed_of
-- What is sealed of some contacts or persons, in some places; of an identity the row it belongs to.
select v.contact_id, v.place, v.row_id, v.body
from unnest(:contacts::uuid[]) as e (id)
cross join lateral (
    select t.contact_id, t.place, t.row_id, t.body from routiq.sealed_values t
    where t.organization_id = :organization and t.contact_id = e.id and t.place = any(:places::text[])
    offset 0
) v;

--! sealed_channels : (channel?)
-- Where channels reach some contacts, as far as that is sealed.
select v.contact_id, v.row_id, v.body, i.channel
from unnest(:contacts::uuid[]) as e (id)
cross join lateral (
    select t.contact_id, t.row_id, t.body from routiq.sealed_values t
    where t.organization_id = :organization and t.contact_id = e.id and t.place = 'contact_identities.value'
    offset 0
) v
join routiq.contact_identities i on i.organization_id = :organization and i.id = v.row_id and i.kind = 'channel';

--! keep_sealed
-- Values that differ from what is sealed; answers whose.
insert into routiq.sealed_values as t (organization_id, contact_id, place, row_id, digest, body)
select :organization, v.contact, v.place, v.row, v.digest, v.body
from unnest(:contacts::uuid[], :places::text[], :rows::uuid[], :digests::bytea[], :bodies::bytea[])
     as v (contact, place, row, digest, body)
on conflict (organization_id, contact_id, place, row_id) do update set digest = excluded.digest, body = excluded.body
where t.digest <> excluded.digest
returning contact_id;

--! drop_sealed
-- What is no longer sealed in these places of these contacts, or persons; answers whose.
delete from routiq.sealed_values v
where v.organization_id = :organization and v.contact_id = any(:contacts::uuid[]) and v.place = any(:places::text[])
  and not exists (
      select from unnest(:keep_contacts::uuid[], :keep_places::text[], :keep_rows::uuid[]) as k (contact, place, row)
      where k.contact = v.contact_id and k.place = v.place and k.row = v.row_id)
returning v.contact_id;

--! drop_sealed_identities
delete from routiq.sealed_values v
using unnest(:contacts::uuid[], :rows::uuid[]) as g (contact, row)
where v.organization_id = :organization and v.contact_id = g.contact and v.place = 'contact_identities.value' and v.row_id = g.row;

--! next_contacts (after?) : (name?, email?, phone?, phone_original?, identifier?)
-- The next portion of contacts, held until they are as the switch says.
select c.id, c.name, c.email, c.phone, c.phone_original, c.identifier, c.fingerprint
from routiq.contacts c
where c.organization_id = :organization and c.id > coalesce(:after, '00000000-0000-0000-0000-000000000000'::uuid)
order by c.id
limit :most
for no key update;

--! next_keys (after?)
-- The next portion of what contacts share.
select k.contact_id, k.kind, k.digest
from (
    select t.contact_id from routiq.person_contacts t
    where t.organization_id = :organization and t.contact_id > coalesce(:after, '00000000-0000-0000-0000-000000000000'::uuid)
    order by t.contact_id
    limit :most
) c
join routiq.identity_keys k on k.organization_id = :organization and k.contact_id = c.contact_id;

--! last_of_keys (after?) : (last?)
-- Up to where the next portion of what contacts share goes, and how many contacts that is.
select max(c.contact_id::text)::uuid as last, count(*) as contacts
from (
    select t.contact_id from routiq.person_contacts t
    where t.organization_id = :organization and t.contact_id > coalesce(:after, '00000000-0000-0000-0000-000000000000'::uuid)
    order by t.contact_id
    limit :most
) c;

--! turn_keys
update routiq.identity_keys k set digest = n.digest
from unnest(:contacts::uuid[], :kinds::text[], :olds::bytea[], :digests::bytea[]) as n (contact, kind, old, digest)
where k.organization_id = :organization and k.contact_id = n.contact and k.kind = n.kind and k.digest = n.old;

--! phones_of
select p.id, p.phones, p.fingerprint from routiq.patients p
where p.organization_id = :organization and p.id = any(:contacts::uuid[])
for no key update;

--! identities_of : (channel?)
select i.id, i.contact_id, i.kind, i.inbox_external_id as inbox, i.channel, i.value from routiq.contact_identities i
where i.organization_id = :organization and i.contact_id = any(:contacts::uuid[])
for no key update;

--! held_by_persons : (name?, email?, phone?)
select p.id, p.name, p.email, p.phone from routiq.persons p
where p.organization_id = :organization and p.id = any(:contacts::uuid[])
for no key update;

--! turn_contacts (names[?], emails[?], phones[?], phones_original[?], identifiers[?])
update routiq.contacts c
set name = n.name, email = n.email, phone = n.phone, phone_original = n.phone_original, identifier = n.identifier, fingerprint = n.fingerprint
from unnest(:ids::uuid[], :names::text[], :emails::text[], :phones::text[], :phones_original::text[], :identifiers::text[], :fingerprints::bytea[])
     as n (id, name, email, phone, phone_original, identifier, fingerprint)
where c.organization_id = :organization and c.id = n.id
  and (c.name, c.email, c.phone, c.phone_original, c.identifier, c.fingerprint)
      is distinct from (n.name, n.email, n.phone, n.phone_original, n.identifier, n.fingerprint);

--! turn_patients
update routiq.patients p set phones = n.phones, fingerprint = n.fingerprint
from unnest(:ids::uuid[], :phones::jsonb[], :fingerprints::bytea[]) as n (id, phones, fingerprint)
where p.organization_id = :organization and p.id = n.id and (p.phones, p.fingerprint) is distinct from (n.phones, n.fingerprint);

--! turn_identities
update routiq.contact_identities i set value = n.value
from unnest(:ids::uuid[], :values::text[]) as n (id, value)
where i.organization_id = :organization and i.id = n.id and i.value <> n.value;

--! turn_persons (names[?], emails[?], phones[?])
update routiq.persons p set name = n.name, email = n.email, phone = n.phone
from unnest(:ids::uuid[], :names::text[], :emails::text[], :phones::text[]) as n (id, name, email, phone)
where p.organization_id = :organization and p.id = n.id and (p.name, p.email, p.phone) is distinct from (n.name, n.email, n.phone);

--! count_everybody
-- Contacts in all, those that are gone too.
select count(*) from routiq.contacts where organization_id = :organization;

--! sealing_phase
-- Where rows are on their way to what the switch says.
select s.phase from routiq.sealing s where s.organization_id = :organization and s.phase <> 'settled';
