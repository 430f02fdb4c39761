//! What is asked next.

use jiff::SignedDuration;

use super::*;

fn what(state: &AccountState, now: Timestamp) -> Option<String> {
    let (adapter, _) = adapter(|_| (500, String::new()));
    match adapter.plan(&account(), state, now) {
        Plan::Ask(call) => Some(call.what["ask"].as_str().unwrap().to_owned()),
        Plan::Idle { .. } => None,
    }
}

#[test]
fn the_token_first_then_who_somebody_waits_for_then_the_tables() {
    let mut state = AccountState::default();
    assert_eq!(what(&state, start()).as_deref(), Some("page"));
    state.streams.entry("metadata".into()).or_default().cursor = json!({ "page": start() });
    state.due = wanting(ORLA).due;
    assert_eq!(what(&state, start()).as_deref(), Some("subscriber"));
    state.due.as_mut().unwrap().urgency = Urgency::Backfill;
    assert_eq!(what(&state, start()).as_deref(), Some("tags"));
    state.streams.get_mut("metadata").unwrap().cursor = json!({ "page": start(), "tags": start() });
    assert_eq!(what(&state, start()).as_deref(), Some("fields"));
    state.streams.get_mut("metadata").unwrap().cursor =
        json!({ "page": start(), "tags": start(), "fields": start() });
    assert_eq!(what(&state, start()).as_deref(), Some("subscriber"));
    state.due = None;
    assert_eq!(what(&state, start()), None);
}

#[test]
fn the_token_and_the_tables_are_looked_at_with_every_poll_and_when_somebody_asks() {
    let mut state = settled();
    let later = |seconds| start() + SignedDuration::from_secs(seconds);
    assert_eq!(what(&state, later(59)), None);
    assert_eq!(what(&state, later(60)).as_deref(), Some("page"));
    state.streams.get_mut("metadata").unwrap().cursor =
        json!({ "page": later(60), "tags": start(), "fields": start(), "refreshed": start() });
    assert_eq!(what(&state, later(60)).as_deref(), Some("tags"), "or a practice would seem a day old");
    state.streams.get_mut("metadata").unwrap().cursor =
        json!({ "page": start(), "tags": start(), "fields": start(), "refreshed": start() });
    state.poll_requested_at = Some(later(10));
    assert_eq!(what(&state, later(10)).as_deref(), Some("page"));
    assert_eq!(what(&state, later(9)), None, "asked for in the future");
}

#[test]
fn a_cursor_from_the_future_is_not_believed() {
    let mut state = settled();
    let ahead = start() + SignedDuration::from_hours(1);
    state.streams.get_mut("metadata").unwrap().cursor =
        json!({ "page": ahead, "tags": ahead, "fields": ahead });
    assert_eq!(what(&state, start()).as_deref(), Some("page"));
}

#[tokio::test]
async fn everybody_known_is_asked_for_daily_and_on_a_sweep() {
    let info = || (200, json!({ "status": "success", "data": { "id": PAGE, "name": "Northside" } }));
    let refreshes = async |state: &AccountState| {
        let page = asked(state, info()).await.unwrap();
        page.state
            .iter()
            .any(|change| matches!(change, StateChange::ListingComplete { stream: "contacts", .. }))
    };
    let mut state = AccountState::default();
    assert!(refreshes(&state).await, "never before");
    let at = |refreshed: Timestamp| json!({ "refreshed": refreshed });
    let cursor = &mut state.streams.entry("metadata".into()).or_default().cursor;
    *cursor = at(start() - SignedDuration::from_hours(23));
    assert!(!refreshes(&state).await);
    state.sweep_requested_at = Some(start() - SignedDuration::from_hours(1));
    assert!(refreshes(&state).await, "somebody asked for a sweep since");
    state.sweep_requested_at = None;
    state.streams.get_mut("metadata").unwrap().cursor = at(start() - SignedDuration::from_hours(24));
    assert!(refreshes(&state).await);
}

#[test]
fn settings_and_ids_are_checked_with_words() {
    let (adapter, _) = adapter(|_| (500, String::new()));
    adapter.check_settings(PAGE, &json!({})).unwrap();
    adapter.check_settings(PAGE, &json!({ "refresh_hours": 6 })).unwrap();
    for (id, settings, field) in [
        ("", json!({}), "external_id"),
        ("my page", json!({}), "external_id"),
        (PAGE, json!({ "refresh_hours": 0 }), "refresh_hours"),
        (PAGE, json!({ "refresh_hours": "6" }), "refresh_hours"),
        (PAGE, json!({ "refresh": 6 }), "refresh:"),
        (PAGE, json!([]), "settings"),
    ] {
        let error = adapter.check_settings(id, &settings).unwrap_err();
        assert!(error.starts_with(field) && error.contains("allowed: "), "{error}");
    }
}
