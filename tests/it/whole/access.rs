//! What Clerk tells of members reaches whoever has a socket open, at once.

use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

use super::{Daemon, OPERATOR, PATIENCE};
use crate::support::rig::until;

const PRACTICE: &str = "org_2HarbourPhysioPerthDemo001";
/// Far less than the half minute after which a socket is looked at by itself, at the earliest.
const AT_ONCE: Duration = Duration::from_secs(15);

type Socket = WebSocketStream<TcpStream>;

/// What happens at Clerk, a millisecond after the other.
struct Clerk {
    now: i64,
}

impl Clerk {
    fn event(&mut self, kind: &str, data: Value) -> Value {
        self.now += 1;
        json!({"type": kind, "object": "event", "timestamp": self.now, "instance_id": "ins_1", "data": data})
    }

    fn practice(&self) -> Value {
        json!({
            "id": PRACTICE, "object": "organization", "name": "Harbour Physio", "slug": "harbour",
            "created_at": self.now, "updated_at": self.now,
        })
    }

    fn user(&mut self, id: &str, banned: bool) -> Value {
        let data = json!({
            "id": id, "object": "user", "email_addresses": [], "banned": banned, "created_at": 1, "updated_at": self.now,
        });
        self.event("user.updated", data)
    }

    fn member(&mut self, kind: &str, user: &str, role: &str) -> Value {
        let data = json!({
            "id": format!("orgmem_of_{user}"), "object": "organization_membership", "role": role, "permissions": [],
            "created_at": 1_900_000_000_000_i64, "updated_at": self.now, "organization": self.practice(),
            "public_user_data": {"user_id": user, "identifier": "somebody@example.test"},
        });
        self.event(kind, data)
    }
}

/// Somebody who is a member as Clerk tells it, with a session of this process.
struct Member {
    user: String,
    token: String,
}

impl Member {
    async fn join(daemon: &Daemon, clerk: &mut Clerk, role: &str) -> Self {
        let wanted = json!({"organization": PRACTICE, "role": role});
        let ask = || daemon.client.post(daemon.url("/dev/token")).json(&wanted);
        let told: Value = until("the practice is known", PATIENCE, async || {
            let answer = ask().send().await.unwrap();
            (answer.status() == StatusCode::CREATED).then_some(answer)
        })
        .await
        .json()
        .await
        .unwrap();
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        let member = Self { user: text("user_id"), token: text("token") };
        daemon.tell(&clerk.user(&member.user, false)).await;
        daemon.tell(&clerk.member("organizationMembership.created", &member.user, "org:member")).await;
        member
    }

    async fn ticket(&self, daemon: &Daemon) -> Option<String> {
        let url = daemon.url(&format!("/api/v1/clinics/{PRACTICE}/live-ticket"));
        let answer = daemon.client.post(url).bearer_auth(&self.token).send().await.unwrap();
        let created = answer.status() == StatusCode::CREATED;
        let body: Value = answer.json().await.unwrap();
        created.then(|| body["ticket"].as_str().unwrap().to_owned())
    }

    /// Opens a socket and waits for its first frame.
    async fn watch(&self, daemon: &Daemon) -> Socket {
        let ticket = until("a ticket is given", PATIENCE, async || self.ticket(daemon).await).await;
        let url = format!("ws://{}/ws/clinics/{PRACTICE}/metrics?ticket={ticket}", daemon.address);
        let stream = TcpStream::connect(daemon.address).await.unwrap();
        let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        let first = timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
        let first: Value = serde_json::from_str(first.to_text().unwrap()).unwrap();
        assert_eq!(first["type"], "snapshot");
        socket
    }
}

/// With which code a socket is closed, and how long that took.
async fn closed(socket: &mut Socket) -> u16 {
    let closing = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    };
    timeout(AT_ONCE, closing).await.expect("it stays open")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_and_an_end_that_clerk_tells_end_open_sockets_at_once_and_another_role_does_not() {
    let daemon = Daemon::start().await;
    let mut clerk = Clerk { now: Timestamp::now().as_millisecond() };
    let created = clerk.practice();
    daemon.tell(&clerk.event("organization.created", created)).await;
    let viewer = Member::join(&daemon, &mut clerk, "viewer").await;
    let staff = Member::join(&daemon, &mut clerk, "staff").await;
    let (mut of_viewer, mut of_staff) = (viewer.watch(&daemon).await, staff.watch(&daemon).await);

    // Another role: whoever may still watch stays.
    daemon.tell(&clerk.member("organizationMembership.updated", &staff.user, "org:admin")).await;
    daemon.tell(&clerk.user(&viewer.user, true)).await;
    assert_eq!(closed(&mut of_viewer).await, 4403, "banned");
    assert_eq!(viewer.ticket(&daemon).await, None);

    daemon.tell(&clerk.member("organizationMembership.deleted", &staff.user, "org:admin")).await;
    assert_eq!(closed(&mut of_staff).await, 4403, "no member any more");
    assert_eq!(staff.ticket(&daemon).await, None);

    // Let in by a grant alone: a ban reaches that too, and so does the end of the practice.
    daemon.tell(&clerk.user(&viewer.user, false)).await;
    let mut of_viewer = viewer.watch(&daemon).await;
    let practice = format!("/admin/tenants/{PRACTICE}/access-grants");
    let until = (Timestamp::now() + jiff::SignedDuration::from_hours(1)).to_string();
    let grant = json!({"user_id": staff.user, "reason": "Asked for help", "until": until});
    let granted = daemon.client.post(daemon.url(&practice)).bearer_auth(OPERATOR).json(&grant);
    assert_eq!(granted.send().await.unwrap().status(), 201);
    let mut of_guest = staff.watch(&daemon).await;
    daemon.tell(&clerk.user(&staff.user, true)).await;
    assert_eq!(closed(&mut of_guest).await, 4403, "a banned guest");
    let gone = json!({"id": PRACTICE, "object": "organization", "deleted": true});
    daemon.tell(&clerk.event("organization.deleted", gone)).await;
    assert_eq!(closed(&mut of_viewer).await, 4403, "the practice is gone");
    daemon.stop().await;
}
