//! What comes of several files together: what is passed to called workflows and actions, what
//! follows what, and which commit is meant.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use harden_core::{Outcome, Policies, testing};
use harden_github::checks;
use harden_github::resources::Workflow;
use serde_json::json;
use support::{FIRST, REPOSITORY, judged, steps};

const TITLE: &str = "${{ github.event.issue.title }}";
/// An action that pastes its input.
const PASTES: &str = "name: x\ninputs: {title: {required: true}}\nruns:\n  using: composite\n  steps:\n    \
     - run: echo ${{ inputs.title }}\n      shell: bash\n";
/// The same through the environment, where a shell does not read it as code.
const SAFE: &str = "name: x\ninputs: {title: {required: true}}\nruns:\n  using: composite\n  steps:\n    \
     - run: echo \"$TITLE\"\n      shell: bash\n      env: {TITLE: '${{ inputs.title }}'}\n";

#[test]
fn what_an_outsider_controls_is_followed_into_actions() {
    const CHECK: &str = "workflow-injection";
    let gives = |uses: &str| {
        steps(
            "issues",
            &format!("      - uses: {uses}\n        with: {{title: '{TITLE}'}}\n"),
        )
    };
    let local = gives("./x");
    let said = judged(
        CHECK,
        "pasted by an action",
        &[(FIRST, &local), ("x/action.yml", PASTES)],
        "fail",
    );
    assert!(
        said.contains("pastes github.event.issue.title, given as inputs.title"),
        "{said}"
    );
    assert!(said.contains("x/action.yml"), "{said}");
    judged(
        CHECK,
        "a variable of an action",
        &[(FIRST, &local), ("x/action.yml", SAFE)],
        "pass",
    );
    // through a second action, and through a variable on the way
    let outer = "name: x\ninputs: {title: {}}\nruns:\n  using: composite\n  steps:\n    \
                 - uses: ./y\n      with: {title: '${{ env.T }}'}\n      env: {T: '${{ inputs.title }}'}\n";
    for (inner, wanted) in [(PASTES, "fail"), (SAFE, "pass")] {
        judged(
            CHECK,
            "an action of an action",
            &[
                (FIRST, &local),
                ("x/action.yml", outer),
                ("y/action.yml", inner),
            ],
            wanted,
        );
    }
    // an action sees the environment of what uses it
    let of_environment = "name: x\nruns:\n  using: composite\n  steps:\n    \
                          - run: echo ${{ env.TITLE }}\n      shell: bash\n";
    let sets = steps(
        "issues",
        &format!("      - uses: ./x\n        env: {{TITLE: '{TITLE}'}}\n"),
    );
    judged(
        CHECK,
        "the environment of an action",
        &[(FIRST, &sets), ("x/action.yml", of_environment)],
        "fail",
    );
    // what it is given is harmless
    let harmless = steps(
        "issues",
        "      - uses: ./x\n        with: {title: '${{ github.event.issue.number }}'}\n",
    );
    judged(
        CHECK,
        "a number",
        &[(FIRST, &harmless), ("x/action.yml", PASTES)],
        "pass",
    );
    // an input that holds it when nothing is given
    let default = PASTES.replace(
        "{required: true}",
        "{default: '${{ github.event.issue.title }}'}",
    );
    let plain = steps("issues", "      - uses: ./x\n");
    judged(
        CHECK,
        "a default",
        &[(FIRST, &plain), ("x/action.yml", &default)],
        "fail",
    );
    // an action that is a program takes it as data; one that is not there is not known
    let program = "name: x\ninputs: {title: {}}\nruns: {using: node20, main: index.js}\n";
    judged(
        CHECK,
        "a program",
        &[(FIRST, &local), ("x/action.yml", program)],
        "pass",
    );
    judged(
        CHECK,
        "an action that is not there",
        &[(FIRST, &local)],
        "unknown",
    );
    // another repository's is said, and not looked into
    let said = judged(
        CHECK,
        "another repository",
        &[(FIRST, &gives("other/thing@v1"))],
        "pass",
    );
    assert!(
        said.contains("other/thing@v1 is given github.event.issue.title"),
        "{said}"
    );
}

