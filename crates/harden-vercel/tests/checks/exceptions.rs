//! The fields whose absence or whose `null` can make a finding better, because the API gives them a
//! meaning. Each has the line of the API's documentation that says so.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[Exception::null(
    "vercel/project-variables",
    "variables[].git_branch",
    "GET /v10/projects/{idOrName}/env, gitBranch: \"If defined, the git branch of the environment \
     variable (must have target=preview)\". Without a branch the variable is for all branches.",
)];
