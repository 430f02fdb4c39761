//! At the end the tables hold what the platform holds, deletions included, however it moves meanwhile.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng, rngs::StdRng};
use routiq_actors::port::Urgency;
use serde_json::json;

use super::source::{Bench, SECOND, Source};
use crate::{
    domain::stream::{AccountState, StreamState},
    platforms::{
        Plan,
        kit::poll::{Ask, By, Gone, Part, Read, Rules, Sweep, Way, plan},
    },
};

const START: i64 = 1_781_900_000;
const UP: Way = Way::Ascending { tick: SECOND };

fn part(name: &'static str, way: Option<Way>) -> Part {
    Part { name, changes: way, poll: Duration::from_secs(60), overlap: SignedDuration::from_secs(120) }
}

fn rules(way: Way, sweep: Sweep, missing: Gone) -> Rules {
    Rules {
        stream: "records",
        parts: vec![part("all", Some(way))],
        sweep,
        missing: Some(missing),
        sweep_every: Duration::from_secs(24 * 3600),
    }
}

fn bench(way: Way, sweep: Sweep, seed: u64) -> Bench {
    Bench::new(
        Source::new(START, way, 10),
        vec![rules(way, sweep, Gone::Checked)],
        StdRng::seed_from_u64(seed),
    )
}

fn windows() -> Sweep {
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    Sweep::Windows { back: days(30), history: days(400), ahead: days(60), width: days(20) }
}

/// What happens at the platform between two requests.
fn stir(bench: &mut Bench, most: usize) {
    for _ in 0..bench.rng.random_range(0..=most) {
        let now = bench.source.now;
        let picked = bench.source.pick(&mut bench.rng);
        match (bench.rng.random_range(0..10), picked) {
            (0..3, _) => drop(bench.source.add("all", now)),
            (3..8, Some(id)) => bench.source.change(&id, now),
            (8, Some(id)) => drop(bench.source.rows.remove(&id)),
            (9, Some(id)) => {
                // It is committed half a minute after its time.
                bench.source.change(&id, now);
                let row = bench.source.rows.get_mut(&id).unwrap();
                row.visible_from = now + 30;
            }
            _ => {}
        }
    }
}

fn moves(mut bench: Bench, records: i64) {
    for n in 0..records {
        bench.source.add("all", START - 90_000 + n * 7);
    }
    for _ in 0..120 {
        if let Some(until) = bench.step() {
            bench.source.now = until.as_second().clamp(bench.source.now + 1, bench.source.now + 90);
        }
        bench.source.now += 1;
        stir(&mut bench, 4);
    }
    bench.live(600);
    // Two sweeps find everything, whatever is asked how.
    bench.sweep();
    bench.source.now += 61;
    bench.sweep();
    bench.assert_equal();
    let proven = bench.proven("records").unwrap();
    assert!(proven <= bench.source.now && proven > START, "{proven}");
}

#[test]
fn a_moving_source_is_mirrored_whatever_way_it_is_walked() {
    for seed in 0..12 {
        let sweep = match seed % 3 {
            0 => Sweep::Whole(UP),
            1 => Sweep::Whole(Way::Paged),
            _ => windows(),
        };
        moves(bench(UP, sweep, seed), 130);
        moves(bench(Way::Paged, sweep_for(Way::Paged, seed), seed), 130);
        moves(bench(Way::Backwards, sweep_for(Way::Backwards, seed), seed), 130);
    }
}

fn sweep_for(way: Way, seed: u64) -> Sweep {
    if seed.is_multiple_of(2) { Sweep::Whole(way) } else { windows() }
}

#[test]
fn without_counts_and_with_named_pages_too() {
    for seed in 0..8 {
        for way in [UP, Way::Paged, Way::Backwards] {
            let mut bench = bench(way, Sweep::Whole(way), 1_000 + seed);
            bench.source.counts = false;
            bench.source.tokens = way != UP;
            moves(bench, 95);
        }
    }
}

