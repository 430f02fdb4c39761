//! Puts invented practices with their history into an installation.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde_json::{Value, json};

use super::deeds::NewContact;
use super::state::{Attributes, Channel, FileType, MessageKind, Priority, Role, Sender, Status};
use super::talk::{ConversationEdit, NewConversation, NewMessage};
use super::traffic::Feed;
use super::world::{Refused, World};
use crate::mix;
use crate::names::{self, Line};
use crate::population::{self, People, Person, Practice};

/// How to get into an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seat {
    /// The account.
    pub account: i64,
    /// A token that sees everything.
    pub administrator: String,
    /// A token that sees the first inbox only.
    pub agent: String,
    /// A token that may list nothing.
    pub bot: String,
    /// The account's inboxes.
    pub inboxes: Vec<i64>,
}

/// What happened in the history of a practice, in the order of time.
enum Step {
    Contact(Box<NewContact>),
    Open { contact: usize, new: Box<NewConversation> },
    Say { conversation: usize, new: Box<NewMessage> },
    Delete { conversation: usize, nth: usize },
    Settle { conversation: usize, edit: Box<ConversationEdit> },
}

/// A practice under construction.
struct Site {
    account: i64,
    contacts: Vec<i64>,
    conversations: Vec<i64>,
    messages: Vec<Vec<i64>>,
}

/// Who works at a practice and how it is reached.
#[derive(Debug, Clone)]
pub(super) struct Staff {
    pub(super) inboxes: Vec<(i64, Channel)>,
    pub(super) agents: Vec<i64>,
    pub(super) bot: i64,
    pub(super) teams: Vec<i64>,
}

impl World {
    /// Makes practices whose messages take turns in the common sequence of ids, as they do in a real
    /// installation. Traffic goes on from `until`.
    pub(super) fn add_practices(
        &mut self,
        practices: &[Practice],
        until: Timestamp,
    ) -> Result<Vec<Seat>, Refused> {
        let mut seats = Vec::new();
        let mut sites = Vec::new();
        let mut script: Vec<(Timestamp, usize, Step)> = Vec::new();
        for practice in practices {
            let account = self.add_account(&practice.name);
            let mut dice = ChaCha8Rng::seed_from_u64(mix(self.settings.seed, account.unsigned_abs()));
            let (staff, seat) = self.hire(account, practice, &mut dice)?;
            let mut people = People::new(practice, &mut dice);
            let history = history(&mut dice, practice, &staff, &mut people, until);
            script.extend(history.into_iter().map(|(at, step)| (at, sites.len(), step)));
            sites.push(Site {
                account,
                contacts: Vec::new(),
                conversations: Vec::new(),
                messages: Vec::new(),
            });
            self.traffic.feeds.insert(account, Feed::new(practice.clone(), staff, people, dice, until));
            seats.push(seat);
        }
        // A stable sort: what depends on something earlier at the same moment stays behind it.
        script.sort_by_key(|(at, site, _)| (*at, *site));
        for (at, site, step) in script {
            self.play(&mut sites[site], step, at)?;
        }
        Ok(seats)
    }

    fn hire(
        &mut self,
        account: i64,
        practice: &Practice,
        dice: &mut ChaCha8Rng,
    ) -> Result<(Staff, Seat), Refused> {
        let number = names::phone(practice.region, names::phones(practice.region) - 1);
        let zone = &practice.time_zone;
        let channels = [
            ("WhatsApp", Channel::Whatsapp, number.clone()),
            ("Website", Channel::WebWidget, None),
            ("Front desk mail", Channel::Email, None),
            ("SMS", Channel::TwilioSms, number),
            ("Booking system", Channel::Api, None),
        ];
        let mut inboxes = Vec::new();
        for (name, channel, number) in channels {
            inboxes.push((self.add_inbox(account, name, channel, number, zone)?, channel));
        }
        let mut teams = Vec::new();
        for team in names::TEAMS {
            teams.push(self.add_team(account, team)?);
        }
        for (title, color) in names::LABELS {
            self.add_label(account, title, color)?;
        }
        let first: BTreeSet<i64> = inboxes.first().map(|(id, _)| *id).into_iter().collect();
        let mut agents = Vec::new();
        for n in 0..practice.agents.max(1) + 1 {
            let (given, family) = names::person(dice);
            let user =
                self.add_user(&format!("{given} {family}"), &format!("staff{n}.{account}@example.org"));
            let role = if n == 0 { Role::Administrator } else { Role::Agent { inboxes: first.clone() } };
            self.grant(user, account, role)?;
            agents.push(user);
        }
        let (bot, bot_token) = self.add_bot(account, "Booking helper")?;
        let token = |id: Option<&i64>| {
            id.and_then(|id| self.users.get(id)).map(|user| user.token.clone()).unwrap_or_default()
        };
        let seat = Seat {
            account,
            administrator: token(agents.first()),
            agent: token(agents.get(1)),
            bot: bot_token,
            inboxes: inboxes.iter().map(|(id, _)| *id).collect(),
        };
        Ok((Staff { inboxes, agents, bot, teams }, seat))
    }

