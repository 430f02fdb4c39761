//! Webhooks of the installation: who is told of a change, and what becomes of the telling.
//!
//! An event becomes one job for each webhook of the account that subscribed to it, and one for the API inbox it
//! happened in. Jobs run later and build what they send from what there is then. One attempt each: what fails is
//! dropped.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;

use super::state::{Channel, Delivery, MessageKind, Webhook};
use super::world::{Refused, What, World, missing};
use super::{Chatwoot, Version, hook_json};
use crate::hooks::{self, Failure, HookEntry, HookFaults, HookTotals, Outcome, Post, Sends};
use hooks::outbox::Label;

/// One telling of one event to one receiver.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    account: i64,
    target: Target,
    event: &'static str,
    subject: Subject,
    changed: Value,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Webhook(i64),
    Inbox(i64),
}

/// What an event is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject {
    Contact(i64),
    Conversation(i64),
    Message { conversation: i64, message: i64 },
    Typing { conversation: i64, user: Option<i64> },
    Widget { contact: i64 },
}

impl Subject {
    fn about(self) -> String {
        match self {
            Self::Contact(id) | Self::Widget { contact: id } => format!("contact {id}"),
            Self::Conversation(id) | Self::Typing { conversation: id, .. } => format!("conversation {id}"),
            Self::Message { message, .. } => format!("message {message}"),
        }
    }

    fn conversation(self) -> Option<i64> {
        match self {
            Self::Contact(_) | Self::Widget { .. } => None,
            Self::Conversation(id) => Some(id),
            Self::Message { conversation, .. } | Self::Typing { conversation, .. } => Some(conversation),
        }
    }
}

impl World {
    /// What follows for webhooks from a change.
    pub(super) fn plan_deliveries(&mut self, account: i64, at: Timestamp, what: &What, changed: Value) {
        // History is written before anybody subscribes; looking costs little, building lists for nobody would.
        let told = self.accounts.get(&account).is_some_and(|tenant| {
            !tenant.webhooks.is_empty() || tenant.inboxes.values().any(|inbox| inbox.webhook_url.is_some())
        });
        if !told {
            return;
        }
        let (event, subject, times) = match *what {
            What::ContactCreated { contact } => ("contact_created", Subject::Contact(contact), 1),
            What::ContactUpdated { contact } => ("contact_updated", Subject::Contact(contact), 1),
            What::ConversationCreated { conversation } => {
                ("conversation_created", Subject::Conversation(conversation), 1)
            }
            What::ConversationStatusChanged { conversation } => {
                ("conversation_status_changed", Subject::Conversation(conversation), 1)
            }
            // Two for each change.
            What::ConversationUpdated { conversation } => {
                ("conversation_updated", Subject::Conversation(conversation), 2)
            }
            What::MessageCreated { conversation, message } => {
                ("message_created", Subject::Message { conversation, message }, 1)
            }
            What::MessageUpdated { conversation, message } => {
                ("message_updated", Subject::Message { conversation, message }, 1)
            }
            // Nobody is told of these.
            What::ContactDeleted { .. } | What::ContactsMerged { .. } | What::ConversationDeleted { .. } => {
                return;
            }
        };
        for _ in 0..times {
            self.tell_receivers(account, at, event, subject, &changed);
        }
    }

    fn tell_receivers(
        &mut self,
        account: i64,
        at: Timestamp,
        event: &'static str,
        subject: Subject,
        changed: &Value,
    ) {
        let Some(tenant) = self.accounts.get(&account) else { return };
        if let Subject::Message { conversation, message } = subject {
            let known = tenant.conversations.get(&conversation).and_then(|it| it.message(message));
            // System texts are nobody's business.
            if known.is_none_or(|it| it.kind == MessageKind::Activity) {
                return;
            }
        }
        let subscribed = |hook: &&Webhook| hook.subscriptions.iter().any(|wanted| wanted == event);
        let mut receivers: Vec<(Target, String)> = tenant
            .webhooks
            .values()
            .filter(subscribed)
            .map(|hook| (Target::Webhook(hook.id), hook.url.clone()))
            .collect();
        let inbox = subject
            .conversation()
            .and_then(|id| tenant.conversations.get(&id))
            .and_then(|conversation| tenant.inboxes.get(&conversation.inbox_id));
        if let Some((inbox, url)) = inbox.and_then(|inbox| Some((inbox.id, inbox.webhook_url.clone()?))) {
            receivers.push((Target::Inbox(inbox), url));
        }
        for (target, url) in receivers {
            let label = Label { event: event.to_owned(), about: subject.about(), url, attempt: 1 };
            let job = Job { account, target, event, subject, changed: changed.clone() };
            self.outbox.plan(job, label, at);
        }
    }

