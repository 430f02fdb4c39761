-- The same human being is one person. Contacts stay as their platforms tell them; who is whom stands beside them, written
-- by the organization's rollup and by people who decide, never by a sync.
--
-- A person is the set of contacts that standing merges connect, and goes by the id of the eldest of them. So undoing a
-- merge is taking it away, and what was before is there again. Consent hangs on an address, never on a person: no merge
-- widens it.

create table routiq.persons (
    organization_id uuid not null references routiq.organizations (id),
    -- Its eldest contact's.
    id uuid not null,
    contacts integer not null check (contacts >= 0),
    -- What holds of the person, each from the contact beside it: practice systems own it, then whoever knows it.
    name text,
    name_contact_id uuid,
    email text,
    email_contact_id uuid,
    phone text,
    phone_contact_id uuid,
    date_of_birth date,
    date_of_birth_contact_id uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id)
);

-- Whose each contact is, and what it says of the person, folded.
create table routiq.person_contacts (
    organization_id uuid not null,
    contact_id uuid not null,
    person_id uuid not null,
    account_id uuid not null,
    -- The account's platform is a practice system: it keeps two records apart for a reason.
    practice boolean not null,
    -- The record is gone, or another took its place: it speaks neither for nor against anybody.
    gone boolean not null,
    given text[] not null,
    -- The given names and the formal names that nicknames among them stand for.
    formal text[] not null,
    family text[] not null,
    generation text,
    born date,
    updated_at timestamptz not null,
    primary key (organization_id, contact_id),
    foreign key (organization_id, contact_id) references routiq.contacts (organization_id, id),
    foreign key (organization_id, person_id) references routiq.persons (organization_id, id)
);
create index person_contacts_person on routiq.person_contacts (organization_id, person_id);

-- What contacts may share: a kind and a digest, never the value.
create table routiq.identity_keys (
    organization_id uuid not null,
    contact_id uuid not null,
    kind text not null
        check (kind in ('record', 'points', 'merged', 'identifier', 'phone', 'email', 'local', 'birth', 'name', 'address')),
    digest bytea not null,
    primary key (organization_id, contact_id, kind, digest),
    foreign key (organization_id, contact_id) references routiq.person_contacts (organization_id, contact_id)
);
create index identity_keys_digest on routiq.identity_keys (organization_id, digest, contact_id);

-- Merges, made and undone. Those that stand connect contacts to persons; each joined two.
create table routiq.identity_merges (
    organization_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    other_contact_id uuid not null,
    rule text not null check (rule in ('person', 'platform_merge', 'platform_link', 'phone_and_email', 'email_and_name',
                                       'phone_and_name', 'birth_and_address', 'birth_and_name', 'phone_alone')),
    evidence text[] not null,
    score double precision not null check (score between 0 and 1),
    merged_by text not null,
    merged_at timestamptz not null,
    undone_by text,
    undone_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, contact_id) references routiq.contacts (organization_id, id),
    foreign key (organization_id, other_contact_id) references routiq.contacts (organization_id, id),
    check (contact_id < other_contact_id),
    check ((undone_at is null) = (undone_by is null))
);
create unique index identity_merges_standing on routiq.identity_merges (organization_id, contact_id, other_contact_id)
    where undone_at is null;
create index identity_merges_other on routiq.identity_merges (organization_id, other_contact_id) where undone_at is null;

-- Pairs for somebody to decide, and what was decided. A refused pair keeps the two persons apart: it is neither merged nor
-- shown again. Undoing a merge refuses every pair across.
create table routiq.identity_candidates (
    organization_id uuid not null,
    id uuid not null,
    contact_id uuid not null,
    other_contact_id uuid not null,
    status text not null check (status in ('open', 'confirmed', 'refused')),
    evidence text[] not null,
    score double precision not null check (score between 0 and 1),
    -- The rule whose merge was undone.
    undone_rule text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, contact_id, other_contact_id),
    foreign key (organization_id, contact_id) references routiq.contacts (organization_id, id),
    foreign key (organization_id, other_contact_id) references routiq.contacts (organization_id, id),
    check (contact_id < other_contact_id),
    check ((status = 'open') = (decided_at is null)),
    check ((decided_by is null) = (decided_at is null))
);
create index identity_candidates_open on routiq.identity_candidates (organization_id, score desc, id) where status = 'open';
create index identity_candidates_other on routiq.identity_candidates (organization_id, other_contact_id);

