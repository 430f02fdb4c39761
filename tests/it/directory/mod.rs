//! The directory: what Clerk and Stripe tell becomes rows, in whatever order it is told.

mod checks;
mod clerk;
mod front_door;
mod holds;
mod simulated;
mod stripe;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::{
        directory::{BillingRules, PlanName},
        ids::Ids,
        role::Role as Rank,
    },
    store::{
        PoolSettings, Store,
        journal::{self, Entry},
        members::{self, Key},
        roles::Role,
    },
    work::directory::{DirectorySettings, DirectoryWork, Herald, News, Origins},
};
use routiq_actors::{Directory as _, Settled, clock::Clock};
use serde_json::{Value, json};

use crate::support::{
    TestDb,
    practice::{EPOCH, Hand},
};

/// What both platforms count from.
const DAY: i64 = 1_930_000_000;

/// A database and the work over it.
pub struct Office {
    pub db: TestDb,
    pub store: Store,
    pub hand: Hand,
    pub ids: Ids,
    pub settings: DirectorySettings,
    pub news: Arc<Mutex<Vec<News>>>,
}

impl Office {
    pub async fn new() -> Self {
        let db = TestDb::new().await;
        let pools = PoolSettings { size: 4, ..PoolSettings::default() };
        let store = Store::open(&db.target(), &db.login(Role::Daemon), db.passwords(), pools).unwrap();
        Self {
            db,
            store,
            hand: Hand::at(EPOCH.parse().unwrap()),
            ids: Ids::seeded(7),
            settings: DirectorySettings {
                billing: BillingRules { required: false, grace: Duration::from_secs(7 * 86_400) },
                plans: BTreeMap::from([("pro_monthly".to_owned(), PlanName::Pro)]),
                livemode: Some(true),
                check_every: Duration::from_secs(86_400),
            },
            news: Arc::default(),
        }
    }

    pub fn work(&self, origins: Origins) -> DirectoryWork {
        self.work_by(self.hand.clock(), origins)
    }

    /// By another clock.
    pub fn work_by(&self, clock: Clock, origins: Origins) -> DirectoryWork {
        let heard = self.news.clone();
        let herald: Herald = Arc::new(move |news| heard.lock().unwrap().push(news.clone()));
        let settings = Arc::new(ArcSwap::from_pointee(self.settings.clone()));
        DirectoryWork::new(self.store.clone(), (clock, self.ids.clone()), origins, settings, herald)
    }

    /// Brings an event into the journal, as the front door does; `key` tells repetitions.
    pub async fn deliver(&self, platform: &str, key: &str, body: &Value) {
        self.deliver_bytes(platform, key, body.to_string().into_bytes()).await;
    }

    pub async fn deliver_bytes(&self, platform: &str, key: &str, body: Vec<u8>) {
        self.hand.advance(SignedDuration::from_millis(1));
        let now = self.hand.now();
        let entry = Entry {
            id: self.ids.next(now),
            owner: None,
            platform: platform.to_owned(),
            event_key: key.to_owned(),
            event_type: "told.inside".to_owned(),
            subject: None,
            signed: true,
            query: String::new(),
            headers: json!({}),
            body,
            occurred_at: None,
            received_at: now,
            ignored: false,
        };
        journal::insert(&self.store, &[&entry]).await.unwrap();
    }

    /// Applies everything that is due.
    pub async fn settle(&self) {
        let work = self.work(Origins::default());
        loop {
            match work.apply().await {
                Settled::More => {}
                Settled::Done { .. } => return,
                Settled::Failed { reason } => panic!("{reason}"),
            }
        }
    }

    /// Delivers events one after the other, each applied before the next comes.
    pub async fn tell(&self, platform: &str, events: &[Value]) {
        for event in events {
            let key = format!("msg_{}", self.ids.next(self.hand.now()));
            self.deliver(platform, &key, event).await;
            self.settle().await;
        }
    }

