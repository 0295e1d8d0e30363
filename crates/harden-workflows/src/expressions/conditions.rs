//! What an `if` says.
//!
//! A condition is evaluated with what is known of an event, and the rest left open: it then holds,
//! does not hold, or may do either.

use std::collections::BTreeMap;

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::assumed::{Assumed, OnBranch};
use super::path::{compared as compared_with, literal, path};
use super::strangers::strangers;
use super::{Malformed, contexts, parse, split};
use crate::Strangers;
use crate::names::LEFT_OUT;

/// By event and branch: whether it can hold there.
type Branches = BTreeMap<String, BTreeMap<String, bool>>;

/// What an `if` says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) reads: Vec<String>,
    pub(crate) demands: Vec<String>,
    pub(crate) after_failure: bool,
    pub(crate) after_skip: bool,
    pub(crate) never: bool,
    pub(crate) never_on: Vec<String>,
    pub(crate) branches: Branches,
    pub(crate) asks_success: bool,
    pub(crate) strangers: BTreeMap<String, Strangers>,
}

/// The events that conditions tell apart.
const EVENTS: [&str; 14] = [
    "deployment",
    "discussion",
    "issue_comment",
    "issues",
    "merge_group",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
    "push",
    "release",
    "schedule",
    "workflow_dispatch",
    "workflow_run",
];

/// Reads an `if` of a repository, `owner/repo`: an expression with or without braces.
pub(crate) fn condition(text: &str, repository: &str) -> Result<Said, Malformed> {
    let text = text.trim();
    let braced = split(text)?;
    let whole = match braced.as_slice() {
        [one] if text.starts_with("${{") && text.ends_with("}}") => one,
        [] => text,
        // a text around expressions: it is never empty, so it always holds
        several => {
            let mut said = Said::default();
            for expression in several {
                let parsed = parse(expression)?;
                said.reads.extend(contexts(&parsed));
                said.after_failure |= names_status(&parsed);
                said.after_skip = said.after_failure;
            }
            return Ok(said);
        }
    };
    if whole.is_empty() {
        return Ok(Said::default());
    }
    let parsed = parse(whole)?;
    let mut demands = Vec::new();
    conjuncts(&parsed, &mut demands);
    let fails = |assumed: Assumed<'_>| assumed.holds(&parsed) == Some(false);
    let on = |event| Assumed {
        event: Some(event),
        ..Assumed::default()
    };
    let failed_run = Assumed {
        run_failed: true,
        ..on("workflow_run")
    };
    let after_failure = Assumed {
        failed: true,
        ..Assumed::default()
    };
    Ok(Said {
        reads: contexts(&parsed),
        demands,
        after_skip: names_status(&parsed),
        after_failure: names_status(&parsed) && !fails(after_failure),
        never: parsed.consteval().is_some_and(|value| !value.as_boolean()),
        never_on: EVENTS
            .into_iter()
            .filter(|event| fails(on(event)))
            .map(str::to_owned)
            .collect(),
        branches: branches(&parsed),
        asks_success: fails(failed_run),
        strangers: strangers(&parsed, repository),
    })
}

/// On which branches it can hold, for the events on which there is one where it can't.
fn branches(parsed: &SpannedExpr<'_>) -> Branches {
    let mut named = Vec::new();
    compared(parsed, &mut named);
    if named.iter().any(|name| name == LEFT_OUT) {
        return Branches::new();
    }
    let on = ["push", "pull_request"].into_iter().filter_map(|event| {
        let holds = |branch| {
            let assumed = Assumed {
                event: Some(event),
                branch: Some(branch),
                ..Assumed::default()
            };
            assumed.holds(parsed) != Some(false)
        };
        let each = named
            .iter()
            .map(|name| (name.clone(), holds(OnBranch::Is(name))));
        let any_other = ("*".to_owned(), holds(OnBranch::Other));
        let all: BTreeMap<String, bool> = each.chain([any_other]).collect();
        let differ = all.values().any(|holds| *holds) && all.values().any(|holds| !holds);
        differ.then(|| (event.to_owned(), all))
    });
    on.collect()
}

/// The branches that contexts of a ref are compared with.
fn compared(parsed: &SpannedExpr<'_>, into: &mut Vec<String>) {
    match &parsed.inner {
        Expr::BinExpr(BinExpr { lhs, rhs, .. }) => {
            for (a, b) in [(lhs, rhs), (rhs, lhs)] {
                if path(a).is_some_and(|path| REFS.contains(&&*path))
                    && let Some(name) = literal(b)
                {
                    let name = name.strip_prefix("refs/heads/").unwrap_or(&name);
                    into.push(name.to_owned());
                }
            }
            compared(lhs, into);
            compared(rhs, into);
        }
        Expr::UnExpr { expr, .. } => compared(expr, into),
        Expr::Call(Call { args, .. }) => args.iter().for_each(|arg| compared(arg, into)),
        _ => {}
    }
}

/// The contexts that hold the branch of a push, or the branch that a pull request goes into.
const REFS: [&str; 4] = [
    "github.ref",
    "github.ref_name",
    "github.base_ref",
    "github.event.pull_request.base.ref",
];

