//! Waits until somebody wants the program to end: Ctrl-C, or the system's polite request. It ends nothing itself.

/// Resolves at the first interruption.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // No way to hear of it: whoever waits here goes on, and the system ends the process the hard way.
        std::future::pending::<()>().await;
    }
}
