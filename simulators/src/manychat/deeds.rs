//! What happens to people: they appear, write, are tagged and edited, leave.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::calls::Trigger;
use super::state::{Channel, LedgerMessage, LedgerSent, Status, Subscriber, TEXTS};
use super::world::{World, missing};
use crate::house::Refused;

/// Somebody to be made. What is left out is null.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewSubscriber {
    /// Where the person writes from.
    pub channel: Channel,
    /// Texts by the names they have on the wire: `first_name`, `email`, `whatsapp_phone` …
    pub texts: BTreeMap<String, String>,
    /// Instagram's number of the person.
    pub ig_id: Option<u64>,
    /// Hours east of Greenwich; the page's own unless said.
    pub utc_offset: Option<i8>,
}

impl NewSubscriber {
    /// Somebody of a channel with some texts.
    pub fn new(channel: Channel, texts: &[(&str, &str)]) -> Self {
        let texts = texts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { channel, texts, ..Self::default() }
    }
}

/// The wire's own name, if there is such a text.
pub(super) fn text_name(name: &str) -> Option<&'static str> {
    TEXTS.into_iter().find(|known| *known == name)
}

impl World {
    /// Makes somebody without telling anybody.
    pub(super) fn make(&mut self, page: u64, new: NewSubscriber, at: Timestamp) -> Result<u64, Refused> {
        let mut texts = BTreeMap::new();
        for (name, value) in new.texts {
            texts.insert(text_name(&name).ok_or(Refused::Invalid("texts"))?, value);
        }
        let id = self.next_subscriber;
        let of = self.page_mut(page)?;
        let own = at.to_zoned(of.zone.clone()).offset().seconds() / 3600;
        let offset = new.utc_offset.unwrap_or(i8::try_from(own).unwrap_or(0));
        let subscriber = Subscriber {
            id,
            status: Status::Active,
            channel: new.channel,
            texts,
            offset,
            ig_id: new.ig_id,
            optin_phone: false,
            optin_email: false,
            subscribed: at,
            last_interaction: None,
            last_seen: None,
            tags: BTreeSet::new(),
            custom: BTreeMap::new(),
            callback: None,
        };
        of.subscribers.insert(id, subscriber);
        // Numbers are not dense.
        self.next_subscriber += 1 + crate::mix(self.settings.seed, id) % 997;
        Ok(id)
    }

    pub(super) fn add_subscriber(
        &mut self,
        page: u64,
        new: NewSubscriber,
        at: Timestamp,
    ) -> Result<u64, Refused> {
        let id = self.make(page, new, at)?;
        self.fire(page, id, Trigger::ContactCreated, false, at);
        Ok(id)
    }

    fn living(&mut self, page: u64, id: u64) -> Result<&mut Subscriber, Refused> {
        let person = self.subscriber_mut(page, id)?;
        if person.status == Status::Deleted { Err(missing("subscriber", id)) } else { Ok(person) }
    }

    /// A text, or an attachment, which leaves the last text as it was.
    pub(super) fn write(
        &mut self,
        page: u64,
        id: u64,
        text: Option<&str>,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let join = self.may_join(id, at);
        let merged = join && rand::Rng::random_bool(&mut self.desk.dice, 0.5);
        let person = self.living(page, id)?;
        // Who writes listens again.
        person.status = Status::Active;
        person.last_interaction = Some(at);
        person.last_seen = Some(at);
        let channel = person.channel;
        if let Some(text) = text {
            let before = person.text("last_input_text").filter(|_| merged);
            let shown = before.map_or_else(|| text.to_owned(), |before| format!("{before}\n{text}"));
            person.texts.insert("last_input_text", shown);
        }
        let mut calls = self.fire(page, id, Trigger::MessageReceived, join, at);
        if text.is_some() && self.call_back(page, id, at) {
            calls += 1;
        }
        self.said(page, id, channel, text.map(str::to_owned), calls, at)
    }

