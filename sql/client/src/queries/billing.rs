// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct OrganizationOfParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub subscription: Option<T1>,
    pub customer: Option<T2>,
}
#[derive(Debug)]
pub struct LinkCustomerParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub customer: Option<T1>,
    pub email: Option<T2>,
    pub now: jiff::Timestamp,
    pub tenant: uuid::Uuid,
}
#[derive(Debug)]
pub struct StubSubscriptionParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub tenant: uuid::Uuid,
    pub id: uuid::Uuid,
    pub subscription: T1,
    pub customer: Option<T2>,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct PutSubscriptionParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
> {
    pub tenant: uuid::Uuid,
    pub id: uuid::Uuid,
    pub subscription: T1,
    pub customer: Option<T2>,
    pub status: T3,
    pub plan: Option<T4>,
    pub price_id: Option<T5>,
    pub current_period_end: Option<jiff::Timestamp>,
    pub cancel_at: Option<jiff::Timestamp>,
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<jiff::Timestamp>,
    pub ended_at: Option<jiff::Timestamp>,
    pub trial_ends_at: Option<jiff::Timestamp>,
    pub source_created_at: Option<jiff::Timestamp>,
    pub source_at: jiff::Timestamp,
    pub source_rank: i16,
    pub source_event: T6,
    pub past_due_since: Option<jiff::Timestamp>,
    pub now: jiff::Timestamp,
}
#[derive(Debug)]
pub struct PutInvoiceParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub state: T1,
    pub at: jiff::Timestamp,
    pub event: T2,
    pub now: jiff::Timestamp,
    pub subscription: T3,
}
#[derive(Debug)]
pub struct WantRereadParams<T1: crate::StringSql> {
    pub at: jiff::Timestamp,
    pub subscription: T1,
}
#[derive(Debug)]
pub struct RereadDoneParams<T1: crate::StringSql> {
    pub asked_at: jiff::Timestamp,
    pub subscription: T1,
}
#[derive(Debug)]
pub struct SetStandingParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
> {
    pub status: T1,
    pub reason: Option<T2>,
    pub due_at: Option<jiff::Timestamp>,
    pub subscription: Option<T3>,
    pub subscription_status: Option<T4>,
    pub plan: Option<T5>,
    pub period_end: Option<jiff::Timestamp>,
    pub ends: bool,
    pub trial_ends_at: Option<jiff::Timestamp>,
    pub now: jiff::Timestamp,
    pub tenant: uuid::Uuid,
}
#[derive(Debug)]
pub struct SetOperatorHoldParams<T1: crate::StringSql> {
    pub reason: Option<T1>,
    pub now: jiff::Timestamp,
    pub tenant: uuid::Uuid,
}
#[derive(Debug)]
pub struct AddSubscriptionEventParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::JsonSql,
> {
    pub tenant: uuid::Uuid,
    pub id: uuid::Uuid,
    pub event: T1,
    pub customer: Option<T2>,
    pub subscription: Option<T3>,
    pub event_type: T4,
    pub data: T5,
    pub occurred_at: Option<jiff::Timestamp>,
    pub now: jiff::Timestamp,
}
#[derive(Debug, Clone, PartialEq)]
pub struct NextReread {
    pub stripe_subscription_id: String,
    pub reread_at: jiff::Timestamp,
}
pub struct NextRereadBorrowed<'a> {
    pub stripe_subscription_id: &'a str,
    pub reread_at: jiff::Timestamp,
}
impl<'a> From<NextRereadBorrowed<'a>> for NextReread {
    fn from(
        NextRereadBorrowed {
            stripe_subscription_id,
            reread_at,
        }: NextRereadBorrowed<'a>,
    ) -> Self {
        Self {
            stripe_subscription_id: stripe_subscription_id.into(),
            reread_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct SubscriptionsOf {
    pub stripe_subscription_id: String,
    pub status: Option<String>,
    pub plan: Option<String>,
    pub source_at: Option<jiff::Timestamp>,
    pub past_due_since: Option<jiff::Timestamp>,
    pub invoice_state: Option<String>,
    pub invoice_at: Option<jiff::Timestamp>,
    pub source_created_at: Option<jiff::Timestamp>,
    pub current_period_end: Option<jiff::Timestamp>,
    pub ends: bool,
    pub trial_ends_at: Option<jiff::Timestamp>,
}
pub struct SubscriptionsOfBorrowed<'a> {
    pub stripe_subscription_id: &'a str,
    pub status: Option<&'a str>,
    pub plan: Option<&'a str>,
    pub source_at: Option<jiff::Timestamp>,
    pub past_due_since: Option<jiff::Timestamp>,
    pub invoice_state: Option<&'a str>,
    pub invoice_at: Option<jiff::Timestamp>,
    pub source_created_at: Option<jiff::Timestamp>,
    pub current_period_end: Option<jiff::Timestamp>,
    pub ends: bool,
    pub trial_ends_at: Option<jiff::Timestamp>,
}
impl<'a> From<SubscriptionsOfBorrowed<'a>> for SubscriptionsOf {
    fn from(
        SubscriptionsOfBorrowed {
            stripe_subscription_id,
            status,
            plan,
            source_at,
            past_due_since,
            invoice_state,
            invoice_at,
            source_created_at,
            current_period_end,
            ends,
            trial_ends_at,
        }: SubscriptionsOfBorrowed<'a>,
    ) -> Self {
        Self {
            stripe_subscription_id: stripe_subscription_id.into(),
            status: status.map(|v| v.into()),
            plan: plan.map(|v| v.into()),
            source_at,
            past_due_since,
            invoice_state: invoice_state.map(|v| v.into()),
            invoice_at,
            source_created_at,
            current_period_end,
            ends,
            trial_ends_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct StandingOf {
    pub status: String,
    pub status_reason: Option<String>,
    pub operator_hold: Option<String>,
    pub deleted_at: Option<jiff::Timestamp>,
}
pub struct StandingOfBorrowed<'a> {
    pub status: &'a str,
    pub status_reason: Option<&'a str>,
    pub operator_hold: Option<&'a str>,
    pub deleted_at: Option<jiff::Timestamp>,
}
impl<'a> From<StandingOfBorrowed<'a>> for StandingOf {
    fn from(
        StandingOfBorrowed {
            status,
            status_reason,
            operator_hold,
            deleted_at,
        }: StandingOfBorrowed<'a>,
    ) -> Self {
        Self {
            status: status.into(),
            status_reason: status_reason.map(|v| v.into()),
            operator_hold: operator_hold.map(|v| v.into()),
            deleted_at,
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
pub struct NextRereadQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NextRereadBorrowed, tokio_postgres::Error>,
    mapper: fn(NextRereadBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NextRereadQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(NextRereadBorrowed) -> R,
    ) -> NextRereadQuery<'c, 'a, 's, C, R, N> {
        NextRereadQuery {
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
pub struct SubscriptionsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<SubscriptionsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(SubscriptionsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SubscriptionsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(SubscriptionsOfBorrowed) -> R,
    ) -> SubscriptionsOfQuery<'c, 'a, 's, C, R, N> {
        SubscriptionsOfQuery {
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
pub struct StandingOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<StandingOfBorrowed, tokio_postgres::Error>,
    mapper: fn(StandingOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> StandingOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(StandingOfBorrowed) -> R,
    ) -> StandingOfQuery<'c, 'a, 's, C, R, N> {
        StandingOfQuery {
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
pub struct OrganizationOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn organization_of() -> OrganizationOfStmt {
    OrganizationOfStmt(
        "select found.organization_id from ( select 1 as way, s.organization_id from routiq.subscriptions s where s.stripe_subscription_id = $1 union all select 2, o.id from routiq.organizations o where o.stripe_customer_id = $2 union all select 3, s.organization_id from routiq.subscriptions s where s.stripe_customer_id = $2 ) found order by found.way, found.organization_id limit 1",
        None,
    )
}
impl OrganizationOfStmt {
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
        subscription: &'a Option<T1>,
        customer: &'a Option<T2>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        UuidUuidQuery {
            client,
            params: [subscription, customer],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        OrganizationOfParams<T1, T2>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2>,
        C,
    > for OrganizationOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a OrganizationOfParams<T1, T2>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        self.bind(client, &params.subscription, &params.customer)
    }
}
pub struct LinkCustomerStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn link_customer() -> LinkCustomerStmt {
    LinkCustomerStmt(
        "update routiq.organizations o set stripe_customer_id = coalesce(o.stripe_customer_id, $1), billing_email = coalesce(o.billing_email, $2), updated_at = $3 where o.id = $4 and (o.stripe_customer_id is null or o.billing_email is null) and not exists (select from routiq.organizations x where x.stripe_customer_id = $1 and x.id <> $4)",
        None,
    )
}
impl LinkCustomerStmt {
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
        customer: &'a Option<T1>,
        email: &'a Option<T2>,
        now: &'a jiff::Timestamp,
        tenant: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[customer, email, now, tenant])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        LinkCustomerParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for LinkCustomerStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a LinkCustomerParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.customer,
            &params.email,
            &params.now,
            &params.tenant,
        ))
    }
}
pub struct StubSubscriptionStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn stub_subscription() -> StubSubscriptionStmt {
    StubSubscriptionStmt(
        "insert into routiq.subscriptions (organization_id, id, stripe_subscription_id, stripe_customer_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $5) on conflict do nothing",
        None,
    )
}
impl StubSubscriptionStmt {
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
        tenant: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        subscription: &'a T1,
        customer: &'a Option<T2>,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[tenant, id, subscription, customer, now])
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        StubSubscriptionParams<T1, T2>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for StubSubscriptionStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a StubSubscriptionParams<T1, T2>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.tenant,
            &params.id,
            &params.subscription,
            &params.customer,
            &params.now,
        ))
    }
}
pub struct PutSubscriptionStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_subscription() -> PutSubscriptionStmt {
    PutSubscriptionStmt(
        "insert into routiq.subscriptions as s (organization_id, id, stripe_subscription_id, stripe_customer_id, status, plan, price_id, current_period_end, cancel_at, cancel_at_period_end, canceled_at, ended_at, trial_ends_at, source_created_at, source_at, source_rank, source_event, past_due_since, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19) on conflict (organization_id, stripe_subscription_id) do update set stripe_customer_id = coalesce(excluded.stripe_customer_id, s.stripe_customer_id), status = excluded.status, plan = excluded.plan, price_id = excluded.price_id, current_period_end = excluded.current_period_end, cancel_at = excluded.cancel_at, cancel_at_period_end = excluded.cancel_at_period_end, canceled_at = excluded.canceled_at, ended_at = excluded.ended_at, trial_ends_at = excluded.trial_ends_at, source_created_at = excluded.source_created_at, source_at = excluded.source_at, source_rank = excluded.source_rank, source_event = excluded.source_event, past_due_since = excluded.past_due_since, updated_at = excluded.updated_at where s.source_at is null or (s.source_at, s.source_rank, s.source_event collate \"C\") < (excluded.source_at, excluded.source_rank, excluded.source_event collate \"C\") returning id",
        None,
    )
}
impl PutSubscriptionStmt {
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
        T5: crate::StringSql,
        T6: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        tenant: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        subscription: &'a T1,
        customer: &'a Option<T2>,
        status: &'a T3,
        plan: &'a Option<T4>,
        price_id: &'a Option<T5>,
        current_period_end: &'a Option<jiff::Timestamp>,
        cancel_at: &'a Option<jiff::Timestamp>,
        cancel_at_period_end: &'a bool,
        canceled_at: &'a Option<jiff::Timestamp>,
        ended_at: &'a Option<jiff::Timestamp>,
        trial_ends_at: &'a Option<jiff::Timestamp>,
        source_created_at: &'a Option<jiff::Timestamp>,
        source_at: &'a jiff::Timestamp,
        source_rank: &'a i16,
        source_event: &'a T6,
        past_due_since: &'a Option<jiff::Timestamp>,
        now: &'a jiff::Timestamp,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 19> {
        UuidUuidQuery {
            client,
            params: [
                tenant,
                id,
                subscription,
                customer,
                status,
                plan,
                price_id,
                current_period_end,
                cancel_at,
                cancel_at_period_end,
                canceled_at,
                ended_at,
                trial_ends_at,
                source_created_at,
                source_at,
                source_rank,
                source_event,
                past_due_since,
                now,
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
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PutSubscriptionParams<T1, T2, T3, T4, T5, T6>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 19>,
        C,
    > for PutSubscriptionStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PutSubscriptionParams<T1, T2, T3, T4, T5, T6>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 19> {
        self.bind(
            client,
            &params.tenant,
            &params.id,
            &params.subscription,
            &params.customer,
            &params.status,
            &params.plan,
            &params.price_id,
            &params.current_period_end,
            &params.cancel_at,
            &params.cancel_at_period_end,
            &params.canceled_at,
            &params.ended_at,
            &params.trial_ends_at,
            &params.source_created_at,
            &params.source_at,
            &params.source_rank,
            &params.source_event,
            &params.past_due_since,
            &params.now,
        )
    }
}
pub struct PutInvoiceStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_invoice() -> PutInvoiceStmt {
    PutInvoiceStmt(
        "update routiq.subscriptions s set invoice_state = $1, invoice_at = $2, invoice_event = $3, updated_at = $4 where s.stripe_subscription_id = $5 and (s.invoice_at is null or (s.invoice_at, s.invoice_event collate \"C\") < ($2, $3 collate \"C\"))",
        None,
    )
}
impl PutInvoiceStmt {
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
    >(
        &'s self,
        client: &'c C,
        state: &'a T1,
        at: &'a jiff::Timestamp,
        event: &'a T2,
        now: &'a jiff::Timestamp,
        subscription: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[state, at, event, now, subscription])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PutInvoiceParams<T1, T2, T3>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for PutInvoiceStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PutInvoiceParams<T1, T2, T3>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.state,
            &params.at,
            &params.event,
            &params.now,
            &params.subscription,
        ))
    }
}
pub struct WantRereadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn want_reread() -> WantRereadStmt {
    WantRereadStmt(
        "update routiq.subscriptions set reread_at = $1 where stripe_subscription_id = $2",
        None,
    )
}
impl WantRereadStmt {
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
        at: &'a jiff::Timestamp,
        subscription: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[at, subscription]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WantRereadParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for WantRereadStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WantRereadParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.at, &params.subscription))
    }
}
pub struct RereadDoneStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn reread_done() -> RereadDoneStmt {
    RereadDoneStmt(
        "update routiq.subscriptions set reread_at = null, checked_at = $1 where stripe_subscription_id = $2 and (reread_at is null or reread_at <= $1)",
        None,
    )
}
impl RereadDoneStmt {
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
        asked_at: &'a jiff::Timestamp,
        subscription: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0, &[asked_at, subscription]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RereadDoneParams<T1>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for RereadDoneStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RereadDoneParams<T1>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(client, &params.asked_at, &params.subscription))
    }
}
pub struct NextRereadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn next_reread() -> NextRereadStmt {
    NextRereadStmt(
        "select stripe_subscription_id, reread_at from routiq.subscriptions where reread_at is not null order by reread_at, stripe_subscription_id limit 1",
        None,
    )
}
impl NextRereadStmt {
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
    ) -> NextRereadQuery<'c, 'a, 's, C, NextReread, 0> {
        NextRereadQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<NextRereadBorrowed, tokio_postgres::Error> {
                    Ok(NextRereadBorrowed {
                        stripe_subscription_id: row.try_get(0)?,
                        reread_at: row.try_get(1)?,
                    })
                },
            mapper: |it| NextReread::from(it),
        }
    }
}
pub struct SubscriptionsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn subscriptions_of() -> SubscriptionsOfStmt {
    SubscriptionsOfStmt(
        "select stripe_subscription_id, status, plan, source_at, past_due_since, invoice_state, invoice_at, source_created_at, current_period_end, cancel_at_period_end or cancel_at is not null as ends, trial_ends_at from routiq.subscriptions where organization_id = $1 order by stripe_subscription_id",
        None,
    )
}
impl SubscriptionsOfStmt {
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
        tenant: &'a uuid::Uuid,
    ) -> SubscriptionsOfQuery<'c, 'a, 's, C, SubscriptionsOf, 1> {
        SubscriptionsOfQuery {
            client,
            params: [tenant],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<SubscriptionsOfBorrowed, tokio_postgres::Error> {
                Ok(SubscriptionsOfBorrowed {
                    stripe_subscription_id: row.try_get(0)?,
                    status: row.try_get(1)?,
                    plan: row.try_get(2)?,
                    source_at: row.try_get(3)?,
                    past_due_since: row.try_get(4)?,
                    invoice_state: row.try_get(5)?,
                    invoice_at: row.try_get(6)?,
                    source_created_at: row.try_get(7)?,
                    current_period_end: row.try_get(8)?,
                    ends: row.try_get(9)?,
                    trial_ends_at: row.try_get(10)?,
                })
            },
            mapper: |it| SubscriptionsOf::from(it),
        }
    }
}
pub struct StandingOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn standing_of() -> StandingOfStmt {
    StandingOfStmt(
        "select status, status_reason, operator_hold, deleted_at from routiq.organizations where id = $1 for update",
        None,
    )
}
impl StandingOfStmt {
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
        tenant: &'a uuid::Uuid,
    ) -> StandingOfQuery<'c, 'a, 's, C, StandingOf, 1> {
        StandingOfQuery {
            client,
            params: [tenant],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<StandingOfBorrowed, tokio_postgres::Error> {
                    Ok(StandingOfBorrowed {
                        status: row.try_get(0)?,
                        status_reason: row.try_get(1)?,
                        operator_hold: row.try_get(2)?,
                        deleted_at: row.try_get(3)?,
                    })
                },
            mapper: |it| StandingOf::from(it),
        }
    }
}
pub struct SetStandingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn set_standing() -> SetStandingStmt {
    SetStandingStmt(
        "update routiq.organizations o set status = $1, status_reason = $2, standing_due_at = $3, stripe_subscription_id = $4, subscription_status = $5, subscription_plan = $6, current_period_end = $7, cancel_at_period_end = $8, trial_ends_at = $9, updated_at = $10 where o.id = $11 and (o.status, o.status_reason, o.standing_due_at, o.stripe_subscription_id, o.subscription_status, o.subscription_plan, o.current_period_end, o.cancel_at_period_end, o.trial_ends_at) is distinct from ($1, $2, $3::timestamptz, $4, $5, $6, $7::timestamptz, $8, $9::timestamptz)",
        None,
    )
}
impl SetStandingStmt {
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
        T5: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        status: &'a T1,
        reason: &'a Option<T2>,
        due_at: &'a Option<jiff::Timestamp>,
        subscription: &'a Option<T3>,
        subscription_status: &'a Option<T4>,
        plan: &'a Option<T5>,
        period_end: &'a Option<jiff::Timestamp>,
        ends: &'a bool,
        trial_ends_at: &'a Option<jiff::Timestamp>,
        now: &'a jiff::Timestamp,
        tenant: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    status,
                    reason,
                    due_at,
                    subscription,
                    subscription_status,
                    plan,
                    period_end,
                    ends,
                    trial_ends_at,
                    now,
                    tenant,
                ],
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
    T5: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SetStandingParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for SetStandingStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SetStandingParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.status,
            &params.reason,
            &params.due_at,
            &params.subscription,
            &params.subscription_status,
            &params.plan,
            &params.period_end,
            &params.ends,
            &params.trial_ends_at,
            &params.now,
            &params.tenant,
        ))
    }
}
pub struct SetOperatorHoldStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn set_operator_hold() -> SetOperatorHoldStmt {
    SetOperatorHoldStmt(
        "update routiq.organizations set operator_hold = $1, updated_at = $2 where id = $3 and deleted_at is null returning id",
        None,
    )
}
impl SetOperatorHoldStmt {
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
        reason: &'a Option<T1>,
        now: &'a jiff::Timestamp,
        tenant: &'a uuid::Uuid,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3> {
        UuidUuidQuery {
            client,
            params: [reason, now, tenant],
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
        SetOperatorHoldParams<T1>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3>,
        C,
    > for SetOperatorHoldStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a SetOperatorHoldParams<T1>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3> {
        self.bind(client, &params.reason, &params.now, &params.tenant)
    }
}
pub struct AddSubscriptionEventStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn add_subscription_event() -> AddSubscriptionEventStmt {
    AddSubscriptionEventStmt(
        "insert into routiq.subscription_events (organization_id, id, stripe_event_id, stripe_customer_id, stripe_subscription_id, event_type, event_data, occurred_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (organization_id, stripe_event_id) do nothing",
        None,
    )
}
impl AddSubscriptionEventStmt {
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
        T5: crate::JsonSql,
    >(
        &'s self,
        client: &'c C,
        tenant: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        event: &'a T1,
        customer: &'a Option<T2>,
        subscription: &'a Option<T3>,
        event_type: &'a T4,
        data: &'a T5,
        occurred_at: &'a Option<jiff::Timestamp>,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    tenant,
                    id,
                    event,
                    customer,
                    subscription,
                    event_type,
                    data,
                    occurred_at,
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
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::JsonSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        AddSubscriptionEventParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for AddSubscriptionEventStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a AddSubscriptionEventParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.tenant,
            &params.id,
            &params.event,
            &params.customer,
            &params.subscription,
            &params.event_type,
            &params.data,
            &params.occurred_at,
            &params.now,
        ))
    }
}
