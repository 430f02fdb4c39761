//! What goes wrong goes wrong as ordered, and nothing else does.

use std::time::Duration;

use routiq_simulators::chatwoot::{Cut, Fault, On, Settings, When};
use serde_json::{Value, json};

use crate::support::{Lab, Office, below, ids, json as parsed};

fn lab() -> (Lab, Office) {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    for n in 0..40 {
        lab.pass(1);
        lab.contact(&office, &format!("P{n:02}"), Some(&format!("p{n:02}@example.org")));
    }
    (lab, office)
}

async fn raw(lab: &Lab, office: &Office, path: &str) -> Result<http::Response<bytes::Bytes>, Cut> {
    lab.send("GET", &below(office, path), Some(&office.token), "").await
}

#[tokio::test]
async fn status_faults_look_like_the_real_ones() {
    let (lab, office) = lab();
    for (fault, status, begins) in [
        (Fault::RateLimited, 429, "Retry later"),
        (Fault::Html(502), 502, "<html>"),
        (Fault::Html(200), 200, "<html>"),
        (Fault::TokenRevoked, 401, "{\"error\":\"Invalid Access Token\"}"),
        (Fault::Suspended, 401, "{\"error\":\"Account is suspended\"}"),
    ] {
        lab.chat.fault(fault, On::path("contacts"), When::ONCE);
        let answer = raw(&lab, &office, "contacts?sort=name").await.unwrap();
        assert_eq!(answer.status(), status);
        assert!(answer.body().starts_with(begins.as_bytes()));
        assert_eq!(raw(&lab, &office, "contacts?sort=name").await.unwrap().status(), 200, "once only");
    }
    assert_eq!(lab.chat.counters().violations, 0, "a played 429 is no violation");
}

#[tokio::test]
async fn cuts_and_broken_bodies() {
    let (lab, office) = lab();
    let next = |fault| lab.chat.fault(fault, On::default(), When::ONCE);
    next(Fault::Cut);
    assert!(matches!(raw(&lab, &office, "contacts").await, Err(Cut::Connection)));
    next(Fault::Timeout);
    assert!(matches!(raw(&lab, &office, "contacts").await, Err(Cut::TimedOut)));
    next(Fault::CutBody);
    let Err(Cut::Body(partial)) = raw(&lab, &office, "contacts").await else { panic!("not cut") };
    let promised: usize = partial.headers()["content-length"].to_str().unwrap().parse().unwrap();
    assert!(partial.body().len() < promised && !partial.body().is_empty());
    next(Fault::MalformedJson);
    let body = raw(&lab, &office, "contacts").await.unwrap().into_body();
    assert!(serde_json::from_slice::<Value>(&body).is_err() && std::str::from_utf8(&body).is_ok());
    next(Fault::InvalidUtf8);
    assert!(std::str::from_utf8(raw(&lab, &office, "contacts").await.unwrap().body()).is_err());
    next(Fault::Huge(10 << 20));
    let body = raw(&lab, &office, "contacts").await.unwrap().into_body();
    assert!(body.len() > 10 << 20 && serde_json::from_slice::<Value>(&body).is_ok());
    let counted: Vec<u64> = lab.chat.counters().by_fault.into_values().collect();
    assert_eq!(counted, [1; 6]);
}

#[tokio::test]
async fn one_bad_record_stands_among_good_ones() {
    let (lab, office) = lab();
    let target = ids(&lab.ok(&office, "contacts?sort=name").await)[4];
    let field = Some("phone_number".to_owned());
    lab.chat.fault(Fault::WrongType { record: Some(target), field }, On::path("contacts"), When::Always);
    let page = lab.ok(&office, "contacts?sort=name").await;
    for row in page["payload"].as_array().unwrap() {
        let bad = row["id"] == target;
        assert_eq!(row["phone_number"].is_object(), bad);
    }
    assert!(!lab.ok(&office, "contacts?sort=name&page=2").await.to_string().contains("unexpected"));
    lab.chat.clear_faults();

    lab.chat.fault(Fault::ImpossibleDates { record: Some(target) }, On::path("contacts/*"), When::ONCE);
    let one = lab.ok(&office, &format!("contacts/{target}")).await;
    assert_eq!(one["payload"]["created_at"], 99_999_999_999_999_i64);
    lab.chat.fault(Fault::WrongType { record: None, field: None }, On::path("contacts"), When::ONCE);
    let spoilt = lab.ok(&office, "contacts?sort=name").await.to_string();
    assert_eq!(spoilt.matches("unexpected").count(), 1);
}

