//! Who may come in, wired: the issuer of sessions and the tables' memberships.

use std::sync::Arc;

use super::App;
use crate::{config::Config, http::Admission, work::Tokens};

impl App {
    /// Admits whom the configured issuer vouches for.
    pub(super) fn admission(&self, _config: &Config) -> Arc<Admission> {
        Arc::new(Admission::new(self.database.store.clone(), Tokens::none()))
    }
}
