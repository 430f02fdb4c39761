//! Our own TLS, wired: read at start, followed while the daemon runs.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{App, AppError, door::Vitals};
use crate::{config::server::ServerConfig, http::Tls};

/// How often the certificate's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

impl App {
    /// Our own TLS, if there is a certificate.
    pub(super) fn tls(&self, server: &ServerConfig) -> Result<Option<Tls>, AppError> {
        let Some(files) = &server.tls else { return Ok(None) };
        let tls = Tls::load(&files.certificate, &files.key)?;
        self.tasks.spawn(follow(tls.clone(), self.vitals.clone(), self.stop.clone()));
        Ok(Some(tls))
    }
}

/// Shows a new certificate as soon as its files are there.
async fn follow(tls: Tls, vitals: Vitals, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let reading = tls.clone();
        let read = tokio::task::spawn_blocking(move || reading.reload()).await;
        let outcome = match read {
            Ok(Ok(true)) => {
                tracing::info!("a new certificate is shown");
                Ok("a new certificate is shown".to_owned())
            }
            Ok(Ok(false)) => Ok("the certificate is as its files say".to_owned()),
            Ok(Err(error)) => {
                tracing::error!(%error, "the new certificate cannot be used; the old one goes on");
                Err(error.to_string())
            }
            Err(_) => Err("the certificate could not be looked at".to_owned()),
        };
        vitals.note("tls_certificate", false, outcome);
    }
}
