//! What a reader of the list meets: keys that end, files, texts taken away, messages that vanish or were written down
//! late, and an account that lives.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::population::Practice;
use routiq_simulators::surprises::Surprise;
use routiq_simulators::twilio::{Command, Fate, Inbound, Sender, Settings, Twilio};
use serde_json::{Value, json};

use crate::common::{Hand, get, json as read};
use crate::{Lab, NUMBER, lab};

async fn ask(twilio: &Twilio, user: &str, password: &str, path: &str) -> (u16, Value) {
    let pair = STANDARD.encode(format!("{user}:{password}"));
    read(twilio.handle(get(path, &format!("Basic {pair}"))).await.unwrap())
}

fn path(account: &str) -> String {
    format!("/2010-04-01/Accounts/{account}/Messages.json")
}

async fn page(lab: &Lab) -> Value {
    let (status, page) = ask(&lab.twilio, &lab.account, &lab.token, &path(&lab.account)).await;
    assert_eq!(status, 200);
    page
}

fn receive(lab: &Lab, body: &str, media: &[&str], late_ms: u64) -> String {
    let message = Inbound {
        from: "+15555550123".to_owned(),
        to: NUMBER.to_owned(),
        body: body.to_owned(),
        media: media.iter().map(|&kind| kind.to_owned()).collect(),
        late_ms,
        ..Inbound::default()
    };
    lab.twilio.receive(message).unwrap()
}

#[tokio::test]
async fn a_key_signs_in_until_it_is_removed() {
    let lab = lab(&Sender::default());
    let (key, secret) = lab.twilio.add_key(&lab.account).unwrap();
    let list = path(&lab.account);
    assert_eq!(ask(&lab.twilio, &key, &secret, &list).await.0, 200);
    assert_eq!(ask(&lab.twilio, &key, &lab.token, &list).await.0, 401);
    let (other, _) = lab.twilio.add_account();
    assert_eq!(ask(&lab.twilio, &key, &secret, &path(&other)).await.0, 401, "of another account");
    lab.twilio.command(Command::RemoveKey { account: lab.account.clone(), key: key.clone() }).unwrap();
    assert_eq!(ask(&lab.twilio, &key, &secret, &list).await.0, 401);
}

#[tokio::test]
async fn files_are_counted_in_the_list_and_named_beside_it() {
    let lab = lab(&Sender::default());
    let sid = receive(&lab, "", &["image/jpeg", "application/pdf"], 0);
    assert!(sid.starts_with("MM"));
    let row = page(&lab).await["messages"][0].clone();
    assert_eq!(row["num_media"], "2", "a text");
    let uri = row["subresource_uris"]["media"].as_str().unwrap();
    let (_, media) = ask(&lab.twilio, &lab.account, &lab.token, uri).await;
    assert_eq!(media["media_list"][1]["content_type"], "application/pdf");
    assert_eq!(media["media_list"][1]["parent_sid"], sid.as_str());
    let other = receive(&lab, "", &["image/jpeg"], 0);
    let files = lab.twilio.ledger(&lab.account).unwrap().messages;
    assert_eq!(media["media_list"][0]["sid"], files[0].files[0].as_str());
    assert_ne!(files[0].files[0], files[1].files[0], "{other} has a file of its own");
}

#[tokio::test]
async fn a_file_wants_proof_and_leads_to_a_link_that_wants_none() {
    let lab = lab(&Sender::default());
    let sid = receive(&lab, "", &["image/jpeg"], 0);
    let file = lab.twilio.ledger(&lab.account).unwrap().messages[0].files[0].clone();
    let path = format!("/2010-04-01/Accounts/{}/Messages/{sid}/Media/{file}", lab.account);
    assert_eq!(ask(&lab.twilio, &lab.account, "wrong", &path).await.0, 401);
    let pair = STANDARD.encode(format!("{}:{}", lab.account, lab.token));
    let led = lab.twilio.handle(get(&path, &format!("Basic {pair}"))).await.unwrap();
    assert_eq!(led.status(), 307);
    let link = led.headers()["location"].to_str().unwrap().to_owned();
    let stored = lab.twilio.handle(get(&link, "")).await.unwrap();
    let (bytes, kind) = lab.twilio.file(&lab.account, &sid, &file).unwrap();
    assert_eq!(
        (stored.headers()["content-type"].to_str().unwrap(), kind.as_str()),
        ("image/jpeg", "image/jpeg")
    );
    assert_eq!(stored.body()[..], bytes[..]);
    let bare = link.split('?').next().unwrap();
    assert_eq!(lab.twilio.handle(get(bare, "")).await.unwrap().status(), 404, "without a signature");
}

