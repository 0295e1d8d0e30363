//! The parts of expressions that are names: the paths of contexts, and literals.

use github_actions_expressions::literal::Literal;
use github_actions_expressions::{Expr, SpannedExpr};

use crate::names::{LEFT_OUT, name, name_or_mark};

/// A context's path, each part of which is a name.
pub(super) fn kept(pattern: &str) -> Option<String> {
    name(pattern).map(str::to_owned)
}

/// The path of an expression that is a context.
pub(super) fn path(parsed: &SpannedExpr<'_>) -> Option<String> {
    match &parsed.inner {
        Expr::Context(context) => kept(&context.as_pattern()?),
        _ => None,
    }
}

/// A literal that is the name of something. The literals of comparisons are recorded by
/// [`compared`] alone.
pub(super) fn literal(parsed: &SpannedExpr<'_>) -> Option<String> {
    match &parsed.inner {
        Expr::Literal(Literal::String(text)) => Some(name_or_mark(text)),
        Expr::Literal(Literal::Boolean(value)) => Some(value.to_string()),
        _ => None,
    }
}

/// A literal that a context is compared with: recorded only where the context can hold nothing but
/// names of GitHub's or of the repository's. What an input or a variable is compared with may be
/// anything.
pub(super) fn compared(context: &str, parsed: &SpannedExpr<'_>) -> Option<String> {
    let literal = literal(parsed)?;
    let text = matches!(&parsed.inner, Expr::Literal(Literal::String(_)));
    Some(if text && !holds_names(context) {
        LEFT_OUT.to_owned()
    } else {
        literal
    })
}

/// Contexts whose values are names: of events, of branches, of repositories, of results.
fn holds_names(context: &str) -> bool {
    const NAMES: &[&str] = &[
        "github.actor",
        "github.base_ref",
        "github.event.action",
        "github.event.pull_request.base.ref",
        "github.event.pull_request.base.repo.full_name",
        "github.event.pull_request.head.ref",
        "github.event.pull_request.head.repo.full_name",
        "github.event.pull_request.user.login",
        "github.event.ref",
        "github.event.repository.full_name",
        "github.event.sender.login",
        "github.event.workflow_run.conclusion",
        "github.event.workflow_run.event",
        "github.event.workflow_run.head_branch",
        "github.event.workflow_run.head_repository.full_name",
        "github.event.workflow_run.name",
        "github.event_name",
        "github.head_ref",
        "github.ref",
        "github.ref_name",
        "github.ref_type",
        "github.repository",
        "github.repository_owner",
        "github.triggering_actor",
        "github.workflow",
        "job.status",
        "runner.arch",
        "runner.os",
    ];
    let result = |heads: &[&str], tails: &[&str]| {
        heads.iter().any(|head| context.starts_with(head))
            && tails.iter().any(|tail| context.ends_with(tail))
    };
    NAMES.contains(&context)
        || result(&["needs."], &[".result"])
        || result(&["steps."], &[".outcome", ".conclusion"])
}
