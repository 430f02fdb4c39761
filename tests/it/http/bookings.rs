//! What a practice system books is on a dashboard: read from the simulated platform, counted, and told over a real socket.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use routiq::{
    config::value::Schedule,
    domain::{ids::Ids, patch::apply},
    platforms::{
        registry::{self, House as Common},
        section::{Section, Sections, Value as Told},
        transport::{InProcess, Transport, TransportError},
    },
    store::{accounts, roster},
    work::{SyncSettings, SyncWork},
};
use routiq_actors::port::{Lease, Outcome, Rolled, Rollup as _, Sync, SyncKey};
use routiq_simulators::{
    Cut,
    clinic::Clinic as Diary,
    cliniko::{Cliniko, Command, Entry, Kind, Ledger, Seat, Settings, Target},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    House, keys,
    watching::{Clinic, Socket, frame},
};
use crate::support::practice::{EPOCH, Hand};

const ZONE: &str = "Australia/Sydney";

/// A practice at the simulated Cliniko, what reads it, and who watches.
struct Watched<'a> {
    clinic: Clinic<'a>,
    hand: Hand,
    platform: Cliniko,
    seat: Seat,
    work: SyncWork,
    lease: Lease,
    socket: Socket,
    document: Value,
    sequence: i64,
}

impl<'a> Watched<'a> {
    async fn new(house: &'a House) -> Self {
        let hand = Hand::at(EPOCH.parse().unwrap());
        let reading = hand.clone();
        let platform = Cliniko::new(Settings::default(), Arc::new(move || reading.now()));
        let diary = Diary { patients: 60, archived: 0.0, time_zone: ZONE.to_owned(), ..Diary::default() };
        let seat = platform.add_practice(&diary, "au2").unwrap();
        let organization = house.organization("Seabreeze Clinic", &["cliniko"]).await;
        let (key, now) =
            (SyncKey { organization: organization.id, account: organization.accounts[0] }, hand.now());
        let ids = Ids::random();
        let mut session = house.store.session(organization.id).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let secret = SecretString::from(seat.key.clone());
        let place = (key.account, "cliniko");
        accounts::set_credential(&tenant, &keys(), place, &secret, ids.next(now), "test", now).await.unwrap();
        tenant.commit().await.unwrap();
        drop(session);
        let raised = roster::raise_fences(&house.store, &[key], now).await.unwrap();
        let lease = Lease { key, platform: "cliniko".into(), generation: raised[0] };
        let work = work(house, &platform, &hand);
        let clinic = Clinic::of(house, organization, hand.clock()).await;
        let mut socket = clinic.watch("").await;
        let first = frame(&mut socket).await;
        let (document, sequence) = (first["data"].clone(), first["seq"].as_i64().unwrap());
        Self { clinic, hand, platform, seat, work, lease, socket, document, sequence }
    }

    /// Reads until nothing is due, then counts, and follows what the socket tells.
    async fn settle(&mut self) {
        let mut outcome = self.work.resume(self.lease.clone()).await;
        for _ in 0..3_000 {
            outcome = match outcome {
                Outcome::More(demand) => {
                    self.hand.advance(SignedDuration::from_millis(400));
                    self.work.step(self.lease.clone(), demand.into()).await.report.outcome
                }
                Outcome::CaughtUp { again_in } if again_in.is_zero() => {
                    self.work.resume(self.lease.clone()).await
                }
                Outcome::CaughtUp { .. } => {
                    self.count().await;
                    return;
                }
                other => panic!("{other:?}"),
            };
        }
        panic!("never caught up");
    }

    /// Counts and follows; answers when it is to be counted again.
    async fn count(&mut self) -> Duration {
        let again_in = loop {
            match self.clinic.rollup.roll(self.clinic.lease).await {
                Rolled::More => {}
                Rolled::Done { again_in } => break again_in,
                other => panic!("{other:?}"),
            }
        };
        let numbered = "select sequence from routiq.live_sequences where organization_id = $1";
        let admin = self.clinic.admin().await;
        let last: i64 = admin.query_one(numbered, &[&self.clinic.organization.id]).await.unwrap().get(0);
        while self.sequence < last {
            let told = frame(&mut self.socket).await;
            if told["type"] == "delta" {
                assert_eq!(told["data"]["base_seq"], self.sequence, "nothing is left out");
                apply(&mut self.document, &told["data"]["patch"]);
                self.sequence = told["seq"].as_i64().unwrap();
            }
        }
        again_in
    }

    /// Polls once more after what has happened at the platform.
    async fn poll(&mut self) {
        self.hand.advance(SignedDuration::from_mins(2));
        self.settle().await;
    }

    fn target(&self, id: &str) -> Target {
        Target { account: self.seat.account, of: Kind::IndividualAppointments, id: id.to_owned() }
    }

