//! What dashboards watch: marks of what changed, figures counted from them, and the numbered changes.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use routiq_sql::{client::Params, queries::live as sql};
use serde_json::Value;
use uuid::Uuid;

use super::{error::StoreError, tenant::Tenant};
use crate::domain::{
    bookings::{People, Practice},
    live::{Conversations, CurrentSync, FIGURES_VERSION, Figures, Messages, Number},
};

/// What a transaction touched, as far as figures hang on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Touched {
    /// Conversations whose messages changed.
    pub conversations: BTreeSet<Uuid>,
    /// Whether conversations came, went or changed their status.
    pub states: bool,
    /// Whether contacts came or went.
    pub contacts: bool,
    /// Whether patients or appointments came, went or changed.
    pub visits: bool,
    /// Whether merges or pairs to decide came or went.
    pub people: bool,
    /// What just happened, for people who watch: kinds, ids and times.
    pub events: Vec<Value>,
}

impl Touched {
    /// Whether no figure hangs on it.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Marks what this transaction touched: one row, whatever the number of records.
///
/// # Errors
/// [`StoreError`].
pub async fn mark(
    tenant: &Tenant<'_>,
    id: Uuid,
    touched: &Touched,
    cause: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if touched.is_nothing() {
        return Ok(());
    }
    let conversations: Vec<Uuid> = touched.conversations.iter().copied().collect();
    let events = Value::from(touched.events.clone());
    let params = sql::MarkDirtyParams {
        organization: tenant.organization,
        id,
        conversations: &conversations[..],
        states: touched.states,
        contacts: touched.contacts,
        visits: touched.visits,
        people: touched.people,
        events: &events,
        cause,
        now,
    };
    sql::mark_dirty().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Marks that were taken.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// How many there were.
    pub rows: usize,
    /// All they touched.
    pub touched: Touched,
    /// Who wrote them: a webhook, if any of them is one.
    pub cause: Option<String>,
}

/// Takes up to `most` marks.
///
/// # Errors
/// [`StoreError`].
pub async fn take(tenant: &Tenant<'_>, most: i64) -> Result<Taken, StoreError> {
    let params = sql::TakeDirtyParams { organization: tenant.organization, most };
    let rows = sql::take_dirty().params(&tenant.tx, &params).all().await?;
    let mut taken = Taken { rows: rows.len(), ..Taken::default() };
    for row in rows {
        taken.touched.conversations.extend(row.conversations);
        taken.touched.states |= row.states;
        taken.touched.contacts |= row.contacts;
        taken.touched.visits |= row.visits;
        taken.touched.people |= row.people;
        if let Value::Array(events) = row.events {
            taken.touched.events.extend(events);
        }
        if taken.cause.as_deref() != Some("webhook") {
            taken.cause = Some(row.cause);
        }
    }
    Ok(taken)
}

/// The organization and its figures as last written.
#[derive(Clone, Debug)]
pub struct Written {
    /// What bodies call it.
    pub name: String,
    /// Its zone now.
    pub timezone: String,
    /// The zone in which its days were counted; none when nothing was counted yet.
    pub counted_in: Option<String>,
    /// How they were counted.
    pub version: Option<i32>,
    /// The document after the last change.
    pub data: Option<Value>,
    /// Proven until, as in the document.
    pub proven_until: Option<Timestamp>,
    /// When a figure changes although nothing happens.
    pub next_change_at: Option<Timestamp>,
    /// Counted conversations.
    pub conversations: Conversations,
    /// Counted contacts.
    pub contacts: i64,
    /// Counted patients and bookings; none before they were counted.
    pub practice: Option<Practice>,
    /// Counted people; none before they were counted.
    pub people: Option<People>,
    /// The number of the last change.
    pub number: Number,
}

/// Reads how the organization stood after the last change.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such organization.
pub async fn written(tenant: &Tenant<'_>) -> Result<Written, StoreError> {
    let row = sql::standing().bind(&tenant.tx, &tenant.organization).opt().await?;
    let row = row.ok_or(StoreError::NotFound("the organization"))?;
    let count = |value: Option<i32>| i64::from(value.unwrap_or_default());
    Ok(Written {
        name: row.clerk_org_id.unwrap_or_else(|| tenant.organization.to_string()),
        timezone: row.timezone,
        counted_in: row.zone,
        version: row.version,
        data: row.data,
        proven_until: row.proven_until,
        next_change_at: row.next_change_at,
        conversations: Conversations {
            total: count(row.conversations),
            open: count(row.conversations_open),
            pending: count(row.conversations_pending),
            resolved: count(row.conversations_resolved),
            snoozed: count(row.conversations_snoozed),
        },
        contacts: count(row.contacts),
        // What another version has written is counted anew.
        practice: row.practice.and_then(|counted| serde_json::from_value(counted).ok()),
        people: row.people_connected.is_some().then(|| People {
            connected: count(row.people_connected),
            merges: count(row.people_merges),
            candidates: count(row.people_candidates),
        }),
        number: Number { epoch: row.epoch, sequence: row.sequence.unwrap_or_default() },
    })
}

/// Counts the messages of these conversations again.
///
/// # Errors
/// [`StoreError`].
pub async fn recount(tenant: &Tenant<'_>, conversations: &[Uuid], zone: &str) -> Result<(), StoreError> {
    if conversations.is_empty() {
        return Ok(());
    }
    let params = sql::RecountParams { conversations, organization: tenant.organization, zone };
    sql::recount().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Counts the messages of all conversations anew.
///
/// # Errors
/// [`StoreError`].
pub async fn recount_all(tenant: &Tenant<'_>, zone: &str) -> Result<(), StoreError> {
    const AT_ONCE: usize = 500;
    sql::forget_counts().bind(&tenant.tx, &tenant.organization).one().await?;
    let all = sql::all_conversations().bind(&tenant.tx, &tenant.organization).all().await?;
    for some in all.chunks(AT_ONCE) {
        recount(tenant, some, zone).await?;
    }
    Ok(())
}

/// Counts conversations by their status.
///
/// # Errors
/// [`StoreError`].
pub async fn conversations(tenant: &Tenant<'_>) -> Result<Conversations, StoreError> {
    let row = sql::count_conversations().bind(&tenant.tx, &tenant.organization).one().await?;
    Ok(Conversations {
        total: row.total,
        open: row.open,
        pending: row.pending,
        resolved: row.resolved,
        snoozed: row.snoozed,
    })
}

/// Counts contacts.
///
/// # Errors
/// [`StoreError`].
pub async fn contacts(tenant: &Tenant<'_>) -> Result<i64, StoreError> {
    Ok(sql::count_contacts().bind(&tenant.tx, &tenant.organization).one().await?)
}

/// Sums the days.
///
/// # Errors
/// [`StoreError`].
pub async fn messages(tenant: &Tenant<'_>, today: Date) -> Result<Messages, StoreError> {
    let params = sql::MessageFiguresParams { today, organization: tenant.organization };
    let row = sql::message_figures().params(&tenant.tx, &params).one().await?;
    Ok(Messages {
        incoming: row.incoming,
        outgoing: row.outgoing,
        incoming_today: row.incoming_today,
        outgoing_today: row.outgoing_today,
        last_at: row.last_message_at,
    })
}

/// Messages from and to patients by day.
///
/// # Errors
/// [`StoreError`].
pub async fn days(tenant: &Tenant<'_>, first: Date, last: Date) -> Result<Vec<(Date, i64, i64)>, StoreError> {
    let params = sql::DaysParams { organization: tenant.organization, first, last };
    let rows = sql::days().params(&tenant.tx, &params).all().await?;
    Ok(rows.into_iter().map(|row| (row.day, i64::from(row.incoming), i64::from(row.outgoing))).collect())
}

/// How its synchronization stands: proven until, last complete, the run under way.
///
/// # Errors
/// [`StoreError`].
pub async fn sync_facts(
    tenant: &Tenant<'_>,
) -> Result<(Option<Timestamp>, Option<Timestamp>, Option<CurrentSync>), StoreError> {
    let row = sql::sync_facts().bind(&tenant.tx, &tenant.organization).one().await?;
    let current = row.sync_id.zip(row.started_at).map(|(sync_id, started_at)| CurrentSync {
        sync_id,
        processed: row.processed.unwrap_or_default(),
        started_at,
        backfill: row.backfill_done.zip(row.backfill_total),
    });
    Ok((row.proven_until, row.last_sync_at, current))
}

/// Writes the figures and the document that shows them.
///
/// # Errors
/// [`StoreError`].
pub async fn write(
    tenant: &Tenant<'_>,
    timezone: &str,
    figures: &Figures,
    data: &Value,
    next_change_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
    let Figures { conversations, messages, practice, people, .. } = figures;
    let counted = practice.as_ref().and_then(|practice| serde_json::to_value(practice).ok());
    let of = |figure: fn(&Practice) -> i64| practice.as_ref().map_or(0, |practice| count(figure(practice)));
    let params = sql::WriteFiguresParams {
        organization: tenant.organization,
        version: FIGURES_VERSION,
        timezone,
        conversations: count(conversations.total),
        conversations_open: count(conversations.open),
        conversations_pending: count(conversations.pending),
        conversations_resolved: count(conversations.resolved),
        conversations_snoozed: count(conversations.snoozed),
        contacts: count(figures.contacts),
        messages: messages.incoming + messages.outgoing,
        incoming: messages.incoming,
        outgoing: messages.outgoing,
        messages_today: messages.incoming_today + messages.outgoing_today,
        last_message_at: messages.last_at,
        proven_until: figures.proven_until,
        last_sync_at: figures.last_sync_at,
        sync_running: figures.current.is_some(),
        data,
        practice: counted,
        patients: of(|practice| practice.patients.total),
        patients_active: of(|practice| practice.patients.active),
        bookings_today: of(|practice| practice.booked.on(practice.booked.last).bookings),
        bookings_upcoming: of(|practice| practice.upcoming),
        people_connected: people.map(|people| count(people.connected)),
        people_merges: people.map(|people| count(people.merges)),
        people_candidates: people.map(|people| count(people.candidates)),
        next_change_at,
        now,
    };
    sql::write_figures().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// One numbered change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its number; the one before is what it is against.
    pub sequence: i64,
    /// The merge patch.
    pub patch: Value,
    /// What happened, for people who watch.
    pub events: Value,
    /// `sync`, `webhook`, `outreach` or `clock`.
    pub cause: String,
    /// When.
    pub at: Timestamp,
}

/// Numbers a change and keeps it; now and then lets go of old ones.
///
/// # Errors
/// [`StoreError`].
pub async fn number(tenant: &Tenant<'_>, epoch: Uuid, change: &Change, kept: Kept) -> Result<(), StoreError> {
    const PRUNE_EVERY: i64 = 16;
    let params = sql::NumberChangeParams {
        organization: tenant.organization,
        epoch,
        sequence: change.sequence,
        patch: &change.patch,
        events: &change.events,
        cause: change.cause.as_str(),
        now: change.at,
    };
    sql::number_change().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    if change.sequence % PRUNE_EVERY == 0 {
        let params = sql::PruneChangesParams {
            organization: tenant.organization,
            oldest: change.sequence - kept.most,
            before: change.at.saturating_sub(kept.long).unwrap_or(change.at),
        };
        sql::prune_changes().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(())
}

/// How many changes are kept, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// How many.
    pub most: i64,
    /// How long.
    pub long: jiff::SignedDuration,
}

impl Default for Kept {
    fn default() -> Self {
        Self { most: 1_000, long: jiff::SignedDuration::from_mins(15) }
    }
}

/// The changes after a number, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn changes_after(tenant: &Tenant<'_>, epoch: Uuid, after: i64) -> Result<Vec<Change>, StoreError> {
    let params = sql::ChangesAfterParams {
        organization: tenant.organization,
        epoch,
        after,
        most: Kept::default().most,
    };
    let rows = sql::changes_after().params(&tenant.tx, &params).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Change {
            sequence: row.sequence,
            patch: row.patch,
            events: row.events,
            cause: row.cause,
            at: row.at,
        })
        .collect())
}

/// What just happened, oldest first, up to `most`.
///
/// # Errors
/// [`StoreError`].
pub async fn recent_events(tenant: &Tenant<'_>, most: usize) -> Result<Vec<Value>, StoreError> {
    let rows = i64::try_from(most).unwrap_or(i64::MAX);
    let params = sql::RecentEventsParams { organization: tenant.organization, most: rows };
    let rows = sql::recent_events().params(&tenant.tx, &params).all().await?;
    let mut events: Vec<Value> = rows
        .into_iter()
        .flat_map(|row| match row.events {
            Value::Array(events) => events.into_iter().rev().collect(),
            _ => Vec::new(),
        })
        .take(most)
        .collect();
    events.reverse();
    Ok(events)
}

/// Lets a page watch for a while: a service of the organization that may look and nothing else. `hash` is its key's digest.
///
/// # Errors
/// [`StoreError`].
pub async fn add_watch_key(
    tenant: &Tenant<'_>,
    id: Uuid,
    hash: &[u8; 32],
    hint: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let params = sql::AddWatchKeyParams {
        organization: tenant.organization,
        id,
        name: "an operator's live page",
        hash: &hash[..],
        hint,
        by: "operator",
        now,
        expires_at,
    };
    sql::add_watch_key().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}
