//! Sends the planned request and turns its answer into a page: records, and what they mean for the streams.

use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    MomenceConfig,
    client::{Answer, Client},
    known::{Kept, reach},
    map::{Mapper, attendee_id, booking_id, reservation_id, session_id},
    plan::{APPOINTMENTS, CONTACTS, MEMBERS, Pace, RESERVATIONS, SESSIONS, appointments, contacts},
    remap::gone,
    wire,
};
use crate::{
    domain::{
        change::Kind,
        stream::{AccountState, Item, Page, StateChange, Urgency},
    },
    platforms::{
        Account, Call, PlatformError,
        kit::{
            exchange::Found,
            poll::{self, Ask, By, Next, Read, Rules, Shown, Turned},
            tokens::Tokens,
        },
    },
};

/// Bookings of classes that begin so soon, or began so lately, are read again and again.
const NEAR_BEFORE: SignedDuration = SignedDuration::from_hours(24);
const NEAR_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// One such class in so many with each listing.
const SHARE: u64 = 15;
/// Lists of members and bookings have no more in a page.
const SMALL_PAGE: u32 = 100;
/// Whether a bound counts itself is not documented: a moment more on either side shows everything either way.
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

/// What is due of a record.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Work {
    /// The page of a class's bookings to read, from 1.
    bookings: Option<u64>,
    /// Bookings that the pages before showed.
    seen: Vec<String>,
    /// Whether to ask for the record itself.
    check: bool,
}

/// What an item keeps.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Booked {
    bookings: Vec<String>,
}

/// One request and everything it is made from.
pub(super) struct Pull<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) tokens: &'a Tokens,
    /// Whether the access token is used for the first time.
    pub(super) fresh: bool,
    pub(super) config: &'a MomenceConfig,
    pub(super) account: &'a Account,
    pub(super) pace: &'a Pace,
    pub(super) state: &'a AccountState,
    pub(super) now: Timestamp,
}

