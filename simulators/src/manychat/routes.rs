//! The interface: who may ask, how much, what; and the methods about pages.

use bytes::Bytes;
use http::{Response, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::calls::Job;
use super::limits;
use super::state::{FieldKind, Page};
use super::world::World;
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Desk, Platform, Refused, json, obey};

/// Why a method does nothing.
#[derive(Debug)]
pub(super) enum No {
    /// The request is wrong: what about it.
    Validation(String),
    /// A refusal with a number.
    Coded(u32, &'static str),
    /// There is no such method.
    Unknown,
}

impl From<Refused> for No {
    fn from(refused: Refused) -> Self {
        Self::Validation(match refused {
            Refused::Missing("subscriber", _) => "Subscriber does not exist".to_owned(),
            other => other.to_string(),
        })
    }
}

pub(super) fn invalid(what: &str) -> No {
    No::Validation(what.to_owned())
}

/// What a method answers: `None` is success with nothing to say.
pub(super) type Said = Result<Option<Value>, No>;

/// The fields of a request.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    fn read(asked: &Asked<'_>) -> Result<Self, No> {
        let kind = asked.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
            return Err(invalid("Content-Type must be application/json"));
        }
        serde_json::from_slice(asked.body).map(Self).map_err(|_| invalid("Invalid JSON"))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn need(&self, name: &str) -> Result<&Value, No> {
        self.get(name).ok_or_else(|| invalid(&format!("{name} is required")))
    }

    pub(super) fn text(&self, name: &str) -> Result<&str, No> {
        self.need(name)?.as_str().ok_or_else(|| invalid(&format!("{name} must be a string")))
    }

    /// Ids are whole numbers here, not texts.
    pub(super) fn id(&self, name: &str) -> Result<u64, No> {
        self.need(name)?.as_u64().ok_or_else(|| invalid(&format!("{name} must be an integer")))
    }
}

fn error(status: u16, message: &str) -> Response<Bytes> {
    json(status, &json!({"status": "error", "message": message}))
}

fn field(id: u64, name: &str, kind: FieldKind) -> Value {
    json!({"id": id, "name": name, "type": kind, "description": ""})
}

impl World {
    fn refusal(&mut self, no: No) -> Response<Bytes> {
        let status = if self.settings.errors_with_200 { 200 } else { 400 };
        match no {
            No::Unknown => error(404, "Not found"),
            No::Coded(code, message) => {
                json(status, &json!({"status": "error", "message": message, "code": code}))
            }
            No::Validation(what) => {
                // The details are now and then of another form, or not there.
                self.turns += 1;
                let details = match self.turns % 5 {
                    3 => json!({"status": "error", "message": what}),
                    4 => {
                        json!({"status": "error", "message": "Validation error", "details": {"messages": what}})
                    }
                    _ => {
                        json!({"status": "error", "message": "Validation error",
                            "details": {"messages": [{"message": what}]}})
                    }
                };
                json(status, &details)
            }
        }
    }

    fn route(&mut self, asked: &Asked<'_>, page: u64, now: Timestamp) -> Said {
        let ["fb", group, method] = asked.parts.as_slice() else { return Err(No::Unknown) };
        match (asked.method, *group) {
            ("GET", "page") => self.page_reads(page, method),
            ("POST", "page") => self.page_writes(page, method, &Fields::read(asked)?),
            ("GET", "subscriber") => self.subscriber_reads(page, method, asked),
            ("POST", "subscriber") => self.subscriber_writes(page, method, &Fields::read(asked)?, now),
            ("POST", "sending") => self.sending(page, method, &Fields::read(asked)?, now),
            _ => Err(No::Unknown),
        }
    }

    fn page_reads(&self, page: u64, method: &str) -> Said {
        let page: &Page = self.pages.get(&page).ok_or(No::Unknown)?;
        Ok(Some(match method {
            "getInfo" => json!({"id": page.id, "name": page.name, "category": "Health",
                "avatar_link": "https://img.example.test/page.png", "username": null, "about": null,
                "description": null, "is_pro": page.pro, "timezone": page.zone_name}),
            "getTags" => page.tags.iter().map(|(id, name)| json!({"id": id, "name": name})).collect(),
            "getCustomFields" => page.fields.iter().map(|(id, it)| field(*id, &it.name, it.kind)).collect(),
            "getBotFields" => page
                .bot_fields
                .iter()
                .map(|(id, (it, value))| {
                    let mut shape = field(*id, &it.name, it.kind);
                    shape["value"] = value.clone();
                    shape
                })
                .collect(),
            "getFlows" => {
                let flows = page.flows.iter();
                let flows: Vec<Value> =
                    flows.map(|it| json!({"ns": it.ns, "name": it.name, "folder_id": 0})).collect();
                json!({"flows": flows, "folders": []})
            }
            "getGrowthTools" | "getWidgets" => json!([]),
            "getOtnTopics" => page.topics.iter().map(|(id, name)| json!({"id": id, "name": name})).collect(),
            _ => return Err(No::Unknown),
        }))
    }

