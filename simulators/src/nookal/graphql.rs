//! As much of GraphQL as queries of the newer interface need: one operation, variables, arguments, nested fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// One field that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    /// Under which name it is answered.
    pub(super) alias: String,
    pub(super) name: String,
    pub(super) arguments: BTreeMap<String, Value>,
    pub(super) fields: Vec<Field>,
}

/// Deeper than any query is.
const DEEPEST: usize = 8;

struct Reader<'a> {
    words: Vec<String>,
    at: usize,
    variables: &'a Map<String, Value>,
}

/// The fields of an operation, or what is wrong with it.
pub(super) fn parse(text: &str, variables: &Map<String, Value>) -> Result<Vec<Field>, String> {
    let mut reader = Reader { words: words(text)?, at: 0, variables };
    match reader.peek() {
        Some("query") => {
            reader.at += 1;
            if reader.peek().is_some_and(is_name) {
                reader.at += 1;
            }
            if reader.peek() == Some("(") {
                reader.declarations()?;
            }
        }
        Some("{") => {}
        Some(other) => return Err(format!("Cannot do {other}: only queries")),
        None => return Err("Syntax Error: Unexpected <EOF>.".to_owned()),
    }
    let fields = reader.selection(0)?;
    match reader.peek() {
        None => Ok(fields),
        Some(word) => Err(format!("Syntax Error: Unexpected {word}.")),
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Names, numbers, texts (with their quote) and signs. Commas mean nothing.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        match first {
            c if c.is_whitespace() || c == ',' => {}
            '#' => while chars.next_if(|c| *c != '\n').is_some() {},
            '"' => {
                let mut word = String::from('"');
                loop {
                    match chars.next() {
                        None => return Err("Syntax Error: Unterminated string.".to_owned()),
                        Some('"') => break,
                        Some('\\') => word.extend(chars.next()),
                        Some(c) => word.push(c),
                    }
                }
                all.push(word);
            }
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')) {
                    word.push(c);
                }
                all.push(word);
            }
            c if "{}()[]:$!=".contains(c) => all.push(c.to_string()),
            c => return Err(format!("Syntax Error: Unexpected character {c}.")),
        }
    }
    Ok(all)
}

impl Reader<'_> {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Result<String, String> {
        let word = self.words.get(self.at).cloned().ok_or("Syntax Error: Unexpected <EOF>.")?;
        self.at += 1;
        Ok(word)
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        let word = self.next()?;
        if word == sign { Ok(()) } else { Err(format!("Syntax Error: Expected {sign}, found {word}.")) }
    }

    /// Types of variables are not looked at.
    fn declarations(&mut self) -> Result<(), String> {
        while self.next()? != ")" {}
        Ok(())
    }

    fn selection(&mut self, depth: usize) -> Result<Vec<Field>, String> {
        if depth > DEEPEST {
            return Err("The query is too deep".to_owned());
        }
        self.expect("{")?;
        let mut fields = Vec::new();
        while self.peek() != Some("}") {
            fields.push(self.field(depth)?);
        }
        self.at += 1;
        if fields.is_empty() {
            return Err("Syntax Error: Expected Name, found }.".to_owned());
        }
        Ok(fields)
    }

    fn field(&mut self, depth: usize) -> Result<Field, String> {
        let alias = self.name()?;
        let name = if self.peek() == Some(":") {
            self.at += 1;
            self.name()?
        } else {
            alias.clone()
        };
        let mut arguments = BTreeMap::new();
        if self.peek() == Some("(") {
            self.at += 1;
            while self.peek() != Some(")") {
                let argument = self.name()?;
                self.expect(":")?;
                arguments.insert(argument, self.value(depth)?);
            }
            self.at += 1;
        }
        let fields = if self.peek() == Some("{") { self.selection(depth + 1)? } else { Vec::new() };
        Ok(Field { alias, name, arguments, fields })
    }

    fn name(&mut self) -> Result<String, String> {
        let word = self.next()?;
        if is_name(&word) { Ok(word) } else { Err(format!("Syntax Error: Expected Name, found {word}.")) }
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        let word = self.next()?;
        Ok(match word.as_str() {
            "$" => {
                let name = self.name()?;
                self.variables.get(&name).cloned().unwrap_or(Value::Null)
            }
            "[" if depth <= DEEPEST => {
                let mut list = Vec::new();
                while self.peek() != Some("]") {
                    list.push(self.value(depth + 1)?);
                }
                self.at += 1;
                Value::Array(list)
            }
            "true" => json!(true),
            "false" => json!(false),
            "null" => Value::Null,
            text if text.starts_with('"') => json!(text[1..]),
            number => {
                serde_json::from_str(number).map_err(|_| format!("Syntax Error: Unexpected {number}."))?
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_taken_apart() {
        let variables = json!({"page": 2});
        let text = "query Q($page: Int!) { a: clients(page: $page, ids: [1, 2], name: \"x \\\" y\") { clientID # c\n addresses { city } } locations { name } }";
        let fields = parse(text, variables.as_object().unwrap()).unwrap();
        assert_eq!(fields.len(), 2);
        assert_eq!((fields[0].alias.as_str(), fields[0].name.as_str()), ("a", "clients"));
        assert_eq!(fields[0].arguments["page"], 2);
        assert_eq!(fields[0].arguments["ids"], json!([1, 2]));
        assert_eq!(fields[0].arguments["name"], "x \" y");
        assert_eq!(fields[0].fields[1].fields[0].name, "city");
        for bad in ["", "mutation { a }", "{ }", "{ a", "{ a(b: ) }", "{ a } b", "{ a(b: \"x) }", "{ ? }"] {
            assert!(parse(bad, &Map::new()).is_err(), "{bad}");
        }
        let deep = "{ a ".repeat(50) + &"}".repeat(50);
        assert!(parse(&deep, &Map::new()).is_err());
    }
}
