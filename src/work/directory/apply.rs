//! Events applied: one transaction each, in the order of arrival; what cannot be applied yet waits, what never can is set
//! aside.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{DirectoryWork, News, after};
use crate::{
    domain::directory::{Change, Link, Organization, Receipt, Subscription, Told},
    platforms::{PlatformError, clerk, retry::retry_pauses, stripe},
    store::{
        StoreError,
        directory::{AccessChange, Desk, Directory, Event},
    },
};

/// Tries before an event is set aside.
const TRIES: i32 = 6;
/// Pauses between tries.
const PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(3_600));
/// Why an event of Stripe's waits for the checkout that tells whose it is.
const UNLINKED: &str = "no organization has this customer yet";
/// How long it may wait: longer than a checkout takes, and than Stripe repeats one.
const UNLINKED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Why a change was not applied.
pub(super) enum Unapplied {
    /// The store's reason.
    Store(StoreError),
    /// Nobody knows whose it is.
    Unlinked,
}

impl From<StoreError> for Unapplied {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a change brought about.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) access: Vec<AccessChange>,
    pub(super) news: Vec<News>,
    /// Organizations written.
    pub(super) organizations: usize,
    /// Whose it was.
    pub(super) tenant: Option<Uuid>,
}

enum Read {
    Told(Told, Option<Receipt>),
    Poison(String),
}

