//! One file for each platform.

pub mod chatwoot;
pub mod cliniko;
pub mod google_calendar;
pub mod manychat;
<<<<<<< HEAD
pub mod nookal;
pub mod twilio;
=======
pub mod momence;
pub mod nookal;
>>>>>>> conform
