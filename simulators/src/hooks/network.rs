//! Deliveries over a real network. Plain HTTP only: simulators are meant for loopback.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::{Failure, Sending, Sink};

/// The longest answer that is read.
const ANSWER_LIMIT: usize = 1 << 20;

/// Keeps connections open between deliveries, as the platforms' clients do.
#[derive(Debug, Clone)]
pub struct Network {
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Default for Network {
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { client: Client::builder(TokioExecutor::new()).build(connector) }
    }
}

impl Sink for Network {
    fn send(&self, request: Request<Bytes>, timeout: Duration) -> Sending {
        let client = self.client.clone();
        Box::pin(async move {
            let exchange = async {
                let answer = client
                    .request(request.map(Full::new))
                    .await
                    .map_err(|error| if error.is_connect() { Failure::Refused } else { Failure::Broken })?;
                let (head, body) = answer.into_parts();
                let body = Limited::new(body, ANSWER_LIMIT).collect().await.map_err(|_| Failure::Broken)?;
                Ok(http::Response::from_parts(head, body.to_bytes()))
            };
            tokio::time::timeout(timeout, exchange).await.unwrap_or(Err(Failure::TimedOut))
        })
    }
}
