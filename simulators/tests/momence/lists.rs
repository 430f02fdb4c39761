//! Lists: pages from 0, filters, what moves between pages and what is just not there any more.

use jiff::Timestamp;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::momence::{Attendance, Command, NewReservation, NewSession, Settings};
use serde_json::json;

use crate::{Lab, lab};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn class(lab: &Lab, starts_at: &str) -> u64 {
    let session = NewSession {
        name: "Mobility flow".to_owned(),
        starts_at: at(starts_at),
        minutes: 60,
        kind: "fitness".to_owned(),
        capacity: Some(8),
    };
    lab.make(Command::AddSession { host: lab.seat.host, session })
}

#[tokio::test]
async fn pages_count_from_zero_and_know_the_total() {
    let lab = lab(Settings::default()).await;
    let ids: Vec<u64> = (0..7).map(|n| lab.member(&format!("M{n}"))).collect();
    let (_, page) = lab.ask("members?page=1&pageSize=3&sortBy=firstName&sortOrder=ASC").await;
    let rows: Vec<u64> =
        page["payload"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect();
    assert_eq!(rows, ids[3..6]);
    let expected =
        json!({"page": 1, "pageSize": 3, "totalCount": 7, "sortBy": "firstName", "sortOrder": "ASC"});
    assert_eq!(page["pagination"], expected);
    for query in
        ["", "page=0", "page=0&pageSize=0", "page=0&pageSize=101", "page=0&pageSize=5&sortBy=updatedAt"]
    {
        assert_eq!(lab.ask(&format!("members?{query}")).await.0, 400, "{query}");
    }
    assert_eq!(
        lab.ask("sessions?page=0&pageSize=200").await.0,
        200,
        "sessions may be asked for more at once"
    );
    assert_eq!(lab.ask("appointments/reservations?page=0&pageSize=201").await.0, 400);
    let (_, found) = lab.ask("members?page=0&pageSize=5&query=m4").await;
    assert_eq!(found["pagination"]["totalCount"], 1);
    let (_, listed) = lab.tell("members/list?page=0&pageSize=5", &json!({})).await;
    assert_eq!(listed["pagination"]["totalCount"], 7);
}

#[tokio::test]
async fn rows_move_between_pages_when_somebody_comes() {
    let lab = lab(Settings::default()).await;
    let mut ids = Vec::new();
    for n in 0..6 {
        lab.hand.pass(jiff::SignedDuration::from_mins(1));
        ids.push(lab.member(&format!("M{n}")));
    }
    let session = class(&lab, "2026-01-06T10:00:00Z");
    let page = async |n: u32| -> Vec<u64> {
        let (_, page) = lab.ask(&format!("members?page={n}&pageSize=3")).await;
        page["payload"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
    };
    assert_eq!(page(0).await, [ids[5], ids[4], ids[3]], "whoever came last stands first");
    lab.make(Command::Book { host: lab.seat.host, session, member: ids[0] });
    assert_eq!(page(1).await, [ids[3], ids[2], ids[1]], "one is seen twice, and the one who came never");
    let rule = |fault| FaultRule { fault, path: Some("/api/v2/host/members".to_owned()), when: When::ONCE };
    lab.momence.fault(rule(Fault::Drift(1)));
    assert_eq!(page(1).await, [ids[2], ids[1]]);
    lab.momence.fault(rule(Fault::DuplicateRows));
    assert_eq!(page(1).await.len(), 4);
}

#[tokio::test]
async fn bounds_are_exclusive_and_what_is_cancelled_must_be_asked_for() {
    let lab = lab(Settings::default()).await;
    let host = lab.seat.host;
    let (early, late) = (class(&lab, "2026-01-06T10:00:00Z"), class(&lab, "2026-01-07T10:00:00Z"));
    assert_eq!(lab.ids("sessions").await, [early, late]);
    assert_eq!(lab.ids("sessions?startAfter=2026-01-06T10:00:00Z").await, [late]);
    assert_eq!(lab.ids("sessions?endBefore=2026-01-06T11:00:01Z").await, [early]);
    assert!(lab.ids("sessions?types=course").await.is_empty());
    assert_eq!(lab.ids("sessions?types=course&types=fitness").await, [early, late]);
    lab.momence.command(Command::CancelSession { host, session: early, cancelled: true }).unwrap();
    assert_eq!(lab.ids("sessions").await, [late]);
    assert_eq!(lab.ids("sessions?includeCancelled=true").await, [early, late]);
    assert_eq!(lab.ask(&format!("sessions/{early}")).await.1["isCancelled"], true);
    lab.momence.command(Command::DeleteSession { host, session: early }).unwrap();
    assert_eq!(lab.ids("sessions?includeCancelled=true").await, [late], "deleted: just not there");
    assert_eq!(lab.ask(&format!("sessions/{early}/bookings?page=0&pageSize=5")).await.0, 404);
    assert_eq!(lab.ask("sessions?page=0&pageSize=5&startAfter=yesterday").await.0, 400);
}

#[tokio::test]
async fn bookings_belong_to_their_session_and_carry_their_member() {
    let lab = lab(Settings::default()).await;
    let (host, member) = (lab.seat.host, lab.member("Ana"));
    let session = class(&lab, "2026-01-06T10:00:00Z");
    let booking = lab.make(Command::Book { host, session, member });
    let other = lab.make(Command::Book { host, session, member });
    lab.momence.command(Command::CheckIn { host, booking }).unwrap();
    lab.momence.command(Command::CancelBooking { host, booking: other }).unwrap();
    let path = format!("sessions/{session}/bookings");
    let (_, page) = lab.ask(&format!("{path}?page=0&pageSize=5")).await;
    let row = &page["payload"][0];
    assert_eq!(page["pagination"]["totalCount"], 1);
    assert_eq!(
        (&row["id"], &row["member"]["id"], &row["checkedIn"]),
        (&json!(booking), &json!(member), &json!(true))
    );
    assert_eq!(lab.ids(&format!("{path}?includeCancelled=true")).await, [booking, other]);
    assert_eq!(lab.ask(&format!("sessions/{session}")).await.1["bookingCount"], 1);
    assert_eq!(lab.ids(&format!("members/{member}/sessions")).await, [booking]);
    assert_eq!(lab.ask(&format!("members/{member}")).await.1["visits"]["totalVisits"], 1);
    let (_, sales) = lab.ask("sales?page=0&pageSize=5").await;
    assert_eq!(sales["payload"][0]["items"][0]["itemType"], "session");
    assert_eq!(sales["payload"][0]["items"][0]["unitPriceExcludingTaxInCurrency"], "25.00");
}

#[tokio::test]
async fn a_reservation_has_attendees_of_whom_each_may_call_off() {
    let lab = lab(Settings::default()).await;
    let host = lab.seat.host;
    let (ana, bea) = (lab.member("Ana"), lab.member("Bea"));
    let reservation = NewReservation {
        service: "Assessment".to_owned(),
        starts_at: at("2026-01-06T10:00:00Z"),
        minutes: 45,
        members: vec![ana, bea],
        price_cents: 9_550,
    };
    let id = lab.make(Command::Reserve { host, reservation });
    let attend = |member, status| Command::Attend { host, reservation: id, member, status };
    lab.momence.command(attend(bea, Attendance::Cancelled)).unwrap();
    lab.momence.command(attend(ana, Attendance::CheckedIn)).unwrap();
    let list = "appointments/reservations?page=0&pageSize=5";
    let (_, page) = lab.ask(list).await;
    let row = &page["payload"][0];
    assert_eq!((&row["id"], &row["priceInCurrency"]), (&json!(id), &json!(95.5)));
    assert_eq!(
        (&row["service"]["name"], &row["endsAt"]),
        (&json!("Assessment"), &json!("2026-01-06T10:45:00.000Z"))
    );
    assert_eq!(row["appointmentAttendees"].as_array().unwrap().len(), 1);
    assert_eq!(row["appointmentAttendees"][0]["attendanceStatus"], "checkedIn");
    let (_, page) = lab.ask(&format!("{list}&includeCancelledAttendees=true")).await;
    let second = &page["payload"][0]["appointmentAttendees"][1];
    assert_eq!((&second["attendanceStatus"], second["cancelledAt"].is_string()), (&json!("cancelled"), true));
    assert!(lab.ids("appointments/reservations?isPaid=true").await.is_empty());
    lab.momence.command(Command::Pay { host, reservation: id }).unwrap();
    assert_eq!(lab.ids("appointments/reservations?isPaid=true").await, [id]);
    assert!(lab.ids(&format!("members/{bea}/appointments")).await.is_empty());
    lab.momence.command(Command::CancelReservation { host, reservation: id }).unwrap();
    assert!(lab.ids("appointments/reservations").await.is_empty());
    assert_eq!(lab.ids("appointments/reservations?includeCancelled=true").await, [id]);
}

#[tokio::test]
async fn reports_take_their_time() {
    let lab = lab(Settings::default()).await;
    let (_, begun) = lab.tell("reports", &json!({"type": "session-bookings"})).await;
    let path = format!("reports/{}", begun["reportRunId"]);
    assert_eq!(lab.ask(&path).await.1["status"], "running");
    lab.hand.pass(jiff::SignedDuration::from_secs(20));
    assert_eq!(lab.ask(&path).await.1["status"], "finished");
    assert_eq!(lab.ask("reports/1").await.0, 404);
}
