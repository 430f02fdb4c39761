//! The operators' API against a running tree and real tables.

use jiff::{SignedDuration, Timestamp};
use routiq_actors::State;
use serde_json::{Value, json};

use super::{House, Play, TOKEN, answer};

#[tokio::test]
async fn the_tree_is_shown_whole_flat_and_by_organization() {
    let house = House::new().await;
    let one = house.organization("Praxis am Park", &["chatwoot", "chatwoot"]).await;
    let two = house.organization("Zahnarzt Mitte", &["chatwoot"]).await;
    for account in one.accounts.iter().chain(&two.accounts) {
        house.state(*account, State::Waiting).await;
    }
    house.world.set(two.accounts[0], Play::Hang);
    let (status, _) = house.post(&format!("/admin/tenants/{}/actors/chatwoot/sync", two.id), json!({})).await;
    assert_eq!(status, 202);
    house.until(two.accounts[0], |status| status.state == State::Stepping).await;

    let (status, body) = house.get("/admin/tree").await;
    assert_eq!((status, &body["success"]), (200, &json!(true)));
    let organizations = body["tree"]["organizations"].as_array().unwrap();
    assert_eq!(organizations.len(), 2);
    assert_eq!(organizations[0]["organization_id"], one.clerk);
    assert_eq!(organizations[0]["timezone"], "Australia/Sydney");
    assert_eq!(organizations[0]["accounts"].as_array().unwrap().len(), 2);
    let stepping = &organizations[1]["accounts"][0];
    assert_eq!((&stepping["state"], &stepping["generation"]), (&json!("stepping"), &json!(1)));
    assert_eq!(body["tree"]["gates"][0]["api"], "chatwoot");

    let (_, actors) = house.get("/admin/actors").await;
    assert_eq!((&actors["count"], &actors["counts"]["stepping"]), (&json!(3), &json!(1)));
    let (_, mine) = house.get(&format!("/admin/tenants/{}/actors", one.clerk)).await;
    assert_eq!((&mine["count"], &mine["organization_id"]), (&json!(2), &json!(one.clerk)));

    let (status, several) = house.get(&format!("/admin/tenants/{}/actors/chatwoot", one.id)).await;
    assert_eq!((status, &several["error"]["details"][0]["field"]), (422, &json!("account")));
    let named = format!("/admin/tenants/{}/actors/chatwoot?account={}", one.id, one.accounts[1]);
    assert_eq!(house.get(&named).await.1["account_id"], json!(one.accounts[1]));

    let (_, breakers) = house.get("/admin/breakers").await;
    assert_eq!(
        (&breakers["breakers"][0]["host"], &breakers["breakers"][0]["state"]),
        (&json!("chat.example.org"), &json!("closed"))
    );
    let (_, limits) = house.get("/admin/limits").await;
    assert_eq!(limits["limits"][0]["limit"], json!({"kind": "rate", "count": 2700, "per_s": 60.0}));
    assert_eq!(house.get("/admin/alerts").await.1["standing"], json!([]));
    house.stop().await;
}

#[tokio::test]
async fn unknown_organizations_and_platforms_look_alike() {
    let house = House::new().await;
    let org = house.organization("Praxis", &["chatwoot"]).await;
    house.state(org.accounts[0], State::Waiting).await;
    let without = |mut body: Value| {
        body["error"]["request_id"] = Value::Null;
        body["error"]["timestamp"] = Value::Null;
        body
    };
    let other = "01900000-0000-7000-8000-000000000001";
    let (status, unknown) = house.get(&format!("/admin/tenants/{other}/actors/chatwoot")).await;
    let (platform_status, platform) = house.get(&format!("/admin/tenants/{}/actors/nookal", org.id)).await;
    assert_eq!((status, platform_status), (404, 404));
    assert_eq!(without(unknown), without(platform));
    let (status, _) = house.get(&format!("/admin/tenants/{}/actors/chatwoot?account={other}", org.id)).await;
    assert_eq!(status, 404);
    assert_eq!(house.get("/admin/tenants/Praxis/actors").await.0, 422, "a name is no id");
    house.stop().await;
}

