//! Names as people give them, folded so that the same name is the same text, and how alike two of them are.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::nicknames;

/// Characters of a name that are read; a longer one is cut.
const LONGEST: usize = 200;
/// From this length on, one letter more, less, swapped or other in a family name is taken for a slip.
const LONG_ENOUGH: usize = 5;
/// A pet name keeps so many letters at least.
const SHORT: usize = 3;
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "rev", "fr", "herr", "frau", "sr", "sra",
    "mme",
];
/// What stands before a family name and is often left out, or written as one word with it.
const PARTICLES: &[&str] = &[
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "el",
    "al", "bin", "bint", "ibn", "ter", "ten", "zu", "mc", "mac", "o", "st", "san", "abu", "ben",
];
const GENERATIONS: &[(&str, &str)] = &[
    ("jr", "junior"),
    ("jnr", "junior"),
    ("junior", "junior"),
    ("sr", "senior"),
    ("snr", "senior"),
    ("senior", "senior"),
    ("ii", "second"),
    ("iii", "third"),
    ("iv", "fourth"),
];

/// A folded name. Every list is sorted and holds each form once; an empty one was not told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// What the person is called: the first name's forms and what they prefer to be called.
    pub given: Vec<String>,
    /// The given names with the formal names that nicknames among them stand for.
    pub formal: Vec<String>,
    /// The family name's forms: each part of a double name, and all of it as one word.
    pub family: Vec<String>,
    /// `junior`, `senior`, …, where the name says so.
    pub generation: Option<String>,
}

/// How alike two names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Likeness {
    /// Given and family name agree, nicknames included.
    Same,
    /// The given names agree, the family name is told by one only, or by its first letter.
    Partial,
    /// The given name of one is the family name of the other, both ways.
    Transposed,
    /// The given names agree, the family names but for a letter.
    Slip,
    /// The given names agree, the family names differ: married, perhaps.
    Renamed,
    /// The family names agree, of one given name only the first letter is told.
    Initial,
    /// Nothing speaks against each other, and one given name is a piece of the other's beginning: a pet name, perhaps.
    Short,
    /// The family names agree, the given names but for a letter: a slip, or a twin.
    NearGiven,
    /// One of the two has no name.
    Unknown,
    /// Two names.
    Different,
}

impl Likeness {
    /// Whether one shared address is enough to take the two for one.
    pub fn is_close(self) -> bool {
        matches!(self, Self::Same | Self::Partial | Self::Transposed | Self::Slip)
    }

    /// Whether it takes two shared facts to take the two for one.
    pub fn is_loose(self) -> bool {
        matches!(self, Self::Renamed | Self::Initial | Self::Short)
    }
}

impl Name {
    /// A name told in parts, as practice systems keep it.
    pub fn of_parts(first: Option<&str>, preferred: Option<&str>, last: Option<&str>) -> Self {
        let mut name = Self::default();
        for text in [first, preferred].into_iter().flatten() {
            name.take_given(&words(text));
        }
        let last = last.map(words).unwrap_or_default();
        name.take_family(&last);
        name.finish()
    }

    /// A name told as one text: `Mara Quill`, `Quill, Mara`, `Dr. Mara van der Quill`, `mara 🌸`.
    ///
    /// What nobody is called says nothing: a number, `sunny_days`, `mara1987`.
    pub fn of_text(text: &str) -> Self {
        let mut name = Self::default();
        let handle = |c: char| c == '_' || c.is_ascii_digit();
        if !text.trim().contains(char::is_whitespace) && text.contains(handle) {
            return name;
        }
        let (text, family_first) = match text.split_once(',') {
            Some((family, given)) if given.chars().any(char::is_alphabetic) => (given, Some(family)),
            _ => (text, None),
        };
        let mut given = words(text);
        if let Some(family) = family_first {
            name.take_given(&given);
            name.take_family(&words(family));
            return name.finish();
        }
        name.take_generation(&mut given);
        // The last word, with the particles before it, is the family name; what is between is told by few.
        let mut family = given.split_off(given.len().min(1));
        let last = family.len().saturating_sub(1);
        let particles = family[..last].iter().rev().take_while(|word| is_particle(word)).count();
        let family = family.split_off(last - particles);
        name.take_given(&given);
        name.take_family(&family);
        name.finish()
    }

