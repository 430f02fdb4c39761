//! The simulated Nookal against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod access;
mod control;
mod crawl;
mod faults;
mod graphql;
mod lists;
mod records;
mod writes;

use bytes::Bytes;
use http::{Request, Response};
use routiq_simulators::Cut;
use routiq_simulators::clinic::Clinic;
use routiq_simulators::nookal::{Command, Edit, Kind, Nookal, Seat, Settings, Target};
use serde_json::{Value, json};

use crate::common::{Hand, json as read};

const V2: &str = "https://api.nookal.com/production/v2";
const V3: &str = "https://au-apiv3.nookal.com";
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

struct Lab {
    nookal: Nookal,
    hand: Hand,
    seat: Seat,
}

fn lab_with(settings: Settings, clinic: &Clinic) -> Lab {
    let hand = Hand::at("2026-06-15T02:00:00Z");
    let nookal = Nookal::new(settings, hand.clock());
    let seat = nookal.add_practice(clinic).unwrap();
    Lab { nookal, hand, seat }
}

/// A small practice.
fn lab() -> Lab {
    lab_with(Settings::default(), &Clinic { patients: 60, ..Clinic::default() })
}

/// A practice with one patient and an empty diary.
fn empty() -> Lab {
    let quiet = Clinic { patients: 1, visits_per_patient: 0.0, archived: 0.0, ..Clinic::default() };
    lab_with(Settings::default(), &quiet)
}

fn post(url: &str, kind: &str, authorization: Option<&str>, body: &str) -> Request<Bytes> {
    let mut request = Request::post(url).header("content-type", kind);
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

impl Lab {
    async fn send(&self, method: &str, params: &str) -> Result<Response<Bytes>, Cut> {
        let body = format!("api_key={}&{params}", self.seat.key);
        self.nookal.handle(post(&format!("{V2}/{method}"), FORM, None, &body)).await
    }

    async fn call(&self, method: &str, params: &str) -> Value {
        let (status, body) = read(self.send(method, params).await.unwrap());
        assert_eq!(status, 200, "{method}");
        body
    }

    /// The rows of one page.
    async fn rows(&self, method: &str, params: &str, key: &str) -> Vec<Value> {
        let body = self.call(method, params).await;
        body["data"]["results"][key].as_array().unwrap_or_else(|| panic!("no {key} in {body}")).clone()
    }

    async fn ids(&self, method: &str, params: &str, key: &str) -> Vec<String> {
        let rows = self.rows(method, params, key).await;
        rows.iter().map(|row| row["ID"].as_str().unwrap().to_owned()).collect()
    }

    async fn token(&self) -> String {
        let basic = format!("Basic {}", self.seat.basic_key);
        let request = post(&format!("{V3}/oauth/token"), FORM, Some(&basic), "grant_type=client_credentials");
        let (status, body) = read(self.nookal.handle(request).await.unwrap());
        assert_eq!(status, 200, "{body}");
        body["accessToken"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, token: &str, query: &str) -> (u16, Value) {
        let bearer = format!("Bearer {token}");
        let body = json!({"query": query, "variables": {}}).to_string();
        let request = post(&format!("{V3}/graphql"), "application/json", Some(&bearer), &body);
        read(self.nookal.handle(request).await.unwrap())
    }

    fn target(&self, of: Kind, id: &str) -> Target {
        Target { account: self.seat.account, of, id: id.to_owned() }
    }

    fn add(&self, of: Kind, fields: &Value) -> String {
        let fields = fields.as_object().cloned().unwrap_or_default();
        self.nookal.add(self.seat.account, of, Edit { fields, ..Edit::default() }).unwrap()
    }

    fn order(&self, command: Value) -> Value {
        self.nookal.command(serde_json::from_value::<Command>(command).unwrap()).unwrap()
    }
}
