//! Nothing of one organization is shown or changed in another's transaction, whatever the store is asked; and nothing is
//! written by an incarnation that is over.

use routiq::{
    domain::change::{Kind, Record},
    store::{Fence, StoreError, accounts, ledger, payloads, state},
};
use routiq_actors::port::{Outcome, Sync};
use routiq_simulators::chatwoot::{Fault, On, When};
use uuid::Uuid;

use crate::support::practice::{House, Next, Plan, practice};

async fn two() -> House {
    let plan =
        Plan { practices: vec![practice("Harbour Physio"), practice("Kauri Chiro")], ..Plan::default() };
    let house = House::of(plan).await;
    for member in &house.members {
        house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
        house.drive(member).await.settle().await;
    }
    house
}

#[tokio::test]
async fn another_s_account_does_not_exist() {
    let house = two().await;
    let (mine, theirs) = (house.members[0].clone(), house.members[1].clone());
    let now = house.hand.now();
    let payload: Uuid = house
        .client(&theirs)
        .await
        .query_one("select id from routiq.raw_payloads limit 1", &[])
        .await
        .unwrap()
        .get(0);
    let credential: Uuid = house
        .client(&theirs)
        .await
        .query_one("select id from routiq.api_credentials", &[])
        .await
        .unwrap()
        .get(0);
    let before = house.texts(&theirs, "select t::text from routiq.integrations t union all select t::text from routiq.api_credentials t").await;
    let account = theirs.key.account;
    let mut session = house.store.session(mine.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let missing = Err(StoreError::NotFound("account"));
    assert_eq!(
        accounts::load(&tenant, &house.keys, account).await.unwrap_err(),
        StoreError::NotFound("account")
    );
    assert_eq!(accounts::pause(&tenant, account, "mine now", None, "test", now).await, missing);
    assert_eq!(accounts::unpause(&tenant, account, now).await, missing);
    assert_eq!(accounts::request_poll(&tenant, account, now).await, missing);
    assert_eq!(accounts::request_sweep(&tenant, account, now).await, missing);
    assert_eq!(accounts::update_settings(&tenant, account, &serde_json::json!({}), now).await, missing);
    accounts::reject_credential(&tenant, credential, "mine now", now).await.unwrap();
    accounts::validate_credential(&tenant, credential, now).await.unwrap();
    let mut listed = accounts::list(&tenant).await.unwrap();
    assert_eq!(listed.pop().unwrap().id, mine.key.account);
    assert!(listed.is_empty());
    assert!(matches!(payloads::open(&tenant, &house.keys, payload).await, Err(StoreError::NotFound(_))));
    let rows = ledger::read(&tenant, account).await.unwrap();
    assert!(rows.contacts.is_empty() && rows.conversations.is_empty() && rows.messages.is_empty());
    assert!(state::figures(&tenant, account).await.unwrap().is_empty());
    let place = state::Place { account, now };
    let read = state::load(&tenant, place).await.unwrap();
    assert!(read.streams.is_empty() && read.due.is_none());
    state::close_logs(&tenant, place).await.unwrap();
    tenant.commit().await.unwrap();
    assert_eq!(house.texts(&theirs, "select t::text from routiq.integrations t union all select t::text from routiq.api_credentials t").await, before);

    // Its tombstones find nobody.
    let someone = house.texts(&theirs, "select external_id from routiq.contacts limit 1").await.remove(0);
    let mut swapped = mine.clone();
    swapped.key.account = account;
    let gone = vec![Record::Gone { kind: Kind::Contact, external_id: someone, successor: None }];
    let mut session = house.store.session(mine.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    drop(tenant);
    assert_eq!(house.apply(&mine, gone, now).await.changed(), 0);
    for member in &house.members {
        house.assert_equal(member, "each its own").await;
    }
}

#[tokio::test]
async fn without_an_organization_there_is_nothing() {
    let house = two().await;
    let nobody = house.db.client(routiq::store::roles::Role::Daemon).await;
    for table in [
        "organizations",
        "integrations",
        "contacts",
        "messages",
        "raw_payloads",
        "sync_state",
        "actor_fences",
    ] {
        let count: i64 =
            nobody.query_one(&format!("select count(*) from routiq.{table}"), &[]).await.unwrap().get(0);
        assert_eq!(count, 0, "{table}");
    }
    // A session that served one organization serves the next one nothing of it.
    let mut session = house.store.session(house.members[0].key.organization).await.unwrap();
    session.begin(None).await.unwrap().commit().await.unwrap();
    let mut session = house.store.session(Uuid::from_u128(7)).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    assert!(accounts::list(&tenant).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_incarnation_that_is_over_writes_nothing() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let mut old = house.drive(&member).await;
    for _ in 0..6 {
        old.turn().await;
    }
    let Next::Step(demand) = old.next.clone() else { panic!("{:?}", old.next) };
    let lease = house.lease(&member).await;
    assert_eq!(lease.generation, old.lease.generation + 1);
    let written = "select (select sum(records) from routiq.sync_stream_state)::text || ' ' || (select count(*) from routiq.contacts)
        || ' ' || (select count(*) from routiq.raw_payloads) || ' ' || (select count(*) from routiq.sync_logs)";
    let before = house.texts(&member, written).await;
    let report = Sync::step(&old.work, old.lease.clone(), demand.clone().into()).await.report;
    assert!(matches!(report.outcome, Outcome::Fenced), "{:?}", report.outcome);
    assert_eq!(house.texts(&member, written).await, before);
    assert!(matches!(Sync::resume(&old.work, old.lease.clone()).await, Outcome::Fenced));
    // Nor may it note a failure.
    let mut other = house.drive(&member).await;
    other.turn().await;
    let Next::Step(demand) = other.next.clone() else { panic!("{:?}", other.next) };
    house.lease(&member).await;
    house.simulator.fault(Fault::Html(500), On::default(), When::ONCE);
    let lines = house.count(&member, "routiq.sync_logs").await;
    let report = Sync::step(&other.work, other.lease.clone(), demand.into()).await.report;
    assert!(matches!(report.outcome, Outcome::Fenced), "{:?}", report.outcome);
    assert_eq!(house.count(&member, "routiq.sync_logs").await, lines);

    let mut session = house.store.session(member.key.organization).await.unwrap();
    for generation in [0, 1, 99] {
        let fence = Fence::sync(member.key.account, generation);
        assert!(matches!(session.begin(Some(&fence)).await, Err(StoreError::Fenced)), "{generation}");
    }
}
