//! Contacts, found by exactly how they are known or reached: the same ones, whether their organization seals that or not.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::contacts as sql};
use uuid::Uuid;

use super::{
    error::StoreError,
    sealing::{self, Sealing},
    tenant::Tenant,
};
use crate::domain::{identifiers::Place, identity::Key, phone};

/// What somebody is looked for by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By<'a> {
    /// An e-mail address, in any case; one in a channel as it is, or in small letters.
    Email(&'a str),
    /// A telephone number, as somebody in the organization's region dials it, or with its country.
    Phone(&'a str),
    /// An identifier, or an address in a channel, as it is.
    Identifier(&'a str),
}

/// A contact that was found.
#[derive(Clone, PartialEq)]
pub struct Found {
    /// Our id.
    pub id: Uuid,
    /// Its platform.
    pub platform: String,
    /// Its account.
    pub account: Uuid,
    /// Its id at the platform.
    pub external_id: String,
    /// As given.
    pub name: Option<String>,
    /// As given.
    pub email: Option<String>,
    /// In E.164.
    pub phone: Option<String>,
    /// As given.
    pub identifier: Option<String>,
    /// When the person was last active there.
    pub last_activity_at: Option<Timestamp>,
}

/// What a search came to.
#[derive(Clone, PartialEq)]
pub enum Search {
    /// The living contacts, by id; empty where there is none.
    Found(Vec<Found>),
    /// The text is no telephone number that can exist.
    NoNumber,
}

/// The longest number of E.164, in digits.
const DIGITS: usize = 15;

/// Looks for at most `most` living contacts.
///
/// # Errors
/// [`StoreError`].
pub async fn search(tenant: &Tenant<'_>, by: By<'_>, most: i64) -> Result<Search, StoreError> {
    let sealing = Sealing::of(tenant).await?;
    let (mut kinds, mut values, mut digests) = (Vec::new(), Vec::new(), Vec::new());
    let mut known_as = |kind: &'static str, value: &str| {
        for form in sealing.forms(kind, value) {
            kinds.push(kind);
            values.push(form);
        }
    };
    match by {
        By::Email(text) => {
            let folded = text.trim().to_lowercase();
            known_as("email", &folded);
            known_as("channel", &folded);
            if text.trim() != folded {
                known_as("channel", text.trim());
            }
        }
        By::Identifier(text) => {
            known_as("identifier", text);
            known_as("channel", text);
        }
        By::Phone(text) => {
            let Some(number) = number(tenant, text).await? else { return Ok(Search::NoNumber) };
            known_as("phone", &number);
            for address in [number.as_str(), &number[1..], &format!("whatsapp:{number}")] {
                known_as("channel", address);
            }
            // Whatever other numbers a patient has.
            digests = sealing.digests(&Key::of_phone(&number));
        }
    }
    let params = sql::ContactsKnownAsParams {
        kinds: &kinds[..],
        values: &values[..],
        organization: tenant.organization,
        most,
        digests: &digests[..],
    };
    let rows = sql::contacts_known_as().params(&tenant.tx, &params).all().await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let opened = sealing::open(tenant, &sealing, &ids, &sealing::OF_CONTACT).await?;
    let found = rows.into_iter().map(|row| Found {
        id: row.id,
        platform: row.platform,
        account: row.account_id,
        external_id: row.external_id,
        name: opened.or(row.name, row.id, Place::Name),
        email: opened.or(row.email, row.id, Place::Email),
        phone: opened.or(row.phone, row.id, Place::Phone),
        identifier: opened.or(row.identifier, row.id, Place::Identifier),
        last_activity_at: row.last_activity_at,
    });
    Ok(Search::Found(found.collect()))
}

/// The number in E.164. One that is written so already is taken as it is: platforms know numbers that no plan does.
async fn number(tenant: &Tenant<'_>, text: &str) -> Result<Option<String>, StoreError> {
    let region = sql::dials_from().bind(&tenant.tx, &tenant.organization).one().await?;
    if let Some(number) = phone::e164(text, &region) {
        return Ok(Some(number));
    }
    let digits = text.trim().strip_prefix('+').unwrap_or_default();
    let plain = (2..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    Ok(plain.then(|| format!("+{digits}")))
}
