//! The commands, triggers and conditions that run the smoke tests.

use harden_github::resources::PackageScripts;
use serde_json::{Value, json};

use crate::support::{FIRST, finding_among, judged};

const CHECK: &str = "workflow-e2e-missing";
const BOTH: &str = "{pull_request: , push: }";

fn job(on: &str, condition: &str, command: &str) -> String {
    format!(
        "on: {on}\njobs:\n  a:\n    runs-on: x\n    if: {condition}\n    strategy: {{matrix: {{s: [1, 2, 3, 4]}}}}\n    \
         steps:\n      - run: npx playwright {command}\n"
    )
}

#[test]
fn a_command_runs_the_smoke_tests_by_tag_or_all_tests() {
    for (command, expected) in [
        ("test --grep @smoke", "pass"),
        ("test", "pass"),
        ("test --reporter html --workers 4", "pass"),
        ("test --shard=${{ matrix.s }}/4", "pass"),
        (
            "test --shard ${{ strategy.job-index }}/${{ strategy.job-total }}",
            "pass",
        ),
        ("test --shard=1/4", "unknown"),
        ("test --project=chromium", "unknown"),
        ("test --project chromium", "unknown"),
        ("test --grep @smoke --project=chromium", "pass"),
        ("test --grep @smoke --list", "fail"),
        ("test --list", "fail"),
        ("test --grep @smoke --grep-invert @smoke", "fail"),
        ("test --grep @smoke --grep-invert @flaky", "pass"),
        ("test --grep @smoke --shard=${{ matrix.s }}/4", "pass"),
        ("test --grep @smoke --shard=1/4", "unknown"),
        ("test --grep @smoke --dry-run", "fail"),
        ("test --ui --grep @smoke", "fail"),
        ("test --grep @smoke --only-changed", "fail"),
        ("test --only-changed=main", "fail"),
        ("test --last-failed", "fail"),
        ("test --grep @smoke --debug", "fail"),
        ("test --grep @other", "fail"),
        ("test login.spec.ts", "fail"),
    ] {
        let file = job(BOTH, "true", command);
        judged(CHECK, command, &[(FIRST, &file)], expected);
    }
}

#[test]
fn a_filter_of_paths_is_unknown() {
    for (on, expected) in [
        (
            "{pull_request: {paths: ['docs/**']}, push: {paths: ['docs/**']}}",
            "unknown",
        ),
        (
            "{pull_request: , push: {paths-ignore: ['docs/**']}}",
            "unknown",
        ),
        ("{pull_request: {paths: ['docs/**']}}", "fail"),
    ] {
        let file = job(on, "true", "test --grep @smoke");
        judged(CHECK, on, &[(FIRST, &file)], expected);
    }
}

#[test]
fn a_condition_on_the_branch_decides() {
    for (condition, expected) in [
        (
            "github.event_name == 'pull_request' || github.ref_name == 'develop'",
            "fail",
        ),
        (
            "github.event_name == 'pull_request' || github.ref == 'refs/heads/develop'",
            "fail",
        ),
        (
            "github.event_name == 'pull_request' || github.ref_name == 'Main'",
            "pass",
        ),
        (
            "github.event_name == 'pull_request' || github.ref == 'refs/heads/main'",
            "pass",
        ),
        (
            "github.event_name == 'pull_request' || github.ref_name != 'main'",
            "fail",
        ),
        ("github.ref_name != 'develop'", "pass"),
        (
            "github.event_name == 'push' || github.base_ref == 'develop'",
            "fail",
        ),
        (
            "github.event_name == 'push' || github.base_ref == 'main'",
            "pass",
        ),
        (
            "github.event_name == 'pull_request' || startsWith(github.ref, 'refs/heads/ma')",
            "pass",
        ),
    ] {
        let file = job(BOTH, condition, "test --grep @smoke");
        judged(CHECK, condition, &[(FIRST, &file)], expected);
    }
}

