//! What Chatwoot's webhooks say, as the same changes that pages bring, and what must be read because they do not say
//! enough.
//!
//! A webhook's body is made when its job runs, not when the event happened, and jobs overtake each other: it may be newer
//! or older than what is known. Conversations carry the time of their last change and so their place; messages and
//! contacts carry none, so they only add what nobody has seen yet and otherwise name what is to be read again. An unsigned
//! delivery is only a reason to look.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    history::Due,
    items::due,
    map::Mapper,
    plan::{CONTACTS, CONVERSATIONS, MESSAGES},
    pull::{ids, mapped},
    wire::{self, Fields, Unfit},
};
use crate::{
    domain::{
        change::Kind,
        stream::{Page, StateChange, Urgency},
    },
    platforms::{Account, Heard, Told},
};

/// A message older than this when it changes may lie before the part of its conversation that is always read again (the
/// newest ten minutes): then all of it is.
const YOUNG: SignedDuration = SignedDuration::from_mins(9);

/// Maps one delivery.
pub(super) fn heard(account: &Account, told: &Told<'_>, settle: Duration) -> Result<Heard, String> {
    let text = String::from_utf8_lossy(told.body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let body = wire::record(text).ok_or("the body is not JSON that can be read")?;
    let event = Event { account, told, body: &body, settle };
    event.heard().map_err(|unfit| unfit.to_string())
}

struct Event<'a> {
    account: &'a Account,
    told: &'a Told<'a>,
    body: &'a Value,
    settle: Duration,
}

