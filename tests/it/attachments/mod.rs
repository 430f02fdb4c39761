//! The bytes of attachments: fetched by the rules, sealed, read back, and gone when they should be.

mod limits;
mod links;
mod objects;
mod tree;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use arc_swap::ArcSwap;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use jiff::SignedDuration;
use routiq::{
    domain::files::FileRules,
    platforms::{
        transport::{Transport, TransportError},
        vault::{Directory, Vault},
    },
    store::roster,
    work::{FileSettings, FileWork, Read, Reading},
};
use routiq_actors::port::{Answer, Files, FilesDue, Lease};
use routiq_simulators::population::Practice;
use uuid::Uuid;

use crate::support::practice::{House, Member, Plan};

/// The storage that links lead to.
const STORAGE: &str = "https://files.example.org";

/// What was asked: the address, and whether anything in it proved who asks.
type Asked = Arc<Mutex<Vec<(String, bool)>>>;

/// Sees every request.
struct Watched {
    inner: Arc<dyn Transport>,
    asked: Asked,
}

impl Transport for Watched {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let names = ["api-access-token", "api_access_token", "authorization", "cookie"];
        let proof = names.iter().any(|name| request.headers().contains_key(*name));
        self.asked.lock().unwrap().push((request.uri().to_string(), proof));
        self.inner.send(request)
    }
}

/// Everything within sensible limits.
pub(crate) fn generous() -> FileRules {
    let types = ["image/*", "audio/*", "video/*", "application/pdf"];
    FileRules { fetch: true, most: 1 << 20, types: types.iter().map(|text| text.parse().unwrap()).collect() }
}

pub(crate) fn settings() -> FileSettings {
    FileSettings {
        rules: generous(),
        keep_deleted: Duration::from_secs(7 * 24 * 3600),
        workers: 2,
        requests_per_minute: 1000,
        deadline: Duration::from_secs(60),
        plain_loopback: false,
    }
}

/// What fetches the files of a practice, an incarnation at a time.
struct Desk<'a> {
    house: &'a House,
    member: Member,
    work: FileWork,
    reading: Reading,
    settings: Arc<ArcSwap<FileSettings>>,
    asked: Asked,
    folder: Arc<tempfile::TempDir>,
    lease: Lease,
}

/// A house whose files lie at another host, read once.
async fn house() -> House {
    read(Plan { storage: Some(STORAGE.to_owned()), ..Plan::default() }).await
}

async fn read(plan: Plan) -> House {
    let practices: Vec<Practice> = plan
        .practices
        .into_iter()
        .map(|it| Practice { attachments: 0.4, events_per_hour: 0.0, ..it })
        .collect();
    let house = House::of(Plan { practices, ..plan }).await;
    for member in house.members.clone() {
        house.drive(&member).await.settle().await;
    }
    house
}

impl<'a> Desk<'a> {
    async fn of(house: &'a House, member: &Member) -> Self {
        Self::within(house, member, Arc::new(tempfile::tempdir().unwrap())).await
    }

    async fn within(house: &'a House, member: &Member, folder: Arc<tempfile::TempDir>) -> Self {
        let vault: Arc<dyn Vault> = Arc::new(Directory::open(folder.path()).unwrap());
        Self::over(house, member, folder, vault).await
    }

    async fn over(
        house: &'a House,
        member: &Member,
        folder: Arc<tempfile::TempDir>,
        vault: Arc<dyn Vault>,
    ) -> Self {
        let asked = Asked::default();
        let watched = Arc::new(Watched { inner: house.transport(), asked: Arc::clone(&asked) });
        let settings = Arc::new(ArcSwap::from_pointee(settings()));
        let work = FileWork::new(
            (house.store.clone(), house.keys.clone()),
            [("chatwoot", house.adapter())].into(),
            house.hand.clock(),
            watched,
            Some(Arc::clone(&vault)),
            Arc::clone(&settings),
        );
        let keys = house.keys.clone();
        let reading = Reading::new(house.store.clone(), keys, Some((vault, Arc::clone(&settings))));
        let lease = house.lease(member).await;
        Self { house, member: member.clone(), work, reading, settings, asked, folder, lease }
    }

    /// Works until nothing is due; how each attempt ended, and whether records became due.
    async fn run(&self) -> (Vec<&'static str>, bool) {
        let (ended, nudged, due) = self.until_rest().await;
        assert!(matches!(due, FilesDue::Rest { .. }), "{due:?}");
        (ended, nudged)
    }

    async fn until_rest(&self) -> (Vec<&'static str>, bool, FilesDue) {
        let (mut ended, mut nudged) = (Vec::new(), false);
        let mut due = self.work.look(self.lease.clone()).await;
        for _ in 0..10_000 {
            due = match due {
                FilesDue::More(demand) => {
                    let report = self.work.fetch(self.lease.clone(), demand).await;
                    assert_ne!(report.answer, Answer::NotAsked, "nothing moved in between");
                    ended.extend(report.outcome.map(|(ended, _)| ended));
                    nudged |= report.nudge;
                    report.due
                }
                FilesDue::Rest { pause } if pause.is_zero() => self.work.look(self.lease.clone()).await,
                due => return (ended, nudged, due),
            };
        }
        panic!("it never rests");
    }

