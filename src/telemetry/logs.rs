//! Logs: one line for each event, JSON or for people, without contents.
//!
//! Fields that stand on spans are written with each event inside. The names in use: `organization_id`, `platform`,
//! `stream`, `api`, `campaign_id`, `generation`, `correlation_id`, `account_id`.

use std::{
    fmt::{self, Write as _},
    io::{self, Write as _},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use metrics::counter;
use routiq_actors::clock::Clock;
use serde_json::Value;
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
    subscriber::{DefaultGuard, NoSubscriber},
};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::filter_fn,
    fmt::MakeWriter,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
    reload,
    util::SubscriberInitExt,
};

use super::{
    TelemetryError,
    redact::{Shape, Withheld, is_content_field, is_content_target, scrub},
};
use crate::config::telemetry::{LogFormat, TelemetryConfig};

/// The running log: its level can be set anew.
#[derive(Clone, Debug)]
pub struct Logs(reload::Handle<EnvFilter, Registry>);

impl Logs {
    /// Makes this the program's log, written to standard error; standard output belongs to commands.
    ///
    /// # Errors
    /// When the program has a log already, or the level is none.
    pub(super) fn install(config: &TelemetryConfig, clock: Clock) -> Result<Self, TelemetryError> {
        let (filter, handle) = reload::Layer::new(filter(&config.log_level)?);
        let layer = LogLayer { writer: io::stderr, format: config.log_format, clock };
        Registry::default()
            .with(filter)
            .with(filter_fn(is_free_of_contents))
            .with(layer)
            .try_init()
            .map_err(|_| TelemetryError::AlreadyInstalled)?;
        report_panics();
        Ok(Self(handle))
    }

    /// Logs from now on what `directives` say, such as `info,routiq::work=debug`.
    ///
    /// # Errors
    /// When they say nothing; the level stays as it was.
    pub fn set_level(&self, directives: &str) -> Result<(), TelemetryError> {
        self.0.reload(filter(directives)?).map_err(|_| TelemetryError::NotInstalled)
    }
}

fn filter(directives: &str) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::builder().parse(directives).map_err(|_| TelemetryError::NoLevel(directives.to_owned()))
}

/// Whether an event may be written at all, whatever the level says.
fn is_free_of_contents(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO || !is_content_target(metadata.target())
}

/// A panic's place goes to the log; its message only where it is a constant, since a formatted one quotes data.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let reason = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("withheld");
        let thread = std::thread::current();
        tracing::error!(place, reason, thread = thread.name().unwrap_or_default(), "a panic");
    }));
}

/// Writes lines.
struct LogLayer<W> {
    writer: W,
    format: LogFormat,
    clock: Clock,
}

impl<S, W> Layer<S> for LogLayer<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(known) = span.extensions().get::<Fields>() {
                known.0.iter().for_each(|(name, value)| fields.set(name, value.clone()));
            }
        }
        event.record(&mut fields);
        let message = fields.take("message").map(plain).unwrap_or_default();
        // What comes through the `log` crate carries its target as a field.
        let target = fields.take("log.target").map(plain);
        fields.0.retain(|(name, _)| !name.starts_with("log."));
        let target = target.as_deref().unwrap_or_else(|| event.metadata().target());
        let level = *event.metadata().level();
        if level <= Level::WARN {
            counter!("routiq_log_lines_total", "level" => if level == Level::ERROR { "error" } else { "warn" })
                .increment(1);
        }
        #[cfg(feature = "sentry")]
        if level == Level::ERROR {
            super::sentry::report(target, &message, &fields.0);
        }
        let line = Line { at: self.clock.now(), level, target, message: &message, fields: &fields.0 };
        let text = match self.format {
            LogFormat::Json => line.json(),
            LogFormat::Text => line.text(),
        };
        // Nobody is left to tell when the log itself cannot be written.
        let _ = self.writer.make_writer().write_all(text.as_bytes());
    }
}

/// Fields as they may be written; a later one replaces an earlier one of its name.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn set(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(at).1)
    }

    fn set_text(&mut self, field: &Field, text: &str) {
        let value = match is_content_field(field.name()) {
            true => Withheld(text).to_string(),
            false => scrub(text).into_owned(),
        };
        self.set(field.name(), Value::String(value));
    }

    fn set_value(&mut self, field: &Field, value: Value) {
        match is_content_field(field.name()) {
            true => self.set_text(field, &value.to_string()),
            false => self.set(field.name(), value),
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.set_text(field, value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set_value(field, value.into());
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set_value(field, value.into());
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set_value(field, value.into());
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set_value(field, value.into());
    }
    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.set(field.name(), Value::String(Shape(value).to_string()));
    }
    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.set_text(field, &value.to_string());
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set_text(field, &format!("{value:?}"));
    }
}

/// A text without its quotes, anything else as JSON.
fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

struct Line<'a> {
    at: jiff::Timestamp,
    level: Level,
    target: &'a str,
    message: &'a str,
    fields: &'a [(&'static str, Value)],
}

