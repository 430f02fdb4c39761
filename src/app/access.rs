//! Who may come in, wired: the issuer of sessions, the tables' memberships, the news that they changed.

use std::sync::Arc;

use http::Uri;
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::{App, AppError};
use crate::{
    config::{
        Config,
        sessions::{KeysFrom, SessionsConfig},
    },
    http::Admission,
    platforms::{
        clerk::{
            issuer::DevelopmentIssuer,
            jwks::{Jwks, Published},
            session::Rules,
            verifier::{KeySource, Verifier},
        },
        transport::Transport,
    },
    store::access,
    work::Tokens,
};

/// Clerk's Backend API, as its reference documentation gives it.
const BACKEND_KEYS: &str = "https://api.clerk.com/v1/jwks";

/// Who is admitted, and by whom tokens are made where this process makes them.
#[derive(Clone)]
pub(super) struct Access {
    pub(super) admission: Arc<Admission>,
    pub(super) issuer: Option<Arc<DevelopmentIssuer>>,
}

impl App {
    /// Admits whom the configured issuer vouches for.
    pub(super) fn access(&self, config: &Config) -> Result<Access, AppError> {
        let sessions = &config.sessions;
        let issuer = match sessions.development_issuer {
            true => Some(Arc::new(DevelopmentIssuer::new().map_err(|error| AppError::Sessions(error.to_string()))?)),
            false => None,
        };
        let tokens = match (&issuer, &sessions.issuer) {
            (Some(issuer), _) => {
                tracing::warn!("session tokens are issued by this process: for development alone");
                let verifier = issuer.verifier(skew(sessions));
                Tokens::of(Arc::new(verifier.map_err(|error| AppError::Sessions(error.to_string()))?))
            }
            (None, Some(_)) => Tokens::of(Arc::new(self.verifier(config)?)),
            (None, None) => Tokens::none(),
        };
        let admission = Arc::new(Admission::new(self.database.store.clone(), tokens, self.ids.clone()));
        let (writing, stop) = (Arc::clone(&admission), self.stop.clone());
        self.tasks.spawn(async move { writing.write_denials(stop).await });
        self.tasks.spawn(news(Arc::clone(&admission), self.database.store.clone(), self.stop.clone()));
        Ok(Access { admission, issuer })
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
                    KeysFrom::Backend => (BACKEND_KEYS.to_owned(), config.security.clerk_secret_key.clone()),
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
        Ok(Verifier::new(keys, Rules { issuer, parties, skew: skew(sessions) }))
    }
}

fn skew(sessions: &SessionsConfig) -> SignedDuration {
    signed(sessions.clock_skew)
}

fn signed(duration: std::time::Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// Tells those who keep sockets open when somebody's access changed, whichever process changed it. What is missed while the
/// connection is down is found when they look again by themselves.
async fn news(admission: Arc<Admission>, store: crate::store::Store, stop: CancellationToken) {
    access::listen(&store, stop, |organization| admission.changed(organization)).await;
}
