//! What people do to subscriptions, and what time does to them.

use jiff::{SignedDuration, Timestamp};

use super::events::Record;
use super::world::{
    Card, Customer, Invoice, Plan, Session, Subscription, SubscriptionStatus as Status, World, missing,
};
use crate::house::Refused;

/// How long before the end of a trial one is warned.
const WARNING: SignedDuration = SignedDuration::from_hours(3 * 24);
/// How long a first payment may stay open.
const FIRST_PAYMENT: SignedDuration = SignedDuration::from_hours(23);
/// Days from a failed payment to the next attempt.
const DUNNING: [i64; 3] = [3, 5, 7];

const UPDATED: &str = "customer.subscription.updated";

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

/// The end of a period that begins at `at`: months are taken as thirty days.
fn period(at: Timestamp, plan: &Plan) -> (Timestamp, Timestamp) {
    (at, later(at, days(if plan.yearly { 365 } else { 30 })))
}

impl World {
    pub(super) fn add_customer(
        &mut self,
        organization: &str,
        email: &str,
        card: Card,
        at: Timestamp,
    ) -> String {
        let id = self.id("cus");
        let customer = Customer {
            id: id.clone(),
            email: email.to_owned(),
            organization: organization.to_owned(),
            card,
            created: at,
            deleted: false,
        };
        self.customers.insert(id.clone(), customer.clone());
        self.tell("customer.created", Record::Customer(Box::new(customer)), None, at, true);
        id
    }

    fn customer(&self, id: &str) -> Result<&Customer, Refused> {
        self.customers.get(id).filter(|it| !it.deleted).ok_or_else(|| missing("customer", id))
    }

    pub(super) fn set_card(&mut self, customer: &str, card: Card) -> Result<(), Refused> {
        self.customer(customer)?;
        self.customers.get_mut(customer).ok_or_else(|| missing("customer", customer))?.card = card;
        Ok(())
    }

    /// With all subscriptions.
    pub(super) fn delete_customer(&mut self, id: &str, at: Timestamp) -> Result<(), Refused> {
        self.customer(id)?;
        let theirs = self.subscriptions.values().filter(|it| it.customer == id && !it.status.ended());
        for subscription in theirs.map(|it| it.id.clone()).collect::<Vec<_>>() {
            self.end(&subscription, Status::Canceled, at, true)?;
        }
        let customer = self.customers.get_mut(id).ok_or_else(|| missing("customer", id))?;
        customer.deleted = true;
        let record = Record::Customer(Box::new(customer.clone()));
        self.tell("customer.deleted", record, None, at, true);
        Ok(())
    }

    /// What follows a checkout. The order in which it is told means nothing there.
    pub(super) fn subscribe(
        &mut self,
        customer: &str,
        plan: Plan,
        trial_days: u32,
        at: Timestamp,
    ) -> Result<String, Refused> {
        let Customer { organization, email, card, .. } = self.customer(customer)?.clone();
        let id = self.id("sub");
        let trial = (trial_days > 0).then(|| (at, later(at, days(trial_days.into()))));
        let first = trial.unwrap_or_else(|| period(at, &plan));
        let amount = if trial.is_some() { 0 } else { plan.unit_amount * i64::from(plan.quantity) };
        let subscription = Subscription {
            id: id.clone(),
            item: self.id("si"),
            price: format!("price_{}", plan.lookup_key),
            customer: customer.to_owned(),
            organization: organization.clone(),
            status: if trial.is_some() { Status::Trialing } else { Status::Incomplete },
            created: at,
            anchor: first.0,
            period: first,
            trial,
            warned: false,
            cancel_at_period_end: false,
            canceled_at: None,
            ended_at: None,
            latest_invoice: None,
            collection_paused: false,
            attempts: 0,
            next_attempt: None,
            plan,
        };
        let currency = subscription.plan.currency.clone();
        self.subscriptions.insert(id.clone(), subscription);
        let paid = amount == 0 || card == Card::Good;
        let invoice = self.bill(&id, "subscription_create", amount, first, first, at)?;
        let created = Record::Subscription(Box::new(self.subscription(&id)?.clone()));
        self.tell("customer.subscription.created", created, None, at, true);
        self.pay(&invoice, paid, None, at)?;
        if paid && trial.is_none() {
            self.change(&id, UPDATED, at, true, |it| it.status = Status::Active)?;
        }
        let session = Session {
            id: self.id("cs"),
            customer: customer.to_owned(),
            email,
            organization,
            subscription: id.clone(),
            invoice: Some(invoice),
            paid: if trial.is_some() {
                "no_payment_required"
            } else if paid {
                "paid"
            } else {
                "unpaid"
            },
            amount,
            currency,
            created: at,
        };
        if paid {
            self.tell("checkout.session.completed", Record::Session(Box::new(session)), None, at, true);
        }
        self.warn(&id, at)?;
        Ok(id)
    }

