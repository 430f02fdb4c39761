//! Clerk and Stripe at the open door: what they signed is kept once and becomes rows by the directory in its tree; what they
//! did not sign, or said before, changes nothing.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use bytes::Bytes;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::{role::Role as Rank, seal::Keyring},
    work::{IntakeSettings, JournalWork, directory::Origins},
};
use routiq_actors::{clock::Clock, journal::JournalSettings, port::Ports};
use routiq_simulators::{
    clerk::Clerk as ClerkWorld,
    hooks::Sends,
    stripe::{ApiVersion, Card, Plan, Stripe as StripeWorld},
};
use serde_json::Value;

use super::{
    Office,
    simulated::{CLERK_HOOK, STRIPE_HOOK, known, people, sent},
};
use crate::support::{
    door::{self, Caller, Door, Idle, Reply},
    rig::until,
};

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// An open door, the directory behind it, and both platforms before it.
struct Street {
    office: Office,
    door: Door,
    clerk: ClerkWorld,
    stripe: StripeWorld,
    /// How far the platforms' clocks are ahead of ours, in seconds.
    ahead: Arc<AtomicI64>,
}

impl Street {
    async fn open() -> Self {
        let office = Office::new().await;
        let ahead = Arc::new(AtomicI64::new(0));
        let seconds = Arc::clone(&ahead);
        let time: routiq_simulators::Clock =
            Arc::new(move || Timestamp::now() + SignedDuration::from_secs(seconds.load(Ordering::SeqCst)));
        let (clerk, stripe) = (
            ClerkWorld::new(Default::default(), Arc::clone(&time)),
            StripeWorld::new(Default::default(), time),
        );
        let intake = IntakeSettings {
            clerk: vec![clerk.add_endpoint(CLERK_HOOK, &[]).1.into()],
            stripe: vec![stripe.add_endpoint(STRIPE_HOOK, ApiVersion::Basil, &[]).1.into()],
            ..IntakeSettings::default()
        };
        let ports = Ports::new(Idle, Idle, Idle, Idle)
            .with_journal(JournalWork::new(office.store.clone()))
            .with_directory(office.work_by(Clock::system(), Origins::default()));
        let keys = Keyring::new([(1, [7; 32])]).unwrap();
        let settings = (JournalSettings::default(), intake, door::settings());
        let door = Door::over(&office.store, &keys, ports, settings).await;
        Self { office, door, clerk, stripe, ahead }
    }

    /// Later at the platforms: what happens then is newer. They may be five minutes ahead at most.
    fn pass(&self) {
        self.ahead.fetch_add(3, Ordering::SeqCst);
    }

    async fn post(&self, request: &Request<Bytes>) -> Reply {
        let headers: Vec<(&str, String)> = request
            .headers()
            .iter()
            .filter(|(name, _)| *name != "content-type")
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap().to_owned()))
            .collect();
        let bytes = door::post(request.uri().path(), "application/json", &headers, request.body());
        Caller::connect(self.door.address).await.unwrap().call(&bytes).await.unwrap()
    }

    /// Sends these; answers which of them were repetitions.
    async fn deliver(&self, requests: &[Request<Bytes>]) -> Vec<bool> {
        let mut repeated = Vec::new();
        for request in requests {
            let reply = self.post(request).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            let body: Value = serde_json::from_str(&reply.body).unwrap();
            assert!(body["success"] == true && body["received"] == true, "{body}");
            repeated.push(body["duplicate"].as_bool().unwrap());
        }
        repeated
    }

    /// Everything a platform has to say is told, and was news; answers it when the directory has seen to it.
    async fn hear(&self, from: &impl Sends) -> Vec<Request<Bytes>> {
        let requests = sent(from).await;
        assert!(!requests.is_empty());
        assert!(self.deliver(&requests).await.iter().all(|repeated| !repeated), "it was news");
        let left =
            "select id from routiq.directory_events where state = 'pending' and next_attempt_at <= now()";
        let settled = async || self.office.rows(left).await.is_empty().then_some(());
        until("the directory has seen to it", PATIENCE, settled).await;
        requests
    }

    /// Neither said again nor said by somebody else it changes anything: `tamper` changes what a genuine event says.
    async fn resists(&self, told: &[Request<Bytes>], genuine: &Request<Bytes>, tamper: (&str, &str)) {
        let before = self.office.everything().await;
        assert!(self.deliver(told).await.iter().all(|repeated| *repeated), "each is known");
        for (what, forged) in forgeries(genuine, &told[0], tamper) {
            let reply = self.post(&forged).await;
            let body: Value = serde_json::from_str(&reply.body).unwrap();
            let code = body["error"]["code"].as_str();
            assert_eq!((reply.status, code), (403, Some("INVALID_SIGNATURE")), "{what}: {reply:?}");
        }
        assert_eq!(self.office.everything().await, before, "nothing is kept, nothing applied");
    }
}

