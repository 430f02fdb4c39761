//! Who comes in with a session, and what everybody else is told.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use routiq::{
    domain::role::Role,
    http::{self, Access, Asked, Code, Principal, Standing},
    platforms::{
        clerk::{
            issuer::{DevelopmentIssuer, ISSUER as NAME},
            jwks::{Jwks, Published},
            session::Rules,
            verifier::{KeySource, Verifier},
        },
        transport::{InProcess, TransportError},
    },
    work::Tokens,
};
use routiq_actors::clock::Clock;
use serde_json::{Value, json};

use super::{House, ISSUER, Organization, answer, session, settings};

const ANN: &str = "user_0000000000000000000000001";
const BOB: &str = "user_0000000000000000000000002";

/// Somewhere that wants only that somebody may come in.
fn validate(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}/validate")
}

async fn asked(house: &House, path: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let mut request = house.client.get(house.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request).await
}

async fn with(house: &House, path: &str, token: &str) -> (u16, Value) {
    asked(house, path, &[("authorization", &format!("Bearer {token}"))]).await
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"]["code"].as_str().unwrap_or_default())
}

/// Lets somebody in as the router does.
pub async fn admitted(house: &House, token: &str, organization: &Organization, floor: Role) -> Principal {
    let authorization = format!("Bearer {token}");
    house.context.access.admit(&asking(&authorization, organization, floor)).await.unwrap()
}

pub fn asking<'a>(authorization: &'a str, organization: &'a Organization, floor: Role) -> Asked<'a> {
    Asked {
        authorization: Some(authorization),
        organization: Some(&organization.clerk),
        header: None,
        floor,
        address: None,
        request: None,
        now: Timestamp::now(),
    }
}

#[tokio::test]
async fn without_a_good_session_nobody_comes_in_and_each_is_told_why_it_is_not() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    let good = house.member(&place, ANN, Role::Viewer).await;
    assert_eq!(with(&house, &validate(&place.clerk), &good).await.0, 200);
    let now = Timestamp::now();
    let active = Some((place.clerk.as_str(), "member"));
    let token = |signer: &DevelopmentIssuer, at: Timestamp| {
        signer.token(ANN, active, SignedDuration::from_secs(60), at).unwrap()
    };
    let expired = token(&ISSUER, now - SignedDuration::from_secs(66));
    let within_skew = token(&ISSUER, now - SignedDuration::from_secs(62));
    let early = token(&ISSUER, now + SignedDuration::from_secs(30));
    let stranger = token(&DevelopmentIssuer::new().unwrap(), now);
    let (cut, _) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{cut}.");
    for (authorization, wanted) in [
        (String::new(), "UNAUTHORIZED"),
        ("Bearer null".into(), "UNAUTHORIZED"),
        ("Bearer undefined".into(), "UNAUTHORIZED"),
        ("Bearer".into(), "UNAUTHORIZED"),
        ("Basic YTpi".into(), "UNAUTHORIZED"),
        (good.clone(), "UNAUTHORIZED"),
        ("Bearer abc".into(), "INVALID_TOKEN"),
        (format!("Bearer {}", super::TOKEN), "INVALID_TOKEN"),
        (format!("Bearer {expired}"), "TOKEN_EXPIRED"),
        (format!("Bearer {early}"), "INVALID_TOKEN"),
        (format!("Bearer {stranger}"), "INVALID_TOKEN"),
        (format!("Bearer {unsigned}"), "INVALID_TOKEN"),
    ] {
        let answer = asked(&house, &validate(&place.clerk), &[("authorization", &authorization)]).await;
        assert_eq!(code(&answer), (401, wanted), "{authorization:.20}");
        // The same for an organization that does not exist, and for an id that is none: nothing was looked at.
        for other in ["org_00000000000000000000nobody", "nonsense"] {
            let elsewhere = asked(&house, &validate(other), &[("authorization", &authorization)]).await;
            assert_eq!(code(&elsewhere), (401, wanted), "{authorization:.20}");
        }
    }
    assert_eq!(with(&house, &validate(&place.clerk), &within_skew).await.0, 200, "clocks differ a little");
}

