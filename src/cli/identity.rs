//! `routiq ops identity`: who is whom, decided from the command line, by the functions that the API decides with. Every
//! decision has a reason, which stands in the practice's audit log.

use clap::Subcommand;
use routiq_actors::clock::Clock;
use serde_json::json;
use uuid::Uuid;

use super::{
    Common, Failure,
    org::{find, open},
    say,
};
use crate::{
    app::database::Database,
    domain::ids::Ids,
    store::{
        Tenant,
        audit::{self, Deed},
        identity::{self, By, Candidate, Decided, MergeMade},
    },
};

/// Who decides, as merges and the audit keep it.
const WHO: &str = "command line";
/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

#[derive(Debug, Subcommand)]
pub(super) enum Identity {
    /// List pairs of contacts that may be one person, the likeliest first.
    Candidates {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// How many at most.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=500))]
        limit: i64,
        /// Show the contacts' names: patients' data.
        #[arg(long)]
        names: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Show a person: its contacts, and every merge with its reason.
    Person {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The person, or any of its contacts.
        person: Uuid,
        #[command(flatten)]
        common: Common,
    },
    /// A pair is one person.
    Confirm {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The pair: the id that `candidates` shows.
        candidate: Uuid,
        /// Why, in one sentence: it stands in the practice's audit log.
        reason: String,
        #[command(flatten)]
        common: Common,
    },
    /// A pair is two people; it never comes back.
    Refuse {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The pair: the id that `candidates` shows.
        candidate: Uuid,
        /// Why, in one sentence: it stands in the practice's audit log.
        reason: String,
        #[command(flatten)]
        common: Common,
    },
    /// Two contacts are one person's.
    Merge {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// A contact: our id.
        contact: Uuid,
        /// Another contact: our id.
        other: Uuid,
        /// Why, in one sentence: it stands in the practice's audit log.
        reason: String,
        #[command(flatten)]
        common: Common,
    },
    /// What a merge joined are two people again, and stay so.
    Undo {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The merge: the id that `person` shows.
        merge: Uuid,
        /// Why, in one sentence: it stands in the practice's audit log.
        reason: String,
        #[command(flatten)]
        common: Common,
    },
}

impl Identity {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (Self::Candidates { common, .. }
        | Self::Person { common, .. }
        | Self::Confirm { common, .. }
        | Self::Refuse { common, .. }
        | Self::Merge { common, .. }
        | Self::Undo { common, .. }) = &self;
        self.reason()?;
        let database = open(common).await?;
        let done = Box::pin(self.work(&database)).await;
        database.close().await;
        done?.iter().for_each(|line| say::line(line));
        Ok(())
    }

    /// The reason of a decision.
    fn reason(&self) -> Result<Option<&str>, Failure> {
        let (Self::Confirm { reason, .. }
        | Self::Refuse { reason, .. }
        | Self::Merge { reason, .. }
        | Self::Undo { reason, .. }) = self
        else {
            return Ok(None);
        };
        let reason = reason.trim();
        let fine =
            (1..=LONGEST_REASON).contains(&reason.chars().count()) && !reason.chars().any(char::is_control);
        let said = format!("the reason: must be a plain text of 1 to {LONGEST_REASON} characters");
        if fine { Ok(Some(reason)) } else { Err(Failure { code: 64, said }) }
    }

