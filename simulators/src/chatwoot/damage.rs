//! What faults do to an answer that was made.

use bytes::Bytes;
use http::{Response, header};
use serde_json::{Value, json};

use super::faults::{Fault, Played};
use super::reply::Reply;
use super::world::World;
use super::{Cut, respond};

pub(super) fn apply(world: &mut World, mut reply: Reply, played: Played) -> Result<Response<Bytes>, Cut> {
    if !played.surprises.is_empty() {
        change(&mut reply, |body| {
            let mut die = |sides| world.faults.die(sides);
            let Some(records) = records(body) else { return };
            played.surprises.iter().for_each(|odd| odd.spoil(records, &mut die));
        });
    }
    match played.fault {
        Some(Fault::Timeout) => return Err(Cut::TimedOut),
        Some(Fault::Cut) => return Err(Cut::Connection),
        Some(Fault::CutBody) => {
            let whole = reply.body.len();
            reply.body.truncate(whole / 2);
            let mut partial = respond(reply);
            partial.headers_mut().insert(header::CONTENT_LENGTH, whole.into());
            return Err(Cut::Body(Box::new(partial)));
        }
        Some(Fault::MalformedJson) => {
            reply.body.truncate(reply.body.len() * 2 / 3);
        }
        Some(Fault::InvalidUtf8) => invalid_utf8(&mut reply.body),
        Some(Fault::Huge(bytes)) => {
            change(&mut reply, |body| {
                if let Some(object) = body.as_object_mut() {
                    object.insert("padding".to_owned(), Value::String("x".repeat(bytes)));
                }
            });
        }
        Some(Fault::ImpossibleDates { record }) => {
            let die = world.faults.die(1_000_000);
            change(&mut reply, |body| {
                if let Some(row) = pick(body, record, die) {
                    for (key, value) in row.iter_mut() {
                        match key.as_str() {
                            "created_at" => *value = json!(99_999_999_999_999_i64),
                            "last_activity_at" => *value = json!("2026-02-31T25:61:00Z"),
                            "updated_at" => *value = json!(-1.0e300),
                            _ => {}
                        }
                    }
                }
            });
        }
        Some(Fault::WrongType { record, field }) => {
            let die = world.faults.die(1_000_000);
            change(&mut reply, |body| {
                if let Some(row) = pick(body, record, die) {
                    let field = field.as_deref().unwrap_or(["created_at", "id"][die % 2]);
                    row.insert(field.to_owned(), json!({"unexpected": true}));
                }
            });
        }
        Some(Fault::DuplicateRows) => change(&mut reply, |body| {
            if let Some(rows) = rows(body)
                && let Some(first) = rows.first().cloned()
            {
                rows.push(first);
            }
        }),
        _ => {}
    }
    Ok(respond(reply))
}

/// A byte that no UTF-8 text has, inside the first longer text.
fn invalid_utf8(body: &mut [u8]) {
    let text = body.windows(3).position(|w| w[0].is_ascii_alphabetic() && w[1].is_ascii_alphabetic());
    if let Some(byte) = text.and_then(|at| body.get_mut(at + 1)) {
        *byte = 0xFF;
    }
}

fn change(reply: &mut Reply, with: impl FnOnce(&mut Value)) {
    if let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) {
        with(&mut body);
        reply.body = body.to_string().into_bytes();
    }
}

/// The rows of an answer, wherever its wrapper keeps them.
fn rows(body: &mut Value) -> Option<&mut Vec<Value>> {
    if body.is_array() {
        return body.as_array_mut();
    }
    let body = if body.get("data").is_some() { body.get_mut("data")? } else { body };
    body.get_mut("payload")?.as_array_mut()
}

/// The rows of an answer, or its single record.
fn records(body: &mut Value) -> Option<&mut Value> {
    if body.is_array() {
        return Some(body);
    }
    let body = if body.get("data").is_some() { body.get_mut("data")? } else { body };
    if body.get("payload").is_some() { body.get_mut("payload") } else { Some(body) }
}

/// One row, or the single record of an answer without rows.
fn pick(body: &mut Value, record: Option<i64>, die: usize) -> Option<&mut serde_json::Map<String, Value>> {
    let single = match body.get("payload") {
        Some(payload) => payload.is_object(),
        None => body.get("id").is_some(),
    };
    if single {
        let row = if body.get("payload").is_some() { body.get_mut("payload")? } else { body };
        return row.as_object_mut().filter(|row| fits(row.get("id"), record));
    }
    let rows = rows(body)?;
    let at = match record {
        Some(_) => rows.iter().position(|row| fits(row.get("id"), record))?,
        None if rows.is_empty() => return None,
        None => die % rows.len(),
    };
    rows.get_mut(at)?.as_object_mut()
}

fn fits(id: Option<&Value>, record: Option<i64>) -> bool {
    record.is_none_or(|record| id.and_then(Value::as_i64) == Some(record))
}
