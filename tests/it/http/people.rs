//! Who is whom, over HTTP: who may see it, who may decide it, what is written down.

use jiff::Timestamp;
use routiq::{
    domain::{identity::decide, ids::Ids},
    store::{
        identity::{self, By, MATCHER},
        roles::Role,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{House, Organization, answer};

const PHONE: &str = "+999400000001";

/// A key of a service with this role.
pub(super) async fn key(house: &House, place: &Organization, role: &str) -> String {
    let until = (Timestamp::now() + jiff::SignedDuration::from_mins(10)).to_string();
    let body = json!({"name": role, "role": role, "until": until});
    let (status, body) = house.post(&format!("/admin/tenants/{}/service-keys", place.clerk), body).await;
    assert_eq!(status, 201, "{body}");
    body["key"].as_str().unwrap().to_owned()
}

/// Two contacts whose names differ by a letter, looked at as the rollup does.
async fn two_contacts(house: &House, place: &Organization) -> [Uuid; 2] {
    let ids = [Uuid::now_v7(), Uuid::now_v7()];
    let client = house.db.client(Role::Daemon).await;
    client
        .execute("select set_config('app.current_organization_id', $1, false)", &[&place.id.to_string()])
        .await
        .unwrap();
    for (id, name) in ids.iter().zip(["Daniel Quill", "Daniell Quill"]) {
        let insert = "insert into routiq.contacts (organization_id, id, account_id, external_id, name, phone, transform_version,
                generation, observed_at, fingerprint)
            values ($1, $2, $3, $4, $5, $6, 1, 1, now(), '\\x01')";
        let external_id = id.to_string();
        client
            .execute(insert, &[&place.id, id, &place.accounts[0], &external_id, &name, &PHONE])
            .await
            .unwrap();
    }
    let now = Timestamp::now();
    let mut session = house.store.session(place.id).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    identity::hold(&tenant, now).await.unwrap();
    let due = identity::take_due(&tenant, 10).await.unwrap();
    assert_eq!(due.len(), 2);
    let said = identity::say(&tenant, &due, now).await.unwrap();
    let hood = identity::neighbourhood(&tenant, &due, jiff::civil::date(2026, 6, 1)).await.unwrap();
    let by = By { who: MATCHER, now, ids: &Ids::random() };
    identity::keep(&tenant, &hood, &decide(&hood), said, by).await.unwrap();
    tenant.commit().await.unwrap();
    ids
}

#[tokio::test]
async fn staff_see_people_admins_decide_and_everything_is_written_down() {
    let house = House::new().await;
    let (place, other) =
        (house.organization("Harbour", &["chatwoot"]).await, house.organization("Hill", &[]).await);
    let [first, second] = two_contacts(&house, &place).await;
    let (staff, admin) = (key(&house, &place, "staff").await, key(&house, &place, "admin").await);
    let stranger = key(&house, &other, "admin").await;
    let root = format!("/api/v1/organizations/{}", place.clerk);
    let get =
        async |path: &str, token: &str| answer(house.client.get(house.url(path)).bearer_auth(token)).await;
    let post = async |path: &str, token: &str, body: Value| {
        answer(house.client.post(house.url(path)).bearer_auth(token).json(&body)).await
    };

    let candidates = format!("{root}/identity/candidates");
    let (status, listed) = get(&candidates, &staff).await;
    assert_eq!((status, &listed["count"]), (200, &json!(1)), "{listed}");
    assert_eq!(listed["candidates"][0]["evidence"], json!(["phone", "like_name"]));
    assert_eq!(get(&candidates, &stranger).await.0, 403);
    assert_eq!(get(&format!("{candidates}?limit=501"), &staff).await.0, 422);

    let candidate = listed["candidates"][0]["id"].as_str().unwrap();
    let confirm = format!("{candidates}/{candidate}/confirm");
    assert_eq!(post(&confirm, &staff, json!({})).await.0, 403, "staff do not decide");
    let (status, confirmed) = post(&confirm, &admin, json!({})).await;
    assert_eq!((status, &confirmed["person_id"]), (200, &json!(first)), "{confirmed}");
    assert_eq!(post(&confirm, &admin, json!({})).await.0, 409);
    assert_eq!(post(&format!("{candidates}/{first}/refuse"), &admin, json!({})).await.0, 404);

    let person = format!("{root}/people/{second}");
    let (status, shown) = get(&person, &staff).await;
    assert_eq!((status, shown["person"]["contacts"].as_array().unwrap().len()), (200, 2), "{shown}");
    assert_eq!(shown["person"]["merges"][0]["rule"], "person");
    assert_eq!(shown["person"]["conflicts"][0]["field"], "name");
    let foreign = format!("/api/v1/organizations/{}/people/{second}", other.clerk);
    assert_eq!(get(&foreign, &stranger).await.0, 404);

    let merge = shown["person"]["merges"][0]["id"].as_str().unwrap();
    let undo = format!("{root}/identity/merges/{merge}/undo");
    assert_eq!(post(&undo, &admin, json!({})).await.0, 200);
    assert_eq!(post(&undo, &admin, json!({})).await.0, 404);
    assert_eq!(get(&person, &staff).await.1["person"]["contacts"].as_array().unwrap().len(), 1);

    let merges = format!("{root}/identity/merges");
    assert_eq!(post(&merges, &admin, json!({"contact_id": first})).await.0, 422);
    let body = json!({"contact_id": first, "other_contact_id": second});
    let (status, made) = post(&merges, &admin, body).await;
    assert_eq!((status, &made["person_id"]), (200, &json!(first)), "{made}");

    let deeds: Vec<String> = house.audit(place.id).await.into_iter().map(|deed| deed.0).collect();
    let ours: Vec<&str> = deeds
        .iter()
        .map(String::as_str)
        .filter(|deed| deed.starts_with("identity") || deed.starts_with("person"))
        .collect();
    assert_eq!(
        ours,
        [
            "identity.candidates",
            "identity.confirm",
            "person.read",
            "identity.undo",
            "person.read",
            "identity.merge"
        ]
    );
}
