//! Growing pauses between tries. The only place that names `backoff`, which is no longer maintained: it serves as the
//! policy alone, so replacing it changes this file.

use std::time::Duration;

use backoff::{ExponentialBackoffBuilder, backoff::Backoff};

/// Pauses that double from `first` up to `max`, without end. `jitter` (0 to 1) spreads each by that share both ways;
/// 0 makes them repeatable. No pause is longer than `max`.
pub fn retry_pauses(first: Duration, max: Duration, jitter: f64) -> impl Iterator<Item = Duration> {
    let mut policy = ExponentialBackoffBuilder::new()
        .with_initial_interval(first)
        .with_max_interval(max)
        .with_multiplier(2.0)
        .with_randomization_factor(if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 })
        .with_max_elapsed_time(None)
        .build();
    // The policy spreads after it caps, so the spread can pass the cap.
    std::iter::from_fn(move || policy.next_backoff().map(|pause| pause.min(max)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_to_the_cap_and_never_end() {
        let seconds = |s| Duration::from_secs(s);
        let pauses: Vec<_> = retry_pauses(seconds(1), seconds(5), 0.0).take(5).collect();
        assert_eq!(pauses, [seconds(1), seconds(2), seconds(4), seconds(5), seconds(5)]);
        assert_eq!(retry_pauses(seconds(1), seconds(5), 0.0).take(5_000).count(), 5_000);
    }

    #[test]
    fn a_spread_pause_never_passes_the_cap() {
        let max = Duration::from_secs(5);
        let pauses: Vec<_> = retry_pauses(Duration::from_secs(1), max, 0.9).take(500).collect();
        assert!(pauses.iter().all(|pause| *pause <= max));
        assert!(pauses.windows(2).any(|pair| pair[0] != pair[1]), "they are spread");
    }
}
