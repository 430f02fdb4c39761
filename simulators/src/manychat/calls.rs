//! Calls to us: what an automation's step says, when, and what is done with the answer. Nothing is signed, nothing is
//! tried again; what went wrong stands in the page's flow log alone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::json as shape;
use super::state::{Callback, Channel, Page, Status, Subscriber};
use super::world::{World, missing};
use crate::faults::Fault;
use crate::hooks::outbox::Label;
use crate::hooks::{Failure, Outcome, Post};
use crate::house::Refused;
use crate::spoiled;

/// How long an answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest time for which a next text can be asked for, and what it is unless said.
const CALLBACK_SECONDS: i64 = 86_400;

/// What begins an automation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Trigger {
    ContactCreated,
    #[default]
    MessageReceived,
    TagApplied,
    FieldChanged,
}

impl Trigger {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::ContactCreated => "contact_created",
            Self::MessageReceived => "message_received",
            Self::TagApplied => "tag_applied",
            Self::FieldChanged => "field_changed",
        }
    }
}

/// Which kind of step calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Any JSON is an answer.
    #[default]
    ExternalRequest,
    /// The answer is shown to the person and its actions are done.
    DynamicBlock,
}

/// What the tenant typed as the body.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Event, channel, text and contact.
    #[default]
    Wrapped,
    /// The contact alone.
    Bare,
    /// Anything, with `{{variables}}` and `<Full Contact Data>` in it.
    Text(String),
}

/// A step that calls us.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Automation {
    /// What begins it.
    pub on: Trigger,
    /// The kind of step.
    pub step: Step,
    /// Where to.
    pub url: String,
    /// As typed, such as a secret.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Template,
    /// For people of this channel only, and typed into the body; without it for everybody, and the body says nothing.
    pub channel: Option<Channel>,
    /// Variables are put in as JSON wants them, instead of raw.
    pub escapes: bool,
    /// Ids are numbers, as in older accounts.
    pub numeric_ids: bool,
    /// The contact carries the names of its tags.
    pub with_tags: bool,
    /// Of a JSON answer: a way such as `$.patient.id`, and the custom field it goes to.
    pub maps: Vec<(String, String)>,
}

/// What could not be done with an answer of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Trouble {
    pub at: Timestamp,
    pub page: u64,
    pub url: String,
    pub why: String,
}

/// A body on its way; a later text may still take its place.
#[derive(Debug)]
struct Letter {
    body: String,
    left: bool,
}

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    page: u64,
    subscriber: u64,
    /// `None` for a next text that was asked for.
    automation: Option<u64>,
    url: String,
    headers: Vec<(String, String)>,
    letter: Arc<Mutex<Letter>>,
}

/// A call that has not left yet, perhaps.
#[derive(Debug)]
pub(super) struct Waiting {
    since: Timestamp,
    letter: Arc<Mutex<Letter>>,
}

/// Puts a person into a text.
fn fill(template: &str, page: &Page, it: &Subscriber, escapes: bool) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        let value = match name.trim() {
            "user_id" => it.id.to_string(),
            "page_id" => page.id.to_string(),
            "full_name" => it.name(),
            name => it.text(name).unwrap_or_default().to_owned(),
        };
        let value = if escapes { json!(value).to_string().trim_matches('"').to_owned() } else { value };
        filled.push_str(&value);
        rest = after;
    }
    filled + rest
}

fn render(automation: &Automation, page: &Page, it: &Subscriber) -> String {
    let contact = shape::full_contact(page, it, automation.numeric_ids, automation.with_tags).to_string();
    let wrapped = || {
        let channel = automation.channel.map_or(String::new(), |it| format!(r#""channel":{},"#, json!(it)));
        let event = automation.on.word();
        format!(
            r#"{{"event":"{event}",{channel}"text":"{{{{last_input_text}}}}","contact":<Full Contact Data>}}"#
        )
    };
    let template = match &automation.body {
        Template::Bare => return contact,
        Template::Wrapped => wrapped(),
        Template::Text(text) => text.clone(),
    };
    fill(&template, page, it, automation.escapes).replace("<Full Contact Data>", &contact)
}

/// The value at a way such as `$.patient.id`.
fn at_way<'a>(body: &'a Value, way: &str) -> Option<&'a Value> {
    way.trim_start_matches('$').split('.').filter(|step| !step.is_empty()).try_fold(body, |at, step| {
        step.parse::<usize>().ok().and_then(|n| at.get(n)).or_else(|| at.get(step))
    })
}

