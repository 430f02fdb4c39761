//! What the simulated platforms send is accepted by the verifiers, which were written by other hands from the same
//! documents; doubled deliveries are known by their key, and a changed one is refused. And `routiq simulate` serves them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use routiq::platforms::webhook::{self, Accepted, Delivery, Endpoint, Refused};
use routiq_simulators::{
    Clock,
    chatwoot::{Chatwoot, Settings, Version},
    clerk::{self, Clerk},
    hooks::{self, Failure, HookFaults, Sends},
    population::Practice,
    stripe::{self, ApiVersion, Card, Plan, Stripe},
    twilio::{self, Fate, Inbound, Sender, SharedKey, Twilio},
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

const BASE: &str = "https://hooks.example.org";

#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn new() -> Self {
        let start: Timestamp = "2031-03-04T05:06:07Z".parse().unwrap();
        Self(Arc::new(AtomicI64::new(start.as_second())))
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let hand = self.clone();
        Arc::new(move || hand.now())
    }
}

/// Everything a platform sends until now.
async fn heard(from: &impl Sends) -> Vec<Request<Bytes>> {
    let all: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
    let keep = Arc::clone(&all);
    let sink = move |request: Request<Bytes>| {
        keep.lock().unwrap().push(request);
        async { Ok::<_, Failure>(Response::new(Bytes::new())) }
    };
    hooks::deliver(from, &sink, true).await;
    std::mem::take(&mut all.lock().unwrap())
}

struct Ours {
    platform: &'static str,
    endpoint: Endpoint,
}

impl Ours {
    fn new(platform: &'static str, account: &str, secrets: &[&str]) -> Self {
        let secrets = secrets.iter().map(|&secret| secret.into()).collect();
        let endpoint = Endpoint { external_id: account.to_owned(), secrets, settings: json!({}) };
        Self { platform, endpoint }
    }

    fn accept(&self, request: &Request<Bytes>, body: &[u8], now: Timestamp) -> Result<Accepted, Refused> {
        let delivery = Delivery {
            method: request.method(),
            target: request.uri().path_and_query().unwrap().as_str(),
            public_base: Some(BASE),
            headers: request.headers(),
            body,
            received_at: now,
        };
        webhook::all()[self.platform].accept(&self.endpoint, &delivery)
    }

    /// All are genuine, none of them with a byte changed; returns their keys with how often each came.
    fn accept_all(&self, requests: &[Request<Bytes>], now: Timestamp) -> BTreeMap<String, u32> {
        let mut keys: BTreeMap<String, u32> = BTreeMap::new();
        for request in requests {
            let accepted = self.accept(request, request.body(), now);
            let accepted =
                accepted.unwrap_or_else(|refused| panic!("{}: {refused}: {request:?}", self.platform));
            assert!(!accepted.ignored && accepted.signed, "{}: {accepted:?}", self.platform);
            *keys.entry(accepted.event_key).or_default() += 1;
            if let Some((last, start)) = request.body().split_last() {
                let changed = [start, &[last ^ 1]].concat();
                assert!(self.accept(request, &changed, now).is_err(), "{}: a changed byte", self.platform);
            }
        }
        keys
    }
}

#[tokio::test]
async fn chatwoot_s_are_accepted_for_whichever_release_and_secret() {
    for version in [Version::V4_0, Version::V4_12, Version::V4_15] {
        let hand = Hand::new();
        let chat = Chatwoot::new(Settings { version, ..Settings::default() }, hand.clock());
        let seat = chat.add_practice(Practice { events_per_hour: 600.0, ..Practice::default() }).unwrap();
        let (_, secret) =
            chat.add_webhook(seat.account, &format!("{BASE}/webhooks/chatwoot/token"), &[]).unwrap();
        hand.pass(1800);
        chat.advance(hand.now());
        let requests = heard(&chat).await;
        assert!(requests.len() > 100, "{}", requests.len());
        let account = seat.account.to_string();
        if version >= Version::V4_12 {
            let keys =
                Ours::new("chatwoot", &account, &["another", &secret]).accept_all(&requests, hand.now());
            let twice: Vec<_> = keys.iter().filter(|(_, times)| **times > 1).collect();
            assert!(!twice.is_empty(), "the installation tells some changes twice");
            assert!(twice.iter().all(|(key, _)| key.starts_with("conversation_updated:")), "{twice:?}");
        } else {
            // Known by the path alone: only a reason to look.
            let ours = Ours::new("chatwoot", &account, &[]);
            assert!(requests.iter().all(|it| !ours.accept(it, it.body(), hand.now()).unwrap().signed));
        }
    }
}

#[tokio::test]
async fn clerk_s_are_accepted_and_doubled_ones_known() {
    let hand = Hand::new();
    let clerk = Clerk::new(clerk::Settings::default(), hand.clock());
    let (endpoint, old) = clerk.add_endpoint(&format!("{BASE}/webhooks/clerk"), &[]);
    clerk.roll_secret(endpoint).unwrap();
    clerk.set_hook_faults(HookFaults { double: 0.3, reorder: 0.3, ..HookFaults::default() });
    clerk.churn(200);
    let requests = heard(&clerk).await;
    let keys = Ours::new("clerk", "", &[&old]).accept_all(&requests, hand.now());
    let doubled = keys.values().filter(|times| **times == 2).count();
    assert_eq!(u64::try_from(doubled).unwrap(), clerk.hook_totals().doubled);
    assert!(doubled > 20 && keys.values().all(|times| *times <= 2));
}

