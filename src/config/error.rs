//! What is wrong with a configuration: every mistake by name, none with a secret in it.

use std::fmt;

use super::source::Origin;

/// The command line itself is wrong (a file it names cannot be read); the number is the BSD convention's.
pub const EXIT_USAGE: u8 = 64;
/// The configuration is wrong; the number is the BSD convention's.
pub const EXIT_CONFIG: u8 = 78;

/// What kind of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// No such key.
    UnknownKey,
    /// The value is of another type than the key wants.
    WrongType,
    /// The value is of the right type and outside of what is allowed.
    NotAllowed,
    /// Two values, or a value and the environment, exclude each other.
    Contradiction,
    /// A value that must be given is not.
    Missing,
    /// A file or variable could not be read or parsed.
    Unreadable,
    /// The file that the command line names could not be read.
    NoFile,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The key's path, such as `database.pool_size`; the file or variable itself when it could not be read.
    pub key: String,
    /// The value as given; of a secret only its kind and length.
    pub value: Option<String>,
    /// What kind of mistake it is.
    pub mistake: Mistake,
    /// What is wrong, in one phrase.
    pub problem: String,
    /// What is allowed instead.
    pub allowed: Option<String>,
    /// Where the value came from.
    pub origin: Option<Origin>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(value) = &self.value {
            write!(f, " = {value}")?;
        }
        if let Some(origin) = &self.origin {
            write!(f, " ({origin})")?;
        }
        write!(f, ": {}", self.problem)?;
        match &self.allowed {
            Some(allowed) => write!(f, "; allowed: {allowed}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ConfigError {}

/// All mistakes of a configuration, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl ConfigErrors {
    /// The exit code that says so: [`EXIT_USAGE`] when the named file cannot be read, else [`EXIT_CONFIG`].
    pub fn exit_code(&self) -> u8 {
        match self.0.iter().any(|e| e.mistake == Mistake::NoFile) {
            true => EXIT_USAGE,
            false => EXIT_CONFIG,
        }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the configuration has a mistake:")?,
            n => write!(f, "the configuration has {n} mistakes:")?,
        }
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ConfigErrors {}
