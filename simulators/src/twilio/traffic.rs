//! Accounts that live: people write by SMS and WhatsApp, and are answered. What happens between two moments depends on
//! the seed alone, not on how often one looks.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::world::{Fate, Inbound, Sender, World, missing};
use crate::house::Refused;
use crate::mix;
use crate::names::{self, Line};
use crate::population::{self, People, Person, Practice};

/// An account's stream of events.
#[derive(Debug)]
pub(super) struct Feed {
    practice: Practice,
    zone: TimeZone,
    people: People,
    dice: ChaCha8Rng,
    /// The number and the WhatsApp address.
    own: [String; 2],
    known: Vec<Person>,
    next: Option<Timestamp>,
}

impl Feed {
    fn plan(&mut self, from: Timestamp) {
        let per_hour = self.practice.events_per_hour;
        self.next = population::next_event(&mut self.dice, &self.zone, per_hour, from);
    }

    /// Somebody with a number, known or new.
    fn someone(&mut self) -> Option<Person> {
        if self.known.is_empty() || self.dice.random_bool(0.15) {
            let person = self.people.next(&mut self.dice);
            self.known.extend(Some(person).filter(|person| person.phone.is_some()));
        }
        let nth = self.dice.random_range(0..self.known.len().max(1));
        self.known.get(nth).cloned()
    }
}

impl World {
    pub(super) fn add_practice(
        &mut self,
        practice: &Practice,
        sender: Sender,
        now: Timestamp,
    ) -> Result<(String, String), Refused> {
        let (sid, token) = self.add_account();
        let mut dice = ChaCha8Rng::seed_from_u64(mix(self.desk.dice.random(), 29));
        let people = People::new(practice, &mut dice);
        // The last number of a region's pool belongs to nobody else.
        let pool = names::phones(practice.region);
        let number = if sender.address.is_empty() {
            let nth = u32::try_from(self.feeds.len()).unwrap_or(0);
            names::phone(practice.region, pool.saturating_sub(1 + nth)).ok_or(Refused::Invalid("region"))?
        } else {
            sender.address.clone()
        };
        let own = [number.clone(), format!("whatsapp:{number}")];
        for address in &own {
            self.add_sender(&sid, Sender { address: address.clone(), ..sender.clone() })?;
        }
        let zone = population::zone(practice);
        let practice = practice.clone();
        let mut feed = Feed { practice, zone, people, dice, own, known: Vec::new(), next: None };
        feed.plan(now);
        self.feeds.insert(sid.clone(), feed);
        Ok((sid, token))
    }

    /// What was said before anybody looked, oldest first.
    pub(super) fn furnish(&mut self, account: &str, messages: u32, now: Timestamp) -> Result<(), Refused> {
        let mut feed = self.feeds.remove(account).ok_or_else(|| missing("practice", account))?;
        let ago = |hours| now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(now);
        // By then the last of them is where it will ever be.
        let (first, last) = (ago(24 * i64::from(feed.practice.history_days.max(1))), ago(2));
        let moments = (0..messages).map(|_| population::moment(&mut feed.dice, &feed.zone, first, last));
        let mut moments: Vec<Timestamp> = moments.collect();
        moments.sort_unstable();
        for at in moments {
            self.live(at);
            self.happen(&mut feed, at).ok();
        }
        self.feeds.insert(account.to_owned(), feed);
        self.live(now);
        Ok(())
    }

    pub(super) fn set_traffic(
        &mut self,
        account: &str,
        events_per_hour: f64,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let feed = self.feeds.get_mut(account).ok_or_else(|| missing("practice", account))?;
        feed.practice.events_per_hour = events_per_hour;
        feed.plan(now);
        Ok(())
    }

    /// Lets everything happen that happens up to and including `to`: what people do, and the fate of messages.
    pub(super) fn happen_until(&mut self, to: Timestamp) {
        loop {
            let feeds = self.feeds.iter().filter_map(|(sid, feed)| Some((feed.next?, sid.clone())));
            let Some((at, sid)) = feeds.min().filter(|(at, _)| *at <= to) else { break };
            self.live(at);
            let Some(mut feed) = self.feeds.remove(&sid) else { break };
            // What cannot be done just now is not done.
            self.happen(&mut feed, at).ok();
            feed.plan(at);
            self.feeds.insert(sid, feed);
        }
        self.live(to);
    }

    fn happen(&mut self, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let Some(person) = feed.someone() else { return Ok(()) };
        let phone = person.phone.clone().unwrap_or_default();
        let whatsapp = feed.dice.random_bool(0.5);
        let (own, theirs) = if whatsapp {
            (feed.own[1].clone(), format!("whatsapp:{phone}"))
        } else {
            (feed.own[0].clone(), phone)
        };
        let first = person.name.split(' ').next().unwrap_or_default().to_owned();
        if feed.dice.random_bool(0.45) {
            let body = names::line(&mut feed.dice, Line::Answered, &first);
            let fate = match feed.dice.random_range(0..100) {
                0..4 => Fate::Undelivered(30_003),
                4..6 => Fate::Failed(30_008),
                6..9 => Fate::Silent,
                9..40 if whatsapp => Fate::Read,
                _ => Fate::Delivered,
            };
            return self.send(&own, &theirs, &body, None, fate, at).map(|_| ());
        }
        let picture = feed.dice.random_bool(0.06);
        let text = (!picture || feed.dice.random_bool(0.4))
            .then(|| names::line(&mut feed.dice, Line::Asked, &first));
        let message = Inbound {
            from: theirs,
            to: own,
            body: text.unwrap_or_default(),
            media: if picture { vec!["image/jpeg".to_owned()] } else { Vec::new() },
            profile: whatsapp.then_some(person.name),
            // Now and then one is written down late.
            late_ms: if feed.dice.random_bool(0.02) { feed.dice.random_range(500..60_000) } else { 0 },
            ..Inbound::default()
        };
        self.receive(message, at).map(|_| ())
    }
}
