-- Contacts, found by exactly how they are known or reached.

--! dials_from
-- The region in which numbers without a country are read.
select region from routiq.organizations where id = :organization;

--! contacts_known_as : (name?, email?, phone?, identifier?, last_activity_at?)
-- In the form that docs/decisions/0011-statements-are-planned-once.md explains: looked up, whatever the tables hold.
-- Living contacts that are known or reached by one of these, in any of its forms, or share one of these digests.
with known as (
    select i.contact_id from unnest(:kinds::text[], :values::text[], (select null::boolean[])) as w (kind, value, as_if_ten)
    cross join lateral (
        select h.contact_id from (
            select t.contact_id from routiq.contact_identities t
            where t.organization_id = :organization and t.kind = w.kind and t.value between w.value and w.value
            order by t.value offset 0
        ) h
        cross join lateral (
            select t.deleted_at from routiq.contacts t
            where t.organization_id = :organization and t.id between h.contact_id and h.contact_id order by t.id limit 1
        ) l
        where l.deleted_at is null limit :most
    ) i
    union
    select k.contact_id from unnest((select :digests::bytea[])) as w (digest)
    cross join lateral (
        select h.contact_id from (
            select t.contact_id, t.kind from routiq.identity_keys t
            where t.organization_id = :organization and t.digest between w.digest and w.digest
            order by t.digest offset 0
        ) h
        cross join lateral (
            select t.deleted_at from routiq.contacts t
            where t.organization_id = :organization and t.id between h.contact_id and h.contact_id order by t.id limit 1
        ) l
        where h.kind = 'phone' and l.deleted_at is null limit :most
    ) k
)
select c.id, i.platform, c.account_id, c.external_id, c.name, c.email, c.phone, c.identifier, c.last_activity_at
from known k
cross join lateral (
    select t.* from routiq.contacts t
    where t.organization_id = :organization and t.id between k.contact_id and k.contact_id order by t.id limit 1
) c
cross join lateral (
    select t.platform from routiq.integrations t
    where t.organization_id = :organization and t.id between c.account_id and c.account_id order by t.id limit 1
) i
where c.deleted_at is null
order by c.id
limit :most;
