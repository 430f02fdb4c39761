-- Where a row came from, whatever its kind, and what it says: to tell its history, and to compare it with what its payloads
-- say today.

-- What a row says of the world: without our ids, its lineage and its times here. What it names of another record stands in
-- it by the platform's id.
create function routiq.said(line jsonb) returns jsonb language sql immutable parallel safe
return line - array[
    'organization_id', 'id', 'account_id', 'external_id', 'payload_id', 'transform_version', 'generation', 'observed_at',
    'provisional', 'fingerprint', 'created_at', 'updated_at', 'deleted_at', 'deletion_id',
    'contact_id', 'conversation_id', 'message_id', 'inbox_id', 'location_id', 'practitioner_id', 'appointment_type_id',
    'appointment_id', 'group_id', 'invoice_id', 'key_version', 'wrapped_key', 'body'];

-- `subject` is whom its payloads mention, where they mention somebody (`payload_subjects`); `within` the record that carries
-- it. A statement names the kind, and only its table is looked into. Of a clinical note's text there is a digest alone.
create view routiq.lineage_rows with (security_invoker = true) as
select 'metadata' as kind, t.organization_id, t.account_id, t.id, t.external_id, null::text as subject, null::text as within,
       t.payload_id, t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t)) as fields
from routiq.integration_metadata t
union all
select 'inboxes', t.organization_id, t.account_id, t.id, t.external_id, null, null, t.payload_id, t.transform_version,
       t.generation, t.observed_at, false, t.created_at, t.updated_at, t.deleted_at, routiq.said(to_jsonb(t))
from routiq.inboxes t
union all
select 'agents', t.organization_id, t.account_id, t.id, t.external_id, null, null, t.payload_id, t.transform_version,
       t.generation, t.observed_at, false, t.created_at, t.updated_at, t.deleted_at, routiq.said(to_jsonb(t))
from routiq.agents t
union all
select 'locations', t.organization_id, t.account_id, t.id, t.external_id, null, null, t.payload_id, t.transform_version,
       t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at, routiq.said(to_jsonb(t))
from routiq.locations t
union all
select 'practitioners', t.organization_id, t.account_id, t.id, t.external_id, null, null, t.payload_id, t.transform_version,
       t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at, routiq.said(to_jsonb(t))
from routiq.practitioners t
union all
select 'appointment_types', t.organization_id, t.account_id, t.id, t.external_id, null, null, t.payload_id, t.transform_version,
       t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at, routiq.said(to_jsonb(t))
from routiq.appointment_types t
union all
select 'contacts', t.organization_id, t.account_id, t.id, t.external_id, 'contact:' || t.external_id, null, t.payload_id,
       t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t)) || jsonb_build_object('identities', array(
           select jsonb_build_array(i.kind, i.inbox_external_id, i.channel, i.value) from routiq.contact_identities i
           where i.organization_id = t.organization_id and i.contact_id = t.id
           order by i.kind, i.inbox_external_id, i.value))
from routiq.contacts t
union all
select 'patients', t.organization_id, t.account_id, t.id, t.external_id, 'contact:' || t.external_id, null, t.payload_id,
       t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t))
from routiq.patients t
union all
select 'conversations', t.organization_id, t.account_id, t.id, t.external_id, 'conversation:' || t.external_id, null,
       t.payload_id, t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t))
from routiq.conversations t
union all
select 'messages', t.organization_id, t.account_id, t.id, t.external_id, 'conversation:' || c.external_id, c.external_id,
       t.payload_id, t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t)) || jsonb_build_object('conversation_external_id', c.external_id)
from routiq.messages t
join routiq.conversations c on c.organization_id = t.organization_id and c.id = t.conversation_id
union all
select 'attachments', t.organization_id, t.account_id, t.id, t.external_id, 'conversation:' || c.external_id, m.external_id,
       t.payload_id, m.transform_version, t.generation, m.observed_at, m.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t)) || jsonb_build_object('message_external_id', m.external_id)
from routiq.attachments t
join routiq.messages m on m.organization_id = t.organization_id and m.id = t.message_id
join routiq.conversations c on c.organization_id = m.organization_id and c.id = m.conversation_id
union all
select 'appointments', t.organization_id, t.account_id, t.id, t.external_id, 'contact:' || t.contact_external_id, null,
       t.payload_id, t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t))
from routiq.appointments t
union all
select 'invoices', t.organization_id, t.account_id, t.id, t.external_id, 'contact:' || t.contact_external_id, null,
       t.payload_id, t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t))
from routiq.invoices t
union all
select 'payments', t.organization_id, t.account_id, t.id, t.external_id, 'contact:' || t.contact_external_id, null,
       t.payload_id, t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t))
from routiq.payments t
union all
select 'clinical_notes', t.organization_id, t.account_id, t.id, t.external_id, 'contact:' || t.contact_external_id, null,
       t.payload_id, t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t)) || jsonb_build_object('content', encode(t.fingerprint, 'hex'))
from routiq.clinical_notes t;
grant select on routiq.lineage_rows to routiq_daemon;
