//! What dashboards read of a practice's patients and appointments: by the names they know, counted when they are read.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::change::{Appointment, AppointmentType, Kind, Record, Shape},
    store::roles::Role,
};
use serde_json::Value;

use crate::support::{
    practice::see,
    records::{Scene, attendance, booked, gone, person, text, visit},
};

const COLUMNS: [(&str, &str); 3] = [
    (
        "patients",
        "id:uuid organization_id:text name:text email:text phone:text contact_type:text cliniko_patient_id:text status:text is_active:bool activity_status:text recent_appointment_count:int4 upcoming_appointment_count:int4 total_appointment_count:int4 first_appointment_date:timestamptz last_appointment_date:timestamptz next_appointment_time:timestamptz next_appointment_type:text primary_appointment_type:text treatment_notes:text recent_appointments:jsonb upcoming_appointments:jsonb search_date_from:date search_date_to:date last_synced_at:timestamptz created_at:timestamptz updated_at:timestamptz",
    ),
    (
        "appointments",
        "id:uuid organization_id:text patient_id:uuid contact_id:uuid appointment_date:timestamptz status:text type:text notes:text cliniko_appointment_id:text google_calendar_event_id:text metadata:jsonb created_at:timestamptz updated_at:timestamptz deleted_at:timestamptz",
    ),
    (
        "active_patients",
        "id:int8 contact_id:uuid organization_id:text cliniko_patient_id:text name:text contact_name:text email:text phone:text contact_phone:text recent_appointment_count:int4 upcoming_appointment_count:int4 total_appointment_count:int4 last_appointment_date:timestamptz recent_appointments:jsonb upcoming_appointments:jsonb search_date_from:date search_date_to:date created_at:timestamptz updated_at:timestamptz",
    ),
];

/// So many hours from now; the database reads the same clock.
fn hours(from_now: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(from_now)
}

fn days(from_now: i64) -> Timestamp {
    hours(24 * from_now)
}

#[tokio::test]
async fn a_status_follows_from_the_facts_and_the_time() {
    let scene = Scene::set().await;
    let client = scene.house.client(&scene.member).await;
    let (start, end) = ("timestamptz '2031-05-05 10:00+00'", "timestamptz '2031-05-05 11:00+00'");
    for (facts, at, status) in [
        (format!("{start}, {end}, null, false, null, null, null"), "05 10:59:59", "scheduled"),
        (format!("{start}, {end}, null, false, null, null, null"), "05 11:00", "completed"),
        (format!("{start}, null, null, false, null, null, null"), "05 10:29:59", "scheduled"),
        (format!("{start}, null, null, false, null, null, null"), "05 10:30", "completed"),
        (format!("{start}, {end}, null, false, null, null, true"), "05 10:59", "confirmed"),
        (format!("{start}, {end}, null, false, null, true, true"), "05 09:00", "no_show"),
        (format!("{start}, {end}, null, false, null, false, false"), "05 09:00", "scheduled"),
        (format!("{start}, {end}, null, false, '9', true, true"), "05 12:00", "rescheduled"),
        (
            format!("{start}, {end}, {start} - interval '24 hours', true, '9', true, null"),
            "05 12:00",
            "cancelled",
        ),
        (
            format!("{start}, {end}, {start} - interval '23 hours 59 minutes', true, null, null, null"),
            "04 12:00",
            "cancelled_late",
        ),
        (format!("{start}, {end}, {end}, false, null, null, null"), "06 12:00", "cancelled_late"),
        (format!("{start}, {end}, null, true, null, null, null"), "06 12:00", "cancelled"),
        ("null, null, null, false, null, null, null".to_owned(), "06 12:00", "scheduled"),
    ] {
        let ask = format!("select routiq.appointment_status({facts}, timestamptz '2031-05-{at}+00')");
        assert_eq!(client.query_one(&ask, &[]).await.unwrap().get::<_, String>(0), status, "{ask}");
    }
}

/// A patient with a life: what counts, what does not, and why.
async fn lived() -> Scene {
    let scene = Scene::set().await;
    let of_type = |id: &str, kind: &str, starts| Appointment {
        appointment_type: text(kind),
        ..visit(id, "c1", starts)
    };
    let kind = |id: &str, name: &str| {
        Record::AppointmentType(AppointmentType {
            external_id: id.into(),
            name: text(name),
            active: true,
            ..AppointmentType::default()
        })
    };
    let noted = |note: &str, appointment: Appointment| Appointment { notes: text(note), ..appointment };
    let group = Appointment { shape: Shape::Group, contact: None, ..of_type("g1", "t3", days(3)) };
    let called_off = |before: i64, appointment: Appointment| Appointment {
        cancelled_at: Some(appointment.starts_at.unwrap() - SignedDuration::from_hours(before)),
        ..appointment
    };
    let records = vec![
        kind("t1", "Standard"),
        kind("t2", "Initial"),
        kind("t3", "Class"),
        person("c1"),
        person("c2"),
        person("c3"),
        booked(noted("first visit", of_type("a1", "t2", days(-400)))),
        booked(noted("much better", of_type("a2", "t1", days(-40)))),
        booked(of_type("a3", "t1", days(-29))),
        booked(Appointment { did_not_arrive: Some(true), ..of_type("a4", "t2", days(-2)) }),
        booked(called_off(48, of_type("a5", "t1", days(-1)))),
        booked(called_off(2, of_type("a6", "t1", days(2)))),
        booked(Appointment { replaced_by: text("a8"), ..of_type("a7", "t1", days(4)) }),
        booked(noted("to come", of_type("a8", "t1", days(5)))),
        booked(group),
        attendance("b1", "g1", "c1"),
        booked(of_type("a9", "t1", days(1))),
        booked(Appointment { contact: text("c2"), ..visit("a10", "c2", days(-200)) }),
    ];
    scene.then(records).await;
    scene.then(vec![gone(Kind::Appointment, "a9"), gone(Kind::Contact, "c3")]).await;
    scene
}