#[test]
fn what_an_outsider_controls_is_followed_into_called_workflows() {
    const CHECK: &str = "workflow-injection";
    const CALLED: &str = ".github/workflows/b.yml";
    let calls = |uses: &str, text: &str| {
        format!("on: issues\njobs:\n  a:\n    uses: {uses}\n    with: {{title: '{text}'}}\n")
    };
    let called = |run: &str| {
        format!(
            "on:\n  workflow_call:\n    inputs: {{title: {{type: string}}}}\njobs:\n  b:\n    \
             runs-on: x\n    steps:\n      - run: {run}\n        env: {{T: '${{{{ inputs.title }}}}'}}\n"
        )
    };
    let local = calls("./.github/workflows/b.yml", TITLE);
    for (run, wanted) in [
        ("echo ${{ inputs.title }}", "fail"),
        ("echo ${{ env.T }}", "fail"),
        ("echo ${{ toJSON(inputs) }}", "fail"),
        ("echo \"$T\"", "pass"),
    ] {
        let called = called(run);
        let files = [(FIRST, &*local), (CALLED, &*called)];
        let said = judged(CHECK, run, &files, wanted);
        if wanted == "fail" {
            assert!(said.contains("given as inputs.title"), "{said}");
        }
        // what it is called with is a matter of the caller
        judged(CHECK, run, &[(CALLED, &*called)], "pass");
    }
    let pastes = called("echo ${{ inputs.title }}");
    let number = calls(
        "./.github/workflows/b.yml",
        "${{ github.event.issue.number }}",
    );
    judged(
        CHECK,
        "a number",
        &[(FIRST, &number), (CALLED, &pastes)],
        "pass",
    );
    // by way of a workflow between
    let between = "on:\n  workflow_call:\n    inputs: {t: {type: string}}\njobs:\n  c:\n    \
                   uses: ./.github/workflows/b.yml\n    with: {title: 'x ${{ inputs.t }}'}\n";
    let first = format!(
        "on: issues\njobs:\n  a:\n    uses: ./.github/workflows/c.yml\n    with: {{t: '{TITLE}'}}\n"
    );
    judged(
        CHECK,
        "a workflow between",
        &[
            (FIRST, &first),
            (".github/workflows/c.yml", between),
            (CALLED, &pastes),
        ],
        "fail",
    );
    judged(
        CHECK,
        "one that is not there",
        &[(FIRST, &local)],
        "unknown",
    );
    let away = calls("acme/ci/.github/workflows/b.yml@v1", TITLE);
    let said = judged(CHECK, "another repository", &[(FIRST, &away)], "pass");
    assert!(said.contains("is given github.event.issue.title"), "{said}");
}

#[test]
fn scripts_and_variables() {
    const CHECK: &str = "workflow-injection";
    for (step, wanted) in [
        (
            "{run: 'echo ${{ env.T }}', env: {T: '${{ github.head_ref }}'}}",
            "fail",
        ),
        (
            "{run: 'echo $T', env: {T: '${{ github.head_ref }}'}}",
            "pass",
        ),
        (
            "{uses: actions/github-script@v7, with: {script: 'core.info(`${{ github.event.comment.body }}`)'}}",
            "fail",
        ),
        (
            "{uses: actions/github-script@v7, with: {script: 'core.info(process.env.B)'}, env: {B: '${{ github.event.comment.body }}'}}",
            "pass",
        ),
        // who starts it by hand has rights in the repository
        ("{run: 'echo ${{ inputs.tag }}'}", "pass"),
    ] {
        let text = steps(
            "{issue_comment: {}, workflow_dispatch: {}}",
            &format!("      - {step}\n"),
        );
        judged(CHECK, step, &[(FIRST, &text)], wanted);
    }
}

