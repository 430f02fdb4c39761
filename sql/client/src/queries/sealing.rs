// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct BeginSealingParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::BytesSql,
    T4: crate::BytesSql,
    T5: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub fields: T2,
    pub key_version: i32,
    pub wrapped_key: T3,
    pub body: T4,
    pub by: T5,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct SwitchSealingParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
> {
    pub fields: T2,
    pub by: T3,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct AdvanceSealingParams<T1: crate::StringSql> {
    pub phase: T1,
    pub done_until: Option<uuid::Uuid>,
    pub done: i64,
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct RewrapSealingParams<T1: crate::BytesSql> {
    pub key_version: i32,
    pub wrapped_key: T1,
    pub organization: uuid::Uuid,
    pub old_version: i32,
}
#[derive(Debug)]
pub struct SealedOfParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> {
    pub contacts: T1,
    pub organization: uuid::Uuid,
    pub places: T3,
}
#[derive(Debug)]
pub struct SealedChannelsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub contacts: T1,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct KeepSealedParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::BytesSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::BytesSql,
    T8: crate::ArraySql<Item = T7>,
> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
    pub places: T3,
    pub rows: T4,
    pub digests: T6,
    pub bodies: T8,
}
#[derive(Debug)]
pub struct DropSealedParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
    pub places: T3,
    pub keep_contacts: T4,
    pub keep_places: T6,
    pub keep_rows: T7,
}
#[derive(Debug)]
pub struct DropSealedIdentitiesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub contacts: T1,
    pub rows: T2,
    pub organization: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct NextContactsParams {
    pub organization: uuid::Uuid,
    pub after: Option<uuid::Uuid>,
    pub most: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct NextKeysParams {
    pub organization: uuid::Uuid,
    pub after: Option<uuid::Uuid>,
    pub most: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct LastOfKeysParams {
    pub organization: uuid::Uuid,
    pub after: Option<uuid::Uuid>,
    pub most: i64,
}
#[derive(Debug)]
pub struct TurnKeysParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::BytesSql,
    T7: crate::ArraySql<Item = T6>,
> {
    pub contacts: T1,
    pub kinds: T3,
    pub olds: T5,
    pub digests: T7,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct PhonesOfParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
}
#[derive(Debug)]
pub struct IdentitiesOfParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
}
#[derive(Debug)]
pub struct HeldByPersonsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub organization: uuid::Uuid,
    pub contacts: T1,
}
#[derive(Debug)]
pub struct TurnContactsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = Option<T2>>,
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
> {
    pub ids: T1,
    pub names: T3,
    pub emails: T5,
    pub phones: T7,
    pub phones_original: T9,
    pub identifiers: T11,
    pub fingerprints: T13,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct TurnPatientsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
> {
    pub ids: T1,
    pub phones: T3,
    pub fingerprints: T5,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct TurnIdentitiesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> {
    pub ids: T1,
    pub values: T3,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct TurnPersonsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = Option<T2>>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
> {
    pub ids: T1,
    pub names: T3,
    pub emails: T5,
    pub phones: T7,
    pub organization: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Sealing {
    pub fields: Vec<String>,
    pub phase: String,
    pub done_until: Option<uuid::Uuid>,
    pub done: i64,
    pub key_version: i32,
    pub wrapped_key: Vec<u8>,
    pub body: Vec<u8>,
    pub changed_by: String,
    pub changed_at: jiff::Timestamp,
    pub settled_at: Option<jiff::Timestamp>,
}
pub struct SealingBorrowed<'a> {
    pub fields: crate::ArrayIterator<'a, &'a str>,
    pub phase: &'a str,
    pub done_until: Option<uuid::Uuid>,
    pub done: i64,
    pub key_version: i32,
    pub wrapped_key: &'a [u8],
    pub body: &'a [u8],
    pub changed_by: &'a str,
    pub changed_at: jiff::Timestamp,
    pub settled_at: Option<jiff::Timestamp>,
}
impl<'a> From<SealingBorrowed<'a>> for Sealing {
    fn from(
        SealingBorrowed {
            fields,
            phase,
            done_until,
            done,
            key_version,
            wrapped_key,
            body,
            changed_by,
            changed_at,
            settled_at,
        }: SealingBorrowed<'a>,
    ) -> Self {
        Self {
            fields: fields.map(|v| v.into()).collect(),
            phase: phase.into(),
            done_until,
            done,
            key_version,
            wrapped_key: wrapped_key.into(),
            body: body.into(),
            changed_by: changed_by.into(),
            changed_at,
            settled_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct SealedOf {
    pub contact_id: uuid::Uuid,
    pub place: String,
    pub row_id: uuid::Uuid,
    pub body: Vec<u8>,
}
pub struct SealedOfBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub place: &'a str,
    pub row_id: uuid::Uuid,
    pub body: &'a [u8],
}
impl<'a> From<SealedOfBorrowed<'a>> for SealedOf {
    fn from(
        SealedOfBorrowed {
            contact_id,
            place,
            row_id,
            body,
        }: SealedOfBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            place: place.into(),
            row_id,
            body: body.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct SealedChannels {
    pub contact_id: uuid::Uuid,
    pub row_id: uuid::Uuid,
    pub body: Vec<u8>,
    pub channel: Option<String>,
}
pub struct SealedChannelsBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub row_id: uuid::Uuid,
    pub body: &'a [u8],
    pub channel: Option<&'a str>,
}
impl<'a> From<SealedChannelsBorrowed<'a>> for SealedChannels {
    fn from(
        SealedChannelsBorrowed {
            contact_id,
            row_id,
            body,
            channel,
        }: SealedChannelsBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            row_id,
            body: body.into(),
            channel: channel.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextContacts {
    pub id: uuid::Uuid,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub phone_original: Option<String>,
    pub identifier: Option<String>,
    pub fingerprint: Vec<u8>,
}
pub struct NextContactsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub phone_original: Option<&'a str>,
    pub identifier: Option<&'a str>,
    pub fingerprint: &'a [u8],
}
impl<'a> From<NextContactsBorrowed<'a>> for NextContacts {
    fn from(
        NextContactsBorrowed {
            id,
            name,
            email,
            phone,
            phone_original,
            identifier,
            fingerprint,
        }: NextContactsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            name: name.map(|v| v.into()),
            email: email.map(|v| v.into()),
            phone: phone.map(|v| v.into()),
            phone_original: phone_original.map(|v| v.into()),
            identifier: identifier.map(|v| v.into()),
            fingerprint: fingerprint.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextKeys {
    pub contact_id: uuid::Uuid,
    pub kind: String,
    pub digest: Vec<u8>,
}
pub struct NextKeysBorrowed<'a> {
    pub contact_id: uuid::Uuid,
    pub kind: &'a str,
    pub digest: &'a [u8],
}
impl<'a> From<NextKeysBorrowed<'a>> for NextKeys {
    fn from(
        NextKeysBorrowed {
            contact_id,
            kind,
            digest,
        }: NextKeysBorrowed<'a>,
    ) -> Self {
        Self {
            contact_id,
            kind: kind.into(),
            digest: digest.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct LastOfKeys {
    pub last: Option<uuid::Uuid>,
    pub contacts: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct PhonesOf {
    pub id: uuid::Uuid,
    pub phones: serde_json::Value,
    pub fingerprint: Vec<u8>,
}
pub struct PhonesOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub phones: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub fingerprint: &'a [u8],
}
impl<'a> From<PhonesOfBorrowed<'a>> for PhonesOf {
    fn from(
        PhonesOfBorrowed {
            id,
            phones,
            fingerprint,
        }: PhonesOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            phones: serde_json::from_str(phones.0.get()).unwrap(),
            fingerprint: fingerprint.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct IdentitiesOf {
    pub id: uuid::Uuid,
    pub contact_id: uuid::Uuid,
    pub kind: String,
    pub inbox: String,
    pub channel: Option<String>,
    pub value: String,
}
pub struct IdentitiesOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub contact_id: uuid::Uuid,
    pub kind: &'a str,
    pub inbox: &'a str,
    pub channel: Option<&'a str>,
    pub value: &'a str,
}
impl<'a> From<IdentitiesOfBorrowed<'a>> for IdentitiesOf {
    fn from(
        IdentitiesOfBorrowed {
            id,
            contact_id,
            kind,
            inbox,
            channel,
            value,
        }: IdentitiesOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            contact_id,
            kind: kind.into(),
            inbox: inbox.into(),
            channel: channel.map(|v| v.into()),
            value: value.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct HeldByPersons {
    pub id: uuid::Uuid,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}
pub struct HeldByPersonsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
}
impl<'a> From<HeldByPersonsBorrowed<'a>> for HeldByPersons {
    fn from(
        HeldByPersonsBorrowed {
            id,
            name,
            email,
            phone,
        }: HeldByPersonsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            name: name.map(|v| v.into()),
            email: email.map(|v| v.into()),
            phone: phone.map(|v| v.into()),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct SealingQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<SealingBorrowed, tokio_postgres::Error>,
    mapper: fn(SealingBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SealingQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(SealingBorrowed) -> R) -> SealingQuery<'c, 'a, 's, C, R, N> {
        SealingQuery {
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
pub struct SealedOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<SealedOfBorrowed, tokio_postgres::Error>,
    mapper: fn(SealedOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SealedOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(SealedOfBorrowed) -> R) -> SealedOfQuery<'c, 'a, 's, C, R, N> {
        SealedOfQuery {
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
pub struct SealedChannelsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<SealedChannelsBorrowed, tokio_postgres::Error>,
    mapper: fn(SealedChannelsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SealedChannelsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(SealedChannelsBorrowed) -> R,
    ) -> SealedChannelsQuery<'c, 'a, 's, C, R, N> {
        SealedChannelsQuery {
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
pub struct NextContactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextContactsBorrowed, tokio_postgres::Error>,
    mapper: fn(NextContactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextContactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(NextContactsBorrowed) -> R,
    ) -> NextContactsQuery<'c, 'a, 's, C, R, N> {
        NextContactsQuery {
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
pub struct NextKeysQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextKeysBorrowed, tokio_postgres::Error>,
    mapper: fn(NextKeysBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextKeysQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(NextKeysBorrowed) -> R) -> NextKeysQuery<'c, 'a, 's, C, R, N> {
        NextKeysQuery {
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
pub struct LastOfKeysQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LastOfKeys, tokio_postgres::Error>,
    mapper: fn(LastOfKeys) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LastOfKeysQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LastOfKeys) -> R) -> LastOfKeysQuery<'c, 'a, 's, C, R, N> {
        LastOfKeysQuery {
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
pub struct PhonesOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<PhonesOfBorrowed, tokio_postgres::Error>,
    mapper: fn(PhonesOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> PhonesOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(PhonesOfBorrowed) -> R) -> PhonesOfQuery<'c, 'a, 's, C, R, N> {
        PhonesOfQuery {
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
pub struct IdentitiesOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<IdentitiesOfBorrowed, tokio_postgres::Error>,
    mapper: fn(IdentitiesOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> IdentitiesOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(IdentitiesOfBorrowed) -> R,
    ) -> IdentitiesOfQuery<'c, 'a, 's, C, R, N> {
        IdentitiesOfQuery {
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
pub struct HeldByPersonsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<HeldByPersonsBorrowed, tokio_postgres::Error>,
    mapper: fn(HeldByPersonsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> HeldByPersonsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(HeldByPersonsBorrowed) -> R,
    ) -> HeldByPersonsQuery<'c, 'a, 's, C, R, N> {
        HeldByPersonsQuery {
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
pub struct SealingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn sealing() -> SealingStmt {
    SealingStmt(
        "select s.fields, s.phase, s.done_until, s.done, s.key_version, s.wrapped_key, s.body, s.changed_by, s.changed_at, s.settled_at from routiq.sealing s where s.organization_id = $1",
        None,
    )
}
impl SealingStmt {
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
    ) -> SealingQuery<'c, 'a, 's, C, Sealing, 1> {
        SealingQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<SealingBorrowed, tokio_postgres::Error> {
                    Ok(SealingBorrowed {
                        fields: row.try_get(0)?,
                        phase: row.try_get(1)?,
                        done_until: row.try_get(2)?,
                        done: row.try_get(3)?,
                        key_version: row.try_get(4)?,
                        wrapped_key: row.try_get(5)?,
                        body: row.try_get(6)?,
                        changed_by: row.try_get(7)?,
                        changed_at: row.try_get(8)?,
                        settled_at: row.try_get(9)?,
                    })
                },
            mapper: |it| Sealing::from(it),
        }
    }
}
pub struct PassFencesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn pass_fences() -> PassFencesStmt {
    PassFencesStmt(
        "update routiq.actor_fences set actor = actor where organization_id = $1",
        None,
    )
}
impl PassFencesStmt {
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
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization]).await
    }
}
pub struct KeepSwitchStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_switch() -> KeepSwitchStmt {
    KeepSwitchStmt(
        "select true as kept from pg_advisory_xact_lock_shared(hashtextextended('routiq sealing ' || $1::uuid::text, 0))",
        None,
    )
}
impl KeepSwitchStmt {
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
    ) -> BoolQuery<'c, 'a, 's, C, bool, 1> {
        BoolQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct TakeSwitchStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_switch() -> TakeSwitchStmt {
    TakeSwitchStmt(
        "select true as taken from pg_advisory_xact_lock(hashtextextended('routiq sealing ' || $1::uuid::text, 0))",
        None,
    )
}
impl TakeSwitchStmt {
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
    ) -> BoolQuery<'c, 'a, 's, C, bool, 1> {
        BoolQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct BeginSealingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn begin_sealing() -> BeginSealingStmt {
    BeginSealingStmt(
        "insert into routiq.sealing (organization_id, fields, phase, key_version, wrapped_key, body, changed_by, changed_at) values ($1, $2::text[], 'keys', $3, $4, $5, $6, $7)",
        None,
    )
}
impl BeginSealingStmt {
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
        T3: crate::BytesSql,
        T4: crate::BytesSql,
        T5: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        fields: &'a T2,
        key_version: &'a i32,
        wrapped_key: &'a T3,
        body: &'a T4,
        by: &'a T5,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    fields,
                    key_version,
                    wrapped_key,
                    body,
                    by,
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
    T2: crate::ArraySql<Item = T1>,
    T3: crate::BytesSql,
    T4: crate::BytesSql,
    T5: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        BeginSealingParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for BeginSealingStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a BeginSealingParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.fields,
            &params.key_version,
            &params.wrapped_key,
            &params.body,
            &params.by,
            &params.now,
        ))
    }
}
pub struct SwitchSealingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn switch_sealing() -> SwitchSealingStmt {
    SwitchSealingStmt(
        "update routiq.sealing set fields = $1::text[], phase = case phase when 'keys' then 'keys' else 'rows' end, done_until = case phase when 'keys' then done_until end, done = case phase when 'keys' then done else 0 end, changed_by = $2, changed_at = $3, settled_at = null where organization_id = $4",
        None,
    )
}
impl SwitchSealingStmt {
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
    >(
        &'s self,
        client: &'c C,
        fields: &'a T2,
        by: &'a T3,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[fields, by, now, organization])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SwitchSealingParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SwitchSealingStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SwitchSealingParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.fields,
            &params.by,
            &params.now,
            &params.organization,
        ))
    }
}
pub struct AdvanceSealingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn advance_sealing() -> AdvanceSealingStmt {
    AdvanceSealingStmt(
        "update routiq.sealing set phase = $1, done_until = $2, done = $3, settled_at = case $1 when 'settled' then $4::timestamptz end where organization_id = $5",
        None,
    )
}
impl AdvanceSealingStmt {
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
        phase: &'a T1,
        done_until: &'a Option<uuid::Uuid>,
        done: &'a i64,
        now: &'a jiff::Timestamp,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[phase, done_until, done, now, organization])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        AdvanceSealingParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for AdvanceSealingStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a AdvanceSealingParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.phase,
            &params.done_until,
            &params.done,
            &params.now,
            &params.organization,
        ))
    }
}
pub struct RewrapSealingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn rewrap_sealing() -> RewrapSealingStmt {
    RewrapSealingStmt(
        "update routiq.sealing set key_version = $1, wrapped_key = $2 where organization_id = $3 and key_version = $4",
        None,
    )
}
impl RewrapSealingStmt {
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
        old_version: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[key_version, wrapped_key, organization, old_version],
            )
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RewrapSealingParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RewrapSealingStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RewrapSealingParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.key_version,
            &params.wrapped_key,
            &params.organization,
            &params.old_version,
        ))
    }
}
pub struct SealedOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn sealed_of() -> SealedOfStmt {
    SealedOfStmt(
        "select v.contact_id, v.place, v.row_id, v.body from unnest($1::uuid[]) as e (id) cross join lateral ( select t.contact_id, t.place, t.row_id, t.body from routiq.sealed_values t where t.organization_id = $2 and t.contact_id = e.id and t.place = any($3::text[]) offset 0 ) v",
        None,
    )
}
impl SealedOfStmt {
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
    >(
        &'s self,
        client: &'c C,
        contacts: &'a T1,
        organization: &'a uuid::Uuid,
        places: &'a T3,
    ) -> SealedOfQuery<'c, 'a, 's, C, SealedOf, 3> {
        SealedOfQuery {
            client,
            params: [contacts, organization, places],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<SealedOfBorrowed, tokio_postgres::Error> {
                    Ok(SealedOfBorrowed {
                        contact_id: row.try_get(0)?,
                        place: row.try_get(1)?,
                        row_id: row.try_get(2)?,
                        body: row.try_get(3)?,
                    })
                },
            mapper: |it| SealedOf::from(it),
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
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        SealedOfParams<T1, T2, T3>,
        SealedOfQuery<'c, 'a, 's, C, SealedOf, 3>,
        C,
    > for SealedOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a SealedOfParams<T1, T2, T3>,
    ) -> SealedOfQuery<'c, 'a, 's, C, SealedOf, 3> {
        self.bind(
            client,
            &params.contacts,
            &params.organization,
            &params.places,
        )
    }
}
pub struct SealedChannelsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn sealed_channels() -> SealedChannelsStmt {
    SealedChannelsStmt(
        "select v.contact_id, v.row_id, v.body, i.channel from unnest($1::uuid[]) as e (id) cross join lateral ( select t.contact_id, t.row_id, t.body from routiq.sealed_values t where t.organization_id = $2 and t.contact_id = e.id and t.place = 'contact_identities.value' offset 0 ) v join routiq.contact_identities i on i.organization_id = $2 and i.id = v.row_id and i.kind = 'channel'",
        None,
    )
}
impl SealedChannelsStmt {
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
        contacts: &'a T1,
        organization: &'a uuid::Uuid,
    ) -> SealedChannelsQuery<'c, 'a, 's, C, SealedChannels, 2> {
        SealedChannelsQuery {
            client,
            params: [contacts, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<SealedChannelsBorrowed, tokio_postgres::Error> {
                Ok(SealedChannelsBorrowed {
                    contact_id: row.try_get(0)?,
                    row_id: row.try_get(1)?,
                    body: row.try_get(2)?,
                    channel: row.try_get(3)?,
                })
            },
            mapper: |it| SealedChannels::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        SealedChannelsParams<T1>,
        SealedChannelsQuery<'c, 'a, 's, C, SealedChannels, 2>,
        C,
    > for SealedChannelsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a SealedChannelsParams<T1>,
    ) -> SealedChannelsQuery<'c, 'a, 's, C, SealedChannels, 2> {
        self.bind(client, &params.contacts, &params.organization)
    }
}
pub struct KeepSealedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_sealed() -> KeepSealedStmt {
    KeepSealedStmt(
        "insert into routiq.sealed_values as t (organization_id, contact_id, place, row_id, digest, body) select $1, v.contact, v.place, v.row, v.digest, v.body from unnest($2::uuid[], $3::text[], $4::uuid[], $5::bytea[], $6::bytea[]) as v (contact, place, row, digest, body) on conflict (organization_id, contact_id, place, row_id) do update set digest = excluded.digest, body = excluded.body where t.digest <> excluded.digest returning contact_id",
        None,
    )
}
impl KeepSealedStmt {
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
        T5: crate::BytesSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::BytesSql,
        T8: crate::ArraySql<Item = T7>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        contacts: &'a T1,
        places: &'a T3,
        rows: &'a T4,
        digests: &'a T6,
        bodies: &'a T8,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6> {
        UuidUuidQuery {
            client,
            params: [organization, contacts, places, rows, digests, bodies],
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
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::BytesSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::BytesSql,
    T8: crate::ArraySql<Item = T7>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KeepSealedParams<T1, T2, T3, T4, T5, T6, T7, T8>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6>,
        C,
    > for KeepSealedStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KeepSealedParams<T1, T2, T3, T4, T5, T6, T7, T8>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6> {
        self.bind(
            client,
            &params.organization,
            &params.contacts,
            &params.places,
            &params.rows,
            &params.digests,
            &params.bodies,
        )
    }
}
pub struct DropSealedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn drop_sealed() -> DropSealedStmt {
    DropSealedStmt(
        "delete from routiq.sealed_values v where v.organization_id = $1 and v.contact_id = any($2::uuid[]) and v.place = any($3::text[]) and not exists ( select from unnest($4::uuid[], $5::text[], $6::uuid[]) as k (contact, place, row) where k.contact = v.contact_id and k.place = v.place and k.row = v.row_id) returning v.contact_id",
        None,
    )
}
impl DropSealedStmt {
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
        T7: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        contacts: &'a T1,
        places: &'a T3,
        keep_contacts: &'a T4,
        keep_places: &'a T6,
        keep_rows: &'a T7,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6> {
        UuidUuidQuery {
            client,
            params: [
                organization,
                contacts,
                places,
                keep_contacts,
                keep_places,
                keep_rows,
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
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        DropSealedParams<T1, T2, T3, T4, T5, T6, T7>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6>,
        C,
    > for DropSealedStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DropSealedParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6> {
        self.bind(
            client,
            &params.organization,
            &params.contacts,
            &params.places,
            &params.keep_contacts,
            &params.keep_places,
            &params.keep_rows,
        )
    }
}
pub struct DropSealedIdentitiesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn drop_sealed_identities() -> DropSealedIdentitiesStmt {
    DropSealedIdentitiesStmt(
        "delete from routiq.sealed_values v using unnest($1::uuid[], $2::uuid[]) as g (contact, row) where v.organization_id = $3 and v.contact_id = g.contact and v.place = 'contact_identities.value' and v.row_id = g.row",
        None,
    )
}
impl DropSealedIdentitiesStmt {
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
    >(
        &'s self,
        client: &'c C,
        contacts: &'a T1,
        rows: &'a T2,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[contacts, rows, organization])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DropSealedIdentitiesParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DropSealedIdentitiesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DropSealedIdentitiesParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.contacts, &params.rows, &params.organization))
    }
}
pub struct NextContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_contacts() -> NextContactsStmt {
    NextContactsStmt(
        "select c.id, c.name, c.email, c.phone, c.phone_original, c.identifier, c.fingerprint from routiq.contacts c where c.organization_id = $1 and c.id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid) order by c.id limit $3 for no key update",
        None,
    )
}
impl NextContactsStmt {
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
        after: &'a Option<uuid::Uuid>,
        most: &'a i64,
    ) -> NextContactsQuery<'c, 'a, 's, C, NextContacts, 3> {
        NextContactsQuery {
            client,
            params: [organization, after, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<NextContactsBorrowed, tokio_postgres::Error> {
                    Ok(NextContactsBorrowed {
                        id: row.try_get(0)?,
                        name: row.try_get(1)?,
                        email: row.try_get(2)?,
                        phone: row.try_get(3)?,
                        phone_original: row.try_get(4)?,
                        identifier: row.try_get(5)?,
                        fingerprint: row.try_get(6)?,
                    })
                },
            mapper: |it| NextContacts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        NextContactsParams,
        NextContactsQuery<'c, 'a, 's, C, NextContacts, 3>,
        C,
    > for NextContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NextContactsParams,
    ) -> NextContactsQuery<'c, 'a, 's, C, NextContacts, 3> {
        self.bind(client, &params.organization, &params.after, &params.most)
    }
}
pub struct NextKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_keys() -> NextKeysStmt {
    NextKeysStmt(
        "select k.contact_id, k.kind, k.digest from ( select t.contact_id from routiq.person_contacts t where t.organization_id = $1 and t.contact_id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid) order by t.contact_id limit $3 ) c join routiq.identity_keys k on k.organization_id = $1 and k.contact_id = c.contact_id",
        None,
    )
}
impl NextKeysStmt {
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
        after: &'a Option<uuid::Uuid>,
        most: &'a i64,
    ) -> NextKeysQuery<'c, 'a, 's, C, NextKeys, 3> {
        NextKeysQuery {
            client,
            params: [organization, after, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<NextKeysBorrowed, tokio_postgres::Error> {
                    Ok(NextKeysBorrowed {
                        contact_id: row.try_get(0)?,
                        kind: row.try_get(1)?,
                        digest: row.try_get(2)?,
                    })
                },
            mapper: |it| NextKeys::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        NextKeysParams,
        NextKeysQuery<'c, 'a, 's, C, NextKeys, 3>,
        C,
    > for NextKeysStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NextKeysParams,
    ) -> NextKeysQuery<'c, 'a, 's, C, NextKeys, 3> {
        self.bind(client, &params.organization, &params.after, &params.most)
    }
}
pub struct LastOfKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn last_of_keys() -> LastOfKeysStmt {
    LastOfKeysStmt(
        "select max(c.contact_id::text)::uuid as last, count(*) as contacts from ( select t.contact_id from routiq.person_contacts t where t.organization_id = $1 and t.contact_id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid) order by t.contact_id limit $3 ) c",
        None,
    )
}
impl LastOfKeysStmt {
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
        after: &'a Option<uuid::Uuid>,
        most: &'a i64,
    ) -> LastOfKeysQuery<'c, 'a, 's, C, LastOfKeys, 3> {
        LastOfKeysQuery {
            client,
            params: [organization, after, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LastOfKeys, tokio_postgres::Error> {
                Ok(LastOfKeys {
                    last: row.try_get(0)?,
                    contacts: row.try_get(1)?,
                })
            },
            mapper: |it| LastOfKeys::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LastOfKeysParams,
        LastOfKeysQuery<'c, 'a, 's, C, LastOfKeys, 3>,
        C,
    > for LastOfKeysStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LastOfKeysParams,
    ) -> LastOfKeysQuery<'c, 'a, 's, C, LastOfKeys, 3> {
        self.bind(client, &params.organization, &params.after, &params.most)
    }
}
pub struct TurnKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn turn_keys() -> TurnKeysStmt {
    TurnKeysStmt(
        "update routiq.identity_keys k set digest = n.digest from unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) as n (contact, kind, old, digest) where k.organization_id = $5 and k.contact_id = n.contact and k.kind = n.kind and k.digest = n.old",
        None,
    )
}
impl TurnKeysStmt {
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
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::BytesSql,
        T7: crate::ArraySql<Item = T6>,
    >(
        &'s self,
        client: &'c C,
        contacts: &'a T1,
        kinds: &'a T3,
        olds: &'a T5,
        digests: &'a T7,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[contacts, kinds, olds, digests, organization])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::BytesSql,
    T7: crate::ArraySql<Item = T6>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        TurnKeysParams<T1, T2, T3, T4, T5, T6, T7>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for TurnKeysStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TurnKeysParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.contacts,
            &params.kinds,
            &params.olds,
            &params.digests,
            &params.organization,
        ))
    }
}
pub struct PhonesOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn phones_of() -> PhonesOfStmt {
    PhonesOfStmt(
        "select p.id, p.phones, p.fingerprint from routiq.patients p where p.organization_id = $1 and p.id = any($2::uuid[]) for no key update",
        None,
    )
}
impl PhonesOfStmt {
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
        contacts: &'a T1,
    ) -> PhonesOfQuery<'c, 'a, 's, C, PhonesOf, 2> {
        PhonesOfQuery {
            client,
            params: [organization, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<PhonesOfBorrowed, tokio_postgres::Error> {
                    Ok(PhonesOfBorrowed {
                        id: row.try_get(0)?,
                        phones: row.try_get(1)?,
                        fingerprint: row.try_get(2)?,
                    })
                },
            mapper: |it| PhonesOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PhonesOfParams<T1>,
        PhonesOfQuery<'c, 'a, 's, C, PhonesOf, 2>,
        C,
    > for PhonesOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PhonesOfParams<T1>,
    ) -> PhonesOfQuery<'c, 'a, 's, C, PhonesOf, 2> {
        self.bind(client, &params.organization, &params.contacts)
    }
}
pub struct IdentitiesOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn identities_of() -> IdentitiesOfStmt {
    IdentitiesOfStmt(
        "select i.id, i.contact_id, i.kind, i.inbox_external_id as inbox, i.channel, i.value from routiq.contact_identities i where i.organization_id = $1 and i.contact_id = any($2::uuid[]) for no key update",
        None,
    )
}
impl IdentitiesOfStmt {
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
        contacts: &'a T1,
    ) -> IdentitiesOfQuery<'c, 'a, 's, C, IdentitiesOf, 2> {
        IdentitiesOfQuery {
            client,
            params: [organization, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<IdentitiesOfBorrowed, tokio_postgres::Error> {
                    Ok(IdentitiesOfBorrowed {
                        id: row.try_get(0)?,
                        contact_id: row.try_get(1)?,
                        kind: row.try_get(2)?,
                        inbox: row.try_get(3)?,
                        channel: row.try_get(4)?,
                        value: row.try_get(5)?,
                    })
                },
            mapper: |it| IdentitiesOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        IdentitiesOfParams<T1>,
        IdentitiesOfQuery<'c, 'a, 's, C, IdentitiesOf, 2>,
        C,
    > for IdentitiesOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a IdentitiesOfParams<T1>,
    ) -> IdentitiesOfQuery<'c, 'a, 's, C, IdentitiesOf, 2> {
        self.bind(client, &params.organization, &params.contacts)
    }
}
pub struct HeldByPersonsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn held_by_persons() -> HeldByPersonsStmt {
    HeldByPersonsStmt(
        "select p.id, p.name, p.email, p.phone from routiq.persons p where p.organization_id = $1 and p.id = any($2::uuid[]) for no key update",
        None,
    )
}
impl HeldByPersonsStmt {
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
        contacts: &'a T1,
    ) -> HeldByPersonsQuery<'c, 'a, 's, C, HeldByPersons, 2> {
        HeldByPersonsQuery {
            client,
            params: [organization, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<HeldByPersonsBorrowed, tokio_postgres::Error> {
                    Ok(HeldByPersonsBorrowed {
                        id: row.try_get(0)?,
                        name: row.try_get(1)?,
                        email: row.try_get(2)?,
                        phone: row.try_get(3)?,
                    })
                },
            mapper: |it| HeldByPersons::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        HeldByPersonsParams<T1>,
        HeldByPersonsQuery<'c, 'a, 's, C, HeldByPersons, 2>,
        C,
    > for HeldByPersonsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a HeldByPersonsParams<T1>,
    ) -> HeldByPersonsQuery<'c, 'a, 's, C, HeldByPersons, 2> {
        self.bind(client, &params.organization, &params.contacts)
    }
}
pub struct TurnContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn turn_contacts() -> TurnContactsStmt {
    TurnContactsStmt(
        "update routiq.contacts c set name = n.name, email = n.email, phone = n.phone, phone_original = n.phone_original, identifier = n.identifier, fingerprint = n.fingerprint from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[]) as n (id, name, email, phone, phone_original, identifier, fingerprint) where c.organization_id = $8 and c.id = n.id and (c.name, c.email, c.phone, c.phone_original, c.identifier, c.fingerprint) is distinct from (n.name, n.email, n.phone, n.phone_original, n.identifier, n.fingerprint)",
        None,
    )
}
impl TurnContactsStmt {
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
        T3: crate::ArraySql<Item = Option<T2>>,
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
    >(
        &'s self,
        client: &'c C,
        ids: &'a T1,
        names: &'a T3,
        emails: &'a T5,
        phones: &'a T7,
        phones_original: &'a T9,
        identifiers: &'a T11,
        fingerprints: &'a T13,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    ids,
                    names,
                    emails,
                    phones,
                    phones_original,
                    identifiers,
                    fingerprints,
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
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = Option<T2>>,
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
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        TurnContactsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for TurnContactsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TurnContactsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.ids,
            &params.names,
            &params.emails,
            &params.phones,
            &params.phones_original,
            &params.identifiers,
            &params.fingerprints,
            &params.organization,
        ))
    }
}
pub struct TurnPatientsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn turn_patients() -> TurnPatientsStmt {
    TurnPatientsStmt(
        "update routiq.patients p set phones = n.phones, fingerprint = n.fingerprint from unnest($1::uuid[], $2::jsonb[], $3::bytea[]) as n (id, phones, fingerprint) where p.organization_id = $4 and p.id = n.id and (p.phones, p.fingerprint) is distinct from (n.phones, n.fingerprint)",
        None,
    )
}
impl TurnPatientsStmt {
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
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
    >(
        &'s self,
        client: &'c C,
        ids: &'a T1,
        phones: &'a T3,
        fingerprints: &'a T5,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[ids, phones, fingerprints, organization])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        TurnPatientsParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for TurnPatientsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TurnPatientsParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.ids,
            &params.phones,
            &params.fingerprints,
            &params.organization,
        ))
    }
}
pub struct TurnIdentitiesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn turn_identities() -> TurnIdentitiesStmt {
    TurnIdentitiesStmt(
        "update routiq.contact_identities i set value = n.value from unnest($1::uuid[], $2::text[]) as n (id, value) where i.organization_id = $3 and i.id = n.id and i.value <> n.value",
        None,
    )
}
impl TurnIdentitiesStmt {
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
        ids: &'a T1,
        values: &'a T3,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[ids, values, organization]).await
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
        TurnIdentitiesParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for TurnIdentitiesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TurnIdentitiesParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.ids, &params.values, &params.organization))
    }
}
pub struct TurnPersonsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn turn_persons() -> TurnPersonsStmt {
    TurnPersonsStmt(
        "update routiq.persons p set name = n.name, email = n.email, phone = n.phone from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as n (id, name, email, phone) where p.organization_id = $5 and p.id = n.id and (p.name, p.email, p.phone) is distinct from (n.name, n.email, n.phone)",
        None,
    )
}
impl TurnPersonsStmt {
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
        T3: crate::ArraySql<Item = Option<T2>>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = Option<T4>>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = Option<T6>>,
    >(
        &'s self,
        client: &'c C,
        ids: &'a T1,
        names: &'a T3,
        emails: &'a T5,
        phones: &'a T7,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[ids, names, emails, phones, organization])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = Option<T2>>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        TurnPersonsParams<T1, T2, T3, T4, T5, T6, T7>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for TurnPersonsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TurnPersonsParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.ids,
            &params.names,
            &params.emails,
            &params.phones,
            &params.organization,
        ))
    }
}
pub struct CountEverybodyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_everybody() -> CountEverybodyStmt {
    CountEverybodyStmt(
        "select count(*) from routiq.contacts where organization_id = $1",
        None,
    )
}
impl CountEverybodyStmt {
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
pub struct SealingPhaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn sealing_phase() -> SealingPhaseStmt {
    SealingPhaseStmt(
        "select s.phase from routiq.sealing s where s.organization_id = $1 and s.phase <> 'settled'",
        None,
    )
}
impl SealingPhaseStmt {
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
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
