//! ManyChat: what is known is what calls have told, and what the interface says of those whom they named.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::Request;
use jiff::Timestamp;
use routiq::{
    domain::change::Kind,
    platforms::{declaration::Tombstone, transport::Transport},
};
use routiq_simulators::{
    Clock,
    faults::{Fault, FaultRule, When},
    hooks::{self, HookFaults, Sink},
    log::Counters,
    manychat::{
        Automation, Channel, Command, Ledger, LedgerSubscriber, ManyChat, NewSubscriber, Seat, Settings,
        Status, Trigger,
    },
    population::Practice as Invented,
    surprises::Surprise,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::subject::{Entered, Fact, Lacks, Scale, Spoilable, Subject, Told, Truth, answers};

/// What the practice pasted into the header of its calls.
const SECRET: &str = "a-secret-of-thirty-two-bytes-000";

/// What somebody was told to have written: who, when, what.
type Said = (String, Timestamp, String);

struct Page {
    platform: ManyChat,
    seat: Seat,
    token: Mutex<String>,
    /// Of calls that were answered: whom they named, and what those wrote.
    told: Mutex<(BTreeSet<String>, BTreeSet<Said>)>,
}

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    let settings = Settings { seed: scale.seed, log_size: 0, ..Settings::default() };
    let platform = ManyChat::new(settings, clock);
    let practice =
        Invented { contacts: scale.people, history_days: 20, events_per_hour: 0.0, ..Invented::default() };
    let seat = platform.add_practice(&practice);
    let token = Mutex::new(seat.token.clone());
    Box::new(Page { platform, seat, token, told: Mutex::default() })
}

/// What a call says, read as the platform's documents describe it.
fn read(request: &Request<Bytes>) -> Option<(String, Option<Said>)> {
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    let contact = &body["contact"];
    let id = contact["id"].as_str()?.to_owned();
    let times = ["last_interaction", "ig_last_interaction"].map(|field| contact[field].as_str());
    let at = times.into_iter().flatten().filter_map(|at| at.parse::<Timestamp>().ok()).max();
    let text = contact["last_input_text"].as_str().filter(|_| body["event"] == "message_received");
    let said = text.zip(at).map(|(text, at)| (id.clone(), at, text.trim().to_owned()));
    Some((id, said))
}

impl Page {
    fn ledger(&self) -> Ledger {
        self.platform.ledger(self.seat.page).unwrap()
    }

    fn command(&self, command: Command) -> Value {
        self.platform.command(command).unwrap()
    }

    /// Those whom calls have named and whom the interface still knows.
    fn known(&self) -> Vec<LedgerSubscriber> {
        let named = self.told.lock().unwrap().0.clone();
        let all = self.ledger().subscribers.into_iter();
        all.filter(|it| it.status == Status::Active && named.contains(&it.id)).collect()
    }
}

fn contact(it: &LedgerSubscriber) -> Fact {
    Fact::of(json!({
        "name": it.name, "email": it.email, "phone_original": it.whatsapp_phone.as_ref().or(it.phone.as_ref()),
        "source_created_at": whole(it.subscribed),
        "last_activity_at": it.last_interaction.map(whole),
        "attributes": { "custom": it.custom_fields, "additional": { "tags": it.tags } },
    }))
}

/// As the platform shows it.
fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap()
}

