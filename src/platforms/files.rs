//! The bytes behind an attachment, asked for one request at a time: where the platform says they are, then wherever that sends
//! us, a few times at most. Nobody configured those places, so they are asked over https at public addresses alone, and what
//! proves who we are goes to the account's own host and nowhere else.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{HeaderMap, Request, StatusCode, header};
use reqwest::Url;
use serde_json::Value;

use super::{
    PlatformError,
    transport::{Pieces, Reach, Transport, TransportError, is_loopback, is_public, literal},
};
pub use crate::domain::files::{FileRules, MediaRange};
use crate::domain::files::{OwnFileRules, Refusal};

/// Redirects that are followed from where the platform says a file is.
pub const MOST_REDIRECTS: u8 = 3;
/// Waiting for longer than this is not believed, whatever a header says.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Where no header says how long.
const USUAL_WAIT: Duration = Duration::from_secs(60);

/// How a platform's file is asked for.
#[derive(Clone, Debug)]
pub struct FileCall {
    /// Where it is, as the platform told.
    pub url: String,
    /// The account's own host, as somebody configured it: scheme, host and port.
    pub origin: String,
    /// What proves who we are; sent to `origin` alone.
    pub headers: HeaderMap,
}

/// One request on the way to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    url: Url,
    /// It goes to the account's own host.
    own: bool,
    /// An answer led there: its address is a link that ends.
    led: bool,
}

impl Hop {
    /// The first request for a file.
    ///
    /// # Errors
    /// [`Refusal::Address`] where nothing may be asked.
    pub fn first(call: &FileCall, plain_loopback: bool) -> Result<Self, Refusal> {
        let url = call.url.parse().map_err(|_| Refusal::Address)?;
        Self::to(url, &call.origin, plain_loopback, false)
    }

    fn to(url: Url, origin: &str, plain_loopback: bool, led: bool) -> Result<Self, Refusal> {
        let host = url.host_str().ok_or(Refusal::Address)?.trim_end_matches('.');
        let named = host.to_ascii_lowercase();
        let here = named == "localhost" || named.ends_with(".localhost");
        let own = origin.parse::<Url>().is_ok_and(|own| own.origin() == url.origin());
        let allowed = match url.scheme() {
            "https" => own || !(here || literal(host).is_some_and(|address| !is_public(address))),
            "http" => plain_loopback && is_loopback(host),
            _ => false,
        };
        let login = !url.username().is_empty() || url.password().is_some();
        if allowed && !login { Ok(Self { url, own, led }) } else { Err(Refusal::Address) }
    }

    /// Host and port.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// What one request brought.
#[derive(Debug, PartialEq)]
pub enum Got {
    /// It lies elsewhere.
    Elsewhere(Hop),
    /// The bytes.
    Bytes {
        /// All of them.
        bytes: Vec<u8>,
        /// The type they were served as.
        media_type: Option<String>,
    },
    /// The rules do not allow it.
    Refused(Refusal),
    /// It is not there, or the link has ended: the status.
    Missing(u16),
}

/// Sends one request for a file and reads at most what the rules allow.
///
/// # Errors
/// [`PlatformError::Transient`] when the host fails, [`PlatformError::RateLimited`] when it says slow down,
/// [`PlatformError::Denied`] when the account's own host does not let us.
pub async fn ask(
    transport: &Arc<dyn Transport>,
    call: &FileCall,
    hop: &Hop,
    rules: &FileRules,
    plain_loopback: bool,
) -> Result<Got, PlatformError> {
    let mut request = Request::get(hop.url.as_str())
        .header(header::ACCEPT, "*/*")
        .header(header::ACCEPT_ENCODING, "identity")
        .body(Bytes::new())
        .map_err(|_| PlatformError::Malformed("an address that cannot be asked".into()))?;
    if hop.own {
        request.headers_mut().extend(call.headers.clone());
    }
    let reach = if hop.own { Reach::Any } else { Reach::Public };
    let answer = match transport.open(request, reach).await {
        Ok(answer) => answer,
        Err(TransportError::Refused) => return Ok(Got::Refused(Refusal::Address)),
        Err(error) => return Err(PlatformError::Transient(error.to_string())),
    };
    let (head, pieces) = answer.into_parts();
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    match head.status {
        StatusCode::OK => {}
        status if status.is_redirection() => {
            let to = text(header::LOCATION).and_then(|to| hop.url.join(to).ok());
            let Some(to) = to else { return Ok(Got::Missing(status.as_u16())) };
            return Ok(
                Hop::to(to, &call.origin, plain_loopback, true).map_or_else(Got::Refused, Got::Elsewhere)
            );
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let told = text(header::RETRY_AFTER).and_then(|told| told.trim().parse().ok());
            let retry_after = told.map_or(USUAL_WAIT, Duration::from_secs).min(LONGEST_WAIT);
            return Err(PlatformError::RateLimited { budget: host_budget(hop), retry_after });
        }
        status @ (StatusCode::NOT_FOUND | StatusCode::GONE) => return Ok(Got::Missing(status.as_u16())),
        // A signed link that has ended.
        status @ (StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN) if hop.led || !hop.own => {
            return Ok(Got::Missing(status.as_u16()));
        }
        // Says something of who asks and nothing of the file.
        status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) if hop.own => {
            return Err(PlatformError::Denied(format!("the host answers {}", status.as_u16())));
        }
        status => return Err(PlatformError::Transient(format!("the host answers {}", status.as_u16()))),
    }
    let media_type = text(header::CONTENT_TYPE).map(str::to_owned);
    let announced = text(header::CONTENT_LENGTH).and_then(|told| told.parse::<u64>().ok());
    // What is served without a type is anything.
    let served = media_type.as_deref().unwrap_or("application/octet-stream");
    if let Err(refusal) = rules.allow(Some(served), announced) {
        return Ok(Got::Refused(refusal));
    }
    let Some(bytes) = read(pieces, rules.most).await? else { return Ok(Got::Refused(Refusal::TooLarge)) };
    if announced.is_some_and(|announced| announced > bytes.len() as u64) {
        return Err(PlatformError::Transient(TransportError::Cut.to_string()));
    }
    Ok(Got::Bytes { bytes, media_type })
}

