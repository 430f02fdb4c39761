//! Fields as platforms write them.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::platforms::kit::fields::Fields;

fn field<T>(value: &Value, read: impl Fn(&Fields<'_>) -> T) -> T {
    read(&Fields::of(value).unwrap())
}

#[test]
fn ids_stay_what_they_are() {
    let id = |value: Value| field(&json!({ "id": value }), |f| f.id("id").ok());
    assert_eq!(id(json!("1204410907283621733")).as_deref(), Some("1204410907283621733"));
    assert_eq!(id(json!(1_204_410_907_283_621_733_u64)).as_deref(), Some("1204410907283621733"));
    assert_eq!(id(json!(" m-7 ")).as_deref(), Some("m-7"));
    for wrong in
        [json!(1.5), json!(-1), json!(""), json!("a b"), json!(null), json!({}), json!("x".repeat(129))]
    {
        assert_eq!(id(wrong.clone()), None, "{wrong}");
    }
}

#[test]
fn money_is_exact() {
    let money =
        |value: Value| field(&json!({ "m": value }), |f| f.decimal("m").map(|m| m.map(|m| m.to_string())));
    assert_eq!(money(json!("120.50")).unwrap().as_deref(), Some("120.50"));
    assert_eq!(money(json!(-85)).unwrap().as_deref(), Some("-85"));
    assert_eq!(money(json!(0.1)).unwrap().as_deref(), Some("0.1"));
    assert_eq!(money(json!("")).unwrap(), None);
    for wrong in [json!("12,50"), json!("$5"), json!(1e300), json!("1e30"), json!([]), json!(true)] {
        assert!(money(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn days_are_within_a_life() {
    let day = |value: Value| field(&json!({ "d": value }), |f| f.date("d").map(|d| d.map(|d| d.to_string())));
    assert_eq!(day(json!("1987-05-14")).unwrap().as_deref(), Some("1987-05-14"));
    assert_eq!(day(json!("1987-05-14T00:00:00Z")).unwrap().as_deref(), Some("1987-05-14"));
    assert_eq!(day(json!("0000-00-00")).unwrap(), None);
    for wrong in
        [json!("0987-05-14"), json!("2987-05-14"), json!("14/05/1987"), json!("1987-02-30"), json!(5)]
    {
        assert!(day(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn local_times_are_what_the_clocks_of_their_zone_showed() {
    let sydney = TimeZone::get("Australia/Sydney").unwrap();
    let at = |text: &str| {
        field(&json!({ "t": text }), |f| f.local_time("t", &sydney).map(|t| t.map(|t| t.to_string())))
    };
    assert_eq!(at("2026-06-02 16:20:00").unwrap().as_deref(), Some("2026-06-02T06:20:00Z"));
    // Clocks jump from 02:00 to 03:00 on 4 October 2026, and show 02:30 twice on 5 April.
    assert_eq!(at("2026-10-04 02:30:00").unwrap().as_deref(), Some("2026-10-03T16:30:00Z"));
    assert_eq!(at("2026-04-05T02:30:00").unwrap().as_deref(), Some("2026-04-04T15:30:00Z"));
    assert_eq!(
        at("2026-06-02T06:20:00Z").unwrap().as_deref(),
        Some("2026-06-02T06:20:00Z"),
        "told with its offset"
    );
    assert_eq!(at("0000-00-00 00:00:00").unwrap(), None);
    for wrong in ["1066-10-14 09:00:00", "soon", "2026-13-01 00:00:00"] {
        assert!(at(wrong).is_err(), "{wrong}");
    }
}
