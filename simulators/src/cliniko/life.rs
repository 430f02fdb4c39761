//! A practice's days: what happens between two moments depends on the seed alone.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use serde_json::json;

use super::command::Target;
use super::deeds::Edit;
use super::record::{Kind, Record, Second, written};
use super::world::{Account, World};
use crate::clinic::pace::Happening;
use crate::clinic::plan::{Service, slot, zone};
use crate::house::Refused;

/// Seconds by which a late record is late, at most.
const LATE: i64 = 240;

impl Account {
    /// A record that fits, any of them.
    fn pick(&mut self, kind: Kind, fits: impl Fn(&Record) -> bool) -> Option<u64> {
        let all = self.records.get(&kind)?;
        let (first, last) = (*all.first_key_value()?.0, *all.last_key_value()?.0);
        let from = self.dice.random_range(first..=last);
        let mut around = all.range(from..).chain(all.range(..from));
        around.find(|(_, record)| fits(record)).map(|(id, _)| *id)
    }

    /// A free moment of the next weeks.
    fn soon(&mut self, now: Timestamp) -> Option<Second> {
        let zone = zone(&self.clinic);
        let days = self.dice.random_range(0..35);
        let day = now.checked_add(SignedDuration::from_hours(24 * days)).ok()?.to_zoned(zone.clone()).date();
        Some(slot(&mut self.dice, &zone, day)?.as_second())
    }
}

impl World {
    /// Lets everything happen that happens up to and including `to`.
    pub(super) fn live(&mut self, to: Timestamp) {
        let ids: Vec<u64> = self.accounts.keys().copied().collect();
        for id in ids {
            while let Some(at) = self.accounts.get_mut(&id).and_then(|account| account.pace.take(to)) {
                // What cannot be done just now is not done.
                self.happen(id, at).ok();
            }
        }
    }

    pub(super) fn tick(&mut self, account: u64, events: u32, now: Timestamp) -> Result<(), Refused> {
        self.account(account)?;
        for _ in 0..events {
            self.happen(account, now).ok();
        }
        Ok(())
    }

    pub(super) fn set_traffic(&mut self, account: u64, per_hour: f64, now: Timestamp) -> Result<(), Refused> {
        self.account_mut(account)?.pace.set(per_hour, now);
        Ok(())
    }

    fn happen(&mut self, account: u64, now: Timestamp) -> Result<(), Refused> {
        let at = now.as_second();
        let home = self.account_mut(account)?;
        let happening = Happening::draw(&mut home.dice);
        let target = |of: Kind, id: u64| Target { account, of, id: id.to_string() };
        let booked = |it: &Record| !it.gone() && it.cancelled.is_none();
        let (single, person) = (Kind::IndividualAppointments, Kind::Patients);
        let missed = || Refused::Invalid("moment");
        match happening {
            Happening::NewPatient => self.add(account, person, Edit::default(), now).map(drop),
            Happening::EditPatient => {
                let id = home.pick(person, |it| !it.gone()).ok_or_else(missed)?;
                let note =
                    ["Prefers evenings", "New insurer", "Moved house", ""][home.dice.random_range(0..4)];
                let mut fields = serde_json::Map::from_iter([("appointment_notes".to_owned(), json!(note))]);
                if home.dice.random_bool(0.3)
                    && let Some(number) = home.people.phone()
                {
                    let phone = json!([{"number": number, "phone_type": "Mobile",
                        "normalized_number": number.trim_start_matches('+')}]);
                    fields.insert("patient_phone_numbers".to_owned(), phone);
                }
                self.edit(&target(person, id), Edit { fields, ..Edit::default() }, now)
            }
            Happening::Book => self.book(account, None, now).map(drop),
            Happening::Late => {
                let late = home.dice.random_range(1..=LATE);
                self.book(account, Timestamp::from_second(at - late).ok(), now).map(drop)
            }
            Happening::BookGroup => self.book_group(account, now),
            Happening::Move => {
                let id = home.pick(single, |it| booked(it) && later(it, at)).ok_or_else(missed)?;
                let starts = home.soon(now).ok_or_else(missed)?;
                let fields = times(starts, 30);
                self.edit(&target(single, id), Edit { fields, ..Edit::default() }, now)
            }
            Happening::Cancel => {
                let group = home.dice.random_bool(0.2);
                let reason = [10, 20, 30, 31, 40, 50, 60][home.dice.random_range(0..7)];
                let of = if group { Kind::Attendees } else { single };
                let id = home.pick(of, booked).ok_or_else(missed)?;
                self.cancel(&target(of, id), reason, at)
            }
            Happening::Reinstate => {
                let id = home.pick(single, |it| !it.gone() && it.cancelled.is_some()).ok_or_else(missed)?;
                self.reinstate(&target(single, id), at)
            }
            Happening::Arrive | Happening::NoShow => {
                let of = if home.dice.random_bool(0.2) { Kind::Attendees } else { single };
                let unmarked = |it: &Record| {
                    booked(it)
                        && !it.truth("arrived")
                        && !it.truth("patient_arrived")
                        && !it.truth("did_not_arrive")
                };
                let id = home.pick(of, unmarked).ok_or_else(missed)?;
                self.arrive(&target(of, id), Some(happening == Happening::Arrive), at)
            }
            Happening::Invoice => {
                let id =
                    home.pick(single, |it| booked(it) && it.truth("patient_arrived")).ok_or_else(missed)?;
                home.bill_for(id, at);
                self.change(&target(single, id), at, |_| ())
            }
            Happening::Pay => {
                let open = |it: &Record| !it.gone() && it.fields.get("status") == Some(&json!(10));
                let id = home.pick(Kind::Invoices, open).ok_or_else(missed)?;
                self.change(&target(Kind::Invoices, id), at, |it| {
                    it.fields.insert("status".to_owned(), json!(20));
                    it.fields.insert("status_description".to_owned(), json!("Paid"));
                    it.fields.insert("closed_at".to_owned(), json!(written(at)));
                })
            }
            Happening::ArchivePatient => {
                let id = home.pick(person, |it| !it.gone()).ok_or_else(missed)?;
                self.change(&target(person, id), at, |it| it.archived = Some(at))
            }
            Happening::RestorePatient => {
                let away = |it: &Record| it.gone() && !it.links.contains_key("merged_with_patient");
                let id = home.pick(person, away).ok_or_else(missed)?;
                self.change(&target(person, id), at, |it| (it.archived, it.deleted) = (None, None))
            }
            Happening::DeleteAppointment => {
                let id = home.pick(single, |it| !it.gone()).ok_or_else(missed)?;
                let archived = home.dice.random_bool(0.5).then_some(at);
                self.change(&target(single, id), at, |it| (it.archived, it.deleted) = (archived, Some(at)))
            }
            Happening::Merge => {
                let gone = home.pick(person, |it| !it.gone()).ok_or_else(missed)?;
                let kept = home.pick(person, |it| !it.gone() && it.id != gone).ok_or_else(missed)?;
                self.merge(account, &gone.to_string(), &kept.to_string(), at)
            }
            Happening::Bulk => {
                let count = home.dice.random_range(20..160);
                let of = [person, single, Kind::Attendees][home.dice.random_range(0..3)];
                self.touch(account, of, count, at).map(drop)
            }
        }
    }

