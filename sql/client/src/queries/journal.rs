// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct IntakeInsertParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T3: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T4: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = T9>,
    T11: crate::BytesSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::ArraySql<Item = bool>,
    T14: crate::StringSql,
    T15: crate::ArraySql<Item = T14>,
    T16: crate::JsonSql,
    T17: crate::ArraySql<Item = T16>,
    T18: crate::BytesSql,
    T19: crate::ArraySql<Item = T18>,
    T20: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T21: crate::ArraySql<Item = jiff::Timestamp>,
    T22: crate::StringSql,
    T23: crate::ArraySql<Item = T22>,
> {
    pub ids: T1,
    pub organizations: T2,
    pub accounts: T3,
    pub endpoints: T4,
    pub platforms: T6,
    pub event_keys: T8,
    pub event_types: T10,
    pub subjects: T12,
    pub signeds: T13,
    pub queries: T15,
    pub headers: T17,
    pub bodies: T19,
    pub occurred_ats: T20,
    pub received_ats: T21,
    pub states: T23,
}
#[derive(Debug)]
pub struct IntakeStrayParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::JsonSql,
    T6: crate::BytesSql,
> {
    pub id: uuid::Uuid,
    pub platform: T1,
    pub kind: T2,
    pub account_sid: T3,
    pub reason: T4,
    pub headers: T5,
    pub body: T6,
    pub received_at: jiff::Timestamp,
    pub most: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct ExtendWebhookEventsParams {
    pub now: jiff::Timestamp,
    pub weeks: i32,
}
#[derive(Clone, Copy, Debug)]
pub struct PruneWebhooksParams {
    pub now: jiff::Timestamp,
    pub keys_before: jiff::Timestamp,
    pub directory_before: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct PendingEventsParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub now: jiff::Timestamp,
    pub most: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct NextEventDueParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct EventsAsideParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct SettleEventsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = jiff::Timestamp>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = Option<T5>>,
    T7: crate::ArraySql<Item = bool>,
    T8: crate::ArraySql<Item = jiff::Timestamp>,
> {
    pub now: jiff::Timestamp,
    pub generation: i64,
    pub ids: T1,
    pub received_ats: T2,
    pub states: T4,
    pub reasons: T6,
    pub faileds: T7,
    pub dues: T8,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct UnappliedOfParams<T1: crate::BytesSql, T2: crate::ArraySql<Item = T1>> {
    pub organization: uuid::Uuid,
    pub subjects: T2,
}
#[derive(Debug, Clone, PartialEq)]
pub struct PendingEvents {
    pub id: uuid::Uuid,
    pub received_at: jiff::Timestamp,
    pub endpoint_id: uuid::Uuid,
    pub platform: String,
    pub event_key: String,
    pub event_type: String,
    pub subject: Option<Vec<u8>>,
    pub signed: bool,
    pub query: String,
    pub headers: serde_json::Value,
    pub body: Vec<u8>,
    pub occurred_at: Option<jiff::Timestamp>,
    pub attempts: i32,
}
pub struct PendingEventsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub received_at: jiff::Timestamp,
    pub endpoint_id: uuid::Uuid,
    pub platform: &'a str,
    pub event_key: &'a str,
    pub event_type: &'a str,
    pub subject: Option<&'a [u8]>,
    pub signed: bool,
    pub query: &'a str,
    pub headers: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub body: &'a [u8],
    pub occurred_at: Option<jiff::Timestamp>,
    pub attempts: i32,
}
impl<'a> From<PendingEventsBorrowed<'a>> for PendingEvents {
    fn from(
        PendingEventsBorrowed {
            id,
            received_at,
            endpoint_id,
            platform,
            event_key,
            event_type,
            subject,
            signed,
            query,
            headers,
            body,
            occurred_at,
            attempts,
        }: PendingEventsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            received_at,
            endpoint_id,
            platform: platform.into(),
            event_key: event_key.into(),
            event_type: event_type.into(),
            subject: subject.map(|v| v.into()),
            signed,
            query: query.into(),
            headers: serde_json::from_str(headers.0.get()).unwrap(),
            body: body.into(),
            occurred_at,
            attempts,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct PendingEventsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<PendingEventsBorrowed, tokio_postgres::Error>,
    mapper: fn(PendingEventsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> PendingEventsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(PendingEventsBorrowed) -> R,
    ) -> PendingEventsQuery<'c, 'a, 's, C, R, N> {
        PendingEventsQuery {
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
pub struct BoolQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<bool, tokio_postgres::Error>,
    mapper: fn(bool) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BoolQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(bool) -> R) -> BoolQuery<'c, 'a, 's, C, R, N> {
        BoolQuery {
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
pub struct IntakeInsertStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn intake_insert() -> IntakeInsertStmt {
    IntakeInsertStmt(
        "with given as ( select g.id, g.organization_id, g.account_id, g.endpoint_id, g.platform, g.event_key, g.event_type, g.subject, g.signed, g.query, g.headers, g.body, g.occurred_at, g.received_at, g.state, g.place from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::boolean[], $10::text[], $11::jsonb[], $12::bytea[], $13::timestamptz[], $14::timestamptz[], $15::text[]) with ordinality as g (id, organization_id, account_id, endpoint_id, platform, event_key, event_type, subject, signed, query, headers, body, occurred_at, received_at, state, place) ), fresh as ( insert into routiq.webhook_keys as k (organization_id, platform, event_key, event_id, received_at) select g.organization_id, g.platform, g.event_key, g.id, g.received_at from given g where g.organization_id is not null order by g.organization_id, g.platform, g.event_key, g.place on conflict (organization_id, platform, event_key) do nothing returning k.event_id ), kept as ( insert into routiq.webhook_events (organization_id, id, account_id, endpoint_id, platform, event_key, event_type, subject, signed, query, headers, body, occurred_at, received_at, state, next_attempt_at, applied_at) select g.organization_id, g.id, g.account_id, g.endpoint_id, g.platform, g.event_key, g.event_type, g.subject, g.signed, g.query, g.headers, g.body, g.occurred_at, g.received_at, g.state, g.received_at, case when g.state = 'ignored' then g.received_at end from given g join fresh f on f.event_id = g.id ), directory as ( insert into routiq.directory_events as d (id, platform, event_key, event_type, signed, headers, body, occurred_at, received_at, state, next_attempt_at, applied_at) select g.id, g.platform, g.event_key, g.event_type, g.signed, g.headers, g.body, g.occurred_at, g.received_at, g.state, g.received_at, case when g.state = 'ignored' then g.received_at end from given g where g.organization_id is null order by g.platform, g.event_key, g.place on conflict (platform, event_key) do nothing returning d.id ) select event_id as id from fresh union all select id from directory",
        None,
    )
}
impl IntakeInsertStmt {
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
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = Option<uuid::Uuid>>,
        T3: crate::ArraySql<Item = Option<uuid::Uuid>>,
        T4: crate::ArraySql<Item = Option<uuid::Uuid>>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = T9>,
        T11: crate::BytesSql,
        T12: crate::ArraySql<Item = Option<T11>>,
        T13: crate::ArraySql<Item = bool>,
        T14: crate::StringSql,
        T15: crate::ArraySql<Item = T14>,
        T16: crate::JsonSql,
        T17: crate::ArraySql<Item = T16>,
        T18: crate::BytesSql,
        T19: crate::ArraySql<Item = T18>,
        T20: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T21: crate::ArraySql<Item = jiff::Timestamp>,
        T22: crate::StringSql,
        T23: crate::ArraySql<Item = T22>,
    >(
        &'s self,
        client: &'c C,
        ids: &'a T1,
        organizations: &'a T2,
        accounts: &'a T3,
        endpoints: &'a T4,
        platforms: &'a T6,
        event_keys: &'a T8,
        event_types: &'a T10,
        subjects: &'a T12,
        signeds: &'a T13,
        queries: &'a T15,
        headers: &'a T17,
        bodies: &'a T19,
        occurred_ats: &'a T20,
        received_ats: &'a T21,
        states: &'a T23,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 15> {
        UuidUuidQuery {
            client,
            params: [
                ids,
                organizations,
                accounts,
                endpoints,
                platforms,
                event_keys,
                event_types,
                subjects,
                signeds,
                queries,
                headers,
                bodies,
                occurred_ats,
                received_ats,
                states,
            ],
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
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T3: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T4: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = T9>,
    T11: crate::BytesSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::ArraySql<Item = bool>,
    T14: crate::StringSql,
    T15: crate::ArraySql<Item = T14>,
    T16: crate::JsonSql,
    T17: crate::ArraySql<Item = T16>,
    T18: crate::BytesSql,
    T19: crate::ArraySql<Item = T18>,
    T20: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T21: crate::ArraySql<Item = jiff::Timestamp>,
    T22: crate::StringSql,
    T23: crate::ArraySql<Item = T22>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        IntakeInsertParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
            T20,
            T21,
            T22,
            T23,
        >,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 15>,
        C,
    > for IntakeInsertStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a IntakeInsertParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
            T20,
            T21,
            T22,
            T23,
        >,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 15> {
        self.bind(
            client,
            &params.ids,
            &params.organizations,
            &params.accounts,
            &params.endpoints,
            &params.platforms,
            &params.event_keys,
            &params.event_types,
            &params.subjects,
            &params.signeds,
            &params.queries,
            &params.headers,
            &params.bodies,
            &params.occurred_ats,
            &params.received_ats,
            &params.states,
        )
    }
}
pub struct IntakeStrayStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn intake_stray() -> IntakeStrayStmt {
    IntakeStrayStmt(
        "insert into routiq.msg_webhook_quarantine (id, platform, kind, account_sid, reason, headers, body, received_at) select $1::uuid, $2::text, $3::text, $4::text, $5::text, $6::jsonb, $7::bytea, $8::timestamptz where (select count(*) from routiq.msg_webhook_quarantine q) < $9::bigint",
        None,
    )
}
impl IntakeStrayStmt {
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
        T6: crate::BytesSql,
    >(
        &'s self,
        client: &'c C,
        id: &'a uuid::Uuid,
        platform: &'a T1,
        kind: &'a T2,
        account_sid: &'a T3,
        reason: &'a T4,
        headers: &'a T5,
        body: &'a T6,
        received_at: &'a jiff::Timestamp,
        most: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    id,
                    platform,
                    kind,
                    account_sid,
                    reason,
                    headers,
                    body,
                    received_at,
                    most,
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
    T6: crate::BytesSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        IntakeStrayParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for IntakeStrayStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a IntakeStrayParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.id,
            &params.platform,
            &params.kind,
            &params.account_sid,
            &params.reason,
            &params.headers,
            &params.body,
            &params.received_at,
            &params.most,
        ))
    }
}
pub struct ExtendWebhookEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn extend_webhook_events() -> ExtendWebhookEventsStmt {
    ExtendWebhookEventsStmt("select routiq.extend_webhook_events($1, $2) as made", None)
}
impl ExtendWebhookEventsStmt {
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
        weeks: &'a i32,
    ) -> I32Query<'c, 'a, 's, C, i32, 2> {
        I32Query {
            client,
            params: [now, weeks],
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
        ExtendWebhookEventsParams,
        I32Query<'c, 'a, 's, C, i32, 2>,
        C,
    > for ExtendWebhookEventsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ExtendWebhookEventsParams,
    ) -> I32Query<'c, 'a, 's, C, i32, 2> {
        self.bind(client, &params.now, &params.weeks)
    }
}
pub struct ExpireWebhookEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn expire_webhook_events() -> ExpireWebhookEventsStmt {
    ExpireWebhookEventsStmt("select routiq.expire_webhook_events($1) as dropped", None)
}
impl ExpireWebhookEventsStmt {
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
        before: &'a jiff::Timestamp,
    ) -> I32Query<'c, 'a, 's, C, i32, 1> {
        I32Query {
            client,
            params: [before],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct PruneWebhooksStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn prune_webhooks() -> PruneWebhooksStmt {
    PruneWebhooksStmt("select routiq.prune_webhooks($1, $2, $3) as gone", None)
}
impl PruneWebhooksStmt {
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
        keys_before: &'a jiff::Timestamp,
        directory_before: &'a jiff::Timestamp,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        I64Query {
            client,
            params: [now, keys_before, directory_before],
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
        PruneWebhooksParams,
        I64Query<'c, 'a, 's, C, i64, 3>,
        C,
    > for PruneWebhooksStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PruneWebhooksParams,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        self.bind(
            client,
            &params.now,
            &params.keys_before,
            &params.directory_before,
        )
    }
}
pub struct PendingEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn pending_events() -> PendingEventsStmt {
    PendingEventsStmt(
        "select id, received_at, endpoint_id, platform, event_key, event_type, subject, signed, query, headers, body, occurred_at, attempts from routiq.webhook_events where organization_id = $1 and account_id = $2 and state = 'pending' and next_attempt_at <= $3 order by received_at, id limit $4",
        None,
    )
}
impl PendingEventsStmt {
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
        most: &'a i64,
    ) -> PendingEventsQuery<'c, 'a, 's, C, PendingEvents, 4> {
        PendingEventsQuery {
            client,
            params: [organization, account, now, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<PendingEventsBorrowed, tokio_postgres::Error> {
                    Ok(PendingEventsBorrowed {
                        id: row.try_get(0)?,
                        received_at: row.try_get(1)?,
                        endpoint_id: row.try_get(2)?,
                        platform: row.try_get(3)?,
                        event_key: row.try_get(4)?,
                        event_type: row.try_get(5)?,
                        subject: row.try_get(6)?,
                        signed: row.try_get(7)?,
                        query: row.try_get(8)?,
                        headers: row.try_get(9)?,
                        body: row.try_get(10)?,
                        occurred_at: row.try_get(11)?,
                        attempts: row.try_get(12)?,
                    })
                },
            mapper: |it| PendingEvents::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PendingEventsParams,
        PendingEventsQuery<'c, 'a, 's, C, PendingEvents, 4>,
        C,
    > for PendingEventsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PendingEventsParams,
    ) -> PendingEventsQuery<'c, 'a, 's, C, PendingEvents, 4> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.now,
            &params.most,
        )
    }
}
pub struct NextEventDueStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_event_due() -> NextEventDueStmt {
    NextEventDueStmt(
        "select min(next_attempt_at) as due from routiq.webhook_events where organization_id = $1 and account_id = $2 and state = 'pending'",
        None,
    )
}
impl NextEventDueStmt {
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
    ) -> OptionjiffTimestampQuery<'c, 'a, 's, C, Option<jiff::Timestamp>, 2> {
        OptionjiffTimestampQuery {
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
        NextEventDueParams,
        OptionjiffTimestampQuery<'c, 'a, 's, C, Option<jiff::Timestamp>, 2>,
        C,
    > for NextEventDueStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NextEventDueParams,
    ) -> OptionjiffTimestampQuery<'c, 'a, 's, C, Option<jiff::Timestamp>, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct EventsAsideStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn events_aside() -> EventsAsideStmt {
    EventsAsideStmt(
        "select count(*) as aside from routiq.webhook_events where organization_id = $1 and account_id = $2 and state = 'quarantined'",
        None,
    )
}
impl EventsAsideStmt {
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
    ) -> I64Query<'c, 'a, 's, C, i64, 2> {
        I64Query {
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
    crate::client::async_::Params<'c, 'a, 's, EventsAsideParams, I64Query<'c, 'a, 's, C, i64, 2>, C>
    for EventsAsideStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a EventsAsideParams,
    ) -> I64Query<'c, 'a, 's, C, i64, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct SettleEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn settle_events() -> SettleEventsStmt {
    SettleEventsStmt(
        "update routiq.webhook_events e set state = s.state, attempts = e.attempts + case when s.failed then 1 else 0 end, next_attempt_at = s.due, failure_reason = s.reason, applied_at = case when s.state in ('applied', 'ignored') then $1::timestamptz end, generation = $2 from unnest($3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::boolean[], $8::timestamptz[]) as s (id, received_at, state, reason, failed, due) where e.organization_id = $9 and e.id = s.id and e.received_at = s.received_at and e.state = 'pending'",
        None,
    )
}
impl SettleEventsStmt {
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
        T2: crate::ArraySql<Item = jiff::Timestamp>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = Option<T5>>,
        T7: crate::ArraySql<Item = bool>,
        T8: crate::ArraySql<Item = jiff::Timestamp>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        generation: &'a i64,
        ids: &'a T1,
        received_ats: &'a T2,
        states: &'a T4,
        reasons: &'a T6,
        faileds: &'a T7,
        dues: &'a T8,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    now,
                    generation,
                    ids,
                    received_ats,
                    states,
                    reasons,
                    faileds,
                    dues,
                    organization,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = jiff::Timestamp>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = Option<T5>>,
    T7: crate::ArraySql<Item = bool>,
    T8: crate::ArraySql<Item = jiff::Timestamp>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SettleEventsParams<T1, T2, T3, T4, T5, T6, T7, T8>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SettleEventsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SettleEventsParams<T1, T2, T3, T4, T5, T6, T7, T8>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.generation,
            &params.ids,
            &params.received_ats,
            &params.states,
            &params.reasons,
            &params.faileds,
            &params.dues,
            &params.organization,
        ))
    }
}
pub struct UnappliedOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn unapplied_of() -> UnappliedOfStmt {
    UnappliedOfStmt(
        "select exists ( select from routiq.webhook_events e where e.organization_id = $1 and e.subject = any ($2::bytea[]) and e.state in ('pending', 'quarantined') ) as waiting",
        None,
    )
}
impl UnappliedOfStmt {
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
        T1: crate::BytesSql,
        T2: crate::ArraySql<Item = T1>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        subjects: &'a T2,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 2> {
        BoolQuery {
            client,
            params: [organization, subjects],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        UnappliedOfParams<T1, T2>,
        BoolQuery<'c, 'a, 's, C, bool, 2>,
        C,
    > for UnappliedOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a UnappliedOfParams<T1, T2>,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 2> {
        self.bind(client, &params.organization, &params.subjects)
    }
}
