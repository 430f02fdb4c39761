//! Members: a contact, with what a practice system says of its patient.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::super::wire::{Fields, Unfit};
use crate::domain::{
    change::{Contact, Patient, Phone},
    phone,
};

pub(super) const MEMBER: &[&str] = &[
    "id",
    "firstName",
    "lastName",
    "email",
    "phoneNumber",
    "firstSeen",
    "lastSeen",
    "customerFields",
    "customerTags",
];

pub(super) fn member(fields: &Fields<'_>, region: &str) -> Result<Contact, Unfit> {
    let (first_name, last_name) = (fields.text("firstName")?, fields.text("lastName")?);
    // As it was typed: nothing guarantees a form.
    let phone_original = fields.text("phoneNumber")?;
    let phone = phone_original.as_deref().and_then(|number| phone::e164(number, region));
    let mut custom = Map::new();
    let mut born = None;
    for field in fields.each("customerFields")?.unwrap_or_default() {
        let (label, told) = (field.text("label")?, field.text("value")?);
        if field.text("type")?.as_deref() == Some("date-of-birth") {
            born = born.or(told.as_deref().and_then(day));
        }
        if let (Some(label), Some(told)) = (label, told) {
            custom.insert(label, Value::String(told));
        }
    }
    let tags = fields.each("customerTags")?.unwrap_or_default();
    let tags = tags.iter().map(|tag| tag.text("name")).collect::<Result<Vec<_>, _>>()?;
    let tags: Vec<String> = tags.into_iter().flatten().collect();
    let phones = phone_original.iter().map(|original| Phone {
        kind: "other".to_owned(),
        original: original.clone(),
        e164: phone.clone(),
    });
    let additional = if tags.is_empty() { json!({}) } else { json!({ "tags": tags }) };
    Ok(Contact {
        external_id: fields.whole_id("id")?,
        name: full_name(first_name.as_deref(), last_name.as_deref()),
        email: fields.text("email")?,
        phone: phone.clone(),
        identifier: None,
        blocked: false,
        attributes: json!({ "custom": custom, "additional": additional }),
        source_created_at: fields.time("firstSeen")?,
        last_activity_at: fields.time("lastSeen")?,
        addresses: None,
        patient: Some(Box::new(Patient {
            first_name,
            last_name,
            date_of_birth: born,
            phones: phones.collect(),
            address: json!({}),
            active: true,
            ..Patient::default()
        })),
        phone_original,
    })
}

/// A day, whatever stands behind it.
fn day(text: &str) -> Option<Date> {
    let day = text.trim().get(..10)?.parse::<Date>().ok()?;
    (1850..2100).contains(&day.year()).then_some(day)
}

pub(super) fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let name = [first, last].into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
    Some(name).filter(|name| !name.is_empty())
}
