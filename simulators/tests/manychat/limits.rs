//! Limits by token, method and second, and the punishment.

use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::manychat::{Channel, Command, Settings};
use serde_json::json;

use crate::common::{get, json as read};
use crate::lab;

#[tokio::test]
async fn each_method_has_its_own_second() {
    let lab = lab(Settings { patience: 0, ..Settings::default() });
    let id = lab.someone();
    let info = format!("/fb/subscriber/getInfo?subscriber_id={id}");
    for _ in 0..10 {
        assert_eq!(lab.ask(&info).await.0, 200);
    }
    assert_eq!(lab.ask("/fb/subscriber/findByName?name=x").await.0, 200, "another method");
    let refusal = lab.manychat.handle(get(&info, &format!("Bearer {}", lab.token))).await.unwrap();
    assert_eq!(refusal.status(), 429);
    assert!(!refusal.headers().keys().any(|it| it == "retry-after" || it.as_str().contains("ratelimit")));
    assert_eq!(read(refusal).1["status"], "error");
    assert_eq!(lab.manychat.counters().violations, 1);
    lab.hand.pass(SignedDuration::from_secs(1));
    assert_eq!(lab.ask(&info).await.0, 200);
    for (path, most) in [
        ("/fb/page/getTags", 100),
        ("/fb/page/getFlows", 10),
        ("/fb/subscriber/findBySystemField?email=x", 50),
    ] {
        for _ in 0..most {
            assert_ne!(lab.ask(path).await.0, 429, "{path}");
        }
        assert_eq!(lab.ask(path).await.0, 429, "{path}");
    }
    let other = lab.manychat.add_page("Another", "UTC");
    let asked = get("/fb/page/getTags", &format!("Bearer {}", other.token));
    assert_eq!(read(lab.manychat.handle(asked).await.unwrap()).0, 200, "another token");
}

#[tokio::test]
async fn any_second_counts_not_the_clock_s() {
    let lab = lab(Settings::default());
    lab.hand.pass(SignedDuration::from_millis(900));
    for n in 0..10 {
        lab.hand.pass(SignedDuration::from_millis(20 * i64::from(n == 5)));
        assert_eq!(lab.ask("/fb/page/getFlows").await.0, 200);
    }
    lab.hand.pass(SignedDuration::from_millis(200));
    assert_eq!(lab.ask("/fb/page/getFlows").await.0, 429, "a new second of the clock, not of the limit");
}

#[tokio::test]
async fn who_goes_on_is_shut_out_for_a_day() {
    let lab = lab(Settings { patience: 3, ..Settings::default() });
    for _ in 0..13 {
        lab.ask("/fb/page/getFlows").await;
    }
    lab.hand.pass(SignedDuration::from_hours(23));
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 429);
    lab.hand.pass(SignedDuration::from_hours(2));
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 200);
    lab.manychat.command(Command::Shut { page: lab.page, hours: 1 }).unwrap();
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 429);
}

#[tokio::test]
async fn a_played_refusal_is_no_violation() {
    let lab = lab(Settings::default());
    lab.manychat.fault(FaultRule { fault: Fault::RateLimited, path: None, when: When::ONCE });
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 429);
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 200);
    assert_eq!(lab.manychat.counters().violations, 0);
}

#[tokio::test]
async fn a_person_gets_a_hundred_flows_an_hour() {
    let lab = lab(Settings::default());
    let id = lab.someone();
    let add = Command::AddFlow { page: lab.page, name: "Reminder".to_owned(), channel: Channel::Whatsapp };
    let ns = lab.manychat.command(add).unwrap();
    let body = json!({"subscriber_id": id, "flow_ns": ns});
    for _ in 0..100 {
        assert_eq!(lab.tell("/fb/sending/sendFlow", body.clone()).await.0, 200);
        lab.hand.pass(SignedDuration::from_millis(100));
    }
    assert_eq!(lab.tell("/fb/sending/sendFlow", body.clone()).await.0, 400);
    lab.hand.pass(SignedDuration::from_hours(1));
    assert_eq!(lab.tell("/fb/sending/sendFlow", body).await.0, 200);
}
