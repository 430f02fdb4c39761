//! The adapter against the simulated installation, which was written from the same documents by other hands.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use routiq_simulators::{
    chatwoot::{Chatwoot as Installation, Cut, Fault, On, Seat, Settings, Version, When},
    population::Practice as Invented,
};
use secrecy::SecretString;

use super::{super::Chatwoot, account, config, start, store::Store};
use crate::{
    domain::change::{Direction, Kind, Record},
    platforms::{
        Account, Adapter, Plan, PlatformError,
        transport::{InProcess, TransportError},
    },
};

struct Lab {
    installation: Installation,
    micros: Arc<AtomicI64>,
    seat: Seat,
    adapter: Chatwoot,
    store: Store,
    failures: usize,
}

impl Lab {
    fn new(settings: Settings, practice: Invented) -> Self {
        let micros = Arc::new(AtomicI64::new(start().as_microsecond()));
        let read = Arc::clone(&micros);
        let clock = move || Timestamp::from_microsecond(read.load(Ordering::SeqCst)).unwrap();
        let installation = Installation::new(settings, Arc::new(clock));
        let seat = installation.add_practice(practice).unwrap();
        let served = installation.clone();
        let transport = InProcess::new(move |request| {
            let served = served.clone();
            async move {
                served.handle(request).await.map_err(|cut| match cut {
                    Cut::TimedOut => TransportError::Timeout,
                    Cut::Connection | Cut::Body(_) => TransportError::Cut,
                })
            }
        });
        let adapter = Chatwoot::new(Arc::new(transport), config());
        Self { installation, micros, seat, adapter, store: Store::default(), failures: 0 }
    }

    fn pass(&self, span: SignedDuration) {
        let micros = i64::try_from(span.as_micros()).unwrap();
        self.micros.fetch_add(micros, Ordering::SeqCst);
        self.installation.advance(self.installation.now());
    }

    /// Works until nothing is due, or until `end`.
    async fn work(&mut self, end: Option<Timestamp>) {
        let account = Account { external_id: self.seat.account.to_string(), ..account() };
        let token = SecretString::from(self.seat.administrator.clone());
        for _ in 0..50_000 {
            let now = self.installation.now();
            let state = self.store.state();
            match (self.adapter.plan(&account, &state, now), end) {
                (Plan::Idle { .. }, None) => return,
                (_, Some(end)) if now >= end => return,
                (Plan::Idle { until }, Some(end)) => self.pass(until.min(end).duration_since(now)),
                (Plan::Ask(call), _) => {
                    self.pass(SignedDuration::from_millis(100));
                    match self.adapter.pull(&account, &token, &state, &call, now).await {
                        Ok(page) => self.store.apply(&page),
                        Err(PlatformError::Denied(reason)) => panic!("{reason}"),
                        Err(PlatformError::RateLimited { retry_after, .. }) => {
                            self.pass(retry_after.try_into().unwrap());
                        }
                        Err(_) => self.failures += 1,
                    }
                }
            }
        }
        panic!("never done");
    }

    async fn live(&mut self, span: SignedDuration) {
        self.work(Some(self.installation.now() + span)).await;
    }

    fn sweep(&mut self) {
        self.store.sweep_requested_at = Some(self.installation.now());
    }

