//! What people and practices do at a simulated Chatwoot.

use std::time::Duration;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use routiq_simulators::chatwoot::{
    Chatwoot, ContactEdit, ConversationEdit, MessageKind, NewContact, NewConversation, NewMessage, Seat,
    Sender,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What people and practices do, from a seed.
pub struct Traffic {
    chatwoot: Chatwoot,
    dice: StdRng,
    done: u64,
    places: Vec<Place>,
}

struct Place {
    account: i64,
    inbox: i64,
    contacts: Vec<i64>,
    conversations: Vec<i64>,
    said: Vec<(i64, i64)>,
}

impl Traffic {
    /// Goes on in these accounts.
    pub fn new(chatwoot: &Chatwoot, seats: impl IntoIterator<Item = Seat>, seed: u64) -> Self {
        let number = |id: &String| id.parse::<i64>().unwrap();
        let places = seats
            .into_iter()
            .map(|seat| {
                let truth = chatwoot.ledger(seat.account).unwrap();
                Place {
                    account: seat.account,
                    inbox: seat.inboxes[0],
                    contacts: truth.contacts.iter().filter(|c| !c.deleted).map(|c| number(&c.id)).collect(),
                    conversations: truth.conversations.iter().map(|c| number(&c.id)).collect(),
                    said: Vec::new(),
                }
            })
            .collect();
        Self { chatwoot: chatwoot.clone(), dice: StdRng::seed_from_u64(seed), done: 0, places }
    }

    /// Something happens somewhere.
    pub fn happen(&mut self) {
        let at = self.dice.random_range(0..self.places.len());
        self.happen_at(at);
    }

    /// Something happens in the account of this number.
    pub fn happen_at(&mut self, at: usize) {
        self.done += 1;
        let n = self.done;
        let (place, dice) = (&mut self.places[at], &mut self.dice);
        let account = place.account;
        let conversation = *place.conversations.choose(dice).unwrap();
        // What cannot be done just now, as in a conversation that was deleted, is not done.
        match dice.random_range(0..100) {
            0..70 => {
                let new = NewMessage { content: Some(format!("line {n}")), ..NewMessage::default() };
                if let Ok(id) = self.chatwoot.add_message(account, conversation, new) {
                    place.said.push((conversation, id));
                }
            }
            70..80 => {
                let name = format!("Robin Example {n}");
                let new = NewContact {
                    email: Some(format!("robin.{n}.{account}@example.org")),
                    name,
                    ..NewContact::default()
                };
                let Ok(contact) = self.chatwoot.add_contact(account, new) else { return };
                place.contacts.push(contact);
                let new = NewConversation { inbox: place.inbox, contact, ..NewConversation::default() };
                let Ok(id) = self.chatwoot.add_conversation(account, new) else { return };
                place.conversations.push(id);
                let first = NewMessage {
                    content: Some("is anybody there".to_owned()),
                    kind: MessageKind::Incoming,
                    sender: Sender::Contact(contact),
                    ..NewMessage::default()
                };
                place.said.extend(self.chatwoot.add_message(account, id, first).map(|said| (id, said)));
            }
            80..88 => {
                let contact = *place.contacts.choose(dice).unwrap();
                let edit = ContactEdit { name: Some(format!("Kim Example {n}")), ..ContactEdit::default() };
                let _gone = self.chatwoot.edit_contact(account, contact, edit);
            }
            88..92 => {
                let edit = ConversationEdit {
                    labels: Some(vec![format!("label-{}", n % 7)]),
                    ..ConversationEdit::default()
                };
                let _gone = self.chatwoot.edit_conversation(account, conversation, edit);
            }
            92..95 => {
                if let Some((conversation, id)) = place.said.choose(dice) {
                    let text = format!("line {n}, put right");
                    let _gone = self.chatwoot.edit_message(account, *conversation, *id, &text);
                }
            }
            95..98 => {
                if let Some((conversation, id)) = place.said.choose(dice) {
                    let _gone = self.chatwoot.delete_message(account, *conversation, *id);
                }
            }
            _ => {
                if place.conversations.len() > 10 {
                    let _gone = self.chatwoot.delete_conversation(account, conversation);
                }
            }
        }
    }

    /// Goes on at this pace until it is told to stop; hands itself back.
    pub fn run(mut self, pace: Duration, stop: CancellationToken) -> JoinHandle<Self> {
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(pace);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stop.cancelled() => return self,
                    _ = ticks.tick() => self.happen(),
                }
            }
        })
    }
}
