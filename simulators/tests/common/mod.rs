//! What the tests of several simulators share: a clock that tests turn, and an ear for webhooks.
#![allow(dead_code, reason = "each test program uses some of it")]

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use routiq_simulators::Clock;
use routiq_simulators::hooks::{self, Failure};
use serde_json::Value;

/// A clock that stands until it is turned.
#[derive(Clone)]
pub(crate) struct Hand(Arc<AtomicI64>);

impl Hand {
    pub(crate) fn at(text: &str) -> Self {
        Self(Arc::new(AtomicI64::new(text.parse::<Timestamp>().unwrap().as_microsecond())))
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    pub(crate) fn pass(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn clock(&self) -> Clock {
        let hand = self.clone();
        Arc::new(move || hand.now())
    }
}

/// A status and headers.
type Said = (u16, Vec<(&'static str, &'static str)>);

/// Keeps what arrives and answers with a status.
#[derive(Clone)]
pub(crate) struct Ear {
    heard: Arc<Mutex<Vec<Request<Bytes>>>>,
    answer: Arc<Mutex<Result<Said, Failure>>>,
}

impl Ear {
    pub(crate) fn new(status: u16) -> Self {
        Self { heard: Arc::default(), answer: Arc::new(Mutex::new(Ok((status, Vec::new())))) }
    }

    /// What it says from now on.
    pub(crate) fn say(&self, status: u16, headers: &[(&'static str, &'static str)]) {
        *self.answer.lock().unwrap() = Ok((status, headers.to_vec()));
    }

    pub(crate) fn fail(&self, failure: Failure) {
        *self.answer.lock().unwrap() = Err(failure);
    }

    pub(crate) fn sink(&self) -> impl hooks::Sink + use<> {
        let ear = self.clone();
        move |request: Request<Bytes>| {
            ear.heard.lock().unwrap().push(request);
            let answer = ear.answer.lock().unwrap().clone().map(|(status, headers)| {
                let mut answer = Response::builder().status(status);
                for (name, value) in headers {
                    answer = answer.header(name, value);
                }
                answer.body(Bytes::new()).unwrap()
            });
            async move { answer }
        }
    }

    /// Lets what is due arrive, and takes it.
    pub(crate) async fn hear(&self, from: &impl hooks::Sends) -> Vec<Request<Bytes>> {
        hooks::deliver(from, &self.sink(), false).await;
        self.take()
    }

    pub(crate) fn take(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }
}

pub(crate) fn header<'a>(request: &'a Request<Bytes>, name: &str) -> &'a str {
    request.headers()[name].to_str().unwrap()
}

pub(crate) fn body(request: &Request<Bytes>) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}

pub(crate) fn json(response: Response<Bytes>) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, serde_json::from_slice(response.body()).unwrap_or(Value::Null))
}

/// Rust's spelling of a request without a body.
pub(crate) fn get(uri: &str, authorization: &str) -> Request<Bytes> {
    Request::get(uri).header("authorization", authorization).body(Bytes::new()).unwrap()
}

/// A request with a body in JSON.
pub(crate) fn post(uri: &str, authorization: &str, body: &Value) -> Request<Bytes> {
    Request::post(uri)
        .header("authorization", authorization)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

/// A request with a form.
pub(crate) fn form(uri: &str, authorization: &str, pairs: &[(&str, &str)]) -> Request<Bytes> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Request::post(uri)
        .header("authorization", authorization)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(body))
        .unwrap()
}
