//! Sends the planned request and turns its answer into a page: records, and what they mean for the streams.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    client::Client,
    groups::Groups,
    map::Mapper,
    plan::{APPOINTMENTS, COLLECTIONS, Collection, Credential, Known, PRACTITIONERS, Pace, part, rule},
    remap::gone,
    wire::{self, Fields},
};
use crate::{
    domain::stream::{AccountState, Item, Page, StateChange, Urgency},
    platforms::{
        Account, Call, PlatformError,
        kit::poll::{self, Ask, By, Next, Read, Shown},
    },
};

/// Records of a page, the most Cliniko gives.
const PER_PAGE: u32 = 100;

/// What is kept with the appointments: which of them are groups.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    pub(super) groups: Groups,
}

/// What is due of a record.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Work {
    /// The page of a group's attendees to read.
    attendees: Option<u64>,
    /// Whether to ask by id.
    check: bool,
    /// Whether the second list of practitioners is the one to ask.
    inactive: bool,
}

/// One request and everything it is made from.
pub(super) struct Pull<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) host: &'a str,
    pub(super) account: &'a Account,
    pub(super) pace: &'a Pace,
    pub(super) state: &'a AccountState,
    pub(super) now: Timestamp,
}

impl Pull<'_> {
    pub(super) async fn run(&self, call: &Call) -> Result<Page, PlatformError> {
        if let Ok(ask) = serde_json::from_value::<Credential>(call.what.clone()) {
            return match ask {
                Credential::User => self.user().await,
                Credential::Settings => self.settings().await,
            };
        }
        match serde_json::from_value(call.what.clone()) {
            Ok(Ask::Read(read)) => self.read(&read).await,
            Ok(Ask::Check { id, request }) => self.item(call.stream, &id, request).await,
            Err(_) => Err(PlatformError::Malformed("the plan is of another version".into())),
        }
    }

    fn page(&self, stream: &'static str, request: String) -> Page {
        Page { stream, request, observed_at: self.now, ..Page::default() }
    }

    // The credential. Of the answers nothing is kept but when they came.
    async fn user(&self) -> Result<Page, PlatformError> {
        let target = "/v1/user".to_owned();
        let found = self.client.get(&target, "user").await?;
        let user: Value = wire::parse(&found.text)?;
        if Fields::of(&user).and_then(|fields| fields.id("id")).is_err() {
            return Err(PlatformError::Malformed("the answer names no user".into()));
        }
        let known: Known = poll::own(self.state, PRACTITIONERS);
        let known = Known { user: Some(self.now), host: Some(self.host.to_owned()), ..known };
        Ok(self.known(target, &known))
    }

    async fn settings(&self) -> Result<Page, PlatformError> {
        let target = "/v1/settings".to_owned();
        let found = self.client.get(&target, "settings").await?;
        let settings: Value = wire::parse(&found.text)?;
        let fields = Fields::of(&settings)
            .map_err(|_| PlatformError::Malformed("the answer holds no settings".into()))?;
        let (id, name) = (fields.id("id").ok(), fields.text("subdomain").ok().flatten());
        let expected = &self.account.external_id;
        let same =
            |told: &Option<String>| told.as_deref().is_some_and(|told| told.eq_ignore_ascii_case(expected));
        if (id.is_some() || name.is_some()) && !same(&id) && !same(&name) {
            return Err(PlatformError::Denied(format!(
                "the API key belongs to another account at Cliniko than {expected}"
            )));
        }
        let known: Known = poll::own(self.state, PRACTITIONERS);
        let known = Known { account: Some(self.now), host: Some(self.host.to_owned()), ..known };
        Ok(self.known(target, &known))
    }

    fn known(&self, target: String, known: &Known) -> Page {
        let mut page = self.page(PRACTITIONERS, target);
        page.state.push(poll::note(self.state, PRACTITIONERS, known, self.now));
        page
    }

    // Pages of collections.
    async fn read(&self, read: &Read) -> Result<Page, PlatformError> {
        let of = part(&read.part)
            .ok_or_else(|| PlatformError::Malformed("the plan is of another version".into()))?;
        let target = target(of, read);
        let found = self.client.get(&target, of.path).await?;
        let list = wire::list(&found.text, of.envelope)?;
        let mut page = self.page(of.stream, target);
        let mut kept: Kept = poll::own(self.state, APPOINTMENTS);
        let mut mapper = self.mapper(&mut page, &mut kept);
        let seen = mapper.records(of, read.by, &list.records);
        let new = std::mem::take(&mut mapper.new_groups);
        let shown = Shown {
            seen,
            next: if list.more { Next::More } else { Next::Last },
            total: list.total,
            clock: found.clock,
        };
        let turned = poll::turn(&rule(of.stream, self.pace), self.state, read, &shown, self.now);
        page.backfill = turned.backfill;
        page.state = turned.state;
        if !new.is_empty() {
            page.state = page.state.into_iter().map(|change| poll::with_own(change, &kept)).collect();
            // Attendees that came by before their group was known were taken for those of individual appointments.
            if poll::has_begun(self.state, APPOINTMENTS, "attendees", self.now) {
                page.state.push(StateChange::Due {
                    stream: APPOINTMENTS,
                    external_ids: new,
                    work: json!({ "attendees": 1 }),
                    urgency: Urgency::Live,
                    only_if_changed: None,
                    not_before: None,
                });
            }
        }
        Ok(page)
    }

    fn mapper<'b>(&'b self, page: &'b mut Page, kept: &'b mut Kept) -> Mapper<'b> {
        Mapper { page, region: &self.account.region, groups: &mut kept.groups, new_groups: Vec::new() }
    }

    // Single records.
    async fn item(&self, stream: &'static str, id: &str, request: i64) -> Result<Page, PlatformError> {
        let due = self.state.due.as_ref();
        let due =
            due.filter(|item| item.stream == stream && item.external_id == id && item.request == request);
        let Some(item) = due else {
            return Err(PlatformError::Transient("the plan is older than the state".into()));
        };
        let work: Work = serde_json::from_value(item.work.clone()).unwrap_or_default();
        match (work.attendees, id.strip_prefix("group:")) {
            (Some(number), Some(group)) => self.attendees(item, group, number.max(1), work.check).await,
            _ => self.check(stream, item, work.inactive).await,
        }
    }

    /// A page of one group's attendees.
    async fn attendees(
        &self,
        item: &Item,
        group: &str,
        number: u64,
        check: bool,
    ) -> Result<Page, PlatformError> {
        let Some(of) = part("attendees") else {
            return Err(PlatformError::Malformed("the plan is of another version".into()));
        };
        let filters = [format!("booking_id:={group}")];
        let target = address(of, &filters, number, "created_at");
        let found = self.client.get(&target, of.path).await?;
        let list = wire::list(&found.text, of.envelope)?;
        let mut page = self.page(APPOINTMENTS, target);
        let mut kept: Kept = poll::own(self.state, APPOINTMENTS);
        self.mapper(&mut page, &mut kept).records(of, By::Made, &list.records);
        let rest = match (list.more, check) {
            (true, check) => Some(json!({ "attendees": number + 1, "check": check })),
            (false, true) => Some(json!({ "check": true })),
            (false, false) => None,
        };
        page.state.push(StateChange::Done {
            stream: APPOINTMENTS,
            external_id: item.external_id.clone(),
            request: item.request,
            cursor: item.cursor.clone(),
            rest,
        });
        Ok(page)
    }

    /// Whether a record that no list showed still exists. A single record cannot be asked for when it is archived, so it
    /// is looked for by its id in the list.
    async fn check(&self, stream: &'static str, item: &Item, inactive: bool) -> Result<Page, PlatformError> {
        let of = sought(stream, &item.external_id, inactive)
            .ok_or_else(|| PlatformError::Malformed("the plan is of another version".into()))?;
        let id = item.external_id.rsplit(':').next().unwrap_or_default();
        let target = address(of, &[format!("id:={id}")], 1, "created_at");
        let found = self.client.get(&target, of.path).await?;
        let list = wire::list(&found.text, of.envelope)?;
        let mut page = self.page(stream, target);
        let mut kept: Kept = poll::own(self.state, APPOINTMENTS);
        let seen = self.mapper(&mut page, &mut kept).records(of, By::Made, &list.records);
        let exists = seen.iter().any(|seen| seen.id == item.external_id);
        if !exists && of.part == "practitioners" {
            // Who is in neither list is gone.
            page.state.push(StateChange::Done {
                stream,
                external_id: item.external_id.clone(),
                request: item.request,
                cursor: item.cursor.clone(),
                rest: Some(json!({ "check": true, "inactive": true })),
            });
            return Ok(page);
        }
        if !exists {
            // Whatever was answered instead is none of this record's business.
            page.changes.clear();
            page.rejected.clear();
            page.raw.clear();
            gone(&mut page, of, &item.external_id);
        }
        page.state.push(poll::checked(stream, &item.external_id, item.request, exists));
        Ok(page)
    }
}

