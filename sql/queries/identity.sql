-- Who is whom. The rollup and people who decide write here, one at a time: each holds the organization's row of
-- `identity_state`.

--! hold_identity
-- Whoever decides goes one after the other. Answers by which rules everybody was looked at.
insert into routiq.identity_state as s (organization_id, rules_version, matched_at)
values (:organization, 0, :now)
on conflict (organization_id) do update set matched_at = excluded.matched_at
returning s.rules_version;

--! is_anybody_due
select exists (select from routiq.identity_due d where d.organization_id = :organization)
       or not exists (select from routiq.identity_state s
                      where s.organization_id = :organization and s.rules_version = :version) as due;

--! mark_everybody
-- The rules changed: everybody is looked at again, in portions as a page has them.
with everybody as (
    select c.id, (row_number() over (order by c.id) - 1) / 100 as portion
    from routiq.contacts c where c.organization_id = :organization
), marked as (
    insert into routiq.identity_due (organization_id, id, contacts)
    select :organization, gen_random_uuid(), array_agg(e.id) from everybody e group by e.portion
)
update routiq.identity_state set rules_version = :version where organization_id = :organization;

--! take_due
-- What commits after this statement began stays for the next time.
delete from routiq.identity_due d
where d.organization_id = :organization
  and d.id in (select t.id from routiq.identity_due t where t.organization_id = :organization limit :most)
returning d.contacts;

--! told_contacts : (name?, email?, phone?, identifier?, merged_into?, first_name?, preferred_name?, last_name?, date_of_birth?, phones?, address?, channels?, source_updated_at?, last_activity_at?)
-- What the rows of some contacts say. Whoever has a patient's row is known to a practice system.
select c.id, c.account_id, i.platform, p.id is not null as practice, c.external_id, c.name, c.email, c.phone, c.identifier,
       c.attributes, c.merged_into, c.deleted_at is not null as gone, p.first_name, p.preferred_name, p.last_name, p.date_of_birth, p.phones, p.address,
       h.channels, p.source_updated_at, c.last_activity_at
from unnest(:contacts::uuid[]) as e (id)
cross join lateral (
    select t.* from routiq.contacts t where t.organization_id = :organization and t.id = e.id limit 1
) c
join routiq.integrations i on i.organization_id = :organization and i.id = c.account_id
left join lateral (
    select t.* from routiq.patients t where t.organization_id = :organization and t.id = c.id limit 1
) p on true
left join lateral (
    select array_agg(t.channel || ' ' || t.value order by t.channel, t.value) as channels from routiq.contact_identities t
    where t.organization_id = :organization and t.contact_id = c.id and t.kind = 'channel' and t.channel is not null
) h on true;

--! mark_contacts
-- Contacts whose rows say nothing new and who are reached in another way now.
insert into routiq.identity_due (organization_id, id, contacts) values (:organization, :id, :contacts);

--! make_persons
-- Each contact nobody has looked at yet is a person of its own.
insert into routiq.persons (organization_id, id, contacts, created_at, updated_at)
select :organization, e.id, 1, :now, :now from unnest(:contacts::uuid[]) as e (id)
where not exists (select from routiq.person_contacts t where t.organization_id = :organization and t.contact_id = e.id)
on conflict (organization_id, id) do nothing;

--! keep_facts (generations[?], borns[?])
-- Lists travel as one text each, parted by spaces: a folded name has none.
insert into routiq.person_contacts as t
    (organization_id, contact_id, person_id, account_id, practice, gone, given, formal, family, generation, born, updated_at)
select :organization, f.id, f.id, f.account, f.practice, f.gone,
       coalesce(string_to_array(nullif(f.given, ''), ' '), '{}'), coalesce(string_to_array(nullif(f.formal, ''), ' '), '{}'),
       coalesce(string_to_array(nullif(f.family, ''), ' '), '{}'),
       f.generation, f.born, :now
from (
    select i.id, i.account, i.practice, i.gone, i.given, i.formal, i.family, i.generation, i.born
    from unnest(:ids::uuid[], :accounts::uuid[], :practices::boolean[], :gones::boolean[], :givens::text[], :formals::text[],
                :families::text[], :generations::text[], :borns::date[])
         as i (id, account, practice, gone, given, formal, family, generation, born)
) f
on conflict (organization_id, contact_id) do update set
    practice = excluded.practice, gone = excluded.gone, given = excluded.given, formal = excluded.formal,
    family = excluded.family, generation = excluded.generation, born = excluded.born, updated_at = excluded.updated_at
