//! Control, and the same over HTTP.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{lab, request};

#[tokio::test]
async fn over_http_it_is_the_same() {
    let lab = lab();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let (served, until) = (lab.cliniko.clone(), stop.clone());
    let task = tokio::spawn(async move { served.serve(listener, until).await });
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let send = async |request: Request<Bytes>| -> (u16, Value) {
        let answer = client.request(request.map(Full::new)).await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    };
    let url = |path: &str| format!("{origin}{path}");
    let key = &lab.seat.key;
    let (status, page) = send(request("GET", &url("/v1/patients?per_page=3"), key, "")).await;
    assert_eq!(status, 200);
    assert!(page["links"]["next"].as_str().unwrap().starts_with(&url("/v1/patients?")));

    let command =
        async |body: Value| send(request("POST", &url("/__simulator/commands"), "", &body.to_string())).await;
    let account = lab.seat.account;
    let (status, made) = command(json!({"do": "add", "account": account, "of": "patients"})).await;
    assert_eq!(status, 200);
    let id = made["result"].as_str().unwrap();
    let target = json!({"account": account, "of": "patients", "id": id});
    assert_eq!(command(json!({"do": "archive", "target": target})).await.0, 200);
    let unknown = json!({"account": account, "of": "patients", "id": "7"});
    let (status, refusal) = command(json!({"do": "archive", "target": unknown})).await;
    assert_eq!((status, refusal), (409, json!({"error": "there is no patients 7"})));
    assert_eq!(command(json!({"do": "dance"})).await.0, 422);
    let rule = json!({"fault": {"html": 503}, "path": "/v1/user", "when": {"next": {"count": 1}}});
    assert_eq!(command(json!({"do": "add_fault", "rule": rule})).await.0, 200);
    let (_, ledger) = send(request("GET", &url(&format!("/__simulator/ledger/{account}")), "", "")).await;
    assert_eq!(ledger, serde_json::to_value(lab.cliniko.ledger(account).unwrap()).unwrap());
    let (_, accounts) = send(request("GET", &url("/__simulator/accounts"), "", "")).await;
    assert_eq!((&accounts[0]["shard"], &accounts[0]["records"]["patients"]), (&json!("au2"), &json!(41)));
    let (_, log) = send(request("GET", &url("/__simulator/log"), "", "")).await;
    let text = log.to_string();
    assert!(text.contains("/v1/patients") && !text.contains(key.as_str()), "{text}");
    stop.cancel();
    drop(client);
    task.await.unwrap();
}