    /// Somebody books.
    fn book(&mut self, account: u64, as_of: Option<Timestamp>, now: Timestamp) -> Result<String, Refused> {
        let home = self.account_mut(account)?;
        let missed = || Refused::Invalid("moment");
        let patient = home.pick(Kind::Patients, |it| !it.gone()).ok_or_else(missed)?;
        let starts = home.soon(now).ok_or_else(missed)?;
        let service = home
            .pick(Kind::AppointmentTypes, |it| {
                !it.gone() && it.fields.get("max_attendees") == Some(&json!(1))
            })
            .ok_or_else(missed)?;
        let practitioner = home.pick(Kind::Practitioners, |it| it.truth("active")).ok_or_else(missed)?;
        let business = home.pick(Kind::Businesses, |it| !it.gone()).ok_or_else(missed)?;
        let relations = [
            ("patient", patient),
            ("appointment_type", service),
            ("practitioner", practitioner),
            ("business", business),
        ];
        let relations = relations.into_iter().map(|(name, id)| (name.to_owned(), id.to_string())).collect();
        let edit = Edit { fields: times(starts, 30), relations, as_of, silent: false };
        self.add(account, Kind::IndividualAppointments, edit, now)
    }

    fn book_group(&mut self, account: u64, now: Timestamp) -> Result<(), Refused> {
        let home = self.account_mut(account)?;
        let starts = home.soon(now).ok_or(Refused::Invalid("moment"))?;
        let service = home.pick(Kind::AppointmentTypes, |it| {
            !it.gone() && it.fields.get("max_attendees") != Some(&json!(1))
        });
        let mut edit = Edit { fields: times(starts, 60), ..Edit::default() };
        edit.relations.extend(service.map(|id| ("appointment_type".to_owned(), id.to_string())));
        let group = self.add(account, Kind::GroupAppointments, edit, now)?;
        for _ in 0..3 {
            let patient = self.account_mut(account)?.pick(Kind::Patients, |it| !it.gone());
            let mut edit = Edit::default();
            edit.relations.insert("booking".to_owned(), group.clone());
            edit.relations.extend(patient.map(|id| ("patient".to_owned(), id.to_string())));
            self.add(account, Kind::Attendees, edit, now)?;
        }
        Ok(())
    }
}

impl Account {
    fn bill_for(&mut self, appointment: u64, at: Second) {
        let Some(record) = self.get(Kind::IndividualAppointments, appointment) else { return };
        let link = |name: &'static str, kind| record.link(name).map(|id| (name, kind, id));
        let place: Vec<_> = [link("practitioner", Kind::Practitioners), link("business", Kind::Businesses)]
            .into_iter()
            .flatten()
            .collect();
        let Some(patient) = record.link("patient") else { return };
        let attendee = self.attending.get(&appointment).and_then(|ids| ids.first()).copied();
        let service = Service { name: "Standard visit", minutes: 30, seats: 1, cents: 8_550, offered: true };
        self.bill(patient, Some(appointment), attendee, &place, &service, at, false);
    }
}

fn later(record: &Record, at: Second) -> bool {
    record.moment("starts_at").is_some_and(|starts| starts > at)
}

fn times(starts: Second, minutes: i64) -> serde_json::Map<String, serde_json::Value> {
    serde_json::Map::from_iter([
        ("starts_at".to_owned(), json!(written(starts))),
        ("ends_at".to_owned(), json!(written(starts + minutes * 60))),
    ])
}
