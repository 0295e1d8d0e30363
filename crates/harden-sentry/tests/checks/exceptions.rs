//! The fields whose absence or whose `null` can make a finding better, because the API gives them a
//! meaning. Each has the line of the API's documentation that says so.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::null(
        "sentry/alert",
        "environment",
        "GET /organizations/{organization}/workflows/, environment (required, nullable): \"The name of \
     the environment for the alert to evaluate in\". With null the alert evaluates in all environments.",
    ),
    Exception::null(
        "sentry/artifacts",
        "version",
        "GET /organizations/{organization}/releases/: an array, which is empty for a project without a \
         release. The lister records null for it.",
    ),
    Exception::null(
        "sentry/release-deploys",
        "version",
        "GET /organizations/{organization}/releases/: an array, which is empty for a project without a \
         release. The lister records null for it.",
    ),
];