#[tokio::test]
async fn an_actor_is_restarted_in_each_way_and_each_is_written_down() {
    let house = House::new().await;
    let org = house.organization("Praxis", &["chatwoot"]).await;
    let account = org.accounts[0];
    let mut generation = house.state(account, State::Waiting).await.generation.unwrap();
    let path = format!("/admin/tenants/{}/actors/chatwoot/restart", org.clerk);
    for mode in ["graceful", "kill", "panic"] {
        let request = house
            .client
            .post(house.url(&path))
            .bearer_auth(TOKEN)
            .header("x-request-id", format!("r-{mode}"));
        let (status, body) = answer(request.json(&json!({"mode": mode}))).await;
        assert_eq!((status, &body["generation"]), (202, &json!(generation)), "{body}");
        let after =
            house.until(account, |s| s.state == State::Waiting && s.generation > Some(generation)).await;
        generation = after.generation.unwrap();
    }
    let audit = house.audit(org.id).await;
    let written: Vec<_> =
        audit.iter().map(|deed| (deed.0.as_str(), deed.2.as_str(), &deed.4["mode"])).collect();
    assert_eq!(
        written,
        [
            ("actor.restart", "r-graceful", &json!("graceful")),
            ("actor.restart", "r-kill", &json!("kill")),
            ("actor.restart", "r-panic", &json!("panic"))
        ]
    );
    assert!(audit.iter().all(|deed| deed.1 == account.to_string() && deed.3 == "127.0.0.1"));

    let (status, _) =
        house.post(&format!("/admin/tenants/{}/restart", org.id), json!({"mode": "kill"})).await;
    assert_eq!(status, 202);
    house.until(account, |s| s.state == State::Waiting && s.generation > Some(generation)).await;
    assert_eq!(house.audit(org.id).await.last().unwrap().0, "organization.restart");
    house.stop().await;
}

#[tokio::test]
async fn a_pause_holds_until_it_is_ended_and_conflicts_are_told() {
    let house = House::new().await;
    let org = house.organization("Praxis", &["chatwoot"]).await;
    let account = org.accounts[0];
    house.state(account, State::Waiting).await;
    let path = |verb: &str| format!("/admin/tenants/{}/actors/chatwoot/{verb}", org.clerk);
    assert_eq!(house.post(&path("resume"), json!({})).await.0, 409, "it runs");
    let (status, body) = house.post(&path("pause"), json!({})).await;
    assert_eq!(
        (status, &body["error"]["details"][0]["kind"]),
        (422, &json!("missing")),
        "a pause has a reason"
    );
    let past = (Timestamp::now() - SignedDuration::from_secs(1)).to_string();
    assert_eq!(house.post(&path("pause"), json!({"reason": "moving", "until": past})).await.0, 422);
    let until = Timestamp::now() + SignedDuration::from_hours(1);
    let (status, body) =
        house.post(&path("pause"), json!({"reason": "moving", "until": until.to_string()})).await;
    assert_eq!(status, 202, "{body}");
    let held = house.until(account, |status| status.state == State::Held).await;
    assert_eq!(held.waits_for.unwrap().what, "moving");
    for verb in ["restart", "sync"] {
        let (status, body) = house.post(&path(verb), json!({})).await;
        assert_eq!(status, 409);
        assert!(body["detail"].as_str().unwrap().contains("moving"), "{body}");
    }
    assert_eq!(house.post(&path("resume"), json!({})).await.0, 202);
    house.until(account, |status| status.state == State::Waiting).await;
    let audit = house.audit(org.id).await;
    assert_eq!(audit.iter().map(|deed| deed.0.as_str()).collect::<Vec<_>>(), ["actor.pause", "actor.resume"]);
    assert_eq!(audit[0].4["reason"], "moving");
    house.stop().await;
}

#[tokio::test]
async fn resuming_ends_a_park() {
    let house = House::new().await;
    let org = house.organization("Praxis", &["chatwoot"]).await;
    let account = org.accounts[0];
    house.world.set(account, Play::Deny);
    house.state(account, State::Parked).await;
    let path = |verb: &str| format!("/admin/tenants/{}/actors/chatwoot/{verb}", org.id);
    assert_eq!(house.post(&path("sync"), json!({})).await.0, 409);
    house.world.set(account, Play::Idle);
    let (status, body) = house.post(&path("resume"), json!({})).await;
    assert_eq!(status, 202, "{body}");
    house.until(account, |status| status.state == State::Waiting).await;
    house.stop().await;
}

