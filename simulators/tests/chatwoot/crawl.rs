//! An exhaustive reader that knows the quirks: what it finds must equal the ledger.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use routiq_simulators::chatwoot::{Ledger, Settings, Version};
use routiq_simulators::names::Region;
use routiq_simulators::population::Practice;
use serde_json::Value;

use crate::support::{Lab, Office, ids};

/// Everything one can find out about an account.
#[derive(Debug, Default)]
struct Found {
    contacts: BTreeMap<i64, Value>,
    conversations: BTreeMap<i64, Value>,
    messages: BTreeMap<i64, Value>,
}

async fn crawl(lab: &Lab, office: &Office) -> Found {
    let mut found = Found::default();
    for page in 1.. {
        let body = lab.ok(office, &format!("contacts?sort=created_at&page={page}")).await;
        let rows = body["payload"].as_array().unwrap().clone();
        if rows.is_empty() {
            break;
        }
        found.contacts.extend(rows.into_iter().map(|row| (row["id"].as_i64().unwrap(), row)));
    }
    for page in 1.. {
        let path = format!("conversations?status=all&sort_by=created_at_asc&page={page}");
        let body = lab.ok(office, &path).await;
        let rows = body["data"]["payload"].as_array().unwrap().clone();
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let sender = row["meta"]["sender"].clone();
            found.contacts.entry(sender["id"].as_i64().unwrap()).or_insert(sender);
            found.conversations.insert(row["id"].as_i64().unwrap(), row);
        }
    }
    for conversation in found.conversations.keys() {
        // Backwards by id from the end: nothing selected by time can hide anything from a window of ids.
        let mut after = 0;
        loop {
            let path = format!("conversations/{conversation}/messages?after={after}&before=9999999999");
            let body = lab.ok(office, &path).await;
            let rows = body["payload"].as_array().unwrap();
            found.messages.extend(rows.iter().map(|row| (row["id"].as_i64().unwrap(), row.clone())));
            if rows.len() < 1000 {
                break;
            }
            after = ids(&body).into_iter().min().unwrap() + 1;
        }
    }
    found
}

fn compare(found: &Found, ledger: &Ledger, version: Version) {
    let live: Vec<_> = ledger.contacts.iter().filter(|row| !row.deleted).collect();
    assert_eq!(found.contacts.len(), live.len());
    for truth in live {
        let row = &found.contacts[&truth.id.parse::<i64>().unwrap()];
        assert_eq!(row["name"], truth.name.as_str());
        assert_eq!(row["email"].as_str(), truth.email.as_deref());
        assert_eq!(row["phone_number"].as_str(), truth.phone_number.as_deref());
        assert_eq!(row["identifier"].as_str(), truth.identifier.as_deref());
        assert_eq!(row["blocked"], truth.blocked);
        assert_eq!(row["created_at"], truth.created_at.as_second());
        assert_eq!(
            row.get("last_activity_at").and_then(Value::as_i64),
            truth.last_activity_at.map(|t| t.as_second())
        );
        for (shown, truth) in [
            (&row["custom_attributes"], &truth.custom_attributes),
            (&row["additional_attributes"], &truth.additional_attributes),
        ] {
            assert_eq!(shown.as_object().cloned().unwrap_or_default(), *truth);
        }
    }
    let live: Vec<_> = ledger.conversations.iter().filter(|row| !row.deleted).collect();
    assert_eq!(found.conversations.len(), live.len());
    for truth in live {
        let row = &found.conversations[&truth.id.parse::<i64>().unwrap()];
        assert_eq!(row["uuid"], truth.uuid.to_string());
        assert_eq!(row["status"], serde_json::to_value(truth.status).unwrap());
        assert_eq!(row["priority"], serde_json::to_value(truth.priority).unwrap());
        assert_eq!(row["labels"], serde_json::to_value(&truth.labels).unwrap());
        assert_eq!(row["inbox_id"].to_string(), truth.inbox_id);
        assert_eq!(row["meta"]["sender"]["id"].to_string(), truth.contact_id);
        assert_eq!(row["meta"]["assignee"]["name"].as_str(), truth.assignee_name.as_deref());
        assert_eq!(row["created_at"], truth.created_at.as_second());
        assert_eq!(row["last_activity_at"], truth.last_activity_at.as_second());
        assert_eq!(row.get("updated_at").is_some(), version > Version::V3_13);
    }
    assert_eq!(found.messages.len(), ledger.messages.len());
    for (truth, (id, row)) in ledger.messages.iter().zip(&found.messages) {
        assert_eq!(truth.id, id.to_string(), "in the order of ids");
        assert_eq!(row["conversation_id"].to_string(), truth.conversation_id);
        assert_eq!(row["content"].as_str(), truth.content.as_deref());
        assert_eq!(row["message_type"], truth.kind as u8);
        assert_eq!(row["private"], truth.private);
        assert_eq!(row["created_at"], truth.created_at.as_second());
        assert_eq!(row["status"], serde_json::to_value(truth.status).unwrap());
        assert_eq!(row["content_attributes"]["deleted"].as_bool().unwrap_or(false), truth.deleted);
        assert_eq!(row.get("sender").is_some(), truth.sender.is_some());
        if let Some(sender) = &truth.sender {
            assert_eq!(row["sender"]["type"], sender.kind);
            assert_eq!(row["sender"]["id"].to_string(), sender.id);
            assert_eq!(row["sender"]["name"], sender.name.as_str());
        }
        let files = row.get("attachments").map_or(&[][..], |files| files.as_array().unwrap());
        assert_eq!(files.len(), truth.attachments.len());
        for (file, truth) in files.iter().zip(&truth.attachments) {
            assert_eq!(file["id"].to_string(), truth.id);
            assert_eq!(file["file_type"], serde_json::to_value(truth.file_type).unwrap());
            assert_eq!(file.get("file_size").and_then(Value::as_u64), truth.file_size.map(u64::from));
            assert_eq!(file.get("data_url").and_then(Value::as_str), truth.data_url.as_deref());
        }
    }
}