impl Line<'_> {
    fn json(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let mut line = format!(
            r#"{{"timestamp":"{:.6}","level":"{}","target":{},"message":{}"#,
            self.at,
            self.level,
            quoted(self.target),
            quoted(self.message)
        );
        for (name, value) in self.fields {
            // Two entries of one name would be read as the last of them.
            let own = matches!(*name, "timestamp" | "level" | "target" | "message");
            let prefix = if own { "field." } else { "" };
            let _ = write!(line, ",{}:{value}", quoted(&format!("{prefix}{name}")));
        }
        line.push_str("}\n");
        line
    }

    fn text(&self) -> String {
        let mut line = format!("{:.3} {:5} {} {}", self.at, self.level, self.target, one_line(self.message));
        for (name, value) in self.fields {
            let _ = write!(line, " {name}={}", one_line(&plain(value.clone())));
        }
        line.push('\n');
        line
    }
}

/// A text that ends no line but its own.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Lines kept in memory, for tests: what was logged on this thread while the capture lived.
#[derive(Clone, Debug, Default)]
pub struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    /// Begins to capture everything logged on this thread, in `format`, until the guard is dropped.
    pub fn begin(format: LogFormat, clock: Clock) -> (Self, DefaultGuard) {
        // With one subscriber alone, an event first met on a thread without it is switched off for all threads.
        static SECOND: OnceLock<Dispatch> = OnceLock::new();
        SECOND.get_or_init(|| Dispatch::new(NoSubscriber::new()));
        let capture = Self::default();
        let layer = LogLayer { writer: capture.clone(), format, clock };
        let registry =
            Registry::default().with(LevelFilter::TRACE).with(filter_fn(is_free_of_contents)).with(layer);
        let guard = tracing::subscriber::set_default(registry);
        (capture, guard)
    }

    /// Everything written so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Every line written so far, as JSON.
    pub fn lines(&self) -> Vec<Value> {
        self.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

impl io::Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Capture {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use tracing::{error, info, info_span, warn};

    use super::*;

    fn clock() -> Clock {
        Clock::starting_at("2026-11-21T08:00:00Z".parse().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_json_line_carries_the_event_s_fields_and_its_spans() {
        let (capture, _guard) = Capture::begin(LogFormat::Json, clock());
        let outer = info_span!("request", correlation_id = "c-1", organization_id = tracing::field::Empty);
        outer.record("organization_id", "o-1");
        outer.in_scope(|| {
            let inner = info_span!("step", platform = "chatwoot", stream = "contacts", generation = 7);
            inner.in_scope(|| {
                info!(api = "chatwoot", stream = "messages", level = 3, ok = true, "step \"ended\"\n")
            });
        });
        let lines = capture.lines();
        let expected = serde_json::json!({
            "timestamp": "2026-11-21T08:00:00.000000Z", "level": "INFO", "target": "routiq::telemetry::logs::tests",
            "message": "step \"ended\"\n", "correlation_id": "c-1", "organization_id": "o-1", "platform": "chatwoot",
            "stream": "messages", "generation": 7, "api": "chatwoot", "field.level": 3, "ok": true,
        });
        assert_eq!(lines, [expected]);
        assert_eq!(capture.text().lines().count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_text_line_is_one_line() {
        let (capture, _guard) = Capture::begin(LogFormat::Text, clock());
        warn!(reason = "two\nlines", "careful");
        assert_eq!(
            capture.text(),
            "2026-11-21T08:00:00.000Z WARN  routiq::telemetry::logs::tests careful reason=two lines\n"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn planted_patient_text_never_appears() {
        const PLANTED: [&str; 4] = ["Rosa Beispiel", "rosa@clinic.test", "+61 491 570 006", "my knee hurts"];
        #[derive(Debug)]
        #[allow(dead_code)]
        struct Row {
            name: &'static str,
            text: &'static str,
        }
        for format in [LogFormat::Json, LogFormat::Text] {
            let (capture, _guard) = Capture::begin(format, clock());
            let raw =
                format!(r#"{{"name":"{}","email":"{}","text":"{}"}}"#, PLANTED[0], PLANTED[1], PLANTED[3]);
            let span = info_span!("apply", name = PLANTED[0], phone = PLANTED[2]);
            let _entered = span.enter();
            error!(payload = raw, body = raw.as_bytes(), "refused {} ({})", PLANTED[1], PLANTED[2]);
            info!(content = ?Row { name: PLANTED[0], text: PLANTED[3] }, shape = %Shape(raw.as_bytes()), "row");
            info!(reason = %Withheld(PLANTED[3]), email = %PLANTED[1], dob = 19_800_101_u64, "seen");
            let error = io::Error::other(format!("Key (phone)=({}) already exists", PLANTED[2]));
            warn!(error = &error as &dyn std::error::Error, "conflict");
            tracing::debug!(target: "tokio_postgres::query", "executing with parameters: [{:?}]", PLANTED[0]);
            tracing::trace!(target: "hyper::proto", "read {}", PLANTED[3]);
            let text = capture.text();
            assert_eq!(text.lines().count(), 4, "{text}");
            for planted in PLANTED {
                assert!(!text.contains(planted), "{planted} is in {text}");
            }
            assert!(!text.contains("19800101"));
            assert!(text.contains("an object, ") && text.contains("withheld ("));
        }
    }
}
