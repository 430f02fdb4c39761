//! What did not change writes nothing where it is sealed either, and says what its payloads say.

use jiff::SignedDuration;
use routiq::work::{Rederive, Scope};

use super::{ALL, settle, switch};
use crate::support::practice::{House, Member};

const TABLES: [&str; 8] = [
    "inboxes",
    "agents",
    "contacts",
    "contact_identities",
    "conversations",
    "messages",
    "attachments",
    "sealed_values",
];

/// Every row's place and version.
async fn versions(house: &House, member: &Member) -> Vec<String> {
    let mut all = Vec::new();
    for table in TABLES {
        let query =
            format!("select '{table} ' || ctid || xmin || t::text from routiq.{table} t order by t.ctid");
        let rows = house.texts(member, &query).await;
        assert!(!rows.is_empty(), "{table} is empty: the test would prove nothing");
        all.extend(rows);
    }
    all
}

async fn sweep(house: &House, member: &Member) {
    house.hand.advance(SignedDuration::from_mins(10));
    house.request_sweep(member).await;
    let mut driver = house.drive(member).await;
    driver.nudge();
    driver.settle().await;
}

#[tokio::test]
async fn a_sweep_without_changes_writes_no_row_whether_they_were_sealed_before_it_or_came_so() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    house.drive(&member).await.settle().await;
    house.assert_equal(&member, "in the open").await;
    let payloads = house.count(&member, "routiq.raw_payloads").await;
    settle(&house, member.key.organization, &ALL).await;
    let before = versions(&house, &member).await;
    sweep(&house, &member).await;
    assert_eq!(versions(&house, &member).await, before);
    assert_eq!(house.count(&member, "routiq.raw_payloads").await, payloads);
    house.assert_equal(&member, "sealed").await;

    // And opened again.
    settle(&house, member.key.organization, &[]).await;
    house.assert_equal(&member, "opened").await;
    sweep(&house, &member).await;
    assert_eq!(house.count(&member, "routiq.raw_payloads").await, payloads);
}

#[tokio::test]
async fn rows_that_are_sealed_are_what_their_payloads_say() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    settle(&house, member.key.organization, &ALL).await;
    house.drive(&member).await.settle().await;
    house.assert_equal(&member, "imported").await;
    let adapters = || [("chatwoot", house.adapter())].into();
    let rederive = Rederive::new(
        house.store.clone(),
        adapters(),
        house.keys.clone(),
        house.hand.clock(),
        house.ids.clone(),
    );
    let scope = Scope { values: true, ..Scope::default() };
    let all = async || rederive.account(member.key.organization, member.key.account, &scope).await;
    let found = all().await.unwrap().unwrap();
    assert!(found.is_equal(), "{:#?}", found.compared);

    // Somebody changes one address behind our back: it differs, by name, and nothing of it is told.
    let change = "update routiq.sealed_values set digest = decode(md5('another'), 'hex')
        where (contact_id, place) = (select contact_id, place from routiq.sealed_values
                                     where place = 'contacts.email' order by contact_id limit 1)";
    house.run(&member, change).await;
    let found = all().await.unwrap().unwrap();
    let contacts = found.compared.iter().find(|of| of.rows.as_str() == "contacts").unwrap();
    assert_eq!((contacts.differing, contacts.fields.get("email")), (1, Some(&1)), "{contacts:#?}");
    let field = &contacts.examples[0].fields[0];
    assert!(field.sealed && field.before.is_null() && field.after.is_null(), "{field:?}");

    // While rows are on their way there is nothing to compare with.
    switch(&house, member.key.organization, &[]).await;
    let refused = all().await.unwrap_err().to_string();
    assert!(refused.contains("being sealed or opened"), "{refused}");
}
