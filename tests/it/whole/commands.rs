//! The verbs for addresses, keys and grants, beside a running daemon: what they print is what works, and what they take back
//! works no longer.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Daemon, OPERATOR, PATIENCE};
use crate::support::rig::until;

const PRACTICE: &str = "org_2HarbourPhysioPerthDemo001";

/// The first word of a line.
fn id(line: &str) -> String {
    line.split_whitespace().next().unwrap().to_owned()
}

struct Desk {
    daemon: Daemon,
    account: String,
}

impl Desk {
    async fn new() -> Self {
        let daemon = Daemon::start().await;
        let add = ["org", "add", "Harbour Physio", "--clerk-id", PRACTICE];
        daemon.run(&add, "").await.well();
        let add =
            ["org", "add-account", PRACTICE, "chatwoot", "7", "--set", "base_url=https://chat.example.test"];
        let account = id(&daemon.run(&add, "").await.well());
        Self { daemon, account }
    }

    async fn well(&self, arguments: &[&str], input: &str) -> String {
        self.daemon.run(arguments, input).await.well()
    }

    /// Deliveries of `secret`'s holder to the address printed as `path`: the status.
    async fn deliver(&self, path: &str, secret: &str) -> StatusCode {
        let message = uuid::Uuid::new_v4().as_u128() as u32;
        let body = json!({"event": "conversation_updated", "id": message, "account": {"id": 7}}).to_string();
        let stamp = Timestamp::now().as_second().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{stamp}.{body}").as_bytes());
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let request =
            self.daemon.client.post(self.daemon.url(path)).header("content-type", "application/json");
        let request = request.header("x-chatwoot-timestamp", stamp).header("x-chatwoot-signature", signature);
        request.body(body).send().await.unwrap().status()
    }

    /// Waits until deliveries are answered so: the daemon hears of a command from the database.
    async fn answers(&self, path: &str, secret: &str, wanted: StatusCode) {
        let what = format!("{wanted} for what {secret:?} signs");
        until(&what, PATIENCE, async || (self.deliver(path, secret).await == wanted).then_some(())).await;
    }

    async fn validates(&self, token: &str) -> StatusCode {
        let url = self.daemon.url(&format!("/api/v1/organizations/{PRACTICE}/validate"));
        self.daemon.client.get(url).bearer_auth(token).send().await.unwrap().status()
    }

