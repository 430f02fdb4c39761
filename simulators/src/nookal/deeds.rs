//! What people do to records, each deed once, for control, traffic and the writes of clients.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::command::Target;
use super::make::{self, Booking};
use super::record::{Kind, Record, Slot, civil, stamp};
use super::world::{Account, World, missing};
use crate::clinic::plan::{Place, Service, Staff};
use crate::house::Refused;
use crate::mix;

/// What a record is made of or changed to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// Fields in the words of the older interface: `{"appointmentDate": "2026-06-05", "patientID": "42"}`.
    pub fields: Map<String, Value>,
    /// The time that the change bears, instead of now: a late commit.
    pub as_of: Option<Timestamp>,
    /// Changes without moving the time of the last change, as the platform sometimes does.
    pub silent: bool,
}

pub(super) fn parse(of: Kind, id: &str) -> Result<u64, Refused> {
    id.parse().map_err(|_| missing(of, id))
}

impl World {
    /// Changes one record; its time moves to `at`, if there is one.
    pub(super) fn change<T>(
        &mut self,
        target: &Target,
        at: Option<i64>,
        with: impl FnOnce(&mut Record) -> T,
    ) -> Result<T, Refused> {
        let id = parse(target.of, &target.id)?;
        let record = self.account_mut(target.account)?.get_mut(target.of, id);
        let record = record.ok_or_else(|| missing(target.of, id))?;
        record.modified = at.unwrap_or(record.modified);
        Ok(with(record))
    }

    pub(super) fn add(
        &mut self,
        account: u64,
        of: Kind,
        edit: Edit,
        now: Timestamp,
    ) -> Result<String, Refused> {
        let at = edit.as_of.unwrap_or(now).as_second();
        let home = self.account_mut(account)?;
        let mut fields = home.usual(of, at)?;
        // A field that is given as null for a visit's patient makes a slot without one.
        let slot = match (of, edit.fields.get("patientID")) {
            (Kind::Appointments, Some(Value::Null)) => Slot::Class,
            (Kind::Appointments, Some(Value::String(id))) if id.is_empty() => Slot::Block,
            _ => Slot::Visit,
        };
        fields.extend(edit.fields);
        if slot != Slot::Visit {
            ["patientID", "arrived", "invoiceGenerated"].iter().for_each(|name| drop(fields.remove(*name)));
        }
        Ok(home.put(of, slot, at, fields).to_string())
    }

    pub(super) fn edit(&mut self, target: &Target, edit: Edit, now: Timestamp) -> Result<(), Refused> {
        let at = (!edit.silent).then(|| edit.as_of.unwrap_or(now).as_second());
        self.change(target, at, |record| record.fields.extend(edit.fields))
    }

    /// No list shows that it was there.
    pub(super) fn delete(&mut self, target: &Target) -> Result<(), Refused> {
        let id = parse(target.of, &target.id)?;
        let account = self.account_mut(target.account)?;
        let removed = account.records.get_mut(&target.of).and_then(|all| all.remove(&id));
        account.deleted.push(removed.ok_or_else(|| missing(target.of, id))?);
        Ok(())
    }

    /// Brings a deleted record back under its id.
    pub(super) fn restore(&mut self, target: &Target, at: i64) -> Result<(), Refused> {
        let id = parse(target.of, &target.id)?;
        let account = self.account_mut(target.account)?;
        let found = account.deleted.iter().position(|it| it.kind == target.of && it.id == id);
        let mut record = account.deleted.remove(found.ok_or_else(|| missing(target.of, id))?);
        record.modified = at;
        account.records.entry(target.of).or_default().insert(id, record);
        Ok(())
    }

    pub(super) fn cancel(&mut self, target: &Target, at: i64) -> Result<(), Refused> {
        if !matches!(target.of, Kind::Appointments | Kind::Participants) {
            return Err(Refused::Invalid("of"));
        }
        let zone = self.account(target.account)?.zone.clone();
        self.change(target, Some(at), |it| {
            it.set("cancelled", "1");
            it.set("cancellationDate", stamp(at, &zone));
        })
    }

    /// Takes a cancellation back.
    pub(super) fn reinstate(&mut self, target: &Target, at: i64) -> Result<(), Refused> {
        // Nothing is null in its own way here.
        let blank = if mix(3, at.unsigned_abs()).is_multiple_of(2) {
            json!("0000-00-00 00:00:00")
        } else {
            Value::Null
        };
        self.change(target, Some(at), |it| {
            it.set("cancelled", "0");
            it.set("cancellationDate", blank);
        })
    }

    /// Marks who came: true, false (did not arrive) or null (not marked).
    pub(super) fn arrive(&mut self, target: &Target, came: Option<bool>, at: i64) -> Result<(), Refused> {
        self.change(target, Some(at), |it| {
            it.set("arrived", if came == Some(true) { "1" } else { "0" });
            it.set("DNA", if came == Some(false) { "1" } else { "0" });
        })
    }

