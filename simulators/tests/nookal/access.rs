//! Keys, hosts, limits, and failures that say that all is well.

use jiff::SignedDuration;
use routiq_simulators::nookal::Kind;
use serde_json::json;

use crate::common::{get, json as read};
use crate::{FORM, V2, V3, empty, lab, post};

#[tokio::test]
async fn failures_come_with_status_200() {
    let lab = lab();
    for (body, code) in [("", "L000_1"), ("api_key=nobody", "L000_2")] {
        let answer = lab.nookal.handle(post(&format!("{V2}/getPatients"), FORM, None, body)).await.unwrap();
        let (status, body) = read(answer);
        assert_eq!((status, &body["status"]), (200, &json!("failure")));
        assert_eq!(body["details"]["errorCode"], code);
        assert!(body.get("data").is_none() && body["details"]["alerts"].is_array());
    }
    lab.nookal.switch_key(&lab.seat.key, false).unwrap();
    assert_eq!(lab.call("verify", "").await["details"]["errorCode"], "L000_3");
    lab.nookal.switch_key(&lab.seat.key, true).unwrap();
    assert_eq!(lab.call("verify", "").await["status"], "success");
    lab.nookal.revoke_key(&lab.seat.key).unwrap();
    assert_eq!(lab.call("verify", "").await["status"], "failure");
    let missing = lab.call("getClassParticipants", "").await;
    assert_eq!(missing["status"], "failure");
}

#[tokio::test]
async fn the_key_is_a_parameter_of_the_form_or_of_the_address_where_it_is_noticed() {
    let lab = lab();
    assert_eq!(lab.call("getLocations", "").await["status"], "success");
    assert_eq!(lab.nookal.keys_in_addresses(), 0);
    let url = format!("{V2}/getLocations?api_key={}", lab.seat.key);
    let (_, body) = read(lab.nookal.handle(get(&url, "")).await.unwrap());
    assert_eq!(body["status"], "success", "GET works");
    assert_eq!(lab.nookal.keys_in_addresses(), 1);
    let log = serde_json::to_string(&lab.nookal.log()).unwrap();
    assert!(!log.contains(&lab.seat.key) && log.contains("api_key=-"));
    let as_json = json!({"api_key": lab.seat.key}).to_string();
    let answer =
        lab.nookal.handle(post(&format!("{V2}/verify"), "application/json", None, &as_json)).await.unwrap();
    assert_eq!(read(answer).1["status"], "failure", "a form, not JSON");
}

#[tokio::test]
async fn each_interface_has_its_host_and_methods_their_spelling() {
    let lab = lab();
    let form = format!("api_key={}", lab.seat.key);
    for url in [
        format!("{V3}/production/v2/verify"),
        "https://api.nookal.com/oauth/token".to_owned(),
        "https://evil.nookal.com/production/v2/verify".to_owned(),
        format!("{V2}/getpatients"),
        format!("{V2}/getPatientsByPhone"),
    ] {
        let answer = lab.nookal.handle(post(&url, FORM, None, &form)).await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (404, &"text/html".parse().unwrap()),
            "{url}"
        );
    }
}

#[tokio::test]
async fn a_key_sees_only_its_locations_and_says_nothing_of_others() {
    let lab = empty();
    let here = lab.ids("getLocations", "", "locations").await;
    let new = lab.add(Kind::Locations, &json!({"Name": "New rooms"}));
    let visit = lab.add(Kind::Appointments, &json!({"locationID": new}));
    assert_eq!(lab.ids("getLocations", "", "locations").await, here);
    let page = lab.call("getAppointments", "").await;
    assert_eq!(
        (&page["status"], &page["details"]["totalItems"]),
        (&json!("success"), &json!(0)),
        "silently missing"
    );
    lab.order(
        json!({"do": "open_locations", "key": lab.seat.key, "locations": [new.parse::<u64>().unwrap()]}),
    );
    assert_eq!(lab.ids("getAppointments", "", "appointments").await, [visit]);
}

#[tokio::test]
async fn a_minute_allows_so_many_and_violations_are_counted() {
    let lab = empty();
    lab.order(json!({"do": "set_allowance", "per_minute": 2}));
    lab.hand.pass(SignedDuration::from_secs(15));
    for expected in [200, 200, 429, 429] {
        let answer = lab.send("verify", "").await.unwrap();
        assert_eq!(answer.status(), expected);
        if expected == 429 {
            assert_eq!(answer.headers()["retry-after"], "45");
        }
    }
    assert_eq!(lab.nookal.counters().violations, 2);
    lab.hand.pass(SignedDuration::from_secs(45));
    assert_eq!(lab.send("verify", "").await.unwrap().status(), 200);
    lab.nookal.set(|settings| settings.retry_after = false);
    lab.send("verify", "").await.unwrap();
    assert!(!lab.send("verify", "").await.unwrap().headers().contains_key("retry-after"));
}
