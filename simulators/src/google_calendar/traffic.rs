//! Calendars that live: appointments made, moved, called off; what happens depends on the seed alone.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::event::{Attendee, Moment, Repeat, Status};
use super::world::{EventEdit, NewEvent, World, missing};
use crate::house::Refused;
use crate::mix;
use crate::names;
use crate::population::{self, People, Practice};

const SERVICES: [&str; 6] =
    ["Initial consult", "Massage", "Follow-up", "Dry needling", "Pilates", "Gait check"];

/// A calendar's stream of events.
#[derive(Debug)]
pub(super) struct Feed {
    practice: Practice,
    zone: TimeZone,
    people: People,
    dice: ChaCha8Rng,
    next: Option<Timestamp>,
}

impl Feed {
    fn plan(&mut self, from: Timestamp) {
        let per_hour = self.practice.events_per_hour;
        self.next = population::next_event(&mut self.dice, &self.zone, per_hour, from);
    }

    /// A quarter of an hour within working hours, some days from now.
    fn slot(&mut self, at: Timestamp, back: i64, ahead: i64) -> Timestamp {
        let days = self.dice.random_range(-back..=ahead);
        let day = at.to_zoned(self.zone.clone()).date().saturating_add(jiff::Span::new().days(days));
        let (hour, quarter) = (self.dice.random_range(8..18), self.dice.random_range(0..4));
        let time = day.at(hour, quarter * 15, 0, 0);
        time.to_zoned(self.zone.clone()).map_or(at, |it| it.timestamp())
    }

    fn event(&mut self, start: Timestamp) -> NewEvent {
        let person = self.people.next(&mut self.dice);
        let dice = &mut self.dice;
        let what = SERVICES[dice.random_range(0..SERVICES.len())];
        let first = person.name.split(' ').next().unwrap_or_default();
        let mut event = NewEvent::at(start, &format!("{what}: {first}"));
        event.minutes = [15, 30, 45, 60][dice.random_range(0..4)];
        event.location = dice.random_bool(0.3).then(|| person.town.to_owned());
        event.description = dice.random_bool(0.2).then(|| names::line(dice, names::Line::Noted, first));
        event.attendees = person
            .email
            .map(|email| Attendee { email, name: Some(person.name), response: "needsAction".to_owned() })
            .into_iter()
            .collect();
        match dice.random_range(0..20) {
            0 => {
                event.start = Moment::Date(start.to_zoned(self.zone.clone()).date());
                event.summary = Some("Leave".to_owned());
                event.attendees.clear();
            }
            1..3 => event.repeat = Some(Repeat { every_days: 7, count: dice.random_range(3..12) }),
            3 => event.status = Status::Tentative,
            4 => event.summary = None,
            _ => {}
        }
        event
    }
}

impl World {
    pub(super) fn add_practice(
        &mut self,
        account: &str,
        practice: &Practice,
        now: Timestamp,
    ) -> Result<String, Refused> {
        if !self.accounts.contains_key(account) {
            self.grant(account);
        }
        let id = self.add_calendar(account, &practice.name, &practice.time_zone)?;
        let sum = id.bytes().fold(self.settings.seed, |sum, byte| mix(sum, u64::from(byte)));
        let mut dice = ChaCha8Rng::seed_from_u64(sum);
        let people = People::new(practice, &mut dice);
        let zone = population::zone(practice);
        let mut feed = Feed { practice: practice.clone(), zone, people, dice, next: None };
        let history = i64::from(practice.history_days.max(1));
        let first = now.checked_sub(SignedDuration::from_hours(24 * history)).unwrap_or(now);
        for _ in 0..practice.conversations {
            let made = population::moment(&mut feed.dice, &feed.zone, first, now);
            let start = feed.slot(made, 0, 30);
            let event = feed.event(start);
            self.add_event(&id, event, made)?;
        }
        feed.plan(now);
        self.calendar_mut(&id)?.feed = Some(feed);
        Ok(id)
    }

    pub(super) fn set_traffic(
        &mut self,
        calendar: &str,
        events_per_hour: f64,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let feed = self.calendar_mut(calendar)?.feed.as_mut().ok_or_else(|| missing("practice", calendar))?;
        feed.practice.events_per_hour = events_per_hour;
        feed.plan(now);
        Ok(())
    }

    /// Lets everything happen that happens up to and including `to`.
    pub(super) fn live(&mut self, to: Timestamp) {
        loop {
            let feeds =
                self.calendars.values().filter_map(|it| Some((it.feed.as_ref()?.next?, it.id.clone())));
            let Some((at, id)) = feeds.min().filter(|(at, _)| *at <= to) else { return };
            // Out of the calendar while it acts, so that it can change the rest of the world.
            let Some(mut feed) = self.calendars.get_mut(&id).and_then(|it| it.feed.take()) else { return };
            // What cannot be done just now is not done.
            self.happen(&id, &mut feed, at).ok();
            feed.plan(at);
            if let Some(calendar) = self.calendars.get_mut(&id) {
                calendar.feed = Some(feed);
            }
        }
    }

    fn happen(&mut self, calendar: &str, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let what = feed.dice.random_range(0..100);
        if what < 35 {
            let start = feed.slot(at, 1, 30);
            let event = feed.event(start);
            return self.add_event(calendar, event, at).map(|_| ());
        }
        let of = self.calendar_mut(calendar)?;
        let cancelled = (97..100).contains(&what);
        let ids: Vec<&String> = of
            .events
            .iter()
            .filter(|(_, it)| (it.status == Status::Cancelled) == cancelled)
            .map(|(id, _)| id)
            .collect();
        let id =
            ids.get(feed.dice.random_range(0..ids.len().max(1))).ok_or_else(|| missing("event", "any"))?;
        let id = (*id).clone();
        let occurrences = of.events.get(&id).map(|it| it.occurrences()).unwrap_or_default();
        let original = occurrences.get(feed.dice.random_range(0..occurrences.len().max(1))).copied();
        let mut edit = EventEdit::default();
        match what {
            35..60 => edit.start = Some(Moment::At(feed.slot(at, 1, 30))),
            60..75 => edit.description = Some(names::line(&mut feed.dice, names::Line::Noted, "them")),
            75..80 => {
                let (first, _) = names::person(&mut feed.dice);
                edit.summary = Some(format!("Changed: {first}"));
            }
            80..85 => {
                // Written down late: its time says less than its place among the changes.
                edit.location = Some("Room 2".to_owned());
                edit.late_ms = feed.dice.random_range(500..90_000);
            }
            85..97 => edit.status = Some(Status::Cancelled),
            _ => edit.status = Some(Status::Confirmed),
        }
        // Of a series mostly one instance is meant.
        match original.filter(|_| feed.dice.random_bool(0.7)) {
            Some(original) => self.edit_instance(calendar, &id, original, edit, at).map(|_| ()),
            None => self.edit_event(calendar, &id, edit, at),
        }
    }
}
