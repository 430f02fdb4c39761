//! The tables against the truth: living rows of every kind, and of each the columns that the truth names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
pub use routiq::demo::compare::facts::says;
use routiq::domain::change::Kind;
use serde_json::Value;

use crate::{
    bench::Bench,
    subject::{Fact, Truth},
};

/// How many differences are put in words.
const EXAMPLES: usize = 12;

/// Living rows of an account, by kind and name.
pub type Rows = BTreeMap<Kind, BTreeMap<String, Value>>;

/// The table of a kind.
pub fn table(kind: Kind) -> &'static str {
    if kind == Kind::Metadata { "integration_metadata" } else { kind.as_str() }
}

impl Bench {
    /// Living rows of the account.
    pub async fn rows(&self, kinds: impl IntoIterator<Item = Kind>) -> Rows {
        let client = self.client().await;
        let mut all = Rows::new();
        for kind in kinds {
            let patient = match kind {
                Kind::Contact => {
                    "coalesce((select to_jsonb(p) - 'external_id' from routiq.patients p where p.organization_id = t.organization_id and p.id = t.id), '{}') ||"
                }
                _ => "",
            };
            let table = table(kind);
            let query = format!(
                "select ({patient} to_jsonb(t) - '{{fingerprint,body,wrapped_key}}'::text[])::text from routiq.{table} t
                 where account_id = $1 and deleted_at is null"
            );
            let rows = client.query(&query, &[&self.key.account]).await.unwrap();
            let rows = rows.iter().map(|row| {
                let row: Value = serde_json::from_str(row.get(0)).unwrap();
                (self.subject.name(kind, &row), row)
            });
            all.insert(kind, rows.collect());
        }
        all
    }

    /// The tables are the truth; records in `spoiled`, and what stands under them, may say otherwise or be missing.
    pub async fn assert_equal_but(&self, spoiled: &BTreeSet<(Kind, String)>, when: &str) {
        let truth = self.subject.truth();
        self.assert_covers(&truth);
        let rows = self.rows(truth.keys().copied()).await;
        let mut found = Vec::new();
        for (kind, facts) in &truth {
            let rows = &rows[kind];
            let excused = |id: &String, fact: Option<&Fact>| {
                let parent = fact.and_then(|fact| fact.parent.clone());
                spoiled.contains(&(*kind, id.clone()))
                    || parent.is_some_and(|parent| spoiled.contains(&parent))
            };
            for (id, fact) in facts.iter().filter(|(id, fact)| !excused(id, Some(fact))) {
                match rows.get(id) {
                    None => found.push(format!("{} {id}: missing in the tables", kind.as_str())),
                    Some(row) => found.extend(differences(*kind, id, fact, row)),
                }
            }
            let beside = self.subject.beside().contains(kind);
            let others = rows.keys().filter(|id| !beside && !facts.contains_key(*id) && !excused(id, None));
            found.extend(others.map(|id| format!("{} {id}: in the tables only", kind.as_str())));
        }
        let count = found.len();
        found.truncate(EXAMPLES);
        assert!(count == 0, "{}, {when}: {count} differences\n  {}", self.platform.name, found.join("\n  "));
    }

    /// The tables are the truth.
    pub async fn assert_equal(&self, when: &str) {
        self.assert_equal_but(&BTreeSet::new(), when).await;
    }

    /// The rows that were written after a moment, gone ones included.
    pub async fn written_since(&self, at: Timestamp) -> Vec<String> {
        let kinds = self.subject.truth().into_keys().map(table);
        let client = self.client().await;
        let mut found = Vec::new();
        for table in kinds.chain(["attachments"]) {
            let query = format!(
                "select concat_ws(' ', '{table}', external_id, case when deleted_at is null then 'lives' else 'is gone' end)
                 from routiq.{table} where account_id = $1 and updated_at > to_timestamp($2)"
            );
            let at = at.as_second() as f64 + 1.0;
            let rows = client.query(&query, &[&self.key.account, &at]).await.unwrap();
            found.extend(rows.iter().map(|row| row.get::<_, String>(0)));
        }
        let query = "select concat_ws(' ', 'address', kind, inbox_external_id, id::text) from routiq.contact_identities
            where account_id = $1 and updated_at > to_timestamp($2)";
        let at = at.as_second() as f64 + 1.0;
        let rows = client.query(query, &[&self.key.account, &at]).await.unwrap();
        found.extend(rows.iter().map(|row| row.get::<_, String>(0)));
        found
    }

    /// The truth leaves no kind out.
    fn assert_covers(&self, truth: &Truth) {
        for kind in self.followed().flat_map(|stream| stream.kinds) {
            assert!(truth.contains_key(kind), "{}: nobody knows the truth of {kind:?}", self.platform.name);
        }
    }
}

/// The columns in which a row says something else.
fn differences(kind: Kind, id: &str, fact: &Fact, row: &Value) -> Vec<String> {
    let other = fact.columns.iter().filter(|(column, told)| !says(&row[column.as_str()], told));
    let words = |(column, told): (&String, &Value)| {
        format!("{} {id}: {column} is {}, not {told}", kind.as_str(), row[column.as_str()])
    };
    other.map(words).collect()
}
