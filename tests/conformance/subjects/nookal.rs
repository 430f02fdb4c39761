//! Nookal, through either interface; what the newer one shows stands in `nookal_v3`.

use std::{
    collections::BTreeSet,
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
    nookal::{Command, Entry, Kind as Of, Ledger, Nookal, Seat, Settings, State, Target},
    surprises::{Oddity, Surprise},
};
use serde_json::{Value, json};

use super::nookal_v3 as newer;
use crate::subject::{Entered, Fact, Lacks, Scale, Spoilable, Subject, Truth, answers};

pub(super) struct Practice {
    platform: Nookal,
    seat: Seat,
    key: Mutex<String>,
    /// Through the newer interface.
    newer: bool,
}

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    Box::new(Practice::new(clock, scale, false))
}

fn list(stream: &str) -> Of {
    match stream {
        "appointments" => Of::Appointments,
        "contacts" => Of::Patients,
        "invoices" | "payments" => Of::Invoices,
        "clinical_notes" => Of::Notes,
        "appointment_types" => Of::Services,
        "practitioners" => Of::Practitioners,
        other => panic!("no list of {other}"),
    }
}

pub(super) fn text(entry: &Entry, name: &str) -> String {
    entry.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(super) fn there(ledger: &Ledger, of: Of) -> impl Iterator<Item = &Entry> {
    ledger.of(of).iter().filter(|entry| entry.state != State::Deleted)
}

/// Somebody's place in a class.
fn place(it: &Entry) -> String {
    format!("participant:{}:{}", text(it, "apptID"), text(it, "patientID"))
}

fn appointments(ledger: &Ledger) -> Vec<(String, Fact)> {
    let when = |it: &Entry| json!({ "starts_at": it.starts, "practitioner_external_id": text(it, "practitionerID") });
    let visit = |it: &Entry| {
        let mut fact = Fact::of(when(it));
        fact.columns.insert("contact_external_id".to_owned(), json!(text(it, "patientID")));
        fact.columns.insert("cancelled".to_owned(), json!(text(it, "cancelled") == "1"));
        (it.id.clone(), fact)
    };
    let class = |it: &Entry| (format!("class:{}", it.id), Fact::of(when(it)));
    let slots = |slot: &'static str| there(ledger, Of::Appointments).filter(move |it| it.slot == slot);
    let classes: BTreeSet<&str> = slots("class").map(|it| it.id.as_str()).collect();
    let attending =
        there(ledger, Of::Participants).filter(|it| classes.contains(text(it, "apptID").as_str()));
    let attending = attending.map(|it| {
        let columns = json!({ "contact_external_id": text(it, "patientID") });
        let parent = Some((Kind::Appointment, format!("class:{}", text(it, "apptID"))));
        (place(it), Fact { parent, ..Fact::of(columns) })
    });
    slots("visit").map(visit).chain(slots("class").map(class)).chain(attending).collect()
}

impl Practice {
    pub(super) fn new(clock: Clock, scale: &Scale, newer: bool) -> Self {
        let settings = Settings { seed: scale.seed, log_size: 0, ..Settings::default() };
        let platform = Nookal::new(settings, clock);
        let clinic = Clinic {
            patients: scale.people,
            practitioners: 4,
            groups: 0.15,
            // As far back as every sweep goes.
            years: 0.1,
            visits_per_patient: if scale.people > 100 { 1.0 } else { 3.0 },
            ..Clinic::default()
        };
        let seat = platform.add_practice(&clinic).unwrap();
        let key = Mutex::new(if newer { seat.basic_key.clone() } else { seat.key.clone() });
        Self { platform, seat, key, newer }
    }

    pub(super) fn ledger(&self) -> Ledger {
        self.platform.ledger(self.seat.account).unwrap()
    }

    fn command(&self, command: Command) -> Value {
        self.platform.command(command).unwrap()
    }

    fn target(&self, of: Of, id: &str) -> Target {
        Target { account: self.seat.account, of, id: id.to_owned() }
    }
}

impl Subject for Practice {
    fn entered(&self) -> Entered {
        Entered {
            external_id: "seabreeze".to_owned(),
            settings: if self.newer { newer::settings() } else { json!({ "clinical_notes": true }) },
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

    fn access(&self) -> &'static [&'static str] {
        if self.newer { &["/oauth/token"] } else { &[] }
    }

    fn truth(&self) -> Truth {
        let ledger = self.ledger();
        if self.newer {
            return newer::truth(&ledger);
        }
        let all = |of: Of, prefix: &str, fields: &[(&str, &str)]| {
            let fact = |it: &Entry| {
                let columns =
                    fields.iter().map(|(column, field)| ((*column).to_owned(), json!(text(it, field))));
                Fact::of(Value::Object(columns.collect()))
            };
            there(&ledger, of).map(|it| (format!("{prefix}{}", it.id), fact(it))).collect::<Vec<_>>()
        };
        let person = [("first_name", "FirstName"), ("last_name", "LastName")];
        let patient = there(&ledger, Of::Patients).map(|it| {
            let mut columns = json!({ "source_updated_at": it.modified, "email": text(it, "Email") });
            columns["first_name"] = json!(text(it, "FirstName"));
            columns["last_name"] = json!(text(it, "LastName"));
            (it.id.clone(), Fact::of(columns))
        });
        let payments = there(&ledger, Of::Invoices).flat_map(|it| {
            let payments = it.fields["details"]["payments"].as_array().cloned().unwrap_or_default();
            let parent = Some((Kind::Invoice, it.id.clone()));
            let fact = move |payment: Value| {
                let id = payment["payment_id"].as_str().unwrap().to_owned();
                (id, Fact { parent: parent.clone(), ..Fact::of(json!({ "amount": payment["amount"] })) })
            };
            payments.into_iter().map(fact)
        });
        let types = all(Of::Services, "", &[("name", "Name")]).into_iter();
        Truth::from([
            (Kind::Contact, patient.collect()),
            (Kind::Practitioner, all(Of::Practitioners, "", &person).into_iter().collect()),
            (Kind::Location, all(Of::Locations, "", &[("name", "Name")]).into_iter().collect()),
            (Kind::AppointmentType, types.chain(all(Of::Classes, "class:", &[])).collect()),
            (Kind::Appointment, appointments(&ledger).into_iter().collect()),
            (
                Kind::Invoice,
                all(Of::Invoices, "", &[("contact_external_id", "patientID")]).into_iter().collect(),
            ),
            (Kind::Payment, payments.collect()),
            (Kind::ClinicalNote, all(Of::Notes, "", &[]).into_iter().collect()),
        ])
    }

    fn traffic(&self, events_per_hour: f64) {
        self.platform.set_traffic(self.seat.account, events_per_hour).unwrap();
    }

    fn touch(&self, stream: &str, count: usize) -> Result<usize, Lacks> {
        if self.newer {
            return Err(newer::NO_CHANGES);
        }
        let touch = Command::Touch { account: self.seat.account, of: list(stream), count, as_of: None };
        Ok(usize::try_from(self.command(touch).as_u64().unwrap()).unwrap())
    }

    fn remove(&self, stream: &str, how: Tombstone) -> Result<String, Lacks> {
        let ledger = self.ledger();
        if stream == "appointments" && how == Tombstone::Told {
            // Who comes to a class is told with the class.
            let classes: BTreeSet<String> =
                there(&ledger, Of::Appointments).map(|it| it.id.clone()).collect();
            let mut attending = there(&ledger, Of::Participants);
            let it = attending.find(|it| classes.contains(&text(it, "apptID"))).unwrap();
            self.command(Command::Delete { target: self.target(Of::Participants, &it.id) });
            return Ok(place(it));
        }
        let of = list(stream);
        let paid = |it: &&Entry| stream != "payments" || it.fields["details"]["payments"][0].is_object();
        let visit = |it: &&Entry| it.slot == "visit" || of != Of::Appointments;
        let it = there(&ledger, of).filter(visit).filter(paid).last().unwrap();
        self.command(Command::Delete { target: self.target(of, &it.id) });
        Ok(match stream {
            "payments" => it.fields["details"]["payments"][0]["payment_id"].as_str().unwrap().to_owned(),
            _ => it.id.clone(),
        })
    }

    fn restore(&self, stream: &str, _: Tombstone, id: &str) -> Result<(), Lacks> {
        let ledger = self.ledger();
        let gone = |of: Of| ledger.of(of).iter().filter(|it| it.state == State::Deleted);
        let (of, found) = if id.starts_with("participant:") {
            (Of::Participants, gone(Of::Participants).find(|it| place(it) == id))
        } else if stream == "payments" {
            let pays = |it: &&Entry| it.fields["details"]["payments"][0]["payment_id"] == id;
            (Of::Invoices, gone(Of::Invoices).find(pays))
        } else {
            (list(stream), gone(list(stream)).find(|it| it.id == id))
        };
        self.command(Command::Restore { target: self.target(of, &found.unwrap().id), as_of: None });
        Ok(())
    }

    fn merge(&self) -> Result<(String, String), Lacks> {
        let ledger = self.ledger();
        let ids: Vec<String> = there(&ledger, Of::Patients).take(2).map(|it| it.id.clone()).collect();
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
        let lists: [List; 3] = [
            (Kind::Contact, Of::Patients, &["patients"], PATIENT),
            (Kind::Appointment, Of::Appointments, &["appointments"], VISIT),
            (Kind::Invoice, Of::Invoices, &["invoices"], INVOICE),
        ];
        let lists = if self.newer { newer::LISTS } else { lists };
        let mut all = Vec::new();
        for (kind, of, places, fields) in lists {
            let entries = there(&ledger, of).filter(|it| it.slot == "visit" || of != Of::Appointments);
            all.extend(entries.map(|it| Spoilable {
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
        let key = self.key.lock().unwrap();
        match self.newer {
            true => self.platform.revoke_client(&key).unwrap(),
            false => self.platform.revoke_key(&key).unwrap(),
        }
    }

    fn replace(&self) -> String {
        let new = match self.newer {
            true => self.platform.issue_client(self.seat.account, &[]).unwrap(),
            false => self.platform.issue_key(self.seat.account, &[]).unwrap(),
        };
        self.key.lock().unwrap().clone_from(&new);
        new
    }
}

/// What a list shows, of which records, under which name, and the fields that are read.
pub(super) type List = (Kind, Of, &'static [&'static str], &'static [&'static str]);

const PATIENT: &[&str] = &[
    "FirstName",
    "LastName",
    "DOB",
    "Email",
    "Mobile",
    "Addr1",
    "City",
    "active",
    "deceased",
    "extras",
    "LocationID",
];
const VISIT: &[&str] = &[
    "appointmentDate",
    "appointmentStartTime",
    "appointmentEndTime",
    "cancelled",
    "cancellationDate",
    "DNA",
    "arrived",
    "practitionerID",
    "locationID",
    "appointmentTypeID",
    "Notes",
];
const INVOICE: &[&str] = &[
    "invoiceNumber",
    "totalDebits",
    "totalPayments",
    "totalBalance",
    "void",
    "isThirdPartyInvoice",
    "providerID",
];
