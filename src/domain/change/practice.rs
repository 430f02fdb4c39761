//! What a practice's own system holds besides people: where, who, what for, when, and for how much.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

/// A place where the practice works.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Location {
    /// The id at the platform.
    pub external_id: String,
    /// The name shown there.
    pub name: Option<String>,
    /// Its zone, an IANA name.
    pub timezone: Option<String>,
    /// As given.
    pub phone: Option<String>,
    /// As given.
    pub email: Option<String>,
    /// `{"lines": […], "city", "state", "postcode", "country"}`, what is told of it.
    pub address: Value,
    /// Whether it still works.
    pub active: bool,
    /// The platform's free attributes.
    pub attributes: Value,
    /// When the platform made the record.
    pub source_created_at: Option<Timestamp>,
    /// When the platform last changed it.
    pub source_updated_at: Option<Timestamp>,
}

/// Somebody who treats people.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Practitioner {
    /// The id at the platform.
    pub external_id: String,
    /// The name shown to people.
    pub name: Option<String>,
    /// `Dr`, `Ms`, … as given.
    pub title: Option<String>,
    /// As given.
    pub first_name: Option<String>,
    /// As given.
    pub last_name: Option<String>,
    /// As given.
    pub email: Option<String>,
    /// What they are, such as `Physiotherapist`.
    pub speciality: Option<String>,
    /// Whether they still work there.
    pub active: bool,
    /// The locations' ids at the platform, sorted.
    pub locations: Vec<String>,
    /// The platform's free attributes.
    pub attributes: Value,
    /// When the platform made the record.
    pub source_created_at: Option<Timestamp>,
    /// When the platform last changed it.
    pub source_updated_at: Option<Timestamp>,
}

/// What an appointment is for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AppointmentType {
    /// The id at the platform.
    pub external_id: String,
    /// The name shown there.
    pub name: Option<String>,
    /// As given.
    pub description: Option<String>,
    /// The platform's group of types.
    pub category: Option<String>,
    /// Minutes.
    pub duration_minutes: Option<i32>,
    /// In the account's currency.
    pub price: Option<Decimal>,
    /// Whether several people come to one.
    pub group: bool,
    /// How many people may come to one.
    pub capacity: Option<i32>,
    /// Whether it is still offered.
    pub active: bool,
    /// The platform's free attributes.
    pub attributes: Value,
    /// When the platform made the record.
    pub source_created_at: Option<Timestamp>,
    /// When the platform last changed it.
    pub source_updated_at: Option<Timestamp>,
}

/// What an appointment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One person's visit.
    #[default]
    Individual,
    /// A time to which several people come; a visit of nobody.
    Group,
    /// One person's visit to a [`Shape::Group`], whose time, place, practitioner and type it has.
    Attendance,
    /// An entry of a calendar that says no more than when.
    Event,
}

impl Shape {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Group => "group",
            Self::Attendance => "attendance",
            Self::Event => "event",
        }
    }
}

/// A visit, or a time for visits. Its status follows from these facts when it is read, never stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Appointment {
    /// The id at the platform; of an attendance and of a group with a prefix, where the platform numbers them apart.
    pub external_id: String,
    /// What it is.
    pub shape: Shape,
    /// Of an attendance: the group's [`Appointment::external_id`].
    pub group: Option<String>,
    /// The person's id at the platform.
    pub contact: Option<String>,
    /// The practitioner's id at the platform.
    pub practitioner: Option<String>,
    /// The location's id at the platform.
    pub location: Option<String>,
    /// The type's id at the platform.
    pub appointment_type: Option<String>,
    /// The type's name, where the platform tells it with the appointment.
    pub type_name: Option<String>,
    /// When it begins.
    pub starts_at: Option<Timestamp>,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// When it was called off.
    pub cancelled_at: Option<Timestamp>,
    /// Whether it was called off, for platforms that do not say when.
    pub cancelled: bool,
    /// Why, in the platform's words or its code's meaning.
    pub cancellation_reason: Option<String>,
    /// Whether the person stayed away; `None` when nobody said.
    pub did_not_arrive: Option<bool>,
    /// Whether the person came; `None` when nobody said.
    pub arrived: Option<bool>,
    /// Whether the person confirmed; `None` when nobody said.
    pub confirmed: Option<bool>,
    /// The appointment that took its place, by id at the platform.
    pub replaced_by: Option<String>,
    /// Whether a person booked it online; `None` when nobody said.
    pub booked_online: Option<bool>,
    /// How many people may come (groups).
    pub capacity: Option<i32>,
    /// The practice's remark; health data.
    pub notes: Option<String>,
    /// The platform's free attributes.
    pub attributes: Value,
    /// When it was booked: when the platform made the record.
    pub source_created_at: Option<Timestamp>,
    /// When the platform last changed it.
    pub source_updated_at: Option<Timestamp>,
}

