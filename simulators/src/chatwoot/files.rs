//! The files behind attachments: an address of the installation that sends on to storage, and a signed link there that ends.
//!
//! From the platform's code: `rails/active_storage/blobs/redirect/<signed id>/<name>` asks for no token, since the signed id is
//! proof enough, and answers 302 to a link of the storage service that holds for five minutes. Where an installation lets its
//! own addresses end as well, the signed id says when (`_rails.exp`).

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::faults::{Fault, Played};
use super::limits::Bucket;
use super::reply::Reply;
use super::routes::{Asked, Query};
use super::state::{Attachment, FileType};
use super::world::World;
use crate::mix;

/// How long a link of the storage holds, in seconds.
const HOLDS: i64 = 300;
const REDIRECT: &str = "/rails/active_storage/blobs/redirect/";
const STORAGE: &str = "/storage/";

/// Whether there are bytes behind such an attachment.
pub(super) fn has_bytes(kind: FileType) -> bool {
    matches!(kind, FileType::Image | FileType::Audio | FileType::Video | FileType::File)
}

/// The bytes of an attachment: always the same, with a head that says whose they are.
pub(super) fn bytes(seed: u64, it: &Attachment) -> Vec<u8> {
    let mut bytes = format!("invented file {} of {}\n", it.id, it.content_type).into_bytes();
    let mut dice = ChaCha8Rng::seed_from_u64(key(seed, it.id));
    let mut rest = vec![0; (it.file_size as usize).saturating_sub(bytes.len())];
    dice.fill_bytes(&mut rest);
    bytes.append(&mut rest);
    bytes.truncate(it.file_size as usize);
    bytes
}

fn key(seed: u64, id: i64) -> u64 {
    mix(seed, id.unsigned_abs())
}

/// The address of an attachment's file, as the interface shows it at `world.told_at`.
pub(super) fn address(world: &World, it: &Attachment) -> String {
    let key = key(world.settings.seed, it.id);
    let signed = match world.settings.links_last {
        None => format!("{key:016x}"),
        // The same within a span of time, so that reading twice shows the same twice.
        Some(lasts) => {
            let lasts = i64::from(lasts.max(1));
            let end = (world.told_at.as_second() / lasts + 2) * lasts;
            let exp = Timestamp::from_second(end).map(|end| end.to_string()).unwrap_or_default();
            let told = json!({"_rails": {"data": it.id, "exp": exp, "pur": "blob_id"}}).to_string();
            let sign = mix(key, end.unsigned_abs());
            format!("{}--{sign:016x}", STANDARD.encode(told).replace('/', "%2F").replace('=', "%3D"))
        }
    };
    format!("{}{REDIRECT}{signed}/file-{}.{}", world.settings.origin, it.id, it.extension)
}

/// Whether a request is for a file.
pub(super) fn is_asked(path: &str) -> bool {
    path.starts_with(REDIRECT) || path.starts_with(STORAGE)
}

/// Answers such a request. Faults find it as `files/redirect` and `files/storage`.
pub(super) fn played(world: &mut World, asked: &Asked<'_>, now: Timestamp) -> (Reply, Played) {
    let (place, rest) = match asked.path.strip_prefix(REDIRECT) {
        Some(rest) => ("redirect", rest),
        None => ("storage", asked.path.strip_prefix(STORAGE).unwrap_or_default()),
    };
    let played = world.faults.play(asked.method, None, &["files", place]);
    // The storage is another host, with limits of its own.
    if place == "redirect" && !world.limits.take(Bucket::Address(asked.address.to_owned()), now) {
        return (Reply::throttled(), Played { fault: None, ..played });
    }
    let fault = played.fault.as_ref();
    let reply = match fault {
        Some(Fault::RateLimited) => Reply::throttled(),
        Some(Fault::Html(status)) => Reply::html(*status),
        _ if place == "redirect" => redirect(world, rest, now, fault).unwrap_or_else(|| Reply::html(404)),
        _ => stored(world, rest, &Query::parse(asked.query), now, fault).unwrap_or_else(|| refused(403)),
    };
    (reply, played)
}

fn redirect(world: &World, rest: &str, now: Timestamp, fault: Option<&Fault>) -> Option<Reply> {
    let (signed, name) = rest.split_once('/')?;
    let it = find(world, name)?;
    let key = key(world.settings.seed, it.id);
    match world.settings.links_last {
        None => (signed == format!("{key:016x}")).then_some(())?,
        Some(_) => {
            let (told, sign) = signed.split_once("--")?;
            let told = STANDARD.decode(told.replace("%2F", "/").replace("%3D", "=")).ok()?;
            let told: Value = serde_json::from_slice(&told).ok()?;
            let exp: Timestamp = told["_rails"]["exp"].as_str()?.parse().ok()?;
            let sound = sign == format!("{:016x}", mix(key, exp.as_second().unsigned_abs()));
            (sound && told["_rails"]["data"] == it.id && now < exp).then_some(())?;
        }
    }
    if let Some(Fault::FileMoves(place)) = fault {
        return Some(Reply::moved(place.clone()));
    }
    let at = now.as_second();
    let storage = world.settings.storage.as_ref().unwrap_or(&world.settings.origin);
    let date = now.strftime("%Y%m%dT%H%M%SZ");
    let sign = mix(key, at.unsigned_abs());
    Some(Reply::moved(format!(
        "{storage}{STORAGE}{key:016x}/{name}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={date}&X-Amz-Expires={HOLDS}\
         &X-Amz-Signature={sign:016x}"
    )))
}

fn stored(world: &World, rest: &str, query: &Query, now: Timestamp, fault: Option<&Fault>) -> Option<Reply> {
    let (stored, name) = rest.split_once('/')?;
    let it = find(world, name)?;
    let key = key(world.settings.seed, it.id);
    let date = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", query.get("X-Amz-Date")?).ok()?;
    let at = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let sound = stored == format!("{key:016x}")
        && query.get("X-Amz-Signature")? == format!("{:016x}", mix(key, at.as_second().unsigned_abs()));
    let ends = at.checked_add(SignedDuration::from_secs(HOLDS)).ok()?;
    if !sound || now >= ends {
        return None;
    }
    let mut body = bytes(world.settings.seed, it);
    let mut content_type = it.content_type;
    match fault {
        Some(Fault::FileGrows(more)) => body.extend(std::iter::repeat_n(b'x', *more)),
        Some(Fault::FileType) => content_type = "text/html",
        _ => {}
    }
    Some(Reply { status: 200, content_type, body, location: None })
}

/// The attachment that a file's name speaks of, as long as a message carries it.
fn find<'a>(world: &'a World, name: &str) -> Option<&'a Attachment> {
    let (id, extension) = name.strip_prefix("file-")?.split_once('.')?;
    carried(world, id.parse().ok()?).filter(|file| file.extension == extension)
}

/// An attachment with bytes that a message carries.
pub(super) fn carried(world: &World, id: i64) -> Option<&Attachment> {
    let conversations = world.accounts.values().flat_map(|account| account.conversations.values());
    let mut files = conversations.flat_map(|it| &it.messages).flat_map(|message| &message.attachments);
    files.find(|file| file.id == id && has_bytes(file.file_type))
}

/// What the storage says.
fn refused(status: u16) -> Reply {
    let body = b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    Reply { status, content_type: "application/xml", body: body.to_vec(), location: None }
}
