//! Clerk's webhooks, sent and signed by Svix (Clerk's guide "Webhooks overview" and Svix' "Verifying payloads").

use jiff::Timestamp;
use serde::Deserialize;

use crate::platforms::{
    standard,
    webhook::{Accepted, Delivery, Endpoint, RawField, Refused, Webhook, field},
};

/// The kinds of object that we keep.
const KEPT: [&str; 3] = ["user", "organization", "organizationMembership"];

/// Checks Clerk's deliveries. Secrets are `whsec_` and base64; the endpoint's `external_id` is the instance's id
/// (`ins_…`), if it is known. No settings. Repeated deliveries carry the same message id.
pub struct ClerkWebhook;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: RawField<'a>,
    #[serde(borrow, default)]
    timestamp: RawField<'a>,
    #[serde(borrow, default)]
    instance_id: RawField<'a>,
    #[serde(borrow, default)]
    data: RawField<'a>,
}

impl Webhook for ClerkWebhook {
    fn platform(&self) -> &'static str {
        "clerk"
    }

    fn accept(&self, endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<Accepted, Refused> {
        let signed = standard::verify(endpoint, delivery)?;
        let body: Body<'_> =
            serde_json::from_slice(delivery.body).map_err(|_| Refused::Malformed("the body is no event"))?;
        let event_type = field(body.kind).ok_or(Refused::Malformed("the body names no event"))?;
        if !body.data.is_some_and(|data| data.get().starts_with('{')) {
            return Err(Refused::Malformed("the event has no data"));
        }
        let instance = field(body.instance_id);
        if instance.is_some_and(|id| !endpoint.external_id.is_empty() && id != endpoint.external_id) {
            return Err(Refused::WrongAccount);
        }
        // Milliseconds since 1970.
        let said = body.timestamp.and_then(|raw| raw.get().parse().ok());
        let said = said.and_then(|millis| Timestamp::from_millisecond(millis).ok());
        let kind = event_type.split('.').next().unwrap_or_default();
        Ok(Accepted {
            event_key: signed.id.to_owned(),
            subject: None,
            signed: true,
            occurred_at: said.or(Some(signed.at)),
            headers: standard::kept(delivery),
            ignored: !KEPT.contains(&kind),
            event_type,
        })
    }
}
