//! Who asks, where, and whether as often as that: host, `User-Agent`, key, role, limit.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::world::World;
use crate::house::{Asked, Refusal, json};

/// What the person may see to whom a key belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    #[default]
    Administrator,
    /// No treatment notes (403), no appointment types (404).
    Receptionist,
}

/// A key of somebody.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) account: u64,
    /// The person; all keys of one share one allowance.
    pub(super) user: u64,
    pub(super) role: Role,
}

/// Who asks, once known.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) account: u64,
    pub(super) user: u64,
    pub(super) role: Role,
    /// What links begin with: `https://api.au2.cliniko.com/v1`.
    pub(super) base: String,
}

/// Whether a text names a shard.
pub(super) fn is_shard(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_lowercase());
    text.len() - digits.len() == 2
        && (1..=2).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which part of the platform a host is.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    Shard(&'a str),
    /// `api.cliniko.com`, which sends people elsewhere.
    Old,
    /// Any other: a simulator on loopback, which is every shard.
    Any(&'a str),
}

fn place(host: &str) -> Place<'_> {
    let name = host.strip_suffix(":443").unwrap_or(host);
    match name.strip_prefix("api.").and_then(|rest| rest.strip_suffix("cliniko.com")) {
        Some("") => Place::Old,
        Some(rest) => Place::Shard(rest.trim_end_matches('.')),
        None => Place::Any(host),
    }
}

fn refused(status: u16, message: &str) -> Refusal {
    json(status, &json!({ "message": message })).into()
}

impl World {
    /// Lets a request in, or not. `now` decides the window of the limit.
    pub(super) fn enter(&mut self, asked: &Asked<'_>, now: Timestamp) -> Result<Caller, Refusal> {
        if !names_a_contact(asked) {
            self.blocked += 1;
            return Err(blocked().into());
        }
        let place = asked.host.map(place);
        if place == Some(Place::Old) {
            return Err(elsewhere(asked).into());
        }
        let key = self.key(asked).ok_or_else(|| refused(401, "Unauthorized"))?;
        let home = self.accounts.get(&key.account).map_or("", |account| account.shard.as_str());
        let base = match place {
            Some(Place::Shard(shard)) if shard != home => {
                return Err(refused(self.settings.wrong_shard_status, "Account not found"));
            }
            Some(Place::Any(host)) => format!("http://{host}/v1"),
            _ => format!("https://api.{home}.cliniko.com/v1"),
        };
        if !self.take(key.account, key.user, now) {
            self.desk.violated();
            return Err(self.too_many(now).into());
        }
        Ok(Caller { account: key.account, user: key.user, role: key.role, base })
    }

    /// The key is the user name, with or without its shard; the password is empty.
    fn key(&self, asked: &Asked<'_>) -> Option<Key> {
        let pair = STANDARD.decode(asked.authorization("basic")?).ok()?;
        let pair = String::from_utf8(pair).ok()?;
        let (name, password) = pair.split_once(':')?;
        let body = name.rsplit_once('-').filter(|(_, end)| is_shard(end)).map_or(name, |(body, _)| body);
        let known = self.keys.get(body).or_else(|| self.keys.get(name))?;
        password.is_empty().then(|| known.clone())
    }

    /// Counts one request of somebody; `false` when that is one too many in this minute.
    fn take(&mut self, account: u64, user: u64, now: Timestamp) -> bool {
        let minute = now.as_second().div_euclid(60);
        // Other programs of the same person come first.
        let fresh = (minute, self.settings.others_per_minute);
        let window = self.windows.entry((account, user)).or_insert(fresh);
        if window.0 != minute {
            *window = fresh;
        }
        window.1 = window.1.saturating_add(1);
        window.1 <= self.settings.per_minute
    }

    /// 429; the one header says when the minute is over.
    pub(super) fn too_many(&self, now: Timestamp) -> Response<Bytes> {
        let mut response = json(429, &json!({"message": "Rate limit exceeded"}));
        if self.settings.reset_header {
            let reset = (now.as_second().div_euclid(60) + 1) * 60;
            response.headers_mut().insert("x-ratelimit-reset", reset.into());
        }
        response
    }
}

/// `NAME (contact@example.org)`.
fn names_a_contact(asked: &Asked<'_>) -> bool {
    let agent =
        asked.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some((name, contact)) = agent.split_once('(') else { return false };
    let contact = contact.split_once(')').map_or("", |(inside, _)| inside);
    let address = contact.split_whitespace().any(|word| {
        word.split_once('@').is_some_and(|(person, host)| !person.is_empty() && host.contains('.'))
    });
    !name.trim().is_empty() && address
}

fn blocked() -> Response<Bytes> {
    let mut response =
        Response::new(Bytes::from_static(b"<html><body><h1>403 Forbidden</h1></body></html>\n"));
    *response.status_mut() = StatusCode::FORBIDDEN;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

fn elsewhere(asked: &Asked<'_>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(to) = HeaderValue::from_str(&format!("https://api.au1.cliniko.com{}", asked.path)) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_two_letters_and_one_or_two_digits() {
        for good in ["au1", "uk3", "ca10"] {
            assert!(is_shard(good), "{good}");
        }
        for bad in ["", "au", "a1", "aus1", "au100", "AU1", "au1.example.org", "1au"] {
            assert!(!is_shard(bad), "{bad}");
        }
    }
}
