//! What all simulators of the smaller interfaces show of themselves, written once.

/// The public face of a simulator: everything that is the same for each.
macro_rules! simulator {
    ($name:ident, $world:ty) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }

        impl $name {
            /// The platform's time.
            pub fn now(&self) -> jiff::Timestamp {
                self.house.now()
            }

            /// Answers one request exactly as over HTTP. Waits only when latency is played, on tokio's clock.
            ///
            /// # Errors
            /// When a fault that leaves no whole answer is played.
            pub async fn handle(
                &self,
                request: http::Request<bytes::Bytes>,
            ) -> Result<http::Response<bytes::Bytes>, crate::serving::Cut> {
                self.house.handle(request).await
            }

            /// Serves until `stop`, then returns when every connection is closed. Plain HTTP/1.1: meant for loopback.
            pub async fn serve(
                &self,
                listener: tokio::net::TcpListener,
                stop: tokio_util::sync::CancellationToken,
            ) {
                crate::serving::serve(self.house.clone(), listener, stop).await;
            }

            /// Lets something go wrong with the interface.
            pub fn fault(&self, rule: crate::faults::FaultRule) {
                self.house.desk(|desk| desk.faults.add(rule));
            }

            /// Calls all faults of the interface off.
            pub fn clear_faults(&self) {
                self.house.desk(|desk| desk.faults.clear());
            }

            /// What goes wrong with webhooks from now on.
            pub fn set_hook_faults(&self, faults: crate::hooks::HookFaults) {
                self.house.desk(|desk| desk.outbox.faults = faults);
            }

            /// The webhooks planned and what became of them, oldest first.
            pub fn deliveries(&self) -> Vec<crate::hooks::HookEntry> {
                self.house.desk(|desk| desk.outbox.entries())
            }

            /// Totals of webhooks.
            pub fn hook_totals(&self) -> crate::hooks::HookTotals {
                self.house.desk(|desk| desk.outbox.totals.clone())
            }

            /// The newest requests, oldest first.
            pub fn log(&self) -> Vec<crate::log::LogEntry> {
                self.house.desk(|desk| desk.log())
            }

            /// Totals of requests, and violations of the rate limits.
            pub fn counters(&self) -> crate::log::Counters {
                self.house.desk(|desk| desk.counters())
            }
        }

        impl crate::hooks::Sends for $name {
            fn posts(&self, everything: bool) -> Vec<crate::hooks::Post> {
                self.house.posts(everything)
            }

            fn answered(
                &self,
                id: u64,
                answer: &Result<http::Response<bytes::Bytes>, crate::hooks::Failure>,
            ) {
                self.house.answered(id, answer);
            }

            fn due(&self) -> (Option<jiff::Timestamp>, jiff::Timestamp) {
                self.house.due()
            }

            fn news(&self) -> std::sync::Arc<tokio::sync::Notify> {
                self.house.news()
            }
        }
    };
}
pub(crate) use simulator;
