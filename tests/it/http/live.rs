//! Dashboards watch: a socket, a stream and polling tell the same numbered story; who may not watch does not, and who may
//! no longer is shown out.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use futures_util::{SinkExt, StreamExt};
use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::{ids::Ids, patch::apply},
    store::live::{Touched, mark},
    work::{RollupSettings, RollupWork},
};
use routiq_actors::{
    clock::Clock,
    hub::HubSettings,
    port::{RollLease, Rolled, Rollup as _},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest, protocol::CloseFrame},
};
use uuid::Uuid;

use super::{House, Organization};
use routiq::http::{self, LiveSettings};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A practice that somebody watches.
pub(super) struct Clinic<'a> {
    house: &'a House,
    organization: Organization,
    rollup: RollupWork,
    lease: RollLease,
    key: String,
}

pub(super) type Socket = WebSocketStream<TcpStream>;

impl<'a> Clinic<'a> {
    pub(super) async fn new(house: &'a House, name: &str) -> Self {
        let organization = house.organization(name, &["chatwoot"]).await;
        let stale_after = RollupSettings { stale_after: SignedDuration::from_mins(2) };
        let rollup = RollupWork::new(
            house.store.clone(),
            Clock::system(),
            Ids::random(),
            house.hub.clone(),
            Arc::new(ArcSwap::from_pointee(stale_after)),
        );
        let generation = rollup.begin(organization.id).await.unwrap();
        let lease = RollLease { organization: organization.id, generation };
        let key = format!("rsk_{}", Uuid::new_v4().simple());
        let clinic = Self { house, organization, rollup, lease, key };
        let hash: Vec<u8> = Sha256::digest(&clinic.key).to_vec();
        let statement = "insert into routiq.service_keys (organization_id, id, name, role, key_hash, created_by, created_at)
                         values ($1, $2, 'watcher', 'viewer', $3, 'test', now())";
        let id = clinic.organization.id;
        clinic.admin().await.execute(statement, &[&id, &clinic.service(), &hash]).await.unwrap();
        clinic.roll().await;
        clinic
    }

    /// Our id of the service's key.
    fn service(&self) -> Uuid {
        Uuid::new_v5(&self.organization.id, b"watcher")
    }

    async fn admin(&self) -> tokio_postgres::Client {
        self.house.db.admin().await
    }

    async fn roll(&self) {
        // The first look at an organization is followed by one at its people.
        loop {
            match self.rollup.roll(self.lease).await {
                Rolled::More => {}
                Rolled::Done { .. } => return,
                other => panic!("{other:?}"),
            }
        }
    }

    /// Something happens.
    pub(super) async fn happen(&self) {
        let event = json!({ "kind": "message_received", "conversation_id": Uuid::nil(), "at": "2031-03-04T05:06:07.000Z" });
        let touched = Touched { events: vec![event], ..Touched::default() };
        let now = Timestamp::now();
        let mut session = self.house.store.session(self.organization.id).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        mark(&tenant, Ids::random().next(now), &touched, "webhook", now).await.unwrap();
        tenant.commit().await.unwrap();
        self.roll().await;
    }

    pub(super) async fn ticket(&self) -> String {
        let ticket = Uuid::new_v4().simple().to_string();
        let hash: Vec<u8> = Sha256::digest(&ticket).to_vec();
        let statement = "insert into routiq.live_tickets (organization_id, ticket_hash, kind, subject, created_at, expires_at)
                         values ($1, $2, 'service', $3, now(), now() + interval '30 seconds')";
        let subject = self.service().to_string();
        self.admin().await.execute(statement, &[&self.organization.id, &hash, &subject]).await.unwrap();
        ticket
    }

    pub(super) fn path(&self, query: &str) -> String {
        format!("/ws/clinics/{}/metrics{query}", self.organization.clerk)
    }

    /// Opens a socket, or says with which status it was refused.
    async fn socket(&self, query: &str) -> Result<Socket, u16> {
        dial(self.house, &self.path(query), &[]).await
    }

    pub(super) async fn watch(&self, query: &str) -> Socket {
        let ticket = self.ticket().await;
        let join = if query.is_empty() { "" } else { "&" };
        self.socket(&format!("?ticket={ticket}{join}{query}")).await.unwrap()
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        let path = format!("/api/v1/clinics/{}/metrics{path}", self.organization.clerk);
        self.house.client.get(self.house.url(&path)).bearer_auth(&self.key)
    }
}