    async fn work(&self, database: &Database) -> Result<Vec<String>, Failure> {
        let (Self::Candidates { organization, .. }
        | Self::Person { organization, .. }
        | Self::Confirm { organization, .. }
        | Self::Refuse { organization, .. }
        | Self::Merge { organization, .. }
        | Self::Undo { organization, .. }) = self;
        let organization = find(database, organization).await?.id;
        let (ids, now) = (Ids::random(), Clock::system().now());
        let mut session = database.store.session(organization).await?;
        let tenant = session.begin(None).await?;
        let by = By { who: WHO, now, ids: &ids };
        let (action, kind, about, lines) = match self {
            Self::Candidates { limit, names, .. } => {
                let found = identity::candidates(&tenant, *limit, 0).await?;
                let lines = found.iter().map(|pair| candidate_line(pair, *names)).collect();
                ("identity.candidates", "organization", organization, lines)
            }
            Self::Person { person, .. } => {
                let found = identity::person(&tenant, *person).await?;
                let found = found.ok_or_else(|| Failure::new(format!("person {person} not found")))?;
                let mut lines = vec![found.id.to_string()];
                let contact = |it: &identity::Member| {
                    format!("    contact {} {} {}", it.id, it.platform, it.external_id)
                };
                lines.extend(found.contacts.iter().map(contact));
                lines.extend(found.merges.iter().map(merge_line));
                ("person.read", "person", found.id, lines)
            }
            Self::Confirm { candidate, .. } => {
                let person = done(identity::confirm(&tenant, *candidate, by).await?)?;
                ("identity.confirm", "identity_candidate", *candidate, vec![person.to_string()])
            }
            Self::Refuse { candidate, .. } => {
                let person = done(identity::refuse(&tenant, *candidate, by).await?)?;
                ("identity.refuse", "identity_candidate", *candidate, vec![person.to_string()])
            }
            Self::Merge { contact, other, .. } => {
                let person = done(identity::merge(&tenant, (*contact, *other), by).await?)?;
                ("identity.merge", "person", person, vec![person.to_string()])
            }
            Self::Undo { merge, .. } => {
                let person = done(identity::undo(&tenant, *merge, by).await?)?;
                ("identity.undo", "identity_merge", *merge, vec![person.to_string()])
            }
        };
        self.note(&tenant, (action, kind, about), &by).await?;
        tenant.commit().await?;
        Ok(lines)
    }

    /// Writes it down, in the transaction of the decision.
    async fn note(
        &self,
        tenant: &Tenant<'_>,
        (action, kind, about): (&str, &str, Uuid),
        by: &By<'_>,
    ) -> Result<(), Failure> {
        let about = about.to_string();
        let mut details = json!({"through": "cli"});
        if let Some(reason) = self.reason()? {
            details["reason"] = reason.into();
        }
        let deed = Deed {
            id: by.ids.next(by.now),
            user: WHO,
            action,
            resource_type: kind,
            resource_id: Some(&about),
            ip_address: None,
            request_id: None,
            details: &details,
            error: None,
        };
        Ok(audit::write(tenant, &deed, by.now).await?)
    }
}

fn done(decided: Decided) -> Result<Uuid, Failure> {
    match decided {
        Decided::Done(person) => Ok(person),
        Decided::Unknown => Err(Failure::new("not found")),
        Decided::Already => Err(Failure::new("it was decided before")),
        Decided::Apart => {
            Err(Failure::new("a practice system keeps the two as two patients: merge them there"))
        }
    }
}

fn candidate_line(pair: &Candidate, names: bool) -> String {
    let side = |side: &identity::Side| {
        let name = side.name.as_deref().filter(|_| names).map(|name| format!(" {name:?}"));
        format!("{} {}{}", side.contact, side.platform, name.unwrap_or_default())
    };
    let [one, other] = &pair.sides;
    format!("{}  {:.2}  {}  {}  {}", pair.id, pair.score, side(one), side(other), pair.evidence.join(","))
}

fn merge_line(merge: &MergeMade) -> String {
    let MergeMade { id, pair, rule, evidence, score, made, undone } = merge;
    let undone = undone.as_ref().map(|(by, at)| format!("  undone by {by} {at:.0}")).unwrap_or_default();
    format!(
        "    merge {id}  {} {}  {rule} {score:.2} {}  by {} {:.0}{undone}",
        pair.0,
        pair.1,
        evidence.join(","),
        made.0,
        made.1
    )
}