impl Subject for Page {
    fn entered(&self) -> Entered {
        Entered {
            external_id: self.seat.page.to_string(),
            settings: json!({}),
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
        // Who is gone takes along what they wrote.
        let living: BTreeSet<String> = self.known().into_iter().map(|it| it.id).collect();
        let told = self.told.lock().unwrap().1.clone();
        let said: Vec<Said> = told.into_iter().filter(|(who, ..)| living.contains(who)).collect();
        let tags = ledger.tags.iter().map(|(id, name)| (format!("tag:{id}"), name.clone()));
        let fields = ledger.fields.iter().map(|it| (format!("custom_field:{}", it.id), it.name.clone()));
        let own = std::iter::once((format!("settings:{}", ledger.page), ledger.name.clone()));
        let metadata =
            tags.chain(fields).chain(own).map(|(id, name)| (id, Fact::of(json!({ "name": name }))));
        let talk = |who: &String| Fact::of(json!({ "contact_external_id": who, "status": "open" }));
        let message = |(who, at, text): &Said| {
            let columns = json!({ "content": text, "sent_at": at, "direction": "incoming" });
            (
                format!("{who} {at} {text}"),
                Fact { parent: Some((Kind::Conversation, who.clone())), ..Fact::of(columns) },
            )
        };
        Truth::from([
            (Kind::Metadata, metadata.collect()),
            (Kind::Contact, self.known().iter().map(|it| (it.id.clone(), contact(it))).collect()),
            (Kind::Conversation, said.iter().map(|(who, ..)| (who.clone(), talk(who))).collect()),
            (Kind::Message, said.iter().map(message).collect()),
        ])
    }

    /// Messages have no ids there: the same person, moment and text are the same message.
    fn name(&self, kind: Kind, row: &Value) -> String {
        let text = |column: &str| row[column].as_str().unwrap_or_default().to_owned();
        match kind {
            Kind::Message => {
                let at: Timestamp = text("sent_at").parse().unwrap();
                format!("{} {at} {}", text("sender_external_id"), text("content"))
            }
            _ => text("external_id"),
        }
    }

    /// Every field but those that name the person may be anything.
    fn strict(&self) -> bool {
        false
    }

    fn speak(&self) -> bool {
        for turn in 0..16 {
            let mobile = format!("+6149157{turn:04}");
            let texts = [("first_name", "Tess"), ("last_name", "Told"), ("whatsapp_phone", mobile.as_str())];
            let new = NewSubscriber::new(Channel::Whatsapp, &texts);
            let id = self.platform.add_subscriber(self.seat.page, new).unwrap();
            self.platform.write(self.seat.page, id, Some("Is Monday free?")).unwrap();
        }
        true
    }

    fn traffic(&self, events_per_hour: f64) {
        self.platform.set_traffic(self.seat.page, events_per_hour).unwrap();
    }

    fn touch(&self, stream: &str, _: usize) -> Result<usize, Lacks> {
        panic!("{stream} is not walked")
    }

    fn remove(&self, stream: &str, _: Tombstone) -> Result<String, Lacks> {
        let page = self.seat.page;
        if stream == "metadata" {
            let tag = self.ledger().tags.keys().next_back().unwrap().clone();
            self.command(Command::RemoveTag { page, tag: tag.parse().unwrap() });
            return Ok(format!("tag:{tag}"));
        }
        let id = self.known()[0].id.clone();
        self.command(Command::Unsubscribe { page, subscriber: id.parse().unwrap() });
        Ok(id)
    }

    fn restore(&self, stream: &str, _: Tombstone, id: &str) -> Result<(), Lacks> {
        if stream == "metadata" {
            return Err(Lacks("a tag that was removed never comes back under its id"));
        }
        // Who writes listens again.
        self.platform.write(self.seat.page, id.parse().unwrap(), Some("Hello again")).unwrap();
        Ok(())
    }

    fn merge(&self) -> Result<(String, String), Lacks> {
        Err(Lacks("nobody is ever merged: the same person on two channels is two contacts"))
    }

    fn fault(&self, fault: Fault, when: When) {
        self.platform.fault(FaultRule { fault, path: None, when });
    }

    fn spoilable(&self) -> Vec<Spoilable> {
        let known = self.known().into_iter().map(|it| Spoilable {
            kind: Kind::Contact,
            id: it.id.clone(),
            record: it.id,
            places: &["/fb/subscriber/getInfo"],
            fields: SUBSCRIBER,
        });
        let ledger = self.ledger();
        let tags = ledger.tags.keys().map(|id| Spoilable {
            kind: Kind::Metadata,
            id: format!("tag:{id}"),
            record: id.clone(),
            places: &["/fb/page/getTags"],
            fields: &["name"],
        });
        known.chain(tags).collect()
    }

    fn spoil(&self, what: &Spoilable, field: &str, with: Surprise) {
        for place in what.places {
            let (record, field) = (Some(what.record.clone()), Some(field.to_owned()));
            let fault = Fault::Surprise { surprise: with.clone(), record, field };
            self.platform.fault(FaultRule { fault, path: Some((*place).to_owned()), when: When::Always });
        }
    }

    fn calm(&self) {
        self.platform.clear_faults();
    }

    fn counters(&self) -> Counters {
        self.platform.counters()
    }

    fn revoke(&self) {
        self.platform.revoke_token(self.seat.page).unwrap();
    }

    fn replace(&self) -> String {
        let token = self.platform.reissue_token(self.seat.page).unwrap();
        self.token.lock().unwrap().clone_from(&token);
        token
    }

    fn subscribe(&self, url: &str) -> Result<Told, Lacks> {
        for on in
            [Trigger::ContactCreated, Trigger::MessageReceived, Trigger::TagApplied, Trigger::FieldChanged]
        {
            let headers = vec![("X-Webhook-Secret".to_owned(), SECRET.to_owned())];
            let automation =
                Automation { on, url: url.to_owned(), headers, escapes: true, ..Automation::default() };
            self.platform.add_automation(self.seat.page, automation).unwrap();
        }
        Ok(Told { secrets: vec![SecretString::from(SECRET)], settings: json!({}) })
    }

    fn hook_faults(&self, faults: HookFaults) {
        self.platform.set_hook_faults(faults);
    }

    fn deliver<'a>(&'a self, sink: &'a dyn Sink, everything: bool) -> BoxFuture<'a, usize> {
        Box::pin(async move {
            let noting = |request: Request<Bytes>| {
                if let Some((who, said)) = read(&request) {
                    let mut told = self.told.lock().unwrap();
                    told.0.insert(who);
                    told.1.extend(said);
                }
                sink.send(request, std::time::Duration::from_secs(10))
            };
            hooks::deliver(&self.platform, &noting, everything).await
        })
    }

    /// Of calls alone, by the documents.
    fn only_told(&self) -> &'static [&'static str] {
        &["attributes.additional.status", "attributes.additional.tt_optin"]
    }
}

const SUBSCRIBER: &[&str] = &[
    "first_name",
    "name",
    "gender",
    "last_input_text",
    "phone",
    "whatsapp_phone",
    "email",
    "optin_email",
    "subscribed",
    "last_interaction",
    "ig_id",
    "custom_fields",
    "custom_fields.0.value",
    "tags",
    "tags.0.name",
];
