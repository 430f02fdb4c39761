//! Looks for whatever does not move. It reads the status board and asks nobody, so nobody can keep it waiting.
//!
//! A crash loses nothing: who was called stalled stands on the board.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ractor::{Actor, ActorProcessingErr, ActorRef};

use crate::{
    board::{Slot, State},
    event::{DirectoryFact, Event},
    house::{House, Timer, later},
};

pub(crate) struct WatchActor;

pub(crate) enum WatchMessage {
    /// It is time to look.
    Look,
}

pub(crate) struct WatchState {
    house: Arc<House>,
    _timer: Timer,
}

impl Actor for WatchActor {
    type Msg = WatchMessage;
    type State = WatchState;
    type Arguments = Arc<House>;

    async fn pre_start(
        &self,
        myself: ActorRef<WatchMessage>,
        house: Arc<House>,
    ) -> Result<WatchState, ActorProcessingErr> {
        let timer = later(&myself, house.settings().watch_every, WatchMessage::Look);
        Ok(WatchState { house, _timer: timer })
    }

    async fn handle(
        &self,
        myself: ActorRef<WatchMessage>,
        WatchMessage::Look: WatchMessage,
        state: &mut WatchState,
    ) -> Result<(), ActorProcessingErr> {
        look(&state.house);
        state._timer = later(&myself, state.house.settings().watch_every, WatchMessage::Look);
        Ok(())
    }
}

/// Names everything that should have moved and has not, once for each stall.
pub(crate) fn look(house: &House) {
    let now = house.now();
    for slot in house.board.slots() {
        let Some(stall) = stalled(&slot, now, house) else { continue };
        house.tell(stall);
    }
    for slot in house.rollups.slots() {
        if let Some(stall) = slot.stalled(now, house) {
            house.tell(stall);
        }
    }
    let patience = SignedDuration::try_from(house.settings().stalled_after).unwrap_or(SignedDuration::MAX);
    let limit = now.saturating_sub(patience).unwrap_or(Timestamp::MIN);
    for (lane, since) in house.directory.stalled(limit) {
        house.tell(Event::Directory(DirectoryFact::Stalled { half: lane.name(), since }));
    }
}

fn stalled(slot: &Slot, now: Timestamp, house: &House) -> Option<Event> {
    let patience = house.settings().stalled_after;
    let mut entry = slot.lock();
    let due = entry.next_due()?;
    if entry.stalled || now.duration_since(due) < patience.try_into().ok()? {
        return None;
    }
    entry.stalled = true;
    let what = match entry.state() {
        State::Starting => "does not begin",
        State::Waiting => "does not look at what is due",
        State::Asking => "gets no permit and nobody says why",
        State::Stepping => "does not end its step",
        State::BackingOff => "does not try again",
        State::Parked | State::Held => "does not resume",
        State::Stopping => "does not stop",
    };
    Some(Event::Stalled {
        key: slot.key,
        platform: entry.platform(),
        what: what.to_owned(),
        since: entry.since(),
    })
}
