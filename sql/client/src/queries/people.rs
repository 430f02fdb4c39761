// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct KnownInboxesParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub external_ids: T2,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct UpsertInboxesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = Option<T8>>,
    T10: crate::StringSql,
    T11: crate::ArraySql<Item = Option<T10>>,
    T12: crate::BytesSql,
    T13: crate::ArraySql<Item = T12>,
    T14: crate::ArraySql<Item = Option<i64>>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub payload: uuid::Uuid,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub external_ids: T3,
    pub names: T5,
    pub channels: T7,
    pub phones: T9,
    pub providers: T11,
    pub fingerprints: T13,
    pub source_versions: T14,
}
#[derive(Debug)]
pub struct KnownAgentsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub external_ids: T2,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct UpsertAgentsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = Option<T8>>,
    T10: crate::BytesSql,
    T11: crate::ArraySql<Item = T10>,
    T12: crate::ArraySql<Item = Option<i64>>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub payload: uuid::Uuid,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub external_ids: T3,
    pub names: T5,
    pub emails: T7,
    pub roles: T9,
    pub fingerprints: T11,
    pub source_versions: T12,
}
#[derive(Debug)]
pub struct KnownContactsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub external_ids: T2,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct UpsertContactsParams<
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
    T14: crate::ArraySql<Item = Option<T13>>,
    T15: crate::ArraySql<Item = bool>,
    T16: crate::JsonSql,
    T17: crate::ArraySql<Item = T16>,
    T18: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T19: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T20: crate::BytesSql,
    T21: crate::ArraySql<Item = T20>,
    T22: crate::ArraySql<Item = Option<i64>>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub platform: T1,
    pub payload: uuid::Uuid,
    pub transform_version: i32,
    pub generation: i64,
    pub observed_at: jiff::Timestamp,
    pub provisional: bool,
    pub now: jiff::Timestamp,
    pub ids: T2,
    pub external_ids: T4,
    pub names: T6,
    pub emails: T8,
    pub phones: T10,
    pub phones_original: T12,
    pub identifiers: T14,
    pub blocked: T15,
    pub attributes: T17,
    pub created_ats: T18,
    pub activity_ats: T19,
    pub fingerprints: T21,
    pub source_versions: T22,
}
#[derive(Debug)]
pub struct KnownIdentitiesParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = Option<T7>>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = T9>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = T11>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = T13>,
> {
    pub contacts: T2,
    pub kinds: T4,
    pub inboxes: T6,
    pub channels: T8,
    pub values: T10,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub spoken_contacts: T12,
    pub spoken_kinds: T14,
}
#[derive(Debug)]
pub struct InsertIdentitiesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = T9>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub generation: i64,
    pub payload: uuid::Uuid,
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub contact_ids: T2,
    pub kinds: T4,
    pub inboxes: T6,
    pub channels: T8,
    pub values: T10,
}
#[derive(Debug)]
pub struct DeleteIdentitiesParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub ids: T1,
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownInboxes {
    pub external_id: String,
    pub fingerprint: Vec<u8>,
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
}
pub struct KnownInboxesBorrowed<'a> {
    pub external_id: &'a str,
    pub fingerprint: &'a [u8],
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
}
impl<'a> From<KnownInboxesBorrowed<'a>> for KnownInboxes {
    fn from(
        KnownInboxesBorrowed {
            external_id,
            fingerprint,
            observed_at,
            deletion_id,
        }: KnownInboxesBorrowed<'a>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            fingerprint: fingerprint.into(),
            observed_at,
            deletion_id,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertInboxes {
    pub id: uuid::Uuid,
    pub external_id: String,
}
pub struct UpsertInboxesBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
}
impl<'a> From<UpsertInboxesBorrowed<'a>> for UpsertInboxes {
    fn from(UpsertInboxesBorrowed { id, external_id }: UpsertInboxesBorrowed<'a>) -> Self {
        Self {
            id,
            external_id: external_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownAgents {
    pub external_id: String,
    pub fingerprint: Vec<u8>,
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
}
pub struct KnownAgentsBorrowed<'a> {
    pub external_id: &'a str,
    pub fingerprint: &'a [u8],
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
}
impl<'a> From<KnownAgentsBorrowed<'a>> for KnownAgents {
    fn from(
        KnownAgentsBorrowed {
            external_id,
            fingerprint,
            observed_at,
            deletion_id,
        }: KnownAgentsBorrowed<'a>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            fingerprint: fingerprint.into(),
            observed_at,
            deletion_id,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertAgents {
    pub id: uuid::Uuid,
    pub external_id: String,
}
pub struct UpsertAgentsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
}
impl<'a> From<UpsertAgentsBorrowed<'a>> for UpsertAgents {
    fn from(UpsertAgentsBorrowed { id, external_id }: UpsertAgentsBorrowed<'a>) -> Self {
        Self {
            id,
            external_id: external_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownContacts {
    pub id: uuid::Uuid,
    pub external_id: String,
    pub fingerprint: Vec<u8>,
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
    pub source_version: Option<i64>,
    pub provisional: bool,
    pub last_activity_at: Option<jiff::Timestamp>,
}
pub struct KnownContactsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
    pub fingerprint: &'a [u8],
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
    pub source_version: Option<i64>,
    pub provisional: bool,
    pub last_activity_at: Option<jiff::Timestamp>,
}
impl<'a> From<KnownContactsBorrowed<'a>> for KnownContacts {
    fn from(
        KnownContactsBorrowed {
            id,
            external_id,
            fingerprint,
            observed_at,
            deletion_id,
            source_version,
            provisional,
            last_activity_at,
        }: KnownContactsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            external_id: external_id.into(),
            fingerprint: fingerprint.into(),
            observed_at,
            deletion_id,
            source_version,
            provisional,
            last_activity_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertContacts {
    pub id: uuid::Uuid,
    pub external_id: String,
}
pub struct UpsertContactsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
}
impl<'a> From<UpsertContactsBorrowed<'a>> for UpsertContacts {
    fn from(UpsertContactsBorrowed { id, external_id }: UpsertContactsBorrowed<'a>) -> Self {
        Self {
            id,
            external_id: external_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownIdentities {
    pub known_id: Option<uuid::Uuid>,
    pub contact_id: uuid::Uuid,
    pub contact: String,
    pub kind: String,
    pub inbox: String,
    pub channel: String,
    pub value: String,
}
pub struct KnownIdentitiesBorrowed<'a> {
    pub known_id: Option<uuid::Uuid>,
    pub contact_id: uuid::Uuid,
    pub contact: &'a str,
    pub kind: &'a str,
    pub inbox: &'a str,
    pub channel: &'a str,
    pub value: &'a str,
}
impl<'a> From<KnownIdentitiesBorrowed<'a>> for KnownIdentities {
    fn from(
        KnownIdentitiesBorrowed {
            known_id,
            contact_id,
            contact,
            kind,
            inbox,
            channel,
            value,
        }: KnownIdentitiesBorrowed<'a>,
    ) -> Self {
        Self {
            known_id,
            contact_id,
            contact: contact.into(),
            kind: kind.into(),
            inbox: inbox.into(),
            channel: channel.into(),
            value: value.into(),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct KnownInboxesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownInboxesBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownInboxesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownInboxesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(KnownInboxesBorrowed) -> R,
    ) -> KnownInboxesQuery<'c, 'a, 's, C, R, N> {
        KnownInboxesQuery {
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
pub struct UpsertInboxesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<UpsertInboxesBorrowed, tokio_postgres::Error>,
    mapper: fn(UpsertInboxesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UpsertInboxesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(UpsertInboxesBorrowed) -> R,
    ) -> UpsertInboxesQuery<'c, 'a, 's, C, R, N> {
        UpsertInboxesQuery {
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
pub struct KnownAgentsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownAgentsBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownAgentsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownAgentsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(KnownAgentsBorrowed) -> R,
    ) -> KnownAgentsQuery<'c, 'a, 's, C, R, N> {
        KnownAgentsQuery {
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
pub struct UpsertAgentsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<UpsertAgentsBorrowed, tokio_postgres::Error>,
    mapper: fn(UpsertAgentsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UpsertAgentsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(UpsertAgentsBorrowed) -> R,
    ) -> UpsertAgentsQuery<'c, 'a, 's, C, R, N> {
        UpsertAgentsQuery {
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
pub struct KnownContactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownContactsBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownContactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownContactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(KnownContactsBorrowed) -> R,
    ) -> KnownContactsQuery<'c, 'a, 's, C, R, N> {
        KnownContactsQuery {
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
pub struct UpsertContactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<UpsertContactsBorrowed, tokio_postgres::Error>,
    mapper: fn(UpsertContactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UpsertContactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(UpsertContactsBorrowed) -> R,
    ) -> UpsertContactsQuery<'c, 'a, 's, C, R, N> {
        UpsertContactsQuery {
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
pub struct KnownIdentitiesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownIdentitiesBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownIdentitiesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownIdentitiesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(KnownIdentitiesBorrowed) -> R,
    ) -> KnownIdentitiesQuery<'c, 'a, 's, C, R, N> {
        KnownIdentitiesQuery {
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
pub struct KnownInboxesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_inboxes() -> KnownInboxesStmt {
    KnownInboxesStmt(
        "select k.external_id, k.fingerprint, k.observed_at, k.deletion_id from unnest((select $1::text[])) as e (external_id) cross join lateral ( select t.external_id, t.fingerprint, t.observed_at, t.deletion_id from routiq.inboxes t where t.organization_id = $2 and t.account_id = $3 and t.external_id between e.external_id and e.external_id order by t.external_id limit 1 ) k",
        None,
    )
}
impl KnownInboxesStmt {
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
    ) -> KnownInboxesQuery<'c, 'a, 's, C, KnownInboxes, 3> {
        KnownInboxesQuery {
            client,
            params: [external_ids, organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<KnownInboxesBorrowed, tokio_postgres::Error> {
                    Ok(KnownInboxesBorrowed {
                        external_id: row.try_get(0)?,
                        fingerprint: row.try_get(1)?,
                        observed_at: row.try_get(2)?,
                        deletion_id: row.try_get(3)?,
                    })
                },
            mapper: |it| KnownInboxes::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownInboxesParams<T1, T2>,
        KnownInboxesQuery<'c, 'a, 's, C, KnownInboxes, 3>,
        C,
    > for KnownInboxesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownInboxesParams<T1, T2>,
    ) -> KnownInboxesQuery<'c, 'a, 's, C, KnownInboxes, 3> {
        self.bind(
            client,
            &params.external_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct UpsertInboxesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_inboxes() -> UpsertInboxesStmt {
    UpsertInboxesStmt(
        "insert into routiq.inboxes as t (organization_id, id, account_id, external_id, name, channel, phone, provider, fingerprint, source_version, payload_id, transform_version, generation, observed_at, created_at, updated_at) select $1, i.id, $2, i.external_id, i.name, i.channel, i.phone, i.provider, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $7 from unnest($8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::bigint[], (select null::boolean[])) as i (id, external_id, name, channel, phone, provider, fingerprint, source_version, as_if_ten) on conflict (organization_id, account_id, external_id) do update set name = excluded.name, channel = excluded.channel, phone = excluded.phone, provider = excluded.provider, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where t.observed_at <= excluded.observed_at and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version) returning id, external_id",
        None,
    )
}
impl UpsertInboxesStmt {
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
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = Option<T4>>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = Option<T6>>,
        T8: crate::StringSql,
        T9: crate::ArraySql<Item = Option<T8>>,
        T10: crate::StringSql,
        T11: crate::ArraySql<Item = Option<T10>>,
        T12: crate::BytesSql,
        T13: crate::ArraySql<Item = T12>,
        T14: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        payload: &'a uuid::Uuid,
        transform_version: &'a i32,
        generation: &'a i64,
        observed_at: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        external_ids: &'a T3,
        names: &'a T5,
        channels: &'a T7,
        phones: &'a T9,
        providers: &'a T11,
        fingerprints: &'a T13,
        source_versions: &'a T14,
    ) -> UpsertInboxesQuery<'c, 'a, 's, C, UpsertInboxes, 15> {
        UpsertInboxesQuery {
            client,
            params: [
                organization,
                account,
                payload,
                transform_version,
                generation,
                observed_at,
                now,
                ids,
                external_ids,
                names,
                channels,
                phones,
                providers,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<UpsertInboxesBorrowed, tokio_postgres::Error> {
                    Ok(UpsertInboxesBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| UpsertInboxes::from(it),
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
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = Option<T8>>,
    T10: crate::StringSql,
    T11: crate::ArraySql<Item = Option<T10>>,
    T12: crate::BytesSql,
    T13: crate::ArraySql<Item = T12>,
    T14: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        UpsertInboxesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
        UpsertInboxesQuery<'c, 'a, 's, C, UpsertInboxes, 15>,
        C,
    > for UpsertInboxesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a UpsertInboxesParams<
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
        >,
    ) -> UpsertInboxesQuery<'c, 'a, 's, C, UpsertInboxes, 15> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.payload,
            &params.transform_version,
            &params.generation,
            &params.observed_at,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.names,
            &params.channels,
            &params.phones,
            &params.providers,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct KnownAgentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_agents() -> KnownAgentsStmt {
    KnownAgentsStmt(
        "select k.external_id, k.fingerprint, k.observed_at, k.deletion_id from unnest((select $1::text[])) as e (external_id) cross join lateral ( select t.external_id, t.fingerprint, t.observed_at, t.deletion_id from routiq.agents t where t.organization_id = $2 and t.account_id = $3 and t.external_id between e.external_id and e.external_id order by t.external_id limit 1 ) k",
        None,
    )
}
impl KnownAgentsStmt {
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
    ) -> KnownAgentsQuery<'c, 'a, 's, C, KnownAgents, 3> {
        KnownAgentsQuery {
            client,
            params: [external_ids, organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<KnownAgentsBorrowed, tokio_postgres::Error> {
                    Ok(KnownAgentsBorrowed {
                        external_id: row.try_get(0)?,
                        fingerprint: row.try_get(1)?,
                        observed_at: row.try_get(2)?,
                        deletion_id: row.try_get(3)?,
                    })
                },
            mapper: |it| KnownAgents::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownAgentsParams<T1, T2>,
        KnownAgentsQuery<'c, 'a, 's, C, KnownAgents, 3>,
        C,
    > for KnownAgentsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownAgentsParams<T1, T2>,
    ) -> KnownAgentsQuery<'c, 'a, 's, C, KnownAgents, 3> {
        self.bind(
            client,
            &params.external_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct UpsertAgentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_agents() -> UpsertAgentsStmt {
    UpsertAgentsStmt(
        "insert into routiq.agents as t (organization_id, id, account_id, external_id, name, email, role, fingerprint, source_version, payload_id, transform_version, generation, observed_at, created_at, updated_at) select $1, i.id, $2, i.external_id, i.name, i.email, i.role, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $7 from unnest($8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bytea[], $14::bigint[], (select null::boolean[])) as i (id, external_id, name, email, role, fingerprint, source_version, as_if_ten) on conflict (organization_id, account_id, external_id) do update set name = excluded.name, email = excluded.email, role = excluded.role, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where t.observed_at <= excluded.observed_at and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version) returning id, external_id",
        None,
    )
}
impl UpsertAgentsStmt {
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
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = Option<T4>>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = Option<T6>>,
        T8: crate::StringSql,
        T9: crate::ArraySql<Item = Option<T8>>,
        T10: crate::BytesSql,
        T11: crate::ArraySql<Item = T10>,
        T12: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        payload: &'a uuid::Uuid,
        transform_version: &'a i32,
        generation: &'a i64,
        observed_at: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        external_ids: &'a T3,
        names: &'a T5,
        emails: &'a T7,
        roles: &'a T9,
        fingerprints: &'a T11,
        source_versions: &'a T12,
    ) -> UpsertAgentsQuery<'c, 'a, 's, C, UpsertAgents, 14> {
        UpsertAgentsQuery {
            client,
            params: [
                organization,
                account,
                payload,
                transform_version,
                generation,
                observed_at,
                now,
                ids,
                external_ids,
                names,
                emails,
                roles,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<UpsertAgentsBorrowed, tokio_postgres::Error> {
                    Ok(UpsertAgentsBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| UpsertAgents::from(it),
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
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = Option<T8>>,
    T10: crate::BytesSql,
    T11: crate::ArraySql<Item = T10>,
    T12: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        UpsertAgentsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
        UpsertAgentsQuery<'c, 'a, 's, C, UpsertAgents, 14>,
        C,
    > for UpsertAgentsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a UpsertAgentsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
    ) -> UpsertAgentsQuery<'c, 'a, 's, C, UpsertAgents, 14> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.payload,
            &params.transform_version,
            &params.generation,
            &params.observed_at,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.names,
            &params.emails,
            &params.roles,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct KnownContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_contacts() -> KnownContactsStmt {
    KnownContactsStmt(
        "select k.id, k.external_id, k.fingerprint, k.observed_at, k.deletion_id, k.source_version, k.provisional, k.last_activity_at from unnest((select $1::text[])) as e (external_id) cross join lateral ( select t.id, t.external_id, t.fingerprint, t.observed_at, t.deletion_id, t.source_version, t.provisional, t.last_activity_at from routiq.contacts t where t.organization_id = $2 and t.account_id = $3 and t.external_id between e.external_id and e.external_id order by t.external_id limit 1 ) k",
        None,
    )
}
impl KnownContactsStmt {
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
    ) -> KnownContactsQuery<'c, 'a, 's, C, KnownContacts, 3> {
        KnownContactsQuery {
            client,
            params: [external_ids, organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<KnownContactsBorrowed, tokio_postgres::Error> {
                    Ok(KnownContactsBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        fingerprint: row.try_get(2)?,
                        observed_at: row.try_get(3)?,
                        deletion_id: row.try_get(4)?,
                        source_version: row.try_get(5)?,
                        provisional: row.try_get(6)?,
                        last_activity_at: row.try_get(7)?,
                    })
                },
            mapper: |it| KnownContacts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownContactsParams<T1, T2>,
        KnownContactsQuery<'c, 'a, 's, C, KnownContacts, 3>,
        C,
    > for KnownContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownContactsParams<T1, T2>,
    ) -> KnownContactsQuery<'c, 'a, 's, C, KnownContacts, 3> {
        self.bind(
            client,
            &params.external_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct UpsertContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_contacts() -> UpsertContactsStmt {
    UpsertContactsStmt(
        "insert into routiq.contacts as t (organization_id, id, account_id, external_id, contact_type, name, email, phone, phone_original, identifier, blocked, attributes, source_created_at, last_activity_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, i.external_id, case $3 when 'chatwoot' then 'chatwoot_contact' when 'cliniko' then 'cliniko_patient' else 'contact' end, i.name, i.email, i.phone, i.phone_original, i.identifier, i.blocked, i.attributes, i.created_at, i.activity_at, i.fingerprint, i.source_version, $4, $5, $6, $7, $8, $9, $9 from unnest($10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::boolean[], $18::jsonb[], $19::timestamptz[], $20::timestamptz[], $21::bytea[], $22::bigint[], (select null::boolean[])) as i (id, external_id, name, email, phone, phone_original, identifier, blocked, attributes, created_at, activity_at, fingerprint, source_version, as_if_ten) on conflict (organization_id, account_id, external_id) do update set name = excluded.name, email = excluded.email, phone = excluded.phone, phone_original = excluded.phone_original, identifier = excluded.identifier, blocked = excluded.blocked, attributes = excluded.attributes, source_created_at = coalesce(excluded.source_created_at, t.source_created_at), last_activity_at = excluded.last_activity_at, merged_into = null, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where case when excluded.provisional then t.deleted_at is null and t.source_version < excluded.source_version when t.deleted_at is null and t.source_version <> excluded.source_version then t.source_version < excluded.source_version else ((t.provisional and t.deleted_at is null) or t.observed_at <= excluded.observed_at) and (t.source_version is null or excluded.source_version is null or t.source_version <= excluded.source_version) end returning id, external_id",
        None,
    )
}
impl UpsertContactsStmt {
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
        T14: crate::ArraySql<Item = Option<T13>>,
        T15: crate::ArraySql<Item = bool>,
        T16: crate::JsonSql,
        T17: crate::ArraySql<Item = T16>,
        T18: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T19: crate::ArraySql<Item = Option<jiff::Timestamp>>,
        T20: crate::BytesSql,
        T21: crate::ArraySql<Item = T20>,
        T22: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        platform: &'a T1,
        payload: &'a uuid::Uuid,
        transform_version: &'a i32,
        generation: &'a i64,
        observed_at: &'a jiff::Timestamp,
        provisional: &'a bool,
        now: &'a jiff::Timestamp,
        ids: &'a T2,
        external_ids: &'a T4,
        names: &'a T6,
        emails: &'a T8,
        phones: &'a T10,
        phones_original: &'a T12,
        identifiers: &'a T14,
        blocked: &'a T15,
        attributes: &'a T17,
        created_ats: &'a T18,
        activity_ats: &'a T19,
        fingerprints: &'a T21,
        source_versions: &'a T22,
    ) -> UpsertContactsQuery<'c, 'a, 's, C, UpsertContacts, 22> {
        UpsertContactsQuery {
            client,
            params: [
                organization,
                account,
                platform,
                payload,
                transform_version,
                generation,
                observed_at,
                provisional,
                now,
                ids,
                external_ids,
                names,
                emails,
                phones,
                phones_original,
                identifiers,
                blocked,
                attributes,
                created_ats,
                activity_ats,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<UpsertContactsBorrowed, tokio_postgres::Error> {
                Ok(UpsertContactsBorrowed {
                    id: row.try_get(0)?,
                    external_id: row.try_get(1)?,
                })
            },
            mapper: |it| UpsertContacts::from(it),
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
    T14: crate::ArraySql<Item = Option<T13>>,
    T15: crate::ArraySql<Item = bool>,
    T16: crate::JsonSql,
    T17: crate::ArraySql<Item = T16>,
    T18: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T19: crate::ArraySql<Item = Option<jiff::Timestamp>>,
    T20: crate::BytesSql,
    T21: crate::ArraySql<Item = T20>,
    T22: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        UpsertContactsParams<
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
        >,
        UpsertContactsQuery<'c, 'a, 's, C, UpsertContacts, 22>,
        C,
    > for UpsertContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a UpsertContactsParams<
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
        >,
    ) -> UpsertContactsQuery<'c, 'a, 's, C, UpsertContacts, 22> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.platform,
            &params.payload,
            &params.transform_version,
            &params.generation,
            &params.observed_at,
            &params.provisional,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.names,
            &params.emails,
            &params.phones,
            &params.phones_original,
            &params.identifiers,
            &params.blocked,
            &params.attributes,
            &params.created_ats,
            &params.activity_ats,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct KnownIdentitiesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_identities() -> KnownIdentitiesStmt {
    KnownIdentitiesStmt(
        "with wanted as ( select c.id as contact_id, w.contact, w.kind, w.inbox, w.channel, w.value from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], (select null::boolean[])) as w (contact, kind, inbox, channel, value, as_if_ten) cross join lateral ( select t.id from routiq.contacts t where t.organization_id = $6 and t.account_id = $7 and t.external_id between w.contact and w.contact order by t.external_id limit 1 ) c ), held as ( select d.id, d.contact_id, s.contact, d.kind, d.inbox_external_id as inbox, d.channel, d.value from unnest($8::text[], $9::text[], (select null::boolean[])) as s (contact, kind, as_if_ten) cross join lateral ( select t.id from routiq.contacts t where t.organization_id = $6 and t.account_id = $7 and t.external_id between s.contact and s.contact order by t.external_id limit 1 ) c cross join lateral ( select t.* from routiq.contact_identities t where t.organization_id = $6 and t.contact_id = c.id and t.kind = s.kind order by t.inbox_external_id, t.value offset 0 ) d ) select h.id as known_id, coalesce(w.contact_id, h.contact_id) as contact_id, coalesce(w.contact, h.contact) as contact, coalesce(w.kind, h.kind) as kind, coalesce(w.inbox, h.inbox) as inbox, coalesce(w.channel, h.channel, '') as channel, coalesce(w.value, h.value) as value from wanted w full join held h on h.contact_id = w.contact_id and h.kind = w.kind and h.inbox = w.inbox and h.value = w.value where w.contact_id is null or h.id is null",
        None,
    )
}
impl KnownIdentitiesStmt {
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
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = Option<T7>>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = T9>,
        T11: crate::StringSql,
        T12: crate::ArraySql<Item = T11>,
        T13: crate::StringSql,
        T14: crate::ArraySql<Item = T13>,
    >(
        &'s self,
        client: &'c C,
        contacts: &'a T2,
        kinds: &'a T4,
        inboxes: &'a T6,
        channels: &'a T8,
        values: &'a T10,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        spoken_contacts: &'a T12,
        spoken_kinds: &'a T14,
    ) -> KnownIdentitiesQuery<'c, 'a, 's, C, KnownIdentities, 9> {
        KnownIdentitiesQuery {
            client,
            params: [
                contacts,
                kinds,
                inboxes,
                channels,
                values,
                organization,
                account,
                spoken_contacts,
                spoken_kinds,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<KnownIdentitiesBorrowed, tokio_postgres::Error> {
                Ok(KnownIdentitiesBorrowed {
                    known_id: row.try_get(0)?,
                    contact_id: row.try_get(1)?,
                    contact: row.try_get(2)?,
                    kind: row.try_get(3)?,
                    inbox: row.try_get(4)?,
                    channel: row.try_get(5)?,
                    value: row.try_get(6)?,
                })
            },
            mapper: |it| KnownIdentities::from(it),
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
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = Option<T7>>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = T9>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = T11>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = T13>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownIdentitiesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
        KnownIdentitiesQuery<'c, 'a, 's, C, KnownIdentities, 9>,
        C,
    > for KnownIdentitiesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownIdentitiesParams<
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
        >,
    ) -> KnownIdentitiesQuery<'c, 'a, 's, C, KnownIdentities, 9> {
        self.bind(
            client,
            &params.contacts,
            &params.kinds,
            &params.inboxes,
            &params.channels,
            &params.values,
            &params.organization,
            &params.account,
            &params.spoken_contacts,
            &params.spoken_kinds,
        )
    }
}
pub struct InsertIdentitiesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_identities() -> InsertIdentitiesStmt {
    InsertIdentitiesStmt(
        "insert into routiq.contact_identities (organization_id, id, contact_id, account_id, kind, inbox_external_id, channel, value, generation, payload_id, created_at, updated_at) select $1, i.id, i.contact_id, $2, i.kind, i.inbox, nullif(i.channel, ''), i.value, $3, $4, $5, $5 from unnest($6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], (select null::boolean[])) as i (id, contact_id, kind, inbox, channel, value, as_if_ten) on conflict (organization_id, contact_id, kind, inbox_external_id, value) do nothing",
        None,
    )
}
impl InsertIdentitiesStmt {
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
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = T9>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        generation: &'a i64,
        payload: &'a uuid::Uuid,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        contact_ids: &'a T2,
        kinds: &'a T4,
        inboxes: &'a T6,
        channels: &'a T8,
        values: &'a T10,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    account,
                    generation,
                    payload,
                    now,
                    ids,
                    contact_ids,
                    kinds,
                    inboxes,
                    channels,
                    values,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = T9>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertIdentitiesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for InsertIdentitiesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertIdentitiesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.generation,
            &params.payload,
            &params.now,
            &params.ids,
            &params.contact_ids,
            &params.kinds,
            &params.inboxes,
            &params.channels,
            &params.values,
        ))
    }
}
pub struct DeleteIdentitiesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn delete_identities() -> DeleteIdentitiesStmt {
    DeleteIdentitiesStmt(
        "delete from routiq.contact_identities where organization_id = $1 and id = any($2)",
        None,
    )
}
impl DeleteIdentitiesStmt {
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
        organization: &'a uuid::Uuid,
        ids: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, ids]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DeleteIdentitiesParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DeleteIdentitiesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DeleteIdentitiesParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.organization, &params.ids))
    }
}
