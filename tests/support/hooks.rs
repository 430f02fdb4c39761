//! Deliveries of a simulated Chatwoot on their way into a house's journal, verified as the front door does.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use routiq::{
    platforms::{
        chatwoot::webhook::ChatwootWebhook,
        webhook::{Delivery, Endpoint, Refused, Webhook},
    },
    store::{
        hooks::{self as endpoints, NewEndpoint},
        journal::{self, Entry, Owner},
    },
};
use routiq_actors::port::{Applied, ApplyReport, Sync};
use routiq_simulators::hooks::{self, Failure, HookFaults};
use secrecy::SecretString;
use uuid::Uuid;

use super::practice::{Driver, House, Member};

/// An account's address, registered at the simulator.
pub struct Mailbox {
    pub owner: Owner,
    pub url: String,
    pub webhook: i64,
    endpoint: Endpoint,
}

impl Mailbox {
    /// Registers a webhook and makes its address; `signed`: the installation's secret is known.
    pub async fn open(house: &House, member: &Member, signed: bool) -> Self {
        let url = format!("https://hooks.example.org/{}", member.key.account.simple());
        let (webhook, secret) = house.simulator.add_webhook(member.seat.account, &url, &[]).unwrap();
        let secrets: Vec<SecretString> = signed.then(|| SecretString::from(secret)).into_iter().collect();
        let now = house.hand.now();
        let id = house.ids.next(now);
        let mut session = house.store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let new = NewEndpoint {
            id,
            account: member.key.account,
            platform: "chatwoot",
            secrets: &secrets,
            by: "test",
        };
        endpoints::create(&tenant, &house.keys, &new, now).await.unwrap();
        tenant.commit().await.unwrap();
        let owner =
            Owner { organization: member.key.organization, account: member.key.account, endpoint: id };
        let external_id = member.seat.account.to_string();
        let endpoint = Endpoint { external_id, secrets, settings: serde_json::json!({}) };
        Self { owner, url, webhook, endpoint }
    }

    /// What the front door makes of a request.
    pub fn read(&self, house: &House, request: &Request<Bytes>) -> Result<Entry, Refused> {
        let received_at = house.hand.now();
        let delivery = Delivery {
            method: request.method(),
            target: request.uri().path(),
            public_base: None,
            headers: request.headers(),
            body: request.body(),
            received_at,
        };
        let accepted = ChatwootWebhook.accept(&self.endpoint, &delivery)?;
        Ok(Entry {
            id: house.ids.next(received_at),
            owner: Some(self.owner),
            platform: "chatwoot".to_owned(),
            event_key: accepted.event_key,
            event_type: accepted.event_type,
            subject: None,
            signed: accepted.signed,
            query: String::new(),
            headers: serde_json::json!({}),
            body: request.body().to_vec(),
            occurred_at: accepted.occurred_at,
            received_at,
            ignored: accepted.ignored,
        })
    }

    /// Takes what the simulator has to deliver to this address just now (`everything`: and later), in its order.
    pub async fn collect(&self, house: &House, everything: bool) -> Vec<Entry> {
        let heard: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
        let (ear, url) = (heard.clone(), self.url.clone());
        let sink = move |request: Request<Bytes>| {
            if request.uri() == url.as_str() {
                ear.lock().unwrap().push(request);
            }
            async { Ok::<_, Failure>(Response::new(Bytes::new())) }
        };
        hooks::deliver(&house.simulator, &sink, everything).await;
        let heard = std::mem::take(&mut *heard.lock().unwrap());
        heard.iter().map(|request| self.read(house, request).unwrap()).collect()
    }

    /// Everything the simulator has to tell is in the journal; answers how many deliveries were new.
    pub async fn receive(&self, house: &House, everything: bool) -> usize {
        keep(house, &self.collect(house, everything).await).await
    }
}

/// Keeps entries in the journal, as they come; answers how many were new.
pub async fn keep(house: &House, entries: &[Entry]) -> usize {
    if entries.is_empty() {
        return 0;
    }
    journal::insert(&house.store, &entries.iter().collect::<Vec<_>>()).await.unwrap().len()
}

/// A delivery with a body of one's own.
pub fn forged(house: &House, owner: Owner, event: &str, body: &str) -> Entry {
    let received_at = house.hand.now();
    let id = house.ids.next(received_at);
    Entry {
        id,
        owner: Some(owner),
        platform: "chatwoot".to_owned(),
        event_key: format!("forged:{id}"),
        event_type: event.to_owned(),
        subject: None,
        signed: true,
        query: String::new(),
        headers: serde_json::json!({}),
        body: body.as_bytes().to_vec(),
        occurred_at: None,
        received_at,
        ignored: false,
    }
}

/// The faults that deliveries must survive.
pub fn rough() -> HookFaults {
    HookFaults { drop: 0.05, double: 0.05, reorder: 0.2, ..HookFaults::default() }
}

impl Driver<'_> {
    /// Applies one portion.
    pub async fn apply(&mut self) -> ApplyReport {
        let report = Sync::apply(&self.work, self.lease.clone()).await;
        if report.due_in == Some(Duration::ZERO) {
            self.nudge();
        }
        report
    }

    /// Applies everything that is ready now.
    pub async fn apply_all(&mut self) -> ApplyReport {
        let mut sum = self.apply().await;
        while sum.outcome == Applied::More {
            let next = self.apply().await;
            sum.outcome = next.outcome;
            sum.due_in = sum.due_in.into_iter().chain(next.due_in).min();
            sum.done.settled += next.done.settled;
            sum.done.changed += next.done.changed;
            sum.done.failed += next.done.failed;
            sum.done.quarantined += next.done.quarantined;
        }
        sum
    }
}

/// The journal's rows as `state attempts reason`, in order of arrival.
pub async fn states(house: &House, member: &Member) -> Vec<String> {
    let query = "select concat_ws(' ', state, attempts::text, failure_reason) from routiq.webhook_events
        order by received_at, id";
    house.texts(member, query).await
}

/// The ids of the journal's rows in a state.
pub async fn ids_in(house: &House, member: &Member, state: &str) -> Vec<Uuid> {
    let query = format!(
        "select id::text from routiq.webhook_events where state = '{state}' order by received_at, id"
    );
    house.texts(member, &query).await.iter().map(|id| id.parse().unwrap()).collect()
}
