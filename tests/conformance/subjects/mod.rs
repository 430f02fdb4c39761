//! One file for each platform.

pub mod chatwoot;
pub mod cliniko;
pub mod google_calendar;
pub mod manychat;
pub mod momence;
pub mod nookal;
pub mod nookal_v3;
pub mod twilio;
