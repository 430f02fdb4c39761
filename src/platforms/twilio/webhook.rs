//! Twilio's webhooks: `X-Twilio-Signature` is the base64 of a keyed hash over the address as it was configured at
//! Twilio and, for a form, every decoded name and value in the order of their names (Twilio's guide "Webhooks
//! security"). Other bodies are covered by their SHA-256 in the address. Accounts with a shared key say so in
//! `X-Twilio-Webhooks-Signature-Settings` ("Sign webhooks with shared keys").
//!
//! Twilio signs no time, so a delivery can be repeated: the key must catch that. It signs no borders between names and
//! values either, nor how often an equal value is repeated; nothing here can tell those apart.

pub(super) mod form;
#[cfg(test)]
mod tests;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, Method, header::CONTENT_TYPE};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use self::form::Form;
use crate::{
    domain::phone,
    platforms::webhook::{
        Accepted, Alike, Delivery, Endpoint, LONGEST_ID, RawField, Refused, Webhook, digest_key, field,
        hmac_sha1, hmac_sha256, kept, one,
    },
};

const SIGNATURE: &str = "x-twilio-signature";
const SETTINGS: &str = "x-twilio-webhooks-signature-settings";
/// Ids of shared keys begin so.
const SHARED: &str = "webhooks_sharedkey_";

/// Checks Twilio's deliveries. A secret is the account's auth token, or `<id of the shared key>:<its secret>`; the
/// endpoint's `external_id` is the account's sid. No settings.
pub struct TwilioWebhook;

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
}

/// What a delivery says, from whichever place its kind keeps it in.
#[derive(Default)]
struct Said {
    account: Option<String>,
    message: Option<String>,
    status: Option<String>,
    error: Option<String>,
    from: Option<String>,
}

impl Webhook for TwilioWebhook {
    fn platform(&self) -> &'static str {
        "twilio"
    }

    fn accept(&self, endpoint: &Endpoint, delivery: &Delivery<'_>) -> Result<Accepted, Refused> {
        let (signed, said) = read(delivery)?;
        verify(endpoint, delivery, &signed)?;
        match &said.account {
            Some(account) if endpoint.external_id.is_empty() || *account == endpoint.external_id => {}
            Some(_) => return Err(Refused::WrongAccount),
            None if matches!(signed, Signed::Fields(_)) => {
                return Err(Refused::Malformed("the delivery names no account"));
            }
            None => {}
        }
        Ok(accepted(said, delivery))
    }
}

fn accepted(said: Said, delivery: &Delivery<'_>) -> Accepted {
    let received = said.status.as_deref().is_none_or(|status| matches!(status, "received" | "receiving"));
    let (event_type, event_key) = match said.message {
        // A word of STOP must not vanish because its delivery has lost its id.
        None => ("unreadable", digest_key(&[delivery.target.as_bytes(), delivery.body])),
        Some(sid) if received => ("message.received", format!("in:{sid}")),
        Some(sid) => {
            let (status, error) = (said.status.unwrap_or_default(), said.error.unwrap_or_default());
            ("message.status", format!("status:{sid}:{status}:{error}"))
        }
    };
    // Of a receipt the sender is the practice itself.
    let subject = said.from.filter(|_| event_type != "message.status").map(|from| {
        let bare = from.strip_prefix("whatsapp:").unwrap_or(&from).to_owned();
        phone::e164(&bare, "").unwrap_or(bare)
    });
    Accepted {
        event_key,
        event_type: event_type.to_owned(),
        subject,
        signed: true,
        occurred_at: None,
        headers: kept(delivery.headers, &["i-twilio-idempotency-token", "x-home-region"]),
        ignored: false,
    }
}

/// What the signature covers after the address.
enum Signed {
    /// A form's names and values, sorted and joined.
    Fields(Vec<u8>),
    /// Nothing: the address covers the body by its hash, or there is none.
    Address,
}

/// Takes the delivery apart without believing any of it.
fn read(delivery: &Delivery<'_>) -> Result<(Signed, Said), Refused> {
    let query = delivery.target.split_once('?').map_or("", |(_, query)| query);
    if delivery.method == Method::POST && is_form(delivery.headers) {
        let form = Form::parse(delivery.body)?;
        return Ok((Signed::Fields(form.joined()), Said::of(&form)));
    }
    let query = Form::lenient(query.as_bytes())?;
    let mut hashes = query.all("bodySHA256");
    match (hashes.next(), hashes.next()) {
        (Some(given), None) => {
            let mut alike = Alike::none();
            alike.with(&hex::encode(Sha256::digest(delivery.body)), given);
            alike.found()?;
        }
        (None, _) if delivery.body.is_empty() => {}
        // Nothing would vouch for the body.
        _ => return Err(Refused::Unsigned),
    }
    let said = if delivery.body.is_empty() { Said::of(&query) } else { Said::of_json(delivery.body) };
    Ok((Signed::Address, said))
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

impl Said {
    fn of(form: &Form) -> Self {
        let text = |name| form.text(name).filter(|text| !text.is_empty());
        let sid = text("MessageSid").or_else(|| text("SmsSid")).or_else(|| text("SmsMessageSid"));
        Self {
            account: text("AccountSid"),
            message: sid.filter(|sid| sid.len() <= LONGEST_ID),
            status: text("MessageStatus").or_else(|| text("SmsStatus")),
            error: text("ErrorCode"),
            from: text("From"),
        }
    }

    fn of_json(body: &[u8]) -> Self {
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "PascalCase")]
        struct Body<'a> {
            #[serde(borrow, default)]
            account_sid: RawField<'a>,
            #[serde(borrow, default)]
            message_sid: RawField<'a>,
            #[serde(borrow, default)]
            message_status: RawField<'a>,
            #[serde(borrow, default)]
            error_code: RawField<'a>,
            #[serde(borrow, default)]
            from: RawField<'a>,
        }
        let body: Body<'_> = serde_json::from_slice(body).unwrap_or_default();
        Self {
            account: field(body.account_sid),
            message: field(body.message_sid).filter(|sid| sid.len() <= LONGEST_ID),
            status: field(body.message_status),
            error: crate::platforms::webhook::id(body.error_code),
            from: field(body.from),
        }
    }
}

