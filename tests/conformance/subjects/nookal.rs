//! Nookal, through the older of its interfaces, which tells more.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use routiq::{
    domain::change::Kind,
    platforms::{declaration::Tombstone, transport::Transport},
};
use routiq_simulators::{
    Clock,
    clinic::Clinic,
    faults::{Fault, FaultRule, When},
    log::Counters,
    nookal::{Command, Edit, Entry, Kind as Of, Ledger, Nookal, Seat, Settings, State, Target},
    surprises::{Oddity, Surprise},
};
use serde_json::{Map, Value, json};

use crate::subject::{Entered, Fact, Lacks, Scale, Spoilable, Subject, Truth, answers};

struct Practice {
    platform: Nookal,
    seat: Seat,
    key: Mutex<String>,
    /// Invoices that a payment was taken from, by the payment.
    paid: Mutex<BTreeMap<String, (String, Value)>>,
}

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    let settings = Settings { seed: scale.seed, log_size: 0, ..Settings::default() };
    let platform = Nookal::new(settings, clock);
    let clinic = Clinic { patients: scale.people, groups: 0.15, ..Clinic::default() };
    let seat = platform.add_practice(&clinic).unwrap();
    let key = Mutex::new(seat.key.clone());
    Box::new(Practice { platform, seat, key, paid: Mutex::default() })
}

/// The list of a stream whose records are made, changed and taken away.
fn list(stream: &str) -> Of {
    match stream {
        "appointments" => Of::Appointments,
        "contacts" => Of::Patients,
        "invoices" => Of::Invoices,
        "clinical_notes" => Of::Notes,
        "appointment_types" => Of::Services,
        "locations" => Of::Locations,
        "practitioners" => Of::Practitioners,
        other => panic!("no list of {other}"),
    }
}

impl Practice {
    fn ledger(&self) -> Ledger {
        self.platform.ledger(self.seat.account).unwrap()
    }

    fn target(&self, of: Of, id: &str) -> Target {
        Target { account: self.seat.account, of, id: id.to_owned() }
    }

    fn command(&self, command: Command) -> Value {
        self.platform.command(command).unwrap()
    }

    fn set_details(&self, invoice: &str, details: Value) {
        let fields = Map::from_iter([("details".to_owned(), details)]);
        let (target, edit) = (self.target(Of::Invoices, invoice), Edit { fields, ..Edit::default() });
        self.command(Command::Edit { target, edit });
    }
}

fn living(ledger: &Ledger, of: Of) -> impl Iterator<Item = &Entry> {
    ledger.of(of).iter().filter(|entry| entry.state != State::Deleted)
}

fn text<'a>(entry: &'a Entry, name: &str) -> &'a str {
    entry.fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Columns with what stands in these fields.
fn fact(entry: &Entry, fields: &[(&str, &str)]) -> Fact {
    let told = |field: &str| entry.fields.get(field).cloned().unwrap_or_default();
    Fact::of(fields.iter().map(|(column, field)| ((*column).to_owned(), told(field))).collect())
}

const WHERE: &[(&str, &str)] =
    &[("practitioner_external_id", "practitionerID"), ("location_external_id", "locationID")];

fn appointments(ledger: &Ledger) -> BTreeMap<String, Fact> {
    let mut all = BTreeMap::new();
    let mut classes = BTreeMap::new();
    for it in living(ledger, Of::Appointments).filter(|it| it.slot != "block") {
        let mut fact = fact(it, WHERE);
        fact.columns.insert("starts_at".to_owned(), json!(it.starts));
        fact.columns.insert("cancelled".to_owned(), json!(text(it, "cancelled") == "1"));
        if it.slot == "class" {
            classes.insert(it.id.clone(), ());
            all.insert(format!("class:{}", it.id), fact);
        } else {
            fact.columns.insert("contact_external_id".to_owned(), it.fields["patientID"].clone());
            fact.columns.insert("did_not_arrive".to_owned(), json!(text(it, "DNA") == "1"));
            all.insert(it.id.clone(), fact);
        }
    }
    // Of one person's places in a class the one that stands counts, then the one that changed last.
    let mut places: Vec<&Entry> = living(ledger, Of::Participants).collect();
    places.sort_by_key(|it| (text(it, "cancelled") != "1", it.modified));
    for it in places.into_iter().filter(|it| classes.contains_key(text(it, "apptID"))) {
        let (class, patient) = (text(it, "apptID"), text(it, "patientID"));
        let fact =
            Fact::of(json!({ "group_external_id": format!("class:{class}"), "contact_external_id": patient,
            "cancelled": text(it, "cancelled") == "1" }));
        all.insert(format!("participant:{class}:{patient}"), fact);
    }
    all
}

