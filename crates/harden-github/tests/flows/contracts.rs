//! The secrets and variables that workflow files read, compared with those that exist.

use crate::support::{FIRST, REPOSITORY, finding_among, steps};
use serde_json::{Value, json};

/// The facts of a repository with these secrets and no variables.
fn repository_with(secrets: &[&str]) -> Value {
    let named = secrets.iter().map(|name| {
        json!({"repository": REPOSITORY, "name": name, "updated_at": "2025-11-01T00:00:00Z"})
    });
    json!({
        "github/actions-secret": named.collect::<Vec<_>>(),
        "github/organization-secret": [],
        "github/environment-secrets": [],
        "github/actions-variable": [],
        "github/organization-variable": [],
        "github/environment-variables": [],
    })
}

fn judged(check: &str, files: &[(&str, &str)], secrets: &[&str], expected: &str) -> String {
    let found = finding_among(check, files, &repository_with(secrets));
    let shown = format!("{:?}", found.outcome);
    assert_eq!(
        found.outcome.as_str(),
        expected,
        "{check}: {shown}\n{files:?}"
    );
    shown
}

const READS: &str = "      - run: x\n        env: {T: '${{ secrets.TOK }}'}\n";

#[test]
fn a_secret_that_a_reusable_workflow_declares_as_not_required_may_be_missing() {
    let called =
        |required: bool| format!("workflow_call: {{secrets: {{TOK: {{required: {required}}}}}}}");
    for (on, expected) in [
        ("push".to_owned(), "fail"),
        (format!("{{push: , {}}}", called(true)), "fail"),
        (format!("{{{}}}", called(true)), "pass"),
        (format!("{{push: , {}}}", called(false)), "pass"),
    ] {
        let file = steps(&on, READS);
        judged("actions-secret-missing", &[(FIRST, &file)], &[], expected);
    }
}

#[test]
fn a_secret_that_the_caller_does_not_pass_is_missing() {
    let caller = |secrets: &str| {
        format!("on: push\njobs:\n  call:\n    uses: ./.github/workflows/b.yml\n{secrets}")
    };
    let called = |declared: &str| steps(&format!("{{workflow_call: {declared}}}"), READS);
    let declares = called("{secrets: {TOK: {required: true}}}");
    let judged = |first: &str, second: &str, secrets: &[&str], expected| {
        let files = [(FIRST, first), (".github/workflows/b.yml", second)];
        judged("actions-secret-missing", &files, secrets, expected)
    };
    let shown = judged(&caller(""), &declares, &["TOK"], "fail");
    assert!(
        shown.contains("not passed by the job call of .github/workflows/a.yml"),
        "{shown}"
    );
    assert!(shown.contains("TOK: ${{ secrets.TOK }}"), "{shown}");
    assert!(
        !shown.contains("Set TOK") && !shown.contains("Declare"),
        "{shown}"
    );
    let shown = judged(&caller(""), &called(""), &[], "fail");
    assert!(
        shown.contains("Set TOK") && shown.contains("Declare"),
        "{shown}"
    );
    let passes = caller("    secrets: {TOK: '${{ secrets.TOK }}'}\n");
    judged(&passes, &declares, &["TOK"], "pass");
    judged(&passes, &declares, &[], "fail");
    judged(
        &caller("    secrets: inherit\n"),
        &declares,
        &["TOK"],
        "pass",
    );
}

#[test]
fn a_variable_in_a_condition_may_be_missing() {
    for (step, expected) in [
        ("      - run: x\n        if: vars.ON\n", "pass"),
        (
            "      - run: x\n        if: ${{ vars.ON && github.ref_name == 'main' }}\n",
            "pass",
        ),
        ("      - run: x ${{ vars.ON }}\n", "fail"),
    ] {
        let file = steps("push", step);
        judged("actions-variable-missing", &[(FIRST, &file)], &[], expected);
    }
}

