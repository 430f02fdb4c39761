// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct DirectoryHookParams<T1: crate::BytesSql> {
    pub token_hash: T1,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct InsertHookParams<
    T1: crate::StringSql,
    T2: crate::BytesSql,
    T3: crate::BytesSql,
    T4: crate::BytesSql,
    T5: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub account: uuid::Uuid,
    pub platform: T1,
    pub token_hash: T2,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<T3>,
    pub sealed: Option<T4>,
    pub created_by: T5,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct LoadHookParams {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct ActiveHookParams<T1: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub platform: T1,
}
#[derive(Debug)]
pub struct RevokeHooksRetiringParams<T1: crate::StringSql> {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub platform: T1,
}
#[derive(Clone, Copy, Debug)]
pub struct RetireHookParams {
    pub retires_at: jiff::Timestamp,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct RevokeHookParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct SealHookParams<T1: crate::BytesSql, T2: crate::BytesSql> {
    pub key_version: i32,
    pub wrapped_key: T1,
    pub sealed: T2,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct CheckHookParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub remote_id: Option<T1>,
    pub now: jiff::Timestamp,
    pub problem: Option<T2>,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct HooksBelowParams {
    pub organization: uuid::Uuid,
    pub current: i32,
}
#[derive(Debug)]
pub struct RewrapHookParams<T1: crate::BytesSql> {
    pub key_version: i32,
    pub wrapped_key: T1,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub old_version: i32,
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryHook {
    pub organization_id: uuid::Uuid,
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub retires_at: Option<jiff::Timestamp>,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<Vec<u8>>,
    pub sealed: Option<Vec<u8>>,
    pub account_platform: String,
    pub external_id: String,
    pub settings: serde_json::Value,
}
pub struct DirectoryHookBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub retires_at: Option<jiff::Timestamp>,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<&'a [u8]>,
    pub sealed: Option<&'a [u8]>,
    pub account_platform: &'a str,
    pub external_id: &'a str,
    pub settings: postgres_types::Json<&'a serde_json::value::RawValue>,
}
impl<'a> From<DirectoryHookBorrowed<'a>> for DirectoryHook {
    fn from(
        DirectoryHookBorrowed {
            organization_id,
            id,
            account_id,
            platform,
            retires_at,
            key_version,
            wrapped_key,
            sealed,
            account_platform,
            external_id,
            settings,
        }: DirectoryHookBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            id,
            account_id,
            platform: platform.into(),
            retires_at,
            key_version,
            wrapped_key: wrapped_key.map(|v| v.into()),
            sealed: sealed.map(|v| v.into()),
            account_platform: account_platform.into(),
            external_id: external_id.into(),
            settings: serde_json::from_str(settings.0.get()).unwrap(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct HooksOf {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub status: String,
    pub retires_at: Option<jiff::Timestamp>,
    pub key_version: Option<i32>,
    pub remote_id: Option<String>,
    pub last_checked_at: Option<jiff::Timestamp>,
    pub last_problem: Option<String>,
    pub created_by: String,
    pub created_at: jiff::Timestamp,
}
pub struct HooksOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub status: &'a str,
    pub retires_at: Option<jiff::Timestamp>,
    pub key_version: Option<i32>,
    pub remote_id: Option<&'a str>,
    pub last_checked_at: Option<jiff::Timestamp>,
    pub last_problem: Option<&'a str>,
    pub created_by: &'a str,
    pub created_at: jiff::Timestamp,
}
impl<'a> From<HooksOfBorrowed<'a>> for HooksOf {
    fn from(
        HooksOfBorrowed {
            id,
            account_id,
            platform,
            status,
            retires_at,
            key_version,
            remote_id,
            last_checked_at,
            last_problem,
            created_by,
            created_at,
        }: HooksOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            account_id,
            platform: platform.into(),
            status: status.into(),
            retires_at,
            key_version,
            remote_id: remote_id.map(|v| v.into()),
            last_checked_at,
            last_problem: last_problem.map(|v| v.into()),
            created_by: created_by.into(),
            created_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadHook {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub status: String,
    pub retires_at: Option<jiff::Timestamp>,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<Vec<u8>>,
    pub sealed: Option<Vec<u8>>,
    pub remote_id: Option<String>,
}
pub struct LoadHookBorrowed<'a> {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub status: &'a str,
    pub retires_at: Option<jiff::Timestamp>,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<&'a [u8]>,
    pub sealed: Option<&'a [u8]>,
    pub remote_id: Option<&'a str>,
}
impl<'a> From<LoadHookBorrowed<'a>> for LoadHook {
    fn from(
        LoadHookBorrowed {
            id,
            account_id,
            platform,
            status,
            retires_at,
            key_version,
            wrapped_key,
            sealed,
            remote_id,
        }: LoadHookBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            account_id,
            platform: platform.into(),
            status: status.into(),
            retires_at,
            key_version,
            wrapped_key: wrapped_key.map(|v| v.into()),
            sealed: sealed.map(|v| v.into()),
            remote_id: remote_id.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveHook {
    pub id: uuid::Uuid,
    pub remote_id: Option<String>,
    pub last_checked_at: Option<jiff::Timestamp>,
    pub last_problem: Option<String>,
}
pub struct ActiveHookBorrowed<'a> {
    pub id: uuid::Uuid,
    pub remote_id: Option<&'a str>,
    pub last_checked_at: Option<jiff::Timestamp>,
    pub last_problem: Option<&'a str>,
}
impl<'a> From<ActiveHookBorrowed<'a>> for ActiveHook {
    fn from(
        ActiveHookBorrowed {
            id,
            remote_id,
            last_checked_at,
            last_problem,
        }: ActiveHookBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            remote_id: remote_id.map(|v| v.into()),
            last_checked_at,
            last_problem: last_problem.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct HooksBelow {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub key_version: i32,
    pub wrapped_key: Vec<u8>,
    pub sealed: Vec<u8>,
}
pub struct HooksBelowBorrowed<'a> {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub key_version: i32,
    pub wrapped_key: &'a [u8],
    pub sealed: &'a [u8],
}
impl<'a> From<HooksBelowBorrowed<'a>> for HooksBelow {
    fn from(
        HooksBelowBorrowed {
            id,
            account_id,
            platform,
            key_version,
            wrapped_key,
            sealed,
        }: HooksBelowBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            account_id,
            platform: platform.into(),
            key_version,
            wrapped_key: wrapped_key.into(),
            sealed: sealed.into(),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct DirectoryHookQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectoryHookBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryHookBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryHookQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryHookBorrowed) -> R,
    ) -> DirectoryHookQuery<'c, 'a, 's, C, R, N> {
        DirectoryHookQuery {
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
pub struct HooksOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<HooksOfBorrowed, tokio_postgres::Error>,
    mapper: fn(HooksOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> HooksOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(HooksOfBorrowed) -> R) -> HooksOfQuery<'c, 'a, 's, C, R, N> {
        HooksOfQuery {
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
pub struct LoadHookQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadHookBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadHookBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadHookQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LoadHookBorrowed) -> R) -> LoadHookQuery<'c, 'a, 's, C, R, N> {
        LoadHookQuery {
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
pub struct ActiveHookQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ActiveHookBorrowed, tokio_postgres::Error>,
    mapper: fn(ActiveHookBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ActiveHookQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ActiveHookBorrowed) -> R,
    ) -> ActiveHookQuery<'c, 'a, 's, C, R, N> {
        ActiveHookQuery {
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
pub struct HooksBelowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<HooksBelowBorrowed, tokio_postgres::Error>,
    mapper: fn(HooksBelowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> HooksBelowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(HooksBelowBorrowed) -> R,
    ) -> HooksBelowQuery<'c, 'a, 's, C, R, N> {
        HooksBelowQuery {
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
pub struct DirectoryHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_hook() -> DirectoryHookStmt {
    DirectoryHookStmt(
        "select e.organization_id, e.id, e.account_id, e.platform, e.retires_at, e.key_version, e.wrapped_key, e.sealed, i.platform as account_platform, i.external_id, i.settings from routiq.webhook_endpoints e join routiq.integrations i on i.organization_id = e.organization_id and i.id = e.account_id join routiq.organizations o on o.id = e.organization_id where e.token_hash = $1 and (e.status = 'active' or (e.status = 'retiring' and e.retires_at > $2)) and i.deleted_at is null and o.deleted_at is null",
        None,
    )
}
impl DirectoryHookStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql>(
        &'s self,
        client: &'c C,
        token_hash: &'a T1,
        now: &'a jiff::Timestamp,
    ) -> DirectoryHookQuery<'c, 'a, 's, C, DirectoryHook, 2> {
        DirectoryHookQuery {
            client,
            params: [token_hash, now],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<DirectoryHookBorrowed, tokio_postgres::Error> {
                    Ok(DirectoryHookBorrowed {
                        organization_id: row.try_get(0)?,
                        id: row.try_get(1)?,
                        account_id: row.try_get(2)?,
                        platform: row.try_get(3)?,
                        retires_at: row.try_get(4)?,
                        key_version: row.try_get(5)?,
                        wrapped_key: row.try_get(6)?,
                        sealed: row.try_get(7)?,
                        account_platform: row.try_get(8)?,
                        external_id: row.try_get(9)?,
                        settings: row.try_get(10)?,
                    })
                },
            mapper: |it| DirectoryHook::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        DirectoryHookParams<T1>,
        DirectoryHookQuery<'c, 'a, 's, C, DirectoryHook, 2>,
        C,
    > for DirectoryHookStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DirectoryHookParams<T1>,
    ) -> DirectoryHookQuery<'c, 'a, 's, C, DirectoryHook, 2> {
        self.bind(client, &params.token_hash, &params.now)
    }
}
pub struct InsertHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_hook() -> InsertHookStmt {
    InsertHookStmt(
        "insert into routiq.webhook_endpoints (organization_id, id, account_id, platform, token_hash, key_version, wrapped_key, sealed, created_by, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict (organization_id, account_id, platform) where status = 'active' do nothing returning id",
        None,
    )
}
impl InsertHookStmt {
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
        T2: crate::BytesSql,
        T3: crate::BytesSql,
        T4: crate::BytesSql,
        T5: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        platform: &'a T1,
        token_hash: &'a T2,
        key_version: &'a Option<i32>,
        wrapped_key: &'a Option<T3>,
        sealed: &'a Option<T4>,
        created_by: &'a T5,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 10> {
        UuidUuidQuery {
            client,
            params: [
                organization,
                id,
                account,
                platform,
                token_hash,
                key_version,
                wrapped_key,
                sealed,
                created_by,
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
    T2: crate::BytesSql,
    T3: crate::BytesSql,
    T4: crate::BytesSql,
    T5: crate::StringSql,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        InsertHookParams<T1, T2, T3, T4, T5>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 10>,
        C,
    > for InsertHookStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InsertHookParams<T1, T2, T3, T4, T5>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 10> {
        self.bind(
            client,
            &params.organization,
            &params.id,
            &params.account,
            &params.platform,
            &params.token_hash,
            &params.key_version,
            &params.wrapped_key,
            &params.sealed,
            &params.created_by,
            &params.now,
        )
    }
}
pub struct HooksOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn hooks_of() -> HooksOfStmt {
    HooksOfStmt(
        "select e.id, e.account_id, e.platform, e.status, e.retires_at, e.key_version, e.remote_id, e.last_checked_at, e.last_problem, e.created_by, e.created_at from routiq.webhook_endpoints e where e.organization_id = $1 order by e.created_at desc, e.id desc",
        None,
    )
}
impl HooksOfStmt {
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
    ) -> HooksOfQuery<'c, 'a, 's, C, HooksOf, 1> {
        HooksOfQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<HooksOfBorrowed, tokio_postgres::Error> {
                    Ok(HooksOfBorrowed {
                        id: row.try_get(0)?,
                        account_id: row.try_get(1)?,
                        platform: row.try_get(2)?,
                        status: row.try_get(3)?,
                        retires_at: row.try_get(4)?,
                        key_version: row.try_get(5)?,
                        remote_id: row.try_get(6)?,
                        last_checked_at: row.try_get(7)?,
                        last_problem: row.try_get(8)?,
                        created_by: row.try_get(9)?,
                        created_at: row.try_get(10)?,
                    })
                },
            mapper: |it| HooksOf::from(it),
        }
    }
}
pub struct LoadHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_hook() -> LoadHookStmt {
    LoadHookStmt(
        "select e.id, e.account_id, e.platform, e.status, e.retires_at, e.key_version, e.wrapped_key, e.sealed, e.remote_id from routiq.webhook_endpoints e where e.organization_id = $1 and e.id = $2 for update",
        None,
    )
}
impl LoadHookStmt {
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
    ) -> LoadHookQuery<'c, 'a, 's, C, LoadHook, 2> {
        LoadHookQuery {
            client,
            params: [organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<LoadHookBorrowed, tokio_postgres::Error> {
                    Ok(LoadHookBorrowed {
                        id: row.try_get(0)?,
                        account_id: row.try_get(1)?,
                        platform: row.try_get(2)?,
                        status: row.try_get(3)?,
                        retires_at: row.try_get(4)?,
                        key_version: row.try_get(5)?,
                        wrapped_key: row.try_get(6)?,
                        sealed: row.try_get(7)?,
                        remote_id: row.try_get(8)?,
                    })
                },
            mapper: |it| LoadHook::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadHookParams,
        LoadHookQuery<'c, 'a, 's, C, LoadHook, 2>,
        C,
    > for LoadHookStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadHookParams,
    ) -> LoadHookQuery<'c, 'a, 's, C, LoadHook, 2> {
        self.bind(client, &params.organization, &params.id)
    }
}
pub struct ActiveHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn active_hook() -> ActiveHookStmt {
    ActiveHookStmt(
        "select e.id, e.remote_id, e.last_checked_at, e.last_problem from routiq.webhook_endpoints e where e.organization_id = $1 and e.account_id = $2 and e.platform = $3 and e.status = 'active'",
        None,
    )
}
impl ActiveHookStmt {
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
        platform: &'a T1,
    ) -> ActiveHookQuery<'c, 'a, 's, C, ActiveHook, 3> {
        ActiveHookQuery {
            client,
            params: [organization, account, platform],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ActiveHookBorrowed, tokio_postgres::Error> {
                    Ok(ActiveHookBorrowed {
                        id: row.try_get(0)?,
                        remote_id: row.try_get(1)?,
                        last_checked_at: row.try_get(2)?,
                        last_problem: row.try_get(3)?,
                    })
                },
            mapper: |it| ActiveHook::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ActiveHookParams<T1>,
        ActiveHookQuery<'c, 'a, 's, C, ActiveHook, 3>,
        C,
    > for ActiveHookStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ActiveHookParams<T1>,
    ) -> ActiveHookQuery<'c, 'a, 's, C, ActiveHook, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.platform,
        )
    }
}
pub struct RevokeHooksRetiringStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn revoke_hooks_retiring() -> RevokeHooksRetiringStmt {
    RevokeHooksRetiringStmt(
        "update routiq.webhook_endpoints set status = 'revoked', retires_at = null, updated_at = $1 where organization_id = $2 and account_id = $3 and platform = $4 and status = 'retiring'",
        None,
    )
}
impl RevokeHooksRetiringStmt {
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
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        platform: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, account, platform])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RevokeHooksRetiringParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RevokeHooksRetiringStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RevokeHooksRetiringParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.account,
            &params.platform,
        ))
    }
}
pub struct RetireHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn retire_hook() -> RetireHookStmt {
    RetireHookStmt(
        "update routiq.webhook_endpoints set status = 'retiring', retires_at = $1, updated_at = $2 where organization_id = $3 and id = $4 and status = 'active'",
        None,
    )
}
impl RetireHookStmt {
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
        retires_at: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[retires_at, now, organization, id])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RetireHookParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RetireHookStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RetireHookParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.retires_at,
            &params.now,
            &params.organization,
            &params.id,
        ))
    }
}
pub struct RevokeHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn revoke_hook() -> RevokeHookStmt {
    RevokeHookStmt(
        "update routiq.webhook_endpoints set status = 'revoked', retires_at = null, updated_at = $1 where organization_id = $2 and id = $3 and status <> 'revoked'",
        None,
    )
}
impl RevokeHookStmt {
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
        id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RevokeHookParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RevokeHookStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RevokeHookParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.organization, &params.id))
    }
}
pub struct SealHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn seal_hook() -> SealHookStmt {
    SealHookStmt(
        "update routiq.webhook_endpoints set key_version = $1, wrapped_key = $2, sealed = $3, updated_at = $4 where organization_id = $5 and id = $6 and status <> 'revoked'",
        None,
    )
}
impl SealHookStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql, T2: crate::BytesSql>(
        &'s self,
        client: &'c C,
        key_version: &'a i32,
        wrapped_key: &'a T1,
        sealed: &'a T2,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[key_version, wrapped_key, sealed, now, organization, id],
            )
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::BytesSql, T2: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SealHookParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SealHookStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SealHookParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.key_version,
            &params.wrapped_key,
            &params.sealed,
            &params.now,
            &params.organization,
            &params.id,
        ))
    }
}
pub struct CheckHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn check_hook() -> CheckHookStmt {
    CheckHookStmt(
        "update routiq.webhook_endpoints set remote_id = $1, last_checked_at = $2, last_problem = $3, updated_at = $2 where organization_id = $4 and id = $5",
        None,
    )
}
impl CheckHookStmt {
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
        remote_id: &'a Option<T1>,
        now: &'a jiff::Timestamp,
        problem: &'a Option<T2>,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[remote_id, now, problem, organization, id])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        CheckHookParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for CheckHookStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a CheckHookParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.remote_id,
            &params.now,
            &params.problem,
            &params.organization,
            &params.id,
        ))
    }
}
pub struct HooksBelowStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn hooks_below() -> HooksBelowStmt {
    HooksBelowStmt(
        "select id, account_id, platform, key_version, wrapped_key, sealed from routiq.webhook_endpoints where organization_id = $1 and key_version < $2",
        None,
    )
}
impl HooksBelowStmt {
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
        current: &'a i32,
    ) -> HooksBelowQuery<'c, 'a, 's, C, HooksBelow, 2> {
        HooksBelowQuery {
            client,
            params: [organization, current],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<HooksBelowBorrowed, tokio_postgres::Error> {
                    Ok(HooksBelowBorrowed {
                        id: row.try_get(0)?,
                        account_id: row.try_get(1)?,
                        platform: row.try_get(2)?,
                        key_version: row.try_get(3)?,
                        wrapped_key: row.try_get(4)?,
                        sealed: row.try_get(5)?,
                    })
                },
            mapper: |it| HooksBelow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        HooksBelowParams,
        HooksBelowQuery<'c, 'a, 's, C, HooksBelow, 2>,
        C,
    > for HooksBelowStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a HooksBelowParams,
    ) -> HooksBelowQuery<'c, 'a, 's, C, HooksBelow, 2> {
        self.bind(client, &params.organization, &params.current)
    }
}
pub struct RewrapHookStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn rewrap_hook() -> RewrapHookStmt {
    RewrapHookStmt(
        "update routiq.webhook_endpoints set key_version = $1, wrapped_key = $2, updated_at = $3 where organization_id = $4 and id = $5 and key_version = $6",
        None,
    )
}
impl RewrapHookStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql>(
        &'s self,
        client: &'c C,
        key_version: &'a i32,
        wrapped_key: &'a T1,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        old_version: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[key_version, wrapped_key, now, organization, id, old_version],
            )
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RewrapHookParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RewrapHookStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RewrapHookParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.key_version,
            &params.wrapped_key,
            &params.now,
            &params.organization,
            &params.id,
            &params.old_version,
        ))
    }
}
