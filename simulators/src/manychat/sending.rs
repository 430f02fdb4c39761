//! Sending: what a channel takes, how much, and until when. Success means accepted; nothing more is ever heard.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::routes::{Fields, No, Said, invalid};
use super::state::{Channel, Status};
use super::world::World;

/// How long after somebody's last text anything may be written.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Whether a channel takes a kind of message.
fn takes(channel: Channel, kind: &str) -> bool {
    use Channel::{Instagram, Messenger, Telegram};
    match kind {
        "text" => channel != Channel::Tiktok,
        "image" => matches!(channel, Messenger | Instagram | Telegram),
        "video" | "audio" | "file" => matches!(channel, Messenger | Telegram),
        "cards" => matches!(channel, Messenger | Instagram),
        _ => false,
    }
}

impl World {
    pub(super) fn sending(&mut self, page: u64, method: &str, fields: &Fields, now: Timestamp) -> Said {
        match method {
            "sendContent" => {
                let id = fields.id("subscriber_id")?;
                let tagged = fields.get("message_tag").is_some();
                let topic = fields.get("otn_topic_name").and_then(Value::as_str);
                self.content(page, id, fields.need("data")?, tagged, topic, true, now)
            }
            "sendContentByUserRef" => {
                let linked = self.page_mut(page)?.user_refs.get(fields.text("user_ref")?).map(|(id, _)| *id);
                let id = linked.ok_or(No::Coded(2011, "User ref does not exist"))?;
                let id = id.ok_or(No::Coded(2012, "User ref is not linked to a subscriber yet"))?;
                self.content(page, id, fields.need("data")?, false, None, false, now)
            }
            "sendFlow" => self.flow(page, fields.id("subscriber_id")?, fields.text("flow_ns")?, now),
            _ => Err(No::Unknown),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "what a message is made of")]
    fn content(
        &mut self,
        page: u64,
        id: u64,
        data: &Value,
        tagged: bool,
        topic: Option<&str>,
        with_actions: bool,
        now: Timestamp,
    ) -> Said {
        let content = data.get("content").filter(|_| data.get("version") == Some(&json!("v2")));
        let content = content.ok_or_else(|| invalid("data.version must be v2"))?;
        let list = |name: &str, most: usize| {
            let rows = content.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
            if rows.len() > most { Err(invalid(&format!("Too many {name}"))) } else { Ok(rows) }
        };
        let (messages, actions) = (list("messages", 10)?, list("actions", 5)?);
        let replies = list("quick_replies", 11)?;
        let channel = match content.get("type") {
            None => Channel::Messenger,
            Some(kind) => serde_json::from_value(kind.clone())
                .ok()
                .filter(|channel| !matches!(channel, Channel::Messenger | Channel::Tiktok))
                .ok_or_else(|| invalid("content.type is not acceptable"))?,
        };
        let topics: Vec<String> = self.page_mut(page)?.topics.iter().map(|(_, name)| name.clone()).collect();
        let person = self.subscriber_mut(page, id)?;
        if person.status != Status::Active {
            return Err(invalid("Subscriber does not exist"));
        }
        if !person.has(channel) {
            return Err(No::Coded(3041, "Subscriber has no such channel"));
        }
        let kind = |it: &Value| it.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        if messages.iter().any(|it| !takes(channel, &kind(it)))
            || (!replies.is_empty() && !matches!(channel, Channel::Messenger | Channel::Instagram))
        {
            return Err(invalid("This kind of message cannot be sent to this channel"));
        }
        let open = person.last_interaction.is_some_and(|at| now.duration_since(at) < WINDOW);
        if !open && !messages.is_empty() {
            match (channel, topic) {
                (Channel::Messenger, Some(topic)) if !topics.iter().any(|known| known == topic) => {
                    return Err(No::Coded(3021, "No permission for this topic"));
                }
                (Channel::Messenger, _) if tagged || topic.is_some() => {}
                (Channel::Whatsapp, _) => return Err(No::Coded(3031, "Message was not sent")),
                _ => return Err(No::Coded(3011, "Message was not sent")),
            }
        }
        if with_actions {
            self.act(page, id, &actions, now).map_err(No::Validation)?;
        }
        self.sent(page, id, "content", Value::Array(messages), now);
        Ok(None)
    }

    fn flow(&mut self, page: u64, id: u64, ns: &str, now: Timestamp) -> Said {
        let flow = self.page_mut(page)?.flows.iter().find(|flow| flow.ns == ns).cloned();
        let flow = flow.ok_or_else(|| invalid("Flow does not exist"))?;
        let person = self.subscriber_mut(page, id)?;
        if person.status != Status::Active {
            return Err(invalid("Subscriber does not exist"));
        }
        if !person.has(flow.channel) {
            return Err(No::Coded(3041, "Subscriber has no such channel"));
        }
        if !self.page_mut(page)?.limits.flow(id, now) {
            self.desk.violated();
            return Err(invalid("Too many flows for this subscriber"));
        }
        self.sent(page, id, "flow", json!(flow.name), now);
        Ok(None)
    }
}
