//! A platform's deliveries on their way into the journal, verified as the front door does.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use routiq::{
    platforms::webhook::{Delivery, Endpoint, Webhook},
    store::{
        hooks::{self as endpoints, NewEndpoint},
        journal::{self, Entry, Owner},
    },
    work::{Intake, IntakeSettings, intake::Arrival},
};
use routiq_simulators::hooks::Failure;

use crate::{bench::Bench, subject::Lacks};

/// Where we are reached.
pub const PUBLIC: &str = "https://hooks.example.org";

/// An address of ours.
pub enum Mailbox {
    /// It was made here and told to the platform.
    Told { url: String, owner: Owner, endpoint: Endpoint, webhook: Arc<dyn Webhook> },
    /// The adapter makes addresses as it needs them: who is meant, the front door finds.
    Found(Arc<Intake>),
}

impl Mailbox {
    /// Makes the address and makes it known to the platform.
    ///
    /// # Errors
    /// [`Lacks`], where deliveries say nothing.
    pub async fn open(bench: &Bench) -> Result<Self, Lacks> {
        let platform = bench.platform.name;
        if bench.subject.pushes() {
            let settings =
                IntakeSettings { public_url: Some(PUBLIC.to_owned()), ..IntakeSettings::default() };
            let (store, keys, ids) = (bench.store.clone(), bench.keys.clone(), bench.ids.clone());
            return Ok(Self::Found(Arc::new(Intake::new(store, keys, ids, settings, 1 << 20))));
        }
        let url = format!("{PUBLIC}/{}", bench.key.account.simple());
        let told = bench.subject.subscribe(&url)?;
        let now = bench.hand.now();
        let (id, account) = (bench.ids.next(now), bench.key.account);
        let mut session = bench.store.session(bench.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let new = NewEndpoint { id, account, platform, secrets: &told.secrets, by: "test" };
        endpoints::create(&tenant, &bench.keys, &new, now).await.unwrap();
        tenant.commit().await.unwrap();
        let entered = bench.subject.entered();
        Ok(Self::Told {
            url,
            owner: Owner { organization: bench.key.organization, account, endpoint: id },
            endpoint: Endpoint {
                external_id: entered.external_id,
                secrets: told.secrets,
                settings: told.settings,
            },
            webhook: bench.platform.webhook.expect("the platform sends something")(),
        })
    }

    /// Takes what the platform has to deliver into the journal; answers how many deliveries were new.
    pub async fn receive(&self, bench: &Bench, everything: bool) -> usize {
        let heard: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
        let ear = Arc::clone(&heard);
        let sink = move |request: Request<Bytes>| {
            ear.lock().unwrap().push(request);
            async { Ok::<_, Failure>(Response::new(Bytes::from_static(b"{}"))) }
        };
        bench.subject.deliver(&sink, everything).await;
        let heard = std::mem::take(&mut *heard.lock().unwrap());
        let mut entries = Vec::new();
        for request in &heard {
            entries.push(self.read(bench, request).await);
        }
        if entries.is_empty() {
            return 0;
        }
        journal::insert(&bench.store, &entries.iter().collect::<Vec<_>>()).await.unwrap().len()
    }

    /// What the front door makes of a request.
    async fn read(&self, bench: &Bench, request: &Request<Bytes>) -> Entry {
        match self {
            Self::Found(intake) => found(intake, bench, request).await,
            Self::Told { url, owner, endpoint, webhook } => {
                assert_eq!(request.uri(), url.as_str(), "it came to another address");
                told(*owner, endpoint, &**webhook, bench, request)
            }
        }
    }
}

async fn found(intake: &Arc<Intake>, bench: &Bench, request: &Request<Bytes>) -> Entry {
    let (received_at, path) = (bench.hand.now(), request.uri().path());
    assert!(request.uri().to_string().starts_with(PUBLIC), "it came to another house: {}", request.uri());
    let token = path.rsplit('/').next().unwrap();
    let address = intake.find(bench.platform.name, token, received_at).await.unwrap();
    let (method, headers, body) = (request.method(), request.headers(), request.body());
    let arrival = Arrival { method, path, query: "", headers, body, received_at };
    intake.check(&address.expect("an address of ours"), &arrival).unwrap()
}

fn told(
    owner: Owner,
    endpoint: &Endpoint,
    webhook: &dyn Webhook,
    bench: &Bench,
    request: &Request<Bytes>,
) -> Entry {
    let received_at = bench.hand.now();
    let delivery = Delivery {
        method: request.method(),
        target: request.uri().path(),
        public_base: Some(PUBLIC),
        headers: request.headers(),
        body: request.body(),
        received_at,
    };
    let accepted = webhook.accept(endpoint, &delivery).unwrap();
    let headers = accepted.headers.into_iter().map(|(name, value)| (name, value.into()));
    Entry {
        id: bench.ids.next(received_at),
        owner: Some(owner),
        platform: bench.platform.name.to_owned(),
        event_key: accepted.event_key,
        event_type: accepted.event_type,
        subject: None,
        signed: accepted.signed,
        query: String::new(),
        headers: serde_json::Value::Object(headers.collect()),
        body: request.body().to_vec(),
        occurred_at: accepted.occurred_at,
        received_at,
        ignored: accepted.ignored,
    }
}