#[tokio::test]
async fn stripe_s_are_accepted_in_both_versions() {
    for version in [ApiVersion::Acacia, ApiVersion::Basil] {
        let hand = Hand::new();
        let stripe = Stripe::new(stripe::Settings::default(), hand.clock());
        let (_, secret) = stripe.add_endpoint(&format!("{BASE}/webhooks/stripe"), version, &[]);
        let customer = stripe.add_customer("org_1", "billing@example.test", Card::Good);
        stripe.subscribe(&customer, Plan::default(), 14).unwrap();
        let mut ours = Ours::new("stripe", "", &[&secret]);
        ours.endpoint.settings = json!({"livemode": true});
        let mut all = 0;
        for _ in 0..100 {
            let requests = heard(&stripe).await;
            let keys = ours.accept_all(&requests, hand.now());
            assert_eq!(keys.len(), requests.len());
            all += keys.len();
            hand.pass(86_400);
        }
        assert!(all >= 10, "{all}");
    }
}

#[tokio::test]
async fn twilio_s_are_accepted_as_form_and_as_json_by_token_and_by_key() {
    let key = SharedKey { id: "webhooks_sharedkey_1".to_owned(), secret: "shared".to_owned(), sha256: true };
    for (as_json, key) in [(false, None), (true, None), (false, Some(key.clone())), (true, Some(key))] {
        let hand = Hand::new();
        let twilio = Twilio::new(twilio::Settings::default(), hand.clock());
        let (account, token) = twilio.add_account();
        let sender = |address: &str| Sender {
            address: address.to_owned(),
            inbound: Some(format!("{BASE}/webhooks/twilio/t/inbound?x=1#rc=3&rp=ct,rt,5xx")),
            status_callback: Some(format!("{BASE}/webhooks/twilio/t/status")),
            as_json,
            ..Sender::default()
        };
        for address in ["+15555550199", "whatsapp:+15555550199"] {
            twilio.add_sender(&account, sender(address)).unwrap();
        }
        twilio.share_key(&account, key.clone()).unwrap();
        let write = |from: &str, to: &str, body: &str| {
            let message = Inbound {
                from: from.to_owned(),
                to: to.to_owned(),
                body: body.to_owned(),
                ..Inbound::default()
            };
            twilio.receive(message).unwrap();
        };
        write("+15555550123", "+15555550199", "Sí & gracias 👍 + mañana?");
        write("whatsapp:+15555550123", "whatsapp:+15555550199", "");
        write("whatsapp:US.13491208655302741918", "whatsapp:+15555550199", "no number");
        twilio.send("+15555550199", "+15555550123", "Hi", None, Fate::Read).unwrap();
        twilio.send("+15555550199", "+15555550124", "Hi", None, Fate::Undelivered(30_003)).unwrap();
        hand.pass(600);
        let requests = heard(&twilio).await;
        assert!(requests.len() >= 7);
        let shared = key.as_ref().map(|key| format!("{}:{}", key.id, key.secret));
        let ours = Ours::new("twilio", &account, &[shared.as_deref().unwrap_or(&token)]);
        let keys = ours.accept_all(&requests, hand.now());
        assert_eq!(keys.len(), requests.len(), "a message and each of its steps");
        let subjects: BTreeSet<_> = requests
            .iter()
            .filter_map(|request| ours.accept(request, request.body(), hand.now()).unwrap().subject)
            .collect();
        assert!(subjects.contains("+15555550123"), "{subjects:?}");
    }
}

#[tokio::test]
async fn an_old_delivery_is_refused() {
    let hand = Hand::new();
    let clerk = Clerk::new(clerk::Settings::default(), hand.clock());
    let (_, secret) = clerk.add_endpoint(&format!("{BASE}/webhooks/clerk"), &[]);
    clerk.churn(1);
    let request = heard(&clerk).await.remove(0);
    let ours = Ours::new("clerk", "", &[&secret]);
    let later = hand.now() + SignedDuration::from_secs(301);
    assert_eq!(ours.accept(&request, request.body(), later), Err(Refused::TooOld));
}

#[test]
fn the_command_serves_every_platform() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_routiq"))
        .args(["simulate", "--port", "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut origins = BTreeMap::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.starts_with("control") {
            break;
        }
        if let Some((name, rest)) = line.split_once(" at http://") {
            let address = rest.split([',', ';', ' ']).next().unwrap();
            origins.insert(name.trim().to_owned(), address.to_owned());
        }
    }
    let names: Vec<&str> = origins.keys().map(String::as_str).collect();
    let every = [
        "Chatwoot",
        "Clerk",
        "Cliniko",
        "Google Calendar",
        "ManyChat",
        "Momence",
        "Nookal",
        "Stripe",
        "Twilio",
    ];
    assert_eq!(names, every);
    for (name, path) in [
        ("Chatwoot", "/__simulator/accounts"),
        ("Clerk", "/.well-known/jwks.json"),
        ("Stripe", "/__simulator/ledger"),
        ("Twilio", "/__simulator/hooks"),
    ] {
        let mut stream = TcpStream::connect(&origins[name]).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", origins[name])
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert!(child.wait().unwrap().success());
}
