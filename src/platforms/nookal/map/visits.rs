//! Appointments, classes, and who attends them. Both interfaces list them together with slots that nobody comes to.

use jiff::{Timestamp, civil::Time};
use serde_json::{Map, Value};

use super::{
    super::wire::{Fields, Unfit, day, moment, reference, time_of},
    Around,
};
use crate::domain::change::{Appointment, ClinicalNote, Shape};

/// A class' id here.
pub(in super::super) fn of_class(id: &str) -> String {
    format!("class:{id}")
}

/// Nookal numbers no participants: somebody's place in a class is known by both. In a class one person has one place,
/// however often it was booked.
pub(in super::super) fn of_participant(class: &str, patient: &str) -> String {
    format!("participant:{class}:{patient}")
}

/// An appointment of one person; none when nobody comes to it.
pub(super) fn visit(fields: &Fields<'_>, around: &Around<'_>) -> Result<Option<Appointment>, Unfit> {
    let Some(contact) = reference(fields, "patientID")? else { return Ok(None) };
    Ok(Some(Appointment {
        external_id: fields.id("ID")?,
        shape: Shape::Individual,
        contact: Some(contact),
        appointment_type: reference(fields, "appointmentTypeID")?,
        ..marked(fields, around, scheduled(fields, around)?)?
    }))
}

/// A time to which several people come.
pub(super) fn class(fields: &Fields<'_>, around: &Around<'_>) -> Result<Appointment, Unfit> {
    Ok(Appointment {
        external_id: of_class(&fields.id("ID")?),
        shape: Shape::Group,
        appointment_type: reference(fields, "appointmentTypeID")?.map(|id| of_class(&id)),
        arrived: None,
        did_not_arrive: None,
        ..marked(fields, around, scheduled(fields, around)?)?
    })
}

/// Somebody's place in a class.
pub(super) fn participant(
    fields: &Fields<'_>,
    class: &str,
    around: &Around<'_>,
) -> Result<Appointment, Unfit> {
    let contact = reference(fields, "patientID")?;
    let contact = contact.ok_or_else(|| fields.unfit("patientID", "an id"))?;
    let attendance = Appointment {
        external_id: of_participant(class, &contact),
        shape: Shape::Attendance,
        group: Some(of_class(class)),
        contact: Some(contact),
        attributes: fields.only(&["invoiceGenerated", "caseID"]),
        source_updated_at: moment(fields, "lastModified", around.zone(None))?,
        ..Appointment::default()
    };
    marked(fields, around, attendance)
}

/// What the older interface says of when and where.
fn scheduled(fields: &Fields<'_>, around: &Around<'_>) -> Result<Appointment, Unfit> {
    let location = reference(fields, "locationID")?;
    let (starts_at, ends_at, timed) = times(
        fields,
        around,
        ["appointmentDate", "appointmentStartTime", "appointmentEndTime"],
        location.as_deref(),
    )?;
    let zone = around.zone(location.as_deref());
    Ok(Appointment {
        practitioner: reference(fields, "practitionerID")?,
        type_name: fields.text("appointmentType")?,
        starts_at: Some(starts_at),
        ends_at,
        notes: fields.text("Notes")?,
        attributes: attributes(fields, &["emailReminderSent", "invoiceGenerated"], timed),
        source_created_at: moment(fields, "dateCreated", zone)?,
        source_updated_at: moment(fields, "lastModified", zone)?,
        location,
        ..Appointment::default()
    })
}

/// What became of it. Whoever called it off neither came nor stayed away.
fn marked(fields: &Fields<'_>, around: &Around<'_>, appointment: Appointment) -> Result<Appointment, Unfit> {
    let cancelled = fields.flag("cancelled")?.unwrap_or(false);
    let at = moment(fields, "cancellationDate", around.zone(appointment.location.as_deref()))?;
    Ok(Appointment {
        cancelled,
        cancelled_at: at.filter(|_| cancelled),
        arrived: fields.flag("arrived")?,
        did_not_arrive: fields.flag("DNA")?,
        ..appointment
    })
}

