//! The same over real sockets.

use std::net::SocketAddr;

use routiq_simulators::chatwoot::{Fault, On, Settings, When};
use routiq_simulators::population::Practice;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{Lab, request};

struct Served {
    lab: Lab,
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

async fn serve(settings: Settings) -> Served {
    let lab = Lab::new(settings);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let (chat, until) = (lab.chat.clone(), stop.clone());
    let task = tokio::spawn(async move { chat.serve(listener, until).await });
    Served { lab, address, stop, task }
}

/// Everything the server sends before it closes.
async fn exchange(
    address: SocketAddr,
    method: &str,
    uri: &str,
    token: &str,
    body: &str,
) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{method} {uri} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\napi_access_token: {token}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    // A cut connection may end with an error; what came before it counts.
    let _ = stream.read_to_end(&mut all).await;
    let split = all.windows(4).position(|w| w == b"\r\n\r\n").map_or(all.len(), |at| at + 4);
    (String::from_utf8_lossy(&all[..split]).into_owned(), all[split..].to_vec())
}

#[tokio::test]
async fn answers_are_the_same_bytes_in_process_and_over_http() {
    let served = serve(Settings { seed: 3, ..Settings::default() }).await;
    let seat = served.lab.chat.add_practice(Practice::default()).unwrap();
    let token = &seat.administrator;
    let prefix = format!("/api/v1/accounts/{}", seat.account);
    for path in [
        "/contacts?sort=created_at&page=2",
        "/conversations?status=all",
        "/conversations/5/messages?after=0",
        "/inboxes",
        "/contacts/77777777",
        "/nowhere",
    ] {
        let uri = format!("{prefix}{path}");
        let inside =
            served.lab.chat.handle(request("GET", &uri, "api_access_token", Some(token), "")).await.unwrap();
        let (head, body) = exchange(served.address, "GET", &uri, token, "").await;
        assert!(head.starts_with(&format!("HTTP/1.1 {}", inside.status().as_u16())), "{head}");
        assert!(
            head.contains(&format!("content-type: {}", inside.headers()["content-type"].to_str().unwrap()))
        );
        assert_eq!(body, inside.body().as_ref(), "{path}");
    }
    served.stop.cancel();
    served.task.await.unwrap();
}

#[tokio::test]
async fn cut_connections_are_really_cut() {
    let served = serve(Settings::default()).await;
    let seat = served.lab.chat.add_practice(Practice::default()).unwrap();
    let uri = format!("/api/v1/accounts/{}/conversations?status=all", seat.account);
    served.lab.chat.fault(Fault::Cut, On::default(), When::ONCE);
    let (head, body) = exchange(served.address, "GET", &uri, &seat.administrator, "").await;
    assert!(head.is_empty() && body.is_empty(), "not even a status line");
    served.lab.chat.fault(Fault::CutBody, On::default(), When::ONCE);
    let (head, body) = exchange(served.address, "GET", &uri, &seat.administrator, "").await;
    assert!(head.starts_with("HTTP/1.1 200"));
    let promised = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let promised: usize = promised.parse().unwrap();
    assert!(!body.is_empty() && body.len() < promised, "{} of {promised}", body.len());
    served.stop.cancel();
    served.task.await.unwrap();
}

#[tokio::test]
async fn a_timeout_stays_silent_until_the_server_stops() {
    let served = serve(Settings::default()).await;
    let seat = served.lab.chat.add_practice(Practice::default()).unwrap();
    served.lab.chat.fault(Fault::Timeout, On::default(), When::ONCE);
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let uri = format!("/api/v1/accounts/{}/labels", seat.account);
    let head = format!("GET {uri} HTTP/1.1\r\nhost: x\r\napi-access-token: {}\r\n\r\n", seat.administrator);
    stream.write_all(head.as_bytes()).await.unwrap();
    while served.lab.chat.counters().requests == 0 {
        tokio::task::yield_now().await;
    }
    let mut byte = [0];
    assert!(stream.try_read(&mut byte).is_err(), "nothing to read, and not closed either");
    served.stop.cancel();
    assert!(matches!(stream.read(&mut byte).await, Ok(0) | Err(_)));
    served.task.await.unwrap();
}

#[tokio::test]
async fn control_over_http_does_what_the_methods_do() {
    let served = serve(Settings::default()).await;
    let command = |body: Value| {
        let address = served.address;
        async move {
            let (head, body) =
                exchange(address, "POST", "/__simulator/commands", "", &body.to_string()).await;
            let status: u16 = head[9..12].parse().unwrap();
            (status, serde_json::from_slice::<Value>(&body).unwrap())
        }
    };
    let practice =
        json!({"name": "Kea Dental", "time_zone": "Pacific/Auckland", "region": "NZ", "contacts": 20});
    let (status, seats) = command(json!({"do": "add_practices", "practices": [practice]})).await;
    assert_eq!(status, 200);
    let account = seats["result"][0]["account"].as_i64().unwrap();
    let token = seats["result"][0]["administrator"].as_str().unwrap().to_owned();
    let message = json!({"content": "hello", "kind": "outgoing", "private": true});
    let (_, made) =
        command(json!({"do": "add_message", "account": account, "conversation": 1, "message": message}))
            .await;
    let id = made["result"].as_i64().unwrap().to_string();
    let ledger = served.lab.chat.ledger(account).unwrap();
    assert!(ledger.messages.iter().any(|m| m.id == id && m.private && m.content.as_deref() == Some("hello")));

    let rule = json!({"fault": {"html": 503}, "on": {"path": "labels"}, "when": {"next": {"count": 1}}});
    assert_eq!(command(json!({"do": "add_fault", "rule": rule})).await.0, 200);
    let labels = format!("/api/v1/accounts/{account}/labels");
    let (head, _) = exchange(served.address, "GET", &labels, &token, "").await;
    assert!(head.starts_with("HTTP/1.1 503"));
    let gone = json!({"do": "delete_conversation", "account": account, "conversation": 4040});
    assert_eq!(command(gone).await, (409, json!({"error": "there is no conversation 4040"})));
    assert_eq!(command(json!({"do": "dance"})).await.0, 422);

    let (_, body) = exchange(served.address, "GET", &format!("/__simulator/ledger/{account}"), "", "").await;
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), serde_json::to_value(&ledger).unwrap());
    let (_, body) = exchange(served.address, "GET", "/__simulator/accounts", "", "").await;
    let accounts: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(accounts[0]["administrator"], token.as_str());
    let (_, body) = exchange(served.address, "GET", "/__simulator/log", "", "").await;
    let log = String::from_utf8(body).unwrap();
    assert!(
        log.contains("/labels") && !log.contains(&token),
        "requests without tokens; control is not logged"
    );
    assert_eq!(served.lab.chat.counters().requests, 1);
    served.stop.cancel();
    served.task.await.unwrap();
}
