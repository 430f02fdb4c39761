//! What falls with what, and what comes back with it: exactly the same set.

use jiff::{SignedDuration, Timestamp};
use routiq::domain::change::{Contact, Conversation, Direction, Kind, Message, Record};
use routiq::store::journal::Entry;
use routiq_simulators::chatwoot::{FileType, MessageKind, NewContact, NewConversation, NewMessage, Sender};

use crate::support::{
    hooks::{Mailbox, forged, keep},
    practice::{House, Member},
};

const LIVING: &str = "
    select 'contact ' || external_id as row from routiq.contacts where deleted_at is null
    union all select 'conversation ' || external_id from routiq.conversations where deleted_at is null
    union all select 'message ' || external_id from routiq.messages where deleted_at is null
    union all select 'attachment ' || external_id from routiq.attachments where deleted_at is null
    order by 1";

async fn living(house: &House, member: &Member) -> Vec<String> {
    house.texts(member, LIVING).await
}

fn gone(kind: Kind, id: &str) -> Vec<Record> {
    vec![Record::Gone { kind, external_id: id.to_owned(), successor: None }]
}

fn contact(id: &str) -> Record {
    Record::Contact(Contact {
        external_id: id.to_owned(),
        name: Some("Ana Invented".to_owned()),
        ..Contact::default()
    })
}

fn conversation(id: &str, contact: &str) -> Record {
    Record::Conversation(Conversation {
        external_id: id.to_owned(),
        contact: Some(contact.to_owned()),
        status: "open".to_owned(),
        ..Conversation::default()
    })
}

fn message(id: &str, conversation: &str, attachments: &[&str]) -> Record {
    let attachments = attachments
        .iter()
        .map(|id| routiq::domain::change::Attachment {
            external_id: (*id).to_owned(),
            file_type: "image".to_owned(),
            ..Default::default()
        })
        .collect();
    Record::Message(Message {
        external_id: id.to_owned(),
        conversation: conversation.to_owned(),
        direction: Direction::Incoming,
        attachments,
        ..Message::default()
    })
}

/// A contact with two conversations of two messages each, and somebody else.
fn people() -> Vec<Record> {
    vec![
        contact("1"),
        contact("2"),
        conversation("10", "1"),
        conversation("11", "1"),
        conversation("20", "2"),
        message("100", "10", &["1000"]),
        message("101", "10", &[]),
        message("110", "11", &["1100", "1101"]),
        message("111", "11", &[]),
        message("200", "20", &["2000"]),
    ]
}

struct Scene {
    house: House,
    member: Member,
    start: Timestamp,
}

impl Scene {
    async fn set() -> Self {
        let house = House::new().await;
        let member = house.one();
        let start = house.hand.now();
        house.apply(&member, people(), start).await;
        Self { house, member, start }
    }

    /// A page asked for so many seconds after the beginning.
    async fn at(&self, seconds: i64, records: Vec<Record>) -> u64 {
        let at = self.start + SignedDuration::from_secs(seconds);
        self.house.hand.advance_to(at);
        self.house.apply(&self.member, records, at).await.changed()
    }

    async fn living(&self) -> Vec<String> {
        living(&self.house, &self.member).await
    }

    async fn assert_living(&self, rows: &[&str]) {
        assert_eq!(self.living().await, rows);
    }
}

const OTHERS: [&str; 4] = ["attachment 2000", "contact 2", "conversation 20", "message 200"];

