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

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigErrors, Sources};

    fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        Config::load(&Sources::variables(variables.iter().copied()))
    }

    #[test]
    fn a_platform_says_itself_what_its_section_may_hold() {
        let refused = |name: &str| {
            let errors = load(&[(name, "0")]).unwrap_err();
            errors.0.into_iter().map(|error| (error.key, error.allowed.unwrap_or_default())).next().unwrap()
        };
        let (key, allowed) = refused("ROUTIQ_PLATFORMS__CHATWOOT__HOST");
        assert_eq!(
            (key.as_str(), allowed.as_str()),
            ("platforms.chatwoot.host", "hosts, requests_per_minute, settle")
        );
        let (key, allowed) = refused("ROUTIQ_PLATFORMS__CHATTWOOT__HOSTS");
        assert_eq!(key, "platforms.chattwoot.hosts");
        assert!(allowed.contains("[platforms.chatwoot]"), "{allowed}");
        let (key, allowed) = refused("ROUTIQ_PLATFORMS__CHATWOOT__REQUESTS_PER_MINUTE");
        assert_eq!(
            (key.as_str(), allowed.as_str()),
            ("platforms.chatwoot.requests_per_minute", "1 to 100000")
        );
    }

    #[test]
    fn limits_of_platforms_may_still_stand_among_the_gates() {
        let limit = |config: &Config| config.platforms.of("chatwoot").count("requests_per_minute");
        let old = load(&[("ROUTIQ_GATES__CHATWOOT__REQUESTS_PER_MINUTE", "400")]).unwrap();
        assert_eq!(limit(&old), Some(400));
        let both = [
            ("ROUTIQ_PLATFORMS__CHATWOOT__REQUESTS_PER_MINUTE", "300"),
            ("ROUTIQ_GATES__CLERK__REQUESTS_PER_MINUTE", "9"),
        ];
        let both = load(&both).unwrap();
        assert_eq!(both.gates.requests_per_minute("clerk", "api.example.org"), Some(9));
        assert_eq!(limit(&both), Some(300));
    }
}
