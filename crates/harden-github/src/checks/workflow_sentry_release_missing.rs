use harden_core::{Evidence, Judgement, Judging, Location, Meta, Rule, Severity, Unknown, Verdict};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::remediations::sentry_release;
use crate::resources::workflow::{Trigger, Version};
use crate::views::{
    Defect, Deploy, HistoryDepth, NO_DEPLOY, Plan, ProductionJob, ReleaseAction, ReleaseStep,
    ReleaseSteps, follows, names_deployed, production_jobs, starting_triggers, version_source,
};

pub(crate) static CHECK: Rule<Deploy, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-sentry-release-missing",
        "Every production deployment creates a Sentry release",
        Severity::High,
    )
    .tags(&["guide:1"])
    .remediation(
        "After the step that deploys, create the release with the commit's SHA as its \
                      version, set its commits, and mark the deployment to production.",
    )
    .page(include_str!("workflow_sentry_release_missing.md"))
    .since("0.1.0"),
    judge,
);

/// What is wrong with the release steps.
enum Fault {
    /// The files show that it is wrong, and where.
    Certain(String, Option<Location>),
    /// The files do not show whether it is wrong.
    Unclear(Unknown),
}

fn judge(deploy: &Deploy, j: &Judging<GithubPolicy>) -> Judgement {
    let Some(flow) = deploy.flow()? else {
        return Ok(Verdict::not_applicable(NO_DEPLOY));
    };
    let paths = deploy.by_path();
    let mut plan = Plan::of(flow, &paths)?;
    let found = production_jobs(&plan, j.policy)?;
    if found.is_empty() {
        return Err(Unknown::undetermined(format!(
            "no job of {} is known to deploy to production: set `environment: {}` in the job that deploys",
            flow.workflow.path, j.policy.workflows.production_environment
        )));
    }
    for after in &*deploy.flows {
        plan.follow(flow, after, &paths);
    }
    let acts = ReleaseSteps::of(&plan);
    let evidence = evidence(&plan, &found, &acts);
    let triggers = flow.workflow.triggers.get()?;
    let faults = faults(&plan, &found, &acts, triggers, j.policy);
    let certain = faults.iter().find_map(|fault| match fault {
        Fault::Certain(what, at) => Some((what, at)),
        Fault::Unclear(_) => None,
    });
    if let Some((what, at)) = certain {
        // A file that could not be read may contain a step that is missing here, so that is unknown.
        // It cannot correct a step that is wrong, which has a location.
        if at.is_none()
            && let Some(unknown) = acts.unread
        {
            return Err(unknown);
        }
        let production = found.first().and_then(|p| plan.nodes.get(p.node));
        let at = at
            .clone()
            .or_else(|| production.map(|node| node.location()));
        let mut evidence = evidence.note(what.clone());
        evidence.at = at.map(Box::new);
        let by = version_source(&plan, triggers, &found);
        return Ok(Verdict::Fail(
            evidence,
            sentry_release(&deploy.repository, &flow.workflow.path, by, j.policy),
        ));
    }
    for fault in faults {
        if let Fault::Unclear(unknown) = fault {
            return Err(unknown);
        }
    }
    Ok(Verdict::Pass(evidence))
}

fn evidence(plan: &Plan<'_>, found: &[ProductionJob], acts: &ReleaseSteps) -> Evidence {
    let mut evidence = Evidence::default();
    for production in found {
        if let Some(node) = plan.nodes.get(production.node) {
            let setting = format!("deployment in job {}", node.name());
            evidence = evidence.and(setting, &production.by, CONTENTS.name);
        }
    }
    let steps = |does| {
        let steps = acts.all.iter().filter(move |act| act.does == does);
        let steps: Vec<&str> = steps.map(|act| &*act.by).collect();
        if steps.is_empty() {
            "missing".to_owned()
        } else {
            steps.join(", ")
        }
    };
    evidence
        .and(
            "step that creates the release",
            steps(ReleaseAction::Create),
            CONTENTS.name,
        )
        .expected("a step, with the commit's SHA as the version")
        .and(
            "step that sets commits",
            steps(ReleaseAction::Commits),
            CONTENTS.name,
        )
        .expected("a step after a checkout with fetch-depth: 0")
        .and(
            "step that marks the deployment",
            steps(ReleaseAction::Deploy),
            CONTENTS.name,
        )
        .expected("a step for production, after the deployment and only if it succeeded")
}

/// An event that starts a deployment, with the jobs that deploy on it.
struct Start<'a> {
    /// `None` if only a call of another workflow starts it.
    event: Option<&'a str>,
    found: Vec<&'a ProductionJob>,
    triggers: Vec<&'a Trigger>,
}

/// The events that start a deployment. They are judged one by one, because a step that runs on one
/// event may be skipped on another.
fn deployments<'a>(
    plan: &Plan<'_>,
    found: &'a [ProductionJob],
    triggers: &'a [Trigger],
) -> Vec<Start<'a>> {
    let mut all: Vec<Start<'a>> = Vec::new();
    for production in found {
        let Some(node) = plan.nodes.get(production.node) else {
            continue;
        };
        for trigger in starting_triggers(triggers, node) {
            if !plan.reaches(production.node, &trigger.event) {
                continue;
            }
            let event = Some(&*trigger.event);
            let index = all.iter().position(|start| start.event == event);
            let start = match index.and_then(|index| all.get_mut(index)) {
                Some(start) => start,
                None => all.push_mut(Start {
                    event,
                    found: Vec::new(),
                    triggers: Vec::new(),
                }),
            };
            if !start
                .found
                .iter()
                .any(|other| other.node == production.node)
            {
                start.found.push(production);
            }
            start.triggers.push(trigger);
        }
    }
    if all.is_empty() {
        all.push(Start {
            event: None,
            found: found.iter().collect(),
            triggers: Vec::new(),
        });
    }
    all
}

