//! Records as they are when they are new: every field of the interface with a usual value.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use super::access::Role;
use super::record::{Second, written};
use crate::clinic::plan::{Place, Service, Staff};
use crate::clinic::{Clinic, Human, PhoneKind};
use crate::names::{self, Region};

pub(super) type Fields = Map<String, Value>;

fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

pub(super) fn country(region: Region) -> (&'static str, &'static str) {
    match region {
        Region::Au => ("Australia", "AU"),
        Region::Nz => ("New Zealand", "NZ"),
        Region::Gb => ("United Kingdom", "GB"),
        Region::Us => ("United States", "US"),
    }
}

/// Cents as text, with as few decimals as possible but one: `85.0`, `120.5`, `85.55`.
pub(super) fn money(cents: i64) -> String {
    let text = format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
    if text.ends_with('0') { text[..text.len() - 1].to_owned() } else { text }
}

pub(super) fn patient(human: &Human, clinic: &Clinic, dice: &mut ChaCha8Rng) -> Fields {
    let (country, code) = country(clinic.region);
    let phones: Vec<Value> = human
        .phones
        .iter()
        .map(|phone| {
            let kind = match phone.kind {
                PhoneKind::Mobile => "Mobile",
                PhoneKind::Home => "Home",
                PhoneKind::Work => "Work",
            };
            let mut entry = json!({"number": phone.typed, "phone_type": kind});
            // Some are not recognized, some are older than the field.
            match dice.random_range(0..20) {
                0 => entry["normalized_number"] = Value::Null,
                1 => {}
                _ => entry["normalized_number"] = json!(phone.number.trim_start_matches('+')),
            }
            entry
        })
        .collect();
    let asked = [Value::Null, json!(true), json!(false)];
    let reminder = ["None", "SMS", "Email", "SMS & Email"][dice.random_range(0..4)];
    let sex = human.female.map(|female| if female { "Female" } else { "Male" });
    let blank = if dice.random_bool(0.5) { Value::Null } else { json!("") };
    let mut made = fields(json!({
        "first_name": human.first, "last_name": human.last, "preferred_first_name": null,
        "label": format!("{} {}", human.first, human.last), "title": blank, "email": human.email,
        "date_of_birth": human.born.map(|day| day.to_string()), "sex": sex, "gender": null, "gender_identity": null,
        "pronouns": if dice.random_bool(0.1) { json!({"nominative": "they", "accusative": "them"}) } else { Value::Null },
        "patient_phone_numbers": phones, "address_1": "1 Example St", "address_2": "", "address_3": blank,
        "city": human.town, "state": blank, "post_code": "6000", "country": country, "country_code": code,
        "time_zone": null, "occupation": "", "notes": human.note.unwrap_or_default(), "appointment_notes": "",
    }));
    made.extend(fields(json!({
        "emergency_contact": "", "referral_source": null, "medicare": "", "medicare_reference_number": null,
        "dva_card_number": null, "old_reference_id": "", "custom_fields": custom(dice),
        "invoice_default_to": "", "invoice_email": null, "invoice_extra_information": null,
        "accepted_email_marketing": asked[dice.random_range(0..3)], "accepted_sms_marketing": asked[dice.random_range(0..3)],
        "accepted_privacy_policy": asked[dice.random_range(0..3)], "reminder_type": reminder,
        "reminders_communication_channels": [1, 2], "reminders_communication_channels_description": reminder,
        "receives_confirmation_emails": true, "receives_cancellation_emails": asked[dice.random_range(0..3)],
        "merged_at": null,
    })));
    made
}

fn custom(dice: &mut ChaCha8Rng) -> Value {
    if dice.random_bool(0.8) {
        return Value::Null;
    }
    json!({"sections": [{"name": "Intake", "token": "s1", "archived": false, "fields": [
        {"name": "Sport", "token": "f1", "type": "text", "value": "Rowing"},
        {"name": "Heard of us", "token": "f2", "type": "radiobuttons",
         "options": [{"name": "Friend", "token": "o1", "selected": true}, {"name": "Walk-in", "token": "o2"}],
         "other": {"enabled": true, "selected": false}}]}]})
}

/// An individual appointment.
pub(super) fn individual(name: &str, starts: Second, minutes: i64) -> Fields {
    fields(json!({
        "starts_at": written(starts), "ends_at": written(starts + minutes * 60), "patient_name": name,
        "patient_arrived": false, "did_not_arrive": false, "cancellation_reason": null,
        "cancellation_reason_description": "", "cancellation_note": null, "invoice_status": null,
        "treatment_note_status": null, "email_reminder_sent": false, "sms_reminder_sent": null,
        "has_patient_appointment_notes": false, "notes": null, "online_booking_policy_accepted": null,
        "booking_ip_address": null, "telehealth_url": null, "repeat_rule": {}, "repeats": null,
    }))
}

pub(super) fn group(starts: Second, minutes: i64, seats: u32) -> Fields {
    fields(json!({
        "starts_at": written(starts), "ends_at": written(starts + minutes * 60), "max_attendees": seats,
        "notes": null, "repeat_rule": {}, "telehealth_url": null,
    }))
}

