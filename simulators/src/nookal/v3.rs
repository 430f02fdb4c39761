//! The newer interface: one token at a time for a client, then queries.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Response, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::graphql::{Field, parse};
use super::shapes;
use super::world::{Account, World};
use crate::faults::Fault;
use crate::house::{ALPHANUMERIC, Asked, Refusal, json};

/// Rows of a page, however many are asked for.
const MOST: usize = 200;

/// Who asks.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) account: u64,
    queries: BTreeSet<String>,
    pub(super) locations: BTreeSet<u64>,
}

fn said(status: u16, message: &str) -> Refusal {
    json(status, &json!({ "message": message })).into()
}

fn errors(message: &str) -> Refusal {
    json(200, &json!({"errors": [{"message": message}], "data": null})).into()
}

impl World {
    /// The basic key comes as it is, not as a pair of name and password. A new token ends the one before.
    pub(super) fn token(&mut self, asked: &Asked<'_>, now: Timestamp) -> Result<Response<Bytes>, Refusal> {
        let kind =
            asked.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let form: Vec<(String, String)> = form_urlencoded::parse(asked.body).into_owned().collect();
        let grant = form.iter().find(|(name, _)| name == "grant_type").map(|(_, value)| value.as_str());
        if !kind.starts_with("application/x-www-form-urlencoded") || grant != Some("client_credentials") {
            return Err(said(400, "Invalid request: grant_type must be client_credentials"));
        }
        let key = asked.authorization("basic").unwrap_or_default().to_owned();
        if !self.clients.contains_key(&key) {
            return Err(said(401, "Invalid client: client is invalid"));
        }
        if !self.take(&key, now) {
            return Err(self.too_many().into());
        }
        let token = format!("eyJ{}.eyJ{}.{}", self.text(20), self.text(60), self.text(43));
        let until = now.as_second() + self.settings.token_minutes * 60;
        self.tokens_issued += 1;
        let Some(client) = self.clients.get_mut(&key) else { return Err(said(401, "Invalid client")) };
        client.token = Some((token.clone(), until));
        let until =
            Timestamp::from_second(until).unwrap_or(now).strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        Ok(json(
            200,
            &json!({"accessToken": token, "accessTokenExpiresAt": until, "client": {"id": client.account.to_string()},
                "user": {}}),
        ))
    }

    fn text(&mut self, length: usize) -> String {
        self.desk.text(ALPHANUMERIC, length)
    }

    fn bearer(&mut self, asked: &Asked<'_>, now: Timestamp) -> Result<Caller, Refusal> {
        let token = asked
            .authorization("bearer")
            .ok_or_else(|| said(401, "Unauthorized request: no authentication given"))?;
        let known =
            self.clients.iter().find(|(_, client)| client.token.as_ref().is_some_and(|(it, _)| it == token));
        let Some((key, client)) = known.map(|(key, client)| (key.clone(), client.clone())) else {
            return Err(said(self.settings.replaced_token_status, "Invalid token: access token is invalid"));
        };
        if client.token.is_some_and(|(_, until)| now.as_second() >= until) {
            return Err(said(400, "Token has expired, please request a new one"));
        }
        if !self.take(&key, now) {
            return Err(self.too_many().into());
        }
        Ok(Caller { account: client.account, queries: client.queries, locations: client.locations })
    }

    pub(super) fn query(&mut self, asked: &Asked<'_>, now: Timestamp) -> Result<Response<Bytes>, Refusal> {
        let caller = self.bearer(asked, now)?;
        let body: Value =
            serde_json::from_slice(asked.body).map_err(|_| said(400, "POST body is not JSON"))?;
        let text = body
            .get("query")
            .and_then(Value::as_str)
            .ok_or_else(|| said(400, "Must provide query string."))?;
        let none = Map::new();
        let variables = body.get("variables").and_then(Value::as_object).unwrap_or(&none);
        let fields = parse(text, variables).map_err(|message| errors(&message))?;
        let account = self.accounts.get(&caller.account).ok_or_else(|| errors("Not authorized"))?;
        let mut data = Map::new();
        for field in &fields {
            if !caller.queries.is_empty() && !caller.queries.contains(&field.name) {
                return Err(errors(&format!("Not authorized to access {}", field.name)));
            }
            data.insert(field.alias.clone(), self.resolve(asked, &caller, account, field)?);
        }
        Ok(json(200, &json!({ "data": data })))
    }

