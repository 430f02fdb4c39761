//! Subscriptions as Stripe tells them, and what they make of an organization. Part of the directory's transactions.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::billing as sql};
use serde_json::json;
use uuid::Uuid;

use super::{directory::Directory, error::StoreError};
use crate::domain::directory::{
    BillingRules, Invoice, Kept, Link, PlanName, Receipt, Standing, Subscription, foremost, standing,
};

/// An organization's standing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingChange {
    /// Whose.
    pub organization: Uuid,
    /// `active`, `suspended`, …
    pub before: String,
    /// What it is now, and why.
    pub after: Standing,
}

impl Directory<'_> {
    /// Whose a subscription or a customer is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn organization_of(
        &self,
        customer: Option<&str>,
        subscription: Option<&str>,
    ) -> Result<Option<Uuid>, StoreError> {
        Ok(sql::organization_of().bind(&self.tx, &subscription, &customer).opt().await?)
    }

    /// Remembers which organization a customer is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn link(&self, tenant: Uuid, link: &Link) -> Result<(), StoreError> {
        let (customer, email) = (link.customer.as_deref(), link.email.as_deref());
        let params = sql::LinkCustomerParams { customer, email, now: self.now, tenant };
        sql::link_customer().params(&self.tx, &params).await?;
        match link.subscription.as_deref() {
            Some(subscription) => self.stub(tenant, subscription, customer).await,
            None => Ok(()),
        }
    }

    async fn stub(&self, tenant: Uuid, subscription: &str, customer: Option<&str>) -> Result<(), StoreError> {
        let id = self.ids.next(self.now);
        let params = sql::StubSubscriptionParams { tenant, id, subscription, customer, now: self.now };
        sql::stub_subscription().params(&self.tx, &params).await?;
        Ok(())
    }

    /// Keeps a subscription whose state is known, unless a later word is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_subscription(
        &self,
        tenant: Uuid,
        described: &Subscription,
        plan: Option<PlanName>,
    ) -> Result<bool, StoreError> {
        let Some(status) = described.status else { return Ok(false) };
        let params = sql::PutSubscriptionParams {
            tenant,
            id: self.ids.next(self.now),
            subscription: described.id.as_str(),
            customer: described.customer.as_deref(),
            status: status.name(),
            plan: plan.map(PlanName::name),
            price_id: described.price.first().map(String::as_str),
            current_period_end: described.period_end,
            cancel_at: described.cancel_at,
            cancel_at_period_end: described.cancel_at_period_end,
            canceled_at: described.canceled_at,
            ended_at: described.ended_at,
            trial_ends_at: described.trial_end,
            source_created_at: described.created_at,
            source_at: described.word.at,
            source_rank: described.word.rank,
            source_event: described.word.event.as_str(),
            past_due_since: described.past_due_since(),
            now: self.now,
        };
        Ok(sql::put_subscription().params(&self.tx, &params).opt().await?.is_some())
    }

    /// Keeps what became of a subscription's invoice, unless a later one is known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_invoice(&self, tenant: Uuid, invoice: &Invoice) -> Result<(), StoreError> {
        self.stub(tenant, &invoice.subscription, invoice.customer.as_deref()).await?;
        let params = sql::PutInvoiceParams {
            state: if invoice.paid { "paid" } else { "failed" },
            at: invoice.at,
            event: invoice.event.as_str(),
            now: self.now,
            subscription: invoice.subscription.as_str(),
        };
        sql::put_invoice().params(&self.tx, &params).await?;
        Ok(())
    }

    /// Asks for a subscription to be read from Stripe.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn want_reread(&self, subscription: &str) -> Result<(), StoreError> {
        sql::want_reread().bind(&self.tx, &self.now, &subscription).await?;
        Ok(())
    }

    /// A subscription was read by a request that began at `asked_at`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reread_done(&self, subscription: &str, asked_at: Timestamp) -> Result<(), StoreError> {
        sql::reread_done().bind(&self.tx, &asked_at, &subscription).await?;
        Ok(())
    }

    /// The subscription that has waited longest to be read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_reread(&self) -> Result<Option<String>, StoreError> {
        let row = sql::next_reread().bind(&self.tx).opt().await?;
        Ok(row.map(|row| row.stripe_subscription_id))
    }

    /// Keeps that an event came, for the organization to see.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_receipt(&self, tenant: Uuid, receipt: &Receipt) -> Result<(), StoreError> {
        let params = sql::AddSubscriptionEventParams {
            tenant,
            id: self.ids.next(self.now),
            event: receipt.event.as_str(),
            customer: receipt.customer.as_deref(),
            subscription: receipt.subscription.as_deref(),
            event_type: receipt.kind.as_str(),
            data: &receipt.data,
            occurred_at: Some(receipt.at),
            now: self.now,
        };
        sql::add_subscription_event().params(&self.tx, &params).await?;
        Ok(())
    }

    /// Brings an organization's standing to what its subscriptions, an operator and its existence make of it. A change is
    /// written into its audit log; the roster hears it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn settle_standing(
        &self,
        tenant: Uuid,
        rules: BillingRules,
    ) -> Result<Option<StandingChange>, StoreError> {
        let before = sql::standing_of().bind(&self.tx, &tenant).opt().await?;
        let before = before.ok_or(StoreError::NotFound("organization"))?;
        let rows = sql::subscriptions_of().bind(&self.tx, &tenant).all().await?;
        let kept: Vec<Kept> = rows
            .iter()
            .map(|row| Kept {
                id: row.stripe_subscription_id.clone(),
                status: row.status.as_deref().and_then(|status| status.parse().ok()),
                status_at: row.source_at,
                past_due_since: row.past_due_since,
                invoice: row.invoice_state.as_deref().map(|state| state == "paid").zip(row.invoice_at),
                created_at: row.source_created_at,
            })
            .collect();
        let after =
            standing(before.deleted_at.is_some(), before.operator_hold.as_deref(), &kept, rules, self.now);
        let counts = foremost(&kept).filter(|kept| kept.status.is_some());
        let row = counts.and_then(|counts| rows.iter().find(|row| row.stripe_subscription_id == counts.id));
        let params = sql::SetStandingParams {
            status: after.status,
            reason: after.reason.as_deref(),
            due_at: after.due_at,
            subscription: counts.map(|counts| counts.id.as_str()),
            subscription_status: counts.and_then(Kept::status).and_then(|status| status.for_organization()),
            plan: row.and_then(|row| row.plan.as_deref()),
            period_end: row.and_then(|row| row.current_period_end),
            ends: row.is_some_and(|row| row.ends),
            trial_ends_at: row.and_then(|row| row.trial_ends_at),
            now: self.now,
            tenant,
        };
        sql::set_standing().params(&self.tx, &params).await?;
        if before.status == after.status && before.status_reason == after.reason {
            return Ok(None);
        }
        let details = json!({ "before": before.status, "after": after.status, "reason": after.reason });
        let id = tenant.to_string();
        self.note(tenant, "organization.standing_changed", ("organization", &id), &details).await?;
        Ok(Some(StandingChange { organization: tenant, before: before.status, after }))
    }

    /// Suspends an organization by an operator's word, or takes that word back; its standing is to be settled then.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_operator_hold(&self, tenant: Uuid, reason: Option<&str>) -> Result<(), StoreError> {
        sql::set_operator_hold()
            .bind(&self.tx, &reason, &self.now, &tenant)
            .opt()
            .await?
            .map(drop)
            .ok_or(StoreError::NotFound("organization"))
    }
}
