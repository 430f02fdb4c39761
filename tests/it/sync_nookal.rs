//! Nookal's simulated platform, the adapter, the work and the tables, end to end, through both of its interfaces.

use std::{collections::BTreeSet, sync::Arc};

use jiff::SignedDuration;
use routiq::platforms::section::Sections;
use routiq_simulators::{
    clinic::Clinic,
    nookal::{Command, Entry, Kind, Ledger, Nookal, Seat, Settings, State, Target},
};
use serde_json::{Value, json};

use crate::support::{
    practice::House,
    reading::{Reading, Wanted, reach},
};

/// A practice at Nookal, and what reads it through one interface.
struct Clinics {
    reading: Reading,
    platform: Nookal,
    seat: Seat,
    newer: bool,
}

impl Clinics {
    async fn new(newer: bool) -> Self {
        let house = House::new().await;
        let clock = house.hand.clone();
        let platform = Nookal::new(Settings::default(), Arc::new(move || clock.now()));
        let clinic = Clinic { patients: 70, groups: 0.15, ..Clinic::default() };
        let seat = platform.add_practice(&clinic).unwrap();
        let served = platform.clone();
        let transport = reach(move |request| {
            let served = served.clone();
            async move { served.handle(request).await }
        });
        let (settings, credential) = match newer {
            true => (json!({ "api": "v3", "timezone": clinic.time_zone }), &seat.basic_key),
            false => (json!({ "clinical_notes": true }), &seat.key),
        };
        let wanted = Wanted {
            platform: "nookal",
            external_id: "seabreeze",
            settings: &settings,
            sections: Sections::default(),
            public_url: None,
        };
        let mut reading = Reading::new(house, &transport, wanted).await;
        // A hundred a minute.
        reading.pace = SignedDuration::from_millis(600);
        reading.set_credential(credential).await;
        Self { reading, platform, seat, newer }
    }

    fn ledger(&self) -> Ledger {
        self.platform.ledger(self.seat.account).unwrap()
    }

    /// Four weeks on, twice: everything is listed again as far back as it goes, and what two listings miss is gone.
    async fn months(&self) {
        for _ in 0..2 {
            self.reading.house.hand.advance(SignedDuration::from_hours(29 * 24));
            self.reading.settle().await.unwrap();
        }
    }

    /// The tables hold what the platform holds.
    async fn assert_equal(&self, when: &str) {
        let ledger = self.ledger();
        let there = |of: Kind| ledger.of(of).iter().filter(|entry| entry.state != State::Deleted);
        let ids = |of: Kind, prefix: &str| -> BTreeSet<String> {
            there(of).map(|entry| format!("{prefix}{}", entry.id)).collect()
        };
        let same = async |kind: &str, expected: BTreeSet<String>| {
            assert_eq!(self.reading.rows(kind).await, expected, "{kind} {when}");
        };
        same("contacts", ids(Kind::Patients, "")).await;
        same("locations", ids(Kind::Locations, "")).await;
        same("invoices", ids(Kind::Invoices, "")).await;
        let payments =
            there(Kind::Invoices).flat_map(|it| it.fields["details"]["payments"].as_array().unwrap());
        let paid = payments.clone().map(|payment| payment["payment_id"].as_str().unwrap().to_owned());
        same("payments", paid.collect()).await;
        let classes = there(Kind::Appointments).filter(|it| it.slot == "class").map(|it| it.id.as_str());
        let classes: BTreeSet<&str> = classes.collect();
        let visits = there(Kind::Appointments).filter(|it| it.slot == "visit").map(|it| it.id.clone());
        let mut visits: BTreeSet<String> = visits.collect();
        visits.extend(classes.iter().map(|id| format!("class:{id}")));
        if !self.newer {
            same("practitioners", ids(Kind::Practitioners, "")).await;
            same("clinical_notes", ids(Kind::Notes, "")).await;
            let mut types = ids(Kind::Services, "");
            types.extend(ids(Kind::Classes, "class:"));
            same("appointment_types", types).await;
            let attending = there(Kind::Participants).filter(|it| classes.contains(text(it, "apptID")));
            let place = |it: &Entry| format!("participant:{}:{}", text(it, "apptID"), text(it, "patientID"));
            visits.extend(attending.map(place));
        }
        same("appointments", visits).await;

        // Whose each visit is, when, and what became of it.
        let facts = "select concat_ws('|', external_id, contact_external_id, extract(epoch from starts_at)::bigint, cancelled)
                     from routiq.appointments where shape = 'individual' and deleted_at is null and account_id is not null
                     order by external_id";
        let expected = there(Kind::Appointments).filter(|it| it.slot == "visit").map(|it| {
            let cancelled = if text(it, "cancelled") == "1" { "t" } else { "f" };
            format!("{}|{}|{}|{cancelled}", it.id, text(it, "patientID"), it.starts.unwrap().as_second())
        });
        let mut expected: Vec<String> = expected.collect();
        expected.sort();
        let mut ours = self.reading.texts(facts).await;
        ours.sort();
        assert_eq!(ours, expected, "{when}");

        let worth = "select coalesce(sum(amount) filter (where active), 0)::text from routiq.payments where deleted_at is null";
        let cents: i64 = there(Kind::Invoices).filter(|it| text(it, "void") != "1").map(paid_cents).sum();
        let ours: f64 = self.reading.texts(worth).await[0].parse().unwrap();
        assert_eq!((ours * 100.0).round(), cents as f64, "what came in {when}");

        assert_eq!(self.platform.counters().violations, 0, "{when}");
        assert_eq!(self.platform.keys_in_addresses(), 0, "{when}");
        let rejected = self.reading.texts("select external_id from routiq.sync_errors").await;
        assert!(rejected.is_empty(), "{rejected:?} {when}");
    }
}

