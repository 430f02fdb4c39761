use std::sync::{Arc, LazyLock};

use serde_json::json;

use super::*;
use crate::platforms::clerk::{issuer::DevelopmentIssuer, jwks};

const ISSUER: &str = "https://clerk.example.test";
const APP: &str = "https://app.example.test";
const USER: &str = "user_0000000000000000000000001";
const ORGANIZATION: &str = "org_0000000000000000000000001";
const KID: &str = "ins_development";
const NOW: i64 = 1_767_225_600;

static SIGNER: LazyLock<DevelopmentIssuer> = LazyLock::new(|| DevelopmentIssuer::new().unwrap());
static STRANGER: LazyLock<DevelopmentIssuer> = LazyLock::new(|| DevelopmentIssuer::new().unwrap());

fn key(signer: &DevelopmentIssuer) -> Arc<DecodingKey> {
    jwks::parse(signer.jwks().to_string().as_bytes()).unwrap().remove(KID).unwrap()
}

fn rules() -> Rules {
    Rules {
        issuer: ISSUER.to_owned(),
        parties: vec![APP.to_owned(), "https://other.example.test".to_owned()],
        skew: SignedDuration::from_secs(5),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn header() -> Value {
    json!({"alg": "RS256", "typ": "JWT", "kid": KID, "cat": "cl_B7d4PD111AAA", "oiat": 1})
}

/// The claims of the guide's example of the second version.
fn claims() -> Value {
    json!({
        "azp": APP, "exp": NOW + 60, "fea": "o:dashboard,o:teams", "fva": [3, -1], "iat": NOW, "iss": ISSUER,
        "jti": "0f3a1c", "nbf": NOW - 10, "pla": "o:pro", "sid": "sess_0000000000000000000000001", "sts": "active",
        "o": {"id": ORGANIZATION, "slg": "clinica-norte", "rol": "admin", "per": "manage,read", "fpm": "3,2"},
        "sub": USER, "v": 2,
    })
}

fn with(changes: Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        match value.is_null() {
            true => drop(claims.as_object_mut().unwrap().remove(name)),
            false => claims[name] = value.clone(),
        }
    }
    claims
}

fn verified(header: &Value, claims: &Value, now: i64) -> Result<Bearer, TokenProblem> {
    let token = SIGNER.sign(header, claims).unwrap();
    take_apart(&token)?.verify(&key(&SIGNER), &rules(), at(now))
}

fn session(claims: &Value) -> SessionToken {
    match verified(&header(), claims, NOW).unwrap() {
        Bearer::Session(session) => session,
        Bearer::Machine(machine) => panic!("{machine:?}"),
    }
}

fn refused(claims: &Value) -> TokenProblem {
    verified(&header(), claims, NOW).unwrap_err()
}

#[test]
fn both_versions_say_the_same_of_user_and_organization() {
    let second = session(&claims());
    assert_eq!(second.user, USER);
    assert_eq!(second.session.as_deref(), Some("sess_0000000000000000000000001"));
    assert_eq!(second.expires_at, at(NOW + 60));
    let active = second.organization.unwrap();
    assert_eq!((active.id.as_str(), active.role.as_deref()), (ORGANIZATION, Some("admin")));
    assert_eq!(active.permissions, ["org:dashboard:manage", "org:dashboard:read", "org:teams:read"]);

    let permissions = ["org:dashboard:manage", "org:dashboard:read", "org:teams:read"];
    let first = session(&with(json!({
        "v": null, "o": null, "fea": null, "pla": null, "org_id": ORGANIZATION, "org_slug": "clinica-norte",
        "org_role": "org:admin", "org_permissions": permissions,
    })));
    assert_eq!(first.organization.unwrap(), active);
}

#[test]
fn a_user_without_an_organization_is_a_user() {
    assert_eq!(session(&with(json!({"o": null, "fea": null}))).organization, None);
    assert_eq!(session(&with(json!({"o": null, "v": null}))).organization, None);
    // One version's claims mean nothing in the other.
    assert_eq!(session(&with(json!({"o": null, "org_id": ORGANIZATION}))).organization, None);
    assert_eq!(session(&with(json!({"v": null}))).organization, None);
}

#[test]
fn who_acts_as_somebody_is_known() {
    let acting = json!({"iss": "https://dashboard.example.test", "sid": "sess_2", "sub": "user_2"});
    let acting = session(&with(json!({"act": acting}))).acting.unwrap();
    assert_eq!((acting.user.as_str(), acting.session.as_deref()), ("user_2", Some("sess_2")));
    assert!(matches!(refused(&with(json!({"act": {"sid": "sess_2"}}))), TokenProblem::Invalid(_)));
}

#[test]
fn times_hold_within_the_skew_and_not_beyond() {
    let end = NOW + 60;
    assert!(verified(&header(), &claims(), end + 4).is_ok());
    assert_eq!(verified(&header(), &claims(), end + 5), Err(TokenProblem::Expired));
    assert!(verified(&header(), &with(json!({"nbf": NOW + 5})), NOW).is_ok());
    let early = Err(TokenProblem::Invalid("not yet valid"));
    assert_eq!(verified(&header(), &with(json!({"nbf": NOW + 6})), NOW), early);
    assert_eq!(verified(&header(), &with(json!({"iat": NOW + 6})), NOW), early);
    for strange in [json!({"exp": "1"}), json!({"exp": i64::MAX}), json!({"exp": 1.5}), json!({"exp": null})]
    {
        assert!(matches!(refused(&with(strange.clone())), TokenProblem::Invalid(_)), "{strange}");
    }
}

#[test]
fn every_claim_that_must_hold_is_looked_at() {
    for wrong in [
        json!({"iss": "https://clerk.elsewhere.test"}),
        json!({"iss": null}),
        json!({"iss": "https://clerk.example.test/"}),
        json!({"azp": "https://sibling.example.test"}),
        json!({"azp": null}),
        json!({"azp": "https://app.example.test.evil.test"}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"sub": 7}),
        json!({"v": 1}),
        json!({"v": 3}),
        json!({"v": "2"}),
        json!({"sts": "ended"}),
        json!({"o": {"rol": "admin"}}),
        json!({"o": []}),
        json!({"client_id": "x"}),
        json!({"scope": "openid"}),
        json!({"jti": "oat_0000"}),
    ] {
        assert!(matches!(refused(&with(wrong.clone())), TokenProblem::Invalid(_)), "{wrong}");
    }
    assert_eq!(refused(&with(json!({"sts": "pending"}))), TokenProblem::Pending);
    assert!(verified(&header(), &with(json!({"sts": null})), NOW).is_ok(), "older tokens have none");
}

