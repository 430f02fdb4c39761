//! An account at any platform, read end to end: a simulated platform reached in-process, the adapter from the registry, the
//! work and the tables. Time stands still unless a test or a request moves it.

use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use jiff::SignedDuration;
use routiq::{
    config::value::Schedule,
    platforms::{
        Adapters,
        registry::{self, House as Common},
        section::Sections,
        transport::{InProcess, Transport, TransportError},
    },
    store::{
        accounts::{self, NewAccount},
        journal,
        roles::Role,
        roster,
    },
    work::{
        Intake, IntakeSettings, Rederive, Scope, SyncSettings, SyncWork,
        intake::{Arrival, Turned},
    },
};
use routiq_actors::port::{Applied, Lease, Outcome, Sync, SyncKey};
use routiq_simulators::Cut;
use secrecy::SecretString;
use serde_json::Value;

use super::practice::{House, see};

/// A platform's account and what reads it.
pub struct Reading {
    pub house: House,
    pub key: SyncKey,
    platform: &'static str,
    lease: Lease,
    work: SyncWork,
    adapters: Adapters,
    intake: Arc<Intake>,
    /// What passes while a request is under way.
    pub pace: SignedDuration,
}

/// What is to be read.
pub struct Wanted<'a> {
    pub platform: &'static str,
    pub external_id: &'a str,
    pub settings: &'a Value,
    pub sections: Sections,
    pub public_url: Option<&'a str>,
}

/// Reaches a simulator through its `handle`.
pub fn reach<F, A>(handle: F) -> Arc<dyn Transport>
where
    F: Fn(Request<Bytes>) -> A + Send + std::marker::Sync + 'static,
    A: Future<Output = Result<Response<Bytes>, Cut>> + Send + 'static,
{
    Arc::new(InProcess::new(move |request| {
        let answer = handle(request);
        async move {
            answer.await.map_err(|cut| match cut {
                Cut::TimedOut => TransportError::Timeout,
                Cut::Connection | Cut::Body(_) => TransportError::Cut,
            })
        }
    }))
}

