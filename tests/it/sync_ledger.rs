//! The tables equal the platform's truth: after the first import, however often it is interrupted, after hours of
//! traffic, on every version, and whatever goes wrong on the way.

use jiff::SignedDuration;
use rand::{Rng, SeedableRng, rngs::StdRng};
use routiq_simulators::chatwoot::{Fault, On, Version, When};

use crate::support::practice::{House, Next, Plan, practice};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// More seeds when there is time.
fn seeds() -> u64 {
    if std::env::var("ROUTIQ_TEST_SOAK").is_ok_and(|soak| soak == "1") { 200 } else { 20 }
}

#[tokio::test]
async fn the_first_import_is_the_truth() {
    let plan =
        Plan { practices: vec![practice("Harbour Physio"), practice("Kauri Chiro")], ..Plan::default() };
    let house = House::of(plan).await;
    for member in &house.members {
        house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
        house.drive(member).await.settle().await;
    }
    for member in &house.members {
        house.assert_equal(member, "after the first import").await;
    }
}

#[tokio::test]
async fn an_import_that_begins_anew_after_each_step_is_the_truth() {
    let house = House::new().await;
    let member = house.one();
    let mut steps = 0;
    loop {
        let mut driver = house.drive(&member).await;
        driver.turn().await;
        if matches!(driver.next, Next::Rest(..)) {
            break;
        }
        driver.turn().await;
        steps += driver.steps;
        assert!(steps < 1_000, "it never ends");
    }
    assert!(steps > 20, "each incarnation did one step: {steps}");
    let mut driver = house.drive(&member).await;
    driver.sweep().await;
    house.assert_equal(&member, "after many incarnations").await;
    assert_eq!(house.count(&member, "routiq.sync_items where work is not null").await, 0);
}

/// A page of history waits for no disk: a crash of the server may take it back together with its cursor, while the actor that
/// wrote it goes on.
#[tokio::test]
async fn what_a_crash_of_the_server_took_back_is_read_again() {
    const STANDS: &str = "select cursor::text from routiq.sync_stream_state where stream = 'contacts'";
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let mut driver = house.drive(&member).await;
    let before = loop {
        let stood = house.texts(&member, STANDS).await;
        driver.turn().await;
        assert!(!matches!(driver.next, Next::Rest(..)), "the list of contacts has pages");
        let stands = house.texts(&member, STANDS).await;
        if stood.len() == 1 && stands != stood {
            break stood;
        }
    };
    let take_back =
        format!("update routiq.sync_stream_state set cursor = '{}' where stream = 'contacts'", before[0]);
    house.run(&member, &take_back).await;
    driver.turn().await;
    let Next::Rest(_, Some(why)) = &driver.next else { panic!("{:?}", driver.next) };
    assert!(why.contains("forgot"), "{why}");
    assert_eq!(house.texts(&member, STANDS).await, before, "nothing is written over what is not known");
    driver.settle().await;
    house.assert_equal(&member, "after what was taken back").await;
}

#[tokio::test]
async fn hours_of_traffic_are_followed_and_a_sweep_finds_what_no_poll_shows() {
    for version in [Version::V3_13, Version::V4_0, Version::V4_15] {
        let house = House::of(Plan { version, ..Plan::default() }).await;
        let member = house.one();
        let mut driver = house.drive(&member).await;
        driver.settle().await;
        driver.live(HOUR * 3).await;
        let before = house.comparison(&member).await;
        assert!(before.count("messages") > 0);
        driver.sweep().await;
        house.assert_equal(&member, &format!("{version:?}")).await;
    }
}

#[tokio::test]
async fn whatever_goes_wrong_a_sweep_ends_at_the_truth() {
    for seed in 1..=seeds() {
        let small = routiq_simulators::population::Practice {
            contacts: 12,
            conversations: 7,
            events_per_hour: 120.0,
            ..practice("Harbour Physio")
        };
        let house = House::of(Plan { seed, practices: vec![small], ..Plan::default() }).await;
        let member = house.one();
        let mut dice = StdRng::seed_from_u64(seed);
        trouble(&house, &mut dice);
        let mut driver = house.drive(&member).await;
        driver.settle().await;
        for _ in 0..3 {
            driver.live(HOUR / 6).await;
            house.simulator.clear_faults();
            trouble(&house, &mut dice);
            if dice.random_bool(0.5) {
                driver = house.drive(&member).await;
            }
        }
        house.simulator.clear_faults();
        driver.sweep().await;
        house.assert_equal(&member, &format!("seed {seed}")).await;
    }
}

/// Some of everything that can go wrong, each with a chance.
fn trouble(house: &House, dice: &mut StdRng) {
    let kinds = [
        Fault::RateLimited,
        Fault::Html(502),
        Fault::Html(200),
        Fault::Html(500),
        Fault::Timeout,
        Fault::Cut,
        Fault::CutBody,
        Fault::MalformedJson,
        Fault::InvalidUtf8,
        Fault::Huge(200_000),
        Fault::ImpossibleDates { record: None },
        Fault::WrongType { record: None, field: None },
        Fault::DuplicateRows,
        Fault::Drift(dice.random_range(-4..=4)),
        Fault::Latency(1),
    ];
    for kind in kinds {
        if dice.random_bool(0.4) {
            house.simulator.fault(kind, On::default(), When::Chance(dice.random_range(0.01..0.08)));
        }
    }
}

#[tokio::test]
async fn two_accounts_of_one_organization_leave_each_other_alone() {
    let plan = Plan { practices: vec![practice("Harbour Physio")], ..Plan::default() };
    let house = House::of(plan).await;
    let first = house.one();
    let other = house.simulator.add_practice(practice("Harbour Physio North")).unwrap();
    let second = house.account(first.key.organization, other).await;
    let (mut one, mut two) = (house.drive(&first).await, house.drive(&second).await);
    one.settle().await;
    two.settle().await;
    for _ in 0..2 {
        one.live(HOUR / 4).await;
        two.live(HOUR / 4).await;
    }
    one.sweep().await;
    two.sweep().await;
    one.sweep().await;
    house.assert_equal(&first, "the first account").await;
    house.assert_equal(&second, "the second account").await;
}
