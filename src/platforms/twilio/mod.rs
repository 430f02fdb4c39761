//! Twilio: SMS and WhatsApp, in and out.

pub mod webhook;
