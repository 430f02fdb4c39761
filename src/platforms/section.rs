//! A platform's part of the configuration, `[platforms.<name>]`: which keys there are, and the values they came to. The
//! platform says what is allowed; the configuration reads, names mistakes and follows changes as for every other key.

use std::{collections::BTreeMap, time::Duration};

/// A key of a platform's section.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its path, such as `platforms.chatwoot.requests_per_minute`.
    pub path: &'static str,
    /// Whether a change takes effect without a restart.
    pub live: bool,
    /// What it takes.
    pub kind: Kind,
}

impl Key {
    /// A key that follows a running daemon.
    pub const fn live(path: &'static str, kind: Kind) -> Self {
        Self { path, live: true, kind }
    }

    /// Its last part.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }
}

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A whole number within these bounds.
    Count {
        /// The least allowed.
        least: u32,
        /// The most allowed.
        most: u32,
    },
    /// A duration with its unit, within these bounds in seconds.
    Duration {
        /// The least allowed.
        least: u64,
        /// The most allowed.
        most: u64,
    },
    /// True or false.
    Flag,
    /// A text that `check` has nothing against; it may be unset.
    Text {
        /// What is allowed, for people.
        allowed: &'static str,
        /// What is wrong with a text, in one phrase such as `is not an e-mail address`.
        check: fn(&str) -> Result<(), String>,
    },
    /// Numbers by host (name in lower case), each within these bounds.
    Hosts {
        /// The least allowed.
        least: u32,
        /// The most allowed.
        most: u32,
    },
}

/// A value that is allowed where it stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of [`Kind::Count`].
    Count(u32),
    /// Of [`Kind::Duration`].
    Duration(Duration),
    /// Of [`Kind::Flag`].
    Flag(bool),
    /// Of [`Kind::Text`].
    Text(String),
    /// Of [`Kind::Hosts`].
    Hosts(BTreeMap<String, u32>),
}

/// The values of one platform's section. What is not there is the platform's own default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section(BTreeMap<&'static str, Value>);

impl Section {
    /// Sets a value by the last part of its key.
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.0.insert(name, value);
    }

    /// A whole number.
    pub fn count(&self, name: &str) -> Option<u32> {
        match self.0.get(name)? {
            Value::Count(count) => Some(*count),
            _ => None,
        }
    }

    /// A duration.
    pub fn duration(&self, name: &str) -> Option<Duration> {
        match self.0.get(name)? {
            Value::Duration(duration) => Some(*duration),
            _ => None,
        }
    }

    /// A truth.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.0.get(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Numbers by host.
    pub fn hosts(&self, name: &str) -> BTreeMap<String, u32> {
        match self.0.get(name) {
            Some(Value::Hosts(hosts)) => hosts.clone(),
            _ => BTreeMap::new(),
        }
    }
}

/// The sections of all platforms, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sections(BTreeMap<&'static str, Section>);

impl Sections {
    /// Sets a platform's section.
    pub fn set(&mut self, platform: &'static str, section: Section) {
        self.0.insert(platform, section);
    }

    /// A platform's section; an empty one where nothing is configured.
    pub fn of(&self, platform: &str) -> Section {
        self.0.get(platform).cloned().unwrap_or_default()
    }
}
