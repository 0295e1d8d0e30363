//! The members of answers that AWS always sends.
//!
//! The service models say of few members that they are required, and the SDK fills those with an
//! empty value where they are missing. So each lister says which members its answer must have: one
//! without them is not an answer without resources. A lister never takes a default
//! (`tests/tests/listers.rs` holds this): it names the member that must be there, or the place in
//! the documentation by which it may be left out.

use harden_core::Unknown;

use super::failure::Failure;

/// A member of an answer, which the SDK has as an option.
pub(super) trait Sent<T>: Sized {
    /// The member, which the service always sends.
    ///
    /// # Errors
    /// When it is missing: the answer is not whole.
    fn sent(self, operation: &'static str, member: &str) -> Result<T, Failure>;

    /// The member, or its empty value where the service leaves it out. `documented` says where that
    /// is documented.
    fn left_out_if_empty(self, documented: &'static str) -> T
    where
        T: Default;
}

impl<T> Sent<T> for Option<T> {
    fn sent(self, operation: &'static str, member: &str) -> Result<T, Failure> {
        self.ok_or_else(|| Failure::missing(operation, member))
    }

    fn left_out_if_empty(self, documented: &'static str) -> T
    where
        T: Default,
    {
        debug_assert!(!documented.is_empty(), "it must be documented");
        self.unwrap_or_default()
    }
}

impl Failure {
    /// An answer without a member that the service always sends.
    pub(super) fn missing(operation: &'static str, member: &str) -> Self {
        Self {
            code: None,
            unknown: Unknown::missing(operation, member),
        }
    }
}
