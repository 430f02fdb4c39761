//! What the platform's own records and deliveries become.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{map, webhook_map, wire};
use crate::{
    domain::{
        change::{Contact, Conversation, Direction, Message, Record},
        stream::{Page, StateChange},
    },
    platforms::{Account, Heard, Told},
};

const AC: &str = "AC00000000000000000000000000000000";
const SM: &str = "SM00000000000000000000000000000001";

fn record() -> Value {
    json!({
        "sid": SM, "account_sid": AC, "messaging_service_sid": null, "from": "whatsapp:+61491570006",
        "to": "whatsapp:+61491570156", "body": "Is Monday free?", "status": "received", "direction": "inbound",
        "num_media": "0", "error_code": null, "date_created": "Mon, 05 Jan 2026 15:04:05 +0000", "date_sent": null,
    })
}

fn page_of(records: &[Value]) -> Page {
    let (mut page, mut sheet) = (Page::default(), map::Sheet::default());
    for record in records {
        map::add(&mut page, &mut sheet, record.clone(), Some(&[]), "AU");
    }
    sheet.write(&mut page);
    page
}

fn messages(page: &Page) -> Vec<&Message> {
    page.changes
        .iter()
        .filter_map(|it| if let Record::Message(it) = &it.record { Some(it) } else { None })
        .collect()
}

fn contacts(page: &Page) -> Vec<&Contact> {
    page.changes
        .iter()
        .filter_map(|it| if let Record::Contact(it) = &it.record { Some(it) } else { None })
        .collect()
}

fn conversations(page: &Page) -> Vec<&Conversation> {
    let talks = page.changes.iter().filter_map(|it| match &it.record {
        Record::Conversation(it) => Some(it),
        _ => None,
    });
    talks.collect()
}

fn account() -> Account {
    Account { id: Uuid::nil(), external_id: AC.to_owned(), settings: json!({}), region: "AU".to_owned() }
}

fn heard(body: &str) -> Result<Page, String> {
    let told = Told {
        id: Uuid::nil(),
        body: body.as_bytes(),
        headers: &Value::Null,
        signed: true,
        received_at: "2026-01-05T15:04:06.5Z".parse().unwrap(),
    };
    match webhook_map::heard(&account(), &told)? {
        Heard::Page(page) => Ok(*page),
        Heard::Nothing(why) => Err(why.to_owned()),
    }
}

#[test]
fn one_person_of_two_channels_is_one_contact_with_two_conversations() {
    let mut sms = record();
    sms["sid"] = json!("SM00000000000000000000000000000002");
    sms["direction"] = json!("outbound-api");
    (sms["from"], sms["to"]) = (json!("+61491570156"), json!("+61491570006"));
    sms["status"] = json!("delivered");
    let page = page_of(&[record(), sms]);
    let people = contacts(&page);
    assert_eq!(people.len(), 1);
    assert_eq!(
        (people[0].external_id.as_str(), people[0].phone.as_deref()),
        ("+61491570006", Some("+61491570006"))
    );
    let channels: Vec<_> = conversations(&page).iter().filter_map(|it| it.channel.clone()).collect();
    assert_eq!(channels, ["sms", "whatsapp"]);
    let said = messages(&page);
    assert_eq!((said[0].direction, said[1].direction), (Direction::Incoming, Direction::Outgoing));
    assert_eq!(said[0].conversation, "whatsapp:+61491570156|whatsapp:+61491570006");
    assert_eq!(said[0].sent_at, Some("2026-01-05T15:04:05Z".parse::<Timestamp>().unwrap()));
}

#[test]
fn who_hides_the_number_is_known_by_the_name_and_a_service_without_a_sender_by_itself() {
    let mut hidden = record();
    hidden["from"] = json!("whatsapp:US.13491208655302741918");
    let page = page_of(&[hidden]);
    assert_eq!(
        (contacts(&page)[0].external_id.as_str(), &contacts(&page)[0].phone),
        ("US.13491208655302741918", &None)
    );
    let mut queued = record();
    queued["direction"] = json!("outbound-api");
    (queued["from"], queued["messaging_service_sid"]) = (Value::Null, json!("MG1"));
    (queued["to"], queued["status"]) = (json!("+61491570006"), json!("accepted"));
    assert_eq!(messages(&page_of(&[queued]))[0].conversation, "MG1|+61491570006");
}

