//! The WebSocket. The connection is taken over from the HTTP server with small buffers: thousands are idle at a time.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::{SinkExt, StreamExt};
use http::{
    HeaderValue, Method, StatusCode,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use metrics::counter;
use rand::Rng;
use serde_json::Value;
use sha1::{Digest, Sha1};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        protocol::{CloseFrame, Role as Side, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{
    Seat,
    feed::{Feed, Next, Resume},
    frames::{Frame, frame},
    session::{self, Watcher},
};
use crate::http::{
    Context,
    errors::{ApiError, Code},
    principal::Principal,
    reply::Response,
    router::{Answer, Request},
};

/// What RFC 6455, section 1.3, puts behind a client's key.
const BEHIND_THE_KEY: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// The largest message of a client, in bytes.
const LARGEST: usize = 8 << 10;
/// What is read at a time, in bytes.
const READ: usize = 1 << 10;
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);
/// Nothing heard for so many heartbeats: nobody is there.
const SILENCE: u32 = 3;

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

/// Takes a connection over.
pub(super) async fn open(context: Context, mut request: Request) -> Answer {
    let key = wanted(&request)?;
    if !session::comes_from_home(&context, &request) {
        return Err(Code::Forbidden.into());
    }
    let principal = session::admit(&context, &request).await?;
    let wishes = session::wishes(&request)?;
    let seat = principal
        .as_ref()
        .map(|principal| context.live().sit_down(principal.organization.id, &principal.key()))
        .transpose()?;
    let upgrade = request.upgrade.take().ok_or(Code::InternalError)?;
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let accept = STANDARD.encode(Sha1::digest(format!("{key}{BEHIND_THE_KEY}")));
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::from_str(&accept).map_err(|_| Code::InternalError)?);
    if session::offered(&request).any(|name| name == session::PROTOCOL) {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(session::PROTOCOL));
    }
    let tasks = context.live().parts.tasks.clone();
    // Boxed: what is only needed to begin must not stay for as long as the socket does.
    tasks.spawn(Box::pin(begin(context, request, upgrade, principal.zip(seat), wishes)));
    Ok(response)
}

/// The client's key, when it asks for a WebSocket as RFC 6455 says.
fn wanted(request: &Request) -> Result<String, ApiError> {
    let says = |name: &str, word: &str| {
        request
            .header(name)
            .is_some_and(|text| text.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
    };
    let asks = request.method == Method::GET
        && says("connection", "upgrade")
        && says("upgrade", "websocket")
        && request.header("sec-websocket-version") == Some("13");
    let key = request.header("sec-websocket-key").filter(|key| key.len() == 24);
    match key {
        Some(key) if asks && request.upgrade.is_some() => Ok(key.to_owned()),
        _ => Err(ApiError::from(Code::ValidationError)
            .saying("This address speaks WebSocket, version 13, over HTTP/1.1")),
    }
}

async fn begin(
    context: Context,
    request: Request,
    upgrade: OnUpgrade,
    known: Option<(Principal, Seat)>,
    (view, resume): (super::feed::View, Option<Resume>),
) {
    let Ok(Ok(upgraded)) = timeout(FAREWELL, upgrade).await else { return };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ)
        .write_buffer_size(0)
        .max_write_buffer_size(1 << 20)
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST));
    let mut socket =
        WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Side::Server, Some(config)).await;
    let (principal, seat) = match known {
        Some(known) => known,
        None => match introduce(&context, &request, &mut socket).await {
            Ok(known) => known,
            Err((code, why)) => return farewell(&mut socket, code, why).await,
        },
    };
    drop(request);
    let feed = match Feed::begin(&context, &principal.organization, view, resume).await {
        Ok(feed) => feed,
        Err(error) => return refuse(&mut socket, &error, context.clock.now()).await,
    };
    let watcher = Watcher::new(&context, principal, context.clock.now());
    counter!("routiq_live_connections_total", "way" => "socket").increment(1);
    let stopping = context.live().parts.stopping.clone();
    let heartbeat = context.live().parts.settings.heartbeat;
    let now = Instant::now();
    let mut line = Line { context, socket, feed, watcher, heard: now, beat: now + heartbeat };
    let (code, why) = tokio::select! {
        ended = line.run() => ended,
        () = stopping.cancelled() => {
            // Not all at once: the successor is met by a stream, not by a crowd.
            let pause = rand::rng().random_range(200..3_000);
            (1012, format!("restarting, reconnect in {pause} ms").into())
        }
    };
    counter!("routiq_live_closes_total", "code" => code.to_string()).increment(1);
    if code != 0 {
        farewell(&mut line.socket, code, why).await;
    }
    drop(seat);
}

type Why = std::borrow::Cow<'static, str>;

/// Who brings no credentials sends them in the first frame.
async fn introduce(
    context: &Context,
    request: &Request,
    socket: &mut Socket,
) -> Result<(Principal, Seat), (u16, Why)> {
    let first = timeout(context.live().parts.settings.first_frame, socket.next()).await;
    let Ok(Some(Ok(Message::Text(text)))) = first else {
        return Err((4408, "no credentials came in time".into()));
    };
    let said: Value = serde_json::from_str(&text).map_err(|_| (4400, Why::from("not JSON")))?;
    let token = said.pointer("/data/token").or_else(|| said.get("token")).and_then(Value::as_str);
    let (Some("auth"), Some(token)) = (said.get("type").and_then(Value::as_str), token) else {
        return Err((4401, "the first frame must be auth".into()));
    };
    let closed = |error: ApiError| (session::close_code(&error), Why::from(error.code().name()));
    let principal = session::by_token(context, request, token, context.clock.now()).await.map_err(closed)?;
    let seat = context.live().sit_down(principal.organization.id, &principal.key()).map_err(closed)?;
    Ok((principal, seat))
}

