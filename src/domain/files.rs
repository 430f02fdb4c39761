//! The bytes behind attachments: which of them are fetched, and when a link to one ends.

use std::{fmt, str::FromStr};

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What may be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRules {
    /// Whether anything is.
    pub fetch: bool,
    /// The largest file, in bytes.
    pub most: u64,
    /// The allowed types.
    pub types: Vec<MediaRange>,
}

/// What one account says of it: it may be stricter than the daemon, never looser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnFileRules {
    /// Whether anything is fetched.
    pub fetch: Option<bool>,
    /// The largest file, in bytes.
    pub most: Option<u64>,
    /// The allowed types, of those that the daemon allows.
    pub types: Option<Vec<MediaRange>>,
}

/// Why a file is not fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is larger than allowed.
    TooLarge,
    /// It is of a type that is not allowed.
    Type,
    /// It lies where nothing may be asked: no https, or an address that is not public.
    Address,
    /// There are no bytes behind it: a place, a card, a link.
    NoFile,
}

impl Refusal {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Type => "type",
            Self::Address => "address",
            Self::NoFile => "no_file",
        }
    }
}

impl FileRules {
    /// The same, narrowed to what an account wants.
    #[must_use]
    pub fn narrowed(&self, own: &OwnFileRules) -> Self {
        let types = match &own.types {
            None => self.types.clone(),
            Some(own) => {
                // Of a family and one of its members the narrower one is meant by both.
                let both = own.iter().flat_map(|own| self.types.iter().filter_map(|all| own.meets(all)));
                let mut types: Vec<MediaRange> = both.collect();
                types.sort_unstable();
                types.dedup();
                types
            }
        };
        Self {
            fetch: self.fetch && own.fetch != Some(false),
            most: own.most.map_or(self.most, |own| own.min(self.most)),
            types,
        }
    }

    /// Whether a file of this type and size may be fetched; what is not told is no reason against it.
    ///
    /// # Errors
    /// Why not.
    pub fn allow(&self, content_type: Option<&str>, size: Option<u64>) -> Result<(), Refusal> {
        if content_type.is_some_and(|told| !self.types.iter().any(|range| range.holds(told))) {
            return Err(Refusal::Type);
        }
        if size.is_some_and(|size| size > self.most) {
            return Err(Refusal::TooLarge);
        }
        Ok(())
    }

    /// What these rules are called: other rules, another name.
    pub fn name(&self) -> String {
        let types: Vec<String> = self.types.iter().map(ToString::to_string).collect();
        format!("{} {}", self.most, types.join(" "))
    }
}

/// One media type, or a family of them as `image/*`. Lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MediaRange {
    family: String,
    member: Option<String>,
}

impl MediaRange {
    /// Whether a header's type, parameters and all, is among these.
    pub fn holds(&self, content_type: &str) -> bool {
        let plain = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        plain.split_once('/').is_some_and(|(family, member)| {
            family == self.family
                && !member.is_empty()
                && self.member.as_ref().is_none_or(|only| only == member)
        })
    }

    fn meets(&self, other: &Self) -> Option<Self> {
        let narrower = if self.member.is_some() { self } else { other };
        let fits = self.family == other.family
            && (self.member.is_none() || other.member.is_none() || self.member == other.member);
        fits.then(|| narrower.clone())
    }
}

impl FromStr for MediaRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "is no media type".to_owned();
        let word = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
        };
        let (family, member) = text.trim().split_once('/').ok_or_else(wrong)?;
        let any = member == "*";
        if !word(family) || !(any || word(member)) {
            return Err(wrong());
        }
        let member = (!any).then(|| member.to_ascii_lowercase());
        Ok(Self { family: family.to_ascii_lowercase(), member })
    }
}

impl fmt::Display for MediaRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.family, self.member.as_deref().unwrap_or("*"))
    }
}

/// When a link ends, where it says so: signed links of object stores carry their time and how long they hold, or the moment
/// itself; those of Rails carry it inside their signed text.
pub fn link_expiry(url: &str) -> Option<Timestamp> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut issued = None;
    let mut lasts = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.to_ascii_lowercase().as_str() {
            "x-amz-date" | "x-goog-date" => issued = compact(&value),
            "x-amz-expires" | "x-goog-expires" => lasts = value.parse::<u32>().ok(),
            "expires" => return value.parse().ok().and_then(|at| Timestamp::from_second(at).ok()),
            "se" => return value.parse().ok(),
            _ => {}
        }
    }
    if let (Some(issued), Some(lasts)) = (issued, lasts) {
        return issued.checked_add(SignedDuration::from_secs(lasts.into())).ok();
    }
    path.split('/').find_map(of_rails)
}

