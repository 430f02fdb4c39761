//! An organization that may not go on: its actor stands still and says why, its rows stay readable; and who may read the
//! directory at all.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use routiq::{
    domain::{directory::BillingRules, ids::Ids},
    store::{journal, roles::Role, roster},
    work::directory::{DirectorySettings, DirectoryWork, Origins},
};
use routiq_actors::{
    Settings, State, Tree,
    event::Event,
    port::{HoldKind, Observer, Ports},
};
use serde_json::{Value, json};
use tokio_postgres::error::SqlState;
use tokio_util::sync::CancellationToken;

use super::{Office, checkout, clerk, member, organization, stripe, subscription, user};
use crate::support::{
    practice::{House, see},
    rig::until,
};

struct Deaf;

impl Observer for Deaf {
    fn event(&self, _: &Event) {}
}

async fn deliver(house: &House, key: &str, platform: &str, event: &Value) {
    let now = house.hand.now();
    let entry = journal::Entry {
        id: Ids::random().next(now),
        owner: None,
        platform: platform.to_owned(),
        event_key: key.to_owned(),
        event_type: "told.inside".to_owned(),
        subject: None,
        signed: true,
        query: String::new(),
        headers: json!({}),
        body: event.to_string().into_bytes(),
        occurred_at: None,
        received_at: now,
        ignored: false,
    };
    journal::insert(&house.store, &[&entry]).await.unwrap();
}

#[tokio::test]
async fn an_unpaid_organization_stands_still_with_a_reason_and_goes_on_when_paid() {
    const PATIENCE: Duration = Duration::from_secs(30);
    let house = House::new().await;
    let one = house.one();
    house.drive(&one).await.settle().await;
    let messages = house.count(&one, "routiq.messages").await;
    assert!(messages > 0);

    let settings = DirectorySettings {
        billing: BillingRules { required: false, grace: Duration::from_secs(3_600) },
        plans: std::collections::BTreeMap::new(),
        livemode: None,
        check_every: Duration::from_secs(86_400),
    };
    let directory = DirectoryWork::new(
        house.store.clone(),
        (house.hand.clock(), house.ids.clone()),
        Origins::default(),
        Arc::new(ArcSwap::from_pointee(settings)),
        Arc::new(|_| {}),
    );
    let ports = Ports::new(house.work(), house.roster(), house.roster(), Deaf).with_directory(directory);
    let tree = Arc::new(Tree::start(Settings::default(), house.hand.clock(), ports).await.unwrap());
    let (stop, heard, store) = (CancellationToken::new(), tree.clone(), house.store.clone());
    let ending = stop.clone();
    let listening = tokio::spawn(async move {
        roster::listen(&store, ending, move || heard.nudge_roster(), |_| {}).await;
    });
    let state = || tree.status(one.key).map(|status| status.state);
    until("it runs", PATIENCE, async || (state() == Some(State::Waiting)).then_some(())).await;

    let sub = |status| subscription("sub_1", "cus_1", status);
    let bought =
        stripe("evt_1", "checkout.session.completed", 1, checkout("org_HarbourPhysio", "cus_1", "sub_1"));
    deliver(&house, "evt_1", "stripe", &bought).await;
    deliver(&house, "evt_2", "stripe", &stripe("evt_2", "customer.subscription.updated", 2, sub("unpaid")))
        .await;
    tree.nudge_directory();
    until("it is held", PATIENCE, async || (state() == Some(State::Held)).then_some(())).await;
    let waits_for = tree.status(one.key).unwrap().waits_for.unwrap();
    assert_eq!(waits_for.what, "the subscription is unpaid");
    let hold = routiq_actors::port::Roster::load(&house.roster()).await.unwrap().remove(0).hold.unwrap();
    assert_eq!(hold.kind, HoldKind::Suspended);

    let reader = house.db.client(Role::Dashboard).await;
    see(&reader, one.key.organization).await;
    let row = reader.query_one("select count(*) from dashboard.messages", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), messages, "what is there stays readable");

    deliver(&house, "evt_3", "stripe", &stripe("evt_3", "customer.subscription.updated", 3, sub("active")))
        .await;
    tree.nudge_directory();
    until("it goes on", PATIENCE, async || {
        state().is_some_and(|state| state != State::Held && state != State::Starting).then_some(())
    })
    .await;

    deliver(
        &house,
        "evt_4",
        "clerk",
        &clerk("organization.deleted", 9, json!({ "id": "org_HarbourPhysio" })),
    )
    .await;
    tree.nudge_directory();
    until("it ends", PATIENCE, async || tree.status(one.key).is_none().then_some(())).await;
    let row = reader.query_one("select count(*) from dashboard.messages", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), messages, "nothing of a deleted organization is thrown away by that");
    tree.stop(Duration::from_secs(5)).await;
    stop.cancel();
    listening.await.unwrap();
}

