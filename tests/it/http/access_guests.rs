//! Who comes in besides members: services, support, sockets; and what the practice gets to know of it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use routiq::{
    config::Environment,
    domain::role::Role,
    http::{self, Asked, Code, Settings, Standing, Who},
    store::news,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    House, ISSUER, Organization,
    access::{admitted, asking},
    answer, session, settings,
};

const ANN: &str = "user_0000000000000000000000001";
const SUPPORT: &str = "user_0000000000000000000000009";

async fn get(house: &House, path: &str, token: &str) -> (u16, Value) {
    answer(house.client.get(house.url(path)).bearer_auth(token)).await
}

fn validate(place: &Organization) -> String {
    format!("/api/v1/organizations/{}/validate", place.clerk)
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"]["code"].as_str().unwrap_or_default())
}

fn ahead(minutes: i64) -> String {
    (Timestamp::now() + SignedDuration::from_mins(minutes)).to_string()
}

async fn new_key(house: &House, place: &Organization, body: Value) -> Value {
    let (status, body) = house.post(&format!("/admin/tenants/{}/service-keys", place.clerk), body).await;
    assert_eq!(status, 201, "{body}");
    body
}

#[tokio::test]
async fn a_service_comes_in_with_its_key_as_far_as_its_role_goes() {
    let house = House::new().await;
    let (place, other) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    let made = new_key(&house, &place, json!({"name": "robot", "role": "staff", "until": ahead(10)})).await;
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("rsk_") && key.len() > 40);
    assert_eq!(get(&house, &validate(&place), key).await.0, 200);
    let principal = admitted(&house, key, &place, Role::Staff).await;
    assert!(matches!(&principal.who, Who::Service { name, .. } if name == "robot"));
    assert!(principal.expires_at.is_some());
    let authorization = format!("Bearer {key}");
    let more = house.context.access.admit(&asking(&authorization, &place, Role::Admin)).await;
    assert_eq!(more.unwrap_err().code(), Code::Forbidden);
    assert_eq!(code(&get(&house, &validate(&other), key).await), (403, "FORBIDDEN"));
    assert_eq!(code(&get(&house, &validate(&place), "rsk_guessed").await), (403, "FORBIDDEN"));
    assert_eq!(get(&house, "/api/v1/auth/verify", key).await.0, 401, "a service is nobody in particular");

    // Only a digest is kept, and when it was used no finer than the hour.
    let admin = house.db.admin().await;
    let row = admin
        .query_one("select key_hash = sha256($1::text::bytea), hint, last_used_at::text, to_jsonb(k)::text from routiq.service_keys k", &[&key])
        .await
        .unwrap();
    assert!(row.get::<_, bool>(0));
    assert_eq!(row.get::<_, &str>(1), &key[..8]);
    assert!(!row.get::<_, &str>(3).contains(&key[8..]));
    let used: String = row.get(2);
    assert_eq!(get(&house, &validate(&place), key).await.0, 200);
    let again: String =
        admin.query_one("select last_used_at::text from routiq.service_keys", &[]).await.unwrap().get(0);
    assert_eq!(used, again);

    let (_, listed) = house.get(&format!("/admin/tenants/{}/service-keys", place.clerk)).await;
    assert_eq!(listed["count"], 1);
    assert!(!listed.to_string().contains(&key[8..]), "shown once");
    let revoke =
        format!("/admin/tenants/{}/service-keys/{}/revoke", place.clerk, made["id"].as_str().unwrap());
    assert_eq!(house.post(&revoke, json!({})).await.0, 200);
    assert_eq!(house.post(&revoke, json!({})).await.0, 404);
    assert_eq!(code(&get(&house, &validate(&place), key).await), (403, "FORBIDDEN"));
    let recheck = house.context.access.recheck(&principal, Timestamp::now()).await;
    assert_eq!(recheck, Standing::Ended("revoked"));
    let deeds: Vec<String> = house
        .audit(place.id)
        .await
        .into_iter()
        .map(|deed| deed.0)
        .filter(|deed| deed != "access.denied")
        .collect();
    assert_eq!(deeds, ["service_key.add", "service_key.revoke"]);
}

#[tokio::test]
async fn a_key_ends_when_it_was_to_end() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    let made = new_key(&house, &place, json!({"name": "robot", "until": ahead(10)})).await;
    let key = made["key"].as_str().unwrap();
    let principal = admitted(&house, key, &place, Role::Viewer).await;
    let later = Timestamp::now() + SignedDuration::from_mins(11);
    assert_eq!(house.context.access.recheck(&principal, later).await, Standing::Ended("expired"));
    let authorization = format!("Bearer {key}");
    let asked = http::Asked { now: later, ..asking(&authorization, &place, Role::Viewer) };
    assert_eq!(house.context.access.admit(&asked).await.unwrap_err().code(), Code::Forbidden);
}

