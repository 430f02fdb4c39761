//! Channels: opened, renewed in time, stopped.

use super::*;
use crate::domain::hook::{Address, HookNews, HookTodo, Token};

fn open(at: Timestamp) -> HookState {
    let address = Address("https://routiq.example.org/webhooks/google_calendar/unguessable".to_owned());
    let todo = HookTodo::Open { address, token: Token("a-token-of-ours".to_owned()) };
    HookState { checked_at: Some(at), live: false, todo: Some(todo) }
}

fn channel(desk: &Desk, days: i64) -> Answer {
    let ends = desk.now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap();
    respond(
        200,
        json!({ "kind": "api#channel", "id": "x", "resourceId": "r-1",
        "expiration": ends.as_millisecond().to_string() })
        .to_string(),
    )
}

/// Follows the wish for an address, as the house does.
async fn opened(desk: &mut Desk, days: i64) {
    desk.reach(open(desk.now));
    while let Ask::Watch { .. } = desk.planned() {
        let answer = channel(desk, days);
        let page = desk.answer(answer).await.unwrap();
        if page.hook.is_some() {
            desk.reach(HookState { checked_at: Some(desk.now), live: true, todo: None });
            return;
        }
    }
}

fn body(desk: &Desk) -> Value {
    serde_json::from_slice(desk.asked.lock().unwrap().last().unwrap().body()).unwrap()
}

#[tokio::test]
async fn an_address_is_wanted_once_everything_is_imported_and_every_calendar_is_opened_to_it() {
    let mut desk = Desk::new(json!({ "calendars": [ANA, ROOM] }));
    desk.reach(HookState::default());
    let page = desk.answer(list(&json!([]), None, Some("s1"))).await.unwrap();
    assert!(page.hook.is_none(), "not in the middle of an import");
    let page = desk.answer(list(&json!([]), None, Some("s1"))).await.unwrap();
    assert!(matches!(page.hook, Some(HookNews::Wanted)), "{:?}", page.hook);
    desk.reach(open(desk.now));
    assert_eq!(desk.planned(), Ask::Watch { calendar: ANA.into() });
    let answer = channel(&desk, 7);
    let page = desk.answer(answer).await.unwrap();
    assert!(page.hook.is_none(), "the other one comes first");
    let (first, told) = (desk.last(), body(&desk));
    assert!(first.ends_with("/calendars/ana%40clinic%2Eexample%2Eorg/events/watch"), "{first}");
    assert_eq!((told["type"].as_str(), told["token"].as_str()), (Some("web_hook"), Some("a-token-of-ours")));
    assert_eq!(told["expiration"], desk.now.as_millisecond() + 7 * 24 * 3_600_000);
    let id = told["id"].as_str().unwrap();
    assert!(id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id}");
    assert_eq!(desk.planned(), Ask::Watch { calendar: ROOM.into() });
    let answer = channel(&desk, 7);
    let page = desk.answer(answer).await.unwrap();
    let Some(HookNews::Stored(stored)) = page.hook else { panic!("{:?}", page.hook) };
    assert!(stored.complete && stored.address.0.ends_with("/unguessable"));
    assert_ne!(body(&desk)["id"], told["id"], "each has a name of its own");
    let kept = format!("{:?}", desk.state.streams);
    assert!(!kept.contains("unguessable") && !kept.contains("a-token-of-ours"), "{kept}");
}

