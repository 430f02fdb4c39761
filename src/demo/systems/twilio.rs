//! Twilio: SMS and WhatsApp between a practice's number and its people. What it tells is signed for the address that the world
//! knows us by, of which a demonstration has none: its messages are asked for.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use routiq_simulators::twilio::{Sender, Settings, Twilio};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DemoError, File, Grown, Row, Seat, Simulated, Soil, refused};
use crate::{
    demo::{
        compare::{Comparison, twilio},
        practices::DemoPractice,
    },
    store::ledger::{AttachmentRow, Rows},
};

pub(super) const ROW: Row = Row {
    name: "twilio",
    host: None,
    configures: |_| vec![("platforms.twilio.requests_per_minute", "1200".to_owned())],
    grow,
};

/// The part of a practice's people that write, and what they have said and heard.
const SHARE: f64 = 0.6;
const MESSAGES: u32 = 5;

fn grow(soil: &Soil, practices: &[&DemoPractice]) -> Result<Grown, DemoError> {
    let settings = Settings { seed: soil.seed, log_size: 200, ..Settings::default() };
    let platform = Twilio::new(settings, Arc::clone(&soil.time));
    let seats = practices.iter().map(|practice| {
        let life = practice.chats(SHARE);
        let (account, _) = platform.add_practice(&life, Sender::default()).map_err(refused)?;
        platform.furnish(&account, life.contacts * MESSAGES).map_err(refused)?;
        let (key, secret) = platform.add_key(&account).map_err(refused)?;
        Ok(Seat { external_id: account, credential: SecretString::from(format!("{key}:{secret}")) })
    });
    let seats = seats.collect::<Result<_, DemoError>>()?;
    Ok((Arc::new(platform), seats))
}

impl Simulated for Twilio {
    fn run(&self, listener: TcpListener, stop: CancellationToken) -> BoxFuture<'static, ()> {
        let it = self.clone();
        Box::pin(async move { it.serve(listener, stop).await })
    }

    fn settings(&self, _seat: &str, origin: &str) -> Value {
        json!({ "base_url": origin, "poll_interval_seconds": 10 })
    }

    fn tells(&self) -> bool {
        false
    }

    fn rest(&self, seat: &str) -> Result<(), DemoError> {
        self.set_traffic(seat, 0.0).map_err(refused)?;
        self.conclude();
        Ok(())
    }

    fn compare(&self, seat: &str, rows: &Rows) -> Result<Comparison, DemoError> {
        Ok(twilio::compare(rows, &self.ledger(seat).map_err(refused)?))
    }

    fn file(&self, seat: &str, of: &AttachmentRow) -> Option<File> {
        let (bytes, media_type) = Twilio::file(self, seat, &of.message, &of.external_id)?;
        Some(File { bytes, media_type })
    }
}
