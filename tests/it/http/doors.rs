//! What every request meets: health, errors, ids, limits, and how the server stops.

use std::{sync::Arc, time::Duration};

use routiq::{
    config::telemetry::LogFormat,
    http::{self, ApiError, Code, Probe},
    telemetry::logs::Capture,
};
use routiq_actors::clock::Clock;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{House, TOKEN, answer, ready, settings};

#[tokio::test]
async fn health_says_that_it_lives_and_names_no_cause() {
    let house = House::new().await;
    for path in ["/health", "/health/live", "/api/v1/health", "/health/"] {
        let (status, body) = answer(house.client.get(house.url(path))).await;
        assert_eq!((status, &body["status"]), (200, &json!("healthy")), "{path}");
        assert_eq!(body["version"], "9.8.7");
        assert_eq!(
            body["environment"],
            json!({"app_env": "development", "authentication_configured": false, "database_configured": true,
                "encryption_configured": true})
        );
    }
    for path in ["/health/ready", "/ready"] {
        house.readiness.send_replace(ready());
        let (status, body) = answer(house.client.get(house.url(path))).await;
        assert_eq!((status, &body["status"]), (200, &json!("ready")));
        house.readiness.send_modify(|readiness| {
            let probe =
                Probe { ok: Some(false), required: true, detail: "table contacts is open".into(), at: None };
            readiness.probes.insert("isolation", probe);
        });
        let answered = house.client.get(house.url(path)).send().await.unwrap();
        assert_eq!(answered.headers()["retry-after"], "5");
        let body: Value = answered.json().await.unwrap();
        assert_eq!(
            (&body["status"], &body["error"]["code"]),
            (&json!("not_ready"), &json!("SERVICE_UNAVAILABLE"))
        );
        assert!(!body.to_string().contains("isolation") && !body.to_string().contains("contacts"), "{body}");
    }
    house.stop().await;
}

#[tokio::test]
async fn deep_health_names_each_dependency_to_operators_alone() {
    let house = House::new().await;
    assert_eq!(answer(house.client.get(house.url("/health/deep"))).await.0, 401);
    let (status, body) = house.get("/health/deep").await;
    assert_eq!((status, &body["status"]), (200, &json!("healthy")), "{body}");
    let named: Vec<&String> = body["dependencies"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["database", "gates", "isolation", "pool", "tree"]);
    assert!(body["dependencies"]["database"]["latency_ms"].as_f64().unwrap() > 0.0);
    house.readiness.send_modify(|readiness| {
        let probe = Probe { ok: Some(false), required: false, detail: "no connection".into(), at: None };
        readiness.probes.insert("roster_listener", probe);
    });
    let (status, body) = house.get("/health/deep").await;
    assert_eq!((status, &body["status"]), (200, &json!("degraded")));
    assert_eq!(body["dependencies"]["roster_listener"]["detail"], "no connection");
    house.store.close();
    let (status, body) = house.get("/health/deep").await;
    assert_eq!((status, &body["status"]), (503, &json!("unhealthy")));
    assert_eq!(body["dependencies"]["database"]["ok"], false);
    assert_eq!(answer(house.client.get(house.url("/health"))).await.0, 200, "liveness touches nothing");
    house.stop().await;
}

