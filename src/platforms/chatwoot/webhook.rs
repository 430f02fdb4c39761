//! Chatwoot's webhooks. From 4.12 they are signed: `X-Chatwoot-Signature` is `sha256=` and the HMAC-SHA256, in lower-case
//! hexadecimal, of `X-Chatwoot-Timestamp`, a dot and the raw body (`lib/webhooks/trigger.rs` of the server). Older
//! installations sign nothing and are known by the unguessable path alone.

use serde::Deserialize;

use crate::{
    domain::phone,
    platforms::webhook::{
        Accepted, Alike, Delivery, Endpoint, LONGEST_ID, RawField, Refused, Webhook, digest_key, field,
        hmac_sha256, id, inside, kept, one, seconds, spelled, timely,
    },
};

const SIGNATURE: &str = "x-chatwoot-signature";
const TIMESTAMP: &str = "x-chatwoot-timestamp";
const DELIVERY: &str = "x-chatwoot-delivery";

/// What changes something in our tables.
const EVENTS: [&str; 7] = [
    "contact_created",
    "contact_updated",
    "conversation_created",
    "conversation_status_changed",
    "conversation_updated",
    "message_created",
    "message_updated",
];

/// Checks Chatwoot's deliveries. Secrets are the webhook's `secret` as text; an endpoint without one takes unsigned
/// deliveries, and one with a secret takes only signed ones. No settings.
pub struct ChatwootWebhook;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    event: RawField<'a>,
    #[serde(borrow, default)]
    id: RawField<'a>,
    #[serde(borrow, default)]
    account: RawField<'a>,
    #[serde(borrow, default)]
    updated_at: RawField<'a>,
    #[serde(borrow, default)]
    changed_attributes: RawField<'a>,
    #[serde(borrow, default)]
    conversation: RawField<'a>,
    #[serde(borrow, default)]
    meta: RawField<'a>,
    #[serde(borrow, default)]
    sender: RawField<'a>,
    #[serde(borrow, default)]
    phone_number: RawField<'a>,
    #[serde(borrow, default)]
    email: RawField<'a>,
}

#[derive(Deserialize, Default)]
struct Inside<'a> {
    #[serde(borrow, default)]
    id: RawField<'a>,
    #[serde(borrow, default)]
    meta: RawField<'a>,
    #[serde(borrow, default)]
    sender: RawField<'a>,
    #[serde(borrow, default)]
    phone_number: RawField<'a>,
    #[serde(borrow, default)]
    email: RawField<'a>,
}

impl Webhook for ChatwootWebhook {
    fn platform(&self) -> &'static str {
        super::API
    }

    fn accept(&self, endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<Accepted, Refused> {
        let signed = !endpoint.secrets.is_empty();
        let timestamp = one(delivery.headers, TIMESTAMP)?;
        let mut occurred_at = None;
        if signed {
            let given = one(delivery.headers, SIGNATURE)?.ok_or(Refused::Unsigned)?;
            let timestamp = timestamp.ok_or(Refused::Unsigned)?;
            let mut alike = Alike::none();
            for key in spelled(&endpoint.secrets)? {
                let mac = hmac_sha256(key, &[timestamp.as_bytes(), b".", delivery.body])?;
                alike.with(&format!("sha256={}", hex::encode(mac)), given.as_bytes());
            }
            alike.found()?;
            let at = seconds(timestamp)?;
            timely(at, delivery.received_at)?;
            occurred_at = Some(at);
        }
        let body: Body<'_> =
            serde_json::from_slice(delivery.body).map_err(|_| Refused::Malformed("the body is no event"))?;
        let event = field(body.event).ok_or(Refused::Malformed("the body names no event"))?;
        let account = id(inside::<Inside<'_>>(body.account).id);
        if account.is_some_and(|account| !endpoint.external_id.is_empty() && account != endpoint.external_id)
        {
            return Err(Refused::WrongAccount);
        }
        Ok(Accepted {
            event_key: event_key(&event, &body, delivery, timestamp)?,
            subject: subject(&event, &body),
            signed,
            occurred_at,
            headers: kept(delivery.headers, &[DELIVERY, TIMESTAMP]),
            ignored: !EVENTS.contains(&event.as_str()),
            event_type: event,
        })
    }
}

/// Two deliveries of one change have different delivery ids (an account's webhook and an inbox's own both fire, and some
/// events fire twice), so where the content says which change it is, the content is the key. Where it does not (a
/// message's new status and a contact's edit may look like an earlier one), the key must not swallow a change: it takes
/// the delivery's id, else the signed time, else the minute.
fn event_key(
    event: &str,
    body: &Body<'_>,
    delivery: &Delivery<'_>,
    timestamp: Option<&str>,
) -> Result<String, Refused> {
    let versioned = event.ends_with("_created")
        || body.updated_at.is_some()
        || body.changed_attributes.is_some_and(|changed| changed.get().contains("\"updated_at\""));
    let about = id(body.id).unwrap_or_default();
    let minute;
    let which = if versioned {
        ""
    } else if let Some(delivery_id) = one(delivery.headers, DELIVERY)? {
        delivery_id.get(..LONGEST_ID).unwrap_or(delivery_id)
    } else if let Some(timestamp) = timestamp {
        timestamp
    } else {
        minute = (delivery.received_at.as_second() / 60).to_string();
        &minute
    };
    Ok(format!("{event}:{}", digest_key(&[about.as_bytes(), which.as_bytes(), delivery.body])))
}

/// The person a delivery is about, whoever acted.
fn subject(event: &str, body: &Body<'_>) -> Option<String> {
    let person = match event.split('_').next()? {
        "message" => {
            let conversation: Inside<'_> = inside(body.conversation);
            let person: Inside<'_> = inside(inside::<Inside<'_>>(conversation.meta).sender);
            // Only people who write to the practice have the key at all; its staff do not.
            if person.phone_number.is_none() && person.email.is_none() { inside(body.sender) } else { person }
        }
        "conversation" => inside(inside::<Inside<'_>>(body.meta).sender),
        "contact" => Inside { phone_number: body.phone_number, email: body.email, ..Inside::default() },
        _ => return None,
    };
    let number = field(person.phone_number).map(|number| phone::e164(&number, "").unwrap_or(number));
    number.or_else(|| field(person.email).map(|email| email.to_lowercase()))
}
