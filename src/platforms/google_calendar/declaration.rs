//! What Google Calendar's adapter says of itself.

use std::time::Duration;

use super::plan::{APPOINTMENTS, PER_PAGE};
use crate::{
    domain::change::Kind,
    platforms::declaration::{Cursor, Declaration, Events, Limit, Order, Stream, Tombstone},
};

const MINUTE: Duration = Duration::from_secs(60);

pub(super) static DECLARATION: Declaration = Declaration {
    transform: 1,
    streams: &[Stream {
        name: APPOINTMENTS,
        // A calendar's own name and zone come with every list of its events.
        kinds: &[Kind::Appointment, Kind::Practitioner, Kind::Location],
        cursor: Cursor::Token,
        order: Order::Unknown,
        page: PER_PAGE,
        overlap: Duration::ZERO,
        tombstones: &[Tombstone::Marked("status"), Tombstone::Checked],
        opt_in: false,
    }],
    limits: &[
        Limit { budget: "account:…", count: 300, per: Some(MINUTE) },
        Limit { budget: "host:www.googleapis.com", count: 6_000, per: Some(MINUTE) },
    ],
    webhook: Some(Events { names: &["exists", "not_exists"], signed: true }),
    gaps: &[
        "an entry of a calendar names no patient: it is a time and whom it belongs to",
        "why and when an event was called off is not told: it is gone",
        "a push says that a calendar changed and nothing more; it is read when one comes, and with every poll",
    ],
};
