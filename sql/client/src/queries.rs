// This file was generated with `cornucopia`. Do not modify.

pub mod audit;
pub mod conversations;
pub mod deletions;
pub mod health;
pub mod integrations;
pub mod ledger;
pub mod live;
pub mod organizations;
pub mod people;
pub mod roster;
pub mod session;
pub mod sync;
