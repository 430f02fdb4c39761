//! Alerts: what somebody must look at, once each until it is resolved.
//!
//! Raising one writes a log line, a metric and a list for the admin page; notices go to a channel of limited length
//! and from there to a sender, so that nobody who raises an alert ever waits for it to be sent.

use std::{
    collections::{BTreeMap, VecDeque},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use metrics::{counter, gauge};
use routiq_actors::clock::Clock;
use serde::Serialize;
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::redact::scrub;

/// Notices that may wait for the sender.
pub const WAITING_NOTICES: usize = 256;
/// Resolved alerts that are remembered.
const REMEMBERED: usize = 100;
/// Pauses before each further attempt to send one notice.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30)];
/// The longest pause a receiver may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Somebody should look today.
    Warning,
    /// Somebody must look now.
    Critical,
}

impl Severity {
    const ALL: [Self; 2] = [Self::Warning, Self::Critical];

    fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// Whom or what an alert is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// The organization.
    pub organization_id: Option<Uuid>,
    /// Its account.
    pub account_id: Option<Uuid>,
    /// The platform.
    pub platform: Option<Arc<str>>,
    /// The stream.
    pub stream: Option<Arc<str>>,
    /// The external API.
    pub api: Option<Arc<str>>,
}

/// What is raised. Two of one key are one alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What it is, such as `account:<organization>/<account>`.
    pub key: String,
    /// How bad it is.
    pub severity: Severity,
    /// One plain sentence without patient data.
    pub summary: String,
    /// Whom or what it is about.
    pub about: About,
}

/// An alert as it stands, or stood when it was resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its key.
    pub key: String,
    /// How bad it is.
    pub severity: Severity,
    /// The latest sentence.
    pub summary: String,
    /// Whom or what it is about.
    pub about: About,
    /// When it was first raised.
    pub since: Timestamp,
    /// When it was last raised.
    pub last: Timestamp,
    /// How often it was raised.
    pub times: u64,
    /// When it was resolved.
    pub resolved: Option<Timestamp>,
}

/// What a sender is told: an alert that was raised or grew worse, or (with `resolved`) ended.
pub type Notice = Standing;

/// The alerts.
#[derive(Clone, Debug)]
pub struct Alerts(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    book: Mutex<Book>,
    notices: Option<mpsc::Sender<Notice>>,
}

#[derive(Debug, Default)]
struct Book {
    standing: BTreeMap<String, Standing>,
    resolved: VecDeque<Standing>,
}

impl Alerts {
    /// Alerts that are logged, counted and listed, and sent nowhere.
    pub fn new(clock: Clock) -> Self {
        Self(Arc::new(Inner { clock, book: Mutex::default(), notices: None }))
    }

    /// Alerts whose notices wait for [`deliver`], at most `waiting` of them.
    pub fn with_notices(clock: Clock, waiting: usize) -> (Self, mpsc::Receiver<Notice>) {
        let (notices, queue) = mpsc::channel(waiting.max(1));
        (Self(Arc::new(Inner { clock, book: Mutex::default(), notices: Some(notices) })), queue)
    }

    /// Raises `alert`; one that stands already is only counted, unless it grew worse. Never waits.
    pub fn raise(&self, alert: Alert) {
        let now = self.0.clock.now();
        let summary = scrub(&alert.summary).into_owned();
        let mut book = self.book();
        if let Some(standing) = book.standing.get_mut(&alert.key) {
            let worse = alert.severity > standing.severity;
            standing.severity = standing.severity.max(alert.severity);
            standing.last = now;
            standing.times = standing.times.saturating_add(1);
            (standing.summary, standing.about) = (summary, alert.about);
            if !worse {
                return;
            }
        } else {
            let standing = Standing {
                key: alert.key.clone(),
                severity: alert.severity,
                summary,
                about: alert.about,
                since: now,
                last: now,
                times: 1,
                resolved: None,
            };
            book.standing.insert(alert.key.clone(), standing);
        }
        let Some(standing) = book.standing.get(&alert.key).cloned() else { return };
        self.count(&book);
        drop(book);
        counter!("routiq_alerts_raised_total", "severity" => standing.severity.name()).increment(1);
        tracing::warn!(
            alert = standing.key,
            severity = standing.severity.name(),
            reason = standing.summary,
            "alert raised"
        );
        self.send(standing);
    }