#[test]
fn programs_that_run_the_tests_are_followed() {
    for command in [
        "xvfb-run -a npx playwright test --grep @smoke",
        "xvfb-run --auto-servernum npx playwright test --grep @smoke",
        "timeout 600 npx playwright test --grep @smoke",
        "timeout -k 10 10m npx playwright test --grep @smoke",
        "nice npx playwright test --grep @smoke",
        "npx cross-env CI=1 playwright test --grep @smoke",
        "npx dotenv -e .env.ci -- npx playwright test --grep @smoke",
        "npx dotenv-cli -e .env.ci -- playwright test --grep @smoke",
        "npx @dotenvx/dotenvx run -f .env -- npx playwright test --grep @smoke",
        "npx env-cmd -f .env.ci npx playwright test --grep @smoke",
        "npx infisical run -- playwright test --grep @smoke",
        "npx nyc playwright test --grep @smoke",
        "npx nyc --reporter=lcov npx playwright test --grep @smoke",
        "npx c8 playwright test --grep @smoke",
        "npx percy exec -- playwright test --grep @smoke",
        "pnpm exec percy exec -- pnpm playwright test --grep @smoke",
        "op run --env-file=.env -- npx playwright test --grep @smoke",
        "op run --env-file .env -- npx playwright test --grep @smoke",
        "doppler run -- npx playwright test --grep @smoke",
        "volta run npx playwright test --grep @smoke",
        "volta run --node 20 npx playwright test --grep @smoke",
        "aws-vault exec ci -- npx playwright test --grep @smoke",
        "deno run -A npm:playwright test --grep @smoke",
        "deno run -A npm:playwright@1.50 test --grep @smoke",
        "bunx playwright test --grep @smoke",
    ] {
        let file = format!(
            "on: {BOTH}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {command}\n"
        );
        judged(CHECK, command, &[(FIRST, &file)], "pass");
    }
}

/// A script that can't be followed is a doubt only if its name leaves open that it tests in a browser.
#[test]
fn scripts_that_are_no_tests_raise_no_doubt() {
    for (command, expected) in [
        ("npm audit --audit-level=high", "fail"),
        ("pnpm store path", "fail"),
        ("yarn set version 4", "fail"),
        ("yarn config get cacheFolder", "fail"),
        ("bun pm ls", "fail"),
        ("npm run build", "fail"),
        ("pnpm --filter web build", "fail"),
        ("pnpm -r run lint:fix", "fail"),
        ("yarn workspace web type-check", "fail"),
        ("npm run test:unit -w web", "fail"),
        ("yarn workspaces foreach -A run typecheck", "fail"),
        ("pnpm --filter web test", "unknown"),
        ("npm run e2e -w web", "unknown"),
        ("yarn workspace web test:integration", "unknown"),
        ("yarn workspace web ci", "unknown"),
    ] {
        let file = format!(
            "on: {BOTH}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npx playwright install\n      - run: {command}\n"
        );
        judged(CHECK, command, &[(FIRST, &file)], expected);
    }
    // what a package does not define does not run
    let scripts = |scripts: Value| {
        let package =
            PackageScripts::parse("acme/shop", "", &json!({"scripts": scripts}).to_string());
        json!({"github/package-scripts": [package]})
    };
    let file = format!(
        "on: {BOTH}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npx playwright install\n      - run: npm test\n"
    );
    for (more, expected) in [
        (scripts(json!({"lint": "eslint ."})), "fail"),
        (scripts(json!({"test": "echo none"})), "fail"),
        (
            scripts(json!({"test": "playwright test --grep @smoke"})),
            "pass",
        ),
        (scripts(json!({"test": "bash ./scripts/run.sh"})), "unknown"),
    ] {
        let found = finding_among(CHECK, &[(FIRST, &file)], &more);
        assert_eq!(
            found.outcome.as_str(),
            expected,
            "{more}: {:?}",
            found.outcome
        );
    }
}
