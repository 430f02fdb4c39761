//! Where rows came from, over HTTP: every writing with its payload and what it changed, for whoever may see it.

use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::{ids::Ids, role::Role as MemberRole},
    platforms::{Account, Stored},
    store::{
        apply::{self, Origin, Source},
        payloads,
        roles::Role,
    },
};
use serde_json::{Value, json, value::RawValue};
use uuid::Uuid;

use super::{House, Organization, adapters, answer, keys};

/// Writes records as an actor would that was answered, or told, just these at that time; answers the payload's id.
struct Writer<'a> {
    house: &'a House,
    place: &'a Organization,
    account: usize,
    platform: &'static str,
    began: Timestamp,
}

impl Writer<'_> {
    async fn write(&self, minute: i64, asked: (&str, &str), told: bool, records: &[Value]) -> Uuid {
        let now = self.began + SignedDuration::from_mins(minute);
        let adapters = adapters();
        let adapter = &adapters[self.platform];
        let account = Account {
            id: self.place.accounts[self.account],
            external_id: "1".to_owned(),
            region: "AU".to_owned(),
            settings: json!({}),
        };
        let raw: Vec<Box<RawValue>> =
            records.iter().map(|record| RawValue::from_string(record.to_string()).unwrap()).collect();
        let raw: Vec<&RawValue> = raw.iter().map(AsRef::as_ref).collect();
        let stored = Stored { stream: asked.0, request: asked.1, told, observed_at: now, records: &raw };
        let page = adapter.remap(&account, &Default::default(), &stored).unwrap();
        let (ids, keyring) = (Ids::random(), keys());
        let payload = ids.next(now);
        let source = Source {
            origin: if told { Origin::Webhook } else { Origin::Page },
            account: account.id,
            platform: self.platform,
            generation: 7,
            transform_version: adapter.transform_version(),
            observed_at: now,
            payload,
            now,
            ids: &ids,
            keys: &keyring,
            cause: "sync",
        };
        let mut session = self.house.store.session(self.place.id).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let applied = apply::apply(&tenant, &source, &page).await.unwrap();
        payloads::keep(&tenant, &source, &page, &applied).await.unwrap();
        tenant.commit().await.unwrap();
        payload
    }

    /// Our id of a row.
    async fn id(&self, table: &str, external_id: &str) -> Uuid {
        let client = self.house.db.client(Role::Daemon).await;
        crate::support::practice::see(&client, self.place.id).await;
        let query = format!("select id from routiq.{table} where external_id = $1");
        client.query_one(&query, &[&external_id]).await.unwrap().get(0)
    }
}

fn began() -> Timestamp {
    let now = Timestamp::now() - SignedDuration::from_hours(5);
    Timestamp::from_second(now.as_second()).unwrap()
}

fn contact(name: &str, phone: Option<&str>) -> Value {
    json!({ "id": 12, "name": name, "phone_number": phone, "email": "orla@example.org", "created_at": 1_700_000_000,
            "contact_inboxes": [] })
}

fn conversation(status: &str, updated: i64) -> Value {
    json!({ "id": 5, "status": status, "inbox_id": 3, "uuid": "6f1d", "updated_at": updated, "created_at": 1_700_000_000,
            "meta": { "sender": contact("Orla Byrne", None), "channel": "Channel::Whatsapp" } })
}

fn message(text: &str, attachments: &Value) -> Value {
    json!({ "id": 77, "content": text, "message_type": 0, "conversation_id": 5, "created_at": 1_700_000_100,
            "attachments": attachments })
}

const CONTACTS: (&str, &str) = ("contacts", "/api/v1/accounts/1/contacts?page=1");
const CONVERSATIONS: (&str, &str) = ("conversations", "/api/v1/accounts/1/conversations?page=1");
const MESSAGES: (&str, &str) = ("messages", "/api/v1/accounts/1/conversations/5/messages?after=0&before=9");
const TOLD: &str =
    "webhook 0190d0a0-0000-7000-8000-000000000001, webhook 0190d0a0-0000-7000-8000-000000000002";

async fn get(house: &House, place: &Organization, path: &str, token: &str) -> (u16, Value) {
    let request = house.client.get(house.url(&format!("/api/v1/lineage/{path}")));
    answer(request.bearer_auth(token).header("x-organization-id", &place.clerk)).await
}

fn effects(lineage: &Value) -> Vec<(&str, Vec<&str>)> {
    let writings = lineage["writings"].as_array().unwrap();
    writings
        .iter()
        .map(|writing| {
            let fields = writing["fields"].as_array().unwrap();
            (
                writing["effect"].as_str().unwrap(),
                fields.iter().map(|it| it["field"].as_str().unwrap()).collect(),
            )
        })
        .collect()
}

