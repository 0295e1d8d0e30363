//! Verdicts that depend on how a file is read: names that look like credentials, paths of the
//! repository itself, and parts that only have an unexpected form.

use serde_json::json;

use crate::support::{FIRST, finding, finding_among, judged};

const INJECTION: &str = "workflow-injection";
const UNPINNED: &str = "workflow-action-unpinned";
const TRIGGER: &str = "workflow-untrusted-trigger";
const GATED: &str = "deploy-not-gated";
const RELEASE: &str = "workflow-sentry-release-missing";

/// A local action whose script contains its input, and uses an action of another owner.
const PASTES: &str = "name: x\ninputs: {t: {}}\nruns:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.t }}\n      shell: bash\n    - uses: foo/bar@v1\n";
const PINNED: &str = "name: x\nruns:\n  using: composite\n  steps:\n    - uses: foo/bar@8f4b7f84864484a7bf31766abe9204da3cbe65b3\n";

#[test]
fn names_of_variables_survive() {
    for name in [
        "TASK_TITLE",
        "FORK_TITLE",
        "NPM_TAG",
        "HF_MODEL",
        "DESK_NAME",
        "APK_PATH",
        "BENCHMARK_ARGS",
        "KOTLIN_ARGS",
    ] {
        let file = format!(
            "on: issues\nenv:\n  {name}: ${{{{ github.event.issue.title }}}}\njobs:\n  i:\n    runs-on: x\n    steps:\n      - run: echo ${{{{ env.{name} }}}}\n"
        );
        judged(INJECTION, name, &[(FIRST, &file)], "fail");
    }
    let file = "on: pull_request_target\nenv:\n  WORK_REF: ${{ github.event.pull_request.head.sha }}\njobs:\n  i:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4.2.2\n        with: {ref: '${{ env.WORK_REF }}'}\n      - run: npm ci\n";
    judged(TRIGGER, "WORK_REF", &[(FIRST, file)], "fail");
}

#[test]
fn names_of_inputs_survive() {
    let caller = "on: pull_request\njobs:\n  p:\n    uses: ./.github/workflows/c.yml\n    with: {work_title: '${{ github.event.pull_request.title }}'}\n";
    let called = "on: {workflow_call: {inputs: {work_title: {type: string}}}}\njobs:\n  c:\n    runs-on: x\n    steps: [{run: 'echo ${{ inputs.work_title }}'}]\n";
    let files = [(FIRST, caller), (".github/workflows/c.yml", called)];
    judged(INJECTION, "work_title", &files, "fail");
}

#[test]
fn names_of_actions_survive() {
    let uses = |uses: &str| {
        format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {uses}\n")
    };
    // of the owner of the repository
    let own = uses("acme/task-runner@v1");
    judged(UNPINNED, "an action of the owner", &[(FIRST, &own)], "pass");
    let other = uses("my-org/setupJDK17WithGradleCache@v2");
    let shown = judged(UNPINNED, "a long name", &[(FIRST, &other)], "fail");
    assert!(shown.contains("setupJDK17WithGradleCache"), "{shown}");
    let local = uses("./.github/actions/setupNode20AndCache");
    let files = [
        (FIRST, &*local),
        (".github/actions/setupNode20AndCache/action.yml", PINNED),
    ];
    judged(UNPINNED, "a long path", &files, "pass");

    let workflow = "on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - uses: ./.github/actions/commentOnPullRequestV2\n        with: {t: '${{ github.event.pull_request.title }}'}\n";
    let action = "name: x\ninputs: {t: {}}\nruns:\n  using: composite\n  steps:\n    - run: |\n        echo ${{ inputs.t }}\n        gh pr checkout ${{ github.event.number }} && make\n      shell: bash\n";
    let files = [
        (FIRST, workflow),
        (".github/actions/commentOnPullRequestV2/action.yml", action),
    ];
    for (check, expected) in [(INJECTION, "fail"), (TRIGGER, "fail"), (UNPINNED, "pass")] {
        judged(check, "a path in camel case", &files, expected);
    }
}