    /// Whether nothing is told.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty() && self.family.is_empty()
    }

    /// How alike the two are. Says the same whichever is asked.
    pub fn likeness(&self, other: &Self) -> Likeness {
        if self.is_empty() || other.is_empty() {
            return Likeness::Unknown;
        }
        if self.generation.is_some() && other.generation.is_some() && self.generation != other.generation {
            return Likeness::Different;
        }
        let given = meet(&self.formal, &other.formal);
        let family = meet(&self.family, &other.family);
        if given && family {
            Likeness::Same
        } else if given && (self.family.is_empty() || other.family.is_empty()) {
            Likeness::Partial
        } else if meet(&self.given, &other.family) && meet(&other.given, &self.family) {
            Likeness::Transposed
        } else if given && any(&self.family, &other.family, initial) {
            Likeness::Partial
        } else if given && any(&self.family, &other.family, slip) {
            Likeness::Slip
        } else if given {
            Likeness::Renamed
        } else if family && any(&self.given, &other.given, initial) {
            Likeness::Initial
        } else if (family || self.family.is_empty() || other.family.is_empty())
            && any(&self.given, &other.given, short)
        {
            Likeness::Short
        } else if family && any(&self.given, &other.given, slip) {
            Likeness::NearGiven
        } else {
            Likeness::Different
        }
    }

    /// How near the spellings are, 0 to 1, whatever order the parts stand in.
    pub fn spelling(&self, other: &Self) -> f64 {
        let straight = nearest(&self.formal, &other.formal).min(nearest(&self.family, &other.family));
        let crossed = nearest(&self.given, &other.family).min(nearest(&self.family, &other.given));
        straight.max(crossed)
    }

    fn take_given(&mut self, words: &[Word]) {
        let Some(first) = words.first() else { return };
        self.given.push(first.parts.concat());
        self.given.extend(first.parts.first().cloned());
    }

    fn take_family(&mut self, words: &[Word]) {
        let mut words = words.to_vec();
        self.take_generation(&mut words);
        let Some(last) = words.last() else { return };
        self.family.extend(last.parts.iter().cloned());
        self.family.push(words.iter().flat_map(|word| &word.parts).map(String::as_str).collect());
        // Two family names without a hyphen: either may be told alone.
        let firm = words.iter().filter(|word| !is_particle(word)).flat_map(|word| word.parts.iter().cloned());
        self.family.extend(firm);
    }

    fn take_generation(&mut self, words: &mut Vec<Word>) {
        while words.len() > 1 {
            let Some(generation) = words.last().and_then(Word::generation) else { return };
            self.generation = Some(generation.to_owned());
            words.pop();
        }
    }

    fn finish(mut self) -> Self {
        self.formal = self.given.clone();
        self.formal
            .extend(self.given.iter().flat_map(|given| nicknames::formal(given)).map(ToString::to_string));
        for list in [&mut self.given, &mut self.formal, &mut self.family] {
            list.sort_unstable();
            list.dedup();
        }
        self
    }
}

/// A word of a name; a hyphen makes parts.
#[derive(Clone, Debug)]
struct Word {
    parts: Vec<String>,
}

impl Word {
    fn generation(&self) -> Option<&'static str> {
        let [only] = self.parts.as_slice() else { return None };
        GENERATIONS.iter().find(|(text, _)| text == only).map(|(_, generation)| *generation)
    }
}

fn is_particle(word: &Word) -> bool {
    matches!(word.parts.as_slice(), [only] if PARTICLES.contains(&only.as_str()))
}

/// The words of a name, folded, without titles and remarks in brackets.
fn words(text: &str) -> Vec<Word> {
    let (mut plain, mut depth) = (String::new(), 0_u32);
    for c in text.chars().take(LONGEST) {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let folded = fold(&plain);
    let mut words: Vec<Word> = folded
        .split_whitespace()
        .map(|word| Word {
            parts: word.split('-').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        })
        .filter(|word| !word.parts.is_empty())
        .collect();
    while words.len() > 1 && words[0].parts.len() == 1 && TITLES.contains(&words[0].parts[0].as_str()) {
        words.remove(0);
    }
    words
}

/// Lower case without accents; letters, hyphens and spaces only. Apostrophes vanish, anything else parts words.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            '\'' | '’' | 'ʼ' | '`' | '´' => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            '‐' | '‑' | '–' => folded.push('-'),
            c if c.is_alphabetic() || c == '-' => folded.push(c),
            _ => folded.push(' '),
        }
    }
    folded
}

/// Whether two sorted lists share a text.
fn meet(one: &[String], other: &[String]) -> bool {
    one.iter().any(|text| other.binary_search(text).is_ok())
}

