//! How contacts are known and reached.

use std::collections::{BTreeSet, HashMap};

use routiq_sql::{
    client::Params,
    queries::{identity, people as sql},
};
use uuid::Uuid;

use super::{Applied, Source};
use crate::{
    domain::change::{Change, Kind, Record},
    store::{error::StoreError, sealing::Sealing, tenant::Tenant},
};

/// A longer text identifies nobody, in bytes: no index could hold it.
const LONGEST_IDENTITY: usize = 1000;

/// Marks contacts whose own rows say nothing of what changed, so that they are looked at.
pub(super) async fn mark(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    contacts: BTreeSet<Uuid>,
) -> Result<(), StoreError> {
    if contacts.is_empty() {
        return Ok(());
    }
    let contacts: Vec<Uuid> = contacts.into_iter().collect();
    let params = identity::MarkContactsParams {
        organization: tenant.organization,
        id: source.ids.next(source.now),
        contacts: &contacts[..],
    };
    identity::mark_contacts().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Brings the identities of a page's contacts to what the page says, kind by kind.
pub(super) async fn write(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    changes: &[&Change],
    applied: &mut Applied,
    sealing: &Sealing,
) -> Result<(), StoreError> {
    let written = applied.written.get(&Kind::Contact).cloned();
    let mut wanted = Wanted::of(sealing);
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
    // A row on its way from one form to the other says the same in either, and is left to who brings it there.
    let differing = unlike(differing, sealing);
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
    mark(tenant, source, reached).await?;
    let (stale, missing): (Vec<_>, Vec<_>) = differing.into_iter().partition(|row| row.known_id.is_some());
    if !stale.is_empty() {
        let gone: Vec<(Uuid, Uuid)> =
            stale.iter().filter_map(|row| Some((row.contact_id, row.known_id?))).collect();
        let ids: Vec<_> = gone.iter().map(|(_, id)| *id).collect();
        sql::delete_identities()
            .prepare(&tenant.tx)
            .await?
            .bind(&tenant.tx, &tenant.organization, &&ids[..])
            .await?;
        sealing.forget_identities(tenant, &gone).await?;
    }
    if !missing.is_empty() {
        let ids = source.ids.take(missing.len(), source.now);
        let sealed: Vec<(Uuid, Uuid, &str)> = missing
            .iter()
            .zip(&ids)
            .filter_map(|(row, id)| Some((row.contact_id, *id, wanted.sealed.get(&row.value)?.as_str())))
            .collect();
        sealing.keep_identities(tenant, &sealed).await?;
        let params = sql::InsertIdentitiesParams {
            organization: tenant.organization,
            account: source.account,
            generation: source.generation,
            payload: source.payload,
            now: source.now,
            ids,
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

/// Without pairs that are two forms of the same: one held, one wanted.
fn unlike(differing: Vec<sql::KnownIdentities>, sealing: &Sealing) -> Vec<sql::KnownIdentities> {
    if sealing.cipher().is_none() {
        return differing;
    }
    let (held, mut wanted): (Vec<_>, Vec<_>) = differing.into_iter().partition(|row| row.known_id.is_some());
    let mut left = Vec::new();
    for row in held {
        let is_it = |other: &sql::KnownIdentities| {
            (row.contact_id, &row.kind, &row.inbox) == (other.contact_id, &other.kind, &other.inbox)
                && sealing.is_same(&row.kind, &row.value, &other.value)
        };
        match wanted.iter().position(is_it) {
            Some(at) => drop(wanted.swap_remove(at)),
            None => left.push(row),
        }
    }
    left.extend(wanted);
    left
}

/// Identities a page says its contacts have, as columns.
struct Wanted<'a> {
    sealing: &'a Sealing,
    /// What stands in place of values, and the values.
    sealed: HashMap<String, String>,
    contacts: Vec<&'a str>,
    kinds: Vec<&'static str>,
    inboxes: Vec<String>,
    channels: Vec<Option<String>>,
    values: Vec<String>,
    spoken_contacts: Vec<&'a str>,
    spoken_kinds: Vec<&'static str>,
}

impl<'a> Wanted<'a> {
    fn of(sealing: &'a Sealing) -> Self {
        Self {
            sealing,
            sealed: HashMap::new(),
            contacts: Vec::new(),
            kinds: Vec::new(),
            inboxes: Vec::new(),
            channels: Vec::new(),
            values: Vec::new(),
            spoken_contacts: Vec::new(),
            spoken_kinds: Vec::new(),
        }
    }

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
        let stands = self.sealing.identity(kind, channel.as_deref(), &value);
        self.contacts.push(contact);
        self.kinds.push(kind);
        self.inboxes.push(inbox.to_owned());
        self.channels.push(channel);
        self.values.push(match stands {
            None => value,
            Some(stands) => {
                self.sealed.insert(stands.clone(), value);
                stands
            }
        });
    }
}
