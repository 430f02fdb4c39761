//! The simulated Google Calendar against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod access;
mod channels;
mod list;
mod series;
mod traffic;

use jiff::{SignedDuration, Timestamp};
use routiq_simulators::google_calendar::{EventEdit, GoogleCalendar, NewEvent, Settings};
use serde_json::Value;

use crate::common::{Hand, form, get, json, post};

const ANA: &str = "ana@example.test";

struct Lab {
    google: GoogleCalendar,
    hand: Hand,
    bearer: String,
}

/// An account with one calendar, and an access token for it.
async fn lab(settings: Settings) -> Lab {
    let hand = Hand::at("2026-03-02T15:00:00Z");
    let google = GoogleCalendar::new(settings, hand.clock());
    let refresh = google.grant(ANA);
    google.add_calendar(ANA, "Front room", "America/New_York").unwrap();
    let (status, body) = token(&google, &refresh).await;
    assert_eq!(status, 200);
    let bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    Lab { google, hand, bearer }
}

async fn token(google: &GoogleCalendar, refresh: &str) -> (u16, Value) {
    let (id, secret) = google.client();
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
    ];
    json(google.handle(form("/token", "", &pairs)).await.unwrap())
}

impl Lab {
    fn add(&self, start: &str, summary: &str) -> String {
        let start: Timestamp = start.parse().unwrap();
        self.google.add_event(ANA, NewEvent::at(start, summary)).unwrap()
    }

    fn rename(&self, event: &str, summary: &str) {
        let edit = EventEdit { summary: Some(summary.to_owned()), ..EventEdit::default() };
        self.google.edit_event(ANA, event, edit).unwrap();
    }

    async fn ask(&self, path: &str) -> (u16, Value) {
        json(self.google.handle(get(path, &self.bearer)).await.unwrap())
    }

    async fn tell(&self, path: &str, body: &Value) -> (u16, Value) {
        json(self.google.handle(post(path, &self.bearer, body)).await.unwrap())
    }

    async fn events(&self, query: &str) -> (u16, Value) {
        self.ask(&format!("/calendar/v3/calendars/ana%40example.test/events?{query}")).await
    }

    /// All pages, and the token of the last.
    async fn all(&self, query: &str) -> (Vec<Value>, String) {
        let mut rows = Vec::new();
        let mut page = String::new();
        for _ in 0..100 {
            let (status, body) = self.events(&format!("{query}{page}")).await;
            assert_eq!(status, 200, "{body}");
            rows.extend(body["items"].as_array().unwrap().iter().cloned());
            match body["nextPageToken"].as_str() {
                Some(token) => {
                    assert!(body.get("nextSyncToken").is_none(), "only on the last page");
                    page = format!("&pageToken={token}");
                }
                None => return (rows, body["nextSyncToken"].as_str().unwrap_or_default().to_owned()),
            }
        }
        panic!("pages never end");
    }

    fn pass_minutes(&self, minutes: i64) {
        self.hand.pass(SignedDuration::from_mins(minutes));
    }
}

/// Ids and statuses, sorted.
fn told(rows: &[Value]) -> Vec<(String, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let mut told: Vec<_> = rows.iter().map(|row| (text(row, "id"), text(row, "status"))).collect();
    told.sort();
    told
}
