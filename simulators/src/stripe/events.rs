//! What happened: kept for thirty days, told to every receiver.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::world::{Customer, Invoice, Session, Subscription, World};

/// How long events are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A record as it was at some moment.
#[derive(Debug, Clone)]
pub(super) enum Record {
    Customer(Box<Customer>),
    Subscription(Box<Subscription>),
    Invoice(Box<Invoice>),
    Session(Box<Session>),
}

/// One event.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) created: Timestamp,
    pub(super) after: Record,
    pub(super) before: Option<Record>,
    pub(super) by_request: bool,
    /// The receivers that have not taken it yet.
    pub(super) pending: BTreeSet<u64>,
}

impl World {
    pub(super) fn tell(
        &mut self,
        kind: &'static str,
        after: Record,
        before: Option<Record>,
        at: Timestamp,
        by_request: bool,
    ) {
        let id = self.id("evt");
        let pending: BTreeSet<u64> = self.receivers(kind);
        // Whole seconds: that is all the platform shows, and all that can be compared.
        let created = Timestamp::from_second(at.as_second()).unwrap_or(at);
        let event = Event { id, kind, created, after, before, by_request, pending: pending.clone() };
        let oldest = at.checked_sub(KEPT).unwrap_or(at);
        let outdated = self.events.iter().take_while(|event| event.created < oldest).count();
        self.events.drain(..outdated);
        let id = event.id.clone();
        self.events.push(event);
        for endpoint in pending {
            self.send(endpoint, &id, kind, at);
        }
    }

    pub(super) fn event(&self, id: &str) -> Option<&Event> {
        self.events.iter().rev().find(|event| event.id == id)
    }
}
