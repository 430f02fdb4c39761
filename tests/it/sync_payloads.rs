//! Every row can say where it came from; no secret and no word of a patient stands where it must not.

use jiff::{SignedDuration, Timestamp};
use routiq::{
    config::telemetry::LogFormat,
    domain::seal::Keyring,
    store::{StoreError, payloads},
    telemetry::logs::Capture,
};
use routiq_simulators::chatwoot::{Fault, On, When};
use serde_json::Value;
use uuid::Uuid;

use crate::support::practice::{House, Plan, practice};

const SOURCES: [&str; 5] = ["inboxes", "agents", "contacts", "conversations", "messages"];

#[tokio::test]
async fn every_row_s_payload_opens_and_holds_its_record() {
    let house = House::new().await;
    let member = house.one();
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    driver.live(SignedDuration::from_mins(30)).await;
    driver.sweep().await;
    let client = house.client(&member).await;
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    for table in SOURCES {
        let query = format!("select external_id, payload_id from routiq.{table} where deleted_at is null");
        let rows = client.query(&query, &[]).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        for row in rows {
            let (id, payload): (String, Uuid) = (row.get(0), row.get(1));
            let payload = payloads::open(&tenant, &house.keys, payload).await.unwrap();
            let records: Vec<Value> = serde_json::from_str(&payload.records).unwrap();
            let is_it = |record: &Value| match table {
                "contacts" => {
                    record["id"] == id.parse::<i64>().unwrap()
                        || record["meta"]["sender"]["id"] == id.parse::<i64>().unwrap()
                }
                _ => record["id"] == id.parse::<i64>().unwrap(),
            };
            assert!(records.iter().any(is_it), "{table} {id} is not in the payload of {}", payload.request);
            assert!(payload.request.starts_with("/api/v1/accounts/"), "{}", payload.request);
        }
    }
    for query in [
        "routiq.contact_identities i where not exists (select from routiq.raw_payloads p where p.id = i.payload_id)",
        "routiq.attachments a where not exists (select from routiq.raw_payloads p where p.id = a.payload_id)",
    ] {
        assert_eq!(house.count(&member, query).await, 0, "{query}");
    }
    // Whom it mentions is found without opening it.
    let unmentioned = "routiq.messages m join routiq.conversations c on c.id = m.conversation_id
        where not exists (select from routiq.payload_subjects s
                          where s.payload_id = m.payload_id and s.subject = 'conversation:' || c.external_id)";
    assert_eq!(house.count(&member, unmentioned).await, 0);
    let any = client.query_one("select id from routiq.raw_payloads limit 1", &[]).await.unwrap().get(0);
    let other = Keyring::new([(1, [8; 32])]).unwrap();
    assert!(matches!(payloads::open(&tenant, &other, any).await, Err(StoreError::Seal(_))));
}

/// Everything of an organization in every table, as text.
async fn everything(house: &House) -> String {
    let mut all = String::new();
    for member in &house.members {
        let client = house.client(member).await;
        let tables = "select format('%I.%I', table_schema, table_name) from information_schema.tables
            where table_schema = 'routiq' and table_name not in ('api_credentials', 'sync_listed') order by 1";
        let tables: Vec<String> =
            client.query(tables, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
        for table in tables.iter().filter(|table| !table.contains("directory")) {
            let Ok(rows) = client.query(&format!("select t::text from {table} t"), &[]).await else {
                continue;
            };
            rows.iter().for_each(|row| all.push_str(row.get(0)));
        }
        let sealed = "select sealed::text || wrapped_key::text || coalesce(rejected_reason, '') || created_by from routiq.api_credentials";
        client.query(sealed, &[]).await.unwrap().iter().for_each(|row| all.push_str(row.get(0)));
    }
    all
}

const PLANTED: &str = "zq7-planted-secret";

/// Puts secrets into every object.
fn plant(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(plant),
        Value::Object(map) => {
            map.values_mut().for_each(plant);
            for name in ["hmac_token", "access_token", "pubsub_token", "webhookSecret", "API_KEY", "password"]
            {
                map.insert(name.to_owned(), PLANTED.into());
            }
            map.insert("provider_config".to_owned(), serde_json::json!({ "x": PLANTED }));
        }
        _ => {}
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn no_secret_stands_in_any_table_and_no_patient_in_any_log() {
    let plan =
        Plan { practices: vec![practice("Harbour Physio"), practice("Kauri Chiro")], ..Plan::default() };
    let house = House::of(plan).await;
    let (capture, guard) = Capture::begin(LogFormat::Json, house.hand.clock());
    // As newer versions may add them anywhere, in every answer.
    house.rewrite("/api/", |text| match serde_json::from_str(&text) {
        Ok(mut value) => {
            plant(&mut value);
            value.to_string()
        }
        Err(_) => text,
    });
    for fault in [Fault::Html(502), Fault::MalformedJson, Fault::ImpossibleDates { record: None }, Fault::Cut]
    {
        house.simulator.fault(fault, On::default(), When::Chance(0.05));
    }
    for member in &house.members {
        let mut driver = house.drive(member).await;
        driver.settle().await;
        driver.live(SignedDuration::from_mins(20)).await;
        house.set_token(member, "zq7-mistyped").await;
        house.simulator.clear_faults();
        house.hand.advance(SignedDuration::from_mins(6));
        driver.nudge();
        driver.until_trouble().await.unwrap();
    }
    drop(guard);
    let (tables, logs) = (everything(&house).await, capture.text());
    let mut secrets = vec![PLANTED.to_owned(), "zq7-mistyped".to_owned()];
    let mut words = Vec::new();
    for member in &house.members {
        secrets.extend([
            member.seat.administrator.clone(),
            member.seat.agent.clone(),
            member.seat.bot.clone(),
        ]);
        let truth = house.simulator.ledger(member.seat.account).unwrap();
        words.extend(
            truth
                .contacts
                .iter()
                .flat_map(|c| [Some(c.name.clone()), c.email.clone(), c.phone_number.clone()])
                .flatten(),
        );
        words.extend(truth.messages.iter().filter_map(|m| m.content.clone()));
    }
    assert!(words.iter().any(|word| tables.contains(word.as_str())), "the tables are read at all");
    for secret in &secrets {
        assert!(
            !tables.contains(secret.as_str()) && !tables.contains(&hex(secret)),
            "a secret stands in a table"
        );
        assert!(!logs.contains(secret.as_str()), "a secret stands in the log");
    }
    for word in words.iter().filter(|word| word.len() > 5) {
        assert!(!logs.contains(word.as_str()), "{word:?} stands in the log");
    }
    // Payloads too, opened.
    for member in &house.members {
        let client = house.client(member).await;
        let mut session = house.store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        for row in client.query("select id from routiq.raw_payloads", &[]).await.unwrap() {
            let payload = payloads::open(&tenant, &house.keys, row.get(0)).await.unwrap();
            assert!(payload.observed_at <= house.hand.now() && payload.observed_at > Timestamp::UNIX_EPOCH);
            for secret in &secrets {
                assert!(!payload.records.contains(secret.as_str()), "a secret stands in a payload");
            }
        }
    }
}
