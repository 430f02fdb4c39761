//! Complete listings: what one did not show is asked for by its id or, where the platform answers for no single record, gone
//! when the next one does not show it either.

use jiff::Timestamp;
use routiq_sql::{
    client::Params,
    queries::{records, sync as sql},
};
use uuid::Uuid;

use super::{
    apply::{self, Applied, Source},
    error::StoreError,
    tenant::Tenant,
};
use crate::domain::{change::Kind, stream::Reach};

/// The kinds that any listing is compared with; those of chats are asked for by their ids alone.
const KINDS: [Kind; 9] = [
    Kind::Metadata,
    Kind::Location,
    Kind::Practitioner,
    Kind::AppointmentType,
    Kind::Contact,
    Kind::Appointment,
    Kind::Invoice,
    Kind::Payment,
    Kind::ClinicalNote,
];

/// A complete listing.
#[derive(Clone, Copy)]
pub(super) struct Listing<'a> {
    /// Which stream.
    pub(super) stream: &'a str,
    /// When it began.
    pub(super) at: Timestamp,
    /// How far it reaches.
    pub(super) reach: Reach,
}

impl Listing<'_> {
    fn kind(&self) -> Option<Kind> {
        KINDS.into_iter().find(|kind| kind.as_str() == self.stream)
    }

    /// The living records that it did not show.
    pub(super) async fn missing(
        &self,
        tenant: &Tenant<'_>,
        account: Uuid,
        recheck_before: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let (tx, organization, at) = (&tenant.tx, &tenant.organization, &self.at);
        Ok(match self.stream {
            "contacts" => {
                sql::missing_contacts().bind(tx, organization, &account, at, &recheck_before).all().await?
            }
            "conversations" => {
                sql::missing_conversations().bind(tx, organization, &account, at).all().await?
            }
            "messages" => sql::missing_messages().bind(tx, organization, &account, at).all().await?,
            "inboxes" => sql::missing_inboxes().bind(tx, organization, &account, at).all().await?,
            "agents" => sql::missing_agents().bind(tx, organization, &account, at).all().await?,
            _ => match self.kind() {
                Some(kind) => {
                    let missing = self.compare(tenant, account, kind, Some(recheck_before)).await?;
                    missing.into_iter().map(|row| row.external_id).collect()
                }
                None => Vec::new(),
            },
        })
    }

    /// Buries what it and the one before did not show; remembers what it alone did not.
    pub(super) async fn bury_missing(
        &self,
        tenant: &Tenant<'_>,
        source: &Source<'_>,
    ) -> Result<Applied, StoreError> {
        let kind = self.kind().ok_or_else(|| {
            StoreError::Refused(format!("{}: nothing is gone by a listing alone", self.stream))
        })?;
        let missing = self.compare(tenant, source.account, kind, None).await?;
        let (again, first): (Vec<_>, Vec<_>) = missing.into_iter().partition(|row| row.missed_at.is_some());
        let names = |rows: Vec<records::MissingRecords>| -> Vec<String> {
            rows.into_iter().map(|row| row.external_id).collect()
        };
        let (again, first) = (names(again), names(first));
        let params = records::NoteMissedParams {
            organization: tenant.organization,
            account: source.account,
            kind: kind.as_str(),
            gone: &again[..],
            listing: self.at,
            missed: &first[..],
        };
        records::note_missed().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
        apply::fall(tenant, source, kind, &again).await
    }

    async fn compare(
        &self,
        tenant: &Tenant<'_>,
        account: Uuid,
        kind: Kind,
        recheck_before: Option<Timestamp>,
    ) -> Result<Vec<records::MissingRecords>, StoreError> {
        let (starting_from, starting_before) = match self.reach {
            Reach::Whole => (None, None),
            Reach::Starting { from, before } => (Some(from), Some(before)),
        };
        let params = records::MissingRecordsParams {
            listing: self.at,
            kind: kind.as_str(),
            organization: tenant.organization,
            account,
            starting_from,
            starting_before,
            recheck_before,
        };
        Ok(records::missing_records().params(&tenant.tx, &params).all().await?)
    }

    /// What it showed is compared and no longer needed.
    pub(super) async fn forget(&self, tenant: &Tenant<'_>, account: Uuid) -> Result<(), StoreError> {
        let (tx, organization) = (&tenant.tx, tenant.organization);
        sql::forget_listing()
            .prepare(tx)
            .await?
            .bind(tx, &organization, &account, &self.stream, &self.at)
            .await?;
        Ok(())
    }
}
