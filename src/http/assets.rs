//! The page's templates, styles and script: files of `dashboard/`, part of the program.

use std::collections::BTreeMap;

use http::{HeaderValue, StatusCode, header::CACHE_CONTROL};
use minijinja::{AutoEscape, Environment, Value, syntax::SyntaxConfig};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::{
    errors::Code,
    figures,
    reply::{Response, with_type},
    router::Answer,
};

#[derive(RustEmbed)]
#[folder = "dashboard/"]
struct Files;

/// Served under `/assets/`: name and kind.
const SERVED: [(&str, &str); 4] = [
    ("style.css", "text/css; charset=utf-8"),
    ("app.js", "text/javascript; charset=utf-8"),
    ("live.js", "text/javascript; charset=utf-8"),
    ("icon.svg", "image/svg+xml"),
];

/// The page's files, ready to use.
pub(super) struct Assets {
    environment: Environment<'static>,
    files: BTreeMap<&'static str, (&'static str, Vec<u8>)>,
}

impl Assets {
    /// Compiles the templates.
    pub(super) fn load() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        figures::filters(&mut environment);
        for path in Files::iter() {
            if let (Some(name), Some(file)) = (path.strip_prefix("templates/"), Files::get(&path)) {
                let text = String::from_utf8_lossy(&file.data).into_owned();
                environment.add_template_owned(name.to_owned(), text)?;
            }
        }
        let mut files = BTreeMap::new();
        let mut digest = Sha256::new();
        for (name, kind) in SERVED {
            if let Some(file) = Files::get(&format!("assets/{name}")) {
                digest.update(&file.data);
                files.insert(name, (kind, file.data.into_owned()));
            }
        }
        // A new program brings new addresses, so that browsers may keep what they have for ever.
        let stamp: String = digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        environment.add_global("assets", Value::from(stamp));
        Ok(Self { environment, files })
    }

    /// A page's text.
    pub(super) fn render(&self, template: &str, values: Value) -> Result<String, minijinja::Error> {
        self.environment.get_template(template)?.render(values)
    }

    /// A file of `/assets/`.
    pub(super) fn file(&self, name: &str) -> Answer {
        let (kind, bytes) = self.files.get(name).ok_or(Code::NotFound)?;
        let mut response: Response = with_type(StatusCode::OK, kind, bytes.clone());
        let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(CACHE_CONTROL, kept);
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_there_and_asks_no_other_host() {
        let assets = Assets::load().unwrap();
        assert_eq!(assets.files.len(), SERVED.len());
        for path in Files::iter() {
            let text = String::from_utf8(Files::get(&path).unwrap().data.into_owned()).unwrap();
            let foreign = text.replace("http://www.w3.org/2000/svg", "");
            assert!(
                !foreign.contains("http://") && !foreign.contains("https://"),
                "{path} names another host"
            );
            assert!(
                !text.contains(" style=\"") && !text.contains(" onclick"),
                "{path}: the page's policy forbids it"
            );
        }
    }
}
