//! Inboxes, agents, contacts and how contacts are known.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use routiq_sql::{
    client::Params,
    queries::{identity, people as sql},
};
use uuid::Uuid;

use super::{
    Applied, Known, KnownBy, New, Origin, Row, Sorted, Source, changed, deletions, external_ids, filled,
    records,
};
use crate::{
    domain::change::{Agent, Change, Contact, Inbox, Kind, Record},
    store::{error::StoreError, tenant::Tenant},
};

/// A longer text identifies nobody, in bytes: no index could hold it.
const LONGEST_IDENTITY: usize = 1000;

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
            Record::Inbox(inbox) => Some((inbox, inbox.fingerprint())),
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
            Record::Agent(agent) => Some((agent, agent.fingerprint())),
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
    let (known, activity) = known_contacts(tenant, source, changes).await?;
    let filled = filled(source, changes, |record| {
        if let Record::Contact(contact) = record
            && contact.last_activity_at.is_none()
        {
            contact.last_activity_at = activity.get(&contact.external_id).copied().flatten();
        }
    });
    let filled: Option<Vec<&Change>> = filled.as_ref().map(|filled| filled.iter().collect());
    let changes = filled.as_deref().unwrap_or(changes);
    let rows: Vec<Row<'_, Contact>> =
        changed(changes, &known, source, &mut applied.doubted, |record| match record {
            Record::Contact(contact) => Some((contact, contact.fingerprint())),
            _ => None,
        });
    let mut new = New::default();
    if !rows.is_empty() {
        let written = upsert_contacts(tenant, source, &rows).await?;
        records::patients(tenant, source, &rows, &written).await?;
        let raws = raws(&rows, |contact| &contact.external_id);
        let mut revived = HashMap::new();
        for (id, external_id) in written {
            if let Some(raw) = raws.get(external_id.as_str()) {
                applied.wrote(Kind::Contact, &external_id, *raw);
            }
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
    identities(tenant, source, changes, applied).await?;
    Ok(new)
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
) -> Result<Vec<(Uuid, String)>, StoreError> {
    let column = |f: fn(&Contact) -> &Option<String>| -> Vec<Option<&str>> {
        rows.iter().map(|row| f(row.record).as_deref()).collect()
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
        names: column(|contact| &contact.name),
        emails: column(|contact| &contact.email),
        phones: column(|contact| &contact.phone),
        phones_original: column(|contact| &contact.phone_original),
        identifiers: column(|contact| &contact.identifier),
        blocked: rows.iter().map(|row| row.record.blocked).collect::<Vec<_>>(),
        attributes: rows.iter().map(|row| &row.record.attributes).collect::<Vec<_>>(),
        created_ats: rows.iter().map(|row| row.record.source_created_at).collect::<Vec<_>>(),
        activity_ats: rows.iter().map(|row| row.record.last_activity_at).collect::<Vec<_>>(),
        fingerprints: fingerprints(rows),
        source_versions: source_versions(rows),
    };
    let written = sql::upsert_contacts().params(&tenant.tx, &params).all().await?;
    Ok(written.into_iter().map(|row| (row.id, row.external_id)).collect())
}

/// Brings the identities of a page's contacts to what the page says, kind by kind.
async fn identities(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    changes: &[&Change],
    applied: &mut Applied,
) -> Result<(), StoreError> {
    let written = applied.written.get(&Kind::Contact).cloned();
    let mut wanted = Wanted::default();
    for change in changes {
        let Record::Contact(contact) = &change.record else { continue };
        if written.as_ref().is_some_and(|ids| ids.contains(&contact.external_id)) {
            let email = contact.email.as_deref().map(|email| email.trim().to_lowercase());
            wanted.speak(&contact.external_id, "phone", contact.phone.clone());
            wanted.speak(&contact.external_id, "email", email.filter(|email| !email.is_empty()));
            wanted.speak(
                &contact.external_id,
                "identifier",
                contact.identifier.clone().filter(|i| !i.is_empty()),
            );
        }
        if let Some(addresses) = &contact.addresses {
            wanted.speak(&contact.external_id, "channel", None);
            for address in addresses.iter().filter(|address| !address.value.is_empty()) {
                let channel = address.channel.clone();
                wanted.want(&contact.external_id, "channel", &address.inbox, channel, address.value.clone());
            }
        }
    }
    if wanted.spoken_contacts.is_empty() {
        return Ok(());
    }
    let params = sql::KnownIdentitiesParams {
        contacts: &wanted.contacts[..],
        kinds: &wanted.kinds[..],
        inboxes: &wanted.inboxes[..],
        channels: &wanted.channels[..],
        values: &wanted.values[..],
        organization: tenant.organization,
        account: source.account,
        spoken_contacts: &wanted.spoken_contacts[..],
        spoken_kinds: &wanted.spoken_kinds[..],
    };
    let differing = sql::known_identities().params(&tenant.tx, &params).all().await?;
    // A contact is reached in another way now: its record is where that comes from.
    let raws: HashMap<&str, usize> =
        changes.iter().map(|change| (change.record.external_id(), change.raw)).collect();
    for row in &differing {
        if let Some(raw) = raws.get(row.contact.as_str()) {
            applied.wrote(Kind::Contact, &row.contact, *raw);
        }
    }
    // What the contact's row says is marked by whatever writes the row.
    let reached: BTreeSet<Uuid> = differing
        .iter()
        .filter(|row| {
            row.kind == "channel" && !written.as_ref().is_some_and(|ids| ids.contains(&row.contact))
        })
        .map(|row| row.contact_id)
        .collect();
    if !reached.is_empty() {
        let contacts: Vec<Uuid> = reached.into_iter().collect();
        let params = identity::MarkContactsParams {
            organization: tenant.organization,
            id: source.ids.next(source.now),
            contacts: &contacts[..],
        };
        identity::mark_contacts().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    let (stale, missing): (Vec<_>, Vec<_>) = differing.into_iter().partition(|row| row.known_id.is_some());
    if !stale.is_empty() {
        let ids: Vec<_> = stale.into_iter().filter_map(|row| row.known_id).collect();
        sql::delete_identities()
            .prepare(&tenant.tx)
            .await?
            .bind(&tenant.tx, &tenant.organization, &&ids[..])
            .await?;
    }
    if !missing.is_empty() {
        let params = sql::InsertIdentitiesParams {
            organization: tenant.organization,
            account: source.account,
            generation: source.generation,
            payload: source.payload,
            now: source.now,
            ids: source.ids.take(missing.len(), source.now),
            contact_ids: missing.iter().map(|row| row.contact_id).collect::<Vec<_>>(),
            kinds: missing.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(),
            inboxes: missing.iter().map(|row| row.inbox.as_str()).collect::<Vec<_>>(),
            channels: missing.iter().map(|row| row.channel.as_str()).collect::<Vec<_>>(),
            values: missing.iter().map(|row| row.value.as_str()).collect::<Vec<_>>(),
        };
        sql::insert_identities().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(())
}

/// Identities a page says its contacts have, as columns.
#[derive(Default)]
struct Wanted<'a> {
    contacts: Vec<&'a str>,
    kinds: Vec<&'static str>,
    inboxes: Vec<String>,
    channels: Vec<Option<String>>,
    values: Vec<String>,
    spoken_contacts: Vec<&'a str>,
    spoken_kinds: Vec<&'static str>,
}

impl<'a> Wanted<'a> {
    fn speak(&mut self, contact: &'a str, kind: &'static str, value: Option<String>) {
        self.spoken_contacts.push(contact);
        self.spoken_kinds.push(kind);
        if let Some(value) = value {
            self.want(contact, kind, "", None, value);
        }
    }

    fn want(
        &mut self,
        contact: &'a str,
        kind: &'static str,
        inbox: &str,
        channel: Option<String>,
        value: String,
    ) {
        if value.len() > LONGEST_IDENTITY {
            return;
        }
        self.contacts.push(contact);
        self.kinds.push(kind);
        self.inboxes.push(inbox.to_owned());
        self.channels.push(channel);
        self.values.push(value);
    }
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
