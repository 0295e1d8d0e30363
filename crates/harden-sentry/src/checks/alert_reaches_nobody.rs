use std::sync::Arc;

use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Section, Severity, Step, Unknown,
    Verdict,
};
use serde_json::json;

use crate::SentryPolicy;
use crate::coverage::called;
use crate::remediations::call;
use crate::resources::{Alert, Model};
use crate::views::{End, Reach, ReachingAlert};

pub(crate) static CHECK: Rule<ReachingAlert, SentryPolicy> = Rule {
    meta: Meta {
        id: "sentry/alert-reaches-nobody",
        title: "Every alert reaches somebody",
        severity: Severity::High,
        section: Section::AlertRouting,
        beyond_guide: false,
        security: false,
        remediation: "Mend each broken link between the alert and somebody who is told.",
        page: include_str!("alert_reaches_nobody.md"),
    },
    judge,
    off: None,
};

const WANTED: &str = "switched on, and an action that reaches somebody";

fn judge(subject: &ReachingAlert, _: &Judging<SentryPolicy>) -> Judgement {
    let alert = &*subject.alert;
    let source = alert.model.source();
    let fail = |setting: &'static str, found: String| {
        let evidence = Evidence::of(setting, found, source).wanted(WANTED);
        Ok(Verdict::Fail(evidence, remediation(subject)))
    };
    // certain failures first: what can't be read elsewhere does not mend them
    if alert.enabled == Known::Yes(false) {
        return fail("enabled", "false".to_owned());
    }
    if alert.muted == Known::Yes(true) {
        return fail("snooze", "muted for everybody".to_owned());
    }
    if alert.model == Model::Monitor {
        if let Some(stream) = &subject.by_stream {
            return Err(Unknown::undetermined(format!(
                "no alert is connected to the monitor itself, and whether {}, which is on the issue \
                 stream, hears of it is a setting of the organization that Sentry does not tell: \
                 connect that alert to the monitor",
                called(stream)
            )));
        }
        return fail(
            "workflowIds",
            "no alert is connected to the monitor".to_owned(),
        );
    }
    if let Known::Yes(monitors) = &alert.monitors {
        if monitors.is_empty() {
            return fail(
                "detectorIds",
                "none: it is connected to no monitor".to_owned(),
            );
        }
        if monitors.iter().all(|m| m.enabled == Known::Yes(false)) {
            return fail("detector.enabled", "false of every monitor".to_owned());
        }
    }
    let actions = match &subject.actions {
        Known::No(reason) => return Err((**reason).clone()),
        Known::Yes(actions) if actions.is_empty() => return fail("actions", "none".to_owned()),
        Known::Yes(actions) => actions,
    };
    let how = match somebody(actions) {
        Told::Somebody(how) => how,
        Told::Nobody(ends) => {
            let all = ends.iter().take(5);
            let evidence = all.fold(Evidence::default(), |evidence, end| {
                evidence.and("action", &end.found, end.source)
            });
            return Ok(Verdict::Fail(evidence.wanted(WANTED), remediation(subject)));
        }
        Told::Unknown(reason) => return Err(reason.into()),
    };
    alert.enabled.get()?;
    alert.muted.get()?;
    for monitor in alert.monitors.get()? {
        monitor.enabled.get()?;
    }
    Ok(Verdict::Pass(
        Evidence::of("action", how, source).wanted(WANTED),
    ))
}

/// What is known of all actions together.
enum Told<'a> {
    Somebody(&'a str),
    Nobody(Vec<&'a End>),
    Unknown(Arc<Unknown>),
}

fn somebody(actions: &[Reach]) -> Told<'_> {
    let (mut ends, mut unknown) = (Vec::new(), None);
    for action in actions {
        match action {
            Reach::Somebody(how) => return Told::Somebody(how),
            Reach::Nobody(end) => ends.push(end),
            Reach::Unknown(reason) => {
                unknown.get_or_insert_with(|| reason.clone());
            }
        }
    }
    unknown.map_or(Told::Nobody(ends), Told::Unknown)
}

/// A step for each fault that is known: the finding names the first, and mending that one alone
/// would only bring up the next.
fn remediation(subject: &ReachingAlert) -> Remediation {
    let alert = &*subject.alert;
    let mut to = Remediation::new("mend the way from the alert to somebody who is told")
        .link("https://docs.sentry.io/product/monitors-and-alerts/alerts/");
    if alert.enabled == Known::Yes(false) {
        to = to.step(
            switch_on(subject).unwrap_or_else(|| Step::by_hand("Switch the alert on, in its page")),
        );
    }
    if alert.muted == Known::Yes(true) {
        to = to.step(
            unmute(subject).unwrap_or_else(|| Step::by_hand("Unmute the alert, in its page")),
        );
    }
    let by_hand = by_hand(subject);
    if by_hand.is_empty() {
        return to;
    }
    by_hand.into_iter().fold(to, Remediation::step).withheld(
        "an alert is replaced as a whole, and its tickets and webhooks may hold secrets that are \
         not recorded",
    )
}

/// What lies in the connections and in the actions.
fn by_hand(subject: &ReachingAlert) -> Vec<Step> {
    let alert = &*subject.alert;
    if alert.model == Model::Monitor {
        let connect = "Connect the monitor to an alert that tells somebody, or delete it";
        return vec![Step::by_hand(connect)];
    }
    let mut steps = Vec::new();
    if let Known::Yes(monitors) = &alert.monitors {
        if monitors.is_empty() {
            steps.push(Step::by_hand(
                "In the alert's page, connect it to a monitor that is switched on",
            ));
        } else if monitors.iter().all(|m| m.enabled == Known::Yes(false)) {
            let ids: Vec<&str> = monitors.iter().map(|m| m.id.as_str()).collect();
            steps.push(Step::by_hand(format!(
                "Switch on what the alert is connected to (monitor {}), or connect it, in its \
                 page, to a monitor that is",
                ids.join(", ")
            )));
        }
    }
    let nobody = |actions: &Vec<Reach>| matches!(somebody(actions), Told::Nobody(_));
    if subject.actions.ok().is_some_and(nobody) {
        steps.push(Step::by_hand(
            "In the alert's page, give it an action for a member or a team that exists",
        ));
    }
    steps
}

/// The server is not among the facts of an alert: the command asks for it.
fn unread() -> Known<String> {
    Known::default()
}

fn switch_on(subject: &ReachingAlert) -> Option<Step> {
    let Alert {
        organization,
        model,
        number,
        ..
    } = &*subject.alert;
    let title = match model {
        Model::Monitor => "Switch the monitor on",
        _ => "Switch the alert on",
    };
    let enable = json!({"enabled": true});
    match model {
        Model::Workflow | Model::Monitor => {
            let kind = if *model == Model::Monitor {
                "detectors"
            } else {
                "workflows"
            };
            let path = format!("/api/0/organizations/{organization}/{kind}/?id={number}");
            Some(call(title, "PUT", &unread(), &path, Some(&enable), &[]))
        }
        Model::IssueRule => {
            let project = *subject.projects().first()?;
            let path = format!("/api/0/projects/{organization}/{project}/rules/{number}/enable/");
            Some(call(title, "PUT", &unread(), &path, None, &[]))
        }
        Model::MetricRule => None,
    }
}

fn unmute(subject: &ReachingAlert) -> Option<Step> {
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
        &unread(),
        &path,
        None,
        &[],
    ))
}
