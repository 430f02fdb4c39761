//! What every adapter's tests ask of its pages: what is kept raw is, with the request, enough to map it again.

use serde_json::value::RawValue;

use super::{Account, Adapter, Stored};
use crate::domain::stream::{AccountState, Page};

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
    assert_eq!(again.rejected, page.rejected, "{}", page.request);
    assert_eq!(again.raw, page.raw, "{}", page.request);
}
