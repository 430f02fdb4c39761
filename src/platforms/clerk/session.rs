//! Session and machine tokens of Clerk, read without asking anybody: JSON Web Tokens (RFC 7519) signed with RS256 by the
//! instance. The facts are those of Clerk's guide to manual JWT verification and of its published backend SDK; where the
//! guide leaves a choice, the stricter way is taken.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::permissions;
use crate::domain::session::{Acting, ActiveOrganization, Bearer, MachineToken, SessionToken, TokenProblem};

/// Longer texts are no tokens: browsers keep 4 KB of one.
const LONGEST: usize = 16 << 10;
/// Categories that say "a session", and the one that says nothing.
const SESSION_CATEGORIES: [&str; 2] = ["cl_B7d4PD111AAA", "cl_I7d4PD111III"];
/// Categories that may stand over a machine's token.
const MACHINE_CATEGORIES: [&str; 2] = ["cl_B7d4PD333AAA", "cl_I7d4PD111III"];
/// How machines' ids begin.
const MACHINE: &str = "mch_";

/// What must stand in a token besides a good signature.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The instance's Frontend API address, without a slash at its end.
    pub issuer: String,
    /// Origins that may ask for sessions. A token of another, or of none, is refused.
    pub parties: Vec<String>,
    /// How far clocks may differ.
    pub skew: SignedDuration,
}

/// A token taken apart; nothing in it is believed yet.
#[derive(Debug)]
pub struct Unverified<'a> {
    /// Which key it claims to be signed with.
    pub kid: String,
    category: Option<String>,
    signed: &'a str,
    signature: &'a str,
    claims: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    cat: Option<String>,
}

const fn bad(what: &'static str) -> TokenProblem {
    TokenProblem::Invalid(what)
}

/// Takes a token apart.
///
/// # Errors
/// When it is none of Clerk's: three parts, `RS256`, `JWT`, a key's name.
pub fn take_apart(token: &str) -> Result<Unverified<'_>, TokenProblem> {
    if token.len() > LONGEST {
        return Err(bad("too long"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(bad("not three parts"))?;
    let (header, claims) = signed.split_once('.').ok_or(bad("not three parts"))?;
    if claims.contains('.') || signature.is_empty() {
        return Err(bad("not three parts"));
    }
    let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| bad("header is not base64"))?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| bad("header is not JSON"))?;
    if header.alg != "RS256" {
        return Err(bad("another algorithm"));
    }
    if header.typ.as_deref() != Some("JWT") {
        return Err(bad("another type"));
    }
    let kid = header.kid.filter(|kid| !kid.is_empty()).ok_or(bad("no key's name"))?;
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| bad("claims are not base64"))?;
    Ok(Unverified { kid, category: header.cat, signed, signature, claims })
}

impl Unverified<'_> {
    /// Whom the token speaks for, when `key` has signed it and its claims hold at `now`.
    ///
    /// # Errors
    /// [`TokenProblem`].
    pub fn verify(&self, key: &DecodingKey, rules: &Rules, now: Timestamp) -> Result<Bearer, TokenProblem> {
        let good =
            jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), key, Algorithm::RS256);
        if !matches!(good, Ok(true)) {
            return Err(bad("signature"));
        }
        let claims: Map<String, Value> =
            serde_json::from_slice(&self.claims).map_err(|_| bad("claims are not JSON"))?;
        read(&claims, self.category.as_deref(), rules, now)
    }
}

