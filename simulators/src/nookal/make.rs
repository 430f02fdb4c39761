//! Records as they are when they are new: every field of the older interface, numbers as text.

use jiff::tz::TimeZone;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use super::record::civil;
use crate::clinic::plan::{Place, Service, Staff};
use crate::clinic::{Clinic, Human, PhoneKind};
use crate::names::Region;

pub(super) type Fields = Map<String, Value>;

fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

pub(super) fn money(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

fn country(region: Region) -> &'static str {
    match region {
        Region::Au => "Australia",
        Region::Nz => "New Zealand",
        Region::Gb => "United Kingdom",
        Region::Us => "United States",
    }
}

pub(super) fn location(place: &Place, clinic: &Clinic) -> Fields {
    fields(json!({
        "Name": place.name, "AddressLine1": "42 Example St", "AddressLine2": null, "AddressLine3": null,
        "City": place.town, "State": "", "Country": country(clinic.region), "Postcode": "6000",
        "Timezone": clinic.time_zone, "Email": "desk@example.org", "Telephone": "", "Website": null,
        "lockNewPatientsToLocation": "0",
    }))
}

pub(super) fn practitioner(staff: &Staff, locations: &[u64], shown: bool) -> Fields {
    let mut made = fields(json!({
        "Title": staff.title, "FirstName": staff.first, "LastName": staff.last, "Speciality": "Physiotherapist",
        "Email": "staff@example.org", "locations": locations,
    }));
    // Not always present.
    if shown || !staff.active {
        let active = if staff.active { "1" } else { "0" };
        made.extend(fields(json!({"ShowInDiary": active, "status": active})));
    }
    made
}

pub(super) fn service(service: &Service, locations: &[u64]) -> Fields {
    fields(json!({
        "Name": service.name, "Description": "", "Duration": service.minutes.to_string(),
        "Price": money(service.cents), "hasTax": "0", "Locations": locations,
    }))
}

pub(super) fn patient(human: &Human, clinic: &Clinic, location: u64, dice: &mut ChaCha8Rng) -> Fields {
    let number = |kind: PhoneKind| {
        let phone = human.phones.iter().find(|phone| phone.kind == kind);
        phone.map(|phone| phone.typed.clone()).unwrap_or_default()
    };
    let born = match human.born {
        Some(day) => json!(day.to_string()),
        None if dice.random_bool(0.5) => json!("0000-00-00"),
        None => Value::Null,
    };
    let gender = human.female.map_or("", |female| if female { "F" } else { "M" });
    let code: String = (0..6).map(|_| char::from(dice.random_range(b'A'..=b'Z'))).collect();
    let mut made = fields(json!({
        "Title": "", "FirstName": human.first, "MiddleName": "", "LastName": human.last, "Nickname": "", "DOB": born,
        "Gender": gender, "Email": human.email.clone().unwrap_or_default(), "Mobile": number(PhoneKind::Mobile),
        "Home": number(PhoneKind::Home), "Work": number(PhoneKind::Work), "Fax": "", "Addr1": "1 Example St", "Addr2": "",
        "Addr3": "", "City": human.town, "State": "", "Country": country(clinic.region), "Postcode": "6000",
        "LocationID": location.to_string(), "Notes": human.note.map(|note| format!("<p>{note} &amp; more</p>")),
    }));
    made.extend(fields(json!({
        "Postal_Addr1": "", "Postal_Addr2": "", "Postal_Addr3": "", "Postal_City": "", "Postal_State": "",
        "Postal_Country": "", "Postal_Postcode": "", "Alerts": "", "Occupation": "", "Employer": "", "category": "",
        "allergies": "", "consent": "1", "allowOnlineBookings": "1", "PrivateHealthNo": "", "PrivateHealthType": "",
        "PensionNo": "", "onlineQuickCode": code, "active": "1", "deceased": "0",
        "extras": [{"name": "Referral", "answers": "Friend"}],
    })));
    made
}

/// Who, where and for what of an entry of the diary.
#[derive(Debug, Clone, Copy)]
pub(super) struct Booking<'a> {
    pub(super) patient: Option<u64>,
    pub(super) location: u64,
    pub(super) practitioner: u64,
    pub(super) service: Option<(u64, &'a str)>,
    pub(super) starts: i64,
    pub(super) minutes: i64,
}