#[tokio::test]
async fn a_channel_gets_its_successor_before_it_ends_and_is_stopped_then() {
    let mut desk = Desk::imported(json!({})).await;
    desk.reach(HookState::default());
    opened(&mut desk, 7).await;
    let first = body(&desk)["id"].clone();
    // A look a minute, for as long as it takes.
    let mut days = 0;
    let wanted = loop {
        desk.pass(12 * 3_600);
        days += 1;
        let mut wanted = false;
        while let Plan::Ask(_) = desk.plan() {
            wanted |= desk.answer(list(&json!([]), None, Some("s"))).await.unwrap().hook.is_some();
        }
        if wanted {
            break days;
        }
    };
    assert_eq!(wanted, 12, "a day before its end");
    opened(&mut desk, 7).await;
    assert_ne!(body(&desk)["id"], first);
    let Ask::Stop { channel } = desk.planned() else { panic!("{:?}", desk.planned()) };
    assert_eq!(first, channel);
    desk.answer(respond(204, "")).await.unwrap();
    assert!(desk.last().ends_with("/calendar/v3/channels/stop"));
    assert_eq!(body(&desk), json!({ "id": first, "resourceId": "r-1" }));
    assert!(desk.idle() > SignedDuration::ZERO, "once");
}

#[tokio::test]
async fn a_life_that_google_cuts_short_is_renewed_in_its_last_quarter() {
    let mut desk = Desk::imported(json!({})).await;
    desk.reach(HookState::default());
    opened(&mut desk, 1).await;
    for (hours, due) in [(17, false), (2, true)] {
        desk.pass(hours * 3_600);
        let page = desk.answer(list(&json!([]), None, Some("s"))).await.unwrap();
        assert_eq!(page.hook.is_some(), due, "{hours}");
    }
}

#[tokio::test]
async fn a_calendar_that_cannot_be_told_of_is_left_to_polls_and_tried_again_a_day_later() {
    for refused in
        [refusal(400, "pushNotSupportedForRequestedResource"), refusal(401, "push.webhookUrlUnauthorized")]
    {
        let mut desk = Desk::imported(json!({})).await;
        desk.reach(open(desk.now));
        let page = desk.answer(refused).await.unwrap();
        assert!(matches!(page.hook, Some(HookNews::Refused(_))), "{:?}", page.hook);
        desk.reach(HookState { checked_at: Some(desk.now), live: false, todo: None });
        for (hours, due) in [(2, false), (23, true)] {
            desk.pass(hours * 3_600);
            let mut wanted = false;
            while let Plan::Ask(_) = desk.plan() {
                wanted |= desk.answer(list(&json!([]), None, Some("s"))).await.unwrap().hook.is_some();
            }
            assert_eq!(wanted, due, "{hours}");
        }
    }
}

#[tokio::test]
async fn without_a_public_address_channels_are_stopped() {
    let mut desk = Desk::imported(json!({})).await;
    desk.reach(HookState::default());
    opened(&mut desk, 7).await;
    desk.state.hook = None;
    assert!(matches!(desk.planned(), Ask::Stop { .. }));
    // Google knows it no more: it has stopped.
    desk.answer(refusal(404, "channelNotFound")).await.unwrap();
    assert!(desk.idle() > SignedDuration::ZERO);
}

#[tokio::test]
async fn what_the_house_forgot_is_begun_again() {
    let mut desk = Desk::imported(json!({ "calendars": [ANA, ROOM] })).await;
    desk.reach(open(desk.now));
    let answer = channel(&desk, 7);
    desk.answer(answer).await.unwrap();
    // A restart in the middle: the address is known to nobody any more.
    desk.reach(HookState::default());
    desk.pass(60);
    let page = desk.answer(list(&json!([]), None, Some("s"))).await.unwrap();
    assert!(matches!(page.hook, Some(HookNews::Wanted)));
}

#[test]
fn only_a_protected_address_is_offered() {
    let at = |public_url: Option<&str>| {
        let config = GoogleCalendarConfig { public_url: public_url.map(str::to_owned), ..config() };
        let transport = InProcess::new(|_| std::future::ready(Err(TransportError::Connect)));
        GoogleCalendar::new(Arc::new(transport), config).hook_address()
    };
    assert_eq!(
        at(Some("https://routiq.example.org/in/")).as_deref(),
        Some("https://routiq.example.org/in/webhooks/google_calendar/")
    );
    assert_eq!(at(Some("http://routiq.example.org")), None);
    assert_eq!(at(None), None);
}
