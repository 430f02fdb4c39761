//! Who is whom is the same where contact identifiers are sealed.

use super::*;
use crate::sealing::{ALL, dump, readable, roll, switch};

/// Everything that was found: persons, merges with their reasons, proposals, conflicts, and what the database's own function
/// says.
async fn everything(matching: &Matching) -> Vec<String> {
    let mut all = Vec::new();
    for query in [
        "select concat_ws(' ', 'of', contact_id, person_id) from routiq.person_contacts",
        "select concat_ws(' ', 'merge', contact_id, other_contact_id, rule, evidence, score) from routiq.identity_merges
         where undone_at is null",
        "select concat_ws(' ', 'pair', contact_id, other_contact_id, status, evidence, score) from routiq.identity_candidates",
        "select concat_ws(' ', 'conflict', field, contact_id, other_contact_id) from routiq.identity_conflicts
         where resolved_at is null",
        "select concat_ws(' ', 'says', m) from routiq.match_contacts('2026-06-01') m",
    ] {
        let mut rows = matching.house.texts(&matching.member, query).await;
        rows.sort();
        all.extend(rows);
    }
    all
}

#[tokio::test]
async fn the_same_people_are_found_where_their_identifiers_are_sealed() {
    let records = population(400, 1);
    let matching = Matching::begin().await;
    matching.write(&records).await;
    matching.settle().await;
    let open = everything(&matching).await;
    assert!(open.iter().filter(|row| row.starts_with("merge")).count() > 100, "nothing to compare");
    let person = matching.person(records[0].id).await;

    // Looked at first when they were sealed already, or while they are.
    let sealed = Matching::begin().await;
    sealed.write(&records).await;
    let organization = sealed.member.key.organization;
    switch(&sealed.house, organization, &ALL).await;
    sealed.settle().await;
    assert_eq!(everything(&sealed).await, open);
    let phones: Vec<&str> = records.iter().flat_map(|record| &record.phones).map(String::as_str).collect();
    let emails: Vec<&str> = records.iter().filter_map(|record| record.email.as_deref()).collect();
    let rows = dump(&sealed.house).await;
    assert_eq!(readable(&rows, &phones), Vec::<&String>::new());
    assert_eq!(readable(&rows, &emails), Vec::<&String>::new());

    // Looked at in the open, sealed after that, and looked at again.
    switch(&matching.house, matching.member.key.organization, &ALL).await;
    matching.settle().await;
    matching.look_at_everybody_again().await;
    assert_eq!(everything(&matching).await, open);
    let shown = matching.person(records[0].id).await;
    assert_eq!((shown.email, shown.phone), (person.email, person.phone));
    roll(&matching.house, matching.member.key.organization).await;
}
