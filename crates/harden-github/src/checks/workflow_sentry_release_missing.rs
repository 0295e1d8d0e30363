use harden_core::{Evidence, Judgement, Judging, Location, Meta, Rule, Severity, Unknown, Verdict};

use crate::GithubPolicy;
use crate::operation::CONTENTS;
use crate::remediations::sentry_release;
use crate::resources::workflow::{Trigger, Version};
use crate::views::{
    Act, Acts, Deploy, Depth, Does, NO_DEPLOY, Plan, Production, Wrong, by, follows,
    names_deployed, productions, starts,
};

pub(crate) static CHECK: Rule<Deploy, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-sentry-release-missing",
        "Each deployment makes its Sentry release",
        Severity::High,
    )
    .tags(&["guide:1"])
    .remediation(
        "After the step that deploys, create the release by the commit's SHA, set its \
                      commits, and mark the deployment to production.",
    )
    .page(include_str!("workflow_sentry_release_missing.md"))
    .since("0.1.0"),
    judge,
);

/// What is wrong with the steps: certain, or not told by what was read.
enum Fault {
    Certain(String, Option<Location>),
    Unclear(Unknown),
}

fn judge(deploy: &Deploy, j: &Judging<GithubPolicy>) -> Judgement {
    let Some(flow) = deploy.flow()? else {
        return Ok(Verdict::not_applicable(NO_DEPLOY));
    };
    let paths = deploy.by_path();
    let mut plan = Plan::of(flow, &paths)?;
    let found = productions(&plan, j.policy)?;
    if found.is_empty() {
        return Err(Unknown::undetermined(format!(
            "no job of {} is known to deploy to production: give its job the environment {}",
            flow.workflow.path, j.policy.workflows.production_environment
        )));
    }
    for after in &*deploy.flows {
        plan.follow(flow, after, &paths);
    }
    let acts = Acts::of(&plan);
    let evidence = evidence(&plan, &found, &acts);
    let triggers = flow.workflow.triggers.get()?;
    let faults = faults(&plan, &found, &acts, triggers, j.policy);
    let certain = faults.iter().find_map(|fault| match fault {
        Fault::Certain(what, at) => Some((what, at)),
        Fault::Unclear(_) => None,
    });
    if let Some((what, at)) = certain {
        // what can't be read may do what is missing, and not mend what is wrong
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
        let by = by(&plan, triggers, &found);
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

fn evidence(plan: &Plan<'_>, found: &[Production], acts: &Acts) -> Evidence {
    let mut evidence = Evidence::default();
    for production in found {
        if let Some(node) = plan.nodes.get(production.node) {
            let setting = format!("job {} deploys by", node.name());
            evidence = evidence.and(setting, &production.by, CONTENTS.name);
        }
    }
    let steps = |does| {
        let steps = acts.all.iter().filter(move |act| act.does == does);
        let steps: Vec<&str> = steps.map(|act| &*act.by).collect();
        if steps.is_empty() {
            "no step".to_owned()
        } else {
            steps.join(", ")
        }
    };
    evidence
        .and("creates the release", steps(Does::Create), CONTENTS.name)
        .expected("by the commit's SHA")
        .and("sets commits", steps(Does::Commits), CONTENTS.name)
        .expected("over the whole history: fetch-depth: 0")
        .and("marks the deployment", steps(Does::Deploy), CONTENTS.name)
        .expected("to production, after it and only if it succeeded")
}

/// A way in which a deployment starts: the event, and the jobs that deploy on it.
struct Start<'a> {
    /// None where nothing but a call starts it.
    event: Option<&'a str>,
    found: Vec<&'a Production>,
    triggers: Vec<&'a Trigger>,
}

/// The ways in which a deployment starts, by event: what runs on one need not run on another.
fn deployments<'a>(
    plan: &Plan<'_>,
    found: &'a [Production],
    triggers: &'a [Trigger],
) -> Vec<Start<'a>> {
    let mut all: Vec<Start<'a>> = Vec::new();
    for production in found {
        let Some(node) = plan.nodes.get(production.node) else {
            continue;
        };
        for trigger in starts(triggers, node) {
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

/// Everything that is wrong; of each part the best of its steps counts, on each event.
fn faults(
    plan: &Plan<'_>,
    found: &[Production],
    acts: &Acts,
    triggers: &[Trigger],
    policy: &GithubPolicy,
) -> Vec<Fault> {
    let starts = deployments(plan, found, triggers);
    let all = starts.iter().flat_map(|start| {
        let part = |does, fault: &dyn Fn(&Act) -> Option<Fault>, missing: &str| {
            let own = acts.all.iter().filter(|act| act.does == does);
            let known = own.clone().next().is_some();
            let steps = own.filter(|act| start.event.is_none_or(|event| act.runs_on(plan, event)));
            let mut faults: Vec<Option<Fault>> = steps.map(fault).collect();
            if faults.iter().any(Option::is_none) {
                return None;
            }
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
        let named = |act: &Act| version(act).or_else(|| deployed(act, plan, start));
        let created = part(Does::Create, &named, "no step creates a release");
        let commits = part(
            Does::Commits,
            &|act| commits(act).or_else(|| named(act)),
            "no step sets the commits of a release",
        );
        let marked = part(
            Does::Deploy,
            &|act| marked(act, plan, &start.found, policy).or_else(|| named(act)),
            "no step marks a deployment of a release",
        );
        [created, commits, marked].into_iter().flatten()
    });
    all.collect()
}

fn certain(act: &Act, what: impl Into<String>) -> Option<Fault> {
    Some(Fault::Certain(
        format!("{}: {}", act.by, what.into()),
        Some(act.at.clone()),
    ))
}

fn unclear(act: &Act, what: &str) -> Option<Fault> {
    Some(Fault::Unclear(Unknown::undetermined(format!(
        "{}: {what}",
        act.by
    ))))
}

fn version(act: &Act) -> Option<Fault> {
    match act.version {
        Some(Version::ShortSha) => certain(act, "its version is a part of the commit's SHA"),
        Some(Version::Other) => certain(act, "its version is not the commit's SHA"),
        Some(Version::Unclear) | None => {
            unclear(act, "what its version is can't be told from the file")
        }
        Some(_) => None,
    }
}

/// Whether its version is the commit that is deployed.
fn deployed(act: &Act, plan: &Plan<'_>, start: &Start<'_>) -> Option<Fault> {
    let mut doubt = None;
    for production in &start.found {
        match names_deployed(plan, &start.triggers, act, production) {
            Ok(()) => {}
            Err(Wrong::Failure(why)) => return certain(act, why),
            Err(Wrong::Unclear(why)) => doubt = doubt.or_else(|| unclear(act, &why)),
        }
    }
    doubt
}

fn commits(act: &Act) -> Option<Fault> {
    match act.depth {
        Some(Depth::Full) => None,
        Some(Depth::Shallow) => certain(
            act,
            "its job checks out one commit: with fetch-depth: 0 it would see which are new",
        ),
        Some(Depth::None) | None => certain(act, "its job has checked out nothing"),
        Some(Depth::Unclear) => unclear(act, "an expression gives fetch-depth"),
    }
}

fn marked(
    act: &Act,
    plan: &Plan<'_>,
    found: &[&Production],
    policy: &GithubPolicy,
) -> Option<Fault> {
    let wanted = &policy.workflows.production_environment;
    match &act.environment {
        None => {
            return unclear(
                act,
                "which environment it marks can't be told from the file",
            );
        }
        Some(environment) if !environment.eq_ignore_ascii_case(wanted) => {
            return certain(act, format!("it marks {environment}, not {wanted}"));
        }
        Some(_) => {}
    }
    for production in found {
        match follows(plan, act, production) {
            Ok(()) => {}
            Err(Wrong::Failure(why)) => return certain(act, why),
            Err(Wrong::Unclear(why)) => return unclear(act, &why),
        }
    }
    None
}
