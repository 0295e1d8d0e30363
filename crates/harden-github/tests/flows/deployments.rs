//! The workflows that deploy to production.

use harden_core::{Outcome, Policies, testing};
use harden_github::checks;
use harden_github::resources::Workflow;
use serde_json::json;

use crate::support::{FIRST, REPOSITORY, judged};

#[test]
fn a_called_deployment_waits_for_the_tests_of_its_caller() {
    const CHECK: &str = "deploy-not-gated";
    const CALLED: &str = ".github/workflows/deploy.yml";
    let called = "on: {workflow_call: {}, workflow_dispatch: {}}\njobs:\n  deploy:\n    runs-on: x\n    \
                  environment: production\n    steps:\n      \
                  - run: aws ecs update-service --cluster a --service b\n";
    let calls = |needs: &str| {
        format!(
            "on: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: npm test\n  \
             deploy:\n{needs}    uses: ./.github/workflows/deploy.yml\n"
        )
    };
    for (needs, expected) in [("    needs: test\n", "pass"), ("", "fail")] {
        let calls = calls(needs);
        judged(CHECK, needs, &[(FIRST, &calls), (CALLED, called)], expected);
        // the called workflow itself starts only manually
        let files = [(CALLED, called), (FIRST, &*calls)];
        judged(CHECK, "by itself", &files, "not-applicable");
    }
    // the tests are called too, through two workflows
    let tests = "on: workflow_call\njobs:\n  t:\n    uses: ./.github/workflows/e2e.yml\n";
    let e2e = "on: workflow_call\njobs:\n  t:\n    runs-on: x\n    steps:\n      \
               - run: npx playwright test --grep @smoke\n";
    let first = "on: push\njobs:\n  test:\n    uses: ./.github/workflows/tests.yml\n  deploy:\n    \
                 needs: test\n    uses: ./.github/workflows/deploy.yml\n";
    let files = [
        (FIRST, first),
        (CALLED, called),
        (".github/workflows/tests.yml", tests),
        (".github/workflows/e2e.yml", e2e),
    ];
    judged(CHECK, "tests that are called", &files, "pass");
}

/// Another name of the environment, a merged pull request, a workflow of another repository.
#[test]
fn a_deployment_that_may_be_to_production_is_unknown() {
    let job = |on: &str, head: &str, step: &str| {
        format!("on: {on}\njobs:\n  a:\n    runs-on: x\n{head}    steps:\n      - run: {step}\n")
    };
    let known = "aws ecs update-service --cluster a --service b";
    let of = |environment: &str, step: &str| {
        job("push", &format!("    environment: {environment}\n"), step)
    };
    let merged = "    environment: production\n    if: github.event.pull_request.merged == true\n";
    let closed = "{pull_request: {types: [closed], branches: [main]}}";
    let away = |job: &str, uses: &str, stage: &str| {
        let with = match stage {
            "" => String::new(),
            stage => format!("    with: {{environment: {stage}}}\n"),
        };
        format!("on: push\njobs:\n  {job}:\n    uses: acme/wf/.github/workflows/{uses}\n{with}")
    };
    for (text, expected) in [
        (of("prod", known), "unknown"),
        (of("live", "x"), "unknown"),
        (of("production-eu", known), "unknown"),
        (of("shop", known), "unknown"),
        (of("shop", "x"), "not-applicable"),
        (of("staging-eu", known), "not-applicable"),
        (of("pre-production", known), "not-applicable"),
        (job(closed, merged, known), "fail"),
        (
            job("{pull_request: {types: [opened, closed]}}", "", known),
            "not-applicable",
        ),
        (away("ecs", "ecs.yml@v1", "production"), "unknown"),
        (away("deploy", "x.yml@v1", ""), "unknown"),
        (away("x", "release.yml@v1", ""), "unknown"),
        (away("deploy", "x.yml@v1", "staging"), "not-applicable"),
        (away("lint", "lint.yml@v1", ""), "not-applicable"),
    ] {
        for check in [
            "deploy-not-gated",
            "environment-unprotected",
            "workflow-sentry-release-missing",
        ] {
            let shown = judged(check, &text, &[(FIRST, &text)], expected);
            if text.contains("environment: prod\n") {
                assert!(shown.contains("production_environment"), "{shown}");
            }
        }
    }
}

#[test]
fn the_workflow_that_the_policy_names_is_judged_in_its_caller() {
    let called = "on: workflow_call\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    \
                  steps:\n      - run: aws ecs update-service --cluster a --service b\n";
    let calls = "on: push\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: npm test\n  \
                 deploy:\n    needs: test\n    uses: ./.github/workflows/deploy.yml\n";
    let text = json!({
        "github/workflow": [
            Workflow::parse(REPOSITORY, FIRST, calls),
            Workflow::parse(REPOSITORY, ".github/workflows/deploy.yml", called),
        ],
        "github/local-action": [],
        "github/environment": [], "github/environment-branch-policies": [], "github/branch": [],
        "github/branch-protection": [],
    });
    let mut policy = harden_github::GithubPolicy::default();
    policy.workflows.deploy = Some(".github/workflows/deploy.yml".to_owned());
    let mut policies = Policies::default();
    policies.insert(policy);
    let all = checks();
    let check = all
        .iter()
        .find(|c| c.meta().id == "github/deploy-not-gated")
        .unwrap();
    let found = testing::run(&**check, &text.to_string(), policies);
    let [one] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(matches!(one.outcome, Outcome::Pass(_)), "{:?}", one.outcome);
    assert!(one.resource.shown().ends_with("a.yml"), "{}", one.resource);
}
