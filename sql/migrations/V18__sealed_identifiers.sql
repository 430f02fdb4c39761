-- Contact identifiers that an organization keeps sealed. A value that is sealed is null in its own column and stands here,
-- under a secret of the organization that the master key wraps. What the tables look up or compare carries digests under the
-- same secret instead. Organizations that seal nothing have no rows here, and nothing else differs for them.

-- What an organization seals, and how far its rows are so. The secret stays for good, also when nothing is sealed any more:
-- what contacts share and what records said is digested under it from then on.
create table routiq.sealing (
    organization_id uuid not null references routiq.organizations (id),
    fields text[] not null check (fields <@ array['email', 'phone', 'identifier']),
    -- `keys`: what contacts share is being digested anew, and nobody is matched meanwhile; `rows`: contacts are brought to
    -- what `fields` says; `settled`: every row is so.
    phase text not null check (phase in ('keys', 'rows', 'settled')),
    -- Contacts up to this one are done.
    done_until uuid,
    done bigint not null default 0 check (done >= 0),
    key_version integer not null,
    wrapped_key bytea not null,
    body bytea not null,
    changed_by text not null,
    changed_at timestamptz not null,
    settled_at timestamptz,
    primary key (organization_id),
    check ((phase = 'settled') = (settled_at is not null))
);

-- One value, bound to its organization, place and row. `contact_id` is whose it is: a contact's, or a person's own id.
create table routiq.sealed_values (
    organization_id uuid not null references routiq.sealing (organization_id),
    contact_id uuid not null,
    place text not null
        check (place in ('contacts.name', 'contacts.email', 'contacts.phone', 'contacts.phone_original', 'contacts.identifier', 'patients.phones',
                         'contact_identities.value', 'persons.name', 'persons.email', 'persons.phone')),
    row_id uuid not null,
    -- Tells equal from different without opening.
    digest bytea not null check (length(digest) = 16),
    body bytea not null,
    primary key (organization_id, contact_id, place, row_id)
);

do $$
declare t text;
begin
    foreach t in array array['sealing', 'sealed_values']
    loop
        execute format('alter table routiq.%I enable row level security', t);
        execute format('alter table routiq.%I force row level security', t);
        execute format($p$create policy tenant on routiq.%I to routiq_daemon, routiq_dashboard
            using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))$p$, t);
    end loop;
end $$;
grant select, insert, update on routiq.sealing to routiq_daemon;
grant select, insert, update, delete on routiq.sealed_values to routiq_daemon;
-- The daemon brings identities and what contacts share to another form.
grant update on routiq.identity_keys to routiq_daemon;

-- The organization's rollup has something to do.
create function routiq.sealing_switched() returns trigger language plpgsql set search_path = '' as $$
begin
    perform pg_notify('routiq_access', new.organization_id::text);
    return null;
end $$;
create trigger sealing_switched after insert or update of fields on routiq.sealing
    for each row execute function routiq.sealing_switched();

-- What a row says of the world where some of it is sealed: its digest in place of the value.
create function routiq.sealed_said(of_organization uuid, of_row uuid, of_table text) returns jsonb
language sql stable parallel safe set search_path = ''
return (
    select coalesce(jsonb_object_agg(substr(s.place, length(of_table) + 2), 'sealed ' || encode(s.digest, 'hex')), '{}')
    from routiq.sealed_values s
    where s.organization_id = of_organization and s.contact_id = of_row and s.row_id = of_row
      and starts_with(s.place, of_table || '.'));
revoke execute on function routiq.sealed_said(uuid, uuid, text) from public;
grant execute on function routiq.sealed_said(uuid, uuid, text) to routiq_daemon;

-- As before, with what is sealed.
create or replace view routiq.lineage_rows with (security_invoker = true) as
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
       routiq.said(to_jsonb(t)) || routiq.sealed_said(t.organization_id, t.id, 'contacts') || jsonb_build_object('identities', array(
           select jsonb_build_array(i.kind, i.inbox_external_id, i.channel, i.value) from routiq.contact_identities i
           where i.organization_id = t.organization_id and i.contact_id = t.id
           order by i.kind, i.inbox_external_id, i.value))
from routiq.contacts t
union all
select 'patients', t.organization_id, t.account_id, t.id, t.external_id, 'contact:' || t.external_id, null, t.payload_id,
       t.transform_version, t.generation, t.observed_at, t.provisional, t.created_at, t.updated_at, t.deleted_at,
       routiq.said(to_jsonb(t)) || routiq.sealed_said(t.organization_id, t.id, 'patients')
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
