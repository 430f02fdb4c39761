//! Lists: what is asked for, what follows from what they show, and what they do not show.

use super::{records::*, *};
use crate::domain::{
    change::{Kind, Record},
    stream::{Item, Urgency},
};

fn due(id: &str, work: Value, cursor: Value) -> Item {
    Item {
        stream: "appointments".into(),
        external_id: id.to_owned(),
        cursor,
        work,
        urgency: Urgency::Live,
        request: 3,
    }
}

fn gone(pages: &[Page]) -> Vec<String> {
    let gone = pages.iter().flat_map(|page| &page.changes).filter_map(|it| match &it.record {
        Record::Gone { external_id, .. } => Some(external_id.clone()),
        _ => None,
    });
    gone.collect()
}

fn read_again(page: &Page) -> Vec<(String, bool)> {
    let due = page.state.iter().filter_map(|change| match change {
        StateChange::Due { external_ids, only_if_changed, .. } => {
            Some((external_ids, only_if_changed.is_some()))
        }
        _ => None,
    });
    due.flat_map(|(ids, changed)| ids.iter().map(move |id| (id.clone(), changed))).collect()
}

#[tokio::test]
async fn members_come_newest_first_and_a_sweep_lists_them_in_the_order_they_came() {
    let mut desk = Desk::new();
    desk.answer(list(&json!([member()]), Some(150))).await.unwrap();
    assert_eq!(desk.last(), "/api/v2/host/members?page=0&pageSize=100&sortBy=lastSeenAt&sortOrder=DESC");
    desk.answer(list(&json!([]), Some(150))).await.unwrap();
    assert!(desk.last().contains("page=1&pageSize=100"), "pages count from 0: {}", desk.last());
    desk.round(|_, _| None).await;
    assert!(desk.proven("contacts").is_some());
    desk.pass(60);
    desk.state.sweep_requested_at = Some(desk.now);
    desk.pass(1);
    let mut swept = None;
    while let Some(part) = desk.part() {
        let Ask::Read(read) = desk.planned() else { panic!() };
        desk.answer(list(&json!([]), None)).await.unwrap();
        if part == "members" && read.by == crate::platforms::kit::poll::By::Made {
            swept = Some(desk.last());
        }
    }
    let swept = swept.expect("members are listed whole");
    assert_eq!(swept, "/api/v2/host/members?page=0&pageSize=100&sortBy=firstSeenAt&sortOrder=ASC");
}

#[tokio::test]
async fn windows_reach_a_moment_over_their_bounds_and_show_what_was_cancelled() {
    let mut desk = Desk::new();
    desk.answer(list(&json!([]), None)).await.unwrap();
    desk.answer(list(&json!([]), None)).await.unwrap();
    assert_eq!(
        desk.last(),
        "/api/v2/host/sessions?page=0&pageSize=100&startAfter=2024%2D06%2D10T01%3A59%3A59%2E999Z\
         &startBefore=2024%2D08%2D09T02%3A00%3A00%2E001Z&sortBy=startsAt&sortOrder=ASC&includeCancelled=true"
    );
    desk.answer(list(&json!([]), None)).await.unwrap();
    assert!(desk.last().starts_with("/api/v2/host/appointments/reservations?page=0"), "{}", desk.last());
    assert!(
        desk.last().ends_with("&includeCancelled=true&includeCancelledAttendees=true"),
        "{}",
        desk.last()
    );
    let first = desk.round(|_, _| None).await.len();
    desk.pass(60);
    let next = desk.round(|_, _| None).await.len();
    assert!(first > 20 && next < 12, "history once, then what is near: {first} {next}");
}

#[tokio::test]
async fn bookings_are_read_when_a_class_changed_and_again_and_again_when_it_is_near() {
    let mut desk = Desk::new();
    let near: Vec<Value> = (0..30)
        .map(|id| {
            let mut it = session();
            (it["id"], it["startsAt"]) = (json!(id), json!("2026-06-10T20:00:00.000Z"));
            it
        })
        .collect();
    let mut far = session();
    (far["id"], far["startsAt"]) = (json!(900), json!("2026-07-20T20:00:00.000Z"));
    let records = json!(near.into_iter().chain([far]).collect::<Vec<_>>());
    let mut wanted = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..15 {
        let all = &records;
        let pages = desk
            .round(|part, what| {
                (part == "sessions" && what.contains("\"since\":\"2026-05-")).then(|| list(all, None))
            })
            .await;
        for (id, changed) in pages.iter().flat_map(read_again) {
            *wanted.entry(id).or_default() += usize::from(!changed);
        }
        desk.pass(60);
    }
    assert_eq!(wanted.len(), 31, "each is read when its record changed");
    assert!(wanted.iter().filter(|(id, _)| *id != "session:900").all(|(_, times)| *times >= 1), "{wanted:?}");
    assert_eq!(wanted["session:900"], 0, "what is far is read when it changed");
    // Whoever asks for a sweep gets all of them.
    desk.state.sweep_requested_at = Some(desk.now);
    desk.pass(1);
    let all = &records;
    let pages = desk
        .round(|part, what| {
            (part == "sessions" && what.contains("\"since\":\"2026-05-")).then(|| list(all, None))
        })
        .await;
    let whole = pages.iter().flat_map(read_again).filter(|(_, changed)| !changed).count();
    assert_eq!(whole, 31);
}

