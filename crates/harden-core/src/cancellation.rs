//! Ending a run early.

use tokio::sync::watch;

use crate::Unknown;

/// Cancels a run: on a deadline, on Ctrl-C.
///
/// A run ends in two steps. [`StopHandle::stop`] ends reading: no further call is made, and what was
/// read is judged. [`StopHandle::end_judging`] ends judging too.
#[derive(Debug)]
pub struct StopHandle(watch::Sender<Stopped>);

/// Reports whether a run was cancelled. Cheap to clone. A run that nothing can cancel has
/// [`CancellationToken::never`].
#[derive(Debug, Clone)]
pub struct CancellationToken(Option<watch::Receiver<Stopped>>);

#[derive(Debug, Clone, Default)]
struct Stopped {
    reason: Option<Unknown>,
    judging: bool,
}

impl StopHandle {
    /// A stop handle and the cancellation token that it controls.
    #[must_use]
    pub fn new() -> (Self, CancellationToken) {
        let (sender, receiver) = watch::channel(Stopped::default());
        (Self(sender), CancellationToken(Some(receiver)))
    }

    /// Cancels the run. Whatever was not read by now is unknown for this reason. Of several
    /// reasons the first counts.
    pub fn stop(&self, reason: Unknown) {
        self.0.send_if_modified(|stopped| {
            let first = stopped.reason.is_none();
            if first {
                stopped.reason = Some(reason);
            }
            first
        });
    }

    /// Ends judging too, after [`StopHandle::stop`]: whatever was not judged by now is unknown for
    /// the reason of the stop. Judging takes far less than a second unless the facts are huge.
    pub fn end_judging(&self) {
        self.0.send_modify(|stopped| stopped.judging = true);
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
        self.0.as_ref().and_then(|r| r.borrow().reason.clone())
    }

    /// Why nothing more may be judged, if judging was ended.
    #[must_use]
    pub fn end_of_judging(&self) -> Option<Unknown> {
        let stopped = self.0.as_ref()?.borrow();
        if !stopped.judging {
            return None;
        }
        stopped.reason.clone()
    }

    /// Waits until the run is cancelled. Pending forever if nothing cancels it.
    pub async fn cancelled(&self) -> Unknown {
        if let Some(receiver) = &self.0
            && let Ok(stopped) = receiver.clone().wait_for(|one| one.reason.is_some()).await
            && let Some(reason) = stopped.reason.clone()
        {
            return reason;
        }
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cause;

    #[test]
    fn judging_ends_after_reading() {
        let (handle, token) = StopHandle::new();
        assert_eq!((token.reason(), token.end_of_judging()), (None, None));
        let reason = Unknown::new(Cause::Deadline, "late");
        handle.stop(reason.clone());
        assert_eq!(token.reason(), Some(reason.clone()));
        assert_eq!(token.end_of_judging(), None);
        handle.end_judging();
        assert_eq!(token.end_of_judging(), Some(reason));
    }
}
