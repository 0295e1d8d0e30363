//! The value of an expression, as far as it follows from what is taken for given: an event, a
//! failure, a stranger's pull request. What does not is left open.

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp, UnOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::path::{literal, path};
use super::strangers::Stranger;
use super::value::Value;

/// What is taken for given while a condition is evaluated.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Assumed<'a> {
    pub(super) event: Option<&'a str>,
    /// The branch of a push, or that a pull request goes into.
    pub(super) branch: Option<OnBranch<'a>>,
    /// Whether something that it waits for failed.
    pub(super) failed: bool,
    /// Whether the run that `workflow_run` follows failed.
    pub(super) run_failed: bool,
    /// The stranger whose code the event is about.
    pub(super) stranger: Option<Stranger<'a>>,
}

/// A branch.
#[derive(Debug, Clone, Copy)]
pub(super) enum OnBranch<'a> {
    Is(&'a str),
    /// One that the expression does not name.
    Other,
}

impl Assumed<'_> {
    /// Whether an expression holds, where that is known.
    pub(super) fn holds(self, parsed: &SpannedExpr<'_>) -> Option<bool> {
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
        let value = |index: usize| args.get(index).map(|arg| self.value(arg));
        let text = |index: usize| match value(index) {
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
            Function::Contains => match (value(0), value(1)) {
                (Some(Value::List(list)), Some(one)) => Value::of(one.is_in(&list)),
                _ => of(|whole, part| whole.contains(part)),
            },
            Function::StartsWith => match (value(0), text(1)) {
                // `acme:` of a label, `acme/` of a full name: a stranger's begins with another owner
                (Some(Value::Not(own)), Some(start))
                    if start.ends_with(['/', ':']) && own.to_lowercase().starts_with(&*start) =>
                {
                    Value::Bool(false)
                }
                _ => of(|whole, part| whole.starts_with(part)),
            },
            Function::EndsWith => of(|whole, part| whole.ends_with(part)),
            Function::FromJSON => match value(0) {
                Some(Value::Text(text)) => Value::from_json(&text),
                _ => Value::Open,
            },
            Function::ToJSON => match value(0) {
                Some(Value::Null) => Value::Text("null".to_owned()),
                Some(Value::Bool(value)) => Value::Text(value.to_string()),
                _ => Value::Open,
            },
            Function::Format => match (value(0), args.len()) {
                (Some(format), 1) => format,
                (Some(Value::Text(format)), 2) if format == "{0}" => {
                    value(1).unwrap_or(Value::Open)
                }
                _ => Value::Open,
            },
            Function::Case => self.case(args),
            _ => Value::Open,
        }
    }

    /// `case(a, x, b, y, z)`: the value after the first condition that holds, else the last.
    fn case(self, args: &[SpannedExpr<'_>]) -> Value {
        let mut rest = args;
        while let [condition, value, more @ ..] = rest {
            match self.holds(condition) {
                Some(true) => return self.value(value),
                Some(false) => rest = more,
                None => {
                    // whatever is chosen may be the same in all branches
                    let (now, later) = (self.holds(value), self.case(more).holds());
                    return if now == later {
                        Value::of(now)
                    } else {
                        Value::Open
                    };
                }
            }
        }
        rest.first().map_or(Value::Open, |last| self.value(last))
    }

    /// A context, where the event determines what it is.
    fn context(self, path: &str) -> Value {
        let Some(event) = self.event else {
            return Value::Open;
        };
        let path = path.to_ascii_lowercase();
        if let Some(value) = self.stranger.and_then(|of| of.context(event, &path)) {
            return value;
        }
        let text = |text: &str| Value::Text(text.to_owned());
        let of_pull = event.starts_with("pull_request");
        let into = matches!(
            &*path,
            "github.base_ref" | "github.event.pull_request.base.ref"
        );
        let pushed = event == "push" && matches!(&*path, "github.ref" | "github.ref_name");
        if let Some(branch) = self.branch.filter(|_| pushed || (of_pull && into)) {
            return match branch {
                OnBranch::Is(name) if path == "github.ref" => text(&format!("refs/heads/{name}")),
                OnBranch::Is(name) => text(name),
                OnBranch::Other => Value::Other,
            };
        }
        match &*path {
            "github.event_name" => text(event),
            // any pull request's is of this form
            "github.ref" if event == "pull_request" => text("refs/pull/1/merge"),
            "github.ref_name" if event == "pull_request" => text("1/merge"),
            "github.head_ref" | "github.base_ref" if !of_pull => Value::Null,
            "github.event.workflow_run.conclusion" if self.run_failed => text("failure"),
            _ if super::untrusted::is_absent_on(&path, event) => Value::Null,
            _ => Value::Open,
        }
    }
}

/// Whether these are the results of all jobs that are waited for, and a failure among them.
fn lists_results(args: &[SpannedExpr<'_>]) -> bool {
    matches!(args, [results, wanted] if path(results).as_deref() == Some("needs.*.result")
        && literal(wanted).as_deref() == Some("failure"))
}
