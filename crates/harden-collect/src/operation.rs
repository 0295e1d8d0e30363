//! Operations of an API.

use std::fmt;

use harden_core::{Cause, Unknown};

/// An operation of an API, and the permission that it needs.
///
/// Calls are counted under the operation's name. An [`Unknown`] names the permission, because that
/// is what a reader of the report has to grant.
///
/// ```
/// use harden_collect::Operation;
///
/// const PROJECT: Operation = Operation::new("GET /projects/{organization}/{project}/", "project:read");
/// assert_eq!(PROJECT.permission(), "project:read");
/// // an API without permissions: the operation itself is named
/// assert_eq!(Operation::from("GET /v9/projects/{idOrName}").permission(), "GET /v9/projects/{idOrName}");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation {
    name: &'static str,
    permission: &'static str,
}

impl Operation {
    /// An operation by its name (`GET /v9/projects/{idOrName}`, `rds:DescribeDBInstances`) and the
    /// permission that it needs, as the API spells it. An empty permission means that the API has
    /// none for it.
    #[must_use]
    pub const fn new(name: &'static str, permission: &'static str) -> Self {
        Self { name, permission }
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The permission; the name where the operation needs no permission.
    #[must_use]
    pub const fn permission(self) -> &'static str {
        if self.permission.is_empty() {
            self.name
        } else {
            self.permission
        }
    }

    /// The unknown for a field that is missing in the answer.
    #[must_use]
    pub fn missing_field(self, field: &str) -> Unknown {
        let message = format!("the answer to {} had no {field}", self.name);
        Unknown::new(Cause::Failed, message).during(self.permission())
    }
}

/// An operation of an API that has no permissions.
impl From<&'static str> for Operation {
    fn from(name: &'static str) -> Self {
        Self::new(name, "")
    }
}

/// The name.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
