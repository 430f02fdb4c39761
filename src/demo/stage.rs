//! How a demonstration is set up and waited for.

use std::{io, net::Ipv4Addr, time::Duration};

use jiff::Timestamp;
use routiq_actors::State;
use tokio::net::TcpListener;

use super::{DemoError, members::Member, practices::DemoPractice, systems::Row, world::used};
use crate::{
    app::{App, database::Database},
    config::source::Sources,
};

/// How often it is looked whether everybody has caught up.
const LOOK: Duration = Duration::from_millis(100);

/// A simulator's place, before it is there.
pub struct Stand {
    /// The platform.
    pub row: &'static Row,
    /// Where it will be asked.
    pub listener: TcpListener,
    /// Scheme, host and port of that.
    pub origin: String,
}

/// Takes a free port of this machine for each platform that is used.
///
/// # Errors
/// When there is none.
pub async fn stands(practices: &[DemoPractice]) -> io::Result<Vec<Stand>> {
    let mut stands = Vec::new();
    for row in used(practices) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        stands.push(Stand { row, listener, origin });
    }
    Ok(stands)
}

/// A configuration that sends requests to the simulators.
pub fn configured(sources: Sources, stands: &[Stand]) -> Sources {
    let sources = sources.with_option("demo", "gates.allow_plain_loopback", "true");
    let options = stands.iter().flat_map(|stand| (stand.row.configures)(&stand.origin));
    options.fold(sources, |sources, (key, value)| sources.with_option("demo", key, value))
}

/// Nothing happens at the platforms any more. What vanished since an earlier run is only missed by looking at everything.
///
/// # Errors
/// [`DemoError`].
pub async fn stand_still(database: &Database, members: &[Member], now: Timestamp) -> Result<(), DemoError> {
    for member in members {
        member.simulated.rest(&member.seat)?;
        if member.known {
            member.read_again(database, now).await?;
        }
    }
    Ok(())
}

/// Waits until everything of every account was read since `began`, and what was told is applied.
///
/// # Errors
/// [`DemoError`].
async fn settle(app: &App, members: &[Member], began: Timestamp) -> Result<(), DemoError> {
    let mut again = vec![false; members.len()];
    loop {
        let mut settled = true;
        for (member, again) in members.iter().zip(&mut again) {
            let now = app.clock.now();
            settled &= caught_up(app, member, began)
                && member.has_applied(&app.database, now).await?
                && caught_up(app, member, began);
            // Of some platforms it takes a second listing to prove the first, and that is half a minute off.
            if !*again && waits_unproven(app, member, began) {
                member.look_again(&app.database, now).await?;
                *again = true;
            }
        }
        if settled {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether an account rests although what was read of it proves too little.
fn waits_unproven(app: &App, member: &Member, began: Timestamp) -> bool {
    let waits = app.tree.status(member.key).is_some_and(|status| status.state == State::Waiting);
    waits && !caught_up(app, member, began)
}

/// Waits until everything was read since `began`; where that takes two listings in a row, twice of what an earlier run knew.
///
/// # Errors
/// [`DemoError`].
pub async fn read_all(app: &App, members: &[Member], began: Timestamp) -> Result<(), DemoError> {
    settle(app, members, began).await?;
    let twice: Vec<Member> =
        members.iter().filter(|member| member.known && member.misses_twice()).cloned().collect();
    let now = app.clock.now();
    for member in &twice {
        member.read_again(&app.database, now).await?;
    }
    settle(app, &twice, now).await
}

/// Whether an account was read up to when this run began, by a clock of whole seconds, and nothing is due.
fn caught_up(app: &App, member: &Member, began: Timestamp) -> bool {
    let began = Timestamp::from_second(began.as_second() - 1).unwrap_or(began);
    app.tree.status(member.key).is_some_and(|status| {
        let proven = status.progress.proven_until;
        status.state == State::Waiting && proven.is_some_and(|proven| !member.known || proven >= began)
    })
}
