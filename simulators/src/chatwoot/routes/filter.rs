//! Filters of contacts and conversations: a chain of conditions; dates are compared as whole UTC days.

use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use super::super::reply::Reply;
use super::Visit;

/// A kind of row that can be filtered.
pub(super) trait Fields {
    /// The standard keys.
    const KEYS: &'static [&'static str];
    /// The custom attributes that accounts have defined, all of them texts.
    const CUSTOM: &'static [&'static str];
    /// `None` when the key is not a date; `Some(None)` when it is one without value.
    fn date(&self, key: &str) -> Option<Option<Timestamp>>;
    /// The values of a key as text; none when unset.
    fn texts(&self, visit: &Visit<'_>, key: &str) -> Vec<String>;
}

#[derive(Debug, Deserialize)]
struct Written {
    payload: Option<Vec<Part>>,
}

#[derive(Debug, Deserialize)]
struct Part {
    attribute_key: String,
    filter_operator: String,
    #[serde(default)]
    values: Value,
    #[serde(default)]
    query_operator: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Contains,
    Lacks,
    Present,
    NotPresent,
    Greater,
    Less,
    DaysBefore,
}

/// A filter, understood.
#[derive(Debug)]
pub(super) struct Question<T> {
    parts: Vec<Condition>,
    of: PhantomData<fn(&T)>,
}

#[derive(Debug)]
struct Condition {
    key: String,
    operator: Operator,
    values: Vec<String>,
    date: Option<Date>,
    /// Whether the next condition is joined with OR.
    or: bool,
}

fn refuse(text: &str) -> Reply {
    Reply::error(422, text)
}

impl<T: Fields> Question<T> {
    pub(super) fn parse(body: &[u8], now: Timestamp) -> Result<Self, Reply> {
        let written: Written = serde_json::from_slice(body).map_err(|_| refuse("Invalid filter"))?;
        let written = written.payload.ok_or_else(|| refuse("param is missing: payload"))?;
        let last = written.len().saturating_sub(1);
        let mut parts = Vec::with_capacity(written.len());
        for (at, part) in written.into_iter().enumerate() {
            let or = match part.query_operator.as_deref().map(str::to_uppercase).as_deref() {
                None if at == last => false,
                // Without a joint the statement breaks in the middle.
                None => return Err(refuse("Invalid query operator. Only \"AND\" and \"OR\" are valid")),
                Some("AND") => false,
                Some("OR") => true,
                Some(_) => return Err(refuse("Invalid query operator. Only \"AND\" and \"OR\" are valid")),
            };
            parts.push(Condition::read::<T>(part, or, now)?);
        }
        Ok(Self { parts, of: PhantomData })
    }

    /// AND binds tighter than OR, as in SQL.
    pub(super) fn matches(&self, visit: &Visit<'_>, row: &T) -> bool {
        let mut any = self.parts.is_empty();
        let mut all = true;
        for part in &self.parts {
            all = all && part.holds(visit, row);
            if part.or {
                any |= all;
                all = true;
            }
        }
        any || (all && !self.parts.is_empty())
    }
}

impl Condition {
    fn read<T: Fields>(part: Part, or: bool, now: Timestamp) -> Result<Self, Reply> {
        let key = part.attribute_key;
        let date_key = matches!(key.as_str(), "created_at" | "last_activity_at");
        if !T::KEYS.contains(&key.as_str()) && !T::CUSTOM.contains(&key.as_str()) {
            let keys = T::KEYS.join(", ");
            return Err(refuse(&format!(
                "Invalid attribute key - [{key}]. The key should be one of [{keys}]"
            )));
        }
        let operator = operator(&part.filter_operator)
            .filter(|operator| {
                let dated = matches!(operator, Operator::Greater | Operator::Less | Operator::DaysBefore);
                dated == date_key
            })
            .ok_or_else(|| {
                refuse(&format!(
                    "Invalid operator. The allowed operators for {key} are not {}",
                    part.filter_operator
                ))
            })?;
        let values: Vec<String> = match part.values {
            Value::Array(all) => all.into_iter().map(text_of).collect(),
            Value::Null => Vec::new(),
            one => vec![text_of(one)],
        };
        let needs_value = !matches!(operator, Operator::Present | Operator::NotPresent);
        if needs_value && values.is_empty() {
            return Err(refuse(&format!("Invalid value. The values provided for {key} are invalid")));
        }
        let date =
            if date_key { Some(day(operator, &values, now).ok_or_else(|| Reply::html(500))?) } else { None };
        Ok(Self { key, operator, values, date, or })
    }

    fn holds<T: Fields>(&self, visit: &Visit<'_>, row: &T) -> bool {
        if let (Some(at), Some(limit)) = (row.date(&self.key), self.date) {
            let Some(at) = at else { return false };
            let date = at.to_zoned(TimeZone::UTC).date();
            return if self.operator == Operator::Greater { date > limit } else { date < limit };
        }
        let mine = row.texts(visit, &self.key);
        let same = |value: &String| mine.iter().any(|text| text.eq_ignore_ascii_case(value));
        let holds = |value: &String| mine.iter().any(|t| t.to_lowercase().contains(&value.to_lowercase()));
        match self.operator {
            Operator::Equal => self.values.iter().any(same),
            Operator::NotEqual => !self.values.iter().any(same),
            Operator::Contains => self.values.iter().any(holds),
            Operator::Lacks => !self.values.iter().any(holds),
            Operator::Present => !mine.is_empty(),
            Operator::NotPresent => mine.is_empty(),
            // Dates were compared above.
            Operator::Greater | Operator::Less | Operator::DaysBefore => false,
        }
    }
}

fn operator(name: &str) -> Option<Operator> {
    Some(match name {
        "equal_to" => Operator::Equal,
        "not_equal_to" => Operator::NotEqual,
        "contains" => Operator::Contains,
        "does_not_contain" => Operator::Lacks,
        "is_present" => Operator::Present,
        "is_not_present" => Operator::NotPresent,
        "is_greater_than" => Operator::Greater,
        "is_less_than" => Operator::Less,
        "days_before" => Operator::DaysBefore,
        _ => return None,
    })
}

/// The day to compare with. A time of day in the value is cut off without a word.
fn day(operator: Operator, values: &[String], now: Timestamp) -> Option<Date> {
    let first = values.first()?;
    if operator == Operator::DaysBefore {
        let days: i64 = first.parse().ok()?;
        let span = jiff::Span::new().try_days(days).ok()?;
        return now.to_zoned(TimeZone::UTC).date().checked_sub(span).ok();
    }
    first.get(..10)?.parse().ok()
}

fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