async fn dial(house: &House, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, u16> {
    let stream = TcpStream::connect(house.address).await.unwrap();
    let mut request = format!("ws://{}{path}", house.address).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

/// The next frame that is text.
pub(super) async fn frame(socket: &mut Socket) -> Value {
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("no frame came").unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// With which code it closes.
async fn closed(socket: &mut Socket) -> u16 {
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("it stays open") {
            Some(Ok(Message::Close(Some(CloseFrame { code, .. })))) => return code.into(),
            Some(Ok(Message::Close(None))) | None => panic!("closed without a code"),
            Some(Ok(_)) => {}
            Some(Err(error)) => panic!("{error}"),
        }
    }
}

async fn say(socket: &mut Socket, frame: Value) {
    socket.send(Message::text(frame.to_string())).await.unwrap();
}

/// Absent and null are the same to whoever follows patches; ages and stamps are of the moment.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, value)| {
                !value.is_null()
                    && !["dataAgeMinutes", "generated_at", "events", "reason"].contains(&key.as_str())
            })
            .map(|(key, value)| (key.clone(), plain(value)))
            .collect(),
        other => other.clone(),
    }
}

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
    assert_eq!(
        (&body["stale"], &body["totalBookings"]),
        (&json!(true), &json!(0)),
        "appointments are not counted yet"
    );
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

type Lines = tokio::io::Lines<tokio::io::BufReader<std::pin::Pin<Box<dyn tokio::io::AsyncRead + Send>>>>;

fn lines(response: reqwest::Response) -> Lines {
    let bytes = response.bytes_stream().map(|part| part.map_err(std::io::Error::other));
    let reader: std::pin::Pin<Box<dyn tokio::io::AsyncRead + Send>> =
        Box::pin(tokio_util::io::StreamReader::new(bytes));
    tokio::io::BufReader::new(reader).lines()
}

/// The next event: id, kind, data.
async fn event(lines: &mut Lines) -> (String, String, Value) {
    let (mut id, mut kind) = (String::new(), String::new());
    loop {
        let line = timeout(PATIENCE, lines.next_line()).await.expect("no event came").unwrap().unwrap();
        if let Some(text) = line.strip_prefix("id: ") {
            id = text.to_owned();
        } else if let Some(text) = line.strip_prefix("event: ") {
            kind = text.to_owned();
        } else if let Some(text) = line.strip_prefix("data: ") {
            return (id, kind, serde_json::from_str(text).unwrap());
        }
    }
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

#[tokio::test]
async fn who_may_no_longer_watch_is_shown_out_and_a_stop_hands_over() {
    let house = House::new().await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let mut socket = clinic.watch("").await;
    frame(&mut socket).await;
    let (hub, changes) = (house.hub.clone(), house.context.access.changes());
    let telling = tokio::spawn(http::tell_of_access(changes, hub, Timestamp::now, Default::default()));
    house.context.access.changed(clinic.organization.id);
    clinic.happen().await;
    assert_eq!(frame(&mut socket).await["type"], "delta", "who still may stays");
    let revoke =
        "update routiq.service_keys set revoked_at = now(), revoked_by = 'test' where organization_id = $1";
    clinic.admin().await.execute(revoke, &[&clinic.organization.id]).await.unwrap();
    house.context.access.changed(Uuid::nil());
    assert_eq!(closed(&mut socket).await, 4403);
    telling.abort();

    let other = Clinic::new(&house, "Hill Physio").await;
    let mut socket = other.watch("").await;
    frame(&mut socket).await;
    let mut stream = lines(other.get("/stream").send().await.unwrap());
    event(&mut stream).await;
    house.cancel();
    assert_eq!(closed(&mut socket).await, 1012, "it says that it restarts");
    while let Some(_line) = timeout(PATIENCE, stream.next_line()).await.unwrap().unwrap_or_default() {}
}

#[tokio::test]
async fn seats_are_bounded_and_given_back() {
    let live =
        LiveSettings { per_user: 2, first_frame: Duration::from_millis(50), ..LiveSettings::default() };
    let house = House::watched(live, HubSettings::default()).await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let mut sockets = vec![clinic.watch("").await, clinic.watch("").await];
    for socket in &mut sockets {
        frame(socket).await;
    }
    let third = format!("?ticket={}", clinic.ticket().await);
    assert_eq!(clinic.socket(&third).await.unwrap_err(), 429);
    sockets.pop().unwrap().close(None).await.unwrap();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let query = format!("?ticket={}", clinic.ticket().await);
        match clinic.socket(&query).await {
            Ok(mut socket) => {
                assert_eq!(frame(&mut socket).await["type"], "snapshot");
                break;
            }
            Err(status) => assert_eq!(status, 429),
        }
        assert!(tokio::time::Instant::now() < deadline, "the seat was not given back");
    }
    let mut silent = clinic.socket("").await.unwrap();
    assert_eq!(closed(&mut silent).await, 4408, "who says nothing is let go");
    assert_eq!(house.hub.counts().topics, 1);
    house.stop().await;
}