#[tokio::test]
async fn organizations_are_named_in_two_ways_and_path_and_header_agree() {
    let house = House::new().await;
    let (place, other) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    let token = format!("Bearer {}", house.member(&place, ANN, Role::Viewer).await);
    let (id, other_id) = (place.id.to_string(), other.id.to_string());
    let ask = async |path: &str, header: Option<&str>| {
        let mut headers = vec![("authorization", token.as_str())];
        headers.extend(header.map(|header| ("X-Organization-ID", header)));
        asked(&house, &validate(path), &headers).await
    };
    for path in [&place.clerk, &id] {
        for header in [None, Some(place.clerk.as_str()), Some(id.as_str())] {
            let (status, body) = ask(path, header).await;
            assert_eq!((status, &body["organization_id"]), (200, &json!(place.clerk)), "{path} {header:?}");
        }
        for header in [&other.clerk, &other_id, "org_00000000000000000000nobody"] {
            assert_eq!(code(&ask(path, Some(header)).await), (403, "ORG_MISMATCH"), "{path} {header}");
        }
        assert_eq!(code(&ask(path, Some("Harbour")).await), (422, "INVALID_ORG_ID"));
    }
    for malformed in ["Harbour", "org_short", "org_000000000000000000-0000", "0190a1b2"] {
        assert_eq!(code(&ask(malformed, None).await), (422, "INVALID_ORG_ID"), "{malformed}");
    }
}

#[tokio::test]
async fn without_an_organization_in_the_path_the_header_names_it() {
    let probe = http::get("/probe", Access::Member(Role::Staff), |_, _| async { Err(Code::Conflict.into()) });
    let house = House::with(settings(), vec![probe]).await;
    let place = house.organization("Harbour", &[]).await;
    let token = format!("Bearer {}", house.member(&place, ANN, Role::Staff).await);
    let authorization = ("authorization", token.as_str());
    assert_eq!(code(&asked(&house, "/probe", &[authorization]).await), (400, "MISSING_HEADER"));
    let named = [authorization, ("x-organization-id", place.clerk.as_str())];
    assert_eq!(code(&asked(&house, "/probe", &named).await), (409, "CONFLICT"), "let in");
    let unknown = [authorization, ("x-organization-id", "org_00000000000000000000nobody")];
    assert_eq!(code(&asked(&house, "/probe", &unknown).await), (403, "FORBIDDEN"));
}

#[tokio::test]
async fn a_foreign_organization_and_one_that_does_not_exist_answer_alike() {
    let house = House::new().await;
    let (home, foreign) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    let token = house.member(&home, ANN, Role::Owner).await;
    house.member(&foreign, BOB, Role::Owner).await;
    let key = {
        let path = format!("/admin/tenants/{}/service-keys", home.clerk);
        house.post(&path, json!({"name": "robot"})).await.1["key"].as_str().unwrap().to_owned()
    };
    let nowhere = "0190a1b2-0000-7000-8000-00000000dead";
    for bearer in [token, key, session(ANN, Some(&foreign)), session(ANN, None)] {
        let mut answers = BTreeSet::new();
        for organization in
            [&foreign.clerk, &foreign.id.to_string(), "org_00000000000000000000nobody", nowhere]
        {
            let request = house.client.get(house.url(&validate(organization))).bearer_auth(&bearer);
            let answer = request.header("x-request-id", "same").send().await.unwrap();
            assert_eq!(answer.status(), 403);
            let mut headers: Vec<_> = answer
                .headers()
                .iter()
                // Of the clock, not of the organization.
                .filter(|(name, _)| *name != "date" && *name != "x-ratelimit-reset")
                .map(|pair| format!("{pair:?}"))
                .collect();
            headers.sort();
            let mut body: Value = answer.json().await.unwrap();
            body["error"]["timestamp"] = Value::Null;
            answers.insert(format!("{headers:?} {body}"));
        }
        assert_eq!(answers.len(), 1, "{answers:#?}");
    }
}

#[tokio::test]
async fn a_session_opens_the_organization_that_is_active_in_it() {
    let house = House::new().await;
    let (one, two) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    for place in [&one, &two] {
        house.member(place, ANN, Role::Admin).await;
    }
    for (active, open, shut) in [(&one, &one, &two), (&two, &two, &one)] {
        let token = session(ANN, Some(active));
        assert_eq!(with(&house, &validate(&open.clerk), &token).await.0, 200);
        assert_eq!(code(&with(&house, &validate(&shut.clerk), &token).await), (403, "FORBIDDEN"));
    }
    // A user without an organization is a user all the same.
    let nowhere = session(ANN, None);
    assert_eq!(code(&with(&house, &validate(&one.clerk), &nowhere).await), (403, "FORBIDDEN"));
    assert_eq!(with(&house, "/api/v1/auth/verify", &nowhere).await.0, 200);
}

