//! Our own accept loop: warp's has no header timeout. Connections are counted and bounded; a client that does not send
//! its headers in time is let go; a stop lets what is under way end, then cuts it off.

use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc, time::Duration};

use http::Request;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use metrics::gauge;
use serde::Serialize;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, warn};

use super::{
    busy::Busy,
    reply::Response,
    tls::Tls,
    wire::{Arrival, Wire},
};

/// Largest head of a request, in bytes.
const HEAD: usize = 64 << 10;
/// Requests of one HTTP/2 connection at once.
const STREAMS: u32 = 128;
/// How often a quiet HTTP/2 connection is asked whether it lives.
const ALIVE_EVERY: Duration = Duration::from_secs(20);
/// A connection may be idle for this many times as long as its headers may take, once or twice.
const IDLE: u32 = 6;
/// The pause after a connection that could not be accepted: there are no more file handles, mostly.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// What a listener allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How long a client may take to send its request's headers.
    pub header_timeout: Duration,
    /// Connections at once; more wait to be accepted.
    pub connections: usize,
}

/// How a listener ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Connections that ended by themselves after the stop.
    pub drained: usize,
    /// Connections that were cut off when the grace period was over.
    pub cut: usize,
}

/// Accepts until `stop`, then drains for the time that `grace` says then.
pub(super) async fn run<H, F>(
    listener: TcpListener,
    limits: Limits,
    tls: Option<Tls>,
    handle: H,
    stop: CancellationToken,
    grace: impl Fn() -> Duration,
) -> Report
where
    H: Fn(Arrival, Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let (connections, cut) = (TaskTracker::new(), CancellationToken::new());
    while let Some((stream, peer, place)) = next(&listener, &places, &stop).await {
        let connection = serve(
            stream,
            peer,
            tls.clone(),
            limits.header_timeout,
            handle.clone(),
            graceful.watcher(),
            cut.clone(),
        );
        connections.spawn(async move {
            let _counted = Counted::new();
            connection.await;
            drop(place);
        });
    }
    // From here on nobody can connect.
    drop(listener);
    connections.close();
    let open = connections.len();
    let ending = async {
        graceful.shutdown().await;
        connections.wait().await;
    };
    let left = match timeout(grace(), ending).await {
        Ok(()) => 0,
        Err(_) => connections.len(),
    };
    cut.cancel();
    connections.wait().await;
    Report { drained: open.saturating_sub(left), cut: left }
}

/// The next connection and its place; none when it is time to stop.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = tokio::select! {
        () = stop.cancelled() => return None,
        place = Arc::clone(places).acquire_owned() => place.ok()?,
    };
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return None,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => return Some((stream, peer, place)),
            Err(error) => {
                warn!(%error, "a connection could not be accepted");
                tokio::select! {
                    () = stop.cancelled() => return None,
                    () = sleep(ACCEPT_PAUSE) => {}
                }
            }
        }
    }
}

async fn serve<H, F>(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<Tls>,
    header_timeout: Duration,
    handle: H,
    watcher: hyper_util::server::graceful::Watcher,
    cut: CancellationToken,
) where
    H: Fn(Arrival, Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    // Costs latency only.
    let _slower = stream.set_nodelay(true);
    let opening = tokio::select! {
        opened = timeout(header_timeout, Wire::open(stream, tls.as_ref())) => opened,
        () = cut.cancelled() => return,
    };
    let wire = match opening {
        Ok(Ok(wire)) => wire,
        Ok(Err(error)) => return debug!(%error, "a connection was not agreed upon"),
        Err(_) => return debug!("a client did not agree upon TLS in time"),
    };
    let arrival = Arrival { peer, tls: wire.is_tls() };
    let busy = Busy::default();
    let asked = busy.clone();
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let under_way = asked.begin();
        let answer = handle(arrival, request);
        async move { Ok::<_, Infallible>(answer.await.map(|body| under_way.until_written(body))) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(header_timeout).max_buf_size(HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(ALIVE_EVERY)
        .max_header_list_size(HEAD as u32);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(wire), service).into_owned();
    let connection = watcher.watch(connection);
    // hyper's own timeout begins once it knows the protocol; who sends nothing at all, or the beginning of HTTP/2, is
    // let go here. So is who keeps a connection and asks nothing more, HTTP/2 included, however well it answers pings.
    let silent = async {
        sleep(header_timeout).await;
        let mut begun = 0;
        while busy.begun() != begun || !busy.is_idle() {
            begun = busy.begun();
            sleep(header_timeout.saturating_mul(IDLE)).await;
        }
    };
    tokio::select! {
        ended = connection => {
            if let Err(error) = ended {
                debug!(error = %error, "a connection broke");
            }
        }
        () = silent => debug!("a client asked nothing in time"),
        () = cut.cancelled() => {}
    }
}

struct Counted;

impl Counted {
    fn new() -> Self {
        gauge!("routiq_http_connections_total").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        gauge!("routiq_http_connections_total").decrement(1.0);
    }
}
