//! The platforms of this build: one row each. What the rest of the program knows of a platform stands in its row; adding
//! one is a folder and a row.

use std::{sync::Arc, time::Duration};

use super::{
    Adapter, Adapters, chatwoot, cliniko,
    declaration::Declaration,
    google_calendar, manychat, momence, nookal,
    section::{Key, Section, Sections},
    transport::Transport,
    twilio,
    webhook::Webhook,
};

/// Every platform that accounts can be at, in the order people see them.
pub const ALL: &[&Platform] = &[
    &chatwoot::PLATFORM,
    &cliniko::PLATFORM,
    &google_calendar::PLATFORM,
    &manychat::PLATFORM,
    &momence::PLATFORM,
    &nookal::PLATFORM,
    &twilio::PLATFORM,
];

/// Makes an adapter that sends through the transport.
pub type Make = fn(Arc<dyn Transport>, &House, &Section) -> Arc<dyn Adapter>;

/// A platform's row.
pub struct Platform {
    /// Its name in tables, addresses and the configuration, such as `chatwoot`.
    pub name: &'static str,
    /// Its name for people, such as `Chatwoot`.
    pub title: &'static str,
    /// What may stand in its part of the configuration, `[platforms.<name>]`.
    pub keys: &'static [Key],
    /// That part with every key explained and its default, as TOML.
    pub defaults: &'static str,
    /// What it reads, how, and what limits it.
    pub declaration: &'static Declaration,
    /// Makes its adapter.
    pub make: Make,
    /// Checks what it sends us; none for a platform that sends nothing.
    pub webhook: Option<fn() -> Arc<dyn Webhook>>,
}

/// What holds for every platform alike.
#[derive(Clone, Debug, PartialEq)]
pub struct House {
    /// How often an account is asked for what changed, unless its settings say otherwise.
    pub poll_interval: Duration,
    /// How often everything is listed at least; sweeps that somebody asks for come on top.
    pub sweep_interval: Duration,
    /// How many requests this daemon has under way at once.
    pub max_workers: u32,
    /// Whether plain http may reach loopback addresses, which is where simulators live.
    pub plain_loopback: bool,
    /// How much pauses are spread, 0 to 1; 0 repeats itself.
    pub jitter: f64,
    /// Under which address the world reaches us, such as `https://routiq.example.org`; none: no webhook is registered.
    pub public_url: Option<String>,
}

impl Default for House {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(60),
            sweep_interval: Duration::from_secs(24 * 3600),
            max_workers: 64,
            plain_loopback: false,
            jitter: 0.5,
            public_url: None,
        }
    }
}

/// The platform of this name.
pub fn find(name: &str) -> Option<&'static Platform> {
    ALL.iter().copied().find(|platform| platform.name == name)
}

/// The names of all, as a sentence says them.
pub fn names() -> String {
    ALL.iter().map(|platform| platform.name).collect::<Vec<_>>().join(", ")
}

/// Every adapter, sending through `transport`.
pub fn adapters(transport: &Arc<dyn Transport>, house: &House, sections: &Sections) -> Adapters {
    let made = |platform: &&Platform| {
        (platform.name, (platform.make)(Arc::clone(transport), house, &sections.of(platform.name)))
    };
    ALL.iter().map(made).collect()
}

/// Tells every adapter what was configured anew.
pub fn reconfigure(adapters: &Adapters, house: &House, sections: &Sections) {
    for (name, adapter) in adapters {
        adapter.reconfigure(house, &sections.of(name));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::platforms::transport::{InProcess, TransportError};

    #[test]
    fn every_row_is_whole_and_says_the_same_as_its_adapter() {
        let names: BTreeSet<&str> = ALL.iter().map(|platform| platform.name).collect();
        assert_eq!(names.len(), ALL.len(), "two rows of one name");
        let nowhere: Arc<dyn Transport> =
            Arc::new(InProcess::new(|_| std::future::ready(Err(TransportError::Connect))));
        let adapters = adapters(&nowhere, &House::default(), &Sections::default());
        for platform in ALL {
            let Platform { name, title, declaration, .. } = platform;
            assert!(!title.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
            let adapter = &adapters[name];
            assert_eq!(adapter.name(), *name);
            assert_eq!(
                format!("{:?}", adapter.declaration()),
                format!("{declaration:?}"),
                "{name} declares two things"
            );
            assert_eq!(
                declaration.webhook.is_some(),
                platform.webhook.is_some(),
                "{name} sends, or does not"
            );
            if let Some(webhook) = platform.webhook {
                assert_eq!(webhook().platform(), *name);
            }
            for key in platform.keys {
                let prefix = format!("platforms.{name}.");
                let short =
                    key.path.strip_prefix(&prefix).unwrap_or_else(|| panic!("{} is not of {name}", key.path));
                assert!(short.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{short}");
            }
            let streams: BTreeSet<&str> = declaration.streams.iter().map(|stream| stream.name).collect();
            assert_eq!(streams.len(), declaration.streams.len(), "{name} has a stream twice");
            assert!(declaration.transform > 0 && !declaration.limits.is_empty(), "{name}");
        }
    }
}
