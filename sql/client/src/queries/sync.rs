// This file was generated with `cornucopia`. Do not modify.

#[derive(Clone, Copy, Debug)]
pub struct StreamsOfParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct StreamCursorParams<T1: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub stream: T1,
}
#[derive(Debug)]
pub struct WriteStreamParams<T1: crate::StringSql, T2: crate::JsonSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub stream: T1,
    pub cursor: Option<T2>,
    pub proven_until: Option<jiff::Timestamp>,
    pub records: i64,
    pub changed: i64,
    pub rejected: i64,
    pub backfill_done: Option<i64>,
    pub backfill_total: Option<i64>,
    pub told: bool,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct ProveStreamParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub parent: T1,
    pub stream: T2,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct NextItemsParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct ItemProgressParams<T1: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub stream: T1,
}
#[derive(Debug)]
pub struct MakeDueParams<
    T1: crate::StringSql,
    T2: crate::JsonSql,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub stream: T1,
    pub work: T2,
    pub urgency: i16,
    pub requested_at: jiff::Timestamp,
    pub not_before: jiff::Timestamp,
    pub external_ids: T4,
    pub owed_since_stream: Option<T5>,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct FinishItemParams<
    T1: crate::JsonSql,
    T2: crate::JsonSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
