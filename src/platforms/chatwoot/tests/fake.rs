//! A small Chatwoot: the lists, filters and orders the adapter relies on, with the platform's quirks.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::{TOKEN, respond};
use crate::platforms::transport::TransportError;

#[derive(Clone, Default)]
pub(super) struct Contact {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) created: i64,
    pub(super) activity: Option<i64>,
}

#[derive(Clone, Default)]
pub(super) struct Conversation {
    pub(super) id: u64,
    pub(super) contact: u64,
    pub(super) status: &'static str,
    pub(super) created: i64,
    /// Milliseconds.
    pub(super) updated: i64,
    pub(super) activity: i64,
}

#[derive(Clone, Default)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) conversation: u64,
    pub(super) created: i64,
    pub(super) status: &'static str,
}

type Hook = Box<dyn FnMut(&mut World, &str) + Send>;

#[derive(Default)]
pub(super) struct World {
    pub(super) now: i64,
    pub(super) contacts: Vec<Contact>,
    pub(super) conversations: Vec<Conversation>,
    pub(super) messages: Vec<Message>,
    pub(super) asked: Vec<String>,
    /// Does not know `updated_within`: sends an ordinary page.
    pub(super) ignores_window: bool,
    /// Before 4.0.2 conversations did not tell when they were updated.
    pub(super) old: bool,
    /// Breaks ties of order differently in every answer.
    pub(super) unstable: bool,
    /// Serves this page of contacts once more instead of the next.
    pub(super) repeats: Option<u64>,
    /// Sees every request before it is answered.
    pub(super) hook: Option<Hook>,
}

#[derive(Clone, Default)]
pub(super) struct Fake(Arc<Mutex<World>>);

impl Fake {
    pub(super) fn with<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    pub(super) fn serve(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        assert_eq!(request.headers()["api-access-token"], TOKEN);
        self.with(|world| {
            let asked = request.uri().path_and_query().unwrap().to_string();
            if let Some(mut hook) = world.hook.take() {
                hook(world, &asked);
                world.hook.get_or_insert(hook);
            }
            world.asked.push(asked);
            let query = request.uri().query().unwrap_or_default();
            let query: BTreeMap<&str, &str> =
                query.split('&').filter_map(|pair| pair.split_once('=')).collect();
            let path = request.uri().path().trim_start_matches("/api/v1/");
            let answer = match path.strip_prefix("accounts/4/") {
                Some(path) => world.answer(&path.split('/').collect::<Vec<_>>(), &query),
                None => Some(json!({ "id": 1, "access_token": "never-keep",
                    "accounts": [{ "id": 4, "role": "administrator", "status": "active" }] })),
            };
            match answer {
                Some(answer) => respond(200, answer.to_string()),
                None => respond(404, r#"{"error":"Resource could not be found"}"#),
            }
        })
    }
}

impl World {
    /// Somebody writes: a message, and what it moves.
    pub(super) fn write(&mut self, conversation: u64) -> u64 {
        let id = self.messages.iter().map(|message| message.id).max().unwrap_or(9_000) + 3;
        let now = self.now;
        self.messages.push(Message { id, conversation, created: now, status: "sent" });
        let found = self.conversations.iter_mut().find(|c| c.id == conversation).unwrap();
        (found.activity, found.updated) = (now, now * 1000 + (id % 1000) as i64);
        let contact = found.contact;
        self.contacts.iter_mut().filter(|c| c.id == contact).for_each(|c| c.activity = Some(now));
        id
    }

    fn answer(&mut self, path: &[&str], query: &BTreeMap<&str, &str>) -> Option<Value> {
        let page: usize = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Some(match *path {
            ["inboxes"] => {
                json!({ "payload": [{ "id": 3, "name": "WhatsApp", "channel_type": "Channel::Whatsapp",
                "hmac_token": "never-keep", "provider_config": { "api_key": "never-keep" } }] })
            }
            ["agents"] => json!([{ "id": 8, "name": "Ana", "email": "ana@example.org", "role": "agent" }]),
            ["contacts"] => self.list_contacts(page, query["sort"]),
            ["contacts", id] => {
                let contact = self.contacts.iter().find(|contact| contact.id.to_string() == id)?;
                json!({ "payload": contact.json(true) })
            }
            ["conversations"] => self.list_conversations(page, query),
            ["conversations", id] => self.show(self.conversations.iter().find(|c| c.id.to_string() == id)?),
            ["conversations", id, "messages"] => {
                self.conversations.iter().find(|c| c.id.to_string() == id)?;
                self.list_messages(id, query)
            }
            _ => return None,
        })
    }

    fn list_contacts(&mut self, page: usize, sort: &str) -> Value {
        let page = match self.repeats.take_if(|repeated| *repeated as usize + 1 == page) {
            Some(repeated) => repeated as usize,
            None => page,
        };
        let tie = self.tie();
        let mut found: Vec<_> = self.contacts.iter().filter(|contact| contact.email.is_some()).collect();
        match sort {
            "created_at" => found.sort_by_key(|c| (c.created, tie(c.id))),
            "-created_at" => found.sort_by_key(|c| (-c.created, tie(c.id))),
            // Here names are as different as numbers.
            "name" => found.sort_by_key(|c| c.id),
            "-name" => found.sort_by_key(|c| std::cmp::Reverse(c.id)),
            "-last_activity_at" => {
                found.sort_by_key(|c| (c.activity.is_none(), c.activity.map(|at| -at), tie(c.id)))
            }
            other => panic!("unknown sort {other}"),
        }
        let payload: Vec<_> = found.iter().skip((page - 1) * 15).take(15).map(|c| c.json(true)).collect();
        json!({ "meta": { "count": found.len(), "current_page": page.to_string() }, "payload": payload })
    }

