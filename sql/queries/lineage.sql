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

--! payloads_in_order
-- Every payload of an account, in the order in which they were applied.
select id from routiq.raw_payloads where organization_id = :organization and account_id = :account order by created_at, id;

--! count_rows
select count(*) from routiq.lineage_rows where kind = :kind and organization_id = :organization and account_id = :account;

--! different_rows : (transform_version?, payload_id?)
-- Rows of one account beside those of another that was written from its payloads: those that differ, with the names of the
-- fields. What fell on both sides is equal.
with held as (
    select external_id, within, fields, deleted_at is not null as gone, transform_version, payload_id
    from routiq.lineage_rows where kind = :kind and organization_id = :organization and account_id = :account
), derived as (
    select external_id, within, fields, deleted_at is not null as gone
    from routiq.lineage_rows where kind = :kind and organization_id = :organization and account_id = :shadow
)
select coalesce(h.external_id, d.external_id) as external_id,
       case :kind when 'attachments' then coalesce(h.within, d.within) else coalesce(h.external_id, d.external_id) end as record,
       h.external_id is not null as held, d.external_id is not null as derived,
       coalesce(h.gone, false) as held_gone, coalesce(d.gone, false) as derived_gone,
       case when h.gone or d.gone then '{}' else array(
           select coalesce(a.key, b.key)
           from jsonb_each(h.fields) a full join jsonb_each(d.fields) b on b.key = a.key
           where a.value is distinct from b.value and h.external_id is not null and d.external_id is not null
           order by 1) end as fields,
       h.transform_version, h.payload_id
from held h
full join derived d on d.external_id = h.external_id
where h.external_id is null or d.external_id is null or h.gone <> d.gone
   or (not h.gone and h.fields <> d.fields)
order by 1;

--! row_values
-- What rows say on both sides, for whoever asks for it.
select h.external_id, h.fields as held, d.fields as derived
from routiq.lineage_rows h
join routiq.lineage_rows d on d.kind = :kind and d.organization_id = h.organization_id and d.account_id = :shadow
     and d.external_id = h.external_id
where h.kind = :kind and h.organization_id = :organization and h.account_id = :account
  and h.external_id = any(:external_ids::text[])
order by 1;

--! outdated_rejections
-- Payloads of records that an older mapping could not understand, the oldest first.
select distinct payload_id from routiq.sync_errors
where organization_id = :organization and account_id = :account and not resolved and error_type = 'malformed_record'
  and transform_version < :version and payload_id is not null
order by payload_id
limit :most;

--! rejections_in
-- Records of a payload that could not be understood.
select id, stream, external_id from routiq.sync_errors
where organization_id = :organization and account_id = :account and not resolved and error_type = 'malformed_record'
  and payload_id = :payload;

--! understand_rejections
update routiq.sync_errors set resolved = true, resolved_at = :now, updated_at = :now
where organization_id = :organization and id = any(:ids);

--! outlast_rejections
-- Tried by this mapping too.
update routiq.sync_errors set transform_version = :version, retry_count = retry_count + 1, updated_at = :now
where organization_id = :organization and account_id = :account and not resolved and error_type = 'malformed_record'
  and payload_id = :payload and transform_version < :version;
