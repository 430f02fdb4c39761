-- Subscriptions at Stripe, and what they make of an organization. Asked by the directory's own login, over all organizations.

--! organization_of (customer?, subscription?)
-- Whose a subscription or a customer is, the surest way first.
select found.organization_id from (
    select 1 as way, s.organization_id from routiq.subscriptions s where s.stripe_subscription_id = :subscription
    union all
    select 2, o.id from routiq.organizations o where o.stripe_customer_id = :customer
    union all
    select 3, s.organization_id from routiq.subscriptions s where s.stripe_customer_id = :customer
) found
order by found.way, found.organization_id
limit 1;

--! link_customer (customer?, email?)
-- The first customer stays the organization's; another one's customer is never taken.
update routiq.organizations o
set stripe_customer_id = coalesce(o.stripe_customer_id, :customer), billing_email = coalesce(o.billing_email, :email), updated_at = :now
where o.id = :tenant
  and (o.stripe_customer_id is null or o.billing_email is null)
  and not exists (select from routiq.organizations x where x.stripe_customer_id = :customer and x.id <> :tenant);

--! stub_subscription (customer?)
-- Something was said of a subscription that has not come yet.
insert into routiq.subscriptions (organization_id, id, stripe_subscription_id, stripe_customer_id, created_at, updated_at)
values (:tenant, :id, :subscription, :customer, :now, :now)
on conflict do nothing;

--! put_subscription (customer?, plan?, price_id?, current_period_end?, cancel_at?, canceled_at?, ended_at?, trial_ends_at?, source_created_at?, past_due_since?)
insert into routiq.subscriptions as s (organization_id, id, stripe_subscription_id, stripe_customer_id, status, plan, price_id,
    current_period_end, cancel_at, cancel_at_period_end, canceled_at, ended_at, trial_ends_at, source_created_at, source_at,
    source_rank, source_event, past_due_since, created_at, updated_at)
values (:tenant, :id, :subscription, :customer, :status, :plan, :price_id, :current_period_end, :cancel_at, :cancel_at_period_end,
    :canceled_at, :ended_at, :trial_ends_at, :source_created_at, :source_at, :source_rank, :source_event, :past_due_since, :now, :now)
on conflict (organization_id, stripe_subscription_id) do update
set stripe_customer_id = coalesce(excluded.stripe_customer_id, s.stripe_customer_id), status = excluded.status,
    plan = excluded.plan, price_id = excluded.price_id, current_period_end = excluded.current_period_end,
    cancel_at = excluded.cancel_at, cancel_at_period_end = excluded.cancel_at_period_end, canceled_at = excluded.canceled_at,
    ended_at = excluded.ended_at, trial_ends_at = excluded.trial_ends_at, source_created_at = excluded.source_created_at,
    source_at = excluded.source_at, source_rank = excluded.source_rank, source_event = excluded.source_event,
    past_due_since = excluded.past_due_since, updated_at = excluded.updated_at
where s.source_at is null
   or (s.source_at, s.source_rank, s.source_event collate "C") < (excluded.source_at, excluded.source_rank, excluded.source_event collate "C")
returning id;

--! put_invoice
update routiq.subscriptions s
set invoice_state = :state, invoice_at = :at, invoice_event = :event, updated_at = :now
where s.stripe_subscription_id = :subscription
  and (s.invoice_at is null or (s.invoice_at, s.invoice_event collate "C") < (:at, :event collate "C"));

--! want_reread
update routiq.subscriptions set reread_at = :at where stripe_subscription_id = :subscription;

--! reread_done
-- What was asked for after the request began is still wanted.
update routiq.subscriptions set reread_at = null, checked_at = :asked_at
where stripe_subscription_id = :subscription and (reread_at is null or reread_at <= :asked_at);

--! next_reread : (reread_at)
select stripe_subscription_id, reread_at from routiq.subscriptions
where reread_at is not null
order by reread_at, stripe_subscription_id
limit 1;

--! subscriptions_of : (status?, plan?, source_at?, past_due_since?, invoice_state?, invoice_at?, source_created_at?, current_period_end?, trial_ends_at?)
select stripe_subscription_id, status, plan, source_at, past_due_since, invoice_state, invoice_at, source_created_at,
       current_period_end, cancel_at_period_end or cancel_at is not null as ends, trial_ends_at
from routiq.subscriptions
where organization_id = :tenant
order by stripe_subscription_id;

--! standing_of : (status_reason?, operator_hold?, deleted_at?)
-- For this transaction alone, so that two changes of one organization follow each other.
select status, status_reason, operator_hold, deleted_at from routiq.organizations where id = :tenant for update;

--! set_standing (reason?, due_at?, subscription?, subscription_status?, plan?, period_end?, trial_ends_at?)
update routiq.organizations o
set status = :status, status_reason = :reason, standing_due_at = :due_at, stripe_subscription_id = :subscription,
    subscription_status = :subscription_status, subscription_plan = :plan, current_period_end = :period_end,
    cancel_at_period_end = :ends, trial_ends_at = :trial_ends_at, updated_at = :now
where o.id = :tenant
  and (o.status, o.status_reason, o.standing_due_at, o.stripe_subscription_id, o.subscription_status, o.subscription_plan,
       o.current_period_end, o.cancel_at_period_end, o.trial_ends_at)
      is distinct from (:status, :reason, :due_at::timestamptz, :subscription, :subscription_status, :plan,
       :period_end::timestamptz, :ends, :trial_ends_at::timestamptz);

--! set_operator_hold (reason?)
update routiq.organizations set operator_hold = :reason, updated_at = :now where id = :tenant and deleted_at is null returning id;

--! add_subscription_event (customer?, subscription?, occurred_at?)
insert into routiq.subscription_events (organization_id, id, stripe_event_id, stripe_customer_id, stripe_subscription_id, event_type,
                                        event_data, occurred_at, created_at)
values (:tenant, :id, :event, :customer, :subscription, :event_type, :data, :occurred_at, :now)
on conflict (organization_id, stripe_event_id) do nothing;
