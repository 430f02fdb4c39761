//! The one way out to external systems, and the seam where simulators stand in for them.
//!
//! Nothing here follows a redirect, so a credential never travels to a host it was not meant for. What a platform names and
//! nobody configured is asked at public addresses alone.

use std::{
    collections::BTreeSet,
    error::Error as _,
    future::{Future, ready},
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::{
    StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use http::{Request, Response, Uri};
use reqwest::{
    Client, ClientBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, tls,
};

/// Sends one request to an external system.
pub trait Transport: Send + Sync + 'static {
    /// Sends it and reads the whole answer, whatever its status.
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;

    /// Sends it and hands over the answer's body as it comes, so that whoever reads decides how much is enough.
    fn open(
        &self,
        request: Request<Bytes>,
        reach: Reach,
    ) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
        let _no_addresses = reach;
        let whole = self.send(request);
        Box::pin(async move { Ok(whole.await?.map(|body| stream::once(ready(Ok(body))).boxed())) })
    }
}

/// A body as it comes.
pub type Pieces = BoxStream<'static, Result<Bytes, TransportError>>;

/// Where a request may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Wherever the name leads: somebody configured it.
    Any,
    /// To public addresses alone, whatever the name says.
    Public,
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }

    fn open(
        &self,
        request: Request<Bytes>,
        reach: Reach,
    ) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
        (**self).open(request, reach)
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
    /// The first two for strangers: names that lead to no public address lead nowhere.
    public: [Client; 2],
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
        let public = |least| {
            // Past any proxy: it would look names up by itself.
            let public = builder(&config).no_proxy().dns_resolver(Arc::new(PublicNames));
            public.https_only(true).tls_version_min(least).build().map_err(|_| TransportError::Tls)
        };
        let public = [public(tls::Version::TLS_1_3)?, public(tls::Version::TLS_1_2)?];
        Ok(Self { config, strict, tls_1_2, plain, public })
    }

    fn stranger_for(&self, uri: &Uri) -> Result<&Client, TransportError> {
        let client = self.client_for(uri)?;
        let [strict, tls_1_2] = &self.public;
        Ok(match client {
            client if std::ptr::eq(client, &self.strict) => strict,
            client if std::ptr::eq(client, &self.tls_1_2) => tls_1_2,
            // A simulator of this machine, where those are allowed.
            plain => plain,
        })
    }

    async fn begin(&self, request: Request<Bytes>, reach: Reach) -> Result<Response<Pieces>, TransportError> {
        let client = match reach {
            Reach::Any => self.client_for(request.uri())?,
            Reach::Public => self.stranger_for(request.uri())?,
        };
        let request = reqwest::Request::try_from(request).map_err(|_| TransportError::Refused)?;
        // An address that is no name is looked up nowhere.
        let literal = request.url().host_str().and_then(literal);
        let plain = request.url().scheme() == "http";
        if reach == Reach::Public && !plain && literal.is_some_and(|address| !is_public(address)) {
            return Err(TransportError::Refused);
        }
        let mut answer = client.execute(request).await.map_err(|error| class(&error))?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let pieces = answer.bytes_stream().map(|piece| piece.map_err(|error| class(&error)));
        let mut response = Response::new(pieces.boxed());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
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

    fn open(
        &self,
        request: Request<Bytes>,
        reach: Reach,
    ) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
        Box::pin(self.begin(request, reach))
    }
}

/// Looks names up and forgets every address that is not public.
struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// An address that stands where a name could, `[::1]` with its brackets.
pub(super) fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.parse().ok()
}

/// Whether an address is one of the open internet: not of this machine, a private network, a link, a group, or a reserved
/// range; nor such a one in the clothes of IPv6.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && b & 0xc0 == 64)
                || (a, b, c) == (192, 0, 0)
                || (a, b & 0xfe) == (198, 18))
        }
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4_mapped() {
                return is_public(v4.into());
            }
            let [a, b, ..] = v6.segments();
            // Only what is handed out for the open internet, without tunnels (6to4, Teredo) and examples.
            (0x2000..=0x3fff).contains(&a) && a != 0x2002 && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8))
        }
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
    literal(host).is_some_and(|address| address.is_loopback())
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
mod tests;
