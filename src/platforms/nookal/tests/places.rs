//! Locations: whose key it is, what it shows, and whose zone times without one are in.

use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::{
    domain::stream::StateChange,
    platforms::{Plan, nookal::places::Known},
};

fn location(id: &str, name: &str) -> Value {
    json!({ "ID": id, "Name": name, "AddressLine1": "42 Foo St", "AddressLine2": null, "City": "Perth", "State": "WA",
        "Country": "Australia", "Postcode": "6000", "Timezone": "Australia/Perth", "Email": "hi@example.org",
        "Telephone": "62749939", "Website": null, "lockNewPatientsToLocation": "0" })
}

async fn ask(state: &AccountState, settings: Value, locations: Value) -> Result<Page, PlatformError> {
    let body = success("locations", &locations);
    let (adapter, _) = adapter(move |_| respond(200, body.clone()));
    let account = Account { settings, ..account() };
    let call = Call { stream: "locations", what: json!({ "ask": "places" }), urgency: Urgency::Poll };
    adapter.pull(&account, &SecretString::from(KEY), state, &call, start()).await
}

fn take(state: &mut AccountState, page: &Page) {
    for change in &page.state {
        if let StateChange::Stream { stream, cursor, proven_until } = change {
            let (cursor, proven_until) = (cursor.clone(), *proven_until);
            state.streams.insert((*stream).to_owned(), StreamState { cursor, proven_until });
        }
    }
}

#[tokio::test]
async fn locations_are_asked_first_and_prove_themselves() {
    let (adapter, _) = adapter(|_| respond(200, "{}"));
    let Plan::Ask(call) = adapter.plan(&account(), &AccountState::default(), start()) else { panic!() };
    assert_eq!((call.stream, call.what), ("locations", json!({ "ask": "places" })));
    let mut state = AccountState::default();
    let page = ask(&state, json!({}), json!([location("1", "Northside")])).await.unwrap();
    assert_eq!((page.changes.len(), page.rejected.len()), (1, 0));
    take(&mut state, &page);
    assert_eq!(state.streams["locations"].proven_until, Some(start()));
    let Plan::Ask(call) = adapter.plan(&account(), &state, start()) else { panic!() };
    assert_ne!(call.stream, "locations");
    // Somebody who asks gets everything again.
    state.poll_requested_at = Some(start() + jiff::SignedDuration::from_secs(1));
    let soon = start() + jiff::SignedDuration::from_secs(2);
    let Plan::Ask(call) = adapter.plan(&account(), &state, soon) else { panic!() };
    assert_eq!(call.stream, "locations");
}

#[tokio::test]
async fn a_key_of_another_practice_is_refused_and_a_renamed_location_is_not_another() {
    let mut state = AccountState::default();
    let page = ask(&state, json!({}), json!([location("1", "Northside")])).await.unwrap();
    take(&mut state, &page);
    let renamed = ask(&state, json!({}), json!([location("1", "Northside Physio")])).await;
    assert!(renamed.is_ok());
    let mut other = location("1", "Elsewhere");
    (other["Email"], other["Telephone"], other["AddressLine1"]) =
        (json!("x@example.org"), json!(""), json!("1 Bar St"));
    let refused = ask(&state, json!({}), json!([other])).await.unwrap_err();
    assert!(
        matches!(&refused, PlatformError::Denied(reason) if reason.contains("another practice")),
        "{refused}"
    );
    assert!(matches!(ask(&state, json!({}), json!([])).await, Err(PlatformError::Denied(_))));
    // Who closed all the old ones says so.
    assert!(ask(&state, json!({ "closed_locations": ["1"] }), json!([other])).await.is_ok());
}

#[tokio::test]
async fn a_location_that_the_key_lost_is_told_once_and_nothing_is_gone_meanwhile() {
    let mut state = AccountState::default();
    let both = json!([location("1", "Northside"), location("2", "Southside")]);
    let page = ask(&state, json!({}), both).await.unwrap();
    take(&mut state, &page);
    let page = ask(&state, json!({}), json!([location("1", "Northside")])).await.unwrap();
    assert_eq!((page.rejected.len(), page.rejected[0].external_id.as_deref()), (1, Some("2")));
    assert!(page.rejected[0].reason.contains("closed_locations"));
    take(&mut state, &page);
    let again = ask(&state, json!({}), json!([location("1", "Northside")])).await.unwrap();
    assert!(again.rejected.is_empty(), "told once");
    let sweep = |settings: Value, state: AccountState| async move {
        let (adapter, _) = adapter(|_| respond(200, success("practitioners", &json!([]))));
        let what = json!({ "ask": "read", "part": "practitioners", "by": "made", "since": null, "before": null,
            "page": 1, "token": null });
        let call = Call { stream: "practitioners", what, urgency: Urgency::Backfill };
        let account = Account { settings, ..account() };
        let page = adapter.pull(&account, &SecretString::from(KEY), &state, &call, start()).await.unwrap();
        page.state.iter().any(|change| matches!(change, StateChange::ListingComplete { .. }))
    };
    assert!(!sweep(json!({}), state.clone()).await);
    assert!(sweep(json!({ "closed_locations": ["2"] }), state).await);
}

#[tokio::test]
async fn a_location_that_nobody_knew_has_the_list_asked_again_but_not_without_end() {
    let visit = super::records::appointment();
    let visit = {
        let mut it = visit;
        it["locationID"] = json!("9");
        it
    };
    let body = success("appointments", &json!([visit]));
    let (adapter, _) = adapter(move |_| respond(200, body.clone()));
    let mut state = placed();
    let page = pull(&adapter, &state, &read("appointments", "appointments")).await.unwrap();
    assert_eq!((page.changes.len(), page.rejected.len()), (0, 1), "of two zones none is right");
    assert!(page.rejected[0].reason.starts_with("locationID is a location without a time zone"));
    take(&mut state, &page);
    let known: Known = serde_json::from_value(state.streams["locations"].cursor["own"].clone()).unwrap();
    assert!(known.stale);
    let due = known.due_at(jiff::SignedDuration::from_hours(1), start());
    assert_eq!(due.duration_since(start()), jiff::SignedDuration::from_mins(10));
    // Where all locations have one zone, a new one is expected to have it as well.
    let one = Account { settings: json!({ "timezone": "Australia/Perth" }), ..account() };
    let page = adapter
        .pull(&one, &SecretString::from(KEY), &placed(), &read("appointments", "appointments"), start())
        .await
        .unwrap();
    assert_eq!(page.changes.len(), 1);
}
