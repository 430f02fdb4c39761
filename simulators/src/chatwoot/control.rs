//! Control from outside: methods for tests, and the same over HTTP under `/__simulator`.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST /__simulator/commands` with a [`Command`] | `{"result": …}`, or 409 `{"error": …}` |
//! | `GET /__simulator/accounts` | id, name, counts and an administrator token of each account |
//! | `GET /__simulator/ledger/{account}` | [`Ledger`] |
//! | `GET /__simulator/log`, `/counters`, `/faults` | the request log, its totals, the standing faults |
//! | `GET /__simulator/deliveries`, `/hooks` | the webhooks sent and what became of them; their totals and faults |

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Chatwoot;
use super::command::Command;
use super::deeds::{ContactEdit, NewContact};
use super::faults::{Fault, FaultRule, On};
use super::fill::Seat;
use super::ledger::{Counts, Ledger};
use super::limits::Allowances;
use super::reply::Reply;
use super::state::{Channel, Delivery, Role};
use super::talk::{ConversationEdit, NewConversation, NewMessage};
use super::world::{Refused, World};
use crate::faults::When;
use crate::log::{Counters, LogEntry};
use crate::population::Practice;

/// Every method does at the installation's present time what its name says.
impl Chatwoot {
    /// Does what a [`Command`] says and returns what it answers with.
    ///
    /// # Errors
    /// When it names something that does not exist, or a value that is taken or invalid. So do all methods here.
    pub fn command(&self, command: Command) -> Result<Value, Refused> {
        self.deed(|world, now| world.obey(command, now))
    }

    /// Makes practices with their history up to now, their messages interleaved.
    pub fn add_practices(&self, practices: &[Practice]) -> Result<Vec<Seat>, Refused> {
        self.deed(|world, now| world.add_practices(practices, now))
    }

    /// Makes one practice with its history up to now.
    pub fn add_practice(&self, practice: Practice) -> Result<Seat, Refused> {
        let mut seats = self.add_practices(&[practice])?;
        seats.pop().ok_or(Refused::Invalid("practice"))
    }

    /// Makes an empty account.
    pub fn add_account(&self, name: &str) -> i64 {
        self.world().add_account(name)
    }

    /// Makes an inbox.
    pub fn add_inbox(&self, account: i64, name: &str, channel: Channel) -> Result<i64, Refused> {
        self.world().add_inbox(account, name, channel, None, "UTC")
    }

    /// Makes a person with a role; returns id and token.
    pub fn add_user(&self, account: i64, name: &str, role: Role) -> Result<(i64, String), Refused> {
        let mut world = self.world();
        world.account(account)?;
        let id = world.add_user(name, &format!("user.{account}@example.org"));
        world.grant(id, account, role)?;
        let token = world.users.get(&id).map(|user| user.token.clone()).unwrap_or_default();
        Ok((id, token))
    }

    /// Gives a person a role in a further account, or changes it.
    pub fn grant(&self, user: i64, account: i64, role: Role) -> Result<(), Refused> {
        self.world().grant(user, account, role)
    }

    /// Takes a person out of an account.
    pub fn dismiss(&self, user: i64, account: i64) -> Result<(), Refused> {
        self.world().dismiss(user, account)
    }

    /// Deletes an inbox and its conversations for good.
    pub fn remove_inbox(&self, account: i64, inbox: i64) -> Result<(), Refused> {
        self.deed(|world, now| world.remove_inbox(account, inbox, now))
    }

    /// Makes a contact.
    pub fn add_contact(&self, account: i64, new: NewContact) -> Result<i64, Refused> {
        self.deed(|world, now| world.add_contact(account, new, now))
    }

    /// Changes a contact.
    pub fn edit_contact(&self, account: i64, contact: i64, edit: ContactEdit) -> Result<(), Refused> {
        self.deed(|world, now| world.edit_contact(account, contact, edit, now))
    }

    /// Deletes a contact and its conversations for good.
    pub fn delete_contact(&self, account: i64, contact: i64) -> Result<(), Refused> {
        self.deed(|world, now| world.delete_contact(account, contact, now))
    }

    /// Moves everything of `mergee` to `base` and deletes `mergee` for good.
    pub fn merge_contacts(&self, account: i64, base: i64, mergee: i64) -> Result<(), Refused> {
        self.deed(|world, now| world.merge_contacts(account, base, mergee, now))
    }

    /// Opens a conversation; returns its display id.
    pub fn add_conversation(&self, account: i64, new: NewConversation) -> Result<i64, Refused> {
        self.deed(|world, now| world.add_conversation(account, new, now))
    }

    /// Changes a conversation.
    pub fn edit_conversation(
        &self,
        account: i64,
        conversation: i64,
        edit: ConversationEdit,
    ) -> Result<(), Refused> {
        self.deed(|world, now| world.edit_conversation(account, conversation, edit, now))
    }

    /// Deletes a conversation for good.
    pub fn delete_conversation(&self, account: i64, conversation: i64) -> Result<(), Refused> {
        self.deed(|world, now| world.delete_conversation(account, conversation, now))
    }

    /// Adds a message; returns its id.
    pub fn add_message(&self, account: i64, conversation: i64, new: NewMessage) -> Result<i64, Refused> {
        self.deed(|world, now| world.add_message(account, conversation, new, now))
    }

