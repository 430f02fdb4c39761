use std::time::Duration;

use jiff::SignedDuration;

use super::*;

const RULES: BillingRules = BillingRules { required: false, grace: Duration::from_secs(7 * 86_400) };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_900_000_000 + second).unwrap()
}

fn kept(status: SubscriptionStatus) -> Kept {
    Kept {
        id: "sub_1".to_owned(),
        status: Some(status),
        status_at: Some(at(0)),
        past_due_since: None,
        invoice: None,
        created_at: Some(at(0)),
    }
}

fn stands(kept: &[Kept], rules: BillingRules, now: Timestamp) -> (&'static str, Option<Timestamp>) {
    let standing = standing(false, None, kept, rules, now);
    assert_eq!(standing.reason.is_none(), standing.status == "active", "whoever may not work is told why");
    (standing.status, standing.due_at)
}

#[test]
fn every_state_of_a_subscription_grants_waits_or_suspends() {
    use SubscriptionStatus::*;
    let required = BillingRules { required: true, ..RULES };
    for (status, free, paying) in [
        (Incomplete, "active", "pending"),
        (IncompleteExpired, "active", "pending"),
        (Trialing, "active", "active"),
        (Active, "active", "active"),
        (Canceled, "suspended", "suspended"),
        (Unpaid, "suspended", "suspended"),
        (Paused, "suspended", "suspended"),
    ] {
        assert_eq!(stands(&[kept(status)], RULES, at(9)), (free, None), "{status}");
        assert_eq!(stands(&[kept(status)], required, at(9)), (paying, None), "{status}, required");
        assert_eq!(status.name().parse(), Ok(status));
    }
    assert_eq!(stands(&[], RULES, at(0)).0, "active", "nobody has to pay");
    assert_eq!(stands(&[], required, at(0)).0, "pending");
    assert_eq!("sleeping".parse::<SubscriptionStatus>(), Err(()));
}

#[test]
fn a_late_payment_changes_nothing_until_its_grace_is_over() {
    let late = Kept { past_due_since: Some(at(0)), ..kept(SubscriptionStatus::PastDue) };
    let over = at(7 * 86_400);
    assert_eq!(stands(std::slice::from_ref(&late), RULES, at(86_400)), ("active", Some(over)));
    assert_eq!(stands(&[late], RULES, over), ("suspended", None));
}

#[test]
fn an_invoice_moves_between_paid_and_late_and_brings_nothing_back() {
    use SubscriptionStatus::*;
    let with = |status, paid, second| Kept { invoice: Some((paid, at(second))), ..kept(status) };
    assert_eq!(with(Active, false, 5).status(), Some(PastDue));
    assert_eq!(with(Active, false, 0).status(), Some(Active), "not newer than the description");
    assert_eq!(with(PastDue, true, 5).status(), Some(Active));
    for status in [Canceled, Unpaid, Paused, Incomplete, IncompleteExpired] {
        assert_eq!(with(status, true, 5).status(), Some(status));
        assert_eq!(with(status, false, 5).status(), Some(status));
    }
}

#[test]
fn of_several_subscriptions_the_best_counts() {
    let old = Kept { id: "sub_0".to_owned(), ..kept(SubscriptionStatus::Canceled) };
    let new = Kept { created_at: Some(at(-50)), ..kept(SubscriptionStatus::Trialing) };
    assert_eq!(foremost(&[old.clone(), new.clone()]), Some(&new));
    assert_eq!(stands(&[new, old], RULES, at(0)).0, "active");
}

#[test]
fn what_ended_it_comes_first_then_an_operator_then_payment() {
    let unpaid = [kept(SubscriptionStatus::Unpaid)];
    let reason = |deleted, hold| standing(deleted, hold, &unpaid, RULES, at(0)).reason.unwrap();
    assert!(reason(true, Some("audit")).contains("deleted"));
    assert_eq!(reason(false, Some("audit")), "audit");
    assert!(reason(false, None).contains("unpaid"));
}

#[test]
fn words_are_ordered_by_time_then_what_they_are_worth() {
    let word = |second, status, event| Word::of_event(at(second), status, event);
    let active = Some(SubscriptionStatus::Active);
    let ended = Some(SubscriptionStatus::Canceled);
    assert!(word(1, active, "evt_1") > word(0, ended, "evt_2"), "later");
    assert!(word(0, ended, "evt_1") > word(0, active, "evt_2"), "final at the same second");
    assert!(word(0, active, "evt_2") > word(0, active, "evt_1"), "some order rather than none");
    let read = Word::read(at(0) + SignedDuration::from_millis(900));
    assert!(read > word(0, ended, "evt_9") && read < word(1, active, "evt_0"));
}
