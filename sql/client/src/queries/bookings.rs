// This file was generated with `cornucopia`. Do not modify.

#[derive(Clone, Copy, Debug)]
pub struct CountPatientsParams {
    pub now: jiff::Timestamp,
    pub since: jiff::Timestamp,
    pub organization: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct NewPatientsParams {
    pub organization: uuid::Uuid,
    pub first: jiff::Timestamp,
    pub before: jiff::Timestamp,
}
#[derive(Debug)]
pub struct BookedParams<T1: crate::StringSql> {
    pub zone: T1,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub first: jiff::Timestamp,
    pub before: jiff::Timestamp,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct CountPatients {
    pub patients: i64,
    pub active: i64,
    pub with_upcoming: i64,
    pub with_recent: i64,
    pub patients_upcoming: i64,
    pub patients_recent: i64,
    pub patients_total: i64,
    pub active_total: i64,
    pub upcoming: i64,
    pub total: i64,
    pub next_at: Option<jiff::Timestamp>,
    pub leaves_at: Option<jiff::Timestamp>,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct Booked {
    pub day: jiff::civil::Date,
    pub hour: i32,
    pub bookings: i64,
    pub begun: i64,
    pub completed: i64,
    pub missed: i64,
    pub cancelled: i64,
    pub upcoming: i64,
    pub next_at: Option<jiff::Timestamp>,
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct CountPatientsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CountPatients, tokio_postgres::Error>,
    mapper: fn(CountPatients) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CountPatientsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CountPatients) -> R) -> CountPatientsQuery<'c, 'a, 's, C, R, N> {
        CountPatientsQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct I64Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i64, tokio_postgres::Error>,
    mapper: fn(i64) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I64Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i64) -> R) -> I64Query<'c, 'a, 's, C, R, N> {
        I64Query {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct BookedQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Booked, tokio_postgres::Error>,
    mapper: fn(Booked) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BookedQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Booked) -> R) -> BookedQuery<'c, 'a, 's, C, R, N> {
        BookedQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row =
            crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row =
            crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<
        impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c,
        tokio_postgres::Error,
    > {
        let stream = crate::client::async_::raw(
            self.client,
            self.query,
            crate::slice_iter(&self.params),
            self.cached,
        )
        .await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct CountPatientsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_patients() -> CountPatientsStmt {
    CountPatientsStmt(
        "select count(*) filter (where e.patient) as patients, count(*) filter (where e.patient and e.recent + e.upcoming > 0) as active, count(*) filter (where e.patient and e.upcoming > 0) as with_upcoming, count(*) filter (where e.patient and e.recent > 0) as with_recent, coalesce(sum(e.upcoming) filter (where e.patient), 0) as patients_upcoming, coalesce(sum(e.recent) filter (where e.patient), 0) as patients_recent, coalesce(sum(e.total) filter (where e.patient), 0) as patients_total, coalesce(sum(e.total) filter (where e.patient and e.recent + e.upcoming > 0), 0) as active_total, coalesce(sum(e.upcoming), 0) as upcoming, coalesce(sum(e.total), 0) as total, min(e.next_at) as next_at, min(e.leaves_at) filter (where e.patient) as leaves_at from ( select bool_or(t.patient) as patient, max(t.total) as total, max(t.upcoming) as upcoming, max(t.recent) as recent, min(t.next_at) as next_at, min(t.leaves_at) as leaves_at from ( select a.contact_id, false as patient, count(*)::integer as total, count(*) filter (where a.starts_at > $1)::integer as upcoming, count(*) filter (where a.starts_at >= $2 and a.starts_at <= $1)::integer as recent, min(a.starts_at) filter (where a.starts_at > $1) as next_at, min(a.starts_at) filter (where a.starts_at >= $2 and a.starts_at <= $1) as leaves_at from routiq.appointments a where a.organization_id = $3 and a.deleted_at is null and a.shape <> 'group' and a.starts_at is not null and a.cancelled_at is null and not a.cancelled and a.replaced_by is null group by a.contact_id union all select p.contact_id, true, 0, 0, 0, null, null from routiq.patients p where p.organization_id = $3 and p.deleted_at is null ) t group by t.contact_id ) e",
        None,
    )
}
impl CountPatientsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        since: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
    ) -> CountPatientsQuery<'c, 'a, 's, C, CountPatients, 3> {
        CountPatientsQuery {
            client,
            params: [now, since, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CountPatients, tokio_postgres::Error> {
                Ok(CountPatients {
                    patients: row.try_get(0)?,
                    active: row.try_get(1)?,
                    with_upcoming: row.try_get(2)?,
                    with_recent: row.try_get(3)?,
                    patients_upcoming: row.try_get(4)?,
                    patients_recent: row.try_get(5)?,
                    patients_total: row.try_get(6)?,
                    active_total: row.try_get(7)?,
                    upcoming: row.try_get(8)?,
                    total: row.try_get(9)?,
                    next_at: row.try_get(10)?,
                    leaves_at: row.try_get(11)?,
                })
            },
            mapper: |it| CountPatients::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CountPatientsParams,
        CountPatientsQuery<'c, 'a, 's, C, CountPatients, 3>,
        C,
    > for CountPatientsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CountPatientsParams,
    ) -> CountPatientsQuery<'c, 'a, 's, C, CountPatients, 3> {
        self.bind(client, &params.now, &params.since, &params.organization)
    }
}
pub struct NewPatientsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn new_patients() -> NewPatientsStmt {
    NewPatientsStmt(
        "select count(*) from routiq.patients p cross join lateral ( select c.source_created_at from routiq.contacts c where c.organization_id = $1 and c.id between p.contact_id and p.contact_id order by c.id limit 1 ) c where p.organization_id = $1 and p.deleted_at is null and coalesce(c.source_created_at, p.created_at) >= $2 and coalesce(c.source_created_at, p.created_at) < $3",
        None,
    )
}
impl NewPatientsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        first: &'a jiff::Timestamp,
        before: &'a jiff::Timestamp,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        I64Query {
            client,
            params: [organization, first, before],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, NewPatientsParams, I64Query<'c, 'a, 's, C, i64, 3>, C>
    for NewPatientsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NewPatientsParams,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        self.bind(client, &params.organization, &params.first, &params.before)
    }
}
pub struct BookedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn booked() -> BookedStmt {
    BookedStmt(
        "select (v.starts_at at time zone $1)::date as day, extract(hour from v.starts_at at time zone $1)::integer as hour, count(*) filter (where v.status not in ('cancelled', 'rescheduled')) as bookings, count(*) filter (where v.status not in ('cancelled', 'rescheduled') and v.starts_at <= $2) as begun, count(*) filter (where v.status = 'completed') as completed, count(*) filter (where v.status in ('no_show', 'cancelled_late') and v.starts_at <= $2) as missed, count(*) filter (where v.status = 'cancelled') as cancelled, count(*) filter (where v.status in ('no_show', 'confirmed', 'scheduled') and v.starts_at > $2) as upcoming, min(case when v.starts_at > $2 then v.starts_at when v.status in ('confirmed', 'scheduled') then coalesce(v.ends_at, v.starts_at + interval '30 minutes') end) as next_at from ( select a.starts_at, a.ends_at, routiq.appointment_status(a.starts_at, a.ends_at, a.cancelled_at, a.cancelled, a.replaced_by, a.did_not_arrive, a.confirmed, $2) as status from routiq.appointments a where a.organization_id = $3 and a.starts_at >= $4 and a.starts_at < $5 and a.deleted_at is null and a.shape <> 'group' order by a.starts_at offset 0 ) v group by 1, 2 order by 1, 2",
        None,
    )
}
impl BookedStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        zone: &'a T1,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        first: &'a jiff::Timestamp,
        before: &'a jiff::Timestamp,
    ) -> BookedQuery<'c, 'a, 's, C, Booked, 5> {
        BookedQuery {
            client,
            params: [zone, now, organization, first, before],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<Booked, tokio_postgres::Error> {
                Ok(Booked {
                    day: row.try_get(0)?,
                    hour: row.try_get(1)?,
                    bookings: row.try_get(2)?,
                    begun: row.try_get(3)?,
                    completed: row.try_get(4)?,
                    missed: row.try_get(5)?,
                    cancelled: row.try_get(6)?,
                    upcoming: row.try_get(7)?,
                    next_at: row.try_get(8)?,
                })
            },
            mapper: |it| Booked::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        BookedParams<T1>,
        BookedQuery<'c, 'a, 's, C, Booked, 5>,
        C,
    > for BookedStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a BookedParams<T1>,
    ) -> BookedQuery<'c, 'a, 's, C, Booked, 5> {
        self.bind(
            client,
            &params.zone,
            &params.now,
            &params.organization,
            &params.first,
            &params.before,
        )
    }
}
