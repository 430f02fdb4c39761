//! The adapter against the simulated platform, which was written from the same documents by other hands.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicI64, Ordering},
};

use jiff::SignedDuration;
use routiq_simulators::{
    Cut,
    clinic::Clinic,
    cliniko::{Cliniko as Installation, Command, Kind as Of, Ledger, Seat, Settings, State, Target},
};

use super::*;
use crate::{
    domain::change::{Kind, Record},
    platforms::{Plan, kit::tests::store::Store},
};

struct Lab {
    installation: Installation,
    micros: Arc<AtomicI64>,
    seat: Seat,
    adapter: Cliniko,
    store: Store,
    requests: usize,
    limited: usize,
}

impl Lab {
    fn new(settings: Settings, clinic: &Clinic) -> Self {
        let micros = Arc::new(AtomicI64::new(start().as_microsecond()));
        let read = Arc::clone(&micros);
        let clock = move || Timestamp::from_microsecond(read.load(Ordering::SeqCst)).unwrap();
        let installation = Installation::new(settings, Arc::new(clock));
        let seat = installation.add_practice(clinic, "au2").unwrap();
        let served = installation.clone();
        let transport = InProcess::new(move |request| {
            let served = served.clone();
            async move {
                served.handle(request).await.map_err(|cut| match cut {
                    Cut::TimedOut => TransportError::Timeout,
                    Cut::Connection | Cut::Body(_) => TransportError::Cut,
                })
            }
        });
        let adapter = Cliniko::new(Arc::new(transport), config());
        Self { installation, micros, seat, adapter, store: Store::default(), requests: 0, limited: 0 }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.micros.load(Ordering::SeqCst)).unwrap()
    }

    fn pass(&self, span: SignedDuration) {
        self.micros.fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Works until nothing is due, or until `end`. Requests come no faster than the budget allows.
    async fn work(&mut self, end: Option<Timestamp>) {
        let account = Account {
            external_id: self.seat.account.to_string(),
            settings: json!({ "clinical_notes": true }),
            ..account()
        };
        let key = SecretString::from(self.seat.key.clone());
        for _ in 0..50_000 {
            let now = self.now();
            match (self.adapter.plan(&account, &self.store.state(), now), end) {
                (Plan::Idle { .. }, None) => return,
                (_, Some(end)) if now >= end => return,
                (Plan::Idle { until }, Some(end)) => self.pass(until.min(end).duration_since(now)),
                (Plan::Ask(call), _) => {
                    self.pass(SignedDuration::from_millis(400));
                    self.requests += 1;
                    match self.adapter.pull(&account, &key, &self.store.state(), &call, now).await {
                        Ok(page) => self.store.apply(&page),
                        Err(PlatformError::RateLimited { retry_after, .. }) => {
                            self.limited += 1;
                            self.pass(retry_after.try_into().unwrap());
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        }
        panic!("never done");
    }

    async fn live(&mut self, span: SignedDuration) {
        self.work(Some(self.now() + span)).await;
    }

    async fn sweep(&mut self) {
        self.pass(SignedDuration::from_secs(2));
        self.store.sweep_requested_at = Some(self.now());
        self.work(None).await;
    }

    fn ledger(&self) -> Ledger {
        self.installation.ledger(self.seat.account).unwrap()
    }

    fn first(&self, of: Of) -> Target {
        let ledger = self.ledger();
        Target { account: self.seat.account, of, id: ledger.live(of).next().unwrap().id.clone() }
    }

    /// Every living record of the ledger stands in the store, and nothing else does.
    #[track_caller]
    fn assert_equal(&self) {
        let ledger = self.ledger();
        let ids = |of: Of, prefix: &str| -> BTreeSet<String> {
            ledger.live(of).map(|entry| format!("{prefix}{}", entry.id)).collect()
        };
        for (of, kind) in [
            (Of::Patients, Kind::Contact),
            (Of::Practitioners, Kind::Practitioner),
            (Of::Businesses, Kind::Location),
            (Of::AppointmentTypes, Kind::AppointmentType),
            (Of::Invoices, Kind::Invoice),
            (Of::TreatmentNotes, Kind::ClinicalNote),
        ] {
            same(kind, &self.store.living(kind), &ids(of, ""));
        }
        let groups: BTreeSet<&String> =
            ledger.of(Of::GroupAppointments).iter().map(|entry| &entry.id).collect();
        let attending = ledger.live(Of::Attendees).filter(|it| groups.contains(&it.relations["booking"]));
        let mut visits: BTreeSet<String> = attending.map(|it| format!("attendee:{}", it.id)).collect();
        visits.extend(ids(Of::IndividualAppointments, ""));
        visits.extend(ids(Of::GroupAppointments, "group:"));
        same(Kind::Appointment, &self.store.living(Kind::Appointment), &visits);
        for entry in ledger.live(Of::IndividualAppointments) {
            let Record::Appointment(visit) = &self.store.records[&(Kind::Appointment, entry.id.clone())]
            else {
                panic!("{}", entry.id)
            };
            assert_eq!(visit.cancelled_at, entry.cancelled_at, "{}", entry.id);
            let contact = visit.contact.as_ref().map(|contact| self.store.survivor(contact));
            assert_eq!(contact, entry.relations.get("patient"), "{}", entry.id);
            assert_eq!(visit.did_not_arrive, entry.fields["did_not_arrive"].as_bool(), "{}", entry.id);
            assert_eq!(visit.source_updated_at, Some(entry.updated_at), "{}", entry.id);
        }
        assert_eq!(self.store.rejected, 0);
    }
}

#[track_caller]
fn same(kind: Kind, ours: &BTreeSet<String>, theirs: &BTreeSet<String>) {
    let lost: Vec<_> = theirs.difference(ours).take(9).collect();
    let kept: Vec<_> = ours.difference(theirs).take(9).collect();
    assert!(lost.is_empty() && kept.is_empty(), "{kind:?}: lost {lost:?}, kept {kept:?}");
}

#[tokio::test]
async fn a_practice_is_imported_whole_and_every_stream_is_proven() {
    let mut lab = Lab::new(Settings::default(), &Clinic::default());
    lab.work(None).await;
    lab.assert_equal();
    for stream in lab.adapter.streams(&Account { settings: json!({ "clinical_notes": true }), ..account() }) {
        let proven =
            lab.store.streams[stream].proven_until.unwrap_or_else(|| panic!("{stream} is not proven"));
        assert!(proven <= lab.now() && proven >= start(), "{stream}: {proven}");
    }
    assert_eq!((lab.limited, lab.installation.blocked()), (0, 0));
    let requests = lab.requests;
    lab.live(SignedDuration::from_mins(20)).await;
    lab.assert_equal();
    let polls = lab.requests - requests;
    assert!(polls < 20 * 8, "{polls} requests in twenty quiet minutes");
}

#[tokio::test]
async fn what_happens_at_the_practice_is_followed() {
    for seed in 1..4 {
        let settings = Settings { seed, cancels_attendee: seed == 2, ..Settings::default() };
        let mut lab = Lab::new(settings, &Clinic { patients: 60, ..Clinic::default() });
        lab.work(None).await;
        for _ in 0..8 {
            lab.installation.tick(lab.seat.account, 12).unwrap();
            lab.live(SignedDuration::from_mins(6)).await;
        }
        lab.live(SignedDuration::from_mins(6)).await;
        lab.assert_equal();
        assert_eq!(lab.limited, 0);
    }
}

#[tokio::test]
async fn cancelled_archived_merged_and_erased_records_are_found() {
    let mut lab = Lab::new(Settings::default(), &Clinic::default());
    lab.work(None).await;
    let account = lab.seat.account;
    let cancelled = lab.first(Of::IndividualAppointments);
    let command = |command| lab.installation.command(command).unwrap();
    command(Command::Cancel { target: cancelled.clone(), reason: 30, as_of: None });
    command(Command::Archive { target: lab.first(Of::Invoices), as_of: None });
    let ids: Vec<String> = lab.ledger().live(Of::Patients).map(|entry| entry.id.clone()).collect();
    command(Command::Merge { account, patient: ids[0].clone(), into: ids[1].clone(), as_of: None });
    lab.live(SignedDuration::from_mins(6)).await;
    lab.assert_equal();
    match &lab.store.records[&(Kind::Appointment, cancelled.id.clone())] {
        Record::Appointment(visit) => assert!(visit.cancelled && visit.cancellation_reason.is_some()),
        other => panic!("{other:?}"),
    }
    // An erased record leaves no trace: only a listing finds that it is not there.
    let erased = lab.first(Of::Patients);
    lab.installation.command(Command::Erase { target: erased.clone() }).unwrap();
    lab.live(SignedDuration::from_mins(6)).await;
    assert!(lab.store.living(Kind::Contact).contains(&erased.id));
    lab.sweep().await;
    lab.assert_equal();
    assert!(
        !lab.ledger().live(Of::Patients).any(|entry| entry.id == erased.id && entry.state == State::Live)
    );
}

#[tokio::test]
async fn many_records_of_one_second_are_all_followed() {
    let mut lab = Lab::new(Settings::default(), &Clinic { patients: 350, ..Clinic::default() });
    lab.work(None).await;
    let touch = Command::Touch { account: lab.seat.account, of: Of::Patients, count: 340, as_of: None };
    lab.installation.command(touch).unwrap();
    lab.live(SignedDuration::from_mins(6)).await;
    lab.assert_equal();
    for entry in lab.ledger().live(Of::Patients) {
        let Record::Contact(contact) = &lab.store.records[&(Kind::Contact, entry.id.clone())] else {
            panic!()
        };
        assert_eq!(
            contact.patient.as_ref().unwrap().source_updated_at,
            Some(entry.updated_at),
            "{}",
            entry.id
        );
    }
}

#[tokio::test]
async fn others_who_use_up_the_limit_cost_time_and_nothing_else() {
    let settings = Settings { others_per_minute: 120, ..Settings::default() };
    let mut lab = Lab::new(settings, &Clinic::default());
    lab.work(None).await;
    lab.assert_equal();
}
