//! The commit that a release names, and when the release is created.

use crate::support::{AFTER, FIRST, judged};

/// A workflow that deploys and creates a release.
fn release(on: &str, condition: &str, reference: &str, version: &str) -> String {
    format!(
        "on: {on}\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    if: {condition}\n    \
         steps:\n      - uses: actions/checkout@v4\n        with: {{fetch-depth: 0, ref: '{reference}'}}\n      \
         - run: aws ecs update-service --cluster a --service b\n      \
         - uses: getsentry/action-release@v3\n        \
         with: {{environment: production, version: '{version}'}}\n"
    )
}

const HEAD: &str = "${{ github.event.workflow_run.head_sha }}";
const SHA: &str = "${{ github.sha }}";

#[test]
fn the_version_of_a_release_is_the_deployed_commit() {
    const CHECK: &str = "workflow-sentry-release-missing";
    let either = "${{ github.event.workflow_run.head_sha || github.sha }}";
    let input = "${{ inputs.ref }}";
    let both = "{workflow_run: {workflows: [CI]}, push: {branches: [main]}}";
    let pulls = "{push: {branches: [main]}, pull_request: {}}";
    let succeeded = "github.event.workflow_run.conclusion == 'success'";
    for (what, on, condition, reference, version, expected) in [
        ("a push", "push", "true", "", SHA, "pass"),
        ("a push by HEAD", "push", "true", "", "", "pass"),
        (
            "a push's after",
            "push",
            "true",
            "",
            "${{ github.event.after }}",
            "pass",
        ),
        ("after a run", AFTER, succeeded, HEAD, HEAD, "pass"),
        ("after a run by HEAD", AFTER, succeeded, HEAD, "", "pass"),
        (
            "after a run by the default branch",
            AFTER,
            succeeded,
            HEAD,
            SHA,
            "fail",
        ),
        (
            "after a run, nothing named",
            AFTER,
            succeeded,
            "",
            SHA,
            "unknown",
        ),
        (
            "after a run, only the release names it",
            AFTER,
            succeeded,
            "",
            HEAD,
            "unknown",
        ),
        ("two events", both, "true", either, either, "pass"),
        (
            "two events by one of them",
            both,
            "true",
            either,
            SHA,
            "fail",
        ),
        (
            "two events, empty on one",
            both,
            "true",
            either,
            HEAD,
            "unknown",
        ),
        (
            "two events of which one deploys",
            both,
            "github.event_name == 'push'",
            "",
            SHA,
            "pass",
        ),
        (
            "a pull request deploys as well",
            pulls,
            "true",
            "",
            SHA,
            "fail",
        ),
        (
            "the branch alone deploys",
            pulls,
            "github.ref == 'refs/heads/main'",
            "",
            SHA,
            "pass",
        ),
        (
            "the branch, or by hand",
            "{push: {branches: [main]}, pull_request: {}, workflow_dispatch: {}}",
            "github.ref == 'refs/heads/main' || github.event_name == 'workflow_dispatch'",
            "",
            SHA,
            "pass",
        ),
        (
            "a pull request that was merged",
            "{push: {tags: [v1]}, pull_request: {types: [closed]}}",
            "github.event.pull_request.merged == true",
            "",
            SHA,
            "unknown",
        ),
        ("by hand", "workflow_dispatch", "true", "", SHA, "pass"),
        (
            "by hand, an input",
            "workflow_dispatch",
            "true",
            input,
            SHA,
            "fail",
        ),
        (
            "by hand, an input, by HEAD",
            "workflow_dispatch",
            "true",
            input,
            "",
            "pass",
        ),
        (
            "by hand, an input or the run's",
            "workflow_dispatch",
            "true",
            "${{ inputs.ref || github.sha }}",
            SHA,
            "fail",
        ),
        (
            "a push, an input or the run's",
            "push",
            "true",
            "${{ inputs.ref || github.sha }}",
            SHA,
            "pass",
        ),
        (
            "by hand, a branch",
            "workflow_dispatch",
            "true",
            "release",
            SHA,
            "fail",
        ),
        (
            "a schedule",
            "{schedule: [{cron: '1 1 * * *'}]}",
            "true",
            "",
            SHA,
            "pass",
        ),
        (
            "a schedule, a branch",
            "{schedule: [{cron: '1 1 * * *'}]}",
            "true",
            "release",
            SHA,
            "unknown",
        ),
        (
            "a push to the branch that is named",
            "{push: {branches: [main]}}",
            "true",
            "main",
            SHA,
            "pass",
        ),
        (
            "a push, and another branch",
            "{push: {branches: [main]}}",
            "true",
            "release",
            SHA,
            "fail",
        ),
        (
            "an output",
            "push",
            "true",
            "${{ steps.x.outputs.ref }}",
            SHA,
            "unknown",
        ),
    ] {
        let text = release(on, condition, reference, version);
        judged(CHECK, what, &[(FIRST, &text)], expected);
    }
}

