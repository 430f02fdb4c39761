//! Dashboards watch: a socket, a stream and polling tell the same numbered story to those who may watch.

use routiq::domain::patch::apply;
use serde_json::{Value, json};

use super::{
    House,
    watching::{Clinic, closed, dial, event, frame, lines, plain, say},
};

#[tokio::test]
async fn a_socket_tells_a_snapshot_then_each_change_and_answers_what_it_is_asked() {
    let house = House::new().await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let other = Clinic::new(&house, "Hill Physio").await;
    let ticket = clinic.ticket().await;
    let query = format!("?ticket={ticket}");
    let mut socket = clinic.socket(&query).await.unwrap();
    let first = frame(&mut socket).await;
    assert_eq!((&first["type"], &first["data"]["reason"]), (&json!("snapshot"), &json!("initial")));
    assert_eq!((&first["v"], &first["clinic_id"]), (&json!(1), &json!(clinic.organization.clerk)));
    let mut document = first["data"].clone();
    assert_eq!(document["metrics"]["period"], "week");
    assert_eq!(document["summary"]["integration_status"], "Not Connected");
    assert_eq!(document["sync"]["sync_running"], false);
    let start = first["seq"].as_i64().unwrap();

    other.happen().await;
    for step in 1..=3 {
        clinic.happen().await;
        let delta = frame(&mut socket).await;
        assert_eq!(delta["type"], "delta");
        assert_eq!(delta["data"]["base_seq"], start + step - 1, "nothing of another practice came between");
        assert_eq!((&delta["seq"], &delta["data"]["cause"]), (&json!(start + step), &json!("webhook")));
        assert_eq!(delta["data"]["events"][0]["kind"], "message_received");
        apply(&mut document, &delta["data"]["patch"]);
    }
    say(&mut socket, json!({ "type": "snapshot_request" })).await;
    let again = frame(&mut socket).await;
    assert_eq!((&again["data"]["reason"], &again["seq"]), (&json!("requested"), &json!(start + 3)));
    assert_eq!(plain(&again["data"]), plain(&document), "patches led to the same document");
    assert_eq!(again["data"]["events"].as_array().unwrap().len(), 3, "what happened lately is told");
    say(&mut socket, json!({ "type": "ping" })).await;
    let beat = frame(&mut socket).await;
    assert_eq!((&beat["type"], &beat["seq"]), (&json!("heartbeat"), &json!(start + 3)));
    assert!(beat["data"]["server_time"].is_string());

    say(
        &mut socket,
        json!({ "type": "subscribe", "data": { "period": "month", "metrics": ["chat", "trends"] } }),
    )
    .await;
    let month = frame(&mut socket).await;
    assert_eq!(month["data"]["reason"], "range_change");
    assert_eq!(month["data"]["metrics"]["chat"]["trends"].as_array().unwrap().len(), 30);
    assert!(
        month["data"]["metrics"].get("totalBookings").is_none(),
        "a group that is not asked for is absent"
    );
    clinic.happen().await;
    let delta = frame(&mut socket).await;
    let expected = json!([start + 3, start + 4]);
    assert_eq!(
        json!([delta["data"]["base_seq"], delta["seq"]]),
        expected,
        "a view of its own has the same numbers"
    );
    say(&mut socket, json!({ "type": "subscribe", "data": { "period": "year" } })).await;
    let error = frame(&mut socket).await;
    assert_eq!((&error["type"], &error["data"]["code"]), (&json!("error"), &json!("VALIDATION_ERROR")));
    assert_eq!(error["data"]["fatal"], false);
    say(&mut socket, json!({ "type": "dance" })).await;
    assert_eq!(closed(&mut socket).await, 4400);
    assert_eq!(clinic.socket(&query).await.unwrap_err(), 401, "a ticket opens one socket");
    assert_eq!(
        other.socket(&format!("?ticket={}", clinic.ticket().await)).await.unwrap_err(),
        401,
        "and one clinic"
    );
    house.stop().await;
}

#[tokio::test]
async fn who_was_away_gets_what_was_missed_or_is_told_that_it_cannot() {
    let house = House::new().await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let first = frame(&mut clinic.watch("").await).await;
    let (epoch, start) = (first["epoch"].as_str().unwrap().to_owned(), first["seq"].as_i64().unwrap());
    for _ in 0..4 {
        clinic.happen().await;
    }
    let mut back = clinic.watch(&format!("epoch={epoch}&last_seq={start}")).await;
    for step in 1..=4 {
        let delta = frame(&mut back).await;
        assert_eq!(
            (&delta["type"], &delta["seq"]),
            (&json!("delta"), &json!(start + step)),
            "in order, each once"
        );
    }
    clinic.happen().await;
    assert_eq!(frame(&mut back).await["seq"], start + 5, "and then on");
    let mut current = clinic.watch(&format!("epoch={epoch}&last_seq={}", start + 5)).await;
    let beat = frame(&mut current).await;
    assert_eq!((&beat["type"], &beat["seq"]), (&json!("heartbeat"), &json!(start + 5)), "nothing was missed");

    let strange = ["epoch=rubbish&last_seq=1".to_owned(), format!("epoch={epoch}&last_seq={}", start + 99)];
    for query in strange {
        let gap = frame(&mut clinic.watch(&query).await).await;
        assert_eq!(gap["data"]["reason"], "resume_gap", "{query}");
    }
    let admin = clinic.admin().await;
    admin
        .execute(
            "delete from routiq.live_changes where organization_id = $1 and sequence = $2",
            &[&clinic.organization.id, &(start + 2)],
        )
        .await
        .unwrap();
    let gap = frame(&mut clinic.watch(&format!("epoch={epoch}&last_seq={start}")).await).await;
    assert_eq!((&gap["type"], &gap["data"]["reason"]), (&json!("snapshot"), &json!("resume_gap")));
    house.stop().await;
}

