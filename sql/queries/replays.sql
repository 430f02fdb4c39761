-- Deliveries that somebody looks at, rehearses or applies again. Inside tenant transactions.

--! listed_events (account?, state?, since?, until?) : (failure_reason?, applied_at?)
-- Without bodies and headers: whoever looks sees what happened to them, not what they say.
select e.id, e.account_id, e.platform, e.event_type, e.signed, e.state, e.attempts, e.failure_reason, e.received_at, e.applied_at,
       length(e.body) as size
from routiq.webhook_events e
where e.organization_id = :organization
  and (:account::uuid is null or e.account_id = :account)
  and (:state::text is null or e.state = :state)
  and (:since::timestamptz is null or e.received_at >= :since)
  and (:until::timestamptz is null or e.received_at < :until)
  and (cardinality(:ids::uuid[]) = 0 or e.id = any(:ids::uuid[]))
order by e.received_at, e.id
limit :most;

--! chosen_events : (subject?, occurred_at?)
-- With everything that applying them needs.
select e.id, e.account_id, e.received_at, e.endpoint_id, e.platform, e.event_key, e.event_type, e.subject, e.signed, e.query, e.headers,
       e.body, e.occurred_at, e.attempts
from routiq.webhook_events e
where e.organization_id = :organization and e.id = any(:ids::uuid[])
order by e.received_at, e.id;

--! replay_events
-- They stand in the queue again, as if they had never been tried.
update routiq.webhook_events e
set state = 'pending', attempts = 0, next_attempt_at = :now, failure_reason = null, applied_at = null
from unnest(:ids::uuid[], :received_ats::timestamptz[]) as s (id, received_at)
where e.organization_id = :organization and e.id = s.id and e.received_at = s.received_at;
