//! What an `if` says.
//!
//! A condition is evaluated with what is known of an event, and the rest left open: it then holds,
//! does not hold, or may do either.

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp, UnOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::expressions::{Malformed, contexts, kept, parse, split};
use super::plain;

/// What an `if` says.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) reads: Vec<String>,
    pub(super) demands: Vec<String>,
    pub(super) after_failure: bool,
    pub(super) never: bool,
    pub(super) never_on: Vec<String>,
    pub(super) asks_success: bool,
}

/// The events that conditions tell apart.
const EVENTS: [&str; 9] = [
    "deployment",
    "merge_group",
    "pull_request",
    "pull_request_target",
    "push",
    "release",
    "schedule",
    "workflow_dispatch",
    "workflow_run",
];

/// Reads an `if`: an expression with or without braces.
pub(super) fn condition(text: &str) -> Result<Said, Malformed> {
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
        after_failure: names_status(&parsed) && !fails(after_failure),
        never: parsed.consteval().is_some_and(|value| !value.as_boolean()),
        never_on: EVENTS
            .into_iter()
            .filter(|event| fails(on(event)))
            .map(str::to_owned)
            .collect(),
        asks_success: fails(failed_run),
    })
}

/// What is taken for given while a condition is evaluated.
#[derive(Debug, Clone, Copy, Default)]
struct Assumed<'a> {
    event: Option<&'a str>,
    /// Whether something that it waits for failed.
    failed: bool,
    /// Whether the run that `workflow_run` follows failed.
    run_failed: bool,
}

/// What a part of an expression comes to.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Open,
}

impl Value {
    /// Whether it counts as true.
    fn holds(&self) -> Option<bool> {
        match self {
            Self::Text(text) => Some(!text.is_empty()),
            Self::Number(number) => Some(*number != 0.0),
            Self::Bool(value) => Some(*value),
            Self::Null => Some(false),
            Self::Open => None,
        }
    }

    fn of(holds: Option<bool>) -> Self {
        holds.map_or(Self::Open, Self::Bool)
    }

    /// GitHub compares texts without their case, and everything else as numbers.
    fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Open, _) | (_, Self::Open) => None,
            (Self::Text(a), Self::Text(b)) => Some(a.eq_ignore_ascii_case(b)),
            (a, b) => Some(a.number() == b.number()),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Text(text) if text.trim().is_empty() => 0.0,
            Self::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
            Self::Null => 0.0,
            Self::Open => f64::NAN,
        }
    }
}

