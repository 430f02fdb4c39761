//! People, organizations and memberships, and what happens to them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rand::Rng;
use serde::Serialize;

use super::Settings;
use super::json;
use super::webhooks::{Endpoint, Job, Message};
use crate::house::{Desk, Refused};
use crate::names;

/// One person.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) email: Option<String>,
    pub(super) email_id: String,
    pub(super) first: Option<String>,
    pub(super) last: Option<String>,
    pub(super) banned: bool,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// One organization.
#[derive(Debug, Clone)]
pub(super) struct Organization {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) created_by: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// One membership.
#[derive(Debug, Clone)]
pub(super) struct Membership {
    pub(super) id: String,
    pub(super) organization: String,
    pub(super) user: String,
    pub(super) role: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// Everything behind the lock.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) settings: Settings,
    pub(super) desk: Desk<Job>,
    pub(super) instance: String,
    pub(super) secret_key: String,
    pub(super) rotations: u64,
    pub(super) users: BTreeMap<String, User>,
    pub(super) organizations: BTreeMap<String, Organization>,
    /// By organization and person.
    pub(super) memberships: BTreeMap<(String, String), Membership>,
    pub(super) endpoints: BTreeMap<u64, Endpoint>,
    pub(super) messages: BTreeMap<String, Message>,
    pub(super) window: (i64, u32),
    gone_users: Vec<String>,
    gone_organizations: Vec<String>,
}