#[tokio::test]
async fn a_booking_that_its_class_no_longer_shows_is_gone() {
    let mut desk = Desk::new();
    desk.round(|_, _| None).await;
    let known = json!({ "bookings": ["21", "22"] });
    desk.state.due = Some(due("session:9", json!({ "bookings": 1, "seen": [] }), known.clone()));
    let page = desk.answer(list(&json!([booking()]), None)).await.unwrap();
    assert_eq!(
        desk.last(),
        "/api/v2/host/sessions/9/bookings?page=0&pageSize=100&sortBy=createdAt&sortOrder=ASC&includeCancelled=true"
    );
    assert_eq!(gone(std::slice::from_ref(&page)), ["booking:22"]);
    let StateChange::Done { cursor, request: 3, .. } = &page.state[0] else { panic!("{:?}", page.state) };
    assert_eq!(*cursor, json!({ "bookings": ["21"] }));
    // A page that moved under the reader's feet proves nothing.
    desk.state.due = Some(due("session:9", json!({ "bookings": 1, "seen": [] }), known));
    let first = desk.answer(list(&json!([booking()]), Some(101))).await.unwrap();
    assert!(matches!(&first.state[0], StateChange::Done { rest: Some(_), .. }));
    let second = desk.answer(list(&json!([]), Some(101))).await.unwrap();
    assert!(desk.last().contains("page=1&"), "{}", desk.last());
    assert!(gone(&[first, second]).is_empty());
}

#[tokio::test]
async fn what_two_listings_miss_is_gone_and_a_class_is_asked_for() {
    let mut desk = Desk::new();
    let show = |part: &str, what: &str| {
        let here = what.contains("\"since\":\"2026-05-");
        match part {
            "sessions" if here => Some(list(&json!([session()]), None)),
            "reservations" if here => Some(list(&json!([reservation()]), None)),
            _ => None,
        }
    };
    desk.round(|_, _| None).await;
    desk.pass(60);
    desk.round(show).await;
    desk.pass(60);
    let once = desk.round(|_, _| None).await;
    assert!(gone(&once).is_empty(), "once is no proof");
    let asked: Vec<_> = once.iter().flat_map(read_again).collect();
    assert_eq!(asked, [("session:9".to_owned(), false)]);
    desk.pass(60);
    assert_eq!(gone(&desk.round(|_, _| None).await), ["reservation:31"]);
    desk.state.due = Some(due("session:9", json!({ "check": true }), Value::Null));
    let page = desk.answer(respond(404, r#"{"message":"Session not found"}"#)).await.unwrap();
    assert_eq!(desk.last(), "/api/v2/host/sessions/9");
    assert_eq!(gone(&[page]), ["session:9"]);
}

#[tokio::test]
async fn a_listing_proves_the_one_before_it_and_only_when_no_bookings_are_owed() {
    let mut desk = Desk::new();
    desk.round(|_, _| None).await;
    assert_eq!(desk.proven("appointments"), None, "their bookings are read after it");
    desk.pass(60);
    desk.round(|_, _| None).await;
    let proven = desk.proven("appointments").expect("the first one is whole now");
    assert!(proven > start() && proven < desk.now);
    assert!(desk.proven("contacts").is_some());
}

#[tokio::test]
async fn a_member_whom_no_list_shows_is_asked_for() {
    let mut desk = Desk::new();
    desk.round(|_, _| None).await;
    for (answer, exists) in [(respond(200, member().to_string()), true), (respond(404, "{}"), false)] {
        let item = Item { stream: "contacts".into(), ..due("7", json!({ "check": true }), Value::Null) };
        desk.state.due = Some(item);
        let page = desk.answer(answer).await.unwrap();
        assert_eq!(desk.last(), "/api/v2/host/members/7");
        assert_eq!(gone(std::slice::from_ref(&page)).is_empty(), exists);
        assert_eq!(page.changes[0].record.kind(), Kind::Contact);
    }
}
