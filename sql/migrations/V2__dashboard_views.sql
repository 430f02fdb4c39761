-- What existing dashboards read: their names, columns and text ids, over our tables, under the reader's own row security.
-- Columns whose source comes later are typed nulls, so that a reader's query keeps working.

create view dashboard.organizations with (security_invoker = true) as
select coalesce(o.clerk_org_id, o.id::text) as id, o.name, o.slug, o.display_name, o.description,
       null::text as cliniko_instance_id,
       (select i.external_id from routiq.integrations i
         where i.organization_id = o.id and i.platform = 'chatwoot' and i.deleted_at is null
         order by i.is_primary desc, i.created_at, i.id limit 1) as chatwoot_account_id,
       null::text as manychat_workspace_id,
       o.settings, o.timezone, o.locale, o.phone, o.website, o.address, o.status, o.onboarded_at,
       true as auto_sync_enabled, o.created_at, o.updated_at, o.deleted_at
from routiq.organizations o;

create view dashboard.conversations with (security_invoker = true) as
select c.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, c.contact_id, null::uuid as patient_id,
       c.source, c.external_id, c.status,
       null::text as overall_sentiment, null::numeric as sentiment_score, null::integer as quality_rating,
       false as escalation_flag, null::text as user_feedback_rating, null::text as user_feedback_note,
       null::timestamptz as user_feedback_timestamp,
       case when c.source = 'chatwoot' and c.external_id ~ '^[0-9]{1,18}$' then c.external_id::bigint end as chatwoot_conversation_id,
       p.phone as phone_number, null::text as cliniko_patient_id,
       jsonb_build_object('labels', to_jsonb(c.labels), 'channel', c.channel, 'priority', c.priority,
                          'assignee', c.assignee_name, 'attributes', c.attributes) as metadata,
       coalesce(c.source_created_at, c.created_at) as created_at,
       coalesce(c.last_activity_at, c.updated_at) as updated_at, c.deleted_at
from routiq.conversations c
join routiq.organizations o on o.id = c.organization_id
left join routiq.contacts p on p.organization_id = c.organization_id and p.id = c.contact_id;

create view dashboard.messages with (security_invoker = true) as
select m.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, m.conversation_id, m.sender_type, m.content,
       coalesce(m.sent_at, m.created_at) as "timestamp", m.external_id,
       null::numeric as sentiment_score, null::text as sentiment_label, null::numeric as confidence_score,
       null::timestamptz as analyzed_at, m.attributes as metadata, m.is_private,
       m.created_at, m.updated_at, m.deleted_at
from routiq.messages m
join routiq.organizations o on o.id = m.organization_id;

create view dashboard.service_integrations with (security_invoker = true) as
select i.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, i.platform as service_name,
       i.settings as service_config, i.is_primary, i.is_active, i.sync_enabled,
       s.last_successful_sync as last_sync_at, i.created_at
from routiq.integrations i
join routiq.organizations o on o.id = i.organization_id
left join routiq.sync_state s on s.organization_id = i.organization_id and s.account_id = i.id
where i.deleted_at is null;

create view dashboard.service_credentials with (security_invoker = true) as
select c.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, i.platform as service_name,
       i.external_id as service_instance, (c.status = 'active') as is_active, c.last_validated_at,
       c.rejected_reason as validation_error, c.created_by, c.created_at, c.updated_at
from routiq.api_credentials c
join routiq.integrations i on i.organization_id = c.organization_id and i.id = c.account_id
join routiq.organizations o on o.id = c.organization_id
where c.status <> 'superseded';

create view dashboard.sync_logs with (security_invoker = true) as
select l.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, l.source_system, l.operation_type, l.status,
       l.records_processed, l.records_success, l.records_failed, l.error_details, l.error_message, l.started_at,
       l.completed_at, l.metadata, l.sync_id, l.updated_at
from routiq.sync_logs l
join routiq.organizations o on o.id = l.organization_id;

-- One row per service, as readers expect; an organization with two accounts of one service shows the sum.
create view dashboard.sync_state with (security_invoker = true) as
select (array_agg(s.account_id order by s.account_id))[1] as id, coalesce(o.clerk_org_id, o.id::text) as organization_id,
       s.service_name, min(s.last_sync_timestamp) as last_sync_timestamp,
       min(s.last_successful_sync) as last_successful_sync,
       (array_agg(s.sync_status order by array_position(array['denied', 'failed', 'running', 'pending', 'completed'], s.sync_status)))[1]
           as sync_status,
       sum(s.records_processed)::bigint as records_processed, sum(s.errors_count)::bigint as errors_count,
       '{}'::jsonb as metadata, min(s.created_at) as created_at, max(s.updated_at) as updated_at
from routiq.sync_state s
join routiq.organizations o on o.id = s.organization_id
group by o.id, o.clerk_org_id, s.service_name;

create view dashboard.sync_errors with (security_invoker = true) as
select e.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, e.service_name, e.error_type, e.error_message,
       e.error_details, e.retry_count, e.resolved, e.created_at
from routiq.sync_errors e
join routiq.organizations o on o.id = e.organization_id;

create view dashboard.audit_logs with (security_invoker = true) as
select a.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, a.user_id, a.action, a.resource_type,
       a.resource_id, a.ip_address, a.user_agent, a.session_id, a.details, a.success, a.error_message, a.created_at
from routiq.audit_logs a
join routiq.organizations o on o.id = a.organization_id;

create view dashboard.chatwoot_contacts with (security_invoker = true) as
select p.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, p.external_id as chatwoot_contact_id, p.name,
       p.email, coalesce(p.phone, p.phone_original) as phone_number, p.identifier, p.attributes as custom_attributes,
       p.last_activity_at, p.created_at, p.updated_at
from routiq.contacts p
join routiq.integrations i on i.organization_id = p.organization_id and i.id = p.account_id and i.platform = 'chatwoot'
join routiq.organizations o on o.id = p.organization_id
where p.deleted_at is null;

create view dashboard.chatwoot_conversations with (security_invoker = true) as
select c.* from dashboard.conversations c where c.source = 'chatwoot' and c.deleted_at is null;

create view dashboard.chatwoot_messages with (security_invoker = true) as
select m.* from dashboard.messages m
join routiq.conversations c on c.id = m.conversation_id and c.source = 'chatwoot'
where m.deleted_at is null;

grant select on all tables in schema dashboard to routiq_dashboard, routiq_daemon;
