//! One vocabulary of control for tests and for `/__simulator/commands`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::json::ApiVersion;
use super::world::{Card, Plan, World};
use crate::house::Refused;

/// Something to be done to an account. In JSON: `{"do": "cancel", "subscription": "sub_…", "at_period_end": true}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Answers with the id.
    AddCustomer {
        organization: String,
        email: String,
        #[serde(default)]
        card: Card,
    },
    SetCard {
        customer: String,
        card: Card,
    },
    DeleteCustomer {
        customer: String,
    },
    /// Answers with the id.
    Subscribe {
        customer: String,
        #[serde(default)]
        plan: Plan,
        #[serde(default)]
        trial_days: u32,
    },
    Cancel {
        subscription: String,
        at_period_end: bool,
    },
    /// Takes a cancellation for the end of the period back.
    Keep {
        subscription: String,
    },
    ChangePlan {
        subscription: String,
        plan: Plan,
    },
    PauseCollection {
        subscription: String,
        paused: bool,
    },
    /// Answers with id and secret.
    AddEndpoint {
        url: String,
        #[serde(default)]
        version: ApiVersion,
        #[serde(default)]
        types: Vec<String>,
    },
    /// Answers with the new secret.
    RollSecret {
        endpoint: u64,
    },
    Resend {
        event: String,
    },
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let done = Value::Null;
        Ok(match command {
            Command::AddCustomer { organization, email, card } => {
                json!(self.add_customer(&organization, &email, card, now))
            }
            Command::SetCard { customer, card } => {
                self.set_card(&customer, card)?;
                done
            }
            Command::DeleteCustomer { customer } => {
                self.delete_customer(&customer, now)?;
                done
            }
            Command::Subscribe { customer, plan, trial_days } => {
                json!(self.subscribe(&customer, plan, trial_days, now)?)
            }
            Command::Cancel { subscription, at_period_end } => {
                self.cancel(&subscription, at_period_end, now)?;
                done
            }
            Command::Keep { subscription } => {
                self.keep(&subscription, now)?;
                done
            }
            Command::ChangePlan { subscription, plan } => {
                self.change_plan(&subscription, plan, now)?;
                done
            }
            Command::PauseCollection { subscription, paused } => {
                self.pause_collection(&subscription, paused, now)?;
                done
            }
            Command::AddEndpoint { url, version, types } => {
                let (id, secret) = self.add_endpoint(url, version, types);
                json!({"id": id, "secret": secret})
            }
            Command::RollSecret { endpoint } => json!(self.roll_secret(endpoint, now)?),
            Command::Resend { event } => {
                self.resend(&event, now)?;
                done
            }
        })
    }
}
