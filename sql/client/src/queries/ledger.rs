// This file was generated with `cornucopia`. Do not modify.

#[derive(Clone, Copy, Debug)]
pub struct ContactsOfParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct ConversationsOfParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct MessagesOfParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct AttachmentsOfParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct RecordsOfParams {
    pub organization: uuid::Uuid,
    pub account: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ContactsOf {
    pub id: uuid::Uuid,
    pub external_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub phone_original: Option<String>,
    pub identifier: Option<String>,
    pub blocked: bool,
    pub attributes: serde_json::Value,
    pub deleted_at: Option<jiff::Timestamp>,
}
pub struct ContactsOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
    pub name: Option<&'a str>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub phone_original: Option<&'a str>,
    pub identifier: Option<&'a str>,
    pub blocked: bool,
    pub attributes: postgres_types::Json<&'a serde_json::value::RawValue>,
    pub deleted_at: Option<jiff::Timestamp>,
}
impl<'a> From<ContactsOfBorrowed<'a>> for ContactsOf {
    fn from(
        ContactsOfBorrowed {
            id,
            external_id,
            name,
            email,
            phone,
            phone_original,
            identifier,
            blocked,
            attributes,
            deleted_at,
        }: ContactsOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            external_id: external_id.into(),
            name: name.map(|v| v.into()),
            email: email.map(|v| v.into()),
            phone: phone.map(|v| v.into()),
            phone_original: phone_original.map(|v| v.into()),
            identifier: identifier.map(|v| v.into()),
            blocked,
            attributes: serde_json::from_str(attributes.0.get()).unwrap(),
            deleted_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationsOf {
    pub external_id: String,
    pub external_uuid: Option<String>,
    pub contact_external_id: Option<String>,
    pub inbox_external_id: Option<String>,
    pub channel: Option<String>,
    pub status: String,
    pub priority: Option<String>,
    pub labels: Vec<String>,
    pub assignee_name: Option<String>,
    pub source_created_at: Option<jiff::Timestamp>,
    pub last_activity_at: Option<jiff::Timestamp>,
    pub deleted_at: Option<jiff::Timestamp>,
}
pub struct ConversationsOfBorrowed<'a> {
    pub external_id: &'a str,
    pub external_uuid: Option<&'a str>,
    pub contact_external_id: Option<&'a str>,
    pub inbox_external_id: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub status: &'a str,
    pub priority: Option<&'a str>,
    pub labels: crate::ArrayIterator<'a, &'a str>,
    pub assignee_name: Option<&'a str>,
    pub source_created_at: Option<jiff::Timestamp>,
    pub last_activity_at: Option<jiff::Timestamp>,
    pub deleted_at: Option<jiff::Timestamp>,
}
impl<'a> From<ConversationsOfBorrowed<'a>> for ConversationsOf {
    fn from(
        ConversationsOfBorrowed {
            external_id,
            external_uuid,
            contact_external_id,
            inbox_external_id,
            channel,
            status,
            priority,
            labels,
            assignee_name,
            source_created_at,
            last_activity_at,
            deleted_at,
        }: ConversationsOfBorrowed<'a>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            external_uuid: external_uuid.map(|v| v.into()),
            contact_external_id: contact_external_id.map(|v| v.into()),
            inbox_external_id: inbox_external_id.map(|v| v.into()),
            channel: channel.map(|v| v.into()),
            status: status.into(),
            priority: priority.map(|v| v.into()),
            labels: labels.map(|v| v.into()).collect(),
            assignee_name: assignee_name.map(|v| v.into()),
            source_created_at,
            last_activity_at,
            deleted_at,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct MessagesOf {
    pub external_id: String,
    pub conversation: String,
    pub content: Option<String>,
    pub direction: String,
    pub is_private: bool,
    pub sender_type: String,
    pub sender_external_id: Option<String>,
    pub sender_name: Option<String>,
    pub delivery_status: Option<String>,
    pub sent_at: Option<jiff::Timestamp>,
    pub sequence: Option<i64>,
    pub deleted_at_source: bool,
    pub deleted_at: Option<jiff::Timestamp>,
    pub attachments: i64,
}
pub struct MessagesOfBorrowed<'a> {
    pub external_id: &'a str,
    pub conversation: &'a str,
    pub content: Option<&'a str>,
    pub direction: &'a str,
    pub is_private: bool,
    pub sender_type: &'a str,
    pub sender_external_id: Option<&'a str>,
    pub sender_name: Option<&'a str>,
    pub delivery_status: Option<&'a str>,
    pub sent_at: Option<jiff::Timestamp>,
    pub sequence: Option<i64>,
    pub deleted_at_source: bool,
    pub deleted_at: Option<jiff::Timestamp>,
    pub attachments: i64,
}
impl<'a> From<MessagesOfBorrowed<'a>> for MessagesOf {
    fn from(
        MessagesOfBorrowed {
            external_id,
            conversation,
            content,
            direction,
            is_private,
            sender_type,
            sender_external_id,
            sender_name,
            delivery_status,
            sent_at,
            sequence,
            deleted_at_source,
            deleted_at,
            attachments,
        }: MessagesOfBorrowed<'a>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            conversation: conversation.into(),
            content: content.map(|v| v.into()),
            direction: direction.into(),
            is_private,
            sender_type: sender_type.into(),
            sender_external_id: sender_external_id.map(|v| v.into()),
            sender_name: sender_name.map(|v| v.into()),
            delivery_status: delivery_status.map(|v| v.into()),
            sent_at,
            sequence,
            deleted_at_source,
            deleted_at,
            attachments,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct AttachmentsOf {
    pub id: uuid::Uuid,
    pub external_id: String,
    pub message: String,
    pub file_type: String,
    pub file_size: Option<i64>,
    pub source_url: Option<String>,
}
pub struct AttachmentsOfBorrowed<'a> {
    pub id: uuid::Uuid,
    pub external_id: &'a str,
    pub message: &'a str,
    pub file_type: &'a str,
    pub file_size: Option<i64>,
    pub source_url: Option<&'a str>,
}
impl<'a> From<AttachmentsOfBorrowed<'a>> for AttachmentsOf {
    fn from(
        AttachmentsOfBorrowed {
            id,
            external_id,
            message,
            file_type,
            file_size,
            source_url,
        }: AttachmentsOfBorrowed<'a>,
    ) -> Self {
        Self {
            id,
            external_id: external_id.into(),
            message: message.into(),
            file_type: file_type.into(),
            file_size,
            source_url: source_url.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RecordsOf {
    pub kind: String,
    pub external_id: String,
    pub fields: serde_json::Value,
}
pub struct RecordsOfBorrowed<'a> {
    pub kind: &'a str,
    pub external_id: &'a str,
    pub fields: postgres_types::Json<&'a serde_json::value::RawValue>,
}
impl<'a> From<RecordsOfBorrowed<'a>> for RecordsOf {
    fn from(
        RecordsOfBorrowed {
            kind,
            external_id,
            fields,
        }: RecordsOfBorrowed<'a>,
    ) -> Self {
        Self {
            kind: kind.into(),
            external_id: external_id.into(),
            fields: serde_json::from_str(fields.0.get()).unwrap(),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct ContactsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ContactsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(ContactsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ContactsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ContactsOfBorrowed) -> R,
    ) -> ContactsOfQuery<'c, 'a, 's, C, R, N> {
        ContactsOfQuery {
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
pub struct ConversationsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ConversationsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(ConversationsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ConversationsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(ConversationsOfBorrowed) -> R,
    ) -> ConversationsOfQuery<'c, 'a, 's, C, R, N> {
        ConversationsOfQuery {
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
pub struct MessagesOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MessagesOfBorrowed, tokio_postgres::Error>,
    mapper: fn(MessagesOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MessagesOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(MessagesOfBorrowed) -> R,
    ) -> MessagesOfQuery<'c, 'a, 's, C, R, N> {
        MessagesOfQuery {
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
pub struct AttachmentsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AttachmentsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(AttachmentsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AttachmentsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(AttachmentsOfBorrowed) -> R,
    ) -> AttachmentsOfQuery<'c, 'a, 's, C, R, N> {
        AttachmentsOfQuery {
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
pub struct RecordsOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RecordsOfBorrowed, tokio_postgres::Error>,
    mapper: fn(RecordsOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RecordsOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RecordsOfBorrowed) -> R) -> RecordsOfQuery<'c, 'a, 's, C, R, N> {
        RecordsOfQuery {
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
pub struct ContactsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn contacts_of() -> ContactsOfStmt {
    ContactsOfStmt(
        "select id, external_id, name, email, phone, phone_original, identifier, blocked, attributes, deleted_at from routiq.contacts where organization_id = $1 and account_id = $2 order by external_id",
        None,
    )
}
impl ContactsOfStmt {
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
        account: &'a uuid::Uuid,
    ) -> ContactsOfQuery<'c, 'a, 's, C, ContactsOf, 2> {
        ContactsOfQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<ContactsOfBorrowed, tokio_postgres::Error> {
                    Ok(ContactsOfBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        name: row.try_get(2)?,
                        email: row.try_get(3)?,
                        phone: row.try_get(4)?,
                        phone_original: row.try_get(5)?,
                        identifier: row.try_get(6)?,
                        blocked: row.try_get(7)?,
                        attributes: row.try_get(8)?,
                        deleted_at: row.try_get(9)?,
                    })
                },
            mapper: |it| ContactsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ContactsOfParams,
        ContactsOfQuery<'c, 'a, 's, C, ContactsOf, 2>,
        C,
    > for ContactsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ContactsOfParams,
    ) -> ContactsOfQuery<'c, 'a, 's, C, ContactsOf, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct ConversationsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn conversations_of() -> ConversationsOfStmt {
    ConversationsOfStmt(
        "select external_id, external_uuid, contact_external_id, inbox_external_id, channel, status, priority, labels, assignee_name, source_created_at, last_activity_at, deleted_at from routiq.conversations where organization_id = $1 and account_id = $2 order by external_id",
        None,
    )
}
impl ConversationsOfStmt {
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
        account: &'a uuid::Uuid,
    ) -> ConversationsOfQuery<'c, 'a, 's, C, ConversationsOf, 2> {
        ConversationsOfQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |
                row: &tokio_postgres::Row,
            | -> Result<ConversationsOfBorrowed, tokio_postgres::Error> {
                Ok(ConversationsOfBorrowed {
                    external_id: row.try_get(0)?,
                    external_uuid: row.try_get(1)?,
                    contact_external_id: row.try_get(2)?,
                    inbox_external_id: row.try_get(3)?,
                    channel: row.try_get(4)?,
                    status: row.try_get(5)?,
                    priority: row.try_get(6)?,
                    labels: row.try_get(7)?,
                    assignee_name: row.try_get(8)?,
                    source_created_at: row.try_get(9)?,
                    last_activity_at: row.try_get(10)?,
                    deleted_at: row.try_get(11)?,
                })
            },
            mapper: |it| ConversationsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ConversationsOfParams,
        ConversationsOfQuery<'c, 'a, 's, C, ConversationsOf, 2>,
        C,
    > for ConversationsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ConversationsOfParams,
    ) -> ConversationsOfQuery<'c, 'a, 's, C, ConversationsOf, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct MessagesOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn messages_of() -> MessagesOfStmt {
    MessagesOfStmt(
        "select m.external_id, c.external_id as conversation, m.content, m.direction, m.is_private, m.sender_type, m.sender_external_id, m.sender_name, m.delivery_status, m.sent_at, m.sequence, m.deleted_at_source, m.deleted_at, count(a.id) as attachments from routiq.messages m join routiq.conversations c on c.organization_id = m.organization_id and c.id = m.conversation_id left join routiq.attachments a on a.organization_id = m.organization_id and a.message_id = m.id and a.deleted_at is null where m.organization_id = $1 and m.account_id = $2 group by m.organization_id, m.id, c.external_id order by c.external_id, m.sent_at, m.sequence",
        None,
    )
}
impl MessagesOfStmt {
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
        account: &'a uuid::Uuid,
    ) -> MessagesOfQuery<'c, 'a, 's, C, MessagesOf, 2> {
        MessagesOfQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<MessagesOfBorrowed, tokio_postgres::Error> {
                    Ok(MessagesOfBorrowed {
                        external_id: row.try_get(0)?,
                        conversation: row.try_get(1)?,
                        content: row.try_get(2)?,
                        direction: row.try_get(3)?,
                        is_private: row.try_get(4)?,
                        sender_type: row.try_get(5)?,
                        sender_external_id: row.try_get(6)?,
                        sender_name: row.try_get(7)?,
                        delivery_status: row.try_get(8)?,
                        sent_at: row.try_get(9)?,
                        sequence: row.try_get(10)?,
                        deleted_at_source: row.try_get(11)?,
                        deleted_at: row.try_get(12)?,
                        attachments: row.try_get(13)?,
                    })
                },
            mapper: |it| MessagesOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MessagesOfParams,
        MessagesOfQuery<'c, 'a, 's, C, MessagesOf, 2>,
        C,
    > for MessagesOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MessagesOfParams,
    ) -> MessagesOfQuery<'c, 'a, 's, C, MessagesOf, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct AttachmentsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn attachments_of() -> AttachmentsOfStmt {
    AttachmentsOfStmt(
        "select a.id, a.external_id, m.external_id as message, a.file_type, a.file_size, a.source_url from routiq.attachments a join routiq.messages m on m.organization_id = a.organization_id and m.id = a.message_id where a.organization_id = $1 and a.account_id = $2 and a.deleted_at is null and m.deleted_at is null order by a.external_id",
        None,
    )
}
impl AttachmentsOfStmt {
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
        account: &'a uuid::Uuid,
    ) -> AttachmentsOfQuery<'c, 'a, 's, C, AttachmentsOf, 2> {
        AttachmentsOfQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<AttachmentsOfBorrowed, tokio_postgres::Error> {
                    Ok(AttachmentsOfBorrowed {
                        id: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        message: row.try_get(2)?,
                        file_type: row.try_get(3)?,
                        file_size: row.try_get(4)?,
                        source_url: row.try_get(5)?,
                    })
                },
            mapper: |it| AttachmentsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        AttachmentsOfParams,
        AttachmentsOfQuery<'c, 'a, 's, C, AttachmentsOf, 2>,
        C,
    > for AttachmentsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a AttachmentsOfParams,
    ) -> AttachmentsOfQuery<'c, 'a, 's, C, AttachmentsOf, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
pub struct RecordsOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn records_of() -> RecordsOfStmt {
    RecordsOfStmt(
        "select 'metadata' as kind, t.external_id, to_jsonb(t) - array['fingerprint'] as fields from routiq.integration_metadata t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'inboxes', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.inboxes t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'locations', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.locations t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'practitioners', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.practitioners t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'appointment_types', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.appointment_types t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'patients', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.patients t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'appointments', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.appointments t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'invoices', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.invoices t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'payments', t.external_id, to_jsonb(t) - array['fingerprint'] from routiq.payments t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null union all select 'clinical_notes', t.external_id, to_jsonb(t) - array['fingerprint', 'wrapped_key', 'body'] from routiq.clinical_notes t where t.organization_id = $1 and t.account_id = $2 and t.deleted_at is null",
        None,
    )
}
impl RecordsOfStmt {
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
        account: &'a uuid::Uuid,
    ) -> RecordsOfQuery<'c, 'a, 's, C, RecordsOf, 2> {
        RecordsOfQuery {
            client,
            params: [organization, account],
            query: self.0,
            cached: self.1.as_ref(),
            extractor:
                |row: &tokio_postgres::Row| -> Result<RecordsOfBorrowed, tokio_postgres::Error> {
                    Ok(RecordsOfBorrowed {
                        kind: row.try_get(0)?,
                        external_id: row.try_get(1)?,
                        fields: row.try_get(2)?,
                    })
                },
            mapper: |it| RecordsOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RecordsOfParams,
        RecordsOfQuery<'c, 'a, 's, C, RecordsOf, 2>,
        C,
    > for RecordsOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RecordsOfParams,
    ) -> RecordsOfQuery<'c, 'a, 's, C, RecordsOf, 2> {
        self.bind(client, &params.organization, &params.account)
    }
}
