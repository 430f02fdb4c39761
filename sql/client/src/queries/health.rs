// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug, Clone, PartialEq)]
pub struct Accounts {
    pub organization_id: uuid::Uuid,
    pub clerk_org_id: Option<String>,
    pub organization_name: String,
    pub timezone: String,
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub sync_status: Option<String>,
    pub last_successful_sync: Option<jiff::Timestamp>,
    pub last_error: Option<String>,
    pub last_error_at: Option<jiff::Timestamp>,
}
pub struct AccountsBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub clerk_org_id: Option<&'a str>,
    pub organization_name: &'a str,
    pub timezone: &'a str,
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub sync_status: Option<&'a str>,
    pub last_successful_sync: Option<jiff::Timestamp>,
    pub last_error: Option<&'a str>,
    pub last_error_at: Option<jiff::Timestamp>,
}
impl<'a> From<AccountsBorrowed<'a>> for Accounts {
    fn from(
        AccountsBorrowed {
            organization_id,
            clerk_org_id,
            organization_name,
            timezone,
            account_id,
            platform,
            sync_status,
            last_successful_sync,
            last_error,
            last_error_at,
        }: AccountsBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            clerk_org_id: clerk_org_id.map(|v| v.into()),
            organization_name: organization_name.into(),
            timezone: timezone.into(),
            account_id,
            platform: platform.into(),
            sync_status: sync_status.map(|v| v.into()),
            last_successful_sync,
            last_error: last_error.map(|v| v.into()),
            last_error_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Streams {
    pub organization_id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub stream: String,
    pub told: bool,
    pub proven_until: Option<jiff::Timestamp>,
    pub records: i64,
    pub changed: i64,
    pub rejected: i64,
    pub backfill_done: Option<i64>,
    pub backfill_total: Option<i64>,
    pub updated_at: jiff::Timestamp,
}
pub struct StreamsBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub stream: &'a str,
    pub told: bool,
    pub proven_until: Option<jiff::Timestamp>,
    pub records: i64,
    pub changed: i64,
    pub rejected: i64,
    pub backfill_done: Option<i64>,
    pub backfill_total: Option<i64>,
    pub updated_at: jiff::Timestamp,
}
impl<'a> From<StreamsBorrowed<'a>> for Streams {
    fn from(
        StreamsBorrowed {
            organization_id,
            account_id,
            stream,
            told,
            proven_until,
            records,
            changed,
            rejected,
            backfill_done,
            backfill_total,
            updated_at,
        }: StreamsBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            account_id,
            stream: stream.into(),
            told,
            proven_until,
            records,
            changed,
            rejected,
            backfill_done,
            backfill_total,
            updated_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct Figures {
    pub organization_id: uuid::Uuid,
    pub patients: i32,
    pub patients_active: i32,
    pub bookings_today: i32,
    pub bookings_upcoming: i32,
    pub people_connected: Option<i32>,
    pub people_merges: Option<i32>,
    pub people_candidates: Option<i32>,
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct AccountsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AccountsBorrowed, tokio_postgres::Error>,
    mapper: fn(AccountsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AccountsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(AccountsBorrowed) -> R) -> AccountsQuery<'c, 'a, 's, C, R, N> {
        AccountsQuery {
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
pub struct StreamsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<StreamsBorrowed, tokio_postgres::Error>,
    mapper: fn(StreamsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> StreamsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(StreamsBorrowed) -> R) -> StreamsQuery<'c, 'a, 's, C, R, N> {
        StreamsQuery {
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
pub struct FiguresQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Figures, tokio_postgres::Error>,
    mapper: fn(Figures) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FiguresQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Figures) -> R) -> FiguresQuery<'c, 'a, 's, C, R, N> {
        FiguresQuery {
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
pub struct I32Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i32, tokio_postgres::Error>,
    mapper: fn(i32) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I32Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i32) -> R) -> I32Query<'c, 'a, 's, C, R, N> {
        I32Query {
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
pub struct AccountsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn accounts() -> AccountsStmt {
    AccountsStmt(
        "select o.id as organization_id, o.clerk_org_id, coalesce(o.display_name, o.name) as organization_name, o.timezone, i.id as account_id, i.platform, s.sync_status, s.last_successful_sync, s.last_error, s.last_error_at from routiq.integrations i join routiq.organizations o on o.id = i.organization_id left join routiq.sync_state s on s.organization_id = i.organization_id and s.account_id = i.id order by organization_name, o.id, i.platform, i.id",
        None,
    )
}
impl AccountsStmt {
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
    ) -> AccountsQuery<'c, 'a, 's, C, Accounts, 0> {
        AccountsQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AccountsBorrowed, tokio_postgres::Error> {
                    Ok(AccountsBorrowed {
                        organization_id: row.try_get(0)?,
                        clerk_org_id: row.try_get(1)?,
                        organization_name: row.try_get(2)?,
                        timezone: row.try_get(3)?,
                        account_id: row.try_get(4)?,
                        platform: row.try_get(5)?,
                        sync_status: row.try_get(6)?,
                        last_successful_sync: row.try_get(7)?,
                        last_error: row.try_get(8)?,
                        last_error_at: row.try_get(9)?,
                    })
                },
            mapper: |it| Accounts::from(it),
        }
    }
}
pub struct StreamsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn streams() -> StreamsStmt {
    StreamsStmt(
        "select organization_id, account_id, stream, told, proven_until, records, changed, rejected, backfill_done, backfill_total, updated_at from routiq.sync_stream_state order by organization_id, account_id, stream",
        None,
    )
}
impl StreamsStmt {
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
    ) -> StreamsQuery<'c, 'a, 's, C, Streams, 0> {
        StreamsQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<StreamsBorrowed, tokio_postgres::Error> {
                    Ok(StreamsBorrowed {
                        organization_id: row.try_get(0)?,
                        account_id: row.try_get(1)?,
                        stream: row.try_get(2)?,
                        told: row.try_get(3)?,
                        proven_until: row.try_get(4)?,
                        records: row.try_get(5)?,
                        changed: row.try_get(6)?,
                        rejected: row.try_get(7)?,
                        backfill_done: row.try_get(8)?,
                        backfill_total: row.try_get(9)?,
                        updated_at: row.try_get(10)?,
                    })
                },
            mapper: |it| Streams::from(it),
        }
    }
}
pub struct FiguresStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn figures() -> FiguresStmt {
    FiguresStmt(
        "select organization_id, patients, patients_active, bookings_today, bookings_upcoming, people_connected, people_merges, people_candidates from routiq.organization_figures",
        None,
    )
}
impl FiguresStmt {
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
    ) -> FiguresQuery<'c, 'a, 's, C, Figures, 0> {
        FiguresQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<Figures, tokio_postgres::Error> {
                Ok(Figures {
                    organization_id: row.try_get(0)?,
                    patients: row.try_get(1)?,
                    patients_active: row.try_get(2)?,
                    bookings_today: row.try_get(3)?,
                    bookings_upcoming: row.try_get(4)?,
                    people_connected: row.try_get(5)?,
                    people_merges: row.try_get(6)?,
                    people_candidates: row.try_get(7)?,
                })
            },
            mapper: |it| Figures::from(it),
        }
    }
}
pub struct PingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn ping() -> PingStmt {
    PingStmt("select 1 as one", None)
}
impl PingStmt {
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
    ) -> I32Query<'c, 'a, 's, C, i32, 0> {
        I32Query {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
