//! The newer interface's types, over the same records: numbers are numbers, some dates are as a browser prints them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::record::{Kind, Record, Slot, javascript, read_stamp, stamp};
use super::v3::Caller;
use super::world::Account;
use crate::mix;

/// One query.
#[derive(Debug)]
pub(super) struct Shape {
    name: &'static str,
    /// What identifies a row.
    pub(super) id: &'static str,
    pub(super) arguments: &'static [&'static str],
    pub(super) fields: &'static [&'static str],
}

pub(super) const ADDRESS: &[&str] = &["addr1", "city", "state", "postcode", "isDefault"];

const CLIENT: &[&str] = &[
    "clientID",
    "title",
    "firstName",
    "middleName",
    "lastName",
    "nickname",
    "fullName",
    "DOB",
    "alerts",
    "notes",
    "occupation",
    "employer",
    "category",
    "allergies",
    "consent",
    "active",
    "deceased",
    "allowOnlineBookings",
    "onlineQuickCode",
    "locationID",
    "registrationDate",
    "dateCreated",
    "dateModified",
    "addresses",
    "mobile",
    "home",
    "work",
    "email",
];

const SHAPES: &[Shape] = &[
    Shape {
        name: "appointments",
        id: "apptID",
        arguments: &["locationIDs", "dateFrom", "dateTo", "page", "pageLength"],
        fields: &[
            "apptID",
            "clientID",
            "providerID",
            "caseID",
            "appointmentDate",
            "startTime",
            "endTime",
            "apptType",
            "locationID",
            "isNewClient",
            "isNewCase",
            "arrived",
            "status",
            "dna",
        ],
    },
    Shape {
        name: "clients",
        id: "clientID",
        arguments: &[
            "page",
            "pageLength",
            "locationIDs",
            "clientIDs",
            "onlineQuickCode",
            "deceased",
            "firstName",
            "lastName",
            "DOB",
            "fuzzy",
            "fileType",
        ],
        fields: CLIENT,
    },
    Shape { name: "client", id: "clientID", arguments: &["clientID"], fields: CLIENT },
    Shape {
        name: "invoices",
        id: "invoiceID",
        arguments: &["invoiceIDs", "void", "page", "pageLength"],
        fields: &[
            "invoiceID",
            "invoiceNumber",
            "clientID",
            "caseID",
            "locationID",
            "practitionerID",
            "isThirdPartyInvoice",
            "Total",
            "TotalPayments",
            "Balance",
            "void",
            "dateCreated",
        ],
    },
    Shape {
        name: "invoiceEntry",
        id: "entryID",
        arguments: &["dateFrom", "dateTo", "page", "pageLength"],
        fields: &[
            "entryID",
            "invoiceID",
            "itemType",
            "name",
            "ItemCode",
            "qty",
            "subtotal",
            "tax",
            "total",
            "void",
            "date",
            "providerID",
        ],
    },
    Shape {
        name: "payments",
        id: "paymentID",
        arguments: &["dateFrom", "dateTo", "page", "pageLength"],
        fields: &["paymentID", "invoiceID", "clientID", "locationID", "method", "amount", "date", "active"],
    },
    Shape {
        name: "credits",
        id: "creditID",
        arguments: &["dateFrom", "dateTo", "page", "pageLength"],
        fields: &[
            "creditID",
            "clientID",
            "invoiceID",
            "locationID",
            "method",
            "amount",
            "date",
            "void",
            "fromAdjustment",
        ],
    },
    Shape {
        name: "cases",
        id: "caseID",
        arguments: &["caseIDs", "page", "pageLength"],
        fields: &[
            "caseID",
            "clientID",
            "title",
            "dateAdded",
            "startDate",
            "referralDate",
            "primaryProviderID",
        ],
    },
    Shape {
        name: "locations",
        id: "locationID",
        arguments: &["page", "pageLength"],
        fields: &[
            "locationID",
            "name",
            "addr1",
            "addr2",
            "addr3",
            "suburb",
            "state",
            "country",
            "classes",
            "services",
            "stock",
        ],
    },
];

pub(super) fn of(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.name == name)
}

type Arguments = BTreeMap<String, Value>;

fn listed(arguments: &Arguments, name: &str, id: Option<u64>) -> bool {
    match arguments.get(name) {
        Some(Value::Array(ids)) => ids.iter().any(|known| known.as_u64() == id && id.is_some()),
        Some(Value::Number(one)) => one.as_u64() == id,
        _ => true,
    }
}

/// Within `dateFrom` and `dateTo`, both included.
fn dated(arguments: &Arguments, day: &str) -> bool {
    let bound =
        |name: &str| arguments.get(name).and_then(Value::as_str).map(|text| text.get(..10).unwrap_or(text));
    bound("dateFrom").is_none_or(|from| day >= from) && bound("dateTo").is_none_or(|to| day <= to)
}