fn verify(endpoint: &Endpoint, delivery: &Delivery<'_>, signed: &Signed) -> Result<(), Refused> {
    let base = delivery.public_base.ok_or(Refused::NotConfigured)?;
    let given = one(delivery.headers, SIGNATURE)?.ok_or(Refused::Unsigned)?;
    let settings = one(delivery.headers, SETTINGS)?;
    let (hash, shared) = settings.map_or(Ok((Hash::Sha1, None)), announced)?;
    let joined: &[u8] = match signed {
        Signed::Fields(joined) => joined,
        Signed::Address => &[],
    };
    let mut alike = Alike::none();
    let mut any = false;
    for secret in &endpoint.secrets {
        let secret = secret.expose_secret();
        // A request may say which of our keys it was signed with; it cannot name one that we do not have.
        let key = match (secret.split_once(':').filter(|(id, _)| id.starts_with(SHARED)), shared) {
            (Some((id, key)), Some(shared)) if id == shared => key,
            (None, None) => secret,
            _ => continue,
        };
        if key.is_empty() {
            continue;
        }
        any = true;
        for address in addresses(base, delivery.target) {
            alike.with(&signature(hash, key.as_bytes(), &address, joined)?, given.as_bytes());
        }
    }
    if !any && endpoint.secrets.is_empty() {
        return Err(Refused::NotConfigured);
    }
    alike.found()
}

fn signature(hash: Hash, key: &[u8], address: &str, joined: &[u8]) -> Result<String, Refused> {
    let parts = [address.as_bytes(), joined];
    Ok(match hash {
        Hash::Sha1 => STANDARD.encode(hmac_sha1(key, &parts)?),
        Hash::Sha256 => STANDARD.encode(hmac_sha256(key, &parts)?),
    })
}

/// Signs a form for the harness; nothing where it cannot be read.
#[cfg(any(test, feature = "fuzzing"))]
pub(in crate::platforms) fn sign_for_fuzzing(token: &str, base: &str, target: &str, body: &[u8]) -> String {
    let joined = Form::parse(body).map(|form| form.joined()).unwrap_or_default();
    signature(Hash::Sha1, token.as_bytes(), &format!("{base}{target}"), &joined).unwrap_or_default()
}

/// Reads `key=<id>,algorithm=<name>`.
fn announced(settings: &str) -> Result<(Hash, Option<&str>), Refused> {
    let part = |name: &str| {
        let mut parts = settings.split(',').filter_map(|part| part.trim().split_once('='));
        parts.find(|(found, _)| *found == name).map(|(_, value)| value)
    };
    let hash = match part("algorithm") {
        Some("HMAC_SHA256") => Hash::Sha256,
        Some("HMAC_SHA1") => Hash::Sha1,
        _ => return Err(Refused::BadSignature),
    };
    Ok((hash, Some(part("key").ok_or(Refused::BadSignature)?)))
}

/// The spellings of one address that Twilio may have signed: with the port as configured, without, and with the
/// scheme's own; apostrophes in the query as they are, or encoded. Credentials in the address are never signed.
fn addresses(base: &str, target: &str) -> Vec<String> {
    let base = base.trim_end_matches('/');
    let (scheme, rest) = base.split_once("://").unwrap_or(("https", base));
    let (authority, prefix) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, Some(port))
        }
        _ => (authority, None),
    };
    let own = if scheme == "http" { "80" } else { "443" };
    let mut targets = vec![target.to_owned()];
    if let Some((path, query)) = target.split_once('?') {
        for other in [query.replace('\'', "%27"), query.replace("%27", "'")] {
            targets.push(format!("{path}?{other}"));
        }
    }
    let mut found = Vec::new();
    for port in [port, None, Some(port.unwrap_or(own))] {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        for target in &targets {
            let address = format!("{scheme}://{host}{port}{prefix}{target}");
            if !found.contains(&address) {
                found.push(address);
            }
        }
    }
    found
}
