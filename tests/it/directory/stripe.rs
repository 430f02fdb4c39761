//! What an organization pays for, from Stripe's events.

use jiff::SignedDuration;
use routiq::{domain::role::Role as Rank, store::roles::Role, work::directory::News};
use serde_json::json;

use super::{Office, checkout, clerk, invoice, member, organization, stamp, stripe, subscription};

const STANDING: &str =
    "select status, status_reason, subscription_status, subscription_plan from routiq.organizations";

async fn with_practice() -> Office {
    let office = Office::new().await;
    office
        .tell(
            "clerk",
            &[clerk("organization.created", 1, organization("org_1", "Harbour Physio", "harbour", 1))],
        )
        .await;
    office
}

#[tokio::test]
async fn a_subscription_is_bought_kept_paid_late_and_ended() {
    let office = with_practice().await;
    office.hand.set(stamp(0));
    let sub = |status| subscription("sub_1", "cus_1", status);
    office
        .tell(
            "stripe",
            &[
                stripe("evt_1", "checkout.session.completed", 1, checkout("org_1", "cus_1", "sub_1")),
                stripe("evt_2", "customer.subscription.created", 2, sub("trialing")),
            ],
        )
        .await;
    assert_eq!(office.one(STANDING).await, "active,,trial,pro", "by the plan's key");
    office.tell("stripe", &[stripe("evt_3", "customer.subscription.updated", 3, sub("active"))]).await;
    let bill = "select stripe_customer_id, stripe_subscription_id, billing_email from routiq.organizations";
    assert_eq!(office.one(bill).await, "cus_1,sub_1,billing@example.test");

    office
        .tell("stripe", &[stripe("evt_4", "invoice.payment_failed", 4, invoice("in_1", "sub_1", "cus_1"))])
        .await;
    assert_eq!(office.one(STANDING).await, "active,,past_due,pro", "late, and nothing is taken away yet");
    office.tell("stripe", &[stripe("evt_5", "invoice.paid", 5, invoice("in_1", "sub_1", "cus_1"))]).await;
    assert_eq!(office.one(STANDING).await, "active,,active,pro");

    office.tell("stripe", &[stripe("evt_6", "customer.subscription.deleted", 6, sub("canceled"))]).await;
    assert_eq!(office.one(STANDING).await, "suspended,\"the subscription has ended\",canceled,pro");
    office.tell("stripe", &[stripe("evt_7", "invoice.paid", 7, invoice("in_1", "sub_1", "cus_1"))]).await;
    assert_eq!(
        office.one(STANDING).await,
        "suspended,\"the subscription has ended\",canceled,pro",
        "a late payment brings nothing back"
    );

    let mut anew = subscription("sub_2", "cus_1", "active");
    anew["items"]["data"][0]["price"]["lookup_key"] = json!(null);
    office.tell("stripe", &[stripe("evt_8", "customer.subscription.created", 9, anew)]).await;
    assert_eq!(
        office.one(STANDING).await,
        "active,,active,",
        "found by its customer; a price nobody named is no plan of ours"
    );
    assert_eq!(
        office.rows("select stripe_event_id from routiq.subscription_events").await.len(),
        8,
        "all are kept to see"
    );
    let audit = office.db.client(Role::Audit).await;
    let audit = audit
        .query("select from routiq.audit_logs where action = 'organization.standing_changed'", &[])
        .await;
    assert_eq!(audit.unwrap().len(), 3, "active, suspended, active");
}

#[tokio::test]
async fn a_late_payment_suspends_once_its_grace_is_over_by_time_alone() {
    let office = with_practice().await;
    office.hand.set(stamp(100));
    office
        .tell(
            "stripe",
            &[
                stripe("evt_1", "checkout.session.completed", 1, checkout("org_1", "cus_1", "sub_1")),
                stripe(
                    "evt_2",
                    "customer.subscription.updated",
                    2,
                    subscription("sub_1", "cus_1", "past_due"),
                ),
            ],
        )
        .await;
    assert_eq!(office.one(STANDING).await, "active,,past_due,pro");
    office.hand.set(stamp(7 * 86_400 - 1));
    office.settle().await;
    assert_eq!(office.one(STANDING).await, "active,,past_due,pro");
    office.hand.set(stamp(7 * 86_400));
    office.settle().await;
    assert_eq!(
        office.one(STANDING).await,
        "suspended,\"a payment is overdue beyond its grace period\",past_due,pro"
    );
    assert_eq!(
        office.heard(|news| matches!(news, News::Standing(change) if change.after.status == "suspended")),
        1
    );
}

