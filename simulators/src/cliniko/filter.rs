//! `q[]=field:OPvalue`: which rows a list shows, and which of those that it hides by itself.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::record::{Kind, Record, Second, Type, second, written};
use super::world::Account;
use crate::house::{Asked, Refusal, json};

/// What a condition compares with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Val {
    Truth(bool),
    Number(i128),
    Text(String),
    List(Vec<String>),
    /// Last, as databases sort it.
    Null,
}

#[derive(Debug)]
enum Test {
    Any,
    Set,
    Unset,
    Equal(Vec<Val>),
    Unequal(Val),
    Least(Val),
    More(Val),
    Most(Val),
    Less(Val),
    Contains(String),
    Like(String),
}

/// The conditions of one request, all of which must hold.
#[derive(Debug, Default)]
pub(super) struct Filters(Vec<(&'static str, Test)>);

pub(super) fn refusal(message: &str) -> Refusal {
    let response: Response<Bytes> = json(400, &json!({ "message": message }));
    response.into()
}

impl Filters {
    /// Every `q[]` of a request. Other spellings, such as `q[][]`, are not understood and change nothing.
    pub(super) fn parse(kind: Kind, asked: &Asked<'_>) -> Result<Self, Refusal> {
        let mut all = Vec::new();
        for (_, text) in asked.query.iter().filter(|(name, _)| name == "q[]") {
            let (field, rest) =
                text.split_once(':').ok_or_else(|| refusal(&format!("{text} is not a filter")))?;
            let known = kind.filters().iter().find(|(name, _)| *name == field);
            let (name, of) = known.ok_or_else(|| refusal(&format!("{field} is not filterable")))?;
            all.push((*name, test(name, *of, rest)?));
        }
        Ok(Self(all))
    }

    /// Whether a condition on this field was given, which brings in what the list hides because of it.
    pub(super) fn lifts(&self, field: &str) -> bool {
        self.0.iter().any(|(name, _)| *name == field)
    }

    pub(super) fn hold(&self, account: &Account, record: &Record) -> bool {
        self.0.iter().all(|(field, test)| holds(test, &value(account, record, field)))
    }
}

fn test(field: &str, of: Type, text: &str) -> Result<Test, Refusal> {
    const OPERATORS: [&str; 11] = ["!?", "!=", ">=", "<=", "~~", "~", "=", ">", "<", "?", "*"];
    let operator = OPERATORS.into_iter().find(|sign| text.starts_with(sign));
    let operator = operator.ok_or_else(|| refusal(&format!("Filter for {field} has no operator")))?;
    let rest = &text[operator.len()..];
    let allowed = match of {
        Type::Moment => matches!(operator, ">=" | ">" | "<=" | "<" | "?" | "!?" | "*"),
        Type::Date => matches!(operator, ">=" | ">" | "<=" | "<" | "=" | "?" | "!?" | "*"),
        Type::Number => matches!(operator, "=" | "!=" | ">=" | ">" | "<=" | "<" | "?" | "!?"),
        Type::Text => matches!(operator, "=" | "!=" | "~" | "~~" | "?" | "!?"),
        Type::Truth => matches!(operator, "=" | "!="),
        Type::List => operator == "~",
    };
    if !allowed {
        return Err(refusal(&format!("{operator} is not an operator for {field}")));
    }
    let one = |text: &str| operand(field, of, text);
    Ok(match operator {
        "*" => Test::Any,
        "?" => Test::Set,
        "!?" => Test::Unset,
        "=" if of == Type::Date && rest.contains('*') => Test::Like(rest.replace('*', "_")),
        "=" if of == Type::Number => Test::Equal(rest.split(',').map(one).collect::<Result<_, _>>()?),
        "=" => Test::Equal(vec![one(rest)?]),
        "!=" => Test::Unequal(one(rest)?),
        ">=" => Test::Least(one(rest)?),
        ">" => Test::More(one(rest)?),
        "<=" => Test::Most(one(rest)?),
        "<" => Test::Less(one(rest)?),
        "~~" => Test::Like(rest.to_lowercase()),
        _ => Test::Contains(rest.to_lowercase()),
    })
}

fn operand(field: &str, of: Type, text: &str) -> Result<Val, Refusal> {
    let refused = |what: &str| refusal(&format!("Filter value for {field} must be a {what}"));
    match of {
        Type::Moment => {
            second(text).map(|at| Val::Number(at.into())).ok_or_else(|| refused("date-time in UTC"))
        }
        Type::Date => {
            let day = text.parse::<jiff::civil::Date>();
            day.map(|day| Val::Text(day.to_string())).map_err(|_| refused("date"))
        }
        Type::Number => text.parse().map(Val::Number).map_err(|_| refused("number")),
        Type::Truth => text.parse().map(Val::Truth).map_err(|_| refused("boolean")),
        Type::Text | Type::List => Ok(Val::Text(text.to_owned())),
    }
}

fn holds(test: &Test, value: &Val) -> bool {
    let known = *value != Val::Null;
    match test {
        Test::Any => true,
        Test::Set => known,
        Test::Unset => !known,
        Test::Equal(all) => all.contains(value),
        Test::Unequal(other) => known && value != other,
        Test::Least(other) => known && value >= other,
        Test::More(other) => known && value > other,
        Test::Most(other) => known && value <= other,
        Test::Less(other) => known && value < other,
        Test::Contains(part) => match value {
            Val::Text(text) => text.to_lowercase().contains(part),
            Val::List(list) => list.contains(part),
            _ => false,
        },
        Test::Like(pattern) => matches!(value, Val::Text(text) if like(&text.to_lowercase(), pattern)),
    }
}

/// `%` stands for anything, `_` for one character.
fn like(text: &str, pattern: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    let mut chars = text.chars();
    match first {
        '%' => (0..=text.len()).filter(|&at| text.is_char_boundary(at)).any(|at| like(&text[at..], rest)),
        '_' => chars.next().is_some() && like(chars.as_str(), rest),
        letter => chars.next() == Some(letter) && like(chars.as_str(), rest),
    }
}

/// What a record has under the name of a filter or of an order.
pub(super) fn value(account: &Account, record: &Record, field: &str) -> Val {
    let moment = |at: Option<Second>| at.map_or(Val::Null, |at| Val::Number(at.into()));
    match field {
        "id" => Val::Number(record.id.into()),
        "created_at" => moment(Some(record.created)),
        "updated_at" => moment(Some(record.updated)),
        "archived_at" => moment(record.archived),
        "deleted_at" => moment(record.deleted),
        "cancelled_at" => moment(record.cancelled),
        "patient_ids" => Val::List(account.patient_ids(record)),
        _ => {
            let link = match field {
                "appointment_id" if record.kind == Kind::Attendees => Some("booking"),
                _ => field.strip_suffix("_id").filter(|name| *name != "old_reference"),
            };
            if let Some(link) = link {
                return record.link(link).map_or(Val::Null, |id| Val::Number(id.into()));
            }
            own(record, field)
        }
    }
}

fn own(record: &Record, field: &str) -> Val {
    let dated = field.ends_with("_at");
    match record.fields.get(field) {
        Some(Value::Bool(truth)) => Val::Truth(*truth),
        Some(Value::Number(number)) => number.as_i64().map_or(Val::Null, |n| Val::Number(n.into())),
        Some(Value::String(text)) if dated => second(text).map_or(Val::Null, |at| Val::Number(at.into())),
        Some(Value::String(text)) => Val::Text(text.clone()),
        _ => Val::Null,
    }
}

/// For answers: a moment or null.
pub(super) fn shown(at: Option<Second>) -> Value {
    at.map_or(Value::Null, |at| Value::String(written(at)))
}
