//! What becomes of a neighbourhood: who is merged, and what a person of the practice should look at.
//!
//! A person is the set of contacts that standing merges connect. Merges are made strongest first, each only where it joins
//! two persons none of whose contacts are [`apart`], so that no chain brings together what nobody would match; and a
//! contact that would be certain of two persons who are apart is nobody's until somebody says whose.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use uuid::Uuid;

use super::{
    WIDELY_USED,
    facts::{Facts, KeyKind},
    rules::{Evidence, Rule, apart, certain, entered_twice},
    score::{WORTH_A_LOOK, weigh},
};
use crate::domain::fingerprint::Fingerprint;

/// More contacts of one name than this, and the name alone is no reason to look at two of them.
const COMMON_NAME: usize = 4;

/// Contacts that share something, and what was decided of them before.
#[derive(Clone, Debug, Default)]
pub struct Neighbourhood {
    /// The contacts to decide about, all that share a key with one of them, and everybody in the persons of those.
    pub facts: Vec<Facts>,
    /// The person each belongs to; a contact that is not named is a person of its own.
    pub persons: HashMap<Uuid, Uuid>,
    /// Pairs that somebody refused, or whose merge somebody undid. Keyed by [`ordered`].
    pub refusals: HashMap<(Uuid, Uuid), Refusal>,
    /// The contacts to decide about.
    pub marked: HashSet<Uuid>,
    /// The day on which it is decided.
    pub today: Date,
}

/// "These two are not one person."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule whose merge was undone; none when a proposal was refused.
    pub rule: Option<Rule>,
}

impl Refusal {
    /// Whether it holds against a match by this rule. What a platform tells later is stronger, unless it was just that
    /// which was undone.
    pub fn holds_against(self, rule: Rule) -> bool {
        !rule.is_told() || self.rule == Some(rule)
    }
}

/// Two contacts become one person's.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// The two contacts, in order.
    pub pair: (Uuid, Uuid),
    /// Why.
    pub rule: Rule,
    /// How likely it is, 0 to 1.
    pub score: f64,
    /// What agrees.
    pub evidence: Vec<Evidence>,
}

/// Two contacts that may be one person's.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The two contacts, in order.
    pub pair: (Uuid, Uuid),
    /// How likely it is, 0 to 1.
    pub score: f64,
    /// What agrees.
    pub evidence: Vec<Evidence>,
}

/// What was decided.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// In the order they were made: each joins two persons.
    pub merges: Vec<Merge>,
    /// The likeliest first; one for two persons at most.
    pub proposals: Vec<Proposal>,
}

/// The pair in the order in which it is kept.
pub fn ordered(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    if one <= other { (one, other) } else { (other, one) }
}

/// Takes away the keys that so many contacts share that they say nothing.
pub fn forget_widely_used(facts: &mut [Facts]) {
    let mut holders: HashMap<Fingerprint, usize> = HashMap::new();
    for facts in facts.iter() {
        let digests: HashSet<Fingerprint> = facts.keys.iter().map(|key| key.digest).collect();
        digests.into_iter().for_each(|digest| *holders.entry(digest).or_default() += 1);
    }
    for facts in facts {
        facts.keys.retain(|key| holders.get(&key.digest).is_none_or(|count| *count <= WIDELY_USED));
    }
}

/// Two contacts that a rule takes for one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Certain {
    /// The rule.
    pub rule: Rule,
    /// Their places among the facts, the smaller first.
    pub places: (usize, usize),
    /// One of them is as certainly somebody who is apart from the other.
    pub ambiguous: bool,
}

/// Every pair that a rule takes for one person's, the strongest first.
pub fn certainties(hood: &Neighbourhood) -> Vec<Certain> {
    certain_of(hood, &pairs(hood))
}

fn certain_of(hood: &Neighbourhood, pairs: &[(usize, usize)]) -> Vec<Certain> {
    let facts = &hood.facts;
    let mut sure: Vec<Certain> = pairs
        .iter()
        .filter_map(|&(one, other)| {
            let rule = certain(&facts[one], &facts[other], hood.today)?;
            Some(Certain { rule, places: (one, other), ambiguous: false })
        })
        .collect();
    sure.sort_by_key(|sure| (sure.rule, ordered(facts[sure.places.0].id, facts[sure.places.1].id)));
    let rivals = Rivals::of(&sure);
    for sure in &mut sure {
        sure.ambiguous = rivals.dispute(facts, sure.rule, sure.places);
    }
    sure
}

/// Decides.
pub fn decide(hood: &Neighbourhood) -> Verdict {
    let facts = &hood.facts;
    let mut persons = Persons::of(hood);
    let pairs = pairs(hood);
    let mut verdict = Verdict::default();
    let mut torn = HashSet::new();
    for Certain { rule, places: (one, other), ambiguous } in certain_of(hood, &pairs) {
        if persons.together(one, other) {
            continue;
        }
        if ambiguous {
            torn.insert((one, other));
        } else if persons.may_join(hood, rule, one, other) {
            persons.join(one, other);
            let weighed = weigh(&facts[one], &facts[other]);
            verdict.merges.push(Merge {
                pair: ordered(facts[one].id, facts[other].id),
                rule,
                score: weighed.score,
                evidence: weighed.evidence,
            });
        }
    }
    verdict.proposals = proposals(hood, &persons, &pairs, &torn);
    verdict
}

