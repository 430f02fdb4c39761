-- That a credential was found to be valid is no news: it is written at the end of each look of each account, mostly over no
-- row at all, and every announcement has the whole roster read.
drop trigger roster_changed on routiq.api_credentials;
create trigger roster_changed after insert or delete or update of status, account_id, key_version, wrapped_key, sealed
    on routiq.api_credentials for each statement execute function routiq.roster_changed();

-- Payloads come compressed and sealed: trying to compress them once more is work for nothing.
alter table routiq.raw_payloads alter column body set storage external;
