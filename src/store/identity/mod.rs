//! Who is whom, in rows: what contacts say, folded; whom they share something with; persons, merges, proposals, conflicts.
//!
//! Whoever decides, the rollup or a person, first takes hold of the organization's row ([`hold`]), so that decisions go one
//! after the other.

mod facts;
mod persons;
mod review;

use std::collections::BTreeSet;

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::identity as sql};
use uuid::Uuid;

pub use self::{
    facts::{Said, neighbourhood, say},
    persons::keep,
    review::{
        Candidate, Decided, Member, MergeMade, Open, Person, Side, candidates, confirm, matches, merge,
        person, refuse, undo,
    },
};
use super::{
    error::StoreError,
    live::{self, Touched},
    tenant::Tenant,
};
use crate::domain::{bookings::People, ids::Ids};

/// Who decides, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The rollup, or a user's id.
    pub who: &'a str,
    /// What time it is.
    pub now: Timestamp,
    /// Where row ids come from.
    pub ids: &'a Ids,
}

/// The name under which the rollup decides.
pub const MATCHER: &str = "matcher";

/// Whether contacts wait to be looked at, or everybody does because the rules are others now.
///
/// # Errors
/// [`StoreError`].
pub async fn is_anybody_due(tenant: &Tenant<'_>, version: i32) -> Result<bool, StoreError> {
    Ok(sql::is_anybody_due().bind(&tenant.tx, &tenant.organization, &version).one().await?)
}

/// Takes hold of the organization's decisions until the transaction ends; answers the version of the rules by which
/// everybody was looked at, 0 when nobody was.
///
/// # Errors
/// [`StoreError`].
pub async fn hold(tenant: &Tenant<'_>, now: Timestamp) -> Result<i32, StoreError> {
    Ok(sql::hold_identity().bind(&tenant.tx, &tenant.organization, &now).one().await?)
}

/// Marks every contact, because the rules are others now.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_everybody(tenant: &Tenant<'_>, version: i32) -> Result<(), StoreError> {
    let params = sql::MarkEverybodyParams { organization: tenant.organization, version };
    sql::mark_everybody().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Takes up to `most` marks; answers the contacts they name.
///
/// # Errors
/// [`StoreError`].
pub async fn take_due(tenant: &Tenant<'_>, most: i64) -> Result<BTreeSet<Uuid>, StoreError> {
    let rows = sql::take_due().bind(&tenant.tx, &tenant.organization, &most).all().await?;
    Ok(rows.into_iter().flatten().collect())
}

/// Counts people of several contacts, merges, and pairs to decide.
///
/// # Errors
/// [`StoreError`].
pub async fn count(tenant: &Tenant<'_>) -> Result<People, StoreError> {
    let row = sql::count_people().bind(&tenant.tx, &tenant.organization).one().await?;
    Ok(People { connected: row.connected, merges: row.merges, candidates: row.candidates })
}

/// Marks that who is whom has changed, as far as figures hang on it.
async fn mark(tenant: &Tenant<'_>, by: By<'_>) -> Result<(), StoreError> {
    let touched = Touched { people: true, ..Touched::default() };
    live::mark(tenant, by.ids.next(by.now), &touched, "sync", by.now).await
}

/// A list as one text: words without spaces.
fn joined(words: impl IntoIterator<Item = &'static str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(" ")
}
