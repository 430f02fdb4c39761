//! Verifiers under any bytes: the first line is the target, the next ones headers, the rest the body. What nobody signed
//! is never taken; the same body well signed is read without a panic, and to the same key every time.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use serde_json::Value;

use super::{Accepted, Delivery, Endpoint, Refused, Webhook, all, hmac_sha256};
use crate::platforms::twilio::webhook::sign_for_fuzzing;

const AT: i64 = 1_767_225_600;
const SECRET: &str = "Zm9yLWZ1enppbmctb25seQ==";
const LONGEST_KEY: usize = 600;

struct Input<'a> {
    target: String,
    headers: HeaderMap,
    body: &'a [u8],
}

impl<'a> Input<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let (head, body) = match bytes.windows(2).position(|pair| pair == b"\n\n") {
            Some(at) => (&bytes[..at], &bytes[at + 2..]),
            None => (&[][..], bytes),
        };
        let mut lines = head.split(|byte| *byte == b'\n');
        let target = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
        let mut headers = HeaderMap::new();
        for line in lines.take(32) {
            let Some(at) = line.iter().position(|byte| *byte == b':') else { continue };
            let value = line[at + 1..].trim_ascii();
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(&line[..at]), HeaderValue::from_bytes(value))
            {
                headers.append(name, value);
            }
        }
        Self { target, headers, body }
    }

    fn accept(&self, webhook: &dyn Webhook, secret: Option<&str>) -> Result<Accepted, Refused> {
        let endpoint = Endpoint {
            external_id: String::new(),
            secrets: secret.map(Into::into).into_iter().collect(),
            settings: Value::Null,
        };
        let delivery = Delivery {
            method: &Method::POST,
            target: &self.target,
            public_base: Some("https://hooks.example.org"),
            headers: &self.headers,
            body: self.body,
            received_at: Timestamp::from_second(AT).unwrap_or_default(),
        };
        webhook.accept(&endpoint, &delivery)
    }
}

fn run(platform: &str, bytes: &[u8], signed: impl Fn(&mut Input<'_>)) {
    let Some(webhook) = all().remove(platform) else { return };
    let mut input = Input::of(bytes);
    assert!(input.accept(webhook.as_ref(), Some(SECRET)).is_err(), "nobody signed this");
    if let Ok(accepted) = input.accept(webhook.as_ref(), None) {
        assert!(platform == "chatwoot" && !accepted.signed, "only older Chatwoots need no secret");
    }
    signed(&mut input);
    let first = input.accept(webhook.as_ref(), Some(SECRET));
    assert_eq!(first, input.accept(webhook.as_ref(), Some(SECRET)));
    match first {
        Ok(accepted) => {
            assert!(
                accepted.signed && !accepted.event_key.is_empty() && accepted.event_key.len() <= LONGEST_KEY
            );
            assert!(!accepted.event_type.is_empty());
            assert!(accepted.headers.iter().all(|(_, value)| !value.contains(SECRET)), "a secret is kept");
        }
        Err(refused) => assert!(
            matches!(refused, Refused::Malformed(_) | Refused::WrongAccount),
            "well signed, yet {refused}"
        ),
    }
}

fn put(input: &mut Input<'_>, name: &'static str, value: &str) {
    if let Ok(value) = value.parse() {
        input.headers.insert(name, value);
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    hmac_sha256(key, parts).unwrap_or_default()
}

/// Chatwoot's.
pub(crate) fn chatwoot(bytes: &[u8]) {
    run("chatwoot", bytes, |input| {
        let mac = mac(SECRET.as_bytes(), &[AT.to_string().as_bytes(), b".", input.body]);
        put(input, "x-chatwoot-timestamp", &AT.to_string());
        put(input, "x-chatwoot-signature", &format!("sha256={}", hex::encode(mac)));
    });
}

fn standard(prefix: [&'static str; 3], input: &mut Input<'_>) {
    for name in ["svix-id", "svix-timestamp", "svix-signature"] {
        input.headers.remove(name);
    }
    let key = STANDARD.decode(SECRET).unwrap_or_default();
    let mac = mac(&key, &[b"msg_1.", AT.to_string().as_bytes(), b".", input.body]);
    let [id, timestamp, signature] = prefix;
    put(input, id, "msg_1");
    put(input, timestamp, &AT.to_string());
    put(input, signature, &format!("v1,{}", STANDARD.encode(mac)));
}

/// Clerk's.
pub(crate) fn clerk(bytes: &[u8]) {
    run("clerk", bytes, |input| standard(["svix-id", "svix-timestamp", "svix-signature"], input));
}

/// Hints.
pub(crate) fn hint(bytes: &[u8]) {
    run("hint", bytes, |input| standard(["webhook-id", "webhook-timestamp", "webhook-signature"], input));
}

/// Google Calendar's, which have no body: what is fuzzed is in the headers.
pub(crate) fn google_calendar(bytes: &[u8]) {
    run("google_calendar", bytes, |input| put(input, "x-goog-channel-token", SECRET));
}

/// ManyChat's.
pub(crate) fn manychat(bytes: &[u8]) {
    run("manychat", bytes, |input| put(input, "x-webhook-secret", SECRET));
}

/// Stripe's.
pub(crate) fn stripe(bytes: &[u8]) {
    run("stripe", bytes, |input| {
        let mac = mac(SECRET.as_bytes(), &[AT.to_string().as_bytes(), b".", input.body]);
        put(input, "stripe-signature", &format!("t={AT},v1={}", hex::encode(mac)));
    });
}

/// Twilio's.
pub(crate) fn twilio(bytes: &[u8]) {
    run("twilio", bytes, |input| {
        put(input, "content-type", "application/x-www-form-urlencoded");
        input.headers.remove("x-twilio-webhooks-signature-settings");
        let signature = sign_for_fuzzing(SECRET, "https://hooks.example.org", &input.target, input.body);
        put(input, "x-twilio-signature", &signature);
    });
}
