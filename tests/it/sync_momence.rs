//! Momence's simulated platform, the adapter, the work and the tables, end to end.

use std::{collections::BTreeSet, sync::Arc};

use jiff::SignedDuration;
use routiq::platforms::section::Sections;
use routiq_simulators::{
    momence::{Attendance, Command, Ledger, Momence, Seat, Settings},
    population::Practice,
};
use serde_json::json;

use crate::support::{
    practice::{House, practice},
    reading::{Reading, Wanted, reach},
};

/// A studio at Momence, its account here, and what reads it.
struct Studio {
    platform: Momence,
    seat: Seat,
    reading: Reading,
}

impl Studio {
    async fn new() -> Self {
        let house = House::new().await;
        let clock = house.hand.clone();
        let platform = Momence::new(Settings::default(), Arc::new(move || clock.now()));
        let life = Practice { contacts: 120, conversations: 90, ..practice("Seabreeze Studio") };
        let seat = platform.add_practice(&life);
        let served = platform.clone();
        let transport = reach(move |request| {
            let served = served.clone();
            async move { served.handle(request).await }
        });
        let wanted = Wanted {
            platform: "momence",
            external_id: &seat.host.to_string(),
            settings: &json!({}),
            sections: Sections::default(),
            public_url: None,
        };
        let mut reading = Reading::new(house, &transport, wanted).await;
        // As the gates would let it.
        reading.pace = SignedDuration::from_secs(1);
        let studio = Self { platform, seat, reading };
        studio.connect(&studio.seat.password).await;
        studio
    }

    async fn connect(&self, password: &str) {
        let Seat { client_id, client_secret, username, .. } = &self.seat;
        let parts = json!({ "client_id": client_id, "client_secret": client_secret, "username": username,
            "password": password });
        self.reading.set_credential(&parts.to_string()).await;
    }

    fn ledger(&self) -> Ledger {
        self.platform.ledger(self.seat.host).unwrap()
    }

    fn quiet(&self) {
        self.platform.set_traffic(self.seat.host, 0.0).unwrap();
    }

    fn command(&self, command: Command) {
        self.platform.command(command).unwrap();
    }

    /// The tables hold what the host holds.
    async fn assert_equal(&self, when: &str) {
        let ledger = self.ledger();
        let members: BTreeSet<u64> = ledger.members.iter().map(|it| it.id).collect();
        let contacts: BTreeSet<String> = members.iter().map(u64::to_string).collect();
        same(when, &self.reading.rows("contacts").await, &contacts);
        let state = |cancelled: bool, arrived: bool| match (cancelled, arrived) {
            (true, _) => "cancelled",
            (false, true) => "arrived",
            (false, false) => "open",
        };
        let mut said = BTreeSet::new();
        for it in &ledger.sessions {
            said.insert(format!(
                "session:{} {} {}",
                it.id,
                it.starts_at.as_second(),
                state(it.cancelled, false)
            ));
        }
        // Without the person there is nothing to show.
        for it in ledger.bookings.iter().filter(|it| members.contains(&it.member)) {
            let class = ledger.sessions.iter().find(|class| class.id == it.session).unwrap();
            let state = state(it.cancelled_at.is_some(), it.checked_in);
            said.insert(format!("booking:{} {} {state}", it.id, class.starts_at.as_second()));
        }
        for it in &ledger.reservations {
            let (at, off) = (it.starts_at.as_second(), it.cancelled_at.is_some());
            let one = |status: Attendance| (status == Attendance::Cancelled, status == Attendance::CheckedIn);
            if let [alone] = &it.attendees[..] {
                let (cancelled, came) = one(alone.status);
                said.insert(format!("reservation:{} {at} {}", it.id, state(off || cancelled, came)));
                continue;
            }
            said.insert(format!("reservation:{} {at} {}", it.id, state(off, false)));
            for attendee in &it.attendees {
                let (cancelled, came) = one(attendee.status);
                said.insert(format!("attendee:{} {at} {}", attendee.id, state(cancelled, came)));
            }
        }
        let query = "select concat_ws(' ', external_id, extract(epoch from starts_at)::bigint,
                case when cancelled then 'cancelled' when arrived then 'arrived' else 'open' end)
            from routiq.appointments where deleted_at is null";
        let rows: BTreeSet<String> = self.reading.texts(query).await.into_iter().collect();
        same(when, &rows, &said);
        assert_eq!(self.platform.counters().violations, 0, "{when}: limits are kept");
    }
}

