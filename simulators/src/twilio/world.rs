//! Accounts, senders, messages.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::Settings;
use super::params;
use super::post::{Job, Kind};
use super::traffic::Feed;
use crate::house::{ALPHANUMERIC, Desk, HEX, Refused};

/// An address of an account, and where what arrives there goes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sender {
    /// `+15550100`, or `whatsapp:+15550100`.
    pub address: String,
    /// Where messages are told. Overrides of timeouts and retries stand in its fragment. Without it nobody is told.
    pub inbound: Option<String>,
    /// Asked with GET instead of POST.
    pub by_get: bool,
    /// JSON instead of a form.
    pub as_json: bool,
    /// Where what could not be told goes instead.
    pub fallback: Option<String>,
    /// Where the fate of messages is told, unless a message says otherwise.
    pub status_callback: Option<String>,
    /// The messaging service it belongs to.
    pub service: Option<String>,
    /// The platform answers keywords itself and says so.
    pub advanced_opt_out: bool,
}

/// A key shared for signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedKey {
    /// Its name.
    pub id: String,
    /// The secret.
    pub secret: String,
    /// The longer hash.
    pub sha256: bool,
}

/// A message of somebody.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inbound {
    /// `+15550123`, `whatsapp:+15550123`, or a name without a number: `whatsapp:US.…`.
    pub from: String,
    /// One of the senders.
    pub to: String,
    /// May be empty when there is a file.
    pub body: String,
    /// Types of files, such as `image/jpeg`.
    pub media: Vec<String>,
    /// What the person calls himself on WhatsApp.
    pub profile: Option<String>,
    /// The business-scoped name that comes beside the number.
    pub external_user: Option<String>,
    /// Further parameters; a name may come twice.
    pub extra: Vec<(String, String)>,
    /// Its times lie this far in the past: it was written down late.
    pub late_ms: u64,
}

/// How a message fares that went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It arrives.
    #[default]
    Delivered,
    /// It arrives and is read.
    Read,
    /// It never leaves, for this reason.
    Failed(u32),
    /// It leaves and is refused further on, for this reason.
    Undelivered(u32),
    /// It leaves, and nothing more is heard of it.
    Silent,
}

/// What could not be done with an answer of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Trouble {
    pub at: Timestamp,
    pub code: u32,
    pub url: String,
}

/// One account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) token: String,
    second: Option<String>,
    /// Secrets of keys, by the keys' names.
    pub(super) keys: BTreeMap<String, String>,
    pub(super) shared: Option<SharedKey>,
    pub(super) senders: BTreeMap<String, Sender>,
}

/// One message.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) sid: String,
    pub(super) account: String,
    pub(super) inbound: bool,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) body: String,
    pub(super) status: &'static str,
    pub(super) error: Option<u32>,
    /// Types of files.
    pub(super) media: Vec<String>,
    pub(super) service: Option<String>,
    pub(super) callback: Option<String>,
    pub(super) created: Timestamp,
    pub(super) sent: Option<Timestamp>,
    pub(super) updated: Timestamp,
}

/// Everything behind the lock.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) desk: Desk<Job>,
    pub(super) accounts: BTreeMap<String, Account>,
    /// In the order in which they were made.
    pub(super) messages: Vec<Message>,
    pub(super) troubles: Vec<Trouble>,
    /// Sender and recipient between whom nothing goes out any more.
    pub(super) stopped: BTreeSet<(String, String)>,
    /// What will become of messages: when, and in which order.
    pub(super) fates: BTreeMap<(Timestamp, u64), (String, &'static str, Option<u32>)>,
    next_fate: u64,
    /// Accounts in which people write, by sid.
    pub(super) feeds: BTreeMap<String, Feed>,
}

const STOP: [&str; 8] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
const START: [&str; 3] = ["START", "YES", "UNSTOP"];
const HELP: [&str; 2] = ["HELP", "INFO"];

pub(super) fn missing(what: &'static str, id: &str) -> Refused {
    Refused::Missing(what, id.to_owned())
}