    /// Every row of the ledger stands in the store as it says, and nothing else does.
    #[track_caller]
    fn assert_equal(&self) {
        let ledger = self.installation.ledger(self.seat.account).unwrap();
        let contacts = ledger.contacts.iter().filter(|row| !row.deleted);
        self.store.assert_living("contacts", contacts.clone().map(|row| row.id.clone()).collect());
        let conversations = ledger.conversations.iter().filter(|row| !row.deleted);
        self.store.assert_living("conversations", conversations.clone().map(|row| row.id.clone()).collect());
        self.store.assert_living("messages", ledger.messages.iter().map(|row| row.id.clone()).collect());
        let told = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        for row in contacts {
            let contact = self.store.contact(row.id.parse().unwrap());
            let found = (contact.name.clone(), contact.email.clone(), contact.phone_original.clone());
            assert_eq!(
                found,
                (told(&Some(row.name.clone())), told(&row.email), told(&row.phone_number)),
                "{}",
                row.id
            );
            assert_eq!((contact.blocked, contact.identifier.clone()), (row.blocked, told(&row.identifier)));
        }
        for row in conversations {
            let conversation = self.store.conversation(row.id.parse().unwrap());
            assert_eq!(serde_json::to_value(row.status).unwrap(), conversation.status.as_str());
            assert_eq!(
                (&row.labels, Some(&row.contact_id)),
                (&conversation.labels, conversation.contact.as_ref())
            );
            assert_eq!(row.assignee_name, conversation.assignee_name);
            assert_eq!(conversation.source_created_at, Some(row.created_at));
        }
        for row in &ledger.messages {
            let Record::Message(message) = &self.store.records[&(Kind::Message, row.id.clone())] else {
                panic!()
            };
            assert_eq!((&message.content, message.private), (&told(&row.content), row.private), "{}", row.id);
            assert_eq!(message.conversation, row.conversation_id);
            assert_eq!((message.sent_at, message.deleted_at_source), (Some(row.created_at), row.deleted));
            assert_eq!(message.attachments.len(), row.attachments.len());
            assert_eq!(message.direction == Direction::Incoming, row.kind as u8 == 0);
        }
    }
}

fn practice(contacts: u32, conversations: u32) -> Invented {
    Invented {
        contacts,
        conversations,
        messages_per_conversation: 8.0,
        history_days: 25,
        imported: 0.2,
        visitors: 0.2,
        events_per_hour: 240.0,
        ..Invented::default()
    }
}

#[tokio::test]
async fn every_release_is_read_completely_and_followed() {
    for (seed, version) in [(1, Version::V3_13), (2, Version::V4_0), (3, Version::V4_15)] {
        let settings = Settings {
            seed,
            version,
            proxy_drops_underscores: true,
            conversations_per_page: if seed == 2 { 10 } else { 25 },
            ..Settings::default()
        };
        let mut lab = Lab::new(settings, practice(90, 70));
        lab.work(None).await;
        lab.assert_equal();
        assert!(lab.store.rejected.is_empty() && lab.failures == 0);
        lab.live(SignedDuration::from_mins(30)).await;
        lab.installation.set_traffic(lab.seat.account, 0.0).unwrap();
        lab.live(SignedDuration::from_mins(3)).await;
        lab.sweep();
        lab.pass(SignedDuration::from_hours(25));
        lab.work(None).await;
        lab.assert_equal();
    }
}

#[tokio::test]
async fn faults_lose_and_double_nothing() {
    for seed in 1..=3 {
        let mut lab = Lab::new(Settings { seed, ..Settings::default() }, practice(90, 70));
        for fault in [
            Fault::RateLimited,
            Fault::Html(502),
            Fault::Html(200),
            Fault::Timeout,
            Fault::Cut,
            Fault::CutBody,
            Fault::MalformedJson,
            Fault::InvalidUtf8,
            Fault::ImpossibleDates { record: None },
            Fault::WrongType { record: None, field: None },
            Fault::DuplicateRows,
            Fault::Drift(2),
            Fault::Drift(-1),
        ] {
            lab.installation.fault(fault, On::default(), When::Chance(0.02));
        }
        lab.work(None).await;
        lab.live(SignedDuration::from_mins(30)).await;
        lab.installation.clear_faults();
        lab.installation.set_traffic(lab.seat.account, 0.0).unwrap();
        assert!(lab.failures > 5 && !lab.store.rejected.is_empty(), "there were faults");
        lab.live(SignedDuration::from_mins(3)).await;
        lab.sweep();
        lab.pass(SignedDuration::from_hours(25));
        lab.work(None).await;
        lab.assert_equal();
    }
}

#[tokio::test]
async fn a_first_import_with_damaged_pages_is_complete_without_any_sweep() {
    for seed in 1..=5 {
        let invented = Invented { events_per_hour: 0.0, ..practice(60, 50) };
        let mut lab = Lab::new(Settings { seed, ..Settings::default() }, invented);
        for fault in [
            Fault::InvalidUtf8,
            Fault::ImpossibleDates { record: None },
            Fault::WrongType { record: None, field: None },
        ] {
            lab.installation.fault(fault, On::default(), When::Chance(0.03));
        }
        lab.work(None).await;
        lab.assert_equal();
    }
}
