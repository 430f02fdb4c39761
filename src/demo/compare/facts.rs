//! A platform's truth as rows of ours, told once: the conformance suite holds its tables to the same.

use std::{collections::BTreeMap, str::FromStr};

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::Comparison;
use crate::{
    domain::change::Kind,
    store::ledger::{ContactRow, ConversationRow, MessageRow, Rows},
};

/// One record of the truth.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// Columns of our table and what stands in them. Of an object, the named fields; an empty text is no text.
    pub columns: Map<String, Value>,
    /// A record without which this one cannot be kept.
    pub parent: Option<(Kind, String)>,
}

impl Fact {
    /// With these columns, which stand in an object.
    pub fn of(columns: Value) -> Self {
        let columns = if let Value::Object(columns) = columns { columns } else { Map::new() };
        Self { columns, parent: None }
    }
}

/// What there is, by kind and by the id that our tables have.
pub type Truth = BTreeMap<Kind, BTreeMap<String, Fact>>;

/// Compares living rows of each kind of the truth with it, column for column. Of kinds in `beside` there may be more than the
/// truth has.
pub fn compare(rows: &Rows, truth: &Truth, beside: &[Kind]) -> Comparison {
    let stored = truth.keys().map(|kind| (*kind, living(rows, *kind)));
    let stored: BTreeMap<Kind, BTreeMap<&str, Value>> = stored.collect();
    let counts: Vec<(&'static str, usize)> =
        stored.iter().map(|(kind, rows)| (kind.as_str(), rows.len())).collect();
    let mut result = Comparison::counting(&counts);
    for (kind, facts) in truth {
        let rows = &stored[kind];
        for (id, fact) in facts {
            let Some(row) = rows.get(id.as_str()) else {
                result.note(|| format!("{} {id}: missing in the tables", kind.as_str()));
                continue;
            };
            for (column, told) in &fact.columns {
                result.check(says(&row[column.as_str()], told), kind.as_str(), id, column);
            }
        }
        for id in rows.keys().filter(|id| !beside.contains(kind) && !facts.contains_key(**id)) {
            result.note(|| format!("{} {id}: in the tables only", kind.as_str()));
        }
    }
    result
}

/// Living rows of a kind as objects of their columns.
fn living(rows: &Rows, kind: Kind) -> BTreeMap<&str, Value> {
    match kind {
        Kind::Contact => {
            let living = rows.contacts.iter().filter(|row| !row.deleted);
            living.map(|row| (row.external_id.as_str(), contact(row))).collect()
        }
        Kind::Conversation => {
            let living = rows.conversations.iter().filter(|row| !row.deleted);
            living.map(|row| (row.external_id.as_str(), conversation(row))).collect()
        }
        Kind::Message => {
            let living = rows.messages.iter().filter(|row| !row.deleted);
            living.map(|row| (row.external_id.as_str(), message(row))).collect()
        }
        other => {
            let living = rows.records.iter().filter(|row| row.kind == other.as_str());
            living.map(|row| (row.external_id.as_str(), row.fields.clone())).collect()
        }
    }
}

fn contact(row: &ContactRow) -> Value {
    json!({ "name": row.name, "email": row.email, "phone": row.phone, "phone_original": row.phone_original,
        "identifier": row.identifier, "blocked": row.blocked, "attributes": row.attributes })
}

fn conversation(row: &ConversationRow) -> Value {
    json!({ "contact_external_id": row.contact, "inbox_external_id": row.inbox, "channel": row.channel,
        "status": row.status, "last_activity_at": row.last_activity_at })
}

fn message(row: &MessageRow) -> Value {
    json!({ "conversation": row.conversation, "content": row.content, "direction": row.direction,
        "delivery_status": row.delivery_status, "sent_at": row.sent_at })
}

/// Whether what is stored says what was told: the same moment, the same number, at least the same fields.
pub fn says(stored: &Value, told: &Value) -> bool {
    match (stored, told) {
        (Value::Null, Value::String(text)) => text.is_empty(),
        (Value::Null, Value::Object(fields)) => fields.is_empty(),
        (stored, told) if stored == told => true,
        (Value::Object(stored), Value::Object(told)) => {
            told.iter().all(|(name, told)| says(stored.get(name).unwrap_or(&Value::Null), told))
        }
        (Value::Array(stored), Value::Array(told)) => {
            stored.len() == told.len() && stored.iter().zip(told).all(|(stored, told)| says(stored, told))
        }
        (Value::String(stored), Value::String(told)) => {
            let moment = |text: &str| text.parse::<Timestamp>().ok();
            moment(stored).is_some_and(|stored| moment(told) == Some(stored))
        }
        (stored, told) => number(stored).is_some_and(|stored| number(told) == Some(stored)),
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Decimal::from_str(&number.to_string()).ok(),
        Value::String(text) => Decimal::from_str(text).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ledger::RecordRow;

    #[test]
    fn what_is_missing_what_is_too_much_and_what_says_otherwise_is_told() {
        let record = |id: &str, name: &str| RecordRow {
            kind: "locations".to_owned(),
            external_id: id.to_owned(),
            fields: json!({ "name": name, "since": "2031-03-04T06:06:07+01:00" }),
        };
        let rows = Rows { records: vec![record("1", "Front"), record("2", "Back")], ..Rows::default() };
        let fact = |name: &str| Fact::of(json!({ "name": name, "since": "2031-03-04T05:06:07Z" }));
        let truth = |of: &[(&str, &str)]| -> Truth {
            let facts = of.iter().map(|(id, name)| ((*id).to_owned(), fact(name))).collect();
            Truth::from([(Kind::Location, facts)])
        };
        let told = |of: &[(&str, &str)], beside: &[Kind]| compare(&rows, &truth(of), beside).examples;
        assert_eq!(told(&[("1", "Front"), ("2", "Back")], &[]), Vec::<String>::new());
        assert_eq!(told(&[("1", "Front"), ("2", "Yard")], &[]), ["locations 2: name differs"]);
        assert_eq!(
            told(&[("1", "Front"), ("3", "Yard")], &[]),
            ["locations 3: missing in the tables", "locations 2: in the tables only"]
        );
        assert_eq!(told(&[("1", "Front")], &[Kind::Location]), Vec::<String>::new());
    }
}
