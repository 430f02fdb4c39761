//! What was kept raw says what the tables say; a newer mapping shows what it would change, writes it where it is asked to,
//! and understands what an older one could not.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::stream::{AccountState, Page},
    platforms::{
        Account, Adapter, Adapters, Call, Heard, Plan, PlatformError, Stored, Told, declaration::Declaration,
        registry::House as Common, section::Section,
    },
    store::rederive::Differs,
    work::{Compared, Rederive, Rederived, Scope},
};
use routiq_actors::port::{Demand, Outcome, Sync};
use routiq_simulators::chatwoot::Command;
use secrecy::SecretString;
use serde_json::{Value, json, value::RawValue};

use crate::support::{
    hooks::Mailbox,
    practice::{House, Member},
};

/// The adapter after its mapping changed: kept records are mended before they are mapped.
struct Newer {
    adapter: Arc<dyn Adapter>,
    mend: fn(&mut Value),
}

impl Newer {
    fn of(house: &House, mend: fn(&mut Value)) -> Adapters {
        [("chatwoot", Arc::new(Self { adapter: house.adapter(), mend }) as _)].into()
    }
}

impl Adapter for Newer {
    fn name(&self) -> &'static str {
        self.adapter.name()
    }

    fn declaration(&self) -> &'static Declaration {
        self.adapter.declaration()
    }

    fn reconfigure(&self, house: &Common, section: &Section) {
        self.adapter.reconfigure(house, section);
    }

    fn transform_version(&self) -> i32 {
        self.adapter.transform_version() + 1
    }

    fn check_settings(&self, external_id: &str, settings: &Value) -> Result<(), String> {
        self.adapter.check_settings(external_id, settings)
    }

    fn plan(&self, account: &Account, state: &AccountState, now: Timestamp) -> Plan {
        self.adapter.plan(account, state, now)
    }

    fn demand(&self, account: &Account, call: &Call) -> Demand {
        self.adapter.demand(account, call)
    }

    fn heard(&self, account: &Account, told: &Told<'_>) -> Result<Heard, String> {
        self.adapter.heard(account, told)
    }

    fn remap(&self, account: &Account, state: &AccountState, stored: &Stored<'_>) -> Result<Page, String> {
        let mend = |raw: &&RawValue| {
            let mut record: Value = serde_json::from_str(raw.get()).unwrap();
            (self.mend)(&mut record);
            RawValue::from_string(record.to_string()).unwrap()
        };
        let mended: Vec<Box<RawValue>> = stored.records.iter().map(mend).collect();
        let records: Vec<&RawValue> = mended.iter().map(AsRef::as_ref).collect();
        self.adapter.remap(account, state, &Stored { records: &records, ..*stored })
    }

    fn pull<'a>(
        &'a self,
        account: &'a Account,
        credential: &'a SecretString,
        state: &'a AccountState,
        call: &'a Call,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Page, PlatformError>> {
        self.adapter.pull(account, credential, state, call, now)
    }
}

fn today(house: &House) -> Adapters {
    [("chatwoot", house.adapter())].into()
}

async fn rederived(house: &House, member: &Member, adapters: Adapters, scope: &Scope) -> Rederived {
    let (store, keys) = (house.store.clone(), house.keys.clone());
    let rederive = Rederive::new(store, adapters, keys, house.hand.clock(), house.ids.clone());
    rederive.account(member.key.organization, member.key.account, scope).await.unwrap().unwrap()
}

fn of<'a>(found: &'a Rederived, name: &str) -> &'a Compared {
    found.compared.iter().find(|of| of.rows.as_str() == name).unwrap()
}

/// A practice that lived for a while: pages, webhooks and deletions.
async fn lived(house: &House) -> Member {
    let member = house.one();
    let account = member.seat.account;
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let mailbox = Mailbox::open(house, &member, true).await;
    for _ in 0..6 {
        driver.live(SignedDuration::from_mins(5)).await;
        mailbox.receive(house, true).await;
        // What is told is applied before anything is asked because of it.
        house.hand.advance(SignedDuration::from_millis(7));
        driver.apply_all().await;
    }
    let truth = house.simulator.ledger(account).unwrap();
    let contact = truth.conversations[0].contact_id.parse().unwrap();
    house.simulator.command(Command::DeleteContact { account, contact }).unwrap();
    driver.sweep().await;
    house.hand.advance(SignedDuration::from_hours(2));
    driver.settle().await;
    house.assert_equal(&member, "after a while").await;
    member
}

