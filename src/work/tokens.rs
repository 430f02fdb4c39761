//! Bearer tokens, verified: what the front door asks about whoever comes with one.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::domain::session::{Bearer, TokenProblem};

/// Verifies bearer tokens of one issuer.
pub trait Verifier: Send + Sync + 'static {
    /// Whom the token speaks for at `now`.
    fn verify<'a>(&'a self, token: &'a str, now: Timestamp) -> BoxFuture<'a, Result<Bearer, TokenProblem>>;
}

/// Who may speak for somebody here: one issuer's tokens, or nobody's.
#[derive(Clone)]
pub struct Tokens(Option<Arc<dyn Verifier>>);

impl Tokens {
    /// Tokens that `verifier` finds good.
    pub fn of(verifier: Arc<dyn Verifier>) -> Self {
        Self(Some(verifier))
    }

    /// Nobody's: no issuer is configured.
    pub fn none() -> Self {
        Self(None)
    }

    /// Whether anybody can sign in at all.
    pub fn any(&self) -> bool {
        self.0.is_some()
    }

    /// Whom `token` speaks for at `now`.
    ///
    /// # Errors
    /// [`TokenProblem`].
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Bearer, TokenProblem> {
        match &self.0 {
            Some(verifier) => verifier.verify(token, now).await,
            None => Err(TokenProblem::Invalid("no issuer is configured")),
        }
    }
}
