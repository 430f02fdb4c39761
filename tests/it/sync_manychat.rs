//! ManyChat's simulated platform, the adapter, the work and the tables, end to end: what a page's automations call us with,
//! and what the interface says of those whom they named. What holds of every platform stands in the conformance suite.

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use routiq::{
    config::value::Schedule,
    platforms::{
        manychat::webhook::ManychatWebhook,
        registry::{self, House as Common},
        section::Sections,
        transport::{InProcess, Transport, TransportError},
        webhook::{Accepted, Delivery, Endpoint, Refused, Webhook},
    },
    store::{
        accounts::{self, NewAccount},
        hooks::{self as endpoints, NewEndpoint},
        journal::{self, Entry, Owner},
        roster,
    },
    work::{SyncSettings, SyncWork},
};
use routiq_actors::port::{Applied, Demand, Lease, Limit, Outcome, Sync, SyncKey};
use routiq_simulators::{
    Cut,
    hooks::{self, Failure},
    manychat::{Automation, Channel, Command, ManyChat, NewSubscriber, Seat, Settings, Template, Trigger},
    population::Practice,
};
use secrecy::SecretString;
use serde_json::json;

use crate::support::practice::{House, Plan, see};

const SECRET: &str = "a-secret-of-thirty-two-bytes-000";
const URL: &str = "https://hooks.example.org/page";
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// A page at ManyChat, its account here, and what reads it.
struct Page {
    house: House,
    platform: ManyChat,
    seat: Seat,
    lease: Lease,
    owner: Owner,
    work: SyncWork,
}

impl Page {
    /// A page with so many people, all of them strangers to us.
    async fn new(people: u32) -> Self {
        let house = House::of(Plan { practices: Vec::new(), ..Plan::default() }).await;
        let reading = house.hand.clone();
        let settings = Settings { log_size: 10_000, ..Settings::default() };
        let platform = ManyChat::new(settings, Arc::new(move || reading.now()));
        let practice =
            Practice { contacts: people, history_days: 20, events_per_hour: 0.0, ..Practice::default() };
        let seat = platform.add_practice(&practice);
        let (lease, owner) = enter(&house, &seat.page.to_string(), &seat.token).await;
        let work = work(&house, &platform);
        Self { house, platform, seat, lease, owner, work }
    }

    fn automate(&self, on: Trigger, body: Template) {
        let headers = vec![("X-Webhook-Secret".to_owned(), SECRET.to_owned())];
        let url = URL.to_owned();
        let automation = Automation { on, url, headers, body, escapes: true, ..Automation::default() };
        self.platform.add_automation(self.seat.page, automation).unwrap();
    }

    /// Somebody new who writes by WhatsApp.
    fn arrive(&self, name: &str, number: &str) -> u64 {
        let texts = [("first_name", name), ("last_name", "Invented"), ("whatsapp_phone", number)];
        self.platform.add_subscriber(self.seat.page, NewSubscriber::new(Channel::Whatsapp, &texts)).unwrap()
    }

    fn write(&self, who: u64, text: &str) {
        self.platform.write(self.seat.page, who, Some(text)).unwrap();
    }

    /// What the automations have to say.
    async fn calls(&self) -> Vec<Request<Bytes>> {
        let heard: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
        let ear = Arc::clone(&heard);
        let sink = move |request: Request<Bytes>| {
            ear.lock().unwrap().push(request);
            async { Ok::<_, Failure>(Response::new(Bytes::from_static(b"{}"))) }
        };
        hooks::deliver(&self.platform, &sink, true).await;
        let mut heard = heard.lock().unwrap();
        std::mem::take(&mut *heard)
    }

    /// The front door's word on a call.
    fn accept(&self, call: &Request<Bytes>) -> Result<Accepted, Refused> {
        let endpoint = Endpoint {
            external_id: self.seat.page.to_string(),
            secrets: vec![SecretString::from(SECRET)],
            settings: json!({}),
        };
        let delivery = Delivery {
            method: call.method(),
            target: call.uri().path(),
            public_base: None,
            headers: call.headers(),
            body: call.body(),
            received_at: self.house.hand.now(),
        };
        ManychatWebhook.accept(&endpoint, &delivery)
    }

