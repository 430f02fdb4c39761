//! Figures of patients, bookings and people: equal to what the views say whatever happens, changed by the clock at the moment
//! they change, and counted again by whoever decides who is whom.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use routiq::{
    domain::change::{Appointment, Contact, Kind, Record, Shape},
    store::identity::{self, By, Decided},
};
use serde_json::{Value, json};

use crate::{
    live::{Counting, written},
    support::{
        practice::{House, Member},
        records::{Scene, attendance, booked, gone, person, text, visit},
    },
};

/// What seeds do to a practice's diary, half an hour beside full hours from now: no figure changes while it is compared.
struct Chance(StdRng);

impl Chance {
    fn one_of(&mut self, letter: &str, most: u32) -> String {
        format!("{letter}{}", self.0.random_range(0..most))
    }

    fn time(&mut self, now: Timestamp) -> Timestamp {
        let hours = match self.0.random_range(0..4) {
            0 => self.0.random_range(-8_000..2_000),
            1 => self.0.random_range(-800..-600),
            _ => self.0.random_range(-200..60),
        };
        now + SignedDuration::from_hours(hours) + SignedDuration::from_mins(30)
    }

    fn record(&mut self, now: Timestamp) -> Record {
        let contact = self.one_of("c", 6);
        let id = self.one_of("a", 40);
        let starts = self.time(now);
        match self.0.random_range(0..20) {
            0..3 => person(&contact),
            3 => gone(Kind::Contact, &contact),
            4..6 => gone(Kind::Appointment, &id),
            6..8 => {
                let group = self.one_of("g", 4);
                booked(Appointment { shape: Shape::Group, contact: None, ..visit(&group, &contact, starts) })
            }
            8 => gone(Kind::Appointment, &self.one_of("g", 4)),
            9..12 => attendance(&self.one_of("b", 12), &self.one_of("g", 4), &contact),
            _ => {
                let before = SignedDuration::from_hours(self.0.random_range(-1..60));
                let cancelled_at = self.0.random_bool(0.3).then(|| starts - before);
                booked(Appointment {
                    shape: if self.0.random_bool(0.1) { Shape::Event } else { Shape::Individual },
                    cancelled_at,
                    cancelled: self.0.random_bool(0.05),
                    replaced_by: self.0.random_bool(0.1).then(|| "other".to_owned()),
                    did_not_arrive: self.0.random_bool(0.2).then_some(true),
                    ends_at: self.0.random_bool(0.7).then(|| starts + SignedDuration::from_mins(60)),
                    starts_at: self.0.random_bool(0.95).then_some(starts),
                    ..visit(&id, &contact, starts)
                })
            }
        }
    }
}

/// The figures as the views have them, counted from nothing.
async fn of_the_views(house: &House, member: &Member) -> Value {
    let rows = house
        .texts(
            member,
            "select jsonb_build_object(
                'total_patients', count(*), 'active_patients', count(*) filter (where p.is_active),
                'patients_with_upcoming', count(*) filter (where p.upcoming_appointment_count > 0),
                'patients_with_recent', count(*) filter (where p.recent_appointment_count > 0),
                'total_upcoming_appointments', coalesce(sum(p.upcoming_appointment_count), 0),
                'total_recent_appointments', coalesce(sum(p.recent_appointment_count), 0),
                'total_all_appointments', coalesce(sum(p.total_appointment_count), 0),
                'active_total', coalesce(sum(p.total_appointment_count) filter (where p.is_active), 0),
                'new', (select count(*) from dashboard.patients n, routiq.organizations o
                        where (n.created_at at time zone o.timezone)::date > (now() at time zone o.timezone)::date - 7),
                'total', (select count(*) from routiq.visits v where v.counted and v.starts_at is not null),
                'upcoming', (select count(*) from routiq.visits v where v.counted and v.starts_at > now()),
                'days', (select jsonb_agg(jsonb_build_object('date', d.day::text, 'bookings', d.bookings,
                                                             'completed', d.completed, 'missed', d.missed,
                                                             'cancelled', d.cancelled, 'upcoming', d.upcoming) order by d.day)
                         from (select e.day::date, count(*) filter (where v.status not in ('cancelled', 'rescheduled')) as bookings,
                                      count(*) filter (where v.status = 'completed') as completed,
                                      count(*) filter (where v.status in ('no_show', 'cancelled_late') and v.starts_at <= now()) as missed,
                                      count(*) filter (where v.status = 'cancelled') as cancelled,
                                      count(*) filter (where v.counted and v.starts_at > now()) as upcoming
                               from routiq.organizations o
                               cross join generate_series((now() at time zone o.timezone)::date - 6,
                                                          (now() at time zone o.timezone)::date, interval '1 day') as e (day)
                               left join routiq.visits v on (v.starts_at at time zone o.timezone)::date = e.day::date
                               group by 1) d))::text
             from dashboard.patients p",
        )
        .await;
    serde_json::from_str(&rows[0]).unwrap()
}

