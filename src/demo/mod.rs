//! Practices to try the daemon with: simulated platforms, organizations that point at them, and the comparison of the
//! tables with the simulators' ledger. Everything that works for them is the product.

pub mod compare;
pub mod hooks;
pub mod practices;

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use routiq_actors::{clock::Clock, port::SyncKey};
use routiq_simulators::chatwoot::{Allowances, Chatwoot, Seat, Settings};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::database::Database,
    domain::ids::Ids,
    store::{
        StoreError,
        accounts::{self, NewAccount},
        ledger,
        organizations::{self, NewOrganization},
    },
};
use compare::{Comparison, compare};
use practices::DemoPractice;

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
}

impl Note {
    /// Reads the note in `folder`, or writes a new one. A different seed than the noted one begins a new world only in
    /// an empty folder.
    ///
    /// # Errors
    /// [`DemoError::Note`].
    pub fn keep(folder: &Path, seed: Option<u64>, now: Timestamp) -> Result<Self, DemoError> {
        let path = folder.join("simulators.json");
        let failed = |reason: String| DemoError::Note { path: path.display().to_string(), reason };
        match fs::read(&path) {
            Ok(bytes) => {
                let note: Self = serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))?;
                match seed {
                    Some(seed) if seed != note.seed => Err(failed(format!(
                        "seed {seed} was asked for, but this folder was begun with seed {}; choose another --data-dir",
                        note.seed
                    ))),
                    _ => Ok(note),
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // Whole seconds: the platforms show no finer ones.
                let epoch = Timestamp::from_second(now.as_second()).unwrap_or(now);
                let note = Self { seed: seed.unwrap_or(1), epoch };
                fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
                let text = serde_json::to_vec_pretty(&note).map_err(|error| failed(error.to_string()))?;
                fs::write(&path, text).map_err(|error| failed(error.to_string()))?;
                Ok(note)
            }
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

/// A simulated installation and the seats of its practices.
pub struct World {
    /// The installation.
    pub chatwoot: Chatwoot,
    /// The practices, with their seats.
    pub practices: Vec<(DemoPractice, Seat)>,
}

impl World {
    /// Grows the world: its history ends at the note's epoch; with `live`, traffic goes on from there by `clock`.
    ///
    /// # Errors
    /// [`DemoError::Simulator`].
    pub fn grow(
        note: Note,
        practices: Vec<DemoPractice>,
        clock: Clock,
        live: bool,
    ) -> Result<Self, DemoError> {
        // History must end at the epoch whenever it is grown, so the clock stands there until it is.
        let standing = Arc::new(AtomicI64::new(note.epoch.as_second()));
        let reading = Arc::clone(&standing);
        let time = Arc::new(move || match reading.load(Ordering::Acquire) {
            i64::MIN => clock.now(),
            second => Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH),
        });
        let settings = Settings {
            seed: note.seed,
            live,
            allowances: Allowances::default(),
            log_size: 200,
            ..Settings::default()
        };
        let chatwoot = Chatwoot::new(settings, time);
        let played: Vec<_> = practices.iter().map(|demo| demo.practice.clone()).collect();
        let seats =
            chatwoot.add_practices(&played).map_err(|error| DemoError::Simulator(error.to_string()))?;
        standing.store(i64::MIN, Ordering::Release);
        Ok(Self { chatwoot, practices: practices.into_iter().zip(seats).collect() })
    }
}

/// An organization of the demonstration, as the tables know it.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its account.
    pub key: SyncKey,
    /// What people call it.
    pub name: String,
    /// The account's id at the simulator.
    pub seat: i64,
}

/// Brings the organizations and their accounts into the tables, or points those of an earlier run at `origin`.
///
/// # Errors
/// [`DemoError`].
pub async fn enroll(
    database: &Database,
    world: &World,
    origin: &str,
    ids: &Ids,
    now: Timestamp,
) -> Result<Vec<Member>, DemoError> {
    let mut members = Vec::with_capacity(world.practices.len());
    for (demo, seat) in &world.practices {
        let organization = match organizations::find(&database.store, demo.clerk_org_id).await?.first() {
            Some(found) => found.id,
            None => {
                let new = NewOrganization {
                    id: ids.next(now),
                    clerk_org_id: Some(demo.clerk_org_id),
                    name: &demo.practice.name,
                    region: demo.region,
                    timezone: &demo.practice.time_zone,
                };
                organizations::insert(&database.store, &new, now).await?
            }
        };
        let account = point(database, organization, seat, origin, ids, now).await?;
        let key = SyncKey { organization, account };
        members.push(Member { key, name: demo.practice.name.clone(), seat: seat.account });
    }
    Ok(members)
}

async fn point(
    database: &Database,
    organization: Uuid,
    seat: &Seat,
    origin: &str,
    ids: &Ids,
    now: Timestamp,
) -> Result<Uuid, DemoError> {
    let external_id = seat.account.to_string();
    let settings = json!({ "base_url": origin, "poll_interval_seconds": 5 });
    let mut session = database.store.session(organization).await?;
    let tenant = session.begin(None).await?;
    let listed = accounts::list(&tenant).await?;
    let account = match listed.iter().find(|a| a.platform == "chatwoot" && a.external_id == external_id) {
        Some(found) => {
            accounts::update_settings(&tenant, found.id, &settings, now).await?;
            found.id
        }
        None => {
            let new = NewAccount {
                id: ids.next(now),
                platform: "chatwoot",
                external_id: &external_id,
                name: None,
                settings: &settings,
            };
            let id = accounts::insert(&tenant, &new, now).await?;
            let secret = SecretString::from(seat.administrator.clone());
            accounts::set_credential(
                &tenant,
                &database.keys,
                (id, "chatwoot"),
                &secret,
                ids.next(now),
                "demo",
                now,
            )
            .await?;
            id
        }
    };
    tenant.commit().await?;
    Ok(account)
}

/// Compares one member's tables with the truth.
///
/// # Errors
/// [`DemoError`].
pub async fn verify(database: &Database, world: &World, member: &Member) -> Result<Comparison, DemoError> {
    let mut session = database.store.session(member.key.organization).await?;
    let tenant = session.begin(None).await?;
    let rows = ledger::read(&tenant, member.key.account).await?;
    let truth =
        world.chatwoot.ledger(member.seat).map_err(|error| DemoError::Simulator(error.to_string()))?;
    Ok(compare(&rows, &truth))
}
