//! Our webhook at Chatwoot: listed, registered and put right like any other step, through the gates. Its endpoints are an
//! administrator's (`/api/v1/accounts/{id}/webhooks`); the server makes the signing secret and shows it from 4.12 on.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    client::Reply,
    pull::Pull,
    wire::{self, Fields, Unfit},
};
use crate::{
    domain::{
        hook::{Address, HookNews, HookTodo, RemoteHook},
        stream::Page,
    },
    platforms::PlatformError,
};

/// What changes something in our tables. Those of inboxes carry the channels' secrets and are never asked for.
const WANTED: [&str; 7] = [
    "contact_created",
    "contact_updated",
    "conversation_created",
    "conversation_status_changed",
    "conversation_updated",
    "message_created",
    "message_updated",
];
/// The name it has among the account's webhooks.
const NAME: &str = "Routiq";
/// The stream whose steps these are: the small tables'.
const STREAM: &str = super::plan::INBOXES;

impl Pull<'_> {
    pub(super) async fn hooks(&self) -> Result<Page, PlatformError> {
        let path = self.path("webhooks");
        let reply = self.client.get(&path).await;
        self.told(path, reply, |body| {
            let list =
                body.get("payload").and_then(|payload| payload.get("webhooks")).and_then(Value::as_array);
            let Some(list) = list else { return Err("the answer holds no list of webhooks".to_owned()) };
            let hooks: Result<Vec<_>, Unfit> = list.iter().map(hook).collect();
            hooks.map(HookNews::Listed).map_err(|unfit| unfit.to_string())
        })
    }

    pub(super) async fn store_hook(&self, todo: &HookTodo) -> Result<Page, PlatformError> {
        let (path, address) = match todo {
            HookTodo::Create(address) => (self.path("webhooks"), address),
            HookTodo::Repair { remote_id, address } => (self.path(&format!("webhooks/{remote_id}")), address),
            HookTodo::Open { .. } => {
                return Err(PlatformError::Malformed("Chatwoot makes its secrets itself".into()));
            }
        };
        let body = json!({"webhook": {"url": address.0, "name": NAME, "subscriptions": WANTED}});
        let reply = match todo {
            HookTodo::Create(_) => self.client.post(&path, &body).await,
            HookTodo::Repair { .. } | HookTodo::Open { .. } => self.client.patch(&path, &body).await,
        };
        self.told(path, reply, |body| {
            let stored = body.get("payload").and_then(|payload| payload.get("webhook"));
            let Some(stored) = stored else { return Err("the answer holds no webhook".to_owned()) };
            hook(stored).map(HookNews::Stored).map_err(|unfit| unfit.to_string())
        })
    }

    /// A refusal is said of the webhook alone: everything else is read all the same. Nothing of the answer is kept, since it
    /// holds secrets.
    fn told(
        &self,
        path: String,
        reply: Result<Reply, PlatformError>,
        read: impl Fn(&Value) -> Result<HookNews, String>,
    ) -> Result<Page, PlatformError> {
        let news = match reply {
            Ok(Reply::Found { text, .. }) => {
                let body: Value = wire::parse(&text)?;
                read(&body).unwrap_or_else(HookNews::Refused)
            }
            Ok(Reply::Missing) => HookNews::Refused("Chatwoot does not know it (404)".to_owned()),
            Err(PlatformError::Malformed(reason)) => HookNews::Refused(reason),
            Err(error) => return Err(error),
        };
        let mut page = self.page(STREAM, path);
        page.hook = Some(news);
        Ok(page)
    }
}

fn hook(value: &Value) -> Result<RemoteHook, Unfit> {
    let fields = Fields::of(value)?;
    let subscriptions = fields.texts("subscriptions")?;
    Ok(RemoteHook {
        remote_id: fields.whole_id("id")?,
        address: Address(fields.text("url")?.unwrap_or_default()),
        complete: WANTED.iter().all(|wanted| subscriptions.iter().any(|known| known == wanted)),
        secret: fields.text("secret")?.map(SecretString::from),
    })
}
