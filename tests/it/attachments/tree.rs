//! The whole way: a tree with its gates, over the network, from a simulated installation into a directory and back.

use routiq::platforms::transport::{Https, HttpsConfig};
use routiq_actors::clock::Clock;
use routiq_simulators::chatwoot::{Allowances, Chatwoot, Settings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::support::rig;

#[tokio::test]
async fn a_tree_fetches_what_its_accounts_carry_and_stops() {
    let folder = rig::folder(&std::env::temp_dir());
    let database = rig::open(folder.path()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let allowances = Allowances { address: u32::MAX, search: u32::MAX, meta: u32::MAX };
    let settings = Settings { seed: 5, origin: origin.clone(), allowances, ..Settings::default() };
    let time = Clock::system();
    let chatwoot = Chatwoot::new(settings, Arc::new(move || time.now()));
    let stop = CancellationToken::new();
    let serving = tokio::spawn({
        let (chatwoot, stop) = (chatwoot.clone(), stop.clone());
        async move { chatwoot.serve(listener, stop).await }
    });
    let practice = Practice { attachments: 0.5, ..rig::practice("Harbour Physio", 10, 10, 3.0) };
    let members = rig::settle(&database, &chatwoot, &[practice], &origin).await;
    let key = members[0].0.key;

    let https = Https::new(HttpsConfig { plain_loopback: true, ..HttpsConfig::default() }).unwrap();
    let transport: Arc<dyn Transport> = Arc::new(https);
    let files = tempfile::tempdir().unwrap();
    let vault: Arc<dyn Vault> = Arc::new(Directory::open(files.path()).unwrap());
    let settings = FileSettings {
        rules: generous(),
        keep_deleted: Duration::from_secs(3600),
        workers: 2,
        requests_per_minute: 10_000,
        deadline: Duration::from_secs(30),
        plain_loopback: true,
    };
    let settings = Arc::new(ArcSwap::from_pointee(settings));
    let adapters = rig::chatwoot(Arc::clone(&transport));
    let work = FileWork::new(
        (database.store.clone(), database.keys.clone()),
        adapters.clone(),
        Clock::system(),
        transport,
        Some(Arc::clone(&vault)),
        Arc::clone(&settings),
    );
    let reading = Reading::new(database.store.clone(), database.keys.clone(), Some((vault, settings)));
    let admin = rig::superuser(folder.path()).await.unwrap();
    let rig = rig::Rig::filing(database, adapters, rig::prompt(), work).await;
    let member = members[0].0.clone();
    rig::converge(&rig.database.store, &chatwoot, &[member], Duration::from_secs(60)).await;
    let done = "select count(*) filter (where state = 'fetched'), count(*) filter (where state = 'wanted')
                from routiq.attachment_files";
    let fetched = rig::until("every file", Duration::from_secs(60), async || {
        let row = admin.query_one(done, &[]).await.unwrap();
        let (fetched, wanted): (i64, i64) = (row.get(0), row.get(1));
        (fetched > 0 && wanted == 0).then_some(fetched)
    })
    .await;
    let those = "select a.id, a.external_id from routiq.attachments a join routiq.attachment_files f
                 on f.organization_id = a.organization_id and f.attachment_id = a.id where f.state = 'fetched'";
    let rows = admin.query(those, &[]).await.unwrap();
    assert_eq!(rows.len() as i64, fetched);
    for row in rows {
        let (id, external_id): (Uuid, String) = (row.get(0), row.get(1));
        let read = reading.read(key.organization, id, rig::now()).await.unwrap();
        let Read::Bytes { bytes, .. } = read else { panic!("{read:?}") };
        assert_eq!(Some(bytes.to_vec()), chatwoot.file(external_id.parse().unwrap()), "{external_id}");
    }
    assert_eq!(rig.ears.of(key).failures, 0, "nothing failed meanwhile");
    let database = rig.stop().await;
    database.close().await;
    stop.cancel();
    serving.await.unwrap();
}
