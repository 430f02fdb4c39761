//! Sends the planned request and turns its answer into a page: records, and what they mean for the streams.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    client::{Client, Reply},
    cursor::{Crawl, Listing, Poll, Shown, Table, Turn},
    history::Due,
    items::due,
    map::{Mapper, Seen},
    plan::{AGENTS, Ask, CONTACTS, CONVERSATIONS, INBOXES, MESSAGES},
    settings::Settings,
    wire,
};
use crate::{
    domain::{
        change::Kind,
        stream::{AccountState, Item, Missing, Page, Reach, StateChange, Urgency},
    },
    platforms::{Account, Call, PlatformError},
};

/// Polls reach back so much further than the last one began: a change may be committed after its time.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);
/// A window is answered in one piece, so it must stay small; after a longer silence pages are read instead.
const WIDEST_WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// Times come in whole seconds: what happened just now may go on within the same second.
const JUST_NOW: SignedDuration = SignedDuration::from_secs(10);
/// Each sweep reads one in so many of the quiet conversations again.
const SHARES: u64 = 168;
const CONTACTS_PAGE: u64 = 15;
const CONVERSATIONS_PAGE: u64 = 25;

/// One request and everything it is made from.
pub(super) struct Pull<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) account: &'a Account,
    pub(super) settings: &'a Settings,
    pub(super) state: &'a AccountState,
    pub(super) now: Timestamp,
}

