//! The supervision tree: who runs, when, and what happens when it stops.
//!
//! Names ractor; knows no SQL, no HTTP and no platform. Everything it does to the world goes through [`port`];
//! everything the world may ask of it goes through handles with plain methods.

pub mod clock;
pub mod event;
pub mod gate;
pub mod port;