    /// Resolves the alert of `key`, if it stands. Never waits.
    pub fn resolve(&self, key: &str) {
        let mut book = self.book();
        let Some(mut standing) = book.standing.remove(key) else { return };
        standing.resolved = Some(self.0.clock.now());
        book.resolved.push_front(standing.clone());
        book.resolved.truncate(REMEMBERED);
        self.count(&book);
        drop(book);
        tracing::info!(alert = key, severity = standing.severity.name(), "alert resolved");
        self.send(standing);
    }

    /// The alerts that stand, the worst and oldest first.
    pub fn standing(&self) -> Vec<Standing> {
        let mut standing: Vec<Standing> = self.book().standing.values().cloned().collect();
        standing.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.since.cmp(&b.since)));
        standing
    }

    /// The last alerts that were resolved, the latest first.
    pub fn resolved(&self) -> Vec<Standing> {
        self.book().resolved.iter().cloned().collect()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, book: &Book) {
        for severity in Severity::ALL {
            let standing = book.standing.values().filter(|alert| alert.severity == severity).count();
            let standing = u32::try_from(standing).unwrap_or(u32::MAX);
            gauge!("routiq_alerts_active_total", "severity" => severity.name()).set(f64::from(standing));
        }
    }

    fn send(&self, notice: Notice) {
        if let Some(notices) = &self.0.notices
            && notices.try_send(notice).is_err()
        {
            counter!("routiq_alert_notices_total", "outcome" => "dropped").increment(1);
        }
    }
}

/// Why a notice was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It may be tried again, not before `after` when that is said.
    #[error("not taken for now: {reason}")]
    Later {
        /// Why, without the address, which is a secret.
        reason: String,
        /// How long to wait.
        after: Option<Duration>,
    },
    /// It will never be taken.
    #[error("refused: {0}")]
    Refused(String),
}

/// Takes notices to people.
pub trait AlertSender: Send + Sync + 'static {
    /// Sends one notice.
    fn send(&self, notice: &Notice) -> impl Future<Output = Result<(), SendError>> + Send;
}

/// Sends notices one after the other until `stop`; what waits then is tried once each.
pub async fn deliver(mut queue: mpsc::Receiver<Notice>, sender: impl AlertSender, stop: CancellationToken) {
    let mut stopping = false;
    loop {
        let notice = tokio::select! {
            biased;
            notice = queue.recv() => notice,
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                queue.close();
                continue;
            }
        };
        let Some(notice) = notice else { return };
        let sent = attempt(&notice, &sender, &stop).await;
        let outcome = if sent { "sent" } else { "failed" };
        counter!("routiq_alert_notices_total", "outcome" => outcome).increment(1);
    }
}

