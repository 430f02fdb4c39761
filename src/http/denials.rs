//! Who was turned away, told to the audit of the organization they wanted into. Bounded in every way: somebody who tries a
//! thousand times a second writes a line a minute, and nobody can fill an organization's audit.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use metrics::counter;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    domain::{ids::Ids, role::Role},
    store::{
        Store,
        audit::{self, Deed},
    },
};

/// The same is told again after this.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// Lines of one organization within [`HOUR`].
const HOURLY: u32 = 60;
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Different ones remembered at once.
const MOST: usize = 10_000;
/// Lines that wait to be written.
const WAITING: usize = 256;

/// Somebody was turned away.
#[derive(Clone, Debug)]
pub(super) struct Denial {
    /// From where.
    pub organization: Uuid,
    /// Who, as far as they proved it.
    pub who: String,
    /// The code of the answer.
    pub code: &'static str,
    /// Who really acted, when somebody acted as them.
    pub acting: Option<String>,
    /// What was wanted of them.
    pub floor: Role,
    /// By which request.
    pub request: Option<String>,
    /// From which address.
    pub address: Option<IpAddr>,
    /// When.
    pub at: Timestamp,
}

type Key = (Uuid, String, &'static str);

#[derive(Default)]
struct Book {
    /// When each was last told, and how often it was passed over since.
    told: HashMap<Key, (Timestamp, u64)>,
    /// When each organization's hour began, and its lines since.
    hours: HashMap<Uuid, (Timestamp, u32)>,
}

impl Book {
    /// How often it was passed over before, when it is to be told now.
    fn tell(&mut self, key: Key, at: Timestamp) -> Option<u64> {
        if self.told.len() >= MOST {
            self.told.retain(|_, (last, _)| at.duration_since(*last) < AGAIN);
        }
        if self.hours.len() >= MOST {
            self.hours.retain(|_, (began, _)| at.duration_since(*began) < HOUR);
        }
        if self.told.len() >= MOST || self.hours.len() >= MOST {
            return None;
        }
        let organization = key.0;
        let known = self.told.get_mut(&key);
        if let Some((last, passed)) = known
            && at.duration_since(*last) < AGAIN
        {
            *passed = passed.saturating_add(1);
            return None;
        }
        let (began, lines) = self.hours.entry(organization).or_insert((at, 0));
        if at.duration_since(*began) >= HOUR {
            (*began, *lines) = (at, 0);
        }
        if *lines >= HOURLY {
            return None;
        }
        *lines += 1;
        let passed = self.told.insert(key, (at, 0)).map_or(0, |(_, passed)| passed);
        Some(passed)
    }
}

/// Tells the audit.
pub(super) struct Denials {
    book: Mutex<Book>,
    tell: mpsc::Sender<(Denial, u64)>,
    told: tokio::sync::Mutex<mpsc::Receiver<(Denial, u64)>>,
}

impl Denials {
    pub(super) fn new() -> Self {
        let (tell, told) = mpsc::channel(WAITING);
        Self { book: Mutex::default(), tell, told: told.into() }
    }

    /// Notes a denial; never waits.
    pub(super) fn note(&self, denial: Denial) {
        let key = (denial.organization, denial.who.clone(), denial.code);
        let Some(passed) = self.book().tell(key, denial.at) else { return };
        if self.tell.try_send((denial, passed)).is_err() {
            counter!("routiq_access_denials_unwritten_total").increment(1);
        }
    }

    /// Writes what is noted, until `stop`.
    pub(super) async fn write(&self, store: &Store, ids: &Ids, stop: CancellationToken) {
        let mut told = self.told.lock().await;
        loop {
            let (denial, passed) = tokio::select! {
                () = stop.cancelled() => return,
                denial = told.recv() => match denial {
                    Some(denial) => denial,
                    None => return,
                },
            };
            let details = json!({
                "wanted": denial.floor.name(), "repeated": passed, "acting": denial.acting,
            });
            let address = denial.address.map(|address| address.to_string());
            let organization = denial.organization.to_string();
            let deed = Deed {
                id: ids.next(denial.at),
                user: &denial.who,
                action: "access.denied",
                resource_type: "organization",
                resource_id: Some(&organization),
                ip_address: address.as_deref(),
                request_id: denial.request.as_deref(),
                details: &details,
                error: Some(denial.code),
            };
            if let Err(error) = audit::write_operator(store, denial.organization, &deed, denial.at).await {
                counter!("routiq_access_denials_unwritten_total").increment(1);
                tracing::warn!(%error, organization_id = %denial.organization, "a denial could not be audited");
            }
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_900_000_000 + second).unwrap()
    }

    #[test]
    fn the_same_is_told_once_a_minute_with_how_often_it_happened() {
        let (mut book, organization) = (Book::default(), Uuid::nil());
        let key = || (organization, "user_1".to_owned(), "FORBIDDEN");
        assert_eq!(book.tell(key(), at(0)), Some(0));
        for second in 1..60 {
            assert_eq!(book.tell(key(), at(second)), None);
        }
        assert_eq!(book.tell(key(), at(60)), Some(59));
        assert_eq!(book.tell((organization, "user_2".to_owned(), "FORBIDDEN"), at(60)), Some(0));
    }

    #[test]
    fn many_who_try_fill_neither_an_audit_nor_the_memory() {
        let mut book = Book::default();
        let (loud, quiet) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let told = (0..50_000)
            .filter(|n| book.tell((loud, format!("user_{n}"), "FORBIDDEN"), at(n / 100)).is_some())
            .count();
        assert_eq!(told, 60);
        assert!(book.told.len() <= MOST);
        assert_eq!(book.tell((quiet, "user_1".to_owned(), "FORBIDDEN"), at(500)), Some(0));
        assert_eq!(book.tell((loud, "user_x".to_owned(), "FORBIDDEN"), at(3600)), Some(0), "the next hour");
    }
}