impl Pull<'_> {
    pub(super) async fn run(&self, call: &Call) -> Result<Page, PlatformError> {
        let ask: Ask = serde_json::from_value(call.what.clone())
            .map_err(|_| PlatformError::Malformed("the plan is of another version".into()))?;
        match (call.stream, ask) {
            (_, Ask::Profile) => self.profile().await,
            (_, Ask::Hooks) => self.hooks().await,
            (_, Ask::StoreHook) => match self.state.hook.as_ref().and_then(|hook| hook.todo.as_ref()) {
                Some(todo) => self.store_hook(todo).await,
                None => Err(PlatformError::Transient("the plan is older than the state".into())),
            },
            (INBOXES, Ask::Table) => self.table(INBOXES, Kind::Inbox).await,
            (AGENTS, Ask::Table) => self.table(AGENTS, Kind::Agent).await,
            (CONTACTS, Ask::List { .. }) => self.list_contacts().await,
            (CONVERSATIONS, Ask::List { .. }) => self.list_conversations().await,
            (CONTACTS, Ask::Poll { .. }) => self.poll_contacts().await,
            (CONVERSATIONS, Ask::Poll { .. }) => self.poll_conversations().await,
            (MESSAGES, Ask::Messages { id, request, from, before }) => {
                self.messages(self.item(MESSAGES, &id, request)?, from, before).await
            }
            (CONTACTS, Ask::Check { id, request }) => {
                self.check(self.item(CONTACTS, &id, request)?, CONTACTS, Kind::Contact).await
            }
            (CONVERSATIONS, Ask::Check { id, request }) => {
                self.check(self.item(CONVERSATIONS, &id, request)?, CONVERSATIONS, Kind::Conversation).await
            }
            (INBOXES, Ask::Check { id, request }) => {
                self.check_table(self.item(INBOXES, &id, request)?, INBOXES, Kind::Inbox).await
            }
            (AGENTS, Ask::Check { id, request }) => {
                self.check_table(self.item(AGENTS, &id, request)?, AGENTS, Kind::Agent).await
            }
            _ => Err(PlatformError::Malformed("the plan is of another version".into())),
        }
    }

    /// The item that was planned for.
    fn item(&self, stream: &str, id: &str, request: i64) -> Result<&Item, PlatformError> {
        let item = self
            .state
            .due
            .as_ref()
            .filter(|item| item.stream == stream && item.external_id == id && item.request == request);
        item.ok_or_else(|| PlatformError::Transient("the plan is older than the state".into()))
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("/api/v1/accounts/{}/{rest}", self.account.external_id)
    }

    pub(super) fn page(&self, stream: &'static str, request: String) -> Page {
        Page { stream, request, observed_at: self.now, ..Page::default() }
    }

    pub(super) fn map(
        &self,
        page: &mut Page,
        kind: Kind,
        records: &[&serde_json::value::RawValue],
    ) -> Vec<Seen> {
        Mapper { page, region: &self.account.region }.records(kind, records, "")
    }

    /// Asks for something that exists as long as the account does.
    pub(super) async fn find(&self, path: &str) -> Result<(String, Timestamp), PlatformError> {
        match self.client.get(path).await? {
            Reply::Found { text, clock } => Ok((text, clock)),
            Reply::Missing => {
                let account = &self.account.external_id;
                Err(PlatformError::Denied(format!("Chatwoot has no account {account} at this address")))
            }
        }
    }

    // The credential. Nothing of the answer is kept: it holds the token itself.
    async fn profile(&self) -> Result<Page, PlatformError> {
        #[derive(Deserialize)]
        struct Profile {
            accounts: Vec<Value>,
        }
        let path = "/api/v1/profile".to_owned();
        let (text, _) = match self.client.get(&path).await? {
            Reply::Found { text, clock } => (text, clock),
            Reply::Missing => {
                return Err(PlatformError::Malformed("there is no Chatwoot API at base_url (404)".into()));
            }
        };
        let profile: Profile = wire::parse(&text)?;
        self.admits(&profile.accounts).map_err(PlatformError::Denied)?;
        let table = Table { checked: Some(self.now), ..Table::load(self.state, INBOXES, self.now) };
        let mut page = self.page(INBOXES, path);
        page.state.push(stream(INBOXES, &table, None));
        Ok(page)
    }

    fn admits(&self, accounts: &[Value]) -> Result<(), String> {
        let number = &self.account.external_id;
        let is_ours = |account: &&Value| {
            wire::Fields::of(account).and_then(|fields| fields.whole_id("id")).is_ok_and(|id| id == *number)
        };
        let Some(account) = accounts.iter().find(is_ours) else {
            return Err(format!("the access token's user does not belong to account {number}"));
        };
        if account.get("status").and_then(Value::as_str) == Some("suspended") {
            return Err(format!("account {number} is suspended at Chatwoot"));
        }
        match account.get("role").and_then(Value::as_str) {
            Some("administrator") => Ok(()),
            _ => Err(format!(
                "the access token's user is not an administrator of account {number}: parts of it would stay unseen"
            )),
        }
    }

    // Inboxes and agents come whole.
    async fn table(&self, name: &'static str, kind: Kind) -> Result<Page, PlatformError> {
        let path = self.path(name);
        let (text, _) = self.find(&path).await?;
        let mut page = self.page(name, path);
        let seen = self.map(&mut page, kind, &wire::list(&text)?.records);
        let table = Table { listed: Some(self.now), ..Table::load(self.state, name, self.now) };
        page.state.push(stream(name, &table, Some(self.now)));
        page.state.push(StateChange::Listed { stream: name, listing: self.now, external_ids: ids(&seen) });
        page.state.push(self.complete(name, self.now));
        Ok(page)
    }

    fn complete(&self, stream: &'static str, listing: Timestamp) -> StateChange {
        let recheck =
            SignedDuration::try_from(self.settings.unlisted_recheck).unwrap_or(SignedDuration::ZERO);
        let recheck_before = self.now.saturating_sub(recheck).unwrap_or(Timestamp::MIN);
        let missing = Missing::Check { work: json!({ "check": true }), recheck_before };
        StateChange::ListingComplete { stream, listing, reach: Reach::Whole, missing }
    }

    // Listings.
    async fn list_contacts(&self) -> Result<Page, PlatformError> {
        let mut crawl = Crawl::load(self.state, CONTACTS, self.now);
        let listing = crawl.listing.take().unwrap_or_else(|| crawl.named(self.now));
        let sign = if listing.descending { "-" } else { "" };
        let key = if listing.by_name { "name" } else { "created_at" };
        let path = self
            .path(&format!("contacts?page={}&sort={sign}{key}&include_contact_inboxes=true", listing.page));
        let (text, clock) = self.find(&path).await?;
        let list = wire::list(&text)?;
        let mut page = self.page(CONTACTS, path);
        let seen = self.map(&mut page, Kind::Contact, &list.records);
        if crawl.polled.is_none() {
            crawl.polled = Some(self.now);
            crawl.activity = clock.as_second();
        }
        let first = crawl.listed.is_none();
        doubt(&mut page, Kind::Contact, &seen);
        let ended = self.turn(&mut page, &mut crawl, listing, &seen, &list, CONTACTS_PAGE);
        if first {
            page.backfill = progress(&crawl, &list);
        }
        // People without any address are on no list: their conversations show them.
        let shown =
            self.state.streams.get(CONVERSATIONS).and_then(|conversations| conversations.proven_until);
        let proven = ended.zip(shown).map(|(ended, shown)| ended.min(shown));
        page.state.insert(0, stream(CONTACTS, &crawl, proven));
        Ok(page)
    }

    async fn list_conversations(&self) -> Result<Page, PlatformError> {
        let mut crawl = Crawl::load(self.state, CONVERSATIONS, self.now);
        let listing = crawl.listing.take().unwrap_or_else(|| Listing::begin(self.now, crawl.descending));
        let order = if listing.descending { "desc" } else { "asc" };
        let path = self.path(&format!(
            "conversations?status=all&assignee_type=all&page={}&sort_by=created_at_{order}",
            listing.page
        ));
        let (text, _) = self.find(&path).await?;
        let list = wire::list(&text)?;
        let mut page = self.page(CONVERSATIONS, path);
        let seen = self.map(&mut page, Kind::Conversation, &list.records);
        crawl.polled.get_or_insert(self.now);
        let first = crawl.listed.is_none();
        if first {
            page.state.push(due(ids(&mapped(&page, &seen)), &Due::default(), Urgency::Backfill, None));
        } else {
            self.recheck(&mut page, &seen, crawl.sweeps);
        }
        doubt(&mut page, Kind::Conversation, &seen);
        self.turn(&mut page, &mut crawl, listing, &seen, &list, CONVERSATIONS_PAGE);
        if first {
            page.backfill = progress(&crawl, &list);
        }
        let proven = crawl.polled.filter(|_| crawl.whole());
        page.state.insert(0, stream(CONVERSATIONS, &crawl, proven));
        Ok(page)
    }

    /// Walks the listing on; answers its start when it ended.
    fn turn(
        &self,
        page: &mut Page,
        crawl: &mut Crawl,
        listing: Listing,
        seen: &[Seen],
        list: &wire::Listed<'_>,
        usual: u64,
    ) -> Option<Timestamp> {
        let (stream, started) = (page.stream, listing.started);
        let ids = ids(seen);
        page.state.push(StateChange::Listed { stream, listing: started, external_ids: ids.clone() });
        let received = list.records.len() as u64;
        let shown = Shown { ids: &ids, received, total: list.total, usual };
        let before = listing.clone();
        match listing.turn(&shown, &mut crawl.size) {
            Turn::On(listing) => crawl.listing = Some(listing),
            Turn::End { whole } => {
                if crawl.end(&before, whole) {
                    page.state.push(self.complete(stream, started));
                    return Some(started);
                }
            }
        }
        None
    }

    /// What a sweep reads again: what changed, what was active lately, and a share of the rest that moves on with
    /// every sweep.
    fn recheck(&self, page: &mut Page, seen: &[Seen], sweeps: u64) {
        let mapped = mapped(page, seen);
        let recent = self.now.saturating_sub(SignedDuration::from_hours(24 * self.settings.recheck_days));
        let again = |seen: &&Seen| {
            let active =
                seen.last_activity_at.zip(recent.as_ref().ok()).is_some_and(|(at, recent)| at >= *recent);
            active || seen.id.parse::<u64>().is_ok_and(|id| id % SHARES == sweeps % SHARES)
        };
        let all = due(ids(&mapped), &Due::default(), Urgency::Backfill, Some(Kind::Conversation));
        let again: Vec<Seen> = mapped.iter().filter(again).cloned().collect();
        page.state.push(all);
        page.state.push(due(ids(&again), &Due { recheck: true, ..Due::default() }, Urgency::Backfill, None));
    }

    // Polls.
    async fn poll_conversations(&self) -> Result<Page, PlatformError> {
        let mut crawl = Crawl::load(self.state, CONVERSATIONS, self.now);
        let silence = self.now.duration_since(crawl.polled.unwrap_or(self.now)).max(SignedDuration::ZERO);
        let window = silence.saturating_add(OVERLAP);
        let mut poll = crawl.poll.take().unwrap_or(Poll { started: self.now, ..Poll::default() });
        if poll.page == 0 && window > WIDEST_WINDOW {
            crawl.gap = Some(self.now);
            poll.page = 1;
        }
        let asked = poll.page;
        let path = self.path(&match asked {
            0 => format!(
                "conversations?status=all&assignee_type=all&sort_by=last_activity_at_desc&updated_within={}",
                window.as_secs()
            ),
            page => format!(
                "conversations?status=all&assignee_type=all&page={page}&sort_by=last_activity_at_desc"
            ),
        });
        let (text, clock) = self.find(&path).await?;
        let list = wire::list(&text)?;
        let mut page = self.page(CONVERSATIONS, path);
        let seen = self.map(&mut page, Kind::Conversation, &list.records);
        doubt(&mut page, Kind::Conversation, &seen);
        self.read_soon(&mut page, &seen, clock);
        if poll.since == 0 {
            poll.since = clock.as_second() - window.as_secs();
        }
        let goes_on = match asked {
            0 => ignored(&seen, list.records.len() as u64, crawl.size, window),
            _ => !list.records.is_empty() && seen.iter().any(|seen| active_since(seen, poll.since)),
        };
        if goes_on {
            poll.page = asked + 1;
            crawl.poll = Some(poll);
        } else {
            crawl.polled = Some(poll.started);
        }
        let proven = crawl.polled.filter(|_| !goes_on && crawl.whole());
        page.state.insert(0, stream(CONVERSATIONS, &crawl, proven));
        Ok(page)
    }

    /// What a poll shows is read soon: what changed, what may still be changing within this second, and, on servers
    /// that do not tell when a conversation changed, everything.
    fn read_soon(&self, page: &mut Page, seen: &[Seen], clock: Timestamp) {
        let mapped = mapped(page, seen);
        let just_now = clock.saturating_sub(JUST_NOW).unwrap_or(Timestamp::MIN);
        let surely = |seen: &&Seen| {
            seen.updated_at.is_none() || seen.last_activity_at.is_some_and(|active| active >= just_now)
        };
        let surely: Vec<Seen> = mapped.iter().filter(surely).cloned().collect();
        page.state.push(due(ids(&mapped), &Due::default(), Urgency::Live, Some(Kind::Conversation)));
        page.state.push(due(ids(&surely), &Due::default(), Urgency::Live, None));
    }

    async fn poll_contacts(&self) -> Result<Page, PlatformError> {
        let mut crawl = Crawl::load(self.state, CONTACTS, self.now);
        let mut poll = crawl.poll.take().unwrap_or(Poll {
            started: self.now,
            page: 1,
            since: crawl.activity - OVERLAP.as_secs(),
            newest: crawl.activity,
        });
        let path = self.path(&format!(
            "contacts?page={}&sort=-last_activity_at&include_contact_inboxes=true",
            poll.page
        ));
        let (text, clock) = self.find(&path).await?;
        let list = wire::list(&text)?;
        let mut page = self.page(CONTACTS, path);
        let seen = self.map(&mut page, Kind::Contact, &list.records);
        doubt(&mut page, Kind::Contact, &seen);
        let newest =
            seen.iter().filter_map(|seen| seen.last_activity_at).max().map_or(0, Timestamp::as_second);
        poll.newest = poll.newest.max(newest);
        let oldest = seen.iter().rev().find_map(|seen| seen.last_activity_at);
        let oldest_is_new = oldest.is_some_and(|oldest| oldest.as_second() >= poll.since);
        if oldest_is_new {
            poll.page += 1;
            crawl.poll = Some(poll);
        } else {
            crawl.polled = Some(poll.started);
            // An activity in the future must not hide those that come before it.
            crawl.activity = poll.newest.min(clock.as_second()).max(crawl.activity.min(clock.as_second()));
        }
        page.state.insert(0, stream(CONTACTS, &crawl, None));
        Ok(page)
    }
}