const ROWS: &str = "select kind || ' ' || external_id || ' ' || fields || coalesce(payload_id::text, '') || transform_version
        || coalesce(deleted_at::text, '')
    from routiq.lineage_rows order by 1";

#[tokio::test]
async fn what_was_kept_says_what_the_tables_say() {
    let house = House::new().await;
    let member = lived(&house).await;
    let before = house.texts(&member, ROWS).await;
    let found = rederived(&house, &member, today(&house), &Scope::default()).await;
    assert!(found.is_equal(), "{found:#?}");
    for kind in ["inboxes", "agents", "contacts", "conversations", "messages", "attachments"] {
        assert!(of(&found, kind).held > 0, "{kind}: nothing to compare");
    }
    let told = house.count(&member, "routiq.raw_payloads where source = 'webhook'").await;
    let fallen = house.count(&member, "routiq.conversations where deleted_at is not null").await;
    assert!(told > 0 && fallen > 0, "{told} payloads of webhooks, {fallen} fallen conversations");
    assert_eq!(house.texts(&member, ROWS).await, before, "nothing was written");
    assert_eq!(house.count(&member, "routiq.integrations").await, 1, "nothing is left");

    // A row that is not what was kept of it is found, with the names of its fields and no word of theirs.
    house.run(&member, "update routiq.contacts set name = 'tampered' where external_id = (select min(external_id) from routiq.contacts where deleted_at is null)").await;
    let found = rederived(&house, &member, today(&house), &Scope { write: true, ..Scope::default() }).await;
    let contacts = of(&found, "contacts");
    assert_eq!((contacts.differing, contacts.outdated, found.written), (1, 0, 0), "{contacts:#?}");
    assert_eq!(contacts.fields.keys().collect::<Vec<_>>(), ["name"]);
    assert!(!format!("{contacts:?}").contains("tampered"));
    let changed = "routiq.contacts where name = 'tampered'";
    assert_eq!(house.count(&member, changed).await, 1, "the mapping is no newer: nothing is written");
    let narrow = Scope { stream: Some("messages".to_owned()), values: true, ..Scope::default() };
    assert!(rederived(&house, &member, today(&house), &narrow).await.is_equal(), "another stream's rows");
}

#[tokio::test]
async fn a_newer_mapping_shows_what_it_would_change_and_writes_just_that() {
    let house = House::new().await;
    let member = lived(&house).await;
    let louder = |record: &mut Value| {
        let shout = |record: &mut Value| {
            let name = record.get("name").and_then(Value::as_str).map(str::to_uppercase);
            if let Some(name) = name.filter(|_| record.get("custom_attributes").is_some()) {
                record["name"] = json!(name);
            }
        };
        shout(record);
        if let Some(sender) = record.pointer_mut("/meta/sender") {
            shout(sender);
        }
    };
    let before = house.texts(&member, ROWS).await;
    let people =
        house.count(&member, "routiq.contacts where deleted_at is null and upper(name) <> name").await;
    let scope = Scope { values: true, ..Scope::default() };
    let found = rederived(&house, &member, Newer::of(&house, louder), &scope).await;
    let contacts = of(&found, "contacts");
    assert_eq!(i64::try_from(contacts.differing).unwrap(), people, "{contacts:#?}");
    assert!(people > 10 && contacts.outdated == contacts.differing);
    assert_eq!(contacts.fields.keys().collect::<Vec<_>>(), ["name"]);
    let example = &contacts.examples[0];
    let (old, new) = (&example.fields[0].before, &example.fields[0].after);
    assert_eq!((example.differs, new), (Differs::Says, &json!(old.as_str().unwrap().to_uppercase())));
    assert!(
        found.compared.iter().filter(|of| of.rows.as_str() != "contacts").all(|of| of.differing == 0),
        "{found:#?}"
    );
    assert_eq!(house.texts(&member, ROWS).await, before, "nothing was written");

    let scope = Scope { write: true, ..Scope::default() };
    let found = rederived(&house, &member, Newer::of(&house, louder), &scope).await;
    assert_eq!(i64::try_from(found.written).unwrap(), people);
    assert!(found.is_equal(), "{found:#?}");
    let quiet = "routiq.contacts where deleted_at is null and upper(name) <> name";
    assert_eq!(house.count(&member, quiet).await, 0);
    let after = house.texts(&member, ROWS).await;
    let changed = |row: &&String| !before.contains(row);
    assert!(after.iter().filter(changed).all(|row| row.starts_with("contacts ")));
    assert_eq!(i64::try_from(after.iter().filter(changed).count()).unwrap(), people);
    let again = rederived(&house, &member, Newer::of(&house, louder), &scope).await;
    assert_eq!(again.written, 0, "once is enough");
}

