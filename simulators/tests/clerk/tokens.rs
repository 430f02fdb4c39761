//! Session tokens, right ones and wrong ones.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use routiq_simulators::clerk::{Algorithm, Clerk, Key, Settings, Token};
use serde_json::{Value, json};

use crate::common::{Hand, get, json as parsed};

struct Lab {
    clerk: Clerk,
    hand: Hand,
    user: String,
    organization: String,
}

fn lab(settings: Settings) -> Lab {
    let hand = Hand::at("2026-06-15T10:00:00Z");
    let clerk = Clerk::new(settings, hand.clock());
    let user = clerk.add_user("ana@example.test", "Ana", "Marsh");
    let organization = clerk.add_organization("Clínica Norte");
    clerk.set_member(&organization, &user, "org:admin").unwrap();
    Lab { clerk, hand, user, organization }
}

fn part(token: &str, n: usize) -> Value {
    let text = token.split('.').nth(n).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// Whether the published key made the signature.
async fn verifies(clerk: &Clerk, token: &str) -> bool {
    let (_, keys) = parsed(clerk.handle(get("/.well-known/jwks.json", "")).await.unwrap());
    let key = &keys["keys"][0];
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let public = RsaPublicKeyComponents { n: bytes("n"), e: bytes("e") };
    public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn the_newer_form_compresses_the_organization() {
    let lab = lab(Settings::default());
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let permissions = vec![pair("dashboard", "manage"), pair("dashboard", "read"), pair("teams", "read")];
    let token =
        lab.clerk.mint(&Token { permissions, ..Token::member(&lab.user, &lab.organization) }).unwrap();
    assert!(verifies(&lab.clerk, &token).await);
    let (header, claims) = (part(&token, 0), part(&token, 1));
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    let now = lab.hand.now().as_second();
    assert_eq!(
        [&claims["iat"], &claims["exp"], &claims["nbf"]],
        [&json!(now), &json!(now + 60), &json!(now - 10)]
    );
    assert_eq!((&claims["v"], &claims["sub"]), (&json!(2), &json!(lab.user)));
    assert_eq!(claims["o"]["id"], json!(lab.organization));
    assert_eq!(claims["o"]["rol"], "admin", "without the prefix");
    assert_eq!(
        (&claims["fea"], &claims["o"]["per"], &claims["o"]["fpm"]),
        (&json!("o:dashboard,o:teams"), &json!("manage,read"), &json!("3,2"))
    );
    assert!(claims.get("org_id").is_none());
    let alone = part(&lab.clerk.mint(&Token::of(&lab.user)).unwrap(), 1);
    assert!(alone.get("o").is_none() && alone.get("org_id").is_none());
}

#[tokio::test]
async fn the_older_form_spells_it_out() {
    let lab = lab(Settings { v2: false, ..Settings::default() });
    let permissions = vec![("dashboard".to_owned(), "read".to_owned())];
    let token =
        lab.clerk.mint(&Token { permissions, ..Token::member(&lab.user, &lab.organization) }).unwrap();
    let claims = part(&token, 1);
    assert!(claims.get("v").is_none() && claims.get("o").is_none());
    assert_eq!((&claims["org_id"], &claims["org_role"]), (&json!(lab.organization), &json!("org:admin")));
    assert_eq!(claims["org_permissions"], json!(["org:dashboard:read"]));
    assert!(verifies(&lab.clerk, &token).await);
    let newer = Token { version: Some(Some(2)), ..Token::member(&lab.user, &lab.organization) };
    assert_eq!(part(&lab.clerk.mint(&newer).unwrap(), 1)["v"], 2);
}

#[tokio::test]
async fn wrong_ones_are_wrong_in_one_way() {
    let lab = lab(Settings::default());
    let base = Token::member(&lab.user, &lab.organization);
    let mint = |token: Token| lab.clerk.mint(&token).unwrap();
    for algorithm in [Algorithm::None, Algorithm::Hs256, Algorithm::Rs512] {
        assert!(!verifies(&lab.clerk, &mint(Token { algorithm, ..base.clone() })).await, "{algorithm:?}");
    }
    let forged = mint(Token { key: Key::Forged, ..base.clone() });
    assert!(!verifies(&lab.clerk, &forged).await);
    let right = mint(base.clone());
    assert_eq!(part(&forged, 0)["kid"], part(&right, 0)["kid"]);
    let unknown = mint(Token { key: Key::Unknown, ..base.clone() });
    assert!(verifies(&lab.clerk, &unknown).await && part(&unknown, 0)["kid"] != part(&right, 0)["kid"]);
    let expired = part(&mint(Token { age: 3600, ..base.clone() }), 1);
    assert!(expired["exp"].as_i64().unwrap() < lab.hand.now().as_second());
    assert!(part(&mint(Token { azp: None, ..base.clone() }), 1).get("azp").is_none());
    assert_eq!(part(&mint(Token { status: "pending".to_owned(), ..base.clone() }), 1)["sts"], "pending");
    let acted = part(&mint(Token { actor: Some("user_support".to_owned()), ..base.clone() }), 1);
    assert_eq!(acted["act"]["sub"], "user_support");
    let machine = mint(Token::machine("mch_0000000000000000000000001"));
    assert_eq!(part(&machine, 0)["cat"], "cl_B7d4PD333AAA");
    assert!(part(&machine, 1).get("sid").is_none());

    assert!(lab.clerk.mint(&Token { key: Key::Previous, ..base.clone() }).is_err(), "there was no rotation");
    lab.clerk.rotate_keys();
    assert!(!verifies(&lab.clerk, &right).await, "a rotation ends every session");
    let previous = mint(Token { key: Key::Previous, ..base.clone() });
    assert_eq!(part(&previous, 0)["kid"], part(&right, 0)["kid"]);
    lab.clerk.remove_member(&lab.organization, &lab.user).unwrap();
    assert!(lab.clerk.mint(&base).is_err(), "no organization without a membership");
}
