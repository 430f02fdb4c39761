//! Session tokens: right ones of both forms, and ones that are wrong in a single way.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::keys::{SigningKey, url64};
use super::world::World;
use crate::hooks::hmac_sha256;
use crate::house::{ALPHANUMERIC, Refused};

/// A token to be made. The default one is right, lives a minute and carries no organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Token {
    /// Whose: a person of the instance, or any text (`mch_…` is a machine).
    pub subject: String,
    /// The active organization; the person must be a member.
    pub organization: Option<String>,
    /// `v`: 2, or `None` for the older form; other numbers do not exist. Unset means the instance's own.
    pub version: Option<Option<i64>>,
    /// The origin that asked; `None` leaves the claim out.
    pub azp: Option<String>,
    /// Seconds by which it is older than now; negative for one from the future.
    pub age: i64,
    /// Seconds between `iat` and `exp`.
    pub lifetime: i64,
    /// `sts`.
    pub status: String,
    /// The person who acts in the subject's place.
    pub actor: Option<String>,
    /// Feature and permission pairs of the organization, such as (`dashboard`, `read`).
    pub permissions: Vec<(String, String)>,
    /// Which key signs, and what the header says about it.
    pub key: Key,
    /// How it is signed.
    pub algorithm: Algorithm,
    /// `typ` of the header.
    pub typ: String,
    /// `cat` of the header.
    pub category: Option<String>,
    /// Another issuer than the instance's own.
    pub issuer: Option<String>,
    /// Claims put over the others; null takes one away.
    pub claims: Map<String, Value>,
}

impl Default for Token {
    fn default() -> Self {
        Self {
            subject: String::new(),
            organization: None,
            version: None,
            azp: Some("https://app.example.test".to_owned()),
            age: 0,
            lifetime: 60,
            status: "active".to_owned(),
            actor: None,
            permissions: Vec::new(),
            key: Key::Current,
            algorithm: Algorithm::Rs256,
            typ: "JWT".to_owned(),
            category: Some("cl_B7d4PD111AAA".to_owned()),
            issuer: None,
            claims: Map::new(),
        }
    }
}

impl Token {
    /// A right one of a person.
    pub fn of(subject: &str) -> Self {
        Self { subject: subject.to_owned(), ..Self::default() }
    }

    /// A right one of a member.
    pub fn member(subject: &str, organization: &str) -> Self {
        Self { organization: Some(organization.to_owned()), ..Self::of(subject) }
    }

    /// A machine's: another subject, another category, no session.
    pub fn machine(subject: &str) -> Self {
        let claims = ["sid", "azp", "fva", "sts", "pla", "fea"].map(|name| (name.to_owned(), Value::Null));
        Self {
            category: Some("cl_B7d4PD333AAA".to_owned()),
            azp: None,
            claims: Map::from_iter(claims),
            ..Self::of(subject)
        }
    }
}

/// Which key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// The present one.
    Current,
    /// The one before the last rotation, under its own name.
    Previous,
    /// A stranger's, under the present one's name.
    Forged,
    /// The present one, under a name that nobody knows.
    Unknown,
}

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// As it should be.
    Rs256,
    /// A longer hash, which is not agreed upon.
    Rs512,
    /// The public key taken for a shared secret.
    Hs256,
    /// Not at all.
    None,
}

impl World {
    pub(super) fn rotate_keys(&mut self) {
        self.rotations += 1;
    }

    /// The present key, or the one of `back` rotations ago.
    pub(super) fn signing_key(&self, back: u64) -> Result<SigningKey, Refused> {
        let n = self.rotations.checked_sub(back).ok_or(Refused::Invalid("key"))?;
        let kid = format!("{}{:02}", &self.instance[..self.instance.len() - 2], n % 100);
        SigningKey::make(kid, self.settings.seed, n)
    }

