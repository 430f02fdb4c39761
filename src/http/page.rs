//! What the page shows, as values: words, shapes and figures, without ages (those tick by themselves), so that an
//! unchanged page is known by its tag.

use jiff::Timestamp;
use routiq_actors::{ActorStatus, State, WaitsFor, gate::ApiStatus};
use serde::Serialize;

use super::{
    figures::{curve, rate},
    gate_cards::{self, ApiCard},
    overview::Snapshot,
    reply::stamp,
    stream_lines::{Fresh, Import, StreamLine, import, least_fresh, streams},
};
use crate::{
    domain::freshness::Freshness,
    store::health::{AccountHealth, StreamHealth},
    telemetry::alerts::{Severity, Standing},
    work::title,
};

/// Organizations of one page.
const PER_PAGE: usize = 24;
/// Alerts shown, and gates of each API.
pub(super) const FEW: usize = 6;

/// Which organizations are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Filter {
    /// Part of a name, in any letter case.
    pub(super) name: String,
    /// One of [`SHOWS`].
    pub(super) show: String,
    /// From 1.
    pub(super) page: usize,
}

/// The choices of what is shown, with their words.
const SHOWS: [(&str, &str); 5] = [
    ("all", "All"),
    ("attention", "Need a look"),
    ("moving", "Moving"),
    ("importing", "Importing"),
    ("held", "On hold"),
];

/// A moment, for people's clocks and for programs.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Moment {
    ms: i64,
    iso: String,
}

impl Moment {
    pub(super) fn of(at: Timestamp) -> Self {
        Self { ms: at.as_millisecond(), iso: stamp(at) }
    }
}

/// A word with its colour and its shape: never told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Look {
    word: &'static str,
    /// `good`, `busy`, `warn`, `bad` or `rest`.
    pub(super) tone: &'static str,
    icon: &'static str,
}

/// Makes one.
pub(super) const fn look(word: &'static str, tone: &'static str, icon: &'static str) -> Look {
    Look { word, tone, icon }
}

/// What is shown.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    totals: Totals,
    choices: Vec<Choice>,
    filter: Filter,
    found: usize,
    pages: usize,
    organizations: Vec<OrganizationCard>,
    alerts: Vec<AlertLine>,
    more_alerts: usize,
    apis: Vec<ApiCard>,
    database_error: bool,
    tables_at: Option<Moment>,
}

#[derive(Debug, Serialize)]
struct Totals {
    organizations: usize,
    actors: usize,
    running: usize,
    attention: usize,
    parked: usize,
    retrying: usize,
    held: usize,
    streams: usize,
    live: usize,
    records: i64,
    per_second: Option<String>,
    curve: Option<String>,
}

#[derive(Debug, Serialize)]
struct Choice {
    name: &'static str,
    word: &'static str,
    count: usize,
}

#[derive(Debug, Serialize)]
struct OrganizationCard {
    id: String,
    name: String,
    clerk: Option<String>,
    timezone: Option<String>,
    practice: Option<PracticeFigures>,
    people: Option<PeopleFigures>,
    accounts: Vec<AccountCard>,
}

/// Patients and bookings.
#[derive(Debug, Serialize)]
struct PracticeFigures {
    patients: i32,
    active: i32,
    today: i32,
    upcoming: i32,
}

/// Who is whom.
#[derive(Debug, Serialize)]
struct PeopleFigures {
    connected: i64,
    merges: i64,
    candidates: i64,
}

#[derive(Debug, Serialize)]
struct AccountCard {
    organization: String,
    id: String,
    /// As people call it; numbered where an organization has several accounts there.
    platform: String,
    state: Look,
    since: Moment,
    generation: Option<i64>,
    restarts: u32,
    failures: u32,
    error: Option<ErrorLine>,
    waits: Option<WaitLine>,
    next: Option<Moment>,
    last_step: Option<Moment>,
    stream: Option<String>,
    /// What its streams that can be proven have in common: the least fresh of them.
    freshness: Option<Fresh>,
    streams: Vec<StreamLine>,
    rejected: i64,
    cursors: Vec<(String, String)>,
    import: Option<Import>,
    per_second: Option<String>,
    held: bool,
    parked: bool,
}

#[derive(Debug, Serialize)]
struct ErrorLine {
    reason: String,
    at: Moment,
    /// It is over.
    past: bool,
}

