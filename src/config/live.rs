//! The configuration while the program runs: what may change follows its file, what may not waits for the next start.

use std::{
    fmt, io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{mpsc, watch},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use super::{Config, ConfigError, ConfigErrors, Mistake, Sources};

/// An editor writes in several strokes: a folder that was quiet for this long is done.
const SETTLED: Duration = Duration::from_millis(100);

/// A value that changes at run time: read at once by anybody, waited for by whoever wants to.
#[derive(Debug)]
pub struct Live<T> {
    current: Arc<ArcSwap<T>>,
    changed: watch::Sender<Arc<T>>,
    reloading: Arc<Mutex<()>>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        Self {
            current: Arc::clone(&self.current),
            changed: self.changed.clone(),
            reloading: Arc::clone(&self.reloading),
        }
    }
}

impl<T> Live<T> {
    /// Begins with `value`.
    pub fn new(value: T) -> Self {
        let value = Arc::new(value);
        Self {
            current: Arc::new(ArcSwap::new(Arc::clone(&value))),
            changed: watch::Sender::new(value),
            reloading: Arc::default(),
        }
    }

    /// The value now.
    pub fn get(&self) -> Arc<T> {
        self.current.load_full()
    }

    /// Hears of every later value.
    pub fn subscribe(&self) -> watch::Receiver<Arc<T>> {
        self.changed.subscribe()
    }

    /// Puts `value` in place of the current one.
    pub fn replace(&self, value: T) {
        let value = Arc::new(value);
        self.current.store(Arc::clone(&value));
        self.changed.send_replace(value);
    }
}

/// A key whose value is another one now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key.
    pub key: &'static str,
    /// The old value and the new one, as people may see them; none for a secret.
    pub values: Option<(String, String)>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.values {
            Some((old, new)) => write!(f, "{}: {old} → {new}", self.key),
            None => write!(f, "{}: changed", self.key),
        }
    }
}

/// What came of reading the layers again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reload {
    /// Everything is as it was.
    Unchanged,
    /// The layers are sound.
    Accepted {
        /// What is in effect from now on.
        applied: Vec<Change>,
        /// What waits for the next start.
        waiting: Vec<Change>,
    },
    /// They are not: everything stays as it was.
    Refused(ConfigErrors),
}

impl Reload {
    /// Writes what came of it to the log and counts it.
    pub fn log(&self) {
        let outcome = match self {
            Self::Unchanged => "unchanged",
            Self::Accepted { .. } => "accepted",
            Self::Refused(_) => "refused",
        };
        metrics::counter!("routiq_config_reloads_total", "outcome" => outcome).increment(1);
        match self {
            Self::Unchanged => tracing::debug!("configuration read again: nothing changed"),
            Self::Accepted { applied, waiting } => {
                for change in applied {
                    tracing::info!(key = change.key, %change, "configuration changed");
                }
                for change in waiting {
                    tracing::warn!(key = change.key, %change, "configuration changed; needs a restart");
                }
            }
            Self::Refused(errors) => {
                for mistake in &errors.0 {
                    tracing::error!(key = mistake.key, %mistake, "configuration kept as it was");
                }
            }
        }
    }
}

impl Live<Config> {
    /// Reads the layers again and puts in effect what may change at run time.
    pub fn reload(&self, sources: &Sources) -> Reload {
        let _one_at_a_time = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.get();
        match old.followed_by(sources) {
            Err(errors) => Reload::Refused(errors),
            Ok((_, applied, waiting)) if applied.is_empty() && waiting.is_empty() => Reload::Unchanged,
            Ok((config, applied, waiting)) => {
                if !applied.is_empty() {
                    self.replace(config);
                }
                Reload::Accepted { applied, waiting }
            }
        }
    }

