//! Values that outsiders control, followed into actions, called workflows and scripts.

use crate::support::{FIRST, judged, steps};

const TITLE: &str = "${{ github.event.issue.title }}";
/// An action whose script contains its input.
const PASTES: &str = "name: x\ninputs: {title: {required: true}}\nruns:\n  using: composite\n  steps:\n    \
     - run: echo ${{ inputs.title }}\n      shell: bash\n";
/// The same through an environment variable, which the shell does not run as code.
const SAFE: &str = "name: x\ninputs: {title: {required: true}}\nruns:\n  using: composite\n  steps:\n    \
     - run: echo \"$TITLE\"\n      shell: bash\n      env: {TITLE: '${{ inputs.title }}'}\n";

#[test]
fn values_of_outsiders_are_followed_into_actions() {
    const CHECK: &str = "workflow-injection";
    let gives = |uses: &str| {
        steps(
            "issues",
            &format!("      - uses: {uses}\n        with: {{title: '{TITLE}'}}\n"),
        )
    };
    let local = gives("./x");
    let shown = judged(
        CHECK,
        "inserted by an action",
        &[(FIRST, &local), ("x/action.yml", PASTES)],
        "fail",
    );
    assert!(
        shown.contains("github.event.issue.title, passed as inputs.title"),
        "{shown}"
    );
    assert!(shown.contains("x/action.yml"), "{shown}");
    judged(
        CHECK,
        "a variable of an action",
        &[(FIRST, &local), ("x/action.yml", SAFE)],
        "pass",
    );
    // through a second action and through a variable
    let outer = "name: x\ninputs: {title: {}}\nruns:\n  using: composite\n  steps:\n    \
                 - uses: ./y\n      with: {title: '${{ env.T }}'}\n      env: {T: '${{ inputs.title }}'}\n";
    for (inner, expected) in [(PASTES, "fail"), (SAFE, "pass")] {
        judged(
            CHECK,
            "an action of an action",
            &[
                (FIRST, &local),
                ("x/action.yml", outer),
                ("y/action.yml", inner),
            ],
            expected,
        );
    }
    // an action inherits the environment of the step that uses it
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
    // the passed value is harmless
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
    // the default of an input is the value of an outsider
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
    // a JavaScript action gets the value as data; an action that does not exist is unknown
    let program = "name: x\ninputs: {title: {}}\nruns: {using: node20, main: index.js}\n";
    judged(
        CHECK,
        "a program",
        &[(FIRST, &local), ("x/action.yml", program)],
        "pass",
    );
    judged(
        CHECK,
        "an action that does not exist",
        &[(FIRST, &local)],
        "unknown",
    );
    // an action of another repository is named in the evidence, and not searched
    let shown = judged(
        CHECK,
        "another repository",
        &[(FIRST, &gives("other/thing@v1"))],
        "pass",
    );
    assert!(
        shown.contains("other/thing@v1 gets github.event.issue.title"),
        "{shown}"
    );
}

#[test]
fn values_of_outsiders_are_followed_into_called_workflows() {
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
    for (run, expected) in [
        ("echo ${{ inputs.title }}", "fail"),
        ("echo ${{ env.T }}", "fail"),
        ("echo ${{ toJSON(inputs) }}", "fail"),
        ("echo \"$T\"", "pass"),
    ] {
        let called = called(run);
        let files = [(FIRST, &*local), (CALLED, &*called)];
        let shown = judged(CHECK, run, &files, expected);
        if expected == "fail" {
            assert!(shown.contains("passed as inputs.title"), "{shown}");
        }
        // a passed value is a finding on the caller
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
    // through a workflow in between
    let between = "on:\n  workflow_call:\n    inputs: {t: {type: string}}\njobs:\n  c:\n    \
                   uses: ./.github/workflows/b.yml\n    with: {title: 'x ${{ inputs.t }}'}\n";
    let first = format!(
        "on: issues\njobs:\n  a:\n    uses: ./.github/workflows/c.yml\n    with: {{t: '{TITLE}'}}\n"
    );
    judged(
        CHECK,
        "a workflow in between",
        &[
            (FIRST, &first),
            (".github/workflows/c.yml", between),
            (CALLED, &pastes),
        ],
        "fail",
    );
    judged(
        CHECK,
        "a workflow that does not exist",
        &[(FIRST, &local)],
        "unknown",
    );
    let away = calls("acme/ci/.github/workflows/b.yml@v1", TITLE);
    let shown = judged(CHECK, "another repository", &[(FIRST, &away)], "pass");
    assert!(shown.contains("gets github.event.issue.title"), "{shown}");
}

#[test]
fn scripts_may_read_variables_but_not_contain_values_of_outsiders() {
    const CHECK: &str = "workflow-injection";
    for (step, expected) in [
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
        // a manual start needs write access to the repository
        ("{run: 'echo ${{ inputs.tag }}'}", "pass"),
    ] {
        let text = steps(
            "{issue_comment: {}, pull_request: {}, workflow_dispatch: {}}",
            &format!("      - {step}\n"),
        );
        judged(CHECK, step, &[(FIRST, &text)], expected);
    }
}

#[test]
fn values_that_a_script_writes_for_later_steps_are_followed() {
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
    for (write, paste, expected) in [
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
            expected,
        );
    }
}