    fn page_writes(&mut self, page: u64, method: &str, fields: &Fields) -> Said {
        match method {
            "createTag" => {
                let name = fields.text("name")?;
                if self.page_mut(page)?.tag_named(name).is_some() {
                    return Err(invalid("Tag with this name already exists"));
                }
                let id = self.add_tag(page, name)?;
                Ok(Some(json!({"tag": {"id": id, "name": name}})))
            }
            "removeTag" => {
                let tag = fields.id("tag_id")?;
                self.remove_tag(page, tag).map_err(|_| invalid("Tag does not exist"))?;
                Ok(None)
            }
            "removeTagByName" => {
                let tag = self.page_mut(page)?.tag_named(fields.text("tag_name")?);
                self.remove_tag(page, tag.ok_or_else(|| invalid("Tag does not exist"))?)?;
                Ok(None)
            }
            "createCustomField" | "createBotField" => {
                let name = fields.text(if method == "createCustomField" { "caption" } else { "name" })?;
                let kind = serde_json::from_value(fields.need("type")?.clone())
                    .map_err(|_| invalid("type is not acceptable"))?;
                let id = if method == "createCustomField" {
                    self.add_field(page, name, kind)
                        .map_err(|_| invalid("Custom field with this name already exists"))?
                } else {
                    let value = fields.get("value").cloned().unwrap_or(Value::Null);
                    self.add_bot_field(page, name, kind, value)?
                };
                Ok(Some(json!({"field": field(id, name, kind)})))
            }
            "setBotField" | "setBotFieldByName" | "setBotFields" => {
                let one = |item: &Map<String, Value>| {
                    let id = item.get("field_id").and_then(Value::as_u64);
                    let name = item.get("field_name").and_then(Value::as_str).map(str::to_owned);
                    (id, name, item.get("field_value").cloned().unwrap_or(Value::Null))
                };
                let items: Vec<_> = match (method, fields.get("fields").and_then(Value::as_array)) {
                    ("setBotFields", Some(list)) => {
                        list.iter().filter_map(Value::as_object).map(one).collect()
                    }
                    ("setBotFields", None) => return Err(invalid("fields is required")),
                    _ => vec![one(&fields.0)],
                };
                for (id, name, value) in items {
                    let known = self.page_mut(page)?.bot_fields.iter_mut().find(|(known, (it, _))| {
                        id == Some(**known)
                            || name.as_deref().is_some_and(|name| it.name.eq_ignore_ascii_case(name))
                    });
                    known.ok_or_else(|| invalid("Bot field does not exist"))?.1.1 = value;
                }
                Ok(None)
            }
            _ => Err(No::Unknown),
        }
    }
}

impl Platform for World {
    type Job = Job;

    fn desk(&mut self) -> &mut Desk<Job> {
        &mut self.desk
    }

    fn advance(&mut self, to: Timestamp) {
        self.live(to);
    }

    fn reply(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes> {
        if asked.parts.first() != Some(&"fb") {
            return error(404, "Not found");
        }
        let Some(id) = asked.authorization("bearer").and_then(|token| self.page_of(token)) else {
            return error(401, "Wrong token");
        };
        let patience = self.settings.patience;
        let Some(page) = self.pages.get_mut(&id) else { return error(401, "Wrong token") };
        let known = limits::allowance(asked.path).is_some();
        if page.limits.is_shut(now) {
            self.desk.violated();
            return self.throttled();
        }
        if known && !page.limits.take(asked.path, now) {
            page.limits.violated(patience, now);
            self.desk.violated();
            return self.throttled();
        }
        if !page.pro {
            return error(403, "This feature is available for Pro accounts only");
        }
        match self.route(asked, id, now) {
            Ok(None) => json(200, &json!({"status": "success"})),
            Ok(Some(data)) => json(200, &json!({"status": "success", "data": data})),
            Err(no) => self.refusal(no),
        }
    }

    /// No header says when to come again.
    fn throttled(&self) -> Response<Bytes> {
        error(429, "Too many requests")
    }

    fn records<'a>(&self, body: &'a mut Value) -> Option<&'a mut Value> {
        let data = body.get_mut("data")?;
        if data.get("flows").is_some() { data.get_mut("flows") } else { Some(data) }
    }

    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes> {
        let ledger = |id: &str| id.parse().ok().and_then(|page| self.ledger(page).ok());
        match (method, path) {
            ("GET", ["ledger", page]) => {
                ledger(page).map_or_else(|| error(404, "no such page"), |it| json(200, &it))
            }
            ("POST", ["commands"]) => obey(body, |command| self.obey(command, now)),
            ("GET", ["troubles"]) => json(200, &self.troubles),
            _ => error(404, "Not found"),
        }
    }

    fn post(&mut self, id: u64, job: &Job, _: Timestamp) -> Result<Post, Outcome> {
        self.build(id, job)
    }

    fn ended(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        self.settle(job, answer, now);
    }
}
