//! What is asked for a page, in the words of both interfaces.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::collections::{Collection, From, PAGE};
use crate::platforms::kit::poll::{By, Read};

/// Days are a location's own: so much further is asked on both sides, wherever it is.
const MARGIN: SignedDuration = SignedDuration::from_hours(24);
/// Where everything lies between.
const ALWAYS: (&str, &str) = ("1970-01-01", "2199-12-31");

/// The parameters of a method, without the key.
pub(super) fn parameters(of: &Collection, read: &Read) -> Vec<(String, String)> {
    let From::Method { with, size, .. } = of.from else { return Vec::new() };
    let mut all: Vec<(&str, String)> =
        with.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    match (read.by, read.since) {
        (By::Changed, Some(since)) => all.push(("last_modified", stamp(since))),
        (By::Starting, _) => {
            let (from, to) = days(read);
            all.extend([("date_from", from), ("date_to", to)]);
        }
        (By::Changed | By::Made, _) => {}
    }
    all.extend([("page", read.page.to_string()), ("page_length", size.to_string())]);
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The query for a page, without the fields that are known not to be there.
pub(super) fn query(of: &Collection, read: &Read, refused: &BTreeSet<String>) -> String {
    let From::Query { name, with, dated, sure, perhaps } = of.from else { return String::new() };
    let days = if read.by == By::Starting { days(read) } else { (ALWAYS.0.to_owned(), ALWAYS.1.to_owned()) };
    let dates = dated.then(|| format!("dateFrom: \"{}\", dateTo: \"{}\"", days.0, days.1));
    let mut arguments: Vec<String> = [Some(with.to_owned()), dates].into_iter().flatten().collect();
    arguments.retain(|text| !text.is_empty());
    arguments.push(format!("page: {}, pageLength: {PAGE}", read.page));
    graph(name, &arguments.join(", "), sure, perhaps, refused)
}

/// A query whose rows are answered as `rows`.
pub(super) fn graph(
    name: &str,
    arguments: &str,
    sure: &[&str],
    perhaps: &[&str],
    refused: &BTreeSet<String>,
) -> String {
    let fields = sure.iter().chain(perhaps).filter(|field| !refused.contains(**field));
    let fields: Vec<&str> = fields.copied().collect();
    format!("query {{ rows: {name}({arguments}) {{ {} }} }}", fields.join(" "))
}

/// For lineage: what was asked, as an address without a secret.
pub(super) fn shown(path: &str, parameters: &[(String, String)]) -> String {
    let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    match parameters.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", parameters.join("&").replace(' ', "+")),
    }
}

/// The days of a window, both included.
fn days(read: &Read) -> (String, String) {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date().to_string();
    let from = read.since.map(|since| day(since.saturating_sub(MARGIN).unwrap_or(Timestamp::MIN)));
    let to = read.before.map(|before| day(before.saturating_add(MARGIN).unwrap_or(Timestamp::MAX)));
    (from.unwrap_or_else(|| ALWAYS.0.to_owned()), to.unwrap_or_else(|| ALWAYS.1.to_owned()))
}

/// `YYYY-MM-DD HH:MM:SS`.
fn stamp(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
