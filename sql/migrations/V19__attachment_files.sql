-- The bytes behind attachments: what is to become of each file, and what became of it. Beside `attachments`, because a sync
-- writes what the platform says and nothing else; triggers carry over what that means for the bytes, whichever statement
-- wrote, buried or revived an attachment. The bytes themselves lie outside, sealed, under the organization's and the
-- attachment's id.

create table routiq.attachment_files (
    organization_id uuid not null,
    attachment_id uuid not null,
    account_id uuid not null,
    -- wanted: to be fetched; fetched: the bytes lie there; refused: the rules do not allow it; gone: the platform no longer has
    -- it, or never gave it; leaving: the attachment was deleted and its bytes are about to be; dropped: it was, and they are.
    state text not null check (state in ('wanted', 'fetched', 'refused', 'gone', 'leaving', 'dropped')),
    -- A class, never contents: `too_large`, `type`, `address`, `expired`, `cut`, …
    reason text,
    -- Under which rules it was refused: other rules look again.
    rules text,
    attempts integer not null default 0 check (attempts >= 0),
    -- How often its message was read again for a fresh link.
    renewals integer not null default 0 check (renewals >= 0),
    not_before timestamptz not null default 'epoch',
    -- When the link ends, where it says so.
    expires_at timestamptz,
    wanted_at timestamptz not null default now(),
    -- The key of this file, made before the first byte is written and kept for as long as the row: whoever writes the object,
    -- and however often, it opens with it.
    key_version integer,
    wrapped_key bytea,
    vault text check (vault in ('directory', 'object_store')),
    -- Bytes of the plaintext; the object is longer by its seal.
    stored_bytes bigint check (stored_bytes >= 0),
    -- Of the plaintext, under the file's own key: equal files of two attachments look different.
    digest bytea,
    media_type text,
    fetched_at timestamptz,
    updated_at timestamptz not null default now(),
    primary key (organization_id, attachment_id),
    foreign key (organization_id, attachment_id) references routiq.attachments (organization_id, id),
    foreign key (organization_id, account_id) references routiq.integrations (organization_id, id),
    check ((key_version is null) = (wrapped_key is null)),
    check ((fetched_at is null) = (vault is null)),
    check ((fetched_at is null) = (digest is null)),
    check ((fetched_at is null) = (stored_bytes is null)),
    check (state <> 'fetched' or (fetched_at is not null and wrapped_key is not null)),
    check (state not in ('wanted', 'refused', 'gone', 'dropped') or fetched_at is null),
    check (state <> 'refused' or (reason is not null and rules is not null))
);
-- Links that end come first, then the oldest.
create index attachment_files_wanted on routiq.attachment_files (organization_id, account_id, expires_at, wanted_at, attachment_id)
    where state = 'wanted';
create index attachment_files_waiting on routiq.attachment_files (organization_id, account_id, not_before)
    where state = 'wanted';
create index attachment_files_leaving on routiq.attachment_files (organization_id, account_id, not_before)
    where state = 'leaving';

create function routiq.attachments_have_files() returns trigger language plpgsql set search_path = '' as $$
begin
    -- Statements that write nothing are most of them.
    if not exists (select from shown) then
        return null;
    end if;
    insert into routiq.attachment_files (organization_id, attachment_id, account_id, state, wanted_at, updated_at)
    select n.organization_id, n.id, n.account_id, 'wanted', n.created_at, n.updated_at from shown n
    where n.source_url is not null and n.deleted_at is null
    on conflict do nothing;
    return null;
end $$;

-- What a change of an attachment means for its bytes. A new link alone is no reason to fetch again what lies there: links
-- change by themselves. Another size or type says that the file is another. What was deleted loses its bytes after a while,
-- and what comes back before that has them still.
create function routiq.changed_attachments_have_files() returns trigger language plpgsql set search_path = '' as $$
begin
    -- Statements that write nothing are most of them.
    if not exists (select from shown) then
        return null;
    end if;
    insert into routiq.attachment_files (organization_id, attachment_id, account_id, state, wanted_at, updated_at)
    select n.organization_id, n.id, n.account_id, 'wanted', n.updated_at, n.updated_at from shown n
    where n.source_url is not null and n.deleted_at is null
    on conflict do nothing;

    update routiq.attachment_files f
    set state = case when f.wrapped_key is null then 'dropped' else 'leaving' end,
        reason = null, attempts = 0, not_before = n.deleted_at, expires_at = null, updated_at = n.updated_at
    from shown n
    join before b on b.organization_id = n.organization_id and b.id = n.id
    where f.organization_id = n.organization_id and f.attachment_id = n.id
      and n.deleted_at is not null and b.deleted_at is null;

    update routiq.attachment_files f
    set state = case when f.fetched_at is null then 'wanted' else 'fetched' end,
        reason = null, attempts = 0, renewals = 0, not_before = 'epoch', wanted_at = n.updated_at, updated_at = n.updated_at
    from shown n
    join before b on b.organization_id = n.organization_id and b.id = n.id
    where f.organization_id = n.organization_id and f.attachment_id = n.id
      and n.deleted_at is null and b.deleted_at is not null;

    update routiq.attachment_files f
    set state = 'wanted', reason = null, attempts = 0, renewals = 0, not_before = 'epoch', wanted_at = n.updated_at,
        vault = null, stored_bytes = null, digest = null, media_type = null, fetched_at = null, updated_at = n.updated_at
    from shown n
    join before b on b.organization_id = n.organization_id and b.id = n.id
    where f.organization_id = n.organization_id and f.attachment_id = n.id and n.deleted_at is null
      -- What is told for the first time is no change.
      and (n.file_size <> b.file_size or n.content_type <> b.content_type or n.file_type <> b.file_type);

    update routiq.attachment_files f
    set state = 'wanted', reason = null, attempts = 0, not_before = 'epoch', expires_at = null, updated_at = n.updated_at
    from shown n
    join before b on b.organization_id = n.organization_id and b.id = n.id
    where f.organization_id = n.organization_id and f.attachment_id = n.id and n.deleted_at is null
      and n.source_url is distinct from b.source_url
      and (f.state in ('wanted', 'gone') or f.reason = 'address');
    return null;
end $$;

create trigger attachments_have_files after insert on routiq.attachments
    referencing new table as shown for each statement execute function routiq.attachments_have_files();
create trigger changed_attachments_have_files after update on routiq.attachments
    referencing old table as before new table as shown for each statement execute function routiq.changed_attachments_have_files();

alter table routiq.attachment_files enable row level security;
alter table routiq.attachment_files force row level security;
create policy tenant on routiq.attachment_files to routiq_daemon
    using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
    with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid));
-- A dashboard has no business with keys and places of files.
grant select, insert, update on routiq.attachment_files to routiq_daemon;
