//! Deliveries that are applied together: of each record the newest word, and each wish once.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{
    change::Kind,
    stream::{Page, StateChange, Urgency},
};

/// The stream that counts deliveries. It has no cursor and proves nothing.
pub(crate) const STREAM: &str = "webhooks";

/// Several deliveries as one page: of each record the newest word, and each wish once.
#[derive(Default)]
pub(crate) struct Pages {
    page: Option<Page>,
    requests: Vec<String>,
    last: HashMap<(Kind, String), usize>,
}

impl Pages {
    pub(crate) fn add(&mut self, told: &Page, received_at: Timestamp) {
        let page = self.page.get_or_insert_with(|| Page {
            stream: STREAM,
            observed_at: received_at,
            ..Page::default()
        });
        // The earliest: what is asked because of them is asked since then.
        page.observed_at = page.observed_at.min(received_at);
        self.requests.push(told.request.clone());
        let offset = page.raw.len();
        page.raw.extend(told.raw.iter().cloned());
        for change in &told.changes {
            let mut change = change.clone();
            change.raw += offset;
            let name = (change.record.kind(), change.record.external_id().to_owned());
            match self.last.get(&name).and_then(|at| page.changes.get_mut(*at)) {
                Some(known) if known.source_version <= change.source_version => *known = change,
                Some(_) => {}
                None => {
                    self.last.insert(name, page.changes.len());
                    page.changes.push(change);
                }
            }
        }
        page.rejected.extend(told.rejected.iter().cloned().map(|mut rejected| {
            rejected.raw += offset;
            rejected
        }));
        told.state.iter().for_each(|change| wish(&mut page.state, change));
    }

    pub(crate) fn done(self) -> Option<Page> {
        let mut page = self.page?;
        page.request = self.requests.join(", ");
        Some(page)
    }
}

/// Adds what is to be read to the wishes; records of the same kind are asked for together.
fn wish(state: &mut Vec<StateChange>, change: &StateChange) {
    let key = |change: &StateChange| -> Option<(&'static str, Value, Urgency, Option<Kind>, bool)> {
        match change {
            StateChange::Due { stream, work, urgency, only_if_changed, not_before, .. } => {
                Some((stream, work.clone(), *urgency, *only_if_changed, not_before.is_some()))
            }
            _ => None,
        }
    };
    let same = state.iter_mut().find(|known| key(known).is_some() && key(known) == key(change));
    match (same, change) {
        (
            Some(StateChange::Due { external_ids, not_before, .. }),
            StateChange::Due { external_ids: more, not_before: other, .. },
        ) => {
            *not_before = earlier(*not_before, *other);
            for id in more {
                if !external_ids.contains(id) {
                    external_ids.push(id.clone());
                }
            }
        }
        _ => state.push(change.clone()),
    }
}

/// The earlier of two times, where there are two.
pub(crate) fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}
