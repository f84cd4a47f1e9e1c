//! Waits until somebody wants the program to end: Ctrl-C, or the system's polite request. It ends nothing itself.

/// Resolves at the first interruption from the first poll on.
pub async fn interrupted() {
    listen().await;
}

/// Listens from now on and resolves at the first interruption. Has to be called within a runtime.
pub fn listen() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal)
    };
    async move {
        #[cfg(unix)]
        if let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hang_up)] = signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return;
        }
        if tokio::signal::ctrl_c().await.is_err() {
            // No way to hear of it: whoever waits here goes on, and the system ends the process the hard way.
            std::future::pending::<()>().await;
        }
    }
}
