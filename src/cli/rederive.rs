//! `routiq rederive`: rows recomputed from the payloads that were kept. Proves them equal, or says what differs.

use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Common, Failure,
    org::{find, note, open},
    say,
};
use crate::{
    app::{self, database::Database},
    platforms::registry,
    store::{
        accounts,
        lineage::Rows,
        organizations::{self, Organization},
        rederive::Differs,
    },
    work::{Compared, Example, Rederived, Scope},
};

/// Rows differ from what their payloads say.
const DIFFERENT: u8 = 1;
/// What was asked for is not there.
const USAGE: u8 = 64;

#[derive(Debug, Args)]
pub(super) struct Rederive {
    /// Only this organization: our id, Clerk's, or its name.
    #[arg(long)]
    org: Option<String>,
    /// Only this account: our id.
    #[arg(long)]
    account: Option<Uuid>,
    /// Only accounts of this platform.
    #[arg(long)]
    platform: Option<String>,
    /// Compare the rows of this stream alone.
    #[arg(long)]
    stream: Option<String>,
    /// Compare these rows alone, such as `contacts` or `patients`; may be repeated.
    #[arg(long = "kind")]
    kinds: Vec<String>,
    /// Show what differing fields say: patients' data, but never a clinical text.
    #[arg(long)]
    values: bool,
    /// Say it as JSON.
    #[arg(long)]
    json: bool,
    /// Write what today's mapping says otherwise of rows that an older one wrote. Without it nothing is written.
    #[arg(long)]
    apply: bool,
    #[command(flatten)]
    common: Common,
}

impl Rederive {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let scope = self.scope()?;
        let database = open(&self.common).await?;
        let done = Box::pin(self.work(&database, &scope)).await;
        database.close().await;
        match done? {
            true => Ok(()),
            false => {
                Err(Failure { code: DIFFERENT, said: "rows differ from what their payloads say".to_owned() })
            }
        }
    }

    fn scope(&self) -> Result<Scope, Failure> {
        let usage = |said: String| Failure { code: USAGE, said };
        if let Some(platform) = self.platform.as_deref().filter(|name| registry::find(name).is_none()) {
            return Err(usage(format!("--platform {platform}: must be one of {}", registry::names())));
        }
        let mut rows = Vec::new();
        for name in &self.kinds {
            let kinds = || Rows::all().map(Rows::as_str).collect::<Vec<_>>().join(", ");
            rows.push(
                Rows::named(name)
                    .ok_or_else(|| usage(format!("--kind {name}: must be one of {}", kinds())))?,
            );
        }
        let known = |name: &&String| {
            let platforms =
                registry::ALL.iter().filter(|row| self.platform.as_deref().is_none_or(|it| it == row.name));
            !platforms.flat_map(|row| row.declaration.streams).any(|stream| stream.name == name.as_str())
        };
        if let Some(stream) = self.stream.as_ref().filter(known) {
            return Err(usage(format!(
                "--stream {stream}: must be a stream of a platform; docs/platforms.md says where they stand"
            )));
        }
        Ok(Scope { rows, stream: self.stream.clone(), values: self.values, write: self.apply })
    }

    /// Answers whether everything is equal.
    async fn work(&self, database: &Database, scope: &Scope) -> Result<bool, Failure> {
        let organizations = match &self.org {
            Some(key) => vec![find(database, key).await?],
            None => organizations::list(&database.store).await?,
        };
        let rederive = app::tool_rederive(&self.common.load()?, database)?;
        let (mut all, mut shown, mut met) = (true, Vec::new(), false);
        for organization in &organizations {
            for (account, platform) in self.accounts(database, organization).await? {
                met = true;
                let details = json!({"apply": scope.write, "values": scope.values});
                let (action, account_id) = ("rederive", account.to_string());
                note(database, organization.id, action, "account", &account_id, &details).await?;
                match rederive.account(organization.id, account, scope).await? {
                    None => say::error(&format!(
                        "{platform}: this program does not speak it; {account} is left out"
                    )),
                    Some(found) => {
                        all &= found.is_equal();
                        if self.json {
                            shown.push(account_view(organization, &found, scope.values));
                        } else {
                            tell(organization, &found, scope.values);
                        }
                    }
                }
            }
        }
        if !met {
            return Err(Failure { code: USAGE, said: "no such account".to_owned() });
        }
        if self.json {
            say::line(&json!({"equal": all, "accounts": shown}).to_string());
        }
        Ok(all)
    }

    async fn accounts(
        &self,
        database: &Database,
        organization: &Organization,
    ) -> Result<Vec<(Uuid, String)>, Failure> {
        let mut session = database.store.session(organization.id).await?;
        let tenant = session.begin(None).await?;
        let listed = accounts::list(&tenant).await?;
        let wanted = |account: &accounts::Listed| {
            self.account.is_none_or(|id| id == account.id)
                && self.platform.as_deref().is_none_or(|name| name == account.platform)
        };
        Ok(listed.into_iter().filter(wanted).map(|account| (account.id, account.platform)).collect())
    }
}

