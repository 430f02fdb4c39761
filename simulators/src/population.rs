//! Invented practices: who their people are and what they talked about, the same for every platform.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::mix;
use crate::names::{self, Line, Region};

/// How many of its crowd a system knows.
const KNOWN: f64 = 0.65;

/// What a practice looks like. Shares are between 0 and 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Practice {
    /// Its name.
    pub name: String,
    /// IANA name; decides when people write.
    pub time_zone: String,
    /// Decides numbers and towns.
    pub region: Region,
    /// Who its people are: systems that name the same crowd know the same people, each another part of them. Without
    /// one, they are known nowhere else.
    pub crowd: Option<u64>,
    /// People it knows.
    pub contacts: u32,
    /// Conversations with them.
    pub conversations: u32,
    /// Mean length of a conversation; a few are eight times as long.
    pub messages_per_conversation: f64,
    /// Days of history before now.
    pub history_days: u32,
    /// People without a telephone number.
    pub without_phone: f64,
    /// People without an e-mail address.
    pub without_email: f64,
    /// People without either and without an identifier: no list shows them.
    pub visitors: f64,
    /// Notes among colleagues, of all messages.
    pub private_notes: f64,
    /// Messages with an attachment.
    pub attachments: f64,
    /// Conversations with older messages imported later: their ids and times disagree.
    pub imported: f64,
    /// Messages deleted later.
    pub deleted_messages: f64,
    /// People who work there, besides the administrator.
    pub agents: u32,
    /// Events an hour, on average over a week, once time goes on.
    pub events_per_hour: f64,
}

impl Default for Practice {
    fn default() -> Self {
        Self {
            name: "Harbour Physio".to_owned(),
            time_zone: "Australia/Perth".to_owned(),
            region: Region::Au,
            crowd: None,
            contacts: 120,
            conversations: 80,
            messages_per_conversation: 12.0,
            history_days: 180,
            without_phone: 0.2,
            without_email: 0.4,
            visitors: 0.06,
            private_notes: 0.05,
            attachments: 0.05,
            imported: 0.03,
            deleted_messages: 0.01,
            agents: 4,
            events_per_hour: 60.0,
        }
    }
}

/// An invented person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// First and last name.
    pub name: String,
    /// Lower case; in a domain kept for examples.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// An id in a practice system.
    pub record: Option<String>,
    /// Where the person lives.
    pub town: &'static str,
    /// Of somebody in a crowd: decides whatever else there is to the person, in every system alike.
    pub seed: Option<u64>,
}

/// A source of distinct people for one practice.
#[derive(Debug)]
pub struct People {
    region: Region,
    crowd: Option<u64>,
    without_phone: f64,
    without_email: f64,
    visitors: f64,
    made: u32,
    offset: u32,
    /// In a crowd: where among the numbers that nobody of it has this system takes further ones from, and how many it took.
    spare: (u32, u32),
}

impl People {
    /// People of a practice. `dice` decides where in the pool of numbers they begin.
    pub fn new(practice: &Practice, dice: &mut ChaCha8Rng) -> Self {
        let mobiles = names::mobiles(practice.region);
        let own = dice.random_range(0..mobiles);
        let shared = |crowd| u32::try_from(mix(crowd, 43) % u64::from(mobiles)).unwrap_or(0);
        Self {
            region: practice.region,
            crowd: practice.crowd,
            without_phone: practice.without_phone,
            without_email: practice.without_email,
            visitors: practice.visitors,
            made: 0,
            offset: practice.crowd.map_or(own, shared),
            spare: (own, 0),
        }
    }

    /// A number no one before got, mobiles first; `None` when the region has no more. The last number of the pool
    /// is the practice's own.
    pub fn phone(&mut self) -> Option<String> {
        if self.crowd.is_some() {
            let (first, taken) = self.spare;
            let beyond = names::mobiles(self.region) - self.room();
            self.spare.1 += 1;
            return (taken < beyond).then(|| self.number(self.room() + (first + taken) % beyond)).flatten();
        }
        self.made += 1;
        self.number(self.made - 1)
    }

    /// How many people of a crowd have a number of their own.
    fn room(&self) -> u32 {
        names::mobiles(self.region) / 4 * 3
    }

