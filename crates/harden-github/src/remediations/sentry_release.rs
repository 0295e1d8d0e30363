//! The steps of a workflow that create a Sentry release.

use harden_core::{Remediation, Step};

use super::workflow::gh_in;
use crate::policy::GithubPolicy;
use crate::views::VersionSource;

/// The action by a commit, as `github/workflow-action-unpinned` requires it.
const ACTION: &str = "getsentry/action-release@ff07929a6537bac57790c3451cf4d364aca38528 # v3.7.0";

/// Adds steps to a workflow that create the release of the deployed commit.
pub(crate) fn sentry_release(
    repository: &str,
    path: &str,
    by: VersionSource,
    policy: &GithubPolicy,
) -> Remediation {
    let environment = &policy.workflows.production_environment;
    // on other events this context is empty, and an empty `ref` checks out the commit of the run
    let followed = "github.event.workflow_run.head_sha";
    let (reference, version) = match by {
        VersionSource::RunSha => (String::new(), "github.sha".to_owned()),
        VersionSource::RunHead => (
            format!("          ref: ${{{{ {followed} }}}}\n"),
            followed.to_owned(),
        ),
        VersionSource::RunHeadOrSha => (
            format!("          ref: ${{{{ {followed} }}}}\n"),
            format!("{followed} || github.sha"),
        ),
        VersionSource::CheckedOut => (String::new(), "steps.commit.outputs.sha".to_owned()),
    };
    let checkout = format!(
        "      - uses: actions/checkout@v4\n        with:\n{reference}          fetch-depth: 0\n"
    );
    let commit = if by == VersionSource::CheckedOut {
        "      - id: commit\n        run: echo \"sha=$(git rev-parse HEAD)\" >> \"$GITHUB_OUTPUT\"\n"
    } else {
        ""
    };
    let release = format!(
        "{commit}      - name: Create the Sentry release\n        \
         uses: {ACTION}\n        \
         env:\n          SENTRY_AUTH_TOKEN: ${{{{ secrets.SENTRY_AUTH_TOKEN }}}}\n          \
         SENTRY_ORG: ${{{{ vars.SENTRY_ORG }}}}\n          \
         SENTRY_PROJECT: ${{{{ vars.SENTRY_PROJECT }}}}\n        with:\n          \
         environment: {environment}\n          release: ${{{{ {version} }}}}\n"
    );
    let set = |kind: &'static str, name: &str| gh_in(&[kind, "set"], name, repository, policy);
    Remediation::new("create the release of the commit after the step that deploys it")
        .step(Step::edit(
            match by {
                VersionSource::CheckedOut => format!(
                    "Check out the whole history in the job that deploys, in {}; keep its `ref`",
                    path
                ),
                _ => format!(
                    "Check out the whole history in the job that deploys, in {}",
                    path
                ),
            },
            checkout,
        ))
        .step(Step::edit(
            "Add this step after the step that deploys; without an `if`, it runs only if that step \
             succeeded",
            release,
        ))
        .step(Step::command(
            "Store a Sentry token with the scope project:releases; the command asks for the value",
            set("secret", "SENTRY_AUTH_TOKEN"),
            &["secrets=write"],
        ))
        .step(Step::command(
            "Store the slug of the Sentry organization; the command asks for it",
            set("variable", "SENTRY_ORG"),
            &["actions_variables=write"],
        ))
        .step(Step::command(
            "Store the slug of the Sentry project; the command asks for it",
            set("variable", "SENTRY_PROJECT"),
            &["actions_variables=write"],
        ))
        .link("https://docs.sentry.io/product/releases/setup/release-automation/github-actions/")
}