fn text<'a>(entry: &'a Entry, name: &str) -> &'a str {
    entry.fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn paid_cents(invoice: &Entry) -> i64 {
    let payments = invoice.fields["details"]["payments"].as_array().unwrap();
    let amount = |payment: &Value| match &payment["amount"] {
        Value::String(text) => text.parse::<f64>().unwrap(),
        number => number.as_f64().unwrap(),
    };
    payments.iter().map(|payment| (amount(payment) * 100.0).round() as i64).sum()
}

async fn read_followed_and_swept(newer: bool) {
    let clinics = Clinics::new(newer).await;
    clinics.reading.settle().await.unwrap();
    clinics.assert_equal("after the import").await;
    assert!(clinics.reading.rows("contacts").await.len() > 50, "there is something to compare");

    for _ in 0..3 {
        clinics.platform.tick(clinics.seat.account, 12).unwrap();
        clinics.reading.live(SignedDuration::from_mins(6)).await;
    }
    let account = clinics.seat.account;
    let ledger = clinics.ledger();
    let living =
        |of: Kind| ledger.of(of).iter().filter(|it| it.state != State::Deleted).map(|it| it.id.clone());
    let erased = living(Kind::Invoices).next().unwrap();
    let target = Target { account, of: Kind::Invoices, id: erased };
    clinics.platform.command(Command::Delete { target }).unwrap();
    let patients: Vec<String> = living(Kind::Patients).take(2).collect();
    let (patient, into) = (patients[0].clone(), patients[1].clone());
    clinics.platform.command(Command::Merge { account, patient, into }).unwrap();
    clinics.months().await;
    clinics.assert_equal("after everything was listed again").await;
    clinics
        .reading
        .assert_rederives(&["patients", "appointments", "invoices", "payments", "locations"])
        .await;

    match newer {
        true => clinics.platform.revoke_client(&clinics.seat.basic_key).unwrap(),
        false => clinics.platform.revoke_key(&clinics.seat.key).unwrap(),
    }
    clinics.reading.house.hand.advance(SignedDuration::from_mins(5));
    let refused = clinics.reading.settle().await.unwrap_err();
    assert!(refused.contains(if newer { "Basic Key" } else { "API key" }), "{refused}");
    let again = match newer {
        true => clinics.platform.issue_client(account, &[]).unwrap(),
        false => clinics.platform.issue_key(account, &[]).unwrap(),
    };
    clinics.reading.set_credential(&again).await;
    clinics.platform.tick(account, 5).unwrap();
    clinics.reading.settle().await.unwrap();
    clinics.months().await;
    clinics.assert_equal("after a new credential").await;
}

#[tokio::test]
async fn a_practice_is_read_followed_and_swept_through_the_older_interface() {
    read_followed_and_swept(false).await;
}

#[tokio::test]
async fn a_practice_is_read_followed_and_swept_through_the_newer_interface() {
    read_followed_and_swept(true).await;
}
