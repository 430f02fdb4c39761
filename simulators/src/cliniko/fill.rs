//! Puts an invented practice with its history into an account.

use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde_json::json;

use super::access::Role;
use super::make::{self, Fields};
use super::record::{Kind, Record, Second};
use super::world::{Account, World};
use crate::clinic::Clinic;
use crate::clinic::plan::{Fate, Plan, Service, Staff, Visit, plan};
use crate::house::Refused;
use crate::mix;

/// How to get into an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seat {
    /// The account.
    pub account: u64,
    /// Its shard, which is also the end of the key.
    pub shard: String,
    /// An administrator's key, a secret.
    pub key: String,
}

/// The ids that a plan's numbers became.
struct Ids {
    patients: Vec<u64>,
    staff: Vec<u64>,
    places: Vec<u64>,
    services: Vec<u64>,
}

impl World {
    pub(super) fn add_practice(
        &mut self,
        clinic: &Clinic,
        shard: &str,
        now: Timestamp,
    ) -> Result<Seat, Refused> {
        let account = self.open(clinic, shard, now)?;
        let seed = mix(self.settings.seed, account);
        let mut dice = ChaCha8Rng::seed_from_u64(mix(seed, 31));
        let plan = plan(clinic, &mut dice, now);
        let home = self.account_mut(account)?;
        let begin = now.as_second() - (clinic.years.clamp(0.0, 30.0) * 365.0 * 86_400.0) as Second;
        let ids = home.furnish(&plan, begin, &mut dice);
        for visit in &plan.visits {
            home.enter_visit(visit, &plan, &ids, now.as_second(), &mut dice);
        }
        home.put_away(clinic, now.as_second(), &mut dice);
        home.people = plan.people;
        let key = self.issue_key(account, Role::Administrator, None, now)?;
        Ok(Seat { account, shard: shard.to_owned(), key })
    }
}

impl Account {
    fn furnish(&mut self, plan: &Plan, begin: Second, dice: &mut ChaCha8Rng) -> Ids {
        let clinic = self.clinic.clone();
        let put = |home: &mut Self, kind, fields| home.put(kind, begin, begin, fields, Vec::new());
        for name in ["Friend", "Search engine"] {
            put(self, Kind::ReferralSources, make::named(name));
        }
        put(self, Kind::ReferralSourceTypes, make::named("Word of mouth"));
        put(self, Kind::ConcessionTypes, make::named("Pensioner"));
        put(self, Kind::Contacts, make::contact("Ilse", "Marr"));
        let mut ids =
            Ids { patients: Vec::new(), staff: Vec::new(), places: Vec::new(), services: Vec::new() };
        for staff in &plan.staff {
            let user = put(self, Kind::Users, make::user(dice, Role::Receptionist));
            let links = vec![("user", Kind::Users, user)];
            ids.staff.push(self.put(Kind::Practitioners, begin, begin, make::practitioner(staff), links));
        }
        for service in &plan.services {
            let id = put(self, Kind::AppointmentTypes, make::appointment_type(service));
            self.archive_if(!service.offered, Kind::AppointmentTypes, id, begin + 86_400);
            ids.services.push(id);
        }
        for place in &plan.places {
            let id = put(self, Kind::Businesses, make::business(place, &clinic, &ids.services));
            self.archive_if(!place.open, Kind::Businesses, id, begin + 86_400);
            ids.places.push(id);
        }
        for (human, joined) in &plan.humans {
            let at = joined.as_second();
            ids.patients.push(self.put(
                Kind::Patients,
                at,
                at,
                make::patient(human, &clinic, dice),
                Vec::new(),
            ));
        }
        ids
    }

    fn archive_if(&mut self, so: bool, kind: Kind, id: u64, at: Second) {
        if let Some(record) = self.get_mut(kind, id).filter(|_| so) {
            record.archived = Some(at);
            record.updated = at;
        }
    }

