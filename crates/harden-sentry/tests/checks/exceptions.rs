//! The fields whose absence, or whose `null`, may make a finding better, since the API itself says
//! something by it. Each has the line of the API's documentation that says so.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::null("sentry/alert", "environment", "to be fixed"),
    Exception::null("sentry/alert", "frequency_minutes", "to be fixed"),
];
