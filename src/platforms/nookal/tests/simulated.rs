//! The adapter against the simulated platform, which was written from the same documents by other hands.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicI64, Ordering},
};

use jiff::SignedDuration;
use routiq_simulators::{
    Cut,
    clinic::Clinic,
    nookal::{Command, Edit, Kind as Of, Ledger, Nookal as Installation, Seat, Settings, State, Target},
};

use super::*;
use crate::{
    domain::change::{Appointment, Kind, Record},
    platforms::{Plan, kit::tests::store::Store},
};

struct Lab {
    installation: Installation,
    micros: Arc<AtomicI64>,
    seat: Seat,
    adapter: Nookal,
    store: Store,
    account: Account,
    key: SecretString,
    requests: usize,
}

impl Lab {
    fn new(settings: Settings, clinic: &Clinic, newer: bool) -> Self {
        let micros = Arc::new(AtomicI64::new(start().as_microsecond()));
        let read = Arc::clone(&micros);
        let clock = move || Timestamp::from_microsecond(read.load(Ordering::SeqCst)).unwrap();
        let installation = Installation::new(settings, Arc::new(clock));
        let seat = installation.add_practice(clinic).unwrap();
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
        let adapter = Nookal::new(Arc::new(transport), config());
        let (account, key) = match newer {
            true => (super::newer(), seat.basic_key.clone()),
            false => (Account { settings: json!({ "clinical_notes": true }), ..account() }, seat.key.clone()),
        };
        let key = SecretString::from(key);
        Self { installation, micros, seat, adapter, store: Store::default(), account, key, requests: 0 }
    }

    fn older(clinic: &Clinic) -> Self {
        Self::new(Settings::default(), clinic, false)
    }

