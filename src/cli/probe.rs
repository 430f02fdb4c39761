//! `routiq health`: asks the daemon on this machine whether it lives.

use std::{net::Ipv4Addr, time::Duration};

use clap::Args;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{Common, Failure, say};

/// How long the daemon may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(super) struct Health {
    #[command(flatten)]
    common: Common,
}

impl Health {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let port = self.common.load()?.server.port;
        let status = timeout(PATIENCE, ask(port)).await.map_err(|_| Failure::new("no answer in 5 s"))??;
        if !status.contains(" 200 ") {
            return Err(Failure::new(status));
        }
        say::line("healthy");
        Ok(())
    }
}

/// The first line of the answer.
async fn ask(port: u16) -> Result<String, Failure> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    Ok(text.lines().next().unwrap_or("no answer").to_owned())
}
