//! Subscriptions as Stripe describes them, and the rules of what an organization may do with what it pays.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{SignedDuration, Timestamp};

/// The state of a subscription, in Stripe's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubscriptionStatus {
    /// The first payment is awaited.
    Incomplete,
    /// The first payment never came.
    IncompleteExpired,
    /// Not paid for yet, on purpose.
    Trialing,
    /// Paid.
    Active,
    /// A payment is late.
    PastDue,
    /// Ended.
    Canceled,
    /// Given up on being paid.
    Unpaid,
    /// A trial ended without means of payment.
    Paused,
}

impl SubscriptionStatus {
    const NAMES: [(Self, &'static str); 8] = [
        (Self::Incomplete, "incomplete"),
        (Self::IncompleteExpired, "incomplete_expired"),
        (Self::Trialing, "trialing"),
        (Self::Active, "active"),
        (Self::PastDue, "past_due"),
        (Self::Canceled, "canceled"),
        (Self::Unpaid, "unpaid"),
        (Self::Paused, "paused"),
    ];

    /// Stripe's name of it.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(status, _)| *status == self).map_or("", |(_, name)| name)
    }

    /// Nothing follows it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Canceled | Self::IncompleteExpired)
    }

    /// What dashboards call it for the organization; nothing before the first payment.
    pub fn for_organization(self) -> Option<&'static str> {
        match self {
            Self::Incomplete => None,
            Self::Trialing => Some("trial"),
            Self::Active => Some("active"),
            Self::PastDue => Some("past_due"),
            Self::Canceled | Self::IncompleteExpired => Some("canceled"),
            Self::Unpaid | Self::Paused => Some("suspended"),
        }
    }

    /// Of several subscriptions the one that gives most counts.
    fn worth(self) -> u8 {
        match self {
            Self::Active => 7,
            Self::Trialing => 6,
            Self::PastDue => 5,
            Self::Incomplete => 4,
            Self::Paused => 3,
            Self::Unpaid => 2,
            Self::Canceled => 1,
            Self::IncompleteExpired => 0,
        }
    }
}

impl FromStr for SubscriptionStatus {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::NAMES.iter().find(|(_, name)| *name == text).map(|(status, _)| *status).ok_or(())
    }
}

impl fmt::Display for SubscriptionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which of two words about one subscription counts: the later; at the same second what was read beats what is final, and
/// that beats the rest; then the event's id, so that every order of arrival ends the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// Stripe's time, in whole seconds.
    pub at: Timestamp,
    /// At the same time.
    pub rank: i16,
    /// The event; empty for what was read.
    pub event: String,
}

impl Word {
    /// What an event says.
    pub fn of_event(at: Timestamp, status: Option<SubscriptionStatus>, event: &str) -> Self {
        let rank = i16::from(status.is_some_and(SubscriptionStatus::is_final));
        Self { at, rank, event: event.to_owned() }
    }

    /// What was read by a request that began at `at`.
    pub fn read(at: Timestamp) -> Self {
        let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        Self { at, rank: 2, event: String::new() }
    }
}

/// A subscription as Stripe describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// Stripe's id.
    pub id: String,
    /// Who pays.
    pub customer: Option<String>,
    /// The organization, where whoever made the subscription wrote it down: our id or Clerk's.
    pub organization: Option<String>,
    /// Its state; none when Stripe used a word that is not known here.
    pub status: Option<SubscriptionStatus>,
    /// The word that was used.
    pub status_word: String,
    /// What the price is known by: its id, its key, its product.
    pub price: Vec<String>,
    /// When the paid period began.
    pub period_start: Option<Timestamp>,
    /// When the paid period ends.
    pub period_end: Option<Timestamp>,
    /// When it will end, if that is decided.
    pub cancel_at: Option<Timestamp>,
    /// It ends with the period.
    pub cancel_at_period_end: bool,
    /// When somebody asked for its end.
    pub canceled_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the trial ends.
    pub trial_end: Option<Timestamp>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Which of two descriptions counts.
    pub word: Word,
}

impl Subscription {
    /// Since when a payment has been late, if one is: from the begin of the period that is not paid.
    pub fn past_due_since(&self) -> Option<Timestamp> {
        (self.status == Some(SubscriptionStatus::PastDue)).then(|| self.period_start.unwrap_or(self.word.at))
    }
}

