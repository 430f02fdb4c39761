//! One request to Clerk's Backend API, and what its status means (Clerk's Backend API reference; limits and errors from
//! its guides "System limits" and "Errors").

use bytes::Bytes;
use http::{Request, StatusCode, header};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::wire;
use crate::{
    domain::directory::Change,
    platforms::{
        PlatformError,
        answers::{read, refusal, secret_header},
        lenient::list,
        transport::Transport,
    },
};

/// One request, fully determined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A page of all users, oldest first.
    Users {
        /// How many to leave out.
        offset: u32,
    },
    /// A page of all organizations, oldest first.
    Organizations {
        /// How many to leave out.
        offset: u32,
    },
    /// A page of an organization's memberships, oldest first.
    Members {
        /// Clerk's id.
        organization: String,
        /// How many to leave out.
        offset: u32,
    },
    /// One user.
    User {
        /// Clerk's id.
        id: String,
    },
    /// One organization.
    Organization {
        /// Clerk's id.
        id: String,
    },
    /// One user's membership in one organization.
    Member {
        /// Clerk's id of the organization.
        organization: String,
        /// Clerk's id of the user.
        user: String,
    },
}

/// The largest page there is. Whoever is asked for alone is looked for in the largest: where Clerk does not narrow the
/// list, only a whole one proves that somebody is gone.
const LARGEST: u32 = 500;

/// What a request brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Records.
    Page {
        /// What could be understood of them.
        changes: Vec<Change>,
        /// How many there were, understood or not.
        listed: u32,
        /// How many there are in all, where that is told.
        total: Option<u64>,
    },
    /// Clerk says that there is no such thing.
    Missing,
}

/// Everything a request needs besides itself.
pub(super) struct Client<'a> {
    pub(super) transport: &'a dyn Transport,
    /// Scheme, host and port.
    pub(super) origin: &'a str,
    pub(super) secret: &'a SecretString,
    /// Records of a page.
    pub(super) limit: u32,
    /// The budget that a "slow down" exhausts.
    pub(super) budget: &'a str,
    pub(super) now: Timestamp,
}

impl Client<'_> {
    pub(super) async fn ask(&self, call: &Call) -> Result<Answer, PlatformError> {
        let request = Request::get(format!("{}/v1{}", self.origin, self.path(call)))
            .header(header::AUTHORIZATION, secret_header("Bearer ", self.secret.expose_secret())?)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|_| {
                PlatformError::Denied("directory.clerk_api_url is no address that can be asked".into())
            })?;
        let answer = read(self.transport.send(request).await)?;
        match answer.status() {
            status if status.is_success() => self.answer(call, answer.body()),
            // Only Clerk's own words prove that something is gone.
            StatusCode::NOT_FOUND if says_missing(answer.body()) => Ok(Answer::Missing),
            _ => Err(refusal("Clerk", "the secret key", &answer, self.budget)),
        }
    }

    fn path(&self, call: &Call) -> String {
        let limit = self.limit;
        let page = |offset: &u32| format!("limit={limit}&offset={offset}&order_by=%2Bcreated_at");
        match call {
            Call::Users { offset } => format!("/users?{}", page(offset)),
            Call::Organizations { offset } => format!("/organizations?{}", page(offset)),
            Call::Members { organization, offset } => {
                format!("/organizations/{}/memberships?{}", segment(organization), page(offset))
            }
            Call::User { id } => format!("/users/{}", segment(id)),
            Call::Organization { id } => format!("/organizations/{}", segment(id)),
            Call::Member { organization, user } => {
                format!(
                    "/organizations/{}/memberships?user_id={}&limit={LARGEST}&offset=0&order_by=%2Bcreated_at",
                    segment(organization),
                    segment(user),
                )
            }
        }
    }

    fn answer(&self, call: &Call, body: &[u8]) -> Result<Answer, PlatformError> {
        let shape = || PlatformError::Malformed("Clerk's answer has another shape than documented".into());
        let value: Value = serde_json::from_slice(body)
            .map_err(|_| PlatformError::Transient("Clerk's answer is not JSON".into()))?;
        let one = [value.clone()];
        let records = match call {
            // Users come as a bare list, the others in `data`.
            Call::Users { .. } => value.as_array().map(Vec::as_slice).or(data(&value)).ok_or_else(shape)?,
            Call::User { .. } | Call::Organization { .. } => one.as_slice(),
            _ => data(&value).ok_or_else(shape)?,
        };
        let changes: Vec<Change> = records.iter().filter_map(|record| self.change(call, record)).collect();
        let listed = u32::try_from(records.len()).unwrap_or(u32::MAX);
        if changes.is_empty() && listed > 0 {
            return Err(shape());
        }
        let total = value.get("total_count").and_then(Value::as_u64);
        if let (Call::Member { user, .. }, Some(total)) = (call, total) {
            let is_theirs = |change: &&Change| matches!(change, Change::Membership(it) if it.user == *user);
            let theirs: Vec<Change> = changes.iter().filter(is_theirs).cloned().collect();
            // A page that may have been cut proves nothing.
            if theirs.is_empty() && total > u64::from(listed) {
                return Err(PlatformError::Malformed("Clerk lists others than were asked for".into()));
            }
            return Ok(if theirs.is_empty() {
                Answer::Missing
            } else {
                Answer::Page { changes: theirs, listed: 1, total: None }
            });
        }
        Ok(Answer::Page { changes, listed, total })
    }

    fn change(&self, call: &Call, record: &Value) -> Option<Change> {
        match call {
            Call::Users { .. } | Call::User { .. } => wire::user(record, self.now).map(Change::User),
            Call::Organizations { .. } | Call::Organization { .. } => {
                wire::organization(record, self.now).map(Change::Organization)
            }
            Call::Members { .. } | Call::Member { .. } => {
                wire::membership(record, self.now, false).map(Change::Membership)
            }
        }
    }
}

fn data(value: &Value) -> Option<&[Value]> {
    value.get("data").filter(|data| data.is_array()).map(|_| list(value, "data"))
}

/// Ids hold letters, digits and underscores; whatever else one holds must not become another path.
fn segment(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect()
}

fn says_missing(body: &[u8]) -> bool {
    let Ok(said) = serde_json::from_slice::<Value>(body) else { return false };
    list(&said, "errors")
        .iter()
        .any(|error| error.get("code").and_then(Value::as_str).is_some_and(|code| code.contains("not_found")))
}