    fn resolve(
        &self,
        asked: &Asked<'_>,
        caller: &Caller,
        account: &Account,
        field: &Field,
    ) -> Result<Value, Refusal> {
        let name = field.name.as_str();
        let shape = shapes::of(name)
            .ok_or_else(|| errors(&format!("Cannot query field \"{name}\" on type \"Query\".")))?;
        check(field, shape.fields)?;
        if let Some(unknown) = field.arguments.keys().find(|known| !shape.arguments.contains(&known.as_str()))
        {
            return Err(errors(&format!("Unknown argument \"{unknown}\" on field \"Query.{name}\".")));
        }
        let rows = shapes::rows(shape, account, caller, &field.arguments);
        let select = |row: &Value| choose(row, &field.fields);
        if name == "client" {
            return Ok(rows.first().map_or(Value::Null, select));
        }
        let number = |name: &str| field.arguments.get(name).and_then(Value::as_u64).map(|n| n as usize);
        // Cut without a word.
        let size = number("pageLength").unwrap_or(100).clamp(1, MOST);
        let page = number("page").unwrap_or(1).max(1);
        let shift = match asked.fault {
            Some(Fault::Drift(by)) if page > 1 => by,
            _ => 0,
        };
        let begin =
            usize::try_from(((page - 1).saturating_mul(size) as i64).saturating_add(shift)).unwrap_or(0);
        let mut shown: Vec<Value> = paged(rows, field, begin, size)
            .into_iter()
            .map(|mut row| {
                let id = row.get(shape.id).map_or_else(String::new, Value::to_string);
                self.oddities.spoil(&format!("v3.{name}"), &id, &mut row);
                select(&row)
            })
            .collect();
        if let (Some(Fault::DuplicateRows), Some(first)) = (&asked.fault, shown.first().cloned()) {
            shown.push(first);
        }
        Ok(Value::Array(shown))
    }
}

/// A page of rows. Where lists within them are asked for, it is their rows that are counted.
fn paged(rows: Vec<Value>, field: &Field, begin: usize, size: usize) -> Vec<Value> {
    let Some(inner) = field.fields.iter().find(|part| !part.fields.is_empty()) else {
        return rows.into_iter().skip(begin).take(size).collect();
    };
    let length =
        |row: &Value| row.get(&inner.name).and_then(Value::as_array).map_or(1, |list| list.len().max(1));
    let mut at = 0;
    let mut shown = Vec::new();
    for mut row in rows {
        let (first, last) = (at, at + length(&row));
        at = last;
        if last <= begin || first >= begin.saturating_add(size) {
            continue;
        }
        if let Some(list) = row.get_mut(&inner.name).and_then(Value::as_array_mut) {
            let (skip, until) =
                (begin.saturating_sub(first), begin.saturating_add(size).saturating_sub(first));
            list.truncate(until);
            list.drain(..skip.min(list.len()));
        }
        shown.push(row);
    }
    shown
}

/// Every field must be known, and what has parts must say which.
fn check(field: &Field, known: &[&str]) -> Result<(), Refusal> {
    let name = &field.name;
    if field.fields.is_empty() {
        return Err(errors(&format!("Field \"{name}\" must have a selection of subfields.")));
    }
    for part in &field.fields {
        let unknown = || errors(&format!("Cannot query field \"{}\" on type \"{name}\".", part.name));
        if !known.contains(&part.name.as_str()) {
            return Err(unknown());
        }
        if part.name == "addresses" {
            check(part, shapes::ADDRESS)?;
        } else if !part.fields.is_empty() {
            return Err(errors(&format!("Field \"{}\" must not have a selection.", part.name)));
        }
    }
    Ok(())
}

fn choose(row: &Value, fields: &[Field]) -> Value {
    match row {
        Value::Array(rows) => rows.iter().map(|row| choose(row, fields)).collect(),
        // A field that went missing on purpose stays away.
        Value::Object(object) if !fields.is_empty() => {
            let known = fields.iter().filter_map(|field| Some((field, object.get(&field.name)?)));
            Value::Object(
                known.map(|(field, value)| (field.alias.clone(), choose(value, &field.fields))).collect(),
            )
        }
        other => other.clone(),
    }
}
