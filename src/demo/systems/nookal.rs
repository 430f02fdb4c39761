//! Nookal, read through its older interface: another diary beside the first.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use routiq_simulators::nookal::{Nookal, Settings};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DemoError, Grown, Row, Seat, Simulated, Soil, number, refused};
use crate::{
    demo::{
        compare::{Comparison, nookal},
        practices::DemoPractice,
    },
    store::ledger::Rows,
};

pub(super) const ROW: Row = Row { name: "nookal", host: None, configures: |_| Vec::new(), grow };

/// The part of a practice's people that its system knows.
const SHARE: f64 = 0.5;

fn grow(soil: &Soil, practices: &[&DemoPractice]) -> Result<Grown, DemoError> {
    let settings = Settings { seed: soil.seed, log_size: 200, ..Settings::default() };
    let platform = Nookal::new(settings, Arc::clone(&soil.time));
    let seats = practices.iter().map(|practice| {
        let seat = platform.add_practice(&practice.clinic(SHARE)).map_err(refused)?;
        Ok(Seat { external_id: seat.account.to_string(), credential: SecretString::from(seat.key) })
    });
    let seats = seats.collect::<Result<_, DemoError>>()?;
    Ok((Arc::new(platform), seats))
}

impl Simulated for Nookal {
    fn run(&self, listener: TcpListener, stop: CancellationToken) -> BoxFuture<'static, ()> {
        let it = self.clone();
        Box::pin(async move { it.serve(listener, stop).await })
    }

    fn settings(&self, _seat: &str, origin: &str) -> Value {
        json!({ "base_url": origin, "poll_interval_seconds": 30, "clinical_notes": true })
    }

    fn rest(&self, seat: &str) -> Result<(), DemoError> {
        self.set_traffic(number(seat)?, 0.0).map_err(refused)
    }

    fn compare(&self, seat: &str, rows: &Rows) -> Result<Comparison, DemoError> {
        Ok(nookal::compare(rows, &self.ledger(number(seat)?).map_err(refused)?))
    }
}
