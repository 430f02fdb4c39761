//! Raw records that changed something, kept as one compressed, encrypted blob per page; and records that could not be
//! understood.

use std::collections::{BTreeSet, HashMap};

use futures_util::try_join;
use jiff::Timestamp;
use routiq_actors::port::Generation;
use routiq_sql::{client::Params, queries::sync as sql};
use uuid::Uuid;

use super::{
    apply::{Applied, Origin, Source},
    error::StoreError,
    tenant::Tenant,
};
use crate::domain::{
    change::{Change, Kind, Record},
    fingerprint::Digester,
    seal::{Keyring, Sealed},
    stream::{Page, Rejected},
};

/// How hard a blob is compressed: pages are small and written once.
const COMPRESSION: i32 = 1;

/// All raw records of a page, compressed before it is known that every one of them changed something, as in a first import.
pub struct Packed(Vec<u8>);

impl Packed {
    /// Compresses them. None where that cannot be done: keeping them will say why.
    pub fn ahead(page: &Page) -> Option<Self> {
        let raw: Vec<&str> = page.raw.iter().map(String::as_str).collect();
        pack(&raw).ok()
    }
}

fn pack(raw: &[&str]) -> Result<Packed, StoreError> {
    let text = format!("[{}]", raw.join(","));
    zstd::bulk::compress(text.as_bytes(), COMPRESSION)
        .map(Packed)
        .map_err(|_| StoreError::Refused("a page could not be compressed".to_owned()))
}

/// Keeps the raw records of a page that changed something or were rejected, and records the rejections. Returns how many
/// rejections are new.
///
/// # Errors
/// [`StoreError`].
pub async fn keep(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    page: &Page,
    applied: &Applied,
) -> Result<u64, StoreError> {
    keep_packed(tenant, source, page, applied, None).await
}

/// The same. `packed`: all of them, for the case that all are kept.
///
/// # Errors
/// [`StoreError`].
pub async fn keep_packed(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    page: &Page,
    applied: &Applied,
    packed: Option<Packed>,
) -> Result<u64, StoreError> {
    let rejections = new_rejections(tenant, source, page, applied).await?;
    let kept: BTreeSet<usize> =
        applied.raw.iter().copied().chain(rejections.iter().map(|(rejected, _)| rejected.raw)).collect();
    let raw: Vec<&str> = kept.iter().filter_map(|at| page.raw.get(*at).map(String::as_str)).collect();
    // Neither waits for the other: they travel together.
    let keep = async {
        if raw.is_empty() {
            return Ok(());
        }
        let packed = match packed {
            Some(whole) if raw.len() == page.raw.len() => whole,
            _ => pack(&raw)?,
        };
        insert(tenant, source, page, (packed, raw.len()), &subjects(&page.changes, &applied.raw)).await
    };
    try_join!(resolve(tenant, source, page), keep)?;
    write_rejections(tenant, source, &rejections).await
}

/// Records the rejections of a payload that is kept already.
pub(super) async fn note_rejections(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    page: &Page,
    applied: &Applied,
) -> Result<u64, StoreError> {
    let rejections = new_rejections(tenant, source, page, applied).await?;
    write_rejections(tenant, source, &rejections).await
}

async fn write_rejections(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    rejections: &[(&Rejected, Vec<u8>)],
) -> Result<u64, StoreError> {
    if !rejections.is_empty() {
        let params = sql::WriteRejectionsParams {
            organization: tenant.organization,
            account: source.account,
            service: source.platform,
            payload: source.payload,
            transform_version: source.transform_version,
            now: source.now,
            ids: source.ids.take(rejections.len(), source.now),
            streams: rejections.iter().map(|(r, _)| r.kind.as_str()).collect::<Vec<_>>(),
            external_ids: rejections.iter().map(|(r, _)| r.external_id.as_deref()).collect::<Vec<_>>(),
            reasons: rejections.iter().map(|(r, _)| r.reason.as_str()).collect::<Vec<_>>(),
            fingerprints: rejections.iter().map(|(_, f)| f.clone()).collect::<Vec<_>>(),
        };
        sql::write_rejections().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(rejections.len() as u64)
}

/// Rejections that the tables do not hold yet just so: the same bad record again writes nothing.
async fn new_rejections<'a>(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    page: &'a Page,
    applied: &'a Applied,
) -> Result<Vec<(&'a Rejected, Vec<u8>)>, StoreError> {
    let mut last: HashMap<(&str, String), (&Rejected, Vec<u8>)> = HashMap::new();
    for rejected in page.rejected.iter().chain(&applied.rejected) {
        let fingerprint = fingerprint_of(page, rejected);
        let name = name_of(page, rejected);
        last.insert((rejected.kind.as_str(), name), (rejected, fingerprint));
    }
    if last.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<&str> = last.keys().map(|(_, name)| name.as_str()).collect();
    let params = sql::KnownRejectionsParams {
        organization: tenant.organization,
        account: source.account,
        external_ids: &names[..],
    };
    let known = sql::known_rejections().params(&tenant.tx, &params).all().await?;
    last.retain(|(stream, name), (_, fingerprint)| {
        !known
            .iter()
            .any(|row| row.stream == *stream && row.external_id == *name && row.fingerprint == *fingerprint)
    });
    Ok(last.into_values().collect())
}