#[test]
fn what_a_script_writes_for_later_steps() {
    const CHECK: &str = "workflow-injection";
    let text = |write: &str, paste: &str| {
        steps(
            "issues",
            &format!(
                "      - id: get\n        run: {write}\n        env: {{TITLE: '{TITLE}', N: '1'}}\n      \
                 - run: {paste}\n        env: {{T: '${{{{ steps.get.outputs.title }}}}'}}\n"
            ),
        )
    };
    const OUTPUT: &str = "echo \"title=$TITLE\" >> \"$GITHUB_OUTPUT\"";
    const ENVIRONMENT: &str = "echo \"title=x ${TITLE}\" >> $GITHUB_ENV";
    for (write, paste, wanted) in [
        (OUTPUT, "echo ${{ steps.get.outputs.title }}", "fail"),
        (OUTPUT, "echo ${{ env.T }}", "fail"),
        (OUTPUT, "echo $T", "pass"),
        (OUTPUT, "echo ${{ steps.get.outputs.other }}", "pass"),
        (ENVIRONMENT, "echo ${{ env.title }}", "fail"),
        (ENVIRONMENT, "echo $title", "pass"),
        (
            "echo \"title=$N\" >> $GITHUB_OUTPUT",
            "echo ${{ steps.get.outputs.title }}",
            "pass",
        ),
    ] {
        let text = text(write, paste);
        judged(
            CHECK,
            &format!("{write}; {paste}"),
            &[(FIRST, &*text)],
            wanted,
        );
    }
}

#[test]
fn who_follows_our_own_runs_no_stranger_s_code() {
    const CHECK: &str = "workflow-untrusted-trigger";
    let follows = steps(
        "{workflow_run: {workflows: [CI]}}",
        "      - uses: actions/checkout@v4\n        with: {ref: '${{ github.event.workflow_run.head_sha }}'}\n",
    );
    let ci = |on: &str| format!("name: CI\n{}", steps(on, "      - run: make\n"));
    for (on, wanted) in [
        ("push", "pass"),
        ("{push: {branches: [main]}, workflow_dispatch: {}}", "pass"),
        ("[push, pull_request]", "fail"),
        ("pull_request_target", "fail"),
        ("issues", "fail"),
    ] {
        let ci = ci(on);
        let files = [(FIRST, &*follows), (".github/workflows/ci.yml", &*ci)];
        judged(CHECK, on, &files, wanted);
    }
    judged(
        CHECK,
        "nobody knows what it follows",
        &[(FIRST, &follows)],
        "fail",
    );
    let broken = [(FIRST, &*follows), (".github/workflows/ci.yml", "on: [")];
    judged(CHECK, "what it follows can't be read", &broken, "unknown");
    // an `if` by the event
    let both = |condition: &str| {
        format!(
            "on: [push, pull_request_target]\njobs:\n  a:\n    runs-on: x\n    if: {condition}\n    \
             steps:\n      - uses: actions/checkout@v4\n        \
             with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}\n"
        )
    };
    for (condition, wanted) in [
        ("github.event_name == 'push'", "pass"),
        ("github.event_name != 'push'", "fail"),
        ("vars.ON", "fail"),
    ] {
        judged(CHECK, condition, &[(FIRST, &both(condition))], wanted);
    }
    // in a called workflow, by what it is given
    let calls = "on: pull_request_target\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    \
                 with: {at: '${{ github.event.pull_request.head.sha }}'}\n";
    let called = "on:\n  workflow_call:\n    inputs: {at: {type: string}}\njobs:\n  b:\n    \
                  runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n        \
                  with: {ref: '${{ inputs.at }}'}\n";
    let files = [(FIRST, calls), (".github/workflows/b.yml", called)];
    judged(CHECK, "a called workflow", &files, "fail");
    let away = calls
        .replace("./.github", "acme/ci/.github")
        .replace("b.yml", "b.yml@v1");
    judged(CHECK, "another repository", &[(FIRST, &away)], "unknown");
}

