//! Which bookings are groups. Cliniko lists the attendees of individual and group appointments together and says of none
//! which it is; an individual appointment's one attendee says nothing that the appointment does not, and is left out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The ids of all groups that were ever shown, kept short: differences in base 36, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(super) struct Groups(BTreeSet<u64>);

impl Groups {
    /// Whether a booking is a group.
    pub(super) fn has(&self, booking: &str) -> bool {
        booking.parse().is_ok_and(|id| self.0.contains(&id))
    }

    /// Adds a group; whether it is new.
    pub(super) fn add(&mut self, id: &str) -> bool {
        id.parse().is_ok_and(|id| self.0.insert(id))
    }
}

impl From<String> for Groups {
    fn from(text: String) -> Self {
        let steps = text.split(' ').filter_map(|step| u64::from_str_radix(step, 36).ok());
        let ids = steps.scan(0_u64, |last, step| {
            *last = last.saturating_add(step);
            Some(*last)
        });
        Self(ids.collect())
    }
}

impl From<Groups> for String {
    fn from(groups: Groups) -> Self {
        let mut last = 0;
        let steps: Vec<String> = groups
            .0
            .into_iter()
            .map(|id| {
                let step = base36(id - last);
                last = id;
                step
            })
            .collect();
        steps.join(" ")
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        digits.extend(char::from_digit(digit, 36));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_kept_and_found_again() {
        let mut groups = Groups::default();
        for id in ["1204499901234567811", "7", "1204499901234567999", "18446744073709551615", "0"] {
            assert!(groups.add(id), "{id}");
            assert!(!groups.add(id), "{id} twice");
        }
        let text = serde_json::to_value(&groups).unwrap();
        let again: Groups = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(again, groups, "{text}");
        assert!(again.has("1204499901234567811") && again.has("0") && !again.has("8") && !again.has("x"));
        assert_eq!(serde_json::from_value::<Groups>("".into()).unwrap(), Groups::default());
        assert_eq!(
            serde_json::from_value::<Groups>("? ! zzzzzzzzzzzzzzzzzz".into()).unwrap(),
            Groups::default()
        );
    }
}
