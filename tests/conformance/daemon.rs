//! One incarnation of the account's actor, driven by hand: it asks as soon as its budgets allow, and time passes where
//! it waits.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use routiq::work::SyncWork;
use routiq_actors::port::{
    Ahead, Answer, Applied, Demand, Errand, Lease, Limit, Outcome, Sent, Stepped, Sync,
};

use crate::{bench::Bench, support::practice::Hand};

/// Steps within which everything must be caught up with.
const MOST: usize = 20_000;

/// What an incarnation does next.
#[derive(Clone, Debug)]
pub enum Next {
    Look,
    Step(Demand),
    /// Nothing is due until then.
    Rest(Timestamp),
    Denied(String),
    Fenced,
}

/// The incarnation.
pub struct Daemon<'a> {
    pub bench: &'a Bench,
    pub next: Next,
    /// Why it waited or failed, oldest first.
    pub troubles: Vec<String>,
    /// Requests that were answered and written.
    pub steps: u64,
    /// Rows written.
    pub changed: u64,
    /// Requests that only opened the door.
    pub opened: u64,
    /// The requests whose answers wrote something.
    pub writes: Vec<String>,
    /// Whether requests are sent while the page before them is written.
    pub ahead: bool,
    /// Requests that were sent so, and those whose answers were wanted.
    pub sent: Arc<AtomicU64>,
    pub wanted: u64,
    under_way: Option<Sent>,
    work: SyncWork,
    lease: Lease,
    spent: Arc<Mutex<Spent>>,
}

impl Bench {
    /// A new incarnation that knows nothing.
    pub async fn drive(&self) -> Daemon<'_> {
        let (work, lease) = (self.work(), self.lease().await);
        Daemon {
            bench: self,
            next: Next::Look,
            troubles: Vec::new(),
            steps: 0,
            changed: 0,
            opened: 0,
            writes: Vec::new(),
            ahead: false,
            sent: Arc::default(),
            wanted: 0,
            under_way: None,
            work,
            lease,
            spent: Arc::default(),
        }
    }
}

