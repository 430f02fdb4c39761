//! `[platforms.<name>]`: what each platform can be told. Which keys there are and what they take is said by the platform's
//! row in the registry.

use std::time::Duration;

use super::{
    reader::{Key as ConfigKey, Reader},
    value::parse_host,
};
use crate::platforms::{
    registry,
    section::{Key, Kind, Section, Sections, Value},
};

pub(super) fn read(r: &mut Reader) -> Sections {
    let mut sections = Sections::default();
    for platform in registry::ALL {
        let mut section = Section::default();
        for key in platform.keys {
            if let Some(value) = value(r, key) {
                section.set(key.name(), value);
            }
        }
        sections.set(platform.name, section);
    }
    sections
}

fn value(r: &mut Reader, key: &Key) -> Option<Value> {
    let at = ConfigKey { path: key.path, live: key.live };
    Some(match key.kind {
        Kind::Count { least, most } => Value::Count(r.optional_integer(at, least..=most)?),
        Kind::Duration { least, most } => {
            let seconds = Duration::from_secs;
            Value::Duration(r.duration(at, seconds(least)..=seconds(most)))
        }
        Kind::Flag => Value::Flag(r.flag(at)),
        Kind::Text { allowed, check } => {
            Value::Text(r.optional(at, allowed, |text| check(text).map(|()| text.to_owned()))?)
        }
        Kind::Hosts { least, most } => Value::Hosts(r.numbers(at, least..=most, parse_host)),
    })
}
