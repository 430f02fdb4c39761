//! Customers, subscriptions, invoices: plain records.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Settings;
use super::events::{Event, Record};
use super::webhooks::{Endpoint, Job};
use crate::house::{ALPHANUMERIC, Desk, Refused};

/// What a payment comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Card {
    /// It is paid.
    #[default]
    Good,
    /// It is declined.
    Declined,
}

/// What is subscribed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// The name by which the price is looked up.
    pub lookup_key: String,
    /// In the smallest unit, for each of `quantity`.
    pub unit_amount: i64,
    /// Lower case.
    pub currency: String,
    /// How many.
    pub quantity: u32,
    /// A year instead of a month.
    pub yearly: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            lookup_key: "pro_monthly".to_owned(),
            unit_amount: 2000,
            currency: "usd".to_owned(),
            quantity: 1,
            yearly: false,
        }
    }
}

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum SubscriptionStatus {
    Incomplete,
    IncompleteExpired,
    Trialing,
    Active,
    PastDue,
    Canceled,
    Unpaid,
}

impl SubscriptionStatus {
    /// Whether nothing can happen to it any more.
    pub(super) fn ended(self) -> bool {
        matches!(self, Self::Canceled | Self::IncompleteExpired)
    }
}

/// Somebody who pays.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) organization: String,
    pub(super) card: Card,
    pub(super) created: Timestamp,
    pub(super) deleted: bool,
}

/// One subscription with its one item.
#[derive(Debug, Clone)]
pub(super) struct Subscription {
    pub(super) id: String,
    pub(super) item: String,
    pub(super) price: String,
    pub(super) customer: String,
    pub(super) organization: String,
    pub(super) plan: Plan,
    pub(super) status: SubscriptionStatus,
    pub(super) created: Timestamp,
    pub(super) anchor: Timestamp,
    pub(super) period: (Timestamp, Timestamp),
    pub(super) trial: Option<(Timestamp, Timestamp)>,
    pub(super) warned: bool,
    pub(super) cancel_at_period_end: bool,
    pub(super) canceled_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) latest_invoice: Option<String>,
    pub(super) collection_paused: bool,
    /// Failed attempts to be paid for the present period, and when the next one is.
    pub(super) attempts: u32,
    pub(super) next_attempt: Option<Timestamp>,
}

/// One invoice.
#[derive(Debug, Clone)]
pub(super) struct Invoice {
    pub(super) id: String,
    pub(super) line: String,
    pub(super) customer: String,
    pub(super) subscription: String,
    pub(super) item: String,
    pub(super) reason: &'static str,
    pub(super) amount: i64,
    pub(super) currency: String,
    /// What is paid for.
    pub(super) covers: (Timestamp, Timestamp),
    /// What is written on it: for a renewal the period before.
    pub(super) period: (Timestamp, Timestamp),
    pub(super) created: Timestamp,
    pub(super) paid_at: Option<Timestamp>,
    pub(super) attempts: u32,
    pub(super) next_attempt: Option<Timestamp>,
}

/// The end of a checkout.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) customer: String,
    pub(super) email: String,
    pub(super) organization: String,
    pub(super) subscription: String,
    pub(super) invoice: Option<String>,
    pub(super) paid: &'static str,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) created: Timestamp,
}

/// Everything behind the lock.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) settings: Settings,
    pub(super) desk: Desk<Job>,
    pub(super) secret_key: String,
    pub(super) customers: BTreeMap<String, Customer>,
    pub(super) subscriptions: BTreeMap<String, Subscription>,
    pub(super) invoices: BTreeMap<String, Invoice>,
    /// In the order in which they happened.
    pub(super) events: Vec<Event>,
    pub(super) endpoints: BTreeMap<u64, Endpoint>,
    pub(super) window: (i64, u32),
}

/// The truth, sorted by id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub customers: Vec<LedgerCustomer>,
    pub subscriptions: Vec<LedgerSubscription>,
}

/// A customer; a deleted one stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerCustomer {
    pub id: String,
    pub organization: String,
    pub email: String,
    pub deleted: bool,
}

/// A subscription; an ended one stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerSubscription {
    pub id: String,
    pub customer: String,
    pub organization: String,
    pub status: SubscriptionStatus,
    pub lookup_key: String,
    pub quantity: u32,
    pub current_period_end: Timestamp,
    pub trial_end: Option<Timestamp>,
    pub cancel_at_period_end: bool,
    pub ended_at: Option<Timestamp>,
}

pub(super) fn missing(what: &'static str, id: &str) -> Refused {
    Refused::Missing(what, id.to_owned())
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        let mut desk = Desk::new(settings.seed, settings.log_size);
        let kind = if settings.livemode { "live" } else { "test" };
        let secret_key = format!("sk_{kind}_{}", desk.text(ALPHANUMERIC, 24));
        Self {
            settings,
            desk,
            secret_key,
            customers: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            invoices: BTreeMap::new(),
            events: Vec::new(),
            endpoints: BTreeMap::new(),
            window: (0, 0),
        }
    }

    pub(super) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}_{}", self.desk.text(ALPHANUMERIC, 24))
    }

    pub(super) fn subscription(&self, id: &str) -> Result<&Subscription, Refused> {
        self.subscriptions.get(id).ok_or_else(|| missing("subscription", id))
    }

    /// Changes a subscription and tells what it was before.
    pub(super) fn change(
        &mut self,
        id: &str,
        event: &'static str,
        at: Timestamp,
        by_request: bool,
        change: impl FnOnce(&mut Subscription),
    ) -> Result<(), Refused> {
        let subscription = self.subscriptions.get_mut(id).ok_or_else(|| missing("subscription", id))?;
        let before = subscription.clone();
        change(subscription);
        let after = Record::Subscription(Box::new(subscription.clone()));
        let before =
            (event == "customer.subscription.updated").then(|| Record::Subscription(Box::new(before)));
        self.tell(event, after, before, at, by_request);
        Ok(())
    }

    pub(super) fn ledger(&self) -> Ledger {
        let customers = self.customers.values().map(|it| LedgerCustomer {
            id: it.id.clone(),
            organization: it.organization.clone(),
            email: it.email.clone(),
            deleted: it.deleted,
        });
        let subscriptions = self.subscriptions.values().map(|it| LedgerSubscription {
            id: it.id.clone(),
            customer: it.customer.clone(),
            organization: it.organization.clone(),
            status: it.status,
            lookup_key: it.plan.lookup_key.clone(),
            quantity: it.plan.quantity,
            current_period_end: it.period.1,
            trial_end: it.trial.map(|(_, end)| end),
            cancel_at_period_end: it.cancel_at_period_end,
            ended_at: it.ended_at,
        });
        Ledger { customers: customers.collect(), subscriptions: subscriptions.collect() }
    }
}
