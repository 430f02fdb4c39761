//! What stands in the tables, who sees it, whom it is bound to.

use routiq::{
    domain::{change::Kind, identifiers::Field, seal::Keyring},
    store::{
        StoreError, accounts,
        contacts::{self, By, Search},
        identity, ledger,
        sealing::{self, Switched},
    },
};
use serde_json::json;
use uuid::Uuid;

use super::{ALL, PLANTED, assert_found, dump, found, planted, readable, roll, settle, switch};
use crate::support::records::{Scene, gone, person};

#[tokio::test]
async fn nothing_of_what_is_sealed_stands_readable_and_whoever_may_sees_all_of_it() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    settle(house, member.key.organization, &ALL).await;
    scene.then(vec![planted("c1"), person("c2")]).await;
    roll(house, member.key.organization).await;
    let rows = dump(house).await;
    assert_eq!(readable(&rows, &PLANTED), Vec::<&String>::new());
    assert_eq!(readable(&rows, &["491570006", "0491 570 006"]), Vec::<&String>::new());
    assert!(!readable(&rows, &["Mara Quill"]).is_empty(), "the dump shows what is not sealed");

    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let held = ledger::read(&tenant, member.key.account).await.unwrap();
    let mara = &held.contacts[0];
    assert_eq!(mara.email.as_deref(), Some("Mara.Planted@Example.org"));
    assert_eq!(mara.phone.as_deref(), Some("+61491570156"));
    assert_eq!(mara.phone_original.as_deref(), Some("0491 570 156"));
    assert_eq!(mara.identifier.as_deref(), Some("planted-77"));
    let patient = held.records.iter().find(|row| row.kind == "patients" && row.external_id == "c1").unwrap();
    assert_eq!(patient.fields["phones"][1]["e164"], "+61491570157");
    let id: Uuid = patient.fields["id"].as_str().unwrap().parse().unwrap();
    let shown = identity::person(&tenant, id).await.unwrap().unwrap();
    assert_eq!(shown.email.unwrap().0, "Mara.Planted@Example.org");
    assert_eq!(shown.phone.unwrap().0, "+61491570156");
    assert_eq!(shown.contacts[0].phone.as_deref(), Some("+61491570156"));
    drop(tenant);
    let views = "select concat_ws(' ', email, phone, '|') from dashboard.patients order by name";
    assert_eq!(scene.texts(views).await, ["|", "|"], "PostgreSQL has no key");
    assert_found(house, member, "sealed").await;

    // Another address, and she is looked at again though no column of hers changed.
    let due = "routiq.identity_due";
    assert_eq!(house.count(member, due).await, 0);
    let mut moved = planted("c1");
    if let routiq::domain::change::Record::Contact(contact) = &mut moved {
        contact.email = Some("mara.moved@example.org".to_owned());
    }
    assert_eq!(scene.then(vec![moved]).await, 1);
    assert!(house.count(member, due).await > 0);
    roll(house, member.key.organization).await;
    assert_eq!(found(house, member, By::Email("mara.moved@example.org")).await.unwrap(), ["c1"]);
    // Gone, and back.
    scene.then(vec![gone(Kind::Contact, "c1")]).await;
    assert_eq!(found(house, member, By::Phone("0491 570 156")).await.unwrap(), Vec::<String>::new());
    scene.then(vec![planted("c1")]).await;
    roll(house, member.key.organization).await;
    assert_found(house, member, "seen again").await;
    assert_eq!(readable(&dump(house).await, &PLANTED), Vec::<&String>::new());
}

#[tokio::test]
async fn a_search_finds_the_same_whether_it_is_sealed_or_not() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    scene.then(vec![planted("c1"), person("c2")]).await;
    roll(house, member.key.organization).await;
    assert_found(house, member, "in the open").await;
    for fields in [&[Field::Email][..], &[Field::Phone], &[Field::Identifier, Field::Phone], &ALL, &[]] {
        settle(house, member.key.organization, fields).await;
        assert_found(house, member, &format!("{fields:?}")).await;
    }
}

#[tokio::test]
async fn who_is_gone_takes_nobodys_place_in_a_search() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let organization = member.key.organization;
    for id in ["c1", "c2", "c3"] {
        scene.then(vec![planted(id)]).await;
        roll(house, organization).await;
    }
    scene.then(vec![gone(Kind::Contact, "c1"), gone(Kind::Contact, "c2")]).await;
    for fields in [&[][..], &ALL] {
        if !fields.is_empty() {
            settle(house, organization, fields).await;
        }
        let mut session = house.store.session(organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        for by in [
            By::Email("mara.planted@example.org"),
            By::Phone("0491 570 156"),
            By::Phone("0491 570 157"),
            By::Phone("0491 570 158"),
            By::Identifier("planted-77"),
        ] {
            let Search::Found(found) = contacts::search(&tenant, by, 1).await.unwrap() else {
                panic!("numbers")
            };
            let found: Vec<&str> = found.iter().map(|found| found.external_id.as_str()).collect();
            assert_eq!(found, ["c3"]);
        }
    }
}

