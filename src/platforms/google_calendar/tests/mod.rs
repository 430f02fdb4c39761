//! The adapter against answers of a stand-in. Against the simulated platform: `tests/it/sync_google_calendar.rs`.

mod answers;
mod breakage;
mod channels;
mod listings;
mod pushes;
mod records;
mod settings;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{GoogleCalendar, GoogleCalendarConfig, plan::Ask};
use crate::{
    domain::{
        hook::HookState,
        stream::{AccountState, Page, StateChange, StreamState},
    },
    platforms::{
        Account, Adapter, Call, Plan, PlatformError,
        remapped::assert_remaps,
        transport::{InProcess, TransportError},
    },
};

const ANA: &str = "ana@clinic.example.org";
const ROOM: &str = "c_room@group.calendar.google.com";
const REFRESH: &str = "1//a-refresh-token-that-must-not-show";

fn start() -> Timestamp {
    "2026-06-10T02:00:00Z".parse().unwrap()
}

fn account(settings: Value) -> Account {
    Account { id: Uuid::from_u128(7), external_id: ANA.into(), region: "AU".into(), settings }
}

fn credential() -> SecretString {
    let parts = json!({ "type": "authorized_user", "client_id": "id", "client_secret": "se&cret",
        "refresh_token": REFRESH });
    SecretString::from(parts.to_string())
}

fn config() -> GoogleCalendarConfig {
    GoogleCalendarConfig {
        poll_interval: Duration::from_secs(60),
        sweep_interval: Duration::from_secs(24 * 3600),
        requests_per_minute: 300,
        project_requests_per_minute: 6_000,
        max_workers: 8,
        jitter: 0.0,
        origin: None,
        public_url: Some("https://routiq.example.org/in/".to_owned()),
    }
}

fn respond(status: u16, body: impl Into<Bytes>) -> Result<Response<Bytes>, TransportError> {
    Ok(Response::builder().status(status).body(body.into()).unwrap())
}

fn refusal(status: u16, reason: &str) -> Result<Response<Bytes>, TransportError> {
    let body = json!({ "error": { "errors": [{ "domain": "x", "reason": reason, "message": "m" }], "code": status,
        "message": "m" } });
    respond(status, body.to_string())
}

fn granted() -> Result<Response<Bytes>, TransportError> {
    respond(200, r#"{"access_token":"ya29.short","expires_in":3599,"token_type":"Bearer"}"#)
}

type Answer = Result<Response<Bytes>, TransportError>;

/// An account, what is kept of it, and the answers it gets one after the other; tokens are always given.
struct Desk {
    account: Account,
    adapter: GoogleCalendar,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<Request<Bytes>>>>,
    state: AccountState,
    now: Timestamp,
}

impl Desk {
    fn new(settings: Value) -> Self {
        let (answers, asked) = (Arc::<Mutex<VecDeque<Answer>>>::default(), Arc::<Mutex<Vec<_>>>::default());
        let (script, noted) = (Arc::clone(&answers), Arc::clone(&asked));
        let transport = InProcess::new(move |request: Request<Bytes>| {
            let token = request.uri().path() == "/token";
            noted.lock().unwrap().push(request);
            let next = script.lock().unwrap().pop_front();
            let answer = match (token, next) {
                (true, Some(next)) => {
                    script.lock().unwrap().push_front(next);
                    granted()
                }
                (true, None) => granted(),
                (false, next) => next.expect("an answer for every request"),
            };
            std::future::ready(answer)
        });
        let adapter = GoogleCalendar::new(Arc::new(transport), config());
        let state = AccountState::default();
        Self { account: account(settings), adapter, answers, asked, state, now: start() }
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

    #[track_caller]
    fn idle(&self) -> SignedDuration {
        match self.plan() {
            Plan::Idle { until } => until.duration_since(self.now),
            Plan::Ask(call) => panic!("{call:?}"),
        }
    }

    /// Sends what is planned, once, whatever that is.
    async fn send(&mut self) -> Result<Page, PlatformError> {
        let Plan::Ask(call) = self.plan() else { panic!("nothing is due") };
        self.pull(&call).await
    }

    async fn pull(&mut self, call: &Call) -> Result<Page, PlatformError> {
        let outcome = self.adapter.pull(&self.account, &credential(), &self.state, call, self.now).await;
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

    /// What the store would keep of a page.
    fn keep(&mut self, page: &Page) {
        for change in &page.state {
            match change {
                StateChange::Stream { stream, cursor, proven_until } => {
                    let entry: &mut StreamState = self.state.streams.entry((*stream).to_owned()).or_default();
                    entry.cursor = serde_json::from_str(&cursor.to_string()).unwrap();
                    entry.proven_until = entry.proven_until.max(*proven_until);
                }
                StateChange::Done { .. } => self.state.due = None,
                _ => {}
            }
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.now = self.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap();
    }

    /// The last thing asked, with its query in order.
    fn last(&self) -> String {
        let asked = self.asked.lock().unwrap();
        asked.last().unwrap().uri().to_string()
    }

    fn proven(&self) -> Option<Timestamp> {
        self.state.streams.get("appointments").and_then(|stream| stream.proven_until)
    }

    /// Imported, with nothing in it, and a second gone by.
    async fn imported(settings: Value) -> Self {
        let mut desk = Self::new(settings);
        while matches!(desk.plan(), Plan::Ask(_)) {
            desk.answer(list(&json!([]), None, Some("s1"))).await.unwrap();
        }
        desk.pass(1);
        desk
    }

    fn reach(&mut self, hook: HookState) {
        self.state.hook = Some(hook);
    }
}

/// A page of events.
fn list(items: &Value, page: Option<&str>, token: Option<&str>) -> Answer {
    let mut body = json!({ "kind": "calendar#events", "summary": "Ana", "timeZone": "Australia/Perth",
        "accessRole": "reader", "items": items });
    if let Some(page) = page {
        body["nextPageToken"] = json!(page);
    }
    if let Some(token) = token {
        body["nextSyncToken"] = json!(token);
    }
    respond(200, body.to_string())
}
