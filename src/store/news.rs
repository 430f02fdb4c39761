//! News from other transactions, by PostgreSQL's own LISTEN and NOTIFY. News may be lost while the connection is down:
//! whoever listens looks again after each reconnection, and now and then anyway.

use std::{future::poll_fn, time::Duration};

use tokio::sync::mpsc;
use tokio_postgres::AsyncMessage;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{error::StoreError, pool::Store};

/// News that may wait; more are as good as a lost connection.
const WAITING: usize = 1024;

/// Listens for organizations in which somebody's access changed, or what is sealed, until `stop`. None: anything may have, anywhere.
pub async fn access(store: &Store, stop: CancellationToken, heard: impl Fn(Option<Uuid>) + Send + Sync) {
    const FIRST: Duration = Duration::from_millis(200);
    const LAST: Duration = Duration::from_secs(30);
    let mut pause = FIRST;
    loop {
        let ended = tokio::select! {
            () = stop.cancelled() => return,
            ended = hear(store, &heard) => ended,
        };
        match ended {
            Ok(()) => pause = FIRST,
            Err(error) => {
                tracing::warn!(%error, pause_ms = pause.as_millis(), "news of access are not heard")
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LAST),
        }
    }
}

async fn hear(store: &Store, heard: &(impl Fn(Option<Uuid>) + Send + Sync)) -> Result<(), StoreError> {
    let (target, login) = store.listening();
    let (client, mut connection) = target.config(&login).connect(target.connector()).await?;
    let (tell, mut told) = mpsc::channel::<Option<Uuid>>(WAITING);
    let mut driver = tokio::spawn(async move {
        while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
            match message {
                Ok(AsyncMessage::Notification(news)) => {
                    if tell.try_send(news.payload().parse().ok()).is_err() {
                        break;
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
    });
    if let Err(error) = client.batch_execute("listen routiq_access").await {
        driver.abort();
        return Err(error.into());
    }
    heard(None);
    loop {
        tokio::select! {
            news = told.recv() => match news {
                Some(organization) => heard(organization),
                None => return Ok(()),
            },
            _ = &mut driver => return Ok(()),
        }
    }
}
