//! Where one row came from: every payload that wrote it, and what it said before. Told from the payloads themselves, read by
//! today's mapping.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use routiq_actors::{clock::Clock, port::Generation};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::stored::Reader;
use crate::{
    domain::{
        change::{Change, Kind, Record},
        seal::Keyring,
    },
    platforms::Adapters,
    store::{
        StoreError, Tenant,
        apply::{Effect, History, Origin},
        lineage::{self, Rejection, Row, Rows},
        payloads::{self, Payload},
    },
};

/// Payloads read for one answer at most; the newest.
const MOST: i64 = 500;

/// Tells where rows came from.
#[derive(Clone)]
pub struct Lineages(Arc<Inner>);

struct Inner {
    adapters: Adapters,
    keys: Keyring,
    clock: Clock,
}

/// Where a row came from.
#[derive(Clone, Debug)]
pub struct Lineage {
    /// What the row says of itself.
    pub row: Row,
    /// The version of today's mapping; none when this program does not speak the platform.
    pub transform_version: Option<i32>,
    /// What was written, the oldest first.
    pub writings: Vec<Writing>,
    /// Whether that is everything: the payload that made the row and the one that wrote it last are among those read.
    pub complete: bool,
    /// Payloads that no longer open, or of which today's mapping makes nothing.
    pub unreadable: u64,
    /// Whenever the record could not be understood.
    pub rejections: Vec<Rejection>,
}

/// One writing.
#[derive(Clone, Debug)]
pub struct Writing {
    /// When it was written.
    pub at: Timestamp,
    /// What it did.
    pub effect: Effect,
    /// By which payload; none when the row fell with what it belonged to, or since complete listings did not show it.
    pub payload: Option<Written>,
    /// What it changed, by the record's fields; of a new row, all that is said.
    pub fields: Vec<FieldChange>,
}

/// The payload of a writing.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its id.
    pub id: Uuid,
    /// Whether the platform told it by itself.
    pub told: bool,
    /// The stream it was asked for; `webhooks` when it was told.
    pub stream: String,
    /// What was asked; the deliveries' ids when it was told.
    pub request: String,
    /// The mapping that read it.
    pub transform_version: i32,
    /// The incarnation that wrote it.
    pub generation: Generation,
    /// When the request began, or the first of the deliveries was accepted.
    pub observed_at: Timestamp,
}

/// A field that says something else.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Its name.
    pub name: String,
    /// What it said; null when nothing.
    pub before: Value,
    /// What it says.
    pub after: Value,
    /// Whether its text is sealed in the tables: it is never shown, and both values are null.
    pub sealed: bool,
}

impl Lineages {
    /// Over these platforms.
    pub fn new(adapters: Adapters, keys: Keyring, clock: Clock) -> Self {
        Self(Arc::new(Inner { adapters, keys, clock }))
    }

    /// Tells where a row came from; none when there is no such row in this organization.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tell(
        &self,
        tenant: &Tenant<'_>,
        rows: Rows,
        id: Uuid,
    ) -> Result<Option<Lineage>, StoreError> {
        let Inner { adapters, keys, clock } = &*self.0;
        let Some(row) = lineage::row(tenant, rows, id).await? else { return Ok(None) };
        let reader = Reader::of(tenant, adapters, row.account, clock.now()).await?;
        let mut told = Telling::new(rows, &row);
        for payload in lineage::payloads_of(tenant, rows, &row, MOST).await? {
            match (payloads::open(tenant, keys, payload).await, &reader) {
                (Ok(payload), Some(reader)) => told.read(&payload, reader),
                (Ok(_) | Err(StoreError::Seal(_) | StoreError::Refused(_)), _) => told.unreadable += 1,
                (Err(error), _) => return Err(error),
            }
            // Others go on between two payloads, however long the list is.
            tokio::task::yield_now().await;
        }
        let rejections = lineage::rejections(tenant, rows, &row).await?;
        let (complete, unreadable, writings) = (told.is_complete(), told.unreadable, told.end());
        let transform_version = reader.map(|reader| reader.adapter.transform_version());
        Ok(Some(Lineage { row, transform_version, writings, complete, unreadable, rejections }))
    }
}

/// What is told so far.
struct Telling<'a> {
    rows: Rows,
    row: &'a Row,
    history: History,
    writings: Vec<Writing>,
    seen: BTreeSet<Uuid>,
    first: Option<Timestamp>,
    unreadable: u64,
}

