//! Life going on: what happens between two moments depends on the seed alone, not on how often one looks.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::deeds::ContactEdit;
use super::fill::{self, Staff};
use super::state::{Delivery, MessageKind, Priority, Status};
use super::talk::{ConversationEdit, NewConversation, NewMessage};
use super::world::{Refused, World};
use crate::names::{self, Line};
use crate::population::{self, People, Practice};

/// The traffic of all practices.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) feeds: BTreeMap<i64, Feed>,
    later: BinaryHeap<Reverse<(Timestamp, u64, i64, Later)>>,
    next_later: u64,
}

/// What follows from something that happened, at a known moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Later {
    Deliver { conversation: i64, message: i64 },
    Read { conversation: i64, message: i64 },
    Fail { conversation: i64, message: i64 },
}

/// One practice's stream of events.
#[derive(Debug)]
pub(crate) struct Feed {
    practice: Practice,
    zone: TimeZone,
    staff: Staff,
    people: People,
    dice: ChaCha8Rng,
    /// When the next event happens; `None` when nothing ever does.
    next: Option<Timestamp>,
}

impl Feed {
    pub(super) fn new(
        practice: Practice,
        staff: Staff,
        people: People,
        dice: ChaCha8Rng,
        from: Timestamp,
    ) -> Self {
        let zone = population::zone(&practice);
        let mut feed = Self { practice, zone, staff, people, dice, next: None };
        feed.plan(from);
        feed
    }

    fn plan(&mut self, from: Timestamp) {
        let per_hour = self.practice.events_per_hour;
        self.next = population::next_event(&mut self.dice, &self.zone, per_hour, from);
    }
}

impl World {
    /// Lets everything happen that happens up to and including `to`.
    pub(crate) fn advance(&mut self, to: Timestamp) {
        loop {
            let event = self
                .traffic
                .feeds
                .iter()
                .filter_map(|(account, feed)| Some((feed.next?, *account)))
                .min()
                .filter(|(at, _)| *at <= to);
            let later = self.traffic.later.peek().map(|Reverse((at, ..))| *at).filter(|at| *at <= to);
            match (event, later) {
                (Some((at, _)), Some(due)) if due <= at => self.follow(),
                (None, Some(_)) => self.follow(),
                (Some((at, account)), _) => self.happen(account, at),
                (None, None) => return,
            }
        }
    }

    /// Changes how busy a practice is from `at` on.
    pub(crate) fn set_traffic(
        &mut self,
        account: i64,
        events_per_hour: f64,
        at: Timestamp,
    ) -> Result<(), Refused> {
        self.advance(at);
        let feed = self.traffic.feeds.get_mut(&account).ok_or(super::world::missing("practice", account))?;
        feed.practice.events_per_hour = events_per_hour;
        feed.plan(at);
        Ok(())
    }

    fn follow(&mut self) {
        let Some(Reverse((at, _, account, later))) = self.traffic.later.pop() else { return };
        let (conversation, message, status) = match later {
            Later::Deliver { conversation, message } => (conversation, message, Delivery::Delivered),
            Later::Read { conversation, message } => (conversation, message, Delivery::Read),
            Later::Fail { conversation, message } => (conversation, message, Delivery::Failed),
        };
        // The conversation may be gone by now; then nothing follows.
        self.set_delivery(account, conversation, message, status, at).ok();
    }

    fn happen(&mut self, account: i64, at: Timestamp) {
        // Out of the map while it acts, so that it can change the rest of the world.
        let Some(mut feed) = self.traffic.feeds.remove(&account) else { return };
        // What cannot be done just now is not done.
        self.event(account, &mut feed, at).ok();
        feed.plan(at);
        self.traffic.feeds.insert(account, feed);
    }

