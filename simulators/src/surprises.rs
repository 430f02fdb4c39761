//! Records that are not what the documents say: on purpose, one record or any, one field or any.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surprise {
    /// It is not there.
    Absent,
    /// It is null.
    Null,
    /// A number comes as a text.
    NumberAsText,
    /// A text of digits comes as a number.
    TextAsNumber,
    /// A text is a word that nobody has heard of.
    UnknownWord,
    /// A day that no calendar has.
    ImpossibleDate,
    /// A moment of another century: the year 0001.
    AncientDate,
    /// A text of this many bytes.
    Enormous(usize),
    /// An object where something plain belongs.
    WrongType,
}

impl Surprise {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Absent | Self::Null | Self::WrongType => true,
            Self::NumberAsText => value.is_number(),
            Self::TextAsNumber => value.as_str().is_some_and(|text| text.parse::<u64>().is_ok()),
            Self::UnknownWord | Self::Enormous(_) => value.is_string(),
            Self::ImpossibleDate | Self::AncientDate => {
                let day = value.as_str().and_then(|text| text.get(..10));
                day.is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
            }
        }
    }

    fn of(self, value: &Value) -> Option<Value> {
        Some(match self {
            Self::Absent => return None,
            Self::Null => Value::Null,
            Self::NumberAsText => value.as_number().map_or(value.clone(), |n| json!(n.to_string())),
            Self::TextAsNumber => {
                value.as_str().and_then(|text| text.parse::<u64>().ok()).map_or(value.clone(), |n| json!(n))
            }
            Self::UnknownWord => json!("something_new"),
            Self::ImpossibleDate => json!("2026-02-31T25:61:00Z"),
            Self::AncientDate => json!("0001-01-01T00:00:00Z"),
            Self::Enormous(bytes) => json!("x".repeat(bytes)),
            Self::WrongType => json!({"unexpected": [true]}),
        })
    }

    /// Spoils the chosen record among `records`, a list or one alone. What is not chosen, `die` decides.
    pub(crate) fn spoil(
        self,
        records: &mut Value,
        record: Option<&str>,
        field: Option<&str>,
        die: &mut dyn FnMut(usize) -> usize,
    ) {
        let Some(row) = pick(records, record, die) else { return };
        let field = match field {
            Some(field) => field.to_owned(),
            None => {
                let candidates = leaves(row, |value| self.fits(value));
                if candidates.is_empty() {
                    return;
                }
                candidates[die(candidates.len())].clone()
            }
        };
        let (way, last) = field.rsplit_once('.').map_or(("", field.as_str()), |(way, last)| (way, last));
        let mut at = Some(row);
        for step in way.split('.').filter(|step| !step.is_empty()) {
            at = at.and_then(|object| object.get_mut(step)).and_then(Value::as_object_mut);
        }
        let Some(object) = at else { return };
        match self.of(object.get(last).unwrap_or(&Value::Null)) {
            None => {
                object.remove(last);
            }
            Some(value) => {
                object.insert(last.to_owned(), value);
            }
        }
    }
}

/// The fields of a record, also those of objects inside it, but for what names it.
fn leaves(row: &Map<String, Value>, fits: impl Fn(&Value) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in row.iter().filter(|(name, _)| !["id", "sid"].contains(&name.as_str())) {
        match value.as_object() {
            Some(inner) => found.extend(
                inner.iter().filter(|(_, value)| fits(value)).map(|(inside, _)| format!("{name}.{inside}")),
            ),
            None if fits(value) => found.push(name.clone()),
            None => {}
        }
    }
    found
}

fn pick<'a>(
    records: &'a mut Value,
    wanted: Option<&str>,
    die: &mut dyn FnMut(usize) -> usize,
) -> Option<&'a mut Map<String, Value>> {
    if records.is_object() {
        return records.as_object_mut().filter(|row| names(row, wanted));
    }
    let rows = records.as_array_mut()?;
    let at = match wanted {
        Some(_) => rows.iter().position(|row| row.as_object().is_some_and(|row| names(row, wanted)))?,
        None if rows.is_empty() => return None,
        None => die(rows.len()),
    };
    rows.get_mut(at)?.as_object_mut()
}

fn names(row: &Map<String, Value>, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| match row.get("id").or_else(|| row.get("sid")) {
        Some(Value::String(id)) => id == wanted,
        Some(id) => id.to_string() == wanted,
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoiled(surprise: Surprise, record: Option<&str>, field: Option<&str>) -> Value {
        let mut rows = json!([
            {"id": 1, "n": 5, "at": "2026-01-05T10:00:00Z", "start": {"date": "2026-01-05"}},
            {"id": "2", "n": 6, "at": "2026-01-06T10:00:00Z", "start": {"date": "2026-01-06"}},
        ]);
        surprise.spoil(&mut rows, record, field, &mut |_| 0);
        rows
    }

    #[test]
    fn the_chosen_field_of_the_chosen_record_and_nothing_else_is_spoiled() {
        let rows = spoiled(Surprise::NumberAsText, Some("2"), Some("n"));
        assert_eq!((&rows[0]["n"], &rows[1]["n"]), (&json!(5), &json!("6")));
        let rows = spoiled(Surprise::Absent, Some("1"), Some("start.date"));
        assert_eq!((&rows[0]["start"], &rows[1]["start"]["date"]), (&json!({}), &json!("2026-01-06")));
        let rows = spoiled(Surprise::TextAsNumber, Some("2"), Some("id"));
        assert_eq!(rows[1]["id"], 2);
        assert_eq!(spoiled(Surprise::Null, Some("3"), Some("n")), spoiled(Surprise::Null, None, Some("a.b")));
    }

    #[test]
    fn what_is_not_chosen_fits_the_surprise() {
        let rows = spoiled(Surprise::ImpossibleDate, None, None);
        assert_eq!(rows[0]["at"], "2026-02-31T25:61:00Z");
        assert_eq!(spoiled(Surprise::Enormous(9), Some("1"), None)[0]["at"], "x".repeat(9));
        assert_eq!(spoiled(Surprise::NumberAsText, None, None)[0]["n"], "5");
    }
}
