//! Every statement of `sql/queries`, asked by one organization with the other's id in its parameters: it shows nothing of
//! the other and changes nothing.
//!
//! Both organizations have the same ids everywhere, so that only row security tells them apart.

use std::collections::BTreeMap;

use routiq::store::roles::Role;
use tokio_postgres::{Client, SimpleQueryMessage, error::SqlState};

use crate::support::{
    TestDb,
    statements::{Statement, statements},
};

const ALPHA: &str = "00000000-0000-7000-8000-00000000000a";
const BETA: &str = "00000000-0000-7000-8000-00000000000b";
/// An organization that does not exist: what it is shown is what somebody without rows is shown.
const NOBODY: &str = "00000000-0000-7000-8000-00000000000c";
/// The id of every row of both organizations.
const ID: &str = "00000000-0000-7000-8000-000000000001";
/// What stands in every text of an organization's rows.
const MARKS: [(&str, &str); 2] = [(ALPHA, "of-alpha"), (BETA, "of-beta")];

/// Rows for every table that the daemon writes: `{organization}`, `{id}` and `{mark}` are filled in.
const ROWS: &str = "
insert into routiq.integrations (organization_id, id, platform, external_id, name)
    values ('{organization}', '{id}', 'chatwoot', '1', '{mark}');
insert into routiq.api_credentials (organization_id, id, account_id, key_version, wrapped_key, sealed, created_by)
    values ('{organization}', '{id}', '{id}', 1, '\\x01', '\\x01', '{mark}');
insert into routiq.raw_payloads (organization_id, id, account_id, stream, source, request, records, transform_version, generation,
        observed_at, key_version, wrapped_key, body, created_at)
    values ('{organization}', '{id}', '{id}', 'messages', 'page', '{mark}', 1, 1, 1, '2020-01-01', 1, '\\x01', '\\x01', '2020-01-01');
insert into routiq.payload_subjects (organization_id, payload_id, subject) values ('{organization}', '{id}', '1');
insert into routiq.inboxes (organization_id, id, account_id, external_id, name, transform_version, generation, observed_at, fingerprint)
    values ('{organization}', '{id}', '{id}', '1', '{mark}', 1, 1, '2020-01-01', '\\x01');
insert into routiq.agents (organization_id, id, account_id, external_id, name, transform_version, generation, observed_at, fingerprint)
    values ('{organization}', '{id}', '{id}', '1', '{mark}', 1, 1, '2020-01-01', '\\x01');
insert into routiq.contacts (organization_id, id, account_id, external_id, name, transform_version, generation, observed_at, fingerprint)
    values ('{organization}', '{id}', '{id}', '1', '{mark}', 1, 1, '2020-01-01', '\\x01');
insert into routiq.contact_identities (organization_id, id, contact_id, account_id, kind, value, generation)
    values ('{organization}', '{id}', '{id}', '{id}', 'channel', '{mark}', 1);
