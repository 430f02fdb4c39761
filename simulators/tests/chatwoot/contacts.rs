//! Contacts: who is listed, in what order, and how dates are understood.

use std::collections::BTreeSet;

use routiq_simulators::chatwoot::{ContactEdit, NewContact, Settings};
use serde_json::{Value, json};

use crate::support::{Lab, at, ids};

#[tokio::test]
async fn only_people_with_an_address_are_listed_but_all_are_reachable() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let listed = lab.contact(&office, "Mara", Some("Mara@Example.org"));
    let visitor = lab.contact(&office, "quiet-river", None);
    let blank =
        NewContact { name: "Blank".to_owned(), identifier: Some(String::new()), ..Default::default() };
    lab.chat.add_contact(office.account, blank).unwrap();
    let conversation = lab.conversation(&office, visitor);

    let list = lab.ok(&office, "contacts?sort=created_at").await;
    assert_eq!(ids(&list), [listed]);
    assert_eq!(list["meta"]["count"], 1);
    assert_eq!(list["payload"][0]["email"], "mara@example.org", "addresses are folded to lower case");
    assert_eq!(ids(&lab.ok(&office, "contacts/search?q=quiet").await), [0_i64; 0]);
    assert_eq!(lab.ok(&office, &format!("contacts/{visitor}")).await["payload"]["id"], visitor);
    let shown = lab.ok(&office, &format!("conversations/{conversation}")).await;
    assert_eq!(shown["meta"]["sender"]["id"], visitor);
    assert!(shown["meta"]["sender"].get("contact_inboxes").is_none());
}

#[tokio::test]
async fn pages_have_fifteen_rows_and_a_page_number_of_the_type_it_came_in() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    for n in 0..32 {
        lab.pass(1);
        lab.contact(&office, &format!("Person {n}"), Some(&format!("p{n}@example.org")));
    }
    let first = lab.ok(&office, "contacts?sort=created_at&per_page=50").await;
    assert_eq!(first["meta"], json!({"count": 32, "current_page": 1}));
    assert_eq!(first["payload"].as_array().unwrap().len(), 15);
    let third = lab.ok(&office, "contacts?sort=created_at&page=3").await;
    assert_eq!(third["meta"]["current_page"], "3");
    assert_eq!(third["payload"].as_array().unwrap().len(), 2);
    assert!(ids(&lab.ok(&office, "contacts?sort=created_at&page=4").await).is_empty());
    let newest = lab.ok(&office, "contacts?sort=-created_at").await;
    assert_eq!(newest["payload"][0]["name"], "Person 31");

    let search = lab.ok(&office, "contacts/search?q=person&page=2").await;
    assert_eq!(search["meta"], json!({"count": 15, "current_page": "2", "has_more": true}));
    assert_eq!(lab.ok(&office, "contacts/search?q=person&page=3").await["meta"]["has_more"], false);
    let (status, body) = lab.get(&office, "contacts/search").await;
    assert_eq!((status, body), (422, json!({"error": "Specify search string with parameter q"})));
}

async fn all_pages(lab: &Lab, office: &crate::support::Office, path: &str) -> Vec<i64> {
    let mut all = Vec::new();
    for page in 1.. {
        let rows = ids(&lab.ok(office, &format!("{path}&page={page}")).await);
        if rows.is_empty() {
            return all;
        }
        all.extend(rows);
    }
    all
}

#[tokio::test]
async fn without_a_sort_and_among_equals_pages_disagree() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    for n in 0..60 {
        // All at one moment, all of one name.
        lab.contact(&office, "Same Name", Some(&format!("p{n}@example.org")));
    }
    for path in ["contacts?include_contact_inboxes=true", "contacts?sort=name", "contacts?sort=created_at"] {
        let all = all_pages(&lab, &office, path).await;
        assert_eq!(all.len(), 60);
        assert!(
            all.iter().collect::<BTreeSet<_>>().len() < 60,
            "{path} must repeat some rows and lose others"
        );
    }
    let all = all_pages(&lab, &office, "contacts?sort=email").await;
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 60, "a sort with distinct values is sound");
}

#[tokio::test]
async fn types_of_contacts_are_the_documented_traps() {
    let lab = Lab::new(Settings { empty_arrays_every: 1, ..Settings::default() });
    let office = lab.office();
    let new = NewContact {
        name: "Mara".to_owned(),
        phone_number: Some("+61491570006".to_owned()),
        inboxes: vec![(office.inbox, "61491570006".to_owned())],
        ..NewContact::default()
    };
    let contact = lab.chat.add_contact(office.account, new).unwrap();
    let shown = lab.ok(&office, &format!("contacts/{contact}")).await["payload"].clone();
    assert_eq!(shown["created_at"], at("2026-06-15T10:00:00Z").as_second());
    assert!(shown.get("last_activity_at").is_none(), "absent, not null, when unset");
    assert_eq!(shown["email"], Value::Null);
    assert_eq!(shown["custom_attributes"], json!([]), "an empty object may come as an array");
    assert_eq!(shown["contact_inboxes"][0]["source_id"], "61491570006");
    assert_eq!(shown["contact_inboxes"][0]["inbox"]["channel_type"], "Channel::Whatsapp");
    let bare = lab.ok(&office, "contacts?sort=name&include_contact_inboxes=false").await;
    assert!(bare["payload"][0].get("contact_inboxes").is_none());
    assert!(bare["payload"][0].get("updated_at").is_none());
}

