//! What a thousand practices with four accounts each cost while nothing happens: memory, the start of the whole roster, and
//! how soon anybody's status is known while everybody works.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark says what went wrong by ending"
)]

use std::{
    collections::BTreeMap,
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use routiq::{
    app::database::Database,
    domain::{
        ids::Ids,
        stream::{AccountState, Page},
    },
    platforms::{
        Account, Adapter, Call, Plan, PlatformError, Stored,
        declaration::{Cursor, Declaration, Order, Stream},
        registry::House,
        section::Section,
    },
    store::{
        accounts::{self, NewAccount},
        organizations::{self, NewOrganization},
    },
};
use routiq_actors::port::{Budget, Demand, Limit, SyncKey, Urgency};
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

#[path = "../tests/support/figures.rs"]
mod figures;
#[path = "../tests/support/rig.rs"]
mod rig;

use figures::{Goal, figure, resident};
use rig::{Rig, folder, open, prompt, until};

const ORGANIZATIONS: usize = 1000;
const ACCOUNTS: usize = 4;
const ALL: usize = ORGANIZATIONS * ACCOUNTS;
const PATIENCE: Duration = Duration::from_secs(120);
const PLATFORM: &str = "quiet";

/// A platform where nothing is due, until everybody is told to work.
#[derive(Default)]
struct Quiet {
    busy: AtomicBool,
}

impl Adapter for Quiet {
    fn name(&self) -> &'static str {
        PLATFORM
    }

    fn declaration(&self) -> &'static Declaration {
        const {
            &Declaration {
                transform: 1,
                streams: &[Stream {
                    name: "records",
                    kinds: &[],
                    cursor: Cursor::Whole,
                    order: Order::Unknown,
                    page: 1,
                    overlap: Duration::ZERO,
                    tombstones: &[],
                    opt_in: false,
                }],
                limits: &[],
                webhook: None,
                gaps: &[],
            }
        }
    }

    fn reconfigure(&self, _: &House, _: &Section) {}

    fn check_settings(&self, _: &str, _: &Value) -> Result<(), String> {
        Ok(())
    }

    fn plan(&self, _: &Account, _: &AccountState, now: Timestamp) -> Plan {
        if self.busy.load(Ordering::Relaxed) {
            return Plan::Ask(Call { stream: "records", what: Value::Null, urgency: Urgency::Poll });
        }
        Plan::Idle { until: now + SignedDuration::from_hours(1) }
    }

    fn remap(&self, _: &Account, _: &AccountState, _: &Stored<'_>) -> Result<Page, String> {
        Err("nothing of this platform is kept".to_owned())
    }

    fn demand(&self, _: &Account, _: &Call) -> Demand {
        Demand {
            api: PLATFORM.into(),
            host: "quiet.example.org".into(),
            budgets: vec![Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(ALL as u32) }],
            stream: "records".into(),
            urgency: Urgency::Poll,
        }
    }

    fn pull<'a>(
        &'a self,
        _: &'a Account,
        _: &'a SecretString,
        _: &'a AccountState,
        _: &'a Call,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Page, PlatformError>> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(Page {
                stream: "records",
                request: "/records".to_owned(),
                observed_at: now,
                ..Page::default()
            })
        })
    }
}

fn main() {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run());
}

async fn run() {
    let home = folder(&std::env::temp_dir());
    let database = open(home.path()).await;
    let keys = populate(&database).await;
    database.close().await;

    let database = open(home.path()).await;
    let empty = resident();
    let adapter = Arc::new(Quiet::default());
    let began = Instant::now();
    let rig = Rig::start(database, BTreeMap::from([(PLATFORM, Arc::clone(&adapter) as _)]), prompt()).await;
    until("all have begun", PATIENCE, async || (rig.ears.started() == ALL).then_some(())).await;
    let started = began.elapsed();
    until("all are idle", PATIENCE, async || (rig.tree.counts().waiting == ALL).then_some(())).await;
    let idle = began.elapsed();
    let memory = resident();
    println!(
        "{ALL} actors: begun after {started:.2?}, all had read their tables after {idle:.2?}; {empty:.0} MB before, {memory:.0} MB \
         after, {:.1} KB each",
        (memory - empty) * 1024.0 / ALL as f64
    );

    adapter.busy.store(true, Ordering::Relaxed);
    for key in &keys {
        rig.tree.sync_now(*key).unwrap();
    }
    until("all work", PATIENCE, async || (rig.tree.counts().waiting == 0).then_some(())).await;
    let (mut one, mut all) = (Vec::new(), Vec::new());
    for round in 0..2000 {
        let key = keys[(round * 7919) % keys.len()];
        let asked = Instant::now();
        let status = black_box(rig.tree.status(key));
        one.push(asked.elapsed());
        assert!(status.is_some());
        if round % 100 == 0 {
            let asked = Instant::now();
            assert_eq!(black_box(rig.tree.statuses()).len(), ALL);
            all.push(asked.elapsed());
        }
        tokio::task::yield_now().await;
    }
    let counts = rig.tree.counts();
    let slowest = rig::quantile(one.clone(), 1.0);
    println!(
        "while {} worked: one status p50 {:.1?}, p99 {:.1?}, slowest {slowest:.1?}; all {ALL} at once p50 {:.1?}",
        counts.stepping + counts.asking,
        rig::quantile(one.clone(), 0.5),
        rig::quantile(one, 0.99),
        rig::quantile(all, 0.5),
    );
    println!("{:.0} MB while all work", resident());

    figure("tree_idle_resident_mb", memory, Goal::AtMost(150.0));
    figure("tree_roster_start_seconds", started.as_secs_f64(), Goal::AtMost(3.0));
    figure("tree_all_idle_seconds", idle.as_secs_f64(), Goal::None);
    figure("tree_status_slowest_ms", slowest.as_secs_f64() * 1e3, Goal::AtMost(10.0));
    adapter.busy.store(false, Ordering::Relaxed);
    rig.stop().await.close().await;
}

/// A thousand organizations with four accounts each.
async fn populate(database: &Database) -> Vec<SyncKey> {
    let ids = Ids::random();
    let mut keys = Vec::with_capacity(ALL);
    let secret = SecretString::from("a token of an example");
    for n in 0..ORGANIZATIONS {
        let now = rig::now();
        let name = format!("Practice {n}");
        let new = NewOrganization {
            id: ids.next(now),
            clerk_org_id: None,
            name: &name,
            region: "AU",
            timezone: "Australia/Perth",
        };
        let organization = organizations::insert(&database.store, &new, now).await.unwrap();
        let mut session = database.store.session(organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        for at in 1..=ACCOUNTS {
            let account: Uuid = ids.next(now);
            let (external_id, settings) = (at.to_string(), json!({}));
            let new = NewAccount {
                id: account,
                platform: PLATFORM,
                external_id: &external_id,
                name: None,
                settings: &settings,
            };
            accounts::insert(&tenant, &new, now).await.unwrap();
            let place = (account, PLATFORM);
            accounts::set_credential(&tenant, &database.keys, place, &secret, ids.next(now), "bench", now)
                .await
                .unwrap();
            keys.push(SyncKey { organization, account });
        }
        tenant.commit().await.unwrap();
    }
    keys
}