#[test]
fn names_of_jobs_and_deployments_survive() {
    let ecs = "      - uses: aws-actions/amazon-ecs-deploy-task-definition@df9643053eda01f169e64a0e60233aacca83799a\n        with: {service: s, cluster: c}\n";
    for environment in [
        "",
        "    environment: ${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}\n",
    ] {
        let file = format!(
            "on: {{push: {{branches: [main]}}}}\njobs:\n  ship:\n    runs-on: x\n{environment}    steps:\n      - uses: actions/checkout@v4\n{ecs}"
        );
        for check in [GATED, RELEASE] {
            judged(check, environment, &[(FIRST, &file)], "fail");
        }
    }
    let gated = format!(
        "on: {{push: {{branches: [main]}}}}\njobs:\n  runUnitAndE2ETests:\n    runs-on: x\n    steps: [{{run: npm test}}]\n  deploy:\n    needs: [runUnitAndE2ETests]\n    if: always() && needs.runUnitAndE2ETests.result == 'success'\n    runs-on: x\n    environment: production\n    steps:\n{ecs}"
    );
    judged(GATED, "a job in camel case", &[(FIRST, &gated)], "pass");

    let called = format!(
        "on: {{workflow_call: {{inputs: {{environment: {{type: string}}}}}}}}\njobs:\n  roll:\n    runs-on: x\n    environment: ${{{{ inputs.environment }}}}\n    steps:\n      - uses: actions/checkout@v4\n{ecs}"
    );
    let caller = "on: {push: {branches: [main]}}\njobs:\n  test:\n    runs-on: x\n    steps: [{run: npm test}]\n  prod:\n    needs: test\n    uses: ./.github/workflows/task-roll.yml\n    with: {environment: production}\n";
    let files = [
        (FIRST, caller),
        (".github/workflows/task-roll.yml", &*called),
    ];
    judged(GATED, "a called workflow", &files, "pass");
    judged(RELEASE, "a called workflow", &files, "fail");
}

#[test]
fn names_of_branches_survive() {
    for branch in ["task-main", "release/1.0#x", "ProductionEuWest1Cluster"] {
        let file = format!(
            "on:\n  pull_request: {{branches: ['{branch}']}}\n  push: {{branches: ['{branch}']}}\njobs:\n  a:\n    runs-on: x\n    steps: [{{run: npx playwright test --grep @smoke}}]\n"
        );
        let facts = json!({"github/repository": [{"repository": "acme/shop",
            "default_branch": branch}]});
        let found = finding_among("workflow-e2e-missing", &[(FIRST, &file)], &facts);
        assert_eq!(found.outcome.as_str(), "pass", "{branch}: {found:?}");
    }
}

#[test]
fn self_references_are_paths_of_the_repository() {
    for path in [
        "$/.github/actions/x",
        "./.github/actions/../actions/x",
        "./.github/./actions/x/",
    ] {
        let file = format!(
            "on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {path}\n        with: {{t: '${{{{ github.event.issue.title }}}}'}}\n"
        );
        let files = [(FIRST, &*file), (".github/actions/x/action.yml", PASTES)];
        judged(INJECTION, path, &files, "fail");
        let shown = judged(UNPINNED, path, &files, "fail");
        assert!(shown.contains("foo/bar"), "{shown}");
        let files = [(FIRST, &*file), (".github/actions/x/action.yml", PINNED)];
        judged(UNPINNED, path, &files, "pass");
    }
    let caller = "on: {push: {branches: [main]}}\njobs:\n  smoke:\n    uses: $/.github/workflows/e2e.yml\n  deploy:\n    needs: smoke\n    runs-on: x\n    environment: production\n    steps: [{run: aws ecs update-service --service s}]\n";
    let called = "on: {workflow_call: , pull_request: , push: }\njobs:\n  e2e:\n    runs-on: x\n    steps: [{run: npx playwright test --grep @smoke}]\n";
    let files = [(FIRST, caller), (".github/workflows/e2e.yml", called)];
    judged(UNPINNED, "a called workflow", &files, "pass");
    judged(GATED, "a called workflow", &files, "pass");
    let found = finding("workflow-e2e-missing", &files);
    assert_eq!(found.outcome.as_str(), "pass", "{found:?}");
}

