//! Stand-ins for external platforms.
