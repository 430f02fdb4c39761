//! The one way out to external systems, and the seam where simulators stand in for them.
//!
//! Nothing here follows a redirect, so a credential never travels to a host it was not meant for.

use std::{collections::BTreeSet, error::Error as _, future::Future, net::IpAddr, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use http::{Request, Response, Uri};
use reqwest::{Client, ClientBuilder, redirect, tls};

/// Sends one request to an external system.
pub trait Transport: Send + Sync + 'static {
    /// Sends it and reads the whole answer, whatever its status.
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }
}

/// Why no answer came. A class only: never an address, a header or a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No answer, or no more of it, in time.
    #[error("no answer in time")]
    Timeout,
    /// No connection: unknown name, refused, unreachable.
    #[error("no connection")]
    Connect,
    /// The host cannot or must not be trusted: certificate, name, protocol version.
    #[error("no trusted TLS connection (1.3 is the least without a named exception)")]
    Tls,
    /// The connection ended before the answer did.
    #[error("the connection was cut")]
    Cut,
    /// The answer is larger than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// What is allowed, in bytes.
        limit: usize,
    },
    /// The address is not one that may be asked: neither https nor an allowed loopback.
    #[error("only https may be asked")]
    Refused,
}

/// How [`Https`] behaves.
#[derive(Clone, Debug)]
pub struct HttpsConfig {
    /// Hosts (names without port, lower case) that may speak TLS 1.2. Everybody else speaks 1.3.
    pub tls_1_2_hosts: BTreeSet<String>,
    /// Whether plain http may reach loopback addresses, which is where simulators live.
    pub plain_loopback: bool,
    /// How long a connection may take to stand.
    pub connect_timeout: Duration,
    /// How long the host may be silent in the middle of an answer.
    pub read_timeout: Duration,
    /// How long request and answer may take together.
    pub total_timeout: Duration,
    /// The largest answer read, in bytes.
    pub max_body: usize,
}

impl Default for HttpsConfig {
    fn default() -> Self {
        Self {
            tls_1_2_hosts: BTreeSet::new(),
            plain_loopback: false,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(120),
            max_body: 64 << 20,
        }
    }
}

/// The real network.
pub struct Https {
    config: HttpsConfig,
    strict: Client,
    tls_1_2: Client,
    plain: Option<Client>,
}

impl Https {
    /// Prepares the connections; opens none. Fails when the system's certificates cannot be read.
    pub fn new(config: HttpsConfig) -> Result<Self, TransportError> {
        let secure = |least| {
            let client = builder(&config).https_only(true).tls_version_min(least).build();
            client.map_err(|_| TransportError::Tls)
        };
        let (strict, tls_1_2) = (secure(tls::Version::TLS_1_3)?, secure(tls::Version::TLS_1_2)?);
        let plain = match config.plain_loopback {
            true => Some(builder(&config).no_proxy().build().map_err(|_| TransportError::Connect)?),
            false => None,
        };
        Ok(Self { config, strict, tls_1_2, plain })
    }

    fn client_for(&self, uri: &Uri) -> Result<&Client, TransportError> {
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        match uri.scheme_str() {
            Some("https") if self.config.tls_1_2_hosts.contains(&host) => Ok(&self.tls_1_2),
            Some("https") => Ok(&self.strict),
            Some("http") if is_loopback(&host) => self.plain.as_ref().ok_or(TransportError::Refused),
            _ => Err(TransportError::Refused),
        }
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let client = self.client_for(request.uri())?;
        let request = reqwest::Request::try_from(request).map_err(|_| TransportError::Refused)?;
        let mut answer = client.execute(request).await.map_err(|error| class(&error))?;
        let limit = self.config.max_body;
        let announced = usize::try_from(answer.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(TransportError::TooLarge { limit });
        }
        let mut body = BytesMut::with_capacity(announced);
        while let Some(chunk) = answer.chunk().await.map_err(|error| class(&error))? {
            if body.len() + chunk.len() > limit {
                return Err(TransportError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

impl Transport for Https {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

fn builder(config: &HttpsConfig) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("routiq/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(config.connect_timeout)
        .read_timeout(config.read_timeout)
        .timeout(config.total_timeout)
}

/// Whether `host` (as it stands in an address, `[::1]` with its brackets) is this machine's own loopback. Names are
/// not: whoever answers for names could send them anywhere.
pub fn is_loopback(host: &str) -> bool {
    let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn class(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        return TransportError::Timeout;
    }
    if error.source().is_some_and(is_tls) {
        return TransportError::Tls;
    }
    if error.is_connect() { TransportError::Connect } else { TransportError::Cut }
}

/// An I/O error does not count what it wraps among its sources, so both ways are followed.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
    error.is::<rustls::Error>()
        || wrapped.is_some_and(|wrapped| is_tls(wrapped))
        || error.source().is_some_and(is_tls)
}

type Answer = BoxFuture<'static, Result<Response<Bytes>, TransportError>>;

/// A stand-in inside this process: no sockets, so a test in virtual time owns every moment of it.
#[derive(Clone)]
pub struct InProcess(Arc<dyn Fn(Request<Bytes>) -> Answer + Send + Sync>);

impl InProcess {
    /// Answers every request with `answer`.
    pub fn new<F, A>(answer: F) -> Self
    where
        F: Fn(Request<Bytes>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'static,
    {
        Self(Arc::new(move |request| Box::pin(answer(request))))
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (self.0)(request)
    }
}

#[cfg(test)]
mod tests {
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
        for elsewhere in ["http://example.org/", "http://localhost/", "http://10.0.0.1/", "ftp://127.0.0.1/"]
        {
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

    #[test]
    fn loopback_is_told_by_its_address_alone() {
        for address in ["127.0.0.1", "127.8.0.1", "[::1]", "::1"] {
            assert!(is_loopback(address), "{address}");
        }
        for address in ["localhost", "127.0.0.1.example.org", "10.0.0.1", ""] {
            assert!(!is_loopback(address), "{address}");
        }
    }
}