    fn set(&self, change: impl FnOnce(&mut FileSettings)) {
        let mut settings = (**self.settings.load()).clone();
        change(&mut settings);
        self.settings.store(Arc::new(settings));
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap()).into_iter().map(|(address, _)| address).collect()
    }

    /// How many files stand so, and why.
    async fn states(&self) -> Vec<String> {
        let query =
            "select state || coalesce(' ' || reason, '') || ' ' || count(*) from routiq.attachment_files
                     group by state, reason order by 1";
        self.house.texts(&self.member, query).await
    }

    /// The attachments that stand so, ours and the platform's id.
    async fn those(&self, state: &str) -> Vec<(Uuid, i64)> {
        let query = "select a.id, a.external_id from routiq.attachment_files f
                     join routiq.attachments a on a.organization_id = f.organization_id and a.id = f.attachment_id
                     where f.state = $1 order by a.external_id";
        let rows = self.house.client(&self.member).await.query(query, &[&state]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get::<_, String>(1).parse().unwrap())).collect()
    }

    async fn read(&self, attachment: Uuid) -> Read {
        self.read_as(&self.member, attachment).await
    }

    async fn read_as(&self, member: &Member, attachment: Uuid) -> Read {
        self.reading.read(member.key.organization, attachment, self.house.hand.now()).await.unwrap()
    }

    /// Every object of an organization.
    fn objects(&self, member: &Member) -> Vec<PathBuf> {
        let folder = self.folder.path().join(member.key.organization.to_string());
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut objects: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        objects.sort();
        objects
    }

    /// Every file that stands as fetched reads back as the platform holds it; how many.
    async fn assert_whole(&self) -> usize {
        let fetched = self.those("fetched").await;
        for (id, external_id) in &fetched {
            let Read::Bytes { bytes, .. } = self.read(*id).await else {
                panic!("{external_id} is not there")
            };
            assert_eq!(Some(bytes.to_vec()), self.house.simulator.file(*external_id), "{external_id}");
        }
        fetched.len()
    }

    fn pass(&self, hours: i64) {
        self.house.hand.advance(SignedDuration::from_hours(hours));
    }
}

/// Raises the fence: whoever worked before is out.
async fn take_over(house: &House, member: &Member) -> Lease {
    let raised = roster::raise_fences(&house.store, &[member.key], house.hand.now()).await.unwrap();
    Lease { key: member.key, platform: "chatwoot".into(), generation: raised[0] }
}

#[tokio::test]
async fn what_is_fetched_reads_back_equal_and_lies_sealed() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    let wanted = desk.those("wanted").await.len();
    let (ended, _) = desk.run().await;
    let fetched = desk.assert_whole().await;
    assert!(fetched > 5 && ended.len() == fetched, "{ended:?}");
    assert!(ended.iter().all(|ended| *ended == "fetched"));
    // Places, cards and links of others have no bytes.
    let without =
        house.count(&member, "routiq.attachment_files where state = 'refused' and reason = 'no_file'").await;
    assert_eq!(fetched as i64 + without, wanted as i64);
    let objects = desk.objects(&member);
    assert_eq!(objects.len(), fetched);
    for object in &objects {
        let name = object.file_stem().unwrap().to_str().unwrap();
        assert!(name.parse::<Uuid>().is_ok(), "{name} says nothing of anybody");
        let sealed = std::fs::read(object).unwrap();
        assert!(!sealed.windows(8).any(|part| part == b"invented"), "plaintext in {name}");
    }
    // Nothing more, however often somebody looks, and reading the records again writes nothing here.
    let before =
        house.texts(&member, "select xmin::text from routiq.attachment_files order by attachment_id").await;
    desk.asked();
    desk.run().await;
    assert_eq!(desk.asked(), Vec::<String>::new());
    house.request_sweep(&member).await;
    house.drive(&member).await.settle().await;
    let after =
        house.texts(&member, "select xmin::text from routiq.attachment_files order by attachment_id").await;
    assert_eq!(before, after);
}

#[tokio::test]
async fn nothing_is_asked_while_nobody_wants_it() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    desk.set(|settings| settings.rules.fetch = false);
    assert_eq!(desk.run().await, (Vec::new(), false));
    assert_eq!(desk.asked(), Vec::<String>::new());
    assert_eq!(desk.objects(&member), Vec::<PathBuf>::new());
    let (one, off) =
        (desk.those("wanted").await[0].0, Read::Absent { state: "off".to_owned(), reason: None });
    assert_eq!(desk.read(one).await, off, "nobody waits for what nothing brings");
    // What is known of the attachments is there all the same.
    assert!(house.count(&member, "routiq.attachments where file_size is not null").await > 5);
    // An account may be stricter than the daemon.
    desk.set(|settings| settings.rules.fetch = true);
    let own = "update routiq.integrations set settings = settings || '{\"attachments\": {\"fetch\": false}}'";
    let wanted = Read::Absent { state: "wanted".to_owned(), reason: None };
    assert_eq!(desk.read(one).await, wanted);
    house.run(&member, own).await;
    assert_eq!(desk.read(one).await, off);
    assert_eq!(desk.run().await, (Vec::new(), false));
    assert_eq!(desk.asked(), Vec::<String>::new());
    house.run(&member, "update routiq.integrations set settings = settings - 'attachments'").await;
    desk.run().await;
    assert!(desk.assert_whole().await > 5, "and it is all made up for");
}

#[tokio::test]
async fn bytes_keep_their_place_until_they_are_dropped_and_who_finds_none_is_told() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    desk.run().await;
    let one = desk.those("fetched").await[0].0;
    let mut held = Vec::new();
    loop {
        match desk.read(one).await {
            Read::Bytes { bytes, .. } => held.push(bytes),
            other => break assert_eq!(other, Read::Busy),
        }
        assert!(held.len() < 50, "memory has a bound");
    }
    let part = held.pop().unwrap().slice(1..);
    assert_eq!(desk.read(one).await, Read::Busy, "a part of them is not written yet");
    drop(part);
    assert!(matches!(desk.read(one).await, Read::Bytes { .. }));
}
