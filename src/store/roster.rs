//! Who should run, the fences of all, and the news that either changed. Asked by the roster's own login.

use std::{collections::HashMap, future::poll_fn, time::Duration};

use jiff::Timestamp;
use routiq_actors::port::{Generation, SyncKey};
use routiq_sql::{client::Params, queries::roster as sql};
use tokio::sync::mpsc;
use tokio_postgres::AsyncMessage;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{error::StoreError, pool::Store, tenant::sync_actor};

/// One account that should have an actor, as the tables say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub key: SyncKey,
    /// The organization's name for operators.
    pub organization_name: String,
    /// `active`, or why nothing of the organization may run.
    pub organization_status: String,
    /// Why it has that status.
    pub organization_reason: Option<String>,
    /// The platform.
    pub platform: String,
    /// Rises with every change a running actor must notice.
    pub version: i64,
    /// An operator's pause: why, and until when.
    pub paused: Option<(String, Option<Timestamp>)>,
    /// Why the platform refuses the credential; an account without one says so.
    pub credential_refused: Option<String>,
}

/// Reads the whole roster.
///
/// # Errors
/// [`StoreError`].
pub async fn load(store: &Store) -> Result<Vec<Entry>, StoreError> {
    let client = store.roster().await?;
    let rows = sql::roster().bind(&client).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Entry {
            key: SyncKey { organization: row.organization_id, account: row.account_id },
            organization_name: row.organization_name,
            organization_status: row.organization_status,
            organization_reason: row.organization_reason,
            platform: row.platform,
            version: row.version,
            paused: row.paused_reason.map(|reason| (reason, row.paused_until)),
            credential_refused: match row.credential_status.as_deref() {
                None => Some("no credential is set".to_owned()),
                Some("rejected") => Some(row.rejected_reason.unwrap_or_default()),
                Some(_) => None,
            },
        })
        .collect())
}

/// Raises the generation of each key in one statement; answers in the same order.
///
/// # Errors
/// [`StoreError`].
pub async fn raise_fences(
    store: &Store,
    keys: &[SyncKey],
    now: Timestamp,
) -> Result<Vec<Generation>, StoreError> {
    let client = store.roster().await?;
    let params = sql::RaiseFencesParams {
        now,
        organizations: keys.iter().map(|key| key.organization).collect::<Vec<_>>(),
        actors: keys.iter().map(|key| sync_actor(key.account)).collect::<Vec<_>>(),
    };
    let raised: HashMap<(Uuid, String), Generation> = sql::raise_fences()
        .params(&client, &params)
        .all()
        .await?
        .into_iter()
        .map(|row| ((row.organization_id, row.actor), row.generation))
        .collect();
    keys.iter()
        .map(|key| raised.get(&(key.organization, sync_actor(key.account))).copied())
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| StoreError::Refused("a fence was not raised".to_owned()))
}

/// Raises the generation of one organization's actor of this name.
///
/// # Errors
/// [`StoreError`].
pub async fn raise_fence(
    store: &Store,
    organization: Uuid,
    actor: &str,
    now: Timestamp,
) -> Result<Generation, StoreError> {
    let client = store.roster().await?;
    let params =
        sql::RaiseFencesParams { now, organizations: vec![organization], actors: vec![actor.to_owned()] };
    let raised = sql::raise_fences().params(&client, &params).opt().await?;
    Ok(raised.ok_or_else(|| StoreError::Refused("a fence was not raised".to_owned()))?.generation)
}

/// Listens for changes of the roster until `stop`, calling `changed` at each and after each reconnection (something may
/// have been missed). Losing the connection costs latency only: the roster is also read every minute.
pub async fn listen(
    store: &Store,
    stop: CancellationToken,
    changed: impl Fn() + Send + Sync,
    listens: impl Fn(Result<String, String>) + Send + Sync,
) {
    const FIRST: Duration = Duration::from_millis(200);
    const LAST: Duration = Duration::from_secs(30);
    let mut pause = FIRST;
    loop {
        let session = tokio::select! {
            () = stop.cancelled() => return,
            session = hear(store, &changed, &listens) => session,
        };
        match session {
            Ok(()) => {
                pause = FIRST;
                listens(Err("the connection ended".to_owned()));
            }
            Err(error) => {
                tracing::warn!(%error, pause_ms = pause.as_millis(), "roster news are not heard");
                listens(Err(error.to_string()));
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LAST),
        }
    }
}

async fn hear(
    store: &Store,
    changed: &(impl Fn() + Send + Sync),
    listens: &(impl Fn(Result<String, String>) + Send + Sync),
) -> Result<(), StoreError> {
    let (target, login) = store.listening();
    let (client, mut connection) = target.config(&login).connect(target.connector()).await?;
    let (news, mut heard) = mpsc::channel::<()>(1);
    let mut driver = tokio::spawn(async move {
        while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
            match message {
                // A full channel means somebody will look anyway.
                Ok(AsyncMessage::Notification(_)) => drop(news.try_send(())),
                Ok(_) => {}
                Err(_) => break,
            }
        }
    });
    let listening = client.batch_execute("listen routiq_roster").await;
    if let Err(error) = listening {
        driver.abort();
        return Err(error.into());
    }
    listens(Ok("listening".to_owned()));
    changed();
    loop {
        tokio::select! {
            heard = heard.recv() => match heard {
                Some(()) => changed(),
                None => return Ok(()),
            },
            _ = &mut driver => return Ok(()),
        }
    }
}
