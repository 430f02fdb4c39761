//! The older interface's reading methods.

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

use super::record::{Kind, Record, Slot, read_stamp, stamp};
use super::v2::{Call, Seen, failure, success};
use super::world::{Account, World};
use crate::house::Refusal;
use crate::mix;

/// A record as its list shows it. Names of times differ from list to list.
pub(super) fn row(account: &Account, record: &Record) -> Value {
    let mut row: Map<String, Value> = record.fields.clone();
    let id = if record.kind == Kind::Notes { "noteID" } else { "ID" };
    row.insert(id.to_owned(), json!(record.id.to_string()));
    let zone = account.zone_of(record.id_in("locationID"));
    let (created, modified) = (stamp(record.created, &zone), stamp(record.modified, &zone));
    let names: &[(&str, &str)] = match record.kind {
        Kind::Patients => &[("DateCreated", "DateModified")],
        Kind::Appointments | Kind::Participants => &[("dateCreated", "lastModified")],
        Kind::Invoices => &[("dateCreated", "")],
        Kind::WaitingList => &[("created", "lastModified")],
        Kind::Cases => &[("dateCreated", "")],
        _ => &[],
    };
    for (first, second) in names {
        // Some patients are older than the field.
        let unknown = record.kind == Kind::Patients && mix(53, record.id).is_multiple_of(17);
        row.insert((*first).to_owned(), if unknown { Value::Null } else { json!(created) });
        if !second.is_empty() {
            row.insert((*second).to_owned(), json!(modified));
        }
    }
    match record.kind {
        Kind::Participants => drop(row.remove("apptID")),
        Kind::Invoices => {
            row.remove("void");
            row.remove("details");
        }
        _ => {}
    }
    Value::Object(row)
}

fn expanded(account: &Account, record: &Record) -> Value {
    let mut shown = row(account, record);
    shown["details"] = record.fields.get("details").cloned().unwrap_or(Value::Null);
    shown
}

impl World {
    pub(super) fn read(&self, call: &Call<'_>, seen: &Seen) -> Result<Response<Bytes>, Refusal> {
        let account =
            self.accounts.get(&seen.account).ok_or_else(|| failure("L000_2", "Verification failed", &[]))?;
        let plain = |kind: Kind, keep: &dyn Fn(&Record) -> bool| {
            let rows = account.all(kind).filter(|it| keep(it));
            let rows: Vec<Value> = rows.map(|it| self.odd(kind, it, row(account, it))).collect();
            success(call.method, json!({kind.key(): rows}))
        };
        let paged = |kind: Kind, keep: &dyn Fn(&Record) -> bool| {
            self.page(call, account, kind, account.all(kind).filter(|it| keep(it)).collect(), row)
        };
        let of_patient = |it: &Record| {
            let whose = it.id_in(if it.kind == Kind::Notes { "clientID" } else { "patientID" });
            call.number("patient_id").is_none_or(|id| whose == Some(id))
        };
        Ok(match call.method {
            "verify" => {
                let truth = mix(self.settings.seed, seen.account).is_multiple_of(2);
                success(call.method, json!({"verify": if truth { json!(true) } else { json!("true") }}))
            }
            "version" => success(call.method, json!({"version": "2.0"})),
            "getLocations" => plain(Kind::Locations, &|it| seen.shows(Some(it.id))),
            "getPractitioners" => {
                let all = call.flag("include_inactive_practitioners");
                paged(Kind::Practitioners, &|it| all || it.text("status") != "0")
            }
            "getAppointmentTypes" => plain(Kind::Services, &|_| true),
            "getClassTypes" => plain(Kind::Classes, &|_| true),
            "getPatients" => {
                let since = self.since(call, account, "last_modified")?;
                let deceased = call.get("deceased");
                paged(Kind::Patients, &|it| {
                    since.is_none_or(|since| it.modified >= since)
                        && deceased.is_none_or(|wanted| it.text("deceased") == wanted)
                })
            }
            "searchPatients" => plain(Kind::Patients, &|it| searched(call, it)),
            "getAppointments" => {
                let since = self.since(call, account, "last_modified")?;
                paged(Kind::Appointments, &|it| {
                    seen.shows(it.id_in("locationID"))
                        && since.is_none_or(|since| it.modified >= since)
                        && wanted(call, it)
                })
            }
            "getClasses" => {
                let since = self.since(call, account, "last_modified")?;
                let keep = |it: &&Record| {
                    it.slot == Slot::Class
                        && seen.shows(it.id_in("locationID"))
                        && since.is_none_or(|since| it.modified >= since)
                        && wanted(call, it)
                };
                let rows: Vec<Value> =
                    account.all(Kind::Appointments).filter(keep).map(|it| row(account, it)).collect();
                success(call.method, json!({"classes": rows}))
            }
            "getClassParticipants" => {
                let class = call.number("appt_id");
                let class =
                    class.ok_or_else(|| failure("L006_1", "Missing data", &["Missing variable: appt_id"]))?;
                plain(Kind::Participants, &|it| it.id_in("apptID") == Some(class))
            }
            "getInvoices" | "getAllInvoices" => self.invoices(call, account, seen)?,
            "getInvoice" => {
                let found = call.number("invoice_id").and_then(|id| account.get(Kind::Invoices, id));
                let found = found.filter(|it| seen.shows(it.id_in("locationID")));
                let found = found.ok_or_else(|| failure("L008_1", "Invoice not found", &[]))?;
                success(
                    call.method,
                    json!({"invoice": self.odd(Kind::Invoices, found, expanded(account, found))}),
                )
            }
            "getInvoicePayments" => success(call.method, json!({"payments": payments(call, account, seen)})),
            "getCases" | "getAllCases" => plain(Kind::Cases, &of_patient),
            "getTreatmentNotes" | "getAllTreatmentNotes" => paged(Kind::Notes, &of_patient),
            "getWaitingList" => {
                // One word, in this method alone.
                let since = self.since(call, account, "lastmodified")?;
                plain(Kind::WaitingList, &|it| since.is_none_or(|since| it.modified >= since))
            }
            "getExtras" | "getStockList" | "getPatientFiles" | "getFileUrl" => {
                success(call.method, json!([]))
            }
            _ => return Err(super::routes::unknown_page()),
        })
    }