    /// Keeps calls and applies them; answers how many were new.
    async fn hear(&self, calls: &[Request<Bytes>]) -> usize {
        let entries: Vec<Entry> = calls.iter().map(|call| self.entry(call)).collect();
        let new =
            journal::insert(&self.house.store, &entries.iter().collect::<Vec<_>>()).await.unwrap().len();
        loop {
            let report = Sync::apply(&self.work, self.lease.clone()).await;
            assert_eq!(report.done.failed, 0, "a call was not understood");
            if report.outcome != Applied::More {
                return new;
            }
        }
    }

    fn entry(&self, call: &Request<Bytes>) -> Entry {
        let (accepted, received_at) = (self.accept(call).unwrap(), self.house.hand.now());
        Entry {
            id: self.house.ids.next(received_at),
            owner: Some(self.owner),
            platform: "manychat".to_owned(),
            event_key: accepted.event_key,
            event_type: accepted.event_type,
            subject: None,
            signed: accepted.signed,
            query: String::new(),
            headers: json!({}),
            body: call.body().to_vec(),
            occurred_at: accepted.occurred_at,
            received_at,
            ignored: accepted.ignored,
        }
    }

    /// Asks whatever is due, as fast as the budgets allow.
    async fn settle(&self) -> Result<(), String> {
        let mut last: Option<(Timestamp, u32)> = None;
        let mut outcome = Sync::resume(&self.work, self.lease.clone()).await;
        for _ in 0..5_000 {
            outcome = match outcome {
                Outcome::More(demand) => {
                    self.permit(&demand, &mut last);
                    Sync::step(&self.work, self.lease.clone(), demand.into()).await.report.outcome
                }
                Outcome::CaughtUp { .. } => return Ok(()),
                Outcome::Denied { reason } => return Err(reason),
                other => panic!("{other:?}"),
            };
        }
        panic!("never caught up")
    }

    /// Waits for the next second when this one's requests are spent.
    fn permit(&self, demand: &Demand, last: &mut Option<(Timestamp, u32)>) {
        let Limit::Rate { count, per } = demand.budgets[0].limit else { panic!("{demand:?}") };
        assert_eq!((count, per.as_secs()), (5, 1), "half of what the platform allows");
        let (since, spent) = last.get_or_insert((self.house.hand.now(), 0));
        if *spent == count {
            self.house.hand.advance_to(*since + SECOND);
            (*since, *spent) = (self.house.hand.now(), 0);
        }
        *spent += 1;
    }

