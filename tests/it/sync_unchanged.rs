//! What did not change writes nothing: no row version, no raw payload, no line about the run of an idle look.

use jiff::SignedDuration;

use crate::support::practice::{House, Member};

const TABLES: [&str; 7] =
    ["inboxes", "agents", "contacts", "contact_identities", "conversations", "messages", "attachments"];

/// Every row's place and version.
async fn versions(house: &House, member: &Member) -> Vec<String> {
    let mut all = Vec::new();
    for table in TABLES {
        let query = format!("select '{table} ' || id || ctid || xmin from routiq.{table} order by id");
        let rows = house.texts(member, &query).await;
        assert!(!rows.is_empty(), "{table} is empty: the test would prove nothing");
        all.extend(rows);
    }
    all
}

#[tokio::test]
async fn a_sweep_without_changes_leaves_every_row_and_keeps_no_payload() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let before = versions(&house, &member).await;
    let payloads = house.count(&member, "routiq.raw_payloads").await;
    let asked = driver.steps;

    house.request_sweep(&member).await;
    driver.nudge();
    driver.settle().await;
    assert!(driver.steps - asked > 30, "a sweep reads conversations again: {} steps", driver.steps - asked);
    assert_eq!(versions(&house, &member).await, before);
    assert_eq!(house.count(&member, "routiq.raw_payloads").await, payloads);
    let lines = house
        .texts(&member, "select (metadata ->> 'changed')::text from routiq.sync_logs order by started_at")
        .await;
    assert_eq!(lines.len(), 2, "the import and the sweep that was asked for");
    assert_eq!(lines[1], "0");

    // Idle looks, and a new incarnation's.
    driver.live(SignedDuration::from_mins(30)).await;
    house.drive(&member).await.settle().await;
    assert_eq!(versions(&house, &member).await, before);
    assert_eq!(house.count(&member, "routiq.raw_payloads").await, payloads);
    let again = "routiq.sync_logs where operation_type = 'incremental_sync'";
    assert_eq!(house.count(&member, again).await, 0, "an idle look has no line");
}