impl Assumed<'_> {
    fn holds(self, parsed: &SpannedExpr<'_>) -> Option<bool> {
        self.value(parsed).holds()
    }

    fn value(self, parsed: &SpannedExpr<'_>) -> Value {
        match &parsed.inner {
            Expr::Literal(Literal::String(text)) => Value::Text(text.to_string()),
            Expr::Literal(Literal::Boolean(value)) => Value::Bool(*value),
            Expr::Literal(Literal::Number(number)) => Value::Number(*number),
            Expr::Literal(Literal::Null) => Value::Null,
            Expr::Context(context) => context
                .as_pattern()
                .map_or(Value::Open, |path| self.context(&path)),
            Expr::UnExpr {
                op: UnOp::Not,
                expr,
            } => Value::of(self.holds(expr).map(|holds| !holds)),
            Expr::BinExpr(BinExpr { lhs, op, rhs }) => {
                let (a, b) = (self.value(lhs), self.value(rhs));
                match op {
                    BinOp::And => match (a.holds(), b.holds()) {
                        (Some(true), _) => b,
                        (Some(false), _) => a,
                        (None, Some(false)) => Value::Bool(false),
                        (None, _) => Value::Open,
                    },
                    BinOp::Or => match (a.holds(), b.holds()) {
                        (Some(true), _) => a,
                        (Some(false), _) => b,
                        (None, Some(true)) => Value::Bool(true),
                        (None, _) => Value::Open,
                    },
                    BinOp::Eq => Value::of(a.equals(&b)),
                    BinOp::Neq => Value::of(a.equals(&b).map(|equal| !equal)),
                    _ => Value::Open,
                }
            }
            Expr::Call(Call { func, args }) => self.call(*func, args),
            _ => Value::Open,
        }
    }

    fn call(self, function: Function, args: &[SpannedExpr<'_>]) -> Value {
        let known = |value| if self.failed { value } else { Value::Open };
        let text = |index: usize| match args.get(index).map(|arg| self.value(arg)) {
            Some(Value::Text(text)) => Some(text.to_lowercase()),
            Some(Value::Null) => Some(String::new()),
            _ => None,
        };
        let of = |holds: fn(&str, &str) -> bool| match (text(0), text(1)) {
            (Some(whole), Some(part)) => Value::Bool(holds(&whole, &part)),
            _ => Value::Open,
        };
        match function {
            Function::Always => Value::Bool(true),
            Function::Failure => known(Value::Bool(true)),
            Function::Success | Function::Cancelled => known(Value::Bool(false)),
            Function::Contains if self.failed && lists_results(args) => Value::Bool(true),
            Function::Contains => of(|whole, part| whole.contains(part)),
            Function::StartsWith => of(|whole, part| whole.starts_with(part)),
            Function::EndsWith => of(|whole, part| whole.ends_with(part)),
            _ => Value::Open,
        }
    }

    /// A context, where the event tells what it is.
    fn context(self, path: &str) -> Value {
        let Some(event) = self.event else {
            return Value::Open;
        };
        let path = path.to_ascii_lowercase();
        let text = |text: &str| Value::Text(text.to_owned());
        let of_pull = event.starts_with("pull_request");
        match &*path {
            "github.event_name" => text(event),
            // any pull request's is of this form
            "github.ref" if event == "pull_request" => text("refs/pull/1/merge"),
            "github.ref_name" if event == "pull_request" => text("1/merge"),
            "github.head_ref" | "github.base_ref" if !of_pull => Value::Null,
            "github.event.workflow_run.conclusion" if self.run_failed => text("failure"),
            _ => {
                let of = |payload: &str| path.starts_with(payload);
                let absent = (of("github.event.workflow_run") && event != "workflow_run")
                    || (of("github.event.pull_request") && !of_pull)
                    || (of("github.event.release") && event != "release")
                    || (of("github.event.deployment") && event != "deployment");
                if absent { Value::Null } else { Value::Open }
            }
        }
    }
}

/// Whether these are the results of all jobs that are waited for, and a failure among them.
fn lists_results(args: &[SpannedExpr<'_>]) -> bool {
    matches!(args, [results, wanted] if path(results).as_deref() == Some("needs.*.result")
        && literal(wanted).as_deref() == Some("failure"))
}

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
                let other = literal(b).or_else(|| path(b))?;
                Some(format!("{} {sign} {other}", path(a)?))
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

fn path(parsed: &SpannedExpr<'_>) -> Option<String> {
    match &parsed.inner {
        Expr::Context(context) => kept(&context.as_pattern()?),
        _ => None,
    }
}

fn literal(parsed: &SpannedExpr<'_>) -> Option<String> {
    match &parsed.inner {
        Expr::Literal(Literal::String(text)) => Some(plain::name_or_mark(text)),
        Expr::Literal(Literal::Boolean(value)) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_say_what_they_demand() {
        let said =
            condition("github.ref == 'refs/heads/main' && (success() || failure())").unwrap();
        assert_eq!(said.demands, ["github.ref == refs/heads/main"]);
        assert!(said.after_failure && !said.never);
        assert!(condition("${{ false }}").unwrap().never);
        assert!(!condition("success()").unwrap().after_failure);
        assert!(condition("github.event_name == \"push\"").is_err());
        let pasted = condition("inputs.key == 'hunter two'").unwrap();
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
            assert_eq!(condition(text).unwrap().after_failure, after, "{text}");
        }
    }

    #[test]
    fn events_on_which_it_can_not_hold() {
        let holds_on = |text: &str, event: &str| {
            let said = condition(text).unwrap();
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
            assert_eq!(condition(text).unwrap().asks_success, asks, "{text}");
        }
    }
}
