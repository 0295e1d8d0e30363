//! The value of an expression, as far as it follows from what is taken for given: an event, a
//! failure. What does not is left open.

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp, UnOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::path::{literal, path};

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
}

/// A branch.
#[derive(Debug, Clone, Copy)]
pub(super) enum OnBranch<'a> {
    Is(&'a str),
    /// One that the expression does not name.
    Other,
}

/// What a part of an expression comes to.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    /// A text that the expression does not name.
    Other,
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
            Self::Other => Some(true),
            Self::Open => None,
        }
    }

    fn of(holds: Option<bool>) -> Self {
        holds.map_or(Self::Open, Self::Bool)
    }

    /// GitHub compares texts without their case, and everything else as numbers.
    fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Open, _) | (_, Self::Open) | (Self::Other, Self::Other) => None,
            (Self::Other, _) | (_, Self::Other) => Some(false),
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
            Self::Other | Self::Open => f64::NAN,
        }
    }
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

    /// A context, where the event determines what it is.
    fn context(self, path: &str) -> Value {
        let Some(event) = self.event else {
            return Value::Open;
        };
        let path = path.to_ascii_lowercase();
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