#[test]
fn every_command_of_a_release_needs_the_right_version() {
    const CHECK: &str = "workflow-sentry-release-missing";
    let text = |made: &str, marked: &str| {
        format!(
            "on: push\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    steps:\n      \
             - uses: actions/checkout@v4\n        with: {{fetch-depth: 0}}\n      \
             - run: aws ecs update-service --cluster a --service b\n      - run: |\n          \
             sentry-cli releases new {made}\n          \
             sentry-cli releases set-commits {made} --auto\n          \
             sentry-cli releases deploys {marked} new -e production\n"
        )
    };
    judged(
        CHECK,
        "one",
        &[(FIRST, &text("$GITHUB_SHA", "$GITHUB_SHA"))],
        "pass",
    );
    judged(
        CHECK,
        "another",
        &[(FIRST, &text("$GITHUB_SHA", "v1"))],
        "fail",
    );
    judged(
        CHECK,
        "another",
        &[(FIRST, &text("v1", "$GITHUB_SHA"))],
        "fail",
    );
}

#[test]
fn a_following_workflow_names_the_commit_of_the_run_before_it() {
    const CHECK: &str = "workflow-sentry-release-missing";
    let deploy = "name: Deploy\non: push\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    \
                  steps:\n      - run: aws ecs update-service --cluster a --service b\n";
    let follows = |reference: &str, version: &str| {
        format!(
            "on: {{workflow_run: {{workflows: [Deploy], types: [completed]}}}}\njobs:\n  a:\n    \
             runs-on: x\n    if: github.event.workflow_run.conclusion == 'success'\n    steps:\n      \
             - uses: actions/checkout@v4\n        with: {{fetch-depth: 0, ref: '{reference}'}}\n      \
             - uses: getsentry/action-release@v3\n        \
             with: {{environment: production, version: '{version}'}}\n"
        )
    };
    for (reference, version, expected) in [
        ("", HEAD, "pass"),
        (HEAD, "", "pass"),
        ("", SHA, "fail"),
        // in a following workflow, HEAD is the head of the default branch
        ("", "", "fail"),
    ] {
        let follows = follows(reference, version);
        let files = [(FIRST, deploy), (".github/workflows/b.yml", &*follows)];
        judged(CHECK, &format!("{reference} {version}"), &files, expected);
    }
}

#[test]
fn a_release_is_created_only_after_a_successful_deployment() {
    const CHECK: &str = "workflow-sentry-release-missing";
    let text = |on: &str, deploy: &str, conditions: &[&str]| {
        let releases: String = conditions
            .iter()
            .map(|condition| {
                format!(
                    "      - uses: getsentry/action-release@v3\n        if: {condition}\n        \
                     with: {{environment: production, version: '{SHA}'}}\n"
                )
            })
            .collect();
        format!(
            "on: {on}\njobs:\n  a:\n    runs-on: x\n    environment: production\n    steps:\n      \
             - uses: actions/checkout@v4\n        with: {{fetch-depth: 0}}\n      \
             - run: aws ecs update-service --cluster a --service b{deploy}\n        id: Dep\n{releases}"
        )
    };
    let both = "{push: {}, workflow_dispatch: {}}";
    let goes_on = "\n        continue-on-error: true";
    let by_hand = "github.event_name == 'workflow_dispatch'";
    for (on, deploy, conditions, expected) in [
        ("push", "", &["true"][..], "pass"),
        ("push", "", &["always()"], "fail"),
        (
            "push",
            "",
            &["always() && steps.dep.outcome == 'success'"],
            "pass",
        ),
        (
            "push",
            "",
            &["always() && steps.dep.conclusion == 'success'"],
            "pass",
        ),
        (
            "push",
            "",
            &["always() && steps.other.outcome == 'success'"],
            "fail",
        ),
        // the conclusion is the result after `continue-on-error`
        ("push", goes_on, &["steps.dep.outcome == 'success'"], "pass"),
        (
            "push",
            goes_on,
            &["steps.dep.conclusion == 'success'"],
            "fail",
        ),
        (
            "push",
            " || true",
            &["steps.dep.outcome == 'success'"],
            "fail",
        ),
        // a command next to the command that deploys
        ("push", " && aws ecs wait x | cat", &["true"], "pass"),
        ("push", "", &[by_hand], "fail"),
        (both, "", &[by_hand], "fail"),
        (both, "", &[by_hand, "github.event_name == 'push'"], "pass"),
    ] {
        let text = text(on, deploy, conditions);
        judged(CHECK, &text, &[(FIRST, &text)], expected);
    }
}
