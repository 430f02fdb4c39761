//! What guards the front door: how much anybody may ask, whose scripts may, and that nobody speaks in the clear.

use std::{path::Path, sync::Arc, time::Duration};

use routiq::{
    config::Environment,
    domain::role::Role,
    http::{self, Rate, Rates, Settings, Tls},
};
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName, version};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_util::sync::CancellationToken;

use super::{House, Organization, TOKEN, answer, rates, settings};

/// Staging, production: whatever is guarded.
fn guarded() -> Settings {
    Settings { environment: Environment::Production, ..settings() }
}

fn header<'a>(answered: &'a reqwest::Response, name: &str) -> Option<&'a str> {
    answered.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn who_asks_too_often_waits_and_is_told_how_long() {
    let few = Rates {
        strangers: Rate::a_minute(3),
        reads: Rate::a_minute(5),
        writes: Rate::a_minute(2),
        ..rates()
    };
    let house = House::with(Settings { rates: few, ..settings() }, http::routes()).await;
    let stranger = || house.client.get(house.url("/admin/tree")).send();
    for left in ["2", "1", "0"] {
        let answered = stranger().await.unwrap();
        assert_eq!(answered.status(), 401);
        assert_eq!(
            (header(&answered, "x-ratelimit-limit"), header(&answered, "x-ratelimit-remaining")),
            (Some("3"), Some(left))
        );
        assert!(header(&answered, "x-ratelimit-reset").unwrap().parse::<i64>().unwrap() > 1_700_000_000);
    }
    let answered = stranger().await.unwrap();
    assert_eq!(answered.status(), 429);
    let wait: i64 = header(&answered, "retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    assert_eq!(header(&answered, "x-ratelimit-remaining"), Some("0"));
    let body: Value = answered.json().await.unwrap();
    assert_eq!(body["error"]["code"], "RATE_LIMITED");
    assert_eq!((&body["rate_limit"]["limit"], &body["rate_limit"]["remaining"]), (&json!(3), &json!(0)));
    assert!(body["rate_limit"]["retry_after"].as_i64().unwrap() >= 1);
    assert!(body["rate_limit"]["reset_time"].as_i64().unwrap() > 1_700_000_000);
    // Looking for what is not there counts the same.
    assert_eq!(answer(house.client.get(house.url("/nowhere"))).await.0, 429);
    // Whoever may come in does, from the same address; reads and writes are counted apart.
    let mut reads = Vec::new();
    for _ in 0..6 {
        reads.push(house.get("/admin/limits").await.0);
    }
    assert_eq!(reads, [200, 200, 200, 200, 200, 429]);
    let restart = "/admin/tenants/01900000-0000-7000-8000-000000000009/restart";
    let mut writes = Vec::new();
    for _ in 0..3 {
        writes.push(house.post(restart, json!({})).await.0);
    }
    assert_eq!(writes, [404, 404, 429]);
    // Probes and files of the page are nobody's to use up.
    for path in ["/health", "/ready", "/assets/style.css"] {
        let answered = house.client.get(house.url(path)).send().await.unwrap();
        assert_ne!(answered.status(), 429, "{path}");
        assert_eq!(header(&answered, "x-ratelimit-limit"), None);
    }
    // A limit that is raised holds at once.
    house.settings.replace(settings());
    assert_eq!(house.get("/admin/limits").await.0, 200);
    house.stop().await;
}

#[tokio::test]
async fn each_member_and_each_organization_is_counted_and_told_how_it_stands() {
    let few = Rates { reads: Rate::a_minute(3), organization: Rate::a_minute(5), ..rates() };
    let house = House::with(Settings { rates: few, ..settings() }, http::routes()).await;
    let (place, other) = (house.organization("Harbour", &[]).await, house.organization("Hill", &[]).await);
    let ann = house.member(&place, "user_0000000000000000000000001", Role::Viewer).await;
    let ben = house.member(&place, "user_0000000000000000000000002", Role::Viewer).await;
    let cleo = house.member(&other, "user_0000000000000000000000003", Role::Viewer).await;
    let ask = async |token: &str, place: &Organization| {
        let url = house.url(&format!("/api/v1/organizations/{}/validate", place.clerk));
        let answered = house.client.get(url).bearer_auth(token).send().await.unwrap();
        let told = |name| header(&answered, name).unwrap().parse::<u32>().unwrap();
        (answered.status().as_u16(), told("x-ratelimit-limit"), told("x-ratelimit-remaining"))
    };
    for expected in [(200, 3, 2), (200, 3, 1), (200, 3, 0), (429, 3, 0)] {
        assert_eq!(ask(&ann, &place).await, expected, "her own");
    }
    // What is left of the organization's is less than what is left of his own.
    for expected in [(200, 5, 1), (200, 5, 0), (429, 5, 0)] {
        assert_eq!(ask(&ben, &place).await, expected, "everybody's together");
    }
    assert_eq!(ask(&cleo, &other).await, (200, 3, 2), "and nobody else's");
    house.stop().await;
}

#[tokio::test]
async fn only_listed_origins_scripts_may_ask() {
    let own = "https://app.example.org";
    let with = Settings { allowed_origins: vec![own.to_owned()], ..guarded() };
    let house = House::with(with, http::routes()).await;
    let preflight = |origin: &'static str| {
        house
            .client
            .request(reqwest::Method::OPTIONS, house.url("/admin/tree"))
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization, x-organization-id")
            .send()
    };
    let answered = preflight(own).await.unwrap();
    assert_eq!(answered.status(), 204, "without a token");
    assert_eq!(header(&answered, "access-control-allow-origin"), Some(own));
    assert_eq!(header(&answered, "access-control-allow-credentials"), Some("true"));
    assert_eq!(header(&answered, "access-control-max-age"), Some("600"));
    for (name, word) in [
        ("access-control-allow-methods", "PATCH"),
        ("access-control-allow-headers", "Authorization"),
        ("access-control-allow-headers", "X-Organization-ID"),
        ("access-control-allow-headers", "Idempotency-Key"),
        ("access-control-allow-headers", "Last-Event-ID"),
        ("access-control-expose-headers", "X-RateLimit-Remaining"),
        ("access-control-expose-headers", "ETag"),
        ("vary", "Origin"),
    ] {
        assert!(header(&answered, name).unwrap().contains(word), "{name}: {word}");
    }
    for origin in
        ["https://app.example.org.evil.example", "http://app.example.org", "null", "http://localhost:5173"]
    {
        let answered = preflight(origin).await.unwrap();
        assert_eq!(answered.status(), 204);
        assert_eq!(header(&answered, "access-control-allow-origin"), None, "{origin}");
        assert_eq!(header(&answered, "access-control-allow-methods"), None, "{origin}");
    }
    let asked = |origin: &'static str| house.client.get(house.url("/health")).header("origin", origin).send();
    let answered = asked(own).await.unwrap();
    assert_eq!(header(&answered, "access-control-allow-origin"), Some(own));
    assert!(header(&answered, "access-control-expose-headers").unwrap().contains("Retry-After"));
    assert_eq!(header(&asked("https://evil.example").await.unwrap(), "access-control-allow-origin"), None);
    // Refusals can be read as well: a page that may not see why cannot say it.
    let refused = house.client.get(house.url("/admin/tree")).header("origin", own).send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), header(&refused, "access-control-allow-origin")),
        (401, Some(own))
    );
    // On a developer's machine its own ports may.
    house.settings.replace(settings());
    let here = preflight("http://localhost:5173").await.unwrap();
    assert_eq!(header(&here, "access-control-allow-origin"), Some("http://localhost:5173"));
    house.stop().await;
}