    /// Changed after this moment. Text that is no moment is not noticed.
    fn since(&self, call: &Call<'_>, account: &Account, name: &str) -> Result<Option<i64>, Refusal> {
        let zone =
            if self.settings.last_modified_in_utc { jiff::tz::TimeZone::UTC } else { account.zone.clone() };
        let at = call.get(name).and_then(|text| read_stamp(text, &zone));
        Ok(at.map(|at| at + i64::from(!self.settings.last_modified_inclusive)))
    }

    /// Not by GET; void ones are left out unless asked for, and then come alone.
    fn invoices(&self, call: &Call<'_>, account: &Account, seen: &Seen) -> Result<Response<Bytes>, Refusal> {
        if call.method == "getInvoices" && call.asked.method != "POST" {
            return Err(failure("L000_4", "Request method not allowed", &["getInvoices expects POST"]));
        }
        let since = self.since(call, account, "last_modified")?;
        let void = call.flag("void");
        let rows = account.all(Kind::Invoices).filter(|it| {
            it.flag("void") == void
                && seen.shows(it.id_in("locationID"))
                && since.is_none_or(|since| it.modified >= since)
                && call.number("patient_id").is_none_or(|id| it.id_in("patientID") == Some(id))
        });
        let shape = if call.flag("expanded") { expanded } else { row };
        Ok(self.page(call, account, Kind::Invoices, rows.collect(), shape))
    }
}

fn wanted(call: &Call<'_>, it: &Record) -> bool {
    let same = |param: &str, field: &str| call.number(param).is_none_or(|id| it.id_in(field) == Some(id));
    let day = it.text("appointmentDate");
    same("location_id", "locationID")
        && same("patient_id", "patientID")
        && same("practitioner_id", "practitionerID")
        && call.get("date_from").is_none_or(|from| day >= from)
        && call.get("date_to").is_none_or(|to| day <= to)
        && call.get("appt_status").is_none_or(|status| (status == "Completed") == it.flag("arrived"))
}

/// There is no search by number.
fn searched(call: &Call<'_>, it: &Record) -> bool {
    let fuzzy = call.flag("fuzzy_search");
    let like = |param: &str, field: &str| {
        call.get(param).is_none_or(|text| {
            let (text, known) = (text.to_lowercase(), it.text(field).to_lowercase());
            known == text || fuzzy && known.contains(&text)
        })
    };
    call.number("patient_id").is_none_or(|id| it.id == id)
        && like("email", "Email")
        && like("first_name", "FirstName")
        && like("last_name", "LastName")
        && like("date_of_birth", "DOB")
        && like("online_code", "onlineQuickCode")
}

/// The payments of an invoice, or of all in a span of days.
pub(super) fn payments(call: &Call<'_>, account: &Account, seen: &Seen) -> Vec<Value> {
    let invoices = account.all(Kind::Invoices).filter(|it| {
        seen.shows(it.id_in("locationID")) && call.number("invoice_id").is_none_or(|id| it.id == id)
    });
    let mut all = Vec::new();
    for invoice in invoices {
        let paid = invoice
            .fields
            .get("details")
            .and_then(|details| details.get("payments"))
            .and_then(Value::as_array);
        for payment in paid.into_iter().flatten() {
            let day = payment["date"].as_str().unwrap_or_default();
            if call.get("date_from").is_none_or(|from| day >= from)
                && call.get("date_to").is_none_or(|to| day <= to)
            {
                let mut payment = payment.clone();
                payment["invoice_id"] = json!(invoice.id.to_string());
                all.push(payment);
            }
        }
    }
    all
}
