//! One vocabulary of control for tests and for `/__simulator/commands`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::world::{Fate, Inbound, Sender, SharedKey, World};
use crate::house::Refused;
use crate::population::Practice;

/// Something to be done. In JSON: `{"do": "receive", "message": {"from": "+15550123", "to": "+15550100", "body": "Hi"}}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Answers with sid and token.
    AddAccount,
    AddSender {
        account: String,
        sender: Sender,
    },
    /// Answers with the second token.
    AddToken {
        account: String,
    },
    PromoteToken {
        account: String,
    },
    ShareKey {
        account: String,
        key: Option<SharedKey>,
    },
    /// Answers with the key's name and its secret.
    AddKey {
        account: String,
    },
    RemoveKey {
        account: String,
        key: String,
    },
    /// Takes the text out of a message.
    Redact {
        message: String,
    },
    /// Takes a message off the list.
    Delete {
        message: String,
    },
    /// An account that lives. Answers with sid and token.
    AddPractice {
        practice: Box<Practice>,
        sender: Sender,
    },
    SetTraffic {
        account: String,
        events_per_hour: f64,
    },
    /// Somebody writes. Answers with the sid.
    Receive {
        message: Inbound,
    },
    /// A message goes out. Answers with the sid.
    Send {
        from: String,
        to: String,
        body: String,
        callback: Option<String>,
        #[serde(default)]
        fate: Fate,
    },
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let done = Value::Null;
        Ok(match command {
            Command::AddAccount => {
                let (sid, token) = self.add_account();
                json!({"sid": sid, "token": token})
            }
            Command::AddSender { account, sender } => {
                self.add_sender(&account, sender)?;
                done
            }
            Command::AddToken { account } => json!(self.add_token(&account)?),
            Command::PromoteToken { account } => {
                self.promote_token(&account)?;
                done
            }
            Command::ShareKey { account, key } => {
                self.share_key(&account, key)?;
                done
            }
            Command::AddKey { account } => {
                let (key, secret) = self.add_key(&account)?;
                json!({"key": key, "secret": secret})
            }
            Command::RemoveKey { account, key } => {
                self.remove_key(&account, &key)?;
                done
            }
            Command::Redact { message } => {
                self.redact(&message, now)?;
                done
            }
            Command::Delete { message } => {
                self.delete(&message)?;
                done
            }
            Command::AddPractice { practice, sender } => {
                let (sid, token) = self.add_practice(&practice, sender, now)?;
                json!({"sid": sid, "token": token})
            }
            Command::SetTraffic { account, events_per_hour } => {
                self.set_traffic(&account, events_per_hour, now)?;
                done
            }
            Command::Receive { message } => json!(self.receive(message, now)?),
            Command::Send { from, to, body, callback, fate } => {
                json!(self.send(&from, &to, &body, callback, fate, now)?)
            }
        })
    }
}