    pub(super) fn cancel(&mut self, id: &str, at_period_end: bool, at: Timestamp) -> Result<(), Refused> {
        if self.subscription(id)?.status.ended() {
            return Err(Refused::Invalid("status"));
        }
        if !at_period_end {
            return self.end(id, Status::Canceled, at, true);
        }
        self.change(id, UPDATED, at, true, |it| {
            it.cancel_at_period_end = true;
            // The time of the request, not of the end.
            it.canceled_at = Some(at);
        })
    }

    /// Takes a cancellation for the end of the period back.
    pub(super) fn keep(&mut self, id: &str, at: Timestamp) -> Result<(), Refused> {
        self.change(id, UPDATED, at, true, |it| {
            it.cancel_at_period_end = false;
            it.canceled_at = None;
        })
    }

    pub(super) fn change_plan(&mut self, id: &str, plan: Plan, at: Timestamp) -> Result<(), Refused> {
        self.change(id, UPDATED, at, true, |it| {
            it.price = format!("price_{}", plan.lookup_key);
            it.plan = plan;
        })
    }

    /// Pausing the collection is no status.
    pub(super) fn pause_collection(&mut self, id: &str, paused: bool, at: Timestamp) -> Result<(), Refused> {
        self.change(id, UPDATED, at, true, |it| it.collection_paused = paused)
    }

    fn end(&mut self, id: &str, status: Status, at: Timestamp, by_request: bool) -> Result<(), Refused> {
        let event = if status == Status::Canceled { "customer.subscription.deleted" } else { UPDATED };
        self.change(id, event, at, by_request, |it| {
            it.status = status;
            it.ended_at = Some(at);
            it.canceled_at = it.canceled_at.or(Some(at));
            it.next_attempt = None;
        })
    }

    fn bill(
        &mut self,
        id: &str,
        reason: &'static str,
        amount: i64,
        covers: (Timestamp, Timestamp),
        period: (Timestamp, Timestamp),
        at: Timestamp,
    ) -> Result<String, Refused> {
        let (invoice, line) = (self.id("in"), self.id("il"));
        let subscription = self.subscriptions.get_mut(id).ok_or_else(|| missing("subscription", id))?;
        subscription.latest_invoice = Some(invoice.clone());
        let bill = Invoice {
            id: invoice.clone(),
            line,
            customer: subscription.customer.clone(),
            subscription: id.to_owned(),
            item: subscription.item.clone(),
            reason,
            amount,
            currency: subscription.plan.currency.clone(),
            covers,
            period,
            created: at,
            paid_at: None,
            attempts: 0,
            next_attempt: None,
        };
        self.invoices.insert(invoice.clone(), bill);
        Ok(invoice)
    }

    fn pay(
        &mut self,
        invoice: &str,
        paid: bool,
        next: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let it = self.invoices.get_mut(invoice).ok_or_else(|| missing("invoice", invoice))?;
        it.attempts += 1;
        it.paid_at = paid.then_some(at);
        it.next_attempt = next;
        let record = Record::Invoice(Box::new(it.clone()));
        self.tell(if paid { "invoice.paid" } else { "invoice.payment_failed" }, record, None, at, false);
        Ok(())
    }