where (t.practice, t.gone, t.given, t.formal, t.family, t.generation, t.born)
      is distinct from (excluded.practice, excluded.gone, excluded.given, excluded.formal, excluded.family, excluded.generation, excluded.born);

--! forget_keys
-- What these contacts no longer say.
delete from routiq.identity_keys k
where k.organization_id = :organization and k.contact_id = any(:contacts)
  and not exists (
      select from unnest(:ids::uuid[], :kinds::text[], :digests::bytea[]) as w (id, kind, digest)
      where w.id = k.contact_id and w.kind = k.kind and w.digest = k.digest);

--! keep_keys
insert into routiq.identity_keys (organization_id, contact_id, kind, digest)
select :organization, w.id, w.kind, w.digest
from unnest(:ids::uuid[], :kinds::text[], :digests::bytea[]) as w (id, kind, digest)
on conflict do nothing;

--! shared_keys
-- What some contacts share with others, whoever holds it; what more share than `most` says nothing of who they are.
with mine as (
    select distinct k.digest
    from unnest(:contacts::uuid[]) as e (id)
    cross join lateral (
        select t.digest from routiq.identity_keys t
        where t.organization_id = :organization and t.contact_id = e.id
        offset 0
    ) k
)
select h.contact_id, h.kind, m.digest
from mine m
cross join lateral (
    select array_agg(t.contact_id) as contacts, array_agg(t.kind) as kinds, count(distinct t.contact_id) as holders
    from (
        select t.contact_id, t.kind from routiq.identity_keys t
        where t.organization_id = :organization and t.digest = m.digest
        limit 4 * :most::bigint
    ) t
) g
cross join lateral unnest(g.contacts, g.kinds) as h (contact_id, kind)
where g.holders between 2 and :most::bigint;

--! members : (generation?, born?)
-- Everybody in the persons of some contacts.
select m.contact_id, m.person_id, m.account_id, m.practice, m.gone, m.given, m.formal, m.family, m.generation, m.born
from (
    select distinct p.person_id
    from unnest(:contacts::uuid[]) as e (id)
    cross join lateral (
        select t.person_id from routiq.person_contacts t
        where t.organization_id = :organization and t.contact_id = e.id
        limit 1
    ) p
) w
cross join lateral (
    select t.* from routiq.person_contacts t
    where t.organization_id = :organization and t.person_id = w.person_id
    offset 0
) m;

--! refusals : (undone_rule?)
-- Pairs of these contacts that somebody refused.
select r.contact_id, r.other_contact_id, r.undone_rule
from unnest(:contacts::uuid[]) as e (id)
cross join lateral (
    select t.contact_id, t.other_contact_id, t.undone_rule from routiq.identity_candidates t
    where t.organization_id = :organization and t.contact_id = e.id and t.status = 'refused'
    offset 0
) r;

--! standing_merges
-- The merges that connect these contacts.
select m.id, m.contact_id, m.other_contact_id, m.rule
from unnest(:contacts::uuid[]) as e (id)
cross join lateral (
    select t.id, t.contact_id, t.other_contact_id, t.rule from routiq.identity_merges t
    where t.organization_id = :organization and t.contact_id = e.id and t.undone_at is null
    offset 0
) m;

--! keep_merges
-- Evidence travels as one text, parted by spaces.
insert into routiq.identity_merges
    (organization_id, id, contact_id, other_contact_id, rule, evidence, score, merged_by, merged_at)
select :organization, m.id, m.one, m.other, m.rule, coalesce(string_to_array(nullif(m.evidence, ''), ' '), '{}'), m.score, :by, :now
from unnest(:ids::uuid[], :ones::uuid[], :others::uuid[], :rules::text[], :evidences::text[], :scores::float8[])
     as m (id, one, other, rule, evidence, score);

--! undo_merge
update routiq.identity_merges set undone_at = :now, undone_by = :by
where organization_id = :organization and id = :id and undone_at is null
returning contact_id, other_contact_id, rule;

--! move_contacts
-- Whose these contacts are from now on.
update routiq.person_contacts t set person_id = m.person, updated_at = :now
from unnest(:contacts::uuid[], :persons::uuid[]) as m (contact, person)
where t.organization_id = :organization and t.contact_id = m.contact and t.person_id <> m.person;

--! keep_persons (names[?], name_contacts[?], emails[?], email_contacts[?], phones[?], phone_contacts[?], borns[?], born_contacts[?])
insert into routiq.persons as t
    (organization_id, id, contacts, name, name_contact_id, email, email_contact_id, phone, phone_contact_id, date_of_birth,
     date_of_birth_contact_id, created_at, updated_at)