/// Asks for what could not be understood, or was damaged on its way, once more and by itself; the people of
/// conversations included.
fn doubt(page: &mut Page, kind: Kind, seen: &[Seen]) {
    let listed = seen.iter().filter(|seen| seen.doubtful).map(|seen| (kind, seen.id.clone()));
    let rejected = page.rejected.iter().filter_map(|it| Some((it.kind, it.external_id.clone()?)));
    let doubtful: BTreeSet<_> = listed.chain(rejected).collect();
    for kind in [Kind::Contact, Kind::Conversation] {
        let external_ids: Vec<_> =
            doubtful.iter().filter(|(of, _)| *of == kind).map(|(_, id)| id.clone()).collect();
        if !external_ids.is_empty() {
            page.state.push(StateChange::Due {
                stream: kind.as_str(),
                external_ids,
                work: json!({ "check": true }),
                urgency: Urgency::Backfill,
                only_if_changed: None,
                not_before: None,
            });
        }
    }
}

/// Whether the platform seems not to know `updated_within` and sent an ordinary page: its records lie further apart
/// than the window is wide, or are exactly one page. Wrongly suspected, it costs a page more.
fn ignored(seen: &[Seen], received: u64, size: u64, window: SignedDuration) -> bool {
    let changed = |seen: &Seen| seen.updated_at.or(seen.last_activity_at);
    let newest = seen.iter().filter_map(changed).max();
    let oldest = seen.iter().filter_map(changed).min();
    let apart = newest.zip(oldest).is_some_and(|(newest, oldest)| newest.duration_since(oldest) > window);
    let page = if size == 0 { CONVERSATIONS_PAGE } else { size };
    apart || received == page
}

