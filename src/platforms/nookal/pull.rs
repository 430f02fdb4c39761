//! Sends the planned request and turns its answer into a page: records, and what they mean for the streams.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    client::{Asked, Client},
    collections::{Collection, From, PAGE, part},
    map::{Around, Mapper, fields, visits::of_participant},
    places::{Known, Zones},
    plan::{APPOINTMENTS, INVOICES, LOCATIONS, PAYMENTS, Pace, Places, rule},
    remap::gone,
    request,
    settings::{Api, Settings},
    wire::{self, Answer, Faults, Graph},
};
use crate::{
    domain::{
        change::Kind,
        fingerprint::Digester,
        stream::{AccountState, Item, Page, StateChange, Urgency},
    },
    platforms::{
        Account, Call, PlatformError,
        kit::{
            exchange::Found,
            poll::{self, Ask, By, Next, Read, Shown},
            tokens::Tokens,
        },
    },
};

/// What is asked besides lists.
pub(super) const PLACES: &str = "/production/v2/getLocations";
pub(super) const GRAPH_PLACES: &str = "/graphql?query=locations";
pub(super) const PARTICIPANTS: &str = "getClassParticipants";

/// Who attends a class that begins within this time, or began within that, is asked for again and again: nothing tells
/// when it changes.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
const JUST: SignedDuration = SignedDuration::from_hours(2 * 24);

/// What is kept with the appointments: the classes of these days.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Near {
    classes: BTreeMap<String, Timestamp>,
}

/// What is kept with the invoices: the listing that showed one whose payments could not be told.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Unread {
    listing: Option<Timestamp>,
}

/// What is due of a class.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Work {
    /// The listing that its participants belong to.
    listing: Option<Timestamp>,
}

/// Who attended a class when it was last asked.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Attended {
    patients: Vec<String>,
}

/// One request and everything it is made from.
pub(super) struct Pull<'a> {
    pub(super) client: &'a Client<'a>,
    pub(super) tokens: &'a Tokens,
    pub(super) account: &'a Account,
    pub(super) settings: &'a Settings,
    pub(super) pace: &'a Pace,
    pub(super) state: &'a AccountState,
    pub(super) now: Timestamp,
}

/// What became of a request to the newer interface.
enum Told {
    Found(Found),
    /// It was not even asked, or is asked again: a token came or went, or a field is not there.
    Later(Page),
}

fn stale() -> PlatformError {
    PlatformError::Malformed("the plan is of another version".into())
}