    fn enter_visit(&mut self, visit: &Visit, plan: &Plan, ids: &Ids, now: Second, dice: &mut ChaCha8Rng) {
        let service = &plan.services[visit.service];
        let (starts, booked) = (visit.starts.as_second(), visit.booked.as_second());
        let place = [
            ("practitioner", Kind::Practitioners, ids.staff[visit.staff]),
            ("business", Kind::Businesses, ids.places[visit.place]),
            ("appointment_type", Kind::AppointmentTypes, ids.services[visit.service]),
        ];
        let over = (starts + service.minutes * 60).min(now).max(booked);
        let booking = if service.seats > 1 {
            self.put(
                Kind::GroupAppointments,
                booked,
                booked,
                make::group(starts, service.minutes, service.seats),
                place.to_vec(),
            )
        } else {
            let patient = ids.patients[visit.people[0].0];
            let mut links = place.to_vec();
            links.push(("patient", Kind::Patients, patient));
            let fields = make::individual(&self.label(Some(patient)), starts, service.minutes);
            let id = self.put(Kind::IndividualAppointments, booked, booked, fields, links);
            if let Some(record) = self.get_mut(Kind::IndividualAppointments, id) {
                settle(record, visit.people[0].1, over);
            }
            id
        };
        for (who, fate) in &visit.people {
            let links =
                vec![("booking", Kind::Bookings, booking), ("patient", Kind::Patients, ids.patients[*who])];
            let attendee = self.put(Kind::Attendees, booked, booked, make::attendee(), links);
            if let Some(record) = self.get_mut(Kind::Attendees, attendee) {
                settle(record, *fate, over);
            }
            if *fate == Fate::Attended && visit.invoiced {
                let legacy = (service.seats == 1).then_some(booking);
                self.bill(ids.patients[*who], legacy, Some(attendee), &place, service, over, visit.paid);
            }
        }
        let first = ids.patients[visit.people[0].0];
        if visit.noted {
            let links =
                vec![("patient", Kind::Patients, first), ("practitioner", Kind::Practitioners, place[0].2)];
            self.put(Kind::TreatmentNotes, over, over, make::note(dice.random_bool(0.8)), links);
        }
        if dice.random_bool(0.3) {
            let links = vec![("patient", Kind::Patients, first), ("booking", Kind::Bookings, booking)];
            let fields = make::communication(&self.label(Some(first)), dice.random_bool(0.5));
            let at = (starts - 86_400).clamp(booked, over);
            self.put(Kind::Communications, at, at, fields, links);
        }
        if dice.random_bool(0.02) {
            let links = place[..2].to_vec();
            self.put(Kind::UnavailableBlocks, booked, booked, make::block(starts + 7200, 30), links);
        }
        if visit.archived {
            let kind = if service.seats > 1 { Kind::GroupAppointments } else { Kind::IndividualAppointments };
            self.put_one_away(kind, booking, over, dice);
        }
    }

