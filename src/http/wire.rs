//! What a connection is made of: TCP, perhaps our own TLS over it, and the patience with a client that does not read.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use super::tls::Tls;

/// How long a client may leave everything unread that was sent to it.
const PATIENCE: Duration = Duration::from_secs(30);
/// What every TLS connection begins with, and no HTTP request.
const HANDSHAKE: u8 = 0x16;

/// Where a request came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    /// The other end of the connection.
    pub peer: SocketAddr,
    /// Whether it came over our own TLS.
    pub tls: bool,
}

/// A connection.
pub(super) struct Wire {
    io: Either<TcpStream, Box<TlsStream<TcpStream>>>,
    /// Runs while something waits to be read by the client.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    /// Agrees upon TLS with a client that begins with it; any other is heard in the clear, and told what it is told.
    ///
    /// # Errors
    /// When the connection breaks, or nothing can be agreed upon.
    pub(super) async fn open(stream: TcpStream, tls: Option<&Tls>) -> io::Result<Self> {
        let Some(tls) = tls else { return Ok(Self { io: Either::Left(stream), stuck: None }) };
        let mut first = [0];
        let began = stream.peek(&mut first).await?;
        let io = if began > 0 && first[0] == HANDSHAKE {
            Either::Right(Box::new(tls.accept(stream).await?))
        } else {
            Either::Left(stream)
        };
        Ok(Self { io, stuck: None })
    }

    /// Whether it is encrypted.
    pub(super) fn is_tls(&self) -> bool {
        matches!(self.io, Either::Right(_))
    }

    /// Ends a write that has waited for too long.
    fn watched<T>(&mut self, written: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
        ready!(stuck.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(context, bytes);
        self.watched(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(context, slices);
        self.watched(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(context);
        self.watched(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.io).poll_shutdown(context);
        self.watched(shut, context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    #[tokio::test]
    async fn a_client_that_never_reads_is_let_go() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let mut wire = Wire::open(stream, None).await.unwrap();
        assert!(!wire.is_tls());
        wire.write_all(b"read").await.unwrap();
        client.read_exact(&mut [0; 4]).await.unwrap();
        // Fill what the kernel holds for the client, in real time; then let the patience pass at once.
        let chunk = vec![0; 1 << 20];
        let mut filled = 0_usize;
        let error = loop {
            match tokio::time::timeout(Duration::from_millis(200), wire.write(&chunk)).await {
                Ok(Ok(written)) => filled += written,
                Ok(Err(error)) => break error,
                Err(_) => {
                    tokio::time::pause();
                    break wire.write(&chunk).await.unwrap_err();
                }
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(filled > 0);
    }
}
