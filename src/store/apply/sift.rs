//! Which of a page's changes the database refuses, one by one: what one record holds must not stop the others.

use super::{Source, apply};
use crate::{
    domain::stream::{Page, Rejected},
    store::{error::StoreError, tenant::Tenant},
};

/// Takes the changes out of `page` that the database refuses and puts them among its rejections; answers how many. Tries
/// each on its own, in the order of application; `tenant` is to be dropped afterwards.
///
/// # Errors
/// [`StoreError`] for anything but a refused change.
pub async fn sift(
    tenant: &mut Tenant<'_>,
    source: &Source<'_>,
    page: &mut Page,
) -> Result<usize, StoreError> {
    let mut order: Vec<usize> = (0..page.changes.len()).collect();
    order.sort_by_key(|at| page.changes.get(*at).map(|change| change.record.kind()));
    let mut refused = vec![None; page.changes.len()];
    let mut count = 0;
    for at in order {
        let Some(change) = page.changes.get(at) else { continue };
        let alone = Page { stream: page.stream, changes: vec![change.clone()], ..Page::default() };
        let part = tenant.part().await?;
        match apply(&part, source, &alone).await {
            Ok(_) => part.commit().await?,
            Err(StoreError::Refused(reason)) => {
                refused[at] = Some(reason);
                count += 1;
            }
            Err(other) => return Err(other),
        }
    }
    let changes = std::mem::take(&mut page.changes);
    for (change, refused) in changes.into_iter().zip(refused) {
        match refused {
            None => page.changes.push(change),
            Some(reason) => page.rejected.push(Rejected {
                kind: change.record.kind(),
                external_id: Some(change.record.external_id().to_owned()),
                reason: format!("the database cannot hold it ({reason})"),
                raw: change.raw,
            }),
        }
    }
    Ok(count)
}
