use std::{
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::Response;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::*;
use crate::platforms::{
    clerk::issuer::DevelopmentIssuer,
    transport::{InProcess, TransportError},
};

static ONE: LazyLock<Value> = LazyLock::new(|| DevelopmentIssuer::new().unwrap().jwks()["keys"][0].clone());

fn set(names: &[&str]) -> Bytes {
    let keys: Vec<Value> = names
        .iter()
        .map(|name| {
            let mut key = ONE.clone();
            key["kid"] = json!(name);
            key
        })
        .collect();
    Bytes::from(json!({"keys": keys}).to_string())
}

/// A Clerk that answers with what stands in it, and counts.
#[derive(Default)]
struct Clerk {
    asked: AtomicUsize,
    answer: Mutex<Option<Bytes>>,
    /// When set, an answer waits for it.
    gate: Mutex<Option<Arc<Notify>>>,
    authorization: Mutex<Option<String>>,
}

impl Clerk {
    fn answers(&self, answer: Option<Bytes>) {
        *self.answer.lock().unwrap() = answer;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn jwks(secret: Option<SecretString>) -> (Arc<Jwks>, Arc<Clerk>, Clock) {
    let clerk = Arc::new(Clerk::default());
    let at_clerk = Arc::clone(&clerk);
    let transport = InProcess::new(move |request: Request<Bytes>| {
        let clerk = Arc::clone(&at_clerk);
        async move {
            clerk.asked.fetch_add(1, Ordering::SeqCst);
            let authorization = request.headers().get(header::AUTHORIZATION);
            *clerk.authorization.lock().unwrap() =
                authorization.map(|value| value.to_str().unwrap().to_owned());
            let gate = clerk.gate.lock().unwrap().clone();
            if let Some(gate) = gate {
                gate.notified().await;
            }
            let answer = clerk.answer.lock().unwrap().clone();
            answer.map(Response::new).ok_or(TransportError::Connect)
        }
    });
    let clock = Clock::starting_at("2031-03-04T05:06:07Z".parse().unwrap());
    let published = Published {
        uri: "https://clerk.example.test/.well-known/jwks.json".parse().unwrap(),
        secret,
        fresh_for: SignedDuration::from_secs(300),
        usable_for: SignedDuration::from_secs(3600),
    };
    (Jwks::new(published, Arc::new(transport), clock.clone()), clerk, clock)
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn keys_are_read_once_and_kept() {
    let (jwks, clerk, _) = jwks(None);
    clerk.answers(Some(set(&["a", "b"])));
    for kid in ["a", "b", "a"] {
        assert!(jwks.key(kid).await.is_ok());
    }
    assert_eq!(clerk.asked(), 1);
    assert_eq!(*clerk.authorization.lock().unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn the_backend_is_asked_with_the_secret() {
    let (jwks, clerk, _) = jwks(Some("sk_test_of_the_test".into()));
    clerk.answers(Some(set(&["a"])));
    assert!(jwks.key("a").await.is_ok());
    assert_eq!(clerk.authorization.lock().unwrap().as_deref(), Some("Bearer sk_test_of_the_test"));
}

#[tokio::test(start_paused = true)]
async fn made_up_names_make_one_reading_a_minute() {
    let (jwks, clerk, _) = jwks(None);
    clerk.answers(Some(set(&["a"])));
    assert!(jwks.key("a").await.is_ok());
    for n in 0..1000 {
        assert!(matches!(jwks.key(&format!("made-up-{n}")).await, Err(TokenProblem::Invalid(_))));
    }
    assert_eq!(clerk.asked(), 1, "it had just been read");
    pass(60).await;
    for n in 0..1000 {
        assert!(jwks.key(&format!("made-up-{n}")).await.is_err());
    }
    assert_eq!(clerk.asked(), 2);
    assert!(jwks.key("a").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_rotation_is_noticed_with_the_first_new_token() {
    let (jwks, clerk, _) = jwks(None);
    clerk.answers(Some(set(&["old"])));
    assert!(jwks.key("old").await.is_ok());
    pass(120).await;
    clerk.answers(Some(set(&["new"])));
    assert!(jwks.key("old").await.is_ok(), "until it is looked");
    assert!(jwks.key("new").await.is_ok());
    assert!(matches!(jwks.key("old").await, Err(TokenProblem::Invalid(_))), "not signed with any more");
    assert_eq!(clerk.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_crowd_makes_one_reading_also_when_the_first_goes_away() {
    let (jwks, clerk, _) = jwks(None);
    clerk.answers(Some(set(&["a"])));
    let gate = Arc::new(Notify::new());
    *clerk.gate.lock().unwrap() = Some(Arc::clone(&gate));
    let first = tokio::spawn({
        let jwks = Arc::clone(&jwks);
        async move { jwks.key("a").await.is_ok() }
    });
    while clerk.asked() == 0 {
        tokio::task::yield_now().await;
    }
    first.abort();
    let crowd: Vec<_> = (0..50)
        .map(|_| {
            let jwks = Arc::clone(&jwks);
            tokio::spawn(async move { jwks.key("a").await.is_ok() })
        })
        .collect();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    gate.notify_one();
    for one in crowd {
        assert!(one.await.unwrap());
    }
    assert_eq!(clerk.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn old_keys_serve_while_clerk_is_away_but_not_for_ever() {
    let (jwks, clerk, _) = jwks(None);
    clerk.answers(Some(set(&["a"])));
    assert!(jwks.key("a").await.is_ok());
    clerk.answers(None);
    pass(301).await;
    for _ in 0..100 {
        assert!(jwks.key("a").await.is_ok());
    }
    assert_eq!(clerk.asked(), 2, "asked again, once, and the next time after a pause");
    pass(5).await;
    assert!(jwks.key("a").await.is_ok());
    assert_eq!(clerk.asked(), 3);
    pass(3600).await;
    assert!(matches!(jwks.key("a").await, Err(TokenProblem::Unavailable)));
    clerk.answers(Some(set(&["a"])));
    assert!(matches!(jwks.key("a").await, Err(TokenProblem::Unavailable)), "a moment later");
    pass(5).await;
    assert!(jwks.key("a").await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_clerk_that_never_answers_costs_a_few_seconds() {
    let (jwks, clerk, clock) = jwks(None);
    *clerk.gate.lock().unwrap() = Some(Arc::default());
    let began = clock.now();
    assert!(matches!(jwks.key("a").await, Err(TokenProblem::Unavailable)));
    assert_eq!(clock.now().duration_since(began).as_secs(), 5);
}

#[test]
fn of_a_set_only_what_may_sign_sessions_is_taken() {
    let mut keys = vec![json!({"kty": "EC", "crv": "P-256", "kid": "ec", "x": "AA", "y": "AA"})];
    for (name, field, value) in
        [("enc", "use", "enc"), ("long", "alg", "RS512"), ("", "kid", ""), ("odd", "n", "not base64!")]
    {
        let mut key = ONE.clone();
        key["kid"] = json!(name);
        key[field] = json!(value);
        keys.push(key);
    }
    let mut bare = ONE.clone();
    bare["kid"] = json!("good");
    bare.as_object_mut().unwrap().retain(|field, _| !matches!(field.as_str(), "use" | "alg"));
    assert_eq!(
        parse(json!({"keys": keys}).to_string().as_bytes()).err(),
        Some("a set without a key for sessions")
    );
    keys.push(bare);
    let taken = parse(json!({"keys": keys}).to_string().as_bytes()).unwrap();
    assert_eq!(taken.keys().collect::<Vec<_>>(), ["good"]);
    for body in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[]}"#] {
        assert!(parse(body.as_bytes()).is_err(), "{body}");
    }
}
