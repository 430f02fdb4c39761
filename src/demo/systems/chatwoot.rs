//! Chatwoot: everybody's chats.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use routiq_simulators::chatwoot::{Chatwoot, Settings};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DemoError, File, Grown, Row, Seat, Simulated, Soil, Subscription, deliver, number, refused};
use crate::{
    demo::{
        compare::{Comparison, chatwoot},
        practices::DemoPractice,
    },
    store::ledger::{AttachmentRow, Rows},
};

/// The name by which the installation shows its files, whatever port it is asked at.
const HOST: &str = "https://chat.example.org";
/// Bytes, nearly. Pictures as small as these are sealed and opened in no time.
const LARGEST: u32 = 40_000;

pub(super) const ROW: Row = Row { name: "chatwoot", host: Some(HOST), configures: |_| Vec::new(), grow };

fn grow(soil: &Soil, practices: &[&DemoPractice]) -> Result<Grown, DemoError> {
    let settings = Settings {
        seed: soil.seed,
        origin: HOST.to_owned(),
        file_sizes: LARGEST,
        live: true,
        log_size: 200,
        ..Settings::default()
    };
    let platform = Chatwoot::new(settings, Arc::clone(&soil.time));
    let played: Vec<_> = practices.iter().map(|practice| practice.chats(1.0)).collect();
    let seats = platform.add_practices(&played).map_err(refused)?.into_iter().map(|seat| Seat {
        external_id: seat.account.to_string(),
        credential: SecretString::from(seat.administrator),
    });
    let seats = seats.collect();
    Ok((Arc::new(platform), seats))
}

impl Simulated for Chatwoot {
    fn run(&self, listener: TcpListener, stop: CancellationToken) -> BoxFuture<'static, ()> {
        let it = self.clone();
        Box::pin(async move {
            tokio::join!(it.serve(listener, stop.clone()), deliver(it.clone(), stop));
        })
    }

    fn settings(&self, _seat: &str, origin: &str) -> Value {
        // An installation of one's own takes more than what is usual: the limit of its host holds.
        json!({ "base_url": origin, "poll_interval_seconds": 5, "requests_per_minute": 2400 })
    }

    fn subscribe(&self, seat: &str, url: &str) -> Result<Subscription, DemoError> {
        let (remote, secret) = self.add_webhook(number(seat)?, url, &[]).map_err(refused)?;
        Ok(Subscription { secret: SecretString::from(secret), remote_id: Some(remote.to_string()) })
    }

    fn rest(&self, seat: &str) -> Result<(), DemoError> {
        self.set_traffic(number(seat)?, 0.0).map_err(refused)?;
        self.hold();
        Ok(())
    }

    fn compare(&self, seat: &str, rows: &Rows) -> Result<Comparison, DemoError> {
        Ok(chatwoot::compare(rows, &self.ledger(number(seat)?).map_err(refused)?))
    }

    fn file(&self, _seat: &str, of: &AttachmentRow) -> Option<File> {
        let id = of.external_id.parse().ok()?;
        Some(File { bytes: Chatwoot::file(self, id)?, media_type: self.file_kind(id)?.to_owned() })
    }
}
