//! Users, organizations and memberships, from Clerk's events.

use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use routiq::{
    domain::role::Role as Rank,
    store::{members, roles::Role},
    work::directory::News,
};
use serde_json::{Value, json};

use super::{Office, checkout, clerk, gone, invoice, member, organization, stripe, subscription, user};
use crate::support::rig::soak;

#[tokio::test]
async fn each_event_does_to_its_row_what_it_says() {
    let office = Office::new().await;
    let practice = organization("org_1", "Harbour Physio", "harbour", 1);
    office
        .tell(
            "clerk",
            &[
                clerk("user.created", 1, user("user_1", "Ana", 1)),
                clerk("organization.created", 1, practice.clone()),
                clerk(
                    "organizationMembership.created",
                    2,
                    member("orgmem_1", &practice, "user_1", "org:admin", (2, 2)),
                ),
            ],
        )
        .await;
    let person = members::user(&office.store, "user_1").await.unwrap().unwrap();
    assert_eq!(person.email.as_deref(), Some("user_1@example.test"), "the primary address, not the first");
    assert_eq!(office.role("user_1", "org_1").await, Some(Rank::Admin));
    assert_eq!(office.one("select status, slug from routiq.organizations").await, "active,harbour");

    let renamed = organization("org_1", "Harbour & Sons", "harbour", 5);
    office
        .tell(
            "clerk",
            &[
                clerk("organization.updated", 5, renamed),
                clerk("user.updated", 5, user("user_1", "Anna", 5)),
                clerk(
                    "organizationMembership.updated",
                    6,
                    member("orgmem_1", &practice, "user_1", "org:member", (2, 6)),
                ),
            ],
        )
        .await;
    assert_eq!(office.role("user_1", "org_1").await, Some(Rank::Staff));
    let of = members::organizations_of(&office.store, "user_1").await.unwrap();
    assert_eq!((of.len(), of[0].organization_name.as_str()), (1, "Harbour & Sons"));
    assert_eq!(
        members::user(&office.store, "user_1").await.unwrap().unwrap().first_name.as_deref(),
        Some("Anna")
    );

    let mut banned = user("user_1", "Anna", 7);
    banned["banned"] = json!(true);
    office.tell("clerk", &[clerk("user.updated", 7, banned)]).await;
    assert_eq!(office.role("user_1", "org_1").await, None, "whom Clerk bans has no membership that counts");
    office.tell("clerk", &[clerk("user.updated", 8, user("user_1", "Anna", 8))]).await;
    assert_eq!(office.role("user_1", "org_1").await, Some(Rank::Staff));

    let last = member("orgmem_1", &practice, "user_1", "org:member", (2, 6));
    office.tell("clerk", &[clerk("organizationMembership.deleted", 9, last)]).await;
    assert_eq!(office.role("user_1", "org_1").await, None);
    let again = member("orgmem_2", &practice, "user_1", "org:read_only", (10, 10));
    office.tell("clerk", &[clerk("organizationMembership.created", 10, again)]).await;
    assert_eq!(
        office.role("user_1", "org_1").await,
        Some(Rank::Viewer),
        "who comes back has another membership"
    );

    office.tell("clerk", &[clerk("user.deleted", 11, gone("user_1"))]).await;
    assert_eq!(office.role("user_1", "org_1").await, None);
    assert_eq!(members::user(&office.store, "user_1").await.unwrap(), None);
    let left =
        office.one("select email, first_name, image_url, deleted_at is not null from routiq.users").await;
    assert_eq!(left, ",,,t", "what was personal is gone, the id stays");

    office.tell("clerk", &[clerk("organization.deleted", 12, gone("org_1"))]).await;
    let ended =
        office.one("select status, status_reason, deleted_at is not null from routiq.organizations").await;
    assert_eq!(ended, "inactive,\"the organization was deleted at Clerk\",t");
    let audit = "select action, details ->> 'before', details ->> 'after' from routiq.audit_logs where action like 'member%'";
    let audit = office.db.client(Role::Audit).await.query(audit, &[]).await.unwrap();
    assert_eq!(audit.len(), 7, "each change of what somebody may do is in the organization's audit log");
    assert_eq!(office.heard(|news| matches!(news, News::Access(_))), 7);
}

