//! What contacts say of people: read from their rows, folded, kept; and whom they share something with.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{Timestamp, civil::Date};
use routiq_sql::{client::Params, queries::identity as sql};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{
        change::Phone,
        identifiers::Place,
        identity::{
            Facts, Key, KeyKind, Name, Neighbourhood, Reached, Refusal, Rule, Told, WIDELY_USED, ordered,
            ownership::Source, reached,
        },
    },
    store::{
        error::StoreError,
        sealing::{self, Sealing},
        tenant::Tenant,
    },
};

/// What the rows of one contact say.
#[derive(Clone, Debug)]
pub struct Said {
    row: sql::ToldContacts,
    phones: Vec<String>,
    /// Where channels reach them, which the contact's own fields may leave out: evidence, and nothing that holds.
    channels: Vec<Reached>,
    address: String,
}

impl Said {
    fn of(row: sql::ToldContacts) -> Self {
        let patients: Vec<Phone> = row
            .phones
            .as_ref()
            .and_then(|phones| serde_json::from_value(phones.clone()).ok())
            .unwrap_or_default();
        let mut phones: Vec<String> = row.phone.iter().cloned().collect();
        phones
            .extend(patients.into_iter().filter(|phone| phone.kind != "fax").filter_map(|phone| phone.e164));
        let mut seen = HashSet::new();
        phones.retain(|phone| seen.insert(phone.clone()));
        let address = row.address.as_ref().map(address).unwrap_or_default();
        let read = |told: &String| reached(told.split_once(' ')?.0, told.split_once(' ')?.1);
        // In one order, whether they were sealed or not.
        let told: BTreeSet<&String> = row.channels.iter().flatten().collect();
        let channels = told.into_iter().filter_map(read).collect();
        Self { row, phones, channels, address }
    }

    fn told(&self) -> Told<'_> {
        let row = &self.row;
        let numbers = self.channels.iter().filter_map(|it| match it {
            Reached::Phone(phone) => Some(phone.as_str()),
            Reached::Email(_) | Reached::Id(_) => None,
        });
        let email = self.channels.iter().find_map(|it| match it {
            Reached::Email(email) => Some(email.as_str()),
            Reached::Phone(_) | Reached::Id(_) => None,
        });
        let id = self.channels.iter().find_map(|it| match it {
            Reached::Id(id) => Some(id.as_str()),
            Reached::Phone(_) | Reached::Email(_) => None,
        });
        Told {
            id: row.id,
            account: row.account_id,
            platform: &row.platform,
            practice: row.practice,
            external_id: &row.external_id,
            name: row.name.as_deref(),
            parts: Some((row.first_name.as_deref(), row.preferred_name.as_deref(), row.last_name.as_deref())),
            email: row.email.as_deref().or(email),
            phones: self.phones.iter().map(String::as_str).chain(numbers).collect(),
            identifier: row.identifier.as_deref().or(id),
            attributes: Some(&row.attributes),
            born: row.date_of_birth,
            address: Some(&self.address),
            successor: row.merged_into.as_deref(),
            gone: row.gone,
        }
    }

    /// What it says of its person, while it is there.
    pub(super) fn source(&self) -> Option<Source> {
        let row = &self.row;
        (!row.gone).then(|| Source {
            contact: row.id,
            practice: row.practice,
            changed_at: row.source_updated_at.or(row.last_activity_at),
            name: row.name.clone(),
            email: row.email.clone(),
            phones: self.phones.clone(),
            born: row.date_of_birth,
        })
    }
}

/// The lines of an address with its postcode.
fn address(address: &Value) -> String {
    let lines = address.get("lines").and_then(Value::as_array).into_iter().flatten();
    let parts = lines.chain(address.get("postcode")).filter_map(Value::as_str);
    parts.collect::<Vec<_>>().join(" ")
}

/// Reads what these contacts say. Contacts that are not there are left out.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn read(tenant: &Tenant<'_>, contacts: &[Uuid]) -> Result<HashMap<Uuid, Said>, StoreError> {
    read_with(tenant, &Sealing::of(tenant).await?, contacts).await
}

async fn read_with(
    tenant: &Tenant<'_>,
    sealing: &Sealing,
    contacts: &[Uuid],
) -> Result<HashMap<Uuid, Said>, StoreError> {
    let mut rows = sql::told_contacts().bind(&tenant.tx, &contacts, &tenant.organization).all().await?;
    if sealing.cipher().is_some() {
        let opened = sealing::open(tenant, sealing, contacts, &sealing::OF_CONTACT).await?;
        let mut channels = sealing::channels(tenant, sealing, contacts).await?;
        for row in &mut rows {
            row.name = opened.or(row.name.take(), row.id, Place::Name);
            row.email = opened.or(row.email.take(), row.id, Place::Email);
            row.phone = opened.or(row.phone.take(), row.id, Place::Phone);
            row.identifier = opened.or(row.identifier.take(), row.id, Place::Identifier);
            if let Some(phones) = opened.get(row.id, Place::PatientPhones) {
                row.phones = serde_json::from_str(phones).ok();
            }
            let sealed = channels.remove(&row.id).into_iter().flatten();
            let told = sealed.map(|(channel, address)| format!("{channel} {address}"));
            row.channels.get_or_insert_default().extend(told);
        }
    }
    Ok(rows.into_iter().map(|row| (row.id, Said::of(row))).collect())
}

