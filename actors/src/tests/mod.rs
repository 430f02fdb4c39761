//! The tree against a world that can be told to misbehave, in virtual time.

mod ahead;
mod applying;
mod chaos;
mod directory;
mod files;
mod gated;
mod journal;
mod restarts;
mod rollup;
mod roster;
mod scale;
mod schedule;
mod stopping;
mod world;