#[tokio::test]
async fn what_names_a_parent_that_has_not_come_makes_a_stub() {
    let office = Office::new().await;
    let practice = organization("org_1", "Harbour Physio", "harbour", 1);
    let first = member("orgmem_1", &practice, "user_1", "org:admin", (2, 2));
    office.tell("clerk", &[clerk("organizationMembership.created", 2, first)]).await;
    assert_eq!(office.role("user_1", "org_1").await, Some(Rank::Admin), "at once");
    assert_eq!(office.one("select email, first_name from routiq.users").await, "user_1@example.test,Given");
    office.tell("clerk", &[clerk("user.created", 1, user("user_1", "Ana", 1))]).await;
    assert_eq!(
        office.one("select first_name from routiq.users").await,
        "Ana",
        "the user's own words count more"
    );
}

#[tokio::test]
async fn what_ended_is_not_brought_back_by_what_comes_late() {
    let office = Office::new().await;
    let practice = organization("org_1", "Harbour Physio", "harbour", 1);
    let was = |role| member("orgmem_1", &practice, "user_1", role, (2, 2));
    office
        .tell(
            "clerk",
            &[
                clerk("user.deleted", 5, gone("user_1")),
                clerk("organization.deleted", 5, gone("org_2")),
                clerk(
                    "organizationMembership.deleted",
                    5,
                    member("orgmem_9", &practice, "user_2", "org:admin", (2, 2)),
                ),
                clerk("user.updated", 9, user("user_1", "Ana", 9)),
                clerk("organization.updated", 9, organization("org_2", "Kauri Chiro", "kauri", 9)),
                clerk(
                    "organizationMembership.updated",
                    9,
                    member("orgmem_9", &practice, "user_2", "org:admin", (2, 9)),
                ),
                clerk("organizationMembership.created", 2, was("org:admin")),
            ],
        )
        .await;
    assert_eq!(members::user(&office.store, "user_1").await.unwrap(), None);
    assert_eq!(
        office.role("user_1", "org_1").await,
        None,
        "a membership of somebody who is gone does not count"
    );
    assert_eq!(office.role("user_2", "org_1").await, None);
    let status = office.one("select status from routiq.organizations where clerk_org_id = 'org_2'").await;
    assert_eq!(status, "inactive");
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside_and_stops_nobody() {
    let office = Office::new().await;
    office.deliver_bytes("clerk", "msg_1", b"{\"type\":\"user.created\"".to_vec()).await;
    office.deliver("clerk", "msg_2", &clerk("user.created", 1, json!({ "first_name": "Nobody" }))).await;
    office.deliver("clerk", "msg_3", &clerk("session.created", 1, json!({ "id": "sess_1" }))).await;
    office.deliver("clerk", "msg_4", &clerk("user.created", 1, user("user_1", "Ana\0", 1))).await;
    office.settle().await;
    let states =
        office.rows("select event_key, state, attempts, failure_reason from routiq.directory_events").await;
    assert_eq!(
        states,
        [
            "(msg_1,quarantined,1,\"the event is not JSON\")",
            "(msg_2,quarantined,1,\"the event does not say whom it is about\")",
            "(msg_3,ignored,1,\"nothing about users, organizations or memberships\")",
            "(msg_4,applied,1,)",
        ]
    );
    assert_eq!(office.heard(|news| matches!(news, News::Event { outcome: "quarantined", .. })), 2);
}

#[tokio::test]
async fn what_the_database_refuses_is_tried_again_then_set_aside() {
    let office = Office::new().await;
    office
        .run(Role::Owner, "alter table routiq.users add constraint no_anas check (first_name <> 'Ana')")
        .await;
    office.deliver("clerk", "msg_1", &clerk("user.created", 1, user("user_1", "Ana", 1))).await;
    office.deliver("clerk", "msg_2", &clerk("user.created", 1, user("user_2", "Ben", 1))).await;
    office.settle().await;
    let state = "select state, attempts from routiq.directory_events where event_key = 'msg_1'";
    assert_eq!(office.one(state).await, "pending,1");
    assert_eq!(office.rows("select clerk_user_id from routiq.users").await, ["(user_2)"], "others pass");
    for _ in 0..8 {
        office.hand.advance(jiff::SignedDuration::from_hours(2));
        office.settle().await;
    }
    assert_eq!(office.one(state).await, "quarantined,6");
}

#[tokio::test]
async fn a_slug_belongs_to_whoever_had_it_last() {
    let events = [
        clerk("organization.created", 1, organization("org_1", "Harbour Physio", "harbour", 1)),
        clerk("organization.created", 3, organization("org_2", "Harbour Chiro", "harbour", 3)),
        clerk("organization.updated", 2, organization("org_1", "Harbour Physio", "harbour-physio", 2)),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let office = Office::new().await;
        office.tell("clerk", &order.map(|at| events[at].clone())).await;
        let slugs = office.rows("select clerk_org_id, slug from routiq.organizations").await;
        assert_eq!(slugs, ["(org_1,harbour-physio)", "(org_2,harbour)"], "{order:?}");
    }
}

/// A year of two practices in a few events.
fn history() -> Vec<(&'static str, Value)> {
    let one =
        |at| organization("org_1", if at < 4 { "Harbour Physio" } else { "Harbour & Sons" }, "harbour", at);
    let two = organization("org_2", "Kauri Chiro", "kauri", 2);
    let sub = |status| subscription("sub_1", "cus_1", status);
    let clerk = |kind: &str, at, data| ("clerk", clerk(kind, at, data));
    vec![
        clerk("user.created", 1, user("user_1", "Ana", 1)),
        clerk("user.updated", 6, user("user_1", "Anna", 6)),
        clerk("user.created", 1, user("user_2", "Ben", 1)),
        clerk("user.deleted", 9, gone("user_2")),
        clerk("user.updated", 8, user("user_2", "Benno", 8)),
        clerk("organization.created", 1, one(1)),
        clerk("organization.updated", 4, one(4)),
        clerk("organization.created", 2, two.clone()),
        clerk("organization.deleted", 12, gone("org_2")),
        clerk(
            "organizationMembership.created",
            2,
            member("orgmem_1", &one(1), "user_1", "org:admin", (2, 2)),
        ),
        clerk(
            "organizationMembership.updated",
            5,
            member("orgmem_1", &one(4), "user_1", "org:member", (2, 5)),
        ),
        clerk("organizationMembership.created", 3, member("orgmem_2", &two, "user_1", "org:admin", (3, 3))),
        clerk(
            "organizationMembership.created",
            3,
            member("orgmem_3", &one(1), "user_2", "org:viewer", (3, 3)),
        ),
        clerk(
            "organizationMembership.deleted",
            7,
            member("orgmem_3", &one(4), "user_2", "org:viewer", (3, 3)),
        ),
        clerk(
            "organizationMembership.created",
            8,
            member("orgmem_4", &one(4), "user_2", "org:admin", (8, 8)),
        ),
        ("stripe", stripe("evt_1", "customer.subscription.created", 20, sub("incomplete"))),
        ("stripe", stripe("evt_2", "checkout.session.completed", 21, checkout("org_1", "cus_1", "sub_1"))),
        ("stripe", stripe("evt_3", "customer.subscription.updated", 21, sub("active"))),
        ("stripe", stripe("evt_4", "invoice.paid", 21, invoice("in_1", "sub_1", "cus_1"))),
        ("stripe", stripe("evt_5", "invoice.payment_failed", 40, invoice("in_2", "sub_1", "cus_1"))),
        ("stripe", stripe("evt_6", "customer.subscription.updated", 40, sub("past_due"))),
        ("stripe", stripe("evt_7", "customer.subscription.deleted", 50, sub("canceled"))),
        ("stripe", stripe("evt_8", "customer.subscription.updated", 50, sub("active"))),
        ("stripe", stripe("evt_9", "invoice.paid", 55, invoice("in_2", "sub_1", "cus_1"))),
    ]
}

async fn after(events: &[(usize, (&'static str, Value))]) -> Vec<String> {
    let office = Office::new().await;
    for (at, (platform, event)) in events {
        office.deliver(platform, &format!("msg_{at}"), event).await;
        // Some are applied one by one, some together.
        if at % 3 != 0 {
            office.settle().await;
        }
    }
    office.settle().await;
    office.everything().await
}

#[tokio::test]
async fn every_order_and_any_repetition_ends_the_same() {
    let events: Vec<_> = history().into_iter().enumerate().collect();
    let truth = after(&events).await;
    assert!(truth.iter().any(|row| row.contains("canceled")), "{truth:#?}");
    for seed in 0..if soak() { 300 } else { 8 } {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut shuffled = [events.clone(), events[..8].to_vec()].concat();
        shuffled.shuffle(&mut rng);
        let found = after(&shuffled).await;
        assert_eq!(found, truth, "seed {seed}");
    }
}
