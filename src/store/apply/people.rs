//! Inboxes, agents, contacts and how contacts are known.

use std::collections::{BTreeSet, HashMap};

use futures_util::try_join;
use jiff::Timestamp;
use routiq_sql::{client::Params, queries::people as sql};
use uuid::Uuid;

use super::{
    Applied, Known, KnownBy, New, Origin, Row, Sorted, Source, changed, deletions, external_ids, filled,
    identities, records,
};
use crate::{
    domain::{
        change::{Agent, Change, Contact, Inbox, Kind, Record},
        identifiers::Place,
    },
    store::{error::StoreError, sealing::Sealing, tenant::Tenant},
};

/// Writes inboxes; answers the external ids of those that are new.
pub(super) async fn inboxes(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    applied: &mut Applied,
) -> Result<Vec<String>, StoreError> {
    let changes = sorted.alive(Kind::Inbox);
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let ids = external_ids(changes);
    let params = sql::KnownInboxesParams {
        organization: tenant.organization,
        account: source.account,
        external_ids: &ids[..],
    };
    let known: KnownBy = sql::known_inboxes()
        .params(&tenant.tx, &params)
        .all()
        .await?
        .into_iter()
        .map(|row| {
            let known = Known {
                fingerprint: row.fingerprint,
                observed_at: row.observed_at,
                deletion_id: row.deletion_id,
                ..Known::default()
            };
            (row.external_id, known)
        })
        .collect();
    let rows: Vec<Row<'_, Inbox>> =
        changed(changes, &known, source, &mut applied.doubted, |record| match record {
            Record::Inbox(inbox) => Some(inbox),
            _ => None,
        });
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let column = |f: fn(&Inbox) -> &Option<String>| -> Vec<Option<&str>> {
        rows.iter().map(|row| f(row.record).as_deref()).collect()
    };
    let params = sql::UpsertInboxesParams {
        organization: tenant.organization,
        account: source.account,
        payload: source.payload,
        transform_version: source.transform_version,
        generation: source.generation,
        observed_at: source.observed_at,
        now: source.now,
        ids: source.ids.take(rows.len(), source.now),
        external_ids: rows.iter().map(|row| row.record.external_id.as_str()).collect::<Vec<_>>(),
        names: column(|inbox| &inbox.name),
        channels: column(|inbox| &inbox.channel),
        phones: column(|inbox| &inbox.phone),
        providers: column(|inbox| &inbox.provider),
        fingerprints: fingerprints(&rows),
        source_versions: source_versions(&rows),
    };
    let written = sql::upsert_inboxes().params(&tenant.tx, &params).all().await?;
    let raws = raws(&rows, |inbox| &inbox.external_id);
    let mut new = Vec::new();
    for row in written {
        if let Some(raw) = raws.get(row.external_id.as_str()) {
            applied.wrote(Kind::Inbox, &row.external_id, *raw);
        }
        if !known.contains_key(&row.external_id) {
            new.push(row.external_id);
        }
    }
    Ok(new)
}