#[track_caller]
fn same(when: &str, ours: &BTreeSet<String>, theirs: &BTreeSet<String>) {
    let lost: Vec<_> = theirs.difference(ours).take(9).collect();
    let kept: Vec<_> = ours.difference(theirs).take(9).collect();
    assert!(lost.is_empty() && kept.is_empty(), "{when}: lost {lost:?}, kept {kept:?}");
}

#[tokio::test]
async fn a_studio_is_read_followed_and_swept_into_the_tables() {
    let studio = Studio::new().await;
    let reading = &studio.reading;
    studio.quiet();
    reading.settle().await.unwrap();
    studio.assert_equal("after the import").await;
    assert!(reading.rows("appointments").await.len() > 100, "there is something to compare");
    for kind in ["practitioners", "locations", "appointment_types"] {
        assert!(!reading.rows(kind).await.is_empty(), "{kind}");
    }

    studio.platform.set_traffic(studio.seat.host, 200.0).unwrap();
    reading.live(SignedDuration::from_mins(25)).await;
    studio.quiet();
    // A week later everything is listed again.
    reading.house.hand.advance(SignedDuration::from_hours(7 * 24 + 1));
    reading.live(SignedDuration::from_mins(4)).await;
    studio.assert_equal("after a busy time and a sweep").await;
    reading
        .assert_rederives(&["contacts", "appointments", "practitioners", "locations", "appointment_types"])
        .await;
}

#[tokio::test]
async fn what_is_deleted_is_found_without_a_sweep_where_lists_tell_it() {
    let studio = Studio::new().await;
    let reading = &studio.reading;
    studio.quiet();
    reading.settle().await.unwrap();
    let ledger = studio.ledger();
    let host = studio.seat.host;
    let booked = ledger.bookings.iter().find(|it| it.cancelled_at.is_none()).unwrap();
    studio.command(Command::DeleteSession { host, session: booked.session });
    let moved = ledger.reservations.last().unwrap();
    let starts_at = reading.house.hand.now() + SignedDuration::from_hours(50);
    studio.command(Command::MoveReservation { host, reservation: moved.id, starts_at });
    let (member, class) =
        (ledger.members[0].id, ledger.sessions.iter().rfind(|it| it.id != booked.session).unwrap());
    studio.command(Command::Book { host, session: class.id, member });
    reading.live(SignedDuration::from_mins(4)).await;
    studio.assert_equal("a class is gone with its bookings, an appointment moved, a class booked").await;

    studio.command(Command::DeleteMember { host, member });
    reading.live(SignedDuration::from_mins(3)).await;
    assert!(reading.rows("contacts").await.contains(&member.to_string()), "no list of the newest tells it");
    reading.house.hand.advance(SignedDuration::from_hours(7 * 24 + 1));
    reading.live(SignedDuration::from_mins(4)).await;
    studio.assert_equal("after a sweep").await;
}

#[tokio::test]
async fn a_password_that_changed_parks_the_account_with_a_plain_reason_until_it_is_told() {
    let studio = Studio::new().await;
    let reading = &studio.reading;
    studio.quiet();
    reading.settle().await.unwrap();
    // A token that ends early is nothing.
    studio.command(Command::ExpireAccess { host: studio.seat.host });
    reading.live(SignedDuration::from_mins(2)).await;
    let password = studio.platform.revoke(studio.seat.host).unwrap();
    reading.house.hand.advance(SignedDuration::from_mins(2));
    let reason = reading.settle().await.unwrap_err();
    assert!(reason.contains("password changed"), "{reason}");
    studio.connect(&password).await;
    let host = studio.seat.host;
    let member = routiq_simulators::momence::NewMember {
        first_name: "Nuria".to_owned(),
        last_name: "Prueba".to_owned(),
        email: "nuria@example.test".to_owned(),
        ..Default::default()
    };
    studio.command(Command::AddMember { host, member });
    reading.live(SignedDuration::from_mins(2)).await;
    studio.assert_equal("with the new password").await;
}
