//! The commands, triggers and conditions that run the smoke tests.

use crate::support::{FIRST, judged};

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
