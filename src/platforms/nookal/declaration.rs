//! What Nookal's adapter says of itself.

use std::time::Duration;

use super::plan::{
    APPOINTMENT_TYPES, APPOINTMENTS, CLINICAL_NOTES, CONTACTS, INVOICES, LOCATIONS, OVERLAP, PAYMENTS,
    PRACTITIONERS,
};
use crate::{
    domain::change::Kind,
    platforms::declaration::{Cursor, Declaration, Limit, Order, Stream, Tombstone},
};

pub(super) static DECLARATION: Declaration = Declaration {
    // 2: treatment notes by their own names; of the newer interface times, sorts of entries, and what an invoice comes to.
    transform: 2,
    streams: &[
        followed(APPOINTMENTS, &[Kind::Appointment]),
        followed(CONTACTS, &[Kind::Contact]),
        followed(INVOICES, &[Kind::Invoice, Kind::Payment]),
        // The older interface tells payments with their invoices.
        whole(PAYMENTS, &[Kind::Payment]),
        Stream { opt_in: true, page: 50, ..whole(CLINICAL_NOTES, &[Kind::ClinicalNote]) },
        whole(APPOINTMENT_TYPES, &[Kind::AppointmentType]),
        // What a key does not show any more may be closed, or the key may have lost it: nothing is gone by that.
        Stream { tombstones: &[], ..whole(LOCATIONS, &[Kind::Location]) },
        whole(PRACTITIONERS, &[Kind::Practitioner]),
    ],
    limits: &[Limit { budget: "account:…", count: 100, per: Some(Duration::from_secs(60)) }],
    webhook: None,
    gaps: &[
        "nothing is pushed: a change is seen by the next poll",
        "a key is limited to locations: one that was opened and not added to it is missing without a word",
        "a deleted or merged patient, and a deleted appointment, vanish without a trace: two listings in a row prove it",
        "what changes without its time moving (whose appointment it is after a merge) is seen by the next listing",
        "the newer interface tells neither practitioners, types, who attends a class nor what an invoice consists of, and no \
         changes: everything is listed again and again",
    ],
};

const fn followed(name: &'static str, kinds: &'static [Kind]) -> Stream {
    Stream {
        name,
        kinds,
        cursor: Cursor::UpdateTime,
        order: Order::Unknown,
        page: 200,
        overlap: Duration::from_secs(OVERLAP),
        tombstones: &[Tombstone::GoneAfterTwo],
        opt_in: false,
    }
}

const fn whole(name: &'static str, kinds: &'static [Kind]) -> Stream {
    Stream { cursor: Cursor::Whole, overlap: Duration::ZERO, ..followed(name, kinds) }
}
