-- Addresses that platforms send webhooks to. `directory_…` is asked by the directory's own login, the others inside a
-- tenant transaction.

--! directory_hook : (retires_at?, key_version?, wrapped_key?, sealed?)
-- Whose an address is, by the hash of its token. A retiring one holds until its time.
select e.organization_id, e.id, e.account_id, e.platform, e.retires_at, e.key_version, e.wrapped_key, e.sealed,
       i.platform as account_platform, i.external_id, i.settings
from routiq.webhook_endpoints e
join routiq.integrations i on i.organization_id = e.organization_id and i.id = e.account_id
join routiq.organizations o on o.id = e.organization_id
where e.token_hash = :token_hash and (e.status = 'active' or (e.status = 'retiring' and e.retires_at > :now))
  and i.deleted_at is null and o.deleted_at is null;

--! insert_hook (key_version?, wrapped_key?, sealed?)
insert into routiq.webhook_endpoints (organization_id, id, account_id, platform, token_hash, key_version, wrapped_key, sealed,
    created_by, created_at, updated_at)
values (:organization, :id, :account, :platform, :token_hash, :key_version, :wrapped_key, :sealed, :created_by, :now, :now)
on conflict (organization_id, account_id, platform) where status = 'active' do nothing
returning id;

--! hooks_of : (retires_at?, key_version?, remote_id?, last_checked_at?, last_problem?)
-- The organization's addresses that still hold, and those that were revoked, newest first.
select e.id, e.account_id, e.platform, e.status, e.retires_at, e.key_version, e.remote_id, e.last_checked_at, e.last_problem,
       e.created_by, e.created_at
from routiq.webhook_endpoints e
where e.organization_id = :organization
order by e.created_at desc, e.id desc;

--! load_hook : (retires_at?, key_version?, wrapped_key?, sealed?, remote_id?)
select e.id, e.account_id, e.platform, e.status, e.retires_at, e.key_version, e.wrapped_key, e.sealed, e.remote_id
from routiq.webhook_endpoints e
where e.organization_id = :organization and e.id = :id
for update;

--! active_hook : (remote_id?, last_checked_at?, last_problem?)
-- The address of an account that is in use.
select e.id, e.remote_id, e.last_checked_at, e.last_problem
from routiq.webhook_endpoints e
where e.organization_id = :organization and e.account_id = :account and e.platform = :platform and e.status = 'active';

--! revoke_hooks_retiring
-- At most two tokens hold at once.
update routiq.webhook_endpoints set status = 'revoked', retires_at = null, updated_at = :now
where organization_id = :organization and account_id = :account and platform = :platform and status = 'retiring';

--! retire_hook
update routiq.webhook_endpoints set status = 'retiring', retires_at = :retires_at, updated_at = :now
where organization_id = :organization and id = :id and status = 'active';

--! revoke_hook
update routiq.webhook_endpoints set status = 'revoked', retires_at = null, updated_at = :now
where organization_id = :organization and id = :id and status <> 'revoked';

--! seal_hook
update routiq.webhook_endpoints
set key_version = :key_version, wrapped_key = :wrapped_key, sealed = :sealed, updated_at = :now
where organization_id = :organization and id = :id and status <> 'revoked';

--! check_hook (remote_id?, problem?)
-- How our registration at the platform stands.
update routiq.webhook_endpoints set remote_id = :remote_id, last_checked_at = :now, last_problem = :problem, updated_at = :now
where organization_id = :organization and id = :id;

--! hooks_below
-- Secrets under an older master key.
select id, account_id, platform, key_version, wrapped_key, sealed from routiq.webhook_endpoints
where organization_id = :organization and key_version < :current;

--! rewrap_hook
update routiq.webhook_endpoints set key_version = :key_version, wrapped_key = :wrapped_key, updated_at = :now
where organization_id = :organization and id = :id and key_version = :old_version;