/// A genuine request in the hands of others.
fn forgeries(
    genuine: &Request<Bytes>,
    another: &Request<Bytes>,
    (is, should): (&str, &str),
) -> Vec<(&'static str, Request<Bytes>)> {
    let text = std::str::from_utf8(genuine.body()).unwrap();
    assert!(text.contains(is), "{text}");
    let mut other_words = genuine.clone();
    *other_words.body_mut() = text.replace(is, should).into();
    let mut unsigned = genuine.clone();
    unsigned.headers_mut().clear();
    let mut other_signature = genuine.clone();
    *other_signature.headers_mut() = another.headers().clone();
    vec![("other words", other_words), ("no signature", unsigned), ("another's signature", other_signature)]
}

#[tokio::test]
async fn what_clerk_signed_becomes_people_and_nothing_else_does() {
    let street = Street::open().await;
    let Street { office, clerk, .. } = &street;
    let practice = clerk.add_organization("Harbour Physio");
    for _ in 0..30 {
        street.pass();
        clerk.churn(1);
    }
    street.pass();
    let ana = clerk.add_user("ana@example.test", "Ana", "Invented");
    clerk.set_member(&practice, &ana, "org:member").unwrap();
    let told = street.hear(clerk).await;
    assert!(told.len() > 20, "{}", told.len());
    assert_eq!(known(office).await, people(&clerk.ledger()), "by webhooks alone");
    assert_eq!(office.role(&ana, &practice).await, Some(Rank::Staff));

    street.pass();
    clerk.set_member(&practice, &ana, "org:viewer").unwrap();
    let genuine = sent(clerk).await;
    street.resists(&told, &genuine[0], ("org:viewer", "org:owner")).await;
    assert_eq!(street.deliver(&genuine).await, [false], "what was forged did not take its place");
    let viewer = async || (office.role(&ana, &practice).await == Some(Rank::Viewer)).then_some(());
    until("the genuine one is applied", PATIENCE, viewer).await;
    street.door.close().await;
}

#[tokio::test]
async fn what_stripe_signed_becomes_a_subscription_and_nothing_else_does() {
    let street = Street::open().await;
    let Street { office, clerk, stripe, .. } = &street;
    let practice = clerk.add_organization("Kauri Chiropractic");
    street.hear(clerk).await;
    let customer = stripe.add_customer(&practice, "billing@example.test", Card::Good);
    let bought = stripe.subscribe(&customer, Plan::default(), 14).unwrap();
    let told = street.hear(stripe).await;
    let standing = "select o.status, s.stripe_subscription_id, s.status as subscribed
                    from routiq.organizations o join routiq.subscriptions s on s.organization_id = o.id";
    assert_eq!(office.one(standing).await, format!("active,{bought},trialing"));

    street.pass();
    stripe.cancel(&bought, false).unwrap();
    let genuine = sent(stripe).await;
    let ended = genuine.iter().find(|it| String::from_utf8_lossy(it.body()).contains("canceled")).unwrap();
    street.resists(&told, ended, ("canceled", "active")).await;
    assert!(street.deliver(&genuine).await.iter().all(|repeated| !repeated));
    let canceled = format!("suspended,{bought},canceled");
    let applied = async || (office.one(standing).await == canceled).then_some(());
    until("the genuine one is applied", PATIENCE, applied).await;
    street.door.close().await;
}
