//! The adapter against answers and calls in both of the platform's notations.

mod asking;
mod calls;
mod plans;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Manychat, ManychatConfig};
use crate::{
    domain::{
        change::{Contact, Conversation, Message, Record},
        stream::{AccountState, Item, Page, StateChange, Urgency},
    },
    platforms::{
        Account, Adapter, Call, Plan, PlatformError,
        remapped::assert_remaps,
        transport::{InProcess, TransportError},
    },
};

const PAGE: &str = "104200000000001";
const ORLA: &str = "1104200000123456";
const TOKEN: &str = "104200000000001:token-that-must-not-show";

fn start() -> Timestamp {
    "2026-06-02T02:00:00Z".parse().unwrap()
}

fn account() -> Account {
    Account { id: Uuid::from_u128(7), external_id: PAGE.into(), region: "AU".into(), settings: json!({}) }
}

type Heads = Arc<Mutex<Vec<(String, String)>>>;

/// An adapter that is answered by `answer`; and what it asked, with the login it showed.
fn adapter(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> (Manychat, Heads) {
    let heads = Heads::default();
    let asked = Arc::clone(&heads);
    let transport = InProcess::new(move |request: Request<Bytes>| {
        let path = request.uri().path_and_query().unwrap().to_string();
        let login = request.headers()["authorization"].to_str().unwrap().to_owned();
        asked.lock().unwrap().push((path.clone(), login));
        let (status, body) = answer(&path);
        std::future::ready(if status == 0 {
            Err(TransportError::Timeout)
        } else {
            Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
        })
    });
    (Manychat::new(Arc::new(transport), ManychatConfig { jitter: 0.0, ..ManychatConfig::default() }), heads)
}

async fn pull(adapter: &Manychat, state: &AccountState, call: &Call) -> Result<Page, PlatformError> {
    let pulled = adapter.pull(&account(), &SecretString::from(TOKEN), state, call, start()).await;
    if let Ok(page) = &pulled {
        assert_remaps(adapter, &account(), state, page, false);
    }
    pulled
}

/// The one call that is due, answered by `answer`.
async fn asked(state: &AccountState, answer: (u16, Value)) -> Result<Page, PlatformError> {
    let (adapter, _) = adapter(move |_| (answer.0, answer.1.to_string()));
    let call = due(&adapter, state, start());
    pull(&adapter, state, &call).await
}

#[track_caller]
fn due(adapter: &Manychat, state: &AccountState, now: Timestamp) -> Call {
    match adapter.plan(&account(), state, now) {
        Plan::Ask(call) => call,
        Plan::Idle { until } => panic!("nothing is due until {until}"),
    }
}

/// A state in which the token was just checked and the tables were just read.
fn settled() -> AccountState {
    let mut state = AccountState::default();
    let cursor = json!({ "page": start(), "tags": start(), "fields": start(), "refreshed": start() });
    state.streams.entry("metadata".into()).or_default().cursor = cursor;
    state
}

/// The same with one subscriber to be read.
fn wanting(id: &str) -> AccountState {
    let item = Item {
        stream: "contacts".into(),
        external_id: id.into(),
        cursor: Value::Null,
        work: json!({ "refresh": true }),
        urgency: Urgency::Live,
        request: 3,
    };
    AccountState { due: Some(item), ..settled() }
}

/// A subscriber as the API shows them.
fn subscriber() -> Value {
    json!({
        "id": ORLA, "page_id": PAGE, "user_refs": [], "first_name": "Orla", "last_name": "Tamsin",
        "name": "Orla Tamsin", "gender": null, "profile_pic": "https://pics.example.org/1", "locale": "en_AU",
        "language": "English", "timezone": "UTC+08",
        "live_chat_url": "https://chat.example.org/fb104200000000001/chat/1104200000123456",
        "last_input_text": "Is Monday free?", "optin_phone": false, "phone": null, "optin_email": false,
        "email": "orla@example.org", "subscribed": "2026-05-04T10:54:33+08:00",
        "last_interaction": "2026-06-02T09:01:00+08:00", "last_seen": "2026-06-02T09:01:05+08:00",
        "is_followup_enabled": true, "ig_username": null, "ig_id": null, "whatsapp_phone": "+61491570156",
        "whatsapp_bsuid": null, "whatsapp_username": null, "optin_whatsapp": true,
        "custom_fields": [
            { "id": 7_700_001, "name": "cliniko_id", "type": "text", "description": "", "value": "55" },
            { "id": 7_700_002, "name": "visits", "type": "number", "description": "", "value": null }
        ],
        "tags": [{ "id": 550_002, "name": "VIP" }, { "id": 550_001, "name": "New lead" }]
    })
}

/// The same subscriber as a call carries them.
fn full_contact() -> Value {
    let mut contact = subscriber();
    let fields = contact.as_object_mut().unwrap();
    fields.insert("key".into(), json!(format!("user:{ORLA}")));
    fields.insert("status".into(), json!("active"));
    fields.insert("custom_fields".into(), json!({ "cliniko_id": "55", "visits": 3, "vip": true }));
    fields.remove("tags");
    contact
}

fn contacts(page: &Page) -> Vec<&Contact> {
    let records = page.changes.iter().map(|change| &change.record);
    records
        .filter_map(|record| if let Record::Contact(contact) = record { Some(contact) } else { None })
        .collect()
}

fn conversations(page: &Page) -> Vec<&Conversation> {
    let records = page.changes.iter().map(|change| &change.record);
    records
        .filter_map(
            |record| if let Record::Conversation(conversation) = record { Some(conversation) } else { None },
        )
        .collect()
}

fn messages(page: &Page) -> Vec<&Message> {
    let records = page.changes.iter().map(|change| &change.record);
    records
        .filter_map(|record| if let Record::Message(message) = record { Some(message) } else { None })
        .collect()
}

fn is_done(page: &Page, id: &str) -> bool {
    page.state.iter().any(
        |change| matches!(change, StateChange::Done { external_id, request: 3, .. } if external_id == id),
    )
}
