-- What is proven of a stream of items hangs on the oldest time one of them owes: asked with each step, so it must not read
-- every item that is due.
create index sync_items_owed on routiq.sync_items (organization_id, account_id, stream, owed_since)
    where owed_since is not null;
