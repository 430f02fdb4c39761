//! The conformance suite: every platform of the registry against its own simulator, by the same tests, over a real
//! PostgreSQL and in virtual time. What a platform gives to it stands in `subjects/`; a platform without one fails.
//!
//! `cargo test --test conformance cliniko` runs it for one; `-- --nocapture` shows what is not asked of it, and why.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a test says what went wrong by ending; helpers stand beside the tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod bench;
mod checks;
mod daemon;
mod mail;
mod subject;
mod subjects;
mod truth;

use std::collections::BTreeSet;

use routiq::platforms::registry;

/// The suite for each of these: a module of `subjects`, and the platform's name in the registry.
macro_rules! suite {
    ($($subject:ident of $platform:literal),* $(,)?) => {
        const NAMES: &[&str] = &[$($platform),*];

        $(mod $subject {
            use crate::{checks::{self, Of}, subjects};

            const OF: Of = Of { name: $platform, make: subjects::$subject::make };

            #[tokio::test]
            async fn a_practice_is_imported_whole() {
                checks::a_practice_is_imported_whole(OF).await;
            }

            #[tokio::test]
            async fn history_is_asked_ahead() {
                checks::history_is_asked_ahead(OF).await;
            }

            #[tokio::test]
            async fn it_goes_on_after_every_request() {
                checks::it_goes_on_after_every_request(OF).await;
            }

            #[tokio::test]
            async fn many_records_of_one_instant_are_all_found() {
                checks::many_at_one_instant(OF).await;
            }

            #[tokio::test]
            async fn late_commits_are_found() {
                checks::late_commits(OF).await;
            }

            #[tokio::test]
            async fn what_goes_and_comes_back_is_found() {
                checks::gone_and_back(OF).await;
            }

            #[tokio::test]
            async fn who_became_part_of_another_is_gone() {
                checks::merged(OF).await;
            }

            #[tokio::test]
            async fn limits_are_never_overstepped() {
                checks::limits_are_never_overstepped(OF).await;
            }

            #[tokio::test]
            async fn a_refused_credential_stops_it_and_a_new_one_goes_on() {
                checks::a_refused_credential_stops_it_and_a_new_one_goes_on(OF).await;
            }

            #[tokio::test]
            async fn surprises_stop_nothing_and_end() {
                checks::surprises_stop_nothing_and_end(OF).await;
            }

            #[tokio::test]
            async fn what_is_told_is_what_pages_say() {
                checks::what_is_told_is_what_pages_say(OF).await;
            }

            #[tokio::test]
            async fn a_month_with_faults_ends_in_the_truth() {
                checks::a_month_with_faults(OF).await;
            }
        })*
    };
}

suite! {
    chatwoot of "chatwoot",
    cliniko of "cliniko",
    google_calendar of "google_calendar",
    manychat of "manychat",
    momence of "momence",
    nookal of "nookal",
    nookal_v3 of "nookal",
    twilio of "twilio",
}

#[test]
fn every_platform_of_the_registry_is_tested() {
    let registered: BTreeSet<&str> = registry::ALL.iter().map(|platform| platform.name).collect();
    assert_eq!(NAMES.iter().copied().collect::<BTreeSet<_>>(), registered);
}
