//! Chatwoot.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use routiq::{
    domain::change::Kind,
    platforms::{declaration::Tombstone, transport::Transport},
};
use routiq_simulators::{
    Clock,
    chatwoot::{
        Chatwoot, Command, ConversationEdit, Fault as Played, Ledger, LedgerContact, LedgerConversation,
        LedgerMessage, MessageKind, NewContact, NewConversation, NewMessage, On, Priority, Role, Seat,
        Settings,
    },
    faults::{Fault, When},
    hooks::{self, HookFaults, Sink},
    log::Counters,
    population::Practice as Invented,
    surprises::Surprise,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::subject::{Entered, Fact, Lacks, Scale, Spoilable, Subject, Told, Truth, answers};

struct Practice {
    platform: Chatwoot,
    seat: Seat,
    token: Mutex<String>,
    /// The administrator whose tokens are made.
    user: i64,
}

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    let settings = Settings { seed: scale.seed, live: true, log_size: 0, ..Settings::default() };
    let platform = Chatwoot::new(settings, clock);
    let practice = Invented {
        contacts: scale.people,
        conversations: if scale.talkative { scale.people } else { scale.people.min(60) },
        messages_per_conversation: 4.0,
        history_days: 20,
        attachments: 0.2,
        imported: 0.1,
        deleted_messages: 0.05,
        visitors: 0.1,
        events_per_hour: 0.0,
        ..Invented::default()
    };
    let seat = platform.add_practice(practice).unwrap();
    let (user, token) = platform.add_user(seat.account, "Robin Example", Role::Administrator).unwrap();
    Box::new(Practice { platform, seat, token: Mutex::new(token), user })
}

fn number(id: &str) -> i64 {
    id.parse().unwrap()
}

impl Practice {
    fn ledger(&self) -> Ledger {
        self.platform.ledger(self.seat.account).unwrap()
    }

    /// Living contacts and conversations, eldest first.
    fn contacts(&self) -> Vec<i64> {
        self.ledger().contacts.iter().filter(|it| !it.deleted).map(|it| number(&it.id)).collect()
    }

    fn conversations(&self) -> Vec<i64> {
        self.ledger().conversations.iter().filter(|it| !it.deleted).map(|it| number(&it.id)).collect()
    }

    fn command(&self, command: Command) -> Value {
        self.platform.command(command).unwrap()
    }

    /// Changes conversations, and opens more where there are too few.
    fn touch_conversations(&self, count: usize) {
        let account = self.seat.account;
        let known = self.conversations();
        for (turn, id) in known.iter().take(count).enumerate() {
            let labels = Some(vec![format!("touched-{turn}")]);
            let edit =
                ConversationEdit { labels, priority: Some(Priority::Urgent), ..ConversationEdit::default() };
            self.platform.edit_conversation(account, *id, edit).unwrap();
        }
        let contacts = self.contacts();
        for contact in contacts.iter().cycle().take(count.saturating_sub(known.len())) {
            let new = NewConversation {
                inbox: self.seat.inboxes[0],
                contact: *contact,
                ..NewConversation::default()
            };
            self.platform.add_conversation(account, new).unwrap();
        }
    }

    fn touch_messages(&self, count: usize) {
        let conversation = *self.conversations().last().unwrap();
        for turn in 0..count {
            let new = NewMessage {
                content: Some(format!("line {turn}")),
                kind: MessageKind::Incoming,
                ..NewMessage::default()
            };
            self.platform.add_message(self.seat.account, conversation, new).unwrap();
        }
    }

    fn touch_contacts(&self, count: usize) {
        let before = self.contacts().len();
        for turn in 0..count {
            let email = format!("touched.{before}.{turn}@example.org");
            let new = NewContact {
                name: format!("Tess Touched {turn}"),
                email: Some(email),
                ..NewContact::default()
            };
            self.platform.add_contact(self.seat.account, new).unwrap();
        }
    }
}

impl Subject for Practice {
    fn entered(&self) -> Entered {
        Entered {
            external_id: self.seat.account.to_string(),
            settings: json!({ "base_url": "https://chat.example.org", "unlisted_recheck_hours": 1 }),
            credential: self.token.lock().unwrap().clone(),
        }
    }

    fn transport(&self) -> Arc<dyn Transport> {
        let platform = self.platform.clone();
        answers(move |request| {
            let platform = platform.clone();
            async move { platform.handle(request).await }
        })
    }

