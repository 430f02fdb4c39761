//! Items: one conversation's messages, or one record that a listing did not show.

use serde_json::{Value, json};

use super::{
    client::Reply,
    cursor::Crawl,
    history::{Due, Place},
    map::Mapper,
    plan::{CONTACTS, CONVERSATIONS, MESSAGES},
    pull::{Pull, ids, mapped, stream},
    wire,
};
use crate::{
    domain::{
        change::{Change, Kind, Record},
        stream::{Item, Page, StateChange, Urgency},
    },
    platforms::PlatformError,
};

/// Stands in the work of a contact that was missed once.
const MISSED: &str = "missed";

impl Pull<'_> {
    pub(super) async fn messages(&self, item: &Item, from: u64, before: u64) -> Result<Page, PlatformError> {
        let conversation = &item.external_id;
        let path = self.path(&format!("conversations/{conversation}/messages?after={from}&before={before}"));
        let text = match self.client.get(&path).await? {
            Reply::Found { text, .. } => text,
            Reply::Missing => {
                let mut page = self.page(MESSAGES, path);
                gone(&mut page, Kind::Conversation, conversation);
                page.state.push(done(MESSAGES, item, Value::Null, None));
                return Ok(page);
            }
        };
        let list = wire::list(&text)?;
        let mut page = self.page(MESSAGES, path);
        let seen = Mapper { page: &mut page, region: &self.account.region }.records(
            Kind::Message,
            &list.records,
            conversation,
        );
        let (mut place, due) = (Place::of(item), Due::of(item));
        let rest = place.take(&due, &seen, list.records.len()).map(|due| json!(due));
        page.state.push(done(MESSAGES, item, json!(place), rest));
        Ok(page)
    }

    pub(super) async fn check(
        &self,
        item: &Item,
        name: &'static str,
        kind: Kind,
    ) -> Result<Page, PlatformError> {
        let path = self.path(&format!("{name}/{}", item.external_id));
        let reply = self.client.get(&path).await?;
        let mut page = self.page(name, path);
        let Reply::Found { text, .. } = reply else {
            if kind == Kind::Contact && item.work.get(MISSED).is_none() {
                self.look_for_what_moved(&mut page, item);
                return Ok(page);
            }
            gone(&mut page, kind, &item.external_id);
            page.state.push(done(name, item, Value::Null, None));
            return Ok(page);
        };
        let seen = self.map(&mut page, kind, &[wire::one(&text)?]);
        let unlisted = seen.iter().any(|seen| !seen.listable);
        if kind == Kind::Conversation {
            let ids = ids(&mapped(&page, &seen));
            page.state.push(due(ids, &Due::default(), Urgency::Backfill, Some(Kind::Conversation)));
        }
        let cursor = if unlisted { json!({ "unlisted": true }) } else { Value::Null };
        page.state.push(done(name, item, cursor, None));
        Ok(page)
    }

    /// A contact that is gone may have been merged into another, and its conversations moved there. They must be seen
    /// there before the contact falls, or they would fall with it: each of them is looked at, a poll comes, and only then
    /// is the contact looked for once more.
    fn look_for_what_moved(&self, page: &mut Page, item: &Item) {
        let mut crawl = Crawl::load(self.state, CONVERSATIONS, self.now);
        crawl.wanted = Some(self.now);
        page.state.push(stream(CONVERSATIONS, &crawl, None));
        page.state.push(StateChange::DueConversations {
            stream: CONVERSATIONS,
            contact: item.external_id.clone(),
            work: json!({ "check": true }),
            urgency: Urgency::Live,
        });
        page.state.push(done(CONTACTS, item, item.cursor.clone(), None));
        // However soon the first look was wanted, the second one comes after all those.
        page.state.push(StateChange::Due {
            stream: CONTACTS,
            external_ids: vec![item.external_id.clone()],
            work: json!({ "check": true, MISSED: self.now }),
            urgency: Urgency::Backfill,
            only_if_changed: None,
            not_before: None,
        });
    }

    /// Inboxes and agents have no reliable request of their own: the list tells.
    pub(super) async fn check_table(
        &self,
        item: &Item,
        name: &'static str,
        kind: Kind,
    ) -> Result<Page, PlatformError> {
        let path = self.path(name);
        let (text, _) = self.find(&path).await?;
        let mut page = self.page(name, path);
        let seen = self.map(&mut page, kind, &wire::list(&text)?.records);
        if !seen.iter().any(|seen| seen.id == item.external_id) {
            gone(&mut page, kind, &item.external_id);
        }
        page.state.push(done(name, item, Value::Null, None));
        Ok(page)
    }
}

fn done(stream: &'static str, item: &Item, cursor: Value, rest: Option<Value>) -> StateChange {
    let (external_id, request) = (item.external_id.clone(), item.request);
    StateChange::Done { stream, external_id, request, cursor, rest }
}

/// These conversations' messages are to be read.
pub(super) fn due(
    external_ids: Vec<String>,
    work: &Due,
    urgency: Urgency,
    only_if_changed: Option<Kind>,
) -> StateChange {
    StateChange::Due {
        stream: MESSAGES,
        external_ids,
        work: json!(work),
        urgency,
        only_if_changed,
        not_before: None,
    }
}

/// Says that a record is gone; what is kept of that says so too.
pub(super) fn gone(page: &mut Page, kind: Kind, id: &str) {
    let record = Record::Gone { kind, external_id: id.to_owned(), successor: None };
    page.changes.push(Change::new(record, None, page.raw.len()));
    page.raw.push(json!({ "id": id, "status": 404 }).to_string());
}