fn any(one: &[String], other: &[String], alike: fn(&str, &str) -> bool) -> bool {
    one.iter().any(|a| other.iter().any(|b| alike(a, b)))
}

/// Whether one is only the first letter of the other.
fn initial(one: &str, other: &str) -> bool {
    let letter = |text: &str| text.chars().nth(1).is_none();
    one.chars().next() == other.chars().next() && letter(one) != letter(other)
}

/// Whether one is the other cut short: `marg` of `margaret`, but not `paul` of `paula`.
fn short(one: &str, other: &str) -> bool {
    let (one, other) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let left = other.chars().count() - one.chars().count().min(other.chars().count());
    one.chars().count() >= SHORT && left >= 2 && other.starts_with(one)
}

/// Whether two long words differ by one letter: more, less, other, or swapped with its neighbour.
fn slip(one: &str, other: &str) -> bool {
    let long = |text: &str| text.chars().count() >= LONG_ENOUGH;
    long(one) && long(other) && strsim::osa_distance(one, other) == 1
}

fn nearest(one: &[String], other: &[String]) -> f64 {
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| strsim::jaro_winkler(a, b)));
    pairs.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &str, other: &str) -> Likeness {
        let (one, other) = (Name::of_text(one), Name::of_text(other));
        assert_eq!(one.likeness(&other), other.likeness(&one), "the same both ways");
        one.likeness(&other)
    }

    #[test]
    fn the_same_name_is_known_however_it_is_written() {
        for (one, other) in [
            ("Mara Quill", "MARA  QUILL"),
            ("Mara Quill", "Quill, Mara"),
            ("Mara Quill", "Dr. Mara Jane Quill 🌸"),
            ("Zoë Núñez", "Zoe Nunez"),
            ("Søren Ødegård", "Soren Odegard"),
            ("Orla O'Brien", "Orla OBrien"),
            ("Bill Quill", "William Quill"),
            ("Liz Quill", "Beth Quill"),
            ("Anne-Marie Quill", "Annemarie Quill"),
            ("Anne-Marie Quill", "Anne Quill"),
            ("Mara Quill-Hart", "Mara Hart"),
            ("Ada van der Berg", "Ada Vanderberg"),
            ("Ada van der Berg", "Ada Berg"),
            ("Rory Mc Donald", "Rory McDonald"),
            ("Mara Quill (mum)", "Mara Quill"),
        ] {
            assert_eq!(likeness(one, other), Likeness::Same, "{one} / {other}");
        }
    }

    #[test]
    fn names_that_differ_say_how() {
        for (one, other, expected) in [
            ("Mara", "Mara Quill", Likeness::Partial),
            ("Mara Q.", "Mara Quill", Likeness::Partial),
            ("Quill Mara", "Mara Quill", Likeness::Transposed),
            ("Mara Quinnel", "Mara Quinnell", Likeness::Slip),
            ("Mara Quinnell", "Mara Quinenll", Likeness::Slip),
            ("Mara Quill", "Mara Hart", Likeness::Renamed),
            ("M Quill", "Mara Quill", Likeness::Initial),
            ("Marg Quill", "Marguerite Quill", Likeness::Short),
            ("Marg", "Marguerite Quill", Likeness::Short),
            ("Paul Quill", "Paula Quill", Likeness::Different),
            ("sunny_days", "Mara Quill", Likeness::Unknown),
            ("Daniel Quill", "Daniela Quill", Likeness::NearGiven),
            ("Mara Quill", "Tom Quill", Likeness::Different),
            ("Quill", "Mara Quill", Likeness::Different),
            ("Tim Hart", "Tom Hart", Likeness::Different),
            ("Ivo Hart Jnr", "Ivo Hart Snr", Likeness::Different),
            ("+61 491 570 156", "Mara Quill", Likeness::Unknown),
            ("🌸", "Mara", Likeness::Unknown),
        ] {
            assert_eq!(likeness(one, other), expected, "{one} / {other}");
        }
    }

    #[test]
    fn parts_and_text_meet() {
        let patient = Name::of_parts(Some("Margaret Ann"), Some("Peggy"), Some("Quill"));
        assert_eq!(patient.likeness(&Name::of_text("Peggy Quill")), Likeness::Same);
        assert_eq!(patient.likeness(&Name::of_text("Maggie Quill")), Likeness::Same);
        assert_eq!(Name::of_parts(None, None, None), Name::default());
        assert!(Name::of_text(&"ű-".repeat(50_000)).family.is_empty(), "length is bounded");
    }
}
