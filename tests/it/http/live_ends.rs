//! Who may no longer watch, says nothing, or finds no seat, is shown out.

use std::time::Duration;

use jiff::Timestamp;
use routiq::http::{self, LiveSettings};
use routiq_actors::hub::HubSettings;
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt, time::timeout};
use uuid::Uuid;

use super::{
    House,
    watching::{Clinic, PATIENCE, closed, event, frame, lines},
};

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
    assert!(
        text.contains("Harbour Physio")
            && text.contains("Bookings to come")
            && text.contains("Nothing is booked"),
        "{text}"
    );
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
