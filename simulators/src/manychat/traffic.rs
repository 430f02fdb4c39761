//! Pages that live: what happens between two moments depends on the seed alone, not on how often one looks.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::Seat;
use super::deeds::NewSubscriber;
use super::state::{Channel, FieldKind, Status};
use super::world::{World, missing};
use crate::house::Refused;
use crate::mix;
use crate::names::{self, Line};
use crate::population::{self, People, Person, Practice};

/// Between two texts of somebody who types fast.
const FAST: SignedDuration = SignedDuration::from_millis(700);

/// A page's stream of events.
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
}

fn newcomer(dice: &mut ChaCha8Rng, person: &Person) -> NewSubscriber {
    let mut texts = BTreeMap::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            texts.insert(name.to_owned(), value);
        }
    };
    let (first, last) = person.name.split_once(' ').unwrap_or((person.name.as_str(), ""));
    let number = dice.random_range(1_000_000_000..9_999_999_999_u64);
    let channel = match dice.random_range(0..100) {
        0..60 => Channel::Whatsapp,
        60..80 => Channel::Instagram,
        80..94 => Channel::Messenger,
        94..98 => Channel::Telegram,
        _ => Channel::Tiktok,
    };
    put("first_name", Some(first.to_owned()));
    // Some are known by one name only.
    put("last_name", Some(last.to_owned()).filter(|last| !last.is_empty() && !dice.random_bool(0.05)));
    let handle = format!("{}.{number}", first.to_lowercase());
    let mut ig_id = None;
    match channel {
        Channel::Whatsapp if person.phone.is_some() => put("whatsapp_phone", person.phone.clone()),
        Channel::Whatsapp => {
            put("whatsapp_bsuid", Some(format!("AU.{number}{number}")));
            put("whatsapp_username", Some(handle));
        }
        Channel::Instagram => {
            ig_id = Some(17_841_400_000_000_000 + number);
            put("ig_username", Some(handle));
        }
        Channel::Tiktok => {
            put("tt_user_id", Some(number.to_string()));
            put("tt_username", Some(handle));
        }
        Channel::Messenger | Channel::Telegram => {
            // As collected: now and then without its plus.
            let phone = person.phone.clone().filter(|_| dice.random_bool(0.4));
            let bare = dice.random_bool(0.2);
            put(
                "phone",
                phone.map(|phone| if bare { phone.trim_start_matches('+').to_owned() } else { phone }),
            );
            put("email", person.email.clone());
        }
    }
    if channel == Channel::Whatsapp && dice.random_bool(0.3) {
        put("email", person.email.clone());
    }
    let utc_offset = dice.random_bool(0.1).then(|| dice.random_range(-8..=12));
    NewSubscriber { channel, texts, ig_id, utc_offset }
}

impl World {
    pub(super) fn add_practice(&mut self, practice: &Practice, now: Timestamp) -> Seat {
        let seat = self.add_page(&practice.name, &practice.time_zone);
        let mut dice = ChaCha8Rng::seed_from_u64(mix(self.settings.seed, seat.page));
        let people = People::new(practice, &mut dice);
        let zone = population::zone(practice);
        let mut feed = Feed { practice: practice.clone(), zone, people, dice, next: None };
        // A page that has just been made refuses nothing of this.
        self.furnish(seat.page, &mut feed, now).ok();
        feed.plan(now);
        if let Ok(page) = self.page_mut(seat.page) {
            page.feed = Some(feed);
        }
        seat
    }

    fn furnish(&mut self, page: u64, feed: &mut Feed, now: Timestamp) -> Result<(), Refused> {
        for (label, _) in names::LABELS {
            self.add_tag(page, label)?;
        }
        for (name, kind) in [
            ("cliniko_id", FieldKind::Text),
            ("visits", FieldKind::Number),
            ("vip", FieldKind::Boolean),
            ("birthday", FieldKind::Date),
            ("next_visit", FieldKind::Datetime),
        ] {
            self.add_field(page, name, kind)?;
        }
        self.add_flow(page, "Reminder", Channel::Whatsapp)?;
        let days = i64::from(feed.practice.history_days.max(1));
        let start = now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
        for _ in 0..feed.practice.contacts {
            let person = feed.people.next(&mut feed.dice);
            let since = population::moment(&mut feed.dice, &feed.zone, start, now);
            let last = population::moment(&mut feed.dice, &feed.zone, since, now);
            let new = newcomer(&mut feed.dice, &person);
            let id = self.make(page, new, since)?;
            let text = names::line(&mut feed.dice, Line::Asked, &person.name);
            let it = self.subscriber_mut(page, id)?;
            it.last_interaction = Some(last);
            it.last_seen = Some(last);
            it.texts.insert("last_input_text", text.clone());
            let channel = it.channel;
            self.said(page, id, channel, Some(text), 0, last)?;
            for _ in 0..feed.dice.random_range(0..3) {
                self.decorate(page, id, feed, last)?;
            }
        }
        self.page_mut(page)?.messages.sort_by_key(|it| it.at);
        Ok(())
    }