    /// Books the first patient for half an hour at a time.
    fn book(&self, starts: Timestamp) -> String {
        let edit =
            json!({ "fields": { "starts_at": starts, "ends_at": starts + SignedDuration::from_mins(30) } });
        let add = json!({
            "do": "add", "account": self.seat.account, "of": "individual_appointments", "edit": edit,
        });
        let command: Command = serde_json::from_value(add).unwrap();
        let id = self.platform.command(command).unwrap();
        id.as_str().or_else(|| id["id"].as_str()).unwrap_or_else(|| panic!("{id}")).to_owned()
    }

    /// What the socket's reader sees is what the platform's own ledger says.
    fn assert_exact(&self, when: &str) {
        let truth = self.platform.ledger(self.seat.account).unwrap();
        assert_eq!(seen(&self.document), of_the_ledger(&truth, self.hand.now()), "{when}");
    }

    fn bookings(&self, name: &str) -> i64 {
        self.document["metrics"]["bookings"][name].as_i64().unwrap()
    }
}

fn work(house: &House, platform: &Cliniko, hand: &Hand) -> SyncWork {
    let served = platform.clone();
    let transport: Arc<dyn Transport> = Arc::new(InProcess::new(move |request| {
        let served = served.clone();
        async move {
            served.handle(request).await.map_err(|cut| match cut {
                Cut::TimedOut => TransportError::Timeout,
                Cut::Connection | Cut::Body(_) => TransportError::Cut,
            })
        }
    }));
    let mut section = Section::default();
    section.set("contact", Told::Text("it@clinic.example.org".to_owned()));
    let mut sections = Sections::default();
    sections.set("cliniko", section);
    let adapters = registry::adapters(&transport, &Common { jitter: 0.0, ..Common::default() }, &sections);
    let settings = SyncSettings { sweep: Schedule::Every(Duration::from_secs(7 * 24 * 3600)) };
    let settings = Arc::new(ArcSwap::from_pointee(settings));
    SyncWork::new(house.store.clone(), adapters, keys(), hand.clock(), Ids::random(), settings)
}

/// A visit of the ledger.
struct Visit {
    patient: Option<String>,
    starts: Timestamp,
    ends: Timestamp,
    cancelled: Option<Timestamp>,
    missed: bool,
}

impl Visit {
    fn of(entry: &Entry, time: &Entry) -> Self {
        let at = |name: &str| time.fields[name].as_str().unwrap().parse().unwrap();
        Self {
            patient: entry.relations.get("patient").cloned(),
            starts: at("starts_at"),
            ends: at("ends_at"),
            cancelled: entry.cancelled_at,
            missed: entry.fields.get("did_not_arrive").and_then(Value::as_bool) == Some(true),
        }
    }

    fn is_late(&self) -> bool {
        self.cancelled.is_some_and(|at| self.starts.duration_since(at) < SignedDuration::from_hours(24))
    }

    fn is_counted(&self) -> bool {
        self.cancelled.is_none()
    }

    fn is_booked(&self) -> bool {
        self.is_counted() || self.is_late()
    }
}

/// The figures as the ledger has them, by rules that share nothing with the statements'.
fn of_the_ledger(truth: &Ledger, now: Timestamp) -> Value {
    let mut visits: Vec<Visit> =
        truth.live(Kind::IndividualAppointments).map(|entry| Visit::of(entry, entry)).collect();
    let groups: BTreeMap<&str, &Entry> =
        truth.of(Kind::GroupAppointments).iter().map(|entry| (entry.id.as_str(), entry)).collect();
    visits.extend(truth.live(Kind::Attendees).filter_map(|entry| {
        let group = groups.get(entry.relations.get("booking")?.as_str())?;
        Some(Visit::of(entry, group))
    }));
    let zone = TimeZone::get(ZONE).unwrap();
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let today = day(now);
    let on = |date: Date| {
        let of = |holds: &dyn Fn(&Visit) -> bool| {
            visits.iter().filter(|v| day(v.starts) == date && holds(v)).count()
        };
        json!({
            "bookings": of(&Visit::is_booked),
            "completed": of(&|v| v.is_counted() && !v.missed && v.ends <= now),
            "missed": of(&|v| v.starts <= now && (v.is_late() || v.is_counted() && v.missed)),
            "cancelled": of(&|v| v.cancelled.is_some() && !v.is_late()),
            "upcoming": of(&|v| v.is_counted() && v.starts > now),
        })
    };
    let mut days = Vec::new();
    let mut date = today;
    for _ in 0..7 {
        days.insert(0, on(date));
        date = date.yesterday().unwrap();
    }
    let alive: Vec<&str> = truth.live(Kind::Patients).map(|entry| entry.id.as_str()).collect();
    let has = |patient: &str, holds: &dyn Fn(&Visit) -> bool| {
        visits.iter().any(|v| v.patient.as_deref() == Some(patient) && v.is_counted() && holds(v))
    };
    let recent = |v: &Visit| v.starts <= now && v.starts >= now - SignedDuration::from_hours(30 * 24);
    let upcoming = |v: &Visit| v.starts > now;
    let patients =
        |holds: &dyn Fn(&Visit) -> bool| alive.iter().filter(|patient| has(patient, holds)).count();
    json!({
        "days": days,
        "upcoming": visits.iter().filter(|v| v.is_counted() && upcoming(v)).count(),
        "total": visits.iter().filter(|v| v.is_counted()).count(),
        "patients": alive.len(),
        "active": patients(&|v| recent(v) || upcoming(v)),
        "with_upcoming": patients(&upcoming),
        "with_recent": patients(&recent),
    })
}