impl World {
    pub(super) fn add_automation(&mut self, page: u64, automation: Automation) -> Result<u64, Refused> {
        if automation.url.parse::<http::Uri>().is_err() {
            return Err(Refused::Invalid("url"));
        }
        self.next_id += 1;
        let id = self.next_id;
        self.page_mut(page)?.automations.insert(id, automation);
        Ok(id)
    }

    pub(super) fn remove_automation(&mut self, page: u64, id: u64) -> Result<(), Refused> {
        let gone = self.page_mut(page)?.automations.remove(&id);
        gone.map(|_| ()).ok_or_else(|| missing("automation", id))
    }

    /// Whether a call about a text of this person still waits, so that another text may join it.
    pub(super) fn may_join(&self, subscriber: u64, at: Timestamp) -> bool {
        let window = SignedDuration::from_millis(i64::try_from(self.settings.merge_ms).unwrap_or(i64::MAX));
        self.waiting.range((subscriber, 0)..=(subscriber, u64::MAX)).any(|(_, it)| {
            at.duration_since(it.since) < window
                && !it.letter.lock().unwrap_or_else(PoisonError::into_inner).left
        })
    }

    /// Lets the automations that wait for this begin; returns how many calls that makes. With `join`, calls that
    /// still wait get the new body instead.
    pub(super) fn fire(&mut self, page: u64, subscriber: u64, on: Trigger, join: bool, at: Timestamp) -> u32 {
        let Some(of) = self.pages.get(&page) else { return 0 };
        let Some(person) = of.subscribers.get(&subscriber) else { return 0 };
        let wanted = of
            .automations
            .iter()
            .filter(|(_, it)| it.on == on && it.channel.is_none_or(|channel| channel == person.channel));
        let bodies: Vec<(u64, Automation, String)> =
            wanted.map(|(id, it)| (*id, it.clone(), render(it, of, person))).collect();
        let mut calls = 0;
        for (id, automation, body) in bodies {
            let key = (subscriber, id);
            if join && let Some(waiting) = self.waiting.get(&key) {
                let mut letter = waiting.letter.lock().unwrap_or_else(PoisonError::into_inner);
                if !letter.left {
                    letter.body = body;
                    continue;
                }
            }
            let letter = Arc::new(Mutex::new(Letter { body, left: false }));
            if on == Trigger::MessageReceived {
                self.waiting.insert(key, Waiting { since: at, letter: Arc::clone(&letter) });
            }
            let (url, headers) = (automation.url, automation.headers);
            let job = Job { page, subscriber, automation: Some(id), url, headers, letter };
            self.plan(job, on.word(), at);
            calls += 1;
        }
        calls
    }

    /// Lets the automations that wait for texts begin for everybody who listens and ever wrote; returns how many calls
    /// that makes.
    pub(super) fn run_for_all(&mut self, page: u64, at: Timestamp) -> Result<u32, Refused> {
        let people = self.page_mut(page)?.subscribers.values();
        let wrote = people.filter(|it| it.status == Status::Active && it.text("last_input_text").is_some());
        let ids: Vec<u64> = wrote.map(|it| it.id).collect();
        Ok(ids.into_iter().map(|id| self.fire(page, id, Trigger::MessageReceived, false, at)).sum())
    }

    /// Sends the next text to whoever asked for it.
    pub(super) fn call_back(&mut self, page: u64, subscriber: u64, at: Timestamp) -> bool {
        let Some(of) = self.pages.get_mut(&page) else { return false };
        let Some(person) = of.subscribers.get_mut(&subscriber) else { return false };
        let Some(callback) = person.callback.take().filter(|it| at < it.until) else { return false };
        let person = person.clone();
        let body = fill(&callback.payload, of, &person, true);
        let letter = Arc::new(Mutex::new(Letter { body, left: false }));
        let (url, headers) = (callback.url, callback.headers);
        self.plan(Job { page, subscriber, automation: None, url, headers, letter }, "message_callback", at);
        true
    }

    fn plan(&mut self, job: Job, event: &str, at: Timestamp) {
        let label = Label {
            event: event.to_owned(),
            about: job.subscriber.to_string(),
            url: job.url.clone(),
            attempt: 1,
        };
        self.desk.outbox.plan(job, label, at);
    }

