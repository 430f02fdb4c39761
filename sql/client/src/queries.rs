// This file was generated with `cornucopia`. Do not modify.

pub mod access;
pub mod attachments;
pub mod audit;
pub mod billing;
pub mod contacts;
pub mod conversations;
pub mod deletions;
pub mod directory;
pub mod directory_checks;
pub mod health;
pub mod hooks;
pub mod identity;
pub mod integrations;
pub mod journal;
pub mod ledger;
pub mod lineage;
pub mod live;
pub mod members;
pub mod organizations;
pub mod people;
pub mod records;
pub mod replays;
pub mod roster;
pub mod sealing;
pub mod session;
pub mod sync;
