// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct WriteAuditParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
    T7: crate::JsonSql,
    T8: crate::StringSql,
> {
    pub organization: uuid::Uuid,
    pub id: uuid::Uuid,
    pub user: T1,
    pub action: T2,
    pub resource_type: T3,
    pub resource_id: Option<T4>,
    pub ip_address: Option<T5>,
    pub request_id: Option<T6>,
    pub details: T7,
    pub success: bool,
    pub error_message: Option<T8>,
    pub now: jiff::Timestamp,
}
#[derive(Clone, Copy, Debug)]
pub struct AuditOfParams {
    pub organization: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct AuditOf {
    pub id: uuid::Uuid,
    pub user_id: String,
    pub action: String,
    pub resource_type: String,
    pub resource_id: Option<String>,
    pub details: serde_json::Value,
    pub success: bool,
    pub error_message: Option<String>,
    pub created_at: jiff::Timestamp,
}
pub struct AuditOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub user_id: &'a str,
    pub action: &'a str,
    pub resource_type: &'a str,
    pub resource_id: Option<&'a str>,
    pub details: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub success: bool,
    pub error_message: Option<&'a str>,
    pub created_at: jiff::Timestamp,
}
impl<'a> From<AuditOfBorrowed<'a>> for AuditOf {
    fn from(
        AuditOfBorrowed {
            id,
            user_id,
            action,
            resource_type,
            resource_id,
            details,
            success,
            error_message,
            created_at,
        }: AuditOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            user_id: user_id.into(),
            action: action.into(),
            resource_type: resource_type.into(),
            resource_id: resource_id.map(|v| v.into()),
            details: serde_json::from_str(details.0.get()).unwrap(),
            success,
            error_message: error_message.map(|v| v.into()),
            created_at,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct AuditOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AuditOfBorrowed, tokio_postgres::Error>,
    mapper: fn(AuditOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AuditOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(AuditOfBorrowed) -> R) -> AuditOfQuery<'c, 'a, 's, C, R, N> {
        AuditOfQuery {
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
pub struct WriteAuditStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn write_audit() -> WriteAuditStmt {
    WriteAuditStmt(
        "insert into routiq.audit_logs (organization_id, id, user_id, action, resource_type, resource_id, ip_address, request_id, details, success, error_message, created_at) values ($1, $2, $3, $4, $5, $6, $7::text::inet, $8, $9, $10, $11, $12)",
        None,
    )
}
impl WriteAuditStmt {
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
        T6: crate::StringSql,
        T7: crate::JsonSql,
        T8: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        organization: &'a uuid::Uuid,
        id: &'a uuid::Uuid,
        user: &'a T1,
        action: &'a T2,
        resource_type: &'a T3,
        resource_id: &'a Option<T4>,
        ip_address: &'a Option<T5>,
        request_id: &'a Option<T6>,
        details: &'a T7,
        success: &'a bool,
        error_message: &'a Option<T8>,
        now: &'a jiff::Timestamp,
    ) -> Result<u64, tokio_postgres::Error> {
        crate::client::async_::execute(client, self.1.as_ref(), self.0,
                &[
                    organization,
                    id,
                    user,
                    action,
                    resource_type,
                    resource_id,
                    ip_address,
                    request_id,
                    details,
                    success,
                    error_message,
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
    T5: crate::StringSql,
    T6: crate::StringSql,
    T7: crate::JsonSql,
    T8: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WriteAuditParams<T1, T2, T3, T4, T5, T6, T7, T8>,
        std::pin::Pin<
            Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
        >,
        C,
    > for WriteAuditStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WriteAuditParams<T1, T2, T3, T4, T5, T6, T7, T8>,
    ) -> std::pin::Pin<
        Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>,
    > {
        Box::pin(self.bind(
            client,
            &params.organization,
            &params.id,
            &params.user,
            &params.action,
            &params.resource_type,
            &params.resource_id,
            &params.ip_address,
            &params.request_id,
            &params.details,
            &params.success,
            &params.error_message,
            &params.now,
        ))
    }
}
pub struct AuditOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn audit_of() -> AuditOfStmt {
    AuditOfStmt(
        "select id, user_id, action, resource_type, resource_id, details, success, error_message, created_at from routiq.audit_logs where organization_id = $1 order by created_at desc, id limit $2",
        None,
    )
}
impl AuditOfStmt {
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
    ) -> AuditOfQuery<'c, 'a, 's, C, AuditOf, 2> {
        AuditOfQuery {
            client,
            params: [organization, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AuditOfBorrowed, tokio_postgres::Error> {
                    Ok(AuditOfBorrowed {
                        id: row.try_get(0)?,
                        user_id: row.try_get(1)?,
                        action: row.try_get(2)?,
                        resource_type: row.try_get(3)?,
                        resource_id: row.try_get(4)?,
                        details: row.try_get(5)?,
                        success: row.try_get(6)?,
                        error_message: row.try_get(7)?,
                        created_at: row.try_get(8)?,
                    })
                },
            mapper: |it| AuditOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        AuditOfParams,
        AuditOfQuery<'c, 'a, 's, C, AuditOf, 2>,
        C,
    > for AuditOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a AuditOfParams,
    ) -> AuditOfQuery<'c, 'a, 's, C, AuditOf, 2> {
        self.bind(client, &params.organization, &params.most)
    }
}