    fn is_newer(&self) -> bool {
        self.account.settings["api"] == "v3"
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.micros.load(Ordering::SeqCst)).unwrap()
    }

    fn pass(&self, span: SignedDuration) {
        self.micros.fetch_add(i64::try_from(span.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// One request; until when there is nothing to do, when there is nothing.
    async fn step(&mut self) -> Result<Option<Timestamp>, PlatformError> {
        let now = self.now();
        match self.adapter.plan(&self.account, &self.store.state(), now) {
            Plan::Idle { until } => Ok(Some(until)),
            Plan::Ask(call) => {
                self.pass(SignedDuration::from_millis(600));
                self.requests += 1;
                let page =
                    self.adapter.pull(&self.account, &self.key, &self.store.state(), &call, now).await?;
                self.store.apply(&page);
                Ok(None)
            }
        }
    }

    /// Works until nothing is due, or until `end`. Requests come no faster than the budget allows.
    async fn work(&mut self, end: Option<Timestamp>) {
        for _ in 0..100_000 {
            let now = self.now();
            if end.is_some_and(|end| now >= end) {
                return;
            }
            match (self.step().await, end) {
                (Ok(Some(_)), None) => return,
                (Ok(Some(until)), Some(end)) => self.pass(until.min(end).duration_since(now)),
                (Ok(None), _) => {}
                (Err(error), _) => panic!("{error}"),
            }
        }
        panic!("never done");
    }

    async fn live(&mut self, span: SignedDuration) {
        self.work(Some(self.now() + span)).await;
    }

    /// So much later, when everything is listed again as far back as it goes, twice.
    async fn months(&mut self) {
        for _ in 0..2 {
            self.pass(SignedDuration::from_hours(29 * 24));
            self.work(None).await;
        }
    }

    fn ledger(&self) -> Ledger {
        self.installation.ledger(self.seat.account).unwrap()
    }

    fn first(&self, of: Of, fits: impl Fn(&routiq_simulators::nookal::Entry) -> bool) -> Target {
        let ledger = self.ledger();
        let found = ledger.of(of).iter().find(|it| it.state != State::Deleted && fits(it));
        Target { account: self.seat.account, of, id: found.unwrap().id.clone() }
    }

    fn visit(&self, id: &str) -> &Appointment {
        match &self.store.records[&(Kind::Appointment, id.to_owned())] {
            Record::Appointment(visit) => visit,
            other => panic!("{other:?}"),
        }
    }

    /// Every living record of the ledger stands in the store, and nothing else does.
    #[track_caller]
    fn assert_equal(&self) {
        let ledger = self.ledger();
        let there = |of: Of| ledger.of(of).iter().filter(|entry| entry.state != State::Deleted);
        let ids = |of: Of, prefix: &str| -> BTreeSet<String> {
            there(of).map(|entry| format!("{prefix}{}", entry.id)).collect()
        };
        let kinds =
            [(Of::Patients, Kind::Contact), (Of::Locations, Kind::Location), (Of::Invoices, Kind::Invoice)];
        let older = [(Of::Practitioners, Kind::Practitioner), (Of::Notes, Kind::ClinicalNote)];
        for (of, kind) in kinds.into_iter().chain(older.into_iter().filter(|_| !self.is_newer())) {
            same(kind, &self.store.living(kind), &ids(of, ""));
        }
        let text = |entry: &routiq_simulators::nookal::Entry, name: &str| {
            entry.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let payments =
            there(Of::Invoices).flat_map(|it| it.fields["details"]["payments"].as_array().unwrap().clone());
        let payments = payments.map(|payment| payment["payment_id"].as_str().unwrap().to_owned()).collect();
        same(Kind::Payment, &self.store.living(Kind::Payment), &payments);
        let slots = |slot: &'static str| there(Of::Appointments).filter(move |it| it.slot == slot);
        let mut visits: BTreeSet<String> = slots("visit").map(|it| it.id.clone()).collect();
        let classes: BTreeSet<&String> = slots("class").map(|it| &it.id).collect();
        visits.extend(classes.iter().map(|id| format!("class:{id}")));
        if !self.is_newer() {
            let mut types = ids(Of::Services, "");
            types.extend(ids(Of::Classes, "class:"));
            same(Kind::AppointmentType, &self.store.living(Kind::AppointmentType), &types);
            let attending = there(Of::Participants).filter(|it| classes.contains(&text(it, "apptID")));
            visits.extend(
                attending.map(|it| format!("participant:{}:{}", text(it, "apptID"), text(it, "patientID"))),
            );
        }
        same(Kind::Appointment, &self.store.living(Kind::Appointment), &visits);
        for entry in slots("visit") {
            let visit = self.visit(&entry.id);
            assert_eq!(visit.starts_at, entry.starts, "{}", entry.id);
            assert_eq!(visit.cancelled, text(entry, "cancelled") == "1", "{}", entry.id);
            assert_eq!(visit.contact.as_ref(), Some(&text(entry, "patientID")), "{}", entry.id);
            let missed = text(entry, "DNA") == "1" && !(self.is_newer() && visit.cancelled);
            assert_eq!(visit.did_not_arrive, Some(missed), "{}", entry.id);
        }
        for entry in there(Of::Patients) {
            let Record::Contact(contact) = &self.store.records[&(Kind::Contact, entry.id.clone())] else {
                panic!()
            };
            let patient = contact.patient.as_ref().unwrap();
            assert_eq!(patient.active, entry.state == State::Live, "{}", entry.id);
            assert_eq!(patient.deceased, text(entry, "deceased") == "1", "{}", entry.id);
        }
        assert_eq!(self.store.rejected, 0);
        assert_eq!(self.installation.counters().violations, 0);
        assert_eq!(self.installation.keys_in_addresses(), 0);
    }
}

#[track_caller]
fn same(kind: Kind, ours: &BTreeSet<String>, theirs: &BTreeSet<String>) {
    let lost: Vec<_> = theirs.difference(ours).take(9).collect();
    let kept: Vec<_> = ours.difference(theirs).take(9).collect();
    assert!(lost.is_empty() && kept.is_empty(), "{kind:?}: lost {lost:?}, kept {kept:?}");
}

#[tokio::test]
async fn a_practice_is_imported_whole_through_either_interface_and_every_stream_is_proven() {
    for newer in [false, true] {
        let mut lab = Lab::new(Settings::default(), &Clinic::default(), newer);
        lab.work(None).await;
        lab.assert_equal();
        for stream in lab.adapter.streams(&lab.account) {
            let proven = lab.store.streams.get(stream).and_then(|stream| stream.proven_until);
            let proven = proven.unwrap_or_else(|| panic!("{stream} is not proven"));
            assert!(proven <= lab.now() && proven >= start(), "{stream}: {proven}");
        }
        let requests = lab.requests;
        lab.live(SignedDuration::from_mins(20)).await;
        lab.assert_equal();
        let polls = lab.requests - requests;
        assert!(polls < 20 * 16, "{polls} requests in twenty quiet minutes");
    }
}

#[tokio::test]
async fn every_setting_of_the_simulated_platform_is_lived_with() {
    let clinic = Clinic { patients: 210, visits_per_patient: 1.5, ..Clinic::default() };
    for newer in [false, true] {
        let settings = Settings {
            seed: 2,
            last_modified_in_utc: true,
            last_modified_inclusive: true,
            newest_first: false,
            pages_in_details: true,
            token_minutes: 3,
            replaced_token_status: 400,
            ..Settings::default()
        };
        let mut lab = Lab::new(settings, &clinic, newer);
        lab.work(None).await;
        lab.assert_equal();
        lab.installation.tick(lab.seat.account, 5).unwrap();
        lab.live(SignedDuration::from_mins(16)).await;
    }
}

#[tokio::test]
async fn what_happens_at_the_practice_is_followed_and_what_leaves_no_trace_is_found() {
    for newer in [false, true] {
        let settings = Settings { seed: 4, ..Settings::default() };
        let mut lab = Lab::new(settings, &Clinic { patients: 60, groups: 0.2, ..Clinic::default() }, newer);
        lab.work(None).await;
        for _ in 0..6 {
            lab.installation.tick(lab.seat.account, 15).unwrap();
            lab.live(SignedDuration::from_mins(6)).await;
        }
        lab.months().await;
        lab.assert_equal();
    }
}

#[tokio::test]
async fn a_change_is_seen_within_a_poll() {
    let mut lab = Lab::older(&Clinic::default());
    lab.work(None).await;
    let visit = lab.first(Of::Appointments, |it| it.slot == "visit" && it.fields["cancelled"] == "0");
    lab.installation.command(Command::Cancel { target: visit.clone(), as_of: None }).unwrap();
    let patient = lab.first(Of::Patients, |it| it.state == State::Live);
    lab.installation.command(Command::Archive { target: patient.clone(), as_of: None }).unwrap();
    lab.live(SignedDuration::from_secs(90)).await;
    let cancelled = lab.visit(&visit.id);
    assert!(cancelled.cancelled && cancelled.cancelled_at.is_some());
    // A change that was committed late bears an older time.
    let late = lab.now() - SignedDuration::from_mins(4);
    lab.installation.command(Command::Reinstate { target: visit.clone(), as_of: Some(late) }).unwrap();
    lab.live(SignedDuration::from_secs(90)).await;
    assert!(!lab.visit(&visit.id).cancelled);
    lab.assert_equal();
}

#[tokio::test]
async fn who_attends_a_class_soon_is_known_within_minutes() {
    let mut lab = Lab::older(&Clinic::default());
    lab.work(None).await;
    let account = lab.seat.account;
    let day = (lab.now() + SignedDuration::from_hours(48)).to_string()[..10].to_owned();
    let fields = |value: Value| value.as_object().unwrap().clone();
    let edit = |value: Value| Edit { fields: fields(value), ..Edit::default() };
    let class = json!({ "patientID": null, "appointmentDate": day, "appointmentStartTime": "18:00:00", "appointmentEndTime": "19:00:00" });
    let class = lab.installation.add(account, Of::Appointments, edit(class)).unwrap();
    lab.live(SignedDuration::from_mins(6)).await;
    assert!(lab.store.living(Kind::Appointment).contains(&format!("class:{class}")));
    let patient = lab.first(Of::Patients, |_| true).id;
    let place = json!({ "apptID": class, "patientID": patient });
    let place = lab.installation.add(account, Of::Participants, edit(place)).unwrap();
    lab.live(SignedDuration::from_mins(6)).await;
    let id = format!("participant:{class}:{patient}");
    assert!(lab.store.living(Kind::Appointment).contains(&id), "the class itself did not change");
    lab.installation
        .command(Command::Delete { target: Target { account, of: Of::Participants, id: place } })
        .unwrap();
    lab.live(SignedDuration::from_mins(6)).await;
    assert!(!lab.store.living(Kind::Appointment).contains(&id));
    lab.assert_equal();
}

#[tokio::test]
async fn a_deleted_appointment_is_gone_after_two_nights_and_a_patient_too() {
    let mut lab = Lab::older(&Clinic::default());
    lab.work(None).await;
    let soon = lab.now();
    let visit = lab.first(Of::Appointments, |it| it.slot == "visit" && it.starts.is_some_and(|at| at > soon));
    let patient = lab.first(Of::Patients, |it| it.state == State::Live);
    lab.installation.command(Command::Delete { target: visit.clone() }).unwrap();
    lab.installation.command(Command::Delete { target: patient.clone() }).unwrap();
    let night = SignedDuration::from_hours(24) + SignedDuration::from_mins(5);
    lab.pass(night);
    lab.work(None).await;
    assert!(lab.store.living(Kind::Appointment).contains(&visit.id), "missed once");
    lab.pass(night);
    lab.work(None).await;
    assert!(!lab.store.living(Kind::Appointment).contains(&visit.id));
    assert!(!lab.store.living(Kind::Contact).contains(&patient.id));
    lab.installation.command(Command::Restore { target: patient.clone(), as_of: None }).unwrap();
    lab.live(SignedDuration::from_mins(2)).await;
    assert!(lab.store.living(Kind::Contact).contains(&patient.id), "whoever is shown again is there again");
}

#[tokio::test]
async fn a_credential_that_ends_is_told_in_either_interface() {
    for newer in [false, true] {
        let mut lab = Lab::new(Settings::default(), &Clinic::default(), newer);
        lab.work(None).await;
        match newer {
            true => lab.installation.revoke_client(&lab.seat.basic_key).unwrap(),
            false => lab.installation.revoke_key(&lab.seat.key).unwrap(),
        }
        lab.pass(SignedDuration::from_mins(5));
        let mut told = None;
        for _ in 0..3 {
            if let Err(error) = lab.step().await {
                told = Some(error);
                break;
            }
        }
        assert!(matches!(told, Some(PlatformError::Denied(_))), "{told:?}");
    }
}

#[tokio::test]
async fn a_key_that_lost_a_location_makes_nothing_gone_and_one_that_opened_is_read() {
    let mut lab = Lab::older(&Clinic::default());
    lab.work(None).await;
    let before = lab.store.living(Kind::Appointment);
    let narrow = lab.installation.issue_key(lab.seat.account, &[1]).unwrap();
    lab.key = SecretString::from(narrow.clone());
    lab.months().await;
    assert_eq!(lab.store.living(Kind::Appointment), before);
    assert!(lab.store.rejected > 0, "it is told");
    let all: Vec<u64> = lab.ledger().of(Of::Locations).iter().map(|it| it.id.parse().unwrap()).collect();
    lab.installation.command(Command::OpenLocations { key: narrow, locations: all }).unwrap();
    lab.store.rejected = 0;
    lab.months().await;
    lab.assert_equal();
}
