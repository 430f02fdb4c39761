//! One line per measured figure.

#![allow(dead_code, reason = "each benchmark uses a part")]

/// What a figure must reach.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// Nothing: it is told, not judged.
    None,
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
}

/// Prints `figure <name> <value> goal <value> met`, or `short`. Answers whether the goal was met.
pub fn figure(name: &str, value: f64, goal: Goal) -> bool {
    let (goal, met) = match goal {
        Goal::None => (None, true),
        Goal::AtLeast(goal) => (Some(goal), value >= goal),
        Goal::AtMost(goal) => (Some(goal), value <= goal),
    };
    let value = shown(value);
    match goal {
        None => println!("figure {name} {value}"),
        Some(goal) => {
            println!("figure {name} {value} goal {} {}", shown(goal), if met { "met" } else { "short" })
        }
    }
    met
}

fn shown(value: f64) -> String {
    if value.abs() >= 100.0 || value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

/// Resident memory of this process, in megabytes.
pub fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}
