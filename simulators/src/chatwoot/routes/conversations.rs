//! Conversations: open ones unless asked otherwise, newest activity first unless asked otherwise.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;

use super::super::json::{self, ConversationView};
use super::super::reply::Reply;
use super::super::state::{Conversation, MessageKind};
use super::Visit;
use super::filter::{Fields, Question};

#[derive(Serialize)]
struct Counts {
    mine_count: usize,
    assigned_count: usize,
    unassigned_count: usize,
    all_count: usize,
}

#[derive(Serialize)]
struct Page<'a> {
    meta: Counts,
    payload: Vec<ConversationView<'a>>,
}

#[derive(Serialize)]
struct Data<'a> {
    data: Page<'a>,
}

pub(super) fn views<'a>(visit: &Visit<'a>, rows: &[&'a Conversation]) -> Vec<ConversationView<'a>> {
    rows.iter()
        .map(|conversation| {
            visit.saw_conversation(conversation);
            json::conversation(visit.world, visit.account, conversation, visit.now)
        })
        .collect()
}

fn counts(visit: &Visit<'_>, rows: &[&Conversation]) -> Counts {
    let me = visit.sight.user();
    let unassigned = rows.iter().filter(|c| c.assignee.is_none()).count();
    Counts {
        mine_count: rows.iter().filter(|c| c.assignee == Some(me)).count(),
        assigned_count: rows.len() - unassigned,
        unassigned_count: unassigned,
        all_count: rows.len(),
    }
}

/// What the parameters of the list select, before the assignee is looked at.
fn selected<'a>(visit: &Visit<'a>) -> Result<Vec<&'a Conversation>, Reply> {
    let query = &visit.query;
    let mut rows: Vec<&Conversation> =
        visit.account.conversations.values().filter(|c| visit.sight.inbox(c.inbox_id)).collect();
    if let Some(inbox) = query.number("inbox_id") {
        rows.retain(|c| c.inbox_id == inbox);
    }
    if let Some(text) = query.get("q") {
        let text = text.to_lowercase();
        rows.retain(|c| {
            c.messages.iter().any(|message| {
                matches!(message.kind, MessageKind::Incoming | MessageKind::Outgoing)
                    && message.content.as_ref().is_some_and(|content| content.to_lowercase().contains(&text))
            })
        });
    } else {
        match query.get("status").unwrap_or("open") {
            "all" => {}
            status => rows.retain(|c| c.status.name() == status),
        }
    }
    if let Some(team) = query.number("team_id") {
        if !visit.account.teams.contains_key(&team) {
            return Err(Reply::not_found());
        }
        rows.retain(|c| c.team == Some(team));
    }
    let labels: Vec<&str> = query.all("labels[]").collect();
    if !labels.is_empty() {
        rows.retain(|c| c.labels.iter().any(|label| labels.contains(&label.as_str())));
    }
    if let Some(source) = query.get("source_id") {
        rows.retain(|c| {
            visit.account.contacts.get(&c.contact_id).is_some_and(|contact| {
                contact.contact_inboxes.iter().any(|l| l.inbox_id == c.inbox_id && l.source_id == source)
            })
        });
    }
    Ok(rows)
}

pub(super) fn list(visit: &Visit<'_>) -> Result<Reply, Reply> {
    let mut rows = selected(visit)?;
    let meta = counts(visit, &rows);
    match visit.query.get("assignee_type") {
        Some("me") => rows.retain(|c| c.assignee == Some(visit.sight.user())),
        Some("unassigned") => rows.retain(|c| c.assignee.is_none()),
        Some("assigned") => rows.retain(|c| c.assignee.is_some()),
        _ => {}
    }
    sort(visit, &mut rows);
    // A window of time replaces the pages altogether.
    let rows = if let Some(seconds) = visit.query.number("updated_within") {
        let since = visit.now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MIN);
        rows.retain(|c| c.updated_at > since);
        rows
    } else {
        visit.page(&rows, visit.world.settings.conversations_per_page)
    };
    Ok(Reply::json(&Data { data: Page { meta, payload: views(visit, &rows) } }))
}

pub(super) fn meta(visit: &Visit<'_>) -> Result<Reply, Reply> {
    Ok(Reply::json(&json!({"meta": counts(visit, &selected(visit)?)})))
}

