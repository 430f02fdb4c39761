//! Those who watch: a practice with a key, sockets, streams, and what is read from them.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use futures_util::{SinkExt, StreamExt};
use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::ids::Ids,
    store::live::{Touched, mark},
    work::{RollupSettings, RollupWork},
};
use routiq_actors::{
    clock::Clock,
    port::{RollLease, Rolled, Rollup as _},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncBufReadExt, net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest, protocol::CloseFrame},
};
use uuid::Uuid;

use super::{House, Organization};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A practice that somebody watches.
pub(super) struct Clinic<'a> {
    pub(super) house: &'a House,
    pub(super) organization: Organization,
    pub(super) rollup: RollupWork,
    pub(super) lease: RollLease,
    pub(super) key: String,
}

pub(super) type Socket = WebSocketStream<TcpStream>;

impl<'a> Clinic<'a> {
    pub(super) async fn new(house: &'a House, name: &str) -> Self {
        Self::of(house, house.organization(name, &["chatwoot"]).await, Clock::system()).await
    }

    /// One whose figures are counted by another clock.
    pub(super) async fn of(house: &'a House, organization: Organization, clock: Clock) -> Self {
        let stale_after = RollupSettings { stale_after: SignedDuration::from_mins(2) };
        let rollup = RollupWork::new(
            house.store.clone(),
            clock,
            Ids::random(),
            house.hub.clone(),
            Arc::new(ArcSwap::from_pointee(stale_after)),
        );
        let generation = rollup.begin(organization.id).await.unwrap();
        let lease = RollLease { organization: organization.id, generation };
        let key = format!("rsk_{}", Uuid::new_v4().simple());
        let clinic = Self { house, organization, rollup, lease, key };
        let hash: Vec<u8> = Sha256::digest(&clinic.key).to_vec();
        let statement = "insert into routiq.service_keys (organization_id, id, name, role, key_hash, created_by, created_at)
                         values ($1, $2, 'watcher', 'viewer', $3, 'test', now())";
        let id = clinic.organization.id;
        clinic.admin().await.execute(statement, &[&id, &clinic.service(), &hash]).await.unwrap();
        clinic.roll().await;
        clinic
    }

    /// Our id of the service's key.
    pub(super) fn service(&self) -> Uuid {
        Uuid::new_v5(&self.organization.id, b"watcher")
    }

    pub(super) async fn admin(&self) -> tokio_postgres::Client {
        self.house.db.admin().await
    }

    pub(super) async fn roll(&self) {
        // The first look at an organization is followed by one at its people.
        loop {
            match self.rollup.roll(self.lease).await {
                Rolled::More => {}
                Rolled::Done { .. } => return,
                other => panic!("{other:?}"),
            }
        }
    }

    /// Something happens.
    pub(super) async fn happen(&self) {
        let event = json!({ "kind": "message_received", "conversation_id": Uuid::nil(), "at": "2031-03-04T05:06:07.000Z" });
        let touched = Touched { events: vec![event], ..Touched::default() };
        let now = Timestamp::now();
        let mut session = self.house.store.session(self.organization.id).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        mark(&tenant, Ids::random().next(now), &touched, "webhook", now).await.unwrap();
        tenant.commit().await.unwrap();
        self.roll().await;
    }

    pub(super) async fn ticket(&self) -> String {
        let ticket = Uuid::new_v4().simple().to_string();
        let hash: Vec<u8> = Sha256::digest(&ticket).to_vec();
        let statement = "insert into routiq.live_tickets (organization_id, ticket_hash, kind, subject, created_at, expires_at)
                         values ($1, $2, 'service', $3, now(), now() + interval '30 seconds')";
        let subject = self.service().to_string();
        self.admin().await.execute(statement, &[&self.organization.id, &hash, &subject]).await.unwrap();
        ticket
    }

    pub(super) fn path(&self, query: &str) -> String {
        format!("/ws/clinics/{}/metrics{query}", self.organization.clerk)
    }

    /// Opens a socket, or says with which status it was refused.
    pub(super) async fn socket(&self, query: &str) -> Result<Socket, u16> {
        dial(self.house, &self.path(query), &[]).await
    }

    pub(super) async fn watch(&self, query: &str) -> Socket {
        let ticket = self.ticket().await;
        let join = if query.is_empty() { "" } else { "&" };
        self.socket(&format!("?ticket={ticket}{join}{query}")).await.unwrap()
    }

    /// Where its events are streamed.
    pub(super) fn stream_path(&self) -> String {
        format!("/api/v1/clinics/{}/metrics/stream", self.organization.clerk)
    }

    pub(super) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        let path = format!("/api/v1/clinics/{}/metrics{path}", self.organization.clerk);
        self.house.client.get(self.house.url(&path)).bearer_auth(&self.key)
    }
}

pub(super) async fn dial(house: &House, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, u16> {
    let stream = TcpStream::connect(house.address).await.unwrap();
    let mut request = format!("ws://{}{path}", house.address).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

/// The next frame that is text.
pub(super) async fn frame(socket: &mut Socket) -> Value {
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("no frame came").unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// With which code it closes.
pub(super) async fn closed(socket: &mut Socket) -> u16 {
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("it stays open") {
            Some(Ok(Message::Close(Some(CloseFrame { code, .. })))) => return code.into(),
            Some(Ok(Message::Close(None))) | None => panic!("closed without a code"),
            Some(Ok(_)) => {}
            Some(Err(error)) => panic!("{error}"),
        }
    }
}

pub(super) async fn say(socket: &mut Socket, frame: Value) {
    socket.send(Message::text(frame.to_string())).await.unwrap();
}

/// Absent and null are the same to whoever follows patches; ages and stamps are of the moment.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, value)| {
                !value.is_null()
                    && !["dataAgeMinutes", "generated_at", "events", "reason"].contains(&key.as_str())
            })
            .map(|(key, value)| (key.clone(), plain(value)))
            .collect(),
        other => other.clone(),
    }
}

pub(super) type Lines =
    tokio::io::Lines<tokio::io::BufReader<std::pin::Pin<Box<dyn tokio::io::AsyncRead + Send>>>>;

pub(super) fn lines(response: reqwest::Response) -> Lines {
    let bytes = response.bytes_stream().map(|part| part.map_err(std::io::Error::other));
    let reader: std::pin::Pin<Box<dyn tokio::io::AsyncRead + Send>> =
        Box::pin(tokio_util::io::StreamReader::new(bytes));
    tokio::io::BufReader::new(reader).lines()
}

/// The next event: id, kind, data.
pub(super) async fn event(lines: &mut Lines) -> (String, String, Value) {
    let (mut id, mut kind) = (String::new(), String::new());
    loop {
        let line = timeout(PATIENCE, lines.next_line()).await.expect("no event came").unwrap().unwrap();
        if let Some(text) = line.strip_prefix("id: ") {
            id = text.to_owned();
        } else if let Some(text) = line.strip_prefix("event: ") {
            kind = text.to_owned();
        } else if let Some(text) = line.strip_prefix("data: ") {
            return (id, kind, serde_json::from_str(text).unwrap());
        }
    }
}
