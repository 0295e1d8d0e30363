//! A panic ends one listing or one check, and not the run.
//!
//! The message of a panic is not kept. It can quote what was read, such as the text that an index
//! splits.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures::FutureExt as _;

use crate::{Cause, Unknown};

/// How the message of an internal error begins.
const INTERNAL: &str = "an internal error of harden ended ";

impl Unknown {
    /// What was running panicked. `what` is a noun phrase: `the listing of aws/alarm`.
    #[must_use]
    pub fn internal_error(what: &str) -> Self {
        let message = format!("{INTERNAL}{what}: this is a bug, please report it");
        Self::new(Cause::Failed, message)
    }

    /// Whether it is a panic of this program.
    #[must_use]
    pub fn is_internal_error(&self) -> bool {
        self.cause == Cause::Failed && self.message.starts_with(INTERNAL)
    }
}

/// Runs a function. If it panics, the result is an unknown that names `what`, a noun phrase.
///
/// # Errors
/// When the function panics.
pub fn catch_panic<T>(what: &str, run: impl FnOnce() -> T) -> Result<T, Unknown> {
    // what the function changed and left half changed belongs to it alone, or is behind a mutex
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Unknown::internal_error(what))
}

/// Runs a future as [`catch_panic`] runs a function.
///
/// # Errors
/// When the future panics.
pub async fn catch_panic_of<T>(what: &str, run: impl Future<Output = T>) -> Result<T, Unknown> {
    let run = AssertUnwindSafe(run).catch_unwind();
    run.await.map_err(|_| Unknown::internal_error(what))
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    #[test]
    fn a_panic_is_an_unknown_without_its_message() {
        let caught = catch_panic("the test", || -> u32 { panic!("hunter2") }).unwrap_err();
        assert!(caught.is_internal_error());
        assert!(!format!("{caught:?}").contains("hunter2"));
        assert_eq!(catch_panic("the test", || 1), Ok(1));
        let of_future = catch_panic_of("the test", async { panic!("hunter2") });
        assert_eq!(block_on(of_future), Err::<(), _>(caught));
    }
}
