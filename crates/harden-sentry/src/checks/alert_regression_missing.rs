use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::SentryPolicy;
use crate::coverage;
use crate::tightness::{Situation, span};
use crate::views::ProjectAlerts;

pub(crate) static CHECK: Rule<ProjectAlerts, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/alert-regression-missing",
        "Sentry projects have an alert on new issues in a new release",
        Severity::Medium,
    )
    .tags(&["guide:2"])
    .remediation(
        "Create an alert on new issues of the latest release with many errors in their first hour.",
    )
    .page(include_str!("alert_regression_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &ProjectAlerts, j: &Judging<SentryPolicy>) -> Judgement {
    let alerts = &j.policy.alerts;
    let seconds = u64::from(alerts.regression_minutes) * 60;
    let situation = Situation::Regression {
        over: f64::from(alerts.regression_errors),
        seconds,
    };
    // the first notification about an issue is immediate, whatever the frequency of later ones
    let requirement = coverage::requirement(j.policy, situation, None);
    let expected = format!(
        "an alert on a new issue of the latest release with over {} errors in its first {}, in {}",
        alerts.regression_errors,
        span(seconds),
        j.policy.environment,
    );
    coverage::judge(subject, &requirement, expected, "New Release Regression")
}
