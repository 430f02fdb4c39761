//! A simulator over HTTP, where cut connections are really cut.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The longest request body that is read.
const BODY_LIMIT: usize = 4 << 20;

type Body = BoxBody<Bytes, Cut>;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Cut {
    /// The connection ended before the answer began.
    #[error("the connection was cut")]
    Connection,
    /// The connection ended inside the body: head and the bytes that arrived; `content-length` is that of the
    /// whole body.
    #[error("the connection was cut inside the answer")]
    Body(Box<Response<Bytes>>),
    /// Nothing came at all. In-process this is told at once; over HTTP the connection stays silent.
    #[error("no answer came")]
    TimedOut,
}

/// The client address of a request, as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Peer(pub(crate) String);

/// A simulator that answers requests.
pub(crate) trait Answers: Clone + Send + Sync + 'static {
    /// Answers one.
    fn answer(&self, request: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, Cut>> + Send;
    /// How long a connection is held without an answer when a timeout is played.
    fn silence(&self) -> Duration;
}

/// Serves until `stop`, then returns when every connection is closed. Plain HTTP/1.1: meant for loopback.
pub(crate) async fn serve(of: impl Answers, listener: TcpListener, stop: CancellationToken) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = connection(of.clone(), stream, peer.ip().to_string(), stop.clone());
                connections.spawn(connection);
            }
            Err(error) => {
                // Out of file descriptors, mostly: give others time to close theirs.
                tracing::warn!(%error, "simulator cannot accept");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    connections.close();
    connections.wait().await;
}

async fn connection(of: impl Answers, stream: TcpStream, peer: String, stop: CancellationToken) {
    stream.set_nodelay(true).ok();
    let service = service_fn(|request| exchange(of.clone(), request, Peer(peer.clone()), stop.clone()));
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut served = std::pin::pin!(served);
    tokio::select! {
        ended = served.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "simulated connection ended early");
            }
        }
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await.ok();
        }
    }
}

/// An error from here makes the connection end without an answer.
async fn exchange(
    of: impl Answers,
    request: Request<Incoming>,
    peer: Peer,
    stop: CancellationToken,
) -> Result<Response<Body>, Cut> {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Err(Cut::Connection);
    };
    parts.extensions.insert(peer);
    match of.answer(Request::from_parts(parts, body.to_bytes())).await {
        Ok(response) => Ok(response.map(|body| Full::new(body).map_err(never).boxed())),
        Err(Cut::Body(partial)) => Ok((*partial).map(half)),
        Err(Cut::TimedOut) => {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(of.silence()) => {}
            }
            Err(Cut::TimedOut)
        }
        Err(cut) => Err(cut),
    }
}

fn never(impossible: Infallible) -> Cut {
    match impossible {}
}

/// The first bytes, then the end of the connection. They come in a moment of their own, so that they leave first.
fn half(bytes: Bytes) -> Body {
    let first = stream::once(async move { Ok(Frame::data(bytes)) });
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(Cut::Connection)
    });
    BodyExt::boxed(StreamBody::new(first.chain(end)))
}
