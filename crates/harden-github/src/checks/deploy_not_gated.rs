use std::collections::BTreeSet;

use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::GithubPolicy;
use crate::operation::{CONTENTS, ENVIRONMENTS};
use crate::resources::workflow::Trigger;
use crate::views::{
    GatedDeploy, NO_DEPLOY, Node, Plan, Production, Tested, productions, runs_tests, starts,
    tests_before,
};

pub(crate) static CHECK: Rule<GatedDeploy, GithubPolicy> = Rule::new(
    Meta::new(
        "github/deploy-not-gated",
        "Only commits whose tests passed are deployed",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation(
        "Let the job that deploys wait for the tests, or the environment for a \
                      reviewer.",
    )
    .page(include_str!("deploy_not_gated.md"))
    .since("0.1.0"),
    judge,
);

fn judge(gated: &GatedDeploy, j: &Judging<GithubPolicy>) -> Judgement {
    let deploy = &gated.deploy;
    let Some(flow) = deploy.flow()? else {
        return Ok(Verdict::not_applicable(NO_DEPLOY));
    };
    let plan = Plan::of(flow, &deploy.by_path())?;
    let found = productions(&plan, j.policy)?;
    let triggers = flow.workflow.triggers.get()?;
    let mut evidence = Evidence::default();
    let mut unknown: Option<Unknown> = None;
    let mut open = None;
    let mut by_itself = false;
    for production in &found {
        let Some(node) = plan.nodes.get(production.node) else {
            continue;
        };
        let mut started = starts(triggers, node);
        started.retain(|trigger| {
            trigger.event != "workflow_dispatch" && plan.reaches(production.node, &trigger.event)
        });
        // by hand, a person vouches for the commit
        if started.is_empty() {
            continue;
        }
        by_itself = true;
        match gate(&plan, production, node, &started, gated, j.policy) {
            Ok(Some(by)) => {
                let setting = format!("job {} waits for", node.name());
                evidence = evidence.and(setting, by, CONTENTS.name);
            }
            Ok(None) => open = open.or(Some(node)),
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    if let Some(node) = open {
        let evidence = evidence
            .and(format!("job {} waits for", node.name()), "nothing", CONTENTS.name)
            .expected("a job that runs the tests, a workflow_run that succeeded, or a rule of the environment")
            .at(node.location());
        return Ok(Verdict::Fail(
            evidence,
            remediation(node, j.policy, flow.workflow.path.as_str()),
        ));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    if found.is_empty() {
        return Err(Unknown::undetermined(format!(
            "no job of {} is known to deploy to production: give its job the environment {}",
            flow.workflow.path, j.policy.workflows.production_environment
        )));
    }
    if !by_itself {
        return Ok(Verdict::not_applicable(
            "the jobs that deploy start only by hand, or where others call them",
        ));
    }
    Ok(Verdict::Pass(evidence))
}

/// What a job that deploys waits for on each of the events; none where it waits for nothing.
fn gate(
    plan: &Plan<'_>,
    production: &Production,
    node: &Node<'_>,
    started: &[&Trigger],
    gated: &GatedDeploy,
    policy: &GithubPolicy,
) -> Result<Option<String>, Unknown> {
    let mut unknown = None;
    let events: Vec<&str> = started.iter().map(|trigger| &*trigger.event).collect();
    let after_failure = node.conditions().any(|condition| condition.after_failure);
    for index in stops(plan, production.node) {
        // one that is skipped on an event says nothing of it, unless its success is asked for
        let runs = |event: &&str| after_failure || plan.reaches(index, event);
        let Some(before) = plan.nodes.get(index).filter(|before| before.can_fail()) else {
            continue;
        };
        if !events.iter().all(runs) {
            continue;
        }
        match tests(before, &events, policy) {
            Tested::By(test) => return Ok(Some(format!("job {}: {test}", before.name()))),
            Tested::Not => {}
            Tested::Unclear(reason) => unknown = Some(reason),
        }
    }
    // the tests may be steps of the same job
    match tests_before(node, production, &events) {
        Tested::By(test) => return Ok(Some(test)),
        Tested::Not => {}
        Tested::Unclear(reason) => {
            unknown.get_or_insert(reason);
        }
    }
    let mut by_run = started.iter().map(|trigger| &*trigger.event);
    if by_run.all(|event| event == "workflow_run")
        && node.conditions().any(|condition| condition.asks_success)
    {
        return Ok(Some("workflow_run that succeeded".to_owned()));
    }
    let wanted = &policy.workflows.production_environment;
    let environments = node.environments.as_ref();
    let in_environment =
        environments.map(|names| names.iter().any(|name| name.eq_ignore_ascii_case(wanted)));
    if in_environment == Known::Yes(false) {
        return unknown.map_or(Ok(None), Err);
    }
    let protect = Known::all([
        in_environment,
        gated.rules.as_ref().and_then(|rules| rules.protect()),
    ]);
    match protect.get() {
        Ok(true) => Ok(Some(format!(
            "environment {wanted}, by {}",
            ENVIRONMENTS.name
        ))),
        Ok(false) => unknown.map_or(Ok(None), Err),
        Err(reason) => Err(unknown.unwrap_or(reason.into())),
    }
}

/// The jobs whose failure stops a job: all before it, or, where its `if` lets it run after a failure,
/// those whose success it asks for.
fn stops(plan: &Plan<'_>, index: usize) -> BTreeSet<usize> {
    let Some(node) = plan.nodes.get(index) else {
        return BTreeSet::new();
    };
    if !node.conditions().any(|condition| condition.after_failure) {
        return plan.before(index);
    }
    let asked = |id: &str| {
        let wanted = format!("needs.{id}.result == success").to_lowercase();
        node.conditions()
            .any(|condition| condition.demands.contains(&wanted))
    };
    let mut found = BTreeSet::new();
    for need in &node.needs {
        let Some(before) = plan.nodes.get(*need) else {
            continue;
        };
        let callers = before.callers.iter().map(|(_, job)| *job);
        if callers.chain([before.job]).any(|job| asked(&job.id)) {
            found.insert(*need);
            found.extend(stops(plan, *need));
        }
    }
    found
}

/// What a job that is waited for says of tests.
fn tests(node: &Node<'_>, events: &[&str], policy: &GithubPolicy) -> Tested {
    let name = node.job.name.as_deref().unwrap_or(&node.job.id);
    if policy.protection.checks.iter().any(|check| check == name) {
        return Tested::By(format!("the required check {name}"));
    }
    runs_tests(node, events)
}

fn remediation(node: &Node<'_>, policy: &GithubPolicy, path: &str) -> Remediation {
    let id = &node.job.id;
    let environment = &policy.workflows.production_environment;
    Remediation::new("let the deployment wait for the tests of the same commit")
        .step(Step::edit(
            format!("Call the tests in {path} and let the job {id} wait for them (the tests need `on: workflow_call:`)"),
            format!("jobs:\n  smoke:\n    uses: ./.github/workflows/e2e-smoke.yml\n    secrets: inherit\n  {id}:\n    needs: smoke\n    environment: {environment}\n"),
        ))
        .step(Step::by_hand(format!(
            "Or let a person approve: Settings, Environments, {environment}, Required reviewers"
        )))
        .link("https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-jobs#defining-prerequisite-jobs")
}
