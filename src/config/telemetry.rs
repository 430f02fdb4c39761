//! `[telemetry]`: logs, error reports, alerts.

use std::fmt;

use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use super::{
    reader::{Reader, fixed, live},
    value::check_https,
};

/// Logs, error reports, alerts.
#[derive(Clone, Debug)]
pub struct TelemetryConfig {
    /// What is logged, as filter directives such as `info,routiq::work=debug`.
    pub log_level: String,
    /// How a line looks.
    pub log_format: LogFormat,
    /// Where errors are reported.
    pub sentry_dsn: Option<SecretString>,
    /// Where alerts are sent, as Slack's incoming messages. The address is the key to it.
    pub alert_webhook_url: Option<SecretString>,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object.
    #[default]
    Json,
    /// For people.
    Text,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "json",
            Self::Text => "text",
        })
    }
}

pub(super) fn read(r: &mut Reader, notices: &mut Vec<String>) -> TelemetryConfig {
    let config =
        TelemetryConfig {
            log_level: r.parsed(
                live("telemetry.log_level"),
                "error, warn, info, debug, trace, or by part such as info,routiq::work=debug",
                "info".to_owned(),
                level,
            ),
            log_format: r.parsed(fixed("telemetry.log_format"), "json or text", LogFormat::Json, |text| {
                match text {
                    "json" => Ok(LogFormat::Json),
                    "text" => Ok(LogFormat::Text),
                    _ => Err("is not a format".to_owned()),
                }
            }),
            sentry_dsn: r.secret_text(fixed("telemetry.sentry_dsn"), "https://key@host/project", |text| {
                check_https(text)?;
                if text.contains('@') { Ok(()) } else { Err("has no key".to_owned()) }
            }),
            alert_webhook_url: r.secret_text(
                fixed("telemetry.alert_webhook_url"),
                "an https address",
                check_https,
            ),
        };
    if config.sentry_dsn.is_some() && !cfg!(feature = "sentry") {
        notices.push(
            "a Sentry address is set, but this program was built without the feature `sentry`".to_owned(),
        );
    }
    config
}

/// Filter directives in our words; the names other logging libraries use for levels are understood.
fn level(text: &str) -> Result<String, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| {
        let (target, level) = part.rsplit_once('=').map_or((None, part), |(t, l)| (Some(t), l));
        let level = match level.to_ascii_lowercase().as_str() {
            "warning" => "warn",
            "critical" | "fatal" => "error",
            known @ ("off" | "error" | "warn" | "info" | "debug" | "trace") => known,
            _ => return Err(format!("has no level {level:?}")),
        }
        .to_owned();
        Ok(target.map_or(level.clone(), |target| format!("{target}={level}")))
    });
    let directives = parts.collect::<Result<Vec<_>, _>>()?.join(",");
    match EnvFilter::builder().parse(&directives) {
        Ok(_) if !directives.is_empty() => Ok(directives),
        _ => Err("is not a level".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn levels_are_read_as_operators_write_them() {
        assert_eq!(level("INFO").as_deref(), Ok("info"));
        assert_eq!(level("WARNING").as_deref(), Ok("warn"));
        assert_eq!(level("info, routiq::work=DEBUG").as_deref(), Ok("info,routiq::work=debug"));
        for wrong in ["", "loud", "info,routiq", "routiq=very"] {
            assert!(level(wrong).is_err(), "{wrong}");
        }
    }
}
