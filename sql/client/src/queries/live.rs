// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct MarkDirtyParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub conversations: T1,
    pub states: bool,
    pub contacts: bool,
    pub visits: bool,
    pub people: bool,
    pub events: T2,
    pub cause: T3,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct TakeDirtyParams {
    pub organization: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug)]
pub struct RecountParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::StringSql> {
    pub conversations: T1,
    pub organization: uuid::Uuid,
    pub zone: T2,
}
#[derive(Clone, Copy, Debug)]
pub struct MessageFiguresParams {
    pub today: jiff::civil::Date,
    pub organization: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct DaysParams {
    pub organization: uuid::Uuid,
    pub first: jiff::civil::Date,
    pub last: jiff::civil::Date,
}
#[derive(Debug)]
pub struct WriteFiguresParams<T1: crate::StringSql, T2: crate::JsonSql, T3: crate::JsonSql> {
    pub organization: uuid::Uuid,
    pub version: i32,
    pub timezone: T1,
    pub conversations: i32,
    pub conversations_open: i32,
    pub conversations_pending: i32,
    pub conversations_resolved: i32,
    pub conversations_snoozed: i32,
    pub contacts: i32,
    pub messages: i64,
    pub incoming: i64,
    pub outgoing: i64,
    pub messages_today: i64,
    pub last_message_at: Option<jiff::Timestamp>,
    pub proven_until: Option<jiff::Timestamp>,
    pub last_sync_at: Option<jiff::Timestamp>,
    pub sync_running: bool,
    pub data: T2,
    pub practice: Option<T3>,
    pub patients: i32,
    pub patients_active: i32,
    pub bookings_today: i32,
    pub bookings_upcoming: i32,
    pub people_connected: Option<i32>,
    pub people_merges: Option<i32>,
    pub people_candidates: Option<i32>,
    pub next_change_at: Option<jiff::Timestamp>,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct NumberChangeParams<T1: crate::JsonSql, T2: crate::JsonSql, T3: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub epoch: uuid::Uuid,
    pub sequence: i64,
    pub patch: T1,
    pub events: T2,
    pub cause: T3,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct PruneChangesParams {
    pub organization: uuid::Uuid,
    pub oldest: i64,
    pub before: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct ChangesAfterParams {
    pub organization: uuid::Uuid,
    pub epoch: uuid::Uuid,
    pub after: i64,
    pub most: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct RecentEventsParams {
    pub organization: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug)]
pub struct AddWatchKeyParams<
    T1: crate::StringSql,
    T2: crate::BytesSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub name: T1,
    pub hash: T2,
    pub hint: T3,
    pub by: T4,
    pub now: jiff::Timestamp,
    pub expires_at: jiff::Timestamp,
}
#[derive(Debug, Clone, PartialEq)]
pub struct TakeDirty {
    pub conversations: Vec<uuid::Uuid>,
    pub states: bool,
    pub contacts: bool,
    pub visits: bool,
    pub people: bool,
    pub events: serde_json::Value,
    pub cause: String,
}
pub struct TakeDirtyBorrowed<'a> {
    pub conversations: crate::ArrayIterator<'a, uuid::Uuid>,
    pub states: bool,
    pub contacts: bool,
    pub visits: bool,
    pub people: bool,
    pub events: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub cause: &'a str,
}
impl<'a> From<TakeDirtyBorrowed<'a>> for TakeDirty {
    fn from(
        TakeDirtyBorrowed {
            conversations,
            states,
            contacts,
            visits,
            people,
            events,
            cause,
        }: TakeDirtyBorrowed<'a>,
    ) -> Self {
        Self {
            conversations: conversations.map(|v| v).collect(),
            states,
            contacts,
            visits,
            people,
            events: serde_json::from_str(events.0.get()).unwrap(),
            cause: cause.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub clerk_org_id: Option<String>,
    pub timezone: String,
    pub version: Option<i32>,
    pub zone: Option<String>,
    pub data: Option<serde_json::Value>,
    pub proven_until: Option<jiff::Timestamp>,
    pub next_change_at: Option<jiff::Timestamp>,
    pub conversations: Option<i32>,
    pub conversations_open: Option<i32>,
    pub conversations_pending: Option<i32>,
    pub conversations_resolved: Option<i32>,
    pub conversations_snoozed: Option<i32>,
    pub contacts: Option<i32>,
    pub practice: Option<serde_json::Value>,
    pub people_connected: Option<i32>,
    pub people_merges: Option<i32>,
    pub people_candidates: Option<i32>,
    pub epoch: Option<uuid::Uuid>,
    pub sequence: Option<i64>,
}
pub struct StandingBorrowed<'a> {
    pub clerk_org_id: Option<&'a str>,
    pub timezone: &'a str,
    pub version: Option<i32>,
    pub zone: Option<&'a str>,
    pub data: Option<postgres_types::Json<&'a serde_json::value::RawValue>>,
    pub proven_until: Option<jiff::Timestamp>,
    pub next_change_at: Option<jiff::Timestamp>,
    pub conversations: Option<i32>,
    pub conversations_open: Option<i32>,
    pub conversations_pending: Option<i32>,
    pub conversations_resolved: Option<i32>,
    pub conversations_snoozed: Option<i32>,
    pub contacts: Option<i32>,
    pub practice: Option<postgres_types::Json<&'a serde_json::value::RawValue>>,
    pub people_connected: Option<i32>,
    pub people_merges: Option<i32>,
    pub people_candidates: Option<i32>,
    pub epoch: Option<uuid::Uuid>,
    pub sequence: Option<i64>,
}
impl<'a> From<StandingBorrowed<'a>> for Standing {
    fn from(
        StandingBorrowed {
            clerk_org_id,
            timezone,
            version,
            zone,
            data,
            proven_until,
            next_change_at,
            conversations,
            conversations_open,
            conversations_pending,
            conversations_resolved,
            conversations_snoozed,
            contacts,
            practice,
            people_connected,
            people_merges,
            people_candidates,
            epoch,
            sequence,
        }: StandingBorrowed<'a>,
    ) -> Self {
        Self {
            clerk_org_id: clerk_org_id.map(|v| v.into()),
            timezone: timezone.into(),
            version,
            zone: zone.map(|v| v.into()),
            data: data.map(|v| serde_json::from_str(v.0.get()).unwrap()),
            proven_until,
            next_change_at,
            conversations,
            conversations_open,
            conversations_pending,
            conversations_resolved,
            conversations_snoozed,
            contacts,
            practice: practice.map(|v| serde_json::from_str(v.0.get()).unwrap()),
            people_connected,
            people_merges,
            people_candidates,
            epoch,
            sequence,
        }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct CountConversations {
    pub total: i64,
    pub open: i64,
    pub pending: i64,
    pub resolved: i64,
    pub snoozed: i64,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct MessageFigures {
    pub incoming: i64,
    pub outgoing: i64,
    pub incoming_today: i64,
    pub outgoing_today: i64,
    pub last_message_at: Option<jiff::Timestamp>,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct Days {
    pub day: jiff::civil::Date,
    pub incoming: i32,
    pub outgoing: i32,
}
#[derive(Debug, Clone, PartialEq)]
pub struct SyncFacts {
    pub proven_until: Option<jiff::Timestamp>,
    pub last_sync_at: Option<jiff::Timestamp>,
    pub sync_id: Option<uuid::Uuid>,
    pub operation: Option<String>,
    pub processed: Option<i64>,
    pub started_at: Option<jiff::Timestamp>,
    pub backfill_done: Option<i64>,
    pub backfill_total: Option<i64>,
}
pub struct SyncFactsBorrowed<'a> {
    pub proven_until: Option<jiff::Timestamp>,
    pub last_sync_at: Option<jiff::Timestamp>,
    pub sync_id: Option<uuid::Uuid>,
    pub operation: Option<&'a str>,
    pub processed: Option<i64>,
    pub started_at: Option<jiff::Timestamp>,
    pub backfill_done: Option<i64>,
    pub backfill_total: Option<i64>,
}
impl<'a> From<SyncFactsBorrowed<'a>> for SyncFacts {
    fn from(
        SyncFactsBorrowed {
            proven_until,
            last_sync_at,
            sync_id,
            operation,
            processed,
            started_at,
            backfill_done,
            backfill_total,
        }: SyncFactsBorrowed<'a>,
    ) -> Self {
        Self {
            proven_until,
            last_sync_at,
            sync_id,
            operation: operation.map(|v| v.into()),
            processed,
            started_at,
            backfill_done,
            backfill_total,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ChangesAfter {
    pub sequence: i64,
    pub patch: serde_json::Value,
    pub events: serde_json::Value,
    pub cause: String,
    pub at: jiff::Timestamp,
}
pub struct ChangesAfterBorrowed<'a> {
    pub sequence: i64,
    pub patch: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub events: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub cause: &'a str,
    pub at: jiff::Timestamp,
}
impl<'a> From<ChangesAfterBorrowed<'a>> for ChangesAfter {
    fn from(
        ChangesAfterBorrowed {
            sequence,
            patch,
            events,
            cause,
            at,
        }: ChangesAfterBorrowed<'a>,
    ) -> Self {
        Self {
            sequence,
            patch: serde_json::from_str(patch.0.get()).unwrap(),
            events: serde_json::from_str(events.0.get()).unwrap(),
            cause: cause.into(),
            at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RecentEvents {
    pub sequence: i64,
    pub events: serde_json::Value,
}
pub struct RecentEventsBorrowed<'a> {
    pub sequence: i64,
    pub events: postgres_types::Json<&'a serde_json::value::RawValue>,
}
impl<'a> From<RecentEventsBorrowed<'a>> for RecentEvents {
    fn from(RecentEventsBorrowed { sequence, events }: RecentEventsBorrowed<'a>) -> Self {
        Self {
            sequence,
            events: serde_json::from_str(events.0.get()).unwrap(),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct TakeDirtyQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TakeDirtyBorrowed, tokio_postgres::Error>,
    mapper: fn(TakeDirtyBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TakeDirtyQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TakeDirtyBorrowed) -> R) -> TakeDirtyQuery<'c, 'a, 's, C, R, N> {
        TakeDirtyQuery {
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
pub struct StandingQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<StandingBorrowed, tokio_postgres::Error>,
    mapper: fn(StandingBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> StandingQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(StandingBorrowed) -> R) -> StandingQuery<'c, 'a, 's, C, R, N> {
        StandingQuery {
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
pub struct CountConversationsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CountConversations, tokio_postgres::Error>,
    mapper: fn(CountConversations) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CountConversationsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(CountConversations) -> R,
    ) -> CountConversationsQuery<'c, 'a, 's, C, R, N> {
        CountConversationsQuery {
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
pub struct MessageFiguresQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MessageFigures, tokio_postgres::Error>,
    mapper: fn(MessageFigures) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MessageFiguresQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(MessageFigures) -> R,
    ) -> MessageFiguresQuery<'c, 'a, 's, C, R, N> {
        MessageFiguresQuery {
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
pub struct DaysQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Days, tokio_postgres::Error>,
    mapper: fn(Days) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DaysQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Days) -> R) -> DaysQuery<'c, 'a, 's, C, R, N> {
        DaysQuery {
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
pub struct SyncFactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<SyncFactsBorrowed, tokio_postgres::Error>,
    mapper: fn(SyncFactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SyncFactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(SyncFactsBorrowed) -> R) -> SyncFactsQuery<'c, 'a, 's, C, R, N> {
        SyncFactsQuery {
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
pub struct ChangesAfterQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ChangesAfterBorrowed, tokio_postgres::Error>,
    mapper: fn(ChangesAfterBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ChangesAfterQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ChangesAfterBorrowed) -> R,
    ) -> ChangesAfterQuery<'c, 'a, 's, C, R, N> {
        ChangesAfterQuery {
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
pub struct RecentEventsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RecentEventsBorrowed, tokio_postgres::Error>,
    mapper: fn(RecentEventsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RecentEventsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(RecentEventsBorrowed) -> R,
    ) -> RecentEventsQuery<'c, 'a, 's, C, R, N> {
        RecentEventsQuery {
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
pub struct MarkDirtyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn mark_dirty() -> MarkDirtyStmt {
    MarkDirtyStmt(
        "insert into routiq.dirty (organization_id, id, conversations, states, contacts, visits, people, events, cause, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        None,
    )
}
impl MarkDirtyStmt {
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
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::JsonSql,
        T3: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        conversations: &'a T1,
        states: &'a bool,
        contacts: &'a bool,
        visits: &'a bool,
        people: &'a bool,
        events: &'a T2,
        cause: &'a T3,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    id,
                    conversations,
                    states,
                    contacts,
                    visits,
                    people,
                    events,
                    cause,
                    now,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        MarkDirtyParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for MarkDirtyStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a MarkDirtyParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.id,
            &params.conversations,
            &params.states,
            &params.contacts,
            &params.visits,
            &params.people,
            &params.events,
            &params.cause,
            &params.now,
        ))
    }
}
pub struct TakeDirtyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_dirty() -> TakeDirtyStmt {
    TakeDirtyStmt(
        "delete from routiq.dirty d where d.organization_id = $1 and d.id in (select t.id from routiq.dirty t where t.organization_id = $1 order by t.id limit $2) returning d.conversations, d.states, d.contacts, d.visits, d.people, d.events, d.cause",
        None,
    )
}
impl TakeDirtyStmt {
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
        most: &'a i64,
    ) -> TakeDirtyQuery<'c, 'a, 's, C, TakeDirty, 2> {
        TakeDirtyQuery {
            client,
            params: [organization, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<TakeDirtyBorrowed, tokio_postgres::Error> {
                    Ok(TakeDirtyBorrowed {
                        conversations: row.try_get(0)?,
                        states: row.try_get(1)?,
                        contacts: row.try_get(2)?,
                        visits: row.try_get(3)?,
                        people: row.try_get(4)?,
                        events: row.try_get(5)?,
                        cause: row.try_get(6)?,
                    })
                },
            mapper: |it| TakeDirty::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        TakeDirtyParams,
        TakeDirtyQuery<'c, 'a, 's, C, TakeDirty, 2>,
        C,
    > for TakeDirtyStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a TakeDirtyParams,
    ) -> TakeDirtyQuery<'c, 'a, 's, C, TakeDirty, 2> {
        self.bind(client, &params.organization, &params.most)
    }
}
pub struct StandingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn standing() -> StandingStmt {
    StandingStmt(
        "select o.clerk_org_id, o.timezone, f.version, f.timezone as zone, f.data, f.proven_until, f.next_change_at, f.conversations, f.conversations_open, f.conversations_pending, f.conversations_resolved, f.conversations_snoozed, f.contacts, f.practice, f.people_connected, f.people_merges, f.people_candidates, s.epoch, s.sequence from routiq.organizations o left join routiq.organization_figures f on f.organization_id = o.id left join routiq.live_sequences s on s.organization_id = o.id where o.id = $1",
        None,
    )
}
impl StandingStmt {
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
    ) -> StandingQuery<'c, 'a, 's, C, Standing, 1> {
        StandingQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<StandingBorrowed, tokio_postgres::Error> {
                    Ok(StandingBorrowed {
                        clerk_org_id: row.try_get(0)?,
                        timezone: row.try_get(1)?,
                        version: row.try_get(2)?,
                        zone: row.try_get(3)?,
                        data: row.try_get(4)?,
                        proven_until: row.try_get(5)?,
                        next_change_at: row.try_get(6)?,
                        conversations: row.try_get(7)?,
                        conversations_open: row.try_get(8)?,
                        conversations_pending: row.try_get(9)?,
                        conversations_resolved: row.try_get(10)?,
                        conversations_snoozed: row.try_get(11)?,
                        contacts: row.try_get(12)?,
                        practice: row.try_get(13)?,
                        people_connected: row.try_get(14)?,
                        people_merges: row.try_get(15)?,
                        people_candidates: row.try_get(16)?,
                        epoch: row.try_get(17)?,
                        sequence: row.try_get(18)?,
                    })
                },
            mapper: |it| Standing::from(it),
        }
    }
}
pub struct ForgetCountsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_counts() -> ForgetCountsStmt {
    ForgetCountsStmt(
        "with conversations as (delete from routiq.conversation_figures where organization_id = $1), days as (delete from routiq.day_figures where organization_id = $1) select 1 as done",
        None,
    )
}
impl ForgetCountsStmt {
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
    ) -> I32Query<'c, 'a, 's, C, i32, 1> {
        I32Query {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct RecountStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn recount() -> RecountStmt {
    RecountStmt(
        "with touched as ( select distinct e.id from unnest((select $1::uuid[])) as e (id) ), fresh as ( select t.id as conversation_id, m.day, count(*) filter (where m.direction = 'incoming') as incoming, count(*) filter (where m.direction <> 'incoming') as outgoing, max(m.sent_at) as last_at from touched t cross join lateral ( select c.id from routiq.conversations c where c.organization_id = $2 and c.id between t.id and t.id and c.deleted_at is null order by c.id limit 1 ) c cross join lateral ( select m.direction, m.sent_at, coalesce((m.sent_at at time zone $3)::date, '-infinity'::date) as day from routiq.messages m where m.organization_id = $2 and m.conversation_id = c.id and m.deleted_at is null and not m.deleted_at_source and not m.is_private and m.direction <> 'activity' order by m.sent_at, m.sequence offset 0 ) m group by t.id, m.day ), before as ( select f.* from touched t cross join lateral ( select * from routiq.conversation_figures f where f.organization_id = $2 and f.conversation_id between t.id and t.id order by f.conversation_id, f.day offset 0 ) f ), gone as ( delete from routiq.conversation_figures f using before b where f.organization_id = $2 and f.conversation_id = b.conversation_id and f.day = b.day and not exists (select from fresh x where x.conversation_id = b.conversation_id and x.day = b.day) ), written as ( insert into routiq.conversation_figures as f (organization_id, conversation_id, day, incoming, outgoing, last_at) select $2, x.conversation_id, x.day, x.incoming, x.outgoing, x.last_at from fresh x left join before b on b.conversation_id = x.conversation_id and b.day = x.day where b.day is null or (b.incoming, b.outgoing, b.last_at) is distinct from (x.incoming::integer, x.outgoing::integer, x.last_at) on conflict (organization_id, conversation_id, day) do update set incoming = excluded.incoming, outgoing = excluded.outgoing, last_at = excluded.last_at ), moved as ( select a.day, sum(a.incoming) as incoming, sum(a.outgoing) as outgoing from ( select day, incoming, outgoing from fresh union all select day, -incoming, -outgoing from before ) a group by a.day having sum(a.incoming) <> 0 or sum(a.outgoing) <> 0 ) insert into routiq.day_figures as d (organization_id, day, incoming, outgoing) select $2, m.day, m.incoming, m.outgoing from moved m on conflict (organization_id, day) do update set incoming = d.incoming + excluded.incoming, outgoing = d.outgoing + excluded.outgoing",
        None,
    )
}
impl RecountStmt {
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
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        conversations: &'a T1,
        organization: &'a uuid::Uuid,
        zone: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[conversations, organization, zone])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RecountParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RecountStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RecountParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.conversations,
            &params.organization,
            &params.zone,
        ))
    }
}
pub struct AllConversationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn all_conversations() -> AllConversationsStmt {
    AllConversationsStmt(
        "select id from routiq.conversations where organization_id = $1",
        None,
    )
}
impl AllConversationsStmt {
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
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 1> {
        UuidUuidQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct CountConversationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_conversations() -> CountConversationsStmt {
    CountConversationsStmt(
        "select count(*) as total, count(*) filter (where status = 'open') as open, count(*) filter (where status = 'pending') as pending, count(*) filter (where status = 'resolved') as resolved, count(*) filter (where status = 'snoozed') as snoozed from routiq.conversations where organization_id = $1 and deleted_at is null",
        None,
    )
}
impl CountConversationsStmt {
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
    ) -> CountConversationsQuery<'c, 'a, 's, C, CountConversations, 1> {
        CountConversationsQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<CountConversations, tokio_postgres::Error> {
                    Ok(CountConversations {
                        total: row.try_get(0)?,
                        open: row.try_get(1)?,
                        pending: row.try_get(2)?,
                        resolved: row.try_get(3)?,
                        snoozed: row.try_get(4)?,
                    })
                },
            mapper: |it| CountConversations::from(it),
        }
    }
}
pub struct CountContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_contacts() -> CountContactsStmt {
    CountContactsStmt(
        "select count(*) from routiq.contacts where organization_id = $1 and deleted_at is null",
        None,
    )
}
impl CountContactsStmt {
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
    ) -> I64Query<'c, 'a, 's, C, i64, 1> {
        I64Query {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct MessageFiguresStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn message_figures() -> MessageFiguresStmt {
    MessageFiguresStmt(
        "select coalesce(sum(d.incoming), 0)::bigint as incoming, coalesce(sum(d.outgoing), 0)::bigint as outgoing, coalesce(sum(d.incoming) filter (where d.day = $1), 0)::bigint as incoming_today, coalesce(sum(d.outgoing) filter (where d.day = $1), 0)::bigint as outgoing_today, (select max(f.last_at) from routiq.conversation_figures f where f.organization_id = $2 and f.day = (select max(l.day) from routiq.day_figures l where l.organization_id = $2 and l.incoming + l.outgoing > 0)) as last_message_at from routiq.day_figures d where d.organization_id = $2",
        None,
    )
}
impl MessageFiguresStmt {
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
        today: &'a jiff::civil::Date,
        organization: &'a uuid::Uuid,
    ) -> MessageFiguresQuery<'c, 'a, 's, C, MessageFigures, 2> {
        MessageFiguresQuery {
            client,
            params: [today, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<MessageFigures, tokio_postgres::Error> {
                    Ok(MessageFigures {
                        incoming: row.try_get(0)?,
                        outgoing: row.try_get(1)?,
                        incoming_today: row.try_get(2)?,
                        outgoing_today: row.try_get(3)?,
                        last_message_at: row.try_get(4)?,
                    })
                },
            mapper: |it| MessageFigures::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MessageFiguresParams,
        MessageFiguresQuery<'c, 'a, 's, C, MessageFigures, 2>,
        C,
    > for MessageFiguresStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MessageFiguresParams,
    ) -> MessageFiguresQuery<'c, 'a, 's, C, MessageFigures, 2> {
        self.bind(client, &params.today, &params.organization)
    }
}
pub struct DaysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn days() -> DaysStmt {
    DaysStmt(
        "select day, incoming, outgoing from routiq.day_figures where organization_id = $1 and day between $2 and $3 order by day",
        None,
    )
}
impl DaysStmt {
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
        first: &'a jiff::civil::Date,
        last: &'a jiff::civil::Date,
    ) -> DaysQuery<'c, 'a, 's, C, Days, 3> {
        DaysQuery {
            client,
            params: [organization, first, last],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<Days, tokio_postgres::Error> {
                Ok(Days {
                    day: row.try_get(0)?,
                    incoming: row.try_get(1)?,
                    outgoing: row.try_get(2)?,
                })
            },
            mapper: |it| Days::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, DaysParams, DaysQuery<'c, 'a, 's, C, Days, 3>, C>
    for DaysStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DaysParams,
    ) -> DaysQuery<'c, 'a, 's, C, Days, 3> {
        self.bind(client, &params.organization, &params.first, &params.last)
    }
}
pub struct SyncFactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn sync_facts() -> SyncFactsStmt {
    SyncFactsStmt(
        "select (select case when bool_and(a.proven is not null) then min(a.proven) end from (select case when bool_and(s.proven_until is not null) then min(s.proven_until) end as proven from routiq.integrations i left join routiq.sync_stream_state s on s.organization_id = i.organization_id and s.account_id = i.id and not s.told where i.organization_id = $1 and i.is_active and i.deleted_at is null group by i.id) a) as proven_until, (select max(s.last_successful_sync) from routiq.sync_state s where s.organization_id = $1) as last_sync_at, r.sync_id, r.operation_type as operation, r.records_processed as processed, r.started_at, (select sum(b.backfill_done)::bigint from routiq.sync_stream_state b where b.organization_id = $1 and r.sync_id is not null) as backfill_done, (select sum(b.backfill_total)::bigint from routiq.sync_stream_state b where b.organization_id = $1 and r.sync_id is not null) as backfill_total from (select 1) one left join lateral ( select l.sync_id, l.operation_type, l.records_processed, l.started_at from routiq.sync_logs l where l.organization_id = $1 and l.status = 'running' order by l.started_at desc limit 1 ) r on true",
        None,
    )
}
impl SyncFactsStmt {
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
    ) -> SyncFactsQuery<'c, 'a, 's, C, SyncFacts, 1> {
        SyncFactsQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<SyncFactsBorrowed, tokio_postgres::Error> {
                    Ok(SyncFactsBorrowed {
                        proven_until: row.try_get(0)?,
                        last_sync_at: row.try_get(1)?,
                        sync_id: row.try_get(2)?,
                        operation: row.try_get(3)?,
                        processed: row.try_get(4)?,
                        started_at: row.try_get(5)?,
                        backfill_done: row.try_get(6)?,
                        backfill_total: row.try_get(7)?,
                    })
                },
            mapper: |it| SyncFacts::from(it),
        }
    }
}
pub struct WriteFiguresStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn write_figures() -> WriteFiguresStmt {
    WriteFiguresStmt(
        "insert into routiq.organization_figures as f (organization_id, version, timezone, conversations, conversations_open, conversations_pending, conversations_resolved, conversations_snoozed, contacts, messages, incoming, outgoing, messages_today, last_message_at, proven_until, last_sync_at, sync_running, data, practice, patients, patients_active, bookings_today, bookings_upcoming, people_connected, people_merges, people_candidates, next_change_at, computed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28) on conflict (organization_id) do update set version = excluded.version, timezone = excluded.timezone, conversations = excluded.conversations, conversations_open = excluded.conversations_open, conversations_pending = excluded.conversations_pending, conversations_resolved = excluded.conversations_resolved, conversations_snoozed = excluded.conversations_snoozed, contacts = excluded.contacts, messages = excluded.messages, incoming = excluded.incoming, outgoing = excluded.outgoing, messages_today = excluded.messages_today, last_message_at = excluded.last_message_at, proven_until = excluded.proven_until, last_sync_at = excluded.last_sync_at, sync_running = excluded.sync_running, data = excluded.data, practice = excluded.practice, patients = excluded.patients, patients_active = excluded.patients_active, bookings_today = excluded.bookings_today, bookings_upcoming = excluded.bookings_upcoming, people_connected = excluded.people_connected, people_merges = excluded.people_merges, people_candidates = excluded.people_candidates, next_change_at = excluded.next_change_at, computed_at = excluded.computed_at",
        None,
    )
}
impl WriteFiguresStmt {
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
        T3: crate::JsonSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        version: &'a i32,
        timezone: &'a T1,
        conversations: &'a i32,
        conversations_open: &'a i32,
        conversations_pending: &'a i32,
        conversations_resolved: &'a i32,
        conversations_snoozed: &'a i32,
        contacts: &'a i32,
        messages: &'a i64,
        incoming: &'a i64,
        outgoing: &'a i64,
        messages_today: &'a i64,
        last_message_at: &'a Option<jiff::Timestamp>,
        proven_until: &'a Option<jiff::Timestamp>,
        last_sync_at: &'a Option<jiff::Timestamp>,
        sync_running: &'a bool,
        data: &'a T2,
        practice: &'a Option<T3>,
        patients: &'a i32,
        patients_active: &'a i32,
        bookings_today: &'a i32,
        bookings_upcoming: &'a i32,
        people_connected: &'a Option<i32>,
        people_merges: &'a Option<i32>,
        people_candidates: &'a Option<i32>,
        next_change_at: &'a Option<jiff::Timestamp>,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    version,
                    timezone,
                    conversations,
                    conversations_open,
                    conversations_pending,
                    conversations_resolved,
                    conversations_snoozed,
                    contacts,
                    messages,
                    incoming,
                    outgoing,
                    messages_today,
                    last_message_at,
                    proven_until,
                    last_sync_at,
                    sync_running,
                    data,
                    practice,
                    patients,
                    patients_active,
                    bookings_today,
                    bookings_upcoming,
                    people_connected,
                    people_merges,
                    people_candidates,
                    next_change_at,
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
    T3: crate::JsonSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WriteFiguresParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for WriteFiguresStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WriteFiguresParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.version,
            &params.timezone,
            &params.conversations,
            &params.conversations_open,
            &params.conversations_pending,
            &params.conversations_resolved,
            &params.conversations_snoozed,
            &params.contacts,
            &params.messages,
            &params.incoming,
            &params.outgoing,
            &params.messages_today,
            &params.last_message_at,
            &params.proven_until,
            &params.last_sync_at,
            &params.sync_running,
            &params.data,
            &params.practice,
            &params.patients,
            &params.patients_active,
            &params.bookings_today,
            &params.bookings_upcoming,
            &params.people_connected,
            &params.people_merges,
            &params.people_candidates,
            &params.next_change_at,
            &params.now,
        ))
    }
}
pub struct NumberChangeStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn number_change() -> NumberChangeStmt {
    NumberChangeStmt(
        "with numbered as ( insert into routiq.live_sequences as s (organization_id, epoch, sequence) values ($1, $2, $3) on conflict (organization_id) do update set sequence = excluded.sequence, epoch = excluded.epoch ) insert into routiq.live_changes (organization_id, sequence, epoch, patch, events, cause, at) values ($1, $3, $2, $4, $5, $6, $7)",
        None,
    )
}
impl NumberChangeStmt {
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
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        epoch: &'a uuid::Uuid,
        sequence: &'a i64,
        patch: &'a T1,
        events: &'a T2,
        cause: &'a T3,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[organization, epoch, sequence, patch, events, cause, now],
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
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        NumberChangeParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for NumberChangeStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a NumberChangeParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.epoch,
            &params.sequence,
            &params.patch,
            &params.events,
            &params.cause,
            &params.now,
        ))
    }
}
pub struct PruneChangesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn prune_changes() -> PruneChangesStmt {
    PruneChangesStmt(
        "delete from routiq.live_changes where organization_id = $1 and (sequence <= $2 or at < $3)",
        None,
    )
}
impl PruneChangesStmt {
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
        organization: &'a uuid::Uuid,
        oldest: &'a i64,
        before: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, oldest, before])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PruneChangesParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for PruneChangesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PruneChangesParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.organization, &params.oldest, &params.before))
    }
}
pub struct ChangesAfterStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn changes_after() -> ChangesAfterStmt {
    ChangesAfterStmt(
        "select sequence, patch, events, cause, at from routiq.live_changes where organization_id = $1 and epoch = $2 and sequence > $3 order by sequence limit $4",
        None,
    )
}
impl ChangesAfterStmt {
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
        epoch: &'a uuid::Uuid,
        after: &'a i64,
        most: &'a i64,
    ) -> ChangesAfterQuery<'c, 'a, 's, C, ChangesAfter, 4> {
        ChangesAfterQuery {
            client,
            params: [organization, epoch, after, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ChangesAfterBorrowed, tokio_postgres::Error> {
                    Ok(ChangesAfterBorrowed {
                        sequence: row.try_get(0)?,
                        patch: row.try_get(1)?,
                        events: row.try_get(2)?,
                        cause: row.try_get(3)?,
                        at: row.try_get(4)?,
                    })
                },
            mapper: |it| ChangesAfter::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ChangesAfterParams,
        ChangesAfterQuery<'c, 'a, 's, C, ChangesAfter, 4>,
        C,
    > for ChangesAfterStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ChangesAfterParams,
    ) -> ChangesAfterQuery<'c, 'a, 's, C, ChangesAfter, 4> {
        self.bind(
            client,
            &params.organization,
            &params.epoch,
            &params.after,
            &params.most,
        )
    }
}
pub struct RecentEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn recent_events() -> RecentEventsStmt {
    RecentEventsStmt(
        "select sequence, events from routiq.live_changes where organization_id = $1 and events <> '[]' order by sequence desc limit $2",
        None,
    )
}
impl RecentEventsStmt {
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
        most: &'a i64,
    ) -> RecentEventsQuery<'c, 'a, 's, C, RecentEvents, 2> {
        RecentEventsQuery {
            client,
            params: [organization, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<RecentEventsBorrowed, tokio_postgres::Error> {
                    Ok(RecentEventsBorrowed {
                        sequence: row.try_get(0)?,
                        events: row.try_get(1)?,
                    })
                },
            mapper: |it| RecentEvents::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RecentEventsParams,
        RecentEventsQuery<'c, 'a, 's, C, RecentEvents, 2>,
        C,
    > for RecentEventsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RecentEventsParams,
    ) -> RecentEventsQuery<'c, 'a, 's, C, RecentEvents, 2> {
        self.bind(client, &params.organization, &params.most)
    }
}
pub struct AddWatchKeyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn add_watch_key() -> AddWatchKeyStmt {
    AddWatchKeyStmt(
        "insert into routiq.service_keys (organization_id, id, name, role, key_hash, hint, created_by, created_at, expires_at) values ($1, $2, $3, 'viewer', $4, $5, $6, $7, $8)",
        None,
    )
}
impl AddWatchKeyStmt {
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
        T2: crate::BytesSql,
        T3: crate::StringSql,
        T4: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        name: &'a T1,
        hash: &'a T2,
        hint: &'a T3,
        by: &'a T4,
        now: &'a jiff::Timestamp,
        expires_at: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[organization, id, name, hash, hint, by, now, expires_at],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::BytesSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        AddWatchKeyParams<T1, T2, T3, T4>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for AddWatchKeyStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a AddWatchKeyParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.id,
            &params.name,
            &params.hash,
            &params.hint,
            &params.by,
            &params.now,
            &params.expires_at,
        ))
    }
}
