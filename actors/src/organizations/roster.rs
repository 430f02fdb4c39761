//! Reading the roster: who should run, and the generations of those who begin now.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::{OrganizationsMessage, OrganizationsState};
use crate::{
    event::Event,
    house::{House, in_time, later},
    organization::Listed,
    port::{Account, Generation, PortError, SyncKey},
};

/// The roster, with the generations that were raised for it.
pub(crate) struct Reading {
    accounts: Vec<Account>,
    generations: HashMap<SyncKey, Generation>,
}

impl OrganizationsState {
    pub(super) fn nudge_roster(&mut self) {
        if self.stopping {
            return;
        }
        if self.reading.is_some() {
            self.nudged = true;
        } else {
            self.read();
        }
    }

    pub(super) fn read(&mut self) {
        self.ticket += 1;
        (self.nudged, self.timer, self.read_ticket) = (false, None, self.ticket);
        let (house, myself, ticket, first) =
            (self.house.clone(), self.myself.clone(), self.ticket, self.first);
        self.reading = Some(AbortOnDropHandle::new(tokio::spawn(async move {
            let roster = read(&house, first).await;
            let _gone = myself.cast(OrganizationsMessage::Read { ticket, roster });
        })));
    }

    pub(super) async fn have_read(&mut self, ticket: u64, roster: Result<Reading, PortError>) {
        if self.stopping || ticket != self.read_ticket {
            return;
        }
        self.reading = None;
        let settings = self.house.settings();
        let pause = match roster {
            Ok(reading) => {
                self.failures = 0;
                self.apply(reading).await;
                settings.roster_every
            }
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                self.house.tell(Event::RosterFailed { reason: error.to_string() });
                settings.roster_pause.pause(self.failures, settings.seed ^ ticket)
            }
        };
        if std::mem::take(&mut self.nudged) && self.failures == 0 {
            return self.read();
        }
        self.wait(pause);
    }

    fn wait(&mut self, pause: Duration) {
        self.ticket += 1;
        (self.read_ticket, self.timer) = (
            self.ticket,
            Some(later(&self.myself, pause, OrganizationsMessage::ReadDue { ticket: self.ticket })),
        );
    }

    pub(super) fn read_due(&mut self, ticket: u64) {
        if !self.stopping && ticket == self.read_ticket {
            self.read();
        }
    }

    async fn apply(&mut self, reading: Reading) {
        let Reading { accounts, generations } = reading;
        let mut rosters: BTreeMap<Uuid, Vec<Listed>> =
            self.organizations.keys().map(|id| (*id, Vec::new())).collect();
        for account in accounts {
            let generation = generations.get(&account.key).copied();
            rosters.entry(account.key.organization).or_default().push(Listed { account, generation });
        }
        for (id, mut listed) in rosters {
            listed.sort_by_key(|listed| listed.account.key);
            listed.dedup_by_key(|listed| listed.account.key);
            self.list(id, listed).await;
        }
        if std::mem::take(&mut self.first) {
            self.sweep(None);
        }
    }

    /// Takes actors off the board that no roster lists and no supervisor owns any more: those of `organization`, or
    /// of every organization that is not known.
    pub(super) fn sweep(&self, organization: Option<Uuid>) {
        for slot in self.house.board.slots() {
            let key = slot.key;
            let known = self.organizations.get(&key.organization);
            let listed = known.is_some_and(|known| known.accounts.iter().any(|account| account.key == key));
            if listed || organization.is_some_and(|organization| organization != key.organization) {
                continue;
            }
            slot.set_address(None);
            let (house, claims) = (self.house.clone(), slot.lock().claims);
            // Detached on purpose: it ends as soon as the last step of a dead actor has let go.
            tokio::spawn(async move {
                let _turns = slot.turns.all().await;
                house.board.remove_unclaimed(key, claims);
            });
        }
    }
}

async fn read(house: &Arc<House>, first: bool) -> Result<Reading, PortError> {
    let deadline = house.settings().port_deadline;
    let accounts = in_time(deadline, house.ports.roster.load()).await?;
    let now = house.now();
    let (mut keys, mut slots, mut turns) = (Vec::new(), Vec::new(), Vec::new());
    for account in &accounts {
        let held = account.hold.as_ref().is_some_and(|hold| hold.until.is_none_or(|until| until > now));
        let slot = house.board.claim(account, now);
        let begins = || first || slot.lock().generation.is_none();
        if held || !begins() {
            continue;
        }
        // Who still works for the account, or is about to, gets its generation alone.
        let Some(turn) = slot.turns.try_all() else { continue };
        if begins() {
            keys.push(account.key);
            slots.push(slot);
            turns.push(turn);
        }
    }
    if keys.is_empty() {
        return Ok(Reading { accounts, generations: HashMap::new() });
    }
    let raised = in_time(deadline, house.ports.fences.raise(keys.clone())).await?;
    if raised.len() != keys.len() {
        return Err(PortError(format!("{} generations for {} accounts", raised.len(), keys.len())));
    }
    for (slot, generation) in slots.iter().zip(&raised) {
        slot.incarnate(*generation);
    }
    drop(turns);
    Ok(Reading { accounts, generations: keys.into_iter().zip(raised).collect() })
}
