// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct RaiseFencesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> {
    pub now: jiff::Timestamp,
    pub organizations: T1,
    pub actors: T3,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Roster {
    pub organization_id: uuid::Uuid,
    pub organization_name: String,
    pub organization_status: String,
    pub organization_reason: Option<String>,
    pub account_id: uuid::Uuid,
    pub platform: String,
    pub version: i64,
    pub paused_reason: Option<String>,
    pub paused_until: Option<jiff::Timestamp>,
    pub credential_status: Option<String>,
    pub rejected_reason: Option<String>,
}
pub struct RosterBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub organization_name: &'a str,
    pub organization_status: &'a str,
    pub organization_reason: Option<&'a str>,
    pub account_id: uuid::Uuid,
    pub platform: &'a str,
    pub version: i64,
    pub paused_reason: Option<&'a str>,
    pub paused_until: Option<jiff::Timestamp>,
    pub credential_status: Option<&'a str>,
    pub rejected_reason: Option<&'a str>,
}
impl<'a> From<RosterBorrowed<'a>> for Roster {
    fn from(
        RosterBorrowed {
            organization_id,
            organization_name,
            organization_status,
            organization_reason,
            account_id,
            platform,
            version,
            paused_reason,
            paused_until,
            credential_status,
            rejected_reason,
        }: RosterBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            organization_name: organization_name.into(),
            organization_status: organization_status.into(),
            organization_reason: organization_reason.map(|v| v.into()),
            account_id,
            platform: platform.into(),
            version,
            paused_reason: paused_reason.map(|v| v.into()),
            paused_until,
            credential_status: credential_status.map(|v| v.into()),
            rejected_reason: rejected_reason.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RaiseFences {
    pub organization_id: uuid::Uuid,
    pub actor: String,
    pub generation: i64,
}
pub struct RaiseFencesBorrowed<'a> {
    pub organization_id: uuid::Uuid,
    pub actor: &'a str,
    pub generation: i64,
}
impl<'a> From<RaiseFencesBorrowed<'a>> for RaiseFences {
    fn from(
        RaiseFencesBorrowed {
            organization_id,
            actor,
            generation,
        }: RaiseFencesBorrowed<'a>,
    ) -> Self {
        Self {
            organization_id,
            actor: actor.into(),
            generation,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct RosterQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RosterBorrowed, tokio_postgres::Error>,
    mapper: fn(RosterBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RosterQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RosterBorrowed) -> R) -> RosterQuery<'c, 'a, 's, C, R, N> {
        RosterQuery {
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
pub struct RaiseFencesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RaiseFencesBorrowed, tokio_postgres::Error>,
    mapper: fn(RaiseFencesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RaiseFencesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(RaiseFencesBorrowed) -> R,
    ) -> RaiseFencesQuery<'c, 'a, 's, C, R, N> {
        RaiseFencesQuery {
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
pub struct RosterStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn roster() -> RosterStmt {
    RosterStmt(
        "select o.id as organization_id, coalesce(o.display_name, o.name) as organization_name, o.status as organization_status, o.status_reason as organization_reason, i.id as account_id, i.platform, i.version, i.paused_reason, i.paused_until, c.status as credential_status, c.rejected_reason from routiq.integrations i join routiq.organizations o on o.id = i.organization_id left join routiq.api_credentials c on c.organization_id = i.organization_id and c.account_id = i.id and c.status <> 'superseded' where i.deleted_at is null and o.deleted_at is null and i.is_active and i.sync_enabled order by o.id, i.id",
        None,
    )
}
impl RosterStmt {
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
    ) -> RosterQuery<'c, 'a, 's, C, Roster, 0> {
        RosterQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<RosterBorrowed, tokio_postgres::Error> {
                    Ok(RosterBorrowed {
                        organization_id: row.try_get(0)?,
                        organization_name: row.try_get(1)?,
                        organization_status: row.try_get(2)?,
                        organization_reason: row.try_get(3)?,
                        account_id: row.try_get(4)?,
                        platform: row.try_get(5)?,
                        version: row.try_get(6)?,
                        paused_reason: row.try_get(7)?,
                        paused_until: row.try_get(8)?,
                        credential_status: row.try_get(9)?,
                        rejected_reason: row.try_get(10)?,
                    })
                },
            mapper: |it| Roster::from(it),
        }
    }
}
pub struct RaiseFencesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn raise_fences() -> RaiseFencesStmt {
    RaiseFencesStmt(
        "insert into routiq.actor_fences as f (organization_id, actor, generation, raised_at) select k.organization_id, k.actor, 1, $1 from unnest($2::uuid[], $3::text[]) as k (organization_id, actor) on conflict (organization_id, actor) do update set generation = f.generation + 1, raised_at = excluded.raised_at returning organization_id, actor, generation",
        None,
    )
}
impl RaiseFencesStmt {
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
        now: &'a jiff::Timestamp,
        organizations: &'a T1,
        actors: &'a T3,
    ) -> RaiseFencesQuery<'c, 'a, 's, C, RaiseFences, 3> {
        RaiseFencesQuery {
            client,
            params: [now, organizations, actors],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<RaiseFencesBorrowed, tokio_postgres::Error> {
                    Ok(RaiseFencesBorrowed {
                        organization_id: row.try_get(0)?,
                        actor: row.try_get(1)?,
                        generation: row.try_get(2)?,
                    })
                },
            mapper: |it| RaiseFences::from(it),
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
        RaiseFencesParams<T1, T2, T3>,
        RaiseFencesQuery<'c, 'a, 's, C, RaiseFences, 3>,
        C,
    > for RaiseFencesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RaiseFencesParams<T1, T2, T3>,
    ) -> RaiseFencesQuery<'c, 'a, 's, C, RaiseFences, 3> {
        self.bind(client, &params.now, &params.organizations, &params.actors)
    }
}
