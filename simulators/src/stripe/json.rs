//! The shapes of records in both families of versions. Every time is in seconds, every amount in the smallest unit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::events::{Event, Record};
use super::world::{Customer, Invoice, Session, Subscription};

/// A family of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum ApiVersion {
    /// The last before periods moved from subscriptions to their items.
    #[serde(rename = "2025-02-24.acacia")]
    Acacia,
    /// With periods on items, and an invoice's subscription below `parent`.
    #[default]
    #[serde(rename = "2025-03-31.basil")]
    Basil,
}

impl ApiVersion {
    /// As in `api_version`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Acacia => "2025-02-24.acacia",
            Self::Basil => "2025-03-31.basil",
        }
    }

    /// The family of a version that a request names.
    pub(super) fn of(name: &str) -> Option<Self> {
        let date = name.get(..10)?;
        Some(if date < "2025-03-31" { Self::Acacia } else { Self::Basil })
    }
}

fn at(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_second)
}

pub(super) fn customer(it: &Customer, live: bool) -> Value {
    if it.deleted {
        return json!({"id": it.id, "object": "customer", "deleted": true});
    }
    json!({"id": it.id, "object": "customer", "email": it.email, "name": null, "currency": "usd", "balance": 0,
        "delinquent": false, "created": it.created.as_second(), "livemode": live,
        "metadata": {"org_id": it.organization}})
}

pub(super) fn subscription(it: &Subscription, version: ApiVersion, live: bool) -> Value {
    let interval = if it.plan.yearly { "year" } else { "month" };
    let mut item = json!({
        "id": it.item, "object": "subscription_item", "quantity": it.plan.quantity, "subscription": it.id,
        "price": {"id": it.price, "object": "price", "product": "prod_000000000001", "currency": it.plan.currency,
            "unit_amount": it.plan.unit_amount, "lookup_key": it.plan.lookup_key, "livemode": live,
            "recurring": {"interval": interval, "interval_count": 1}},
    });
    let mut body = json!({
        "id": it.id, "object": "subscription", "status": it.status, "customer": it.customer,
        "cancel_at_period_end": it.cancel_at_period_end,
        "cancel_at": it.cancel_at_period_end.then(|| it.period.1.as_second()),
        "canceled_at": at(it.canceled_at), "ended_at": at(it.ended_at),
        "trial_start": it.trial.map(|(start, _)| start.as_second()),
        "trial_end": it.trial.map(|(_, end)| end.as_second()), "start_date": it.created.as_second(),
        "created": it.created.as_second(), "billing_cycle_anchor": it.anchor.as_second(),
        "collection_method": "charge_automatically", "latest_invoice": it.latest_invoice, "livemode": live,
        "metadata": {"org_id": it.organization},
        "pause_collection": it.collection_paused.then(|| json!({"behavior": "void", "resumes_at": null})),
        "cancellation_details": {"comment": null, "feedback": null, "reason": null},
    });
    let place = if version >= ApiVersion::Basil { &mut item } else { &mut body };
    place["current_period_start"] = json!(it.period.0.as_second());
    place["current_period_end"] = json!(it.period.1.as_second());
    body["items"] = json!({"object": "list", "data": [item], "has_more": false,
        "url": format!("/v1/subscription_items?subscription={}", it.id)});
    body
}

pub(super) fn invoice(it: &Invoice, version: ApiVersion, live: bool) -> Value {
    let paid = it.paid_at.is_some();
    let mut line = json!({
        "id": it.line, "object": "line_item", "amount": it.amount, "currency": it.currency, "livemode": live,
        "period": {"start": it.covers.0.as_second(), "end": it.covers.1.as_second()}, "quantity": 1,
    });
    let mut body = json!({
        "id": it.id, "object": "invoice", "status": if paid { "paid" } else { "open" }, "customer": it.customer,
        "billing_reason": it.reason, "amount_due": it.amount, "amount_paid": if paid { it.amount } else { 0 },
        "amount_remaining": if paid { 0 } else { it.amount }, "total": it.amount, "currency": it.currency,
        "attempt_count": it.attempts, "attempted": it.attempts > 0, "next_payment_attempt": at(it.next_attempt),
        "auto_advance": !paid, "hosted_invoice_url": "https://invoice.example.test/i", "livemode": live,
        "created": it.created.as_second(), "metadata": {},
        "period_start": it.period.0.as_second(), "period_end": it.period.1.as_second(),
        "status_transitions": {"finalized_at": it.created.as_second(), "paid_at": at(it.paid_at),
            "voided_at": null, "marked_uncollectible_at": null},
    });
    if version >= ApiVersion::Basil {
        body["parent"] = json!({"type": "subscription_details", "quote_details": null,
            "subscription_details": {"subscription": it.subscription, "metadata": {}}});
        line["parent"] = json!({"type": "subscription_item_details", "invoice_item_details": null,
            "subscription_item_details": {"subscription": it.subscription, "subscription_item": it.item,
                "proration": false}});
    } else {
        body["subscription"] = json!(it.subscription);
        body["paid"] = json!(paid);
        line["subscription"] = json!(it.subscription);
        line["subscription_item"] = json!(it.item);
        line["type"] = json!("subscription");
    }
    body["lines"] = json!({"object": "list", "data": [line], "has_more": false});
    body
}

fn session(it: &Session, live: bool) -> Value {
    json!({
        "id": it.id, "object": "checkout.session", "mode": "subscription", "status": "complete",
        "payment_status": it.paid, "livemode": live, "client_reference_id": it.organization,
        "customer": it.customer, "subscription": it.subscription, "invoice": it.invoice,
        "customer_details": {"email": it.email, "name": null}, "amount_total": it.amount,
        "currency": it.currency, "metadata": {}, "created": it.created.as_second(),
        "expires_at": it.created.as_second() + 86_400,
    })
}

pub(super) fn record(it: &Record, version: ApiVersion, live: bool) -> Value {
    match it {
        Record::Customer(it) if it.deleted => {
            // The event shows what was deleted.
            let whole = Customer { deleted: false, ..it.as_ref().clone() };
            customer(&whole, live)
        }
        Record::Customer(it) => customer(it, live),
        Record::Subscription(it) => subscription(it, version, live),
        Record::Invoice(it) => invoice(it, version, live),
        Record::Session(it) => session(it, live),
    }
}

/// An event in the version of its receiver.
pub(super) fn event(it: &Event, version: ApiVersion, live: bool) -> Value {
    let object = record(&it.after, version, live);
    let mut data = json!({"object": object});
    if let Some(before) = &it.before {
        data["previous_attributes"] = previous(&record(before, version, live), &data["object"]);
    }
    let request =
        it.by_request.then(|| json!({"id": it.id.replace("evt_", "req_"), "idempotency_key": null}));
    json!({
        "id": it.id, "object": "event", "api_version": version.name(), "created": it.created.as_second(),
        "livemode": live, "pending_webhooks": it.pending.len(), "data": data, "type": it.kind,
        "request": request.unwrap_or_else(|| json!({"id": null, "idempotency_key": null})),
    })
}

/// The old values of what differs.
fn previous(before: &Value, after: &Value) -> Value {
    let fields = before.as_object().into_iter().flatten();
    let changed = fields.filter(|(name, old)| after.get(name.as_str()) != Some(old));
    Value::Object(Map::from_iter(changed.map(|(name, old)| (name.clone(), old.clone()))))
}
