//! Who gets in, and what they are told otherwise.

use std::collections::BTreeSet;

use routiq_simulators::chatwoot::{Channel, NewConversation, Role, Settings};
use routiq_simulators::population::Practice;
use serde_json::json;

use crate::support::{Lab, below, ids, json as parsed, request};

#[tokio::test]
async fn both_spellings_of_the_header_are_one_name_unless_a_proxy_drops_underscores() {
    for (dropping, underscored) in [(false, 200), (true, 401)] {
        let lab = Lab::new(Settings { proxy_drops_underscores: dropping, ..Settings::default() });
        let office = lab.office();
        let uri = below(&office, "inboxes");
        for (header, expected) in [("Api-Access-Token", 200), ("api_access_token", underscored)] {
            let answer =
                lab.chat.handle(request("GET", &uri, header, Some(&office.token), "")).await.unwrap();
            assert_eq!(answer.status(), expected, "{header} with dropping={dropping}");
        }
        let bearer = format!("Bearer {}", office.token);
        let answer = lab.chat.handle(request("GET", &uri, "authorization", Some(&bearer), "")).await.unwrap();
        assert_eq!(answer.status(), 401);
    }
}

#[tokio::test]
async fn every_refusal_has_its_own_body() {
    let lab = Lab::new(Settings::default());
    let (office, other) = (lab.office(), lab.office());
    let ask = |uri: String, token: Option<String>| {
        let lab = &lab;
        async move { parsed(lab.send("GET", &uri, token.as_deref(), "").await.unwrap()) }
    };
    let token = Some(office.token.clone());

    let (status, body) = ask(below(&office, "agents"), None).await;
    assert_eq!(status, 401);
    assert!(body["errors"][0].as_str().unwrap().starts_with("You need to sign in"));
    let invalid = (401, json!({"error": "Invalid Access Token"}));
    assert_eq!(ask(below(&office, "agents"), Some("nobody".to_owned())).await, invalid);
    let foreign = (401, json!({"error": "You are not authorized to access this account"}));
    assert_eq!(ask(below(&other, "agents"), token.clone()).await, foreign);
    let unknown = (404, json!({"error": "Resource could not be found"}));
    assert_eq!(ask("/api/v1/accounts/999/agents".to_owned(), token.clone()).await, unknown);
    assert_eq!(ask(below(&office, "contacts/999999"), token.clone()).await, unknown);
    assert_eq!(ask(below(&office, "conversations/999999"), token.clone()).await, unknown);

    lab.chat.suspend(office.account, true).unwrap();
    let suspended = (401, json!({"error": "Account is suspended"}));
    assert_eq!(ask(below(&office, "agents"), token.clone()).await, suspended);
    let profile = ask("/api/v1/profile".to_owned(), token.clone()).await;
    assert_eq!(profile.1["accounts"][0]["status"], "suspended");
    lab.chat.suspend(office.account, false).unwrap();

    lab.chat.revoke_token(&office.token);
    assert_eq!(ask(below(&office, "agents"), token).await, invalid);
    let fresh = lab.chat.issue_token(office.user).unwrap();
    assert_eq!(ask(below(&office, "agents"), Some(fresh)).await.0, 200);
}

#[tokio::test]
async fn an_agent_misses_other_inboxes_in_silence_and_is_refused_what_is_for_administrators() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let hidden = lab.chat.add_inbox(office.account, "Mail", Channel::Email).unwrap();
    let role = Role::Agent { inboxes: BTreeSet::from([office.inbox]) };
    let (_, agent) = lab.chat.add_user(office.account, "Tobias", role).unwrap();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let seen = lab.conversation(&office, contact);
    let new = NewConversation { inbox: hidden, contact, ..NewConversation::default() };
    let unseen = lab.chat.add_conversation(office.account, new).unwrap();
    let ask = |path: String| {
        let (lab, office, agent) = (&lab, &office, &agent);
        async move { parsed(lab.send("GET", &below(office, &path), Some(agent), "").await.unwrap()) }
    };

    let (_, list) = ask("conversations?status=all".to_owned()).await;
    assert_eq!(ids(&list), [seen]);
    assert_eq!(list["data"]["meta"]["all_count"], 1);
    assert_eq!(ids(&ask(format!("contacts/{contact}/conversations")).await.1), [seen]);
    assert_eq!(ids(&ask("inboxes".to_owned()).await.1), [office.inbox]);
    let refused = (401, json!({"error": "You are not authorized to do this action"}));
    assert_eq!(ask(format!("conversations/{unseen}/messages")).await, refused);
    assert_eq!(ask("webhooks".to_owned()).await, refused);
    let inboxes = ask("inboxes".to_owned()).await.1.to_string();
    assert!(!inboxes.contains("planted"), "an agent sees no channel secrets");
    assert!(lab.ok(&office, "inboxes").await.to_string().contains("planted-imap-"));
}

#[tokio::test]
async fn a_bot_may_read_one_conversation_and_list_nothing() {
    let lab = Lab::new(Settings::default());
    let seat = lab.chat.add_practice(Practice::default()).unwrap();
    let prefix = format!("/api/v1/accounts/{}", seat.account);
    for (path, expected) in [
        ("/conversations/1", 200),
        ("/conversations?status=all", 401),
        ("/contacts", 401),
        ("/inboxes", 401),
        ("/conversations/1/messages", 401),
    ] {
        let answer = lab.send("GET", &format!("{prefix}{path}"), Some(&seat.bot), "").await.unwrap();
        assert_eq!(answer.status(), expected, "{path}");
    }
    assert_eq!(lab.send("GET", "/api/v1/profile", Some(&seat.bot), "").await.unwrap().status(), 401);
}

#[tokio::test]
async fn one_token_can_see_several_accounts_with_different_roles() {
    let lab = Lab::new(Settings::default());
    let (one, two) = (lab.office(), lab.office());
    lab.chat.grant(one.user, two.account, Role::Agent { inboxes: BTreeSet::new() }).unwrap();
    let (_, profile) = parsed(lab.send("GET", "/api/v1/profile", Some(&one.token), "").await.unwrap());
    let roles: Vec<_> = profile["accounts"].as_array().unwrap().iter().map(|a| a["role"].clone()).collect();
    assert_eq!(roles, ["administrator", "agent"]);
    assert_eq!(profile["access_token"], one.token.as_str());
    assert_eq!(lab.send("GET", &below(&two, "agents"), Some(&one.token), "").await.unwrap().status(), 200);
}
