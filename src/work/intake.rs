//! What comes in, before it is kept: whose address it came to, whether it is genuine, and the row it becomes.
//!
//! Addresses are remembered for a short while, those that are none too, so that a delivery costs no look-up; those in use
//! are looked up again before that is over, so that no delivery waits for it. News of the roster make everything be looked
//! up again.

mod remembered;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use routiq_actors::port::SyncKey;
use secrecy::SecretString;
use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use self::remembered::Remembered;
use crate::{
    domain::{ids::Ids, seal::Keyring},
    platforms::{
        registry,
        webhook::{self, Delivery, Endpoint, Refused, Webhooks},
    },
    store::{
        Store, StoreError, accounts, hooks,
        journal::{Entry, Owner},
    },
};

/// Look-ups under way at once; whoever sends to addresses that are none cannot keep the others waiting.
const LOOK_UPS: usize = 4;
/// How long a delivery waits for its look-up.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest query that is kept.
const LONGEST_QUERY: usize = 2048;
/// The longest name of an event that is kept.
const LONGEST_TYPE: usize = 200;
/// Letters of a token, as they are made.
const TOKEN: usize = 32;

/// The platform whose deliveries carry meaning in their query: which attempt a status is about.
const QUERIED: &str = "twilio";

/// What of the configuration intake uses; may change while it runs.
#[derive(Clone, Debug, Default)]
pub struct IntakeSettings {
    /// Where the world reaches us, without a slash at the end.
    pub public_url: Option<String>,
    /// Clerk's signing secrets, newest first.
    pub clerk: Vec<SecretString>,
    /// Stripe's signing secrets, newest first.
    pub stripe: Vec<SecretString>,
    /// Whether Stripe's live events count, or those of its test mode; none: both.
    pub stripe_livemode: Option<bool>,
}

/// An address of ours.
#[derive(Debug)]
pub struct Address {
    /// Whose it is; none: the house's own.
    pub owner: Option<Owner>,
    /// The platform of its account; its own where there is none.
    pub account_platform: String,
    platform: String,
    endpoint: Endpoint,
    retires_at: Option<Timestamp>,
    well: AtomicBool,
}

impl Address {
    /// The account's actor.
    pub fn key(&self) -> Option<SyncKey> {
        self.owner.map(|owner| SyncKey { organization: owner.organization, account: owner.account })
    }

    /// Whether this is the first good delivery since the address was looked up.
    pub fn turns_well(&self) -> bool {
        !self.well.swap(true, Ordering::Relaxed)
    }
}

/// A request as it came.
#[derive(Clone, Copy)]
pub struct Arrival<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its path, still encoded.
    pub path: &'a str,
    /// Its query, still encoded.
    pub query: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body.
    pub body: &'a Bytes,
    /// When it came.
    pub received_at: Timestamp,
}

