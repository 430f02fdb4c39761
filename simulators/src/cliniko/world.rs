//! Accounts, their records and their keys.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

use jiff::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value};

use super::Settings;
use super::access::{Key, Role, is_shard};
use super::make;
use super::record::{Kind, Record, Second};
use crate::clinic::pace::Pace;
use crate::clinic::{Clinic, People, plan};
use crate::house::{ALPHANUMERIC, Desk, Refused};
use crate::mix;
use crate::surprises::Oddities;

/// One practice.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) clinic: Clinic,
    pub(super) shard: String,
    pub(super) records: BTreeMap<Kind, BTreeMap<u64, Record>>,
    /// Attendees by what they attend.
    pub(super) attending: BTreeMap<u64, Vec<u64>>,
    /// What was erased without a trace, as it last was.
    pub(super) erased: Vec<Record>,
    pub(super) people: People,
    pub(super) dice: ChaCha8Rng,
    pub(super) pace: Pace,
    pub(super) invoices: u64,
    last_id: u64,
    last_short_id: u64,
}

impl Account {
    pub(super) fn get(&self, kind: Kind, id: u64) -> Option<&Record> {
        kind.members().iter().find_map(|kind| self.records.get(kind)?.get(&id))
    }

    pub(super) fn get_mut(&mut self, kind: Kind, id: u64) -> Option<&mut Record> {
        let of = kind
            .members()
            .iter()
            .find(|kind| self.records.get(kind).is_some_and(|all| all.contains_key(&id)))?;
        self.records.get_mut(of)?.get_mut(&id)
    }

    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        kind.members().iter().filter_map(|kind| self.records.get(kind)).flat_map(BTreeMap::values)
    }

    /// Of long ids none is a neighbour of another, and none fits into a float.
    fn next_id(&mut self, kind: Kind) -> u64 {
        if kind.short_ids() {
            self.last_short_id += 1 + mix(3, self.last_short_id) % 5;
            self.last_short_id
        } else {
            self.last_id += 1 + mix(5, self.last_id) % 9_973;
            self.last_id
        }
    }

    /// Puts a record in; returns its id.
    pub(super) fn put(
        &mut self,
        kind: Kind,
        created: Second,
        updated: Second,
        fields: Map<String, Value>,
        links: Vec<(&str, Kind, u64)>,
    ) -> u64 {
        let id = self.next_id(kind);
        let links = links.into_iter().map(|(name, of, id)| (name.to_owned(), (of, id))).collect();
        let record = Record {
            id,
            kind,
            created,
            updated,
            archived: None,
            deleted: None,
            cancelled: None,
            fields,
            links,
        };
        if let Some(booking) = record.link("booking").filter(|_| kind == Kind::Attendees) {
            self.attending.entry(booking).or_default().push(id);
        }
        self.records.entry(kind).or_default().insert(id, record);
        id
    }

    /// Who attends a group and has not called off.
    pub(super) fn patient_ids(&self, record: &Record) -> Vec<String> {
        let attending = self.attending.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        let attendees = attending.iter().filter_map(|id| self.get(Kind::Attendees, *id));
        let coming = attendees.filter(|it| it.cancelled.is_none() && !it.gone());
        coming.filter_map(|it| it.link("patient")).map(|id| id.to_string()).collect()
    }
}

#[derive(Debug)]
pub(crate) struct World {
    pub(super) desk: Desk<Infallible>,
    pub(super) settings: Settings,
    pub(super) accounts: BTreeMap<u64, Account>,
    /// By the key's body, without its shard.
    pub(super) keys: BTreeMap<String, Key>,
    /// By account and person: the minute and the requests in it.
    pub(super) windows: HashMap<(u64, u64), (i64, u32)>,
    pub(super) oddities: Oddities,
    pub(super) blocked: u64,
    pub(super) now: Timestamp,
}

