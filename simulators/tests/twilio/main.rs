//! The simulated Twilio against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod list;
mod source;
mod webhooks;

use routiq_simulators::twilio::{Sender, Settings, Twilio};

use crate::common::Hand;

const NUMBER: &str = "+15555550199";
const WHATSAPP: &str = "whatsapp:+15555550199";

struct Lab {
    twilio: Twilio,
    hand: Hand,
    account: String,
    token: String,
}

/// An account with a number and a WhatsApp sender that differ in nothing but the address.
fn lab(sender: &Sender) -> Lab {
    let hand = Hand::at("2026-06-15T10:00:00Z");
    let twilio = Twilio::new(Settings::default(), hand.clock());
    let (account, token) = twilio.add_account();
    for address in [NUMBER, WHATSAPP] {
        twilio.add_sender(&account, Sender { address: address.to_owned(), ..sender.clone() }).unwrap();
    }
    Lab { twilio, hand, account, token }
}
