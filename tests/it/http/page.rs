//! The operators' page, as a browser meets it.

use routiq_actors::State;
use serde_json::json;

use super::{House, Organization, Play, TOKEN, answer};

/// A browser that is signed in.
struct Browser<'a> {
    house: &'a House,
    cookie: String,
    csrf: String,
}

impl<'a> Browser<'a> {
    async fn enter(house: &'a House) -> Self {
        let link = house.operators.sign_in_link(std::time::Duration::from_secs(60));
        let answered = page(house, &link, None).await;
        assert_eq!(answered.0, 200);
        let cookie = answered.1.unwrap().split(';').next().unwrap().to_owned();
        let (_, _, text) = page(house, "/", Some(&cookie)).await;
        let csrf = text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Self { house, cookie, csrf }
    }

    async fn page(&self, path: &str) -> String {
        let (status, _, text) = page(self.house, path, Some(&self.cookie)).await;
        assert_eq!(status, 200, "{text}");
        text
    }

    fn press(&self, org: &Organization, deed: &str) -> reqwest::RequestBuilder {
        let path = format!("/ui/accounts/{}/{}", org.id, org.accounts[0]);
        let form = [("csrf", self.csrf.as_str()), ("do", deed), ("back", "q=Park&show=all&page=1&evil=1")];
        self.house.client.post(self.house.url(&path)).header("cookie", &self.cookie).form(&form)
    }
}

/// Status, cookie and text of a page.
async fn page(house: &House, path: &str, cookie: Option<&str>) -> (u16, Option<String>, String) {
    let mut request = house.client.get(house.url(path)).header("accept", "text/html,application/xhtml+xml");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    let answered = request.send().await.unwrap();
    let set = answered.headers().get("set-cookie").map(|value| value.to_str().unwrap().to_owned());
    (answered.status().as_u16(), set, answered.text().await.unwrap())
}

