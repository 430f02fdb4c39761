//! Faults on demand: what goes wrong, where, and how often.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::faults::{Odd, When};
use crate::surprises::Surprise;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429 as the platform sends it, without having counted anything.
    RateLimited,
    /// An HTML page of a proxy with this status: 500, 502, 503, 504 … or 200.
    Html(u16),
    /// No answer at all.
    Timeout,
    /// The connection ends before the answer begins.
    Cut,
    /// The connection ends inside the body.
    CutBody,
    /// 200 with JSON that stops in the middle.
    MalformedJson,
    /// 200 with bytes in a text that are not UTF-8.
    InvalidUtf8,
    /// 200 with a valid body blown up by this many bytes.
    Huge(usize),
    /// One record carries dates that cannot be.
    ImpossibleDates {
        /// Which (by `id`); else one of the page.
        record: Option<i64>,
    },
    /// One record has a field of the wrong type.
    WrongType {
        /// Which (by `id`); else one of the page.
        record: Option<i64>,
        /// Which field; else a timestamp or the id.
        field: Option<String>,
    },
    /// A record is not what the documents say. Goes together with any other fault and with further surprises.
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
    /// The page repeats its first row at the end.
    DuplicateRows,
    /// Rows move between pages: the window of any page but the first starts this many rows later (or earlier).
    Drift(i64),
    /// The answer comes this many milliseconds late. Goes together with any other fault.
    Latency(u64),
    /// A file is longer by so many bytes than its record says.
    FileGrows(usize),
    /// A file is served as a web page.
    FileType,
    /// The address of a file sends on to this one.
    FileMoves(String),
    /// As if the token had been revoked.
    TokenRevoked,
    /// As if the account had been suspended.
    Suspended,
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
            Self::Huge(_) => "huge",
            Self::ImpossibleDates { .. } => "impossible_dates",
            Self::WrongType { .. } => "wrong_type",
            Self::Surprise { .. } => "surprise",
            Self::DuplicateRows => "duplicate_rows",
            Self::Drift(_) => "drift",
            Self::Latency(_) => "latency",
            Self::FileGrows(_) => "file_grows",
            Self::FileType => "file_type",
            Self::FileMoves(_) => "file_moves",
            Self::TokenRevoked => "token_revoked",
            Self::Suspended => "suspended",
        }
    }

    /// Whether the client still receives every record as it is.
    pub(crate) fn delivers(&self) -> bool {
        matches!(self, Self::DuplicateRows | Self::Drift(_) | Self::Latency(_))
    }
}

/// Which requests a fault is meant for. Empty means all.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct On {
    /// `GET`, `POST` …
    pub method: Option<String>,
    /// The path below the account, such as `conversations/*/messages`; `*` stands for one segment. `profile` for
    /// the profile.
    pub path: Option<String>,
    /// The account.
    pub account: Option<i64>,
}

impl On {
    /// Requests to one path of every account.
    pub fn path(path: &str) -> Self {
        Self { path: Some(path.to_owned()), ..Self::default() }
    }

    /// Every request to one account.
    pub fn account(account: i64) -> Self {
        Self { account: Some(account), ..Self::default() }
    }

    fn matches(&self, method: &str, account: Option<i64>, path: &[&str]) -> bool {
        self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.account.is_none_or(|wanted| account == Some(wanted))
            && self.path.as_deref().is_none_or(|wanted| {
                let wanted: Vec<&str> = wanted.trim_matches('/').split('/').collect();
                wanted.len() == path.len()
                    && wanted.iter().zip(path).all(|(wanted, part)| *wanted == "*" || wanted == part)
            })
    }
}

/// One standing order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What.
    pub fault: Fault,
    /// Where.
    #[serde(default)]
    pub on: On,
    /// How often.
    pub when: When,
}

/// What a request has to suffer.
#[derive(Debug, Default)]
pub(crate) struct Played {
    pub(crate) latency_ms: u64,
    pub(crate) fault: Option<Fault>,
    pub(crate) surprises: Vec<Odd>,
}

impl Played {
    /// How the record of requests calls it.
    pub(crate) fn name(&self) -> Option<&'static str> {
        let lesser = [(!self.surprises.is_empty(), "surprise"), (self.latency_ms > 0, "latency")];
        let lesser = lesser.into_iter().find(|(played, _)| *played).map(|(_, name)| name);
        self.fault.as_ref().map(Fault::name).or(lesser)
    }
}

#[derive(Debug)]
pub(crate) struct Faults {
    next_id: u64,
    rules: Vec<(u64, FaultRule)>,
    dice: ChaCha8Rng,
}

impl Faults {
    pub(crate) fn new(dice: ChaCha8Rng) -> Self {
        Self { next_id: 1, rules: Vec::new(), dice }
    }

    pub(crate) fn add(&mut self, rule: FaultRule) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.rules.push((id, rule));
        id
    }

    pub(crate) fn remove(&mut self, id: u64) {
        self.rules.retain(|(known, _)| *known != id);
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn list(&self) -> Vec<(u64, FaultRule)> {
        self.rules.clone()
    }

    /// Decides about one request: latencies and surprises add up, of the other faults the first one wins.
    pub(crate) fn play(&mut self, method: &str, account: Option<i64>, path: &[&str]) -> Played {
        let mut played = Played::default();
        let mut spent = false;
        for (_, rule) in &mut self.rules {
            let adds_up = matches!(rule.fault, Fault::Latency(_) | Fault::Surprise { .. });
            if (!adds_up && played.fault.is_some()) || !rule.on.matches(method, account, path) {
                continue;
            }
            let happens = rule.when.happens(&mut self.dice);
            spent |= rule.when.spent();
            match rule.fault.clone() {
                _ if !happens => {}
                Fault::Latency(ms) => played.latency_ms += ms,
                Fault::Surprise { surprise, record, field } => {
                    played.surprises.push(Odd { with: surprise, record, field });
                }
                fault => played.fault = Some(fault),
            }
        }
        if spent {
            self.rules.retain(|(_, rule)| !rule.when.spent());
        }
        played
    }

    pub(crate) fn die(&mut self, sides: usize) -> usize {
        self.dice.random_range(0..sides.max(1))
    }
}