#[tokio::test]
async fn every_route_for_members_is_open_from_its_role_on() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    let mut tried = 0;
    for role in Role::ALL {
        let token = house.member(&place, &format!("user_of_{role}"), role).await;
        for route in http::routes() {
            let Access::Member(floor) = route.access else { continue };
            let parts = route.path.split('/').map(|part| match part {
                "{org}" | "{clinicId}" => place.clerk.as_str(),
                other if other.starts_with('{') => "0190a1b2-0000-7000-8000-00000000dead",
                other => other,
            });
            let url = house.url(&parts.collect::<Vec<_>>().join("/"));
            let method = Method::from_bytes(route.method.as_str().as_bytes()).unwrap();
            let request = house.client.request(method, url).bearer_auth(&token);
            let request = request.header("x-organization-id", &place.clerk);
            // Only the head: what streams goes on for ever.
            let status = request.send().await.unwrap().status().as_u16();
            let refused = matches!(status, 401 | 403);
            assert_eq!(refused, role < floor, "{role} at {} {}: {status}", route.method, route.path);
            tried += 1;
        }
    }
    assert!(tried >= 12, "only {tried}");
}

#[tokio::test]
async fn a_membership_that_ends_ends_what_it_opened() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    let token = house.member(&place, ANN, Role::Staff).await;
    let principal = admitted(&house, &token, &place, Role::Staff).await;
    let recheck = async || house.context.access.recheck(&principal, Timestamp::now()).await;
    assert_eq!(recheck().await, Standing::Stands(Role::Staff));
    house.member(&place, ANN, Role::Viewer).await;
    assert_eq!(recheck().await, Standing::Stands(Role::Viewer), "less than before");
    let admin = house.db.admin().await;
    for (end, mend) in [
        (
            "update routiq.organization_members set status = 'suspended'",
            "update routiq.organization_members set status = 'active'",
        ),
        ("update routiq.users set banned = true", "update routiq.users set banned = false"),
        ("update routiq.users set deleted_at = now()", "update routiq.users set deleted_at = null"),
        (
            "update routiq.organization_members set deleted_at = now()",
            "update routiq.organization_members set deleted_at = null",
        ),
    ] {
        admin.batch_execute(end).await.unwrap();
        assert_eq!(recheck().await, Standing::Ended("revoked"), "{end}");
        assert_eq!(code(&with(&house, &validate(&place.clerk), &token).await), (403, "FORBIDDEN"), "{end}");
        admin.batch_execute(mend).await.unwrap();
        assert_eq!(recheck().await, Standing::Stands(Role::Viewer), "{mend}");
    }
    admin.batch_execute("update routiq.organizations set deleted_at = now()").await.unwrap();
    assert_eq!(recheck().await, Standing::Ended("revoked"));
    assert_eq!(code(&with(&house, &validate(&place.clerk), &token).await), (403, "FORBIDDEN"));
}

#[tokio::test]
async fn a_suspended_organization_reads_and_does_nothing_else() {
    let house = House::new().await;
    let place = house.organization("Harbour", &[]).await;
    let token = house.member(&place, ANN, Role::Owner).await;
    let authorization = format!("Bearer {token}");
    let admin = house.db.admin().await;
    for (status, reads) in [("suspended", true), ("inactive", false), ("pending", false)] {
        admin.execute("update routiq.organizations set status = $1", &[&status]).await.unwrap();
        let answer = with(&house, &validate(&place.clerk), &token).await;
        assert_eq!(answer.0 == 200, reads, "{status}");
        let doing = house.context.access.admit(&asking(&authorization, &place, Role::Staff)).await;
        assert_eq!(doing.unwrap_err().code(), Code::OrganizationInactive, "{status}");
        let stranger = session(BOB, Some(&place));
        assert_eq!(code(&with(&house, &validate(&place.clerk), &stranger).await), (403, "FORBIDDEN"));
    }
}

