//! When something that failed begins again: pauses that grow, and a budget that runs out. Pure: time and seed come in.

use std::{collections::VecDeque, time::Duration};

use ractor::{ActorId, SupervisionEvent, actor::messages::BoxedState};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;

/// A pause that doubles with every failure in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// The first pause.
    pub first: Duration,
    /// No pause is longer, jitter included.
    pub most: Duration,
    /// How far a pause strays to either side, as a part of itself: 0 is exact, 0.2 is a fifth.
    pub jitter: f64,
}

impl Backoff {
    /// The pause after the `attempt`th failure in a row (counted from 1). The same salt gives the same pause.
    pub fn pause(&self, attempt: u32, salt: u64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
        strayed(doubled.min(self.most), self.jitter, salt ^ u64::from(attempt)).min(self.most)
    }
}

/// `pause`, strayed by up to `jitter` of itself to either side.
pub(crate) fn strayed(pause: Duration, jitter: f64, salt: u64) -> Duration {
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
    if jitter == 0.0 {
        return pause;
    }
    let stray = ChaCha8Rng::seed_from_u64(salt).random_range(-jitter..=jitter);
    pause.mul_f64(1.0 + stray)
}

/// How often one child may fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RestartPolicy {
    /// Restarts within `window`; one failure more and the child is parked.
    pub budget: u32,
    /// How long a restart counts.
    pub window: Duration,
    /// A child that worked this long since its first success is forgiven everything.
    pub healthy_after: Duration,
    /// The pauses between restarts.
    pub pause: Backoff,
    /// How long a parked child stands still before it tries again by itself; `None`: until somebody resumes it.
    pub park_for: Option<Duration>,
}

/// One child's failures.
#[derive(Debug, Default)]
pub(crate) struct Restarts(VecDeque<Instant>);

/// What to do with a child that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Again { attempt: u32, pause: Duration },
    Park { restarts: u32 },
}

impl Restarts {
    /// Counts a failure. `healthy_for` is how long the child had worked since its first success.
    pub(crate) fn failed(
        &mut self,
        now: Instant,
        healthy_for: Option<Duration>,
        policy: &RestartPolicy,
        salt: u64,
    ) -> Verdict {
        if healthy_for.is_some_and(|healthy| healthy >= policy.healthy_after) {
            self.0.clear();
        }
        while self.0.front().is_some_and(|at| now.duration_since(*at) >= policy.window) {
            self.0.pop_front();
        }
        let spent = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        if spent >= policy.budget {
            return Verdict::Park { restarts: spent };
        }
        self.0.push_back(now);
        let attempt = spent + 1;
        Verdict::Again { attempt, pause: policy.pause.pause(attempt, salt) }
    }

    /// Forgives everything: the child was resumed, or what it needs has changed.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

/// How a child ended.
pub(crate) enum Ended {
    /// In order; what it left behind says why.
    Stopped(BoxedState),
    /// By a panic, an error or a kill.
    Failed(String),
}

impl Ended {
    /// Which child ended and how; `None` for news of other kinds.
    pub(crate) fn read(event: SupervisionEvent) -> Option<(ActorId, Self)> {
        match event {
            // Only an orderly end leaves a state behind; a kill arrives as a termination too.
            SupervisionEvent::ActorTerminated(cell, Some(state), _) => {
                Some((cell.get_id(), Self::Stopped(state)))
            }
            SupervisionEvent::ActorTerminated(cell, None, reason) => {
                Some((cell.get_id(), Self::Failed(reason.unwrap_or_else(|| "killed".to_owned()))))
            }
            SupervisionEvent::ActorFailed(cell, error) => {
                Some((cell.get_id(), Self::Failed(error.to_string())))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn policy(budget: u32) -> RestartPolicy {
        RestartPolicy {
            budget,
            window: Duration::from_secs(600),
            healthy_after: Duration::from_secs(60),
            pause: Backoff { first: Duration::from_secs(1), most: Duration::from_secs(10), jitter: 0.0 },
            park_for: None,
        }
    }

    fn again(attempt: u32, secs: u64) -> Verdict {
        Verdict::Again { attempt, pause: Duration::from_secs(secs) }
    }

    #[test]
    fn pauses_double_up_to_the_cap_and_the_budget_is_exact() {
        let (mut restarts, now, policy) = (Restarts::default(), Instant::now(), policy(5));
        let verdicts: Vec<_> = (0..6).map(|_| restarts.failed(now, None, &policy, 7)).collect();
        assert_eq!(
            verdicts,
            [again(1, 1), again(2, 2), again(3, 4), again(4, 8), again(5, 10), Verdict::Park { restarts: 5 }]
        );
    }

    #[test]
    fn restarts_leave_the_window_one_by_one() {
        let (mut restarts, start, policy) = (Restarts::default(), Instant::now(), policy(2));
        let at = |secs| start + Duration::from_secs(secs);
        assert_eq!(restarts.failed(at(0), None, &policy, 7), again(1, 1));
        assert_eq!(restarts.failed(at(300), None, &policy, 7), again(2, 2));
        assert_eq!(restarts.failed(at(599), None, &policy, 7), Verdict::Park { restarts: 2 });
        assert_eq!(
            restarts.failed(at(600), None, &policy, 7),
            again(2, 2),
            "the first restart left the window"
        );
    }

    #[test]
    fn healthy_time_forgives_and_too_little_of_it_does_not() {
        let (mut restarts, now, policy) = (Restarts::default(), Instant::now(), policy(1));
        assert_eq!(restarts.failed(now, None, &policy, 7), again(1, 1));
        let short = Some(Duration::from_secs(59));
        assert_eq!(restarts.failed(now, short, &policy, 7), Verdict::Park { restarts: 1 });
        let long = Some(Duration::from_secs(60));
        assert_eq!(restarts.failed(now, long, &policy, 7), again(1, 1));
    }

    proptest! {
        #[test]
        fn a_pause_strays_within_its_bounds_and_repeats_with_its_salt(attempt in 1_u32..200, salt: u64) {
            let backoff = Backoff { first: Duration::from_secs(1), most: Duration::from_secs(300), jitter: 0.2 };
            let plain = Backoff { jitter: 0.0, ..backoff }.pause(attempt, salt);
            let pause = backoff.pause(attempt, salt);
            prop_assert_eq!(pause, backoff.pause(attempt, salt));
            prop_assert!(pause >= plain.mul_f64(0.79) && pause <= plain.mul_f64(1.21) && pause <= backoff.most);
        }
    }
}
