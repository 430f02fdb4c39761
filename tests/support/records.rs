//! A practice with an account at a practice system, and what comes from there.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::{
        change::{
            Appointment, AppointmentType, Change, ClinicalNote, Contact, Invoice, Kind, Location, Metadata,
            Patient, Payment, Phone, Practitioner, Record, Shape,
        },
        stream::{AccountState, Missing, Page, Reach, StateChange},
    },
    store::{
        StoreError,
        accounts::{self, NewAccount},
        apply::{self, Applied, Origin, Source},
        payloads, state,
    },
};
use routiq_actors::port::SyncKey;
use serde_json::json;

use super::practice::{House, Member};

/// A practice with an account at a practice system.
pub struct Scene {
    pub house: House,
    pub member: Member,
    pub start: Timestamp,
    pages: AtomicI64,
}

impl Scene {
    pub async fn set() -> Self {
        let house = House::new().await;
        let one = house.one();
        let now = house.hand.now();
        let settings = json!({});
        let new = NewAccount {
            id: house.ids.next(now),
            platform: "cliniko",
            external_id: "7",
            name: None,
            settings: &settings,
        };
        let mut session = house.store.session(one.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let account = accounts::insert(&tenant, &new, now).await.unwrap();
        tenant.commit().await.unwrap();
        let member = Member { key: SyncKey { account, ..one.key }, ..one };
        Self { house, member, start: now, pages: AtomicI64::new(0) }
    }

    /// What came so many seconds after the beginning, as pages and webhooks are written.
    pub async fn come(
        &self,
        seconds: i64,
        origin: Origin,
        changes: Vec<Change>,
        state: Vec<StateChange>,
    ) -> Result<Applied, StoreError> {
        let at = self.start + SignedDuration::from_secs(seconds);
        self.house.hand.advance_to(at);
        let raw =
            changes.iter().map(|change| json!({ "id": change.record.external_id() }).to_string()).collect();
        let page = Page { stream: "appointments", observed_at: at, changes, raw, state, ..Page::default() };
        let source = self.source(origin, at);
        let mut session = self.house.store.session(self.member.key.organization).await?;
        let tenant = session.begin(None).await?;
        let mut applied = apply::apply(&tenant, &source, &page).await?;
        payloads::keep(&tenant, &source, &page, &applied).await?;
        let mut known = AccountState::default();
        applied.add(state::advance(&tenant, &source, &page.state, &applied, &mut known).await?);
        tenant.commit().await?;
        Ok(applied)
    }

    /// Writes a page's records.
    pub async fn written(&self, source: &Source<'_>, records: Vec<Record>) {
        let changes = versioned(records, None);
        let page =
            Page { stream: "appointments", observed_at: source.observed_at, changes, ..Page::default() };
        let mut session = self.house.store.session(self.member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        apply::apply(&tenant, source, &page).await.unwrap();
        tenant.commit().await.unwrap();
    }

    pub fn source(&self, origin: Origin, at: Timestamp) -> Source<'_> {
        let now = self.house.hand.now();
        Source {
            origin,
            account: self.member.key.account,
            platform: "cliniko",
            generation: 1,
            transform_version: 1,
            observed_at: at,
            payload: self.house.ids.next(now),
            now,
            ids: &self.house.ids,
            keys: &self.house.keys,
            cause: "sync",
        }
    }

    /// A page asked for so many seconds after the beginning; answers the number of records written.
    pub async fn at(&self, seconds: i64, records: Vec<Record>) -> u64 {
        self.come(seconds, Origin::Page, versioned(records, None), Vec::new()).await.unwrap().changed()
    }

    /// A page asked for after all before.
    pub async fn then(&self, records: Vec<Record>) -> u64 {
        self.at(self.pages.fetch_add(1, Ordering::SeqCst) + 1, records).await
    }

    /// A complete listing that began so many seconds after the beginning, as its last page tells it; answers the number of
    /// records that are gone.
    pub async fn listed(&self, seconds: i64, stream: &'static str, reach: Reach, ids: &[&str]) -> u64 {
        let listing = self.start + SignedDuration::from_secs(seconds);
        let external_ids = ids.iter().map(|id| (*id).to_owned()).collect();
        let state = vec![
            StateChange::Listed { stream, listing, external_ids },
            StateChange::ListingComplete { stream, listing, reach, missing: Missing::GoneAfterTwo },
        ];
        self.come(seconds, Origin::Page, Vec::new(), state).await.unwrap().changed()
    }

    pub async fn texts(&self, query: &str) -> Vec<String> {
        self.house.texts(&self.member, query).await
    }

    pub async fn one(&self, query: &str) -> String {
        let rows = self.texts(query).await;
        assert_eq!(rows.len(), 1, "{query}");
        rows.into_iter().next().unwrap()
    }
}

pub fn versioned(records: Vec<Record>, source_version: Option<i64>) -> Vec<Change> {
    let records = records.into_iter().enumerate();
    records.map(|(raw, record)| Change::new(record, source_version, raw)).collect()
}

pub fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

pub fn time(value: &str) -> Option<Timestamp> {
    Some(value.parse().unwrap())
}

pub fn person(id: &str) -> Record {
    let phone = Phone { kind: "mobile".into(), original: "0491 570 006".into(), e164: text("+61491570006") };
    Record::Contact(Contact {
        external_id: id.into(),
        name: text("Ana Invented"),
        patient: Some(Box::new(Patient {
            first_name: text("Ana"),
            last_name: text("Invented"),
            date_of_birth: Some("1980-02-29".parse().unwrap()),
            phones: vec![phone],
            location: text("l1"),
            active: true,
            ..Patient::default()
        })),
        ..Contact::default()
    })
}

pub fn visit(id: &str, contact: &str, starts: Timestamp) -> Appointment {
    Appointment {
        external_id: id.into(),
        contact: text(contact),
        practitioner: text("p1"),
        location: text("l1"),
        appointment_type: text("t1"),
        starts_at: Some(starts),
        ends_at: Some(starts + SignedDuration::from_mins(45)),
        ..Appointment::default()
    }
}

pub fn booked(appointment: Appointment) -> Record {
    Record::Appointment(Box::new(appointment))
}

pub fn attendance(id: &str, group: &str, contact: &str) -> Record {
    booked(Appointment {
        external_id: id.into(),
        shape: Shape::Attendance,
        group: text(group),
        contact: text(contact),
        ..Appointment::default()
    })
}

pub fn gone(kind: Kind, id: &str) -> Record {
    Record::Gone { kind, external_id: id.into(), successor: None }
}

pub fn note(id: &str, words: &str) -> Record {
    Record::ClinicalNote(ClinicalNote {
        external_id: id.into(),
        contact: text("c1"),
        appointment: text("a1"),
        practitioner: text("p1"),
        title: text("Initial"),
        content: json!({ "sections": [{ "answer": words }] }),
        ..ClinicalNote::default()
    })
}

/// One of everything, each naming others.
pub fn everything() -> Vec<Record> {
    let start = time("2031-05-05T01:00:00Z").unwrap();
    let group =
        Appointment { shape: Shape::Group, contact: None, capacity: Some(8), ..visit("g1", "", start) };
    let cents = |cents| Some(rust_decimal::Decimal::new(cents, 2));
    vec![
        Record::Metadata(Metadata {
            external_id: "tag:1".into(),
            kind: "tag".into(),
            name: text("New"),
            details: json!({ "colour": "blue" }),
        }),
        Record::Location(Location {
            external_id: "l1".into(),
            name: text("Harbour Street"),
            timezone: text("Australia/Perth"),
            address: json!({ "city": "Perth" }),
            active: true,
            ..Location::default()
        }),
        Record::Practitioner(Practitioner {
            external_id: "p1".into(),
            name: text("Dr Wren"),
            locations: vec!["l1".into()],
            active: true,
            ..Practitioner::default()
        }),
        Record::AppointmentType(AppointmentType {
            external_id: "t1".into(),
            name: text("Standard"),
            duration_minutes: Some(45),
            price: cents(9_950),
            active: true,
            ..AppointmentType::default()
        }),
        person("c1"),
        booked(group),
        booked(visit("a1", "c1", start)),
        attendance("b1", "g1", "c1"),
        Record::Invoice(Box::new(Invoice {
            external_id: "i1".into(),
            number: text("1001"),
            contact: text("c1"),
            appointment: text("a1"),
            practitioner: text("p1"),
            location: text("l1"),
            issued_on: Some("2031-05-05".parse().unwrap()),
            total: cents(10_945),
            lines: json!([{ "name": "Standard", "total": "109.45" }]),
            ..Invoice::default()
        })),
        Record::Payment(Payment {
            external_id: "y1".into(),
            invoice: text("i1"),
            contact: text("c1"),
            location: text("l1"),
            amount: cents(-500),
            active: true,
            ..Payment::default()
        }),
        note("n1", "the left knee"),
    ]
}
