//! Telephone numbers in one form, so that the same person is found across platforms.

use rlibphonenumber::{PhoneNumber, PhoneNumberFormat, Region};

/// Longer texts are no telephone number, however they are written.
const LONGEST: usize = 64;
/// The most digits of a number in E.164, which the tables hold it to.
const DIGITS: usize = 15;

/// The number in E.164 (`+` and digits), read as somebody in `region` (two letters, such as `AU`) would dial it.
///
/// `None` when it is not a number that can exist; the caller keeps the original beside it. An unknown region still
/// lets numbers with a country code be read.
pub fn e164(text: &str, region: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let region = Region::from_code(region.trim()).ok();
    let number = PhoneNumber::parse(text, region).ok()?;
    let text = number.is_valid().then(|| number.format_as(PhoneNumberFormat::E164).into_owned())?;
    // Some countries' numbers may be longer than the standard allows; nobody can send to those.
    (text.len() <= DIGITS + 1).then_some(text)
}

/// Any text, in any region: a number that comes out keeps to the standard and reads as itself.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn fuzz(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (region, text) = text.split_at_checked(2).unwrap_or(("", &text));
    if let Some(number) = e164(text, region) {
        assert!(number.starts_with('+') && number.len() <= DIGITS + 1, "{number}");
        assert!(number[1..].bytes().all(|byte| byte.is_ascii_digit()), "{number}");
        assert_eq!(e164(&number, "").as_deref(), Some(number.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_its_region_dials_it() {
        for (text, region, expected) in [
            ("0491 570 156", "AU", Some("+61491570156")),
            ("(04) 9157-0156", "AU", Some("+61491570156")),
            ("+61 491 570 156", "GB", Some("+61491570156")),
            ("0061 491 570 156", "GB", Some("+61491570156")),
            ("020 7946 0018", "GB", Some("+442079460018")),
            ("021 234 5678", "NZ", Some("+64212345678")),
            ("  +61491570156 ", "", Some("+61491570156")),
        ] {
            assert_eq!(e164(text, region).as_deref(), expected, "{text} in {region}");
        }
    }

    #[test]
    fn no_number_is_longer_than_the_standard_allows() {
        for length in 5..=17 {
            for first in ["2", "30", "32", "49", "700", "8", "15", "18"] {
                let text = format!("+49{first}{}", &"1234567890123456"[..length - first.len()]);
                assert!(e164(&text, "DE").is_none_or(|number| number.len() <= 16), "{text}");
            }
        }
    }

    #[test]
    fn what_cannot_be_dialled_is_none() {
        for (text, region) in [
            ("", "AU"),
            ("   ", "AU"),
            ("12", "AU"),
            ("0491 570 156", ""),
            ("0491 570 156", "nowhere"),
            ("reception", "AU"),
            ("+999 123 456 789", "AU"),
            ("+61 491 570 1567 8901", "AU"),
        ] {
            assert_eq!(e164(text, region), None, "{text:?} in {region:?}");
        }
        assert_eq!(e164(&"4".repeat(10_000), "AU"), None, "length is bounded");
    }
}