#[tokio::test]
async fn what_came_to_the_proxy_in_the_clear_is_sent_on_or_refused() {
    let house = House::with(guarded(), http::routes()).await;
    let carried = |method, said: &'static str| {
        let request = house.client.request(method, house.url("/health?a=%2Fb&c"));
        request.header("x-forwarded-proto", said).send()
    };
    let private = carried(reqwest::Method::GET, "https").await.unwrap();
    assert_eq!(
        (private.status().as_u16(), header(&private, "strict-transport-security")),
        (200, Some("max-age=31536000"))
    );
    let refused = carried(reqwest::Method::GET, "http").await.unwrap();
    assert_eq!((refused.status().as_u16(), header(&refused, "strict-transport-security")), (403, None));
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], "HTTPS_REQUIRED");
    let known = Settings { public_url: Some("https://routiq.example.org/x".to_owned()), ..guarded() };
    house.settings.replace(known);
    let sent_on = carried(reqwest::Method::GET, "http").await.unwrap();
    assert_eq!(sent_on.status(), 308);
    assert_eq!(header(&sent_on, "location"), Some("https://routiq.example.org/x/health?a=%2Fb&c"));
    assert_eq!(
        carried(reqwest::Method::POST, "http").await.unwrap().status(),
        403,
        "it was told to everybody already"
    );
    // A developer's machine has no certificate.
    house.settings.replace(settings());
    let plain = carried(reqwest::Method::GET, "http").await.unwrap();
    assert_eq!((plain.status().as_u16(), header(&plain, "strict-transport-security")), (200, None));
    house.stop().await;
}