/// Reads what these contacts say and keeps it, folded. Who was never looked at becomes a person of its own.
///
/// # Errors
/// [`StoreError`].
pub async fn say(
    tenant: &Tenant<'_>,
    contacts: &BTreeSet<Uuid>,
    now: Timestamp,
) -> Result<HashMap<Uuid, Said>, StoreError> {
    let contacts: Vec<Uuid> = contacts.iter().copied().collect();
    let sealing = Sealing::of(tenant).await?;
    let said = read_with(tenant, &sealing, &contacts).await?;
    let facts: Vec<Facts> = said.values().map(|said| Facts::of(&said.told())).collect();
    let ids: Vec<Uuid> = facts.iter().map(|facts| facts.id).collect();
    let organization = tenant.organization;
    let params = sql::MakePersonsParams { organization, now, contacts: &ids[..] };
    sql::make_persons().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    let list = |of: fn(&Name) -> &Vec<String>| -> Vec<String> {
        facts.iter().map(|facts| of(&facts.name).join(" ")).collect()
    };
    let params = sql::KeepFactsParams {
        organization,
        now,
        ids: &ids[..],
        accounts: facts.iter().map(|facts| facts.account).collect::<Vec<_>>(),
        practices: facts.iter().map(|facts| facts.practice).collect::<Vec<_>>(),
        gones: facts.iter().map(|facts| facts.gone).collect::<Vec<_>>(),
        givens: list(|name| &name.given),
        formals: list(|name| &name.formal),
        families: list(|name| &name.family),
        generations: facts.iter().map(|facts| facts.name.generation.as_deref()).collect::<Vec<_>>(),
        borns: facts.iter().map(|facts| facts.born).collect::<Vec<_>>(),
    };
    sql::keep_facts().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    let keys: Vec<(Uuid, Key)> = facts
        .iter()
        .flat_map(|facts| facts.keys.iter().map(|key| (facts.id, sealing.shared(*key))))
        .collect();
    let (holders, kinds, digests) = columns(&keys);
    let params = sql::ForgetKeysParams {
        organization,
        contacts: &ids[..],
        ids: &holders[..],
        kinds: &kinds[..],
        digests: &digests[..],
    };
    sql::forget_keys().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    let params =
        sql::KeepKeysParams { organization, ids: &holders[..], kinds: &kinds[..], digests: &digests[..] };
    sql::keep_keys().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(said)
}

fn columns(keys: &[(Uuid, Key)]) -> (Vec<Uuid>, Vec<&'static str>, Vec<&[u8]>) {
    let holders = keys.iter().map(|(id, _)| *id).collect();
    let kinds = keys.iter().map(|(_, key)| key.kind.as_str()).collect();
    (holders, kinds, keys.iter().map(|(_, key)| &key.digest[..]).collect())
}

/// These contacts, whom they share something with, whom those share something with, and everybody in their persons: all
/// that a decision about them hangs on.
///
/// # Errors
/// [`StoreError`].
pub async fn neighbourhood(
    tenant: &Tenant<'_>,
    marked: &BTreeSet<Uuid>,
    today: Date,
) -> Result<Neighbourhood, StoreError> {
    let near = shared_keys(tenant, marked).await?;
    // A neighbour may be torn between one of these and somebody further off.
    let marked: BTreeSet<Uuid> = marked.iter().copied().chain(near.keys().copied()).collect();
    let mut keys = shared_keys(tenant, &marked).await?;
    let known: Vec<Uuid> =
        marked.iter().chain(keys.keys()).copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut hood = members(tenant, &known).await?;
    for facts in &mut hood.facts {
        facts.keys = keys.remove(&facts.id).unwrap_or_default();
    }
    let all: Vec<Uuid> = hood.facts.iter().map(|facts| facts.id).collect();
    let refusals = sql::refusals().bind(&tenant.tx, &all, &tenant.organization).all().await?;
    hood.refusals = refusals
        .into_iter()
        .map(|row| {
            let rule = row.undone_rule.as_deref().and_then(Rule::parse);
            (ordered(row.contact_id, row.other_contact_id), Refusal { rule })
        })
        .collect();
    (hood.marked, hood.today) = (marked.into_iter().collect(), today);
    Ok(hood)
}

/// Everybody in the persons of some contacts, without keys.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn members(tenant: &Tenant<'_>, contacts: &[Uuid]) -> Result<Neighbourhood, StoreError> {
    let rows = sql::members().bind(&tenant.tx, &contacts, &tenant.organization).all().await?;
    let mut hood = Neighbourhood::default();
    for row in rows {
        hood.persons.insert(row.contact_id, row.person_id);
        hood.facts.push(Facts {
            id: row.contact_id,
            account: row.account_id,
            practice: row.practice,
            name: Name {
                given: row.given,
                formal: row.formal,
                family: row.family,
                generation: row.generation,
            },
            born: row.born,
            gone: row.gone,
            keys: BTreeSet::new(),
        });
    }
    // The same whatever order the rows came in.
    hood.facts.sort_by_key(|facts| facts.id);
    Ok(hood)
}

/// What these contacts share with others and is not widely used, by everybody who holds it.
async fn shared_keys(
    tenant: &Tenant<'_>,
    contacts: &BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, BTreeSet<Key>>, StoreError> {
    let contacts: Vec<Uuid> = contacts.iter().copied().collect();
    let params = sql::SharedKeysParams {
        organization: tenant.organization,
        contacts: &contacts[..],
        most: i64::try_from(WIDELY_USED).unwrap_or(i64::MAX),
    };
    let rows = sql::shared_keys().params(&tenant.tx, &params).all().await?;
    let mut keys: HashMap<Uuid, BTreeSet<Key>> = HashMap::new();
    for row in rows {
        if let (Some(kind), Ok(digest)) = (KeyKind::parse(&row.kind), row.digest.try_into()) {
            keys.entry(row.contact_id).or_default().insert(Key { kind, digest });
        }
    }
    Ok(keys)
}
