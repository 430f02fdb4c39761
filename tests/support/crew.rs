//! The other side of a measurement: this program once more, as a process of its own, told what to do in lines and answering
//! in lines.

#![allow(dead_code, reason = "benchmarks each use a part")]

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::mpsc,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The process.
pub struct Crew {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Crew {
    /// Starts it with these arguments.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (orders, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, orders, answers: BufReader::new(answers).lines() }
    }

    /// Tells it what to do.
    pub async fn tell(&mut self, order: &str) {
        self.orders.write_all(format!("{order}\n").as_bytes()).await.unwrap();
        self.orders.flush().await.unwrap();
    }

    /// What it answers next.
    pub async fn hear(&mut self) -> String {
        tokio::time::timeout(PATIENCE, self.answers.next_line()).await.expect("in time").unwrap().unwrap()
    }

    /// Ends it.
    pub async fn leave(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// What the process is told, on its side.
pub fn orders() -> mpsc::UnboundedReceiver<String> {
    let (order, orders) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| order.send(line))
    });
    orders
}

/// As many file handles as the machine gives; a socket is one.
pub fn more_handles() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).unwrap();
}
