//! Stand-ins for external platforms, written from the platforms' own documents.
//!
//! Each simulator keeps a whole installation in memory: seeded, so that a run can be repeated; stateful, so that
//! it can change under a client; strict, so that a wrong client fails. They share no code with the clients.
//!
//! - [`population`]: invented practices and their people, the same for every platform.
//! - [`clinic`]: the same for practices with a diary.
//! - [`names`]: the words and telephone numbers they are made of.
//! - [`hooks`]: how webhooks leave a simulator, and what may go wrong with them on purpose.
//! - [`faults`], [`log`]: what may go wrong with an interface on purpose, and the record of what was asked.
//! - [`surprises`]: rows that are not as the documents say.
//! - [`chatwoot`]: a Chatwoot installation.
//! - [`clerk`]: people, organizations and sessions.
//! - [`cliniko`]: practices on their shards, with a diary, its people and its bills.
//! - [`google_calendar`]: calendars with single events and series, and channels that say that something changed.
//! - [`manychat`]: people who write to a practice's bots, and the calls its automations make.
//! - [`momence`]: a studio's members, classes, bookings and appointments.
//! - [`nookal`]: practices behind two interfaces.
//! - [`stripe`]: customers, what they subscribe to, what they pay.
//! - [`twilio`]: messages that come in, and what becomes of those that went out.

pub mod chatwoot;
pub mod clerk;
pub mod clinic;
pub mod cliniko;
mod damage;
mod face;
pub mod faults;
pub mod google_calendar;
pub mod hooks;
mod house;
pub mod log;
pub mod manychat;
pub mod momence;
pub mod names;
pub mod nookal;
pub mod population;
mod serving;
mod spoiled;
pub mod stripe;
pub mod surprises;
pub mod twilio;

pub use house::Refused;
pub use serving::Cut;

/// Reads the time. Simulators never look at the machine's clock themselves.
pub type Clock = std::sync::Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// Spreads two numbers over all of `u64`: the same pair gives the same result on every machine.
pub(crate) fn mix(seed: u64, value: u64) -> u64 {
    let mut z = seed ^ value.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x632B_E59B_D9B4_E019);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
