//! Stripe: what an organization pays for.

pub mod webhook;