insert into routiq.integration_metadata (organization_id, id, account_id, external_id, kind, name, details, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '1', 'tag', '{mark}', '{}', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.locations (organization_id, id, account_id, external_id, name, address, active, attributes, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '1', '{mark}', '{}', true, '{}', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.practitioners (organization_id, id, account_id, external_id, name, active, locations, attributes, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '1', '{mark}', true, '{}', '{}', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.appointment_types (organization_id, id, account_id, external_id, name, is_group, active, attributes, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '1', '{mark}', false, true, '{}', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.patients (organization_id, id, contact_id, account_id, external_id, first_name, phones, address, active, deceased,
        location_external_id, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '{id}', '1', '{mark}', '[]', '{}', true, false, '1', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.appointments (organization_id, id, account_id, external_id, shape, group_id, contact_external_id, practitioner_external_id,
        location_external_id, appointment_type_external_id, cancelled, notes, attributes, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '1', 'group', '{id}', '1', '1', '1', '1', false, '{mark}', '{}', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.invoices (organization_id, id, account_id, external_id, number, contact_external_id, appointment_external_id,
        practitioner_external_id, location_external_id, third_party, lines, attributes, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '1', '{mark}', '1', '1', '1', '1', false, '[]', '{}', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.payments (organization_id, id, account_id, external_id, invoice_external_id, contact_external_id, location_external_id,
        method, active, attributes, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '1', '1', '1', '1', '{mark}', true, '{}', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.clinical_notes (organization_id, id, account_id, external_id, contact_external_id, appointment_external_id,
        practitioner_external_id, title, draft, key_version, wrapped_key, body, transform_version, generation, observed_at, fingerprint, provisional)
    values ('{organization}', '{id}', '{id}', '1', '1', '1', '1', '{mark}', false, 1, '\\x01', '\\x01', 1, 1, '2020-01-01', '\\x01', false);
insert into routiq.sync_missed (organization_id, account_id, stream, external_id, listing)
    values ('{organization}', '{id}', 'locations', '1', '2021-01-01');
insert into routiq.conversations (organization_id, id, account_id, external_id, source, contact_external_id, inbox_external_id, status,
        team_name, transform_version, generation, observed_at, fingerprint)
    values ('{organization}', '{id}', '{id}', '1', 'chatwoot', '1', '1', 'open', '{mark}', 1, 1, '2020-01-01', '\\x01');
insert into routiq.messages (organization_id, id, account_id, external_id, conversation_id, direction, sender_type, content,
        transform_version, generation, observed_at, fingerprint)
    values ('{organization}', '{id}', '{id}', '1', '{id}', 'incoming', 'patient', '{mark}', 1, 1, '2020-01-01', '\\x01');
insert into routiq.attachments (organization_id, id, account_id, external_id, message_id, file_type, source_url, generation)
    values ('{organization}', '{id}', '{id}', '1', '{id}', 'image', '{mark}', 1);
insert into routiq.sync_state (organization_id, account_id, service_name, last_error) values ('{organization}', '{id}', 'chatwoot', '{mark}');
insert into routiq.sync_stream_state (organization_id, account_id, stream, cursor, updated_at)
    values ('{organization}', '{id}', 'messages', '\"{mark}\"', '2020-01-01');
insert into routiq.sync_items (organization_id, account_id, stream, external_id, work, requested_at)
    values ('{organization}', '{id}', 'messages', '1', '\"{mark}\"', '2020-01-01');
insert into routiq.sync_listed (organization_id, account_id, stream, listing, external_id)
    values ('{organization}', '{id}', 'messages', '2020-01-01', '1');
insert into routiq.sync_logs (organization_id, id, account_id, sync_id, source_system, operation_type, status, error_message, started_at,
        updated_at)
    values ('{organization}', '{id}', '{id}', '{id}', 'chatwoot', 'full_sync', 'running', '{mark}', '2020-01-01', '2020-01-01');
insert into routiq.sync_errors (organization_id, id, account_id, service_name, stream, external_id, error_type, error_message)
    values ('{organization}', '{id}', '{id}', 'chatwoot', 'messages', '1', '1', '{mark}');
insert into routiq.audit_logs (organization_id, id, user_id, action, resource_type, created_at)
    values ('{organization}', '{id}', '{mark}', 'x', 'x', '2020-01-01');
insert into routiq.service_keys (organization_id, id, name, role, key_hash, created_by, created_at)
    values ('{organization}', '{id}', '{mark}', 'viewer', decode(repeat('02', 32), 'hex'), 'x', '2020-01-01');
insert into routiq.access_grants (organization_id, id, user_id, role, reason, granted_by, created_at, expires_at)
    values ('{organization}', '{id}', '1', 'viewer', '{mark}', 'x', '2020-01-01', '2031-01-01');
insert into routiq.live_tickets (organization_id, ticket_hash, kind, subject, created_at, expires_at)
    values ('{organization}', decode(repeat('02', 32), 'hex'), 'user', '{mark}', '2020-01-01', '2031-01-01');
insert into routiq.webhook_endpoints (organization_id, id, account_id, platform, token_hash, created_by, created_at, updated_at)
    values ('{organization}', '{id}', '{id}', 'chatwoot', sha256('{organization}'), '{mark}', '2020-01-01', '2020-01-01');
insert into routiq.dirty (organization_id, id, conversations, events, cause, created_at)
    values ('{organization}', '{id}', array['{id}'::uuid], '[\"{mark}\"]', 'sync', '2020-01-01');
insert into routiq.live_sequences (organization_id, epoch, sequence) values ('{organization}', '{id}', 2);
insert into routiq.live_changes (organization_id, sequence, epoch, patch, events, cause, at)
    values ('{organization}', 2, '{id}', '{\"x\": \"{mark}\"}', '[\"{mark}\"]', 'sync', '2020-01-01');
insert into routiq.conversation_figures (organization_id, conversation_id, day, incoming, outgoing)
    values ('{organization}', '{id}', '2030-01-01', 1, 1);
insert into routiq.day_figures (organization_id, day, incoming, outgoing) values ('{organization}', '2030-01-01', 1, 1);
insert into routiq.organization_figures (organization_id, version, timezone, conversations, conversations_open, conversations_pending,
        conversations_resolved, conversations_snoozed, contacts, messages, incoming, outgoing, messages_today, sync_running, data, computed_at)
    values ('{organization}', 1, '{mark}', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, false, '{}', '2020-01-01');
insert into routiq.contacts (organization_id, id, account_id, external_id, name, transform_version, generation, observed_at, fingerprint)
    values ('{organization}', '00000000-0000-7000-8000-000000000002', '{id}', '2', '{mark}', 1, 1, '2020-01-01', '\\x01');
insert into routiq.persons (organization_id, id, contacts, name, created_at, updated_at)
    values ('{organization}', '{id}', 1, '{mark}', '2020-01-01', '2020-01-01'),
           ('{organization}', '00000000-0000-7000-8000-000000000002', 1, '{mark}', '2020-01-01', '2020-01-01');
insert into routiq.person_contacts (organization_id, contact_id, person_id, account_id, practice, gone, given, formal, family, updated_at)
    values ('{organization}', '{id}', '{id}', '{id}', false, false, array['{mark}'], array['{mark}'], '{}', '2020-01-01'),
           ('{organization}', '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000002', '{id}', false, false,
            array['{mark}'], array['{mark}'], '{}', '2020-01-01');
insert into routiq.identity_keys (organization_id, contact_id, kind, digest)
    values ('{organization}', '{id}', 'phone', '\\x02'), ('{organization}', '00000000-0000-7000-8000-000000000002', 'phone', '\\x02');
insert into routiq.identity_merges (organization_id, id, contact_id, other_contact_id, rule, evidence, score, merged_by, merged_at)
    values ('{organization}', '{id}', '{id}', '00000000-0000-7000-8000-000000000002', 'person', '{}', 1, '{mark}', '2020-01-01');
insert into routiq.identity_candidates (organization_id, id, contact_id, other_contact_id, status, evidence, score, created_at, updated_at)
    values ('{organization}', '{id}', '{id}', '00000000-0000-7000-8000-000000000002', 'open', '{}', 1, '2020-01-01', '2020-01-01');
insert into routiq.identity_conflicts (organization_id, id, field, contact_id, other_contact_id, recorded_at)
    values ('{organization}', '{id}', 'name', '{id}', '00000000-0000-7000-8000-000000000002', '2020-01-01');
insert into routiq.identity_state (organization_id, rules_version, matched_at) values ('{organization}', 1, '2020-01-01');
insert into routiq.sealing (organization_id, fields, phase, key_version, wrapped_key, body, changed_by, changed_at)
    values ('{organization}', '{email}', 'rows', 1, '\\x01', '\\x01', '{mark}', '2020-01-01');
insert into routiq.sealed_values (organization_id, contact_id, place, row_id, digest, body)
    values ('{organization}', '{id}', 'contact_identities.value', '{id}', decode(repeat('02', 16), 'hex'), '\\x01');
";
/// A record of any kind of a practice's own system, as it travels: what its columns must have.
const RECORD: &str = r#"{"external_id": "1", "kind": "tag", "active": true, "deceased": false, "group": "0", "locations": [],
    "shape": "individual", "cancelled": false, "third_party": false, "draft": false, "key_version": 1, "wrapped_key": "\\x02",
    "body": "\\x02", "contact": "1", "practitioner": "1", "location": "1", "appointment": "1", "invoice": "1"}"#;
/// What only the intake's login writes.
const DELIVERIES: &str = "
insert into routiq.webhook_events (organization_id, id, account_id, endpoint_id, platform, event_key, event_type, subject, signed, body,
        received_at, next_attempt_at)
    values ('{organization}', '{id}', '{id}', '{id}', 'chatwoot', '1', '{mark}', '\\x02', true, '\\x01', '2030-01-01', '2020-01-01');
";

/// A literal for a parameter: what the rows hold, so that the statement finds them.
fn literal(name: &str, sort: &str, organization: &str) -> String {
    if name == "organization" {
        return format!("'{organization}'::{sort}");
    }
    let (element, array) = match sort.strip_prefix('_') {
        Some(element) => (element, true),
        None => (sort, false),
    };
    let value = match element {
        "uuid" => ID,
        "timestamptz" => "2030-01-01",
        "date" => "2030-01-01",
        "bool" => "true",
        "bytea" if name == "digests" => "\\x02020202020202020202020202020202",
        "bytea" => "\\x02",
        // Lists in lists travel as JSON.
        "jsonb" if name == "labels" || name == "events" => "[]",
        "jsonb" if name == "records" => RECORD,
        "jsonb" => "{}",
        _ if name.starts_with("ip") => "127.0.0.1",
        _ if name == "zone" => "UTC",
        _ if name == "kind" => "locations",
        _ if name == "fields" => "email",
        _ if name == "phase" => "rows",
        _ if name == "places" => "contact_identities.value",
        _ if name == "cause" => "sync",
        _ if name.starts_with("stream") => "messages",
        _ if name.starts_with("platform") || name.starts_with("service") => "chatwoot",
        _ => "1",
    };
    match (array, element) {
        (true, "jsonb") => format!("array['{value}'::jsonb]"),
        (true, "bytea") => format!("array['{value}'::bytea]"),
        (true, _) => format!("array['{value}']::{element}[]"),
        (false, _) => format!("'{value}'::{element}"),
    }
}

/// The statement as `session`'s organization would send it with `argument` as the organization.
async fn text(client: &Client, statement: &Statement, argument: &str) -> String {
    let (numbered, order) = statement.numbered();
    let prepared = client.prepare(&numbered).await.unwrap_or_else(|e| panic!("{}: {e:?}", statement.name));
    let sorts: BTreeMap<&str, &str> =
        order.iter().map(String::as_str).zip(prepared.params().iter().map(|sort| sort.name())).collect();
    statement.with(|name| literal(name, sorts[name], argument))
}

/// What a statement did: the rows it showed and how many it touched, or why it did not run.
#[derive(Debug, PartialEq)]
enum Outcome {
    Rows(Vec<String>, u64),
    /// By grants or row security.
    Refused,
    /// By a rule of the table: row security, which is asked first, had nothing against it.
    Unfit,
}

async fn run(client: &Client, organization: &str, name: &str, text: &str, keep: bool) -> Outcome {
    client.batch_execute("begin").await.unwrap();
    let set = format!("select set_config('app.current_organization_id', '{organization}', true)");
    client.batch_execute(&set).await.unwrap();
    let done = client.simple_query(text).await;
    client.batch_execute(if keep && done.is_ok() { "commit" } else { "rollback" }).await.unwrap();
    match done {
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Outcome::Refused,
        Err(error) if error.as_db_error().is_some_and(|said| said.constraint().is_some()) => Outcome::Unfit,
        Err(error) => panic!("{name}: {error:?}\n{text}"),
        Ok(messages) => {
            let (mut rows, mut touched) = (Vec::new(), 0);
            for message in messages {
                match message {
                    SimpleQueryMessage::Row(row) => {
                        let cells = (0..row.len()).map(|at| row.get(at).unwrap_or("null"));
                        rows.push(cells.collect::<Vec<_>>().join("|"));
                    }
                    SimpleQueryMessage::CommandComplete(count) => touched = count,
                    _ => {}
                }
            }
            Outcome::Rows(rows, touched)
        }
    }
}

/// Everything an organization has, in one text for each table, as it sees it itself.
async fn everything(client: &Client, organization: &str) -> BTreeMap<String, String> {
    client.batch_execute("begin").await.unwrap();
    let set = "select set_config('app.current_organization_id', $1, true)";
    client.execute(set, &[&organization]).await.unwrap();
    let tables = "select relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = 'routiq' and c.relkind in ('r', 'p')
                    and has_table_privilege(c.oid, 'select') order by 1";
    let mut found = BTreeMap::new();
    for row in client.query(tables, &[]).await.unwrap() {
        let table: String = row.get(0);
        let all = format!(
            "select coalesce(string_agg(t::text, E'\\n' order by t::text), '') from routiq.{table} t"
        );
        found.insert(table, client.query_one(&all, &[]).await.unwrap().get(0));
    }
    client.batch_execute("rollback").await.unwrap();
    found
}

async fn populated() -> (TestDb, Client) {
    let db = TestDb::new().await;
    let directory = db.client(Role::Directory).await;
    let roster = db.client(Role::Roster).await;
    let daemon = db.client(Role::Daemon).await;
    for (organization, mark) in MARKS {
        directory
            .batch_execute(&format!(
                "insert into routiq.organizations (id, name) values ('{organization}', '{mark}')"
            ))
            .await
            .unwrap();
        roster
            .batch_execute(&format!(
                "insert into routiq.actor_fences (organization_id, actor, generation, raised_at)
                 values ('{organization}', '1', 1, '2020-01-01')"
            ))
            .await
            .unwrap();
        let filled = |rows: &str| {
            rows.replace("{organization}", organization).replace("{id}", ID).replace("{mark}", mark)
        };
        db.client(Role::Intake).await.batch_execute(&filled(DELIVERIES)).await.unwrap();
        let rows = filled(ROWS);
        let set = format!("begin; select set_config('app.current_organization_id', '{organization}', true);");
        daemon.batch_execute(&format!("{set} {rows} commit")).await.unwrap();
    }
    (db, daemon)
}

/// Whether a statement speaks of one organization.
fn is_tenant(statement: &Statement) -> bool {
    statement.name != "session::set_organization" && statement.parameters().any(|name| name == "organization")
}

/// What statements sent by one organization with the other's id show or change.
async fn leaks(daemon: &Client) -> Vec<String> {
    let mut found = Vec::new();
    for statement in statements().iter().filter(|statement| is_tenant(statement)) {
        let name = &statement.name;
        let before = (everything(daemon, ALPHA).await, everything(daemon, BETA).await);
        let stolen = text(daemon, statement, ALPHA).await;
        let seen = run(daemon, BETA, name, &stolen, true).await;
        // What somebody with nothing would see, such as a count of none.
        let nothing = run(daemon, NOBODY, name, &text(daemon, statement, NOBODY).await, false).await;
        let empty = match &nothing {
            Outcome::Rows(rows, _) => rows.as_slice(),
            Outcome::Refused | Outcome::Unfit => &[],
        };
        match &seen {
            Outcome::Rows(rows, _) if rows != empty => found.push(format!("{name} shows {rows:?}")),
            Outcome::Unfit => found.push(format!("{name} is stopped by a constraint alone")),
            Outcome::Rows(..) | Outcome::Refused => {}
        }
        if before != (everything(daemon, ALPHA).await, everything(daemon, BETA).await) {
            found.push(format!("{name} changes something"));
        }
    }
    found
}

#[tokio::test]
async fn no_statement_shows_or_changes_another_organization() {
    let (_db, daemon) = populated().await;
    let rows = everything(&daemon, ALPHA).await;
    let empty: Vec<_> = rows.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
    assert!(empty.is_empty(), "tables without a row to protect: {empty:?}");
    let tried = statements().iter().filter(|statement| is_tenant(statement)).count();
    assert!(tried > 30, "only {tried} statements were found");
    assert_eq!(leaks(&daemon).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_table_left_open_is_noticed() {
    let (db, daemon) = populated().await;
    let owner = db.client(Role::Owner).await;
    owner.batch_execute("alter table routiq.inboxes disable row level security").await.unwrap();
    let found = leaks(&daemon).await;
    assert!(found.iter().any(|leak| leak.contains("shows")), "{found:?}");
    assert!(found.iter().any(|leak| leak.contains("changes")), "{found:?}");
}

#[tokio::test]
async fn the_same_statements_find_their_own_organizations_rows() {
    let (_db, daemon) = populated().await;
    let (mut busy, mut idle) = (0, Vec::new());
    for statement in statements().iter().filter(|statement| is_tenant(statement)) {
        let own = text(&daemon, statement, ALPHA).await;
        match run(&daemon, ALPHA, &statement.name, &own, false).await {
            Outcome::Rows(rows, touched) if !rows.is_empty() || touched > 0 => busy += 1,
            _ => idle.push(statement.name.clone()),
        }
    }
    assert!(busy > 2 * idle.len(), "the rows are too few to prove anything: nothing is found by {idle:?}");
}
