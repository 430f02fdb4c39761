//! What an event of Stripe's changes (Stripe's guide "Using webhooks with subscriptions"). Events come in any order, so
//! each is a word about the subscription at its time, never a step from one state to the next.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::wire;
use crate::{
    domain::directory::{Change, Invoice, Link, Receipt, Told, Word},
    platforms::{
        PlatformError,
        lenient::{id, seconds, text},
    },
};

/// Reads a stored delivery. An event of another mode than `livemode`, or of none, is genuine and means nothing here; none:
/// both count.
///
/// # Errors
/// [`PlatformError::Malformed`] for what is no event, or an event without what it is about.
pub fn told(
    body: &[u8],
    livemode: Option<bool>,
    received_at: Timestamp,
) -> Result<(Told, Receipt), PlatformError> {
    let malformed = |what: &str| PlatformError::Malformed(what.to_owned());
    let event: Value = serde_json::from_slice(body).map_err(|_| malformed("the event is not JSON"))?;
    let kind = text(&event, "type").ok_or_else(|| malformed("the event has no type"))?;
    let key = text(&event, "id").ok_or_else(|| malformed("the event has no id"))?;
    let object = event.get("data").and_then(|data| data.get("object"));
    let object = object.ok_or_else(|| malformed("the event holds no object"))?;
    let at = seconds(&event, "created").unwrap_or(received_at);
    let about = match kind.as_str() {
        kind if kind.starts_with("customer.subscription.") => text(object, "id"),
        kind if kind.starts_with("invoice.") => wire::subscription_of_invoice(object),
        _ => id(object, "subscription"),
    };
    let mut receipt = Receipt {
        event: key.clone(),
        kind: kind.clone(),
        customer: id(object, "customer"),
        subscription: about.clone(),
        at,
        data: json!({ "object": text(object, "id"), "status": text(object, "status") }),
    };
    let live = event.get("livemode").and_then(Value::as_bool);
    if livemode.is_some() && live != livemode {
        return Ok((Told::Nothing("the event is of the other mode"), receipt));
    }
    let nameless = || malformed("the event does not say what it is about");
    let change = match kind.as_str() {
        kind if kind.starts_with("customer.subscription.") => {
            let word = |status| Word::of_event(at, status, &key);
            let subscription = wire::subscription(object, word).ok_or_else(nameless)?;
            receipt.data = json!({
                "status": subscription.status_word, "price": subscription.price,
                "current_period_end": subscription.period_end, "cancel_at_period_end": subscription.cancel_at_period_end,
            });
            Change::Subscription(Box::new(subscription))
        }
        "invoice.paid" | "invoice.payment_succeeded" | "invoice.payment_failed" => {
            let Some(subscription) = about else {
                return Ok((Told::Nothing("the invoice is for no subscription"), receipt));
            };
            let paid = kind != "invoice.payment_failed";
            receipt.data = json!({ "invoice": text(object, "id"), "paid": paid });
            Change::Invoice(Invoice {
                subscription,
                customer: receipt.customer.clone(),
                paid,
                at,
                event: key,
            })
        }
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            let reference = text(object, "client_reference_id");
            let organization = reference.or_else(|| wire::organization(object.get("metadata")));
            let (Some(organization), Some("subscription")) = (organization, text(object, "mode").as_deref())
            else {
                return Ok((Told::Nothing("the checkout is for no organization's subscription"), receipt));
            };
            let details = object.get("customer_details");
            Change::Link(Link {
                organization,
                customer: receipt.customer.clone(),
                subscription: about,
                email: details.and_then(|details| text(details, "email")),
            })
        }
        _ => return Ok((Told::Nothing("nothing about a subscription's state"), receipt)),
    };
    Ok((Told::Changes(vec![change]), receipt))
}