/// The rows of a query by rising id, before pages.
pub(super) fn rows(shape: &Shape, account: &Account, caller: &Caller, arguments: &Arguments) -> Vec<Value> {
    let here = |it: &&Record| it.id_in("locationID").is_none_or(|id| caller.locations.contains(&id));
    let all = |kind| account.all(kind);
    match shape.name {
        "appointments" => {
            let settled = settled(account);
            all(Kind::Appointments)
                .filter(here)
                .filter(|it| listed(arguments, "locationIDs", it.id_in("locationID")))
                .filter(|it| dated(arguments, it.text("appointmentDate")))
                .map(|it| appointment(it, &settled))
                .collect()
        }
        "clients" => {
            all(Kind::Patients).filter(|it| found(arguments, it)).map(|it| client(account, it)).collect()
        }
        "client" => all(Kind::Patients)
            .filter(|it| listed(arguments, "clientID", Some(it.id)))
            .map(|it| client(account, it))
            .collect(),
        "invoices" => {
            let void = arguments.get("void").is_some_and(|void| void == 1 || void == true);
            all(Kind::Invoices)
                .filter(here)
                .filter(|it| it.flag("void") == void && listed(arguments, "invoiceIDs", Some(it.id)))
                .map(|it| invoice(account, it))
                .collect()
        }
        "invoiceEntry" => parts(account, &here, "entries", arguments, entry),
        "payments" => parts(account, &here, "payments", arguments, payment),
        "cases" => all(Kind::Cases)
            .filter(|it| listed(arguments, "caseIDs", Some(it.id)))
            .map(|it| {
                json!({"caseID": it.id, "clientID": it.id_in("patientID"), "title": it.text("title"),
                    "dateAdded": moment(account, it, it.created), "startDate": null, "referralDate": null,
                    "primaryProviderID": null})
            })
            .collect(),
        "locations" => all(Kind::Locations)
            .filter(|it| caller.locations.contains(&it.id))
            .map(|it| {
                json!({"locationID": it.id, "name": it.text("Name"), "addr1": it.text("AddressLine1"),
                    "addr2": it.text("AddressLine2"), "addr3": it.text("AddressLine3"), "suburb": it.text("City"), "state": it.text("State"), "country": it.text("Country"),
                    "classes": [], "services": [], "stock": []})
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn number(text: &str) -> Value {
    serde_json::from_str::<Value>(text).ok().filter(Value::is_number).unwrap_or(Value::Null)
}

/// Some moments are as a browser prints them.
fn moment(account: &Account, record: &Record, at: i64) -> Value {
    if mix(59, record.id).is_multiple_of(3) {
        json!(javascript(at, &account.zone))
    } else {
        json!(stamp(at, &account.zone))
    }
}

fn flag(record: &Record, field: &str) -> u8 {
    u8::from(record.flag(field))
}

/// `dna` stays although the visit is cancelled later.
fn appointment(it: &Record, settled: &BTreeSet<u64>) -> Value {
    let paid = it.id_in("patientID").is_some_and(|patient| settled.contains(&patient));
    let status = match it.slot {
        Slot::Class => "Class",
        Slot::Block if mix(61, it.id).is_multiple_of(2) => "Event",
        Slot::Block => "Note",
        Slot::Visit if it.flag("cancelled") => "Cancelled",
        Slot::Visit if it.flag("DNA") => "DNA",
        Slot::Visit if it.flag("arrived") && it.flag("invoiceGenerated") && !paid => "Unpaid",
        Slot::Visit if it.flag("arrived") => "Completed",
        Slot::Visit => "StdAppt",
    };
    let sort = match (it.slot, status) {
        (Slot::Visit, _) => "Consultation",
        (Slot::Class, _) => "Class",
        (Slot::Block, "Event") => "DiaryEvent",
        (Slot::Block, _) => "DiaryNote",
    };
    json!({
        "apptType": sort, "apptID": it.id, "clientID": it.id_in("patientID"), "providerID": it.id_in("practitionerID"), "caseID": null,
        "appointmentDate": it.text("appointmentDate"), "startTime": it.text("appointmentStartTime"),
        "endTime": it.text("appointmentEndTime"), "locationID": it.id_in("locationID"), "isNewClient": 0,
        "isNewCase": 0, "arrived": flag(it, "arrived"), "status": status, "dna": flag(it, "DNA"),
    })
}

/// Patients whose newest invoice is settled.
fn settled(account: &Account) -> BTreeSet<u64> {
    let mut newest = BTreeMap::new();
    for invoice in account.all(Kind::Invoices) {
        let paid = invoice.fields.get("totalBalance").is_some_and(|left| left == "0.00" || left == 0.0);
        newest.extend(invoice.id_in("patientID").map(|patient| (patient, paid)));
    }
    newest.into_iter().filter_map(|(patient, paid)| paid.then_some(patient)).collect()
}

fn found(arguments: &Arguments, it: &Record) -> bool {
    let fuzzy = arguments.get("fuzzy").is_some_and(|fuzzy| fuzzy == 1 || fuzzy == true);
    let like = |name: &str, field: &str| {
        arguments.get(name).and_then(Value::as_str).is_none_or(|text| {
            let (text, known) = (text.to_lowercase(), it.text(field).to_lowercase());
            known == text || fuzzy && known.contains(&text)
        })
    };
    listed(arguments, "clientIDs", Some(it.id))
        && listed(arguments, "locationIDs", it.id_in("LocationID"))
        && arguments
            .get("deceased")
            .and_then(Value::as_u64)
            .is_none_or(|wanted| wanted == u64::from(flag(it, "deceased")))
        && like("firstName", "FirstName")
        && like("lastName", "LastName")
        && like("DOB", "DOB")
        && like("onlineQuickCode", "onlineQuickCode")
}

fn client(account: &Account, it: &Record) -> Value {
    let born = read_stamp(&format!("{} 00:00:00", it.text("DOB")), &account.zone);
    let born = born.map_or(Value::Null, |at| {
        if mix(67, it.id).is_multiple_of(3) {
            json!(javascript(at, &account.zone))
        } else {
            json!(it.text("DOB"))
        }
    });
    let mut made = json!({
        "clientID": it.id, "title": it.text("Title"), "firstName": it.text("FirstName"), "middleName": "",
        "lastName": it.text("LastName"), "nickname": it.text("Nickname"), "employer": it.text("Employer"), "fullName": format!("{} {}", it.text("FirstName"), it.text("LastName")),
        "DOB": born, "alerts": "", "notes": it.text("Notes"), "occupation": "", "category": "", "allergies": "",
        "consent": flag(it, "consent"), "active": flag(it, "active"), "deceased": flag(it, "deceased"),
        "allowOnlineBookings": flag(it, "allowOnlineBookings"), "onlineQuickCode": it.text("onlineQuickCode"),
        "locationID": it.id_in("LocationID"),
    });
    made["registrationDate"] = moment(account, it, it.created);
    made["dateCreated"] = moment(account, it, it.created);
    made["dateModified"] = moment(account, it, it.modified);
    let mut addresses =
        vec![json!({"addr1": it.text("Addr1"), "city": it.text("City"), "state": it.text("State"),
        "postcode": it.text("Postcode"), "isDefault": 1})];
    if mix(71, it.id).is_multiple_of(4) {
        addresses.insert(0, json!({"addr1": "PO Box 9", "city": it.text("City"), "isDefault": 0}));
    }
    made["addresses"] = addresses.into();
    for (name, field) in [("mobile", "Mobile"), ("home", "Home"), ("work", "Work"), ("email", "Email")] {
        made[name] = json!(it.text(field));
    }
    made
}

fn invoice(account: &Account, it: &Record) -> Value {
    // Of the older interface amounts are texts, some of them numbers.
    let amount = |name: &str| match it.fields.get(name) {
        Some(Value::String(text)) => number(text),
        told => told.cloned().unwrap_or(Value::Null),
    };
    json!({
        "invoiceNumber": it.text("invoiceNumber"), "clientID": it.id_in("patientID").unwrap_or(0), "caseID": 0,
        "Total": amount("totalDebits"), "TotalPayments": amount("totalPayments"), "Balance": amount("totalBalance"),
        "invoiceID": it.id, "locationID": it.id_in("locationID"), "practitionerID": it.id_in("providerID"),
        "isThirdPartyInvoice": flag(it, "isThirdPartyInvoice"), "void": flag(it, "void"),
        "dateCreated": moment(account, it, it.created),
    })
}

fn parts(
    account: &Account,
    here: &dyn Fn(&&Record) -> bool,
    name: &str,
    arguments: &Arguments,
    shape: fn(&Record, &Value) -> Value,
) -> Vec<Value> {
    let mut all = Vec::new();
    for invoice in account.all(Kind::Invoices).filter(here) {
        let parts =
            invoice.fields.get("details").and_then(|details| details.get(name)).and_then(Value::as_array);
        let parts = parts.into_iter().flatten();
        let wanted = parts.filter(|part| dated(arguments, part["date"].as_str().unwrap_or_default()));
        all.extend(wanted.map(|part| shape(invoice, part)));
    }
    all
}

fn entry(invoice: &Record, part: &Value) -> Value {
    let get = |name: &str| part[name].as_str().unwrap_or_default();
    json!({
        "entryID": number(get("entry_id")), "invoiceID": invoice.id, "itemType": "service", "name": get("name"),
        "ItemCode": "", "qty": number(get("qty")), "subtotal": number(get("subtotal")), "tax": number(get("tax")),
        "total": number(get("total")), "void": flag(invoice, "void"), "date": get("date"),
        "providerID": invoice.id_in("providerID"),
    })
}

fn payment(invoice: &Record, part: &Value) -> Value {
    let get = |name: &str| part[name].as_str().unwrap_or_default();
    let amount = if part["amount"].is_number() { part["amount"].clone() } else { number(get("amount")) };
    json!({
        "paymentID": number(get("payment_id")), "invoiceID": invoice.id, "clientID": invoice.id_in("patientID"),
        "locationID": invoice.id_in("locationID"), "method": get("method"), "amount": amount, "date": get("date"),
        "active": u8::from(!invoice.flag("void")),
    })
}
