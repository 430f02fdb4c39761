//! What a connection is busy with: a request is under way until the last of its answer is written, however long a stream
//! that is. A connection that is busy with nothing may be let go.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};

/// The count of one connection.
#[derive(Clone, Default)]
pub(super) struct Busy(Arc<Counts>);

#[derive(Default)]
struct Counts {
    begun: AtomicUsize,
    under_way: AtomicUsize,
}

/// One request; it is over when this is dropped.
pub(super) struct UnderWay(Arc<Counts>);

impl Busy {
    /// A request begins.
    pub(super) fn begin(&self) -> UnderWay {
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        self.0.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(&self.0))
    }

    /// How many began.
    pub(super) fn begun(&self) -> usize {
        self.0.begun.load(Ordering::Relaxed)
    }

    /// Whether none is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.0.under_way.load(Ordering::Relaxed) == 0
    }
}

impl UnderWay {
    /// Holds on until this body is written, or given up.
    pub(super) fn until_written<B>(self, body: B) -> Held<B> {
        Held { body, _request: self }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body that counts while it is there.
pub(super) struct Held<B> {
    body: B,
    _request: UnderWay,
}

impl<B: Body + Unpin> Body for Held<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_under_way_until_its_answer_is_written() {
        let busy = Busy::default();
        assert!(busy.is_idle());
        let (first, second) = (busy.begin(), busy.begin());
        drop(first);
        let held = second.until_written("answer".to_owned());
        assert!(!busy.is_idle());
        drop(held);
        assert!(busy.is_idle());
        assert_eq!(busy.begun(), 2);
    }
}
