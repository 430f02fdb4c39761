//! Google Calendar: what somebody of the practice has written down, and when a room is taken. It tells protected addresses
//! alone, of which a demonstration has none: its calendars are looked at.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::BoxFuture;
use routiq_simulators::google_calendar::{GoogleCalendar, Settings};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DemoError, Grown, Row, Seat, Simulated, Soil, refused};
use crate::{
    demo::{
        compare::{Comparison, google_calendar},
        practices::DemoPractice,
    },
    store::ledger::Rows,
};

pub(super) const ROW: Row = Row {
    name: "google_calendar",
    host: None,
    configures: |origin| vec![("platforms.google_calendar.origin", origin.to_owned())],
    grow,
};

/// The parts of a practice's life that stand in somebody's calendar, and in the room's.
const OWN: f64 = 0.5;
const ROOM: f64 = 0.25;

/// The platform with its practices' accounts.
struct Calendars {
    platform: GoogleCalendar,
    /// Each account's calendars: its own, whose id is the account's, and a room's.
    rooms: BTreeMap<String, String>,
}

fn grow(soil: &Soil, practices: &[&DemoPractice]) -> Result<Grown, DemoError> {
    let settings = Settings { seed: soil.seed, log_size: 200, ..Settings::default() };
    let platform = GoogleCalendar::new(settings, Arc::clone(&soil.time));
    let (id, secret) = platform.client();
    let (mut rooms, mut seats) = (BTreeMap::new(), Vec::new());
    for practice in practices {
        let account = format!("desk.{}@example.org", practice.crowd);
        let refresh = platform.grant(&account);
        for (name, share) in [("Front desk", OWN), ("Room 1", ROOM)] {
            let mut life = practice.chats(share);
            life.name = name.to_owned();
            let calendar = platform.add_practice(&account, &life).map_err(refused)?;
            rooms.insert(account.clone(), calendar);
        }
        let credential = json!({ "client_id": id, "client_secret": secret, "refresh_token": refresh });
        seats.push(Seat { external_id: account, credential: SecretString::from(credential.to_string()) });
    }
    Ok((Arc::new(Calendars { platform, rooms }), seats))
}

impl Calendars {
    /// An account's calendars, each with whether it is a room.
    fn of(&self, seat: &str) -> Vec<(String, bool)> {
        let room = self.rooms.get(seat).map(|room| (room.clone(), true));
        std::iter::once((seat.to_owned(), false)).chain(room).collect()
    }
}

impl Simulated for Calendars {
    fn run(&self, listener: TcpListener, stop: CancellationToken) -> BoxFuture<'static, ()> {
        let it = self.platform.clone();
        Box::pin(async move { it.serve(listener, stop).await })
    }

    fn settings(&self, seat: &str, _origin: &str) -> Value {
        let calendars = self.of(seat);
        let rooms: Vec<&String> = calendars.iter().filter(|(_, room)| *room).map(|(id, _)| id).collect();
        let all: Vec<&String> = calendars.iter().map(|(id, _)| id).collect();
        json!({ "calendars": all, "locations": rooms, "poll_interval_seconds": 30 })
    }

    fn tells(&self) -> bool {
        false
    }

    fn rest(&self, seat: &str) -> Result<(), DemoError> {
        for (calendar, _) in self.of(seat) {
            self.platform.set_traffic(&calendar, 0.0).map_err(refused)?;
        }
        Ok(())
    }

    fn compare(&self, seat: &str, rows: &Rows) -> Result<Comparison, DemoError> {
        let ledgers = self.of(seat).into_iter().map(|(calendar, room)| {
            let ledger = self.platform.ledger(&calendar).map_err(refused)?;
            Ok((ledger, room))
        });
        let ledgers = ledgers.collect::<Result<Vec<_>, DemoError>>()?;
        Ok(google_calendar::compare(rows, &ledgers))
    }
}
