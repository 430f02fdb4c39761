//! Answers before they become HTTP.

use serde::Serialize;

/// One answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    /// Where it lies instead.
    pub(crate) location: Option<String>,
}

impl Reply {
    pub(crate) fn json(body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => {
                Self { status: 200, content_type: "application/json; charset=utf-8", body, location: None }
            }
            Err(_) => Self::html(500),
        }
    }

    pub(crate) fn json_text(status: u16, body: &str) -> Self {
        Self {
            status,
            content_type: "application/json; charset=utf-8",
            body: body.as_bytes().to_vec(),
            location: None,
        }
    }

    pub(crate) fn error(status: u16, text: &str) -> Self {
        Self { status, ..Self::json(&serde_json::json!({ "error": text })) }
    }

    /// A record that does not pass validation.
    pub(crate) fn invalid(message: &str, attribute: &str) -> Self {
        Self {
            status: 422,
            ..Self::json(&serde_json::json!({ "message": message, "attributes": [attribute] }))
        }
    }

    pub(crate) fn not_found() -> Self {
        Self::error(404, "Resource could not be found")
    }

    pub(crate) fn forbidden() -> Self {
        Self::error(401, "You are not authorized to do this action")
    }

    pub(crate) fn throttled() -> Self {
        Self { status: 429, content_type: "text/plain", body: b"Retry later\n".to_vec(), location: None }
    }

    /// What a proxy or the web server itself says.
    pub(crate) fn html(status: u16) -> Self {
        let title = match status {
            404 => "404 Not Found",
            500 => "500 Internal Server Error",
            502 => "502 Bad Gateway",
            503 => "503 Service Temporarily Unavailable",
            504 => "504 Gateway Time-out",
            _ => "Please wait",
        };
        let body = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Self { status, content_type: "text/html", body: body.into_bytes(), location: None }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, content_type: "application/json; charset=utf-8", body: Vec::new(), location: None }
    }

    /// It lies elsewhere.
    pub(crate) fn moved(place: String) -> Self {
        Self { location: Some(place), ..Self::empty(302) }
    }
}
