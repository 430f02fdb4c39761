//! Faults of an interface, for the simulators whose faults are of the common kinds.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::spoiled;
use crate::surprises::Surprise;

/// How often a fault happens among the requests it is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Each time.
    Always,
    /// With this probability, decided by the seed.
    Chance(f64),
    /// Lets `skip` requests pass, then happens `count` times, then never again.
    Next {
        /// Requests that pass first.
        #[serde(default)]
        skip: u32,
        /// Requests that fail then.
        count: u32,
    },
}

impl When {
    /// The next request, once.
    pub const ONCE: Self = Self::Next { skip: 0, count: 1 };
}

impl When {
    /// Decides about one request that the fault is meant for.
    pub(crate) fn happens(&mut self, dice: &mut ChaCha8Rng) -> bool {
        match self {
            Self::Always => true,
            Self::Chance(chance) => dice.random::<f64>() < *chance,
            Self::Next { skip, .. } if *skip > 0 => {
                *skip -= 1;
                false
            }
            Self::Next { count, .. } => {
                let due = *count > 0;
                *count = count.saturating_sub(1);
                due
            }
        }
    }

    /// Whether it will never happen again.
    pub(crate) fn spent(&self) -> bool {
        matches!(self, Self::Next { count: 0, .. })
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The platform's refusal of one request too many, without having counted anything.
    RateLimited,
    /// The page of a proxy with this status.
    Html(u16),
    /// No answer at all.
    Timeout,
    /// The connection ends before the answer begins.
    Cut,
    /// The connection ends inside the body.
    CutBody,
    /// JSON that stops in the middle.
    MalformedJson,
    /// Bytes in a text that are not UTF-8.
    InvalidUtf8,
    /// The page repeats its first row at the end.
    DuplicateRows,
    /// Rows move between pages: any page but the first starts this many rows later (or earlier).
    Drift(i64),
    /// A record is not what the documents say. Goes together with any other fault and with further surprises; not for
    /// practice systems, which have standing oddities instead.
    Surprise {
        /// What becomes of it.
        surprise: Surprise,
        /// Which record, by its id; else one of the page.
        #[serde(default)]
        record: Option<String>,
        /// Which field, a dotted way from the record; else one for which the surprise makes sense.
        #[serde(default)]
        field: Option<String>,
    },
    /// The answer comes this many milliseconds late. Goes together with any other fault.
    Latency(u64),
}

impl Fault {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::Html(_) => "html",
            Self::Timeout => "timeout",
            Self::Cut => "cut",
            Self::CutBody => "cut_body",
            Self::MalformedJson => "malformed_json",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::DuplicateRows => "duplicate_rows",
            Self::Drift(_) => "drift",
            Self::Surprise { .. } => "surprise",
            Self::Latency(_) => "latency",
        }
    }
}

/// One standing order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What.
    pub fault: Fault,
    /// Requests to this path only; `*` stands for one segment. Without it: all.
    #[serde(default)]
    pub path: Option<String>,
    /// How often.
    pub when: When,
}

impl FaultRule {
    fn matches(&self, path: &str) -> bool {
        self.path.as_deref().is_none_or(|wanted| {
            let parts = |text: &str| {
                text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>()
            };
            let (wanted, path) = (parts(wanted), parts(path));
            wanted.len() == path.len()
                && wanted.iter().zip(&path).all(|(wanted, part)| wanted == "*" || wanted == part)
        })
    }
}

/// What a request has to suffer.
#[derive(Debug, Default)]
pub(crate) struct Played {
    pub(crate) latency_ms: u64,
    pub(crate) fault: Option<Fault>,
    pub(crate) surprises: Vec<Odd>,
}

/// One record of an answer that is not as the documents say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Odd {
    pub(crate) with: Surprise,
    pub(crate) record: Option<String>,
    pub(crate) field: Option<String>,
}

impl Odd {
    /// Spoils its record among these.
    pub(crate) fn spoil(&self, records: &mut Value, die: &mut dyn FnMut(usize) -> usize) {
        spoiled::spoil(&self.with, records, self.record.as_deref(), self.field.as_deref(), die);
    }
}

/// The standing orders.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
    dice: ChaCha8Rng,
}

impl Faults {
    pub(crate) fn new(dice: ChaCha8Rng) -> Self {
        Self { rules: Vec::new(), dice }
    }

    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn list(&self) -> &[FaultRule] {
        &self.rules
    }

    /// Decides about one request: latencies and surprises add up, of the other faults the first one wins.
    pub(crate) fn play(&mut self, path: &str) -> Played {
        let mut played = Played::default();
        for rule in &mut self.rules {
            let adds_up = matches!(rule.fault, Fault::Latency(_) | Fault::Surprise { .. });
            if (!adds_up && played.fault.is_some())
                || !rule.matches(path)
                || !rule.when.happens(&mut self.dice)
            {
                continue;
            }
            match rule.fault.clone() {
                Fault::Latency(ms) => played.latency_ms += ms,
                Fault::Surprise { surprise, record, field } => {
                    played.surprises.push(Odd { with: surprise, record, field });
                }
                fault => played.fault = Some(fault),
            }
        }
        self.rules.retain(|rule| !rule.when.spent());
        played
    }

    /// Decides about something that is no request: only rules that name it are meant.
    pub(crate) fn play_at(&mut self, name: &str) -> Option<Fault> {
        let dice = &mut self.dice;
        let mut named = self.rules.iter_mut().filter(|rule| rule.path.as_deref() == Some(name));
        let fault = named.find_map(|rule| rule.when.happens(dice).then(|| rule.fault.clone()));
        self.rules.retain(|rule| !rule.when.spent());
        fault
    }

    /// Decides between this many.
    pub(crate) fn die(&mut self, sides: usize) -> usize {
        self.dice.random_range(0..sides.max(1))
    }
}
