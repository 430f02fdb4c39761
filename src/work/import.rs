//! How far a first import is.

use uuid::Uuid;

use crate::store::{StoreError, Tenant, state};

/// How far the first import of the items is: counted now and then, estimated in between.
#[derive(Default)]
pub(super) struct Import {
    done: u64,
    total: u64,
    steps: u32,
}

impl Import {
    /// Steps between two counts.
    const RECOUNT: u32 = 25;

    /// Counts a step that is about to be written.
    pub(super) async fn step(
        &mut self,
        tenant: &Tenant<'_>,
        account: Uuid,
        stream: &str,
    ) -> Result<(u64, u64), StoreError> {
        if self.steps.is_multiple_of(Self::RECOUNT) {
            (self.done, self.total) = state::item_progress(tenant, account, stream).await?;
        }
        self.done = (self.done + 1).min(self.total);
        self.steps = self.steps.wrapping_add(1);
        Ok((self.done, self.total))
    }
}
