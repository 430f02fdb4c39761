//! Patients: a contact, with what a practice system says of its patient.

use serde_json::{Value, json};

use super::{
    super::wire::{Fields, Unfit},
    address, full_name,
};
use crate::domain::{
    change::{Contact, Patient, Phone},
    phone,
};

pub(super) const PATIENT: &[&str] = &[
    "id",
    "first_name",
    "last_name",
    "preferred_first_name",
    "label",
    "title",
    "email",
    "date_of_birth",
    "sex",
    "gender_identity",
    "pronouns",
    "patient_phone_numbers",
    "address_1",
    "address_2",
    "address_3",
    "city",
    "state",
    "post_code",
    "country",
    "country_code",
    "time_zone",
    "occupation",
    "referral_source",
    "old_reference_id",
    "custom_fields",
    "accepted_email_marketing",
    "accepted_sms_marketing",
    "accepted_privacy_policy",
    "reminder_type",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
    "merged_at",
    "merged_with_patient",
];

pub(super) fn patient(fields: &Fields<'_>, region: &str) -> Result<Contact, Unfit> {
    let (first_name, last_name) = (fields.text("first_name")?, fields.text("last_name")?);
    let phones = phones(fields, region)?;
    // Their order is no priority: a mobile telephone is the one to reach somebody by.
    let first = phones.iter().find(|phone| phone.kind == "mobile").or_else(|| phones.first());
    let (phone_original, phone) = first.map(|phone| (phone.original.clone(), phone.e164.clone())).unzip();
    let name = match full_name(first_name.as_deref(), last_name.as_deref()) {
        Some(name) => Some(name),
        None => fields.text("label")?,
    };
    Ok(Contact {
        external_id: fields.id("id")?,
        name,
        email: fields.text("email")?,
        phone_original,
        phone: phone.flatten(),
        identifier: None,
        blocked: false,
        attributes: json!({ "custom": fields.object("custom_fields")?, "additional": fields.only(&["old_reference_id"]) }),
        source_created_at: fields.time("created_at")?,
        last_activity_at: None,
        addresses: None,
        patient: Some(Box::new(Patient {
            title: fields.text("title")?,
            first_name,
            middle_name: None,
            last_name,
            preferred_name: fields.text("preferred_first_name")?,
            date_of_birth: fields.date("date_of_birth")?,
            sex: fields.text("sex")?,
            gender_identity: fields.text("gender_identity")?,
            pronouns: pronouns(fields)?,
            phones,
            address: address(fields, &["address_1", "address_2", "address_3"])?,
            timezone: fields.text("time_zone")?,
            location: None,
            occupation: fields.text("occupation")?,
            referral_source: referral(fields),
            accepts_email_marketing: fields.flag("accepted_email_marketing")?,
            accepts_sms_marketing: fields.flag("accepted_sms_marketing")?,
            accepts_privacy_policy: fields.flag("accepted_privacy_policy")?,
            reminder_type: fields.text("reminder_type")?,
            active: true,
            deceased: false,
            source_updated_at: fields.time("updated_at")?,
        })),
    })
}

/// Cliniko's own reading of a number has its country in front and no plus; where it has none, the number is read as the
/// practice would dial it.
fn phones(fields: &Fields<'_>, region: &str) -> Result<Vec<Phone>, Unfit> {
    let mut phones = Vec::new();
    for entry in fields.each("patient_phone_numbers")?.unwrap_or_default() {
        let (original, normalized) = (entry.text("number")?, entry.text("normalized_number")?);
        let Some(original) = original.or_else(|| normalized.clone()) else { continue };
        let read = normalized
            .and_then(|digits| phone::e164(&format!("+{}", digits.trim_start_matches('+')), region));
        phones.push(Phone {
            kind: entry.text("phone_type")?.map_or_else(|| "other".to_owned(), |kind| kind.to_lowercase()),
            e164: read.or_else(|| phone::e164(&original, region)),
            original,
        });
    }
    Ok(phones)
}

/// `she/her`, from the forms that are told.
fn pronouns(fields: &Fields<'_>) -> Result<Option<String>, Unfit> {
    if let Some(Value::String(text)) = fields.told("pronouns") {
        return Ok(Some(text.clone()).filter(|text| !text.is_empty()));
    }
    let forms = fields.within("pronouns")?;
    let told = [forms.text("nominative")?, forms.text("accusative")?];
    let told: Vec<String> = told.into_iter().flatten().collect();
    Ok(Some(told.join("/")).filter(|text| !text.is_empty()))
}

/// A text where it is one; a link to a list of sources says nothing here.
fn referral(fields: &Fields<'_>) -> Option<String> {
    let text = fields.told("referral_source")?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}
