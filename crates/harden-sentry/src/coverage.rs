//! Whether a project has an alert that is at least as tight as is asked.

use harden_core::{Evidence, Judgement, Known, Unknown, Verdict};
use std::sync::Arc;

use crate::SentryPolicy;
use crate::remediations::create_alert;
use crate::resources::Alert;
use crate::tightness::{Fit, Respect, Situation, Wanted, fit};
use crate::views::ProjectAlerts;

const SOURCES: &str = "GET /organizations/{organization}/workflows/";

/// What is asked, by the policy.
pub(crate) fn wanted(
    policy: &SentryPolicy,
    situation: Situation,
    frequency_minutes: Option<u32>,
) -> Wanted<'_> {
    Wanted {
        situation,
        frequency_minutes: frequency_minutes.map(u64::from),
        environment: &policy.environment,
        email: policy.alerts.email,
        chat: policy.alerts.chat,
    }
}

/// Judges a project. `asked` is the requirement for people, `name` that of the alert to create.
pub(crate) fn judge(
    subject: &ProjectAlerts,
    wanted: &Wanted<'_>,
    asked: String,
    name: &str,
) -> Judgement {
    let mut unknown: Option<Arc<Unknown>> = None;
    let mut nearest: Option<(&Alert, Vec<Respect>)> = None;
    for alert in &subject.alerts {
        match fit(
            alert,
            &subject.project.slug,
            &subject.metric_monitors,
            wanted,
        ) {
            Fit::Tight => {
                let evidence = Evidence::of("alert", called(alert), alert.model.source());
                return Ok(Verdict::Pass(evidence.wanted(asked)));
            }
            Fit::Unknown(reason) => {
                unknown.get_or_insert(reason);
            }
            Fit::Looser(respects) => {
                let nearer = nearest
                    .as_ref()
                    .is_none_or(|(_, n)| respects.len() < n.len());
                if nearer {
                    nearest = Some((alert, respects));
                }
            }
            Fit::Unrelated => {}
        }
    }
    if let Some(reason) = unknown {
        return Err(reason.into());
    }
    subject.complete.get()?;
    let evidence = match nearest {
        None => Evidence::of("alerts", "none that is about it", SOURCES).wanted(asked),
        Some((alert, respects)) => {
            let source = alert.model.source();
            let evidence = Evidence::of("nearest alert", called(alert), source).wanted(asked);
            respects.into_iter().fold(evidence, |evidence, respect| {
                evidence
                    .and(respect.setting, respect.found, source)
                    .wanted(respect.wanted)
            })
        }
    };
    Ok(Verdict::Fail(evidence, create_alert(subject, wanted, name)))
}

/// `workflow 2001 “High Error Rate Alert”`.
pub(crate) fn called(alert: &Alert) -> String {
    let model = alert.model.as_str();
    match &alert.name {
        Known::Yes(name) => format!("{model} {} “{name}”", alert.number),
        Known::No(_) => format!("{model} {}", alert.number),
    }
}
