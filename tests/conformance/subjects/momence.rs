//! Momence.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use routiq::{
    demo::compare::momence::{BESIDE, truth},
    domain::change::Kind,
    platforms::{declaration::Tombstone, transport::Transport},
};
use routiq_simulators::{
    Clock,
    faults::{Fault, FaultRule, When},
    log::Counters,
    momence::{Command, Ledger, Momence, NewMember, NewReservation, Seat, Settings},
    population::Practice as Invented,
    surprises::Surprise,
};
use serde_json::{Value, json};

use crate::subject::{Entered, Lacks, Scale, Spoilable, Subject, Truth, answers};

const DELETED: Lacks = Lacks("what is deleted there never comes back under its id");

struct Studio {
    platform: Momence,
    seat: Seat,
    password: Mutex<String>,
}

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    let settings = Settings { seed: scale.seed, log_size: 0, ..Settings::default() };
    let platform = Momence::new(settings, clock);
    let life = Invented {
        contacts: scale.people,
        conversations: scale.people.min(60),
        history_days: 20,
        events_per_hour: 0.0,
        ..Invented::default()
    };
    let seat = platform.add_practice(&life);
    let password = Mutex::new(seat.password.clone());
    Box::new(Studio { platform, seat, password })
}

impl Studio {
    fn ledger(&self) -> Ledger {
        self.platform.ledger(self.seat.host).unwrap()
    }

    fn command(&self, command: Command) -> Value {
        self.platform.command(command).unwrap()
    }
}

impl Subject for Studio {
    fn entered(&self) -> Entered {
        let Seat { client_id, client_secret, username, host, .. } = &self.seat;
        let credential = json!({ "client_id": client_id, "client_secret": client_secret, "username": username,
            "password": *self.password.lock().unwrap() });
        Entered { external_id: host.to_string(), settings: json!({}), credential: credential.to_string() }
    }

    fn transport(&self) -> Arc<dyn Transport> {
        let platform = self.platform.clone();
        answers(move |request| {
            let platform = platform.clone();
            async move { platform.handle(request).await }
        })
    }

    /// Tokens stand in memory: every process asks for its own.
    fn access(&self) -> &'static [&'static str] {
        &["/api/v2/auth/token"]
    }

    fn truth(&self) -> Truth {
        truth(&self.ledger())
    }

    /// They are known from what names them.
    fn beside(&self) -> &'static [Kind] {
        BESIDE
    }

    fn traffic(&self, events_per_hour: f64) {
        self.platform.set_traffic(self.seat.host, events_per_hour).unwrap();
    }

    fn touch(&self, stream: &str, count: usize) -> Result<usize, Lacks> {
        let (ledger, host) = (self.ledger(), self.seat.host);
        let known = ledger.members.len() + ledger.reservations.len();
        for turn in 0..count {
            if stream == "contacts" {
                let member = NewMember {
                    first_name: "Tess".to_owned(),
                    last_name: format!("Touched {turn}"),
                    email: format!("tess.{known}.{turn}@example.test"),
                    ..NewMember::default()
                };
                self.platform.add_member(host, member).unwrap();
            } else {
                let reservation = NewReservation {
                    service: ledger.reservations[0].service.clone(),
                    starts_at: self.platform.now() + SignedDuration::from_hours(50),
                    minutes: 30,
                    members: vec![ledger.members[turn % ledger.members.len()].id],
                    price_cents: 0,
                };
                self.command(Command::Reserve { host, reservation });
            }
        }
        Ok(count)
    }

    fn remove(&self, stream: &str, _: Tombstone) -> Result<String, Lacks> {
        let (ledger, host) = (self.ledger(), self.seat.host);
        if stream == "contacts" {
            let member = ledger.members.last().unwrap().id;
            self.command(Command::DeleteMember { host, member });
            return Ok(member.to_string());
        }
        let session = ledger.sessions.iter().max_by_key(|it| it.starts_at).unwrap().id;
        self.command(Command::DeleteSession { host, session });
        Ok(format!("session:{session}"))
    }

    fn restore(&self, _: &str, _: Tombstone, _: &str) -> Result<(), Lacks> {
        Err(DELETED)
    }

    fn merge(&self) -> Result<(String, String), Lacks> {
        Err(Lacks("members are never merged there"))
    }

    fn fault(&self, fault: Fault, when: When) {
        self.platform.fault(FaultRule { fault, path: None, when });
    }

    fn spoilable(&self) -> Vec<Spoilable> {
        let ledger = self.ledger();
        let members = ledger.members.iter().map(|it| Spoilable {
            kind: Kind::Contact,
            id: it.id.to_string(),
            record: it.id.to_string(),
            places: &["members"],
            fields: MEMBER,
        });
        let sessions = ledger.sessions.iter().map(|it| Spoilable {
            kind: Kind::Appointment,
            id: format!("session:{}", it.id),
            record: it.id.to_string(),
            places: &["sessions"],
            fields: SESSION,
        });
        members.chain(sessions).collect()
    }

    /// A host numbers everything in one row, so the number alone says which record.
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
        let new = self.platform.revoke(self.seat.host).unwrap();
        *self.password.lock().unwrap() = new;
    }

    fn replace(&self) -> String {
        self.entered().credential
    }
}

const MEMBER: &[&str] = &["firstName", "lastName", "email", "phoneNumber", "firstSeen", "lastSeen"];
const SESSION: &[&str] =
    &["startsAt", "endsAt", "name", "capacity", "isCancelled", "teacher", "inPersonLocation", "type", "tags"];
