//! Vectors that the platforms publish, and what holds for all of them. What their own libraries sign, and every single
//! bit of it changed, is in `tests/it/signatures.rs`.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, Method};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

/// A delivery to be sent in variations.
#[derive(Clone)]
struct Sent {
    platform: &'static str,
    account: &'static str,
    secrets: Vec<String>,
    settings: Value,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    at: i64,
}

impl Sent {
    fn new(platform: &'static str, secret: &str, at: i64, body: impl Into<Vec<u8>>) -> Self {
        Self {
            platform,
            account: "",
            secrets: vec![secret.to_owned()],
            settings: Value::Null,
            headers: Vec::new(),
            body: body.into(),
            at,
        }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| *found != name);
        self
    }

    fn late(mut self, seconds: i64) -> Self {
        self.at += seconds;
        self
    }

    fn account(mut self, account: &'static str) -> Self {
        self.account = account;
        self
    }

    fn body(mut self, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self
    }

    fn accept(&self) -> Result<Accepted, Refused> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        let endpoint = Endpoint {
            external_id: self.account.to_owned(),
            secrets: self.secrets.iter().map(|secret| secret.as_str().into()).collect(),
            settings: self.settings.clone(),
        };
        let delivery = Delivery {
            method: &Method::POST,
            target: "/webhooks/x",
            public_base: None,
            headers: &headers,
            body: &self.body,
            received_at: Timestamp::from_second(self.at).unwrap(),
        };
        all()[self.platform].accept(&endpoint, &delivery)
    }
}

const USER_DELETED: &str = r#"{"data":{"deleted":true,"id":"user_0000000000000000000000001","object":"user"},"event_attributes":{"http_request":{"client_ip":"","user_agent":""}},"instance_id":"ins_0000000000000000000000001","object":"event","timestamp":1767225600000,"type":"user.deleted"}"#;
const COUNTED_UP: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";

fn clerk() -> Sent {
    Sent::new("clerk", COUNTED_UP, 1_767_225_600, USER_DELETED)
        .header("svix-id", "msg_0000000000000000000000001")
        .header("svix-timestamp", "1767225600")
        .header("svix-signature", "v1,r7kFlQx6+NK4elJqgihGqMabhIbeRXSRKJDlrcHG6QY=")
}