#[tokio::test]
async fn what_somebody_is_and_where_they_belong_is_told_to_them() {
    let house = House::new().await;
    let (one, two) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    let token = house.member(&one, ANN, Role::Staff).await;
    house.member(&two, ANN, Role::Owner).await;
    let foreign = house.organization("Elsewhere", &[]).await;
    let bearer = format!("Bearer {token}");
    let verify = async |organization: Option<&str>| {
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(organization.map(|organization| ("x-organization-id", organization)));
        asked(&house, "/api/v1/auth/verify", &headers).await
    };
    let (status, body) = verify(None).await;
    assert_eq!((status, &body["authenticated"], &body["user_id"]), (200, &json!(true), &json!(ANN)));
    assert_eq!((&body["organization_id"], &body["role"]), (&Value::Null, &Value::Null));
    let (_, body) = verify(Some(&one.id.to_string())).await;
    assert_eq!((&body["organization_id"], &body["role"]), (&json!(one.clerk), &json!("member")));
    for other in [&foreign.clerk, "org_00000000000000000000nobody"] {
        assert_eq!(verify(Some(other)).await.1["organization_id"], Value::Null, "{other}");
    }
    assert_eq!(code(&verify(Some("nonsense")).await), (422, "INVALID_ORG_ID"));

    let (_, body) = with(&house, "/api/v1/auth/user/organizations", &token).await;
    assert_eq!(body["total_count"], 2);
    assert_eq!(body["organizations"][0], json!({"id": one.clerk, "name": "Harbour", "role": "member"}));
    assert_eq!(body["organizations"][1], json!({"id": two.clerk, "name": "Hill", "role": "owner"}));

    let access = async |organization: &str| {
        let path = format!("/api/v1/auth/organization/{organization}/access");
        let (status, body) = with(&house, &path, &token).await;
        (status, body["access_granted"].clone(), body["organization_id"].clone())
    };
    assert_eq!(access(&one.clerk).await, (200, json!(true), json!(one.clerk)));
    assert_eq!(access(&foreign.clerk).await, (200, json!(false), json!(foreign.clerk)));
    let nobody = "org_00000000000000000000nobody";
    assert_eq!(access(nobody).await, (200, json!(false), json!(nobody)));
    assert_eq!(access("nonsense").await.0, 422);

    let (_, body) = with(&house, &validate(&one.clerk), &token).await;
    assert_eq!((&body["valid"], &body["organization_name"]), (&json!(true), &json!("Harbour")));
    assert_eq!(asked(&house, "/api/v1/auth/health", &[]).await.1["status"], "healthy");
    assert_eq!(asked(&house, "/api/v1/auth/user/organizations", &[]).await.0, 401);
}

/// An issuer that is reached over a transport, can be away, and counts.
fn published(keys: &Value, away: bool) -> (Tokens, Arc<AtomicUsize>) {
    let (asked, body) = (Arc::new(AtomicUsize::new(0)), Bytes::from(keys.to_string()));
    let counting = Arc::clone(&asked);
    let transport = InProcess::new(move |request: ::http::Request<Bytes>| {
        assert_eq!(request.uri().to_string(), "https://development.invalid/.well-known/jwks.json");
        counting.fetch_add(1, Ordering::SeqCst);
        let body = body.clone();
        async move { if away { Err(TransportError::Connect) } else { Ok(::http::Response::new(body)) } }
    });
    let published = Published {
        uri: format!("{NAME}/.well-known/jwks.json").parse().unwrap(),
        secret: None,
        fresh_for: SignedDuration::from_secs(300),
        usable_for: SignedDuration::from_secs(3600),
    };
    let keys = KeySource::Published(Jwks::new(published, Arc::new(transport), Clock::system()));
    let skew = SignedDuration::from_secs(5);
    let rules = Rules { issuer: NAME.to_owned(), parties: vec![NAME.to_owned()], skew };
    (Tokens::of(Arc::new(Verifier::new(keys, rules))), asked)
}

#[tokio::test]
async fn while_no_key_can_be_had_the_answer_is_to_come_again() {
    let (tokens, _) = published(&json!({}), true);
    let house = House::believing(tokens, settings(), http::routes()).await;
    let place = house.organization("Harbour", &[]).await;
    let token = house.member(&place, ANN, Role::Viewer).await;
    let answer =
        house.client.get(house.url(&validate(&place.clerk))).bearer_auth(&token).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (503, &"5".parse().unwrap()));
}

#[tokio::test]
async fn a_flood_of_made_up_keys_asks_the_issuer_once() {
    let (tokens, asked) = published(&ISSUER.jwks(), false);
    let house = House::believing(tokens, settings(), http::routes()).await;
    let place = house.organization("Harbour", &[]).await;
    let token = house.member(&place, ANN, Role::Viewer).await;
    let (header, rest) = token.split_once('.').unwrap();
    // {"alg":"RS256","kid":"made-up","typ":"JWT"}
    let made_up = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im1hZGUtdXAiLCJ0eXAiOiJKV1QifQ";
    assert_ne!(header, made_up);
    for _ in 0..50 {
        let answer = with(&house, &validate(&place.clerk), &format!("{made_up}.{rest}")).await;
        assert_eq!(code(&answer), (401, "INVALID_TOKEN"));
    }
    assert_eq!(with(&house, &validate(&place.clerk), &token).await.0, 200);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