    fn event(&mut self, account: i64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        match feed.dice.random_range(0..1000) {
            0..330 => self.say(account, feed, Line::Asked, at),
            330..600 => self.say(account, feed, Line::Answered, at),
            600..650 => self.say(account, feed, Line::Noted, at),
            650..740 => self.someone_writes(account, feed, at),
            740..900 => self.tend(account, feed, at),
            900..950 => self.edit_someone(account, feed, at),
            950..985 => self.revise(account, feed, at),
            985..990 => self.import(account, feed, at),
            990..994 => {
                let (base, mergee) = (self.someone(account, feed), self.someone(account, feed));
                match (base, mergee) {
                    (Some(base), Some(mergee)) => self.merge_contacts(account, base, mergee, at),
                    _ => Ok(()),
                }
            }
            994..997 => match self.someone(account, feed) {
                Some(contact) => self.delete_contact(account, contact, at),
                None => Ok(()),
            },
            _ => match self.recent(account, feed) {
                Some(conversation) => self.delete_conversation(account, conversation, at),
                None => Ok(()),
            },
        }
    }

    /// A conversation, rather a young one.
    fn recent(&self, account: i64, feed: &mut Feed) -> Option<i64> {
        let tenant = self.accounts.get(&account)?;
        let back = (-feed.dice.random_range(1e-6..1.0_f64).ln() * 30.0) as i64;
        let target = tenant.next_display_id - 1 - back;
        let below = tenant.conversations.range(..=target).next_back();
        below.or_else(|| tenant.conversations.range(target..).next()).map(|(id, _)| *id)
    }

    /// Any contact.
    fn someone(&self, account: i64, feed: &mut Feed) -> Option<i64> {
        let tenant = self.accounts.get(&account)?;
        let (first, _) = tenant.contacts.first_key_value()?;
        let (last, _) = tenant.contacts.last_key_value()?;
        let target = feed.dice.random_range(*first..=*last);
        tenant.contacts.range(target..).next().map(|(id, _)| *id)
    }

    fn say(&mut self, account: i64, feed: &mut Feed, line: Line, at: Timestamp) -> Result<(), Refused> {
        let Some(conversation) = self.recent(account, feed) else { return Ok(()) };
        self.say_in(account, feed, conversation, line, at)
    }

    fn say_in(
        &mut self,
        account: i64,
        feed: &mut Feed,
        conversation: i64,
        line: Line,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let contact = self.conversation_mut(account, conversation)?.contact_id;
        let name = self.contact_mut(account, contact)?.name.split(' ').next().unwrap_or_default().to_owned();
        let attached =
            line != Line::Noted && feed.dice.random_bool(feed.practice.attachments.clamp(0.0, 1.0));
        let text =
            (!attached || feed.dice.random_bool(0.5)).then(|| names::line(&mut feed.dice, line, &name));
        let new = fill::spoken(&mut feed.dice, &feed.staff, contact, line, text, attached);
        let sent = new.kind == MessageKind::Outgoing && !new.private;
        let message = self.add_message(account, conversation, new, at)?;
        if sent {
            self.foresee(account, feed, conversation, message, at);
        }
        Ok(())
    }

    /// How an outgoing message will fare.
    fn foresee(&mut self, account: i64, feed: &mut Feed, conversation: i64, message: i64, at: Timestamp) {
        let mut soon = |low: i64, high: i64| {
            at.checked_add(SignedDuration::from_millis(feed.dice.random_range(low..high))).unwrap_or(at)
        };
        let (delivered, read) = (soon(500, 8_000), soon(9_000, 3_600_000));
        match feed.dice.random_range(0..100) {
            0..3 => self.plan_later(delivered, account, Later::Fail { conversation, message }),
            3..70 => {
                self.plan_later(delivered, account, Later::Deliver { conversation, message });
                self.plan_later(read, account, Later::Read { conversation, message });
            }
            70..95 => self.plan_later(delivered, account, Later::Deliver { conversation, message }),
            _ => {}
        }
    }

    fn plan_later(&mut self, at: Timestamp, account: i64, later: Later) {
        self.traffic.next_later += 1;
        self.traffic.later.push(Reverse((at, self.traffic.next_later, account, later)));
    }

