//! What people see and decide: proposals, merges by hand, merges undone.

use std::collections::{BTreeSet, HashMap};

use jiff::{Timestamp, civil::Date};
use routiq_sql::{client::Params, queries::identity as sql};
use uuid::Uuid;

use super::{
    By,
    facts::members,
    hold, mark,
    persons::{keep_merges, regrouped, settle},
};
use crate::{
    domain::{
        identifiers::Place,
        identity::{Merge, Neighbourhood, Rule, ordered, score::weigh},
    },
    store::{
        error::StoreError,
        sealing::{self, Sealing},
        tenant::Tenant,
    },
};

/// Refusals written at a time: what a person undoes is seldom more than a handful of contacts on each side.
const MOST_REFUSED: usize = 4_000;

/// A pair for somebody to decide.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its id.
    pub id: Uuid,
    /// The two contacts.
    pub sides: [Side; 2],
    /// How likely it is, 0 to 1.
    pub score: f64,
    /// What agrees, by kind.
    pub evidence: Vec<String>,
    /// When it was first proposed.
    pub created_at: Timestamp,
}

/// One contact of a pair.
#[derive(Clone, Debug)]
pub struct Side {
    /// The contact.
    pub contact: Uuid,
    /// Whose it is.
    pub person: Uuid,
    /// As its platform shows it.
    pub name: Option<String>,
    /// Its platform.
    pub platform: String,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It holds; the person that the first contact belongs to now.
    Done(Uuid),
    /// There is no such pair, contact or merge.
    Unknown,
    /// It was decided before.
    Already,
    /// A practice system keeps the two apart; only there can they become one.
    Apart,
}

/// A contact of a person.
#[derive(Clone, Debug)]
pub struct Member {
    /// The contact.
    pub id: Uuid,
    /// Its platform.
    pub platform: String,
    /// Its account.
    pub account: Uuid,
    /// Its id at the platform.
    pub external_id: String,
    /// As given.
    pub name: Option<String>,
    /// As given.
    pub email: Option<String>,
    /// In E.164.
    pub phone: Option<String>,
    /// Whether the platform no longer has it.
    pub gone: bool,
}

/// A merge, standing or undone.
#[derive(Clone, Debug)]
pub struct MergeMade {
    /// Its id.
    pub id: Uuid,
    /// The two contacts.
    pub pair: (Uuid, Uuid),
    /// Why.
    pub rule: String,
    /// What agreed, by kind.
    pub evidence: Vec<String>,
    /// How likely it was, 0 to 1.
    pub score: f64,
    /// Who made it, and when.
    pub made: (String, Timestamp),
    /// Who undid it, and when.
    pub undone: Option<(String, Timestamp)>,
}

/// Two contacts of a person disagree.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its id.
    pub id: Uuid,
    /// About what.
    pub field: String,
    /// Whose value holds.
    pub holds: Uuid,
    /// Who says otherwise.
    pub other: Uuid,
    /// Since when it is known.
    pub recorded_at: Timestamp,
}

/// A person: what holds, from which contact; the contacts; why they are one.
#[derive(Clone, Debug)]
pub struct Person {
    /// Its id.
    pub id: Uuid,
    /// The name that holds.
    pub name: Option<(String, Uuid)>,
    /// The e-mail address that holds.
    pub email: Option<(String, Uuid)>,
    /// The telephone number that holds.
    pub phone: Option<(String, Uuid)>,
    /// The day of birth that holds.
    pub born: Option<(Date, Uuid)>,
    /// Its contacts, the eldest first.
    pub contacts: Vec<Member>,
    /// Every merge that touched them, the newest first.
    pub merges: Vec<MergeMade>,
    /// Where they disagree.
    pub conflicts: Vec<Open>,
}

/// Pairs for somebody to decide, the likeliest first.
///
/// # Errors
/// [`StoreError`].
pub async fn candidates(tenant: &Tenant<'_>, most: i64, skipped: i64) -> Result<Vec<Candidate>, StoreError> {
    let params = sql::OpenCandidatesParams { organization: tenant.organization, most, skipped };
    let rows = sql::open_candidates().params(&tenant.tx, &params).all().await?;
    let sealing = Sealing::of(tenant).await?;
    let all: Vec<Uuid> = rows.iter().flat_map(|row| [row.contact_id, row.other_contact_id]).collect();
    let opened = sealing::open(tenant, &sealing, &all, &[Place::Name]).await?;
    let side = |contact, person, name, platform| Side {
        contact,
        person,
        name: opened.or(name, contact, Place::Name),
        platform,
    };
    Ok(rows
        .into_iter()
        .map(|row| Candidate {
            id: row.id,
            sides: [
                side(row.contact_id, row.person_id, row.name, row.platform),
                side(row.other_contact_id, row.other_person_id, row.other_name, row.other_platform),
            ],
            score: row.score,
            evidence: row.evidence,
            created_at: row.created_at,
        })
        .collect())
}

