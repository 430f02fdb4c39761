//! One request to Stripe's API, and what its status means (Stripe's API reference: "Retrieve a subscription", "List
//! subscriptions", "Errors").

use bytes::Bytes;
use http::{Request, StatusCode, header};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::wire;
use crate::{
    domain::directory::{Change, Word},
    platforms::{
        PlatformError,
        answers::{read, refusal, secret_header},
        lenient::{flag, list, text},
        transport::Transport,
    },
};

/// The version whose shapes are asked for; older shapes are read as well, since webhooks come in their endpoint's version.
const VERSION: &str = "2025-03-31.basil";

/// One request, fully determined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// One subscription.
    Subscription {
        /// Stripe's id.
        id: String,
    },
    /// A page of all subscriptions, ended ones included, newest first.
    Subscriptions {
        /// The last of the page before.
        after: Option<String>,
    },
}

/// What a request brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Records.
    Page {
        /// What could be understood of them.
        changes: Vec<Change>,
        /// How many there were, understood or not.
        listed: u32,
        /// Where the next page begins, if there is one.
        next: Option<String>,
    },
    /// Stripe says that there is no such thing.
    Missing,
}

/// Everything a request needs besides itself.
pub(super) struct Client<'a> {
    pub(super) transport: &'a dyn Transport,
    /// Scheme, host and port.
    pub(super) origin: &'a str,
    pub(super) secret: &'a SecretString,
    /// Records of a page.
    pub(super) limit: u32,
    /// The budget that a "slow down" exhausts.
    pub(super) budget: &'a str,
    /// When the request begins: what it brings holds from then on.
    pub(super) now: Timestamp,
}

impl Client<'_> {
    pub(super) async fn ask(&self, call: &Call) -> Result<Answer, PlatformError> {
        let request = Request::get(format!("{}/v1{}", self.origin, self.path(call)))
            .header(header::AUTHORIZATION, secret_header("Bearer ", self.secret.expose_secret())?)
            .header("stripe-version", VERSION)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|_| {
                PlatformError::Denied("billing.stripe_api_url is no address that can be asked".into())
            })?;
        let answer = read(self.transport.send(request).await)?;
        match answer.status() {
            status if status.is_success() => self.answer(call, answer.body()),
            StatusCode::NOT_FOUND if says_missing(answer.body()) => Ok(Answer::Missing),
            _ => Err(refusal("Stripe", "the secret key", &answer, self.budget)),
        }
    }

    fn path(&self, call: &Call) -> String {
        let segment = |id: &str| -> String {
            id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
        };
        match call {
            Call::Subscription { id } => format!("/subscriptions/{}", segment(id)),
            Call::Subscriptions { after } => {
                let after =
                    after.as_ref().map(|id| format!("&starting_after={}", segment(id))).unwrap_or_default();
                format!("/subscriptions?status=all&limit={}{after}", self.limit)
            }
        }
    }

    fn answer(&self, call: &Call, body: &[u8]) -> Result<Answer, PlatformError> {
        let shape = || PlatformError::Malformed("Stripe's answer has another shape than documented".into());
        let value: Value = serde_json::from_slice(body)
            .map_err(|_| PlatformError::Transient("Stripe's answer is not JSON".into()))?;
        let one = [value.clone()];
        let records = match call {
            Call::Subscription { .. } => one.as_slice(),
            Call::Subscriptions { .. } if value.get("data").is_some_and(Value::is_array) => {
                list(&value, "data")
            }
            Call::Subscriptions { .. } => return Err(shape()),
        };
        let changes: Vec<Change> = records
            .iter()
            .filter_map(|record| wire::subscription(record, |_| Word::read(self.now)))
            .map(|subscription| Change::Subscription(Box::new(subscription)))
            .collect();
        let listed = u32::try_from(records.len()).unwrap_or(u32::MAX);
        if changes.is_empty() && listed > 0 {
            return Err(shape());
        }
        let next =
            if flag(&value, "has_more") { records.last().and_then(|last| text(last, "id")) } else { None };
        Ok(Answer::Page { changes, listed, next })
    }
}

fn says_missing(body: &[u8]) -> bool {
    let said = serde_json::from_slice::<Value>(body).ok();
    said.and_then(|said| text(said.get("error")?, "code")).is_some_and(|code| code == "resource_missing")
}
