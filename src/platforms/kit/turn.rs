//! What an answer means for its stream.

use jiff::Timestamp;

use super::{
    ask::{By, Read, Rules},
    cursor::{Cursor, Pass},
    walk::{Shown, Turn, Walk, Way},
};
use crate::domain::stream::{AccountState, StateChange};

/// What an answer means for the streams.
#[derive(Debug, Default)]
pub(in crate::platforms) struct Turned {
    /// What to write.
    pub(in crate::platforms) state: Vec<StateChange>,
    /// Done and total of the first import.
    pub(in crate::platforms) backfill: Option<(u64, u64)>,
    /// Where a sweep ended: whether nothing is known to have slipped past.
    pub(in crate::platforms) swept: Option<bool>,
}

/// What the answer to `read` means.
pub(in crate::platforms) fn turn(
    rules: &Rules,
    state: &AccountState,
    read: &Read,
    shown: &Shown,
    now: Timestamp,
) -> Turned {
    let cursor = Cursor::load(state, rules.stream, now);
    match read.by {
        By::Changed => followed(rules, cursor, read, shown, now),
        By::Made | By::Starting => swept(rules, (cursor, state), read, shown, now),
    }
}

fn followed(rules: &Rules, mut cursor: Cursor, read: &Read, shown: &Shown, now: Timestamp) -> Turned {
    let Some(part) = rules.parts.iter().find(|part| part.name == read.part) else { return Turned::default() };
    let Some(way) = part.changes else { return Turned::default() };
    let mut at = cursor.parts.remove(part.name).unwrap_or_default();
    let import = at.polled.is_none();
    let walk = at.walk.take().unwrap_or_else(|| Walk::begin(now, at.since(part)));
    let mut turned = Turned::default();
    match walk.turn(way, shown) {
        Turn::On(walk) => {
            turned.backfill = walk.progress().filter(|_| import);
            at.walk = Some(walk);
        }
        Turn::End { walk, whole } => {
            // Without a count nobody knows what slipped past while the first import was paged.
            let whole = whole && !(import && way == Way::Paged && walk.total.is_none());
            if !whole {
                cursor.gap = Some(walk.started);
            }
            if import {
                turned.backfill = walk.total.map(|total| (total, total));
                if whole && rules.parts.len() == 1 {
                    // The import has shown everything.
                    cursor.swept = cursor.swept.or(Some(walk.started));
                    cursor.deep = cursor.deep.or(Some(walk.started));
                }
            }
            at.polled = Some(walk.started);
            at.reach = Some(walk.clock);
        }
    }
    cursor.parts.insert(part.name.to_owned(), at);
    let proven = cursor.proven(rules);
    turned.state.push(cursor.store(rules.stream, proven));
    turned
}

fn swept(
    rules: &Rules,
    (mut cursor, state): (Cursor, &AccountState),
    read: &Read,
    shown: &Shown,
    now: Timestamp,
) -> Turned {
    let wished = state.sweep_requested_at.filter(|wished| *wished <= now);
    let mut turned = Turned::default();
    let first = cursor.swept.is_none();
    let mut pass = cursor.sweep.take().unwrap_or_else(|| Pass::begin(rules, &cursor, wished, now));
    // The plan is older than the state: nothing is said, and the sweep goes on as it stands.
    if rules.parts.get(pass.part).is_none_or(|part| part.name != read.part) {
        cursor.sweep = Some(pass);
        turned.state.push(cursor.store(rules.stream, None));
        return turned;
    }
    let walk = pass.walk.take().unwrap_or_else(|| Walk::begin(now, None));
    let told = shown.clock.map_or(now, |told| told.min(now));
    pass.clock = Some(pass.clock.map_or(told, |clock| clock.min(told)));
    let ids = shown.seen.iter().map(|seen| seen.id.clone()).collect();
    turned.state.push(StateChange::Listed { stream: rules.stream, listing: pass.listing, external_ids: ids });
    let untold = rules.parts.iter().all(|part| part.changes.is_none());
    match walk.turn(rules.sweep.way(), shown) {
        Turn::On(walk) => {
            turned.backfill = walk.progress().filter(|_| untold && first && rules.parts.len() == 1);
            pass.walk = Some(walk);
            cursor.sweep = Some(pass);
        }
        Turn::End { walk, whole } => {
            pass.short |= !whole;
            pass.any_short |= !whole;
            pass.part += 1;
            if pass.part < rules.parts.len() {
                cursor.sweep = Some(pass);
            } else {
                turned.state.extend(pass.complete(rules, now));
                cursor.sweep = pass.next_window(&rules.sweep, now);
                if cursor.sweep.is_none() {
                    turned.backfill = walk.total.map(|total| (total, total)).filter(|_| untold && first);
                    cursor.end(&pass);
                    turned.swept = Some(!pass.any_short);
                }
            }
        }
    }
    let proven = cursor.proven(rules);
    turned.state.push(cursor.store(rules.stream, proven));
    turned
}
