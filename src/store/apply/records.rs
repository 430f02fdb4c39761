//! Records of a practice's own system. Every kind is written, tied and raised by the same code over statements of its own.

use std::collections::HashMap;

use routiq_sql::{client::Params, queries::records as sql};
use serde_json::Value;
use uuid::Uuid;

use super::{Applied, Known, KnownBy, New, Origin, Row, Sorted, Source, changed, external_ids, people};
use crate::{
    domain::{
        change::{Contact, Kind, Record, Shape},
        fingerprint,
        identifiers::Field,
    },
    store::{error::StoreError, notes, payloads::hex, sealing::Sealing, tenant::Tenant},
};

/// What people and visits point at.
pub(super) const GROUND: [Kind; 4] =
    [Kind::Metadata, Kind::Location, Kind::Practitioner, Kind::AppointmentType];
/// What points at people, in an order in which each points only at those before.
pub(super) const VISITS: [Kind; 4] = [Kind::Appointment, Kind::Invoice, Kind::Payment, Kind::ClinicalNote];

/// Does something with the record inside, whatever its kind; none for kinds that are written elsewhere.
macro_rules! inside {
    ($record:expr, $it:ident => $does:expr) => {
        match $record {
            Record::Metadata($it) => Some($does),
            Record::Location($it) => Some($does),
            Record::Practitioner($it) => Some($does),
            Record::AppointmentType($it) => Some($does),
            Record::Appointment($it) => Some($does),
            Record::Invoice($it) => Some($does),
            Record::Payment($it) => Some($does),
            Record::ClinicalNote($it) => Some($does),
            _ => None,
        }
    };
}

/// Writes the records of a kind.
pub(super) async fn write(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    kind: Kind,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    let changes = sorted.alive(kind);
    if changes.is_empty() {
        return Ok(());
    }
    let known = known(tenant, source, kind, &external_ids(changes)).await?;
    let rows =
        changed(changes, &known, source, &mut applied.doubted, |record| inside!(record, _it => record));
    // An attendance finds its group of the same page.
    let (attendances, others): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| shape(row.record) == Some(Shape::Attendance));
    for rows in [others, attendances].iter().filter(|rows| !rows.is_empty()) {
        let written = upsert(tenant, source, kind, rows).await?;
        settle(tenant, source, kind, rows, &written, &known, applied).await?;
    }
    Ok(())
}

fn shape(record: &Record) -> Option<Shape> {
    match record {
        Record::Appointment(appointment) => Some(appointment.shape),
        _ => None,
    }
}

async fn known(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    kind: Kind,
    external_ids: &[&str],
) -> Result<KnownBy, StoreError> {
    let params = sql::KnownRecordsParams {
        external_ids,
        kind: kind.as_str(),
        organization: tenant.organization,
        account: source.account,
    };
    let rows = sql::known_records().params(&tenant.tx, &params).all().await?;
    let known = rows.into_iter().map(|row| {
        let known = Known {
            fingerprint: row.fingerprint,
            observed_at: row.observed_at,
            deletion_id: row.deletion_id,
            source_version: row.source_version,
            provisional: row.provisional,
            standing: None,
        };
        (row.external_id, known)
    });
    Ok(known.collect())
}

