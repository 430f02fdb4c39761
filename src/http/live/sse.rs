//! One way only: server-sent events with the same frames and numbers.

use std::{borrow::Cow, convert::Infallible, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use metrics::counter;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};
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

type Why = Cow<'static, str>;

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
    let (sender, receiver) = mpsc::channel(WAITING + 1);
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

/// Sends until there is a reason to end, and says it.
async fn pour(
    context: Context,
    mut feed: Feed,
    mut watcher: Watcher,
    seat: Seat,
    sender: mpsc::Sender<Bytes>,
) {
    // A place of its own: why it ends is said whatever still waits before it.
    let Ok(last) = sender.clone().reserve_owned().await else { return };
    let (code, why) = run(&context, &mut feed, &mut watcher, &sender).await;
    counter!("routiq_live_closes_total", "code" => code.to_string()).increment(1);
    if code != 0 {
        last.send(event(&feed.farewell(code, &why)));
    }
    drop(seat);
}

/// Goes on until there is a reason to end: its code, as a socket's, 0 when the reader is gone, and words.
async fn run(
    context: &Context,
    feed: &mut Feed,
    watcher: &mut Watcher,
    sender: &mpsc::Sender<Bytes>,
) -> (u16, Why) {
    let live = context.live();
    let (heartbeat, unread) = (live.parts.settings.heartbeat, live.parts.settings.unread);
    let stopping = live.parts.stopping.clone();
    let mut beat = Instant::now() + heartbeat;
    let mut bytes = Bytes::from_static(RETRY.as_bytes());
    loop {
        tokio::select! {
            // The client comes back after its pause, with the number it was at.
            () = stopping.cancelled() => return (1012, "restarting".into()),
            sent = timeout(unread, sender.send(bytes)) => match sent {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return (0, "".into()),
                Err(_) => return (1013, "nothing is read".into()),
            },
        }
        let frame = loop {
            let wake = beat.min(watcher.due());
            tokio::select! {
                () = stopping.cancelled() => return (1012, "restarting".into()),
                () = sender.closed() => return (0, "".into()),
                next = feed.next() => match next {
                    Ok(Next::Frame(frame)) => break frame,
                    Ok(Next::Access) => if let Some(why) = watcher.look(context).await {
                        return (4403, why.into());
                    },
                    Ok(Next::TooSlow) => return (1013, "too slow: come back and resume".into()),
                    Err(error) => {
                        pause(&error).await;
                        return (1013, error.code().name().into());
                    }
                },
                () = tokio::time::sleep_until(wake) => {
                    if watcher.due() <= Instant::now() && let Some(why) = watcher.look(context).await {
                        return (4403, why.into());
                    }
                    if beat <= Instant::now() {
                        beat = Instant::now() + heartbeat;
                        break feed.heartbeat();
                    }
                }
            }
        };
        bytes = event(&frame);
    }
}

/// A stream that failed at the tables ends after a moment, so that its client does not come back at once.
async fn pause(error: &ApiError) {
    tracing::debug!(code = error.code().name(), "a stream ends");
    tokio::time::sleep(Duration::from_millis(200)).await;
}