    /// Writes down what came in.
    pub(super) fn said(
        &mut self,
        page: u64,
        id: u64,
        channel: Channel,
        text: Option<String>,
        calls: u32,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let number = self.next_message;
        self.next_message += 1;
        let message = LedgerMessage { number, subscriber: id.to_string(), channel, at, text, calls };
        self.page_mut(page)?.messages.push(message);
        Ok(())
    }

    /// Changes texts; nobody is told, and nothing shows when it was.
    pub(super) fn edit(
        &mut self,
        page: u64,
        id: u64,
        set: BTreeMap<String, Option<String>>,
    ) -> Result<(), Refused> {
        let person = self.living(page, id)?;
        for (name, value) in set {
            let name = text_name(&name).ok_or(Refused::Invalid("set"))?;
            match value {
                Some(value) => person.texts.insert(name, value),
                None => person.texts.remove(name),
            };
        }
        Ok(())
    }

    pub(super) fn tag(&mut self, page: u64, id: u64, tag: u64, at: Timestamp) -> Result<(), Refused> {
        if !self.page_mut(page)?.tags.contains_key(&tag) {
            return Err(missing("tag", tag));
        }
        if self.living(page, id)?.tags.insert(tag) {
            self.fire(page, id, Trigger::TagApplied, false, at);
        }
        Ok(())
    }

    pub(super) fn untag(&mut self, page: u64, id: u64, tag: u64) -> Result<(), Refused> {
        self.living(page, id)?.tags.remove(&tag);
        Ok(())
    }

    /// Sets a custom field, or empties it.
    pub(super) fn set_field(
        &mut self,
        page: u64,
        id: u64,
        field: u64,
        value: Option<Value>,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let of = self.page_mut(page)?;
        let kind = of.fields.get(&field).ok_or_else(|| missing("field", field))?.kind;
        let person = self.living(page, id)?;
        match value {
            Some(value) if !kind.takes(&value) => return Err(Refused::Invalid("value")),
            Some(value) => person.custom.insert(field, (value, at)),
            None => person.custom.remove(&field),
        };
        self.fire(page, id, Trigger::FieldChanged, false, at);
        Ok(())
    }

    pub(super) fn set_status(&mut self, page: u64, id: u64, status: Status) -> Result<(), Refused> {
        self.subscriber_mut(page, id)?.status = status;
        Ok(())
    }

    /// Does the actions of a message or of a dynamic block.
    ///
    /// # Errors
    /// With the reason for which one cannot be done.
    pub(super) fn act(&mut self, page: u64, id: u64, actions: &[Value], at: Timestamp) -> Result<(), String> {
        for action in actions {
            let text = |name: &str| action.get(name).and_then(Value::as_str).unwrap_or_default();
            let of = self.page_mut(page).map_err(|refused| refused.to_string())?;
            let done = match text("action") {
                "add_tag" | "remove_tag" => {
                    let tag = of.tag_named(text("tag_name")).ok_or("Tag does not exist")?;
                    if text("action") == "add_tag" {
                        self.tag(page, id, tag, at)
                    } else {
                        self.untag(page, id, tag)
                    }
                }
                "set_field_value" | "unset_field_value" => {
                    let field = of.field_named(text("field_name")).ok_or("Field does not exist")?;
                    let value = action.get("value").filter(|_| text("action") == "set_field_value");
                    self.set_field(page, id, field, value.cloned(), at)
                }
                other => return Err(format!("Unknown action {other}")),
            };
            done.map_err(|refused| refused.to_string())?;
        }
        Ok(())
    }

    pub(super) fn sent(&mut self, page: u64, id: u64, by: &'static str, what: Value, at: Timestamp) {
        if let Some(page) = self.pages.get_mut(&page) {
            page.sent.push(LedgerSent { subscriber: id.to_string(), at, by, what });
        }
    }
}
