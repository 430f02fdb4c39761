//! The words and telephone numbers that invented people are made of.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Where a practice is; decides numbers, words and towns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Region {
    /// Australia.
    #[default]
    Au,
    /// New Zealand.
    Nz,
    /// Great Britain.
    Gb,
    /// The United States.
    Us,
}

/// The name of the built-in assistant.
pub const ASSISTANT: &str = "Captain";

const FIRST: &[&str] = &[
    "Mara", "Ana", "Tobias", "Ines", "Kaia", "Oren", "Priya", "Luca", "Noor", "Willa", "Jonah", "Freya",
    "Tane", "Aroha", "Silas", "Edith", "Rafael", "Mei", "Callum", "Zara", "Hugo", "Leilani", "Arlo",
    "Bridie", "Kofi", "Odette", "Dev", "Maren", "Ivo", "Saoirse", "Yusuf", "Clara", "Bruno", "Hana", "Otis",
    "Paloma", "Desmond", "Thea", "Ravi", "Greta", "Malik", "Nell", "Soren", "Iris", "Jasper", "Amara",
    "Felix", "Opal", "Zoë", "Siân", "José", "Mārama", "Anaïs", "Søren", "小雨", "O'Shea",
];

const LAST: &[&str] = &[
    "Quill",
    "Marsh",
    "Tindall",
    "Okafor",
    "Brandt",
    "Sorrel",
    "Whitlock",
    "Ferreira",
    "Ngata",
    "Pascoe",
    "Hollis",
    "Venter",
    "Larkin",
    "Achterberg",
    "Dunmore",
    "Castellan",
    "Ruapehu",
    "Thistle",
    "Abara",
    "Kestrel",
    "Moreau",
    "Sandoval",
    "Iyer",
    "Penhallow",
    "Strand",
    "Wexley",
    "Tamura",
    "Oakden",
    "Birch",
    "Lindqvist",
    "Farrow",
    "Munro",
    "Delacroix",
    "Hale",
    "Petrov",
    "Yarrow",
    "Gunn",
    "St. Clair",
    "van der Zee",
    "Núñez",
];

const SERVICES: &[&str] = &[
    "physio session",
    "initial consultation",
    "remedial massage",
    "check-up",
    "podiatry visit",
    "dry needling",
    "follow-up",
    "dental clean",
    "Pilates class",
    "speech therapy session",
];

const DAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const TIMES: &[&str] = &["8:15", "9:00", "9:45", "10:30", "11:15", "1:00", "2:30", "3:15", "4:45", "5:30"];

const ASKED: &[&str] = &[
    "Hi, can I move my {service} from {day} to {other}?",
    "Is {day} at {time} still free?",
    "Running ten minutes late for my {time}, sorry!",
    "Do I need a referral for a {service}?",
    "My knee is much better, thank you 🙏",
    "Can I bring my daughter to the {service} on {day}?",
    "How much is a {service} with private cover?",
    "Please cancel {day}, I have a cold.",
    "Where can I park on {day}?",
    "Got it, see you {day} at {time} 👍",
    "Could someone call me back after {time}?",
    "I did the exercises twice a day.\nStill a bit sore in the morning though.",
    "ok",
    "thanks!!",
    "Could you e-mail me the receipt for the {service}?",
    "STOP",
    "It's {name}. New number, please update my file.",
];

const ANSWERED: &[&str] = &[
    "Hi {name}, {day} at {time} works. Shall I book it?",
    "You are booked for a {service} on {day} at {time}.",
    "Of course, we moved your {service} to {other}.",
    "No referral needed for a {service}.",
    "Parking is behind the building; the code is on the gate.",
    "Reminder: **{day} {time}**, please arrive five minutes early.",
    "Sorry to hear that, {name}. Rest well, and write when you want a new time.",
    "Your receipt is on its way.",
    "The fee depends on your fund; we claim on the spot.",
    "{name}, could you confirm your date of birth when you arrive?",
    "Thanks {name}! Anything else we can help with?",
];

const NOTED: &[&str] = &[
    "Prefers {day} mornings.",
    "Called, left a voicemail. Try again {day}.",
    "Asked for a different practitioner for the next {service}.",
    "Fund card was declined, follow up {day}.",
    "Do not offer {time}, conflicts with theatre list.",
];

/// Labels every practice has, with their colours.
pub const LABELS: &[(&str, &str)] = &[
    ("new-patient", "#1F93FF"),
    ("reschedule", "#E27D60"),
    ("billing", "#41B3A3"),
    ("complaint", "#C38D9E"),
    ("vip", "#E8A87C"),
    ("recall", "#85CDCA"),
];

/// Teams every practice has.
pub const TEAMS: &[&str] = &["front desk", "clinicians"];