#[tokio::test]
async fn every_answer_carries_what_keeps_browsers_out_of_trouble() {
    let house = House::with(guarded(), http::routes()).await;
    for path in ["/health", "/", "/nowhere", "/admin/tree", "/openapi.json"] {
        for accept in ["application/json", "text/html"] {
            let request =
                house.client.get(house.url(path)).header("accept", accept).header("x-request-id", "given-1");
            let answered = request.send().await.unwrap();
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("cross-origin-resource-policy", "same-origin"),
                ("x-request-id", "given-1"),
                ("strict-transport-security", "max-age=31536000"),
            ] {
                assert_eq!(header(&answered, name), Some(value), "{path} {accept}");
            }
            let policy = header(&answered, "content-security-policy").unwrap();
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{policy}"
            );
            assert!(header(&answered, "cache-control").is_some(), "{path}");
        }
    }
    house.stop().await;
}

#[tokio::test]
async fn each_route_may_have_its_own_largest_body() {
    let spacious = Settings { body_limit: 1 << 20, ..settings() };
    let house = House::with(spacious, http::routes()).await;
    let long = "token=".to_owned() + &"x".repeat(9_000);
    let sign_in = house.client.post(house.url("/ui/sign-in")).body(long);
    let sign_in = sign_in.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(answer(sign_in).await.0, 413, "a token is short");
    house.stop().await;
}

/// A certificate for localhost in this folder.
fn certificate(folder: &Path) -> Vec<u8> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("certificate.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().to_vec()
}

async fn connect(
    address: std::net::SocketAddr,
    trusted: &[u8],
    version: &'static rustls::SupportedProtocolVersion,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.to_vec().into()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let connector = TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()));
    connector.connect(ServerName::try_from("localhost").unwrap(), TcpStream::connect(address).await?).await
}

async fn first_lines(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin) -> String {
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn our_own_tls_is_1_3_and_follows_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let first = certificate(folder.path());
    let tls = Tls::load(&folder.path().join("certificate.pem"), &folder.path().join("key.pem")).unwrap();
    let house = House::with(guarded(), http::routes()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let serving = tokio::spawn(http::serve(listener, house.context.clone(), Some(tls.clone()), stop.clone()));

    let stream = connect(address, &first, &version::TLS13).await.unwrap();
    let answered = first_lines(stream).await;
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    assert!(answered.contains("strict-transport-security: max-age=31536000"), "{answered}");
    connect(address, &first, &version::TLS12).await.unwrap_err();
    // This machine's own probe needs no certificate; who says that it came in the clear is refused.
    assert!(first_lines(TcpStream::connect(address).await.unwrap()).await.starts_with("HTTP/1.1 200"));
    let plain = house.client.get(format!("http://{address}/health")).header("x-forwarded-proto", "http");
    assert_eq!(plain.send().await.unwrap().status(), 403);

    let second = certificate(folder.path());
    assert!(tls.reload().unwrap());
    connect(address, &first, &version::TLS13).await.unwrap_err();
    assert!(
        first_lines(connect(address, &second, &version::TLS13).await.unwrap())
            .await
            .starts_with("HTTP/1.1 200")
    );
    stop.cancel();
    serving.await.unwrap();
    house.stop().await;
}

#[tokio::test]
async fn who_does_not_agree_upon_tls_in_time_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path());
    let tls = Tls::load(&folder.path().join("certificate.pem"), &folder.path().join("key.pem")).unwrap();
    let hasty = Settings { header_timeout: Duration::from_millis(300), ..guarded() };
    let house = House::with(hasty, http::routes()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let serving = tokio::spawn(http::serve(listener, house.context.clone(), Some(tls), stop.clone()));
    for begun in [&b""[..], &[0x16, 3, 1][..], b"GET /hea"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun).await.unwrap();
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "{begun:?} holds its connection");
    }
    stop.cancel();
    serving.await.unwrap();
    house.stop().await;
}

#[tokio::test]
async fn who_may_not_come_in_learns_nothing_and_waits_for_nobody() {
    let house = House::new().await;
    let mut bodies = Vec::new();
    for token in ["wrong", "null", "eyJhbGciOiJub25lIn0.e30.", TOKEN.trim_end_matches('s')] {
        let request = house.client.get(house.url("/admin/tenants/org_x/actors")).bearer_auth(token);
        let (status, mut body) = answer(request).await;
        body["error"]["request_id"] = Value::Null;
        body["error"]["timestamp"] = Value::Null;
        bodies.push((status, body));
    }
    assert!(bodies.iter().all(|body| *body == bodies[0] && body.0 == 401), "{bodies:?}");
    house.stop().await;
}