/// A bill.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Invoice {
    /// The id at the platform.
    pub external_id: String,
    /// The number printed on it.
    pub number: Option<String>,
    /// The person's id at the platform.
    pub contact: Option<String>,
    /// The appointment's id at the platform.
    pub appointment: Option<String>,
    /// The practitioner's id at the platform.
    pub practitioner: Option<String>,
    /// The location's id at the platform.
    pub location: Option<String>,
    /// `open`, `paid`, `closed`, `credit`, `void`, or what the platform newly says.
    pub status: Option<String>,
    /// The day on it.
    pub issued_on: Option<Date>,
    /// Before tax, in the account's currency.
    pub net: Option<Decimal>,
    /// Tax.
    pub tax: Option<Decimal>,
    /// What is to be paid.
    pub total: Option<Decimal>,
    /// What was paid.
    pub paid: Option<Decimal>,
    /// What was given back.
    pub refunded: Option<Decimal>,
    /// What is still owed.
    pub outstanding: Option<Decimal>,
    /// Three letters, where told.
    pub currency: Option<String>,
    /// Whether somebody else pays.
    pub third_party: bool,
    /// `[{"name", "quantity", "total", …}]`, where told.
    pub lines: Value,
    /// The platform's free attributes.
    pub attributes: Value,
    /// When the platform made the record.
    pub source_created_at: Option<Timestamp>,
    /// When the platform last changed it.
    pub source_updated_at: Option<Timestamp>,
}

/// Money that came in, for platforms that keep payments apart from invoices.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Payment {
    /// The id at the platform.
    pub external_id: String,
    /// The invoice's id at the platform.
    pub invoice: Option<String>,
    /// The person's id at the platform.
    pub contact: Option<String>,
    /// The location's id at the platform.
    pub location: Option<String>,
    /// In the account's currency; negative for money given back.
    pub amount: Option<Decimal>,
    /// How it was paid.
    pub method: Option<String>,
    /// The day it came in.
    pub paid_on: Option<Date>,
    /// Whether it still counts.
    pub active: bool,
    /// The platform's free attributes.
    pub attributes: Value,
}

/// What a practitioner wrote about a treatment. Read only where an organization opted in; its text is sealed field by field.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct ClinicalNote {
    /// The id at the platform.
    pub external_id: String,
    /// The person's id at the platform.
    pub contact: Option<String>,
    /// The appointment's id at the platform.
    pub appointment: Option<String>,
    /// The practitioner's id at the platform.
    pub practitioner: Option<String>,
    /// What kind of note it is.
    pub title: Option<String>,
    /// Whether it is still a draft.
    pub draft: bool,
    /// The note, as the platform structures it.
    pub content: Value,
    /// When the platform made the record.
    pub source_created_at: Option<Timestamp>,
    /// When the platform last changed it.
    pub source_updated_at: Option<Timestamp>,
}

/// Never its text.
impl std::fmt::Debug for ClinicalNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClinicalNote").field("external_id", &self.external_id).finish_non_exhaustive()
    }
}

/// What an account has besides records: definitions of custom fields, tags, settings. Typed where it is read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Metadata {
    /// The id, unique in the account: its kind and the id at the platform, such as `tag:550001`.
    pub external_id: String,
    /// `tag`, `custom_field`, `settings`, …
    pub kind: String,
    /// The name shown there.
    pub name: Option<String>,
    /// What else is told of it, secrets removed.
    pub details: Value,
}