fn any<'a>(dice: &mut ChaCha8Rng, from: &[&'a str]) -> &'a str {
    from[dice.random_range(0..from.len())]
}

/// A first and a last name.
pub fn person(dice: &mut ChaCha8Rng) -> (&'static str, &'static str) {
    (any(dice, FIRST), any(dice, LAST))
}

/// A town of the region.
pub fn town(dice: &mut ChaCha8Rng, region: Region) -> &'static str {
    any(
        dice,
        match region {
            Region::Au => &["Perth", "Hobart", "Geelong", "Cairns"],
            Region::Nz => &["Nelson", "Napier", "Dunedin", "Tauranga"],
            Region::Gb => &["Leeds", "Bath", "Dundee", "Cardiff"],
            Region::Us => &["Tulsa", "Duluth", "Savannah", "Eugene"],
        },
    )
}

/// Which side of the conversation a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The patient writes.
    Asked,
    /// The practice answers.
    Answered,
    /// A note among colleagues.
    Noted,
}

/// One line of text.
pub fn line(dice: &mut ChaCha8Rng, kind: Line, name: &str) -> String {
    let template = any(
        dice,
        match kind {
            Line::Asked => ASKED,
            Line::Answered => ANSWERED,
            Line::Noted => NOTED,
        },
    );
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (word, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(match word {
            "name" => name,
            "service" => any(dice, SERVICES),
            "day" | "other" => any(dice, DAYS),
            _ => any(dice, TIMES),
        });
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The title of a contact card that someone shared.
pub(crate) fn shared_card(id: i64) -> String {
    let at = crate::mix(3, id.unsigned_abs()) as usize;
    format!("{} {}", FIRST[at % FIRST.len()], LAST[at / 64 % LAST.len()])
}

/// The `n`-th number of a region's pool, E.164; `None` past its end. No two `n` give the same number.
///
/// Ranges set aside for fiction: `+61 491 57x xxx` (the block that holds the regulator's drama mobiles) and
/// `+61 x 5550/7010 xxxx`; `+44 7700 900xxx` and the drama landlines of eleven towns; `+1 xxx 555 01xx`.
/// New Zealand has set none aside: `+64 21 555 xxxx` and `+64 22 555 xxxx` stand in.
pub fn phone(region: Region, n: u32) -> Option<String> {
    match region {
        Region::Au => match n {
            0..10_000 => Some(format!("+6149157{n:04}")),
            10_000..90_000 => {
                let (block, rest) = ((n - 10_000) / 10_000, n % 10_000);
                let area = [2, 3, 7, 8][block as usize % 4];
                Some(format!("+61{area}{}{rest:04}", if block < 4 { 5550 } else { 7010 }))
            }
            _ => None,
        },
        Region::Nz => (n < 20_000).then(|| format!("+642{}555{:04}", 1 + n / 10_000, n % 10_000)),
        Region::Gb => match n {
            0..1_000 => Some(format!("+447700900{n:03}")),
            1_000..12_000 => {
                const TOWNS: [&str; 11] = [
                    "2079460", "1134960", "1144960", "1154960", "1164960", "1174960", "1184960", "1214960",
                    "1314960", "1414960", "1514960",
                ];
                Some(format!("+44{}{:03}", TOWNS[(n / 1_000 - 1) as usize], n % 1_000))
            }
            _ => None,
        },
        Region::Us => {
            const AREAS: [u32; 40] = [
                201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224,
                225, 228, 229, 231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270,
                276, 281, 301, 302,
            ];
            AREAS.get((n / 100) as usize).map(|area| format!("+1{area}55501{:02}", n % 100))
        }
    }
}

/// How many numbers [`phone`] has for a region.
pub fn phones(region: Region) -> u32 {
    match region {
        Region::Au => 90_000,
        Region::Nz => 20_000,
        Region::Gb => 12_000,
        Region::Us => 4_000,
    }
}

/// How many of them, from the first on, are mobile numbers (or may be).
pub fn mobiles(region: Region) -> u32 {
    match region {
        Region::Au => 10_000,
        Region::Nz => 19_999,
        Region::Gb => 1_000,
        Region::Us => 3_999,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn pools_hold_distinct_valid_numbers_and_end_where_they_say() {
        for region in [Region::Au, Region::Nz, Region::Gb, Region::Us] {
            let all: HashSet<String> = (0..phones(region)).filter_map(|n| phone(region, n)).collect();
            assert_eq!(all.len(), phones(region) as usize);
            assert_eq!(phone(region, phones(region)), None);
            assert!(all.iter().all(|p| (11..=13).contains(&p.len()) && p.starts_with('+')));
        }
    }
}
