//! Puts an invented practice with its history into an account.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::make::{self, Booking};
use super::record::{Kind, Record, Slot, civil, stamp};
use super::world::{Account, World};
use crate::clinic::plan::{Fate, Plan, Visit, plan};
use crate::clinic::{Clinic, share};
use crate::house::Refused;
use crate::mix;

/// How to get into an account. Both are secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seat {
    /// The account.
    pub account: u64,
    /// The older interface's key.
    pub key: String,
    /// The newer interface's basic key.
    pub basic_key: String,
}

struct Ids {
    locations: Vec<u64>,
    staff: Vec<u64>,
    services: Vec<u64>,
    patients: Vec<u64>,
}

impl World {
    pub(super) fn add_practice(&mut self, clinic: &Clinic, now: Timestamp) -> Result<Seat, Refused> {
        let account = self.open(clinic, now);
        let mut dice = ChaCha8Rng::seed_from_u64(mix(mix(self.settings.seed, account), 37));
        let plan = plan(clinic, &mut dice, now);
        let home = self.account_mut(account)?;
        let ids = home.furnish(&plan, now.as_second(), &mut dice);
        for visit in &plan.visits {
            home.enter_visit(visit, &plan, &ids, now.as_second(), &mut dice);
        }
        home.people = plan.people;
        let key = self.issue_key(account, &[])?;
        let basic_key = self.issue_client(account, BTreeSet::new())?;
        Ok(Seat { account, key, basic_key })
    }
}

impl Account {
    fn furnish(&mut self, plan: &Plan, now: i64, dice: &mut ChaCha8Rng) -> Ids {
        let clinic = self.clinic.clone();
        let begin = now - (clinic.years.clamp(0.0, 30.0) * 365.0 * 86_400.0) as i64;
        let mut ids =
            Ids { locations: Vec::new(), staff: Vec::new(), services: Vec::new(), patients: Vec::new() };
        for place in &plan.places {
            let fields = make::location(place, &clinic);
            ids.locations.push(self.put(Kind::Locations, Slot::Visit, begin, fields));
        }
        for (n, staff) in plan.staff.iter().enumerate() {
            let fields = make::practitioner(staff, &ids.locations, n % 2 == 0);
            ids.staff.push(self.put(Kind::Practitioners, Slot::Visit, begin, fields));
        }
        for service in &plan.services {
            let kind = if service.seats > 1 { Kind::Classes } else { Kind::Services };
            let fields = make::service(service, &ids.locations);
            ids.services.push(self.put(kind, Slot::Visit, begin, fields));
        }
        for (human, joined) in &plan.humans {
            let location = ids.locations[dice.random_range(0..ids.locations.len())];
            let mut fields = make::patient(human, &clinic, location, dice);
            if dice.random_bool(share(clinic.archived)) {
                fields.insert("active".to_owned(), "0".into());
            }
            if dice.random_bool(0.01) {
                fields.insert("deceased".to_owned(), "1".into());
            }
            let id = self.put(Kind::Patients, Slot::Visit, joined.as_second(), fields);
            ids.patients.push(id);
            if dice.random_bool(0.1) {
                self.put(Kind::Cases, Slot::Visit, joined.as_second(), make::case(id));
            }
            if dice.random_bool(0.03) {
                self.put(Kind::WaitingList, Slot::Visit, joined.as_second(), make::waiting(id, location));
            }
        }
        ids
    }

    fn enter_visit(&mut self, visit: &Visit, plan: &Plan, ids: &Ids, now: i64, dice: &mut ChaCha8Rng) {
        let service = &plan.services[visit.service];
        let (starts, booked) = (visit.starts.as_second(), visit.booked.as_second());
        let over = (starts + service.minutes * 60).min(now).max(booked);
        let class = service.seats > 1;
        let first = ids.patients[visit.people[0].0];
        let location = ids.locations[visit.place];
        let booking = Booking {
            patient: (!class).then_some(first),
            location,
            practitioner: ids.staff[visit.staff],
            service: Some((ids.services[visit.service], service.name)),
            starts,
            minutes: service.minutes,
        };
        let zone = self.zone_of(Some(location));
        let slot = if class { Slot::Class } else { Slot::Visit };
        let id = self.put(Kind::Appointments, slot, booked, make::appointment(&booking, &zone));
        for (who, fate) in &visit.people {
            let patient = ids.patients[*who];
            let (kind, record) = if class {
                let made = make::participant(id, patient);
                (Kind::Participants, self.put(Kind::Participants, Slot::Visit, booked, made))
            } else {
                (Kind::Appointments, id)
            };
            if let Some(record) = self.get_mut(kind, record) {
                settle(record, *fate, over, &zone);
            }
            if *fate == Fate::Attended && visit.invoiced {
                self.bill(patient, booking.practitioner, location, service.cents, over, visit.paid);
                if let Some(record) = self.get_mut(kind, record) {
                    // Without a word in the time of the last change.
                    record.set("invoiceGenerated", "1");
                }
            }
        }
        if visit.noted {
            self.put(Kind::Notes, Slot::Visit, over, make::note(first, &civil(over, &zone).0));
        }
        if dice.random_bool(0.03) {
            let block = Booking { patient: None, service: None, starts: starts + 7_200, ..booking };
            self.put(Kind::Appointments, Slot::Block, booked, make::appointment(&block, &zone));
        }
    }

    /// An invoice for a visit; now and then somebody else pays it, now and then it is void.
    pub(super) fn bill(
        &mut self,
        patient: u64,
        provider: u64,
        location: u64,
        cents: i64,
        at: i64,
        paid: bool,
    ) -> u64 {
        let number = self.next_id(Kind::Invoices);
        let day = civil(at, &self.zone_of(Some(location))).0;
        let mut fields = make::invoice(number, patient, provider, location, &day, cents, paid);
        if mix(43, number).is_multiple_of(11) {
            fields.extend(make::third_party());
        }
        if mix(47, number).is_multiple_of(13) {
            fields.insert("void".to_owned(), "1".into());
        }
        self.put(Kind::Invoices, Slot::Visit, at, fields)
    }
}

/// Writes down what became of an appointment or of one participant.
fn settle(record: &mut Record, fate: Fate, over: i64, zone: &jiff::tz::TimeZone) {
    match fate {
        Fate::Open => {}
        Fate::Attended => {
            record.set("arrived", "1");
            record.modified = over;
        }
        Fate::NoShow => {
            record.set("DNA", "1");
            record.modified = over;
        }
        Fate::Cancelled(at) => {
            record.set("cancelled", "1");
            record.set("cancellationDate", stamp(at.as_second(), zone));
            record.modified = at.as_second();
        }
    }
}
