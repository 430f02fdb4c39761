//! One vocabulary of control for tests and for `/__simulator/commands`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::deeds::{ContactEdit, NewContact};
use super::faults::FaultRule;
use super::limits::Allowances;
use super::state::{Channel, Delivery, Holder, Role};
use super::talk::{ConversationEdit, NewConversation, NewMessage};
use super::world::{Refused, World, missing};
use crate::hooks::HookFaults;
use crate::population::Practice;

/// Something to be done to an installation. In JSON: `{"do": "delete_contact", "account": 1, "contact": 412}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Makes practices with their history; answers with a seat for each.
    AddPractices {
        practices: Vec<Practice>,
    },
    /// Makes an empty account; answers with its id.
    AddAccount {
        name: String,
    },
    /// Answers with the inbox id.
    AddInbox {
        account: i64,
        name: String,
        channel: Channel,
    },
    /// A person with a role; answers with id and token.
    AddUser {
        account: i64,
        name: String,
        email: String,
        role: Role,
    },
    /// Gives a person a role in a further account, or changes it.
    Grant {
        user: i64,
        account: i64,
        role: Role,
    },
    /// Takes a person out of an account.
    Dismiss {
        account: i64,
        user: i64,
    },
    /// For good, with its conversations.
    RemoveInbox {
        account: i64,
        inbox: i64,
    },
    /// Answers with the contact id.
    AddContact {
        account: i64,
        contact: NewContact,
    },
    EditContact {
        account: i64,
        contact: i64,
        edit: ContactEdit,
    },
    /// For good, with the conversations.
    DeleteContact {
        account: i64,
        contact: i64,
    },
    MergeContacts {
        account: i64,
        base: i64,
        mergee: i64,
    },
    /// Answers with the display id.
    AddConversation {
        account: i64,
        conversation: NewConversation,
    },
    EditConversation {
        account: i64,
        conversation: i64,
        edit: ConversationEdit,
    },
    /// For good.
    DeleteConversation {
        account: i64,
        conversation: i64,
    },
    /// Answers with the message id.
    AddMessage {
        account: i64,
        conversation: i64,
        message: NewMessage,
    },
    /// A patient writes in the youngest conversation, or in the one that is named. Answers with both ids.
    Write {
        account: i64,
        text: String,
        conversation: Option<i64>,
    },
    EditMessage {
        account: i64,
        conversation: i64,
        message: i64,
        content: String,
    },
    /// Keeps the row.
    DeleteMessage {
        account: i64,
        conversation: i64,
        message: i64,
    },
    SetDelivery {
        account: i64,
        conversation: i64,
        message: i64,
        status: Delivery,
    },
    /// From now on unknown.
    RevokeToken {
        token: String,
    },
    /// A new token for a person; the old one keeps working until it is revoked. Answers with it.
    IssueToken {
        user: i64,
    },
    Suspend {
        account: i64,
    },
    Reactivate {
        account: i64,
    },
    SetAllowances {
        allowances: Allowances,
    },
    /// Answers with the rule's id.
    AddFault {
        rule: FaultRule,
    },
    RemoveFault {
        id: u64,
    },
    ClearFaults,
    /// What goes wrong with webhooks from now on.
    SetHookFaults {
        faults: HookFaults,
    },
    /// Where an API inbox posts to; without an address it stops.
    SetInboxWebhook {
        account: i64,
        inbox: i64,
        url: Option<String>,
    },
    /// Somebody begins or ends typing: an agent (`user`) or the contact.
    Typing {
        account: i64,
        conversation: i64,
        user: Option<i64>,
        on: bool,
    },
    /// A contact opens the chat window on the website.
    OpenWidget {
        account: i64,
        contact: i64,
    },
    /// Lets traffic happen up to then, or up to the clock.
    Advance {
        to: Option<Timestamp>,
    },
    SetTraffic {
        account: i64,
        events_per_hour: f64,
    },
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let done = Value::Null;
        Ok(match command {
            Command::AddPractices { practices } => json!(self.add_practices(&practices, now)?),
            Command::AddAccount { name } => json!(self.add_account(&name)),
            Command::AddInbox { account, name, channel } => {
                json!(self.add_inbox(account, &name, channel, None, "UTC")?)
            }
            Command::AddUser { account, name, email, role } => {
                self.account(account)?;
                let id = self.add_user(&name, &email);
                self.grant(id, account, role)?;
                json!({"id": id, "token": self.users.get(&id).map(|user| &user.token)})
            }
            Command::Grant { user, account, role } => {
                self.grant(user, account, role)?;
                done
            }
            Command::Dismiss { account, user } => {
                self.dismiss(user, account)?;
                done
            }
            Command::RemoveInbox { account, inbox } => {
                self.remove_inbox(account, inbox, now)?;
                done
            }
            Command::AddContact { account, contact } => json!(self.add_contact(account, contact, now)?),
            Command::EditContact { account, contact, edit } => {
                self.edit_contact(account, contact, edit, now)?;
                done
            }
            Command::DeleteContact { account, contact } => {
                self.delete_contact(account, contact, now)?;
                done
            }
            Command::MergeContacts { account, base, mergee } => {
                self.merge_contacts(account, base, mergee, now)?;
                done
            }
            Command::AddConversation { account, conversation } => {
                json!(self.add_conversation(account, conversation, now)?)
            }
            Command::EditConversation { account, conversation, edit } => {
                self.edit_conversation(account, conversation, edit, now)?;
                done
            }
            Command::DeleteConversation { account, conversation } => {
                self.delete_conversation(account, conversation, now)?;
                done
            }
            Command::AddMessage { account, conversation, message } => {
                json!(self.add_message(account, conversation, message, now)?)
            }
            Command::Write { account, text, conversation } => self.write(account, text, conversation, now)?,
            Command::EditMessage { account, conversation, message, content } => {
                self.edit_message(account, conversation, message, &content, now)?;
                done
            }
            Command::DeleteMessage { account, conversation, message } => {
                self.delete_message(account, conversation, message, now)?;
                done
            }
            Command::SetDelivery { account, conversation, message, status } => {
                self.set_delivery(account, conversation, message, status, now)?;
                done
            }
            other => self.obey_administration(other, now)?,
        })
    }

    /// The commands that change no records.
    fn obey_administration(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        match command {
            Command::RevokeToken { token } => {
                self.tokens.remove(&token);
            }
            Command::IssueToken { user } => {
                let token = self.secret();
                self.users.get_mut(&user).ok_or(missing("user", user))?.token = token.clone();
                self.tokens.insert(token.clone(), Holder::User(user));
                return Ok(json!(token));
            }
            Command::Suspend { account } => self.account_mut(account)?.suspended = true,
            Command::Reactivate { account } => self.account_mut(account)?.suspended = false,
            Command::SetAllowances { allowances } => self.limits.allowances = allowances,
            Command::AddFault { rule } => return Ok(json!(self.faults.add(rule))),
            Command::RemoveFault { id } => self.faults.remove(id),
            Command::ClearFaults => self.faults.clear(),
            Command::SetHookFaults { faults } => self.outbox.faults = faults,
            Command::SetInboxWebhook { account, inbox, url } => {
                self.set_inbox_webhook(account, inbox, url)?;
            }
            Command::Typing { account, conversation, user, on } => {
                self.typing(account, conversation, user, on, now)?;
            }
            Command::OpenWidget { account, contact } => self.open_widget(account, contact, now)?,
            Command::Advance { to } => self.advance(to.unwrap_or(now)),
            Command::SetTraffic { account, events_per_hour } => {
                self.set_traffic(account, events_per_hour, now)?
            }
            _ => {}
        }
        Ok(Value::Null)
    }
}
