//! Full checks against Clerk and Stripe: what webhooks missed is put right, nothing else is touched.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use jiff::SignedDuration;
use routiq::{
    domain::role::Role as Rank,
    platforms::{
        clerk::{Clerk, ClerkConfig},
        stripe::{Stripe, StripeConfig},
        transport::{InProcess, Transport, TransportError},
    },
    store::checks,
    work::directory::{DirectoryWork, News, Origins},
};
use routiq_actors::{
    Directory as _,
    port::{Answer, Outcome},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Office, checkout, member, organization, stripe, subscription, user};

/// Both platforms as they are, and how they misbehave.
#[derive(Default)]
struct Truth {
    users: BTreeMap<String, Value>,
    organizations: BTreeMap<String, Value>,
    members: BTreeMap<String, Value>,
    subscriptions: BTreeMap<String, Value>,
    asked: Vec<String>,
    /// Answers to come before the truth does: status and `Retry-After`.
    troubles: Vec<(u16, Option<&'static str>)>,
    /// Deleted as soon as the first page of users was shown.
    vanishes: Option<String>,
}

#[derive(Clone, Default)]
struct Outside(Arc<Mutex<Truth>>);

impl Outside {
    fn transport(&self) -> Arc<dyn Transport> {
        let outside = self.clone();
        Arc::new(InProcess::new(move |request| {
            let answer = outside.answer(&request);
            async move { answer }
        }))
    }

    fn origins(&self) -> Origins {
        let clerk = ClerkConfig { page: 2, ..ClerkConfig::default() };
        let stripe = StripeConfig { page: 2, ..StripeConfig::default() };
        Origins {
            clerk: Some(Clerk::new(self.transport(), clerk, SecretString::from("sk_clerk"))),
            stripe: Some(Stripe::new(self.transport(), stripe, SecretString::from("sk_stripe"))),
        }
    }

    fn set(&self, change: impl FnOnce(&mut Truth)) {
        change(&mut self.0.lock().unwrap());
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }

