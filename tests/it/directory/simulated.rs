//! Months at simulated Clerk and Stripe, with webhooks lost, doubled and out of order: one check later the tables equal
//! the truth, and so they do without a check when nothing is lost.

use std::{
    collections::BTreeSet,
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
    work::directory::Origins,
};
use routiq_simulators::{
    Clock,
    clerk::{self as clerk_world, Clerk as ClerkWorld},
    hooks::{self, Failure, HookFaults, Sends},
    stripe::{self as stripe_world, ApiVersion, Card, Plan, Stripe as StripeWorld},
};
use secrecy::SecretString;

use super::{Office, checks::steps};
use crate::support::rig::soak;

pub(super) const CLERK_HOOK: &str = "https://hooks.example.org/webhooks/clerk";
pub(super) const STRIPE_HOOK: &str = "https://hooks.example.org/webhooks/stripe";

fn clock(office: &Office) -> Clock {
    let hand = office.hand.clone();
    Arc::new(move || hand.now())
}

/// Everything that a platform has sent until now.
pub(super) async fn sent(from: &impl Sends) -> Vec<Request<Bytes>> {
    let all: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
    let keep = Arc::clone(&all);
    let sink = move |request: Request<Bytes>| {
        keep.lock().unwrap().push(request);
        async { Ok::<_, Failure>(Response::new(Bytes::new())) }
    };
    hooks::deliver(from, &sink, true).await;
    std::mem::take(&mut *all.lock().unwrap())
}

/// Brings it into the journal, under the sender's own id of it.
async fn hear(office: &Office, from: &impl Sends, platform: &str) {
    for request in sent(from).await {
        let key = match request.headers().get("svix-id") {
            Some(id) => id.to_str().unwrap().to_owned(),
            None => crate::support::practice::parsed(std::str::from_utf8(request.body()).unwrap())["id"]
                .to_string(),
        };
        office.deliver_bytes(platform, &key, request.body().to_vec()).await;
    }
    office.settle().await;
}

pub(super) fn people(truth: &clerk_world::Ledger) -> BTreeSet<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let users = truth.users.iter().map(|it| {
        format!(
            "user {} {} {} {} {}",
            it.id,
            text(&it.email),
            text(&it.first_name),
            text(&it.last_name),
            it.banned
        )
    });
    let places =
        truth.organizations.iter().map(|it| format!("organization {} {} {}", it.id, it.name, it.slug));
    let members = truth.memberships.iter().map(|it| {
        format!("member {} {} {}", it.organization, it.user, it.role.parse::<Rank>().unwrap().stored())
    });
    users.chain(places).chain(members).collect()
}

pub(super) async fn known(office: &Office) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for query in [
        "select concat_ws(' ', 'user', clerk_user_id, coalesce(email, ''), coalesce(first_name, ''), coalesce(last_name, ''),
                banned::text) as it from routiq.users where deleted_at is null",
        "select concat_ws(' ', 'organization', clerk_org_id, name, slug) as it from routiq.organizations where deleted_at is null",
        "select concat_ws(' ', 'member', o.clerk_org_id, u.clerk_user_id, m.role) as it
         from routiq.organization_members m join routiq.users u on u.id = m.user_id
         join routiq.organizations o on o.id = m.organization_id where m.deleted_at is null",
    ] {
        all.extend(office.texts(query).await);
    }
    all
}

fn asked(world: &ClerkWorld) -> Origins {
    let (world, secret) = (world.clone(), SecretString::from(world.secret_key()));
    let transport: Arc<dyn Transport> = Arc::new(InProcess::new(move |request| {
        let world = world.clone();
        async move { world.handle(request).await.map_err(|_| TransportError::Cut) }
    }));
    Origins {
        clerk: Some(Clerk::new(transport, ClerkConfig { page: 7, ..ClerkConfig::default() }, secret)),
        stripe: None,
    }
}

#[tokio::test]
async fn people_come_change_and_go_and_the_tables_follow() {
    for (seed, lost) in [(1, 0.0), (2, 0.2)] {
        let office = Office::new().await;
        let world = ClerkWorld::new(clerk_world::Settings { seed, ..Default::default() }, clock(&office));
        world.add_endpoint(CLERK_HOOK, &[]);
        world.set_hook_faults(HookFaults {
            drop: lost,
            double: 0.1,
            reorder: 0.3,
            reorder_ms: 40_000,
            ..HookFaults::default()
        });
        for day in 0..if soak() { 400 } else { 24 } {
            for _ in 0..5 {
                office.hand.advance(SignedDuration::from_secs(2));
                world.churn(1);
            }
            hear(&office, &world, "clerk").await;
            if day == 0 {
                steps(&office.work(asked(&world))).await;
            }
        }
        office.hand.advance(SignedDuration::from_hours(30));
        let truth = people(&world.ledger());
        assert!(truth.len() > 20, "{truth:#?}");
        if lost == 0.0 {
            assert_eq!(known(&office).await, truth, "seed {seed}: by webhooks alone");
        }
        steps(&office.work(asked(&world))).await;
        assert_eq!(known(&office).await, truth, "seed {seed}: one check later");
        assert_eq!(world.counters().violations, 0);
    }
}

