//! One folder per external system, the same file names in each: `client`, `wire`, `map`, `plan`, `settings`, and `webhook`
//! where it calls us; some only do that. What platforms share stands in `kit`, which of them there are in [`registry`].
//! Knows no SQL. Everything leaves through one [`transport`].

mod answers;
pub mod chatwoot;
pub mod clerk;
pub mod cliniko;
pub mod declaration;
pub mod error;
pub mod files;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
pub mod google_calendar;
pub mod hint;
mod kit;
mod lenient;
pub mod manychat;
pub mod momence;
pub mod nookal;
pub mod registry;
#[cfg(test)]
pub(crate) mod remapped;
pub mod retry;
pub mod section;
mod standard;
pub mod stripe;
pub mod transport;
pub mod twilio;
pub mod vault;
pub mod webhook;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use routiq_actors::port::Demand;
use secrecy::SecretString;
use serde_json::{Value, value::RawValue};
use uuid::Uuid;

use self::{declaration::Declaration, files::FileCall, registry::House, section::Section};
use crate::domain::stream::{AccountState, Page, StateChange};
pub use error::PlatformError;

/// One organization's account at a platform, as its adapter needs to know it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Our id of the account: names its own rate budget.
    pub id: Uuid,
    /// The account's id at the platform.
    pub external_id: String,
    /// The organization's default region for phone numbers, such as `AU`.
    pub region: String,
    /// The integration's settings, validated by [`Adapter::check_settings`].
    pub settings: Value,
}

/// What to do next, decided from the state alone.
#[derive(Clone, Debug)]
pub enum Plan {
    /// One request.
    Ask(Call),
    /// Nothing until then.
    Idle {
        /// When something is due again.
        until: Timestamp,
    },
}

/// One request, fully determined; the adapter's own words stand in `what`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The stream it belongs to.
    pub stream: &'static str,
    /// The adapter's description of the request.
    pub what: Value,
    /// Whether somebody waits for what just changed, a regular poll, or history.
    pub urgency: routiq_actors::port::Urgency,
}

/// A stored delivery, verified when it was accepted.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The journal's id of it.
    pub id: Uuid,
    /// Its body as it came.
    pub body: &'a [u8],
    /// Those of its headers that were kept, by name in lower case.
    pub headers: &'a Value,
    /// Whether a signature vouches for it. An unsigned one is only a reason to look.
    pub signed: bool,
    /// When it was accepted.
    pub received_at: Timestamp,
}

/// What a delivery says.
#[derive(Clone, Debug)]
pub enum Heard {
    /// Nothing that is kept, and why.
    Nothing(&'static str),
    /// Changes, and what is to be read because of it. A change without a source version only adds what nobody has seen;
    /// the page never moves a stream's cursor nor proves anything.
    Page(Box<Page>),
}

/// Raw records that were kept of one answer, or of what was told: those that changed something or could not be understood.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    /// The stream of the answer; `webhooks` of what was told.
    pub stream: &'a str,
    /// What was asked, as [`Page::request`] said it.
    pub request: &'a str,
    /// Whether the platform told them by itself.
    pub told: bool,
    /// When the request began, or the first of the deliveries was accepted.
    pub observed_at: Timestamp,
    /// The records, as [`Page::raw`] held them.
    pub records: &'a [&'a RawValue],
}

/// What every platform offers. Everything but [`Adapter::pull`] is pure.
pub trait Adapter: Send + Sync + 'static {
    /// The platform's name, such as `chatwoot`.
    fn name(&self) -> &'static str;
    /// What it reads, how, and what limits it.
    fn declaration(&self) -> &'static Declaration;
    /// Takes a new configuration; plans and demands from now on follow it.
    fn reconfigure(&self, house: &House, section: &Section);
    /// Rises whenever the mapping changes its meaning.
    fn transform_version(&self) -> i32 {
        self.declaration().transform
    }
    /// The streams of an account, in the order people want to see them.
    fn streams(&self, account: &Account) -> Vec<&'static str> {
        let _alike = account;
        self.declaration().streams.iter().filter(|stream| !stream.opt_in).map(|stream| stream.name).collect()
    }
    /// Refuses settings that cannot work, naming the field, what stands there and what is allowed.
    fn check_settings(&self, external_id: &str, settings: &Value) -> Result<(), String>;
    /// Decides the next request.
    fn plan(&self, account: &Account, state: &AccountState, now: Timestamp) -> Plan;
    /// What the request needs before it may be sent.
    fn demand(&self, account: &Account, call: &Call) -> Demand;
    /// What stands before the token in the address that deliveries come to; none when no webhook is to be registered.
    fn hook_address(&self) -> Option<String> {
        None
    }
    /// Maps a delivery; the class of failure, without contents, when nothing can be made of it.
    fn heard(&self, account: &Account, told: &Told<'_>) -> Result<Heard, String> {
        let _unread = (account, told);
        Err("this platform sends nothing that is read here".to_owned())
    }
    /// Maps kept records once more, by today's mapping: what [`Adapter::pull`] and [`Adapter::heard`] keep raw is, with the
    /// request, all that their changes are made from. `state` is where the account stands now; the page's own says what is to
    /// be read where a record comes to be by this. The class of failure,
    /// without contents, when nothing can be made of the whole.
    fn remap(&self, account: &Account, state: &AccountState, stored: &Stored<'_>) -> Result<Page, String>;
    /// How the bytes of an attachment are asked for, of whose kind (`image`, `file`, …) and address the platform told; none
    /// where there are no bytes, or nobody can have them.
    ///
    /// # Errors
    /// As [`Adapter::pull`], when settings or credential cannot work.
    fn file(
        &self,
        account: &Account,
        credential: &SecretString,
        kind: &str,
        url: &str,
    ) -> Result<Option<FileCall>, PlatformError> {
        let _unread = (account, credential, kind, url);
        Ok(None)
    }
    /// What is to be read for a fresh address of an attachment, by the conversation and the message that carry it; none
    /// where addresses do not end.
    fn file_again(&self, conversation: &str, message: &str) -> Option<StateChange> {
        let _unread = (conversation, message);
        None
    }
    /// Sends the one request and maps its answer.
    fn pull<'a>(
        &'a self,
        account: &'a Account,
        credential: &'a SecretString,
        state: &'a AccountState,
        call: &'a Call,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Page, PlatformError>>;
}

/// The platforms of this build, by name.
pub type Adapters = std::collections::BTreeMap<&'static str, Arc<dyn Adapter>>;
