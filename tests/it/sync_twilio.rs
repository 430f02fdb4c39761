//! Two of a practice's accounts at Twilio, the adapter, the work and the tables, end to end: neither touches the other's rows.

use std::{collections::BTreeSet, sync::Arc};

use arc_swap::ArcSwap;
use jiff::SignedDuration;
use routiq::{
    config::value::Schedule,
    platforms::{
        registry::{self, House as Common},
        section::Sections,
        transport::{InProcess, Transport, TransportError},
    },
    store::{
        accounts::{self, NewAccount},
        ledger::{self, Rows},
        roster,
    },
    work::{SyncSettings, SyncWork},
};
use routiq_actors::port::{Lease, Outcome, Sync, SyncKey};
use routiq_simulators::{
    Cut,
    population::Practice,
    twilio::{Command, Fate, Inbound, Sender, Settings, Twilio},
};
use secrecy::SecretString;
use serde_json::json;

use crate::support::practice::House;

/// Two accounts of one practice, and what reads them.
struct Offices {
    house: House,
    platform: Twilio,
    work: SyncWork,
    /// Each account's sid, number and right.
    accounts: Vec<(String, String, Lease)>,
}

impl Offices {
    async fn new() -> Self {
        let house = House::new().await;
        let reading = house.hand.clone();
        let platform = Twilio::new(Settings::default(), Arc::new(move || reading.now()));
        let organization = house.organization("Seabreeze Clinic", "Australia/Perth").await;
        let mut accounts = Vec::new();
        for number in ["+61491579996", "+61491579997"] {
            let sender = Sender { address: number.to_owned(), ..Sender::default() };
            let practice = Practice { events_per_hour: 0.0, ..Practice::default() };
            let (sid, token) = platform.add_practice(&practice, sender).unwrap();
            let lease = enter(&house, organization, &sid, &token).await;
            accounts.push((sid, number.to_owned(), lease));
        }
        let work = work(&house, &platform);
        Self { house, platform, work, accounts }
    }

    /// The same person writes to one of the accounts and is answered.
    fn talk(&self, nth: usize, text: &str) -> [String; 2] {
        let (theirs, ours) = ("+61491570006", self.accounts[nth].1.as_str());
        let message = Inbound {
            from: theirs.to_owned(),
            to: ours.to_owned(),
            body: text.to_owned(),
            media: vec!["image/png".to_owned()],
            ..Inbound::default()
        };
        let asked = self.platform.receive(message).unwrap();
        let answered = self.platform.send(ours, theirs, "Yes.", None, Fate::Read).unwrap();
        [asked, answered]
    }

    /// Works until nothing is due at once.
    async fn settle(&self, nth: usize) {
        let lease = &self.accounts[nth].2;
        let mut outcome = Sync::resume(&self.work, lease.clone()).await;
        for _ in 0..200 {
            self.house.hand.advance(SignedDuration::from_millis(200));
            outcome = match outcome {
                Outcome::More(demand) => {
                    Sync::step(&self.work, lease.clone(), demand.into()).await.report.outcome
                }
                Outcome::CaughtUp { .. } => return,
                other => panic!("{other:?}"),
            };
        }
        panic!("never caught up");
    }

