-- The bytes behind attachments: what is wanted, what became of it. The order of work stands here.

--! adopt_files
-- Attachments that were there before anybody cared for their bytes.
insert into routiq.attachment_files (organization_id, attachment_id, account_id, state, wanted_at, updated_at)
select a.organization_id, a.id, a.account_id, 'wanted', a.created_at, :now::timestamptz from routiq.attachments a
where a.organization_id = :organization and a.account_id = :account and a.source_url is not null and a.deleted_at is null
  and not exists (select from routiq.attachment_files f where f.organization_id = a.organization_id and f.attachment_id = a.id)
limit :most
on conflict do nothing;

--! next_file : (attachment_id?, source_url?, file_type?, content_type?, file_size?, wanted_at?, attempts?, renewals?, waits_until?)
-- The file to fetch next: links that end before all others, the soonest first, then the oldest; where there is none, when the
-- first of those that wait may be tried. Always one row.
select f.attachment_id, f.source_url, f.file_type, f.content_type, f.file_size, f.wanted_at, f.attempts, f.renewals,
    case when f.attachment_id is null then (
        select min(w.not_before) from routiq.attachment_files w
        where w.organization_id = :organization and w.account_id = :account and w.state = 'wanted' and w.not_before > :now
    ) end as waits_until
from (select 1) one
left join lateral (
    select t.attachment_id, a.source_url, a.file_type, a.content_type, a.file_size, t.wanted_at, t.attempts, t.renewals
    from routiq.attachment_files t
    join routiq.attachments a on a.organization_id = t.organization_id and a.id = t.attachment_id
    where t.organization_id = :organization and t.account_id = :account and t.state = 'wanted' and t.not_before <= :now
    order by t.expires_at, t.wanted_at, t.attachment_id
    limit 1
) f on true;

--! note_expiries
-- When the links just written end. Look-ups have the forms of people.sql; every row is there already, and an upsert finds it
-- by its key alone.
insert into routiq.attachment_files as f (organization_id, attachment_id, account_id, state, expires_at)
select :organization, a.id, :account, 'wanted', i.expires_at
from unnest(:external_ids::text[], :expires_ats::timestamptz[], (select null::boolean[])) as i (external_id, expires_at, as_if_ten)
cross join lateral (
    select t.id from routiq.attachments t
    where t.organization_id = :organization and t.account_id = :account and t.external_id between i.external_id and i.external_id
    order by t.external_id limit 1
) a
on conflict (organization_id, attachment_id) do update set expires_at = excluded.expires_at
where f.state = 'wanted' and f.expires_at is distinct from excluded.expires_at;

--! claim_file (key_version?, wrapped_key?) : (key_version?, wrapped_key?)
-- An attempt begins: noted before anything is asked, so that what breaks us is not tried for ever. The first one brings the
-- file's key. Only what is still as it was looked at, its link included: whoever writes of the attempt's end says again what was
-- claimed here, so that what a sync said meanwhile stands.
update routiq.attachment_files
set attempts = attempts + 1, not_before = :retry_at, updated_at = :now,
    key_version = coalesce(key_version, :key_version), wrapped_key = coalesce(wrapped_key, :wrapped_key)
where organization_id = :organization and attachment_id = :attachment and state = 'wanted'
  and wanted_at = :wanted_at and attempts = :attempts and exists (
    select from routiq.attachments a
    where a.organization_id = :organization and a.id = :attachment and a.source_url = :url
  )
returning key_version, wrapped_key, wanted_at, attempts;

--! keep_file (media_type?)
-- The object is written: from now on it counts.
update routiq.attachment_files
set state = 'fetched', reason = null, attempts = 0, renewals = 0, not_before = 'epoch', expires_at = null, vault = :vault,
    stored_bytes = :stored_bytes, digest = :digest, media_type = :media_type, fetched_at = :now, updated_at = :now
where organization_id = :organization and attachment_id = :attachment and state = 'wanted'
  and wanted_at = :wanted_at and attempts = :attempts;

