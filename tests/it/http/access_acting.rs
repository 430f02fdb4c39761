//! Somebody who acts as a member: let in as the member, seen in the practice's audit, through a ticket too.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::{role::Role, session::Acting},
    http::{self, Asked, Who},
    platforms::{
        clerk::{
            jwks::{Jwks, Published},
            session::Rules,
            verifier::{KeySource, Verifier},
        },
        transport::{InProcess, TransportError},
    },
    work::Tokens,
};
use routiq_actors::clock::Clock;
use routiq_simulators::clerk::{Clerk, Settings, Token};
use serde_json::{Value, json};

use super::{House, Organization, answer, settings};

const ANN: &str = "user_0000000000000000000000001";
const HELPER: &str = "user_0000000000000000000000007";

/// Sessions of a simulated Clerk.
fn clerk() -> (Clerk, Tokens) {
    let clerk = Clerk::new(Settings::default(), Arc::new(Timestamp::now));
    let asked = clerk.clone();
    let transport = InProcess::new(move |request| {
        let clerk = asked.clone();
        async move { clerk.handle(request).await.map_err(|_| TransportError::Cut) }
    });
    let published = Published {
        uri: format!("{}/.well-known/jwks.json", clerk.issuer()).parse().unwrap(),
        secret: None,
        fresh_for: SignedDuration::from_secs(300),
        usable_for: SignedDuration::from_secs(3600),
    };
    let keys = KeySource::Published(Jwks::new(published, Arc::new(transport), Clock::system()));
    let rules = Rules {
        issuer: clerk.issuer(),
        parties: vec!["https://app.example.test".to_owned()],
        skew: SignedDuration::from_secs(5),
    };
    let tokens = Tokens::of(Arc::new(Verifier::new(keys, rules)));
    (clerk, tokens)
}

/// A session of `user` in a practice, in which `actor` really acts.
fn token(clerk: &Clerk, user: &str, place: &Organization, actor: Option<&str>) -> String {
    let active = json!({"id": place.clerk, "rol": "member"});
    let claims = [("o".to_owned(), active)].into_iter().collect();
    let token = Token { actor: actor.map(str::to_owned), claims, ..Token::of(user) };
    clerk.mint(&token).unwrap()
}

/// Who acted as whom, and how they came, as the practice's audit says.
async fn acted(house: &House, place: &Organization) -> Vec<(String, String, String)> {
    let admin = house.db.admin().await;
    let statement = "select user_id, resource_id, details ->> 'way' from routiq.audit_logs
                     where organization_id = $1 and action = 'access.acted' order by created_at, id";
    let rows = admin.query(statement, &[&place.id]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

#[tokio::test]
async fn whoever_acts_as_a_member_is_audited_over_http_and_through_a_ticket() {
    let (clerk, tokens) = clerk();
    let house = House::believing(tokens, settings(), http::routes()).await;
    let place = house.organization("Harbour", &[]).await;
    house.member(&place, ANN, Role::Staff).await;
    let validate = house.url(&format!("/api/v1/organizations/{}/validate", place.clerk));
    let ask = async |token: &str| answer(house.client.get(&validate).bearer_auth(token)).await.0;

    let own = token(&clerk, ANN, &place, None);
    assert_eq!(ask(&own).await, 200);
    assert_eq!(acted(&house, &place).await, [], "she acts herself");

    let helped = token(&clerk, ANN, &place, Some(HELPER));
    for _ in 0..3 {
        assert_eq!(ask(&helped).await, 200);
    }
    let line = |way: &str| (HELPER.to_owned(), ANN.to_owned(), way.to_owned());
    assert_eq!(acted(&house, &place).await, [line("request")], "once a minute");

    let url = house.url(&format!("/api/v1/clinics/{}/live-ticket", place.clerk));
    let redeem = async |token: &str| {
        let (status, body) = answer(house.client.post(&url).bearer_auth(token)).await;
        assert_eq!(status, 201, "{body}");
        let asked = Asked {
            authorization: None,
            organization: Some(&place.clerk),
            header: None,
            floor: Role::Viewer,
            address: Some([192, 0, 2, 7].into()),
            request: Some("req-1"),
            now: Timestamp::now(),
        };
        house.context.access.redeem(body["ticket"].as_str().unwrap(), &asked).await.unwrap()
    };
    let principal = redeem(&helped).await;
    let Who::User { id, session, acting: Some(Acting { user, session: of_actor }) } = principal.who else {
        panic!("{:?}", principal.who)
    };
    assert_eq!((id.as_str(), user.as_str()), (ANN, HELPER), "the socket knows who really acts");
    assert!(session.is_some() && of_actor.is_some_and(|session| session.starts_with("sess_")));
    assert_eq!(acted(&house, &place).await, [line("request"), line("socket")]);
    let admin = house.db.admin().await;
    let statement = "select host(ip_address), request_id, details from routiq.audit_logs where details ->> 'way' = 'socket'";
    let row = admin.query_one(statement, &[]).await.unwrap();
    assert_eq!((row.get::<_, &str>(0), row.get::<_, &str>(1)), ("192.0.2.7", "req-1"));
    let details: Value = row.get(2);
    assert!(details["acting_session"].as_str().unwrap().starts_with("sess_"), "{details}");

    assert_eq!(redeem(&own).await.acting(), None);
    assert_eq!(acted(&house, &place).await.len(), 2, "her own socket is nobody's business");
}

#[tokio::test]
async fn a_grant_lets_in_nobody_who_acts_as_its_holder_and_stays_one_through_a_ticket() {
    let (clerk, tokens) = clerk();
    let house = House::believing(tokens, settings(), http::routes()).await;
    let (place, home) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    let until = (Timestamp::now() + SignedDuration::from_mins(60)).to_string();
    let grant = json!({"user_id": HELPER, "role": "viewer", "reason": "Asked for help", "until": until});
    // Whoever helps is known at Clerk, and an owner of this practice too, which their session is not for.
    for place in [&home, &place] {
        house.member(place, HELPER, Role::Owner).await;
    }
    let path = format!("/admin/tenants/{}/access-grants", place.clerk);
    assert_eq!(house.post(&path, grant).await.0, 201);
    let url = house.url(&format!("/api/v1/clinics/{}/live-ticket", place.clerk));
    let ticket = async |token: &str| answer(house.client.post(&url).bearer_auth(token)).await;

    let acting = token(&clerk, HELPER, &home, Some(ANN));
    assert_eq!(ticket(&acting).await.0, 403, "a grant names a person");
    let (status, body) = ticket(&token(&clerk, HELPER, &home, None)).await;
    assert_eq!(status, 201, "{body}");
    let asked = Asked {
        authorization: None,
        organization: Some(&place.clerk),
        header: None,
        floor: Role::Viewer,
        address: None,
        request: None,
        now: Timestamp::now(),
    };
    let principal = house.context.access.redeem(body["ticket"].as_str().unwrap(), &asked).await.unwrap();
    assert!(matches!(&principal.who, Who::Support { id, .. } if id == HELPER), "{:?}", principal.who);
    assert_eq!(principal.role, Role::Viewer, "the ticket gives no more than its holder had");
    assert!(principal.grant.is_some() && principal.expires_at.is_some());
}
