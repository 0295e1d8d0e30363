//! How calls are made: how many at the same time, counted, until the run is cancelled, and again
//! after a failure that may pass.

mod early;
mod limit;
mod retry;

pub use early::EarlyCalls;
pub use limit::{CallLimit, CallLimits};
pub use retry::{FailedAttempt, Retry, RetryPolicy};