/// Answers without the wrapper that the list has.
pub(super) fn filter(visit: &Visit<'_>) -> Result<Reply, Reply> {
    let question = Question::<Conversation>::parse(visit.body, visit.now)?;
    let seen = visit.account.conversations.values().filter(|c| visit.sight.inbox(c.inbox_id));
    let mut rows: Vec<&Conversation> = seen.filter(|c| question.matches(visit, c)).collect();
    let meta = counts(visit, &rows);
    rows.sort_by_key(|c| (Reverse(c.last_activity_at), visit.tie(c.display_id)));
    let rows = visit.page(&rows, visit.world.settings.conversations_per_page);
    Ok(Reply::json(&Page { meta, payload: views(visit, &rows) }))
}

pub(super) fn show(visit: &Visit<'_>, id: &str) -> Result<Reply, Reply> {
    let conversation = visit.conversation(id)?;
    Ok(Reply::json(&views(visit, &[conversation]).pop()))
}

pub(super) fn labels(visit: &Visit<'_>, id: &str) -> Result<Reply, Reply> {
    Ok(Reply::json(&json!({"payload": visit.conversation(id)?.labels})))
}

/// An unknown order is the default one, silently.
fn sort(visit: &Visit<'_>, rows: &mut [&Conversation]) {
    let tie = |c: &Conversation| visit.tie(c.display_id);
    let waiting = |c: &Conversation| c.waiting_since.unwrap_or(Timestamp::MAX);
    match visit.query.get("sort_by").unwrap_or_default() {
        "last_activity_at_asc" => rows.sort_by_key(|c| (c.last_activity_at, tie(c))),
        "created_at_asc" | "sort_on_created_at" => rows.sort_by_key(|c| (c.created_at, tie(c))),
        "created_at_desc" => rows.sort_by_key(|c| (Reverse(c.created_at), tie(c))),
        "priority_asc" => {
            rows.sort_by_key(|c| (c.priority.is_none(), c.priority, Reverse(c.last_activity_at), tie(c)));
        }
        "priority_desc" | "sort_on_priority" => {
            rows.sort_by_key(|c| (Reverse(c.priority), Reverse(c.last_activity_at), tie(c)));
        }
        "waiting_since_asc" | "sort_on_waiting_since" => rows.sort_by_key(|c| (waiting(c), tie(c))),
        "waiting_since_desc" => {
            rows.sort_by_key(|c| (c.waiting_since.is_none(), Reverse(c.waiting_since), tie(c)));
        }
        "unread" => rows.sort_by_key(|c| (Reverse(c.unread()), Reverse(c.last_activity_at), tie(c))),
        _ => rows.sort_by_key(|c| (Reverse(c.last_activity_at), tie(c))),
    }
}

impl Fields for Conversation {
    const KEYS: &'static [&'static str] = &[
        "status",
        "assignee_id",
        "inbox_id",
        "team_id",
        "contact_id",
        "priority",
        "display_id",
        "campaign_id",
        "labels",
        "browser_language",
        "conversation_language",
        "referer",
        "created_at",
        "last_activity_at",
        "mail_subject",
    ];

    const CUSTOM: &'static [&'static str] = &["referred_by"];

    fn date(&self, key: &str) -> Option<Option<Timestamp>> {
        match key {
            "created_at" => Some(Some(self.created_at)),
            "last_activity_at" => Some(Some(self.last_activity_at)),
            _ => None,
        }
    }

    fn texts(&self, _: &Visit<'_>, key: &str) -> Vec<String> {
        let attribute = |name: &str| self.additional_attributes.get(name).and_then(|v| v.as_str());
        let one = match key {
            // "all" stands for every status.
            "status" => return vec![self.status.name().to_owned(), "all".to_owned()],
            "labels" => return self.labels.clone(),
            "assignee_id" => self.assignee.map(|id| id.to_string()),
            "inbox_id" => Some(self.inbox_id.to_string()),
            "team_id" => self.team.map(|id| id.to_string()),
            "contact_id" => Some(self.contact_id.to_string()),
            "priority" => self.priority.map(|priority| priority.name().to_owned()),
            "display_id" => Some(self.display_id.to_string()),
            "browser_language" | "conversation_language" | "referer" | "mail_subject" => {
                attribute(key).map(str::to_owned)
            }
            custom => self.custom_attributes.get(custom).and_then(|v| v.as_str()).map(str::to_owned),
        };
        one.into_iter().collect()
    }
}
