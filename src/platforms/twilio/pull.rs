//! Sends the planned request and turns its answer into a page.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    client::Client,
    map::{self, Sheet},
    plan::{MESSAGES, Pace, rules},
    wire::{self, Fields, Files, Listed, Medium, letter},
};
use crate::{
    domain::{
        change::{Change, Kind, Record},
        stream::{AccountState, Item, Page, StateChange, Urgency},
    },
    platforms::{
        Account, Call, PlatformError,
        kit::{
            exchange::Reply,
            poll::{self, Ask, By, Next, Read, Seen, Shown},
        },
    },
};

/// Messages of a page: when it is looked what is new, and when everything is listed.
const NEW: u32 = 100;
const LISTED: u32 = 500;
/// Of so many messages with files the files are remembered, so that a poll that shows a message again need not ask.
const REMEMBERED: usize = 300;

/// What is kept with the messages: which files belong to the newest ones that have some.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    files: VecDeque<(String, Vec<Medium>)>,
}

impl Kept {
    fn of(&self, sid: &str) -> Option<&[Medium]> {
        self.files.iter().find(|(known, _)| known == sid).map(|(_, files)| files.as_slice())
    }

    fn add(&mut self, sid: &str, files: Vec<Medium>) {
        self.files.retain(|(known, _)| known != sid);
        self.files.push_back((sid.to_owned(), files));
        while self.files.len() > REMEMBERED {
            self.files.pop_front();
        }
    }
}

/// What is due of a message.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Work {
    /// Its files are to be asked for first.
    files: bool,
}

/// One request and everything it is made from.
pub(super) struct Pull<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) account: &'a Account,
    pub(super) pace: &'a Pace,
    pub(super) state: &'a AccountState,
    pub(super) now: Timestamp,
}

