//! Who may ask: OAuth 2.0 with one client, tokens that end and grants that die.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use http::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::world::{World, missing};
use crate::house::{ALPHANUMERIC, Asked, Refused, json};

/// Seconds of an access token.
const LIFE: i64 = 3600;
const SCOPE: &str = "https://www.googleapis.com/auth/calendar.readonly";

/// Somebody who let us in, or no longer.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// `None` when the grant has died.
    pub(super) refresh: Option<String>,
    code: Option<String>,
    /// With their ends.
    access: BTreeMap<String, Timestamp>,
    /// Requests of the last minute.
    recent: VecDeque<Timestamp>,
}

impl Account {
    /// Counts a request; `false` when it is one too many within any minute.
    pub(super) fn take(&mut self, most: usize, now: Timestamp) -> bool {
        let minute = SignedDuration::from_mins(1);
        while self.recent.front().is_some_and(|at| now.duration_since(*at) >= minute) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        self.recent.len() <= most
    }

    pub(super) fn expire_access(&mut self) {
        self.access.clear();
    }
}

fn refused(status: u16, error: &str, description: &str) -> Response<Bytes> {
    json(status, &json!({"error": error, "error_description": description}))
}

impl World {
    fn refresh_token(&mut self) -> String {
        format!("1//0{}", self.desk.text(ALPHANUMERIC, 60))
    }

    /// Lets us into an account, again if need be; returns the refresh token. What was given before is dead.
    pub(super) fn grant(&mut self, email: &str) -> String {
        let token = self.refresh_token();
        let account = self.accounts.entry(email.to_owned()).or_default();
        account.refresh = Some(token.clone());
        account.access.clear();
        token
    }

    /// The grant dies, with every token.
    pub(super) fn revoke(&mut self, email: &str) -> Result<(), Refused> {
        let account = self.accounts.get_mut(email).ok_or_else(|| missing("account", email))?;
        account.refresh = None;
        account.access.clear();
        Ok(())
    }

    /// A code, as the page of consent would hand it to us; good once.
    pub(super) fn authorize(&mut self, email: &str) -> String {
        let code = format!("4/0{}", self.desk.text(ALPHANUMERIC, 40));
        self.accounts.entry(email.to_owned()).or_default().code = Some(code.clone());
        code
    }

    /// The account whose access token this is, while it lasts.
    pub(super) fn signed_in(&self, asked: &Asked<'_>, now: Timestamp) -> Option<String> {
        let token = asked.authorization("bearer")?;
        let found = self.accounts.iter().find(|(_, it)| it.access.get(token).is_some_and(|end| now < *end));
        found.map(|(email, _)| email.clone())
    }

    /// `POST /token`.
    pub(super) fn token(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes> {
        let form: BTreeMap<String, String> = form_urlencoded::parse(asked.body).into_owned().collect();
        let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if (get("client_id"), get("client_secret")) != (self.client.0.as_str(), self.client.1.as_str()) {
            return refused(401, "invalid_client", "The OAuth client was not found.");
        }
        let mut fresh = None;
        let email = match get("grant_type") {
            "refresh_token" => {
                let wanted = get("refresh_token");
                let found = self.accounts.iter().find(|(_, it)| it.refresh.as_deref() == Some(wanted));
                found.map(|(email, _)| email.clone())
            }
            "authorization_code" => {
                let code = get("code");
                let found = self.accounts.iter_mut().find(|(_, it)| it.code.as_deref() == Some(code));
                let email = found.map(|(email, it)| {
                    it.code = None;
                    email.clone()
                });
                fresh = email.as_ref().map(|email| self.grant(email));
                email
            }
            _ => return refused(400, "unsupported_grant_type", "Invalid grant_type."),
        };
        let access = format!("ya29.{}", self.desk.text(ALPHANUMERIC, 120));
        let dead = || refused(400, "invalid_grant", "Token has been expired or revoked.");
        let Some(email) = email else { return dead() };
        let Some(account) = self.accounts.get_mut(&email) else { return dead() };
        let end = now.checked_add(SignedDuration::from_secs(LIFE)).unwrap_or(now);
        account.access.retain(|_, end| now < *end);
        account.access.insert(access.clone(), end);
        let mut answer =
            json!({"access_token": access, "expires_in": LIFE - 1, "scope": SCOPE, "token_type": "Bearer"});
        if let Some(refresh) = fresh {
            answer["refresh_token"] = json!(refresh);
        }
        json(200, &answer)
    }
}
