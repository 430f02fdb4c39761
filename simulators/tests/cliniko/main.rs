//! The simulated Cliniko against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod access;
mod control;
mod crawl;
mod faults;
mod hidden;
mod lists;
mod records;
mod writes;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use routiq_simulators::Cut;
use routiq_simulators::clinic::Clinic;
use routiq_simulators::cliniko::{Cliniko, Command, Edit, Kind, Seat, Settings, Target};
use serde_json::Value;

use crate::common::{Hand, json};

const AGENT: &str = "Practice mirror (desk@example.org)";
const BASE: &str = "https://api.au2.cliniko.com/v1";

struct Lab {
    cliniko: Cliniko,
    hand: Hand,
    seat: Seat,
}

fn lab_with(settings: Settings, clinic: &Clinic) -> Lab {
    let hand = Hand::at("2026-06-15T02:00:00Z");
    let cliniko = Cliniko::new(settings, hand.clock());
    let seat = cliniko.add_practice(clinic, "au2").unwrap();
    Lab { cliniko, hand, seat }
}

/// A small practice.
fn lab() -> Lab {
    lab_with(Settings::default(), &Clinic { patients: 40, ..Clinic::default() })
}

/// An account with what is set up once, and nobody in it.
fn empty() -> Lab {
    lab_with(Settings::default(), &Clinic { patients: 0, ..Clinic::default() })
}

fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{key}:")))
}

fn request(method: &str, url: &str, key: &str, body: &str) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", basic(key))
        .header("user-agent", AGENT)
        .header("accept", "application/json")
        .header("content-type", "application/json")
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

impl Lab {
    async fn send(&self, method: &str, path: &str, body: &str) -> Result<Response<Bytes>, Cut> {
        self.cliniko.handle(request(method, &format!("{BASE}{path}"), &self.seat.key, body)).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        json(self.send("GET", path, "").await.unwrap())
    }

    async fn ok(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The ids of one page.
    async fn ids(&self, of: &str, query: &str) -> Vec<String> {
        let body = self.ok(&format!("/{of}?{query}")).await;
        let rows = body[of].as_array().unwrap_or_else(|| panic!("no {of} in {body}"));
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    fn target(&self, of: Kind, id: &str) -> Target {
        Target { account: self.seat.account, of, id: id.to_owned() }
    }

    fn add(&self, of: Kind, fields: &Value, relations: &[(&str, &str)]) -> String {
        let fields = fields.as_object().cloned().unwrap_or_default();
        let relations = relations.iter().map(|(name, id)| ((*name).to_owned(), (*id).to_owned())).collect();
        self.cliniko.add(self.seat.account, of, Edit { fields, relations, ..Edit::default() }).unwrap()
    }

    fn order(&self, command: Value) -> Value {
        self.cliniko.command(serde_json::from_value::<Command>(command).unwrap()).unwrap()
    }
}

/// Percent-encodes a filter.
fn q(filter: &str) -> String {
    let encoded: String = filter
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("q%5B%5D={encoded}")
}
