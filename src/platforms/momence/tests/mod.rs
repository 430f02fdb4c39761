//! The adapter against answers of a stand-in. Against the simulated platform: `tests/it/sync_momence.rs`.

mod answers;
mod breakage;
mod lists;
mod records;
mod settings;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Momence, MomenceConfig};
use crate::{
    domain::stream::{AccountState, Page, StateChange, StreamState},
    platforms::{
        Account, Adapter, Call, Plan, PlatformError,
        kit::poll::Ask,
        registry::House,
        remapped::assert_remaps,
        section::Section,
        transport::{InProcess, TransportError},
    },
};

const PASSWORD: &str = "a password & that-must-not-show";

fn start() -> Timestamp {
    "2026-06-10T02:00:00Z".parse().unwrap()
}

fn account(settings: Value) -> Account {
    Account { id: Uuid::from_u128(7), external_id: "101".into(), region: "AU".into(), settings }
}

fn credential() -> SecretString {
    let parts = json!({ "client_id": "id", "client_secret": "secret", "username": "sync@example.org",
        "password": PASSWORD });
    SecretString::from(parts.to_string())
}

fn config() -> MomenceConfig {
    MomenceConfig { jitter: 0.0, ..MomenceConfig::of(&House::default(), &Section::default()) }
}

type Answer = Result<Response<Bytes>, TransportError>;

fn respond(status: u16, body: impl Into<Bytes>) -> Answer {
    Ok(Response::builder().status(status).body(body.into()).unwrap())
}

fn granted() -> Answer {
    let token = "t1-short";
    let ends = start() + SignedDuration::from_hours(3);
    respond(
        200,
        json!({ "accessToken": token, "access_token": token, "accessTokenExpiresAt": ends.to_string(),
        "refreshToken": "r1", "refresh_token": "r1", "refreshTokenExpiresAt": ends.to_string() })
        .to_string(),
    )
}

/// A page of a list.
fn list(records: &Value, total: Option<usize>) -> Answer {
    let total = total.unwrap_or_else(|| records.as_array().unwrap().len());
    respond(
        200,
        json!({ "payload": records, "pagination": { "page": 0, "pageSize": 100, "totalCount": total,
        "sortBy": "x", "sortOrder": "ASC" } })
        .to_string(),
    )
}

/// An account, what is kept of it, and the answers it gets one after the other; tokens are always given.
struct Desk {
    account: Account,
    adapter: Momence,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<Request<Bytes>>>>,
    state: AccountState,
    now: Timestamp,
}

impl Desk {
    fn new() -> Self {
        Self::with(config())
    }

    fn with(config: MomenceConfig) -> Self {
        let (answers, asked) = (Arc::<Mutex<VecDeque<Answer>>>::default(), Arc::<Mutex<Vec<_>>>::default());
        let (script, noted) = (Arc::clone(&answers), Arc::clone(&asked));
        let transport = InProcess::new(move |request: Request<Bytes>| {
            let token = request.uri().path().ends_with("/token");
            noted.lock().unwrap().push(request);
            let answer = match token {
                true => granted(),
                false => script.lock().unwrap().pop_front().expect("an answer for every request"),
            };
            std::future::ready(answer)
        });
        let adapter = Momence::new(Arc::new(transport), config);
        Self {
            account: account(json!({})),
            adapter,
            answers,
            asked,
            state: AccountState::default(),
            now: start(),
        }
    }

    fn plan(&self) -> Plan {
        self.adapter.plan(&self.account, &self.state, self.now)
    }

    #[track_caller]
    fn planned(&self) -> Ask {
        match self.plan() {
            Plan::Ask(call) => serde_json::from_value(call.what).unwrap(),
            Plan::Idle { until } => panic!("idle until {until}"),
        }
    }

    /// Which list is asked for next; none when nothing is due.
    fn part(&self) -> Option<String> {
        match self.plan() {
            Plan::Ask(call) => match serde_json::from_value(call.what).unwrap() {
                Ask::Read(read) => Some(read.part),
                Ask::Check { id, .. } => Some(id),
            },
            Plan::Idle { .. } => None,
        }
    }

    async fn send(&mut self) -> Result<Page, PlatformError> {
        let Plan::Ask(call) = self.plan() else { panic!("nothing is due") };
        let asked: Call = call;
        let outcome = self.adapter.pull(&self.account, &credential(), &self.state, &asked, self.now).await;
        if let Ok(page) = &outcome {
            self.keep(page);
            if !page.raw.is_empty() {
                assert_remaps(&self.adapter, &self.account, &self.state, page, false);
            }
        }
        outcome
    }

    /// Answers what is planned; a token is got first where there is none.
    async fn answer(&mut self, answer: Answer) -> Result<Page, PlatformError> {
        self.answers.lock().unwrap().push_back(answer);
        let page = self.send().await;
        if self.answers.lock().unwrap().is_empty() { page } else { self.send().await }
    }

    fn keep(&mut self, page: &Page) {
        for change in &page.state {
            match change {
                StateChange::Stream { stream, cursor, proven_until } => {
                    let entry: &mut StreamState = self.state.streams.entry((*stream).to_owned()).or_default();
                    entry.cursor = serde_json::from_str(&cursor.to_string()).unwrap();
                    entry.proven_until = entry.proven_until.max(*proven_until);
                }
                StateChange::Done { cursor, rest, .. } => match (rest, &mut self.state.due) {
                    (Some(rest), Some(item)) => {
                        (item.work, item.cursor) = (rest.clone(), cursor.clone());
                    }
                    _ => self.state.due = None,
                },
                _ => {}
            }
        }
    }

    /// Answers everything that is due with nothing, but for what `answer` has for a list; what it all said.
    async fn round(&mut self, answer: impl Fn(&str, &str) -> Option<Answer>) -> Vec<Page> {
        let mut pages = Vec::new();
        while let Some(part) = self.part() {
            let Plan::Ask(call) = self.plan() else { break };
            let what = call.what.to_string();
            let told = answer(&part, &what).unwrap_or_else(|| list(&json!([]), None));
            pages.push(self.answer(told).await.unwrap());
            self.pass(1);
        }
        pages
    }

    fn pass(&mut self, seconds: i64) {
        self.now = self.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap();
    }

    fn last(&self) -> String {
        self.asked.lock().unwrap().last().unwrap().uri().path_and_query().unwrap().to_string()
    }

    fn proven(&self, stream: &str) -> Option<Timestamp> {
        self.state.streams.get(stream).and_then(|stream| stream.proven_until)
    }
}
