//! `[attachments]`: which files are fetched, and where they lie.

use std::{path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::{
    error::Mistake,
    reader::{Reader, fixed, live},
    source::Origin,
};
use crate::platforms::files::{FileRules, MediaRange};

/// The least and the most of `attachments.max_size`: a whole file is held in memory while it is sealed or opened, and an object
/// store's answer has a limit of its own.
const SIZES: std::ops::RangeInclusive<u64> = 1 << 10..=60 << 20;

/// Which files are fetched, and where they lie.
#[derive(Clone, Debug)]
pub struct AttachmentsConfig {
    /// What may be fetched.
    pub rules: FileRules,
    /// Where they lie; none: nowhere.
    pub place: Option<Place>,
    /// How long the bytes of a deleted attachment stay.
    pub keep_deleted: Duration,
    /// Files under way at once.
    pub workers: u32,
    /// What one host is asked for files a minute.
    pub requests_per_minute: u32,
}

/// Where files lie.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a directory.
    Directory(PathBuf),
    /// In a bucket.
    ObjectStore {
        /// `https://host/bucket`, perhaps with folders behind it.
        url: String,
        /// Its region.
        region: String,
        /// The name of the access key.
        access_key: SecretString,
        /// The access key itself.
        secret_key: SecretString,
    },
}

pub(super) fn read(r: &mut Reader) -> AttachmentsConfig {
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    let rules = FileRules {
        fetch: r.flag(live("attachments.fetch")),
        most: r.size(live("attachments.max_size"), SIZES),
        types: r.list(
            live("attachments.types"),
            "media types such as \"application/pdf\", or families of them such as \"image/*\"",
            str::parse::<MediaRange>,
        ),
    };
    let place = place(r);
    if rules.fetch && place.is_none() && r.errors.iter().all(|error| !error.key.starts_with("attachments.")) {
        let problem = "wants a place for the files: set attachments.directory or attachments.object_store";
        r.refuse(Mistake::Missing, "attachments.fetch", problem);
    }
    if rules.fetch && rules.types.is_empty() && r.origin("attachments.types").is_some() {
        let problem = "allows nothing: name a type, or set attachments.fetch to false";
        r.refuse(Mistake::Contradiction, "attachments.types", problem);
    }
    AttachmentsConfig {
        rules,
        place,
        keep_deleted: r.duration(live("attachments.keep_deleted"), Duration::ZERO..=hours(8784)),
        workers: r.integer(live("attachments.workers"), 1..=16),
        requests_per_minute: r.integer(live("attachments.requests_per_minute"), 1..=10_000),
    }
}

fn place(r: &mut Reader) -> Option<Place> {
    const STORE: &str = "attachments.object_store";
    const KEYS: [&str; 2] = ["attachments.object_store_access_key", "attachments.object_store_secret_key"];
    let directory = r.optional(fixed("attachments.directory"), "an absolute path", |text| {
        if text.starts_with('/') { Ok(text.to_owned()) } else { Err("is no absolute path".to_owned()) }
    });
    let url = r.optional(fixed(STORE), "https://host/bucket, perhaps with folders behind it", bucket);
    let region = r.parsed(
        fixed("attachments.object_store_region"),
        "a region's name, such as \"eu-central-1\"",
        "us-east-1".to_owned(),
        |text| {
            let word = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if word { Ok(text.to_owned()) } else { Err("is no region".to_owned()) }
        },
    );
    let some = |text: &str| if text.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(()) };
    let keys = KEYS.map(|key| {
        let told = r.secret_text(fixed(key), "the key, from a variable", some);
        if matches!(r.origin(key), Some(Origin::File(_) | Origin::Option(_))) {
            r.refuse(Mistake::NotAllowed, key, "may come from a variable only");
        }
        told
    });
    if directory.is_some() && url.is_some() {
        r.refuse(
            Mistake::Contradiction,
            STORE,
            "stands beside attachments.directory: files lie in one place",
        );
        return None;
    }
    let Some(url) = url else { return directory.map(PathBuf::from).map(Place::Directory) };
    for (name, told) in KEYS.iter().zip(&keys) {
        if told.is_none() && r.origin(name).is_none() {
            r.refuse(Mistake::Missing, name, format!("must be given with {STORE}"));
        }
    }
    let [Some(access_key), Some(secret_key)] = keys else { return None };
    Some(Place::ObjectStore { url, region, access_key, secret_key })
}