#[tokio::test]
async fn signs_of_life_come_by_themselves_and_who_gives_none_is_let_go() {
    let live = LiveSettings { heartbeat: Duration::from_millis(300), ..LiveSettings::default() };
    let house = House::watched(live, HubSettings::default()).await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let mut socket = clinic.watch("").await;
    let start = frame(&mut socket).await["seq"].clone();
    for _ in 0..5 {
        let beat = frame(&mut socket).await;
        assert_eq!((&beat["type"], &beat["seq"]), (&json!("heartbeat"), &start), "who answers pings stays");
    }
    let mut stream = lines(clinic.get("/stream").send().await.unwrap());
    let (_, name, _) = event(&mut stream).await;
    assert_eq!((name.as_str(), event(&mut stream).await.1.as_str()), ("snapshot", "heartbeat"));
    // A peer that reads and never answers: all it gets until the end, the last of it 4408.
    let mut deaf = clinic.watch("").await.into_inner();
    let mut bytes = Vec::new();
    timeout(PATIENCE, deaf.read_to_end(&mut bytes)).await.expect("it is kept for ever").unwrap();
    let farewell = [0x11, 0x38].iter().chain(b"nothing was heard").copied().collect::<Vec<u8>>();
    assert!(bytes.windows(farewell.len()).any(|part| part == farewell), "no 4408 at the end");
    house.stop().await;
}

#[tokio::test]
async fn what_ends_while_somebody_watches_ends_their_socket_and_stream() {
    let house = House::new().await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let end =
        "update routiq.service_keys set expires_at = now() + interval '4 seconds' where organization_id = $1";
    clinic.admin().await.execute(end, &[&clinic.organization.id]).await.unwrap();
    let mut socket = clinic.watch("").await;
    let mut stream = lines(clinic.get("/stream").send().await.unwrap());
    assert_eq!(frame(&mut socket).await["type"], "snapshot");
    // Nobody tells: the key's own end does, long before it would be looked at again.
    assert_eq!(closed(&mut socket).await, 4403);
    while let Some(_line) = timeout(PATIENCE, stream.next_line()).await.unwrap().unwrap_or_default() {}
    let query = format!("?ticket={}", clinic.ticket().await);
    assert_eq!(clinic.socket(&query).await.unwrap_err(), 403, "and its ticket opens nothing");
    house.stop().await;
}

#[tokio::test]
async fn an_operators_page_watches_with_a_key_of_its_own_that_may_only_look() {
    let house = House::new().await;
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let link = house.operators.sign_in_link(Duration::from_secs(60));
    let entered = house.client.get(house.url(&link)).header("accept", "text/html").send().await.unwrap();
    let cookie = entered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let path = format!("/ui/clinics/{}", clinic.organization.id);
    let page = house.client.get(house.url(&format!("{path}/live"))).header("accept", "text/html");
    let text = page.header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
    assert!(text.contains("Harbour Physio") && text.contains("not counted yet"), "{text}");
    let csrf = text.split("data-csrf=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let watch = |csrf: &str| {
        let form = [("csrf", csrf.to_owned())];
        house.client.post(house.url(&format!("{path}/watch"))).header("cookie", &cookie).form(&form)
    };
    assert_eq!(watch("wrong").send().await.unwrap().status(), 403);
    let given: Value = watch(&csrf).send().await.unwrap().json().await.unwrap();
    let key = given["token"].as_str().unwrap();
    let mut socket = clinic.socket(&format!("?token={key}")).await.unwrap();
    assert_eq!(frame(&mut socket).await["type"], "snapshot");
    let audit = house.audit(clinic.organization.id).await;
    let deeds: Vec<_> = audit.iter().map(|deed| deed.0.as_str()).collect();
    assert!(deeds.contains(&"access.watch"), "{deeds:?}");
    assert!(!format!("{audit:?}").contains(key), "the key stands nowhere");
    house.stop().await;
}
