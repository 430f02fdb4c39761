//! What Cliniko's adapter says of itself.

use std::time::Duration;

use super::plan::{
    APPOINTMENT_TYPES, APPOINTMENTS, CLINICAL_NOTES, CONTACTS, INVOICES, LOCATIONS, OVERLAP, PRACTITIONERS,
};
use crate::{
    domain::change::Kind,
    platforms::declaration::{Cursor, Declaration, Limit, Order, Stream, Tombstone},
};

const MARKED: &[Tombstone] =
    &[Tombstone::Marked("archived_at"), Tombstone::Marked("deleted_at"), Tombstone::Checked];

pub(super) static DECLARATION: Declaration = Declaration {
    // 2: what was booked online.
    transform: 2,
    streams: &[
        followed(APPOINTMENTS, &[Kind::Appointment]),
        followed(CONTACTS, &[Kind::Contact]),
        followed(INVOICES, &[Kind::Invoice]),
        Stream { opt_in: true, ..followed(CLINICAL_NOTES, &[Kind::ClinicalNote]) },
        // Theirs is no other mark.
        Stream {
            tombstones: &[Tombstone::Marked("archived_at"), Tombstone::Checked],
            ..followed(APPOINTMENT_TYPES, &[Kind::AppointmentType])
        },
        followed(LOCATIONS, &[Kind::Location]),
        Stream {
            cursor: Cursor::Whole,
            order: Order::Created,
            overlap: Duration::ZERO,
            tombstones: &[Tombstone::Checked],
            ..followed(PRACTITIONERS, &[Kind::Practitioner])
        },
    ],
    limits: &[Limit { budget: "account:…", count: 150, per: Some(Duration::from_secs(60)) }],
    webhook: None,
    gaps: &[
        "nothing is pushed: a change is seen by the next poll",
        "payments and account credit are not told, so part payments are unknown",
        "a group's attendee who is marked as not arrived is not known to have stayed away",
        "what is erased leaves no trace and never comes back",
    ],
};

const fn followed(name: &'static str, kinds: &'static [Kind]) -> Stream {
    Stream {
        name,
        kinds,
        cursor: Cursor::UpdateTime,
        order: Order::Updated,
        page: 100,
        overlap: Duration::from_secs(OVERLAP),
        tombstones: MARKED,
        opt_in: false,
    }
}
