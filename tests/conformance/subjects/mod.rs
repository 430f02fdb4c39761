//! One file for each platform.

pub mod chatwoot;
pub mod cliniko;
pub mod google_calendar;
pub mod manychat;
pub mod momence;
pub mod nookal;
>>>>>>> main
pub mod twilio;
