//! A host that lives: repeatable, and its lists are its ledger.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use routiq_simulators::momence::{Ledger, Momence, Settings};
use routiq_simulators::population::Practice;

use crate::Lab;
use crate::common::Hand;

fn practice() -> Practice {
    Practice { events_per_hour: 20.0, ..Practice::default() }
}

fn week(seed: u64, looks: i64) -> Ledger {
    let hand = Hand::at("2026-06-01T00:00:00Z");
    let momence = Momence::new(Settings { seed, ..Settings::default() }, hand.clock());
    let seat = momence.add_practice(&practice());
    for _ in 0..looks {
        hand.pass(SignedDuration::from_secs(7 * 86_400 / looks));
        momence.counters();
    }
    momence.ledger(seat.host).unwrap()
}

#[test]
fn the_seed_decides_a_week_however_often_one_looks() {
    let ledger = week(3, 1);
    assert_eq!(ledger, week(3, 84));
    assert_ne!(ledger, week(4, 1));
    assert!(ledger.bookings.len() > 500 && ledger.members.len() > 150);
    assert!(ledger.sessions.iter().any(|it| it.cancelled));
    assert!(ledger.reservations.iter().any(|it| it.attendees.len() == 2));
    assert!(ledger.members.iter().any(|it| it.phone_number.as_ref().is_some_and(|it| it.starts_with('0'))));
    assert!(ledger.members.iter().all(|it| it.email.ends_with("@example.org")));
}

#[tokio::test]
async fn the_lists_are_the_ledger() {
    let hand = Hand::at("2026-06-01T00:00:00Z");
    let momence = Momence::new(Settings { access_hours: 24, ..Settings::default() }, hand.clock());
    let seat = momence.add_practice(&Practice { conversations: 20, ..practice() });
    hand.pass(SignedDuration::from_hours(24));
    momence.set_traffic(seat.host, 0.0).unwrap();
    let mut lab = Lab { momence, hand, seat, bearer: String::new() };
    lab.sign_in().await;
    let ledger = lab.momence.ledger(lab.seat.host).unwrap();
    let set = |ids: Vec<u64>| ids.into_iter().collect::<BTreeSet<_>>();
    let members = set(lab.ids("members").await);
    assert_eq!(members, ledger.members.iter().map(|it| it.id).collect());
    let sessions = set(lab.ids("sessions?includeCancelled=true").await);
    assert_eq!(sessions, ledger.sessions.iter().map(|it| it.id).collect());
    let reservations = set(lab.ids("appointments/reservations?includeCancelled=true").await);
    assert_eq!(reservations, ledger.reservations.iter().map(|it| it.id).collect());
    let mut bookings = BTreeSet::new();
    for session in sessions {
        bookings.extend(lab.ids(&format!("sessions/{session}/bookings?includeCancelled=true")).await);
    }
    let shown = ledger.bookings.iter().filter(|it| members.contains(&it.member));
    assert_eq!(bookings, shown.map(|it| it.id).collect());
    assert_eq!(lab.momence.counters().violations, 0);
}
