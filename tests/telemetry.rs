//! Telemetry as a whole program has it: once for the process, lines on standard error.

use std::process::Command;

use routiq::{
    config::{Config, Live, Sources},
    telemetry::{self, TelemetryError},
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

const CHILD: &str = "ROUTIQ_TEST_TELEMETRY_CHILD";
const PLANTED: &str = "Rosa Beispiel";

#[allow(clippy::unwrap_used)] // Part of the test, though not marked as one.
fn config(level: &str) -> Config {
    let variables = [("LOG_LEVEL", level), ("ROUTIQ_TELEMETRY__LOG_FORMAT", "json")];
    Config::load(&Sources::variables(variables)).unwrap()
}

/// Runs in a process of its own, started by the test below.
#[test]
fn in_a_child_process() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let config = config("warn");
    let mut telemetry = telemetry::init(&config.telemetry).unwrap();
    assert!(matches!(telemetry::init(&config.telemetry), Err(TelemetryError::AlreadyInstalled)));
    assert!(telemetry.metrics.render().contains("routiq_build_info{version="));

    tracing::info!("too quiet");
    tracing::warn!("first");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let live = Live::new(config);
        let stop = CancellationToken::new();
        let background = tokio::spawn(telemetry.background(live.subscribe(), stop.clone()));
        tokio::task::yield_now().await;
        live.replace(self::config("trace"));
        while !tracing::enabled!(tracing::Level::DEBUG) {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        background.await.unwrap();
    });
    tracing::debug!("second");
    log::info!(target: "some_library::part", "third");
    log::debug!(target: "tokio_postgres::query", "parameters: [{PLANTED:?}]");
    let name = PLANTED.to_owned();
    let _ = std::thread::spawn(move || panic!("cannot find {name}")).join();
    let _ = std::thread::spawn(|| panic!("a constant")).join();
    assert!(telemetry.metrics.render().contains(r#"routiq_log_lines_total{level="error"} 2"#));
}

#[test]
fn lines_go_to_standard_error_and_the_level_follows_the_configuration() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "in_a_child_process", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(!text.contains(PLANTED), "{text}");
    let lines: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let own = |line: &&Value| {
        ["telemetry", "some_library::part", "routiq::telemetry::logs"].iter().any(|t| line["target"] == *t)
    };
    let told: Vec<(&str, &str)> = lines
        .iter()
        .filter(own)
        .map(|line| (line["message"].as_str().unwrap(), line["level"].as_str().unwrap()))
        .collect();
    let expected = [
        ("first", "WARN"),
        ("second", "DEBUG"),
        ("third", "INFO"),
        ("a panic", "ERROR"),
        ("a panic", "ERROR"),
    ];
    assert_eq!(told, expected, "{text}");
    let reasons: Vec<&Value> = lines.iter().filter_map(|line| line.get("reason")).collect();
    assert_eq!(reasons, ["withheld", "a constant"]);
}