impl World {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            desk: Desk::new(settings.seed, settings.log_size),
            accounts: BTreeMap::new(),
            messages: Vec::new(),
            troubles: Vec::new(),
            stopped: BTreeSet::new(),
            fates: BTreeMap::new(),
            next_fate: 0,
            feeds: BTreeMap::new(),
        }
    }

    pub(super) fn sid(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", self.desk.text(HEX, 32))
    }

    pub(super) fn add_account(&mut self) -> (String, String) {
        let (sid, token) = (self.sid("AC"), self.desk.text(HEX, 32));
        let account = Account {
            token: token.clone(),
            second: None,
            keys: BTreeMap::new(),
            shared: None,
            senders: BTreeMap::new(),
        };
        self.accounts.insert(sid.clone(), account);
        (sid, token)
    }

    fn account(&mut self, sid: &str) -> Result<&mut Account, Refused> {
        self.accounts.get_mut(sid).ok_or_else(|| missing("account", sid))
    }

    pub(super) fn add_sender(&mut self, account: &str, sender: Sender) -> Result<(), Refused> {
        let taken = self.accounts.values().any(|it| it.senders.contains_key(&sender.address));
        if taken || sender.address.is_empty() {
            return Err(Refused::Invalid("address"));
        }
        self.account(account)?.senders.insert(sender.address.clone(), sender);
        Ok(())
    }

    pub(super) fn tell_at(
        &mut self,
        account: &str,
        inbound: Option<&str>,
        status: Option<&str>,
    ) -> Result<(), Refused> {
        for sender in self.account(account)?.senders.values_mut() {
            sender.inbound = inbound.map(str::to_owned);
            sender.status_callback = status.map(str::to_owned);
        }
        Ok(())
    }

    pub(super) fn add_token(&mut self, account: &str) -> Result<String, Refused> {
        let token = self.desk.text(HEX, 32);
        self.account(account)?.second = Some(token.clone());
        Ok(token)
    }

    pub(super) fn promote_token(&mut self, account: &str) -> Result<(), Refused> {
        let account = self.account(account)?;
        account.token = account.second.take().ok_or(Refused::Invalid("token"))?;
        Ok(())
    }

    /// A key that signs in like the token; returns its name and its secret.
    pub(super) fn add_key(&mut self, account: &str) -> Result<(String, String), Refused> {
        let (name, secret) = (self.sid("SK"), self.desk.text(ALPHANUMERIC, 32));
        self.account(account)?.keys.insert(name.clone(), secret.clone());
        Ok((name, secret))
    }

    pub(super) fn remove_key(&mut self, account: &str, name: &str) -> Result<(), Refused> {
        self.account(account)?.keys.remove(name).map(|_| ()).ok_or_else(|| missing("key", name))
    }

    /// The text goes, the message stays.
    pub(super) fn redact(&mut self, sid: &str, at: Timestamp) -> Result<(), Refused> {
        let message = self.messages.iter_mut().find(|it| it.sid == sid);
        let message = message.ok_or_else(|| missing("message", sid))?;
        message.body.clear();
        message.updated = at;
        Ok(())
    }

    /// It is listed no longer; nobody is told.
    pub(super) fn delete(&mut self, sid: &str) -> Result<(), Refused> {
        let at = self.messages.iter().position(|it| it.sid == sid);
        self.messages.remove(at.ok_or_else(|| missing("message", sid))?);
        Ok(())
    }

    pub(super) fn share_key(&mut self, account: &str, key: Option<SharedKey>) -> Result<(), Refused> {
        self.account(account)?.shared = key;
        Ok(())
    }

    fn sender(&self, address: &str) -> Result<(String, Sender), Refused> {
        self.accounts
            .iter()
            .find_map(|(sid, account)| Some((sid.clone(), account.senders.get(address)?.clone())))
            .ok_or_else(|| missing("sender", address))
    }

    pub(super) fn receive(&mut self, it: Inbound, at: Timestamp) -> Result<String, Refused> {
        let (account, sender) = self.sender(&it.to)?;
        let whatsapp = it.to.starts_with("whatsapp:");
        if whatsapp != it.from.starts_with("whatsapp:") {
            return Err(Refused::Invalid("from"));
        }
        let sid = self.sid(if it.media.is_empty() || whatsapp { "SM" } else { "MM" });
        let word = it.body.trim().to_uppercase();
        let keyword = [("STOP", &STOP[..]), ("START", &START[..]), ("HELP", &HELP[..])]
            .into_iter()
            .find_map(|(name, words)| words.contains(&word.as_str()).then_some(name));
        // Twilio itself keeps to it for numbers; for WhatsApp only where that was switched on.
        let pair = (it.to.clone(), it.from.clone());
        match keyword.filter(|_| !whatsapp || sender.advanced_opt_out) {
            Some("STOP") => {
                self.stopped.insert(pair);
            }
            Some("START") => {
                self.stopped.remove(&pair);
            }
            _ => {}
        }
        let late = SignedDuration::from_millis(i64::try_from(it.late_ms).unwrap_or(0));
        let written = at.checked_sub(late).unwrap_or(at);
        self.messages.push(Message {
            sid: sid.clone(),
            account: account.clone(),
            inbound: true,
            from: it.from.clone(),
            to: it.to.clone(),
            body: it.body.clone(),
            status: "received",
            error: None,
            media: it.media.clone(),
            service: sender.service.clone(),
            callback: None,
            created: written,
            sent: Some(written),
            updated: written,
        });
        let params = params::inbound(&account, &sid, &sender, &it, keyword);
        if let Some(url) = &sender.inbound {
            self.tell(&account, Kind::Inbound, url, &sender, params, &sid, at);
        }
        Ok(sid)
    }

    pub(super) fn send(
        &mut self,
        from: &str,
        to: &str,
        body: &str,
        callback: Option<String>,
        fate: Fate,
        at: Timestamp,
    ) -> Result<String, Refused> {
        let (account, sender) = self.sender(from)?;
        let sid = self.sid("SM");
        let by_service = sender.service.is_some();
        self.messages.push(Message {
            sid: sid.clone(),
            account,
            inbound: false,
            from: from.to_owned(),
            to: to.to_owned(),
            body: body.to_owned(),
            status: if by_service { "accepted" } else { "queued" },
            error: None,
            media: Vec::new(),
            callback: callback.or(sender.status_callback),
            service: sender.service,
            created: at,
            sent: None,
            updated: at,
        });
        // Nobody is told of the first status.
        let mut when = at;
        let mut soon = |world: &mut Self, least: i64, most: i64| {
            let ms = world.desk.dice.random_range(least..most);
            when = when.checked_add(SignedDuration::from_millis(ms)).unwrap_or(when);
            when
        };
        let stopped = self.stopped.contains(&(from.to_owned(), to.to_owned()));
        let fate = if stopped { Fate::Failed(21_610) } else { fate };
        if by_service {
            let due = soon(self, 20, 200);
            self.plan(due, &sid, "queued", None);
        }
        if let Fate::Failed(code) = fate {
            let due = soon(self, 100, 900);
            self.plan(due, &sid, "failed", Some(code));
            return Ok(sid);
        }
        if self.desk.dice.random_bool(0.5) {
            let due = soon(self, 20, 200);
            self.plan(due, &sid, "sending", None);
        }
        let due = soon(self, 100, 900);
        self.plan(due, &sid, "sent", None);
        match fate {
            Fate::Undelivered(code) => {
                let due = soon(self, 2, 4000);
                self.plan(due, &sid, "undelivered", Some(code));
            }
            Fate::Delivered | Fate::Read => {
                let due = soon(self, 2, 4000);
                self.plan(due, &sid, "delivered", None);
                if fate == Fate::Read {
                    let due = soon(self, 1000, 60_000);
                    self.plan(due, &sid, "read", None);
                }
            }
            Fate::Failed(_) | Fate::Silent => {}
        }
        Ok(sid)
    }

    fn plan(&mut self, at: Timestamp, sid: &str, status: &'static str, error: Option<u32>) {
        self.next_fate += 1;
        self.fates.insert((at, self.next_fate), (sid.to_owned(), status, error));
    }

    pub(super) fn live(&mut self, to: Timestamp) {
        while let Some(first) = self.fates.first_entry() {
            let at = first.key().0;
            if at > to {
                return;
            }
            let fate = first.remove();
            self.become_of(&fate, at);
        }
    }

    /// Everything that is still to become of messages.
    pub(super) fn conclude(&mut self, now: Timestamp) {
        while let Some((_, fate)) = self.fates.pop_first() {
            self.become_of(&fate, now);
        }
    }

    fn become_of(&mut self, (sid, status, error): &(String, &'static str, Option<u32>), at: Timestamp) {
        let Some(message) = self.messages.iter_mut().rev().find(|message| message.sid == *sid) else {
            return;
        };
        message.status = status;
        message.error = error.or(message.error);
        message.updated = at;
        if *status == "sent" {
            message.sent = Some(at);
        }
        let message = message.clone();
        self.tell_status(&message, at);
    }

    fn tell_status(&mut self, message: &Message, at: Timestamp) {
        let Some(url) = message.callback.clone() else { return };
        let params = params::status(message);
        let about = format!("{} {}", message.sid, message.status);
        self.tell(&message.account, Kind::Status, &url, &Sender::default(), params, &about, at);
    }
}
