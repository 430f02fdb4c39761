//! An installation with a clock that tests turn, and a plain way to ask it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use routiq_simulators::chatwoot::{
    Channel, Chatwoot, Cut, MessageKind, NewContact, NewConversation, NewMessage, Role, Sender, Settings,
};
use serde_json::Value;

/// The simulator and its time.
pub(crate) struct Lab {
    pub(crate) chat: Chatwoot,
    micros: Arc<AtomicI64>,
}

/// An account with one inbox and an administrator.
pub(crate) struct Office {
    pub(crate) account: i64,
    pub(crate) inbox: i64,
    pub(crate) user: i64,
    pub(crate) token: String,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Lab {
    pub(crate) fn new(settings: Settings) -> Self {
        let micros = Arc::new(AtomicI64::new(at("2026-06-15T10:00:00Z").as_microsecond()));
        let read = Arc::clone(&micros);
        let clock = Arc::new(move || Timestamp::from_microsecond(read.load(Ordering::SeqCst)).unwrap());
        Self { chat: Chatwoot::new(settings, clock), micros }
    }

    pub(crate) fn set(&self, to: Timestamp) {
        self.micros.store(to.as_microsecond(), Ordering::SeqCst);
    }

    pub(crate) fn pass(&self, seconds: i64) {
        let later = self.chat.now() + SignedDuration::from_secs(seconds);
        self.set(later);
    }

    pub(crate) fn office(&self) -> Office {
        let account = self.chat.add_account("Harbour Physio");
        let inbox = self.chat.add_inbox(account, "WhatsApp", Channel::Whatsapp).unwrap();
        let (user, token) = self.chat.add_user(account, "Ana Marsh", Role::Administrator).unwrap();
        Office { account, inbox, user, token }
    }

    pub(crate) fn contact(&self, office: &Office, name: &str, email: Option<&str>) -> i64 {
        let new =
            NewContact { name: name.to_owned(), email: email.map(str::to_owned), ..NewContact::default() };
        self.chat.add_contact(office.account, new).unwrap()
    }

    /// A conversation a second after whatever came before.
    pub(crate) fn conversation(&self, office: &Office, contact: i64) -> i64 {
        self.pass(1);
        let new = NewConversation { inbox: office.inbox, contact, ..NewConversation::default() };
        self.chat.add_conversation(office.account, new).unwrap()
    }

    pub(crate) fn say(&self, office: &Office, conversation: i64, text: &str) -> i64 {
        self.pass(1);
        let new = NewMessage {
            content: Some(text.to_owned()),
            kind: MessageKind::Outgoing,
            sender: Sender::User(office.user),
            ..NewMessage::default()
        };
        self.chat.add_message(office.account, conversation, new).unwrap()
    }

    /// GET below the account.
    pub(crate) async fn get(&self, office: &Office, path: &str) -> (u16, Value) {
        json(self.send("GET", &below(office, path), Some(&office.token), "").await.unwrap())
    }

    pub(crate) async fn ok(&self, office: &Office, path: &str) -> Value {
        let (status, body) = self.get(office, path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(crate) async fn post(&self, office: &Office, path: &str, body: &Value) -> (u16, Value) {
        json(self.send("POST", &below(office, path), Some(&office.token), &body.to_string()).await.unwrap())
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        uri: &str,
        token: Option<&str>,
        body: &str,
    ) -> Result<Response<Bytes>, Cut> {
        self.chat.handle(request(method, uri, "api-access-token", token, body)).await
    }
}

pub(crate) fn below(office: &Office, path: &str) -> String {
    format!("/api/v1/accounts/{}/{path}", office.account)
}

pub(crate) fn request(
    method: &str,
    uri: &str,
    header: &str,
    token: Option<&str>,
    body: &str,
) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(uri);
    if let Some(token) = token {
        request = request.header(header, token);
    }
    request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

pub(crate) fn json(response: Response<Bytes>) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, serde_json::from_slice(response.body()).unwrap_or(Value::Null))
}

/// The ids of the rows of a page, wherever its wrapper keeps them.
pub(crate) fn ids(body: &Value) -> Vec<i64> {
    let body = body.get("data").unwrap_or(body);
    let rows = body["payload"].as_array().unwrap_or_else(|| panic!("no rows in {body}"));
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}
