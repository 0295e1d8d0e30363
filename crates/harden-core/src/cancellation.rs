//! Ending a run early.

use tokio::sync::watch;

use crate::Unknown;

/// Cancels a run: on a deadline, on Ctrl-C.
#[derive(Debug)]
pub struct StopHandle(watch::Sender<Option<Unknown>>);

/// Reports whether a run was cancelled. Cheap to clone. A run that nothing can cancel has
/// [`CancellationToken::never`].
#[derive(Debug, Clone)]
pub struct CancellationToken(Option<watch::Receiver<Option<Unknown>>>);

impl StopHandle {
    /// A stop handle and the cancellation token that it controls.
    #[must_use]
    pub fn new() -> (Self, CancellationToken) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), CancellationToken(Some(receiver)))
    }

    /// Cancels the run. Whatever was not read by now is unknown for this reason. Of several
    /// reasons the first counts.
    pub fn stop(&self, reason: Unknown) {
        self.0.send_if_modified(|current| {
            let first = current.is_none();
            if first {
                *current = Some(reason);
            }
            first
        });
    }
}

impl CancellationToken {
    /// A token that is never cancelled.
    #[must_use]
    pub fn never() -> Self {
        Self(None)
    }

    /// Why the run was cancelled, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<Unknown> {
        self.0.as_ref().and_then(|r| r.borrow().clone())
    }

    /// Waits until the run is cancelled. Pending forever if nothing cancels it.
    pub async fn cancelled(&self) -> Unknown {
        if let Some(receiver) = &self.0
            && let Ok(reason) = receiver.clone().wait_for(Option::is_some).await
            && let Some(reason) = reason.clone()
        {
            return reason;
        }
        std::future::pending().await
    }
}
