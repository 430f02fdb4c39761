//! The simulated platforms tell us what happens: each account where its platform does gets an address of ours, known there.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::{DemoError, members::Member};
use crate::{
    app::database::Database,
    domain::ids::Ids,
    store::hooks::{self, NewEndpoint},
};

/// Has an address of each member known at its platform, which knows none when it has just been grown. An address of an
/// earlier run gives way to a new one, since its token is not kept anywhere.
///
/// # Errors
/// [`DemoError`].
pub async fn subscribe(
    database: &Database,
    members: &[Member],
    address: &str,
    ids: &Ids,
    now: Timestamp,
) -> Result<(), DemoError> {
    for member in members.iter().filter(|member| member.is_told()) {
        let platform = member.platform;
        let mut session = database.store.session(member.key.organization).await?;
        let tenant = session.begin(None).await?;
        let id = ids.next(now);
        let token = match hooks::active(&tenant, member.key.account, platform).await? {
            Some(known) => {
                let (keys, overlap) = (&database.keys, Duration::ZERO);
                hooks::rotate(&tenant, keys, known.id, (id, "demo"), overlap, now).await?
            }
            None => {
                let account = member.key.account;
                let new = NewEndpoint { id, account, platform, secrets: &[], by: "demo" };
                hooks::create(&tenant, &database.keys, &new, now).await?
            }
        };
        let url = format!("{address}/webhooks/{platform}/{}", token.expose_secret());
        let made = member.simulated.subscribe(&member.seat, &url)?;
        hooks::set_secrets(&tenant, &database.keys, (id, platform), &[made.secret], now).await?;
        hooks::note_check(&tenant, id, made.remote_id.as_deref(), None, now).await?;
        tenant.commit().await?;
        member.simulated.introduce(&member.seat)?;
    }
    Ok(())
}