async fn attempt(notice: &Notice, sender: &impl AlertSender, stop: &CancellationToken) -> bool {
    let mut pauses = PAUSES.into_iter();
    loop {
        let error = match sender.send(notice).await {
            Ok(()) => return true,
            Err(error) => error,
        };
        let pause = match (&error, pauses.next()) {
            (SendError::Later { after, .. }, Some(pause)) if !stop.is_cancelled() => {
                after.unwrap_or(pause).min(LONGEST_PAUSE)
            }
            _ => {
                tracing::warn!(alert = notice.key, %error, "an alert's notice was not sent");
                return false;
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.cancelled() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::UnboundedSender;

    use super::*;
    use crate::telemetry::metrics::recorded;

    fn clock() -> Clock {
        Clock::starting_at("2026-11-21T08:00:00Z".parse().unwrap())
    }

    fn alert(key: &str, severity: Severity, summary: &str) -> Alert {
        Alert { key: key.to_owned(), severity, summary: summary.to_owned(), about: About::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn one_alert_a_key_until_it_is_resolved() {
        let (alerts, mut queue) = Alerts::with_notices(clock(), 8);
        let text = recorded(|| {
            alerts.raise(alert("a", Severity::Warning, "first"));
            alerts.raise(alert("a", Severity::Warning, "second"));
            alerts.raise(alert("a", Severity::Critical, "worse"));
            alerts.raise(alert("a", Severity::Warning, "still"));
            alerts.raise(alert("b", Severity::Critical, "other, mail rosa@clinic.test"));
            alerts.resolve("nobody");
        })
        .unwrap();
        assert!(text.contains(r#"routiq_alerts_active_total{severity="critical"} 2"#), "{text}");
        assert!(text.contains(r#"routiq_alerts_active_total{severity="warning"} 0"#), "{text}");
        let standing = alerts.standing();
        assert_eq!(
            standing.iter().map(|a| (a.key.as_str(), a.times)).collect::<Vec<_>>(),
            [("a", 4), ("b", 1)]
        );
        assert_eq!((standing[0].severity, standing[0].summary.as_str()), (Severity::Critical, "still"));
        assert_eq!(standing[1].summary, "other, mail [withheld]");

        tokio::time::advance(Duration::from_secs(60)).await;
        alerts.resolve("a");
        assert_eq!(alerts.standing().len(), 1);
        let resolved = alerts.resolved();
        assert_eq!(resolved[0].resolved.unwrap().duration_since(resolved[0].since).as_secs(), 60);
        alerts.raise(alert("a", Severity::Warning, "again"));

        let mut told = Vec::new();
        while let Ok(notice) = queue.try_recv() {
            told.push((notice.summary, notice.resolved.is_some()));
        }
        let expected = [
            ("first", false),
            ("worse", false),
            ("other, mail [withheld]", false),
            ("still", true),
            ("again", false),
        ];
        assert_eq!(told, expected.map(|(text, resolved)| (text.to_owned(), resolved)));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_raises_never_waits_and_what_is_dropped_is_counted() {
        let (alerts, _queue) = Alerts::with_notices(clock(), 2);
        let text = recorded(|| {
            for key in ["a", "b", "c", "d", "e"] {
                alerts.raise(alert(key, Severity::Critical, key));
            }
        })
        .unwrap();
        assert!(text.contains(r#"routiq_alert_notices_total{outcome="dropped"} 3"#), "{text}");
        assert_eq!(alerts.standing().len(), 5);
    }

    /// Fails as the script says, then takes everything.
    struct Scripted {
        failures: Mutex<VecDeque<SendError>>,
        attempts: UnboundedSender<String>,
    }

    impl Scripted {
        fn new(failures: impl IntoIterator<Item = SendError>) -> (Self, mpsc::UnboundedReceiver<String>) {
            let (attempts, seen) = mpsc::unbounded_channel();
            (Self { failures: Mutex::new(failures.into_iter().collect()), attempts }, seen)
        }
    }

    impl AlertSender for Scripted {
        async fn send(&self, notice: &Notice) -> Result<(), SendError> {
            self.attempts.send(notice.key.clone()).unwrap();
            self.failures.lock().unwrap().pop_front().map_or(Ok(()), Err)
        }
    }

    fn later(seconds: Option<u64>) -> SendError {
        SendError::Later { reason: "busy".to_owned(), after: seconds.map(Duration::from_secs) }
    }

    #[tokio::test(start_paused = true)]
    async fn a_notice_is_tried_again_for_a_while_and_refusals_are_not() {
        let clock = clock();
        let (alerts, queue) = Alerts::with_notices(clock.clone(), 8);
        let (sender, mut seen) =
            Scripted::new([later(Some(20)), later(None), SendError::Refused("gone".into())]);
        let stop = CancellationToken::new();
        let delivery = tokio::spawn(deliver(queue, sender, stop.clone()));
        let begun = clock.now();
        alerts.raise(alert("a", Severity::Critical, "a"));
        alerts.raise(alert("b", Severity::Critical, "b"));
        let mut order = Vec::new();
        for _ in 0..4 {
            order.push(seen.recv().await.unwrap());
        }
        assert_eq!(order, ["a", "a", "a", "b"]);
        assert_eq!(clock.now().duration_since(begun).as_secs(), 25, "20 s as asked for, then 5 s of its own");
        stop.cancel();
        delivery.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_tries_what_waits_once_each() {
        let clock = clock();
        let (alerts, queue) = Alerts::with_notices(clock.clone(), 8);
        let (sender, mut seen) = Scripted::new([later(None), later(None)]);
        let begun = clock.now();
        for key in ["a", "b", "c"] {
            alerts.raise(alert(key, Severity::Critical, key));
        }
        let stop = CancellationToken::new();
        stop.cancel();
        deliver(queue, sender, stop).await;
        let mut order = Vec::new();
        while let Ok(key) = seen.try_recv() {
            order.push(key);
        }
        assert_eq!(order, ["a", "b", "c"]);
        assert_eq!(clock.now(), begun);
        alerts.raise(alert("d", Severity::Critical, "nobody listens any more"));
        assert_eq!(alerts.standing().len(), 4);
    }
}
