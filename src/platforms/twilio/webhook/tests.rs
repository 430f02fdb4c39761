//! The vectors that Twilio publishes with its client libraries, and the rules around them.

use http::HeaderMap;
use jiff::Timestamp;
use serde_json::Value;

use super::*;

const TOKEN: &str = "12345";
const BASE: &str = "https://mycompany.com";
const TARGET: &str = "/myapp.php?foo=1&bar=2";
const CALL: &str =
    "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
const INBOUND: &str = "SmsMessageSid=SM00000000000000000000000000000001&NumMedia=0&ProfileName=Ana+Prueba&MessageType=text&SmsSid=SM00000000000000000000000000000001&WaId=15555550123&SmsStatus=received&Body=S%C3%AD%2C+confirmo+la+cita+%26+gracias+%F0%9F%91%8D&To=whatsapp%3A%2B15555550199&NumSegments=1&ReferralNumMedia=0&MessageSid=SM00000000000000000000000000000001&AccountSid=AC00000000000000000000000000000000&From=whatsapp%3A%2B15555550123&ApiVersion=2010-04-01";
const ACCOUNT: &str = "AC00000000000000000000000000000000";

struct Case<'a> {
    base: &'a str,
    target: &'a str,
    kind: &'a str,
    body: &'a str,
    signature: &'a str,
    settings: Option<&'a str>,
    secrets: Vec<&'a str>,
}

impl Default for Case<'_> {
    fn default() -> Self {
        Self {
            base: BASE,
            target: TARGET,
            kind: "application/x-www-form-urlencoded; charset=utf-8",
            body: CALL,
            signature: "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
            settings: None,
            secrets: vec![TOKEN],
        }
    }
}

impl Case<'_> {
    fn with<T>(&self, asked: impl FnOnce(&Endpoint, &Delivery<'_>) -> T) -> T {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, self.kind.parse().unwrap());
        headers.insert(SIGNATURE, self.signature.parse().unwrap());
        if let Some(settings) = self.settings {
            headers.insert(SETTINGS, settings.parse().unwrap());
        }
        let endpoint = Endpoint {
            external_id: ACCOUNT.to_owned(),
            secrets: self.secrets.iter().map(|secret| (*secret).into()).collect(),
            settings: Value::Null,
        };
        let delivery = Delivery {
            method: &Method::POST,
            target: self.target,
            public_base: Some(self.base),
            headers: &headers,
            body: self.body.as_bytes(),
            received_at: Timestamp::UNIX_EPOCH,
        };
        asked(&endpoint, &delivery)
    }

    fn verified(&self) -> Result<(), Refused> {
        self.with(|endpoint, delivery| verify(endpoint, delivery, &read(delivery)?.0))
    }

    fn accepted(&self) -> Result<Accepted, Refused> {
        self.with(|endpoint, delivery| TwilioWebhook.accept(endpoint, delivery))
    }
}

#[test]
fn published_signatures_are_accepted() {
    let call = Case::default();
    call.verified().unwrap();
    // A signature of the address with a port, whichever of the two is configured.
    for base in ["https://mycompany.com:443", BASE] {
        for signature in ["kvajT1Ptam85bY51eRf/AJRuM3w=", "RSOYDt4T1cUTdK1PDd93/VVr8B8="] {
            Case { base, signature, ..Case::default() }.verified().unwrap();
        }
    }
    let signature = "0ZXoZLH/DfblKGATFgpif+LLRf4=";
    Case { base: "http://mycompany.com", signature, ..Case::default() }.verified().unwrap();
    Case { base: "http://mycompany.com:80/", signature, ..Case::default() }.verified().unwrap();
    let signature = "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=";
    Case { base: "http://mycompany.com:1234", signature, ..Case::default() }.verified().unwrap();
    let (body, signature) =
        ("Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
    Case { body, signature, ..Case::default() }.verified().unwrap();
    Case {
        kind: "application/json",
        target: "/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
        body: r#"{"property": "value", "boolean": true}"#,
        signature: "a9nBmqA0ju/hNViExpshrM61xv4=",
        ..Case::default()
    }
    .verified()
    .unwrap();
}

#[test]
fn the_signature_over_an_address_with_credentials_in_it_is_computed_alike() {
    let form = Form::parse(CALL.as_bytes()).unwrap();
    let address = "https://user:pass@mycompany.com/myapp.php?foo=1&bar=2";
    let made = signature(Hash::Sha1, TOKEN.as_bytes(), address, &form.joined()).unwrap();
    assert_eq!(made, "CukzLTc1tT5dXEDIHm/tKBanW10=");
    // Twilio takes them out before it signs, and so do we.
    Case { base: "https://user:pass@mycompany.com", ..Case::default() }.verified().unwrap();
}

#[test]
fn a_shared_key_signs_only_under_its_own_name() {
    let signature = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s=";
    let settings = Some("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256");
    let case = |settings, secrets| Case { signature, settings, secrets, ..Case::default() }.verified();
    let shared = vec!["another", "webhooks_sharedkey_1:12345"];
    assert_eq!(case(settings, shared.clone()), Ok(()));
    assert_eq!(
        case(None, shared.clone()),
        Err(Refused::BadSignature),
        "the auth token alone signs without it"
    );
    assert_eq!(case(settings, vec![TOKEN]), Err(Refused::BadSignature), "a token is no shared key");
    assert_eq!(case(settings, vec!["webhooks_sharedkey_2:12345"]), Err(Refused::BadSignature));
    for settings in
        ["key=webhooks_sharedkey_1,algorithm=HMAC_MD5", "key=webhooks_sharedkey_1", "algorithm=HMAC_SHA256"]
    {
        assert_eq!(case(Some(settings), shared.clone()), Err(Refused::BadSignature), "{settings}");
    }
    // A plain delivery is not opened by a shared key's secret.
    let plain = Case { secrets: shared, ..Case::default() };
    assert_eq!(plain.verified(), Err(Refused::BadSignature));
}

#[test]
fn what_a_person_writes_is_told_from_a_receipt() {
    let inbound = Case {
        base: "https://hooks.example.test",
        target: "/v1/twilio/inbound?tenant=t_1",
        body: INBOUND,
        signature: "HHwBf6ytbx2Y08lPM1UIFHapc3A=",
        ..Case::default()
    };
    let accepted = inbound.accepted().unwrap();
    assert_eq!(accepted.event_key, "in:SM00000000000000000000000000000001");
    assert_eq!(accepted.event_type, "message.received");
    assert_eq!(accepted.subject.as_deref(), Some("+15555550123"));
    assert!(accepted.signed && !accepted.ignored);

    let said =
        |form: &str| super::accepted(Said::of(&Form::parse(form.as_bytes()).unwrap()), &EMPTY.with_none());
    let receipt = "AccountSid=AC1&MessageSid=SM2&MessageStatus=undelivered&ErrorCode=63016&From=whatsapp%3A%2B15555550199";
    assert_eq!(said(receipt).event_key, "status:SM2:undelivered:63016");
    assert_eq!(said("SmsSid=SM2&SmsStatus=sent").event_key, "status:SM2:sent:");
    assert_eq!(said(receipt).subject, None, "the sender of a receipt is the practice");
    let nameless = said("Body=STOP&From=whatsapp%3AUS.13491208655302741918");
    assert_eq!(nameless.event_type, "unreadable", "and kept");
    assert_eq!(nameless.subject.as_deref(), Some("US.13491208655302741918"));
}

/// A delivery of nothing.
struct Empty(std::sync::LazyLock<HeaderMap>);

static EMPTY: Empty = Empty(std::sync::LazyLock::new(HeaderMap::new));

impl Empty {
    fn with_none(&self) -> Delivery<'_> {
        Delivery {
            method: &Method::POST,
            target: "/",
            public_base: None,
            headers: &self.0,
            body: b"",
            received_at: Timestamp::UNIX_EPOCH,
        }
    }
}