    /// Changes the content of a message.
    pub fn edit_message(
        &self,
        account: i64,
        conversation: i64,
        id: i64,
        content: &str,
    ) -> Result<(), Refused> {
        self.deed(|world, now| world.edit_message(account, conversation, id, content, now))
    }

    /// Puts a fixed sentence in place of a message.
    pub fn delete_message(&self, account: i64, conversation: i64, id: i64) -> Result<(), Refused> {
        self.deed(|world, now| world.delete_message(account, conversation, id, now))
    }

    /// Says how far a message got.
    pub fn set_delivery(
        &self,
        account: i64,
        conversation: i64,
        id: i64,
        status: Delivery,
    ) -> Result<(), Refused> {
        self.deed(|world, now| world.set_delivery(account, conversation, id, status, now))
    }

    fn deed<T>(&self, deed: impl FnOnce(&mut World, Timestamp) -> Result<T, Refused>) -> Result<T, Refused> {
        let now = self.now();
        let mut world = self.world();
        if world.settings.live {
            // What was due before comes before.
            world.advance(now);
        }
        deed(&mut world, now)
    }

    /// Makes a token unknown.
    pub fn revoke_token(&self, token: &str) {
        self.world().tokens.remove(token);
    }

    /// A new token for a person.
    pub fn issue_token(&self, user: i64) -> Result<String, Refused> {
        let answer = self.command(Command::IssueToken { user })?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    /// Suspends an account, or ends that.
    pub fn suspend(&self, account: i64, suspended: bool) -> Result<(), Refused> {
        self.world().account_mut(account)?.suspended = suspended;
        Ok(())
    }

    /// Changes the rate limits from the next request on.
    pub fn set_allowances(&self, allowances: Allowances) {
        self.world().limits.allowances = allowances;
    }

    /// Lets something go wrong; returns an id to call it off with.
    pub fn fault(&self, fault: Fault, on: On, when: When) -> u64 {
        self.world().faults.add(FaultRule { fault, on, when })
    }

    /// Calls one fault off.
    pub fn remove_fault(&self, id: u64) {
        self.world().faults.remove(id);
    }

    /// Calls all faults off.
    pub fn clear_faults(&self) {
        self.world().faults.clear();
    }

    /// Lets traffic happen up to and including `to`. What happens does not depend on how often this is called.
    pub fn advance(&self, to: Timestamp) {
        self.world().advance(to);
    }

    /// Changes how busy a practice is.
    pub fn set_traffic(&self, account: i64, events_per_hour: f64) -> Result<(), Refused> {
        self.deed(|world, now| world.set_traffic(account, events_per_hour, now))
    }

    /// Nothing happens by itself any more, in any account.
    pub fn hold(&self) {
        self.deed(|world, _| {
            world.settings.live = false;
            Ok(())
        })
        .ok();
    }

    /// The truth of one account; see [`Ledger`].
    pub fn ledger(&self, account: i64) -> Result<Ledger, Refused> {
        self.world().ledger(account)
    }

    /// The live rows of one account, without making its ledger.
    pub fn counts(&self, account: i64) -> Result<Counts, Refused> {
        self.world().counts(account)
    }

    /// The newest requests, oldest first.
    pub fn log(&self) -> Vec<LogEntry> {
        self.world().log.entries.iter().cloned().collect()
    }

    /// Totals of requests, and violations of the rate limits.
    pub fn counters(&self) -> Counters {
        let world = self.world();
        Counters {
            violations: world.limits.violations,
            by_minute: world.limits.minutes.clone(),
            ..world.log.counters.clone()
        }
    }

    pub(super) fn control_request(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match (method, parts.as_slice()) {
            ("POST", ["commands"]) => match parse::<Command>(body) {
                Ok(command) => match self.command(command) {
                    Ok(result) => Reply::json(&json!({ "result": result })),
                    Err(refused) => Reply::error(409, &refused.to_string()),
                },
                Err(reply) => reply,
            },
            ("GET", ["accounts"]) => Reply::json(&self.accounts()),
            ("GET", ["ledger", account]) => match account.parse().map(|account| self.ledger(account)) {
                Ok(Ok(ledger)) => Reply::json(&ledger),
                _ => Reply::not_found(),
            },
            ("GET", ["log"]) => Reply::json(&self.log()),
            ("GET", ["counters"]) => Reply::json(&self.counters()),
            ("GET", ["deliveries"]) => Reply::json(&self.deliveries()),
            ("GET", ["hooks"]) => {
                let world = self.world();
                Reply::json(&json!({"totals": world.outbox.totals, "faults": world.outbox.faults,
                    "open": world.outbox.open()}))
            }
            ("GET", ["faults"]) => Reply::json(&self.world().faults.list()),
            _ => Reply::not_found(),
        }
    }

    fn accounts(&self) -> Value {
        let world = self.world();
        let all = world.accounts.values().map(|account| {
            let administrator = world.users.values().find(|user| {
                user.roles.get(&account.id) == Some(&Role::Administrator)
                    && world.tokens.contains_key(&user.token)
            });
            json!({"id": account.id, "name": account.name, "suspended": account.suspended,
                "counts": world.counts(account.id).ok(), "administrator": administrator.map(|user| &user.token)})
        });
        all.collect()
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Reply> {
    serde_json::from_slice(body).map_err(|error| Reply::error(422, &error.to_string()))
}
