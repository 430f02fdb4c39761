//! A host of a simulated Momence as rows of ours: members, classes with who booked them, appointments of one or several.

use std::collections::{BTreeMap, BTreeSet};

use routiq_simulators::momence::{Attendance, Ledger, Member};
use serde_json::json;

use super::{
    Comparison,
    facts::{self, Fact, Truth},
};
use crate::{domain::change::Kind, store::ledger::Rows};

/// They are known from what names them: others may be there.
pub const BESIDE: &[Kind] = &[Kind::Practitioner, Kind::Location, Kind::AppointmentType];

/// Compares everything that is read of a host.
pub fn compare(rows: &Rows, ledger: &Ledger) -> Comparison {
    facts::compare(rows, &truth(ledger), BESIDE)
}

/// Everything that is to be had of a host.
pub fn truth(ledger: &Ledger) -> Truth {
    let member = |it: &Member| {
        let name = format!("{} {}", it.first_name, it.last_name);
        let columns = json!({ "name": name, "email": it.email, "phone_original": it.phone_number });
        (it.id.to_string(), Fact::of(columns))
    };
    let teachers = ledger.sessions.iter().map(|it| it.teacher);
    let teachers = teachers.map(|id| (id.to_string(), Fact::default())).collect();
    let places = ledger.sessions.iter().filter_map(|it| it.location);
    let places = places.map(|id| (id.to_string(), Fact::default())).collect();
    Truth::from([
        (Kind::Contact, ledger.members.iter().map(member).collect()),
        (Kind::Appointment, visits(ledger)),
        (Kind::Practitioner, teachers),
        (Kind::Location, places),
        (Kind::AppointmentType, BTreeMap::new()),
    ])
}

fn visits(ledger: &Ledger) -> BTreeMap<String, Fact> {
    let mut all = BTreeMap::new();
    let starts: BTreeMap<u64, _> = ledger.sessions.iter().map(|it| (it.id, it.starts_at)).collect();
    for it in &ledger.sessions {
        let columns = json!({ "starts_at": it.starts_at, "cancelled": it.cancelled, "type_name": it.name });
        all.insert(format!("session:{}", it.id), Fact::of(columns));
    }
    // Without the person there is nothing to show.
    let members: BTreeSet<u64> = ledger.members.iter().map(|it| it.id).collect();
    for it in ledger.bookings.iter().filter(|it| members.contains(&it.member)) {
        let columns = json!({ "starts_at": starts.get(&it.session), "cancelled": it.cancelled_at.is_some(),
            "contact_external_id": it.member.to_string() });
        let parent = Some((Kind::Appointment, format!("session:{}", it.session)));
        all.insert(format!("booking:{}", it.id), Fact { parent, ..Fact::of(columns) });
    }
    for it in &ledger.reservations {
        let called_off = |status: Attendance| status == Attendance::Cancelled;
        let off = it.cancelled_at.is_some();
        let own = format!("reservation:{}", it.id);
        if let [alone] = &it.attendees[..] {
            let columns = json!({ "starts_at": it.starts_at, "cancelled": off || called_off(alone.status) });
            all.insert(own, Fact::of(columns));
            continue;
        }
        all.insert(own.clone(), Fact::of(json!({ "starts_at": it.starts_at, "cancelled": off })));
        for attendee in &it.attendees {
            let columns = json!({ "starts_at": it.starts_at, "cancelled": called_off(attendee.status) });
            let parent = Some((Kind::Appointment, own.clone()));
            all.insert(format!("attendee:{}", attendee.id), Fact { parent, ..Fact::of(columns) });
        }
    }
    all
}