#[derive(Debug, Serialize)]
struct WaitLine {
    /// What stands before it, so that it is a sentence.
    lead: &'static str,
    what: String,
    /// What happens at `until`.
    then: &'static str,
    until: Option<Moment>,
}

#[derive(Debug, Serialize)]
struct AlertLine {
    critical: bool,
    summary: String,
    since: Moment,
    times: u64,
}

impl Page {
    /// What `filter` shows of a snapshot.
    pub(super) fn of(
        snapshot: &Snapshot,
        alerts: &[Standing],
        apis: &[ApiStatus],
        mut filter: Filter,
    ) -> Self {
        let groups = snapshot.organizations();
        if !SHOWS.iter().any(|(name, _)| *name == filter.show) {
            filter.show = "all".to_owned();
        }
        let named: Vec<_> = groups.iter().filter(|group| has_name(group, &filter.name)).collect();
        let shows =
            |show: &str, group: &[ActorStatus]| group.iter().any(|status| belongs(show, status, snapshot));
        let choices = SHOWS
            .iter()
            .map(|(name, word)| Choice {
                name,
                word,
                count: named.iter().filter(|group| shows(name, group)).count(),
            })
            .collect();
        let found: Vec<_> = named.into_iter().filter(|group| shows(&filter.show, group)).collect();
        let pages = found.len().div_ceil(PER_PAGE).max(1);
        filter.page = filter.page.clamp(1, pages);
        let shown = found.iter().skip((filter.page - 1) * PER_PAGE).take(PER_PAGE);
        Self {
            totals: totals(snapshot, groups.len()),
            choices,
            found: found.len(),
            pages,
            organizations: shown.filter_map(|group| organization(group, snapshot)).collect(),
            alerts: alerts.iter().take(FEW).map(alert).collect(),
            more_alerts: alerts.len().saturating_sub(FEW),
            apis: apis.iter().map(gate_cards::api).collect(),
            database_error: snapshot.database_error.is_some(),
            tables_at: snapshot.health.at.map(Moment::of).filter(|_| snapshot.database_error.is_some()),
            filter,
        }
    }
}

fn has_name(group: &[ActorStatus], wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    wanted.is_empty() || group.iter().any(|status| status.organization_name.to_lowercase().contains(&wanted))
}

fn belongs(show: &str, status: &ActorStatus, snapshot: &Snapshot) -> bool {
    match show {
        "attention" => matches!(status.state, State::Parked | State::BackingOff),
        "moving" => matches!(status.state, State::Starting | State::Asking | State::Stepping),
        "held" => status.state == State::Held,
        "importing" => snapshot.account(status.key.account).is_some_and(is_first_import),
        _ => true,
    }
}

fn is_first_import(health: &AccountHealth) -> bool {
    health.succeeded_at.is_none()
        && health.streams.iter().any(|stream| stream.records > 0 || stream.backfill.is_some())
}

fn totals(snapshot: &Snapshot, organizations: usize) -> Totals {
    let counts = snapshot.counts;
    let streams: Vec<&StreamHealth> = snapshot
        .statuses
        .iter()
        .filter_map(|status| snapshot.account(status.key.account))
        .flat_map(|health| &health.streams)
        .collect();
    let is_live =
        |stream: &&&StreamHealth| Freshness::of(stream.proven_until, snapshot.at) == Freshness::Live;
    Totals {
        organizations,
        actors: snapshot.statuses.len(),
        running: counts.starting + counts.waiting + counts.asking + counts.stepping,
        attention: counts.parked + counts.backing_off,
        parked: counts.parked,
        retrying: counts.backing_off,
        held: counts.held,
        streams: streams.len(),
        live: streams.iter().filter(is_live).count(),
        records: streams.iter().map(|stream| stream.records).sum(),
        per_second: snapshot.records_per_second.map(rate),
        curve: curve(&snapshot.curve),
    }
}

fn organization(group: &[ActorStatus], snapshot: &Snapshot) -> Option<OrganizationCard> {
    let first = group.first()?;
    let health = snapshot.account(first.key.account);
    let figures = snapshot.figures(first.key.organization);
    let mut accounts: Vec<AccountCard> =
        group.iter().map(|status| account(status, named(status, group), snapshot)).collect();
    accounts.sort_by(|a, b| a.platform.cmp(&b.platform));
    Some(OrganizationCard {
        id: first.key.organization.to_string(),
        name: first.organization_name.to_string(),
        clerk: health.and_then(|health| health.clerk_org_id.clone()),
        timezone: health.map(|health| health.timezone.clone()),
        practice: figures.filter(|figures| figures.patients > 0 || figures.today + figures.upcoming > 0).map(
            |figures| PracticeFigures {
                patients: figures.patients,
                active: figures.active,
                today: figures.today,
                upcoming: figures.upcoming,
            },
        ),
        people: figures.and_then(|figures| figures.people).map(|people| PeopleFigures {
            connected: people.connected,
            merges: people.merges,
            candidates: people.candidates,
        }),
        accounts,
    })
}

