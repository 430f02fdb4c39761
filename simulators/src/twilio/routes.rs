//! The interface of messages: one, and the list.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::media;
use super::post::Job;
use super::world::{Message, World};
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Desk, Platform, Refusal, json, obey};

fn error(status: u16, code: u32, message: &str) -> Response<Bytes> {
    json(
        status,
        &json!({"code": code, "message": message, "status": status,
            "more_info": format!("https://www.twilio.com/docs/errors/{code}")}),
    )
}

fn not_found(path: &str) -> Response<Bytes> {
    error(404, 20_404, &format!("The requested resource {path} was not found"))
}

/// As in letters: `Mon, 05 Jan 2026 15:04:05 +0000`.
fn letter(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// A day or a moment of Greenwich.
fn moment(text: &str) -> Option<(Timestamp, bool)> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some((at, false));
    }
    let day: Date = text.parse().ok()?;
    Some((day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp(), true))
}

fn shape(it: &Message) -> Value {
    let uri = format!("/2010-04-01/Accounts/{}/Messages/{}", it.account, it.sid);
    let billed = it.sent.is_some();
    json!({
        "sid": it.sid, "account_sid": it.account, "messaging_service_sid": it.service, "from": it.from, "to": it.to,
        "body": it.body, "status": it.status, "direction": if it.inbound { "inbound" } else { "outbound-api" },
        "num_segments": (it.body.chars().count() / 160 + 1).to_string(), "num_media": it.media.len().to_string(),
        "price": billed.then_some("-0.00750"), "price_unit": billed.then_some("USD"), "error_code": it.error,
        "error_message": it.error.map(|code| format!("Error {code}")), "date_created": letter(it.created),
        "date_updated": letter(it.updated), "date_sent": it.sent.map(letter), "api_version": "2010-04-01",
        "uri": format!("{uri}.json"), "subresource_uris": {"media": format!("{uri}/Media.json")},
    })
}

impl World {
    fn signed_in(&self, asked: &Asked<'_>, account: &str) -> bool {
        let pair = asked.authorization("basic").and_then(|text| STANDARD.decode(text).ok());
        let pair = pair.and_then(|pair| String::from_utf8(pair).ok()).unwrap_or_default();
        let Some(known) = self.accounts.get(account) else { return false };
        // The token, or one of the account's keys.
        pair.split_once(':').is_some_and(|(user, password)| {
            user == account && password == known.token
                || known.keys.get(user).is_some_and(|secret| secret == password)
        })
    }

    fn route(&self, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
        if let ("GET", ["storage", file @ ..]) = (asked.method, asked.parts.as_slice()) {
            return self.stored(file, asked.get("Signature")).ok_or_else(|| not_found(asked.path).into());
        }
        let ["2010-04-01", "Accounts", account, rest @ ..] = asked.parts.as_slice() else {
            return Err(not_found(asked.path).into());
        };
        if !self.signed_in(asked, account) {
            return Err(error(401, 20_003, "Authenticate").into());
        }
        match (asked.method, rest) {
            ("GET", ["Messages.json"]) => self.list(asked, account),
            ("GET", ["Messages", file]) => {
                let sid = file.strip_suffix(".json").unwrap_or(file);
                let known = self.messages.iter().find(|it| it.sid == sid && it.account == *account);
                Ok(known.map_or_else(|| not_found(asked.path), |it| json(200, &shape(it))))
            }
            ("GET", ["Messages", sid, "Media.json"]) => self.media(asked, account, sid),
            ("GET", ["Messages", sid, "Media", file]) => {
                self.led(account, sid, file).ok_or_else(|| not_found(asked.path).into())
            }
            _ => Err(not_found(asked.path).into()),
        }
    }

    /// The files of a message: their types.
    fn media(&self, asked: &Asked<'_>, account: &str, sid: &str) -> Result<Response<Bytes>, Refusal> {
        let message = self.messages.iter().find(|it| it.sid == sid && it.account == account);
        let message = message.ok_or_else(|| not_found(asked.path))?;
        let list = message.media.iter().enumerate().map(|(n, kind)| {
            let name = media::sid(sid, n);
            json!({"sid": name, "account_sid": account, "parent_sid": sid, "content_type": kind,
                "date_created": letter(message.created), "date_updated": letter(message.updated),
                "uri": format!("/2010-04-01/Accounts/{account}/Messages/{sid}/Media/{name}.json")})
        });
        let list: Vec<Value> = list.collect();
        Ok(json(
            200,
            &json!({"media_list": list, "page": 0, "page_size": 50, "start": 0, "end": list.len().saturating_sub(1),
                "uri": asked.path, "first_page_uri": asked.path, "next_page_uri": null, "previous_page_uri": null}),
        ))
    }

