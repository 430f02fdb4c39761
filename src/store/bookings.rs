//! Patients and bookings, counted.

use futures_util::try_join;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use routiq_sql::{client::Params, queries::bookings as sql};

use super::{error::StoreError, tenant::Tenant};
use crate::domain::{
    bookings::{Booked, Patients, Practice, RECENT, Visits, edges},
    range::Range,
};

/// A moment longer than recent, a visit is recent no more.
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

/// Counts everything, and these days in this zone.
///
/// # Errors
/// [`StoreError`].
pub async fn count(
    tenant: &Tenant<'_>,
    range: Range,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Practice, StoreError> {
    let since = now.saturating_sub(RECENT).unwrap_or(Timestamp::MIN);
    let params = sql::CountPatientsParams { now, since, organization: tenant.organization };
    let patients = async { Ok(sql::count_patients().params(&tenant.tx, &params).one().await?) };
    let (row, booked) = try_join!(patients, booked(tenant, range, zone, now))?;
    let leaves_at = row.leaves_at.and_then(|oldest| oldest.checked_add(RECENT + MOMENT).ok());
    Ok(Practice {
        patients: Patients {
            total: row.patients,
            active: row.active,
            with_upcoming: row.with_upcoming,
            with_recent: row.with_recent,
            upcoming_visits: row.patients_upcoming,
            recent_visits: row.patients_recent,
            visits: row.patients_total,
            visits_of_active: row.active_total,
        },
        upcoming: row.upcoming,
        total: row.total,
        next_at: [row.next_at, leaves_at, booked.next_at].into_iter().flatten().min(),
        booked,
    })
}

/// Counts what was booked on these days in this zone.
///
/// # Errors
/// [`StoreError`].
pub async fn booked(
    tenant: &Tenant<'_>,
    range: Range,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Booked, StoreError> {
    let mut booked = Booked::none(range);
    let Some((first, before, earlier)) = edges(range, zone) else { return Ok(booked) };
    let organization = tenant.organization;
    let named = zone.iana_name().unwrap_or("UTC");
    let visits = sql::BookedParams { zone: named, now, organization, first: earlier, before };
    let new = sql::NewPatientsParams { organization, first, before };
    let (rows, new_patients) = try_join!(
        async { Ok::<_, StoreError>(sql::booked().params(&tenant.tx, &visits).all().await?) },
        async { Ok(sql::new_patients().params(&tenant.tx, &new).one().await?) },
    )?;
    booked.new_patients = new_patients;
    for row in rows {
        if row.day < range.first {
            booked.before += row.bookings;
            continue;
        }
        let visits = Visits {
            bookings: row.bookings,
            begun: row.begun,
            completed: row.completed,
            missed: row.missed,
            cancelled: row.cancelled,
            upcoming: row.upcoming,
        };
        booked.days.entry(row.day).or_default().add(visits);
        if row.bookings > 0 {
            *booked.hours.entry(row.hour).or_default() += row.bookings;
        }
        booked.next_at = [booked.next_at, row.next_at].into_iter().flatten().min();
    }
    Ok(booked)
}
