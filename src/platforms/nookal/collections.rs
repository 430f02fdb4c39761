//! The lists that Nookal has, in both of its interfaces.

use super::{
    map::fields,
    plan::{APPOINTMENT_TYPES, APPOINTMENTS, CLINICAL_NOTES, CONTACTS, INVOICES, PAYMENTS, PRACTITIONERS},
    settings::Api,
};

/// The most records that a page has, whatever is asked for.
pub(super) const PAGE: u64 = 200;

/// A list of Nookal's.
#[derive(Debug)]
pub(super) struct Collection {
    /// Its name here: the part of its stream.
    pub(super) part: &'static str,
    pub(super) stream: &'static str,
    /// Where it comes from.
    pub(super) from: From,
    /// Whether it tells what changed since a time.
    pub(super) changes: bool,
    pub(super) every: Every,
    /// The field with a record's id.
    pub(super) id: &'static str,
    /// The fields that are read; nothing else is kept.
    pub(super) keep: &'static [&'static str],
}

/// How often a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Every {
    /// With every poll.
    Fast,
    /// Seldom, and still often enough to prove itself live.
    Slow,
    /// Every so many minutes: it is long and tells no changes.
    Minutes(u64),
}

/// Where a list comes from.
#[derive(Debug)]
pub(super) enum From {
    /// A method of the older interface.
    Method {
        name: &'static str,
        /// Under which of these names the list stands.
        lists: &'static [&'static str],
        /// What is always asked with it.
        with: &'static [(&'static str, &'static str)],
        /// How many records a page has.
        size: u64,
    },
    /// A query of the newer interface.
    Query {
        name: &'static str,
        /// What is always asked with it.
        with: &'static str,
        /// Whether it wants two days to lie between, whatever is asked.
        dated: bool,
        /// Fields that everybody has seen.
        sure: &'static [&'static str],
        /// Fields that somebody may have: asked for until they are refused.
        perhaps: &'static [&'static str],
    },
}

impl Collection {
    pub(super) fn api(&self) -> Api {
        match self.from {
            From::Method { .. } => Api::V2,
            From::Query { .. } => Api::V3,
        }
    }

    /// How many records a page of the newer interface has at least when another follows. Whoever asks for lists within its
    /// records gets fewer, since the inner rows are counted: there only an empty page is the last.
    pub(super) fn full(&self) -> u64 {
        match self.from {
            From::Query { sure, .. } if sure.iter().any(|field| field.contains('{')) => 1,
            _ => PAGE,
        }
    }
}

const fn method(
    part: &'static str,
    stream: &'static str,
    name: &'static str,
    lists: &'static [&'static str],
    with: &'static [(&'static str, &'static str)],
    keep: &'static [&'static str],
) -> Collection {
    let from = From::Method { name, lists, with, size: PAGE };
    Collection { part, stream, from, changes: false, every: Every::Slow, id: "ID", keep }
}

const fn changing(collection: Collection, every: Every) -> Collection {
    Collection { changes: true, every, ..collection }
}

/// Of the parts of a stream classes come first: who attends them is asked before their listing is compared.
pub(super) const COLLECTIONS: &[Collection] = &[
    method(
        "practitioners",
        PRACTITIONERS,
        "getPractitioners",
        &["practitioners"],
        &[("include_inactive_practitioners", "1")],
        fields::PRACTITIONER,
    ),
    method("services", APPOINTMENT_TYPES, "getAppointmentTypes", &["services"], &[], fields::TYPE),
    method("class_types", APPOINTMENT_TYPES, "getClassTypes", &["classes"], &[], fields::TYPE),
    changing(method("patients", CONTACTS, "getPatients", &["patients"], &[], fields::PATIENT), Every::Fast),
    // Whether the first list has them too is not documented.
    changing(
        method("deceased", CONTACTS, "getPatients", &["patients"], &[("deceased", "1")], fields::PATIENT),
        Every::Slow,
    ),
    changing(
        method("classes", APPOINTMENTS, "getClasses", &["classes", "appointments"], &[], fields::APPOINTMENT),
        Every::Slow,
    ),
    changing(
        method("appointments", APPOINTMENTS, "getAppointments", &["appointments"], &[], fields::APPOINTMENT),
        Every::Fast,
    ),
    changing(
        method("invoices", INVOICES, "getInvoices", &["invoices"], &[("expanded", "1")], fields::INVOICE),
        Every::Slow,
    ),
    changing(
        method(
            "void_invoices",
            INVOICES,
            "getInvoices",
            &["invoices"],
            &[("expanded", "1"), ("void", "1")],
            fields::INVOICE,
        ),
        Every::Slow,
    ),
    Collection {
        every: Every::Minutes(6 * 60),
        id: "noteID",
        from: From::Method { name: "getAllTreatmentNotes", lists: &["notes"], with: &[], size: 50 },
        ..method("notes", CLINICAL_NOTES, "", &[], &[], fields::NOTE)
    },
    Collection {
        part: "v3_clients",
        stream: CONTACTS,
        from: From::Query {
            name: "clients",
            with: "",
            dated: false,
            sure: fields::CLIENT,
            perhaps: fields::CLIENT_PERHAPS,
        },
        changes: false,
        every: Every::Minutes(15),
        id: "clientID",
        keep: &[],
    },
    Collection {
        part: "v3_appointments",
        stream: APPOINTMENTS,
        from: From::Query {
            name: "appointments",
            with: "",
            dated: true,
            sure: fields::DIARY,
            perhaps: fields::DIARY_PERHAPS,
        },
        changes: false,
        every: Every::Slow,
        id: "apptID",
        keep: &[],
    },
    bills("v3_invoices", "void: 0"),
    bills("v3_void_invoices", "void: 1"),
    Collection {
        part: "v3_payments",
        stream: PAYMENTS,
        from: From::Query { name: "payments", with: "", dated: true, sure: fields::RECEIPT, perhaps: &[] },
        changes: false,
        every: Every::Minutes(30),
        id: "paymentID",
        keep: &[],
    },
];

/// Void invoices come alone, and only when they are asked for.
const fn bills(part: &'static str, with: &'static str) -> Collection {
    Collection {
        part,
        stream: INVOICES,
        from: From::Query { name: "invoices", with, dated: false, sure: fields::BILL, perhaps: &[] },
        changes: false,
        every: Every::Minutes(30),
        id: "invoiceID",
        keep: &[],
    }
}

/// The list of that name.
pub(super) fn part(name: &str) -> Option<&'static Collection> {
    COLLECTIONS.iter().find(|collection| collection.part == name)
}