#[tokio::test]
async fn a_sync_looks_at_once_and_a_full_one_is_asked_of_the_tables() {
    let house = House::new().await;
    let org = house.organization("Praxis", &["chatwoot"]).await;
    let account = org.accounts[0];
    house.state(account, State::Waiting).await;
    let looks = || house.world.looks.borrow().get(&account).copied().unwrap_or_default();
    let path = format!("/admin/tenants/{}/actors/chatwoot/sync", org.id);
    for body in [json!({}), json!({"full": true})] {
        let before = looks();
        assert_eq!(house.post(&path, body).await.0, 202);
        house.until(account, |_| looks() > before).await;
    }
    let admin = house.db.admin().await;
    let asked = "select count(*) from routiq.integrations where id = $1 and sweep_requested_at is not null";
    assert_eq!(admin.query_one(asked, &[&account]).await.unwrap().get::<_, i64>(0), 1);
    let full: Vec<_> = house.audit(org.id).await.iter().map(|deed| deed.4["full"].clone()).collect();
    assert_eq!(full, [json!(false), json!(true)]);
    house.stop().await;
}

#[tokio::test]
async fn nothing_is_done_that_cannot_be_written_down() {
    let house = House::new().await;
    let org = house.organization("Praxis", &["chatwoot"]).await;
    let before = house.state(org.accounts[0], State::Waiting).await;
    let admin = house.db.admin().await;
    admin.batch_execute("revoke insert on routiq.audit_logs from routiq_audit, routiq_daemon").await.unwrap();
    let path = |verb: &str| format!("/admin/tenants/{}/actors/chatwoot/{verb}", org.id);
    for (verb, body) in [("restart", json!({})), ("pause", json!({"reason": "x"})), ("sync", json!({}))] {
        let (status, body) = house.post(&path(verb), body).await;
        assert_eq!((status, &body["error"]["code"]), (500, &json!("DATABASE_ERROR")), "{verb}: {body}");
    }
    let after = house.tree.status(before.key).unwrap();
    assert_eq!((after.generation, after.state), (before.generation, State::Waiting));
    let paused = "select paused_reason from routiq.integrations where id = $1";
    assert_eq!(admin.query_one(paused, &[&org.accounts[0]]).await.unwrap().get::<_, Option<String>>(0), None);
    house.stop().await;
}

#[tokio::test]
async fn guessing_the_token_ends_in_a_wait() {
    let house = House::new().await;
    let guess =
        || answer(house.client.get(house.url("/admin/tree")).bearer_auth("a-guess-of-the-operators-token"));
    for _ in 0..20 {
        assert_eq!(guess().await.0, 401);
    }
    let (status, body) = guess().await;
    assert_eq!((status, &body["rate_limit"]["remaining"]), (429, &json!(0)));
    assert_eq!(house.get("/admin/tree").await.0, 200, "who knows the token is not shut out by who guesses");
    let guess = house.client.post(house.url("/ui/sign-in")).form(&[("token", "another guess")]);
    assert_eq!(answer(guess).await.0, 429, "the form counts too");
    house.stop().await;
}

#[tokio::test]
async fn the_directory_is_shown_and_a_check_begun_for_operators_alone() {
    let house = House::new().await;
    house.organization("Praxis", &["chatwoot"]).await;
    let (status, shown) = house.get("/admin/directory").await;
    assert_eq!((status, &shown["organizations"]["total_organizations"]), (200, &json!(1)));
    assert_eq!(
        (&shown["checks"][0]["platform"], &shown["checks"][0]["under_way"]),
        (&json!("clerk"), &json!(false))
    );
    let (status, begun) = house.post("/api/v1/clerk-admin/sync", json!({})).await;
    assert_eq!((status, &begun["already_running"]), (202, &json!(false)), "{begun}");
    let (_, again) = house.post("/api/v1/clerk/sync", json!({})).await;
    assert_eq!((&again["sync_id"], &again["already_running"]), (&begun["sync_id"], &json!(true)));
    assert_eq!(house.get("/admin/directory").await.1["checks"][0]["under_way"], json!(true));
    for path in ["/api/v1/clerk-admin/sync", "/admin/directory", "/api/v1/clerk-admin/status"] {
        let request = if path.ends_with("sync") {
            house.client.post(house.url(path))
        } else {
            house.client.get(house.url(path))
        };
        let (status, body) = answer(request).await;
        assert_eq!((status, &body["error"]["code"]), (401, &json!("UNAUTHORIZED")), "{path}");
    }
    house.stop().await;
}