    /// A new conversation, half of the time by somebody new.
    fn someone_writes(&mut self, account: i64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let known = self.someone(account, feed).filter(|_| feed.dice.random_bool(0.5));
        let contact = match known {
            Some(contact) => contact,
            None => {
                let person = feed.people.next(&mut feed.dice);
                let new = fill::newcomer(&mut feed.dice, &feed.staff, &person);
                self.add_contact(account, new, at)?
            }
        };
        if known.is_none() && feed.dice.random_bool(0.2) {
            // Entered by hand: a contact and nothing else.
            return Ok(());
        }
        let link = self.contact_mut(account, contact)?.contact_inboxes.first().map(|link| link.inbox_id);
        let inbox = link.unwrap_or(feed.staff.inboxes[0].0);
        let new = NewConversation { inbox, contact, ..NewConversation::default() };
        let conversation = self.add_conversation(account, new, at)?;
        self.say_in(account, feed, conversation, Line::Asked, at)
    }

    /// Statuses, assignments, labels, priorities; and looking at what came.
    fn tend(&mut self, account: i64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let Some(conversation) = self.recent(account, feed) else { return Ok(()) };
        let mut edit = ConversationEdit::default();
        let dice = &mut feed.dice;
        match dice.random_range(0..10) {
            0..3 => edit.status = Some(Status::Resolved),
            3 => edit.status = Some(Status::Pending),
            4 => {
                edit.status = Some(Status::Snoozed);
                edit.snoozed_until = at.checked_add(SignedDuration::from_hours(24)).ok();
            }
            5..7 => edit.assignee = Some(feed.staff.agents[dice.random_range(0..feed.staff.agents.len())]),
            7 => {
                let (a, b) = (dice.random_range(0..names::LABELS.len()), dice.random_range(0..4));
                edit.labels =
                    Some(names::LABELS.iter().skip(a).take(b).map(|(l, _)| (*l).to_owned()).collect());
            }
            8 => edit.priority = Some([Priority::Low, Priority::Urgent][dice.random_range(0..2)]),
            _ => edit.seen_by_agent = true,
        }
        self.edit_conversation(account, conversation, edit, at)
    }

    fn edit_someone(&mut self, account: i64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let Some(contact) = self.someone(account, feed) else { return Ok(()) };
        let mut edit = ContactEdit::default();
        match feed.dice.random_range(0..6) {
            0..2 => {
                let (first, last) = names::person(&mut feed.dice);
                edit.name = Some(format!("{first} {last}"));
            }
            2 => edit.phone_number = feed.people.phone(),
            3 => edit.email = Some(format!("new.{contact}@example.org")),
            4 => edit.blocked = Some(feed.dice.random_bool(0.3)),
            _ => {
                let town = names::town(&mut feed.dice, feed.practice.region);
                edit.additional_attributes = Some(fill::attributes(serde_json::json!({"city": town})));
            }
        }
        self.edit_contact(account, contact, edit, at)
    }

    /// Edits or deletes one of the newest messages of a conversation.
    fn revise(&mut self, account: i64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let Some(display_id) = self.recent(account, feed) else { return Ok(()) };
        let conversation = self.conversation_mut(account, display_id)?;
        let spoken = conversation.messages.iter().rev().filter(|m| m.kind != MessageKind::Activity);
        let newest: Vec<i64> = spoken.take(6).map(|message| message.id).collect();
        if newest.is_empty() {
            return Ok(());
        }
        let message = newest[feed.dice.random_range(0..newest.len())];
        if feed.dice.random_bool(0.6) {
            let text = names::line(&mut feed.dice, Line::Answered, "you");
            self.edit_message(account, display_id, message, &format!("{text} (edited)"), at)
        } else {
            self.delete_message(account, display_id, message, at)
        }
    }

    /// Older messages arrive late: new ids, old times.
    fn import(&mut self, account: i64, feed: &mut Feed, at: Timestamp) -> Result<(), Refused> {
        let Some(display_id) = self.recent(account, feed) else { return Ok(()) };
        let conversation = self.conversation_mut(account, display_id)?;
        let contact = conversation.contact_id;
        let before = conversation.created_at;
        for n in 1..=feed.dice.random_range(2..5) {
            let text = names::line(&mut feed.dice, Line::Asked, "me");
            let created_at = before.checked_sub(SignedDuration::from_hours(n)).ok();
            let new = fill::spoken(&mut feed.dice, &feed.staff, contact, Line::Asked, Some(text), false);
            self.add_message(account, display_id, NewMessage { created_at, ..new }, at)?;
        }
        Ok(())
    }
}