--! settle_file (rules?)
-- An attempt ended without bytes: refused, gone, or still wanted and to be tried again then.
update routiq.attachment_files
set state = :state, reason = :reason, rules = :rules, not_before = :not_before, renewals = renewals + :renewed, updated_at = :now
where organization_id = :organization and attachment_id = :attachment and state = 'wanted'
  and wanted_at = :wanted_at and attempts = :attempts;

--! untried_file
-- An attempt that the host put off, or whose task was stopped, is none.
update routiq.attachment_files
set attempts = greatest(attempts - 1, 0), not_before = :not_before, updated_at = :now
where organization_id = :organization and attachment_id = :attachment and state = 'wanted'
  and wanted_at = :wanted_at and attempts = :attempts;

--! spare_files
-- What the rules refused is looked at again under other rules.
update routiq.attachment_files
set state = 'wanted', reason = null, attempts = 0, not_before = 'epoch', updated_at = :now
where organization_id = :organization and account_id = :account and state = 'refused' and rules <> :rules;

--! leaving_file
-- A deleted attachment whose bytes are to go now from this kind of vault. First the row forgets them: what comes back from here on is fetched again.
update routiq.attachment_files
set vault = null, stored_bytes = null, digest = null, media_type = null, fetched_at = null, updated_at = :now
where organization_id = :organization and attachment_id = (
    select l.attachment_id from routiq.attachment_files l
    where l.organization_id = :organization and l.account_id = :account and l.state = 'leaving' and l.not_before <= :fallen_before
      and (l.vault is null or l.vault = :vault)
    order by l.not_before, l.attachment_id limit 1
)
returning attachment_id;

--! delay_leaving_file
-- Its object could not be deleted: the others come first.
update routiq.attachment_files
set not_before = :not_before, updated_at = :now
where organization_id = :organization and attachment_id = :attachment and state = 'leaving' and fetched_at is null;

--! drop_file
-- Its object is deleted.
update routiq.attachment_files
set state = 'dropped', key_version = null, wrapped_key = null, not_before = 'epoch', updated_at = :now
where organization_id = :organization and attachment_id = :attachment and state = 'leaving' and fetched_at is null;

--! file_message
-- Where an attachment's message stands, to be read again.
select m.external_id as message, c.external_id as conversation from routiq.attachments a
join routiq.messages m on m.organization_id = a.organization_id and m.id = a.message_id
join routiq.conversations c on c.organization_id = m.organization_id and c.id = m.conversation_id
where a.organization_id = :organization and a.id = :attachment;

--! file_of : (state?, reason?, key_version?, wrapped_key?, vault?, stored_bytes?, digest?, media_type?, extension?, content_type?, fetched_at?)
-- A living attachment, what became of its bytes, and what its account's settings say.
select a.account_id, a.file_type, a.content_type, a.extension, i.settings, f.state, f.reason, f.key_version, f.wrapped_key, f.vault,
       f.stored_bytes, f.digest, f.media_type, f.fetched_at
from routiq.attachments a
join routiq.integrations i on i.organization_id = a.organization_id and i.id = a.account_id
left join routiq.attachment_files f on f.organization_id = a.organization_id and f.attachment_id = a.id
where a.organization_id = :organization and a.id = :attachment and a.deleted_at is null;

--! lost_file
-- The object is not where it should be: it is fetched again.
update routiq.attachment_files
set state = 'wanted', reason = 'lost', attempts = 0, not_before = 'epoch', vault = null, stored_bytes = null, digest = null,
    media_type = null, fetched_at = null, updated_at = :now
where organization_id = :organization and attachment_id = :attachment and state = 'fetched' and digest = :digest;

--! files_below : (key_version?, wrapped_key?)
-- Keys of files under an older master key.
select attachment_id, key_version, wrapped_key from routiq.attachment_files
where organization_id = :organization and key_version < :current
order by attachment_id limit :most;

--! rewrap_file
update routiq.attachment_files set key_version = :key_version, wrapped_key = :wrapped_key, updated_at = :now
where organization_id = :organization and attachment_id = :attachment and key_version = :old_version;
