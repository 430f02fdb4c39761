//! The hub: one topic for each organization, one bounded queue for each subscriber.
//!
//! It is no actor but a set of shared records: whoever publishes puts the news into every queue of the topic and goes on.
//! Nothing is sent from here and nobody is waited for, so there is nothing to crash and nobody to starve. A queue that
//! grows too long or too heavy is emptied: its reader hears [`Heard::Behind`] and looks at the whole state once instead.
//! Who falls behind twice within a minute is told [`Heard::TooSlow`] and left out from then on.
//!
//! What is published is shared, never copied: `P` is whatever the program wants its subscribers to have. Losing news costs
//! latency only, since each carries a number and the numbers stand in a table. With several daemons, what crosses between
//! them is the organization and the number; each reads the change and publishes it here.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde::Serialize;
use tokio::{sync::Notify, time::Instant};
use uuid::Uuid;

/// What can be published.
pub trait Weigh: Send + Sync + 'static {
    /// How many bytes a subscriber would be sent.
    fn weight(&self) -> usize;
}

/// How much may wait for one subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HubSettings {
    /// News in a queue.
    pub most_news: usize,
    /// Bytes in a queue.
    pub most_bytes: usize,
    /// Falling behind twice within this is too slow.
    pub patience: Duration,
}

impl Default for HubSettings {
    fn default() -> Self {
        Self { most_news: 256, most_bytes: 1 << 20, patience: Duration::from_secs(60) }
    }
}

/// What a subscriber hears.
#[derive(Debug)]
pub enum Heard<P> {
    /// News, oldest first.
    News(Arc<P>),
    /// There was too much: what waited is gone, the whole state is due.
    Behind,
    /// It fell behind twice within the patience; nothing more comes.
    TooSlow,
}

/// What the hub did so far and holds now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HubCounts {
    /// Organizations with a subscriber.
    pub topics: usize,
    /// Subscribers.
    pub subscribers: usize,
    /// News put into queues.
    pub delivered: u64,
    /// Queues that were emptied.
    pub behind: u64,
    /// Subscribers that were too slow.
    pub too_slow: u64,
}

/// The hub. Cheap to clone.
pub struct Hub<P>(Arc<Shared<P>>);

impl<P> Clone for Hub<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P> std::fmt::Debug for Hub<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({:?})", self.0.counters)
    }
}

struct Shared<P> {
    settings: HubSettings,
    topics: Mutex<HashMap<Uuid, Arc<Topic<P>>>>,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    subscribers: AtomicUsize,
    delivered: AtomicU64,
    behind: AtomicU64,
    too_slow: AtomicU64,
}

struct Topic<P>(Mutex<Members<P>>);

struct Members<P> {
    /// What was last published to stay: what somebody who comes now begins with.
    latest: Option<Arc<P>>,
    desks: Vec<Arc<Desk<P>>>,
}

/// A subscriber's queue.
struct Desk<P> {
    queue: Mutex<Queue<P>>,
    bell: Notify,
}

