//! Stripe's webhooks: `Stripe-Signature: t=<seconds>,v1=<hexadecimal>`, the HMAC-SHA256 of time, a dot and the raw body
//! under the whole secret as it is written, `whsec_` included (Stripe's guide "Receive Stripe events in your webhook
//! endpoint"). Several `v1` stand there while a secret is being replaced.

use jiff::Timestamp;
use serde::Deserialize;

use crate::platforms::webhook::{
    Accepted, Alike, Delivery, Endpoint, LONGEST_ID, RawField, Refused, Webhook, field, hmac_sha256, one,
    seconds, spelled, timely,
};

const SIGNATURE: &str = "stripe-signature";

/// What says something about an organization's subscription: the beginnings of event types.
const KEPT: [&str; 4] = ["checkout.session.", "customer.", "invoice.", "entitlements."];

/// Checks Stripe's deliveries. The endpoint's `external_id` is the account's id (`acct_…`), if it is known; its setting
/// `livemode` (true or false) tells which kind of event counts: any other is genuine and ignored.
pub struct StripeWebhook;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    id: RawField<'a>,
    #[serde(borrow, default)]
    object: RawField<'a>,
    #[serde(borrow, rename = "type", default)]
    kind: RawField<'a>,
    #[serde(borrow, default)]
    account: RawField<'a>,
    #[serde(borrow, default)]
    created: RawField<'a>,
    #[serde(borrow, default)]
    livemode: RawField<'a>,
}

impl Webhook for StripeWebhook {
    fn platform(&self) -> &'static str {
        "stripe"
    }

    fn accept(&self, endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<Accepted, Refused> {
        verify(endpoint, delivery)?;
        let body: Body<'_> =
            serde_json::from_slice(delivery.body).map_err(|_| Refused::Malformed("the body is no event"))?;
        // "Thin" events say `v2.core.event` and carry no snapshot: they are for another endpoint.
        if field(body.object).as_deref() != Some("event") {
            return Err(Refused::Malformed("the body is no snapshot event"));
        }
        let id = field(body.id).filter(|id| id.len() <= LONGEST_ID);
        let id = id.ok_or(Refused::Malformed("the event has no id"))?;
        let event_type = field(body.kind).unwrap_or_else(|| "unreadable".to_owned());
        if field(body.account)
            .is_some_and(|of| !endpoint.external_id.is_empty() && of != endpoint.external_id)
        {
            return Err(Refused::WrongAccount);
        }
        let wanted = endpoint.settings.get("livemode").and_then(serde_json::Value::as_bool);
        let live: Option<bool> = body.livemode.and_then(|raw| raw.get().parse().ok());
        let other_mode = wanted.is_some() && live != wanted;
        let created = body.created.and_then(|raw| raw.get().parse().ok());
        Ok(Accepted {
            event_key: id,
            subject: None,
            signed: true,
            occurred_at: created.and_then(|seconds| Timestamp::from_second(seconds).ok()),
            headers: Vec::new(),
            ignored: other_mode || !KEPT.iter().any(|kept| event_type.starts_with(kept)),
            event_type,
        })
    }
}

fn verify(endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<(), Refused> {
    let header = one(delivery.headers, SIGNATURE)?.ok_or(Refused::Unsigned)?;
    let parts = || header.split(',').filter_map(|part| part.split_once('='));
    let mut times = parts().filter(|(scheme, _)| *scheme == "t");
    let (Some((_, time)), None) = (times.next(), times.next()) else { return Err(Refused::Unsigned) };
    let mut alike = Alike::none();
    for key in spelled(&endpoint.secrets)? {
        let expected = hex::encode(hmac_sha256(key, &[time.as_bytes(), b".", delivery.body])?);
        for (_, given) in parts().filter(|(scheme, _)| *scheme == "v1") {
            alike.with(&expected, given.as_bytes());
        }
    }
    alike.found()?;
    timely(seconds(time)?, delivery.received_at)
}
