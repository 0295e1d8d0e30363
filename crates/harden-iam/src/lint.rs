//! What is wrong with a policy.

mod finding;

pub use finding::{Finding, Grade, Rule};