select :organization, p.id, p.contacts, p.name, p.name_contact, p.email, p.email_contact, p.phone, p.phone_contact, p.born,
       p.born_contact, :now, :now
from unnest(:ids::uuid[], :contacts::integer[], :names::text[], :name_contacts::uuid[], :emails::text[], :email_contacts::uuid[],
            :phones::text[], :phone_contacts::uuid[], :borns::date[], :born_contacts::uuid[])
     as p (id, contacts, name, name_contact, email, email_contact, phone, phone_contact, born, born_contact)
on conflict (organization_id, id) do update set
    contacts = excluded.contacts, name = excluded.name, name_contact_id = excluded.name_contact_id, email = excluded.email,
    email_contact_id = excluded.email_contact_id, phone = excluded.phone, phone_contact_id = excluded.phone_contact_id,
    date_of_birth = excluded.date_of_birth, date_of_birth_contact_id = excluded.date_of_birth_contact_id,
    updated_at = excluded.updated_at
where (t.contacts, t.name, t.name_contact_id, t.email, t.email_contact_id, t.phone, t.phone_contact_id, t.date_of_birth,
       t.date_of_birth_contact_id)
      is distinct from (excluded.contacts, excluded.name, excluded.name_contact_id, excluded.email, excluded.email_contact_id,
                        excluded.phone, excluded.phone_contact_id, excluded.date_of_birth, excluded.date_of_birth_contact_id);

--! drop_persons
-- Persons whose contacts are another's now.
delete from routiq.persons p
where p.organization_id = :organization and p.id = any(:persons)
  and not exists (select from routiq.person_contacts t where t.organization_id = :organization and t.person_id = p.id);

--! keep_candidates
-- What is open is told anew; what was decided stays decided.
insert into routiq.identity_candidates as t
    (organization_id, id, contact_id, other_contact_id, status, evidence, score, created_at, updated_at)
select :organization, c.id, c.one, c.other, 'open', coalesce(string_to_array(nullif(c.evidence, ''), ' '), '{}'), c.score, :now, :now
from unnest(:ids::uuid[], :ones::uuid[], :others::uuid[], :evidences::text[], :scores::float8[])
     as c (id, one, other, evidence, score)
on conflict (organization_id, contact_id, other_contact_id) do update set
    evidence = excluded.evidence, score = excluded.score, updated_at = excluded.updated_at
where t.status = 'open' and (t.evidence, t.score) is distinct from (excluded.evidence, excluded.score);

--! drop_candidates
-- Open pairs of these contacts that are no longer worth a look.
delete from routiq.identity_candidates c
where c.organization_id = :organization and c.status = 'open'
  and (c.contact_id = any(:contacts) or c.other_contact_id = any(:contacts))
  and not exists (
      select from unnest(:ones::uuid[], :others::uuid[]) as k (one, other)
      where k.one = c.contact_id and k.other = c.other_contact_id);

--! refuse_pairs (rule?)
-- These pairs are not one person, whatever was thought before.
insert into routiq.identity_candidates as t
    (organization_id, id, contact_id, other_contact_id, status, evidence, score, undone_rule, created_at, updated_at, decided_by, decided_at)
select :organization, c.id, c.one, c.other, 'refused', '{}', 0, :rule, :now, :now, :by, :now
from unnest(:ids::uuid[], :ones::uuid[], :others::uuid[]) as c (id, one, other)
on conflict (organization_id, contact_id, other_contact_id) do update set
    status = 'refused', undone_rule = excluded.undone_rule, updated_at = excluded.updated_at,
    decided_by = excluded.decided_by, decided_at = excluded.decided_at;

--! candidate : (undone_rule?)
select contact_id, other_contact_id, status, evidence, score, undone_rule
from routiq.identity_candidates where organization_id = :organization and id = :id
for update;

--! decide_candidate
update routiq.identity_candidates set status = :status, decided_by = :by, decided_at = :now, updated_at = :now
where organization_id = :organization and id = :id;

--! confirm_pairs
-- Somebody says that two persons are one: what was refused between them holds no longer.
update routiq.identity_candidates c set status = 'confirmed', decided_by = :by, decided_at = :now, updated_at = :now
where c.organization_id = :organization and c.contact_id = any(:contacts) and c.other_contact_id = any(:contacts)
  and c.status <> 'confirmed';

--! keep_conflicts
-- One open row for each two contacts and field.
insert into routiq.identity_conflicts (organization_id, id, field, contact_id, other_contact_id, recorded_at)
select :organization, c.id, c.field, c.holds, c.other, :now
from unnest(:ids::uuid[], :fields::text[], :holds::uuid[], :others::uuid[]) as c (id, field, holds, other)
on conflict (organization_id, contact_id, other_contact_id, field) where resolved_at is null do nothing;