#[test]
fn a_stored_key_is_unknown_where_a_job_may_use_oidc() {
    const CHECK: &str = "actions-aws-keys-stored";
    let file = |permissions: &str, job: &str| {
        format!("on: push\npermissions: {permissions}\njobs:\n  a:\n{job}")
    };
    let uses = |uses: &str| format!("    runs-on: x\n    steps:\n      - uses: {uses}\n");
    let away = "    uses: acme/ci/.github/workflows/deploy.yml@v1\n";
    let sts = "    runs-on: x\n    steps:\n      - run: aws sts assume-role-with-web-identity --role-arn $ROLE\n";
    let keys = ["AWS_ACCESS_KEY_ID"];
    for (permissions, job, expected) in [
        ("{id-token: write}", away, "unknown"),
        ("{contents: read}", away, "not-applicable"),
        (
            "{id-token: write}",
            &*uses("acme/actions/aws-login@v1"),
            "unknown",
        ),
        (
            "{contents: read}",
            &*uses("acme/actions/aws-login@v1"),
            "not-applicable",
        ),
        (
            "{id-token: write}",
            &*uses("actions/deploy-pages@v4"),
            "not-applicable",
        ),
        ("{id-token: write}", sts, "fail"),
    ] {
        let file = file(permissions, job);
        judged(CHECK, &[(FIRST, &file)], &keys, expected);
    }
    // a job that can request a token does not matter if no key is stored
    let login = file("{id-token: write}", &uses("acme/actions/aws-login@v1"));
    judged(CHECK, &[(FIRST, &login)], &[], "not-applicable");
    judged(
        CHECK,
        &[(FIRST, &file("{id-token: write}", sts))],
        &[],
        "pass",
    );
    // a called workflow gets the permissions of its caller
    let calls = file("{id-token: write}", "    uses: ./.github/workflows/b.yml\n");
    let called = steps("workflow_call", "      - uses: acme/actions/aws-login@v1\n");
    let files = [(FIRST, &*calls), (".github/workflows/b.yml", &*called)];
    judged(CHECK, &files, &keys, "unknown");
}

