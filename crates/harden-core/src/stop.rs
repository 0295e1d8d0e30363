//! The end of a run before its time.

use tokio::sync::watch;

use crate::Unknown;

/// Ends a run early: on a deadline, on Ctrl-C.
#[derive(Debug)]
pub struct Stopper(watch::Sender<Option<Unknown>>);

/// Tells when a run ends early. A run that nothing can stop is [`Stop::never`].
#[derive(Debug, Clone)]
pub struct Stop(Option<watch::Receiver<Option<Unknown>>>);

impl Stopper {
    /// A pair of the one who stops and the one who is told.
    #[must_use]
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), Stop(Some(receiver)))
    }

    /// Ends the run; what was not read by now is unknown for this reason. The first reason stays.
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

impl Stop {
    /// A run that goes on to its end.
    #[must_use]
    pub fn never() -> Self {
        Self(None)
    }

    /// Why the run was stopped, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<Unknown> {
        self.0.as_ref().and_then(|r| r.borrow().clone())
    }

    /// Waits until the run is stopped; for ever if nothing stops it.
    pub async fn stopped(&self) -> Unknown {
        if let Some(receiver) = &self.0
            && let Ok(reason) = receiver.clone().wait_for(Option::is_some).await
            && let Some(reason) = reason.clone()
        {
            return reason;
        }
        std::future::pending().await
    }
}