    pub(super) fn mint(&mut self, token: &Token, now: Timestamp) -> Result<String, Refused> {
        let key = match token.key {
            Key::Current | Key::Unknown => self.signing_key(0)?,
            Key::Previous => self.signing_key(1)?,
            Key::Forged => {
                let kid = self.signing_key(0)?.kid;
                SigningKey::make(kid, !self.settings.seed, 0)?
            }
        };
        let kid = if token.key == Key::Unknown { "ins_nobodyknowsthisone" } else { key.kid.as_str() };
        let alg = match token.algorithm {
            Algorithm::Rs256 => "RS256",
            Algorithm::Rs512 => "RS512",
            Algorithm::Hs256 => "HS256",
            Algorithm::None => "none",
        };
        let mut header = json!({"alg": alg, "kid": kid, "typ": token.typ});
        if let Some(category) = &token.category {
            header["cat"] = json!(category);
        }
        let claims = Value::Object(self.claims(token, now)?);
        let signed =
            format!("{}.{}", url64(header.to_string().as_bytes()), url64(claims.to_string().as_bytes()));
        let signature = match token.algorithm {
            Algorithm::Rs256 => key.sign(&signed, false)?,
            Algorithm::Rs512 => key.sign(&signed, true)?,
            Algorithm::Hs256 => hmac_sha256(&key.modulus(), signed.as_bytes()),
            Algorithm::None => Vec::new(),
        };
        Ok(format!("{signed}.{}", url64(&signature)))
    }

    fn claims(&mut self, token: &Token, now: Timestamp) -> Result<Map<String, Value>, Refused> {
        let issuer = token.issuer.as_ref().unwrap_or(&self.settings.issuer).clone();
        let version = token.version.unwrap_or(self.settings.v2.then_some(2));
        let issued = now.as_second() - token.age;
        let session = format!("sess_{}", self.text(27));
        let mut claims = json!({
            "iss": issuer, "sub": token.subject, "sid": session, "exp": issued + token.lifetime, "iat": issued,
            "nbf": issued - 10, "sts": token.status, "fva": [3, -1],
        });
        if let Some(azp) = &token.azp {
            claims["azp"] = json!(azp);
        }
        if let Some(actor) = &token.actor {
            claims["act"] = json!({"iss": "https://dashboard.clerk.com", "sid": format!("sess_{}", self.text(27)), "sub": actor});
        }
        if let Some(version) = version {
            claims["v"] = json!(version);
            claims["jti"] = json!(self.text(20));
            claims["pla"] = json!("u:free");
        }
        if let Some(organization) = &token.organization {
            let role = self.role(organization, &token.subject)?;
            let slug = self.organizations.get(organization).map(|it| it.slug.clone());
            if version.is_some() {
                let (features, names, masks) = compress(&token.permissions);
                let role = role.strip_prefix("org:").unwrap_or(&role);
                claims["o"] = json!({"id": organization, "slg": slug, "rol": role});
                if !token.permissions.is_empty() {
                    claims["fea"] = json!(features);
                    claims["o"]["per"] = json!(names);
                    claims["o"]["fpm"] = json!(masks);
                }
            } else {
                let all: Vec<String> =
                    token.permissions.iter().map(|(feature, name)| format!("org:{feature}:{name}")).collect();
                claims["org_id"] = json!(organization);
                claims["org_slug"] = json!(slug);
                claims["org_role"] = json!(role);
                claims["org_permissions"] = json!(all);
            }
        }
        let Value::Object(mut claims) = claims else { return Err(Refused::Invalid("token")) };
        for (name, value) in &token.claims {
            if value.is_null() {
                claims.remove(name);
            } else {
                claims.insert(name.clone(), value.clone());
            }
        }
        Ok(claims)
    }

    pub(super) fn text(&mut self, length: usize) -> String {
        self.desk.text(ALPHANUMERIC, length)
    }
}

/// The features, the names of permissions, and for each feature a number whose bits say which of them it has.
fn compress(permissions: &[(String, String)]) -> (String, String, String) {
    let mut names: Vec<&str> = Vec::new();
    let mut features: BTreeMap<&str, u128> = BTreeMap::new();
    for (feature, name) in permissions {
        let bit = names.iter().position(|known| known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        *features.entry(feature).or_default() |= 1 << bit.min(127);
    }
    let list = features.keys().map(|name| format!("o:{name}")).collect::<Vec<_>>();
    let masks = features.values().map(u128::to_string).collect::<Vec<_>>();
    (list.join(","), names.join(","), masks.join(","))
}
