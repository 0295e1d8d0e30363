use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::operation::CONTENTS;
use crate::policy::GithubPolicy;
use crate::views::{Smoke, SmokeRuns};

pub(crate) static CHECK: Rule<Smoke, GithubPolicy> = Rule::new(
    Meta::new(
        "github/workflow-e2e-missing",
        "Smoke tests run on pull requests and pushes",
        Severity::High,
    )
    .tags(&["guide:7"])
    .remediation("Run Playwright with the smoke tag on pull_request and on push to the branch.")
    .page(include_str!("workflow_e2e_missing.md"))
    .since("0.1.0"),
    judge,
);

const EVENTS: [&str; 2] = ["pull_request", "push"];

fn judge(smoke: &Smoke, j: &Judging<GithubPolicy>) -> Judgement {
    let runs = SmokeRuns::of(&smoke.flows, &smoke.packages, j.policy);
    if runs.playwright.is_none() && runs.all.is_empty() && !j.policy.workflows.smoke_required {
        if let Some(unknown) = runs.unread {
            return Err(unknown);
        }
        return Ok(Verdict::not_applicable(
            "no workflow uses Playwright; set `smoke_required` of [github.workflows] to require \
             smoke tests",
        ));
    }
    let mut evidence = Evidence::default();
    let mut unknown = None;
    let mut missing = false;
    for event in EVENTS {
        let setting = format!("smoke tests on {event}");
        let (found, at) = match runs.covering(event, &smoke.branches) {
            Known::Yes(Some(run)) => {
                let all = if run.whole { ", all tests" } else { "" };
                let found = format!("{} in {}{all}", run.command, run.flow.workflow.path);
                (found, Some(run.at.clone()))
            }
            Known::Yes(None) => {
                missing = true;
                ("not run".to_owned(), None)
            }
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
                ("unknown".to_owned(), None)
            }
        };
        evidence = evidence
            .and(setting, found, CONTENTS.name)
            .expected(expected(smoke, event, j.policy));
        if let Some(at) = at {
            evidence = evidence.at(at);
        }
    }
    for run in &runs.all {
        if let Some(why) = run.failure_ignored {
            let place = format!("{} line {}", run.at.path, run.at.line);
            evidence = evidence
                .note(format!("the run at {place} does not count: {why}"))
                .at(run.at.clone());
        }
    }
    let unread = runs.unread.or(runs.unresolved.filter(|_| missing));
    match (missing, unknown, unread) {
        // what could not be read may run the missing tests
        (true, _, Some(reason)) | (false, Some(reason), _) => Err(reason),
        (true, _, None) => Ok(Verdict::Fail(evidence, remediation(smoke, j.policy))),
        (false, None, _) => Ok(Verdict::Pass(evidence)),
    }
}

fn expected(smoke: &Smoke, event: &str, policy: &GithubPolicy) -> String {
    let branches = smoke
        .branches
        .ok()
        .map(|names| names.join(", "))
        .unwrap_or_default();
    let tag = &policy.workflows.smoke_tag;
    let direction = if event == "push" { "to" } else { "into" };
    format!("Playwright with {tag} on {event} {direction} {branches}")
}

fn remediation(smoke: &Smoke, policy: &GithubPolicy) -> Remediation {
    let branches = smoke
        .branches
        .ok()
        .map_or("main".to_owned(), |names| names.join(", "));
    let tag = &policy.workflows.smoke_tag;
    let text = format!(
        "name: E2E Smoke Tests\non:\n  pull_request:\n    branches: [{branches}]\n  push:\n    \
         branches: [{branches}]\npermissions:\n  contents: read\njobs:\n  e2e:\n    \
         runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      \
         - uses: actions/setup-node@v4\n        with:\n          node-version: '20'\n      \
         - run: npm ci\n      - run: npx playwright install --with-deps\n      \
         - run: npx playwright test --grep {tag}\n"
    );
    Remediation::new("run the smoke tests on every pull request and push")
        .step(Step::edit("Create .github/workflows/e2e-smoke.yml", text))
        .link("https://playwright.dev/docs/ci-intro")
}