    /// An invoice and its item.
    #[expect(clippy::too_many_arguments, reason = "an invoice names all of them")]
    pub(super) fn bill(
        &mut self,
        patient: u64,
        appointment: Option<u64>,
        attendee: Option<u64>,
        place: &[(&'static str, Kind, u64)],
        service: &Service,
        at: Second,
        paid: bool,
    ) -> u64 {
        self.invoices += 1;
        let mut links = vec![("patient", Kind::Patients, patient)];
        links.extend(place.iter().filter(|(name, ..)| *name != "appointment_type"));
        // Some were written without reference to a visit.
        if !mix(29, self.invoices).is_multiple_of(4) {
            links.extend(appointment.map(|id| ("appointment", Kind::IndividualAppointments, id)));
            links.extend(attendee.map(|id| ("attendee", Kind::Attendees, id)));
        }
        let fields = make::invoice(self.invoices, &self.label(Some(patient)), service.cents, at, paid);
        let id = self.put(Kind::Invoices, at, at, fields, links);
        let item = make::item(service.name, service.cents, self.invoices.is_multiple_of(3));
        self.put(Kind::InvoiceItems, at, at, item, vec![("invoice", Kind::Invoices, id)]);
        if let Some(record) = appointment.and_then(|id| self.get_mut(Kind::IndividualAppointments, id)) {
            record.fields.insert("invoice_status".to_owned(), json!(if paid { 20 } else { 10 }));
        }
        id
    }

    fn put_one_away(&mut self, kind: Kind, id: u64, at: Second, dice: &mut ChaCha8Rng) {
        let (archived, deleted) = [(true, false), (true, true), (false, true)][dice.random_range(0..3)];
        if let Some(record) = self.get_mut(kind, id) {
            record.archived = archived.then_some(at);
            record.deleted = deleted.then_some(at);
            record.updated = at;
        }
    }

    fn put_away(&mut self, clinic: &Clinic, now: Second, dice: &mut ChaCha8Rng) {
        let ids: Vec<u64> = self.all(Kind::Patients).map(|it| it.id).collect();
        for id in ids {
            if dice.random_bool(crate::clinic::share(clinic.archived)) {
                let created = self.get(Kind::Patients, id).map_or(now, |it| it.created);
                let at = dice.random_range(created..=now.max(created));
                self.put_one_away(Kind::Patients, id, at, dice);
            }
        }
    }

    /// The fields that a record has if nothing else is said.
    pub(super) fn usual(&mut self, of: Kind, name: &str, at: Second) -> Fields {
        let clinic = self.clinic.clone();
        let service = Service { name: "Standard visit", minutes: 30, seats: 8, cents: 8_550, offered: true };
        match of {
            Kind::Patients => {
                let human = self.people.next(&mut self.dice);
                make::patient(&human, &clinic, &mut self.dice)
            }
            Kind::IndividualAppointments => make::individual(name, at + 86_400, 30),
            Kind::GroupAppointments => make::group(at + 86_400, 60, 8),
            Kind::UnavailableBlocks => make::block(at + 86_400, 30),
            Kind::Attendees => make::attendee(),
            Kind::Practitioners => {
                make::practitioner(&Staff { first: "Ilse", last: "Marr", title: "Dr", active: true })
            }
            Kind::Businesses => {
                let place =
                    crate::clinic::plan::Place { name: clinic.name.clone(), town: "Perth", open: true };
                let types: Vec<u64> = self.all(Kind::AppointmentTypes).map(|it| it.id).collect();
                make::business(&place, &clinic, &types)
            }
            Kind::AppointmentTypes => make::appointment_type(&Service { seats: 1, ..service }),
            Kind::Invoices => {
                self.invoices += 1;
                make::invoice(self.invoices, name, service.cents, at, false)
            }
            Kind::InvoiceItems => make::item(service.name, service.cents, false),
            Kind::Communications => make::communication(name, true),
            Kind::TreatmentNotes => make::note(true),
            Kind::Users => make::user(&mut self.dice, Role::Receptionist),
            Kind::Contacts => make::contact("Ilse", "Marr"),
            Kind::Bookings | Kind::ReferralSources | Kind::ReferralSourceTypes | Kind::ConcessionTypes => {
                make::named("Other")
            }
        }
    }
}

/// Writes down what became of an appointment or of one attendee.
fn settle(record: &mut Record, fate: Fate, over: Second) {
    let attendee = record.kind == Kind::Attendees;
    let mut mark = |field: &str, value: bool| {
        record.fields.insert(field.to_owned(), json!(value));
        record.updated = over;
    };
    match fate {
        Fate::Open => {}
        Fate::Attended => mark(if attendee { "arrived" } else { "patient_arrived" }, true),
        Fate::NoShow if attendee => mark("arrived", false),
        Fate::NoShow => mark("did_not_arrive", true),
        Fate::Cancelled(at) => {
            record.cancelled = Some(at.as_second());
            record.updated = at.as_second();
            record.fields.insert("cancellation_reason".to_owned(), json!(50));
            record.fields.insert("cancellation_reason_description".to_owned(), json!("Other"));
        }
    }
}