impl Pull<'_> {
    pub(super) async fn run(&self, call: &Call) -> Result<Page, PlatformError> {
        match serde_json::from_value(call.what.clone()) {
            Ok(Ask::Read(read)) => self.read(&read).await,
            Ok(Ask::Check { id, request }) => self.item(&id, request).await,
            Err(_) => Err(PlatformError::Malformed("the plan is of another version".into())),
        }
    }

    fn page(&self, request: &str) -> Page {
        Page { stream: MESSAGES, request: request.to_owned(), observed_at: self.now, ..Page::default() }
    }

    fn path(&self, rest: &str) -> String {
        format!("/2010-04-01/Accounts/{}/Messages{rest}.json", self.account.external_id)
    }

    async fn read(&self, read: &Read) -> Result<Page, PlatformError> {
        let path = self.path("");
        let size = if read.by == By::Changed { NEW } else { LISTED };
        let query = read.token.clone().unwrap_or_else(|| format!("PageSize={size}"));
        let target = format!("{path}?{query}");
        let Reply::Found(found) = self.client.get(&target).await? else {
            return Err(PlatformError::Denied("Twilio knows no such account (404)".into()));
        };
        let listed: Listed<'_> = wire::parse(&found.text)?;
        let next = wire::next(listed.next_page_uri.as_deref(), &path)?;
        let mut page = self.page(&target);
        let kept: Kept = poll::own(self.state, MESSAGES);
        let (mut sheet, mut seen, mut unknown) = (Sheet::default(), Vec::new(), Vec::new());
        for text in &listed.messages {
            let Some(record) = map::trimmed(text.get()) else {
                map::add(&mut page, &mut sheet, Value::Null, None, &self.account.region);
                continue;
            };
            let id = Fields::of(&record).and_then(|fields| fields.id("sid")).ok();
            let at = Fields::of(&record).ok().and_then(|fields| letter(&fields, "date_created").ok()?);
            let files = match (map::files(&record), &id) {
                (0, _) | (_, None) => Some(&[][..]),
                (_, Some(sid)) => kept.of(sid),
            };
            // What older messages have is not asked for again each time that everything is listed.
            if let (None, Some(sid), By::Changed) = (files, &id, read.by) {
                unknown.push(sid.clone());
            }
            map::add(&mut page, &mut sheet, record, files, &self.account.region);
            seen.extend(id.map(|id| Seen { id, at }));
        }
        sheet.write(&mut page);
        let next = next.map_or(Next::Last, Next::Token);
        let shown = Shown { seen, next, total: None, clock: found.clock };
        let turned = poll::turn(&rules(self.pace), self.state, read, &shown, self.now);
        page.state = turned.state.into_iter().map(|change| poll::with_own(change, &kept)).collect();
        page.backfill = turned.backfill;
        page.state.extend(due(unknown, Urgency::Backfill));
        Ok(page)
    }

    /// One message, its files first where it has some.
    async fn item(&self, id: &str, request: i64) -> Result<Page, PlatformError> {
        let due = self.state.due.as_ref();
        let due =
            due.filter(|item| item.stream == MESSAGES && item.external_id == id && item.request == request);
        let item = due.ok_or_else(|| PlatformError::Transient("the plan is older than the state".into()))?;
        if !(wire::is_id(id, "SM") || wire::is_id(id, "MM")) {
            return Err(PlatformError::Malformed("a message's id is none".into()));
        }
        let work: Work = serde_json::from_value(item.work.clone()).unwrap_or_default();
        match work.files {
            true => self.files(item).await,
            false => self.message(item).await,
        }
    }

    async fn files(&self, item: &Item) -> Result<Page, PlatformError> {
        let target = self.path(&format!("/{}/Media", item.external_id));
        let mut page = self.page(&target);
        let mut kept: Kept = poll::own(self.state, MESSAGES);
        if let Reply::Found(found) = self.client.get(&target).await? {
            let files: Files = wire::parse(&found.text)?;
            kept.add(&item.external_id, files.read());
        }
        page.state.push(poll::note(self.state, MESSAGES, &kept, self.now));
        page.state.push(done(item, Some(json!({ "check": true, "files": false }))));
        Ok(page)
    }

    async fn message(&self, item: &Item) -> Result<Page, PlatformError> {
        let id = &item.external_id;
        let target = self.path(&format!("/{id}"));
        let mut page = self.page(&target);
        let Reply::Found(found) = self.client.get(&target).await? else {
            gone(&mut page, id);
            page.state.push(poll::checked(MESSAGES, id, item.request, false));
            return Ok(page);
        };
        let record = map::trimmed(&found.text)
            .ok_or_else(|| PlatformError::Malformed("the answer holds no message".into()))?;
        if !Fields::of(&record).and_then(|fields| fields.id("sid")).is_ok_and(|sid| sid == *id) {
            return Err(PlatformError::Malformed("the answer is about another message".into()));
        }
        let kept: Kept = poll::own(self.state, MESSAGES);
        let files = if map::files(&record) == 0 { Some(&[][..]) } else { kept.of(id) };
        let asks_on = files.is_none();
        let mut sheet = Sheet::default();
        map::add(&mut page, &mut sheet, record, files, &self.account.region);
        sheet.write(&mut page);
        page.state.push(match asks_on {
            true => done(item, Some(json!({ "check": true, "files": true }))),
            false => poll::checked(MESSAGES, id, item.request, false),
        });
        Ok(page)
    }
}

/// Says that a message is gone; what is kept of that says so too.
pub(super) fn gone(page: &mut Page, id: &str) {
    let record = Record::Gone { kind: Kind::Message, external_id: id.to_owned(), successor: None };
    page.changes.push(Change::new(record, None, page.raw.len()));
    page.raw.push(json!({ "gone": id }).to_string());
}

/// These messages are to be read, their files first.
fn due(external_ids: Vec<String>, urgency: Urgency) -> Option<StateChange> {
    (!external_ids.is_empty()).then(|| StateChange::Due {
        stream: MESSAGES,
        external_ids,
        work: json!({ "check": true, "files": true }),
        urgency,
        only_if_changed: None,
        not_before: None,
    })
}

fn done(item: &Item, rest: Option<Value>) -> StateChange {
    StateChange::Done {
        stream: MESSAGES,
        external_id: item.external_id.clone(),
        request: item.request,
        cursor: item.cursor.clone(),
        rest,
    }
}
