//! What every platform is held to. Each check takes a bench of its own; what a platform's declaration says it does not
//! have is printed and not asked for.

mod access;
mod going;
mod import;
mod month;
mod odd;
mod order;
mod told;

pub use access::{a_refused_credential_stops_it_and_a_new_one_goes_on, limits_are_never_overstepped};
pub use going::{gone_and_back, merged};
pub use import::{a_practice_is_imported_whole, history_is_asked_ahead, it_goes_on_after_every_request};
pub use month::a_month_with_faults;
pub use odd::surprises_stop_nothing_and_end;
pub use order::{late_commits, many_at_one_instant};
pub use told::what_is_told_is_what_pages_say;

use routiq::platforms::declaration::Stream;

use crate::{
    bench::{Bench, Plan},
    subject::{Lacks, Make},
};

/// A platform under test.
#[derive(Clone, Copy)]
pub struct Of {
    pub name: &'static str,
    pub make: Make,
}

impl Of {
    /// A fresh bench.
    pub async fn bench(self, plan: Plan) -> Bench {
        Bench::new(self.name, self.make, plan).await
    }

    /// A fresh bench as most checks want it.
    pub async fn usual(self) -> Bench {
        self.bench(Plan::default()).await
    }
}

impl Bench {
    /// Those that are shown, not only told.
    fn shown(&self) -> impl Iterator<Item = &'static Stream> + use<> {
        let declaration = self.platform.declaration;
        self.followed().filter(|stream| !declaration.tells(stream.name))
    }

    /// Says what is not asked of the platform, and why.
    fn spared(&self, what: &str, why: &str) {
        println!("{}: not asked for: {what}: {why}", self.platform.name);
    }

    /// What the platform lacks stands among the gaps it declares.
    fn lacks(&self, what: &str, Lacks(gap): Lacks) {
        let gaps = self.platform.declaration.gaps;
        assert!(
            gaps.contains(&gap),
            "{}: {what}: \"{gap}\" is none of its declared gaps",
            self.platform.name
        );
        self.spared(what, gap);
    }
}
