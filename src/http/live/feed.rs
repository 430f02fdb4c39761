//! What one subscriber is to be sent. It follows the organization's changes from a number on; when it missed some, it says
//! so with a snapshot instead of going on as if nothing had happened.

use std::{collections::VecDeque, sync::Arc};

use jiff::{SignedDuration, Timestamp, civil::Date};
use routiq_actors::hub::{Heard, Subscription};
use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    super::{Context, errors::ApiError, principal::Place},
    frames::{self, Frame},
};
use crate::{
    domain::{
        live::{self as rules, Clinic, Figures, Number, Period, Range},
        patch,
    },
    store::{bookings, live},
    work::news::{News, What},
};

/// Events that a snapshot tells.
const EVENTS: usize = 20;

/// What a subscriber wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct View {
    /// `week` or `month`.
    pub(super) period: Period,
    /// Other days than the period's.
    pub(super) days: Option<(Date, Date)>,
    /// Groups of figures; none: all.
    pub(super) groups: Option<Vec<String>>,
}

/// The groups of figures there are.
pub(super) const GROUPS: [&str; 5] = ["bookings", "patients", "trends", "chat", "people"];

impl View {
    /// Whether it is what changes are made for.
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    fn range(&self, today: Date) -> Range {
        match self.days {
            Some((first, last)) => Range { period: self.period, first, last },
            None => self.period.ending(today),
        }
    }
}

/// Where somebody was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resume {
    pub(super) epoch: Uuid,
    pub(super) sequence: i64,
}

impl Resume {
    /// From a client's words: an epoch and a number.
    pub(super) fn of(epoch: &str, sequence: &str) -> Option<Self> {
        Some(Self { epoch: epoch.parse().ok()?, sequence: sequence.parse().ok().filter(|n| *n >= 0)? })
    }
}

/// How an organization stands: the usual document, its number, and what just happened.
pub(super) struct State {
    pub(super) clinic: Arc<str>,
    pub(super) number: Number,
    pub(super) document: Arc<Value>,
    pub(super) proven_until: Option<Timestamp>,
    pub(super) events: Arc<[Value]>,
}

/// What comes next for a subscriber.
pub(super) enum Next {
    /// To be sent.
    Frame(Frame),
    /// Somebody's access changed: look again.
    Access,
    /// It cannot keep up.
    TooSlow,
}

/// One subscriber's way through the changes.
pub(super) struct Feed {
    context: Context,
    organization: Uuid,
    clinic: Arc<str>,
    view: View,
    listening: Subscription<News>,
    sent: Number,
    /// What a subscriber with a view of its own was last sent.
    own: Option<Value>,
    ready: VecDeque<Frame>,
    held: Option<Arc<News>>,
    last_change: Option<Instant>,
}

impl Feed {
    /// Begins with what was missed since `resume`, or with a snapshot.
    pub(super) async fn begin(
        context: &Context,
        place: &Place,
        view: View,
        resume: Option<Resume>,
    ) -> Result<Self, ApiError> {
        // Listening first: what is published from here on is in the queue.
        let listening = context.live().parts.hub.subscribe(place.id);
        let mut feed = Self {
            context: context.clone(),
            organization: place.id,
            clinic: place.shown().into(),
            view,
            listening,
            sent: Number::default(),
            own: None,
            ready: VecDeque::new(),
            held: None,
            last_change: None,
        };
        match resume {
            Some(resume) => feed.resume(resume).await?,
            None => feed.snapshot("initial").await?,
        }
        Ok(feed)
    }

    /// A sign of life.
    pub(super) fn heartbeat(&self) -> Frame {
        frames::heartbeat(&self.clinic, self.sent, self.context.clock.now())
    }

    /// Why nothing follows.
    pub(super) fn farewell(&self, code: u16, reason: &str) -> Frame {
        frames::close(&self.clinic, self.sent, self.context.clock.now(), code, reason)
    }

    /// Another view from now on.
    pub(super) async fn look_at(&mut self, view: View) -> Result<(), ApiError> {
        self.view = view;
        self.snapshot("range_change").await
    }

    /// The whole document, whatever was sent before.
    pub(super) async fn snapshot(&mut self, reason: &'static str) -> Result<(), ApiError> {
        let state = state(&self.context, self.organization).await?;
        let document = shown(&self.context, self.organization, &state, &self.view).await?;
        self.sent = state.number;
        self.own = (!self.view.is_usual()).then(|| document.clone());
        self.ready.clear();
        self.held = None;
        let now = self.context.clock.now();
        let frame = frames::snapshot(&self.clinic, state.number, now, reason, document, &state.events);
        self.ready.push_back(frame);
        Ok(())
    }

