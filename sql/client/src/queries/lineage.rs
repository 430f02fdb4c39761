// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct LineageRowParams<T1: crate::StringSql> {
    pub kind: T1,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct PayloadsNamingParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub organization: uuid::Uuid,
    pub subjects: T2,
    pub since: T3,
    pub until: T4,
    pub ids: T5,
    pub account: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug)]
pub struct RejectionsOfParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub kind: T1,
    pub external_id: T2,
}
#[derive(Debug, Clone, PartialEq)]
pub struct LineageRow {
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub external_id: String,
    pub subject: Option<String>,
    pub within: Option<String>,
    pub payload_id: Option<uuid::Uuid>,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub provisional: bool,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub deleted_at: Option<jiff::Timestamp>,
}
pub struct LineageRowBorrowed<'a> {
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub external_id: &'a str,
    pub subject: Option<&'a str>,
    pub within: Option<&'a str>,
    pub payload_id: Option<uuid::Uuid>,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub provisional: bool,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub deleted_at: Option<jiff::Timestamp>,
}
impl<'a> From<LineageRowBorrowed<'a>> for LineageRow {
    fn from(
        LineageRowBorrowed {
            account_id,
            platform,
            external_id,
            subject,
            within,
            payload_id,
            transform_version,
            generation,
            observed_at,
            provisional,
            created_at,
            updated_at,
            deleted_at,
        }: LineageRowBorrowed<'a>,
    ) -> Self {
        Self {
            account_id,
            platform: platform.into(),
            external_id: external_id.into(),
            subject: subject.map(|v| v.into()),
            within: within.map(|v| v.into()),
            payload_id,
            transform_version,
            generation,
            observed_at,
            provisional,
            created_at,
            updated_at,
            deleted_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RejectionsOf {
    pub id: uuid::Uuid,
    pub error_message: String,
    pub payload_id: Option<uuid::Uuid>,
    pub transform_version: Option<i32>,
    pub retry_count: i32,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub resolved_at: Option<jiff::Timestamp>,
}
pub struct RejectionsOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub error_message: &'a str,
    pub payload_id: Option<uuid::Uuid>,
    pub transform_version: Option<i32>,
    pub retry_count: i32,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub resolved_at: Option<jiff::Timestamp>,
}
impl<'a> From<RejectionsOfBorrowed<'a>> for RejectionsOf {
    fn from(
        RejectionsOfBorrowed {
            id,
            error_message,
            payload_id,
            transform_version,
            retry_count,
            created_at,
            updated_at,
            resolved_at,
        }: RejectionsOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            error_message: error_message.into(),
            payload_id,
            transform_version,
            retry_count,
            created_at,
            updated_at,
            resolved_at,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct LineageRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LineageRowBorrowed, tokio_postgres::Error>,
    mapper: fn(LineageRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LineageRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(LineageRowBorrowed) -> R,
    ) -> LineageRowQuery<'c, 'a, 's, C, R, N> {
        LineageRowQuery {
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
pub struct UuidUuidQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<uuid::Uuid, tokio_postgres::Error>,
    mapper: fn(uuid::Uuid) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UuidUuidQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(uuid::Uuid) -> R) -> UuidUuidQuery<'c, 'a, 's, C, R, N> {
        UuidUuidQuery {
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
pub struct RejectionsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RejectionsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(RejectionsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RejectionsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(RejectionsOfBorrowed) -> R,
    ) -> RejectionsOfQuery<'c, 'a, 's, C, R, N> {
        RejectionsOfQuery {
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
pub struct LineageRowStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lineage_row() -> LineageRowStmt {
    LineageRowStmt(
        "select l.account_id, i.platform, l.external_id, l.subject, l.within, l.payload_id, l.transform_version, l.generation, l.observed_at, l.provisional, l.created_at, l.updated_at, l.deleted_at from routiq.lineage_rows l join routiq.integrations i on i.organization_id = l.organization_id and i.id = l.account_id where l.kind = $1 and l.organization_id = $2 and l.id = $3",
        None,
    )
}
impl LineageRowStmt {
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
        kind: &'a T1,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> LineageRowQuery<'c, 'a, 's, C, LineageRow, 3> {
        LineageRowQuery {
            client,
            params: [kind, organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<LineageRowBorrowed, tokio_postgres::Error> {
                    Ok(LineageRowBorrowed {
                        account_id: row.try_get(0)?,
                        platform: row.try_get(1)?,
                        external_id: row.try_get(2)?,
                        subject: row.try_get(3)?,
                        within: row.try_get(4)?,
                        payload_id: row.try_get(5)?,
                        transform_version: row.try_get(6)?,
                        generation: row.try_get(7)?,
                        observed_at: row.try_get(8)?,
                        provisional: row.try_get(9)?,
                        created_at: row.try_get(10)?,
                        updated_at: row.try_get(11)?,
                        deleted_at: row.try_get(12)?,
                    })
                },
            mapper: |it| LineageRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LineageRowParams<T1>,
        LineageRowQuery<'c, 'a, 's, C, LineageRow, 3>,
        C,
    > for LineageRowStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LineageRowParams<T1>,
    ) -> LineageRowQuery<'c, 'a, 's, C, LineageRow, 3> {
        self.bind(client, &params.kind, &params.organization, &params.id)
    }
}
pub struct PayloadsNamingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn payloads_naming() -> PayloadsNamingStmt {
    PayloadsNamingStmt(
        "with named as ( select s.payload_id as id from routiq.payload_subjects s where s.organization_id = $1 and s.subject = any($2::text[]) union select p.id from unnest($3::uuid[], $4::uuid[]) as m (since, until) cross join lateral ( select t.id from routiq.raw_payloads t where t.organization_id = $1 and t.id >= m.since and t.id < m.until ) p union select unnest($5::uuid[]) ) select p.id from named n cross join lateral ( select t.id, t.account_id, t.created_at from routiq.raw_payloads t where t.organization_id = $1 and t.id = n.id limit 1 ) p where p.account_id = $6 order by p.created_at desc, p.id desc limit $7",
        None,
    )
}
impl PayloadsNamingStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = T1>,
        T3: crate::ArraySql<Item = uuid::Uuid>,
        T4: crate::ArraySql<Item = uuid::Uuid>,
        T5: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        subjects: &'a T2,
        since: &'a T3,
        until: &'a T4,
        ids: &'a T5,
        account: &'a uuid::Uuid,
        most: &'a i64,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7> {
        UuidUuidQuery {
            client,
            params: [organization, subjects, since, until, ids, account, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PayloadsNamingParams<T1, T2, T3, T4, T5>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7>,
        C,
    > for PayloadsNamingStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PayloadsNamingParams<T1, T2, T3, T4, T5>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7> {
        self.bind(
            client,
            &params.organization,
            &params.subjects,
            &params.since,
            &params.until,
            &params.ids,
            &params.account,
            &params.most,
        )
    }
}
pub struct RejectionsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn rejections_of() -> RejectionsOfStmt {
    RejectionsOfStmt(
        "select id, error_message, payload_id, transform_version, retry_count, created_at, updated_at, resolved_at from routiq.sync_errors where organization_id = $1 and account_id = $2 and stream = $3 and external_id = $4 and error_type = 'malformed_record' order by created_at, id",
        None,
    )
}
impl RejectionsOfStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        kind: &'a T1,
        external_id: &'a T2,
    ) -> RejectionsOfQuery<'c, 'a, 's, C, RejectionsOf, 4> {
        RejectionsOfQuery {
            client,
            params: [organization, account, kind, external_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<RejectionsOfBorrowed, tokio_postgres::Error> {
                    Ok(RejectionsOfBorrowed {
                        id: row.try_get(0)?,
                        error_message: row.try_get(1)?,
                        payload_id: row.try_get(2)?,
                        transform_version: row.try_get(3)?,
                        retry_count: row.try_get(4)?,
                        created_at: row.try_get(5)?,
                        updated_at: row.try_get(6)?,
                        resolved_at: row.try_get(7)?,
                    })
                },
            mapper: |it| RejectionsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RejectionsOfParams<T1, T2>,
        RejectionsOfQuery<'c, 'a, 's, C, RejectionsOf, 4>,
        C,
    > for RejectionsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RejectionsOfParams<T1, T2>,
    ) -> RejectionsOfQuery<'c, 'a, 's, C, RejectionsOf, 4> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.kind,
            &params.external_id,
        )
    }
}
