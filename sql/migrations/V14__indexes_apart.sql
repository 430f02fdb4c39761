-- While a table has no statistics, every index that begins with the organization seems to find one row, and the smallest
-- wins: a look-up by the platform's id would read all of an organization's rows. A partial index is out of the question
-- there, so these say what who uses them says anyway.
drop index routiq.appointments_starts;
create index appointments_starts on routiq.appointments (organization_id, starts_at) where starts_at is not null;
drop index routiq.appointments_contact;
create index appointments_contact on routiq.appointments (organization_id, contact_id, starts_at) where contact_id is not null;
drop index routiq.invoices_contact;
create index invoices_contact on routiq.invoices (organization_id, contact_id, issued_on) where contact_id is not null;
drop index routiq.payments_contact;
create index payments_contact on routiq.payments (organization_id, contact_id, paid_on) where contact_id is not null;
drop index routiq.clinical_notes_contact;
create index clinical_notes_contact on routiq.clinical_notes (organization_id, contact_id) where contact_id is not null;
-- An account has few of these: the index of their ids serves.
drop index routiq.integration_metadata_kind;

-- Few: conversations that named a contact or an inbox before it arrived. Those that name none are not waiting.
drop index routiq.conversations_unlinked;
create index conversations_unlinked_contact on routiq.conversations (organization_id, account_id, contact_external_id)
    where contact_id is null and contact_external_id is not null;
create index conversations_unlinked_inbox on routiq.conversations (organization_id, account_id, inbox_external_id)
    where inbox_id is null and inbox_external_id is not null;
