//! Platforms that send webhooks as fast as they are answered, or at a pace that nothing slows down: signed beforehand, over
//! connections that are kept, on one thread of a process of its own. It costs as little as it can.

#![allow(dead_code, reason = "benchmarks each use a part")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use routiq_actors::port::SyncKey;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};
use uuid::Uuid;

use super::{
    crew::{self, Crew},
    door::Sender,
};

/// What a run is.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Connections, each with one request under way.
    pub connections: usize,
    /// Requests.
    pub requests: usize,
    /// Requests a second, however long answers take; none: the next as soon as one is answered.
    pub rate: Option<f64>,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Strained {
    /// Answers a second.
    pub rate: f64,
    /// Half of the answers came within so many milliseconds of when they were to be asked for.
    pub half: f64,
    /// All but a hundredth.
    pub most: f64,
}

/// Starts the process.
pub fn start(address: SocketAddr, senders: &[Sender]) -> Crew {
    let list: Vec<String> =
        senders.iter().map(|s| format!("{} {} {}", s.token, s.secret, s.account)).collect();
    Crew::start(&["--strain", &address.to_string(), &list.join(",")])
}

/// Lets it run.
///
/// # Panics
/// When an answer was not 200.
pub async fn strain(crew: &mut Crew, run: Run) -> Strained {
    let rate = run.rate.unwrap_or_default();
    crew.tell(&format!("{} {} {rate}", run.connections, run.requests)).await;
    assert_eq!(crew.hear().await, "ready");
    crew.tell("go").await;
    let answer = crew.hear().await;
    let said: Vec<f64> = answer.split(' ').map(|part| part.parse().unwrap()).collect();
    let [seconds, half, most, refused] = said[..] else { panic!("{answer}") };
    assert_eq!(refused, 0.0, "every delivery is kept");
    Strained { rate: run.requests as f64 / seconds, half: half / 1e3, most: most / 1e3 }
}

/// The process' own part: `--strain <address> <senders>`.
pub async fn serve(address: SocketAddr, list: &str) {
    let senders: Vec<Sender> = list.split(',').map(sender).collect();
    let mut orders = crew::orders();
    let mut number = 0;
    while let Some(order) = orders.recv().await {
        let said: Vec<f64> = order.split(' ').map(|part| part.parse().unwrap()).collect();
        let [connections, count, rate] = said[..] else { panic!("{order}") };
        let now = Timestamp::now();
        let requests = (0..count as usize).map(|_| {
            number += 1;
            senders[number % senders.len()].request(number as u64, now)
        });
        let work = Arc::new(Work {
            requests: requests.collect(),
            times: (rate > 0.0).then(|| times(rate, count as usize)),
            next: AtomicUsize::new(0),
        });
        let mut streams = Vec::new();
        for _ in 0..connections as usize {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            streams.push(stream);
        }
        println!("ready");
        assert_eq!(orders.recv().await.unwrap(), "go");
        let begun = Instant::now();
        let workers =
            streams.into_iter().map(|stream| tokio::spawn(follow(Arc::clone(&work), stream, begun)));
        let done: Vec<(Vec<u32>, usize)> = join_all(workers).await.into_iter().map(Result::unwrap).collect();
        let seconds = begun.elapsed().as_secs_f64();
        let refused: usize = done.iter().map(|(_, refused)| refused).sum();
        let mut took: Vec<u32> = done.into_iter().flat_map(|(took, _)| took).collect();
        took.sort_unstable();
        let at = |share: f64| took[((took.len() as f64 * share).ceil() as usize).clamp(1, took.len()) - 1];
        println!("{seconds} {} {} {refused}", at(0.5), at(0.99));
    }
}

fn sender(line: &str) -> Sender {
    let [token, secret, account] = line.split(' ').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    Sender { key: SyncKey { organization: Uuid::nil(), account: Uuid::nil() }, token, secret, account }
}

/// When each of so many is to be sent, as strangers come who do not know of each other.
fn times(rate: f64, count: usize) -> Vec<Duration> {
    let mut dice = StdRng::seed_from_u64(5);
    let mut at = 0.0;
    let next = |_| {
        at -= (1.0 - dice.random::<f64>()).ln() / rate;
        Duration::from_secs_f64(at)
    };
    (0..count).map(next).collect()
}

struct Work {
    requests: Vec<Vec<u8>>,
    times: Option<Vec<Duration>>,
    next: AtomicUsize,
}

/// Takes what is next until nothing is left: how long each took in microseconds, and how many were refused.
async fn follow(work: Arc<Work>, mut stream: TcpStream, begun: Instant) -> (Vec<u32>, usize) {
    let (mut took, mut refused, mut buffer) = (Vec::new(), 0, vec![0; 4096]);
    loop {
        let at = work.next.fetch_add(1, Ordering::Relaxed);
        let Some(request) = work.requests.get(at) else { return (took, refused) };
        let due = match &work.times {
            None => Instant::now(),
            Some(times) => {
                let due = begun + times[at];
                tokio::time::sleep_until(due).await;
                due
            }
        };
        stream.write_all(request).await.unwrap();
        if status(&mut stream, &mut buffer).await != 200 {
            refused += 1;
        }
        took.push(u32::try_from(due.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
}

/// Reads one whole answer.
async fn status(stream: &mut TcpStream, buffer: &mut [u8]) -> u16 {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap();
        assert!(read > 0, "the connection ended");
        filled += read;
        let bytes = &buffer[..filled];
        let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let length = bytes[..head]
            .split(|byte| *byte == b'\n')
            .find_map(|line| line.strip_prefix(b"content-length: "));
        let number = |digits: &[u8]| {
            digits.iter().take_while(|d| d.is_ascii_digit()).fold(0, |n, d| n * 10 + usize::from(d - b'0'))
        };
        if filled >= head + 4 + number(length.expect("a length")) {
            return u16::try_from(number(&bytes[9..12])).unwrap();
        }
    }
}