    fn list_conversations(&self, page: usize, query: &BTreeMap<&str, &str>) -> Value {
        assert_eq!(query["status"], "all", "otherwise only open ones come");
        let tie = self.tie();
        let mut found: Vec<_> = self.conversations.iter().collect();
        match query["sort_by"] {
            "created_at_asc" => found.sort_by_key(|c| (c.created, tie(c.id))),
            "created_at_desc" => found.sort_by_key(|c| (-c.created, tie(c.id))),
            "last_activity_at_desc" => found.sort_by_key(|c| (-c.activity, tie(c.id))),
            other => panic!("unknown sort {other}"),
        }
        let count = found.len();
        match query.get("updated_within").filter(|_| !self.ignores_window) {
            Some(window) => {
                let since = (self.now - window.parse::<i64>().unwrap()) * 1000;
                found.retain(|conversation| conversation.updated > since);
            }
            None => found = found.into_iter().skip((page - 1) * 25).take(25).collect(),
        }
        let payload: Vec<_> = found.into_iter().map(|conversation| self.show(conversation)).collect();
        json!({ "data": { "meta": { "all_count": count, "mine_count": 0 }, "payload": payload } })
    }

    fn show(&self, conversation: &Conversation) -> Value {
        let sender = self.contacts.iter().find(|c| c.id == conversation.contact).map(|c| c.json(false));
        let mut shown = json!({ "id": conversation.id, "uuid": format!("u-{}", conversation.id), "account_id": 4,
            "inbox_id": 3, "status": conversation.status, "labels": ["x"], "waiting_since": 0,
            "additional_attributes": [], "custom_attributes": {}, "created_at": conversation.created,
            "last_activity_at": conversation.activity,
            "meta": { "sender": sender, "channel": "Channel::Whatsapp", "hmac_verified": true } });
        if !self.old {
            shown["updated_at"] = json!(conversation.updated as f64 / 1000.0);
        }
        shown
    }

    fn list_messages(&self, conversation: &str, query: &BTreeMap<&str, &str>) -> Value {
        let (after, before): (u64, u64) = (query["after"].parse().unwrap(), query["before"].parse().unwrap());
        let mut found: Vec<_> =
            self.messages.iter().filter(|m| m.conversation.to_string() == conversation).collect();
        found.retain(|message| (after..before).contains(&message.id));
        found.sort_by_key(|message| (message.created, message.id));
        found.truncate(1000);
        let payload = found.iter().map(|message| {
            json!({ "id": message.id, "content": format!("message {}", message.id), "message_type": 0,
                "conversation_id": message.conversation, "created_at": message.created, "private": false,
                "status": message.status, "content_attributes": {} })
        });
        json!({ "meta": {}, "payload": payload.collect::<Vec<_>>() })
    }

    /// How ties are broken: by id, or by chance.
    fn tie(&self) -> impl Fn(u64) -> u64 + use<> {
        let salt = if self.unstable { self.asked.len() as u64 } else { 0 };
        move |id| {
            if salt == 0 {
                id
            } else {
                (id ^ salt.wrapping_mul(0x9e37_79b9)).wrapping_mul(0x2545_f491_4f6c_dd1d)
            }
        }
    }
}

impl Contact {
    fn json(&self, inboxes: bool) -> Value {
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| map.insert(name.to_owned(), value);
        put("id", json!(self.id));
        put("name", json!(self.name));
        put("email", json!(self.email));
        put("phone_number", Value::Null);
        put("identifier", json!(""));
        put("thumbnail", json!(""));
        put("blocked", json!(false));
        put("availability_status", json!("offline"));
        put("additional_attributes", json!([]));
        put("custom_attributes", json!({ "cliniko_id": "55" }));
        put("created_at", json!(self.created));
        if let Some(activity) = self.activity {
            put("last_activity_at", json!(activity));
        }
        if inboxes {
            put(
                "contact_inboxes",
                json!([{ "source_id": format!("6140000{}", self.id),
                "inbox": { "id": 3, "channel_type": "Channel::Whatsapp", "channel_id": 9 } }]),
            );
        }
        Value::Object(map)
    }
}

/// A practice with a history: contacts of whom every seventh has no address, conversations in every status, a few
/// messages each.
pub(super) fn history(contacts: u64, conversations: u64) -> Fake {
    let fake = Fake::default();
    let now = super::start().as_second();
    fake.with(|world| {
        world.now = now;
        world.contacts = (1..=contacts)
            .map(|id| Contact {
                id,
                name: format!("Person {id}"),
                email: (id % 7 != 0).then(|| format!("p{id}@example.org")),
                created: now - 9_000_000 + id as i64 * 100,
                activity: None,
            })
            .collect();
        world.conversations = (1..=conversations)
            .map(|id| {
                let at = now - 5_000_000 + id as i64 * 1_000;
                let status = ["open", "resolved", "pending", "snoozed"][id as usize % 4];
                let contact = 1 + (id - 1) % contacts;
                Conversation { id, contact, status, created: at, updated: at * 1000, activity: at }
            })
            .collect();
        for conversation in 1..=conversations {
            for n in 0..=conversation % 4 {
                let created = now - 5_000_000 + conversation as i64 * 1_000 - 3_000 + n as i64 * 600;
                let id = conversation * 10 + n;
                world.messages.push(Message { id, conversation, created, status: "read" });
            }
        }
        // Everybody without an address wrote at least once: a conversation is the only place to see them.
        let spoken: Vec<_> = world.conversations.iter().map(|c| c.contact).collect();
        world.contacts.retain(|contact| contact.email.is_some() || spoken.contains(&contact.id));
    });
    fake
}