fn active_since(seen: &Seen, since: i64) -> bool {
    seen.last_activity_at.is_some_and(|active| active.as_second() >= since)
}

pub(super) fn ids(seen: &[Seen]) -> Vec<String> {
    seen.iter().map(|seen| seen.id.clone()).collect()
}

/// Those whose record was understood: only they have a row that messages can stand under.
pub(super) fn mapped(page: &Page, seen: &[Seen]) -> Vec<Seen> {
    let rejected = |seen: &&Seen| {
        let same = |rejected: &crate::domain::stream::Rejected| {
            rejected.kind == Kind::Conversation && rejected.external_id.as_deref() == Some(seen.id.as_str())
        };
        !page.rejected.iter().any(same)
    };
    seen.iter().filter(rejected).cloned().collect()
}

fn progress(crawl: &Crawl, list: &wire::Listed<'_>) -> Option<(u64, u64)> {
    let total = list.total?;
    Some((crawl.listing.as_ref().map_or(total, |listing| listing.shown.min(total)), total))
}

pub(super) fn stream(
    stream: &'static str,
    cursor: &impl serde::Serialize,
    proven_until: Option<Timestamp>,
) -> StateChange {
    // Texts, numbers and times only: this cannot fail.
    let cursor = serde_json::to_value(cursor).unwrap_or(Value::Null);
    StateChange::Stream { stream, cursor, proven_until }
}
