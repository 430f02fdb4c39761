//! The only place that reads a clock. Everything else is told what time it is.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Tells the time: the system's, one that follows tokio's (so that a paused test owns it), or one read from elsewhere.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Virtual { epoch: Timestamp, started: Arc<Instant> },
    Read(Arc<dyn Fn() -> Timestamp + Send + Sync>),
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Clock(system)",
            Source::Virtual { .. } => "Clock(virtual)",
            Source::Read(_) => "Clock(read)",
        })
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that says `epoch` now and advances with tokio's time.
    pub fn starting_at(epoch: Timestamp) -> Self {
        Self(Source::Virtual { epoch, started: Arc::new(Instant::now()) })
    }

    /// A clock that says what `read` says: work with sockets cannot run under tokio's paused time.
    pub fn reading(read: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Source::Read(Arc::new(read)))
    }

    /// What time it is.
    #[allow(clippy::disallowed_methods)]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Read(read) => read(),
            Source::Virtual { epoch, started } => {
                let passed = SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX);
                epoch.saturating_add(passed).unwrap_or(Timestamp::MAX)
            }
        }
    }
}
