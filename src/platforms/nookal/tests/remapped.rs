//! What is kept raw is, with the request, all that its changes are made from.

use serde_json::{json, value::RawValue};

use super::{
    records::{appointment, invoice, patient},
    records_v3::{client, entry, receipt},
    *,
};
use crate::platforms::Stored;

fn again(account: &Account, page: &Page) -> Page {
    let (adapter, _) = adapter(|_| respond(200, ""));
    let records: Vec<Box<RawValue>> =
        page.raw.iter().map(|raw| RawValue::from_string(raw.clone()).unwrap()).collect();
    let records: Vec<&RawValue> = records.iter().map(AsRef::as_ref).collect();
    let stored = Stored {
        stream: page.stream,
        request: &page.request,
        told: false,
        observed_at: page.observed_at,
        records: &records,
    };
    adapter.remap(account, &placed(), &stored).unwrap()
}

#[track_caller]
fn same(account: &Account, page: &Page) {
    assert!(!page.changes.is_empty() || !page.rejected.is_empty(), "{}", page.request);
    let again = again(account, page);
    assert_eq!(again.changes, page.changes, "{}", page.request);
    assert_eq!(again.rejected, page.rejected, "{}", page.request);
    assert_eq!(again.raw, page.raw, "{}", page.request);
}

#[tokio::test]
async fn raw_records_are_enough_to_map_again() {
    let broken = json!({ "ID": "1", "patientID": {}, "DOB": {}, "appointmentDate": 5, "dateCreated": {} });
    for (stream, part, list, record) in [
        ("contacts", "patients", "patients", patient()),
        ("contacts", "deceased", "patients", patient()),
        ("appointments", "appointments", "appointments", appointment()),
        ("appointments", "classes", "classes", appointment()),
        ("invoices", "invoices", "invoices", invoice()),
        ("invoices", "void_invoices", "invoices", invoice()),
        ("appointment_types", "services", "services", json!({ "ID": "3" })),
        ("appointment_types", "class_types", "classes", json!({ "ID": "3" })),
        ("practitioners", "practitioners", "practitioners", json!({ "ID": "7" })),
        ("clinical_notes", "notes", "notes", json!({ "noteID": "31" })),
        ("clinical_notes", "notes", "notes", json!({ "noteID": "32", "status": "deleted" })),
    ] {
        same(&account(), &page(stream, part, list, json!([record, broken])).await);
    }
    for (stream, part, row) in [
        ("contacts", "v3_clients", client()),
        ("appointments", "v3_appointments", entry()),
        ("invoices", "v3_invoices", json!({ "invoiceID": 77 })),
        ("invoices", "v3_void_invoices", json!({ "invoiceID": 77, "void": 1 })),
        ("payments", "v3_payments", receipt()),
    ] {
        same(&newer(), &rows(stream, part, json!([row])).await);
    }
}

#[tokio::test]
async fn participants_and_locations_too() {
    let answer = success("participants", &json!([{ "patientID": "42", "DNA": "1" }, { "patientID": "" }]));
    same(&account(), &super::classes::attend(answer, &[], json!({})).await.unwrap());
    let nobody =
        super::classes::attend(success("participants", &json!([])), &["42"], json!({})).await.unwrap();
    same(&account(), &nobody);
    let location = json!({ "ID": "1", "Name": "Northside", "Timezone": "Australia/Perth" });
    let body = success("locations", &json!([location]));
    let (adapter, _) = adapter(move |_| respond(200, body.clone()));
    let call = Call { stream: "locations", what: json!({ "ask": "places" }), urgency: Urgency::Poll };
    let page = pull(&adapter, &placed(), &call).await.unwrap();
    // That the key lost another one is told again as what it is: no location.
    assert_eq!((page.changes.len(), page.rejected.len()), (1, 1));
    let again = again(&account(), &page);
    assert_eq!((again.changes == page.changes, again.rejected.len()), (true, 1));
}