async fn assert_counted(house: &House, member: &Member, when: &str) {
    let wanted = of_the_views(house, member).await;
    let data = written(house, member).await.data.unwrap();
    let (metrics, summary) = (&data["metrics"], &data["summary"]);
    for (name, figure) in wanted.as_object().unwrap() {
        let shown = match name.as_str() {
            "new" => &metrics["newPatients"],
            "days" => &metrics["bookingTrends"],
            "total" | "upcoming" => &metrics["bookings"][name],
            "active_total" => {
                let share = figure.as_f64().unwrap() / wanted["active_patients"].as_f64().unwrap().max(1.0);
                let shown = summary["avg_total_per_patient"].as_f64().unwrap();
                assert!((share - shown).abs() < 0.006, "{when}: {share} {shown}");
                continue;
            }
            _ => &summary[name],
        };
        assert_eq!(shown, figure, "{when}: {name}");
    }
    let bookings: i64 =
        wanted["days"].as_array().unwrap().iter().map(|day| day["bookings"].as_i64().unwrap()).sum();
    assert_eq!(metrics["totalBookings"], bookings, "{when}");
    let hours: i64 =
        metrics["peakHours"].as_array().unwrap().iter().map(|hour| hour["bookings"].as_i64().unwrap()).sum();
    assert_eq!(hours, bookings, "{when}: by the hour");
    assert_eq!(house.count(member, "routiq.dirty").await, 0, "{when}: marks are left");
}

#[tokio::test]
async fn figures_equal_what_the_views_say_whatever_happens() {
    let seeds = if std::env::var_os("ROUTIQ_TEST_SOAK").is_some() { 0..60 } else { 0..4 };
    for seed in seeds {
        let scene = Scene::set().await;
        let (house, member) = (&scene.house, &scene.member);
        // The views read the database's clock.
        let start = Timestamp::now();
        house.hand.set(start);
        // Far from midnight.
        let zone =
            if (6..18).contains(&start.to_zoned(TimeZone::UTC).hour()) { "UTC" } else { "Pacific/Auckland" };
        house.run(member, &format!("update routiq.organizations set timezone = '{zone}'")).await;
        let counting = Counting::begin(house, member).await;
        let mut chance = Chance(StdRng::seed_from_u64(seed));
        let mut bookings = 0;
        for round in 0..20 {
            for _ in 0..chance.0.random_range(1..4) {
                let records = (0..chance.0.random_range(1..10)).map(|_| chance.record(start)).collect();
                // Each is asked after the one before, and all now.
                let at = Timestamp::now();
                house.hand.set(at);
                let source = scene.source(routiq::store::apply::Origin::Page, at);
                scene.written(&source, records).await;
            }
            counting.settle().await;
            assert_counted(house, member, &format!("seed {seed}, round {round}")).await;
            let data = written(house, member).await.data.unwrap();
            bookings += data["metrics"]["totalBookings"].as_i64().unwrap();
        }
        assert!(bookings > 50, "seed {seed}: hardly anything was booked");
    }
}