    /// Replays what came after a number, or says that it cannot.
    pub(super) async fn resume(&mut self, from: Resume) -> Result<(), ApiError> {
        let state = state(&self.context, self.organization).await?;
        let known = state.number.epoch == Some(from.epoch) && from.sequence <= state.number.sequence;
        if !known || !self.view.is_usual() {
            return self.snapshot(if known { "initial" } else { "resume_gap" }).await;
        }
        let missed = match from.sequence == state.number.sequence {
            true => Vec::new(),
            false => changes(&self.context, self.organization, from).await?,
        };
        let whole = missed.iter().zip(from.sequence + 1..).all(|(change, wanted)| change.sequence == wanted);
        let reaches = missed.last().map_or(from.sequence, |last| last.sequence) >= state.number.sequence;
        if !whole || !reaches {
            return self.snapshot("resume_gap").await;
        }
        self.sent = Number { epoch: Some(from.epoch), sequence: from.sequence };
        for change in missed {
            let number = Number { sequence: change.sequence, ..self.sent };
            let data = frames::delta(&change.patch, &change.events, &change.cause, change.sequence - 1);
            self.ready.push_back(frames::frame("delta", &self.clinic, number, change.at, &data));
            self.sent = number;
        }
        if self.ready.is_empty() {
            // Nothing was missed: the client learns it from the number.
            let beat = self.heartbeat();
            self.ready.push_back(beat);
        }
        Ok(())
    }

    /// What comes next; waits for it. Dropping the future loses nothing that was not sent.
    pub(super) async fn next(&mut self) -> Result<Next, ApiError> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Ok(Next::Frame(frame));
            }
            let news = match &self.held {
                Some(news) => Arc::clone(news),
                None => match self.listening.next().await {
                    Heard::News(news) => {
                        self.held = Some(Arc::clone(&news));
                        news
                    }
                    Heard::Behind => {
                        self.snapshot("resume_gap").await?;
                        continue;
                    }
                    Heard::TooSlow => return Ok(Next::TooSlow),
                },
            };
            match &news.what {
                What::Access => {
                    self.held = None;
                    return Ok(Next::Access);
                }
                What::State { .. } => self.held = None,
                What::Progress(_) => {
                    self.held = None;
                    self.ready.extend(frames::shared(&news));
                }
                What::Change { .. } => {
                    self.wait_for_pace().await;
                    self.held = None;
                    self.change(news).await?;
                }
            }
        }
    }

    async fn wait_for_pace(&self) {
        let settings = &self.context.live().parts.settings;
        let pace = if self.view.is_usual() { settings.pace } else { settings.pace_of_others };
        if let Some(last) = self.last_change {
            tokio::time::sleep_until(last + pace).await;
        }
    }

    /// Makes frames of a change and of those that wait behind it.
    async fn change(&mut self, first: Arc<News>) -> Result<(), ApiError> {
        let mut changes = vec![first];
        while let Some(heard) = self.listening.try_next() {
            match heard {
                Heard::News(news) if matches!(news.what, What::Change { .. }) => changes.push(news),
                Heard::News(news) => {
                    self.held = Some(news);
                    break;
                }
                Heard::Behind => return self.snapshot("resume_gap").await,
                Heard::TooSlow => break,
            }
        }
        changes
            .retain(|news| news.number.epoch != self.sent.epoch || news.number.sequence > self.sent.sequence);
        let Some(last) = changes.last().map(|news| news.number) else { return Ok(()) };
        self.last_change = Some(Instant::now());
        let follows = changes
            .iter()
            .zip(self.sent.sequence + 1..)
            .all(|(news, wanted)| news.number.epoch == self.sent.epoch && news.number.sequence == wanted);
        if !follows {
            return self.snapshot("resume_gap").await;
        }
        if self.view.is_usual() {
            self.usual(&changes);
        } else {
            self.own(&changes).await?;
        }
        self.sent = last;
        Ok(())
    }

    /// The frames that everybody gets: one for all that waited, where one can say it.
    fn usual(&mut self, changes: &[Arc<News>]) {
        if let [only] = changes {
            return self.ready.extend(frames::shared(only));
        }
        match merged(&self.clinic, changes, self.sent.sequence) {
            Some(frame) if frame.text.len() <= frames::LARGEST => self.ready.push_back(frame),
            _ => self.ready.extend(changes.iter().filter_map(|news| frames::shared(news))),
        }
    }

    /// The frame of a subscriber with a view of its own: against what it was last sent.
    async fn own(&mut self, changes: &[Arc<News>]) -> Result<(), ApiError> {
        let state = state(&self.context, self.organization).await?;
        let document = shown(&self.context, self.organization, &state, &self.view).await?;
        let before = self.own.take().unwrap_or_default();
        let Some(last) = changes.last() else { return Ok(()) };
        let data = frames::delta(
            &patch::diff(&before, &document),
            &events(changes),
            cause(changes),
            self.sent.sequence,
        );
        self.ready.push_back(frames::frame("delta", &self.clinic, last.number, last.at, &data));
        self.own = Some(document);
        Ok(())
    }
}