/// A workflow that deploys and makes a release.
fn release(on: &str, condition: &str, reference: &str, version: &str) -> String {
    format!(
        "on: {on}\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    if: {condition}\n    \
         steps:\n      - uses: actions/checkout@v4\n        with: {{fetch-depth: 0, ref: '{reference}'}}\n      \
         - run: aws ecs update-service --cluster a --service b\n      \
         - uses: getsentry/action-release@v3\n        \
         with: {{environment: production, version: '{version}'}}\n"
    )
}

const AFTER: &str = "{workflow_run: {workflows: [CI], types: [completed]}}";
const HEAD: &str = "${{ github.event.workflow_run.head_sha }}";
const SHA: &str = "${{ github.sha }}";

#[test]
fn a_release_names_what_is_deployed() {
    const CHECK: &str = "workflow-sentry-release-missing";
    let either = "${{ github.event.workflow_run.head_sha || github.sha }}";
    let input = "${{ inputs.ref }}";
    let both = "{workflow_run: {workflows: [CI]}, push: {branches: [main]}}";
    let pulls = "{push: {branches: [main]}, pull_request: {}}";
    let succeeded = "github.event.workflow_run.conclusion == 'success'";
    for (what, on, condition, reference, version, wanted) in [
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
        judged(CHECK, what, &[(FIRST, &text)], wanted);
    }
}

