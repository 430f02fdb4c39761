//! Events of Clerk and Stripe under any bytes, as they wait in the directory's queue.

use jiff::Timestamp;

use super::{PlatformError, clerk, stripe};
use crate::domain::directory::{Change, Told};

/// Reads the bytes as both platforms' events. What is read names whom it is about; what is not is malformed, nothing else.
pub(crate) fn directory_events(bytes: &[u8]) {
    let at = Timestamp::UNIX_EPOCH;
    let read = [
        clerk::map::told(bytes, at),
        stripe::map::told(bytes, None, at).map(|(told, receipt)| {
            assert!(!receipt.event.is_empty() && !receipt.kind.is_empty());
            told
        }),
    ];
    for told in read {
        match told {
            Ok(Told::Changes(changes)) => changes.iter().for_each(sound),
            Ok(Told::Nothing(reason)) => assert!(!reason.is_empty()),
            Err(error) => assert!(matches!(error, PlatformError::Malformed(_)), "{error}"),
        }
    }
}

fn sound(change: &Change) {
    let ids: Vec<&str> = match change {
        Change::User(user) => vec![&user.id],
        Change::UserGone { id, .. } | Change::OrganizationGone { id, .. } => vec![id],
        Change::Organization(organization) => vec![&organization.id, &organization.name],
        Change::Membership(membership) => vec![&membership.id, &membership.user, &membership.organization.id],
        Change::Link(link) => vec![&link.organization],
        Change::Subscription(subscription) => vec![&subscription.id, &subscription.status_word],
        Change::Invoice(invoice) => vec![&invoice.subscription, &invoice.event],
    };
    for id in ids {
        assert!(!id.trim().is_empty() && !id.contains('\0'), "an id that is none");
    }
}