impl<'a> Telling<'a> {
    fn new(rows: Rows, row: &'a Row) -> Self {
        Self {
            rows,
            row,
            history: History::default(),
            writings: Vec::new(),
            seen: BTreeSet::new(),
            first: None,
            unreadable: 0,
        }
    }

    fn read(&mut self, payload: &Payload, reader: &Reader) {
        let Ok(page) = reader.read(payload) else {
            self.unreadable += 1;
            return;
        };
        let is_it = |change: &&Change| {
            change.record.kind() == self.rows.kind()
                && change.record.external_id() == self.row.record(self.rows)
        };
        // A page that shows a record twice means its last word.
        let Some(change) = page.changes.iter().rev().find(is_it) else { return };
        let (was_gone, before) = (self.history.is_gone(), self.shown());
        let Some(effect) = self.history.see(payload.origin, payload.observed_at, change) else { return };
        let after = if effect == Effect::Deleted { None } else { self.shown() };
        if before.is_none() && after.is_none() {
            return;
        }
        self.seen.insert(payload.id);
        self.first.get_or_insert(payload.kept_at);
        let fields = after.as_ref().map_or_else(Vec::new, |after| self.differences(before.as_ref(), after));
        let effect = match (&before, &after) {
            _ if matches!(self.rows, Rows::Of(_)) => effect,
            (_, None) => Effect::Deleted,
            (None, Some(_)) => Effect::Created,
            (Some(_), Some(_)) if was_gone => Effect::Revived,
            // The record that carries it says something else, this row does not.
            (Some(_), Some(_)) if fields.is_empty() => return,
            (Some(_), Some(_)) => Effect::Changed,
        };
        self.writings.push(Writing {
            at: payload.kept_at,
            effect,
            payload: Some(Written {
                id: payload.id,
                told: payload.origin != Origin::Page,
                stream: payload.stream.clone(),
                request: payload.request.clone(),
                transform_version: payload.transform_version,
                generation: payload.generation,
                observed_at: payload.observed_at,
            }),
            fields,
        });
    }

    /// What the row says by now.
    fn shown(&self) -> Option<Map<String, Value>> {
        let record = self.history.record()?;
        let mut fields = match (self.rows, record) {
            (Rows::Patients, Record::Contact(contact)) => object(&contact.patient.as_ref()?),
            (Rows::Attachments, Record::Message(message)) => {
                let of_row = |it: &&crate::domain::change::Attachment| it.external_id == self.row.external_id;
                object(message.attachments.iter().find(of_row)?)
            }
            (Rows::Of(Kind::Contact), record) => {
                let mut fields = record.fields();
                // It has a row of its own.
                fields.remove("patient");
                fields
            }
            (_, record) => record.fields(),
        };
        fields.remove("external_id");
        Some(fields)
    }

    fn differences(
        &self,
        before: Option<&Map<String, Value>>,
        after: &Map<String, Value>,
    ) -> Vec<FieldChange> {
        let said = |fields: Option<&Map<String, Value>>, name: &str| {
            fields.and_then(|fields| fields.get(name)).cloned().unwrap_or(Value::Null)
        };
        let names: BTreeSet<&String> = before.into_iter().chain([after]).flat_map(Map::keys).collect();
        let change = |name: &String| {
            let (before, after) = (said(before, name), said(Some(after), name));
            let sealed = self.rows == Rows::Of(Kind::ClinicalNote) && name == "content";
            let (before, after) = match (before == after, sealed) {
                (true, _) => return None,
                (false, true) => (Value::Null, Value::Null),
                (false, false) => (before, after),
            };
            Some(FieldChange { name: name.clone(), before, after, sealed })
        };
        names.into_iter().filter_map(change).collect()
    }

    fn is_complete(&self) -> bool {
        let last = self.row.payload.is_none_or(|payload| self.seen.contains(&payload));
        last && self.first == Some(self.row.created_at)
    }

    /// Adds what no payload says.
    fn end(mut self) -> Vec<Writing> {
        let gone = self.history.is_gone() || self.shown().is_none();
        if let Some(at) = self.row.deleted_at.filter(|_| !gone) {
            self.writings.push(Writing { at, effect: Effect::Deleted, payload: None, fields: Vec::new() });
        }
        self.writings
    }
}

fn object(fields: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(fields) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}