impl Pull<'_> {
    pub(super) async fn run(&self, call: &Call) -> Result<Page, PlatformError> {
        if serde_json::from_value::<Places>(call.what.clone()).is_ok() {
            return self.places().await;
        }
        match serde_json::from_value(call.what.clone()) {
            Ok(Ask::Read(read)) => self.read(&read).await,
            Ok(Ask::Check { id, request }) => {
                let due = self.state.due.as_ref().filter(|item| {
                    item.stream == APPOINTMENTS && item.external_id == id && item.request == request
                });
                match due {
                    Some(item) => self.participants(item).await,
                    None => Err(PlatformError::Transient("the plan is older than the state".into())),
                }
            }
            Err(_) => Err(stale()),
        }
    }

    fn page(&self, stream: &'static str, request: String) -> Page {
        Page { stream, request, observed_at: self.now, ..Page::default() }
    }

    fn known(&self) -> Known {
        poll::own(self.state, LOCATIONS)
    }

    fn zones(&self, known: &Known) -> Zones {
        known.zones(self.settings.timezone.as_deref())
    }

    fn around<'z>(&'z self, zones: &'z Zones) -> Around<'z> {
        Around { zones, region: &self.account.region }
    }

    /// What is known of the locations, written as it is now.
    fn noted(&self, known: &Known, proven_until: Option<Timestamp>) -> StateChange {
        StateChange::Stream { stream: LOCATIONS, cursor: json!({ "own": known }), proven_until }
    }

    /// The locations: they prove that the key works, whose it is, and what it shows.
    async fn places(&self) -> Result<Page, PlatformError> {
        let mut known = self.known();
        let (found, target) = match self.settings.api {
            Api::V2 => {
                let target = PLACES.to_owned();
                (self.client.method("getLocations", &[]).await?, target)
            }
            Api::V3 => {
                let refused = known.refused.get("locations").cloned().unwrap_or_default();
                let arguments = format!("page: 1, pageLength: {PAGE}");
                let (sure, perhaps) = (fields::PLACE, fields::PLACE_PERHAPS);
                let query = request::graph("locations", &arguments, sure, perhaps, &refused);
                match self.graph(LOCATIONS, "locations", perhaps, &query).await? {
                    Told::Found(found) => (found, GRAPH_PLACES.to_owned()),
                    Told::Later(page) => return Ok(page),
                }
            }
        };
        let records = match self.settings.api {
            Api::V2 => wire::older(&found.text, &["locations"])?.listed("getLocations")?.records,
            Api::V3 => rows(&found.text)?,
        };
        let mut page = self.page(LOCATIONS, target);
        let zones = Zones::default();
        let mut mapper = Mapper::new(&mut page, self.around(&zones));
        let told = mapper.locations(self.settings.api, &records);
        let lost = known.take(told, &self.settings.closed, self.now);
        let lost =
            lost.map_err(|wrong| PlatformError::Denied(format!("this is not the account's key: {wrong}")))?;
        for id in lost {
            let reason = "the key shows it no longer, so nothing of it is followed and nothing is found to be deleted: add it \
                          to the key, or name it in closed_locations";
            mapper.reject(
                Kind::Location,
                Some(id.clone()),
                reason.to_owned(),
                json!({ "location": id, "shown": false }),
            );
        }
        let clock = found.clock.map_or(self.now, |clock| clock.min(self.now));
        page.state.push(self.noted(&known, Some(clock)));
        Ok(page)
    }

    async fn read(&self, read: &Read) -> Result<Page, PlatformError> {
        let of = part(&read.part).filter(|of| of.api() == self.settings.api).ok_or_else(stale)?;
        let known = self.known();
        match of.from {
            From::Method { name, lists, .. } => {
                let parameters = request::parameters(of, read);
                let found = self.client.method(name, &parameters).await?;
                let list = wire::older(&found.text, lists)?.listed(name)?;
                let page =
                    self.page(of.stream, request::shown(&format!("/production/v2/{name}"), &parameters));
                let next = if list.more { Next::More } else { Next::Last };
                let shown = Shown { next, total: list.total, clock: found.clock, ..Shown::default() };
                Ok(self.mapped(of, read, &known, page, &list.records, shown))
            }
            From::Query { name, perhaps, .. } => {
                let refused = known.refused.get(name).cloned().unwrap_or_default();
                let query = request::query(of, read, &refused);
                let found = match self.graph(of.stream, name, perhaps, &query).await? {
                    Told::Found(found) => found,
                    Told::Later(page) => return Ok(page),
                };
                let records = rows(&found.text)?;
                let arguments = query.split_once('(').and_then(|(_, rest)| rest.split(')').next());
                let page =
                    self.page(of.stream, format!("/graphql?query={name}({})", arguments.unwrap_or_default()));
                // More than a page is cut without a word.
                let next = if records.len() as u64 >= of.full() { Next::More } else { Next::Last };
                let shown = Shown { next, total: None, clock: found.clock, ..Shown::default() };
                Ok(self.mapped(of, read, &known, page, &records, shown))
            }
        }
    }

    /// A page of a list, and what it means for its stream and others.
    fn mapped(
        &self,
        of: &Collection,
        read: &Read,
        known: &Known,
        mut page: Page,
        records: &[&serde_json::value::RawValue],
        mut shown: Shown,
    ) -> Page {
        let zones = self.zones(known);
        let mut mapper = Mapper::new(&mut page, self.around(&zones));
        shown.seen = mapper.records(of, records);
        let Mapper { payments, classes, strangers, .. } = mapper;
        let turned = poll::turn(&rule(of.stream, self.pace), self.state, read, &shown, self.now);
        (page.backfill, page.state) = (turned.backfill, turned.state);
        if of.stream == INVOICES && self.settings.api == Api::V2 {
            self.list_payments(&mut page, payments);
        }
        if of.part == "classes" {
            self.follow_classes(&mut page, read, shown.next == Next::Last, classes);
        }
        if known.narrowed(&self.settings.closed) {
            // What the key does not show is not gone.
            page.state.retain(|change| !matches!(change, StateChange::ListingComplete { .. }));
        }
        if strangers && !known.stale {
            page.state.push(self.noted(&Known { stale: true, ..known.clone() }, None));
        }
        page
    }

    /// Payments are listed with their invoices. One listing that showed an invoice whose payments could not be told proves
    /// nothing of any.
    fn list_payments(&self, page: &mut Page, ids: Vec<String>) {
        let mut unread: Unread = poll::own(self.state, INVOICES);
        let unreadable = page.rejected.iter().any(|rejected| {
            rejected.kind == Kind::Invoice
                || (rejected.kind == Kind::Payment && rejected.external_id.is_none())
        });
        let mut also = Vec::new();
        for change in &page.state {
            match change {
                StateChange::Stream { proven_until, .. } => {
                    let (cursor, proven_until) = (json!({}), *proven_until);
                    also.push(StateChange::Stream { stream: PAYMENTS, cursor, proven_until });
                }
                StateChange::Listed { listing, .. } => {
                    also.push(StateChange::Listed {
                        stream: PAYMENTS,
                        listing: *listing,
                        external_ids: ids.clone(),
                    });
                    if unreadable {
                        unread.listing = Some(*listing);
                    }
                }
                StateChange::ListingComplete { listing, reach, missing, .. }
                    if unread.listing != Some(*listing) =>
                {
                    let (listing, reach, missing) = (*listing, *reach, missing.clone());
                    also.push(StateChange::ListingComplete { stream: PAYMENTS, listing, reach, missing });
                }
                _ => {}
            }
        }
        let state = std::mem::take(&mut page.state);
        page.state = state.into_iter().map(|change| poll::with_own(change, &unread)).collect();
        page.state.extend(also);
    }

    /// Whose participants are asked for: of classes that a listing shows, so that they are listed as well; of those that
    /// changed; and at the end of every poll, of those of these days.
    fn follow_classes(&self, page: &mut Page, read: &Read, last: bool, classes: BTreeMap<String, Timestamp>) {
        let mut near: Near = poll::own(self.state, APPOINTMENTS);
        let ids: Vec<String> = classes.keys().cloned().collect();
        near.classes.extend(classes);
        near.classes.retain(|_, at| {
            let ahead = at.duration_since(self.now);
            ahead <= SOON && ahead >= -JUST
        });
        let due = |external_ids: Vec<String>, work: Value, only_if_changed: Option<Kind>| {
            let urgency = Urgency::Live;
            let stream = APPOINTMENTS;
            (!external_ids.is_empty()).then_some(StateChange::Due {
                stream,
                external_ids,
                work,
                urgency,
                only_if_changed,
                not_before: None,
            })
        };
        let listing = page.state.iter().find_map(|change| match change {
            StateChange::Listed { listing, .. } => Some(*listing),
            _ => None,
        });
        let asked = match (read.by, listing) {
            (By::Starting, listing) => vec![due(ids, json!({ "listing": listing }), None)],
            // The first listing asks for all of them.
            (_, _) if read.since.is_none() => Vec::new(),
            (_, _) => vec![
                due(ids, json!({}), Some(Kind::Appointment)),
                due(near.classes.keys().filter(|_| last).cloned().collect(), json!({}), None),
            ],
        };
        let state = std::mem::take(&mut page.state);
        page.state = state.into_iter().map(|change| poll::with_own(change, &near)).collect();
        page.state.extend(asked.into_iter().flatten());
    }

    /// Who attends a class. The answer is whole, so who was there before and is not any more is gone.
    async fn participants(&self, item: &Item) -> Result<Page, PlatformError> {
        let class = item.external_id.strip_prefix("class:").ok_or_else(stale)?;
        let (work, before): (Work, Attended) = (
            serde_json::from_value(item.work.clone()).unwrap_or_default(),
            serde_json::from_value(item.cursor.clone()).unwrap_or_default(),
        );
        let name = PARTICIPANTS;
        let parameters = [("appt_id".to_owned(), class.to_owned())];
        let found = self.client.method(name, &parameters).await?;
        let mut page =
            self.page(APPOINTMENTS, request::shown(&format!("/production/v2/{name}"), &parameters));
        let done = |attended: &Attended| StateChange::Done {
            stream: APPOINTMENTS,
            external_id: item.external_id.clone(),
            request: item.request,
            cursor: serde_json::to_value(attended).unwrap_or_default(),
            rest: None,
        };
        let records = match wire::older(&found.text, &[])? {
            Answer::Listed(listed) => listed.records,
            // The class is not there any more, as its listing will show.
            Answer::Failed(code) if code.starts_with("L006") => {
                page.state.push(done(&before));
                return Ok(page);
            }
            failed @ Answer::Failed(_) => failed.listed(name)?.records,
        };
        let zones = self.zones(&self.known());
        let mut mapper = Mapper::new(&mut page, self.around(&zones));
        let told = mapper.participants(class, &records);
        let known: BTreeSet<String> = before.patients.iter().cloned().collect();
        let now = Attended { patients: told.clone().unwrap_or_else(|| before.patients.clone()) };
        if let Some(told) = told {
            let told: BTreeSet<String> = told.into_iter().collect();
            for patient in known.difference(&told) {
                gone(&mut page, &of_participant(class, patient));
            }
        }
        if let Some(listing) = work.listing {
            let external_ids = now.patients.iter().map(|patient| of_participant(class, patient)).collect();
            page.state.push(StateChange::Listed { stream: APPOINTMENTS, listing, external_ids });
        }
        page.state.push(done(&now));
        Ok(page)
    }

    /// Asks the newer interface, for a token first where there is none.
    async fn graph(
        &self,
        stream: &'static str,
        name: &'static str,
        perhaps: &[&str],
        query: &str,
    ) -> Result<Told, PlatformError> {
        let of = Digester::new().text(self.client.credential.expose_secret()).finish();
        let Some((bearer, _)) = self.tokens.get(self.account.id, &of, self.now) else {
            let given = self.client.token().await?;
            self.tokens.keep(self.account.id, of, given, self.now);
            return Ok(Told::Later(self.page(stream, "/oauth/token".to_owned())));
        };
        let faults = match self.client.query(&bearer, query).await? {
            Asked::Found(found) => match wire::newer(&found.text)? {
                Graph::Rows(_) => return Ok(Told::Found(found)),
                Graph::Faults(faults) => faults,
            },
            Asked::Faults(faults) => faults,
        };
        self.refused(stream, name, perhaps, &faults).map(Told::Later)
    }

    /// What follows from what is wrong with a query.
    fn refused(
        &self,
        stream: &'static str,
        name: &'static str,
        perhaps: &[&str],
        faults: &Faults,
    ) -> Result<Page, PlatformError> {
        if faults.ended {
            return match self.tokens.end(self.account.id, self.now) {
                true => Err(PlatformError::Malformed(
                    "Nookal ends tokens that it has just given: another program uses the same client".into(),
                )),
                false => Ok(self.page(stream, "/graphql".to_owned())),
            };
        }
        let mut known = self.known();
        let refused = known.refused.entry(name.to_owned()).or_default();
        let new: Vec<&String> = faults
            .unknown
            .iter()
            .filter(|field| perhaps.contains(&field.as_str()) && !refused.contains(*field))
            .collect();
        if !new.is_empty() {
            refused.extend(new.into_iter().cloned());
            let mut page = self.page(stream, "/graphql".to_owned());
            page.state.push(self.noted(&known, None));
            return Ok(page);
        }
        match faults.forbidden {
            true => Err(PlatformError::Denied(format!(
                "Nookal forbids the query {name} to this client: allow it among the client's permissions"
            ))),
            false => Err(PlatformError::Malformed(format!("Nookal refuses the query {name}"))),
        }
    }
}

fn rows(text: &str) -> Result<Vec<&serde_json::value::RawValue>, PlatformError> {
    match wire::newer(text)? {
        Graph::Rows(rows) => Ok(rows),
        Graph::Faults(_) => Err(PlatformError::Malformed("the answer holds no rows".into())),
    }
}