impl Event<'_> {
    fn heard(&self) -> Result<Heard, Unfit> {
        let fields = Fields::of(self.body)?;
        if let Some(account) = fields.within("account")?.maybe_whole_id("id")?
            && account != self.account.external_id
        {
            return Err(fields.unfit("account", "the account that the address belongs to"));
        }
        let Some(name) = fields.text("event")? else { return Err(fields.unfit("event", "an event's name")) };
        let page = match name.as_str() {
            "message_created" => self.message(&fields, false)?,
            "message_updated" => self.message(&fields, true)?,
            "conversation_created" => self.conversation(&fields, true)?,
            "conversation_status_changed" | "conversation_updated" => self.conversation(&fields, false)?,
            "contact_created" | "contact_updated" => self.contact(&fields)?,
            // Somebody types, or opened the window on the practice's site: nothing that is kept.
            "webwidget_triggered" | "conversation_typing_on" | "conversation_typing_off" => {
                return Ok(Heard::Nothing("nothing of this event is kept"));
            }
            // Full of the channel's secrets; inboxes are listed often enough.
            "inbox_created" | "inbox_updated" => {
                return Ok(Heard::Nothing("inboxes are read from their list"));
            }
            _ => return Ok(Heard::Nothing("an event that this version does not know")),
        };
        Ok(Heard::Page(Box::new(page)))
    }

    fn message(&self, fields: &Fields<'_>, updated: bool) -> Result<Page, Unfit> {
        let inside = fields.within("conversation")?;
        let conversation = match inside.maybe_whole_id("id")? {
            Some(id) => id,
            None => fields.whole_id("conversation_id")?,
        };
        fields.whole_id("id")?;
        let mut page = self.page(MESSAGES);
        let recheck = updated && self.is_old(fields);
        let read = Due { recheck, ..Due::default() };
        let read = due(vec![conversation.clone()], &read, Urgency::Live, None);
        if !self.told.signed {
            page.state.extend([read, check(CONVERSATIONS, vec![conversation], None)]);
            return Ok(page);
        }
        let mut message = self.body.clone();
        whole_second(&mut message, "created_at");
        let known = self.body.get("conversation").filter(|value| value.is_object());
        let mut mapper = Mapper { page: &mut page, region: &self.account.region };
        if let Some(sender) = message.get_mut("sender").filter(|sender| is_contact(sender)) {
            // Contacts come without their type here.
            sender["type"] = json!("contact");
            mapper.value(Kind::Contact, sender.clone(), "", false);
        }
        let told = known.and_then(|known| mapper.value(Kind::Conversation, as_listed(known), "", false));
        // What is kept of it says whose message it is, as pages do.
        message["conversation_id"] = json!(conversation);
        mapper.value(Kind::Message, message, &conversation, false);
        // A new message is shown as it was told; whatever else its conversation says can wait for what follows it.
        page.state.push(if updated || !page.rejected.is_empty() { read } else { self.settled(read) });
        self.read_people(&mut page);
        let versioned = told.is_some_and(|seen| !seen.doubtful && seen.updated_at.is_some());
        if !versioned {
            page.state.push(check(CONVERSATIONS, vec![conversation], None));
        }
        Ok(page)
    }

    /// A new one is read in any case: its unique id is told nowhere else.
    fn conversation(&self, fields: &Fields<'_>, created: bool) -> Result<Page, Unfit> {
        let id = fields.whole_id("id")?;
        let mut page = self.page(CONVERSATIONS);
        if !self.told.signed {
            page.state.push(check(CONVERSATIONS, vec![id], None));
            return Ok(page);
        }
        let mut mapper = Mapper { page: &mut page, region: &self.account.region };
        let seen: Vec<_> =
            mapper.value(Kind::Conversation, as_listed(self.body), "", false).into_iter().collect();
        let versioned = seen.iter().any(|seen| !seen.doubtful && seen.updated_at.is_some());
        let understood = ids(&mapped(&page, &seen));
        let read = due(understood, &Due::default(), Urgency::Live, Some(Kind::Conversation));
        page.state.push(if created { read } else { self.settled(read) });
        self.read_people(&mut page);
        if created || !versioned {
            page.state.push(check(CONVERSATIONS, vec![id], None));
        }
        Ok(page)
    }

    fn contact(&self, fields: &Fields<'_>) -> Result<Page, Unfit> {
        let id = fields.whole_id("id")?;
        let mut page = self.page(CONTACTS);
        if !self.told.signed {
            page.state.push(check(CONTACTS, vec![id], None));
            return Ok(page);
        }
        let mut mapper = Mapper { page: &mut page, region: &self.account.region };
        mapper.value(Kind::Contact, self.body.clone(), "", false);
        self.read_people(&mut page);
        Ok(page)
    }

    /// The same, a little later: a burst is read once. Each conversation has a pause of its own, from once to twice as
    /// long, so that those that began together are not read together for ever.
    fn settled(&self, mut read: StateChange) -> StateChange {
        if let StateChange::Due { external_ids, not_before, .. } = &mut read {
            let mut own = DefaultHasher::new();
            (self.account.id, external_ids).hash(&mut own);
            let share = own.finish() as f64 / u64::MAX as f64;
            *not_before = self.told.received_at.checked_add(self.settle.mul_f64(1.0 + share)).ok();
        }
        read
    }

    /// People who are new, or whom this shows otherwise than known, are read; so are those it shows in a way nobody can
    /// read.
    fn read_people(&self, page: &mut Page) {
        let people = page.changes.iter().filter(|change| change.record.kind() == Kind::Contact);
        let people: Vec<String> = people.map(|change| change.record.external_id().to_owned()).collect();
        if !people.is_empty() {
            page.state.push(check(CONTACTS, people, Some(Kind::Contact)));
        }
        let rejected = page.rejected.iter().filter(|rejected| rejected.kind == Kind::Contact);
        let doubtful: Vec<String> = rejected.filter_map(|rejected| rejected.external_id.clone()).collect();
        if !doubtful.is_empty() {
            page.state.push(check(CONTACTS, doubtful, None));
        }
    }

    fn page(&self, stream: &'static str) -> Page {
        let observed_at = self.told.received_at;
        Page { stream, request: format!("webhook {}", self.told.id), observed_at, ..Page::default() }
    }

    fn is_old(&self, fields: &Fields<'_>) -> bool {
        let said_at: Option<Timestamp> = fields.time("created_at").ok().flatten();
        said_at.is_none_or(|said_at| self.told.received_at.duration_since(said_at) > YOUNG)
    }
}

/// Whoever writes to the practice has a telephone number there, if only an empty one; its people and machines have not.
fn is_contact(sender: &Value) -> bool {
    let Some(sender) = sender.as_object() else { return false };
    match sender.get("type").and_then(Value::as_str) {
        Some(kind) => kind == "contact",
        None => sender.contains_key("phone_number"),
    }
}

/// A conversation as lists show it: they name the channel elsewhere.
fn as_listed(conversation: &Value) -> Value {
    let mut listed = conversation.clone();
    whole_second(&mut listed, "first_reply_created_at");
    let channel = conversation.get("channel").filter(|channel| channel.is_string()).cloned();
    if let (Some(channel), Some(meta)) = (channel, listed.get_mut("meta").and_then(Value::as_object_mut)) {
        meta.entry("channel").or_insert(channel);
    }
    listed
}

/// Webhooks tell milliseconds of what lists tell in whole seconds.
fn whole_second(record: &mut Value, name: &str) {
    let time = record.get(name).and_then(Value::as_str).and_then(|text| text.parse::<Timestamp>().ok());
    if let Some(time) = time {
        record[name] = json!(time.as_second());
    }
}

fn check(stream: &'static str, external_ids: Vec<String>, only_if_changed: Option<Kind>) -> StateChange {
    StateChange::Due {
        stream,
        external_ids,
        work: json!({ "check": true }),
        urgency: Urgency::Live,
        only_if_changed,
        not_before: None,
    }
}
