//! Rows recomputed from the payloads that were kept, by today's mapping and the path by which they were written, in a
//! transaction that is undone: proven equal, or what a newer mapping would change. Where it is asked for, that is written,
//! each row by the payload that wrote it last.

mod apply;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;
use routiq_actors::clock::Clock;
use serde_json::Value;
use uuid::Uuid;

use super::{
    lineage::FieldChange,
    stored::{self, Reader},
};
use crate::{
    domain::{change::Kind, ids::Ids, seal::Keyring},
    platforms::Adapters,
    store::{
        Store, StoreError, Tenant,
        apply::{Origin, Source},
        lineage::Rows,
        payloads,
        rederive::{self, Different, Differs, Values},
        sealing,
    },
};

/// Nobody's incarnation: what it writes never becomes true, or was asked for by an operator.
const NOBODY: i64 = 0;
/// Rows that differ and are shown, of each kind.
const SHOWN: usize = 100;

/// Recomputes rows.
#[derive(Clone)]
pub struct Rederive(Arc<Inner>);

struct Inner {
    store: Store,
    adapters: Adapters,
    keys: Keyring,
    clock: Clock,
    ids: Ids,
}

/// What is to be recomputed.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The rows that are compared; empty: all.
    pub rows: Vec<Rows>,
    /// The rows of this stream, where the platform has it.
    pub stream: Option<String>,
    /// Whether the values of differing fields are told, but for clinical texts.
    pub values: bool,
    /// Whether rows that an older mapping wrote are written as today's says.
    pub write: bool,
}

/// What became of an account.
#[derive(Clone, Debug)]
pub struct Rederived {
    /// The account.
    pub account: Uuid,
    /// Its platform.
    pub platform: String,
    /// The version of today's mapping.
    pub transform_version: i32,
    /// Payloads read.
    pub payloads: u64,
    /// Records in them that were understood.
    pub records: u64,
    /// Records in them that today's mapping does not understand either.
    pub rejected: u64,
    /// Payloads of which nothing could be made, by reason.
    pub unreadable: BTreeMap<String, u64>,
    /// What was compared.
    pub compared: Vec<Compared>,
    /// Rows that were written.
    pub written: u64,
}

impl Rederived {
    /// Whether every row is what its payloads say, as far as any of them says it.
    pub fn is_equal(&self) -> bool {
        self.unreadable.is_empty()
            && self.compared.iter().all(|of| of.differing + of.gone + of.missing + of.not_kept == 0)
    }
}

/// The rows of one kind beside what their payloads say.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Which.
    pub rows: Rows,
    /// How many there are.
    pub held: u64,
    /// Those of which the payloads say something else.
    pub differing: u64,
    /// Those of which they say that they are gone.
    pub gone: u64,
    /// Rows that the payloads make and that are not there.
    pub missing: u64,
    /// Rows that no payload holds any more.
    pub not_kept: u64,
    /// Rows that fell without a payload that says so; not a difference.
    pub fell_unseen: u64,
    /// Of all that differ, those that an older mapping wrote.
    pub outdated: u64,
    /// How many rows differ in a field, by its name.
    pub fields: BTreeMap<String, u64>,
    /// The first of those that differ.
    pub examples: Vec<Example>,
    different: Vec<Different>,
}

/// A row that differs.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its id at the platform.
    pub external_id: String,
    /// How.
    pub differs: Differs,
    /// The fields; both values are null unless they were asked for.
    pub fields: Vec<FieldChange>,
}

impl Rederive {
    /// Over this store and these platforms.
    pub fn new(store: Store, adapters: Adapters, keys: Keyring, clock: Clock, ids: Ids) -> Self {
        Self(Arc::new(Inner { store, adapters, keys, clock, ids }))
    }

