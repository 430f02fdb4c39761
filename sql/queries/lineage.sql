-- Where rows came from, and what their payloads say today. `lineage_rows` is asked for one kind at a time.

--! lineage_row : (subject?, within?, payload_id?, deleted_at?)
select l.account_id, i.platform, l.external_id, l.subject, l.within, l.payload_id, l.transform_version, l.generation,
       l.observed_at, l.provisional, l.created_at, l.updated_at, l.deleted_at
from routiq.lineage_rows l
join routiq.integrations i on i.organization_id = l.organization_id and i.id = l.account_id
where l.kind = :kind and l.organization_id = :organization and l.id = :id;

--! payloads_naming
-- Payloads of an account that mention one of these subjects, were kept within one of these spans of ids, or are one of
-- these; the newest first.
with named as (
    select s.payload_id as id from routiq.payload_subjects s
    where s.organization_id = :organization and s.subject = any(:subjects::text[])
    union
    select p.id from unnest(:since::uuid[], :until::uuid[]) as m (since, until)
    cross join lateral (
        select t.id from routiq.raw_payloads t
        where t.organization_id = :organization and t.id >= m.since and t.id < m.until
    ) p
    union
    select unnest(:ids::uuid[])
)
select p.id from named n
cross join lateral (
    select t.id, t.account_id, t.created_at from routiq.raw_payloads t
    where t.organization_id = :organization and t.id = n.id
    limit 1
) p
where p.account_id = :account
order by p.created_at desc, p.id desc
limit :most;

--! rejections_of : (payload_id?, transform_version?, resolved_at?)
-- Whenever the record could not be understood, resolved or not.
select id, error_message, payload_id, transform_version, retry_count, created_at, updated_at, resolved_at
from routiq.sync_errors
where organization_id = :organization and account_id = :account and stream = :kind and external_id = :external_id
  and error_type = 'malformed_record'
order by created_at, id;
