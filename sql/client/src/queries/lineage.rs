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
#[derive(Clone, Copy, Debug)]
pub struct PayloadsInOrderParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct CountRowsParams<T1: crate::StringSql> {
    pub kind: T1,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct DifferentRowsParams<T1: crate::StringSql> {
    pub kind: T1,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub shadow: uuid::Uuid,
}
#[derive(Debug)]
pub struct RowValuesParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> {
    pub kind: T1,
    pub shadow: uuid::Uuid,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub external_ids: T3,
}
#[derive(Clone, Copy, Debug)]
pub struct OutdatedRejectionsParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub version: i32,
    pub most: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct RejectionsInParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub payload: uuid::Uuid,
}
#[derive(Debug)]
pub struct UnderstandRejectionsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub ids: T1,
}
#[derive(Clone, Copy, Debug)]
pub struct OutlastRejectionsParams {
    pub version: i32,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub payload: uuid::Uuid,
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
#[derive(Debug, Clone, PartialEq)]
pub struct DifferentRows {
    pub external_id: String,
    pub record: String,
    pub held: bool,
    pub derived: bool,
    pub held_gone: bool,
    pub derived_gone: bool,
    pub fields: Vec<String>,
    pub transform_version: Option<i32>,
    pub payload_id: Option<uuid::Uuid>,
}
pub struct DifferentRowsBorrowed<'a> {
    pub external_id: &'a str,
    pub record: &'a str,
    pub held: bool,
    pub derived: bool,
    pub held_gone: bool,
    pub derived_gone: bool,
    pub fields: crate::ArrayIterator<'a, &'a str>,
    pub transform_version: Option<i32>,
    pub payload_id: Option<uuid::Uuid>,
}
impl<'a> From<DifferentRowsBorrowed<'a>> for DifferentRows {
    fn from(
        DifferentRowsBorrowed {
            external_id,
            record,
            held,
            derived,
            held_gone,
            derived_gone,
            fields,
            transform_version,
            payload_id,
        }: DifferentRowsBorrowed<'a>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            record: record.into(),
            held,
            derived,
            held_gone,
            derived_gone,
            fields: fields.map(|v| v.into()).collect(),
            transform_version,
            payload_id,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RowValues {
    pub external_id: String,
    pub held: serde_json::Value,
    pub derived: serde_json::Value,
}
pub struct RowValuesBorrowed<'a> {
    pub external_id: &'a str,
    pub held: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub derived: postgres_types::Json<&'a serde_json::value::RawValue>,
}
impl<'a> From<RowValuesBorrowed<'a>> for RowValues {
    fn from(
        RowValuesBorrowed {
            external_id,
            held,
            derived,
        }: RowValuesBorrowed<'a>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            held: serde_json::from_str(held.0.get()).unwrap(),
            derived: serde_json::from_str(derived.0.get()).unwrap(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RejectionsIn {
    pub id: uuid::Uuid,
    pub stream: String,
    pub external_id: String,
}
pub struct RejectionsInBorrowed<'a> {
    pub id: uuid::Uuid,
    pub stream: &'a str,
    pub external_id: &'a str,
}
impl<'a> From<RejectionsInBorrowed<'a>> for RejectionsIn {
    fn from(
        RejectionsInBorrowed {
            id,
            stream,
            external_id,
        }: RejectionsInBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            stream: stream.into(),
            external_id: external_id.into(),
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
pub struct DifferentRowsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DifferentRowsBorrowed, tokio_postgres::Error>,
    mapper: fn(DifferentRowsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DifferentRowsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DifferentRowsBorrowed) -> R,
    ) -> DifferentRowsQuery<'c, 'a, 's, C, R, N> {
        DifferentRowsQuery {
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
pub struct RowValuesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RowValuesBorrowed, tokio_postgres::Error>,
    mapper: fn(RowValuesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RowValuesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RowValuesBorrowed) -> R) -> RowValuesQuery<'c, 'a, 's, C, R, N> {
        RowValuesQuery {
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
pub struct RejectionsInQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RejectionsInBorrowed, tokio_postgres::Error>,
    mapper: fn(RejectionsInBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RejectionsInQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(RejectionsInBorrowed) -> R,
    ) -> RejectionsInQuery<'c, 'a, 's, C, R, N> {
        RejectionsInQuery {
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
pub struct PayloadsInOrderStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn payloads_in_order() -> PayloadsInOrderStmt {
    PayloadsInOrderStmt(
        "select id from routiq.raw_payloads where organization_id = $1 and account_id = $2 order by created_at, id",
        None,
    )
}
impl PayloadsInOrderStmt {
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
        account: &'a uuid::Uuid,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        UuidUuidQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PayloadsInOrderParams,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2>,
        C,
    > for PayloadsInOrderStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PayloadsInOrderParams,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct CountRowsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_rows() -> CountRowsStmt {
    CountRowsStmt(
        "select count(*) from routiq.lineage_rows where kind = $1 and organization_id = $2 and account_id = $3",
        None,
    )
}
impl CountRowsStmt {
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
        account: &'a uuid::Uuid,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        I64Query {
            client,
            params: [kind, organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CountRowsParams<T1>,
        I64Query<'c, 'a, 's, C, i64, 3>,
        C,
    > for CountRowsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CountRowsParams<T1>,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        self.bind(client, &params.kind, &params.organization, &params.account)
    }
}
pub struct DifferentRowsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn different_rows() -> DifferentRowsStmt {
    DifferentRowsStmt(
        "with held as ( select external_id, within, fields, deleted_at is not null as gone, transform_version, payload_id from routiq.lineage_rows where kind = $1 and organization_id = $2 and account_id = $3 ), derived as ( select external_id, within, fields, deleted_at is not null as gone from routiq.lineage_rows where kind = $1 and organization_id = $2 and account_id = $4 ) select coalesce(h.external_id, d.external_id) as external_id, case $1 when 'attachments' then coalesce(h.within, d.within) else coalesce(h.external_id, d.external_id) end as record, h.external_id is not null as held, d.external_id is not null as derived, coalesce(h.gone, false) as held_gone, coalesce(d.gone, false) as derived_gone, case when h.gone or d.gone then '{}' else array( select coalesce(a.key, b.key) from jsonb_each(h.fields) a full join jsonb_each(d.fields) b on b.key = a.key where a.value is distinct from b.value and h.external_id is not null and d.external_id is not null order by 1) end as fields, h.transform_version, h.payload_id from held h full join derived d on d.external_id = h.external_id where h.external_id is null or d.external_id is null or h.gone <> d.gone or (not h.gone and h.fields <> d.fields) order by 1",
        None,
    )
}
impl DifferentRowsStmt {
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
        account: &'a uuid::Uuid,
        shadow: &'a uuid::Uuid,
    ) -> DifferentRowsQuery<'c, 'a, 's, C, DifferentRows, 4> {
        DifferentRowsQuery {
            client,
            params: [kind, organization, account, shadow],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<DifferentRowsBorrowed, tokio_postgres::Error> {
                    Ok(DifferentRowsBorrowed {
                        external_id: row.try_get(0)?,
                        record: row.try_get(1)?,
                        held: row.try_get(2)?,
                        derived: row.try_get(3)?,
                        held_gone: row.try_get(4)?,
                        derived_gone: row.try_get(5)?,
                        fields: row.try_get(6)?,
                        transform_version: row.try_get(7)?,
                        payload_id: row.try_get(8)?,
                    })
                },
            mapper: |it| DifferentRows::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        DifferentRowsParams<T1>,
        DifferentRowsQuery<'c, 'a, 's, C, DifferentRows, 4>,
        C,
    > for DifferentRowsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DifferentRowsParams<T1>,
    ) -> DifferentRowsQuery<'c, 'a, 's, C, DifferentRows, 4> {
        self.bind(
            client,
            &params.kind,
            &params.organization,
            &params.account,
            &params.shadow,
        )
    }
}
pub struct RowValuesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn row_values() -> RowValuesStmt {
    RowValuesStmt(
        "select h.external_id, h.fields as held, d.fields as derived from routiq.lineage_rows h join routiq.lineage_rows d on d.kind = $1 and d.organization_id = h.organization_id and d.account_id = $2 and d.external_id = h.external_id where h.kind = $1 and h.organization_id = $3 and h.account_id = $4 and h.external_id = any($5::text[]) order by 1",
        None,
    )
}
impl RowValuesStmt {
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
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
    >(
        &'s self,
        client: &'c C,
        kind: &'a T1,
        shadow: &'a uuid::Uuid,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        external_ids: &'a T3,
    ) -> RowValuesQuery<'c, 'a, 's, C, RowValues, 5> {
        RowValuesQuery {
            client,
            params: [kind, shadow, organization, account, external_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<RowValuesBorrowed, tokio_postgres::Error> {
                    Ok(RowValuesBorrowed {
                        external_id: row.try_get(0)?,
                        held: row.try_get(1)?,
                        derived: row.try_get(2)?,
                    })
                },
            mapper: |it| RowValues::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RowValuesParams<T1, T2, T3>,
        RowValuesQuery<'c, 'a, 's, C, RowValues, 5>,
        C,
    > for RowValuesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RowValuesParams<T1, T2, T3>,
    ) -> RowValuesQuery<'c, 'a, 's, C, RowValues, 5> {
        self.bind(
            client,
            &params.kind,
            &params.shadow,
            &params.organization,
            &params.account,
            &params.external_ids,
        )
    }
}
pub struct OutdatedRejectionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn outdated_rejections() -> OutdatedRejectionsStmt {
    OutdatedRejectionsStmt(
        "select distinct payload_id from routiq.sync_errors where organization_id = $1 and account_id = $2 and not resolved and error_type = 'malformed_record' and transform_version < $3 and payload_id is not null order by payload_id limit $4",
        None,
    )
}
impl OutdatedRejectionsStmt {
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
        account: &'a uuid::Uuid,
        version: &'a i32,
        most: &'a i64,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4> {
        UuidUuidQuery {
            client,
            params: [organization, account, version, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        OutdatedRejectionsParams,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4>,
        C,
    > for OutdatedRejectionsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a OutdatedRejectionsParams,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.version,
            &params.most,
        )
    }
}
pub struct RejectionsInStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn rejections_in() -> RejectionsInStmt {
    RejectionsInStmt(
        "select id, stream, external_id from routiq.sync_errors where organization_id = $1 and account_id = $2 and not resolved and error_type = 'malformed_record' and payload_id = $3",
        None,
    )
}
impl RejectionsInStmt {
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
        account: &'a uuid::Uuid,
        payload: &'a uuid::Uuid,
    ) -> RejectionsInQuery<'c, 'a, 's, C, RejectionsIn, 3> {
        RejectionsInQuery {
            client,
            params: [organization, account, payload],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<RejectionsInBorrowed, tokio_postgres::Error> {
                    Ok(RejectionsInBorrowed {
                        id: row.try_get(0)?,
                        stream: row.try_get(1)?,
                        external_id: row.try_get(2)?,
                    })
                },
            mapper: |it| RejectionsIn::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RejectionsInParams,
        RejectionsInQuery<'c, 'a, 's, C, RejectionsIn, 3>,
        C,
    > for RejectionsInStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RejectionsInParams,
    ) -> RejectionsInQuery<'c, 'a, 's, C, RejectionsIn, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.payload,
        )
    }
}
pub struct UnderstandRejectionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn understand_rejections() -> UnderstandRejectionsStmt {
    UnderstandRejectionsStmt(
        "update routiq.sync_errors set resolved = true, resolved_at = $1, updated_at = $1 where organization_id = $2 and id = any($3)",
        None,
    )
}
impl UnderstandRejectionsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        ids: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, ids]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        UnderstandRejectionsParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for UnderstandRejectionsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UnderstandRejectionsParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.organization, &params.ids))
    }
}
pub struct OutlastRejectionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn outlast_rejections() -> OutlastRejectionsStmt {
    OutlastRejectionsStmt(
        "update routiq.sync_errors set transform_version = $1, retry_count = retry_count + 1, updated_at = $2 where organization_id = $3 and account_id = $4 and not resolved and error_type = 'malformed_record' and payload_id = $5 and transform_version < $1",
        None,
    )
}
impl OutlastRejectionsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        version: &'a i32,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        payload: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[version, now, organization, account, payload])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        OutlastRejectionsParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for OutlastRejectionsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a OutlastRejectionsParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.version,
            &params.now,
            &params.organization,
            &params.account,
            &params.payload,
        ))
    }
}
