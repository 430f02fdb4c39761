//! What keeps patients out of the logs. First of all nobody logs contents; this is the net below.

use std::{borrow::Cow, fmt};

/// Fields that name contents, whoever logs them: only the length of their value is written.
const CONTENT_FIELDS: &[&str] = &[
    "attachment",
    "body",
    "content",
    "contents",
    "credential",
    "date_of_birth",
    "dob",
    "email",
    "first_name",
    "full_name",
    "headers",
    "last_name",
    "name",
    "parameters",
    "params",
    "password",
    "patient",
    "payload",
    "phone",
    "phone_number",
    "query",
    "raw",
    "response",
    "row",
    "secret",
    "sender_name",
    "sql",
    "subject",
    "text",
    "token",
];

/// Parts of the program that are not ours and write contents below this level of detail: never more than `INFO`.
const CONTENT_TARGETS: &[&str] = &[
    "h2",
    "hyper",
    "postgres",
    "reqwest",
    "rustls",
    "tokio_postgres",
    "tungstenite",
    "tokio_tungstenite",
    "warp",
];

/// Longest text of one field, in characters.
const LONGEST: usize = 1000;

const WITHHELD: &str = "[withheld]";

/// Whether a field's value is contents.
pub(super) fn is_content_field(name: &str) -> bool {
    CONTENT_FIELDS.binary_search(&name).is_ok()
}

/// Whether a part of the program writes contents when it is let.
pub(super) fn is_content_target(target: &str) -> bool {
    let root = target.split("::").next().unwrap_or(target);
    CONTENT_TARGETS.contains(&root)
}

/// Stands for a text that must not be written: says how long it is.
#[derive(Clone, Copy)]
pub struct Withheld<'a>(pub &'a str);

impl fmt::Display for Withheld<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "withheld ({} characters)", self.0.chars().count())
    }
}

impl fmt::Debug for Withheld<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Stands for a payload that must not be written: says what it looks like and how large it is.
#[derive(Clone, Copy)]
pub struct Shape<'a>(pub &'a [u8]);

impl fmt::Display for Shape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match (std::str::from_utf8(self.0), self.0.trim_ascii_start().first()) {
            (_, None) => "nothing",
            (Err(_), _) => "binary",
            (Ok(_), Some(b'{')) => "an object",
            (Ok(_), Some(b'[')) => "a list",
            (Ok(_), Some(b'<')) => "markup",
            (Ok(_), _) => "text",
        };
        write!(f, "{kind}, {} bytes", self.0.len())
    }
}

impl fmt::Debug for Shape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Takes out what looks like an e-mail address, a login in an address or a phone number, and cuts what is too long.
pub fn scrub(text: &str) -> Cow<'_, str> {
    let suspicious = text.len() > LONGEST
        || text.contains(['@', '+'])
        || text.bytes().filter(u8::is_ascii_digit).count() >= LEAST_DIGITS;
    if !suspicious {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len().min(LONGEST));
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let taken = phone(rest, before).or_else(|| address(rest, before)).unwrap_or(0);
        let length = match taken {
            0 => {
                clean.push(first);
                first.len_utf8()
            }
            taken => {
                clean.push_str(WITHHELD);
                taken
            }
        };
        before = rest.get(..length).and_then(|part| part.chars().next_back());
        rest = rest.get(length..).unwrap_or_default();
    }
    match clean.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            clean.truncate(end);
            clean.push('…');
            Cow::Owned(clean)
        }
        None => Cow::Owned(clean),
    }
}

const LEAST_DIGITS: usize = 8;

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '%' | '+' | '@' | ':' | '/')
}

/// The length of a phone number that `text` begins with: international, or national with its leading zero.
fn phone(text: &str, before: Option<char>) -> Option<usize> {
    let international = text.starts_with('+');
    let begins = match international {
        true => !before.is_some_and(char::is_alphanumeric),
        false => text.starts_with('0') && !before.is_some_and(|c| is_word(c) && c != ':'),
    };
    if !begins {
        return None;
    }
    // A UUID or a decimal is no national number: those are separated by spaces only.
    let separator = |c: char| c == ' ' || (international && matches!(c, '-' | '(' | ')' | '.'));
    let mut digits = 0;
    let mut end = usize::from(international);
    for (at, c) in text.char_indices().skip(usize::from(international)) {
        if c.is_ascii_digit() {
            digits += 1;
            end = at + 1;
        } else if !separator(c) {
            break;
        }
    }
    let follows = text.get(end..).and_then(|rest| rest.chars().next());
    let ends = international || !follows.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | ':'));
    (ends && (LEAST_DIGITS..=15).contains(&digits)).then_some(end)
}

/// The length of a word with an `@` inside that `text` begins with.
fn address(text: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(is_word) {
        return None;
    }
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let word = text.get(..end)?;
    let (left, right) = word.split_once('@')?;
    (!left.is_empty() && !right.is_empty()).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_fields_are_sorted_for_the_search() {
        assert!(CONTENT_FIELDS.is_sorted());
        assert!(is_content_field("payload") && !is_content_field("message"));
    }

    #[test]
    fn addresses_and_numbers_are_taken_out() {
        for (text, clean) in [
            ("mail to rosa.example@clinic.test failed", "mail to [withheld] failed"),
            ("Key (email)=(rosa@clinic.test) exists", "Key (email)=([withheld]) exists"),
            ("at postgres://routiq:word@db/routiq", "at [withheld]"),
            ("call +61 491 570-006, please", "call [withheld], please"),
            ("phone=+61491570006", "phone=[withheld]"),
            ("call 0491 570 006.", "call [withheld]."),
            ("call 0491 570 006 now", "call [withheld] now"),
        ] {
            assert_eq!(scrub(text), clean, "{text}");
        }
        for harmless in [
            "0190aaaa-0000-7000-8000-000000000001",
            "01934567-8901-7234-8567-890123456789",
            "2026-11-21T08:00:00.000000123+10:00",
            "took 0.000000001 s",
            "message 12345678901 of 2",
            "a + b, 3 + 4 = 7",
            "@ home",
        ] {
            assert_eq!(scrub(harmless), harmless);
        }
        assert_eq!(scrub(&"ü".repeat(3000)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn stand_ins_say_kind_and_size_only() {
        assert_eq!(Withheld("Rosa").to_string(), "withheld (4 characters)");
        assert_eq!(format!("{:?}", Shape(br#" {"name":"Rosa"}"#)), "an object, 16 bytes");
        for (bytes, shape) in
            [(&b"<html>"[..], "markup, 6 bytes"), (b"\xff\xfe", "binary, 2 bytes"), (b"", "nothing, 0 bytes")]
        {
            assert_eq!(Shape(bytes).to_string(), shape);
        }
    }
}
