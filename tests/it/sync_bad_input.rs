//! Whatever a platform sends: a recorded rejection or a clear error, and nothing else is lost, doubled or stopped.

use jiff::SignedDuration;
use routiq_simulators::chatwoot::{
    Fault, MessageKind, NewContact, NewConversation, NewMessage, On, Sender, When,
};
use serde_json::json;

use crate::support::practice::{House, Member, Next, Plan, practice};

async fn quiet() -> (House, Member) {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    (house, member)
}

const OPEN: &str = "select stream || ' ' || external_id || ' ' || retry_count || ' ' || error_message
    from routiq.sync_errors where not resolved order by 1";

#[tokio::test]
async fn one_bad_record_is_recorded_once_and_the_others_are_kept() {
    let (house, member) = quiet().await;
    let bad = house.simulator.ledger(member.seat.account).unwrap().contacts[3].id.clone();
    let record = Some(bad.parse().unwrap());
    for path in ["contacts", "contacts/*"] {
        house.simulator.fault(Fault::ImpossibleDates { record }, On::path(path), When::Always);
    }
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let open = house.texts(&member, OPEN).await;
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(
        open[0].starts_with(&format!("contacts {bad} 0 ")) && open[0].contains("created_at"),
        "{}",
        open[0]
    );
    let all = house.simulator.counts(member.seat.account).unwrap().contacts;
    assert!(house.count(&member, "routiq.contacts").await >= i64::try_from(all).unwrap() - 1);
    let partial = house.texts(&member, "select distinct status from routiq.sync_logs").await;
    assert_eq!(partial, ["partial"]);

    // The same again says nothing new.
    driver.sweep().await;
    house.drive(&member).await.settle().await;
    assert_eq!(house.texts(&member, OPEN).await, open);
    assert_eq!(house.count(&member, "routiq.sync_errors").await, 1);

    // It is good at last.
    house.simulator.clear_faults();
    driver = house.drive(&member).await;
    driver.sweep().await;
    assert_eq!(house.texts(&member, OPEN).await, [""; 0]);
    assert_eq!(
        house.count(&member, "routiq.sync_errors where resolved and resolved_at is not null").await,
        1
    );
    house.assert_equal(&member, "good at last").await;
}

#[tokio::test]
async fn a_platform_in_ruins_has_a_plain_reason_and_stops_nobody_else() {
    let plan =
        Plan { practices: vec![practice("Harbour Physio"), practice("Kauri Chiro")], ..Plan::default() };
    let house = House::of(plan).await;
    let (first, second) = (house.members[0].clone(), house.members[1].clone());
    house.simulator.set_traffic(first.seat.account, 0.0).unwrap();
    house.simulator.set_traffic(second.seat.account, 0.0).unwrap();
    let account = first.seat.account;
    for (fault, why) in [
        (Fault::Html(200), "the host answers a web page, not its API"),
        (Fault::Html(502), "the host answers 502"),
        (Fault::MalformedJson, "the answer"),
        (Fault::Timeout, "no answer in time"),
        (Fault::Cut, "the connection was cut"),
        (Fault::RateLimited, "rate limited"),
    ] {
        let on = On { path: Some("inboxes".to_owned()), account: Some(account), ..On::default() };
        let id = house.simulator.fault(fault, on, When::Always);
        let mut driver = house.drive(&first).await;
        let trouble = driver.until_trouble().await.unwrap();
        assert!(trouble.contains(why), "{trouble}");
        house.simulator.remove_fault(id);
    }
    let failed = "routiq.sync_logs where status = 'failed' and error_message is not null";
    assert_eq!(house.count(&first, failed).await, 5, "waiting for a limit is no failure");
    house.drive(&second).await.settle().await;
    house.assert_equal(&second, "the neighbour").await;
    // Ten megabytes and bytes that are no text are only that.
    house.simulator.fault(Fault::Huge(10 << 20), On::path("contacts"), When::ONCE);
    house.simulator.fault(Fault::InvalidUtf8, On::path("conversations/*/messages"), When::ONCE);
    let mut driver = house.drive(&first).await;
    driver.settle().await;
    driver.sweep().await;
    house.assert_equal(&first, "afterwards").await;
}