    pub(super) fn set_inbox_webhook(
        &mut self,
        account: i64,
        inbox: i64,
        url: Option<String>,
    ) -> Result<(), Refused> {
        let it = self.account_mut(account)?.inboxes.get_mut(&inbox).ok_or(missing("inbox", inbox))?;
        if it.channel != Channel::Api {
            return Err(Refused::Invalid("inbox"));
        }
        it.webhook_url = url;
        Ok(())
    }

    pub(super) fn typing(
        &mut self,
        account: i64,
        conversation: i64,
        user: Option<i64>,
        on: bool,
        at: Timestamp,
    ) -> Result<(), Refused> {
        self.conversation_mut(account, conversation)?;
        let event = if on { "conversation_typing_on" } else { "conversation_typing_off" };
        // Typing came with 4.2.
        if self.settings.version >= Version::V4_12 {
            self.tell_receivers(account, at, event, Subject::Typing { conversation, user }, &Value::Null);
        }
        Ok(())
    }

    pub(super) fn open_widget(&mut self, account: i64, contact: i64, at: Timestamp) -> Result<(), Refused> {
        self.contact_mut(account, contact)?;
        self.tell_receivers(account, at, "webwidget_triggered", Subject::Widget { contact }, &Value::Null);
        Ok(())
    }

    /// The request of a job, from what there is now.
    fn post(&mut self, id: u64, job: &Job, now: Timestamp) -> Result<Post, Outcome> {
        let tenant = self.accounts.get(&job.account).ok_or(Outcome::Gone)?;
        let version = self.settings.version;
        let (url, secret) = match job.target {
            Target::Webhook(id) => {
                let hook = tenant.webhooks.get(&id).ok_or(Outcome::Gone)?;
                (hook.url.clone(), (version >= Version::V4_12).then(|| hook.secret.clone()))
            }
            Target::Inbox(id) => {
                let inbox = tenant.inboxes.get(&id).ok_or(Outcome::Gone)?;
                let url = inbox.webhook_url.clone().ok_or(Outcome::Gone)?;
                // Signed one release later than the webhooks of accounts.
                (url, (version >= Version::V4_15).then(|| inbox.signing_secret()))
            }
        };
        if self.settings.refuses_private_targets && version >= Version::V4_15 && private(&url) {
            return Err(Outcome::Forbidden);
        }
        let body = hook_json::body(self, job.account, job.event, job.subject, &job.changed, now)
            .ok_or(Outcome::Gone)?
            .to_string();
        let mut request = Request::post(url)
            .header("content-type", "application/json")
            .header("accept", "application/json");
        if version >= Version::V4_12 {
            request = request.header("x-chatwoot-delivery", self.uuid().to_string());
        }
        if let Some(secret) = secret {
            let timestamp = now.as_second().to_string();
            let signed = hooks::hmac_sha256(secret.as_bytes(), format!("{timestamp}.{body}").as_bytes());
            request = request
                .header("x-chatwoot-timestamp", timestamp)
                .header("x-chatwoot-signature", format!("sha256={}", hooks::hex(&signed)));
        }
        let timeout = Duration::from_secs(self.settings.webhook_timeout);
        let request = request.body(Bytes::from(body)).map_err(|_| Outcome::Forbidden)?;
        Ok(Post { id, request, timeout })
    }