    fn truth(&self) -> Truth {
        let ledger = self.ledger();
        // Who has no address is on no list: a conversation shows them.
        let shows = |it: &LedgerContact| {
            let listed = [&it.email, &it.phone_number, &it.identifier].into_iter().any(Option::is_some);
            let theirs = ledger.conversations.iter().find(|talk| talk.contact_id == it.id && !listed);
            theirs.map(|talk| (Kind::Conversation, talk.id.clone()))
        };
        let contact = |it: &LedgerContact| {
            let columns = json!({
                "name": it.name, "email": it.email, "phone_original": it.phone_number, "identifier": it.identifier,
                "blocked": it.blocked, "attributes": { "custom": it.custom_attributes },
            });
            Fact { parent: shows(it), ..Fact::of(columns) }
        };
        let conversation = |it: &LedgerConversation| {
            Fact::of(json!({
                "external_uuid": it.uuid, "status": it.status, "priority": it.priority, "labels": it.labels,
                "contact_external_id": it.contact_id, "inbox_external_id": it.inbox_id,
                "assignee_name": it.assignee_name, "source_created_at": it.created_at,
                "last_activity_at": it.last_activity_at,
            }))
        };
        let message = |it: &LedgerMessage| {
            let columns = json!({
                "content": it.content, "is_private": it.private, "delivery_status": it.status,
                "sent_at": it.created_at, "deleted_at_source": it.deleted,
                "sender_name": it.sender.as_ref().map(|sender| sender.name.clone()),
            });
            Fact { parent: Some((Kind::Conversation, it.conversation_id.clone())), ..Fact::of(columns) }
        };
        let contacts = ledger.contacts.iter().filter(|it| !it.deleted);
        let conversations = ledger.conversations.iter().filter(|it| !it.deleted);
        Truth::from([
            (Kind::Contact, contacts.map(|it| (it.id.clone(), contact(it))).collect()),
            (Kind::Conversation, conversations.map(|it| (it.id.clone(), conversation(it))).collect()),
            (Kind::Message, ledger.messages.iter().map(|it| (it.id.clone(), message(it))).collect()),
            (
                Kind::Inbox,
                ledger
                    .inboxes
                    .iter()
                    .map(|it| (it.id.clone(), Fact::of(json!({ "name": it.name }))))
                    .collect(),
            ),
            (
                Kind::Agent,
                ledger
                    .agents
                    .iter()
                    .map(|it| (it.id.clone(), Fact::of(json!({ "name": it.name, "email": it.email }))))
                    .collect(),
            ),
        ])
    }

    fn traffic(&self, events_per_hour: f64) {
        self.platform.set_traffic(self.seat.account, events_per_hour).unwrap();
    }

    fn touch(&self, stream: &str, count: usize) -> Result<usize, Lacks> {
        match stream {
            "conversations" => self.touch_conversations(count),
            "messages" => self.touch_messages(count),
            "contacts" => self.touch_contacts(count),
            other => panic!("nothing of {other} is touched"),
        }
        Ok(count)
    }

    fn remove(&self, stream: &str, how: Tombstone) -> Result<String, Lacks> {
        let account = self.seat.account;
        match (stream, how) {
            ("conversations", _) => {
                let id = *self.conversations().last().unwrap();
                self.platform.delete_conversation(account, id).unwrap();
                Ok(id.to_string())
            }
            ("messages", Tombstone::Marked(_)) => {
                let ledger = self.ledger();
                let living =
                    ledger.messages.iter().find(|it| !it.deleted && it.kind == MessageKind::Incoming);
                let it = living.unwrap();
                self.platform.delete_message(account, number(&it.conversation_id), number(&it.id)).unwrap();
                Ok(it.id.clone())
            }
            ("messages", _) => {
                // A message goes with its conversation only.
                let ledger = self.ledger();
                let it = ledger.messages.last().unwrap();
                self.platform.delete_conversation(account, number(&it.conversation_id)).unwrap();
                Ok(it.id.clone())
            }
            ("contacts", _) => {
                let id = *self.contacts().last().unwrap();
                self.platform.delete_contact(account, id).unwrap();
                Ok(id.to_string())
            }
            ("inboxes", _) => {
                let id = *self.seat.inboxes.last().unwrap();
                self.platform.remove_inbox(account, id).unwrap();
                Ok(id.to_string())
            }
            _ => {
                let id =
                    self.ledger().agents.iter().find(|it| it.id != self.user.to_string()).unwrap().id.clone();
                self.platform.dismiss(number(&id), account).unwrap();
                Ok(id)
            }
        }
    }

