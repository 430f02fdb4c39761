//! Plans that are kept from when a table was empty look records up, and never read all that an organization has.

use routiq::store::roles::Role;
use serde_json::Value;

use crate::support::{TestDb, statements::statements};

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

#[tokio::test]
async fn a_plan_made_over_empty_tables_reads_what_it_looks_for() {
    let db = TestDb::new().await;
    let daemon = db.client(Role::Daemon).await;
    let session = "set enable_seqscan = off; set plan_cache_mode = force_generic_plan;
        set app.current_organization_id = '00000000-0000-7000-8000-00000000000a'";
    daemon.batch_execute(session).await.unwrap();
    let (mut found, mut tried) = (Vec::new(), 0);
    for statement in statements() {
        let (text, parameters) = statement.numbered();
        if !text.contains(LOOK_UP) || !text.contains("unnest(") {
            continue;
        }
        tried += 1;
        daemon.batch_execute(&format!("prepare planned as {text}")).await.unwrap();
        let nulls = vec!["null"; parameters.len()].join(", ");
        let explain = format!("explain (format json) execute planned({nulls})");
        let plan: Value = daemon.query_one(&explain, &[]).await.unwrap().get(0);
        found.extend(
            greedy(&plan[0]["Plan"])
                .iter()
                .map(|(table, by)| format!("{}: {table} by {by:?}", statement.name)),
        );
        daemon.batch_execute("deallocate planned").await.unwrap();
    }
    assert!(tried > 15, "only {tried} statements were found");
    assert_eq!(found, Vec::<String>::new());
}
