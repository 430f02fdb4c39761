//! A body's fields, checked by name: every mistake is named at once, and no value is quoted.

use std::ops::RangeInclusive;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::errors::{ApiError, Code};

/// The farthest a time may lie ahead.
const FARTHEST: SignedDuration = SignedDuration::from_hours(366 * 24);
/// Characters of an unknown field's name that are shown.
const SHOWN: usize = 40;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Mistake {
    /// Its name.
    pub field: String,
    /// `missing`, `wrong_type`, `not_allowed` or `unknown`.
    pub kind: &'static str,
    /// One sentence.
    pub message: String,
    /// What would be right.
    pub allowed: String,
}

/// A body's fields.
#[derive(Debug)]
pub(super) struct Fields {
    values: Map<String, Value>,
    known: Vec<&'static str>,
    mistakes: Vec<Mistake>,
    form: bool,
}

impl Fields {
    /// The fields of a JSON object; an empty body has none.
    ///
    /// # Errors
    /// [`Code::InvalidJson`], or [`Code::ValidationError`] for JSON that is no object.
    pub(super) fn json(body: &Bytes) -> Result<Self, ApiError> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::of(Map::new(), false));
        }
        let value = serde_json::from_slice(body).map_err(|error| {
            let place = json!({"line": error.line(), "column": error.column()});
            ApiError::from(Code::InvalidJson).with(place)
        })?;
        match value {
            Value::Object(values) => Ok(Self::of(values, false)),
            _ => Err(refusal(&[Mistake {
                field: String::new(),
                kind: "wrong_type",
                message: "The body must be an object".to_owned(),
                allowed: "a JSON object".to_owned(),
            }])),
        }
    }

    /// The fields of a form.
    pub(super) fn form(body: &Bytes) -> Self {
        let pairs = form_urlencoded::parse(body);
        let text = |value: &str| Value::String(value.to_owned());
        Self::of(pairs.map(|(name, value)| (name.into_owned(), text(&value))).collect(), true)
    }

    fn of(values: Map<String, Value>, form: bool) -> Self {
        Self { values, known: Vec::new(), mistakes: Vec::new(), form }
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        let value = self.values.remove(name)?;
        let absent = value.is_null() || (self.form && value == "");
        (!absent).then_some(value)
    }

    fn wrong(&mut self, field: &'static str, kind: &'static str, message: &str, allowed: String) {
        self.mistakes.push(Mistake { field: field.to_owned(), kind, message: message.to_owned(), allowed });
    }

    /// A text of so many characters, its outer spaces removed.
    pub(super) fn text(&mut self, name: &'static str, length: RangeInclusive<usize>) -> Option<String> {
        let allowed = || format!("a text of {} to {} characters", length.start(), length.end());
        let Value::String(text) = self.take(name)? else {
            self.wrong(name, "wrong_type", "is not a text", allowed());
            return None;
        };
        let text = text.trim();
        if !length.contains(&text.chars().count()) || text.chars().any(char::is_control) {
            self.wrong(name, "not_allowed", "is too short, too long or not plain", allowed());
            return None;
        }
        Some(text.to_owned())
    }

    /// The same, where there must be one.
    pub(super) fn required_text(&mut self, name: &'static str, length: RangeInclusive<usize>) -> String {
        if !self.values.contains_key(name) {
            let allowed = format!("a text of {} to {} characters", length.start(), length.end());
            self.known.push(name);
            self.wrong(name, "missing", "must be given", allowed);
            return String::new();
        }
        self.text(name, length).unwrap_or_default()
    }

    /// One of some words; the first when none is given.
    pub(super) fn choice<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let allowed = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" | ");
        match self.take(name) {
            None => words.first().map(|(_, value)| *value),
            Some(Value::String(given)) => {
                let found = words.iter().find(|(word, _)| *word == given);
                if found.is_none() {
                    self.wrong(name, "not_allowed", "is not one of the words", allowed());
                }
                found.map(|(_, value)| *value)
            }
            Some(_) => {
                self.wrong(name, "wrong_type", "is not a text", allowed());
                None
            }
        }
    }

    /// Yes or no; no when it is not given.
    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        match self.take(name) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.wrong(name, "wrong_type", "is not a boolean", "true | false".to_owned());
                false
            }
        }
    }

    /// Whether it is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// A time.
    pub(super) fn time(&mut self, name: &'static str) -> Option<Timestamp> {
        let value = self.take(name)?;
        let time = value.as_str().and_then(|text| text.parse().ok());
        if time.is_none() {
            let allowed = "a time such as 2031-03-04T05:06:07Z".to_owned();
            self.wrong(name, "wrong_type", "is not a time with its zone", allowed);
        }
        time
    }

    /// A UUID.
    pub(super) fn id(&mut self, name: &'static str) -> Option<Uuid> {
        let value = self.take(name)?;
        let id = value.as_str().and_then(|text| text.parse().ok());
        if id.is_none() {
            self.wrong(name, "wrong_type", "is no UUID", "a UUID".to_owned());
        }
        id
    }

    /// A list of at most so many UUIDs; empty when it is not given.
    pub(super) fn ids(&mut self, name: &'static str, most: usize) -> Vec<Uuid> {
        let Some(value) = self.take(name) else { return Vec::new() };
        let parse = |id: &Value| id.as_str().and_then(|text| text.parse().ok());
        let ids: Option<Vec<Uuid>> = value.as_array().and_then(|ids| ids.iter().map(parse).collect());
        let ids = ids.filter(|ids| (1..=most).contains(&ids.len()));
        if ids.is_none() {
            let allowed = format!("a list of 1 to {most} UUIDs");
            self.wrong(name, "wrong_type", "is not a list of UUIDs, or a long one", allowed);
        }
        ids.unwrap_or_default()
    }

    /// A time ahead of `now`, within a year.
    pub(super) fn time_ahead(&mut self, name: &'static str, now: Timestamp) -> Option<Timestamp> {
        const ALLOWED: &str = "a time ahead such as 2031-03-04T05:06:07Z, within a year";
        let value = self.take(name)?;
        let Some(at) = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) else {
            self.wrong(name, "wrong_type", "is not a time with its zone", ALLOWED.to_owned());
            return None;
        };
        let ahead = at.duration_since(now);
        if ahead <= SignedDuration::ZERO || ahead > FARTHEST {
            self.wrong(name, "not_allowed", "does not lie ahead, or lies too far ahead", ALLOWED.to_owned());
            return None;
        }
        Some(at)
    }

    /// Refuses when anything was wrong, unknown fields included.
    ///
    /// # Errors
    /// [`Code::ValidationError`].
    pub(super) fn finish(self) -> Result<(), ApiError> {
        let Self { values, known, mut mistakes, .. } = self;
        let allowed = if known.is_empty() { "no field at all".to_owned() } else { known.join(", ") };
        mistakes.extend(values.keys().map(|name| Mistake {
            field: name.chars().filter(|c| !c.is_control()).take(SHOWN).collect(),
            kind: "unknown",
            message: "is not known here".to_owned(),
            allowed: allowed.clone(),
        }));
        if mistakes.is_empty() { Ok(()) } else { Err(refusal(&mistakes)) }
    }
}

