use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::SentryPolicy;
use crate::coverage;
use crate::tightness::{Situation, span};
use crate::views::ProjectAlerts;

pub(crate) static CHECK: Rule<ProjectAlerts, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/alert-latency-missing",
        "Sentry projects have an alert on slow transactions",
        Severity::Medium,
    )
    .tags(&["guide:2"])
    .remediation(
        "Create a metric monitor on the P95 of transaction durations, and connect an alert to it.",
    )
    .page(include_str!("alert_latency_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &ProjectAlerts, j: &Judging<SentryPolicy>) -> Judgement {
    let alerts = &j.policy.alerts;
    let seconds = u64::from(alerts.latency_minutes) * 60;
    let situation = Situation::Latency {
        percentile: alerts.latency_percentile,
        milliseconds: alerts.latency_milliseconds,
        seconds,
    };
    let frequency = alerts.latency_frequency_minutes;
    let requirement = coverage::requirement(j.policy, situation, Some(frequency));
    let expected = format!(
        "an alert on P{} of transaction duration over {} ms for {} in {}",
        alerts.latency_percentile,
        alerts.latency_milliseconds,
        span(seconds),
        j.policy.environment,
    );
    coverage::judge(subject, &requirement, expected, "Performance Degradation")
}
