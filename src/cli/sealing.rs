//! `routiq org seal`, `routiq org sealing`: which contact identifiers an organization keeps sealed, and how far its rows are.

use std::collections::BTreeSet;

use clap::Subcommand;
use routiq_actors::clock::Clock;
use serde_json::json;

use super::{
    Common, Failure,
    org::{find, note, open},
    say,
};
use crate::{
    app::database::Database,
    domain::identifiers::Field,
    store::{
        organizations::Organization,
        sealing::{self, Phase, Standing, Switched},
    },
};

/// What was asked for is not allowed.
const USAGE: u8 = 64;

#[derive(Debug, Subcommand)]
pub(super) enum Sealing {
    /// Say which contact identifiers an organization keeps sealed: all of them, or `none`. The daemon brings what is stored
    /// to it while it works.
    Seal {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// `email`, `phone`, `identifier`, as many as wanted; or `none`.
        #[arg(required = true)]
        fields: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Show which contact identifiers an organization keeps sealed, and how far its rows are so.
    Sealing {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        #[command(flatten)]
        common: Common,
    },
}

impl Sealing {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Seal { organization, fields, common } => {
                let fields = parse(&fields)?;
                let database = open(&common).await?;
                let done = seal(&database, &organization, &fields).await;
                database.close().await;
                say::line(&done?);
                Ok(())
            }
            Self::Sealing { organization, common } => {
                let database = open(&common).await?;
                let shown = show(&database, &organization).await;
                database.close().await;
                say::line(&shown?);
                Ok(())
            }
        }
    }
}

/// The fields that words name.
fn parse(words: &[String]) -> Result<BTreeSet<Field>, Failure> {
    let usage = |said: String| Failure { code: USAGE, said };
    if let [word] = words
        && word == "none"
    {
        return Ok(BTreeSet::new());
    }
    let mut fields = BTreeSet::new();
    for word in words {
        let Some(field) = Field::parse(word) else {
            return Err(usage(format!(
                "{word}: must be one or more of {}, or none alone",
                named(Field::ALL)
            )));
        };
        if !fields.insert(field) {
            return Err(usage(format!("{word}: named twice")));
        }
    }
    Ok(fields)
}

fn named(fields: impl IntoIterator<Item = Field>) -> String {
    let names: Vec<&str> = fields.into_iter().map(Field::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

async fn seal(database: &Database, key: &str, fields: &BTreeSet<Field>) -> Result<String, Failure> {
    let organization = find(database, key).await?;
    let now = Clock::system().now();
    let mut session = database.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let switched = sealing::switch(&tenant, fields, "command line", now).await?;
    let before = match switched {
        Switched::Already => return Ok(format!("sealed already: {}", named(fields.iter().copied()))),
        Switched::KnownByNumber(platform) => {
            return Err(Failure::new(format!(
                "phone: {} has a {platform} account, and telephone numbers are the ids of its people and conversations; they \
                 would stand readable in every row that names them",
                organization.name
            )));
        }
        Switched::Done(before) => before,
    };
    tenant.commit().await?;
    drop(session);
    let words = |fields: &BTreeSet<Field>| fields.iter().map(|field| field.as_str()).collect::<Vec<_>>();
    let details = json!({"fields": words(fields), "before": words(&before)});
    let id = organization.id.to_string();
    note(database, organization.id, "organization.seal", "organization", &id, &details).await?;
    Ok(format!(
        "sealed from now on: {}; `routiq org sealing` shows how far what is stored is so",
        named(fields.iter().copied())
    ))
}

async fn show(database: &Database, key: &str) -> Result<String, Failure> {
    let organization = find(database, key).await?;
    let mut session = database.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    Ok(shown(&organization, sealing::standing(&tenant).await?.as_ref()))
}

fn shown(organization: &Organization, standing: Option<&Standing>) -> String {
    let Some(standing) = standing else { return format!("{}  sealed: none", organization.name) };
    let (done, all) = (standing.done, standing.contacts);
    let far = match (standing.phase, standing.settled_at) {
        (Phase::Settled, Some(at)) => format!("settled since {at}"),
        (Phase::Keys, _) => format!("on the way: what contacts share, {done} of {all}"),
        _ => format!("on the way: {done} of {all} contacts"),
    };
    let (by, at) = &standing.changed;
    let fields = named(standing.fields.iter().copied());
    format!("{}  sealed: {fields}  {far}  (by {by} at {at})", organization.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_once_each_or_none_alone() {
        let parsed = |words: &[&str]| {
            parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
                .map(named)
                .map_err(|failure| failure.said)
        };
        assert_eq!(parsed(&["phone", "email"]).unwrap(), "email, phone");
        assert_eq!(parsed(&["none"]).unwrap(), "none");
        for (words, wrong) in [
            (&["e-mail"][..], "e-mail: must be one or more of email, phone, identifier, or none alone"),
            (&["none", "phone"], "none: must be one or more of email, phone, identifier, or none alone"),
            (&["phone", "phone"], "phone: named twice"),
        ] {
            assert_eq!(parsed(words).unwrap_err(), wrong);
        }
    }
}
