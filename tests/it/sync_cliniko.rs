//! Cliniko's simulated platform, the adapter, the work and the tables, end to end.

use std::{collections::BTreeSet, sync::Arc};

use jiff::SignedDuration;
use routiq::platforms::section::{Section, Sections, Value};
use routiq_simulators::{
    clinic::Clinic,
    cliniko::{Cliniko, Command, Kind, Seat, Settings, Target},
};
use serde_json::json;

use crate::support::{
    practice::House,
    reading::{Reading, Wanted, reach},
};

/// A practice at Cliniko, and what reads it.
struct Clinics {
    reading: Reading,
    platform: Cliniko,
    seat: Seat,
}

impl Clinics {
    async fn new() -> Self {
        let house = House::new().await;
        let clock = house.hand.clone();
        let platform = Cliniko::new(Settings::default(), Arc::new(move || clock.now()));
        let seat = platform.add_practice(&Clinic { patients: 80, ..Clinic::default() }, "au2").unwrap();
        let served = platform.clone();
        let transport = reach(move |request| {
            let served = served.clone();
            async move { served.handle(request).await }
        });
        let mut section = Section::default();
        section.set("contact", Value::Text("it@clinic.example.org".to_owned()));
        let mut sections = Sections::default();
        sections.set("cliniko", section);
        let wanted = Wanted {
            platform: "cliniko",
            external_id: &seat.account.to_string(),
            settings: &json!({ "clinical_notes": true }),
            sections,
            public_url: None,
        };
        let reading = Reading::new(house, &transport, wanted).await;
        reading.set_credential(&seat.key).await;
        Self { reading, platform, seat }
    }

    /// The tables hold what the platform holds.
    async fn assert_equal(&self, when: &str) {
        let ledger = self.platform.ledger(self.seat.account).unwrap();
        let ids = |of: Kind, prefix: &str| -> BTreeSet<String> {
            ledger.live(of).map(|entry| format!("{prefix}{}", entry.id)).collect()
        };
        for (of, kind) in [
            (Kind::Patients, "contacts"),
            (Kind::Practitioners, "practitioners"),
            (Kind::Businesses, "locations"),
            (Kind::AppointmentTypes, "appointment_types"),
            (Kind::Invoices, "invoices"),
            (Kind::TreatmentNotes, "clinical_notes"),
        ] {
            assert_eq!(self.reading.rows(kind).await, ids(of, ""), "{kind} {when}");
        }
        // Who attends a group that was put away still does.
        let groups: BTreeSet<&String> = ledger.of(Kind::GroupAppointments).iter().map(|it| &it.id).collect();
        let attending = ledger.live(Kind::Attendees).filter(|it| groups.contains(&it.relations["booking"]));
        let mut visits: BTreeSet<String> = attending.map(|it| format!("attendee:{}", it.id)).collect();
        visits.extend(ids(Kind::IndividualAppointments, ""));
        visits.extend(ids(Kind::GroupAppointments, "group:"));
        assert_eq!(self.reading.rows("appointments").await, visits, "appointments {when}");
    }
}

#[tokio::test]
async fn a_practice_is_read_followed_and_swept_into_the_tables() {
    let clinics = Clinics::new().await;
    clinics.reading.settle().await.unwrap();
    clinics.assert_equal("after the import").await;
    assert!(clinics.reading.rows("contacts").await.len() > 50, "there is something to compare");

    for _ in 0..4 {
        clinics.platform.tick(clinics.seat.account, 10).unwrap();
        clinics.reading.live(SignedDuration::from_mins(6)).await;
    }
    clinics.assert_equal("after a busy hour").await;

    let ledger = clinics.platform.ledger(clinics.seat.account).unwrap();
    let erased = ledger.live(Kind::Invoices).next().unwrap().id.clone();
    let target = Target { account: clinics.seat.account, of: Kind::Invoices, id: erased.clone() };
    clinics.platform.command(Command::Erase { target }).unwrap();
    // A week later everything is listed again.
    clinics.reading.house.hand.advance(SignedDuration::from_hours(7 * 24 + 1));
    clinics.reading.live(SignedDuration::from_mins(3)).await;
    assert!(!clinics.reading.rows("invoices").await.contains(&erased));
    clinics.assert_equal("after a sweep").await;
}
