//! Calls that are made while connecting.

use std::sync::{Mutex, PoisonError};

use harden_core::Facts;

/// Counts the calls that a provider makes while it connects, before there are [`Facts`] that could
/// count them. [`provide_kinds!`](crate::provide_kinds) hands them over with the first listing.
#[derive(Debug, Default)]
pub struct EarlyCalls(Mutex<Vec<String>>);

impl EarlyCalls {
    /// Counts a call of an operation.
    pub fn count(&self, operation: impl Into<String>) {
        self.calls().push(operation.into());
    }

    /// Counts the calls in `facts`, once: later calls find nothing to hand over.
    pub fn hand_over(&self, facts: &Facts) {
        for operation in std::mem::take(&mut *self.calls()) {
            facts.called(&operation);
        }
    }

    fn calls(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calls that were counted in other facts.
impl From<&Facts> for EarlyCalls {
    fn from(facts: &Facts) -> Self {
        let early = Self::default();
        for (operation, count) in facts.calls() {
            for _ in 0..count {
                early.count(operation.as_str());
            }
        }
        early
    }
}
