//! The only place that reads a clock. Everything else is told what time it is.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Tells the time: the system's, or one that follows tokio's (so that a paused test owns it).
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Virtual { epoch: Timestamp, started: Arc<Instant> },
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

    /// What time it is.
    #[allow(clippy::disallowed_methods)]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Virtual { epoch, started } => {
                let passed = SignedDuration::try_from(started.elapsed()).unwrap_or(SignedDuration::MAX);
                epoch.saturating_add(passed).unwrap_or(Timestamp::MAX)
            }
        }
    }
}
