//! Who is asking, and what may they see.

use http::HeaderMap;

use super::reply::Reply;
use super::state::{Holder, Role};
use super::world::World;

/// The caller, once known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    User(i64),
    Bot(i64),
}

/// What the caller may see in the account of the request.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) caller: Caller,
    role: Role,
}

impl Sight {
    pub(crate) fn administrator(&self) -> bool {
        self.role == Role::Administrator
    }

    pub(crate) fn inbox(&self, id: i64) -> bool {
        match &self.role {
            Role::Administrator => true,
            Role::Agent { inboxes } => inboxes.contains(&id),
        }
    }

    pub(crate) fn user(&self) -> i64 {
        match self.caller {
            Caller::User(id) => id,
            Caller::Bot(_) => 0,
        }
    }
}

/// The token of a request. Both spellings are one name to the server; a proxy in front may drop the one with
/// underscores.
pub(crate) fn token(headers: &HeaderMap, underscores_dropped: bool) -> Option<&str> {
    let underscored = if underscores_dropped { None } else { headers.get("api_access_token") };
    headers.get("api-access-token").or(underscored).and_then(|value| value.to_str().ok())
}

pub(crate) fn authenticate(world: &World, token: Option<&str>) -> Result<Caller, Reply> {
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err(Reply::json_text(
            401,
            r#"{"errors":["You need to sign in or sign up before continuing."]}"#,
        ));
    };
    match world.tokens.get(token) {
        Some(Holder::User(id)) => Ok(Caller::User(*id)),
        Some(Holder::Bot(id)) => Ok(Caller::Bot(*id)),
        None => Err(Reply::error(401, "Invalid Access Token")),
    }
}

/// Bots may do a few things by name and list nothing.
fn open_to_bots(method: &str, path: &[&str]) -> bool {
    matches!(
        (method, path),
        ("GET", ["conversations", id]) if id.parse::<i64>().is_ok()
    ) || matches!((method, path), ("GET", ["conversations", _, "labels"]))
}

/// What `caller` sees in `account`: 404 for an unknown account comes before every refusal.
pub(crate) fn enter(
    world: &World,
    caller: Caller,
    account: i64,
    method: &str,
    path: &[&str],
) -> Result<Sight, Reply> {
    let tenant = world.accounts.get(&account).ok_or_else(Reply::not_found)?;
    if let Caller::Bot(_) = caller
        && !open_to_bots(method, path)
    {
        return Err(Reply::error(401, "Access to this endpoint is not authorized for bots"));
    }
    if tenant.suspended {
        return Err(Reply::error(401, "Account is suspended"));
    }
    let role = match caller {
        Caller::User(id) => world.users.get(&id).and_then(|user| user.roles.get(&account)).cloned(),
        Caller::Bot(id) => {
            world.bots.get(&id).filter(|bot| bot.account_id == account).map(|_| Role::Administrator)
        }
    };
    match role {
        Some(role) => Ok(Sight { caller, role }),
        None => Err(Reply::error(401, "You are not authorized to access this account")),
    }
}
