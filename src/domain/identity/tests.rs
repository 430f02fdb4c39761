//! Who is merged and who is not, case by case. All people are invented; the numbers belong to no country.

use std::collections::HashMap;

use jiff::civil::date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Evidence, Facts, Neighbourhood, Refusal, Rule, Told, Verdict, WIDELY_USED, decide, forget_widely_used,
    ordered,
};

const PHONE: &str = "+999400000001";
const PRACTICE: u128 = 1;
const CHAT: u128 = 2;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// A patient of the practice system.
fn patient(n: u128, first: &'static str, last: &'static str, born: &str) -> Told<'static> {
    Told {
        id: id(n),
        account: id(PRACTICE),
        platform: "cliniko",
        practice: true,
        external_id: ["0", "1", "2", "3", "4"][n as usize],
        parts: Some((Some(first), None, Some(last))),
        born: born.parse().ok(),
        phones: vec![PHONE],
        ..Told::default()
    }
}

/// A contact of a chat platform.
fn chat(n: u128, name: &'static str) -> Told<'static> {
    Told {
        id: id(n),
        account: id(CHAT),
        platform: "chatwoot",
        external_id: "901",
        name: Some(name),
        phones: vec![PHONE],
        ..Told::default()
    }
}

fn hood(told: &[Told<'_>]) -> Neighbourhood {
    let mut facts: Vec<Facts> = told.iter().map(Facts::of).collect();
    forget_widely_used(&mut facts);
    let marked = facts.iter().map(|facts| facts.id).collect();
    Neighbourhood { facts, marked, today: date(2026, 6, 1), ..Neighbourhood::default() }
}

fn verdict(told: &[Told<'_>]) -> Verdict {
    decide(&hood(told))
}

fn merged(told: &[Told<'_>]) -> Vec<((Uuid, Uuid), Rule)> {
    verdict(told).merges.into_iter().map(|merge| (merge.pair, merge.rule)).collect()
}

#[test]
fn a_family_phone_makes_no_family_one_person() {
    let told = [
        patient(1, "Mara", "Quill", "1987-05-14"),
        patient(2, "Tom", "Quill", "1985-02-03"),
        chat(3, "mara 🌸"),
    ];
    assert_eq!(merged(&told), [(ordered(id(1), id(3)), Rule::PhoneAndName)]);
    assert_eq!(merged(&[patient(1, "Mara", "Quill", "1987-05-14"), chat(3, "Tom Quill")]), []);
}

#[test]
fn twins_are_two() {
    for (one, other) in [("Mara", "Tom"), ("Daniel", "Daniela"), ("Maria", "Marie"), ("Mia", "Mila")] {
        let mut twin = patient(2, other, "Quill", "2009-05-14");
        (twin.account, twin.platform) = (id(9), "nookal");
        let told = [patient(1, one, "Quill", "2009-05-14"), twin];
        assert_eq!(merged(&told), [], "{one} and {other}");
    }
}

#[test]
fn a_practice_system_is_believed_when_it_says_two() {
    let twice = [patient(1, "Mara", "Quill", "1987-05-14"), patient(2, "Mara", "Quill", "1987-05-14")];
    assert_eq!(merged(&twice), []);
    // Nor does anybody in between bring them together.
    let told = [twice[0].clone(), twice[1].clone(), chat(3, "Mara Quill")];
    assert_eq!(merged(&told).len(), 1);
    // Unless it says itself that one took the other's place.
    let mut gone = patient(1, "Maria", "Hart", "1986-05-14");
    gone.successor = Some("2");
    let told = [gone, patient(2, "Mara", "Quill", "1987-05-14"), chat(3, "Mara Quill")];
    assert_eq!(merged(&told)[0], ((id(1), id(2)), Rule::PlatformMerge));
    assert_eq!(merged(&told).len(), 2);
}

#[test]
fn who_could_be_either_is_asked_about() {
    let told = [
        patient(1, "Ivo", "Hart", "1957-05-14"),
        patient(2, "Ivo", "Hart", "1990-02-03"),
        chat(3, "Ivo Hart"),
    ];
    let verdict = verdict(&told);
    assert_eq!(verdict.merges, []);
    assert_eq!(verdict.proposals.len(), 2);
    assert!(verdict.proposals.iter().all(|proposal| proposal.evidence.contains(&Evidence::Ambiguous)));
}

#[test]
fn an_id_in_a_custom_field_links_unless_the_names_forbid_it() {
    let attributes: Value = json!({ "custom": { "cliniko_id": "1" } });
    let linked = |name| Told { phones: vec![], attributes: Some(&attributes), ..chat(3, name) };
    let mara = || patient(1, "Mara", "Quill", "1987-05-14");
    for name in ["Mara Hart", "+999 400 000 001", "M."] {
        let expected = if name == "M." { 0 } else { 1 };
        let told = merged(&[mara(), linked(name)]);
        assert_eq!(told.len(), expected, "{name}");
        assert!(told.iter().all(|(_, rule)| *rule == Rule::PlatformLink));
    }
    // The mother's contact with her child's id.
    let verdict = verdict(&[patient(1, "Tom", "Quill", "2019-05-14"), linked("Mara Quill")]);
    assert_eq!(verdict.merges, []);
}

#[test]
fn a_number_of_many_is_nobodys() {
    let phones: Vec<Told<'_>> =
        (1..=20).map(|n| Told { account: id(100 + n), ..chat(n, "Mara Quill") }).collect();
    assert_eq!(merged(&phones[..WIDELY_USED]).len(), WIDELY_USED - 1);
    assert_eq!(merged(&phones[..=WIDELY_USED]), []);
}

#[test]
fn a_child_is_not_the_parent_who_writes() {
    let child = patient(1, "Mara", "Quill", "2020-05-14");
    assert_eq!(merged(&[child.clone(), chat(3, "Mara Quill")]), [], "named like her daughter");
    assert_eq!(merged(&[child, chat(3, "+999400000001")]), []);
    assert_eq!(
        merged(&[patient(1, "Mara", "Quill", "1987-05-14"), chat(3, "+999400000001")])[0].1,
        Rule::PhoneAlone
    );
}

#[test]
fn a_refused_pair_is_neither_merged_nor_shown_again() {
    let told = [
        patient(1, "Mara", "Quill", "1987-05-14"),
        chat(3, "Mara Quill"),
        Told { account: id(9), ..chat(4, "Mara") },
    ];
    let mut hood = hood(&told);
    // The merge of 1 and 3 was undone while 4 stood with 3: 1 is neither.
    hood.persons = HashMap::from([(id(4), id(3))]);
    hood.refusals.insert((id(1), id(3)), Refusal { rule: Some(Rule::PhoneAndName) });
    assert_eq!(decide(&hood), Verdict::default());
    // What the platform says later is stronger.
    hood.facts = [Told { successor: None, ..told[0].clone() }, told[1].clone(), told[2].clone()]
        .iter()
        .map(Facts::of)
        .collect();
    let attributes = json!({ "custom": { "cliniko_id": "1" } });
    hood.facts[1] = Facts::of(&Told { attributes: Some(&attributes), ..told[1].clone() });
    assert_eq!(decide(&hood).merges[0].rule, Rule::PlatformLink);
    // But not when that was undone.
    hood.refusals.insert((id(1), id(3)), Refusal { rule: Some(Rule::PlatformLink) });
    assert_eq!(decide(&hood).merges, []);
}

#[test]
fn the_order_of_arrival_changes_nothing_of_a_verdict() {
    let told = [
        patient(1, "Mara", "Quill", "1987-05-14"),
        patient(2, "Tom", "Quill", "1985-02-03"),
        chat(3, "Mara Q."),
        Told { account: id(9), ..chat(4, "Thomas Quill") },
    ];
    let straight = verdict(&told);
    let mut turned = told.to_vec();
    turned.reverse();
    assert_eq!(straight, verdict(&turned));
    assert_eq!(straight.merges.len(), 2);
}