#[test]
fn machines_are_told_from_people_by_subject_and_category() {
    let machine = with(json!({"sub": "mch_0001", "sid": null, "azp": null, "sts": null, "o": null}));
    let category = |category: &str| json!({"alg": "RS256", "typ": "JWT", "kid": KID, "cat": category});
    let wanted = Bearer::Machine(MachineToken { machine: "mch_0001".into(), expires_at: Some(at(NOW + 60)) });
    assert_eq!(verified(&category("cl_B7d4PD333AAA"), &machine, NOW), Ok(wanted.clone()));
    let plain = json!({"alg": "RS256", "typ": "JWT", "kid": KID});
    assert_eq!(verified(&plain, &machine, NOW), Ok(wanted));
    // A machine is no session, whatever its header says; and a template's or a machine's token is none either.
    assert!(verified(&header(), &machine, NOW).is_err());
    for other in ["cl_B7d4PD222AAA", "cl_B7d4PD333AAA", ""] {
        assert!(verified(&category(other), &claims(), NOW).is_err(), "{other}");
    }
    assert!(verified(&category("cl_I7d4PD111III"), &claims(), NOW).is_ok(), "says nothing");
    assert!(verified(&plain, &claims(), NOW).is_ok());
    let elsewhere = json!({"sub": "mch_0001", "iss": "https://clerk.elsewhere.test"});
    assert!(verified(&plain, &with(elsewhere), NOW).is_err());
}

#[test]
fn only_one_algorithm_and_one_type_are_read() {
    for wrong in [
        json!({"alg": "RS512", "typ": "JWT", "kid": KID}),
        json!({"alg": "HS256", "typ": "JWT", "kid": KID}),
        json!({"alg": "none", "typ": "JWT", "kid": KID}),
        json!({"alg": "rs256", "typ": "JWT", "kid": KID}),
        json!({"alg": "RS256", "typ": "at+jwt", "kid": KID}),
        json!({"alg": "RS256", "kid": KID}),
        json!({"alg": "RS256", "typ": "JWT"}),
        json!({"alg": "RS256", "typ": "JWT", "kid": ""}),
        json!("RS256"),
    ] {
        assert!(verified(&wrong, &claims(), NOW).is_err(), "{wrong}");
    }
}

#[test]
fn a_stranger_s_signature_and_every_changed_letter_are_refused() {
    let token = SIGNER.sign(&header(), &claims()).unwrap();
    assert!(take_apart(&token).unwrap().verify(&key(&STRANGER), &rules(), at(NOW)).is_err());
    let good = key(&SIGNER);
    for place in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let outcome = take_apart(&changed).and_then(|token| token.verify(&good, &rules(), at(NOW)));
        // The last letter carries two bits that mean nothing: then the text is no base64 any more.
        assert!(outcome.is_err(), "letter {place}");
    }
}

#[test]
fn texts_that_are_no_tokens_are_refused_without_ado() {
    let long = format!("{}.a.b", "a".repeat(20_000));
    for text in ["", ".", "..", "...", "a.b.c", "a.b.c.d", "null", "e30.e30.", "e30.e30.e30", "é.é.é", &long]
    {
        assert!(matches!(take_apart(text), Err(TokenProblem::Invalid(_))), "{text:.20}");
    }
}