    /// A question to the directory's tables.
    pub async fn rows(&self, query: &str) -> Vec<String> {
        let client = self.db.client(Role::Directory).await;
        let rows = client.query(&format!("select t::text from ({query}) t order by 1"), &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The column `it` of a question, as text.
    pub async fn texts(&self, query: &str) -> Vec<String> {
        let client = self.db.client(Role::Directory).await;
        let rows = client.query(query, &[]).await.unwrap();
        rows.iter().map(|row| row.get("it")).collect()
    }

    pub async fn one(&self, query: &str) -> String {
        let rows = self.rows(query).await;
        assert_eq!(rows.len(), 1, "{query}: {rows:?}");
        rows[0].trim_matches(['(', ')']).to_owned()
    }

    pub async fn run(&self, role: Role, statement: &str) {
        self.db.client(role).await.batch_execute(statement).await.unwrap();
    }

    pub async fn role(&self, user: &str, organization: &str) -> Option<Rank> {
        let found = members::membership(&self.store, user, Key::parse(organization)).await.unwrap();
        found.map(|membership| membership.role)
    }

    /// Everything that events decide, without our own ids and times.
    pub async fn everything(&self) -> Vec<String> {
        let mut all = Vec::new();
        for query in [
            "select 'user', clerk_user_id, email, first_name, last_name, image_url, banned, last_login_at, clerk_created_at,
                    clerk_updated_at, deleted_at from routiq.users",
            "select 'organization', clerk_org_id, name, slug, status, status_reason, standing_due_at, stripe_customer_id,
                    stripe_subscription_id, subscription_status, subscription_plan, current_period_end, cancel_at_period_end,
                    trial_ends_at, billing_email, clerk_updated_at, deleted_at from routiq.organizations",
            "select 'member', o.clerk_org_id, u.clerk_user_id, m.role, m.clerk_role_key, m.permissions, m.status, m.joined_at,
                    m.clerk_membership_id, m.clerk_updated_at, m.removed_at, m.deleted_at
             from routiq.organization_members m join routiq.users u on u.id = m.user_id
             join routiq.organizations o on o.id = m.organization_id",
            "select 'subscription', o.clerk_org_id, s.stripe_subscription_id, s.stripe_customer_id, s.status, s.plan, s.price_id,
                    s.current_period_end, s.cancel_at, s.ended_at, s.source_at, s.source_event, s.invoice_state, s.invoice_at,
                    s.past_due_since
             from routiq.subscriptions s join routiq.organizations o on o.id = s.organization_id",
            "select 'receipt', o.clerk_org_id, e.stripe_event_id, e.event_type
             from routiq.subscription_events e join routiq.organizations o on o.id = e.organization_id",
            "select 'event', platform, event_key, state from routiq.directory_events",
        ] {
            all.extend(self.rows(query).await);
        }
        all
    }

    pub fn heard(&self, is_it: impl Fn(&News) -> bool) -> usize {
        self.news.lock().unwrap().iter().filter(|news| is_it(news)).count()
    }
}

/// A time at Clerk, so many seconds into the day.
pub fn clerk_time(second: i64) -> i64 {
    (DAY + second) * 1000
}

pub fn stamp(second: i64) -> Timestamp {
    Timestamp::from_second(DAY + second).unwrap()
}

pub fn clerk(kind: &str, at: i64, data: Value) -> Value {
    json!({ "type": kind, "object": "event", "timestamp": clerk_time(at), "instance_id": "ins_1", "data": data })
}

pub fn user(id: &str, first: &str, at: i64) -> Value {
    json!({
        "id": id, "object": "user", "first_name": first, "last_name": null, "image_url": "https://img.example.test/a.png",
        "primary_email_address_id": "idn_2",
        "email_addresses": [
            { "id": "idn_1", "email_address": "old@example.test", "verification": null },
            { "id": "idn_2", "email_address": format!("{id}@example.test") },
        ],
        "banned": false, "last_sign_in_at": null, "created_at": clerk_time(0), "updated_at": clerk_time(at),
    })
}

pub fn organization(id: &str, name: &str, slug: &str, at: i64) -> Value {
    json!({
        "id": id, "object": "organization", "name": name, "slug": slug, "created_by": "user_1",
        "created_at": clerk_time(0), "updated_at": clerk_time(at),
    })
}

pub fn member(
    id: &str,
    organization: &Value,
    user: &str,
    role: &str,
    (created, updated): (i64, i64),
) -> Value {
    json!({
        "id": id, "object": "organization_membership", "role": role, "permissions": ["org:dashboard:read"],
        "created_at": clerk_time(created), "updated_at": clerk_time(updated), "organization": organization,
        "public_user_data": { "user_id": user, "identifier": format!("{user}@example.test"), "first_name": "Given" },
    })
}

pub fn gone(id: &str) -> Value {
    json!({ "id": id, "deleted": true })
}

pub fn stripe(id: &str, kind: &str, at: i64, object: Value) -> Value {
    json!({
        "id": id, "object": "event", "type": kind, "created": DAY + at, "livemode": true, "api_version": "2025-03-31.basil",
        "data": { "object": object },
    })
}

pub fn subscription(id: &str, customer: &str, status: &str) -> Value {
    json!({
        "id": id, "object": "subscription", "status": status, "customer": customer, "cancel_at_period_end": false,
        "created": DAY, "metadata": {},
        "items": { "object": "list", "data": [{
            "id": "si_1", "current_period_start": DAY, "current_period_end": DAY + 30 * 86_400,
            "price": { "id": "price_1", "lookup_key": "pro_monthly", "product": "prod_1" },
        }] },
    })
}

pub fn checkout(organization: &str, customer: &str, subscription: &str) -> Value {
    json!({
        "id": "cs_1", "object": "checkout.session", "mode": "subscription", "payment_status": "paid",
        "client_reference_id": organization, "customer": customer, "subscription": subscription,
        "customer_details": { "email": "billing@example.test" },
    })
}

pub fn invoice(id: &str, subscription: &str, customer: &str) -> Value {
    json!({
        "id": id, "object": "invoice", "customer": customer,
        "parent": { "type": "subscription_details", "subscription_details": { "subscription": subscription } },
    })
}
