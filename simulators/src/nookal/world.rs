//! Accounts, their records, and who may see them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value};

use super::Settings;
use super::record::{Kind, Record, Slot};
use crate::clinic::pace::Pace;
use crate::clinic::{Clinic, People, plan};
use crate::house::{ALPHANUMERIC, Desk, HEX, Refused};
use crate::mix;
use crate::surprises::Oddities;

/// One practice.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) clinic: Clinic,
    pub(super) zone: TimeZone,
    pub(super) records: BTreeMap<Kind, BTreeMap<u64, Record>>,
    /// What was deleted, as it last was. No answer contains it.
    pub(super) deleted: Vec<Record>,
    pub(super) people: People,
    pub(super) dice: ChaCha8Rng,
    pub(super) pace: Pace,
    last_ids: BTreeMap<Kind, u64>,
}

impl Account {
    pub(super) fn get(&self, kind: Kind, id: u64) -> Option<&Record> {
        self.records.get(&kind)?.get(&id)
    }

    pub(super) fn get_mut(&mut self, kind: Kind, id: u64) -> Option<&mut Record> {
        self.records.get_mut(&kind)?.get_mut(&id)
    }

    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.records.get(&kind).into_iter().flat_map(BTreeMap::values)
    }

    /// The id that the next record of a kind gets.
    pub(super) fn next_id(&self, kind: Kind) -> u64 {
        let last = self.last_ids.get(&kind).copied();
        1 + last.unwrap_or(match kind {
            Kind::Patients => 40,
            Kind::Appointments => 9_000,
            Kind::Invoices => 70,
            _ => 0,
        })
    }

    /// Puts a record in; returns its id.
    pub(super) fn put(&mut self, kind: Kind, slot: Slot, at: i64, fields: Map<String, Value>) -> u64 {
        let id = self.next_id(kind);
        self.last_ids.insert(kind, id);
        let record = Record { id, kind, slot, created: at, modified: at, fields };
        self.records.entry(kind).or_default().insert(id, record);
        id
    }

    /// The zone of a location, else the practice's.
    pub(super) fn zone_of(&self, location: Option<u64>) -> TimeZone {
        let record = location.and_then(|id| self.get(Kind::Locations, id));
        let named = record.and_then(|it| TimeZone::get(it.text("Timezone")).ok());
        named.unwrap_or_else(|| self.zone.clone())
    }
}

/// A key of the older interface.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) account: u64,
    pub(super) locations: BTreeSet<u64>,
    pub(super) on: bool,
}

/// A client of the newer one.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) account: u64,
    /// What it may ask; empty for all.
    pub(super) queries: BTreeSet<String>,
    pub(super) locations: BTreeSet<u64>,
    /// The one token that is good, and until when.
    pub(super) token: Option<(String, i64)>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(super) desk: Desk<Infallible>,
    pub(super) settings: Settings,
    pub(super) accounts: BTreeMap<u64, Account>,
    pub(super) keys: BTreeMap<String, Key>,
    pub(super) clients: BTreeMap<String, Client>,
    /// By credential: the minute and the requests in it.
    pub(super) windows: HashMap<String, (i64, u32)>,
    pub(super) oddities: Oddities,
    pub(super) keys_in_addresses: u64,
    pub(super) tokens_issued: u64,
    pub(super) now: Timestamp,
}

/// A thing that does not exist.
pub(super) fn missing(what: Kind, id: impl ToString) -> Refused {
    Refused::Missing(what.key(), id.to_string())
}

fn no_key() -> Refused {
    // Whoever reads the refusal needs no secret in it.
    Refused::Missing("key", String::new())
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            desk: Desk::new(settings.seed, settings.log_size),
            settings,
            accounts: BTreeMap::new(),
            keys: BTreeMap::new(),
            clients: BTreeMap::new(),
            windows: HashMap::new(),
            oddities: Oddities::default(),
            keys_in_addresses: 0,
            tokens_issued: 0,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    pub(super) fn account(&self, id: u64) -> Result<&Account, Refused> {
        self.accounts.get(&id).ok_or_else(|| Refused::Missing("account", id.to_string()))
    }

    pub(super) fn account_mut(&mut self, id: u64) -> Result<&mut Account, Refused> {
        self.accounts.get_mut(&id).ok_or_else(|| Refused::Missing("account", id.to_string()))
    }

    /// An account with nothing in it.
    pub(super) fn open(&mut self, clinic: &Clinic, now: Timestamp) -> u64 {
        let id = self.accounts.len() as u64 + 1;
        let dice = |n| ChaCha8Rng::seed_from_u64(mix(mix(self.settings.seed, id), n));
        let zone = plan::zone(clinic);
        let account = Account {
            id,
            clinic: clinic.clone(),
            records: BTreeMap::new(),
            deleted: Vec::new(),
            people: People::new(clinic, &mut dice(1)),
            dice: dice(2),
            pace: Pace::new(zone.clone(), clinic.events_per_hour, dice(3), now),
            zone,
            last_ids: BTreeMap::new(),
        };
        self.accounts.insert(id, account);
        id
    }

    fn locations(&self, account: u64, wanted: &[u64]) -> Result<BTreeSet<u64>, Refused> {
        let home = self.account(account)?;
        if let Some(unknown) = wanted.iter().find(|id| home.get(Kind::Locations, **id).is_none()) {
            return Err(missing(Kind::Locations, unknown));
        }
        if wanted.is_empty() {
            return Ok(home.all(Kind::Locations).map(|it| it.id).collect());
        }
        Ok(wanted.iter().copied().collect())
    }

    /// A key sees the locations that exist when it is made, unless some are named. Later ones must be added to it.
    pub(super) fn issue_key(&mut self, account: u64, locations: &[u64]) -> Result<String, Refused> {
        let locations = self.locations(account, locations)?;
        let key = self.desk.text(HEX, 40);
        self.keys.insert(key.clone(), Key { account, locations, on: true });
        Ok(key)
    }

    /// Lets a key or a client see further locations.
    pub(super) fn open_locations(&mut self, key: &str, locations: &[u64]) -> Result<(), Refused> {
        let known = self.keys.get_mut(key).map(|it| &mut it.locations);
        let known = known.or_else(|| self.clients.get_mut(key).map(|it| &mut it.locations));
        known.ok_or_else(no_key)?.extend(locations);
        Ok(())
    }

    pub(super) fn switch_key(&mut self, key: &str, on: bool) -> Result<(), Refused> {
        self.keys.get_mut(key).ok_or_else(no_key)?.on = on;
        Ok(())
    }

    pub(super) fn revoke_key(&mut self, key: &str) -> Result<(), Refused> {
        self.keys.remove(key).map(drop).ok_or_else(no_key)
    }

    pub(super) fn issue_client(
        &mut self,
        account: u64,
        queries: BTreeSet<String>,
    ) -> Result<String, Refused> {
        let locations = self.locations(account, &[])?;
        let key = self.desk.text(ALPHANUMERIC, 48);
        self.clients.insert(key.clone(), Client { account, queries, locations, token: None });
        Ok(key)
    }

    pub(super) fn revoke_client(&mut self, key: &str) -> Result<(), Refused> {
        self.clients.remove(key).map(drop).ok_or_else(no_key)
    }
}
