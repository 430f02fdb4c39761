//! Rust sources, read as text: code without comments and without what stands in strings, and the strings apart.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// One file.
pub(crate) struct Source {
    /// Relative to the project, with `/`.
    pub(crate) path: String,
    /// Comments are gone, strings are empty; lines are where they were.
    pub(crate) code: String,
    /// What stood in the strings.
    pub(crate) strings: Vec<String>,
    /// How many lines the file has.
    pub(crate) lines: usize,
}

/// The project's folder.
pub(crate) fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the project.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(project().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file under a folder of the project that ends in `ending`, relative to the project; none if there is no such folder.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<String> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&project().join(folder), ending, &mut found);
    let mut found: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(project()).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    found.sort();
    found
}

/// Every Rust file under these folders.
pub(crate) fn sources(folders: &[&str]) -> Vec<Source> {
    let paths = folders.iter().flat_map(|folder| files(folder, ".rs"));
    paths.map(|path| Source::parse(&path, &read(&path))).collect()
}

impl Source {
    /// Takes a file apart.
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let mut code = String::with_capacity(text.len());
        let mut strings = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let taken = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                block_comment(rest)
            } else if let Some((whole, inside)) = string(rest, code.chars().next_back()) {
                code.push_str("\"\"");
                strings.push(rest[inside].to_owned());
                whole
            } else if let Some(character) = character(rest) {
                character
            } else {
                code.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            };
            code.extend(rest[..taken].chars().filter(|c| *c == '\n'));
            rest = &rest[taken..];
        }
        Self { path: path.to_owned(), code, strings, lines: text.lines().count() }
    }

    /// Whether the code uses this word, as a whole word.
    pub(crate) fn names(&self, word: &str) -> bool {
        words(&self.code).any(|found| found == word)
    }

    /// The rooms of this package that the file names: what follows `crate::`, `super::super::…` aside.
    pub(crate) fn rooms(&self) -> BTreeSet<String> {
        let mut rooms = BTreeSet::new();
        for (at, start) in self.code.match_indices("crate::") {
            let rest = &self.code[at + start.len()..];
            match rest.strip_prefix('{') {
                None => rooms.extend(words(rest).next().map(str::to_owned)),
                Some(group) => rooms.extend(heads(group)),
            }
        }
        rooms
    }
}

/// The first word of each path in a `{…}` group, up to its end.
fn heads(group: &str) -> BTreeSet<String> {
    let (mut depth, mut fresh, mut heads) = (0, true, BTreeSet::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if fresh && is_word(c) => {
                heads.extend(words(&group[at..]).next().map(str::to_owned));
                fresh = false;
            }
            _ => {}
        }
    }
    heads
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words of a text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The string literal that begins here, if one does: how long it is, and where its content stands.
fn string(text: &str, before: Option<char>) -> Option<(usize, std::ops::Range<usize>)> {
    if before.is_some_and(is_word) && !text.starts_with('"') {
        return None;
    }
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let rest = text.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let hashes = text[prefix.len()..].chars().take_while(|c| *c == '#').count();
    let raw = prefix.ends_with('r');
    if hashes > 0 && !raw {
        return None;
    }
    let start = prefix.len() + hashes + 1;
    if raw {
        let end = format!("\"{}", "#".repeat(hashes));
        let length = text[start..].find(&end)?;
        return Some((start + length + end.len(), start..start + length));
    }
    let mut escaped = false;
    for (at, c) in text[start..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((start + at + 1, start..start + at)),
            _ => {}
        }
    }
    None
}

/// The length of the character literal that begins here; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\'')?;
    let mut chars = rest.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        return rest[2..].find('\'').map(|end| end + 4);
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 2)
}

#[test]
fn code_is_told_from_comments_and_strings() {
    let text = r####"
        // names ractor
        /* and /* warp */ too */
        use crate::{domain::{ids, change}, store, work::{a, b}};
        let c = '"'; let d = '\''; let e = "warp \" reqwest"; let f = r#"sel"ect"#; let g: &'static str = "";
        let h = b"bytes"; let i = crate::config::Config; let stream = r"x";
    "####;
    let source = Source::parse("x.rs", text);
    assert!(source.names("stream") && source.names("store"));
    for word in ["ractor", "warp", "reqwest", "too", "ect", "bytes"] {
        assert!(!source.names(word), "{word}: {}", source.code);
    }
    assert_eq!(source.strings, [r#"warp \" reqwest"#, "sel\"ect", "", "bytes", "x"]);
    assert_eq!(
        source.rooms().into_iter().collect::<Vec<_>>(),
        ["config", "domain", "store", "work"].map(str::to_owned)
    );
}