#[test]
fn a_redacted_text_is_none_and_states_have_an_order() {
    let mut redacted = record();
    redacted["body"] = json!("");
    assert_eq!(messages(&page_of(&[redacted]))[0].content, None);
    let order =
        ["never heard of", "accepted", "queued", "sending", "sent", "undelivered", "delivered", "read"];
    assert!(order.windows(2).all(|two| wire::rank(two[0]) < wire::rank(two[1])));
    assert_eq!(wire::rank("failed"), wire::rank("canceled"));
}

#[test]
fn whatever_a_field_becomes_is_understood_or_named() {
    let odd = [
        Value::Null,
        json!(7),
        json!(true),
        json!([]),
        json!({"a": 1}),
        json!("x".repeat(9000)),
        json!("1869-01-01"),
    ];
    for name in map::MESSAGE {
        for value in &odd {
            let mut changed = record();
            changed[*name] = value.clone();
            let page = page_of(&[changed, json!({"sid": "SM9"})]);
            assert!(page.rejected.iter().all(|it| !it.reason.is_empty() && it.reason.len() < 200));
            assert_eq!(messages(&page).len() + page.rejected.len(), 2, "{name}");
        }
    }
}

#[test]
fn the_next_page_is_of_the_same_list_or_none() {
    let path = "/2010-04-01/Accounts/AC0/Messages.json";
    let next = |uri: &str| wire::next(Some(uri), path);
    assert_eq!(
        next(&format!("{path}?Page=1&PageToken=PA1")).unwrap().as_deref(),
        Some("Page=1&PageToken=PA1")
    );
    assert_eq!(next("").unwrap(), None);
    assert!(next("https://elsewhere.example/x?Page=1").is_err());
    assert!(next("/2010-04-01/Accounts/AC1/Messages.json?Page=1").is_err());
}

#[test]
fn what_comes_in_is_told_whole_as_a_form_and_as_json() {
    let form = format!(
        "MessageSid={SM}&AccountSid={AC}&From=whatsapp%3A%2B61491570006&To=whatsapp%3A%2B61491570156&Body=S%C3%AD+%26+gracias\
         &SmsStatus=received&NumMedia=1&ProfileName=Ana+Prueba&ExternalUserId=whatsapp%3AAU.77&MediaContentType0=image%2Fjpeg\
         &MediaUrl0=https%3A%2F%2Fapi.twilio.com%2F2010-04-01%2FAccounts%2F{AC}%2FMessages%2F{SM}%2FMedia%2FME1"
    );
    let json = json!({
        "MessageSid": SM, "AccountSid": AC, "From": "whatsapp:+61491570006", "To": "whatsapp:+61491570156",
        "Body": "Sí & gracias", "SmsStatus": "received", "NumMedia": "1", "ProfileName": "Ana Prueba",
        "ExternalUserId": "whatsapp:AU.77", "MediaContentType0": "image/jpeg",
        "MediaUrl0": format!("https://api.twilio.com/2010-04-01/Accounts/{AC}/Messages/{SM}/Media/ME1"),
    });
    let (told, alike) = (heard(&form).unwrap(), heard(&json.to_string()).unwrap());
    assert_eq!(told.changes, alike.changes);
    let said = messages(&told)[0];
    assert_eq!(said.content.as_deref(), Some("Sí & gracias"));
    assert_eq!(
        (said.attachments[0].external_id.as_str(), said.attachments[0].file_type.as_str()),
        ("ME1", "image")
    );
    assert_eq!(said.attachments[0], map::attachment(AC, SM, &("ME1".to_owned(), "image/jpeg".to_owned())));
    assert_eq!(contacts(&told)[0].name.as_deref(), Some("Ana Prueba"));
    assert!(told.state.is_empty(), "nothing is asked for");
}

#[test]
fn of_a_state_the_message_is_read_and_another_account_is_refused() {
    let status = format!(
        "MessageSid={SM}&AccountSid={AC}&MessageStatus=delivered&From=%2B61491570156&To=%2B61491570006"
    );
    let told = heard(&status).unwrap();
    assert!(told.changes.is_empty());
    let [StateChange::Due { external_ids, .. }] = told.state.as_slice() else { panic!("{:?}", told.state) };
    assert_eq!(external_ids, &[SM.to_owned()]);
    assert!(
        heard(&status.replace(AC, "AC11111111111111111111111111111111"))
            .unwrap_err()
            .contains("another account")
    );
    assert!(heard("From=%2B61491570006").unwrap_err().contains("MessageSid"));
}
