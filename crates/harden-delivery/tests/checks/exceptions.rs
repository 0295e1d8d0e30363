//! The fields whose absence or whose `null` can make a finding better, because the API gives them a
//! meaning. Each has the line of the API's documentation that says so.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::null(
        "github/deployments",
        "latest",
        "GET /repos/{owner}/{repo}/deployments: the response is an array, which is empty for a repository \
     without deployments. The lister records null where no deployment to the environment succeeded.",
    ),
    Exception::null(
        "vercel/production-deployment",
        "latest",
        "GET /v6/deployments, deployments (required): an array, which is empty for a project without a \
         production deployment. The lister records null for it.",
    ),
];
