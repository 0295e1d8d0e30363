use std::sync::Arc;

use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use serde_json::json;

use crate::SentryPolicy;
use crate::coverage::display_name;
use crate::remediations::call;
use crate::resources::{Alert, Model};
use crate::views::{AlertDelivery, BrokenLink, Delivery};

pub(crate) static CHECK: Rule<AlertDelivery, SentryPolicy> = Rule::new(
    Meta::new(
        "sentry/alert-reaches-nobody",
        "Sentry alerts notify a recipient that exists",
        Severity::High,
    )
    .tags(&["guide:2"])
    .remediation("Fix each broken link between the alert and its recipients.")
    .page(include_str!("alert_reaches_nobody.md"))
    .since("0.1.0"),
    judge,
);

const EXPECTED: &str = "an enabled alert with an action that notifies somebody";

fn judge(subject: &AlertDelivery, _: &Judging<SentryPolicy>) -> Judgement {
    let alert = &*subject.alert;
    let source = alert.model.source();
    let fail = |setting: &'static str, found: String| {
        let evidence = Evidence::of(setting, found, source).expected(EXPECTED);
        Ok(Verdict::Fail(evidence, remediation(subject)))
    };
    // certain failures come first: facts that could not be read elsewhere cannot fix them
    if alert.enabled == Known::Yes(false) {
        return fail("enabled", "false".to_owned());
    }
    if alert.muted == Known::Yes(true) {
        return fail("snooze", "muted for everyone".to_owned());
    }
    if alert.model == Model::Monitor {
        if let Some(stream) = &subject.stream_alert {
            return Err(Unknown::undetermined(format!(
                "no alert is connected to the monitor itself; whether {}, which covers the issue \
                 stream, receives its issues is a setting of the organization that Sentry's API \
                 does not report: connect that alert to the monitor",
                display_name(stream)
            )));
        }
        return fail("workflowIds", "no connected alert".to_owned());
    }
    if let Known::Yes(monitors) = &alert.monitors {
        if monitors.is_empty() {
            return fail("detectorIds", "no connected monitor".to_owned());
        }
        if monitors.iter().all(|m| m.enabled == Known::Yes(false)) {
            return fail("detector.enabled", "false for every monitor".to_owned());
        }
    }
    let actions = match &subject.actions {
        Known::No(reason) => return Err((**reason).clone()),
        Known::Yes(actions) if actions.is_empty() => return fail("actions", "missing".to_owned()),
        Known::Yes(actions) => actions,
    };
    let recipient = match summarize(actions) {
        Delivered::To(recipient) => recipient,
        Delivered::ToNobody(links) => {
            let all = links.iter().take(5);
            let evidence = all.fold(Evidence::default(), |evidence, link| {
                evidence.and("action", &link.found, link.source)
            });
            return Ok(Verdict::Fail(
                evidence.expected(EXPECTED),
                remediation(subject),
            ));
        }
        Delivered::Unknown(reason) => return Err(reason.into()),
    };
    alert.enabled.get()?;
    alert.muted.get()?;
    for monitor in alert.monitors.get()? {
        monitor.enabled.get()?;
    }
    Ok(Verdict::Pass(
        Evidence::of("action", recipient, source).expected(EXPECTED),
    ))
}

/// Whether any action of an alert notifies somebody.
enum Delivered<'a> {
    To(&'a str),
    ToNobody(Vec<&'a BrokenLink>),
    Unknown(Arc<Unknown>),
}

/// One action with a recipient is enough; without one, an unknown action leaves the alert unknown.
fn summarize(actions: &[Delivery]) -> Delivered<'_> {
    let (mut links, mut unknown) = (Vec::new(), None);
    for action in actions {
        match action {
            Delivery::Recipient(recipient) => return Delivered::To(recipient),
            Delivery::Nobody(link) => links.push(link),
            Delivery::Unknown(reason) => {
                unknown.get_or_insert_with(|| reason.clone());
            }
        }
    }
    unknown.map_or(Delivered::ToNobody(links), Delivered::Unknown)
}

