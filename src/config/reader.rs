//! Reads typed values out of the layers and keeps every mistake; a value that is wrong stands in as its default, so
//! that reading goes on to the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    ops::RangeInclusive,
    time::Duration,
};

use secrecy::SecretString;
use toml::Value;

use super::{
    error::{ConfigError, Mistake},
    source::{Gathered, Leaf, Origin, Raw},
    value::{duration_text, parse_duration, parse_size, size_text},
};

/// The section of platforms.
const PLATFORMS: &str = "platforms.";

/// A key, and whether a change of it takes effect without a restart.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) path: &'static str,
    pub(crate) live: bool,
}

/// A key that may change at run time.
pub(crate) const fn live(path: &'static str) -> Key {
    Key { path, live: true }
}

/// A key whose change waits for the next start.
pub(crate) const fn fixed(path: &'static str) -> Key {
    Key { path, live: false }
}

/// What a key came to.
#[derive(Clone)]
pub(crate) struct Resolved {
    /// As people may see it; of a secret nothing but its kind and length.
    pub(crate) shown: String,
    pub(crate) origin: Option<Origin>,
    pub(crate) live: bool,
    pub(crate) secret: bool,
    raw: Option<Raw>,
}

impl Resolved {
    /// Whether both mean the same: `60s` is `1m`.
    pub(crate) fn same(&self, other: &Self) -> bool {
        if self.secret { self.raw == other.raw } else { self.shown == other.shown }
    }
}

/// Why a value is refused.
pub(crate) enum Refused {
    Type,
    Value(String),
}

pub(crate) struct Reader {
    leaves: BTreeMap<String, Leaf>,
    defaults: BTreeMap<String, Leaf>,
    pub(crate) errors: Vec<ConfigError>,
    pub(crate) resolved: BTreeMap<&'static str, Resolved>,
    maps: Vec<&'static str>,
}

impl Reader {
    pub(crate) fn new(gathered: Gathered) -> Self {
        Self {
            leaves: gathered.leaves,
            defaults: gathered.defaults,
            errors: gathered.errors,
            resolved: BTreeMap::new(),
            maps: Vec::new(),
        }
    }

    /// Reads one value through `parse`, which also says how to show it.
    fn read<T>(
        &mut self,
        key: Key,
        secret: bool,
        allowed: &str,
        parse: impl Fn(&Raw) -> Result<(T, String), Refused>,
    ) -> Option<T> {
        let Some(leaf) = self.leaves.get(key.path).cloned() else {
            self.note(key, secret, "unset".to_owned(), None);
            return None;
        };
        match parse(&leaf.raw) {
            Ok((value, shown)) => {
                self.note(key, secret, shown, Some(leaf));
                Some(value)
            }
            Err(refused) => {
                let (mistake, problem) = match refused {
                    Refused::Type => (Mistake::WrongType, "is of the wrong type".to_owned()),
                    Refused::Value(problem) => (Mistake::NotAllowed, problem),
                };
                let shown = if secret { hidden(&leaf.raw) } else { written(&leaf.raw) };
                self.errors.push(ConfigError {
                    key: key.path.to_owned(),
                    value: Some(shown.clone()),
                    mistake,
                    problem,
                    allowed: Some(allowed.to_owned()),
                    origin: Some(leaf.origin.clone()),
                });
                self.note(key, secret, shown, Some(leaf));
                self.defaults.get(key.path).and_then(|leaf| parse(&leaf.raw).ok()).map(|(value, _)| value)
            }
        }
    }

    fn note(&mut self, key: Key, secret: bool, shown: String, leaf: Option<Leaf>) {
        let (raw, origin) = leaf.map(|leaf| (leaf.raw, leaf.origin)).unzip();
        let raw = raw.filter(|_| secret);
        self.resolved.insert(key.path, Resolved { shown, origin, live: key.live, secret, raw });
    }

    /// A value that `parse` understands and shows by its `Display`. No value: none.
    pub(crate) fn optional<T: Display>(
        &mut self,
        key: Key,
        allowed: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.read(key, false, allowed, |raw| {
            let value = parse(text(raw)?).map_err(Refused::Value)?;
            let shown = value.to_string();
            Ok((value, shown))
        })
    }