    /// The number in this place.
    fn number(&self, n: u32) -> Option<String> {
        let (mobiles, all) = (names::mobiles(self.region), names::phones(self.region));
        // 7919 is prime and divides none of the pools, so every mobile comes once.
        let spread = (u64::from(n) * 7919 + u64::from(self.offset)) % u64::from(mobiles);
        let at = if n < mobiles { u32::try_from(spread).unwrap_or(n) } else { n };
        (at < all - 1).then(|| names::phone(self.region, at)).flatten()
    }

    /// The next person.
    pub fn next(&mut self, dice: &mut ChaCha8Rng) -> Person {
        // In a crowd the place decides who somebody is; what is known of them is each system's own.
        let seed = self.crowd.map(|crowd| {
            while !dice.random_bool(KNOWN) {
                self.made += 1;
            }
            mix(mix(crowd, 47), u64::from(self.made))
        });
        let mut born = seed.map(ChaCha8Rng::seed_from_u64);
        let (first, last) = names::person(born.as_mut().unwrap_or(&mut *dice));
        let n = self.made;
        self.made += 1;
        let visitor = dice.random_bool(share(self.visitors));
        let number = self.number(n).filter(|_| seed.is_none() || n < self.room());
        let phone = number.filter(|_| !visitor && !dice.random_bool(share(self.without_phone)));
        let email = (!visitor && !dice.random_bool(share(self.without_email))).then(|| {
            let plain: String = last.chars().filter(char::is_ascii_alphanumeric).collect();
            format!("{}.{n}@example.org", plain.to_lowercase())
        });
        // Nobody but visitors is without any address.
        let record = (!visitor && (phone.is_none() && email.is_none() || dice.random_bool(0.2)))
            .then(|| format!("patient-{}", 1000 + n));
        let name = if visitor { format!("quiet-river-{n}") } else { format!("{first} {last}") };
        let town = names::town(born.as_mut().unwrap_or(&mut *dice), self.region);
        Person { name, email, phone, record, town, seed }
    }
}

fn share(of: f64) -> f64 {
    of.clamp(0.0, 1.0)
}

/// One thing said in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// By which side.
    pub line: Line,
    /// What; `None` for a message that is only its attachment.
    pub text: Option<String>,
    /// Whether something is attached.
    pub attached: bool,
}

/// What was said in one conversation that begins at `start`: in order, all of it before `until`.
pub fn thread(
    dice: &mut ChaCha8Rng,
    practice: &Practice,
    name: &str,
    start: Timestamp,
    until: Timestamp,
) -> Vec<Said> {
    let mean = practice.messages_per_conversation.max(1.0);
    let long = dice.random_bool(0.02);
    let length = if long { mean * 8.0 } else { mean * dice.random_range(0.25..1.47) };
    let length = length.round().max(1.0) as usize;
    // Minutes within a talk, now and then a day or two between two talks.
    let mut gaps: Vec<f64> = Vec::with_capacity(length);
    for _ in 1..length {
        let talk = -dice.random_range(1e-6..1.0_f64).ln() * 400.0 + 2.0;
        gaps.push(if dice.random_bool(0.08) { talk + dice.random_range(20_000.0..200_000.0) } else { talk });
    }
    let room = (until.as_second() - start.as_second()) as f64 - 1.0;
    let total: f64 = gaps.iter().sum();
    let scale = if total > room { room / total } else { 1.0 };
    let mut said = Vec::with_capacity(length);
    let mut elapsed = 0.0;
    for n in 0..length {
        if n > 0 {
            elapsed += gaps[n - 1] * scale;
        }
        let line = match n {
            0 => Line::Asked,
            _ if dice.random_bool(share(practice.private_notes)) => Line::Noted,
            _ if dice.random_bool(0.52) => Line::Answered,
            _ => Line::Asked,
        };
        let attached = line != Line::Noted && dice.random_bool(share(practice.attachments));
        let text = (!attached || dice.random_bool(0.5)).then(|| names::line(dice, line, name));
        let at = start.checked_add(SignedDuration::from_micros((elapsed * 1e6) as i64)).unwrap_or(start);
        said.push(Said { at, line, text, attached });
    }
    said
}

