//! What operators may set. Every value may change while the tree runs; it holds from the next decision on.

use std::time::Duration;

use crate::{
    gate::GateSettings,
    journal::JournalSettings,
    restart::{Backoff, RestartPolicy},
};

/// Schedules, deadlines, pauses and budgets of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where all jitter comes from: the same seed gives the same pauses.
    pub seed: u64,
    /// How often the roster is read without a nudge.
    pub roster_every: Duration,
    /// The pause after a roster that could not be read, or fences that could not be raised.
    pub roster_pause: Backoff,
    /// How long reading the roster or raising a generation may take.
    pub port_deadline: Duration,
    /// How long one step, or one look at what is due, may take; then it is cut off and its actor fails.
    pub step_deadline: Duration,
    /// How often an account looks for what was delivered for it, however many nudges are lost.
    pub apply_every: Duration,
    /// How long applying one portion of it may take; then it is cut off and its actor fails.
    pub apply_deadline: Duration,
    /// How long a request for a permit may wait before somebody asks whether it is still known.
    pub permit_deadline: Duration,
    /// How long a request stays away from a gate that is shut for good.
    pub shut_pause: Duration,
    /// How long a request stays away from a gate that is being replaced.
    pub gone_pause: Duration,
    /// The pauses of a healthy actor whose steps fail.
    pub failure_pause: Backoff,
    /// The pauses of an actor whose fence another incarnation holds.
    pub fence_pause: Backoff,
    /// No wait a step asks for is shorter, so that no actor spins.
    pub least_pause: Duration,
    /// How long a step may go on when its actor is held, removed or restarted gracefully.
    pub grace: Duration,
    /// Each account's sync actor.
    pub sync_restarts: RestartPolicy,
    /// Each organization's supervisor.
    pub organization_restarts: RestartPolicy,
    /// Gates, organizations and watch; a spent budget fails the tree.
    pub branch_restarts: RestartPolicy,
    /// The directory; a spent budget parks it alone.
    pub directory_restarts: RestartPolicy,
    /// How often somebody looks for actors that do not move.
    pub watch_every: Duration,
    /// How far past its own deadline an actor is called stalled.
    pub stalled_after: Duration,
    /// No rollup counts again sooner after it counted: what comes meanwhile is counted together.
    pub roll_pause: Duration,
    /// How long one count may take; then it is cut off and its actor fails.
    pub roll_deadline: Duration,
    /// How many rollups count at once, all organizations together: their share of the database. Fixed at the start.
    pub rolls_at_once: usize,
    /// Each organization's rollup.
    pub rollup_restarts: RestartPolicy,
    /// Breakers and limiters.
    pub gates: GateSettings,
    /// What the journal takes and how it writes.
    pub journal: JournalSettings,
}

impl Default for Settings {
    fn default() -> Self {
        let secs = Duration::from_secs;
        let pause = |first, most| Backoff { first, most, jitter: 0.2 };
        Self {
            seed: 0,
            roster_every: secs(60),
            roster_pause: pause(secs(1), secs(60)),
            port_deadline: secs(30),
            step_deadline: secs(120),
            apply_every: secs(60),
            apply_deadline: secs(60),
            permit_deadline: secs(30),
            shut_pause: secs(60),
            gone_pause: Duration::from_millis(250),
            failure_pause: pause(secs(2), secs(300)),
            fence_pause: pause(secs(1), secs(60)),
            least_pause: Duration::from_millis(100),
            grace: secs(20),
            sync_restarts: RestartPolicy {
                budget: 5,
                window: secs(3_600),
                healthy_after: secs(600),
                pause: pause(secs(1), secs(300)),
                park_for: Some(secs(3_600)),
            },
            organization_restarts: RestartPolicy {
                budget: 5,
                window: secs(3_600),
                healthy_after: secs(600),
                pause: pause(secs(1), secs(60)),
                park_for: Some(secs(600)),
            },
            branch_restarts: RestartPolicy {
                budget: 5,
                window: secs(600),
                healthy_after: secs(300),
                pause: pause(Duration::from_millis(100), secs(10)),
                park_for: None,
            },
            directory_restarts: RestartPolicy {
                budget: 5,
                window: secs(600),
                healthy_after: secs(300),
                pause: pause(Duration::from_millis(250), secs(60)),
                park_for: Some(secs(300)),
            },
            watch_every: secs(5),
            stalled_after: secs(30),
            roll_pause: Duration::from_millis(100),
            roll_deadline: secs(120),
            rolls_at_once: 4,
            rollup_restarts: RestartPolicy {
                budget: 5,
                window: secs(3_600),
                healthy_after: secs(600),
                pause: pause(secs(1), secs(300)),
                park_for: Some(secs(900)),
            },
            gates: GateSettings::default(),
            journal: JournalSettings::default(),
        }
    }
}
