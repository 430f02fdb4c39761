//! What is known of an account's locations: whose zone times without one are in, whether the key is still this practice's, and
//! whether it still shows all of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::domain::change::Location;

/// A time further ahead comes from a clock that was wrong.
const FUTURE: SignedDuration = SignedDuration::from_secs(60);
/// So soon after it was asked, the list of locations is not asked for again because of a location it does not have.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// What is known; kept with the locations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    /// When the locations were last asked for, which proves the credential as well.
    pub(super) at: Option<Timestamp>,
    /// Whether some record named a location that is not among them.
    pub(super) stale: bool,
    pub(super) places: BTreeMap<String, Place>,
    /// By query of the newer interface, the fields that it does not have.
    pub(super) refused: BTreeMap<String, BTreeSet<String>>,
}

/// A location.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// An IANA name.
    zone: Option<String>,
    /// As given.
    country: Option<String>,
    /// What it is recognized by, in lower case.
    signs: BTreeSet<String>,
    /// Whether the last list had it.
    shown: bool,
}

impl Place {
    pub(super) fn of(location: &Location) -> Self {
        let lines =
            location.address.get("lines").and_then(|lines| lines.get(0)).and_then(|line| line.as_str());
        let signs = [location.name.as_deref(), location.email.as_deref(), location.phone.as_deref(), lines];
        let country = location.address.get("country").and_then(|country| country.as_str());
        Self {
            zone: location.timezone.clone(),
            country: country.map(str::to_owned),
            signs: signs.into_iter().flatten().map(|sign| sign.trim().to_lowercase()).collect(),
            shown: true,
        }
    }
}

impl Known {
    /// When the locations are asked for next.
    pub(super) fn due_at(&self, every: SignedDuration, now: Timestamp) -> Timestamp {
        let Some(at) = self.at.filter(|at| at.duration_since(now) <= FUTURE) else { return Timestamp::MIN };
        let pause = if self.stale { AGAIN.min(every) } else { every };
        at.saturating_add(pause).unwrap_or(Timestamp::MAX)
    }

    /// Takes a list of locations that was just told; answers which are not shown any more for the first time.
    ///
    /// # Errors
    /// That the key is another practice's: none of the locations is one that is known. What is `closed` is not expected.
    pub(super) fn take(
        &mut self,
        told: BTreeMap<String, Place>,
        closed: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<Vec<String>, &'static str> {
        if told.is_empty() {
            return Err("it shows no location: add the practice's locations to it");
        }
        let expected = |id: &String| !closed.contains(id);
        let same = |(id, place): (&String, &Place)| {
            self.places.get(id).is_some_and(|known| !known.signs.is_disjoint(&place.signs))
        };
        if self.places.keys().any(expected) && !told.iter().any(same) {
            return Err("none of its locations is one of this account's: it belongs to another practice");
        }
        let mut lost = Vec::new();
        for (id, place) in &mut self.places {
            if place.shown && !told.contains_key(id) {
                place.shown = false;
                lost.extend(Some(id.clone()).filter(expected));
            }
        }
        self.places.extend(told);
        (self.at, self.stale) = (Some(now), false);
        Ok(lost)
    }

    /// Whether the key shows less than it did: what is missing then is not gone.
    pub(super) fn narrowed(&self, closed: &BTreeSet<String>) -> bool {
        self.places.iter().any(|(id, place)| !place.shown && !closed.contains(id))
    }

    /// The zones of its locations; `usual` is that of everything else.
    pub(super) fn zones(&self, usual: Option<&str>) -> Zones {
        let zone = |name: &String| TimeZone::get(name).ok();
        let named =
            self.places.iter().filter_map(|(id, place)| Some((id.clone(), zone(place.zone.as_ref()?)?)));
        let by_place: HashMap<String, TimeZone> = named.collect();
        let names: BTreeSet<&String> = self.places.values().filter_map(|place| place.zone.as_ref()).collect();
        let only = names.first().filter(|_| names.len() == 1).and_then(|name| zone(name));
        let regions = self
            .places
            .iter()
            .filter_map(|(id, place)| Some((id.clone(), region(place.country.as_deref()?)?)));
        Zones {
            regions: regions.collect(),
            known: self.places.keys().cloned().collect(),
            usual: usual.and_then(|name| TimeZone::get(name).ok()).or(only),
            by_place,
        }
    }
}

/// Where and when things are.
#[derive(Clone, Debug, Default)]
pub(super) struct Zones {
    by_place: HashMap<String, TimeZone>,
    regions: HashMap<String, String>,
    known: BTreeSet<String>,
    usual: Option<TimeZone>,
}

impl Zones {
    /// The zone of what is at this location, or at none.
    pub(super) fn of(&self, location: Option<&str>) -> Option<&TimeZone> {
        location.and_then(|id| self.by_place.get(id)).or(self.usual.as_ref())
    }

    /// The region that a location's telephone numbers are dialled from, two letters.
    pub(super) fn region(&self, location: Option<&str>) -> Option<&str> {
        location.and_then(|id| self.regions.get(id)).map(String::as_str)
    }

    pub(super) fn knows(&self, location: &str) -> bool {
        self.known.contains(location)
    }
}

/// Two letters for a country's name.
fn region(country: &str) -> Option<String> {
    const NAMES: [(&str, &str); 12] = [
        ("australia", "AU"),
        ("canada", "CA"),
        ("hong kong", "HK"),
        ("ireland", "IE"),
        ("malaysia", "MY"),
        ("new zealand", "NZ"),
        ("philippines", "PH"),
        ("singapore", "SG"),
        ("south africa", "ZA"),
        ("united arab emirates", "AE"),
        ("united kingdom", "GB"),
        ("united states", "US"),
    ];
    let country = country.trim().to_lowercase();
    let named = NAMES.iter().find(|(name, _)| *name == country).map(|(_, region)| (*region).to_owned());
    let coded = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_lowercase());
    named.or_else(|| coded.then(|| country.to_uppercase()))
}
