use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::SentryPolicy;
use crate::coverage;
use crate::tightness::{Situation, span};
use crate::views::ProjectAlerts;

pub(crate) static CHECK: Rule<ProjectAlerts, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/alert-error-rate-missing",
        "Sentry projects have an alert on a high error rate",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Create an alert on more than 100 events in 5 minutes that notifies by email.")
    .page(include_str!("alert_error_rate_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &ProjectAlerts, j: &Judging<SentryPolicy>) -> Judgement {
    let alerts = &j.policy.alerts;
    let situation = Situation::ErrorRate {
        over: f64::from(alerts.error_rate_events),
        seconds: u64::from(alerts.error_rate_minutes) * 60,
    };
    let frequency = alerts.error_rate_frequency_minutes;
    let requirement = coverage::requirement(j.policy, situation, Some(frequency));
    let expected = format!(
        "an alert on over {} events in {} in {}, at most {frequency} min between notifications",
        alerts.error_rate_events,
        span(u64::from(alerts.error_rate_minutes) * 60),
        j.policy.environment,
    );
    coverage::judge(subject, &requirement, expected, "High Error Rate Alert")
}