/// The body; none when it is larger than `most`, whatever was announced.
async fn read(mut pieces: Pieces, most: u64) -> Result<Option<Vec<u8>>, PlatformError> {
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| PlatformError::Transient(error.to_string()))?;
        if (bytes.len() + piece.len()) as u64 > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Some(bytes))
}

/// What one host is asked, all organizations together.
pub fn host_budget(hop: &Hop) -> String {
    format!("host:{}", hop.host())
}

/// What an account's settings say of its files, under `attachments`.
///
/// # Errors
/// Which field is wrong, what stands there and what is allowed.
pub fn own_rules(settings: &Value) -> Result<OwnFileRules, String> {
    const FIELDS: [&str; 3] = ["fetch", "max_bytes", "types"];
    let told = match settings.get("attachments") {
        None | Some(Value::Null) => return Ok(OwnFileRules::default()),
        Some(Value::Object(told)) => told,
        Some(_) => return Err("attachments: not an object; allowed: {\"fetch\": false}".into()),
    };
    if let Some(unknown) = told.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(format!("attachments.{unknown}: unknown; allowed: {}", FIELDS.join(", ")));
    }
    let told = |name| told.get(name).filter(|value| !value.is_null());
    let fetch = told("fetch")
        .map(|value| value.as_bool().ok_or("attachments.fetch: not a yes or no; allowed: true or false"));
    let most = told("max_bytes").map(|value| {
        let number = value.as_u64().filter(|number| (1..=64 << 20).contains(number));
        number
            .ok_or("attachments.max_bytes: not a number in range; allowed: a whole number from 1 to 67108864")
    });
    let types = told("types").map(|value| {
        let range = |value: &Value| value.as_str()?.parse::<MediaRange>().ok();
        let ranges = value.as_array().and_then(|all| all.iter().map(range).collect::<Option<Vec<_>>>());
        ranges.ok_or("attachments.types: not a list of media types; allowed: such as [\"image/*\", \"application/pdf\"]")
    });
    Ok(OwnFileRules { fetch: fetch.transpose()?, most: most.transpose()?, types: types.transpose()? })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hop(url: &str, plain_loopback: bool) -> Result<Hop, Refusal> {
        let origin = "https://chat.example.org".to_owned();
        Hop::first(&FileCall { url: url.to_owned(), origin, headers: HeaderMap::new() }, plain_loopback)
    }

    #[test]
    fn only_public_places_are_asked_and_this_machine_where_simulators_live() {
        assert!(hop("https://chat.example.org/rails/a", false).unwrap().own);
        assert!(
            !hop("https://chat.example.org:8443/rails/a", false).unwrap().own,
            "another port, another host"
        );
        assert!(!hop("https://files.example.org/a", false).unwrap().own);
        for refused in [
            "http://files.example.org/a",
            "https://127.0.0.1/a",
            "https://2130706433/a",
            "https://[::1]/a",
            "https://[::ffff:10.0.0.1]/a",
            "https://169.254.169.254/latest",
            "https://localhost/a",
            "https://a.LOCALHOST./a",
            "https://user:word@files.example.org/a",
            "ftp://files.example.org/a",
            "file:///etc/passwd",
            "http://127.0.0.1:8080/a",
            "nonsense",
        ] {
            assert_eq!(hop(refused, false), Err(Refusal::Address), "{refused}");
        }
        assert!(hop("http://127.0.0.1:8080/a", true).is_ok());
        assert!(hop("https://127.0.0.1:8080/a", true).is_err());
        let origin = "https://10.0.0.7".to_owned();
        let url = "https://10.0.0.7/a".to_owned();
        let call = FileCall { url, origin, headers: HeaderMap::new() };
        assert!(Hop::first(&call, false).unwrap().own, "what somebody configured may be anywhere");
    }

    #[test]
    fn an_account_s_own_rules_are_read_or_named() {
        let read = |attachments: Value| own_rules(&json!({ "attachments": attachments }));
        let types = Some(vec!["image/*".parse().unwrap()]);
        let told = read(json!({"fetch": false, "max_bytes": 5, "types": ["image/*"]})).unwrap();
        assert_eq!(told, OwnFileRules { fetch: Some(false), most: Some(5), types });
        assert_eq!(own_rules(&json!({})), Ok(OwnFileRules::default()));
        for (wrong, says) in [
            (json!(true), "attachments: not an object"),
            (json!({"size": 1}), "attachments.size: unknown; allowed: fetch, max_bytes, types"),
            (json!({"fetch": "no"}), "attachments.fetch: not a yes or no"),
            (json!({"max_bytes": 0}), "attachments.max_bytes: not a number in range"),
            (json!({"types": ["image"]}), "attachments.types: not a list of media types"),
        ] {
            let problem = read(wrong).unwrap_err();
            assert!(problem.starts_with(says) && problem.contains("allowed: "), "{problem}");
        }
    }
}