#[tokio::test]
async fn a_contact_falls_with_everything_and_exactly_that_comes_back() {
    let scene = Scene::set().await;
    let all = scene.living().await;
    // On their own, before: they are not part of the fall.
    scene.at(10, gone(Kind::Message, "101")).await;
    scene.at(11, gone(Kind::Conversation, "11")).await;
    let before = scene.living().await;
    assert_eq!(all.len() - before.len(), 6, "a message; a conversation, two messages, two attachments");

    assert_eq!(scene.at(20, gone(Kind::Contact, "1")).await, 1);
    scene.assert_living(&OTHERS).await;
    let ids = "select count(distinct deletion_id)::text from (
        select deletion_id from routiq.contacts where external_id = '1' union all
        select deletion_id from routiq.conversations where external_id = '10' union all
        select deletion_id from routiq.messages where external_id = '100' union all
        select deletion_id from routiq.attachments where external_id = '1000') t";
    assert_eq!(scene.house.texts(&scene.member, ids).await, ["1"], "one fall, one id");
    assert_eq!(scene.at(21, gone(Kind::Contact, "1")).await, 0, "gone is gone");

    scene.at(30, vec![contact("1")]).await;
    assert_eq!(scene.living().await, before, "not a row more, not a row less");
    scene.at(31, vec![conversation("11", "1")]).await;
    scene.at(32, vec![message("101", "10", &[])]).await;
    assert_eq!(scene.living().await, all);
}

#[tokio::test]
async fn a_conversation_and_a_message_fall_and_rise_with_what_is_theirs() {
    let scene = Scene::set().await;
    let all = scene.living().await;
    scene.at(10, gone(Kind::Message, "110")).await;
    scene.at(11, gone(Kind::Conversation, "11")).await;
    scene.at(12, vec![conversation("11", "1")]).await;
    let without: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|row| !["message 110", "attachment 1100", "attachment 1101"].contains(row))
        .collect();
    scene.assert_living(&without).await;
    // The message is seen again with one attachment less.
    scene.at(13, vec![message("110", "11", &["1100"])]).await;
    let fewer: Vec<&str> = all.iter().map(String::as_str).filter(|row| *row != "attachment 1101").collect();
    scene.assert_living(&fewer).await;
    scene.at(14, vec![message("110", "11", &[])]).await;
    let none: Vec<&str> = fewer.into_iter().filter(|row| *row != "attachment 1100").collect();
    scene.assert_living(&none).await;
}

#[tokio::test]
async fn an_older_page_never_revives_and_never_buries() {
    let scene = Scene::set().await;
    scene.at(20, gone(Kind::Contact, "1")).await;
    // Asked before, answered after.
    scene.at(15, people()).await;
    scene.assert_living(&OTHERS).await;
    scene.at(30, people()).await;
    let all = scene.living().await;
    assert_eq!(all.len(), 14);
    assert_eq!(scene.at(25, gone(Kind::Contact, "1")).await, 0, "seen after that");
    assert_eq!(scene.living().await, all);
}

#[tokio::test]
async fn what_disappears_at_the_platform_is_found_by_a_sweep() {
    let house = House::new().await;
    let member = house.one();
    let (account, inbox) = (member.seat.account, member.seat.inboxes[0]);
    house.simulator.set_traffic(account, 0.0).unwrap();
    let made = |name: &str, email: Option<&str>| {
        let new =
            NewContact { name: name.to_owned(), email: email.map(str::to_owned), ..NewContact::default() };
        house.simulator.add_contact(account, new).unwrap()
    };
    let talk = |contact: i64| {
        let new = NewConversation { inbox, contact, ..NewConversation::default() };
        let conversation = house.simulator.add_conversation(account, new).unwrap();
        let said = NewMessage {
            content: Some("Good morning".to_owned()),
            kind: MessageKind::Incoming,
            sender: Sender::Contact(contact),
            attachments: vec![FileType::Image],
            ..NewMessage::default()
        };
        (conversation, house.simulator.add_message(account, conversation, said).unwrap())
    };
    let deleted = made("Deleted Person", Some("deleted@example.org"));
    let (base, merged) = (made("Base Person", Some("base@example.org")), made("Merged Person", None));
    let visitor = made("quiet-river", None);
    let (deleted_talk, _) = talk(deleted);
    let (merged_talk, _) = talk(merged);
    let (lost_talk, _) = talk(visitor);
    let (kept_talk, revised) = talk(visitor);
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    house.assert_equal(&member, "before").await;

    house.simulator.delete_contact(account, deleted).unwrap();
    house.simulator.merge_contacts(account, base, merged).unwrap();
    house.simulator.delete_conversation(account, lost_talk).unwrap();
    house.simulator.delete_message(account, kept_talk, revised).unwrap();
    driver.sweep().await;
    house.assert_equal(&member, "after").await;
    let rows = living(&house, &member).await;
    let has = |row: String| rows.contains(&row);
    assert!(!has(format!("contact {deleted}")) && !has(format!("conversation {deleted_talk}")));
    assert!(!has(format!("contact {merged}")) && has(format!("conversation {merged_talk}")), "it moved");
    assert!(
        !has(format!("conversation {lost_talk}")) && has(format!("contact {visitor}")),
        "no list shows them"
    );
    let revised =
        format!("select deleted_at_source::text from routiq.messages where external_id = '{revised}'");
    assert_eq!(house.texts(&member, &revised).await, ["true"]);
    // Known to be on no list, and kept for all that.
    for _ in 0..3 {
        driver.sweep().await;
    }
    assert_eq!(living(&house, &member).await, rows);
}

