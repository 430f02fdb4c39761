//! `[directory]` and `[billing]`: who belongs where, and what an organization that does not pay may do.

use std::{collections::BTreeMap, fmt, net::Ipv4Addr, time::Duration};

use super::{
    Environment,
    error::Mistake,
    reader::{Reader, fixed, live},
};

/// Our plans.
const PLANS: [&str; 4] = ["basic", "pro", "enterprise", "custom"];

/// Where users and organizations come from.
#[derive(Clone, Debug)]
pub struct DirectoryConfig {
    /// Clerk's Backend API, without a slash at the end.
    pub clerk_api_url: String,
    /// How often everything is compared with its source.
    pub check_interval: Duration,
}

/// Where subscriptions come from, and what they mean.
#[derive(Clone, Debug)]
pub struct BillingConfig {
    /// Stripe's API, without a slash at the end.
    pub stripe_api_url: String,
    /// Whether an organization waits for its first subscription.
    pub required: bool,
    /// How long a late payment changes nothing.
    pub past_due_grace: Duration,
    /// Our plans by what Stripe's prices are known by.
    pub plans: BTreeMap<String, &'static str>,
}

/// One line of the price list.
struct Priced(String, &'static str);

impl fmt::Display for Priced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.0, self.1)
    }
}

pub(super) fn read(r: &mut Reader, environment: Environment) -> (DirectoryConfig, BillingConfig) {
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    let clerk_api_url = address(r, "directory.clerk_api_url", "https://api.clerk.com", environment);
    let stripe_api_url = address(r, "billing.stripe_api_url", "https://api.stripe.com", environment);
    let directory = DirectoryConfig {
        clerk_api_url,
        check_interval: r.duration(live("directory.check_interval"), hours(1)..=hours(24 * 7)),
    };
    let plans = r.list(
        live("billing.plans"),
        "price=plan, the price by its id, lookup key or product, the plan basic, pro, enterprise or custom",
        |line| {
            let (price, plan) = line.split_once('=').ok_or("is not price=plan")?;
            let plan =
                PLANS.into_iter().find(|known| *known == plan.trim()).ok_or("names no plan of ours")?;
            Ok(Priced(price.trim().to_owned(), plan))
        },
    );
    let billing = BillingConfig {
        stripe_api_url,
        required: r.flag(live("billing.required")),
        past_due_grace: r.duration(live("billing.past_due_grace"), Duration::ZERO..=hours(24 * 90)),
        plans: plans.into_iter().map(|Priced(price, plan)| (price, plan)).collect(),
    };
    (directory, billing)
}

/// An https address; a plain one only of this machine, for simulators in development.
fn address(r: &mut Reader, key: &'static str, usual: &str, environment: Environment) -> String {
    let address = r.parsed(fixed(key), "an https address without a path", usual.to_owned(), |text| {
        let text = text.trim_end_matches('/');
        // By its address alone: whoever answers for names could send them anywhere.
        let host = text.strip_prefix("http://").and_then(|rest| rest.split(':').next());
        let loopback = host.and_then(|host| host.parse::<Ipv4Addr>().ok()).is_some_and(|it| it.is_loopback());
        let rest = text.split_once("://").map(|(_, rest)| rest).filter(|rest| !rest.is_empty());
        match rest {
            Some(rest)
                if (text.starts_with("https://") || loopback) && !rest.contains(['/', '?', '#', '@']) =>
            {
                Ok(text.to_owned())
            }
            _ => Err("is not such an address".to_owned()),
        }
    });
    if address.starts_with("http://") && environment.is_guarded() {
        r.refuse(Mistake::Contradiction, key, format!("is for simulators only, never for {environment}"));
    }
    address
}
