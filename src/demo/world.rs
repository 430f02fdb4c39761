//! The simulated platforms, grown: which practice has which accounts.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;
use routiq_actors::clock::Clock;

use super::{
    DemoError, Note,
    practices::DemoPractice,
    systems::{self, Row, Seat, Simulated, Soil},
};

/// The practices and every platform that they use.
pub struct World {
    /// The practices.
    pub practices: Vec<DemoPractice>,
    /// The platforms, in the order of [`systems::ALL`].
    pub systems: Vec<System>,
}

/// A simulated platform with its practices' accounts.
pub struct System {
    /// What it is.
    pub row: &'static Row,
    /// The platform.
    pub platform: Arc<dyn Simulated>,
    /// Each account, with the place of its practice in [`World::practices`].
    pub seats: Vec<(usize, Seat)>,
}

/// The platforms that practices use, in the order of [`systems::ALL`].
pub fn used(practices: &[DemoPractice]) -> Vec<&'static Row> {
    let uses = |row: &Row| practices.iter().any(|practice| practice.systems.contains(&row.name));
    systems::ALL.iter().copied().filter(|row| uses(row)).collect()
}

impl World {
    /// Grows the world: its history ends at the note's epoch, and traffic goes on from there by `clock`. The same note grows
    /// the same world again.
    ///
    /// # Errors
    /// [`DemoError::Simulator`].
    pub fn grow(note: Note, practices: Vec<DemoPractice>, clock: Clock) -> Result<Self, DemoError> {
        for name in practices.iter().flat_map(|practice| practice.systems) {
            systems::find(name)?;
        }
        // History must end at the epoch whenever it is grown, so the clock stands there until it is.
        let standing = Arc::new(AtomicI64::new(note.epoch.as_second()));
        let reading = Arc::clone(&standing);
        let time = Arc::new(move || match reading.load(Ordering::Acquire) {
            i64::MIN => clock.now(),
            second => Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH),
        });
        let soil = Soil { seed: note.seed, time };
        let mut systems = Vec::new();
        for row in used(&practices) {
            let accounts = practices.iter().enumerate().flat_map(|(place, practice)| {
                practice.systems.iter().filter(|name| **name == row.name).map(move |_| (place, practice))
            });
            let (places, theirs): (Vec<usize>, Vec<&DemoPractice>) = accounts.unzip();
            let (platform, seats) = (row.grow)(&soil, &theirs)?;
            systems.push(System { row, platform, seats: places.into_iter().zip(seats).collect() });
        }
        standing.store(i64::MIN, Ordering::Release);
        Ok(Self { practices, systems })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{demo::practices::practices, platforms::registry, store::ledger::Rows};

    #[test]
    fn the_same_note_grows_the_same_world_and_every_system_of_it_is_a_platform_of_ours() {
        let epoch: Timestamp = "2031-03-04T05:06:07Z".parse().unwrap();
        let note = Note::new(7, Some(12), epoch);
        let grow = || World::grow(note, practices(note.people), Clock::reading(move || epoch)).unwrap();
        let (one, other) = (grow(), grow());
        for (system, twin) in one.systems.iter().zip(&other.systems) {
            assert!(registry::find(system.row.name).is_some());
            for ((place, seat), (_, same)) in system.seats.iter().zip(&twin.seats) {
                assert_eq!(seat.external_id, same.external_id);
                // Against nothing, everything differs: the comparison tells what is there.
                let truth = system.platform.compare(&seat.external_id, &Rows::default()).unwrap();
                assert_eq!(truth, twin.platform.compare(&same.external_id, &Rows::default()).unwrap());
                assert!(truth.differences > 10, "{} of {}", system.row.name, one.practices[*place].name);
            }
        }
        let rows: BTreeSet<&str> = systems::ALL.iter().map(|row| row.name).collect();
        let used: BTreeSet<&str> = one.systems.iter().map(|system| system.row.name).collect();
        assert_eq!(rows, used, "every platform of the demonstration is played");
        let twice = one.practices.iter().filter(|practice| {
            let diaries = practice.systems.iter().filter(|name| matches!(**name, "cliniko" | "nookal"));
            diaries.count() == 2
        });
        assert_eq!(twice.count(), 1, "one practice has two practice systems at once");
    }
}
