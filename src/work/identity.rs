//! Contacts that changed are looked at again: whom they share something with, who is certainly whom, what a person should
//! look at. One bounded portion a step, in one transaction behind the rollup's fence, after the figures: no figure waits for
//! it, and no sync does.

use jiff::tz::TimeZone;
use metrics::counter;
use routiq_actors::{clock::Clock, port::RollLease};

use crate::{
    domain::{
        identity::{RULES_VERSION, decide},
        ids::Ids,
    },
    store::{
        Fence, Store, StoreError,
        identity::{self, By, MATCHER},
    },
};

/// Marks that one step takes at most; each names the contacts of one page.
const MARKS: i64 = 5;

/// Looks at a portion of what changed; answers whether there is more to do, figures included.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn step(
    store: &Store,
    clock: &Clock,
    ids: &Ids,
    lease: RollLease,
) -> Result<bool, StoreError> {
    let now = clock.now();
    let mut session = store.session(lease.organization).await?;
    let tenant = session.begin(Some(&Fence::rollup(lease.generation))).await?;
    let rules = identity::hold(&tenant, now).await?;
    if rules != RULES_VERSION {
        identity::mark_everybody(&tenant, RULES_VERSION).await?;
    }
    let contacts = identity::take_due(&tenant, MARKS).await?;
    let by = By { who: MATCHER, now, ids };
    let said = identity::say(&tenant, &contacts, now).await?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let hood = identity::neighbourhood(&tenant, &contacts, today).await?;
    let verdict = decide(&hood);
    let moved = identity::keep(&tenant, &hood, &verdict, said, by).await?;
    let more = identity::is_anybody_due(&tenant, RULES_VERSION).await?;
    tenant.commit().await?;
    counter!("routiq_identity_contacts_total").increment(contacts.len() as u64);
    for merge in &verdict.merges {
        counter!("routiq_identity_merges_total", "rule" => merge.rule.as_str()).increment(1);
    }
    // Figures hang on what moved: they are counted once more.
    Ok(more || moved)
}
