//! The daemon in a process of its own, over a private database: started, killed, and ended in order.

#![allow(dead_code, reason = "tests and benchmarks each use a part")]

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use routiq::config::source::ALIASES;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::sync::watch;

use super::rig::until;

/// A running daemon; killed with this value.
pub struct Daemon {
    child: Child,
    address: watch::Receiver<Option<SocketAddr>>,
}

impl Daemon {
    /// Starts one over the folder of a private database; `settings` are variables of its own.
    pub fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_routiq"));
        for (name, _) in std::env::vars().filter(|(name, _)| foreign(name)) {
            command.env_remove(name);
        }
        let mut child = command
            .arg("serve")
            .env("ROUTIQ_DATABASE__DATA_DIR", folder)
            .env("ROUTIQ_GATES__CHATWOOT__REQUESTS_PER_MINUTE", "100000")
            .env("ROUTIQ_SYNC__SWEEP", "168h")
            .env("ROUTIQ_TELEMETRY__LOG_FORMAT", "json")
            .env("LOG_LEVEL", "warn,routiq::cli::serve=info")
            .env("PORT", "0")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (told, address) = watch::channel(None);
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // Ends with the log: with the daemon and what it started.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let said: Value = serde_json::from_str(&line).unwrap_or_default();
                match said["message"].as_str() {
                    Some("serving") => {
                        let at = said["address"].as_str().and_then(|address| address.parse().ok());
                        told.send_replace(at);
                    }
                    _ if said["level"] == "INFO" => {}
                    _ => eprintln!("{line}"),
                }
            }
        });
        Self { child, address }
    }

    /// Where it serves, once it does.
    ///
    /// # Panics
    /// When it ends before.
    pub async fn address(&mut self) -> SocketAddr {
        let told = self.address.wait_for(Option::is_some).await;
        told.ok().and_then(|address| *address).expect("the daemon ended before it served")
    }

    /// Where it serves, if it does already.
    pub fn serves(&self) -> Option<SocketAddr> {
        *self.address.borrow()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Whether it still runs.
    pub fn alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Ends it in order.
    pub async fn terminate(mut self, patience: Duration) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        until("the daemon ends", patience, async || self.child.try_wait().unwrap()).await
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Variables of whoever runs the tests that would configure the daemon.
fn foreign(name: &str) -> bool {
    name.starts_with("ROUTIQ_") && !name.starts_with("ROUTIQ_TEST_")
        || ALIASES.iter().any(|(alias, _)| *alias == name)
}
