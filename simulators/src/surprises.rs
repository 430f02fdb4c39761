//! Rows that are not as the documents say: chosen records with a chosen field gone wrong, in every answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surprise {
    /// The key is missing.
    Absent,
    /// `null`.
    Null,
    /// A number or a boolean comes as text.
    AsText,
    /// A text of digits comes as a number.
    AsNumber,
    /// A value that no list of values has: text stays text, a number stays a number.
    Unknown,
    /// `2026-02-31T25:61:00Z`.
    ImpossibleDate,
    /// A text of so many bytes.
    Enormous(usize),
    /// An object where something else belongs.
    WrongType,
    /// This value.
    Is(Value),
}

/// One field of one record, or of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oddity {
    /// The list it stands in, as the platform names it: `patients`, `individual_appointments`, `invoices` …
    pub of: String,
    /// The record; without it each one.
    #[serde(default)]
    pub id: Option<String>,
    /// The field; a dot goes deeper: `patient.links.self`, `patient_phone_numbers.0.number`.
    pub field: String,
    /// What is wrong with it.
    pub with: Surprise,
}

/// The standing oddities of one platform.
#[derive(Debug, Default)]
pub(crate) struct Oddities(Vec<Oddity>);

impl Oddities {
    pub(crate) fn add(&mut self, oddity: Oddity) {
        self.0.push(oddity);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn list(&self) -> &[Oddity] {
        &self.0
    }

    /// Spoils a row of a list.
    pub(crate) fn spoil(&self, of: &str, id: &str, row: &mut Value) {
        for it in &self.0 {
            if it.of == of && it.id.as_deref().is_none_or(|wanted| wanted == id) {
                spoil(row, &it.field, &it.with);
            }
        }
    }
}

/// Spoils one field of a row.
pub(crate) fn spoil(row: &mut Value, field: &str, with: &Surprise) {
    let (above, last) = field.rsplit_once('.').unwrap_or(("", field));
    let mut parent = row;
    for part in above.split('.').filter(|part| !part.is_empty()) {
        let next = match parent {
            Value::Array(list) => part.parse::<usize>().ok().and_then(|at| list.get_mut(at)),
            Value::Object(object) => object.get_mut(part),
            _ => None,
        };
        let Some(next) = next else { return };
        parent = next;
    }
    match parent {
        Value::Object(object) if *with == Surprise::Absent => {
            object.remove(last);
        }
        Value::Object(object) => change(object, last, with),
        Value::Array(list) => {
            if let Some(value) = last.parse::<usize>().ok().and_then(|at| list.get_mut(at)) {
                *value = changed(value, with);
            }
        }
        _ => {}
    }
}

fn change(object: &mut Map<String, Value>, field: &str, with: &Surprise) {
    let value = changed(object.get(field).unwrap_or(&Value::Null), with);
    object.insert(field.to_owned(), value);
}

fn changed(value: &Value, with: &Surprise) -> Value {
    match with {
        Surprise::Absent | Surprise::Null => Value::Null,
        Surprise::AsText => match value {
            Value::String(_) => value.clone(),
            other => Value::String(other.to_string()),
        },
        Surprise::AsNumber => {
            let number = value.as_str().and_then(|text| serde_json::from_str(text).ok());
            number.filter(Value::is_number).unwrap_or(json!(0))
        }
        Surprise::Unknown if value.is_number() => json!(987_654),
        Surprise::Unknown => json!("never-heard-of"),
        Surprise::ImpossibleDate => json!("2026-02-31T25:61:00Z"),
        Surprise::Enormous(bytes) => Value::String("x".repeat(*bytes)),
        Surprise::WrongType => json!({"unexpected": true}),
        Surprise::Is(value) => value.clone(),
    }
}