/// Where a workflow tests whether a secret is there, it can do without it.
#[test]
fn an_optional_secret_may_be_missing() {
    const CHECK: &str = "actions-secret-missing";
    let job = |head: &str, steps: &str| {
        format!("on: push\njobs:\n  d:\n    runs-on: x\n{head}    steps:\n{steps}")
    };
    let env = "    env: {K: '${{ secrets.TOK }}'}\n";
    let has = "    env: {HAS: \"${{ secrets.TOK != '' }}\"}\n";
    let uses = "        run: ./d\n        env: {K: '${{ secrets.TOK }}'}\n";
    for (text, expected) in [
        (job(env, "      - run: ./d\n"), "fail"),
        (
            job(env, "      - if: ${{ env.K != '' }}\n        run: ./d\n"),
            "pass",
        ),
        (job(env, "      - if: env.K\n        run: ./d\n"), "pass"),
        (
            job(env, "      - if: env.K == ''\n        run: echo none\n"),
            "pass",
        ),
        (
            job(env, "      - if: github.ref == 'x'\n        run: ./d\n"),
            "fail",
        ),
        (
            job(has, &format!("      - if: env.HAS == 'true'\n{uses}")),
            "pass",
        ),
        (
            job(has, &format!("      - if: env.HAS != 'true'\n{uses}")),
            "fail",
        ),
        (
            job(
                env,
                "      - run: |\n          if [ -z \"$K\" ]; then exit 0; fi\n          ./d\n",
            ),
            "unknown",
        ),
        (
            job(
                "",
                &format!(
                    "      - id: check\n        run: echo \"has=$H\" >> $GITHUB_OUTPUT\n        env: {{H: \"${{{{ secrets.TOK != '' }}}}\"}}\n      - if: steps.check.outputs.has == 'true'\n{uses}"
                ),
            ),
            "unknown",
        ),
        (
            format!(
                "on: push\njobs:\n  check:\n    runs-on: x\n    outputs: {{has: '${{{{ steps.c.outputs.has }}}}'}}\n    steps:\n      - id: c\n        run: x\n        env: {{H: \"${{{{ secrets.TOK != '' }}}}\"}}\n  d:\n    needs: check\n    if: needs.check.outputs.has == 'true'\n    runs-on: x\n    steps:\n      - name: d\n{uses}"
            ),
            "unknown",
        ),
        (
            format!(
                "env: {{K: '${{{{ secrets.TOK }}}}'}}\n{}",
                job("", "      - if: env.K != ''\n        run: ./d\n")
            ),
            "pass",
        ),
        (
            job(
                "",
                "      - run: ./d\n        env: {K: \"${{ case(github.ref == 'x', secrets.TOK, secrets.B) }}\"}\n",
            ),
            "fail",
        ),
        (
            job(
                "    if: github.repository == 'acme/upstream'\n",
                &format!("      - name: d\n{uses}"),
            ),
            "pass",
        ),
        (
            job(
                "    if: github.repository_owner == 'other'\n",
                &format!("      - name: d\n{uses}"),
            ),
            "pass",
        ),
        (
            job(
                "    if: github.repository == 'acme/shop'\n",
                &format!("      - name: d\n{uses}"),
            ),
            "fail",
        ),
        (
            job(
                "",
                &format!("      - if: github.repository == 'acme/upstream'\n{uses}"),
            ),
            "not-applicable",
        ),
        (
            job(
                "    if: github.actor == 'dependabot[bot]'\n",
                &format!("      - name: d\n{uses}"),
            ),
            "unknown",
        ),
        (
            job(
                "    if: github.event.pull_request.user.login == 'dependabot[bot]'\n",
                &format!("      - name: d\n{uses}"),
            ),
            "unknown",
        ),
    ] {
        judged(CHECK, &[(FIRST, &text)], &["B"], expected);
    }
    // a second secret is needed only where the step runs
    let two = job(
        has,
        "      - if: env.HAS == 'true'\n        run: ./d\n        env: {K: '${{ secrets.TOK }}', L: '${{ secrets.LOW }}'}\n",
    );
    judged(CHECK, &[(FIRST, &two)], &[], "pass");
    judged(CHECK, &[(FIRST, &two)], &["TOK"], "fail");
    judged(CHECK, &[(FIRST, &two)], &["TOK", "LOW"], "pass");
}

/// A job with an environment that a workflow calls gets the secret of its environment.
#[test]
fn a_called_job_reads_the_secrets_of_its_environment() {
    let called = "on:\n  workflow_call:\n    secrets: {TOK: {required: true}}\njobs:\n  d:\n    \
                  runs-on: x\n    environment: production\n    steps:\n      - run: ./d\n        \
                  env: {K: '${{ secrets.TOK }}'}\n";
    for (secrets, of_environment, expected) in [
        ("    secrets: {TOK: '${{ secrets.TOK }}'}\n", true, "pass"),
        ("    secrets: {TOK: '${{ secrets.TOK }}'}\n", false, "fail"),
        ("    secrets: inherit\n", true, "pass"),
        ("    secrets: inherit\n", false, "fail"),
        // it is not documented whether it gets the secret
        ("", true, "unknown"),
        ("", false, "fail"),
    ] {
        let caller =
            format!("on: push\njobs:\n  c:\n    uses: $/.github/workflows/b.yml\n{secrets}");
        let files = [(FIRST, &*caller), (".github/workflows/b.yml", called)];
        let mut more = repository_with(&[]);
        let own = match of_environment {
            true => json!([{"name": "TOK", "updated_at": "2025-11-01T00:00:00Z"}]),
            false => json!([]),
        };
        more["github/environment-secrets"] = json!([{"repository": REPOSITORY,
            "environment": "production", "secrets": own}]);
        let found = finding_among("actions-secret-missing", &files, &more);
        let shown = format!("{secrets} {of_environment}: {:?}", found.outcome);
        assert_eq!(found.outcome.as_str(), expected, "{shown}");
    }
}