    /// Two hours pass, then everything known is asked for.
    async fn sweep(&self) {
        self.house.hand.advance(SignedDuration::from_hours(2));
        let mut session = self.house.store.session(self.lease.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        accounts::request_sweep(&tenant, self.lease.key.account, self.house.hand.now()).await.unwrap();
        tenant.commit().await.unwrap();
        drop(session);
        self.settle().await.unwrap();
    }

    async fn texts(&self, query: &str) -> Vec<String> {
        let client = self.house.db.client(routiq::store::roles::Role::Daemon).await;
        see(&client, self.lease.key.organization).await;
        let rows = client.query(query, &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, Option<String>>(0).unwrap_or_else(|| "null".to_owned())).collect()
    }

    fn requests(&self, path: &str) -> usize {
        self.platform.log().iter().filter(|entry| entry.path == path).count()
    }
}

async fn enter(house: &House, page: &str, token: &str) -> (Lease, Owner) {
    let organization = house.organization("Northside Physio", "Australia/Perth").await;
    let (now, settings) = (house.hand.now(), json!({}));
    let new = NewAccount {
        id: house.ids.next(now),
        platform: "manychat",
        external_id: page,
        name: None,
        settings: &settings,
    };
    let mut session = house.store.session(organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let account = accounts::insert(&tenant, &new, now).await.unwrap();
    let (id, token) = (house.ids.next(now), SecretString::from(token.to_owned()));
    accounts::set_credential(&tenant, &house.keys, (account, "manychat"), &token, id, "test", now)
        .await
        .unwrap();
    let endpoint = house.ids.next(now);
    let secrets = [SecretString::from(SECRET)];
    let new = NewEndpoint { id: endpoint, account, platform: "manychat", secrets: &secrets, by: "test" };
    endpoints::create(&tenant, &house.keys, &new, now).await.unwrap();
    tenant.commit().await.unwrap();
    let key = SyncKey { organization, account };
    let raised = roster::raise_fences(&house.store, &[key], now).await.unwrap();
    let lease = Lease { key, platform: "manychat".into(), generation: raised[0] };
    (lease, Owner { organization, account, endpoint })
}

fn work(house: &House, platform: &ManyChat) -> SyncWork {
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
    let settings = SyncSettings { sweep: Schedule::Every(std::time::Duration::from_secs(30 * 24 * 3600)) };
    let settings = Arc::new(ArcSwap::from_pointee(settings));
    let (clock, ids) = (house.hand.clock(), house.ids.clone());
    SyncWork::new(house.store.clone(), adapters, house.keys.clone(), clock, ids, settings)
}

const PEOPLE: &str =
    "select concat_ws('|', name, phone, attributes #>> '{additional,tags}') from routiq.contacts
    where deleted_at is null order by name";
const SAID: &str = "select m.content from routiq.messages m join routiq.conversations c
    on c.organization_id = m.organization_id and c.id = m.conversation_id where m.deleted_at is null order by m.sent_at, 1";

#[tokio::test]
async fn a_call_is_a_row_at_once_and_the_interface_adds_what_calls_do_not_tell() {
    let page = Page::new(0).await;
    page.settle().await.unwrap();
    page.automate(Trigger::MessageReceived, Template::Wrapped);
    let orla = page.arrive("Orla", "+61491570156");
    let tag = page.platform.ledger(page.seat.page).unwrap().tags.keys().next().unwrap().clone();
    let tag = Command::Tag { page: page.seat.page, subscriber: orla, tag: tag.parse().unwrap() };
    page.platform.command(tag).unwrap();
    page.write(orla, "Is Monday free?");
    let asked = page.platform.counters().requests;
    let calls = page.calls().await;
    assert_eq!(page.hear(&calls).await, 1);
    assert_eq!(page.platform.counters().requests, asked, "nothing was asked");
    assert_eq!(page.texts(PEOPLE).await, ["Orla Invented|+61491570156"]);
    assert_eq!(page.texts(SAID).await, ["Is Monday free?"]);

    // The same call once more says nothing new, wherever it comes from.
    assert_eq!(page.hear(&calls).await, 0, "the journal knows it");

    page.settle().await.unwrap();
    assert_eq!(page.requests("/fb/subscriber/getInfo"), 1, "the one who called, once");
    let tags = page.platform.ledger(page.seat.page).unwrap().subscribers[0].tags.clone();
    assert_eq!(page.texts(PEOPLE).await, [format!("Orla Invented|+61491570156|[\"{}\"]", tags[0])]);
}

#[tokio::test]
async fn what_is_typed_is_kept_however_a_practice_shaped_its_calls() {
    let page = Page::new(0).await;
    page.settle().await.unwrap();
    page.automate(Trigger::MessageReceived, Template::Bare);
    let (orla, finn) = (page.arrive("Orla", "+61491570156"), page.arrive("Finn", "+61491570157"));
    for text in ["Good morning", "I said \"Monday\",\nnot Tuesday", "Thanks 🙏"] {
        page.write(orla, text);
        page.write(finn, text);
        let calls = page.calls().await;
        page.hear(&calls).await;
        page.house.hand.advance(SECOND * 40);
    }
    assert_eq!(page.texts(SAID).await.len(), 6);
    let talks = "select count(*)::text from routiq.conversations where contact_id is not null and channel = 'whatsapp'";
    assert_eq!(page.texts(talks).await, ["2"]);
    // A picture repeats the last text at another moment: the platform cannot tell them apart, and neither can we.
    page.platform.write(page.seat.page, orla, None).unwrap();
    let calls = page.calls().await;
    page.hear(&calls).await;
    assert_eq!(page.texts(SAID).await.iter().filter(|text| *text == "Thanks 🙏").count(), 3);
}

#[tokio::test]
async fn only_the_pasted_secret_and_the_own_page_open_the_door() {
    let page = Page::new(0).await;
    page.automate(Trigger::MessageReceived, Template::Wrapped);
    let orla = page.arrive("Orla", "+61491570156");
    page.write(orla, "Is Monday free?");
    let call = page.calls().await.remove(0);
    assert!(page.accept(&call).unwrap().signed);
    let with = |change: &dyn Fn(&mut Request<Bytes>)| {
        let mut other = Request::builder().method("POST").uri(URL).body(call.body().clone()).unwrap();
        *other.headers_mut() = call.headers().clone();
        change(&mut other);
        page.accept(&other)
    };
    let header = "x-webhook-secret";
    let none = with(&|other| drop(other.headers_mut().remove(header)));
    let wrong = with(&|other| {
        drop(other.headers_mut().insert(header, "another-secret-of-32-bytes-00000".parse().unwrap()))
    });
    let twice = with(&|other| assert!(other.headers_mut().append(header, SECRET.parse().unwrap())));
    let elsewhere = with(&|other| {
        let body = String::from_utf8(other.body().to_vec()).unwrap();
        *other.body_mut() = body.replace(&page.seat.page.to_string(), "104299999999999").into();
    });
    assert_eq!(none, Err(Refused::Unsigned));
    assert_eq!(wrong, Err(Refused::BadSignature));
    assert!(matches!(twice, Err(Refused::Malformed(_))), "{twice:?}");
    assert_eq!(elsewhere, Err(Refused::WrongAccount));
}

#[tokio::test]
async fn a_token_of_another_page_is_refused_before_anything_is_read() {
    let page = Page::new(0).await;
    let other = page.platform.add_page("Another Practice", "Australia/Perth");
    let (now, key) = (page.house.hand.now(), page.lease.key);
    let mut session = page.house.store.session(key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let (id, token) = (page.house.ids.next(now), SecretString::from(other.token.clone()));
    accounts::set_credential(&tenant, &page.house.keys, (key.account, "manychat"), &token, id, "test", now)
        .await
        .unwrap();
    tenant.commit().await.unwrap();
    drop(session);
    let reason = page.settle().await.unwrap_err();
    assert!(reason.contains("another page") && !reason.contains(&other.token), "{reason}");
    assert_eq!(page.platform.counters().requests, 1, "the page was asked for, and nothing else");
    assert_eq!(page.texts("select name from routiq.integration_metadata").await, [""; 0]);
}

#[tokio::test]
async fn everybody_known_is_read_again_at_five_a_second_and_the_tables_are_the_ledger() {
    let page = Page::new(0).await;
    page.settle().await.unwrap();
    page.automate(Trigger::ContactCreated, Template::Wrapped);
    page.automate(Trigger::MessageReceived, Template::Wrapped);
    let people: Vec<u64> = (0..60).map(|n| page.arrive("Tess", &format!("+6149157{n:04}"))).collect();
    people.iter().for_each(|who| page.write(*who, "Is Monday free?"));
    let calls = page.calls().await;
    page.hear(&calls).await;
    page.settle().await.unwrap();
    assert_eq!(page.requests("/fb/subscriber/getInfo"), 60);

    // Told to nobody: seen when everybody is read again.
    for who in &people {
        let set = [("email".to_owned(), Some(format!("tess.{who}@example.org")))].into();
        let edit = Command::Edit { page: page.seat.page, subscriber: *who, set };
        page.platform.command(edit).unwrap();
    }
    page.platform.command(Command::DeleteSubscriber { page: page.seat.page, subscriber: people[0] }).unwrap();
    let began = page.house.hand.now() + SignedDuration::from_hours(2);
    page.sweep().await;
    let took = page.house.hand.now().duration_since(began);
    assert!(took >= SECOND * 11 && took <= SECOND * 15, "60 people at five a second took {took:#}");
    assert_eq!(page.platform.counters().violations, 0);
    let ledger = page.platform.ledger(page.seat.page).unwrap();
    let told = ledger.subscribers.iter().filter(|it| it.id != people[0].to_string());
    let mut told: Vec<String> =
        told.map(|it| format!("{}|{}|{}", it.id, it.name, it.email.clone().unwrap())).collect();
    told.sort();
    let kept = "select concat_ws('|', external_id, name, email) from routiq.contacts where deleted_at is null order by 1";
    assert_eq!(page.texts(kept).await, told);
    let tags: Vec<String> = ledger.tags.keys().map(|id| format!("tag:{id}")).collect();
    let kept = "select external_id from routiq.integration_metadata where kind = 'tag' and deleted_at is null order by 1";
    assert_eq!(page.texts(kept).await, tags);
}
