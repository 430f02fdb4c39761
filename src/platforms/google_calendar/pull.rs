//! Sends the planned request and turns its answer into a page: events, and where their calendars stand.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    client::{Answer, Client},
    cursor::{Cursor, Pass, Walk},
    map::Mapper,
    plan::{APPOINTMENTS, Ask, CALENDARS, PER_PAGE, Rules},
    wire::{self, Listed, segment},
};
use crate::{
    domain::{
        change::{Change, Kind, Record},
        fingerprint::Digester,
        stream::{AccountState, Missing, Page, Reach, StateChange},
    },
    platforms::{
        Account, Call, PlatformError,
        kit::{exchange::Found, poll, tokens::Tokens},
    },
};

/// A page that Google does not know is begun again this often.
const RESTARTS: u8 = 3;
/// No calendar has so many pages.
const MOST_PAGES: u32 = 20_000;
/// An event that exists though no list shows it is not asked for again for so long.
const RECHECK: SignedDuration = SignedDuration::from_hours(24);
pub(super) const LOST: &str =
    "Google shows us no such calendar: it was deleted, or is no longer shared with the account";

/// One request and everything it is made from.
pub(super) struct Pull<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) tokens: &'a Tokens,
    /// Whether the access token is used for the first time.
    pub(super) fresh: bool,
    pub(super) account: &'a Account,
    pub(super) locations: &'a [String],
    pub(super) rules: &'a Rules,
    pub(super) state: &'a AccountState,
    pub(super) now: Timestamp,
}

