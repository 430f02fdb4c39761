//! What an account's settings and the section may hold.

use super::*;
use crate::platforms::section::Value as Told;

#[test]
fn a_wrong_setting_is_named_with_what_is_allowed() {
    let desk = Desk::new();
    for (settings, name) in [
        (json!([]), "settings"),
        (json!({ "base_url": "https://x" }), "base_url"),
        (json!({ "poll_interval_seconds": 5 }), "poll_interval_seconds"),
        (json!({ "requests_per_second": "many" }), "requests_per_second"),
    ] {
        let reason = desk.adapter.check_settings("101", &settings).unwrap_err();
        assert!(
            reason.starts_with(&format!("{name}: ")) && reason.contains("allowed"),
            "{settings}: {reason}"
        );
    }
    desk.adapter
        .check_settings("101", &json!({ "poll_interval_seconds": "120", "requests_per_second": 2 }))
        .unwrap();
    for account in ["", "studio", "1 2", "123456789012345678901"] {
        assert!(
            desk.adapter.check_settings(account, &json!({})).unwrap_err().starts_with("external_id: "),
            "{account}"
        );
    }
}

#[tokio::test]
async fn what_its_documents_leave_open_is_configuration() {
    let mut section = Section::default();
    for (name, value) in [
        ("members_path", "/api/v3/people"),
        ("page_parameter", "pageNumber"),
        ("size_parameter", "limit"),
        ("origin", "https://eu.momence.example.org"),
    ] {
        section.set(name, Told::Text(value.to_owned()));
    }
    section.set("first_page", Told::Count(1));
    section.set("page_size", Told::Count(50));
    let config = MomenceConfig { jitter: 0.0, ..MomenceConfig::of(&House::default(), &section) };
    let mut desk = Desk::with(config);
    desk.answer(list(&json!([]), None)).await.unwrap();
    let asked = desk.asked.lock().unwrap();
    let uri = asked.last().unwrap().uri().to_string();
    assert!(uri.starts_with("https://eu.momence.example.org/api/v3/people?pageNumber=1&limit=50&"), "{uri}");
}

#[test]
fn the_section_refuses_what_is_no_path_parameter_or_origin() {
    use crate::platforms::momence::{check_origin, check_parameter, check_path};
    for path in ["members", "/", "/a b", "/a?b=c", "https://x/a"] {
        assert!(check_path(path).is_err(), "{path}");
    }
    check_path("/api/v2/host/members").unwrap();
    for name in ["", "a b", "a=b", "a&b"] {
        assert!(check_parameter(name).is_err(), "{name}");
    }
    check_parameter("startAfter").unwrap();
    for origin in ["http://momence.example.org", "https://x/y", "https://u@x"] {
        assert!(check_origin(origin).is_err(), "{origin}");
    }
    check_origin("http://127.0.0.1:4008").unwrap();
}