#[tokio::test]
async fn programs_get_facts_and_strangers_the_way_in() {
    let house = House::new().await;
    house.organization("Praxis am Park", &["chatwoot"]).await;
    let (status, body) = answer(house.client.get(house.url("/"))).await;
    assert_eq!((status, &body["message"], &body["docs"]), (200, &json!("Routiq"), &json!("/openapi.json")));
    assert_eq!(answer(house.client.get(house.url("/openapi.json"))).await.1["openapi"], "3.1.0");
    let answered = house.client.get(house.url("/")).header("accept", "text/html").send().await.unwrap();
    let policy = answered.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self'"), "{policy}");
    let text = answered.text().await.unwrap();
    assert!(text.contains("name=\"token\"") && !text.contains("Praxis"), "{text}");
    for file in ["style.css", "app.js", "icon.svg"] {
        let file = house.client.get(house.url(&format!("/assets/{file}"))).send().await.unwrap();
        assert!(file.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    }
    assert_eq!(answer(house.client.get(house.url("/assets/page.html"))).await.0, 404);
    house.stop().await;
}

#[tokio::test]
async fn a_link_signs_in_once_and_its_cookie_is_kept_close() {
    let house = House::new().await;
    let link = house.operators.sign_in_link(std::time::Duration::from_secs(60));
    let (status, cookie, text) = page(&house, &link, None).await;
    let cookie = cookie.unwrap();
    assert_eq!(status, 200);
    assert!(text.contains("http-equiv=\"refresh\""), "the browser goes on by itself");
    for part in ["routiq_session=", "HttpOnly", "SameSite=Strict", "Max-Age=28800", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "this is loopback");
    let (status, second, text) = page(&house, &link, None).await;
    assert_eq!((status, second), (401, None));
    assert!(text.contains("used before"), "{text}");
    let mut guarded = super::settings();
    guarded.environment = routiq::config::Environment::Production;
    house.settings.replace(guarded);
    let link = house.operators.sign_in_link(std::time::Duration::from_secs(60));
    let request =
        house.client.get(house.url(&link)).header("host", "routiq.example.org").header("accept", "text/html");
    let cookie = request.send().await.unwrap().headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-routiq_session=") && cookie.ends_with("; Secure"), "{cookie}");
    house.stop().await;
}

#[tokio::test]
async fn the_token_signs_in_and_signing_out_ends_it() {
    let house = House::new().await;
    let send = |token: &'static str| house.client.post(house.url("/ui/sign-in")).form(&[("token", token)]);
    let wrong = send("not the token").send().await.unwrap();
    assert_eq!((wrong.status().as_u16(), wrong.headers().get("set-cookie")), (401, None));
    let foreign = send(TOKEN).header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(foreign.status().as_u16(), 403);
    let right = send(TOKEN).header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert_eq!((right.status().as_u16(), &right.headers()["location"]), (303, &"/".parse().unwrap()));
    let browser = Browser::enter(&house).await;
    let out = house.client.post(house.url("/ui/sign-out")).header("cookie", &browser.cookie);
    let answered = out.form(&[("csrf", browser.csrf.as_str())]).send().await.unwrap();
    assert_eq!(answered.status().as_u16(), 303);
    assert!(answered.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let (status, _, text) = page(&house, "/ui/state", Some(&browser.cookie)).await;
    assert_eq!(status, 401);
    assert!(text.contains("session has ended"), "{text}");
    house.stop().await;
}

#[tokio::test]
async fn the_page_shows_how_everything_stands_and_no_contents() {
    let house = House::new().await;
    let org = house.organization("Praxis <am> Park", &["chatwoot"]).await;
    let parked = house.organization("Zahnarzt Mitte", &["chatwoot"]).await;
    house.world.set(parked.accounts[0], Play::Deny);
    house.state(org.accounts[0], State::Waiting).await;
    house.state(parked.accounts[0], State::Parked).await;
    let admin = house.db.admin().await;
    admin
        .batch_execute(&format!(
            "insert into routiq.sync_stream_state (organization_id, account_id, stream, proven_until, records, changed,
                 rejected, backfill_done, backfill_total, updated_at)
             values ('{0}', '{1}', 'contacts', now() - interval '23 seconds', 12345, 12000, 1, 400, 1000, now()),
                    ('{0}', '{1}', 'messages', null, 7, 7, 0, null, null, now());
             insert into routiq.contacts (organization_id, id, account_id, external_id, name, phone, email,
                 transform_version, generation, observed_at, fingerprint)
             values ('{0}', gen_random_uuid(), '{1}', '1', 'Rosa Beispiel', '+61491570006', 'rosa@clinic.test', 1, 1,
                 now(), '');
             insert into routiq.organization_figures (organization_id, version, timezone, conversations, conversations_open,
                 conversations_pending, conversations_resolved, conversations_snoozed, contacts, messages, incoming, outgoing,
                 messages_today, sync_running, data, computed_at, patients, patients_active, bookings_today, bookings_upcoming,
                 people_connected, people_merges, people_candidates)
             values ('{0}', 1, 'Australia/Sydney', 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, false, '{{}}', now(), 2345, 678, 12, 1345, 87, 1,
                 5)",
            org.id, org.accounts[0]
        ))
        .await
        .unwrap();
    let browser = Browser::enter(&house).await;
    // Looked up at most once a second: what was shown at sign-in may be from before.
    let text = loop {
        let text = browser.page("/").await;
        if text.contains("12,345") {
            break text;
        }
    };
    for wanted in [
        "Praxis &lt;am&gt; Park",
        "Waiting",
        "Parked",
        "the platform says 401 to the credential",
        "23 s behind",
        ">live<",
        ">unknown<",
        "1 rejected",
        "400 of 1,000",
        "generation 1",
        "value=\"resume\"",
        "Patients</dt><dd>2,345</dd><dd class=\"note\">678 active<",
        "Bookings today</dt><dd>12</dd><dd class=\"note\">1,345 to come<",
        "People matched</dt><dd>87</dd><dd class=\"note\">1 merge stands<",
        "To review</dt><dd>5</dd><dd class=\"note\">pairs<",
        &org.clerk,
        "Australia&#x2f;Sydney",
    ] {
        let near = wanted == "23 s behind" && (20..40).any(|s| text.contains(&format!("{s} s behind")));
        assert!(near || text.contains(wanted), "{wanted} is not in {text}");
    }
    assert_eq!(text.matches("Bookings today").count(), 1, "who was not counted shows no figures");
    for contents in ["Rosa", "Beispiel", "61491570006", "clinic.test", TOKEN] {
        assert!(!text.contains(contents), "{contents}");
    }
    assert!(!browser.page("/?q=zahn").await.contains("am&gt; Park"));
    assert!(!browser.page("/?show=attention").await.contains("am&gt; Park"));
    assert!(browser.page("/?show=importing&page=99").await.contains("am&gt; Park"));
    assert!(browser.page("/?q=%3Cscript%3E").await.contains("&lt;script&gt;"));
    house.stop().await;
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let house = House::new().await;
    let org = house.organization("Praxis", &["chatwoot"]).await;
    house.state(org.accounts[0], State::Waiting).await;
    let browser = Browser::enter(&house).await;
    let state = |tag: Option<String>| {
        let request = house.client.get(house.url("/ui/state")).header("cookie", &browser.cookie);
        tag.map_or(request.try_clone().unwrap(), |tag| request.header("if-none-match", tag)).send()
    };
    // The first looks know no rates yet.
    let mut tag = None;
    let answered = loop {
        let answered = state(tag.take()).await.unwrap();
        if answered.status() == 304 {
            break answered;
        }
        tag = Some(answered.headers()["etag"].to_str().unwrap().to_owned());
    };
    let known = answered.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(answered.text().await.unwrap(), "");
    house.tree.restart(house.tree.statuses()[0].key, routiq_actors::RestartMode::Kill).unwrap();
    house
        .until(org.accounts[0], |status| status.state == State::Waiting && status.generation == Some(2))
        .await;
    let fresh = loop {
        let answered = state(Some(known.clone())).await.unwrap();
        if answered.status() == 200 {
            break answered;
        }
    };
    assert_ne!(fresh.headers()["etag"], known);
    assert!(fresh.text().await.unwrap().contains("generation 2"));
    house.stop().await;
}

#[tokio::test]
async fn buttons_work_with_and_without_script_and_only_from_the_page() {
    let house = House::new().await;
    let org = house.organization("Praxis am Park", &["chatwoot"]).await;
    let account = org.accounts[0];
    house.state(account, State::Waiting).await;
    let browser = Browser::enter(&house).await;
    let pressed = browser.press(&org, "restart").send().await.unwrap();
    assert_eq!(pressed.status().as_u16(), 303);
    let place = pressed.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(place, "/?q=Park&show=all&page=1&done=restart", "nothing foreign survives");
    assert!(browser.page(&place).await.contains("begins anew"));
    house.until(account, |status| status.state == State::Waiting && status.generation == Some(2)).await;

    let (status, body) = answer(browser.press(&org, "pause").header("accept", "application/json")).await;
    assert_eq!((status, &body["accepted"]), (202, &json!(true)));
    house.until(account, |status| status.state == State::Held).await;
    let (status, body) = answer(browser.press(&org, "sync").header("accept", "application/json")).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("CONFLICT")));
    let refused = browser.press(&org, "sync").header("accept", "text/html").send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 409);
    assert!(refused.text().await.unwrap().contains("resume it first"));
    assert_eq!(answer(browser.press(&org, "resume").header("accept", "application/json")).await.0, 202);
    house.until(account, |status| status.state == State::Waiting).await;

    let before = house.audit(org.id).await.len();
    let path = house.url(&format!("/ui/accounts/{}/{account}", org.id));
    let other = Browser::enter(&house).await;
    let form = |csrf: &str| house.client.post(&path).form(&[("csrf", csrf), ("do", "kill")]);
    assert_eq!(answer(form(&browser.csrf)).await.0, 401, "no session");
    assert_eq!(answer(form("").header("cookie", &browser.cookie)).await.0, 403);
    assert_eq!(
        answer(form(&other.csrf).header("cookie", &browser.cookie)).await.0,
        403,
        "another session's form"
    );
    let foreign = browser.press(&org, "kill").header("origin", "https://evil.example");
    assert_eq!(answer(foreign).await.0, 403);
    let foreign = browser.press(&org, "kill").header("sec-fetch-site", "cross-site");
    assert_eq!(answer(foreign).await.0, 403);
    assert_eq!(answer(browser.press(&org, "dance")).await.0, 422);
    assert_eq!(house.audit(org.id).await.len(), before);
    house.stop().await;
}
