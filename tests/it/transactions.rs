//! A transaction of one organization: what is undone, what travels along, and what the next one on the same connection sees.

use futures_util::FutureExt as _;
use jiff::Timestamp;
use routiq::{
    domain::ids::Ids,
    store::{
        Fence, Store, StoreError, Tenant,
        accounts::{self, NewAccount},
        organizations::{self, NewOrganization},
        pool::PoolSettings,
        roles::Role,
        roster,
    },
};
use routiq_actors::port::SyncKey;
use serde_json::json;
use uuid::Uuid;

use crate::support::TestDb;

/// One connection for everybody.
struct House {
    db: TestDb,
    store: Store,
    ids: Ids,
}

impl House {
    async fn new() -> Self {
        let db = TestDb::new().await;
        let one = PoolSettings { size: 1, ..PoolSettings::default() };
        let store = Store::open(&db.target(), &db.login(Role::Daemon), db.passwords(), one).unwrap();
        Self { db, store, ids: Ids::random() }
    }

    async fn organization(&self, name: &str) -> Uuid {
        let now = Timestamp::now();
        let id = self.ids.next(now);
        let new = NewOrganization { id, clerk_org_id: None, name, region: "AU", timezone: "Australia/Perth" };
        organizations::insert(&self.store, &new, now).await.unwrap()
    }

    async fn write(&self, tenant: &Tenant<'_>, name: &str) -> Result<Uuid, StoreError> {
        let (now, settings) = (Timestamp::now(), json!({}));
        let id = self.ids.next(now);
        let new = NewAccount { id, platform: "chatwoot", external_id: name, name: None, settings: &settings };
        accounts::insert(tenant, &new, now).await?;
        Ok(id)
    }

    /// What is written for good.
    async fn written(&self) -> Vec<String> {
        let names = "select external_id from routiq.integrations order by external_id";
        let rows = self.db.admin().await.query(names, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

#[tokio::test]
async fn what_is_dropped_is_undone_and_its_connection_serves_the_next() {
    let house = House::new().await;
    let (one, other) = (house.organization("Harbour").await, house.organization("Hill").await);
    let mut session = house.store.session(one).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let lost = house.write(&tenant, "dropped").await.unwrap();
    assert!(accounts::about(&tenant, lost).await.is_ok());
    drop(tenant);
    let tenant = session.begin(None).await.unwrap();
    assert!(accounts::about(&tenant, lost).await.is_err(), "it was undone");
    let kept = house.write(&tenant, "kept").await.unwrap();
    tenant.commit().await.unwrap();
    // Whose the connection was is forgotten with the transaction.
    drop(session);
    let mut session = house.store.session(other).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    assert!(accounts::about(&tenant, kept).await.is_err(), "it is another organization's");
    assert_eq!(house.written().await, ["kept"]);
}

#[tokio::test]
async fn a_part_is_undone_alone() {
    let house = House::new().await;
    let mut session = house.store.session(house.organization("Harbour").await).await.unwrap();
    let mut tenant = session.begin(None).await.unwrap();
    house.write(&tenant, "before").await.unwrap();
    let part = tenant.part().await.unwrap();
    house.write(&part, "dropped").await.unwrap();
    drop(part);
    let mut part = tenant.part().await.unwrap();
    house.write(&part, "part").await.unwrap();
    let inner = part.part().await.unwrap();
    house.write(&inner, "dropped within").await.unwrap();
    drop(inner);
    part.commit().await.unwrap();
    tenant.commit().await.unwrap();
    assert_eq!(house.written().await, ["before", "part"]);
}

#[tokio::test]
async fn what_travels_along_counts_only_for_who_holds_the_fence() {
    let house = House::new().await;
    let organization = house.organization("Harbour").await;
    let key = SyncKey { organization, account: Uuid::new_v4() };
    let generation = roster::raise_fences(&house.store, &[key], Timestamp::now()).await.unwrap()[0];
    let mut session = house.store.session(organization).await.unwrap();
    let old = Fence::sync(key.account, generation - 1);
    let refused =
        session.begin_with(Some(&old), async |tenant| house.write(tenant, "by a ghost").await).await;
    assert!(matches!(refused, Err(StoreError::Fenced)));
    drop(refused);
    let held = Fence::sync(key.account, generation);
    let write = async |tenant: &Tenant<'_>| house.write(tenant, "by the holder").await;
    let (tenant, written) = session.begin_with(Some(&held), write).await.unwrap();
    assert!(accounts::about(&tenant, written).await.is_ok());
    tenant.commit().await.unwrap();
    assert_eq!(house.written().await, ["by the holder"]);
}

#[tokio::test]
async fn a_beginning_that_is_cut_off_leaves_nothing_open() {
    let house = House::new().await;
    let mut session = house.store.session(house.organization("Harbour").await).await.unwrap();
    // Its first requests are sent, and nobody waits for an answer.
    let cut = session.begin_with(None, async |tenant| house.write(tenant, "cut off").await).now_or_never();
    assert!(cut.is_none());
    drop(cut);
    let tenant = session.begin(None).await.unwrap();
    house.write(&tenant, "whole").await.unwrap();
    tenant.commit().await.unwrap();
    assert_eq!(house.written().await, ["whole"]);
}
