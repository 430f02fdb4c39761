//! Writes what today's mapping says otherwise: of each row that an older mapping wrote, and of records that it did not
//! understand. Whatever was written since by today's stays.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Chosen, Differs, Rederived, Work, is_outdated};
use crate::{
    domain::{
        change::{Change, Kind},
        stream::Page,
    },
    store::{
        StoreError, Tenant,
        apply::{Applied, Origin},
        payloads::{self, Payload},
        rederive, rejections,
        state::{self, Place},
    },
    work::stored,
};

impl Work<'_> {
    /// Answers how many rows were written.
    pub(super) async fn write(&self, tenant: &mut Tenant<'_>, found: &Rederived) -> Result<u64, StoreError> {
        let version = self.reader.adapter.transform_version();
        let chosen = chosen(found, version);
        let mut kinds: BTreeMap<Kind, Vec<&str>> = BTreeMap::new();
        for (kind, external_id) in chosen.keys() {
            kinds.entry(*kind).or_default().push(external_id);
        }
        for (kind, external_ids) in &kinds {
            rederive::open(tenant, *kind, self.account, external_ids).await?;
        }
        let outdated = rejections::outdated(tenant, self.account, version, i64::MAX).await?;
        let outdated: BTreeSet<Uuid> = outdated.into_iter().collect();
        let mut written = 0;
        for id in self.payloads {
            let payload = match payloads::open(tenant, &self.inner.keys, *id).await {
                Ok(payload) => payload,
                Err(StoreError::Seal(_) | StoreError::Refused(_)) => continue,
                Err(error) => return Err(error),
            };
            let Ok(mut page) = self.reader.read(&payload) else { continue };
            let old = payload.transform_version < version;
            page.changes.retain(|change| {
                let last = chosen.get(&name(change));
                last.is_some_and(|last| old || last.iter().any(Option::is_some))
            });
            let retry = outdated.contains(id);
            if page.changes.is_empty() && !retry {
                continue;
            }
            written += self.write_payload(tenant, &payload, page, &chosen, retry).await?;
        }
        Ok(written)
    }

    async fn write_payload(
        &self,
        tenant: &mut Tenant<'_>,
        payload: &Payload,
        page: Page,
        chosen: &Chosen,
        retry: bool,
    ) -> Result<u64, StoreError> {
        // What a webhook wrote last is written over it; anything else it told only adds.
        let (retold, page) = match payload.origin {
            Origin::Page => (Page::default(), page),
            Origin::Webhook | Origin::Retold => split(page, chosen, payload.id),
        };
        let (first, _) = self.write_page(tenant, payload, payload.origin, page, retry).await?;
        if retold.changes.is_empty() {
            return Ok(first);
        }
        let (second, applied) = self.write_page(tenant, payload, Origin::Retold, retold, false).await?;
        for (kind, external_ids) in &applied.written {
            let external_ids: Vec<&str> = external_ids.iter().map(String::as_str).collect();
            rederive::told_alone(tenant, *kind, self.account, &external_ids).await?;
        }
        Ok(first + second)
    }

    async fn write_page(
        &self,
        tenant: &mut Tenant<'_>,
        payload: &Payload,
        origin: Origin,
        mut page: Page,
        retry: bool,
    ) -> Result<(u64, Applied), StoreError> {
        let source = self.source(self.account, payload, origin, self.now);
        let applied = match stored::write(tenant, &source, &mut page).await {
            Err(StoreError::Refused(_)) => return Ok((0, Applied::default())),
            applied => applied?,
        };
        let mut known = state::load(tenant, Place { account: self.account, now: self.now }).await?;
        state::advance(tenant, &source, &page.state, &applied, &mut known).await?;
        if retry {
            rejections::settle(tenant, &source, &page, &applied).await?;
        }
        Ok((applied.changed(), applied))
    }
}

fn name(change: &Change) -> (Kind, String) {
    (change.record.kind(), change.record.external_id().to_owned())
}

fn chosen(found: &Rederived, version: i32) -> Chosen {
    let mut chosen = Chosen::new();
    for of in &found.compared {
        for it in of.different.iter().filter(|it| is_outdated(it, version)) {
            let payload = it.payload.filter(|_| it.differs != Differs::Missing);
            chosen.entry((of.rows.kind(), it.record.clone())).or_default().insert(payload);
        }
    }
    chosen
}

/// What this payload wrote last, and the rest.
fn split(page: Page, chosen: &Chosen, payload: Uuid) -> (Page, Page) {
    let Page { stream, changes, raw, .. } = &page;
    let is_last =
        |change: &Change| chosen.get(&name(change)).is_some_and(|last| last.contains(&Some(payload)));
    let (retold, rest) = changes.iter().cloned().partition(is_last);
    let retold = Page { stream, changes: retold, raw: raw.clone(), ..Page::default() };
    (retold, Page { changes: rest, ..page })
}