/// What became of an invoice.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoice {
    /// The subscription it is for.
    pub subscription: String,
    /// Who pays.
    pub customer: Option<String>,
    /// Paid, or the attempt failed.
    pub paid: bool,
    /// Stripe's time.
    pub at: Timestamp,
    /// The event.
    pub event: String,
}

/// A plan of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanName {
    /// The smallest.
    Basic,
    /// The usual.
    Pro,
    /// For several locations.
    Enterprise,
    /// By agreement.
    Custom,
}

impl PlanName {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
            Self::Custom => "custom",
        }
    }
}

impl FromStr for PlanName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Basic, Self::Pro, Self::Enterprise, Self::Custom]
            .into_iter()
            .find(|plan| plan.name() == text)
            .ok_or(())
    }
}

/// What is kept of a subscription: what subscriptions and what invoices said, each with its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Stripe's id.
    pub id: String,
    /// What the newest description says.
    pub status: Option<SubscriptionStatus>,
    /// When it says so.
    pub status_at: Option<Timestamp>,
    /// Since when a payment is late, as the description tells it.
    pub past_due_since: Option<Timestamp>,
    /// Whether the newest invoice was paid, and when that was.
    pub invoice: Option<(bool, Timestamp)>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

impl Kept {
    /// Its state now: an invoice newer than the description moves it between paid and late, never out of any other state.
    pub fn status(&self) -> Option<SubscriptionStatus> {
        use SubscriptionStatus::{Active, PastDue, Trialing};
        let status = self.status?;
        let newer = self.invoice.filter(|(_, at)| self.status_at.is_none_or(|described| *at > described));
        Some(match (status, newer) {
            (Active | Trialing, Some((false, _))) => PastDue,
            (PastDue, Some((true, _))) => Active,
            (status, _) => status,
        })
    }

    fn late_since(&self) -> Option<Timestamp> {
        self.past_due_since.or(self.invoice.map(|(_, at)| at)).or(self.status_at)
    }
}

/// The subscription that counts for an organization.
pub fn foremost(kept: &[Kept]) -> Option<&Kept> {
    kept.iter()
        .max_by_key(|kept| (kept.status().map(SubscriptionStatus::worth), kept.created_at, kept.id.clone()))
}

/// What the house makes of payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BillingRules {
    /// Whether an organization waits for its first subscription.
    pub required: bool,
    /// How long a late payment changes nothing.
    pub grace: Duration,
}

/// What an organization may do, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `active`, `suspended`, `pending` or `inactive`.
    pub status: &'static str,
    /// Why, unless active.
    pub reason: Option<String>,
    /// When time alone may change it.
    pub due_at: Option<Timestamp>,
}

/// An organization's standing: what ended it first, then an operator's word, then its subscriptions.
pub fn standing(
    deleted: bool,
    operator_hold: Option<&str>,
    subscriptions: &[Kept],
    rules: BillingRules,
    now: Timestamp,
) -> Standing {
    use SubscriptionStatus::{
        Active, Canceled, Incomplete, IncompleteExpired, PastDue, Paused, Trialing, Unpaid,
    };
    let stands = |status, reason: &str| Standing { status, reason: Some(reason.to_owned()), due_at: None };
    if deleted {
        return stands("inactive", "the organization was deleted at Clerk");
    }
    if let Some(reason) = operator_hold {
        return stands("suspended", reason);
    }
    let active = Standing { status: "active", reason: None, due_at: None };
    let foremost = foremost(subscriptions);
    match foremost.and_then(Kept::status) {
        None | Some(Incomplete) if rules.required => stands("pending", "the first subscription is awaited"),
        None | Some(Incomplete | Active | Trialing) => active,
        Some(PastDue) => {
            let grace = SignedDuration::try_from(rules.grace).unwrap_or(SignedDuration::MAX);
            let since = foremost.and_then(Kept::late_since).unwrap_or(now);
            let until = since.saturating_add(grace).unwrap_or(Timestamp::MAX);
            if now < until {
                return Standing { due_at: Some(until), ..active };
            }
            stands("suspended", "a payment is overdue beyond its grace period")
        }
        Some(Canceled) => stands("suspended", "the subscription has ended"),
        Some(Unpaid) => stands("suspended", "the subscription is unpaid"),
        Some(Paused) => stands("suspended", "the trial ended without means of payment"),
        Some(IncompleteExpired) if rules.required => stands("pending", "the first payment never came"),
        // Never begun is not ended: nothing was granted on its account.
        Some(IncompleteExpired) => active,
    }
}
