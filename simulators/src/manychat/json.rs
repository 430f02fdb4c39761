//! The two shapes of a person: the interface's, and "Full Contact Data" in calls.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Map, Value, json};

use super::state::{Page, Status, Subscriber};

/// With an offset and in whole seconds: `2026-06-02T09:01:00+08:00`.
fn time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn own_zone(it: &Subscriber) -> TimeZone {
    TimeZone::fixed(Offset::from_hours(it.offset).unwrap_or(Offset::UTC))
}

fn spoken(it: &Subscriber) -> String {
    let sign = if it.offset < 0 { '-' } else { '+' };
    format!("UTC{sign}{:02}", it.offset.unsigned_abs())
}

fn user_refs(page: &Page, it: &Subscriber) -> Vec<Value> {
    let theirs = page.user_refs.iter().filter(|(_, (of, _))| *of == Some(it.id));
    theirs.map(|(name, (_, at))| json!({"user_ref": name, "opted_in": time(*at, &page.zone)})).collect()
}

/// What both shapes share, with times as in `zone`.
fn common(page: &Page, it: &Subscriber, zone: &TimeZone) -> Map<String, Value> {
    let text = |name: &str| it.text(name);
    let fields = json!({
        "id": it.id.to_string(), "page_id": page.id.to_string(), "user_refs": user_refs(page, it),
        "first_name": text("first_name"), "last_name": text("last_name"), "name": it.name(),
        "gender": text("gender"), "profile_pic": text("profile_pic"), "locale": text("locale"),
        "language": text("language"), "timezone": spoken(it),
        "live_chat_url": format!("https://app.manychat.com/fb{}/chat/{}", page.id, it.id),
        "last_input_text": text("last_input_text"), "optin_phone": it.optin_phone, "phone": text("phone"),
        "optin_email": it.optin_email, "email": text("email"), "subscribed": time(it.subscribed, zone),
        "last_interaction": it.last_interaction.map(|at| time(at, zone)),
        "last_seen": it.last_seen.map(|at| time(at, zone)), "is_followup_enabled": it.status == Status::Active,
        "ig_username": text("ig_username"), "ig_id": it.ig_id, "whatsapp_phone": text("whatsapp_phone"),
        "whatsapp_bsuid": text("whatsapp_bsuid"), "whatsapp_username": text("whatsapp_username"),
        "optin_whatsapp": text("whatsapp_phone").is_some() || text("whatsapp_bsuid").is_some(),
    });
    if let Value::Object(fields) = fields { fields } else { Map::new() }
}

/// As the interface answers: custom fields and tags are lists, times are the page's.
pub(super) fn subscriber(page: &Page, it: &Subscriber) -> Value {
    let mut fields = common(page, it, &page.zone);
    let custom: Vec<Value> = page
        .fields
        .iter()
        .map(|(id, field)| {
            let value = it.custom.get(id).map(|(value, _)| value);
            json!({"id": id, "name": field.name, "type": field.kind, "description": "", "value": value})
        })
        .collect();
    let tags: Vec<Value> = it
        .tags
        .iter()
        .filter_map(|id| page.tags.get(id).map(|name| json!({"id": id, "name": name})))
        .collect();
    fields.insert("custom_fields".to_owned(), Value::Array(custom));
    fields.insert("tags".to_owned(), Value::Array(tags));
    Value::Object(fields)
}

/// As calls carry it: custom fields are an object by name, times are the person's own.
pub(super) fn full_contact(page: &Page, it: &Subscriber, numeric_ids: bool, with_tags: bool) -> Value {
    let zone = own_zone(it);
    let mut fields = common(page, it, &zone);
    let instagram = it.ig_id.is_some();
    let more = json!({
        "key": format!("user:{}", it.id), "status": it.status,
        "gender": it.text("gender").unwrap_or_default(), "locale": it.text("locale").unwrap_or_default(),
        "language": it.text("language").unwrap_or_default(),
        "ig_last_interaction": it.last_interaction.filter(|_| instagram).map(|at| time(at, &zone)),
        "ig_last_seen": it.last_seen.filter(|_| instagram).map(|at| time(at, &zone)),
        "tt_user_id": it.text("tt_user_id"), "tt_username": it.text("tt_username"),
        "tt_optin": it.text("tt_user_id").map(|_| true), "phone_country_code": it.text("phone_country_code"),
        "last_growth_tool": null,
    });
    if let Value::Object(more) = more {
        fields.extend(more);
    }
    let custom: Map<String, Value> = page
        .fields
        .iter()
        .map(|(id, field)| {
            (field.name.clone(), it.custom.get(id).map_or(Value::Null, |(value, _)| value.clone()))
        })
        .collect();
    fields.insert("custom_fields".to_owned(), Value::Object(custom));
    if numeric_ids {
        fields.insert("id".to_owned(), json!(it.id));
        fields.insert("page_id".to_owned(), json!(page.id));
    }
    if with_tags {
        let names: Vec<&String> = it.tags.iter().filter_map(|id| page.tags.get(id)).collect();
        fields.insert("tags".to_owned(), json!(names));
    }
    Value::Object(fields)
}