impl Reading {
    /// An account of its own in a house; nothing is read yet, and no credential is set.
    pub async fn new(house: House, transport: &Arc<dyn Transport>, wanted: Wanted<'_>) -> Self {
        let now = house.hand.now();
        let organization = house.organization("Seabreeze Clinic", "Australia/Perth").await;
        let new = NewAccount {
            id: house.ids.next(now),
            platform: wanted.platform,
            external_id: wanted.external_id,
            name: None,
            settings: wanted.settings,
        };
        let mut session = house.store.session(organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let account = accounts::insert(&tenant, &new, now).await.unwrap();
        tenant.commit().await.unwrap();
        drop(session);
        let key = SyncKey { organization, account };
        let raised = roster::raise_fences(&house.store, &[key], now).await.unwrap();
        let lease = Lease { key, platform: wanted.platform.into(), generation: raised[0] };
        let public_url = wanted.public_url.map(str::to_owned);
        let common = Common { jitter: 0.0, public_url: public_url.clone(), ..Common::default() };
        let adapters = registry::adapters(transport, &common, &wanted.sections);
        let sweep = Schedule::Every(Duration::from_secs(7 * 24 * 3600));
        let settings = Arc::new(ArcSwap::from_pointee(SyncSettings { sweep }));
        let (store, keys, ids) = (house.store.clone(), house.keys.clone(), house.ids.clone());
        let work = SyncWork::new(
            store.clone(),
            adapters.clone(),
            keys.clone(),
            house.hand.clock(),
            ids.clone(),
            settings,
        );
        let settings = IntakeSettings { public_url, ..IntakeSettings::default() };
        let intake = Arc::new(Intake::new(store, keys, ids, settings, 1 << 20));
        let pace = SignedDuration::from_millis(400);
        Self { house, key, platform: wanted.platform, lease, work, adapters, intake, pace }
    }

    /// What was kept raw says what the tables say; rows of each of these kinds are there.
    pub async fn assert_rederives(&self, kinds: &[&str]) {
        let (store, keys) = (self.house.store.clone(), self.house.keys.clone());
        let (clock, ids) = (self.house.hand.clock(), self.house.ids.clone());
        let rederive = Rederive::new(store, self.adapters.clone(), keys, clock, ids);
        let found = rederive.account(self.key.organization, self.key.account, &Scope::default()).await;
        let found = found.unwrap().unwrap();
        assert!(found.is_equal(), "{found:#?}");
        for kind in kinds {
            let of = found.compared.iter().find(|of| of.rows.as_str() == *kind).unwrap();
            assert!(of.held > 0, "{kind}: nothing to compare");
        }
    }

    pub async fn set_credential(&self, secret: &str) {
        let now = self.house.hand.now();
        let mut session = self.house.store.session(self.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let secret = SecretString::from(secret.to_owned());
        let id = self.house.ids.next(now);
        let place = (self.key.account, self.platform);
        accounts::set_credential(&tenant, &self.house.keys, place, &secret, id, "test", now).await.unwrap();
        tenant.commit().await.unwrap();
    }

    /// Works until nothing is due; says why when the account was parked.
    pub async fn settle(&self) -> Result<(), String> {
        let mut outcome = Sync::resume(&self.work, self.lease.clone()).await;
        for _ in 0..5_000 {
            outcome = match outcome {
                Outcome::More(demand) => {
                    self.house.hand.advance(self.pace);
                    Sync::step(&self.work, self.lease.clone(), demand.into()).await.report.outcome
                }
                Outcome::CaughtUp { .. } => return Ok(()),
                Outcome::Denied { reason } => return Err(reason),
                other => panic!("{other:?}"),
            };
        }
        panic!("never caught up");
    }

    /// Lives on for a while, polls as they are due.
    pub async fn live(&self, span: SignedDuration) {
        let end = self.house.hand.now() + span;
        while self.house.hand.now() < end {
            self.settle().await.unwrap();
            self.house.hand.advance(SignedDuration::from_secs(61));
        }
        self.settle().await.unwrap();
    }

    /// A delivery goes through the front door's checks into the journal; answers how many were new.
    pub async fn deliver(&self, request: &Request<Bytes>) -> Result<usize, Turned> {
        self.deliver_with(request, request.headers()).await
    }

    pub async fn deliver_with(&self, request: &Request<Bytes>, headers: &HeaderMap) -> Result<usize, Turned> {
        let received_at = self.house.hand.now();
        let path = request.uri().path();
        let token = path.rsplit('/').next().unwrap();
        let found = self.intake.find(self.platform, token, received_at).await.unwrap();
        let address = found.expect("an address of ours");
        let arrival =
            Arrival { method: request.method(), path, query: "", headers, body: request.body(), received_at };
        let entry = self.intake.check(&address, &arrival)?;
        Ok(journal::insert(&self.house.store, &[&entry]).await.unwrap().len())
    }

    /// Applies what stands in the journal; answers whether something is to be read because of it.
    pub async fn apply(&self) -> bool {
        let mut due = false;
        loop {
            let report = Sync::apply(&self.work, self.lease.clone()).await;
            due |= report.due_in.is_some();
            if report.outcome != Applied::More {
                return due;
            }
        }
    }

    /// The living rows of a kind, by id at the platform.
    pub async fn rows(&self, kind: &str) -> BTreeSet<String> {
        let query = "select external_id from routiq.records where kind = $1 and deleted_at is null";
        let client = self.client().await;
        client.query(query, &[&kind]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    /// Rows of one text each, in the order of the query.
    pub async fn texts(&self, query: &str) -> Vec<String> {
        let rows = self.client().await.query(query, &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, Option<String>>(0).unwrap_or_else(|| "null".to_owned())).collect()
    }

    async fn client(&self) -> tokio_postgres::Client {
        let client = self.house.db.client(Role::Daemon).await;
        see(&client, self.key.organization).await;
        client
    }
}