    fn play(&mut self, site: &mut Site, step: Step, at: Timestamp) -> Result<(), Refused> {
        let account = site.account;
        match step {
            Step::Contact(new) => site.contacts.push(self.add_contact(account, *new, at)?),
            Step::Open { contact, mut new } => {
                new.contact = site.contacts.get(contact).copied().unwrap_or_default();
                site.conversations.push(self.add_conversation(account, *new, at)?);
                site.messages.push(Vec::new());
            }
            Step::Say { conversation, mut new } => {
                let display_id = site.conversations[conversation];
                if let Sender::Contact(id) = &mut new.sender {
                    *id = self.account(account)?.conversations.get(&display_id).map_or(0, |c| c.contact_id);
                }
                site.messages[conversation].push(self.add_message(account, display_id, *new, at)?);
            }
            Step::Delete { conversation, nth } => {
                let display_id = site.conversations[conversation];
                if let Some(id) = site.messages[conversation].get(nth) {
                    self.delete_message(account, display_id, *id, at)?;
                }
            }
            Step::Settle { conversation, edit } => {
                let display_id = site.conversations[conversation];
                self.edit_conversation(account, display_id, *edit, at)?;
            }
        }
        Ok(())
    }
}

/// The address of a person in an inbox.
pub(super) fn source_id(channel: Channel, person: &Person, n: u64) -> String {
    let phone = person.phone.as_deref();
    match (channel, phone, person.email.as_deref()) {
        (Channel::Whatsapp, Some(phone), _) => phone.trim_start_matches('+').to_owned(),
        // A user name instead of a number.
        (Channel::Whatsapp, None, _) => format!("AU.{n:x}"),
        (Channel::TwilioSms, Some(phone), _) => phone.to_owned(),
        (Channel::Email, _, Some(email)) => email.to_owned(),
        _ => format!("{:016x}", mix(n, 5)),
    }
}

pub(super) fn attributes(from: Value) -> Attributes {
    if let Value::Object(map) = from { map } else { Attributes::new() }
}

/// A new contact from an invented person.
pub(super) fn newcomer(dice: &mut ChaCha8Rng, staff: &Staff, person: &Person) -> NewContact {
    let (inbox, channel) = staff.inboxes[dice.random_range(0..staff.inboxes.len())];
    let custom = match &person.record {
        Some(record) if dice.random_bool(0.6) => json!({"cliniko_id": record}),
        _ => json!({}),
    };
    let additional = if dice.random_bool(0.6) { json!({"city": person.town}) } else { json!({}) };
    NewContact {
        name: person.name.clone(),
        email: person.email.clone(),
        phone_number: person.phone.clone(),
        identifier: person.record.clone(),
        blocked: dice.random_bool(0.01),
        additional_attributes: attributes(additional),
        custom_attributes: attributes(custom),
        inboxes: vec![(inbox, source_id(channel, person, dice.random()))],
    }
}

pub(super) fn file_type(dice: &mut ChaCha8Rng) -> FileType {
    match dice.random_range(0..20) {
        0..9 => FileType::Image,
        9..12 => FileType::File,
        12..15 => FileType::Audio,
        15 => FileType::Video,
        16..18 => FileType::Location,
        18 => FileType::Contact,
        _ => FileType::Fallback,
    }
}

/// The message of one side.
pub(super) fn spoken(
    dice: &mut ChaCha8Rng,
    staff: &Staff,
    contact: i64,
    line: Line,
    text: Option<String>,
    attached: bool,
) -> NewMessage {
    let agent = staff.agents[dice.random_range(0..staff.agents.len())];
    let (kind, sender) = match line {
        Line::Asked => (MessageKind::Incoming, Sender::Contact(contact)),
        Line::Noted => (MessageKind::Outgoing, Sender::User(agent)),
        Line::Answered => match dice.random_range(0..40) {
            0 => (MessageKind::Template, Sender::None),
            1 => (MessageKind::Outgoing, Sender::CaptainAssistant(1)),
            2..4 => (MessageKind::Outgoing, Sender::AgentBot(staff.bot)),
            _ => (MessageKind::Outgoing, Sender::User(agent)),
        },
    };
    NewMessage {
        content: text,
        kind,
        private: line == Line::Noted,
        sender,
        attachments: attached.then(|| file_type(dice)).into_iter().collect(),
        ..NewMessage::default()
    }
}

