//! Control, and the same over HTTP.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::common::get;
use crate::{FORM, lab, post};

#[tokio::test]
async fn over_http_both_interfaces_and_control_are_at_one_address() {
    let lab = lab();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let (served, until) = (lab.nookal.clone(), stop.clone());
    let task = tokio::spawn(async move { served.serve(listener, until).await });
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let send = async |request: Request<Bytes>| -> (u16, Value) {
        let answer = client.request(request.map(Full::new)).await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    };
    let url = |path: &str| format!("{origin}{path}");
    let form = format!("api_key={}", lab.seat.key);
    let (_, verified) = send(post(&url("/production/v2/verify"), FORM, None, &form)).await;
    assert_eq!(verified["status"], "success");
    let basic = format!("Basic {}", lab.seat.basic_key);
    let (status, granted) =
        send(post(&url("/oauth/token"), FORM, Some(&basic), "grant_type=client_credentials")).await;
    assert_eq!((status, granted["accessToken"].is_string()), (200, true));

    let command = async |body: Value| {
        send(post(&url("/__simulator/commands"), "application/json", None, &body.to_string())).await
    };
    let account = lab.seat.account;
    let (status, made) = command(json!({"do": "add", "account": account, "of": "patients"})).await;
    assert_eq!(status, 200);
    let target = json!({"account": account, "of": "patients", "id": made["result"]});
    assert_eq!(command(json!({"do": "delete", "target": target})).await.0, 200);
    assert_eq!(command(json!({"do": "delete", "target": target})).await.0, 409);
    assert_eq!(command(json!({"do": "dance"})).await.0, 422);
    let (_, ledger) = send(get(&url(&format!("/__simulator/ledger/{account}")), "")).await;
    assert_eq!(ledger, serde_json::to_value(lab.nookal.ledger(account).unwrap()).unwrap());
    let (_, log) = send(get(&url("/__simulator/log"), "")).await;
    assert!(!log.to_string().contains(&lab.seat.key));
    stop.cancel();
    drop(client);
    task.await.unwrap();
}