/// One step for each known fault. The finding names only the first; after fixing that one alone,
/// the next audit would fail on the second.
fn remediation(subject: &AlertDelivery) -> Remediation {
    let alert = &*subject.alert;
    let mut to = Remediation::new("fix the broken links between the alert and its recipients")
        .link("https://docs.sentry.io/product/monitors-and-alerts/alerts/");
    if alert.enabled == Known::Yes(false) {
        to = to
            .step(enable(subject).unwrap_or_else(|| Step::by_hand("Enable the alert on its page")));
    }
    if alert.muted == Known::Yes(true) {
        to = to
            .step(unmute(subject).unwrap_or_else(|| Step::by_hand("Unmute the alert on its page")));
    }
    let by_hand = by_hand(subject);
    if by_hand.is_empty() {
        return to;
    }
    by_hand.into_iter().fold(to, Remediation::step).withheld(
        "the API replaces an alert as a whole, and its ticket and webhook actions can hold secrets \
         that are not recorded",
    )
}

/// The steps for connections and actions, which only a person can take.
fn by_hand(subject: &AlertDelivery) -> Vec<Step> {
    let alert = &*subject.alert;
    if alert.model == Model::Monitor {
        let connect = "Connect the monitor to an alert that notifies somebody, or delete it";
        return vec![Step::by_hand(connect)];
    }
    let mut steps = Vec::new();
    if let Known::Yes(monitors) = &alert.monitors {
        if monitors.is_empty() {
            steps.push(Step::by_hand(
                "On the alert's page, connect it to an enabled monitor",
            ));
        } else if monitors.iter().all(|m| m.enabled == Known::Yes(false)) {
            let ids: Vec<&str> = monitors.iter().map(|m| m.id.as_str()).collect();
            steps.push(Step::by_hand(format!(
                "Enable a monitor that the alert is connected to (monitor {}), or connect the \
                 alert to an enabled monitor on its page",
                ids.join(", ")
            )));
        }
    }
    let nobody = |actions: &Vec<Delivery>| matches!(summarize(actions), Delivered::ToNobody(_));
    if subject.actions.ok().is_some_and(nobody) {
        steps.push(Step::by_hand(
            "On the alert's page, add an action for a member or a team that exists",
        ));
    }
    steps
}

/// The address of the server is not a fact of an alert, so the command asks for it.
fn server() -> Known<String> {
    Known::default()
}

fn enable(subject: &AlertDelivery) -> Option<Step> {
    let Alert {
        organization,
        model,
        number,
        ..
    } = &*subject.alert;
    let title = match model {
        Model::Monitor => "Enable the monitor",
        _ => "Enable the alert",
    };
    let body = json!({"enabled": true});
    match model {
        Model::Workflow | Model::Monitor => {
            let kind = if *model == Model::Monitor {
                "detectors"
            } else {
                "workflows"
            };
            let path = format!("/api/0/organizations/{organization}/{kind}/?id={number}");
            Some(call(title, "PUT", &server(), &path, Some(&body), &[]))
        }
        Model::IssueRule => {
            let project = *subject.projects().first()?;
            let path = format!("/api/0/projects/{organization}/{project}/rules/{number}/enable/");
            Some(call(title, "PUT", &server(), &path, None, &[]))
        }
        Model::MetricRule => None,
    }
}

fn unmute(subject: &AlertDelivery) -> Option<Step> {
    let Alert {
        organization,
        model,
        number,
        ..
    } = &*subject.alert;
    let kind = match model {
        Model::IssueRule => "rules",
        Model::MetricRule => "alert-rules",
        Model::Monitor | Model::Workflow => return None,
    };
    let project = *subject.projects().first()?;
    let path = format!("/api/0/projects/{organization}/{project}/{kind}/{number}/snooze/");
    Some(call(
        "Unmute the alert",
        "DELETE",
        &server(),
        &path,
        None,
        &[],
    ))
}
