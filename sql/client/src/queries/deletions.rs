// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct BuryContactsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
> {
    pub now: jiff::Timestamp,
    pub observed_at: jiff::Timestamp,
    pub external_ids: T2,
    pub deletion_ids: T3,
    pub successors: T5,
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug)]
pub struct BuryConversationsParams<
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
pub struct BuryMessagesParams<
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
pub struct BuryInboxesParams<
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
pub struct BuryAgentsParams<
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
pub struct ReviveUnderContactsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub deletion_ids: T2,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct ReviveUnderConversationsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub deletion_ids: T2,
    pub organization: uuid::Uuid,
}
#[derive(Debug)]
pub struct ReviveUnderMessagesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub now: jiff::Timestamp,
    pub ids: T1,
    pub deletion_ids: T2,
    pub organization: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct BuryContacts {
    pub roots: Vec<String>,
    pub conversations: Vec<uuid::Uuid>,
    pub fallen: i64,
}
pub struct BuryContactsBorrowed<'a> {
    pub roots: crate::ArrayIterator<'a, &'a str>,
    pub conversations: crate::ArrayIterator<'a, uuid::Uuid>,
    pub fallen: i64,
}
impl<'a> From<BuryContactsBorrowed<'a>> for BuryContacts {
    fn from(
        BuryContactsBorrowed {
            roots,
            conversations,
            fallen,
        }: BuryContactsBorrowed<'a>,
    ) -> Self {
        Self {
            roots: roots.map(|v| v.into()).collect(),
            conversations: conversations.map(|v| v).collect(),
            fallen,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct BuryConversations {
    pub roots: Vec<String>,
    pub conversations: Vec<uuid::Uuid>,
    pub fallen: i64,
}
pub struct BuryConversationsBorrowed<'a> {
    pub roots: crate::ArrayIterator<'a, &'a str>,
    pub conversations: crate::ArrayIterator<'a, uuid::Uuid>,
    pub fallen: i64,
}
impl<'a> From<BuryConversationsBorrowed<'a>> for BuryConversations {
    fn from(
        BuryConversationsBorrowed {
            roots,
            conversations,
            fallen,
        }: BuryConversationsBorrowed<'a>,
    ) -> Self {
        Self {
            roots: roots.map(|v| v.into()).collect(),
            conversations: conversations.map(|v| v).collect(),
            fallen,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct BuryMessages {
    pub roots: Vec<String>,
    pub conversations: Vec<uuid::Uuid>,
    pub fallen: i64,
}
pub struct BuryMessagesBorrowed<'a> {
    pub roots: crate::ArrayIterator<'a, &'a str>,
    pub conversations: crate::ArrayIterator<'a, uuid::Uuid>,
    pub fallen: i64,
}
impl<'a> From<BuryMessagesBorrowed<'a>> for BuryMessages {
    fn from(
        BuryMessagesBorrowed {
            roots,
            conversations,
            fallen,
        }: BuryMessagesBorrowed<'a>,
    ) -> Self {
        Self {
            roots: roots.map(|v| v.into()).collect(),
            conversations: conversations.map(|v| v).collect(),
            fallen,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct BuryInboxes {
    pub roots: Vec<String>,
    pub conversations: Vec<uuid::Uuid>,
    pub fallen: i64,
}
pub struct BuryInboxesBorrowed<'a> {
    pub roots: crate::ArrayIterator<'a, &'a str>,
    pub conversations: crate::ArrayIterator<'a, uuid::Uuid>,
    pub fallen: i64,
}
impl<'a> From<BuryInboxesBorrowed<'a>> for BuryInboxes {
    fn from(
        BuryInboxesBorrowed {
            roots,
            conversations,
            fallen,
        }: BuryInboxesBorrowed<'a>,
    ) -> Self {
        Self {
            roots: roots.map(|v| v.into()).collect(),
            conversations: conversations.map(|v| v).collect(),
            fallen,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct BuryAgents {
    pub roots: Vec<String>,
    pub conversations: Vec<uuid::Uuid>,
    pub fallen: i64,
}
pub struct BuryAgentsBorrowed<'a> {
    pub roots: crate::ArrayIterator<'a, &'a str>,
    pub conversations: crate::ArrayIterator<'a, uuid::Uuid>,
    pub fallen: i64,
}
impl<'a> From<BuryAgentsBorrowed<'a>> for BuryAgents {
    fn from(
        BuryAgentsBorrowed {
            roots,
            conversations,
            fallen,
        }: BuryAgentsBorrowed<'a>,
    ) -> Self {
        Self {
            roots: roots.map(|v| v.into()).collect(),
            conversations: conversations.map(|v| v).collect(),
            fallen,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ReviveUnderContacts {
    pub revived: i64,
    pub conversations: Vec<uuid::Uuid>,
}
pub struct ReviveUnderContactsBorrowed<'a> {
    pub revived: i64,
    pub conversations: crate::ArrayIterator<'a, uuid::Uuid>,
}
impl<'a> From<ReviveUnderContactsBorrowed<'a>> for ReviveUnderContacts {
    fn from(
        ReviveUnderContactsBorrowed {
            revived,
            conversations,
        }: ReviveUnderContactsBorrowed<'a>,
    ) -> Self {
        Self {
            revived,
            conversations: conversations.map(|v| v).collect(),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct BuryContactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<BuryContactsBorrowed, tokio_postgres::Error>,
    mapper: fn(BuryContactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BuryContactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(BuryContactsBorrowed) -> R,
    ) -> BuryContactsQuery<'c, 'a, 's, C, R, N> {
        BuryContactsQuery {
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
pub struct BuryConversationsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<BuryConversationsBorrowed, tokio_postgres::Error>,
    mapper: fn(BuryConversationsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BuryConversationsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(BuryConversationsBorrowed) -> R,
    ) -> BuryConversationsQuery<'c, 'a, 's, C, R, N> {
        BuryConversationsQuery {
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
pub struct BuryMessagesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<BuryMessagesBorrowed, tokio_postgres::Error>,
    mapper: fn(BuryMessagesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BuryMessagesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(BuryMessagesBorrowed) -> R,
    ) -> BuryMessagesQuery<'c, 'a, 's, C, R, N> {
        BuryMessagesQuery {
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
pub struct BuryInboxesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<BuryInboxesBorrowed, tokio_postgres::Error>,
    mapper: fn(BuryInboxesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BuryInboxesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(BuryInboxesBorrowed) -> R,
    ) -> BuryInboxesQuery<'c, 'a, 's, C, R, N> {
        BuryInboxesQuery {
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
pub struct BuryAgentsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<BuryAgentsBorrowed, tokio_postgres::Error>,
    mapper: fn(BuryAgentsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BuryAgentsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(BuryAgentsBorrowed) -> R,
    ) -> BuryAgentsQuery<'c, 'a, 's, C, R, N> {
        BuryAgentsQuery {
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
pub struct ReviveUnderContactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor:
        fn(&tokio_postgres::Row) -> Result<ReviveUnderContactsBorrowed, tokio_postgres::Error>,
    mapper: fn(ReviveUnderContactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ReviveUnderContactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ReviveUnderContactsBorrowed) -> R,
    ) -> ReviveUnderContactsQuery<'c, 'a, 's, C, R, N> {
        ReviveUnderContactsQuery {
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
pub struct BuryContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_contacts() -> BuryContactsStmt {
    BuryContactsStmt(
        "with gone as ( update routiq.contacts t set deleted_at = $1, deletion_id = g.deletion_id, merged_into = g.successor, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[], $5::text[]) as g (external_id, deletion_id, successor) where t.organization_id = $6 and t.account_id = $7 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.id, t.external_id, t.deletion_id ), merged as ( update routiq.contacts t set merged_into = g.successor, observed_at = $2, updated_at = $1 from unnest($3::text[], $5::text[]) as g (external_id, successor) where t.organization_id = $6 and t.account_id = $7 and t.external_id = g.external_id and t.deleted_at is not null and t.merged_into is distinct from g.successor and g.successor is not null and t.observed_at <= $2 returning t.external_id ), patients as ( update routiq.patients t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = greatest(t.observed_at, $2), updated_at = $1 from gone g where t.organization_id = $6 and t.contact_id = g.id and t.deleted_at is null ), conversations as ( update routiq.conversations t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = greatest(t.observed_at, $2), updated_at = $1 from gone g where t.organization_id = $6 and t.contact_id = g.id and t.deleted_at is null returning t.id, t.deletion_id ), messages as ( update routiq.messages t set deleted_at = $1, deletion_id = c.deletion_id, observed_at = greatest(t.observed_at, $2), updated_at = $1 from conversations c where t.organization_id = $6 and t.conversation_id = c.id and t.deleted_at is null returning t.id, t.deletion_id ), attachments as ( update routiq.attachments t set deleted_at = $1, deletion_id = m.deletion_id, updated_at = $1 from messages m where t.organization_id = $6 and t.message_id = m.id and t.deleted_at is null returning t.id ) select array(select external_id from gone union all select external_id from merged) as roots, array(select id from conversations) as conversations, (select count(*) from conversations) + (select count(*) from messages) + (select count(*) from attachments) as fallen",
        None,
    )
}
impl BuryContactsStmt {
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
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = Option<T4>>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        observed_at: &'a jiff::Timestamp,
        external_ids: &'a T2,
        deletion_ids: &'a T3,
        successors: &'a T5,
        organization: &'a uuid::Uuid,
        account: &'a uuid::Uuid,
    ) -> BuryContactsQuery<'c, 'a, 's, C, BuryContacts, 7> {
        BuryContactsQuery {
            client,
            params: [
                now,
                observed_at,
                external_ids,
                deletion_ids,
                successors,
                organization,
                account,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<BuryContactsBorrowed, tokio_postgres::Error> {
                    Ok(BuryContactsBorrowed {
                        roots: row.try_get(0)?,
                        conversations: row.try_get(1)?,
                        fallen: row.try_get(2)?,
                    })
                },
            mapper: |it| BuryContacts::from(it),
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
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        BuryContactsParams<T1, T2, T3, T4, T5>,
        BuryContactsQuery<'c, 'a, 's, C, BuryContacts, 7>,
        C,
    > for BuryContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a BuryContactsParams<T1, T2, T3, T4, T5>,
    ) -> BuryContactsQuery<'c, 'a, 's, C, BuryContacts, 7> {
        self.bind(
            client,
            &params.now,
            &params.observed_at,
            &params.external_ids,
            &params.deletion_ids,
            &params.successors,
            &params.organization,
            &params.account,
        )
    }
}
pub struct BuryConversationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_conversations() -> BuryConversationsStmt {
    BuryConversationsStmt(
        "with gone as ( update routiq.conversations t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.id, t.external_id, t.deletion_id ), messages as ( update routiq.messages t set deleted_at = $1, deletion_id = c.deletion_id, observed_at = greatest(t.observed_at, $2), updated_at = $1 from gone c where t.organization_id = $5 and t.conversation_id = c.id and t.deleted_at is null returning t.id, t.deletion_id ), attachments as ( update routiq.attachments t set deleted_at = $1, deletion_id = m.deletion_id, updated_at = $1 from messages m where t.organization_id = $5 and t.message_id = m.id and t.deleted_at is null returning t.id ) select array(select external_id from gone) as roots, array(select id from gone) as conversations, (select count(*) from messages) + (select count(*) from attachments) as fallen",
        None,
    )
}
impl BuryConversationsStmt {
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
    ) -> BuryConversationsQuery<'c, 'a, 's, C, BuryConversations, 6> {
        BuryConversationsQuery {
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
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<BuryConversationsBorrowed, tokio_postgres::Error> {
                Ok(BuryConversationsBorrowed {
                    roots: row.try_get(0)?,
                    conversations: row.try_get(1)?,
                    fallen: row.try_get(2)?,
                })
            },
            mapper: |it| BuryConversations::from(it),
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
        BuryConversationsParams<T1, T2, T3>,
        BuryConversationsQuery<'c, 'a, 's, C, BuryConversations, 6>,
        C,
    > for BuryConversationsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a BuryConversationsParams<T1, T2, T3>,
    ) -> BuryConversationsQuery<'c, 'a, 's, C, BuryConversations, 6> {
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
pub struct BuryMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_messages() -> BuryMessagesStmt {
    BuryMessagesStmt(
        "with gone as ( update routiq.messages t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.id, t.external_id, t.deletion_id, t.conversation_id ), attachments as ( update routiq.attachments t set deleted_at = $1, deletion_id = m.deletion_id, updated_at = $1 from gone m where t.organization_id = $5 and t.message_id = m.id and t.deleted_at is null returning t.id ) select array(select external_id from gone) as roots, array(select distinct conversation_id from gone) as conversations, (select count(*) from attachments) as fallen",
        None,
    )
}
impl BuryMessagesStmt {
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
    ) -> BuryMessagesQuery<'c, 'a, 's, C, BuryMessages, 6> {
        BuryMessagesQuery {
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
                |row: &tokio_postgres::Row| -> Result<BuryMessagesBorrowed, tokio_postgres::Error> {
                    Ok(BuryMessagesBorrowed {
                        roots: row.try_get(0)?,
                        conversations: row.try_get(1)?,
                        fallen: row.try_get(2)?,
                    })
                },
            mapper: |it| BuryMessages::from(it),
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
        BuryMessagesParams<T1, T2, T3>,
        BuryMessagesQuery<'c, 'a, 's, C, BuryMessages, 6>,
        C,
    > for BuryMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a BuryMessagesParams<T1, T2, T3>,
    ) -> BuryMessagesQuery<'c, 'a, 's, C, BuryMessages, 6> {
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
pub struct BuryInboxesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_inboxes() -> BuryInboxesStmt {
    BuryInboxesStmt(
        "with gone as ( update routiq.inboxes t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select array(select external_id from gone) as roots, '{}'::uuid[] as conversations, 0::bigint as fallen",
        None,
    )
}
impl BuryInboxesStmt {
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
    ) -> BuryInboxesQuery<'c, 'a, 's, C, BuryInboxes, 6> {
        BuryInboxesQuery {
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
                |row: &tokio_postgres::Row| -> Result<BuryInboxesBorrowed, tokio_postgres::Error> {
                    Ok(BuryInboxesBorrowed {
                        roots: row.try_get(0)?,
                        conversations: row.try_get(1)?,
                        fallen: row.try_get(2)?,
                    })
                },
            mapper: |it| BuryInboxes::from(it),
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
        BuryInboxesParams<T1, T2, T3>,
        BuryInboxesQuery<'c, 'a, 's, C, BuryInboxes, 6>,
        C,
    > for BuryInboxesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a BuryInboxesParams<T1, T2, T3>,
    ) -> BuryInboxesQuery<'c, 'a, 's, C, BuryInboxes, 6> {
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
pub struct BuryAgentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn bury_agents() -> BuryAgentsStmt {
    BuryAgentsStmt(
        "with gone as ( update routiq.agents t set deleted_at = $1, deletion_id = g.deletion_id, observed_at = $2, updated_at = $1 from unnest($3::text[], $4::uuid[]) as g (external_id, deletion_id) where t.organization_id = $5 and t.account_id = $6 and t.external_id = g.external_id and t.deleted_at is null and t.observed_at <= $2 returning t.external_id ) select array(select external_id from gone) as roots, '{}'::uuid[] as conversations, 0::bigint as fallen",
        None,
    )
}
impl BuryAgentsStmt {
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
    ) -> BuryAgentsQuery<'c, 'a, 's, C, BuryAgents, 6> {
        BuryAgentsQuery {
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
                |row: &tokio_postgres::Row| -> Result<BuryAgentsBorrowed, tokio_postgres::Error> {
                    Ok(BuryAgentsBorrowed {
                        roots: row.try_get(0)?,
                        conversations: row.try_get(1)?,
                        fallen: row.try_get(2)?,
                    })
                },
            mapper: |it| BuryAgents::from(it),
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
        BuryAgentsParams<T1, T2, T3>,
        BuryAgentsQuery<'c, 'a, 's, C, BuryAgents, 6>,
        C,
    > for BuryAgentsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a BuryAgentsParams<T1, T2, T3>,
    ) -> BuryAgentsQuery<'c, 'a, 's, C, BuryAgents, 6> {
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
pub struct ReviveUnderContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn revive_under_contacts() -> ReviveUnderContactsStmt {
    ReviveUnderContactsStmt(
        "with patients as ( update routiq.patients t set deleted_at = null, deletion_id = null, updated_at = $1 from unnest($2::uuid[], $3::uuid[]) as g (id, deletion_id) where t.organization_id = $4 and t.contact_id = g.id and t.deletion_id = g.deletion_id ), conversations as ( update routiq.conversations t set deleted_at = null, deletion_id = null, updated_at = $1 from unnest($2::uuid[], $3::uuid[]) as g (id, deletion_id) where t.organization_id = $4 and t.contact_id = g.id and t.deletion_id = g.deletion_id returning t.id, g.deletion_id ), messages as ( update routiq.messages t set deleted_at = null, deletion_id = null, updated_at = $1 from conversations c where t.organization_id = $4 and t.conversation_id = c.id and t.deletion_id = c.deletion_id returning t.id, c.deletion_id ), attachments as ( update routiq.attachments t set deleted_at = null, deletion_id = null, updated_at = $1 from messages m where t.organization_id = $4 and t.message_id = m.id and t.deletion_id = m.deletion_id returning t.id ) select (select count(*) from conversations) + (select count(*) from messages) + (select count(*) from attachments) as revived, array(select id from conversations) as conversations",
        None,
    )
}
impl ReviveUnderContactsStmt {
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
        T2: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        deletion_ids: &'a T2,
        organization: &'a uuid::Uuid,
    ) -> ReviveUnderContactsQuery<'c, 'a, 's, C, ReviveUnderContacts, 4> {
        ReviveUnderContactsQuery {
            client,
            params: [now, ids, deletion_ids, organization],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<ReviveUnderContactsBorrowed, tokio_postgres::Error> {
                Ok(ReviveUnderContactsBorrowed {
                    revived: row.try_get(0)?,
                    conversations: row.try_get(1)?,
                })
            },
            mapper: |it| ReviveUnderContacts::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ReviveUnderContactsParams<T1, T2>,
        ReviveUnderContactsQuery<'c, 'a, 's, C, ReviveUnderContacts, 4>,
        C,
    > for ReviveUnderContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ReviveUnderContactsParams<T1, T2>,
    ) -> ReviveUnderContactsQuery<'c, 'a, 's, C, ReviveUnderContacts, 4> {
        self.bind(
            client,
            &params.now,
            &params.ids,
            &params.deletion_ids,
            &params.organization,
        )
    }
}
pub struct ReviveUnderConversationsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn revive_under_conversations() -> ReviveUnderConversationsStmt {
    ReviveUnderConversationsStmt(
        "with messages as ( update routiq.messages t set deleted_at = null, deletion_id = null, updated_at = $1 from unnest($2::uuid[], $3::uuid[]) as g (id, deletion_id) where t.organization_id = $4 and t.conversation_id = g.id and t.deletion_id = g.deletion_id returning t.id, g.deletion_id ), attachments as ( update routiq.attachments t set deleted_at = null, deletion_id = null, updated_at = $1 from messages m where t.organization_id = $4 and t.message_id = m.id and t.deletion_id = m.deletion_id returning t.id ) select (select count(*) from messages) + (select count(*) from attachments) as revived",
        None,
    )
}
impl ReviveUnderConversationsStmt {
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
        T2: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        deletion_ids: &'a T2,
        organization: &'a uuid::Uuid,
    ) -> I64Query<'c, 'a, 's, C, i64, 4> {
        I64Query {
            client,
            params: [now, ids, deletion_ids, organization],
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
    T2: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ReviveUnderConversationsParams<T1, T2>,
        I64Query<'c, 'a, 's, C, i64, 4>,
        C,
    > for ReviveUnderConversationsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ReviveUnderConversationsParams<T1, T2>,
    ) -> I64Query<'c, 'a, 's, C, i64, 4> {
        self.bind(
            client,
            &params.now,
            &params.ids,
            &params.deletion_ids,
            &params.organization,
        )
    }
}
pub struct ReviveUnderMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn revive_under_messages() -> ReviveUnderMessagesStmt {
    ReviveUnderMessagesStmt(
        "with attachments as ( update routiq.attachments t set deleted_at = null, deletion_id = null, updated_at = $1 from unnest($2::uuid[], $3::uuid[]) as g (id, deletion_id) where t.organization_id = $4 and t.message_id = g.id and t.deletion_id = g.deletion_id returning t.id ) select count(*) as revived from attachments",
        None,
    )
}
impl ReviveUnderMessagesStmt {
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
        T2: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        now: &'a jiff::Timestamp,
        ids: &'a T1,
        deletion_ids: &'a T2,
        organization: &'a uuid::Uuid,
    ) -> I64Query<'c, 'a, 's, C, i64, 4> {
        I64Query {
            client,
            params: [now, ids, deletion_ids, organization],
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
    T2: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ReviveUnderMessagesParams<T1, T2>,
        I64Query<'c, 'a, 's, C, i64, 4>,
        C,
    > for ReviveUnderMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ReviveUnderMessagesParams<T1, T2>,
    ) -> I64Query<'c, 'a, 's, C, i64, 4> {
        self.bind(
            client,
            &params.now,
            &params.ids,
            &params.deletion_ids,
            &params.organization,
        )
    }
}
