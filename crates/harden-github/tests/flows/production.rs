//! Which jobs deploy, and to which stage.

use crate::support::{FIRST, judged};

const KNOWN: &str = "aws ecs update-service --cluster c --service s";
const RELEASE: &str = "workflow-sentry-release-missing";

/// A workflow with one job.
fn of(name: &str, on: &str, job: &str, head: &str, step: &str) -> String {
    format!(
        "name: {name}\non: {on}\njobs:\n  {job}:\n    runs-on: x\n{head}    steps:\n      \
         - uses: actions/checkout@v4\n      - run: {step}\n"
    )
}

#[test]
fn a_deployment_to_another_stage_is_none_to_production() {
    const MAIN: &str = "{push: {branches: [main]}}";
    let env = |name: &str| format!("    environment: {name}\n");
    let ship = |on: &str, head: &str| of("Ship", on, "ship", head, KNOWN);
    for (path, text, expected) in [
        ("ship", ship(MAIN, ""), "fail"),
        (
            "ship",
            ship(MAIN, &env("preview-${{ github.ref_name }}")),
            "not-applicable",
        ),
        (
            "ship",
            ship(MAIN, &env("staging-${{ matrix.region }}")),
            "not-applicable",
        ),
        (
            "ship",
            ship(MAIN, &env("production-${{ matrix.region }}")),
            "unknown",
        ),
        (
            "ship",
            ship(
                MAIN,
                &env("${{ github.ref == 'x' && 'production' || 'staging' }}"),
            ),
            "fail",
        ),
        (
            "ship",
            ship(MAIN, &env("${{ github.ref == 'x' && 'qa' || 'staging' }}")),
            "not-applicable",
        ),
        (
            "ship",
            ship("{push: {branches: ['feature/**']}}", ""),
            "not-applicable",
        ),
        (
            "ship",
            ship("{push: {branches: [develop]}}", ""),
            "not-applicable",
        ),
        (
            "ship",
            ship("{push: {branches: [develop, main]}}", ""),
            "fail",
        ),
        (
            "ship",
            ship("{push: {branches-ignore: [main]}}", ""),
            "unknown",
        ),
        (
            "ship",
            ship("{push: {branches: [develop]}, workflow_dispatch: {}}", ""),
            "unknown",
        ),
        ("ship", ship("{push: {branches: ['**']}}", ""), "fail"),
        ("ship", ship("{push: {tags: ['v*']}}", ""), "fail"),
        (
            "ship",
            ship("push", "    if: github.ref == 'refs/heads/develop'\n"),
            "not-applicable",
        ),
        (
            "ship",
            ship("push", "    if: github.ref == 'refs/heads/main'\n"),
            "fail",
        ),
        (
            "ship",
            ship(
                "[push, pull_request]",
                "    if: github.event_name == 'pull_request'\n",
            ),
            "not-applicable",
        ),
        ("deploy-staging", ship(MAIN, ""), "not-applicable"),
        ("deploy-production", ship(MAIN, ""), "fail"),
        (
            "ship",
            of("Deploy staging", MAIN, "ship", "", KNOWN),
            "not-applicable",
        ),
        (
            "ship",
            of("Ship", MAIN, "deploy-staging", "", KNOWN),
            "not-applicable",
        ),
        // the job says more than the file
        (
            "deploy-staging",
            of("Ship", MAIN, "production", "", KNOWN),
            "fail",
        ),
        (
            "ship",
            of("Test and deploy", MAIN, "ship", "", KNOWN),
            "fail",
        ),
        ("deploy-test", ship(MAIN, ""), "unknown"),
    ] {
        let path = format!(".github/workflows/{path}.yml");
        judged(
            RELEASE,
            &format!("{path}\n{text}"),
            &[(&*path, &*text)],
            expected,
        );
    }
}

#[test]
fn a_job_that_has_the_environment_for_its_secrets_is_no_deployment() {
    let job = |environment: &str, step: &str| {
        let head = format!("    environment: {environment}\n");
        of(
            "Nightly",
            "{schedule: [{cron: '0 1 * * *'}]}",
            "check",
            &head,
            step,
        )
    };
    for (environment, step, expected) in [
        ("production", "npx playwright test", "not-applicable"),
        ("production", "npm run lint", "not-applicable"),
        (
            "production",
            "aws sts get-caller-identity",
            "not-applicable",
        ),
        ("production", KNOWN, "fail"),
        // what they send is not recorded
        ("production", "curl -X POST \"$HOOK\"", "fail"),
        ("production", "rsync -a dist/ host:/srv", "fail"),
        ("production", "./ship.sh", "fail"),
        (
            "{name: production, deployment: false}",
            "./check.sh",
            "not-applicable",
        ),
        ("{name: production, deployment: false}", KNOWN, "fail"),
    ] {
        let text = job(environment, step);
        judged(RELEASE, &text, &[(FIRST, &text)], expected);
    }
    // a job whose name says that it deploys
    let text = of(
        "CD",
        "push",
        "deploy",
        "    environment: production\n",
        "npm run lint",
    );
    judged(RELEASE, &text, &[(FIRST, &text)], "fail");
}

