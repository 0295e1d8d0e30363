//! The tests that a deployment waits for.

use crate::support::{AFTER, FIRST, gated, judged};

#[test]
fn a_deployment_waits_for_the_jobs_whose_success_it_requires() {
    const CHECK: &str = "deploy-not-gated";
    let by_hand = "{workflow_dispatch: {}, push: {branches: [main]}}";
    for (what, on, needs, condition, expected) in [
        ("the tests", "push", "[test, build]", "true", "pass"),
        ("the build", "push", "build", "true", "fail"),
        (
            "whatever the result of the tests",
            "push",
            "[test, build]",
            "always()",
            "fail",
        ),
        (
            "not if one failed",
            "push",
            "[test, build]",
            "'!failure() && !cancelled()'",
            "pass",
        ),
        (
            "not if one failed, by another expression",
            "push",
            "[test, build]",
            "always() && !contains(needs.*.result, 'failure')",
            "pass",
        ),
        (
            "the success of the build alone",
            "push",
            "[test, build]",
            "always() && needs.build.result == 'success'",
            "fail",
        ),
        (
            "the success of the tests",
            "push",
            "[test, build]",
            "always() && needs.test.result == 'success'",
            "pass",
        ),
        (
            "by hand",
            "workflow_dispatch",
            "build",
            "true",
            "not-applicable",
        ),
        ("by hand, or a push", by_hand, "build", "true", "fail"),
        (
            "only manually, although a push starts it",
            by_hand,
            "build",
            "github.event_name == 'workflow_dispatch'",
            "not-applicable",
        ),
        (
            "a run that succeeded",
            AFTER,
            "build",
            "github.event.workflow_run.conclusion == 'success'",
            "pass",
        ),
        (
            "a run that succeeded, or manually",
            "{workflow_dispatch: {}, workflow_run: {workflows: [CI]}}",
            "build",
            "github.event_name == 'workflow_dispatch' || github.event.workflow_run.conclusion == 'success'",
            "pass",
        ),
        (
            "a run of a push, whatever its result",
            AFTER,
            "build",
            "github.event.workflow_run.event == 'push'",
            "fail",
        ),
        (
            "a run that succeeded, and a push",
            "{push: {}, workflow_run: {workflows: [CI]}}",
            "build",
            "github.event_name == 'push' || github.event.workflow_run.conclusion == 'success'",
            "fail",
        ),
    ] {
        let text = gated(on, needs, condition);
        judged(CHECK, what, &[(FIRST, &text)], expected);
    }
}

#[test]
fn tests_in_the_deployment_job_must_come_before_the_deployment() {
    const CHECK: &str = "deploy-not-gated";
    let text = |test: &str, deploy: &str| {
        format!(
            "on: [push]\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    steps:\n      \
             - run: npm test\n{test}      - run: aws ecs update-service --cluster a --service b\n{deploy}"
        )
    };
    let condition = |text: &str| format!("        if: {text}\n");
    for (test, deploy, expected) in [
        (String::new(), String::new(), "pass"),
        (
            condition("github.event_name == 'pull_request'"),
            String::new(),
            "fail",
        ),
        (condition("false"), String::new(), "fail"),
        (String::new(), condition("always()"), "fail"),
        (
            "        continue-on-error: true\n".to_owned(),
            String::new(),
            "fail",
        ),
    ] {
        judged(
            CHECK,
            &format!("{test}{deploy}"),
            &[(FIRST, &text(&test, &deploy))],
            expected,
        );
    }
}