/// A thing that does not exist.
pub(super) fn missing(what: Kind, id: impl ToString) -> Refused {
    Refused::Missing(what.path(), id.to_string())
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            desk: Desk::new(settings.seed, settings.log_size),
            settings,
            accounts: BTreeMap::new(),
            keys: BTreeMap::new(),
            windows: HashMap::new(),
            oddities: Oddities::default(),
            blocked: 0,
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
    pub(super) fn open(&mut self, clinic: &Clinic, shard: &str, now: Timestamp) -> Result<u64, Refused> {
        if !is_shard(shard) {
            return Err(Refused::Invalid("shard"));
        }
        let id = self.accounts.len() as u64 + 1;
        let dice = |n| ChaCha8Rng::seed_from_u64(mix(mix(self.settings.seed, id), n));
        let account = Account {
            id,
            clinic: clinic.clone(),
            shard: shard.to_owned(),
            records: BTreeMap::new(),
            attending: BTreeMap::new(),
            erased: Vec::new(),
            people: People::new(clinic, &mut dice(1)),
            dice: dice(2),
            pace: Pace::new(plan::zone(clinic), clinic.events_per_hour, dice(3), now),
            invoices: 0,
            // Beyond 2^53, and every account in a range of its own.
            last_id: 1_204_410_907_283_621_733 + id * 1_000_000_000_000,
            last_short_id: 55_110_000 + id * 100_000,
        };
        self.accounts.insert(id, account);
        Ok(id)
    }

    /// A key of a new person, or of a known one.
    pub(super) fn issue_key(
        &mut self,
        account: u64,
        role: Role,
        user: Option<u64>,
        now: Timestamp,
    ) -> Result<String, Refused> {
        // The body has a hyphen of its own.
        let body = format!("MS{}-{}", self.desk.text(ALPHANUMERIC, 16), self.desk.text(ALPHANUMERIC, 24));
        let home = self.account_mut(account)?;
        let user = match user {
            Some(user) => home.get(Kind::Users, user).ok_or_else(|| missing(Kind::Users, user))?.id,
            None => {
                let at = now.as_second();
                let fields = make::user(&mut home.dice, role);
                home.put(Kind::Users, at, at, fields, Vec::new())
            }
        };
        let shard = home.shard.clone();
        self.keys.insert(body.clone(), Key { account, user, role });
        Ok(format!("{body}-{shard}"))
    }

    /// A key of the old form, which names no shard.
    pub(super) fn issue_bare_key(&mut self, account: u64, now: Timestamp) -> Result<String, Refused> {
        if self.account(account)?.shard != "au1" {
            return Err(Refused::Invalid("shard"));
        }
        let key = self.issue_key(account, Role::Administrator, None, now)?;
        let held = self.keys.remove(key.strip_suffix("-au1").unwrap_or(&key));
        let bare = self.desk.text(ALPHANUMERIC, 32);
        self.keys.extend(held.map(|held| (bare.clone(), held)));
        Ok(bare)
    }

    fn body<'a>(&self, key: &'a str) -> &'a str {
        key.rsplit_once('-').filter(|(_, end)| is_shard(end)).map_or(key, |(body, _)| body)
    }

    pub(super) fn revoke_key(&mut self, key: &str) -> Result<(), Refused> {
        let body = self.body(key).to_owned();
        let held = self.keys.remove(&body);
        // Whoever reads the refusal needs no secret in it.
        held.map(drop).ok_or_else(|| Refused::Missing("key", String::new()))
    }

    pub(super) fn set_role(&mut self, key: &str, role: Role) -> Result<(), Refused> {
        let body = self.body(key).to_owned();
        let held = self.keys.get_mut(&body).ok_or_else(|| Refused::Missing("key", String::new()))?;
        held.role = role;
        Ok(())
    }

    pub(super) fn move_account(
        &mut self,
        account: u64,
        shard: &str,
        now: Timestamp,
    ) -> Result<String, Refused> {
        if !is_shard(shard) {
            return Err(Refused::Invalid("shard"));
        }
        shard.clone_into(&mut self.account_mut(account)?.shard);
        self.keys.retain(|_, key| key.account != account);
        self.issue_key(account, Role::Administrator, None, now)
    }
}