> {
    pub cursor: T1,
    pub request: i64,
    pub rest: Option<T2>,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub stream: T3,
    pub external_id: T4,
}
#[derive(Debug)]
pub struct AddListedParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub stream: T1,
    pub listing: jiff::Timestamp,
    pub external_ids: T3,
}
#[derive(Clone, Copy, Debug)]
pub struct MissingContactsParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub listing: jiff::Timestamp,
    pub recheck_before: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct MissingConversationsParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub listing: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct MissingMessagesParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub listing: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct MissingInboxesParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub listing: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct MissingAgentsParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub listing: jiff::Timestamp,
}
#[derive(Debug)]
pub struct ForgetListingParams<T1: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub stream: T1,
    pub listing: jiff::Timestamp,
}
#[derive(Debug)]
pub struct WriteStateParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub service: T1,
    pub last_sync: Option<jiff::Timestamp>,
    pub last_success: Option<jiff::Timestamp>,
    pub status: T2,
    pub records: i64,
    pub errors: i64,
    pub last_error: Option<T3>,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct WriteLogParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::JsonSql,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub account: uuid::Uuid,
    pub sync_id: uuid::Uuid,
    pub source: T1,
    pub operation: T2,
    pub status: T3,
    pub processed: i64,
    pub success: i64,
    pub failed: i64,
    pub error_message: Option<T4>,
    pub metadata: T5,
    pub started_at: jiff::Timestamp,
    pub completed_at: Option<jiff::Timestamp>,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct CloseLogsParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct WriteRejectionsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = Option<T5>>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::BytesSql,
    T10: crate::ArraySql<Item = T9>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub service: T1,
    pub payload: uuid::Uuid,
    pub transform_version: i32,
    pub now: jiff::Timestamp,
    pub ids: T2,
    pub streams: T4,
    pub external_ids: T6,
    pub reasons: T8,
    pub fingerprints: T10,
}
#[derive(Debug)]
pub struct KnownRejectionsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub external_ids: T2,
}
#[derive(Debug)]
pub struct ResolveRejectionsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
> {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub streams: T2,
    pub external_ids: T4,
}
#[derive(Debug)]
pub struct InsertPayloadParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::BytesSql,
    T5: crate::BytesSql,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub account: uuid::Uuid,
    pub stream: T1,
    pub source: T2,
    pub request: T3,
    pub records: i32,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub key_version: i32,
    pub wrapped_key: T4,
    pub body: T5,
    pub now: jiff::Timestamp,
    pub subjects: T7,
}
#[derive(Clone, Copy, Debug)]
pub struct LoadPayloadParams {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct LogsOfParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub most: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct ErrorsOfParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct StreamsOf {
    pub stream: String,
    pub cursor: serde_json::Value,
    pub proven_until: Option<jiff::Timestamp>,
    pub records: i64,
    pub changed: i64,
    pub rejected: i64,
    pub backfill_done: Option<i64>,
    pub backfill_total: Option<i64>,
    pub updated_at: jiff::Timestamp,
}
pub struct StreamsOfBorrowed<'a> {
    pub stream: &'a str,
    pub cursor: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub proven_until: Option<jiff::Timestamp>,
    pub records: i64,
    pub changed: i64,
    pub rejected: i64,
    pub backfill_done: Option<i64>,
    pub backfill_total: Option<i64>,
    pub updated_at: jiff::Timestamp,
}
impl<'a> From<StreamsOfBorrowed<'a>> for StreamsOf {
    fn from(
        StreamsOfBorrowed {
            stream,
            cursor,
            proven_until,
            records,
            changed,
            rejected,
            backfill_done,
            backfill_total,
            updated_at,
        }: StreamsOfBorrowed<'a>,
    ) -> Self {
        Self {
            stream: stream.into(),
            cursor: serde_json::from_str(cursor.0.get()).unwrap(),
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
#[derive(Debug, Clone, PartialEq)]
pub struct NextItems {
    pub stream: Option<String>,
    pub external_id: Option<String>,
    pub cursor: Option<serde_json::Value>,
    pub work: Option<serde_json::Value>,
    pub urgency: Option<i16>,
    pub request: Option<i64>,
    pub waits_until: Option<jiff::Timestamp>,
}
pub struct NextItemsBorrowed<'a> {
    pub stream: Option<&'a str>,
    pub external_id: Option<&'a str>,
    pub cursor: Option<postgres_types::Json<&'a serde_json::value::RawValue>>,
    pub work: Option<postgres_types::Json<&'a serde_json::value::RawValue>>,
    pub urgency: Option<i16>,
    pub request: Option<i64>,
    pub waits_until: Option<jiff::Timestamp>,
}
impl<'a> From<NextItemsBorrowed<'a>> for NextItems {
    fn from(
        NextItemsBorrowed {
            stream,
            external_id,
            cursor,
            work,
            urgency,
            request,
            waits_until,
        }: NextItemsBorrowed<'a>,
    ) -> Self {
        Self {
            stream: stream.map(|v| v.into()),
            external_id: external_id.map(|v| v.into()),
            cursor: cursor.map(|v| serde_json::from_str(v.0.get()).unwrap()),
            work: work.map(|v| serde_json::from_str(v.0.get()).unwrap()),
            urgency,
            request,
            waits_until,
        }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct ItemProgress {
    pub done: i64,
    pub total: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownRejections {
    pub stream: String,
    pub external_id: String,
    pub fingerprint: Vec<u8>,
}
pub struct KnownRejectionsBorrowed<'a> {
    pub stream: &'a str,
    pub external_id: &'a str,
    pub fingerprint: &'a [u8],
}
impl<'a> From<KnownRejectionsBorrowed<'a>> for KnownRejections {
    fn from(
        KnownRejectionsBorrowed {
            stream,
            external_id,
            fingerprint,
        }: KnownRejectionsBorrowed<'a>,
    ) -> Self {
        Self {
            stream: stream.into(),
            external_id: external_id.into(),
            fingerprint: fingerprint.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadPayload {
    pub account_id: uuid::Uuid,
    pub stream: String,
    pub source: String,
    pub request: String,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub created_at: jiff::Timestamp,
    pub key_version: i32,
    pub wrapped_key: Vec<u8>,
    pub body: Vec<u8>,
}
pub struct LoadPayloadBorrowed<'a> {
    pub account_id: uuid::Uuid,
    pub stream: &'a str,
    pub source: &'a str,
    pub request: &'a str,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub created_at: jiff::Timestamp,
    pub key_version: i32,
    pub wrapped_key: &'a [u8],
    pub body: &'a [u8],
}
impl<'a> From<LoadPayloadBorrowed<'a>> for LoadPayload {
    fn from(
        LoadPayloadBorrowed {
            account_id,
            stream,
            source,
            request,
            transform_version,
            generation,
            observed_at,
            created_at,
            key_version,
            wrapped_key,
            body,
        }: LoadPayloadBorrowed<'a>,
    ) -> Self {
        Self {
            account_id,
            stream: stream.into(),
            source: source.into(),
            request: request.into(),
            transform_version,
            generation,
            observed_at,
            created_at,
            key_version,
            wrapped_key: wrapped_key.into(),
            body: body.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LogsOf {
    pub id: uuid::Uuid,
    pub sync_id: uuid::Uuid,
    pub source_system: String,
    pub operation_type: String,
    pub status: String,
    pub records_processed: i64,
    pub records_success: i64,
    pub records_failed: i64,
    pub error_message: Option<String>,
    pub started_at: jiff::Timestamp,
    pub completed_at: Option<jiff::Timestamp>,
}
pub struct LogsOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub sync_id: uuid::Uuid,
    pub source_system: &'a str,
    pub operation_type: &'a str,
    pub status: &'a str,
    pub records_processed: i64,
    pub records_success: i64,
    pub records_failed: i64,
    pub error_message: Option<&'a str>,
    pub started_at: jiff::Timestamp,
    pub completed_at: Option<jiff::Timestamp>,
}
impl<'a> From<LogsOfBorrowed<'a>> for LogsOf {
    fn from(
        LogsOfBorrowed {
            id,
            sync_id,
            source_system,
            operation_type,
            status,
            records_processed,
            records_success,
            records_failed,
            error_message,
            started_at,
            completed_at,
        }: LogsOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            sync_id,
            source_system: source_system.into(),
            operation_type: operation_type.into(),
            status: status.into(),
            records_processed,
            records_success,
            records_failed,
            error_message: error_message.map(|v| v.into()),
            started_at,
            completed_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorsOf {
    pub id: uuid::Uuid,
    pub stream: String,
    pub external_id: String,
    pub error_type: String,
    pub error_message: String,
    pub payload_id: Option<uuid::Uuid>,
    pub retry_count: i32,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
}
pub struct ErrorsOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub stream: &'a str,
    pub external_id: &'a str,
    pub error_type: &'a str,
    pub error_message: &'a str,
    pub payload_id: Option<uuid::Uuid>,
    pub retry_count: i32,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
}
impl<'a> From<ErrorsOfBorrowed<'a>> for ErrorsOf {
    fn from(
        ErrorsOfBorrowed {
            id,
            stream,
            external_id,
            error_type,
            error_message,
            payload_id,
            retry_count,
            created_at,
            updated_at,
        }: ErrorsOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            stream: stream.into(),
            external_id: external_id.into(),
            error_type: error_type.into(),
            error_message: error_message.into(),
            payload_id,
            retry_count,
            created_at,
            updated_at,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct StreamsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<StreamsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(StreamsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> StreamsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(StreamsOfBorrowed) -> R) -> StreamsOfQuery<'c, 'a, 's, C, R, N> {
        StreamsOfQuery {
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
pub struct SerdejsonValueQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(
            &tokio_postgres::Row,
        )
            -> Result<postgres_types::Json<&serde_json::value::RawValue>, tokio_postgres::Error>,
    mapper: fn(postgres_types::Json<&serde_json::value::RawValue>) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SerdejsonValueQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(postgres_types::Json<&serde_json::value::RawValue>) -> R,
    ) -> SerdejsonValueQuery<'c, 'a, 's, C, R, N> {
        SerdejsonValueQuery {
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
pub struct OptionjiffTimestampQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Option<jiff::Timestamp>, tokio_postgres::Error>,
    mapper: fn(Option<jiff::Timestamp>) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OptionjiffTimestampQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(Option<jiff::Timestamp>) -> R,
    ) -> OptionjiffTimestampQuery<'c, 'a, 's, C, R, N> {
        OptionjiffTimestampQuery {
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
pub struct NextItemsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextItemsBorrowed, tokio_postgres::Error>,
    mapper: fn(NextItemsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextItemsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(NextItemsBorrowed) -> R) -> NextItemsQuery<'c, 'a, 's, C, R, N> {
        NextItemsQuery {
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
pub struct ItemProgressQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ItemProgress, tokio_postgres::Error>,
    mapper: fn(ItemProgress) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ItemProgressQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ItemProgress) -> R) -> ItemProgressQuery<'c, 'a, 's, C, R, N> {
        ItemProgressQuery {
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
pub struct StringQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<&str, tokio_postgres::Error>,
    mapper: fn(&str) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> StringQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(&str) -> R) -> StringQuery<'c, 'a, 's, C, R, N> {
        StringQuery {
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
pub struct KnownRejectionsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownRejectionsBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownRejectionsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownRejectionsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(KnownRejectionsBorrowed) -> R,
    ) -> KnownRejectionsQuery<'c, 'a, 's, C, R, N> {
        KnownRejectionsQuery {
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
pub struct LoadPayloadQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadPayloadBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadPayloadBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadPayloadQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(LoadPayloadBorrowed) -> R,
    ) -> LoadPayloadQuery<'c, 'a, 's, C, R, N> {
        LoadPayloadQuery {
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
pub struct LogsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LogsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(LogsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LogsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LogsOfBorrowed) -> R) -> LogsOfQuery<'c, 'a, 's, C, R, N> {
        LogsOfQuery {
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
pub struct ErrorsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ErrorsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(ErrorsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ErrorsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ErrorsOfBorrowed) -> R) -> ErrorsOfQuery<'c, 'a, 's, C, R, N> {
        ErrorsOfQuery {
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
pub struct StreamsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn streams_of() -> StreamsOfStmt {
    StreamsOfStmt(
        "select stream, cursor, proven_until, records, changed, rejected, backfill_done, backfill_total, updated_at from routiq.sync_stream_state where organization_id = $1 and account_id = $2 order by stream",
        None,
    )
}
impl StreamsOfStmt {
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
    ) -> StreamsOfQuery<'c, 'a, 's, C, StreamsOf, 2> {
        StreamsOfQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<StreamsOfBorrowed, tokio_postgres::Error> {
                    Ok(StreamsOfBorrowed {
                        stream: row.try_get(0)?,
                        cursor: row.try_get(1)?,
                        proven_until: row.try_get(2)?,
                        records: row.try_get(3)?,
                        changed: row.try_get(4)?,
                        rejected: row.try_get(5)?,
                        backfill_done: row.try_get(6)?,
                        backfill_total: row.try_get(7)?,
                        updated_at: row.try_get(8)?,
                    })
                },
            mapper: |it| StreamsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        StreamsOfParams,
        StreamsOfQuery<'c, 'a, 's, C, StreamsOf, 2>,
        C,
    > for StreamsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a StreamsOfParams,
    ) -> StreamsOfQuery<'c, 'a, 's, C, StreamsOf, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct StreamCursorStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn stream_cursor() -> StreamCursorStmt {
    StreamCursorStmt(
        "select cursor from routiq.sync_stream_state where organization_id = $1 and account_id = $2 and stream = $3",
        None,
    )
}
impl StreamCursorStmt {
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
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        stream: &'a T1,
    ) -> SerdejsonValueQuery<'c, 'a, 's, C, serde_json::Value, 3> {
        SerdejsonValueQuery {
            client,
            params: [organization, account, stream],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| serde_json::from_str(it.0.get()).unwrap(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        StreamCursorParams<T1>,
        SerdejsonValueQuery<'c, 'a, 's, C, serde_json::Value, 3>,
        C,
    > for StreamCursorStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a StreamCursorParams<T1>,
    ) -> SerdejsonValueQuery<'c, 'a, 's, C, serde_json::Value, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.stream,
        )
    }
}
pub struct WriteStreamStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn write_stream() -> WriteStreamStmt {
    WriteStreamStmt(
        "insert into routiq.sync_stream_state as t (organization_id, account_id, stream, cursor, proven_until, records, changed, rejected, backfill_done, backfill_total, told, updated_at) values ($1, $2, $3, coalesce($4, 'null'::jsonb), $5, $6, $7, $8, $9, $10, $11, $12) on conflict (organization_id, account_id, stream) do update set cursor = coalesce($4, t.cursor), proven_until = greatest(case when t.proven_until <= excluded.updated_at + interval '1 minute' then t.proven_until end, excluded.proven_until), records = t.records + excluded.records, changed = t.changed + excluded.changed, rejected = t.rejected + excluded.rejected, backfill_done = coalesce(excluded.backfill_done, t.backfill_done), backfill_total = coalesce(excluded.backfill_total, t.backfill_total), told = excluded.told, updated_at = excluded.updated_at",
        None,
    )
}
impl WriteStreamStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::JsonSql>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        stream: &'a T1,
        cursor: &'a Option<T2>,
        proven_until: &'a Option<jiff::Timestamp>,
        records: &'a i64,
        changed: &'a i64,
        rejected: &'a i64,
        backfill_done: &'a Option<i64>,
        backfill_total: &'a Option<i64>,
        told: &'a bool,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    account,
                    stream,
                    cursor,
                    proven_until,
                    records,
                    changed,
                    rejected,
                    backfill_done,
                    backfill_total,
                    told,
                    now,
                ],
            )
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::JsonSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WriteStreamParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for WriteStreamStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WriteStreamParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.stream,
            &params.cursor,
            &params.proven_until,
            &params.records,
            &params.changed,
            &params.rejected,
            &params.backfill_done,
            &params.backfill_total,
            &params.told,
            &params.now,
        ))
    }
}
pub struct ProveStreamStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn prove_stream() -> ProveStreamStmt {
    ProveStreamStmt(
        "with parent as ( select s.proven_until from routiq.sync_stream_state s where s.organization_id = $1 and s.account_id = $2 and s.stream = $3 ), owed as ( select ( select i.owed_since from routiq.sync_items i where i.organization_id = $1 and i.account_id = $2 and i.stream = $4 and i.owed_since is not null order by i.owed_since limit 1 ) as since ), proof as ( select least(p.proven_until, o.since) as until from parent p, owed o where p.proven_until <= $5::timestamptz + interval '1 minute' and (o.since is null or o.since > 'epoch') ) update routiq.sync_stream_state t set proven_until = proof.until, updated_at = $5 from proof where t.organization_id = $1 and t.account_id = $2 and t.stream = $4 and (t.proven_until is null or t.proven_until < proof.until or t.proven_until > $5::timestamptz + interval '1 minute') returning t.proven_until",
        None,
    )
}
impl ProveStreamStmt {
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
        parent: &'a T1,
        stream: &'a T2,
        now: &'a jiff::Timestamp,
    ) -> OptionjiffTimestampQuery<'c, 'a, 's, C, Option<jiff::Timestamp>, 5> {
        OptionjiffTimestampQuery {
            client,
            params: [organization, account, parent, stream, now],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ProveStreamParams<T1, T2>,
        OptionjiffTimestampQuery<'c, 'a, 's, C, Option<jiff::Timestamp>, 5>,
        C,
    > for ProveStreamStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ProveStreamParams<T1, T2>,
    ) -> OptionjiffTimestampQuery<'c, 'a, 's, C, Option<jiff::Timestamp>, 5> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.parent,
            &params.stream,
            &params.now,
        )
    }
}
pub struct NextItemsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_items() -> NextItemsStmt {
    NextItemsStmt(
        "select i.stream, i.external_id, i.cursor, i.work, i.urgency, i.request, ( select min(w.not_before) from routiq.sync_items w where w.organization_id = $1 and w.account_id = $2 and w.work is not null and w.not_before > 'epoch' and w.not_before > $3 ) as waits_until from (select 1) one left join lateral ( select t.stream, t.external_id, t.cursor, t.work, t.urgency, t.request, t.requested_at from routiq.sync_items t where t.organization_id = $1 and t.account_id = $2 and t.work is not null and t.not_before <= $3 order by t.urgency, t.requested_at, t.stream, t.external_id limit 2 ) i on true order by i.urgency, i.requested_at, i.stream, i.external_id",
        None,
    )
}
impl NextItemsStmt {
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
        now: &'a jiff::Timestamp,
    ) -> NextItemsQuery<'c, 'a, 's, C, NextItems, 3> {
        NextItemsQuery {
            client,
            params: [organization, account, now],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<NextItemsBorrowed, tokio_postgres::Error> {
                    Ok(NextItemsBorrowed {
                        stream: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        cursor: row.try_get(2)?,
                        work: row.try_get(3)?,
                        urgency: row.try_get(4)?,
                        request: row.try_get(5)?,
                        waits_until: row.try_get(6)?,
                    })
                },
            mapper: |it| NextItems::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        NextItemsParams,
        NextItemsQuery<'c, 'a, 's, C, NextItems, 3>,
        C,
    > for NextItemsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NextItemsParams,
    ) -> NextItemsQuery<'c, 'a, 's, C, NextItems, 3> {
        self.bind(client, &params.organization, &params.account, &params.now)
    }
}
pub struct ItemProgressStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn item_progress() -> ItemProgressStmt {
    ItemProgressStmt(
        "select count(done_at) as done, count(*) as total from routiq.sync_items where organization_id = $1 and account_id = $2 and stream = $3",
        None,
    )
}
impl ItemProgressStmt {
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
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        stream: &'a T1,
    ) -> ItemProgressQuery<'c, 'a, 's, C, ItemProgress, 3> {
        ItemProgressQuery {
            client,
            params: [organization, account, stream],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ItemProgress, tokio_postgres::Error> {
                Ok(ItemProgress {
                    done: row.try_get(0)?,
                    total: row.try_get(1)?,
                })
            },
            mapper: |it| ItemProgress::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ItemProgressParams<T1>,
        ItemProgressQuery<'c, 'a, 's, C, ItemProgress, 3>,
        C,
    > for ItemProgressStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ItemProgressParams<T1>,
    ) -> ItemProgressQuery<'c, 'a, 's, C, ItemProgress, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.stream,
        )
    }
}
pub struct MakeDueStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn make_due() -> MakeDueStmt {
    MakeDueStmt(
        "insert into routiq.sync_items as t (organization_id, account_id, stream, external_id, work, urgency, requested_at, not_before, owed_since) select $1, $2, $3, e.external_id, $4, $5, $6, $7, 'epoch' from unnest((select $8::text[])) as e (external_id) on conflict (organization_id, account_id, stream, external_id) do update set work = coalesce(t.work, '{}'::jsonb) || excluded.work, urgency = case when t.work is null then excluded.urgency else least(t.urgency, excluded.urgency) end, request = t.request + 1, requested_at = case when t.work is null then excluded.requested_at else least(t.requested_at, excluded.requested_at) end, not_before = case when t.work is null then excluded.not_before else least(t.not_before, excluded.not_before) end, owed_since = case when $5 = 0 then least(t.owed_since, coalesce(( select s.proven_until from routiq.sync_stream_state s where s.organization_id = $1 and s.account_id = $2 and s.stream = $9 and s.proven_until <= $10::timestamptz + interval '1 minute' ), 'epoch'::timestamptz)) else t.owed_since end",
        None,
    )
}
impl MakeDueStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::JsonSql,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        stream: &'a T1,
        work: &'a T2,
        urgency: &'a i16,
        requested_at: &'a jiff::Timestamp,
        not_before: &'a jiff::Timestamp,
        external_ids: &'a T4,
        owed_since_stream: &'a Option<T5>,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    account,
                    stream,
                    work,
                    urgency,
                    requested_at,
                    not_before,
                    external_ids,
                    owed_since_stream,
                    now,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::JsonSql,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        MakeDueParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for MakeDueStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a MakeDueParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.stream,
            &params.work,
            &params.urgency,
            &params.requested_at,
            &params.not_before,
            &params.external_ids,
            &params.owed_since_stream,
            &params.now,
        ))
    }
}
pub struct FinishItemStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn finish_item() -> FinishItemStmt {
    FinishItemStmt(
        "update routiq.sync_items set cursor = $1, work = case when request = $2 then $3 else work end, owed_since = case when request = $2 and $3::jsonb is null then null else owed_since end, done_at = $4 where organization_id = $5 and account_id = $6 and stream = $7 and external_id = $8",
        None,
    )
}
impl FinishItemStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::JsonSql,
        T2: crate::JsonSql,
        T3: crate::StringSql,
        T4: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        cursor: &'a T1,
        request: &'a i64,
        rest: &'a Option<T2>,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        stream: &'a T3,
        external_id: &'a T4,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    cursor,
                    request,
                    rest,
                    now,
                    organization,
                    account,
                    stream,
                    external_id,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::JsonSql,
    T2: crate::JsonSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        FinishItemParams<T1, T2, T3, T4>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for FinishItemStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a FinishItemParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.cursor,
            &params.request,
            &params.rest,
            &params.now,
            &params.organization,
            &params.account,
            &params.stream,
            &params.external_id,
        ))
    }
}
pub struct AddListedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn add_listed() -> AddListedStmt {
    AddListedStmt(
        "insert into routiq.sync_listed (organization_id, account_id, stream, listing, external_id) select $1, $2, $3, $4, e.external_id from unnest($5::text[]) as e (external_id) on conflict do nothing",
        None,
    )
}
impl AddListedStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
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
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        stream: &'a T1,
        listing: &'a jiff::Timestamp,
        external_ids: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[organization, account, stream, listing, external_ids],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        AddListedParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for AddListedStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a AddListedParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.stream,
            &params.listing,
            &params.external_ids,
        ))
    }
}
pub struct MissingContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn missing_contacts() -> MissingContactsStmt {
    MissingContactsStmt(
        "select t.external_id from routiq.contacts t left join lateral ( select i.cursor, i.done_at from routiq.sync_items i where i.organization_id = $1 and i.account_id = $2 and i.stream = 'contacts' and i.external_id between t.external_id and t.external_id order by i.external_id limit 1 ) s on true left join lateral ( select true as shown from routiq.sync_listed l where l.organization_id = $1 and l.account_id = $2 and l.stream = 'contacts' and l.listing = $3 and l.external_id between t.external_id and t.external_id order by l.external_id limit 1 ) l on true where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null and t.created_at < $3 and l.shown is null and not coalesce((s.cursor ->> 'unlisted')::boolean and s.done_at > $4, false) order by t.external_id",
        None,
    )
}
impl MissingContactsStmt {
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
        listing: &'a jiff::Timestamp,
        recheck_before: &'a jiff::Timestamp,
    ) -> StringQuery<'c, 'a, 's, C, String, 4> {
        StringQuery {
            client,
            params: [organization, account, listing, recheck_before],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MissingContactsParams,
        StringQuery<'c, 'a, 's, C, String, 4>,
        C,
    > for MissingContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MissingContactsParams,
    ) -> StringQuery<'c, 'a, 's, C, String, 4> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.listing,
            &params.recheck_before,
        )
    }
}
pub struct MissingConversationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn missing_conversations() -> MissingConversationsStmt {
    MissingConversationsStmt(
        "select t.external_id from routiq.conversations t left join lateral ( select true as shown from routiq.sync_listed l where l.organization_id = $1 and l.account_id = $2 and l.stream = 'conversations' and l.listing = $3 and l.external_id between t.external_id and t.external_id order by l.external_id limit 1 ) l on true where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null and t.created_at < $3 and l.shown is null order by t.external_id",
        None,
    )
}
impl MissingConversationsStmt {
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
        listing: &'a jiff::Timestamp,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        StringQuery {
            client,
            params: [organization, account, listing],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MissingConversationsParams,
        StringQuery<'c, 'a, 's, C, String, 3>,
        C,
    > for MissingConversationsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MissingConversationsParams,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.listing,
        )
    }
}
pub struct MissingMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn missing_messages() -> MissingMessagesStmt {
    MissingMessagesStmt(
        "select t.external_id from routiq.messages t left join lateral ( select true as shown from routiq.sync_listed l where l.organization_id = $1 and l.account_id = $2 and l.stream = 'messages' and l.listing = $3 and l.external_id between t.external_id and t.external_id order by l.external_id limit 1 ) l on true where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null and t.created_at < $3 and l.shown is null order by t.external_id",
        None,
    )
}
impl MissingMessagesStmt {
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
        listing: &'a jiff::Timestamp,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        StringQuery {
            client,
            params: [organization, account, listing],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MissingMessagesParams,
        StringQuery<'c, 'a, 's, C, String, 3>,
        C,
    > for MissingMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MissingMessagesParams,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.listing,
        )
    }
}
pub struct MissingInboxesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn missing_inboxes() -> MissingInboxesStmt {
    MissingInboxesStmt(
        "select t.external_id from routiq.inboxes t left join lateral ( select true as shown from routiq.sync_listed l where l.organization_id = $1 and l.account_id = $2 and l.stream = 'inboxes' and l.listing = $3 and l.external_id between t.external_id and t.external_id order by l.external_id limit 1 ) l on true where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null and t.observed_at <= $3 and l.shown is null order by t.external_id",
        None,
    )
}
impl MissingInboxesStmt {
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
        listing: &'a jiff::Timestamp,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        StringQuery {
            client,
            params: [organization, account, listing],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MissingInboxesParams,
        StringQuery<'c, 'a, 's, C, String, 3>,
        C,
    > for MissingInboxesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MissingInboxesParams,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.listing,
        )
    }
}
pub struct MissingAgentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn missing_agents() -> MissingAgentsStmt {
    MissingAgentsStmt(
        "select t.external_id from routiq.agents t left join lateral ( select true as shown from routiq.sync_listed l where l.organization_id = $1 and l.account_id = $2 and l.stream = 'agents' and l.listing = $3 and l.external_id between t.external_id and t.external_id order by l.external_id limit 1 ) l on true where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null and t.observed_at <= $3 and l.shown is null order by t.external_id",
        None,
    )
}
impl MissingAgentsStmt {
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
        listing: &'a jiff::Timestamp,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        StringQuery {
            client,
            params: [organization, account, listing],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MissingAgentsParams,
        StringQuery<'c, 'a, 's, C, String, 3>,
        C,
    > for MissingAgentsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MissingAgentsParams,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.listing,
        )
    }
}
pub struct ForgetListingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_listing() -> ForgetListingStmt {
    ForgetListingStmt(
        "delete from routiq.sync_listed where organization_id = $1 and account_id = $2 and stream = $3 and listing <= $4",
        None,
    )
}
impl ForgetListingStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        stream: &'a T1,
        listing: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, account, stream, listing])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ForgetListingParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for ForgetListingStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ForgetListingParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.stream,
            &params.listing,
        ))
    }
}
pub struct WriteStateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn write_state() -> WriteStateStmt {
    WriteStateStmt(
        "insert into routiq.sync_state as t (organization_id, account_id, service_name, last_sync_timestamp, last_successful_sync, sync_status, records_processed, errors_count, consecutive_failures, last_error, last_error_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8::bigint, ($8::bigint)::int, $9, case when $9::text is not null then $10::timestamptz end, $10, $10) on conflict (organization_id, account_id) do update set last_sync_timestamp = coalesce(excluded.last_sync_timestamp, t.last_sync_timestamp), last_successful_sync = coalesce(excluded.last_successful_sync, t.last_successful_sync), sync_status = excluded.sync_status, records_processed = t.records_processed + excluded.records_processed, errors_count = t.errors_count + excluded.errors_count, consecutive_failures = case when excluded.errors_count > 0 then t.consecutive_failures + 1 else 0 end, last_error = coalesce(excluded.last_error, t.last_error), last_error_at = coalesce(excluded.last_error_at, t.last_error_at), updated_at = excluded.updated_at",
        None,
    )
}
impl WriteStateStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::StringSql,
        T3: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        service: &'a T1,
        last_sync: &'a Option<jiff::Timestamp>,
        last_success: &'a Option<jiff::Timestamp>,
        status: &'a T2,
        records: &'a i64,
        errors: &'a i64,
        last_error: &'a Option<T3>,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    account,
                    service,
                    last_sync,
                    last_success,
                    status,
                    records,
                    errors,
                    last_error,
                    now,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WriteStateParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for WriteStateStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WriteStateParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.service,
            &params.last_sync,
            &params.last_success,
            &params.status,
            &params.records,
            &params.errors,
            &params.last_error,
            &params.now,
        ))
    }
}
pub struct WriteLogStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn write_log() -> WriteLogStmt {
    WriteLogStmt(
        "insert into routiq.sync_logs as t (organization_id, id, account_id, sync_id, source_system, operation_type, status, records_processed, records_success, records_failed, error_message, metadata, started_at, completed_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict (organization_id, sync_id) do update set operation_type = excluded.operation_type, status = excluded.status, records_processed = excluded.records_processed, records_success = excluded.records_success, records_failed = excluded.records_failed, error_message = excluded.error_message, metadata = excluded.metadata, completed_at = excluded.completed_at, updated_at = excluded.updated_at",
        None,
    )
}
impl WriteLogStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::StringSql,
        T3: crate::StringSql,
        T4: crate::StringSql,
        T5: crate::JsonSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        sync_id: &'a uuid::Uuid,
        source: &'a T1,
        operation: &'a T2,
        status: &'a T3,
        processed: &'a i64,
        success: &'a i64,
        failed: &'a i64,
        error_message: &'a Option<T4>,
        metadata: &'a T5,
        started_at: &'a jiff::Timestamp,
        completed_at: &'a Option<jiff::Timestamp>,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    id,
                    account,
                    sync_id,
                    source,
                    operation,
                    status,
                    processed,
                    success,
                    failed,
                    error_message,
                    metadata,
                    started_at,
                    completed_at,
                    now,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::JsonSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WriteLogParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for WriteLogStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WriteLogParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.id,
            &params.account,
            &params.sync_id,
            &params.source,
            &params.operation,
            &params.status,
            &params.processed,
            &params.success,
            &params.failed,
            &params.error_message,
            &params.metadata,
            &params.started_at,
            &params.completed_at,
            &params.now,
        ))
    }
}
pub struct CloseLogsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn close_logs() -> CloseLogsStmt {
    CloseLogsStmt(
        "update routiq.sync_logs set status = 'cancelled', completed_at = $1, updated_at = $1 where organization_id = $2 and account_id = $3 and status = 'running'",
        None,
    )
}
impl CloseLogsStmt {
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
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, account]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        CloseLogsParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for CloseLogsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a CloseLogsParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.organization, &params.account))
    }
}
pub struct WriteRejectionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn write_rejections() -> WriteRejectionsStmt {
    WriteRejectionsStmt(
        "insert into routiq.sync_errors as t (organization_id, id, account_id, service_name, stream, external_id, error_type, error_message, payload_id, transform_version, fingerprint, created_at, updated_at) select $1, r.id, $2, $3, r.stream, coalesce(r.external_id, encode(r.fingerprint, 'hex')), 'malformed_record', r.reason, $4, $5, r.fingerprint, $6, $6 from unnest($7::uuid[], $8::text[], $9::text[], $10::text[], $11::bytea[]) as r (id, stream, external_id, reason, fingerprint) on conflict (organization_id, account_id, stream, external_id, error_type) where not resolved do update set error_message = excluded.error_message, payload_id = excluded.payload_id, fingerprint = excluded.fingerprint, transform_version = excluded.transform_version, retry_count = t.retry_count + 1, updated_at = excluded.updated_at where t.fingerprint is distinct from excluded.fingerprint",
        None,
    )
}
impl WriteRejectionsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = Option<T5>>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::BytesSql,
        T10: crate::ArraySql<Item = T9>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        service: &'a T1,
        payload: &'a uuid::Uuid,
        transform_version: &'a i32,
        now: &'a jiff::Timestamp,
        ids: &'a T2,
        streams: &'a T4,
        external_ids: &'a T6,
        reasons: &'a T8,
        fingerprints: &'a T10,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    account,
                    service,
                    payload,
                    transform_version,
                    now,
                    ids,
                    streams,
                    external_ids,
                    reasons,
                    fingerprints,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = Option<T5>>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::BytesSql,
    T10: crate::ArraySql<Item = T9>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WriteRejectionsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for WriteRejectionsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WriteRejectionsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.service,
            &params.payload,
            &params.transform_version,
            &params.now,
            &params.ids,
            &params.streams,
            &params.external_ids,
            &params.reasons,
            &params.fingerprints,
        ))
    }
}
pub struct KnownRejectionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_rejections() -> KnownRejectionsStmt {
    KnownRejectionsStmt(
        "select stream, external_id, coalesce(fingerprint, ''::bytea) as fingerprint from routiq.sync_errors where organization_id = $1 and account_id = $2 and not resolved and error_type = 'malformed_record' and external_id = any($3)",
        None,
    )
}
impl KnownRejectionsStmt {
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
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        external_ids: &'a T2,
    ) -> KnownRejectionsQuery<'c, 'a, 's, C, KnownRejections, 3> {
        KnownRejectionsQuery {
            client,
            params: [organization, account, external_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<KnownRejectionsBorrowed, tokio_postgres::Error> {
                Ok(KnownRejectionsBorrowed {
                    stream: row.try_get(0)?,
                    external_id: row.try_get(1)?,
                    fingerprint: row.try_get(2)?,
                })
            },
            mapper: |it| KnownRejections::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownRejectionsParams<T1, T2>,
        KnownRejectionsQuery<'c, 'a, 's, C, KnownRejections, 3>,
        C,
    > for KnownRejectionsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownRejectionsParams<T1, T2>,
    ) -> KnownRejectionsQuery<'c, 'a, 's, C, KnownRejections, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.external_ids,
        )
    }
}
pub struct ResolveRejectionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn resolve_rejections() -> ResolveRejectionsStmt {
    ResolveRejectionsStmt(
        "update routiq.sync_errors set resolved = true, resolved_at = $1, updated_at = $1 where organization_id = $2 and account_id = $3 and not resolved and error_type = 'malformed_record' and (stream, external_id) in (select * from unnest($4::text[], $5::text[]))",
        None,
    )
}
impl ResolveRejectionsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = T1>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        streams: &'a T2,
        external_ids: &'a T4,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, account, streams, external_ids])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ResolveRejectionsParams<T1, T2, T3, T4>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for ResolveRejectionsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ResolveRejectionsParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.account,
            &params.streams,
            &params.external_ids,
        ))
    }
}
pub struct InsertPayloadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_payload() -> InsertPayloadStmt {
    InsertPayloadStmt(
        "with kept as ( insert into routiq.raw_payloads (organization_id, id, account_id, stream, source, request, records, transform_version, generation, observed_at, key_version, wrapped_key, body, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ) insert into routiq.payload_subjects (organization_id, payload_id, subject) select $1, $2, s from unnest($15::text[]) as s on conflict do nothing",
        None,
    )
}
impl InsertPayloadStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::StringSql,
        T3: crate::StringSql,
        T4: crate::BytesSql,
        T5: crate::BytesSql,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = T6>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        stream: &'a T1,
        source: &'a T2,
        request: &'a T3,
        records: &'a i32,
        transform_version: &'a i32,
        generation: &'a i64,
        observed_at: &'a jiff::Timestamp,
        key_version: &'a i32,
        wrapped_key: &'a T4,
        body: &'a T5,
        now: &'a jiff::Timestamp,
        subjects: &'a T7,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    id,
                    account,
                    stream,
                    source,
                    request,
                    records,
                    transform_version,
                    generation,
                    observed_at,
                    key_version,
                    wrapped_key,
                    body,
                    now,
                    subjects,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::BytesSql,
    T5: crate::BytesSql,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertPayloadParams<T1, T2, T3, T4, T5, T6, T7>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for InsertPayloadStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertPayloadParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.id,
            &params.account,
            &params.stream,
            &params.source,
            &params.request,
            &params.records,
            &params.transform_version,
            &params.generation,
            &params.observed_at,
            &params.key_version,
            &params.wrapped_key,
            &params.body,
            &params.now,
            &params.subjects,
        ))
    }
}
pub struct LoadPayloadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_payload() -> LoadPayloadStmt {
    LoadPayloadStmt(
        "select account_id, stream, source, request, transform_version, generation, observed_at, created_at, key_version, wrapped_key, body from routiq.raw_payloads where organization_id = $1 and id = $2",
        None,
    )
}
impl LoadPayloadStmt {
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
        id: &'a uuid::Uuid,
    ) -> LoadPayloadQuery<'c, 'a, 's, C, LoadPayload, 2> {
        LoadPayloadQuery {
            client,
            params: [organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<LoadPayloadBorrowed, tokio_postgres::Error> {
                    Ok(LoadPayloadBorrowed {
                        account_id: row.try_get(0)?,
                        stream: row.try_get(1)?,
                        source: row.try_get(2)?,
                        request: row.try_get(3)?,
                        transform_version: row.try_get(4)?,
                        generation: row.try_get(5)?,
                        observed_at: row.try_get(6)?,
                        created_at: row.try_get(7)?,
                        key_version: row.try_get(8)?,
                        wrapped_key: row.try_get(9)?,
                        body: row.try_get(10)?,
                    })
                },
            mapper: |it| LoadPayload::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadPayloadParams,
        LoadPayloadQuery<'c, 'a, 's, C, LoadPayload, 2>,
        C,
    > for LoadPayloadStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadPayloadParams,
    ) -> LoadPayloadQuery<'c, 'a, 's, C, LoadPayload, 2> {
        self.bind(client, &params.organization, &params.id)
    }
}
pub struct LogsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn logs_of() -> LogsOfStmt {
    LogsOfStmt(
        "select id, sync_id, source_system, operation_type, status, records_processed, records_success, records_failed, error_message, started_at, completed_at from routiq.sync_logs where organization_id = $1 and account_id = $2 order by started_at desc, id limit $3",
        None,
    )
}
impl LogsOfStmt {
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
        most: &'a i64,
    ) -> LogsOfQuery<'c, 'a, 's, C, LogsOf, 3> {
        LogsOfQuery {
            client,
            params: [organization, account, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<LogsOfBorrowed, tokio_postgres::Error> {
                    Ok(LogsOfBorrowed {
                        id: row.try_get(0)?,
                        sync_id: row.try_get(1)?,
                        source_system: row.try_get(2)?,
                        operation_type: row.try_get(3)?,
                        status: row.try_get(4)?,
                        records_processed: row.try_get(5)?,
                        records_success: row.try_get(6)?,
                        records_failed: row.try_get(7)?,
                        error_message: row.try_get(8)?,
                        started_at: row.try_get(9)?,
                        completed_at: row.try_get(10)?,
                    })
                },
            mapper: |it| LogsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LogsOfParams,
        LogsOfQuery<'c, 'a, 's, C, LogsOf, 3>,
        C,
    > for LogsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LogsOfParams,
    ) -> LogsOfQuery<'c, 'a, 's, C, LogsOf, 3> {
        self.bind(client, &params.organization, &params.account, &params.most)
    }
}
pub struct ErrorsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn errors_of() -> ErrorsOfStmt {
    ErrorsOfStmt(
        "select id, stream, external_id, error_type, error_message, payload_id, retry_count, created_at, updated_at from routiq.sync_errors where organization_id = $1 and account_id = $2 and not resolved order by updated_at desc, id limit $3",
        None,
    )
}
impl ErrorsOfStmt {
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
        most: &'a i64,
    ) -> ErrorsOfQuery<'c, 'a, 's, C, ErrorsOf, 3> {
        ErrorsOfQuery {
            client,
            params: [organization, account, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ErrorsOfBorrowed, tokio_postgres::Error> {
                    Ok(ErrorsOfBorrowed {
                        id: row.try_get(0)?,
                        stream: row.try_get(1)?,
                        external_id: row.try_get(2)?,
                        error_type: row.try_get(3)?,
                        error_message: row.try_get(4)?,
                        payload_id: row.try_get(5)?,
                        retry_count: row.try_get(6)?,
                        created_at: row.try_get(7)?,
                        updated_at: row.try_get(8)?,
                    })
                },
            mapper: |it| ErrorsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ErrorsOfParams,
        ErrorsOfQuery<'c, 'a, 's, C, ErrorsOf, 3>,
        C,
    > for ErrorsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ErrorsOfParams,
    ) -> ErrorsOfQuery<'c, 'a, 's, C, ErrorsOf, 3> {
        self.bind(client, &params.organization, &params.account, &params.most)
    }
}