#[tokio::test]
async fn every_writing_of_a_row_is_told_with_its_payload_and_what_it_changed() {
    let house = House::new().await;
    let place = house.organization("Harbour", &["chatwoot"]).await;
    let writer = Writer { house: &house, place: &place, account: 0, platform: "chatwoot", began: began() };
    let staff = house.member(&place, "user_staff", MemberRole::Staff).await;

    let first = writer.write(0, CONTACTS, false, &[contact("Orla Byrne", None)]).await;
    // The person is shown with the conversation, unchanged: no writing of theirs.
    let opened = writer.write(1, CONVERSATIONS, false, &[conversation("open", 1_700_000_200)]).await;
    let second = writer.write(2, CONTACTS, false, &[contact("Orla Byrne", Some("+61400000001"))]).await;
    let told = writer.write(3, ("webhooks", TOLD), true, &[conversation("resolved", 1_700_000_300)]).await;
    let gone = writer
        .write(
            4,
            ("contacts", "/api/v1/accounts/1/contacts/12"),
            false,
            &[json!({"id": "12", "status": 404})],
        )
        .await;

    let id = writer.id("contacts", "12").await;
    let (status, body) = get(&house, &place, &format!("contacts/{id}"), &staff).await;
    assert_eq!(status, 200, "{body}");
    let lineage = &body["lineage"];
    let payloads: Vec<&str> = lineage["writings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["payload"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(payloads, [first, second, gone].map(|id| id.to_string()), "{lineage}");
    let shown = effects(lineage);
    assert_eq!(shown[0].0, "created");
    assert!(shown[0].1.contains(&"name") && shown[0].1.contains(&"email"), "{shown:?}");
    assert_eq!(shown[1], ("changed", vec!["phone", "phone_original"]));
    assert_eq!(shown[2], ("deleted", vec![]));
    let phone = &lineage["writings"][1]["fields"][0];
    assert_eq!((&phone["before"], &phone["after"]), (&Value::Null, &json!("+61400000001")));
    let by = &lineage["writings"][1]["payload"];
    assert_eq!(
        (&by["source"], &by["request"], &by["generation"], &by["stream"]),
        (&json!("page"), &json!(CONTACTS.1), &json!(7), &json!("contacts"))
    );
    assert_eq!(
        (&lineage["complete"], &lineage["unreadable_payloads"]),
        (&json!(true), &json!(0)),
        "{lineage}"
    );
    assert!(lineage["row"]["deleted_at"].is_string());

    // What a webhook told, and that the conversation fell with its person, though no payload says so.
    let id = writer.id("conversations", "5").await;
    let (_, body) = get(&house, &place, &format!("conversations/{id}"), &staff).await;
    let lineage = &body["lineage"];
    let shown: Vec<&str> = effects(lineage).into_iter().map(|(effect, _)| effect).collect();
    assert_eq!(shown, ["created", "changed", "deleted"], "{lineage}");
    let writings = &lineage["writings"];
    assert_eq!(writings[0]["payload"]["id"], json!(opened));
    let by = &writings[1]["payload"];
    assert_eq!((&by["id"], &by["source"], &by["request"]), (&json!(told), &json!("webhook"), &Value::Null));
    assert_eq!(by["deliveries"].as_array().unwrap().len(), 2, "{by}");
    assert_eq!(writings[2]["payload"], Value::Null);
    assert_eq!((&lineage["row"]["provisional"], &lineage["complete"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn what_a_message_carries_has_a_history_of_its_own() {
    let house = House::new().await;
    let place = house.organization("Harbour", &["chatwoot"]).await;
    let writer = Writer { house: &house, place: &place, account: 0, platform: "chatwoot", began: began() };
    let staff = house.member(&place, "user_staff", MemberRole::Staff).await;
    let file = |size: i64| json!({ "id": 9, "file_type": "image", "file_size": size });
    writer.write(0, CONVERSATIONS, false, &[conversation("open", 1_700_000_200)]).await;
    writer.write(1, MESSAGES, false, &[message("hello", &json!([]))]).await;
    writer.write(2, MESSAGES, false, &[message("hello", &json!([file(10)]))]).await;
    writer.write(3, MESSAGES, false, &[message("hello again", &json!([file(10)]))]).await;
    writer.write(4, MESSAGES, false, &[message("hello again", &json!([file(20)]))]).await;
    writer.write(5, MESSAGES, false, &[message("hello again", &json!([]))]).await;

    let id = writer.id("attachments", "9").await;
    let (status, body) = get(&house, &place, &format!("attachments/{id}"), &staff).await;
    assert_eq!(status, 200, "{body}");
    let shown = effects(&body["lineage"]);
    let kinds: Vec<&str> = shown.iter().map(|(effect, _)| *effect).collect();
    assert_eq!(kinds, ["created", "changed", "deleted"], "{body}");
    assert_eq!(shown[1].1, ["file_size"]);
    let id = writer.id("messages", "77").await;
    let (_, body) = get(&house, &place, &format!("messages/{id}"), &staff).await;
    assert_eq!(effects(&body["lineage"]).len(), 5, "{body}");
    assert_eq!(body["lineage"]["complete"], true);
}

#[tokio::test]
async fn values_are_for_staff_rows_for_their_organization_and_every_look_is_written_down() {
    let house = House::new().await;
    let place = house.organization("Harbour", &["chatwoot"]).await;
    let other = house.organization("Hill", &[]).await;
    let writer = Writer { house: &house, place: &place, account: 0, platform: "chatwoot", began: began() };
    writer.write(0, CONTACTS, false, &[contact("Orla Byrne", None)]).await;
    writer.write(1, CONTACTS, false, &[contact("Orla Planted", None)]).await;
    let id = writer.id("contacts", "12").await;
    let viewer = house.member(&place, "user_viewer", MemberRole::Viewer).await;
    let stranger = house.member(&other, "user_stranger", MemberRole::Owner).await;

    let path = format!("contacts/{id}");
    let (status, body) = get(&house, &place, &path, &viewer).await;
    assert_eq!((status, &body["lineage"]["values"]), (200, &json!(false)), "{body}");
    assert_eq!(effects(&body["lineage"])[1], ("changed", vec!["name"]));
    assert!(!body.to_string().contains("Planted") && !body.to_string().contains("Orla"), "{body}");
    assert_eq!(get(&house, &other, &path, &stranger).await.0, 404, "another organization has no such row");
    assert_eq!(get(&house, &place, &path, &stranger).await.0, 403);
    let (status, refused) = get(&house, &place, &format!("people/{id}"), &viewer).await;
    assert_eq!((status, &refused["error"]["code"]), (422, &json!("VALIDATION_ERROR")), "{refused}");
    assert!(refused["error"]["details"][0]["allowed"].as_str().unwrap().contains("contacts | "), "{refused}");
    for nothing in
        [format!("conversations/{id}"), format!("contacts/{}", Uuid::now_v7()), "contacts/12".into()]
    {
        let (status, body) = get(&house, &place, &nothing, &viewer).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!("NOT_FOUND")), "{nothing}");
    }
    let bare = house.client.get(house.url(&format!("/api/v1/lineage/{path}")));
    assert_eq!(answer(bare).await.0, 401);

    let deeds = house.audit(place.id).await;
    let reads: Vec<_> = deeds.iter().filter(|deed| deed.0 == "lineage.read").collect();
    assert_eq!(reads.len(), 1, "{deeds:?}");
    assert_eq!((reads[0].1.as_str(), &reads[0].4), (id.to_string().as_str(), &json!({"values": false})));
}

#[tokio::test]
async fn a_clinical_text_is_never_shown_only_that_it_changed() {
    let house = House::new().await;
    let place = house.organization("Harbour", &["chatwoot", "cliniko"]).await;
    let writer = Writer { house: &house, place: &place, account: 1, platform: "cliniko", began: began() };
    let asked = ("clinical_notes", "/v1/treatment_notes?page=1");
    let note = |text: &str, updated: &str| {
        json!({ "id": "31", "title": "Initial", "draft": false, "created_at": "2026-01-01T00:00:00Z", "updated_at": updated,
                "content": { "sections": [{ "name": "Plan", "questions": [{ "answer": text }] }] } })
    };
    writer.write(0, asked, false, &[note("planted words", "2026-01-01T00:00:00Z")]).await;
    writer.write(1, asked, false, &[note("other planted words", "2026-01-02T00:00:00Z")]).await;
    let id = writer.id("clinical_notes", "31").await;
    let (staff, viewer) = (
        house.member(&place, "user_staff", MemberRole::Staff).await,
        house.member(&place, "user_viewer", MemberRole::Viewer).await,
    );
    let (status, body) = get(&house, &place, &format!("clinical_notes/{id}"), &staff).await;
    assert_eq!(status, 200, "{body}");
    let shown = effects(&body["lineage"]);
    assert_eq!(shown[1], ("changed", vec!["content", "source_updated_at"]), "{body}");
    let content = &body["lineage"]["writings"][1]["fields"][0];
    assert_eq!(content, &json!({"field": "content", "sealed": true, "before": null, "after": null}));
    assert!(!body.to_string().contains("planted"), "{body}");
    assert_eq!(get(&house, &place, &format!("clinical_notes/{id}"), &viewer).await.0, 403);
}
