//! Reading one conversation's messages completely.
//!
//! The platform answers `after=A&before=B` with at most 1000 messages of ids A to B, chosen by the time they were
//! written. Imported messages carry old times and new ids, so the highest id of a full answer says nothing about what
//! lies below it, and walking on from there loses messages for ever. A range whose answer is not full is complete; a
//! full one is cut in two and both halves are read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::map::Seen;

/// More than any id: 2^53 - 1, which every JSON reader on the way can hold.
pub(super) const END: u64 = 9_007_199_254_740_991;
/// An answer with this many messages may hide more.
pub(super) const FULL: usize = 1000;
/// Messages younger than this against the newest are read again: their delivery state still moves.
const YOUNG_MINUTES: i64 = 10;
/// So many of the highest ids are read again: a message with a lower id may be committed later.
const HIGHEST: usize = 5;
/// So often what could not be understood is read again.
const AGAIN: u8 = 2;

/// What an item of the stream `messages` remembers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// The next reading begins at this id.
    pub(super) from: u64,
    /// The reading under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reading: Option<Reading>,
}

/// What is due of such an item.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Due {
    /// Read everything again, from the first message.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) recheck: bool,
    /// How often the same was read again because part of it could not be understood.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) again: u8,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the form serde asks for
fn is_zero(count: &u8) -> bool {
    *count == 0
}

/// A reading on its way. It stands in the item's cursor, not in its work: a new request for the conversation does not
/// throw away what was read of a long history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Reading {
    /// The id it began at.
    since: u64,
    /// The ranges not read yet, `[from, before)`, the lowest last.
    ranges: Vec<(u64, u64)>,
    /// The highest ids seen.
    highest: Vec<u64>,
    /// The lowest id seen of each of the newest minutes.
    minutes: BTreeMap<i64, u64>,
    /// Whether part of it could not be understood.
    doubtful: bool,
}

impl Place {
    /// The range to ask for next.
    pub(super) fn next(&self, due: &Due) -> (u64, u64) {
        self.reading(due).ranges.last().copied().unwrap_or((self.from, END))
    }

    fn reading(&self, due: &Due) -> Reading {
        let since = if due.recheck { 0 } else { self.from };
        match &self.reading {
            Some(reading) if !reading.ranges.is_empty() && reading.since <= since => reading.clone(),
            _ => Reading { since, ranges: vec![(since, END)], ..Reading::default() },
        }
    }

    /// Takes the answer to [`Place::next`]. Answers what is still due: nothing when everything is read.
    ///
    /// A message that cannot be understood may have been damaged on its way, so the same is read again, but not for
    /// ever: one that stays so is rejected.
    pub(super) fn take(&mut self, due: &Due, seen: &[Seen], received: usize) -> Option<Due> {
        let mut reading = self.reading(due);
        let (from, before) = reading.ranges.pop()?;
        reading.doubtful |= received > seen.len() || seen.iter().any(|seen| seen.doubtful);
        let ids: Vec<u64> = seen.iter().filter_map(|seen| seen.id.parse().ok()).collect();
        seen.iter().for_each(|seen| reading.note(seen));
        if received >= FULL
            && let Some(middle) = cut(&ids, from, before)
        {
            reading.ranges.extend([(middle, before), (from, middle)]);
        }
        if !reading.ranges.is_empty() {
            self.reading = Some(reading);
            return Some(due.clone());
        }
        if reading.doubtful && due.again < AGAIN {
            *self = Self { from: reading.since, reading: None };
            return Some(Due { again: due.again + 1, ..due.clone() });
        }
        *self = Self { from: reading.overlap(), reading: None };
        None
    }
}

/// Where to cut a full range. At the end of all ids, an answer whose ids rise with their times is most likely
/// everything up to its last id, so the cut is there and the lower part is confirmed by one more request. Anywhere
/// else the middle of the ids seen, so that every cut leaves fewer on both sides.
fn cut(ids: &[u64], from: u64, before: u64) -> Option<u64> {
    let rising = ids.windows(2).all(|pair| pair[0] < pair[1]);
    let middle = if before == END && rising {
        ids.last().copied()
    } else {
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    };
    middle.filter(|middle| from < *middle && *middle < before)
}

