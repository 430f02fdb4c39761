//! What every adapter's tests ask of its pages: what is kept raw is, with the request, enough to map it again.

use serde_json::value::RawValue;

use super::{Account, Adapter, Stored};
use crate::domain::stream::{AccountState, Page, Rejected};

/// # Panics
/// When the page's own raw records are mapped otherwise once more.
#[track_caller]
pub(crate) fn assert_remaps(
    adapter: &dyn Adapter,
    account: &Account,
    state: &AccountState,
    page: &Page,
    told: bool,
) {
    let records: Vec<&RawValue> = page.raw.iter().map(|raw| serde_json::from_str(raw).unwrap()).collect();
    let stored = Stored {
        stream: if told { "webhooks" } else { page.stream },
        request: &page.request,
        told,
        observed_at: page.observed_at,
        records: &records,
    };
    let again = adapter.remap(account, state, &stored).unwrap();
    assert_eq!(again.changes, page.changes, "{}", page.request);
    // Of what was no JSON nothing is kept, so another reason is found for it.
    let named = |page: &Page| -> Vec<_> {
        let reason = |it: &Rejected| {
            if page.raw[it.raw] == "null" { String::new() } else { it.reason.clone() }
        };
        page.rejected.iter().map(|it| (it.kind, it.external_id.clone(), it.raw, reason(it))).collect()
    };
    assert_eq!(named(&again), named(page), "{}", page.request);
    assert_eq!(again.raw, page.raw, "{}", page.request);
}
