//! Bearer tokens, verified: what the front door asks about whoever comes with one.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{
        role::Role,
        session::{Bearer, TokenProblem},
    },
    platforms::clerk,
};

/// Verifies bearer tokens of one issuer.
pub trait Verifier: Send + Sync + 'static {
    /// Whom the token speaks for at `now`.
    fn verify<'a>(&'a self, token: &'a str, now: Timestamp) -> BoxFuture<'a, Result<Bearer, TokenProblem>>;
}

impl Verifier for clerk::verifier::Verifier {
    fn verify<'a>(&'a self, token: &'a str, now: Timestamp) -> BoxFuture<'a, Result<Bearer, TokenProblem>> {
        Box::pin(self.verify(token, now))
    }
}

/// Makes session tokens, where this process may: in development alone.
pub trait Mint: Send + Sync + 'static {
    /// A session token of `user` (Clerk's id) with `organization` (Clerk's id) active in it. None: it could not be signed.
    fn mint(
        &self,
        user: &str,
        organization: &str,
        role: Role,
        lifetime: SignedDuration,
        now: Timestamp,
    ) -> Option<String>;
}

impl Mint for clerk::issuer::DevelopmentIssuer {
    fn mint(
        &self,
        user: &str,
        organization: &str,
        role: Role,
        lifetime: SignedDuration,
        now: Timestamp,
    ) -> Option<String> {
        self.token(user, Some((organization, role.stored())), lifetime, now).ok()
    }
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