/// Time in which nobody can be booked.
pub(super) fn block(starts: Second, minutes: i64) -> Fields {
    fields(json!({"starts_at": written(starts), "ends_at": written(starts + minutes * 60), "notes": "Lunch",
        "repeat_rule": {}}))
}

pub(super) fn attendee() -> Fields {
    fields(json!({
        "arrived": null, "cancellation_reason": null, "cancellation_reason_description": "",
        "cancellation_note": null, "cancellation_url": "https://example.org/cancel/secret", "notes": null,
        "invoice_status": null, "treatment_note_status": null, "sent_email_reminders_count": 1,
        "sent_sms_reminders_count": 0, "email_reminder_sent": null, "sms_reminder_sent": null,
        "telehealth_url": "https://example.org/telehealth/secret",
    }))
}

pub(super) fn practitioner(staff: &Staff) -> Fields {
    let name = format!("{} {} {}", staff.title, staff.first, staff.last).trim().to_owned();
    fields(json!({
        "first_name": staff.first, "last_name": staff.last, "title": staff.title, "designation": null,
        "display_name": name, "label": name, "description": "", "active": staff.active,
        "show_in_online_bookings": staff.active,
    }))
}

pub(super) fn business(place: &Place, clinic: &Clinic, types: &[u64]) -> Fields {
    let (country, code) = country(clinic.region);
    let city = clinic.time_zone.rsplit('/').next().unwrap_or_default().replace('_', " ");
    fields(json!({
        "business_name": place.name, "display_name": place.name, "label": place.name, "address_1": "2 Example St",
        "address_2": null, "city": place.town, "state": "", "post_code": "6000", "country": country,
        "country_code": code, "time_zone": city, "time_zone_identifier": clinic.time_zone,
        "email_reply_to": "desk@example.org", "contact_information": "", "website_address": null,
        "show_in_online_bookings": place.open,
        "appointment_type_ids": types.iter().map(u64::to_string).collect::<Vec<_>>(),
    }))
}

pub(super) fn appointment_type(service: &Service) -> Fields {
    fields(json!({
        "name": service.name, "category": null, "description": "", "color": "#41B3A3",
        "duration_in_minutes": service.minutes, "max_attendees": service.seats, "telehealth_enabled": false,
        "show_in_online_bookings": service.offered, "deposit_price": null, "online_payments_mode": null,
    }))
}

/// An invoice with tax included: 10 open, 20 paid.
pub(super) fn invoice(number: u64, name: &str, cents: i64, at: Second, paid: bool) -> Fields {
    let tax = cents / 11;
    let status = if paid { 20 } else { 10 };
    fields(json!({
        "number": number, "issue_date": &written(at)[..10], "status": status,
        "status_description": if paid { "Paid" } else { "Open" }, "total_amount": money(cents),
        "net_amount": money(cents - tax), "tax_amount": money(tax), "discounted_amount": "0.0",
        "calculation_method": 3, "calculation_method_description": "Tax inclusive",
        "closed_at": paid.then(|| written(at)), "invoice_to": name, "notes": "", "online_payment_url": null,
        "patient_extra_information": "",
    }))
}

pub(super) fn item(name: &str, cents: i64, as_text: bool) -> Fields {
    let (price, net) = (money(cents), money(cents - cents / 11));
    // A number in newer answers, a text in older ones.
    let total = if as_text { json!(price) } else { serde_json::from_str(&price).unwrap_or(Value::Null) };
    fields(json!({
        "name": name, "code": "", "quantity": "1.0", "unit_price": price, "net_price": net,
        "discounted_amount": "0.0", "discount_percentage": null, "tax_name": "GST", "tax_rate": "10.0",
        "total_including_tax": total,
    }))
}

pub(super) fn communication(name: &str, sms: bool) -> Fields {
    fields(json!({
        "type": if sms { "SMS" } else { "Email" }, "type_code": if sms { 2 } else { 1 },
        "category": "Appointment reminder", "category_code": 1, "direction_code": 1, "direction_description": "Sent",
        "from": "Practice", "to": name, "content": "You are expected tomorrow.", "content_subject": null,
        "confidential": false,
    }))
}

pub(super) fn note(done: bool) -> Fields {
    fields(json!({"title": "Standard", "draft": !done, "content": {"sections": []}, "author_name": null}))
}

pub(super) fn user(dice: &mut ChaCha8Rng, role: Role) -> Fields {
    let (first, last) = names::person(dice);
    let role = match role {
        Role::Administrator => "administrator",
        Role::Receptionist => "receptionist",
    };
    fields(json!({
        "first_name": first, "last_name": last, "title": null, "email": "staff@example.org", "role": role,
        "active": true, "phone_numbers": [], "time_zone": null,
    }))
}

pub(super) fn contact(first: &str, last: &str) -> Fields {
    fields(json!({
        "first_name": first, "last_name": last, "type_code": 2, "company_name": "", "email": null,
        "phone_numbers": [], "provider_number": null,
    }))
}

pub(super) fn named(name: &str) -> Fields {
    fields(json!({ "name": name }))
}
