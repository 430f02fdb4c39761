// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct DirectoryPlaceOfUserParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub user: T1,
    pub now: jiff::Timestamp,
    pub id: Option<uuid::Uuid>,
    pub clerk_org_id: Option<T2>,
}
#[derive(Debug)]
pub struct DirectoryPlaceOfServiceParams<
    T1: crate::BytesSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
> {
    pub now: jiff::Timestamp,
    pub key_hash: Option<T1>,
    pub machine: Option<T2>,
    pub key: Option<uuid::Uuid>,
    pub id: Option<uuid::Uuid>,
    pub clerk_org_id: Option<T3>,
}
#[derive(Clone, Copy, Debug)]
pub struct DirectoryNoteUseParams {
    pub now: jiff::Timestamp,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub before: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct DropStaleTicketsParams {
    pub organization: uuid::Uuid,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct InsertTicketParams<
    T1: crate::BytesSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub hash: T1,
    pub kind: T2,
    pub subject: T3,
    pub session: Option<T4>,
    pub acting_user: Option<T5>,
    pub acting_session: Option<T6>,
    pub now: jiff::Timestamp,
    pub expires_at: jiff::Timestamp,
}
#[derive(Debug)]
pub struct DirectoryTakeTicketParams<T1: crate::StringSql, T2: crate::BytesSql> {
    pub id: Option<uuid::Uuid>,
    pub clerk_org_id: Option<T1>,
    pub hash: T2,
}
#[derive(Debug)]
pub struct InsertKeyParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::BytesSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub name: T1,
    pub role: T2,
    pub key_hash: Option<T3>,
    pub hint: Option<T4>,
    pub machine: Option<T5>,
    pub by: T6,
    pub now: jiff::Timestamp,
    pub expires_at: Option<jiff::Timestamp>,
}
#[derive(Clone, Copy, Debug)]
pub struct KeysOfParams {
    pub organization: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug)]
pub struct RevokeKeyParams<T1: crate::StringSql> {
    pub now: jiff::Timestamp,
    pub by: T1,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct InsertGrantParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub user: T1,
    pub role: T2,
    pub reason: T3,
    pub by: T4,
    pub now: jiff::Timestamp,
    pub expires_at: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct GrantsOfParams {
    pub organization: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug)]
