//! What an account consists of: kinds of records, what may be asked of each, and one shape for all.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A kind of record; its name is that of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Kind {
    Patients,
    IndividualAppointments,
    GroupAppointments,
    UnavailableBlocks,
    /// No record of its own: individual and group appointments and blocks in one list, without a type.
    Bookings,
    Attendees,
    Practitioners,
    Businesses,
    AppointmentTypes,
    Invoices,
    InvoiceItems,
    Communications,
    TreatmentNotes,
    Users,
    Contacts,
    ReferralSources,
    ReferralSourceTypes,
    ConcessionTypes,
}

/// What a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Moment,
    Date,
    Number,
    Text,
    Truth,
    List,
}

use Type::{Date, List, Moment, Number, Text, Truth};

const COMMON: &[(&str, Type)] =
    &[("archived_at", Moment), ("created_at", Moment), ("id", Number), ("updated_at", Moment)];

const PATIENTS: &[(&str, Type)] = &[
    ("accepted_privacy_policy", Truth),
    ("archived_at", Moment),
    ("created_at", Moment),
    ("date_of_birth", Date),
    ("email", Text),
    ("first_name", Text),
    ("id", Number),
    ("last_name", Text),
    ("old_reference_id", Text),
    ("preferred_first_name", Text),
    ("updated_at", Moment),
];

const INDIVIDUAL: &[(&str, Type)] = &[
    ("appointment_type_id", Number),
    ("archived_at", Moment),
    ("business_id", Number),
    ("cancelled_at", Moment),
    ("created_at", Moment),
    ("deleted_at", Moment),
    ("did_not_arrive", Truth),
    ("ends_at", Moment),
    ("id", Number),
    ("patient_id", Number),
    ("practitioner_id", Number),
    ("repeated_from_id", Number),
    ("starts_at", Moment),
    ("updated_at", Moment),
];

const GROUP: &[(&str, Type)] = &[
    ("appointment_type_id", Number),
    ("archived_at", Moment),
    ("business_id", Number),
    ("created_at", Moment),
    ("deleted_at", Moment),
    ("ends_at", Moment),
    ("id", Number),
    ("patient_ids", List),
    ("practitioner_id", Number),
    ("repeated_from_id", Number),
    ("starts_at", Moment),
    ("updated_at", Moment),
];

const BOOKINGS: &[(&str, Type)] = &[
    ("appointment_type_id", Number),
    ("archived_at", Moment),
    ("business_id", Number),
    ("cancelled_at", Moment),
    ("created_at", Moment),
    ("deleted_at", Moment),
    ("did_not_arrive", Truth),
    ("ends_at", Moment),
    ("id", Number),
    ("invoice_status", Number),
    ("patient_id", Number),
    ("patient_ids", List),
    ("practitioner_id", Number),
    ("repeated_from_id", Number),
    ("starts_at", Moment),
    ("updated_at", Moment),
];

const ATTENDEES: &[(&str, Type)] = &[
    ("appointment_id", Number),
    ("archived_at", Moment),
    ("booking_id", Number),
    ("cancelled_at", Moment),
    ("created_at", Moment),
    ("deleted_at", Moment),
    ("id", Number),
    ("patient_case_id", Number),
    ("patient_id", Number),
    ("updated_at", Moment),
];

const INVOICES: &[(&str, Type)] = &[
    ("appointment_id", Number),
    ("archived_at", Moment),
    ("attendee_id", Number),
    ("business_id", Number),
    ("closed_at", Moment),
    ("created_at", Moment),
    ("deleted_at", Moment),
    ("id", Number),
    ("issue_date", Date),
    ("number", Number),
    ("original_invoice_id", Number),
    ("patient_id", Number),
    ("practitioner_id", Number),
    ("status", Number),
    ("updated_at", Moment),
];

const COMMUNICATIONS: &[(&str, Type)] = &[
    ("archived_at", Moment),
    ("category_code", Number),
    ("created_at", Moment),
    ("id", Number),
    ("letter_id", Number),
    ("patient_id", Number),
    ("type_code", Number),
    ("updated_at", Moment),
];

