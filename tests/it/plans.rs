//! Plans that are kept from when a table was empty look records up, and never read all that an organization has.

use routiq::store::roles::Role;
use serde_json::Value;
use tokio_postgres::Client;

use crate::support::{
    TestDb,
    practice::{House, Member},
    statements::{Statement, statements},
};

/// Look-ups of this form are in the order that only the right index has.
const LOOK_UP: &str = " between ";

/// Every node of a plan.
fn nodes(plan: &Value) -> Vec<&Value> {
    let below = plan["Plans"].as_array().into_iter().flatten();
    std::iter::once(plan).chain(below.flat_map(nodes)).collect()
}

/// Scans that read whatever the organization has: (table, condition).
fn greedy(plan: &Value) -> Vec<(&str, &str)> {
    nodes(plan)
        .into_iter()
        .filter(|node| node["Node Type"].as_str().is_some_and(|kind| kind.contains("Scan")))
        .filter_map(|node| Some((node["Relation Name"].as_str()?, node["Index Cond"].as_str().unwrap_or(""))))
        .filter(|(_, condition)| !condition.contains(" AND "))
        .collect()
}

/// The plan that a connection of the pool keeps for a statement, as the tables are now.
async fn generic(daemon: &Client, statement: &Statement) -> Value {
    let (text, parameters) = statement.numbered();
    let session = "set enable_seqscan = off; set plan_cache_mode = force_generic_plan;
        set app.current_organization_id = '00000000-0000-7000-8000-00000000000a'";
    daemon.batch_execute(&format!("{session}; prepare planned as {text}")).await.unwrap();
    let nulls = vec!["null"; parameters.len()].join(", ");
    let explain = format!("explain (format json) execute planned({nulls})");
    let plan: Value = daemon.query_one(&explain, &[]).await.unwrap().get(0);
    daemon.batch_execute("deallocate planned").await.unwrap();
    plan[0]["Plan"].clone()
}

/// What look-ups read of whatever their organization has, as the tables are now.
async fn look_ups_that_read_everything(daemon: &Client) -> Vec<String> {
    let (mut found, mut tried) = (Vec::new(), 0);
    for statement in statements() {
        let (text, _) = statement.numbered();
        if !text.contains(LOOK_UP) || !text.contains("unnest(") {
            continue;
        }
        tried += 1;
        let plan = generic(daemon, &statement).await;
        found
            .extend(greedy(&plan).iter().map(|(table, by)| format!("{}: {table} by {by:?}", statement.name)));
    }
    assert!(tried > 15, "only {tried} statements were found");
    found
}

#[tokio::test]
async fn a_plan_made_over_empty_tables_reads_what_it_looks_for() {
    let db = TestDb::new().await;
    let daemon = db.client(Role::Daemon).await;
    assert_eq!(look_ups_that_read_everything(&daemon).await, Vec::<String>::new());
}

/// Joins that would compare every row of one side with every row of the other: their inner side is not looked up.
fn pairwise(plan: &Value) -> Vec<&Value> {
    let joins = nodes(plan).into_iter().filter(|node| node["Node Type"] == "Nested Loop");
    joins.filter(|node| node["Join Filter"].is_string()).collect()
}

/// A listing and the records that it may not have shown are both as large as the account.
#[tokio::test]
async fn a_listing_is_not_compared_with_each_record_pair_by_pair() {
    let db = TestDb::new().await;
    let daemon = db.client(Role::Daemon).await;
    let missing = || statements().into_iter().filter(|statement| statement.name.contains("::missing_"));
    assert_eq!(missing().count(), 6, "one for each kind of chats, one for all others");
    for statement in missing() {
        let plan = generic(&daemon, &statement).await;
        assert_eq!(pairwise(&plan), Vec::<&Value>::new(), "{}", statement.name);
    }
}

/// Adds as many rows as there are to the tables that look-ups go to.
async fn double(house: &House, member: &Member, nth: usize) {
    for (table, columns) in [
        ("contacts", "contact_type"),
        ("conversations", "source, status"),
        ("messages", "conversation_id, direction, sender_type"),
    ] {
        let (columns, common) =
            (format!("account_id, {columns}"), "transform_version, generation, observed_at, fingerprint");
        let copy = format!(
            "insert into routiq.{table} (organization_id, id, external_id, {columns}, {common})
             select organization_id, gen_random_uuid(), external_id || '-{nth}', {columns}, {common} from routiq.{table}"
        );
        house.run(member, &copy).await;
    }
}

/// An index of a few rows may be smaller than the one that is meant.
#[tokio::test]
async fn a_plan_made_over_a_few_rows_reads_what_it_looks_for() {
    let house = House::new().await;
    let member = house.one();
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    for nth in 0..5 {
        let daemon = house.db.client(Role::Daemon).await;
        let rows = house.count(&member, "routiq.conversations").await;
        assert_eq!(
            look_ups_that_read_everything(&daemon).await,
            Vec::<String>::new(),
            "{rows} conversations"
        );
        double(&house, &member, nth).await;
    }
}

/// What a figure of some days reads: the visits of those days, whatever else there is.
#[tokio::test]
async fn bookings_of_some_days_are_found_by_when_they_begin() {
    let db = TestDb::new().await;
    let daemon = db.client(Role::Daemon).await;
    let statement = statements().into_iter().find(|statement| statement.name.ends_with("booked")).unwrap();
    let plan = generic(&daemon, &statement).await;
    let scans: Vec<_> = nodes(&plan).into_iter().filter_map(|node| node["Index Name"].as_str()).collect();
    assert_eq!(scans, ["appointments_starts"]);
    assert_eq!(greedy(&plan), Vec::<(&str, &str)>::new());
}
