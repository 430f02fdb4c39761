//! Where values come from, and which of them wins.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{
    Environment,
    error::{ConfigError, Mistake},
};
use crate::platforms::registry;

const DEFAULT: &str = include_str!("../../config/default.toml");
const DEVELOPMENT: &str = include_str!("../../config/development.toml");
const STAGING: &str = include_str!("../../config/staging.toml");
const PRODUCTION: &str = include_str!("../../config/production.toml");

const PREFIX: &str = "ROUTIQ_";
/// Variables with our prefix that name no key.
const RESERVED: &[&str] = &["ROUTIQ_ENV", "ROUTIQ_CONFIG", "ROUTIQ_PG_BINARIES"];
/// Variables with this prefix belong to the tests.
const TEST_PREFIX: &str = "ROUTIQ_TEST_";

/// The names operators know, and the keys they set.
pub const ALIASES: &[(&str, &str)] = &[
    ("DATABASE_URL", "database.url"),
    ("MIGRATION_DATABASE_URL", "database.migration_url"),
    ("PORT", "server.port"),
    ("PROMETHEUS_PORT", "server.metrics_port"),
    ("LOG_LEVEL", "telemetry.log_level"),
    ("SYNC_INTERVAL", "sync.sweep"),
    ("MAX_WORKERS", "gates.max_workers"),
    ("RATE_LIMIT_PER_MINUTE", "api.rate_limit_per_minute"),
    ("ENCRYPTION_KEY", "security.encryption_key"),
    ("CLERK_SECRET_KEY", "security.clerk_secret_key"),
    ("CLERK_WEBHOOK_SECRET", "webhooks.clerk_secrets"),
    ("STRIPE_WEBHOOK_SECRET", "webhooks.stripe_secrets"),
    ("STRIPE_SECRET_KEY", "security.stripe_secret_key"),
    ("SENTRY_DSN", "telemetry.sentry_dsn"),
];

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `config/default.toml`, which is part of the program.
    Default,
    /// The environment's file, which is part of the program.
    Environment(Environment),
    /// The file named on the command line.
    File(PathBuf),
    /// A variable.
    Variable(String),
    /// An option of the command line.
    Option(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default.toml"),
            Self::Environment(environment) => write!(f, "{environment}.toml"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Option(name) => write!(f, "option {name}"),
        }
    }
}

/// What the configuration is for: some values must be given for some purposes only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// The daemon: everything it needs must be there.
    #[default]
    Serve,
    /// A command that does one thing, such as migrating.
    Tool,
}

/// What to read: variables as a map (so that tests need no process), one file, options of the command line.
#[derive(Clone, Default)]
pub struct Sources {
    variables: BTreeMap<String, String>,
    unreadable: Vec<String>,
    file: Option<PathBuf>,
    options: Vec<(String, String, String)>,
    purpose: Purpose,
}

