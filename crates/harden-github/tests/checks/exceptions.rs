//! The fields whose absence, or whose `null`, may make a finding better, since the API itself says
//! something by it. Each has the line of the API's documentation that says so.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::null(
        "github/branch-protection",
        "classic.rules.reviews",
        "Update branch protection, required_pull_request_reviews: \"Require at least one approving \
         review on a pull request, before merging. Set to `null` to disable.\" Where no pull \
         request is required, there is no list of those who need none \
         (https://docs.github.com/en/rest/branches/branch-protection)",
    ),
    Exception::null(
        "github/branch-protection",
        "classic.rules.checks",
        "Update branch protection, required_status_checks: \"Require status checks to pass before merging. \
         Set to `null` to disable.\" Then no check is required, which github/branch-checks-missing reports \
         (https://docs.github.com/en/rest/branches/branch-protection)",
    ),
    Exception::absent(
        "github/branch-rules",
        "rules.is[].contexts[].app_id",
        ANY_APP,
    ),
    Exception::null(
        "github/branch-rules",
        "rules.is[].contexts[].app_id",
        ANY_APP,
    ),
];

const ANY_APP: &str = "Get rules for a branch, required_status_checks, integration_id: \"The optional \
     integration ID that this status check must originate from.\" Without it, any App may report the \
     check (https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch)";