/// Tests after the deployment, and tests that are skipped on the event that deploys.
#[test]
fn tests_that_cannot_stop_the_deployment_do_not_count() {
    const CHECK: &str = "deploy-not-gated";
    let own = |steps: &[&str]| {
        let steps: String = steps
            .iter()
            .map(|s| format!("      - run: {s}\n"))
            .collect();
        format!(
            "on: push\njobs:\n  a:\n    runs-on: x\n    environment: production\n    steps:\n{steps}"
        )
    };
    let update = "aws ecs update-service --cluster a --service b";
    let smoke = "npm run test:smoke";
    let then = |words: &[&str]| words.join("; ");
    for (steps, expected) in [
        (vec!["./deploy.sh", smoke], "fail"),
        (vec![smoke, "./deploy.sh"], "pass"),
        (vec!["./ship.sh", smoke], "unknown"),
        (vec!["./ship.sh"], "fail"),
        (vec![update, smoke, update], "fail"),
        (vec![&*then(&[update, smoke, update])], "fail"),
        (vec![&*then(&[smoke, update])], "pass"),
        (vec![&*format!("if {smoke}; then {update}; fi")], "unknown"),
        // a copied file, and a part of the deployed files
        (vec!["aws s3 cp s3://x/.env .env", smoke, update], "unknown"),
        (vec![smoke, "aws s3 sync . s3://x"], "pass"),
        (vec!["aws s3 sync . s3://x", smoke], "fail"),
    ] {
        let text = own(&steps);
        judged(CHECK, &text, &[(FIRST, &text)], expected);
    }
    let before = |on: &str, test: &str, step: &str, deploy: &str| {
        format!(
            "on: {on}\njobs:\n  test:\n    runs-on: x\n{test}    steps:\n      - run: npm test\n{step}  \
             deploy:\n    runs-on: x\n    environment: production\n    needs: test\n{deploy}    steps:\n      \
             - run: {update}\n"
        )
    };
    let pull = "    if: github.event_name == 'pull_request'\n";
    let push = "    if: github.event_name == 'push'\n";
    let both = "[push, pull_request]";
    let whatever = "    if: '!failure() && !cancelled()'\n";
    let asks =
        "    if: always() && needs.test.result == 'success' && github.event_name == 'push'\n";
    for (test, step, deploy, expected) in [
        ("", "", push, "pass"),
        (
            "",
            "        if: github.event_name == 'pull_request'\n",
            push,
            "fail",
        ),
        (pull, "", whatever, "fail"),
        // the deployment is skipped with the tests
        (pull, "", push, "not-applicable"),
        ("", "", whatever, "pass"),
        (push, "", asks, "pass"),
    ] {
        let text = before(both, test, step, deploy);
        judged(CHECK, &text, &[(FIRST, &text)], expected);
    }
}

/// Conditions that name a status function, by what they come to if a job failed or was skipped.
#[test]
fn conditions_on_the_results_of_jobs_are_evaluated() {
    const CHECK: &str = "deploy-not-gated";
    let one = |condition: &str| gated("push", "[test]", condition);
    for (condition, expected) in [
        (
            "always() && (needs.test.result == 'success' || needs.test.result == 'skipped')",
            "pass",
        ),
        ("\"!cancelled() && needs.test.result != 'failure'\"", "pass"),
        (
            "${{ always() && !contains(fromJSON('[\"failure\",\"cancelled\"]'), needs.test.result) }}",
            "pass",
        ),
        (
            "always() && contains(fromJSON('[\"success\",\"skipped\"]'), needs.test.result)",
            "pass",
        ),
        (
            "always() && !contains(join(needs.*.result, ','), 'failure')",
            "pass",
        ),
        ("always() && join(needs.*.result, '') == 'success'", "pass"),
        ("always() && contains(needs.*.result, 'success')", "pass"),
        (
            "always() && (github.event_name == 'workflow_dispatch' || needs.test.result == 'success')",
            "pass",
        ),
        ("always() && needs.test.result != 'skipped'", "fail"),
        ("always() && contains(needs.*.result, 'failure')", "fail"),
    ] {
        let text = one(condition);
        judged(CHECK, condition, &[(FIRST, &text)], expected);
    }
    let two = "always() && contains(needs.*.result, 'success')";
    let text = gated("push", "[test, build]", two);
    judged(CHECK, "any of two succeeded", &[(FIRST, &text)], "fail");
    // the tests are skipped if another job fails, and the deployment still runs
    let text = gated(
        "push",
        "[test]",
        "always() && needs.test.result != 'failure'",
    )
    .replace(
        "  test:\n    runs-on: x\n",
        "  test:\n    runs-on: x\n    needs: build\n",
    );
    judged(CHECK, "skipped tests", &[(FIRST, &text)], "fail");
    let text = gated(
        "push",
        "[test]",
        "always() && needs.test.result == 'success'",
    )
    .replace(
        "  test:\n    runs-on: x\n",
        "  test:\n    runs-on: x\n    needs: build\n",
    );
    judged(CHECK, "tests after another job", &[(FIRST, &text)], "pass");
}

#[test]
fn a_step_that_waits_for_other_checks_may_be_a_gate() {
    const CHECK: &str = "deploy-not-gated";
    for (step, expected) in [
        ("uses: lewagon/wait-on-check-action@v1.3.4", "unknown"),
        ("uses: int128/wait-for-workflows-action@v1", "unknown"),
        ("uses: poseidon/wait-for-status-checks@v0.6", "unknown"),
        ("run: gh run watch 1 --exit-status", "unknown"),
        ("run: gh run watch 1", "fail"),
        ("run: gh pr checks 1 --watch", "unknown"),
        ("uses: jakejarvis/wait-action@master", "fail"),
    ] {
        let text = format!(
            "on: push\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    steps:\n      \
             - {step}\n      - run: aws ecs update-service --cluster c --service s\n"
        );
        judged(CHECK, step, &[(FIRST, &text)], expected);
    }
}
