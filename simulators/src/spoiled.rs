//! One record of an answer spoiled: which, and which of its fields, is said or left to chance.

use serde_json::{Map, Value};

use crate::surprises::{self, Surprise};

/// Whether a surprise makes sense for such a value.
fn fits(with: &Surprise, value: &Value) -> bool {
    match with {
        Surprise::Absent | Surprise::Null | Surprise::WrongType | Surprise::Is(_) => true,
        Surprise::AsText => value.is_number() || value.is_boolean(),
        Surprise::AsNumber => value.as_str().is_some_and(|text| text.parse::<u64>().is_ok()),
        Surprise::Unknown | Surprise::Enormous(_) => value.is_string(),
        Surprise::ImpossibleDate => {
            let day = value.as_str().and_then(|text| text.get(..10));
            day.is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
        }
    }
}

/// Spoils the chosen record among `records`, a list or one alone. What is not chosen, `die` decides.
pub(crate) fn spoil(
    with: &Surprise,
    records: &mut Value,
    record: Option<&str>,
    field: Option<&str>,
    die: &mut dyn FnMut(usize) -> usize,
) {
    let Some(row) = pick(records, record, die) else { return };
    let field = match (field, row.as_object()) {
        (Some(field), _) => field.to_owned(),
        (None, Some(object)) => {
            let candidates = leaves(object, |value| fits(with, value));
            let nth = die(candidates.len());
            let Some(field) = candidates.into_iter().nth(nth) else { return };
            field
        }
        (None, None) => return,
    };
    surprises::spoil(row, &field, with);
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
) -> Option<&'a mut Value> {
    if records.is_object() {
        return Some(records).filter(|row| names(row, wanted));
    }
    let rows = records.as_array_mut()?;
    let at = match wanted {
        Some(_) => rows.iter().position(|row| names(row, wanted))?,
        None if rows.is_empty() => return None,
        None => die(rows.len()),
    };
    rows.get_mut(at)
}

fn names(row: &Value, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| match row.get("id").or_else(|| row.get("sid")) {
        Some(Value::String(id)) => id == wanted,
        // A value that is a number never equals a text, whatever it shows.
        Some(Value::Number(id)) => id.to_string() == wanted,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spoiled(surprise: &Surprise, record: Option<&str>, field: Option<&str>) -> Value {
        let mut rows = json!([
            {"id": 1, "n": 5, "at": "2026-01-05T10:00:00Z", "start": {"date": "2026-01-05"}},
            {"id": "2", "n": 6, "at": "2026-01-06T10:00:00Z", "start": {"date": "2026-01-06"}},
        ]);
        spoil(surprise, &mut rows, record, field, &mut |_| 0);
        rows
    }

    #[test]
    fn the_chosen_field_of_the_chosen_record_and_nothing_else_is_spoiled() {
        let rows = spoiled(&Surprise::AsText, Some("2"), Some("n"));
        assert_eq!((&rows[0]["n"], &rows[1]["n"]), (&json!(5), &json!("6")));
        let rows = spoiled(&Surprise::Absent, Some("1"), Some("start.date"));
        assert_eq!((&rows[0]["start"], &rows[1]["start"]["date"]), (&json!({}), &json!("2026-01-06")));
        let rows = spoiled(&Surprise::AsNumber, Some("2"), Some("id"));
        assert_eq!(rows[1]["id"], 2);
        assert_eq!(
            spoiled(&Surprise::Null, Some("3"), Some("n")),
            spoiled(&Surprise::Null, None, Some("a.b"))
        );
    }

    #[test]
    fn what_is_not_chosen_fits_the_surprise() {
        let rows = spoiled(&Surprise::ImpossibleDate, None, None);
        assert_eq!(rows[0]["at"], "2026-02-31T25:61:00Z");
        assert_eq!(spoiled(&Surprise::Enormous(9), Some("1"), None)[0]["at"], "x".repeat(9));
        assert_eq!(spoiled(&Surprise::AsText, None, None)[0]["n"], "5");
    }
}
