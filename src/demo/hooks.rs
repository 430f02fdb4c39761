//! The simulated platforms tell us what happens: each practice's account gets an address of ours, registered there.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::{DemoError, Member, World};
use crate::{
    app::database::Database,
    domain::ids::Ids,
    store::hooks::{self, NewEndpoint},
};

const PLATFORM: &str = "chatwoot";

/// Registers an address of each member at the simulated installation, which knows none when it has just been grown. An
/// address of an earlier run gives way to a new one, since its token is not kept anywhere.
///
/// # Errors
/// [`DemoError`].
pub async fn subscribe(
    database: &Database,
    world: &World,
    members: &[Member],
    address: &str,
    ids: &Ids,
    now: Timestamp,
) -> Result<(), DemoError> {
    for member in members {
        let mut session = database.store.session(member.key.organization).await?;
        let tenant = session.begin(None).await?;
        let id = ids.next(now);
        let token = match hooks::active(&tenant, member.key.account, PLATFORM).await? {
            Some(known) => {
                let (keys, overlap) = (&database.keys, Duration::ZERO);
                hooks::rotate(&tenant, keys, known.id, (id, "demo"), overlap, now).await?
            }
            None => {
                let new = NewEndpoint {
                    id,
                    account: member.key.account,
                    platform: PLATFORM,
                    secrets: &[],
                    by: "demo",
                };
                hooks::create(&tenant, &database.keys, &new, now).await?
            }
        };
        let url = format!("{address}/webhooks/{PLATFORM}/{}", token.expose_secret());
        let (remote, secret) = world
            .chatwoot
            .add_webhook(member.seat, &url, &[])
            .map_err(|error| DemoError::Simulator(error.to_string()))?;
        let secrets = [SecretString::from(secret)];
        hooks::set_secrets(&tenant, &database.keys, (id, PLATFORM), &secrets, now).await?;
        hooks::note_check(&tenant, id, Some(&remote.to_string()), None, now).await?;
        tenant.commit().await?;
    }
    Ok(())
}
