//! Links that end, and links that lead where nothing may be asked.

use routiq::domain::change::{Attachment, Contact, Conversation, Direction, Message, Record};
use routiq_simulators::chatwoot::{Fault, On, When};

use super::*;

fn message(attachments: Vec<(&str, String)>) -> Vec<Record> {
    let attachments = attachments.into_iter().map(|(id, url)| Attachment {
        external_id: id.to_owned(),
        file_type: "image".to_owned(),
        source_url: Some(url),
        ..Attachment::default()
    });
    vec![
        Record::Contact(Contact { external_id: "1".to_owned(), ..Contact::default() }),
        Record::Conversation(Conversation {
            external_id: "9001".to_owned(),
            contact: Some("1".to_owned()),
            status: "open".to_owned(),
            ..Conversation::default()
        }),
        Record::Message(Message {
            external_id: "99001".to_owned(),
            conversation: "9001".to_owned(),
            direction: Direction::Incoming,
            attachments: attachments.collect(),
            ..Message::default()
        }),
    ]
}

#[tokio::test]
async fn links_that_end_come_first_the_soonest_before_the_others() {
    let house = House::new().await;
    let member = house.one();
    let plain = |n: u8| format!("{STORAGE}/plain/{n}");
    let ending = |hour: u8| format!("{STORAGE}/ending/{hour}?se=2026-06-2{hour}T00:00:00Z&sig=0");
    let start = house.hand.now();
    house.apply(&member, message(vec![("1", plain(1)), ("2", plain(2))]), start).await;
    house.hand.advance(SignedDuration::from_mins(1));
    let all = vec![("1", plain(1)), ("2", plain(2)), ("3", ending(8)), ("4", plain(4)), ("5", ending(3))];
    house.apply(&member, message(all), house.hand.now()).await;
    let desk = Desk::of(&house, &member).await;
    desk.run().await;
    let asked: Vec<String> = desk.asked();
    let paths: Vec<&str> = asked.iter().map(|url| url.split(['/', '?']).nth(4).unwrap()).collect();
    assert_eq!(paths.len(), 5, "{asked:?}");
    assert_eq!(&paths[..2], ["3", "8"], "what ends, the soonest first");
    assert_eq!(paths[4], "4", "then the oldest");
}

#[tokio::test]
async fn a_link_that_ended_has_its_message_read_again_and_the_file_is_fetched_by_the_fresh_one() {
    let house = read(Plan { links_last: Some(600), ..Plan::default() }).await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    let known = "routiq.attachment_files where state = 'wanted' and expires_at is not null";
    assert!(house.count(&member, known).await > 5, "the addresses say when they end");
    house.hand.advance(SignedDuration::from_hours(3));
    let (ended, nudged) = desk.run().await;
    assert!(nudged && ended.iter().all(|ended| *ended == "again"), "{ended:?}");
    assert!(
        house.count(&member, "routiq.sync_items where stream = 'messages' and work is not null").await > 0
    );
    let mut sync = house.drive(&member).await;
    sync.settle().await;
    let mut desk = desk;
    desk.lease = take_over(&house, &member).await;
    let (again, _) = desk.run().await;
    assert_eq!(again.len(), ended.len());
    assert_eq!(desk.assert_whole().await, ended.len());
}

#[tokio::test]
async fn a_file_that_its_platform_lost_is_gone_and_not_asked_for_for_ever() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    house.simulator.fault(Fault::Html(404), On::path("files/redirect"), When::Always);
    for _ in 0..6 {
        desk.run().await;
        desk.pass(1);
    }
    let left = desk.states().await;
    assert!(left.iter().any(|state| state.starts_with("gone expired")), "{left:?}");
    assert!(!left.iter().any(|state| state.starts_with("wanted")), "{left:?}");
    desk.asked();
    desk.run().await;
    assert_eq!(desk.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn nobody_is_sent_to_a_private_place_or_round_and_round() {
    let house = house().await;
    let member = house.one();
    let own = house
        .texts(&member, "select min(source_url) from routiq.attachments where file_type = 'image'")
        .await;
    let places = [
        "https://169.254.169.254/latest/meta-data",
        "https://127.0.0.1/",
        "http://127.0.0.1:9/",
        "https://[::1]/",
        "https://2130706433/",
        "https://localhost/",
        "http://files.example.org/plain",
        "file:///etc/passwd",
    ];
    for place in places {
        house.simulator.fault(Fault::FileMoves(place.to_owned()), On::path("files/redirect"), When::ONCE);
    }
    let desk = Desk::of(&house, &member).await;
    let (ended, _) = desk.run().await;
    assert_eq!(ended.iter().filter(|ended| **ended == "refused").count(), places.len(), "{ended:?}");
    let hosts = ["https://chat.example.org/", "https://files.example.org/"];
    for asked in desk.asked() {
        assert!(hosts.iter().any(|host| asked.starts_with(host)), "{asked}");
    }
    assert!(desk.states().await.contains(&format!("refused address {}", places.len())));
    desk.assert_whole().await;

    let again = "update routiq.attachment_files set state = 'wanted', reason = null where reason = 'address'";
    house.run(&member, again).await;
    house.simulator.fault(Fault::FileMoves(own[0].clone()), On::path("files/redirect"), When::Always);
    let (ended, _) = desk.run().await;
    assert_eq!(ended, ["refused"; 8], "round and round");
    assert_eq!(desk.asked().len(), 8 * 4, "three redirects and no more");
}

#[tokio::test]
async fn no_request_for_a_file_carries_the_account_s_token() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    desk.run().await;
    let asked = desk.asked.lock().unwrap().clone();
    assert!(asked.iter().any(|(url, _)| url.starts_with(STORAGE)), "another host was asked");
    assert!(asked.iter().all(|(_, proof)| !proof), "{asked:?}");
}
