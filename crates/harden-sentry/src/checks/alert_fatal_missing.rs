use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::SentryPolicy;
use crate::coverage;
use crate::tightness::Situation;
use crate::views::ProjectAlerts;

pub(crate) static CHECK: Rule<ProjectAlerts, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/alert-fatal-missing",
        "An alert tells of every fatal error at once",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Create an alert on events of level fatal that tells every time.")
    .page(include_str!("alert_fatal_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &ProjectAlerts, j: &Judging<SentryPolicy>) -> Judgement {
    let frequency = j.policy.alerts.fatal_frequency_minutes;
    let wanted = coverage::wanted(j.policy, Situation::Fatal, Some(frequency));
    let asked = format!(
        "level fatal, any count, in {}, at once (5 min between notices in an issue rule)",
        j.policy.environment
    );
    coverage::judge(subject, &wanted, asked, "Fatal Error Alert")
}
