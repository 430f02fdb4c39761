-- Accounts at platforms and their credentials, inside a tenant transaction.

--! insert_integration (name?)
insert into routiq.integrations (organization_id, id, platform, external_id, name, settings, created_at, updated_at)
values (:organization, :id, :platform, :external_id, :name, :settings, :now, :now)
on conflict (organization_id, platform, external_id) do nothing
returning id;

--! integrations_of : (name?, paused_reason?, paused_until?, credential_status?, rejected_reason?, key_version?, sweep_requested_at?)
select i.id, i.platform, i.external_id, i.name, i.settings, i.is_active, i.sync_enabled, i.version, i.paused_reason,
       i.paused_until, i.sweep_requested_at, c.status as credential_status, c.rejected_reason, c.key_version
from routiq.integrations i
left join routiq.api_credentials c
       on c.organization_id = i.organization_id and c.account_id = i.id and c.status <> 'superseded'
where i.organization_id = :organization and i.deleted_at is null
order by i.platform, i.created_at, i.id;

--! about_account
-- What a delivery's mapping must know of its account; no credential.
select i.platform, i.external_id, i.settings, o.region
from routiq.integrations i join routiq.organizations o on o.id = i.organization_id
where i.organization_id = :organization and i.id = :account and i.deleted_at is null;

--! load_account : (poll_requested_at?, sweep_requested_at?, credential_id?, credential_status?, key_version?, wrapped_key?, sealed?, rejected_reason?)
-- Everything a sync actor needs to know of its account.
select i.platform, i.external_id, i.settings, i.poll_requested_at, i.sweep_requested_at, i.version, o.region, o.timezone,
       c.id as credential_id, c.status as credential_status, c.key_version, c.wrapped_key, c.sealed, c.rejected_reason
from routiq.integrations i
join routiq.organizations o on o.id = i.organization_id
left join routiq.api_credentials c
       on c.organization_id = i.organization_id and c.account_id = i.id and c.status <> 'superseded'
where i.organization_id = :organization and i.id = :account and i.deleted_at is null;

--! update_settings
update routiq.integrations set settings = :settings, version = version + 1, updated_at = :now
where organization_id = :organization and id = :account and deleted_at is null;

--! pause (until?)
update routiq.integrations
set paused_reason = :reason, paused_until = :until, paused_by = :by, version = version + 1, updated_at = :now
where organization_id = :organization and id = :account and deleted_at is null;

--! unpause
update routiq.integrations
set paused_reason = null, paused_until = null, paused_by = null, version = version + 1, updated_at = :now
where organization_id = :organization and id = :account and deleted_at is null;

--! request_poll
-- `version` rises, so that the actor looks at once.
update routiq.integrations set poll_requested_at = :now, version = version + 1, updated_at = :now
where organization_id = :organization and id = :account and deleted_at is null;

--! request_sweep
-- `version` rises, so that the actor looks at once.
update routiq.integrations set sweep_requested_at = :now, version = version + 1, updated_at = :now
where organization_id = :organization and id = :account and deleted_at is null;

--! supersede_credentials
update routiq.api_credentials set status = 'superseded', rejected_reason = null, updated_at = :now
where organization_id = :organization and account_id = :account and status <> 'superseded';

--! insert_credential
insert into routiq.api_credentials
    (organization_id, id, account_id, key_version, wrapped_key, sealed, created_by, created_at, updated_at)
values (:organization, :id, :account, :key_version, :wrapped_key, :sealed, :created_by, :now, :now);

--! touch_integration
-- A running actor must notice a new credential.
update routiq.integrations set version = version + 1, updated_at = :now
where organization_id = :organization and id = :account;

--! reject_credential
update routiq.api_credentials set status = 'rejected', rejected_reason = :reason, updated_at = :now
where organization_id = :organization and id = :credential and status = 'active';

--! validate_credential
-- At most once an hour, so that a healthy credential does not write a row version with each step.
update routiq.api_credentials set last_validated_at = :now
where organization_id = :organization and id = :credential
  and (last_validated_at is null or last_validated_at < :now::timestamptz - interval '1 hour');

--! credentials_below
-- Credentials still wrapped by an older master key.
select id, account_id, key_version, wrapped_key from routiq.api_credentials
where organization_id = :organization and key_version < :key_version
order by id;

--! rewrap_credential
update routiq.api_credentials set key_version = :key_version, wrapped_key = :wrapped_key, updated_at = :now
where organization_id = :organization and id = :id and key_version = :old_key_version;

--! payloads_below
select id, key_version, wrapped_key from routiq.raw_payloads
where organization_id = :organization and key_version < :key_version
order by id
limit :most;

--! rewrap_payload
update routiq.raw_payloads set key_version = :key_version, wrapped_key = :wrapped_key
where organization_id = :organization and id = :id and key_version = :old_key_version;