fn payments(ledger: &Ledger) -> BTreeMap<String, Fact> {
    let mut all = BTreeMap::new();
    for invoice in living(ledger, Of::Invoices) {
        for payment in invoice.fields["details"]["payments"].as_array().unwrap() {
            let mut fact = Fact::of(json!({ "amount": payment["amount"], "invoice_external_id": invoice.id,
                "contact_external_id": invoice.fields["patientID"], "active": text(invoice, "void") != "1" }));
            fact.parent = Some((Kind::Invoice, invoice.id.clone()));
            all.insert(payment["payment_id"].as_str().unwrap().to_owned(), fact);
        }
    }
    all
}

impl Subject for Practice {
    fn entered(&self) -> Entered {
        Entered {
            external_id: "harbour".to_owned(),
            settings: json!({ "clinical_notes": true }),
            credential: self.key.lock().unwrap().clone(),
        }
    }

    fn transport(&self) -> Arc<dyn Transport> {
        let platform = self.platform.clone();
        answers(move |request| {
            let platform = platform.clone();
            async move { platform.handle(request).await }
        })
    }

    fn truth(&self) -> Truth {
        let ledger = self.ledger();
        let all = |of: Of, prefix: &str, fields: &[(&str, &str)]| -> BTreeMap<String, Fact> {
            living(&ledger, of).map(|it| (format!("{prefix}{}", it.id), fact(it, fields))).collect()
        };
        let name = [("first_name", "FirstName"), ("last_name", "LastName")];
        let person =
            [name.as_slice(), &[("email", "Email"), ("location_external_id", "LocationID")]].concat();
        let mut people = all(Of::Patients, "", &person);
        for it in living(&ledger, Of::Patients) {
            let born = Some(text(it, "DOB")).filter(|born| *born != "0000-00-00");
            let columns = &mut people.get_mut(&it.id).unwrap().columns;
            columns.insert("date_of_birth".to_owned(), json!(born.unwrap_or_default()));
            columns.insert("active".to_owned(), json!(text(it, "active") == "1"));
            columns.insert("deceased".to_owned(), json!(text(it, "deceased") == "1"));
        }
        let kind = [("name", "Name"), ("duration_minutes", "Duration"), ("price", "Price")];
        let mut types = all(Of::Services, "", &kind);
        types.extend(all(Of::Classes, "class:", &kind));
        let bill = [
            ("number", "invoiceNumber"),
            ("contact_external_id", "patientID"),
            ("total", "totalDebits"),
            ("outstanding", "totalBalance"),
        ];
        Truth::from([
            (Kind::Contact, people),
            (Kind::Practitioner, all(Of::Practitioners, "", &name)),
            (Kind::Location, all(Of::Locations, "", &[("name", "Name"), ("timezone", "Timezone")])),
            (Kind::AppointmentType, types),
            (Kind::Appointment, appointments(&ledger)),
            (Kind::Invoice, all(Of::Invoices, "", &bill)),
            (Kind::Payment, payments(&ledger)),
            (Kind::ClinicalNote, all(Of::Notes, "", &[("contact_external_id", "patientID")])),
        ])
    }

    fn traffic(&self, events_per_hour: f64) {
        self.platform.set_traffic(self.seat.account, events_per_hour).unwrap();
    }

    fn touch(&self, stream: &str, count: usize) -> Result<usize, Lacks> {
        let touch = Command::Touch { account: self.seat.account, of: list(stream), count, as_of: None };
        Ok(usize::try_from(self.command(touch).as_u64().unwrap()).unwrap())
    }

