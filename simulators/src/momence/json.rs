//! The shapes of records. Times are UTC with milliseconds.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::state::{Attendance, Booking, Host, Member, Reservation, Sale, Session};

pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn tag(id: u64, name: &str) -> Value {
    json!({"id": id, "name": name, "isCustomerBadge": false, "badgeLabel": null, "badgeColor": null,
        "corporateTagId": null})
}

fn teacher(host: &Host, id: u64) -> Value {
    let (first, last) = host.teachers.get(&id).cloned().unwrap_or_default();
    json!({"id": id, "firstName": first, "lastName": last, "pictureUrl": null})
}

fn location(host: &Host, id: Option<u64>) -> Value {
    id.and_then(|id| host.locations.get(&id).map(|name| json!({"id": id, "name": name})))
        .unwrap_or(Value::Null)
}

pub(super) fn member(host: &Host, it: &Member) -> Value {
    let bookings: Vec<_> = host.bookings.values().filter(|booking| booking.member == it.id).collect();
    let came = bookings.iter().filter(|booking| booking.checked_in).count();
    let attended = host.reservations.values().flat_map(|it| &it.attendees).filter(|one| one.member == it.id);
    let (mut appointments, mut visited) = (0, 0);
    for one in attended {
        appointments += 1;
        visited += usize::from(one.status == Attendance::CheckedIn);
    }
    let birthday = it.birthday.as_ref();
    let fields: Vec<Value> = birthday
        .map(|day| json!({"id": 1, "label": "DOB", "type": "date-of-birth", "value": day}))
        .into_iter()
        .collect();
    let tags: Vec<Value> = it.tags.iter().filter_map(|id| Some(tag(*id, host.tags.get(id)?))).collect();
    json!({
        "id": it.id, "firstName": it.first_name, "lastName": it.last_name, "email": it.email,
        "phoneNumber": it.phone_number, "pictureUrl": null, "firstSeen": time(it.first_seen),
        "lastSeen": time(it.last_seen),
        "visits": {"appointments": appointments, "appointmentsVisits": visited, "bookings": bookings.len(),
            "bookingsVisits": came, "openAreaVisits": 0, "total": appointments + bookings.len(),
            "totalVisits": visited + came},
        "customerFields": fields, "customerTags": tags,
    })
}

pub(super) fn session(host: &Host, it: &Session) -> Value {
    let booked = host.bookings.values().filter(|one| one.session == it.id && one.cancelled_at.is_none());
    json!({
        "id": it.id, "name": it.name, "type": it.kind, "description": null, "startsAt": time(it.starts_at),
        "endsAt": time(it.ends_at()), "durationInMinutes": it.minutes, "capacity": it.capacity,
        "bookingCount": booked.count(), "teacher": teacher(host, it.teacher), "isRecurring": false,
        "isCancelled": it.cancelled, "isInPerson": it.location.is_some(), "isDraft": it.draft,
        "inPersonLocation": location(host, it.location), "onlineStreamUrl": null, "onlineStreamPassword": null,
        "bannerImageUrl": null, "hostPhotoUrl": null, "tags": [],
    })
}

pub(super) fn booking(host: &Host, it: &Booking) -> Value {
    let member = host.members.get(&it.member).map(|it| {
        json!({"id": it.id, "firstName": it.first_name, "lastName": it.last_name, "email": it.email,
            "phoneNumber": it.phone_number, "pictureUrl": null})
    });
    json!({
        "id": it.id, "member": member, "roomSpotId": null, "checkedIn": it.checked_in, "ticketsBought": 1,
        "createdAt": time(it.created_at), "isRecurring": false, "recurringBookingId": null,
        "cancelledAt": it.cancelled_at.map(time),
    })
}

/// A booking as the member's own list shows it: with its session.
pub(super) fn visit(host: &Host, it: &Booking) -> Value {
    json!({
        "id": it.id, "createdAt": time(it.created_at), "roomSpotId": null, "checkedIn": it.checked_in,
        "cancelledAt": it.cancelled_at.map(time),
        "session": host.sessions.get(&it.session).map(|it| session(host, it)),
    })
}

pub(super) fn reservation(host: &Host, it: &Reservation, with_cancelled: bool) -> Value {
    let shown = it.attendees.iter().filter(|one| with_cancelled || one.status != Attendance::Cancelled);
    let attendees: Vec<Value> = shown
        .map(|one| {
            let member = host.members.get(&one.member);
            json!({"id": one.id, "memberId": one.member, "attendanceStatus": one.status,
                "bookedAt": time(one.booked_at), "isPaid": it.is_paid, "isDepositPaid": false,
                "checkedInAt": one.checked_in_at.map(time), "isLateCancelled": false,
                "cancelledAt": one.cancelled_at.map(time), "firstName": member.map(|it| &it.first_name),
                "lastName": member.map(|it| &it.last_name)})
        })
        .collect();
    json!({
        "id": it.id, "createdAt": time(it.created_at), "cancelledAt": it.cancelled_at.map(time),
        "startsAt": time(it.starts_at), "endsAt": time(it.ends_at()), "durationInMinutes": it.minutes,
        "priceInCurrency": f64::from(it.price_cents) / 100.0, "depositInCurrency": null, "isDepositPaid": false,
        "currency": host.currency, "isPaid": it.is_paid, "capacity": it.attendees.len(),
        "board": {"id": 1, "name": "Main"}, "service": {"id": 1 + crate::mix(5, it.service.len() as u64) % 900, "name": it.service},
        "serviceVariant": {"id": 1, "name": "Standard"}, "teacher": teacher(host, it.teacher),
        "additionalTeacher": null, "isInPerson": true, "inPersonLocation": location(host, host.locations.keys().next().copied()),
        "onlineStreamUrl": null, "onlineStreamPassword": null, "appointmentAttendees": attendees,
    })
}

pub(super) fn sale(host: &Host, it: &Sale) -> Value {
    let member = host.members.get(&it.member);
    let who = json!({"id": it.member, "firstName": member.map(|it| &it.first_name),
        "lastName": member.map(|it| &it.last_name)});
    let amount = format!("{}.{:02}", it.cents / 100, it.cents % 100);
    let mut item = json!({
        "id": it.id, "saleItemId": it.id, "itemType": if it.is_session { "session" } else { "appointment" },
        "itemName": it.name, "descriptiveItemName": it.name, "payingMember": who, "targetMember": who,
        "quantity": 1, "unitPriceExcludingTaxInCurrency": amount, "unitTaxAmountInCurrency": "0.00",
    });
    if it.is_session {
        item["session"] = host.sessions.get(&it.of).map_or(Value::Null, |it| {
            json!({"id": it.id, "name": it.name, "startsAt": time(it.starts_at), "endsAt": time(it.ends_at())})
        });
    } else {
        item["appointment"] = json!({"id": it.of, "name": it.name});
    }
    json!({
        "id": it.id, "saleDate": time(it.at), "items": [item],
        "paymentTransaction": {"items": [{"id": it.id, "paymentMethodType": "cash",
            "amountInCurrencyWithoutTax": amount, "taxAmountInCurrency": "0.00"}]},
    })
}