#[tokio::test]
async fn a_machine_serves_the_organizations_it_is_bound_to() {
    let house = House::new().await;
    let (place, other) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    let token = ISSUER.token("mch_0001", None, SignedDuration::from_secs(60), Timestamp::now()).unwrap();
    assert_eq!(code(&get(&house, &validate(&place), &token).await), (403, "FORBIDDEN"));
    let made = new_key(&house, &place, json!({"name": "n8n", "machine_id": "mch_0001"})).await;
    assert!(made.get("key").is_none());
    assert_eq!(get(&house, &validate(&place), &token).await.0, 200);
    assert_eq!(code(&get(&house, &validate(&other), &token).await), (403, "FORBIDDEN"));
    let path = format!("/admin/tenants/{}/service-keys", place.clerk);
    assert_eq!(house.post(&path, json!({"name": "n8n", "machine_id": "mch_0001"})).await.0, 409);
    assert_eq!(house.post(&path, json!({"name": "n8n", "machine_id": "user_1234"})).await.0, 422);
}

#[tokio::test]
async fn support_comes_in_by_a_grant_for_a_reason_and_a_while_and_the_practice_sees_it() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    let owner = house.member(&place, ANN, Role::Owner).await;
    let support = session(SUPPORT, None);
    assert_eq!(code(&get(&house, &validate(&place), &support).await), (403, "FORBIDDEN"));
    let path = format!("/admin/tenants/{}/access-grants", place.clerk);
    for wrong in [
        json!({"user_id": SUPPORT, "until": ahead(60)}),
        json!({"user_id": SUPPORT, "reason": "Asked for help", "until": null}),
        json!({"user_id": SUPPORT, "reason": "Asked for help", "until": ahead(-1)}),
        json!({"user_id": SUPPORT, "reason": "Asked for help", "until": ahead(8 * 24 * 60)}),
        json!({"user_id": SUPPORT, "reason": "Asked for help", "until": ahead(60), "role": "owner"}),
        json!({"user_id": "somebody", "reason": "Asked for help", "until": ahead(60)}),
    ] {
        assert_eq!(house.post(&path, wrong.clone()).await.0, 422, "{wrong}");
    }
    let grant = json!({"user_id": SUPPORT, "reason": "Asked for help with the inbox", "until": ahead(60)});
    let (status, given) = house.post(&path, grant).await;
    assert_eq!(status, 201, "{given}");
    assert_eq!(get(&house, &validate(&place), &support).await.0, 200);
    let principal = admitted(&house, &support, &place, Role::Viewer).await;
    assert!(matches!(&principal.who, Who::Support { id, .. } if id == SUPPORT));
    assert!(principal.grant.is_some() && principal.role == Role::Viewer);

    let listed = format!("/api/v1/organizations/{}/access-grants", place.clerk);
    let (_, body) = get(&house, &listed, &owner).await;
    let shown = &body["access_grants"][0];
    assert_eq!((&shown["reason"], &shown["active"]), (&json!("Asked for help with the inbox"), &json!(true)));
    assert_eq!(code(&get(&house, &listed, &support).await), (403, "FORBIDDEN"), "viewers do not see it");

    let later = Timestamp::now() + SignedDuration::from_mins(61);
    assert_eq!(house.context.access.recheck(&principal, later).await, Standing::Ended("expired"));
    let mut changes = house.context.access.changes();
    let revoke = format!("{path}/{}/revoke", given["id"].as_str().unwrap());
    assert_eq!(house.post(&revoke, json!({})).await.0, 200);
    assert_eq!(changes.try_recv().unwrap(), place.id, "open sockets are looked at again");
    let recheck = house.context.access.recheck(&principal, Timestamp::now()).await;
    assert_eq!(recheck, Standing::Ended("revoked"));
    assert_eq!(code(&get(&house, &validate(&place), &support).await), (403, "FORBIDDEN"));
    let (_, body) = get(&house, &listed, &owner).await;
    assert_eq!((&body["count"], &body["access_grants"][0]["active"]), (&json!(1), &json!(false)), "kept");
    let audit = house.audit(place.id).await;
    let granted = audit.iter().find(|deed| deed.0 == "access.grant").unwrap();
    assert_eq!(granted.4["reason"], "Asked for help with the inbox");
    assert!(audit.iter().any(|deed| deed.0 == "access.revoke"));
}

#[tokio::test]
async fn changed_access_is_told_to_whoever_listens_whichever_process_changed_it() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    let (tell, mut told) = mpsc::unbounded_channel();
    let (store, stop) = (house.store.clone(), CancellationToken::new());
    let ending = stop.clone();
    let listening =
        tokio::spawn(async move { news::access(&store, ending, |change| tell.send(change).unwrap()).await });
    let mut next = async || {
        let waiting = tokio::time::timeout(Duration::from_secs(20), told.recv());
        waiting.await.unwrap().unwrap()
    };
    assert_eq!(next().await, None, "anything may have happened before");
    house.member(&place, ANN, Role::Viewer).await;
    assert_eq!(next().await, Some(place.id));
    house.member(&place, ANN, Role::Admin).await;
    assert_eq!(next().await, Some(place.id));
    new_key(&house, &place, json!({"name": "robot"})).await;
    assert_eq!(next().await, Some(place.id));
    stop.cancel();
    listening.await.unwrap();
}

