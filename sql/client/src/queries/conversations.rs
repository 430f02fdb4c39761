// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct KnownConversationsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub external_ids: T2,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct UpsertConversationsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = Option<T5>>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = Option<T7>>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = T13>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = Option<T15>>,
    T17: crate::JsonSql,
    T18: crate::ArraySql<Item = T17>,
    T19: crate::StringSql,
    T20: crate::ArraySql<Item = Option<T19>>,
    T21: crate::StringSql,
    T22: crate::ArraySql<Item = Option<T21>>,
    T23: crate::StringSql,
    T24: crate::ArraySql<Item = Option<T23>>,
    T25: crate::ArraySql<Item = Option<bool>>,
    T26: crate::ArraySql<Item = Option<bool>>,
    T27: crate::ArraySql<Item = Option<i32>>,
    T28: crate::JsonSql,
    T29: crate::ArraySql<Item = T28>,
    T30: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T31: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T32: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T33: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T34: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T35: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T36: crate::BytesSql,
    T37: crate::ArraySql<Item = T36>,
    T38: crate::ArraySql<Item = Option<i64>>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub source: T1,
    pub payload: uuid::Uuid,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub provisional: bool,
    pub now: jiff::Timestamp,
    pub ids: T2,
    pub external_ids: T4,
    pub external_uuids: T6,
    pub contacts: T8,
    pub inboxes: T10,
    pub channels: T12,
    pub statuses: T14,
    pub priorities: T16,
    pub labels: T18,
    pub assignees: T20,
    pub assignee_names: T22,
    pub team_names: T24,
    pub can_replies: T25,
    pub muteds: T26,
    pub unread_counts: T27,
    pub attributes: T29,
    pub created_ats: T30,
    pub updated_ats: T31,
    pub activity_ats: T32,
    pub first_reply_ats: T33,
    pub waiting_sinces: T34,
    pub snoozed_untils: T35,
    pub fingerprints: T37,
    pub source_versions: T38,
}
#[derive(Debug)]
pub struct ConversationsOfContactParams<T1: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub contact: T1,
}
#[derive(Debug)]
pub struct LinkConversationsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub now: jiff::Timestamp,
    pub inboxes: T2,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct KnownMessagesParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub external_ids: T2,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct UpsertMessagesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = Option<T13>>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = Option<T15>>,
    T17: crate::StringSql,
    T18: crate::ArraySql<Item = Option<T17>>,
    T19: crate::ArraySql<Item = bool>,
    T20: crate::ArraySql<Item = bool>,
    T21: crate::StringSql,
    T22: crate::ArraySql<Item = Option<T21>>,
    T23: crate::JsonSql,
    T24: crate::ArraySql<Item = T23>,
    T25: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T26: crate::ArraySql<Item = Option<i64>>,
    T27: crate::BytesSql,
    T28: crate::ArraySql<Item = T27>,
    T29: crate::ArraySql<Item = Option<i64>>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub payload: uuid::Uuid,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub provisional: bool,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub external_ids: T3,
    pub conversation_ids: T4,
    pub directions: T6,
    pub sender_types: T8,
    pub sender_external_ids: T10,
    pub sender_names: T12,
    pub contents: T14,
    pub content_types: T16,
    pub delivery_statuses: T18,
    pub privates: T19,
    pub deleteds: T20,
    pub channel_message_ids: T22,
    pub attributes: T24,
    pub sent_ats: T25,
    pub sequences: T26,
    pub fingerprints: T28,
    pub source_versions: T29,
}
#[derive(Debug)]
pub struct UpsertAttachmentsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = Option<T7>>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::ArraySql<Item = Option<i64>>,
    T12: crate::ArraySql<Item = Option<i32>>,
    T13: crate::ArraySql<Item = Option<i32>>,
    T14: crate::StringSql,
    T15: crate::ArraySql<Item = Option<T14>>,
    T16: crate::JsonSql,
    T17: crate::ArraySql<Item = T16>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub payload: uuid::Uuid,
    pub generation: i64,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub external_ids: T3,
    pub message_ids: T4,
    pub file_types: T6,
    pub content_types: T8,
    pub extensions: T10,
    pub file_sizes: T11,
    pub widths: T12,
    pub heights: T13,
    pub source_urls: T15,
    pub details: T17,
}
#[derive(Debug)]
pub struct BuryAttachmentsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> {
    pub now: jiff::Timestamp,
    pub deletion: uuid::Uuid,
    pub message_ids: T1,
    pub organization: uuid::Uuid,
    pub kept: T3,
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownConversations {
    pub id: uuid::Uuid,
    pub external_id: String,
    pub fingerprint: Vec<u8>,
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
    pub status: String,
    pub source_version: Option<i64>,
    pub provisional: bool,
    pub external_uuid: Option<String>,
    pub muted: Option<bool>,
}
pub struct KnownConversationsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
    pub fingerprint: &'a [u8],
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
    pub status: &'a str,
    pub source_version: Option<i64>,
    pub provisional: bool,
    pub external_uuid: Option<&'a str>,
    pub muted: Option<bool>,
}
impl<'a> From<KnownConversationsBorrowed<'a>> for KnownConversations {
    fn from(
        KnownConversationsBorrowed {
            id,
            external_id,
            fingerprint,
            observed_at,
            deletion_id,
            status,
            source_version,
            provisional,
            external_uuid,
            muted,
        }: KnownConversationsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            external_id: external_id.into(),
            fingerprint: fingerprint.into(),
            observed_at,
            deletion_id,
            status: status.into(),
            source_version,
            provisional,
            external_uuid: external_uuid.map(|v| v.into()),
            muted,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertConversations {
    pub id: uuid::Uuid,
    pub external_id: String,
}
pub struct UpsertConversationsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
}
impl<'a> From<UpsertConversationsBorrowed<'a>> for UpsertConversations {
    fn from(
        UpsertConversationsBorrowed { id, external_id }: UpsertConversationsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            external_id: external_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownMessages {
    pub id: uuid::Uuid,
    pub external_id: String,
    pub fingerprint: Vec<u8>,
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
    pub conversation_id: uuid::Uuid,
    pub source_version: Option<i64>,
    pub provisional: bool,
}
pub struct KnownMessagesBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
    pub fingerprint: &'a [u8],
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
    pub conversation_id: uuid::Uuid,
    pub source_version: Option<i64>,
    pub provisional: bool,
}
impl<'a> From<KnownMessagesBorrowed<'a>> for KnownMessages {
    fn from(
        KnownMessagesBorrowed {
            id,
            external_id,
            fingerprint,
            observed_at,
            deletion_id,
            conversation_id,
            source_version,
            provisional,
        }: KnownMessagesBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            external_id: external_id.into(),
            fingerprint: fingerprint.into(),
            observed_at,
            deletion_id,
            conversation_id,
            source_version,
            provisional,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertMessages {
    pub id: uuid::Uuid,
    pub external_id: String,
}
pub struct UpsertMessagesBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
}
impl<'a> From<UpsertMessagesBorrowed<'a>> for UpsertMessages {
    fn from(UpsertMessagesBorrowed { id, external_id }: UpsertMessagesBorrowed<'a>) -> Self {
        Self {
            id,
            external_id: external_id.into(),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct KnownConversationsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<KnownConversationsBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownConversationsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownConversationsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(KnownConversationsBorrowed) -> R,
    ) -> KnownConversationsQuery<'c, 'a, 's, C, R, N> {
        KnownConversationsQuery {
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
pub struct UpsertConversationsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<UpsertConversationsBorrowed, tokio_postgres::Error>,
    mapper: fn(UpsertConversationsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UpsertConversationsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(UpsertConversationsBorrowed) -> R,
    ) -> UpsertConversationsQuery<'c, 'a, 's, C, R, N> {
        UpsertConversationsQuery {
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
pub struct KnownMessagesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownMessagesBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownMessagesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownMessagesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(KnownMessagesBorrowed) -> R,
    ) -> KnownMessagesQuery<'c, 'a, 's, C, R, N> {
        KnownMessagesQuery {
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
pub struct UpsertMessagesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<UpsertMessagesBorrowed, tokio_postgres::Error>,
    mapper: fn(UpsertMessagesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UpsertMessagesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(UpsertMessagesBorrowed) -> R,
    ) -> UpsertMessagesQuery<'c, 'a, 's, C, R, N> {
        UpsertMessagesQuery {
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
pub struct KnownConversationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_conversations() -> KnownConversationsStmt {
    KnownConversationsStmt(
        "select k.* from unnest((select $1::text[])) as e (external_id) cross join lateral ( select id, external_id, fingerprint, observed_at, deletion_id, status, source_version, provisional, external_uuid, muted from routiq.conversations t where t.organization_id = $2 and t.account_id = $3 and t.external_id between e.external_id and e.external_id order by t.external_id limit 1 ) k",
        None,
    )
}
impl KnownConversationsStmt {
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
        external_ids: &'a T2,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> KnownConversationsQuery<'c, 'a, 's, C, KnownConversations, 3> {
        KnownConversationsQuery {
            client,
            params: [external_ids, organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<KnownConversationsBorrowed, tokio_postgres::Error> {
                Ok(KnownConversationsBorrowed {
                    id: row.try_get(0)?,
                    external_id: row.try_get(1)?,
                    fingerprint: row.try_get(2)?,
                    observed_at: row.try_get(3)?,
                    deletion_id: row.try_get(4)?,
                    status: row.try_get(5)?,
                    source_version: row.try_get(6)?,
                    provisional: row.try_get(7)?,
                    external_uuid: row.try_get(8)?,
                    muted: row.try_get(9)?,
                })
            },
            mapper: |it| KnownConversations::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownConversationsParams<T1, T2>,
        KnownConversationsQuery<'c, 'a, 's, C, KnownConversations, 3>,
        C,
    > for KnownConversationsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownConversationsParams<T1, T2>,
    ) -> KnownConversationsQuery<'c, 'a, 's, C, KnownConversations, 3> {
        self.bind(
            client,
            &params.external_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct UpsertConversationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_conversations() -> UpsertConversationsStmt {
    UpsertConversationsStmt(
        "insert into routiq.conversations as t (organization_id, id, account_id, external_id, source, external_uuid, contact_id, contact_external_id, inbox_id, inbox_external_id, channel, status, priority, labels, assignee_external_id, assignee_name, team_name, can_reply, muted, unread_count, attributes, source_created_at, source_updated_at, last_activity_at, first_reply_at, waiting_since, snoozed_until, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, i.external_id, $3, i.external_uuid, p.id, i.contact, b.id, i.inbox, i.channel, i.status, i.priority, array(select jsonb_array_elements_text(i.labels)), i.assignee, i.assignee_name, i.team_name, i.can_reply, i.muted, i.unread_count, i.attributes, i.created_at, i.updated_at, i.activity_at, i.first_reply_at, i.waiting_since, i.snoozed_until, i.fingerprint, i.source_version, $4, $5, $6, $7, $8, $9, $9 from unnest($10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::jsonb[], $19::text[], $20::text[], $21::text[], $22::boolean[], $23::boolean[], $24::integer[], $25::jsonb[], $26::timestamptz[], $27::timestamptz[], $28::timestamptz[], $29::timestamptz[], $30::timestamptz[], $31::timestamptz[], $32::bytea[], $33::bigint[], (select null::boolean[])) as i (id, external_id, external_uuid, contact, inbox, channel, status, priority, labels, assignee, assignee_name, team_name, can_reply, muted, unread_count, attributes, created_at, updated_at, activity_at, first_reply_at, waiting_since, snoozed_until, fingerprint, source_version, as_if_ten) left join lateral ( select t.id from routiq.contacts t where t.organization_id = $1 and t.account_id = $2 and t.external_id between i.contact and i.contact order by t.external_id limit 1 ) p on true left join lateral ( select t.id from routiq.inboxes t where t.organization_id = $1 and t.account_id = $2 and t.external_id between i.inbox and i.inbox order by t.external_id limit 1 ) b on true on conflict (organization_id, account_id, external_id) do update set external_uuid = excluded.external_uuid, contact_id = excluded.contact_id, contact_external_id = excluded.contact_external_id, inbox_id = excluded.inbox_id, inbox_external_id = excluded.inbox_external_id, channel = excluded.channel, status = excluded.status, priority = excluded.priority, labels = excluded.labels, assignee_external_id = excluded.assignee_external_id, assignee_name = excluded.assignee_name, team_name = excluded.team_name, can_reply = excluded.can_reply, muted = excluded.muted, unread_count = excluded.unread_count, attributes = excluded.attributes, source_created_at = coalesce(excluded.source_created_at, t.source_created_at), source_updated_at = excluded.source_updated_at, last_activity_at = excluded.last_activity_at, first_reply_at = excluded.first_reply_at, waiting_since = excluded.waiting_since, snoozed_until = excluded.snoozed_until, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where case when excluded.provisional then t.deleted_at is null and t.source_version < excluded.source_version when t.deleted_at is null and t.source_version <> excluded.source_version then t.source_version < excluded.source_version else ((t.provisional and t.deleted_at is null) or t.observed_at <= excluded.observed_at) and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version) end returning id, external_id",
        None,
    )
}
impl UpsertConversationsStmt {
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
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = Option<T5>>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = Option<T7>>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = Option<T9>>,
        T11: crate::StringSql,
        T12: crate::ArraySql<Item = Option<T11>>,
        T13: crate::StringSql,
        T14: crate::ArraySql<Item = T13>,
        T15: crate::StringSql,
        T16: crate::ArraySql<Item = Option<T15>>,
        T17: crate::JsonSql,
        T18: crate::ArraySql<Item = T17>,
        T19: crate::StringSql,
        T20: crate::ArraySql<Item = Option<T19>>,
        T21: crate::StringSql,
        T22: crate::ArraySql<Item = Option<T21>>,
        T23: crate::StringSql,
        T24: crate::ArraySql<Item = Option<T23>>,
        T25: crate::ArraySql<Item = Option<bool>>,
        T26: crate::ArraySql<Item = Option<bool>>,
        T27: crate::ArraySql<Item = Option<i32>>,
        T28: crate::JsonSql,
        T29: crate::ArraySql<Item = T28>,
        T30: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T31: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T32: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T33: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T34: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T35: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T36: crate::BytesSql,
        T37: crate::ArraySql<Item = T36>,
        T38: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        source: &'a T1,
        payload: &'a uuid::Uuid,
        transform_version: &'a i32,
        generation: &'a i64,
        observed_at: &'a jiff::Timestamp,
        provisional: &'a bool,
        now: &'a jiff::Timestamp,
        ids: &'a T2,
        external_ids: &'a T4,
        external_uuids: &'a T6,
        contacts: &'a T8,
        inboxes: &'a T10,
        channels: &'a T12,
        statuses: &'a T14,
        priorities: &'a T16,
        labels: &'a T18,
        assignees: &'a T20,
        assignee_names: &'a T22,
        team_names: &'a T24,
        can_replies: &'a T25,
        muteds: &'a T26,
        unread_counts: &'a T27,
        attributes: &'a T29,
        created_ats: &'a T30,
        updated_ats: &'a T31,
        activity_ats: &'a T32,
        first_reply_ats: &'a T33,
        waiting_sinces: &'a T34,
        snoozed_untils: &'a T35,
        fingerprints: &'a T37,
        source_versions: &'a T38,
    ) -> UpsertConversationsQuery<'c, 'a, 's, C, UpsertConversations, 33> {
        UpsertConversationsQuery {
            client,
            params: [
                organization,
                account,
                source,
                payload,
                transform_version,
                generation,
                observed_at,
                provisional,
                now,
                ids,
                external_ids,
                external_uuids,
                contacts,
                inboxes,
                channels,
                statuses,
                priorities,
                labels,
                assignees,
                assignee_names,
                team_names,
                can_replies,
                muteds,
                unread_counts,
                attributes,
                created_ats,
                updated_ats,
                activity_ats,
                first_reply_ats,
                waiting_sinces,
                snoozed_untils,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<UpsertConversationsBorrowed, tokio_postgres::Error> {
                Ok(UpsertConversationsBorrowed {
                    id: row.try_get(0)?,
                    external_id: row.try_get(1)?,
                })
            },
            mapper: |it| UpsertConversations::from(it),
        }
    }
}
impl<
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
    T8: crate::ArraySql<Item = Option<T7>>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = T13>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = Option<T15>>,
    T17: crate::JsonSql,
    T18: crate::ArraySql<Item = T17>,
    T19: crate::StringSql,
    T20: crate::ArraySql<Item = Option<T19>>,
    T21: crate::StringSql,
    T22: crate::ArraySql<Item = Option<T21>>,
    T23: crate::StringSql,
    T24: crate::ArraySql<Item = Option<T23>>,
    T25: crate::ArraySql<Item = Option<bool>>,
    T26: crate::ArraySql<Item = Option<bool>>,
    T27: crate::ArraySql<Item = Option<i32>>,
    T28: crate::JsonSql,
    T29: crate::ArraySql<Item = T28>,
    T30: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T31: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T32: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T33: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T34: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T35: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T36: crate::BytesSql,
    T37: crate::ArraySql<Item = T36>,
    T38: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        UpsertConversationsParams<
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
            T24,
            T25,
            T26,
            T27,
            T28,
            T29,
            T30,
            T31,
            T32,
            T33,
            T34,
            T35,
            T36,
            T37,
            T38,
        >,
        UpsertConversationsQuery<'c, 'a, 's, C, UpsertConversations, 33>,
        C,
    > for UpsertConversationsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a UpsertConversationsParams<
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
            T24,
            T25,
            T26,
            T27,
            T28,
            T29,
            T30,
            T31,
            T32,
            T33,
            T34,
            T35,
            T36,
            T37,
            T38,
        >,
    ) -> UpsertConversationsQuery<'c, 'a, 's, C, UpsertConversations, 33> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.source,
            &params.payload,
            &params.transform_version,
            &params.generation,
            &params.observed_at,
            &params.provisional,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.external_uuids,
            &params.contacts,
            &params.inboxes,
            &params.channels,
            &params.statuses,
            &params.priorities,
            &params.labels,
            &params.assignees,
            &params.assignee_names,
            &params.team_names,
            &params.can_replies,
            &params.muteds,
            &params.unread_counts,
            &params.attributes,
            &params.created_ats,
            &params.updated_ats,
            &params.activity_ats,
            &params.first_reply_ats,
            &params.waiting_sinces,
            &params.snoozed_untils,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct ConversationsOfContactStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn conversations_of_contact() -> ConversationsOfContactStmt {
    ConversationsOfContactStmt(
        "select c.external_id from routiq.contacts p join routiq.conversations c on c.organization_id = p.organization_id and c.contact_id = p.id where p.organization_id = $1 and p.account_id = $2 and p.external_id = $3 and c.deleted_at is null order by c.external_id",
        None,
    )
}
impl ConversationsOfContactStmt {
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
        contact: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        StringQuery {
            client,
            params: [organization, account, contact],
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
        ConversationsOfContactParams<T1>,
        StringQuery<'c, 'a, 's, C, String, 3>,
        C,
    > for ConversationsOfContactStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ConversationsOfContactParams<T1>,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.contact,
        )
    }
}
pub struct LinkConversationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn link_conversations() -> LinkConversationsStmt {
    LinkConversationsStmt(
        "update routiq.conversations t set inbox_id = b.id, updated_at = $1 from unnest((select $2::text[])) as e (external_id) cross join lateral ( select i.id from routiq.inboxes i where i.organization_id = $3 and i.account_id = $4 and i.external_id between e.external_id and e.external_id order by i.external_id limit 1 ) b where t.organization_id = $3 and t.account_id = $4 and t.inbox_external_id = e.external_id and t.inbox_id is null and t.inbox_external_id is not null",
        None,
    )
}
impl LinkConversationsStmt {
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
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        inboxes: &'a T2,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, inboxes, organization, account])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        LinkConversationsParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LinkConversationsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a LinkConversationsParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.inboxes,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct KnownMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_messages() -> KnownMessagesStmt {
    KnownMessagesStmt(
        "select k.* from unnest((select $1::text[])) as e (external_id) cross join lateral ( select id, external_id, fingerprint, observed_at, deletion_id, conversation_id, source_version, provisional from routiq.messages t where t.organization_id = $2 and t.account_id = $3 and t.external_id between e.external_id and e.external_id order by t.external_id limit 1 ) k",
        None,
    )
}
impl KnownMessagesStmt {
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
        external_ids: &'a T2,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> KnownMessagesQuery<'c, 'a, 's, C, KnownMessages, 3> {
        KnownMessagesQuery {
            client,
            params: [external_ids, organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<KnownMessagesBorrowed, tokio_postgres::Error> {
                    Ok(KnownMessagesBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        fingerprint: row.try_get(2)?,
                        observed_at: row.try_get(3)?,
                        deletion_id: row.try_get(4)?,
                        conversation_id: row.try_get(5)?,
                        source_version: row.try_get(6)?,
                        provisional: row.try_get(7)?,
                    })
                },
            mapper: |it| KnownMessages::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownMessagesParams<T1, T2>,
        KnownMessagesQuery<'c, 'a, 's, C, KnownMessages, 3>,
        C,
    > for KnownMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownMessagesParams<T1, T2>,
    ) -> KnownMessagesQuery<'c, 'a, 's, C, KnownMessages, 3> {
        self.bind(
            client,
            &params.external_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct UpsertMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_messages() -> UpsertMessagesStmt {
    UpsertMessagesStmt(
        "insert into routiq.messages as t (organization_id, id, account_id, external_id, conversation_id, direction, sender_type, sender_external_id, sender_name, content, content_type, delivery_status, is_private, deleted_at_source, channel_message_id, attributes, sent_at, sequence, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, i.external_id, i.conversation_id, i.direction, i.sender_type, i.sender_external_id, i.sender_name, i.content, i.content_type, i.delivery_status, i.is_private, i.deleted_at_source, i.channel_message_id, i.attributes, i.sent_at, i.sequence, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::text[], $11::uuid[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::boolean[], $20::boolean[], $21::text[], $22::jsonb[], $23::timestamptz[], $24::bigint[], $25::bytea[], $26::bigint[], (select null::boolean[])) as i (id, external_id, conversation_id, direction, sender_type, sender_external_id, sender_name, content, content_type, delivery_status, is_private, deleted_at_source, channel_message_id, attributes, sent_at, sequence, fingerprint, source_version, as_if_ten) on conflict (organization_id, account_id, external_id) do update set conversation_id = excluded.conversation_id, direction = excluded.direction, sender_type = excluded.sender_type, sender_external_id = excluded.sender_external_id, sender_name = excluded.sender_name, content = excluded.content, content_type = excluded.content_type, delivery_status = excluded.delivery_status, is_private = excluded.is_private, deleted_at_source = excluded.deleted_at_source, channel_message_id = excluded.channel_message_id, attributes = excluded.attributes, sent_at = excluded.sent_at, sequence = excluded.sequence, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where case when excluded.provisional then t.deleted_at is null and t.source_version < excluded.source_version when t.deleted_at is null and t.source_version <> excluded.source_version then t.source_version < excluded.source_version else ((t.provisional and t.deleted_at is null) or t.observed_at <= excluded.observed_at) and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version) end returning id, external_id",
        None,
    )
}
impl UpsertMessagesStmt {
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
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::ArraySql<Item = uuid::Uuid>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = Option<T9>>,
        T11: crate::StringSql,
        T12: crate::ArraySql<Item = Option<T11>>,
        T13: crate::StringSql,
        T14: crate::ArraySql<Item = Option<T13>>,
        T15: crate::StringSql,
        T16: crate::ArraySql<Item = Option<T15>>,
        T17: crate::StringSql,
        T18: crate::ArraySql<Item = Option<T17>>,
        T19: crate::ArraySql<Item = bool>,
        T20: crate::ArraySql<Item = bool>,
        T21: crate::StringSql,
        T22: crate::ArraySql<Item = Option<T21>>,
        T23: crate::JsonSql,
        T24: crate::ArraySql<Item = T23>,
        T25: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T26: crate::ArraySql<Item = Option<i64>>,
        T27: crate::BytesSql,
        T28: crate::ArraySql<Item = T27>,
        T29: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        payload: &'a uuid::Uuid,
        transform_version: &'a i32,
        generation: &'a i64,
        observed_at: &'a jiff::Timestamp,
        provisional: &'a bool,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        external_ids: &'a T3,
        conversation_ids: &'a T4,
        directions: &'a T6,
        sender_types: &'a T8,
        sender_external_ids: &'a T10,
        sender_names: &'a T12,
        contents: &'a T14,
        content_types: &'a T16,
        delivery_statuses: &'a T18,
        privates: &'a T19,
        deleteds: &'a T20,
        channel_message_ids: &'a T22,
        attributes: &'a T24,
        sent_ats: &'a T25,
        sequences: &'a T26,
        fingerprints: &'a T28,
        source_versions: &'a T29,
    ) -> UpsertMessagesQuery<'c, 'a, 's, C, UpsertMessages, 26> {
        UpsertMessagesQuery {
            client,
            params: [
                organization,
                account,
                payload,
                transform_version,
                generation,
                observed_at,
                provisional,
                now,
                ids,
                external_ids,
                conversation_ids,
                directions,
                sender_types,
                sender_external_ids,
                sender_names,
                contents,
                content_types,
                delivery_statuses,
                privates,
                deleteds,
                channel_message_ids,
                attributes,
                sent_ats,
                sequences,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<UpsertMessagesBorrowed, tokio_postgres::Error> {
                Ok(UpsertMessagesBorrowed {
                    id: row.try_get(0)?,
                    external_id: row.try_get(1)?,
                })
            },
            mapper: |it| UpsertMessages::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = Option<T13>>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = Option<T15>>,
    T17: crate::StringSql,
    T18: crate::ArraySql<Item = Option<T17>>,
    T19: crate::ArraySql<Item = bool>,
    T20: crate::ArraySql<Item = bool>,
    T21: crate::StringSql,
    T22: crate::ArraySql<Item = Option<T21>>,
    T23: crate::JsonSql,
    T24: crate::ArraySql<Item = T23>,
    T25: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T26: crate::ArraySql<Item = Option<i64>>,
    T27: crate::BytesSql,
    T28: crate::ArraySql<Item = T27>,
    T29: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        UpsertMessagesParams<
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
            T24,
            T25,
            T26,
            T27,
            T28,
            T29,
        >,
        UpsertMessagesQuery<'c, 'a, 's, C, UpsertMessages, 26>,
        C,
    > for UpsertMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a UpsertMessagesParams<
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
            T24,
            T25,
            T26,
            T27,
            T28,
            T29,
        >,
    ) -> UpsertMessagesQuery<'c, 'a, 's, C, UpsertMessages, 26> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.payload,
            &params.transform_version,
            &params.generation,
            &params.observed_at,
            &params.provisional,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.conversation_ids,
            &params.directions,
            &params.sender_types,
            &params.sender_external_ids,
            &params.sender_names,
            &params.contents,
            &params.content_types,
            &params.delivery_statuses,
            &params.privates,
            &params.deleteds,
            &params.channel_message_ids,
            &params.attributes,
            &params.sent_ats,
            &params.sequences,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertAttachmentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_attachments() -> UpsertAttachmentsStmt {
    UpsertAttachmentsStmt(
        "insert into routiq.attachments as t (organization_id, id, account_id, external_id, message_id, file_type, content_type, extension, file_size, width, height, source_url, details, payload_id, generation, created_at, updated_at) select $1, i.id, $2, i.external_id, i.message_id, i.file_type, i.content_type, i.extension, i.file_size, i.width, i.height, i.source_url, i.details, $3, $4, $5, $5 from unnest($6::uuid[], $7::text[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::integer[], $14::integer[], $15::text[], $16::jsonb[], (select null::boolean[])) as i (id, external_id, message_id, file_type, content_type, extension, file_size, width, height, source_url, details, as_if_ten) on conflict (organization_id, account_id, external_id) do update set message_id = excluded.message_id, file_type = excluded.file_type, content_type = excluded.content_type, extension = excluded.extension, file_size = excluded.file_size, width = excluded.width, height = excluded.height, source_url = excluded.source_url, details = excluded.details, payload_id = excluded.payload_id, generation = excluded.generation, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where (t.message_id, t.file_type, t.content_type, t.extension, t.file_size, t.width, t.height, t.source_url, t.details, t.deleted_at) is distinct from (excluded.message_id, excluded.file_type, excluded.content_type, excluded.extension, excluded.file_size, excluded.width, excluded.height, excluded.source_url, excluded.details, null)",
        None,
    )
}
impl UpsertAttachmentsStmt {
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
        T3: crate::ArraySql<Item = T2>,
        T4: crate::ArraySql<Item = uuid::Uuid>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = Option<T7>>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = Option<T9>>,
        T11: crate::ArraySql<Item = Option<i64>>,
        T12: crate::ArraySql<Item = Option<i32>>,
        T13: crate::ArraySql<Item = Option<i32>>,
        T14: crate::StringSql,
        T15: crate::ArraySql<Item = Option<T14>>,
        T16: crate::JsonSql,
        T17: crate::ArraySql<Item = T16>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        payload: &'a uuid::Uuid,
        generation: &'a i64,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        external_ids: &'a T3,
        message_ids: &'a T4,
        file_types: &'a T6,
        content_types: &'a T8,
        extensions: &'a T10,
        file_sizes: &'a T11,
        widths: &'a T12,
        heights: &'a T13,
        source_urls: &'a T15,
        details: &'a T17,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    account,
                    payload,
                    generation,
                    now,
                    ids,
                    external_ids,
                    message_ids,
                    file_types,
                    content_types,
                    extensions,
                    file_sizes,
                    widths,
                    heights,
                    source_urls,
                    details,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = Option<T7>>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::ArraySql<Item = Option<i64>>,
    T12: crate::ArraySql<Item = Option<i32>>,
    T13: crate::ArraySql<Item = Option<i32>>,
    T14: crate::StringSql,
    T15: crate::ArraySql<Item = Option<T14>>,
    T16: crate::JsonSql,
    T17: crate::ArraySql<Item = T16>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        UpsertAttachmentsParams<
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
        >,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for UpsertAttachmentsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UpsertAttachmentsParams<
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
        >,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.payload,
            &params.generation,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.message_ids,
            &params.file_types,
            &params.content_types,
            &params.extensions,
            &params.file_sizes,
            &params.widths,
            &params.heights,
            &params.source_urls,
            &params.details,
        ))
    }
}
pub struct BuryAttachmentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_attachments() -> BuryAttachmentsStmt {
    BuryAttachmentsStmt(
        "update routiq.attachments a set deleted_at = $1, deletion_id = $2, updated_at = $1 where (a.organization_id, a.id) in ( select g.organization_id, g.id from unnest($3::uuid[]) as m (id) cross join lateral ( select t.organization_id, t.id, t.external_id, t.deleted_at from routiq.attachments t where t.organization_id = $4 and t.message_id = m.id limit 1000 ) g where g.deleted_at is null and not (g.external_id = any($5::text[])) )",
        None,
    )
}
impl BuryAttachmentsStmt {
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
        T3: crate::ArraySql<Item = T2>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        deletion: &'a uuid::Uuid,
        message_ids: &'a T1,
        organization: &'a uuid::Uuid,
        kept: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, deletion, message_ids, organization, kept])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        BuryAttachmentsParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for BuryAttachmentsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a BuryAttachmentsParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.deletion,
            &params.message_ids,
            &params.organization,
            &params.kept,
        ))
    }
}
