-- Daemons remember addresses for a short while: a change of one is news of the roster, like that of an account.
create trigger roster_changed after insert or delete or update of status, token_hash, sealed on routiq.webhook_endpoints
    for each statement execute function routiq.roster_changed();