#[tokio::test]
async fn a_merged_contacts_conversations_never_fall_with_it_whatever_polls_show() {
    let house = House::new().await;
    let member = house.one();
    let (account, inbox) = (member.seat.account, member.seat.inboxes[0]);
    house.simulator.set_traffic(account, 0.0).unwrap();
    let made = |name: &str| {
        let email = Some(format!("{name}@example.org"));
        house
            .simulator
            .add_contact(account, NewContact { name: name.to_owned(), email, ..NewContact::default() })
            .unwrap()
    };
    let talk = |contact: i64| {
        let new = NewConversation { inbox, contact, ..NewConversation::default() };
        let conversation = house.simulator.add_conversation(account, new).unwrap();
        let said = NewMessage {
            content: Some("Good morning".to_owned()),
            kind: MessageKind::Incoming,
            sender: Sender::Contact(contact),
            ..NewMessage::default()
        };
        (conversation, house.simulator.add_message(account, conversation, said).unwrap())
    };
    let (base, merged, deleted) = (made("base"), made("merged"), made("deleted"));
    let (moved, said) = talk(merged);
    let (fallen, _) = talk(deleted);
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    house.assert_equal(&member, "before").await;
    let mailbox = Mailbox::open(&house, &member, false).await;

    house.simulator.merge_contacts(account, base, merged).unwrap();
    house.simulator.delete_contact(account, deleted).unwrap();
    // No poll shows what moved.
    house.rewrite("updated_within", |_| r#"{"data":{"meta":{},"payload":[]}}"#.to_owned());
    // Somebody says that something is new about them: they are looked for at once.
    for contact in [merged, deleted] {
        let body = format!(r#"{{"event":"contact_updated","id":{contact}}}"#);
        let told = Entry { signed: false, ..forged(&house, mailbox.owner, "contact_updated", &body) };
        keep(&house, &[told]).await;
    }
    driver.apply_all().await;
    driver.settle().await;
    let rows = living(&house, &member).await;
    let has = |row: String| rows.contains(&row);
    assert!(!has(format!("contact {merged}")) && !has(format!("contact {deleted}")), "both are gone");
    assert!(
        has(format!("conversation {moved}")) && has(format!("message {said}")),
        "it moved and never fell"
    );
    assert!(!has(format!("conversation {fallen}")), "and this one is gone with its person");
    let of = format!("select contact_external_id from routiq.conversations where external_id = '{moved}'");
    assert_eq!(house.texts(&member, &of).await, [base.to_string()]);
    let deletions = format!(
        "select count(*)::text from routiq.conversations where external_id = '{moved}' and deletion_id is not null"
    );
    assert_eq!(house.texts(&member, &deletions).await, ["0"]);
}
