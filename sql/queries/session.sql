-- What every transaction of an organization begins with.

--! set_organization
-- Local to the transaction: a pooled connection never carries one tenant's setting into another's work.
select set_config('app.current_organization_id', :organization, true);

--! lock_fence
-- Proves that this incarnation still holds the actor, and keeps it so until the commit.
select generation from routiq.actor_fences
where organization_id = :organization and actor = :actor and generation = :generation
for share;