-- Two contacts of one person that disagree. `contact_id` is the one whose value holds; both values stand in their own rows.
create table routiq.identity_conflicts (
    organization_id uuid not null,
    id uuid not null,
    field text not null check (field in ('name', 'email', 'phone', 'date_of_birth')),
    contact_id uuid not null,
    other_contact_id uuid not null,
    recorded_at timestamptz not null,
    resolved_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, contact_id) references routiq.contacts (organization_id, id),
    foreign key (organization_id, other_contact_id) references routiq.contacts (organization_id, id)
);
create unique index identity_conflicts_open on routiq.identity_conflicts (organization_id, contact_id, other_contact_id, field)
    where resolved_at is null;
create index identity_conflicts_other on routiq.identity_conflicts (organization_id, other_contact_id) where resolved_at is null;

-- Contacts to look at, one row for each statement that wrote some. Writers only add and the rollup only takes, so that
-- writers wait for nobody.
create table routiq.identity_due (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    contacts uuid[] not null,
    primary key (organization_id, id)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);

-- By which version of the rules everybody was looked at. Whoever decides holds this row.
create table routiq.identity_state (
    organization_id uuid not null references routiq.organizations (id),
    rules_version integer not null,
    matched_at timestamptz not null,
    primary key (organization_id)
);

do $$
declare t text;
begin
    foreach t in array array['persons', 'person_contacts', 'identity_keys', 'identity_merges', 'identity_candidates',
                             'identity_conflicts', 'identity_due', 'identity_state']
    loop
        execute format('alter table routiq.%I enable row level security', t);
        execute format('alter table routiq.%I force row level security', t);
        execute format($p$create policy tenant on routiq.%I to routiq_daemon, routiq_dashboard
            using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))$p$, t);
    end loop;
end $$;

grant select, insert, update, delete on routiq.persons to routiq_daemon;
grant select, insert, update on routiq.person_contacts, routiq.identity_merges, routiq.identity_conflicts, routiq.identity_state
    to routiq_daemon;
grant select, insert, delete on routiq.identity_keys, routiq.identity_due to routiq_daemon;
grant select, insert, update, delete on routiq.identity_candidates to routiq_daemon;
grant select on routiq.persons, routiq.identity_merges, routiq.identity_candidates, routiq.identity_conflicts to routiq_dashboard;
grant select (organization_id, contact_id, person_id) on routiq.person_contacts to routiq_dashboard;

-- ---------------------------------------------------------------------------------------------------------------
-- Whoever writes contacts or patients marks them, whatever statement it is. A contact that was only active again says
-- nothing new of who it is.

create function routiq.contacts_are_due() returns trigger language plpgsql set search_path = '' as $$
begin
    insert into routiq.identity_due (organization_id, id, contacts)
    select n.organization_id, gen_random_uuid(), array_agg(n.id) from shown n group by n.organization_id;
    return null;
end $$;

create function routiq.changed_contacts_are_due() returns trigger language plpgsql set search_path = '' as $$
begin
    insert into routiq.identity_due (organization_id, id, contacts)
    select n.organization_id, gen_random_uuid(), array_agg(n.id)
    from shown n
    join before b on b.organization_id = n.organization_id and b.id = n.id
    where (n.name, n.email, n.phone, n.identifier, n.attributes, n.deleted_at, n.merged_into)
          is distinct from (b.name, b.email, b.phone, b.identifier, b.attributes, b.deleted_at, b.merged_into)
    group by n.organization_id;
    return null;
end $$;

create trigger contacts_are_due after insert on routiq.contacts
    referencing new table as shown for each statement execute function routiq.contacts_are_due();
create trigger changed_contacts_are_due after update on routiq.contacts
    referencing old table as before new table as shown for each statement execute function routiq.changed_contacts_are_due();
create trigger patients_are_due after insert on routiq.patients
    referencing new table as shown for each statement execute function routiq.contacts_are_due();
create trigger changed_patients_are_due after update on routiq.patients
    referencing new table as shown for each statement execute function routiq.contacts_are_due();

-- ---------------------------------------------------------------------------------------------------------------
-- Who is certainly whom, in the database's own words. The daemon's rules say the same; a test compares the two.

-- Whether two long words differ by one letter: more, less, other, or swapped with its neighbour.
create function routiq.is_slip(a text, b text) returns boolean language sql immutable parallel safe
return case
    when length(a) < 5 or length(b) < 5 or a = b then false
    when length(a) = length(b) then exists (
        select from generate_series(1, length(a)) as i
        where left(a, i - 1) = left(b, i - 1)
          and (substr(a, i + 1) = substr(b, i + 1)
               or (substr(a, i, 1) = substr(b, i + 1, 1) and substr(a, i + 1, 1) = substr(b, i, 1)
                   and substr(a, i + 2) = substr(b, i + 2))))
    when length(a) = length(b) + 1 then exists (
        select from generate_series(1, length(a)) as i where left(a, i - 1) || substr(a, i + 1) = b)
    when length(b) = length(a) + 1 then exists (
        select from generate_series(1, length(b)) as i where left(b, i - 1) || substr(b, i + 1) = a)
    else false
