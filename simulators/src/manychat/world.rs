//! Everything behind the lock: pages and their tokens.

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::calls::{Job, Trouble, Waiting};
use super::limits::Limits;
use super::state::{Channel, Field, FieldKind, Flow, Page, Subscriber};
use super::{Seat, Settings};
use crate::house::{Desk, HEX, Refused};

/// The first page's number.
const FIRST_PAGE: u64 = 104_200_000_000_001;
/// Numbers of people begin here: beyond what a floating-point number holds.
const FIRST_SUBSCRIBER: u64 = 11_042_000_001_234_561;

#[derive(Debug)]
pub(crate) struct World {
    pub(super) settings: Settings,
    pub(super) desk: Desk<Job>,
    pub(super) pages: BTreeMap<u64, Page>,
    pub(super) troubles: Vec<Trouble>,
    /// Calls about texts, by person and automation.
    pub(super) waiting: BTreeMap<(u64, u64), Waiting>,
    /// For tags, fields and automations.
    pub(super) next_id: u64,
    pub(super) next_subscriber: u64,
    pub(super) next_message: u64,
    /// Searches that found nobody, and refusals: their forms take turns.
    pub(super) turns: u64,
}

pub(super) fn missing(what: &'static str, id: impl Display) -> Refused {
    Refused::Missing(what, id.to_string())
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            desk: Desk::new(settings.seed, settings.log_size),
            settings,
            pages: BTreeMap::new(),
            troubles: Vec::new(),
            waiting: BTreeMap::new(),
            next_id: 7_700_000,
            next_subscriber: FIRST_SUBSCRIBER,
            next_message: 1,
            turns: 0,
        }
    }

    pub(super) fn page_mut(&mut self, page: u64) -> Result<&mut Page, Refused> {
        self.pages.get_mut(&page).ok_or_else(|| missing("page", page))
    }

    pub(super) fn subscriber_mut(&mut self, page: u64, id: u64) -> Result<&mut Subscriber, Refused> {
        self.page_mut(page)?.subscribers.get_mut(&id).ok_or_else(|| missing("subscriber", id))
    }

    fn token(&mut self, page: u64) -> String {
        format!("{page}:{}", self.desk.text(HEX, 32))
    }

    pub(super) fn add_page(&mut self, name: &str, zone: &str) -> Seat {
        let id = FIRST_PAGE + self.pages.len() as u64 * 17;
        let token = self.token(id);
        let page = Page {
            id,
            token: Some(token.clone()),
            name: name.to_owned(),
            zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
            zone_name: zone.to_owned(),
            pro: true,
            tags: BTreeMap::new(),
            fields: BTreeMap::new(),
            bot_fields: BTreeMap::new(),
            flows: Vec::new(),
            topics: Vec::new(),
            subscribers: BTreeMap::new(),
            user_refs: BTreeMap::new(),
            automations: BTreeMap::new(),
            messages: Vec::new(),
            sent: Vec::new(),
            limits: Limits::default(),
            feed: None,
        };
        self.pages.insert(id, page);
        Seat { page: id, token }
    }

    pub(super) fn reissue_token(&mut self, page: u64) -> Result<String, Refused> {
        let token = self.token(page);
        self.page_mut(page)?.token = Some(token.clone());
        Ok(token)
    }

    pub(super) fn revoke_token(&mut self, page: u64) -> Result<(), Refused> {
        self.page_mut(page)?.token = None;
        Ok(())
    }

    /// The page of a token.
    pub(super) fn page_of(&self, token: &str) -> Option<u64> {
        self.pages.values().find(|page| page.token.as_deref() == Some(token)).map(|page| page.id)
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// An existing tag of that name is taken.
    pub(super) fn add_tag(&mut self, page: u64, name: &str) -> Result<u64, Refused> {
        if let Some(known) = self.page_mut(page)?.tag_named(name) {
            return Ok(known);
        }
        let id = self.id();
        self.page_mut(page)?.tags.insert(id, name.to_owned());
        Ok(id)
    }

    /// Takes it from everybody, too.
    pub(super) fn remove_tag(&mut self, page: u64, id: u64) -> Result<(), Refused> {
        let page = self.page_mut(page)?;
        page.tags.remove(&id).ok_or_else(|| missing("tag", id))?;
        page.subscribers.values_mut().for_each(|it| {
            it.tags.remove(&id);
        });
        Ok(())
    }

    pub(super) fn rename_tag(&mut self, page: u64, id: u64, name: &str) -> Result<(), Refused> {
        *self.page_mut(page)?.tags.get_mut(&id).ok_or_else(|| missing("tag", id))? = name.to_owned();
        Ok(())
    }

    pub(super) fn add_field(&mut self, page: u64, name: &str, kind: FieldKind) -> Result<u64, Refused> {
        if self.page_mut(page)?.field_named(name).is_some() {
            return Err(Refused::Invalid("name"));
        }
        let id = self.id();
        self.page_mut(page)?.fields.insert(id, Field { name: name.to_owned(), kind });
        Ok(id)
    }

    pub(super) fn remove_field(&mut self, page: u64, id: u64) -> Result<(), Refused> {
        let page = self.page_mut(page)?;
        page.fields.remove(&id).ok_or_else(|| missing("field", id))?;
        page.subscribers.values_mut().for_each(|it| {
            it.custom.remove(&id);
        });
        Ok(())
    }

    pub(super) fn add_bot_field(
        &mut self,
        page: u64,
        name: &str,
        kind: FieldKind,
        value: Value,
    ) -> Result<u64, Refused> {
        let id = self.id();
        self.page_mut(page)?.bot_fields.insert(id, (Field { name: name.to_owned(), kind }, value));
        Ok(id)
    }

    /// Returns its namespace, by which it is sent.
    pub(super) fn add_flow(&mut self, page: u64, name: &str, channel: Channel) -> Result<String, Refused> {
        let ns = format!("content{}", self.desk.text(HEX, 14));
        let flow = Flow { ns: ns.clone(), name: name.to_owned(), channel };
        self.page_mut(page)?.flows.push(flow);
        Ok(ns)
    }

    pub(super) fn add_topic(&mut self, page: u64, name: &str) -> Result<u64, Refused> {
        let id = self.id();
        self.page_mut(page)?.topics.push((id, name.to_owned()));
        Ok(id)
    }

    /// A browser's name of somebody who opted in, perhaps not linked to a person yet.
    pub(super) fn opt_in(
        &mut self,
        page: u64,
        user_ref: &str,
        subscriber: Option<u64>,
        at: Timestamp,
    ) -> Result<(), Refused> {
        if let Some(id) = subscriber {
            self.subscriber_mut(page, id)?;
        }
        self.page_mut(page)?.user_refs.insert(user_ref.to_owned(), (subscriber, at));
        Ok(())
    }
}