/// What is left and worth a look: the likeliest pair of each two persons that nothing keeps apart.
fn proposals(
    hood: &Neighbourhood,
    persons: &Persons,
    pairs: &[(usize, usize)],
    torn: &HashSet<(usize, usize)>,
) -> Vec<Proposal> {
    let facts = &hood.facts;
    let mut best: BTreeMap<(usize, usize), Proposal> = BTreeMap::new();
    for &(one, other) in pairs {
        if persons.together(one, other)
            || persons.apart(hood, one, other)
            || persons.refused(hood, one, other)
        {
            continue;
        }
        let weighed = weigh(&facts[one], &facts[other]);
        if weighed.score < WORTH_A_LOOK || facts[one].gone || facts[other].gone {
            continue;
        }
        let mut evidence = weighed.evidence;
        if torn.contains(&(one, other)) {
            evidence.push(Evidence::Ambiguous);
        }
        let pair = ordered(facts[one].id, facts[other].id);
        let proposal = Proposal { pair, score: weighed.score, evidence };
        let (a, b) = (persons.label[one], persons.label[other]);
        let held = best.entry((a.min(b), a.max(b))).or_insert_with(|| proposal.clone());
        if (held.score, proposal.pair) < (proposal.score, held.pair) {
            *held = proposal;
        }
    }
    let mut proposals: Vec<Proposal> = best.into_values().collect();
    proposals.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.pair.cmp(&b.pair)));
    proposals
}

/// Pairs that share a key, at least one of them marked; each once, the smaller place first.
fn pairs(hood: &Neighbourhood) -> Vec<(usize, usize)> {
    let mut holders: HashMap<Fingerprint, Vec<usize>> = HashMap::new();
    for (at, facts) in hood.facts.iter().enumerate() {
        for key in &facts.keys {
            let held = holders.entry(key.digest).or_default();
            if held.last() != Some(&at) {
                held.push(at);
            }
        }
    }
    let mut pairs = HashSet::new();
    for (at, facts) in hood.facts.iter().enumerate().filter(|(_, facts)| hood.marked.contains(&facts.id)) {
        for key in &facts.keys {
            let held = holders.get(&key.digest).map_or(&[][..], Vec::as_slice);
            if key.kind == KeyKind::Address || key.kind == KeyKind::Name && held.len() > COMMON_NAME {
                continue;
            }
            pairs.extend(
                held.iter().filter(|other| **other != at).map(|&other| (at.min(other), at.max(other))),
            );
        }
    }
    let mut pairs: Vec<(usize, usize)> = pairs.into_iter().collect();
    pairs.sort_unstable();
    pairs
}

/// Who else each contact is certainly the same person as.
struct Rivals(HashMap<usize, Vec<(Rule, usize)>>);

impl Rivals {
    fn of(sure: &[Certain]) -> Self {
        let mut rivals: HashMap<usize, Vec<(Rule, usize)>> = HashMap::new();
        for &Certain { rule, places: (one, other), .. } in sure {
            rivals.entry(one).or_default().push((rule, other));
            rivals.entry(other).or_default().push((rule, one));
        }
        Self(rivals)
    }

    /// Whether either of the two is as certainly somebody who is apart from the other.
    fn dispute(&self, facts: &[Facts], rule: Rule, (one, other): (usize, usize)) -> bool {
        let claims = |of: usize, against: usize| {
            self.0.get(&of).into_iter().flatten().any(|&(its, rival)| {
                let (rival, against) = (&facts[rival], &facts[against]);
                its <= rule
                    && rival.id != against.id
                    && apart(rival, against)
                    && !entered_twice(rival, against)
            })
        };
        rule != Rule::PlatformMerge && (claims(one, other) || claims(other, one))
    }
}

/// Which contacts stand together, while merges are made.
struct Persons {
    label: Vec<usize>,
    members: HashMap<usize, Vec<usize>>,
}

impl Persons {
    fn of(hood: &Neighbourhood) -> Self {
        let mut first: HashMap<Uuid, usize> = HashMap::new();
        let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut label = Vec::with_capacity(hood.facts.len());
        for (at, facts) in hood.facts.iter().enumerate() {
            let person = hood.persons.get(&facts.id).copied().unwrap_or(facts.id);
            let place = *first.entry(person).or_insert(at);
            label.push(place);
            members.entry(place).or_default().push(at);
        }
        Self { label, members }
    }

    fn together(&self, one: usize, other: usize) -> bool {
        self.label[one] == self.label[other]
    }

    /// Every pair of a contact of one person and a contact of the other.
    fn across(&self, one: usize, other: usize) -> impl Iterator<Item = (usize, usize)> {
        let of = |at: usize| self.members.get(&self.label[at]).map_or(&[][..], Vec::as_slice);
        of(one).iter().flat_map(move |a| of(other).iter().map(move |b| (*a, *b)))
    }

    fn apart(&self, hood: &Neighbourhood, one: usize, other: usize) -> bool {
        self.across(one, other).any(|(a, b)| apart(&hood.facts[a], &hood.facts[b]))
    }

    fn refused(&self, hood: &Neighbourhood, one: usize, other: usize) -> bool {
        self.refusals(hood, one, other).next().is_some()
    }

    fn refusals(&self, hood: &Neighbourhood, one: usize, other: usize) -> impl Iterator<Item = Refusal> {
        let id = |at: usize| hood.facts[at].id;
        self.across(one, other).filter_map(move |(a, b)| hood.refusals.get(&ordered(id(a), id(b))).copied())
    }

    fn may_join(&self, hood: &Neighbourhood, rule: Rule, one: usize, other: usize) -> bool {
        let refused = self.refusals(hood, one, other).any(|refusal| refusal.holds_against(rule));
        !refused && (rule == Rule::PlatformMerge || !self.apart(hood, one, other))
    }

    fn join(&mut self, one: usize, other: usize) {
        let (into, from) = (self.label[one], self.label[other]);
        let moved = self.members.remove(&from).unwrap_or_default();
        moved.iter().for_each(|at| self.label[*at] = into);
        self.members.entry(into).or_default().extend(moved);
    }
}