    /// Recomputes an account's rows; none when this program does not speak its platform.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is written then. Writing beside an actor that writes the same rows may have to be tried again.
    pub async fn account(
        &self,
        organization: Uuid,
        account: Uuid,
        scope: &Scope,
    ) -> Result<Option<Rederived>, StoreError> {
        let inner = &*self.0;
        let mut session = inner.store.session(organization).await?;
        let mut tenant = session.begin_still().await?;
        if scope.write {
            sealing::stand_beside(&inner.store, &tenant).await?;
        }
        if sealing::turning(&tenant).await?.is_some() {
            return Err(StoreError::NotNow(
                "contact identifiers are being sealed or opened: `routiq org sealing` shows how far",
            ));
        }
        let now = inner.clock.now();
        let Some(reader) = Reader::of(&tenant, &inner.adapters, account, now).await? else { return Ok(None) };
        let payloads = rederive::payloads(&tenant, account).await?;
        let work = Work { inner, account, reader: &reader, payloads: &payloads, now };
        let found = work.compare(&mut tenant, scope).await?;
        if !scope.write || found.compared.iter().all(|of| of.outdated == 0) {
            // Never committed.
            return Ok(Some(found));
        }
        let written = work.write(&mut tenant, &found).await?;
        let after = work.compare(&mut tenant, scope).await?;
        tenant.commit().await?;
        Ok(Some(Rederived { written, ..after }))
    }
}

/// One account and what is kept of it.
struct Work<'a> {
    inner: &'a Inner,
    account: Uuid,
    reader: &'a Reader,
    payloads: &'a [Uuid],
    now: Timestamp,
}

