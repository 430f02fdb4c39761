//! Deliveries as operators see them: what was put aside and why, what applying it again would change, and doing it. No body
//! and nothing about a person leaves here.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Context,
    admin::{doer, organization, shown},
    deeds,
    errors::{ApiError, Code},
    fields::Fields,
    reply::{stamp, stamp_or_null, success},
    router::{Access, Answer, Request, Route, get, post},
};
use crate::{
    domain::change::Kind,
    store::replays::{Choice, Listed},
    work::{MOST, Rehearsed},
};

/// The states a delivery can be in; the first is what is looked for when nothing is said.
const STATES: [(&str, Option<&str>); 5] = [
    ("quarantined", Some("quarantined")),
    ("pending", Some("pending")),
    ("applied", Some("applied")),
    ("ignored", Some("ignored")),
    ("any", None),
];

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/admin/tenants/{org}/deliveries", Access::Operator, list),
        post("/admin/tenants/{org}/deliveries/replay", Access::Operator, replay),
    ]
}

async fn list(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let state = match request.parameter("state") {
        None => STATES[0].1,
        Some(given) => STATES
            .iter()
            .find(|(word, _)| *word == given)
            .map(|(_, state)| *state)
            .ok_or_else(|| refused("state", "is not one of the words", &words()))?,
    };
    let time = |name: &'static str| -> Result<Option<Timestamp>, ApiError> {
        let Some(text) = request.parameter(name) else { return Ok(None) };
        let wrong = |_| refused(name, "is not a time with its zone", "a time such as 2031-03-04T05:06:07Z");
        text.parse().map(Some).map_err(wrong)
    };
    let account = match request.parameter("account") {
        None => None,
        Some(text) => {
            Some(text.parse::<Uuid>().map_err(|_| refused("account", "is no UUID", "an account's UUID"))?)
        }
    };
    let limit = match request.parameter("limit") {
        None => 100,
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| refused("limit", "is out of range", "a whole number from 1 to 500"))?,
    };
    let choice = Choice {
        account,
        state: state.map(str::to_owned),
        since: time("since")?,
        until: time("until")?,
        ids: Vec::new(),
    };
    let found = context.replays.list(organization.id, &choice, limit).await?;
    let body = json!({
        "organization_id": shown(&organization),
        "count": found.len(),
        "deliveries": found.iter().map(view).collect::<Value>(),
    });
    Ok(success(StatusCode::OK, request.now, body))
}

async fn replay(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let (doer, now) = (doer(&request), request.now);
    let mut fields = request.fields(&context).await?;
    let choice = chosen(&mut fields);
    let dry_run = fields.flag("dry_run");
    fields.finish()?;
    if choice.ids.is_empty() && choice.since.is_none() && choice.state.is_none() {
        return Err(refused("ids", "names nothing in particular", "ids, a state, or a time range"));
    }
    let mut body = json!({"organization_id": shown(&organization), "dry_run": dry_run});
    if dry_run {
        let rehearsed = context.replays.rehearse(organization.id, &choice).await?;
        let details = json!({"dry_run": true, "count": rehearsed.len()});
        deeds::note_replay(&context, organization.id, details, &doer).await?;
        body["count"] = rehearsed.len().into();
        body["deliveries"] = rehearsed.iter().map(rehearsal).collect();
        return Ok(success(StatusCode::OK, now, body));
    }
    let replayed = deeds::replay(&context, organization.id, &choice, &doer).await?;
    body["count"] = replayed.events.len().into();
    body["deliveries"] = replayed.events.iter().map(view).collect();
    Ok(success(StatusCode::ACCEPTED, now, body))
}

fn chosen(fields: &mut Fields) -> Choice {
    let ids = fields.ids("ids", 500);
    // Ids say enough; without them it is what was put aside, unless another state is named.
    let state =
        if ids.is_empty() || fields.has("state") { fields.choice("state", &STATES).flatten() } else { None };
    Choice {
        account: fields.id("account"),
        state: state.map(str::to_owned),
        since: fields.time("since"),
        until: fields.time("until"),
        ids,
    }
}

fn words() -> String {
    STATES.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" | ")
}

fn refused(field: &str, message: &str, allowed: &str) -> ApiError {
    let mistake = json!([{"field": field, "kind": "not_allowed", "message": message, "allowed": allowed}]);
    ApiError::from(Code::ValidationError).with(mistake)
}

fn view(event: &Listed) -> Value {
    json!({
        "id": event.id,
        "account_id": event.account,
        "platform": event.platform,
        "event_type": event.event_type,
        "signed": event.signed,
        "state": event.state,
        "attempts": event.attempts,
        "failure_reason": event.failure_reason,
        "received_at": stamp(event.received_at),
        "applied_at": stamp_or_null(event.applied_at),
        "size": event.size,
    })
}

fn rehearsal(rehearsed: &Rehearsed) -> Value {
    let records = |records: &[(Kind, String)]| -> Value {
        records.iter().map(|(kind, id)| json!({"kind": kind.as_str(), "external_id": id})).collect()
    };
    let mut shown = view(&rehearsed.event);
    shown["outcome"] = rehearsed.outcome.into();
    shown["reason"] = json!(rehearsed.reason);
    shown["would_write"] = records(&rehearsed.written);
    shown["would_read_again"] = records(&rehearsed.doubted);
    shown
}