    pub(super) fn set_traffic(
        &mut self,
        page: u64,
        events_per_hour: f64,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let feed = self.page_mut(page)?.feed.as_mut().ok_or_else(|| missing("practice", page))?;
        feed.practice.events_per_hour = events_per_hour;
        feed.plan(now);
        Ok(())
    }

    /// Lets everything happen that happens up to and including `to`.
    pub(super) fn live(&mut self, to: Timestamp) {
        loop {
            let feeds = self.pages.iter().filter_map(|(id, page)| Some((page.feed.as_ref()?.next?, *id)));
            let Some((at, page)) = feeds.min().filter(|(at, _)| *at <= to) else { return };
            // Out of the page while it acts, so that it can change the rest of the world.
            let Some(mut feed) = self.pages.get_mut(&page).and_then(|page| page.feed.take()) else { return };
            // What cannot be done just now is not done.
            self.happen(page, &mut feed, at).ok();
            feed.plan(at);
            if let Some(page) = self.pages.get_mut(&page) {
                page.feed = Some(feed);
            }
        }
    }

    fn someone(&self, page: u64, feed: &mut Feed) -> Result<u64, Refused> {
        let people = &self.pages.get(&page).ok_or_else(|| missing("page", page))?.subscribers;
        let nobody = || missing("subscriber", "any");
        let (first, last) =
            (people.keys().next().ok_or_else(nobody)?, people.keys().next_back().ok_or_else(nobody)?);
        let target = feed.dice.random_range(*first..=*last);
        let mut later = people.range(target..).filter(|(_, it)| it.status != Status::Deleted);
        later.next().map(|(id, _)| *id).ok_or_else(nobody)
    }

    fn say(&mut self, page: u64, id: u64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let name = self.subscriber_mut(page, id)?.text("first_name").unwrap_or("me").to_owned();
        let text = names::line(&mut feed.dice, Line::Asked, &name);
        self.write(page, id, Some(&text), at)
    }

    /// A tag or a field.
    fn decorate(&mut self, page: u64, id: u64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let dice = &mut feed.dice;
        let of = self.page_mut(page)?;
        if dice.random_bool(0.5) {
            let tags: Vec<u64> = of.tags.keys().copied().collect();
            let tag = tags.get(dice.random_range(0..tags.len().max(1))).copied();
            return self.tag(page, id, tag.ok_or(Refused::Invalid("tag"))?, at);
        }
        let fields: Vec<(u64, FieldKind)> = of.fields.iter().map(|(id, it)| (*id, it.kind)).collect();
        let field = fields.get(dice.random_range(0..fields.len().max(1))).copied();
        let (field, kind) = field.ok_or(Refused::Invalid("field"))?;
        let value: Value = match kind {
            FieldKind::Text => json!(dice.random_range(1..5000_u32).to_string()),
            FieldKind::Number => json!(dice.random_range(0..40_u32)),
            FieldKind::Boolean => json!(dice.random_bool(0.5)),
            FieldKind::Date => {
                let (year, month, day) =
                    (dice.random_range(1930..2015), dice.random_range(1..=12), dice.random_range(1..=28));
                json!(format!("{year}-{month:02}-{day:02}"))
            }
            FieldKind::Datetime => {
                let hours = dice.random_range(1..500_i64);
                let then = at.checked_add(SignedDuration::from_hours(hours)).unwrap_or(at);
                json!(then.to_zoned(feed.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
            }
        };
        let value = Some(value).filter(|_| !dice.random_bool(0.1));
        self.set_field(page, id, field, value, at)
    }

    fn happen(&mut self, page: u64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let what = feed.dice.random_range(0..1000);
        if (610..710).contains(&what) {
            let person = feed.people.next(&mut feed.dice);
            let new = newcomer(&mut feed.dice, &person);
            let id = self.add_subscriber(page, new, at)?;
            return self.say(page, id, feed, at);
        }
        let id = self.someone(page, feed)?;
        match what {
            0..520 => self.say(page, id, feed, at),
            520..570 => {
                self.say(page, id, feed, at)?;
                self.say(page, id, feed, at.checked_add(FAST).unwrap_or(at))
            }
            570..610 => self.write(page, id, None, at),
            710..900 => self.decorate(page, id, feed, at),
            900..930 => {
                let tag = self.subscriber_mut(page, id)?.tags.first().copied();
                tag.map_or(Ok(()), |tag| self.untag(page, id, tag))
            }
            930..980 => {
                let (first, last) = names::person(&mut feed.dice);
                let set = match feed.dice.random_range(0..3) {
                    0 => {
                        [("first_name", Some(first.to_owned())), ("last_name", Some(last.to_owned()))].into()
                    }
                    1 => [("email", Some(format!("new.{id}@example.org")))].into(),
                    _ => BTreeMap::from([("phone", feed.people.phone())]),
                };
                let set = set.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                self.edit(page, id, set)
            }
            980..995 => self.set_status(page, id, Status::Unsubscribed),
            _ => self.set_status(page, id, Status::Deleted),
        }
    }
}
