//! What platforms send us by themselves: whether a delivery is genuine, told from its raw bytes alone, and what can be
//! said of it before anybody has understood it.
//!
//! Each platform has a [`Webhook`]. All of them compare in constant time, try every secret the endpoint has (two while
//! one is being replaced), look at the content only after the signature, and never show a secret or a body. There is no
//! way to switch verification off.

mod check;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use http::{HeaderMap, Method};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;

pub(in crate::platforms) use self::check::{
    Alike, RawField, digest_key, field, hmac_sha1, hmac_sha256, id, inside, kept, one, seconds, spelled,
    timely,
};

/// How far a signed time may lie behind or ahead of ours.
pub const TOLERANCE_SECONDS: i64 = 300;
/// The longest id of a delivery that is taken over.
pub const LONGEST_ID: usize = 200;

/// A request as it came, before anything was decoded.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Path and query exactly as received: still percent-encoded, in the original order.
    pub target: &'a str,
    /// Scheme, authority and perhaps a prefix under which the world reaches us, as configured and as given to the
    /// platform, such as `https://hooks.example.org`. Never taken from a header.
    pub public_base: Option<&'a str>,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, byte for byte.
    pub body: &'a [u8],
    /// When it came.
    pub received_at: Timestamp,
}

/// What we agreed upon with a platform for one account.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The account's id at the platform; what a delivery names must be the same. Empty: not known, nothing to compare.
    pub external_id: String,
    /// The secrets that are valid now, newest first; how they are written is each platform's own.
    pub secrets: Vec<SecretString>,
    /// The endpoint's settings, as each platform's `Webhook` describes them.
    pub settings: Value,
}

/// A delivery that is genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Tells it from every other event of its organization and platform; the same for a repeated delivery.
    pub event_key: String,
    /// The platform's word for what happened; `unreadable` where the body says nothing.
    pub event_type: String,
    /// The address of the person it comes from or is about: a telephone number in E.164 where it can be read as one, a
    /// platform's own id, an e-mail address in lower case.
    pub subject: Option<String>,
    /// Whether a secret vouches for it. An unsigned one was known by its path alone: only a reason to look.
    pub signed: bool,
    /// When it happened, as far as the platform says.
    pub occurred_at: Option<Timestamp>,
    /// Headers worth keeping: ids and times, never a secret or a signature.
    pub headers: Vec<(String, String)>,
    /// It is genuine and says nothing to us.
    pub ignored: bool,
}

/// Why a delivery is not taken. None of it says what would have been right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// What must be signed is not.
    #[error("the delivery is not signed")]
    Unsigned,
    /// The signature, or the shared secret, is another one.
    #[error("the signature does not match")]
    BadSignature,
    /// It was signed too long ago: perhaps somebody repeats it.
    #[error("the signature is too old")]
    TooOld,
    /// It was signed in the future: a clock is wrong.
    #[error("the signature is from the future")]
    TooNew,
    /// It is signed, or cannot be, and is not what it must be.
    #[error("the delivery is malformed: {0}")]
    Malformed(&'static str),
    /// It belongs to another account.
    #[error("the delivery is of another account")]
    WrongAccount,
    /// The endpoint has no secret, or no public address, to check with.
    #[error("the endpoint is not configured")]
    NotConfigured,
}

impl Refused {
    /// A short name for metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::BadSignature => "bad_signature",
            Self::TooOld => "too_old",
            Self::TooNew => "too_new",
            Self::Malformed(_) => "malformed",
            Self::WrongAccount => "wrong_account",
            Self::NotConfigured => "not_configured",
        }
    }
}

/// How one platform's deliveries are checked. Pure: no clock, no network, no state.
pub trait Webhook: Send + Sync + 'static {
    /// The platform's name, such as `chatwoot`.
    fn platform(&self) -> &'static str;

    /// Whether the delivery is genuine, and what it is.
    ///
    /// # Errors
    /// [`Refused`], when it is not, or not for this endpoint.
    fn accept(&self, endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<Accepted, Refused>;
}

/// Verifiers by platform.
pub type Webhooks = BTreeMap<&'static str, Arc<dyn Webhook>>;

/// Every verifier of this build.
pub fn all() -> Webhooks {
    let others: [Arc<dyn Webhook>; 3] = [
        Arc::new(super::clerk::webhook::ClerkWebhook),
        Arc::new(super::hint::HintWebhook),
        Arc::new(super::stripe::webhook::StripeWebhook),
    ];
    let registered = super::registry::ALL.iter().filter_map(|platform| platform.webhook).map(|make| make());
    others.into_iter().chain(registered).map(|webhook| (webhook.platform(), webhook)).collect()
}
