// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct ListedEventsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub account: Option<uuid::Uuid>,
    pub state: Option<T1>,
    pub since: Option<jiff::Timestamp>,
    pub until: Option<jiff::Timestamp>,
    pub ids: T2,
    pub most: i64,
}
#[derive(Debug)]
pub struct ChosenEventsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub ids: T1,
}
#[derive(Debug)]
pub struct ReplayEventsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = jiff::Timestamp>,
> {
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub received_ats: T2,
    pub organization: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListedEvents {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub event_type: String,
    pub signed: bool,
    pub state: String,
    pub attempts: i32,
    pub failure_reason: Option<String>,
    pub received_at: jiff::Timestamp,
    pub applied_at: Option<jiff::Timestamp>,
    pub size: i32,
}
pub struct ListedEventsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub event_type: &'a str,
    pub signed: bool,
    pub state: &'a str,
    pub attempts: i32,
    pub failure_reason: Option<&'a str>,
    pub received_at: jiff::Timestamp,
    pub applied_at: Option<jiff::Timestamp>,
    pub size: i32,
}
impl<'a> From<ListedEventsBorrowed<'a>> for ListedEvents {
    fn from(
        ListedEventsBorrowed {
            id,
            account_id,
            platform,
            event_type,
            signed,
            state,
            attempts,
            failure_reason,
            received_at,
            applied_at,
            size,
        }: ListedEventsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            account_id,
            platform: platform.into(),
            event_type: event_type.into(),
            signed,
            state: state.into(),
            attempts,
            failure_reason: failure_reason.map(|v| v.into()),
            received_at,
            applied_at,
            size,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenEvents {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
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
pub struct ChosenEventsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
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
impl<'a> From<ChosenEventsBorrowed<'a>> for ChosenEvents {
    fn from(
        ChosenEventsBorrowed {
            id,
            account_id,
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
        }: ChosenEventsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            account_id,
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
pub struct ListedEventsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListedEventsBorrowed, tokio_postgres::Error>,
    mapper: fn(ListedEventsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListedEventsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ListedEventsBorrowed) -> R,
    ) -> ListedEventsQuery<'c, 'a, 's, C, R, N> {
        ListedEventsQuery {
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
pub struct ChosenEventsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ChosenEventsBorrowed, tokio_postgres::Error>,
    mapper: fn(ChosenEventsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ChosenEventsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ChosenEventsBorrowed) -> R,
    ) -> ChosenEventsQuery<'c, 'a, 's, C, R, N> {
        ChosenEventsQuery {
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
pub struct ListedEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn listed_events() -> ListedEventsStmt {
    ListedEventsStmt(
        "select e.id, e.account_id, e.platform, e.event_type, e.signed, e.state, e.attempts, e.failure_reason, e.received_at, e.applied_at, length(e.body) as size from routiq.webhook_events e where e.organization_id = $1 and ($2::uuid is null or e.account_id = $2) and ($3::text is null or e.state = $3) and ($4::timestamptz is null or e.received_at >= $4) and ($5::timestamptz is null or e.received_at < $5) and (cardinality($6::uuid[]) = 0 or e.id = any($6::uuid[])) order by e.received_at, e.id limit $7",
        None,
    )
}
impl ListedEventsStmt {
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
        T2: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a Option<uuid::Uuid>,
        state: &'a Option<T1>,
        since: &'a Option<jiff::Timestamp>,
        until: &'a Option<jiff::Timestamp>,
        ids: &'a T2,
        most: &'a i64,
    ) -> ListedEventsQuery<'c, 'a, 's, C, ListedEvents, 7> {
        ListedEventsQuery {
            client,
            params: [organization, account, state, since, until, ids, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ListedEventsBorrowed, tokio_postgres::Error> {
                    Ok(ListedEventsBorrowed {
                        id: row.try_get(0)?,
                        account_id: row.try_get(1)?,
                        platform: row.try_get(2)?,
                        event_type: row.try_get(3)?,
                        signed: row.try_get(4)?,
                        state: row.try_get(5)?,
                        attempts: row.try_get(6)?,
                        failure_reason: row.try_get(7)?,
                        received_at: row.try_get(8)?,
                        applied_at: row.try_get(9)?,
                        size: row.try_get(10)?,
                    })
                },
            mapper: |it| ListedEvents::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ListedEventsParams<T1, T2>,
        ListedEventsQuery<'c, 'a, 's, C, ListedEvents, 7>,
        C,
    > for ListedEventsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListedEventsParams<T1, T2>,
    ) -> ListedEventsQuery<'c, 'a, 's, C, ListedEvents, 7> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.state,
            &params.since,
            &params.until,
            &params.ids,
            &params.most,
        )
    }
}
pub struct ChosenEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn chosen_events() -> ChosenEventsStmt {
    ChosenEventsStmt(
        "select e.id, e.account_id, e.received_at, e.endpoint_id, e.platform, e.event_key, e.event_type, e.subject, e.signed, e.query, e.headers, e.body, e.occurred_at, e.attempts from routiq.webhook_events e where e.organization_id = $1 and e.id = any($2::uuid[]) order by e.received_at, e.id",
        None,
    )
}
impl ChosenEventsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        ids: &'a T1,
    ) -> ChosenEventsQuery<'c, 'a, 's, C, ChosenEvents, 2> {
        ChosenEventsQuery {
            client,
            params: [organization, ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ChosenEventsBorrowed, tokio_postgres::Error> {
                    Ok(ChosenEventsBorrowed {
                        id: row.try_get(0)?,
                        account_id: row.try_get(1)?,
                        received_at: row.try_get(2)?,
                        endpoint_id: row.try_get(3)?,
                        platform: row.try_get(4)?,
                        event_key: row.try_get(5)?,
                        event_type: row.try_get(6)?,
                        subject: row.try_get(7)?,
                        signed: row.try_get(8)?,
                        query: row.try_get(9)?,
                        headers: row.try_get(10)?,
                        body: row.try_get(11)?,
                        occurred_at: row.try_get(12)?,
                        attempts: row.try_get(13)?,
                    })
                },
            mapper: |it| ChosenEvents::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ChosenEventsParams<T1>,
        ChosenEventsQuery<'c, 'a, 's, C, ChosenEvents, 2>,
        C,
    > for ChosenEventsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ChosenEventsParams<T1>,
    ) -> ChosenEventsQuery<'c, 'a, 's, C, ChosenEvents, 2> {
        self.bind(client, &params.organization, &params.ids)
    }
}
pub struct ReplayEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn replay_events() -> ReplayEventsStmt {
    ReplayEventsStmt(
        "update routiq.webhook_events e set state = 'pending', attempts = 0, next_attempt_at = $1, failure_reason = null, applied_at = null from unnest($2::uuid[], $3::timestamptz[]) as s (id, received_at) where e.organization_id = $4 and e.id = s.id and e.received_at = s.received_at",
        None,
    )
}
impl ReplayEventsStmt {
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
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        received_ats: &'a T2,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, received_ats, organization])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = jiff::Timestamp>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ReplayEventsParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for ReplayEventsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ReplayEventsParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.ids,
            &params.received_ats,
            &params.organization,
        ))
    }
}