impl Reading {
    fn note(&mut self, seen: &Seen) {
        let Ok(id) = seen.id.parse::<u64>() else { return };
        if let Err(at) = self.highest.binary_search(&id) {
            self.highest.insert(at, id);
            self.highest.drain(..self.highest.len().saturating_sub(HIGHEST));
        }
        if let Some(minute) = seen.created_at.map(|at: Timestamp| at.as_second().div_euclid(60)) {
            let lowest = self.minutes.entry(minute).or_insert(id);
            *lowest = id.min(*lowest);
            if let Some((newest, _)) = self.minutes.last_key_value() {
                self.minutes = self.minutes.split_off(&(newest - YOUNG_MINUTES));
            }
        }
    }

    /// Where the next reading begins, so that young and late messages are met again.
    fn overlap(&self) -> u64 {
        let young = self.minutes.values().min();
        self.highest.first().into_iter().chain(young).min().copied().unwrap_or(self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `messages` (id, second) as the platform serves them; answers the ids met and the requests it took.
    fn read(place: &mut Place, due: &Due, messages: &[(u64, i64)]) -> (Vec<u64>, usize) {
        let mut met = std::collections::BTreeSet::new();
        for requests in 1.. {
            let (from, before) = place.next(due);
            let mut page: Vec<_> =
                messages.iter().filter(|(id, _)| (from..before).contains(id)).copied().collect();
            page.sort_by_key(|(id, at)| (*at, *id));
            page.truncate(FULL);
            met.extend(page.iter().map(|(id, _)| *id));
            let seen: Vec<_> = page.iter().map(|(id, at)| message(*id, *at)).collect();
            if place.take(due, &seen, page.len()).is_none() {
                return (met.into_iter().collect(), requests);
            }
            assert!(requests < 1_000, "it ends");
            *place = serde_json::from_value(serde_json::to_value(&*place).unwrap()).unwrap();
        }
        unreachable!()
    }

    fn message(id: u64, at: i64) -> Seen {
        Seen {
            id: id.to_string(),
            created_at: Timestamp::from_second(1_780_000_000 + at).ok(),
            ..Seen::default()
        }
    }

    fn all(messages: &[(u64, i64)]) -> Vec<u64> {
        let ids: std::collections::BTreeSet<_> = messages.iter().map(|(id, _)| *id).collect();
        ids.into_iter().collect()
    }

    #[test]
    fn a_short_conversation_takes_one_request_and_is_read_again_from_its_end() {
        let messages: Vec<_> = (1..=40).map(|n| (n * 10, n as i64 * 3600)).collect();
        let mut place = Place::default();
        assert_eq!(read(&mut place, &Due::default(), &messages), (all(&messages), 1));
        assert_eq!(place, Place { from: 360, reading: None }, "the five highest are read again");
        assert_eq!(read(&mut place, &Due::default(), &messages).0, [360, 370, 380, 390, 400]);
        assert_eq!(read(&mut place, &Due { recheck: true, ..Due::default() }, &messages).0, all(&messages));
    }

    #[test]
    fn messages_of_the_newest_ten_minutes_are_read_again() {
        let messages: Vec<_> = (1..=40).map(|n| (n, n as i64 * 30)).collect();
        let mut place = Place::default();
        read(&mut place, &Due::default(), &messages);
        let newest = 1_780_000_000 + 1200;
        let young = |id: u64| newest - (1_780_000_000 + id as i64 * 30) <= 600;
        assert!(young(place.from + 2) && place.from <= 20, "from {}", place.from);
        assert!(place.from >= 15, "and not much more: {}", place.from);
    }

    #[test]
    fn a_long_history_in_order_takes_two_requests_a_thousand() {
        let messages: Vec<_> = (1..=10_000).map(|n| (n * 3, n as i64)).collect();
        let (met, requests) = read(&mut Place::default(), &Due::default(), &messages);
        assert_eq!(met, all(&messages));
        assert!(requests <= 24, "{requests} requests");
    }

    #[test]
    fn exactly_full_answers_hide_nothing() {
        for count in [999, 1000, 1001, 1999, 2000, 2001] {
            let messages: Vec<_> = (1..=count).map(|n| (n, n as i64)).collect();
            assert_eq!(read(&mut Place::default(), &Due::default(), &messages).0, all(&messages), "{count}");
        }
    }

    #[test]
    fn back_dated_messages_are_all_met() {
        // An import of 2500 old messages, newest first, got higher ids than 1500 live ones.
        let live = (1..=1500).map(|n| (n, 1_000_000 + n as i64));
        let imported = (1501..=4000).map(|n| (n, 500_000 - n as i64));
        let messages: Vec<_> = live.chain(imported).collect();
        let mut place = Place::default();
        let (met, requests) = read(&mut place, &Due::default(), &messages);
        assert_eq!(met, all(&messages));
        assert!(requests < 30, "{requests} requests");
        // Times that all tie, and times that fall with the id.
        for second in [|_: u64| 7, |n: u64| -(n as i64)] {
            let messages: Vec<_> = (1..=3000).map(|n| (n, second(n))).collect();
            assert_eq!(read(&mut Place::default(), &Due::default(), &messages).0, all(&messages));
        }
    }

    #[test]
    fn the_worst_order_costs_no_request_per_message() {
        // Rising up to a thousand, and below the last of them thousands more whose times fall.
        let rising = (1..=999).map(|n| (n, n as i64)).chain([(5_000, 1_000)]);
        let messages: Vec<_> = rising.chain((1_000..5_000).map(|n| (n, 10_000 - n as i64))).collect();
        let (met, requests) = read(&mut Place::default(), &Due::default(), &messages);
        assert_eq!(met, all(&messages));
        assert!(requests < 40, "{requests} requests");
    }

    #[test]
    fn a_new_request_goes_on_with_a_long_reading() {
        let messages: Vec<_> = (1..=3000).map(|n| (n, n as i64)).collect();
        let mut place = Place::default();
        let first: Vec<_> = messages[..1000].iter().map(|(id, at)| message(*id, *at)).collect();
        assert!(place.take(&Due::default(), &first, 1000).is_some());
        let under_way = place.next(&Due::default());
        assert_ne!(under_way, (0, END));
        assert_eq!(
            place.next(&Due { recheck: true, ..Due::default() }),
            under_way,
            "it began at the first message anyway"
        );
        let later =
            Place { from: 50, reading: Some(Reading { since: 50, ..place.reading.clone().unwrap() }) };
        assert_eq!(later.next(&Due { recheck: true, ..Due::default() }), (0, END), "this one did not");
    }

    #[test]
    fn what_was_damaged_is_read_again_but_not_for_ever() {
        let damaged = [message(5, 0), Seen { doubtful: true, ..message(9, 1) }];
        let mut place = Place { from: 3, reading: None };
        let again = place.take(&Due::default(), &damaged, 2).unwrap();
        assert_eq!((place.clone(), place.next(&again)), (Place { from: 3, reading: None }, (3, END)));
        let last = place.take(&again, &damaged, 2).unwrap();
        assert_eq!(place.take(&last, &damaged, 2), None, "it stays rejected");
        assert_eq!(place.from, 5);
        let unnamed = place.take(&Due::default(), &damaged[..1], 2);
        assert!(unnamed.is_some(), "one without a readable id counts as well");
    }

    #[test]
    fn an_unreadable_full_answer_does_not_go_round_in_circles() {
        let mut place = Place::default();
        assert!(
            place.take(&Due { again: AGAIN, ..Due::default() }, &[], FULL).is_none(),
            "no id to cut at: nothing more can be done"
        );
    }
}
