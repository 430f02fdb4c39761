//! Google's push notifications: a POST without a body, told by headers that begin with `X-Goog-`. They are not signed; the
//! token that we gave the channel comes along and vouches for the whole request.

use crate::platforms::webhook::{Accepted, Alike, Delivery, Endpoint, Refused, Webhook, kept, one, spelled};

const TOKEN: &str = "x-goog-channel-token";
pub(super) const CHANNEL: &str = "x-goog-channel-id";
pub(super) const STATE: &str = "x-goog-resource-state";
const NUMBER: &str = "x-goog-message-number";
/// What a channel says first: that it is open.
const OPEN: &str = "sync";
/// The longest name of a channel that Google takes.
const LONGEST: usize = 64;

/// Checks Google Calendar's notifications. Secrets are tokens of channels. No settings.
pub struct GoogleCalendarWebhook;

impl Webhook for GoogleCalendarWebhook {
    fn platform(&self) -> &'static str {
        super::API
    }

    fn accept(&self, endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<Accepted, Refused> {
        let given = one(delivery.headers, TOKEN)?.ok_or(Refused::Unsigned)?;
        let mut alike = Alike::none();
        for key in spelled(&endpoint.secrets)? {
            let key = std::str::from_utf8(key).map_err(|_| Refused::NotConfigured)?;
            alike.with(key, given.as_bytes());
        }
        alike.found()?;
        let need = |name| one(delivery.headers, name)?.ok_or(Refused::Malformed("a header is missing"));
        let (channel, state, number) = (need(CHANNEL)?, need(STATE)?, need(NUMBER)?);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=".contains(&byte);
        if !(1..=LONGEST).contains(&channel.len()) || !channel.bytes().all(plain) {
            return Err(Refused::Malformed("a channel of a name that none has"));
        }
        if !(1..=20).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refused::Malformed("the message's number is none"));
        }
        if !(1..=LONGEST).contains(&state.len()) {
            return Err(Refused::Malformed("the resource's state is none"));
        }
        Ok(Accepted {
            event_key: format!("{channel}:{number}"),
            ignored: state == OPEN,
            event_type: state.to_owned(),
            subject: None,
            signed: true,
            occurred_at: None,
            headers: kept(
                delivery.headers,
                &[CHANNEL, STATE, NUMBER, "x-goog-resource-id", "x-goog-channel-expiration"],
            ),
        })
    }
}