#[tokio::test]
async fn what_belongs_to_nobody_yet_waits_for_whoever_it_is() {
    let office = with_practice().await;
    let sub = subscription("sub_1", "cus_1", "active");
    office.tell("stripe", &[stripe("evt_1", "customer.subscription.created", 1, sub)]).await;
    office.tell("stripe", &[stripe("evt_2", "invoice.paid", 1, invoice("in_1", "sub_1", "cus_1"))]).await;
    let waiting = "select state, failure_reason from routiq.directory_events where platform = 'stripe'";
    let waits = "(pending,\"no organization has this customer yet\")";
    assert_eq!(office.rows(waiting).await, [waits, waits]);
    office
        .tell(
            "stripe",
            &[stripe("evt_3", "checkout.session.completed", 2, checkout("org_1", "cus_1", "sub_1"))],
        )
        .await;
    assert_eq!(office.rows(waiting).await, ["(applied,)"; 3], "at once, without waiting for the next try");
    assert_eq!(office.one(STANDING).await, "active,,active,pro");

    let mut written = subscription("sub_9", "cus_9", "active");
    written["metadata"] = json!({ "org_id": "org_2" });
    office.tell("stripe", &[stripe("evt_4", "customer.subscription.created", 3, written)]).await;
    office
        .tell("clerk", &[clerk("organization.created", 4, organization("org_2", "Kauri Chiro", "kauri", 4))])
        .await;
    office.hand.advance(SignedDuration::from_mins(2));
    office.settle().await;
    let two = format!("{STANDING} where clerk_org_id = 'org_2'");
    assert_eq!(office.one(&two).await, "active,,active,pro", "whoever made it wrote down whose it is");

    let strange = subscription("sub_7", "cus_7", "active");
    office.tell("stripe", &[stripe("evt_5", "customer.subscription.created", 3, strange)]).await;
    for _ in 0..9 {
        office.hand.advance(SignedDuration::from_hours(24));
        office.settle().await;
    }
    let state = "select state from routiq.directory_events where failure_reason is not null";
    assert_eq!(office.one(state).await, "quarantined", "nobody ever came");
}

#[tokio::test]
async fn an_unknown_state_and_another_mode_change_nothing() {
    let office = with_practice().await;
    let sub = |status| subscription("sub_1", "cus_1", status);
    office
        .tell(
            "stripe",
            &[
                stripe("evt_1", "checkout.session.completed", 1, checkout("org_1", "cus_1", "sub_1")),
                stripe("evt_2", "customer.subscription.created", 2, sub("active")),
                stripe("evt_3", "customer.subscription.updated", 3, sub("dozing")),
            ],
        )
        .await;
    assert_eq!(office.one(STANDING).await, "active,,active,pro");
    assert_eq!(office.heard(|news| matches!(news, News::UnknownStatus { word } if word == "dozing")), 1);
    let mut test = stripe("evt_4", "customer.subscription.deleted", 4, sub("canceled"));
    test["livemode"] = json!(false);
    let mut silent = stripe("evt_5", "customer.subscription.deleted", 5, sub("canceled"));
    silent.as_object_mut().unwrap().remove("livemode");
    office.tell("stripe", &[test, silent]).await;
    assert_eq!(office.one(STANDING).await, "active,,active,pro");
    let ignored = "select distinct failure_reason from routiq.directory_events where state = 'ignored'";
    assert_eq!(office.one(ignored).await, "\"the event is of the other mode\"");
}

#[tokio::test]
async fn older_shapes_are_read_as_well() {
    let office = with_practice().await;
    let mut old = subscription("sub_1", "cus_1", "active");
    old["customer"] = json!({ "id": "cus_1", "object": "customer" });
    old["current_period_end"] = json!(super::DAY + 86_400);
    old["items"]["data"][0] = json!({ "id": "si_1", "plan": { "id": "pro_monthly" } });
    let bill = json!({ "id": "in_1", "object": "invoice", "customer": "cus_1", "subscription": "sub_1" });
    office
        .tell(
            "stripe",
            &[
                stripe("evt_1", "checkout.session.completed", 1, checkout("org_1", "cus_1", "sub_1")),
                stripe("evt_2", "customer.subscription.updated", 2, old),
                stripe("evt_3", "invoice.payment_failed", 3, bill),
            ],
        )
        .await;
    assert_eq!(office.one(STANDING).await, "active,,past_due,pro");
    let period =
        office.one("select current_period_end = to_timestamp(1930086400) from routiq.organizations").await;
    assert_eq!(period, "t");
}

#[tokio::test]
async fn where_payment_is_required_an_organization_waits_for_it() {
    let mut office = Office::new().await;
    office.settings.billing.required = true;
    let practice = organization("org_1", "Harbour Physio", "harbour", 1);
    office
        .tell(
            "clerk",
            &[
                clerk("organization.created", 1, practice.clone()),
                clerk(
                    "organizationMembership.created",
                    1,
                    member("orgmem_1", &practice, "user_1", "org:admin", (1, 1)),
                ),
            ],
        )
        .await;
    assert_eq!(office.one(STANDING).await, "pending,\"the first subscription is awaited\",,");
    assert_eq!(
        office.role("user_1", "org_1").await,
        Some(Rank::Admin),
        "its people may come in all the same"
    );
    office
        .tell(
            "stripe",
            &[
                stripe("evt_1", "checkout.session.completed", 1, checkout("org_1", "cus_1", "sub_1")),
                stripe("evt_2", "customer.subscription.created", 2, subscription("sub_1", "cus_1", "active")),
            ],
        )
        .await;
    assert_eq!(office.one(STANDING).await, "active,,active,pro");
}