impl Daemon<'_> {
    fn now(&self) -> Timestamp {
        self.bench.hand.now()
    }

    /// The incarnation after this one: it knows what the tables know.
    pub async fn reborn(&mut self) {
        (self.work, self.lease) = (self.bench.work(), self.bench.lease().await);
        (self.next, self.under_way) = (Next::Look, None);
    }

    /// Grants what is asked ahead once its budgets allow.
    fn gates(&self) -> Ahead {
        let (spent, hand, sent) = (self.spent.clone(), self.bench.hand.clone(), self.sent.clone());
        Ahead::granted(move |demand| {
            sent.fetch_add(1, Ordering::Relaxed);
            spent.lock().unwrap().wait(demand, &hand);
        })
    }

    /// Looks or steps, once; nothing while it rests.
    pub async fn turn(&mut self) {
        let sent = self.under_way.take();
        let outcome = match std::mem::replace(&mut self.next, Next::Look) {
            Next::Step(demand) => {
                match sent {
                    Some(_) => self.wanted += 1,
                    None => self.spent.lock().unwrap().wait(&demand, &self.bench.hand),
                }
                let errand = Errand { demand, sent, ahead: self.ahead.then(|| self.gates()) };
                let Stepped { report, sent } = Sync::step(&self.work, self.lease.clone(), errand).await;
                self.under_way = sent;
                self.steps += u64::from(report.answer != Answer::NotAsked);
                self.changed += report.progress.changed;
                let access = self.bench.subject.access();
                let asked = report.progress.cursor.as_deref();
                self.opened += u64::from(asked.is_some_and(|asked| access.contains(&asked)));
                self.writes.extend(report.progress.cursor.filter(|_| report.progress.changed > 0));
                report.outcome
            }
            Next::Look => Sync::resume(&self.work, self.lease.clone()).await,
            Next::Rest(until) if until <= self.now() => Sync::resume(&self.work, self.lease.clone()).await,
            other => {
                self.next = other;
                return;
            }
        };
        self.next = match outcome {
            Outcome::More(demand) => Next::Step(demand),
            Outcome::CaughtUp { again_in } => Next::Rest(self.after(again_in)),
            Outcome::Wait { pause, reason } => self.trouble(pause, reason),
            Outcome::Failed { reason } => self.trouble(Duration::from_secs(2), reason),
            Outcome::Denied { reason } => Next::Denied(reason),
            Outcome::Fenced => Next::Fenced,
        };
    }

    /// Asks once for records; what only opens the door comes before it.
    pub async fn ask(&mut self) {
        loop {
            let before = self.opened;
            self.turn().await;
            if self.opened == before {
                return;
            }
        }
    }

    fn after(&self, pause: Duration) -> Timestamp {
        self.now() + SignedDuration::try_from(pause).unwrap()
    }

    /// What the tree does with a failure: it waits and looks again.
    fn trouble(&mut self, pause: Duration, reason: String) -> Next {
        self.troubles.push(reason);
        let until = self.after(pause);
        self.bench.hand.advance_to(until);
        Next::Look
    }

    /// Looks at the tables next.
    pub fn nudge(&mut self) {
        if matches!(self.next, Next::Rest(_)) {
            self.next = Next::Look;
        }
    }

    /// Works until nothing is due, or the credential is refused.
    pub async fn settle(&mut self) {
        for _ in 0..MOST {
            self.turn().await;
            match self.next {
                Next::Rest(until) if until > self.now() => return,
                Next::Denied(_) => return,
                Next::Fenced => panic!("fenced without a reason"),
                _ => {}
            }
        }
        let troubles: Vec<_> = self.troubles.iter().rev().take(5).collect();
        panic!("{}: never caught up: {:?}; troubles {troubles:?}", self.bench.platform.name, self.next);
    }

    /// Lives on for so long, polling as it is due and hearing what is told.
    pub async fn live(&mut self, span: SignedDuration) {
        let end = self.now() + span;
        loop {
            self.hear(false).await;
            self.settle().await;
            match self.next {
                Next::Rest(until) if until < end => self.bench.hand.advance_to(until),
                Next::Rest(_) => break self.bench.hand.advance_to(end),
                _ => return,
            }
        }
    }

    /// What is due of the platform's deliveries is kept and applied, where there is a mailbox.
    pub async fn hear(&mut self, everything: bool) {
        let Some(mailbox) = &self.bench.mailbox else { return };
        if mailbox.receive(self.bench, everything).await > 0 {
            self.apply().await;
        }
    }

    /// Applies what is kept.
    pub async fn apply(&mut self) {
        loop {
            let report = Sync::apply(&self.work, self.lease.clone()).await;
            let due = report.due_in.map(|pause| self.after(pause));
            if let (Some(due), Next::Rest(until)) = (due, &mut self.next) {
                *until = due.min(*until);
            }
            self.changed += report.done.changed;
            match report.outcome {
                Applied::More => {}
                Applied::Done | Applied::Wait { .. } => return,
                other => panic!("{other:?}"),
            }
        }
    }

    /// Long enough that every poll has come round.
    pub async fn catch_up(&mut self) {
        let rounds = SignedDuration::try_from(self.bench.plan.poll).unwrap() * 6;
        self.live(rounds.max(SignedDuration::from_mins(10))).await;
    }

    /// Nothing happens any more: what follows from what did has happened, and every poll has come round.
    pub async fn quiet_down(&mut self) {
        self.bench.subject.traffic(0.0);
        self.bench.hand.advance(SignedDuration::from_hours(2));
        self.hear(true).await;
        self.nudge();
        self.catch_up().await;
    }

    /// Everything is listed, twice: what nobody answers for by its id must be missed two times to be gone.
    pub async fn sweep(&mut self) {
        for _ in 0..2 {
            // What happened in the second of a request is met by a later one.
            self.bench.hand.advance(SignedDuration::from_mins(2));
            self.bench.request_sweep().await;
            self.nudge();
            self.settle().await;
        }
    }

    /// Lives through a busy time and what follows from it.
    pub async fn busy(&mut self, events_per_hour: f64, span: SignedDuration) {
        self.bench.subject.traffic(events_per_hour);
        self.live(span).await;
        self.quiet_down().await;
    }
}

/// What was asked lately of each budget. As the gate does it: no window of a rate holds more than the rate allows.
#[derive(Default)]
struct Spent(BTreeMap<String, VecDeque<Timestamp>>);

impl Spent {
    /// Waits until every budget allows the request, then counts it.
    fn wait(&mut self, demand: &Demand, hand: &Hand) {
        let rates = demand.budgets.iter().filter_map(|budget| match budget.limit {
            Limit::Rate { count, per } => {
                Some((&budget.name, count as usize, SignedDuration::try_from(per).unwrap()))
            }
            Limit::Concurrent(_) => None,
        });
        let rates: Vec<_> = rates.collect();
        for (name, count, per) in &rates {
            let starts = self.0.entry(name.to_string()).or_default();
            while starts.len() >= *count {
                let oldest = starts.pop_front().unwrap();
                hand.advance_to(oldest + *per);
            }
        }
        let now = hand.now();
        for (name, _, per) in &rates {
            let starts = self.0.entry(name.to_string()).or_default();
            starts.push_back(now);
            while starts.front().is_some_and(|at| now.duration_since(*at) >= *per) {
                starts.pop_front();
            }
        }
    }
}
