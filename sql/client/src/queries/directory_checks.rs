// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct BeginCheckParams<T1: crate::StringSql> {
    pub platform: T1,
    pub id: uuid::Uuid,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct AdvanceCheckParams<T1: crate::StringSql, T2: crate::JsonSql, T3: crate::JsonSql> {
    pub platform: T1,
    pub check_id: uuid::Uuid,
    pub started_at: jiff::Timestamp,
    pub finished_at: Option<jiff::Timestamp>,
    pub cursor: T2,
    pub listed: i64,
    pub repaired: i64,
    pub now: jiff::Timestamp,
    pub was: T3,
}
#[derive(Debug)]
pub struct FailCheckParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub platform: T1,
    pub reason: T2,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct SawUsersParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub at: jiff::Timestamp,
    pub ids: T2,
}
#[derive(Debug)]
pub struct SawOrganizationsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub at: jiff::Timestamp,
    pub ids: T2,
}
#[derive(Debug)]
pub struct SawMembersParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub at: jiff::Timestamp,
    pub tenant: uuid::Uuid,
    pub ids: T2,
}
#[derive(Clone, Copy, Debug)]
pub struct SawAllMembersParams {
    pub at: jiff::Timestamp,
    pub tenant: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct EndMemberParams {
    pub at: jiff::Timestamp,
    pub now: jiff::Timestamp,
    pub tenant: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct SawMemberParams {
    pub at: jiff::Timestamp,
    pub tenant: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct CountsParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub everywhere: bool,
    pub tenants: T1,
    pub since: jiff::Timestamp,
}
#[derive(Debug)]
pub struct RolesParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub everywhere: bool,
    pub tenants: T1,
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadCheck {
    pub check_id: Option<uuid::Uuid>,
    pub requested_at: Option<jiff::Timestamp>,
    pub started_at: Option<jiff::Timestamp>,
    pub finished_at: Option<jiff::Timestamp>,
    pub cursor: serde_json::Value,
    pub listed: i64,
    pub repaired: i64,
    pub last_error: Option<String>,
    pub last_error_at: Option<jiff::Timestamp>,
}
pub struct LoadCheckBorrowed<'a> {
    pub check_id: Option<uuid::Uuid>,
    pub requested_at: Option<jiff::Timestamp>,
    pub started_at: Option<jiff::Timestamp>,
    pub finished_at: Option<jiff::Timestamp>,
    pub cursor: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub listed: i64,
    pub repaired: i64,
    pub last_error: Option<&'a str>,
    pub last_error_at: Option<jiff::Timestamp>,
}
impl<'a> From<LoadCheckBorrowed<'a>> for LoadCheck {
    fn from(
        LoadCheckBorrowed {
            check_id,
            requested_at,
            started_at,
            finished_at,
            cursor,
            listed,
            repaired,
            last_error,
            last_error_at,
        }: LoadCheckBorrowed<'a>,
    ) -> Self {
        Self {
            check_id,
            requested_at,
            started_at,
            finished_at,
            cursor: serde_json::from_str(cursor.0.get()).unwrap(),
            listed,
            repaired,
            last_error: last_error.map(|v| v.into()),
            last_error_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextToList {
    pub id: uuid::Uuid,
    pub clerk_org_id: String,
}
pub struct NextToListBorrowed<'a> {
    pub id: uuid::Uuid,
    pub clerk_org_id: &'a str,
}
impl<'a> From<NextToListBorrowed<'a>> for NextToList {
    fn from(NextToListBorrowed { id, clerk_org_id }: NextToListBorrowed<'a>) -> Self {
        Self {
            id,
            clerk_org_id: clerk_org_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextUnseenUser {
    pub id: uuid::Uuid,
    pub clerk_user_id: String,
}
pub struct NextUnseenUserBorrowed<'a> {
    pub id: uuid::Uuid,
    pub clerk_user_id: &'a str,
}
impl<'a> From<NextUnseenUserBorrowed<'a>> for NextUnseenUser {
    fn from(NextUnseenUserBorrowed { id, clerk_user_id }: NextUnseenUserBorrowed<'a>) -> Self {
        Self {
            id,
            clerk_user_id: clerk_user_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextUnseenOrganization {
    pub id: uuid::Uuid,
    pub clerk_org_id: String,
}
pub struct NextUnseenOrganizationBorrowed<'a> {
    pub id: uuid::Uuid,
    pub clerk_org_id: &'a str,
}
impl<'a> From<NextUnseenOrganizationBorrowed<'a>> for NextUnseenOrganization {
    fn from(
        NextUnseenOrganizationBorrowed { id, clerk_org_id }: NextUnseenOrganizationBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            clerk_org_id: clerk_org_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextUnseenMember {
    pub organization_id: uuid::Uuid,
    pub id: uuid::Uuid,
    pub user_id: uuid::Uuid,
    pub clerk_org_id: String,
    pub clerk_user_id: String,
}
pub struct NextUnseenMemberBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub id: uuid::Uuid,
    pub user_id: uuid::Uuid,
    pub clerk_org_id: &'a str,
    pub clerk_user_id: &'a str,
}
impl<'a> From<NextUnseenMemberBorrowed<'a>> for NextUnseenMember {
    fn from(
        NextUnseenMemberBorrowed {
            organization_id,
            id,
            user_id,
            clerk_org_id,
            clerk_user_id,
        }: NextUnseenMemberBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            id,
            user_id,
            clerk_org_id: clerk_org_id.into(),
            clerk_user_id: clerk_user_id.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct Counts {
    pub users: i64,
    pub users_new: i64,
    pub users_with_login: i64,
    pub organizations: i64,
    pub organizations_new: i64,
    pub organizations_active: i64,
    pub memberships: i64,
    pub memberships_active: i64,
    pub organizations_with_members: i64,
    pub users_with_organizations: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Roles {
    pub role: String,
    pub count: i64,
}
pub struct RolesBorrowed<'a> {
    pub role: &'a str,
    pub count: i64,
}
impl<'a> From<RolesBorrowed<'a>> for Roles {
    fn from(RolesBorrowed { role, count }: RolesBorrowed<'a>) -> Self {
        Self {
            role: role.into(),
            count,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct LoadCheckQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadCheckBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadCheckBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadCheckQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LoadCheckBorrowed) -> R) -> LoadCheckQuery<'c, 'a, 's, C, R, N> {
        LoadCheckQuery {
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
pub struct NextToListQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextToListBorrowed, tokio_postgres::Error>,
    mapper: fn(NextToListBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextToListQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(NextToListBorrowed) -> R,
    ) -> NextToListQuery<'c, 'a, 's, C, R, N> {
        NextToListQuery {
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
pub struct NextUnseenUserQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextUnseenUserBorrowed, tokio_postgres::Error>,
    mapper: fn(NextUnseenUserBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextUnseenUserQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(NextUnseenUserBorrowed) -> R,
    ) -> NextUnseenUserQuery<'c, 'a, 's, C, R, N> {
        NextUnseenUserQuery {
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
pub struct NextUnseenOrganizationQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<NextUnseenOrganizationBorrowed, tokio_postgres::Error>,
    mapper: fn(NextUnseenOrganizationBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextUnseenOrganizationQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(NextUnseenOrganizationBorrowed) -> R,
    ) -> NextUnseenOrganizationQuery<'c, 'a, 's, C, R, N> {
        NextUnseenOrganizationQuery {
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
pub struct NextUnseenMemberQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextUnseenMemberBorrowed, tokio_postgres::Error>,
    mapper: fn(NextUnseenMemberBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextUnseenMemberQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(NextUnseenMemberBorrowed) -> R,
    ) -> NextUnseenMemberQuery<'c, 'a, 's, C, R, N> {
        NextUnseenMemberQuery {
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
pub struct CountsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Counts, tokio_postgres::Error>,
    mapper: fn(Counts) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CountsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Counts) -> R) -> CountsQuery<'c, 'a, 's, C, R, N> {
        CountsQuery {
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
pub struct RolesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RolesBorrowed, tokio_postgres::Error>,
    mapper: fn(RolesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RolesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RolesBorrowed) -> R) -> RolesQuery<'c, 'a, 's, C, R, N> {
        RolesQuery {
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
pub struct LoadCheckStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_check() -> LoadCheckStmt {
    LoadCheckStmt(
        "select check_id, requested_at, started_at, finished_at, cursor, listed, repaired, last_error, last_error_at from routiq.directory_checks where platform = $1",
        None,
    )
}
impl LoadCheckStmt {
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
        platform: &'a T1,
    ) -> LoadCheckQuery<'c, 'a, 's, C, LoadCheck, 1> {
        LoadCheckQuery {
            client,
            params: [platform],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<LoadCheckBorrowed, tokio_postgres::Error> {
                    Ok(LoadCheckBorrowed {
                        check_id: row.try_get(0)?,
                        requested_at: row.try_get(1)?,
                        started_at: row.try_get(2)?,
                        finished_at: row.try_get(3)?,
                        cursor: row.try_get(4)?,
                        listed: row.try_get(5)?,
                        repaired: row.try_get(6)?,
                        last_error: row.try_get(7)?,
                        last_error_at: row.try_get(8)?,
                    })
                },
            mapper: |it| LoadCheck::from(it),
        }
    }
}
pub struct BeginCheckStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn begin_check() -> BeginCheckStmt {
    BeginCheckStmt(
        "insert into routiq.directory_checks as c (platform, check_id, requested_at, started_at, cursor, updated_at) values ($1, $2, $3, $3, '{\"first\": true}', $3) on conflict (platform) do update set check_id = excluded.check_id, requested_at = excluded.requested_at, started_at = excluded.started_at, finished_at = null, cursor = jsonb_build_object('first', c.started_at is null), listed = 0, repaired = 0, updated_at = excluded.updated_at where c.finished_at is not null or c.started_at is null returning check_id",
        None,
    )
}
impl BeginCheckStmt {
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
        platform: &'a T1,
        id: &'a uuid::Uuid,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3> {
        UuidUuidQuery {
            client,
            params: [platform, id, now],
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
        BeginCheckParams<T1>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3>,
        C,
    > for BeginCheckStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a BeginCheckParams<T1>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3> {
        self.bind(client, &params.platform, &params.id, &params.now)
    }
}
pub struct AdvanceCheckStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn advance_check() -> AdvanceCheckStmt {
    AdvanceCheckStmt(
        "insert into routiq.directory_checks as c (platform, check_id, started_at, finished_at, cursor, listed, repaired, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (platform) do update set check_id = excluded.check_id, started_at = excluded.started_at, finished_at = excluded.finished_at, cursor = excluded.cursor, listed = case when c.check_id = excluded.check_id then c.listed else 0 end + excluded.listed, repaired = case when c.check_id = excluded.check_id then c.repaired else 0 end + excluded.repaired, last_error = null, updated_at = excluded.updated_at where c.cursor = $9 returning platform",
        None,
    )
}
impl AdvanceCheckStmt {
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
        T2: crate::JsonSql,
        T3: crate::JsonSql,
    >(
        &'s self,
        client: &'c C,
        platform: &'a T1,
        check_id: &'a uuid::Uuid,
        started_at: &'a jiff::Timestamp,
        finished_at: &'a Option<jiff::Timestamp>,
        cursor: &'a T2,
        listed: &'a i64,
        repaired: &'a i64,
        now: &'a jiff::Timestamp,
        was: &'a T3,
    ) -> StringQuery<'c, 'a, 's, C, String, 9> {
        StringQuery {
            client,
            params: [
                platform,
                check_id,
                started_at,
                finished_at,
                cursor,
                listed,
                repaired,
                now,
                was,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::JsonSql, T3: crate::JsonSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        AdvanceCheckParams<T1, T2, T3>,
        StringQuery<'c, 'a, 's, C, String, 9>,
        C,
    > for AdvanceCheckStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a AdvanceCheckParams<T1, T2, T3>,
    ) -> StringQuery<'c, 'a, 's, C, String, 9> {
        self.bind(
            client,
            &params.platform,
            &params.check_id,
            &params.started_at,
            &params.finished_at,
            &params.cursor,
            &params.listed,
            &params.repaired,
            &params.now,
            &params.was,
        )
    }
}
pub struct FailCheckStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn fail_check() -> FailCheckStmt {
    FailCheckStmt(
        "insert into routiq.directory_checks as c (platform, last_error, last_error_at, updated_at) values ($1, $2, $3, $3) on conflict (platform) do update set last_error = excluded.last_error, last_error_at = excluded.last_error_at, updated_at = excluded.updated_at",
        None,
    )
}
impl FailCheckStmt {
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
        platform: &'a T1,
        reason: &'a T2,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[platform, reason, now]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        FailCheckParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for FailCheckStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a FailCheckParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.platform, &params.reason, &params.now))
    }
}
pub struct SawUsersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn saw_users() -> SawUsersStmt {
    SawUsersStmt(
        "update routiq.users set checked_at = $1 where clerk_user_id = any ($2::text[])",
        None,
    )
}
impl SawUsersStmt {
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
        at: &'a jiff::Timestamp,
        ids: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[at, ids]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SawUsersParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SawUsersStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SawUsersParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.at, &params.ids))
    }
}
pub struct SawOrganizationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn saw_organizations() -> SawOrganizationsStmt {
    SawOrganizationsStmt(
        "update routiq.organizations set checked_at = $1 where clerk_org_id = any ($2::text[])",
        None,
    )
}
impl SawOrganizationsStmt {
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
        at: &'a jiff::Timestamp,
        ids: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[at, ids]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SawOrganizationsParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SawOrganizationsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SawOrganizationsParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.at, &params.ids))
    }
}
pub struct SawMembersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn saw_members() -> SawMembersStmt {
    SawMembersStmt(
        "update routiq.organization_members set checked_at = $1 where organization_id = $2 and clerk_membership_id = any ($3::text[])",
        None,
    )
}
impl SawMembersStmt {
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
        at: &'a jiff::Timestamp,
        tenant: &'a uuid::Uuid,
        ids: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[at, tenant, ids]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SawMembersParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SawMembersStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SawMembersParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.at, &params.tenant, &params.ids))
    }
}
pub struct SawAllMembersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn saw_all_members() -> SawAllMembersStmt {
    SawAllMembersStmt(
        "update routiq.organizations set members_checked_at = $1 where id = $2",
        None,
    )
}
impl SawAllMembersStmt {
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
        at: &'a jiff::Timestamp,
        tenant: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[at, tenant]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SawAllMembersParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SawAllMembersStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SawAllMembersParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.at, &params.tenant))
    }
}
pub struct NextToListStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_to_list() -> NextToListStmt {
    NextToListStmt(
        "select id, clerk_org_id from routiq.organizations where clerk_org_id is not null and deleted_at is null and (members_checked_at is null or members_checked_at < $1) order by id limit 1",
        None,
    )
}
impl NextToListStmt {
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
        started_at: &'a jiff::Timestamp,
    ) -> NextToListQuery<'c, 'a, 's, C, NextToList, 1> {
        NextToListQuery {
            client,
            params: [started_at],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<NextToListBorrowed, tokio_postgres::Error> {
                    Ok(NextToListBorrowed {
                        id: row.try_get(0)?,
                        clerk_org_id: row.try_get(1)?,
                    })
                },
            mapper: |it| NextToList::from(it),
        }
    }
}
pub struct NextUnseenUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_unseen_user() -> NextUnseenUserStmt {
    NextUnseenUserStmt(
        "select id, clerk_user_id from routiq.users where deleted_at is null and created_at < $1 and (checked_at is null or checked_at < $1) order by id limit 1",
        None,
    )
}
impl NextUnseenUserStmt {
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
        started_at: &'a jiff::Timestamp,
    ) -> NextUnseenUserQuery<'c, 'a, 's, C, NextUnseenUser, 1> {
        NextUnseenUserQuery {
            client,
            params: [started_at],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<NextUnseenUserBorrowed, tokio_postgres::Error> {
                Ok(NextUnseenUserBorrowed {
                    id: row.try_get(0)?,
                    clerk_user_id: row.try_get(1)?,
                })
            },
            mapper: |it| NextUnseenUser::from(it),
        }
    }
}
pub struct NextUnseenOrganizationStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_unseen_organization() -> NextUnseenOrganizationStmt {
    NextUnseenOrganizationStmt(
        "select id, clerk_org_id from routiq.organizations where clerk_org_id is not null and deleted_at is null and created_at < $1 and (checked_at is null or checked_at < $1) order by id limit 1",
        None,
    )
}
impl NextUnseenOrganizationStmt {
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
        started_at: &'a jiff::Timestamp,
    ) -> NextUnseenOrganizationQuery<'c, 'a, 's, C, NextUnseenOrganization, 1> {
        NextUnseenOrganizationQuery {
            client,
            params: [started_at],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<NextUnseenOrganizationBorrowed, tokio_postgres::Error> {
                Ok(NextUnseenOrganizationBorrowed {
                    id: row.try_get(0)?,
                    clerk_org_id: row.try_get(1)?,
                })
            },
            mapper: |it| NextUnseenOrganization::from(it),
        }
    }
}
pub struct NextUnseenMemberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_unseen_member() -> NextUnseenMemberStmt {
    NextUnseenMemberStmt(
        "select m.organization_id, m.id, m.user_id, o.clerk_org_id, u.clerk_user_id from routiq.organization_members m join routiq.users u on u.id = m.user_id join routiq.organizations o on o.id = m.organization_id where m.deleted_at is null and o.clerk_org_id is not null and m.created_at < $1 and (m.checked_at is null or m.checked_at < $1) order by m.organization_id, m.id limit 1",
        None,
    )
}
impl NextUnseenMemberStmt {
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
        started_at: &'a jiff::Timestamp,
    ) -> NextUnseenMemberQuery<'c, 'a, 's, C, NextUnseenMember, 1> {
        NextUnseenMemberQuery {
            client,
            params: [started_at],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<NextUnseenMemberBorrowed, tokio_postgres::Error> {
                Ok(NextUnseenMemberBorrowed {
                    organization_id: row.try_get(0)?,
                    id: row.try_get(1)?,
                    user_id: row.try_get(2)?,
                    clerk_org_id: row.try_get(3)?,
                    clerk_user_id: row.try_get(4)?,
                })
            },
            mapper: |it| NextUnseenMember::from(it),
        }
    }
}
pub struct EndMemberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn end_member() -> EndMemberStmt {
    EndMemberStmt(
        "update routiq.organization_members set removed_at = $1, updated_at = $2 where organization_id = $3 and id = $4 and removed_at is null returning user_id",
        None,
    )
}
impl EndMemberStmt {
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
        at: &'a jiff::Timestamp,
        now: &'a jiff::Timestamp,
        tenant: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4> {
        UuidUuidQuery {
            client,
            params: [at, now, tenant, id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        EndMemberParams,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4>,
        C,
    > for EndMemberStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a EndMemberParams,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 4> {
        self.bind(client, &params.at, &params.now, &params.tenant, &params.id)
    }
}
pub struct SawMemberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn saw_member() -> SawMemberStmt {
    SawMemberStmt(
        "update routiq.organization_members set checked_at = $1 where organization_id = $2 and id = $3",
        None,
    )
}
impl SawMemberStmt {
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
        at: &'a jiff::Timestamp,
        tenant: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[at, tenant, id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SawMemberParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SawMemberStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SawMemberParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.at, &params.tenant, &params.id))
    }
}
pub struct CountsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn counts() -> CountsStmt {
    CountsStmt(
        "with members as ( select m.* from routiq.organization_members m where m.deleted_at is null and ($1 or m.organization_id = any ($2::uuid[])) ), people as ( select u.* from routiq.users u where u.deleted_at is null and ($1 or exists (select from members m where m.user_id = u.id)) ), places as ( select o.* from routiq.organizations o where o.deleted_at is null and ($1 or o.id = any ($2::uuid[])) ) select (select count(*) from people) as users, (select count(*) from people where created_at > $3) as users_new, (select count(*) from people where last_login_at is not null) as users_with_login, (select count(*) from places) as organizations, (select count(*) from places where created_at > $3) as organizations_new, (select count(*) from places where status = 'active') as organizations_active, (select count(*) from members) as memberships, (select count(*) from members where status = 'active') as memberships_active, (select count(distinct organization_id) from members) as organizations_with_members, (select count(distinct user_id) from members) as users_with_organizations",
        None,
    )
}
impl CountsStmt {
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
        everywhere: &'a bool,
        tenants: &'a T1,
        since: &'a jiff::Timestamp,
    ) -> CountsQuery<'c, 'a, 's, C, Counts, 3> {
        CountsQuery {
            client,
            params: [everywhere, tenants, since],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<Counts, tokio_postgres::Error> {
                Ok(Counts {
                    users: row.try_get(0)?,
                    users_new: row.try_get(1)?,
                    users_with_login: row.try_get(2)?,
                    organizations: row.try_get(3)?,
                    organizations_new: row.try_get(4)?,
                    organizations_active: row.try_get(5)?,
                    memberships: row.try_get(6)?,
                    memberships_active: row.try_get(7)?,
                    organizations_with_members: row.try_get(8)?,
                    users_with_organizations: row.try_get(9)?,
                })
            },
            mapper: |it| Counts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CountsParams<T1>,
        CountsQuery<'c, 'a, 's, C, Counts, 3>,
        C,
    > for CountsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CountsParams<T1>,
    ) -> CountsQuery<'c, 'a, 's, C, Counts, 3> {
        self.bind(client, &params.everywhere, &params.tenants, &params.since)
    }
}
pub struct RolesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn roles() -> RolesStmt {
    RolesStmt(
        "select role, count(*) as count from routiq.organization_members where deleted_at is null and ($1 or organization_id = any ($2::uuid[])) group by role order by count(*) desc, role",
        None,
    )
}
impl RolesStmt {
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
        everywhere: &'a bool,
        tenants: &'a T1,
    ) -> RolesQuery<'c, 'a, 's, C, Roles, 2> {
        RolesQuery {
            client,
            params: [everywhere, tenants],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<RolesBorrowed, tokio_postgres::Error> {
                Ok(RolesBorrowed {
                    role: row.try_get(0)?,
                    count: row.try_get(1)?,
                })
            },
            mapper: |it| Roles::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RolesParams<T1>,
        RolesQuery<'c, 'a, 's, C, Roles, 2>,
        C,
    > for RolesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RolesParams<T1>,
    ) -> RolesQuery<'c, 'a, 's, C, Roles, 2> {
        self.bind(client, &params.everywhere, &params.tenants)
    }
}
