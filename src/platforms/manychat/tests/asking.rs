//! Requests and answers.

use std::time::Duration;

use super::*;
use crate::domain::change::Kind;

#[tokio::test]
async fn a_subscriber_is_read_with_the_token_as_it_was_given() {
    let (adapter, heads) =
        adapter(|_| (200, json!({ "status": "success", "data": subscriber() }).to_string()));
    let state = wanting(ORLA);
    let page = pull(&adapter, &state, &due(&adapter, &state, start())).await.unwrap();
    let expected = (format!("/fb/subscriber/getInfo?subscriber_id={ORLA}"), format!("Bearer {TOKEN}"));
    assert_eq!(*heads.lock().unwrap(), [expected]);
    let [contact] = contacts(&page)[..] else { panic!("one contact") };
    assert_eq!((contact.external_id.as_str(), contact.name.as_deref()), (ORLA, Some("Orla Tamsin")));
    assert_eq!(contact.phone.as_deref(), Some("+61491570156"));
    assert_eq!(contact.email.as_deref(), Some("orla@example.org"));
    assert_eq!(contact.last_activity_at, Some("2026-06-02T01:01:00Z".parse().unwrap()), "its offset counts");
    assert_eq!(contact.source_created_at, Some("2026-05-04T02:54:33Z".parse().unwrap()));
    assert_eq!(contact.attributes["custom"], json!({ "cliniko_id": "55" }), "unset fields are not there");
    assert_eq!(contact.attributes["additional"]["tags"], json!(["New lead", "VIP"]));
    let addresses = contact.addresses.as_ref().unwrap();
    assert_eq!((addresses.len(), addresses[0].inbox.as_str()), (1, "whatsapp"));
    assert!(is_done(&page, ORLA));
    assert!(!page.raw[0].contains("pics.example.org"), "{}", page.raw[0]);
    assert!(messages(&page).is_empty(), "what was written comes by calls alone");
}

#[tokio::test]
async fn ids_are_read_as_numbers_and_names_may_be_missing() {
    let mut subscriber = subscriber();
    subscriber["id"] = json!(1_104_200_000_123_456_u64);
    subscriber["name"] = Value::Null;
    subscriber["whatsapp_phone"] = Value::Null;
    subscriber["phone"] = json!("0491 570 156");
    let page =
        asked(&wanting(ORLA), (200, json!({ "status": "success", "data": subscriber }))).await.unwrap();
    let [contact] = contacts(&page)[..] else { panic!("one contact") };
    assert_eq!((contact.external_id.as_str(), contact.name.as_deref()), (ORLA, Some("Orla Tamsin")));
    assert_eq!(contact.phone.as_deref(), Some("+61491570156"), "read as the practice's region dials it");
    assert_eq!(contact.phone_original.as_deref(), Some("0491 570 156"));
    assert_eq!(contact.addresses.as_ref().unwrap()[0].inbox, "messenger");
}

#[tokio::test]
async fn a_second_number_is_kept_beside_the_one_they_write_from() {
    let read = async |phone: Value| {
        let mut subscriber = subscriber();
        subscriber["phone"] = phone;
        let answer = json!({ "status": "success", "data": subscriber });
        let page = asked(&wanting(ORLA), (200, answer)).await.unwrap();
        let contact = contacts(&page)[0].clone();
        assert_eq!(contact.attributes["additional"]["phone"], Value::Null, "it is nowhere else");
        let other = contact.addresses.unwrap().into_iter().find(|it| it.inbox == "sms");
        other.map(|it| it.value)
    };
    assert_eq!(read(json!("+61291570110")).await.as_deref(), Some("+61291570110"));
    assert_eq!(read(json!("(02) 9157 0110")).await.as_deref(), Some("+61291570110"));
    assert_eq!(read(json!("evenings 12")).await.as_deref(), Some("evenings 12"), "as given");
    for same in ["+61491570156", "0491 570 156", "61491570156"] {
        assert_eq!(read(json!(same)).await, None, "{same} is the same");
    }
    assert_eq!(read(Value::Null).await, None);
}

