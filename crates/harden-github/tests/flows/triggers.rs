//! The code that workflows check out which an outsider can start.

use crate::support::{FIRST, judged, steps};

const CHECK: &str = "workflow-untrusted-trigger";
const SHA: &str = "${{ github.event.pull_request.head.sha }}";

/// A step that runs a script, with this environment.
fn script(text: &str, env: &str) -> String {
    format!("      - run: {text}\n        env: {{{env}}}\n")
}

#[test]
fn git_commands_that_check_out_the_head_are_found() {
    let sha = format!("SHA: '{SHA}'");
    let fork =
        "B: '${{ github.head_ref }}', R: '${{ github.event.pull_request.head.repo.full_name }}'";
    for (text, env, expected) in [
        (
            "git fetch origin pull/${{ github.event.pull_request.number }}/head:pr && git checkout pr",
            "",
            "fail",
        ),
        (
            "git fetch origin \"pull/$N/head\" && git checkout FETCH_HEAD",
            "N: '${{ github.event.number }}'",
            "fail",
        ),
        (
            "git fetch origin +refs/pull/$N/merge:x && git switch x",
            "N: '${{ github.event.number }}'",
            "fail",
        ),
        ("git pull origin refs/pull/7/head", "", "fail"),
        ("git checkout $SHA", &sha, "fail"),
        ("git -C app checkout \"${SHA}\"", &sha, "fail"),
        ("git checkout ${{ env.SHA }}", &sha, "fail"),
        ("S=\"$SHA\"; git reset --hard $S", &sha, "fail"),
        ("git checkout $GITHUB_HEAD_REF", "", "fail"),
        (
            "git clone --branch \"$B\" https://github.com/$R",
            fork,
            "fail",
        ),
        ("gh pr checkout ${{ github.event.number }}", "", "fail"),
        // a script may only compare what it fetched
        (
            "git fetch origin pull/7/head && git diff FETCH_HEAD",
            "",
            "unknown",
        ),
        (
            "S=$(gh pr view 7 --json headRefOid -q .headRefOid); git checkout $S",
            "",
            "unknown",
        ),
        ("git checkout $(cat sha)", "", "unknown"),
        ("git checkout $S", "", "unknown"),
        ("git checkout ${{ steps.pr.outputs.sha }}", "", "unknown"),
        (
            "git clone -b $B https://github.com/acme/shop",
            "",
            "unknown",
        ),
        ("git fetch origin main && git checkout main", "", "pass"),
        ("git checkout $S", "S: '${{ github.sha }}'", "pass"),
        ("git checkout -b \"update-$(date +%s)\"", "", "pass"),
        ("git fetch origin $GITHUB_BASE_REF", "", "pass"),
        ("git checkout HEAD -- $FILES", "", "pass"),
        ("git clone https://github.com/acme/tools", "", "pass"),
    ] {
        let text = text.replace('"', "\\\"");
        let one = steps("pull_request_target", &script(&format!("\"{text}\""), env));
        judged(CHECK, &text, &[(FIRST, &one)], expected);
    }
}

#[test]
fn actions_checkout_of_the_head_is_found() {
    let checkout = |reference: &str| {
        format!("      - uses: actions/checkout@v4.2.2\n        with: {{ref: \"{reference}\"}}\n")
    };
    for (before, reference, expected) in [
        ("", "pull/${{ github.event.number }}/merge", "fail"),
        ("", "refs/pull/${{ github.event.number }}/merge", "fail"),
        (
            "",
            "${{ format('refs/pull/{0}/merge', github.event.number) }}",
            "fail",
        ),
        ("", "${{ github.sha }}", "pass"),
        ("", "${{ github.base_ref }}", "pass"),
        ("", "${{ steps.pr.outputs.sha }}", "unknown"),
        (
            "      - id: pr\n        uses: other/pr@v1\n",
            "${{ steps.pr.outputs.sha }}",
            "unknown",
        ),
        (
            "      - id: pr\n        run: echo \"sha=$(gh pr view 7 -q .headRefOid)\" >> $GITHUB_OUTPUT\n",
            "${{ steps.pr.outputs.sha }}",
            "unknown",
        ),
        (
            "      - id: pr\n        run: echo \"sha=${{ github.event.pull_request.head.sha }}\" >> $GITHUB_OUTPUT\n",
            "${{ steps.pr.outputs.sha }}",
            "fail",
        ),
        (
            "      - id: pr\n        run: echo \"sha=${{ github.sha }}\" >> $GITHUB_OUTPUT\n",
            "${{ steps.pr.outputs.sha }}",
            "pass",
        ),
    ] {
        let all = format!("{before}{}", checkout(reference));
        let one = steps("pull_request_target", &all);
        judged(CHECK, reference, &[(FIRST, &one)], expected);
    }
}