fn cause(changes: &[Arc<News>]) -> &str {
    changes
        .iter()
        .rev()
        .find_map(|news| match &news.what {
            What::Change { cause, .. } => Some(cause.as_str()),
            _ => None,
        })
        .unwrap_or("sync")
}

fn events(changes: &[Arc<News>]) -> Value {
    let all = changes.iter().filter_map(|news| match &news.what {
        What::Change { events: Value::Array(events), .. } => Some(events),
        _ => None,
    });
    let all: Vec<Value> = all.flatten().cloned().collect();
    let skipped = all.len().saturating_sub(EVENTS);
    all.into_iter().skip(skipped).collect()
}

/// One frame for several changes, where one patch can say them.
fn merged(clinic: &str, changes: &[Arc<News>], base: i64) -> Option<Frame> {
    let mut patches = changes.iter().filter_map(|news| match &news.what {
        What::Change { patch, .. } => Some(patch),
        _ => None,
    });
    let first = patches.next()?.clone();
    let patch = patches.try_fold(first, |all, next| patch::compose(&all, next))?;
    let last = changes.last()?;
    let data = frames::delta(&patch, &events(changes), cause(changes), base);
    Some(frames::frame("delta", clinic, last.number, last.at, &data))
}

/// How the organization stands: from the hub while somebody listens, else from the tables.
pub(super) async fn state(context: &Context, organization: Uuid) -> Result<State, ApiError> {
    let live = context.live();
    let of = |news: &News| match &news.what {
        What::Change { document, proven_until, recent, .. }
        | What::State { document, proven_until, recent } => Some(State {
            clinic: Arc::clone(&news.clinic),
            number: news.number,
            document: Arc::clone(document),
            proven_until: *proven_until,
            events: Arc::clone(recent),
        }),
        What::Progress(_) | What::Access => None,
    };
    if let Some(state) = live.parts.hub.latest(organization).and_then(|news| of(&news)) {
        return Ok(state);
    }
    // A crowd that comes back at once must not take the database from everybody else.
    let _turn = live.reads.acquire().await;
    if let Some(state) = live.parts.hub.latest(organization).and_then(|news| of(&news)) {
        return Ok(state);
    }
    let now = context.clock.now();
    let mut session = context.store.session(organization).await?;
    let tenant = session.begin(None).await?;
    let written = live::written(&tenant).await?;
    let recent: Arc<[Value]> = live::recent_events(&tenant, EVENTS).await?.into();
    drop(tenant);
    let clinic = Clinic { name: written.name.clone(), timezone: written.timezone.clone() };
    let document = written.data.unwrap_or_else(|| {
        let range = Period::Week.ending(clinic.today(now));
        rules::document(&clinic, range, &Figures::default(), written.number, now, SignedDuration::ZERO)
    });
    let (document, proven_until) = (Arc::new(document), written.proven_until);
    let what = What::State { document: Arc::clone(&document), proven_until, recent: Arc::clone(&recent) };
    let name: Arc<str> = clinic.name.into();
    live.parts.hub.offer(organization, Arc::new(News::new(Arc::clone(&name), written.number, now, what)));
    Ok(State { clinic: name, number: written.number, document, proven_until, events: recent })
}

async fn changes(context: &Context, organization: Uuid, from: Resume) -> Result<Vec<live::Change>, ApiError> {
    let _turn = context.live().reads.acquire().await;
    let mut session = context.store.session(organization).await?;
    let tenant = session.begin(None).await?;
    Ok(live::changes_after(&tenant, from.epoch, from.sequence).await?)
}

/// The document as a view shows it, as old as it is now.
pub(super) async fn shown(
    context: &Context,
    organization: Uuid,
    state: &State,
    view: &View,
) -> Result<Value, ApiError> {
    let now = context.clock.now();
    let mut document = Value::clone(&state.document);
    if let Some(metrics) = document.get_mut("metrics") {
        if let Some(age) = metrics.get_mut("dataAgeMinutes") {
            *age = rules::age_minutes(state.proven_until, now);
        }
        if view.period != Period::default() || view.days.is_some() {
            let timezone = metrics.get("timezone").and_then(Value::as_str).unwrap_or("UTC").to_owned();
            let clinic = Clinic { name: state.clinic.to_string(), timezone };
            let range = view.range(clinic.today(now));
            let mut session = context.store.session(organization).await?;
            let tenant = session.begin(None).await?;
            let days = live::days(&tenant, range.first, range.last).await?;
            let booked = bookings::booked(&tenant, range, &clinic.zone(), now).await?;
            rules::set_range(metrics, range, &days, &booked);
        }
        if let Some(groups) = &view.groups {
            rules::keep_groups(metrics, groups);
        }
    }
    Ok(document)
}
