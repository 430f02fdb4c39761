//! Contacts found by how they are known, over HTTP: the same whether that is sealed or not, and written down without it.

use routiq::{
    domain::identifiers::Field,
    store::{
        roles::Role,
        sealing::{self, Switched},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{House, Organization, answer, people::key};

const INSERT: &str = "
insert into routiq.contacts (organization_id, id, account_id, external_id, name, email, phone, identifier, transform_version, generation,
        observed_at, fingerprint)
    values ($1, $2, $3, '1', 'Mara Quill', 'Mara.Planted@example.org', '+61491570156', 'planted-77', 1, 1, now(), '\\x01')";
const KNOWN: &str = "
insert into routiq.contact_identities (organization_id, id, contact_id, account_id, kind, value, generation)
    values ($1, gen_random_uuid(), $2, $3, 'email', 'mara.planted@example.org', 1),
           ($1, gen_random_uuid(), $2, $3, 'phone', '+61491570156', 1),
           ($1, gen_random_uuid(), $2, $3, 'identifier', 'planted-77', 1)";

async fn seal(house: &House, place: &Organization) {
    let now = jiff::Timestamp::now();
    let mut session = house.store.session(place.id).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let done = sealing::switch(&tenant, &Field::ALL.into(), "test", now).await.unwrap();
    assert!(matches!(done, Switched::Done(_)));
    while sealing::turn(&tenant, 100, now).await.unwrap() {}
    tenant.commit().await.unwrap();
}

#[tokio::test]
async fn staff_find_whom_they_look_for_sealed_or_not_and_the_audit_says_by_what_and_not_whom() {
    let house = House::new().await;
    let (place, other) =
        (house.organization("Harbour", &["chatwoot"]).await, house.organization("Hill", &[]).await);
    let (contact, client) = (Uuid::now_v7(), house.db.client(Role::Daemon).await);
    crate::support::practice::see(&client, place.id).await;
    for insert in [INSERT, KNOWN] {
        client.execute(insert, &[&place.id, &contact, &place.accounts[0]]).await.unwrap();
    }
    let path = format!("/api/v1/organizations/{}/contacts/search", place.clerk);
    let post = async |token: &str, body: Value| {
        answer(house.client.post(house.url(&path)).bearer_auth(token).json(&body)).await
    };
    let (staff, viewer) = (key(&house, &place, "staff").await, key(&house, &place, "viewer").await);
    let stranger = key(&house, &other, "admin").await;
    let body = json!({"phone": "0491 570 156"});
    assert_eq!(post(&viewer, body.clone()).await.0, 403);
    assert_eq!(post(&stranger, body).await.0, 403);
    for wrong in [
        json!({}),
        json!({"phone": "0491 570 156", "email": "mara.planted@example.org"}),
        json!({"phone": "reception"}),
        json!({"name": "Mara"}),
    ] {
        let (status, refused) = post(&staff, wrong.clone()).await;
        assert_eq!(status, 422, "{wrong}");
        assert!(!refused.to_string().contains("reception"), "{refused}");
    }
    let mut shown = Vec::new();
    for sealed in [false, true] {
        if sealed {
            seal(&house, &place).await;
        }
        for body in [
            json!({"phone": "0491 570 156"}),
            json!({"email": "MARA.planted@example.org"}),
            json!({"identifier": "planted-77"}),
        ] {
            let (status, found) = post(&staff, body).await;
            assert_eq!((status, &found["count"]), (200, &json!(1)), "{found}");
            assert_eq!(found["contacts"][0]["email"], "Mara.Planted@example.org");
            shown.push(found["contacts"].clone());
        }
        assert_eq!(post(&staff, json!({"phone": "0491 570 157"})).await.1["count"], 0);
    }
    assert!(shown.iter().all(|one| *one == shown[0]), "{shown:?}");
    let written = house.audit(place.id).await;
    let searches: Vec<_> = written.iter().filter(|deed| deed.0 == "contacts.search").collect();
    assert_eq!(searches.len(), 8);
    assert_eq!(searches[0].4, json!({"by": "phone", "count": 1}));
    let all = format!("{written:?}");
    // Three digits may stand in any id.
    assert!(!["planted", "570156", "570 15"].iter().any(|secret| all.contains(secret)), "{all}");
}
