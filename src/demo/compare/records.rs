//! What every practice system's records have in common when they are compared.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Comparison, pair};
use crate::store::ledger::{RecordRow, Rows};

/// A record of the truth under the id it has here.
pub(super) struct Truth<'a, T> {
    pub(super) id: String,
    pub(super) record: &'a T,
}

/// The living rows of one kind beside their truth.
pub(super) fn each<T>(
    rows: &Rows,
    kind: &str,
    truth: &[Truth<'_, T>],
    result: &mut Comparison,
    mut compare: impl FnMut(&mut Sheet<'_>, &T),
) {
    let living =
        rows.records.iter().filter(|row| row.kind == kind).map(|row| (row.external_id.as_str(), row));
    let pairs = pair(kind, living, truth.iter().map(|truth| (truth.id.as_str(), truth.record)), result);
    for (id, row, record) in pairs {
        compare(&mut Sheet { kind, id, row, result: &mut *result }, record);
    }
}

/// How many living rows of a kind there are.
pub(super) fn count(rows: &Rows, kind: &str) -> usize {
    rows.records.iter().filter(|row| row.kind == kind).count()
}

/// One row on its way through the comparison.
pub(super) struct Sheet<'a> {
    kind: &'a str,
    id: &'a str,
    row: &'a RecordRow,
    result: &'a mut Comparison,
}

impl Sheet<'_> {
    pub(super) fn fields(&self) -> &Value {
        &self.row.fields
    }

    pub(super) fn check(&mut self, same: bool, field: &str) {
        self.result.check(same, self.kind, self.id, field);
    }

    /// Texts; empty and absent are the same.
    pub(super) fn text(&mut self, field: &str, truth: Option<&str>) {
        let told = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let same = told(self.row.fields[field].as_str()) == told(truth);
        self.check(same, field);
    }

    pub(super) fn time(&mut self, field: &str, truth: Option<Timestamp>) {
        let stored = self.row.fields[field].as_str().and_then(|text| text.parse::<Timestamp>().ok());
        self.check(stored == truth, field);
    }

    pub(super) fn flag(&mut self, field: &str, truth: Option<bool>) {
        let same = self.row.fields[field].as_bool() == truth;
        self.check(same, field);
    }

    pub(super) fn number(&mut self, field: &str, truth: Option<i64>) {
        let same = self.row.fields[field].as_i64() == truth;
        self.check(same, field);
    }

    /// Exact amounts, as numbers or as texts.
    pub(super) fn amount(&mut self, field: &str, truth: Option<&Value>) {
        let same = amount(&self.row.fields[field]) == truth.and_then(amount);
        self.check(same, field);
    }

    /// What it names of another: the id there, and ours as soon as the other is here.
    pub(super) fn names(&mut self, relation: &str, truth: Option<&str>, rows: &Rows) {
        let (theirs, ours) = (format!("{relation}_external_id"), format!("{relation}_id"));
        self.text(&theirs, truth);
        let here = |id: &str| match relation {
            "contact" => rows.contacts.iter().any(|row| row.external_id == id && !row.deleted),
            _ => false,
        };
        let untied = truth.is_some_and(here) && self.row.fields[&ours].is_null();
        self.check(!untied, &ours);
    }
}

fn amount(value: &Value) -> Option<Decimal> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}