/// The platform's name for people. Accounts at the same one are told apart by their order, the eldest first.
fn named(status: &ActorStatus, group: &[ActorStatus]) -> String {
    let name = title(&status.platform);
    let mut same: Vec<_> = group
        .iter()
        .filter(|other| other.platform == status.platform)
        .map(|other| other.key.account)
        .collect();
    same.sort();
    match same.iter().position(|account| *account == status.key.account) {
        Some(place) if same.len() > 1 => format!("{name} {}", place + 1),
        _ => name.to_owned(),
    }
}

fn account(status: &ActorStatus, platform: String, snapshot: &Snapshot) -> AccountCard {
    let health = snapshot.account(status.key.account);
    let moving = snapshot.rate(status.key.account);
    let state = state(status.state);
    AccountCard {
        organization: status.key.organization.to_string(),
        id: status.key.account.to_string(),
        platform,
        state,
        since: Moment::of(status.since),
        generation: status.generation,
        restarts: status.restarts,
        failures: status.consecutive_failures,
        error: status.last_error.as_ref().map(|error| ErrorLine {
            reason: error.reason.clone(),
            at: Moment::of(error.at),
            past: matches!(state.tone, "good" | "busy") && status.consecutive_failures == 0,
        }),
        waits: status.waits_for.as_ref().map(|wait| waits(status.state, wait)),
        next: status.next_due.filter(|_| status.state == State::Waiting).map(Moment::of),
        last_step: status.last_step_at.map(Moment::of),
        stream: status.stream.as_ref().filter(|_| status.state == State::Stepping).map(|s| s.to_string()),
        freshness: health.and_then(|health| least_fresh(health, snapshot.at)),
        rejected: health.map_or(0, |health| health.streams.iter().map(|stream| stream.rejected).sum()),
        streams: health.map_or_else(Vec::new, |health| streams(health, snapshot.at)),
        cursors: status.progress.cursors.iter().map(|(s, c)| (s.to_string(), c.clone())).collect(),
        import: health
            .filter(|health| is_first_import(health))
            .map(|h| import(h, moving.map(|rate| rate.imported))),
        per_second: moving.map(|rate| rate.records).filter(|records| *records > 0.0).map(rate),
        held: status.state == State::Held,
        parked: status.state == State::Parked,
    }
}

fn waits(state: State, wait: &WaitsFor) -> WaitLine {
    let (lead, then) = match state {
        State::Asking => ("waits for", "at the earliest"),
        State::BackingOff => ("", "tries again"),
        State::Parked => ("", "tries again by itself"),
        State::Held => ("", "ends"),
        _ => ("", "goes on"),
    };
    WaitLine { lead, what: wait.what.clone(), then, until: wait.until.map(Moment::of) }
}

fn state(state: State) -> Look {
    match state {
        State::Starting => look("Starting", "busy", "turn"),
        State::Waiting => look("Waiting", "good", "check"),
        State::Asking => look("In line", "busy", "clock"),
        State::Stepping => look("Working", "busy", "turn"),
        State::BackingOff => look("Retrying", "warn", "triangle"),
        State::Parked => look("Parked", "bad", "stop"),
        State::Held => look("On hold", "rest", "pause"),
        State::Stopping => look("Stopping", "warn", "pause"),
    }
}

fn alert(alert: &Standing) -> AlertLine {
    AlertLine {
        critical: alert.severity == Severity::Critical,
        summary: alert.summary.clone(),
        since: Moment::of(alert.since),
        times: alert.times,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_a_word_of_its_own_and_no_tone_has_one_shape_for_good_and_bad() {
        let looks = routiq_actors::STATES.map(state);
        for (at, a) in looks.iter().enumerate() {
            for b in &looks[at + 1..] {
                assert_ne!(a.word, b.word);
                let opposite = (a.tone == "good" && b.tone == "bad") || (a.tone == "bad" && b.tone == "good");
                assert!(!(opposite && a.icon == b.icon), "{a:?} {b:?}");
            }
        }
    }
}
