//! One vocabulary of control for tests and for `/__simulator/commands`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tokens::Token;
use super::world::World;
use crate::house::Refused;

/// Something to be done to an instance. In JSON: `{"do": "set_member", "organization": "org_…", "user": "user_…",
/// "role": "org:admin"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Answers with the id. Without an address: somebody known by telephone only.
    AddUser {
        email: Option<String>,
        first_name: Option<String>,
        last_name: Option<String>,
    },
    /// What is left out stays.
    EditUser {
        user: String,
        email: Option<String>,
        first_name: Option<String>,
        last_name: Option<String>,
    },
    Ban {
        user: String,
        banned: bool,
    },
    DeleteUser {
        user: String,
    },
    /// Answers with the id.
    AddOrganization {
        name: String,
        created_by: Option<String>,
    },
    RenameOrganization {
        organization: String,
        name: String,
    },
    DeleteOrganization {
        organization: String,
    },
    /// Answers with the membership's id.
    SetMember {
        organization: String,
        user: String,
        role: String,
    },
    RemoveMember {
        organization: String,
        user: String,
    },
    /// Things happen as the seed decides.
    Churn {
        times: u32,
    },
    /// Answers with id and secret.
    AddEndpoint {
        url: String,
        #[serde(default)]
        types: Vec<String>,
    },
    /// Answers with the new secret.
    RollSecret {
        endpoint: u64,
    },
    /// Sends a message again, by its `svix-id`.
    Resend {
        message: String,
    },
    RotateKeys,
    /// Answers with the token.
    Mint {
        token: Box<Token>,
    },
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let done = Value::Null;
        Ok(match command {
            Command::AddUser { email, first_name, last_name } => {
                json!(self.add_user(email.as_deref(), first_name.as_deref(), last_name.as_deref(), now))
            }
            Command::EditUser { user, email, first_name, last_name } => {
                self.edit_user(&user, now, |it| {
                    it.email = email.or_else(|| it.email.take());
                    it.first = first_name.or_else(|| it.first.take());
                    it.last = last_name.or_else(|| it.last.take());
                })?;
                done
            }
            Command::Ban { user, banned } => {
                self.edit_user(&user, now, |it| it.banned = banned)?;
                done
            }
            Command::DeleteUser { user } => {
                self.delete_user(&user, now)?;
                done
            }
            Command::AddOrganization { name, created_by } => {
                json!(self.add_organization(&name, created_by.as_deref(), now))
            }
            Command::RenameOrganization { organization, name } => {
                self.edit_organization(&organization, &name, now)?;
                done
            }
            Command::DeleteOrganization { organization } => {
                self.delete_organization(&organization, now)?;
                done
            }
            Command::SetMember { organization, user, role } => {
                json!(self.set_member(&organization, &user, &role, now)?)
            }
            Command::RemoveMember { organization, user } => {
                self.remove_member(&organization, &user, now)?;
                done
            }
            Command::Churn { times } => {
                self.churn(times, now);
                done
            }
            Command::AddEndpoint { url, types } => {
                let (id, secret) = self.add_endpoint(url, types);
                json!({"id": id, "secret": secret})
            }
            Command::RollSecret { endpoint } => json!(self.roll_secret(endpoint, now)?),
            Command::Resend { message } => {
                self.resend(&message, now)?;
                done
            }
            Command::RotateKeys => {
                self.rotate_keys();
                done
            }
            Command::Mint { token } => json!(self.mint(&token, now)?),
        })
    }
}
