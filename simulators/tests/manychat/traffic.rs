//! A page that lives: repeatable, believable, and told by its calls.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use routiq_simulators::manychat::{Automation, Ledger, ManyChat, Settings, Status, Trigger};
use routiq_simulators::population::Practice;

use crate::common::{Ear, Hand};

const WEEK: i64 = 7 * 24;

fn week(seed: u64, looks: i64) -> Ledger {
    let hand = Hand::at("2026-06-01T00:00:00Z");
    let manychat = ManyChat::new(Settings { seed, ..Settings::default() }, hand.clock());
    let practice = Practice { events_per_hour: 10.0, ..Practice::default() };
    let seat = manychat.add_practice(&practice);
    for _ in 0..looks {
        hand.pass(SignedDuration::from_secs(WEEK * 3600 / looks));
        manychat.counters();
    }
    manychat.ledger(seat.page).unwrap()
}

#[test]
fn the_seed_decides_a_week_however_often_one_looks() {
    let ledger = week(3, 1);
    assert_eq!(ledger, week(3, 84));
    assert_ne!(ledger, week(4, 1));
    assert!(ledger.messages.len() > 500, "{}", ledger.messages.len());
    assert!(ledger.messages.iter().any(|it| it.text.is_none()));
    for status in [Status::Active, Status::Unsubscribed, Status::Deleted] {
        assert!(ledger.subscribers.iter().any(|it| it.status == status), "{status:?}");
    }
    let channels: BTreeSet<_> = ledger.subscribers.iter().map(|it| it.channel).collect();
    assert_eq!(channels.len(), 5);
    assert!(ledger.subscribers.iter().any(|it| it.whatsapp_phone.is_none() && it.whatsapp_bsuid.is_some()));
    let emails = ledger.subscribers.iter().filter_map(|it| it.email.as_deref());
    assert!(emails.clone().count() > 10 && emails.into_iter().all(|it| it.ends_with("@example.org")));
}

#[tokio::test]
async fn an_automation_tells_every_text_but_those_typed_fast() {
    let hand = Hand::at("2026-06-01T00:00:00Z");
    let manychat = ManyChat::new(Settings::default(), hand.clock());
    let seat = manychat.add_practice(&Practice { events_per_hour: 30.0, ..Practice::default() });
    let url = "https://hooks.example.test/m".to_owned();
    let automation = Automation { on: Trigger::MessageReceived, url, ..Automation::default() };
    manychat.add_automation(seat.page, automation).unwrap();
    let ear = Ear::new(200);
    let (mut heard, begun) = (0, manychat.now());
    for _ in 0..48 {
        hand.pass(SignedDuration::from_mins(30));
        heard += ear.hear(&manychat).await.len();
    }
    let ledger = manychat.ledger(seat.page).unwrap();
    let told: u32 = ledger.messages.iter().map(|it| it.calls).sum();
    assert_eq!(heard, told as usize);
    assert!(ledger.messages.iter().any(|it| it.at > begun && it.calls == 0), "somebody types fast");
    assert!(heard > 200, "{heard}");
    let (active, calls) = (
        ledger
            .subscribers
            .iter()
            .filter(|it| it.status == Status::Active && it.last_input_text.is_some())
            .count(),
        manychat.run_for_all(seat.page).unwrap(),
    );
    assert_eq!(ear.hear(&manychat).await.len(), calls as usize);
    assert_eq!(active, calls as usize, "everybody's last words are told when the owner wants it");
}
