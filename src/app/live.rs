//! What dashboards watch, wired: the hub and who counts for it.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use jiff::SignedDuration;
use routiq_actors::{clock::Clock, hub::HubSettings};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, Live},
    domain::ids::Ids,
    http::{self, Admission, LiveParts, LiveSettings},
    store::Store,
    work::{RollupSettings, RollupWork, news::Hub},
};

/// Figures are stale when they are older than two poll intervals; a poll takes its time as well.
fn settings(config: &Config) -> RollupSettings {
    const LEAST: Duration = Duration::from_secs(120);
    let stale_after = (config.sync.poll_interval * 2).max(LEAST);
    RollupSettings { stale_after: SignedDuration::try_from(stale_after).unwrap_or(SignedDuration::MAX) }
}

/// The hub, the port that counts, and what lets it follow the configuration.
pub(super) struct Figures {
    pub(super) hub: Hub,
    pub(super) rollup: RollupWork,
    settings: Arc<ArcSwap<RollupSettings>>,
}

impl Figures {
    pub(super) fn new(store: Store, clock: Clock, ids: Ids, config: &Config) -> Self {
        let hub = Hub::new(HubSettings::default());
        let settings = Arc::new(ArcSwap::from_pointee(settings(config)));
        let rollup = RollupWork::new(store, clock, ids, hub.clone(), Arc::clone(&settings));
        Self { hub, rollup, settings }
    }

    /// Brings the configuration to where it is used.
    pub(super) fn follow(
        &self,
        config: &Live<Config>,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (held, mut changes) = (Arc::clone(&self.settings), config.subscribe());
        async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    changed = changes.changed() => if changed.is_err() { return },
                }
                let now = changes.borrow_and_update().clone();
                held.store(Arc::new(settings(&now)));
            }
        }
    }
}

impl super::App {
    /// Whoever watches hears that somebody's access changed, and is looked at again.
    pub(super) fn tell_of_access(&self, access: &Admission) {
        let (clock, hub, stop) = (self.clock.clone(), self.hub.clone(), self.stop.clone());
        self.tasks.spawn(http::tell_of_access(access.changes(), hub, move || clock.now(), stop));
    }

    /// What the front door's live connections are made of.
    pub(super) fn live_parts(&self) -> LiveParts {
        LiveParts {
            hub: self.hub.clone(),
            settings: LiveSettings { pace: self.config.get().server.live_pace, ..LiveSettings::default() },
            stopping: self.door.clone(),
            tasks: self.tasks.clone(),
        }
    }
}
