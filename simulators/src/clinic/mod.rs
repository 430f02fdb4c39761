//! Invented practices with a diary: who comes, to whom, where, when, and what became of it; the same for every
//! practice system.
//!
//! - [`Clinic`]: how large one is.
//! - `plan`: its history and its future, from a seed.
//! - `pace`: when something happens once time goes on, and what.

pub(crate) mod pace;
mod people;
pub(crate) mod plan;

use serde::{Deserialize, Serialize};

use crate::names::Region;

pub(crate) use people::{Human, People, PhoneKind};

/// What a practice looks like. Shares are between 0 and 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clinic {
    /// Its name.
    pub name: String,
    /// IANA name; decides when people come.
    pub time_zone: String,
    /// Decides telephone numbers and towns.
    pub region: Region,
    /// Who its people are, as with [`crate::population::Practice::crowd`].
    pub crowd: Option<u64>,
    /// People it has treated or will.
    pub patients: u32,
    /// People who treat; the last of more than two has left.
    pub practitioners: u32,
    /// Places; the last of more than two is closed.
    pub businesses: u32,
    /// Kinds of appointments, group classes among them; the last of more than three is not offered any more.
    pub appointment_types: u32,
    /// How far the diary goes back.
    pub years: f64,
    /// Appointments of one patient, on average.
    pub visits_per_patient: f64,
    /// Appointments that are groups.
    pub groups: f64,
    /// Appointments called off.
    pub cancelled: f64,
    /// Appointments to which nobody came.
    pub no_shows: f64,
    /// Patients and appointments put away.
    pub archived: f64,
    /// Visits that led to an invoice.
    pub invoiced: f64,
    /// Visits with a note about the treatment.
    pub treatment_notes: f64,
    /// Patients who share a number with another.
    pub shared_phones: f64,
    /// Events an hour, on average over a week, once time goes on.
    pub events_per_hour: f64,
}

impl Default for Clinic {
    fn default() -> Self {
        Self {
            name: "Harbour Physio".to_owned(),
            time_zone: "Australia/Perth".to_owned(),
            region: Region::Au,
            crowd: None,
            patients: 120,
            practitioners: 4,
            businesses: 3,
            appointment_types: 6,
            years: 2.0,
            visits_per_patient: 4.0,
            groups: 0.06,
            cancelled: 0.1,
            no_shows: 0.05,
            archived: 0.03,
            invoiced: 0.7,
            treatment_notes: 0.4,
            shared_phones: 0.05,
            events_per_hour: 0.0,
        }
    }
}

/// A share as a probability.
pub(crate) fn share(of: f64) -> f64 {
    if of.is_finite() { of.clamp(0.0, 1.0) } else { 0.0 }
}
