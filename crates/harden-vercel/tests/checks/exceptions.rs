//! The fields whose absence, or whose `null`, may make a finding better, since the API itself says
//! something by it. Each has the line of the API's documentation that says so.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::absent(
        "vercel/project-variables",
        "variables[].git_branch",
        "to be fixed",
    ),
    Exception::null(
        "vercel/project-variables",
        "variables[].git_branch",
        "to be fixed",
    ),
    Exception::absent(
        "vercel/project-variables",
        "variables[].targets",
        "to be fixed",
    ),
];