end;

-- How alike the names of two contacts are: `same`, `partial`, `transposed`, `slip`, `renamed`, `initial`, `short`,
-- `near_given`, `unknown`, `different`.
create function routiq.likeness(a routiq.person_contacts, b routiq.person_contacts) returns text
language sql immutable parallel safe
return case
    when (cardinality(a.given) = 0 and cardinality(a.family) = 0) or (cardinality(b.given) = 0 and cardinality(b.family) = 0) then 'unknown'
    when a.generation <> b.generation then 'different'
    when a.formal && b.formal and a.family && b.family then 'same'
    when a.formal && b.formal and (cardinality(a.family) = 0 or cardinality(b.family) = 0) then 'partial'
    when a.given && b.family and b.given && a.family then 'transposed'
    when a.formal && b.formal then case
        when exists (select from unnest(a.family) as x, unnest(b.family) as y
                     where left(x, 1) = left(y, 1) and (length(x) = 1) <> (length(y) = 1)) then 'partial'
        when exists (select from unnest(a.family) as x, unnest(b.family) as y where routiq.is_slip(x, y)) then 'slip'
        else 'renamed'
    end
    when a.family && b.family
         and exists (select from unnest(a.given) as x, unnest(b.given) as y
                     where left(x, 1) = left(y, 1) and (length(x) = 1) <> (length(y) = 1)) then 'initial'
    when (a.family && b.family or cardinality(a.family) = 0 or cardinality(b.family) = 0)
         and exists (select from unnest(a.given) as x, unnest(b.given) as y
                     where least(length(x), length(y)) >= 3 and abs(length(x) - length(y)) >= 2
                       and (starts_with(x, y) or starts_with(y, x))) then 'short'
    when a.family && b.family
         and exists (select from unnest(a.given) as x, unnest(b.given) as y where routiq.is_slip(x, y)) then 'near_given'
    else 'different'
end;

-- How two days of birth stand to each other: `untold`, `same`, `near` (one digit, or day and month swapped), `different`.
create function routiq.births(a date, b date) returns text language sql immutable parallel safe
return case
    when a is null or b is null then 'untold'
    when a = b then 'same'
    when extract(year from a) = extract(year from b) and extract(month from a) = extract(day from b)
         and extract(day from a) = extract(month from b) then 'near'
    when (select count(*) from generate_series(1, 8) as i
          where substr(to_char(a, 'YYYYMMDD'), i, 1) <> substr(to_char(b, 'YYYYMMDD'), i, 1)) = 1 then 'near'
    else 'different'
end;

-- Whether two contacts cannot be one person.
create function routiq.are_apart(a routiq.person_contacts, b routiq.person_contacts) returns boolean
language sql immutable parallel safe
return not a.gone and not b.gone
       and ((a.practice and a.account_id = b.account_id) or routiq.births(a.born, b.born) = 'different'
            or routiq.likeness(a, b) = 'different');

-- Whether a practice system keeps both under one name and day of birth: somebody who is one of them is not in dispute
-- between them.
create function routiq.entered_twice(a routiq.person_contacts, b routiq.person_contacts) returns boolean
language sql immutable parallel safe
return a.practice and a.account_id = b.account_id and routiq.births(a.born, b.born) = 'same' and routiq.likeness(a, b) = 'same';