impl Pull<'_> {
    pub(super) async fn run(&self, call: &Call) -> Result<Page, PlatformError> {
        let stale = || PlatformError::Transient("the plan is older than the state".into());
        match serde_json::from_value(call.what.clone()).map_err(|_| stale())? {
            Ask::Changes { calendar, request } => self.changes(&calendar, request).await,
            Ask::Everything { calendar, request } => self.everything(&calendar, request).await,
            Ask::Check { id, request } => self.check(&id, request).await,
            Ask::Watch { calendar } => self.watch(&calendar).await,
            Ask::Stop { channel } => self.stop(&channel).await,
            Ask::Forget { calendar, request } => Ok(forgotten(&calendar, request, self.now)),
        }
    }

    pub(super) fn page(&self, request: String) -> Page {
        Page { stream: APPOINTMENTS, request, observed_at: self.now, ..Page::default() }
    }

    /// The access token has ended before its time: the next request gets another. One that is refused at once is no
    /// accident.
    pub(super) fn unauthorized(&self, target: String) -> Result<Page, PlatformError> {
        self.tokens.forget(self.account.id);
        match self.fresh {
            true => Err(PlatformError::Denied(
                "Google refuses the access token that it has just given (401): connect the account again"
                    .into(),
            )),
            false => Ok(self.page(target)),
        }
    }

    /// What changed in a calendar since its token was given.
    async fn changes(&self, calendar: &str, request: Option<i64>) -> Result<Page, PlatformError> {
        let mut cursor = Cursor::load(self.state, self.now);
        let followed = cursor.of(calendar);
        let Some(token) = followed.token.clone() else {
            return Err(PlatformError::Transient("the plan is older than the state".into()));
        };
        let walk = followed.walk.take().unwrap_or_else(|| Walk::begin(self.now, request));
        let target = events(calendar, Some(&token), walk.page.as_deref());
        let mut page = self.page(target.clone());
        match self.client.get(&target).await? {
            Answer::Found(found) => {
                let list = wire::list(&found.text)?;
                self.map(&mut page, &mut cursor, calendar, &list, false);
                match self.on(walk, &found, &list)? {
                    Step::On(walk) => cursor.of(calendar).walk = Some(walk),
                    Step::End { walk, token } => {
                        let followed = cursor.of(calendar);
                        followed.seen(&walk, token);
                        (followed.refused, followed.refusals) = (None, 0);
                        page.state.extend(done(calendar, walk.request));
                    }
                }
            }
            Answer::Unauthorized => return self.unauthorized(target),
            Answer::Missing => {
                page.state.extend(done(calendar, request));
                self.lose(&mut page, &mut cursor, calendar)?;
            }
            Answer::Invalid if walk.page.is_some() && walk.restarts + 1 < RESTARTS => {
                cursor.of(calendar).walk = Some(walk.again(self.now));
            }
            // The calendar is listed anew, which also shows what is gone.
            Answer::Gone | Answer::Invalid => {
                page.state.extend(done(calendar, walk.request));
                let followed = cursor.of(calendar);
                followed.token = None;
                followed.refused = Some(self.now);
                followed.refusals = followed.refusals.saturating_add(1);
            }
        }
        self.finish(page, cursor)
    }

    /// A page of everything in a calendar, as part of a listing of all calendars.
    async fn everything(&self, calendar: &str, request: Option<i64>) -> Result<Page, PlatformError> {
        let mut cursor = Cursor::load(self.state, self.now);
        let mut pass = cursor.pass.take().unwrap_or_else(|| Pass { started: self.now, ..Pass::default() });
        let walk = pass.walks.remove(calendar).unwrap_or_else(|| Walk::begin(self.now, None));
        let target = events(calendar, None, walk.page.as_deref());
        let mut page = self.page(target.clone());
        // Whatever was told before is shown by what the token of this listing brings.
        page.state.extend(done(calendar, request));
        match self.client.get(&target).await? {
            Answer::Found(found) => {
                let list = wire::list(&found.text)?;
                let first = walk.pages == 0;
                let moved = self.map(&mut page, &mut cursor, calendar, &list, first);
                if let Some(kind) = first.then_some(self.kind(calendar)) {
                    let ids = vec![calendar.to_owned()];
                    page.state.push(listed(kind.as_str(), &pass, ids));
                }
                page.state.push(listed(APPOINTMENTS, &pass, moved));
                match self.on(walk, &found, &list)? {
                    Step::On(walk) => drop(pass.walks.insert(calendar.to_owned(), walk)),
                    Step::End { walk, token } => {
                        cursor.of(calendar).seen(&walk, token);
                        pass.done.insert(calendar.to_owned());
                    }
                }
            }
            Answer::Unauthorized => return self.unauthorized(target),
            Answer::Missing => {
                self.lose(&mut page, &mut cursor, calendar)?;
                pass.done.insert(calendar.to_owned());
                pass.short = true;
            }
            Answer::Invalid | Answer::Gone if walk.page.is_some() && walk.restarts + 1 < RESTARTS => {
                pass.walks.insert(calendar.to_owned(), walk.again(self.now));
            }
            Answer::Invalid | Answer::Gone => {
                return Err(PlatformError::Malformed("Google refuses to list the calendar (400)".into()));
            }
        }
        if self.rules.calendars.iter().all(|calendar| pass.done.contains(calendar)) {
            page.state.extend(complete(&pass));
            cursor.swept = Some(pass.started);
        } else {
            cursor.pass = Some(pass);
        }
        self.finish(page, cursor)
    }

    fn kind(&self, calendar: &str) -> Kind {
        let place = self.locations.iter().any(|place| place == calendar);
        if place { Kind::Location } else { Kind::Practitioner }
    }

    /// Maps a page; answers the ids of what it showed. What the calendar says of itself is kept with the first page of a
    /// listing, and whenever it says something new.
    fn map(
        &self,
        page: &mut Page,
        cursor: &mut Cursor,
        calendar: &str,
        list: &Listed<'_>,
        first: bool,
    ) -> Vec<String> {
        let told = list.head.get("timeZone").and_then(Value::as_str);
        let told = told.filter(|zone| TimeZone::get(zone).is_ok()).map(str::to_owned);
        let followed = cursor.of(calendar);
        let before = followed.zone.clone();
        followed.zone = told.or_else(|| before.clone());
        let zone = zone(followed.zone.as_deref());
        let head = hex::encode(Digester::new().json(&list.head).finish());
        let news = followed.head.as_ref() != Some(&head);
        followed.head = Some(head);
        // Whole days begin elsewhere now, and their events say nothing of it: everything is to be read again.
        if before.is_some() && before != followed.zone {
            cursor.swept = None;
        }
        let is_place = self.kind(calendar) == Kind::Location;
        let mut mapper = Mapper { page, calendar, zone: &zone, is_place };
        if news || first {
            mapper.calendar(&list.head);
        }
        mapper.events(&list.records)
    }

    /// Where a list stands after an answer.
    fn on(&self, mut walk: Walk, found: &Found, list: &Listed<'_>) -> Result<Step, PlatformError> {
        walk.clock = walk.clock.or(found.clock.map(|clock| clock.min(self.now))).or(Some(self.now));
        match (&list.page, &list.token) {
            (Some(next), _) if walk.page.as_ref() == Some(next) || walk.pages >= MOST_PAGES => {
                Err(PlatformError::Malformed("the list goes round in circles".into()))
            }
            (Some(next), _) => {
                let (page, pages) = (Some(next.clone()), walk.pages + 1);
                Ok(Step::On(Walk { page, pages, ..walk }))
            }
            (None, Some(token)) => Ok(Step::End { walk, token: token.clone() }),
            (None, None) => Err(PlatformError::Malformed("the last page brings no nextSyncToken".into())),
        }
    }

    /// Notes that a calendar is not shown any more. The others go on; an account without any is not ours to read.
    fn lose(&self, page: &mut Page, cursor: &mut Cursor, calendar: &str) -> Result<(), PlatformError> {
        let followed = cursor.of(calendar);
        (followed.lost, followed.walk) = (Some(self.now), None);
        let lost = |id: &String| cursor.calendars.get(id).is_some_and(|it| it.lost.is_some());
        if self.rules.calendars.iter().all(lost) {
            return Err(PlatformError::Denied(format!("{LOST} (404)")));
        }
        let is_place = self.kind(calendar) == Kind::Location;
        let head = json!({ "id": calendar });
        Mapper { page, calendar, zone: &TimeZone::UTC, is_place }.lost(LOST, &head);
        Ok(())
    }

    fn finish(&self, mut page: Page, mut cursor: Cursor) -> Result<Page, PlatformError> {
        cursor.calendars.retain(|calendar, _| self.rules.calendars.contains(calendar));
        page.state.push(cursor.store(&self.rules.calendars));
        page.hook = self.wanted(&cursor);
        Ok(page)
    }

    /// Whether an event that no listing showed still exists. Those of a calendar that is not read any more do not, for us.
    async fn check(&self, id: &str, request: i64) -> Result<Page, PlatformError> {
        let Some((calendar, event)) = id.split_once('/') else {
            return Err(PlatformError::Malformed("an event's id names no calendar".into()));
        };
        let target = format!("/calendar/v3/calendars/{}/events/{}", segment(calendar), segment(event));
        let mut page = self.page(target.clone());
        let read = self.rules.calendars.iter().any(|known| known == calendar);
        let answer = if read { self.client.get(&target).await? } else { Answer::Missing };
        let exists = match answer {
            Answer::Found(found) => {
                let cursor = Cursor::load(self.state, self.now);
                let known = cursor.calendars.get(calendar).and_then(|it| it.zone.as_deref());
                let is_place = self.kind(calendar) == Kind::Location;
                let mut mapper = Mapper { page: &mut page, calendar, zone: &zone(known), is_place };
                if mapper.event(&found.text).as_deref() != Some(id) {
                    return Err(PlatformError::Malformed("the answer is about another event".into()));
                }
                !page.changes.iter().any(|change| matches!(change.record, Record::Gone { .. }))
            }
            Answer::Unauthorized => return self.unauthorized(target),
            Answer::Missing | Answer::Gone | Answer::Invalid => {
                gone(&mut page, id);
                false
            }
        };
        page.state.push(poll::checked(APPOINTMENTS, id, request, exists));
        Ok(page)
    }
}

