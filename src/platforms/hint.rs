//! "Look now": a signed call for platforms that have no webhooks of their own, sent by a practice's automation tool. It
//! is a reason to poll and never data: of its body nothing is read, only signed.
//!
//! Signed as the Standard Webhooks specification says, for which there are libraries in every language: headers
//! `webhook-id`, `webhook-timestamp`, `webhook-signature`.

use super::{
    standard,
    webhook::{Accepted, Delivery, Endpoint, Refused, Webhook},
};

/// Checks hints. Secrets are `whsec_` and base64. No settings.
pub struct HintWebhook;

impl Webhook for HintWebhook {
    fn platform(&self) -> &'static str {
        "hint"
    }

    fn accept(&self, endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<Accepted, Refused> {
        let signed = standard::verify(endpoint, delivery)?;
        Ok(Accepted {
            event_key: signed.id.to_owned(),
            event_type: "poll_now".to_owned(),
            subject: None,
            signed: true,
            occurred_at: Some(signed.at),
            headers: standard::kept(delivery),
            ignored: false,
        })
    }
}
