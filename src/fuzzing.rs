//! One harness for each parser that reads bytes from outside: it must take anything without a panic, and what it makes of
//! it must keep what it promises. `fuzz/` runs them under a fuzzer; the tests run them over its corpus, and over
//! mutations of it.

use crate::{domain, http, platforms};

/// A harness: takes any bytes, and panics where a promise is broken.
pub type Harness = fn(&[u8]);

/// Every harness by name; each has a target in `fuzz/fuzz_targets` and a corpus in `fuzz/corpus`.
pub const TARGETS: [(&str, Harness); 21] = [
    ("chatwoot_deliveries", platforms::chatwoot::fuzzing::deliveries),
    ("chatwoot_pages", platforms::chatwoot::fuzzing::pages),
    ("cliniko_pages", platforms::cliniko::fuzzing::pages),
    ("directory_events", platforms::fuzzing::directory_events),
    ("google_calendar_pages", platforms::google_calendar::fuzzing::pages),
    ("http_access", http::fuzzing::access),
    ("http_fields", http::fuzzing::fields),
    ("http_headers", http::fuzzing::headers),
    ("live_wishes", http::fuzzing::live),
    ("momence_pages", platforms::momence::fuzzing::pages),
    ("nookal_pages", platforms::nookal::fuzzing::pages),
    ("phone", domain::phone::fuzz),
    ("session_tokens", platforms::clerk::session::fuzzing::tokens),
    ("twilio_pages", platforms::twilio::fuzzing::pages),
    ("webhook_chatwoot", platforms::webhook::fuzzing::chatwoot),
    ("webhook_clerk", platforms::webhook::fuzzing::clerk),
    ("webhook_google_calendar", platforms::webhook::fuzzing::google_calendar),
    ("webhook_hint", platforms::webhook::fuzzing::hint),
    ("webhook_manychat", platforms::webhook::fuzzing::manychat),
    ("webhook_stripe", platforms::webhook::fuzzing::stripe),
    ("webhook_twilio", platforms::webhook::fuzzing::twilio),
];

/// The harness of a name; one that does nothing for a name that is none.
pub fn harness(name: &str) -> Harness {
    TARGETS.iter().find(|(found, _)| *found == name).map_or(|_| (), |(_, harness)| *harness)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use rand::{Rng, SeedableRng, rngs::StdRng};

    use super::*;

    /// Longer inputs say nothing new.
    const LONGEST: usize = 1 << 16;

    fn folder(inside: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(inside)
    }

    fn corpus(name: &str) -> Vec<Vec<u8>> {
        let entries = fs::read_dir(folder("corpus").join(name));
        let mut paths: Vec<PathBuf> = entries
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
    }

    /// Changes an input the way fuzzers do.
    fn mutate(input: &mut Vec<u8>, others: &[Vec<u8>], rng: &mut StdRng) {
        const WORDS: [&str; 14] = [
            "null",
            "\"\"",
            "{}",
            "[]",
            "-1",
            "1e400",
            "\\ud800",
            "\\u0000",
            "%zz",
            "%2b",
            "&&",
            "=",
            "\u{feff}",
            "9999999999999999999",
        ];
        for _ in 0..rng.random_range(1..6) {
            let at = rng.random_range(0..=input.len());
            match rng.random_range(0..6) {
                0 if at < input.len() => input[at] ^= 1 << rng.random_range(0..8),
                1 => input.insert(at, rng.random()),
                2 => input.truncate(at),
                3 => {
                    let word = WORDS[rng.random_range(0..WORDS.len())];
                    input.splice(at..at, word.bytes());
                }
                4 => {
                    let to = rng.random_range(at..=input.len());
                    let copy = input[at..to].to_vec();
                    input.splice(at..at, copy);
                }
                _ => {
                    let other = &others[rng.random_range(0..others.len())];
                    let from = rng.random_range(0..=other.len());
                    input.splice(at.., other[from..].iter().copied());
                }
            }
            input.truncate(LONGEST);
        }
    }

    #[test]
    fn every_harness_has_its_target_and_its_corpus() {
        let mut targets: Vec<String> = fs::read_dir(folder("fuzz_targets"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".rs").to_owned())
            .collect();
        targets.sort();
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        assert_eq!(targets, names);
        let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
        for name in names {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
            let target = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
            assert!(target.contains(&format!("harness(\"{name}\")")), "{name} runs another");
            assert!(!corpus(name).is_empty(), "{name} has no corpus");
        }
    }

    #[test]
    fn every_harness_takes_its_corpus_and_mutations_of_it() {
        let soak = std::env::var_os("ROUTIQ_TEST_SOAK").is_some();
        let mutations = if soak { 200_000 } else { 1_000 };
        for (index, (name, harness)) in TARGETS.into_iter().enumerate() {
            let corpus = corpus(name);
            let mut rng = StdRng::seed_from_u64(index as u64);
            harness(b"");
            for input in &corpus {
                harness(input);
                for _ in 0..mutations / corpus.len() {
                    let mut input = input.clone();
                    mutate(&mut input, &corpus, &mut rng);
                    let taken = std::panic::catch_unwind(|| harness(&input));
                    assert!(taken.is_ok(), "{name} broke on {:?}", String::from_utf8_lossy(&input));
                }
            }
        }
    }
}
