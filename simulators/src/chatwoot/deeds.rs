//! What can happen to contacts in an installation. Every deed takes the time at which it happens.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::hook_json;
use super::state::{Attributes, Contact, ContactInbox, Sender};
use super::world::{Refused, What, World, missing};

/// A contact to be made. Leaving out everything but the name gives one that no list shows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewContact {
    pub name: String,
    pub email: Option<String>,
    /// E.164.
    pub phone_number: Option<String>,
    pub identifier: Option<String>,
    pub blocked: bool,
    pub additional_attributes: Attributes,
    pub custom_attributes: Attributes,
    /// Inbox and the address there.
    pub inboxes: Vec<(i64, String)>,
}

/// Changes to a contact; what is `None` stays. An empty text unsets a field to null.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ContactEdit {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone_number: Option<String>,
    pub identifier: Option<String>,
    pub blocked: Option<bool>,
    pub additional_attributes: Option<Attributes>,
    pub custom_attributes: Option<Attributes>,
}

fn valid_phone(phone: &str) -> bool {
    phone.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

impl World {
    pub(crate) fn add_contact(
        &mut self,
        account: i64,
        new: NewContact,
        at: Timestamp,
    ) -> Result<i64, Refused> {
        let email = new.email.map(|email| email.to_lowercase());
        let tenant = self.account(account)?;
        if new.phone_number.as_deref().is_some_and(|phone| !valid_phone(phone)) {
            return Err(Refused::Invalid("phone number"));
        }
        if email.as_ref().is_some_and(|email| tenant.emails.contains_key(email)) {
            return Err(Refused::Taken("email"));
        }
        if new.phone_number.as_ref().is_some_and(|phone| tenant.phones.contains_key(phone)) {
            return Err(Refused::Taken("phone number"));
        }
        let (id, heap_position) = (self.next_contact_id(), self.next_heap_position());
        let tenant = self.account_mut(account)?;
        if let Some(email) = &email {
            tenant.emails.insert(email.clone(), id);
        }
        if let Some(phone) = &new.phone_number {
            tenant.phones.insert(phone.clone(), id);
        }
        let contact = Contact {
            id,
            name: new.name,
            email,
            phone_number: new.phone_number,
            identifier: new.identifier,
            blocked: new.blocked,
            online: false,
            additional_attributes: new.additional_attributes,
            custom_attributes: new.custom_attributes,
            last_activity_at: None,
            created_at: at,
            contact_inboxes: new
                .inboxes
                .into_iter()
                .map(|(inbox_id, source_id)| ContactInbox { inbox_id, source_id })
                .collect(),
            heap_position,
            served: Self::unseen(),
        };
        tenant.contacts.insert(id, contact);
        self.tell(account, at, What::ContactCreated { contact: id });
        Ok(id)
    }

    pub(crate) fn edit_contact(
        &mut self,
        account: i64,
        id: i64,
        edit: ContactEdit,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let heap_position = self.next_heap_position();
        let tenant = self.account_mut(account)?;
        let contact = tenant.contacts.get_mut(&id).ok_or(missing("contact", id))?;
        let before = hook_json::contact_columns(contact);
        let taken = |index: &std::collections::HashMap<String, i64>, value: &String| {
            index.get(value).is_some_and(|owner| *owner != id)
        };
        let email = edit.email.map(|email| email.to_lowercase());
        if email.as_ref().is_some_and(|email| taken(&tenant.emails, email)) {
            return Err(Refused::Taken("email"));
        }
        if edit.phone_number.as_ref().is_some_and(|phone| taken(&tenant.phones, phone)) {
            return Err(Refused::Taken("phone number"));
        }
        // An invalid phone number is dropped without a word and the old one stays.
        let phone = edit.phone_number.filter(|phone| phone.is_empty() || valid_phone(phone));
        if let Some(email) = email {
            replace(&mut tenant.emails, &mut contact.email, email, id);
        }
        if let Some(phone) = phone {
            replace(&mut tenant.phones, &mut contact.phone_number, phone, id);
        }
        if let Some(identifier) = edit.identifier {
            contact.identifier = (!identifier.is_empty()).then_some(identifier);
        }
        contact.name = edit.name.unwrap_or_else(|| std::mem::take(&mut contact.name));
        contact.blocked = edit.blocked.unwrap_or(contact.blocked);
        if let Some(attributes) = edit.additional_attributes {
            contact.additional_attributes = attributes;
        }
        if let Some(attributes) = edit.custom_attributes {
            contact.custom_attributes = attributes;
        }
        contact.heap_position = heap_position;
        let changed = hook_json::differences(before, hook_json::contact_columns(contact), at);
        self.tell_changed(account, at, What::ContactUpdated { contact: id }, changed);
        Ok(())
    }

    /// Gone for good, with every conversation of that contact.
    pub(crate) fn delete_contact(&mut self, account: i64, id: i64, at: Timestamp) -> Result<(), Refused> {
        let tenant = self.account(account)?;
        if !tenant.contacts.contains_key(&id) {
            return Err(missing("contact", id));
        }
        let theirs: Vec<i64> =
            tenant.conversations.values().filter(|c| c.contact_id == id).map(|c| c.display_id).collect();
        for conversation in theirs {
            self.delete_conversation(account, conversation, at)?;
        }
        self.remove_contact(account, id)?;
        self.tell(account, at, What::ContactDeleted { contact: id });
        Ok(())
    }

    /// An inbox with its conversations; contacts stay, without an address in it.
    pub(crate) fn remove_inbox(&mut self, account: i64, inbox: i64, at: Timestamp) -> Result<(), Refused> {
        let tenant = self.account_mut(account)?;
        if !tenant.inboxes.contains_key(&inbox) {
            return Err(missing("inbox", inbox));
        }
        let inside = tenant.conversations.values().filter(|c| c.inbox_id == inbox);
        for conversation in inside.map(|c| c.display_id).collect::<Vec<_>>() {
            self.delete_conversation(account, conversation, at)?;
        }
        let tenant = self.account_mut(account)?;
        tenant.inboxes.remove(&inbox);
        for contact in tenant.contacts.values_mut() {
            contact.contact_inboxes.retain(|link| link.inbox_id != inbox);
        }
        Ok(())
    }

    fn remove_contact(&mut self, account: i64, id: i64) -> Result<Contact, Refused> {
        let tenant = self.account_mut(account)?;
        let contact = tenant.contacts.remove(&id).ok_or(missing("contact", id))?;
        if let Some(email) = &contact.email {
            tenant.emails.remove(email);
        }
        if let Some(phone) = &contact.phone_number {
            tenant.phones.remove(phone);
        }
        if contact.served.get() {
            tenant.gone_contacts.push(contact.clone());
        }
        Ok(contact)
    }

    pub(crate) fn delete_conversation(
        &mut self,
        account: i64,
        display_id: i64,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let tenant = self.account_mut(account)?;
        let mut gone = tenant.conversations.remove(&display_id).ok_or(missing("conversation", display_id))?;
        if gone.served.get() {
            gone.messages = Vec::new();
            tenant.gone_conversations.push(gone);
        }
        self.tell(account, at, What::ConversationDeleted { conversation: display_id });
        Ok(())
    }

    /// Conversations, messages and addresses of `mergee` move to `base`; `mergee` is gone for good.
    pub(crate) fn merge_contacts(
        &mut self,
        account: i64,
        base: i64,
        mergee: i64,
        at: Timestamp,
    ) -> Result<(), Refused> {
        if base == mergee {
            return Err(Refused::Invalid("mergee"));
        }
        let heap_position = self.next_heap_position();
        if !self.account(account)?.contacts.contains_key(&base) {
            return Err(missing("contact", base));
        }
        let merged = self.remove_contact(account, mergee)?;
        let tenant = self.account_mut(account)?;
        let mut changed = Value::Null;
        for conversation in tenant.conversations.values_mut() {
            if conversation.contact_id == mergee {
                conversation.contact_id = base;
                conversation.updated_at = conversation.updated_at.max(at);
            }
            for message in &mut conversation.messages {
                if message.sender == Sender::Contact(mergee) {
                    message.sender = Sender::Contact(base);
                }
            }
        }
        if let Some(kept) = tenant.contacts.get_mut(&base) {
            let before = hook_json::contact_columns(kept);
            kept.contact_inboxes.extend(merged.contact_inboxes);
            // What the base contact lacks is taken over.
            if kept.email.is_none() {
                kept.email = merged.email;
                tenant.emails.extend(kept.email.clone().map(|email| (email, base)));
            }
            if kept.phone_number.is_none() {
                kept.phone_number = merged.phone_number;
                tenant.phones.extend(kept.phone_number.clone().map(|phone| (phone, base)));
            }
            kept.identifier = kept.identifier.take().or(merged.identifier);
            kept.heap_position = heap_position;
            changed = hook_json::differences(before, hook_json::contact_columns(kept), at);
        }
        self.tell(account, at, What::ContactsMerged { base, mergee });
        if !changed.is_null() {
            self.tell_changed(account, at, What::ContactUpdated { contact: base }, changed);
        }
        Ok(())
    }
}

fn replace(
    index: &mut std::collections::HashMap<String, i64>,
    field: &mut Option<String>,
    value: String,
    id: i64,
) {
    if let Some(old) = field.take() {
        index.remove(&old);
    }
    if !value.is_empty() {
        index.insert(value.clone(), id);
        *field = Some(value);
    }
}
