//! ManyChat's "External Request": a call that a practice put into an automation, with headers and a body as it typed
//! them. ManyChat signs nothing; a secret that the practice pasted into a header vouches for the whole request, and
//! the body must name the practice's own page.
//!
//! The body is our template around the platform's "Full Contact Data", or that data alone. Texts are inserted into it
//! unescaped, so it may not be JSON; what the secret vouches for is taken all the same, for somebody to look at.

use http::HeaderName;
use serde::Deserialize;

use crate::{
    domain::phone,
    platforms::webhook::{
        Accepted, Alike, Delivery, Endpoint, RawField, Refused, Webhook, digest_key, field, id, inside,
        spelled,
    },
};

/// The header unless the settings name another.
const HEADER: &str = "x-webhook-secret";
/// Our own words for what may happen.
const EVENTS: [&str; 4] = ["contact_created", "field_changed", "message_received", "tag_applied"];

/// Checks ManyChat's deliveries. Secrets are what the practice pasted; the setting `header` is the name of the header it
/// pasted them into. The endpoint's `external_id` is the page's id.
pub struct ManychatWebhook;

#[derive(Deserialize, Default)]
struct Body<'a> {
    #[serde(borrow, default)]
    event: RawField<'a>,
    #[serde(borrow, default)]
    contact: RawField<'a>,
    #[serde(borrow, default)]
    page_id: RawField<'a>,
    #[serde(borrow, default)]
    last_interaction: RawField<'a>,
    #[serde(borrow, default)]
    whatsapp_phone: RawField<'a>,
    #[serde(borrow, default)]
    phone: RawField<'a>,
    #[serde(borrow, default)]
    email: RawField<'a>,
    #[serde(borrow, default)]
    id: RawField<'a>,
}

impl Webhook for ManychatWebhook {
    fn platform(&self) -> &'static str {
        "manychat"
    }

    fn accept(&self, endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<Accepted, Refused> {
        verify(endpoint, delivery)?;
        let Ok(body) = serde_json::from_slice::<Body<'_>>(delivery.body) else {
            return Ok(accepted("unreadable".to_owned(), None, None, delivery));
        };
        let contact =
            if body.contact.is_some() { inside(body.contact) } else { Body { event: None, ..body } };
        let page = id(contact.page_id).or_else(|| id(body.page_id));
        if page.as_deref() != Some(endpoint.external_id.as_str()) {
            return Err(Refused::WrongAccount);
        }
        let event = field(body.event).unwrap_or_else(|| "contact".to_owned());
        let number = field(contact.whatsapp_phone).or_else(|| field(contact.phone));
        let number = number.map(|number| phone::e164(&number, "").unwrap_or(number));
        let subject = number.or_else(|| field(contact.email).map(|email| email.to_lowercase()));
        let subject = subject.or_else(|| id(contact.id).map(|id| format!("manychat:{id}")));
        Ok(accepted(event, subject, field(contact.last_interaction), delivery))
    }
}

fn verify(endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<(), Refused> {
    let name = endpoint.settings.get("header").and_then(|name| name.as_str()).unwrap_or(HEADER);
    let name: HeaderName = name.parse().map_err(|_| Refused::NotConfigured)?;
    let mut values = delivery.headers.get_all(name).iter();
    let given = values.next().ok_or(Refused::Unsigned)?;
    if values.next().is_some() {
        return Err(Refused::Malformed("a header stands there twice"));
    }
    let mut alike = Alike::none();
    for key in spelled(&endpoint.secrets)? {
        let key = std::str::from_utf8(key).map_err(|_| Refused::NotConfigured)?;
        alike.with(key, given.as_bytes());
    }
    alike.found()
}

/// There is no id of any kind. A contact with the time of its last interaction says the same only about the same
/// moment; without that time an equal body a minute later may be another event.
fn accepted(
    event: String,
    subject: Option<String>,
    interaction: Option<String>,
    delivery: &Delivery<'_>,
) -> Accepted {
    let minute = (delivery.received_at.as_second() / 60).to_string();
    let which = if interaction.is_some() { "" } else { minute.as_str() };
    Accepted {
        event_key: digest_key(&[event.as_bytes(), which.as_bytes(), delivery.body]),
        ignored: !matches!(event.as_str(), "contact" | "unreadable") && !EVENTS.contains(&event.as_str()),
        event_type: event,
        subject,
        signed: true,
        occurred_at: interaction.and_then(|at| at.parse().ok()),
        headers: Vec::new(),
    }
}
