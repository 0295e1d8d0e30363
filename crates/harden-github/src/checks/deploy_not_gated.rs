use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};

use crate::operation::{CONTENTS, ENVIRONMENTS};
use crate::policy::GithubPolicy;
use crate::resources::workflow::Trigger;
use crate::views::{
    GatedDeploy, NO_DEPLOY, Node, Plan, ProductionJob, Tested, production_jobs, runs_tests,
    starting_triggers, tests_before,
};

pub(crate) static CHECK: Rule<GatedDeploy, GithubPolicy> = Rule::new(
    Meta::new(
        "github/deploy-not-gated",
        "Only commits whose tests passed are deployed",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation(
        "Make the job that deploys wait for the tests, or require a reviewer for the \
                      environment.",
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
    let found = production_jobs(&plan, j.policy)?;
    let triggers = flow.workflow.triggers.get()?;
    let mut evidence = Evidence::default();
    let mut unknown: Option<Unknown> = None;
    let mut ungated = None;
    let mut starts_automatically = false;
    for production in &found {
        let Some(node) = plan.nodes.get(production.node) else {
            continue;
        };
        let mut started = starting_triggers(triggers, node);
        started.retain(|trigger| {
            trigger.event != "workflow_dispatch" && plan.reaches(production.node, &trigger.event)
        });
        // a manual start is not judged: a person decides which commit is deployed
        if started.is_empty() {
            continue;
        }
        starts_automatically = true;
        match gate(&plan, production, node, &started, gated, j.policy) {
            Ok(Some(by)) => {
                let setting = format!("gate of job {}", node.name());
                evidence = evidence.and(setting, by, CONTENTS.name);
            }
            Ok(None) => ungated = ungated.or(Some(node)),
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    if let Some(node) = ungated {
        let evidence = evidence
            .and(
                format!("gate of job {}", node.name()),
                "missing",
                CONTENTS.name,
            )
            .expected("tests, the success of the workflow_run, or a rule of the environment")
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
            "no job of {} is known to deploy to production: set `environment: {}` in the job that deploys",
            flow.workflow.path, j.policy.workflows.production_environment
        )));
    }
    if !starts_automatically {
        return Ok(Verdict::not_applicable(
            "the jobs that deploy start only manually, or when another workflow calls them",
        ));
    }
    Ok(Verdict::Pass(evidence))
}

/// What a job that deploys waits for on every one of the events, or `None` if it waits for nothing.
fn gate(
    plan: &Plan<'_>,
    production: &ProductionJob,
    node: &Node<'_>,
    started: &[&Trigger],
    gated: &GatedDeploy,
    policy: &GithubPolicy,
) -> Result<Option<String>, Unknown> {
    let mut unknown = None;
    let events: Vec<&str> = started.iter().map(|trigger| &*trigger.event).collect();
    for (index, skipped_too) in plan.gating(production.node, &events) {
        // A job that is skipped on an event tests nothing on it, and with `!failure()` the deployment
        // still runs.
        // https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#needs-context
        let runs = |event: &&str| skipped_too || plan.reaches(index, event);
        let Some(before) = plan.nodes.get(index).filter(|before| before.can_fail()) else {
            continue;
        };
        if !events.iter().all(runs) {
            continue;
        }
        match tests(before, &events, policy) {
            Tested::By(test) => return Ok(Some(format!("{test} in job {}", before.name()))),
            Tested::Not => {}
            Tested::Unclear(reason) => unknown = Some(reason),
        }
    }
    // the tests can also be steps of the same job
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
        return Ok(Some("success of the workflow_run".to_owned()));
    }
    let production_name = &policy.workflows.production_environment;
    let environments = node.environments.as_ref();
    let in_environment = environments.map(|names| {
        names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(production_name))
    });
    if in_environment == Known::Yes(false) {
        return unknown.map_or(Ok(None), Err);
    }
    let protect = Known::all([
        in_environment,
        gated.rules.as_ref().and_then(|rules| rules.protect()),
    ]);
    match protect.get() {
        Ok(true) => Ok(Some(format!(
            "rules of the environment {production_name} ({})",
            ENVIRONMENTS.name
        ))),
        Ok(false) => unknown.map_or(Ok(None), Err),
        Err(reason) => Err(unknown.unwrap_or(reason.into())),
    }
}

/// Whether a job that the deployment waits for runs tests.
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
    Remediation::new("make the deployment wait for the tests of the same commit")
        .step(Step::edit(
            format!("Call the tests in {path} and make the job {id} wait for them (the tests need `on: workflow_call:`)"),
            format!("jobs:\n  smoke:\n    uses: ./.github/workflows/e2e-smoke.yml\n    secrets: inherit\n  {id}:\n    needs: smoke\n    environment: {environment}\n"),
        ))
        .step(Step::by_hand(format!(
            "Or require an approval: Settings, Environments, {environment}, Required reviewers"
        )))
        .link("https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-jobs#defining-prerequisite-jobs")
}
