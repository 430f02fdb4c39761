//! What became of one record, told from the payloads that show it, by the rules by which they were applied.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Known, Origin, Stand};
use crate::domain::change::{Change, Record};

/// What a sight did to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It came to be.
    Created,
    /// It says something else.
    Changed,
    /// It was gone.
    Deleted,
    /// It was gone and is there again.
    Revived,
}

impl Effect {
    /// The word shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Revived => "revived",
        }
    }
}

/// A record, from its first sight to its last. Its sights are shown in the order in which they were applied.
#[derive(Default)]
pub struct History {
    known: Option<Known>,
    record: Option<Record>,
}

impl History {
    /// What the record says by now; none before it came to be.
    pub fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// Whether it was there and is gone.
    pub fn is_gone(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.deletion_id.is_some())
    }

    /// Shows it once more; answers what that did, and none when nothing was written.
    pub fn see(&mut self, origin: Origin, observed_at: Timestamp, change: &Change) -> Option<Effect> {
        if let Record::Gone { .. } = change.record {
            let known = self.known.as_mut()?;
            if known.deletion_id.is_some() || known.observed_at > observed_at {
                return None;
            }
            (known.deletion_id, known.observed_at) = (Some(Uuid::nil()), observed_at);
            return Some(Effect::Deleted);
        }
        let mut shown = change.record.clone();
        if let Some(known) = &self.record {
            complete(&mut shown, known, origin);
        }
        let fingerprint = shown.fingerprint();
        let stand = self.known.as_ref().map_or(Stand::Yields, |known| {
            known.stand(origin, &fingerprint, change.source_version, observed_at)
        });
        if stand != Stand::Yields {
            return self.reached(&shown).then_some(Effect::Changed);
        }
        let effect = match &self.known {
            None => Effect::Created,
            Some(Known { deletion_id: Some(_), .. }) => Effect::Revived,
            Some(_) => Effect::Changed,
        };
        self.record = Some(shown);
        self.known = Some(Known {
            fingerprint: fingerprint.to_vec(),
            observed_at,
            source_version: change.source_version,
            provisional: origin == Origin::Webhook,
            ..Known::default()
        });
        Some(effect)
    }

    /// How a contact is reached is kept whatever else is: whether that is another way now.
    fn reached(&mut self, shown: &Record) -> bool {
        let (Some(Record::Contact(known)), Record::Contact(shown)) = (&mut self.record, shown) else {
            return false;
        };
        let other = shown.addresses.is_some() && shown.addresses != known.addresses;
        if other {
            known.addresses.clone_from(&shown.addresses);
        }
        other
    }
}

/// Adds what a record leaves out and the tables keep: what no payload unsays, and what webhooks say shorter.
fn complete(shown: &mut Record, known: &Record, origin: Origin) {
    match (shown, known) {
        (Record::Contact(shown), Record::Contact(known)) => {
            shown.source_created_at = shown.source_created_at.or(known.source_created_at);
            if shown.addresses.is_none() {
                shown.addresses.clone_from(&known.addresses);
            }
            if origin != Origin::Page {
                shown.last_activity_at = shown.last_activity_at.or(known.last_activity_at);
            }
        }
        (Record::Conversation(shown), Record::Conversation(known)) => {
            shown.source_created_at = shown.source_created_at.or(known.source_created_at);
            if origin != Origin::Page {
                shown.external_uuid = shown.external_uuid.take().or_else(|| known.external_uuid.clone());
                shown.muted = shown.muted.or(known.muted);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Contact;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn named(name: &str) -> Change {
        let contact =
            Contact { external_id: "1".to_owned(), name: Some(name.to_owned()), ..Contact::default() };
        Change::new(Record::Contact(contact), None, 0)
    }

    fn gone() -> Change {
        let record = Record::Gone {
            kind: crate::domain::change::Kind::Contact,
            external_id: "1".to_owned(),
            successor: None,
        };
        Change::new(record, None, 0)
    }

    #[test]
    fn each_writing_is_told_and_what_wrote_nothing_is_not() {
        let mut history = History::default();
        let mut see = |origin, second, change: &Change| history.see(origin, at(second), change);
        assert_eq!(see(Origin::Page, 1, &gone()), None, "nobody was there");
        assert_eq!(see(Origin::Page, 10, &named("a")), Some(Effect::Created));
        assert_eq!(see(Origin::Page, 20, &named("a")), None, "the same again");
        assert_eq!(see(Origin::Page, 30, &named("b")), Some(Effect::Changed));
        assert_eq!(see(Origin::Page, 29, &named("c")), None, "an older sight");
        assert_eq!(see(Origin::Webhook, 40, &named("d")), None, "a webhook that nobody can place");
        assert_eq!(see(Origin::Page, 50, &gone()), Some(Effect::Deleted));
        assert_eq!(see(Origin::Page, 51, &gone()), None);
        assert_eq!(see(Origin::Page, 60, &named("b")), Some(Effect::Revived));
        assert_eq!(history.record(), Some(&named("b").record));
        assert!(!history.is_gone());
    }
}
