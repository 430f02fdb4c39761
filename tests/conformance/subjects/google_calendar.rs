//! Google Calendar: a person's calendar and a room's.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use routiq::{
    demo::compare::google_calendar::truth,
    domain::change::Kind,
    platforms::{declaration::Tombstone, transport::Transport},
};
use routiq_simulators::{
    Clock,
    faults::{Fault, FaultRule, When},
    google_calendar::{Command, Event, GoogleCalendar, Settings, Status},
    hooks::{self, HookFaults, Sink},
    log::Counters,
    population::Practice as Invented,
    surprises::Surprise,
};
use serde_json::{Value, json};

use crate::subject::{Entered, Lacks, Scale, Spoilable, Subject, Truth, answers};

/// The account, and the id of its first calendar.
const ANA: &str = "ana@seabreeze.example.test";

struct Calendars {
    platform: GoogleCalendar,
    room: String,
    credential: Mutex<String>,
}

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    let settings = Settings { seed: scale.seed, short_pages: true, log_size: 0, ..Settings::default() };
    let platform = GoogleCalendar::new(settings, clock);
    let refresh = platform.grant(ANA);
    let life = Invented {
        conversations: scale.people,
        history_days: 20,
        events_per_hour: 0.0,
        ..Invented::default()
    };
    assert_eq!(platform.add_practice(ANA, &life).unwrap(), ANA);
    let room = platform.add_practice(ANA, &Invented { name: "Room 1".to_owned(), ..life }).unwrap();
    // Of the account's calendars this one is nobody's business.
    platform.add_calendar(ANA, "Private", "Australia/Perth").unwrap();
    let credential = Mutex::new(credential(&platform, &refresh));
    Box::new(Calendars { platform, room, credential })
}

fn credential(platform: &GoogleCalendar, refresh: &str) -> String {
    let (id, secret) = platform.client();
    json!({ "client_id": id, "client_secret": secret, "refresh_token": refresh }).to_string()
}

impl Calendars {
    fn calendars(&self) -> [&str; 2] {
        [ANA, &self.room]
    }

    /// What a calendar shows, instance by instance.
    fn events(&self, calendar: &str) -> Vec<Event> {
        let instances = self.platform.ledger(calendar).unwrap().instances;
        instances.into_iter().filter(|event| event.status != Status::Cancelled).collect()
    }

    fn all(&self) -> Vec<(String, Event)> {
        let of = |calendar: &str| {
            let events = self.events(calendar).into_iter();
            events.map(|event| (format!("{calendar}/{}", event.id), event)).collect::<Vec<_>>()
        };
        self.calendars().into_iter().flat_map(of).collect()
    }

    fn command(&self, command: Command) -> Value {
        self.platform.command(command).unwrap()
    }
}

impl Subject for Calendars {
    fn entered(&self) -> Entered {
        Entered {
            external_id: ANA.to_owned(),
            settings: json!({ "calendars": self.calendars(), "locations": [self.room] }),
            credential: self.credential.lock().unwrap().clone(),
        }
    }

    fn transport(&self) -> Arc<dyn Transport> {
        let platform = self.platform.clone();
        answers(move |request| {
            let platform = platform.clone();
            async move { platform.handle(request).await }
        })
    }

    /// Access tokens stand in memory: every process asks for its own.
    fn access(&self) -> &'static [&'static str] {
        &["/token"]
    }

    fn truth(&self) -> Truth {
        let ledgers = self.calendars().map(|it| (self.platform.ledger(it).unwrap(), it != ANA));
        truth(&ledgers)
    }

    fn traffic(&self, events_per_hour: f64) {
        for calendar in self.calendars() {
            self.platform.set_traffic(calendar, events_per_hour / 2.0).unwrap();
        }
    }

    fn touch(&self, stream: &str, _: usize) -> Result<usize, Lacks> {
        panic!("{stream} is not walked by times")
    }

    fn remove(&self, _: &str, how: Tombstone) -> Result<String, Lacks> {
        let single = |(_, event): &(String, Event)| event.recurring_event_id.is_none();
        let (id, event) = self.all().into_iter().find(single).unwrap();
        let calendar = id.split_once('/').unwrap().0;
        self.platform.cancel_event(calendar, &event.id).unwrap();
        if how == Tombstone::Checked {
            // What nobody follows any more is on no list.
            self.command(Command::ExpireSyncTokens { calendar: calendar.to_owned() });
        }
        Ok(id)
    }

    fn restore(&self, _: &str, _: Tombstone, id: &str) -> Result<(), Lacks> {
        let (calendar, event) = id.split_once('/').unwrap();
        let (calendar, event) = (calendar.to_owned(), event.to_owned());
        self.command(Command::RestoreEvent { calendar, event });
        Ok(())
    }

    fn merge(&self) -> Result<(String, String), Lacks> {
        panic!("a calendar holds no people")
    }

    fn fault(&self, fault: Fault, when: When) {
        self.platform.fault(FaultRule { fault, path: None, when });
    }

    fn spoilable(&self) -> Vec<Spoilable> {
        let single = |(_, event): &(String, Event)| event.recurring_event_id.is_none();
        let events = self.all().into_iter().filter(single);
        let spoilable = |(id, event): (String, Event)| Spoilable {
            kind: Kind::Appointment,
            id,
            record: event.id,
            places: &["/calendar/v3/calendars/*/events", "/calendar/v3/calendars/*/events/*"],
            fields: EVENT,
        };
        events.map(spoilable).collect()
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
        self.platform.revoke(ANA).unwrap();
    }

    fn replace(&self) -> String {
        let new = credential(&self.platform, &self.platform.grant(ANA));
        self.credential.lock().unwrap().clone_from(&new);
        new
    }

    fn pushes(&self) -> bool {
        true
    }

    fn hook_faults(&self, faults: HookFaults) {
        self.platform.set_hook_faults(faults);
    }

    fn deliver<'a>(&'a self, sink: &'a dyn Sink, everything: bool) -> BoxFuture<'a, usize> {
        Box::pin(hooks::deliver(&self.platform, sink, everything))
    }
}

const EVENT: &[&str] = &[
    "start",
    "start.dateTime",
    "end.dateTime",
    "end",
    "summary",
    "description",
    "location",
    "created",
    "updated",
    "attendees",
    "organizer",
    "sequence",
    "start.timeZone",
];
