//! A subscriber of ManyChat, who is known by much more than a contact's own columns.

use std::sync::Arc;

use routiq::{
    domain::{change::Record, identifiers::Field, stream::AccountState},
    platforms::{
        Account, Stored,
        registry::{self, House as Common},
        section::Sections,
        transport::{InProcess, Transport, TransportError},
    },
    store::contacts::By,
};
use serde_json::{json, value::to_raw_value};

use super::{ALL, dump, found, readable, roll, settle};
use crate::support::{practice::House, records::Scene};

const ID: &str = "1104200000123456";
const NUMBERS: [&str; 4] = ["491570156", "491 570 156", "491570158", "491 570 158"];
const NAMES: [&str; 6] =
    ["990123", "planted.handle", "AU.planted99", "planted_number", "7001234567", "planted.dances"];

/// As the interface shows her, read by the mapping.
fn subscriber(house: &House) -> Vec<Record> {
    let shown = json!({
        "id": ID, "first_name": "Mara", "last_name": "Quill", "name": "Mara Quill", "locale": "en_AU",
        "whatsapp_phone": "+61491570156", "phone": "0491 570 158", "email": "mara.planted@example.org",
        "whatsapp_bsuid": "AU.planted99", "whatsapp_username": "planted_number", "ig_id": 990_123,
        "ig_username": "planted.handle", "tt_user_id": "7001234567", "tt_username": "planted.dances",
        "subscribed": "2026-05-04T10:54:33+08:00", "custom_fields": [], "tags": [],
    });
    let transport: Arc<dyn Transport> = Arc::new(InProcess::new(|_| async { Err(TransportError::Cut) }));
    let adapters = registry::adapters(&transport, &Common::default(), &Sections::default());
    let account = Account {
        id: house.ids.next(house.hand.now()),
        external_id: "104200000000001".to_owned(),
        region: "AU".to_owned(),
        settings: json!({}),
    };
    let record = to_raw_value(&shown).unwrap();
    let stored = Stored {
        stream: "contacts",
        request: &format!("/fb/subscriber/getInfo?subscriber_id={ID}"),
        told: false,
        observed_at: house.hand.now(),
        records: &[&record],
    };
    let page = adapters["manychat"].remap(&account, &AccountState::default(), &stored).unwrap();
    page.changes.into_iter().map(|change| change.record).collect()
}

#[tokio::test]
async fn nothing_that_a_subscriber_is_known_by_stands_readable() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let organization = member.key.organization;
    scene.then(subscriber(house)).await;
    roll(house, organization).await;
    let all: Vec<&str> = NUMBERS.into_iter().chain(NAMES).collect();
    for fields in [&[Field::Phone][..], &[Field::Identifier], &ALL, &[]] {
        settle(house, organization, fields).await;
        let rows = dump(house).await;
        for (field, words) in [(Field::Phone, &NUMBERS[..]), (Field::Identifier, &NAMES)] {
            let seen = readable(&rows, words);
            assert_eq!(seen.is_empty(), fields.contains(&field), "{fields:?} {field:?}: {seen:?}");
        }
        // She is found by whatever she is known by, and what is shown again is nothing new.
        for by in
            [By::Phone("0491 570 156"), By::Phone("0491 570 158"), By::Email("Mara.Planted@example.org")]
                .into_iter()
                .chain(NAMES.map(By::Identifier))
        {
            assert_eq!(found(house, member, by).await.unwrap(), [ID], "{fields:?}");
        }
        assert_eq!(scene.then(subscriber(house)).await, 0, "{fields:?}");
    }
    // Come when all is sealed already.
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    settle(house, member.key.organization, &ALL).await;
    scene.then(subscriber(house)).await;
    roll(house, member.key.organization).await;
    assert_eq!(readable(&dump(house).await, &all), Vec::<&String>::new());
}
