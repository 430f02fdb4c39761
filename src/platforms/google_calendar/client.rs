//! One request to Google Calendar, and what its refusals mean.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, Method, header, request::Builder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::platforms::{
    PlatformError,
    kit::exchange::{Exchange, Found, Reply, secret},
};

/// Everything a request needs besides its path.
pub(super) struct Client<'a> {
    pub(super) exchange: Exchange<'a>,
    /// Scheme and host.
    pub(super) origin: &'a str,
    pub(super) access: &'a SecretString,
    /// The budget that all accounts share.
    pub(super) project: &'a str,
}

/// An answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// What was asked for.
    Found(Found),
    /// It does not exist, or not for us.
    Missing,
    /// The token of what was seen no longer holds.
    Gone,
    /// Something of what was asked is not acceptable: a page or a token that is not known, an address.
    Invalid,
    /// The access token is not accepted.
    Unauthorized,
}

impl Client<'_> {
    /// Asks for `target`, which begins with a slash and holds no secret.
    pub(super) async fn get(&self, target: &str) -> Result<Answer, PlatformError> {
        self.send(Exchange::request(Method::GET, self.origin, target), Bytes::new()).await
    }

    /// Sends JSON.
    pub(super) async fn post(&self, target: &str, body: &Value) -> Result<Answer, PlatformError> {
        let request = Exchange::request(Method::POST, self.origin, target)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request, Bytes::from(body.to_string())).await
    }

    async fn send(&self, request: Builder, body: Bytes) -> Result<Answer, PlatformError> {
        let bearer = Zeroizing::new(format!("Bearer {}", self.access.expose_secret()));
        let request = request.header(header::AUTHORIZATION, secret(&bearer)?);
        let verdict = OnceLock::new();
        let refused = |code: u16, text: &str| match self.refusal(code, text)? {
            Ok(answer) => {
                // Asked once for each answer.
                let _first = verdict.set(answer);
                Some(PlatformError::Malformed(String::new()))
            }
            Err(error) => Some(error),
        };
        let sent = self.exchange.send(request, body, refused).await;
        match (verdict.into_inner(), sent) {
            (Some(answer), _) => Ok(answer),
            (None, Ok(Reply::Found(found))) => Ok(Answer::Found(found)),
            (None, Ok(Reply::Missing)) => Ok(Answer::Missing),
            (None, Err(error)) => Err(error),
        }
    }

    /// What a refusal in Google's own form means; nothing where the status alone says it.
    fn refusal(&self, code: u16, text: &str) -> Option<Result<Answer, PlatformError>> {
        let reasons = reasons(text)?;
        let is = |known: &[&str]| reasons.iter().any(|reason| known.contains(&reason.as_str()));
        let slow = |budget: &str| {
            let retry_after = self.exchange.wait(&HeaderMap::new());
            Some(Err(PlatformError::RateLimited { budget: budget.to_owned(), retry_after }))
        };
        let denied = |why: &str| Some(Err(PlatformError::Denied(why.to_owned())));
        match code {
            400 => Some(Ok(Answer::Invalid)),
            401 if reasons.iter().any(|reason| reason.starts_with("push.")) => Some(Ok(Answer::Invalid)),
            401 => Some(Ok(Answer::Unauthorized)),
            403 if is(&["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]) => {
                slow(self.exchange.budget)
            }
            403 if is(&["quotaExceeded", "dailyLimitExceeded"]) => slow(self.project),
            403 if is(&["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"]) => denied(
                "the consent does not cover reading calendars (403): connect the account again with \
                 calendar.events.readonly or more",
            ),
            403 if is(&["accessNotConfigured", "SERVICE_DISABLED"]) => {
                denied("the Calendar API is not enabled in the OAuth client's project (403)")
            }
            403 => Some(Ok(Answer::Missing)),
            410 => Some(Ok(Answer::Gone)),
            _ => None,
        }
    }
}

/// Why Google refuses, in its own words: the reasons of `errors` and of `details`. Nothing where the body is not Google's.
fn reasons(text: &str) -> Option<Vec<String>> {
    let body: Value = serde_json::from_str(text).ok()?;
    let error = body.get("error")?.as_object()?;
    let listed = ["errors", "details"].into_iter().filter_map(|name| error.get(name)?.as_array());
    let reasons = listed.flatten().filter_map(|it| it.get("reason")?.as_str());
    Some(reasons.map(str::to_owned).collect())
}