#[tokio::test]
async fn an_exhaustive_crawl_finds_exactly_the_ledger_before_and_after_a_busy_day() {
    for (seed, version) in [(11, Version::V4_15), (12, Version::V3_13)] {
        let lab = Lab::new(Settings { seed, version, ..Settings::default() });
        let practices = [
            Practice { events_per_hour: 40.0, imported: 0.2, visitors: 0.2, ..Practice::default() },
            Practice { region: Region::Gb, time_zone: "Europe/London".to_owned(), ..Practice::default() },
        ];
        let seats = lab.chat.add_practices(&practices).unwrap();
        let offices: Vec<Office> = seats
            .into_iter()
            .map(|seat| Office { account: seat.account, inbox: 0, user: 0, token: seat.administrator })
            .collect();
        let mut known: Vec<BTreeSet<i64>> = Vec::new();
        for office in &offices {
            let found = crawl(&lab, office).await;
            compare(&found, &lab.chat.ledger(office.account).unwrap(), version);
            assert!(found.contacts.len() >= 90 && found.messages.len() > 500);
            known.push(found.contacts.into_keys().collect());
        }
        let later = lab.chat.now() + SignedDuration::from_hours(24);
        lab.set(later);
        lab.chat.advance(later);
        for (office, before) in offices.iter().zip(known) {
            let mut found = crawl(&lab, office).await;
            // Who lost the last conversation is still there for whoever knows the id.
            for id in before {
                if let Entry::Vacant(missing) = found.contacts.entry(id) {
                    let (status, body) = lab.get(office, &format!("contacts/{id}")).await;
                    if status == 200 {
                        missing.insert(body["payload"].clone());
                    }
                }
            }
            let ledger = lab.chat.ledger(office.account).unwrap();
            compare(&found, &ledger, version);
            assert_eq!(lab.chat.counts(office.account).unwrap(), ledger.counts());
            for gone in ledger.contacts.iter().filter(|row| row.deleted) {
                assert_eq!(lab.get(office, &format!("contacts/{}", gone.id)).await.0, 404);
            }
            for gone in ledger.conversations.iter().filter(|row| row.deleted) {
                assert_eq!(lab.get(office, &format!("conversations/{}", gone.id)).await.0, 404);
            }
        }
    }
}