    fn remove(&self, stream: &str, _: Tombstone) -> Result<String, Lacks> {
        let ledger = self.ledger();
        if stream == "payments" {
            let paid =
                |it: &&Entry| it.fields["details"]["payments"].as_array().is_some_and(|all| !all.is_empty());
            let invoice = living(&ledger, Of::Invoices).find(paid).expect("somebody paid");
            let mut details = invoice.fields["details"].clone();
            let payment = details["payments"][0]["payment_id"].as_str().unwrap().to_owned();
            self.paid.lock().unwrap().insert(payment.clone(), (invoice.id.clone(), details.clone()));
            details["payments"] = json!([]);
            self.set_details(&invoice.id, details);
            return Ok(payment);
        }
        let of = list(stream);
        // Not those that others need most, nor slots that nobody comes to.
        let found = living(&ledger, of).filter(|it| of != Of::Appointments || it.slot == "visit").last();
        let id = found.unwrap_or_else(|| panic!("no {stream} is left")).id.clone();
        self.command(Command::Delete { target: self.target(of, &id) });
        Ok(id)
    }

    fn restore(&self, stream: &str, _: Tombstone, id: &str) -> Result<(), Lacks> {
        if stream == "payments" {
            let (invoice, details) = self.paid.lock().unwrap().remove(id).unwrap();
            self.set_details(&invoice, details);
            return Ok(());
        }
        self.command(Command::Restore { target: self.target(list(stream), id), as_of: None });
        Ok(())
    }

    fn merge(&self) -> Result<(String, String), Lacks> {
        let ids: Vec<String> = living(&self.ledger(), Of::Patients).take(2).map(|it| it.id.clone()).collect();
        let (patient, into) = (ids[0].clone(), ids[1].clone());
        let account = self.seat.account;
        self.command(Command::Merge { account, patient: patient.clone(), into: into.clone() });
        Ok((patient, into))
    }

    fn fault(&self, fault: Fault, when: When) {
        self.platform.fault(FaultRule { fault, path: None, when });
    }

    fn spoilable(&self) -> Vec<Spoilable> {
        let ledger = self.ledger();
        type Names = &'static [&'static str];
        let lists: [(Kind, Of, Names, Names); 4] = [
            (Kind::Contact, Of::Patients, &["patients"], PATIENT),
            (Kind::Appointment, Of::Appointments, &["appointments"], VISIT),
            (Kind::Invoice, Of::Invoices, &["invoices"], INVOICE),
            (Kind::ClinicalNote, Of::Notes, &["notes"], NOTE),
        ];
        let mut all = Vec::new();
        for (kind, of, places, fields) in lists {
            let records = living(&ledger, of).filter(|it| of != Of::Appointments || it.slot == "visit");
            all.extend(records.map(|it| Spoilable {
                kind,
                id: it.id.clone(),
                record: it.id.clone(),
                places,
                fields,
            }));
        }
        all
    }

    fn spoil(&self, what: &Spoilable, field: &str, with: Surprise) {
        let (of, id) = (what.places[0].to_owned(), Some(what.record.clone()));
        self.platform.surprise(Oddity { of, id, field: field.to_owned(), with });
    }

    fn calm(&self) {
        self.platform.clear_faults();
        self.platform.clear_surprises();
    }

    fn counters(&self) -> Counters {
        self.platform.counters()
    }

    fn revoke(&self) {
        self.platform.revoke_key(&self.key.lock().unwrap()).unwrap();
    }

    fn replace(&self) -> String {
        let new = self.platform.issue_key(self.seat.account, &[]).unwrap();
        self.key.lock().unwrap().clone_from(&new);
        new
    }
}

const PATIENT: &[&str] = &[
    "FirstName",
    "LastName",
    "DOB",
    "Gender",
    "Email",
    "Mobile",
    "Addr1",
    "City",
    "LocationID",
    "active",
    "deceased",
    "extras",
    "extras.0.name",
    "DateCreated",
    "DateModified",
];
// Without a patient it is a slot that nobody comes to.
const VISIT: &[&str] = &[
    "appointmentDate",
    "appointmentStartTime",
    "appointmentEndTime",
    "locationID",
    "appointmentType",
    "appointmentTypeID",
    "practitionerID",
    "arrived",
    "DNA",
    "cancelled",
    "cancellationDate",
    "Notes",
    "lastModified",
];
const INVOICE: &[&str] = &[
    "invoiceNumber",
    "patientID",
    "providerID",
    "dateCreated",
    "isThirdPartyInvoice",
    "totalDebits",
    "totalBalance",
    "details",
    "details.entries",
    "details.entries.0.total",
];
const NOTE: &[&str] = &["patientID", "status", "answers", "date"];