const ALL: &[(&str, Kind)] = &[
    ("patients", Kind::Patients),
    ("individual_appointments", Kind::IndividualAppointments),
    ("group_appointments", Kind::GroupAppointments),
    ("unavailable_blocks", Kind::UnavailableBlocks),
    ("bookings", Kind::Bookings),
    ("attendees", Kind::Attendees),
    ("practitioners", Kind::Practitioners),
    ("businesses", Kind::Businesses),
    ("appointment_types", Kind::AppointmentTypes),
    ("invoices", Kind::Invoices),
    ("invoice_items", Kind::InvoiceItems),
    ("communications", Kind::Communications),
    ("treatment_notes", Kind::TreatmentNotes),
    ("users", Kind::Users),
    ("contacts", Kind::Contacts),
    ("referral_sources", Kind::ReferralSources),
    ("referral_source_types", Kind::ReferralSourceTypes),
    ("concession_types", Kind::ConcessionTypes),
];

impl Kind {
    /// The name of its list, which is also its path.
    pub fn path(self) -> &'static str {
        ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(path, _)| path)
    }

    pub(super) fn of(path: &str) -> Option<Self> {
        ALL.iter().find(|(known, _)| *known == path).map(|(_, kind)| *kind)
    }

    /// What may stand in `q[]`.
    pub(super) fn filters(self) -> &'static [(&'static str, Type)] {
        match self {
            Self::Patients => PATIENTS,
            Self::IndividualAppointments => INDIVIDUAL,
            Self::GroupAppointments => GROUP,
            Self::Bookings => BOOKINGS,
            Self::Attendees => ATTENDEES,
            Self::Invoices => INVOICES,
            Self::Communications => COMMUNICATIONS,
            _ => COMMON,
        }
    }

    /// The kinds whose records stand in its list.
    pub(super) fn members(self) -> &'static [Self] {
        const BOOKED: &[Kind] =
            &[Kind::IndividualAppointments, Kind::GroupAppointments, Kind::UnavailableBlocks];
        match self {
            Self::Bookings => BOOKED,
            Self::Patients => &[Self::Patients],
            Self::IndividualAppointments => &[Self::IndividualAppointments],
            Self::GroupAppointments => &[Self::GroupAppointments],
            Self::UnavailableBlocks => &[Self::UnavailableBlocks],
            Self::Attendees => &[Self::Attendees],
            Self::Practitioners => &[Self::Practitioners],
            Self::Businesses => &[Self::Businesses],
            Self::AppointmentTypes => &[Self::AppointmentTypes],
            Self::Invoices => &[Self::Invoices],
            Self::InvoiceItems => &[Self::InvoiceItems],
            Self::Communications => &[Self::Communications],
            Self::TreatmentNotes => &[Self::TreatmentNotes],
            Self::Users => &[Self::Users],
            Self::Contacts => &[Self::Contacts],
            Self::ReferralSources => &[Self::ReferralSources],
            Self::ReferralSourceTypes => &[Self::ReferralSourceTypes],
            Self::ConcessionTypes => &[Self::ConcessionTypes],
        }
    }

    /// Whether its ids are the short ones of what was set up once.
    pub(super) fn short_ids(self) -> bool {
        matches!(
            self,
            Self::Practitioners
                | Self::Businesses
                | Self::AppointmentTypes
                | Self::Users
                | Self::ReferralSources
                | Self::ReferralSourceTypes
                | Self::ConcessionTypes
        )
    }
}

/// Whole seconds since the epoch, as the interface knows time.
pub(super) type Second = i64;

/// One record. `fields` are its own, in the platform's words; `links` name others.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) id: u64,
    pub(super) kind: Kind,
    pub(super) created: Second,
    pub(super) updated: Second,
    pub(super) archived: Option<Second>,
    pub(super) deleted: Option<Second>,
    pub(super) cancelled: Option<Second>,
    pub(super) fields: Map<String, Value>,
    pub(super) links: BTreeMap<String, (Kind, u64)>,
}

impl Record {
    /// Archived or deleted.
    pub(super) fn gone(&self) -> bool {
        self.archived.is_some() || self.deleted.is_some()
    }

    pub(super) fn link(&self, name: &str) -> Option<u64> {
        self.links.get(name).map(|(_, id)| *id)
    }

    pub(super) fn truth(&self, field: &str) -> bool {
        self.fields.get(field).and_then(Value::as_bool) == Some(true)
    }

    pub(super) fn moment(&self, field: &str) -> Option<Second> {
        self.fields.get(field).and_then(Value::as_str).and_then(second)
    }
}

/// A moment as the interface writes it.
pub(super) fn written(at: Second) -> String {
    Timestamp::from_second(at).map_or_else(|_| String::new(), |at| at.to_string())
}

/// A moment as the interface reads it: of Greenwich, and saying so.
pub(super) fn second(text: &str) -> Option<Second> {
    text.ends_with('Z').then(|| text.parse::<Timestamp>().ok()).flatten().map(Timestamp::as_second)
}
