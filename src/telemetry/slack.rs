//! Sends notices as Slack's incoming messages, which other receivers understand too.

use std::time::Duration;

use reqwest::{Client, StatusCode, header::RETRY_AFTER, redirect, tls};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{
    TelemetryError,
    alerts::{AlertSender, Notice, SendError, Severity},
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Posts notices to one address, over https with TLS 1.3 only.
#[derive(Debug)]
pub struct SlackSender {
    client: Client,
    address: SecretString,
}

impl SlackSender {
    /// A sender to `address`, which is a secret: whoever knows it may post.
    ///
    /// # Errors
    /// When the machine's trusted certificates cannot be used.
    pub fn new(address: SecretString) -> Result<Self, TelemetryError> {
        let client = Client::builder()
            .https_only(true)
            .tls_version_min(tls::Version::TLS_1_3)
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| TelemetryError::Sender(error.without_url().to_string()))?;
        Ok(Self { client, address })
    }
}

impl AlertSender for SlackSender {
    async fn send(&self, notice: &Notice) -> Result<(), SendError> {
        let body = json!({ "text": text(notice) }).to_string();
        let request =
            self.client.post(self.address.expose_secret()).header("content-type", "application/json");
        let response = request.body(body).send().await.map_err(|error| {
            let never = error.is_builder() || error.is_request() && error.is_redirect();
            let reason = error.without_url().to_string();
            if never { SendError::Refused(reason) } else { SendError::Later { reason, after: None } }
        })?;
        let after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        judge(response.status(), after)
    }
}

fn judge(status: StatusCode, after: Option<Duration>) -> Result<(), SendError> {
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            Err(SendError::Later { reason: status.to_string(), after })
        }
        status if status.is_server_error() => Err(SendError::Later { reason: status.to_string(), after }),
        status => Err(SendError::Refused(status.to_string())),
    }
}

/// What people read. `&`, `<` and `>` mean something to the receiver.
fn text(notice: &Notice) -> String {
    let summary = notice.summary.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let key = &notice.key;
    match (notice.resolved, notice.severity) {
        (Some(_), _) => format!("Resolved: {summary} ({key})"),
        (None, Severity::Critical) => format!("*Critical*: {summary} ({key}, since {:.0})", notice.since),
        (None, Severity::Warning) => format!("Warning: {summary} ({key}, since {:.0})", notice.since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::alerts::About;

    fn notice() -> Notice {
        let since = "2026-11-21T08:00:00Z".parse().unwrap();
        Notice {
            key: "gate:chatwoot/host".to_owned(),
            severity: Severity::Critical,
            summary: "a < b & c".to_owned(),
            about: About::default(),
            since,
            last: since,
            times: 1,
            resolved: None,
        }
    }

    #[test]
    fn the_text_says_how_bad_it_is_and_is_safe() {
        assert_eq!(
            text(&notice()),
            "*Critical*: a &lt; b &amp; c (gate:chatwoot/host, since 2026-11-21T08:00:00Z)"
        );
        let resolved = Notice { resolved: Some(notice().since), ..notice() };
        assert!(text(&resolved).starts_with("Resolved: "));
    }

    #[test]
    fn an_answer_says_whether_to_try_again() {
        let pause = Some(Duration::from_secs(7));
        assert!(judge(StatusCode::OK, None).is_ok());
        for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY] {
            assert!(matches!(judge(status, pause), Err(SendError::Later { after, .. }) if after == pause));
        }
        for status in [StatusCode::NOT_FOUND, StatusCode::FOUND, StatusCode::FORBIDDEN] {
            assert!(matches!(judge(status, None), Err(SendError::Refused(_))));
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_unencrypted_and_the_address_is_not_quoted() {
        let sender = SlackSender::new("http://127.0.0.1:9/s3cret-word".into()).unwrap();
        let error = sender.send(&notice()).await.unwrap_err();
        assert!(matches!(error, SendError::Refused(_)), "{error}");
        assert!(!error.to_string().contains("s3cret-word") && !format!("{sender:?}").contains("s3cret-word"));
    }
}