#[tokio::test]
async fn metrics_stand_here_in_development_and_on_a_port_of_their_own() {
    let house = House::new().await;
    let answered = house.client.get(house.url("/metrics")).send().await.unwrap();
    assert!(answered.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    assert_eq!(answered.text().await.unwrap(), "routiq_build_info 1\n");
    let mut elsewhere = settings();
    elsewhere.metrics_here = false;
    house.settings.replace(elsewhere);
    assert_eq!(answer(house.client.get(house.url("/metrics"))).await.0, 404);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let serving = tokio::spawn(http::serve_metrics(listener, house.context.clone(), stop.clone()));
    assert_eq!(answer(house.client.get(format!("http://{address}/metrics"))).await.0, 200);
    assert_eq!(answer(house.client.get(format!("http://{address}/health"))).await.0, 404);
    stop.cancel();
    serving.await.unwrap();
    house.stop().await;
}

#[tokio::test]
async fn every_refusal_has_the_one_body() {
    let house = House::new().await;
    let org = house.organization("Praxis am Park", &["chatwoot"]).await;
    house.state(org.accounts[0], routiq_actors::State::Waiting).await;
    let restart = format!("/admin/tenants/{}/actors/chatwoot/restart", org.clerk);
    let post = |body: &'static str| house.client.post(house.url(&restart)).bearer_auth(TOKEN).body(body);
    let json_post = |body| post(body).header("content-type", "application/json");
    let cases = [
        (house.client.get(house.url("/nowhere")), 404, "NOT_FOUND"),
        (house.client.delete(house.url("/health")), 405, "METHOD_NOT_ALLOWED"),
        (house.client.get(house.url("/admin/tree")), 401, "UNAUTHORIZED"),
        (house.client.get(house.url("/admin/tree")).bearer_auth("null"), 401, "UNAUTHORIZED"),
        (house.client.get(house.url("/ui/state")), 401, "UNAUTHORIZED"),
        (post("mode=kill"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (json_post("{"), 400, "INVALID_JSON"),
        (json_post("[]"), 422, "VALIDATION_ERROR"),
        (json_post(r#"{"mode": "softly"}"#), 422, "VALIDATION_ERROR"),
        (json_post(r#"{"prefetch": 1}"#), 422, "VALIDATION_ERROR"),
        (
            house.client.get(house.url("/admin/tenants/org_x/actors")).bearer_auth(TOKEN),
            422,
            "INVALID_ORG_ID",
        ),
    ];
    for (request, status, code) in cases {
        let answered = request.send().await.unwrap();
        assert_eq!(answered.status().as_u16(), status, "{code}");
        let (id, kind) =
            (answered.headers()["x-request-id"].clone(), answered.headers()["content-type"].clone());
        assert_eq!(kind, "application/json");
        assert_eq!(answered.headers().contains_key("allow"), status == 405);
        assert_eq!(answered.headers().contains_key("www-authenticate"), status == 401);
        let body: Value = answered.json().await.unwrap();
        assert_eq!((&body["success"], &body["error"]["code"]), (&json!(false), &json!(code)), "{body}");
        assert_eq!(body["error"]["request_id"], id.to_str().unwrap());
        assert_eq!(body["detail"], body["error"]["message"]);
        assert!(!body.to_string().to_lowercase().contains("fetch"), "{body}");
    }
    let (_, body) = answer(json_post(r#"{"mode": "softly", "now": true}"#)).await;
    let named: Vec<_> = body["error"]["details"].as_array().unwrap().iter().map(|m| &m["field"]).collect();
    assert_eq!(named, ["mode", "now"]);
    assert_eq!(house.audit(org.id).await, [], "nothing of it was done");
    house.stop().await;
}

#[tokio::test]
async fn an_id_goes_in_and_out_and_headers_keep_browsers_safe() {
    let house = House::new().await;
    let ask = |id: &'static str| house.client.get(house.url("/health")).header("x-request-id", id).send();
    let answered = ask("from-the-client.1").await.unwrap();
    assert_eq!(answered.headers()["x-request-id"], "from-the-client.1");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        assert_eq!(answered.headers()[name], value);
    }
    for bad in ["two words", "prefetch-1", "<script>"] {
        let id = ask(bad).await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned();
        assert!(id.starts_with("req_") && id.len() == 28, "{id}");
    }
    let head = house.client.head(house.url("/health")).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.text().await.unwrap().len()), (200, 0));
    house.stop().await;
}

#[tokio::test]
async fn the_id_of_a_request_stands_in_its_log_lines_and_the_address_asked_does_not() {
    let house = House::new().await;
    // Everything runs on this test's thread.
    let (capture, _guard) = Capture::begin(LogFormat::Json, Clock::system());
    let path = house.url("/admin/tenants/org_2HarbourPhysioPerthDemo001/restart?name=Rosa");
    let request = house.client.post(path).bearer_auth(TOKEN).header("x-request-id", "asked-once");
    assert_eq!(answer(request).await.0, 404);
    let text = capture.text();
    let line = capture.lines().into_iter().find(|line| line["message"] == "request").unwrap();
    assert_eq!(line["correlation_id"], "asked-once");
    assert_eq!((&line["route"], &line["status"]), (&json!("/admin/tenants/{org}/restart"), &json!(404)));
    assert!(!text.contains("Rosa") && !text.contains("org_2NN"), "{text}");
    house.stop().await;
}

#[tokio::test]
async fn large_bodies_are_refused_with_and_without_a_length() {
    let house = House::new().await;
    let org = house.organization("Praxis", &["chatwoot"]).await;
    house.state(org.accounts[0], routiq_actors::State::Waiting).await;
    let path = house.url(&format!("/admin/tenants/{}/actors/chatwoot/restart", org.clerk));
    let post = || house.client.post(&path).bearer_auth(TOKEN).header("content-type", "application/json");
    let (status, body) = answer(post().body(vec![b' '; 4097])).await;
    assert_eq!((status, &body["error"]["code"]), (413, &json!("PAYLOAD_TOO_LARGE")));
    let chunks = |count: usize| {
        let chunk = || Ok::<_, std::io::Error>(vec![b' '; 512]);
        reqwest::Body::wrap_stream(futures_util::stream::iter((0..count).map(move |_| chunk())))
    };
    let (status, body) = answer(post().body(chunks(9))).await;
    assert_eq!((status, &body["error"]["code"]), (413, &json!("PAYLOAD_TOO_LARGE")));
    assert_eq!(answer(post().body(chunks(8))).await.0, 202, "spaces alone are an empty body");
    house.stop().await;
}

/// What the server sends until it closes.
async fn all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn clients_that_dawdle_are_let_go_and_others_take_their_places() {
    let mut tight = settings();
    (tight.header_timeout, tight.max_connections) = (Duration::from_millis(300), 3);
    let house = House::with(tight, http::routes()).await;
    let (mut silent, mut half, mut prior) = (
        TcpStream::connect(house.address).await.unwrap(),
        TcpStream::connect(house.address).await.unwrap(),
        TcpStream::connect(house.address).await.unwrap(),
    );
    half.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    prior.write_all(b"PRI * HTTP/2.0\r\n").await.unwrap();
    // All places are taken: this one waits for one of them.
    assert_eq!(answer(house.client.get(house.url("/health"))).await.0, 200);
    for stream in [&mut silent, &mut half, &mut prior] {
        assert!(!all(stream).await.contains("200 OK"));
    }
    house.stop().await;
}

#[tokio::test]
async fn who_keeps_a_connection_and_asks_nothing_more_is_let_go() {
    let mut tight = settings();
    tight.header_timeout = Duration::from_millis(200);
    let house = House::with(tight, http::routes()).await;
    let mut kept = TcpStream::connect(house.address).await.unwrap();
    kept.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(all(&mut kept).await.starts_with("HTTP/1.1 200"));
    // HTTP/2: its preface, no settings, and a GET of / as the first stream, by the static table of header names.
    let mut prior = TcpStream::connect(house.address).await.unwrap();
    prior.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    prior.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await.unwrap();
    prior.write_all(&[0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 1, b'x']).await.unwrap();
    assert!(all(&mut prior).await.contains("/openapi.json"), "it was answered first");
    house.stop().await;
}

#[tokio::test]
async fn a_panicking_handler_answers_and_the_server_goes_on() {
    let mut routes = http::routes();
    routes.push(http::get("/boom", http::Access::Open, |_, request| async move {
        let rosa = request.parameter("name").unwrap_or_default();
        panic!("with {rosa}")
    }));
    let house = House::with(settings(), routes).await;
    let (status, body) = answer(house.client.get(house.url("/boom?name=Rosa"))).await;
    assert_eq!((status, &body["error"]["code"]), (500, &json!("INTERNAL_ERROR")));
    assert!(!body.to_string().contains("Rosa"));
    assert_eq!(answer(house.client.get(house.url("/health"))).await.0, 200);
    house.stop().await;
}

/// A route that answers when the test lets it.
fn slow(doors: &Arc<Semaphore>, began: &Arc<Semaphore>) -> Vec<http::Route> {
    let (doors, began) = (Arc::clone(doors), Arc::clone(began));
    vec![http::get("/slow", http::Access::Open, move |_, _| {
        let (doors, began) = (Arc::clone(&doors), Arc::clone(&began));
        async move {
            began.add_permits(1);
            doors.acquire().await.map(drop).map_err(|_| ApiError::from(Code::InternalError))?;
            Err(Code::NotFound.into())
        }
    })]
}

#[tokio::test]
async fn a_stop_lets_what_is_under_way_end_and_takes_nothing_new() {
    let (doors, began) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let house = House::with(settings(), slow(&doors, &began)).await;
    // An idle connection that was used before.
    let mut idle = TcpStream::connect(house.address).await.unwrap();
    idle.write_all(b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    let asked = tokio::spawn(answer(house.client.get(house.url("/slow"))));
    began.acquire().await.unwrap().forget();
    house.cancel();
    all(&mut idle).await;
    let refused = async {
        while TcpStream::connect(house.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(20), refused).await.unwrap();
    doors.add_permits(1);
    assert_eq!(asked.await.unwrap().0, 404, "the request under way was answered");
    assert_eq!(house.ended().await.cut, 0);
}

#[tokio::test]
async fn what_does_not_end_is_cut_off_when_the_grace_is_over() {
    let (doors, began) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let mut hasty = settings();
    hasty.drain_grace = Duration::from_millis(50);
    let house = House::with(hasty, slow(&doors, &began)).await;
    let asked = tokio::spawn(house.client.get(house.url("/slow")).send());
    began.acquire().await.unwrap().forget();
    house.cancel();
    assert_eq!(house.ended().await.cut, 1);
    assert!(asked.await.unwrap().is_err());
}