/// Somebody says that a proposed pair is one person.
///
/// # Errors
/// [`StoreError`].
pub async fn confirm(tenant: &Tenant<'_>, id: Uuid, by: By<'_>) -> Result<Decided, StoreError> {
    hold(tenant, by.now).await?;
    let row = sql::candidate().bind(&tenant.tx, &tenant.organization, &id).opt().await?;
    match row {
        None => Ok(Decided::Unknown),
        Some(row) if row.status != "open" => Ok(Decided::Already),
        Some(row) => join(tenant, (row.contact_id, row.other_contact_id), by).await,
    }
}

/// Somebody says that a proposed pair is two people: it never comes back.
///
/// # Errors
/// [`StoreError`].
pub async fn refuse(tenant: &Tenant<'_>, id: Uuid, by: By<'_>) -> Result<Decided, StoreError> {
    hold(tenant, by.now).await?;
    let organization = tenant.organization;
    let row = sql::candidate().bind(&tenant.tx, &organization, &id).opt().await?;
    match row {
        None => Ok(Decided::Unknown),
        Some(row) if row.status != "open" => Ok(Decided::Already),
        Some(row) => {
            let params =
                sql::DecideCandidateParams { organization, id, status: "refused", by: by.who, now: by.now };
            sql::decide_candidate().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
            mark(tenant, by).await?;
            let hood = members(tenant, &[row.contact_id]).await?;
            Ok(hood.persons.get(&row.contact_id).map_or(Decided::Unknown, |person| Decided::Done(*person)))
        }
    }
}

/// Somebody says that two contacts are one person's.
///
/// # Errors
/// [`StoreError`].
pub async fn merge(tenant: &Tenant<'_>, pair: (Uuid, Uuid), by: By<'_>) -> Result<Decided, StoreError> {
    hold(tenant, by.now).await?;
    join(tenant, ordered(pair.0, pair.1), by).await
}

/// Makes the persons of two contacts one, because somebody said so.
async fn join(tenant: &Tenant<'_>, pair: (Uuid, Uuid), by: By<'_>) -> Result<Decided, StoreError> {
    let hood = members(tenant, &[pair.0, pair.1]).await?;
    let (Some(one), Some(other)) = (hood.persons.get(&pair.0), hood.persons.get(&pair.1)) else {
        return Ok(Decided::Unknown);
    };
    if one == other {
        return Ok(Decided::Already);
    }
    if practice_keeps_apart(&hood, *one, *other) {
        return Ok(Decided::Apart);
    }
    let all: Vec<Uuid> = hood.facts.iter().map(|facts| facts.id).collect();
    let params = sql::ConfirmPairsParams {
        organization: tenant.organization,
        by: by.who,
        now: by.now,
        contacts: &all[..],
    };
    sql::confirm_pairs().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    let facts = |id| hood.facts.iter().find(|facts| facts.id == id);
    let weighed = facts(pair.0).zip(facts(pair.1)).map(|(one, other)| weigh(one, other));
    let (score, evidence) = weighed.map_or((1.0, Vec::new()), |weighed| (weighed.score, weighed.evidence));
    keep_merges(tenant, &[Merge { pair, rule: Rule::Person, score, evidence }], by).await?;
    let after = regrouped(&hood.persons, [pair]);
    settle(tenant, &hood.persons, &after, &all.into_iter().collect(), HashMap::new(), by).await?;
    mark(tenant, by).await?;
    Ok(Decided::Done(*one.min(other)))
}

/// Whether both persons have a living record of one practice system.
fn practice_keeps_apart(hood: &Neighbourhood, one: Uuid, other: Uuid) -> bool {
    let accounts = |person: Uuid| -> BTreeSet<Uuid> {
        let members = hood.facts.iter().filter(|facts| hood.persons.get(&facts.id) == Some(&person));
        members.filter(|facts| facts.practice && !facts.gone).map(|facts| facts.account).collect()
    };
    !accounts(one).is_disjoint(&accounts(other))
}