/// Writes agents.
pub(super) async fn agents(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    let changes = sorted.alive(Kind::Agent);
    if changes.is_empty() {
        return Ok(());
    }
    let ids = external_ids(changes);
    let params = sql::KnownAgentsParams {
        organization: tenant.organization,
        account: source.account,
        external_ids: &ids[..],
    };
    let known: KnownBy = sql::known_agents()
        .params(&tenant.tx, &params)
        .all()
        .await?
        .into_iter()
        .map(|row| {
            let known = Known {
                fingerprint: row.fingerprint,
                observed_at: row.observed_at,
                deletion_id: row.deletion_id,
                ..Known::default()
            };
            (row.external_id, known)
        })
        .collect();
    let rows: Vec<Row<'_, Agent>> =
        changed(changes, &known, source, &mut applied.doubted, |record| match record {
            Record::Agent(agent) => Some(agent),
            _ => None,
        });
    if rows.is_empty() {
        return Ok(());
    }
    let column = |f: fn(&Agent) -> &Option<String>| -> Vec<Option<&str>> {
        rows.iter().map(|row| f(row.record).as_deref()).collect()
    };
    let params = sql::UpsertAgentsParams {
        organization: tenant.organization,
        account: source.account,
        payload: source.payload,
        transform_version: source.transform_version,
        generation: source.generation,
        observed_at: source.observed_at,
        now: source.now,
        ids: source.ids.take(rows.len(), source.now),
        external_ids: rows.iter().map(|row| row.record.external_id.as_str()).collect::<Vec<_>>(),
        names: column(|agent| &agent.name),
        emails: column(|agent| &agent.email),
        roles: column(|agent| &agent.role),
        fingerprints: fingerprints(&rows),
        source_versions: source_versions(&rows),
    };
    let written = sql::upsert_agents().params(&tenant.tx, &params).all().await?;
    let raws = raws(&rows, |agent| &agent.external_id);
    for row in written {
        if let Some(raw) = raws.get(row.external_id.as_str()) {
            applied.wrote(Kind::Agent, &row.external_id, *raw);
        }
    }
    Ok(())
}

/// Writes contacts, those who are patients, and their identities; answers those that are new.
pub(super) async fn contacts(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    applied: &mut Applied,
) -> Result<New, StoreError> {
    let changes = sorted.alive(Kind::Contact);
    if changes.is_empty() {
        return Ok(New::default());
    }
    // They travel together.
    let ((mut known, activity), sealing) =
        try_join!(known_contacts(tenant, source, changes), Sealing::of(tenant))?;
    let filled = filled(source, changes, |record| {
        if let Record::Contact(contact) = record
            && contact.last_activity_at.is_none()
        {
            contact.last_activity_at = activity.get(&contact.external_id).copied().flatten();
        }
    });
    let filled: Option<Vec<&Change>> = filled.as_ref().map(|filled| filled.iter().collect());
    let changes = filled.as_deref().unwrap_or(changes);
    recognize(&mut known, changes, &sealing);
    let rows: Vec<Row<'_, Contact>> =
        changed(changes, &known, source, &mut applied.doubted, |record| match record {
            Record::Contact(contact) => Some(contact),
            _ => None,
        });
    let mut new = New::default();
    if !rows.is_empty() {
        let written = upsert_contacts(tenant, source, &rows, &sealing).await?;
        records::patients(tenant, source, &rows, &written, &sealing, applied).await?;
        seal(tenant, source, &rows, &written, &sealing).await?;
        let raws = raws(&rows, |contact| &contact.external_id);
        let patients = rows.iter().filter(|row| row.record.patient.is_some());
        let patients: BTreeSet<&str> = patients.map(|row| row.record.external_id.as_str()).collect();
        let mut revived = HashMap::new();
        for (id, external_id) in written {
            if let Some(raw) = raws.get(external_id.as_str()) {
                applied.wrote(Kind::Contact, &external_id, *raw);
            }
            // Patients are new as of when their contact came to be.
            applied.touched.visits |= patients.contains(external_id.as_str());
            match known.get(&external_id) {
                None => {
                    applied.touched.contacts = true;
                    new.add(id, external_id);
                }
                Some(Known { deletion_id: Some(deletion), .. }) => {
                    applied.touched.contacts = true;
                    revived.insert(id, *deletion);
                }
                Some(_) => {}
            }
        }
        deletions::revive(tenant, source, Kind::Contact, &revived, applied).await?;
    }
    identities::write(tenant, source, changes, applied, &sealing).await?;
    Ok(new)
}

/// What is known of a record that is shown as it was, in whichever form its digest is kept, is known by the open one.
fn recognize(known: &mut KnownBy, changes: &[&Change], sealing: &Sealing) {
    if sealing.cipher().is_none() {
        return;
    }
    for change in changes {
        if let Record::Contact(contact) = &change.record
            && let Some(known) = known.get_mut(&contact.external_id)
        {
            let open = contact.fingerprint();
            if sealing.is_of(&known.fingerprint, &open) {
                known.fingerprint = open.to_vec();
            }
        }
    }
}

