//! Cliniko.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use routiq::{
    domain::change::Kind,
    platforms::{
        declaration::Tombstone,
        section::{Section, Value as Configured},
        transport::Transport,
    },
};
use routiq_simulators::{
    Clock,
    clinic::Clinic,
    cliniko::{Cliniko, Command, Entry, Kind as Of, Ledger, Role, Seat, Settings, Target},
    faults::{Fault, FaultRule, When},
    log::Counters,
    surprises::{Oddity, Surprise},
};
use serde_json::{Value, json};

use crate::subject::{Entered, Fact, Lacks, Scale, Spoilable, Subject, Truth, answers};

struct Practice {
    platform: Cliniko,
    seat: Seat,
    key: Mutex<String>,
}

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    let settings = Settings { seed: scale.seed, log_size: 0, ..Settings::default() };
    let platform = Cliniko::new(settings, clock);
    let clinic = Clinic {
        patients: scale.people,
        practitioners: 5,
        businesses: 6,
        appointment_types: 8,
        ..Clinic::default()
    };
    let seat = platform.add_practice(&clinic, "au2").unwrap();
    let key = Mutex::new(seat.key.clone());
    Box::new(Practice { platform, seat, key })
}

/// The list of a stream whose records are made, changed and taken away.
fn list(stream: &str) -> Of {
    match stream {
        "appointments" => Of::IndividualAppointments,
        "contacts" => Of::Patients,
        "invoices" => Of::Invoices,
        "clinical_notes" => Of::TreatmentNotes,
        "appointment_types" => Of::AppointmentTypes,
        "locations" => Of::Businesses,
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
}

fn updated(entry: &Entry) -> Value {
    json!({ "source_updated_at": entry.updated_at, "source_created_at": entry.created_at })
}

/// A fact with the record's times, fields under our names and relations.
fn fact(entry: &Entry, fields: &[(&str, &str)], relations: &[(&str, &str)]) -> Fact {
    let mut fact = Fact::of(updated(entry));
    for (column, field) in fields {
        fact.columns.insert((*column).to_owned(), entry.fields[*field].clone());
    }
    for (column, relation) in relations {
        fact.columns.insert((*column).to_owned(), json!(entry.relations.get(*relation)));
    }
    fact
}

/// What an appointment, a group and an attendance have in common with their bookings.
const PLACE: &[(&str, &str)] = &[
    ("practitioner_external_id", "practitioner"),
    ("location_external_id", "business"),
    ("appointment_type_external_id", "appointment_type"),
];

fn appointments(ledger: &Ledger) -> impl Iterator<Item = (String, Fact)> {
    let times: &[(&str, &str)] = &[("starts_at", "starts_at"), ("ends_at", "ends_at")];
    let single = ledger.live(Of::IndividualAppointments).map(move |it| {
        let relations = [PLACE, &[("contact_external_id", "patient")]].concat();
        let mut fact = fact(it, &[times, &[("did_not_arrive", "did_not_arrive")]].concat(), &relations);
        fact.columns.insert("cancelled_at".to_owned(), json!(it.cancelled_at));
        (it.id.clone(), fact)
    });
    let groups = ledger.live(Of::GroupAppointments).map(move |it| {
        (format!("group:{}", it.id), fact(it, &[times, &[("capacity", "max_attendees")]].concat(), PLACE))
    });
    // Who attends a group that was put away still does.
    let known: BTreeSet<&String> = ledger.of(Of::GroupAppointments).iter().map(|it| &it.id).collect();
    let attending = ledger.live(Of::Attendees).filter(move |it| known.contains(&it.relations["booking"]));
    let attending = attending.map(|it| {
        let mut fact = fact(it, &[], &[("contact_external_id", "patient")]);
        fact.columns.insert("cancelled_at".to_owned(), json!(it.cancelled_at));
        fact.columns
            .insert("group_external_id".to_owned(), json!(format!("group:{}", it.relations["booking"])));
        (format!("attendee:{}", it.id), fact)
    });
    single.chain(groups).chain(attending)
}

impl Subject for Practice {
    fn entered(&self) -> Entered {
        Entered {
            external_id: self.seat.account.to_string(),
            settings: json!({ "clinical_notes": true }),
            credential: self.key.lock().unwrap().clone(),
        }
    }

    fn section(&self) -> Section {
        let mut section = Section::default();
        section.set("contact", Configured::Text("it@clinic.example.org".to_owned()));
        section
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
        let all = |of: Of, fields: &[(&str, &str)], relations: &[(&str, &str)]| {
            ledger.live(of).map(|it| (it.id.clone(), fact(it, fields, relations))).collect()
        };
        let person = [("first_name", "first_name"), ("last_name", "last_name"), ("email", "email")];
        let invoice = [("number", "number"), ("total", "total_amount"), ("issued_on", "issue_date")];
        let links = [("contact_external_id", "patient"), ("practitioner_external_id", "practitioner")];
        Truth::from([
            (
                Kind::Contact,
                all(Of::Patients, &[person.as_slice(), &[("date_of_birth", "date_of_birth")]].concat(), &[]),
            ),
            (Kind::Practitioner, all(Of::Practitioners, &person[..2], &[])),
            (Kind::Location, all(Of::Businesses, &[("name", "business_name")], &[])),
            (
                Kind::AppointmentType,
                all(
                    Of::AppointmentTypes,
                    &[("name", "name"), ("duration_minutes", "duration_in_minutes")],
                    &[],
                ),
            ),
            (Kind::Appointment, appointments(&ledger).collect()),
            (Kind::Invoice, all(Of::Invoices, &invoice, &links)),
            (Kind::ClinicalNote, all(Of::TreatmentNotes, &[("title", "title"), ("draft", "draft")], &links)),
        ])
    }

    fn traffic(&self, events_per_hour: f64) {
        self.platform.set_traffic(self.seat.account, events_per_hour).unwrap();
    }

    fn touch(&self, stream: &str, count: usize) -> Result<usize, Lacks> {
        let touch = Command::Touch { account: self.seat.account, of: list(stream), count, as_of: None };
        Ok(usize::try_from(self.command(touch).as_u64().unwrap()).unwrap())
    }

    fn remove(&self, stream: &str, how: Tombstone) -> Result<String, Lacks> {
        let of = list(stream);
        // Not those that others need most.
        let ledger = self.ledger();
        let id = ledger.live(of).last().unwrap_or_else(|| panic!("no {stream} is left")).id.clone();
        let target = self.target(of, &id);
        self.command(match how {
            Tombstone::Marked("archived_at") => Command::Archive { target, as_of: None },
            Tombstone::Marked("deleted_at") => Command::Delete { target, as_of: None },
            Tombstone::Checked => Command::Erase { target },
            other => panic!("{other:?} is not played"),
        });
        Ok(id)
    }

    fn restore(&self, stream: &str, how: Tombstone, id: &str) -> Result<(), Lacks> {
        if how == Tombstone::Checked {
            return Err(Lacks("what is erased leaves no trace and never comes back"));
        }
        self.command(Command::Restore { target: self.target(list(stream), id), as_of: None });
        Ok(())
    }

    fn merge(&self) -> Result<(String, String), Lacks> {
        let ids: Vec<String> = self.ledger().live(Of::Patients).take(2).map(|it| it.id.clone()).collect();
        let (patient, into) = (ids[0].clone(), ids[1].clone());
        let account = self.seat.account;
        self.command(Command::Merge { account, patient: patient.clone(), into: into.clone(), as_of: None });
        Ok((patient, into))
    }

    fn fault(&self, fault: Fault, when: When) {
        self.platform.fault(FaultRule { fault, path: None, when });
    }

    fn spoilable(&self) -> Vec<Spoilable> {
        let ledger = self.ledger();
        type Names = &'static [&'static str];
        let lists: [(Kind, Of, Names, &str, Names); 5] = [
            (Kind::Contact, Of::Patients, &["patients"], "", PATIENT),
            (Kind::Appointment, Of::IndividualAppointments, &["individual_appointments"], "", INDIVIDUAL),
            (Kind::Appointment, Of::GroupAppointments, &["group_appointments"], "group:", GROUP),
            (Kind::Invoice, Of::Invoices, &["invoices"], "", INVOICE),
            (Kind::ClinicalNote, Of::TreatmentNotes, &["treatment_notes"], "", NOTE),
        ];
        let mut all = Vec::new();
        for (kind, of, places, prefix, fields) in lists {
            all.extend(ledger.live(of).map(|it| Spoilable {
                kind,
                id: format!("{prefix}{}", it.id),
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
        let new = self.platform.issue_key(self.seat.account, Role::Administrator).unwrap();
        self.key.lock().unwrap().clone_from(&new);
        new
    }
}

const PATIENT: &[&str] = &[
    "first_name",
    "last_name",
    "preferred_first_name",
    "title",
    "email",
    "date_of_birth",
    "sex",
    "patient_phone_numbers",
    "patient_phone_numbers.0.number",
    "address_1",
    "city",
    "country_code",
    "occupation",
    "accepted_sms_marketing",
    "reminder_type",
    "created_at",
    "updated_at",
    "archived_at",
];
const INDIVIDUAL: &[&str] = &[
    "starts_at",
    "ends_at",
    "patient_arrived",
    "did_not_arrive",
    "cancelled_at",
    "cancellation_reason",
    "cancellation_reason_description",
    "notes",
    "created_at",
    "updated_at",
    "archived_at",
    "patient",
    "patient.links.self",
    "practitioner.links",
    "business.links.self",
    "appointment_type",
];
const GROUP: &[&str] = &["starts_at", "ends_at", "max_attendees", "notes", "practitioner", "updated_at"];
const INVOICE: &[&str] = &[
    "number",
    "issue_date",
    "status",
    "total_amount",
    "net_amount",
    "tax_amount",
    "patient.links.self",
    "updated_at",
];
const NOTE: &[&str] = &["title", "draft", "content", "patient", "booking", "created_at"];
