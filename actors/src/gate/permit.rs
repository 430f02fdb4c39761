//! What a claimant gets: a permit, or the reason why not.

use jiff::Timestamp;

use super::{book::Held, breaker::Pass};
use crate::port::Answer;

/// The right to send one request, held while the step runs.
///
/// Dropped without [`Permit::settle`] its holder has vanished: places are freed, rate tokens stay spent because the
/// request may have been sent, and the breaker hears nothing; a probe then counts as not having happened.
pub(crate) struct Permit {
    held: Vec<Held>,
    pass: Pass,
}

impl std::fmt::Debug for Permit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.held).finish()
    }
}

impl Permit {
    pub(super) fn new(held: Vec<Held>, pass: Pass) -> Self {
        Self { held, pass }
    }

    /// Reports how the host answered and frees what was held. An unsent request costs nothing.
    pub(crate) fn settle(self, answer: &Answer) {
        let Self { held, pass } = self;
        pass.answered(answer);
        match answer {
            Answer::NotAsked => held.into_iter().for_each(Held::refund),
            Answer::RateLimited { budget, retry_after } => {
                // A name that the demand did not contain slows down the narrowest budget: the host did say stop.
                let named = held.iter().find(|held| held.book().name() == budget).or(held.first());
                if let Some(held) = named {
                    held.book().pause(*retry_after);
                }
            }
            Answer::Healthy | Answer::Unhealthy { .. } => {}
        }
    }
}

/// Why there is no permit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// The breaker is open.
    #[error("the breaker is open until {until}")]
    Open {
        /// When it lets a probe through.
        until: Timestamp,
    },
    /// The breaker or a limiter has failed too often.
    #[error("shut: {reason}")]
    Shut {
        /// What is shut and why.
        reason: String,
    },
    /// The actor that held the request died: ask again.
    #[error("the request was lost")]
    Gone,
}