#[tokio::test]
async fn what_somebody_is_known_by_stands_among_addresses_alone() {
    let mut subscriber = subscriber();
    for (field, value) in [
        ("phone", json!("0291 570 110")),
        ("ig_id", json!(990_001)),
        ("ig_username", json!("orla.known")),
        ("whatsapp_bsuid", json!("AU.known1234")),
        ("whatsapp_username", json!("orla_known")),
        ("tt_user_id", json!("7001234567")),
        ("tt_username", json!("orla.dances")),
    ] {
        subscriber[field] = value;
    }
    let page =
        asked(&wanting(ORLA), (200, json!({ "status": "success", "data": subscriber }))).await.unwrap();
    let contact = contacts(&page)[0];
    let addresses: Vec<(&str, &str)> =
        contact.addresses.iter().flatten().map(|it| (it.inbox.as_str(), it.value.as_str())).collect();
    assert_eq!(
        addresses,
        [
            ("whatsapp", "+61491570156"),
            ("whatsapp", "AU.known1234"),
            ("instagram", "990001"),
            ("tiktok", "7001234567"),
            ("whatsapp", "orla_known"),
            ("instagram", "orla.known"),
            ("tiktok", "orla.dances"),
            ("sms", "+61291570110"),
        ]
    );
    let attributes = contact.attributes.to_string();
    assert!(addresses.iter().all(|(_, value)| !attributes.contains(value)), "{attributes}");
    assert_eq!(contact.attributes["additional"]["optin_whatsapp"], true, "what is none is kept");
}

