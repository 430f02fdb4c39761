// This file was generated with `cornucopia`. Do not modify.

#[derive(Clone, Copy, Debug)]
pub struct AdoptFilesParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub most: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct NextFileParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct NoteExpiriesParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = jiff::Timestamp>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub external_ids: T2,
    pub expires_ats: T3,
}
#[derive(Debug)]
pub struct ClaimFileParams<T1: crate::BytesSql, T2: crate::StringSql> {
    pub retry_at: jiff::Timestamp,
    pub now: jiff::Timestamp,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<T1>,
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
    pub wanted_at: jiff::Timestamp,
    pub attempts: i32,
    pub url: T2,
}
#[derive(Debug)]
pub struct KeepFileParams<T1: crate::StringSql, T2: crate::BytesSql, T3: crate::StringSql> {
    pub vault: T1,
    pub stored_bytes: i64,
    pub digest: T2,
    pub media_type: Option<T3>,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
    pub wanted_at: jiff::Timestamp,
    pub attempts: i32,
}
#[derive(Debug)]
pub struct SettleFileParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub state: T1,
    pub reason: T2,
    pub rules: Option<T3>,
    pub not_before: jiff::Timestamp,
    pub renewed: i32,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
    pub wanted_at: jiff::Timestamp,
    pub attempts: i32,
}
#[derive(Clone, Copy, Debug)]
pub struct UntriedFileParams {
    pub not_before: jiff::Timestamp,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
    pub wanted_at: jiff::Timestamp,
    pub attempts: i32,
}
#[derive(Debug)]
pub struct SpareFilesParams<T1: crate::StringSql> {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub rules: T1,
}
#[derive(Debug)]
pub struct LeavingFileParams<T1: crate::StringSql> {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub fallen_before: jiff::Timestamp,
    pub vault: T1,
}
#[derive(Clone, Copy, Debug)]
pub struct DelayLeavingFileParams {
    pub not_before: jiff::Timestamp,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct DropFileParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct FileMessageParams {
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct FileOfParams {
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
}
#[derive(Debug)]
pub struct LostFileParams<T1: crate::BytesSql> {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
    pub digest: T1,
}
#[derive(Clone, Copy, Debug)]
pub struct FilesBelowParams {
    pub organization: uuid::Uuid,
    pub current: i32,
    pub most: i64,
}
#[derive(Debug)]
pub struct RewrapFileParams<T1: crate::BytesSql> {
    pub key_version: i32,
    pub wrapped_key: T1,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub attachment: uuid::Uuid,
    pub old_version: i32,
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextFile {
    pub attachment_id: Option<uuid::Uuid>,
    pub source_url: Option<String>,
    pub file_type: Option<String>,
    pub content_type: Option<String>,
    pub file_size: Option<i64>,
    pub wanted_at: Option<jiff::Timestamp>,
    pub attempts: Option<i32>,
    pub renewals: Option<i32>,
    pub waits_until: Option<jiff::Timestamp>,
}
pub struct NextFileBorrowed<'a> {
    pub attachment_id: Option<uuid::Uuid>,
    pub source_url: Option<&'a str>,
    pub file_type: Option<&'a str>,
    pub content_type: Option<&'a str>,
    pub file_size: Option<i64>,
    pub wanted_at: Option<jiff::Timestamp>,
    pub attempts: Option<i32>,
    pub renewals: Option<i32>,
    pub waits_until: Option<jiff::Timestamp>,
}
impl<'a> From<NextFileBorrowed<'a>> for NextFile {
    fn from(
        NextFileBorrowed {
            attachment_id,
            source_url,
            file_type,
            content_type,
            file_size,
            wanted_at,
            attempts,
            renewals,
            waits_until,
        }: NextFileBorrowed<'a>,
    ) -> Self {
        Self {
            attachment_id,
            source_url: source_url.map(|v| v.into()),
            file_type: file_type.map(|v| v.into()),
            content_type: content_type.map(|v| v.into()),
            file_size,
            wanted_at,
            attempts,
            renewals,
            waits_until,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimFile {
    pub key_version: Option<i32>,
    pub wrapped_key: Option<Vec<u8>>,
    pub wanted_at: jiff::Timestamp,
    pub attempts: i32,
}
pub struct ClaimFileBorrowed<'a> {
    pub key_version: Option<i32>,
    pub wrapped_key: Option<&'a [u8]>,
    pub wanted_at: jiff::Timestamp,
    pub attempts: i32,
}
impl<'a> From<ClaimFileBorrowed<'a>> for ClaimFile {
    fn from(
        ClaimFileBorrowed {
            key_version,
            wrapped_key,
            wanted_at,
            attempts,
        }: ClaimFileBorrowed<'a>,
    ) -> Self {
        Self {
            key_version,
            wrapped_key: wrapped_key.map(|v| v.into()),
            wanted_at,
            attempts,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct FileMessage {
    pub message: String,
    pub conversation: String,
}
pub struct FileMessageBorrowed<'a> {
    pub message: &'a str,
    pub conversation: &'a str,
}
impl<'a> From<FileMessageBorrowed<'a>> for FileMessage {
    fn from(
        FileMessageBorrowed {
            message,
            conversation,
        }: FileMessageBorrowed<'a>,
    ) -> Self {
        Self {
            message: message.into(),
            conversation: conversation.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct FileOf {
    pub account_id: uuid::Uuid,
    pub file_type: String,
    pub content_type: Option<String>,
    pub extension: Option<String>,
    pub settings: serde_json::Value,
    pub state: Option<String>,
    pub reason: Option<String>,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<Vec<u8>>,
    pub vault: Option<String>,
    pub stored_bytes: Option<i64>,
    pub digest: Option<Vec<u8>>,
    pub media_type: Option<String>,
    pub fetched_at: Option<jiff::Timestamp>,
}
pub struct FileOfBorrowed<'a> {
    pub account_id: uuid::Uuid,
    pub file_type: &'a str,
    pub content_type: Option<&'a str>,
    pub extension: Option<&'a str>,
    pub settings: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub state: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<&'a [u8]>,
    pub vault: Option<&'a str>,
    pub stored_bytes: Option<i64>,
    pub digest: Option<&'a [u8]>,
    pub media_type: Option<&'a str>,
    pub fetched_at: Option<jiff::Timestamp>,
}
impl<'a> From<FileOfBorrowed<'a>> for FileOf {
    fn from(
        FileOfBorrowed {
            account_id,
            file_type,
            content_type,
            extension,
            settings,
            state,
            reason,
            key_version,
            wrapped_key,
            vault,
            stored_bytes,
            digest,
            media_type,
            fetched_at,
        }: FileOfBorrowed<'a>,
    ) -> Self {
        Self {
            account_id,
            file_type: file_type.into(),
            content_type: content_type.map(|v| v.into()),
            extension: extension.map(|v| v.into()),
            settings: serde_json::from_str(settings.0.get()).unwrap(),
            state: state.map(|v| v.into()),
            reason: reason.map(|v| v.into()),
            key_version,
            wrapped_key: wrapped_key.map(|v| v.into()),
            vault: vault.map(|v| v.into()),
            stored_bytes,
            digest: digest.map(|v| v.into()),
            media_type: media_type.map(|v| v.into()),
            fetched_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct FilesBelow {
    pub attachment_id: uuid::Uuid,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<Vec<u8>>,
}
pub struct FilesBelowBorrowed<'a> {
    pub attachment_id: uuid::Uuid,
    pub key_version: Option<i32>,
    pub wrapped_key: Option<&'a [u8]>,
}
impl<'a> From<FilesBelowBorrowed<'a>> for FilesBelow {
    fn from(
        FilesBelowBorrowed {
            attachment_id,
            key_version,
            wrapped_key,
        }: FilesBelowBorrowed<'a>,
    ) -> Self {
        Self {
            attachment_id,
            key_version,
            wrapped_key: wrapped_key.map(|v| v.into()),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct NextFileQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextFileBorrowed, tokio_postgres::Error>,
    mapper: fn(NextFileBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextFileQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(NextFileBorrowed) -> R) -> NextFileQuery<'c, 'a, 's, C, R, N> {
        NextFileQuery {
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
pub struct ClaimFileQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ClaimFileBorrowed, tokio_postgres::Error>,
    mapper: fn(ClaimFileBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ClaimFileQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ClaimFileBorrowed) -> R) -> ClaimFileQuery<'c, 'a, 's, C, R, N> {
        ClaimFileQuery {
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
pub struct FileMessageQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FileMessageBorrowed, tokio_postgres::Error>,
    mapper: fn(FileMessageBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FileMessageQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(FileMessageBorrowed) -> R,
    ) -> FileMessageQuery<'c, 'a, 's, C, R, N> {
        FileMessageQuery {
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
pub struct FileOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FileOfBorrowed, tokio_postgres::Error>,
    mapper: fn(FileOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FileOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(FileOfBorrowed) -> R) -> FileOfQuery<'c, 'a, 's, C, R, N> {
        FileOfQuery {
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
pub struct FilesBelowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FilesBelowBorrowed, tokio_postgres::Error>,
    mapper: fn(FilesBelowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FilesBelowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(FilesBelowBorrowed) -> R,
    ) -> FilesBelowQuery<'c, 'a, 's, C, R, N> {
        FilesBelowQuery {
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
pub struct AdoptFilesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn adopt_files() -> AdoptFilesStmt {
    AdoptFilesStmt(
        "insert into routiq.attachment_files (organization_id, attachment_id, account_id, state, wanted_at, updated_at) select a.organization_id, a.id, a.account_id, 'wanted', a.created_at, $1::timestamptz from routiq.attachments a where a.organization_id = $2 and a.account_id = $3 and a.source_url is not null and a.deleted_at is null and not exists (select from routiq.attachment_files f where f.organization_id = a.organization_id and f.attachment_id = a.id) limit $4 on conflict do nothing",
        None,
    )
}
impl AdoptFilesStmt {
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
        most: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, account, most])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        AdoptFilesParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for AdoptFilesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a AdoptFilesParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.account,
            &params.most,
        ))
    }
}
pub struct NextFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_file() -> NextFileStmt {
    NextFileStmt(
        "select f.attachment_id, f.source_url, f.file_type, f.content_type, f.file_size, f.wanted_at, f.attempts, f.renewals, case when f.attachment_id is null then ( select min(w.not_before) from routiq.attachment_files w where w.organization_id = $1 and w.account_id = $2 and w.state = 'wanted' and w.not_before > $3 ) end as waits_until from (select 1) one left join lateral ( select t.attachment_id, a.source_url, a.file_type, a.content_type, a.file_size, t.wanted_at, t.attempts, t.renewals from routiq.attachment_files t join routiq.attachments a on a.organization_id = t.organization_id and a.id = t.attachment_id where t.organization_id = $1 and t.account_id = $2 and t.state = 'wanted' and t.not_before <= $3 order by t.expires_at, t.wanted_at, t.attachment_id limit 1 ) f on true",
        None,
    )
}
impl NextFileStmt {
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
    ) -> NextFileQuery<'c, 'a, 's, C, NextFile, 3> {
        NextFileQuery {
            client,
            params: [organization, account, now],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<NextFileBorrowed, tokio_postgres::Error> {
                    Ok(NextFileBorrowed {
                        attachment_id: row.try_get(0)?,
                        source_url: row.try_get(1)?,
                        file_type: row.try_get(2)?,
                        content_type: row.try_get(3)?,
                        file_size: row.try_get(4)?,
                        wanted_at: row.try_get(5)?,
                        attempts: row.try_get(6)?,
                        renewals: row.try_get(7)?,
                        waits_until: row.try_get(8)?,
                    })
                },
            mapper: |it| NextFile::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        NextFileParams,
        NextFileQuery<'c, 'a, 's, C, NextFile, 3>,
        C,
    > for NextFileStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NextFileParams,
    ) -> NextFileQuery<'c, 'a, 's, C, NextFile, 3> {
        self.bind(client, &params.organization, &params.account, &params.now)
    }
}
pub struct NoteExpiriesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn note_expiries() -> NoteExpiriesStmt {
    NoteExpiriesStmt(
        "insert into routiq.attachment_files as f (organization_id, attachment_id, account_id, state, expires_at) select $1, a.id, $2, 'wanted', i.expires_at from unnest($3::text[], $4::timestamptz[], (select null::boolean[])) as i (external_id, expires_at, as_if_ten) cross join lateral ( select t.id from routiq.attachments t where t.organization_id = $1 and t.account_id = $2 and t.external_id between i.external_id and i.external_id order by t.external_id limit 1 ) a on conflict (organization_id, attachment_id) do update set expires_at = excluded.expires_at where f.state = 'wanted' and f.expires_at is distinct from excluded.expires_at",
        None,
    )
}
impl NoteExpiriesStmt {
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
        T3: crate::ArraySql<Item = jiff::Timestamp>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        external_ids: &'a T2,
        expires_ats: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, account, external_ids, expires_ats])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = jiff::Timestamp>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        NoteExpiriesParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for NoteExpiriesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a NoteExpiriesParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.external_ids,
            &params.expires_ats,
        ))
    }
}
pub struct ClaimFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn claim_file() -> ClaimFileStmt {
    ClaimFileStmt(
        "update routiq.attachment_files set attempts = attempts + 1, not_before = $1, updated_at = $2, key_version = coalesce(key_version, $3), wrapped_key = coalesce(wrapped_key, $4) where organization_id = $5 and attachment_id = $6 and state = 'wanted' and wanted_at = $7 and attempts = $8 and exists ( select from routiq.attachments a where a.organization_id = $5 and a.id = $6 and a.source_url = $9 ) returning key_version, wrapped_key, wanted_at, attempts",
        None,
    )
}
impl ClaimFileStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        retry_at: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
        key_version: &'a Option<i32>,
        wrapped_key: &'a Option<T1>,
        organization: &'a uuid::Uuid,
        attachment: &'a uuid::Uuid,
        wanted_at: &'a jiff::Timestamp,
        attempts: &'a i32,
        url: &'a T2,
    ) -> ClaimFileQuery<'c, 'a, 's, C, ClaimFile, 9> {
        ClaimFileQuery {
            client,
            params: [
                retry_at,
                now,
                key_version,
                wrapped_key,
                organization,
                attachment,
                wanted_at,
                attempts,
                url,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ClaimFileBorrowed, tokio_postgres::Error> {
                    Ok(ClaimFileBorrowed {
                        key_version: row.try_get(0)?,
                        wrapped_key: row.try_get(1)?,
                        wanted_at: row.try_get(2)?,
                        attempts: row.try_get(3)?,
                    })
                },
            mapper: |it| ClaimFile::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ClaimFileParams<T1, T2>,
        ClaimFileQuery<'c, 'a, 's, C, ClaimFile, 9>,
        C,
    > for ClaimFileStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ClaimFileParams<T1, T2>,
    ) -> ClaimFileQuery<'c, 'a, 's, C, ClaimFile, 9> {
        self.bind(
            client,
            &params.retry_at,
            &params.now,
            &params.key_version,
            &params.wrapped_key,
            &params.organization,
            &params.attachment,
            &params.wanted_at,
            &params.attempts,
            &params.url,
        )
    }
}
pub struct KeepFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_file() -> KeepFileStmt {
    KeepFileStmt(
        "update routiq.attachment_files set state = 'fetched', reason = null, attempts = 0, renewals = 0, not_before = 'epoch', expires_at = null, vault = $1, stored_bytes = $2, digest = $3, media_type = $4, fetched_at = $5, updated_at = $5 where organization_id = $6 and attachment_id = $7 and state = 'wanted' and wanted_at = $8 and attempts = $9",
        None,
    )
}
impl KeepFileStmt {
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
    >(
        &'s self,
        client: &'c C,
        vault: &'a T1,
        stored_bytes: &'a i64,
        digest: &'a T2,
        media_type: &'a Option<T3>,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        attachment: &'a uuid::Uuid,
        wanted_at: &'a jiff::Timestamp,
        attempts: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    vault,
                    stored_bytes,
                    digest,
                    media_type,
                    now,
                    organization,
                    attachment,
                    wanted_at,
                    attempts,
                ],
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
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        KeepFileParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for KeepFileStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a KeepFileParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.vault,
            &params.stored_bytes,
            &params.digest,
            &params.media_type,
            &params.now,
            &params.organization,
            &params.attachment,
            &params.wanted_at,
            &params.attempts,
        ))
    }
}
pub struct SettleFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn settle_file() -> SettleFileStmt {
    SettleFileStmt(
        "update routiq.attachment_files set state = $1, reason = $2, rules = $3, not_before = $4, renewals = renewals + $5, updated_at = $6 where organization_id = $7 and attachment_id = $8 and state = 'wanted' and wanted_at = $9 and attempts = $10",
        None,
    )
}
impl SettleFileStmt {
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
        state: &'a T1,
        reason: &'a T2,
        rules: &'a Option<T3>,
        not_before: &'a jiff::Timestamp,
        renewed: &'a i32,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        attachment: &'a uuid::Uuid,
        wanted_at: &'a jiff::Timestamp,
        attempts: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    state,
                    reason,
                    rules,
                    not_before,
                    renewed,
                    now,
                    organization,
                    attachment,
                    wanted_at,
                    attempts,
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
        SettleFileParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SettleFileStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SettleFileParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.state,
            &params.reason,
            &params.rules,
            &params.not_before,
            &params.renewed,
            &params.now,
            &params.organization,
            &params.attachment,
            &params.wanted_at,
            &params.attempts,
        ))
    }
}
pub struct UntriedFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn untried_file() -> UntriedFileStmt {
    UntriedFileStmt(
        "update routiq.attachment_files set attempts = greatest(attempts - 1, 0), not_before = $1, updated_at = $2 where organization_id = $3 and attachment_id = $4 and state = 'wanted' and wanted_at = $5 and attempts = $6",
        None,
    )
}
impl UntriedFileStmt {
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
        not_before: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        attachment: &'a uuid::Uuid,
        wanted_at: &'a jiff::Timestamp,
        attempts: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    not_before,
                    now,
                    organization,
                    attachment,
                    wanted_at,
                    attempts,
                ],
            )
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        UntriedFileParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for UntriedFileStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UntriedFileParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.not_before,
            &params.now,
            &params.organization,
            &params.attachment,
            &params.wanted_at,
            &params.attempts,
        ))
    }
}
pub struct SpareFilesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn spare_files() -> SpareFilesStmt {
    SpareFilesStmt(
        "update routiq.attachment_files set state = 'wanted', reason = null, attempts = 0, not_before = 'epoch', updated_at = $1 where organization_id = $2 and account_id = $3 and state = 'refused' and rules <> $4",
        None,
    )
}
impl SpareFilesStmt {
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
        rules: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, account, rules])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SpareFilesParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SpareFilesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SpareFilesParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.account,
            &params.rules,
        ))
    }
}
pub struct LeavingFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn leaving_file() -> LeavingFileStmt {
    LeavingFileStmt(
        "update routiq.attachment_files set vault = null, stored_bytes = null, digest = null, media_type = null, fetched_at = null, updated_at = $1 where organization_id = $2 and attachment_id = ( select l.attachment_id from routiq.attachment_files l where l.organization_id = $2 and l.account_id = $3 and l.state = 'leaving' and l.not_before <= $4 and (l.vault is null or l.vault = $5) order by l.not_before, l.attachment_id limit 1 ) returning attachment_id",
        None,
    )
}
impl LeavingFileStmt {
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
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        fallen_before: &'a jiff::Timestamp,
        vault: &'a T1,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 5> {
        UuidUuidQuery {
            client,
            params: [now, organization, account, fallen_before, vault],
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
        LeavingFileParams<T1>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 5>,
        C,
    > for LeavingFileStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LeavingFileParams<T1>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 5> {
        self.bind(
            client,
            &params.now,
            &params.organization,
            &params.account,
            &params.fallen_before,
            &params.vault,
        )
    }
}
pub struct DelayLeavingFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn delay_leaving_file() -> DelayLeavingFileStmt {
    DelayLeavingFileStmt(
        "update routiq.attachment_files set not_before = $1, updated_at = $2 where organization_id = $3 and attachment_id = $4 and state = 'leaving' and fetched_at is null",
        None,
    )
}
impl DelayLeavingFileStmt {
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
        not_before: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        attachment: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[not_before, now, organization, attachment])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DelayLeavingFileParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DelayLeavingFileStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DelayLeavingFileParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.not_before,
            &params.now,
            &params.organization,
            &params.attachment,
        ))
    }
}
pub struct DropFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn drop_file() -> DropFileStmt {
    DropFileStmt(
        "update routiq.attachment_files set state = 'dropped', key_version = null, wrapped_key = null, not_before = 'epoch', updated_at = $1 where organization_id = $2 and attachment_id = $3 and state = 'leaving' and fetched_at is null",
        None,
    )
}
impl DropFileStmt {
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
        attachment: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, attachment])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DropFileParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DropFileStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DropFileParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.attachment,
        ))
    }
}
pub struct FileMessageStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn file_message() -> FileMessageStmt {
    FileMessageStmt(
        "select m.external_id as message, c.external_id as conversation from routiq.attachments a join routiq.messages m on m.organization_id = a.organization_id and m.id = a.message_id join routiq.conversations c on c.organization_id = m.organization_id and c.id = m.conversation_id where a.organization_id = $1 and a.id = $2",
        None,
    )
}
impl FileMessageStmt {
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
        attachment: &'a uuid::Uuid,
    ) -> FileMessageQuery<'c, 'a, 's, C, FileMessage, 2> {
        FileMessageQuery {
            client,
            params: [organization, attachment],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FileMessageBorrowed, tokio_postgres::Error> {
                    Ok(FileMessageBorrowed {
                        message: row.try_get(0)?,
                        conversation: row.try_get(1)?,
                    })
                },
            mapper: |it| FileMessage::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        FileMessageParams,
        FileMessageQuery<'c, 'a, 's, C, FileMessage, 2>,
        C,
    > for FileMessageStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a FileMessageParams,
    ) -> FileMessageQuery<'c, 'a, 's, C, FileMessage, 2> {
        self.bind(client, &params.organization, &params.attachment)
    }
}
pub struct FileOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn file_of() -> FileOfStmt {
    FileOfStmt(
        "select a.account_id, a.file_type, a.content_type, a.extension, i.settings, f.state, f.reason, f.key_version, f.wrapped_key, f.vault, f.stored_bytes, f.digest, f.media_type, f.fetched_at from routiq.attachments a join routiq.integrations i on i.organization_id = a.organization_id and i.id = a.account_id left join routiq.attachment_files f on f.organization_id = a.organization_id and f.attachment_id = a.id where a.organization_id = $1 and a.id = $2 and a.deleted_at is null",
        None,
    )
}
impl FileOfStmt {
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
        attachment: &'a uuid::Uuid,
    ) -> FileOfQuery<'c, 'a, 's, C, FileOf, 2> {
        FileOfQuery {
            client,
            params: [organization, attachment],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FileOfBorrowed, tokio_postgres::Error> {
                    Ok(FileOfBorrowed {
                        account_id: row.try_get(0)?,
                        file_type: row.try_get(1)?,
                        content_type: row.try_get(2)?,
                        extension: row.try_get(3)?,
                        settings: row.try_get(4)?,
                        state: row.try_get(5)?,
                        reason: row.try_get(6)?,
                        key_version: row.try_get(7)?,
                        wrapped_key: row.try_get(8)?,
                        vault: row.try_get(9)?,
                        stored_bytes: row.try_get(10)?,
                        digest: row.try_get(11)?,
                        media_type: row.try_get(12)?,
                        fetched_at: row.try_get(13)?,
                    })
                },
            mapper: |it| FileOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        FileOfParams,
        FileOfQuery<'c, 'a, 's, C, FileOf, 2>,
        C,
    > for FileOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a FileOfParams,
    ) -> FileOfQuery<'c, 'a, 's, C, FileOf, 2> {
        self.bind(client, &params.organization, &params.attachment)
    }
}
pub struct LostFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lost_file() -> LostFileStmt {
    LostFileStmt(
        "update routiq.attachment_files set state = 'wanted', reason = 'lost', attempts = 0, not_before = 'epoch', vault = null, stored_bytes = null, digest = null, media_type = null, fetched_at = null, updated_at = $1 where organization_id = $2 and attachment_id = $3 and state = 'fetched' and digest = $4",
        None,
    )
}
impl LostFileStmt {
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
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
        attachment: &'a uuid::Uuid,
        digest: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, attachment, digest])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        LostFileParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LostFileStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a LostFileParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.attachment,
            &params.digest,
        ))
    }
}
pub struct FilesBelowStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn files_below() -> FilesBelowStmt {
    FilesBelowStmt(
        "select attachment_id, key_version, wrapped_key from routiq.attachment_files where organization_id = $1 and key_version < $2 order by attachment_id limit $3",
        None,
    )
}
impl FilesBelowStmt {
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
        most: &'a i64,
    ) -> FilesBelowQuery<'c, 'a, 's, C, FilesBelow, 3> {
        FilesBelowQuery {
            client,
            params: [organization, current, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FilesBelowBorrowed, tokio_postgres::Error> {
                    Ok(FilesBelowBorrowed {
                        attachment_id: row.try_get(0)?,
                        key_version: row.try_get(1)?,
                        wrapped_key: row.try_get(2)?,
                    })
                },
            mapper: |it| FilesBelow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        FilesBelowParams,
        FilesBelowQuery<'c, 'a, 's, C, FilesBelow, 3>,
        C,
    > for FilesBelowStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a FilesBelowParams,
    ) -> FilesBelowQuery<'c, 'a, 's, C, FilesBelow, 3> {
        self.bind(client, &params.organization, &params.current, &params.most)
    }
}
pub struct RewrapFileStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn rewrap_file() -> RewrapFileStmt {
    RewrapFileStmt(
        "update routiq.attachment_files set key_version = $1, wrapped_key = $2, updated_at = $3 where organization_id = $4 and attachment_id = $5 and key_version = $6",
        None,
    )
}
impl RewrapFileStmt {
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
        attachment: &'a uuid::Uuid,
        old_version: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    key_version,
                    wrapped_key,
                    now,
                    organization,
                    attachment,
                    old_version,
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
        RewrapFileParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RewrapFileStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RewrapFileParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.key_version,
            &params.wrapped_key,
            &params.now,
            &params.organization,
            &params.attachment,
            &params.old_version,
        ))
    }
}