fn differs(differs: Differs) -> &'static str {
    match differs {
        Differs::Says => "says otherwise",
        Differs::Gone => "is gone",
        Differs::Missing => "is not there",
        Differs::NotKept => "no payload holds it",
        Differs::FellUnseen => "fell unseen",
    }
}

fn tell(organization: &Organization, found: &Rederived, values: bool) {
    let Rederived { account, platform, transform_version, payloads, records, rejected, .. } = found;
    say::line(&format!(
        "{}  {platform} {account}  mapping {transform_version}: {payloads} payloads, {records} records, {rejected} not understood",
        organization.name
    ));
    for (reason, count) in &found.unreadable {
        say::line(&format!("    {count} payloads cannot be read: {reason}"));
    }
    for of in found.compared.iter().filter(|of| of.held + of.missing > 0) {
        let Compared { held, differing, gone, missing, not_kept, fell_unseen, .. } = of;
        let kind = of.rows.as_str();
        let counts = [
            (differing, "differ"),
            (gone, "are gone"),
            (missing, "are not there"),
            (not_kept, "are in no payload"),
            (fell_unseen, "fell unseen"),
        ];
        let counts: Vec<String> = counts
            .iter()
            .filter(|(count, _)| **count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let counts = if counts.is_empty() { "equal".to_owned() } else { counts.join(", ") };
        say::line(&format!("    {kind}: {held} rows, {counts}"));
        for (name, count) in &of.fields {
            say::line(&format!("        {name}: {count}"));
        }
        of.examples.iter().for_each(|example| tell_example(example, values));
    }
    if found.written > 0 {
        say::line(&format!("    {} rows written", found.written));
    }
}

fn tell_example(example: &Example, values: bool) {
    let fields = example.fields.iter().map(|field| match (values, field.sealed) {
        (true, false) => format!("{} {} -> {}", field.name, field.before, field.after),
        (true, true) => format!("{} (sealed)", field.name),
        (false, _) => field.name.clone(),
    });
    let fields = fields.collect::<Vec<_>>().join(", ");
    say::line(format!("        {} {}  {fields}", example.external_id, differs(example.differs)).trim_end());
}

fn account_view(organization: &Organization, found: &Rederived, values: bool) -> Value {
    json!({
        "organization_id": organization.id,
        "account_id": found.account,
        "platform": found.platform,
        "transform_version": found.transform_version,
        "equal": found.is_equal(),
        "payloads": found.payloads,
        "records": found.records,
        "rejected": found.rejected,
        "unreadable": found.unreadable,
        "written": found.written,
        "rows": found.compared.iter().map(|of| compared_view(of, values)).collect::<Value>(),
    })
}

fn compared_view(of: &Compared, values: bool) -> Value {
    let example = |example: &Example| {
        let fields = example.fields.iter().map(|field| {
            let mut shown = json!({"field": field.name, "sealed": field.sealed});
            if values {
                shown["before"] = field.before.clone();
                shown["after"] = field.after.clone();
            }
            shown
        });
        json!({
            "external_id": example.external_id,
            "differs": differs(example.differs),
            "fields": fields.collect::<Value>(),
        })
    };
    json!({
        "kind": of.rows.as_str(),
        "held": of.held,
        "differing": of.differing,
        "gone": of.gone,
        "missing": of.missing,
        "not_kept": of.not_kept,
        "fell_unseen": of.fell_unseen,
        "outdated": of.outdated,
        "fields": of.fields,
        "examples": of.examples.iter().map(example).collect::<Value>(),
    })
}
