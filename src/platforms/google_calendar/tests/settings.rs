//! What an account's settings may hold.

use super::*;

#[test]
fn a_wrong_setting_is_named_with_what_is_allowed() {
    let desk = Desk::new(json!({}));
    let refused = |settings: Value| desk.adapter.check_settings(ANA, &settings).unwrap_err();
    for (settings, name) in [
        (json!([]), "settings"),
        (json!({ "calendar": [ANA] }), "calendar"),
        (json!({ "calendars": { "a": ANA } }), "calendars"),
        (json!({ "calendars": "a, ,b" }), "calendars"),
        (json!({ "calendars": [] }), "calendars"),
        (json!({ "calendars": ["primary"] }), "calendars"),
        (json!({ "calendars": ["a b@example.org"] }), "calendars"),
        (json!({ "calendars": ["../token"] }), "calendars"),
        (json!({ "calendars": [ANA, ANA] }), "calendars"),
        (json!({ "calendars": vec![ANA; 101] }), "calendars"),
        (json!({ "locations": [ROOM] }), "locations"),
        (json!({ "poll_interval_seconds": 5 }), "poll_interval_seconds"),
        (json!({ "requests_per_minute": 601 }), "requests_per_minute"),
    ] {
        let reason = refused(settings.clone());
        assert!(
            reason.starts_with(&format!("{name}: ")) && reason.contains("allowed"),
            "{settings}: {reason}"
        );
    }
    let good = json!({ "calendars": [ANA, ROOM], "locations": [ROOM], "poll_interval_seconds": "300" });
    desk.adapter.check_settings(ANA, &good).unwrap();
    desk.adapter
        .check_settings(ANA, &json!({ "calendars": format!("{ANA}, {ROOM}"), "locations": ROOM }))
        .unwrap();
    for account in ["primary", "4", "ana @example.org", ""] {
        assert!(
            desk.adapter.check_settings(account, &json!({})).unwrap_err().starts_with("external_id: "),
            "{account}"
        );
    }
}

#[tokio::test]
async fn without_a_list_the_accounts_own_calendar_is_read() {
    let mut desk = Desk::new(json!({}));
    desk.answer(list(&json!([]), None, Some("s1"))).await.unwrap();
    assert_eq!(
        desk.last(),
        "https://www.googleapis.com/calendar/v3/calendars/ana%40clinic%2Eexample%2Eorg/events?maxResults=500&singleEvents=true"
    );
}
