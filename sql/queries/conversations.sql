-- Conversations, messages and attachments. Look-ups and arrays have the forms that the head of people.sql explains.

--! known_conversations : (deletion_id?, source_version?, external_uuid?, muted?)
select k.* from unnest((select :external_ids::text[])) as e (external_id)
cross join lateral (
    select id, external_id, fingerprint, observed_at, deletion_id, status, source_version, provisional, external_uuid, muted
    from routiq.conversations t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between e.external_id and e.external_id
    order by t.external_id limit 1
) k;

--! upsert_conversations (external_uuids[?], contacts[?], inboxes[?], channels[?], priorities[?], assignees[?], assignee_names[?], team_names[?], can_replies[?], muteds[?], unread_counts[?], created_ats[?], updated_ats[?], activity_ats[?], first_reply_ats[?], waiting_sinces[?], snoozed_untils[?], source_versions[?])
-- Labels come as JSON arrays, since PostgreSQL's own arrays of arrays must be rectangular.
insert into routiq.conversations as t
    (organization_id, id, account_id, external_id, source, external_uuid, contact_id, contact_external_id, inbox_id, inbox_external_id,
     channel, status, priority, labels, assignee_external_id, assignee_name, team_name, can_reply, muted, unread_count,
     attributes, source_created_at, source_updated_at, last_activity_at, first_reply_at, waiting_since, snoozed_until,
     fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at)
select :organization, i.id, :account, i.external_id, :source, i.external_uuid, p.id, i.contact, b.id, i.inbox,
       i.channel, i.status, i.priority, array(select jsonb_array_elements_text(i.labels)), i.assignee, i.assignee_name,
       i.team_name, i.can_reply, i.muted, i.unread_count,
       i.attributes, i.created_at, i.updated_at, i.activity_at, i.first_reply_at, i.waiting_since, i.snoozed_until,
       i.fingerprint, i.source_version, :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :external_ids::text[], :external_uuids::text[], :contacts::text[], :inboxes::text[],
            :channels::text[], :statuses::text[], :priorities::text[], :labels::jsonb[], :assignees::text[],
            :assignee_names::text[], :team_names::text[], :can_replies::boolean[], :muteds::boolean[], :unread_counts::integer[],
            :attributes::jsonb[], :created_ats::timestamptz[], :updated_ats::timestamptz[], :activity_ats::timestamptz[],
            :first_reply_ats::timestamptz[], :waiting_sinces::timestamptz[], :snoozed_untils::timestamptz[],
            :fingerprints::bytea[], :source_versions::bigint[], (select null::boolean[]))
     as i (id, external_id, external_uuid, contact, inbox, channel, status, priority, labels, assignee, assignee_name,
           team_name, can_reply, muted, unread_count, attributes, created_at, updated_at, activity_at, first_reply_at,
           waiting_since, snoozed_until, fingerprint, source_version, as_if_ten)
left join lateral (
    select t.id from routiq.contacts t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between i.contact and i.contact
    order by t.external_id limit 1
) p on true
left join lateral (
    select t.id from routiq.inboxes t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between i.inbox and i.inbox
    order by t.external_id limit 1
) b on true
on conflict (organization_id, account_id, external_id) do update set
    external_uuid = excluded.external_uuid, contact_id = excluded.contact_id, contact_external_id = excluded.contact_external_id,
    inbox_id = excluded.inbox_id, inbox_external_id = excluded.inbox_external_id, channel = excluded.channel,
    status = excluded.status, priority = excluded.priority, labels = excluded.labels,
    assignee_external_id = excluded.assignee_external_id, assignee_name = excluded.assignee_name,
    team_name = excluded.team_name, can_reply = excluded.can_reply, muted = excluded.muted,
    unread_count = excluded.unread_count, attributes = excluded.attributes,
    source_created_at = coalesce(excluded.source_created_at, t.source_created_at),
    source_updated_at = excluded.source_updated_at, last_activity_at = excluded.last_activity_at,
    first_reply_at = excluded.first_reply_at, waiting_since = excluded.waiting_since, snoozed_until = excluded.snoozed_until,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional,
    updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
-- A version decides before the time of the sight. What a webhook alone has told (provisional) yields to any page of the
-- same version or without one; a webhook writes only over an older version.
where case
    when excluded.provisional then t.deleted_at is null and t.source_version < excluded.source_version
    when t.deleted_at is null and t.source_version <> excluded.source_version then t.source_version < excluded.source_version
    else ((t.provisional and t.deleted_at is null) or t.observed_at <= excluded.observed_at)
         and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version)
end
returning id, external_id;

--! conversations_of_contact
-- Those that still stand under it.
select c.external_id from routiq.contacts p
join routiq.conversations c on c.organization_id = p.organization_id and c.contact_id = p.id
where p.organization_id = :organization and p.account_id = :account and p.external_id = :contact and c.deleted_at is null
order by c.external_id;

--! link_conversations
-- An inbox that arrived after conversations that named it.
update routiq.conversations t
set inbox_id = b.id, updated_at = :now
from unnest((select :inboxes::text[])) as e (external_id)
cross join lateral (
    select i.id from routiq.inboxes i
    where i.organization_id = :organization and i.account_id = :account and i.external_id between e.external_id and e.external_id
    order by i.external_id limit 1
) b
where t.organization_id = :organization and t.account_id = :account and t.inbox_external_id = e.external_id
  and t.inbox_id is null and t.inbox_external_id is not null;

