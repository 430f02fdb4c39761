//! The same installation over HTTP, where cut connections are really cut.

use std::convert::Infallible;
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

use super::{Chatwoot, Cut, Peer};

/// The longest request body that is read.
const BODY_LIMIT: usize = 4 << 20;

type Body = BoxBody<Bytes, Cut>;

impl Chatwoot {
    /// Serves until `stop`, then returns when every connection is closed. Plain HTTP/1.1: meant for loopback.
    pub async fn serve(&self, listener: TcpListener, stop: CancellationToken) {
        let connections = TaskTracker::new();
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let connection = self.clone().connection(stream, peer.ip().to_string(), stop.clone());
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

    async fn connection(self, stream: TcpStream, peer: String, stop: CancellationToken) {
        stream.set_nodelay(true).ok();
        let service = service_fn(|request| self.clone().exchange(request, Peer(peer.clone()), stop.clone()));
        let served =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
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
        self,
        request: Request<Incoming>,
        peer: Peer,
        stop: CancellationToken,
    ) -> Result<Response<Body>, Cut> {
        let (mut parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
            return Err(Cut::Connection);
        };
        parts.extensions.insert(peer);
        match self.handle(Request::from_parts(parts, body.to_bytes())).await {
            Ok(response) => Ok(response.map(|body| Full::new(body).map_err(never).boxed())),
            Err(Cut::Body(partial)) => Ok((*partial).map(half)),
            Err(Cut::TimedOut) => {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(self.shared.silence) => {}
                }
                Err(Cut::TimedOut)
            }
            Err(cut) => Err(cut),
        }
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