/// The same as the reader has them.
fn seen(document: &Value) -> Value {
    let (metrics, summary) = (&document["metrics"], &document["summary"]);
    let days: Vec<Value> = metrics["bookingTrends"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| {
            let mut day = day.clone();
            day.as_object_mut().unwrap().remove("date");
            day
        })
        .collect();
    let today = days.last().unwrap();
    for (name, of) in [
        ("today", "bookings"),
        ("completedToday", "completed"),
        ("missedToday", "missed"),
        ("cancelledToday", "cancelled"),
        ("upcomingToday", "upcoming"),
    ] {
        assert_eq!(metrics["bookings"][name], today[of], "{name}");
    }
    assert_eq!(metrics["activePatients"], summary["active_patients"]);
    assert_eq!(metrics["totalPatients"], summary["total_patients"]);
    json!({
        "days": days,
        "upcoming": metrics["bookings"]["upcoming"],
        "total": metrics["bookings"]["total"],
        "patients": summary["total_patients"],
        "active": summary["active_patients"],
        "with_upcoming": summary["patients_with_upcoming"],
        "with_recent": summary["patients_with_recent"],
    })
}

#[tokio::test]
async fn what_is_booked_called_off_and_taken_away_is_on_the_socket_exactly_and_midnight_too() {
    let house = House::new().await;
    let mut watched = Watched::new(&house).await;
    assert_eq!(watched.document["metrics"]["stale"], true, "nobody has told of any");
    assert_eq!(watched.bookings("total"), 0);
    watched.settle().await;
    watched.assert_exact("after the import");
    assert_eq!(watched.document["metrics"]["stale"], false);
    assert_eq!(watched.document["summary"]["integration_status"], "Connected");
    assert!(
        watched.bookings("total") > 50 && watched.bookings("upcoming") > 0,
        "there is something to count"
    );

    // An hour and two days from now; it is the afternoon there.
    let (before, now) = (watched.document.clone(), watched.hand.now());
    let soon = watched.book(now + SignedDuration::from_hours(1));
    let later = watched.book(now + SignedDuration::from_hours(48));
    watched.poll().await;
    watched.assert_exact("two more");
    let was = |name: &str| before["metrics"]["bookings"][name].as_i64().unwrap();
    assert_eq!(watched.bookings("today"), was("today") + 1);
    assert_eq!(watched.bookings("upcoming"), was("upcoming") + 2);

    let cancel = |watched: &Watched<'_>, id: &str| {
        let (target, reason) = (watched.target(id), 50);
        watched.platform.command(Command::Cancel { target, reason, as_of: None }).unwrap();
    };
    cancel(&watched, &later);
    cancel(&watched, &soon);
    watched.poll().await;
    watched.assert_exact("called off");
    assert_eq!(watched.bookings("upcoming"), was("upcoming"));
    assert_eq!(watched.bookings("today"), was("today") + 1, "called off an hour before, it was booked");

    let target = watched.target(&soon);
    watched.platform.command(Command::Archive { target, as_of: None }).unwrap();
    watched.poll().await;
    watched.assert_exact("taken away");
    assert_eq!(watched.bookings("today"), was("today"));

    // No write from here on: the clock alone, until it is tomorrow there.
    let end = watched.document["metrics"]["endDate"].clone();
    let mut looks = 0;
    while watched.document["metrics"]["endDate"] == end {
        let again_in = watched.count().await;
        watched.assert_exact("by the clock");
        watched.hand.advance(SignedDuration::try_from(again_in).unwrap());
        looks += 1;
        assert!(looks < 200, "midnight never comes");
        watched.count().await;
        watched.assert_exact("the moment it changes");
    }
    let midnight = watched.hand.now().to_zoned(TimeZone::get(ZONE).unwrap());
    assert_eq!((midnight.hour(), midnight.minute()), (0, 0), "{midnight}");
    house.stop().await;
}
