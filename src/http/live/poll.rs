//! Asked for now and then: the same document and number, known by a tag.

use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{feed, session};
use crate::{
    domain::live::epoch_text,
    http::{
        Context,
        reply::{Response, success},
        router::{Answer, Request},
    },
};

/// The metrics of a clinic. An upstream outage never fails it: it answers from the tables and says how old they are.
pub(super) async fn metrics(context: Context, request: Request) -> Answer {
    let place = request.principal()?.organization.clone();
    let (view, _) = session::wishes(&request)?;
    let state = feed::state(&context, place.id).await?;
    let mut digest = Sha256::new();
    digest.update(place.id.as_bytes());
    digest.update(epoch_text(state.number.epoch));
    digest.update(state.number.sequence.to_be_bytes());
    digest.update(format!("{view:?}"));
    let tag: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = request
        .header(IF_NONE_MATCH)
        .is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let mut response = if known {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let mut document = feed::shown(&context, place.id, &state, &view).await?;
        let mut metrics = document.get_mut("metrics").map(Value::take).unwrap_or_default();
        if let Value::Object(fields) = &mut metrics {
            fields.insert("organization_id".to_owned(), place.shown().into());
        }
        success(StatusCode::OK, request.now, metrics)
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
