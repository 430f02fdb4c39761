//! Kept records, mapped once more: what was asked tells what they are.

use serde_json::Value;

use super::{
    map,
    plan::{CONTACTS, METADATA},
    pull::{self, FIELD, TAG},
    webhook_map,
};
use crate::{
    domain::{
        change::{Kind, Record},
        stream::Page,
    },
    platforms::{Account, Stored},
};

pub(super) fn remap(account: &Account, stored: &Stored<'_>) -> Result<Page, String> {
    let stream = if stored.stream == METADATA { METADATA } else { CONTACTS };
    let mut page = Page {
        stream,
        request: stored.request.to_owned(),
        observed_at: stored.observed_at,
        ..Page::default()
    };
    let asked = stored.request.split('?').next().unwrap_or_default();
    for record in stored.records {
        let record: Value = serde_json::from_str(record.get())
            .map_err(|_| "a kept record is not JSON that can be read".to_owned())?;
        let (kind, mapped) = match asked {
            _ if stored.told => {
                webhook_map::read(&mut page, &record, &account.region, stored.observed_at);
                continue;
            }
            pull::PAGE => (Kind::Metadata, map::page(&record).map(Record::Metadata)),
            pull::TAGS => (Kind::Metadata, map::definition(&record, TAG).map(Record::Metadata)),
            pull::FIELDS => (Kind::Metadata, map::definition(&record, FIELD).map(Record::Metadata)),
            pull::SUBSCRIBER => match tombstone(&record) {
                Some(id) => {
                    pull::gone(&mut page, id);
                    continue;
                }
                None => (Kind::Contact, map::contact(&record, &account.region).map(Record::Contact)),
            },
            _ => return Err("it was asked in a way that this version does not know".to_owned()),
        };
        pull::add(&mut page, kind, &record, mapped);
    }
    Ok(page)
}

fn tombstone(record: &Value) -> Option<&str> {
    let fields = record.as_object().filter(|fields| fields.len() == 2)?;
    (fields.get("status")? == "gone").then(|| fields.get("id")?.as_str())?
}