async fn upsert(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    kind: Kind,
    rows: &[Row<'_, Record>],
) -> Result<Vec<sql::Written>, StoreError> {
    let records = rows.iter().map(|row| json(tenant, source, row.record)).collect::<Result<Vec<_>, _>>()?;
    let params = sql::Upsert {
        organization: tenant.organization,
        account: source.account,
        payload: source.payload,
        transform_version: source.transform_version,
        generation: source.generation,
        observed_at: source.observed_at,
        provisional: source.origin == Origin::Webhook,
        now: source.now,
        ids: source.ids.take(rows.len(), source.now),
        records,
        fingerprints: people::fingerprints(rows),
        source_versions: people::source_versions(rows),
    };
    let tx = &tenant.tx;
    Ok(match kind {
        Kind::Metadata => sql::upsert_metadata().params(tx, &params).all().await?,
        Kind::Location => sql::upsert_locations().params(tx, &params).all().await?,
        Kind::Practitioner => sql::upsert_practitioners().params(tx, &params).all().await?,
        Kind::AppointmentType => sql::upsert_appointment_types().params(tx, &params).all().await?,
        Kind::Appointment => sql::upsert_appointments().params(tx, &params).all().await?,
        Kind::Invoice => sql::upsert_invoices().params(tx, &params).all().await?,
        Kind::Payment => sql::upsert_payments().params(tx, &params).all().await?,
        Kind::ClinicalNote => sql::upsert_clinical_notes().params(tx, &params).all().await?,
        Kind::Inbox | Kind::Agent | Kind::Contact | Kind::Conversation | Kind::Message => {
            return Err(elsewhere(kind));
        }
    })
}

fn elsewhere(kind: Kind) -> StoreError {
    StoreError::Refused(format!("{} are written elsewhere", kind.as_str()))
}

fn unwritable() -> StoreError {
    StoreError::Refused("a record that cannot be written as JSON".to_owned())
}

/// A record as its statement reads it. A note's text is sealed before it leaves.
fn json(tenant: &Tenant<'_>, source: &Source<'_>, record: &Record) -> Result<Value, StoreError> {
    let mut json =
        inside!(record, it => serde_json::to_value(it)).and_then(Result::ok).ok_or_else(unwritable)?;
    if let (Record::ClinicalNote(note), Some(fields)) = (record, json.as_object_mut()) {
        let content = fields.remove("content").unwrap_or_default().to_string();
        let owner = notes::owner(tenant.organization, source.account, &note.external_id);
        let sealed = source.keys.seal(content.as_bytes(), &owner)?;
        let bytes = |bytes: &[u8]| Value::from(format!("\\x{}", hex(bytes)));
        fields.insert("key_version".to_owned(), sealed.key_version.into());
        fields.insert("wrapped_key".to_owned(), bytes(&sealed.wrapped_key));
        fields.insert("body".to_owned(), bytes(&sealed.body));
    }
    Ok(json)
}

/// What follows from rows that were written: who waited for them is tied, what fell with them rises.
async fn settle(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    kind: Kind,
    rows: &[Row<'_, Record>],
    written: &[sql::Written],
    known: &KnownBy,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    let by_id: HashMap<&str, &Row<'_, Record>> =
        rows.iter().map(|row| (row.record.external_id(), row)).collect();
    let (mut new, mut groups, mut revived) = (New::default(), Vec::new(), HashMap::new());
    for row in written {
        let Some(change) = by_id.get(row.external_id.as_str()) else { continue };
        applied.wrote(kind, &row.external_id, change.raw);
        applied.touched.visits |= kind == Kind::Appointment;
        let group = shape(change.record) == Some(Shape::Group);
        if group {
            groups.push(row.id);
        }
        match known.get(&row.external_id) {
            None => new.add(row.id, row.external_id.clone()),
            Some(Known { deletion_id: Some(deletion), .. }) if group => {
                revived.insert(row.id, *deletion);
            }
            Some(_) => {}
        }
    }
    link(tenant, source, kind, &new).await?;
    if !revived.is_empty() {
        let (ids, deletion_ids): (Vec<_>, Vec<_>) = revived.into_iter().unzip();
        let params = sql::ReviveAttendancesParams {
            now: source.now,
            ids,
            deletion_ids,
            organization: tenant.organization,
        };
        sql::revive_attendances().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    if !groups.is_empty() {
        follow(tenant, source, &groups).await?;
    }
    Ok(())
}

/// Attendances go where their groups, just written, are now.
async fn follow(tenant: &Tenant<'_>, source: &Source<'_>, groups: &[Uuid]) -> Result<(), StoreError> {
    let (tx, organization) = (&tenant.tx, tenant.organization);
    let astray = sql::astray().bind(tx, &groups, &organization).all().await?;
    if !astray.is_empty() {
        sql::follow_groups().prepare(tx).await?.bind(tx, &source.now, &astray, &organization).await?;
    }
    Ok(())
}

/// Ties records that named others of this kind before those arrived.
pub(super) async fn link(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    kind: Kind,
    new: &New,
) -> Result<(), StoreError> {
    if new.ids.is_empty() {
        return Ok(());
    }
    let params = sql::Link {
        now: source.now,
        ids: &new.ids[..],
        external_ids: &new.external_ids[..],
        organization: tenant.organization,
        account: source.account,
    };
    let tx = &tenant.tx;
    match kind {
        Kind::Contact => sql::link_contacts().prepare(tx).await?.params(tx, &params).await?,
        Kind::Practitioner => sql::link_practitioners().prepare(tx).await?.params(tx, &params).await?,
        Kind::Location => sql::link_locations().prepare(tx).await?.params(tx, &params).await?,
        Kind::AppointmentType => sql::link_appointment_types().prepare(tx).await?.params(tx, &params).await?,
        Kind::Appointment => sql::link_appointments().prepare(tx).await?.params(tx, &params).await?,
        Kind::Invoice => sql::link_invoices().prepare(tx).await?.params(tx, &params).await?,
        // Nothing points at these.
        _ => 0,
    };
    Ok(())
}

/// Writes what a practice system says of contacts that were just written.
pub(super) async fn patients(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    rows: &[Row<'_, Contact>],
    written: &[(Uuid, String)],
    sealing: &Sealing,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    let by_id: HashMap<&str, &Row<'_, Contact>> =
        rows.iter().map(|row| (row.record.external_id.as_str(), row)).collect();
    let (mut ids, mut external_ids, mut records) = (Vec::new(), Vec::new(), Vec::new());
    let (mut fingerprints, mut source_versions) = (Vec::new(), Vec::new());
    for (id, external_id) in written {
        let Some(row) = by_id.get(external_id.as_str()) else { continue };
        let Some(patient) = &row.record.patient else { continue };
        ids.push(*id);
        external_ids.push(external_id.as_str());
        let mut record = serde_json::to_value(patient).map_err(|_| unwritable())?;
        if let (Some(_), Some(fields)) = (sealing.seals(Field::Phone), record.as_object_mut()) {
            fields.remove("phones");
        }
        records.push(record);
        fingerprints.push(sealing.fingerprint(&fingerprint::of(patient)));
        source_versions.push(row.source_version);
    }
    if ids.is_empty() {
        return Ok(());
    }
    let params = sql::UpsertPatientsParams {
        organization: tenant.organization,
        account: source.account,
        payload: source.payload,
        transform_version: source.transform_version,
        generation: source.generation,
        observed_at: source.observed_at,
        provisional: source.origin == Origin::Webhook,
        now: source.now,
        ids,
        external_ids,
        records,
        fingerprints,
        source_versions,
    };
    let written = sql::upsert_patients().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    applied.touched.visits |= written > 0;
    Ok(())
}

/// Buries records of a kind; answers the external ids of those that lived.
pub(super) async fn bury(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    kind: Kind,
    external_ids: &[&str],
) -> Result<Vec<String>, StoreError> {
    let params = sql::Bury {
        now: source.now,
        observed_at: source.observed_at,
        external_ids,
        deletion_ids: source.ids.take(external_ids.len(), source.now),
        organization: tenant.organization,
        account: source.account,
    };
    let tx = &tenant.tx;
    Ok(match kind {
        Kind::Metadata => sql::bury_metadata().params(tx, &params).all().await?,
        Kind::Location => sql::bury_locations().params(tx, &params).all().await?,
        Kind::Practitioner => sql::bury_practitioners().params(tx, &params).all().await?,
        Kind::AppointmentType => sql::bury_appointment_types().params(tx, &params).all().await?,
        Kind::Appointment => sql::bury_appointments().params(tx, &params).all().await?,
        Kind::Invoice => sql::bury_invoices().params(tx, &params).all().await?,
        Kind::Payment => sql::bury_payments().params(tx, &params).all().await?,
        Kind::ClinicalNote => sql::bury_clinical_notes().params(tx, &params).all().await?,
        Kind::Inbox | Kind::Agent | Kind::Contact | Kind::Conversation | Kind::Message => {
            return Err(elsewhere(kind));
        }
    }
    .into_iter()
    .map(|row| row.external_id)
    .collect())
}
