//! One request to ManyChat and the page it becomes.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    client::{Client, Reply},
    map,
    plan::{Ask, CONTACTS, METADATA, Rules, Tables, refresh_due},
    wire::{self, Refusal, Unfit},
};
use crate::{
    domain::{
        change::{Change, Kind, Metadata, Record},
        stream::{AccountState, Item, Missing, Page, Reach, Rejected, StateChange},
    },
    platforms::{Account, Call, PlatformError},
};

/// Who was not there for so long is read once in this time.
const QUIET: SignedDuration = SignedDuration::from_hours(24 * 90);
const QUIET_EVERY: SignedDuration = SignedDuration::from_hours(24 * 30);

pub(super) const TAG: &str = "tag";
pub(super) const FIELD: &str = "custom_field";

/// What is asked.
pub(super) const PAGE: &str = "/fb/page/getInfo";
pub(super) const TAGS: &str = "/fb/page/getTags";
pub(super) const FIELDS: &str = "/fb/page/getCustomFields";
pub(super) const SUBSCRIBER: &str = "/fb/subscriber/getInfo";

/// One request and everything it is made from.
pub(super) struct Pull<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) account: &'a Account,
    pub(super) state: &'a AccountState,
    pub(super) rules: Rules,
    pub(super) now: Timestamp,
}

impl Pull<'_> {
    pub(super) async fn run(&self, call: &Call) -> Result<Page, PlatformError> {
        let stale = || PlatformError::Transient("the plan is older than the state".to_owned());
        match serde_json::from_value(call.what.clone()).map_err(|_| stale())? {
            Ask::Page => self.page().await,
            Ask::Tags => self.table(TAGS, TAG).await,
            Ask::Fields => self.table(FIELDS, FIELD).await,
            Ask::Subscriber { id, request } => {
                let due = self.state.due.as_ref();
                let item = due.filter(|item| {
                    item.stream == CONTACTS && item.external_id == id && item.request == request
                });
                self.subscriber(item.ok_or_else(stale)?).await
            }
        }
    }

    /// Whose token it is; and, when it is time, that everybody known is to be read again.
    async fn page(&self) -> Result<Page, PlatformError> {
        let path = PAGE;
        let data = self.client.get(path).await?.found()?;
        let id = wire::id(&data, "id").map_err(|unfit| PlatformError::Malformed(unfit.to_string()))?;
        if id != self.account.external_id {
            return Err(PlatformError::Denied(
                "the token belongs to another page than this account's".to_owned(),
            ));
        }
        let mut tables = Tables::load(self.state, self.now);
        tables.page = Some(self.now);
        let mut page = self.answer(METADATA, path);
        add(&mut page, Kind::Metadata, &data, map::page(&data).map(Record::Metadata));
        if refresh_due(self.state, &tables, &self.rules, self.now) {
            tables.refreshed = Some(self.now);
            // A listing that shows nobody: everybody known is to be asked for.
            page.state.push(StateChange::ListingComplete {
                stream: CONTACTS,
                listing: self.now,
                reach: Reach::Whole,
                missing: Missing::Check {
                    work: json!({ "refresh": true }),
                    recheck_before: self.now.saturating_sub(QUIET_EVERY).unwrap_or(Timestamp::MIN),
                },
            });
        }
        page.state.push(standing(&tables));
        Ok(page)
    }

    /// Tags or custom fields, which come whole.
    async fn table(&self, path: &str, kind: &'static str) -> Result<Page, PlatformError> {
        let data = self.client.get(path).await?.found()?;
        let Value::Array(records) = data else {
            return Err(PlatformError::Malformed("the answer holds no list".to_owned()));
        };
        let mut page = self.answer(METADATA, path);
        for record in &records {
            let mapped: Result<Metadata, Unfit> = map::definition(record, kind);
            add(&mut page, Kind::Metadata, record, mapped.map(Record::Metadata));
        }
        let mut tables = Tables::load(self.state, self.now);
        let mut shown: Vec<String> =
            page.changes.iter().map(|change| change.record.external_id().to_owned()).collect();
        let rejected = page.rejected.iter().filter_map(|rejected| rejected.external_id.as_ref());
        shown.extend(rejected.map(|id| format!("{kind}:{id}")));
        // Tags and fields are one listing of what an account has.
        if kind == TAG {
            (tables.tags, tables.listing) = (Some(self.now), Some(self.now));
            shown.push(map::settings_id(&self.account.external_id));
        } else {
            tables.fields = Some(self.now);
        }
        if let Some(listing) = tables.listing {
            page.state.push(StateChange::Listed { stream: METADATA, listing, external_ids: shown });
            if kind == FIELD {
                let (reach, missing) = (Reach::Whole, Missing::GoneAfterTwo);
                page.state.push(StateChange::ListingComplete { stream: METADATA, listing, reach, missing });
                tables.listing = None;
            }
        }
        page.state.push(standing(&tables));
        Ok(page)
    }

    async fn subscriber(&self, item: &Item) -> Result<Page, PlatformError> {
        let id = &item.external_id;
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PlatformError::Malformed("a subscriber's id is not a number".to_owned()));
        }
        let path = format!("{SUBSCRIBER}?subscriber_id={id}");
        let reply = self.client.get(&path).await?;
        let mut page = self.answer(CONTACTS, &path);
        let (external_id, request) = (id.clone(), item.request);
        let done = |cursor| StateChange::Done { stream: CONTACTS, external_id, request, cursor, rest: None };
        let data = match reply {
            Reply::Data(data) => data,
            Reply::Refused(Refusal::NoSubscriber) => {
                gone(&mut page, id);
                page.state.push(done(Value::Null));
                return Ok(page);
            }
            Reply::Refused(refusal) => return Err(refusal.error()),
        };
        let mapped = map::contact(&data, &self.account.region);
        let quiet = mapped.as_ref().ok().and_then(|contact| contact.last_activity_at);
        let quiet = quiet.is_some_and(|at| self.now.duration_since(at) > QUIET);
        if mapped.as_ref().is_ok_and(|contact| contact.external_id != *id) {
            return Err(PlatformError::Malformed("the answer is about another subscriber".to_owned()));
        }
        add(&mut page, Kind::Contact, &data, mapped.map(Record::Contact));
        // Named like a record that no list shows: it is left alone for a while.
        page.state.push(done(if quiet { json!({ "unlisted": true }) } else { Value::Null }));
        Ok(page)
    }

    fn answer(&self, stream: &'static str, request: &str) -> Page {
        Page { stream, request: request.to_owned(), observed_at: self.now, ..Page::default() }
    }
}

