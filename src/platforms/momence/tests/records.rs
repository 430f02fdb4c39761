//! What becomes of members, classes, bookings and appointments.

use super::{super::map::Mapper, *};
use crate::{
    domain::change::{
        Appointment, AppointmentType, Contact, Kind, Location, Patient, Phone, Practitioner, Record, Shape,
    },
    platforms::momence::wire,
};

pub(super) fn member() -> Value {
    json!({ "id": 7, "firstName": "Orla", "lastName": "Tamsin", "email": "orla@example.org",
        "phoneNumber": "0491 570 156", "pictureUrl": "https://x", "firstSeen": "2026-01-01T10:00:00.000Z",
        "lastSeen": "2026-06-01T10:00:00.000Z", "visits": { "total": 3 },
        "customerFields": [
            { "id": 1, "label": "DOB", "type": "date-of-birth", "value": "1987-05-14" },
            { "id": 2, "label": "cliniko_id", "type": "text", "value": "55" },
        ],
        "customerTags": [{ "id": 2, "name": "VIP", "badgeLabel": null }] })
}

pub(super) fn session() -> Value {
    json!({ "id": 9, "name": "Reformer basics", "type": "fitness", "description": "For everybody",
        "startsAt": "2026-06-12T01:00:00.000Z", "endsAt": "2026-06-12T02:00:00.000Z", "durationInMinutes": 60,
        "capacity": 12, "bookingCount": 4,
        "teacher": { "id": 3, "firstName": "Maren", "lastName": "Quill", "pictureUrl": null },
        "isRecurring": true, "isCancelled": false, "isInPerson": true, "isDraft": false,
        "inPersonLocation": { "id": 5, "name": "Front room" }, "onlineStreamUrl": "https://stream",
        "onlineStreamPassword": "open", "bannerImageUrl": null, "hostPhotoUrl": null,
        "tags": [{ "id": 1, "name": "Beginners", "isCustomerBadge": false }] })
}

pub(super) fn booking() -> Value {
    json!({ "id": 21, "member": { "id": 7, "firstName": "Orla", "lastName": "Tamsin", "email": "orla@example.org",
            "phoneNumber": null, "pictureUrl": null },
        "roomSpotId": null, "checkedIn": true, "ticketsBought": 1, "createdAt": "2026-06-02T10:00:00.000Z",
        "isRecurring": false, "recurringBookingId": null, "cancelledAt": null })
}

pub(super) fn reservation() -> Value {
    json!({ "id": 31, "createdAt": "2026-06-02T10:00:00.000Z", "cancelledAt": null,
        "startsAt": "2026-06-13T01:00:00.000Z", "endsAt": "2026-06-13T02:00:00.000Z", "durationInMinutes": 60,
        "priceInCurrency": 85.5, "depositInCurrency": null, "isDepositPaid": false, "currency": "AUD",
        "isPaid": true, "capacity": 1, "board": { "id": 1, "name": "Main" },
        "service": { "id": 11, "name": "Sports massage" }, "serviceVariant": { "id": 1, "name": "Long" },
        "teacher": { "id": 3, "firstName": "Maren", "lastName": "Quill", "pictureUrl": null },
        "additionalTeacher": null, "isInPerson": true, "inPersonLocation": { "id": 5, "name": "Front room" },
        "onlineStreamUrl": "https://stream", "onlineStreamPassword": null, "appointmentAttendees": [attendee(41, 7)] })
}

fn attendee(id: u64, member: u64) -> Value {
    json!({ "id": id, "memberId": member, "attendanceStatus": "booked", "bookedAt": "2026-06-02T10:00:00.000Z",
        "isPaid": true, "isDepositPaid": false, "checkedInAt": null, "isLateCancelled": false, "cancelledAt": null,
        "firstName": "Orla", "lastName": "Tamsin" })
}