    fn answer(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut truth = self.0.lock().unwrap();
        let uri = request.uri();
        truth.asked.push(uri.path_and_query().unwrap().to_string());
        let key = request.headers()["authorization"].to_str().unwrap();
        assert_eq!(
            key,
            if uri.host() == Some("api.clerk.com") { "Bearer sk_clerk" } else { "Bearer sk_stripe" }
        );
        if let Some((status, retry_after)) = truth.troubles.pop() {
            let mut response = Response::builder().status(status);
            if let Some(after) = retry_after {
                response = response.header("retry-after", after);
            }
            return Ok(response.body(Bytes::from_static(b"{}")).unwrap());
        }
        let query: BTreeMap<String, String> = uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        let parts: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
        let page = |rows: Vec<Value>| -> Vec<Value> {
            rows.into_iter().skip(number("offset")).take(number("limit")).collect()
        };
        let missing = json!({ "errors": [{ "code": "resource_not_found", "message": "not found" }] });
        let one = |found: Option<&Value>| found.map_or((404, missing.clone()), |found| (200, found.clone()));
        let (status, body) = match parts.as_slice() {
            ["v1", "users"] => {
                let rows = page(truth.users.values().cloned().collect());
                if let Some(id) = truth.vanishes.take() {
                    truth.users.remove(&id);
                }
                (200, json!(rows))
            }
            ["v1", "users", id] => one(truth.users.get(*id)),
            ["v1", "organizations"] => {
                let total = truth.organizations.len();
                (
                    200,
                    json!({ "data": page(truth.organizations.values().cloned().collect()), "total_count": total }),
                )
            }
            ["v1", "organizations", id] => one(truth.organizations.get(*id)),
            ["v1", "organizations", id, "memberships"] if truth.organizations.contains_key(*id) => {
                let is_it = |it: &&Value| {
                    it["organization"]["id"] == **id
                        && query
                            .get("user_id")
                            .is_none_or(|user| it["public_user_data"]["user_id"] == user.as_str())
                };
                let rows: Vec<Value> = truth.members.values().filter(is_it).cloned().collect();
                let total = rows.len();
                (200, json!({ "data": page(rows), "total_count": total }))
            }
            ["v1", "subscriptions"] => {
                assert_eq!(query["status"], "all", "ended ones too");
                let after = query.get("starting_after").cloned().unwrap_or_default();
                let rows: Vec<&Value> =
                    truth.subscriptions.iter().filter(|(id, _)| **id > after).map(|(_, it)| it).collect();
                let (shown, more) =
                    (rows.iter().take(number("limit")).collect::<Vec<_>>(), rows.len() > number("limit"));
                (200, json!({ "object": "list", "data": shown, "has_more": more }))
            }
            ["v1", "subscriptions", id] => match truth.subscriptions.get(*id) {
                Some(found) => (200, found.clone()),
                None => (404, json!({ "error": { "code": "resource_missing" } })),
            },
            _ => (404, missing),
        };
        Ok(Response::builder().status(status).body(Bytes::from(body.to_string())).unwrap())
    }
}

/// Does every step that is due; answers how many.
pub async fn steps(work: &DirectoryWork) -> usize {
    let mut outcome = work.due().await;
    for done in 0..2_000 {
        let Outcome::More(demand) = outcome else { return done };
        let report = work.step(demand).await;
        assert!(!matches!(report.outcome, Outcome::Failed { .. }), "{:?}", report.outcome);
        outcome = report.outcome;
    }
    panic!("the check never ends");
}

fn world() -> Outside {
    let outside = Outside::default();
    let (one, two) = (organization("org_1", "Harbour", "h", 1), organization("org_2", "Kauri", "k", 1));
    outside.set(|truth| {
        for id in ["user_1", "user_2", "user_3", "user_4", "user_5"] {
            truth.users.insert(id.to_owned(), user(id, "Ana", 1));
        }
        for (id, of, user, role) in [
            ("orgmem_1", &one, "user_1", "org:admin"),
            ("orgmem_2", &one, "user_2", "org:member"),
            ("orgmem_3", &one, "user_3", "org:member"),
            ("orgmem_4", &two, "user_4", "org:admin"),
        ] {
            truth.members.insert(id.to_owned(), member(id, of, user, role, (1, 1)));
        }
        truth.organizations.extend([("org_1".to_owned(), one), ("org_2".to_owned(), two)]);
    });
    outside
}

#[tokio::test]
async fn a_check_brings_everything_that_no_webhook_brought_page_by_page() {
    let (office, outside) = (Office::new().await, world());
    let work = office.work(outside.origins());
    steps(&work).await;
    assert_eq!(office.rows("select from routiq.users").await.len(), 5);
    assert_eq!(office.role("user_1", "org_1").await, Some(Rank::Admin));
    assert_eq!(office.role("user_3", "org_1").await, Some(Rank::Staff));
    assert_eq!(office.role("user_4", "org_2").await, Some(Rank::Admin));
    let asked = outside.asked();
    assert!(asked.iter().all(|it| !it.contains("/users/")), "nobody is asked for by themselves: {asked:#?}");
    let pages = asked.iter().filter(|it| it.starts_with("/v1/users?")).count();
    assert_eq!(pages, 3, "2, 2 and 1");
    let first = News::Checked { api: "clerk", listed: 5 + 2 + 4, repaired: 0 };
    assert_eq!(office.heard(|news| *news == first), 1, "a first check repairs nothing");

    assert_eq!(steps(&work).await, 0, "nothing is due before a day has passed");
    let before = office.everything().await;
    office.hand.advance(SignedDuration::from_hours(25));
    steps(&work).await;
    assert_eq!(office.everything().await, before, "what is equal is left alone");
}

#[tokio::test]
async fn what_webhooks_missed_is_put_right_and_what_is_gone_is_asked_for_first() {
    let (office, outside) = (Office::new().await, world());
    let work = office.work(outside.origins());
    steps(&work).await;
    outside.asked();
    outside.set(|truth| {
        truth.users.remove("user_2");
        truth.users.insert("user_3".to_owned(), user("user_3", "Anna", 9));
        truth.members.remove("orgmem_2");
        truth.members.remove("orgmem_3");
        let two = truth.organizations.remove("org_2").unwrap();
        let one = organization("org_1", "Harbour & Sons", "h", 9);
        truth.members.insert("orgmem_1".to_owned(), member("orgmem_1", &one, "user_1", "org:member", (1, 9)));
        truth.members.insert("orgmem_5".to_owned(), member("orgmem_5", &one, "user_5", "org:admin", (9, 9)));
        truth.organizations.insert("org_1".to_owned(), one);
        drop(two);
    });
    office.hand.advance(SignedDuration::from_hours(25));
    steps(&work).await;
    assert_eq!(office.role("user_1", "org_1").await, Some(Rank::Staff));
    assert_eq!(office.role("user_2", "org_1").await, None);
    assert_eq!(office.role("user_3", "org_1").await, None, "the membership is gone, the user is not");
    assert_eq!(office.role("user_5", "org_1").await, Some(Rank::Admin));
    assert_eq!(office.role("user_4", "org_2").await, None);
    let standing = office.rows("select clerk_org_id, name, status from routiq.organizations").await;
    assert_eq!(standing, ["(org_1,\"Harbour & Sons\",active)", "(org_2,Kauri,inactive)"]);
    let users =
        office.rows("select clerk_user_id, first_name from routiq.users where deleted_at is null").await;
    assert_eq!(users, ["(user_1,Ana)", "(user_3,Anna)", "(user_4,Ana)", "(user_5,Ana)"]);
    let asked = outside.asked();
    for wanted in
        ["/v1/users/user_2", "/v1/organizations/org_2", "/v1/organizations/org_1/memberships?user_id=user_3"]
    {
        assert!(
            asked.iter().any(|it| it.starts_with(wanted)),
            "{wanted} is asked before it is believed gone: {asked:#?}"
        );
    }
    assert_eq!(office.heard(|news| matches!(news, News::Checked { api: "clerk", repaired: 5.., .. })), 1);
}

#[tokio::test]
async fn somebody_whom_a_moving_list_did_not_show_is_not_believed_gone() {
    let (office, outside) = (Office::new().await, world());
    let work = office.work(outside.origins());
    steps(&work).await;
    office.hand.advance(SignedDuration::from_hours(25));
    // Everybody behind the first moves up by one: user_3 stands on no page.
    outside.set(|truth| truth.vanishes = Some("user_1".to_owned()));
    steps(&work).await;
    assert_eq!(office.role("user_3", "org_1").await, Some(Rank::Staff));
    office.hand.advance(SignedDuration::from_hours(25));
    steps(&work).await;
    assert_eq!(office.role("user_1", "org_1").await, None, "the next check finds who went");
}

#[tokio::test]
async fn a_check_that_was_cut_off_goes_on_where_it_stood() {
    let (office, outside) = (Office::new().await, world());
    for _ in 0..4 {
        // Each step by a new incarnation.
        let work = office.work(outside.origins());
        let Outcome::More(demand) = work.due().await else { panic!("nothing due") };
        work.step(demand).await;
    }
    steps(&office.work(outside.origins())).await;
    let asked = outside.asked();
    let once = asked.iter().collect::<std::collections::BTreeSet<_>>();
    assert_eq!(asked.len(), once.len(), "no page was asked for twice: {asked:#?}");
    assert_eq!(office.role("user_4", "org_2").await, Some(Rank::Admin));
}

#[tokio::test]
async fn trouble_at_one_source_is_told_and_holds_up_no_other() {
    let (office, outside) = (Office::new().await, world());
    let work = office.work(outside.origins());
    outside.set(|truth| truth.troubles = vec![(401, None)]);
    let Outcome::More(demand) = work.due().await else { panic!("nothing due") };
    assert_eq!(&*demand.api, "clerk");
    let report = work.step(demand).await;
    let Outcome::More(next) = report.outcome else { panic!("{:?}", report.outcome) };
    assert_eq!((&*next.api, report.answer), ("stripe", Answer::Healthy), "Stripe is asked meanwhile");
    assert_eq!(office.heard(|news| matches!(news, News::Refused { api: "clerk", .. })), 1);
    work.step(next).await;
    let Outcome::CaughtUp { again_in } = work.due().await else { panic!("Clerk is left alone") };
    assert_eq!(again_in.as_secs(), 900);

    office.hand.advance(SignedDuration::from_mins(15));
    outside.set(|truth| truth.troubles = vec![(429, Some("40")), (503, None)]);
    let Outcome::More(demand) = work.due().await else { panic!("nothing due") };
    assert!(matches!(work.step(demand.clone()).await.answer, Answer::Unhealthy { .. }));
    office.hand.advance(SignedDuration::from_mins(15));
    let report = work.step(demand).await;
    assert!(matches!(report.answer, Answer::RateLimited { retry_after, .. } if retry_after.as_secs() == 40));
    office.hand.advance(SignedDuration::from_mins(15));
    steps(&work).await;
    assert_eq!(office.heard(|news| matches!(news, News::Answers { api: "clerk" })), 1);
    assert_eq!(office.role("user_1", "org_1").await, Some(Rank::Admin));
}

#[tokio::test]
async fn somebody_may_ask_for_a_check_before_it_is_due() {
    let (office, outside) = (Office::new().await, world());
    let work = office.work(outside.origins());
    steps(&work).await;
    office.hand.advance(SignedDuration::from_secs(60));
    let now = office.hand.now();
    let (check, begun) = checks::begin(&office.store, "clerk", &office.ids, now).await.unwrap();
    assert!(begun);
    let again = checks::begin(&office.store, "clerk", &office.ids, now).await.unwrap();
    assert_eq!(again, (check, false), "the one under way is the one that was asked for");
    office.hand.advance(SignedDuration::from_secs(1));
    assert!(checks::latest(&office.store, "clerk").await.unwrap().is_under_way());
    assert!(steps(&work).await > 5);
    assert_eq!(steps(&work).await, 0);
    let done = checks::latest(&office.store, "clerk").await.unwrap();
    assert_eq!((done.id, done.is_under_way(), done.repaired), (Some(check), false, 0));
    let one = office
        .one("select id::text from routiq.organizations where clerk_org_id = 'org_1'")
        .await
        .parse()
        .unwrap();
    let since = now - SignedDuration::from_hours(1);
    let all = checks::counts(&office.store, None, since).await.unwrap();
    assert_eq!((all.users, all.users_new, all.organizations_active, all.memberships), (5, 5, 2, 4));
    let own = checks::counts(&office.store, Some(&[one]), since).await.unwrap();
    assert_eq!(
        (own.users, own.organizations, own.memberships),
        (3, 1, 3),
        "whoever belongs to one counts one"
    );
    assert_eq!(own.roles, [("member".to_owned(), 2), ("admin".to_owned(), 1)]);
    assert_eq!(checks::counts(&office.store, Some(&[]), since).await.unwrap(), checks::Counts::default());
}

#[tokio::test]
async fn an_event_of_stripes_is_a_reason_to_read_and_a_check_finds_what_no_event_told() {
    let (office, outside) = (Office::new().await, world());
    let sub = |id: &str, customer: &str, status| subscription(id, customer, status);
    outside.set(|truth| {
        truth.subscriptions.insert("sub_1".to_owned(), sub("sub_1", "cus_1", "active"));
        let mut written = sub("sub_2", "cus_2", "unpaid");
        written["metadata"] = json!({ "organization_id": "org_2" });
        truth.subscriptions.insert("sub_2".to_owned(), written);
        truth.subscriptions.insert("sub_3".to_owned(), sub("sub_3", "cus_strange", "active"));
    });
    let work = office.work(outside.origins());
    steps(&work).await;
    let standing = "select clerk_org_id, status, subscription_status from routiq.organizations";
    assert_eq!(office.rows(standing).await, ["(org_1,active,)", "(org_2,suspended,suspended)"]);

    // The event is old; what is read is not.
    office
        .deliver(
            "stripe",
            "evt_1",
            &stripe("evt_1", "checkout.session.completed", 1, checkout("org_1", "cus_1", "sub_1")),
        )
        .await;
    office
        .deliver(
            "stripe",
            "evt_2",
            &stripe("evt_2", "customer.subscription.updated", 2, sub("sub_1", "cus_1", "canceled")),
        )
        .await;
    assert!(matches!(work.apply().await, routiq_actors::Settled::Done { .. }));
    assert_eq!(office.rows(standing).await[0], "(org_1,suspended,canceled)", "as far as the event knows");
    outside.asked();
    assert_eq!(steps(&work).await, 1);
    assert_eq!(outside.asked(), ["/v1/subscriptions/sub_1"]);
    assert_eq!(office.rows(standing).await[0], "(org_1,active,active)", "as Stripe says now");

    outside.set(|truth| {
        truth.subscriptions.insert("sub_1".to_owned(), sub("sub_1", "cus_1", "paused"));
    });
    office.hand.advance(SignedDuration::from_hours(25));
    steps(&work).await;
    assert_eq!(office.rows(standing).await[0], "(org_1,suspended,suspended)");
    assert_eq!(office.heard(|news| matches!(news, News::Checked { api: "stripe", repaired: 1, .. })), 1);
}

#[tokio::test]
async fn a_404_that_is_not_the_platforms_own_proves_nothing() {
    let (office, outside) = (Office::new().await, world());
    let work = office.work(outside.origins());
    steps(&work).await;
    outside.set(|truth| {
        truth.users.remove("user_2");
        truth.members.remove("orgmem_2");
    });
    office.hand.advance(SignedDuration::from_hours(25));
    let mut outcome = work.due().await;
    for _ in 0..100 {
        let Outcome::More(demand) = outcome else { break };
        // A proxy in front of Clerk says no page by itself; what is asked for alone, it does not know.
        let next = office.one("select coalesce(max(cursor ->> 'next'), '') from routiq.directory_checks where platform = 'clerk'").await;
        if next == "user" {
            outside.set(|truth| truth.troubles = vec![(404, None)]);
        }
        outcome = work.step(demand).await.outcome;
        if next == "user" {
            break;
        }
    }
    let there = "select deleted_at is null from routiq.users where clerk_user_id = 'user_2'";
    assert_eq!(office.one(there).await, "t");
    assert_eq!(
        office.one("select last_error from routiq.directory_checks where platform = 'clerk'").await,
        "\"Clerk refuses the request (404)\""
    );
}
