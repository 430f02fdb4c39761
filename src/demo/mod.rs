//! Practices to try the daemon with: simulated platforms, organizations that point at them, and the comparison of the
//! tables with the simulators' ledger. Everything that works for them is the product.

pub mod compare;
pub mod files;
pub mod hooks;
pub mod members;
pub mod network;
pub mod practices;
pub mod stage;
pub mod systems;
pub mod world;

use std::{fs, path::Path};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::StoreError;

/// Why the practices could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The note of what was played before cannot be read or written.
    #[error("{path}: {reason}")]
    Note {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The simulator refused a practice.
    #[error("the simulator refuses: {0}")]
    Simulator(String),
}

/// What a world grows from. The same note grows the same world again, so that a daemon that was killed finds its
/// platforms as it left them, and further on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// When the history ended and the traffic began.
    pub epoch: Timestamp,
    /// Which practices and systems: a folder of other ones cannot go on.
    #[serde(default)]
    pub edition: u32,
    /// The most people of a practice; none: as many as it has.
    #[serde(default)]
    pub people: Option<u32>,
}

/// Rises whenever another world would grow from the same seed.
const EDITION: u32 = 4;

impl Note {
    /// A world that begins now.
    pub fn new(seed: u64, people: Option<u32>, epoch: Timestamp) -> Self {
        // Whole seconds: the platforms show no finer ones.
        let epoch = Timestamp::from_second(epoch.as_second()).unwrap_or(epoch);
        Self { seed, epoch, edition: EDITION, people }
    }

    /// Reads the note in `folder`, or writes a new one. A different seed or size than the noted one begins a new world only
    /// in an empty folder.
    ///
    /// # Errors
    /// [`DemoError::Note`].
    pub fn keep(
        folder: &Path,
        (seed, people): (Option<u64>, Option<u32>),
        now: Timestamp,
    ) -> Result<Self, DemoError> {
        let path = folder.join("simulators.json");
        let failed = |reason: String| DemoError::Note { path: path.display().to_string(), reason };
        match fs::read(&path) {
            Ok(bytes) => {
                let note: Self = serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))?;
                if note.edition != EDITION || note.people != people {
                    return Err(failed(
                        "this folder was begun with other practices; choose another --data-dir".to_owned(),
                    ));
                }
                match seed {
                    Some(seed) if seed != note.seed => Err(failed(format!(
                        "seed {seed} was asked for, but this folder was begun with seed {}; choose another --data-dir",
                        note.seed
                    ))),
                    _ => Ok(note),
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let note = Self::new(seed.unwrap_or(1), people, now);
                fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
                let text = serde_json::to_vec_pretty(&note).map_err(|error| failed(error.to_string()))?;
                fs::write(&path, text).map_err(|error| failed(error.to_string()))?;
                Ok(note)
            }
            Err(error) => Err(failed(error.to_string())),
        }
    }
}