struct Queue<P> {
    news: VecDeque<Arc<P>>,
    bytes: usize,
    /// The whole state is due.
    behind: bool,
    behind_at: Option<Instant>,
    too_slow: bool,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<P: Weigh> Hub<P> {
    /// A hub that nobody listens to yet.
    pub fn new(settings: HubSettings) -> Self {
        Self(Arc::new(Shared { settings, topics: Mutex::default(), counters: Counters::default() }))
    }

    /// Listens to an organization's news from now on.
    pub fn subscribe(&self, topic: Uuid) -> Subscription<P> {
        let desk = Arc::new(Desk {
            queue: Mutex::new(Queue {
                news: VecDeque::new(),
                bytes: 0,
                behind: false,
                behind_at: None,
                too_slow: false,
            }),
            bell: Notify::new(),
        });
        let mut topics = held(&self.0.topics);
        let members = topics
            .entry(topic)
            .or_insert_with(|| Arc::new(Topic(Mutex::new(Members { latest: None, desks: Vec::new() }))));
        held(&members.0).desks.push(Arc::clone(&desk));
        drop(topics);
        self.0.counters.subscribers.fetch_add(1, Ordering::Relaxed);
        Subscription { hub: self.clone(), topic, desk }
    }

    fn topic(&self, topic: Uuid) -> Option<Arc<Topic<P>>> {
        held(&self.0.topics).get(&topic).cloned()
    }

    /// The organizations that somebody listens to.
    pub fn topics(&self) -> Vec<Uuid> {
        held(&self.0.topics).keys().copied().collect()
    }

    /// Puts news into every queue of the topic; answers how many there were. News that `stays` is what [`Hub::latest`]
    /// answers from now on.
    pub fn publish(&self, topic: Uuid, news: &Arc<P>, stays: bool) -> usize {
        let Some(topic) = self.topic(topic) else { return 0 };
        let mut members = held(&topic.0);
        if stays {
            members.latest = Some(Arc::clone(news));
        }
        for desk in &members.desks {
            self.put(desk, news);
        }
        let reached = members.desks.len();
        drop(members);
        self.0.counters.delivered.fetch_add(reached as u64, Ordering::Relaxed);
        reached
    }

    /// What was last published to stay.
    pub fn latest(&self, topic: Uuid) -> Option<Arc<P>> {
        let topic = self.topic(topic)?;
        let members = held(&topic.0);
        members.latest.clone()
    }

    /// What somebody read of the tables: the latest, unless there is one already.
    pub fn offer(&self, topic: Uuid, news: Arc<P>) {
        if let Some(topic) = self.topic(topic) {
            held(&topic.0).latest.get_or_insert(news);
        }
    }

    /// What was done so far.
    pub fn counts(&self) -> HubCounts {
        let counters = &self.0.counters;
        HubCounts {
            topics: held(&self.0.topics).len(),
            subscribers: counters.subscribers.load(Ordering::Relaxed),
            delivered: counters.delivered.load(Ordering::Relaxed),
            behind: counters.behind.load(Ordering::Relaxed),
            too_slow: counters.too_slow.load(Ordering::Relaxed),
        }
    }

    fn put(&self, desk: &Desk<P>, news: &Arc<P>) {
        let HubSettings { most_news, most_bytes, patience } = self.0.settings;
        let mut queue = held(&desk.queue);
        if queue.too_slow || queue.behind {
            // The whole state that is due will have these news in it.
            return;
        }
        let weight = news.weight();
        if queue.news.len() < most_news && queue.bytes.saturating_add(weight) <= most_bytes {
            queue.bytes += weight;
            queue.news.push_back(Arc::clone(news));
        } else {
            queue.news = VecDeque::new();
            queue.bytes = 0;
            let now = Instant::now();
            let again = queue.behind_at.replace(now).is_some_and(|last| now.duration_since(last) < patience);
            let counter = if again {
                queue.too_slow = true;
                &self.0.counters.too_slow
            } else {
                queue.behind = true;
                &self.0.counters.behind
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
        drop(queue);
        desk.bell.notify_one();
    }
}

/// One subscriber. Dropping it ends the subscription.
pub struct Subscription<P: Weigh> {
    hub: Hub<P>,
    topic: Uuid,
    desk: Arc<Desk<P>>,
}

impl<P: Weigh> Subscription<P> {
    /// What comes next; waits for it. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Heard<P> {
        loop {
            if let Some(heard) = self.try_next() {
                return heard;
            }
            self.desk.bell.notified().await;
        }
    }

    /// What comes next, if it is here.
    pub fn try_next(&mut self) -> Option<Heard<P>> {
        let mut queue = held(&self.desk.queue);
        if queue.too_slow {
            return Some(Heard::TooSlow);
        }
        if std::mem::take(&mut queue.behind) {
            return Some(Heard::Behind);
        }
        let news = queue.news.pop_front()?;
        queue.bytes = queue.bytes.saturating_sub(news.weight());
        if queue.news.is_empty() {
            // Thousands are idle: none keeps room for what once waited.
            queue.news = VecDeque::new();
        }
        Some(Heard::News(news))
    }
}

impl<P: Weigh> Drop for Subscription<P> {
    fn drop(&mut self) {
        let mut topics = held(&self.hub.0.topics);
        if let Some(topic) = topics.get(&self.topic) {
            let mut members = held(&topic.0);
            members.desks.retain(|desk| !Arc::ptr_eq(desk, &self.desk));
            let empty = members.desks.is_empty();
            drop(members);
            if empty {
                topics.remove(&self.topic);
            }
        }
        drop(topics);
        self.hub.0.counters.subscribers.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Line(u64, usize);

    impl Weigh for Line {
        fn weight(&self) -> usize {
            self.1
        }
    }

    fn hub(most_news: usize, most_bytes: usize) -> Hub<Line> {
        Hub::new(HubSettings { most_news, most_bytes, ..HubSettings::default() })
    }

    fn say(hub: &Hub<Line>, topic: Uuid, number: u64) -> usize {
        hub.publish(topic, &Arc::new(Line(number, 10)), true)
    }

    fn number(heard: Option<Heard<Line>>) -> Option<u64> {
        match heard {
            Some(Heard::News(line)) => Some(line.0),
            _ => None,
        }
    }

    const A: Uuid = Uuid::from_u128(1);
    const B: Uuid = Uuid::from_u128(2);

    #[tokio::test(start_paused = true)]
    async fn news_reach_their_topic_in_order_and_no_other() {
        let hub = hub(256, 1 << 20);
        assert_eq!(say(&hub, A, 1), 0, "nobody listens, nothing is kept");
        assert!(hub.latest(A).is_none());
        let (mut one, mut two, mut other) = (hub.subscribe(A), hub.subscribe(A), hub.subscribe(B));
        assert_eq!(say(&hub, A, 2), 2);
        say(&hub, A, 3);
        for listener in [&mut one, &mut two] {
            assert_eq!(number(listener.try_next()), Some(2));
            assert_eq!(number(listener.try_next()), Some(3));
            assert!(listener.try_next().is_none());
        }
        assert!(other.try_next().is_none(), "another organization hears nothing");
        assert_eq!(hub.latest(A).map(|line| line.0), Some(3));
        let waiting = tokio::spawn(async move { number(Some(one.next().await)) });
        tokio::task::yield_now().await;
        say(&hub, A, 4);
        assert_eq!(waiting.await.unwrap(), Some(4), "who waits is woken");
        drop((two, other));
        assert_eq!(hub.counts().subscribers, 0);
        assert_eq!(hub.counts().topics, 0, "a topic without listeners is forgotten");
        assert_eq!(say(&hub, A, 5), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_never_reads_gets_the_state_once_and_is_left_out_the_second_time() {
        let hub = hub(4, 1 << 20);
        let (mut slow, mut swift) = (hub.subscribe(A), hub.subscribe(A));
        for number in 0..100 {
            say(&hub, A, number);
            assert!(matches!(swift.try_next(), Some(Heard::News(_))), "others are not kept waiting");
        }
        assert!(matches!(slow.try_next(), Some(Heard::Behind)));
        assert!(slow.try_next().is_none(), "nothing of what waited comes after");
        say(&hub, A, 200);
        assert_eq!(number(slow.try_next()), Some(200), "it follows again");
        assert_eq!(number(swift.try_next()), Some(200));
        for number in 0..5 {
            say(&hub, A, number);
            assert!(matches!(swift.try_next(), Some(Heard::News(_))));
        }
        assert!(matches!(slow.try_next(), Some(Heard::TooSlow)), "twice within a minute");
        say(&hub, A, 300);
        assert!(matches!(slow.try_next(), Some(Heard::TooSlow)), "for good");
        assert_eq!((hub.counts().behind, hub.counts().too_slow), (1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn falling_behind_now_and_then_is_forgiven() {
        let hub = hub(4, 1 << 20);
        let mut slow = hub.subscribe(A);
        for _ in 0..3 {
            for number in 0..5 {
                say(&hub, A, number);
            }
            assert!(matches!(slow.try_next(), Some(Heard::Behind)));
            tokio::time::advance(Duration::from_secs(61)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn heavy_news_count_by_their_weight() {
        let hub = hub(256, 100);
        let mut slow = hub.subscribe(A);
        for number in 0..10 {
            say(&hub, A, number);
        }
        assert_eq!(number(slow.try_next()), Some(0));
        say(&hub, A, 10);
        assert_eq!(number(slow.try_next()), Some(1), "what was read makes room");
        say(&hub, A, 11);
        say(&hub, A, 12);
        assert!(matches!(slow.try_next(), Some(Heard::Behind)));
    }
}