    async fn everything_again(&self, nth: usize) {
        let key = self.accounts[nth].2.key;
        self.house.hand.advance(SignedDuration::from_hours(3));
        let mut session = self.house.store.session(key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        accounts::request_sweep(&tenant, key.account, self.house.hand.now()).await.unwrap();
        tenant.commit().await.unwrap();
        drop(session);
        self.house.hand.advance(SignedDuration::from_secs(2));
        self.settle(nth).await;
    }

    async fn rows(&self, nth: usize) -> Rows {
        let key = self.accounts[nth].2.key;
        let mut session = self.house.store.session(key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        ledger::read(&tenant, key.account).await.unwrap()
    }

    /// Living messages of an account.
    async fn living(&self, nth: usize) -> BTreeSet<String> {
        let rows = self.rows(nth).await;
        rows.messages.into_iter().filter(|it| !it.deleted).map(|it| it.external_id).collect()
    }
}

async fn enter(house: &House, organization: uuid::Uuid, sid: &str, token: &str) -> Lease {
    let (now, settings) = (house.hand.now(), json!({}));
    let (platform, name) = ("twilio", None);
    let new = NewAccount { id: house.ids.next(now), platform, external_id: sid, name, settings: &settings };
    let mut session = house.store.session(organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let account = accounts::insert(&tenant, &new, now).await.unwrap();
    let (secret, id) = (SecretString::from(token.to_owned()), house.ids.next(now));
    accounts::set_credential(&tenant, &house.keys, (account, platform), &secret, id, "test", now)
        .await
        .unwrap();
    tenant.commit().await.unwrap();
    let key = SyncKey { organization, account };
    let raised = roster::raise_fences(&house.store, &[key], now).await.unwrap();
    Lease { key, platform: platform.into(), generation: raised[0] }
}

fn work(house: &House, platform: &Twilio) -> SyncWork {
    let served = platform.clone();
    let transport: Arc<dyn Transport> = Arc::new(InProcess::new(move |request| {
        let served = served.clone();
        async move {
            served.handle(request).await.map_err(|cut| match cut {
                Cut::TimedOut => TransportError::Timeout,
                Cut::Connection | Cut::Body(_) => TransportError::Cut,
            })
        }
    }));
    let common = Common { jitter: 0.0, ..Common::default() };
    let adapters = registry::adapters(&transport, &common, &Sections::default());
    let settings = SyncSettings { sweep: Schedule::Every(std::time::Duration::from_secs(7 * 24 * 3600)) };
    let settings = Arc::new(ArcSwap::from_pointee(settings));
    let (store, keys, clock) = (house.store.clone(), house.keys.clone(), house.hand.clock());
    SyncWork::new(store, adapters, keys, clock, house.ids.clone(), settings)
}

#[tokio::test]
async fn two_accounts_of_one_practice_keep_their_own_rows() {
    let offices = Offices::new().await;
    let one = offices.talk(0, "Is Monday free?");
    let other = offices.talk(1, "Is Tuesday free?");
    for nth in [0, 1] {
        offices.settle(nth).await;
    }
    assert_eq!(offices.living(0).await, BTreeSet::from(one.clone()));
    assert_eq!(offices.living(1).await, BTreeSet::from(other.clone()));
    let rows = offices.rows(0).await;
    assert_eq!(rows.contacts.len(), 1);
    assert_eq!(rows.attachments[0].file_type, "image");
    assert_eq!(rows.conversations[0].contact.as_deref(), Some("+61491570006"));

    // What went out comes further, never back; a text is taken out; a message goes.
    let [asked, answered] = one;
    offices.house.hand.advance(SignedDuration::from_mins(5));
    offices.settle(0).await;
    let state = |rows: &Rows, sid: &str| {
        rows.messages
            .iter()
            .find(|it| it.external_id == sid)
            .map(|it| (it.delivery_status.clone(), it.content.clone()))
    };
    let rows = offices.rows(0).await;
    assert_eq!(state(&rows, &answered).unwrap().0.as_deref(), Some("read"));
    offices.platform.command(Command::Redact { message: answered.clone() }).unwrap();
    offices.platform.command(Command::Delete { message: asked.clone() }).unwrap();
    offices.everything_again(0).await;
    assert_eq!(offices.living(0).await, BTreeSet::from([answered.clone()]));
    assert_eq!(state(&offices.rows(0).await, &answered).unwrap(), (Some("read".to_owned()), None));

    // Whatever one lists, the other's stay.
    offices.everything_again(1).await;
    assert_eq!(offices.living(1).await, BTreeSet::from(other));
}
