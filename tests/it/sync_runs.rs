//! What runs leave behind for people: a line for what is worth one, none for an idle look, a plain reason for a failure.

use jiff::SignedDuration;
use routiq_simulators::chatwoot::{Fault, NewMessage, On, When};

use crate::support::practice::{House, Member, Next};

const LINES: &str = "select operation_type || ' ' || status || ' ' || (completed_at is not null)
    from routiq.sync_logs order by started_at, id";

async fn imported() -> (House, Member) {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    house.drive(&member).await.settle().await;
    // Young messages are read again; after that nothing moves.
    let mut driver = house.drive(&member).await;
    driver.live(SignedDuration::from_mins(20)).await;
    driver.settle().await;
    (house, member)
}

fn say(house: &House, member: &Member) {
    let account = member.seat.account;
    let conversation = house.simulator.ledger(account).unwrap().conversations[0].id.parse().unwrap();
    let new = NewMessage { content: Some("See you on Friday".to_owned()), ..NewMessage::default() };
    house.simulator.add_message(account, conversation, new).unwrap();
}

#[tokio::test]
async fn an_idle_look_has_no_line_and_one_that_changed_something_has() {
    let (house, member) = imported().await;
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let lines = house.texts(&member, LINES).await;
    let before = house.texts(&member, "select updated_at::text from routiq.sync_state").await;
    driver.live(SignedDuration::from_mins(11)).await;
    driver.settle().await;
    assert_eq!(house.texts(&member, LINES).await, lines);
    let after = house.texts(&member, "select updated_at::text from routiq.sync_state").await;
    assert_ne!(after, before, "but it says that it looked");

    say(&house, &member);
    driver.live(SignedDuration::from_mins(6)).await;
    driver.settle().await;
    let now = house.texts(&member, LINES).await;
    assert_eq!(now[..lines.len()], lines);
    assert_eq!(now[lines.len()..], ["incremental_sync completed true"]);
    let state = "select sync_status || ' ' || consecutive_failures || ' ' || (last_successful_sync is not null) from routiq.sync_state";
    assert_eq!(house.texts(&member, state).await, ["completed 0 true"]);
}

#[tokio::test]
async fn a_failure_is_a_failed_line_and_counts_until_it_works_again() {
    let (house, member) = imported().await;
    let lines = house.count(&member, "routiq.sync_logs").await;
    house.simulator.fault(
        Fault::Html(503),
        On::account(member.seat.account),
        When::Next { skip: 0, count: 2 },
    );
    house.hand.advance(SignedDuration::from_mins(6));
    let mut driver = house.drive(&member).await;
    for expected in 1..=2 {
        let why = driver.until_trouble().await.unwrap();
        assert_eq!(why, "the host answers 503");
        let failures =
            "select consecutive_failures || ' ' || sync_status || ' ' || last_error from routiq.sync_state";
        let expected = format!("{expected} failed the host answers 503");
        assert_eq!(house.texts(&member, failures).await, [expected]);
        driver.nudge();
    }
    let failed = "routiq.sync_logs where status = 'failed' and error_message = 'the host answers 503' and completed_at is not null";
    assert_eq!(house.count(&member, failed).await, 2);
    driver.settle().await;
    assert_eq!(house.count(&member, "routiq.sync_logs").await, lines + 2);
    let state = "select consecutive_failures || ' ' || sync_status from routiq.sync_state";
    assert_eq!(house.texts(&member, state).await, ["0 completed"]);
}

#[tokio::test]
async fn a_run_whose_incarnation_ended_is_cancelled_and_the_next_one_completes() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let mut driver = house.drive(&member).await;
    for _ in 0..8 {
        driver.turn().await;
    }
    assert!(matches!(driver.next, Next::Step(_)));
    assert_eq!(house.texts(&member, LINES).await, ["comprehensive_sync running false"]);
    let mut second = house.drive(&member).await;
    second.turn().await;
    assert_eq!(house.texts(&member, LINES).await, ["comprehensive_sync cancelled true"]);
    second.settle().await;
    assert_eq!(
        house.texts(&member, LINES).await,
        ["comprehensive_sync cancelled true", "comprehensive_sync completed true"]
    );
    let sums =
        "select (records_processed >= records_success and records_failed = 0)::text from routiq.sync_logs";
    assert_eq!(house.texts(&member, sums).await, ["true", "true"]);
    // The first incarnation finds the door shut and leaves no line.
    driver.turn().await;
    assert!(matches!(driver.next, Next::Fenced), "{:?}", driver.next);
    assert_eq!(house.count(&member, "routiq.sync_logs").await, 2);
}
