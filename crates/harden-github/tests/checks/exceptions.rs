//! The fields whose absence, or whose `null`, may make a finding better, since the API itself says
//! something by it. Each has the line of the API's documentation that says so.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::null(
        "github/branch-protection",
        "classic.rules.reviews",
        "to be fixed",
    ),
    Exception::absent(
        "github/branch-protection",
        "classic.rules.reviews.bypass.users",
        "to be fixed",
    ),
];