#[tokio::test]
async fn a_visit_begins_ends_and_ages_by_the_clock_alone() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    house.run(member, "update routiq.organizations set timezone = 'Australia/Perth'").await;
    // A quarter past one in the afternoon there.
    let noon: Timestamp = "2031-05-05T05:15:00Z".parse().unwrap();
    let counting = Counting::begin(house, member).await;
    house.hand.set(noon);
    let in_an_hour = booked(visit("a1", "c1", noon + SignedDuration::from_hours(1)));
    let late =
        Appointment { cancelled_at: Some(noon), ..visit("a2", "c1", noon + SignedDuration::from_hours(2)) };
    let source = scene.source(routiq::store::apply::Origin::Page, noon);
    scene.written(&source, vec![person("c1"), in_an_hour, booked(late)]).await;
    let (mut told, mut last) = (Vec::new(), Value::Null);
    while house.hand.now() < noon + SignedDuration::from_hours(24 * 32) {
        let again_in = counting.settle().await;
        assert!(again_in > Duration::ZERO, "it does not spin");
        let data = written(house, member).await.data.unwrap();
        let (now, summary) = (&data["metrics"]["bookings"], &data["summary"]);
        let names = ["today", "completedToday", "missedToday", "upcomingToday", "upcoming"];
        let mut shown: Vec<i64> = names.iter().map(|name| now[*name].as_i64().unwrap()).collect();
        shown.push(summary["patients_with_recent"].as_i64().unwrap());
        let shown = json!(shown);
        if shown != last {
            told.push((house.hand.now().duration_since(noon), shown.clone()));
            last = shown;
        }
        house.hand.advance(SignedDuration::try_from(again_in).unwrap());
    }
    let after = |minutes: i64| SignedDuration::from_mins(minutes);
    let a_month = SignedDuration::from_hours(30 * 24) + after(60) + SignedDuration::from_millis(1);
    let wanted = [
        (after(0), json!([2, 0, 0, 1, 1, 0])),
        (after(60), json!([2, 0, 0, 0, 0, 1])),
        (after(105), json!([2, 1, 0, 0, 0, 1])),
        (after(120), json!([2, 1, 1, 0, 0, 1])),
        // Midnight in Perth.
        (after(645), json!([0, 0, 0, 0, 0, 1])),
        (a_month, json!([0, 0, 0, 0, 0, 0])),
    ];
    assert_eq!(told, wanted);
    let causes = house.texts(member, "select cause from routiq.live_changes order by sequence").await;
    assert_eq!(causes.last().map(String::as_str), Some("clock"), "{causes:?}");
}

#[tokio::test]
async fn what_is_not_touched_is_not_counted_and_what_moves_unseen_wakes_in_time() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let now = house.hand.now();
    let counting = Counting::begin(house, member).await;
    let (early, late) = (now + SignedDuration::from_hours(50), now + SignedDuration::from_hours(60));
    scene.then(vec![person("c1"), booked(visit("a1", "c1", late))]).await;
    counting.settle().await;
    let before = written(house, member).await;
    let shown = |data: &Option<Value>| data.as_ref().unwrap()["metrics"]["bookings"]["upcoming"].clone();
    assert_eq!(shown(&before.data), 1);
    // Sooner, on a day that nobody looks at: nothing that is shown changes, but when it does next.
    scene.then(vec![booked(visit("a1", "c1", early))]).await;
    counting.settle().await;
    let moved = written(house, member).await;
    assert_eq!((moved.number, &moved.data), (before.number, &before.data));
    assert_eq!(moved.practice.unwrap().next_at, Some(early));
    // A figure that no mark and no clock has touched stays as it was kept.
    house.run(member, "update routiq.appointments set deleted_at = now(), deletion_id = id").await;
    house.hand.advance(SignedDuration::from_hours(1));
    counting.settle().await;
    assert_eq!(shown(&written(house, member).await.data), 1, "it was not asked for");
    house.hand.advance_to(early);
    counting.settle().await;
    assert_eq!(shown(&written(house, member).await.data), 0);
}