    /// Begins to listen for changes of the sources' file and for SIGHUP; [`Follower::run`] acts on them.
    ///
    /// # Errors
    /// When SIGHUP cannot be listened for. A folder that cannot be watched is logged, and SIGHUP is left.
    pub fn follow(&self, sources: Sources) -> io::Result<Follower> {
        let (touched, touches) = mpsc::channel(1);
        let watcher = sources.file().and_then(|file| {
            watch_folder(file, touched.clone())
                .inspect_err(
                    |error| tracing::warn!(%error, "the configuration's folder is not watched; use SIGHUP"),
                )
                .ok()
        });
        Ok(Follower {
            live: self.clone(),
            sources,
            hangup: signal(SignalKind::hangup())?,
            touches,
            _touched: touched,
            _watcher: watcher,
        })
    }
}

impl Config {
    /// The configuration that `sources` make of this one: keys that wait for a restart keep their value.
    fn followed_by(&self, sources: &Sources) -> Result<(Self, Vec<Change>, Vec<Change>), ConfigErrors> {
        let gathered = sources.gather();
        let mut mixed = gathered.clone();
        let wanted = Self::build(gathered, sources.purpose())?;
        if wanted.environment != self.environment {
            return Err(ConfigErrors(vec![ConfigError {
                key: "environment".to_owned(),
                value: Some(wanted.environment.to_string()),
                mistake: Mistake::Contradiction,
                problem: format!("the program runs in {}; another one needs a restart", self.environment),
                allowed: None,
                origin: wanted.resolved.get("environment").and_then(|r| r.origin.clone()),
            }]));
        }
        let (mut applied, mut waiting) = (Vec::new(), Vec::new());
        for (key, new) in &wanted.resolved {
            let Some(old) = self.resolved.get(key).filter(|old| !old.same(new)) else { continue };
            let values = (!new.secret).then(|| (old.shown.clone(), new.shown.clone()));
            let change = Change { key, values };
            if new.live {
                applied.push(change);
                continue;
            }
            waiting.push(change);
            match self.leaves.get(*key) {
                Some(leaf) => drop(mixed.leaves.insert((*key).to_owned(), leaf.clone())),
                None => drop(mixed.leaves.remove(*key)),
            }
        }
        let config = if waiting.is_empty() { wanted } else { Self::build(mixed, sources.purpose())? };
        Ok((config, applied, waiting))
    }
}

/// Keeps a [`Live`] configuration in step with its sources.
#[derive(Debug)]
pub struct Follower {
    live: Live<Config>,
    sources: Sources,
    hangup: Signal,
    touches: mpsc::Receiver<()>,
    // Keeps the channel open when there is no watcher.
    _touched: mpsc::Sender<()>,
    _watcher: Option<RecommendedWatcher>,
}

impl Follower {
    /// Reloads on every change of the file and on SIGHUP, and logs what came of it, until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = self.hangup.recv() => tracing::info!("SIGHUP: reading the configuration again"),
                _ = self.touches.recv() => self.settle().await,
            }
            let (live, sources) = (self.live.clone(), self.sources.clone());
            // A file system may be slow.
            match tokio::task::spawn_blocking(move || live.reload(&sources)).await {
                Ok(reload) => reload.log(),
                Err(error) => tracing::error!(%error, "the configuration could not be read again"),
            }
        }
    }

    #[cfg(test)]
    pub(super) fn stop_watching(&mut self) {
        self._watcher = None;
    }

    async fn settle(&mut self) {
        loop {
            tokio::select! {
                () = sleep(SETTLED) => return,
                _ = self.touches.recv() => {}
            }
        }
    }
}

/// Watches the folder, not the file: editors and secret mounts put a new file in its place.
fn watch_folder(file: &Path, touched: mpsc::Sender<()>) -> notify::Result<RecommendedWatcher> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Reading the file is an event too.
        let read_only = matches!(&event, Ok(Event { kind: EventKind::Access(_), .. }));
        if !read_only {
            // A full channel already says it.
            let _ = touched.try_send(());
        }
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
