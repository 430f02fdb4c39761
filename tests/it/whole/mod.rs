//! The program as it is run: a daemon in a process of its own, asked over its sockets and by the command line.

mod access;
mod commands;
mod demo;

use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::Client;
use routiq::config::source::ALIASES;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use sha2::Sha256;
use tempfile::TempDir;

use crate::support::{
    fast_folder,
    rig::{folder, until},
};

const PATIENCE: Duration = Duration::from_secs(120);
const OPERATOR: &str = "operators-token-of-the-tests";
/// Signs what comes in Clerk's name.
const CLERK: &[u8] = b"the secret of the tests alone";

/// What a command said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    /// What it said, when all went well.
    fn well(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out.trim_end().to_owned()
    }
}

/// The daemon, with a database of its own; killed with this value.
struct Daemon {
    child: Child,
    home: TempDir,
    address: SocketAddr,
    client: Client,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The program with nothing of whoever runs the tests.
fn program(home: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_routiq"));
    for (name, _) in std::env::vars().filter(|(name, _)| {
        name.starts_with("ROUTIQ_") && !name.starts_with("ROUTIQ_TEST_")
            || ALIASES.iter().any(|(alias, _)| alias == name)
    }) {
        command.env_remove(name);
    }
    command.env("ROUTIQ_DATABASE__DATA_DIR", home.path());
    command
}

impl Daemon {
    async fn start() -> Self {
        let home = folder(&fast_folder());
        let mut child = program(&home)
            .arg("serve")
            .env("PORT", "0")
            .env("ROUTIQ_TELEMETRY__LOG_FORMAT", "json")
            .env("ROUTIQ_SESSIONS__DEVELOPMENT_ISSUER", "true")
            .env("ROUTIQ_SECURITY__OPERATOR_TOKEN", OPERATOR)
            .env("CLERK_WEBHOOK_SECRET", format!("whsec_{}", STANDARD.encode(CLERK)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (tell, told) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        // Read to the end: a full pipe would stop the daemon.
        std::thread::spawn(move || lines.for_each(|line| drop(tell.send(line))));
        let serving = tokio::task::spawn_blocking(move || {
            let mut before = Vec::new();
            while let Ok(line) = told.recv_timeout(PATIENCE) {
                let fields: Value = serde_json::from_str(&line).unwrap_or_default();
                if let Some(address) = fields["address"].as_str().and_then(|text| text.parse().ok()) {
                    return address;
                }
                before.push(line);
            }
            panic!("it never serves: {}", before.join("\n"));
        });
        let address = serving.await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { child, home, address, client }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Runs a command beside the daemon.
    async fn run(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = program(&self.home);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let input = input.to_owned();
        let running = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().unwrap();
            // A command that wants no input may be gone by then.
            let _unread = child.stdin.take().unwrap().write_all(input.as_bytes());
            child.wait_with_output().unwrap()
        });
        let output = running.await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// Delivers an event in Clerk's name.
    async fn tell(&self, event: &Value) {
        let (id, body) = (format!("msg_{}", uuid::Uuid::new_v4().simple()), event.to_string());
        let stamp = Timestamp::now().as_second().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(CLERK).unwrap();
        mac.update(format!("{id}.{stamp}.{body}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let request =
            self.client.post(self.url("/webhooks/clerk")).header("content-type", "application/json");
        let request = request.header("svix-id", id).header("svix-timestamp", stamp);
        let answer = request.header("svix-signature", signature).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{event}");
    }

    /// Ends it in order.
    async fn stop(mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let ended = until("the daemon ends", PATIENCE, async || self.child.try_wait().unwrap()).await;
        assert!(ended.success());
    }
}