/// A visit; without a patient a class or a block, where fields are absent or empty.
pub(super) fn appointment(it: &Booking<'_>, zone: &TimeZone) -> Fields {
    let ((day, from), (_, to)) = (civil(it.starts, zone), civil(it.starts + it.minutes * 60, zone));
    let mut made = fields(json!({
        "appointmentDate": day, "appointmentStartTime": from, "appointmentEndTime": to,
        "locationID": it.location.to_string(), "appointmentType": it.service.map_or("", |(_, name)| name),
        "appointmentTypeID": it.service.map(|(id, _)| id.to_string()), "practitionerID": it.practitioner.to_string(),
        "emailReminderSent": "0", "DNA": "0", "cancelled": "0", "cancellationDate": null, "Notes": null,
    }));
    match it.patient {
        Some(patient) => {
            made.extend(fields(
                json!({"patientID": patient.to_string(), "arrived": "0", "invoiceGenerated": "0"}),
            ));
        }
        // A class.
        None if it.service.is_some() => {}
        None => made.extend(fields(json!({"patientID": "", "arrived": "", "invoiceGenerated": null}))),
    }
    made
}

pub(super) fn participant(class: u64, patient: u64) -> Fields {
    fields(json!({
        "apptID": class.to_string(), "patientID": patient.to_string(), "arrived": "0", "DNA": "0", "cancelled": "0",
        "cancellationDate": null, "invoiceGenerated": "0", "caseID": null,
    }))
}

/// An invoice of one entry, with its payment if there was one. Amounts are text or, rarely, numbers.
pub(super) fn invoice(
    number: u64,
    patient: u64,
    provider: u64,
    location: u64,
    day: &str,
    cents: i64,
    paid: bool,
) -> Fields {
    let amount = |cents: i64| {
        if number.is_multiple_of(7) {
            serde_json::from_str(&money(cents)).unwrap_or(Value::Null)
        } else {
            json!(money(cents))
        }
    };
    let paid_cents = if paid { cents } else { 0 };
    let tax = cents / 11;
    let payments = if paid {
        json!([{"payment_id": (number * 3).to_string(), "void": "0", "date": day, "amount": money(cents), "group": "",
            "method": "EFTPOS"}])
    } else {
        json!([])
    };
    fields(json!({
        "invoiceNumber": (1_200 + number).to_string(), "patientID": patient.to_string(), "providerID": provider.to_string(),
        "locationID": location.to_string(), "isThirdPartyInvoice": "0", "invoiceNotes": "", "accountNotes": "",
        "adhocNotes": "", "totalDebits": amount(cents), "totalPayments": amount(paid_cents),
        "totalAdjustments": amount(0), "totalDiscounts": amount(0), "totalCredits": amount(0),
        "totalRefunds": amount(0), "totalBalance": amount(cents - paid_cents), "void": "0",
        "details": {"entries": [{"entry_id": (number * 2).to_string(), "void": "0", "date": day, "name": "Standard visit",
            "description": "", "qty": "1", "subtotal": money(cents - tax), "tax": money(tax), "total": money(cents)}],
            "payments": payments},
    }))
}

/// What an invoice to somebody else says besides.
pub(super) fn third_party() -> Fields {
    fields(json!({
        "isThirdPartyInvoice": "1", "contactID": "3", "contactTitle": "", "contactFirstName": "Ilse",
        "contactLastName": "Marr", "contactCompany": "Example Insurance",
    }))
}

pub(super) fn case(patient: u64) -> Fields {
    fields(json!({
        "patientID": patient.to_string(), "title": "Knee", "status": "1", "providerName": "", "referrerName": "",
        "payers": [], "Reference": "", "ReferralDate": "0000-00-00", "DateOfInjury": null, "ExpiryDate": null,
        "Sessions_Approved": "5", "Sessions_Completed": "1", "Notes": "",
    }))
}

pub(super) fn note(patient: u64, day: &str) -> Fields {
    fields(json!({
        "clientID": patient.to_string(), "date": format!("{day} 10:00:00"), "status": "final", "answers": [],
        "html": "", "template": null,
    }))
}

pub(super) fn waiting(patient: u64, location: u64) -> Fields {
    fields(json!({
        "clientID": patient.to_string(), "serviceID": "1", "classID": null, "locationID": location.to_string(),
        "preferredProviders": [], "requestedDays": [], "requestedTimes": [], "priority": "1", "notes": "",
        "onlineBooking": "0", "fallback": "0", "active": "1",
    }))
}
