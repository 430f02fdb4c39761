//! Reports errors to Sentry: what stands in the log's error lines and nothing else; no host name, no stack, no panic text.

use std::{fmt, sync::Arc};

use reqwest::{Client, tls};
use secrecy::{ExposeSecret, SecretString};
use sentry::{
    ClientInitGuard, ClientOptions, Level, Transport, TransportFactory, TransportOptions, protocol::Event,
    transports::ReqwestHttpTransportOptions, types::Dsn,
};
use serde_json::Value;

use super::TelemetryError;

/// Keeps reporting; dropping it sends what waits.
pub(super) struct Reports {
    _client: ClientInitGuard,
}

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reports")
    }
}

/// Reports go over https with TLS 1.3, as everything that leaves this machine.
struct Strict(Client);

impl TransportFactory for Strict {
    fn create_transport_with_options(&self, options: TransportOptions) -> Arc<dyn Transport> {
        Arc::new(ReqwestHttpTransportOptions::from(options).with_client(self.0.clone()).build())
    }
}

/// Begins to report to `address`.
pub(super) fn start(address: &SecretString) -> Result<Reports, TelemetryError> {
    let dsn: Dsn = address
        .expose_secret()
        .parse()
        .map_err(|_| TelemetryError::Reports("telemetry.sentry_dsn is no Sentry address".to_owned()))?;
    let client = Client::builder()
        .https_only(true)
        .tls_version_min(tls::Version::TLS_1_3)
        .build()
        .map_err(|error| TelemetryError::Reports(error.without_url().to_string()))?;
    let mut options = ClientOptions::new();
    options.dsn = Some(dsn);
    options.release = Some(env!("CARGO_PKG_VERSION").into());
    options.default_integrations = false;
    options.send_default_pii = false;
    options.transport = Some(Arc::new(Strict(client)));
    Ok(Reports { _client: sentry::init(options) })
}

/// Reports one error line, redacted before it came here.
pub(super) fn report(target: &str, message: &str, fields: &[(&'static str, Value)]) {
    sentry::capture_event(event(target, message, fields));
}

fn event(target: &str, message: &str, fields: &[(&'static str, Value)]) -> Event<'static> {
    Event {
        level: Level::Error,
        logger: Some(target.to_owned()),
        message: Some(message.to_owned()),
        extra: fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        ..Event::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_the_log_line() {
        let event = event("routiq::work", "actor parked", &[("platform", "chatwoot".into())]);
        assert_eq!(event.message.as_deref(), Some("actor parked"));
        assert_eq!(event.extra.get("platform"), Some(&Value::from("chatwoot")));
        assert!(event.server_name.is_none() && event.user.is_none());
    }

    #[test]
    fn a_wrong_address_is_refused_without_being_quoted() {
        let error = start(&"https://s3cret-word@sentry.example.org/".into()).unwrap_err();
        assert!(!error.to_string().contains("s3cret-word"), "{error}");
    }
}
