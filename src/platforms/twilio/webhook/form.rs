//! A form, decoded to bytes: what is signed are the bytes, whether or not they are UTF-8.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use percent_encoding::percent_decode;

use crate::platforms::webhook::Refused;

/// More fields than anybody sends.
const MOST: usize = 2_000;

/// Decoded names and values, as they came.
pub(in crate::platforms::twilio) struct Form(Vec<(Vec<u8>, Vec<u8>)>);

impl Form {
    /// Takes a form apart. An escape that is none stands for itself.
    ///
    /// # Errors
    /// [`Refused::Malformed`] when it has too many fields, or when some of its escapes are in capitals and some are
    /// not: no encoder writes so, and the decoded bytes, which are all that is signed, would not tell.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        if !evenly_escaped(bytes) {
            return Err(Refused::Malformed("the form's escapes differ in case"));
        }
        Self::lenient(bytes)
    }

    /// The same for what is signed as it is written, such as a query.
    ///
    /// # Errors
    /// [`Refused::Malformed`] when it has too many fields.
    pub(in crate::platforms::twilio) fn lenient(bytes: &[u8]) -> Result<Self, Refused> {
        let mut fields = Vec::new();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if fields.len() == MOST {
                return Err(Refused::Malformed("the form has too many fields"));
            }
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = at.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            fields.push((decode(name), decode(value)));
        }
        Ok(Self(fields))
    }

    /// Every value of a name, in the order they came.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &[u8]> {
        self.0.iter().filter(move |(found, _)| found == name.as_bytes()).map(|(_, value)| value.as_slice())
    }

    /// The first value of a name, as text.
    pub(super) fn text(&self, name: &'static str) -> Option<String> {
        self.all(name).next().map(String::from_utf8_lossy).map(Cow::into_owned)
    }

    /// Every name with its first value, as texts.
    pub(in crate::platforms::twilio) fn fields(&self) -> impl Iterator<Item = (String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // The first of a name is written last.
        self.0.iter().rev().map(move |(name, value)| (text(name), text(value)))
    }

    /// What is signed: the names in the order of their bytes, each with its value; of a name that stands there more
    /// than once the distinct values, sorted.
    pub(super) fn joined(&self) -> Vec<u8> {
        let mut sorted: BTreeMap<&[u8], BTreeSet<&[u8]>> = BTreeMap::new();
        for (name, value) in &self.0 {
            sorted.entry(name).or_default().insert(value);
        }
        let mut joined = Vec::new();
        for (name, values) in sorted {
            for value in values {
                joined.extend_from_slice(name);
                joined.extend_from_slice(value);
            }
        }
        joined
    }
}

fn decode(bytes: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

/// Whether all letters in escapes are capitals, or there are several and none is.
fn evenly_escaped(bytes: &[u8]) -> bool {
    let (mut capital, mut small) = (0_usize, 0_usize);
    let mut at = 0;
    while at < bytes.len() {
        if let [b'%', high, low, ..] = &bytes[at..]
            && high.is_ascii_hexdigit()
            && low.is_ascii_hexdigit()
        {
            for digit in [high, low] {
                capital += usize::from(digit.is_ascii_uppercase());
                small += usize::from(digit.is_ascii_lowercase());
            }
            at += 3;
        } else {
            at += 1;
        }
    }
    small == 0 || (capital == 0 && small > 1)
}
