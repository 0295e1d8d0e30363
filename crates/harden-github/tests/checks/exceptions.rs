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
    Exception::absent("github/local-action", "steps[].injected", "to be fixed"),
    Exception::absent("github/local-action", "steps[].uses", "to be fixed"),
    Exception::null("github/local-action", "steps[].uses", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].call", "to be fixed"),
    Exception::null("github/workflow", "jobs[].call", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].call.passed", "to be fixed"),
    Exception::absent(
        "github/workflow",
        "jobs[].call.passed.inputs.title",
        "to be fixed",
    ),
    Exception::absent("github/workflow", "jobs[].condition", "to be fixed"),
    Exception::null("github/workflow", "jobs[].condition", "to be fixed"),
    Exception::absent(
        "github/workflow",
        "jobs[].condition.after_failure",
        "to be fixed",
    ),
    Exception::absent(
        "github/workflow",
        "jobs[].condition.never_on",
        "to be fixed",
    ),
    Exception::absent("github/workflow", "jobs[].continue_on_error", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].environment", "to be fixed"),
    Exception::null("github/workflow", "jobs[].environment", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].permissions", "to be fixed"),
    Exception::null("github/workflow", "jobs[].permissions", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].permissions.all", "to be fixed"),
    Exception::null("github/workflow", "jobs[].permissions.all", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].steps", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].steps[].commands", "to be fixed"),
    Exception::absent(
        "github/workflow",
        "jobs[].steps[].commands[].folder",
        "to be fixed",
    ),
    Exception::absent(
        "github/workflow",
        "jobs[].steps[].commands[].tolerated",
        "to be fixed",
    ),
    Exception::absent(
        "github/workflow",
        "jobs[].steps[].commands[].words",
        "to be fixed",
    ),
    Exception::absent("github/workflow", "jobs[].steps[].condition", "to be fixed"),
    Exception::null("github/workflow", "jobs[].steps[].condition", "to be fixed"),
    Exception::absent(
        "github/workflow",
        "jobs[].steps[].condition.after_failure",
        "to be fixed",
    ),
    Exception::absent(
        "github/workflow",
        "jobs[].steps[].continue_on_error",
        "to be fixed",
    ),
    Exception::absent("github/workflow", "jobs[].steps[].injected", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].steps[].passed", "to be fixed"),
    Exception::absent(
        "github/workflow",
        "jobs[].steps[].passed.inputs.title",
        "to be fixed",
    ),
    Exception::absent("github/workflow", "jobs[].steps[].uses", "to be fixed"),
    Exception::null("github/workflow", "jobs[].steps[].uses", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].steps[].with", "to be fixed"),
    Exception::absent("github/workflow", "jobs[].steps[].with.ref", "to be fixed"),
    Exception::absent("github/workflow", "permissions.all", "to be fixed"),
    Exception::null("github/workflow", "permissions.all", "to be fixed"),
    Exception::absent("github/workflow", "permissions.scopes", "to be fixed"),
    Exception::absent(
        "github/workflow",
        "permissions.scopes.contents",
        "to be fixed",
    ),
    Exception::absent("github/workflow", "triggers[].branches", "to be fixed"),
    Exception::absent("github/workflow", "triggers[].types", "to be fixed"),
];