/// How busy a practice is at this moment: 1 on average over a week.
pub fn busyness(zone: &TimeZone, at: Timestamp) -> f64 {
    let local = at.to_zoned(zone.clone());
    let weekend = matches!(local.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
    let by_hour = match local.hour() {
        8..=12 => 2.6,
        13..=17 => 2.2,
        18..=20 => 1.0,
        21..=22 => 0.4,
        7 => 0.8,
        _ => 0.08,
    };
    if weekend { by_hour * 0.35 } else { by_hour * 0.98 }
}

/// Draws the moment of the event after `from`, hour by hour, since hours differ; `None` when none ever comes.
pub fn next_event(
    dice: &mut ChaCha8Rng,
    zone: &TimeZone,
    events_per_hour: f64,
    from: Timestamp,
) -> Option<Timestamp> {
    let mut left = -dice.random_range(1e-9..1.0_f64).ln();
    let mut at = from;
    if events_per_hour <= 0.0 {
        return None;
    }
    // A year without any event is as good as none at all.
    for _ in 0..24 * 365 {
        let rate = events_per_hour * busyness(zone, at) / 3600.0;
        let end = Timestamp::from_second(at.as_second() - at.as_second().rem_euclid(3600) + 3600).ok()?;
        if left <= end.duration_since(at).as_secs_f64() * rate {
            return at.checked_add(SignedDuration::from_micros((left / rate * 1e6) as i64 + 1)).ok();
        }
        left -= end.duration_since(at).as_secs_f64() * rate;
        at = end;
    }
    None
}

/// The zone of a practice, UTC if its name is unknown.
pub fn zone(practice: &Practice) -> TimeZone {
    TimeZone::get(&practice.time_zone).unwrap_or(TimeZone::UTC)
}

/// A moment between two, when people are awake rather than not.
pub fn moment(dice: &mut ChaCha8Rng, zone: &TimeZone, from: Timestamp, until: Timestamp) -> Timestamp {
    let (first, last) = (from.as_microsecond(), until.as_microsecond().max(from.as_microsecond() + 1));
    let mut at = from;
    for _ in 0..4 {
        at = Timestamp::from_microsecond(dice.random_range(first..last)).unwrap_or(from);
        if dice.random_bool((busyness(zone, at) / 2.6).clamp(0.0, 1.0)) {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::*;

    #[test]
    fn systems_of_one_crowd_know_the_same_people_each_another_part_of_them() {
        for region in [Region::Au, Region::Gb] {
            let practice = Practice { region, crowd: Some(9), ..Practice::default() };
            let system = |seed| {
                let mut dice = ChaCha8Rng::seed_from_u64(seed);
                let mut people = People::new(&practice, &mut dice);
                let known: Vec<Person> = (0..200).map(|_| people.next(&mut dice)).collect();
                let further: Vec<String> = (0..20).filter_map(|_| people.phone()).collect();
                (known, further)
            };
            let ((one, further), (other, _)) = (system(1), system(2));
            let names = |people: &[Person]| -> BTreeMap<u64, String> {
                let named = people.iter().filter(|it| !it.name.starts_with("quiet-river"));
                named.filter_map(|it| Some((it.seed?, it.name.clone()))).collect()
            };
            let (left, right) = (names(&one), names(&other));
            let both: Vec<_> = left.keys().filter(|seed| right.contains_key(seed)).collect();
            assert!(both.len() > 80 && both.len() < 160, "{}", both.len());
            assert!(both.iter().all(|seed| left[*seed] == right[*seed]));
            // A number is one person's, wherever it is known.
            let mut owners: BTreeMap<&str, u64> = BTreeMap::new();
            for (phone, seed) in one.iter().chain(&other).filter_map(|it| it.phone.as_deref().zip(it.seed)) {
                assert_eq!(*owners.entry(phone).or_insert(seed), seed);
            }
            let further: HashSet<&str> = further.iter().map(String::as_str).collect();
            assert!(further.len() == 20 && further.iter().all(|phone| !owners.contains_key(phone)));
        }
    }
}