#[tokio::test]
async fn matches_are_counted_when_they_are_made_proposed_refused_and_undone() {
    let house = House::new().await;
    let member = house.one();
    let counting = Counting::begin(&house, &member).await;
    counting.settle().await;
    let people = async || written(&house, &member).await.data.unwrap()["metrics"]["people"].clone();
    assert_eq!(people().await, json!({ "connected": 0, "merges": 0, "candidates": 0 }));
    let contact = |id: &str, name: &str, phone: &str| {
        let phone = text(phone);
        Record::Contact(Contact { external_id: id.to_owned(), name: text(name), phone, ..Contact::default() })
    };
    let records = vec![
        contact("1", "Rosa Invented", "+61491570156"),
        contact("2", "Rosa Invented", "+61491570156"),
        contact("3", "Daniel Quill", "+61491570157"),
        contact("4", "Daniell Quill", "+61491570157"),
    ];
    house.apply(&member, records, house.hand.now()).await;
    counting.settle().await;
    assert_eq!(people().await, json!({ "connected": 1, "merges": 1, "candidates": 1 }));
    let number = written(&house, &member).await.number;
    counting.settle().await;
    assert_eq!(written(&house, &member).await.number, number, "and then it rests");

    let decide = async |merge: bool, confirm: Option<bool>| {
        let by = By { who: "user_1", now: house.hand.now(), ids: &house.ids };
        let of = match merge {
            true => "select id::text from routiq.identity_merges where undone_at is null order by id desc",
            false => "select id::text from routiq.identity_candidates where status = 'open'",
        };
        let id = house.texts(&member, of).await[0].parse().unwrap();
        let mut session = house.store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let decided = match confirm {
            None => identity::undo(&tenant, id, by).await,
            Some(true) => identity::confirm(&tenant, id, by).await,
            Some(false) => identity::refuse(&tenant, id, by).await,
        };
        assert!(matches!(decided.unwrap(), Decided::Done(_)));
        tenant.commit().await.unwrap();
        counting.settle().await;
        people().await
    };
    assert_eq!(decide(false, Some(true)).await, json!({ "connected": 2, "merges": 2, "candidates": 0 }));
    assert_eq!(decide(true, None).await, json!({ "connected": 1, "merges": 1, "candidates": 0 }));
    assert_eq!(decide(true, None).await, json!({ "connected": 0, "merges": 0, "candidates": 0 }));
    house.apply(&member, vec![contact("5", "Danniel Quill", "+61491570157")], house.hand.now()).await;
    counting.settle().await;
    let candidates = people().await["candidates"].as_i64().unwrap();
    assert!(candidates > 0, "somebody else to look at");
    assert_eq!(decide(false, Some(false)).await["candidates"], candidates - 1);
}

#[tokio::test]
async fn the_pages_of_a_first_import_are_counted_together() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let run = format!(
        "insert into routiq.sync_logs (organization_id, id, account_id, sync_id, source_system, operation_type, status, started_at,
             updated_at) values ('{0}', '{1}', '{1}', '{1}', 'cliniko', 'full_sync', 'running', now(), now());
         insert into routiq.sync_stream_state (organization_id, account_id, stream, backfill_done, backfill_total, updated_at)
             values ('{0}', '{1}', 'appointments', 1, 3, now())",
        member.key.organization, member.key.account
    );
    house.run(member, &run).await;
    let counting = Counting::begin(house, member).await;
    counting.settle().await;
    let total = async || written(house, member).await.practice.unwrap().total;
    let page = async |id: &str| {
        let starts = house.hand.now() + SignedDuration::from_hours(7);
        scene.then(vec![person("c1"), booked(visit(id, "c1", starts))]).await;
        counting.settle().await
    };
    page("a1").await;
    assert_eq!(total().await, 1, "the first at once");
    let again_in = page("a2").await;
    assert_eq!(total().await, 1, "the next waits");
    assert_eq!(house.count(member, "routiq.dirty where visits").await, 1, "its mark stays, whoever dies");
    assert!(again_in <= Duration::from_secs(2), "{again_in:?}");
    house.hand.advance(SignedDuration::try_from(again_in).unwrap());
    counting.settle().await;
    assert_eq!((total().await, house.count(member, "routiq.dirty").await), (2, 0));
    house.run(member, "update routiq.sync_stream_state set backfill_done = 3").await;
    page("a3").await;
    page("a4").await;
    assert_eq!(total().await, 4, "after the import each at once");
}