#[tokio::test]
async fn patients_are_counted_when_they_are_read() {
    let scene = lived().await;
    let client = scene.house.db.client(Role::Dashboard).await;
    see(&client, scene.member.key.organization).await;
    let row = client
        .query_one("select to_jsonb(p) from dashboard.patients p where cliniko_patient_id = 'c1'", &[])
        .await;
    let ana: Value = row.unwrap().get(0);
    for (name, wanted) in [
        ("name", "Ana Invented"),
        ("organization_id", "org_HarbourPhysio"),
        ("contact_type", "cliniko_patient"),
        ("status", "active"),
        ("activity_status", "active"),
        ("next_appointment_type", "Class"),
        ("primary_appointment_type", "Standard"),
        ("treatment_notes", "much better"),
    ] {
        assert_eq!(ana[name], wanted, "{name}");
    }
    // Recent: a3 and the missed a4. To come: the class and a8. Before: a1 and a2.
    for (name, wanted) in
        [("recent_appointment_count", 2), ("upcoming_appointment_count", 2), ("total_appointment_count", 6)]
    {
        assert_eq!(ana[name], wanted, "{name}");
    }
    assert_eq!(ana["is_active"], true);
    let about = |name: &str, wanted: Timestamp| {
        let told: Timestamp = ana[name].as_str().unwrap().parse().unwrap();
        assert!(told.duration_since(wanted).abs() < SignedDuration::from_mins(5), "{name}: {told}");
    };
    about("first_appointment_date", days(-400));
    about("last_appointment_date", days(-2));
    about("next_appointment_time", days(3));
    let types = |name: &str| -> Vec<String> {
        let list = ana[name].as_array().unwrap().iter();
        list.map(|one| format!("{} {}", one["type"].as_str().unwrap(), one["notes"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(types("recent_appointments"), ["Initial ", "Standard "]);
    assert_eq!(types("upcoming_appointments"), ["Class ", "Standard to come"]);
    let date = ana["recent_appointments"][0]["date"].as_str().unwrap();
    assert!(date.len() == 24 && date.ends_with('Z'), "{date}");

    let others = "select concat_ws(' ', cliniko_patient_id, activity_status, is_active, total_appointment_count, primary_appointment_type)
                  from dashboard.patients where cliniko_patient_id <> 'c1'";
    let others = client.query(others, &[]).await.unwrap();
    let others: Vec<&str> = others.iter().map(|row| row.get(0)).collect();
    assert_eq!(others, ["c2 inactive f 1 Standard"], "who is gone is not there");
    let active = "select string_agg(concat_ws(' ', cliniko_patient_id, id between 0 and 2 ^ 53), '') from dashboard.active_patients";
    assert_eq!(client.query_one(active, &[]).await.unwrap().get::<_, &str>(0), "c1 t");
}

#[tokio::test]
async fn appointments_are_visits_with_the_status_they_have_now() {
    let scene = lived().await;
    let client = scene.house.db.client(Role::Dashboard).await;
    see(&client, scene.member.key.organization).await;
    let rows = "select concat_ws(' ', a.cliniko_appointment_id, a.status, a.type) from dashboard.appointments a
                join dashboard.patients p on p.id = a.patient_id where p.cliniko_patient_id = 'c1' order by appointment_date";
    let rows = client.query(rows, &[]).await.unwrap();
    let rows: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    let wanted = [
        "a1 completed Initial",
        "a2 completed Standard",
        "a3 completed Standard",
        "a4 no_show Initial",
        "a5 cancelled Standard",
        "a6 cancelled_late Standard",
        "b1 scheduled Class",
        "a7 rescheduled Standard",
        "a8 scheduled Standard",
    ];
    assert_eq!(rows, wanted);
    let groups = "select count(*) from dashboard.appointments where cliniko_appointment_id = 'g1'";
    assert_eq!(client.query_one(groups, &[]).await.unwrap().get::<_, i64>(0), 0, "nobody's visit");
}

#[tokio::test]
async fn the_views_have_the_columns_that_readers_know_and_show_nobody_else_s_rows() {
    let scene = lived().await;
    let client = scene.house.db.client(Role::Dashboard).await;
    see(&client, scene.member.key.organization).await;
    let nobody = scene.house.db.client(Role::Dashboard).await;
    for (view, columns) in COLUMNS {
        let told = client.prepare(&format!("select * from dashboard.{view}")).await.unwrap();
        let told: BTreeMap<&str, &str> =
            told.columns().iter().map(|column| (column.name(), column.type_().name())).collect();
        for column in columns.split(' ') {
            let (name, kind) = column.split_once(':').unwrap();
            assert_eq!(told.get(name), Some(&kind), "{view}.{name}");
        }
        let count = format!("select count(*) from dashboard.{view}");
        assert!(client.query_one(&count, &[]).await.unwrap().get::<_, i64>(0) > 0, "{view}");
        assert_eq!(nobody.query_one(&count, &[]).await.unwrap().get::<_, i64>(0), 0, "{view}");
    }
    let accounts = "select concat_ws(' ', cliniko_instance_id, manychat_workspace_id is null, google_calendar_id is null)
                    from dashboard.organizations";
    assert_eq!(client.query_one(accounts, &[]).await.unwrap().get::<_, &str>(0), "7 t t");
}