#[test]
fn what_is_missed_twice_is_gone_where_nothing_can_be_asked_for() {
    for seed in 0..6 {
        let rng = StdRng::seed_from_u64(seed);
        let source = Source::new(START, Way::Paged, 10);
        let mut bench =
            Bench::new(source, vec![rules(Way::Paged, Sweep::Whole(Way::Paged), Gone::AfterTwo)], rng);
        let ids: Vec<String> = (0..44).map(|n| bench.source.add("all", START - 5_000 + n)).collect();
        bench.settle(1);
        bench.source.rows.remove(&ids[7]);
        bench.sweep();
        assert!(bench.rows.contains_key(&ids[7]), "missed once");
        bench.sweep();
        bench.assert_equal();
    }
}

#[test]
fn what_vanished_long_ago_is_found_when_windows_go_all_the_way_back() {
    let mut bench = bench(Way::Paged, windows(), 1);
    let ids: Vec<String> = (0..30).map(|n| bench.source.add("all", START - 5_000 + n)).collect();
    bench.source.rows.get_mut(&ids[3]).unwrap().begins = START - 200 * 86_400;
    bench.settle(1);
    bench.source.rows.remove(&ids[3]);
    let nights = |bench: &mut Bench, nights: i64| {
        bench.source.now += nights * 86_400 + 1;
        bench.settle(1);
    };
    nights(&mut bench, 1);
    assert!(bench.completed > 0 && bench.rows.contains_key(&ids[3]), "further back than every night");
    nights(&mut bench, 28);
    bench.assert_equal();
    bench.source.rows.remove(&ids[4]);
    bench.source.now += 300 * 86_400;
    bench.sweep();
    bench.assert_equal();
}

#[test]
fn more_records_of_one_second_than_a_page_holds_are_all_read() {
    for (counts, unstable) in [(true, false), (true, true), (false, false)] {
        let mut bench = bench(UP, Sweep::Whole(UP), 5);
        (bench.source.counts, bench.source.unstable) = (counts, unstable);
        (0..15).for_each(|n| drop(bench.source.add("all", START - 900 + n)));
        (0..47).for_each(|_| drop(bench.source.add("all", START - 500)));
        (0..15).for_each(|n| drop(bench.source.add("all", START - 400 + n)));
        bench.settle(1);
        let lost = 77 - bench.rows.len();
        assert!(if unstable { lost <= 5 } else { lost == 0 }, "{lost} of 77 lost");
        let instants = bench.source.asked.iter().filter(|read| read.before.is_some()).count();
        assert!(instants >= 5, "{instants} requests for the instant");
        bench.sweep();
        bench.sweep();
        if !unstable {
            bench.assert_equal();
        }
    }
}

#[test]
fn records_that_leave_the_instant_while_it_is_read_hide_no_others() {
    for seed in 0..15 {
        let mut bench = bench(UP, Sweep::Never, seed);
        let ids: Vec<String> = (0..58).map(|_| bench.source.add("all", START - 500)).collect();
        for id in ids.iter().take(30) {
            bench.step();
            bench.source.now += 1;
            let now = bench.source.now;
            bench.source.change(id, now);
        }
        bench.settle(1);
        bench.assert_equal();
    }
}

#[test]
fn a_late_commit_within_the_overlap_is_never_missed() {
    let mut bench = bench(UP, Sweep::Never, 1);
    (0..25).for_each(|n| drop(bench.source.add("all", START - 5_000 + n)));
    bench.settle(1);
    for late in [5, 59, 100] {
        let id = bench.source.add("all", bench.source.now);
        bench.source.rows.get_mut(&id).unwrap().visible_from = bench.source.now + late;
        // Others commit at once and move everything on.
        for _ in 0..late {
            bench.source.add("all", bench.source.now);
            bench.live(1);
        }
        bench.live(61);
        bench.assert_equal();
    }
}