/// Why a delivery goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// It is not genuine, or cannot be known to be.
    Forged(&'static str),
    /// The address has nothing to check it with: somebody must be told.
    NotConfigured,
    /// It is genuine, and nothing that can be understood.
    Malformed(&'static str),
}

/// Looks at what comes in.
pub struct Intake {
    store: Store,
    keys: Keyring,
    ids: Ids,
    webhooks: Webhooks,
    settings: ArcSwap<IntakeSettings>,
    remembered: Remembered,
    look_ups: Semaphore,
    room: Arc<Semaphore>,
}

impl Intake {
    /// The platform of that name, if it sends its deliveries to addresses of accounts.
    pub fn sender(&self, name: &str) -> Option<&'static str> {
        registry::find(name).filter(|platform| platform.webhook.is_some()).map(|platform| platform.name)
    }

    /// Over this store; at most `room` bytes of bodies are held at once.
    pub fn new(store: Store, keys: Keyring, ids: Ids, settings: IntakeSettings, room: usize) -> Self {
        Self {
            store,
            keys,
            ids,
            webhooks: webhook::all(),
            settings: ArcSwap::from_pointee(settings),
            remembered: Remembered::default(),
            look_ups: Semaphore::new(LOOK_UPS),
            room: Arc::new(Semaphore::new(room.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Replaces the settings.
    pub fn reload(&self, settings: IntakeSettings) {
        self.settings.store(Arc::new(settings));
    }

    /// What seals the secrets of addresses.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// Addresses may have changed: each is looked up again.
    pub fn forget(&self) {
        self.remembered.forget();
    }

    /// Room for so many bytes, if there is; given back when it is dropped.
    pub fn room(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).try_acquire_many_owned(u32::try_from(bytes).ok()?).ok()
    }

    /// The address with this token that takes deliveries of `platform`; none when there is none.
    ///
    /// # Errors
    /// [`StoreError`], also when too many look-ups wait.
    pub async fn find(
        self: &Arc<Self>,
        platform: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Address>>, StoreError> {
        // What cannot be a token of ours is not worth a look.
        if token.len() != TOKEN {
            return Ok(None);
        }
        let hash = hooks::token_hash(token);
        let known = match self.remembered.get(&hash, now) {
            Some(known) => {
                if known.wears_out {
                    tokio::spawn(Arc::clone(self).renew(hash, now));
                }
                known.address
            }
            None => self.look_up(&hash, now).await?,
        };
        let holds = |address: &Arc<Address>| {
            address.platform == platform && address.retires_at.is_none_or(|until| now < until)
        };
        Ok(known.filter(holds))
    }

    async fn look_up(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<Arc<Address>>, StoreError> {
        let busy = || StoreError::Transient("too many look-ups wait".to_owned());
        let _place = tokio::time::timeout(PATIENCE, self.look_ups.acquire())
            .await
            .map_err(|_| busy())?
            .map_err(|_| busy())?;
        // Somebody may have found it meanwhile.
        if let Some(known) = self.remembered.get(hash, now) {
            return Ok(known.address);
        }
        self.ask(hash, now).await
    }

    /// Looks an address up again that is still believed, so that its next delivery need not wait for that. Should it
    /// fail, the address is believed no longer than otherwise.
    async fn renew(self: Arc<Self>, hash: [u8; 32], now: Timestamp) {
        let Ok(_place) = self.look_ups.acquire().await else { return };
        if let Err(error) = self.ask(&hash, now).await {
            tracing::debug!(%error, "an address of webhooks could not be looked up again");
        }
    }

    async fn ask(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<Arc<Address>>, StoreError> {
        let age = self.remembered.age();
        let found = hooks::find(&self.store, &self.keys, hash, now).await?;
        let address = found.map(|found| {
            Arc::new(Address {
                owner: Some(Owner {
                    organization: found.organization,
                    account: found.account,
                    endpoint: found.id,
                }),
                account_platform: found.account_platform,
                platform: found.platform,
                endpoint: Endpoint {
                    external_id: found.external_id,
                    secrets: found.secrets,
                    settings: found.settings,
                },
                retires_at: found.retires_at,
                well: AtomicBool::new(false),
            })
        });
        self.remembered.put(*hash, address.clone(), now, age);
        Ok(address)
    }

    /// The house's own address of `platform`: Clerk's or Stripe's.
    pub fn house(&self, platform: &str) -> Arc<Address> {
        let settings = self.settings.load();
        let (secrets, kind) = match platform {
            "stripe" => (settings.stripe.clone(), settings.stripe_livemode),
            _ => (settings.clerk.clone(), None),
        };
        let known = kind.map(|live| ("livemode".to_owned(), Value::Bool(live)));
        Arc::new(Address {
            owner: None,
            account_platform: platform.to_owned(),
            platform: platform.to_owned(),
            endpoint: Endpoint {
                external_id: String::new(),
                secrets,
                settings: Value::Object(known.into_iter().collect::<Map<_, _>>()),
            },
            retires_at: None,
            well: AtomicBool::new(true),
        })
    }

    /// Whether a delivery to `address` is genuine, and the row it becomes.
    ///
    /// # Errors
    /// [`Turned`].
    pub fn check(&self, address: &Address, arrival: &Arrival<'_>) -> Result<Entry, Turned> {
        let settings = self.settings.load();
        let webhook = self.webhooks.get(address.platform.as_str()).ok_or(Turned::NotConfigured)?;
        let target = match arrival.query {
            "" => arrival.path.to_owned(),
            query => format!("{}?{query}", arrival.path),
        };
        let delivery = Delivery {
            method: arrival.method,
            target: &target,
            public_base: settings.public_url.as_deref(),
            headers: arrival.headers,
            body: arrival.body,
            received_at: arrival.received_at,
        };
        let accepted = webhook.accept(&address.endpoint, &delivery).map_err(|refused| match refused {
            Refused::NotConfigured => Turned::NotConfigured,
            Refused::Malformed(why) => Turned::Malformed(why),
            forged => Turned::Forged(forged.name()),
        })?;
        let organization = address.owner.map(|owner| owner.organization);
        let subject = accepted.subject.zip(organization);
        let headers: Map<String, Value> = accepted
            .headers
            .into_iter()
            .map(|(name, value)| (name, plain(&value, usize::MAX).into()))
            .collect();
        Ok(Entry {
            id: self.ids.next(arrival.received_at),
            owner: address.owner,
            platform: address.platform.clone(),
            event_key: accepted.event_key,
            event_type: plain(&accepted.event_type, LONGEST_TYPE),
            subject: subject
                .map(|(subject, organization)| self.keys.blind(&subject, &organization.to_string())),
            signed: accepted.signed,
            query: if address.platform == QUERIED {
                plain(arrival.query, LONGEST_QUERY)
            } else {
                String::new()
            },
            headers: Value::Object(headers),
            body: arrival.body.to_vec(),
            occurred_at: accepted.occurred_at,
            received_at: arrival.received_at,
            ignored: accepted.ignored,
        })
    }

    /// The hashes by which something of this sender would stand in the journal of `organization`.
    pub fn subjects(&self, organization: Uuid, address: &str) -> Vec<Vec<u8>> {
        self.keys.blinds(address, &organization.to_string()).collect()
    }

    /// Asks the account of a hint for a look at once, in the tables.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn request_poll(&self, key: SyncKey, now: Timestamp) -> Result<(), StoreError> {
        let mut session = self.store.session(key.organization).await?;
        let tenant = session.begin(None).await?;
        accounts::request_poll(&tenant, key.account, now).await?;
        tenant.commit().await
    }

    /// Whether a hint for this account comes too soon after the last one to be worth anything.
    pub fn is_hint_too_soon(&self, key: SyncKey, now: Timestamp) -> bool {
        self.remembered.is_hint_too_soon(key, now)
    }
}

/// Without what a text column cannot hold, and not longer than `most` letters.
fn plain(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}
