//! Persons follow from the merges that stand: whose each contact is, what holds of the person, who disagrees.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use routiq_sql::{client::Params, queries::identity as sql};
use uuid::Uuid;

use super::{
    By,
    facts::{Said, read},
    joined, mark,
};
use crate::{
    domain::{
        identifiers::Place,
        identity::{
            Evidence, Merge, Neighbourhood, Verdict,
            ownership::{Conflict, Effective, Source, effective},
        },
    },
    store::{error::StoreError, sealing::Sealing, tenant::Tenant},
};

/// Keeps a verdict: merges, proposals, and the persons that follow. `said` are the contacts just looked at. Answers whether
/// a figure may hang on it.
///
/// # Errors
/// [`StoreError`].
pub async fn keep(
    tenant: &Tenant<'_>,
    hood: &Neighbourhood,
    verdict: &Verdict,
    said: HashMap<Uuid, Said>,
    by: By<'_>,
) -> Result<bool, StoreError> {
    keep_merges(tenant, &verdict.merges, by).await?;
    let mut touched: BTreeSet<Uuid> = said.keys().copied().collect();
    touched.extend(verdict.merges.iter().flat_map(|merge| [merge.pair.0, merge.pair.1]));
    let pairs = verdict.merges.iter().map(|merge| merge.pair);
    let after = regrouped(&hood.persons, pairs);
    settle(tenant, &hood.persons, &after, &touched, said, by).await?;
    let proposed = keep_proposals(tenant, hood, verdict, by).await?;
    let moved = proposed || !verdict.merges.is_empty();
    if moved {
        mark(tenant, by).await?;
    }
    Ok(moved)
}

/// Writes merges.
pub(super) async fn keep_merges(tenant: &Tenant<'_>, merges: &[Merge], by: By<'_>) -> Result<(), StoreError> {
    if merges.is_empty() {
        return Ok(());
    }
    let params = sql::KeepMergesParams {
        organization: tenant.organization,
        by: by.who,
        now: by.now,
        ids: by.ids.take(merges.len(), by.now),
        ones: merges.iter().map(|merge| merge.pair.0).collect::<Vec<_>>(),
        others: merges.iter().map(|merge| merge.pair.1).collect::<Vec<_>>(),
        rules: merges.iter().map(|merge| merge.rule.as_str()).collect::<Vec<_>>(),
        evidences: merges.iter().map(|merge| words(&merge.evidence)).collect::<Vec<_>>(),
        scores: merges.iter().map(|merge| merge.score).collect::<Vec<_>>(),
    };
    sql::keep_merges().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Writes proposals; answers whether any came or went.
async fn keep_proposals(
    tenant: &Tenant<'_>,
    hood: &Neighbourhood,
    verdict: &Verdict,
    by: By<'_>,
) -> Result<bool, StoreError> {
    let (ones, others): (Vec<Uuid>, Vec<Uuid>) =
        verdict.proposals.iter().map(|proposal| proposal.pair).unzip();
    let marked: Vec<Uuid> = hood.marked.iter().copied().collect();
    let organization = tenant.organization;
    let params = sql::DropCandidatesParams {
        organization,
        contacts: &marked[..],
        ones: &ones[..],
        others: &others[..],
    };
    let dropped = sql::drop_candidates().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    if ones.is_empty() {
        return Ok(dropped > 0);
    }
    let params = sql::KeepCandidatesParams {
        organization,
        now: by.now,
        ids: by.ids.take(ones.len(), by.now),
        ones,
        others,
        evidences: verdict.proposals.iter().map(|proposal| words(&proposal.evidence)).collect::<Vec<_>>(),
        scores: verdict.proposals.iter().map(|proposal| proposal.score).collect::<Vec<_>>(),
    };
    let kept = sql::keep_candidates().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(dropped > 0 || kept > 0)
}

fn words(evidence: &[Evidence]) -> String {
    joined(evidence.iter().map(|evidence| evidence.as_str()))
}

/// Whose each contact is when these pairs connect them besides: a person goes by its eldest contact.
pub(super) fn regrouped(
    before: &HashMap<Uuid, Uuid>,
    pairs: impl IntoIterator<Item = (Uuid, Uuid)>,
) -> HashMap<Uuid, Uuid> {
    let mut label = before.clone();
    for (one, other) in pairs {
        let (Some(&one), Some(&other)) = (label.get(&one), label.get(&other)) else { continue };
        let (from, into) = (one.max(other), one.min(other));
        label.values_mut().filter(|person| **person == from).for_each(|person| *person = into);
    }
    label
}

/// Writes whose contacts are now, and what holds of every person that a touched contact belongs to, before or after.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn settle(
    tenant: &Tenant<'_>,
    before: &HashMap<Uuid, Uuid>,
    after: &HashMap<Uuid, Uuid>,
    touched: &BTreeSet<Uuid>,
    mut said: HashMap<Uuid, Said>,
    by: By<'_>,
) -> Result<(), StoreError> {
    let moved: Vec<(Uuid, Uuid)> = after
        .iter()
        .filter(|(contact, person)| before.get(*contact) != Some(*person))
        .map(|(contact, person)| (*contact, *person))
        .collect();
    let affected = touched.iter().chain(moved.iter().map(|(contact, _)| contact));
    let affected: BTreeSet<Uuid> = affected.filter_map(|contact| after.get(contact)).copied().collect();
    let mut persons: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (contact, person) in after.iter().filter(|(_, person)| affected.contains(person)) {
        persons.entry(*person).or_default().push(*contact);
    }
    let unread: Vec<Uuid> =
        persons.values().flatten().filter(|contact| !said.contains_key(contact)).copied().collect();
    if !unread.is_empty() {
        said.extend(read(tenant, &unread).await?);
    }
    let held: Vec<(Uuid, usize, Effective)> = persons
        .iter()
        .map(|(person, contacts)| {
            let sources: Vec<Source> =
                contacts.iter().filter_map(|contact| said.get(contact)?.source()).collect();
            (*person, contacts.len(), effective(&sources))
        })
        .collect();
    let sealing = Sealing::of(tenant).await?;
    keep_persons(tenant, &held, &sealing, by).await?;
    // Whoever is somebody else now has nothing of their own.
    let gone = moved.iter().filter_map(|(contact, _)| before.get(contact));
    let gone: BTreeSet<Uuid> = gone.filter(|person| !persons.contains_key(person)).copied().collect();
    let gone: Vec<_> = gone.into_iter().map(|person| (person, [None; 3])).collect();
    sealing.keep_persons(tenant, &gone).await?;
    if !moved.is_empty() {
        move_contacts(tenant, before, &moved, by).await?;
    }
    let contacts: Vec<Uuid> = persons.into_values().flatten().collect();
    let conflicts: Vec<Conflict> = held.into_iter().flat_map(|(_, _, held)| held.conflicts).collect();
    keep_conflicts(tenant, &contacts, &conflicts, by).await
}

