//! How frames are written: JSON texts of one shape, encoded once for everybody who is sent the same.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::reply::stamp;
use crate::{
    domain::live::{Number, epoch_text},
    work::news::{News, What},
};

/// The largest frame, in bytes.
pub(super) const LARGEST: usize = 256 << 10;

/// One frame, written.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// `snapshot`, `delta`, `sync_progress`, `heartbeat`, `error`, or a stream's `close`.
    pub(super) kind: &'static str,
    /// The number of the document after it.
    pub(super) number: Number,
    /// Its text.
    pub(super) text: Bytes,
}

/// Writes a frame.
pub(super) fn frame(kind: &'static str, clinic: &str, number: Number, at: Timestamp, data: &Value) -> Frame {
    let whole = json!({
        "type": kind,
        "v": 1,
        "clinic_id": clinic,
        "epoch": epoch_text(number.epoch),
        "seq": number.sequence,
        "ts": stamp(at),
        "data": data,
    });
    Frame { kind, number, text: Bytes::from(whole.to_string()) }
}

/// The data of a frame with a change.
pub(super) fn delta(patch: &Value, events: &Value, cause: &str, base: i64) -> Value {
    json!({ "patch": patch, "cause": cause, "base_seq": base, "events": events })
}

/// The frame of news that everybody gets alike; written by the first who sends it.
pub(super) fn shared(news: &News) -> Option<Frame> {
    let (kind, data): (_, &dyn Fn() -> Value) = match &news.what {
        What::Change { patch, events, cause, .. } => {
            ("delta", &|| delta(patch, events, cause, news.number.sequence - 1))
        }
        What::Progress(state) => ("sync_progress", &|| state.clone()),
        What::State { .. } | What::Access => return None,
    };
    let text = news.frame.get_or_init(|| frame(kind, &news.clinic, news.number, news.at, &data()).text);
    Some(Frame { kind, number: news.number, text: text.clone() })
}

/// The whole document as a frame.
pub(super) fn snapshot(
    clinic: &str,
    number: Number,
    now: Timestamp,
    reason: &str,
    document: Value,
    events: &[Value],
) -> Frame {
    let mut data = document;
    if let Value::Object(fields) = &mut data {
        fields.insert("reason".to_owned(), reason.into());
        fields.insert("events".to_owned(), events.into());
    }
    frame("snapshot", clinic, number, now, &data)
}

/// A sign of life.
pub(super) fn heartbeat(clinic: &str, number: Number, now: Timestamp) -> Frame {
    frame("heartbeat", clinic, number, now, &json!({ "server_time": stamp(now) }))
}

/// The last frame of a stream: the code with which a socket would close, and why.
pub(super) fn close(clinic: &str, number: Number, now: Timestamp, code: u16, reason: &str) -> Frame {
    frame("close", clinic, number, now, &json!({ "code": code, "reason": reason }))
}

/// A frame as a server-sent event. Only what is numbered has an id, so that a client resumes there.
pub(super) fn event(frame: &Frame) -> Bytes {
    let mut text = Vec::with_capacity(frame.text.len() + 96);
    if matches!(frame.kind, "snapshot" | "delta") {
        let Number { epoch, sequence } = frame.number;
        text.extend_from_slice(format!("id: {}:{sequence}\n", epoch_text(epoch)).as_bytes());
    }
    text.extend_from_slice(format!("event: {}\ndata: ", frame.kind).as_bytes());
    // JSON on one line: it holds no line break.
    text.extend_from_slice(&frame.text);
    text.extend_from_slice(b"\n\n");
    text.into()
}