--! resolve_conflicts
-- Open conflicts of these contacts that are none any more.
update routiq.identity_conflicts c set resolved_at = :now
where c.organization_id = :organization and c.resolved_at is null
  and (c.contact_id = any(:contacts) or c.other_contact_id = any(:contacts))
  and not exists (
      select from unnest(:fields::text[], :holds::uuid[], :others::uuid[]) as k (field, holds, other)
      where k.field = c.field and k.holds = c.contact_id and k.other = c.other_contact_id);

--! open_candidates : (name?, other_name?)
-- For somebody to decide, the likeliest first.
select c.id, c.contact_id, c.other_contact_id, c.score, c.evidence, c.created_at,
       p.person_id, q.person_id as other_person_id, a.name, b.name as other_name, i.platform, j.platform as other_platform
from routiq.identity_candidates c
join routiq.person_contacts p on p.organization_id = :organization and p.contact_id = c.contact_id
join routiq.person_contacts q on q.organization_id = :organization and q.contact_id = c.other_contact_id
join routiq.contacts a on a.organization_id = :organization and a.id = c.contact_id
join routiq.contacts b on b.organization_id = :organization and b.id = c.other_contact_id
join routiq.integrations i on i.organization_id = :organization and i.id = a.account_id
join routiq.integrations j on j.organization_id = :organization and j.id = b.account_id
where c.organization_id = :organization and c.status = 'open' and p.person_id <> q.person_id
order by c.score desc, c.id
limit :most offset :skipped;

--! count_people
-- People of several contacts, merges that stand, and the pairs that `open_candidates` shows.
select (select count(*) from routiq.persons p where p.organization_id = :organization and p.contacts > 1) as connected,
       (select count(*) from routiq.identity_merges m where m.organization_id = :organization and m.undone_at is null) as merges,
       (select count(*)
        from routiq.identity_candidates c
        cross join lateral (
            select t.person_id from routiq.person_contacts t
            where t.organization_id = :organization and t.contact_id between c.contact_id and c.contact_id
            order by t.contact_id limit 1
        ) a
        cross join lateral (
            select t.person_id from routiq.person_contacts t
            where t.organization_id = :organization and t.contact_id between c.other_contact_id and c.other_contact_id
            order by t.contact_id limit 1
        ) b
        where c.organization_id = :organization and c.status = 'open' and a.person_id <> b.person_id) as candidates;

--! person_of
-- Any contact's id names its person.
select t.person_id from routiq.person_contacts t
where t.organization_id = :organization and t.contact_id = :id;

--! person : (name?, name_contact_id?, email?, email_contact_id?, phone?, phone_contact_id?, date_of_birth?, date_of_birth_contact_id?)
select p.id, p.name, p.name_contact_id, p.email, p.email_contact_id, p.phone, p.phone_contact_id, p.date_of_birth,
       p.date_of_birth_contact_id
from routiq.persons p where p.organization_id = :organization and p.id = :id;

--! person_contacts : (name?, email?, phone?)
select c.id, i.platform, c.account_id, c.external_id, c.name, c.email, c.phone, c.deleted_at is not null as gone
from routiq.person_contacts t
join routiq.contacts c on c.organization_id = :organization and c.id = t.contact_id
join routiq.integrations i on i.organization_id = :organization and i.id = c.account_id
where t.organization_id = :organization and t.person_id = :id
order by c.id;

--! merges_of : (undone_by?, undone_at?)
-- Every merge that ever touched these contacts, the newest first.
select m.id, m.contact_id, m.other_contact_id, m.rule, m.evidence, m.score, m.merged_by, m.merged_at, m.undone_by, m.undone_at
from routiq.identity_merges m
where m.organization_id = :organization and (m.contact_id = any(:contacts) or m.other_contact_id = any(:contacts))
order by m.merged_at desc, m.id desc;

--! open_conflicts_of
select c.id, c.field, c.contact_id, c.other_contact_id, c.recorded_at
from routiq.identity_conflicts c
where c.organization_id = :organization and c.resolved_at is null
  and c.contact_id = any(:contacts) and c.other_contact_id = any(:contacts)
order by c.recorded_at, c.id;

--! matches
-- What the database's own function says.
select m.contact_id, m.other_contact_id, m.rule, m.one_person, m.ambiguous
from routiq.match_contacts(:today) m
where exists (select from routiq.organizations o where o.id = :organization);