// Values may be secrets: names only.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources")
            .field("variables", &self.variables.keys())
            .field("file", &self.file)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl Sources {
    /// The variables of this process.
    pub fn process() -> Self {
        let mut sources = Self::default();
        for (name, value) in std::env::vars_os() {
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => drop(sources.variables.insert(name, value)),
                (Ok(name), Err(_)) => sources.unreadable.push(name),
                (Err(_), _) => {}
            }
        }
        sources
    }

    /// These variables and nothing else.
    pub fn variables<N: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, ..Self::default() }
    }

    /// Reads `file` too, if there is one.
    pub fn with_file(mut self, file: Option<PathBuf>) -> Self {
        self.file = file;
        self
    }

    /// Sets `key` from an option of the command line such as `--port`, which wins over everything.
    pub fn with_option(mut self, option: &str, key: &str, value: impl Into<String>) -> Self {
        self.options.push((option.to_owned(), key.to_owned(), value.into()));
        self
    }

    /// Says what the configuration is for.
    pub fn for_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// The file that is read, if any: the one to watch.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// A variable that has a value.
    fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Lays the layers over each other.
    pub(crate) fn gather(&self) -> Gathered {
        let mut gathered = Gathered::default();
        let mut defaults = gathered.parse(DEFAULT, &Origin::Default);
        defaults.insert("platforms".to_owned(), Value::Table(gathered.platforms()));
        let file = self.file.as_deref().map(|path| (path, gathered.read(path))).unzip();
        let environment = self.environment(&mut gathered, &defaults, file.1.as_ref());
        gathered.environment = environment;

        gathered.defaults = flatten(defaults, &Origin::Default);
        gathered.leaves = gathered.defaults.clone();
        let origin = Origin::Environment(environment);
        let own = gathered.parse(environment.file(), &origin);
        gathered.leaves.extend(flatten(own, &origin));
        if let (Some(path), Some(table)) = file {
            gathered.leaves.extend(flatten(table, &Origin::File(path.to_owned())));
        }
        self.lay_variables(&mut gathered);
        for (option, key, value) in &self.options {
            gathered.set(key, value, Origin::Option(option.clone()));
        }
        let said = Leaf::text(environment.to_string(), self.environment_origin(&gathered.leaves));
        gathered.leaves.insert("environment".to_owned(), said);
        gathered
    }

    fn lay_variables(&self, gathered: &mut Gathered) {
        for name in &self.unreadable {
            if name.starts_with(PREFIX) || ALIASES.iter().any(|(alias, _)| alias == name) {
                gathered.unreadable(name, "is not valid UTF-8", Mistake::Unreadable);
            }
        }
        for name in self.variables.keys() {
            let Some(rest) = name.strip_prefix(PREFIX) else { continue };
            if RESERVED.contains(&name.as_str()) || name.starts_with(TEST_PREFIX) {
                continue;
            }
            if let Some(value) = self.variable(name) {
                gathered.set(&rest.to_lowercase().replace("__", "."), value, Origin::Variable(name.clone()));
            }
        }
        for (name, key) in ALIASES {
            if let Some(value) = self.variable(name) {
                gathered.set(key, value, Origin::Variable((*name).to_owned()));
            }
        }
        if self.variable("REDIS_URL").is_some() {
            gathered.notices.push("REDIS_URL is set and not needed: nothing here uses Redis".to_owned());
        }
    }

    /// Which environment it is; a name nobody knows is a mistake and counts as production, which is the strictest.
    fn environment(&self, gathered: &mut Gathered, defaults: &Table, file: Option<&Table>) -> Environment {
        let written = |table: &Table| match table.get("environment") {
            None => None,
            Some(Value::String(name)) => Some(name.clone()),
            Some(other) => Some(other.to_string()),
        };
        let said = self.named_by_variable().map(|(_, value)| value.to_owned());
        let by_option = self.options.iter().rev().find(|(_, key, _)| key == "environment");
        let name = by_option
            .map(|(_, _, value)| value.clone())
            .or(said)
            .or_else(|| file.and_then(written))
            .or_else(|| written(defaults))
            .unwrap_or_default();
        if let (Some(a), Some(b)) = (self.variable("ROUTIQ_ENV"), self.variable("ROUTIQ_ENVIRONMENT"))
            && a != b
        {
            gathered.errors.push(ConfigError {
                key: "environment".to_owned(),
                value: None,
                mistake: Mistake::Contradiction,
                problem: "ROUTIQ_ENV and ROUTIQ_ENVIRONMENT disagree".to_owned(),
                allowed: None,
                origin: None,
            });
        }
        name.parse().unwrap_or_else(|()| {
            gathered.errors.push(ConfigError {
                key: "environment".to_owned(),
                value: Some(format!("{name:?}")),
                mistake: Mistake::NotAllowed,
                problem: "is not an environment".to_owned(),
                allowed: Some(Environment::NAMES.join(", ")),
                origin: Some(self.environment_origin(&BTreeMap::new())),
            });
            Environment::Production
        })
    }

    fn named_by_variable(&self) -> Option<(&'static str, &str)> {
        ["ROUTIQ_ENV", "ROUTIQ_ENVIRONMENT"].into_iter().find_map(|name| Some((name, self.variable(name)?)))
    }

    fn environment_origin(&self, leaves: &BTreeMap<String, Leaf>) -> Origin {
        if let Some((option, ..)) = self.options.iter().rev().find(|(_, key, _)| key == "environment") {
            return Origin::Option(option.clone());
        }
        match (self.named_by_variable(), leaves.get("environment"), &self.file) {
            (Some((name, _)), ..) => Origin::Variable(name.to_owned()),
            (None, Some(leaf), _) => leaf.origin.clone(),
            (None, None, Some(path)) => Origin::File(path.clone()),
            (None, None, None) => Origin::Default,
        }
    }
}

