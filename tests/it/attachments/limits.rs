//! What the rules refuse, by what is told and by what is served.

use routiq_simulators::chatwoot::{Fault, On, When};

use super::*;

#[tokio::test]
async fn what_is_told_too_large_or_of_another_type_is_never_asked_for() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    let small = "routiq.attachments where file_size <= 100000 and content_type like 'image/%'";
    let small = house.count(&member, small).await;
    desk.set(|settings| {
        settings.rules.most = 100_000;
        settings.rules.types = vec!["image/*".parse().unwrap()];
    });
    let (ended, _) = desk.run().await;
    assert_eq!(ended.len() as i64, small);
    assert_eq!(desk.asked().len() as i64, 2 * small, "an address and a link each, and nothing else");
    let states = desk.states().await.join(", ");
    assert!(states.contains("refused too_large") && states.contains("refused type"), "{states}");
    // Other rules look again, and only at what they refused.
    desk.set(|settings| settings.rules = generous());
    desk.run().await;
    assert!(desk.assert_whole().await as i64 > small);
    assert!(!desk.states().await.join(", ").contains("too_large"));
}

#[tokio::test]
async fn what_is_larger_than_it_was_told_is_cut_off_and_refused() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    house.simulator.fault(Fault::FileGrows(1 << 20), On::path("files/storage"), When::ONCE);
    let (ended, _) = desk.run().await;
    assert_eq!(ended.iter().filter(|ended| **ended == "refused").count(), 1, "{ended:?}");
    assert!(desk.states().await.contains(&"refused too_large 1".to_owned()), "{:?}", desk.states().await);
    assert_eq!(desk.objects(&member).len(), desk.assert_whole().await, "no part of it stays");
}

#[tokio::test]
async fn what_is_served_as_something_else_is_refused() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    house.simulator.fault(Fault::FileType, On::path("files/storage"), When::ONCE);
    desk.run().await;
    assert!(desk.states().await.contains(&"refused type 1".to_owned()), "{:?}", desk.states().await);
    assert_eq!(desk.objects(&member).len(), desk.assert_whole().await);
}

#[tokio::test]
async fn a_host_s_bad_moments_are_waited_out_and_counted() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    for fault in [Fault::CutBody, Fault::Timeout, Fault::Cut, Fault::Html(503)] {
        house.simulator.fault(fault, On::path("files/storage"), When::ONCE);
    }
    house.simulator.fault(Fault::RateLimited, On::path("files/redirect"), When::ONCE);
    let (ended, _) = desk.run().await;
    let count = |what: &str| ended.iter().filter(|ended| **ended == what).count();
    assert_eq!((count("again"), count("later")), (4, 1), "{ended:?}");
    let tried = "routiq.attachment_files where state = 'wanted' and attempts = 1 and reason = 'unreachable'";
    assert_eq!(house.count(&member, tried).await, 4);
    assert_eq!(desk.run().await.0, Vec::<&str>::new(), "not before its pause is over");
    desk.pass(1);
    let (ended, _) = desk.run().await;
    assert_eq!(ended, ["fetched"; 5]);
    desk.assert_whole().await;
    // One that can never be had is given up after days, and asked for no more.
    let one = desk.those("fetched").await[0].0;
    let again = "update routiq.attachment_files set state = 'wanted', vault = null, stored_bytes = null, digest = null,
                 media_type = null, fetched_at = null where attachment_id = ";
    house.run(&member, &format!("{again} '{one}'")).await;
    house.simulator.fault(Fault::Cut, On::path("files/redirect"), When::Always);
    let mut tries = 0;
    while desk.those("gone").await.is_empty() {
        tries += desk.run().await.0.len();
        assert!(tries <= 12, "given up");
        desk.pass(7);
    }
    assert_eq!(tries, 12);
}

#[tokio::test]
async fn a_platform_that_does_not_let_us_in_is_asked_again_later_and_no_file_is_gone() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    let wanted = desk.those("wanted").await.len();
    for status in [401, 403] {
        house.simulator.fault(Fault::Html(status), On::path("files/redirect"), When::ONCE);
        assert_eq!(desk.run().await.0, ["later"], "{status}: the next file would hear the same");
        assert_eq!(desk.asked().len(), 1);
    }
    for status in [400, 408, 425] {
        house.simulator.fault(Fault::Html(status), On::path("files/redirect"), When::ONCE);
    }
    // One hears that its signed link has ended: it is tried again as well.
    house.simulator.fault(Fault::Html(403), On::path("files/storage"), When::ONCE);
    let (ended, _) = desk.run().await;
    let count = |what: &str| ended.iter().filter(|ended| **ended == what).count();
    assert_eq!((count("again"), count("gone")), (4, 0), "{ended:?}");
    assert_eq!(desk.those("gone").await.len(), 0);
    let untried = "routiq.attachment_files where state = 'wanted' and attempts = 0 and not_before > 'epoch'";
    assert_eq!(house.count(&member, untried).await, 2, "a refusal of us is no attempt");
    desk.pass(2);
    assert_eq!(desk.run().await.0, ["fetched"; 6]);
    let without = house.count(&member, "routiq.attachment_files where reason = 'no_file'").await;
    assert_eq!(desk.assert_whole().await as i64 + without, wanted as i64);
}