#[tokio::test]
async fn filters_compare_whole_days_and_answer_with_refusals_in_json() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let mut made = Vec::new();
    for moment in ["2026-06-10T00:00:01Z", "2026-06-10T23:59:59Z", "2026-06-11T00:00:00Z"] {
        lab.set(at(moment));
        made.push(lab.contact(&office, moment, Some(&format!("{}@example.org", made.len()))));
    }
    let part = |operator: &str, value: &str| {
        json!({"payload": [{"attribute_key": "created_at", "filter_operator": operator, "values": [value],
            "query_operator": null}]})
    };
    let greater =
        lab.post(&office, "contacts/filter?sort=created_at", &part("is_greater_than", "2026-06-10")).await;
    assert_eq!(ids(&greater.1), made[2..], "greater than a day means from the next one");
    assert_eq!(greater.1["meta"]["count"], 1);
    let less =
        lab.post(&office, "contacts/filter?sort=created_at", &part("is_less_than", "2026-06-11")).await;
    assert_eq!(ids(&less.1), made[..2]);
    let cut = part("is_greater_than", "2026-06-10T12:00:00Z");
    assert_eq!(
        ids(&lab.post(&office, "contacts/filter", &cut).await.1),
        made[2..],
        "the time of day is ignored"
    );

    for (key, operator) in
        [("updated_at", "is_greater_than"), ("created_at", "equal_to"), ("name", "matches")]
    {
        let body = json!({"payload": [{"attribute_key": key, "filter_operator": operator, "values": ["x"]}]});
        let (status, body) = lab.post(&office, "contacts/filter", &body).await;
        assert_eq!(status, 422, "{key} {operator}");
        assert!(body["error"].is_string());
    }
}

#[tokio::test]
async fn merging_moves_everything_and_leaves_no_trace_of_the_other() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let base = lab.contact(&office, "Mara", Some("mara@example.org"));
    let mergee = lab.contact(&office, "Mara Q", Some("mq@example.org"));
    let conversation = lab.conversation(&office, mergee);
    lab.ok(&office, "contacts?sort=name").await;
    lab.pass(100);
    lab.chat.merge_contacts(office.account, base, mergee).unwrap();
    assert_eq!(lab.get(&office, &format!("contacts/{mergee}")).await.0, 404);
    let moved = lab.ok(&office, &format!("conversations/{conversation}")).await;
    assert_eq!(moved["meta"]["sender"]["id"], base);
    let ledger = lab.chat.ledger(office.account).unwrap();
    let deleted: Vec<_> = ledger.contacts.iter().filter(|c| c.deleted).map(|c| c.id.clone()).collect();
    assert_eq!(deleted, [mergee.to_string()], "it was served before, so the truth knows it as deleted");
    assert_eq!(ledger.conversations[0].contact_id, base.to_string());
}

#[tokio::test]
async fn deleting_a_contact_takes_the_conversations_and_what_nobody_saw_leaves_no_tombstone() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let (seen, unseen) =
        (lab.contact(&office, "A", Some("a@e.org")), lab.contact(&office, "B", Some("b@e.org")));
    let conversation = lab.conversation(&office, seen);
    lab.ok(&office, &format!("conversations/{conversation}")).await;
    lab.chat.delete_contact(office.account, seen).unwrap();
    lab.chat.delete_contact(office.account, unseen).unwrap();
    assert_eq!(lab.get(&office, &format!("conversations/{conversation}")).await.0, 404);
    let ledger = lab.chat.ledger(office.account).unwrap();
    assert_eq!(ledger.contacts.len(), 1);
    assert!(ledger.contacts[0].deleted && ledger.contacts[0].id == seen.to_string());
    assert!(ledger.conversations.len() == 1 && ledger.conversations[0].deleted);
    assert_eq!(ledger.counts().contacts + ledger.counts().conversations, 0);
}

#[tokio::test]
async fn addresses_are_unique_and_an_invalid_number_keeps_the_old_one() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let with_phone = |phone: &str| NewContact {
        name: "P".to_owned(),
        phone_number: Some(phone.to_owned()),
        ..NewContact::default()
    };
    let contact = lab.chat.add_contact(office.account, with_phone("+61491570006")).unwrap();
    assert!(lab.chat.add_contact(office.account, with_phone("+61491570006")).is_err());
    assert!(lab.chat.add_contact(office.account, with_phone("0491 570 006")).is_err());
    let edit = ContactEdit { phone_number: Some("0491 570 007".to_owned()), ..ContactEdit::default() };
    lab.chat.edit_contact(office.account, contact, edit).unwrap();
    let shown = lab.ok(&office, &format!("contacts/{contact}")).await;
    assert_eq!(shown["payload"]["phone_number"], "+61491570006");
}

#[tokio::test]
async fn a_contacts_conversations_stop_at_twenty() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let all: Vec<i64> = (0..23).map(|_| lab.conversation(&office, contact)).collect();
    let newest: Vec<i64> = all.iter().rev().take(20).copied().collect();
    for page in [1, 2] {
        let shown = lab.ok(&office, &format!("contacts/{contact}/conversations?page={page}")).await;
        assert_eq!(ids(&shown), newest, "there is no second page, only the first again");
    }
}
