//! Contact identifiers that an organization keeps sealed: nothing of them stands readable, and whoever may sees and finds
//! what they would without.

mod subscribers;
mod turning;
mod unchanged;
mod values;

use std::{collections::BTreeSet, sync::Arc};

use arc_swap::ArcSwap;
use jiff::SignedDuration;
use routiq::{
    domain::{
        change::{Address, Contact, Patient, Phone, Record},
        identifiers::Field,
    },
    store::{
        contacts::{self, By, Search},
        sealing::{self, Switched},
    },
    work::{RollupSettings, RollupWork, news::Hub},
};
use routiq_actors::{
    hub::HubSettings,
    port::{RollLease, Rolled, Rollup as _},
};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    practice::{House, Member},
    records::text,
};

pub(crate) const ALL: [Field; 3] = Field::ALL;

/// Says what an organization seals.
pub(crate) async fn switch(house: &House, organization: Uuid, fields: &[Field]) -> Switched {
    let fields: BTreeSet<Field> = fields.iter().copied().collect();
    let mut session = house.store.session(organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let done = sealing::switch(&tenant, &fields, "test", house.hand.now()).await.unwrap();
    tenant.commit().await.unwrap();
    done
}

/// The rollup's work until nothing is left to do.
pub(crate) async fn roll(house: &House, organization: Uuid) {
    let settings = RollupSettings { stale_after: SignedDuration::from_mins(2) };
    let work = RollupWork::new(
        house.store.clone(),
        house.hand.clock(),
        house.ids.clone(),
        Hub::new(HubSettings::default()),
        Arc::new(ArcSwap::from_pointee(settings)),
    );
    let lease = RollLease { organization, generation: work.begin(organization).await.unwrap() };
    loop {
        match work.roll(lease).await {
            Rolled::Done { .. } => break,
            Rolled::More => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Says what an organization seals, and waits until every row is so.
pub(crate) async fn settle(house: &House, organization: Uuid, fields: &[Field]) {
    assert!(matches!(switch(house, organization, fields).await, Switched::Done(_)));
    roll(house, organization).await;
}

/// Everything that stands in the tables, each row with its table; bytes as hexadecimal digits.
pub(crate) async fn dump(house: &House) -> Vec<String> {
    let admin = house.db.admin().await;
    let tables = "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'routiq' and c.relkind = 'r' order by 1";
    let mut all = Vec::new();
    for table in admin.query(tables, &[]).await.unwrap() {
        let table: String = table.get(0);
        let rows = admin.query(&format!("select '{table} ' || t::text from {table} t"), &[]).await.unwrap();
        all.extend(rows.iter().map(|row| row.get::<_, String>(0)));
    }
    all
}

/// Rows in which one of these stands readable, as text or as bytes.
pub(crate) fn readable<'a>(rows: &'a [String], words: &[&str]) -> Vec<&'a String> {
    let bytes = |word: &str| word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let forms: Vec<String> = words.iter().flat_map(|word| [(*word).to_lowercase(), bytes(word)]).collect();
    rows.iter().filter(|row| forms.iter().any(|form| row.to_lowercase().contains(form))).collect()
}

/// What is planted, in whatever form it stands in.
pub(crate) const PLANTED: [&str; 7] =
    ["mara.planted", "491570156", "491 570 156", "491570157", "491 570 157", "491570158", "planted-77"];

/// Somebody with an address, two numbers, an identifier and ways to be reached, all recognisable.
pub(crate) fn planted(id: &str) -> Record {
    let phone = |kind: &str, original: &str, e164: &str| Phone {
        kind: kind.to_owned(),
        original: original.to_owned(),
        e164: text(e164),
    };
    let address = |inbox: &str, channel: &str, value: &str| Address {
        inbox: inbox.to_owned(),
        channel: text(channel),
        value: value.to_owned(),
    };
    Record::Contact(Contact {
        external_id: id.to_owned(),
        name: text("Mara Quill"),
        email: text("Mara.Planted@Example.org"),
        phone: text("+61491570156"),
        phone_original: text("0491 570 156"),
        identifier: text("planted-77"),
        attributes: json!({}),
        addresses: Some(vec![
            address("3", "Channel::Whatsapp", "61491570158"),
            address("4", "Channel::Email", "mara.planted@example.org"),
        ]),
        patient: Some(Box::new(Patient {
            first_name: text("Mara"),
            last_name: text("Quill"),
            date_of_birth: Some("1980-02-29".parse().unwrap()),
            phones: vec![
                phone("mobile", "0491 570 156", "+61491570156"),
                phone("home", "0491 570 157", "+61491570157"),
            ],
            active: true,
            ..Patient::default()
        })),
        ..Contact::default()
    })
}

/// The ids at the platform of those who are found.
pub(crate) async fn found(house: &House, member: &Member, by: By<'_>) -> Option<Vec<String>> {
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    match contacts::search(&tenant, by, 100).await.unwrap() {
        Search::Found(found) => Some(found.into_iter().map(|found| found.external_id).collect()),
        Search::NoNumber => None,
    }
}

/// What is looked for, and who is to be found: the same whether it is sealed or not.
pub(crate) async fn assert_found(house: &House, member: &Member, when: &str) {
    let (one, nobody) = (Some(vec!["c1".to_owned()]), Some(vec![]));
    for (by, expected) in [
        (By::Email("mara.planted@example.org"), &one),
        (By::Email(" MARA.planted@Example.ORG "), &one),
        (By::Email("mara.planted@example.com"), &nobody),
        (By::Phone("+61491570156"), &one),
        (By::Phone("(04) 9157-0156"), &one),
        (By::Phone("0011 61 491 570 157"), &one),
        (By::Phone("0491 570 158"), &one),
        (By::Phone("0491 570 159"), &nobody),
        (By::Phone("reception"), &None),
        (By::Identifier("planted-77"), &one),
        (By::Identifier("planted-78"), &nobody),
        (By::Identifier("mara.planted@example.org"), &one),
    ] {
        let told = match by {
            By::Email(text) | By::Phone(text) | By::Identifier(text) => text,
        };
        assert_eq!(&found(house, member, by).await, expected, "{when}: {told}");
    }
}