#[test]
fn a_platform_whose_clock_is_behind_is_believed_no_further_than_its_clock() {
    let mut bench = bench(UP, Sweep::Never, 1);
    bench.source.behind = 50;
    bench.source.add("all", START - 100);
    bench.settle(1);
    let polled = bench.source.now;
    assert!(bench.proven("records").unwrap() <= polled - 50);
    // Its records carry its own time.
    let id = bench.source.add("all", polled - 49);
    bench.source.change(&id, polled - 49);
    bench.live(61);
    bench.assert_equal();
}

#[test]
fn a_filter_that_is_ignored_and_an_order_that_is_another_cost_pages_and_no_records() {
    let mut ignored = bench(UP, Sweep::Never, 3);
    ignored.source.ignores_filter = true;
    (0..64).for_each(|n| drop(ignored.source.add("all", START - 5_000 + n)));
    ignored.settle(1);
    ignored.assert_equal();
    // The machine believes in an ascending order that the platform does not keep.
    let source = Source::new(START, Way::Backwards, 10);
    let mut other =
        Bench::new(source, vec![rules(UP, Sweep::Never, Gone::Checked)], StdRng::seed_from_u64(4));
    (0..64).for_each(|n| drop(other.source.add("all", START - 5_000 + n)));
    other.settle(1);
    other.assert_equal();
}

#[test]
fn the_import_says_how_far_it_is() {
    let mut bench = bench(UP, Sweep::Whole(UP), 1);
    (0..95).for_each(|n| drop(bench.source.add("all", START - 5_000 + n)));
    bench.settle(1);
    assert_eq!(bench.backfill.last(), Some(&(95, 95)));
    assert!(bench.backfill.is_sorted() && bench.backfill.iter().all(|(_, total)| *total == 95));
    let imported = bench.backfill.len();
    bench.live(180);
    assert_eq!(bench.backfill.len(), imported, "polls are no import");
}

#[test]
fn a_quiet_platform_is_asked_once_a_poll_and_no_more() {
    let mut bench = bench(UP, Sweep::Whole(UP), 1);
    (0..200).for_each(|_| drop(bench.source.add("all", START - 5_000)));
    bench.settle(1);
    bench.live(60);
    let before = bench.source.asked.len();
    bench.live(3_600);
    let asked = bench.source.asked.len() - before;
    assert!((58..=62).contains(&asked), "{asked} requests in an hour");
}

#[test]
fn somebody_who_asks_gets_a_poll_begun_after_they_asked() {
    let mut bench = bench(UP, Sweep::Never, 1);
    bench.source.add("all", START - 100);
    bench.settle(1);
    assert!(bench.step().is_some());
    bench.source.now += 3;
    bench.state.poll_requested_at = Some(bench.now());
    assert!(bench.step().is_none(), "asked at once");
    bench.source.now += 1;
    // The poll began in the second of the wish or after it: enough.
    bench.settle(1);
    bench.state.poll_requested_at = Some(bench.now() + SignedDuration::from_hours(9));
    assert!(bench.step().is_some(), "a wish from the future is none");
}

#[test]
fn a_stream_of_several_collections_is_listed_as_one() {
    let mut rules = rules(UP, Sweep::Whole(UP), Gone::Checked);
    rules.parts = vec![part("all", Some(UP)), part("others", Some(UP))];
    let mut bench = Bench::new(Source::new(START, UP, 10), vec![rules], StdRng::seed_from_u64(2));
    let ids: Vec<String> = (0..40)
        .map(|n| bench.source.add(if n % 2 == 0 { "all" } else { "others" }, START - 4_000 + n))
        .collect();
    bench.settle(1);
    bench.assert_equal();
    assert!(bench.proven("records").is_some());
    bench.completed = 0;
    bench.source.rows.remove(&ids[3]);
    bench.source.rows.remove(&ids[4]);
    bench.sweep();
    assert_eq!(bench.completed, 1, "one listing of both");
    bench.assert_equal();
}

