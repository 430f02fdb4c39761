//! A run: the steps from due to caught up of one account. It has a line in `sync_logs` when it imports, sweeps, was asked
//! for, changed something or failed; an idle look leaves no line.

use jiff::Timestamp;
use routiq_actors::port::Urgency;

use crate::{
    domain::ids::Ids,
    store::{
        StoreError, Tenant,
        state::{self, Place, Run, Standing},
    },
};

/// A line is refreshed after this many steps, so that a long import shows how far it is.
const REFRESH: u32 = 20;

/// The run of one incarnation.
pub(super) struct Running {
    run: Run,
    noted: bool,
    steps: u32,
    unstated: i64,
}

impl Running {
    pub(super) fn begin(ids: &Ids, now: Timestamp, operation: &'static str) -> Self {
        let run = Run {
            sync_id: ids.next(now),
            id: ids.next(now),
            operation,
            started_at: now,
            records: 0,
            changed: 0,
            rejected: 0,
        };
        Self { run, noted: false, steps: 0, unstated: 0 }
    }

    /// Adds a step, and writes or refreshes the line when it is due.
    pub(super) async fn step(
        &mut self,
        tenant: &Tenant<'_>,
        place: Place,
        platform: &str,
        urgency: Urgency,
        (records, changed, rejected): (i64, i64, i64),
    ) -> Result<(), StoreError> {
        self.run.records += records;
        self.run.changed += changed;
        self.run.rejected += rejected;
        self.unstated += records;
        self.steps += 1;
        if urgency == Urgency::Backfill && self.run.operation == "incremental_sync" {
            self.run.operation = "full_sync";
        }
        let worth = urgency == Urgency::Backfill || changed > 0 || rejected > 0;
        if (worth && !self.noted) || (self.noted && self.steps.is_multiple_of(REFRESH)) {
            state::log(tenant, place, platform, &self.run, None, None).await?;
            self.stand(tenant, place, platform, "running", None, None).await?;
            self.noted = true;
        }
        Ok(())
    }

    /// Ends the run: complete, or failed with a reason.
    pub(super) async fn end(
        mut self,
        tenant: &Tenant<'_>,
        place: Place,
        platform: &str,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        if self.noted || error.is_some() {
            state::log(tenant, place, platform, &self.run, Some(place.now), error).await?;
        }
        let status = if error.is_some() { "failed" } else { "completed" };
        let succeeded_at = error.is_none().then_some(place.now);
        self.stand(tenant, place, platform, status, succeeded_at, error).await
    }

    async fn stand(
        &mut self,
        tenant: &Tenant<'_>,
        place: Place,
        platform: &str,
        status: &'static str,
        succeeded_at: Option<Timestamp>,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        let records = std::mem::take(&mut self.unstated);
        state::stand(tenant, place, platform, Standing { status, succeeded_at, records, error }).await
    }
}
