// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct SettleEventParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub state: T1,
    pub reason: Option<T2>,
    pub now: jiff::Timestamp,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct PostponeEventParams<T1: crate::StringSql> {
    pub reason: T1,
    pub again_at: jiff::Timestamp,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct WakeEventsParams<T1: crate::StringSql> {
    pub now: jiff::Timestamp,
    pub reason: T1,
}
#[derive(Debug)]
pub struct PutUserParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
> {
    pub id: uuid::Uuid,
    pub clerk_user_id: T1,
    pub email: Option<T2>,
    pub first_name: Option<T3>,
    pub last_name: Option<T4>,
    pub image_url: Option<T5>,
    pub banned: bool,
    pub last_login_at: Option<jiff::Timestamp>,
    pub clerk_created_at: Option<jiff::Timestamp>,
    pub clerk_updated_at: jiff::Timestamp,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct StubUserParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
> {
    pub id: uuid::Uuid,
    pub clerk_user_id: T1,
    pub email: Option<T2>,
    pub first_name: Option<T3>,
    pub last_name: Option<T4>,
    pub image_url: Option<T5>,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct EndUserParams<T1: crate::StringSql> {
    pub id: uuid::Uuid,
    pub clerk_user_id: T1,
    pub now: jiff::Timestamp,
    pub at: jiff::Timestamp,
}
#[derive(Debug)]
pub struct FreeSlugParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub now: jiff::Timestamp,
    pub slug: T1,
    pub clerk_org_id: T2,
    pub clerk_updated_at: jiff::Timestamp,
}
#[derive(Debug)]
pub struct PutOrganizationParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub id: uuid::Uuid,
    pub clerk_org_id: T1,
    pub name: T2,
    pub slug: Option<T3>,
    pub clerk_created_at: Option<jiff::Timestamp>,
    pub clerk_updated_at: jiff::Timestamp,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct EndOrganizationParams<T1: crate::StringSql> {
    pub id: uuid::Uuid,
    pub clerk_org_id: T1,
    pub now: jiff::Timestamp,
    pub at: jiff::Timestamp,
}
#[derive(Debug)]
pub struct PutMemberParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::JsonSql,
> {
    pub tenant: uuid::Uuid,
    pub id: uuid::Uuid,
    pub user: uuid::Uuid,
    pub clerk_membership_id: T1,
    pub clerk_role_key: T2,
    pub clerk_role: T3,
    pub permissions: T4,
    pub clerk_created_at: Option<jiff::Timestamp>,
    pub clerk_updated_at: jiff::Timestamp,
    pub removed_at: Option<jiff::Timestamp>,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct SettleMembersOfUserParams {
    pub now: jiff::Timestamp,
    pub user: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct SettleMembersOfOrganizationParams {
    pub now: jiff::Timestamp,
    pub tenant: uuid::Uuid,
}
#[derive(Debug)]
pub struct SetOwnerParams<T1: crate::StringSql> {
    pub owner: bool,
    pub now: jiff::Timestamp,
    pub tenant: uuid::Uuid,
    pub clerk_user_id: T1,
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextEvent {
    pub id: uuid::Uuid,
    pub platform: String,
    pub event_type: String,
    pub body: Vec<u8>,
    pub received_at: jiff::Timestamp,
    pub attempts: i32,
}
pub struct NextEventBorrowed<'a> {
    pub id: uuid::Uuid,
    pub platform: &'a str,
    pub event_type: &'a str,
    pub body: &'a [u8],
    pub received_at: jiff::Timestamp,
    pub attempts: i32,
}
impl<'a> From<NextEventBorrowed<'a>> for NextEvent {
    fn from(
        NextEventBorrowed {
            id,
            platform,
            event_type,
            body,
            received_at,
            attempts,
        }: NextEventBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            platform: platform.into(),
            event_type: event_type.into(),
            body: body.into(),
            received_at,
            attempts,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct AccessOfUser {
    pub organization_id: uuid::Uuid,
    pub clerk_user_id: String,
    pub role: String,
    pub counts: bool,
}
pub struct AccessOfUserBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub clerk_user_id: &'a str,
    pub role: &'a str,
    pub counts: bool,
}
impl<'a> From<AccessOfUserBorrowed<'a>> for AccessOfUser {
    fn from(
        AccessOfUserBorrowed {
            organization_id,
            clerk_user_id,
            role,
            counts,
        }: AccessOfUserBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            clerk_user_id: clerk_user_id.into(),
            role: role.into(),
            counts,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct AccessOfOrganization {
    pub organization_id: uuid::Uuid,
    pub clerk_user_id: String,
    pub role: String,
    pub counts: bool,
}
pub struct AccessOfOrganizationBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub clerk_user_id: &'a str,
    pub role: &'a str,
    pub counts: bool,
}
impl<'a> From<AccessOfOrganizationBorrowed<'a>> for AccessOfOrganization {
    fn from(
        AccessOfOrganizationBorrowed {
            organization_id,
            clerk_user_id,
            role,
            counts,
        }: AccessOfOrganizationBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            clerk_user_id: clerk_user_id.into(),
            role: role.into(),
            counts,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct NextEventQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextEventBorrowed, tokio_postgres::Error>,
    mapper: fn(NextEventBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextEventQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(NextEventBorrowed) -> R) -> NextEventQuery<'c, 'a, 's, C, R, N> {
        NextEventQuery {
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
pub struct AccessOfUserQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AccessOfUserBorrowed, tokio_postgres::Error>,
    mapper: fn(AccessOfUserBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AccessOfUserQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(AccessOfUserBorrowed) -> R,
    ) -> AccessOfUserQuery<'c, 'a, 's, C, R, N> {
        AccessOfUserQuery {
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
pub struct AccessOfOrganizationQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<AccessOfOrganizationBorrowed, tokio_postgres::Error>,
    mapper: fn(AccessOfOrganizationBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AccessOfOrganizationQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(AccessOfOrganizationBorrowed) -> R,
    ) -> AccessOfOrganizationQuery<'c, 'a, 's, C, R, N> {
        AccessOfOrganizationQuery {
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
pub struct NextEventStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_event() -> NextEventStmt {
    NextEventStmt(
        "select id, platform, event_type, body, received_at, attempts from routiq.directory_events where state = 'pending' and next_attempt_at <= $1 order by received_at, id limit 1 for update skip locked",
        None,
    )
}
impl NextEventStmt {
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
    ) -> NextEventQuery<'c, 'a, 's, C, NextEvent, 1> {
        NextEventQuery {
            client,
            params: [now],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<NextEventBorrowed, tokio_postgres::Error> {
                    Ok(NextEventBorrowed {
                        id: row.try_get(0)?,
                        platform: row.try_get(1)?,
                        event_type: row.try_get(2)?,
                        body: row.try_get(3)?,
                        received_at: row.try_get(4)?,
                        attempts: row.try_get(5)?,
                    })
                },
            mapper: |it| NextEvent::from(it),
        }
    }
}
pub struct SettleEventStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn settle_event() -> SettleEventStmt {
    SettleEventStmt(
        "update routiq.directory_events set state = $1, attempts = attempts + 1, failure_reason = $2, applied_at = case when $1 in ('applied', 'ignored') then $3::timestamptz end where id = $4 and state = 'pending'",
        None,
    )
}
impl SettleEventStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        state: &'a T1,
        reason: &'a Option<T2>,
        now: &'a jiff::Timestamp,
        id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[state, reason, now, id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SettleEventParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SettleEventStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SettleEventParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.state,
            &params.reason,
            &params.now,
            &params.id,
        ))
    }
}
pub struct PostponeEventStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn postpone_event() -> PostponeEventStmt {
    PostponeEventStmt(
        "update routiq.directory_events set attempts = attempts + 1, failure_reason = $1, next_attempt_at = $2 where id = $3 and state = 'pending'",
        None,
    )
}
impl PostponeEventStmt {
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
        reason: &'a T1,
        again_at: &'a jiff::Timestamp,
        id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[reason, again_at, id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PostponeEventParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for PostponeEventStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PostponeEventParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.reason, &params.again_at, &params.id))
    }
}
pub struct WakeEventsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn wake_events() -> WakeEventsStmt {
    WakeEventsStmt(
        "update routiq.directory_events set next_attempt_at = $1 where state = 'pending' and failure_reason = $2 and next_attempt_at > $1",
        None,
    )
}
impl WakeEventsStmt {
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
        now: &'a jiff::Timestamp,
        reason: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, reason]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WakeEventsParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for WakeEventsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WakeEventsParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.reason))
    }
}
pub struct NextDueStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_due() -> NextDueStmt {
    NextDueStmt(
        "select least((select min(next_attempt_at) from routiq.directory_events where state = 'pending'), (select min(standing_due_at) from routiq.organizations where standing_due_at is not null)) as due",
        None,
    )
}
impl NextDueStmt {
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
    ) -> OptionjiffTimestampQuery<'c, 'a, 's, C, Option<jiff::Timestamp>, 0> {
        OptionjiffTimestampQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct StandingsDueStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn standings_due() -> StandingsDueStmt {
    StandingsDueStmt(
        "select id from routiq.organizations where standing_due_at <= $1 order by standing_due_at, id limit 20",
        None,
    )
}
impl StandingsDueStmt {
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
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 1> {
        UuidUuidQuery {
            client,
            params: [now],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct PutUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_user() -> PutUserStmt {
    PutUserStmt(
        "insert into routiq.users as u (id, clerk_user_id, email, first_name, last_name, image_url, banned, last_login_at, clerk_created_at, clerk_updated_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) on conflict (clerk_user_id) do update set email = excluded.email, first_name = excluded.first_name, last_name = excluded.last_name, image_url = excluded.image_url, banned = excluded.banned, last_login_at = excluded.last_login_at, clerk_created_at = excluded.clerk_created_at, clerk_updated_at = excluded.clerk_updated_at, updated_at = excluded.updated_at where u.deleted_at is null and (u.clerk_updated_at is null or u.clerk_updated_at < excluded.clerk_updated_at) returning id",
        None,
    )
}
impl PutUserStmt {
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
        T3: crate::StringSql,
        T4: crate::StringSql,
        T5: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        id: &'a uuid::Uuid,
        clerk_user_id: &'a T1,
        email: &'a Option<T2>,
        first_name: &'a Option<T3>,
        last_name: &'a Option<T4>,
        image_url: &'a Option<T5>,
        banned: &'a bool,
        last_login_at: &'a Option<jiff::Timestamp>,
        clerk_created_at: &'a Option<jiff::Timestamp>,
        clerk_updated_at: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 11> {
        UuidUuidQuery {
            client,
            params: [
                id,
                clerk_user_id,
                email,
                first_name,
                last_name,
                image_url,
                banned,
                last_login_at,
                clerk_created_at,
                clerk_updated_at,
                now,
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
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PutUserParams<T1, T2, T3, T4, T5>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 11>,
        C,
    > for PutUserStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PutUserParams<T1, T2, T3, T4, T5>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 11> {
        self.bind(
            client,
            &params.id,
            &params.clerk_user_id,
            &params.email,
            &params.first_name,
            &params.last_name,
            &params.image_url,
            &params.banned,
            &params.last_login_at,
            &params.clerk_created_at,
            &params.clerk_updated_at,
            &params.now,
        )
    }
}
pub struct StubUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn stub_user() -> StubUserStmt {
    StubUserStmt(
        "insert into routiq.users (id, clerk_user_id, email, first_name, last_name, image_url, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (clerk_user_id) do nothing",
        None,
    )
}
impl StubUserStmt {
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
        T5: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        id: &'a uuid::Uuid,
        clerk_user_id: &'a T1,
        email: &'a Option<T2>,
        first_name: &'a Option<T3>,
        last_name: &'a Option<T4>,
        image_url: &'a Option<T5>,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    id,
                    clerk_user_id,
                    email,
                    first_name,
                    last_name,
                    image_url,
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
    T5: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        StubUserParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for StubUserStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a StubUserParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.id,
            &params.clerk_user_id,
            &params.email,
            &params.first_name,
            &params.last_name,
            &params.image_url,
            &params.now,
        ))
    }
}
pub struct FindUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn find_user() -> FindUserStmt {
    FindUserStmt("select id from routiq.users where clerk_user_id = $1", None)
}
impl FindUserStmt {
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
        clerk_user_id: &'a T1,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 1> {
        UuidUuidQuery {
            client,
            params: [clerk_user_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct EndUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn end_user() -> EndUserStmt {
    EndUserStmt(
        "insert into routiq.users as u (id, clerk_user_id, created_at, updated_at, deleted_at) values ($1, $2, $3, $3, $4) on conflict (clerk_user_id) do update set email = null, first_name = null, last_name = null, image_url = null, banned = false, last_login_at = null, clerk_created_at = null, clerk_updated_at = null, preferences = '{}', timezone = null, updated_at = excluded.updated_at, deleted_at = least(u.deleted_at, excluded.deleted_at) where u.deleted_at is null or u.deleted_at > excluded.deleted_at returning id",
        None,
    )
}
impl EndUserStmt {
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
        id: &'a uuid::Uuid,
        clerk_user_id: &'a T1,
        now: &'a jiff::Timestamp,
        at: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4> {
        UuidUuidQuery {
            client,
            params: [id, clerk_user_id, now, at],
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
        EndUserParams<T1>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4>,
        C,
    > for EndUserStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a EndUserParams<T1>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4> {
        self.bind(
            client,
            &params.id,
            &params.clerk_user_id,
            &params.now,
            &params.at,
        )
    }
}
pub struct FreeSlugStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn free_slug() -> FreeSlugStmt {
    FreeSlugStmt(
        "update routiq.organizations o set slug = null, updated_at = $1 where o.slug = $2 and o.clerk_org_id <> $3 and (o.clerk_updated_at is null or (o.clerk_updated_at, o.clerk_org_id) < ($4, $3)) and not exists (select from routiq.organizations x where x.clerk_org_id = $3 and x.clerk_updated_at >= $4)",
        None,
    )
}
impl FreeSlugStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        slug: &'a T1,
        clerk_org_id: &'a T2,
        clerk_updated_at: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, slug, clerk_org_id, clerk_updated_at])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        FreeSlugParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for FreeSlugStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a FreeSlugParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.slug,
            &params.clerk_org_id,
            &params.clerk_updated_at,
        ))
    }
}
pub struct PutOrganizationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_organization() -> PutOrganizationStmt {
    PutOrganizationStmt(
        "insert into routiq.organizations as o (id, clerk_org_id, name, slug, status, clerk_created_at, clerk_updated_at, onboarded_at, created_at, updated_at) values ($1, $2, $3, (select $4::text where not exists (select from routiq.organizations x where x.slug = $4 and x.clerk_org_id is distinct from $2)), 'pending', $5, $6, $7, $7, $7) on conflict (clerk_org_id) do update set name = excluded.name, slug = excluded.slug, clerk_created_at = excluded.clerk_created_at, clerk_updated_at = excluded.clerk_updated_at, updated_at = excluded.updated_at where o.clerk_updated_at is null or o.clerk_updated_at < excluded.clerk_updated_at returning id",
        None,
    )
}
impl PutOrganizationStmt {
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
        T3: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        id: &'a uuid::Uuid,
        clerk_org_id: &'a T1,
        name: &'a T2,
        slug: &'a Option<T3>,
        clerk_created_at: &'a Option<jiff::Timestamp>,
        clerk_updated_at: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7> {
        UuidUuidQuery {
            client,
            params: [
                id,
                clerk_org_id,
                name,
                slug,
                clerk_created_at,
                clerk_updated_at,
                now,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PutOrganizationParams<T1, T2, T3>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7>,
        C,
    > for PutOrganizationStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PutOrganizationParams<T1, T2, T3>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7> {
        self.bind(
            client,
            &params.id,
            &params.clerk_org_id,
            &params.name,
            &params.slug,
            &params.clerk_created_at,
            &params.clerk_updated_at,
            &params.now,
        )
    }
}
pub struct EndOrganizationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn end_organization() -> EndOrganizationStmt {
    EndOrganizationStmt(
        "insert into routiq.organizations as o (id, clerk_org_id, name, status, created_at, updated_at, deleted_at) values ($1, $2, $2, 'inactive', $3, $3, $4) on conflict (clerk_org_id) do update set updated_at = excluded.updated_at, deleted_at = least(o.deleted_at, excluded.deleted_at) where o.deleted_at is null or o.deleted_at > excluded.deleted_at returning id",
        None,
    )
}
impl EndOrganizationStmt {
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
        id: &'a uuid::Uuid,
        clerk_org_id: &'a T1,
        now: &'a jiff::Timestamp,
        at: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4> {
        UuidUuidQuery {
            client,
            params: [id, clerk_org_id, now, at],
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
        EndOrganizationParams<T1>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4>,
        C,
    > for EndOrganizationStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a EndOrganizationParams<T1>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4> {
        self.bind(
            client,
            &params.id,
            &params.clerk_org_id,
            &params.now,
            &params.at,
        )
    }
}
pub struct FindOrganizationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn find_organization() -> FindOrganizationStmt {
    FindOrganizationStmt(
        "select id from routiq.organizations where clerk_org_id = $1 or id::text = $1",
        None,
    )
}
impl FindOrganizationStmt {
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
        reference: &'a T1,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 1> {
        UuidUuidQuery {
            client,
            params: [reference],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct PutMemberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_member() -> PutMemberStmt {
    PutMemberStmt(
        "insert into routiq.organization_members as m (organization_id, id, user_id, clerk_membership_id, clerk_role_key, clerk_role, permissions, joined_at, clerk_created_at, clerk_updated_at, removed_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $11) on conflict (organization_id, user_id) do update set clerk_membership_id = excluded.clerk_membership_id, clerk_role_key = excluded.clerk_role_key, clerk_role = excluded.clerk_role, permissions = excluded.permissions, joined_at = excluded.joined_at, clerk_created_at = excluded.clerk_created_at, clerk_updated_at = excluded.clerk_updated_at, removed_at = excluded.removed_at, updated_at = excluded.updated_at, owner = m.owner and m.clerk_membership_id is not distinct from excluded.clerk_membership_id where (coalesce(m.clerk_created_at, '-infinity'), coalesce(m.clerk_membership_id, ''), m.removed_at is not null, coalesce(m.clerk_updated_at, '-infinity')) < (coalesce(excluded.clerk_created_at, '-infinity'), coalesce(excluded.clerk_membership_id, ''), excluded.removed_at is not null, coalesce(excluded.clerk_updated_at, '-infinity')) returning id",
        None,
    )
}
impl PutMemberStmt {
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
        T3: crate::StringSql,
        T4: crate::JsonSql,
    >(
        &'s self,
        client: &'c C,
        tenant: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        user: &'a uuid::Uuid,
        clerk_membership_id: &'a T1,
        clerk_role_key: &'a T2,
        clerk_role: &'a T3,
        permissions: &'a T4,
        clerk_created_at: &'a Option<jiff::Timestamp>,
        clerk_updated_at: &'a jiff::Timestamp,
        removed_at: &'a Option<jiff::Timestamp>,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 11> {
        UuidUuidQuery {
            client,
            params: [
                tenant,
                id,
                user,
                clerk_membership_id,
                clerk_role_key,
                clerk_role,
                permissions,
                clerk_created_at,
                clerk_updated_at,
                removed_at,
                now,
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
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::JsonSql,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PutMemberParams<T1, T2, T3, T4>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 11>,
        C,
    > for PutMemberStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PutMemberParams<T1, T2, T3, T4>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 11> {
        self.bind(
            client,
            &params.tenant,
            &params.id,
            &params.user,
            &params.clerk_membership_id,
            &params.clerk_role_key,
            &params.clerk_role,
            &params.permissions,
            &params.clerk_created_at,
            &params.clerk_updated_at,
            &params.removed_at,
            &params.now,
        )
    }
}
pub struct AccessOfUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn access_of_user() -> AccessOfUserStmt {
    AccessOfUserStmt(
        "select m.organization_id, u.clerk_user_id, m.role, (m.deleted_at is null and m.status = 'active') as counts from routiq.organization_members m join routiq.users u on u.id = m.user_id where m.user_id = $1 order by m.organization_id",
        None,
    )
}
impl AccessOfUserStmt {
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
        user: &'a uuid::Uuid,
    ) -> AccessOfUserQuery<'c, 'a, 's, C, AccessOfUser, 1> {
        AccessOfUserQuery {
            client,
            params: [user],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AccessOfUserBorrowed, tokio_postgres::Error> {
                    Ok(AccessOfUserBorrowed {
                        organization_id: row.try_get(0)?,
                        clerk_user_id: row.try_get(1)?,
                        role: row.try_get(2)?,
                        counts: row.try_get(3)?,
                    })
                },
            mapper: |it| AccessOfUser::from(it),
        }
    }
}
pub struct AccessOfOrganizationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn access_of_organization() -> AccessOfOrganizationStmt {
    AccessOfOrganizationStmt(
        "select m.organization_id, u.clerk_user_id, m.role, (m.deleted_at is null and m.status = 'active') as counts from routiq.organization_members m join routiq.users u on u.id = m.user_id where m.organization_id = $1 order by u.clerk_user_id",
        None,
    )
}
impl AccessOfOrganizationStmt {
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
        tenant: &'a uuid::Uuid,
    ) -> AccessOfOrganizationQuery<'c, 'a, 's, C, AccessOfOrganization, 1> {
        AccessOfOrganizationQuery {
            client,
            params: [tenant],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<AccessOfOrganizationBorrowed, tokio_postgres::Error> {
                Ok(AccessOfOrganizationBorrowed {
                    organization_id: row.try_get(0)?,
                    clerk_user_id: row.try_get(1)?,
                    role: row.try_get(2)?,
                    counts: row.try_get(3)?,
                })
            },
            mapper: |it| AccessOfOrganization::from(it),
        }
    }
}
pub struct SettleMembersOfUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn settle_members_of_user() -> SettleMembersOfUserStmt {
    SettleMembersOfUserStmt(
        "update routiq.organization_members m set deleted_at = coalesce(m.removed_at, u.deleted_at, o.deleted_at), status = case when u.banned then 'suspended' else 'active' end, updated_at = $1 from routiq.users u, routiq.organizations o where m.user_id = $2 and u.id = m.user_id and o.id = m.organization_id and (m.deleted_at is distinct from coalesce(m.removed_at, u.deleted_at, o.deleted_at) or m.status is distinct from case when u.banned then 'suspended' else 'active' end)",
        None,
    )
}
impl SettleMembersOfUserStmt {
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
        user: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, user]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SettleMembersOfUserParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SettleMembersOfUserStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SettleMembersOfUserParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.user))
    }
}
pub struct SettleMembersOfOrganizationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn settle_members_of_organization() -> SettleMembersOfOrganizationStmt {
    SettleMembersOfOrganizationStmt(
        "update routiq.organization_members m set deleted_at = coalesce(m.removed_at, u.deleted_at, o.deleted_at), updated_at = $1 from routiq.users u, routiq.organizations o where m.organization_id = $2 and u.id = m.user_id and o.id = m.organization_id and m.deleted_at is distinct from coalesce(m.removed_at, u.deleted_at, o.deleted_at)",
        None,
    )
}
impl SettleMembersOfOrganizationStmt {
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
        tenant: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, tenant]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SettleMembersOfOrganizationParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SettleMembersOfOrganizationStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SettleMembersOfOrganizationParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.tenant))
    }
}
pub struct SetOwnerStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn set_owner() -> SetOwnerStmt {
    SetOwnerStmt(
        "update routiq.organization_members m set owner = $1, updated_at = $2 from routiq.users u where m.organization_id = $3 and u.id = m.user_id and u.clerk_user_id = $4 and m.deleted_at is null returning m.role",
        None,
    )
}
impl SetOwnerStmt {
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
        owner: &'a bool,
        now: &'a jiff::Timestamp,
        tenant: &'a uuid::Uuid,
        clerk_user_id: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 4> {
        StringQuery {
            client,
            params: [owner, now, tenant, clerk_user_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        SetOwnerParams<T1>,
        StringQuery<'c, 'a, 's, C, String, 4>,
        C,
    > for SetOwnerStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a SetOwnerParams<T1>,
    ) -> StringQuery<'c, 'a, 's, C, String, 4> {
        self.bind(
            client,
            &params.owner,
            &params.now,
            &params.tenant,
            &params.clerk_user_id,
        )
    }
}