/// What signed claims say, in the order in which they are to be checked.
fn read(
    claims: &Map<String, Value>,
    category: Option<&str>,
    rules: &Rules,
    now: Timestamp,
) -> Result<Bearer, TokenProblem> {
    let subject = text(claims, "sub")?.filter(|sub| !sub.is_empty()).ok_or(bad("no subject"))?;
    let machine = subject.starts_with(MACHINE);
    let categories = if machine { MACHINE_CATEGORIES } else { SESSION_CATEGORIES };
    if category.is_some_and(|category| !categories.contains(&category)) {
        return Err(bad("another category"));
    }
    let token_of_oauth = text(claims, "jti")?.is_some_and(|id| id.starts_with("oat_"));
    if token_of_oauth || claims.contains_key("client_id") || claims.contains_key("scope") {
        return Err(bad("an OAuth token"));
    }
    let ends = times(claims, rules, now)?;
    if text(claims, "iss")? != Some(&rules.issuer) {
        return Err(bad("another issuer"));
    }
    if machine {
        return Ok(Bearer::Machine(MachineToken { machine: subject.to_owned(), expires_at: ends }));
    }
    let expires_at = ends.ok_or(bad("no end"))?;
    let party = text(claims, "azp")?.ok_or(bad("no authorized party"))?;
    if !rules.parties.iter().any(|known| known == party) {
        return Err(bad("another authorized party"));
    }
    match text(claims, "sts")? {
        None | Some("active") => {}
        Some("pending") => return Err(TokenProblem::Pending),
        Some(_) => return Err(bad("another status")),
    }
    let organization = match claims.get("v") {
        None => first_version(claims)?,
        Some(version) if version.as_i64() == Some(2) => second_version(claims)?,
        Some(_) => return Err(bad("another version")),
    };
    Ok(Bearer::Session(SessionToken {
        user: subject.to_owned(),
        session: text(claims, "sid")?.map(str::to_owned),
        organization,
        acting: acting(claims)?,
        expires_at,
    }))
}

/// Whether it is the token's time; answers when it ends.
fn times(
    claims: &Map<String, Value>,
    rules: &Rules,
    now: Timestamp,
) -> Result<Option<Timestamp>, TokenProblem> {
    let before = now.saturating_sub(rules.skew).unwrap_or(Timestamp::MIN);
    let after = now.saturating_add(rules.skew).unwrap_or(Timestamp::MAX);
    let ends = time(claims, "exp")?;
    if ends.is_some_and(|ends| ends <= before) {
        return Err(TokenProblem::Expired);
    }
    for begin in ["nbf", "iat"] {
        if time(claims, begin)?.is_some_and(|begins| begins > after) {
            return Err(bad("not yet valid"));
        }
    }
    Ok(ends)
}

/// `org_id`, `org_slug`, `org_role`, `org_permissions`: tokens without a version.
fn first_version(claims: &Map<String, Value>) -> Result<Option<ActiveOrganization>, TokenProblem> {
    let Some(id) = text(claims, "org_id")?.filter(|id| !id.is_empty()) else { return Ok(None) };
    let permissions = match claims.get("org_permissions") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None | Some(Value::Null) => Vec::new(),
        Some(_) => return Err(bad("permissions are no list")),
    };
    Ok(Some(ActiveOrganization {
        id: id.to_owned(),
        slug: text(claims, "org_slug")?.map(str::to_owned),
        role: text(claims, "org_role")?.map(bare),
        permissions,
    }))
}

/// `o`, with permissions packed into it and `fea`.
fn second_version(claims: &Map<String, Value>) -> Result<Option<ActiveOrganization>, TokenProblem> {
    let organization = match claims.get("o") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(organization)) => organization,
        Some(_) => return Err(bad("organization is no object")),
    };
    let id =
        text(organization, "id")?.filter(|id| !id.is_empty()).ok_or(bad("organization without an id"))?;
    let permissions =
        permissions::unpack(text(claims, "fea")?, text(organization, "per")?, text(organization, "fpm")?);
    Ok(Some(ActiveOrganization {
        id: id.to_owned(),
        slug: text(organization, "slg")?.map(str::to_owned),
        role: text(organization, "rol")?.map(bare),
        permissions,
    }))
}

fn bare(role: &str) -> String {
    role.strip_prefix("org:").unwrap_or(role).to_owned()
}

fn acting(claims: &Map<String, Value>) -> Result<Option<Acting>, TokenProblem> {
    match claims.get("act") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(actor)) => Ok(Some(Acting {
            user: text(actor, "sub")?
                .filter(|sub| !sub.is_empty())
                .ok_or(bad("an actor without a name"))?
                .to_owned(),
            session: text(actor, "sid")?.map(str::to_owned),
        })),
        Some(_) => Err(bad("an actor that is no object")),
    }
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, TokenProblem> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(bad("a claim that is no text")),
    }
}

/// Unix seconds.
fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, TokenProblem> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_i64().ok_or(bad("a time that is no number"))?;
    Timestamp::from_second(seconds).map(Some).map_err(|_| bad("a time that is none"))
}

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
#[cfg(test)]
mod tests;
