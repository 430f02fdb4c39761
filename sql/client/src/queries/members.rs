// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct MembershipParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub clerk_user_id: T1,
    pub key_id: uuid::Uuid,
    pub key_clerk: T2,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    pub organization_id: uuid::Uuid,
    pub organization_clerk_id: Option<String>,
    pub organization_name: String,
    pub organization_status: String,
    pub user_id: uuid::Uuid,
    pub role: String,
    pub status: String,
    pub updated_at: jiff::Timestamp,
}
pub struct MembershipBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub organization_clerk_id: Option<&'a str>,
    pub organization_name: &'a str,
    pub organization_status: &'a str,
    pub user_id: uuid::Uuid,
    pub role: &'a str,
    pub status: &'a str,
    pub updated_at: jiff::Timestamp,
}
impl<'a> From<MembershipBorrowed<'a>> for Membership {
    fn from(
        MembershipBorrowed {
            organization_id,
            organization_clerk_id,
            organization_name,
            organization_status,
            user_id,
            role,
            status,
            updated_at,
        }: MembershipBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            organization_clerk_id: organization_clerk_id.map(|v| v.into()),
            organization_name: organization_name.into(),
            organization_status: organization_status.into(),
            user_id,
            role: role.into(),
            status: status.into(),
            updated_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationsOf {
    pub organization_id: uuid::Uuid,
    pub organization_clerk_id: Option<String>,
    pub organization_name: String,
    pub organization_status: String,
    pub user_id: uuid::Uuid,
    pub role: String,
    pub status: String,
    pub updated_at: jiff::Timestamp,
}
pub struct OrganizationsOfBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub organization_clerk_id: Option<&'a str>,
    pub organization_name: &'a str,
    pub organization_status: &'a str,
    pub user_id: uuid::Uuid,
    pub role: &'a str,
    pub status: &'a str,
    pub updated_at: jiff::Timestamp,
}
impl<'a> From<OrganizationsOfBorrowed<'a>> for OrganizationsOf {
    fn from(
        OrganizationsOfBorrowed {
            organization_id,
            organization_clerk_id,
            organization_name,
            organization_status,
            user_id,
            role,
            status,
            updated_at,
        }: OrganizationsOfBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            organization_clerk_id: organization_clerk_id.map(|v| v.into()),
            organization_name: organization_name.into(),
            organization_status: organization_status.into(),
            user_id,
            role: role.into(),
            status: status.into(),
            updated_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct UserByClerkId {
    pub id: uuid::Uuid,
    pub clerk_user_id: String,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub image_url: Option<String>,
    pub banned: bool,
    pub last_login_at: Option<jiff::Timestamp>,
}
pub struct UserByClerkIdBorrowed<'a> {
    pub id: uuid::Uuid,
    pub clerk_user_id: &'a str,
    pub email: Option<&'a str>,
    pub first_name: Option<&'a str>,
    pub last_name: Option<&'a str>,
    pub image_url: Option<&'a str>,
    pub banned: bool,
    pub last_login_at: Option<jiff::Timestamp>,
}
impl<'a> From<UserByClerkIdBorrowed<'a>> for UserByClerkId {
    fn from(
        UserByClerkIdBorrowed {
            id,
            clerk_user_id,
            email,
            first_name,
            last_name,
            image_url,
            banned,
            last_login_at,
        }: UserByClerkIdBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            clerk_user_id: clerk_user_id.into(),
            email: email.map(|v| v.into()),
            first_name: first_name.map(|v| v.into()),
            last_name: last_name.map(|v| v.into()),
            image_url: image_url.map(|v| v.into()),
            banned,
            last_login_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct MembersOf {
    pub clerk_user_id: String,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub role: String,
    pub status: String,
    pub joined_at: Option<jiff::Timestamp>,
}
pub struct MembersOfBorrowed<'a> {
    pub clerk_user_id: &'a str,
    pub email: Option<&'a str>,
    pub first_name: Option<&'a str>,
    pub last_name: Option<&'a str>,
    pub role: &'a str,
    pub status: &'a str,
    pub joined_at: Option<jiff::Timestamp>,
}
impl<'a> From<MembersOfBorrowed<'a>> for MembersOf {
    fn from(
        MembersOfBorrowed {
            clerk_user_id,
            email,
            first_name,
            last_name,
            role,
            status,
            joined_at,
        }: MembersOfBorrowed<'a>,
    ) -> Self {
        Self {
            clerk_user_id: clerk_user_id.into(),
            email: email.map(|v| v.into()),
            first_name: first_name.map(|v| v.into()),
            last_name: last_name.map(|v| v.into()),
            role: role.into(),
            status: status.into(),
            joined_at,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct MembershipQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MembershipBorrowed, tokio_postgres::Error>,
    mapper: fn(MembershipBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MembershipQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(MembershipBorrowed) -> R,
    ) -> MembershipQuery<'c, 'a, 's, C, R, N> {
        MembershipQuery {
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
pub struct OrganizationsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OrganizationsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(OrganizationsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OrganizationsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(OrganizationsOfBorrowed) -> R,
    ) -> OrganizationsOfQuery<'c, 'a, 's, C, R, N> {
        OrganizationsOfQuery {
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
pub struct UserByClerkIdQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<UserByClerkIdBorrowed, tokio_postgres::Error>,
    mapper: fn(UserByClerkIdBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UserByClerkIdQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(UserByClerkIdBorrowed) -> R,
    ) -> UserByClerkIdQuery<'c, 'a, 's, C, R, N> {
        UserByClerkIdQuery {
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
pub struct MembersOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MembersOfBorrowed, tokio_postgres::Error>,
    mapper: fn(MembersOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MembersOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(MembersOfBorrowed) -> R) -> MembersOfQuery<'c, 'a, 's, C, R, N> {
        MembersOfQuery {
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
pub struct MembershipStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn membership() -> MembershipStmt {
    MembershipStmt(
        "select m.organization_id, o.clerk_org_id as organization_clerk_id, o.name as organization_name, o.status as organization_status, u.id as user_id, m.role, m.status, m.updated_at from routiq.organization_members m join routiq.users u on u.id = m.user_id join routiq.organizations o on o.id = m.organization_id where u.clerk_user_id = $1 and (o.id = $2 or o.clerk_org_id = $3) and m.deleted_at is null and u.deleted_at is null and not u.banned and o.deleted_at is null",
        None,
    )
}
impl MembershipStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        clerk_user_id: &'a T1,
        key_id: &'a uuid::Uuid,
        key_clerk: &'a T2,
    ) -> MembershipQuery<'c, 'a, 's, C, Membership, 3> {
        MembershipQuery {
            client,
            params: [clerk_user_id, key_id, key_clerk],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<MembershipBorrowed, tokio_postgres::Error> {
                    Ok(MembershipBorrowed {
                        organization_id: row.try_get(0)?,
                        organization_clerk_id: row.try_get(1)?,
                        organization_name: row.try_get(2)?,
                        organization_status: row.try_get(3)?,
                        user_id: row.try_get(4)?,
                        role: row.try_get(5)?,
                        status: row.try_get(6)?,
                        updated_at: row.try_get(7)?,
                    })
                },
            mapper: |it| Membership::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MembershipParams<T1, T2>,
        MembershipQuery<'c, 'a, 's, C, Membership, 3>,
        C,
    > for MembershipStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MembershipParams<T1, T2>,
    ) -> MembershipQuery<'c, 'a, 's, C, Membership, 3> {
        self.bind(
            client,
            &params.clerk_user_id,
            &params.key_id,
            &params.key_clerk,
        )
    }
}
pub struct OrganizationsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn organizations_of() -> OrganizationsOfStmt {
    OrganizationsOfStmt(
        "select m.organization_id, o.clerk_org_id as organization_clerk_id, o.name as organization_name, o.status as organization_status, u.id as user_id, m.role, m.status, m.updated_at from routiq.organization_members m join routiq.users u on u.id = m.user_id join routiq.organizations o on o.id = m.organization_id where u.clerk_user_id = $1 and m.deleted_at is null and u.deleted_at is null and not u.banned and o.deleted_at is null order by o.name, o.id",
        None,
    )
}
impl OrganizationsOfStmt {
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
    ) -> OrganizationsOfQuery<'c, 'a, 's, C, OrganizationsOf, 1> {
        OrganizationsOfQuery {
            client,
            params: [clerk_user_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<OrganizationsOfBorrowed, tokio_postgres::Error> {
                Ok(OrganizationsOfBorrowed {
                    organization_id: row.try_get(0)?,
                    organization_clerk_id: row.try_get(1)?,
                    organization_name: row.try_get(2)?,
                    organization_status: row.try_get(3)?,
                    user_id: row.try_get(4)?,
                    role: row.try_get(5)?,
                    status: row.try_get(6)?,
                    updated_at: row.try_get(7)?,
                })
            },
            mapper: |it| OrganizationsOf::from(it),
        }
    }
}
pub struct UserByClerkIdStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn user_by_clerk_id() -> UserByClerkIdStmt {
    UserByClerkIdStmt(
        "select id, clerk_user_id, email, first_name, last_name, image_url, banned, last_login_at from routiq.users where clerk_user_id = $1 and deleted_at is null",
        None,
    )
}
impl UserByClerkIdStmt {
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
    ) -> UserByClerkIdQuery<'c, 'a, 's, C, UserByClerkId, 1> {
        UserByClerkIdQuery {
            client,
            params: [clerk_user_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<UserByClerkIdBorrowed, tokio_postgres::Error> {
                    Ok(UserByClerkIdBorrowed {
                        id: row.try_get(0)?,
                        clerk_user_id: row.try_get(1)?,
                        email: row.try_get(2)?,
                        first_name: row.try_get(3)?,
                        last_name: row.try_get(4)?,
                        image_url: row.try_get(5)?,
                        banned: row.try_get(6)?,
                        last_login_at: row.try_get(7)?,
                    })
                },
            mapper: |it| UserByClerkId::from(it),
        }
    }
}
pub struct MembersOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn members_of() -> MembersOfStmt {
    MembersOfStmt(
        "select u.clerk_user_id, u.email, u.first_name, u.last_name, m.role, m.status, m.joined_at from routiq.organization_members m join routiq.users u on u.id = m.user_id where m.organization_id = $1 and m.deleted_at is null and u.deleted_at is null order by u.clerk_user_id",
        None,
    )
}
impl MembersOfStmt {
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
        of: &'a uuid::Uuid,
    ) -> MembersOfQuery<'c, 'a, 's, C, MembersOf, 1> {
        MembersOfQuery {
            client,
            params: [of],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<MembersOfBorrowed, tokio_postgres::Error> {
                    Ok(MembersOfBorrowed {
                        clerk_user_id: row.try_get(0)?,
                        email: row.try_get(1)?,
                        first_name: row.try_get(2)?,
                        last_name: row.try_get(3)?,
                        role: row.try_get(4)?,
                        status: row.try_get(5)?,
                        joined_at: row.try_get(6)?,
                    })
                },
            mapper: |it| MembersOf::from(it),
        }
    }
}