    /// Three days before the end of a trial, or at once when it is nearer.
    fn warn(&mut self, id: &str, at: Timestamp) -> Result<(), Refused> {
        let it = self.subscription(id)?;
        let near = it.trial.is_some_and(|(_, end)| end.duration_since(at) <= WARNING);
        if it.status == Status::Trialing && near && !it.warned {
            self.change(id, "customer.subscription.trial_will_end", at, false, |it| it.warned = true)?;
        }
        Ok(())
    }

    /// When something happens to a subscription by itself.
    fn next(&self, it: &Subscription) -> Option<Timestamp> {
        match it.status {
            Status::Canceled | Status::IncompleteExpired => None,
            Status::Incomplete => Some(later(it.created, FIRST_PAYMENT)),
            Status::Trialing if !it.warned => it.trial.and_then(|(_, end)| end.checked_sub(WARNING).ok()),
            Status::PastDue => it.next_attempt,
            Status::Unpaid => None,
            Status::Trialing | Status::Active => Some(it.period.1),
        }
    }

    /// Lets happen what is due until then, in the order of time.
    pub(super) fn live(&mut self, to: Timestamp) {
        loop {
            let due =
                self.subscriptions.values().filter_map(|it| Some((self.next(it)?, it.id.clone()))).min();
            let Some((at, id)) = due.filter(|(at, _)| *at <= to) else { return };
            // Each of these changes what is next; one that cannot would stand still for ever, so it ends.
            if self.happen(&id, at).is_err() {
                self.subscriptions.remove(&id);
            }
        }
    }

    fn happen(&mut self, id: &str, at: Timestamp) -> Result<(), Refused> {
        let it = self.subscription(id)?.clone();
        match it.status {
            Status::Incomplete => self.end(id, Status::IncompleteExpired, at, false),
            Status::Trialing if !it.warned => self.warn(id, at),
            Status::PastDue => self.try_again(&it, at),
            _ if it.cancel_at_period_end => self.end(id, Status::Canceled, at, false),
            _ => self.renew(&it, at),
        }
    }

    fn renew(&mut self, it: &Subscription, at: Timestamp) -> Result<(), Refused> {
        let next = period(it.period.1, &it.plan);
        let amount = it.plan.unit_amount * i64::from(it.plan.quantity);
        let invoice = self.bill(&it.id, "subscription_cycle", amount, next, it.period, at)?;
        let good = self.customers.get(&it.customer).is_some_and(|customer| customer.card == Card::Good);
        let again = (!good).then(|| later(at, days(DUNNING[0])));
        if !it.collection_paused {
            self.pay(&invoice, good, again, at)?;
        }
        self.change(&it.id, UPDATED, at, false, |it| {
            it.period = next;
            let failed = !good && !it.collection_paused;
            it.status = if failed { Status::PastDue } else { Status::Active };
            it.attempts = u32::from(failed);
            it.next_attempt = again.filter(|_| failed);
        })
    }

    fn try_again(&mut self, it: &Subscription, at: Timestamp) -> Result<(), Refused> {
        let good = self.customers.get(&it.customer).is_some_and(|customer| customer.card == Card::Good);
        let pause = usize::try_from(it.attempts).ok().and_then(|n| DUNNING.get(n));
        let again = pause.filter(|_| !good).map(|pause| later(at, days(*pause)));
        if let Some(invoice) = it.latest_invoice.clone() {
            self.pay(&invoice, good, again, at)?;
        }
        if !good && again.is_none() {
            if self.settings.cancel_unpaid {
                return self.end(&it.id, Status::Canceled, at, false);
            }
            return self.change(&it.id, UPDATED, at, false, |it| {
                it.status = Status::Unpaid;
                it.next_attempt = None;
            });
        }
        if good {
            return self.change(&it.id, UPDATED, at, false, |it| {
                it.status = Status::Active;
                it.attempts = 0;
                it.next_attempt = None;
            });
        }
        // Another failure changes nothing that is told.
        if let Some(it) = self.subscriptions.get_mut(&it.id) {
            it.attempts += 1;
            it.next_attempt = again;
        }
        Ok(())
    }
}
