-- What a webhook told whole is read again a little later, so that a burst is read once: such an item waits until then.
alter table routiq.sync_items add column not_before timestamptz not null default 'epoch';
create index sync_items_waiting on routiq.sync_items (organization_id, account_id, not_before)
    where work is not null and not_before > 'epoch';
