//! Every field of every record, broken in every way: the record is mapped or rejected, and the others are kept.

use super::{records::*, *};

fn broken() -> Vec<Value> {
    vec![
        Value::Null,
        json!({}),
        json!([]),
        json!([[1], null, "x"]),
        json!([{ "id": {} }]),
        json!({ "id": "x", "name": [] }),
        json!(true),
        json!(-1),
        json!(1.5e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{202e}"),
        json!("1066-10-14T09:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("0000-00-00"),
        json!("x".repeat(20_000)),
    ]
}

#[test]
fn a_broken_field_costs_its_record_at_most() {
    let kinds = [
        ("members", member()),
        ("sessions", session()),
        ("bookings", booking()),
        ("reservations", reservation()),
    ];
    for (part, whole) in kinds {
        let mut sound = whole.clone();
        sound["id"] = json!(5);
        let alone = page(part, &json!([sound]));
        let last = |page: &Page| page.changes.last().map(|it| it.record.clone());
        for field in whole.as_object().unwrap().keys() {
            let absent = {
                let mut it = whole.clone();
                it.as_object_mut().unwrap().remove(field);
                it
            };
            let changed = broken().into_iter().map(|value| {
                let mut it = whole.clone();
                it[field] = value;
                it
            });
            for record in changed.chain([absent]) {
                let both = page(part, &json!([record, sound]));
                let sound_in_both = both
                    .changes
                    .iter()
                    .any(|it| Some(&it.record) == last(&page(part, &json!([sound]))).as_ref());
                assert!(sound_in_both || last(&both) == last(&alone), "{part} {field}");
                for rejected in &both.rejected {
                    assert!(rejected.reason.len() < 200 && rejected.raw < both.raw.len(), "{part} {field}");
                }
                assert!(both.raw.iter().all(|raw| !raw.contains("\\u0000")), "{part} {field}");
                assert!(both.changes.iter().all(|it| it.raw < both.raw.len()), "{part} {field}");
            }
        }
    }
}

#[test]
fn records_that_are_none_leave_the_others() {
    let page = page("members", &json!([null, 5, "x", [], {}, { "id": {} }, member()]));
    assert_eq!((page.changes.len(), page.rejected.len()), (1, 6));
}

#[test]
fn any_bytes_may_come() {
    for bytes in [&b""[..], b"{", b"\xff\xfe", br#"{"payload":{}}"#, br#"{"payload":[{"id":"\ud800"}]}"#] {
        crate::platforms::momence::fuzzing::pages(bytes);
    }
}
