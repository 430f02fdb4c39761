//! What a client says of what it wants to see, and of where it was: what is taken over is what was meant.

use super::{
    feed::{GROUPS, Resume},
    session,
};

/// Lines of a text: period, first day, last day, groups, epoch, number.
pub(in crate::http) fn wishes(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n').map(str::to_owned);
    let [period, first, last, groups, epoch, number] = std::array::from_fn(|_| lines.next());
    if let Ok(view) = session::view(period, first, last, groups) {
        assert!(view.days.is_none_or(|(first, last)| first <= last), "{view:?}");
        assert!(view.groups.iter().flatten().all(|group| GROUPS.contains(&group.as_str())), "{view:?}");
    }
    let (epoch, number) = (epoch.unwrap_or_default(), number.unwrap_or_default());
    if let Some(resume) = Resume::of(&epoch, &number) {
        assert!(resume.sequence >= 0);
        assert_eq!(Resume::of(&resume.epoch.to_string(), &resume.sequence.to_string()), Some(resume));
    }
}
