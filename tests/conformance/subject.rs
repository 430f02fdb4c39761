//! What a platform gives to the suite: its simulator with a practice in it, and what the suite wants to happen there.

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
pub use routiq::demo::compare::facts::{Fact, Truth};
use routiq::{
    domain::change::Kind,
    platforms::{
        declaration::Tombstone,
        section::Section,
        transport::{InProcess, Transport, TransportError},
    },
};
use routiq_simulators::{
    Clock, Cut,
    faults::{Fault, When},
    hooks::{HookFaults, Sink},
    log::Counters,
    surprises::Surprise,
};
use secrecy::SecretString;
use serde_json::Value;

/// Makes a platform's subject: a simulator by this clock, with a practice in it.
pub type Make = fn(Clock, &Scale) -> Box<dyn Subject>;

/// How large the practice is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scale {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// People it knows.
    pub people: u32,
    /// Whether everybody has said something, where people say something.
    pub talkative: bool,
}

/// What a platform cannot do: one of the gaps of its declaration, word for word.
#[derive(Clone, Copy, Debug)]
pub struct Lacks(pub &'static str);

/// How the account is entered.
pub struct Entered {
    /// The account's id at the platform.
    pub external_id: String,
    /// The integration's settings; streams that are opted into are asked for.
    pub settings: Value,
    /// The credential.
    pub credential: String,
}

/// A record whose fields can be spoiled in answers.
#[derive(Clone, Debug)]
pub struct Spoilable {
    pub kind: Kind,
    /// Its id in our tables.
    pub id: String,
    /// Its id in answers.
    pub record: String,
    /// Where answers show it, as the simulator's control names that.
    pub places: &'static [&'static str],
    /// The fields that are read, as dotted ways from the record; not those that name it.
    pub fields: &'static [&'static str],
}

/// An address of ours that was made known to the platform.
#[derive(Default)]
pub struct Told {
    /// What deliveries are vouched for with.
    pub secrets: Vec<SecretString>,
    /// The endpoint's settings.
    pub settings: Value,
}

/// One platform's account at its simulator. What is done happens at the present time of the simulator's clock.
pub trait Subject: Send + Sync {
    /// How the account is entered.
    fn entered(&self) -> Entered;

    /// The platform's part of the configuration.
    fn section(&self) -> Section {
        Section::default()
    }

    /// Answers requests.
    fn transport(&self) -> Arc<dyn Transport>;

    /// Paths of requests that only open the door: what they bring stands in memory, so every process asks them again.
    fn access(&self) -> &'static [&'static str] {
        &[]
    }

    /// Everything that our tables must hold by now, of every kind that the declaration's streams bring.
    fn truth(&self) -> Truth;

    /// Kinds that are known from what names them: what the truth has must be there, and others may be.
    fn beside(&self) -> &'static [Kind] {
        &[]
    }

    /// The key by which a row and a fact are the same; the row's id at the platform unless the platform gives none.
    fn name(&self, _: Kind, row: &Value) -> String {
        row["external_id"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether some fields of a record must be what they should be, besides those that name it.
    fn strict(&self) -> bool {
        true
    }

    /// Does what the platform tells of, each thing once and nothing besides; `false`: what a busy time brings will do.
    fn speak(&self) -> bool {
        false
    }

    /// How busy the practice is from now on.
    fn traffic(&self, events_per_hour: f64);

    /// Makes or changes up to `count` records of a stream at this very instant; answers how many.
    ///
    /// # Errors
    /// [`Lacks`].
    fn touch(&self, stream: &str, count: usize) -> Result<usize, Lacks>;

    /// Takes a record of a stream away in the way that this tombstone stands for; answers its id in our tables.
    ///
    /// # Errors
    /// [`Lacks`].
    fn remove(&self, stream: &str, how: Tombstone) -> Result<String, Lacks>;

    /// Brings back what [`Subject::remove`] took away.
    ///
    /// # Errors
    /// [`Lacks`].
    fn restore(&self, stream: &str, how: Tombstone, id: &str) -> Result<(), Lacks>;

    /// One person becomes part of another: who is gone and who is left.
    ///
    /// # Errors
    /// [`Lacks`].
    fn merge(&self) -> Result<(String, String), Lacks>;

    /// Lets something go wrong with the interface.
    fn fault(&self, fault: Fault, when: When);

    /// Records whose fields can be spoiled, in the order in which they are.
    fn spoilable(&self) -> Vec<Spoilable>;

    /// From now on a field of a record is not what it should be.
    fn spoil(&self, what: &Spoilable, field: &str, with: Surprise);

    /// Calls all faults and surprises off.
    fn calm(&self);

    /// Totals of requests, and the violations of limits among them.
    fn counters(&self) -> Counters;

    /// The credential is good for nothing from now on.
    fn revoke(&self);

    /// A new credential.
    fn replace(&self) -> String;

    /// Whether deliveries carry nothing: the adapter makes our address known by itself, and what they make due is read.
    fn pushes(&self) -> bool {
        false
    }

    /// Makes our address known to the platform.
    ///
    /// # Errors
    /// [`Lacks`], where deliveries say nothing that could be compared.
    fn subscribe(&self, _url: &str) -> Result<Told, Lacks> {
        panic!("the platform sends something and nobody told it where to")
    }

    /// What goes wrong with deliveries from now on.
    fn hook_faults(&self, _: HookFaults) {}

    /// Sends what is due, one after the other; with `everything` also what is not due yet.
    fn deliver<'a>(&'a self, _: &'a dyn Sink, _everything: bool) -> BoxFuture<'a, usize> {
        Box::pin(std::future::ready(0))
    }

    /// Columns, as dotted ways, that deliveries tell and pages do not.
    fn only_told(&self) -> &'static [&'static str] {
        &[]
    }
}

/// A simulator without sockets.
pub fn answers<A>(handle: impl Fn(Request<Bytes>) -> A + Send + Sync + 'static) -> Arc<dyn Transport>
where
    A: Future<Output = Result<Response<Bytes>, Cut>> + Send + 'static,
{
    Arc::new(InProcess::new(move |request| {
        let answer = handle(request);
        async move {
            answer.await.map_err(|cut| match cut {
                Cut::TimedOut => TransportError::Timeout,
                Cut::Connection | Cut::Body(_) => TransportError::Cut,
            })
        }
    }))
}
