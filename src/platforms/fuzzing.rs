//! What Clerk's and Stripe's events say, whatever stands in them: ids are never empty, and no text holds U+0000, which no
//! table can hold.

use std::fmt::Debug;

use jiff::Timestamp;

use super::{clerk, stripe};

fn plain(told: &impl Debug) {
    // Two backslashes are one that somebody wrote.
    let shown = format!("{told:?}").replace("\\\\", "");
    assert!(!shown.contains("\\0"), "U+0000 is kept: {shown}");
    assert!(!shown.contains("id: \"\"") && !shown.contains("event: \"\""), "an empty id: {shown}");
}

/// Clerk's events.
pub(crate) fn clerk_events(bytes: &[u8]) {
    if let Ok(told) = clerk::map::told(bytes, Timestamp::UNIX_EPOCH) {
        plain(&told);
    }
}

/// Stripe's events.
pub(crate) fn stripe_events(bytes: &[u8]) {
    for livemode in [None, Some(true)] {
        if let Ok(told) = stripe::map::told(bytes, livemode, Timestamp::UNIX_EPOCH) {
            plain(&told);
        }
    }
}
