//! What the page shows, as values: words, shapes and figures, without ages (those tick by themselves), so that an
//! unchanged page is known by its tag.

use jiff::Timestamp;
use minijinja::Environment;
use routiq_actors::{
    ActorStatus, State, WaitsFor,
    gate::{ApiStatus, BreakerState, BudgetState},
    port::Limit,
};
use serde::Serialize;

use super::{
    overview::{Snapshot, imported},
    reply::stamp,
};
use crate::{
    domain::freshness::Freshness,
    store::health::{AccountHealth, StreamHealth},
    telemetry::alerts::{Severity, Standing},
};

/// Organizations of one page.
const PER_PAGE: usize = 24;
/// Alerts shown, and gates of each API.
const FEW: usize = 6;

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
    fn of(at: Timestamp) -> Self {
        Self { ms: at.as_millisecond(), iso: stamp(at) }
    }
}

/// A word with its colour and its shape: never told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Look {
    word: &'static str,
    /// `good`, `busy`, `warn`, `bad` or `rest`.
    tone: &'static str,
    icon: &'static str,
}

const fn look(word: &'static str, tone: &'static str, icon: &'static str) -> Look {
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
    accounts: Vec<AccountCard>,
}

#[derive(Debug, Serialize)]
struct AccountCard {
    organization: String,
    id: String,
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
    streams: Vec<StreamLine>,
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
struct StreamLine {
    name: String,
    freshness: Look,
    proven: Option<Moment>,
    records: i64,
    changed: i64,
    rejected: i64,
}

#[derive(Debug, Serialize)]
struct Import {
    done: u64,
    total: Option<u64>,
    percent: Option<u64>,
    per_second: Option<String>,
    left: Option<String>,
}

#[derive(Debug, Serialize)]
struct AlertLine {
    critical: bool,
    summary: String,
    since: Moment,
    times: u64,
}

#[derive(Debug, Serialize)]
struct ApiCard {
    name: String,
    breakers: Vec<GateLine>,
    budgets: Vec<GateLine>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct GateLine {
    name: String,
    look: Look,
    figures: String,
    until: Option<Moment>,
    reason: Option<String>,
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
            apis: apis.iter().map(api).collect(),
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

/// The points of a curve 120 wide and 32 high.
fn curve(values: &[f64]) -> Option<String> {
    let top = values.iter().copied().fold(1.0, f64::max);
    let step = 120.0 / (values.len().max(2) - 1) as f64;
    let point =
        |(at, value): (usize, &f64)| format!("{:.1},{:.1}", at as f64 * step, 30.0 - 28.0 * value / top);
    (values.len() > 1).then(|| values.iter().enumerate().map(point).collect::<Vec<_>>().join(" "))
}

fn organization(group: &[ActorStatus], snapshot: &Snapshot) -> Option<OrganizationCard> {
    let first = group.first()?;
    let health = snapshot.account(first.key.account);
    Some(OrganizationCard {
        id: first.key.organization.to_string(),
        name: first.organization_name.to_string(),
        clerk: health.and_then(|health| health.clerk_org_id.clone()),
        timezone: health.map(|health| health.timezone.clone()),
        accounts: group.iter().map(|status| account(status, snapshot)).collect(),
    })
}

fn account(status: &ActorStatus, snapshot: &Snapshot) -> AccountCard {
    let health = snapshot.account(status.key.account);
    let moving = snapshot.rate(status.key.account);
    let state = state(status.state);
    AccountCard {
        organization: status.key.organization.to_string(),
        id: status.key.account.to_string(),
        platform: status.platform.to_string(),
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

/// People first, then what they say; what only helps to read it last.
fn order(stream: &str) -> usize {
    ["contacts", "patients", "appointments", "conversations", "messages"]
        .iter()
        .position(|known| *known == stream)
        .unwrap_or(usize::MAX)
}

fn streams(health: &AccountHealth, now: Timestamp) -> Vec<StreamLine> {
    let mut lines: Vec<&StreamHealth> = health.streams.iter().collect();
    lines.sort_by_key(|stream| (order(&stream.stream), &stream.stream));
    lines
        .into_iter()
        .map(|stream| StreamLine {
            name: stream.stream.replace('_', " "),
            freshness: freshness(Freshness::of(stream.proven_until, now)),
            proven: stream.proven_until.map(Moment::of),
            records: stream.records,
            changed: stream.changed,
            rejected: stream.rejected,
        })
        .collect()
}

fn import(health: &AccountHealth, per_second: Option<f64>) -> Import {
    let known = imported(health).filter(|(_, total)| *total > 0);
    let received: u64 = health.streams.iter().map(|stream| stream.records.max(0).unsigned_abs()).sum();
    let per_second = per_second.filter(|rate| *rate > 0.0);
    Import {
        done: known.map_or(received, |(done, _)| done),
        total: known.map(|(_, total)| total),
        percent: known.map(|(done, total)| done.saturating_mul(100) / total),
        per_second: per_second.map(rate),
        left: known
            .zip(per_second)
            .map(|((done, total), rate)| span((total.saturating_sub(done)) as f64 / rate)),
    }
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

fn freshness(freshness: Freshness) -> Look {
    match freshness {
        Freshness::Live => look("live", "good", "dot"),
        Freshness::Delayed => look("delayed", "warn", "half"),
        Freshness::Stale => look("stale", "bad", "diamond"),
        Freshness::Unknown => look("unknown", "rest", "ring"),
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

fn api(api: &ApiStatus) -> ApiCard {
    let mut breakers: Vec<GateLine> = api
        .breakers
        .iter()
        .map(|breaker| GateLine {
            name: breaker.host.to_string(),
            look: match breaker.state {
                BreakerState::Closed => look("open for requests", "good", "check"),
                BreakerState::HalfOpen => look("trying again", "warn", "half"),
                BreakerState::Restarting => look("restarting", "warn", "turn"),
                BreakerState::Open => look("resting", "bad", "stop"),
                BreakerState::Shut => look("shut", "bad", "stop"),
            },
            figures: if breaker.failures > 0 {
                format!("{} failures in a row", breaker.failures)
            } else {
                String::new()
            },
            until: breaker.until.map(Moment::of),
            reason: breaker.reason.clone().filter(|_| breaker.state != BreakerState::Closed),
        })
        .collect();
    let mut budgets: Vec<GateLine> = api.budgets.iter().map(budget).collect();
    for lines in [&mut breakers, &mut budgets] {
        lines.sort_by_key(|line| !matches!(line.look.tone, "bad" | "warn"));
    }
    let more = breakers.len().saturating_sub(FEW) + budgets.len().saturating_sub(FEW);
    breakers.truncate(FEW);
    budgets.truncate(FEW);
    ApiCard { name: api.api.to_string(), breakers, budgets, more }
}

fn budget(budget: &routiq_actors::gate::BudgetStatus) -> GateLine {
    let mut figures = match budget.limit {
        Limit::Rate { count, per } => {
            let used = budget.used_in_window.unwrap_or_default();
            format!(
                "{} of {} in {}",
                grouped(used as i64),
                grouped(i64::from(count)),
                span(per.as_secs_f64())
            )
        }
        Limit::Concurrent(count) => format!("{} of {count} at once", budget.in_use),
    };
    if budget.waiting > 0 {
        figures.push_str(&format!(", {} in line", budget.waiting));
    }
    let look = match (budget.state, budget.paused_until) {
        (BudgetState::Shut, _) => look("shut", "bad", "stop"),
        (BudgetState::Restarting, _) => look("restarting", "warn", "turn"),
        (BudgetState::Working, Some(_)) => look("paused by the platform", "warn", "pause"),
        (BudgetState::Working, None) => look("granting", "good", "check"),
    };
    let until = budget.shut_until.or(budget.paused_until).map(Moment::of);
    GateLine { name: budget.name.to_string(), look, figures, until, reason: budget.shut_reason.clone() }
}

/// A rate in two digits or whole numbers, so that it does not flicker.
fn rate(per_second: f64) -> String {
    if per_second <= 0.0 {
        "0".to_owned()
    } else if per_second < 10.0 {
        format!("{per_second:.1}")
    } else {
        let digits = per_second.log10().floor() as i32;
        let unit = 10_f64.powi((digits - 1).max(0));
        grouped(((per_second / unit).round() * unit) as i64)
    }
}

/// A length of time in its largest fitting unit, as the page's script writes it too.
pub(super) fn span(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    let (count, unit) = match seconds {
        s if s < 100.0 => (s, "s"),
        s if s < 100.0 * 60.0 => (s / 60.0, "min"),
        s if s < 48.0 * 3600.0 => (s / 3600.0, "h"),
        s => (s / 86_400.0, "d"),
    };
    format!("{} {unit}", count.floor())
}

fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What the templates may call.
pub(super) fn filters(environment: &mut Environment<'static>) {
    environment.add_filter("grouped", |number: i64| grouped(number));
    // Milliseconds.
    environment.add_filter("span", |milliseconds: i64| span(milliseconds as f64 / 1000.0));
    environment.add_filter("urlencode", |text: String| -> String {
        form_urlencoded::byte_serialize(text.as_bytes()).collect()
    });
    environment
        .add_filter("plural", |count: i64, one: String, many: String| if count == 1 { one } else { many });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0.0, 0.04, 3.12, 12.4, 849.0, 12_345.0].map(rate),
            ["0", "0.0", "3.1", "12", "850", "12,000"]
        );
        assert_eq!(
            [-3.0, 0.9, 99.9, 100.0, 3600.0, 6000.0, 172_799.0, 172_800.0].map(span),
            ["0 s", "0 s", "99 s", "1 min", "60 min", "1 h", "47 h", "2 d"]
        );
    }

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

    #[test]
    fn a_curve_needs_two_points_and_stays_in_its_frame() {
        assert_eq!(curve(&[1.0]), None);
        assert_eq!(curve(&[0.0, 50.0, 100.0]).unwrap(), "0.0,30.0 60.0,16.0 120.0,2.0");
    }
}
