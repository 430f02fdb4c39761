//! The restart budget of one actor: pure arithmetic.

use std::{collections::VecDeque, time::Duration};

use rand::Rng;
use tokio::time::Instant;

use super::settings::RestartSettings;

/// No setting means more than this, and no arithmetic overflows below it.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// When one actor failed, as far back as its budget reaches.
#[derive(Debug, Default)]
pub(super) struct RestartLog(VecDeque<Instant>);

/// What a failure means.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Begin again after a pause.
    Again(Duration),
    /// The budget is spent.
    Spent,
}

impl RestartLog {
    pub(super) fn failed(&mut self, now: Instant, settings: &RestartSettings, rng: &mut impl Rng) -> Verdict {
        while self.0.front().is_some_and(|at| now.duration_since(*at) >= settings.window) {
            self.0.pop_front();
        }
        if self.0.len() >= settings.limit as usize {
            self.0.clear();
            return Verdict::Spent;
        }
        let doublings = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push_back(now);
        let pause = grown(settings.backoff, doublings, settings.backoff_max).min(LONGEST_PAUSE);
        Verdict::Again(pause.mul_f64(1.0 + settings.jitter.clamp(0.0, 1.0) * rng.random::<f64>()))
    }

    /// Failures within the window, as of the last one.
    pub(super) fn attempts(&self) -> usize {
        self.0.len()
    }
}

/// `base` doubled `times` times, at most `cap`.
pub(super) fn grown(base: Duration, times: u32, cap: Duration) -> Duration {
    2u32.checked_pow(times).and_then(|factor| base.checked_mul(factor)).map_or(cap, |pause| pause.min(cap))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_until_the_budget_is_spent_and_the_window_refills_it() {
        let settings = RestartSettings {
            limit: 3,
            window: Duration::from_secs(60),
            backoff: Duration::from_secs(1),
            backoff_max: Duration::from_secs(3),
            jitter: 0.0,
            ..RestartSettings::default()
        };
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut log = RestartLog::default();
        let now = Instant::now();
        assert_eq!(log.failed(now, &settings, &mut rng), Verdict::Again(Duration::from_secs(1)));
        assert_eq!(log.failed(now, &settings, &mut rng), Verdict::Again(Duration::from_secs(2)));
        assert_eq!(log.failed(now, &settings, &mut rng), Verdict::Again(Duration::from_secs(3)), "capped");
        assert_eq!(log.failed(now, &settings, &mut rng), Verdict::Spent);
        assert_eq!(log.attempts(), 0, "a spent budget begins anew after the park");

        assert_eq!(log.failed(now, &settings, &mut rng), Verdict::Again(Duration::from_secs(1)));
        let later = now + settings.window;
        assert_eq!(
            log.failed(later, &settings, &mut rng),
            Verdict::Again(Duration::from_secs(1)),
            "forgotten"
        );
    }

    #[test]
    fn growth_saturates() {
        assert_eq!(grown(Duration::from_secs(5), 400, Duration::from_secs(300)), Duration::from_secs(300));
    }
}