    fn restore(&self, stream: &str, _: Tombstone, id: &str) -> Result<(), Lacks> {
        if stream != "agents" {
            return Err(Lacks("what is deleted there never comes back under its id"));
        }
        self.platform.grant(number(id), self.seat.account, Role::Administrator).unwrap();
        Ok(())
    }

    fn merge(&self) -> Result<(String, String), Lacks> {
        let contacts = self.contacts();
        self.platform.merge_contacts(self.seat.account, contacts[1], contacts[0]).unwrap();
        Ok((contacts[0].to_string(), contacts[1].to_string()))
    }

    fn fault(&self, fault: Fault, when: When) {
        let fault = match fault {
            Fault::RateLimited => Played::RateLimited,
            Fault::Html(status) => Played::Html(status),
            Fault::Timeout => Played::Timeout,
            Fault::Cut => Played::Cut,
            Fault::CutBody => Played::CutBody,
            Fault::MalformedJson => Played::MalformedJson,
            Fault::InvalidUtf8 => Played::InvalidUtf8,
            Fault::DuplicateRows => Played::DuplicateRows,
            Fault::Drift(rows) => Played::Drift(rows),
            Fault::Surprise { surprise, record, field } => Played::Surprise { surprise, record, field },
            Fault::Latency(ms) => Played::Latency(ms),
        };
        self.platform.fault(fault, On::default(), when);
    }

    fn spoilable(&self) -> Vec<Spoilable> {
        let truth = self.truth();
        let lists: [(Kind, &'static [&'static str], &'static [&'static str]); 3] = [
            (Kind::Contact, &["contacts", "contacts/*"], CONTACT),
            (Kind::Conversation, &["conversations", "conversations/filter", "conversations/*"], CONVERSATION),
            (Kind::Message, &["conversations/*/messages"], MESSAGE),
        ];
        let mut all = Vec::new();
        for (kind, places, fields) in lists {
            let mut ids: Vec<&String> = truth[&kind].keys().collect();
            ids.sort_by_key(|id| number(id));
            // Of conversations a few: with each go its messages.
            let every = if kind == Kind::Conversation { 4 } else { 1 };
            let ids = ids.into_iter().step_by(every);
            all.extend(ids.map(|id| Spoilable { kind, id: id.clone(), record: id.clone(), places, fields }));
        }
        all
    }

    fn spoil(&self, what: &Spoilable, field: &str, with: Surprise) {
        for place in what.places {
            let (record, field) = (Some(what.record.clone()), Some(field.to_owned()));
            let surprise = Played::Surprise { surprise: with.clone(), record, field };
            self.platform.fault(surprise, On::path(place), When::Always);
        }
    }

    fn calm(&self) {
        self.platform.clear_faults();
    }

    fn counters(&self) -> Counters {
        self.platform.counters()
    }

    fn revoke(&self) {
        self.platform.revoke_token(&self.token.lock().unwrap());
    }

    fn replace(&self) -> String {
        let token = self.command(Command::IssueToken { user: self.user });
        let token = token.as_str().unwrap().to_owned();
        self.token.lock().unwrap().clone_from(&token);
        token
    }

    fn subscribe(&self, url: &str) -> Result<Told, Lacks> {
        let (_, secret) = self.platform.add_webhook(self.seat.account, url, &[]).unwrap();
        Ok(Told { secrets: vec![SecretString::from(secret)], settings: json!({}) })
    }

    fn hook_faults(&self, faults: HookFaults) {
        self.platform.set_hook_faults(faults);
    }

    fn deliver<'a>(&'a self, sink: &'a dyn Sink, everything: bool) -> BoxFuture<'a, usize> {
        Box::pin(hooks::deliver(&self.platform, sink, everything))
    }
}

const CONTACT: &[&str] = &[
    "name",
    "email",
    "phone_number",
    "identifier",
    "blocked",
    "thumbnail",
    "additional_attributes",
    "custom_attributes",
    "created_at",
    "last_activity_at",
    "contact_inboxes",
    "contact_inboxes.0.source_id",
];
const CONVERSATION: &[&str] = &[
    "uuid",
    "status",
    "priority",
    "labels",
    "inbox_id",
    "can_reply",
    "unread_count",
    "created_at",
    "updated_at",
    "last_activity_at",
    "timestamp",
    "meta.sender",
    "meta.assignee",
    "additional_attributes",
];
const MESSAGE: &[&str] = &[
    "content",
    "content_type",
    "content_attributes",
    "message_type",
    "status",
    "private",
    "created_at",
    "sender",
    "attachments",
    "source_id",
];
