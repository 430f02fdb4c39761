//! Lists, tokens, and what happens when Google no longer knows them.

use super::{records::event, *};
use crate::domain::stream::{Item, Missing, Urgency};

fn everything(calendar: &str) -> Ask {
    Ask::Everything { calendar: calendar.to_owned(), request: None }
}

fn changes(calendar: &str) -> Ask {
    Ask::Changes { calendar: calendar.to_owned(), request: None }
}

fn completes(page: &Page) -> bool {
    page.state.iter().any(|change| matches!(change, StateChange::ListingComplete { .. }))
}

#[tokio::test]
async fn the_token_is_kept_only_after_the_last_page() {
    let mut desk = Desk::new(json!({}));
    desk.answer(list(&json!([event()]), Some("p 2"), None)).await.unwrap();
    assert_eq!((desk.planned(), desk.proven()), (everything(ANA), None));
    desk.pass(5);
    let page = desk.answer(list(&json!([]), None, Some("s+1"))).await.unwrap();
    assert!(desk.last().ends_with("singleEvents=true&pageToken=p%202"), "{}", desk.last());
    assert_eq!(desk.proven(), Some(start()), "up to when the first page was asked for");
    assert!(completes(&page));
    assert_eq!(desk.idle(), SignedDuration::from_secs(55));
    desk.pass(60);
    assert_eq!(desk.planned(), changes(ANA));
    desk.answer(list(&json!([]), None, Some("s2"))).await.unwrap();
    assert!(desk.last().ends_with("maxResults=500&singleEvents=true&syncToken=s%2B1"), "{}", desk.last());
    assert!(
        !["timeMin", "timeMax", "updatedMin", "orderBy", "showDeleted"]
            .iter()
            .any(|it| desk.last().contains(it))
    );
}

#[tokio::test]
async fn a_page_that_is_short_or_empty_is_not_the_last_one() {
    let mut desk = Desk::new(json!({}));
    desk.answer(list(&json!([]), Some("p2"), None)).await.unwrap();
    assert_eq!(desk.planned(), everything(ANA));
}

#[tokio::test]
async fn a_last_page_without_a_token_and_a_list_in_circles_are_not_believed() {
    let mut desk = Desk::new(json!({}));
    let error = desk.answer(list(&json!([]), None, None)).await.unwrap_err();
    assert!(matches!(error, PlatformError::Malformed(_)), "{error}");
    desk.answer(list(&json!([]), Some("p2"), None)).await.unwrap();
    let error = desk.answer(list(&json!([]), Some("p2"), None)).await.unwrap_err();
    assert!(matches!(error, PlatformError::Malformed(_)), "{error}");
}

#[tokio::test]
async fn gone_lists_everything_anew_at_once_and_later_each_time_it_happens_again() {
    let mut desk = Desk::imported(json!({})).await;
    let mut waits = Vec::new();
    for _ in 0..4 {
        desk.pass(60);
        assert_eq!(desk.planned(), changes(ANA));
        desk.answer(refusal(410, "fullSyncRequired")).await.unwrap();
        let waited = match desk.plan() {
            Plan::Ask(_) => 0,
            Plan::Idle { until } => until.duration_since(desk.now).as_secs(),
        };
        waits.push(waited);
        desk.pass(waited);
        assert_eq!(desk.planned(), everything(ANA));
        let page = desk.answer(list(&json!([]), None, Some("s2"))).await.unwrap();
        assert!(completes(&page), "what was deleted meanwhile is found");
    }
    assert_eq!(waits, [0, 3_600, 7_200, 14_400]);
    desk.pass(60);
    desk.answer(list(&json!([]), None, Some("s3"))).await.unwrap();
    desk.pass(60);
    desk.answer(refusal(410, "fullSyncRequired")).await.unwrap();
    assert_eq!(desk.planned(), everything(ANA), "one that worked in between ends the row");
}

#[tokio::test]
async fn a_token_of_other_parameters_is_as_good_as_gone() {
    let mut desk = Desk::imported(json!({})).await;
    desk.pass(60);
    desk.answer(refusal(400, "syncTokenWithDifferentParameters")).await.unwrap();
    assert_eq!(desk.planned(), everything(ANA));
}

#[tokio::test]
async fn a_page_that_google_no_longer_knows_is_begun_again_and_not_for_ever() {
    let mut desk = Desk::new(json!({}));
    for _ in 0..2 {
        desk.answer(list(&json!([]), Some("p2"), None)).await.unwrap();
        desk.answer(refusal(400, "invalid")).await.unwrap();
        assert_eq!(desk.planned(), everything(ANA));
    }
    desk.answer(list(&json!([]), Some("p2"), None)).await.unwrap();
    assert!(!desk.last().contains("pageToken"), "from the beginning");
    desk.answer(refusal(400, "invalid")).await.unwrap_err();
}

