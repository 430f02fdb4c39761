//! Patients: a contact, with what a practice system says of its patient. The newer interface calls them clients.

use serde_json::{Map, Value, json};

use super::{
    super::wire::{Fields, Unfit, day, moment, reference},
    Around, address, full_name,
};
use crate::domain::{
    change::{Contact, Patient, Phone},
    phone,
};

/// A patient of the older interface.
pub(super) fn patient(fields: &Fields<'_>, around: &Around<'_>) -> Result<Contact, Unfit> {
    let location = reference(fields, "LocationID")?;
    let numbers = [("mobile", "Mobile"), ("home", "Home"), ("work", "Work"), ("fax", "Fax")];
    let (zone, lines) = (around.zone(location.as_deref()), ["Addr1", "Addr2", "Addr3"]);
    let parts = [("city", "City"), ("state", "State"), ("postcode", "Postcode"), ("country", "Country")];
    let person = Patient {
        title: fields.text("Title")?,
        first_name: fields.text("FirstName")?,
        middle_name: fields.text("MiddleName")?,
        last_name: fields.text("LastName")?,
        preferred_name: fields.text("Nickname")?,
        date_of_birth: day(fields, "DOB")?,
        sex: fields.text("Gender")?,
        phones: phones(fields, &numbers, around.region(location.as_deref()))?,
        address: address(fields, &lines, &parts)?,
        occupation: fields.text("Occupation")?,
        active: fields.flag("active")?.unwrap_or(true),
        deceased: fields.flag("deceased")?.unwrap_or(false),
        source_updated_at: moment(fields, "DateModified", zone)?,
        location,
        ..Patient::default()
    };
    let additional = fields.only(&["Employer", "category", "consent", "allowOnlineBookings"]);
    let attributes = json!({ "custom": extras(fields)?, "additional": additional });
    Ok(Contact {
        source_created_at: moment(fields, "DateCreated", zone)?,
        ..contact(fields.id("ID")?, fields.text("Email")?, attributes, person)
    })
}

/// A client of the newer interface.
pub(super) fn client(fields: &Fields<'_>, around: &Around<'_>) -> Result<Contact, Unfit> {
    let location = reference(fields, "locationID")?;
    let zone = around.zone(location.as_deref());
    let numbers = [("mobile", "mobile"), ("home", "home"), ("work", "work")];
    let addresses = fields.each("addresses")?.unwrap_or_default();
    let default = addresses.iter().find(|it| matches!(it.flag("isDefault"), Ok(Some(true))));
    let parts = [("city", "city"), ("state", "state"), ("postcode", "postcode")];
    let lives =
        default.or_else(|| addresses.first()).map(|it| address(it, &["addr1"], &parts)).transpose()?;
    let registered = moment(fields, "registrationDate", zone)?;
    let person = Patient {
        title: fields.text("title")?,
        first_name: fields.text("firstName")?,
        middle_name: fields.text("middleName")?,
        last_name: fields.text("lastName")?,
        preferred_name: fields.text("nickname")?,
        date_of_birth: day(fields, "DOB")?,
        sex: fields.text("gender")?,
        phones: phones(fields, &numbers, around.region(location.as_deref()))?,
        address: lives.unwrap_or_else(|| json!({})),
        occupation: fields.text("occupation")?,
        active: fields.flag("active")?.unwrap_or(true),
        deceased: fields.flag("deceased")?.unwrap_or(false),
        source_updated_at: moment(fields, "dateModified", zone)?,
        location,
        ..Patient::default()
    };
    let additional = fields.only(&["employer", "category", "consent", "allowOnlineBookings"]);
    let attributes = json!({ "custom": {}, "additional": additional });
    Ok(Contact {
        source_created_at: moment(fields, "dateCreated", zone)?.or(registered),
        ..contact(fields.id("clientID")?, fields.text("email")?, attributes, person)
    })
}

fn contact(external_id: String, email: Option<String>, attributes: Value, person: Patient) -> Contact {
    // The mobile number comes first, and is the one to reach somebody by.
    let first = person.phones.first().map(|phone| (phone.original.clone(), phone.e164.clone()));
    let (phone_original, phone) = first.unzip();
    Contact {
        external_id,
        name: full_name(person.first_name.as_deref(), person.last_name.as_deref()),
        email,
        phone_original,
        phone: phone.flatten(),
        attributes,
        patient: Some(Box::new(person)),
        ..Contact::default()
    }
}

/// Free texts, read as the person's location would dial them.
fn phones(fields: &Fields<'_>, numbers: &[(&str, &str)], region: &str) -> Result<Vec<Phone>, Unfit> {
    let mut phones = Vec::new();
    for (kind, name) in numbers {
        let Some(original) = fields.text(name)?.filter(|text| !text.trim().is_empty()) else { continue };
        phones.push(Phone { kind: (*kind).to_owned(), e164: phone::e164(&original, region), original });
    }
    Ok(phones)
}

/// What the practice asks besides, by name.
fn extras(fields: &Fields<'_>) -> Result<Value, Unfit> {
    let mut told = Map::new();
    for extra in fields.each("extras")?.unwrap_or_default() {
        if let (Some(name), Some(answers)) = (extra.text("name")?, extra.told("answers")) {
            told.insert(name, answers.clone());
        }
    }
    Ok(Value::Object(told))
}
