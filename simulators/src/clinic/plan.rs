//! The diary of a practice: what happened and what is booked, decided by dice before any platform writes it down.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{Clinic, Human, People, share};
use crate::names;

/// Somebody who treats.
#[derive(Debug, Clone)]
pub(crate) struct Staff {
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) title: &'static str,
    pub(crate) active: bool,
}

/// Where.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) town: &'static str,
    pub(crate) open: bool,
}

/// For what.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) minutes: i64,
    /// One, or more for a group.
    pub(crate) seats: u32,
    pub(crate) cents: i64,
    pub(crate) offered: bool,
}

/// What became of one person's appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing is marked (yet).
    Open,
    Attended,
    NoShow,
    Cancelled(Timestamp),
}

/// One appointment; several people make it a group. The numbers are places in the plan.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) people: Vec<(usize, Fate)>,
    pub(crate) staff: usize,
    pub(crate) place: usize,
    pub(crate) service: usize,
    pub(crate) starts: Timestamp,
    pub(crate) booked: Timestamp,
    pub(crate) archived: bool,
    pub(crate) invoiced: bool,
    pub(crate) paid: bool,
    pub(crate) noted: bool,
}

/// All of it; visits in the order of their booking.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) humans: Vec<(Human, Timestamp)>,
    pub(crate) staff: Vec<Staff>,
    pub(crate) places: Vec<Place>,
    pub(crate) services: Vec<Service>,
    pub(crate) visits: Vec<Visit>,
    pub(crate) people: People,
}

const SERVICES: &[(&str, i64, u32, i64)] = &[
    ("Initial consultation", 45, 1, 11_000),
    ("Standard visit", 30, 1, 8_550),
    ("Pilates class", 60, 8, 2_500),
    ("Long review", 60, 1, 13_025),
    ("Telehealth", 20, 1, 6_000),
    ("Hydrotherapy group", 45, 5, 3_000),
    ("Dry needling", 30, 1, 9_000),
    ("Home visit", 60, 1, 16_500),
];

/// Makes the plan of a practice with its diary until some weeks after `now`.
pub(crate) fn plan(clinic: &Clinic, dice: &mut ChaCha8Rng, now: Timestamp) -> Plan {
    let zone = zone(clinic);
    let mut people = People::new(clinic, dice);
    let days = (clinic.years.clamp(0.0, 30.0) * 365.0) as i64;
    let begin = back(now, days);
    let mut humans: Vec<(Human, Timestamp)> = (0..clinic.patients)
        .map(|_| {
            let at = dice.random_range(begin.as_second()..=now.as_second() - 60);
            (people.next(dice), Timestamp::from_second(at).unwrap_or(now))
        })
        .collect();
    humans.sort_by_key(|(_, at)| *at);
    let staff: Vec<Staff> = (0..clinic.practitioners.max(1))
        .map(|n| {
            let (first, last) = names::person(dice);
            let active = n < 2 || n + 1 < clinic.practitioners;
            Staff { first, last, title: if n % 2 == 0 { "Dr" } else { "" }, active }
        })
        .collect();
    let places: Vec<Place> = (0..clinic.businesses.max(1))
        .map(|n| {
            let town = names::town(dice, clinic.region);
            Place { name: format!("{} {town}", clinic.name), town, open: n < 2 || n + 1 < clinic.businesses }
        })
        .collect();
    let count = clinic.appointment_types.clamp(1, SERVICES.len() as u32);
    let services: Vec<Service> = SERVICES[..count as usize]
        .iter()
        .enumerate()
        .map(|(n, &(name, minutes, seats, cents))| Service {
            name,
            minutes,
            seats,
            cents,
            offered: n < 3 || n as u32 + 1 < count,
        })
        .collect();
    let mut made = Plan { humans, staff, places, services, visits: Vec::new(), people };
    let wanted = (f64::from(clinic.patients) * clinic.visits_per_patient.clamp(0.0, 1000.0)) as usize;
    for _ in 0..wanted {
        let visit = visit(clinic, &made, dice, &zone, now);
        made.visits.extend(visit);
    }
    made.visits.sort_by_key(|visit| visit.booked);
    made
}