#[tokio::test]
async fn only_the_chosen_fields_are_sealed() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    settle(house, member.key.organization, &[Field::Email]).await;
    scene.then(vec![planted("c1")]).await;
    roll(house, member.key.organization).await;
    let rows = dump(house).await;
    assert_eq!(readable(&rows, &["mara.planted"]), Vec::<&String>::new());
    for open in ["61491570156", "0491 570 157", "planted-77"] {
        assert!(!readable(&rows, &[open]).is_empty(), "{open} is not to be sealed");
    }
}

#[tokio::test]
async fn the_same_value_has_another_name_in_another_organization() {
    let (one, other) = (Scene::set().await, Scene::set().await);
    let tokens = "select kind || ' ' || value from routiq.contact_identities order by 1";
    let keys = "select encode(digest, 'hex') from routiq.identity_keys order by 1";
    let mut known = Vec::new();
    for scene in [&one, &other] {
        settle(&scene.house, scene.member.key.organization, &ALL).await;
        scene.then(vec![planted("c1")]).await;
        roll(&scene.house, scene.member.key.organization).await;
        known.push((scene.texts(tokens).await, scene.texts(keys).await));
    }
    let (ours, theirs) = (&known[0], &known[1]);
    assert!(ours.0.len() == 5 && ours.1.len() > 5, "{ours:?}");
    assert!(ours.0.iter().all(|token| !theirs.0.contains(token)), "{ours:?} {theirs:?}");
    assert!(ours.1.iter().all(|key| !theirs.1.contains(key)));
}

#[tokio::test]
async fn a_sealed_value_opens_in_its_own_row_alone() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    settle(house, member.key.organization, &ALL).await;
    let mut other = planted("c2");
    if let routiq::domain::change::Record::Contact(contact) = &mut other {
        contact.email = Some("somebody.else@example.org".to_owned());
    }
    scene.then(vec![planted("c1"), other]).await;
    roll(house, member.key.organization).await;
    let swap = "update routiq.sealed_values v set body = o.body from routiq.sealed_values o
        where v.place = 'contacts.email' and o.place = v.place and o.row_id <> v.row_id";
    house.run(member, swap).await;
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let refused = ledger::read(&tenant, member.key.account).await.unwrap_err();
    assert!(matches!(refused, StoreError::Seal(_)), "{refused:?}");
}

#[tokio::test]
async fn a_new_master_key_wraps_the_secret_and_no_index_changes() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    settle(house, member.key.organization, &ALL).await;
    scene.then(vec![planted("c1")]).await;
    roll(house, member.key.organization).await;
    let kept = "select concat(place, digest, body) from routiq.sealed_values
        union all select value from routiq.contact_identities
        union all select digest::text from routiq.identity_keys order by 1";
    let before = scene.texts(kept).await;
    let both = Keyring::new([(1, [7; 32]), (2, [8; 32])]).unwrap();
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    assert!(accounts::rewrap(&tenant, &both, house.hand.now(), 500).await.unwrap() > 0);
    tenant.commit().await.unwrap();
    assert_eq!(scene.texts(kept).await, before);
    assert_eq!(scene.one("select key_version::text from routiq.sealing").await, "2");

    let new = house.store.clone().with_keys(Keyring::new([(2, [8; 32])]).unwrap());
    for (store, opens) in [(&new, true), (&house.store, false)] {
        let mut session = store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let read = ledger::read(&tenant, member.key.account).await;
        assert_eq!(read.is_ok(), opens, "{read:?}");
        if let Ok(read) = read {
            assert_eq!(read.contacts[0].phone.as_deref(), Some("+61491570156"));
        }
    }
}

#[tokio::test]
async fn where_people_are_known_by_their_number_alone_it_is_not_said_to_be_sealed() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let organization = member.key.organization;
    let mut session = house.store.session(organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    assert!(sealing::pass(&tenant, "twilio").await.unwrap());
    let settings = json!({});
    let new = accounts::NewAccount {
        id: house.ids.next(house.hand.now()),
        platform: "twilio",
        external_id: "AC00000000000000000000000000000000",
        name: None,
        settings: &settings,
    };
    accounts::insert(&tenant, &new, house.hand.now()).await.unwrap();
    tenant.commit().await.unwrap();
    assert_eq!(switch(house, organization, &ALL).await, Switched::KnownByNumber("twilio".to_owned()));
    assert!(matches!(switch(house, organization, &[Field::Email]).await, Switched::Done(_)));
    assert_eq!(switch(house, organization, &[Field::Email]).await, Switched::Already);
    let tenant = session.begin(None).await.unwrap();
    assert!(sealing::pass(&tenant, "twilio").await.unwrap(), "e-mail addresses are no ids there");
}