    fn ended(&mut self, id: u64, outcome: Outcome, now: Timestamp) {
        let Some(job) = self.outbox.end(id, outcome, now) else { return };
        let delivered = matches!(outcome, Outcome::Answered(200..=299));
        // A message that its own inbox could not pass on has failed.
        if let (false, Target::Inbox(_), Subject::Message { conversation, message }) =
            (delivered, job.target, job.subject)
        {
            let known = self.conversation_mut(job.account, conversation).ok();
            let failed = known.and_then(|it| it.message(message)).map(|it| it.status == Delivery::Failed);
            if failed == Some(false) {
                self.set_delivery(job.account, conversation, message, Delivery::Failed, now).ok();
            }
        }
    }
}

/// Whether an address is one of this machine or of a private network.
fn private(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return true };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    match host.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(std::net::IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => host.is_empty() || host == "localhost",
    }
}

impl Sends for Chatwoot {
    fn posts(&self, everything: bool) -> Vec<Post> {
        let now = self.now();
        let mut world = self.world();
        if world.settings.live {
            world.advance(now);
        }
        let due = world.outbox.take((!everything).then_some(now));
        let mut posts = Vec::with_capacity(due.len());
        for (id, job) in due {
            match world.post(id, &job, now) {
                Ok(post) => posts.push(post),
                Err(outcome) => {
                    world.outbox.end(id, outcome, now);
                }
            }
        }
        posts
    }

    fn answered(&self, id: u64, answer: &Result<Response<Bytes>, Failure>) {
        let outcome = match answer {
            Ok(response) => Outcome::Answered(response.status().as_u16()),
            Err(failure) => Outcome::Failed(*failure),
        };
        let now = self.now();
        self.world().ended(id, outcome, now);
    }

    fn due(&self) -> (Option<Timestamp>, Timestamp) {
        (self.world().outbox.due(), self.now())
    }

    fn news(&self) -> Arc<Notify> {
        self.world().outbox.news()
    }
}

/// Webhooks, for tests. They leave through [`hooks::deliver`] or [`hooks::run`].
impl Chatwoot {
    /// Registers a webhook of an account as an administrator would; no subscriptions means the usual ones. Returns its
    /// id and secret; older installations have one too, but do not sign with it.
    ///
    /// # Errors
    /// When the account is missing.
    pub fn add_webhook(
        &self,
        account: i64,
        url: &str,
        subscriptions: &[&str],
    ) -> Result<(i64, String), Refused> {
        let mut world = self.world();
        world.account(account)?;
        let (id, secret) = (world.next_other_id(), world.secret());
        let wanted = if subscriptions.is_empty() { super::routes::USUAL_EVENTS } else { subscriptions };
        let hook = Webhook {
            id,
            name: None,
            url: url.to_owned(),
            subscriptions: wanted.iter().map(|&event| event.to_owned()).collect(),
            secret: secret.clone(),
        };
        world.account_mut(account)?.webhooks.insert(id, hook);
        Ok((id, secret))
    }

    /// Where an API inbox posts to; returns the secret it signs with.
    ///
    /// # Errors
    /// When it does not exist or is of another channel.
    pub fn set_inbox_webhook(&self, account: i64, inbox: i64, url: Option<&str>) -> Result<String, Refused> {
        let mut world = self.world();
        world.set_inbox_webhook(account, inbox, url.map(str::to_owned))?;
        let inbox = world.account(account)?.inboxes.get(&inbox);
        Ok(inbox.map(super::state::Inbox::signing_secret).unwrap_or_default())
    }

    /// What goes wrong with webhooks from now on.
    pub fn set_hook_faults(&self, faults: HookFaults) {
        self.world().outbox.faults = faults;
    }

    /// The webhooks planned and what became of them, oldest first; as many as the request log keeps.
    pub fn deliveries(&self) -> Vec<HookEntry> {
        self.world().outbox.entries()
    }

    /// Totals of webhooks.
    pub fn hook_totals(&self) -> HookTotals {
        self.world().outbox.totals.clone()
    }
}