async fn keep_persons(
    tenant: &Tenant<'_>,
    held: &[(Uuid, usize, Effective)],
    sealing: &Sealing,
    by: By<'_>,
) -> Result<(), StoreError> {
    type Text = fn(&Effective) -> &Option<(Uuid, String)>;
    let texts =
        |of: Text| held.iter().map(|(.., held)| of(held).as_ref().map(|(_, text)| text.as_str())).collect();
    let from = |of: Text| -> Vec<Option<Uuid>> {
        held.iter().map(|(.., held)| of(held).as_ref().map(|(contact, _)| *contact)).collect()
    };
    let (names, emails, phones): (Vec<_>, Vec<_>, Vec<_>) =
        (texts(|held| &held.name), texts(|held| &held.email), texts(|held| &held.phone));
    let told = held.iter().zip(names.iter().zip(emails.iter().zip(&phones)));
    let told: Vec<_> =
        told.map(|((person, ..), (name, (email, phone)))| (*person, [*name, *email, *phone])).collect();
    sealing.keep_persons(tenant, &told).await?;
    let plain = |place, values: Vec<Option<&'_ str>>| -> Vec<Option<String>> {
        values.into_iter().map(|value| sealing.plain(place, value).map(str::to_owned)).collect()
    };
    let params = sql::KeepPersonsParams {
        organization: tenant.organization,
        now: by.now,
        ids: held.iter().map(|(person, ..)| *person).collect::<Vec<_>>(),
        contacts: held
            .iter()
            .map(|(_, contacts, _)| i32::try_from(*contacts).unwrap_or(i32::MAX))
            .collect::<Vec<_>>(),
        names: plain(Place::PersonName, names),
        name_contacts: from(|held| &held.name),
        emails: plain(Place::PersonEmail, emails),
        email_contacts: from(|held| &held.email),
        phones: plain(Place::PersonPhone, phones),
        phone_contacts: from(|held| &held.phone),
        borns: held.iter().map(|(.., held)| held.born.map(|(_, born)| born)).collect::<Vec<_>>(),
        born_contacts: held
            .iter()
            .map(|(.., held)| held.born.map(|(contact, _)| contact))
            .collect::<Vec<_>>(),
    };
    sql::keep_persons().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

async fn move_contacts(
    tenant: &Tenant<'_>,
    before: &HashMap<Uuid, Uuid>,
    moved: &[(Uuid, Uuid)],
    by: By<'_>,
) -> Result<(), StoreError> {
    let (contacts, persons): (Vec<Uuid>, Vec<Uuid>) = moved.iter().copied().unzip();
    let organization = tenant.organization;
    let params =
        sql::MoveContactsParams { organization, now: by.now, contacts: &contacts[..], persons: &persons[..] };
    sql::move_contacts().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    let left: Vec<Uuid> = contacts.iter().filter_map(|contact| before.get(contact)).copied().collect();
    sql::drop_persons().prepare(&tenant.tx).await?.bind(&tenant.tx, &organization, &left).await?;
    Ok(())
}

async fn keep_conflicts(
    tenant: &Tenant<'_>,
    contacts: &[Uuid],
    conflicts: &[Conflict],
    by: By<'_>,
) -> Result<(), StoreError> {
    let fields: Vec<&str> = conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
    let holds: Vec<Uuid> = conflicts.iter().map(|conflict| conflict.holds).collect();
    let others: Vec<Uuid> = conflicts.iter().map(|conflict| conflict.other).collect();
    let (organization, now) = (tenant.organization, by.now);
    let params = sql::ResolveConflictsParams {
        organization,
        now,
        contacts,
        fields: &fields[..],
        holds: &holds[..],
        others: &others[..],
    };
    sql::resolve_conflicts().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    if !conflicts.is_empty() {
        let ids = by.ids.take(conflicts.len(), now);
        let params = sql::KeepConflictsParams { organization, now, ids, fields, holds, others };
        sql::keep_conflicts().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(())
}