/// What happens to be in a record must neither stop the page nor be lost with it.
#[tokio::test]
async fn texts_and_numbers_no_database_likes() {
    let (house, member) = quiet().await;
    let (account, inbox) = (member.seat.account, member.seat.inboxes[0]);
    // Not compressible, so that no index can hold it.
    let mut state = 7_u64;
    let mut noise = |length: usize| -> String {
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_digit(u32::try_from(state >> 59).unwrap(), 36).unwrap()
        })
        .take(length)
        .collect()
    };
    let attributes = json!({
        "nul\u{0}key": 1, "text": "a\u{0}b", "huge": 1e300, "beyond": u64::MAX, "small": i64::MIN,
        "deep": [[[[{ "x\u{0}": "\u{0}" }]]]], "emoji": "👩‍⚕️", "private_use": "\u{FFFF}",
    });
    let new = NewContact {
        name: format!("Zoë\u{0} {}", noise(50_000)),
        email: Some(format!("{}@example.org", noise(9_000))),
        identifier: Some(noise(12_000)),
        custom_attributes: attributes.as_object().unwrap().clone(),
        inboxes: vec![(inbox, noise(6_000)), (inbox, "twice".to_owned()), (inbox, "twice".to_owned())],
        ..NewContact::default()
    };
    let contact = house.simulator.add_contact(account, new).unwrap();
    let new = NewConversation {
        inbox,
        contact,
        labels: vec!["with,comma".to_owned(), "{braces}".to_owned(), String::new(), "\"quote\"".to_owned()],
        custom_attributes: attributes.as_object().unwrap().clone(),
        ..NewConversation::default()
    };
    let conversation = house.simulator.add_conversation(account, new).unwrap();
    for content in
        ["\u{0}".to_owned(), "a\u{0}b".to_owned(), "x".repeat(6 << 20), "\u{202e}\u{feff}".to_owned()]
    {
        let said = NewMessage {
            content: Some(content),
            kind: MessageKind::Incoming,
            sender: Sender::Contact(contact),
            content_attributes: attributes.as_object().unwrap().clone(),
            ..NewMessage::default()
        };
        house.simulator.add_message(account, conversation, said).unwrap();
    }
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    assert_eq!(house.texts(&member, OPEN).await, [""; 0]);
    let query =
        format!("select (attributes -> 'custom')::text from routiq.contacts where external_id = '{contact}'");
    let stored = crate::support::practice::parsed(&house.texts(&member, &query).await[0]);
    assert_eq!(stored["text"], "ab");
    assert_eq!(stored["emoji"], "👩‍⚕️");
    assert!(stored.get("nulkey").is_none() && stored["deep"][0][0][0][0] == json!({}), "{stored}");
    let lengths = "select array_to_string(array_agg(coalesce(length(content), 0) order by m.sequence), ' ')
        from routiq.messages m join routiq.conversations c on c.id = m.conversation_id";
    let lengths = house.texts(&member, &format!("{lengths} where c.external_id = '{conversation}'")).await;
    assert_eq!(lengths, [format!("0 2 {} 2", 6 << 20)]);
    let labels = format!(
        "select array_to_json(labels)::text from routiq.conversations where external_id = '{conversation}'"
    );
    assert_eq!(house.texts(&member, &labels).await, [r#"["with,comma","{braces}","","\"quote\""]"#]);
    let comparison = house.comparison(&member).await;
    let others: Vec<_> =
        comparison.examples.iter().filter(|line| !line.contains(&contact.to_string())).collect();
    let said = |line: &&&String| line.contains("content differs") || line.contains("sender's name differs");
    assert!(others.iter().all(|line| said(&line)), "{others:?}");
    // An identity that no index can hold is no identity; the words themselves are kept.
    let kept =
        format!("select length(identifier)::text from routiq.contacts where external_id = '{contact}'");
    assert_eq!(house.texts(&member, &kept).await, ["12000"]);
    let twice = "routiq.contact_identities where value = 'twice'";
    assert_eq!(house.count(&member, twice).await, 1);
}

#[tokio::test]
async fn half_an_emoji_costs_a_character() {
    let (house, member) = quiet().await;
    house.rewrite("&sort=created_at&", |text| text.replacen("\"name\":\"", r#""name":"\ud83d"#, 1));
    house.drive(&member).await.settle().await;
    assert_eq!(house.texts(&member, OPEN).await, [""; 0]);
    let mended = "routiq.contacts where name like U&'\\FFFD%'";
    assert!(house.count(&member, mended).await > 0);
}

#[tokio::test]
async fn numbers_and_dates_beyond_everything_are_recorded() {
    let (house, member) = quiet().await;
    let ids: Vec<String> =
        house.simulator.ledger(member.seat.account).unwrap().contacts.iter().map(|c| c.id.clone()).collect();
    let victims: Vec<String> = ids[..6].to_vec();
    let named = victims.clone();
    house.rewrite("/contacts", move |text| {
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let payload = match &mut value["payload"] {
            serde_json::Value::Array(list) => list.iter_mut().collect::<Vec<_>>(),
            single => vec![single],
        };
        for record in payload {
            let id = record["id"].to_string();
            match named.iter().position(|victim| *victim == id) {
                Some(0) => record["created_at"] = json!("294277-01-01T00:00:00Z"),
                Some(1) => record["created_at"] = json!(-62_135_596_801_i64),
                Some(2) => record["last_activity_at"] = json!(9e18),
                Some(3) => record["blocked"] = json!(18_446_744_073_709_551_615_u64),
                Some(4) => record["created_at"] = json!("9999999999999999999999999"),
                Some(5) => record["name"] = json!({ "not": "a text" }),
                _ => {}
            }
        }
        value.to_string()
    });
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let open = house
        .texts(&member, "select external_id from routiq.sync_errors where not resolved order by 1")
        .await;
    let mut wanted = victims.clone();
    wanted.sort();
    assert_eq!(open, wanted);
    let reasons = house.texts(&member, "select error_message from routiq.sync_errors").await;
    assert!(
        reasons.iter().all(|reason| reason.contains("allowed") && !reason.contains("294277")),
        "{reasons:?}"
    );
    house.unhook();
    driver.sweep().await;
    house.assert_equal(&member, "afterwards").await;
}

#[tokio::test]
async fn an_attachment_named_twice_is_one() {
    let (house, member) = quiet().await;
    house.rewrite("/messages?", |text| {
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        for message in value["payload"].as_array_mut().unwrap() {
            if let Some(list) = message["attachments"].as_array_mut() {
                let first = list.first().cloned();
                list.extend(first);
            }
        }
        value.to_string()
    });
    house.drive(&member).await.settle().await;
    house.assert_equal(&member, "each attachment named twice").await;
}

#[tokio::test]
async fn a_record_without_an_id_or_deeper_than_any_reader_follows_is_recorded() {
    let (house, member) = quiet().await;
    house.rewrite("/contacts?page=1&", |text| {
        let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        let strange =
            [r#"{"name":"nobody"}"#.to_owned(), "7".to_owned(), format!(r#"{{"id":1,"name":{deep}}}"#)];
        text.replacen("\"payload\":[", &format!("\"payload\":[{},", strange.join(",")), 1)
    });
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let errors = house.count(&member, "routiq.sync_errors where not resolved and stream = 'contacts'").await;
    assert_eq!(errors, 3);
    house.assert_equal(&member, "but for them").await;
    driver.sweep().await;
    let again = house.count(&member, "routiq.sync_errors").await;
    assert_eq!(again, 3, "the same again says nothing new");
}

#[tokio::test]
async fn a_cursor_from_the_future_or_of_another_world_begins_anew() {
    let (house, member) = quiet().await;
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    for cursor in [
        r#"jsonb_build_object('listed', '2035-01-01T00:00:00Z', 'polled', '2035-01-01T00:00:00Z', 'checked', '2035-01-01T00:00:00Z')"#,
        r#"'"nonsense"'"#,
        r#"'[1, 2, {"listed": false}]'"#,
        r#"'{"listed": 5, "listing": "x", "poll": []}'"#,
    ] {
        let tamper = format!(
            "update routiq.sync_stream_state set cursor = {cursor}, proven_until = '2035-01-01T00:00:00Z'"
        );
        house.run(&member, &tamper).await;
        house
            .run(
                &member,
                "update routiq.sync_items set cursor = '\"nonsense\"', work = '7' where stream = 'messages'",
            )
            .await;
        let account = member.seat.account;
        let conversation = house.simulator.ledger(account).unwrap().conversations[0].id.parse().unwrap();
        let new = NewMessage { content: Some("meanwhile".to_owned()), ..NewMessage::default() };
        house.simulator.add_message(account, conversation, new).unwrap();
        house.hand.advance(SignedDuration::from_mins(10));
        let mut driver = house.drive(&member).await;
        driver.settle().await;
        assert!(
            matches!(driver.next, Next::Rest(until, None) if until.duration_since(house.hand.now()) <= SignedDuration::from_mins(10))
        );
        house.assert_equal(&member, cursor).await;
        let ahead = format!("routiq.sync_stream_state where proven_until > '{}'", house.hand.now());
        assert_eq!(
            house.count(&member, &ahead).await,
            0,
            "{cursor}: nothing is proven that has not happened"
        );
    }
}

#[tokio::test]
async fn what_only_the_database_refuses_is_recorded_and_stops_nothing() {
    let (house, member) = quiet().await;
    // A size below nothing is a number like any other until the table's own rule is asked.
    house.rewrite("/messages?", |text| text.replacen("\"file_size\":", "\"file_size\":-", 1));
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let open = house.texts(&member, OPEN).await;
    assert!(!open.is_empty());
    assert!(open.iter().all(|row| row.starts_with("messages ") && row.contains("23514")), "{open:?}");
    let comparison = house.comparison(&member).await;
    let missing = |kind: &str| {
        let of = |line: &&String| line.starts_with(kind) && line.contains("missing");
        comparison.examples.iter().filter(of).count()
    };
    assert!(missing("contact ") + missing("conversation ") == 0, "{:?}", comparison.examples);
    house.unhook();
    driver.sweep().await;
    assert_eq!(house.texts(&member, OPEN).await, [""; 0]);
    house.assert_equal(&member, "afterwards").await;
}