    /// One patient becomes part of another and vanishes. What it had moves, and the times of that do not.
    pub(super) fn merge(&mut self, account: u64, patient: &str, into: &str) -> Result<(), Refused> {
        let (gone, kept) = (parse(Kind::Patients, patient)?, parse(Kind::Patients, into)?);
        let home = self.account(account)?;
        if gone == kept || home.get(Kind::Patients, kept).is_none() {
            return Err(missing(Kind::Patients, kept));
        }
        self.delete(&Target { account, of: Kind::Patients, id: patient.to_owned() })?;
        let home = self.account_mut(account)?;
        for record in home.records.values_mut().flat_map(BTreeMap::values_mut) {
            for name in ["patientID", "clientID"] {
                if record.id_in(name) == Some(gone) {
                    record.set(name, kept.to_string());
                }
            }
        }
        Ok(())
    }

    /// Gives many records one and the same time; returns how many.
    pub(super) fn touch(&mut self, account: u64, of: Kind, count: usize, at: i64) -> Result<usize, Refused> {
        let home = self.account_mut(account)?;
        let mut ids: Vec<u64> = home.all(of).map(|it| it.id).collect();
        ids.sort_by_key(|id| mix(23, *id));
        ids.truncate(count);
        for id in &ids {
            if let Some(record) = home.get_mut(of, *id) {
                record.modified = at;
            }
        }
        Ok(ids.len())
    }

    /// Pays an open invoice in full.
    pub(super) fn pay(&mut self, target: &Target, at: i64) -> Result<(), Refused> {
        let zone = self.account(target.account)?.zone.clone();
        let id = parse(Kind::Invoices, &target.id)?;
        self.change(target, Some(at), |it| {
            let total = it.fields.get("totalDebits").cloned().unwrap_or(json!("0.00"));
            let payment = json!([{"payment_id": (id * 3).to_string(), "void": "0", "date": civil(at, &zone).0,
                "amount": total, "group": "", "method": "Cash"}]);
            it.set("totalPayments", total);
            it.set("totalBalance", "0.00");
            if let Some(details) = it.fields.get_mut("details").and_then(Value::as_object_mut) {
                details.insert("payments".to_owned(), payment);
            }
        })
    }
}

impl Account {
    fn first(&self, kind: Kind) -> Result<u64, Refused> {
        self.all(kind).next().map(|it| it.id).ok_or_else(|| missing(kind, "at all"))
    }

    /// The fields that a record has if nothing else is said.
    pub(super) fn usual(&mut self, of: Kind, at: i64) -> Result<make::Fields, Refused> {
        let clinic = self.clinic.clone();
        let service = Service { name: "Standard visit", minutes: 30, seats: 1, cents: 8_550, offered: true };
        Ok(match of {
            Kind::Locations => {
                make::location(&Place { name: clinic.name.clone(), town: "Perth", open: true }, &clinic)
            }
            Kind::Practitioners => {
                let staff = Staff { first: "Ilse", last: "Marr", title: "Dr", active: true };
                make::practitioner(&staff, &[self.first(Kind::Locations)?], true)
            }
            Kind::Services | Kind::Classes => make::service(&service, &[self.first(Kind::Locations)?]),
            Kind::Patients => {
                let human = self.people.next(&mut self.dice);
                let location = self.first(Kind::Locations)?;
                make::patient(&human, &clinic, location, &mut self.dice)
            }
            Kind::Appointments => {
                let kind = self.first(Kind::Services)?;
                let booking = Booking {
                    patient: Some(self.first(Kind::Patients)?),
                    location: self.first(Kind::Locations)?,
                    practitioner: self.first(Kind::Practitioners)?,
                    service: Some((kind, self.get(Kind::Services, kind).map_or("", |it| it.text("Name")))),
                    starts: at + 86_400,
                    minutes: 30,
                };
                make::appointment(&booking, &self.zone_of(Some(booking.location)))
            }
            Kind::Participants => {
                let class = self.all(Kind::Appointments).find(|it| it.slot == Slot::Class).map(|it| it.id);
                let class = class.ok_or_else(|| missing(Kind::Appointments, "class"))?;
                make::participant(class, self.first(Kind::Patients)?)
            }
            Kind::Invoices => {
                let number = self.next_id(Kind::Invoices);
                let (patient, provider) = (self.first(Kind::Patients)?, self.first(Kind::Practitioners)?);
                let day = civil(at, &self.zone).0;
                make::invoice(
                    number,
                    patient,
                    provider,
                    self.first(Kind::Locations)?,
                    &day,
                    service.cents,
                    false,
                )
            }
            Kind::Cases => make::case(self.first(Kind::Patients)?),
            Kind::Notes => make::note(self.first(Kind::Patients)?, &civil(at, &self.zone).0),
            Kind::WaitingList => make::waiting(self.first(Kind::Patients)?, self.first(Kind::Locations)?),
        })
    }
}