#[test]
fn deployments_by_any_command_are_seen() {
    let ship = |step: &str| of("Ship", "{push: {branches: [main]}}", "ship", "", step);
    for (step, expected) in [
        ("vercel deploy --target=production", "fail"),
        ("vercel deploy --target production --token $T", "fail"),
        ("vercel deploy --target=preview", "not-applicable"),
        ("npx @railway/cli up", "fail"),
        (
            "aws amplify start-job --app-id a --branch-name main --job-type RELEASE",
            "fail",
        ),
        ("aws ecs deploy --service s", "fail"),
        (
            "docker run --rm amazon/aws-cli ecs update-service --cluster c --service s",
            "fail",
        ),
        (
            "docker run --rm public.ecr.aws/x/amazon/aws-cli:2 s3 ls",
            "not-applicable",
        ),
        ("npx sst deploy --stage production", "fail"),
        ("npx sst deploy --stage staging", "not-applicable"),
        ("kamal deploy", "fail"),
        ("npm run deploy:prod", "unknown"),
        ("./scripts/deploy-production.sh", "unknown"),
        ("npm run deploy:staging", "not-applicable"),
        ("npm run deploy:docs", "not-applicable"),
        ("npm run build", "not-applicable"),
    ] {
        let text = ship(step);
        judged(RELEASE, step, &[(FIRST, &text)], expected);
    }
    // a plain script, in a file that says that it deploys
    let deploy = of("Deploy", "push", "run", "", "./deploy.sh");
    judged(RELEASE, &deploy, &[(FIRST, &deploy)], "unknown");
    let docs = of("Deploy docs", "push", "run", "", "./deploy.sh");
    judged(RELEASE, &docs, &[(FIRST, &docs)], "not-applicable");
}

#[test]
fn a_called_workflow_deploys_to_the_stage_that_it_is_given() {
    let calls = |stage: &str| {
        format!(
            "on: {{push: {{branches: [main]}}}}\njobs:\n  prod:\n    \
             uses: ./.github/workflows/called.yml\n    with:\n      environment: {stage}\n"
        )
    };
    let called = |step: &str| {
        format!(
            "name: Called\non:\n  workflow_call:\n    inputs:\n      environment:\n        \
             type: string\njobs:\n  go:\n    runs-on: x\n    steps:\n      \
             - uses: actions/checkout@v4\n      - run: {step}\n        env:\n          \
             STAGE: ${{{{ inputs.environment }}}}\n"
        )
    };
    for (stage, step, expected) in [
        ("production", "npm run deploy", "unknown"),
        ("production", "./go.sh", "unknown"),
        ("production", "npm test", "not-applicable"),
        ("production", KNOWN, "fail"),
        ("staging", KNOWN, "not-applicable"),
        ("staging", "npm run deploy", "not-applicable"),
    ] {
        let (first, second) = (calls(stage), called(step));
        let files = [(FIRST, &*first), (".github/workflows/called.yml", &*second)];
        // `prod` in the job's own name would decide too
        let first_named_neutrally = first.replace("  prod:\n", "  ship:\n");
        let neutral = [(FIRST, &*first_named_neutrally), files[1]];
        judged(RELEASE, &format!("{stage} {step}"), &neutral, expected);
    }
}

/// What cannot be read does not hide what can be set.
#[test]
fn advice_is_reported_before_what_could_not_be_read() {
    let away = "on: push\njobs:\n  deploy:\n    uses: acme/wf/.github/workflows/deploy.yml@v1\n  \
                ship:\n    runs-on: x\n    environment: prod\n    steps:\n      - run: aws ecs \
                update-service --cluster c --service s\n";
    let shown = judged(RELEASE, "advice", &[(FIRST, away)], "unknown");
    assert!(shown.contains("production_environment"), "{shown}");
    let other = "on: push\njobs:\n  deploy:\n    uses: acme/wf/.github/workflows/deploy.yml@v1\n";
    let own = "on: push\njobs:\n  ship:\n    runs-on: x\n    environment: prod\n    steps:\n      \
               - run: aws ecs update-service --cluster c --service s\n";
    let files = [(FIRST, other), (".github/workflows/b.yml", own)];
    let shown = judged(RELEASE, "advice of another file", &files, "unknown");
    assert!(shown.contains("production_environment"), "{shown}");
}