#[tokio::test]
async fn a_stream_and_polling_tell_the_same_numbers() {
    let house = House::new().await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let polled = clinic.get("").send().await.unwrap();
    assert_eq!(polled.status(), 200);
    let tag = polled.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(polled.headers()["cache-control"], "private, no-cache");
    let body: Value = polled.json().await.unwrap();
    let start = body["sequence"].as_i64().unwrap();
    assert_eq!((&body["success"], &body["clinicId"]), (&json!(true), &json!(clinic.organization.clerk)));
    assert_eq!((&body["stale"], &body["totalBookings"]), (&json!(true), &json!(0)), "nobody has told of any");
    assert_eq!(clinic.get("").header("if-none-match", &tag).send().await.unwrap().status(), 304);

    let stream = clinic.get("/stream").send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut lines = lines(stream);
    let (id, kind, data) = event(&mut lines).await;
    assert_eq!((kind.as_str(), &data["seq"]), ("snapshot", &json!(start)));
    clinic.happen().await;
    let (next, kind, data) = event(&mut lines).await;
    assert_eq!((kind.as_str(), &data["seq"]), ("delta", &json!(start + 1)));
    assert_eq!(next, format!("{}:{}", data["epoch"].as_str().unwrap(), start + 1));
    let polled = clinic.get("").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(polled.status(), 200, "a change changes the tag");
    assert_eq!(polled.json::<Value>().await.unwrap()["sequence"], start + 1);

    let resumed = clinic.get("/stream").header("last-event-id", &id).send().await.unwrap();
    let (_, kind, data) = event(&mut self::lines(resumed)).await;
    assert_eq!(
        (kind.as_str(), &data["seq"]),
        ("delta", &json!(start + 1)),
        "the last id is where it goes on"
    );
    let wrong = clinic.get("?startDate=2031-03-04&endDate=2031-03-01").send().await.unwrap();
    assert_eq!(wrong.status(), 422);
    let range: Value =
        clinic.get("?startDate=2031-03-01&endDate=2031-03-04").send().await.unwrap().json().await.unwrap();
    assert_eq!(range["bookingTrends"].as_array().unwrap().len(), 4);
    let stranger =
        house.client.get(house.url(&format!("/api/v1/clinics/{}/metrics/stream", clinic.organization.clerk)));
    assert_eq!(stranger.send().await.unwrap().status(), 401);
    house.stop().await;
}

#[tokio::test]
async fn credentials_come_in_four_ways_and_from_home() {
    let house = House::new().await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let offered = format!("routiq.v1, bearer.{}", clinic.key);
    let mut by_protocol =
        dial(&house, &clinic.path(""), &[("sec-websocket-protocol", &offered)]).await.unwrap();
    assert_eq!(frame(&mut by_protocol).await["type"], "snapshot");
    let mut by_parameter = clinic.socket(&format!("?token={}", clinic.key)).await.unwrap();
    assert_eq!(frame(&mut by_parameter).await["type"], "snapshot");
    let mut by_frame = clinic.socket("").await.unwrap();
    say(&mut by_frame, json!({ "type": "auth", "data": { "token": clinic.key } })).await;
    assert_eq!(frame(&mut by_frame).await["type"], "snapshot");

    let mut wrong = clinic.socket("").await.unwrap();
    say(&mut wrong, json!({ "type": "auth", "data": { "token": "rsk_wrong" } })).await;
    assert!([4401, 4403].contains(&closed(&mut wrong).await));
    let mut impatient = clinic.socket("").await.unwrap();
    say(&mut impatient, json!({ "type": "snapshot_request" })).await;
    assert_eq!(closed(&mut impatient).await, 4401);
    let refused = clinic.socket("?token=rsk_wrong").await.unwrap_err();
    assert!([401, 403].contains(&refused), "{refused}");

    let ticket = format!("?ticket={}", clinic.ticket().await);
    let foreign = dial(&house, &clinic.path(&ticket), &[("origin", "https://elsewhere.example.org")]).await;
    assert_eq!(foreign.unwrap_err(), 403);
    let origin = format!("http://{}", house.address);
    let mut home = dial(&house, &clinic.path(&ticket), &[("origin", &origin)]).await.unwrap();
    assert_eq!(frame(&mut home).await["type"], "snapshot", "a refused origin spent no ticket");
    let plain = house.client.get(house.url(&clinic.path(""))).send().await.unwrap();
    assert_eq!(plain.status(), 422, "it speaks WebSocket");
    house.stop().await;
}
