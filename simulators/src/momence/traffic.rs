//! Hosts that live: what happens between two moments depends on the seed alone, not on how often one looks.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Seat;
use super::state::Attendance;
use super::world::{NewMember, NewReservation, NewSession, World, missing};
use crate::house::Refused;
use crate::mix;
use crate::names;
use crate::population::{self, People, Practice};

const CLASSES: [(&str, &str); 5] = [
    ("Reformer basics", "fitness"),
    ("Mobility flow", "fitness"),
    ("Back care", "course"),
    ("One to one", "private"),
    ("Open morning", "special-event-new"),
];
const SERVICES: [&str; 3] = ["Sports massage", "Assessment", "Stretch session"];

/// A host's stream of events.
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

    fn slot(&mut self, at: Timestamp) -> Timestamp {
        let days = self.dice.random_range(-2..21_i64);
        let day = at.to_zoned(self.zone.clone()).date().saturating_add(jiff::Span::new().days(days));
        let time = day.at(self.dice.random_range(7..19), 30 * self.dice.random_range(0..2), 0, 0);
        time.to_zoned(self.zone.clone()).map_or(at, |it| it.timestamp())
    }

    fn one(&mut self, of: &[u64]) -> Result<u64, Refused> {
        let at = self.dice.random_range(0..of.len().max(1));
        of.get(at).copied().ok_or_else(|| missing("record", "any"))
    }

    fn member(&mut self) -> NewMember {
        let person = self.people.next(&mut self.dice);
        let (first, last) = person.name.split_once(' ').unwrap_or((person.name.as_str(), "-"));
        let number: u32 = self.dice.random_range(0..1_000_000_000);
        // Numbers are as people type them.
        let typed = self.dice.random_range(0..4);
        let phone_number = person.phone.map(|phone| match typed {
            0 => phone.replacen("+61", "0", 1),
            1 if phone.len() > 6 => format!("{} {}", &phone[..6], &phone[6..]),
            _ => phone,
        });
        let birthday = self.dice.random_bool(0.6).then(|| {
            let (year, month, day) = (
                self.dice.random_range(1940..2012),
                self.dice.random_range(1..=12),
                self.dice.random_range(1..=28),
            );
            format!("{year}-{month:02}-{day:02}")
        });
        NewMember {
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            email: person.email.unwrap_or_else(|| format!("m{number}@example.org")),
            phone_number,
            birthday,
        }
    }
}

impl World {
    pub(super) fn add_practice(&mut self, practice: &Practice, now: Timestamp) -> Seat {
        let seat = self.add_host(&practice.name);
        let mut dice = ChaCha8Rng::seed_from_u64(mix(self.settings.seed, seat.host));
        let people = People::new(practice, &mut dice);
        let zone = population::zone(practice);
        let mut feed = Feed { practice: practice.clone(), zone, people, dice, next: None };
        // A host that has just been made refuses nothing of this.
        self.furnish(seat.host, &mut feed, now).ok();
        feed.plan(now);
        if let Ok(host) = self.host_mut(seat.host) {
            host.feed = Some(feed);
        }
        seat
    }

    fn furnish(&mut self, host: u64, feed: &mut Feed, now: Timestamp) -> Result<(), Refused> {
        for (label, _) in names::LABELS {
            self.add_tag(host, label)?;
        }
        let days = i64::from(feed.practice.history_days.max(1));
        let start = now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
        for _ in 0..feed.practice.contacts {
            let at = population::moment(&mut feed.dice, &feed.zone, start, now);
            let new = feed.member();
            // Two may have one address: the second is refused.
            self.add_member(host, new, at).ok();
        }
        for _ in 0..feed.practice.conversations {
            let at = population::moment(&mut feed.dice, &feed.zone, start, now);
            self.schedule(host, feed, at)?;
            for _ in 0..feed.dice.random_range(0..4) {
                // While there is no class yet, nobody books one.
                self.come(host, feed, at).ok();
            }
        }
        Ok(())
    }

    pub(super) fn set_traffic(
        &mut self,
        host: u64,
        events_per_hour: f64,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let feed = self.host_mut(host)?.feed.as_mut().ok_or_else(|| missing("practice", host))?;
        feed.practice.events_per_hour = events_per_hour;
        feed.plan(now);
        Ok(())
    }