#[tokio::test]
async fn what_a_listing_did_not_show_is_asked_for_by_its_id() {
    let mut desk = Desk::imported(json!({})).await;
    let due = |id: &str| Item {
        stream: "appointments".into(),
        external_id: format!("{ANA}/{id}"),
        cursor: Value::Null,
        work: json!({ "check": true }),
        urgency: Urgency::Backfill,
        request: 3,
    };
    for (answer, exists) in [
        (respond(200, json!({ "id": "abc", "status": "cancelled" }).to_string()), false),
        (refusal(404, "notFound"), false),
        (refusal(410, "deleted"), false),
        (
            respond(
                200,
                {
                    let mut it = event();
                    it["id"] = json!("abc");
                    it
                }
                .to_string(),
            ),
            true,
        ),
    ] {
        desk.state.due = Some(due("abc"));
        assert_eq!(desk.planned(), Ask::Check { id: format!("{ANA}/abc"), request: 3 });
        let page = desk.answer(answer).await.unwrap();
        let gone =
            page.changes.iter().any(|it| matches!(it.record, crate::domain::change::Record::Gone { .. }));
        assert_eq!(!gone, exists);
        let StateChange::Done { cursor, request, .. } = page.state.last().unwrap() else { panic!() };
        assert_eq!((*request, cursor == &json!({ "unlisted": true })), (3, exists));
    }
    // What is not read any more is gone, and nobody is asked.
    let before = desk.asked.lock().unwrap().len();
    desk.state.due = Some(Item { external_id: format!("{ROOM}/abc"), ..due("abc") });
    let page = desk.send().await.unwrap();
    assert_eq!((page.changes.len(), desk.asked.lock().unwrap().len()), (1, before));
}

#[tokio::test]
async fn a_calendar_that_vanishes_is_shown_and_the_others_go_on() {
    let mut desk = Desk::imported(json!({ "calendars": [ANA, ROOM] })).await;
    let proven = desk.proven().unwrap();
    desk.pass(60);
    let page = desk.answer(refusal(404, "notFound")).await.unwrap();
    assert_eq!((page.rejected.len(), page.rejected[0].external_id.as_deref()), (1, Some(ANA)));
    assert_eq!(desk.planned(), changes(ROOM));
    desk.answer(list(&json!([]), None, Some("s2"))).await.unwrap();
    assert_eq!(desk.proven(), Some(proven), "nothing is proven of what is not seen");
    desk.state.sweep_requested_at = Some(desk.now);
    desk.pass(1);
    let page = desk.answer(refusal(404, "notFound")).await.unwrap();
    assert!(!completes(&page));
    let page = desk.answer(list(&json!([]), None, Some("s3"))).await.unwrap();
    assert!(!completes(&page), "a listing that misses a calendar proves nothing gone");
    desk.pass(3_600);
    assert_eq!(desk.planned(), changes(ROOM), "late");
    desk.answer(list(&json!([]), None, Some("s4"))).await.unwrap();
    assert_eq!(desk.planned(), changes(ANA), "it is asked for again");
    desk.answer(list(&json!([]), None, Some("s4"))).await.unwrap();
    let error = {
        let mut alone = Desk::new(json!({}));
        alone.answer(refusal(404, "notFound")).await.unwrap_err()
    };
    assert!(matches!(&error, PlatformError::Denied(reason) if reason.contains("404")), "{error}");
}

#[tokio::test]
async fn a_calendar_in_another_zone_is_read_anew() {
    let mut desk = Desk::imported(json!({})).await;
    desk.pass(60);
    let moved = json!({ "items": [], "nextSyncToken": "s2", "timeZone": "Europe/Berlin" });
    desk.answer(respond(200, moved.to_string())).await.unwrap();
    assert_eq!(desk.planned(), everything(ANA), "whole days begin elsewhere now");
}

#[tokio::test]
async fn a_sweep_finds_what_is_missing_in_every_calendar_together() {
    let mut desk = Desk::imported(json!({ "calendars": [ANA, ROOM], "locations": [ROOM] })).await;
    desk.pass(24 * 3600);
    let mut done = Vec::new();
    while let Plan::Ask(_) = desk.plan() {
        let asked = desk.planned();
        let page = desk.answer(list(&json!([]), None, Some("s2"))).await.unwrap();
        if let Ask::Everything { calendar, .. } = asked {
            done.push((calendar, completes(&page)));
            for change in &page.state {
                if let StateChange::ListingComplete { stream, missing, .. } = change {
                    let checked = matches!(missing, Missing::Check { .. });
                    assert_eq!(checked, *stream == "appointments", "{stream}");
                }
            }
        }
    }
    assert_eq!(done, [(ANA.to_owned(), false), (ROOM.to_owned(), true)]);
}

#[tokio::test]
async fn a_cursor_from_the_future_is_not_believed() {
    let mut desk = Desk::imported(json!({})).await;
    desk.pass(-7_200);
    assert_eq!(desk.planned(), everything(ANA));
}
