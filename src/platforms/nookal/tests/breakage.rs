//! Every field of every record, broken in every way: the record is mapped or rejected, and the others are kept.

use serde_json::json;

use super::{
    records::{appointment, invoice, patient},
    records_v3::{client, entry, receipt},
    *,
};

fn broken() -> Vec<Value> {
    vec![
        Value::Null,
        json!({}),
        json!([]),
        json!([[1], null, "x"]),
        json!({ "entries": 5, "payments": [null, 7, {}] }),
        json!(true),
        json!(-1),
        json!(1.5e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{202e}"),
        json!("1066-10-14 09:00:00"),
        json!("9999-12-31"),
        json!("2026-02-31T25:61:00Z"),
        json!("0000-00-00"),
        json!("99:99:99"),
        json!("x".repeat(20_000)),
    ]
}

async fn both(part: &(&'static str, &'static str, &'static str), records: Value) -> Page {
    match part.1.starts_with("v3_") {
        true => rows(part.0, part.1, records).await,
        false => page(part.0, part.1, part.2, records).await,
    }
}

#[tokio::test]
async fn a_broken_field_costs_its_record_at_most() {
    let kinds = [
        (("contacts", "patients", "patients"), "ID", patient()),
        (("appointments", "appointments", "appointments"), "ID", appointment()),
        (("invoices", "invoices", "invoices"), "ID", invoice()),
        (("contacts", "v3_clients", ""), "clientID", client()),
        (("appointments", "v3_appointments", ""), "apptID", entry()),
        (("payments", "v3_payments", ""), "paymentID", receipt()),
    ];
    for (part, id, whole) in kinds {
        let sound = {
            let mut sound = whole.clone();
            sound[id] = json!("5");
            sound
        };
        let alone = both(&part, json!([sound])).await;
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
                let both = both(&part, json!([record, sound])).await;
                assert_eq!(
                    both.changes.last().map(|c| &c.record),
                    alone.changes.last().map(|c| &c.record),
                    "{field}"
                );
                // An invoice with its payments is more than one record.
                assert!(both.changes.len() + both.rejected.len() <= 2 * alone.changes.len() + 2, "{field}");
                for rejected in &both.rejected {
                    assert!(rejected.reason.len() < 200 && rejected.raw < both.raw.len(), "{field}");
                }
                assert!(both.raw.iter().all(|raw| !raw.contains("\\u0000")), "{field}");
                assert!(!both.state.is_empty(), "the stream goes on");
            }
        }
    }
}

#[tokio::test]
async fn records_that_are_none_leave_the_others() {
    let records = json!([null, 5, "x", [], {}, { "ID": {} }, patient()]);
    let page = page("contacts", "patients", "patients", records).await;
    assert_eq!((page.changes.len(), page.rejected.len()), (1, 6));
}

#[test]
fn any_bytes_may_come() {
    for bytes in [
        &b""[..],
        b"{",
        b"\xff\xfe",
        br#"{"status":"success","data":{"results":[]}}"#,
        br#"{"status":"success","data":{"results":{"patients":[{"ID":"\ud800"}]}}}"#,
        br#"{"data":{"rows":[{"clientID":[]}]}}"#,
    ] {
        crate::platforms::nookal::fuzzing::pages(bytes);
    }
}