    pub(super) fn build(&mut self, id: u64, job: &Job) -> Result<Post, Outcome> {
        let body = {
            let mut letter = job.letter.lock().unwrap_or_else(PoisonError::into_inner);
            letter.left = true;
            letter.body.clone()
        };
        let mut request = Request::post(&job.url);
        if !job.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in &job.headers {
            request = request.header(name, value);
        }
        let body = self.spoil_call(body);
        let request = request.body(Bytes::from(body)).map_err(|_| Outcome::Forbidden)?;
        Ok(Post { id, request, timeout: TIMEOUT })
    }

    /// Faults whose path is `call` are meant for these bodies.
    fn spoil_call(&mut self, mut body: String) -> String {
        match self.desk.faults.play_at("call") {
            Some(Fault::MalformedJson) => {
                let two_thirds = body.char_indices().nth(body.chars().count() * 2 / 3);
                body.truncate(two_thirds.map_or(0, |(at, _)| at));
                body
            }
            Some(Fault::Surprise { surprise, record, field }) => {
                let Ok(mut value) = serde_json::from_str::<Value>(&body) else { return body };
                let contact =
                    if value.get("contact").is_some() { value.get_mut("contact") } else { Some(&mut value) };
                if let Some(contact) = contact {
                    let faults = &mut self.desk.faults;
                    let mut die = |sides| faults.die(sides);
                    spoiled::spoil(&surprise, contact, record.as_deref(), field.as_deref(), &mut die);
                }
                value.to_string()
            }
            _ => body,
        }
    }

    pub(super) fn settle(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        let why = match answer {
            Err(failure) => Err(failure.to_string()),
            Ok(answer) if !answer.status().is_success() => {
                Err(format!("status {}", answer.status().as_u16()))
            }
            Ok(answer) => self.take_answer(&job, answer.body(), now),
        };
        if let Err(why) = why {
            self.troubles.push(Trouble { at: now, page: job.page, url: job.url, why });
        }
    }

    fn take_answer(&mut self, job: &Job, body: &[u8], now: Timestamp) -> Result<(), String> {
        let page = self.pages.get(&job.page).ok_or("the page is gone")?;
        let Some(automation) = job.automation.and_then(|id| page.automations.get(&id)).cloned() else {
            return Ok(());
        };
        let body: Value = serde_json::from_slice(body).map_err(|_| "the answer is no JSON")?;
        for (way, name) in &automation.maps {
            let value = at_way(&body, way).ok_or_else(|| format!("nothing at {way}"))?;
            let field = self.pages.get(&job.page).and_then(|page| page.field_named(name));
            let field = field.ok_or_else(|| format!("no field {name}"))?;
            let set = self.set_field(job.page, job.subscriber, field, Some(value.clone()), now);
            set.map_err(|refused| refused.to_string())?;
        }
        if automation.step == Step::ExternalRequest {
            return Ok(());
        }
        let content = body.get("content").filter(|_| body.get("version") == Some(&json!("v2")));
        let content = content.and_then(Value::as_object).ok_or("the answer is no dynamic block")?;
        let list = |name: &str| content.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        if let Some(wanted) =
            content.get("external_message_callback").or_else(|| body.get("external_message_callback"))
        {
            let callback = callback(wanted, now).ok_or("the callback cannot be read")?;
            if let Ok(person) = self.subscriber_mut(job.page, job.subscriber) {
                person.callback = Some(callback);
            }
        }
        self.act(job.page, job.subscriber, &list("actions"), now)?;
        let messages = list("messages");
        if !messages.is_empty() {
            self.sent(job.page, job.subscriber, "dynamic_block", Value::Array(messages), now);
        }
        Ok(())
    }
}

fn callback(wanted: &Value, now: Timestamp) -> Option<Callback> {
    let url = wanted.get("url")?.as_str()?.to_owned();
    let headers = wanted.get("headers").and_then(Value::as_object).into_iter().flatten();
    let headers =
        headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect();
    let payload = wanted.get("payload").cloned().unwrap_or_else(|| json!({})).to_string();
    let seconds = wanted.get("timeout").and_then(Value::as_i64).unwrap_or(CALLBACK_SECONDS);
    let until = now.checked_add(SignedDuration::from_secs(seconds.clamp(0, CALLBACK_SECONDS))).ok()?;
    Some(Callback { url, headers, payload, until })
}
