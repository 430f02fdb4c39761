//! Rate limits: clock minutes, one address, no headers.

use routiq_simulators::chatwoot::{Allowances, Settings, Version};

use crate::support::{Lab, at, below};

#[tokio::test]
async fn a_clock_minute_allows_so_many_and_the_next_one_begins_anew() {
    let allowances = Allowances { address: 5, ..Allowances::default() };
    let lab = Lab::new(Settings { allowances, ..Settings::default() });
    let (one, two) = (lab.office(), lab.office());
    lab.set(at("2026-06-15T10:00:58Z"));
    for n in 0..7 {
        // All accounts draw on the bucket of the address, and unknown tokens as well.
        let office = if n % 2 == 0 { &one } else { &two };
        let token = if n == 0 { "nobody" } else { &office.token };
        let answer = lab.send("GET", &below(office, "labels"), Some(token), "").await.unwrap();
        let expected = [401, 200, 200, 200, 200, 429, 429][n];
        assert_eq!(answer.status(), expected, "request {n}");
        if expected == 429 {
            assert_eq!(answer.body().as_ref(), b"Retry later\n");
            assert_eq!(answer.headers()["content-type"], "text/plain");
            assert_eq!(answer.headers().len(), 1, "no header says when to come back");
        }
    }
    assert_eq!(lab.chat.counters().violations, 2);
    lab.set(at("2026-06-15T10:01:00Z"));
    for _ in 0..5 {
        lab.ok(&one, "labels").await;
    }
    assert_eq!(lab.get(&one, "labels").await.0, 429);
    let counters = lab.chat.counters();
    assert_eq!(counters.violations, 3);
    assert_eq!(counters.by_minute.values().copied().collect::<Vec<_>>(), [7, 6]);
    assert_eq!(counters.by_status[&200], 9);
    lab.chat.set_allowances(Allowances::default());
    lab.ok(&one, "labels").await;
}

#[tokio::test]
async fn search_is_counted_for_each_account_and_meta_for_each_person() {
    let lab = Lab::new(Settings {
        allowances: Allowances { address: 3000, search: 3, meta: 2 },
        ..Settings::default()
    });
    let (one, two) = (lab.office(), lab.office());
    for expected in [200, 200, 200, 429] {
        assert_eq!(lab.get(&one, "contacts/search?q=a").await.0, expected);
    }
    assert_eq!(lab.get(&two, "contacts/search?q=a").await.0, 200);
    for expected in [200, 200, 429] {
        assert_eq!(lab.get(&one, "conversations/meta").await.0, expected);
    }
    lab.pass(60);
    assert_eq!(lab.get(&one, "contacts/search?q=a").await.0, 200);

    let old = Lab::new(Settings {
        version: Version::V4_0,
        allowances: Allowances { meta: 1, ..Default::default() },
        ..Default::default()
    });
    let office = old.office();
    for _ in 0..3 {
        assert_eq!(old.get(&office, "conversations/meta").await.0, 200, "only newer releases limit it");
    }
}
