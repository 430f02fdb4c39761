//! The bytes of attachments, for staff of their practice and nobody else.

use bytes::Bytes;
use jiff::Timestamp;
use routiq::{
    domain::{
        change::{Attachment, Contact, Conversation, Direction, Message, Record},
        ids::Ids,
        role::Role as MemberRole,
        stream::Page,
    },
    platforms::vault::Name,
    store::{
        apply::{self, Origin, Source},
        files::{self, Ended, Kept, Mark, owner},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{House, Organization, keys};

/// What stands in the file.
const BYTES: &[u8] = b"<script>an invented picture</script>";

/// Writes a message with four attachments, and answers their ids: one to fetch, one refused, one without a file, one gone.
async fn attachments(house: &House, place: &Organization) -> Vec<Uuid> {
    let attached = ["1", "2", "3", "4"].map(|id| Attachment {
        external_id: id.to_owned(),
        file_type: "image".to_owned(),
        content_type: Some("image/png".to_owned()),
        extension: Some("png".to_owned()),
        source_url: (id != "3").then(|| "https://chat.example.org/file".to_owned()),
        ..Attachment::default()
    });
    let records = [
        Record::Contact(Contact { external_id: "1".to_owned(), ..Contact::default() }),
        Record::Conversation(Conversation {
            external_id: "1".to_owned(),
            contact: Some("1".to_owned()),
            status: "open".to_owned(),
            ..Conversation::default()
        }),
        Record::Message(Message {
            external_id: "1".to_owned(),
            conversation: "1".to_owned(),
            direction: Direction::Incoming,
            attachments: attached.into(),
            ..Message::default()
        }),
    ];
    let now = Timestamp::now();
    let (ids, keyring) = (Ids::random(), keys());
    let changes = records.into_iter().map(|record| routiq::domain::change::Change::new(record, None, 0));
    let page = Page {
        stream: "messages",
        observed_at: now,
        changes: changes.collect(),
        raw: vec!["{}".to_owned()],
        ..Page::default()
    };
    let source = Source {
        origin: Origin::Page,
        account: place.accounts[0],
        platform: "chatwoot",
        generation: 1,
        transform_version: 1,
        observed_at: now,
        payload: ids.next(now),
        now,
        ids: &ids,
        keys: &keyring,
        cause: "sync",
    };
    let mut session = house.store.session(place.id).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    apply::apply(&tenant, &source, &page).await.unwrap();
    tenant.commit().await.unwrap();
    let admin = house.db.admin().await;
    let statement = "select id from routiq.attachments where organization_id = $1 order by external_id";
    let ids: Vec<Uuid> =
        admin.query(statement, &[&place.id]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let tenant = session.begin(None).await.unwrap();
    let (refused, gone) = (mark(house, ids[1]).await, mark(house, ids[3]).await);
    files::settle(&tenant, refused, Ended::Refused { rules: "1" }, "too_large", now).await.unwrap();
    files::settle(&tenant, gone, Ended::Gone, "expired", now).await.unwrap();
    tenant.commit().await.unwrap();
    ids
}

async fn mark(house: &House, attachment: Uuid) -> Mark {
    let statement = "select wanted_at, attempts from routiq.attachment_files where attachment_id = $1";
    let row = house.db.admin().await.query_one(statement, &[&attachment]).await.unwrap();
    Mark { attachment, wanted_at: row.get(0), attempts: row.get(1) }
}

/// As the actor would that has the bytes.
async fn fetch(house: &House, place: &Organization, id: Uuid) {
    let now = Timestamp::now();
    let mut session = house.store.session(place.id).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let looked = (mark(house, id).await, "https://chat.example.org/file");
    let (wrapped, mark) = files::claim(&tenant, &keys(), looked, now, now).await.unwrap().unwrap();
    let key = keys().open_key(&wrapped, &owner(place.id, id)).unwrap();
    let sealed = key.seal(BYTES.to_vec()).unwrap();
    house.vault.put(Name { organization: place.id, attachment: id }, Bytes::from(sealed)).await.unwrap();
    let kept = Kept {
        mark,
        vault: "directory",
        bytes: BYTES.len() as u64,
        digest: &key.digest(BYTES),
        media_type: Some("image/png"),
    };
    assert!(files::keep(&tenant, &kept, now).await.unwrap());
    tenant.commit().await.unwrap();
}

async fn ask(
    house: &House,
    session: &str,
    place: &Organization,
    id: &str,
) -> (u16, Value, reqwest::header::HeaderMap, Bytes) {
    let url = house.url(&format!("/api/v1/organizations/{}/attachments/{id}/content", place.clerk));
    let answer = house.client.get(url).bearer_auth(session).send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let bytes = answer.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default(), headers, bytes)
}

#[tokio::test]
async fn staff_get_the_bytes_as_a_file_and_the_audit_says_who() {
    let house = House::new().await;
    let place = house.organization("Harbour Physio", &["chatwoot"]).await;
    let ids = attachments(&house, &place).await;
    fetch(&house, &place, ids[0]).await;
    let staff = house.member(&place, "user_staff", MemberRole::Staff).await;
    let (status, _, headers, bytes) = ask(&house, &staff, &place, &ids[0].to_string()).await;
    assert_eq!((status, &bytes[..]), (200, BYTES));
    let told = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(told("content-type"), "image/png");
    assert_eq!(told("content-length"), BYTES.len().to_string());
    assert_eq!(told("x-content-type-options"), "nosniff");
    assert_eq!(told("cache-control"), "no-store");
    assert_eq!(told("content-disposition"), format!("attachment; filename=\"attachment-{}.png\"", ids[0]));
    let audit = house.audit(place.id).await;
    let deeds: Vec<_> = audit.iter().filter(|deed| deed.0 == "attachment.read").collect();
    assert_eq!(deeds.len(), 1);
    assert_eq!(
        (deeds[0].1.as_str(), &deeds[0].4),
        (ids[0].to_string().as_str(), &json!({"bytes": BYTES.len()}))
    );
}

#[tokio::test]
async fn nobody_else_gets_them_nor_learns_whether_they_are_there() {
    let house = House::new().await;
    let place = house.organization("Harbour Physio", &["chatwoot"]).await;
    let other = house.organization("Hill Dental", &["chatwoot"]).await;
    let ids = attachments(&house, &place).await;
    fetch(&house, &place, ids[0]).await;
    let viewer = house.member(&place, "user_viewer", MemberRole::Viewer).await;
    assert_eq!(ask(&house, &viewer, &place, &ids[0].to_string()).await.0, 403);
    let stranger = house.member(&other, "user_other", MemberRole::Owner).await;
    assert_eq!(ask(&house, &stranger, &place, &ids[0].to_string()).await.0, 403);
    let theirs = ask(&house, &stranger, &other, &ids[0].to_string()).await;
    let nobodys = ask(&house, &stranger, &other, &Uuid::from_u128(7).to_string()).await;
    let nonsense = ask(&house, &stranger, &other, "seven").await;
    assert_eq!((theirs.0, nobodys.0, nonsense.0), (404, 404, 404));
    let plain = |answer: &Value| (answer["error"]["code"].clone(), answer["error"]["message"].clone());
    assert_eq!(plain(&theirs.1), plain(&nobodys.1));
    assert!(house.audit(other.id).await.iter().all(|deed| deed.0 != "attachment.read"));
}

#[tokio::test]
async fn where_there_are_no_bytes_the_reason_is_told() {
    let house = House::new().await;
    let place = house.organization("Harbour Physio", &["chatwoot"]).await;
    let ids = attachments(&house, &place).await;
    let staff = house.member(&place, "user_staff", MemberRole::Staff).await;
    for (id, state, reason) in [
        (ids[0], "wanted", Value::Null),
        (ids[1], "refused", json!("too_large")),
        (ids[2], "none", Value::Null),
        (ids[3], "gone", json!("expired")),
    ] {
        let (status, body, ..) = ask(&house, &staff, &place, &id.to_string()).await;
        assert_eq!(status, 409, "{body}");
        assert_eq!(body["error"]["details"], json!({"state": state, "reason": reason}));
    }
    // An object that is not what was stored is told as one that is not here yet, and is wanted again.
    fetch(&house, &place, ids[0]).await;
    house
        .vault
        .put(Name { organization: place.id, attachment: ids[0] }, Bytes::from("nonsense"))
        .await
        .unwrap();
    let (status, body, ..) = ask(&house, &staff, &place, &ids[0].to_string()).await;
    assert_eq!((status, &body["error"]["details"]), (409, &json!({"state": "wanted", "reason": "lost"})));
    house.run_delete(place.id, ids[0]).await;
    assert_eq!(ask(&house, &staff, &place, &ids[0].to_string()).await.0, 404, "what is deleted is not there");
}

impl House {
    async fn run_delete(&self, organization: Uuid, attachment: Uuid) {
        let admin = self.db.admin().await;
        let statement = "update routiq.attachments set deleted_at = now(), deletion_id = id where organization_id = $1 and id = $2";
        admin.execute(statement, &[&organization, &attachment]).await.unwrap();
    }
}