/// `20261121T214500Z`.
fn compact(text: &str) -> Option<Timestamp> {
    let at = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Base64 of `{"_rails":{"data":…,"exp":"…","pur":"…"}}`, two hyphens, a signature.
fn of_rails(part: &str) -> Option<Timestamp> {
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let (signed, _) = part.split_once("--")?;
    let signed = percent_decode_str(signed).decode_utf8().ok()?;
    let text = [STANDARD, URL_SAFE]
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, LENIENT).decode(signed.as_bytes()).ok())?;
    let told: Value = serde_json::from_slice(&text).ok()?;
    told.get("_rails")?.get("exp")?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    fn rules(most: u64, types: &[&str]) -> FileRules {
        FileRules { fetch: true, most, types: types.iter().map(|text| text.parse().unwrap()).collect() }
    }

    #[test]
    fn size_and_type_are_refused_and_what_is_not_told_is_not() {
        let rules = rules(10, &["image/*", "application/pdf"]);
        for (told, size, answer) in [
            (Some("image/jpeg"), Some(10), Ok(())),
            (Some("Image/PNG; charset=x"), None, Ok(())),
            (Some("application/pdf"), Some(11), Err(Refusal::TooLarge)),
            (Some("application/pdfx"), Some(1), Err(Refusal::Type)),
            (Some("text/html"), None, Err(Refusal::Type)),
            (Some("image/"), None, Err(Refusal::Type)),
            (None, None, Ok(())),
        ] {
            assert_eq!(rules.allow(told, size), answer, "{told:?} {size:?}");
        }
        for wrong in ["image", "image/", "/png", "*/*", "image/p ng", "*"] {
            assert!(wrong.parse::<MediaRange>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_account_is_stricter_and_never_looser() {
        let house = rules(100, &["image/*", "application/pdf"]);
        let types = |texts: &[&str]| Some(texts.iter().map(|text| text.parse().unwrap()).collect());
        let own = OwnFileRules {
            most: Some(1000),
            types: types(&["image/png", "text/*"]),
            ..OwnFileRules::default()
        };
        assert_eq!(house.narrowed(&own), rules(100, &["image/png"]));
        let own = OwnFileRules { most: Some(7), types: types(&["application/*"]), fetch: Some(false) };
        assert_eq!(house.narrowed(&own), FileRules { fetch: false, ..rules(7, &["application/pdf"]) });
        assert_eq!(house.narrowed(&OwnFileRules::default()), house);
        let off = FileRules { fetch: false, ..house.clone() };
        let wants = OwnFileRules { fetch: Some(true), ..OwnFileRules::default() };
        assert!(!off.narrowed(&wants).fetch);
        assert_ne!(house.name(), house.narrowed(&own).name());
    }

    #[test]
    fn a_link_says_when_it_ends_or_nothing_is_known() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let signed = BASE64_STANDARD
            .encode(r#"{"_rails":{"data":7,"exp":"2026-06-19T20:13:20.000Z","pur":"blob_id"}}"#);
        let rails =
            format!("https://chat.example.org/rails/active_storage/blobs/redirect/{signed}--0af3/file.jpg");
        for (url, end) in [
            (
                "https://s.example.org/a?X-Amz-Date=20260619T200820Z&X-Amz-Expires=300&X-Amz-Signature=0",
                at("2026-06-19T20:13:20Z"),
            ),
            (
                "https://s.example.org/a?X-Goog-Date=20260619T200820Z&X-Goog-Expires=60",
                at("2026-06-19T20:09:20Z"),
            ),
            ("https://s.example.org/a?Expires=1781900000&Signature=0", at("2026-06-19T20:13:20Z")),
            ("https://s.example.org/a?sv=1&se=2026-06-19T20%3A13%3A20Z&sig=0", at("2026-06-19T20:13:20Z")),
            (&rails, at("2026-06-19T20:13:20Z")),
            ("https://chat.example.org/rails/active_storage/blobs/redirect/00ff/file.jpg", None),
            ("https://s.example.org/a?X-Amz-Expires=300", None),
            ("https://s.example.org/a?Expires=tomorrow", None),
            ("not an address", None),
        ] {
            assert_eq!(link_expiry(url), end, "{url}");
        }
    }
}