impl Work<'_> {
    fn source(
        &self,
        account: Uuid,
        payload: &payloads::Payload,
        origin: Origin,
        now: Timestamp,
    ) -> Source<'_> {
        Source {
            origin,
            account,
            platform: self.reader.adapter.name(),
            generation: NOBODY,
            transform_version: self.reader.adapter.transform_version(),
            observed_at: payload.observed_at,
            payload: payload.id,
            now,
            ids: &self.inner.ids,
            keys: &self.inner.keys,
            cause: "sync",
        }
    }

    /// Writes every payload under an account of its own, compares, and undoes that.
    async fn compare(&self, tenant: &mut Tenant<'_>, scope: &Scope) -> Result<Rederived, StoreError> {
        let adapter = &self.reader.adapter;
        let mut found = Rederived {
            account: self.account,
            platform: adapter.name().to_owned(),
            transform_version: adapter.transform_version(),
            payloads: 0,
            records: 0,
            rejected: 0,
            unreadable: BTreeMap::new(),
            compared: Vec::new(),
            written: 0,
        };
        let mut part = tenant.part().await?;
        let shadow = rederive::shadow(&part, self.inner.ids.next(self.now), adapter.name(), self.now).await?;
        for id in self.payloads {
            self.derive(&mut part, shadow, *id, &mut found).await?;
        }
        for rows in self.rows(scope) {
            found.compared.push(self.compare_rows(&part, rows, shadow, scope.values).await?);
        }
        // Never committed.
        drop(part);
        Ok(found)
    }

    /// Writes one payload as it was written, by today's mapping.
    async fn derive(
        &self,
        part: &mut Tenant<'_>,
        shadow: Uuid,
        id: Uuid,
        found: &mut Rederived,
    ) -> Result<(), StoreError> {
        found.payloads += 1;
        let read = match payloads::open(part, &self.inner.keys, id).await {
            Ok(payload) => self.reader.read(&payload).map(|page| (payload, page)),
            Err(error @ (StoreError::Seal(_) | StoreError::Refused(_))) => Err(error.to_string()),
            Err(error) => return Err(error),
        };
        let (payload, mut page) = match read {
            Ok(read) => read,
            Err(reason) => {
                *found.unreadable.entry(reason).or_default() += 1;
                return Ok(());
            }
        };
        let source = self.source(shadow, &payload, payload.origin, payload.kept_at);
        match stored::write(part, &source, &mut page).await {
            Ok(applied) => {
                found.records += page.changes.len() as u64;
                found.rejected += (page.rejected.len() + applied.rejected.len()) as u64;
            }
            Err(StoreError::Refused(reason)) => *found.unreadable.entry(reason).or_default() += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn rows(&self, scope: &Scope) -> Vec<Rows> {
        let declared = self.reader.adapter.declaration().streams;
        let all: Vec<Kind> = match &scope.stream {
            Some(name) => {
                let stream = declared.iter().filter(|stream| stream.name == name);
                stream.flat_map(|stream| stream.kinds).copied().collect()
            }
            None => Kind::ALL.to_vec(),
        };
        let wanted =
            |rows: &Rows| all.contains(&rows.kind()) && (scope.rows.is_empty() || scope.rows.contains(rows));
        Rows::all().filter(wanted).collect()
    }

    async fn compare_rows(
        &self,
        part: &Tenant<'_>,
        rows: Rows,
        shadow: Uuid,
        values: bool,
    ) -> Result<Compared, StoreError> {
        let held = rederive::count(part, rows, self.account).await?;
        let different = rederive::different(part, rows, self.account, shadow).await?;
        let version = self.reader.adapter.transform_version();
        let count = |differs| different.iter().filter(|it| it.differs == differs).count() as u64;
        let mut fields = BTreeMap::new();
        for name in different.iter().flat_map(|it| &it.fields) {
            *fields.entry(name.clone()).or_default() += 1;
        }
        let shown: Vec<&Different> =
            different.iter().filter(|it| it.differs != Differs::FellUnseen).take(SHOWN).collect();
        let told = if values {
            let ids: Vec<&str> = shown.iter().map(|it| it.external_id.as_str()).collect();
            rederive::values(part, rows, (self.account, shadow), &ids).await?
        } else {
            BTreeMap::new()
        };
        let examples = shown.into_iter().map(|it| example(rows, it, told.get(&it.external_id))).collect();
        Ok(Compared {
            rows,
            held: u64::try_from(held).unwrap_or_default(),
            differing: count(Differs::Says),
            gone: count(Differs::Gone),
            missing: count(Differs::Missing),
            not_kept: count(Differs::NotKept),
            fell_unseen: count(Differs::FellUnseen),
            outdated: different.iter().filter(|it| is_outdated(it, version)).count() as u64,
            fields,
            examples,
            different,
        })
    }
}

/// Whether a newer mapping may write the row.
fn is_outdated(it: &Different, version: i32) -> bool {
    match it.differs {
        Differs::Says | Differs::Gone => it.transform_version.is_some_and(|written| written < version),
        Differs::Missing => true,
        Differs::NotKept | Differs::FellUnseen => false,
    }
}

fn example(rows: Rows, it: &Different, values: Option<&Values>) -> Example {
    let change = |name: &String| {
        let is_sealed = |of: Option<&BTreeMap<String, Value>>| {
            of.and_then(|fields| fields.get(name)).is_some_and(holds_sealed)
        };
        let sealed = is_clinical(rows, name)
            || is_sealed(values.map(|(held, _)| held))
            || is_sealed(values.map(|(_, derived)| derived));
        let said = |of: Option<&BTreeMap<String, Value>>| {
            of.filter(|_| !sealed).and_then(|fields| fields.get(name)).cloned().unwrap_or(Value::Null)
        };
        FieldChange {
            name: name.clone(),
            before: said(values.map(|(held, _)| held)),
            after: said(values.map(|(_, derived)| derived)),
            sealed,
        }
    };
    Example {
        external_id: it.external_id.clone(),
        differs: it.differs,
        fields: it.fields.iter().map(change).collect(),
    }
}

/// What a practitioner wrote, and what stands beside a visit.
fn is_clinical(rows: Rows, field: &str) -> bool {
    matches!(
        (rows, field),
        (Rows::Of(Kind::ClinicalNote), "content") | (Rows::Of(Kind::Appointment), "notes")
    )
}

/// Whether what a row says stands for something that is sealed: its digest, or what an identity is looked up by.
fn holds_sealed(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with("sealed ") || text.starts_with("sealed:"),
        Value::Array(values) => values.iter().any(holds_sealed),
        _ => false,
    }
}

/// Records that are to be written, each with the payload that wrote it last; none for one that is not there.
type Chosen = BTreeMap<(Kind, String), BTreeSet<Option<Uuid>>>;