/// The zone of a practice, UTC if its name is unknown.
pub(crate) fn zone(clinic: &Clinic) -> TimeZone {
    TimeZone::get(&clinic.time_zone).unwrap_or(TimeZone::UTC)
}

pub(crate) fn back(from: Timestamp, days: i64) -> Timestamp {
    from.checked_sub(SignedDuration::from_hours(days * 24)).unwrap_or(from)
}

fn visit(
    clinic: &Clinic,
    plan: &Plan,
    dice: &mut ChaCha8Rng,
    zone: &TimeZone,
    now: Timestamp,
) -> Option<Visit> {
    let who = dice.random_range(0..plan.humans.len().max(1));
    let (_, joined) = plan.humans.get(who)?;
    let horizon = now.checked_add(SignedDuration::from_hours(24 * 60)).ok()?;
    let span = joined.as_second()..horizon.as_second();
    let day = Timestamp::from_second(dice.random_range(span)).ok()?.to_zoned(zone.clone()).date();
    let starts = slot(dice, zone, day)?.max(*joined);
    let group = dice.random_bool(share(clinic.groups));
    let fitting = |service: &Service| (service.seats > 1) == group;
    let services: Vec<usize> = (0..plan.services.len()).filter(|&n| fitting(&plan.services[n])).collect();
    let service = *services.get(dice.random_range(0..services.len().max(1)))?;
    let booked = dice.random_range(1..40 * 86_400);
    let booked = Timestamp::from_second(starts.min(now).as_second() - booked).ok()?.max(*joined);
    let others = if group { dice.random_range(1..plan.services[service].seats) } else { 0 };
    let mut people = vec![(who, Fate::Open)];
    for _ in 0..others {
        let other = dice.random_range(0..plan.humans.len());
        if people.iter().all(|(known, _)| *known != other) && plan.humans[other].1 <= booked {
            people.push((other, Fate::Open));
        }
    }
    let past = starts < now;
    for (_, fate) in &mut people {
        *fate = fate_of(clinic, dice, booked, starts.min(now), past);
    }
    let attended = people.iter().any(|(_, fate)| *fate == Fate::Attended);
    Some(Visit {
        people,
        staff: dice.random_range(0..plan.staff.len()),
        place: dice.random_range(0..plan.places.len()),
        service,
        starts,
        booked,
        archived: dice.random_bool(share(clinic.archived)),
        invoiced: attended && dice.random_bool(share(clinic.invoiced)),
        paid: dice.random_bool(0.85),
        noted: attended && dice.random_bool(share(clinic.treatment_notes)),
    })
}

fn fate_of(clinic: &Clinic, dice: &mut ChaCha8Rng, booked: Timestamp, until: Timestamp, past: bool) -> Fate {
    if dice.random_bool(share(clinic.cancelled)) {
        let at = dice.random_range(booked.as_second()..=until.as_second().max(booked.as_second()));
        return Timestamp::from_second(at).map_or(Fate::Open, Fate::Cancelled);
    }
    match past {
        false => Fate::Open,
        true if dice.random_bool(share(clinic.no_shows)) => Fate::NoShow,
        // Some front desks forget to mark who came.
        true if dice.random_bool(0.9) => Fate::Attended,
        true => Fate::Open,
    }
}

/// A quarter of an hour of a working day, on `day` or soon after.
pub(crate) fn slot(dice: &mut ChaCha8Rng, zone: &TimeZone, day: Date) -> Option<Timestamp> {
    let day = match day.weekday() {
        Weekday::Sunday => day.checked_add(1.day()).ok()?,
        _ => day,
    };
    let at = day.at(dice.random_range(8..18), dice.random_range(0..4) * 15, 0, 0);
    Some(at.to_zoned(zone.clone()).ok()?.timestamp())
}