fn fingerprint_of(page: &Page, rejected: &Rejected) -> Vec<u8> {
    let raw = page.raw.get(rejected.raw).map(String::as_str);
    Digester::new().field(raw).text(&rejected.reason).finish().to_vec()
}

/// Under which name a rejection stands: the record's id, or a digest where there is none.
pub(super) fn name_of(page: &Page, rejected: &Rejected) -> String {
    rejected.external_id.clone().unwrap_or_else(|| hex(&fingerprint_of(page, rejected)))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Records of this page that were understood close their open errors.
async fn resolve(tenant: &Tenant<'_>, source: &Source<'_>, page: &Page) -> Result<(), StoreError> {
    // A person understood inside a conversation says nothing about their own record, which may be as bad as before:
    // only a page of the record's own stream settles it, or the news that the record is gone.
    let settles = |change: &&Change| {
        let kind = change.record.kind().as_str();
        kind == page.stream || matches!(change.record, Record::Gone { .. })
    };
    // What a webhook said must first be seen in a page.
    let settling: Vec<&Change> =
        page.changes.iter().filter(|_| source.origin == Origin::Page).filter(settles).collect();
    // Most accounts never have one; asking costs one look at a small partial index.
    let ids: Vec<&str> = settling.iter().map(|change| change.record.external_id()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let params = sql::KnownRejectionsParams {
        organization: tenant.organization,
        account: source.account,
        external_ids: &ids[..],
    };
    let open = sql::known_rejections().params(&tenant.tx, &params).all().await?;
    if open.is_empty() {
        return Ok(());
    }
    let rejected: BTreeSet<(&str, &str)> = page
        .rejected
        .iter()
        .filter_map(|rejected| Some((rejected.kind.as_str(), rejected.external_id.as_deref()?)))
        .collect();
    let understood: BTreeSet<(&str, &str)> = settling
        .iter()
        .map(|change| (change.record.kind().as_str(), change.record.external_id()))
        .filter(|name| !rejected.contains(name))
        .collect();
    let (streams, external_ids): (Vec<&str>, Vec<&str>) = open
        .iter()
        .map(|row| (row.stream.as_str(), row.external_id.as_str()))
        .filter(|name| understood.contains(name))
        .unzip();
    if !streams.is_empty() {
        let params = sql::ResolveRejectionsParams {
            now: source.now,
            organization: tenant.organization,
            account: source.account,
            streams: &streams[..],
            external_ids: &external_ids[..],
        };
        sql::resolve_rejections().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(())
}

/// Whom a page's changed records speak of: contacts and conversations by their ids at the platform, and by their own the
/// records that name nobody.
fn subjects(changes: &[Change], raw: &BTreeSet<usize>) -> Vec<String> {
    let mut subjects = BTreeSet::new();
    for change in changes.iter().filter(|change| raw.contains(&change.raw)) {
        match &change.record {
            Record::Contact(contact) => {
                subjects.insert(format!("contact:{}", contact.external_id));
            }
            Record::Conversation(conversation) => {
                subjects.insert(format!("conversation:{}", conversation.external_id));
                subjects.extend(conversation.contact.as_ref().map(|contact| format!("contact:{contact}")));
            }
            Record::Message(message) => {
                subjects.insert(format!("conversation:{}", message.conversation));
            }
            Record::Appointment(appointment) => {
                subjects.insert(of(appointment.contact.as_deref(), &change.record));
            }
            Record::Invoice(invoice) => {
                subjects.insert(of(invoice.contact.as_deref(), &change.record));
            }
            Record::Payment(payment) => {
                subjects.insert(of(payment.contact.as_deref(), &change.record));
            }
            Record::ClinicalNote(note) => {
                subjects.insert(of(note.contact.as_deref(), &change.record));
            }
            Record::Gone { kind: Kind::Contact, external_id, .. } => {
                subjects.insert(format!("contact:{external_id}"));
            }
            Record::Gone { kind: Kind::Conversation, external_id, .. } => {
                subjects.insert(format!("conversation:{external_id}"));
            }
            Record::Agent(_)
            | Record::Inbox(_)
            | Record::Location(_)
            | Record::Practitioner(_)
            | Record::AppointmentType(_)
            | Record::Metadata(_)
            | Record::Gone { .. } => {
                subjects.insert(own(change.record.kind(), change.record.external_id()));
            }
        }
    }
    subjects.into_iter().collect()
}

/// The contact that a record names; the record itself when it names none.
fn of(contact: Option<&str>, record: &Record) -> String {
    contact.map_or_else(|| own(record.kind(), record.external_id()), |contact| format!("contact:{contact}"))
}

/// The subject that a record is by itself.
pub(super) fn own(kind: Kind, external_id: &str) -> String {
    format!("{}:{external_id}", kind.as_str())
}

async fn insert(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    page: &Page,
    (Packed(packed), records): (Packed, usize),
    subjects: &[String],
) -> Result<(), StoreError> {
    let sealed = source.keys.seal(&packed, &owner(tenant.organization, source.payload))?;
    let params = sql::InsertPayloadParams {
        organization: tenant.organization,
        id: source.payload,
        account: source.account,
        stream: page.stream,
        source: match source.origin {
            Origin::Page => "page",
            Origin::Webhook | Origin::Retold => "webhook",
        },
        request: page.request.as_str(),
        records: i32::try_from(records).unwrap_or(i32::MAX),
        transform_version: source.transform_version,
        generation: source.generation,
        observed_at: source.observed_at,
        key_version: sealed.key_version,
        wrapped_key: &sealed.wrapped_key[..],
        body: &sealed.body[..],
        now: source.now,
        subjects,
    };
    sql::insert_payload().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// What a blob is bound to.
pub(crate) fn owner(organization: Uuid, payload: Uuid) -> String {
    format!("{organization}/payload/{payload}")
}

/// A blob, opened.
#[derive(Clone, Debug)]
pub struct Payload {
    /// Its id.
    pub id: Uuid,
    /// The account it is of.
    pub account: Uuid,
    /// How its records came.
    pub origin: Origin,
    /// The stream it was read from; `webhooks` when it was told.
    pub stream: String,
    /// What was asked.
    pub request: String,
    /// The mapping's version that read it.
    pub transform_version: i32,
    /// The incarnation that wrote.
    pub generation: Generation,
    /// When the request began, or the first of its deliveries was accepted.
    pub observed_at: Timestamp,
    /// When it was kept, and its rows written.
    pub kept_at: Timestamp,
    /// The raw records, a JSON array.
    pub records: String,
}

/// Opens a blob.
///
/// # Errors
/// [`StoreError::NotFound`], or [`StoreError::Seal`] when no key opens it.
pub async fn open(tenant: &Tenant<'_>, keys: &Keyring, id: Uuid) -> Result<Payload, StoreError> {
    let row = sql::load_payload()
        .bind(&tenant.tx, &tenant.organization, &id)
        .opt()
        .await?
        .ok_or(StoreError::NotFound("payload"))?;
    let sealed = Sealed { key_version: row.key_version, wrapped_key: row.wrapped_key, body: row.body };
    let packed = keys.open(&sealed, &owner(tenant.organization, id))?;
    let unreadable = |_| StoreError::Refused("a payload is not what was stored".to_owned());
    let text = zstd::stream::decode_all(packed.as_slice()).map_err(unreadable)?;
    let records =
        String::from_utf8(text).map_err(|_| StoreError::Refused("a payload is not text".to_owned()))?;
    Ok(Payload {
        id,
        account: row.account_id,
        origin: if row.source == "webhook" { Origin::Webhook } else { Origin::Page },
        stream: row.stream,
        request: row.request,
        transform_version: row.transform_version,
        generation: row.generation,
        observed_at: row.observed_at,
        kept_at: row.created_at,
        records,
    })
}