#[tokio::test]
async fn who_left_a_practice_of_several_pages_unheard_is_found_gone() {
    let office = Office::new().await;
    let world = ClerkWorld::new(clerk_world::Settings::default(), clock(&office));
    let practice = world.add_organization("Harbour Physio");
    let people_of: Vec<String> = (0..20)
        .map(|number| {
            office.hand.advance(SignedDuration::from_secs(2));
            let user = world.add_user(&format!("kim.{number}@example.test"), "Kim", "Example");
            world.set_member(&practice, &user, "org:member").unwrap();
            user
        })
        .collect();
    steps(&office.work(asked(&world))).await;
    assert_eq!(known(&office).await, people(&world.ledger()), "the first check");
    for user in [&people_of[3], &people_of[17]] {
        world.remove_member(&practice, user).unwrap();
    }
    office.hand.advance(SignedDuration::from_hours(30));
    steps(&office.work(asked(&world))).await;
    assert_eq!(known(&office).await, people(&world.ledger()), "one check later");
}

#[tokio::test]
async fn subscriptions_begin_lapse_and_end_and_the_tables_follow() {
    for (version, lost) in [(ApiVersion::Acacia, 0.0), (ApiVersion::Basil, 0.2)] {
        let office = Office::new().await;
        let world = StripeWorld::new(stripe_world::Settings::default(), clock(&office));
        world.add_endpoint(STRIPE_HOOK, version, &[]);
        world.set_hook_faults(HookFaults { drop: lost, double: 0.1, reorder: 0.3, ..HookFaults::default() });
        let mut events = Vec::new();
        for number in 1..=4 {
            let (id, name) = (format!("org_{number}"), format!("Practice {number}"));
            let described = super::organization(&id, &name, &name, number);
            events.push(super::clerk("organization.created", number, described));
        }
        office.tell("clerk", &events).await;
        let customers: Vec<String> = (1..=4)
            .map(|number| world.add_customer(&format!("org_{number}"), "billing@example.test", Card::Good))
            .collect();
        let bought: Vec<String> = customers
            .iter()
            .map(|customer| world.subscribe(customer, Plan::default(), 14).unwrap())
            .collect();
        let (secret, handled) = (SecretString::from(world.secret_key()), world.clone());
        let transport: Arc<dyn Transport> = Arc::new(InProcess::new(move |request| {
            let world = handled.clone();
            async move { world.handle(request).await.map_err(|_| TransportError::Cut) }
        }));
        for day in 0..70 {
            office.hand.advance(SignedDuration::from_hours(24));
            match day {
                20 => world.set_card(&customers[1], Card::Declined).unwrap(),
                30 => world.cancel(&bought[2], false).unwrap(),
                40 => world.cancel(&bought[3], true).unwrap(),
                _ => {}
            }
            hear(&office, &world, "stripe").await;
        }
        let truth: BTreeSet<String> = world
            .ledger()
            .subscriptions
            .iter()
            .map(|it| {
                format!(
                    "{} {} {}",
                    it.organization,
                    it.id,
                    serde_json::to_value(it.status).unwrap().as_str().unwrap()
                )
            })
            .collect();
        let query = "select concat_ws(' ', o.clerk_org_id, s.stripe_subscription_id, s.status) as it
                     from routiq.subscriptions s join routiq.organizations o on o.id = s.organization_id";
        let stripe = Stripe::new(transport, StripeConfig { page: 2, ..StripeConfig::default() }, secret);
        if lost == 0.0 {
            assert_eq!(
                office.texts(query).await.into_iter().collect::<BTreeSet<_>>(),
                truth,
                "by webhooks alone"
            );
        }
        steps(&office.work(Origins { clerk: None, stripe: Some(stripe) })).await;
        assert_eq!(office.texts(query).await.into_iter().collect::<BTreeSet<_>>(), truth, "one check later");
        let standing =
            office.texts("select concat_ws(' ', clerk_org_id, status) as it from routiq.organizations").await;
        assert!(
            standing.contains(&"org_1 active".to_owned()) && standing.contains(&"org_3 suspended".to_owned()),
            "{standing:?}"
        );
    }
}