/// The page that these records make of a list.
pub(super) fn page(part: &str, records: &Value) -> Page {
    let body = json!({ "payload": records }).to_string();
    let list = wire::list(&body).unwrap();
    let mut page = Page::default();
    let mut mapper = Mapper::new(&mut page, "AU");
    match part {
        "members" => drop(mapper.members(&list.records, true)),
        "sessions" => drop(mapper.sessions(&list.records)),
        "reservations" => drop(mapper.reservations(&list.records)),
        _ => drop(mapper.bookings("9", &list.records)),
    }
    page
}

fn visits(page: &Page) -> Vec<Appointment> {
    assert!(page.rejected.is_empty(), "{:?}", page.rejected);
    let visit = |record: &Record| match record {
        Record::Appointment(visit) => Some((**visit).clone()),
        _ => None,
    };
    page.changes.iter().filter_map(|change| visit(&change.record)).collect()
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn a_member_keeps_everything_the_schema_has_a_place_for() {
    let page = page("members", &json!([member()]));
    let Record::Contact(contact) = &page.changes[0].record else { panic!("{:?}", page.changes) };
    let expected = Contact {
        external_id: "7".into(),
        name: Some("Orla Tamsin".into()),
        email: Some("orla@example.org".into()),
        phone_original: Some("0491 570 156".into()),
        phone: Some("+61491570156".into()),
        attributes: json!({ "custom": { "DOB": "1987-05-14", "cliniko_id": "55" }, "additional": { "tags": ["VIP"] } }),
        source_created_at: at("2026-01-01T10:00:00Z"),
        last_activity_at: at("2026-06-01T10:00:00Z"),
        patient: Some(Box::new(Patient {
            first_name: Some("Orla".into()),
            last_name: Some("Tamsin".into()),
            date_of_birth: Some("1987-05-14".parse().unwrap()),
            phones: vec![Phone {
                kind: "other".into(),
                original: "0491 570 156".into(),
                e164: Some("+61491570156".into()),
            }],
            address: json!({}),
            active: true,
            ..Patient::default()
        })),
        ..Contact::default()
    };
    assert_eq!(*contact, expected);
}

#[test]
fn a_class_is_a_group_with_whoever_teaches_it_and_where() {
    let page = page("sessions", &json!([session(), session()]));
    let group = Appointment {
        external_id: "session:9".into(),
        shape: Shape::Group,
        practitioner: Some("3".into()),
        location: Some("5".into()),
        type_name: Some("Reformer basics".into()),
        starts_at: at("2026-06-12T01:00:00Z"),
        ends_at: at("2026-06-12T02:00:00Z"),
        capacity: Some(12),
        attributes: json!({ "type": "fitness", "description": "For everybody", "bookingCount": 4, "isRecurring": true,
            "isDraft": false, "isInPerson": true, "tags": ["Beginners"] }),
        ..Appointment::default()
    };
    assert_eq!(visits(&page)[0], group);
    let beside: Vec<_> = page.changes.iter().map(|it| (it.record.kind(), it.record.external_id())).collect();
    assert_eq!(beside.iter().filter(|it| it.0 != Kind::Appointment).count(), 2, "once a page: {beside:?}");
    assert!(page.changes.iter().any(|it| matches!(&it.record,
        Record::Practitioner(Practitioner { name: Some(name), .. }) if name == "Maren Quill")));
    assert!(page.changes.iter().any(|it| matches!(&it.record,
        Record::Location(Location { name: Some(name), .. }) if name == "Front room")));
    assert!(
        page.raw.iter().all(|raw| !raw.contains("stream") && !raw.contains("open")),
        "what opens a stream"
    );
    let mut cancelled = session();
    cancelled["isCancelled"] = json!(true);
    assert!(visits(&self::page("sessions", &json!([cancelled])))[0].cancelled);
}

#[test]
fn a_booking_is_somebodys_visit_to_a_class() {
    let visit = Appointment {
        external_id: "booking:21".into(),
        shape: Shape::Attendance,
        group: Some("session:9".into()),
        contact: Some("7".into()),
        arrived: Some(true),
        attributes: json!({ "ticketsBought": 1, "isRecurring": false }),
        source_created_at: at("2026-06-02T10:00:00Z"),
        ..Appointment::default()
    };
    assert_eq!(visits(&page("bookings", &json!([booking()]))), [visit]);
    let mut cancelled = booking();
    (cancelled["checkedIn"], cancelled["cancelledAt"]) = (json!(false), json!("2026-06-03T10:00:00.000Z"));
    let [cancelled] = &visits(&page("bookings", &json!([cancelled])))[..] else { panic!() };
    assert_eq!(
        (cancelled.cancelled, cancelled.cancelled_at, cancelled.arrived),
        (true, at("2026-06-03T10:00:00Z"), None)
    );
    assert!(
        page("bookings", &json!([booking()])).raw.iter().all(|raw| !raw.contains("example.org")),
        "members tell that"
    );
}

#[test]
fn an_appointment_of_one_is_theirs_and_of_several_a_group() {
    let alone = page("reservations", &json!([reservation()]));
    let [visit] = &visits(&alone)[..] else { panic!() };
    assert_eq!(
        (visit.external_id.as_str(), visit.shape, visit.contact.as_deref()),
        ("reservation:31", Shape::Individual, Some("7"))
    );
    assert_eq!(
        (visit.appointment_type.as_deref(), visit.type_name.as_deref()),
        (Some("11"), Some("Sports massage"))
    );
    assert_eq!(visit.attributes["priceInCurrency"], 85.5);
    let mut late = reservation();
    (late["isPaid"], late["appointmentAttendees"][0]["isPaid"]) = (json!(false), json!(true));
    late["appointmentAttendees"][0]["isLateCancelled"] = json!(true);
    let late = visits(&page("reservations", &json!([late])));
    assert_eq!(late[0].attributes["isLateCancelled"], true, "what is told of whoever comes alone");
    assert_eq!(late[0].attributes["isPaid"], false, "the appointment's own word");
    assert!(alone.changes.iter().any(|it| matches!(&it.record,
        Record::AppointmentType(AppointmentType { external_id, .. }) if external_id == "11")));
    let mut two = reservation();
    let mut second = attendee(42, 8);
    (second["attendanceStatus"], second["cancelledAt"]) =
        (json!("cancelled"), json!("2026-06-03T10:00:00.000Z"));
    let mut first = attendee(41, 7);
    (first["attendanceStatus"], first["checkedInAt"]) =
        (json!("checkedIn"), json!("2026-06-13T01:00:00.000Z"));
    two["appointmentAttendees"] = json!([first, second]);
    let seen = visits(&page("reservations", &json!([two])));
    let told: Vec<_> = seen
        .iter()
        .map(|it| (it.external_id.as_str(), it.shape, it.contact.as_deref(), it.arrived, it.cancelled))
        .collect();
    assert_eq!(
        told,
        [
            ("reservation:31", Shape::Group, None, None, false),
            ("attendee:41", Shape::Attendance, Some("7"), Some(true), false),
            ("attendee:42", Shape::Attendance, Some("8"), None, true),
        ]
    );
    assert_eq!(seen[1].group.as_deref(), Some("reservation:31"));
}

#[test]
fn an_appointment_called_off_by_its_only_attendee_is_called_off() {
    let mut gone = reservation();
    gone["appointmentAttendees"][0]["attendanceStatus"] = json!("cancelled");
    gone["appointmentAttendees"][0]["cancelledAt"] = json!("2026-06-03T10:00:00.000Z");
    let [visit] = &visits(&page("reservations", &json!([gone])))[..] else { panic!() };
    assert_eq!((visit.cancelled, visit.cancelled_at), (true, at("2026-06-03T10:00:00Z")));
}