#[test]
fn every_command_of_a_release_names_it() {
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
fn a_workflow_that_follows_names_the_commit_before() {
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
    for (reference, version, wanted) in [
        ("", HEAD, "pass"),
        (HEAD, "", "pass"),
        ("", SHA, "fail"),
        // HEAD is then the head of the default branch
        ("", "", "fail"),
    ] {
        let follows = follows(reference, version);
        let files = [(FIRST, deploy), (".github/workflows/b.yml", &*follows)];
        judged(CHECK, &format!("{reference} {version}"), &files, wanted);
    }
}

/// A workflow with a job that tests and one that deploys.
fn gated(on: &str, needs: &str, condition: &str) -> String {
    format!(
        "on: {on}\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: npm test\n  \
         build:\n    runs-on: x\n    steps:\n      - run: make image\n  \
         deploy:\n    runs-on: x\n    environment: production\n    needs: {needs}\n    if: {condition}\n    \
         steps:\n      - run: aws ecs update-service --cluster a --service b\n"
    )
}

#[test]
fn what_a_deployment_waits_for() {
    const CHECK: &str = "deploy-not-gated";
    let by_hand = "{workflow_dispatch: {}, push: {branches: [main]}}";
    for (what, on, needs, condition, wanted) in [
        ("the tests", "push", "[test, build]", "true", "pass"),
        ("the build", "push", "build", "true", "fail"),
        (
            "whatever came of the tests",
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
            "not if one failed, in other words",
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
            "by hand, though a push starts it",
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
            "a run that succeeded, or by hand",
            "{workflow_dispatch: {}, workflow_run: {workflows: [CI]}}",
            "build",
            "github.event_name == 'workflow_dispatch' || github.event.workflow_run.conclusion == 'success'",
            "pass",
        ),
        (
            "a push of our own, whatever it came to",
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
        judged(CHECK, what, &[(FIRST, &text)], wanted);
    }
}

#[test]
fn steps_before_the_deployment() {
    const CHECK: &str = "deploy-not-gated";
    let text = |test: &str, deploy: &str| {
        format!(
            "on: [push]\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n    steps:\n      \
             - run: npm test\n{test}      - run: aws ecs update-service --cluster a --service b\n{deploy}"
        )
    };
    let condition = |text: &str| format!("        if: {text}\n");
    for (test, deploy, wanted) in [
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
            wanted,
        );
    }
}

/// Tests of which the step does not fail.
#[test]
fn tests_whose_failure_is_swallowed() {
    let on = "{push: {branches: [main]}, pull_request: {branches: [main]}}";
    for (run, more, wanted) in [
        ("npx playwright test", "", "pass"),
        ("npx playwright test || exit 0", "", "fail"),
        ("npx playwright test | tee out.log", "", "fail"),
        (
            "npx playwright test | tee out.log",
            "        shell: bash\n",
            "pass",
        ),
        (
            "set -o pipefail; npx playwright test | tee out.log",
            "",
            "pass",
        ),
        ("if npx playwright test; then echo yes; fi", "", "fail"),
        ("npx playwright test &", "", "fail"),
        (
            "npx playwright test",
            "        continue-on-error: ${{ true }}\n",
            "fail",
        ),
        (
            "npx playwright test",
            "        continue-on-error: ${{ false }}\n",
            "pass",
        ),
        (
            "npx playwright test",
            "    continue-on-error: ${{ true }}\n",
            "fail",
        ),
        (
            "npx playwright test | tee x",
            "    defaults: {run: {shell: bash}}\n",
            "pass",
        ),
        (
            "npx playwright test | Tee-Object x",
            "    runs-on: windows-2025\n",
            "pass",
        ),
    ] {
        let runner = if more.contains("runs-on") {
            ""
        } else {
            "    runs-on: x\n"
        };
        let text = format!(
            "on: {on}\njobs:\n  test:\n{runner}    steps:\n      - run: {}\n{more}  deploy:\n    \
             runs-on: x\n    environment: production\n    needs: test\n    \
             if: github.event_name == 'push'\n    steps:\n      \
             - run: aws ecs update-service --cluster a --service b\n",
            json!(run)
        );
        for check in ["deploy-not-gated", "workflow-e2e-missing"] {
            judged(check, &format!("{run}\n{more}"), &[(FIRST, &text)], wanted);
        }
    }
}

#[test]
fn what_is_called_waits_where_it_is_called() {
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
    for (needs, wanted) in [("    needs: test\n", "pass"), ("", "fail")] {
        let calls = calls(needs);
        judged(CHECK, needs, &[(FIRST, &calls), (CALLED, called)], wanted);
        // by itself it starts by hand only
        let files = [(CALLED, called), (FIRST, &*calls)];
        judged(CHECK, "by itself", &files, "not-applicable");
    }
    // the tests are called too, two workflows deep
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

/// What tells a deployment to production: another name of the environment, a pull request that was
/// merged, a workflow of another repository.
#[test]
fn what_may_deploy_to_production() {
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
    for (text, wanted) in [
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
            let said = judged(check, &text, &[(FIRST, &text)], wanted);
            if text.contains("environment: prod\n") {
                assert!(said.contains("production_environment"), "{said}");
            }
        }
    }
}

/// Conditions of the steps that make a release.
#[test]
fn when_a_release_is_made() {
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
    for (on, deploy, conditions, wanted) in [
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
        // the conclusion is what `continue-on-error` makes of it
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
        // a command beside the one that deploys
        ("push", " && aws ecs wait x | cat", &["true"], "pass"),
        ("push", "", &[by_hand], "fail"),
        (both, "", &[by_hand], "fail"),
        (both, "", &[by_hand, "github.event_name == 'push'"], "pass"),
    ] {
        let text = text(on, deploy, conditions);
        judged(CHECK, &text, &[(FIRST, &text)], wanted);
    }
}

/// Where tests stand, and on which events they run.
#[test]
fn tests_that_stop_no_deployment() {
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
    for (steps, wanted) in [
        (vec!["./deploy.sh", smoke], "fail"),
        (vec![smoke, "./deploy.sh"], "pass"),
        (vec!["./ship.sh", smoke], "unknown"),
        (vec!["./ship.sh"], "fail"),
        (vec![update, smoke, update], "fail"),
        (vec![&*then(&[update, smoke, update])], "fail"),
        (vec![&*then(&[smoke, update])], "pass"),
        (vec![&*format!("if {smoke}; then {update}; fi")], "unknown"),
        // a file that is copied, or a part of what is deployed
        (vec!["aws s3 cp s3://x/.env .env", smoke, update], "unknown"),
        (vec![smoke, "aws s3 sync . s3://x"], "pass"),
        (vec!["aws s3 sync . s3://x", smoke], "fail"),
    ] {
        let text = own(&steps);
        judged(CHECK, &text, &[(FIRST, &text)], wanted);
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
    for (test, step, deploy, wanted) in [
        ("", "", push, "pass"),
        (
            "",
            "        if: github.event_name == 'pull_request'\n",
            push,
            "fail",
        ),
        (pull, "", whatever, "fail"),
        // it is skipped with the tests
        (pull, "", push, "not-applicable"),
        ("", "", whatever, "pass"),
        (push, "", asks, "pass"),
    ] {
        let text = before(both, test, step, deploy);
        judged(CHECK, &text, &[(FIRST, &text)], wanted);
    }
}

/// What a job that is waited for runs.
#[test]
fn what_counts_as_a_test() {
    const CHECK: &str = "deploy-not-gated";
    for (run, wanted) in [
        ("npx jest", "pass"),
        ("yarn jest --ci", "pass"),
        ("npm t", "pass"),
        ("npx nx affected -t test", "pass"),
        ("npx nx affected -t lint test", "pass"),
        ("pnpm nx run-many --target=test", "pass"),
        ("yarn turbo run test", "pass"),
        ("poetry run pytest -x", "pass"),
        ("python -m pytest", "pass"),
        ("python3 manage.py test", "pass"),
        ("uv run pytest", "pass"),
        ("bundle exec rspec", "pass"),
        ("node --test", "pass"),
        ("deno test", "pass"),
        ("deno task test", "pass"),
        ("docker compose run --rm api npm test", "pass"),
        ("docker run --rm -v .:/x node:24 npx jest", "pass"),
        ("./scripts/run-tests.sh", "pass"),
        ("bash ci/test.sh", "pass"),
        ("bash -ec 'npm test'", "pass"),
        ("mvn -B verify", "pass"),
        ("mvn package", "pass"),
        ("./gradlew build", "pass"),
        ("npx cypress run", "pass"),
        ("npm run check", "pass"),
        ("npm run check:all", "pass"),
        ("npm run web:e2e", "pass"),
        ("mvn -DskipTests package", "fail"),
        ("./gradlew assemble", "fail"),
        ("./gradlew build -x test", "fail"),
        ("npx cypress install", "fail"),
        ("npx playwright test --list", "fail"),
        ("npx playwright install", "fail"),
        ("npm run build:ci", "fail"),
        ("npm run install:ci", "fail"),
        ("make check-env", "fail"),
        ("npm run build:test", "fail"),
        ("npx jest --listTests", "fail"),
        (
            "npm ci && npm run build && docker build -t x . && docker push x",
            "fail",
        ),
        ("npx tsc", "fail"),
        ("npm run ci", "unknown"),
        ("make all", "unknown"),
        ("./gradlew :app:connectedCheck", "unknown"),
        ("./ci.sh", "unknown"),
        ("quality-gate", "unknown"),
        ("npx some-runner", "unknown"),
        ("docker compose up --exit-code-from tests", "unknown"),
    ] {
        let text = gated("push", "test", "true").replace("npm test", run);
        judged(CHECK, run, &[(FIRST, &text)], wanted);
    }
    for (uses, wanted) in [
        ("cypress-io/github-action@v6", "unknown"),
        ("acme/run-tests@v1", "unknown"),
        ("docker/build-push-action@v6", "fail"),
    ] {
        let text = gated("push", "test", "true").replace("run: npm test", &format!("uses: {uses}"));
        judged(CHECK, uses, &[(FIRST, &text)], wanted);
    }
}

/// The file that the policy names, where others call it.
#[test]
fn the_file_that_the_policy_names_is_judged_where_it_is_called() {
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

/// What the scripts of `package.json` run, by any way in which a workflow may run them.
#[test]
fn scripts_of_packages_are_followed() {
    const CHECK: &str = "github/workflow-e2e-missing";
    let judged = |job: &str, packages: &[(&str, &str)]| {
        let text = format!("on: [push, pull_request]\n{job}");
        let packages: Vec<_> = packages
            .iter()
            .map(|(folder, scripts)| {
                let text = format!("{{\"scripts\": {scripts}}}");
                harden_github::resources::PackageScripts::parse(REPOSITORY, folder, &text)
            })
            .collect();
        let kept = serde_json::to_string(&packages).unwrap();
        assert!(!kept.contains("hunter2"), "{kept}");
        let text = json!({
            "github/workflow": [Workflow::parse(REPOSITORY, FIRST, &text)],
            "github/local-action": [],
            "github/package-scripts": packages,
            "github/repository": [{"repository": REPOSITORY, "default_branch": "main"}],
        });
        let all = checks();
        let check = all.iter().find(|c| c.meta().id == CHECK).unwrap();
        let found = testing::run(&**check, &text.to_string(), Policies::default());
        let [one] = found.as_slice() else {
            panic!("{found:?}");
        };
        (one.outcome.as_str(), format!("{:?}", one.outcome))
    };
    let runs = |run: &str| format!("jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {run}\n");
    const SMOKE: &str = r#"{"smoke": "TOKEN=hunter2 playwright test --grep @smoke"}"#;
    const ALL: &str = r#"{"e2e": "cross-env A=hunter2 playwright test", "lint": "eslint ."}"#;
    for (run, folder, scripts, wanted) in [
        ("npm run smoke", "", SMOKE, "pass"),
        ("npm run smoke --if-present", "", SMOKE, "pass"),
        ("pnpm smoke", "", SMOKE, "pass"),
        ("yarn run smoke", "", SMOKE, "pass"),
        ("bun run smoke", "", SMOKE, "pass"),
        (
            "cd saaspe-web && npm run smoke",
            "saaspe-web",
            SMOKE,
            "pass",
        ),
        (
            "npm --prefix saaspe-web run smoke",
            "saaspe-web",
            SMOKE,
            "pass",
        ),
        ("npm run e2e -- --grep @smoke", "", ALL, "pass"),
        ("npm run e2e", "", ALL, "pass"),
        ("npm run e2e -- --project chromium", "", ALL, "unknown"),
        ("npm run e2e || true", "", ALL, "fail"),
        // a name alone says nothing
        ("npm run lint -- --grep @smoke", "", ALL, "not-applicable"),
        (
            "npm run smoke",
            "",
            r#"{"smoke": "jest smoke"}"#,
            "not-applicable",
        ),
        (
            "npm run smoke",
            "",
            r#"{"smoke": "playwright test --grep @slow"}"#,
            "fail",
        ),
        ("npx run-s lint e2e", "", ALL, "pass"),
        (
            "npm test",
            "",
            r#"{"test": "tsc", "posttest": "playwright test"}"#,
            "pass",
        ),
        (
            "npm run ci",
            "",
            r#"{"ci": "npm run build && start-server-and-test start http://localhost:3000 e2e", "build": "next build", "e2e": "playwright test -g '@smoke'"}"#,
            "pass",
        ),
        // it does not have the script, there is no such file, the folder or what is run is not told
        ("npm run e2e:smoke", "", SMOKE, "unknown"),
        ("npm run smoke", "web", SMOKE, "unknown"),
        ("npm run smoke -w web", "web", SMOKE, "unknown"),
        ("make e2e", "", SMOKE, "unknown"),
        ("npx turbo run e2e", "", ALL, "unknown"),
        ("npm run e2e", "", r#"{"e2e": "turbo run e2e"}"#, "unknown"),
        (
            "npm run smoke",
            "",
            r#"{"smoke": "npm run smoke"}"#,
            "unknown",
        ),
        ("npm run check", "", r#"["not", "an", "object"]"#, "unknown"),
    ] {
        let (verdict, said) = judged(&runs(run), &[(folder, scripts)]);
        assert_eq!(verdict, wanted, "{run} in {folder:?} of {scripts}: {said}");
    }
    // by the folder of the job, the workflow, the step
    for job in [
        "defaults: {run: {working-directory: web}}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm run smoke\n",
        "jobs:\n  a:\n    runs-on: x\n    defaults: {run: {working-directory: ./web}}\n    steps:\n      - run: npm run smoke\n",
        "jobs:\n  a:\n    runs-on: x\n    defaults: {run: {working-directory: api}}\n    steps:\n      - run: npm run smoke\n        working-directory: web/\n",
    ] {
        let (verdict, said) = judged(job, &[("web", SMOKE), ("api", ALL)]);
        assert_eq!(verdict, "pass", "{job}: {said}");
    }
    // a script of one package that runs one of another
    let (verdict, said) = judged(
        &runs("npm run smoke"),
        &[
            ("", r#"{"smoke": "cd web && npm run smoke"}"#),
            ("web", SMOKE),
        ],
    );
    assert_eq!(verdict, "pass", "{said}");
    assert!(said.contains("playwright test --grep @smoke"), "{said}");
}

/// The smoke tests in an action, in a called workflow, and where it can't be told.
#[test]
fn smoke_tests_by_way_of_others() {
    const CHECK: &str = "workflow-e2e-missing";
    const RUN: &str = "npx playwright test --grep @smoke";
    let action = format!(
        "name: x\nruns:\n  using: composite\n  steps:\n    - run: {RUN}\n      shell: bash\n"
    );
    let uses = steps("[push, pull_request]", "      - uses: ./x\n");
    let in_action = [(FIRST, &*uses), ("x/action.yml", &*action)];
    judged(CHECK, "an action", &in_action, "pass");
    // on pushes for certain, on pull requests perhaps
    let push = steps("push", &format!("      - run: {RUN}\n"));
    let pull = steps("pull_request", "      - uses: ./x\n");
    const SECOND: &str = ".github/workflows/b.yml";
    let files = [(FIRST, &*push), (SECOND, &*pull)];
    judged(CHECK, "an action that is not there", &files, "unknown");
    let called = "on: pull_request\njobs:\n  a:\n    uses: acme/ci/.github/workflows/x.yml@v1\n";
    judged(
        CHECK,
        "another repository",
        &[(FIRST, &*push), (SECOND, called)],
        "unknown",
    );
    judged(CHECK, "nothing else", &[(FIRST, &*push)], "fail");
    let labeled = steps(
        "{push: {}, pull_request: {types: [labeled]}}",
        &format!("      - run: {RUN}\n"),
    );
    judged(CHECK, "on a label", &[(FIRST, &*labeled)], "fail");
    let changed = labeled.replace("[labeled]", "[opened, synchronize, reopened]");
    judged(CHECK, "on changes", &[(FIRST, &*changed)], "pass");
}

/// A `package.json` that can't be read is unknown, and its text is not told.
#[test]
fn a_package_that_is_none_is_unknown() {
    use harden_github::resources::PackageScripts;

    for text in ["", "{", "[]s3cr3t", r#"{"scripts": "s3cr3t"}"#, "\u{0}"] {
        let package = PackageScripts::parse(REPOSITORY, "", text);
        let unknown = package.scripts.get().unwrap_err();
        assert!(!unknown.message.contains("s3cr3t"), "{unknown}");
    }
    let large = format!("{{\"x\": \"{}\"}}", "x".repeat(2_000_000));
    assert!(
        !PackageScripts::parse(REPOSITORY, "", &large)
            .scripts
            .is_known()
    );
    let none = PackageScripts::parse(REPOSITORY, "", "{}");
    assert!(none.scripts.get().unwrap().is_empty());
}
