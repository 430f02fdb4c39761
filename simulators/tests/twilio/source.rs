//! What a reader of the list meets: keys that end, files, texts taken away, messages that vanish or were written down
//! late, and an account that lives.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::population::Practice;
use routiq_simulators::surprises::Surprise;
use routiq_simulators::twilio::{Command, Inbound, Sender, Settings, Twilio};
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