/// The truth, sorted by id. What was deleted is listed apart: a copy must know it as gone, or not at all.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub users: Vec<LedgerUser>,
    pub organizations: Vec<LedgerOrganization>,
    pub memberships: Vec<LedgerMembership>,
    pub deleted_users: Vec<String>,
    pub deleted_organizations: Vec<String>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerUser {
    pub id: String,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub banned: bool,
    pub updated_at: Timestamp,
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerOrganization {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub updated_at: Timestamp,
}

/// A membership.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[allow(missing_docs)]
pub struct LedgerMembership {
    pub organization: String,
    pub user: String,
    /// With its prefix: `org:admin`.
    pub role: String,
}

fn missing(what: &'static str, id: &str) -> Refused {
    Refused::Missing(what, id.to_owned())
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        let mut desk = Desk::new(settings.seed, settings.log_size);
        let instance = format!("ins_{}", desk.text(crate::house::ALPHANUMERIC, 27));
        let kind = if settings.production { "live" } else { "test" };
        let secret_key = format!("sk_{kind}_{}", desk.text(crate::house::ALPHANUMERIC, 42));
        Self {
            settings,
            desk,
            instance,
            secret_key,
            rotations: 0,
            users: BTreeMap::new(),
            organizations: BTreeMap::new(),
            memberships: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            messages: BTreeMap::new(),
            window: (0, 0),
            gone_users: Vec::new(),
            gone_organizations: Vec::new(),
        }
    }

    pub(super) fn add_user(
        &mut self,
        email: Option<&str>,
        first: Option<&str>,
        last: Option<&str>,
        at: Timestamp,
    ) -> String {
        let (id, email_id) = (format!("user_{}", self.text(27)), format!("idn_{}", self.text(27)));
        let user = User {
            id: id.clone(),
            email: email.map(str::to_lowercase),
            email_id,
            first: first.map(str::to_owned),
            last: last.map(str::to_owned),
            banned: false,
            created_at: at,
            updated_at: at,
        };
        let data = json::user(&user);
        self.users.insert(id.clone(), user);
        self.tell("user.created", data, at);
        id
    }

    pub(super) fn edit_user(
        &mut self,
        id: &str,
        at: Timestamp,
        edit: impl FnOnce(&mut User),
    ) -> Result<(), Refused> {
        let user = self.users.get_mut(id).ok_or_else(|| missing("user", id))?;
        edit(user);
        user.updated_at = at;
        let data = json::user(user);
        self.tell("user.updated", data, at);
        Ok(())
    }

    pub(super) fn delete_user(&mut self, id: &str, at: Timestamp) -> Result<(), Refused> {
        self.users.remove(id).ok_or_else(|| missing("user", id))?;
        self.memberships.retain(|(_, user), _| user != id);
        self.gone_users.push(id.to_owned());
        let data = serde_json::json!({"deleted": true, "id": id, "object": "user", "external_id": null});
        self.tell("user.deleted", data, at);
        Ok(())
    }

    pub(super) fn add_organization(&mut self, name: &str, by: Option<&str>, at: Timestamp) -> String {
        let id = format!("org_{}", self.text(27));
        let words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let organization = Organization {
            id: id.clone(),
            name: name.to_owned(),
            slug: format!("{}-{}", words.join("-"), self.organizations.len() + self.gone_organizations.len()),
            created_by: by.map(str::to_owned),
            created_at: at,
            updated_at: at,
        };
        let data = json::organization(self, &organization);
        self.organizations.insert(id.clone(), organization);
        self.tell("organization.created", data, at);
        id
    }

    pub(super) fn edit_organization(&mut self, id: &str, name: &str, at: Timestamp) -> Result<(), Refused> {
        let organization = self.organizations.get_mut(id).ok_or_else(|| missing("organization", id))?;
        organization.name = name.to_owned();
        organization.updated_at = at;
        let organization = organization.clone();
        let data = json::organization(self, &organization);
        self.tell("organization.updated", data, at);
        Ok(())
    }

    pub(super) fn delete_organization(&mut self, id: &str, at: Timestamp) -> Result<(), Refused> {
        let gone = self.organizations.remove(id).ok_or_else(|| missing("organization", id))?;
        // Nobody is told of the memberships.
        self.memberships.retain(|(organization, _), _| organization != id);
        self.gone_organizations.push(id.to_owned());
        let data =
            serde_json::json!({"deleted": true, "id": id, "object": "organization", "slug": gone.slug});
        self.tell("organization.deleted", data, at);
        Ok(())
    }

    pub(super) fn set_member(
        &mut self,
        organization: &str,
        user: &str,
        role: &str,
        at: Timestamp,
    ) -> Result<String, Refused> {
        if !role.starts_with("org:") {
            return Err(Refused::Invalid("role"));
        }
        if !self.organizations.contains_key(organization) {
            return Err(missing("organization", organization));
        }
        if !self.users.contains_key(user) {
            return Err(missing("user", user));
        }
        let fresh = format!("orgmem_{}", self.text(27));
        let key = (organization.to_owned(), user.to_owned());
        let (event, membership) = match self.memberships.get_mut(&key) {
            Some(known) => {
                known.role = role.to_owned();
                known.updated_at = at;
                ("organizationMembership.updated", known.clone())
            }
            None => {
                let new = Membership {
                    id: fresh,
                    organization: organization.to_owned(),
                    user: user.to_owned(),
                    role: role.to_owned(),
                    created_at: at,
                    updated_at: at,
                };
                self.memberships.insert(key, new.clone());
                ("organizationMembership.created", new)
            }
        };
        let data = json::membership(self, &membership);
        self.tell(event, data, at);
        Ok(membership.id)
    }

    pub(super) fn remove_member(
        &mut self,
        organization: &str,
        user: &str,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let key = (organization.to_owned(), user.to_owned());
        let gone = self.memberships.remove(&key).ok_or_else(|| missing("membership of", user))?;
        // The full record, not a stub.
        let data = json::membership(self, &gone);
        self.tell("organizationMembership.deleted", data, at);
        Ok(())
    }

    /// The role of a member.
    pub(super) fn role(&self, organization: &str, user: &str) -> Result<String, Refused> {
        let membership = self.memberships.get(&(organization.to_owned(), user.to_owned()));
        membership.map(|it| it.role.clone()).ok_or_else(|| missing("membership of", user))
    }

    pub(super) fn churn(&mut self, times: u32, at: Timestamp) {
        for _ in 0..times {
            // What cannot be done just now is not done.
            self.something(at).ok();
        }
    }

    fn something(&mut self, at: Timestamp) -> Result<(), Refused> {
        let die: u32 = self.desk.dice.random_range(0..100);
        let (first, last) = names::person(&mut self.desk.dice);
        let user = any(&self.users, &mut self.desk.dice);
        let organization = any(&self.organizations, &mut self.desk.dice);
        let role = ["org:admin", "org:member", "org:viewer"][self.desk.dice.random_range(0..3)];
        match (die, user, organization) {
            (0..25, ..) | (_, None, _) => {
                let email = format!("{}.{}@example.test", first.to_lowercase(), self.users.len());
                self.add_user(Some(&email), Some(first), Some(last), at);
                Ok(())
            }
            (25..31, Some(user), _) | (_, Some(user), None) => {
                self.add_organization(&format!("{last} Practice"), Some(&user), at);
                Ok(())
            }
            (31..70, Some(user), Some(organization)) => {
                self.set_member(&organization, &user, role, at).map(drop)
            }
            (70..82, Some(user), _) => self.edit_user(&user, at, |user| user.last = Some(last.to_owned())),
            (82..88, _, Some(organization)) => {
                self.edit_organization(&organization, &format!("{last} Clinic"), at)
            }
            (88..95, ..) => {
                let members: Vec<(String, String)> = self.memberships.keys().cloned().collect();
                if members.is_empty() {
                    return Ok(());
                }
                let (organization, user) = &members[self.desk.dice.random_range(0..members.len())];
                self.remove_member(organization, user, at)
            }
            (95..99, Some(user), _) => self.delete_user(&user, at),
            (_, _, Some(organization)) => self.delete_organization(&organization, at),
        }
    }

    pub(super) fn ledger(&self) -> Ledger {
        let users = self.users.values().map(|user| LedgerUser {
            id: user.id.clone(),
            email: user.email.clone(),
            first_name: user.first.clone(),
            last_name: user.last.clone(),
            banned: user.banned,
            updated_at: user.updated_at,
        });
        let organizations = self.organizations.values().map(|it| LedgerOrganization {
            id: it.id.clone(),
            name: it.name.clone(),
            slug: it.slug.clone(),
            updated_at: it.updated_at,
        });
        let memberships = self.memberships.values().map(|it| LedgerMembership {
            organization: it.organization.clone(),
            user: it.user.clone(),
            role: it.role.clone(),
        });
        Ledger {
            users: users.collect(),
            organizations: organizations.collect(),
            memberships: memberships.collect(),
            deleted_users: self.gone_users.clone(),
            deleted_organizations: self.gone_organizations.clone(),
        }
    }
}

fn any<T>(of: &BTreeMap<String, T>, dice: &mut rand_chacha::ChaCha8Rng) -> Option<String> {
    let at = dice.random_range(0..of.len().max(1));
    of.keys().nth(at).cloned()
}
