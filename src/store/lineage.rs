//! Where a row came from: the row's own word, the payloads that may hold its record, and when it was not understood.

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Generation;
use routiq_sql::{client::Params, queries::lineage as sql};
use uuid::Uuid;

use super::{error::StoreError, payloads, tenant::Tenant};
use crate::domain::change::Kind;

/// What rows there are, by the name of their table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rows {
    /// A record of its own.
    Of(Kind),
    /// What a practice system says of a contact.
    Patients,
    /// What a message carries.
    Attachments,
}

impl Rows {
    /// All.
    pub fn all() -> impl Iterator<Item = Self> {
        Kind::ALL.into_iter().map(Self::Of).chain([Self::Patients, Self::Attachments])
    }

    /// The rows of that name. An attendance is an appointment.
    pub fn named(name: &str) -> Option<Self> {
        if name == "attendances" {
            Some(Self::Of(Kind::Appointment))
        } else {
            Self::all().find(|rows| rows.as_str() == name)
        }
    }

    /// Their name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Of(kind) => kind.as_str(),
            Self::Patients => "patients",
            Self::Attachments => "attachments",
        }
    }

    /// The kind of the record that carries them.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Of(kind) => kind,
            Self::Patients => Kind::Contact,
            Self::Attachments => Kind::Message,
        }
    }
}

/// What a row says of where it came from.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its account.
    pub account: Uuid,
    /// The account's platform.
    pub platform: String,
    /// Its id at the platform.
    pub external_id: String,
    /// Of a message its conversation, of an attachment its message, by id at the platform.
    pub within: Option<String>,
    /// The payload that wrote it last.
    pub payload: Option<Uuid>,
    /// The mapping that wrote it last.
    pub transform_version: i32,
    /// The incarnation that wrote it last.
    pub generation: Generation,
    /// When that was observed, or it was seen to be gone.
    pub observed_at: Timestamp,
    /// Whether a webhook alone has told it.
    pub provisional: bool,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last touched.
    pub updated_at: Timestamp,
    /// When it fell.
    pub deleted_at: Option<Timestamp>,
    subject: Option<String>,
}

impl Row {
    /// The id, at the platform, of the record that carries it.
    pub fn record(&self, rows: Rows) -> &str {
        match rows {
            Rows::Attachments => self.within.as_deref().unwrap_or_default(),
            _ => &self.external_id,
        }
    }
}

/// Reads what a row says of itself; none when there is no such row in this organization.
///
/// # Errors
/// [`StoreError`].
pub async fn row(tenant: &Tenant<'_>, rows: Rows, id: Uuid) -> Result<Option<Row>, StoreError> {
    let params = sql::LineageRowParams { kind: rows.as_str(), organization: tenant.organization, id };
    let found = sql::lineage_row().params(&tenant.tx, &params).opt().await?;
    Ok(found.map(|row| Row {
        account: row.account_id,
        platform: row.platform,
        external_id: row.external_id,
        within: row.within,
        payload: row.payload_id,
        transform_version: row.transform_version,
        generation: row.generation,
        observed_at: row.observed_at,
        provisional: row.provisional,
        created_at: row.created_at,
        updated_at: row.updated_at,
        deleted_at: row.deleted_at,
        subject: row.subject,
    }))
}

/// The payloads that may hold a row's record, in the order in which they were applied; the newest `most`. They are found by
/// whom they mention, and by when the row was made, touched and fell.
///
/// # Errors
/// [`StoreError`].
pub async fn payloads_of(
    tenant: &Tenant<'_>,
    rows: Rows,
    row: &Row,
    most: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let own = payloads::own(rows.kind(), row.record(rows));
    let subjects: Vec<&str> = row.subject.as_deref().into_iter().chain([own.as_str()]).collect();
    let moments = [Some(row.created_at), Some(row.updated_at), row.deleted_at];
    let (since, until): (Vec<Uuid>, Vec<Uuid>) = moments.into_iter().flatten().map(within).unzip();
    let ids: Vec<Uuid> = row.payload.into_iter().collect();
    let params = sql::PayloadsNamingParams {
        organization: tenant.organization,
        subjects: &subjects[..],
        since: &since[..],
        until: &until[..],
        ids: &ids[..],
        account: row.account,
        most,
    };
    let mut found = sql::payloads_naming().params(&tenant.tx, &params).all().await?;
    found.reverse();
    Ok(found)
}

/// Between which ids lie those of what came to be in the millisecond of `at`.
fn within(at: Timestamp) -> (Uuid, Uuid) {
    let first = |at: Timestamp| {
        let millis = u128::try_from(at.as_millisecond()).unwrap_or_default();
        Uuid::from_u128(millis << 80)
    };
    let after = at.saturating_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MAX);
    (first(at), first(after))
}

/// A time when a record could not be understood.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// Its id.
    pub id: Uuid,
    /// Which field, what stands there, what is allowed.
    pub reason: String,
    /// The payload that holds the record.
    pub payload: Option<Uuid>,
    /// The mapping that did not understand it.
    pub transform_version: Option<i32>,
    /// How often it came again otherwise, just as bad.
    pub retries: i32,
    /// When it came first.
    pub created_at: Timestamp,
    /// When it came last.
    pub updated_at: Timestamp,
    /// When it was understood after all.
    pub resolved_at: Option<Timestamp>,
}

/// Whenever the record of a row could not be understood.
///
/// # Errors
/// [`StoreError`].
pub async fn rejections(tenant: &Tenant<'_>, rows: Rows, row: &Row) -> Result<Vec<Rejection>, StoreError> {
    let params = sql::RejectionsOfParams {
        organization: tenant.organization,
        account: row.account,
        kind: rows.kind().as_str(),
        external_id: row.record(rows),
    };
    let found = sql::rejections_of().params(&tenant.tx, &params).all().await?;
    Ok(found
        .into_iter()
        .map(|row| Rejection {
            id: row.id,
            reason: row.error_message,
            payload: row.payload_id,
            transform_version: row.transform_version,
            retries: row.retry_count,
            created_at: row.created_at,
            updated_at: row.updated_at,
            resolved_at: row.resolved_at,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Ids;

    #[test]
    fn ids_of_a_millisecond_lie_within_it_and_others_do_not() {
        let at = Timestamp::from_microsecond(1_930_000_000_123_456).unwrap();
        let (first, after) = within(at);
        let ids = Ids::seeded(1);
        for id in ids.take(100, at) {
            assert!(first <= id && id < after, "{id}");
        }
        for other in [at - SignedDuration::from_millis(1), at + SignedDuration::from_millis(1)] {
            let id = ids.next(other);
            assert!(!(first <= id && id < after), "{id}");
        }
    }

    #[test]
    fn every_kind_of_row_has_a_name_of_its_own() {
        for rows in Rows::all() {
            assert_eq!(Rows::named(rows.as_str()), Some(rows));
        }
        assert_eq!(Rows::named("attendances"), Some(Rows::Of(Kind::Appointment)));
        assert_eq!(Rows::named("organizations"), None);
    }
}
