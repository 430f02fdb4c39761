//! Tokens: three ways to get them, absolute ends, both spellings.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Response, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::json::time;
use super::routes::error;
use super::world::{World, missing};
use crate::house::{ALPHANUMERIC, Asked, Refused, json};

impl World {
    /// The host whose client this is.
    fn client(&self, asked: &Asked<'_>) -> Option<u64> {
        let pair = STANDARD.decode(asked.authorization("basic")?).ok()?;
        let pair = String::from_utf8(pair).ok()?;
        let (id, secret) = pair.split_once(':')?;
        let found =
            self.hosts.values().find(|it| (it.client.0.as_str(), it.client.1.as_str()) == (id, secret));
        found.map(|it| it.id)
    }

    /// The host whose access token this is, while it lasts.
    pub(super) fn signed_in(&self, asked: &Asked<'_>, now: Timestamp) -> Option<u64> {
        let token = asked.authorization("bearer")?;
        let found = self.hosts.values().find(|it| it.tokens.access.get(token).is_some_and(|end| now < *end));
        found.map(|it| it.id)
    }

    /// Every token ends, and the password is another one; returns it.
    pub(super) fn revoke(&mut self, host: u64) -> Result<String, Refused> {
        let password = self.desk.text(ALPHANUMERIC, 16);
        let host = self.host_mut(host)?;
        host.tokens = super::state::Access::default();
        host.staff.1.clone_from(&password);
        Ok(password)
    }

    pub(super) fn expire_access(&mut self, host: u64) -> Result<(), Refused> {
        self.host_mut(host)?.tokens.access.clear();
        Ok(())
    }

    /// A code, as the page of consent would hand it out; good once and with this address.
    pub(super) fn authorize(&mut self, host: u64, redirect: &str) -> Result<String, Refused> {
        let code = self.desk.text(ALPHANUMERIC, 32);
        self.host_mut(host)?.tokens.codes.insert(code.clone(), redirect.to_owned());
        Ok(code)
    }

    /// `GET /api/v2/auth/authorize`: somebody agrees at once.
    pub(super) fn consent(&mut self, asked: &Asked<'_>) -> Response<Bytes> {
        let client = asked.get("client_id").unwrap_or_default();
        let host = self.hosts.values().find(|it| it.client.0 == client).map(|it| it.id);
        let (Some(host), Some("code"), Some(redirect)) =
            (host, asked.get("response_type"), asked.get("redirect_uri"))
        else {
            return error(400, "Invalid authorization request");
        };
        let Ok(code) = self.authorize(host, redirect) else { return error(404, "Not found") };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", &code);
        if let Some(state) = asked.get("state") {
            query.append_pair("state", state);
        }
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = http::StatusCode::FOUND;
        let to = format!("{redirect}?{}", query.finish());
        match to.parse() {
            Ok(to) => answer.headers_mut().insert(header::LOCATION, to),
            Err(_) => return error(400, "Invalid authorization request"),
        };
        answer
    }

    /// `POST /api/v2/auth/token`.
    pub(super) fn token(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes> {
        let kind = asked.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return error(415, "Unsupported Media Type");
        }
        let Some(id) = self.client(asked) else { return error(401, "Invalid client") };
        let form: BTreeMap<String, String> = form_urlencoded::parse(asked.body).into_owned().collect();
        let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let (rotates, hours) = (self.settings.rotates_refresh, self.settings.access_hours);
        let (access, refresh) = (self.desk.text(ALPHANUMERIC, 64), self.desk.text(ALPHANUMERIC, 64));
        let Some(host) = self.hosts.get_mut(&id) else { return error(401, "Invalid client") };
        let tokens = &mut host.tokens;
        let mut kept = None;
        let good = match get("grant_type") {
            "password" => {
                (get("username"), get("password")) == (host.staff.0.as_str(), host.staff.1.as_str())
            }
            "authorization_code" => {
                tokens.codes.remove(get("code")).is_some_and(|redirect| redirect == get("redirect_uri"))
            }
            "refresh_token" => {
                let old = get("refresh_token");
                let end = tokens.refresh.get(old).copied().filter(|end| now < *end);
                if rotates && end.is_some() {
                    tokens.refresh.remove(old);
                }
                kept = end.filter(|_| !rotates).map(|end| (old.to_owned(), end));
                end.is_some()
            }
            _ => return error(400, "Unsupported grant_type"),
        };
        if !good {
            return error(400, "Invalid grant");
        }
        let later = |hours: i64| now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(now);
        let ends = later(i64::from(hours));
        let (refresh, refresh_ends) = kept.unwrap_or((refresh, later(24 * 30)));
        tokens.access.retain(|_, end| now < *end);
        tokens.access.insert(access.clone(), ends);
        tokens.refresh.insert(refresh.clone(), refresh_ends);
        json(
            200,
            &json!({"accessToken": access, "access_token": access, "accessTokenExpiresAt": time(ends),
                "refreshToken": refresh, "refresh_token": refresh, "refreshTokenExpiresAt": time(refresh_ends)}),
        )
    }

    pub(super) fn secrets(&self, host: u64) -> Result<super::Seat, Refused> {
        let host = self.hosts.get(&host).ok_or_else(|| missing("host", host))?;
        Ok(super::Seat {
            host: host.id,
            client_id: host.client.0.clone(),
            client_secret: host.client.1.clone(),
            username: host.staff.0.clone(),
            password: host.staff.1.clone(),
        })
    }
}