    /// Lets everything happen that happens up to and including `to`.
    pub(super) fn live(&mut self, to: Timestamp) {
        loop {
            let feeds = self.hosts.values().filter_map(|it| Some((it.feed.as_ref()?.next?, it.id)));
            let Some((at, id)) = feeds.min().filter(|(at, _)| *at <= to) else { return };
            // Out of the host while it acts, so that it can change the rest of the world.
            let Some(mut feed) = self.hosts.get_mut(&id).and_then(|it| it.feed.take()) else { return };
            // What cannot be done just now is not done.
            self.happen(id, &mut feed, at).ok();
            feed.plan(at);
            if let Some(host) = self.hosts.get_mut(&id) {
                host.feed = Some(feed);
            }
        }
    }

    /// A class or an appointment is put into the calendar.
    fn schedule(&mut self, host: u64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let starts_at = feed.slot(at);
        let minutes = [30, 45, 60][feed.dice.random_range(0..3)];
        if feed.dice.random_bool(0.6) {
            let (name, kind) = CLASSES[feed.dice.random_range(0..CLASSES.len())];
            let capacity = feed.dice.random_bool(0.8).then(|| feed.dice.random_range(4..20));
            let new =
                NewSession { name: name.to_owned(), starts_at, minutes, kind: kind.to_owned(), capacity };
            return self.add_session(host, new).map(|_| ());
        }
        let members: Vec<u64> = self.host_mut(host)?.members.keys().copied().collect();
        let mut who = vec![feed.one(&members)?];
        if feed.dice.random_bool(0.15) {
            let second = feed.one(&members)?;
            if !who.contains(&second) {
                who.push(second);
            }
        }
        let service = SERVICES[feed.dice.random_range(0..SERVICES.len())].to_owned();
        let price_cents = feed.dice.random_range(40..160) * 100;
        let new = NewReservation { service, starts_at, minutes, members: who, price_cents };
        self.reserve(host, new, at).map(|_| ())
    }

    /// Somebody books a class.
    fn come(&mut self, host: u64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let of = self.host_mut(host)?;
        let open: Vec<u64> = of.sessions.values().filter(|it| !it.cancelled).map(|it| it.id).collect();
        let members: Vec<u64> = of.members.keys().copied().collect();
        // Rather a young one.
        let open = &open[open.len().saturating_sub(30)..];
        let (session, member) = (feed.one(open)?, feed.one(&members)?);
        self.book(host, session, member, at).map(|_| ())
    }

    fn happen(&mut self, host: u64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let of = self.host_mut(host)?;
        let members: Vec<u64> = of.members.keys().copied().collect();
        let sessions: Vec<u64> = of.sessions.keys().copied().collect();
        let bookings: Vec<u64> = of.bookings.keys().copied().collect();
        let reservations: Vec<u64> = of.reservations.keys().copied().collect();
        match feed.dice.random_range(0..1000) {
            0..100 => {
                let new = feed.member();
                self.add_member(host, new, at).map(|_| ())
            }
            100..250 => self.schedule(host, feed, at),
            250..550 => self.come(host, feed, at),
            550..620 => self.cancel_booking(host, feed.one(&bookings)?, at),
            620..720 => self.check_in_booking(host, feed.one(&bookings)?, at),
            720..780 => {
                let id = feed.one(&reservations)?;
                let member = self.reservation_mut(host, id)?.attendees.first().map(|one| one.member);
                let status = [Attendance::CheckedIn, Attendance::Cancelled][feed.dice.random_range(0..2)];
                self.attend(host, id, member.unwrap_or_default(), status, at)
            }
            780..820 => self.pay(host, feed.one(&reservations)?, at),
            820..850 => self.cancel_reservation(host, feed.one(&reservations)?, at),
            850..880 => {
                let (id, starts_at) = (feed.one(&reservations)?, feed.slot(at));
                self.reservation_mut(host, id)?.starts_at = starts_at;
                Ok(())
            }
            880..910 => {
                let (id, starts_at) = (feed.one(&sessions)?, feed.slot(at));
                self.session_mut(host, id)?.starts_at = starts_at;
                Ok(())
            }
            910..930 => {
                let cancelled = feed.dice.random_bool(0.8);
                self.session_mut(host, feed.one(&sessions)?)?.cancelled = cancelled;
                Ok(())
            }
            930..960 => {
                let (first, last) = names::person(&mut feed.dice);
                let it = self.member_mut(host, feed.one(&members)?)?;
                (it.first_name, it.last_name) = (first.to_owned(), last.to_owned());
                Ok(())
            }
            960..985 => {
                let tags: Vec<u64> = self.host_mut(host)?.tags.keys().copied().collect();
                let (member, tag, on) = (feed.one(&members)?, feed.one(&tags)?, feed.dice.random_bool(0.7));
                self.tag(host, member, tag, on)
            }
            985..993 => self.delete_member(host, feed.one(&members)?),
            _ => self.delete_session(host, feed.one(&sessions)?),
        }
    }
}
