//! Who reads slowly, or never, over a real connection for which the kernels at both ends keep hardly any room.

use std::{net::SocketAddr, time::Duration};

use futures_util::StreamExt;
use metrics_exporter_prometheus::PrometheusBuilder;
use routiq::http::{self, LiveSettings};
use routiq_actors::hub::HubSettings;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{client_async, tungstenite::Message};
use tokio_util::sync::CancellationToken;

use super::{
    House,
    watching::{Clinic, PATIENCE, Socket, frame, plain},
};
use crate::support::rig::until;

/// What a kernel is asked to keep for one direction; it keeps somewhat more.
const ROOM: u32 = 4 << 10;

/// Another door of the same house, narrow.
async fn door(house: &House, stop: &CancellationToken) -> SocketAddr {
    let socket = TcpSocket::new_v4().unwrap();
    // Handed down to every connection that is accepted.
    socket.set_send_buffer_size(ROOM).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(16).unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(http::serve(listener, house.context.clone(), None, stop.clone()));
    address
}

async fn narrow(door: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(ROOM).unwrap();
    socket.connect(door).await.unwrap()
}

async fn watch(clinic: &Clinic<'_>, door: SocketAddr) -> Socket {
    let stream = narrow(door).await;
    let path = clinic.path(&format!("?ticket={}", clinic.ticket().await));
    client_async(format!("ws://{door}{path}"), stream).await.unwrap().0
}

/// Reads what still comes; answers with which code and words it closes.
async fn ending(socket: &mut Socket) -> (u16, String) {
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("it stays open") {
            Some(Ok(Message::Close(Some(close)))) => return (close.code.into(), close.reason.to_string()),
            Some(Ok(Message::Text(_) | Message::Ping(_))) => {}
            other => panic!("closed without a reason: {other:?}"),
        }
    }
}

#[tokio::test]
async fn who_reads_slowly_gets_the_state_instead_of_a_backlog_and_is_shown_out_the_second_time() {
    let live = LiveSettings { pace: Duration::ZERO, unread: Duration::from_secs(600), ..Default::default() };
    let hub = HubSettings { most_news: 8, patience: Duration::from_secs(600), ..HubSettings::default() };
    let (house, stop) = (House::watched(live, hub).await, CancellationToken::new());
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let (mut slow, mut swift) = (watch(&clinic, door(&house, &stop).await).await, clinic.watch("").await);
    let first = frame(&mut slow).await;
    let mut number = first["seq"].as_i64().unwrap();
    frame(&mut swift).await;
    let mut made = 0;
    let mut happen = async |until: &dyn Fn() -> bool| {
        let before = made;
        while !until() {
            clinic.happen().await;
            assert_eq!(frame(&mut swift).await["type"], "delta", "who reads misses nothing");
            made += 1;
            assert!(made < before + 5_000, "its queue never fills");
        }
        made
    };
    happen(&|| house.hub.counts().behind == 1).await;
    let more = std::cell::Cell::new(0);
    let told = happen(&|| more.replace(more.get() + 1) == 5).await;

    let (mut heard, last) = (0, number + told);
    let state = loop {
        let next = frame(&mut slow).await;
        heard += 1;
        if next["type"] == "snapshot" {
            break next;
        }
        assert_eq!(next["data"]["base_seq"], number, "in order until something is left out");
        number = next["seq"].as_i64().unwrap();
    };
    assert_eq!(state["data"]["reason"], "resume_gap");
    assert!(number < last && heard < told, "{heard} frames for {told} changes");
    let shown = state["seq"].as_i64().unwrap();
    assert!(number < shown && shown <= last, "{shown} of {last}");
    if shown == last {
        let fresh = frame(&mut clinic.watch("").await).await;
        assert_eq!(plain(&state["data"]), plain(&fresh["data"]), "the whole state");
    }
    // A line that was only out of turn, not stuck, is told before the last changes came: these follow.
    let mut number = shown;
    while number < last {
        let next = frame(&mut slow).await;
        assert_eq!(next["data"]["base_seq"], number, "in order behind the state");
        number = next["seq"].as_i64().unwrap();
    }

    happen(&|| house.hub.counts().too_slow == 1).await;
    assert_eq!(ending(&mut slow).await, (1013, "too slow: come back and resume".to_owned()));
    clinic.happen().await;
    assert_eq!(frame(&mut swift).await["type"], "delta", "nobody else noticed");
    stop.cancel();
    house.stop().await;
}

#[tokio::test]
async fn who_never_reads_is_let_go_and_told_why() {
    // Everything of this test runs on its thread.
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _counted = metrics::set_default_local_recorder(&recorder);
    let live =
        LiveSettings { pace: Duration::ZERO, unread: Duration::from_millis(300), ..Default::default() };
    let (house, stop) = (House::watched(live, HubSettings::default()).await, CancellationToken::new());
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let mut silent = watch(&clinic, door(&house, &stop).await).await;
    let given_up = || metrics.render().contains("routiq_live_closes_total{code=\"1013\"} 1");
    let mut made = 0;
    while !given_up() {
        clinic.happen().await;
        made += 1;
        assert!(made < 5_000, "it is never given up");
    }
    // Its last moment, in which it may still hear why.
    assert_eq!(ending(&mut silent).await, (1013, "nothing is read".to_owned()));
    drop(silent);
    let gone = async || (house.hub.counts().subscribers == 0).then_some(());
    until("its place is free", PATIENCE, gone).await;
    assert_eq!(frame(&mut clinic.watch("").await).await["type"], "snapshot", "others come and watch");
    stop.cancel();
    house.stop().await;
}

#[tokio::test]
async fn who_never_reads_a_stream_is_let_go_and_told_why() {
    // Everything of this test runs on its thread.
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _counted = metrics::set_default_local_recorder(&recorder);
    let live =
        LiveSettings { pace: Duration::ZERO, unread: Duration::from_millis(300), ..Default::default() };
    let (house, stop) = (House::watched(live, HubSettings::default()).await, CancellationToken::new());
    let clinic = Clinic::new(&house, "Harbour Physio").await;
    let mut silent = narrow(door(&house, &stop).await).await;
    let ask = format!(
        "GET {} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
        clinic.stream_path(),
        clinic.key
    );
    silent.write_all(ask.as_bytes()).await.unwrap();
    let watching = async || (house.hub.counts().subscribers == 1).then_some(());
    until("it watches", PATIENCE, watching).await;
    let given_up = || metrics.render().contains("routiq_live_closes_total{code=\"1013\"} 1");
    let mut made = 0;
    while !given_up() {
        clinic.happen().await;
        made += 1;
        assert!(made < 5_000, "it is never given up");
    }
    let gone = async || (house.hub.counts().subscribers == 0).then_some(());
    until("its place is free", PATIENCE, gone).await;
    // What still stood on the way, and in its last event why nothing follows.
    let mut told = Vec::new();
    timeout(PATIENCE, silent.read_to_end(&mut told)).await.expect("it stays open").unwrap();
    let told = String::from_utf8_lossy(&told);
    let last = told.rsplit("event: ").next().unwrap();
    assert!(last.starts_with("close\ndata: "), "{last}");
    assert!(last.contains("\"code\":1013") && last.contains("nothing is read"), "{last}");
    assert_eq!(frame(&mut clinic.watch("").await).await["type"], "snapshot", "others come and watch");
    stop.cancel();
    house.stop().await;
}