/// Adds a record, or the reason why it cannot be understood.
pub(super) fn add(page: &mut Page, kind: Kind, raw: &Value, mapped: Result<Record, Unfit>) {
    let at = page.raw.len();
    let mut kept = raw.clone();
    if let Some(fields) = kept.as_object_mut() {
        for field in ["profile_pic", "avatar_link", "user_refs"] {
            fields.remove(field);
        }
    }
    page.raw.push(kept.to_string());
    match mapped {
        Ok(record) => page.changes.push(Change::new(record, None, at)),
        Err(unfit) => {
            let external_id = wire::id(raw, "id").ok();
            page.rejected.push(Rejected { kind, external_id, reason: unfit.to_string(), raw: at });
        }
    }
}

/// Says that a subscriber is gone; what is kept of that says so too.
pub(super) fn gone(page: &mut Page, id: &str) {
    let record = Record::Gone { kind: Kind::Contact, external_id: id.to_owned(), successor: None };
    page.changes.push(Change::new(record, None, page.raw.len()));
    page.raw.push(json!({ "id": id, "status": "gone" }).to_string());
}

fn standing(tables: &Tables) -> StateChange {
    // Times only: this cannot fail.
    let cursor = serde_json::to_value(tables).unwrap_or(Value::Null);
    StateChange::Stream { stream: METADATA, cursor, proven_until: tables.proven() }
}
