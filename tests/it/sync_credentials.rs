//! A credential that does not work parks its account with a plain reason and loses nothing; a new one resumes it.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use routiq::{
    domain::seal::Keyring,
    store::{accounts, roles::Role, roster},
};
use routiq_actors::{
    Settings, Tree,
    event::Event,
    port::{HoldKind, Observer, Ports, Roster},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::support::practice::{House, Member, Next};

async fn imported() -> (House, Member) {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    house.drive(&member).await.settle().await;
    (house, member)
}

const STANDING: &str = "select status || ': ' || coalesce(rejected_reason, '') from routiq.api_credentials
    where status <> 'superseded'";

/// What the platform says, once it is asked the next time.
async fn refused(house: &House, member: &Member) -> String {
    house.hand.advance(SignedDuration::from_hours(25));
    let mut driver = house.drive(member).await;
    driver.until_trouble().await;
    match driver.next {
        Next::Denied(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_refusal_has_a_plain_reason_and_ends_with_a_new_credential() {
    let (house, member) = imported().await;
    let account = member.seat.account;
    let rows = house.comparison(&member).await.count("messages");
    let (simulator, seat) = (house.simulator.clone(), member.seat.clone());
    #[allow(clippy::type_complexity, reason = "a table of cases is read at once")]
    let steps: [(&str, Box<dyn Fn() -> Option<String>>); 4] = [
        ("does not know the access token", Box::new(|| Some("mistyped".to_owned()))),
        ("not an administrator", Box::new(|| Some(seat.agent.clone()))),
        ("holds characters no token has", Box::new(|| Some("line\nbreak".to_owned()))),
        (
            "suspended",
            Box::new(|| {
                simulator.suspend(account, true).unwrap();
                Some(seat.administrator.clone())
            }),
        ),
    ];
    for (why, set) in steps {
        if let Some(token) = set() {
            house.set_token(&member, &token).await;
        }
        let reason = refused(&house, &member).await;
        assert!(reason.contains(why), "{reason}");
        assert_eq!(house.texts(&member, STANDING).await, [format!("rejected: {reason}")]);
        let state = "select sync_status || ' ' || (last_error is not null) from routiq.sync_state";
        assert_eq!(house.texts(&member, state).await.len(), 1);
        // The next incarnation is told without asking the platform.
        let asked = house.simulator.counters();
        assert_eq!(refused(&house, &member).await, reason);
        assert_eq!(
            house.simulator.counters().by_minute.values().sum::<u32>(),
            asked.by_minute.values().sum::<u32>()
        );
        let held = house.roster().load().await.unwrap().remove(0).hold.unwrap();
        assert_eq!((held.kind, held.reason), (HoldKind::Credential, reason));
    }
    house.simulator.suspend(account, false).unwrap();
    house.set_token(&member, &member.seat.administrator).await;
    assert_eq!(house.roster().load().await.unwrap()[0].hold, None);
    house.drive(&member).await.settle().await;
    house.assert_equal(&member, "afterwards").await;
    assert_eq!(house.comparison(&member).await.count("messages"), rows, "nothing was lost meanwhile");
    assert_eq!(house.texts(&member, STANDING).await, ["active: "]);
}

#[tokio::test]
async fn a_wrong_master_key_is_said_plainly_and_the_right_one_finds_everything() {
    let (house, member) = imported().await;
    for (keys, why) in [
        (Keyring::new([(1, [9; 32])]).unwrap(), "the master key is not the one it was sealed with"),
        (Keyring::new([(2, [7; 32])]).unwrap(), "master key version 1 is not configured"),
    ] {
        let mut driver = house.drive_with(&member, house.work_with(keys)).await;
        driver.turn().await;
        let Next::Denied(reason) = driver.next else { panic!("{:?}", driver.next) };
        assert!(reason.contains(why), "{reason}");
        assert_eq!(house.texts(&member, STANDING).await, ["active: "], "the credential is not to blame");
    }
    house.hand.advance(SignedDuration::from_hours(1));
    house.drive(&member).await.settle().await;
    house.assert_equal(&member, "with the right key").await;
}

#[tokio::test]
async fn a_credential_opens_for_its_own_account_only() {
    let (house, member) = imported().await;
    let seat =
        house.simulator.add_practice(crate::support::practice::practice("Harbour Physio North")).unwrap();
    let other = house.account(member.key.organization, seat).await;
    // Somebody swaps the sealed rows of two accounts.
    let swap = format!(
        "update routiq.api_credentials c set sealed = o.sealed, wrapped_key = o.wrapped_key
         from routiq.api_credentials o where c.account_id = '{}' and o.account_id = '{}'",
        other.key.account, member.key.account
    );
    house.run(&member, &swap).await;
    let mut driver = house.drive(&other).await;
    driver.turn().await;
    let Next::Denied(reason) = &driver.next else { panic!("{:?}", driver.next) };
    assert!(reason.contains("belongs elsewhere"), "{reason}");
}

#[tokio::test]
async fn rotation_wraps_everything_anew_and_the_old_key_can_go() {
    let (house, member) = imported().await;
    let both = Keyring::new([(1, [7; 32]), (2, [8; 32])]).unwrap();
    let bodies = "select sealed::text from routiq.api_credentials union all select body::text from routiq.raw_payloads order by 1";
    let before = house.texts(&member, bodies).await;
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let mut wrapped = 0;
    loop {
        let tenant = session.begin(None).await.unwrap();
        let now = house.hand.now();
        let some = accounts::rewrap(&tenant, &both, now, 5).await.unwrap();
        tenant.commit().await.unwrap();
        if some == 0 {
            break;
        }
        assert!(some <= 6, "a bounded number at a time");
        wrapped += some;
    }
    assert_eq!(usize::try_from(wrapped).unwrap(), before.len());
    assert_eq!(house.texts(&member, bodies).await, before, "what they seal stays as it is");
    let old = "select (count(*) filter (where key_version <> 2))::text from routiq.raw_payloads";
    assert_eq!(house.texts(&member, old).await, ["0"]);
    let new = Keyring::new([(2, [8; 32])]).unwrap();
    house.hand.advance(SignedDuration::from_hours(1));
    house.drive_with(&member, house.work_with(new.clone())).await.settle().await;
    let tenant = session.begin(None).await.unwrap();
    for id in house.client(&member).await.query("select id from routiq.raw_payloads", &[]).await.unwrap() {
        routiq::store::payloads::open(&tenant, &new, id.get(0)).await.unwrap();
    }
}

/// Passes on what happens in the tree.
struct Ear(mpsc::UnboundedSender<Event>);

impl Observer for Ear {
    fn event(&self, event: &Event) {
        let _nobody = self.0.send(event.clone());
    }
}

async fn hear(
    events: &mut mpsc::UnboundedReceiver<Event>,
    what: &str,
    is_it: impl Fn(&Event) -> bool,
) -> Event {
    let heard = async {
        loop {
            let event = events.recv().await.unwrap();
            if is_it(&event) {
                return event;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), heard)
        .await
        .unwrap_or_else(|_| panic!("never heard: {what}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_tree_a_revoked_token_holds_its_actor_and_a_new_one_resumes_it_by_itself() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let (ear, mut events) = mpsc::unbounded_channel();
    let ports = Ports::new(house.work(), house.roster(), house.roster(), Ear(ear));
    let tree = Arc::new(Tree::start(Settings::default(), house.hand.clock(), ports).await.unwrap());
    let stop = CancellationToken::new();
    let (heard, listening, store) = (tree.clone(), stop.clone(), house.store.clone());
    let listener =
        tokio::spawn(
            async move { roster::listen(&store, listening, move || heard.nudge_roster(), |_| ()).await },
        );
    let caught_up = |event: &Event| matches!(event, Event::Stepped { outcome: "caught_up", .. });
    hear(&mut events, "the first import", caught_up).await;
    house.assert_equal(&member, "imported by the tree").await;

    house.simulator.revoke_token(&member.seat.administrator);
    house.hand.advance(SignedDuration::from_hours(1));
    tree.sync_now(member.key).unwrap();
    let held = |event: &Event| matches!(event, Event::Held { .. } | Event::Parked { .. });
    let event = hear(&mut events, "the refusal", held).await;
    let (Event::Held { reason, .. } | Event::Parked { reason, .. }) = event else { unreachable!() };
    assert!(reason.contains("mistyped or revoked"), "{reason}");

    assert_eq!(house.texts(&member, STANDING).await, [format!("rejected: {reason}")]);
    let (_, token) = house
        .simulator
        .add_user(member.seat.account, "New Manager", routiq_simulators::chatwoot::Role::Administrator)
        .unwrap();
    // Nobody tells the tree but the database.
    house.set_token(&member, &token).await;
    hear(&mut events, "work with the new token", caught_up).await;
    stop.cancel();
    listener.await.unwrap();
    let report = tree.stop(Duration::from_secs(10)).await;
    assert_eq!(report.working, 0);
    assert_eq!(house.texts(&member, STANDING).await, ["active: "]);
}

#[tokio::test]
async fn that_a_credential_is_valid_is_no_news_to_the_roster() {
    let (house, member) = imported().await;
    let (client, mut heard) = house.db.listener(Role::Roster).await;
    client.batch_execute("listen routiq_roster").await.unwrap();

    let noted = "select last_validated_at::text from routiq.api_credentials where status = 'active'";
    let before = house.texts(&member, noted).await;
    house.hand.advance(SignedDuration::from_hours(2));
    house.drive(&member).await.settle().await;
    assert_ne!(house.texts(&member, noted).await, before);
    // News come in the order of their commits: had the look told something, it would stand before this.
    client.batch_execute("notify routiq_roster, 'the end'").await.unwrap();
    assert_eq!(heard.recv().await.unwrap().payload(), "the end");
    // A new credential is news.
    house.set_token(&member, "another-token").await;
    assert_eq!(heard.recv().await.unwrap().payload(), "");
}
