//! What time and cards do to a subscription.

use routiq_simulators::stripe::{Card, Plan, Settings, Stripe, SubscriptionStatus as Status};

use crate::{ORGANIZATION, days, lab, told};

fn status(stripe: &Stripe) -> Status {
    stripe.ledger().subscriptions[0].status
}

#[tokio::test]
async fn a_checkout_makes_an_active_subscription_that_renews() {
    let (stripe, hand) = lab(Settings::default());
    let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    stripe.subscribe(&customer, Plan::default(), 0).unwrap();
    assert_eq!(
        told(&stripe).await,
        [
            "customer.created",
            "customer.subscription.created",
            "invoice.paid",
            "customer.subscription.updated",
            "checkout.session.completed"
        ]
    );
    let first = stripe.ledger().subscriptions[0].current_period_end;
    hand.pass(days(29));
    assert_eq!(stripe.ledger().subscriptions[0].current_period_end, first);
    hand.pass(days(2));
    assert!(stripe.ledger().subscriptions[0].current_period_end > first);
    let told = told(&stripe).await;
    assert_eq!(told[told.len() - 2..], ["invoice.paid", "customer.subscription.updated"]);
}

#[tokio::test]
async fn a_trial_warns_and_ends_in_payment_or_in_arrears() {
    for (card, end) in [(Card::Good, Status::Active), (Card::Declined, Status::PastDue)] {
        let (stripe, hand) = lab(Settings::default());
        let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", card);
        stripe.subscribe(&customer, Plan::default(), 14).unwrap();
        assert_eq!(status(&stripe), Status::Trialing);
        hand.pass(days(11));
        assert_eq!(told(&stripe).await.last().unwrap(), "customer.subscription.trial_will_end");
        hand.pass(days(3));
        assert_eq!(status(&stripe), end);
    }
    let (stripe, _) = lab(Settings::default());
    let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    stripe.subscribe(&customer, Plan::default(), 2).unwrap();
    assert!(told(&stripe).await.contains(&"customer.subscription.trial_will_end".to_owned()), "at once");
}

#[tokio::test]
async fn payments_that_fail_are_tried_again_and_then_given_up() {
    for (cancel_unpaid, end) in [(true, Status::Canceled), (false, Status::Unpaid)] {
        let (stripe, hand) = lab(Settings { cancel_unpaid, ..Settings::default() });
        let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
        stripe.subscribe(&customer, Plan::default(), 0).unwrap();
        stripe.set_card(&customer, Card::Declined).unwrap();
        hand.pass(days(30));
        assert_eq!(status(&stripe), Status::PastDue);
        hand.pass(days(14));
        assert_eq!(status(&stripe), Status::PastDue);
        hand.pass(days(2));
        assert_eq!(status(&stripe), end);
        let failures = told(&stripe).await.iter().filter(|kind| *kind == "invoice.payment_failed").count();
        assert_eq!(failures, 4);
    }
    let (stripe, hand) = lab(Settings::default());
    let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    stripe.subscribe(&customer, Plan::default(), 0).unwrap();
    stripe.set_card(&customer, Card::Declined).unwrap();
    hand.pass(days(31));
    stripe.set_card(&customer, Card::Good).unwrap();
    hand.pass(days(3));
    assert_eq!(status(&stripe), Status::Active, "the next attempt succeeds");
}

#[tokio::test]
async fn a_first_payment_that_fails_leaves_nothing_after_a_day() {
    let (stripe, hand) = lab(Settings::default());
    let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Declined);
    stripe.subscribe(&customer, Plan::default(), 0).unwrap();
    assert_eq!(status(&stripe), Status::Incomplete);
    assert!(!told(&stripe).await.contains(&"checkout.session.completed".to_owned()));
    hand.pass(days(1));
    assert_eq!(status(&stripe), Status::IncompleteExpired);
}

#[tokio::test]
async fn a_cancellation_takes_effect_now_or_at_the_end_of_the_period() {
    let (stripe, hand) = lab(Settings::default());
    let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    let id = stripe.subscribe(&customer, Plan::default(), 0).unwrap();
    stripe.cancel(&id, true).unwrap();
    assert_eq!(
        (status(&stripe), stripe.ledger().subscriptions[0].cancel_at_period_end),
        (Status::Active, true)
    );
    hand.pass(days(30));
    assert_eq!(status(&stripe), Status::Canceled);
    assert_eq!(told(&stripe).await.last().unwrap(), "customer.subscription.deleted");
    assert!(stripe.cancel(&id, false).is_err(), "once");
    let command = serde_json::from_value(serde_json::json!({"do": "delete_customer", "customer": customer}));
    stripe.command(command.unwrap()).unwrap();
    assert!(stripe.ledger().customers[0].deleted);
}
