//! What Momence's adapter says of itself.

use std::time::Duration;

use super::plan::{APPOINTMENTS, CONTACTS, OVERLAP};
use crate::{
    domain::change::Kind,
    platforms::declaration::{Cursor, Declaration, Limit, Order, Stream, Tombstone},
};

pub(super) static DECLARATION: Declaration = Declaration {
    // 2: what is told of whoever comes alone.
    transform: 2,
    streams: &[
        Stream {
            name: APPOINTMENTS,
            kinds: &[Kind::Appointment, Kind::AppointmentType, Kind::Practitioner, Kind::Location],
            cursor: Cursor::Window,
            order: Order::Unknown,
            page: 100,
            overlap: Duration::ZERO,
            tombstones: &[Tombstone::Checked, Tombstone::GoneAfterTwo],
            opt_in: false,
        },
        Stream {
            name: CONTACTS,
            kinds: &[Kind::Contact],
            cursor: Cursor::Backwards,
            order: Order::Newest,
            page: 100,
            overlap: Duration::from_secs(OVERLAP),
            tombstones: &[Tombstone::Checked],
            opt_in: false,
        },
    ],
    limits: &[Limit { budget: "account:…", count: 1, per: Some(Duration::from_secs(1)) }],
    webhook: None,
    gaps: &[
        "nothing is pushed, and no list tells when a record changed",
        "a member's name, address or tags that change without a visit are seen by the next sweep",
        "who takes another's place in a class, their number staying the same, is seen within a quarter of an hour when \
         the class is near, and by the next sweep otherwise",
        "what changes in a class or an appointment of more than a month ago (back_days) is not seen",
        "what is deleted leaves no trace and never comes back",
        "members who become one are told by nothing: one of them is no longer there",
        "teachers, places and services are known from the classes and appointments that name them",
        "sales are not read",
        "what is deleted there never comes back under its id",
        "members are never merged there",
    ],
};
