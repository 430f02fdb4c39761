-- Soft deletes fall by rule: a contact takes its conversations, a conversation its messages, a message its attachments.
-- Each fall has an id of its own; bringing the root back brings back exactly what fell with it, and nothing else. What
-- falls is as old as the observation it fell by, so that nothing seen before lifts a part of it.

--! bury_contacts (successors[?])
-- A patient falls with the contact; appointments and invoices have tombstones of their own. What took a contact's place may
-- be told after its fall.
with gone as (
    update routiq.contacts t
    set deleted_at = :now, deletion_id = g.deletion_id, merged_into = g.successor, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[], :successors::text[]) as g (external_id, deletion_id, successor)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.id, t.external_id, t.deletion_id
), merged as (
    update routiq.contacts t
    set merged_into = g.successor, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :successors::text[]) as g (external_id, successor)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is not null and t.merged_into is distinct from g.successor and g.successor is not null
      and t.observed_at <= :observed_at
    returning t.external_id
), patients as (
    update routiq.patients t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = greatest(t.observed_at, :observed_at), updated_at = :now
    from gone g
    where t.organization_id = :organization and t.contact_id = g.id and t.deleted_at is null
), conversations as (
    update routiq.conversations t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = greatest(t.observed_at, :observed_at), updated_at = :now
    from gone g
    where t.organization_id = :organization and t.contact_id = g.id and t.deleted_at is null
    returning t.id, t.deletion_id
), messages as (
    update routiq.messages t
    set deleted_at = :now, deletion_id = c.deletion_id, observed_at = greatest(t.observed_at, :observed_at), updated_at = :now
    from conversations c
    where t.organization_id = :organization and t.conversation_id = c.id and t.deleted_at is null
    returning t.id, t.deletion_id
), attachments as (
    update routiq.attachments t
    set deleted_at = :now, deletion_id = m.deletion_id, updated_at = :now
    from messages m
    where t.organization_id = :organization and t.message_id = m.id and t.deleted_at is null
    returning t.id
)
select array(select external_id from gone union all select external_id from merged) as roots,
       array(select id from conversations) as conversations,
       (select count(*) from conversations) + (select count(*) from messages) + (select count(*) from attachments) as fallen;

--! bury_conversations
with gone as (
    update routiq.conversations t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.id, t.external_id, t.deletion_id
), messages as (
    update routiq.messages t
    set deleted_at = :now, deletion_id = c.deletion_id, observed_at = greatest(t.observed_at, :observed_at), updated_at = :now
    from gone c
    where t.organization_id = :organization and t.conversation_id = c.id and t.deleted_at is null
    returning t.id, t.deletion_id
), attachments as (
    update routiq.attachments t
    set deleted_at = :now, deletion_id = m.deletion_id, updated_at = :now
    from messages m
    where t.organization_id = :organization and t.message_id = m.id and t.deleted_at is null
    returning t.id
)
select array(select external_id from gone) as roots, array(select id from gone) as conversations,
       (select count(*) from messages) + (select count(*) from attachments) as fallen;

--! bury_messages
with gone as (
    update routiq.messages t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.id, t.external_id, t.deletion_id, t.conversation_id
), attachments as (
    update routiq.attachments t
    set deleted_at = :now, deletion_id = m.deletion_id, updated_at = :now
    from gone m
    where t.organization_id = :organization and t.message_id = m.id and t.deleted_at is null
    returning t.id
)
select array(select external_id from gone) as roots, array(select distinct conversation_id from gone) as conversations, (select count(*) from attachments) as fallen;

--! bury_inboxes
with gone as (
    update routiq.inboxes t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select array(select external_id from gone) as roots, '{}'::uuid[] as conversations, 0::bigint as fallen;

--! bury_agents
with gone as (
    update routiq.agents t
    set deleted_at = :now, deletion_id = g.deletion_id, observed_at = :observed_at, updated_at = :now
    from unnest(:external_ids::text[], :deletion_ids::uuid[]) as g (external_id, deletion_id)
    where t.organization_id = :organization and t.account_id = :account and t.external_id = g.external_id
      and t.deleted_at is null and t.observed_at <= :observed_at
    returning t.external_id
)
select array(select external_id from gone) as roots, '{}'::uuid[] as conversations, 0::bigint as fallen;

--! revive_under_contacts
-- The roots live again already; these are what fell with them.
with patients as (
    update routiq.patients t set deleted_at = null, deletion_id = null, updated_at = :now
    from unnest(:ids::uuid[], :deletion_ids::uuid[]) as g (id, deletion_id)
    where t.organization_id = :organization and t.contact_id = g.id and t.deletion_id = g.deletion_id
), conversations as (
    update routiq.conversations t set deleted_at = null, deletion_id = null, updated_at = :now
    from unnest(:ids::uuid[], :deletion_ids::uuid[]) as g (id, deletion_id)
    where t.organization_id = :organization and t.contact_id = g.id and t.deletion_id = g.deletion_id
    returning t.id, g.deletion_id
), messages as (
    update routiq.messages t set deleted_at = null, deletion_id = null, updated_at = :now
    from conversations c
    where t.organization_id = :organization and t.conversation_id = c.id and t.deletion_id = c.deletion_id
    returning t.id, c.deletion_id
), attachments as (
    update routiq.attachments t set deleted_at = null, deletion_id = null, updated_at = :now
    from messages m
    where t.organization_id = :organization and t.message_id = m.id and t.deletion_id = m.deletion_id
    returning t.id
)
select (select count(*) from conversations) + (select count(*) from messages) + (select count(*) from attachments) as revived,
       array(select id from conversations) as conversations;

--! revive_under_conversations
with messages as (
    update routiq.messages t set deleted_at = null, deletion_id = null, updated_at = :now
    from unnest(:ids::uuid[], :deletion_ids::uuid[]) as g (id, deletion_id)
    where t.organization_id = :organization and t.conversation_id = g.id and t.deletion_id = g.deletion_id
    returning t.id, g.deletion_id
), attachments as (
    update routiq.attachments t set deleted_at = null, deletion_id = null, updated_at = :now
    from messages m
    where t.organization_id = :organization and t.message_id = m.id and t.deletion_id = m.deletion_id
    returning t.id
)
select (select count(*) from messages) + (select count(*) from attachments) as revived;

--! revive_under_messages
with attachments as (
    update routiq.attachments t set deleted_at = null, deletion_id = null, updated_at = :now
    from unnest(:ids::uuid[], :deletion_ids::uuid[]) as g (id, deletion_id)
    where t.organization_id = :organization and t.message_id = g.id and t.deletion_id = g.deletion_id
    returning t.id
)
select count(*) as revived from attachments;