impl Environment {
    fn file(self) -> &'static str {
        match self {
            Self::Development => DEVELOPMENT,
            Self::Staging => STAGING,
            Self::Production => PRODUCTION,
        }
    }
}

/// A value as it was written.
#[derive(Clone, PartialEq)]
pub(crate) enum Raw {
    /// In a file.
    Toml(Value),
    /// In a variable or an option, where everything is text.
    Text(String),
}

/// A value and where it came from.
#[derive(Clone)]
pub(crate) struct Leaf {
    pub(crate) raw: Raw,
    pub(crate) origin: Origin,
}

impl Leaf {
    fn text(value: impl Into<String>, origin: Origin) -> Self {
        Self { raw: Raw::Text(value.into()), origin }
    }
}

/// The layers, laid over each other.
#[derive(Clone, Default)]
pub(crate) struct Gathered {
    pub(crate) environment: Environment,
    pub(crate) leaves: BTreeMap<String, Leaf>,
    pub(crate) defaults: BTreeMap<String, Leaf>,
    pub(crate) errors: Vec<ConfigError>,
    pub(crate) notices: Vec<String>,
}

impl Gathered {
    fn set(&mut self, key: &str, value: &str, origin: Origin) {
        let key = &*placed(key);
        // A list or map given as text replaces the whole of it.
        let prefix = format!("{key}.");
        self.leaves.retain(|path, _| !path.starts_with(&prefix));
        self.leaves.insert(key.to_owned(), Leaf::text(value, origin));
    }

    fn parse(&mut self, text: &str, origin: &Origin) -> Table {
        text.parse::<Table>().unwrap_or_else(|error| {
            // The error's own rendering quotes the line, which may hold a secret.
            let line =
                error.span().and_then(|span| text.get(..span.start)).map(|s| s.matches('\n').count() + 1);
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let problem = format!("is not TOML: {place}{}", error.message());
            self.unreadable(&origin.to_string(), &problem, Mistake::Unreadable);
            Table::new()
        })
    }

    /// What each platform brings along for its own section.
    fn platforms(&mut self) -> Table {
        let mut all = Table::new();
        for platform in registry::ALL {
            let mut own = self.parse(platform.defaults, &Origin::Default);
            if let Some(Value::Table(own)) = own.remove("platforms") {
                all.extend(own);
            }
        }
        all
    }

    fn read(&mut self, path: &Path) -> Table {
        match std::fs::read_to_string(path) {
            Ok(text) => self.parse(&text, &Origin::File(path.to_owned())),
            Err(error) => {
                let problem = format!("cannot be read: {error}");
                self.unreadable(&format!("file {}", path.display()), &problem, Mistake::NoFile);
                Table::new()
            }
        }
    }

    fn unreadable(&mut self, what: &str, problem: &str, mistake: Mistake) {
        self.errors.push(ConfigError {
            key: what.to_owned(),
            value: None,
            mistake,
            problem: problem.to_owned(),
            allowed: None,
            origin: None,
        });
    }
}

/// Where a key stands now: the limits of platforms were once keys of `[gates]`, and still may be written so.
fn placed(path: &str) -> Cow<'_, str> {
    let platform = |rest: &&str| registry::ALL.iter().any(|p| rest.split('.').next() == Some(p.name));
    match path.strip_prefix("gates.").filter(platform) {
        Some(rest) => Cow::Owned(format!("platforms.{rest}")),
        None => Cow::Borrowed(path),
    }
}

/// Tables into paths: `{a = {b = 1}}` is `a.b`; a name with a dot in it is quoted.
fn flatten(table: Table, origin: &Origin) -> BTreeMap<String, Leaf> {
    fn walk(prefix: &str, table: Table, origin: &Origin, leaves: &mut BTreeMap<String, Leaf>) {
        for (name, value) in table {
            let name = if name.contains('.') { format!("{name:?}") } else { name };
            let path = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
            match value {
                Value::Table(inner) => walk(&path, inner, origin, leaves),
                value => {
                    let path = placed(&path).into_owned();
                    leaves.insert(path, Leaf { raw: Raw::Toml(value), origin: origin.clone() });
                }
            }
        }
    }
    let mut leaves = BTreeMap::new();
    walk("", table, origin, &mut leaves);
    leaves
}
