//! The statements of `sql/queries`, read as the generator reads them.

use std::{fs, path::Path};

/// One statement of `sql/queries`.
pub struct Statement {
    /// File and name.
    pub name: String,
    /// Text and parameters, in turn: text, parameter, text, …
    parts: Vec<String>,
}

impl Statement {
    /// Their names, as often as they stand there.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().skip(1).step_by(2).map(String::as_str)
    }

    /// The text with each parameter replaced.
    pub fn with(&self, mut value: impl FnMut(&str) -> String) -> String {
        let parts = self.parts.iter().enumerate();
        parts.map(|(at, part)| if at % 2 == 0 { part.clone() } else { value(part) }).collect()
    }

    /// The text with `$1` and so on, and the parameters' names in that order.
    pub fn numbered(&self) -> (String, Vec<String>) {
        let mut order: Vec<String> = Vec::new();
        let text = self.with(|name| {
            let at = order.iter().position(|known| known == name).unwrap_or_else(|| {
                order.push(name.to_owned());
                order.len() - 1
            });
            format!("${}", at + 1)
        });
        (text, order)
    }
}

/// All of them.
pub fn statements() -> Vec<Statement> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/queries");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        for part in fs::read_to_string(&path).unwrap().split("--! ").skip(1) {
            let (head, body) = part.split_once('\n').unwrap();
            let name = head.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap();
            let body: Vec<&str> = body.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
            let body = body.join("\n");
            found.push(Statement {
                name: format!("{file}::{name}"),
                parts: parts(body.trim().trim_end_matches(';')),
            });
        }
    }
    found
}

/// Cuts a statement at its `:parameters`; casts and what stands in quotes are none.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        let begins = |next: Option<&char>| next.is_some_and(|c| c.is_ascii_lowercase());
        match c {
            '\'' => quoted = !quoted,
            ':' if !quoted && chars.peek() == Some(&':') => {
                parts.last_mut().unwrap().push_str("::");
                chars.next();
                continue;
            }
            ':' if !quoted && begins(chars.peek()) => {
                let mut name = String::new();
                while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                }
                parts.extend([name, String::new()]);
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(c);
    }
    parts
}