/// Keeps what is sealed of contacts that were written. Their columns say nothing of it, so nothing else marks those of whom
/// it is another now.
async fn seal(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    rows: &[Row<'_, Contact>],
    written: &[(Uuid, String)],
    sealing: &Sealing,
) -> Result<(), StoreError> {
    let by_id: HashMap<&str, &Contact> =
        rows.iter().map(|row| (row.record.external_id.as_str(), row.record)).collect();
    let written: Vec<(Uuid, &Contact)> =
        written.iter().filter_map(|(id, name)| Some((*id, *by_id.get(name.as_str())?))).collect();
    let differ = sealing.keep_contacts(tenant, &written).await?;
    identities::mark(tenant, source, differ).await
}

async fn known_contacts(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    changes: &[&Change],
) -> Result<(KnownBy, HashMap<String, Option<Timestamp>>), StoreError> {
    let ids = external_ids(changes);
    let params = sql::KnownContactsParams {
        organization: tenant.organization,
        account: source.account,
        external_ids: &ids[..],
    };
    let rows = sql::known_contacts().params(&tenant.tx, &params).all().await?;
    let activity = rows.iter().map(|row| (row.external_id.clone(), row.last_activity_at)).collect();
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
    Ok((known.collect(), activity))
}

async fn upsert_contacts(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    rows: &[Row<'_, Contact>],
    sealing: &Sealing,
) -> Result<Vec<(Uuid, String)>, StoreError> {
    let sealed = |place: Place, f: fn(&Contact) -> &Option<String>| -> Vec<Option<&str>> {
        rows.iter().map(|row| sealing.plain(place, f(row.record).as_deref())).collect()
    };
    let params = sql::UpsertContactsParams {
        platform: source.platform,
        provisional: source.origin == Origin::Webhook,
        organization: tenant.organization,
        account: source.account,
        payload: source.payload,
        transform_version: source.transform_version,
        generation: source.generation,
        observed_at: source.observed_at,
        now: source.now,
        ids: source.ids.take(rows.len(), source.now),
        external_ids: rows.iter().map(|row| row.record.external_id.as_str()).collect::<Vec<_>>(),
        names: sealed(Place::Name, |contact| &contact.name),
        emails: sealed(Place::Email, |contact| &contact.email),
        phones: sealed(Place::Phone, |contact| &contact.phone),
        phones_original: sealed(Place::PhoneOriginal, |contact| &contact.phone_original),
        identifiers: sealed(Place::Identifier, |contact| &contact.identifier),
        blocked: rows.iter().map(|row| row.record.blocked).collect::<Vec<_>>(),
        attributes: rows.iter().map(|row| &row.record.attributes).collect::<Vec<_>>(),
        created_ats: rows.iter().map(|row| row.record.source_created_at).collect::<Vec<_>>(),
        activity_ats: rows.iter().map(|row| row.record.last_activity_at).collect::<Vec<_>>(),
        fingerprints: rows.iter().map(|row| sealing.fingerprint(&row.fingerprint)).collect::<Vec<_>>(),
        source_versions: source_versions(rows),
    };
    let written = sql::upsert_contacts().params(&tenant.tx, &params).all().await?;
    Ok(written.into_iter().map(|row| (row.id, row.external_id)).collect())
}

pub(super) fn fingerprints<T>(rows: &[Row<'_, T>]) -> Vec<Vec<u8>> {
    rows.iter().map(|row| row.fingerprint.to_vec()).collect()
}

pub(super) fn source_versions<T>(rows: &[Row<'_, T>]) -> Vec<Option<i64>> {
    rows.iter().map(|row| row.source_version).collect()
}

pub(super) fn raws<'a, T>(rows: &[Row<'a, T>], id: impl Fn(&'a T) -> &'a String) -> HashMap<&'a str, usize> {
    rows.iter().map(|row| (id(row.record).as_str(), row.raw)).collect()
}
