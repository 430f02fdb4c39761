//! `routiq simulate`: the simulated platforms alone, with the demonstration's practices.

use std::net::Ipv4Addr;

use clap::Args;
use routiq_actors::clock::Clock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Failure, say};
use crate::demo::{Note, World, practices::practices};

#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// Port on loopback; 0 takes a free one.
    #[arg(long, default_value_t = 8900)]
    port: u16,
    /// Decides everything that looks like chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Simulate {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let clock = Clock::system();
        let note = Note { seed: self.seed, epoch: clock.now() };
        let world = World::grow(note, practices(), clock, true)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        say::line(&format!("Chatwoot at http://{}", listener.local_addr()?));
        for (demo, seat) in &world.practices {
            say::line(&format!(
                "  {}: account {}, token {}",
                demo.practice.name, seat.account, seat.administrator
            ));
        }
        say::line("  control: POST /__simulator/commands, GET /__simulator/ledger/<account>");
        let stop = CancellationToken::new();
        let serving = world.chatwoot.serve(listener, stop.clone());
        tokio::select! {
            () = serving => {}
            signal = tokio::signal::ctrl_c() => signal?,
        }
        stop.cancel();
        Ok(())
    }
}
