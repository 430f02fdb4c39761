//! The platforms of the demonstration: one file and one row each.

mod chatwoot;
mod cliniko;
mod google_calendar;
mod manychat;
mod momence;
mod nookal;
mod twilio;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use routiq_simulators::{Clock, hooks};
use secrecy::SecretString;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use cliniko::shard;

use super::{DemoError, compare::Comparison, practices::DemoPractice};
use crate::store::ledger::{AttachmentRow, Rows};

/// Every platform that practices of the demonstration can be at.
pub const ALL: &[&Row] = &[
    &chatwoot::ROW,
    &cliniko::ROW,
    &google_calendar::ROW,
    &manychat::ROW,
    &momence::ROW,
    &nookal::ROW,
    &twilio::ROW,
];

/// A platform of the demonstration.
pub struct Row {
    /// Its name in the registry of platforms.
    pub name: &'static str,
    /// The host, with its scheme, by which it shows its files, if that is not where it is asked.
    pub host: Option<&'static str>,
    /// What the daemon's configuration needs to know of a simulator at this origin, by key.
    pub configures: fn(&str) -> Vec<(&'static str, String)>,
    /// Grows its simulator with an account for each of the practices, in their order.
    pub grow: fn(&Soil, &[&DemoPractice]) -> Result<Grown, DemoError>,
}

/// A simulator, and the accounts at it in the order of the practices.
pub type Grown = (Arc<dyn Simulated>, Vec<Seat>);

/// What simulators grow from.
pub struct Soil {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// The platforms' time: it stands still while they grow.
    pub time: Clock,
}

/// A practice's account at a simulated platform.
pub struct Seat {
    /// Its id there.
    pub external_id: String,
    /// What the daemon signs in with.
    pub credential: SecretString,
}

/// How an address of ours was taken into a platform.
pub struct Subscription {
    /// What its deliveries are vouched for with.
    pub secret: SecretString,
    /// The registration's id there, where it has one.
    pub remote_id: Option<String>,
}

/// A file as its platform holds it.
pub struct File {
    /// All of it.
    pub bytes: Vec<u8>,
    /// As it is served.
    pub media_type: String,
}

/// A simulated platform that plays accounts of practices.
pub trait Simulated: Send + Sync {
    /// Answers requests and delivers webhooks until it is stopped.
    fn run(&self, listener: TcpListener, stop: CancellationToken) -> BoxFuture<'static, ()>;

    /// The settings of an account of a simulator at this origin.
    fn settings(&self, seat: &str, origin: &str) -> Value;

    /// Whether an address of this machine is told what happens, where its platform tells anybody.
    fn tells(&self) -> bool {
        true
    }

    /// Tells this address from now on what happens in an account. Only asked of platforms that tell.
    ///
    /// # Errors
    /// [`DemoError::Simulator`].
    fn subscribe(&self, _seat: &str, url: &str) -> Result<Subscription, DemoError> {
        Err(DemoError::Simulator(format!("tells nobody, nor {url}")))
    }

    /// Has it tell what it tells once, of an account whose address is known on both sides by now.
    ///
    /// # Errors
    /// [`DemoError::Simulator`].
    fn introduce(&self, _seat: &str) -> Result<(), DemoError> {
        Ok(())
    }

    /// Whether something is on its way to us.
    fn is_telling(&self) -> bool {
        false
    }

    /// Lets nothing happen in an account by itself any more.
    ///
    /// # Errors
    /// [`DemoError::Simulator`].
    fn rest(&self, seat: &str) -> Result<(), DemoError>;

    /// Compares an account's rows with the truth.
    ///
    /// # Errors
    /// [`DemoError::Simulator`].
    fn compare(&self, seat: &str, rows: &Rows) -> Result<Comparison, DemoError>;

    /// The file behind an attachment; none: there are no bytes.
    fn file(&self, _seat: &str, _of: &AttachmentRow) -> Option<File> {
        None
    }
}

/// The platform of this name.
///
/// # Errors
/// [`DemoError::Simulator`] when the demonstration does not know it.
pub fn find(name: &str) -> Result<&'static Row, DemoError> {
    let found = ALL.iter().copied().find(|row| row.name == name);
    found.ok_or_else(|| DemoError::Simulator(format!("{name} is no platform of the demonstration")))
}

/// What a simulator refused.
fn refused(error: impl ToString) -> DemoError {
    DemoError::Simulator(error.to_string())
}

/// An account's number.
fn number<T: std::str::FromStr>(seat: &str) -> Result<T, DemoError> {
    seat.parse().map_err(|_| DemoError::Simulator(format!("{seat} is no account")))
}

/// Delivers webhooks over the network until it is stopped.
async fn deliver(from: impl hooks::Sends, stop: CancellationToken) {
    hooks::run(from, Arc::new(hooks::Network::default()), stop).await;
}
