//! Writing people through the interface: made, changed, tagged, their fields set.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::deeds::NewSubscriber;
use super::json as shape;
use super::routes::{Fields, No, Said, invalid};
use super::state::{Channel, Status};
use super::world::World;

/// The most fields set at once.
const MOST_FIELDS: usize = 20;
/// What can be given of a person.
const GIVEN: [&str; 6] = ["first_name", "last_name", "phone", "whatsapp_phone", "email", "gender"];

fn given(fields: &Fields, whatsapp: bool) -> Result<BTreeMap<String, String>, No> {
    let mut texts = BTreeMap::new();
    for name in GIVEN.into_iter().filter(|name| whatsapp || *name != "whatsapp_phone") {
        if fields.get(name).is_some() {
            texts.insert(name.to_owned(), fields.text(name)?.to_owned());
        }
    }
    // What consent was given must be said, by whoever asked for it.
    for (address, consent) in [("phone", "has_opt_in_sms"), ("email", "has_opt_in_email")] {
        if texts.contains_key(address) && !fields.get(consent).is_some_and(Value::is_boolean) {
            return Err(invalid(&format!("{consent} is required")));
        }
    }
    if fields.get("has_opt_in_sms") == Some(&json!(true)) {
        fields.text("consent_phrase")?;
    }
    Ok(texts)
}

impl World {
    fn taken(&self, page: u64, texts: &BTreeMap<String, String>, but: Option<u64>) -> bool {
        let people = self.pages.get(&page).into_iter().flat_map(|page| page.subscribers.values());
        people.filter(|it| it.status == Status::Active && Some(it.id) != but).any(|it| {
            ["phone", "whatsapp_phone", "email"]
                .iter()
                .any(|name| texts.get(*name).is_some_and(|value| it.text(name) == Some(value.as_str())))
        })
    }

    fn known(&mut self, page: u64, fields: &Fields) -> Result<u64, No> {
        let id = fields.id("subscriber_id")?;
        let person = self.subscriber_mut(page, id)?;
        if person.status == Status::Active { Ok(id) } else { Err(invalid("Subscriber does not exist")) }
    }

    fn shown(&self, page: u64, id: u64) -> Said {
        let page = self.pages.get(&page).ok_or(No::Unknown)?;
        let person = page.subscribers.get(&id).ok_or(No::Unknown)?;
        Ok(Some(shape::subscriber(page, person)))
    }

    pub(super) fn subscriber_writes(
        &mut self,
        page: u64,
        method: &str,
        fields: &Fields,
        now: Timestamp,
    ) -> Said {
        match method {
            "createSubscriber" => {
                let texts = given(fields, true)?;
                if !["phone", "whatsapp_phone", "email"].iter().any(|name| texts.contains_key(*name)) {
                    return Err(invalid("One of phone, whatsapp_phone and email is required"));
                }
                if self.taken(page, &texts, None) {
                    return Err(invalid("Subscriber already exists"));
                }
                let whatsapp = texts.contains_key("whatsapp_phone");
                let channel = if whatsapp { Channel::Whatsapp } else { Channel::Messenger };
                let new = NewSubscriber { channel, texts, ..NewSubscriber::default() };
                let id = self.add_subscriber(page, new, now)?;
                self.consent(page, id, fields)?;
                self.shown(page, id)
            }
            "updateSubscriber" => {
                let id = self.known(page, fields)?;
                let texts = given(fields, false)?;
                if self.taken(page, &texts, Some(id)) {
                    return Err(invalid("Subscriber already exists"));
                }
                self.edit(page, id, texts.into_iter().map(|(name, value)| (name, Some(value))).collect())?;
                self.consent(page, id, fields)?;
                self.shown(page, id)
            }
            "addTag" | "removeTag" | "addTagByName" | "removeTagByName" => {
                let id = self.known(page, fields)?;
                let of = self.page_mut(page)?;
                let tag = if method.ends_with("ByName") {
                    of.tag_named(fields.text("tag_name")?)
                } else {
                    Some(fields.id("tag_id")?).filter(|tag| of.tags.contains_key(tag))
                };
                let tag = tag.ok_or_else(|| invalid("Tag does not exist"))?;
                if method.starts_with("add") {
                    self.tag(page, id, tag, now)?
                } else {
                    self.untag(page, id, tag)?
                }
                Ok(None)
            }
            "setCustomField" | "setCustomFieldByName" => {
                let id = self.known(page, fields)?;
                let by_name = method.ends_with("ByName");
                let field =
                    if by_name { json!(fields.text("field_name")?) } else { json!(fields.id("field_id")?) };
                self.put(page, id, &field, fields.get("field_value"), now)?;
                Ok(None)
            }
            "setCustomFields" => {
                let id = self.known(page, fields)?;
                let list =
                    fields.need("fields")?.as_array().ok_or_else(|| invalid("fields must be an array"))?;
                if list.len() > MOST_FIELDS {
                    return Err(invalid("Too many fields"));
                }
                for item in list {
                    let field = item.get("field_id").or_else(|| item.get("field_name"));
                    let field = field.ok_or_else(|| invalid("field_id or field_name is required"))?;
                    let value = item.get("field_value").filter(|value| !value.is_null());
                    self.put(page, id, field, value, now)?;
                }
                Ok(None)
            }
            "verifyBySignedRequest" => {
                self.known(page, fields)?;
                fields.text("signed_request")?;
                Ok(None)
            }
            _ => Err(No::Unknown),
        }
    }

    fn consent(&mut self, page: u64, id: u64, fields: &Fields) -> Result<(), No> {
        let person = self.subscriber_mut(page, id)?;
        let said = |name: &str| fields.get(name).and_then(Value::as_bool);
        person.optin_phone = said("has_opt_in_sms").unwrap_or(person.optin_phone);
        person.optin_email = said("has_opt_in_email").unwrap_or(person.optin_email);
        Ok(())
    }

    /// Sets a field that is named by a number or a text.
    fn put(
        &mut self,
        page: u64,
        id: u64,
        field: &Value,
        value: Option<&Value>,
        now: Timestamp,
    ) -> Result<(), No> {
        let of = self.page_mut(page)?;
        let known = match field {
            Value::String(name) => of.field_named(name),
            other => other.as_u64().filter(|id| of.fields.contains_key(id)),
        };
        let known = known.ok_or_else(|| invalid("Field does not exist"))?;
        self.set_field(page, id, known, value.cloned(), now)
            .map_err(|_| invalid("field_value does not fit the field's type"))
    }
}
