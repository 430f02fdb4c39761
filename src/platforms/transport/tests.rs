use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use super::*;

fn plain(max_body: usize) -> Https {
    let config = HttpsConfig { plain_loopback: true, max_body, ..HttpsConfig::default() };
    Https::new(config).unwrap()
}

/// Answers one connection with these bytes and hands back what was asked.
async fn host(answer: Vec<u8>) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.push(socket.read_u8().await.unwrap());
        }
        socket.write_all(&answer).await.unwrap_or_default();
        String::from_utf8(asked).unwrap()
    });
    (origin, asked)
}

fn get(uri: &str) -> Request<Bytes> {
    Request::get(uri).header("Api-Access-Token", "hidden").body(Bytes::new()).unwrap()
}

#[tokio::test]
async fn an_answer_comes_whole_with_status_and_headers() {
    let (origin, asked) =
        host(b"HTTP/1.1 503 Busy\r\nx-why: load\r\ncontent-length: 5\r\n\r\nlater".to_vec()).await;
    let answer = plain(5).send(get(&format!("{origin}/a?b=c"))).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["x-why"]), (503, &"load".parse().unwrap()));
    assert_eq!(answer.body(), "later");
    let asked = asked.await.unwrap().to_lowercase();
    assert!(asked.starts_with("get /a?b=c http/1.1\r\n"), "{asked}");
    assert!(asked.contains("\r\nuser-agent: routiq/"), "{asked}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (elsewhere, never) = host(Vec::new()).await;
    let moved = format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
    let (origin, _asked) = host(moved.into_bytes()).await;
    let answer = plain(100).send(get(&origin)).await.unwrap();
    assert_eq!(answer.status().as_u16(), 302);
    assert!(!never.is_finished(), "the other host was never asked");
}

#[tokio::test]
async fn too_much_is_refused_announced_or_not() {
    let (origin, _asked) = host(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n".to_vec()).await;
    assert_eq!(plain(10).send(get(&origin)).await.unwrap_err(), TransportError::TooLarge { limit: 10 });
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n";
    let (origin, _asked) = host(chunked.to_vec()).await;
    assert_eq!(plain(10).send(get(&origin)).await.unwrap_err(), TransportError::TooLarge { limit: 10 });
}

#[tokio::test]
async fn a_cut_answer_a_closed_port_and_a_liar_about_tls_have_their_class() {
    let (origin, _asked) = host(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhel".to_vec()).await;
    assert_eq!(plain(100).send(get(&origin)).await.unwrap_err(), TransportError::Cut);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let error = plain(100).send(get(&format!("http://{closed}/"))).await.unwrap_err();
    assert_eq!(error, TransportError::Connect);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let liar = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut hello = [0; 5];
        socket.read_exact(&mut hello).await.unwrap();
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        socket.read_to_end(&mut Vec::new()).await.unwrap_or_default();
    });
    assert_eq!(plain(100).send(get(&liar)).await.unwrap_err(), TransportError::Tls);
}

#[tokio::test]
async fn a_silent_host_is_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}/", listener.local_addr().unwrap());
    let config = HttpsConfig {
        plain_loopback: true,
        total_timeout: Duration::from_millis(50),
        ..HttpsConfig::default()
    };
    let error = Https::new(config).unwrap().send(get(&origin)).await.unwrap_err();
    assert_eq!(error, TransportError::Timeout);
    drop(listener);
}

#[tokio::test]
async fn plain_http_reaches_loopback_alone_and_only_when_allowed() {
    let refused = Some(TransportError::Refused);
    let strict = Https::new(HttpsConfig::default()).unwrap();
    assert_eq!(strict.send(get("http://127.0.0.1:9/")).await.err(), refused);
    for elsewhere in ["http://example.org/", "http://localhost/", "http://10.0.0.1/", "ftp://127.0.0.1/"] {
        assert_eq!(plain(1).send(get(elsewhere)).await.err(), refused, "{elsewhere}");
    }
}

#[test]
fn an_exception_for_tls_1_2_is_for_that_host_alone() {
    let tls_1_2_hosts = BTreeSet::from(["old.example.org".to_owned()]);
    let https = Https::new(HttpsConfig { tls_1_2_hosts, ..HttpsConfig::default() }).unwrap();
    let client = |uri: &str| std::ptr::from_ref(https.client_for(&uri.parse().unwrap()).unwrap());
    assert_eq!(client("https://OLD.example.org:8443/x"), std::ptr::from_ref(&https.tls_1_2));
    assert_eq!(client("https://new.example.org/x"), std::ptr::from_ref(&https.strict));
}

#[tokio::test]
async fn strangers_are_asked_at_public_addresses_alone() {
    let https = Https::new(HttpsConfig::default()).unwrap();
    for private in [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://10.0.0.1/",
    ] {
        let answer = https.open(get(private), Reach::Public).await;
        assert_eq!(answer.err(), Some(TransportError::Refused), "{private}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let named = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let answer = https.open(get(&named), Reach::Public).await;
    assert!(answer.is_err(), "a name that leads home leads nowhere");
    let reached = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(reached.is_err(), "and nobody knocked");
}

#[tokio::test]
async fn a_body_comes_in_pieces_and_says_when_it_is_cut() {
    let (origin, _asked) = host(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhel".to_vec()).await;
    let mut answer = plain(1).open(get(&origin), Reach::Public).await.unwrap();
    assert_eq!(
        answer.body_mut().next().await,
        Some(Ok(Bytes::from("hel"))),
        "whoever reads decides how much"
    );
    assert_eq!(answer.body_mut().next().await, Some(Err(TransportError::Cut)));
}

#[test]
fn what_is_public_is_told_by_its_range() {
    for public in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "::ffff:8.8.8.8"] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
    for private in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.1",
        "0.0.0.0",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
        "ff02::1",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
}

#[test]
fn loopback_is_told_by_its_address_alone() {
    for address in ["127.0.0.1", "127.8.0.1", "[::1]", "::1"] {
        assert!(is_loopback(address), "{address}");
    }
    for address in ["localhost", "127.0.0.1.example.org", "10.0.0.1", ""] {
        assert!(!is_loopback(address), "{address}");
    }
}