fn refusal(mistakes: &[Mistake]) -> ApiError {
    ApiError::from(Code::ValidationError).with(json!(mistakes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2031-03-04T05:06:07Z".parse().unwrap()
    }

    fn fields(text: &str) -> Fields {
        Fields::json(&Bytes::copy_from_slice(text.as_bytes())).unwrap()
    }

    fn mistakes(error: &ApiError) -> Value {
        let Value::Array(items) = error.details().clone() else { panic!("no list") };
        items.iter().map(|item| json!([item["field"], item["kind"]])).collect()
    }

    #[test]
    fn every_mistake_is_named_at_once_and_no_value_quoted() {
        let mut fields = fields(
            r#"{"mode": "hard", "until": "2031-03-04T05:06:06Z", "reason": 7, "full": "yes", "Rosa": "Beispiel"}"#,
        );
        assert_eq!(fields.choice("mode", &[("graceful", 1), ("kill", 2)]), None);
        assert_eq!(fields.time_ahead("until", now()), None);
        assert_eq!(fields.text("reason", 1..=10), None);
        assert!(!fields.flag("full"));
        fields.required_text("who", 1..=5);
        let error = fields.finish().unwrap_err();
        assert_eq!(
            mistakes(&error),
            json!([
                ["mode", "not_allowed"],
                ["until", "not_allowed"],
                ["reason", "wrong_type"],
                ["full", "wrong_type"],
                ["who", "missing"],
                ["Rosa", "unknown"]
            ])
        );
        let text = error.details().to_string();
        assert!(
            text.contains("graceful | kill") && text.contains("mode, until, reason, full, who"),
            "{text}"
        );
        assert!(!text.contains("Beispiel") && !text.contains("hard"), "{text}");
    }

    #[test]
    fn what_is_right_is_taken() {
        let mut fields = fields(
            r#"{"mode": "kill", "until": "2031-03-04T07:06:07+01:00", "reason": " moved ", "full": true}"#,
        );
        assert_eq!(fields.choice("mode", &[("graceful", 1), ("kill", 2)]), Some(2));
        assert_eq!(fields.time_ahead("until", now()).unwrap().to_string(), "2031-03-04T06:06:07Z");
        assert_eq!(fields.text("reason", 1..=10).as_deref(), Some("moved"));
        assert!(fields.flag("full"));
        fields.finish().unwrap();
        let mut none = Fields::json(&Bytes::new()).unwrap();
        assert_eq!(none.choice("mode", &[("graceful", 1)]), Some(1), "the first is the default");
        assert_eq!(none.time_ahead("until", now()), None);
        none.finish().unwrap();
    }

    #[test]
    fn times_beyond_a_year_and_texts_with_controls_are_refused() {
        for text in [
            r#"{"until": "2032-04-05T05:06:07Z"}"#,
            r#"{"until": "2031-03-05 05:06:07"}"#,
            r#"{"until": "-999999999-01-01T00:00:00Z"}"#,
            r#"{"until": 1930000000}"#,
        ] {
            let mut fields = fields(text);
            assert_eq!(fields.time_ahead("until", now()), None, "{text}");
            fields.finish().unwrap_err();
        }
        let mut fields = fields(r#"{"reason": "a\u0000b"}"#);
        assert_eq!(fields.text("reason", 1..=10), None);
    }

    #[test]
    fn what_is_no_json_or_no_object_is_told_apart() {
        let code = |text: &'static str| Fields::json(&Bytes::from(text)).unwrap_err().code();
        assert_eq!(code("{"), Code::InvalidJson);
        assert_eq!(code("\u{feff}{}"), Code::InvalidJson);
        assert_eq!(Fields::json(&Bytes::from_static(b"\xff{}")).unwrap_err().code(), Code::InvalidJson);
        assert_eq!(code("[]"), Code::ValidationError);
        assert_eq!(Fields::json(&Bytes::from("[".repeat(5000))).unwrap_err().code(), Code::InvalidJson);
    }
}