#[test]
fn what_cannot_be_polled_is_listed_again_and_proves_itself_so() {
    let mut rules = rules(Way::Paged, Sweep::Whole(Way::Paged), Gone::Checked);
    rules.parts = vec![part("all", None)];
    rules.parts[0].poll = Duration::from_secs(600);
    let mut bench = Bench::new(Source::new(START, Way::Paged, 10), vec![rules], StdRng::seed_from_u64(2));
    let ids: Vec<String> = (0..33).map(|n| bench.source.add("all", START - 4_000 + n)).collect();
    bench.settle(1);
    bench.assert_equal();
    let proven = bench.proven("records").unwrap();
    assert!((START..bench.source.now).contains(&proven));
    bench.source.rows.remove(&ids[0]);
    bench.live(700);
    bench.assert_equal();
    assert!(bench.proven("records").unwrap() > proven);
}

#[test]
fn a_cursor_from_the_future_is_not_believed() {
    let now = Timestamp::from_second(START).unwrap();
    let rules = [rules(UP, Sweep::Whole(UP), Gone::Checked)];
    let with = |cursor| AccountState {
        streams: [("records".to_owned(), StreamState { cursor, proven_until: None })].into(),
        ..AccountState::default()
    };
    let first = |state: &AccountState| match plan(&rules, state, now) {
        Plan::Ask(call) => match serde_json::from_value(call.what).unwrap() {
            Ask::Read(Read { since, by: By::Changed, .. }) => (since, call.urgency),
            other => panic!("{other:?}"),
        },
        Plan::Idle { until } => panic!("idle until {until}"),
    };
    let future = "2099-01-01T00:00:00Z";
    for cursor in [
        json!({ "parts": { "all": { "polled": future, "reach": future } } }),
        json!({ "parts": { "all": { "polled": "2026-01-01T00:00:00Z", "reach": future } } }),
        json!({ "swept": future, "parts": { "all": { "polled": "2026-01-01T00:00:00Z" } } }),
        json!({ "parts": 7 }),
        json!("what"),
    ] {
        assert_eq!(first(&with(cursor.clone())), (None, Urgency::Backfill), "{cursor}");
    }
    let reach = "2026-06-19T00:00:00Z";
    let sound = json!({ "parts": { "all": { "polled": reach, "reach": reach } }, "swept": reach });
    let (since, urgency) = first(&with(sound));
    assert_eq!((since.unwrap().to_string().as_str(), urgency), ("2026-06-18T23:58:00Z", Urgency::Poll));
}

#[test]
fn a_walk_that_never_ends_is_ended_and_proves_nothing() {
    // Every page repeats the first, and says there is more.
    let mut bench = bench(Way::Paged, Sweep::Never, 1);
    bench.source.counts = false;
    (0..25).for_each(|n| drop(bench.source.add("all", START - 5_000 + n)));
    for _ in 0..12 {
        let Plan::Ask(call) = bench.plan() else { break };
        let Ok(Ask::Read(mut read)) = serde_json::from_value::<Ask>(call.what.clone()) else { panic!() };
        read.page = 1;
        let (shown, _) = {
            let mut rng = bench.rng.clone();
            bench.source.serve(&read, &mut rng)
        };
        let rules = bench.rules[0].clone();
        let turned = crate::platforms::kit::poll::turn(&rules, &bench.state, &read, &shown, bench.now());
        for change in turned.state {
            if let crate::domain::stream::StateChange::Stream { stream, cursor, proven_until } = change {
                bench.state.streams.insert(stream.to_owned(), StreamState { cursor, proven_until });
            }
        }
    }
    assert!(matches!(bench.plan(), Plan::Idle { .. }), "it ended");
    assert_eq!(bench.proven("records"), None);
}