/// Undoes a merge: what it joined are two persons again, and stay so: every pair across is refused.
///
/// # Errors
/// [`StoreError`].
pub async fn undo(tenant: &Tenant<'_>, id: Uuid, by: By<'_>) -> Result<Decided, StoreError> {
    hold(tenant, by.now).await?;
    let organization = tenant.organization;
    let params = sql::UndoMergeParams { organization, id, by: by.who, now: by.now };
    let Some(undone) = sql::undo_merge().params(&tenant.tx, &params).opt().await? else {
        return Ok(Decided::Unknown);
    };
    let pair = (undone.contact_id, undone.other_contact_id);
    let hood = members(tenant, &[pair.0]).await?;
    let all: Vec<Uuid> = hood.facts.iter().map(|facts| facts.id).collect();
    let standing = sql::standing_merges().bind(&tenant.tx, &all, &organization).all().await?;
    let alone: HashMap<Uuid, Uuid> = all.iter().map(|contact| (*contact, *contact)).collect();
    let after = regrouped(&alone, standing.iter().map(|merge| (merge.contact_id, merge.other_contact_id)));
    let side = |of: Uuid| {
        all.iter().filter(|contact| after.get(*contact) == after.get(&of)).copied().collect::<Vec<_>>()
    };
    let (one, other) = (side(pair.0), side(pair.1));
    let across = one.iter().flat_map(|a| other.iter().map(|b| ordered(*a, *b)));
    let (ones, others): (Vec<Uuid>, Vec<Uuid>) = across.take(MOST_REFUSED).unzip();
    let params = sql::RefusePairsParams {
        organization,
        by: by.who,
        now: by.now,
        rule: Some(undone.rule.as_str()),
        ids: by.ids.take(ones.len(), by.now),
        ones,
        others,
    };
    sql::refuse_pairs().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    settle(tenant, &hood.persons, &after, &all.iter().copied().collect(), HashMap::new(), by).await?;
    mark(tenant, by).await?;
    Ok(after.get(&pair.0).map_or(Decided::Unknown, |person| Decided::Done(*person)))
}

/// The person that a contact belongs to; a person's own id is that of its eldest contact.
///
/// # Errors
/// [`StoreError`].
pub async fn person(tenant: &Tenant<'_>, contact: Uuid) -> Result<Option<Person>, StoreError> {
    let organization = &tenant.organization;
    let Some(id) = sql::person_of().bind(&tenant.tx, organization, &contact).opt().await? else {
        return Ok(None);
    };
    let Some(held) = sql::person().bind(&tenant.tx, organization, &id).opt().await? else { return Ok(None) };
    let rows = sql::person_contacts().bind(&tenant.tx, organization, &id).all().await?;
    let sealing = Sealing::of(tenant).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let opened = sealing::open(tenant, &sealing, &ids, &[Place::Name, Place::Email, Place::Phone]).await?;
    let of_person = sealing::open(tenant, &sealing, &[id], &sealing::OF_PERSON).await?;
    let contacts: Vec<Member> = rows
        .into_iter()
        .map(|row| Member {
            id: row.id,
            platform: row.platform,
            account: row.account_id,
            external_id: row.external_id,
            name: opened.or(row.name, row.id, Place::Name),
            email: opened.or(row.email, row.id, Place::Email),
            phone: opened.or(row.phone, row.id, Place::Phone),
            gone: row.gone,
        })
        .collect();
    let all: Vec<Uuid> = contacts.iter().map(|contact| contact.id).collect();
    let merges = sql::merges_of().bind(&tenant.tx, organization, &all).all().await?;
    let merges = merges
        .into_iter()
        .map(|row| MergeMade {
            id: row.id,
            pair: (row.contact_id, row.other_contact_id),
            rule: row.rule,
            evidence: row.evidence,
            score: row.score,
            made: (row.merged_by, row.merged_at),
            undone: row.undone_by.zip(row.undone_at),
        })
        .collect();
    let conflicts = sql::open_conflicts_of().bind(&tenant.tx, organization, &all).all().await?;
    let conflicts = conflicts
        .into_iter()
        .map(|row| Open {
            id: row.id,
            field: row.field,
            holds: row.contact_id,
            other: row.other_contact_id,
            recorded_at: row.recorded_at,
        })
        .collect();
    Ok(Some(Person {
        id,
        name: of_person.or(held.name, id, Place::PersonName).zip(held.name_contact_id),
        email: of_person.or(held.email, id, Place::PersonEmail).zip(held.email_contact_id),
        phone: of_person.or(held.phone, id, Place::PersonPhone).zip(held.phone_contact_id),
        born: held.date_of_birth.zip(held.date_of_birth_contact_id),
        contacts,
        merges,
        conflicts,
    }))
}

/// What the database's own function proposes: pair, rule, whether they are one person already, whether it is ambiguous.
///
/// # Errors
/// [`StoreError`].
pub async fn matches(
    tenant: &Tenant<'_>,
    today: Date,
) -> Result<Vec<((Uuid, Uuid), String, bool, bool)>, StoreError> {
    let rows = sql::matches().bind(&tenant.tx, &today, &tenant.organization).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.contact_id, row.other_contact_id), row.rule, row.one_person, row.ambiguous))
        .collect())
}