    /// Newest first. The next page begins behind the message that the token names, so that new ones do not move it.
    fn list(&self, asked: &Asked<'_>, account: &str) -> Result<Response<Bytes>, Refusal> {
        let size = match asked.get("PageSize") {
            None => 50,
            Some(text) => {
                let size: usize = text.parse().map_err(|_| error(400, 20_001, "Invalid PageSize"))?;
                size.clamp(1, 1000)
            }
        };
        let page: usize = asked.get("Page").and_then(|text| text.parse().ok()).unwrap_or(0);
        let bound = |name: &str| -> Result<Option<(Timestamp, bool)>, Refusal> {
            let text = asked.get(name);
            text.map(|text| moment(text).ok_or_else(|| error(400, 20_001, "Invalid date").into())).transpose()
        };
        let (on, before, after) = (bound("DateSent")?, bound("DateSent<")?, bound("DateSent>")?);
        let wanted = |it: &&Message| {
            let within = |sent: Timestamp| {
                on.is_none_or(|(at, day)| {
                    let end = if day { at.as_second() + 86_400 } else { at.as_second() + 1 };
                    (at.as_second()..end).contains(&sent.as_second())
                }) && before.is_none_or(|(at, _)| sent <= at)
                    && after.is_none_or(|(at, _)| sent >= at)
            };
            let dated = on.is_some() || before.is_some() || after.is_some();
            it.account == account
                && asked.get("To").is_none_or(|to| it.to == to)
                && asked.get("From").is_none_or(|from| it.from == from)
                // What waits in a queue has no such date and is not found by one.
                && (!dated || it.sent.is_some_and(within))
        };
        let token = asked.get("PageToken").and_then(|token| token.strip_prefix("PA"));
        let mut rows: Vec<&Message> = self.messages.iter().rev().filter(wanted).collect();
        if let Some(token) = token {
            let last = rows.iter().position(|it| it.sid == token);
            // Without the message that the token names nobody knows where to go on: from the top.
            let at = i64::try_from(last.map_or(0, |at| at + 1)).unwrap_or(0) + asked.drift();
            rows.drain(..usize::try_from(at).unwrap_or(0).min(rows.len()));
        }
        let more = rows.len() > size;
        rows.truncate(size);
        let link = |page: usize, token: Option<&str>| {
            let kept = asked
                .query
                .iter()
                .filter(|(name, _)| !["Page", "PageToken", "PageSize"].contains(&name.as_str()));
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(kept).append_pair("PageSize", &size.to_string());
            query.append_pair("Page", &page.to_string());
            if let Some(token) = token {
                query.append_pair("PageToken", &format!("PA{token}"));
            }
            format!("{}?{}", asked.path, query.finish())
        };
        let next = rows.last().filter(|_| more).map(|last| link(page + 1, Some(&last.sid)));
        let messages: Vec<Value> = rows.iter().map(|it| shape(it)).collect();
        Ok(json(
            200,
            &json!({
                "messages": messages, "page": page, "page_size": size, "start": page * size,
                "end": page * size + rows.len().saturating_sub(1), "uri": link(page, token),
                "first_page_uri": link(0, None), "next_page_uri": next, "previous_page_uri": null,
            }),
        ))
    }
}

impl Platform for World {
    type Job = Job;

    fn desk(&mut self) -> &mut Desk<Job> {
        &mut self.desk
    }

    fn advance(&mut self, to: Timestamp) {
        self.happen_until(to);
    }

    fn reply(&mut self, asked: &Asked<'_>, _: Timestamp) -> Response<Bytes> {
        self.route(asked).unwrap_or_else(|refusal| *refusal)
    }

    fn throttled(&self) -> Response<Bytes> {
        error(429, 20_429, "Too Many Requests")
    }

    fn records<'a>(&self, body: &'a mut Value) -> Option<&'a mut Value> {
        if body.get("messages").is_some() { body.get_mut("messages") } else { Some(body) }
    }

    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes> {
        match (method, path) {
            ("POST", ["commands"]) => obey(body, |command| self.obey(command, now)),
            ("GET", ["ledger", account]) => match self.ledger(account) {
                Ok(ledger) => json(200, &ledger),
                Err(_) => not_found(account),
            },
            ("GET", ["troubles"]) => json(200, &self.troubles),
            _ => not_found("control"),
        }
    }

    fn post(&mut self, id: u64, job: &Job, _: Timestamp) -> Result<Post, Outcome> {
        self.build(id, job)
    }

    fn ended(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        self.settle(job, answer, now);
    }
}