#[test]
fn published_svix_signatures_are_accepted() {
    // No events, so what is signed is told by what is wrong with them.
    let not_an_event = Err(Refused::Malformed("the body names no event"));
    let first = Sent::new(
        "clerk",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        1_649_367_553,
        r#"{"email":"test@example.com","username":"test_user"}"#,
    )
    .header("svix-id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk")
    .header("svix-timestamp", "1649367553")
    .header("svix-signature", "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    assert_eq!(first.accept(), not_an_event);
    let second =
        Sent::new("hint", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1_614_265_330, r#"{"test": 2432232314}"#)
            .header("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
            .header("webhook-timestamp", "1614265330")
            .header("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    let hint = second.accept().unwrap();
    assert_eq!(
        (hint.event_type.as_str(), hint.event_key.as_str()),
        ("poll_now", "msg_p5jXN8AQM9LWM0D4loKWxJek")
    );

    let event = clerk().account("ins_0000000000000000000000001").accept().unwrap();
    assert_eq!(event.event_key, "msg_0000000000000000000000001");
    assert_eq!(event.event_type, "user.deleted");
    assert_eq!(event.occurred_at, Some(Timestamp::from_second(1_767_225_600).unwrap()));
    assert!(event.signed && !event.ignored);
    assert!(event.headers.iter().all(|(name, _)| name != "svix-signature"));
}

#[test]
fn svix_deliveries_are_refused_for_what_is_wrong_with_them() {
    let unsigned = Err(Refused::Unsigned);
    for name in ["svix-id", "svix-timestamp", "svix-signature"] {
        assert_eq!(clerk().without(name).accept(), unsigned, "{name}");
        // The other set does not fill in.
        let other = name.replace("svix", "webhook");
        let value = clerk().headers.iter().find(|(found, _)| *found == name).unwrap().1.clone();
        assert_eq!(clerk().without(name).header(String::leak(other), value).accept(), unsigned);
    }
    assert_eq!(clerk().late(301).accept(), Err(Refused::TooOld));
    assert_eq!(clerk().late(-301).accept(), Err(Refused::TooNew));
    assert!(clerk().late(300).accept().is_ok() && clerk().late(-300).accept().is_ok());
    assert_eq!(clerk().account("ins_2").accept(), Err(Refused::WrongAccount));
    assert!(matches!(clerk().header("svix-id", "msg_2").accept(), Err(Refused::Malformed(_))), "twice");
    let other = Sent { secrets: vec!["whsec_AAAA".into()], ..clerk() };
    assert_eq!(other.accept(), Err(Refused::BadSignature));
    for secrets in [vec![], vec!["whsec_".into()], vec!["whsec_?".into()]] {
        assert_eq!(Sent { secrets, ..clerk() }.accept(), Err(Refused::NotConfigured));
    }
    let rotated = Sent { secrets: vec!["whsec_AAAA".into(), COUNTED_UP.into()], ..clerk() };
    assert!(rotated.accept().is_ok(), "the older secret still counts");
    let several = clerk()
        .without("svix-signature")
        .header("svix-signature", "v1a,AAAA v1,BBBB v1,r7kFlQx6+NK4elJqgihGqMabhIbeRXSRKJDlrcHG6QY=");
    assert!(several.accept().is_ok(), "one of several is enough");
}

/// Signs for Svix at the time of the sample.
fn svix(body: &str) -> Sent {
    let key = STANDARD.decode("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3").unwrap();
    let mac = hmac_sha256(&key, &[b"msg_1.1767225600.", body.as_bytes()]).unwrap();
    Sent::new("clerk", COUNTED_UP, 1_767_225_600, body)
        .header("webhook-id", "msg_1")
        .header("webhook-timestamp", "1767225600")
        .header("webhook-signature", format!("v1,{}", STANDARD.encode(mac)))
}

#[test]
fn clerk_s_unknown_events_are_ignored_and_what_is_no_event_refused() {
    assert!(svix(r#"{"type":"sms.created","data":{}}"#).accept().unwrap().ignored);
    assert!(!svix(r#"{"type":"organizationMembership.deleted","data":{}}"#).accept().unwrap().ignored);
    for body in ["", "[]", "{}", r#"{"type":"user.created"}"#, r#"{"type":7,"data":{}}"#, "\u{feff}{}"] {
        assert!(matches!(svix(body).accept(), Err(Refused::Malformed(_))), "{body}");
    }
}

const THIRD_STRIPE: &str = r#"{"account":"acct_123","api_version":"2017-05-25","created":1533204620,"data":{"object":{"amount":1000,"currency":"usd","customer":"cus_123","date":1533204620,"description":"Test Invoice Item","discountable":false,"id":"ii_123","invoice":"in_123","livemode":false,"metadata":{},"object":"invoiceitem","period":{"end":1533204620,"start":1533204620},"proration":false,"quantity":3,"quantity_decimal":"0"}},"id":"evt_123","livemode":false,"object":"event","pending_webhooks":1,"request":{"id":"req_123","idempotency_key":"idempotency-key-123"},"type":"invoiceitem.created"}"#;

#[test]
fn published_stripe_signatures_are_accepted() {
    let sent = |secret: &str, at: i64, body: &str, v1: &str| {
        Sent::new("stripe", secret, at, body).header("stripe-signature", format!("t={at},v1={v1}"))
    };
    let first = sent(
        "whsec_test_secret",
        1_234_567_890,
        r#"{"id":"evt_test_webhook","object":"event"}"#,
        "5e2bdf0110b0906e8d06c8c63fb219b297c872fdbd42f2d6b8c665c4c7a4d3ff",
    );
    assert_eq!(first.accept().unwrap().event_key, "evt_test_webhook");
    let second = sent(
        "whsec_example_0123456789abcdef",
        1_767_225_600,
        r#"{"id":"evt_000000000000000000000001","object":"event","type":"invoice.paid"}"#,
        "d2375b339da0dc968dc685d4a147f640072cab12b72920215acc1276d7a1c8be",
    );
    assert!(!second.accept().unwrap().ignored);
    let third = sent(
        "secret",
        1_533_204_620,
        THIRD_STRIPE,
        "d7373bc68f4bd320b253cd7461f87af6e1cdf1b4d7db1614d8d1d746972d2d0a",
    );
    let event = third.accept().unwrap();
    assert!(event.ignored, "not about a subscription");
    assert_eq!(event.occurred_at, Some(Timestamp::from_second(1_533_204_620).unwrap()));
    assert!(third.clone().account("acct_123").accept().is_ok());
    assert_eq!(third.account("acct_9").accept(), Err(Refused::WrongAccount));
}

/// Signs for Stripe.
fn stripe(body: &str) -> Sent {
    let mac = hmac_sha256(b"whsec_x", &[b"1767225600.", body.as_bytes()]).unwrap();
    Sent::new("stripe", "whsec_x", 1_767_225_600, body)
        .header("stripe-signature", format!("t=1767225600,v1={}", hex::encode(mac)))
}

#[test]
fn stripe_deliveries_are_told_apart() {
    let event = r#"{"id":"evt_1","object":"event","type":"invoice.paid","livemode":false}"#;
    assert!(stripe(event).accept().is_ok());
    let settings = |live: bool| Sent { settings: json!({ "livemode": live }), ..stripe(event) };
    assert!(settings(true).accept().unwrap().ignored, "an event of the sandbox means nothing in production");
    assert!(!settings(false).accept().unwrap().ignored);
    assert_eq!(stripe(event).late(301).accept(), Err(Refused::TooOld));
    assert_eq!(stripe(event).late(-301).accept(), Err(Refused::TooNew));
    let thin = r#"{"id":"evt_1","object":"v2.core.event","created":"2026-01-01T00:00:00Z"}"#;
    assert!(matches!(stripe(thin).accept(), Err(Refused::Malformed(_))));
    let header =
        |value: &str| stripe(event).without("stripe-signature").header("stripe-signature", value).accept();
    let good = stripe(event).headers[0].1.clone();
    let v1 = good.split_once("v1=").unwrap().1;
    assert!(header(&format!("t=1767225600,v0=00,v1=00,v1={v1}")).is_ok(), "any v1 will do");
    assert_eq!(header(&format!("t=1767225600,v0={v1}")), Err(Refused::BadSignature), "v0 never will");
    assert_eq!(header(&format!("v1={v1}")), Err(Refused::Unsigned));
    assert_eq!(header(&format!("t=1767225600,t=1767225600,v1={v1}")), Err(Refused::Unsigned));
    assert_eq!(
        header(&good.to_uppercase().replace("V1", "v1").replace("T=", "t=")),
        Err(Refused::BadSignature)
    );
    assert_eq!(stripe(event).without("stripe-signature").accept(), Err(Refused::Unsigned));
    let rotated = Sent { secrets: vec!["whsec_new".into(), "whsec_x".into()], ..stripe(event) };
    assert!(rotated.accept().is_ok());
}

const INCOMING: &str = r#"{"event":"message_created","id":90321,"content":"?","message_type":"incoming","account":{"id":4,"name":"x"},"sender":{"id":481,"phone_number":"+61 491 570 156"},"conversation":{"id":77,"meta":{"sender":{"phone_number":"+61491570156"}}}}"#;

/// Signs for Chatwoot.
fn chatwoot(body: &str) -> Sent {
    let mac = hmac_sha256("geheim-ü".as_bytes(), &[b"1781900000.", body.as_bytes()]).unwrap();
    Sent::new("chatwoot", "geheim-ü", 1_781_900_000, body)
        .account("4")
        .header("x-chatwoot-timestamp", "1781900000")
        .header("x-chatwoot-delivery", "d-1")
        .header("x-chatwoot-signature", format!("sha256={}", hex::encode(mac)))
}

#[test]
fn chatwoot_signs_time_and_body() {
    let event = chatwoot(INCOMING).accept().unwrap();
    assert_eq!(event.subject.as_deref(), Some("+61491570156"));
    assert!(event.signed && !event.ignored);
    assert_eq!(event.occurred_at, Some(Timestamp::from_second(1_781_900_000).unwrap()));
    assert_eq!(
        event.headers,
        [("x-chatwoot-delivery".into(), "d-1".into()), ("x-chatwoot-timestamp".into(), "1781900000".into())]
    );
    // Signed over the body alone, as old documents say: refused.
    let alone = hex::encode(hmac_sha256("geheim-ü".as_bytes(), &[INCOMING.as_bytes()]).unwrap());
    let alone = chatwoot(INCOMING).without("x-chatwoot-signature").header("x-chatwoot-signature", alone);
    assert_eq!(alone.accept(), Err(Refused::BadSignature));
    for name in ["x-chatwoot-signature", "x-chatwoot-timestamp"] {
        assert_eq!(chatwoot(INCOMING).without(name).accept(), Err(Refused::Unsigned), "{name}");
    }
    assert_eq!(chatwoot(INCOMING).late(301).accept(), Err(Refused::TooOld));
    assert_eq!(chatwoot(INCOMING).late(-301).accept(), Err(Refused::TooNew));
    assert_eq!(chatwoot(INCOMING).account("5").accept(), Err(Refused::WrongAccount));
    let before_4_14 = r#"{"event":"conversation_updated","id":7,"updated_at":1781900001.4}"#;
    assert!(chatwoot(before_4_14).accept().is_ok(), "older ones name no account: the path does");
    assert!(chatwoot(r#"{"event":"conversation_typing_on"}"#).accept().unwrap().ignored);
}

#[test]
fn older_chatwoots_sign_nothing_and_are_known_by_their_path() {
    let unsigned = Sent { secrets: vec![], headers: vec![], ..chatwoot(INCOMING) };
    let event = unsigned.accept().unwrap();
    assert!(!event.signed && event.occurred_at.is_none());
    assert_eq!(unsigned.clone().account("5").accept(), Err(Refused::WrongAccount));
    for body in ["", "[]", "{", "{}", r#"{"event":null}"#, r#"{"event":"a","event":"b"}"#] {
        assert!(matches!(unsigned.clone().body(body).accept(), Err(Refused::Malformed(_))), "{body}");
    }
    let nameless = Sent { secrets: vec![String::new()], ..chatwoot(INCOMING) };
    assert_eq!(
        nameless.accept(),
        Err(Refused::NotConfigured),
        "an empty secret is a mistake, not an older Chatwoot"
    );
}

#[test]
fn chatwoot_s_keys_catch_repetitions_and_swallow_no_change() {
    let key = |sent: Sent| sent.accept().unwrap().event_key;
    let other_id = |sent: Sent| sent.without("x-chatwoot-delivery").header("x-chatwoot-delivery", "d-2");
    // The same message through the account's webhook and through the inbox's own.
    assert_eq!(key(chatwoot(INCOMING)), key(other_id(chatwoot(INCOMING))));
    assert_ne!(key(chatwoot(INCOMING)), key(chatwoot(&INCOMING.replace('?', "!"))), "another state");
    // Delivered and read look the same: neither may be lost, and a repetition of either is one.
    let status = r#"{"event":"message_updated","id":90321,"account":{"id":4}}"#;
    assert_eq!(key(chatwoot(status)), key(chatwoot(status)));
    assert_ne!(key(chatwoot(status)), key(other_id(chatwoot(status))));
    let without = |sent: Sent| sent.without("x-chatwoot-delivery");
    assert_eq!(
        key(without(chatwoot(status))),
        key(without(chatwoot(status)).late(60)),
        "the signed time is the same"
    );
    let unsigned = Sent { secrets: vec![], headers: vec![], ..chatwoot(status) };
    assert_eq!(key(unsigned.clone()), key(unsigned.clone()));
    assert_ne!(key(unsigned.clone()), key(unsigned.late(60)), "a minute later it may be another change");
}

#[test]
fn a_subject_is_the_person_whoever_acted() {
    let subject = |body: &str| chatwoot(body).accept().unwrap().subject;
    let reply = r#"{"event":"message_created","id":1,"sender":{"id":8,"email":"staff@example.org","type":"user"},
        "conversation":{"meta":{"sender":{"phone_number":null,"email":"Mara@Example.org"}}}}"#;
    assert_eq!(subject(reply).as_deref(), Some("mara@example.org"));
    let short = r#"{"event":"message_created","id":1,"sender":{"phone_number":"+61491570156"}}"#;
    assert_eq!(subject(short).as_deref(), Some("+61491570156"));
    let contact = r#"{"event":"contact_updated","id":1,"phone_number":"bsuid","email":""}"#;
    assert_eq!(subject(contact).as_deref(), Some("bsuid"), "what is no number stays as it is");
    assert_eq!(subject(r#"{"event":"conversation_updated","meta":{"sender":null}}"#), None);
    assert_eq!(subject(r#"{"event":"conversation_updated","meta":[]}"#), None);
}

fn manychat(body: &str) -> Sent {
    Sent::new("manychat", "pasted", 1_780_000_000, body)
        .account("104200000000001")
        .header("x-webhook-secret", "pasted")
}

const CONTACT: &str = r#"{"key":"user:1104200000123456","id":1104200000123456,"page_id":104200000000001,"last_interaction":"2026-06-02T09:01:00-06:00","whatsapp_phone":"+61 491 570 156"}"#;

#[test]
fn manychat_s_secret_vouches_and_its_page_must_be_ours() {
    let wrapped = format!(r#"{{"event":"message_received","channel":"whatsapp","contact":{CONTACT}}}"#);
    let event = manychat(&wrapped).accept().unwrap();
    assert_eq!(
        (event.event_type.as_str(), event.subject.as_deref()),
        ("message_received", Some("+61491570156"))
    );
    assert_eq!(event.occurred_at, Some("2026-06-02T15:01:00Z".parse().unwrap()));
    let bare = manychat(CONTACT).accept().unwrap();
    assert_eq!((bare.event_type.as_str(), bare.subject), ("contact", event.subject));
    assert_eq!(
        manychat(CONTACT).accept(),
        manychat(CONTACT).late(600).accept(),
        "the same moment, told twice"
    );
    let timeless = CONTACT.replace("last_interaction", "x");
    let key = |sent: Sent| sent.accept().unwrap().event_key;
    assert_ne!(key(manychat(&timeless)), key(manychat(&timeless).late(60)));

    assert_eq!(manychat(CONTACT).account("1").accept(), Err(Refused::WrongAccount));
    assert_eq!(manychat("{}").accept(), Err(Refused::WrongAccount), "a body that names no page");
    assert_eq!(manychat(CONTACT).without("x-webhook-secret").accept(), Err(Refused::Unsigned));
    let wrong = manychat(CONTACT).without("x-webhook-secret").header("x-webhook-secret", "pastee");
    assert_eq!(wrong.accept(), Err(Refused::BadSignature));
    assert_eq!(Sent { secrets: vec![], ..manychat(CONTACT) }.accept(), Err(Refused::NotConfigured));
    let rotated = Sent { secrets: vec!["next".into(), "pasted".into()], ..manychat(CONTACT) };
    assert!(rotated.accept().is_ok());
    let named = Sent { settings: json!({"header": "X-Own"}), ..manychat(CONTACT) };
    assert_eq!(named.accept(), Err(Refused::Unsigned));
    assert!(named.header("x-own", "pasted").accept().is_ok());
    let nonsense = Sent { settings: json!({"header": "a b"}), ..manychat(CONTACT) };
    assert_eq!(nonsense.accept(), Err(Refused::NotConfigured));
}

#[test]
fn what_manychat_broke_is_kept_for_somebody_to_look_at() {
    let broken =
        manychat(r#"{"event":"message_received","text":"she said "no"","contact":{}}"#).accept().unwrap();
    assert_eq!((broken.event_type.as_str(), broken.ignored), ("unreadable", false));
    assert!(manychat(&CONTACT.replace("\"key\"", "\"event\":\"dance\",\"key\"")).accept().is_ok());
}

#[test]
fn nothing_that_is_shown_holds_a_secret() {
    let endpoint =
        Endpoint { external_id: "4".into(), secrets: vec!["geheim".into()], settings: Value::Null };
    assert!(!format!("{endpoint:?}").contains("geheim"));
}

#[test]
fn every_platform_answers_to_its_name() {
    let all = all();
    assert!(all.iter().all(|(name, webhook)| *name == webhook.platform()));
    assert!(["chatwoot", "clerk", "hint", "stripe", "twilio"].iter().all(|name| all.contains_key(name)));
}
