// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct KnownRecordsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
> {
    pub external_ids: T2,
    pub kind: T3,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct Upsert<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
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
    pub records: T3,
    pub fingerprints: T5,
    pub source_versions: T6,
}
#[derive(Debug)]
pub struct UpsertPatientsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::JsonSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::BytesSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::ArraySql<Item = Option<i64>>,
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
    pub records: T5,
    pub fingerprints: T7,
    pub source_versions: T8,
}
#[derive(Debug)]
pub struct Bury<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub now: jiff::Timestamp,
    pub observed_at: jiff::Timestamp,
    pub external_ids: T2,
    pub deletion_ids: T3,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct ReviveAttendancesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub deletion_ids: T2,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct AstrayParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub ids: T1,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct FollowGroupsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct Link<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> {
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub external_ids: T3,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct MissingRecordsParams<T1: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub kind: T1,
    pub listing: jiff::Timestamp,
    pub starting_from: Option<jiff::Timestamp>,
    pub starting_before: Option<jiff::Timestamp>,
    pub recheck_before: Option<jiff::Timestamp>,
}
#[derive(Debug)]
pub struct NoteMissedParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
> {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
    pub kind: T1,
    pub gone: T3,
    pub listing: jiff::Timestamp,
    pub missed: T5,
}
#[derive(Clone, Copy, Debug)]
pub struct ClinicalNoteParams {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub external_id: String,
    pub fingerprint: Vec<u8>,
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
    pub source_version: Option<i64>,
    pub provisional: bool,
}
pub struct KnownBorrowed<'a> {
    pub external_id: &'a str,
    pub fingerprint: &'a [u8],
    pub observed_at: jiff::Timestamp,
    pub deletion_id: Option<uuid::Uuid>,
    pub source_version: Option<i64>,
    pub provisional: bool,
}
impl<'a> From<KnownBorrowed<'a>> for Known {
    fn from(
        KnownBorrowed {
            external_id,
            fingerprint,
            observed_at,
            deletion_id,
            source_version,
            provisional,
        }: KnownBorrowed<'a>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            fingerprint: fingerprint.into(),
            observed_at,
            deletion_id,
            source_version,
            provisional,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub id: uuid::Uuid,
    pub external_id: String,
}
pub struct WrittenBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
}
impl<'a> From<WrittenBorrowed<'a>> for Written {
    fn from(WrittenBorrowed { id, external_id }: WrittenBorrowed<'a>) -> Self {
        Self {
            id,
            external_id: external_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Fallen {
    pub external_id: String,
}
pub struct FallenBorrowed<'a> {
    pub external_id: &'a str,
}
impl<'a> From<FallenBorrowed<'a>> for Fallen {
    fn from(FallenBorrowed { external_id }: FallenBorrowed<'a>) -> Self {
        Self {
            external_id: external_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct MissingRecords {
    pub external_id: String,
    pub missed_at: Option<jiff::Timestamp>,
}
pub struct MissingRecordsBorrowed<'a> {
    pub external_id: &'a str,
    pub missed_at: Option<jiff::Timestamp>,
}
impl<'a> From<MissingRecordsBorrowed<'a>> for MissingRecords {
    fn from(
        MissingRecordsBorrowed {
            external_id,
            missed_at,
        }: MissingRecordsBorrowed<'a>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            missed_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ClinicalNote {
    pub account_id: uuid::Uuid,
    pub external_id: String,
    pub key_version: i32,
    pub wrapped_key: Vec<u8>,
    pub body: Vec<u8>,
}
pub struct ClinicalNoteBorrowed<'a> {
    pub account_id: uuid::Uuid,
    pub external_id: &'a str,
    pub key_version: i32,
    pub wrapped_key: &'a [u8],
    pub body: &'a [u8],
}
impl<'a> From<ClinicalNoteBorrowed<'a>> for ClinicalNote {
    fn from(
        ClinicalNoteBorrowed {
            account_id,
            external_id,
            key_version,
            wrapped_key,
            body,
        }: ClinicalNoteBorrowed<'a>,
    ) -> Self {
        Self {
            account_id,
            external_id: external_id.into(),
            key_version,
            wrapped_key: wrapped_key.into(),
            body: body.into(),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct KnownQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(KnownBorrowed) -> R) -> KnownQuery<'c, 'a, 's, C, R, N> {
        KnownQuery {
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
pub struct WrittenQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<WrittenBorrowed, tokio_postgres::Error>,
    mapper: fn(WrittenBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> WrittenQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(WrittenBorrowed) -> R) -> WrittenQuery<'c, 'a, 's, C, R, N> {
        WrittenQuery {
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
pub struct FallenQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FallenBorrowed, tokio_postgres::Error>,
    mapper: fn(FallenBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FallenQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(FallenBorrowed) -> R) -> FallenQuery<'c, 'a, 's, C, R, N> {
        FallenQuery {
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
pub struct MissingRecordsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MissingRecordsBorrowed, tokio_postgres::Error>,
    mapper: fn(MissingRecordsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MissingRecordsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(MissingRecordsBorrowed) -> R,
    ) -> MissingRecordsQuery<'c, 'a, 's, C, R, N> {
        MissingRecordsQuery {
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
pub struct ClinicalNoteQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ClinicalNoteBorrowed, tokio_postgres::Error>,
    mapper: fn(ClinicalNoteBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ClinicalNoteQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ClinicalNoteBorrowed) -> R,
    ) -> ClinicalNoteQuery<'c, 'a, 's, C, R, N> {
        ClinicalNoteQuery {
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
pub struct KnownRecordsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_records() -> KnownRecordsStmt {
    KnownRecordsStmt(
        "select k.external_id, k.fingerprint, k.observed_at, k.deletion_id, k.source_version, k.provisional from unnest((select $1::text[])) as e (external_id) cross join lateral ( select t.external_id, t.fingerprint, t.observed_at, t.deletion_id, t.source_version, t.provisional from routiq.records t where t.kind = $2 and t.organization_id = $3 and t.account_id = $4 and t.external_id between e.external_id and e.external_id order by t.external_id limit 1 ) k",
        None,
    )
}
impl KnownRecordsStmt {
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
    >(
        &'s self,
        client: &'c C,
        external_ids: &'a T2,
        kind: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> KnownQuery<'c, 'a, 's, C, Known, 4> {
        KnownQuery {
            client,
            params: [external_ids, kind, organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<KnownBorrowed, tokio_postgres::Error> {
                Ok(KnownBorrowed {
                    external_id: row.try_get(0)?,
                    fingerprint: row.try_get(1)?,
                    observed_at: row.try_get(2)?,
                    deletion_id: row.try_get(3)?,
                    source_version: row.try_get(4)?,
                    provisional: row.try_get(5)?,
                })
            },
            mapper: |it| Known::from(it),
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
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownRecordsParams<T1, T2, T3>,
        KnownQuery<'c, 'a, 's, C, Known, 4>,
        C,
    > for KnownRecordsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownRecordsParams<T1, T2, T3>,
    ) -> KnownQuery<'c, 'a, 's, C, Known, 4> {
        self.bind(
            client,
            &params.external_ids,
            &params.kind,
            &params.organization,
            &params.account,
        )
    }
}
pub struct UpsertMetadataStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_metadata() -> UpsertMetadataStmt {
    UpsertMetadataStmt(
        "insert into routiq.integration_metadata as t (organization_id, id, account_id, external_id, kind, name, details, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, r.external_id, r.kind, r.name, coalesce(r.details, '{}'), i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::jsonb[], $11::bytea[], $12::bigint[], (select null::boolean[])) as i (id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( external_id text, kind text, name text, details jsonb) on conflict (organization_id, account_id, external_id) do update set kind = excluded.kind, name = excluded.name, details = excluded.details, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at, excluded.provisional, excluded.source_version, excluded.observed_at) returning id, external_id",
        None,
    )
}
impl UpsertMetadataStmt {
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
        T2: crate::JsonSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T3,
        fingerprints: &'a T5,
        source_versions: &'a T6,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
        WrittenQuery {
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
                records,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<WrittenBorrowed, tokio_postgres::Error> {
                    Ok(WrittenBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| Written::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Upsert<T1, T2, T3, T4, T5, T6>,
        WrittenQuery<'c, 'a, 's, C, Written, 12>,
        C,
    > for UpsertMetadataStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Upsert<T1, T2, T3, T4, T5, T6>,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertLocationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_locations() -> UpsertLocationsStmt {
    UpsertLocationsStmt(
        "insert into routiq.locations as t (organization_id, id, account_id, external_id, name, timezone, phone, email, address, active, attributes, source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, r.external_id, r.name, r.timezone, r.phone, r.email, coalesce(r.address, '{}'), r.active, coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::jsonb[], $11::bytea[], $12::bigint[], (select null::boolean[])) as i (id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( external_id text, name text, timezone text, phone text, email text, address jsonb, active boolean, attributes jsonb, source_created_at timestamptz, source_updated_at timestamptz) on conflict (organization_id, account_id, external_id) do update set name = excluded.name, timezone = excluded.timezone, phone = excluded.phone, email = excluded.email, address = excluded.address, active = excluded.active, attributes = excluded.attributes, source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at, excluded.provisional, excluded.source_version, excluded.observed_at) returning id, external_id",
        None,
    )
}
impl UpsertLocationsStmt {
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
        T2: crate::JsonSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T3,
        fingerprints: &'a T5,
        source_versions: &'a T6,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
        WrittenQuery {
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
                records,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<WrittenBorrowed, tokio_postgres::Error> {
                    Ok(WrittenBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| Written::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Upsert<T1, T2, T3, T4, T5, T6>,
        WrittenQuery<'c, 'a, 's, C, Written, 12>,
        C,
    > for UpsertLocationsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Upsert<T1, T2, T3, T4, T5, T6>,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertPractitionersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_practitioners() -> UpsertPractitionersStmt {
    UpsertPractitionersStmt(
        "insert into routiq.practitioners as t (organization_id, id, account_id, external_id, name, title, first_name, last_name, email, speciality, active, locations, attributes, source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, r.external_id, r.name, r.title, r.first_name, r.last_name, r.email, r.speciality, r.active, r.locations, coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::jsonb[], $11::bytea[], $12::bigint[], (select null::boolean[])) as i (id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( external_id text, name text, title text, first_name text, last_name text, email text, speciality text, active boolean, locations text[], attributes jsonb, source_created_at timestamptz, source_updated_at timestamptz) on conflict (organization_id, account_id, external_id) do update set name = excluded.name, title = excluded.title, first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email, speciality = excluded.speciality, active = excluded.active, locations = excluded.locations, attributes = excluded.attributes, source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at, excluded.provisional, excluded.source_version, excluded.observed_at) returning id, external_id",
        None,
    )
}
impl UpsertPractitionersStmt {
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
        T2: crate::JsonSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T3,
        fingerprints: &'a T5,
        source_versions: &'a T6,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
        WrittenQuery {
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
                records,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<WrittenBorrowed, tokio_postgres::Error> {
                    Ok(WrittenBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| Written::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Upsert<T1, T2, T3, T4, T5, T6>,
        WrittenQuery<'c, 'a, 's, C, Written, 12>,
        C,
    > for UpsertPractitionersStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Upsert<T1, T2, T3, T4, T5, T6>,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertAppointmentTypesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_appointment_types() -> UpsertAppointmentTypesStmt {
    UpsertAppointmentTypesStmt(
        "insert into routiq.appointment_types as t (organization_id, id, account_id, external_id, name, description, category, duration_minutes, price, is_group, capacity, active, attributes, source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, r.external_id, r.name, r.description, r.category, r.duration_minutes, r.price, r.\"group\", r.capacity, r.active, coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::jsonb[], $11::bytea[], $12::bigint[], (select null::boolean[])) as i (id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( external_id text, name text, description text, category text, duration_minutes integer, price numeric, \"group\" boolean, capacity integer, active boolean, attributes jsonb, source_created_at timestamptz, source_updated_at timestamptz) on conflict (organization_id, account_id, external_id) do update set name = excluded.name, description = excluded.description, category = excluded.category, duration_minutes = excluded.duration_minutes, price = excluded.price, is_group = excluded.is_group, capacity = excluded.capacity, active = excluded.active, attributes = excluded.attributes, source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at, excluded.provisional, excluded.source_version, excluded.observed_at) returning id, external_id",
        None,
    )
}
impl UpsertAppointmentTypesStmt {
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
        T2: crate::JsonSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T3,
        fingerprints: &'a T5,
        source_versions: &'a T6,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
        WrittenQuery {
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
                records,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<WrittenBorrowed, tokio_postgres::Error> {
                    Ok(WrittenBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| Written::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Upsert<T1, T2, T3, T4, T5, T6>,
        WrittenQuery<'c, 'a, 's, C, Written, 12>,
        C,
    > for UpsertAppointmentTypesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Upsert<T1, T2, T3, T4, T5, T6>,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertAppointmentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_appointments() -> UpsertAppointmentsStmt {
    UpsertAppointmentsStmt(
        "insert into routiq.appointments as t (organization_id, id, account_id, external_id, shape, group_external_id, group_id, contact_external_id, contact_id, practitioner_external_id, practitioner_id, location_external_id, location_id, appointment_type_external_id, appointment_type_id, type_name, starts_at, ends_at, cancelled_at, cancelled, cancellation_reason, did_not_arrive, arrived, confirmed, replaced_by, booked_online, capacity, notes, attributes, source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, r.external_id, r.shape, r.\"group\", g.id, r.contact, c.id, w.practitioner_external_id, w.practitioner_id, w.location_external_id, w.location_id, w.appointment_type_external_id, w.appointment_type_id, w.type_name, w.starts_at, w.ends_at, r.cancelled_at, r.cancelled, r.cancellation_reason, r.did_not_arrive, r.arrived, r.confirmed, r.replaced_by, r.booked_online, r.capacity, r.notes, coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::jsonb[], $11::bytea[], $12::bigint[], (select null::boolean[])) as i (id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( external_id text, shape text, \"group\" text, contact text, practitioner text, location text, appointment_type text, type_name text, starts_at timestamptz, ends_at timestamptz, cancelled_at timestamptz, cancelled boolean, cancellation_reason text, did_not_arrive boolean, arrived boolean, confirmed boolean, replaced_by text, booked_online boolean, capacity integer, notes text, attributes jsonb, source_created_at timestamptz, source_updated_at timestamptz) left join lateral ( select t.* from routiq.appointments t where r.shape = 'attendance' and t.organization_id = $1 and t.account_id = $2 and t.external_id between r.\"group\" and r.\"group\" order by t.external_id limit 1 ) g on true left join lateral ( select t.id from routiq.contacts t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.contact and r.contact order by t.external_id limit 1 ) c on true left join lateral ( select t.id from routiq.practitioners t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.practitioner and r.practitioner order by t.external_id limit 1 ) p on true left join lateral ( select t.id from routiq.locations t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.location and r.location order by t.external_id limit 1 ) l on true left join lateral ( select t.id from routiq.appointment_types t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.appointment_type and r.appointment_type order by t.external_id limit 1 ) k on true cross join lateral ( select g.practitioner_external_id, g.practitioner_id, g.location_external_id, g.location_id, g.appointment_type_external_id, g.appointment_type_id, g.type_name, g.starts_at, g.ends_at where g.id is not null union all select r.practitioner, p.id, r.location, l.id, r.appointment_type, k.id, r.type_name, r.starts_at, r.ends_at where g.id is null ) w on conflict (organization_id, account_id, external_id) do update set shape = excluded.shape, group_external_id = excluded.group_external_id, group_id = excluded.group_id, contact_external_id = excluded.contact_external_id, contact_id = excluded.contact_id, practitioner_external_id = excluded.practitioner_external_id, practitioner_id = excluded.practitioner_id, location_external_id = excluded.location_external_id, location_id = excluded.location_id, appointment_type_external_id = excluded.appointment_type_external_id, appointment_type_id = excluded.appointment_type_id, type_name = excluded.type_name, starts_at = excluded.starts_at, ends_at = excluded.ends_at, cancelled_at = excluded.cancelled_at, cancelled = excluded.cancelled, cancellation_reason = excluded.cancellation_reason, did_not_arrive = excluded.did_not_arrive, arrived = excluded.arrived, confirmed = excluded.confirmed, replaced_by = excluded.replaced_by, booked_online = excluded.booked_online, capacity = excluded.capacity, notes = excluded.notes, attributes = excluded.attributes, source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at, excluded.provisional, excluded.source_version, excluded.observed_at) returning id, external_id",
        None,
    )
}
impl UpsertAppointmentsStmt {
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
        T2: crate::JsonSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T3,
        fingerprints: &'a T5,
        source_versions: &'a T6,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
        WrittenQuery {
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
                records,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<WrittenBorrowed, tokio_postgres::Error> {
                    Ok(WrittenBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| Written::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Upsert<T1, T2, T3, T4, T5, T6>,
        WrittenQuery<'c, 'a, 's, C, Written, 12>,
        C,
    > for UpsertAppointmentsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Upsert<T1, T2, T3, T4, T5, T6>,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertInvoicesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_invoices() -> UpsertInvoicesStmt {
    UpsertInvoicesStmt(
        "insert into routiq.invoices as t (organization_id, id, account_id, external_id, number, contact_external_id, contact_id, appointment_external_id, appointment_id, practitioner_external_id, practitioner_id, location_external_id, location_id, status, issued_on, net, tax, total, paid, refunded, outstanding, currency, third_party, lines, attributes, source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, r.external_id, r.number, r.contact, c.id, r.appointment, a.id, r.practitioner, p.id, r.location, l.id, r.status, r.issued_on, r.net, r.tax, r.total, r.paid, r.refunded, r.outstanding, r.currency, r.third_party, coalesce(r.lines, '[]'), coalesce(r.attributes, '{}'), r.source_created_at, r.source_updated_at, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::jsonb[], $11::bytea[], $12::bigint[], (select null::boolean[])) as i (id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( external_id text, number text, contact text, appointment text, practitioner text, location text, status text, issued_on date, net numeric, tax numeric, total numeric, paid numeric, refunded numeric, outstanding numeric, currency text, third_party boolean, lines jsonb, attributes jsonb, source_created_at timestamptz, source_updated_at timestamptz) left join lateral ( select t.id from routiq.contacts t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.contact and r.contact order by t.external_id limit 1 ) c on true left join lateral ( select t.id from routiq.appointments t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.appointment and r.appointment order by t.external_id limit 1 ) a on true left join lateral ( select t.id from routiq.practitioners t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.practitioner and r.practitioner order by t.external_id limit 1 ) p on true left join lateral ( select t.id from routiq.locations t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.location and r.location order by t.external_id limit 1 ) l on true on conflict (organization_id, account_id, external_id) do update set number = excluded.number, contact_external_id = excluded.contact_external_id, contact_id = excluded.contact_id, appointment_external_id = excluded.appointment_external_id, appointment_id = excluded.appointment_id, practitioner_external_id = excluded.practitioner_external_id, practitioner_id = excluded.practitioner_id, location_external_id = excluded.location_external_id, location_id = excluded.location_id, status = excluded.status, issued_on = excluded.issued_on, net = excluded.net, tax = excluded.tax, total = excluded.total, paid = excluded.paid, refunded = excluded.refunded, outstanding = excluded.outstanding, currency = excluded.currency, third_party = excluded.third_party, lines = excluded.lines, attributes = excluded.attributes, source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at, excluded.provisional, excluded.source_version, excluded.observed_at) returning id, external_id",
        None,
    )
}
impl UpsertInvoicesStmt {
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
        T2: crate::JsonSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T3,
        fingerprints: &'a T5,
        source_versions: &'a T6,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
        WrittenQuery {
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
                records,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<WrittenBorrowed, tokio_postgres::Error> {
                    Ok(WrittenBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| Written::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Upsert<T1, T2, T3, T4, T5, T6>,
        WrittenQuery<'c, 'a, 's, C, Written, 12>,
        C,
    > for UpsertInvoicesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Upsert<T1, T2, T3, T4, T5, T6>,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertPaymentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_payments() -> UpsertPaymentsStmt {
    UpsertPaymentsStmt(
        "insert into routiq.payments as t (organization_id, id, account_id, external_id, invoice_external_id, invoice_id, contact_external_id, contact_id, location_external_id, location_id, amount, method, paid_on, active, attributes, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, r.external_id, r.invoice, v.id, r.contact, c.id, r.location, l.id, r.amount, r.method, r.paid_on, r.active, coalesce(r.attributes, '{}'), i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::jsonb[], $11::bytea[], $12::bigint[], (select null::boolean[])) as i (id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( external_id text, invoice text, contact text, location text, amount numeric, method text, paid_on date, active boolean, attributes jsonb) left join lateral ( select t.id from routiq.invoices t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.invoice and r.invoice order by t.external_id limit 1 ) v on true left join lateral ( select t.id from routiq.contacts t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.contact and r.contact order by t.external_id limit 1 ) c on true left join lateral ( select t.id from routiq.locations t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.location and r.location order by t.external_id limit 1 ) l on true on conflict (organization_id, account_id, external_id) do update set invoice_external_id = excluded.invoice_external_id, invoice_id = excluded.invoice_id, contact_external_id = excluded.contact_external_id, contact_id = excluded.contact_id, location_external_id = excluded.location_external_id, location_id = excluded.location_id, amount = excluded.amount, method = excluded.method, paid_on = excluded.paid_on, active = excluded.active, attributes = excluded.attributes, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at, excluded.provisional, excluded.source_version, excluded.observed_at) returning id, external_id",
        None,
    )
}
impl UpsertPaymentsStmt {
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
        T2: crate::JsonSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T3,
        fingerprints: &'a T5,
        source_versions: &'a T6,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
        WrittenQuery {
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
                records,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<WrittenBorrowed, tokio_postgres::Error> {
                    Ok(WrittenBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| Written::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Upsert<T1, T2, T3, T4, T5, T6>,
        WrittenQuery<'c, 'a, 's, C, Written, 12>,
        C,
    > for UpsertPaymentsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Upsert<T1, T2, T3, T4, T5, T6>,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertClinicalNotesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_clinical_notes() -> UpsertClinicalNotesStmt {
    UpsertClinicalNotesStmt(
        "insert into routiq.clinical_notes as t (organization_id, id, account_id, external_id, contact_external_id, contact_id, appointment_external_id, appointment_id, practitioner_external_id, practitioner_id, title, draft, key_version, wrapped_key, body, source_created_at, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, $2, r.external_id, r.contact, c.id, r.appointment, a.id, r.practitioner, p.id, r.title, r.draft, r.key_version, r.wrapped_key, r.body, r.source_created_at, r.source_updated_at, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::jsonb[], $11::bytea[], $12::bigint[], (select null::boolean[])) as i (id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( external_id text, contact text, appointment text, practitioner text, title text, draft boolean, key_version integer, wrapped_key bytea, body bytea, source_created_at timestamptz, source_updated_at timestamptz) left join lateral ( select t.id from routiq.contacts t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.contact and r.contact order by t.external_id limit 1 ) c on true left join lateral ( select t.id from routiq.appointments t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.appointment and r.appointment order by t.external_id limit 1 ) a on true left join lateral ( select t.id from routiq.practitioners t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.practitioner and r.practitioner order by t.external_id limit 1 ) p on true on conflict (organization_id, account_id, external_id) do update set contact_external_id = excluded.contact_external_id, contact_id = excluded.contact_id, appointment_external_id = excluded.appointment_external_id, appointment_id = excluded.appointment_id, practitioner_external_id = excluded.practitioner_external_id, practitioner_id = excluded.practitioner_id, title = excluded.title, draft = excluded.draft, key_version = excluded.key_version, wrapped_key = excluded.wrapped_key, body = excluded.body, source_created_at = excluded.source_created_at, source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where routiq.yields(t.deleted_at, t.provisional, t.source_version, t.observed_at, excluded.provisional, excluded.source_version, excluded.observed_at) returning id, external_id",
        None,
    )
}
impl UpsertClinicalNotesStmt {
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
        T2: crate::JsonSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T3,
        fingerprints: &'a T5,
        source_versions: &'a T6,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
        WrittenQuery {
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
                records,
                fingerprints,
                source_versions,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<WrittenBorrowed, tokio_postgres::Error> {
                    Ok(WrittenBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                    })
                },
            mapper: |it| Written::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::JsonSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Upsert<T1, T2, T3, T4, T5, T6>,
        WrittenQuery<'c, 'a, 's, C, Written, 12>,
        C,
    > for UpsertClinicalNotesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Upsert<T1, T2, T3, T4, T5, T6>,
    ) -> WrittenQuery<'c, 'a, 's, C, Written, 12> {
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        )
    }
}
pub struct UpsertPatientsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upsert_patients() -> UpsertPatientsStmt {
    UpsertPatientsStmt(
        "insert into routiq.patients as t (organization_id, id, contact_id, account_id, external_id, title, first_name, middle_name, last_name, preferred_name, date_of_birth, sex, gender_identity, pronouns, phones, address, timezone, location_external_id, location_id, occupation, referral_source, accepts_email_marketing, accepts_sms_marketing, accepts_privacy_policy, reminder_type, active, deceased, source_updated_at, fingerprint, source_version, payload_id, transform_version, generation, observed_at, provisional, created_at, updated_at) select $1, i.id, i.id, $2, i.external_id, r.title, r.first_name, r.middle_name, r.last_name, r.preferred_name, r.date_of_birth, r.sex, r.gender_identity, r.pronouns, coalesce(r.phones, '[]'), coalesce(r.address, '{}'), r.timezone, r.location, l.id, r.occupation, r.referral_source, r.accepts_email_marketing, r.accepts_sms_marketing, r.accepts_privacy_policy, r.reminder_type, r.active, r.deceased, r.source_updated_at, i.fingerprint, i.source_version, $3, $4, $5, $6, $7, $8, $8 from unnest($9::uuid[], $10::text[], $11::jsonb[], $12::bytea[], $13::bigint[], (select null::boolean[])) as i (id, external_id, record, fingerprint, source_version, as_if_ten) cross join lateral jsonb_to_record(i.record) as r ( title text, first_name text, middle_name text, last_name text, preferred_name text, date_of_birth date, sex text, gender_identity text, pronouns text, phones jsonb, address jsonb, timezone text, location text, occupation text, referral_source text, accepts_email_marketing boolean, accepts_sms_marketing boolean, accepts_privacy_policy boolean, reminder_type text, active boolean, deceased boolean, source_updated_at timestamptz) left join lateral ( select t.id from routiq.locations t where t.organization_id = $1 and t.account_id = $2 and t.external_id between r.location and r.location order by t.external_id limit 1 ) l on true on conflict (organization_id, account_id, external_id) do update set title = excluded.title, first_name = excluded.first_name, middle_name = excluded.middle_name, last_name = excluded.last_name, preferred_name = excluded.preferred_name, date_of_birth = excluded.date_of_birth, sex = excluded.sex, gender_identity = excluded.gender_identity, pronouns = excluded.pronouns, phones = excluded.phones, address = excluded.address, timezone = excluded.timezone, location_external_id = excluded.location_external_id, location_id = excluded.location_id, occupation = excluded.occupation, referral_source = excluded.referral_source, accepts_email_marketing = excluded.accepts_email_marketing, accepts_sms_marketing = excluded.accepts_sms_marketing, accepts_privacy_policy = excluded.accepts_privacy_policy, reminder_type = excluded.reminder_type, active = excluded.active, deceased = excluded.deceased, source_updated_at = excluded.source_updated_at, fingerprint = excluded.fingerprint, source_version = excluded.source_version, payload_id = excluded.payload_id, transform_version = excluded.transform_version, generation = excluded.generation, observed_at = excluded.observed_at, provisional = excluded.provisional, updated_at = excluded.updated_at, deleted_at = null, deletion_id = null where t.fingerprint <> excluded.fingerprint or t.deleted_at is not null",
        None,
    )
}
impl UpsertPatientsStmt {
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
        T4: crate::JsonSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::BytesSql,
        T7: crate::ArraySql<Item = T6>,
        T8: crate::ArraySql<Item = Option<i64>>,
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
        records: &'a T5,
        fingerprints: &'a T7,
        source_versions: &'a T8,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
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
                    records,
                    fingerprints,
                    source_versions,
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
    T4: crate::JsonSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::BytesSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        UpsertPatientsParams<T1, T2, T3, T4, T5, T6, T7, T8>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for UpsertPatientsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UpsertPatientsParams<T1, T2, T3, T4, T5, T6, T7, T8>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
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
            &params.records,
            &params.fingerprints,
            &params.source_versions,
        ))
    }
}
pub struct BuryMetadataStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_metadata() -> BuryMetadataStmt {
    BuryMetadataStmt(
        "with gone as ( update routiq.integration_metadata t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select external_id from gone",
        None,
    )
}
impl BuryMetadataStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        FallenQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FallenBorrowed, tokio_postgres::Error> {
                    Ok(FallenBorrowed {
                        external_id: row.try_get(0)?,
                    })
                },
            mapper: |it| Fallen::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Bury<T1, T2, T3>,
        FallenQuery<'c, 'a, 's, C, Fallen, 6>,
        C,
    > for BuryMetadataStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Bury<T1, T2, T3>,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct BuryLocationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_locations() -> BuryLocationsStmt {
    BuryLocationsStmt(
        "with gone as ( update routiq.locations t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select external_id from gone",
        None,
    )
}
impl BuryLocationsStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        FallenQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FallenBorrowed, tokio_postgres::Error> {
                    Ok(FallenBorrowed {
                        external_id: row.try_get(0)?,
                    })
                },
            mapper: |it| Fallen::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Bury<T1, T2, T3>,
        FallenQuery<'c, 'a, 's, C, Fallen, 6>,
        C,
    > for BuryLocationsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Bury<T1, T2, T3>,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct BuryPractitionersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_practitioners() -> BuryPractitionersStmt {
    BuryPractitionersStmt(
        "with gone as ( update routiq.practitioners t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select external_id from gone",
        None,
    )
}
impl BuryPractitionersStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        FallenQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FallenBorrowed, tokio_postgres::Error> {
                    Ok(FallenBorrowed {
                        external_id: row.try_get(0)?,
                    })
                },
            mapper: |it| Fallen::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Bury<T1, T2, T3>,
        FallenQuery<'c, 'a, 's, C, Fallen, 6>,
        C,
    > for BuryPractitionersStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Bury<T1, T2, T3>,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct BuryAppointmentTypesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_appointment_types() -> BuryAppointmentTypesStmt {
    BuryAppointmentTypesStmt(
        "with gone as ( update routiq.appointment_types t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select external_id from gone",
        None,
    )
}
impl BuryAppointmentTypesStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        FallenQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FallenBorrowed, tokio_postgres::Error> {
                    Ok(FallenBorrowed {
                        external_id: row.try_get(0)?,
                    })
                },
            mapper: |it| Fallen::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Bury<T1, T2, T3>,
        FallenQuery<'c, 'a, 's, C, Fallen, 6>,
        C,
    > for BuryAppointmentTypesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Bury<T1, T2, T3>,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct BuryInvoicesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_invoices() -> BuryInvoicesStmt {
    BuryInvoicesStmt(
        "with gone as ( update routiq.invoices t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select external_id from gone",
        None,
    )
}
impl BuryInvoicesStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        FallenQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FallenBorrowed, tokio_postgres::Error> {
                    Ok(FallenBorrowed {
                        external_id: row.try_get(0)?,
                    })
                },
            mapper: |it| Fallen::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Bury<T1, T2, T3>,
        FallenQuery<'c, 'a, 's, C, Fallen, 6>,
        C,
    > for BuryInvoicesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Bury<T1, T2, T3>,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct BuryPaymentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_payments() -> BuryPaymentsStmt {
    BuryPaymentsStmt(
        "with gone as ( update routiq.payments t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select external_id from gone",
        None,
    )
}
impl BuryPaymentsStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        FallenQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FallenBorrowed, tokio_postgres::Error> {
                    Ok(FallenBorrowed {
                        external_id: row.try_get(0)?,
                    })
                },
            mapper: |it| Fallen::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Bury<T1, T2, T3>,
        FallenQuery<'c, 'a, 's, C, Fallen, 6>,
        C,
    > for BuryPaymentsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Bury<T1, T2, T3>,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct BuryClinicalNotesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_clinical_notes() -> BuryClinicalNotesStmt {
    BuryClinicalNotesStmt(
        "with gone as ( update routiq.clinical_notes t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select external_id from gone",
        None,
    )
}
impl BuryClinicalNotesStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        FallenQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FallenBorrowed, tokio_postgres::Error> {
                    Ok(FallenBorrowed {
                        external_id: row.try_get(0)?,
                    })
                },
            mapper: |it| Fallen::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Bury<T1, T2, T3>,
        FallenQuery<'c, 'a, 's, C, Fallen, 6>,
        C,
    > for BuryClinicalNotesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Bury<T1, T2, T3>,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct BuryAppointmentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_appointments() -> BuryAppointmentsStmt {
    BuryAppointmentsStmt(
        "with gone as ( update routiq.appointments t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.id, t.external_id, t.deletion_id ), attendances as ( update routiq.appointments t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = greatest(t.observed_at, $2), updated_at = $1 from gone g where t.organization_id = $5 and t.group_id = g.id and t.deleted_at is null and not (t.external_id = any($3)) ) select external_id from gone",
        None,
    )
}
impl BuryAppointmentsStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        FallenQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<FallenBorrowed, tokio_postgres::Error> {
                    Ok(FallenBorrowed {
                        external_id: row.try_get(0)?,
                    })
                },
            mapper: |it| Fallen::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        Bury<T1, T2, T3>,
        FallenQuery<'c, 'a, 's, C, Fallen, 6>,
        C,
    > for BuryAppointmentsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a Bury<T1, T2, T3>,
    ) -> FallenQuery<'c, 'a, 's, C, Fallen, 6> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.organization,
            &params.account,
        )
    }
}
pub struct ReviveAttendancesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn revive_attendances() -> ReviveAttendancesStmt {
    ReviveAttendancesStmt(
        "update routiq.appointments t set deleted_at = null, deletion_id = null, updated_at = $1 from unnest($2::uuid[], $3::uuid[]) as g (id, deletion_id) where t.organization_id = $4 and t.group_id = g.id and t.deletion_id = g.deletion_id",
        None,
    )
}
impl ReviveAttendancesStmt {
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
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        deletion_ids: &'a T2,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, deletion_ids, organization])
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
        ReviveAttendancesParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for ReviveAttendancesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ReviveAttendancesParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.ids,
            &params.deletion_ids,
            &params.organization,
        ))
    }
}
pub struct AstrayStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn astray() -> AstrayStmt {
    AstrayStmt(
        "select t.id from unnest($1::uuid[]) as e (id) cross join lateral ( select s.* from routiq.appointments s where s.organization_id = $2 and s.id = e.id limit 1 ) g cross join lateral ( select a.id from routiq.appointments a where a.organization_id = $2 and a.group_id = g.id and a.shape = 'attendance' and (a.starts_at, a.ends_at, a.type_name, a.practitioner_external_id, a.practitioner_id, a.location_external_id, a.location_id, a.appointment_type_external_id, a.appointment_type_id) is distinct from (g.starts_at, g.ends_at, g.type_name, g.practitioner_external_id, g.practitioner_id, g.location_external_id, g.location_id, g.appointment_type_external_id, g.appointment_type_id) offset 0 ) t",
        None,
    )
}
impl AstrayStmt {
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
        ids: &'a T1,
        organization: &'a uuid::Uuid,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        UuidUuidQuery {
            client,
            params: [ids, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        AstrayParams<T1>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2>,
        C,
    > for AstrayStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a AstrayParams<T1>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        self.bind(client, &params.ids, &params.organization)
    }
}
pub struct FollowGroupsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn follow_groups() -> FollowGroupsStmt {
    FollowGroupsStmt(
        "update routiq.appointments t set starts_at = g.starts_at, ends_at = g.ends_at, type_name = g.type_name, practitioner_external_id = g.practitioner_external_id, practitioner_id = g.practitioner_id, location_external_id = g.location_external_id, location_id = g.location_id, appointment_type_external_id = g.appointment_type_external_id, appointment_type_id = g.appointment_type_id, updated_at = $1 from unnest($2::uuid[]) as e (id), routiq.appointments g where t.organization_id = $3 and t.id = e.id and g.organization_id = $3 and g.id = t.group_id",
        None,
    )
}
impl FollowGroupsStmt {
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
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        organization: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, organization]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        FollowGroupsParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for FollowGroupsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a FollowGroupsParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.now, &params.ids, &params.organization))
    }
}
pub struct LinkContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn link_contacts() -> LinkContactsStmt {
    LinkContactsStmt(
        "with conversations as ( update routiq.conversations t set contact_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.contact_external_id = a.external_id and t.contact_id is null and t.contact_external_id is not null ), appointments as ( update routiq.appointments t set contact_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.contact_external_id = a.external_id and t.contact_id is null and t.contact_external_id is not null ), invoices as ( update routiq.invoices t set contact_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.contact_external_id = a.external_id and t.contact_id is null and t.contact_external_id is not null ), payments as ( update routiq.payments t set contact_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.contact_external_id = a.external_id and t.contact_id is null and t.contact_external_id is not null ) update routiq.clinical_notes t set contact_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.contact_external_id = a.external_id and t.contact_id is null and t.contact_external_id is not null",
        None,
    )
}
impl LinkContactsStmt {
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
        ids: &'a T1,
        external_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, external_ids, organization, account])
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
        Link<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LinkContactsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a Link<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct LinkPractitionersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn link_practitioners() -> LinkPractitionersStmt {
    LinkPractitionersStmt(
        "with appointments as ( update routiq.appointments t set practitioner_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.practitioner_external_id = a.external_id and t.practitioner_id is null and t.practitioner_external_id is not null ), invoices as ( update routiq.invoices t set practitioner_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.practitioner_external_id = a.external_id and t.practitioner_id is null and t.practitioner_external_id is not null ) update routiq.clinical_notes t set practitioner_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.practitioner_external_id = a.external_id and t.practitioner_id is null and t.practitioner_external_id is not null",
        None,
    )
}
impl LinkPractitionersStmt {
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
        ids: &'a T1,
        external_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, external_ids, organization, account])
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
        Link<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LinkPractitionersStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a Link<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct LinkLocationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn link_locations() -> LinkLocationsStmt {
    LinkLocationsStmt(
        "with appointments as ( update routiq.appointments t set location_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.location_external_id = a.external_id and t.location_id is null and t.location_external_id is not null ), invoices as ( update routiq.invoices t set location_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.location_external_id = a.external_id and t.location_id is null and t.location_external_id is not null ), payments as ( update routiq.payments t set location_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.location_external_id = a.external_id and t.location_id is null and t.location_external_id is not null ) update routiq.patients t set location_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.location_external_id = a.external_id and t.location_id is null and t.location_external_id is not null",
        None,
    )
}
impl LinkLocationsStmt {
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
        ids: &'a T1,
        external_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, external_ids, organization, account])
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
        Link<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LinkLocationsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a Link<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct LinkAppointmentTypesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn link_appointment_types() -> LinkAppointmentTypesStmt {
    LinkAppointmentTypesStmt(
        "update routiq.appointments t set appointment_type_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.appointment_type_external_id = a.external_id and t.appointment_type_id is null and t.appointment_type_external_id is not null",
        None,
    )
}
impl LinkAppointmentTypesStmt {
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
        ids: &'a T1,
        external_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, external_ids, organization, account])
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
        Link<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LinkAppointmentTypesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a Link<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct LinkAppointmentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn link_appointments() -> LinkAppointmentsStmt {
    LinkAppointmentsStmt(
        "with appointments as ( update routiq.appointments t set group_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.group_external_id = a.external_id and t.group_id is null and t.group_external_id is not null ), invoices as ( update routiq.invoices t set appointment_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.appointment_external_id = a.external_id and t.appointment_id is null and t.appointment_external_id is not null ) update routiq.clinical_notes t set appointment_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.appointment_external_id = a.external_id and t.appointment_id is null and t.appointment_external_id is not null",
        None,
    )
}
impl LinkAppointmentsStmt {
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
        ids: &'a T1,
        external_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, external_ids, organization, account])
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
        Link<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LinkAppointmentsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a Link<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct LinkInvoicesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn link_invoices() -> LinkInvoicesStmt {
    LinkInvoicesStmt(
        "update routiq.payments t set invoice_id = a.id, updated_at = $1 from unnest($2::uuid[], $3::text[], (select null::boolean[])) as a (id, external_id, as_if_ten) where t.organization_id = $4 and t.account_id = $5 and t.invoice_external_id = a.external_id and t.invoice_id is null and t.invoice_external_id is not null",
        None,
    )
}
impl LinkInvoicesStmt {
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
        ids: &'a T1,
        external_ids: &'a T3,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, ids, external_ids, organization, account])
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
        Link<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LinkInvoicesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a Link<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.ids,
            &params.external_ids,
            &params.organization,
            &params.account,
        ))
    }
}
pub struct MissingRecordsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn missing_records() -> MissingRecordsStmt {
    MissingRecordsStmt(
        "select t.external_id, m.listing as missed_at from routiq.records t left join lateral ( select i.cursor, i.done_at from routiq.sync_items i where i.organization_id = $1 and i.account_id = $2 and i.stream = $3 and i.external_id between t.external_id and t.external_id order by i.external_id limit 1 ) s on true left join lateral ( select i.listing from routiq.sync_missed i where i.organization_id = $1 and i.account_id = $2 and i.stream = $3 and i.external_id between t.external_id and t.external_id and i.listing < $4 and i.listing >= t.observed_at order by i.external_id limit 1 ) m on true left join lateral ( select true as shown from routiq.sync_listed i where i.organization_id = $1 and i.account_id = $2 and i.stream = $3 and i.listing = $4 and i.external_id between t.external_id and t.external_id order by i.external_id limit 1 ) l on true where t.kind = $3 and t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null and t.observed_at <= $4 and ($5::timestamptz is null or t.starts_at >= $5) and ($6::timestamptz is null or t.starts_at < $6) and l.shown is null and not coalesce((s.cursor ->> 'unlisted')::boolean and s.done_at > $7, false) order by t.external_id",
        None,
    )
}
impl MissingRecordsStmt {
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
        kind: &'a T1,
        listing: &'a jiff::Timestamp,
        starting_from: &'a Option<jiff::Timestamp>,
        starting_before: &'a Option<jiff::Timestamp>,
        recheck_before: &'a Option<jiff::Timestamp>,
    ) -> MissingRecordsQuery<'c, 'a, 's, C, MissingRecords, 7> {
        MissingRecordsQuery {
            client,
            params: [
                organization,
                account,
                kind,
                listing,
                starting_from,
                starting_before,
                recheck_before,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<MissingRecordsBorrowed, tokio_postgres::Error> {
                Ok(MissingRecordsBorrowed {
                    external_id: row.try_get(0)?,
                    missed_at: row.try_get(1)?,
                })
            },
            mapper: |it| MissingRecords::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MissingRecordsParams<T1>,
        MissingRecordsQuery<'c, 'a, 's, C, MissingRecords, 7>,
        C,
    > for MissingRecordsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MissingRecordsParams<T1>,
    ) -> MissingRecordsQuery<'c, 'a, 's, C, MissingRecords, 7> {
        self.bind(
            client,
            &params.organization,
            &params.account,
            &params.kind,
            &params.listing,
            &params.starting_from,
            &params.starting_before,
            &params.recheck_before,
        )
    }
}
pub struct NoteMissedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn note_missed() -> NoteMissedStmt {
    NoteMissedStmt(
        "with forgotten as ( delete from routiq.sync_missed m where m.organization_id = $1 and m.account_id = $2 and m.stream = $3 and (m.external_id = any($4) or exists (select from routiq.sync_listed l where l.organization_id = $1 and l.account_id = $2 and l.stream = $3 and l.listing = $5 and l.external_id = m.external_id)) ) insert into routiq.sync_missed (organization_id, account_id, stream, external_id, listing) select $1, $2, $3, e.external_id, $5 from unnest($6::text[]) as e (external_id) on conflict (organization_id, account_id, stream, external_id) do update set listing = excluded.listing",
        None,
    )
}
impl NoteMissedStmt {
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
        T3: crate::ArraySql<Item = T2>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
        kind: &'a T1,
        gone: &'a T3,
        listing: &'a jiff::Timestamp,
        missed: &'a T5,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[organization, account, kind, gone, listing, missed],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        NoteMissedParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for NoteMissedStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a NoteMissedParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.account,
            &params.kind,
            &params.gone,
            &params.listing,
            &params.missed,
        ))
    }
}
pub struct ClinicalNoteStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn clinical_note() -> ClinicalNoteStmt {
    ClinicalNoteStmt(
        "select t.account_id, t.external_id, t.key_version, t.wrapped_key, t.body from routiq.clinical_notes t where t.organization_id = $1 and t.id = $2 and t.deleted_at is null",
        None,
    )
}
impl ClinicalNoteStmt {
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
    ) -> ClinicalNoteQuery<'c, 'a, 's, C, ClinicalNote, 2> {
        ClinicalNoteQuery {
            client,
            params: [organization, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ClinicalNoteBorrowed, tokio_postgres::Error> {
                    Ok(ClinicalNoteBorrowed {
                        account_id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        key_version: row.try_get(2)?,
                        wrapped_key: row.try_get(3)?,
                        body: row.try_get(4)?,
                    })
                },
            mapper: |it| ClinicalNote::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ClinicalNoteParams,
        ClinicalNoteQuery<'c, 'a, 's, C, ClinicalNote, 2>,
        C,
    > for ClinicalNoteStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ClinicalNoteParams,
    ) -> ClinicalNoteQuery<'c, 'a, 's, C, ClinicalNote, 2> {
        self.bind(client, &params.organization, &params.id)
    }
}