/// Everything that is wrong. On each event, a part of the release is fine if one of its steps is: a
/// workflow may have another step for another event or environment.
fn faults(
    plan: &Plan<'_>,
    found: &[ProductionJob],
    acts: &ReleaseSteps,
    triggers: &[Trigger],
    policy: &GithubPolicy,
) -> Vec<Fault> {
    let starts = deployments(plan, found, triggers);
    let all = starts.iter().flat_map(|start| {
        let part = |does, fault: &dyn Fn(&ReleaseStep) -> Option<Fault>, missing: &str| {
            let own = acts.all.iter().filter(|act| act.does == does);
            let known = own.clone().next().is_some();
            let steps = own.filter(|act| start.event.is_none_or(|event| act.runs_on(plan, event)));
            let mut faults: Vec<Option<Fault>> = steps.map(fault).collect();
            // one step without a fault is enough
            if faults.iter().any(Option::is_none) {
                return None;
            }
            // of several faults, a doubt is reported first: that step may be the right one
            let unclear = faults
                .iter()
                .position(|f| matches!(f, Some(Fault::Unclear(_))));
            match (unclear.or((!faults.is_empty()).then_some(0)), start.event) {
                (Some(index), _) => faults.swap_remove(index),
                (None, Some(event)) if known => {
                    Some(Fault::Certain(format!("{missing} on {event}"), None))
                }
                (None, _) => Some(Fault::Certain(missing.to_owned(), None)),
            }
        };
        let named = |act: &ReleaseStep| version(act).or_else(|| deployed(act, plan, start));
        let created = part(ReleaseAction::Create, &named, "no step creates a release");
        let commits = part(
            ReleaseAction::Commits,
            &|act| commits(act).or_else(|| named(act)),
            "no step sets the commits of a release",
        );
        let marked = part(
            ReleaseAction::Deploy,
            &|act| marked(act, plan, &start.found, policy).or_else(|| named(act)),
            "no step marks a deployment of a release",
        );
        [created, commits, marked].into_iter().flatten()
    });
    all.collect()
}

fn certain(act: &ReleaseStep, what: impl Into<String>) -> Option<Fault> {
    Some(Fault::Certain(
        format!("{}: {}", act.by, what.into()),
        Some(act.at.clone()),
    ))
}

fn unclear(act: &ReleaseStep, what: &str) -> Option<Fault> {
    Some(Fault::Unclear(Unknown::undetermined(format!(
        "{}: {what}",
        act.by
    ))))
}

fn version(act: &ReleaseStep) -> Option<Fault> {
    match act.version {
        Some(Version::ShortSha) => certain(act, "its version is a short SHA"),
        Some(Version::Other) => certain(act, "its version is not the commit's SHA"),
        Some(Version::Unclear) | None => {
            unclear(act, "its version cannot be determined from the file")
        }
        Some(_) => None,
    }
}

/// What is wrong with its version, compared with the commit that is deployed.
fn deployed(act: &ReleaseStep, plan: &Plan<'_>, start: &Start<'_>) -> Option<Fault> {
    let mut doubt = None;
    for production in &start.found {
        match names_deployed(plan, &start.triggers, act, production) {
            Ok(()) => {}
            Err(Defect::Certain(why)) => return certain(act, why),
            Err(Defect::Unclear(why)) => doubt = doubt.or_else(|| unclear(act, &why)),
        }
    }
    doubt
}

fn commits(act: &ReleaseStep) -> Option<Fault> {
    match act.depth {
        Some(HistoryDepth::Full) => None,
        Some(HistoryDepth::Shallow) => certain(
            act,
            "its job checks out only a part of the history: set fetch-depth: 0, so that Sentry can find the new commits",
        ),
        Some(HistoryDepth::None) | None => certain(act, "its job checks out nothing before it"),
        Some(HistoryDepth::Unclear) => unclear(act, "an expression sets fetch-depth"),
    }
}

fn marked(
    act: &ReleaseStep,
    plan: &Plan<'_>,
    found: &[&ProductionJob],
    policy: &GithubPolicy,
) -> Option<Fault> {
    let production_name = &policy.workflows.production_environment;
    match &act.environment {
        None => {
            return unclear(
                act,
                "the environment that it marks cannot be determined from the file",
            );
        }
        Some(environment) if !environment.eq_ignore_ascii_case(production_name) => {
            return certain(
                act,
                format!("it marks {environment} instead of {production_name}"),
            );
        }
        Some(_) => {}
    }
    for production in found {
        match follows(plan, act, production) {
            Ok(()) => {}
            Err(Defect::Certain(why)) => return certain(act, why),
            Err(Defect::Unclear(why)) => return unclear(act, &why),
        }
    }
    None
}
