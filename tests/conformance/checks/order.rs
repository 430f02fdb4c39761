//! Records that times alone do not tell apart: many of one instant, and those committed later than they say.

use jiff::SignedDuration;
use routiq::platforms::declaration::Cursor;

use super::Of;
use crate::{
    bench::{Bench, Plan},
    subject::Scale,
};

/// Pages larger than this are not filled.
const LARGEST: u32 = 250;

/// More records than a page holds share one instant, in every stream that is walked page by page.
pub async fn many_at_one_instant(of: Of) {
    let plan = Plan { scale: Scale { seed: 2, people: people(of), ..Scale::default() }, ..Plan::default() };
    let bench = of.bench(plan).await;
    let mut daemon = bench.drive().await;
    daemon.settle().await;
    let mut beyond = false;
    let mut walked = false;
    for stream in bench.followed() {
        let why = match stream.cursor {
            Cursor::Told => "it is only told",
            Cursor::Whole => "it comes whole, without regard to times",
            Cursor::Token => "the platform's token stands for what was seen, not a time",
            _ if stream.page > LARGEST => "a page holds everything",
            _ => "",
        };
        if !why.is_empty() {
            bench.spared(&format!("{} of one instant", stream.name), why);
            continue;
        }
        let wanted = usize::try_from(beyond_a_page(stream.page)).unwrap();
        match bench.subject.touch(stream.name, wanted) {
            Ok(touched) => {
                walked = true;
                beyond |= touched > stream.page as usize;
            }
            Err(lacks) => bench.lacks(&format!("{} of one instant", stream.name), lacks),
        }
    }
    assert!(beyond || !walked, "{}: no stream had more of one instant than a page holds", of.name);
    daemon.catch_up().await;
    bench.assert_equal("after many records of one instant").await;
    bench.assert_no_violation();
}

/// Records that a page cannot hold.
fn beyond_a_page(page: u32) -> u32 {
    page + page / 4 + 1
}

/// Enough to fill more than a page with people.
fn people(of: Of) -> u32 {
    let declaration = routiq::platforms::registry::find(of.name).expect("registered").declaration;
    let walked = declaration.streams.iter().filter(|stream| stream.page <= LARGEST);
    walked.map(|stream| beyond_a_page(stream.page) + 10).max().unwrap_or(40).max(40)
}

/// What is committed after a poll has passed the time it bears is found by the next ones, without a sweep.
pub async fn late_commits(of: Of) {
    let bench = of.usual().await;
    let mut daemon = bench.drive().await;
    daemon.settle().await;
    daemon.catch_up().await;
    for stream in bench.followed() {
        late(&bench, stream.name, stream.cursor, SignedDuration::try_from(stream.overlap).unwrap());
    }
    daemon.catch_up().await;
    bench.assert_equal("after late commits").await;
    bench.assert_no_violation();
}

fn late(bench: &Bench, stream: &str, cursor: Cursor, overlap: SignedDuration) {
    let what = format!("{stream} committed late");
    match cursor {
        Cursor::Told => return bench.spared(&what, "it is only told"),
        Cursor::Whole => return bench.spared(&what, "it comes whole, without regard to times"),
        Cursor::Token => {
            return bench.spared(&what, "the platform's token stands for what was seen, not a time");
        }
        _ if overlap.is_zero() => return bench.spared(&what, "its polls reach back over no time"),
        _ => {}
    }
    match bench.late(overlap * 3 / 4, |subject| subject.touch(stream, 3)) {
        Ok(touched) => assert!(touched > 0, "{stream}: nothing was committed late"),
        Err(lacks) => bench.lacks(&what, lacks),
    }
}
