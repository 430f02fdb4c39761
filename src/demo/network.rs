//! The way to the simulated platforms: the hosts by which they show their files are their places on this machine.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use http::{Request, Response, Uri};

use super::stage::Stand;
use crate::platforms::transport::{Pieces, Reach, Transport, TransportError};

/// A network in which simulators are found by their names, whatever ports they have this time.
pub struct Network {
    inner: Arc<dyn Transport>,
    /// Each host with its scheme, and the origin in its stead.
    hosts: Vec<(&'static str, String)>,
}

impl Network {
    /// The way there through `inner`.
    pub fn new(inner: Arc<dyn Transport>, stands: &[Stand]) -> Self {
        let hosts = stands.iter().filter_map(|stand| Some((stand.row.host?, stand.origin.clone())));
        Self { inner, hosts: hosts.collect() }
    }

    /// Where a request goes, and whether it goes to a simulator by its name.
    fn led(&self, mut request: Request<Bytes>) -> Result<(Request<Bytes>, bool), TransportError> {
        let target = request.uri().to_string();
        let there = self.hosts.iter().find_map(|(host, origin)| {
            let path = target.strip_prefix(host).filter(|path| path.starts_with('/'))?;
            Some(format!("{origin}{path}"))
        });
        let Some(there) = there else { return Ok((request, false)) };
        *request.uri_mut() = there.parse::<Uri>().map_err(|_| TransportError::Refused)?;
        Ok((request, true))
    }
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        match self.led(request) {
            Ok((request, _)) => self.inner.send(request),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    fn open(
        &self,
        request: Request<Bytes>,
        reach: Reach,
    ) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
        match self.led(request) {
            Ok((request, named)) => self.inner.open(request, if named { Reach::Any } else { reach }),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    type Seen = Arc<Mutex<Vec<(String, Reach)>>>;

    /// Notes where it was sent.
    struct Noting(Seen);

    impl Transport for Noting {
        fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
            self.0.lock().unwrap().push((request.uri().to_string(), Reach::Any));
            Box::pin(ready(Ok(Response::new(Bytes::new()))))
        }

        fn open(
            &self,
            request: Request<Bytes>,
            reach: Reach,
        ) -> BoxFuture<'_, Result<Response<Pieces>, TransportError>> {
            self.0.lock().unwrap().push((request.uri().to_string(), reach));
            Box::pin(ready(Err(TransportError::Connect)))
        }
    }

    #[tokio::test]
    async fn a_simulator_is_found_by_its_name_and_nobody_else_by_it() {
        let seen = Seen::default();
        let hosts = vec![("https://chat.example.org", "http://127.0.0.1:4001".to_owned())];
        let network = Network { inner: Arc::new(Noting(Arc::clone(&seen))), hosts };
        for target in [
            "https://chat.example.org/files/1?a=b",
            "https://chat.example.org.elsewhere.example.com/files/1",
            "https://files.example.com/1",
        ] {
            let asked = Request::get(target).body(Bytes::new()).unwrap();
            assert!(network.open(asked, Reach::Public).await.is_err());
        }
        network.send(Request::get("https://chat.example.org/").body(Bytes::new()).unwrap()).await.unwrap();
        let seen = seen.lock().unwrap().clone();
        let told: Vec<(&str, Reach)> = seen.iter().map(|(target, reach)| (target.as_str(), *reach)).collect();
        assert_eq!(
            told,
            [
                ("http://127.0.0.1:4001/files/1?a=b", Reach::Any),
                ("https://chat.example.org.elsewhere.example.com/files/1", Reach::Public),
                ("https://files.example.com/1", Reach::Public),
                ("http://127.0.0.1:4001/", Reach::Any),
            ]
        );
    }
}
