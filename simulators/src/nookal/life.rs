//! A practice's days: what happens between two moments depends on the seed alone.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use serde_json::{Map, Value, json};

use super::command::Target;
use super::deeds::Edit;
use super::record::{Kind, Record, Slot, civil};
use super::world::{Account, World};
use crate::clinic::pace::Happening;
use crate::clinic::plan::slot;
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

    /// Day and times of day of a free moment of the next weeks.
    fn soon(&mut self, now: Timestamp, minutes: i64) -> Option<Map<String, Value>> {
        let days = self.dice.random_range(0..35);
        let zone = self.zone.clone();
        let day = now.checked_add(SignedDuration::from_hours(24 * days)).ok()?.to_zoned(zone.clone()).date();
        let starts = slot(&mut self.dice, &zone, day)?.as_second();
        let ((day, from), (_, to)) = (civil(starts, &zone), civil(starts + minutes * 60, &zone));
        Some(Map::from_iter([
            ("appointmentDate".to_owned(), json!(day)),
            ("appointmentStartTime".to_owned(), json!(from)),
            ("appointmentEndTime".to_owned(), json!(to)),
        ]))
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
        let missed = || Refused::Invalid("moment");
        let visit = |it: &Record| it.slot == Slot::Visit;
        let booked = |it: &Record| visit(it) && !it.flag("cancelled");
        let unmarked = |it: &Record| booked(it) && !it.flag("arrived") && !it.flag("DNA");
        match happening {
            Happening::NewPatient => self.add(account, Kind::Patients, Edit::default(), now).map(drop),
            Happening::EditPatient => {
                let id = home.pick(Kind::Patients, |_| true).ok_or_else(missed)?;
                let note = ["<b>Prefers evenings</b>", "Moved house", "New insurer &amp; card"]
                    [home.dice.random_range(0..3)];
                let mut fields = Map::from_iter([("Notes".to_owned(), json!(note))]);
                if home.dice.random_bool(0.3)
                    && let Some(number) = home.people.phone()
                {
                    fields.insert("Mobile".to_owned(), json!(number));
                }
                self.edit(&target(Kind::Patients, id), Edit { fields, ..Edit::default() }, now)
            }
            Happening::Book => self.book(account, None, now),
            Happening::Late => {
                let late = home.dice.random_range(1..=LATE);
                self.book(account, Timestamp::from_second(at - late).ok(), now)
            }
            Happening::BookGroup => self.book_class(account, now),
            Happening::Move => {
                let id = home.pick(Kind::Appointments, unmarked).ok_or_else(missed)?;
                let fields = home.soon(now, 30).ok_or_else(missed)?;
                self.edit(&target(Kind::Appointments, id), Edit { fields, ..Edit::default() }, now)
            }
            Happening::Cancel => {
                let class = home.dice.random_bool(0.2);
                let of = if class { Kind::Participants } else { Kind::Appointments };
                let id = home.pick(of, booked).ok_or_else(missed)?;
                self.cancel(&target(of, id), at)
            }
            Happening::Reinstate => {
                let id = home
                    .pick(Kind::Appointments, |it| visit(it) && it.flag("cancelled"))
                    .ok_or_else(missed)?;
                self.reinstate(&target(Kind::Appointments, id), at)
            }
            Happening::Arrive | Happening::NoShow => {
                let of = if home.dice.random_bool(0.2) { Kind::Participants } else { Kind::Appointments };
                let id = home.pick(of, unmarked).ok_or_else(missed)?;
                self.arrive(&target(of, id), Some(happening == Happening::Arrive), at)
            }
            Happening::Invoice => {
                let fits = |it: &Record| booked(it) && it.flag("arrived") && !it.flag("invoiceGenerated");
                let id = home.pick(Kind::Appointments, fits).ok_or_else(missed)?;
                let record = home.get(Kind::Appointments, id).ok_or_else(missed)?;
                let (patient, provider, location) =
                    (record.id_in("patientID"), record.id_in("practitionerID"), record.id_in("locationID"));
                if let (Some(patient), Some(provider), Some(location)) = (patient, provider, location) {
                    home.bill(patient, provider, location, 8_550, at, false);
                }
                // Without a word in the time of the last change.
                self.change(&target(Kind::Appointments, id), None, |it| it.set("invoiceGenerated", "1"))
            }
            Happening::Pay => {
                let open = |it: &Record| it.fields.get("totalBalance").is_some_and(|left| left != "0.00");
                let id = home.pick(Kind::Invoices, open).ok_or_else(missed)?;
                self.pay(&target(Kind::Invoices, id), at)
            }
            Happening::ArchivePatient | Happening::RestorePatient => {
                let (from, to) = if happening == Happening::ArchivePatient { ("1", "0") } else { ("0", "1") };
                let id = home.pick(Kind::Patients, |it| it.text("active") == from).ok_or_else(missed)?;
                self.change(&target(Kind::Patients, id), Some(at), |it| it.set("active", to))
            }
            Happening::DeleteAppointment => {
                let id = home.pick(Kind::Appointments, |_| true).ok_or_else(missed)?;
                self.delete(&target(Kind::Appointments, id))
            }
            Happening::Merge => {
                let gone = home.pick(Kind::Patients, |_| true).ok_or_else(missed)?;
                let kept = home.pick(Kind::Patients, |it| it.id != gone).ok_or_else(missed)?;
                self.merge(account, &gone.to_string(), &kept.to_string())
            }
            Happening::Bulk => {
                let count = home.dice.random_range(20..160);
                let of = [Kind::Patients, Kind::Appointments][home.dice.random_range(0..2)];
                self.touch(account, of, count, at).map(drop)
            }
        }
    }

    fn book(&mut self, account: u64, as_of: Option<Timestamp>, now: Timestamp) -> Result<(), Refused> {
        let home = self.account_mut(account)?;
        let missed = || Refused::Invalid("moment");
        let mut fields = home.soon(now, 30).ok_or_else(missed)?;
        let patient = home.pick(Kind::Patients, |it| it.flag("active")).ok_or_else(missed)?;
        let provider = home.pick(Kind::Practitioners, |it| it.text("status") != "0").ok_or_else(missed)?;
        let location = home.pick(Kind::Locations, |_| true).ok_or_else(missed)?;
        for (name, id) in [("patientID", patient), ("practitionerID", provider), ("locationID", location)] {
            fields.insert(name.to_owned(), json!(id.to_string()));
        }
        self.add(account, Kind::Appointments, Edit { fields, as_of, silent: false }, now).map(drop)
    }

    fn book_class(&mut self, account: u64, now: Timestamp) -> Result<(), Refused> {
        let home = self.account_mut(account)?;
        let mut fields = home.soon(now, 60).ok_or(Refused::Invalid("moment"))?;
        fields.insert("patientID".to_owned(), Value::Null);
        let class = self.add(account, Kind::Appointments, Edit { fields, ..Edit::default() }, now)?;
        for _ in 0..3 {
            let patient = self.account_mut(account)?.pick(Kind::Patients, |it| it.flag("active"));
            let mut fields = Map::from_iter([("apptID".to_owned(), json!(class))]);
            fields.extend(patient.map(|id| ("patientID".to_owned(), json!(id.to_string()))));
            self.add(account, Kind::Participants, Edit { fields, ..Edit::default() }, now)?;
        }
        Ok(())
    }
}
