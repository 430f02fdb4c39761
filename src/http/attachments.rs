//! The bytes of an attachment, for those who work with patients. Handed over as a file to be kept, never as something a browser
//! would show or run; who read what is written to the audit before anything is told.

use std::time::Duration;

use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Context,
    errors::{ApiError, Code},
    reply::with_type,
    router::{Access, Answer, Request, Route, get},
};
use crate::{domain::role::Role, store::audit, work::Read};

/// After how long one asks again who found too many files open.
const BUSY: Duration = Duration::from_secs(5);

pub(super) fn routes() -> Vec<Route> {
    let path = "/api/v1/organizations/{org}/attachments/{attachment}/content";
    vec![get(path, Access::Member(Role::Staff), content)]
}

async fn content(context: Context, request: Request) -> Answer {
    let id: Uuid = request.part("attachment").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    let principal = request.principal()?;
    let (organization, now) = (principal.organization.id, request.now);
    let (bytes, media_type, extension) = match context.files.read(organization, id, now).await? {
        Read::Unknown => return Err(Code::NotFound.into()),
        Read::Absent { state, reason } => {
            let details = json!({"state": state, "reason": reason});
            return Err(ApiError::from(Code::Conflict).saying(told(&state)).with(details));
        }
        Read::Busy => return Err(ApiError::from(Code::ServiceUnavailable).after(BUSY)),
        Read::Bytes { bytes, media_type, extension } => (bytes, media_type, extension),
    };
    let (resource, address) = (id.to_string(), request.peer.client.to_string());
    let deed = audit::Deed {
        id: context.ids.next(now),
        user: &principal.audited(),
        action: "attachment.read",
        resource_type: "attachment",
        resource_id: Some(&resource),
        ip_address: Some(&address),
        request_id: Some(request.id.as_str()),
        details: &json!({"bytes": bytes.len()}),
        error: None,
    };
    let mut session = context.store.session(organization).await?;
    let tenant = session.begin(None).await?;
    audit::write(&tenant, &deed, now).await?;
    tenant.commit().await?;
    let mut response = with_type(StatusCode::OK, "application/octet-stream", bytes);
    let headers = response.headers_mut();
    if let Some(kind) = media_type.and_then(|kind| HeaderValue::from_str(&kind).ok()) {
        headers.insert(CONTENT_TYPE, kind);
    }
    let plain =
        |text: &String| (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let ending = extension.filter(plain).map(|ending| format!(".{ending}")).unwrap_or_default();
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"attachment-{id}{ending}\"")) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// Why there are no bytes, for people.
fn told(state: &str) -> &'static str {
    match state {
        "wanted" => "The file is not here yet",
        "off" => "The file is not here, and nothing takes files over: that is switched off",
        "refused" => "The file was not taken over: the rules for files do not allow it",
        "gone" => "The file was not at its platform any more",
        "elsewhere" => "The file lies in another place than the one that is set up",
        _ => "There is no file behind this attachment",
    }
}