#[tokio::test]
async fn what_could_not_be_understood_is_tried_again_by_a_newer_mapping() {
    let house = House::new().await;
    let member = house.one();
    let account = member.seat.account;
    house.simulator.set_traffic(account, 0.0).unwrap();
    let truth = house.simulator.ledger(account).unwrap();
    // People are also shown with their conversations, so one without any is not known at all.
    let talking: Vec<i64> = truth.conversations.iter().map(|it| it.contact_id.parse().unwrap()).collect();
    let ids = truth.contacts.iter().map(|contact| contact.id.parse::<i64>().unwrap());
    let contact = ids.filter(|id| !talking.contains(id)).max().unwrap();
    let conversation: i64 = truth.conversations[2].id.parse().unwrap();
    // The platform begins to write two fields otherwise.
    house.rewrite("/accounts/", move |text| {
        let Ok(mut value) = serde_json::from_str::<Value>(&text) else { return text };
        let wrap = |record: &mut Value| {
            if record["id"] == contact && record.get("phone_number").is_some() {
                record["name"] = json!({ "text": record["name"] });
            }
            if record["id"] == conversation
                && record.get("inbox_id").is_some()
                && record.get("meta").is_some()
            {
                record["status"] = json!({ "text": record["status"] });
            }
        };
        each_object(&mut value, &wrap);
        value.to_string()
    });
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let open = "select stream || ' ' || external_id from routiq.sync_errors where not resolved order by 1";
    let wanted = [format!("contacts {contact}"), format!("conversations {conversation}")];
    assert_eq!(house.texts(&member, open).await, wanted);
    drop(driver);

    // Neither the same mapping, nor a newer one that knows no better, helps; the latter tries once.
    house.drive(&member).await.turn().await;
    let knows_no_better = house.work_of(Newer::of(&house, |_| ()), house.keys.clone());
    house.drive_with(&member, knows_no_better).await.turn().await;
    let tries =
        "select retry_count::text from routiq.sync_errors where not resolved and transform_version > 1";
    assert_eq!(house.texts(&member, open).await, wanted);
    assert_eq!(house.texts(&member, tries).await, ["1", "1"]);
    house.run(&member, "update routiq.sync_errors set transform_version = transform_version - 1").await;

    let unwrap = |record: &mut Value| {
        for name in ["name", "status"] {
            if let Some(text) = record[name].get("text").cloned() {
                record[name] = text;
            }
        }
    };
    let asked = house.simulator.log().len();
    let work = house.work_of(Newer::of(&house, unwrap), house.keys.clone());
    let lease = house.lease(&member).await;
    let outcome = Sync::resume(&work, lease).await;
    assert!(matches!(outcome, Outcome::More(_)), "the conversation's messages are due: {outcome:?}");
    assert_eq!(house.simulator.log().len(), asked, "nothing was asked for it");
    assert_eq!(house.texts(&member, open).await, [""; 0]);
    let resolved = "routiq.sync_errors where resolved and resolved_at is not null";
    assert_eq!(house.count(&member, resolved).await, 2);
    for (table, id) in [("contacts", contact), ("conversations", conversation)] {
        let written = format!(
            "routiq.{table} where external_id = '{id}' and transform_version = 2 and payload_id is not null"
        );
        assert_eq!(house.count(&member, &written).await, 1, "{table}");
    }
    house.unhook();
    let mut driver =
        house.drive_with(&member, house.work_of(Newer::of(&house, unwrap), house.keys.clone())).await;
    driver.settle().await;
    house.assert_equal(&member, "with what was not understood").await;
}

fn each_object(value: &mut Value, change: &impl Fn(&mut Value)) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|value| each_object(value, change)),
        Value::Array(items) => items.iter_mut().for_each(|value| each_object(value, change)),
        _ => {}
    }
    if value.is_object() {
        change(value);
    }
}