-- De-duplication: every two contacts of the organization that are certainly one person, with the rule that says so, the
-- strongest first. `one_person` says whether they are one already; `ambiguous`, that one of them is as certainly somebody
-- who is apart from the other, so that nobody is merged before somebody says whose it is. What was refused or undone is
-- left out. `as_of` tells children from adults.
--
--     select * from routiq.match_contacts(current_date) where not one_person and not ambiguous;
create function routiq.match_contacts(as_of date)
returns table (contact_id uuid, other_contact_id uuid, rule text, one_person boolean, ambiguous boolean)
language sql stable security invoker set search_path = '' as $$
    with organization as materialized (
        select nullif(current_setting('app.current_organization_id', true), '')::uuid as id
    ), narrow as materialized (
        -- What more than sixteen share says nothing of who they are.
        select k.digest from routiq.identity_keys k, organization o
        where k.organization_id = o.id and k.kind not in ('name', 'local', 'address')
        group by k.digest having count(distinct k.contact_id) between 2 and 16
    ), shared as materialized (
        select a.contact_id as one, b.contact_id as other,
               bool_or(a.kind = 'phone') as phone, bool_or(a.kind = 'email') as email,
               bool_or((a.kind, b.kind) in (('points', 'record'), ('record', 'points'), ('points', 'points'), ('identifier', 'identifier')))
                   as linked,
               bool_or((a.kind, b.kind) in (('merged', 'record'), ('record', 'merged'))) as merged
        from organization o
        join narrow n on true
        join routiq.identity_keys a on a.organization_id = o.id and a.digest = n.digest
        join routiq.identity_keys b on b.organization_id = o.id and b.digest = n.digest and b.contact_id > a.contact_id
        group by a.contact_id, b.contact_id
    ), weighed as materialized (
        select s.*, a as a, b as b, routiq.likeness(a, b) as likeness, routiq.births(a.born, b.born) as births,
               s.merged and a.account_id = b.account_id as replaced
        from organization o
        join shared s on true
        join routiq.person_contacts a on a.organization_id = o.id and a.contact_id = s.one
        join routiq.person_contacts b on b.organization_id = o.id and b.contact_id = s.other
    ), judged as (
        select w.*,
               w.likeness in ('same', 'partial', 'transposed', 'slip') as close,
               w.likeness in ('renamed', 'initial', 'short') as loose,
               w.births = 'untold' and (((w.a).practice and (w.a).born > as_of - interval '14 years')
                                        or ((w.b).practice and (w.b).born > as_of - interval '14 years')) as child,
               (not (w.a).practice or coalesce((w.a).born <= as_of - interval '18 years', false))
                   and (not (w.b).practice or coalesce((w.b).born <= as_of - interval '18 years', false)) as own
        from weighed w
    ), named as (
        select j.*, case
                when j.replaced then 2
                when (j.a).gone or (j.b).gone or routiq.are_apart(j.a, j.b) then null
                when j.linked then 3
                when j.child or (j.births = 'near' and j.likeness <> 'same') then null
                when j.phone and j.email and (j.close or j.loose) then 4
                when j.email and j.close then 5
                when j.phone and (j.close or (j.loose and j.own)) then 6
                when (j.phone or j.email) and j.likeness = 'renamed' and j.births = 'same' then 7
                when j.likeness = 'same' and j.births = 'same' then 8
                when j.phone and j.likeness = 'unknown' and j.own then 9
            end as strength
        from judged j
    ), certain as materialized (
        select n.one, n.other, n.a, n.b, n.strength,
               (array['person', 'platform_merge', 'platform_link', 'phone_and_email', 'email_and_name', 'phone_and_name',
                      'birth_and_address', 'birth_and_name', 'phone_alone'])[n.strength] as rule
        from named n where n.strength is not null
    ), claims as materialized (
        select c.one as whose, c.b as claimed, c.strength from certain c
        union all
        select c.other, c.a, c.strength from certain c
    ), torn as materialized (
        select c.one, c.other from certain c
        join claims r on r.whose = c.one and r.strength <= c.strength and (r.claimed).contact_id <> c.other
        where routiq.are_apart(r.claimed, c.b) and not routiq.entered_twice(r.claimed, c.b)
        union
        select c.one, c.other from certain c
        join claims r on r.whose = c.other and r.strength <= c.strength and (r.claimed).contact_id <> c.one
        where routiq.are_apart(r.claimed, c.a) and not routiq.entered_twice(r.claimed, c.a)
    ), refused as materialized (
        select x.one, x.other, r.undone_rule
        from organization o
        join routiq.identity_candidates r on r.organization_id = o.id and r.status = 'refused'
        join routiq.person_contacts p on p.organization_id = o.id and p.contact_id = r.contact_id
        join routiq.person_contacts q on q.organization_id = o.id and q.contact_id = r.other_contact_id
        cross join lateral (values (p.person_id, q.person_id), (q.person_id, p.person_id)) as x (one, other)
    )
    select c.one, c.other, c.rule, (c.a).person_id = (c.b).person_id, c.strength <> 2 and t.one is not null
    from certain c
    left join torn t on t.one = c.one and t.other = c.other
    where not exists (
        select from refused r
        where r.one = (c.a).person_id and r.other = (c.b).person_id and (c.strength > 3 or r.undone_rule = c.rule))
    order by c.strength, c.one, c.other
$$;
revoke execute on function routiq.match_contacts(date) from public;
grant execute on function routiq.match_contacts(date) to routiq_daemon;