/// When something begins and ends, and whether more than its day is told: the day begins at midnight then.
fn times(
    fields: &Fields<'_>,
    around: &Around<'_>,
    [date, start, end]: [&str; 3],
    location: Option<&str>,
) -> Result<(Timestamp, Option<Timestamp>, bool), Unfit> {
    let date = day(fields, date)?.ok_or_else(|| fields.unfit(date, "a day, YYYY-MM-DD"))?;
    let zone = around.zone(location).ok_or_else(|| {
        Unfit::new(
            "locationID",
            "a location without a time zone",
            "one of the key's, or the setting timezone",
        )
    })?;
    let starts_at = time_of(fields, start, date, zone)?;
    let ends_at = time_of(fields, end, date, zone)?;
    let midnight = zone.to_ambiguous_timestamp(date.to_datetime(Time::midnight())).compatible().ok();
    let timed = starts_at.is_some();
    let starts_at = starts_at.or(midnight).ok_or_else(|| fields.unfit(start, "a time of that day"))?;
    Ok((starts_at, ends_at.filter(|end| timed && *end >= starts_at), timed))
}

fn attributes(fields: &Fields<'_>, plain: &[&str], timed: bool) -> Value {
    let mut told = match fields.only(plain) {
        Value::Object(told) => told,
        _ => Map::new(),
    };
    if !timed {
        told.insert("time".to_owned(), "unknown".into());
    }
    Value::Object(told)
}

/// An entry of the newer interface's diary; none for events, notes and slots that nobody comes to.
pub(super) fn entry(fields: &Fields<'_>, around: &Around<'_>) -> Result<Option<Appointment>, Unfit> {
    let status = fields.text("status")?.unwrap_or_default();
    let what = fields.text("apptType")?.unwrap_or_default();
    let (id, contact) = (fields.id("apptID")?, reference(fields, "clientID")?);
    let (external_id, shape) = match (status.as_str(), what.as_str(), &contact) {
        ("Event" | "Note", _, _) | (_, "DiaryEvent" | "DiaryNote", _) => return Ok(None),
        ("Class", _, _) | (_, "Class", _) => (of_class(&id), Shape::Group),
        (_, _, None) => return Ok(None),
        (_, _, Some(_)) => (id, Shape::Individual),
    };
    let location = reference(fields, "locationID")?;
    let zone = around.zone(location.as_deref());
    let names = ["appointmentDate", "startTime", "endTime"];
    let (starts_at, ends_at, timed) = times(fields, around, names, location.as_deref())?;
    let cancelled = status == "Cancelled";
    let single = shape == Shape::Individual;
    // The mark of who did not arrive stays when the appointment is called off later.
    let missed = fields.flag("dna")?.map(|missed| missed && !cancelled);
    let kind = reference(fields, "appointmentTypeID")?;
    Ok(Some(Appointment {
        external_id,
        shape,
        contact: contact.filter(|_| single),
        practitioner: reference(fields, "providerID")?,
        appointment_type: if single { kind } else { kind.map(|id| of_class(&id)) },
        type_name: fields.text("appointmentType")?,
        starts_at: Some(starts_at),
        ends_at,
        cancelled,
        cancelled_at: moment(fields, "cancellationDate", zone)?.filter(|_| cancelled),
        arrived: fields.flag("arrived")?.filter(|_| single),
        did_not_arrive: missed.or((status == "DNA").then_some(true)).filter(|_| single),
        notes: fields.text("notes")?,
        attributes: attributes(fields, &["status", "isNewClient", "isNewCase", "caseID"], timed),
        source_created_at: moment(fields, "dateCreated", zone)?,
        source_updated_at: moment(fields, "lastModified", zone)?,
        location,
        ..Appointment::default()
    }))
}

/// What a practitioner wrote.
pub(super) fn note(fields: &Fields<'_>, around: &Around<'_>) -> Result<ClinicalNote, Unfit> {
    let status = fields.text("status")?;
    let made = moment(fields, "dateCreated", around.zone(None))?;
    Ok(ClinicalNote {
        external_id: fields.id("noteID")?,
        contact: reference(fields, "clientID")?,
        appointment: reference(fields, "apptID")?,
        practitioner: reference(fields, "practitionerID")?,
        title: fields.text("title")?,
        draft: status.is_some_and(|status| status.eq_ignore_ascii_case("draft")),
        content: fields.only(&["date", "status", "caseID", "template", "html", "notes", "answers"]),
        source_created_at: made.or(moment(fields, "date", around.zone(None))?),
        source_updated_at: moment(fields, "lastModified", around.zone(None))?,
    })
}
