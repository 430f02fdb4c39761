//! Pages of lists and single records, whatever stands in them.

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    map::Mapper,
    webhook_map,
    wire::{self, list, one},
};
use crate::{
    domain::{change::Kind, stream::Page},
    platforms::{Account, Heard, Told},
};

/// A stored delivery, signed and not: every change points to what it came from, an unsigned one changes nothing, and no
/// refusal quotes what it refuses.
pub(crate) fn deliveries(bytes: &[u8]) {
    let account = Account {
        id: Uuid::nil(),
        external_id: "4".to_owned(),
        region: "AU".to_owned(),
        settings: serde_json::Value::Null,
    };
    for signed in [true, false] {
        let told = Told {
            id: Uuid::nil(),
            body: bytes,
            headers: &serde_json::Value::Null,
            signed,
            received_at: Timestamp::UNIX_EPOCH,
        };
        match webhook_map::heard(&account, &told, Duration::from_secs(10)) {
            Ok(Heard::Page(page)) => {
                assert!(signed || page.changes.is_empty(), "an unsigned delivery changes something");
                assert!(
                    page.changes.iter().all(|change| change.raw < page.raw.len()),
                    "a change from nowhere"
                );
                assert!(!page.state.is_empty(), "nothing is read again");
            }
            Ok(Heard::Nothing(_)) => {}
            Err(reason) => assert!(reason.len() < 200, "a refusal that may quote"),
        }
    }
}

/// A page of any kind of record: what is kept raw holds no U+0000, and every change points to what it came from.
pub(crate) fn pages(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut records = list(&text).map(|listed| listed.records).unwrap_or_default();
    records.extend(one(&text));
    let _value = wire::record(&text);
    for kind in [Kind::Inbox, Kind::Agent, Kind::Contact, Kind::Conversation, Kind::Message] {
        let mut page = Page { observed_at: Timestamp::UNIX_EPOCH, ..Page::default() };
        Mapper { page: &mut page, region: "AU" }.records(kind, &records, "7");
        assert!(
            page.raw.iter().all(|raw| !raw.contains("\\u0000") || raw.contains("\\\\u0000")),
            "U+0000 is kept"
        );
        assert!(page.changes.iter().all(|change| change.raw < page.raw.len()), "a change from nowhere");
        assert!(
            page.rejected.iter().all(|rejected| rejected.raw < page.raw.len()),
            "a rejection from nowhere"
        );
    }
}
