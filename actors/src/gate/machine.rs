//! When a breaker opens, and for how long: pure arithmetic over answers.
//!
//! ```text
//!            failures in a row, or too few healthy ones in the window
//!   closed ──────────────────────────────────────────────────────────▶ open ◀──┐
//!     ▲                                                                  │      │ the probe failed (the pause doubles)
//!     │ the probe was answered as it should                the pause ends│      │ or was rate limited (it does not)
//!     └────────────────────────────── half open ◀────────────────────────┘      │
//!                                          └────────────────────────────────────┘
//! ```

use std::time::Duration;

use tokio::time::Instant;

use super::{restarts::grown, settings::BreakerSettings};
use crate::port::Answer;

const BUCKETS: usize = 10;

/// The statistics behind a breaker's state.
#[derive(Debug)]
pub(super) struct Machine {
    /// Unhealthy answers in a row.
    streak: u32,
    /// Openings in a row that ended in a failed probe, the present one included.
    openings: u32,
    tally: Tally,
}

/// Answers of the last window, in a ring of slices, so that memory does not grow with traffic.
#[derive(Debug)]
struct Tally {
    slices: [(u64, u32, u32); BUCKETS],
    since: Instant,
}

impl Machine {
    pub(super) fn new(now: Instant) -> Self {
        Self { streak: 0, openings: 0, tally: Tally { slices: [(0, 0, 0); BUCKETS], since: now } }
    }

    pub(super) fn streak(&self) -> u32 {
        self.streak
    }

    /// Counts an answer given while closed; says why the breaker must open, if it must.
    pub(super) fn answered(
        &mut self,
        answer: &Answer,
        now: Instant,
        settings: &BreakerSettings,
    ) -> Option<String> {
        match answer {
            Answer::NotAsked => return None,
            Answer::Healthy => {
                self.streak = 0;
                self.tally.add(true, now, settings.window);
            }
            // A limit is an answer of a living host: it must not look like an outage, but it must not hide one.
            Answer::RateLimited { .. } => self.tally.add(false, now, settings.window),
            Answer::Unhealthy { reason } => {
                self.streak += 1;
                self.tally.add(false, now, settings.window);
                if self.streak >= settings.failures_to_open {
                    return Some(format!("{} failures in a row, the last: {reason}", self.streak));
                }
            }
        }
        let (healthy, all) = self.tally.sum(now, settings.window);
        let share = f64::from(healthy) / f64::from(all.max(1));
        (all >= settings.sample_minimum.max(1) && share < settings.success_floor)
            .then(|| format!("{healthy} of the last {all} answers were healthy"))
    }

    /// Opens after answers as above; says for how long.
    pub(super) fn open(&mut self, settings: &BreakerSettings) -> Duration {
        self.openings += 1;
        self.pause(settings)
    }

    /// The pause of the present opening.
    pub(super) fn pause(&self, settings: &BreakerSettings) -> Duration {
        grown(settings.open_for, self.openings.saturating_sub(1), settings.open_for_max)
    }

    /// The host is well again: nothing of the past counts.
    pub(super) fn close(&mut self, now: Instant) {
        *self = Self::new(now);
    }
}

impl Tally {
    fn slice(&self, now: Instant, window: Duration) -> u64 {
        let width = (window.as_millis() / BUCKETS as u128).max(1);
        u64::try_from(now.duration_since(self.since).as_millis() / width).unwrap_or(u64::MAX)
    }

    fn add(&mut self, healthy: bool, now: Instant, window: Duration) {
        let number = self.slice(now, window);
        let slice = &mut self.slices[(number % BUCKETS as u64) as usize];
        if slice.0 != number {
            *slice = (number, 0, 0);
        }
        slice.1 += u32::from(healthy);
        slice.2 += 1;
    }

    fn sum(&self, now: Instant, window: Duration) -> (u32, u32) {
        let number = self.slice(now, window);
        let recent = self.slices.iter().filter(|slice| slice.0.saturating_add(BUCKETS as u64) > number);
        recent.fold((0, 0), |(healthy, all), slice| (healthy + slice.1, all + slice.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> BreakerSettings {
        BreakerSettings {
            failures_to_open: 3,
            window: Duration::from_secs(10),
            success_floor: 0.5,
            sample_minimum: 8,
            open_for: Duration::from_secs(1),
            open_for_max: Duration::from_secs(5),
        }
    }

    fn sick() -> Answer {
        Answer::Unhealthy { reason: "timeout".into() }
    }

    fn limited() -> Answer {
        Answer::RateLimited { budget: "host".into(), retry_after: Duration::from_secs(1) }
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_open_it_and_a_healthy_answer_ends_the_row() {
        let (now, settings) = (Instant::now(), settings());
        let mut machine = Machine::new(now);
        let answers = [sick(), sick(), Answer::Healthy, sick(), Answer::NotAsked, limited(), sick()];
        assert!(answers.iter().all(|answer| machine.answered(answer, now, &settings).is_none()));
        assert!(machine.answered(&sick(), now, &settings).is_some(), "a limit does not end the row either");
    }

    #[tokio::test(start_paused = true)]
    async fn limits_count_for_the_share_once_there_are_samples_enough() {
        let (now, settings) = (Instant::now(), settings());
        let mut machine = Machine::new(now);
        for _ in 0..3 {
            assert_eq!(machine.answered(&Answer::Healthy, now, &settings), None);
        }
        for _ in 0..4 {
            assert_eq!(machine.answered(&limited(), now, &settings), None, "seven are too few to tell");
        }
        let reason = machine.answered(&limited(), now, &settings);
        assert_eq!(reason.as_deref(), Some("3 of the last 8 answers were healthy"));
        assert_eq!(machine.streak(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn answers_older_than_the_window_do_not_count() {
        let (now, settings) = (Instant::now(), settings());
        let mut machine = Machine::new(now);
        for _ in 0..7 {
            machine.answered(&limited(), now, &settings);
        }
        assert_eq!(machine.answered(&limited(), now + Duration::from_secs(11), &settings), None);
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_double_up_to_the_cap_and_closing_forgets() {
        let (now, settings) = (Instant::now(), settings());
        let mut machine = Machine::new(now);
        let pauses: Vec<_> = (0..4).map(|_| machine.open(&settings).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 5]);
        assert_eq!(machine.pause(&settings).as_secs(), 5, "asking does not lengthen it");
        machine.close(now);
        assert_eq!(machine.open(&settings).as_secs(), 1);
    }
}
