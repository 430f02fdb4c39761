// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct DirectoryInsertParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
> {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<T1>,
    pub name: T2,
    pub region: T3,
    pub timezone: T4,
    pub now: jiff::Timestamp,
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryFind {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<String>,
    pub name: String,
    pub region: String,
    pub timezone: String,
    pub status: String,
}
pub struct DirectoryFindBorrowed<'a> {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<&'a str>,
    pub name: &'a str,
    pub region: &'a str,
    pub timezone: &'a str,
    pub status: &'a str,
}
impl<'a> From<DirectoryFindBorrowed<'a>> for DirectoryFind {
    fn from(
        DirectoryFindBorrowed {
            id,
            clerk_org_id,
            name,
            region,
            timezone,
            status,
        }: DirectoryFindBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            clerk_org_id: clerk_org_id.map(|v| v.into()),
            name: name.into(),
            region: region.into(),
            timezone: timezone.into(),
            status: status.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryList {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<String>,
    pub name: String,
    pub region: String,
    pub timezone: String,
    pub status: String,
}
pub struct DirectoryListBorrowed<'a> {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<&'a str>,
    pub name: &'a str,
    pub region: &'a str,
    pub timezone: &'a str,
    pub status: &'a str,
}
impl<'a> From<DirectoryListBorrowed<'a>> for DirectoryList {
    fn from(
        DirectoryListBorrowed {
            id,
            clerk_org_id,
            name,
            region,
            timezone,
            status,
        }: DirectoryListBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            clerk_org_id: clerk_org_id.map(|v| v.into()),
            name: name.into(),
            region: region.into(),
            timezone: timezone.into(),
            status: status.into(),
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
pub struct DirectoryFindQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectoryFindBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryFindBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryFindQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryFindBorrowed) -> R,
    ) -> DirectoryFindQuery<'c, 'a, 's, C, R, N> {
        DirectoryFindQuery {
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
pub struct DirectoryListQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectoryListBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryListBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryListQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryListBorrowed) -> R,
    ) -> DirectoryListQuery<'c, 'a, 's, C, R, N> {
        DirectoryListQuery {
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
pub struct DirectoryInsertStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_insert() -> DirectoryInsertStmt {
    DirectoryInsertStmt(
        "insert into routiq.organizations (id, clerk_org_id, name, region, timezone, onboarded_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6, $6) on conflict (clerk_org_id) do nothing returning id",
        None,
    )
}
impl DirectoryInsertStmt {
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
    >(
        &'s self,
        client: &'c C,
        id: &'a uuid::Uuid,
        clerk_org_id: &'a Option<T1>,
        name: &'a T2,
        region: &'a T3,
        timezone: &'a T4,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6> {
        UuidUuidQuery {
            client,
            params: [id, clerk_org_id, name, region, timezone, now],
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
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        DirectoryInsertParams<T1, T2, T3, T4>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6>,
        C,
    > for DirectoryInsertStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DirectoryInsertParams<T1, T2, T3, T4>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 6> {
        self.bind(
            client,
            &params.id,
            &params.clerk_org_id,
            &params.name,
            &params.region,
            &params.timezone,
            &params.now,
        )
    }
}
pub struct DirectoryFindStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_find() -> DirectoryFindStmt {
    DirectoryFindStmt(
        "select id, clerk_org_id, name, region, timezone, status from routiq.organizations where deleted_at is null and (id::text = $1 or clerk_org_id = $1 or name = $1) order by created_at, id",
        None,
    )
}
impl DirectoryFindStmt {
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
        key: &'a T1,
    ) -> DirectoryFindQuery<'c, 'a, 's, C, DirectoryFind, 1> {
        DirectoryFindQuery {
            client,
            params: [key],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<DirectoryFindBorrowed, tokio_postgres::Error> {
                    Ok(DirectoryFindBorrowed {
                        id: row.try_get(0)?,
                        clerk_org_id: row.try_get(1)?,
                        name: row.try_get(2)?,
                        region: row.try_get(3)?,
                        timezone: row.try_get(4)?,
                        status: row.try_get(5)?,
                    })
                },
            mapper: |it| DirectoryFind::from(it),
        }
    }
}
pub struct DirectoryListStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_list() -> DirectoryListStmt {
    DirectoryListStmt(
        "select id, clerk_org_id, name, region, timezone, status from routiq.organizations where deleted_at is null order by name, id",
        None,
    )
}
impl DirectoryListStmt {
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
    ) -> DirectoryListQuery<'c, 'a, 's, C, DirectoryList, 0> {
        DirectoryListQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<DirectoryListBorrowed, tokio_postgres::Error> {
                    Ok(DirectoryListBorrowed {
                        id: row.try_get(0)?,
                        clerk_org_id: row.try_get(1)?,
                        name: row.try_get(2)?,
                        region: row.try_get(3)?,
                        timezone: row.try_get(4)?,
                        status: row.try_get(5)?,
                    })
                },
            mapper: |it| DirectoryList::from(it),
        }
    }
}
