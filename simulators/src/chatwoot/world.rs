//! The installation as a whole: ids, tenants, people, tokens.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;
use uuid::Uuid;

use super::Settings;
use super::deliveries::Job;
use super::faults::Faults;
use super::limits::Limits;
use super::state::{Account, Bot, Channel, Contact, Conversation, Holder, Inbox, Role, User};
use super::traffic::Traffic;
use crate::hooks::Outbox;
use crate::log::RequestLog;
use crate::mix;

/// Something changed. Webhooks follow from it, and tests may listen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The tenant.
    pub account: i64,
    /// When, by the installation's clock.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What changed. Conversations go by display id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum What {
    ContactCreated { contact: i64 },
    ContactUpdated { contact: i64 },
    ContactDeleted { contact: i64 },
    ContactsMerged { base: i64, mergee: i64 },
    ConversationCreated { conversation: i64 },
    ConversationUpdated { conversation: i64 },
    ConversationStatusChanged { conversation: i64 },
    ConversationDeleted { conversation: i64 },
    MessageCreated { conversation: i64, message: i64 },
    MessageUpdated { conversation: i64, message: i64 },
}

/// Why a control call could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The named thing does not exist (any more).
    #[error("there is no {what} {id}")]
    Missing {
        /// Its kind.
        what: &'static str,
        /// Its id.
        id: i64,
    },
    /// The value belongs to another record of the account.
    #[error("{0} has already been taken")]
    Taken(&'static str),
    /// The value is not acceptable.
    #[error("{0} is invalid")]
    Invalid(&'static str),
}

pub(super) fn missing(what: &'static str, id: i64) -> Refused {
    Refused::Missing { what, id }
}

/// Everything behind the lock of one installation.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) accounts: BTreeMap<i64, Account>,
    pub(crate) users: BTreeMap<i64, User>,
    pub(crate) bots: BTreeMap<i64, Bot>,
    pub(crate) tokens: HashMap<String, Holder>,
    pub(crate) limits: Limits,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) traffic: Traffic,
    pub(crate) changes: broadcast::Sender<Change>,
    pub(crate) outbox: Outbox<Job>,
    /// Requests answered so far; decides how an unordered read comes out.
    pub(crate) reads: u64,
    /// When the last of them came: addresses of files say until when they hold.
    pub(crate) told_at: Timestamp,
    ids: Ids,
    secrets: u64,
}

/// Sequences of the installation's tables.
#[derive(Debug)]
struct Ids {
    account: i64,
    contact: i64,
    message: i64,
    attachment: i64,
    other: i64,
    heap: u64,
}

impl World {
    pub(crate) fn new(settings: Settings) -> Self {
        let (changes, _) = broadcast::channel(4096);
        let seed = settings.seed;
        Self {
            limits: Limits::new(settings.allowances),
            faults: Faults::new(ChaCha8Rng::seed_from_u64(mix(seed, 7))),
            log: RequestLog::new(settings.log_size),
            outbox: Outbox::new(ChaCha8Rng::seed_from_u64(mix(seed, 13)), settings.log_size),
            traffic: Traffic::default(),
            settings,
            accounts: BTreeMap::new(),
            users: BTreeMap::new(),
            bots: BTreeMap::new(),
            tokens: HashMap::new(),
            changes,
            reads: 0,
            told_at: Timestamp::UNIX_EPOCH,
            ids: Ids { account: 0, contact: 400, message: 90_000, attachment: 0, other: 0, heap: 0 },
            secrets: mix(seed, 11),
        }
    }

    pub(crate) fn account(&self, id: i64) -> Result<&Account, Refused> {
        self.accounts.get(&id).ok_or(missing("account", id))
    }

    pub(crate) fn account_mut(&mut self, id: i64) -> Result<&mut Account, Refused> {
        self.accounts.get_mut(&id).ok_or(missing("account", id))
    }

    pub(crate) fn conversation_mut(
        &mut self,
        account: i64,
        display_id: i64,
    ) -> Result<&mut Conversation, Refused> {
        self.account_mut(account)?
            .conversations
            .get_mut(&display_id)
            .ok_or(missing("conversation", display_id))
    }

    pub(crate) fn contact_mut(&mut self, account: i64, id: i64) -> Result<&mut Contact, Refused> {
        self.account_mut(account)?.contacts.get_mut(&id).ok_or(missing("contact", id))
    }

    pub(crate) fn tell(&mut self, account: i64, at: Timestamp, what: What) {
        self.tell_changed(account, at, what, Value::Null);
    }

    /// With what changed in which way, as webhooks say it.
    pub(crate) fn tell_changed(&mut self, account: i64, at: Timestamp, what: What, changed: Value) {
        self.plan_deliveries(account, at, &what, changed);
        // Nobody may be listening, and that is fine.
        if self.changes.receiver_count() > 0 {
            self.changes.send(Change { account, at, what }).ok();
        }
    }