fn history(
    dice: &mut ChaCha8Rng,
    practice: &Practice,
    staff: &Staff,
    people: &mut People,
    until: Timestamp,
) -> Vec<(Timestamp, Step)> {
    let zone = population::zone(practice);
    let days = SignedDuration::from_hours(i64::from(practice.history_days.max(1)) * 24);
    let from = until.checked_sub(days).unwrap_or(Timestamp::UNIX_EPOCH);
    // People arrive over the whole span, most of them with the import on the first days.
    let mut arrivals: Vec<Timestamp> = (0..practice.contacts)
        .map(|n| {
            let last = if n % 2 == 0 { from.checked_add(days / 10).unwrap_or(from) } else { until };
            population::moment(dice, &zone, from, last)
        })
        .collect();
    arrivals.sort();
    let mut script: Vec<(Timestamp, Step)> = Vec::new();
    let mut known = Vec::with_capacity(arrivals.len());
    for at in arrivals {
        let person = people.next(dice);
        let new = newcomer(dice, staff, &person);
        known.push((at, person.name, new.inboxes[0].0));
        script.push((at, Step::Contact(Box::new(new))));
    }
    if known.is_empty() {
        return script;
    }
    let latest = until.checked_sub(SignedDuration::from_mins(5)).unwrap_or(until);
    let mut openings: Vec<(Timestamp, usize)> = (0..practice.conversations)
        .map(|_| {
            let contact = dice.random_range(0..known.len());
            let arrived = known[contact].0;
            (population::moment(dice, &zone, arrived, latest.max(arrived)), contact)
        })
        .collect();
    openings.sort();
    for (conversation, (start, contact)) in openings.into_iter().enumerate() {
        let (_, name, inbox) = &known[contact];
        let new = NewConversation { inbox: *inbox, ..opening(dice, staff) };
        script.push((start, Step::Open { contact, new: Box::new(new) }));
        talk(dice, practice, staff, name, (start, until), conversation, &mut script);
    }
    script
}

fn opening(dice: &mut ChaCha8Rng, staff: &Staff) -> NewConversation {
    let pick = |dice: &mut ChaCha8Rng, all: &[i64], share: f64| {
        (!all.is_empty() && dice.random_bool(share)).then(|| all[dice.random_range(0..all.len())])
    };
    let label = names::LABELS[dice.random_range(0..names::LABELS.len())].0;
    NewConversation {
        labels: if dice.random_bool(0.4) { vec![label.to_owned()] } else { Vec::new() },
        assignee: pick(dice, &staff.agents, 0.7),
        team: pick(dice, &staff.teams, 0.3),
        priority: dice.random_bool(0.1).then_some(Priority::High),
        ..NewConversation::default()
    }
}

fn talk(
    dice: &mut ChaCha8Rng,
    practice: &Practice,
    staff: &Staff,
    name: &str,
    (start, until): (Timestamp, Timestamp),
    conversation: usize,
    script: &mut Vec<(Timestamp, Step)>,
) {
    let first_name = name.split(' ').next().unwrap_or(name);
    let said = population::thread(dice, practice, first_name, start, until);
    let imported = dice.random_bool(practice.imported.clamp(0.0, 1.0));
    let length = said.len();
    let end = said.last().map_or(start, |last| last.at);
    for (nth, line) in said.into_iter().enumerate() {
        let mut new = spoken(dice, staff, 0, line.line, line.text, line.attached);
        let mut at = line.at;
        if imported && nth % 3 == 1 {
            // Written then, stored only at the end: a high id with an old time.
            new.created_at = Some(at);
            at = end;
        }
        script.push((at, Step::Say { conversation, new: Box::new(new) }));
        if dice.random_bool(practice.deleted_messages.clamp(0.0, 1.0)) {
            script.push((end, Step::Delete { conversation, nth }));
        }
    }
    let status = match dice.random_range(0..100) {
        0..55 => Status::Resolved,
        55..60 => Status::Pending,
        60..64 => Status::Snoozed,
        _ => return,
    };
    let later = SignedDuration::from_mins(1 + i64::try_from(length).unwrap_or(0) % 50);
    let at = end.checked_add(later).unwrap_or(end).min(until);
    let snoozed_until = until.checked_add(SignedDuration::from_hours(48)).ok();
    let edit = ConversationEdit { status: Some(status), snoozed_until, ..ConversationEdit::default() };
    script.push((at, Step::Settle { conversation, edit: Box::new(edit) }));
}
