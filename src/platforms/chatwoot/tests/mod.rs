//! The adapter against a small platform and a small store, both in memory.

mod answers;
mod fake;
mod flow;
mod records;
mod simulated;
mod store;
mod webhooks;

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use self::{fake::Fake, store::Store};
use super::{Chatwoot, ChatwootConfig};
use crate::{
    domain::stream::{AccountState, Page},
    platforms::{
        Account, Adapter, Call, Plan, PlatformError,
        transport::{InProcess, TransportError},
    },
};

const TOKEN: &str = "token-that-must-not-show";

fn start() -> Timestamp {
    Timestamp::from_second(1_781_900_000).unwrap()
}

fn account() -> Account {
    Account {
        id: Uuid::from_u128(7),
        external_id: "4".into(),
        region: "AU".into(),
        settings: json!({ "base_url": "https://chat.example.org" }),
    }
}

fn config() -> ChatwootConfig {
    ChatwootConfig { jitter: 0.0, ..ChatwootConfig::default() }
}

/// An adapter that is answered by `answer`.
fn adapter(
    answer: impl Fn(Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync + 'static,
) -> Chatwoot {
    let transport = InProcess::new(move |request| std::future::ready(answer(request)));
    Chatwoot::new(Arc::new(transport), config())
}

fn respond(status: u16, body: impl Into<Bytes>) -> Result<Response<Bytes>, TransportError> {
    Ok(Response::builder().status(status).body(body.into()).unwrap())
}

async fn pull(adapter: &Chatwoot, state: &AccountState, call: &Call) -> Result<Page, PlatformError> {
    adapter.pull(&account(), &SecretString::from(TOKEN), state, call, start()).await
}

/// A practice: the platform, the store, the adapter between them, and the time.
struct Practice {
    fake: Fake,
    adapter: Chatwoot,
    store: Store,
    now: Timestamp,
    /// What a step takes.
    pace: SignedDuration,
    /// Fails every request once before it succeeds.
    flaky: bool,
    failed: Option<Value>,
    calls: Vec<Call>,
}

impl Practice {
    fn new(fake: Fake) -> Self {
        let served = fake.clone();
        Self {
            adapter: adapter(move |request| served.serve(&request)),
            fake,
            store: Store::default(),
            now: start(),
            pace: SignedDuration::from_millis(100),
            flaky: false,
            failed: None,
            calls: Vec::new(),
        }
    }

    /// One step; answers until when there is nothing to do.
    async fn step(&mut self) -> Result<Option<Timestamp>, PlatformError> {
        self.fake.with(|world| world.now = self.now.as_second());
        let state = self.store.state();
        let call = match self.adapter.plan(&account(), &state, self.now) {
            Plan::Idle { until } => return Ok(Some(until)),
            Plan::Ask(call) => call,
        };
        let observed = self.now;
        self.now += self.pace;
        if self.flaky && self.failed.as_ref() != Some(&call.what) {
            self.failed = Some(call.what);
            return Ok(None);
        }
        self.failed = None;
        let token = SecretString::from(TOKEN);
        let page = self.adapter.pull(&account(), &token, &state, &call, observed).await?;
        self.calls.push(call);
        self.store.apply(&page);
        Ok(None)
    }

    /// Steps until there is nothing to do.
    async fn settle(&mut self) -> Timestamp {
        for _ in 0..20_000 {
            if let Some(until) = self.step().await.unwrap() {
                assert!(until > self.now, "idle until the past");
                return until;
            }
        }
        panic!("never idle; last {:?}", self.calls.iter().rev().take(5).collect::<Vec<_>>());
    }

    /// Lives on for so long.
    async fn live(&mut self, span: SignedDuration) {
        let end = self.now + span;
        while self.now < end {
            if let Some(until) = self.step().await.unwrap() {
                self.now = until.min(end);
            }
        }
        self.settle().await;
    }

    /// The store has exactly what the platform has.
    #[track_caller]
    fn assert_equal(&self) {
        self.fake.with(|world| {
            let contacts: Vec<_> = world.contacts.iter().map(|c| c.id.to_string()).collect();
            let conversations: Vec<_> = world.conversations.iter().map(|c| c.id.to_string()).collect();
            let messages: Vec<_> = world.messages.iter().map(|m| m.id.to_string()).collect();
            self.store.assert_living("contacts", contacts);
            self.store.assert_living("conversations", conversations);
            self.store.assert_living("messages", messages);
        });
    }
}