#[test]
fn the_head_is_followed_through_the_output_of_a_job() {
    let two = |held: &str, reference: &str| {
        format!(
            "on: pull_request_target\njobs:\n  b:\n    needs: a\n    runs-on: x\n    steps:\n      - uses: \
             actions/checkout@v4.2.2\n        with: {{ref: '{reference}'}}\n  a:\n    runs-on: x\n    outputs:\n      \
             Sha: {held}\n    steps:\n      - id: s\n        run: echo \"x={SHA}\" >> $GITHUB_OUTPUT\n"
        )
    };
    let sha = "${{ needs.a.outputs.sha }}";
    for (held, reference, expected) in [
        (SHA, sha, "fail"),
        ("${{ steps.s.outputs.x }}", sha, "fail"),
        ("${{ steps.other.outputs.x }}", sha, "unknown"),
        ("${{ github.sha }}", sha, "pass"),
        ("${{ github.sha }}", "${{ needs.c.outputs.sha }}", "unknown"),
    ] {
        judged(CHECK, held, &[(FIRST, &two(held, reference))], expected);
    }
    let pasted = two("${{ github.event.pull_request.title }}", "main");
    let pastes = pasted.replace(
        "uses: actions/checkout@v4.2.2\n        with: {ref: 'main'}",
        &format!("run: echo {sha}"),
    );
    judged(
        "workflow-injection",
        "an output",
        &[(FIRST, &pastes)],
        "fail",
    );
}

#[test]
fn a_workflow_that_follows_only_trusted_events_passes() {
    const CHECK: &str = "workflow-untrusted-trigger";
    let follows = steps(
        "{workflow_run: {workflows: [CI]}}",
        "      - uses: actions/checkout@v4.2.2\n        with: {ref: '${{ github.event.workflow_run.head_sha }}'}\n",
    );
    let ci = |on: &str| format!("name: CI\n{}", steps(on, "      - run: make\n"));
    for (on, expected) in [
        ("push", "pass"),
        ("{push: {branches: [main]}, workflow_dispatch: {}}", "pass"),
        ("[push, pull_request]", "fail"),
        ("pull_request_target", "fail"),
        ("issues", "fail"),
    ] {
        let ci = ci(on);
        let files = [(FIRST, &*follows), (".github/workflows/ci.yml", &*ci)];
        judged(CHECK, on, &files, expected);
    }
    judged(
        CHECK,
        "nobody knows what it follows",
        &[(FIRST, &follows)],
        "fail",
    );
    let broken = [(FIRST, &*follows), (".github/workflows/ci.yml", "on: [")];
    judged(CHECK, "what it follows can't be read", &broken, "unknown");
    // an `if` on the event
    let both = |condition: &str| {
        format!(
            "on: [push, pull_request_target]\njobs:\n  a:\n    runs-on: x\n    if: {condition}\n    \
             steps:\n      - uses: actions/checkout@v4.2.2\n        \
             with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}\n"
        )
    };
    for (condition, expected) in [
        ("github.event_name == 'push'", "pass"),
        ("github.event_name != 'push'", "fail"),
        ("vars.ON", "fail"),
    ] {
        judged(CHECK, condition, &[(FIRST, &both(condition))], expected);
    }
    // in a called workflow, through its input
    let calls = "on: pull_request_target\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    \
                 with: {at: '${{ github.event.pull_request.head.sha }}'}\n";
    let called = "on:\n  workflow_call:\n    inputs: {at: {type: string}}\njobs:\n  b:\n    \
                  runs-on: x\n    steps:\n      - uses: actions/checkout@v4.2.2\n        \
                  with: {ref: '${{ inputs.at }}'}\n";
    let files = [(FIRST, calls), (".github/workflows/b.yml", called)];
    judged(CHECK, "a called workflow", &files, "fail");
    let away = calls
        .replace("./.github", "acme/ci/.github")
        .replace("b.yml", "b.yml@v1");
    judged(CHECK, "another repository", &[(FIRST, &away)], "unknown");
}
