//! Cliniko's simulated platform, the adapter, the work and the tables, end to end.

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::SignedDuration;
use routiq::{
    config::value::Schedule,
    demo::compare::cliniko::compare,
    platforms::{
        Adapters,
        registry::{self, House as Common},
        section::{Section, Sections, Value},
        transport::{InProcess, Transport, TransportError},
    },
    store::{
        accounts::{self, NewAccount},
        ledger::{self, Rows},
        roster,
    },
    work::{Rederive, Scope, SyncSettings, SyncWork},
};
use routiq_actors::port::{Lease, Outcome, Sync, SyncKey};
use routiq_simulators::{
    Cut,
    clinic::Clinic,
    cliniko::{Cliniko, Command, Kind, Seat, Settings, Target},
};
use secrecy::SecretString;
use serde_json::json;

use crate::support::practice::House;

/// A practice at Cliniko, its account here, and what reads it.
struct Clinics {
    house: House,
    platform: Cliniko,
    seat: Seat,
    lease: Lease,
    work: SyncWork,
}

impl Clinics {
    async fn new() -> Self {
        let house = House::new().await;
        let reading = house.hand.clone();
        let platform = Cliniko::new(Settings::default(), Arc::new(move || reading.now()));
        let seat = platform.add_practice(&Clinic { patients: 80, ..Clinic::default() }, "au2").unwrap();
        let organization = house.organization("Seabreeze Clinic", "Australia/Perth").await;
        let external_id = seat.account.to_string();
        let settings = json!({ "clinical_notes": true });
        let now = house.hand.now();
        let new = NewAccount {
            id: house.ids.next(now),
            platform: "cliniko",
            external_id: &external_id,
            name: None,
            settings: &settings,
        };
        let mut session = house.store.session(organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let account = accounts::insert(&tenant, &new, now).await.unwrap();
        let key = SecretString::from(seat.key.clone());
        let id = house.ids.next(now);
        accounts::set_credential(&tenant, &house.keys, (account, "cliniko"), &key, id, "test", now)
            .await
            .unwrap();
        tenant.commit().await.unwrap();
        drop(session);
        let key = SyncKey { organization, account };
        let raised = roster::raise_fences(&house.store, &[key], now).await.unwrap();
        let lease = Lease { key, platform: "cliniko".into(), generation: raised[0] };
        let work = work(&house, &platform);
        Self { house, platform, seat, lease, work }
    }

    /// Works until nothing is due for longer than `patience`.
    async fn settle(&self, patience: SignedDuration) {
        let mut outcome = Sync::resume(&self.work, self.lease.clone()).await;
        for _ in 0..3_000 {
            self.house.hand.advance(SignedDuration::from_millis(400));
            outcome = match outcome {
                Outcome::More(demand) => {
                    Sync::step(&self.work, self.lease.clone(), demand.into()).await.report.outcome
                }
                Outcome::CaughtUp { again_in } => {
                    let pause = SignedDuration::try_from(again_in).unwrap();
                    if pause > patience {
                        return;
                    }
                    self.house.hand.advance(pause);
                    Sync::resume(&self.work, self.lease.clone()).await
                }
                other => panic!("{other:?}"),
            };
        }
        panic!("never caught up");
    }

    /// Lives on for a while, polls as they are due.
    async fn live(&self, span: SignedDuration) {
        let end = self.house.hand.now() + span;
        while self.house.hand.now() < end {
            self.settle(SignedDuration::ZERO).await;
            self.house.hand.advance(SignedDuration::from_secs(61));
        }
        self.settle(SignedDuration::ZERO).await;
    }

    async fn rows(&self) -> Rows {
        let mut session = self.house.store.session(self.lease.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        ledger::read(&tenant, self.lease.key.account).await.unwrap()
    }

    /// The tables hold what the platform holds, field for field.
    async fn assert_equal(&self, when: &str) {
        let truth = self.platform.ledger(self.seat.account).unwrap();
        let comparison = compare(&self.rows().await, &truth, true);
        assert_eq!(comparison.differences, 0, "{when}: {:#?}", comparison.examples);
        for (kind, count) in comparison.counts() {
            assert!(*count > 0, "{when}: no {kind} to compare");
        }
    }
}

fn adapters(platform: &Cliniko) -> Adapters {
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
    section.set("contact", Value::Text("it@clinic.example.org".to_owned()));
    let mut sections = Sections::default();
    sections.set("cliniko", section);
    registry::adapters(&transport, &Common { jitter: 0.0, ..Common::default() }, &sections)
}

fn work(house: &House, platform: &Cliniko) -> SyncWork {
    let adapters = adapters(platform);
    let settings = SyncSettings { sweep: Schedule::Every(std::time::Duration::from_secs(7 * 24 * 3600)) };
    let settings = Arc::new(ArcSwap::from_pointee(settings));
    SyncWork::new(
        house.store.clone(),
        adapters,
        house.keys.clone(),
        house.hand.clock(),
        house.ids.clone(),
        settings,
    )
}

#[tokio::test]
async fn a_practice_is_read_followed_and_swept_into_the_tables() {
    let clinics = Clinics::new().await;
    clinics.settle(SignedDuration::ZERO).await;
    clinics.assert_equal("after the import").await;
    assert!(clinics.rows().await.contacts.len() > 50, "there is something to compare");

    for _ in 0..4 {
        clinics.platform.tick(clinics.seat.account, 10).unwrap();
        clinics.live(SignedDuration::from_mins(6)).await;
    }
    clinics.assert_equal("after a busy hour").await;

    let ledger = clinics.platform.ledger(clinics.seat.account).unwrap();
    let erased = ledger.live(Kind::Invoices).next().unwrap().id.clone();
    let target = Target { account: clinics.seat.account, of: Kind::Invoices, id: erased.clone() };
    clinics.platform.command(Command::Erase { target }).unwrap();
    // A week later everything is listed again.
    clinics.house.hand.advance(SignedDuration::from_hours(7 * 24 + 1));
    clinics.live(SignedDuration::from_mins(3)).await;
    let rows = clinics.rows().await.records;
    assert!(!rows.iter().any(|row| row.kind == "invoices" && row.external_id == erased));
    clinics.assert_equal("after a sweep").await;

    // What was kept says what the tables say: appointments by group and alone, what was called off, sealed notes.
    let house = &clinics.house;
    let (store, keys) = (house.store.clone(), house.keys.clone());
    let rederive =
        Rederive::new(store, adapters(&clinics.platform), keys, house.hand.clock(), house.ids.clone());
    let (organization, account) = (clinics.lease.key.organization, clinics.lease.key.account);
    let found = rederive.account(organization, account, &Scope::default()).await.unwrap().unwrap();
    assert!(found.is_equal(), "{found:#?}");
    let held = |name: &str| found.compared.iter().find(|of| of.rows.as_str() == name).unwrap().held;
    for kind in ["patients", "appointments", "invoices", "clinical_notes", "practitioners", "locations"] {
        assert!(held(kind) > 0, "{kind}: nothing to compare");
    }
}
