-- A plan that is kept from when a table held a few rows takes the smallest index that leads with the organization, and then
-- reads all that an organization has. Beside the indexes of ids only those stand that no look-up by an id can take: a
-- statement that names the column implies that it is not null, one that does not cannot use the index.

-- Nobody asks for it.
drop index routiq.conversations_activity;
drop index routiq.conversations_contact;
create index conversations_contact on routiq.conversations (organization_id, contact_id) where contact_id is not null;
drop index routiq.messages_conversation;
create index messages_conversation on routiq.messages (organization_id, conversation_id, sent_at, sequence)
    where conversation_id is not null;
drop index routiq.attachments_message;
create index attachments_message on routiq.attachments (organization_id, message_id) where message_id is not null;
drop index routiq.contact_identities_value;
create index contact_identities_value on routiq.contact_identities (organization_id, kind, value) where value is not null;
