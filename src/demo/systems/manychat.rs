//! ManyChat: bots that people write to. It shows no list of them, so the practice has it tell of everybody once.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use routiq_simulators::{
    hooks::Outcome,
    manychat::{Automation, Channel, ManyChat, Settings, Trigger},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DemoError, Grown, Row, Seat, Simulated, Soil, Subscription, deliver, number, refused};
use crate::{
    demo::{
        compare::{Comparison, manychat},
        practices::DemoPractice,
    },
    store::{hooks::new_token, ledger::Rows},
};

pub(super) const ROW: Row = Row {
    name: "manychat",
    host: None,
    configures: |origin| {
        vec![
            ("platforms.manychat.origin", origin.to_owned()),
            // Near the platform's own limit, so that everybody is read while somebody looks.
            ("platforms.manychat.subscriber_requests_per_second", "9".to_owned()),
        ]
    },
    grow,
};

/// The part of a practice's people that write to its bots.
const SHARE: f64 = 0.4;
const CHANNELS: [Channel; 5] =
    [Channel::Messenger, Channel::Instagram, Channel::Whatsapp, Channel::Telegram, Channel::Tiktok];

fn grow(soil: &Soil, practices: &[&DemoPractice]) -> Result<Grown, DemoError> {
    let settings = Settings { seed: soil.seed, ..Settings::default() };
    let platform = ManyChat::new(settings, Arc::clone(&soil.time));
    let seats = practices.iter().map(|practice| {
        let seat = platform.add_practice(&practice.chats(SHARE));
        Seat { external_id: seat.page.to_string(), credential: SecretString::from(seat.token) }
    });
    let seats = seats.collect();
    Ok((Arc::new(platform), seats))
}

impl Simulated for ManyChat {
    fn run(&self, listener: TcpListener, stop: CancellationToken) -> BoxFuture<'static, ()> {
        let it = self.clone();
        Box::pin(async move {
            tokio::join!(it.serve(listener, stop.clone()), deliver(it.clone(), stop));
        })
    }

    fn settings(&self, _seat: &str, _origin: &str) -> Value {
        json!({})
    }

    /// Puts our address into an automation for each channel and event.
    fn subscribe(&self, seat: &str, url: &str) -> Result<Subscription, DemoError> {
        let (page, secret) = (number(seat)?, new_token());
        let headers = vec![("X-Webhook-Secret".to_owned(), secret.expose_secret().to_owned())];
        let plain = Automation { url: url.to_owned(), headers, escapes: true, ..Automation::default() };
        for channel in CHANNELS {
            let automation = Automation { channel: Some(channel), ..plain.clone() };
            self.add_automation(page, automation).map_err(refused)?;
        }
        for on in [Trigger::ContactCreated, Trigger::TagApplied, Trigger::FieldChanged] {
            self.add_automation(page, Automation { on, ..plain.clone() }).map_err(refused)?;
        }
        Ok(Subscription { secret, remote_id: None })
    }

    /// Runs the automations for everybody.
    fn introduce(&self, seat: &str) -> Result<(), DemoError> {
        self.run_for_all(number(seat)?).map(drop).map_err(refused)
    }

    fn is_telling(&self) -> bool {
        self.deliveries().iter().any(|entry| matches!(entry.outcome, Outcome::Waiting | Outcome::Sent))
    }

    fn rest(&self, seat: &str) -> Result<(), DemoError> {
        self.set_traffic(number(seat)?, 0.0).map_err(refused)
    }

    fn compare(&self, seat: &str, rows: &Rows) -> Result<Comparison, DemoError> {
        Ok(manychat::compare(rows, &self.ledger(number(seat)?).map_err(refused)?))
    }
}
