use jiff::Timestamp;
use routiq_actors::clock::Clock;
use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::{
    config::telemetry::LogFormat,
    telemetry::{logs::Capture, metrics::recorded},
};

const KEY: SyncKey = SyncKey { organization: Uuid::from_u128(1), account: Uuid::from_u128(2) };

fn platform() -> Arc<str> {
    "chatwoot".into()
}

fn stepped(outcome: &'static str, reason: Option<&str>) -> Event {
    Event::Stepped {
        key: KEY,
        platform: platform(),
        stream: "contacts".into(),
        outcome,
        took: Duration::from_millis(120),
        records: 100,
        changed: 7,
        missed: 0,
        reason: reason.map(str::to_owned),
    }
}

fn parked() -> Event {
    let reason = "failed again after 5 restarts".to_owned();
    Event::Parked { key: KEY, platform: platform(), reason, until: Some(Timestamp::UNIX_EPOCH) }
}

fn held(kind: HoldKind) -> Event {
    Event::Held { key: KEY, platform: platform(), kind, reason: "401 at sign-in".into() }
}

fn hung_step() -> Event {
    let after = Duration::from_secs(60);
    Event::StepHung { key: KEY, platform: platform(), stream: "contacts".into(), after }
}

fn stall() -> Event {
    Event::Stalled {
        key: KEY,
        platform: platform(),
        what: "does not begin".into(),
        since: Timestamp::UNIX_EPOCH,
    }
}

fn gate_shut() -> Event {
    Event::GateShut { api: "chatwoot".into(), name: "chat.example.org".into(), reason: "panicked".into() }
}

fn started() -> Event {
    Event::Started { key: KEY, platform: platform(), generation: 3 }
}

fn resumed() -> Event {
    Event::Resumed { key: KEY, platform: platform() }
}

fn breaker(state: &'static str) -> Event {
    let reason = "probe".to_owned();
    Event::BreakerChanged { api: "chatwoot".into(), host: "chat.example.org".into(), state, reason }
}

fn every_event() -> Vec<Event> {
    vec![
        started(),
        Event::Stopped { key: KEY, platform: platform() },
        Event::Restarting {
            key: KEY,
            platform: platform(),
            reason: "cut off".into(),
            attempt: 2,
            pause: Duration::from_secs(4),
        },
        parked(),
        held(HoldKind::Credential),
        resumed(),
        stepped("more", None),
        stepped("failed", Some("502 Bad Gateway")),
        hung_step(),
        Event::PermitLost { key: KEY, api: "chatwoot".into() },
        breaker("open"),
        Event::BudgetPaused { api: "chatwoot".into(), budget: "host:a".into(), until: Timestamp::UNIX_EPOCH },
        Event::PermitReclaimed { api: "chatwoot".into(), budget: "host:a".into() },
        gate_shut(),
        Event::GateOpened { api: "chatwoot".into(), name: "chat.example.org".into() },
        Event::RosterFailed { reason: "no connection".into() },
        stall(),
    ]
}

fn observer() -> (TreeObserver, Alerts) {
    let alerts = Alerts::new(Clock::system());
    (TreeObserver::new(alerts.clone()), alerts)
}

#[test]
fn each_fact_is_one_line_at_the_level_it_deserves_and_one_figure() {
    let (observer, _) = observer();
    let (capture, _guard) = Capture::begin(LogFormat::Json, Clock::system());
    let mut levels = Vec::new();
    for event in every_event() {
        let before = capture.lines().len();
        let rendered = recorded(|| observer.event(&event)).unwrap();
        assert!(rendered.lines().any(|line| line.starts_with("routiq_")), "{event:?} counts nothing");
        let lines = capture.lines().split_off(before);
        let mut own = lines.iter().filter(|line| line["target"] == "routiq::telemetry::observer");
        let line = own.next().unwrap();
        assert!(own.next().is_none(), "{event:?} is more than one line");
        levels.push(line["level"].as_str().unwrap().to_owned());
    }
    let expected = [
        "DEBUG", "DEBUG", "WARN", "ERROR", "ERROR", "INFO", "DEBUG", "WARN", "WARN", "WARN", "WARN", "INFO",
        "WARN", "ERROR", "INFO", "WARN", "ERROR",
    ];
    assert_eq!(levels, expected);
}

#[test]
fn a_step_s_line_and_figures_carry_everything() {
    let (observer, _) = observer();
    let (capture, _guard) = Capture::begin(LogFormat::Json, Clock::system());
    let rendered = recorded(|| observer.event(&stepped("failed", Some("502 Bad Gateway")))).unwrap();
    let line = capture.lines().remove(0);
    for (field, value) in [
        ("organization_id", Value::from(KEY.organization.to_string())),
        ("account_id", KEY.account.to_string().into()),
        ("platform", "chatwoot".into()),
        ("stream", "contacts".into()),
        ("outcome", "failed".into()),
        ("reason", "502 Bad Gateway".into()),
        ("took_ms", 120.into()),
        ("records", 100.into()),
    ] {
        assert_eq!(line[field], value, "{field}");
    }
    for figure in [
        r#"routiq_steps_total{platform="chatwoot",stream="contacts",outcome="failed"} 1"#,
        r#"routiq_records_received_total{platform="chatwoot",stream="contacts"} 100"#,
        r#"routiq_rows_changed_total{platform="chatwoot",stream="contacts"} 7"#,
        r#"routiq_step_seconds_bucket{platform="chatwoot",stream="contacts",le="0.25"} 1"#,
    ] {
        assert!(rendered.contains(figure), "{figure} is not in {rendered}");
    }
}

#[test]
fn alerts_stand_until_what_they_say_is_over() {
    let account = standing_still(&KEY);
    let shut = gate("chatwoot", "chat.example.org");
    let opened = Event::GateOpened { api: "chatwoot".into(), name: "chat.example.org".into() };
    let stopped = Event::Stopped { key: KEY, platform: platform() };
    for (raises, key, keeps, ends) in [
        (
            parked(),
            &account,
            vec![stepped("more", None), breaker("closed")],
            vec![resumed(), started(), stopped],
        ),
        (held(HoldKind::Credential), &account, vec![stall()], vec![resumed(), held(HoldKind::Paused)]),
        (gate_shut(), &shut, vec![resumed(), started()], vec![opened, breaker("closed")]),
        (stall(), &stalled(&KEY), vec![parked()], vec![stepped("caught_up", None), started()]),
        (hung_step(), &hung(&KEY), vec![parked()], vec![stepped("failed", None), started()]),
    ] {
        for end in &ends {
            let (observer, alerts) = observer();
            let stands = |key: &String| alerts.standing().iter().any(|alert| alert.key == *key);
            observer.event(&raises);
            observer.event(&raises);
            keeps.iter().for_each(|event| observer.event(event));
            assert!(stands(key), "{key} after {raises:?}");
            observer.event(end);
            assert!(!stands(key), "{key} after {end:?}");
        }
    }
}

#[test]
fn what_needs_nobody_raises_nothing() {
    let (observer, alerts) = observer();
    let loud = ["Parked", "Held", "StepHung", "GateShut", "Stalled"];
    for event in every_event() {
        if !loud.iter().any(|name| format!("{event:?}").starts_with(name)) {
            observer.event(&event);
        }
    }
    observer.event(&held(HoldKind::Paused));
    observer.event(&held(HoldKind::Suspended));
    assert_eq!(alerts.standing(), []);
}