    /// Like [`Reader::optional`], for a key that has a default.
    pub(crate) fn parsed<T: Display>(
        &mut self,
        key: Key,
        allowed: &str,
        fallback: T,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> T {
        self.optional(key, allowed, parse).unwrap_or(fallback)
    }

    /// A secret that `parse` understands.
    pub(crate) fn secret<T>(
        &mut self,
        key: Key,
        allowed: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.read(key, true, allowed, |raw| Ok((parse(text(raw)?).map_err(Refused::Value)?, hidden(raw))))
    }

    /// A secret as it is, when `check` has nothing against it.
    pub(crate) fn secret_text(
        &mut self,
        key: Key,
        allowed: &str,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Option<SecretString> {
        self.secret(key, allowed, |text| check(text).map(|()| SecretString::from(text)))
    }

    /// A whole number, if it is given.
    pub(crate) fn optional_integer<T>(&mut self, key: Key, range: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + Display + Copy,
    {
        let allowed = format!("{} to {}", range.start(), range.end());
        self.read(key, false, &allowed, |raw| {
            let number = match raw {
                Raw::Toml(Value::Integer(number)) => *number,
                Raw::Text(text) => text.parse().map_err(|_| Refused::Type)?,
                Raw::Toml(_) => return Err(Refused::Type),
            };
            let value = T::try_from(number).ok().filter(|value| range.contains(value));
            let value = value.ok_or_else(|| Refused::Value("is out of range".to_owned()))?;
            Ok((value, value.to_string()))
        })
    }

    /// A whole number.
    pub(crate) fn integer<T>(&mut self, key: Key, range: RangeInclusive<T>) -> T
    where
        T: TryFrom<i64> + PartialOrd + Display + Copy,
    {
        let lowest = *range.start();
        self.optional_integer(key, range).unwrap_or(lowest)
    }

    /// True or false.
    pub(crate) fn flag(&mut self, key: Key) -> bool {
        self.read(key, false, "true or false", |raw| {
            let value = match raw {
                Raw::Toml(Value::Boolean(value)) => *value,
                Raw::Text(text) => text.to_lowercase().parse().map_err(|_| Refused::Type)?,
                Raw::Toml(_) => return Err(Refused::Type),
            };
            Ok((value, value.to_string()))
        })
        .unwrap_or_default()
    }

    /// A duration with its unit.
    pub(crate) fn duration(&mut self, key: Key, range: RangeInclusive<Duration>) -> Duration {
        let allowed = format!(
            "{} to {}, with its unit (ms, s, m, h)",
            duration_text(*range.start()),
            duration_text(*range.end())
        );
        self.read(key, false, &allowed, |raw| {
            let value = parse_duration(text(raw)?).map_err(Refused::Value)?;
            ranged(value, &range).map(|value| (value, duration_text(value)))
        })
        .unwrap_or(*range.start())
    }

    /// A number of bytes with its unit.
    pub(crate) fn size(&mut self, key: Key, range: RangeInclusive<u64>) -> u64 {
        let allowed = format!(
            "{} to {}, with its unit (B, KiB, MiB)",
            size_text(*range.start()),
            size_text(*range.end())
        );
        self.read(key, false, &allowed, |raw| {
            let value = parse_size(text(raw)?).map_err(Refused::Value)?;
            ranged(value, &range).map(|value| (value, size_text(value)))
        })
        .unwrap_or(*range.start())
    }

    /// A list; in a variable its parts are separated by commas.
    pub(crate) fn list<T: Display>(
        &mut self,
        key: Key,
        allowed: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        self.read(key, false, allowed, |raw| {
            let parts: Vec<String> = match raw {
                Raw::Toml(Value::Array(items)) => items
                    .iter()
                    .map(|item| item.as_str().map(str::to_owned).ok_or(Refused::Type))
                    .collect::<Result<_, _>>()?,
                Raw::Text(text) => text.split(',').map(|part| part.trim().to_owned()).collect(),
                Raw::Toml(_) => return Err(Refused::Type),
            };
            let about = |part: &str, problem| Refused::Value(format!("{part:?} {problem}"));
            let values = parts
                .iter()
                .filter(|part| !part.is_empty())
                .map(|part| parse(part).map_err(|problem| about(part, problem)))
                .collect::<Result<Vec<T>, _>>()?;
            let shown = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Ok((values, format!("[{shown}]")))
        })
        .unwrap_or_default()
    }

    /// Numbers by name: a table, or in a variable `name=number,name=number`.
    pub(crate) fn numbers(
        &mut self,
        key: Key,
        range: RangeInclusive<u32>,
        name: impl Fn(&str) -> Result<String, String>,
    ) -> BTreeMap<String, u32> {
        self.maps.push(key.path);
        let prefix = format!("{}.", key.path);
        let mut numbers = BTreeMap::new();
        let mut origin = None;
        for (path, leaf) in self.leaves.clone() {
            let pairs = match (&leaf.raw, path.strip_prefix(&prefix)) {
                (Raw::Toml(Value::Integer(number)), Some(name)) => {
                    vec![(name.trim_matches('"').to_owned(), Some(*number))]
                }
                (Raw::Text(text), None) if path == key.path => text.split(',').map(pair).collect(),
                (_, Some(name)) => vec![(name.to_owned(), None)],
                (_, None) if path == key.path => vec![(written(&leaf.raw), None)],
                _ => continue,
            };
            for (given, number) in pairs {
                let number =
                    number.and_then(|number| u32::try_from(number).ok()).filter(|n| range.contains(n));
                let problem = match (name(&given), number) {
                    (Ok(name), Some(number)) => {
                        numbers.insert(name, number);
                        continue;
                    }
                    (Err(problem), _) => problem,
                    (Ok(_), None) => "has no number in range".to_owned(),
                };
                self.errors.push(ConfigError {
                    key: key.path.to_owned(),
                    value: Some(given),
                    mistake: Mistake::NotAllowed,
                    problem,
                    allowed: Some(format!("host = {} to {}", range.start(), range.end())),
                    origin: Some(leaf.origin.clone()),
                });
            }
            origin = Some(leaf.origin);
        }
        let shown = format!("{numbers:?}");
        self.resolved.insert(key.path, Resolved { shown, origin, live: key.live, secret: false, raw: None });
        numbers
    }

    /// Whether a value was given anywhere.
    pub(crate) fn origin(&self, key: &str) -> Option<&Origin> {
        self.leaves.get(key).map(|leaf| &leaf.origin)
    }

    /// Two values that exclude each other, or one that must be given and is not.
    pub(crate) fn refuse(&mut self, mistake: Mistake, key: &str, problem: impl Into<String>) {
        let resolved = self.resolved.get(key);
        self.errors.push(ConfigError {
            key: key.to_owned(),
            value: resolved.filter(|r| r.origin.is_some()).map(|r| r.shown.clone()),
            mistake,
            problem: problem.into(),
            allowed: None,
            origin: resolved.and_then(|r| r.origin.clone()),
        });
    }

    /// Names every value that no section asked for, with the nearest key there is.
    pub(crate) fn refuse_unknown(&mut self) {
        for (path, leaf) in &self.leaves {
            let in_map =
                self.maps.iter().any(|map| path.strip_prefix(map).is_some_and(|r| r.starts_with('.')));
            if in_map || self.resolved.contains_key(path.as_str()) {
                continue;
            }
            let section = format!("{path}.");
            let allowed = match self.resolved.keys().any(|known| known.starts_with(&section)) {
                true => Some(format!("a section: write [{path}]")),
                false => self.platform_keys(path).or_else(|| {
                    nearest(path, self.resolved.keys().copied()).map(|key| format!("did you mean {key}?"))
                }),
            };
            self.errors.push(ConfigError {
                key: path.clone(),
                // It may be a secret under a misspelt name.
                value: Some(hidden(&leaf.raw)),
                mistake: Mistake::UnknownKey,
                problem: "is no key".to_owned(),
                allowed,
                origin: Some(leaf.origin.clone()),
            });
        }
    }
}

impl Reader {
    /// What may stand in the section of platforms that `path` is in, or which sections there are.
    fn platform_keys(&self, path: &str) -> Option<String> {
        let (platform, _) = path.strip_prefix(PLATFORMS)?.split_once('.')?;
        let known = || self.resolved.keys().filter_map(|key| key.strip_prefix(PLATFORMS)?.split_once('.'));
        let own: Vec<&str> = known().filter(|(name, _)| *name == platform).map(|(_, key)| key).collect();
        Some(match own.is_empty() {
            false => own.join(", "),
            true => {
                let names: BTreeSet<&str> = known().map(|(name, _)| name).collect();
                let names: Vec<String> =
                    names.into_iter().map(|name| format!("[{PLATFORMS}{name}]")).collect();
                names.join(", ")
            }
        })
    }
}

/// `name=number`.
fn pair(text: &str) -> (String, Option<i64>) {
    match text.rsplit_once('=') {
        Some((name, number)) => (name.trim().to_owned(), number.trim().parse().ok()),
        None => (text.trim().to_owned(), None),
    }
}

fn text(raw: &Raw) -> Result<&str, Refused> {
    match raw {
        Raw::Toml(Value::String(text)) | Raw::Text(text) => Ok(text.trim()),
        Raw::Toml(_) => Err(Refused::Type),
    }
}

fn ranged<T: PartialOrd>(value: T, range: &RangeInclusive<T>) -> Result<T, Refused> {
    match range.contains(&value) {
        true => Ok(value),
        false => Err(Refused::Value("is out of range".to_owned())),
    }
}

/// A value as written, cut to what fits a line.
fn written(raw: &Raw) -> String {
    let whole = match raw {
        Raw::Toml(value) => value.to_string(),
        Raw::Text(text) => format!("{text:?}"),
    };
    match whole.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", whole.get(..end).unwrap_or_default()),
        None => whole,
    }
}

/// Kind and length of a value that must not be shown.
fn hidden(raw: &Raw) -> String {
    match raw {
        Raw::Toml(Value::String(text)) | Raw::Text(text) => {
            format!("<text, {} characters>", text.chars().count())
        }
        Raw::Toml(value) => format!("<{}>", value.type_str()),
    }
}

/// The known key most like `path`: the same last part elsewhere, else few letters apart.
fn nearest<'a>(path: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let last = |path: &'a str| path.rsplit('.').next().unwrap_or(path);
    let own = path.rsplit('.').next().unwrap_or(path);
    if let Some(key) = known.clone().find(|key| last(key) == own) {
        return Some(key);
    }
    let far = (path.len() / 4).max(2);
    known
        .map(|key| (strsim::damerau_levenshtein(path, key), key))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, key)| key)
}
