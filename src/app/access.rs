//! Who may come in, wired: the issuer of sessions, the tables' memberships, the news that they changed.

use std::sync::Arc;

use http::Uri;
use jiff::SignedDuration;
use uuid::Uuid;

use super::{App, AppError};
use crate::{
    config::{Config, sessions::KeysFrom},
    http::Admission,
    platforms::{
        clerk::{
            issuer::{DevelopmentIssuer, NoKey},
            jwks::{Jwks, Published},
            session::Rules,
            verifier::{KeySource, Verifier},
        },
        transport::Transport,
    },
    store::news,
    work::Tokens,
};

impl App {
    /// Admits whom the configured issuer vouches for.
    pub(super) fn admission(&self, config: &Config) -> Result<Arc<Admission>, AppError> {
        let sessions = &config.sessions;
        let admission = |tokens| Admission::new(self.database.store.clone(), tokens, self.ids.clone());
        let admission = if sessions.development_issuer {
            tracing::warn!("this process issues session tokens itself: for development alone");
            let broken = |error: NoKey| AppError::Sessions(error.to_string());
            let issuer = Arc::new(DevelopmentIssuer::new().map_err(broken)?);
            let verifier = issuer.verifier(signed(sessions.clock_skew)).map_err(broken)?;
            admission(Tokens::of(Arc::new(verifier))).with_mint(issuer)
        } else if sessions.issuer.is_some() {
            admission(Tokens::of(Arc::new(self.verifier(config)?)))
        } else {
            admission(Tokens::none())
        };
        let admission = Arc::new(admission);
        let (writing, stop) = (Arc::clone(&admission), self.stop.clone());
        self.tasks.spawn(async move { writing.write_denials(stop).await });
        let (told, store, stop) = (Arc::clone(&admission), self.database.store.clone(), self.stop.clone());
        let tree = Arc::clone(&self.tree);
        // What is missed while the connection is down is found when those who keep sockets open look again by themselves.
        self.tasks.spawn(async move {
            let heard = |organization: Option<Uuid>| {
                told.changed(organization.unwrap_or_default());
                // What is to be sealed may be another now.
                organization.into_iter().for_each(|organization| tree.nudge_rollup(organization));
            };
            news::access(&store, stop, heard).await;
        });
        Ok(admission)
    }

    fn verifier(&self, config: &Config) -> Result<Verifier, AppError> {
        let sessions = &config.sessions;
        let issuer = sessions.issuer.as_ref().map(ToString::to_string).unwrap_or_default();
        let keys = match &sessions.public_key {
            Some(key) => KeySource::pem(key.pem())
                .map_err(|why| AppError::Sessions(format!("sessions.public_key {why}")))?,
            None => {
                let (address, secret) = match sessions.keys {
                    KeysFrom::Issuer => (format!("{issuer}/.well-known/jwks.json"), None),
                    KeysFrom::Backend => (
                        format!("{}/v1/jwks", config.directory.clerk_api_url),
                        config.security.clerk_secret_key.clone(),
                    ),
                };
                let uri: Uri = address
                    .parse()
                    .map_err(|_| AppError::Sessions("sessions.issuer is no address".to_owned()))?;
                let published = Published {
                    uri,
                    secret,
                    fresh_for: signed(sessions.keys_fresh_for),
                    usable_for: signed(sessions.keys_usable_for),
                };
                let transport: Arc<dyn Transport> = Arc::clone(&self.transport);
                KeySource::Published(Jwks::new(published, transport, self.clock.clone()))
            }
        };
        let parties = sessions.authorized_parties.iter().map(ToString::to_string).collect();
        Ok(Verifier::new(keys, Rules { issuer, parties, skew: signed(sessions.clock_skew) }))
    }
}

fn signed(duration: std::time::Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