impl Pull<'_> {
    pub(super) async fn run(&self, call: &Call) -> Result<Page, PlatformError> {
        match serde_json::from_value(call.what.clone()) {
            Ok(Ask::Read(read)) => match read.part.as_str() {
                MEMBERS => self.members(&read).await,
                SESSIONS => self.visits(&read, SESSIONS).await,
                RESERVATIONS => self.visits(&read, RESERVATIONS).await,
                _ => Err(stale()),
            },
            Ok(Ask::Check { id, request }) => {
                let item = self.state.due.as_ref();
                let item = item
                    .filter(|it| it.stream == call.stream && it.external_id == id && it.request == request);
                match (item.ok_or_else(stale)?, call.stream) {
                    (item, CONTACTS) => self.member(item).await,
                    (item, _) => self.session(item).await,
                }
            }
            Err(_) => Err(stale()),
        }
    }

    fn page(&self, stream: &'static str, request: String) -> Page {
        Page { stream, request, observed_at: self.now, ..Page::default() }
    }

    /// The token has ended before its time: the next request gets another. One that is refused at once is no accident.
    fn unauthorized(&self, stream: &'static str, target: String) -> Result<Page, PlatformError> {
        self.tokens.forget(self.account.id);
        match self.fresh {
            true => Err(PlatformError::Denied(
                "Momence refuses the access token that it has just given (401)".into(),
            )),
            false => Ok(self.page(stream, target)),
        }
    }

    /// Path and query of a page.
    fn target(&self, path: &str, number: u64, size: u32, more: &str) -> String {
        let MomenceConfig { page_parameter, size_parameter, first_page, .. } = self.config;
        let page = u64::from(*first_page).saturating_add(number.saturating_sub(1));
        format!("{path}?{page_parameter}={page}&{size_parameter}={size}{more}")
    }

    async fn list(&self, target: &str) -> Result<Option<Found>, PlatformError> {
        match self.client.get(target).await? {
            Answer::Found(found) => Ok(Some(found)),
            Answer::Unauthorized => Ok(None),
            Answer::Missing => Err(PlatformError::Malformed(
                "Momence has no such list (404): a path of platforms.momence is another now".into(),
            )),
        }
    }

    /// Members, newest first; or all of them in the order they came, where new ones stand at the end.
    async fn members(&self, read: &Read) -> Result<Page, PlatformError> {
        let by_last = read.by == By::Changed;
        let order = match by_last {
            true => "&sortBy=lastSeenAt&sortOrder=DESC",
            false => "&sortBy=firstSeenAt&sortOrder=ASC",
        };
        let size = self.config.page_size.min(SMALL_PAGE);
        let target = self.target(&self.config.members_path, read.page, size, order);
        let Some(found) = self.list(&target).await? else { return self.unauthorized(CONTACTS, target) };
        let list = wire::list(&found.text)?;
        let mut page = self.page(CONTACTS, target);
        let seen = Mapper::new(&mut page, &self.account.region).members(&list.records, by_last);
        let more = list.has_more(read.page, size);
        let turned = self.turn(
            &contacts(self.pace),
            read,
            Shown { seen, next: next(more), total: list.total, clock: found.clock },
        );
        (page.backfill, page.state) = (turned.backfill, turned.state);
        Ok(page)
    }

    fn turn(&self, rules: &Rules, read: &Read, shown: Shown) -> Turned {
        poll::turn(rules, self.state, read, &shown, self.now)
    }

    /// Classes or appointments that begin within a window.
    async fn visits(&self, read: &Read, part: &'static str) -> Result<Page, PlatformError> {
        let MomenceConfig { after_parameter, before_parameter, .. } = self.config;
        let bound = |at: Timestamp| encoded(&at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
        let after = read.since.map(|at| at.saturating_sub(MOMENT).unwrap_or(at));
        let before = read.before.map(|at| at.saturating_add(MOMENT).unwrap_or(at));
        let mut more = String::new();
        for (name, at) in [(after_parameter, after), (before_parameter, before)] {
            more.extend(at.map(|at| format!("&{name}={}", bound(at))));
        }
        let (path, hidden) = match part {
            SESSIONS => (&self.config.sessions_path, ""),
            _ => (&self.config.reservations_path, "&includeCancelledAttendees=true"),
        };
        more.push_str(&format!("&sortBy=startsAt&sortOrder=ASC&includeCancelled=true{hidden}"));
        let size = self.config.page_size;
        let target = self.target(path, read.page, size, &more);
        let Some(found) = self.list(&target).await? else { return self.unauthorized(APPOINTMENTS, target) };
        let list = wire::list(&found.text)?;
        let mut page = self.page(APPOINTMENTS, target);
        let mut kept: Kept = poll::own(self.state, APPOINTMENTS);
        if kept.began.is_none() {
            kept.began = Some(self.now);
            kept.shown = Default::default();
        }
        let mut mapper = Mapper::new(&mut page, &self.account.region);
        let seen = match part {
            SESSIONS => mapper.sessions(&list.records),
            _ => mapper.reservations(&list.records),
        };
        let (sessions, reservations, attendees) = (mapper.sessions, mapper.reservations, mapper.attendees);
        let rules = appointments(self.pace);
        let shown =
            Shown { seen, next: next(list.has_more(read.page, size)), total: list.total, clock: found.clock };
        let turned = self.turn(&rules, read, shown);
        (page.backfill, page.state) = (turned.backfill, turned.state);

        // What began before is done with: bookings of what is near were read when it was listed.
        let backlog = self.state.due.as_ref().is_some_and(|due| due.stream == APPOINTMENTS);
        let all =
            self.state.sweep_requested_at.filter(|wished| kept.began.is_some_and(|began| *wished <= began));
        let all = all.is_some_and(|wished| kept.whole.is_none_or(|whole| whole < wished));
        let (mut near, mut changed) = (Vec::new(), Vec::new());
        for met in &sessions {
            let soon = met.starts_at.saturating_sub(NEAR_AFTER).is_ok_and(|at| at < self.now)
                && met.starts_at.saturating_add(NEAR_BEFORE).is_ok_and(|at| at > self.now);
            let id = session_id(&met.id.to_string());
            if all || (soon && met.id % SHARE == kept.number % SHARE) {
                near.push(id.clone());
            }
            changed.push(id);
        }
        page.state.extend(bookings_due(near, None));
        page.state.extend(bookings_due(changed, Some(Kind::Appointment)));
        sessions.iter().for_each(|met| kept.shown.sessions.add(met.id, met.starts_at));
        reservations.iter().for_each(|met| kept.shown.reservations.add(met.id, met.starts_at));
        attendees.iter().for_each(|met| kept.shown.attendees.add(met.id, met.starts_at));
        let mut proven = None;
        if let Some(whole) = turned.swept {
            proven = kept.listed.filter(|_| whole && !backlog);
            if all {
                kept.whole = kept.began;
            }
            let began = kept.began.unwrap_or(self.now);
            let ended = kept.end(reach(began, self.pace.back, self.pace.ahead), whole);
            let sessions = ended.doubted.iter().map(|id| session_id(&id.to_string())).collect();
            page.state.extend(poll::doubt(APPOINTMENTS, sessions));
            let reservations = ended.gone_reservations.iter().map(|id| reservation_id(&id.to_string()));
            let attendees = ended.gone_attendees.iter().map(|id| attendee_id(&id.to_string()));
            reservations.chain(attendees).for_each(|id| gone(&mut page, Kind::Appointment, id));
        }
        page.state = page.state.into_iter().map(|change| standing(change, &kept, proven)).collect();
        Ok(page)
    }

    /// Whether a member still exists.
    async fn member(&self, item: &Item) -> Result<Page, PlatformError> {
        let id = &item.external_id;
        let target = format!("{}/{}", self.config.members_path, encoded(id));
        let mut page = self.page(CONTACTS, target.clone());
        let exists = match self.client.get(&target).await? {
            Answer::Found(found) => {
                let seen = Mapper::new(&mut page, &self.account.region).member(&found.text, "lastSeen");
                if seen.is_none_or(|seen| seen.id != *id) {
                    return Err(PlatformError::Malformed("the answer is about another member".into()));
                }
                true
            }
            Answer::Unauthorized => return self.unauthorized(CONTACTS, target),
            Answer::Missing => {
                gone(&mut page, Kind::Contact, id.clone());
                false
            }
        };
        page.state.push(poll::checked(CONTACTS, id, item.request, exists));
        Ok(page)
    }

    /// A class that no list showed, or its bookings.
    async fn session(&self, item: &Item) -> Result<Page, PlatformError> {
        let work: Work = serde_json::from_value(item.work.clone()).unwrap_or_default();
        let Some(id) = item.external_id.strip_prefix("session:") else { return Err(stale()) };
        let path = format!("{}/{}", self.config.sessions_path, encoded(id));
        if work.check {
            let rest = work.bookings.map(|page| json!({ "bookings": page, "seen": work.seen }));
            return self.class(item, path, rest).await;
        }
        let number = work.bookings.unwrap_or(1);
        let size = self.config.page_size.min(SMALL_PAGE);
        let target = self.target(
            &format!("{path}/bookings"),
            number,
            size,
            "&sortBy=createdAt&sortOrder=ASC&includeCancelled=true",
        );
        let mut page = self.page(APPOINTMENTS, target.clone());
        let found = match self.client.get(&target).await? {
            Answer::Found(found) => found,
            Answer::Unauthorized => return self.unauthorized(APPOINTMENTS, target),
            Answer::Missing => {
                gone(&mut page, Kind::Appointment, item.external_id.clone());
                page.state.push(done(item, Value::Null, None));
                return Ok(page);
            }
        };
        let list = wire::list(&found.text)?;
        let shown = Mapper::new(&mut page, &self.account.region).bookings(id, &list.records);
        let mut seen = if number == 1 { Vec::new() } else { work.seen };
        seen.extend(shown);
        seen.sort();
        seen.dedup();
        if list.has_more(number, size) {
            let rest = json!({ "bookings": number + 1, "seen": seen });
            page.state.push(done(item, item.cursor.clone(), Some(rest)));
            return Ok(page);
        }
        // A page that moved while it was read shows fewer than there are: nothing is gone by that.
        let complete = list.total.is_none_or(|total| seen.len() as u64 >= total);
        let before: Booked = serde_json::from_value(item.cursor.clone()).unwrap_or_default();
        for id in before.bookings.iter().filter(|id| complete && !seen.contains(id)) {
            gone(&mut page, Kind::Appointment, booking_id(id));
        }
        if !complete {
            seen.extend(before.bookings);
        }
        page.state.push(done(item, json!({ "bookings": seen }), None));
        Ok(page)
    }

    async fn class(&self, item: &Item, target: String, rest: Option<Value>) -> Result<Page, PlatformError> {
        let mut page = self.page(APPOINTMENTS, target.clone());
        match self.client.get(&target).await? {
            Answer::Found(found) => {
                let seen = Mapper::new(&mut page, &self.account.region).session(&found.text);
                if seen.is_none_or(|seen| seen.id != item.external_id) {
                    return Err(PlatformError::Malformed("the answer is about another class".into()));
                }
                page.state.push(done(item, item.cursor.clone(), rest));
            }
            Answer::Unauthorized => return self.unauthorized(APPOINTMENTS, target),
            Answer::Missing => {
                // Whoever booked it goes with it.
                gone(&mut page, Kind::Appointment, item.external_id.clone());
                page.state.push(done(item, Value::Null, None));
            }
        }
        Ok(page)
    }
}

fn stale() -> PlatformError {
    PlatformError::Transient("the plan is older than the state".into())
}

fn next(more: bool) -> Next {
    if more { Next::More } else { Next::Last }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The stream's own place, with what is kept beside it. A listing shows how classes stand, and their bookings are read
/// after it: what it proves is that those of the listing before are all read.
fn standing(change: StateChange, kept: &Kept, proven: Option<Timestamp>) -> StateChange {
    match poll::with_own(change, kept) {
        StateChange::Stream { stream, cursor, .. } => {
            StateChange::Stream { stream, cursor, proven_until: proven }
        }
        other => other,
    }
}

fn bookings_due(external_ids: Vec<String>, only_if_changed: Option<Kind>) -> Option<StateChange> {
    (!external_ids.is_empty()).then(|| StateChange::Due {
        stream: APPOINTMENTS,
        external_ids,
        work: json!({ "bookings": 1, "seen": [] }),
        urgency: Urgency::Live,
        only_if_changed,
        not_before: None,
    })
}

fn done(item: &Item, cursor: Value, rest: Option<Value>) -> StateChange {
    let (external_id, request) = (item.external_id.clone(), item.request);
    StateChange::Done { stream: APPOINTMENTS, external_id, request, cursor, rest }
}
