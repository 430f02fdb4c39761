// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct ContactsKnownAsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::BytesSql,
    T6: crate::ArraySql<Item = T5>,
> {
    pub kinds: T2,
    pub values: T4,
    pub organization: uuid::Uuid,
    pub most: i64,
    pub digests: T6,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ContactsKnownAs {
    pub id: uuid::Uuid,
    pub platform: String,
    pub account_id: uuid::Uuid,
    pub external_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub identifier: Option<String>,
    pub last_activity_at: Option<jiff::Timestamp>,
}
pub struct ContactsKnownAsBorrowed<'a> {
    pub id: uuid::Uuid,
    pub platform: &'a str,
    pub account_id: uuid::Uuid,
    pub external_id: &'a str,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub identifier: Option<&'a str>,
    pub last_activity_at: Option<jiff::Timestamp>,
}
impl<'a> From<ContactsKnownAsBorrowed<'a>> for ContactsKnownAs {
    fn from(
        ContactsKnownAsBorrowed {
            id,
            platform,
            account_id,
            external_id,
            name,
            email,
            phone,
            identifier,
            last_activity_at,
        }: ContactsKnownAsBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            platform: platform.into(),
            account_id,
            external_id: external_id.into(),
            name: name.map(|v| v.into()),
            email: email.map(|v| v.into()),
            phone: phone.map(|v| v.into()),
            identifier: identifier.map(|v| v.into()),
            last_activity_at,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct ContactsKnownAsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ContactsKnownAsBorrowed, tokio_postgres::Error>,
    mapper: fn(ContactsKnownAsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ContactsKnownAsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ContactsKnownAsBorrowed) -> R,
    ) -> ContactsKnownAsQuery<'c, 'a, 's, C, R, N> {
        ContactsKnownAsQuery {
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
pub struct DialsFromStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn dials_from() -> DialsFromStmt {
    DialsFromStmt(
        "select region from routiq.organizations where id = $1",
        None,
    )
}
impl DialsFromStmt {
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
pub struct ContactsKnownAsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn contacts_known_as() -> ContactsKnownAsStmt {
    ContactsKnownAsStmt(
        "with known as ( select i.contact_id from unnest($1::text[], $2::text[], (select null::boolean[])) as w (kind, value, as_if_ten) cross join lateral ( select h.contact_id from ( select t.contact_id from routiq.contact_identities t where t.organization_id = $3 and t.kind = w.kind and t.value between w.value and w.value order by t.value offset 0 ) h cross join lateral ( select t.deleted_at from routiq.contacts t where t.organization_id = $3 and t.id between h.contact_id and h.contact_id order by t.id limit 1 ) l where l.deleted_at is null limit $4 ) i union select k.contact_id from unnest((select $5::bytea[])) as w (digest) cross join lateral ( select h.contact_id from ( select t.contact_id, t.kind from routiq.identity_keys t where t.organization_id = $3 and t.digest between w.digest and w.digest order by t.digest offset 0 ) h cross join lateral ( select t.deleted_at from routiq.contacts t where t.organization_id = $3 and t.id between h.contact_id and h.contact_id order by t.id limit 1 ) l where h.kind = 'phone' and l.deleted_at is null limit $4 ) k ) select c.id, i.platform, c.account_id, c.external_id, c.name, c.email, c.phone, c.identifier, c.last_activity_at from known k cross join lateral ( select t.* from routiq.contacts t where t.organization_id = $3 and t.id between k.contact_id and k.contact_id order by t.id limit 1 ) c cross join lateral ( select t.platform from routiq.integrations t where t.organization_id = $3 and t.id between c.account_id and c.account_id order by t.id limit 1 ) i where c.deleted_at is null order by c.id limit $4",
        None,
    )
}
impl ContactsKnownAsStmt {
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
        T5: crate::BytesSql,
        T6: crate::ArraySql<Item = T5>,
    >(
        &'s self,
        client: &'c C,
        kinds: &'a T2,
        values: &'a T4,
        organization: &'a uuid::Uuid,
        most: &'a i64,
        digests: &'a T6,
    ) -> ContactsKnownAsQuery<'c, 'a, 's, C, ContactsKnownAs, 5> {
        ContactsKnownAsQuery {
            client,
            params: [kinds, values, organization, most, digests],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<ContactsKnownAsBorrowed, tokio_postgres::Error> {
                Ok(ContactsKnownAsBorrowed {
                    id: row.try_get(0)?,
                    platform: row.try_get(1)?,
                    account_id: row.try_get(2)?,
                    external_id: row.try_get(3)?,
                    name: row.try_get(4)?,
                    email: row.try_get(5)?,
                    phone: row.try_get(6)?,
                    identifier: row.try_get(7)?,
                    last_activity_at: row.try_get(8)?,
                })
            },
            mapper: |it| ContactsKnownAs::from(it),
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
    T5: crate::BytesSql,
    T6: crate::ArraySql<Item = T5>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ContactsKnownAsParams<T1, T2, T3, T4, T5, T6>,
        ContactsKnownAsQuery<'c, 'a, 's, C, ContactsKnownAs, 5>,
        C,
    > for ContactsKnownAsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ContactsKnownAsParams<T1, T2, T3, T4, T5, T6>,
    ) -> ContactsKnownAsQuery<'c, 'a, 's, C, ContactsKnownAs, 5> {
        self.bind(
            client,
            &params.kinds,
            &params.values,
            &params.organization,
            &params.most,
            &params.digests,
        )
    }
}
