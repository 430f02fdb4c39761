//! Deliveries that were put aside, over the operators' API.

use routiq::store::{
    hooks::{self, NewEndpoint},
    journal::{self, Entry, Owner, Settlement},
};
use routiq_actors::State;
use serde_json::json;
use uuid::Uuid;

use super::{House, keys};

async fn put_aside(house: &House, organization: Uuid, account: Uuid, body: &str) -> Uuid {
    let now = house.context.clock.now();
    let mut session = house.store.session(organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let endpoint = house.context.ids.next(now);
    let new = NewEndpoint { id: endpoint, account, platform: "chatwoot", secrets: &[], by: "test" };
    // One address serves every delivery of a test.
    let _made = hooks::create(&tenant, &keys(), &new, now).await;
    tenant.commit().await.unwrap();
    let id = house.context.ids.next(now);
    let entry = Entry {
        id,
        owner: Some(Owner { organization, account, endpoint }),
        platform: "chatwoot".to_owned(),
        event_key: id.to_string(),
        event_type: "message_created".to_owned(),
        subject: None,
        signed: true,
        query: String::new(),
        headers: json!({}),
        body: body.as_bytes().to_vec(),
        occurred_at: None,
        received_at: now,
        ignored: false,
    };
    journal::insert(&house.store, &[&entry]).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let waiting = journal::pending(&tenant, account, now, 100).await.unwrap();
    let event = waiting.iter().find(|event| event.id == id).unwrap();
    let settled = [(event, Settlement::Quarantined("the database cannot hold it".to_owned()))];
    journal::settle(&tenant, 1, &settled, now).await.unwrap();
    tenant.commit().await.unwrap();
    id
}

const MESSAGE: &str = r#"{"event":"message_created","id":9001,"content":"planted words","message_type":"incoming",
    "private":false,"created_at":"2031-03-04T05:00:00.000Z","account":{"id":1},
    "sender":{"id":501,"name":"Planted Name","phone_number":null,"email":"planted@example.org"},
    "conversation":{"id":77,"inbox_id":3,"status":"open","updated_at":1930000000.5,"meta":{"sender":{"id":501,"name":"Planted Name","type":"contact"}}}}"#;

async fn counts(house: &House, organization: Uuid) -> i64 {
    let client = house.db.client(routiq::store::roles::Role::Daemon).await;
    crate::support::practice::see(&client, organization).await;
    let count = "select (select count(*) from routiq.contacts) + (select count(*) from routiq.conversations)
        + (select count(*) from routiq.messages) + (select count(*) from routiq.sync_items)";
    client.query_one(count, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn what_was_put_aside_is_listed_rehearsed_and_applied_again() {
    let house = House::new().await;
    let one = house.organization("Harbour Physio", &["chatwoot"]).await;
    let other = house.organization("Kauri Chiro", &["chatwoot"]).await;
    house.state(one.accounts[0], State::Waiting).await;
    let account = one.accounts[0];
    let number: String = {
        let mut session = house.store.session(one.id).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        routiq::store::accounts::about(&tenant, account).await.unwrap().external_id
    };
    let message = MESSAGE.replace("\"account\":{\"id\":1}", &format!("\"account\":{{\"id\":{number}}}"));
    let good = put_aside(&house, one.id, account, &message).await;
    let bad = put_aside(&house, one.id, account, "{}").await;

    let path = format!("/admin/tenants/{}/deliveries", one.clerk);
    let (status, listed) = house.get(&path).await;
    assert_eq!((status, &listed["count"]), (200, &json!(2)));
    assert_eq!(listed["deliveries"][0]["id"], json!(good));
    assert_eq!(listed["deliveries"][0]["failure_reason"], "the database cannot hold it");
    let text = listed.to_string().to_lowercase();
    assert!(!text.contains("planted") && !text.contains("body"), "{text}");
    assert_eq!(house.get(&format!("{path}?state=pending")).await.1["count"], json!(0));
    assert_eq!(house.get(&format!("/admin/tenants/{}/deliveries", other.id)).await.1["count"], json!(0));
    assert_eq!(house.get(&format!("{path}?state=lost")).await.0, 422);

    let before = counts(&house, one.id).await;
    let (status, rehearsed) = house.post(&format!("{path}/replay"), json!({"dry_run": true})).await;
    assert_eq!((status, &rehearsed["count"]), (200, &json!(2)), "{rehearsed}");
    let shown = &rehearsed["deliveries"][0];
    assert_eq!(shown["outcome"], "applied", "{shown}");
    let wanted = json!([
        {"kind": "contacts", "external_id": "501"},
        {"kind": "conversations", "external_id": "77"},
        {"kind": "messages", "external_id": "9001"},
    ]);
    assert_eq!(shown["would_write"], wanted);
    assert_eq!(
        (&rehearsed["deliveries"][1]["outcome"], rehearsed["deliveries"][1]["reason"].is_string()),
        (&json!("failed"), true)
    );
    assert!(!rehearsed.to_string().to_lowercase().contains("planted"));
    assert_eq!(counts(&house, one.id).await, before, "nothing was written");
    assert_eq!(house.get(&path).await.1["count"], json!(2));

    let (status, replayed) = house.post(&format!("{path}/replay"), json!({"ids": [good]})).await;
    assert_eq!((status, &replayed["count"]), (202, &json!(1)));
    let (_, waiting) = house.get(&format!("{path}?state=pending")).await;
    assert_eq!(
        (&waiting["deliveries"][0]["id"], &waiting["deliveries"][0]["attempts"]),
        (&json!(good), &json!(0))
    );
    let (_, left) = house.get(&path).await;
    assert_eq!((&left["count"], &left["deliveries"][0]["id"]), (&json!(1), &json!(bad)));
    let (status, refused) = house.post(&format!("{path}/replay"), json!({"ids": ["one"]})).await;
    assert_eq!((status, &refused["error"]["details"][0]["field"]), (422, &json!("ids")));
    let late = json!({"since": "2001-03-04T05:06:07Z", "until": "2001-03-05T05:06:07Z"});
    assert_eq!(house.post(&format!("{path}/replay"), late).await.1["count"], json!(0));

    let client = house.db.client(routiq::store::roles::Role::Daemon).await;
    crate::support::practice::see(&client, one.id).await;
    let deeds = client
        .query(
            "select action from routiq.audit_logs where action like 'deliveries.%' order by created_at, id",
            &[],
        )
        .await
        .unwrap();
    let deeds: Vec<String> = deeds.iter().map(|row| row.get(0)).collect();
    assert_eq!(deeds, ["deliveries.rehearse", "deliveries.replay", "deliveries.replay"]);
    house.stop().await;
}