    /// A secret text, unguessable in looks only: the seed decides it.
    pub(crate) fn secret(&mut self) -> String {
        self.secrets = mix(self.secrets, 1);
        let (a, b) = (self.secrets, mix(self.secrets, 2));
        format!("{a:016x}{b:016x}")[..24].to_owned()
    }

    pub(crate) fn uuid(&mut self) -> Uuid {
        self.secrets = mix(self.secrets, 3);
        let random = (u128::from(self.secrets) << 64 | u128::from(mix(self.secrets, 4))).to_be_bytes();
        uuid::Builder::from_random_bytes(random).into_uuid()
    }

    pub(crate) fn next_contact_id(&mut self) -> i64 {
        // Deleted rows leave gaps in a real sequence; so do rolled-back inserts.
        self.ids.contact += 1;
        self.ids.contact
    }

    pub(crate) fn next_message_id(&mut self) -> i64 {
        self.ids.message += 1;
        self.ids.message
    }

    pub(crate) fn next_attachment_id(&mut self) -> i64 {
        self.ids.attachment += 1;
        self.ids.attachment
    }

    pub(crate) fn next_heap_position(&mut self) -> u64 {
        self.ids.heap += 1;
        self.ids.heap
    }

    pub(crate) fn next_other_id(&mut self) -> i64 {
        self.ids.other += 1;
        self.ids.other
    }

    pub(crate) fn add_account(&mut self, name: &str) -> i64 {
        self.ids.account += 1;
        let id = self.ids.account;
        self.accounts.insert(
            id,
            Account {
                id,
                name: name.to_owned(),
                suspended: false,
                contacts: BTreeMap::new(),
                conversations: BTreeMap::new(),
                inboxes: BTreeMap::new(),
                teams: BTreeMap::new(),
                labels: BTreeMap::new(),
                webhooks: BTreeMap::new(),
                next_display_id: 1,
                emails: HashMap::new(),
                phones: HashMap::new(),
                gone_contacts: Vec::new(),
                gone_conversations: Vec::new(),
            },
        );
        id
    }

    pub(crate) fn add_inbox(
        &mut self,
        account: i64,
        name: &str,
        channel: Channel,
        phone_number: Option<String>,
        time_zone: &str,
    ) -> Result<i64, Refused> {
        self.account(account)?;
        let (id, channel_id, secret) = (self.next_other_id(), self.next_other_id(), self.secret());
        let inbox = Inbox {
            id,
            name: name.to_owned(),
            channel,
            channel_id,
            phone_number,
            time_zone: time_zone.to_owned(),
            secret,
            webhook_url: None,
        };
        self.account_mut(account)?.inboxes.insert(id, inbox);
        Ok(id)
    }

    pub(crate) fn add_team(&mut self, account: i64, name: &str) -> Result<i64, Refused> {
        let id = self.next_other_id();
        self.account_mut(account)?.teams.insert(id, name.to_owned());
        Ok(id)
    }

    pub(crate) fn add_label(&mut self, account: i64, title: &str, color: &str) -> Result<i64, Refused> {
        let id = self.next_other_id();
        self.account_mut(account)?.labels.insert(id, (title.to_owned(), color.to_owned()));
        Ok(id)
    }

    /// A person with a token, without any account yet.
    pub(crate) fn add_user(&mut self, name: &str, email: &str) -> i64 {
        let (id, token) = (self.next_other_id(), self.secret());
        self.tokens.insert(token.clone(), Holder::User(id));
        let user = User { id, name: name.to_owned(), email: email.to_owned(), roles: BTreeMap::new(), token };
        self.users.insert(id, user);
        id
    }

    pub(crate) fn grant(&mut self, user: i64, account: i64, role: Role) -> Result<(), Refused> {
        self.account(account)?;
        self.users.get_mut(&user).ok_or(missing("user", user))?.roles.insert(account, role);
        Ok(())
    }

    /// Takes a person out of an account.
    pub(crate) fn dismiss(&mut self, user: i64, account: i64) -> Result<(), Refused> {
        let roles = &mut self.users.get_mut(&user).ok_or(missing("user", user))?.roles;
        roles.remove(&account).map(|_| ()).ok_or(missing("account", account))
    }

    /// A bot and its token.
    pub(crate) fn add_bot(&mut self, account_id: i64, name: &str) -> Result<(i64, String), Refused> {
        self.account(account_id)?;
        let (id, token) = (self.next_other_id(), self.secret());
        self.tokens.insert(token.clone(), Holder::Bot(id));
        self.bots.insert(id, Bot { account_id, name: name.to_owned() });
        Ok((id, token))
    }

    pub(crate) fn user_name(&self, id: i64) -> Option<&str> {
        self.users.get(&id).map(|user| user.name.as_str())
    }

    /// Forgets which answers contained what, for a row that is new.
    pub(crate) fn unseen() -> Cell<bool> {
        Cell::new(false)
    }
}