impl DirectoryWork {
    /// Applies the oldest event that is due; whether there was one.
    pub(super) async fn apply_next(&self) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut desk = Desk::open(&self.store).await?;
        let directory = desk.begin(&self.ids, now).await?;
        let Some(event) = directory.next_event().await? else { return Ok(false) };
        let outcome = match self.read(&event) {
            Read::Poison(reason) => Err((reason, true)),
            Read::Told(Told::Nothing(reason), receipt) => {
                self.keep_receipt(&directory, receipt.as_ref(), None).await?;
                Ok((Effects::default(), Some(reason)))
            }
            Read::Told(Told::Changes(changes), receipt) => {
                match self.changed(&directory, &changes, receipt.as_ref()).await {
                    Ok(effects) => Ok((effects, None)),
                    Err(Unapplied::Store(error @ StoreError::Transient(_))) => return Err(error),
                    Err(Unapplied::Store(error)) => Err((error.to_string(), event.attempts + 1 >= TRIES)),
                    Err(Unapplied::Unlinked) => {
                        Err((UNLINKED.to_owned(), now.duration_since(event.received_at) > UNLINKED_FOR))
                    }
                }
            }
        };
        match outcome {
            Ok((effects, ignored)) => {
                let state = if ignored.is_some() { "ignored" } else { "applied" };
                directory.settle(event.id, state, ignored).await?;
                directory.commit().await?;
                self.spread(effects.access, effects.news);
                self.tell(&event, state, ignored.map(str::to_owned));
            }
            Err((reason, for_good)) => {
                // What was begun is undone; the event's fate is written alone.
                drop(directory);
                let directory = desk.begin(&self.ids, now).await?;
                if for_good {
                    directory.settle(event.id, "quarantined", Some(&reason)).await?;
                } else {
                    directory.postpone(event.id, &reason, again_at(&event, now)).await?;
                }
                directory.commit().await?;
                self.tell(&event, if for_good { "quarantined" } else { "postponed" }, Some(reason));
            }
        }
        Ok(true)
    }

    fn tell(&self, event: &Event, outcome: &'static str, reason: Option<String>) {
        let (platform, event_type) = (event.platform.clone(), event.event_type.clone());
        (self.herald)(&News::Event { platform, outcome, event_type, reason });
    }

    fn read(&self, event: &Event) -> Read {
        let told = match event.platform.as_str() {
            "clerk" => clerk::map::told(&event.body, event.received_at).map(|told| (told, None)),
            "stripe" => stripe::map::told(&event.body, self.settings.load().livemode, event.received_at)
                .map(|(told, receipt)| (told, Some(receipt))),
            _ => Err(PlatformError::Malformed("nobody reads this platform's events".into())),
        };
        match told {
            Ok((told, receipt)) => Read::Told(told, receipt),
            Err(error) => Read::Poison(error.to_string()),
        }
    }

    async fn changed(
        &self,
        directory: &Directory<'_>,
        changes: &[Change],
        receipt: Option<&Receipt>,
    ) -> Result<Effects, Unapplied> {
        let mut all = Effects::default();
        for change in changes {
            let effects = self.change(directory, change, true).await?;
            all.access.extend(effects.access);
            all.news.extend(effects.news);
            all.tenant = all.tenant.or(effects.tenant);
        }
        self.keep_receipt(directory, receipt, all.tenant).await?;
        Ok(all)
    }

    /// Every event about an organization's subscription is kept for it to see, whatever it changes.
    async fn keep_receipt(
        &self,
        directory: &Directory<'_>,
        receipt: Option<&Receipt>,
        tenant: Option<Uuid>,
    ) -> Result<(), StoreError> {
        let Some(receipt) = receipt else { return Ok(()) };
        let tenant = match tenant {
            Some(tenant) => Some(tenant),
            None => {
                directory
                    .organization_of(receipt.customer.as_deref(), receipt.subscription.as_deref())
                    .await?
            }
        };
        match tenant {
            Some(tenant) => directory.add_receipt(tenant, receipt).await,
            None => Ok(()),
        }
    }

    /// Applies one change; `told` when an event tells it, which is then only a reason to read a subscription again.
    pub(super) async fn change(
        &self,
        directory: &Directory<'_>,
        change: &Change,
        told: bool,
    ) -> Result<Effects, Unapplied> {
        let mut effects = Effects::default();
        match change {
            Change::User(user) => effects.access = directory.put_user(user).await?.unwrap_or_default(),
            Change::UserGone { id, at } => {
                effects.access = directory.end_user(id, *at).await?.unwrap_or_default();
            }
            Change::Organization(organization) => {
                self.keep_organization(directory, organization, &mut effects).await?;
            }
            Change::OrganizationGone { id, at } => {
                let (ended, access) = directory.end_organization(id, *at).await?;
                effects.access = access;
                if let Some(tenant) = ended {
                    effects.organizations = 1;
                    self.settle(directory, tenant, &mut effects).await?;
                }
            }
            Change::Membership(membership) => {
                self.keep_organization(directory, &membership.organization, &mut effects).await?;
                effects.access = directory.put_member(membership).await?;
            }
            Change::Link(link) => {
                let tenant =
                    directory.find_organization(&link.organization).await?.ok_or(Unapplied::Unlinked)?;
                directory.link(tenant, link).await?;
                directory.wake(UNLINKED).await?;
                self.settle(directory, tenant, &mut effects).await?;
                if let (true, Some(subscription)) = (self.stripe.is_some(), &link.subscription) {
                    directory.want_reread(subscription).await?;
                }
            }
            Change::Subscription(subscription) => {
                let tenant = self.owner(directory, subscription).await?;
                if subscription.status.is_none() {
                    let word = subscription.status_word.clone();
                    effects.news.push(News::UnknownStatus { word });
                }
                let plan = self.settings.load().plan(subscription);
                directory.put_subscription(tenant, subscription, plan).await?;
                if told && self.stripe.is_some() {
                    directory.want_reread(&subscription.id).await?;
                }
                self.settle(directory, tenant, &mut effects).await?;
            }
            Change::Invoice(invoice) => {
                let (customer, subscription) = (invoice.customer.as_deref(), invoice.subscription.as_str());
                let tenant = directory.organization_of(customer, Some(subscription)).await?;
                let tenant = tenant.ok_or(Unapplied::Unlinked)?;
                directory.put_invoice(tenant, invoice).await?;
                if self.stripe.is_some() {
                    directory.want_reread(subscription).await?;
                }
                self.settle(directory, tenant, &mut effects).await?;
            }
        }
        Ok(effects)
    }

    async fn keep_organization(
        &self,
        directory: &Directory<'_>,
        described: &Organization,
        effects: &mut Effects,
    ) -> Result<(), StoreError> {
        if let Some(tenant) = directory.put_organization(described).await? {
            effects.organizations = 1;
            self.settle(directory, tenant, effects).await?;
            // Perhaps a checkout has waited for it.
            directory.wake(UNLINKED).await?;
        }
        Ok(())
    }

    /// Whose a subscription is: by what is known, or by what whoever made it wrote down.
    async fn owner(&self, directory: &Directory<'_>, described: &Subscription) -> Result<Uuid, Unapplied> {
        let customer = described.customer.as_deref();
        if let Some(tenant) = directory.organization_of(customer, Some(&described.id)).await? {
            return Ok(tenant);
        }
        let reference = described.organization.as_deref().ok_or(Unapplied::Unlinked)?;
        let tenant = directory.find_organization(reference).await?.ok_or(Unapplied::Unlinked)?;
        let link = Link {
            organization: reference.to_owned(),
            customer: described.customer.clone(),
            subscription: Some(described.id.clone()),
            email: None,
        };
        directory.link(tenant, &link).await?;
        directory.wake(UNLINKED).await?;
        Ok(tenant)
    }

    pub(super) async fn settle(
        &self,
        directory: &Directory<'_>,
        tenant: Uuid,
        effects: &mut Effects,
    ) -> Result<(), StoreError> {
        effects.tenant = Some(tenant);
        let change = directory.settle_standing(tenant, self.settings.load().billing).await?;
        effects.news.extend(change.map(News::Standing));
        Ok(())
    }

    /// Settles what time alone has changed, such as a grace period that is over.
    pub(super) async fn settle_due_standings(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut desk = Desk::open(&self.store).await?;
        loop {
            let directory = desk.begin(&self.ids, now).await?;
            let due = directory.standings_due().await?;
            let Some(first) = due.first() else { return Ok(()) };
            let mut effects = Effects::default();
            self.settle(&directory, *first, &mut effects).await?;
            directory.commit().await?;
            self.spread(effects.access, effects.news);
        }
    }
}

fn again_at(event: &Event, now: Timestamp) -> Timestamp {
    let tried = usize::try_from(event.attempts).unwrap_or(0).min(20);
    after(now, retry_pauses(PAUSES.0, PAUSES.1, 0.0).nth(tried).unwrap_or(PAUSES.1))
}