#[tokio::test]
async fn a_ticket_opens_one_socket_of_one_clinic_once_and_soon() {
    let house = House::new().await;
    let (place, other) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    let token = house.member(&place, ANN, Role::Viewer).await;
    house.member(&other, ANN, Role::Viewer).await;
    let access = &house.context.access;
    let ticket = async || {
        let url = house.url(&format!("/api/v1/clinics/{}/live-ticket", place.clerk));
        let (status, body) = answer(house.client.post(url).bearer_auth(&token)).await;
        assert_eq!(status, 201, "{body}");
        body["ticket"].as_str().unwrap().to_owned()
    };
    let now = Timestamp::now();
    let one = ticket().await;
    let redeem = async |ticket: &str, organization: &str, now| {
        let asked = Asked {
            authorization: None,
            organization: Some(organization),
            header: None,
            floor: Role::Viewer,
            address: None,
            request: None,
            now,
        };
        access.redeem(ticket, &asked).await
    };
    let redeemed = redeem(&one, &place.clerk, now).await.unwrap();
    assert!(matches!(&redeemed.who, Who::User { id, .. } if id == ANN));
    assert_eq!((redeemed.organization.id, redeemed.role), (place.id, Role::Viewer));
    let refused = async |ticket: &str, organization: &str, now| {
        redeem(ticket, organization, now).await.unwrap_err().code()
    };
    assert_eq!(refused(&one, &place.clerk, now).await, Code::InvalidToken, "spent");
    let two = ticket().await;
    assert_eq!(refused(&two, &other.clerk, now).await, Code::InvalidToken, "another clinic's");
    assert!(redeem(&two, &place.id.to_string(), now).await.is_ok(), "and not spent by that");
    let three = ticket().await;
    let late = Timestamp::now() + SignedDuration::from_secs(31);
    assert_eq!(refused(&three, &place.clerk, late).await, Code::InvalidToken, "too old");
    assert_eq!(refused("made up", &place.clerk, now).await, Code::InvalidToken);
    assert_eq!(refused("made up", "nonsense", now).await, Code::InvalidOrgId);

    let four = ticket().await;
    let admin = house.db.admin().await;
    let kept: i64 = admin
        .query_one(
            "select count(*) from routiq.live_tickets t where to_jsonb(t)::text like '%' || $1 || '%'",
            &[&four],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(kept, 0, "only a digest");
    admin.batch_execute("update routiq.organization_members set deleted_at = now()").await.unwrap();
    assert_eq!(refused(&four, &place.clerk, now).await, Code::Forbidden, "no member any more");

    // Two who come with one ticket at once: one gets in.
    admin.batch_execute("update routiq.organization_members set deleted_at = null").await.unwrap();
    let five = ticket().await;
    let (a, b) = tokio::join!(redeem(&five, &place.clerk, now), redeem(&five, &place.clerk, now));
    assert!(a.is_ok() != b.is_ok());
}

#[tokio::test]
async fn whoever_is_turned_away_stands_in_the_audit_once_a_minute() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    house.member(&place, ANN, Role::Owner).await;
    let stranger = session(SUPPORT, Some(&place));
    for _ in 0..20 {
        assert_eq!(get(&house, &validate(&place), &stranger).await.0, 403);
    }
    let viewer = house.member(&place, "user_viewer", Role::Viewer).await;
    let grants = format!("/api/v1/organizations/{}/access-grants", place.clerk);
    assert_eq!(get(&house, &grants, &viewer).await.0, 403);
    let admin = house.db.admin().await;
    let statement = "select user_id, error_message, details ->> 'wanted', host(ip_address), success \
                     from routiq.audit_logs where action = 'access.denied' order by created_at";
    let written = async {
        loop {
            let rows = admin.query(statement, &[]).await.unwrap();
            if rows.len() >= 2 {
                return rows;
            }
            tokio::task::yield_now().await;
        }
    };
    let rows = tokio::time::timeout(Duration::from_secs(20), written).await.unwrap();
    let shown: Vec<(String, String, String, String, bool)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect();
    let line = |user: &str, wanted: &str| {
        (user.to_owned(), "FORBIDDEN".to_owned(), wanted.to_owned(), "127.0.0.1".to_owned(), false)
    };
    assert_eq!(shown, [line(SUPPORT, "viewer"), line("user_viewer", "admin")]);
}

#[tokio::test]
async fn tokens_of_our_own_are_for_whoever_sits_at_this_machine() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    let url = house.url("/dev/token");
    let ask = || house.client.post(&url).json(&json!({"organization": place.clerk, "role": "admin"}));
    let (status, body) = answer(ask()).await;
    assert_eq!((status, &body["role"]), (201, &json!("admin")), "{body}");
    let token = body["token"].as_str().unwrap();
    let grants = format!("/api/v1/organizations/{}/access-grants", place.clerk);
    assert_eq!(get(&house, &grants, token).await.0, 200);
    for (name, value) in
        [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.1"), ("host", "evil.example.org")]
    {
        assert_eq!(answer(ask().header(name, value)).await.0, 404, "{name}");
    }
    house.settings.replace(Settings { environment: Environment::Production, ..settings() });
    assert_eq!(answer(ask()).await.0, 404);
}
