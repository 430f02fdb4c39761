// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct InsertIntegrationParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::JsonSql,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub platform: T1,
    pub external_id: T2,
    pub name: Option<T3>,
    pub settings: T4,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct AboutAccountParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct LoadAccountParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct UpdateSettingsParams<T1: crate::JsonSql> {
    pub settings: T1,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct PauseParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub reason: T1,
    pub until: Option<jiff::Timestamp>,
    pub by: T2,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct UnpauseParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct RequestPollParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct RequestSweepParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct SupersedeCredentialsParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct InsertCredentialParams<T1: crate::BytesSql, T2: crate::BytesSql, T3: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub account: uuid::Uuid,
    pub key_version: i32,
    pub wrapped_key: T1,
    pub sealed: T2,
    pub created_by: T3,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct TouchIntegrationParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct RejectCredentialParams<T1: crate::StringSql> {
    pub reason: T1,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub credential: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct ValidateCredentialParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub credential: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct CredentialsBelowParams {
    pub organization: uuid::Uuid,
    pub key_version: i32,
}
#[derive(Debug)]
pub struct RewrapCredentialParams<T1: crate::BytesSql> {
    pub key_version: i32,
    pub wrapped_key: T1,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub old_key_version: i32,
}
#[derive(Clone, Copy, Debug)]
pub struct PayloadsBelowParams {
    pub organization: uuid::Uuid,
    pub key_version: i32,
    pub most: i64,
}
#[derive(Debug)]
pub struct RewrapPayloadParams<T1: crate::BytesSql> {
    pub key_version: i32,
    pub wrapped_key: T1,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub old_key_version: i32,
}
#[derive(Debug, Clone, PartialEq)]
pub struct IntegrationsOf {
    pub id: uuid::Uuid,
    pub platform: String,
    pub external_id: String,
    pub name: Option<String>,
    pub settings: serde_json::Value,
    pub is_active: bool,
    pub sync_enabled: bool,
    pub version: i64,
    pub paused_reason: Option<String>,
    pub paused_until: Option<jiff::Timestamp>,
    pub sweep_requested_at: Option<jiff::Timestamp>,
    pub credential_status: Option<String>,
    pub rejected_reason: Option<String>,
    pub key_version: Option<i32>,
}
pub struct IntegrationsOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub platform: &'a str,
    pub external_id: &'a str,
    pub name: Option<&'a str>,
    pub settings: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub is_active: bool,
    pub sync_enabled: bool,
    pub version: i64,
    pub paused_reason: Option<&'a str>,
    pub paused_until: Option<jiff::Timestamp>,
    pub sweep_requested_at: Option<jiff::Timestamp>,
    pub credential_status: Option<&'a str>,
    pub rejected_reason: Option<&'a str>,
    pub key_version: Option<i32>,
}
impl<'a> From<IntegrationsOfBorrowed<'a>> for IntegrationsOf {
    fn from(
        IntegrationsOfBorrowed {
            id,
            platform,
            external_id,
            name,
            settings,
            is_active,
            sync_enabled,
            version,
            paused_reason,
            paused_until,
            sweep_requested_at,
            credential_status,
            rejected_reason,
            key_version,
        }: IntegrationsOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            platform: platform.into(),
            external_id: external_id.into(),
            name: name.map(|v| v.into()),
            settings: serde_json::from_str(settings.0.get()).unwrap(),
            is_active,
            sync_enabled,
            version,
            paused_reason: paused_reason.map(|v| v.into()),
            paused_until,
            sweep_requested_at,
            credential_status: credential_status.map(|v| v.into()),
            rejected_reason: rejected_reason.map(|v| v.into()),
            key_version,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct AboutAccount {
    pub platform: String,
    pub external_id: String,
    pub settings: serde_json::Value,
    pub region: String,
}
pub struct AboutAccountBorrowed<'a> {
    pub platform: &'a str,
    pub external_id: &'a str,
    pub settings: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub region: &'a str,
}
impl<'a> From<AboutAccountBorrowed<'a>> for AboutAccount {
    fn from(
        AboutAccountBorrowed {
            platform,
            external_id,
            settings,
            region,
        }: AboutAccountBorrowed<'a>,
    ) -> Self {
        Self {
            platform: platform.into(),
            external_id: external_id.into(),
            settings: serde_json::from_str(settings.0.get()).unwrap(),
            region: region.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadAccount {
    pub platform: String,
    pub external_id: String,
    pub settings: serde_json::Value,
    pub poll_requested_at: Option<jiff::Timestamp>,
    pub sweep_requested_at: Option<jiff::Timestamp>,
    pub version: i64,
    pub region: String,
    pub timezone: String,
    pub credential_id: Option<uuid::Uuid>,
    pub credential_status: Option<String>,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<Vec<u8>>,
    pub sealed: Option<Vec<u8>>,
    pub rejected_reason: Option<String>,
}
pub struct LoadAccountBorrowed<'a> {
    pub platform: &'a str,
    pub external_id: &'a str,
    pub settings: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub poll_requested_at: Option<jiff::Timestamp>,
    pub sweep_requested_at: Option<jiff::Timestamp>,
    pub version: i64,
    pub region: &'a str,
    pub timezone: &'a str,
    pub credential_id: Option<uuid::Uuid>,
    pub credential_status: Option<&'a str>,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<&'a [u8]>,
    pub sealed: Option<&'a [u8]>,
    pub rejected_reason: Option<&'a str>,
}
impl<'a> From<LoadAccountBorrowed<'a>> for LoadAccount {
    fn from(
        LoadAccountBorrowed {
            platform,
            external_id,
            settings,
            poll_requested_at,
            sweep_requested_at,
            version,
            region,
            timezone,
            credential_id,
            credential_status,
            key_version,
            wrapped_key,
            sealed,
            rejected_reason,
        }: LoadAccountBorrowed<'a>,
    ) -> Self {
        Self {
            platform: platform.into(),
            external_id: external_id.into(),
            settings: serde_json::from_str(settings.0.get()).unwrap(),
            poll_requested_at,
            sweep_requested_at,
            version,
            region: region.into(),
            timezone: timezone.into(),
            credential_id,
            credential_status: credential_status.map(|v| v.into()),
            key_version,
            wrapped_key: wrapped_key.map(|v| v.into()),
            sealed: sealed.map(|v| v.into()),
            rejected_reason: rejected_reason.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct CredentialsBelow {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub key_version: i32,
    pub wrapped_key: Vec<u8>,
}
pub struct CredentialsBelowBorrowed<'a> {
    pub id: uuid::Uuid,
    pub account_id: uuid::Uuid,
    pub key_version: i32,
    pub wrapped_key: &'a [u8],
}
impl<'a> From<CredentialsBelowBorrowed<'a>> for CredentialsBelow {
    fn from(
        CredentialsBelowBorrowed {
            id,
            account_id,
            key_version,
            wrapped_key,
        }: CredentialsBelowBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            account_id,
            key_version,
            wrapped_key: wrapped_key.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct PayloadsBelow {
    pub id: uuid::Uuid,
    pub key_version: i32,
    pub wrapped_key: Vec<u8>,
}
pub struct PayloadsBelowBorrowed<'a> {
    pub id: uuid::Uuid,
    pub key_version: i32,
    pub wrapped_key: &'a [u8],
}
impl<'a> From<PayloadsBelowBorrowed<'a>> for PayloadsBelow {
    fn from(
        PayloadsBelowBorrowed {
            id,
            key_version,
            wrapped_key,
        }: PayloadsBelowBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            key_version,
            wrapped_key: wrapped_key.into(),
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
pub struct IntegrationsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<IntegrationsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(IntegrationsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> IntegrationsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(IntegrationsOfBorrowed) -> R,
    ) -> IntegrationsOfQuery<'c, 'a, 's, C, R, N> {
        IntegrationsOfQuery {
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
pub struct AboutAccountQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AboutAccountBorrowed, tokio_postgres::Error>,
    mapper: fn(AboutAccountBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AboutAccountQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(AboutAccountBorrowed) -> R,
    ) -> AboutAccountQuery<'c, 'a, 's, C, R, N> {
        AboutAccountQuery {
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
pub struct LoadAccountQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadAccountBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadAccountBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadAccountQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(LoadAccountBorrowed) -> R,
    ) -> LoadAccountQuery<'c, 'a, 's, C, R, N> {
        LoadAccountQuery {
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
pub struct CredentialsBelowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CredentialsBelowBorrowed, tokio_postgres::Error>,
    mapper: fn(CredentialsBelowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CredentialsBelowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(CredentialsBelowBorrowed) -> R,
    ) -> CredentialsBelowQuery<'c, 'a, 's, C, R, N> {
        CredentialsBelowQuery {
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
pub struct PayloadsBelowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<PayloadsBelowBorrowed, tokio_postgres::Error>,
    mapper: fn(PayloadsBelowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> PayloadsBelowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(PayloadsBelowBorrowed) -> R,
    ) -> PayloadsBelowQuery<'c, 'a, 's, C, R, N> {
        PayloadsBelowQuery {
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
pub struct InsertIntegrationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_integration() -> InsertIntegrationStmt {
    InsertIntegrationStmt(
        "insert into routiq.integrations (organization_id, id, platform, external_id, name, settings, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (organization_id, platform, external_id) do nothing returning id",
        None,
    )
}
impl InsertIntegrationStmt {
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
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        platform: &'a T1,
        external_id: &'a T2,
        name: &'a Option<T3>,
        settings: &'a T4,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7> {
        UuidUuidQuery {
            client,
            params: [organization, id, platform, external_id, name, settings, now],
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
        InsertIntegrationParams<T1, T2, T3, T4>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7>,
        C,
    > for InsertIntegrationStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InsertIntegrationParams<T1, T2, T3, T4>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 7> {
        self.bind(
            client,
            &params.organization,
            &params.id,
            &params.platform,
            &params.external_id,
            &params.name,
            &params.settings,
            &params.now,
        )
    }
}
pub struct IntegrationsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn integrations_of() -> IntegrationsOfStmt {
    IntegrationsOfStmt(
        "select i.id, i.platform, i.external_id, i.name, i.settings, i.is_active, i.sync_enabled, i.version, i.paused_reason, i.paused_until, i.sweep_requested_at, c.status as credential_status, c.rejected_reason, c.key_version from routiq.integrations i left join routiq.api_credentials c on c.organization_id = i.organization_id and c.account_id = i.id and c.status <> 'superseded' where i.organization_id = $1 and i.deleted_at is null order by i.platform, i.created_at, i.id",
        None,
    )
}
impl IntegrationsOfStmt {
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
    ) -> IntegrationsOfQuery<'c, 'a, 's, C, IntegrationsOf, 1> {
        IntegrationsOfQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<IntegrationsOfBorrowed, tokio_postgres::Error> {
                Ok(IntegrationsOfBorrowed {
                    id: row.try_get(0)?,
                    platform: row.try_get(1)?,
                    external_id: row.try_get(2)?,
                    name: row.try_get(3)?,
                    settings: row.try_get(4)?,
                    is_active: row.try_get(5)?,
                    sync_enabled: row.try_get(6)?,
                    version: row.try_get(7)?,
                    paused_reason: row.try_get(8)?,
                    paused_until: row.try_get(9)?,
                    sweep_requested_at: row.try_get(10)?,
                    credential_status: row.try_get(11)?,
                    rejected_reason: row.try_get(12)?,
                    key_version: row.try_get(13)?,
                })
            },
            mapper: |it| IntegrationsOf::from(it),
        }
    }
}
pub struct AboutAccountStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn about_account() -> AboutAccountStmt {
    AboutAccountStmt(
        "select i.platform, i.external_id, i.settings, o.region from routiq.integrations i join routiq.organizations o on o.id = i.organization_id where i.organization_id = $1 and i.id = $2 and i.deleted_at is null",
        None,
    )
}
impl AboutAccountStmt {
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
    ) -> AboutAccountQuery<'c, 'a, 's, C, AboutAccount, 2> {
        AboutAccountQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AboutAccountBorrowed, tokio_postgres::Error> {
                    Ok(AboutAccountBorrowed {
                        platform: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        settings: row.try_get(2)?,
                        region: row.try_get(3)?,
                    })
                },
            mapper: |it| AboutAccount::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        AboutAccountParams,
        AboutAccountQuery<'c, 'a, 's, C, AboutAccount, 2>,
        C,
    > for AboutAccountStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a AboutAccountParams,
    ) -> AboutAccountQuery<'c, 'a, 's, C, AboutAccount, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct LoadAccountStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_account() -> LoadAccountStmt {
    LoadAccountStmt(
        "select i.platform, i.external_id, i.settings, i.poll_requested_at, i.sweep_requested_at, i.version, o.region, o.timezone, c.id as credential_id, c.status as credential_status, c.key_version, c.wrapped_key, c.sealed, c.rejected_reason from routiq.integrations i join routiq.organizations o on o.id = i.organization_id left join routiq.api_credentials c on c.organization_id = i.organization_id and c.account_id = i.id and c.status <> 'superseded' where i.organization_id = $1 and i.id = $2 and i.deleted_at is null",
        None,
    )
}
impl LoadAccountStmt {
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
    ) -> LoadAccountQuery<'c, 'a, 's, C, LoadAccount, 2> {
        LoadAccountQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<LoadAccountBorrowed, tokio_postgres::Error> {
                    Ok(LoadAccountBorrowed {
                        platform: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        settings: row.try_get(2)?,
                        poll_requested_at: row.try_get(3)?,
                        sweep_requested_at: row.try_get(4)?,
                        version: row.try_get(5)?,
                        region: row.try_get(6)?,
                        timezone: row.try_get(7)?,
                        credential_id: row.try_get(8)?,
                        credential_status: row.try_get(9)?,
                        key_version: row.try_get(10)?,
                        wrapped_key: row.try_get(11)?,
                        sealed: row.try_get(12)?,
                        rejected_reason: row.try_get(13)?,
                    })
                },
            mapper: |it| LoadAccount::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadAccountParams,
        LoadAccountQuery<'c, 'a, 's, C, LoadAccount, 2>,
        C,
    > for LoadAccountStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadAccountParams,
    ) -> LoadAccountQuery<'c, 'a, 's, C, LoadAccount, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct UpdateSettingsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn update_settings() -> UpdateSettingsStmt {
    UpdateSettingsStmt(
        "update routiq.integrations set settings = $1, version = version + 1, updated_at = $2 where organization_id = $3 and id = $4 and deleted_at is null",
        None,
    )
}
impl UpdateSettingsStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::JsonSql>(
        &'s self,
        client: &'c C,
        settings: &'a T1,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[settings, now, organization, account])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::JsonSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        UpdateSettingsParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for UpdateSettingsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UpdateSettingsParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.settings,
            &params.now,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct PauseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn pause() -> PauseStmt {
    PauseStmt(
        "update routiq.integrations set paused_reason = $1, paused_until = $2, paused_by = $3, version = version + 1, updated_at = $4 where organization_id = $5 and id = $6 and deleted_at is null",
        None,
    )
}
impl PauseStmt {
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
        reason: &'a T1,
        until: &'a Option<jiff::Timestamp>,
        by: &'a T2,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[reason, until, by, now, organization, account])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PauseParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for PauseStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PauseParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.reason,
            &params.until,
            &params.by,
            &params.now,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct UnpauseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn unpause() -> UnpauseStmt {
    UnpauseStmt(
        "update routiq.integrations set paused_reason = null, paused_until = null, paused_by = null, version = version + 1, updated_at = $1 where organization_id = $2 and id = $3 and deleted_at is null",
        None,
    )
}
impl UnpauseStmt {
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
        UnpauseParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for UnpauseStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UnpauseParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.organization, &params.account))
    }
}
pub struct RequestPollStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn request_poll() -> RequestPollStmt {
    RequestPollStmt(
        "update routiq.integrations set poll_requested_at = $1, version = version + 1, updated_at = $1 where organization_id = $2 and id = $3 and deleted_at is null",
        None,
    )
}
impl RequestPollStmt {
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
        RequestPollParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RequestPollStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RequestPollParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.organization, &params.account))
    }
}
pub struct RequestSweepStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn request_sweep() -> RequestSweepStmt {
    RequestSweepStmt(
        "update routiq.integrations set sweep_requested_at = $1, version = version + 1, updated_at = $1 where organization_id = $2 and id = $3 and deleted_at is null",
        None,
    )
}
impl RequestSweepStmt {
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
        RequestSweepParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RequestSweepStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RequestSweepParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.organization, &params.account))
    }
}
pub struct SupersedeCredentialsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn supersede_credentials() -> SupersedeCredentialsStmt {
    SupersedeCredentialsStmt(
        "update routiq.api_credentials set status = 'superseded', rejected_reason = null, updated_at = $1 where organization_id = $2 and account_id = $3 and status <> 'superseded'",
        None,
    )
}
impl SupersedeCredentialsStmt {
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
        SupersedeCredentialsParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SupersedeCredentialsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SupersedeCredentialsParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.organization, &params.account))
    }
}
pub struct InsertCredentialStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_credential() -> InsertCredentialStmt {
    InsertCredentialStmt(
        "insert into routiq.api_credentials (organization_id, id, account_id, key_version, wrapped_key, sealed, created_by, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        None,
    )
}
impl InsertCredentialStmt {
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
        T1: crate::BytesSql,
        T2: crate::BytesSql,
        T3: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        key_version: &'a i32,
        wrapped_key: &'a T1,
        sealed: &'a T2,
        created_by: &'a T3,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    id,
                    account,
                    key_version,
                    wrapped_key,
                    sealed,
                    created_by,
                    now,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::BytesSql,
    T2: crate::BytesSql,
    T3: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertCredentialParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for InsertCredentialStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertCredentialParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.id,
            &params.account,
            &params.key_version,
            &params.wrapped_key,
            &params.sealed,
            &params.created_by,
            &params.now,
        ))
    }
}
pub struct TouchIntegrationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn touch_integration() -> TouchIntegrationStmt {
    TouchIntegrationStmt(
        "update routiq.integrations set version = version + 1, updated_at = $1 where organization_id = $2 and id = $3",
        None,
    )
}
impl TouchIntegrationStmt {
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
        TouchIntegrationParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for TouchIntegrationStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TouchIntegrationParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.organization, &params.account))
    }
}
pub struct RejectCredentialStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn reject_credential() -> RejectCredentialStmt {
    RejectCredentialStmt(
        "update routiq.api_credentials set status = 'rejected', rejected_reason = $1, updated_at = $2 where organization_id = $3 and id = $4 and status = 'active'",
        None,
    )
}
impl RejectCredentialStmt {
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
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        credential: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[reason, now, organization, credential])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RejectCredentialParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RejectCredentialStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RejectCredentialParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.reason,
            &params.now,
            &params.organization,
            &params.credential,
        ))
    }
}
pub struct ValidateCredentialStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn validate_credential() -> ValidateCredentialStmt {
    ValidateCredentialStmt(
        "update routiq.api_credentials set last_validated_at = $1 where organization_id = $2 and id = $3 and (last_validated_at is null or last_validated_at < $1::timestamptz - interval '1 hour')",
        None,
    )
}
impl ValidateCredentialStmt {
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
        credential: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, credential])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ValidateCredentialParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for ValidateCredentialStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ValidateCredentialParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.credential,
        ))
    }
}
pub struct CredentialsBelowStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn credentials_below() -> CredentialsBelowStmt {
    CredentialsBelowStmt(
        "select id, account_id, key_version, wrapped_key from routiq.api_credentials where organization_id = $1 and key_version < $2 order by id",
        None,
    )
}
impl CredentialsBelowStmt {
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
        key_version: &'a i32,
    ) -> CredentialsBelowQuery<'c, 'a, 's, C, CredentialsBelow, 2> {
        CredentialsBelowQuery {
            client,
            params: [organization, key_version],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<CredentialsBelowBorrowed, tokio_postgres::Error> {
                Ok(CredentialsBelowBorrowed {
                    id: row.try_get(0)?,
                    account_id: row.try_get(1)?,
                    key_version: row.try_get(2)?,
                    wrapped_key: row.try_get(3)?,
                })
            },
            mapper: |it| CredentialsBelow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CredentialsBelowParams,
        CredentialsBelowQuery<'c, 'a, 's, C, CredentialsBelow, 2>,
        C,
    > for CredentialsBelowStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CredentialsBelowParams,
    ) -> CredentialsBelowQuery<'c, 'a, 's, C, CredentialsBelow, 2> {
        self.bind(client, &params.organization, &params.key_version)
    }
}
pub struct RewrapCredentialStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn rewrap_credential() -> RewrapCredentialStmt {
    RewrapCredentialStmt(
        "update routiq.api_credentials set key_version = $1, wrapped_key = $2, updated_at = $3 where organization_id = $4 and id = $5 and key_version = $6",
        None,
    )
}
impl RewrapCredentialStmt {
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
        old_key_version: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    key_version,
                    wrapped_key,
                    now,
                    organization,
                    id,
                    old_key_version,
                ],
            )
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RewrapCredentialParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RewrapCredentialStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RewrapCredentialParams<T1>,
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
            &params.old_key_version,
        ))
    }
}
pub struct PayloadsBelowStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn payloads_below() -> PayloadsBelowStmt {
    PayloadsBelowStmt(
        "select id, key_version, wrapped_key from routiq.raw_payloads where organization_id = $1 and key_version < $2 order by id limit $3",
        None,
    )
}
impl PayloadsBelowStmt {
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
        key_version: &'a i32,
        most: &'a i64,
    ) -> PayloadsBelowQuery<'c, 'a, 's, C, PayloadsBelow, 3> {
        PayloadsBelowQuery {
            client,
            params: [organization, key_version, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<PayloadsBelowBorrowed, tokio_postgres::Error> {
                    Ok(PayloadsBelowBorrowed {
                        id: row.try_get(0)?,
                        key_version: row.try_get(1)?,
                        wrapped_key: row.try_get(2)?,
                    })
                },
            mapper: |it| PayloadsBelow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PayloadsBelowParams,
        PayloadsBelowQuery<'c, 'a, 's, C, PayloadsBelow, 3>,
        C,
    > for PayloadsBelowStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PayloadsBelowParams,
    ) -> PayloadsBelowQuery<'c, 'a, 's, C, PayloadsBelow, 3> {
        self.bind(
            client,
            &params.organization,
            &params.key_version,
            &params.most,
        )
    }
}
pub struct RewrapPayloadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn rewrap_payload() -> RewrapPayloadStmt {
    RewrapPayloadStmt(
        "update routiq.raw_payloads set key_version = $1, wrapped_key = $2 where organization_id = $3 and id = $4 and key_version = $5",
        None,
    )
}
impl RewrapPayloadStmt {
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
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        old_key_version: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[key_version, wrapped_key, organization, id, old_key_version],
            )
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RewrapPayloadParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RewrapPayloadStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RewrapPayloadParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.key_version,
            &params.wrapped_key,
            &params.organization,
            &params.id,
            &params.old_key_version,
        ))
    }
}