fn bucket(text: &str) -> Result<String, String> {
    let uri: http::Uri = text.parse().map_err(|_| "is no address".to_owned())?;
    if uri.scheme_str() != Some("https") {
        return Err("is no https address".to_owned());
    }
    if uri.authority().is_none_or(|host| host.as_str().contains('@')) || uri.query().is_some() {
        return Err("holds more than host and bucket".to_owned());
    }
    if uri.path().trim_matches('/').is_empty() {
        return Err("names no bucket".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, ConfigErrors, Sources};

    fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        let named: Vec<(String, &str)> =
            variables.iter().map(|(name, value)| (format!("ROUTIQ_ATTACHMENTS__{name}"), *value)).collect();
        Config::load(&Sources::variables(named.iter().map(|(name, value)| (name.as_str(), *value))))
    }

    #[test]
    fn nothing_is_fetched_unless_somebody_says_so_and_where_to() {
        let usual = load(&[]).unwrap().attachments;
        assert!(!usual.rules.fetch && usual.place.is_none());
        assert_eq!(usual.rules.most, 25 << 20);
        assert!(usual.rules.allow(Some("image/jpeg"), None).is_ok());
        assert!(
            usual.rules.allow(Some("text/html"), None).is_err(),
            "what a browser would run is not among them"
        );
        let chosen = load(&[("FETCH", "true"), ("DIRECTORY", "/srv/files")]).unwrap().attachments;
        assert!(chosen.rules.fetch && matches!(chosen.place, Some(Place::Directory(_))));
        let store = [
            ("FETCH", "true"),
            ("OBJECT_STORE", "https://s3.example.org/practices/"),
            ("OBJECT_STORE_ACCESS_KEY", "invented"),
            ("OBJECT_STORE_SECRET_KEY", "never told"),
        ];
        let Some(Place::ObjectStore { url, region, .. }) = load(&store).unwrap().attachments.place else {
            panic!("no object store")
        };
        assert_eq!((url.as_str(), region.as_str()), ("https://s3.example.org/practices", "us-east-1"));
        assert!(!format!("{:?}", load(&store).unwrap()).contains("never told"));
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let errors = load(&[
            ("FETCH", "perhaps"),
            ("MAX_SIZE", "2GiB"),
            ("TYPES", "image/*, pdf"),
            ("DIRECTORY", "files"),
            ("OBJECT_STORE", "http://s3.example.org/practices"),
            ("KEEP_DELETED", "soon"),
            ("WORKERS", "0"),
        ])
        .unwrap_err();
        let keys: Vec<&str> = errors.0.iter().map(|error| error.key.as_str()).collect();
        for key in ["fetch", "max_size", "types", "directory", "object_store", "keep_deleted", "workers"] {
            assert!(keys.contains(&format!("attachments.{key}").as_str()), "{key} of {keys:?}");
        }
        assert!(errors.0.iter().all(|error| error.allowed.is_some()), "{errors}");
        let refused = |variables: &[(&str, &str)]| load(variables).unwrap_err().to_string();
        assert!(refused(&[("FETCH", "true")]).contains("attachments.directory or attachments.object_store"));
        let both = refused(&[("DIRECTORY", "/a"), ("OBJECT_STORE", "https://s3.example.org/b")]);
        assert!(both.contains("files lie in one place"), "{both}");
        let keyless = refused(&[("OBJECT_STORE", "https://s3.example.org/b")]);
        assert!(
            keyless.contains("object_store_access_key") && keyless.contains("object_store_secret_key"),
            "{keyless}"
        );
    }
}
