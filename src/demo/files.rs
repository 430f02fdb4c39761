//! The bytes behind attachments: which of them are to be here, and whether they are what their platforms hold.

use std::path::Path;

use jiff::Timestamp;

use super::{DemoError, compare::Comparison, members::Member, systems::File};
use crate::{
    config::attachments::{AttachmentsConfig, Place},
    platforms::files::FileRules,
    store::ledger::AttachmentRow,
    work::{Read, Reading},
};

/// Asked of one simulator a minute, which has no other limit for files.
const REQUESTS: u32 = 3_000;

/// Pictures are fetched into `folder`, and nothing else is.
///
/// # Errors
/// [`DemoError::Note`] when it cannot be named.
pub fn fetch_into(folder: &Path, attachments: &mut AttachmentsConfig) -> Result<(), DemoError> {
    let failed = |reason: String| DemoError::Note { path: folder.display().to_string(), reason };
    let absolute = std::path::absolute(folder).map_err(|error| failed(error.to_string()))?;
    let pictures = "image/*".parse().map_err(failed)?;
    attachments.place = Some(Place::Directory(absolute));
    attachments.rules = FileRules { fetch: true, types: vec![pictures], ..attachments.rules.clone() };
    (attachments.workers, attachments.requests_per_minute) = (4, REQUESTS);
    Ok(())
}

/// Reads back every file of an account that the rules let in, and counts it; there is none of the others.
///
/// # Errors
/// [`DemoError`].
pub async fn compare(
    reading: &Reading,
    rules: &FileRules,
    member: &Member,
    attachments: &[AttachmentRow],
    now: Timestamp,
    result: &mut Comparison,
) -> Result<(), DemoError> {
    let mut files = 0;
    for row in attachments {
        let there = member.simulated.file(&member.seat, row);
        let here = match reading.read(member.key.organization, row.id, now).await? {
            Read::Bytes { bytes, .. } => Some(bytes),
            _ => None,
        };
        files += usize::from(here.is_some());
        let same = is_right(rules, there.as_ref(), here.as_deref());
        result.check(same, "attachment", &row.external_id, "file");
    }
    if !attachments.is_empty() {
        result.add("files", files);
    }
    Ok(())
}

/// Whether what is here is what is there, if the rules let it in, and nothing otherwise.
fn is_right(rules: &FileRules, there: Option<&File>, here: Option<&[u8]>) -> bool {
    let size = |file: &File| u64::try_from(file.bytes.len()).ok();
    let wanted = there.filter(|file| rules.allow(Some(&file.media_type), size(file)).is_ok());
    here == wanted.map(|file| &file.bytes[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_here_as_it_is_there_or_not_at_all() {
        let rules = FileRules { fetch: true, most: 4, types: vec!["image/*".parse().unwrap()] };
        let file = |bytes: &[u8], kind: &str| File { bytes: bytes.to_vec(), media_type: kind.to_owned() };
        let picture = file(b"four", "image/jpeg");
        let right = |there: Option<&File>, here: Option<&[u8]>| is_right(&rules, there, here);
        assert!(right(Some(&picture), Some(b"four")) && right(None, None));
        assert!(!right(Some(&picture), Some(b"fore")), "other bytes");
        assert!(!right(Some(&picture), None), "none of them");
        assert!(!right(None, Some(b"four")), "from nowhere");
        for refused in [file(b"fives", "image/jpeg"), file(b"four", "audio/ogg")] {
            assert!(right(Some(&refused), None) && !right(Some(&refused), Some(&refused.bytes)), "refused");
        }
    }
}