pub struct RevokeGrantParams<T1: crate::StringSql> {
    pub now: jiff::Timestamp,
    pub by: T1,
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
}
#[derive(Debug)]
pub struct DirectoryInventedUserParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
> {
    pub id: uuid::Uuid,
    pub user: T1,
    pub email: T2,
    pub name: T3,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct DirectoryInventedMemberParams<T1: crate::StringSql> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub user: uuid::Uuid,
    pub role: T1,
    pub owner: bool,
    pub now: jiff::Timestamp,
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryPlaceOfUser {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<String>,
    pub name: String,
    pub status: String,
    pub member_role: Option<String>,
    pub grant_id: Option<uuid::Uuid>,
    pub grant_role: Option<String>,
    pub grant_expires_at: Option<jiff::Timestamp>,
}
pub struct DirectoryPlaceOfUserBorrowed<'a> {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<&'a str>,
    pub name: &'a str,
    pub status: &'a str,
    pub member_role: Option<&'a str>,
    pub grant_id: Option<uuid::Uuid>,
    pub grant_role: Option<&'a str>,
    pub grant_expires_at: Option<jiff::Timestamp>,
}
impl<'a> From<DirectoryPlaceOfUserBorrowed<'a>> for DirectoryPlaceOfUser {
    fn from(
        DirectoryPlaceOfUserBorrowed {
            id,
            clerk_org_id,
            name,
            status,
            member_role,
            grant_id,
            grant_role,
            grant_expires_at,
        }: DirectoryPlaceOfUserBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            clerk_org_id: clerk_org_id.map(|v| v.into()),
            name: name.into(),
            status: status.into(),
            member_role: member_role.map(|v| v.into()),
            grant_id,
            grant_role: grant_role.map(|v| v.into()),
            grant_expires_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryPlaceOfService {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<String>,
    pub name: String,
    pub status: String,
    pub key_id: Option<uuid::Uuid>,
    pub key_name: Option<String>,
    pub key_role: Option<String>,
    pub key_expires_at: Option<jiff::Timestamp>,
    pub key_used_at: Option<jiff::Timestamp>,
}
pub struct DirectoryPlaceOfServiceBorrowed<'a> {
    pub id: uuid::Uuid,
    pub clerk_org_id: Option<&'a str>,
    pub name: &'a str,
    pub status: &'a str,
    pub key_id: Option<uuid::Uuid>,
    pub key_name: Option<&'a str>,
    pub key_role: Option<&'a str>,
    pub key_expires_at: Option<jiff::Timestamp>,
    pub key_used_at: Option<jiff::Timestamp>,
}
impl<'a> From<DirectoryPlaceOfServiceBorrowed<'a>> for DirectoryPlaceOfService {
    fn from(
        DirectoryPlaceOfServiceBorrowed {
            id,
            clerk_org_id,
            name,
            status,
            key_id,
            key_name,
            key_role,
            key_expires_at,
            key_used_at,
        }: DirectoryPlaceOfServiceBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            clerk_org_id: clerk_org_id.map(|v| v.into()),
            name: name.into(),
            status: status.into(),
            key_id,
            key_name: key_name.map(|v| v.into()),
            key_role: key_role.map(|v| v.into()),
            key_expires_at,
            key_used_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryTakeTicket {
    pub kind: String,
    pub subject: String,
    pub session_id: Option<String>,
    pub acting_user: Option<String>,
    pub acting_session: Option<String>,
    pub expires_at: jiff::Timestamp,
}
pub struct DirectoryTakeTicketBorrowed<'a> {
    pub kind: &'a str,
    pub subject: &'a str,
    pub session_id: Option<&'a str>,
    pub acting_user: Option<&'a str>,
    pub acting_session: Option<&'a str>,
    pub expires_at: jiff::Timestamp,
}
impl<'a> From<DirectoryTakeTicketBorrowed<'a>> for DirectoryTakeTicket {
    fn from(
        DirectoryTakeTicketBorrowed {
            kind,
            subject,
            session_id,
            acting_user,
            acting_session,
            expires_at,
        }: DirectoryTakeTicketBorrowed<'a>,
    ) -> Self {
        Self {
            kind: kind.into(),
            subject: subject.into(),
            session_id: session_id.map(|v| v.into()),
            acting_user: acting_user.map(|v| v.into()),
            acting_session: acting_session.map(|v| v.into()),
            expires_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct KeysOf {
    pub id: uuid::Uuid,
    pub name: String,
    pub role: String,
    pub hint: Option<String>,
    pub machine_id: Option<String>,
    pub created_by: String,
    pub created_at: jiff::Timestamp,
    pub expires_at: Option<jiff::Timestamp>,
    pub last_used_at: Option<jiff::Timestamp>,
    pub revoked_at: Option<jiff::Timestamp>,
    pub revoked_by: Option<String>,
}
pub struct KeysOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub name: &'a str,
    pub role: &'a str,
    pub hint: Option<&'a str>,
    pub machine_id: Option<&'a str>,
    pub created_by: &'a str,
    pub created_at: jiff::Timestamp,
    pub expires_at: Option<jiff::Timestamp>,
    pub last_used_at: Option<jiff::Timestamp>,
    pub revoked_at: Option<jiff::Timestamp>,
    pub revoked_by: Option<&'a str>,
}
impl<'a> From<KeysOfBorrowed<'a>> for KeysOf {
    fn from(
        KeysOfBorrowed {
            id,
            name,
            role,
            hint,
            machine_id,
            created_by,
            created_at,
            expires_at,
            last_used_at,
            revoked_at,
            revoked_by,
        }: KeysOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            name: name.into(),
            role: role.into(),
            hint: hint.map(|v| v.into()),
            machine_id: machine_id.map(|v| v.into()),
            created_by: created_by.into(),
            created_at,
            expires_at,
            last_used_at,
            revoked_at,
            revoked_by: revoked_by.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct GrantsOf {
    pub id: uuid::Uuid,
    pub user_id: String,
    pub role: String,
    pub reason: String,
    pub granted_by: String,
    pub created_at: jiff::Timestamp,
    pub expires_at: jiff::Timestamp,
    pub revoked_at: Option<jiff::Timestamp>,
    pub revoked_by: Option<String>,
}
pub struct GrantsOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub user_id: &'a str,
    pub role: &'a str,
    pub reason: &'a str,
    pub granted_by: &'a str,
    pub created_at: jiff::Timestamp,
    pub expires_at: jiff::Timestamp,
    pub revoked_at: Option<jiff::Timestamp>,
    pub revoked_by: Option<&'a str>,
}
impl<'a> From<GrantsOfBorrowed<'a>> for GrantsOf {
    fn from(
        GrantsOfBorrowed {
            id,
            user_id,
            role,
            reason,
            granted_by,
            created_at,
            expires_at,
            revoked_at,
            revoked_by,
        }: GrantsOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            user_id: user_id.into(),
            role: role.into(),
            reason: reason.into(),
            granted_by: granted_by.into(),
            created_at,
            expires_at,
            revoked_at,
            revoked_by: revoked_by.map(|v| v.into()),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct DirectoryPlaceOfUserQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<DirectoryPlaceOfUserBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryPlaceOfUserBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryPlaceOfUserQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryPlaceOfUserBorrowed) -> R,
    ) -> DirectoryPlaceOfUserQuery<'c, 'a, 's, C, R, N> {
        DirectoryPlaceOfUserQuery {
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
pub struct DirectoryPlaceOfServiceQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<DirectoryPlaceOfServiceBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryPlaceOfServiceBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryPlaceOfServiceQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryPlaceOfServiceBorrowed) -> R,
    ) -> DirectoryPlaceOfServiceQuery<'c, 'a, 's, C, R, N> {
        DirectoryPlaceOfServiceQuery {
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
pub struct DirectoryTakeTicketQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<DirectoryTakeTicketBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryTakeTicketBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryTakeTicketQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryTakeTicketBorrowed) -> R,
    ) -> DirectoryTakeTicketQuery<'c, 'a, 's, C, R, N> {
        DirectoryTakeTicketQuery {
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
pub struct KeysOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KeysOfBorrowed, tokio_postgres::Error>,
    mapper: fn(KeysOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KeysOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(KeysOfBorrowed) -> R) -> KeysOfQuery<'c, 'a, 's, C, R, N> {
        KeysOfQuery {
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
pub struct GrantsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<GrantsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(GrantsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> GrantsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(GrantsOfBorrowed) -> R) -> GrantsOfQuery<'c, 'a, 's, C, R, N> {
        GrantsOfQuery {
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
pub struct DirectoryPlaceOfUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_place_of_user() -> DirectoryPlaceOfUserStmt {
    DirectoryPlaceOfUserStmt(
        "select o.id, o.clerk_org_id, o.name, o.status, m.role as member_role, g.id as grant_id, g.role as grant_role, g.expires_at as grant_expires_at from routiq.organizations o left join routiq.users u on u.clerk_user_id = $1 left join routiq.organization_members m on m.organization_id = o.id and m.user_id = u.id and m.status = 'active' and m.deleted_at is null and u.deleted_at is null and not u.banned left join lateral ( select a.id, a.role, a.expires_at from routiq.access_grants a where a.organization_id = o.id and a.user_id = $1 and a.revoked_at is null and a.expires_at > $2 and u.deleted_at is null and u.banned is not true order by case a.role when 'owner' then 3 when 'admin' then 2 when 'member' then 1 else 0 end desc, a.expires_at desc limit 1 ) g on true where o.deleted_at is null and (o.id = $3 or o.clerk_org_id = $4)",
        None,
    )
}
impl DirectoryPlaceOfUserStmt {
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
        user: &'a T1,
        now: &'a jiff::Timestamp,
        id: &'a Option<uuid::Uuid>,
        clerk_org_id: &'a Option<T2>,
    ) -> DirectoryPlaceOfUserQuery<'c, 'a, 's, C, DirectoryPlaceOfUser, 4> {
        DirectoryPlaceOfUserQuery {
            client,
            params: [user, now, id, clerk_org_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<DirectoryPlaceOfUserBorrowed, tokio_postgres::Error> {
                Ok(DirectoryPlaceOfUserBorrowed {
                    id: row.try_get(0)?,
                    clerk_org_id: row.try_get(1)?,
                    name: row.try_get(2)?,
                    status: row.try_get(3)?,
                    member_role: row.try_get(4)?,
                    grant_id: row.try_get(5)?,
                    grant_role: row.try_get(6)?,
                    grant_expires_at: row.try_get(7)?,
                })
            },
            mapper: |it| DirectoryPlaceOfUser::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        DirectoryPlaceOfUserParams<T1, T2>,
        DirectoryPlaceOfUserQuery<'c, 'a, 's, C, DirectoryPlaceOfUser, 4>,
        C,
    > for DirectoryPlaceOfUserStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DirectoryPlaceOfUserParams<T1, T2>,
    ) -> DirectoryPlaceOfUserQuery<'c, 'a, 's, C, DirectoryPlaceOfUser, 4> {
        self.bind(
            client,
            &params.user,
            &params.now,
            &params.id,
            &params.clerk_org_id,
        )
    }
}
pub struct DirectoryPlaceOfServiceStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_place_of_service() -> DirectoryPlaceOfServiceStmt {
    DirectoryPlaceOfServiceStmt(
        "select o.id, o.clerk_org_id, o.name, o.status, k.id as key_id, k.name as key_name, k.role as key_role, k.expires_at as key_expires_at, k.last_used_at as key_used_at from routiq.organizations o left join routiq.service_keys k on k.organization_id = o.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > $1) and (k.key_hash = $2 or k.machine_id = $3 or k.id = $4) where o.deleted_at is null and (o.id = $5 or o.clerk_org_id = $6)",
        None,
    )
}
impl DirectoryPlaceOfServiceStmt {
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
        T1: crate::BytesSql,
        T2: crate::StringSql,
        T3: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        key_hash: &'a Option<T1>,
        machine: &'a Option<T2>,
        key: &'a Option<uuid::Uuid>,
        id: &'a Option<uuid::Uuid>,
        clerk_org_id: &'a Option<T3>,
    ) -> DirectoryPlaceOfServiceQuery<'c, 'a, 's, C, DirectoryPlaceOfService, 6> {
        DirectoryPlaceOfServiceQuery {
            client,
            params: [now, key_hash, machine, key, id, clerk_org_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<DirectoryPlaceOfServiceBorrowed, tokio_postgres::Error> {
                Ok(DirectoryPlaceOfServiceBorrowed {
                    id: row.try_get(0)?,
                    clerk_org_id: row.try_get(1)?,
                    name: row.try_get(2)?,
                    status: row.try_get(3)?,
                    key_id: row.try_get(4)?,
                    key_name: row.try_get(5)?,
                    key_role: row.try_get(6)?,
                    key_expires_at: row.try_get(7)?,
                    key_used_at: row.try_get(8)?,
                })
            },
            mapper: |it| DirectoryPlaceOfService::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        DirectoryPlaceOfServiceParams<T1, T2, T3>,
        DirectoryPlaceOfServiceQuery<'c, 'a, 's, C, DirectoryPlaceOfService, 6>,
        C,
    > for DirectoryPlaceOfServiceStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DirectoryPlaceOfServiceParams<T1, T2, T3>,
    ) -> DirectoryPlaceOfServiceQuery<'c, 'a, 's, C, DirectoryPlaceOfService, 6> {
        self.bind(
            client,
            &params.now,
            &params.key_hash,
            &params.machine,
            &params.key,
            &params.id,
            &params.clerk_org_id,
        )
    }
}
pub struct DirectoryNoteUseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_note_use() -> DirectoryNoteUseStmt {
    DirectoryNoteUseStmt(
        "update routiq.service_keys set last_used_at = $1 where organization_id = $2 and id = $3 and (last_used_at is null or last_used_at < $4)",
        None,
    )
}
impl DirectoryNoteUseStmt {
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
        before: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[now, organization, id, before])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DirectoryNoteUseParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DirectoryNoteUseStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DirectoryNoteUseParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.now,
            &params.organization,
            &params.id,
            &params.before,
        ))
    }
}
pub struct DropStaleTicketsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn drop_stale_tickets() -> DropStaleTicketsStmt {
    DropStaleTicketsStmt(
        "delete from routiq.live_tickets where organization_id = $1 and expires_at <= $2",
        None,
    )
}
impl DropStaleTicketsStmt {
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
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, now]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DropStaleTicketsParams,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DropStaleTicketsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DropStaleTicketsParams,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.organization, &params.now))
    }
}
pub struct InsertTicketStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_ticket() -> InsertTicketStmt {
    InsertTicketStmt(
        "insert into routiq.live_tickets (organization_id, ticket_hash, kind, subject, session_id, acting_user, acting_session, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        None,
    )
}
impl InsertTicketStmt {
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
        T2: crate::StringSql,
        T3: crate::StringSql,
        T4: crate::StringSql,
        T5: crate::StringSql,
        T6: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        hash: &'a T1,
        kind: &'a T2,
        subject: &'a T3,
        session: &'a Option<T4>,
        acting_user: &'a Option<T5>,
        acting_session: &'a Option<T6>,
        now: &'a jiff::Timestamp,
        expires_at: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    hash,
                    kind,
                    subject,
                    session,
                    acting_user,
                    acting_session,
                    now,
                    expires_at,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::BytesSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertTicketParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for InsertTicketStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertTicketParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.hash,
            &params.kind,
            &params.subject,
            &params.session,
            &params.acting_user,
            &params.acting_session,
            &params.now,
            &params.expires_at,
        ))
    }
}
pub struct DirectoryTakeTicketStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_take_ticket() -> DirectoryTakeTicketStmt {
    DirectoryTakeTicketStmt(
        "delete from routiq.live_tickets t using routiq.organizations o where o.id = t.organization_id and o.deleted_at is null and (o.id = $1 or o.clerk_org_id = $2) and t.ticket_hash = $3 returning t.kind, t.subject, t.session_id, t.acting_user, t.acting_session, t.expires_at",
        None,
    )
}
impl DirectoryTakeTicketStmt {
    pub async fn prepare<'a, C: GenericClient>(
        mut self,
        client: &'a C,
    ) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::BytesSql>(
        &'s self,
        client: &'c C,
        id: &'a Option<uuid::Uuid>,
        clerk_org_id: &'a Option<T1>,
        hash: &'a T2,
    ) -> DirectoryTakeTicketQuery<'c, 'a, 's, C, DirectoryTakeTicket, 3> {
        DirectoryTakeTicketQuery {
            client,
            params: [id, clerk_org_id, hash],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<DirectoryTakeTicketBorrowed, tokio_postgres::Error> {
                Ok(DirectoryTakeTicketBorrowed {
                    kind: row.try_get(0)?,
                    subject: row.try_get(1)?,
                    session_id: row.try_get(2)?,
                    acting_user: row.try_get(3)?,
                    acting_session: row.try_get(4)?,
                    expires_at: row.try_get(5)?,
                })
            },
            mapper: |it| DirectoryTakeTicket::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::BytesSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        DirectoryTakeTicketParams<T1, T2>,
        DirectoryTakeTicketQuery<'c, 'a, 's, C, DirectoryTakeTicket, 3>,
        C,
    > for DirectoryTakeTicketStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DirectoryTakeTicketParams<T1, T2>,
    ) -> DirectoryTakeTicketQuery<'c, 'a, 's, C, DirectoryTakeTicket, 3> {
        self.bind(client, &params.id, &params.clerk_org_id, &params.hash)
    }
}
pub struct InsertKeyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_key() -> InsertKeyStmt {
    InsertKeyStmt(
        "insert into routiq.service_keys (organization_id, id, name, role, key_hash, hint, machine_id, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id",
        None,
    )
}
impl InsertKeyStmt {
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
        T3: crate::BytesSql,
        T4: crate::StringSql,
        T5: crate::StringSql,
        T6: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        name: &'a T1,
        role: &'a T2,
        key_hash: &'a Option<T3>,
        hint: &'a Option<T4>,
        machine: &'a Option<T5>,
        by: &'a T6,
        now: &'a jiff::Timestamp,
        expires_at: &'a Option<jiff::Timestamp>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 10> {
        UuidUuidQuery {
            client,
            params: [
                organization,
                id,
                name,
                role,
                key_hash,
                hint,
                machine,
                by,
                now,
                expires_at,
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
    T2: crate::StringSql,
    T3: crate::BytesSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        InsertKeyParams<T1, T2, T3, T4, T5, T6>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 10>,
        C,
    > for InsertKeyStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InsertKeyParams<T1, T2, T3, T4, T5, T6>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 10> {
        self.bind(
            client,
            &params.organization,
            &params.id,
            &params.name,
            &params.role,
            &params.key_hash,
            &params.hint,
            &params.machine,
            &params.by,
            &params.now,
            &params.expires_at,
        )
    }
}
pub struct KeysOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keys_of() -> KeysOfStmt {
    KeysOfStmt(
        "select id, name, role, hint, machine_id, created_by, created_at, expires_at, last_used_at, revoked_at, revoked_by from routiq.service_keys where organization_id = $1 order by created_at desc, id limit $2",
        None,
    )
}
impl KeysOfStmt {
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
        most: &'a i64,
    ) -> KeysOfQuery<'c, 'a, 's, C, KeysOf, 2> {
        KeysOfQuery {
            client,
            params: [organization, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<KeysOfBorrowed, tokio_postgres::Error> {
                    Ok(KeysOfBorrowed {
                        id: row.try_get(0)?,
                        name: row.try_get(1)?,
                        role: row.try_get(2)?,
                        hint: row.try_get(3)?,
                        machine_id: row.try_get(4)?,
                        created_by: row.try_get(5)?,
                        created_at: row.try_get(6)?,
                        expires_at: row.try_get(7)?,
                        last_used_at: row.try_get(8)?,
                        revoked_at: row.try_get(9)?,
                        revoked_by: row.try_get(10)?,
                    })
                },
            mapper: |it| KeysOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KeysOfParams,
        KeysOfQuery<'c, 'a, 's, C, KeysOf, 2>,
        C,
    > for KeysOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KeysOfParams,
    ) -> KeysOfQuery<'c, 'a, 's, C, KeysOf, 2> {
        self.bind(client, &params.organization, &params.most)
    }
}
pub struct RevokeKeyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn revoke_key() -> RevokeKeyStmt {
    RevokeKeyStmt(
        "update routiq.service_keys set revoked_at = $1, revoked_by = $2 where organization_id = $3 and id = $4 and revoked_at is null returning name",
        None,
    )
}
impl RevokeKeyStmt {
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
        by: &'a T1,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> StringQuery<'c, 'a, 's, C, String, 4> {
        StringQuery {
            client,
            params: [now, by, organization, id],
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
        RevokeKeyParams<T1>,
        StringQuery<'c, 'a, 's, C, String, 4>,
        C,
    > for RevokeKeyStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RevokeKeyParams<T1>,
    ) -> StringQuery<'c, 'a, 's, C, String, 4> {
        self.bind(
            client,
            &params.now,
            &params.by,
            &params.organization,
            &params.id,
        )
    }
}
pub struct InsertGrantStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_grant() -> InsertGrantStmt {
    InsertGrantStmt(
        "insert into routiq.access_grants (organization_id, id, user_id, role, reason, granted_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        None,
    )
}
impl InsertGrantStmt {
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
        T4: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        user: &'a T1,
        role: &'a T2,
        reason: &'a T3,
        by: &'a T4,
        now: &'a jiff::Timestamp,
        expires_at: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[organization, id, user, role, reason, by, now, expires_at],
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
    T4: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertGrantParams<T1, T2, T3, T4>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for InsertGrantStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertGrantParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.id,
            &params.user,
            &params.role,
            &params.reason,
            &params.by,
            &params.now,
            &params.expires_at,
        ))
    }
}
pub struct GrantsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn grants_of() -> GrantsOfStmt {
    GrantsOfStmt(
        "select id, user_id, role, reason, granted_by, created_at, expires_at, revoked_at, revoked_by from routiq.access_grants where organization_id = $1 order by created_at desc, id limit $2",
        None,
    )
}
impl GrantsOfStmt {
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
        most: &'a i64,
    ) -> GrantsOfQuery<'c, 'a, 's, C, GrantsOf, 2> {
        GrantsOfQuery {
            client,
            params: [organization, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<GrantsOfBorrowed, tokio_postgres::Error> {
                    Ok(GrantsOfBorrowed {
                        id: row.try_get(0)?,
                        user_id: row.try_get(1)?,
                        role: row.try_get(2)?,
                        reason: row.try_get(3)?,
                        granted_by: row.try_get(4)?,
                        created_at: row.try_get(5)?,
                        expires_at: row.try_get(6)?,
                        revoked_at: row.try_get(7)?,
                        revoked_by: row.try_get(8)?,
                    })
                },
            mapper: |it| GrantsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        GrantsOfParams,
        GrantsOfQuery<'c, 'a, 's, C, GrantsOf, 2>,
        C,
    > for GrantsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a GrantsOfParams,
    ) -> GrantsOfQuery<'c, 'a, 's, C, GrantsOf, 2> {
        self.bind(client, &params.organization, &params.most)
    }
}
pub struct RevokeGrantStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn revoke_grant() -> RevokeGrantStmt {
    RevokeGrantStmt(
        "update routiq.access_grants set revoked_at = $1, revoked_by = $2 where organization_id = $3 and id = $4 and revoked_at is null and expires_at > $1 returning user_id",
        None,
    )
}
impl RevokeGrantStmt {
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
        by: &'a T1,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
    ) -> StringQuery<'c, 'a, 's, C, String, 4> {
        StringQuery {
            client,
            params: [now, by, organization, id],
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
        RevokeGrantParams<T1>,
        StringQuery<'c, 'a, 's, C, String, 4>,
        C,
    > for RevokeGrantStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RevokeGrantParams<T1>,
    ) -> StringQuery<'c, 'a, 's, C, String, 4> {
        self.bind(
            client,
            &params.now,
            &params.by,
            &params.organization,
            &params.id,
        )
    }
}
pub struct DirectoryInventedUserStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_invented_user() -> DirectoryInventedUserStmt {
    DirectoryInventedUserStmt(
        "insert into routiq.users as u (id, clerk_user_id, email, first_name, created_at, updated_at) values ($1, $2, $3, $4, $5, $5) on conflict (clerk_user_id) do update set updated_at = u.updated_at returning u.id",
        None,
    )
}
impl DirectoryInventedUserStmt {
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
    >(
        &'s self,
        client: &'c C,
        id: &'a uuid::Uuid,
        user: &'a T1,
        email: &'a T2,
        name: &'a T3,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 5> {
        UuidUuidQuery {
            client,
            params: [id, user, email, name, now],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        DirectoryInventedUserParams<T1, T2, T3>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 5>,
        C,
    > for DirectoryInventedUserStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a DirectoryInventedUserParams<T1, T2, T3>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 5> {
        self.bind(
            client,
            &params.id,
            &params.user,
            &params.email,
            &params.name,
            &params.now,
        )
    }
}
pub struct DirectoryInventedMemberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_invented_member() -> DirectoryInventedMemberStmt {
    DirectoryInventedMemberStmt(
        "insert into routiq.organization_members as m (organization_id, id, user_id, clerk_role, owner, joined_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6, $6) on conflict (organization_id, user_id) do update set clerk_role = excluded.clerk_role, owner = excluded.owner where m.clerk_role <> excluded.clerk_role or m.owner <> excluded.owner",
        None,
    )
}
impl DirectoryInventedMemberStmt {
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
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        user: &'a uuid::Uuid,
        role: &'a T1,
        owner: &'a bool,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[organization, id, user, role, owner, now])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DirectoryInventedMemberParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for DirectoryInventedMemberStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DirectoryInventedMemberParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.id,
            &params.user,
            &params.role,
            &params.owner,
            &params.now,
        ))
    }
}