#[tokio::test]
async fn every_field_may_be_anything_and_none_stops_the_account() {
    let strange = [
        Value::Null,
        json!(""),
        json!(7.5),
        json!(-1),
        json!(true),
        json!([]),
        json!({}),
        json!("x".repeat(100_000)),
        json!("0001-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!([[[null]]]),
    ];
    let whole = subscriber();
    for name in whole.as_object().unwrap().keys() {
        let mut absent = whole.clone();
        absent.as_object_mut().unwrap().remove(name);
        let variants = strange.iter().map(|value| {
            let mut variant = whole.clone();
            variant[name] = value.clone();
            variant
        });
        for variant in std::iter::once(absent).chain(variants) {
            let answer = (200, json!({ "status": "success", "data": variant }));
            match asked(&wanting(ORLA), answer).await {
                Ok(page) => {
                    assert_eq!(page.changes.len() + page.rejected.len(), 1, "{name}");
                    assert!(is_done(&page, ORLA), "{name}");
                    assert!(
                        page.rejected.iter().all(|rejected| rejected.reason.starts_with("id is ")),
                        "{name}"
                    );
                }
                // Another id is another subscriber.
                Err(error) => assert!(name == "id", "{name}: {error}"),
            }
        }
    }
}

#[tokio::test]
async fn who_is_gone_is_gone_and_any_other_refusal_is_none() {
    let gone = json!({ "status": "error", "message": "Validation error",
        "details": { "messages": [{ "message": "Subscriber does not exist" }] } });
    // Some refusals come with a status that is fine.
    for status in [400, 200] {
        let page = asked(&wanting(ORLA), (status, gone.clone())).await.unwrap();
        let expected = Record::Gone { kind: Kind::Contact, external_id: ORLA.into(), successor: None };
        assert_eq!(page.changes[0].record, expected);
        assert!(is_done(&page, ORLA));
    }
    for (status, answer) in [
        (400, json!({ "status": "error", "message": "Validation error", "details": {} })),
        (400, json!({ "status": "error", "message": "Message was not sent", "code": 3011 })),
        (404, json!({ "status": "error", "message": "Route was not found" })),
    ] {
        let error = asked(&wanting(ORLA), (status, answer)).await.unwrap_err();
        assert!(matches!(error, PlatformError::Malformed(_)), "{error:?}");
    }
}

#[tokio::test]
async fn what_a_status_means() {
    for (status, expected) in
        [(401, "denied"), (403, "denied"), (500, "transient"), (502, "transient"), (0, "transient")]
    {
        let (adapter, _) = adapter(move |_| (status, "<html>".into()));
        let state = wanting(ORLA);
        let error = pull(&adapter, &state, &due(&adapter, &state, start())).await.unwrap_err();
        let class = match error {
            PlatformError::Denied(_) => "denied",
            PlatformError::Transient(_) => "transient",
            _ => "other",
        };
        assert_eq!(class, expected, "{status}");
        assert!(!error.to_string().contains("token-that"), "{error}");
    }
    let (adapter, _) = adapter(|_| (200, "<html>maintenance</html>".into()));
    let state = wanting(ORLA);
    let error = pull(&adapter, &state, &due(&adapter, &state, start())).await.unwrap_err();
    assert!(matches!(error, PlatformError::Transient(_)), "a web page is not its API: {error:?}");
}

#[tokio::test]
async fn slow_down_means_minutes_and_more_each_time() {
    let (adapter, _) = adapter(|_| (429, String::new()));
    let state = wanting(ORLA);
    let call = due(&adapter, &state, start());
    let mut waits = Vec::new();
    for _ in 0..9 {
        match pull(&adapter, &state, &call).await.unwrap_err() {
            PlatformError::RateLimited { budget, retry_after } => {
                let demand = adapter.demand(&account(), &call);
                assert!(demand.budgets.iter().any(|b| *b.name == *budget), "{budget}");
                waits.push(retry_after.as_secs() / 60);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 360, 360]);
    let other = Account { id: Uuid::from_u128(8), ..account() };
    let error = adapter.pull(&other, &SecretString::from(TOKEN), &state, &call, start()).await.unwrap_err();
    let first = PlatformError::RateLimited {
        budget: format!("account:{}:subscriber", other.id),
        retry_after: Duration::from_secs(300),
    };
    assert_eq!(error, first, "one account's trouble is not another's");
}

#[tokio::test]
async fn a_token_of_another_page_is_refused() {
    let answer = json!({ "status": "success", "data": { "id": 104_200_000_000_002_u64, "name": "Other" } });
    let error = asked(&AccountState::default(), (200, answer)).await.unwrap_err();
    assert!(matches!(error, PlatformError::Denied(_)), "{error:?}");
}

#[tokio::test]
async fn tags_and_fields_are_one_listing() {
    let mut state = settled();
    state.streams.get_mut("metadata").unwrap().cursor = json!({ "page": start(), "refreshed": start() });
    let tags =
        json!({ "status": "success", "data": [{ "id": 550_001, "name": "New lead" }, { "name": "no id" }] });
    let page = asked(&state, (200, tags)).await.unwrap();
    assert_eq!(page.changes[0].record.external_id(), "tag:550001");
    assert_eq!((page.changes.len(), page.rejected.len()), (1, 1));
    let listed = |page: &Page| {
        page.state.iter().find_map(|change| match change {
            StateChange::Listed { external_ids, .. } => Some(external_ids.clone()),
            _ => None,
        })
    };
    let own = format!("settings:{PAGE}");
    assert_eq!(
        listed(&page).unwrap(),
        ["tag:550001".to_owned(), own],
        "the account's own page is not missing"
    );
    let StateChange::Stream { cursor, proven_until, .. } = page.state.last().unwrap() else {
        panic!("a cursor")
    };
    assert_eq!(*proven_until, None, "fields are still to come");
    state.streams.get_mut("metadata").unwrap().cursor = cursor.clone();
    let fields =
        json!({ "status": "success", "data": [{ "id": 7_700_001, "name": "cliniko_id", "type": "text" }] });
    let page = asked(&state, (200, fields)).await.unwrap();
    assert_eq!(listed(&page).unwrap(), ["custom_field:7700001"]);
    assert!(page.state.iter().any(|change| matches!(change, StateChange::ListingComplete { .. })));
    let StateChange::Stream { proven_until, .. } = page.state.last().unwrap() else { panic!("a cursor") };
    assert_eq!(*proven_until, Some(start()));
}
