//! The simulated Momence against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod access;
mod lists;
mod members;
mod traffic;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use routiq_simulators::momence::{Command, Momence, NewMember, Seat, Settings};
use serde_json::Value;

use crate::common::{Hand, form, get, json, post};

struct Lab {
    momence: Momence,
    hand: Hand,
    seat: Seat,
    bearer: String,
}

async fn lab(settings: Settings) -> Lab {
    let hand = Hand::at("2026-01-05T15:04:05Z");
    let momence = Momence::new(settings, hand.clock());
    let seat = momence.add_host("Harbour Studio");
    let mut lab = Lab { momence, hand, seat, bearer: String::new() };
    lab.sign_in().await;
    lab
}

impl Lab {
    fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.seat.client_id, self.seat.client_secret)))
    }

    async fn token(&self, pairs: &[(&str, &str)]) -> (u16, Value) {
        json(self.momence.handle(form("/api/v2/auth/token", &self.basic(), pairs)).await.unwrap())
    }

    async fn sign_in(&mut self) -> Value {
        let seat = self.seat.clone();
        let pairs = [
            ("grant_type", "password"),
            ("username", seat.username.as_str()),
            ("password", seat.password.as_str()),
        ];
        let (status, body) = self.token(&pairs).await;
        assert_eq!(status, 200, "{body}");
        self.bearer = format!("Bearer {}", body["accessToken"].as_str().unwrap());
        body
    }

    /// Slowly, as one who keeps to the limit.
    async fn ask(&self, path: &str) -> (u16, Value) {
        self.hand.pass(SignedDuration::from_secs(1));
        self.at_once(path).await
    }

    async fn at_once(&self, path: &str) -> (u16, Value) {
        json(self.momence.handle(get(&format!("/api/v2/host/{path}"), &self.bearer)).await.unwrap())
    }

    async fn tell(&self, path: &str, body: &Value) -> (u16, Value) {
        self.hand.pass(SignedDuration::from_secs(1));
        json(self.momence.handle(post(&format!("/api/v2/host/{path}"), &self.bearer, body)).await.unwrap())
    }

    fn make(&self, command: Command) -> u64 {
        self.momence.command(command).unwrap().as_u64().unwrap()
    }

    fn member(&self, first: &str) -> u64 {
        let new = NewMember {
            first_name: first.to_owned(),
            last_name: "Prueba".to_owned(),
            email: format!("{}@example.test", first.to_lowercase()),
            phone_number: Some("+15555550123".to_owned()),
            birthday: Some("1987-05-14".to_owned()),
        };
        self.momence.add_member(self.seat.host, new).unwrap()
    }

    /// The ids of all pages.
    async fn ids(&self, path: &str) -> Vec<u64> {
        let mut ids = Vec::new();
        for page in 0.. {
            let join = if path.contains('?') { '&' } else { '?' };
            let (status, body) = self.ask(&format!("{path}{join}page={page}&pageSize=100")).await;
            assert_eq!(status, 200, "{body}");
            let rows = body["payload"].as_array().unwrap();
            ids.extend(rows.iter().map(|row| row["id"].as_u64().unwrap()));
            if rows.len() < 100 {
                break;
            }
        }
        ids
    }
}
