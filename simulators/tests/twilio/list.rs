//! The list of messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::twilio::{Fate, Inbound, Sender};
use serde_json::Value;

use crate::common::{get, json};
use crate::{Lab, NUMBER, lab};

async fn ask(lab: &Lab, path: &str) -> (u16, Value) {
    let pair = STANDARD.encode(format!("{}:{}", lab.account, lab.token));
    json(lab.twilio.handle(get(path, &format!("Basic {pair}"))).await.unwrap())
}

fn write(lab: &Lab, from: &str, body: &str) -> String {
    let message =
        Inbound { from: from.to_owned(), to: NUMBER.to_owned(), body: body.to_owned(), ..Inbound::default() };
    lab.twilio.receive(message).unwrap()
}

#[tokio::test]
async fn pages_are_followed_by_their_link_and_new_messages_do_not_move_them() {
    let lab = lab(&Sender::default());
    for n in 0..7 {
        lab.hand.pass(SignedDuration::from_secs(60));
        write(&lab, "+15555550123", &format!("m{n}"));
    }
    let base = format!("/2010-04-01/Accounts/{}/Messages.json", lab.account);
    let mut next = Some(format!("{base}?PageSize=3&To=%2B15555550199"));
    let mut seen = Vec::new();
    while let Some(path) = next {
        let (status, page) = ask(&lab, &path).await;
        assert_eq!(status, 200);
        seen.extend(
            page["messages"].as_array().unwrap().iter().map(|m| m["body"].as_str().unwrap().to_owned()),
        );
        write(&lab, "+15555550123", "between");
        next = page["next_page_uri"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, ["m6", "m5", "m4", "m3", "m2", "m1", "m0"]);
    let (_, one) = ask(&lab, &format!("{base}?PageSize=1")).await;
    let row = &one["messages"][0];
    assert_eq!(row["date_created"], "Mon, 15 Jun 2026 10:07:00 +0000");
    assert_eq!((&row["direction"], &row["status"]), (&"inbound".into(), &"received".into()));
    assert!(row["num_media"].is_string() && row["num_segments"].is_string() && row["error_code"].is_null());
}

#[tokio::test]
async fn dates_select_by_the_time_of_sending() {
    let lab = lab(&Sender::default());
    lab.twilio.send(NUMBER, "+15555550123", "waiting", None, Fate::Silent).unwrap();
    let base = format!("/2010-04-01/Accounts/{}/Messages.json", lab.account);
    let bodies = async |query: &str| -> Vec<String> {
        let (_, page) = ask(&lab, &format!("{base}?{query}")).await;
        let rows = page["messages"].as_array().unwrap().iter();
        rows.map(|m| m["body"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(bodies("").await, ["waiting"]);
    assert!(bodies("DateSent=2026-06-15").await.is_empty(), "still in the queue");
    lab.hand.pass(SignedDuration::from_hours(1));
    assert_eq!(bodies("DateSent=2026-06-15").await, ["waiting"]);
    lab.hand.pass(SignedDuration::from_hours(24));
    write(&lab, "+15555550124", "next day");
    assert_eq!(bodies("DateSent%3E=2026-06-16").await, ["next day"]);
    assert_eq!(bodies("DateSent%3C=2026-06-16").await, ["waiting"]);
    assert_eq!(bodies("From=%2B15555550124").await, ["next day"]);
    assert_eq!(bodies("DateSent%3E=2026-06-16T11:00:00Z").await, ["next day"]);
}

#[tokio::test]
async fn refusals_have_codes() {
    let lab = lab(&Sender::default());
    let base = format!("/2010-04-01/Accounts/{}/Messages", lab.account);
    let (status, body) = json(lab.twilio.handle(get(&format!("{base}.json"), "Basic eDp5")).await.unwrap());
    assert_eq!((status, &body["code"]), (401, &20_003.into()));
    let (status, body) = ask(&lab, &format!("{base}/SM00000000000000000000000000000001.json")).await;
    assert_eq!((status, &body["code"]), (404, &20_404.into()));
    let sid = write(&lab, "+15555550123", "Hi");
    assert_eq!(ask(&lab, &format!("{base}/{sid}.json")).await.1["sid"], sid.as_str());
    lab.twilio.fault(FaultRule { fault: Fault::RateLimited, path: None, when: When::ONCE });
    let (status, body) = ask(&lab, &format!("{base}.json")).await;
    assert_eq!((status, &body["code"]), (429, &20_429.into()));
}
