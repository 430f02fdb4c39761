//! `routiq migrate`: brings the schema forward, then ends.

use super::{Common, Failure, folder, say};
use crate::app::database::migrate_alone;

pub(super) async fn run(common: &Common) -> Result<(), Failure> {
    let config = common.load()?;
    let applied = migrate_alone(&config, &folder(&config)).await?;
    if applied.is_empty() {
        say::line("the schema is current");
    }
    for name in applied {
        say::line(&format!("applied {name}"));
    }
    Ok(())
}
