//! What the page shows of the gates of the external APIs.

use routiq_actors::{
    gate::{ApiStatus, BreakerState, BudgetState, BudgetStatus},
    port::Limit,
};
use serde::Serialize;

use super::{
    figures::{grouped, span},
    page::{FEW, Look, Moment, look},
};
use crate::work::title;

/// One API.
#[derive(Debug, Serialize)]
pub(super) struct ApiCard {
    name: String,
    title: String,
    breakers: Vec<GateLine>,
    budgets: Vec<GateLine>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct GateLine {
    name: String,
    look: Look,
    figures: String,
    until: Option<Moment>,
    reason: Option<String>,
}

/// One API's gates: what needs a look first.
pub(super) fn api(api: &ApiStatus) -> ApiCard {
    let mut breakers: Vec<GateLine> = api
        .breakers
        .iter()
        .map(|breaker| GateLine {
            name: breaker.host.to_string(),
            look: match breaker.state {
                BreakerState::Closed => look("open for requests", "good", "check"),
                BreakerState::HalfOpen => look("trying again", "warn", "half"),
                BreakerState::Restarting => look("restarting", "warn", "turn"),
                BreakerState::Open => look("resting", "bad", "stop"),
                BreakerState::Shut => look("shut", "bad", "stop"),
            },
            figures: if breaker.failures > 0 {
                format!("{} failures in a row", breaker.failures)
            } else {
                String::new()
            },
            until: breaker.until.map(Moment::of),
            reason: breaker.reason.clone().filter(|_| breaker.state != BreakerState::Closed),
        })
        .collect();
    let mut budgets: Vec<GateLine> = api.budgets.iter().map(budget).collect();
    for lines in [&mut breakers, &mut budgets] {
        lines.sort_by_key(|line| !matches!(line.look.tone, "bad" | "warn"));
    }
    let more = breakers.len().saturating_sub(FEW) + budgets.len().saturating_sub(FEW);
    breakers.truncate(FEW);
    budgets.truncate(FEW);
    ApiCard { name: api.api.to_string(), title: title(&api.api).to_owned(), breakers, budgets, more }
}

fn budget(budget: &BudgetStatus) -> GateLine {
    let mut figures = match budget.limit {
        Limit::Rate { count, per } => {
            let used = budget.used_in_window.unwrap_or_default();
            format!(
                "{} of {} in {}",
                grouped(used as i64),
                grouped(i64::from(count)),
                span(per.as_secs_f64())
            )
        }
        Limit::Concurrent(count) => format!("{} of {count} at once", budget.in_use),
    };
    if budget.waiting > 0 {
        figures.push_str(&format!(", {} in line", budget.waiting));
    }
    let look = match (budget.state, budget.paused_until) {
        (BudgetState::Shut, _) => look("shut", "bad", "stop"),
        (BudgetState::Restarting, _) => look("restarting", "warn", "turn"),
        (BudgetState::Working, Some(_)) => look("paused by the platform", "warn", "pause"),
        (BudgetState::Working, None) => look("granting", "good", "check"),
    };
    let until = budget.shut_until.or(budget.paused_until).map(Moment::of);
    GateLine { name: budget.name.to_string(), look, figures, until, reason: budget.shut_reason.clone() }
}
