//! One way only: server-sent events with the same frames and numbers.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use metrics::counter;
use tokio::{sync::mpsc, time::Instant};
use warp::Reply;

use super::{
    Seat,
    feed::{Feed, Next},
    frames::event,
    session::{self, Watcher},
};
use crate::http::{
    Context,
    errors::{ApiError, Code},
    router::{Answer, Request},
};

/// How soon a client that lost the connection comes back, in milliseconds.
const RETRY: &str = "retry: 3000\n\n";
/// Frames that wait for a slow reader here; the rest waits in the hub, where it is bounded too.
const WAITING: usize = 8;

/// Opens a stream.
pub(super) async fn open(context: Context, request: Request) -> Answer {
    if !session::comes_from_home(&context, &request) {
        return Err(Code::Forbidden.into());
    }
    let principal = session::admit(&context, &request).await?.ok_or(Code::Unauthorized)?;
    let (view, resume) = session::wishes(&request)?;
    let seat = context.live().sit_down(principal.organization.id, &principal.key())?;
    let feed = Feed::begin(&context, &principal.organization, view, resume).await?;
    let watcher = Watcher::new(&context, principal, request.now);
    let (sender, receiver) = mpsc::channel(WAITING);
    counter!("routiq_live_connections_total", "way" => "stream").increment(1);
    let tasks = context.live().parts.tasks.clone();
    tasks.spawn(pour(context, feed, watcher, seat, sender));
    let body = stream::unfold(receiver, |mut receiver| async move {
        let bytes: Bytes = receiver.recv().await?;
        Some((Ok::<_, Infallible>(bytes), receiver))
    });
    let mut response = warp::reply::stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // Proxies that collect answers before they pass them on must not.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Sends until the reader is gone, may no longer, or the daemon stops.
async fn pour(
    context: Context,
    mut feed: Feed,
    mut watcher: Watcher,
    _seat: Seat,
    sender: mpsc::Sender<Bytes>,
) {
    let live = context.live();
    let heartbeat = live.parts.settings.heartbeat;
    let stopping = live.parts.stopping.clone();
    let mut beat = Instant::now() + heartbeat;
    if sender.send(Bytes::from_static(RETRY.as_bytes())).await.is_err() {
        return;
    }
    loop {
        let wake = beat.min(watcher.due());
        let frame = tokio::select! {
            // The body ends: the client comes back after its pause, with the number it was at.
            () = stopping.cancelled() => return,
            () = sender.closed() => return,
            next = feed.next() => match next {
                Ok(Next::Frame(frame)) => frame,
                Ok(Next::Access) => match watcher.look(&context).await {
                    None => continue,
                    Some(_) => return,
                },
                Ok(Next::TooSlow) => return,
                Err(error) => {
                    pause(&error).await;
                    return;
                }
            },
            () = tokio::time::sleep_until(wake) => {
                if watcher.due() <= Instant::now() && watcher.look(&context).await.is_some() {
                    return;
                }
                if beat > Instant::now() {
                    continue;
                }
                beat = Instant::now() + heartbeat;
                feed.heartbeat()
            }
        };
        tokio::select! {
            () = stopping.cancelled() => return,
            sent = sender.send(event(&frame)) => if sent.is_err() { return },
        }
    }
}

/// A stream that failed at the tables ends after a moment, so that its client does not come back at once.
async fn pause(error: &ApiError) {
    tracing::debug!(code = error.code().name(), "a stream ends");
    tokio::time::sleep(Duration::from_millis(200)).await;
}