#[tokio::test]
async fn pages_repeat_and_drift_on_demand() {
    let (lab, office) = lab();
    let sound = ids(&lab.ok(&office, "contacts?sort=name&page=2").await);
    lab.chat.fault(Fault::DuplicateRows, On::path("contacts"), When::ONCE);
    let doubled = ids(&lab.ok(&office, "contacts?sort=name&page=2").await);
    assert_eq!((doubled.len(), doubled[15]), (16, sound[0]));
    lab.chat.fault(Fault::Drift(-1), On::path("contacts"), When::Always);
    assert_eq!(ids(&lab.ok(&office, "contacts?sort=name&page=2").await)[1..], sound[..14]);
    assert_eq!(ids(&lab.ok(&office, "contacts?sort=name").await).len(), 15, "the first page stays");
    lab.chat.clear_faults();
    lab.chat.fault(Fault::Drift(2), On::path("contacts"), When::Always);
    assert_eq!(ids(&lab.ok(&office, "contacts?sort=name&page=2").await)[..13], sound[2..]);
}

#[tokio::test]
async fn rules_choose_method_path_account_and_how_often() {
    let lab = Lab::new(Settings::default());
    let (one, two) = (lab.office(), lab.office());
    lab.chat.fault(Fault::Html(500), On::account(two.account), When::Always);
    assert_eq!(lab.get(&one, "labels").await.0, 200);
    assert_eq!(lab.get(&two, "labels").await.0, 500);
    lab.chat.clear_faults();
    let posts = On { method: Some("POST".to_owned()), ..On::default() };
    let id = lab.chat.fault(Fault::Html(500), posts, When::Always);
    assert_eq!(lab.get(&one, "labels").await.0, 200);
    assert_eq!(lab.post(&one, "conversations/filter", &json!({"payload": []})).await.0, 500);
    lab.chat.remove_fault(id);
    lab.chat.fault(Fault::Html(503), On::path("conversations/*/messages"), When::Next { skip: 1, count: 2 });
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(lab.get(&one, "conversations/9/messages").await.0);
    }
    assert_eq!(seen, [404, 503, 503, 404, 404]);
}

#[tokio::test]
async fn chance_follows_the_seed() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let lab = Lab::new(Settings { seed, ..Settings::default() });
        let office = lab.office();
        lab.chat.fault(Fault::Html(500), On::default(), When::Chance(0.3));
        let mut statuses = Vec::new();
        for _ in 0..200 {
            statuses.push(lab.get(&office, "labels").await.0);
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let failed = runs[0].iter().filter(|status| **status == 500).count();
    assert!((40..=80).contains(&failed), "{failed} of 200 at 30%");
}

#[tokio::test(start_paused = true)]
async fn latency_adds_up_with_other_faults_and_runs_on_the_virtual_clock() {
    let (lab, office) = lab();
    lab.chat.fault(Fault::Latency(4_000), On::default(), When::Always);
    lab.chat.fault(Fault::Html(502), On::default(), When::Always);
    let before = tokio::time::Instant::now();
    let (status, _) = parsed(raw(&lab, &office, "labels").await.unwrap());
    assert_eq!(status, 502);
    assert_eq!(before.elapsed(), Duration::from_secs(4));
}

#[tokio::test]
async fn what_did_not_arrive_whole_was_not_seen() {
    let (lab, office) = lab();
    lab.chat.fault(Fault::CutBody, On::default(), When::ONCE);
    assert!(raw(&lab, &office, "contacts?sort=name").await.is_err());
    let first = ids(&lab.ok(&office, "contacts?sort=name&page=2").await)[0];
    let ledger = lab.chat.ledger(office.account).unwrap();
    for contact in &ledger.contacts {
        lab.chat.delete_contact(office.account, contact.id.parse().unwrap()).unwrap();
    }
    let tombstones = lab.chat.ledger(office.account).unwrap().contacts;
    assert_eq!(tombstones.len(), 15, "only the page that arrived left any");
    assert!(tombstones.iter().any(|contact| contact.id == first.to_string()));
}