#[tokio::test]
async fn an_account_that_has_lived_has_said_all_it_will_say_of_that() {
    let hand = Hand::at("2031-03-04T05:06:07Z");
    let settings = Settings { seed: 3, ..Settings::default() };
    let twilio = Twilio::new(settings, hand.clock());
    let practice = Practice { events_per_hour: 0.0, history_days: 30, ..Practice::default() };
    let (account, _) = twilio.add_practice(&practice, Sender::default()).unwrap();
    twilio.furnish(&account, 200).unwrap();
    let before = twilio.ledger(&account).unwrap().messages;
    assert!(before.len() > 150, "{}", before.len());
    let ages = before.iter().map(|it| hand.now().duration_since(it.created).as_hours());
    assert!(ages.clone().all(|hours| (1..=30 * 24).contains(&hours)) && ages.max() > Some(20 * 24));
    hand.pass(SignedDuration::from_hours(48));
    assert_eq!(twilio.ledger(&account).unwrap().messages, before);
    // What has just been sent has still some way to go, unless it is concluded.
    let first = before.iter().find(|it| !it.inbound).unwrap();
    twilio.send(&first.from, &first.to, "See you.", None, Fate::Delivered).unwrap();
    assert_eq!(twilio.ledger(&account).unwrap().messages.last().unwrap().status, "queued");
    twilio.conclude();
    let last = twilio.ledger(&account).unwrap().messages.pop().unwrap();
    assert!(["delivered", "failed"].contains(&last.status), "{}", last.status);
}

#[tokio::test]
async fn texts_are_taken_away_and_messages_vanish() {
    let lab = lab(&Sender::default());
    let (kept, gone) = (receive(&lab, "My diagnosis", &[], 0), receive(&lab, "Hi", &[], 0));
    lab.hand.pass(SignedDuration::from_mins(1));
    lab.twilio.command(Command::Redact { message: kept.clone() }).unwrap();
    lab.twilio.command(Command::Delete { message: gone }).unwrap();
    let page = page(&lab).await;
    let rows = page["messages"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["sid"], &rows[0]["body"]), (1, &json!(kept), &json!("")));
    assert_ne!(rows[0]["date_updated"], rows[0]["date_created"]);
}

#[tokio::test]
async fn what_was_written_down_late_stands_on_top_with_an_older_time() {
    let lab = lab(&Sender::default());
    receive(&lab, "first", &[], 0);
    receive(&lab, "late", &[], 60_000);
    let page = page(&lab).await;
    assert_eq!(
        (&page["messages"][0]["body"], &page["messages"][1]["body"]),
        (&json!("late"), &json!("first"))
    );
    assert_eq!(page["messages"][0]["date_sent"], "Mon, 15 Jun 2026 09:59:00 +0000");
}

#[tokio::test]
async fn pages_drift_and_hold_anything() {
    let lab = lab(&Sender::default());
    let sids: Vec<String> = (0..4).map(|n| receive(&lab, &format!("m{n}"), &[], 0)).collect();
    let rule = |fault| FaultRule { fault, path: None, when: When::ONCE };
    lab.twilio.fault(rule(Fault::DuplicateRows));
    assert_eq!(page(&lab).await["messages"].as_array().unwrap().len(), 5);
    let base = path(&lab.account);
    let (_, first) = ask(&lab.twilio, &lab.account, &lab.token, &format!("{base}?PageSize=2")).await;
    lab.twilio.fault(rule(Fault::Drift(1)));
    let next = first["next_page_uri"].as_str().unwrap();
    let (_, second) = ask(&lab.twilio, &lab.account, &lab.token, next).await;
    assert_eq!(second["messages"][0]["sid"], sids[0].as_str(), "one was passed over");
    let (surprise, field) = (Surprise::Unknown, Some("status".to_owned()));
    lab.twilio.fault(rule(Fault::Surprise { surprise, record: Some(sids[1].clone()), field }));
    assert_eq!(page(&lab).await["messages"][2]["status"], "never-heard-of");
}

#[tokio::test]
async fn an_account_that_lives_is_read_to_the_truth_and_the_seed_decides_it() {
    let life = |looks: i64| {
        let hand = Hand::at("2026-06-15T00:00:00Z");
        let twilio = Twilio::new(Settings::default(), hand.clock());
        let practice = Practice { events_per_hour: 20.0, ..Practice::default() };
        let (account, token) = twilio.add_practice(&practice, Sender::default()).unwrap();
        for _ in 0..looks {
            hand.pass(SignedDuration::from_secs(3 * 86_400 / looks));
            twilio.counters();
        }
        (twilio, account, token)
    };
    let (twilio, account, token) = life(1);
    let ledger = twilio.ledger(&account).unwrap();
    assert_eq!(ledger, life(36).0.ledger(&account).unwrap());
    assert!(ledger.messages.len() > 400, "{}", ledger.messages.len());
    assert!(ledger.messages.iter().any(|it| !it.media.is_empty()));
    let mut read: BTreeMap<String, String> = BTreeMap::new();
    let mut next = Some(format!("{}?PageSize=100", path(&account)));
    while let Some(uri) = next {
        let (_, page) = ask(&twilio, &account, &token, &uri).await;
        for row in page["messages"].as_array().unwrap() {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            read.insert(text("sid"), text("status"));
        }
        next = page["next_page_uri"].as_str().map(str::to_owned);
    }
    let truth = ledger.messages.iter().map(|it| (it.sid.clone(), it.status.to_owned())).collect();
    assert_eq!(read, truth);
    for status in ["received", "delivered", "read", "undelivered", "failed"] {
        assert!(read.values().any(|it| it == status), "{status}");
    }
}