/// The collection that a record is looked for in.
fn sought(stream: &str, external_id: &str, inactive: bool) -> Option<&'static Collection> {
    let name = match external_id.split_once(':').map(|(prefix, _)| prefix) {
        Some("group") => "group_appointments",
        Some("attendee") => "attendees",
        _ if stream == APPOINTMENTS => "individual_appointments",
        _ if inactive => "inactive_practitioners",
        _ => return COLLECTIONS.iter().find(|collection| collection.stream == stream),
    };
    part(name)
}

/// Path and query of a page.
fn target(of: &Collection, read: &Read) -> String {
    let (field, other) = match read.by {
        By::Changed => ("updated_at", "created_at"),
        By::Made | By::Starting => ("created_at", "updated_at"),
    };
    let second = |at: Timestamp| Timestamp::from_second(at.as_second()).unwrap_or(at);
    let since = read.since.map(|since| format!("{field}:>={}", second(since)));
    let before = read.before.map(|before| format!("{field}:<{}", second(before)));
    // Within one instant the order is another's, or ties would come in any.
    let sort = if before.is_some() { other } else { field };
    let filters: Vec<String> = since.into_iter().chain(before).collect();
    address(of, &filters, read.page, sort)
}

/// Path and query of a page. Archived and cancelled records are left out unless they are asked for, each by its own word.
fn address(of: &Collection, filters: &[String], page: u64, sort: &str) -> String {
    let hidden = [(of.archives, "archived_at:*"), (of.cancels, "cancelled_at:*")];
    let hidden = hidden.into_iter().filter(|(asked, _)| *asked).map(|(_, word)| word.to_owned());
    let filters: String = filters
        .iter()
        .cloned()
        .chain(hidden)
        .map(|filter| format!("&q%5B%5D={}", utf8_percent_encode(&filter, NON_ALPHANUMERIC)))
        .collect();
    format!("/v1/{}?page={page}&per_page={PER_PAGE}&sort={sort}{filters}", of.path)
}
