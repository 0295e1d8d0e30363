use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::SentryPolicy;
use crate::coverage;
use crate::tightness::Situation;
use crate::views::ProjectAlerts;

pub(crate) static CHECK: Rule<ProjectAlerts, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/alert-fatal-missing",
        "Sentry projects have an alert on every fatal error",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Create an alert on events of level fatal that notifies every time.")
    .page(include_str!("alert_fatal_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &ProjectAlerts, j: &Judging<SentryPolicy>) -> Judgement {
    let frequency = j.policy.alerts.fatal_frequency_minutes;
    let requirement = coverage::requirement(j.policy, Situation::Fatal, Some(frequency));
    let expected = format!(
        "an alert on every event of level fatal in {}, immediately (an issue rule: at most 5 min \
         between notifications)",
        j.policy.environment
    );
    coverage::judge(subject, &requirement, expected, "Fatal Error Alert")
}
