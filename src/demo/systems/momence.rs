//! Momence: a studio's members, classes and appointments.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use routiq_simulators::momence::{Momence, Settings};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DemoError, Grown, Row, Seat, Simulated, Soil, number, refused};
use crate::{
    demo::{
        compare::{Comparison, momence},
        practices::DemoPractice,
    },
    store::ledger::Rows,
};

/// No limit is published: this host bears so many requests a second, so that it is read while somebody looks.
const REQUESTS: usize = 20;

pub(super) const ROW: Row = Row {
    name: "momence",
    host: None,
    configures: |origin| {
        vec![
            ("platforms.momence.origin", origin.to_owned()),
            ("platforms.momence.requests_per_second", REQUESTS.to_string()),
            // As far back as these studios have been there.
            ("platforms.momence.history_days", "240".to_owned()),
        ]
    },
    grow,
};

/// Classes and appointments for each of a practice's people.
const VISITS: f64 = 0.6;

fn grow(soil: &Soil, practices: &[&DemoPractice]) -> Result<Grown, DemoError> {
    let settings =
        Settings { seed: soil.seed, requests_per_second: REQUESTS, log_size: 200, ..Settings::default() };
    let platform = Momence::new(settings, Arc::clone(&soil.time));
    let seats = practices.iter().map(|practice| {
        let mut life = practice.chats(1.0);
        life.conversations = (f64::from(practice.people) * VISITS).ceil() as u32;
        let seat = platform.add_practice(&life);
        let credential = json!({ "client_id": seat.client_id, "client_secret": seat.client_secret,
            "username": seat.username, "password": seat.password });
        Seat { external_id: seat.host.to_string(), credential: SecretString::from(credential.to_string()) }
    });
    let seats = seats.collect();
    Ok((Arc::new(platform), seats))
}

impl Simulated for Momence {
    fn run(&self, listener: TcpListener, stop: CancellationToken) -> BoxFuture<'static, ()> {
        let it = self.clone();
        Box::pin(async move { it.serve(listener, stop).await })
    }

    fn settings(&self, _seat: &str, _origin: &str) -> Value {
        json!({ "poll_interval_seconds": 30 })
    }

    fn rest(&self, seat: &str) -> Result<(), DemoError> {
        self.set_traffic(number(seat)?, 0.0).map_err(refused)
    }

    fn compare(&self, seat: &str, rows: &Rows) -> Result<Comparison, DemoError> {
        Ok(momence::compare(rows, &self.ledger(number(seat)?).map_err(refused)?))
    }
}
