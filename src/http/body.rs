//! Reading a request's body: bounded in size and time, whether or not the client says its length first.

use std::{
    pin::Pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, header};

use super::errors::{ApiError, Code};

/// What is still read of a body that is too large, so that a client in the middle of sending hears the answer.
const DISCARDED: u64 = 1 << 20;

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send>>;

/// A body as it comes. The lock is never waited for: it lets a request be shared while its body is only owned.
pub(super) struct Body(Mutex<Chunks>);

impl Body {
    /// Takes warp's stream.
    pub(super) fn new<B: Buf>(stream: impl Stream<Item = Result<B, warp::Error>> + Send + 'static) -> Self {
        let whole = |mut chunk: B| chunk.copy_to_bytes(chunk.remaining());
        Self(Mutex::new(Box::pin(stream.map(move |chunk| chunk.map(whole)))))
    }

    /// Nothing.
    pub(super) fn empty() -> Self {
        Self(Mutex::new(Box::pin(futures_util::stream::empty())))
    }

    /// All of it, of at most `most` bytes and no later than `longest`; each part is shown to `take` before it is kept.
    ///
    /// # Errors
    /// [`Code::PayloadTooLarge`], [`Code::RequestTimeout`], [`Code::InvalidJson`] when the client broke off, and what
    /// `take` says.
    pub(super) async fn read(
        self,
        headers: &HeaderMap,
        most: u64,
        longest: Duration,
        mut take: impl FnMut(usize) -> Result<(), ApiError> + Send,
    ) -> Result<Bytes, ApiError> {
        let mut chunks = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let reading = async {
            let length =
                headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
            if length.is_some_and(|length| length > most) {
                discard(&mut chunks, length.unwrap_or_default()).await;
                return Err(Code::PayloadTooLarge.into());
            }
            let mut all = BytesMut::new();
            while let Some(chunk) = chunks.next().await {
                let chunk =
                    chunk.map_err(|_| ApiError::from(Code::InvalidJson).saying("The body broke off"))?;
                if all.len().saturating_add(chunk.len()) as u64 > most {
                    discard(&mut chunks, DISCARDED).await;
                    return Err(Code::PayloadTooLarge.into());
                }
                take(chunk.len())?;
                all.put(chunk);
            }
            Ok(all.freeze())
        };
        tokio::time::timeout(longest, reading).await.unwrap_or_else(|_| Err(Code::RequestTimeout.into()))
    }
}

/// Lets a body of bounded length run out; a longer one is cut off.
async fn discard(chunks: &mut Chunks, length: u64) {
    let mut left = DISCARDED;
    if length > DISCARDED {
        return;
    }
    while let Some(Ok(chunk)) = chunks.next().await {
        left = left.saturating_sub(chunk.len() as u64);
        if left == 0 {
            return;
        }
    }
}

/// Whether the body says to be of this kind.
pub(super) fn is_kind(headers: &HeaderMap, kind: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(kind)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;

    fn body(chunks: Vec<&'static str>) -> Body {
        Body(Mutex::new(Box::pin(stream::iter(chunks.into_iter().map(|chunk| Ok(Bytes::from(chunk)))))))
    }

    async fn read(body: Body, headers: &HeaderMap) -> Result<Bytes, Code> {
        body.read(headers, 8, Duration::from_secs(30), |_| Ok(())).await.map_err(|error| error.code())
    }

    #[tokio::test(start_paused = true)]
    async fn bodies_are_bounded_with_and_without_a_length() {
        let none = HeaderMap::new();
        assert_eq!(read(body(vec!["1234", "5678"]), &none).await, Ok(Bytes::from("12345678")));
        assert_eq!(read(body(vec!["1234", "56789"]), &none).await, Err(Code::PayloadTooLarge));
        let mut long = HeaderMap::new();
        long.insert(header::CONTENT_LENGTH, 9.into());
        assert_eq!(read(body(vec!["123456789"]), &long).await, Err(Code::PayloadTooLarge));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_not_waited_for() {
        let slow = stream::iter([Ok::<_, Infallible>(Bytes::from("1"))]).chain(stream::pending());
        let slow = Body(Mutex::new(Box::pin(slow.map(|chunk| Ok(chunk.unwrap_or_default())))));
        assert_eq!(read(slow, &HeaderMap::new()).await, Err(Code::RequestTimeout));
    }

    #[test]
    fn a_kind_is_told_by_its_name_alone() {
        let mut headers = HeaderMap::new();
        assert!(!is_kind(&headers, "application/json"));
        headers.insert(header::CONTENT_TYPE, "Application/JSON; charset=utf-8".parse().unwrap());
        assert!(is_kind(&headers, "application/json"));
        headers.insert(header::CONTENT_TYPE, "application/jsonp".parse().unwrap());
        assert!(!is_kind(&headers, "application/json"));
    }
}
