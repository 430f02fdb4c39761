//! What Stripe says of subscriptions, invoices and checkouts, in the shapes before and after version 2025-03-31.basil, which
//! moved the paid period to the items and the invoice's subscription to its parent (Stripe's API reference and changelog).

use serde_json::Value;

use crate::{
    domain::directory::{Subscription, Word},
    platforms::lenient::{flag, id, list, seconds, text},
};

/// Where whoever made the object wrote our organization down.
pub(super) fn organization(metadata: Option<&Value>) -> Option<String> {
    let metadata = metadata?;
    ["organization_id", "org_id", "clerk_org_id"].into_iter().find_map(|key| text(metadata, key))
}

/// A subscription; `None` without an id or a state. `word` says which of two descriptions counts, once the state is known.
pub(super) fn subscription(
    record: &Value,
    word: impl FnOnce(Option<crate::domain::directory::SubscriptionStatus>) -> Word,
) -> Option<Subscription> {
    let status_word = text(record, "status")?;
    let status = status_word.parse().ok();
    let item = record.get("items").and_then(|items| list(items, "data").first());
    let period = |field: &str| item.and_then(|item| seconds(item, field)).or_else(|| seconds(record, field));
    let price = item
        .and_then(|item| item.get("price").filter(|price| price.is_object()).or_else(|| item.get("plan")));
    let price = price.map(|price| {
        [text(price, "id"), text(price, "lookup_key"), id(price, "product")].into_iter().flatten().collect()
    });
    Some(Subscription {
        id: text(record, "id")?,
        customer: id(record, "customer"),
        organization: organization(record.get("metadata")),
        status,
        status_word,
        price: price.unwrap_or_default(),
        period_start: period("current_period_start"),
        period_end: period("current_period_end"),
        cancel_at: seconds(record, "cancel_at"),
        cancel_at_period_end: flag(record, "cancel_at_period_end"),
        canceled_at: seconds(record, "canceled_at"),
        ended_at: seconds(record, "ended_at"),
        trial_end: seconds(record, "trial_end"),
        created_at: seconds(record, "created"),
        word: word(status),
    })
}

/// The subscription an invoice is for; none for one that was written by hand.
pub(super) fn subscription_of_invoice(record: &Value) -> Option<String> {
    let details = record.get("parent").and_then(|parent| parent.get("subscription_details"));
    details.and_then(|details| id(details, "subscription")).or_else(|| id(record, "subscription"))
}