    /// What the practice's audit says was done by the command line.
    async fn audited(&self) -> Vec<String> {
        let client = crate::support::rig::superuser(self.daemon.home.path()).await.unwrap();
        let statement = "select action from routiq.audit_logs where user_id = 'cli' or user_id = 'command line' order by created_at, id";
        client.query(statement, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_webhooks_are_made_rotated_and_ended_by_commands() {
    let desk = Desk::new().await;
    let (old, new) = ("the first of two secrets", "the second of two secrets");
    let create = ["webhooks", "create", "Harbour Physio", &desk.account];
    let path = desk.well(&create, old).await;
    assert!(path.starts_with("/webhooks/chatwoot/"), "{path}");
    assert_eq!(desk.deliver(&path, old).await, 200);
    assert_eq!(desk.deliver(&path, new).await, 403);
    let again = desk.daemon.run(&create, old).await;
    assert!(again.code == 1 && again.err.contains("exists"), "{}", again.err);
    let empty = desk.daemon.run(&create, " ").await;
    assert!(empty.code == 64 && !empty.err.contains(old), "{}", empty.err);

    let list = ["webhooks", "list", "Harbour Physio"];
    let listed = desk.well(&list, "").await;
    assert!(listed.contains(" chatwoot active signed ") && listed.ends_with(&desk.account), "{listed}");
    let token = path.rsplit('/').next().unwrap();
    assert!(!listed.contains(token) && !listed.contains(old), "a token is told once");

    let address = id(&listed);
    desk.well(&["webhooks", "secret", "Harbour Physio", &address], new).await;
    desk.answers(&path, new, StatusCode::OK).await;
    assert_eq!(desk.deliver(&path, old).await, 200, "both hold");

    let next = desk.well(&["webhooks", "rotate", "Harbour Physio", &address], "").await;
    assert_ne!(next, path);
    for path in [&path, &next] {
        desk.answers(path, new, StatusCode::OK).await;
    }
    let listed = desk.well(&list, "").await;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.lines().any(|line| line.starts_with(&address) && line.contains(" retiring ")), "{listed}");
    for line in listed.lines() {
        desk.well(&["webhooks", "revoke", "Harbour Physio", &id(line)], "").await;
    }
    for path in [&path, &next] {
        desk.answers(path, new, StatusCode::NOT_FOUND).await;
    }
    let hint = desk.well(&["webhooks", "create", PRACTICE, &desk.account, "--hint"], new).await;
    assert!(hint.starts_with("/webhooks/poll/"), "{hint}");
    let done = desk.audited().await;
    let done: Vec<&str> =
        done.iter().map(String::as_str).filter(|deed| deed.starts_with("webhook")).collect();
    let ends = "webhook.revoke";
    assert_eq!(done, ["webhook.create", "webhook.secret", "webhook.rotate", ends, ends, "webhook.create"]);
    desk.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_and_grants_are_given_and_taken_back_by_commands() {
    let desk = Desk::new().await;
    let create = ["token", "create", "Harbour Physio", "Front desk robot", "--role", "staff", "--for", "2h"];
    let key = desk.well(&create, "").await;
    assert!(key.starts_with("rsk_"), "{key}");
    assert_eq!(desk.validates(&key).await, 200);
    let machine = ["token", "create", PRACTICE, "Nightly", "--machine", "mch_0000000000000000000000001"];
    assert_eq!(desk.well(&machine, "").await, "mch_0000000000000000000000001");
    let listed = desk.well(&["token", "list", "Harbour Physio"], "").await;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let line = listed.lines().find(|line| line.contains("Front desk robot")).unwrap();
    assert!(line.contains("  staff  ") && line.contains("  until ") && !line.contains(&key), "{line}");
    desk.well(&["token", "revoke", "Harbour Physio", &id(line)], "").await;
    assert_eq!(desk.validates(&key).await, 403, "the key opens nothing any more");
    let (shown, helper) =
        (desk.well(&["token", "list", PRACTICE], "").await, "user_0000000000000000000000007");
    assert!(shown.lines().any(|line| line.starts_with(&id(line)) && line.contains("taken back")), "{shown}");

    let grant = |reason: &'static str, lasting: &'static str| {
        ["access", "grant", "Harbour Physio", helper, "--reason", reason, "--for", lasting]
    };
    let given = desk.well(&grant("Asked for help with the inbox", "2h"), "").await;
    let listed = desk.well(&["access", "list", "Harbour Physio"], "").await;
    assert!(
        listed.starts_with(&id(&given)) && listed.ends_with(": Asked for help with the inbox"),
        "{listed}"
    );
    desk.well(&["access", "revoke", "Harbour Physio", &id(&given)], "").await;
    let listed = desk.well(&["access", "list", "Harbour Physio"], "").await;
    assert!(listed.contains("taken back"), "{listed}");
    // The same list over the operators' API.
    let url = desk.daemon.url(&format!("/admin/tenants/{PRACTICE}/access-grants"));
    let answer = desk.daemon.client.get(url).bearer_auth(OPERATOR).send().await.unwrap();
    let grants: Value = answer.json().await.unwrap();
    assert_eq!((&grants["count"], &grants["access_grants"][0]["active"]), (&json!(1), &json!(false)));

    for (arguments, code) in [
        (grant("Too long a while", "169h").to_vec(), 64),
        (grant("", "2h").to_vec(), 64),
        (grant("Nonsense", "soon").to_vec(), 64),
        (vec!["access", "grant", "Harbour Physio", "nobody", "--reason", "Nobody", "--for", "2h"], 64),
        (vec!["token", "create", "Harbour Physio", "x", "--machine", "nonsense"], 64),
        (vec!["token", "create", "Nowhere", "x"], 1),
        (vec!["token", "revoke", "Harbour Physio", &id(&given)], 1),
        (vec!["access", "revoke", "Harbour Physio", &id(&given)], 1),
    ] {
        let said = desk.daemon.run(&arguments, "").await;
        assert_eq!(said.code, code, "{arguments:?}: {}", said.err);
        assert!(said.out.is_empty() && said.err.starts_with("routiq: "), "{arguments:?}: {}", said.err);
    }
    let done = desk.audited().await;
    let done: Vec<&str> = done.iter().map(String::as_str).filter(|deed| !deed.starts_with("org")).collect();
    let keys = ["service_key.add", "service_key.add", "service_key.revoke"];
    assert_eq!(done[done.len() - 5..], [&keys[..], &["access.grant", "access.revoke"]].concat());

    // A session of an invented member, from the daemon that issues its own.
    let port = desk.daemon.address.port().to_string();
    let token =
        desk.well(&["token", "dev", "--org", PRACTICE, "--role", "viewer", "--port", &port], "").await;
    assert_eq!(desk.validates(&token).await, 200);
    desk.daemon.stop().await;
}

/// Two contacts whose names differ by a letter and who share a number, as an account shows them.
async fn two_contacts(desk: &Desk) -> [uuid::Uuid; 2] {
    let client = crate::support::rig::superuser(desk.daemon.home.path()).await.unwrap();
    let ids = [uuid::Uuid::now_v7(), uuid::Uuid::now_v7()];
    let account: uuid::Uuid = desk.account.parse().unwrap();
    for (id, name) in ids.iter().zip(["Daniel Quill", "Daniell Quill"]) {
        let insert = "insert into routiq.contacts (organization_id, id, account_id, external_id, name, phone, transform_version,
                generation, observed_at, fingerprint)
            select organization_id, $1, id, $4, $2, '+999400000001', 1, 1, now(), '\\x01' from routiq.integrations where id = $3";
        assert_eq!(client.execute(insert, &[id, &name, &account, &id.to_string()]).await.unwrap(), 1);
    }
    // Whatever writes contacts here tells the rollup; one that begins looks by itself.
    let restart = desk.daemon.url(&format!("/admin/tenants/{PRACTICE}/restart"));
    let request = desk.daemon.client.post(restart).bearer_auth(OPERATOR).json(&json!({"mode": "kill"}));
    assert_eq!(request.send().await.unwrap().status(), StatusCode::ACCEPTED);
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_whom_is_decided_and_rows_are_recomputed_by_commands() {
    let desk = Desk::new().await;
    let [first, second] = two_contacts(&desk).await.map(|id| id.to_string());
    let list = ["ops", "identity", "candidates", "Harbour Physio"];
    let listed = until("the daemon proposes the two", PATIENCE, async || {
        Some(desk.well(&list, "").await).filter(|listed| !listed.is_empty())
    });
    let listed = listed.await;
    assert!(listed.contains(&first) && listed.contains(&second) && listed.contains("like_name"), "{listed}");
    assert!(!listed.contains("Quill"), "{listed}");
    let named = desk.well(&[&list[..], &["--names"]].concat(), "").await;
    assert!(named.contains("\"Daniell Quill\""), "{named}");

    let pair = id(&listed);
    let confirm = ["ops", "identity", "confirm", PRACTICE, &pair, "The front desk knows him"];
    assert_eq!(desk.well(&confirm, "").await, first);
    let shown = desk.well(&["ops", "identity", "person", PRACTICE, &second], "").await;
    assert!(shown.starts_with(&first) && shown.contains("by command line"), "{shown}");
    let merge = shown.lines().find_map(|line| line.trim().strip_prefix("merge ")).map(id).unwrap();
    desk.well(&["ops", "identity", "undo", PRACTICE, &merge, "They are cousins"], "").await;
    let shown = desk.well(&["ops", "identity", "person", PRACTICE, &second], "").await;
    assert!(shown.starts_with(&second) && shown.contains("undone by command line"), "{shown}");
    let merged =
        desk.well(&["ops", "identity", "merge", PRACTICE, &first, &second, "Cousins by mistake"], "").await;
    assert_eq!(merged, first);

    // These two stand in no payload, and that is said; messages there are none, and they are equal.
    let found = desk.daemon.run(&["rederive", "--org", PRACTICE, "--json"], "").await;
    let said: Value = serde_json::from_str(&found.out).unwrap();
    let rows = said["accounts"][0]["rows"].as_array().unwrap();
    let contacts = rows.iter().find(|rows| rows["kind"] == "contacts").unwrap();
    assert_eq!((found.code, &said["equal"], &contacts["not_kept"]), (1, &json!(false), &json!(2)), "{said}");
    assert!(!found.out.contains("Quill") && found.err.contains("rows differ"), "{}", found.err);
    let equal = desk.well(&["rederive", "--org", "Harbour Physio", "--stream", "messages"], "").await;
    assert!(equal.contains("chatwoot") && equal.contains("0 payloads"), "{equal}");

    for (arguments, code) in [
        (vec!["ops", "identity", "confirm", PRACTICE, &pair, "Once more"], 1),
        (vec!["ops", "identity", "undo", PRACTICE, &merge, " "], 64),
        (vec!["ops", "identity", "undo", PRACTICE, &merge, "Once more"], 1),
        (vec!["ops", "identity", "person", PRACTICE, &merge], 1),
        (vec!["rederive", "--kind", "people"], 64),
        (vec!["rederive", "--platform", "nonsense"], 64),
        (vec!["rederive", "--stream", "nonsense"], 64),
        (vec!["rederive", "--org", "Nowhere"], 1),
        (vec!["rederive", "--org", PRACTICE, "--platform", "cliniko"], 64),
    ] {
        let said = desk.daemon.run(&arguments, "").await;
        assert_eq!(said.code, code, "{arguments:?}: {}", said.err);
        assert!(said.out.is_empty() && said.err.starts_with("routiq: "), "{arguments:?}: {}", said.err);
    }
    let done = desk.audited().await;
    let decided: Vec<&str> =
        done.iter().map(String::as_str).filter(|it| it.starts_with("identity.")).collect();
    let decided: Vec<&str> = decided.into_iter().filter(|it| *it != "identity.candidates").collect();
    assert_eq!(decided, ["identity.confirm", "identity.undo", "identity.merge"]);
    assert_eq!(done.iter().filter(|it| *it == "rederive").count(), 2);
    let client = crate::support::rig::superuser(desk.daemon.home.path()).await.unwrap();
    let reason = "select details ->> 'reason' from routiq.audit_logs where action = 'identity.undo'";
    assert_eq!(client.query_one(reason, &[]).await.unwrap().get::<_, String>(0), "They are cousins");
    desk.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_practice_seals_is_said_by_a_command_and_the_running_daemon_brings_rows_to_it() {
    let desk = Desk::new().await;
    for (words, said) in [
        (&["e-mail"][..], "e-mail: must be one or more of email, phone, identifier, or none alone"),
        (&["none", "email"], "none: must be one or more of email, phone, identifier, or none alone"),
        (&["phone", "phone"], "phone: named twice"),
    ] {
        let wrong = desk.daemon.run(&[&["org", "seal", PRACTICE][..], words].concat(), "").await;
        assert!(wrong.code == 64 && wrong.err.contains(said), "{}", wrong.err);
    }
    let show = ["org", "sealing", PRACTICE];
    assert_eq!(desk.well(&show, "").await, "Harbour Physio  sealed: none");
    let settled = async |fields: &str| {
        let begins = format!("Harbour Physio  sealed: {fields}  settled since ");
        until(&begins, PATIENCE, async || desk.well(&show, "").await.starts_with(&begins).then_some(()))
            .await;
    };
    desk.well(&["org", "seal", PRACTICE, "phone", "email"], "").await;
    settled("email, phone").await;
    let again = desk.well(&["org", "seal", PRACTICE, "email", "phone"], "").await;
    assert_eq!(again, "sealed already: email, phone");
    let twilio = ["org", "add-account", PRACTICE, "twilio", "AC00000000000000000000000000000000"];
    let refused = desk.daemon.run(&twilio, "").await;
    assert!(refused.code == 1 && refused.err.contains("telephone numbers alone"), "{}", refused.err);
    desk.well(&["org", "seal", PRACTICE, "none"], "").await;
    settled("none").await;
    desk.well(&twilio, "").await;
    let refused = desk.daemon.run(&["org", "seal", PRACTICE, "phone"], "").await;
    assert!(refused.code == 1 && refused.err.contains("has a twilio account"), "{}", refused.err);
    let done = desk.audited().await;
    assert_eq!(done.iter().filter(|deed| *deed == "organization.seal").count(), 2);
    desk.daemon.stop().await;
}
