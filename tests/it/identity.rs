//! The same human being is one person: the matcher over an invented population that knows who is who; the tables it keeps,
//! what people decide there, and the database's own function beside it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp, civil::time, tz::TimeZone};
use routiq::{
    domain::{
        change::{self, Address},
        identity::{Facts, Neighbourhood, certainties, decide, forget_widely_used, ordered},
    },
    store::identity::{self, By, Decided, Person},
    work::{RollupSettings, RollupWork, news::Hub},
};
use routiq_actors::{
    hub::HubSettings,
    port::{RollLease, Rolled, Rollup as _},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::practice::{Hand, House, Member};

#[path = "../support/population.rs"]
mod population;

mod sealed;

use population::{PLATFORMS, Record, TODAY, account, labels, population, quality};

fn hood(records: &[Record]) -> Neighbourhood {
    let mut facts: Vec<Facts> = records.iter().map(|record| Facts::of(&record.told())).collect();
    forget_widely_used(&mut facts);
    let marked = facts.iter().map(|facts| facts.id).collect();
    Neighbourhood { facts, marked, today: TODAY, ..Neighbourhood::default() }
}

#[test]
fn people_are_put_together_and_kept_apart() {
    let records = population(2_000, 1);
    let verdict = decide(&hood(&records));
    let place: HashMap<Uuid, usize> =
        records.iter().enumerate().map(|(at, record)| (record.id, at)).collect();
    let places = |(one, other): (Uuid, Uuid)| (place[&one], place[&other]);
    let merged: Vec<_> = verdict.merges.iter().map(|merge| places(merge.pair)).collect();
    let proposed: Vec<_> = verdict.proposals.iter().map(|proposal| places(proposal.pair)).collect();
    let found = quality(&records, &labels(records.len(), &merged), &proposed);
    println!("{found:?}");
    assert!(found.precision >= 0.999, "{found:?}");
    assert!(found.recall >= 0.95, "{found:?}");
}

/// An organization whose contacts are looked at, without a tree.
struct Matching {
    house: House,
    member: Member,
    work: RollupWork,
    lease: RollLease,
    now: Timestamp,
}

impl Matching {
    async fn begin() -> Self {
        let house = House::new().await;
        let member = house.one();
        let now = TODAY.to_datetime(time(12, 0, 0, 0)).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let settings = RollupSettings { stale_after: SignedDuration::from_mins(2) };
        let work = RollupWork::new(
            house.store.clone(),
            Hand::at(now).clock(),
            house.ids.clone(),
            Hub::new(HubSettings::default()),
            Arc::new(ArcSwap::from_pointee(settings)),
        );
        let organization = member.key.organization;
        let lease = RollLease { organization, generation: work.begin(organization).await.unwrap() };
        let matching = Self { house, member, work, lease, now };
        let client = matching.house.client(&matching.member).await;
        for (at, platform) in PLATFORMS.iter().enumerate() {
            let insert =
                "insert into routiq.integrations (organization_id, id, platform, external_id, is_active)
                values ($1, $2, $3, 'population', false)";
            client.execute(insert, &[&organization, &account(at), platform]).await.unwrap();
        }
        matching
    }

    /// Writes what the platforms hold, a page at a time, whatever was there.
    async fn write(&self, records: &[Record]) {
        let client = self.house.client(&self.member).await;
        for page in records.chunks(100) {
            let rows: Value = page.iter().map(row).collect();
            client.execute(CONTACTS, &[&self.member.key.organization, &rows]).await.unwrap();
            client.execute(PATIENTS, &[&self.member.key.organization, &rows]).await.unwrap();
        }
    }

    /// Looks at everybody who is due.
    async fn settle(&self) {
        while let rolled = self.work.roll(self.lease).await
            && !matches!(rolled, Rolled::Done { .. })
        {
            assert_eq!(rolled, Rolled::More);
        }
    }

    /// Runs something as somebody of the practice.
    async fn decide<T>(&self, what: impl AsyncFnOnce(&routiq::store::Tenant<'_>, By<'_>) -> T) -> T {
        let mut session = self.house.store.session(self.member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let done = what(&tenant, By { who: "user_1", now: self.now, ids: &self.house.ids }).await;
        tenant.commit().await.unwrap();
        done
    }

    async fn person(&self, contact: Uuid) -> Person {
        self.decide(async |tenant, _| identity::person(tenant, contact).await.unwrap().unwrap()).await
    }

    /// Whose each contact is.
    async fn persons(&self) -> BTreeMap<Uuid, Uuid> {
        let client = self.house.client(&self.member).await;
        let rows =
            client.query("select contact_id, person_id from routiq.person_contacts", &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// The ids of merges that stand, the newest first.
    async fn standing(&self) -> Vec<Uuid> {
        let client = self.house.client(&self.member).await;
        let query =
            "select id from routiq.identity_merges where undone_at is null order by merged_at desc, id desc";
        client.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    async fn undo(&self, merge: Uuid) -> Decided {
        self.decide(async |tenant, by| identity::undo(tenant, merge, by).await.unwrap()).await
    }

    /// What the database's function says: pair, rule, ambiguous; pairs that are one person only when asked for.
    async fn matches(&self, with_merged: bool) -> BTreeSet<((Uuid, Uuid), String, bool)> {
        let found = self.decide(async |tenant, _| identity::matches(tenant, TODAY).await.unwrap()).await;
        let found = found.into_iter().filter(|(.., one_person, _)| with_merged || !one_person);
        found.map(|(pair, rule, _, ambiguous)| (pair, rule, ambiguous)).collect()
    }

    async fn look_at_everybody_again(&self) {
        let all = "insert into routiq.identity_due (organization_id, id, contacts)
            select organization_id, gen_random_uuid(), array_agg(id) from routiq.contacts group by 1";
        self.house.client(&self.member).await.batch_execute(all).await.unwrap();
        self.settle().await;
    }
}

fn row(record: &Record) -> Value {
    let phones: Vec<Value> = record
        .phones
        .iter()
        .map(|phone| json!({"kind": "mobile", "original": phone, "e164": phone}))
        .collect();
    let (first, preferred, last) = record.parts.clone().unwrap_or_default();
    json!({
        "id": record.id, "account": account(record.platform), "external_id": record.external_id, "name": record.name,
        "email": record.email, "phone": record.phones.first(), "attributes": record.attributes,
        "merged_into": record.successor, "patient": record.practice(), "first_name": first, "preferred_name": preferred,
        "last_name": last, "born": record.born.map(|born| born.to_string()), "phones": phones,
        "address": {"lines": [record.address]},
    })
}

const CONTACTS: &str = "
insert into routiq.contacts (organization_id, id, account_id, external_id, name, email, phone, attributes, merged_into, deleted_at,
    deletion_id, transform_version, generation, observed_at, fingerprint)
select $1, r.id, r.account, r.external_id, r.name, r.email, r.phone, r.attributes, r.merged_into,
       case when r.merged_into is not null then now() end, case when r.merged_into is not null then r.id end, 1, 1, now(), '\\x01'
from jsonb_to_recordset($2::jsonb) as r (id uuid, account uuid, external_id text, name text, email text, phone text,
                                         attributes jsonb, merged_into text)
on conflict (organization_id, account_id, external_id) do update set name = excluded.name, email = excluded.email,
    phone = excluded.phone, attributes = excluded.attributes, merged_into = excluded.merged_into, deleted_at = excluded.deleted_at,
    deletion_id = excluded.deletion_id";

const PATIENTS: &str = "
insert into routiq.patients (organization_id, id, contact_id, account_id, external_id, first_name, preferred_name, last_name,
    date_of_birth, phones, address, active, deceased, transform_version, generation, observed_at, provisional, fingerprint)
select $1, r.id, r.id, r.account, r.external_id, r.first_name, r.preferred_name, r.last_name, r.born, r.phones, r.address, true,
       false, 1, 1, now(), false, '\\x01'
from jsonb_to_recordset($2::jsonb) as r (id uuid, account uuid, external_id text, patient boolean, first_name text,
                                         preferred_name text, last_name text, born date, phones jsonb, address jsonb)
where r.patient
on conflict (organization_id, account_id, external_id) do update set first_name = excluded.first_name,
    last_name = excluded.last_name, date_of_birth = excluded.date_of_birth, phones = excluded.phones";

#[tokio::test]
async fn the_tables_hold_what_the_rules_say_and_every_merge_can_be_undone() {
    let records = population(400, 1);
    let matching = Matching::begin().await;
    // In two halves: what comes later finds what was there.
    let (first, second) = records.split_at(records.len() / 2);
    matching.write(first).await;
    matching.settle().await;
    matching.write(second).await;
    matching.settle().await;
    let persons = matching.persons().await;
    assert_eq!(persons.len(), records.len());
    let place: HashMap<Uuid, usize> =
        records.iter().enumerate().map(|(at, record)| (record.id, at)).collect();
    let label: Vec<usize> = records.iter().map(|record| place[&persons[&record.id]]).collect();
    let found = quality(&records, &label, &[]);
    assert!(found.precision >= 0.999 && found.recall >= 0.95, "{found:?}");

    // The function of the database says the same as the rules.
    let hood = hood(&records);
    let id = |at: usize| hood.facts[at].id;
    let expected: BTreeSet<_> = certainties(&hood)
        .into_iter()
        .map(|sure| {
            (ordered(id(sure.places.0), id(sure.places.1)), sure.rule.as_str().to_owned(), sure.ambiguous)
        })
        .collect();
    assert_eq!(matching.matches(true).await, expected);

    // Undoing every merge restores what was: everybody is who their one contact says.
    let merges = matching.standing().await;
    assert!(merges.len() > 100, "only {}", merges.len());
    for merge in merges {
        assert!(matches!(matching.undo(merge).await, Decided::Done(_)));
    }
    let left = matching.persons().await;
    assert!(left.iter().all(|(contact, person)| contact == person));
    let unmerged = "select count(*) from (
            (select p.id, p.contacts, p.name, p.email, p.phone, p.date_of_birth from routiq.persons p
             except
             select c.id, 1, nullif(c.name, ''), c.email, c.phone, t.date_of_birth
             from routiq.contacts c left join routiq.patients t on t.id = c.id)
            union all
            (select c.id, 1, nullif(c.name, ''), c.email, c.phone, t.date_of_birth
             from routiq.contacts c left join routiq.patients t on t.id = c.id
             except
             select p.id, p.contacts, p.name, p.email, p.phone, p.date_of_birth from routiq.persons p)) x";
    let client = matching.house.client(&matching.member).await;
    let wrong: i64 = client.query_one(unmerged, &[]).await.unwrap().get(0);
    assert_eq!(wrong, 0, "persons that are not as their one contact says");
    let open =
        matching.house.count(&matching.member, "routiq.identity_conflicts where resolved_at is null").await;
    assert_eq!(open, 0);

    // And nobody makes them again, neither the function nor the matcher.
    let again = matching.matches(false).await;
    let again: Vec<_> =
        again.into_iter().filter(|((one, other), ..)| persons[one] == persons[other]).collect();
    assert_eq!(again, []);
    matching.look_at_everybody_again().await;
    assert_eq!(matching.persons().await, left);
}

fn record(n: u128, platform: usize, name: &str, phone: &str) -> Record {
    let parts = name.split_once(' ').filter(|_| matches!(PLATFORMS[platform], "cliniko" | "nookal"));
    Record {
        id: Uuid::from_u128((0x0190_0000_0000_7000_8000 << 48) + n),
        human: 0,
        platform,
        external_id: n.to_string(),
        name: Some(name.to_owned()),
        parts: parts.map(|(first, last)| (first.to_owned(), None, last.to_owned())),
        email: None,
        phones: vec![phone.to_owned()],
        born: None,
        address: None,
        attributes: json!({}),
        successor: None,
    }
}

const PHONE: &str = "+999400000001";

#[tokio::test]
async fn a_merge_survives_what_comes_later_and_an_undone_one_is_not_made_again() {
    let matching = Matching::begin().await;
    let (patient, chat) = (record(1, 0, "Mara Quill", PHONE), record(2, 2, "Mara Quill", PHONE));
    matching.write(&[patient.clone(), chat.clone()]).await;
    matching.settle().await;
    let person = matching.person(chat.id).await;
    assert_eq!(person.id, patient.id, "a person goes by its eldest contact");
    assert_eq!(person.merges[0].rule, "phone_and_name");
    assert_eq!(person.merges[0].evidence, ["phone", "name"]);

    // Another number and another name at the chat platform: still her, and the disagreement is known, once.
    let renamed = Record {
        name: Some("Mara Hart".to_owned()),
        phones: vec!["+999400000002".to_owned()],
        ..chat.clone()
    };
    for _ in 0..2 {
        matching.write(std::slice::from_ref(&renamed)).await;
        matching.settle().await;
    }
    let person = matching.person(chat.id).await;
    assert_eq!(person.contacts.len(), 2);
    assert_eq!(person.name, Some(("Mara Quill".to_owned(), patient.id)), "the practice system owns the name");
    let fields: Vec<&str> = person.conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
    assert_eq!(fields.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["name", "phone"]));
    matching.write(std::slice::from_ref(&chat)).await;
    matching.settle().await;
    assert!(matching.person(chat.id).await.conflicts.is_empty(), "they agree again");
    assert_eq!(
        matching.house.count(&matching.member, "routiq.identity_conflicts").await,
        2,
        "and what was stays known"
    );

    // Undone, and not made again, whatever is written.
    assert_eq!(matching.undo(matching.standing().await[0]).await, Decided::Done(patient.id));
    let third = record(3, 3, "Mara Quill", PHONE);
    matching.write(&[renamed, third]).await;
    matching.write(std::slice::from_ref(&chat)).await;
    matching.look_at_everybody_again().await;
    assert_ne!(matching.person(chat.id).await.id, matching.person(patient.id).await.id);
}

#[tokio::test]
async fn somebody_decides_what_no_rule_can_and_a_refused_pair_never_comes_back() {
    let matching = Matching::begin().await;
    // A letter too many: a slip, or a sister.
    let told = [
        record(1, 0, "Daniel Quill", PHONE),
        record(2, 2, "Daniell Quill", PHONE),
        record(3, 0, "Tomas Hart", "+999400000009"),
    ];
    matching.write(&told).await;
    matching.settle().await;
    let open =
        async || matching.decide(async |tenant, _| identity::candidates(tenant, 10, 0).await.unwrap()).await;
    let found = open().await;
    assert_eq!(found.len(), 1, "{found:?}");
    let refused =
        matching.decide(async |tenant, by| identity::refuse(tenant, found[0].id, by).await.unwrap()).await;
    assert_eq!(refused, Decided::Done(told[0].id));
    matching.look_at_everybody_again().await;
    assert!(open().await.is_empty());
    let again =
        matching.decide(async |tenant, by| identity::confirm(tenant, found[0].id, by).await.unwrap()).await;
    assert_eq!(again, Decided::Already);

    // Somebody may still say otherwise, and undo that too.
    let merge = async |one: Uuid, other: Uuid| {
        matching.decide(async |tenant, by| identity::merge(tenant, (one, other), by).await.unwrap()).await
    };
    assert_eq!(merge(told[1].id, told[0].id).await, Decided::Done(told[0].id));
    assert_eq!(merge(told[1].id, told[0].id).await, Decided::Already);
    assert_eq!(merge(told[1].id, told[2].id).await, Decided::Apart, "two patients of one practice system");
    assert_eq!(merge(told[1].id, Uuid::from_u128(9)).await, Decided::Unknown);
    assert_eq!(matching.undo(matching.standing().await[0]).await, Decided::Done(told[0].id));
    matching.look_at_everybody_again().await;
    assert!(matching.persons().await.iter().all(|(contact, person)| contact == person));
}

#[tokio::test]
async fn what_a_practice_system_merged_follows_and_what_it_lost_speaks_no_more() {
    let matching = Matching::begin().await;
    let (old, new) = (record(1, 0, "Mara Quill", PHONE), record(2, 0, "Mara Hart", PHONE));
    matching.write(&[old.clone(), new.clone()]).await;
    matching.settle().await;
    assert_eq!(matching.standing().await.len(), 0, "two patients");
    matching.write(&[Record { successor: Some("2".to_owned()), ..old.clone() }]).await;
    matching.settle().await;
    let person = matching.person(new.id).await;
    assert_eq!(person.merges[0].rule, "platform_merge");
    assert_eq!(person.name, Some(("Mara Hart".to_owned(), new.id)), "what is gone says nothing any more");
}

#[tokio::test]
async fn where_a_channel_reaches_somebody_tells_who_they_are_also_when_it_is_told_later() {
    let matching = Matching::begin().await;
    let patient = record(1, 0, "Mara Quill", PHONE);
    matching.write(std::slice::from_ref(&patient)).await;
    // A chat platform that shows no number of hers.
    let told = |addresses: Option<Vec<Address>>| {
        let (external_id, name) = ("500".to_owned(), Some("Mara Quill".to_owned()));
        change::Record::Contact(change::Contact {
            external_id,
            name,
            addresses,
            ..change::Contact::default()
        })
    };
    let (house, member) = (&matching.house, &matching.member);
    house.apply(member, vec![told(None)], house.hand.now()).await;
    matching.settle().await;
    assert!(matching.standing().await.is_empty(), "a name alone says nothing");
    let address = Address {
        inbox: "3".to_owned(),
        channel: Some("Channel::Whatsapp".to_owned()),
        value: PHONE.trim_start_matches('+').to_owned(),
    };
    house.hand.advance(SignedDuration::from_mins(1));
    house.apply(member, vec![told(Some(vec![address]))], house.hand.now()).await;
    assert_eq!(
        house.count(member, "routiq.identity_due").await,
        1,
        "her row says nothing new, her channel does"
    );
    matching.settle().await;
    let person = matching.person(patient.id).await;
    assert_eq!((person.contacts.len(), person.merges[0].rule.as_str()), (2, "phone_and_name"));
    assert_eq!(
        person.phone,
        Some((PHONE.to_owned(), patient.id)),
        "evidence, and nothing that holds by itself"
    );
}
