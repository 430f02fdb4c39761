//! The daemon is killed, again and again, while it works and while the platforms go on: nothing is lost, nothing doubled.

use std::{collections::BTreeMap, time::Duration};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use routiq::app::database::Database;
use tokio_util::sync::CancellationToken;

use crate::support::{
    daemon::Daemon,
    fast_folder,
    rig::{
        Member, Served, Traffic, config, converge, folder, installation, now, open, postmaster, practice,
        settle, soak, superuser, sweep, until,
    },
};

/// Decides when the daemon is killed and what happens meanwhile.
const SEED: u64 = 20_310_304;
const PATIENCE: Duration = Duration::from_secs(120);

/// The generation of every actor.
async fn generations(client: &tokio_postgres::Client) -> BTreeMap<String, i64> {
    let fences = "select actor, generation from routiq.actor_fences";
    let rows = client.query(fences, &[]).await.unwrap_or_default();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn count(client: &tokio_postgres::Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_of_a_sync_it_ends_with_the_truth() {
    let kills = if soak() { 50 } else { 3 };
    let mut dice = StdRng::seed_from_u64(SEED);
    let home = folder(&fast_folder());
    let chatwoot = installation(SEED);
    let served = Served::start(&chatwoot).await;
    let database = open(home.path()).await;
    let practices = [
        practice("Harbour Physio", 60, 50, 8.0),
        practice("Kauri Chiropractic", 30, 25, 12.0),
        practice("Canal Street Osteopathy", 12, 10, 20.0),
    ];
    let settled = settle(&database, &chatwoot, &practices, &served.origin).await;
    let (members, seats): (Vec<Member>, Vec<_>) = settled.into_iter().unzip();
    database.close().await;
    let quiet = CancellationToken::new();
    let traffic = Traffic::new(&chatwoot, seats, SEED).run(Duration::from_millis(10), quiet.clone());

    let mut last = BTreeMap::new();
    for life in 0..kills {
        let before = chatwoot.counters().requests;
        let mut daemon = Daemon::start(home.path(), &[]);
        // One in six dies while it begins.
        if life > 0 && dice.random_range(0..6) == 0 {
            tokio::time::sleep(Duration::from_millis(dice.random_range(0..1500))).await;
            daemon.kill();
            continue;
        }
        let asked = dice.random_range(1..120);
        let what = format!("life {life}: {asked} requests");
        until(&what, PATIENCE, async || {
            assert!(daemon.alive(), "life {life}: the daemon ended by itself");
            (chatwoot.counters().requests >= before + asked).then_some(())
        })
        .await;
        let client = superuser(home.path()).await.expect("the server runs while its daemon does");
        let fences = generations(&client).await;
        for (actor, generation) in &last {
            assert!(fences[actor] > *generation, "life {life}: {actor} began without raising its fence");
        }
        last = fences;
        // The next life has everything to read again.
        let wish = "update routiq.integrations set sweep_requested_at = now(), version = version + 1";
        client.batch_execute(wish).await.unwrap();
        tokio::time::sleep(Duration::from_micros(dice.random_range(0..40_000))).await;
        daemon.kill();
    }

    quiet.cancel();
    let _traffic = traffic.await.unwrap();
    let survived = now();
    let daemon = Daemon::start(home.path(), &[]);
    let visited = until("the last daemon opens its database", PATIENCE, async || {
        // Until it holds the folder and serves, there is nothing to visit.
        superuser(home.path()).await?;
        Database::visit(&config(), home.path()).await.ok()
    })
    .await;
    sweep(&visited.store, &members).await;
    converge(&visited.store, &chatwoot, &members, PATIENCE).await;

    let client = superuser(home.path()).await.unwrap();
    let fences = generations(&client).await;
    assert!(last.iter().all(|(actor, generation)| fences[actor] > *generation), "{last:?} then {fences:?}");
    let open_runs = "select count(*) from routiq.sync_logs where status = 'running' and started_at < $1";
    let left: i64 = client.query_one(open_runs, &[&survived]).await.unwrap().get(0);
    assert_eq!(left, 0, "runs of dead incarnations are still called running");
    let cut = count(&client, "select count(*) from routiq.sync_logs where status = 'cancelled'").await;
    assert!(cut > 0, "no run was cut off: the kills came at the wrong moments");
    let unknown = "select count(*) from routiq.messages m where not exists (select from routiq.raw_payloads p
        where p.organization_id = m.organization_id and p.id = m.payload_id)";
    assert_eq!(count(&client, unknown).await, 0, "a message came from a payload that is not there");
    let errors = "select count(*) from routiq.sync_errors where not resolved";
    assert_eq!(count(&client, errors).await, 0);
    drop(client);
    visited.close().await;

    assert!(daemon.terminate(PATIENCE).await.success());
    assert_eq!(postmaster(home.path()), None, "the server ended with its daemon");
    let log = std::fs::read_to_string(home.path().join("postgres/postgres.log")).unwrap();
    assert!(!log.contains("was not properly shut down"), "a server did not end cleanly: {log}");
    served.stop().await;
}
