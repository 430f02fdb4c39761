//! The older interface's writing methods that a mirror could be tempted by. Nothing makes a write happen once only.

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

use super::command::Target;
use super::deeds::Edit;
use super::record::Kind;
use super::v2::{Call, Seen, failure, success};
use super::world::World;
use crate::house::Refusal;

/// What was UTF-8 is taken for Latin letters and encoded once more: `café` becomes `cafÃ©`.
fn twice(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

fn needed<'a>(call: &'a Call<'_>, name: &str, code: &str) -> Result<&'a str, Refusal> {
    call.get(name).ok_or_else(|| failure(code, "Missing data", &[&format!("Missing variable: {name}")]))
}

/// Parameters as fields. What was declared in another charset is silently not stored.
fn sent(call: &Call<'_>, names: &[(&str, &str)]) -> Map<String, Value> {
    let text = |text: &str| if call.foreign && !text.is_ascii() { String::new() } else { twice(text) };
    let known =
        names.iter().filter_map(|(param, field)| Some(((*field).to_owned(), json!(text(call.get(param)?)))));
    known.collect()
}

const PERSON: &[(&str, &str)] = &[
    ("first_name", "FirstName"),
    ("last_name", "LastName"),
    ("date_of_birth", "DOB"),
    ("email", "Email"),
    ("mobile", "Mobile"),
    ("notes", "Notes"),
];

impl World {
    /// Does what a writing method says; `None` when it is not one.
    pub(super) fn write(&mut self, call: &Call<'_>, seen: &Seen) -> Option<Result<Response<Bytes>, Refusal>> {
        Some(match call.method {
            "addPatient" => self.add_patient(call, seen),
            "editPatient" => self.edit_patient(call, seen),
            "addAppointmentBooking" => self.book_for(call, seen),
            "cancelAppointment" => self.cancel_for(call, seen),
            _ => return None,
        })
    }

    fn add_patient(&mut self, call: &Call<'_>, seen: &Seen) -> Result<Response<Bytes>, Refusal> {
        needed(call, "first_name", "L005_1")?;
        needed(call, "last_name", "L005_1")?;
        let edit = Edit { fields: sent(call, PERSON), ..Edit::default() };
        let id = self.add(seen.account, Kind::Patients, edit, call.now);
        let id = id.map_err(|_| failure("L005_2", "Patient not added", &[]))?;
        Ok(success(call.method, json!({"patient_id": id})))
    }

    fn edit_patient(&mut self, call: &Call<'_>, seen: &Seen) -> Result<Response<Bytes>, Refusal> {
        let id = needed(call, "patient_id", "L005_1")?.to_owned();
        let target = Target { account: seen.account, of: Kind::Patients, id: id.clone() };
        let edit = Edit { fields: sent(call, PERSON), ..Edit::default() };
        self.edit(&target, edit, call.now).map_err(|_| failure("L005_3", "Patient not found", &[]))?;
        Ok(success(call.method, json!({"patient_id": id})))
    }

    fn book_for(&mut self, call: &Call<'_>, seen: &Seen) -> Result<Response<Bytes>, Refusal> {
        const NAMES: &[(&str, &str)] = &[
            ("location_id", "locationID"),
            ("appointment_date", "appointmentDate"),
            ("start_time", "appointmentStartTime"),
            ("patient_id", "patientID"),
            ("practitioner_id", "practitionerID"),
            ("appointment_type_id", "appointmentTypeID"),
            ("notes", "Notes"),
        ];
        for (name, _) in NAMES.iter().filter(|(name, _)| *name != "notes") {
            needed(call, name, "L006_1")?;
        }
        if !seen.shows(call.number("location_id")) {
            return Err(failure("L003_1", "Location not found", &[]));
        }
        let edit = Edit { fields: sent(call, NAMES), ..Edit::default() };
        let id = self.add(seen.account, Kind::Appointments, edit, call.now);
        let id = id.map_err(|_| failure("L006_2", "Appointment not added", &[]))?;
        Ok(success(call.method, json!({"appointment_id": id})))
    }

    fn cancel_for(&mut self, call: &Call<'_>, seen: &Seen) -> Result<Response<Bytes>, Refusal> {
        let id = needed(call, "appointment_id", "L006_1")?.to_owned();
        needed(call, "patient_id", "L006_1")?;
        let target = Target { account: seen.account, of: Kind::Appointments, id };
        let done = self.cancel(&target, call.now.as_second());
        done.map_err(|_| failure("L006_3", "Appointment not found", &[]))?;
        Ok(success(call.method, json!({"cancelled": "1"})))
    }
}