#[test]
fn what_only_has_another_form_hides_nothing() {
    let job = "jobs: {a: {runs-on: x, steps: [{run: ls}]}}\n";
    for (what, file) in [
        ("a byte order mark", format!("\u{feff}on: push\n{job}")),
        ("a number for a group", format!("on: push\nconcurrency: 1\n{job}")),
        (
            "a number for a folder",
            "on: push\njobs: {a: {runs-on: x, steps: [{run: ls, shell: bash, working-directory: 1}]}}\n".to_owned(),
        ),
        (
            "a number for a name",
            "on: push\njobs: {a: {runs-on: x, steps: [{name: 1, run: ls}]}}\n".to_owned(),
        ),
        (
            "computed credentials",
            "on: push\njobs:\n  a:\n    runs-on: x\n    container:\n      image: ghcr.io/acme/x\n      credentials: ${{ fromJSON(secrets.REGISTRY) }}\n    steps: [{run: ls}]\n".to_owned(),
        ),
        (
            "computed services",
            "on: push\njobs:\n  a:\n    runs-on: x\n    services: ${{ fromJSON(vars.SERVICES) }}\n    steps: [{run: ls}]\n".to_owned(),
        ),
        (
            "keys that are not known",
            format!("on: push\nnewer: {{than: this}}\n{job}"),
        ),
    ] {
        judged(INJECTION, what, &[(FIRST, &file)], "pass");
        // which images they are is known when the job runs
        let images = what == "computed services";
        let expected = if images { "unknown" } else { "pass" };
        judged(UNPINNED, what, &[(FIRST, &file)], expected);
    }
}

/// A script that can't be followed is unknown where it matters.
#[test]
fn scripts_that_can_not_be_followed_are_unknown() {
    let file = |on: &str, shell: &str, run: &str| {
        let run = run.replace('\n', "\n          ");
        format!(
            "on: {on}\njobs:\n  a:\n    runs-on: x\n    defaults: {{run: {{shell: {shell}}}}}\n    steps:\n      - run: |\n          {run}\n"
        )
    };
    for (shell, run, expected) in [
        ("bash", "eval \"$TEXT\"", "unknown"),
        ("bash", "curl -s https://example.com/x.sh | bash", "unknown"),
        ("bash", "if true; then", "unknown"),
        (
            "bash",
            "git fetch origin $(cat ref) && git checkout FETCH_HEAD",
            "unknown",
        ),
        (
            "bash",
            "git fetch origin $(cat ref):pr && git checkout pr",
            "unknown",
        ),
        (
            "bash",
            "git fetch origin $(cat ref) && git checkout main",
            "pass",
        ),
        ("bash", "git fetch origin \"$(cat ref)\"", "pass"),
        ("bash", "npm ci && npm test", "pass"),
        ("pwsh", "& gh pr checkout 7", "unknown"),
        ("pwsh", "npm test", "pass"),
        ("python", "print('hi')", "unknown"),
    ] {
        let file = file("pull_request_target", shell, run);
        judged(TRIGGER, run, &[(FIRST, &file)], expected);
    }
    for (shell, run, expected) in [
        (
            "pwsh",
            "if ($x) { aws ecs update-service --service s }",
            "unknown",
        ),
        ("pwsh", "if ($x) { Write-Host hi }", "not-applicable"),
        ("bash", "aws ecs update-service --service s", "fail"),
    ] {
        let file = file("{push: {branches: [main]}}", shell, run);
        judged(GATED, run, &[(FIRST, &file)], expected);
    }
}
