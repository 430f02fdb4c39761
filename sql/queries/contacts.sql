-- Contacts, found by exactly how they are known or reached.

--! dials_from
-- The region in which numbers without a country are read.
select region from routiq.organizations where id = :organization;

--! contacts_known_as : (name?, email?, phone?, identifier?, last_activity_at?)
-- Living contacts that are known or reached by one of these, in any of its forms, or share one of these digests.
with known as (
    select i.contact_id from unnest(:kinds::text[], :values::text[]) as w (kind, value)
    cross join lateral (
        select t.contact_id from routiq.contact_identities t
        where t.organization_id = :organization and t.kind = w.kind and t.value = w.value
        limit :most
    ) i
    union
    select k.contact_id from unnest(:digests::bytea[]) as w (digest)
    cross join lateral (
        select t.contact_id from routiq.identity_keys t
        where t.organization_id = :organization and t.digest = w.digest and t.kind = 'phone'
        limit :most
    ) k
)
select c.id, i.platform, c.account_id, c.external_id, c.name, c.email, c.phone, c.identifier, c.last_activity_at
from known k
join routiq.contacts c on c.organization_id = :organization and c.id = k.contact_id and c.deleted_at is null
join routiq.integrations i on i.organization_id = :organization and i.id = c.account_id
order by c.id
limit :most;
