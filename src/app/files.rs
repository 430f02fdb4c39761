//! The bytes of attachments, wired: where they lie, what fetches them, what reads them back.

use std::sync::Arc;

use arc_swap::ArcSwap;
use routiq_actors::clock::Clock;

use super::{AppError, database::Database};
use crate::{
    config::{Config, attachments::Place},
    platforms::{
        Adapters,
        transport::Transport,
        vault::{Bucket, BucketSettings, Directory, Vault, VaultError},
    },
    work::{FileSettings, FileWork, Reading},
};

/// What fetches files, what reads them back, and the rules of both.
pub(super) struct Filing {
    pub(super) work: FileWork,
    pub(super) reading: Reading,
    pub(super) settings: Arc<ArcSwap<FileSettings>>,
}

pub(super) fn filing(
    config: &Config,
    database: &Database,
    adapters: &Adapters,
    clock: &Clock,
    transport: &Arc<dyn Transport>,
) -> Result<Filing, AppError> {
    let vault = vault(config, transport).map_err(AppError::Files)?;
    let settings = Arc::new(ArcSwap::from_pointee(settings(config)));
    let work = FileWork::new(
        (database.store.clone(), database.keys.clone()),
        adapters.clone(),
        clock.clone(),
        Arc::clone(transport),
        vault.clone(),
        Arc::clone(&settings),
    );
    let place = vault.map(|vault| (vault, Arc::clone(&settings)));
    let reading = Reading::new(database.store.clone(), database.keys.clone(), place);
    Ok(Filing { work, reading, settings })
}

fn vault(config: &Config, transport: &Arc<dyn Transport>) -> Result<Option<Arc<dyn Vault>>, VaultError> {
    Ok(match &config.attachments.place {
        None => None,
        Some(Place::Directory(path)) => Some(Arc::new(Directory::open(path)?)),
        Some(Place::ObjectStore { url, region, access_key, secret_key }) => {
            let settings = BucketSettings {
                url: url.clone(),
                region: region.clone(),
                access_key: access_key.clone(),
                secret_key: secret_key.clone(),
            };
            Some(Arc::new(Bucket::open(Arc::clone(transport), &settings)?))
        }
    })
}

/// What may change at run time.
pub(super) fn settings(config: &Config) -> FileSettings {
    let attachments = &config.attachments;
    FileSettings {
        rules: attachments.rules.clone(),
        keep_deleted: attachments.keep_deleted,
        workers: attachments.workers,
        requests_per_minute: attachments.requests_per_minute,
        // Before whoever waits for it loses patience: so the attempt is noted, and the file's, not the actor's.
        deadline: config.sync.step_deadline * 3 / 4,
        plain_loopback: config.gates.allow_plain_loopback,
    }
}
