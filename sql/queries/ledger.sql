-- Everything of one account, in order, to compare with a ledger of the truth.

--! contacts_of : (name?, email?, phone?, phone_original?, identifier?, deleted_at?)
select id, external_id, name, email, phone, phone_original, identifier, blocked, attributes, deleted_at
from routiq.contacts
where organization_id = :organization and account_id = :account
order by external_id;

--! conversations_of : (external_uuid?, contact_external_id?, inbox_external_id?, channel?, priority?, assignee_name?, source_created_at?, last_activity_at?, deleted_at?)
select external_id, external_uuid, contact_external_id, inbox_external_id, channel, status, priority, labels, assignee_name,
       source_created_at, last_activity_at, deleted_at
from routiq.conversations
where organization_id = :organization and account_id = :account
order by external_id;

--! messages_of : (content?, sender_external_id?, sender_name?, delivery_status?, sent_at?, sequence?, deleted_at?)
select m.external_id, c.external_id as conversation, m.content, m.direction, m.is_private, m.sender_type,
       m.sender_external_id, m.sender_name, m.delivery_status, m.sent_at, m.sequence, m.deleted_at_source, m.deleted_at,
       count(a.id) as attachments
from routiq.messages m
join routiq.conversations c on c.organization_id = m.organization_id and c.id = m.conversation_id
left join routiq.attachments a
       on a.organization_id = m.organization_id and a.message_id = m.id and a.deleted_at is null
where m.organization_id = :organization and m.account_id = :account
group by m.organization_id, m.id, c.external_id
order by c.external_id, m.sent_at, m.sequence;

--! attachments_of : (file_size?, source_url?)
select a.id, a.external_id, m.external_id as message, a.file_type, a.file_size, a.source_url
from routiq.attachments a
join routiq.messages m on m.organization_id = a.organization_id and m.id = a.message_id
where a.organization_id = :organization and a.account_id = :account and a.deleted_at is null and m.deleted_at is null
order by a.external_id;

--! records_of
-- What else stands of an account, notes without their text.
select 'metadata' as kind, t.external_id, to_jsonb(t) - array['fingerprint'] as fields from routiq.integration_metadata t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'inboxes', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.inboxes t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'locations', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.locations t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'practitioners', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.practitioners t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'appointment_types', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.appointment_types t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'patients', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.patients t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'appointments', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.appointments t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'invoices', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.invoices t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'payments', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.payments t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null
union all
select 'clinical_notes', t.external_id, to_jsonb(t) - array['fingerprint', 'wrapped_key', 'body'] from routiq.clinical_notes t
where t.organization_id = :organization and t.account_id = :account and t.deleted_at is null;
