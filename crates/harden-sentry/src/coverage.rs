//! Whether a project has an alert that is at least as tight as the policy requires.

use harden_core::{Evidence, Judgement, Known, Unknown, Verdict};
use std::sync::Arc;

use crate::SentryPolicy;
use crate::remediations::create_alert;
use crate::resources::Alert;
use crate::tightness::{Comparison, Difference, Requirement, Situation, compare};
use crate::views::ProjectAlerts;

const SOURCE: &str = "GET /organizations/{organization}/workflows/";

/// What the policy requires of an alert on a situation.
pub(crate) fn requirement(
    policy: &SentryPolicy,
    situation: Situation,
    frequency_minutes: Option<u32>,
) -> Requirement<'_> {
    Requirement {
        situation,
        frequency_minutes: frequency_minutes.map(u64::from),
        environment: &policy.environment,
        email: policy.alerts.email,
        chat: policy.alerts.chat,
    }
}

/// Judges a project. `expected` describes the requirement in the evidence; `name` is the name of
/// the alert that the remediation creates.
pub(crate) fn judge(
    subject: &ProjectAlerts,
    requirement: &Requirement<'_>,
    expected: String,
    name: &str,
) -> Judgement {
    let mut unknown: Option<Arc<Unknown>> = None;
    // the looser alert with the fewest differences: the one that is quickest to change
    let mut nearest: Option<(&Alert, Vec<Difference>)> = None;
    for alert in &subject.alerts {
        match compare(
            alert,
            &subject.project.slug,
            &subject.metric_monitors,
            requirement,
        ) {
            Comparison::Tight => {
                let evidence = Evidence::of("alert", display_name(alert), alert.model.source());
                return Ok(Verdict::Pass(evidence.expected(expected)));
            }
            Comparison::Unknown(reason) => {
                unknown.get_or_insert(reason);
            }
            Comparison::Looser(differences) => {
                let nearer = nearest
                    .as_ref()
                    .is_none_or(|(_, n)| differences.len() < n.len());
                if nearer {
                    nearest = Some((alert, differences));
                }
            }
            Comparison::Unrelated => {}
        }
    }
    if let Some(reason) = unknown {
        return Err(reason.into());
    }
    subject.complete.get()?;
    let evidence = match nearest {
        None => Evidence::of("alerts", "no alert covers it", SOURCE).expected(expected),
        Some((alert, differences)) => {
            let source = alert.model.source();
            let evidence =
                Evidence::of("nearest alert", display_name(alert), source).expected(expected);
            differences
                .into_iter()
                .fold(evidence, |evidence, difference| {
                    evidence
                        .and(difference.setting, difference.found, source)
                        .expected(difference.expected)
                })
        }
    };
    Ok(Verdict::Fail(
        evidence,
        create_alert(subject, requirement, name),
    ))
}

/// An alert's model, number and name: `workflow 2001 “High Error Rate Alert”`.
pub(crate) fn display_name(alert: &Alert) -> String {
    let model = alert.model.as_str();
    match &alert.name {
        Known::Yes(name) => format!("{model} {} “{name}”", alert.number),
        Known::No(_) => format!("{model} {}", alert.number),
    }
}