#[tokio::test]
async fn an_operators_word_outlives_what_stripe_says() {
    let office = Office::new().await;
    let practice = organization("org_1", "Harbour Physio", "harbour", 1);
    office.tell("clerk", &[clerk("organization.created", 1, practice)]).await;
    office.run(Role::Directory, "update routiq.organizations set operator_hold = 'under review'").await;
    office
        .tell(
            "stripe",
            &[
                stripe("evt_1", "checkout.session.completed", 1, checkout("org_1", "cus_1", "sub_1")),
                stripe("evt_2", "customer.subscription.created", 2, subscription("sub_1", "cus_1", "active")),
            ],
        )
        .await;
    let standing =
        office.one("select status, status_reason, subscription_status from routiq.organizations").await;
    assert_eq!(standing, "suspended,\"under review\",active");
}

#[tokio::test]
async fn nobody_but_the_directory_reads_the_users_and_a_reader_sees_its_own() {
    let office = Office::new().await;
    let (one, two) = (organization("org_1", "Harbour", "h", 1), organization("org_2", "Kauri", "k", 1));
    office
        .tell(
            "clerk",
            &[
                clerk("user.created", 1, user("user_1", "Ana", 1)),
                clerk("user.created", 1, user("user_2", "Ben", 1)),
                clerk("user.created", 1, user("user_3", "Cleo", 1)),
                clerk(
                    "organizationMembership.created",
                    2,
                    member("orgmem_1", &one, "user_1", "org:admin", (2, 2)),
                ),
                clerk(
                    "organizationMembership.created",
                    2,
                    member("orgmem_2", &two, "user_2", "org:member", (2, 2)),
                ),
                clerk(
                    "organizationMembership.created",
                    3,
                    member("orgmem_3", &two, "user_1", "org:member", (3, 3)),
                ),
            ],
        )
        .await;
    let tables =
        ["users", "organization_members", "subscriptions", "subscription_events", "directory_checks"];
    for role in [Role::Daemon, Role::Roster, Role::Health, Role::Audit, Role::Intake] {
        let client = office.db.client(role).await;
        for table in tables {
            let error = client.batch_execute(&format!("select from routiq.{table}")).await.unwrap_err();
            assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{role:?} reads {table}");
        }
    }
    let of = |clerk: &str| {
        format!("select id::text as id from routiq.organizations where clerk_org_id = '{clerk}'")
    };
    for (clerk, sees, as_what) in [
        ("org_1", vec!["user_1"], vec!["admin"]),
        ("org_2", vec!["user_1", "user_2"], vec!["staff", "staff"]),
    ] {
        let reader = office.db.client(Role::Dashboard).await;
        let none: i64 = reader.query_one("select count(*) from dashboard.users", &[]).await.unwrap().get(0);
        assert_eq!(none, 0, "without an organization nobody is shown");
        see(&reader, office.one(&of(clerk)).await.parse().unwrap()).await;
        let users = reader.query("select id from dashboard.users order by id", &[]).await.unwrap();
        assert_eq!(users.iter().map(|row| row.get::<_, &str>(0)).collect::<Vec<_>>(), sees);
        let query = "select role, organization_id from dashboard.organization_users order by clerk_user_id";
        let members = reader.query(query, &[]).await.unwrap();
        assert_eq!(members.iter().map(|row| row.get::<_, &str>(0)).collect::<Vec<_>>(), as_what);
        assert!(members.iter().all(|row| row.get::<_, &str>(1) == clerk));
        let error =
            reader.batch_execute("update routiq.organization_members set owner = true").await.unwrap_err();
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE));
    }
}
