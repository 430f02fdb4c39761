//! What faults do to an answer that was made.

use bytes::Bytes;
use http::{Response, header};
use serde_json::Value;

use crate::faults::{Fault, Odd};
use crate::house::Platform;
use crate::serving::Cut;

/// Does to an answer what the surprises and the fault say.
pub(crate) fn damaged<W: Platform>(
    world: &mut W,
    mut reply: Response<Bytes>,
    fault: Option<Fault>,
    surprises: &[Odd],
) -> Result<Response<Bytes>, Cut> {
    if !surprises.is_empty() {
        reply = changed(world, reply, |world, records| {
            let faults = &mut world.desk().faults;
            surprises.iter().for_each(|odd| odd.spoil(records, &mut |sides| faults.die(sides)));
        });
    }
    match fault {
        Some(Fault::Timeout) => Err(Cut::TimedOut),
        Some(Fault::Cut) => Err(Cut::Connection),
        Some(Fault::CutBody) => {
            let whole = reply.body().len();
            reply.body_mut().truncate(whole / 2);
            reply.headers_mut().insert(header::CONTENT_LENGTH, whole.into());
            Err(Cut::Body(Box::new(reply)))
        }
        Some(Fault::MalformedJson) => {
            let whole = reply.body().len();
            reply.body_mut().truncate(whole * 2 / 3);
            Ok(reply)
        }
        Some(Fault::InvalidUtf8) => Ok(reply.map(invalid_utf8)),
        Some(Fault::DuplicateRows) => Ok(changed(world, reply, |_, records| {
            if let Some(rows) = records.as_array_mut()
                && let Some(first) = rows.first().cloned()
            {
                rows.push(first);
            }
        })),
        _ => Ok(reply),
    }
}

/// The answer with its records changed; what is no JSON stays as it is.
fn changed<W: Platform>(
    world: &mut W,
    reply: Response<Bytes>,
    with: impl FnOnce(&mut W, &mut Value),
) -> Response<Bytes> {
    let Ok(mut body) = serde_json::from_slice::<Value>(reply.body()) else { return reply };
    let Some(records) = world.records(&mut body) else { return reply };
    with(world, records);
    reply.map(|_| Bytes::from(body.to_string()))
}

/// A byte that no UTF-8 text has, inside the last longer word.
fn invalid_utf8(body: Bytes) -> Bytes {
    let mut body = body.to_vec();
    let text = body.windows(3).rposition(|three| three.iter().all(u8::is_ascii_alphabetic));
    if let Some(byte) = text.and_then(|at| body.get_mut(at + 1)) {
        *byte = 0xFF;
    }
    Bytes::from(body)
}
