//! A front door over a store, with the journal behind it and nothing else; platforms that send to it, signed; and a plain
//! HTTP client that says when a connection broke. For tests of webhooks and their benchmark.

#![allow(dead_code, reason = "tests and benchmarks each use a part")]

use std::{
    io::{Error, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use routiq::{
    config::{Environment, Live},
    domain::{ids::Ids, seal::Keyring},
    http::{self, Admission, Context, LiveParts, LiveSettings, Operators, Parts, Readiness, Settings},
    platforms::Adapters,
    store::{
        Store,
        accounts::{self, NewAccount},
        hooks::{self, NewEndpoint},
        organizations::{self, NewOrganization},
    },
    telemetry::alerts::Alerts,
    work::{Intake, IntakeSettings, JournalWork, Lineages, Reading, Replays, Tokens, news::Hub},
};
use routiq_actors::{
    Tree,
    clock::Clock,
    event::Event,
    hub::HubSettings,
    journal::{JournalSettings, port::Journal},
    port::{
        Account, Answer, Applied, ApplyReport, Delivered, Errand, Fences, Generation, Lease, Observer,
        Outcome, PortError, Ports, Progress, Report, Roster, Stepped, Sync, SyncKey,
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Nobody works here: what comes in is only kept.
#[derive(Clone)]
pub struct Idle;

impl Sync for Idle {
    async fn resume(&self, _: Lease) -> Outcome {
        Outcome::CaughtUp { again_in: Duration::from_secs(3600) }
    }

    async fn step(&self, _: Lease, _: Errand) -> Stepped {
        let outcome = Outcome::CaughtUp { again_in: Duration::from_secs(3600) };
        Report { answer: Answer::NotAsked, outcome, progress: Progress::default() }.into()
    }

    async fn apply(&self, _: Lease) -> ApplyReport {
        ApplyReport { outcome: Applied::Done, done: Delivered::default(), due_in: None }
    }
}

impl Roster for Idle {
    async fn load(&self) -> Result<Vec<Account>, PortError> {
        Ok(Vec::new())
    }
}

impl Fences for Idle {
    async fn raise(&self, keys: Vec<SyncKey>) -> Result<Vec<Generation>, PortError> {
        Ok(vec![1; keys.len()])
    }
}

impl Observer for Idle {
    fn event(&self, _: &Event) {}
}

/// The open door.
pub struct Door {
    pub tree: Arc<Tree>,
    pub intake: Arc<Intake>,
    pub alerts: Alerts,
    pub address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<http::Report>,
}

impl Door {
    /// Over `store`.
    pub async fn open(store: &Store, keys: &Keyring, journal: JournalSettings) -> Self {
        Self::with(store, keys, journal, JournalWork::new(store.clone()), IntakeSettings::default()).await
    }

    /// With another journal.
    pub async fn with(
        store: &Store,
        keys: &Keyring,
        journal: JournalSettings,
        port: impl Journal,
        intake: IntakeSettings,
    ) -> Self {
        let ports = Ports::new(Idle, Idle, Idle, Idle).with_journal(port);
        Self::over(store, keys, ports, (journal, intake, settings())).await
    }

    /// With a tree that does more than keep.
    pub async fn over(
        store: &Store,
        keys: &Keyring,
        ports: Ports,
        (journal, intake, door): (JournalSettings, IntakeSettings, Settings),
    ) -> Self {
        let clock = Clock::system();
        let settings = routiq_actors::Settings { journal, ..routiq_actors::Settings::default() };
        let tree = Arc::new(Tree::start(settings, clock.clone(), ports).await.unwrap());
        let intake = Intake::new(store.clone(), keys.clone(), Ids::random(), intake, journal.most_bytes);
        let (intake, alerts) = (Arc::new(intake), Alerts::new(clock.clone()));
        let readiness = watch::Sender::new(Readiness { serving: true, ..Readiness::default() });
        let context = Context::new(Parts {
            tree: Arc::clone(&tree),
            store: store.clone(),
            clock: clock.clone(),
            ids: Ids::random(),
            metrics: Arc::new(String::new),
            alerts: alerts.clone(),
            intake: Arc::clone(&intake),
            lineages: Lineages::new(Adapters::new(), keys.clone(), clock.clone()),
            files: Reading::new(store.clone(), keys.clone(), None),
            replays: Replays::new(store.clone(), Adapters::new(), keys.clone(), clock.clone(), Ids::random()),
            access: Arc::new(Admission::new(store.clone(), Tokens::none(), Ids::random())),
            operators: Arc::new(Operators::new(None, clock.clone())),
            settings: Live::new(door),
            live: LiveParts {
                hub: Hub::new(HubSettings::default()),
                settings: LiveSettings::default(),
                stopping: CancellationToken::new(),
                tasks: TaskTracker::new(),
            },
            readiness: readiness.subscribe(),
            version: "9.8.7",
            started_at: clock.now(),
        })
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let serving = tokio::spawn(http::serve(listener, context, None, stop.clone()));
        Self { tree, intake, alerts, address, stop, serving }
    }

    /// Ends in order.
    pub async fn close(self) {
        self.stop.cancel();
        self.tree.stop(Duration::from_secs(10)).await;
        self.serving.await.unwrap();
    }
}

/// What a door in these tests allows.
pub fn settings() -> Settings {
    Settings { environment: Environment::Development, max_connections: 4096, ..Settings::of(&config()) }
}

fn config() -> routiq::config::Config {
    use routiq::config::source::{Purpose, Sources};
    let sources = Sources::variables([("LOG_LEVEL", "warn")]).for_purpose(Purpose::Tool);
    routiq::config::Config::load(&sources).unwrap()
}

/// An account whose platform sends to us.
#[derive(Clone, Debug)]
pub struct Sender {
    pub key: SyncKey,
    pub token: String,
    /// Empty: it signs nothing.
    pub secret: String,
    pub account: String,
}

/// Makes an organization with an account at `platform` and an address for it.
pub async fn sender(store: &Store, keys: &Keyring, name: &str, platform: &str, secret: &str) -> Sender {
    let (ids, now) = (Ids::random(), Timestamp::now());
    let (organization, account) = (ids.next(now), ids.next(now));
    let new = NewOrganization { id: organization, clerk_org_id: None, name, region: "AU", timezone: "UTC" };
    organizations::insert(store, &new, now).await.unwrap();
    let mut session = store.session(organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let settings = json!({"base_url": "https://chat.example.org"});
    let of = if platform == "hint" { "cliniko" } else { platform };
    let new = NewAccount { id: account, platform: of, external_id: "7", name: None, settings: &settings };
    accounts::insert(&tenant, &new, now).await.unwrap();
    tenant.commit().await.unwrap();
    let key = SyncKey { organization, account };
    Sender {
        token: address(store, keys, key, platform, secret).await,
        key,
        secret: secret.to_owned(),
        account: "7".to_owned(),
    }
}

/// Makes an address for an account.
pub async fn address(store: &Store, keys: &Keyring, key: SyncKey, platform: &str, secret: &str) -> String {
    let (ids, now) = (Ids::random(), Timestamp::now());
    let mut session = store.session(key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let secrets: Vec<SecretString> =
        Some(secret).filter(|secret| !secret.is_empty()).map(SecretString::from).into_iter().collect();
    let new =
        NewEndpoint { id: ids.next(now), account: key.account, platform, secrets: &secrets, by: "test" };
    let token = hooks::create(&tenant, keys, &new, now).await.unwrap();
    tenant.commit().await.unwrap();
    token.expose_secret().to_owned()
}

impl Sender {
    /// What Chatwoot says of message number `number`.
    pub fn body(&self, number: u64) -> String {
        let account: i64 = self.account.parse().unwrap();
        json!({
            "event": "message_created", "id": number, "content": format!("Message number {number} of many"),
            "message_type": "incoming", "created_at": 1_930_000_000 + number, "private": false,
            "content_type": "text", "content_attributes": {}, "source_id": null,
            "account": {"id": account, "name": "Harbour Physio"}, "inbox": {"id": 1, "name": "Front desk"},
            "sender": {"id": 11, "name": "Quinn Sample", "phone_number": "+61400000001", "type": "contact"},
            "conversation": {"id": 5, "inbox_id": 1, "status": "open", "channel": "Channel::Whatsapp", "labels": []},
        })
        .to_string()
    }

    /// Its request for message `number`, as bytes; `about` tells repeated deliveries of one message apart.
    pub fn request(&self, number: u64, at: Timestamp) -> Vec<u8> {
        self.post(&self.body(number), &format!("delivery-{number}"), at)
    }

    /// Any body, signed.
    pub fn post(&self, body: &str, delivery: &str, at: Timestamp) -> Vec<u8> {
        let mut headers = vec![("x-chatwoot-delivery", delivery.to_owned())];
        if !self.secret.is_empty() {
            let stamp = at.as_second().to_string();
            let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
            mac.update(stamp.as_bytes());
            mac.update(b".");
            mac.update(body.as_bytes());
            let signature = hex::encode(mac.finalize().into_bytes());
            headers.push(("x-chatwoot-timestamp", stamp));
            headers.push(("x-chatwoot-signature", format!("sha256={signature}")));
        }
        post(&format!("/webhooks/chatwoot/{}", self.token), "application/json", &headers, body.as_bytes())
    }
}

/// A POST as bytes.
pub fn post(path: &str, kind: &str, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut text = format!(
        "POST {path} HTTP/1.1\r\nhost: routiq.test\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    [text.as_bytes(), body].concat()
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// A connection that is kept.
pub struct Caller {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Caller {
    pub async fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(2048) })
    }

    /// Sends a request and waits for its answer.
    pub async fn call(&mut self, request: &[u8]) -> std::io::Result<Reply> {
        self.stream.write_all(request).await?;
        self.reply().await
    }

    /// Sends bytes, whatever they are.
    pub async fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// The next answer.
    pub async fn reply(&mut self) -> std::io::Result<Reply> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..end]).to_lowercase();
                let length = head.split("content-length:").nth(1).and_then(|rest| rest.split("\r\n").next());
                let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
                let whole = end + 4 + length;
                if self.buffer.len() >= whole {
                    let body = String::from_utf8_lossy(&self.buffer[end + 4..whole]).into_owned();
                    self.buffer.drain(..whole);
                    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok());
                    let status = status.ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
                    return Ok(Reply { status, head, body });
                }
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
