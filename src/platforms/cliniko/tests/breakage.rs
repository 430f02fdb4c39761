//! Every field of every record, broken in every way: the record is mapped or rejected, and the others are kept.

use serde_json::json;

use super::{
    records::{attendee, individual, invoice, patient},
    *,
};

fn broken() -> Vec<Value> {
    vec![
        Value::Null,
        json!({}),
        json!([]),
        json!([[1], null, "x"]),
        json!({ "links": { "self": 5 } }),
        json!({ "links": { "self": "https://x/v1/patients/%00" } }),
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

#[tokio::test]
async fn a_broken_field_costs_its_record_at_most() {
    let kinds = [
        ("contacts", "patients", patient()),
        ("appointments", "individual_appointments", individual()),
        ("appointments", "attendees", attendee("99")),
        ("invoices", "invoices", invoice()),
    ];
    let state = AccountState::default();
    for (stream, part, whole) in kinds {
        let sound = {
            let mut sound = whole.clone();
            sound["id"] = json!("5");
            sound
        };
        let alone = page(stream, part, part, json!([sound]), &state).await;
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
                let both = page(stream, part, part, json!([record, sound]), &state).await;
                assert_eq!(
                    both.changes.last().map(|c| &c.record),
                    alone.changes.last().map(|c| &c.record),
                    "{field}"
                );
                assert!(both.changes.len() + both.rejected.len() <= 2, "{field}");
                for rejected in &both.rejected {
                    assert!(rejected.reason.len() < 200 && rejected.raw < both.raw.len(), "{field}");
                }
                assert!(both.raw.iter().all(|raw| !raw.contains("\\u0000")), "{field}");
                assert_eq!(both.state.len(), 1, "the stream goes on");
            }
        }
    }
}

#[tokio::test]
async fn records_that_are_none_leave_the_others() {
    let page = page(
        "contacts",
        "patients",
        "patients",
        json!([null, 5, "x", [], {}, { "id": {} }, patient()]),
        &AccountState::default(),
    )
    .await;
    assert_eq!((page.changes.len(), page.rejected.len()), (1, 6));
}

#[test]
fn any_bytes_may_come() {
    for bytes in [&b""[..], b"{", b"\xff\xfe", br#"{"patients":{}}"#, br#"{"patients":[{"id":"\ud800"}]}"#] {
        crate::platforms::cliniko::fuzzing::pages(bytes);
    }
}