/// Says that an event is gone; the request says which it was.
pub(super) fn gone(page: &mut Page, id: &str) {
    let record = Record::Gone { kind: Kind::Appointment, external_id: id.to_owned(), successor: None };
    page.changes.push(Change::new(record, None, page.raw.len()));
    page.raw.push(Value::Null.to_string());
}

/// Where a list stands.
enum Step {
    On(Walk),
    End { walk: Walk, token: String },
}

/// The wish for a look that nobody needs to take.
pub(super) fn forgotten(calendar: &str, request: i64, now: Timestamp) -> Page {
    let state = done(calendar, Some(request)).into_iter().collect();
    Page { stream: APPOINTMENTS, request: "/".to_owned(), observed_at: now, state, ..Page::default() }
}

fn done(calendar: &str, request: Option<i64>) -> Option<StateChange> {
    Some(StateChange::Done {
        stream: CALENDARS,
        external_id: calendar.to_owned(),
        request: request?,
        cursor: Value::Null,
        rest: None,
    })
}

fn listed(stream: &'static str, pass: &Pass, external_ids: Vec<String>) -> StateChange {
    StateChange::Listed { stream, listing: pass.started, external_ids }
}

/// What a listing of all calendars proves.
fn complete(pass: &Pass) -> Vec<StateChange> {
    if pass.short {
        return Vec::new();
    }
    let recheck_before = pass.started.saturating_sub(RECHECK).unwrap_or(Timestamp::MIN);
    let check = Missing::Check { work: json!({ "check": true }), recheck_before };
    let each = [
        (APPOINTMENTS, check),
        (Kind::Practitioner.as_str(), Missing::GoneAfterTwo),
        (Kind::Location.as_str(), Missing::GoneAfterTwo),
    ];
    let all = each.into_iter().map(|(stream, missing)| StateChange::ListingComplete {
        stream,
        listing: pass.started,
        reach: Reach::Whole,
        missing,
    });
    all.collect()
}

fn zone(name: Option<&str>) -> TimeZone {
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

/// Path and query of a list of events. Series come as their instances; which parameters there are may not change from one
/// request of a calendar to the next, so nothing bounds it.
fn events(calendar: &str, token: Option<&str>, page: Option<&str>) -> String {
    let mut target = format!(
        "/calendar/v3/calendars/{}/events?maxResults={PER_PAGE}&singleEvents=true",
        segment(calendar)
    );
    for (name, value) in [("syncToken", token), ("pageToken", page)] {
        if let Some(value) = value {
            target.push_str(&format!("&{name}={}", segment(value)));
        }
    }
    target
}