/// Whether a status function other than `success()` is named: GitHub then does not ask for
/// `success()` by itself.
fn names_status(parsed: &SpannedExpr<'_>) -> bool {
    match &parsed.inner {
        Expr::Call(Call { func, args }) => match func {
            Function::Always | Function::Failure | Function::Cancelled => true,
            _ => args.iter().any(names_status),
        },
        Expr::BinExpr(BinExpr { lhs, rhs, .. }) => names_status(lhs) || names_status(rhs),
        Expr::UnExpr { expr, .. } => names_status(expr),
        _ => false,
    }
}

/// The comparisons that must all hold.
fn conjuncts(parsed: &SpannedExpr<'_>, into: &mut Vec<String>) {
    match &parsed.inner {
        Expr::BinExpr(BinExpr {
            lhs,
            op: BinOp::And,
            rhs,
        }) => {
            conjuncts(lhs, into);
            conjuncts(rhs, into);
        }
        Expr::BinExpr(BinExpr { lhs, op, rhs }) => {
            let sign = match op {
                BinOp::Eq => "==",
                BinOp::Neq => "!=",
                _ => return,
            };
            let compared = |a: &SpannedExpr<'_>, b: &SpannedExpr<'_>| {
                let path_of_a = path(a)?;
                let other = compared_with(&path_of_a, b).or_else(|| path(b))?;
                Some(format!("{path_of_a} {sign} {other}"))
            };
            into.extend(compared(lhs, rhs).or_else(|| compared(rhs, lhs)));
        }
        Expr::Call(Call {
            func: Function::Success,
            ..
        }) => into.push("success()".to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_say_what_they_demand() {
        let said = condition(
            "github.ref == 'refs/heads/main' && (success() || failure())",
            "acme/shop",
        )
        .unwrap();
        assert_eq!(said.demands, ["github.ref == refs/heads/main"]);
        assert!(said.after_failure && !said.never);
        assert!(condition("${{ false }}", "acme/shop").unwrap().never);
        assert!(!condition("success()", "acme/shop").unwrap().after_failure);
        assert!(condition("github.event_name == \"push\"", "acme/shop").is_err());
        let pasted = condition("inputs.key == 'hunter two'", "acme/shop").unwrap();
        assert_eq!(pasted.demands, ["inputs.key == …"]);
    }

    #[test]
    fn what_runs_after_a_failure() {
        for (text, after) in [
            ("!cancelled()", true),
            ("always()", true),
            ("always() && needs.test.result == 'success'", true),
            // it names status functions, and asks that nothing failed
            ("!failure() && !cancelled()", false),
            ("!(failure() || cancelled())", false),
            ("always() && !failure()", false),
            ("always() && !contains(needs.*.result, 'failure')", false),
            ("always() && !contains(needs.*.result, 'skipped')", true),
            ("success() || cancelled()", false),
            ("github.ref == 'refs/heads/main'", false),
        ] {
            assert_eq!(
                condition(text, "acme/shop").unwrap().after_failure,
                after,
                "{text}"
            );
        }
    }

    #[test]
    fn events_on_which_it_can_not_hold() {
        let holds_on = |text: &str, event: &str| {
            let said = condition(text, "acme/shop").unwrap();
            !said.never_on.iter().any(|e| e == event)
        };
        for (text, push, pull, run) in [
            ("github.event_name == 'push'", true, false, false),
            ("github.event_name != 'pull_request'", true, false, true),
            ("github.ref == 'refs/heads/main'", true, false, true),
            (
                "github.ref == 'refs/heads/main' || github.event_name == 'workflow_dispatch'",
                true,
                false,
                true,
            ),
            ("startsWith(github.ref, 'refs/tags/')", true, false, true),
            ("github.ref_name == 'main' && vars.ON", true, false, true),
            (
                "github.event.workflow_run.conclusion == 'success'",
                false,
                false,
                true,
            ),
            ("github.event.pull_request.merged", false, true, false),
            ("!github.event.pull_request", true, true, true),
            ("github.head_ref == ''", true, true, true),
            ("github.head_ref != ''", false, true, false),
            ("vars.ON == 'true'", true, true, true),
            ("contains(github.ref, 'pull')", true, true, true),
        ] {
            let found = (
                holds_on(text, "push"),
                holds_on(text, "pull_request"),
                holds_on(text, "workflow_run"),
            );
            assert_eq!(found, (push, pull, run), "{text}");
        }
    }

    #[test]
    fn who_asks_that_the_run_succeeded() {
        for (text, asks) in [
            ("github.event.workflow_run.conclusion == 'success'", true),
            (
                "github.event_name == 'workflow_dispatch' || github.event.workflow_run.conclusion == 'success'",
                true,
            ),
            (
                "github.event_name != 'workflow_run' || github.event.workflow_run.conclusion == 'success'",
                true,
            ),
            ("github.event.workflow_run.conclusion != 'failure'", true),
            ("github.event.workflow_run.event == 'push'", false),
            (
                "github.event.workflow_run.conclusion == 'success' || always()",
                false,
            ),
        ] {
            assert_eq!(
                condition(text, "acme/shop").unwrap().asks_success,
                asks,
                "{text}"
            );
        }
    }
}