--! known_messages : (deletion_id?, source_version?)
select k.* from unnest((select :external_ids::text[])) as e (external_id)
cross join lateral (
    select id, external_id, fingerprint, observed_at, deletion_id, conversation_id, source_version, provisional
    from routiq.messages t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between e.external_id and e.external_id
    order by t.external_id limit 1
) k;

--! upsert_messages (sender_external_ids[?], sender_names[?], contents[?], content_types[?], delivery_statuses[?], channel_message_ids[?], sent_ats[?], sequences[?], source_versions[?])
-- The caller has found the conversations: a page speaks of few, and each is looked up once.
insert into routiq.messages as t
    (organization_id, id, account_id, external_id, conversation_id, direction, sender_type, sender_external_id, sender_name,
     content, content_type, delivery_status, is_private, deleted_at_source, channel_message_id, attributes, sent_at, sequence,
     fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at)
select :organization, i.id, :account, i.external_id, i.conversation_id, i.direction, i.sender_type, i.sender_external_id, i.sender_name,
       i.content, i.content_type, i.delivery_status, i.is_private, i.deleted_at_source, i.channel_message_id, i.attributes,
       i.sent_at, i.sequence, i.fingerprint, i.source_version,
       :payload, :transform_version, :generation, :observed_at, :provisional, :now, :now
from unnest(:ids::uuid[], :external_ids::text[], :conversation_ids::uuid[], :directions::text[], :sender_types::text[],
            :sender_external_ids::text[], :sender_names::text[], :contents::text[], :content_types::text[],
            :delivery_statuses::text[], :privates::boolean[], :deleteds::boolean[], :channel_message_ids::text[],
            :attributes::jsonb[], :sent_ats::timestamptz[], :sequences::bigint[], :fingerprints::bytea[],
            :source_versions::bigint[], (select null::boolean[]))
     as i (id, external_id, conversation_id, direction, sender_type, sender_external_id, sender_name, content, content_type,
           delivery_status, is_private, deleted_at_source, channel_message_id, attributes, sent_at, sequence, fingerprint,
           source_version, as_if_ten)
on conflict (organization_id, account_id, external_id) do update set
    conversation_id = excluded.conversation_id, direction = excluded.direction, sender_type = excluded.sender_type,
    sender_external_id = excluded.sender_external_id, sender_name = excluded.sender_name, content = excluded.content,
    content_type = excluded.content_type, delivery_status = excluded.delivery_status, is_private = excluded.is_private,
    deleted_at_source = excluded.deleted_at_source, channel_message_id = excluded.channel_message_id,
    attributes = excluded.attributes, sent_at = excluded.sent_at, sequence = excluded.sequence,
    fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id,
    transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional,
    updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
-- A version decides before the time of the sight. What a webhook alone has told (provisional) yields to any page of the
-- same version or without one; a webhook writes only over an older version.
where case
    when excluded.provisional then t.deleted_at is null and t.source_version < excluded.source_version
    when t.deleted_at is null and t.source_version <> excluded.source_version then t.source_version < excluded.source_version
    else ((t.provisional and t.deleted_at is null) or t.observed_at <= excluded.observed_at)
         and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version)
end
returning id, external_id;

--! upsert_attachments (content_types[?], extensions[?], file_sizes[?], widths[?], heights[?], source_urls[?])
insert into routiq.attachments as t
    (organization_id, id, account_id, external_id, message_id, file_type, content_type, extension, file_size, width, height,
     source_url, details, payload_id, generation, created_at, updated_at)
select :organization, i.id, :account, i.external_id, i.message_id, i.file_type, i.content_type, i.extension, i.file_size,
       i.width, i.height, i.source_url, i.details, :payload, :generation, :now, :now
from unnest(:ids::uuid[], :external_ids::text[], :message_ids::uuid[], :file_types::text[], :content_types::text[],
            :extensions::text[], :file_sizes::bigint[], :widths::integer[], :heights::integer[], :source_urls::text[],
            :details::jsonb[], (select null::boolean[]))
     as i (id, external_id, message_id, file_type, content_type, extension, file_size, width, height, source_url, details, as_if_ten)
on conflict (organization_id, account_id, external_id) do update set
    message_id = excluded.message_id, file_type = excluded.file_type, content_type = excluded.content_type,
    extension = excluded.extension, file_size = excluded.file_size, width = excluded.width, height = excluded.height,
    source_url = excluded.source_url, details = excluded.details, payload_id = excluded.payload_id,
    generation = excluded.generation, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null
where (t.message_id, t.file_type, t.content_type, t.extension, t.file_size, t.width, t.height, t.source_url, t.details, t.deleted_at)
      is distinct from
      (excluded.message_id, excluded.file_type, excluded.content_type, excluded.extension, excluded.file_size, excluded.width,
       excluded.height, excluded.source_url, excluded.details, null);

--! bury_attachments
-- Attachments that their messages, just written, no longer carry.
update routiq.attachments a
set deleted_at = :now, deletion_id = :deletion, updated_at = :now
where (a.organization_id, a.id) in (
    select g.organization_id, g.id from unnest(:message_ids::uuid[]) as m (id)
    cross join lateral (
        select t.organization_id, t.id, t.external_id, t.deleted_at from routiq.attachments t
        where t.organization_id = :organization and t.message_id = m.id
        limit 1000
    ) g
    where g.deleted_at is null and not (g.external_id = any(:kept::text[]))
);
