//! Twilio.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use routiq::{
    demo::compare::twilio::{talk_of, truth},
    domain::change::Kind,
    platforms::{declaration::Tombstone, transport::Transport},
};
use routiq_simulators::{
    Clock,
    faults::{Fault, FaultRule, When},
    hooks::{self, HookFaults, Sink},
    log::Counters,
    population::Practice,
    surprises::Surprise,
    twilio::{Command, Fate, Inbound, LedgerMessage, Sender, Settings, Twilio},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::subject::{Entered, Lacks, Scale, Spoilable, Subject, Told, Truth, answers};

const OWN: &str = "+61491579998";

struct Office {
    platform: Twilio,
    account: String,
    /// Signs what is told.
    token: String,
    /// Name and secret of the key in use.
    key: Mutex<(String, String)>,
}

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    let settings = Settings { seed: scale.seed, log_size: 0, ..Settings::default() };
    // What was said before anybody looks has come as far as it ever will.
    let before = Arc::new(AtomicBool::new(true));
    let early = Arc::clone(&before);
    let time = move || {
        let hours = if early.load(Ordering::SeqCst) { 2 } else { 0 };
        clock() - SignedDuration::from_hours(hours)
    };
    let platform = Twilio::new(settings, Arc::new(time));
    let practice = Practice { events_per_hour: 0.0, ..Practice::default() };
    let sender = Sender { address: OWN.to_owned(), ..Sender::default() };
    let (account, token) = platform.add_practice(&practice, sender).unwrap();
    let key = Mutex::new(platform.add_key(&account).unwrap());
    let office = Office { platform, account, token, key };
    for n in 0..scale.people {
        office.talk(n, if n % 5 == 0 { &["image/jpeg"] } else { &[] });
    }
    before.store(false, Ordering::SeqCst);
    Box::new(office)
}

/// A person's address and ours, in one of the channels.
fn ends(n: u32) -> (String, String) {
    let channel = if n.is_multiple_of(2) { "whatsapp:" } else { "" };
    (format!("{channel}+6149157{n:04}"), format!("{channel}{OWN}"))
}

impl Office {
    /// Somebody writes, and is answered.
    fn talk(&self, n: u32, media: &[&str]) {
        let (theirs, ours) = ends(n);
        let message = Inbound {
            from: theirs.clone(),
            to: ours.clone(),
            body: format!("Is Monday free for {n}?"),
            media: media.iter().map(|kind| (*kind).to_owned()).collect(),
            late_ms: u64::from(n) * 1000,
            ..Inbound::default()
        };
        self.platform.receive(message).unwrap();
        self.platform.send(&ours, &theirs, "Yes, come at nine.", None, Fate::Delivered).unwrap();
    }

    fn messages(&self) -> Vec<LedgerMessage> {
        self.platform.ledger(&self.account).unwrap().messages
    }

    fn command(&self, command: Command) -> Value {
        self.platform.command(command).unwrap()
    }
}

impl Subject for Office {
    fn entered(&self) -> Entered {
        let (name, secret) = self.key.lock().unwrap().clone();
        Entered {
            external_id: self.account.clone(),
            settings: json!({}),
            credential: format!("{name}:{secret}"),
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
        truth(&self.messages())
    }

    fn speak(&self) -> bool {
        for n in 0..16 {
            let (theirs, ours) = ends(n);
            let body = format!("And Tuesday? {n}");
            let message = Inbound { from: theirs, to: ours, body, ..Inbound::default() };
            self.platform.receive(message).unwrap();
        }
        true
    }

    fn traffic(&self, events_per_hour: f64) {
        self.platform.set_traffic(&self.account, events_per_hour).unwrap();
    }

    fn touch(&self, _: &str, count: usize) -> Result<usize, Lacks> {
        for n in 0..u32::try_from(count).unwrap() {
            let (theirs, ours) = ends(n);
            self.platform.send(&ours, &theirs, "See you.", None, Fate::Silent).unwrap();
        }
        Ok(count)
    }

    /// The first of a conversation that has others.
    fn remove(&self, _: &str, _: Tombstone) -> Result<String, Lacks> {
        let (all, mut seen) = (self.messages(), BTreeSet::new());
        let again = all.iter().find(|it| !seen.insert(talk_of(it))).unwrap();
        let talk = talk_of(again);
        let message = all.iter().find(|it| talk_of(it) == talk).unwrap().sid.clone();
        self.command(Command::Delete { message: message.clone() });
        Ok(message)
    }

    fn restore(&self, _: &str, _: Tombstone, _: &str) -> Result<(), Lacks> {
        Err(Lacks("a message that was deleted leaves no trace and never comes back"))
    }

    fn merge(&self) -> Result<(String, String), Lacks> {
        Err(Lacks("there are no people: nobody is ever merged or taken away, a number is a person"))
    }

    fn fault(&self, fault: Fault, when: When) {
        self.platform.fault(FaultRule { fault, path: None, when });
    }

    fn spoilable(&self) -> Vec<Spoilable> {
        // What comes in stays whole: who speaks with whom hangs on it.
        let all = self.messages().into_iter().filter(|it| !it.inbound);
        let places: &[&str] = &["/Messages"];
        let spoilable = |it: LedgerMessage| Spoilable {
            kind: Kind::Message,
            id: it.sid.clone(),
            record: it.sid,
            places,
            fields: MESSAGE,
        };
        all.map(spoilable).collect()
    }

    fn spoil(&self, what: &Spoilable, field: &str, with: Surprise) {
        let (record, field) = (Some(what.record.clone()), Some(field.to_owned()));
        let fault = Fault::Surprise { surprise: with, record, field };
        self.platform.fault(FaultRule { fault, path: None, when: When::Always });
    }

    fn calm(&self) {
        self.platform.clear_faults();
    }

    fn counters(&self) -> Counters {
        self.platform.counters()
    }

    fn revoke(&self) {
        let (name, _) = self.key.lock().unwrap().clone();
        self.platform.remove_key(&self.account, &name).unwrap();
    }

    fn replace(&self) -> String {
        let key = self.platform.add_key(&self.account).unwrap();
        let credential = format!("{}:{}", key.0, key.1);
        *self.key.lock().unwrap() = key;
        credential
    }

    fn subscribe(&self, url: &str) -> Result<Told, Lacks> {
        self.platform.tell(&self.account, Some(url), Some(url)).unwrap();
        Ok(Told { secrets: vec![SecretString::from(self.token.clone())], settings: json!({}) })
    }

    fn hook_faults(&self, faults: HookFaults) {
        self.platform.set_hook_faults(faults);
    }

    fn deliver<'a>(&'a self, sink: &'a dyn Sink, everything: bool) -> BoxFuture<'a, usize> {
        Box::pin(hooks::deliver(&self.platform, sink, everything))
    }
}

const MESSAGE: &[&str] = &["body", "status", "direction", "error_code", "date_created", "num_media"];
