//! The simulated ManyChat against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod api;
mod calls;
mod limits;
mod sending;
mod traffic;

use routiq_simulators::manychat::{Channel, Command, FieldKind, ManyChat, NewSubscriber, Settings};
use serde_json::Value;

use crate::common::{Hand, get, json, post};

struct Lab {
    manychat: ManyChat,
    hand: Hand,
    page: u64,
    token: String,
}

fn lab(settings: Settings) -> Lab {
    let hand = Hand::at("2026-06-02T01:00:00Z");
    let manychat = ManyChat::new(settings, hand.clock());
    let seat = manychat.add_page("Northside Physio", "Australia/Perth");
    Lab { manychat, hand, page: seat.page, token: seat.token }
}

impl Lab {
    fn whatsapp(&self, name: &str, number: &str) -> u64 {
        let texts = [("first_name", name), ("last_name", "Tamsin"), ("whatsapp_phone", number)];
        self.manychat.add_subscriber(self.page, NewSubscriber::new(Channel::Whatsapp, &texts)).unwrap()
    }

    fn someone(&self) -> u64 {
        self.whatsapp("Orla", "+61491570001")
    }

    fn field(&self, name: &str, kind: FieldKind) -> u64 {
        let command = Command::AddField { page: self.page, name: name.to_owned(), kind };
        self.manychat.command(command).unwrap().as_u64().unwrap()
    }

    fn tag(&self, name: &str) -> u64 {
        let command = Command::AddTag { page: self.page, name: name.to_owned() };
        self.manychat.command(command).unwrap().as_u64().unwrap()
    }

    async fn ask(&self, path: &str) -> (u16, Value) {
        json(self.manychat.handle(get(path, &format!("Bearer {}", self.token))).await.unwrap())
    }

    async fn tell(&self, path: &str, body: Value) -> (u16, Value) {
        json(self.manychat.handle(post(path, &format!("Bearer {}", self.token), &body)).await.unwrap())
    }

    async fn info(&self, id: u64) -> Value {
        let (status, mut body) = self.ask(&format!("/fb/subscriber/getInfo?subscriber_id={id}")).await;
        assert_eq!((status, &body["status"]), (200, &"success".into()), "{body}");
        body["data"].take()
    }
}