#[test]
fn what_nothing_vouches_for_is_refused() {
    let json = Case { kind: "application/json", body: "{}", ..Case::default() };
    assert_eq!(json.accepted(), Err(Refused::Unsigned), "no hash of the body in the address");
    let twice =
        Case { target: "/a?bodySHA256=1&bodySHA256=2", kind: "text/plain", body: "x", ..Case::default() };
    assert_eq!(twice.accepted(), Err(Refused::Unsigned));
    let other = Case { target: "/a?bodySHA256=1", kind: "text/plain", body: "x", ..Case::default() };
    assert_eq!(other.accepted(), Err(Refused::BadSignature));
    assert_eq!(Case { secrets: vec![], ..Case::default() }.accepted(), Err(Refused::NotConfigured));
    assert_eq!(Case { secrets: vec![""], ..Case::default() }.accepted(), Err(Refused::BadSignature));
    let nameless = Case::default();
    assert_eq!(nameless.accepted(), Err(Refused::Malformed("the delivery names no account")));
    let mut other = Case {
        base: "https://hooks.example.test",
        target: "/v1/twilio/inbound?tenant=t_1",
        body: INBOUND,
        signature: "HHwBf6ytbx2Y08lPM1UIFHapc3A=",
        ..Case::default()
    };
    let foreign = other.with(|endpoint, delivery| {
        let endpoint = Endpoint { external_id: "AC1".to_owned(), ..endpoint.clone() };
        TwilioWebhook.accept(&endpoint, delivery)
    });
    assert_eq!(foreign, Err(Refused::WrongAccount));
    other.base = "https://elsewhere.example.test";
    assert_eq!(other.accepted(), Err(Refused::BadSignature), "signed for another address");
}

#[test]
fn a_form_is_read_as_bytes_and_signed_in_the_order_of_its_names() {
    let form = Form::parse(b"b=2&a=%C3%AD+x&&c&B=%zz&a=").unwrap();
    assert_eq!(form.joined(), "B%zzaa\u{ed} xb2c".as_bytes());
    assert_eq!(form.text("a").as_deref(), Some("\u{ed} x"));
    let broken = Form::parse(b"a=%FF").unwrap();
    assert_eq!(broken.joined(), b"a\xff", "what is no UTF-8 is signed as it is");
    for (text, fine) in
        [("a=%2B%3A", true), ("a=%2b%3a", true), ("a=%2B%3a", false), ("a=%2b", false), ("a=%20", true)]
    {
        assert_eq!(Form::parse(text.as_bytes()).is_ok(), fine, "{text}");
    }
    assert!(Form::parse("a&".repeat(2_001).as_bytes()).is_err());
}

#[test]
fn the_address_is_spelled_in_the_ways_that_are_known() {
    assert_eq!(
        addresses("https://a.example/p/", "/x?y='1"),
        [
            "https://a.example/p/x?y='1",
            "https://a.example/p/x?y=%271",
            "https://a.example:443/p/x?y='1",
            "https://a.example:443/p/x?y=%271"
        ]
    );
    assert_eq!(addresses("http://[::1]:8", "/"), ["http://[::1]:8/", "http://[::1]/"]);
}