/// An open socket.
struct Line {
    context: Context,
    socket: Socket,
    feed: Feed,
    watcher: Watcher,
    /// When the other side last gave a sign of life.
    heard: Instant,
    beat: Instant,
}

impl Line {
    /// Goes on until there is a reason to close: its code, 0 when the other side is gone, and words.
    async fn run(&mut self) -> (u16, Why) {
        loop {
            let wake = self.beat.min(self.watcher.due());
            let ended = tokio::select! {
                said = self.socket.next() => self.said(said).await,
                next = self.feed.next() => match next {
                    Ok(Next::Frame(frame)) => self.send(frame).await,
                    Ok(Next::Access) => self.look().await,
                    Ok(Next::TooSlow) => Err((1013, "too slow: come back and resume".into())),
                    Err(error) => Err((1013, error.code().name().into())),
                },
                () = sleep_until(wake) => self.woke().await,
            };
            if let Err(ended) = ended {
                return ended;
            }
        }
    }

    async fn send(&mut self, frame: Frame) -> Result<(), (u16, Why)> {
        // Our own JSON is UTF-8.
        let text = Utf8Bytes::try_from(frame.text).map_err(|_| (1011, Why::from("a defect of ours")))?;
        self.write(Message::Text(text)).await
    }

    async fn write(&mut self, message: Message) -> Result<(), (u16, Why)> {
        let patience = self.context.live().parts.settings.unread;
        match timeout(patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err((0, "".into())),
            Err(_) => Err((1013, "nothing is read".into())),
        }
    }

    async fn look(&mut self) -> Result<(), (u16, Why)> {
        match self.watcher.look(&self.context).await {
            None => Ok(()),
            Some(why) => Err((4403, why.into())),
        }
    }

    async fn woke(&mut self) -> Result<(), (u16, Why)> {
        let now = Instant::now();
        if self.watcher.due() <= now {
            self.look().await?;
        }
        if self.beat <= now {
            let heartbeat = self.context.live().parts.settings.heartbeat;
            if now.duration_since(self.heard) >= heartbeat * SILENCE {
                return Err((4408, "nothing was heard".into()));
            }
            self.beat = now + heartbeat;
            // Browsers see only the frame, proxies and libraries answer the ping.
            self.write(Message::Ping(Default::default())).await?;
            let frame = self.feed.heartbeat();
            self.send(frame).await?;
        }
        Ok(())
    }

    /// What the other side says.
    async fn said(&mut self, said: Option<Result<Message, Error>>) -> Result<(), (u16, Why)> {
        let message = match said {
            None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => return Err((0, "".into())),
            Some(Err(Error::Capacity(_))) => return Err((4400, "the frame is too large".into())),
            Some(Err(Error::Protocol(_) | Error::Utf8(_))) => return Err((4400, "not a frame".into())),
            Some(Err(_)) => return Err((0, "".into())),
            Some(Ok(message)) => message,
        };
        self.heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err((4400, "frames are texts".into())),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => return Ok(()),
        };
        let bad = |why: &'static str| (4400, Why::from(why));
        let frame: Value = serde_json::from_str(&text).map_err(|_| bad("not JSON"))?;
        let field = |name: &str| {
            let value = frame.get("data").and_then(|data| data.get(name)).or_else(|| frame.get(name));
            value.and_then(|value| match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                Value::Array(names) => {
                    let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                    Some(names.join(","))
                }
                _ => None,
            })
        };
        let done = match frame.get("type").and_then(Value::as_str).unwrap_or_default() {
            "ping" => {
                let beat = self.feed.heartbeat();
                return self.send(beat).await;
            }
            "snapshot_request" => self.feed.snapshot("requested").await,
            "resume" => {
                let from = field("epoch").zip(field("last_seq"));
                let from = from.and_then(|(epoch, sequence)| Resume::of(&epoch, &sequence));
                match from {
                    Some(from) => self.feed.resume(from).await,
                    None => self.feed.snapshot("resume_gap").await,
                }
            }
            "subscribe" => {
                match session::view(field("period"), field("startDate"), field("endDate"), field("metrics")) {
                    Ok(view) => self.feed.look_at(view).await,
                    Err(error) => Err(error),
                }
            }
            // Who is there already need not say so again.
            "auth" => Ok(()),
            _ => return Err(bad("unknown type")),
        };
        match done {
            Ok(()) => Ok(()),
            Err(error) if error.code() == Code::ValidationError => {
                let frame = error_frame(&error, self.context.clock.now(), false);
                self.send(frame).await
            }
            Err(error) => Err((session::close_code(&error), error.code().name().into())),
        }
    }
}

fn error_frame(error: &ApiError, now: Timestamp, fatal: bool) -> Frame {
    let mut data = error.object(None, now);
    if let Value::Object(fields) = &mut data {
        fields.insert("fatal".to_owned(), fatal.into());
    }
    frame("error", "", crate::domain::live::Number::default(), now, &data)
}

async fn refuse(socket: &mut Socket, error: &ApiError, now: Timestamp) {
    if let Ok(text) = Utf8Bytes::try_from(error_frame(error, now, true).text) {
        let _gone = timeout(FAREWELL, socket.send(Message::Text(text))).await;
    }
    farewell(socket, session::close_code(error), error.code().name().into()).await;
}

/// Says why it closes, and waits a moment for the other side to close as well.
async fn farewell(socket: &mut Socket, code: u16, why: Why) {
    let frame = CloseFrame { code: CloseCode::from(code), reason: why.as_ref().into() };
    let _gone = timeout(FAREWELL, async {
        if socket.close(Some(frame)).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    })
    .await;
}
